//! What the camera wrote into a file: which way is up, when, where, and where to it looked.
//!
//! Cameras write a lot of nonsense. What makes no sense is left out; nothing here is an error.

use std::io::Cursor;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Utc};
use exif::{Exif, In, Reader, Tag, Value};
use image::metadata::Orientation;

/// What is known of how a picture was taken.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Taken {
    pub orientation: Orientation,
    pub at: Option<TakenAt>,
    /// Longitude and latitude.
    pub position: Option<[f64; 2]>,
    /// Degrees from north, 0 to 360.
    pub direction_deg: Option<f64>,
}

/// When a picture was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TakenAt {
    /// The camera knew its time zone.
    Instant(DateTime<Utc>),
    /// It did not; the clerks' cameras show the time of Poland.
    Local(NaiveDateTime),
}

/// Years in which photos are taken; a clock that was never set lies outside of them.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Reads what there is.
pub(super) fn read(bytes: &[u8]) -> Taken {
    let nothing =
        Taken { orientation: Orientation::NoTransforms, at: None, position: None, direction_deg: None };
    let read = Reader::new()
        .continue_on_error(true)
        .read_from_container(&mut Cursor::new(bytes))
        .or_else(|error| error.distill_partial_result(|_| {}));
    let Ok(exif) = read else { return nothing };
    let orientation = exif
        .get_field(Tag::Orientation, In::PRIMARY)
        .and_then(|field| field.value.get_uint(0))
        .and_then(|number| Orientation::from_exif(u8::try_from(number).ok()?))
        .unwrap_or(Orientation::NoTransforms);
    Taken { orientation, at: taken_at(&exif), position: position(&exif), direction_deg: direction(&exif) }
}

fn ascii(exif: &Exif, tag: Tag) -> Option<&[u8]> {
    match &exif.get_field(tag, In::PRIMARY)?.value {
        Value::Ascii(texts) => texts.first().map(Vec::as_slice),
        _ => None,
    }
}

/// The numbers of a field; those over zero are left out.
fn numbers(exif: &Exif, tag: Tag) -> Vec<f64> {
    match exif.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Rational(items)) => {
            items.iter().filter(|item| item.denom != 0).map(exif::Rational::to_f64).collect()
        }
        _ => Vec::new(),
    }
}

fn taken_at(exif: &Exif) -> Option<TakenAt> {
    let mut read = exif::DateTime::from_ascii(ascii(exif, Tag::DateTimeOriginal)?).ok()?;
    let local = NaiveDate::from_ymd_opt(i32::from(read.year), read.month.into(), read.day.into())?
        .and_hms_opt(read.hour.into(), read.minute.into(), read.second.into())?;
    if !YEARS.contains(&local.year()) {
        return None;
    }
    let offset = ascii(exif, Tag::OffsetTimeOriginal)
        .or_else(|| ascii(exif, Tag::OffsetTime))
        .and_then(|text| read.parse_offset(text).ok().and(read.offset))
        .and_then(|minutes| FixedOffset::east_opt(i32::from(minutes) * 60))
        .and_then(|offset| local.and_local_timezone(offset).single());
    Some(match offset {
        Some(instant) => TakenAt::Instant(instant.with_timezone(&Utc)),
        None => TakenAt::Local(local),
    })
}

fn position(exif: &Exif) -> Option<[f64; 2]> {
    let lat = degrees(exif, Tag::GPSLatitude, Tag::GPSLatitudeRef, b'S', 90.0)?;
    let lon = degrees(exif, Tag::GPSLongitude, Tag::GPSLongitudeRef, b'W', 180.0)?;
    // A receiver that has found no satellite yet writes zeros.
    (lat != 0.0 || lon != 0.0).then_some([lon, lat])
}

/// Degrees, minutes and seconds as degrees with a sign.
fn degrees(exif: &Exif, tag: Tag, side: Tag, negative: u8, most: f64) -> Option<f64> {
    let parts = numbers(exif, tag);
    let value = parts.first()?
        + parts.get(1).copied().unwrap_or(0.0) / 60.0
        + parts.get(2).copied().unwrap_or(0.0) / 3600.0;
    let is_negative = ascii(exif, side)?.first()?.eq_ignore_ascii_case(&negative);
    (value.is_finite() && value <= most).then_some(if is_negative { -value } else { value })
}

fn direction(exif: &Exif) -> Option<f64> {
    let value = *numbers(exif, Tag::GPSImgDirection).first()?;
    (0.0..=360.0).contains(&value).then_some(value % 360.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A TIFF block with fields of the main, the EXIF and the GPS directory, as a JPEG without a picture.
    fn file(fields: Vec<exif::Field>) -> Vec<u8> {
        let mut writer = exif::experimental::Writer::new();
        for field in &fields {
            writer.push_field(field);
        }
        let mut block = Cursor::new(Vec::new());
        writer.write(&mut block, false).unwrap();
        let block = block.into_inner();
        let length = u16::try_from(block.len() + 8).unwrap().to_be_bytes();
        [&[0xff, 0xd8, 0xff, 0xe1], length.as_slice(), b"Exif\0\0", &block, &[0xff, 0xd9]].concat()
    }

    fn field(tag: Tag, value: Value) -> exif::Field {
        exif::Field { tag, ifd_num: In::PRIMARY, value }
    }

    fn text(tag: Tag, text: &str) -> exif::Field {
        field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))
    }

    fn ratios(tag: Tag, items: &[(u32, u32)]) -> exif::Field {
        let items = items.iter().map(|(num, denom)| exif::Rational { num: *num, denom: *denom });
        field(tag, Value::Rational(items.collect()))
    }

    #[test]
    fn a_camera_that_knows_its_zone_is_believed() {
        let taken = read(&file(vec![
            field(Tag::Orientation, Value::Short(vec![6])),
            text(Tag::DateTimeOriginal, "2026:06:01 12:30:00"),
            text(Tag::OffsetTimeOriginal, "+03:00"),
            text(Tag::GPSLatitudeRef, "S"),
            ratios(Tag::GPSLatitude, &[(33, 1), (30, 1), (3600, 100)]),
            text(Tag::GPSLongitudeRef, "E"),
            ratios(Tag::GPSLongitude, &[(151, 1), (0, 1), (0, 1)]),
            ratios(Tag::GPSImgDirection, &[(720, 2)]),
        ]));
        assert_eq!(taken.orientation, Orientation::Rotate90);
        let Some(TakenAt::Instant(at)) = taken.at else { panic!("{taken:?}") };
        assert_eq!(at.to_rfc3339(), "2026-06-01T09:30:00+00:00");
        assert_eq!(taken.position, Some([151.0, -33.51]));
        assert_eq!(taken.direction_deg, Some(0.0));
    }

    #[test]
    fn nonsense_is_left_out() {
        let taken = read(&file(vec![
            field(Tag::Orientation, Value::Short(vec![9])),
            text(Tag::DateTimeOriginal, "0000:00:00 00:00:00"),
            text(Tag::GPSLatitudeRef, "N"),
            ratios(Tag::GPSLatitude, &[(1, 0), (0, 0), (0, 0)]),
            text(Tag::GPSLongitudeRef, "E"),
            ratios(Tag::GPSLongitude, &[(500, 1)]),
            ratios(Tag::GPSImgDirection, &[(1000, 1)]),
        ]));
        assert_eq!(taken.orientation, Orientation::NoTransforms);
        assert_eq!((taken.at, taken.position, taken.direction_deg), (None, None, None));
        assert_eq!(read(b"no picture at all").at, None);
    }

    #[test]
    fn a_camera_without_a_zone_shows_the_time_of_poland() {
        let taken = read(&file(vec![text(Tag::DateTimeOriginal, "2026:06:01 12:30:00")]));
        let Some(TakenAt::Local(at)) = taken.at else { panic!("{taken:?}") };
        assert_eq!(at.to_string(), "2026-06-01 12:30:00");
    }
}

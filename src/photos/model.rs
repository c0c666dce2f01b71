//! Photos, their sizes and the reasons for which a file is none. Pure.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::platform::{http::Failure, i18n::Texts};

/// Largest file that is taken, in bytes.
pub const MOST_BYTES: usize = 40_000_000;
/// Most pixels of a picture.
pub const MOST_PIXELS: u64 = 60_000_000;
/// Longest side of a picture.
pub const LONGEST_SIDE_PX: u32 = 20_000;
/// Most photos of one asset.
pub const MOST_PHOTOS: i64 = 200;
/// Longest caption, in characters.
pub const LONGEST_CAPTION: usize = 500;
/// Longest name of a file that is kept, in characters.
const LONGEST_FILE_NAME: usize = 200;
/// Long sides of the renditions. A picture is never enlarged.
pub const SIZES_PX: [u32; 3] = [320, 1024, 2048];

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    Jpeg,
    Png,
    Webp,
}

impl MediaType {
    /// Reads the signature. Names and what the sender says are not asked.
    pub(super) fn of(bytes: &[u8]) -> Result<Self, Refusal> {
        if bytes.is_empty() {
            return Err(Refusal::Empty);
        }
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            return Ok(Self::Jpeg);
        }
        if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            return Ok(Self::Png);
        }
        if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
            return Ok(Self::Webp);
        }
        let brand = (bytes.get(4..8) == Some(b"ftyp")).then(|| bytes.get(8..12)).flatten();
        match brand {
            Some(b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => {
                Err(Refusal::Heic)
            }
            _ => Err(Refusal::NoPicture),
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    pub(super) fn from_stored(text: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::Webp].into_iter().find(|kind| kind.as_str() == text)
    }

    /// How the name of a file of this type ends.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }
}

/// In which form a rendition is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Webp,
    Jpeg,
}

impl Format {
    pub(super) const ALL: [Self; 2] = [Self::Webp, Self::Jpeg];

    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Webp => "webp",
            Self::Jpeg => "jpg",
        }
    }

    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// One rendition of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rendition {
    /// One of [`SIZES_PX`].
    pub size_px: u32,
    pub format: Format,
}

impl Rendition {
    /// Reads `1024.webp`.
    pub(super) fn parse(file: &str) -> Option<Self> {
        let (size, ending) = file.split_once('.')?;
        let size_px = SIZES_PX.into_iter().find(|known| known.to_string() == size)?;
        let format = Format::ALL.into_iter().find(|format| format.ending() == ending)?;
        Some(Self { size_px, format })
    }
}

/// Sizes in which a picture is made: a small picture needs no large ones.
pub(super) fn sizes_of(width: u32, height: u32) -> impl Iterator<Item = u32> {
    let most = stored_size(width, height, u32::MAX);
    SIZES_PX.into_iter().filter(move |size| *size <= most)
}

/// The size that stands for `asked`: the largest one that was made, when the picture is smaller than asked.
pub(super) fn stored_size(width: u32, height: u32, asked: u32) -> u32 {
    let largest = SIZES_PX[SIZES_PX.len() - 1];
    let long_side = width.max(height);
    let most = SIZES_PX.into_iter().find(|size| *size >= long_side).unwrap_or(largest);
    asked.min(most)
}

/// Width and height of a rendition, in pixels; both at least 1.
pub(super) fn fitted(width: u32, height: u32, size_px: u32) -> (u32, u32) {
    let long_side = width.max(height);
    if long_side <= size_px {
        return (width.max(1), height.max(1));
    }
    let scale = |side: u32| {
        let scaled = (u64::from(side) * u64::from(size_px) + u64::from(long_side) / 2) / u64::from(long_side);
        u32::try_from(scaled).unwrap_or(size_px).clamp(1, size_px)
    };
    (scale(width), scale(height))
}

/// Name of the object that is a file as it was sent.
pub(super) fn original_name(sha256: &str) -> String {
    format!("originals/{}", spread(sha256))
}

/// Name of the object that is a rendition of the file with this sum.
pub(super) fn rendition_name(sha256: &str, rendition: Rendition) -> String {
    format!("renditions/{}/{}.{}", spread(sha256), rendition.size_px, rendition.format.ending())
}

/// `ab/cd/abcd…`, so that no folder gets too full.
fn spread(sha256: &str) -> String {
    format!("{}/{}/{sha256}", sha256.get(0..2).unwrap_or_default(), sha256.get(2..4).unwrap_or_default())
}

/// A photo of an asset that is not removed.
#[derive(Debug, Clone)]
pub struct Photo {
    /// Its id.
    pub id: Uuid,
    /// What it shows.
    pub asset_id: Uuid,
    /// Sum of the file as it was sent, in hexadecimal digits.
    pub sha256: String,
    /// Type of the file as it was sent.
    pub media_type: String,
    /// Name that the file had with whoever sent it.
    pub file_name: Option<String>,
    /// Width in pixels, turned upright.
    pub width: u32,
    /// Height in pixels, turned upright.
    pub height: u32,
    /// What people say of it.
    pub caption: Option<String>,
    /// When the camera says that it was taken.
    pub taken_at: Option<DateTime<Utc>>,
    /// The same as a day in Poland.
    pub taken_on: Option<NaiveDate>,
    /// Longitude and latitude of the camera.
    pub position: Option<[f64; 2]>,
    /// Where the camera looked, in degrees from north.
    pub direction_deg: Option<f64>,
    /// Whether the public may see it, as far as it may see the asset.
    pub public: bool,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// By whom.
    pub added_by: String,
}

impl Photo {
    /// Address of a rendition.
    #[must_use]
    pub fn url(&self, size_px: u32, ending: &str) -> String {
        format!("/photos/{}/{size_px}.{ending}", self.id)
    }

    /// Address and width of each rendition that there is, as `srcset` wants them.
    #[must_use]
    pub fn srcset(&self, ending: &str) -> String {
        sizes_of(self.width, self.height)
            .map(|size| {
                let (width, _) = fitted(self.width, self.height, size);
                format!("{} {width}w", self.url(size, ending))
            })
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A file that somebody sends.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    /// The file.
    pub bytes: bytes::Bytes,
    /// Its name, as the sender says.
    pub file_name: Option<String>,
}

/// What somebody wants to be different about a photo.
#[derive(Debug, Clone, Default)]
pub struct PhotoChange {
    /// Another caption; an empty one takes it away.
    pub caption: Option<String>,
    /// Whether the public may see it.
    pub public: Option<bool>,
}

/// A name as it may be kept: the last part of a path, without what steers terminals; `None` when nothing is left.
pub(super) fn tidy_file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = last.chars().filter(|c| !c.is_control()).take(LONGEST_FILE_NAME).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Why a file becomes no photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Empty,
    TooManyBytes,
    NoPicture,
    Heic,
    Animated,
    TooManyPixels,
    Damaged,
    TooSlow,
}

impl Refusal {
    /// The answer, in words that say what to do.
    pub(super) fn failure(self, t: &Texts) -> Failure {
        let stated = |code, detail| Failure::Stated { code, detail, more: serde_json::Value::Null };
        match self {
            Self::Empty => stated("photo-empty", t.get("photos-refused-empty")),
            Self::TooManyBytes => Failure::TooLarge(t.get("photos-refused-bytes")),
            Self::NoPicture => Failure::UnsupportedMedia(t.get("photos-refused-type")),
            Self::Heic => Failure::UnsupportedMedia(t.get("photos-refused-heic")),
            Self::Animated => stated("photo-animated", t.get("photos-refused-animated")),
            Self::TooManyPixels => stated("photo-too-many-pixels", t.get("photos-refused-pixels")),
            Self::Damaged => stated("photo-damaged", t.get("photos-refused-damaged")),
            Self::TooSlow => stated("photo-too-slow", t.get("photos-refused-slow")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_by_their_bytes() {
        assert_eq!(MediaType::of(b"\xff\xd8\xff\xe0....JFIF"), Ok(MediaType::Jpeg));
        assert_eq!(MediaType::of(b"RIFF\x10\0\0\0WEBPVP8 "), Ok(MediaType::Webp));
        assert_eq!(MediaType::of(b"\0\0\0\x18ftypheic\0\0"), Err(Refusal::Heic));
        assert_eq!(MediaType::of(b"PK\x03\x04 photo.jpg"), Err(Refusal::NoPicture));
        assert_eq!(MediaType::of(b"RIFF\x10\0\0\0WAVEfmt "), Err(Refusal::NoPicture));
        assert_eq!(MediaType::of(b""), Err(Refusal::Empty));
    }

    #[test]
    fn small_pictures_are_not_enlarged_and_still_have_every_address() {
        assert_eq!(sizes_of(640, 480).collect::<Vec<_>>(), [320, 1024]);
        assert_eq!(sizes_of(100, 90).collect::<Vec<_>>(), [320]);
        assert_eq!(sizes_of(4000, 3000).collect::<Vec<_>>(), SIZES_PX);
        assert_eq!(stored_size(640, 480, 2048), 1024);
        assert_eq!(stored_size(9000, 10, 2048), 2048);
        assert_eq!(fitted(640, 480, 1024), (640, 480));
        assert_eq!(fitted(4000, 3000, 1024), (1024, 768));
        assert_eq!(fitted(20_000, 1, 320), (320, 1));
    }

    #[test]
    fn only_known_renditions_have_addresses() {
        let rendition = Rendition { size_px: 1024, format: Format::Webp };
        assert_eq!(Rendition::parse("1024.webp"), Some(rendition));
        for other in ["1024", "1024.png", "999.jpg", "01024.jpg", "1024.webp.jpg", "original"] {
            assert_eq!(Rendition::parse(other), None, "{other}");
        }
        assert_eq!(rendition_name("abcdef", rendition), "renditions/ab/cd/abcdef/1024.webp");
    }

    #[test]
    fn file_names_lose_their_folders() {
        assert_eq!(tidy_file_name("C:\\Zdjęcia\\grób.jpg").as_deref(), Some("grób.jpg"));
        assert_eq!(tidy_file_name("../../etc/passwd\u{7}").as_deref(), Some("passwd"));
        assert_eq!(tidy_file_name("photos/"), None);
    }
}

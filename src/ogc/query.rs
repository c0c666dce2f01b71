//! What a request for items asks, read strictly.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

use crate::{
    kernel::{Bbox, Crs, Limit, ParamError, Params},
    registry::{Filter, Kind, Sight},
};

/// Most features on a page; a larger `limit` is brought down to it (OGC API Features 1.0, /req/core/fc-limit-response-1).
pub(super) const MOST_ITEMS: u32 = 10_000;
/// Features on a page when nobody says.
pub(super) const DEFAULT_ITEMS: u32 = 10;

/// A request for items.
#[derive(Debug)]
pub(super) struct ItemsQuery {
    pub filter: Filter,
    pub crs: Crs,
    pub limit: Limit,
    pub after: Option<Uuid>,
    /// The parameters that the next page repeats, in order.
    pub repeated: Vec<(String, String)>,
}

/// Takes `f`, by which clients ask for a media type; everything here is JSON.
pub(super) fn format(params: &mut Params) -> Result<(), ParamError> {
    match params.text("f").as_deref() {
        None | Some("json" | "geojson") => Ok(()),
        Some(_) => Err(ParamError::new("f", "must be json")),
    }
}

/// Takes `crs`.
pub(super) fn crs(params: &mut Params) -> Result<Crs, ParamError> {
    named_crs(params.text("crs"), "crs")
}

fn named_crs(text: Option<String>, name: &str) -> Result<Crs, ParamError> {
    text.map_or(Ok(Crs::Crs84), |text| {
        Crs::parse(&text).ok_or_else(|| {
            ParamError::new(name, "is not one of the systems that the collection names in crs")
        })
    })
}

impl ItemsQuery {
    pub(super) fn read(params: &mut Params, kind: &Kind, sight: Sight) -> Result<Self, ParamError> {
        let mut repeated = Vec::new();
        let mut text = |params: &mut Params, name: &str| {
            let value = params.text(name);
            repeated.extend(value.clone().map(|value| (name.to_owned(), value)));
            value
        };
        let crs = named_crs(text(params, "crs"), "crs")?;
        let bbox_crs = named_crs(text(params, "bbox-crs"), "bbox-crs")?;
        let bbox = text(params, "bbox").map(|bbox| Bbox::parse(&bbox, bbox_crs)).transpose()?;
        let (from, to) = text(params, "datetime").map_or(Ok((None, None)), |value| interval(&value))?;
        let mut filter = Filter {
            bbox,
            from,
            to,
            label: text(params, "label"),
            status: text(params, "status"),
            source: text(params, "source"),
            ..Filter::default()
        };
        if let Some(number) = text(params, "registry_number") {
            let number =
                number.parse().map_err(|_| ParamError::new("registry_number", "must be a whole number"))?;
            filter.registry_number = Some(number);
        }
        let limit = Limit::take(params, DEFAULT_ITEMS, MOST_ITEMS)?;
        let after = params.parse("after", "taken from a next link")?;
        for (name, value) in params.rest() {
            filter.attributes.insert(name.clone(), kind.filter_value(sight, &name, &value)?);
            repeated.push((name, value));
        }
        Ok(Self { filter, crs, limit, after, repeated })
    }
}

type Instants = (Option<DateTime<Utc>>, Option<DateTime<Utc>>);

/// Reads an instant, a date, or an interval of them, open ends as `..` or nothing (RFC 3339, ISO 8601).
fn interval(text: &str) -> Result<Instants, ParamError> {
    let wrong = || {
        ParamError::new(
            "datetime",
            "must be an instant such as 2026-11-22T10:00:00Z, a date, or an interval such as 2026-01-01/..",
        )
    };
    let end = |text: &str, last: bool| match text {
        "" | ".." => Ok(None),
        text => instant(text, last).map(Some).ok_or_else(wrong),
    };
    match text.split_once('/') {
        Some((from, to)) => {
            let (from, to) = (end(from, false)?, end(to, true)?);
            if let (Some(from), Some(to)) = (from, to)
                && from > to
            {
                return Err(ParamError::new("datetime", "ends before it begins"));
            }
            Ok((from, to))
        }
        None if matches!(text, "" | "..") => Err(wrong()),
        None => Ok((end(text, false)?, end(text, true)?)),
    }
}

/// An instant, or the first or last one of a day.
fn instant(text: &str, last: bool) -> Option<DateTime<Utc>> {
    // The database knows fewer years than the calendar here.
    let sane = |year: i32| (1..=9999).contains(&year);
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.with_timezone(&Utc)).filter(|instant| sane(instant.year()));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|day| sane(day.year()))?;
    let time = if last { NaiveTime::from_hms_milli_opt(23, 59, 59, 999)? } else { NaiveTime::MIN };
    Some(day.and_time(time).and_utc())
}

#[cfg(test)]
mod tests {
    use super::interval;

    #[test]
    fn intervals_may_be_open_and_dates_are_whole_days() {
        let (from, to) = interval("2026-11-22").unwrap();
        assert!(from.unwrap() < to.unwrap());
        assert!(interval("../2026-01-01").unwrap().0.is_none());
        assert!(interval("2026-01-01T00:00:00+01:00/..").unwrap().1.is_none());
        for text in ["yesterday", "..", "2026-02-30", "2026-02-02/2026-01-01", "1/2/3"] {
            assert_eq!(interval(text).unwrap_err().name, "datetime", "{text}");
        }
    }
}

//! What a request for items asks, read strictly.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use cql2::{Expr, Queryables, Type};

use crate::{
    kernel::{Bbox, Crs, Limit, ParamError, Params},
    registry::{Condition, Cursor, Filter, Kind, Sight, Sort, asked_condition, queryables},
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
    pub sort: Sort,
    pub after: Option<Cursor>,
    /// The properties that features shall have; `None` for all.
    pub properties: Option<Vec<String>>,
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

/// Takes `f` of a door that also answers whole files: the format of a file, or `None` for a page of JSON.
pub(super) fn file_format(params: &mut Params) -> Result<Option<exporters::Format>, ParamError> {
    use exporters::Format;
    match params.text("f").as_deref() {
        None | Some("json" | "geojson") => Ok(None),
        Some(name) => match Format::from_name(name).filter(|format| *format != Format::Geojson) {
            Some(format) => Ok(Some(format)),
            None => {
                let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
                Err(ParamError::new("f", format!("must be json or one of {}", names.join(", "))))
            }
        },
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
        let may = queryables(kind, sight);
        let mut repeated: Vec<(String, String)> =
            ["filter", "filter-lang", "filter-crs"].iter().filter_map(|name| params.peek(name)).collect();
        let condition = asked_condition(params, &may)?;
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
            conditions: condition.into_iter().collect(),
            ..Filter::default()
        };
        let sort = text(params, "sortby").map_or(Ok(Sort::default()), |text| Sort::read(&text, &may))?;
        let properties =
            text(params, "properties").map(|text| chosen_properties(&text, kind, sight)).transpose()?;
        if let Some(number) = text(params, "registry_number") {
            let number =
                number.parse().map_err(|_| ParamError::new("registry_number", "must be a whole number"))?;
            filter.registry_number = Some(number);
        }
        let limit = Limit::take(params, DEFAULT_ITEMS, MOST_ITEMS)?;
        let after = params.text("after").map(|text| Cursor::read(&text, &sort)).transpose()?;
        for (name, value) in params.rest() {
            match equality(&name, &value, kind, sight, &may)? {
                Some(condition) => filter.conditions.push(condition),
                None => {
                    filter.attributes.insert(name.clone(), kind.filter_value(sight, &name, &value)?);
                }
            }
            repeated.push((name, value));
        }
        Ok(Self { filter, crs, limit, sort, after, properties, repeated })
    }
}

/// Properties of a feature beside its attributes.
const COMMON: [&str; 8] =
    ["registry_number", "label", "status", "source", "source_id", "part_of", "rev", "updated_at"];

fn chosen_properties(text: &str, kind: &Kind, sight: Sight) -> Result<Vec<String>, ParamError> {
    let mut known = kind.keys(sight);
    known.extend(COMMON.map(str::to_owned));
    let chosen: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    match chosen.iter().find(|name| !known.contains(name)) {
        Some(unknown) => {
            let unknown: String = unknown.chars().take(60).collect();
            let why = format!("there is no property {unknown:?} here; there are: {}", known.join(", "));
            Err(ParamError::new("properties", why))
        }
        None => Ok(chosen),
    }
}

/// `name=value` as a condition, for what is no attribute with a single value (Part 3, queryables as query parameters).
fn equality(
    name: &str,
    value: &str,
    kind: &Kind,
    sight: Sight,
    may: &Queryables,
) -> Result<Option<Condition>, ParamError> {
    let Some(queryable) = may.get(name) else { return Ok(None) };
    let text = Expr::Text(value.to_owned()).to_text();
    let (filter, expected) = match queryable.kind {
        Type::List => (format!("A_CONTAINS(\"{name}\", ({text}))"), "a text"),
        _ if kind.keys(sight).iter().any(|key| key == name) => return Ok(None),
        Type::Instant if value.contains('T') => {
            (format!("\"{name}\" = TIMESTAMP({text})"), "an instant in UTC")
        }
        Type::Instant | Type::Date => (format!("\"{name}\" = DATE({text})"), "a date or an instant in UTC"),
        Type::Integer | Type::Number => {
            let number: i64 = value.parse().map_err(|_| ParamError::new(name, "must be a whole number"))?;
            (format!("\"{name}\" = {number}"), "a whole number")
        }
        Type::Geometry => return Err(ParamError::new(name, "is filtered by bbox or filter")),
        _ => (format!("\"{name}\" = {text}"), "a text"),
    };
    let wrong = |_| ParamError::new(name, format!("must be {expected}"));
    Condition::read(&filter, false, Crs::Crs84, may).map(Some).map_err(wrong)
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

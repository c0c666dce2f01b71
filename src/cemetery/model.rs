//! What the cemeteries answer. Pure.

use std::ops::RangeInclusive;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::kernel::{Lang, ParamError, Params, PartialDate};

/// A search for buried people.
#[derive(Debug, Clone, Default)]
pub struct SearchRequest {
    /// A name as somebody remembers it, with or without years.
    pub text: String,
    /// Only in this cemetery.
    pub cemetery: Option<Uuid>,
    /// Only those born in these years.
    pub born: Option<RangeInclusive<i16>>,
    /// Only those who died in these years.
    pub died: Option<RangeInclusive<i16>>,
    /// Most answers on a page.
    pub limit: u32,
    /// Where the page begins.
    pub after: Option<super::index::Cursor>,
}

/// Reads `1912`, `1900/1950`, `1900/..`, `../1950` as a range of years.
///
/// # Errors
/// Names the parameter.
pub fn years(params: &mut Params, name: &str) -> Result<Option<RangeInclusive<i16>>, ParamError> {
    let Some(text) = params.text(name) else { return Ok(None) };
    let wrong = || {
        ParamError::new(name, "must be a year such as 1912, or years such as 1900/1950, 1900/.. or ../1950")
    };
    let year =
        |text: &str| text.parse::<i16>().ok().filter(|year| (1..=9999).contains(year)).ok_or_else(wrong);
    let range = match text.trim().split_once('/') {
        None => year(text.trim())?..=year(text.trim())?,
        Some(("..", "..")) => return Err(wrong()),
        Some(("..", to)) => 1..=year(to)?,
        Some((from, "..")) => year(from)?..=9999,
        Some((from, to)) => year(from)?..=year(to)?,
    };
    if range.is_empty() { Err(wrong()) } else { Ok(Some(range)) }
}

/// A person found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundPerson {
    /// Id.
    pub id: Uuid,
    /// Given names; empty when unknown.
    pub given_names: String,
    /// Surname; empty when unknown.
    pub surname: String,
    /// Family name before marriage.
    pub maiden_name: Option<String>,
    /// Birth: `1912`, `1912-05` or `1912-05-03`.
    pub born: Option<String>,
    /// Death, in the same form.
    pub died: Option<String>,
}

/// The grave of a person found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundGrave {
    /// Id.
    pub id: Uuid,
    /// What people call it: `A / 3 / 12`.
    pub label: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Row.
    pub row: Option<String>,
    /// Number in the row; a text, for there are 12a and 1/2.
    pub number: Option<String>,
}

/// The cemetery of a grave found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FoundCemetery {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub label: Option<String>,
}

/// One answer of the search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Hit {
    /// Who.
    pub person: FoundPerson,
    /// In which grave.
    pub grave: FoundGrave,
    /// In which cemetery; absent for a grave outside any known one.
    pub cemetery: Option<FoundCemetery>,
    /// Longitude and latitude of the grave.
    pub point: [f64; 2],
    /// How well it answers, 0 to 1.
    pub score: f32,
}

/// A page of answers, best first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitPage {
    /// The answers.
    pub items: Vec<Hit>,
    /// How many there are in all.
    pub matched: usize,
    /// Address of the next page.
    pub next: Option<String>,
}

/// A person in a grave.
#[derive(Debug, Clone)]
pub struct Person {
    /// Id.
    pub id: Uuid,
    /// Given names; empty when unknown.
    pub given_names: String,
    /// Surname; empty when unknown.
    pub surname: String,
    /// Family name before marriage.
    pub maiden_name: Option<String>,
    /// Birth.
    pub born: Option<PartialDate>,
    /// Death.
    pub died: Option<PartialDate>,
    /// Burial.
    pub buried: Option<PartialDate>,
}

/// A grave with all that its page shows.
#[derive(Debug, Clone)]
pub struct Grave {
    /// Id.
    pub id: Uuid,
    /// Number in the registry.
    pub registry_number: i64,
    /// What people call it.
    pub label: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Row.
    pub row: Option<String>,
    /// Number in the row.
    pub number: Option<String>,
    /// Longitude and latitude of a point on it.
    pub point: [f64; 2],
    /// GeoJSON geometry.
    pub geometry: serde_json::Value,
    /// Its cemetery.
    pub cemetery: Option<FoundCemetery>,
    /// Source of the data.
    pub source: String,
    /// Who lies in it, by date of death.
    pub people: Vec<Person>,
}

/// A gate of a cemetery.
#[derive(Debug, Clone)]
pub struct Gate {
    /// Id.
    pub id: Uuid,
    /// Name or number.
    pub name: Option<String>,
    /// Number in the registry.
    pub registry_number: i64,
    /// Longitude and latitude.
    pub point: [f64; 2],
    /// Whether it is locked or not for visitors.
    pub closed: bool,
    /// Opening hours in OSM's notation.
    pub opening_hours: Option<String>,
}

/// A cemetery in a list.
#[derive(Debug, Clone)]
pub struct CemeterySummary {
    /// Id.
    pub id: Uuid,
    /// Name.
    pub name: Option<String>,
    /// Number in the registry.
    pub registry_number: i64,
    /// Graves in it.
    pub graves: i64,
}

impl CemeterySummary {
    /// Its name, or "Cmentarz 12" when it has none.
    #[must_use]
    pub fn name_in(&self, lang: Lang) -> String {
        self.name.clone().unwrap_or_else(|| match lang {
            Lang::Pl => format!("Cmentarz {}", self.registry_number),
            Lang::En => format!("Cemetery {}", self.registry_number),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_are_single_or_ranges() {
        let read = |text: &str| years(&mut Params::new(vec![("died".into(), text.into())]).unwrap(), "died");
        assert_eq!(read("1912").unwrap(), Some(1912..=1912));
        assert_eq!(read("1900/1950").unwrap(), Some(1900..=1950));
        assert_eq!(read("../1950").unwrap(), Some(1..=1950));
        assert_eq!(read("").unwrap(), None);
        for text in ["x", "1950/1900", "../..", "1900-1950", "99999"] {
            assert_eq!(read(text).unwrap_err().name, "died", "{text}");
        }
    }
}

//! Words of the comparison. Pure.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Hundredths of a square metre in a square metre.
pub(super) const DM2: i64 = 100;
/// The largest area that is taken: 10,000 km².
pub(super) const MOST_DM2: i64 = 1_000_000_000_000;

/// A tax on land or buildings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Tax {
    /// Act on local taxes and fees, 1991.
    Property,
    /// Act on the agricultural tax, 1984.
    Agricultural,
    /// Act on the forest tax, 2002.
    Forest,
    /// None of them.
    Exempt,
}

impl Tax {
    pub(super) const ALL: [Self; 4] = [Self::Property, Self::Agricultural, Self::Forest, Self::Exempt];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Property => "property",
            Self::Agricultural => "agricultural",
            Self::Forest => "forest",
            Self::Exempt => "exempt",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tax| tax.name() == name)
    }
}

/// What can be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// The register has it, nobody declares it.
    UndeclaredParcel,
    /// Somebody declares it, the register never had it.
    UnknownParcel,
    /// Somebody declares it, the register had it once: it was divided or joined.
    ChangedParcel,
    /// The area of the land differs.
    Area,
    /// The area is the same, but it is taxed otherwise than its use in the register says.
    Use,
    /// The register has a building, nobody declares one.
    UndeclaredBuilding,
    /// The area of the buildings differs.
    BuildingArea,
    /// Somebody declares a building, the register has none.
    UnknownBuilding,
}

impl Kind {
    pub(super) const ALL: [Self; 8] = [
        Self::UndeclaredParcel,
        Self::UnknownParcel,
        Self::ChangedParcel,
        Self::Area,
        Self::Use,
        Self::UndeclaredBuilding,
        Self::BuildingArea,
        Self::UnknownBuilding,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::UndeclaredParcel => "undeclared-parcel",
            Self::UnknownParcel => "unknown-parcel",
            Self::ChangedParcel => "changed-parcel",
            Self::Area => "area",
            Self::Use => "use",
            Self::UndeclaredBuilding => "undeclared-building",
            Self::BuildingArea => "building-area",
            Self::UnknownBuilding => "unknown-building",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What somebody said of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Nobody has dealt with it.
    Open,
    /// Looked into: it is as it should be.
    InOrder,
    /// The payer was called upon to explain or correct (art. 155, 274a of the Tax Ordinance).
    Called,
    /// The payer corrected the declaration, or the register was corrected.
    Corrected,
}

impl Mark {
    pub(super) const ALL: [Self; 4] = [Self::Open, Self::InOrder, Self::Called, Self::Corrected];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::InOrder => "in-order",
            Self::Called => "called",
            Self::Corrected => "corrected",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }
}

/// Land or a building as somebody declares it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Item {
    /// Whether it is a building.
    pub(super) building: bool,
    /// By which tax.
    pub(super) tax: Tax,
    /// "Bi", "R"; of a building `residential`, `business`, `other`.
    pub(super) use_of: String,
    /// "IIIa"
    pub(super) class: Option<String>,
    /// Of a building its usable area.
    pub(super) area_dm2: i64,
}

/// What one payer declares of one parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declared {
    /// The declaration.
    pub(super) id: Uuid,
    /// As it was written.
    pub(super) parcel: String,
    /// As it is compared.
    pub(super) key: String,
    /// Land and buildings.
    pub(super) items: Vec<Item>,
}

/// A use of a parcel in the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Use {
    /// "R", "Bi", "Br".
    pub(super) symbol: String,
    /// The whole as the register has it: "Br R IVa".
    pub(super) text: String,
    /// Its part of the parcel, where the register says so credibly.
    pub(super) area_dm2: Option<i64>,
}

/// A parcel of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Parcel {
    /// The thing.
    pub(super) asset: Uuid,
    /// Its identifier as the register writes it.
    pub(super) reference: String,
    /// As it is compared.
    pub(super) key: String,
    /// Its legal area (pole ewidencyjne), never that of its outline.
    pub(super) area_dm2: Option<i64>,
    /// Uses in the register's order.
    pub(super) uses: Vec<Use>,
}

/// A building of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Building {
    /// The thing.
    pub(super) asset: Uuid,
    /// Its identifier.
    pub(super) reference: String,
    /// What it is, as the register calls it.
    pub(super) use_of: Option<String>,
    /// Storeys above ground.
    pub(super) storeys: Option<i32>,
    /// Built-up area.
    pub(super) built_dm2: Option<i64>,
    /// Keys of the parcels on which it stands.
    pub(super) parcels: Vec<String>,
}

/// A parcel's identifier as it is compared: `061304_5.0012.AR_1.809/1` without blanks, the sheet as `AR_1`, large letters. People
/// leave out leading zeros of nothing, so nothing else is touched. `None` where nothing is left or it is too long.
pub(super) fn parcel_key(text: &str) -> Option<String> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    let parts: Vec<String> = plain.split('.').map(sheet).collect();
    let key = parts.join(".");
    (!key.is_empty() && key.len() <= 60 && key.chars().any(|c| c.is_ascii_digit())).then_some(key)
}

/// "AR1", "AR_01" and "AR-1" are the same map sheet.
fn sheet(part: &str) -> String {
    match part.strip_prefix("AR") {
        Some(number) => {
            let digits = number.trim_start_matches(['_', '-']).trim_start_matches('0');
            format!("AR_{digits}")
        }
        None => part.to_owned(),
    }
}

/// District and main number of a parcel: `061304_5.0012.809` of `061304_5.0012.809/1`; parcels that come of a division
/// keep it.
pub(super) fn stem(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(stem, _)| stem)
}

/// Reads uses as the register has them, "R VI" with areas "R VI 0.1200" in hectares. Areas count only when together they
/// make the parcel's, within a hundredth or two square metres: real files say 1 ha inside 0.242 ha.
pub(super) fn uses(texts: &[String], areas: &[String], parcel_dm2: Option<i64>) -> Vec<Use> {
    let symbol = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let with_areas: Vec<(String, i64)> = areas
        .iter()
        .filter_map(|text| {
            let (rest, number) = text.rsplit_once(' ')?;
            let ha: f64 = number.replace(',', ".").parse().ok()?;
            Some((rest.to_owned(), area_of_ha(ha)?))
        })
        .collect();
    let sum: i64 = with_areas.iter().map(|(_, area)| *area).sum();
    let fits = parcel_dm2.is_some_and(|all| (all - sum).abs() <= (all / 100).max(2 * DM2));
    if fits && with_areas.len() == areas.len() && !areas.is_empty() {
        return with_areas
            .into_iter()
            .map(|(text, area)| Use { symbol: symbol(&text), text, area_dm2: Some(area) })
            .collect();
    }
    let mut uses: Vec<Use> = texts
        .iter()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Use { symbol: symbol(text), text: text.clone(), area_dm2: None })
        .collect();
    if let [only] = uses.as_mut_slice() {
        only.area_dm2 = parcel_dm2;
    }
    uses
}

/// Hundredths of a square metre of hectares; `None` below zero, beyond all parcels, or for no number.
pub(super) fn area_of_ha(ha: f64) -> Option<i64> {
    area_of_m2(ha * 10_000.0)
}

/// Hundredths of a square metre of square metres.
pub(super) fn area_of_m2(m2: f64) -> Option<i64> {
    let dm2 = (m2 * DM2 as f64).round();
    (m2.is_finite() && (0.0..=MOST_DM2 as f64).contains(&dm2)).then_some(dm2 as i64)
}

/// Reads an area as people write it: "1 234,5", "0.2420"; with a unit behind it (`m2`, `m²`, `ha`, `a`), else in `ha` or square
/// metres.
pub(super) fn read_area(text: &str, in_ha: bool) -> Option<i64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
    let digits = plain.trim_end_matches(|c: char| !c.is_ascii_digit() && c != '²' && c != ',' && c != '.');
    let (number, factor) = match plain.as_str() {
        text if text.ends_with("m2") => (text.trim_end_matches("m2"), 1.0),
        text if text.ends_with("m²") => (text.trim_end_matches("m²"), 1.0),
        text if text.ends_with("ha") => (text.trim_end_matches("ha"), 10_000.0),
        text if text.ends_with('a') => (text.trim_end_matches('a'), 100.0),
        _ => (digits, if in_ha { 10_000.0 } else { 1.0 }),
    };
    let number = number.replace(',', ".");
    if !number.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    area_of_m2(number.parse::<f64>().ok()? * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_the_same_however_they_are_written() {
        for text in ["061304_5.0012.AR_1.809/1", " 061304_5.0012.AR_01. 809/1", "061304_5.0012.ar1.809/1"] {
            assert_eq!(parcel_key(text).as_deref(), Some("061304_5.0012.AR_1.809/1"), "{text}");
        }
        assert_eq!(parcel_key("  "), None);
        assert_eq!(parcel_key("Ogród"), None);
        assert_eq!(stem("061304_5.0012.809/1"), "061304_5.0012.809");
    }

    #[test]
    fn areas_of_uses_count_only_when_they_make_the_parcel() {
        let texts = ["R VI".to_owned()];
        let one = uses(&texts, &["R VI 1".to_owned()], Some(242_000));
        assert_eq!(one, [Use { symbol: "R".into(), text: "R VI".into(), area_dm2: Some(242_000) }]);
        let two = ["R VI 0.1200".to_owned(), "Bi 0.1220".to_owned()];
        let found = uses(&["R VI".into(), "Bi".into()], &two, Some(242_000));
        assert_eq!(found.iter().map(|one| one.area_dm2).collect::<Vec<_>>(), [Some(120_000), Some(122_000)]);
        let wrong = uses(&["R VI".into(), "Bi".into()], &two, Some(500_000));
        assert!(wrong.iter().all(|one| one.area_dm2.is_none()));
    }

    #[test]
    fn areas_are_read_as_people_write_them() {
        for (text, in_ha, expected) in [
            ("1 234,5", false, Some(123_450)),
            ("0,2420", true, Some(242_000)),
            ("843 m²", true, Some(84_300)),
            ("0.242 ha", false, Some(242_000)),
            ("-3", false, None),
            ("1e9", false, None),
            ("", false, None),
            ("dużo", false, None),
        ] {
            assert_eq!(read_area(text, in_ha), expected, "{text}");
        }
    }
}

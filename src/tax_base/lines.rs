//! How people and files write what is declared: words, symbols, areas. Pure.

use chrono::{Datelike, NaiveDate};

use super::{
    model::{Item, Tax, read_area},
    rules::Rules,
};

/// Something of a row that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Neither land nor building.
    Part,
    /// No use, or one that the rules do not know and to which no tax is named.
    Use,
    /// Too long.
    Class,
    /// No area above nothing.
    Area,
    /// No tax that there is.
    Tax,
    /// No identifier of a parcel.
    Parcel,
    /// No day.
    Day,
    /// No payer, or one that nobody knows.
    Payer,
}

impl Wrong {
    /// The key of its words.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Part => "tax-base-wrong-part",
            Self::Use => "tax-base-wrong-use",
            Self::Class => "tax-base-wrong-class",
            Self::Area => "tax-base-wrong-area",
            Self::Tax => "tax-base-wrong-tax",
            Self::Parcel => "tax-base-wrong-parcel",
            Self::Day => "tax-base-wrong-day",
            Self::Payer => "tax-base-wrong-payer",
        }
    }
}

/// One thing that is declared, as it was written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Written<'a> {
    pub(super) part: &'a str,
    pub(super) use_of: &'a str,
    pub(super) class: &'a str,
    pub(super) area: &'a str,
    pub(super) tax: &'a str,
    /// Whether areas without a unit are hectares.
    pub(super) in_ha: bool,
}

/// Small letters without Polish accents and blanks at the ends.
pub(super) fn plain(text: &str) -> String {
    text.trim()
        .to_lowercase()
        .chars()
        .map(|c| match c {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            other => other,
        })
        .collect()
}

/// How a building is used, by the words that people write.
fn building_use(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    let begins = |words: &[&str]| words.iter().any(|word| plain.starts_with(word));
    if begins(&["mieszk", "resid", "dom"]) {
        Some("residential")
    } else if begins(&["dzialaln", "zwiazan", "firm", "gospodarcza", "business"]) {
        Some("business")
    } else if begins(&["pozost", "inn", "garaz", "gospodarcz", "letnisk", "other"]) {
        Some("other")
    } else {
        None
    }
}

/// Reads one thing.
///
/// # Errors
/// What is wrong first.
pub(super) fn item(written: Written<'_>, rules: &Rules) -> Result<Item, Wrong> {
    let use_of = written.use_of.trim();
    let part = plain(written.part);
    let building = match part.as_str() {
        "" => rules.tax_of(use_of).is_none() && building_use(use_of).is_some(),
        text if ["bud", "lok", "build"].iter().any(|word| text.starts_with(word)) => true,
        text if ["gr", "dz", "land", "uz"].iter().any(|word| text.starts_with(word)) => false,
        _ => return Err(Wrong::Part),
    };
    let tax = match plain(written.tax).as_str() {
        "" => None,
        text if ["nieruch", "od nieruch", "prop"].iter().any(|word| text.starts_with(word)) => {
            Some(Tax::Property)
        }
        text if ["roln", "agri"].iter().any(|word| text.starts_with(word)) => Some(Tax::Agricultural),
        text if ["lesn", "fores"].iter().any(|word| text.starts_with(word)) => Some(Tax::Forest),
        text if ["zwol", "brak", "exem"].iter().any(|word| text.starts_with(word)) => Some(Tax::Exempt),
        _ => return Err(Wrong::Tax),
    };
    let class = Some(written.class.trim()).filter(|class| !class.is_empty());
    if class.is_some_and(|class| class.chars().count() > 10) {
        return Err(Wrong::Class);
    }
    let area_dm2 = read_area(written.area, written.in_ha).filter(|area| *area > 0).ok_or(Wrong::Area)?;
    if building {
        let use_of = building_use(use_of).ok_or(Wrong::Use)?.to_owned();
        return Ok(Item {
            building,
            tax: tax.unwrap_or(Tax::Property),
            use_of,
            class: class.map(str::to_owned),
            area_dm2,
        });
    }
    // "L" is how old files write "Ł"; land of a business is no use of the register.
    let (use_of, by_rule) = match (rules.tax_of(use_of), building_use(use_of)) {
        (Some(tax), _) => (use_of.to_owned(), Some(tax)),
        (None, Some("business")) => ("business".to_owned(), Some(Tax::Property)),
        (None, _) => (use_of.to_owned(), None),
    };
    if use_of.is_empty() || use_of.chars().count() > 40 {
        return Err(Wrong::Use);
    }
    let tax = tax.or(by_rule).ok_or(Wrong::Use)?;
    Ok(Item { building, tax, use_of, class: class.map(str::to_owned), area_dm2 })
}

/// Reads a line of the desk's form: "grunt; R; IIIa; 0,1200 ha", with the tax as a fifth part where it is another one.
///
/// # Errors
/// What is wrong.
pub(super) fn line(text: &str, rules: &Rules) -> Result<Item, Wrong> {
    let parts: Vec<&str> = text.split(';').map(str::trim).collect();
    let part = |n: usize| parts.get(n).copied().unwrap_or_default();
    if parts.len() > 5 {
        return Err(Wrong::Tax);
    }
    let written =
        Written { part: part(0), use_of: part(1), class: part(2), area: part(3), tax: part(4), in_ha: false };
    item(written, rules)
}

/// Reads a day: "2026-01-01", "1.01.2026", or a year, whose first day it is.
pub(super) fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day = if text.len() == 4 {
        NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)
    } else {
        let iso = text.get(..10).unwrap_or(text);
        NaiveDate::parse_from_str(iso, "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(text, "%d.%m.%Y"))
            .ok()
    };
    day.filter(|day| (1990..=2099).contains(&day.year()))
}

/// A payer's number in the finance system.
pub(super) fn payer_number(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (1..=40).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-'));
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tax_base::rules::BUILT_IN;

    #[test]
    fn lines_are_read_as_the_office_writes_them() {
        let rules = Rules::read(BUILT_IN).unwrap();
        let land = line("grunt; R; IIIa; 0,1200 ha", &rules).unwrap();
        assert_eq!((land.building, land.tax, land.area_dm2), (false, Tax::Agricultural, 120_000));
        let business = line("Grunt; działalność; ; 843 m²", &rules).unwrap();
        assert_eq!((business.tax, business.use_of.as_str()), (Tax::Property, "business"));
        let house = line("budynek; mieszkalny; ; 120,50", &rules).unwrap();
        assert_eq!((house.building, house.use_of.as_str(), house.area_dm2), (true, "residential", 12_050));
        let other = line("grunt; R; VI; 500; nieruchomości", &rules).unwrap();
        assert_eq!(other.tax, Tax::Property);
        for (text, wrong) in [
            ("statek; R; ; 5", Wrong::Part),
            ("grunt; X; ; 5", Wrong::Use),
            ("budynek; latający; ; 5", Wrong::Use),
            ("grunt; R; ; -5", Wrong::Area),
            ("grunt; R; ; 0", Wrong::Area),
            ("grunt; R; ; 5; dochodowy", Wrong::Tax),
            ("grunt; R; bardzo długa klasa; 5", Wrong::Class),
        ] {
            assert_eq!(line(text, &rules), Err(wrong), "{text}");
        }
    }

    #[test]
    fn days_are_read_in_both_ways_and_years_are_their_first_day() {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1);
        for text in ["2026-01-01", "01.01.2026", "1.1.2026", "2026", "2026-01-01T00:00:00"] {
            assert_eq!(day(text), first, "{text}");
        }
        assert_eq!(day("30.02.2026"), None);
        assert_eq!(day("1826"), None);
    }
}

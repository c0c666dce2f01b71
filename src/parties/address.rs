//! Declared addresses, and how they are found in the register: names are written in many ways.

use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

use super::{
    model::{Address, line},
    store::PointRow,
};

/// What is wrong with a declared address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressFault {
    /// The street has too many characters.
    Street,
    /// No house number, or one that cannot be one.
    HouseNumber,
    /// A flat that cannot be one.
    FlatNumber,
    /// No postcode of the form 00-000.
    Postcode,
    /// No place.
    Place,
}

impl AddressFault {
    /// The field, and the key of the text that says how to mend it.
    #[must_use]
    pub fn field_and_key(self) -> (&'static str, &'static str) {
        match self {
            Self::Street => ("street", "address-street-fault"),
            Self::HouseNumber => ("house_number", "address-house-fault"),
            Self::FlatNumber => ("flat_number", "address-flat-fault"),
            Self::Postcode => ("postcode", "address-postcode-fault"),
            Self::Place => ("place", "address-place-fault"),
        }
    }
}

impl Address {
    /// Reads an address as somebody typed it: spaces in order, the postcode with its hyphen.
    ///
    /// # Errors
    /// All that is wrong.
    pub fn read(typed: &Self) -> Result<Self, Vec<AddressFault>> {
        let mut faults = Vec::new();
        let mut optional = |text: &str, most, fault| match (text.trim().is_empty(), line(text, most)) {
            (true, _) => String::new(),
            (false, Some(text)) => text,
            (false, None) => {
                faults.push(fault);
                String::new()
            }
        };
        let street = optional(&typed.street, 120, AddressFault::Street);
        let flat_number = optional(&typed.flat_number, 20, AddressFault::FlatNumber);
        let house = line(&typed.house_number, 20).filter(|text| text.chars().any(|c| c.is_ascii_digit()));
        let digits: String =
            typed.postcode.chars().take(40).filter(|c| !c.is_whitespace() && *c != '-').collect();
        let postcode = match digits.split_at_checked(2) {
            Some((head, tail)) if digits.len() == 5 && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(format!("{head}-{tail}"))
            }
            _ => None,
        };
        let place = line(&typed.place, 120).filter(|text| text.chars().any(char::is_alphabetic));
        match (house, postcode, place) {
            (Some(house_number), Some(postcode), Some(place)) if faults.is_empty() => {
                Ok(Self { street, house_number, flat_number, postcode, place })
            }
            (house, postcode, place) => {
                if house.is_none() {
                    faults.push(AddressFault::HouseNumber);
                }
                if postcode.is_none() {
                    faults.push(AddressFault::Postcode);
                }
                if place.is_none() {
                    faults.push(AddressFault::Place);
                }
                Err(faults)
            }
        }
    }
}

/// A house or flat number as it is compared: "12 a" is "12A".
#[must_use]
pub fn number_key(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Words of a name as they are compared: small letters without accents, the kind of street in one spelling.
fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .chars()
        .flat_map(char::to_lowercase)
        // The only Polish letter that is no letter with an accent.
        .map(|c| if c == 'ł' { 'l' } else { c })
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    plain
        .split_whitespace()
        .map(|word| match word {
            "ulica" => "ul",
            "aleja" | "aleje" => "al",
            "plac" => "pl",
            "osiedle" => "os",
            "swietego" | "swietej" | "swietych" => "sw",
            "ksiedza" => "ks",
            "generala" => "gen",
            "marszalka" => "marsz",
            "doktora" => "dr",
            other => other,
        })
        .map(str::to_owned)
        .collect()
}

/// Words of a street without what kind of street it is.
fn street_words(text: &str) -> Vec<String> {
    let mut words = words(text);
    if words.len() > 1
        && words
            .first()
            .is_some_and(|word| matches!(word.as_str(), "ul" | "al" | "pl" | "os" | "skwer" | "rondo"))
    {
        words.remove(0);
    }
    words
}

/// What the register says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// It has it.
    Found {
        /// The address point.
        point: Uuid,
        /// The flat as it is compared; empty for a house.
        flat_key: String,
    },
    /// It has it with another postcode.
    OtherPostcode(String),
    /// It does not have it.
    Unknown,
}

/// Ways to read a house number and a flat: as typed, and "12/5" as flat 5 where no flat was named.
#[must_use]
pub fn readings(address: &Address) -> Vec<(String, String)> {
    let (house, flat) = (number_key(&address.house_number), number_key(&address.flat_number));
    let mut readings = vec![(house.clone(), flat.clone())];
    if flat.is_empty()
        && let Some((house, flat)) = house.rsplit_once(['/', 'm'])
        && !house.is_empty()
        && flat.chars().any(|c| c.is_ascii_digit())
    {
        readings.push((house.trim_end_matches('.').to_owned(), flat.trim_matches('.').to_owned()));
    }
    readings
}

/// Looks for an address among the address points of its house number.
///
/// The street counts as found when its words are the same, or are the end of exactly one street's: "Bema" is "gen.
/// Józefa Bema" where there is no other Bema.
#[must_use]
pub fn find(address: &Address, points: &[PointRow], flat_key: &str) -> Match {
    let place = words(&address.place);
    let of_place: Vec<&PointRow> =
        points.iter().filter(|point| words(&point.place) == place || words(&point.part) == place).collect();
    let typed = street_words(&address.street);
    let fits = |exact: bool| {
        of_place.iter().copied().filter(move |point| {
            let known = street_words(&point.street);
            known == street_words(&address.street)
                || (!exact && !known.is_empty() && known.ends_with(&street_words(&address.street)))
        })
    };
    let mut candidates: Vec<&PointRow> = fits(true).collect();
    // In a village the street is the village itself, or is not named.
    if candidates.is_empty() && (typed.is_empty() || typed == place) {
        candidates = of_place.iter().copied().filter(|point| point.street.is_empty()).collect();
    }
    if candidates.is_empty() && !typed.is_empty() {
        candidates = fits(false).collect();
        let mut streets: Vec<Vec<String>> =
            candidates.iter().map(|point| street_words(&point.street)).collect();
        streets.sort();
        streets.dedup();
        if streets.len() > 1 {
            return Match::Unknown;
        }
    }
    let same_code = |point: &&&PointRow| point.postcode.is_empty() || point.postcode == address.postcode;
    match (candidates.iter().find(same_code), candidates.first()) {
        (Some(point), _) => Match::Found { point: point.id, flat_key: flat_key.to_owned() },
        (None, Some(point)) => Match::OtherPostcode(point.postcode.clone()),
        (None, None) => Match::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(street: &str, house: &str, flat: &str, postcode: &str, place: &str) -> Address {
        Address {
            street: street.into(),
            house_number: house.into(),
            flat_number: flat.into(),
            postcode: postcode.into(),
            place: place.into(),
        }
    }

    fn point(street: &str, postcode: &str) -> PointRow {
        PointRow {
            id: Uuid::new_v4(),
            place: "Zmyślin".into(),
            part: String::new(),
            street: street.into(),
            postcode: postcode.into(),
        }
    }

    #[test]
    fn names_of_streets_are_written_in_many_ways() {
        for (written, known) in [
            ("ul. Lipowa", "Lipowa"),
            ("LIPOWA", "ulica Lipowa"),
            ("Zolwia", "Żółwia"),
            ("al. Jana Pawła II", "Aleja Jana Pawła II"),
            ("Jana Pawła II", "al. Jana Pawła II"),
            ("św. Anny", "Świętej Anny"),
            ("3 Maja", "3-go Maja"),
            ("Bema", "gen. Józefa Bema"),
        ] {
            let found = find(&typed(written, "3", "", "05-807", "zmyslin"), &[point(known, "05-807")], "");
            // "3-go Maja" is another name until somebody writes it so: its words differ.
            assert_eq!(matches!(found, Match::Found { .. }), written != "3 Maja", "{written} for {known}");
        }
    }

    #[test]
    fn what_is_not_certain_is_not_found() {
        let two = [point("gen. Józefa Bema", ""), point("Anny Bema", "")];
        assert_eq!(find(&typed("Bema", "3", "", "05-807", "Zmyślin"), &two, ""), Match::Unknown);
        assert_eq!(find(&typed("", "3", "", "05-807", "Zmyślin"), &two, ""), Match::Unknown);
        assert_eq!(
            find(&typed("Lipowa", "3", "", "05-807", "Inna"), &[point("Lipowa", "")], ""),
            Match::Unknown
        );
        assert_eq!(
            find(&typed("Lipowa", "3", "", "05-806", "Zmyślin"), &[point("Lipowa", "05-807")], ""),
            Match::OtherPostcode("05-807".into())
        );
    }

    #[test]
    fn villages_have_no_streets() {
        for street in ["", "Zmyślin"] {
            let found = find(&typed(street, "3", "", "05-807", "Zmyślin"), &[point("", "05-807")], "");
            assert!(matches!(found, Match::Found { .. }), "{street:?}");
        }
    }

    #[test]
    fn house_and_flat_are_told_apart() {
        assert_eq!(number_key("12 A"), "12a");
        assert_eq!(
            readings(&typed("Lipowa", "12/5", "", "", "")),
            [("12/5".to_owned(), String::new()), ("12".to_owned(), "5".to_owned())]
        );
        assert_eq!(readings(&typed("Lipowa", "12/14", "5", "", "")).len(), 1);
        assert_eq!(readings(&typed("Lipowa", "12 m. 5", "", "", ""))[1], ("12".to_owned(), "5".to_owned()));
    }

    #[test]
    fn what_is_typed_is_put_in_order() {
        let read = Address::read(&typed(" ul.  Lipowa ", "12 A", "", "05807", " Zmyślin ")).unwrap();
        assert_eq!(read, typed("ul. Lipowa", "12 A", "", "05-807", "Zmyślin"));
        let faults = Address::read(&typed("", "b", "", "5-807", "")).unwrap_err();
        assert_eq!(faults, [AddressFault::HouseNumber, AddressFault::Postcode, AddressFault::Place]);
    }
}

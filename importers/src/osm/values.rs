//! Reading what mappers write: numbers with units, yes and no, lists, years; and putting it into
//! attributes that keep to the schema of the kind. What cannot be read for certain is left away.

use serde_json::{Map, Number, Value};

use super::store::Tags;

/// A number with an optional unit, as `(2.5, "m")` from `2.5 m`; decimal commas are read as well.
pub(super) fn number_with_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+')))
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(end)?;
    let number: f64 = number.replace(',', ".").parse().ok()?;
    number.is_finite().then_some((number, unit.trim()))
}

/// A length in metres from `2.5`, `2.5 m`, `250 cm`, `1.2 km`, `8'` or `6'6"`.
pub(super) fn length_m(text: &str) -> Option<f64> {
    let (number, unit) = number_with_unit(first_of_list(text))?;
    let factor = match unit {
        "" | "m" | "metre" | "metres" | "meter" | "meters" => 1.0,
        "cm" => 0.01,
        "mm" => 0.001,
        "km" => 1_000.0,
        "ft" | "'" | "′" => 0.3048,
        "in" | "\"" | "″" => 0.0254,
        feet => return feet_and_inches_m(number, feet),
    };
    Some(number * factor)
}

/// The rest of `6'6"` after the first number.
fn feet_and_inches_m(feet: f64, rest: &str) -> Option<f64> {
    let inches = rest.strip_prefix(['\'', '′'])?.trim_end_matches(['"', '″']);
    let inches: f64 = inches.trim().parse().ok()?;
    Some(feet * 0.3048 + inches * 0.0254)
}

/// A slope in percent from `5%`, `-5 %` or `3°`; `up` and a bare number say nothing certain.
pub(super) fn slope_pct(text: &str) -> Option<f64> {
    let (number, unit) = number_with_unit(text)?;
    match unit {
        "%" => Some(number),
        "°" => Some(number.to_radians().tan() * 100.0),
        "" if number == 0.0 => Some(0.0),
        _ => None,
    }
}

/// A whole number, nothing around it.
pub(super) fn whole(text: &str) -> Option<i64> {
    first_of_list(text).parse().ok()
}

/// The year of `1912`, `1912-05-03` or the like; not of `before 1912` or `~1912`.
pub(super) fn year(text: &str) -> Option<i64> {
    let text = text.trim();
    let (year, rest) = text.split_at_checked(4)?;
    let clean = year.bytes().all(|byte| byte.is_ascii_digit()) && (rest.is_empty() || rest.starts_with('-'));
    if clean { year.parse().ok() } else { None }
}

/// Yes or no; other values are neither.
pub(super) fn flag(text: &str) -> Option<bool> {
    match text {
        "yes" | "true" | "1" => Some(true),
        "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// The first of values written as `a;b`.
pub(super) fn first_of_list(text: &str) -> &str {
    text.split(';').next().unwrap_or_default().trim()
}

/// Text without control signs and outer blanks, cut to a number of letters; `None` when nothing is left.
pub(super) fn clean(text: &str, most: usize) -> Option<String> {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let text: String = text.trim().chars().take(most).collect();
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Attributes of one thing, by the keys of its kind's schema.
#[derive(Debug, Default)]
pub(super) struct Attributes(Map<String, Value>);

impl Attributes {
    /// Puts a text of at most `most` letters.
    pub(super) fn text(&mut self, key: &str, text: Option<&str>, most: usize) {
        if let Some(text) = text.and_then(|text| clean(text, most)) {
            self.0.insert(key.to_owned(), Value::String(text));
        }
    }

    /// Puts one of the words of a closed list.
    pub(super) fn choice(&mut self, key: &str, word: Option<&'static str>) {
        if let Some(word) = word {
            self.0.insert(key.to_owned(), Value::String(word.to_owned()));
        }
    }

    /// Puts a number, if it is within sensible bounds, to three decimals.
    pub(super) fn number(&mut self, key: &str, number: Option<f64>, least: f64, most: f64) {
        let sensible = number.filter(|number| (least..=most).contains(number));
        let rounded = sensible.map(|number| (number * 1_000.0).round() / 1_000.0);
        if let Some(number) = rounded.and_then(Number::from_f64) {
            self.0.insert(key.to_owned(), Value::Number(number));
        }
    }

    /// Puts a whole number, if it is within sensible bounds.
    pub(super) fn count(&mut self, key: &str, number: Option<i64>, least: i64, most: i64) {
        if let Some(number) = number.filter(|number| (least..=most).contains(number)) {
            self.0.insert(key.to_owned(), Value::Number(number.into()));
        }
    }

    /// Puts yes or no.
    pub(super) fn flag(&mut self, key: &str, flag: Option<bool>) {
        if let Some(flag) = flag {
            self.0.insert(key.to_owned(), Value::Bool(flag));
        }
    }

    /// What a mapper wrote about the thing, for readers (`description`, not `note`, which is for mappers).
    pub(super) fn description(&mut self, tags: Tags<'_>) {
        self.text("note", tags.get("description"), 2_000);
    }

    /// The condition, where it is written in one of the three usual words.
    pub(super) fn condition(&mut self, tags: Tags<'_>) {
        let word = match tags.get("condition") {
            Some("good" | "excellent" | "very_good" | "new") => Some("good"),
            Some("fair" | "average" | "ok" | "medium") => Some("fair"),
            Some("poor" | "bad" | "very_bad" | "damaged" | "broken") => Some("poor"),
            _ => None,
        };
        self.choice("condition", word);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_in_all_spellings() {
        let near = |text: &str, metres: f64| {
            let read = length_m(text).unwrap();
            assert!((read - metres).abs() < 1e-9, "{text} gave {read}");
        };
        near("2.5", 2.5);
        near("2.5 m", 2.5);
        near("2,5m", 2.5);
        near("250 cm", 2.5);
        near("8'", 2.4384);
        near("6'6\"", 1.9812);
        near("3;4", 3.0);
        for text in ["", "high", "2-3 m", "2.5 parsecs", "1e999", "--2", "5'é"] {
            assert_eq!(length_m(text), None, "{text}");
        }
    }

    #[test]
    fn slopes_need_their_sign() {
        assert_eq!(slope_pct("5%"), Some(5.0));
        assert_eq!(slope_pct("-5.5 %"), Some(-5.5));
        assert_eq!(slope_pct("0"), Some(0.0));
        assert!((slope_pct("45°").unwrap() - 100.0).abs() < 1e-9);
        assert_eq!(slope_pct("up"), None);
        assert_eq!(slope_pct("5"), None);
    }

    #[test]
    fn years_only_when_certain() {
        assert_eq!(year("1912"), Some(1912));
        assert_eq!(year("1912-05-03"), Some(1912));
        for text in ["~1912", "1912s", "C19", "19ą2", "before 1912", "191"] {
            assert_eq!(year(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_cleaned_and_cut_between_letters() {
        assert_eq!(clean("  żółw\n\u{0} ", 10).as_deref(), Some("żółw"));
        assert_eq!(clean("żółw", 2).as_deref(), Some("żó"));
        assert_eq!(clean(" \n", 10), None);
    }
}

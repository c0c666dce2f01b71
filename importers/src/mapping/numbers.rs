//! Numbers as people write them, with their units.

/// A number, and the unit that stands behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Written {
    pub(super) value: f64,
    pub(super) unit: Option<Unit>,
}

/// A unit as a factor of metres or square metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Unit {
    factor: f64,
    area: bool,
    /// Digits behind the point that a converted value keeps.
    digits: i32,
}

impl Unit {
    /// The unit of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (factor, area, digits) = match name.trim().trim_end_matches('.').to_lowercase().as_str() {
            "mm" => (0.001, false, 0),
            "cm" => (0.01, false, 1),
            "dm" => (0.1, false, 2),
            "m" | "metr" | "metry" | "metrów" => (1.0, false, 3),
            "km" => (1_000.0, false, 6),
            "in" | "inch" | "inches" | "cal" | "cale" | "\"" | "″" => (0.0254, false, 2),
            "ft" | "foot" | "feet" | "'" | "′" => (0.3048, false, 3),
            "m2" | "m²" => (1.0, true, 2),
            "a" | "ar" => (100.0, true, 3),
            "ha" => (10_000.0, true, 4),
            "km2" | "km²" => (1_000_000.0, true, 6),
            _ => return None,
        };
        Some(Self { factor, area, digits })
    }

    /// `value` of this unit in another one; `None` between a length and an area.
    pub(super) fn convert(self, value: f64, into: Self) -> Option<f64> {
        (self.area == into.area).then(|| value * self.factor / into.factor)
    }

    /// A computed value with as many digits as make sense.
    pub(super) fn round(self, value: f64) -> f64 {
        let scale = 10_f64.powi(self.digits);
        (value * scale).round() / scale
    }
}

/// Reads a number: decimal comma or point, blanks or points between thousands, a unit behind it.
pub(super) fn parse(text: &str) -> Option<Written> {
    let text = text.trim();
    if is_plain(text)
        && let Ok(value) = text.parse::<f64>()
    {
        return value.is_finite().then_some(Written { value, unit: None });
    }
    let end = text
        .char_indices()
        .take_while(|(_, c)| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '+' | '−') || is_gap(*c))
        .last()
        .map(|(at, c)| at + c.len_utf8())?;
    let (number, behind) = text.split_at_checked(end)?;
    let unit = match behind.trim() {
        "" => None,
        name => Some(Unit::named(name)?),
    };
    let value = plain(number)?.parse::<f64>().ok()?;
    value.is_finite().then_some(Written { value, unit })
}

/// Whether it is a number as machines write it.
fn is_plain(text: &str) -> bool {
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_digit() || byte == b'-');
    begins && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'))
}

fn is_gap(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{2007}' | '\u{2009}' | '\u{202f}' | '\'')
}

/// The number with a point for its fraction and nothing between its thousands.
fn plain(text: &str) -> Option<String> {
    let text = text.trim().replace('−', "-");
    let groups: Vec<&str> = text.split(is_gap).collect();
    // Blanks stand between thousands only: "12 34" is not one number, and "240, 185" are two.
    let whole_groups = |groups: &[&str]| {
        groups
            .iter()
            .skip(1)
            .all(|group| group.split([',', '.']).next().is_some_and(|whole| whole.len() == 3))
    };
    let ends = groups.iter().any(|group| group.ends_with([',', '.']));
    if groups.len() > 1 && (ends || !whole_groups(&groups)) {
        return None;
    }
    let joined: String = groups.concat();
    let (commas, points) = (joined.matches(',').count(), joined.matches('.').count());
    Some(match (commas, points) {
        (0, 0 | 1) => joined,
        (1, 0) => joined.replace(',', "."),
        (0, _) if thousands(&joined, '.') => joined.replace('.', ""),
        (_, 0) if thousands(&joined, ',') => joined.replace(',', ""),
        (1, _) if joined.rfind(',') > joined.rfind('.') => joined.replace('.', "").replace(',', "."),
        (_, 1) if joined.rfind('.') > joined.rfind(',') => joined.replace(',', ""),
        _ => return None,
    })
}

fn thousands(text: &str, sign: char) -> bool {
    let mut groups = text.trim_start_matches('-').split(sign);
    groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<f64> {
        parse(text).map(|written| written.value)
    }

    #[test]
    fn as_people_write() {
        for (text, expected) in [
            ("3,5", 3.5),
            ("1 234,5", 1234.5),
            ("1\u{a0}234", 1234.0),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1.234.567", 1_234_567.0),
            ("-7", -7.0),
            ("1e3", 1000.0),
            ("012", 12.0),
        ] {
            assert_eq!(value(text), Some(expected), "{text}");
        }
        for text in [
            "", "XXXX", "12 34", "1,2,3", "nan", "inf", "1e999", "5 psów", "--5", "1-2", "47, 52", "240, 185",
        ] {
            assert_eq!(value(text), None, "{text}");
        }
    }

    #[test]
    fn every_number_is_read_back() {
        for step in 0..20_000_i32 {
            let number = f64::from(step - 10_000) * 0.37;
            assert_eq!(value(&number.to_string()), Some(number));
            assert_eq!(value(&number.to_string().replace('.', ",")), Some(number));
        }
    }

    #[test]
    fn units() {
        let written = parse("2,5 m").unwrap();
        let (metres, centimetres) = (written.unit.unwrap(), Unit::named("cm").unwrap());
        assert_eq!(metres.convert(written.value, centimetres), Some(250.0));
        assert_eq!(metres.convert(1.0, Unit::named("ha").unwrap()), None);
        assert_eq!(Unit::named("m").unwrap().round(0.304_812), 0.305);
    }
}

//! Whole grosze, exact fractions of them, and the two roundings that the law knows.

use serde::{Deserialize, Serialize};

/// The largest amount that this crate calculates with: a trillion złoty, in grosze. With it, no product of an amount,
/// a rate and the days of a thousand years leaves `i128`.
pub const AMOUNT_MAX_GROSZE: i64 = 100_000_000_000_000;

/// How an exact amount becomes one that can be paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To whole złoty: below 50 grosze down, from 50 grosze up (art. 63 § 1 OP).
    WholeZloty,
    /// To whole grosze, a half up, as any amount of money.
    Grosze,
}

/// An exact amount of grosze that is not negative, in lowest terms. Written as `numerator/denominator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self { numerator: 0, denominator: 1 };

    /// A fraction in lowest terms; `None` if the numerator is negative or the denominator is not positive.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Self> {
        if numerator < 0 || denominator <= 0 {
            return None;
        }
        let divisor = greatest_common_divisor(numerator, denominator);
        Some(Self { numerator: numerator / divisor, denominator: denominator / divisor })
    }

    /// Above the line, in grosze.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// Below the line; at least 1.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum, unless it leaves the range of numbers.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Self::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// The amount that is paid, in grosze; `None` above [`AMOUNT_MAX_GROSZE`].
    #[must_use]
    pub fn round(self, rounding: Rounding) -> Option<i64> {
        let unit = match rounding {
            Rounding::WholeZloty => 100,
            Rounding::Grosze => 1,
        };
        let units = half_up(self.numerator, self.denominator.checked_mul(unit)?)?;
        amount(units.checked_mul(unit)?)
    }

    /// Whether this is more than an amount in grosze.
    #[must_use]
    pub fn exceeds(self, grosze: i64) -> bool {
        i128::from(grosze).checked_mul(self.denominator).is_some_and(|bound| self.numerator > bound)
    }

    /// In złoty with so many decimals (at most 8), a half up, with a point: `17.2603`. For showing a calculation only.
    #[must_use]
    pub fn zloty(self, decimals: u32) -> String {
        let decimals = decimals.min(8);
        let scale = 10_i128.pow(decimals);
        let scaled = self.numerator.checked_mul(scale).zip(self.denominator.checked_mul(100));
        let Some(value) = scaled.and_then(|(above, below)| half_up(above, below)) else {
            return String::from("…");
        };
        if decimals == 0 {
            return value.to_string();
        }
        format!("{}.{:0width$}", value / scale, value % scale, width = decimals as usize)
    }
}

impl From<Fraction> for String {
    fn from(fraction: Fraction) -> Self {
        format!("{}/{}", fraction.numerator, fraction.denominator)
    }
}

impl TryFrom<String> for Fraction {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.split_once('/')
            .and_then(|(above, below)| Self::new(above.parse().ok()?, below.parse().ok()?))
            .ok_or_else(|| format!("“{text}” is no fraction; write it like 345205/200"))
    }
}

fn greatest_common_divisor(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a, b);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// A quotient of numbers that are not negative, a half up.
pub(crate) fn half_up(numerator: i128, denominator: i128) -> Option<i128> {
    if numerator < 0 || denominator <= 0 {
        return None;
    }
    let quotient = numerator / denominator;
    let rest = numerator % denominator;
    if rest >= denominator - rest { quotient.checked_add(1) } else { Some(quotient) }
}

/// An amount of grosze between nothing and [`AMOUNT_MAX_GROSZE`].
pub(crate) fn amount(grosze: i128) -> Option<i64> {
    i64::try_from(grosze).ok().filter(|grosze| (0..=AMOUNT_MAX_GROSZE).contains(grosze))
}

/// Reads a number with at most two decimals, written with a point or a comma, as hundredths: `"8.70"` is 870. So
/// percents become hundredths of a percent, and złoty become grosze. `None` for signs, spaces and more decimals.
#[must_use]
pub fn parse_hundredths(text: &str) -> Option<i64> {
    let (whole, decimals) = text.split_once(['.', ',']).unwrap_or((text, "0"));
    let digits = |part: &str, most: usize| {
        (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !digits(whole, 13) || !digits(decimals, 2) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    let hundredths: i64 = decimals.parse().ok()?;
    let hundredths = if decimals.len() == 1 { hundredths * 10 } else { hundredths };
    whole.checked_mul(100)?.checked_add(hundredths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_goes_up_and_less_goes_down() {
        let exact = |above, below| Fraction::new(above, below).expect("a fraction");
        assert_eq!(exact(149, 1).round(Rounding::WholeZloty), Some(100));
        assert_eq!(exact(150, 1).round(Rounding::WholeZloty), Some(200));
        assert_eq!(exact(1499, 10).round(Rounding::WholeZloty), Some(100), "49.9 grosze are less than 50");
        assert_eq!(exact(5, 2).round(Rounding::Grosze), Some(3));
        assert_eq!(exact(12, 5).round(Rounding::Grosze), Some(2));
        assert_eq!(exact(i128::MAX, 1).round(Rounding::Grosze), None);
    }

    #[test]
    fn fractions_are_shown_and_kept_exactly() {
        let third = Fraction::new(2000, 6).expect("a fraction");
        assert_eq!(third.zloty(4), "3.3333");
        assert_eq!(third.zloty(0), "3");
        assert_eq!(String::from(third), "1000/3");
        assert_eq!(Fraction::try_from(String::from("1000/3")), Ok(third));
        assert!(Fraction::try_from(String::from("1000/0")).is_err());
        assert!(third.exceeds(333) && !third.exceeds(334));
    }

    #[test]
    fn numbers_have_two_decimals_at_most() {
        assert_eq!(parse_hundredths("8.7"), Some(870));
        assert_eq!(parse_hundredths("10,50"), Some(1050));
        assert_eq!(parse_hundredths("100"), Some(10_000));
        for wrong in ["", "-1", "1.234", ".5", "5.", "1 000", "1e3", "NaN", "12345678901234"] {
            assert_eq!(parse_hundredths(wrong), None, "{wrong}");
        }
    }
}

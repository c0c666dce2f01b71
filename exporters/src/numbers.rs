//! Coordinates as text: precise to less than a millimetre, and no longer than that needs.

use std::fmt::Write as _;

/// Decimals of coordinates: a tenth of a millimetre in metres, about a millimetre in degrees.
pub(crate) const fn decimals(crs: u32) -> usize {
    if crs == 4326 { 8 } else { 4 }
}

/// Appends a number with at most so many decimals, without zeros at its end.
pub(crate) fn push(out: &mut String, number: f64, decimals: usize) {
    let start = out.len();
    // Writing to a String does not fail.
    let _ = write!(out, "{number:.decimals$}");
    if out.get(start..).is_some_and(|text| text.contains('.')) {
        let kept = out.trim_end_matches('0').trim_end_matches('.').len();
        out.truncate(kept);
    }
    if out.get(start..) == Some("-0") {
        out.truncate(start);
        out.push('0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_idle_zeros() {
        let text = |number, decimals| {
            let mut out = String::new();
            push(&mut out, number, decimals);
            out
        };
        assert_eq!(text(20.5, 8), "20.5");
        assert_eq!(text(100.0, 4), "100");
        assert_eq!(text(-0.000_000_001, 8), "0");
        assert_eq!(text(52.123_456_789, 8), "52.12345679");
    }
}

//! The place in a listing where the next page begins, as text for a link.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// Where a page ended. Opaque: take it from [`Page::next`](super::Page::next), write it with `Display`,
/// read it back with `parse`.
///
/// It stays good when the index is rebuilt: the listing goes on after the same person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub(super) score: u16,
    pub(super) number: u32,
    pub(super) person: Uuid,
    pub(super) grave: Uuid,
}

/// The text is no cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the mark of a next page")]
pub struct BadCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "{:x}.{:x}.{}.{}", self.score, self.number, self.person.simple(), self.grave.simple())
    }
}

impl FromStr for Cursor {
    type Err = BadCursor;

    fn from_str(text: &str) -> Result<Self, BadCursor> {
        let mut parts = text.splitn(5, '.');
        let mut part = || parts.next().ok_or(BadCursor);
        let cursor = Self {
            score: u16::from_str_radix(part()?, 16).map_err(|_| BadCursor)?,
            number: u32::from_str_radix(part()?, 16).map_err(|_| BadCursor)?,
            person: part()?.parse().map_err(|_| BadCursor)?,
            grave: part()?.parse().map_err(|_| BadCursor)?,
        };
        if parts.next().is_some() { Err(BadCursor) } else { Ok(cursor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_a_link() {
        let cursor =
            Cursor { score: 9999, number: u32::MAX, person: Uuid::from_u128(7), grave: Uuid::from_u128(9) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for text in ["", "x", "1.2.3.4", "ffff.1.00000000000000000000000000000007", "ż.1.2.3"] {
            assert_eq!(text.parse::<Cursor>(), Err(BadCursor), "{text}");
        }
        assert_eq!(format!("{cursor}.1").parse::<Cursor>(), Err(BadCursor));
    }
}

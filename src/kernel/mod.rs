//! Words that every slice speaks. Pure: no input, no output, no clock.

pub mod crs;
pub mod geom;
pub mod identifiers;
pub mod money;
pub mod paging;
pub mod params;
pub mod partial_date;

pub use crs::Crs;
pub use geom::{Bbox, Geom};
pub use money::{AmountFault, read_zloty};
pub use paging::Limit;
pub use params::{ParamError, Params};
pub use partial_date::PartialDate;

/// A language that Reeve speaks. Polish is the default everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// Polish.
    #[default]
    Pl,
    /// English.
    En,
}

impl Lang {
    /// The BCP 47 tag: `pl` or `en`.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::Pl => "pl",
            Self::En => "en",
        }
    }

    /// Reads a tag such as `pl`, `en-GB`; `None` for languages that Reeve does not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "pl" => Some(Self::Pl),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header, by its order and weights.
    #[must_use]
    pub fn from_accept(header: &str) -> Option<Self> {
        header
            .split(',')
            .take(20)
            .filter_map(|part| {
                let mut pieces = part.split(';');
                let lang = Self::from_tag(pieces.next()?)?;
                let weight = pieces
                    .find_map(|piece| piece.trim().strip_prefix("q=")?.parse::<f32>().ok())
                    .unwrap_or(1.0);
                Some((lang, weight))
            })
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(lang, _)| lang)
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn accept_language_follows_weights() {
        assert_eq!(Lang::from_accept("de,en-GB;q=0.7,pl;q=0.9"), Some(Lang::Pl));
        assert_eq!(Lang::from_accept("en-US,en;q=0.5"), Some(Lang::En));
        assert_eq!(Lang::from_accept("de"), None);
    }
}

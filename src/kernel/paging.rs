//! Limits on lists.

use super::{ParamError, Params};

/// How many items one answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(u32);

impl Limit {
    /// Takes `limit` from the parameters: at least 1; above `max` the maximum is used, as OGC API asks.
    ///
    /// # Errors
    /// When it is no whole number of at least 1.
    pub fn take(params: &mut Params, default: u32, max: u32) -> Result<Self, ParamError> {
        let expected = "a whole number of at least 1";
        let Some(text) = params.text("limit") else { return Ok(Self(default)) };
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParamError::new("limit", format!("must be {expected}")));
        }
        // Digits that overflow are merely very many.
        match text.parse::<u32>().unwrap_or(u32::MAX) {
            0 => Err(ParamError::new("limit", format!("must be {expected}"))),
            n => Ok(Self(n.min(max))),
        }
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0
    }

    /// The number as SQL takes it.
    #[must_use]
    pub fn as_i64(self) -> i64 {
        i64::from(self.0)
    }
}

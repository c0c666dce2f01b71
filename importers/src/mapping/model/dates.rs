//! The order of day and month, as it is written down.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Order of day and month in one pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// By the dates of the file that can be read in one way only.
    #[default]
    Auto,
    /// Day first.
    Dmy,
    /// Month first.
    Mdy,
    /// Year first.
    Ymd,
}

/// Order of day and month: the same for all patterns, or by the sign between the numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum DateRule {
    /// For all patterns.
    All(DateOrder),
    /// By the sign: `{ "." = "dmy", "/" = "mdy" }`; `auto` for those that are not named.
    BySign(BTreeMap<char, DateOrder>),
}

impl Default for DateRule {
    fn default() -> Self {
        Self::All(DateOrder::Auto)
    }
}

impl DateRule {
    pub(super) fn is_auto(&self) -> bool {
        *self == Self::default()
    }

    /// The order that the mapping states for this sign.
    #[must_use]
    pub fn of(&self, sign: char) -> DateOrder {
        match self {
            Self::All(order) => *order,
            Self::BySign(orders) => orders.get(&sign).copied().unwrap_or_default(),
        }
    }
}

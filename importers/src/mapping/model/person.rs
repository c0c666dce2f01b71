//! The person of a row, as it is written down.

use serde::{Deserialize, Serialize};

use super::{Case, OneOrMany, is_nothing};

/// The person of a row.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonMapping {
    /// Columns that make the key of the grave; with `into = "graves"` the row's own grave.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub grave: OneOrMany,
    /// Columns that make the burial's own key; without them grave and names make it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub key: OneOrMany,
    /// Column of given names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_names: Option<String>,
    /// Column of the surname.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub surname: Option<String>,
    /// Column with given names and surname in one, surname last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_name: Option<String>,
    /// Column of the family name before marriage; `z domu X` is found in the names as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maiden_name: Option<String>,
    /// Column of the birth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub born: Option<String>,
    /// Column of the death.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died: Option<String>,
    /// Column of the burial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buried: Option<String>,
    /// Further texts that mean that a name or date is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// How letters of the names are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Case>,
}

impl PersonMapping {
    /// Columns that it names, the key of the grave among them.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let one = [
            &self.given_names,
            &self.surname,
            &self.full_name,
            &self.maiden_name,
            &self.born,
            &self.died,
            &self.buried,
        ];
        let many = self.grave.as_slice().iter().chain(self.key.as_slice());
        one.into_iter().flatten().chain(many).map(String::as_str)
    }
}

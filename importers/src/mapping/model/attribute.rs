//! Where the value of an attribute comes from, as it is written down.

use std::{collections::BTreeMap, fmt};

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::dates::DateRule;
use super::{OneOrMany, is_false, is_nothing};

/// Where the value of an attribute comes from. A plain text is the name of a column.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(remote = "Self", deny_unknown_fields)]
pub struct AttributeMapping {
    /// Columns.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub from: OneOrMany,
    /// What stands between the values of several columns; without it the first filled one counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// Text with columns in braces; nothing where all of them are empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The same for all rows.
    #[serde(default, rename = "const", skip_serializing_if = "Option::is_none")]
    pub constant: Option<toml::Value>,
    /// Unit of the file: `mm`, `cm`, `m`, `in`, `ft`, `m2`, `a`, `ha`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What was measured, where the attribute wants something else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// Texts that mean that nothing is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub empty: Vec<String>,
    /// Texts between the values of one cell.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub split: Vec<String>,
    /// Which of several values counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pick: Option<Pick>,
    /// How letters are written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<Case>,
    /// Values of the file with those of the registry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<ValueList>,
    /// Whether a value that the list does not have is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub strict: bool,
    /// Order of day and month, where it differs from the table's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dates: Option<DateRule>,
}

impl Serialize for AttributeMapping {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.from {
            OneOrMany::One(column) if *self == Self::column(column.clone()) => {
                serializer.serialize_str(column)
            }
            _ => Self::serialize(self, serializer),
        }
    }
}

impl<'de> Deserialize<'de> for AttributeMapping {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ColumnOrTable)
    }
}

/// Reads the name of a column, or the table with all that can be said.
struct ColumnOrTable;

impl<'de> Visitor<'de> for ColumnOrTable {
    type Value = AttributeMapping;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a column or a table such as { from = \"column\" }")
    }

    fn visit_str<E>(self, column: &str) -> Result<AttributeMapping, E> {
        Ok(AttributeMapping::column(column))
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<AttributeMapping, A::Error> {
        AttributeMapping::deserialize(MapAccessDeserializer::new(table))
    }
}

impl AttributeMapping {
    /// The cell of one column as it is.
    #[must_use]
    pub fn column(column: impl Into<String>) -> Self {
        Self { from: OneOrMany::One(column.into()), ..Self::default() }
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// A diameter where the registry has the girth: times π.
    Diameter,
    /// A radius where the registry has the diameter: times 2.
    Radius,
    /// A girth where the registry has the diameter: through π.
    Girth,
}

/// Which of several values counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pick {
    /// The largest number.
    Max,
    /// The smallest number.
    Min,
    /// The first value.
    First,
    /// The sum of the numbers.
    Sum,
    /// All of them, as a list.
    All,
}

/// How letters are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// all small
    Lower,
    /// ALL LARGE
    Upper,
    /// Each Word
    Title,
    /// First word only
    Sentence,
}

/// Values of the file with those of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ValueList {
    /// A list of Reeve's own: `"taxa"`, Polish names of trees with the Latin ones.
    Named(String),
    /// Written here; case and accents of the file's values do not matter.
    Here(BTreeMap<String, String>),
}

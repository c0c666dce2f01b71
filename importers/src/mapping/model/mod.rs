//! The mapping as it is written down. `docs/mapping.md` describes each field with an example.

mod attribute;
mod dates;
mod person;
mod place;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use attribute::{AttributeMapping, Case, Measure, Pick, ValueList};
pub use dates::{DateOrder, DateRule};
pub use person::PersonMapping;
pub use place::{Axes, PositionMapping, SridRule, Within};

use super::error::MappingError;

/// What the files of one source mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Name for people.
    pub name: String,
    /// Source under which the records are registered; the same source keeps its keys from one delivery to the next.
    pub source: String,
    /// Licence or origin that goes with the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Groups that a run without a clerk applies.
    #[serde(default = "Group::usual")]
    pub accept: Vec<Group>,
    /// Box west, south, east, north in degrees, outside which things of the source are never called vanished.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vanished_within: Option<[f64; 4]>,
    /// Text for whoever brings such a file for nothing: why it has no target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_target: Option<String>,
    /// What each layer means, wholes before their parts and graves before people.
    #[serde(default)]
    pub tables: Vec<TableMapping>,
}

/// Groups of the review; each row that would change something stands in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// Not registered yet.
    New,
    /// Registered, and the file says something else.
    Changed,
    /// Registered before, and the delivery no longer names it.
    Vanished,
    /// With a [`crate::Doubt`].
    Doubtful,
    /// Beside a thing of the same kind.
    NearDuplicate,
}

impl Group {
    /// All of them, in the order in which people see them.
    pub const ALL: [Self; 5] =
        [Self::New, Self::Changed, Self::Doubtful, Self::NearDuplicate, Self::Vanished];

    /// Those that go in unless somebody says otherwise.
    #[must_use]
    pub fn usual() -> Vec<Self> {
        Self::ALL.into_iter().filter(|group| group.is_usual()).collect()
    }

    /// Whether it goes in unless somebody says otherwise.
    #[must_use]
    pub fn is_usual(self) -> bool {
        matches!(self, Self::New | Self::Changed)
    }

    /// The name in mappings, tables, reports and addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Vanished => "vanished",
            Self::Doubtful => "doubtful",
            Self::NearDuplicate => "near_duplicate",
        }
    }

    /// The group of a name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.name() == name)
    }
}

/// What the rows of one layer, or of layers alike, mean.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableMapping {
    /// Names of files: `*` stands for any characters, `{sector}` too and makes a column of them.
    #[serde(default = "any")]
    pub files: String,
    /// Names of layers, likewise.
    #[serde(default = "any")]
    pub layer: String,
    /// Encoding, where the file is not to be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
    /// Separator of values, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<char>,
    /// Row of the names of columns, likewise; 0 for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header_row: Option<u64>,
    /// Slug of a kind, or `people`.
    pub into: String,
    /// What makes a row the same thing in the next delivery.
    #[serde(default, skip_serializing_if = "Key::is_usual")]
    pub key: Key,
    /// Columns whose blank cells repeat the cell above.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fill_down: Vec<String>,
    /// Whether a record may be broken over two rows, the second beginning in the first column.
    #[serde(default, skip_serializing_if = "is_false")]
    pub join_broken: bool,
    /// Order of day and month.
    #[serde(default, skip_serializing_if = "DateRule::is_auto")]
    pub dates: DateRule,
    /// What people call the thing: a column, or a text with columns in braces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Rows that are left out on purpose.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<SkipRule>,
    /// Where the thing stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<PositionMapping>,
    /// The whole to which it is a part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<PartOf>,
    /// Rows of other layers whose cells become columns `NAME.COLUMN`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub lookup: BTreeMap<String, Lookup>,
    /// Attributes by their keys.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeMapping>,
    /// The person of the row: needed with `people`, possible with `graves`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonMapping>,
}

/// What identifies a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// `"id"`: the file's own id; `"position"`: where it stands; any other text: one column.
    One(String),
    /// Columns, joined with `/`.
    Columns(Vec<String>),
}

impl Default for Key {
    fn default() -> Self {
        Self::One("id".to_owned())
    }
}

impl Key {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The whole of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOf {
    /// Slug of the whole's kind.
    pub kind: String,
    /// Columns that make its key.
    pub key: OneOrMany,
}

/// Cells of a row of another layer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lookup {
    /// Column, or columns of which the first filled one counts, that names the other row.
    pub column: OneOrMany,
    /// Layer of the other row, as with [`TableMapping::layer`].
    pub layer: String,
    /// Column of the other layer that it must equal; without it the file's own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub equals: Option<String>,
}

/// A row that is left out on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// The column that is looked at.
    pub column: String,
    /// Left out if it holds one of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// Left out if it holds none of these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is_not: Vec<String>,
    /// Left out if it is filled (`true`) or empty (`false`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filled: Option<bool>,
}

/// One value or several.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

impl Default for OneOrMany {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl OneOrMany {
    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// [`MappingError`], with the line where it is no mapping.
    pub fn parse(text: &str) -> Result<Self, MappingError> {
        let mapping: Self = toml::from_str(text).map_err(|error| MappingError::Syntax(error.to_string()))?;
        super::validate::validate(&mapping)?;
        Ok(mapping)
    }

    /// The mapping as TOML; [`Mapping::parse`] of it gives the same mapping.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml::to_string_pretty(self).unwrap_or_default()
    }
}

fn any() -> String {
    "*".to_owned()
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_true(value: &bool) -> bool {
    *value
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(value: &bool) -> bool {
    !*value
}

fn is_nothing(value: &OneOrMany) -> bool {
    value.as_slice().is_empty()
}

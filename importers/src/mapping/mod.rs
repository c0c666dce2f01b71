//! What the rows of a delivery mean: a [`Mapping`] turns them into records of the registry.
//!
//! A mapping is a TOML file (`docs/mapping.md`). It never guesses silently: what cannot be read for certain comes out
//! as [`crate::Rejected`] or carries a [`crate::Doubt`], and every row of every mapped layer is accounted for in the
//! [`RunReport`]. [`inspect`] looks at files that nobody knows yet, [`propose`] drafts a mapping from what it saw, and
//! a person confirms it before [`run`] uses it.

mod attribute;
mod built_in;
mod convert;
mod dates;
mod emit;
mod error;
mod files;
mod glob;
mod inspect;
mod kind;
mod lists;
mod lookup;
mod model;
mod names;
mod numbers;
mod person;
mod plan;
mod position;
mod propose;
mod refusal;
mod report;
mod row;
mod rows;
mod run;
mod source;
mod systems;
mod text;
mod validate;
mod wkt;

pub use built_in::{built_in, built_in_names};
pub use error::{MappingError, RunError};
pub use inspect::{
    ColumnSeen, Coordinates, DateEvidence, FileSeen, Inspection, LayerSeen, Looks, PositionGuess, Sample,
    inspect,
};
pub use kind::{AttributeSpec, AttributeType, ChoiceSpec, KindSpec, Shape};
pub use model::{
    AttributeMapping, Axes, Case, DateOrder, DateRule, Group, Key, Lookup, Mapping, Measure, OneOrMany,
    PartOf, PersonMapping, Pick, PositionMapping, SkipRule, SridRule, TableMapping, ValueList, Within,
};
pub use propose::propose;
pub use report::{DatesSeen, LayerReport, RunReport, UnmappedLayer};
pub use run::{run, run_readers};
pub use systems::{SridGuess, guess_srid};

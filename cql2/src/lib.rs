//! OGC Common Query Language (CQL2, OGC 21-065r2): text and JSON to one tree, and from it bound SQL for PostGIS.
//!
//! ```
//! let filter = cql2::parse_text("height_m > 20 AND CASEI(species) LIKE 'tilia%'")?;
//! assert_eq!(cql2::parse_json(&filter.to_json().to_string())?, filter);
//! assert_eq!(filter.to_text(), "height_m > 20 AND CASEI(species) LIKE 'tilia%'");
//! # Ok::<(), cql2::ParseError>(())
//! ```
//!
//! Invariants: whatever parses prints in both forms and, unless it is too long in one of them, parses again to the same
//! tree; parsing, printing and compiling are bounded by the limits below; no text of a filter becomes part of an SQL
//! statement, it only becomes a [`Bind`].

mod compile;
mod fault;
mod geometry;
mod instant;
mod json;
mod lexer;
mod print;
mod rules;
mod text;
mod tree;
mod wkt;

pub use compile::{Bind, CompileOptions, Queryable, Queryables, Source, Sql, Type, compile, function_names};
pub use fault::{CompileError, Message, ParseError, Place};
pub use geometry::{Geometry, Position};
pub use json::{parse_json, parse_value};
pub use text::parse_text;
pub use tree::{Arithmetic, ArrayOp, Comparison, Expr, Number, SpatialOp, TemporalOp};

/// Longest filter, in bytes of its text.
pub const MOST_BYTES: usize = 65_536;
/// Deepest nesting of parentheses, functions and operators.
pub const MOST_DEPTH: usize = 40;
/// Most parts (operators, values, names) of one filter.
pub const MOST_PARTS: usize = 4_000;
/// Most vertices of all geometries of one filter.
pub const MOST_VERTICES: usize = 10_000;

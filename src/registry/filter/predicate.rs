//! A whole filter as a condition of SQL.

use std::fmt::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use cql2::{Bind, Comparison, CompileOptions, Expr, Number, Queryables, Source, SpatialOp, Sql, Type};
use serde_json::Value;

use super::Filter;
use crate::kernel::Bbox;

/// A filter as a condition upon the assets that a statement calls `a`.
#[derive(Debug, Clone, Default)]
pub struct Predicate {
    parts: Vec<Sql>,
}

impl Predicate {
    /// The condition with its values as `$first`, `$first+1`…; `true` when every asset passes.
    #[must_use]
    pub fn text(&self, first: usize) -> String {
        let mut next = first;
        self.joined(|part| {
            let text = part.text(next);
            next += part.binds().len();
            text
        })
    }

    /// The values, in the order of their numbers.
    pub fn binds(&self) -> impl Iterator<Item = &Bind> {
        self.parts.iter().flat_map(Sql::binds)
    }

    /// The condition with its values as quoted literals, for COPY, which takes no bound values.
    #[must_use]
    pub fn to_literal_sql(&self) -> String {
        self.joined(Sql::to_literal_sql)
    }

    fn joined(&self, mut text: impl FnMut(&Sql) -> String) -> String {
        let mut out = String::new();
        for part in &self.parts {
            let _ = write!(out, "{}{}", if out.is_empty() { "" } else { " and " }, text(part));
        }
        if out.is_empty() { "true".into() } else { out }
    }
}

impl Filter {
    /// The whole filter as a condition of SQL.
    ///
    /// # Errors
    /// When a value has a type that no attribute has; a filter read by the doors never has.
    pub fn predicate(&self) -> Result<Predicate, cql2::CompileError> {
        let mut parts = Vec::new();
        for (key, value) in &self.attributes {
            parts.push(attribute(key, value)?);
        }
        let columns = [("label", &self.label), ("status", &self.status), ("source", &self.source)];
        for (column, text) in columns {
            if let Some(text) = text {
                parts.push(column_is(column, Type::Text, Comparison::Equal, Expr::Text(text.clone()))?);
            }
        }
        if let Some(number) = self.registry_number {
            let number = Expr::Number(Number::Integer(number));
            parts.push(column_is("registry_number", Type::Integer, Comparison::Equal, number)?);
        }
        let ends = [(self.from, Comparison::GreaterOrEqual), (self.to, Comparison::LessOrEqual)];
        for (at, comparison) in ends {
            if let Some(at) = at {
                parts.push(column_is("updated_at", Type::Instant, comparison, instant(at))?);
            }
        }
        if let Some(bbox) = self.bbox {
            parts.push(touches(&bbox)?);
        }
        parts.extend(self.conditions.iter().map(|condition| condition.sql().clone()));
        Ok(Predicate { parts })
    }
}

fn instant(at: DateTime<Utc>) -> Expr {
    Expr::Timestamp(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

fn property(name: &str) -> Box<Expr> {
    Expr::Property(name.to_owned()).into()
}

fn column_is(
    column: &'static str,
    kind: Type,
    comparison: Comparison,
    value: Expr,
) -> Result<Sql, cql2::CompileError> {
    let mut queryables = Queryables::default();
    queryables.add(column, Source::Column(column), kind);
    let tree = Expr::Compare(comparison, property(column), value.into());
    cql2::compile(&tree, &queryables, &CompileOptions::default())
}

fn attribute(key: &str, value: &Value) -> Result<Sql, cql2::CompileError> {
    let (kind, literal) = match value {
        Value::Bool(truth) => (Type::Bool, Expr::Bool(*truth)),
        Value::Number(number) => {
            let whole = number.as_i64().map(Number::Integer);
            let number = whole.unwrap_or_else(|| Number::Decimal(number.as_f64().unwrap_or_default()));
            (Type::Number, Expr::Number(number))
        }
        Value::String(text) => (Type::Text, Expr::Text(text.clone())),
        other => (Type::Text, Expr::Text(other.to_string())),
    };
    let mut queryables = Queryables::default();
    queryables.add(key, Source::Attribute(key.to_owned()), kind);
    let tree = Expr::Compare(Comparison::Equal, property(key), literal.into());
    cql2::compile(&tree, &queryables, &CompileOptions::default())
}

fn touches(bbox: &Bbox) -> Result<Sql, cql2::CompileError> {
    let mut queryables = Queryables::default();
    queryables.add("geometry", Source::Column("geom"), Type::Geometry);
    // The box is in the order east, north already.
    let options =
        CompileOptions { alias: "a", srid: bbox.crs.srid(), north_first: false, domain: bbox.crs.domain() };
    let numbers = [bbox.west, bbox.south, bbox.east, bbox.north].map(Number::Decimal).to_vec();
    let tree = Expr::Spatial(SpatialOp::Intersects, property("geometry"), Expr::Bbox(numbers).into());
    cql2::compile(&tree, &queryables, &options)
}

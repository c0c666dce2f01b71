//! Relations of lists, taken as sets.

use serde_json::{Value, json};

use super::{Bind, Compiled, Compiler, Source, Type, mismatch, sql::Fragment};
use crate::{
    fault::CompileError,
    tree::{ArrayOp, Expr},
};

impl Compiler<'_> {
    pub(super) fn array(&mut self, op: ArrayOp, a: &Expr, b: &Expr, positive: bool) -> Compiled<Fragment> {
        let held = match op {
            ArrayOp::Contains if positive => self.list_held(a, b),
            ArrayOp::ContainedBy if positive => self.list_held(b, a),
            _ => None,
        };
        if let Some(indexed) = held {
            return Ok(indexed);
        }
        let (a, b) = (self.list_operand(a)?, self.list_operand(b)?);
        let template = match op {
            ArrayOp::Contains => "({} @> {})",
            ArrayOp::ContainedBy => "({} <@ {})",
            ArrayOp::Equals => "({} @> {} and {0} <@ {1})",
            ArrayOp::Overlaps => {
                "(case when {} is not null and {} is not null then exists (select from jsonb_array_elements({0}) as item \
                 where {1} @> jsonb_build_array(item)) end)"
            }
        };
        Ok(Fragment::fill(template, &[&a, &b]))
    }

    fn list_operand(&mut self, expr: &Expr) -> Compiled<Fragment> {
        let value = self.value(expr)?;
        if value.kind == Type::List {
            return Ok(value.sql);
        }
        Err(mismatch(expr, value.kind, "lista, na przykład ('a', 'b')", "a list such as ('a', 'b')"))
    }

    /// "The list holds these" as "the attributes hold it", which the index of attributes answers.
    fn list_held(&mut self, property: &Expr, items: &Expr) -> Option<Fragment> {
        let (Expr::Property(name), Expr::List(items)) = (property, items) else { return None };
        let queryable = self.queryables.get(name).filter(|queryable| queryable.kind == Type::List)?;
        let Source::Attribute(key) = &queryable.source else { return None };
        let items = literals(items).filter(|items| !items.is_empty())?;
        let object = json!({ key.as_str(): items });
        let object = self.bind(Bind::Text(object.to_string()), "text::jsonb");
        Some(Fragment::fill(
            "{} @> {}",
            &[&Fragment::text(format!("{}.attributes", self.options.alias)), &object],
        ))
    }

    /// A list as JSON.
    pub(super) fn list_value(&mut self, expr: &Expr) -> Compiled<Fragment> {
        let Expr::List(items) = expr else { return Err(mismatch(expr, Type::Text, "lista", "a list")) };
        if let Some(items) = literals(items) {
            return Ok(self.bind(Bind::Text(Value::from(items).to_string()), "text::jsonb"));
        }
        // A call takes no more than a hundred arguments.
        if items.len() > 50 {
            return Err(CompileError::new(
                "lista z właściwościami może mieć najwyżej 50 elementów",
                "a list with properties can have at most 50 items",
            ));
        }
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.value(item)?;
            if matches!(value.kind, Type::Geometry | Type::List) {
                return Err(mismatch(
                    item,
                    value.kind,
                    "tekst, liczba lub czas",
                    "a text, a number or a time",
                ));
            }
            values.push(value.sql);
        }
        Ok(Fragment::fill("jsonb_build_array{}", &[&Fragment::join(&values, ", ")]))
    }
}

/// Items that are all literals, as JSON; times as the texts by which they are stored.
fn literals(items: &[Expr]) -> Option<Vec<Value>> {
    items
        .iter()
        .map(|item| match item {
            Expr::Text(_) | Expr::Number(_) | Expr::Bool(_) => Some(item.to_json()),
            Expr::Date(text) | Expr::Timestamp(text) => Some(json!(text)),
            _ => None,
        })
        .collect()
}

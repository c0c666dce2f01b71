//! Values: numbers, texts, times, geometries.

use super::{Bind, Compiled, Compiler, Type, Typed, mismatch, sql::Fragment};
use crate::{
    fault::CompileError,
    tree::{Arithmetic, Expr, Number},
};

impl Compiler<'_> {
    pub(super) fn value(&mut self, expr: &Expr) -> Compiled<Typed> {
        let typed = |kind, sql| Typed { kind, sql };
        Ok(match expr {
            Expr::Property(name) => {
                let queryable = self.queryable(name)?;
                typed(queryable.sql_type(), Fragment::text(queryable.sql(self.options.alias)))
            }
            Expr::Text(text) => typed(Type::Text, self.bind(Bind::Text(text.clone()), "text")),
            Expr::Number(Number::Integer(number)) => {
                typed(Type::Integer, self.bind(Bind::Integer(*number), "bigint"))
            }
            Expr::Number(number) => {
                typed(Type::Number, self.bind(Bind::Text(number.text()), "text::numeric"))
            }
            Expr::Date(day) => typed(Type::Date, self.bind(Bind::Text(day.clone()), "text::date")),
            Expr::Timestamp(at) => {
                typed(Type::Instant, self.bind(Bind::Text(at.clone()), "text::timestamptz"))
            }
            Expr::Arithmetic(op, a, b) => typed(Type::Number, self.arithmetic(*op, a, b)?),
            Expr::Casei(inner) => {
                typed(Type::Text, Fragment::fill("cql2_casei({})", &[&self.text_value(inner)?]))
            }
            Expr::Accenti(inner) => {
                typed(Type::Text, Fragment::fill("cql2_accenti({})", &[&self.text_value(inner)?]))
            }
            Expr::Function(name, arguments) => self.function(name, arguments)?,
            Expr::Geometry(_) | Expr::Bbox(_) => typed(Type::Geometry, self.geometry_value(expr)?),
            Expr::Interval(..) => {
                return Err(CompileError::new(
                    "INTERVAL może stać tylko w relacjach czasowych T_…",
                    "an INTERVAL can only stand in temporal relations T_…",
                ));
            }
            Expr::List(_) => typed(Type::List, self.list_value(expr)?),
            condition => typed(Type::Bool, self.condition(condition, false)?),
        })
    }

    pub(super) fn text_value(&mut self, expr: &Expr) -> Compiled<Fragment> {
        let value = self.value(expr)?;
        match value.kind {
            Type::Text => Ok(value.sql),
            Type::Id => Ok(Fragment::fill("{}::text", &[&value.sql])),
            other => Err(mismatch(expr, other, "tekst", "a text")),
        }
    }

    pub(super) fn number_value(&mut self, expr: &Expr) -> Compiled<Fragment> {
        let value = self.value(expr)?;
        match value.kind {
            Type::Number => Ok(value.sql),
            Type::Integer => Ok(Fragment::fill("{}::numeric", &[&value.sql])),
            other => Err(mismatch(expr, other, "liczba", "a number")),
        }
    }

    fn arithmetic(&mut self, op: Arithmetic, a: &Expr, b: &Expr) -> Compiled<Fragment> {
        let (a, b) = (self.number_value(a)?, self.number_value(b)?);
        // What cannot be reckoned is unknown.
        let template = match op {
            Arithmetic::Plus => "({} + {})",
            Arithmetic::Minus => "({} - {})",
            Arithmetic::Times => "({} * {})",
            Arithmetic::Divide => "({} / nullif({}, 0))",
            Arithmetic::Modulo => "({} % nullif({}, 0))",
            Arithmetic::Div => "div({}, nullif({}, 0))",
            Arithmetic::Power => "cql2_power({}, {})",
        };
        Ok(Fragment::fill(template, &[&a, &b]))
    }
}

//! Functions.

use super::{Compiled, Compiler, Type, Typed, mismatch, sql::Fragment};
use crate::{
    fault::{CompileError, shown},
    tree::Expr,
};

/// What an argument must be.
#[derive(Debug, Clone, Copy)]
enum Takes {
    Text,
    Number,
    Time,
    Geometry,
}

struct Function {
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    template: &'static str,
}

const fn function(
    name: &'static str,
    takes: &'static [Takes],
    gives: Type,
    template: &'static str,
) -> Function {
    Function { name, takes, gives, template }
}

const FUNCTIONS: [Function; 14] = [
    function("abs", &[Takes::Number], Type::Number, "abs({})"),
    function("area_m2", &[Takes::Geometry], Type::Number, "st_area({}::geography)::numeric"),
    function("ceil", &[Takes::Number], Type::Number, "ceil({})"),
    function(
        "distance_m",
        &[Takes::Geometry, Takes::Geometry],
        Type::Number,
        "st_distance({}::geography, {}::geography)::numeric",
    ),
    function("floor", &[Takes::Number], Type::Number, "floor({})"),
    function("length", &[Takes::Text], Type::Integer, "length({})::bigint"),
    function("length_m", &[Takes::Geometry], Type::Number, "st_length({}::geography)::numeric"),
    function("lower", &[Takes::Text], Type::Text, "lower({})"),
    function("month", &[Takes::Time], Type::Number, "extract(month from {})"),
    function("now", &[], Type::Instant, "now()"),
    function("round", &[Takes::Number], Type::Number, "round({})"),
    function("today", &[], Type::Date, "(now() at time zone 'Europe/Warsaw')::date"),
    function("upper", &[Takes::Text], Type::Text, "upper({})"),
    function("year", &[Takes::Time], Type::Number, "extract(year from {})"),
];

/// The functions that a filter may use, in the order of the alphabet.
pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|function| function.name)
}

impl Compiler<'_> {
    pub(super) fn function(&mut self, name: &str, arguments: &[Expr]) -> Compiled<Typed> {
        let found = FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name));
        let Some(function) = found else {
            let known: Vec<&str> = names().collect();
            let (name, known) = (shown(name), known.join(", "));
            return Err(CompileError::new(
                format!("nie ma funkcji „{name}”; są: {known}"),
                format!("there is no function {name:?}; there are: {known}"),
            ));
        };
        if function.takes.len() != arguments.len() {
            let (name, count) = (function.name, function.takes.len());
            return Err(CompileError::new(
                format!("liczba argumentów funkcji {name} to {count}, a podano {}", arguments.len()),
                format!("{name} takes {count} arguments, but there are {}", arguments.len()),
            ));
        }
        let mut values = Vec::with_capacity(arguments.len());
        for (takes, argument) in function.takes.iter().zip(arguments) {
            values.push(match takes {
                Takes::Text => self.text_value(argument)?,
                Takes::Number => self.number_value(argument)?,
                Takes::Geometry => self.geometry_operand(argument)?,
                Takes::Time => {
                    let value = self.value(argument)?;
                    match value.kind {
                        Type::Date => value.sql,
                        Type::Instant => Fragment::fill("({} at time zone 'UTC')", &[&value.sql]),
                        other => {
                            return Err(mismatch(argument, other, "data lub chwila", "a date or an instant"));
                        }
                    }
                }
            });
        }
        let sql = Fragment::fill(function.template, &values.iter().collect::<Vec<_>>());
        Ok(Typed { kind: function.gives, sql })
    }
}

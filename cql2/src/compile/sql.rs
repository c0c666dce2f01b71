//! SQL with places for values.

use std::fmt::Write;

/// A value that is bound to a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Bind {
    /// `text`; numbers with a fraction, dates and JSON too, which the statement casts.
    Text(String),
    /// `bigint`.
    Integer(i64),
    /// `double precision`.
    Float(f64),
    /// `text[]`.
    Texts(Vec<String>),
    /// `bytea`: a geometry as EWKB.
    Ewkb(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq)]
enum Piece {
    Text(String),
    Bind(usize),
}

/// A part of a statement.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fragment(Vec<Piece>);

impl Fragment {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self(vec![Piece::Text(text.into())])
    }

    pub(super) fn bind(index: usize) -> Self {
        Self(vec![Piece::Bind(index)])
    }

    pub(super) fn push_text(&mut self, text: &str) {
        if let Some(Piece::Text(last)) = self.0.last_mut() {
            last.push_str(text);
        } else {
            self.0.push(Piece::Text(text.to_owned()));
        }
    }

    pub(super) fn push(&mut self, other: &Self) {
        for piece in &other.0 {
            match piece {
                Piece::Text(text) => self.push_text(text),
                Piece::Bind(index) => self.0.push(Piece::Bind(*index)),
            }
        }
    }

    /// Puts fragments into a template in which `{}` stands for each in turn, `{0}` and `{1}` for a certain one.
    /// Templates are constants of this crate.
    pub(super) fn fill(template: &'static str, parts: &[&Self]) -> Self {
        let mut out = Self::default();
        let mut turn = 0;
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_text(before);
            let (which, after) = after.split_once('}').unwrap_or(("", after));
            let index = which.parse().unwrap_or(turn);
            turn += 1;
            if let Some(part) = parts.get(index) {
                out.push(part);
            }
            rest = after;
        }
        out.push_text(rest);
        out
    }

    /// Fragments with a word between them, in parentheses.
    pub(super) fn join(parts: &[Self], word: &str) -> Self {
        let mut out = Self::text("(");
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                out.push_text(word);
            }
            out.push(part);
        }
        out.push_text(")");
        out
    }
}

/// A condition of SQL with its values.
#[derive(Debug, Clone, PartialEq)]
pub struct Sql {
    fragment: Fragment,
    binds: Vec<Bind>,
}

impl Sql {
    pub(super) fn new(fragment: Fragment, binds: Vec<Bind>) -> Self {
        Self { fragment, binds }
    }

    /// The condition with its values as `$first`, `$first+1`…, in parentheses.
    #[must_use]
    pub fn text(&self, first: usize) -> String {
        let mut out = String::from("(");
        for piece in &self.fragment.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Bind(index) => {
                    let _ = write!(out, "${}", first + index);
                }
            }
        }
        out.push(')');
        out
    }

    /// The values, in order.
    #[must_use]
    pub fn binds(&self) -> &[Bind] {
        &self.binds
    }

    /// The condition with its values as quoted literals, for statements such as COPY that take no bound values.
    #[must_use]
    pub fn to_literal_sql(&self) -> String {
        let mut out = String::from("(");
        for piece in &self.fragment.0 {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Bind(index) => {
                    out.push_str(&self.binds.get(*index).map(value_literal).unwrap_or_default())
                }
            }
        }
        out.push(')');
        out
    }
}

fn value_literal(bind: &Bind) -> String {
    match bind {
        Bind::Text(text) => literal(text),
        Bind::Integer(number) => format!("'{number}'"),
        Bind::Float(number) => format!("'{number:?}'"),
        Bind::Texts(texts) => {
            let all: Vec<String> = texts.iter().map(|text| format!("{}::text", literal(text))).collect();
            format!("array[{}]", all.join(","))
        }
        Bind::Ewkb(bytes) => {
            let mut hex = String::with_capacity(bytes.len() * 2);
            for byte in bytes {
                let _ = write!(hex, "{byte:02x}");
            }
            format!("decode('{hex}', 'hex')")
        }
    }
}

/// A text as a literal that means the same whatever `standard_conforming_strings` says.
pub(super) fn literal(text: &str) -> String {
    let text: String = text.chars().filter(|c| *c != '\0').collect();
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

#[cfg(test)]
mod tests {
    use super::{Fragment, literal};

    #[test]
    fn literals_cannot_be_left() {
        assert_eq!(literal("O'Neil"), "'O''Neil'");
        assert_eq!(literal(r"\'; drop table asset --"), r" E'\\''; drop table asset --'");
        assert_eq!(literal("a\0b"), "'ab'");
    }

    #[test]
    fn templates_are_filled_in_turn_or_by_number() {
        let (a, b) = (Fragment::text("x"), Fragment::text("{}"));
        assert_eq!(Fragment::fill("f({}, {}) = {0}", &[&a, &b]), Fragment::text("f(x, {}) = x"));
    }
}

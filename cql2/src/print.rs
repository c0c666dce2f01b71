//! The tree as CQL2 text.

use std::fmt::Write;

use crate::{
    tree::{Arithmetic, Expr, is_plain_name, is_taken},
    wkt,
};

impl Expr {
    /// As CQL2 text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        print(self, &mut out);
        out
    }
}

fn print(expr: &Expr, out: &mut String) {
    match expr {
        Expr::And(parts) => joined(parts, " AND ", |part| matches!(part, Expr::And(_) | Expr::Or(_)), out),
        Expr::Or(parts) => joined(parts, " OR ", |part| matches!(part, Expr::Or(_)), out),
        Expr::Not(one) => {
            out.push_str("NOT ");
            wrapped(one, matches!(**one, Expr::And(_) | Expr::Or(_)), out);
        }
        Expr::Compare(op, a, b) => {
            infix(a, &format!(" {} ", op.name()), b, is_condition(a), is_condition(b), out)
        }
        Expr::Like(a, b) => infix(a, " LIKE ", b, is_condition(a), false, out),
        Expr::Between(a, b, c) => {
            infix(a, " BETWEEN ", b, is_condition(a), is_condition(b), out);
            out.push_str(" AND ");
            wrapped(c, is_condition(c), out);
        }
        Expr::In(value, items) => {
            wrapped(value, is_condition(value), out);
            out.push_str(" IN ");
            list(items, out);
        }
        Expr::IsNull(value) => {
            wrapped(value, is_condition(value), out);
            out.push_str(" IS NULL");
        }
        Expr::Spatial(op, a, b) => call(&op.name().to_uppercase(), &[a, b], out),
        Expr::Temporal(op, a, b) => call(&op.name().to_uppercase(), &[a, b], out),
        Expr::Array(op, a, b) => call(&op.name().to_uppercase(), &[a, b], out),
        Expr::Casei(one) => call("CASEI", &[one], out),
        Expr::Accenti(one) => call("ACCENTI", &[one], out),
        Expr::Function(name, arguments) => call(name, &arguments.iter().collect::<Vec<_>>(), out),
        Expr::Arithmetic(op, a, b) => {
            let own = strength(*op);
            let left = binding(a);
            let right = binding(b);
            // All but the power are reckoned from the left.
            let (wrap_left, wrap_right) = if *op == Arithmetic::Power {
                (left <= own, right < own)
            } else {
                (left < own, right <= own)
            };
            infix(a, &format!(" {} ", op.name()), b, wrap_left, wrap_right, out);
        }
        Expr::Property(name) if is_plain_name(name) && !is_taken(name) => out.push_str(name),
        Expr::Property(name) => {
            let _ = write!(out, "\"{}\"", name.replace('"', "\"\""));
        }
        Expr::Text(text) => quoted(text, out),
        Expr::Number(number) => out.push_str(&number.text()),
        Expr::Bool(true) => out.push_str("TRUE"),
        Expr::Bool(false) => out.push_str("FALSE"),
        Expr::Date(text) => {
            let _ = write!(out, "DATE('{text}')");
        }
        Expr::Timestamp(text) => {
            let _ = write!(out, "TIMESTAMP('{text}')");
        }
        Expr::Interval(from, to) => {
            out.push_str("INTERVAL(");
            end(from.as_deref(), out);
            out.push_str(", ");
            end(to.as_deref(), out);
            out.push(')');
        }
        Expr::List(items) => list(items, out),
        Expr::Geometry(geometry) => wkt::print(geometry, out),
        Expr::Bbox(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(|number| number.text()).collect();
            let _ = write!(out, "BBOX({})", numbers.join(", "));
        }
    }
}

/// Whether a part is no value but a condition, which needs parentheses as an operand.
fn is_condition(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::And(_)
            | Expr::Or(_)
            | Expr::Not(_)
            | Expr::Compare(..)
            | Expr::Like(..)
            | Expr::Between(..)
            | Expr::In(..)
            | Expr::IsNull(_)
    )
}

fn strength(op: Arithmetic) -> u8 {
    match op {
        Arithmetic::Plus | Arithmetic::Minus => 1,
        Arithmetic::Times | Arithmetic::Divide | Arithmetic::Modulo | Arithmetic::Div => 2,
        Arithmetic::Power => 3,
    }
}

/// How strongly an operand holds together.
fn binding(expr: &Expr) -> u8 {
    match expr {
        Expr::Arithmetic(op, ..) => strength(*op),
        other if is_condition(other) => 0,
        _ => 4,
    }
}

fn wrapped(expr: &Expr, wrap: bool, out: &mut String) {
    if wrap {
        out.push('(');
    }
    print(expr, out);
    if wrap {
        out.push(')');
    }
}

fn infix(a: &Expr, op: &str, b: &Expr, wrap_left: bool, wrap_right: bool, out: &mut String) {
    wrapped(a, wrap_left, out);
    out.push_str(op);
    wrapped(b, wrap_right, out);
}

fn joined(parts: &[Expr], word: &str, wrap: impl Fn(&Expr) -> bool, out: &mut String) {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            out.push_str(word);
        }
        wrapped(part, wrap(part), out);
    }
}

fn call(name: &str, arguments: &[&Expr], out: &mut String) {
    out.push_str(name);
    out.push('(');
    for (i, argument) in arguments.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        print(argument, out);
    }
    out.push(')');
}

fn list(items: &[Expr], out: &mut String) {
    call("", &items.iter().collect::<Vec<_>>(), out);
}

fn end(end: Option<&Expr>, out: &mut String) {
    match end {
        None => out.push_str("'..'"),
        Some(Expr::Date(text) | Expr::Timestamp(text)) => quoted(text, out),
        Some(other) => print(other, out),
    }
}

/// A text in quotes, such that it is read back as it is.
fn quoted(text: &str, out: &mut String) {
    out.push('\'');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' => out.push_str("''"),
            // Before these letters and quotes a backslash would be read as the beginning of an escape.
            '\\' => match chars.peek() {
                None | Some('\'' | 'a' | 'b' | 't' | 'n' | 'v' | 'f' | 'r' | '\\') => out.push_str("\\\\"),
                Some(_) => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out.push('\'');
}

//! What may stand where: the rules of the grammar that both encodings share.

use crate::{
    MOST_DEPTH, MOST_PARTS, MOST_VERTICES,
    fault::{Message, shown},
    tree::{self, Expr},
};

/// Most arguments of a function.
const MOST_ARGUMENTS: usize = 20;

/// Counts what a filter is made of.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    parts: usize,
    vertices: usize,
}

impl Budget {
    /// Takes one more part into account and checks it; its own parts have been checked before.
    pub(crate) fn accept(&mut self, expr: Expr) -> Result<Expr, Message> {
        self.parts += 1;
        if let Expr::Geometry(geometry) = &expr {
            geometry.check()?;
            geometry.positions(&mut |_| self.vertices += 1);
        }
        if let Expr::List(items) | Expr::In(_, items) = &expr {
            self.parts += items.len();
        }
        if self.parts > MOST_PARTS {
            return Err(Message::new(
                format!("filtr ma więcej niż {MOST_PARTS} części"),
                format!("the filter has more than {MOST_PARTS} parts"),
            ));
        }
        if self.vertices > MOST_VERTICES {
            return Err(Message::new(
                format!("geometrie filtra mają razem więcej niż {MOST_VERTICES} wierzchołków"),
                format!("the geometries of the filter have more than {MOST_VERTICES} vertices together"),
            ));
        }
        check(&expr)?;
        Ok(expr)
    }
}

pub(crate) fn too_deep() -> Message {
    Message::new(
        format!("filtr jest zagnieżdżony głębiej niż {MOST_DEPTH} poziomów"),
        format!("the filter is nested deeper than {MOST_DEPTH} levels"),
    )
}

/// How many levels a tree has.
pub(crate) fn height(expr: &Expr) -> usize {
    let all = |parts: &[Expr]| parts.iter().map(height).max().unwrap_or(0);
    1 + match expr {
        Expr::And(parts) | Expr::Or(parts) | Expr::List(parts) | Expr::Function(_, parts) => all(parts),
        Expr::In(value, parts) => height(value).max(all(parts)),
        Expr::Not(one) | Expr::IsNull(one) | Expr::Casei(one) | Expr::Accenti(one) => height(one),
        Expr::Compare(_, a, b)
        | Expr::Like(a, b)
        | Expr::Spatial(_, a, b)
        | Expr::Temporal(_, a, b)
        | Expr::Array(_, a, b)
        | Expr::Arithmetic(_, a, b) => height(a).max(height(b)),
        Expr::Between(a, b, c) => height(a).max(height(b)).max(height(c)),
        Expr::Interval(a, b) => [a, b].into_iter().flatten().map(|end| height(end)).max().unwrap_or(0),
        Expr::Property(_)
        | Expr::Text(_)
        | Expr::Number(_)
        | Expr::Bool(_)
        | Expr::Date(_)
        | Expr::Timestamp(_)
        | Expr::Geometry(_)
        | Expr::Bbox(_) => 0,
    }
}

fn check(expr: &Expr) -> Result<(), Message> {
    match expr {
        Expr::Spatial(_, a, b) => both(a, b, is_geometry, || {
            Message::new(
                "relacja przestrzenna potrzebuje dwóch geometrii (właściwości, WKT, BBOX lub funkcji)",
                "a spatial relation needs two geometries (property, WKT, BBOX or function)",
            )
        }),
        Expr::Temporal(_, a, b) => both(a, b, is_time, || {
            Message::new(
                "relacja czasowa potrzebuje dwóch czasów (właściwości, DATE, TIMESTAMP, INTERVAL lub funkcji)",
                "a temporal relation needs two times (property, DATE, TIMESTAMP, INTERVAL or function)",
            )
        }),
        Expr::Array(_, a, b) => both(a, b, is_list, || {
            Message::new(
                "relacja list potrzebuje dwóch list (właściwości, ('a', 'b') lub funkcji)",
                "a relation of lists needs two lists (property, ('a', 'b') or function)",
            )
        }),
        Expr::Like(value, pattern) => {
            no_lists([&**value])?;
            if is_pattern(pattern) {
                Ok(())
            } else {
                Err(Message::new(
                    "po LIKE oczekiwano tekstu w apostrofach, także w CASEI(…) lub ACCENTI(…)",
                    "expected a text in quotes after LIKE, or one in CASEI(…) or ACCENTI(…)",
                ))
            }
        }
        Expr::Interval(a, b) => {
            let good = |end: &Option<Box<Expr>>| {
                end.as_deref().is_none_or(|end| is_time(end) && !matches!(end, Expr::Interval(..)))
            };
            if good(a) && good(b) {
                Ok(())
            } else {
                Err(Message::new(
                    "końce INTERVAL to daty, chwile, właściwości, funkcje albo '..'",
                    "the ends of an INTERVAL are dates, instants, properties, functions or '..'",
                ))
            }
        }
        Expr::In(value, items) => {
            no_lists([&**value])?;
            no_lists(items)?;
            if items.is_empty() {
                return Err(Message::new("lista po IN jest pusta", "the list after IN is empty"));
            }
            Ok(())
        }
        Expr::Function(name, arguments) => {
            let wrong = |pl: String, en: String| Err(Message::new(pl, en));
            if !tree::is_plain_name(name) || tree::is_taken(name) {
                let name = shown(name);
                return wrong(
                    format!("„{name}” nie jest nazwą operatora ani funkcji"),
                    format!("{name:?} is no name of an operator or function"),
                );
            }
            if arguments.len() > MOST_ARGUMENTS {
                return wrong(
                    format!("więcej niż {MOST_ARGUMENTS} argumentów"),
                    format!("more than {MOST_ARGUMENTS} arguments"),
                );
            }
            no_lists(arguments)
        }
        Expr::Bbox(numbers) if !matches!(numbers.len(), 4 | 6) => Err(Message::new(
            "BBOX ma cztery liczby, a z wysokościami sześć",
            "a BBOX has four numbers, or six with heights",
        )),
        Expr::And(parts) | Expr::Or(parts) => {
            if parts.len() < 2 {
                return Err(Message::new(
                    "„and” i „or” łączą co najmniej dwa warunki",
                    "\"and\" and \"or\" join two conditions or more",
                ));
            }
            no_lists(parts)
        }
        Expr::Property(name) if name.is_empty() || name.chars().any(char::is_control) => Err(Message::new(
            "nazwa właściwości jest pusta lub ma znaki sterujące",
            "the name of a property is empty or has control characters",
        )),
        Expr::Text(text) if text.contains('\0') => {
            Err(Message::new("tekst ma znak o kodzie 0", "a text has the character with the code 0"))
        }
        Expr::Compare(_, a, b) | Expr::Arithmetic(_, a, b) => no_lists([&**a, &**b]),
        Expr::Between(a, b, c) => no_lists([&**a, &**b, &**c]),
        Expr::Not(one) | Expr::IsNull(one) | Expr::Casei(one) | Expr::Accenti(one) => no_lists([&**one]),
        Expr::List(items) => no_lists(items),
        _ => Ok(()),
    }
}

fn both(a: &Expr, b: &Expr, good: fn(&Expr) -> bool, wrong: impl Fn() -> Message) -> Result<(), Message> {
    if good(a) && good(b) { Ok(()) } else { Err(wrong()) }
}

pub(crate) fn no_lists<'a>(parts: impl IntoIterator<Item = &'a Expr>) -> Result<(), Message> {
    if parts.into_iter().any(|part| matches!(part, Expr::List(_))) {
        return Err(Message::new(
            "lista może stać tylko po IN i w A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
            "a list can only stand after IN and in A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS",
        ));
    }
    Ok(())
}

fn is_geometry(expr: &Expr) -> bool {
    matches!(expr, Expr::Property(_) | Expr::Function(..) | Expr::Geometry(_) | Expr::Bbox(_))
}

fn is_time(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::Property(_) | Expr::Function(..) | Expr::Date(_) | Expr::Timestamp(_) | Expr::Interval(..)
    )
}

fn is_list(expr: &Expr) -> bool {
    matches!(expr, Expr::Property(_) | Expr::Function(..) | Expr::List(_))
}

fn is_pattern(expr: &Expr) -> bool {
    match expr {
        Expr::Text(_) => true,
        Expr::Casei(inner) | Expr::Accenti(inner) => is_pattern(inner),
        _ => false,
    }
}

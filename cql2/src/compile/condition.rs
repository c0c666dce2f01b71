//! Conditions.

use serde_json::json;

use super::{Bind, Compiled, Compiler, Source, Type, Typed, mismatch, named, sql::Fragment};
use crate::{
    fault::CompileError,
    tree::{Comparison, Expr, Number},
};

impl Compiler<'_> {
    /// A condition. `positive` says that "unknown" and "false" come to the same here, as they do outside of any negation,
    /// so that a form may be chosen that an index answers.
    pub(super) fn condition(&mut self, expr: &Expr, positive: bool) -> Compiled<Fragment> {
        match expr {
            Expr::And(parts) | Expr::Or(parts) => {
                let word = if matches!(expr, Expr::And(_)) { " and " } else { " or " };
                let parts =
                    parts.iter().map(|part| self.condition(part, positive)).collect::<Compiled<Vec<_>>>()?;
                Ok(Fragment::join(&parts, word))
            }
            Expr::Not(inner) => Ok(Fragment::fill("(not {})", &[&self.condition(inner, false)?])),
            Expr::Bool(true) => Ok(Fragment::text("true")),
            Expr::Bool(false) => Ok(Fragment::text("false")),
            Expr::Compare(comparison, a, b) => self.compare(*comparison, a, b, positive),
            Expr::Between(value, low, high) => {
                let low = self.compare(Comparison::GreaterOrEqual, value, low, positive)?;
                let high = self.compare(Comparison::LessOrEqual, value, high, positive)?;
                Ok(Fragment::join(&[low, high], " and "))
            }
            Expr::In(value, items) => self.one_of(value, items, positive),
            Expr::Like(value, pattern) => self.like(value, pattern),
            Expr::IsNull(value) => {
                let value = self.value(value)?;
                Ok(Fragment::fill("({} is null)", &[&value.sql]))
            }
            Expr::Spatial(op, a, b) => self.spatial(*op, a, b),
            Expr::Temporal(op, a, b) => self.temporal(*op, a, b),
            Expr::Array(op, a, b) => self.array(*op, a, b, positive),
            Expr::Property(_) | Expr::Function(..) => {
                let value = self.value(expr)?;
                if value.kind == Type::Bool {
                    Ok(value.sql)
                } else {
                    Err(mismatch(
                        expr,
                        value.kind,
                        "warunek, na przykład porównanie",
                        "a condition such as a comparison",
                    ))
                }
            }
            other => {
                let (pl, en) = named(other);
                Err(CompileError::new(
                    format!("{pl} nie jest warunkiem; potrzeba na przykład porównania"),
                    format!("{en} is no condition; what is needed is a comparison, say"),
                ))
            }
        }
    }

    fn compare(&mut self, comparison: Comparison, a: &Expr, b: &Expr, positive: bool) -> Compiled<Fragment> {
        if positive
            && comparison == Comparison::Equal
            && let Some(indexed) = self.held(a, b).or_else(|| self.held(b, a))
        {
            return Ok(indexed);
        }
        if let Some(ids) = self.compare_ids(comparison, a, b)? {
            return Ok(ids);
        }
        let (left, right) = (self.value(a)?, self.value(b)?);
        let (left, right) = aligned((a, left), (b, right))?;
        let template = match comparison {
            Comparison::Equal => "({} = {})",
            Comparison::NotEqual => "({} <> {})",
            Comparison::Less => "({} < {})",
            Comparison::Greater => "({} > {})",
            Comparison::LessOrEqual => "({} <= {})",
            Comparison::GreaterOrEqual => "({} >= {})",
        };
        Ok(Fragment::fill(template, &[&left, &right]))
    }

    /// "Attribute equals literal" as "the attributes hold it", which the index of attributes answers.
    fn held(&mut self, property: &Expr, literal: &Expr) -> Option<Fragment> {
        let Expr::Property(name) = property else { return None };
        let queryable = self.queryables.get(name)?;
        let Source::Attribute(key) = &queryable.source else { return None };
        let value = match (queryable.kind, literal) {
            (Type::Text, Expr::Text(text)) => json!(text),
            (Type::Bool, Expr::Bool(truth)) => json!(truth),
            (Type::Number | Type::Integer, Expr::Number(Number::Integer(number))) => json!(number),
            (Type::Number | Type::Integer, Expr::Number(Number::Decimal(number))) => json!(number),
            _ => return None,
        };
        let object = json!({ key.as_str(): value });
        let object = self.bind(Bind::Text(object.to_string()), "text::jsonb");
        Some(Fragment::fill(
            "{} @> {}",
            &[&Fragment::text(format!("{}.attributes", self.options.alias)), &object],
        ))
    }

    /// An id compared with a text that is an id, such that the key of the table answers.
    fn compare_ids(&mut self, comparison: Comparison, a: &Expr, b: &Expr) -> Compiled<Option<Fragment>> {
        let (property, text) = match (a, b) {
            (Expr::Property(name), Expr::Text(text)) | (Expr::Text(text), Expr::Property(name)) => {
                (name, text)
            }
            _ => return Ok(None),
        };
        let known = self.queryables.get(property);
        let Some(queryable) = known.filter(|queryable| queryable.sql_type() == Type::Id) else {
            return Ok(None);
        };
        let template = match comparison {
            Comparison::Equal => "({} = {})",
            Comparison::NotEqual => "({} <> {})",
            // Order says nothing about ids, but texts have one.
            _ => return Ok(None),
        };
        if !is_uuid(text) {
            // No id is equal to what is none.
            let template = if comparison == Comparison::Equal {
                "({} is null and null)"
            } else {
                "({} is not null or null)"
            };
            let sql = Fragment::text(queryable.sql(self.options.alias));
            return Ok(Some(Fragment::fill(template, &[&sql])));
        }
        let sql = Fragment::text(queryable.sql(self.options.alias));
        let id = self.bind(Bind::Text(text.clone()), "text::uuid");
        Ok(Some(Fragment::fill(template, &[&sql, &id])))
    }

    fn one_of(&mut self, value: &Expr, items: &[Expr], positive: bool) -> Compiled<Fragment> {
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| match item {
                Expr::Text(text) => Some(text.clone()),
                _ => None,
            })
            .collect();
        // Many texts are one value.
        if let Some(texts) = texts.filter(|texts| texts.len() > 4) {
            let value = self.text_value(value)?;
            let texts = self.bind(Bind::Texts(texts), "text[]");
            return Ok(Fragment::fill("({} = any({}))", &[&value, &texts]));
        }
        let each = items.iter().map(|item| self.compare(Comparison::Equal, value, item, positive));
        Ok(Fragment::join(&each.collect::<Compiled<Vec<_>>>()?, " or "))
    }

    fn like(&mut self, value: &Expr, pattern: &Expr) -> Compiled<Fragment> {
        if ends_in_escape(pattern) {
            return Err(CompileError::new(
                "wzorzec po LIKE kończy się znakiem „\\”, po którym nic nie ma",
                "the pattern after LIKE ends in \"\\\", which nothing follows",
            ));
        }
        let (value, pattern) = (self.text_value(value)?, self.text_value(pattern)?);
        Ok(Fragment::fill("({} like {})", &[&value, &pattern]))
    }
}

fn ends_in_escape(pattern: &Expr) -> bool {
    match pattern {
        Expr::Text(text) => text.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1,
        Expr::Casei(inner) | Expr::Accenti(inner) => ends_in_escape(inner),
        _ => false,
    }
}

/// Two values such that SQL compares them as they are meant.
fn aligned((a, left): (&Expr, Typed), (b, right): (&Expr, Typed)) -> Compiled<(Fragment, Fragment)> {
    let day = |sql: &Fragment| Fragment::fill("({} at time zone 'UTC')::date", &[sql]);
    let text = |sql: &Fragment| Fragment::fill("{}::text", &[sql]);
    Ok(match (left.kind, right.kind) {
        (Type::Geometry, _) | (_, Type::Geometry) => {
            return Err(CompileError::new(
                "geometrii nie porównuje się znakami; są S_EQUALS, S_INTERSECTS i inne relacje",
                "geometries are not compared by signs; there are S_EQUALS, S_INTERSECTS and other relations",
            ));
        }
        (Type::List, _) | (_, Type::List) => {
            return Err(CompileError::new(
                "list nie porównuje się znakami; są A_CONTAINS, A_EQUALS, A_OVERLAPS i A_CONTAINEDBY",
                "lists are not compared by signs; there are A_CONTAINS, A_EQUALS, A_OVERLAPS and A_CONTAINEDBY",
            ));
        }
        (one, other) if one == other || (one.is_number() && other.is_number()) => (left.sql, right.sql),
        (Type::Instant, Type::Date) => (day(&left.sql), right.sql),
        (Type::Date, Type::Instant) => (left.sql, day(&right.sql)),
        (Type::Id, Type::Text) => (text(&left.sql), right.sql),
        (Type::Text, Type::Id) => (left.sql, text(&right.sql)),
        (one, other) => {
            let ((left_pl, left_en), (right_pl, right_en)) = (named(a), named(b));
            let ((one_pl, one_en), (other_pl, other_en)) = (one.words(), other.words());
            let (hint_pl, hint_en) = if one.is_time() || other.is_time() {
                ("; datę pisze się DATE('2026-05-15')", "; a date is written DATE('2026-05-15')")
            } else {
                ("", "")
            };
            return Err(CompileError::new(
                format!("nie można porównać: {left_pl} to {one_pl}, a {right_pl} to {other_pl}{hint_pl}"),
                format!("cannot be compared: {left_en} is {one_en}, but {right_en} is {other_en}{hint_en}"),
            ));
        }
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(i, byte)| {
            if matches!(i, 8 | 13 | 18 | 23) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

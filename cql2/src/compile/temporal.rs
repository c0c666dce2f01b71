//! Relations of times.
//!
//! A day beside an instant is the whole day in UTC. Two single times of which one is a day are compared as days.

use super::{Compiled, Compiler, Type, mismatch, sql::Fragment};
use crate::{
    fault::CompileError,
    tree::{Expr, TemporalOp},
};

/// An end of a time.
struct End {
    /// `None` for an open end.
    kind: Option<Type>,
    sql: Fragment,
}

struct Time {
    from: End,
    to: End,
    is_interval: bool,
}

impl Time {
    fn has(&self, kind: Type) -> bool {
        self.from.kind == Some(kind) || self.to.kind == Some(kind)
    }
}

impl Compiler<'_> {
    pub(super) fn temporal(&mut self, op: TemporalOp, a: &Expr, b: &Expr) -> Compiled<Fragment> {
        let (first, second) = (self.time(a)?, self.time(b)?);
        let needs_intervals = match op {
            TemporalOp::After
            | TemporalOp::Before
            | TemporalOp::Disjoint
            | TemporalOp::Equals
            | TemporalOp::Intersects => false,
            TemporalOp::During => !second.is_interval,
            TemporalOp::Contains => !first.is_interval,
            _ => !(first.is_interval && second.is_interval),
        };
        if needs_intervals {
            let name = op.name().to_uppercase();
            return Err(CompileError::new(
                format!("{name} porównuje okresy: INTERVAL('2026-01-01', '..') zamiast pojedynczej chwili"),
                format!(
                    "{name} compares intervals: INTERVAL('2026-01-01', '..') instead of a single instant"
                ),
            ));
        }
        let mixed = [Type::Date, Type::Instant].iter().all(|kind| first.has(*kind) || second.has(*kind));
        let as_days = mixed && !first.is_interval && !second.is_interval;
        let parts = [
            edge(&first.from, false, mixed, as_days),
            edge(&first.to, true, mixed, as_days),
            edge(&second.from, false, mixed, as_days),
            edge(&second.to, true, mixed, as_days),
        ];
        // {0} to {1} is the first time, {2} to {3} the second.
        let template = match op {
            TemporalOp::After => "({0} > {3})",
            TemporalOp::Before => "({1} < {2})",
            TemporalOp::Contains => "({0} < {2} and {1} > {3})",
            TemporalOp::Disjoint => "({1} < {2} or {0} > {3})",
            TemporalOp::During => "({0} > {2} and {1} < {3})",
            TemporalOp::Equals => "({0} = {2} and {1} = {3})",
            TemporalOp::FinishedBy => "({0} < {2} and {1} = {3})",
            TemporalOp::Finishes => "({0} > {2} and {1} = {3})",
            TemporalOp::Intersects => "({0} <= {3} and {1} >= {2})",
            TemporalOp::Meets => "({1} = {2})",
            TemporalOp::MetBy => "({0} = {3})",
            TemporalOp::OverlappedBy => "({0} > {2} and {0} < {3} and {1} > {3})",
            TemporalOp::Overlaps => "({0} < {2} and {1} > {2} and {1} < {3})",
            TemporalOp::StartedBy => "({0} = {2} and {1} > {3})",
            TemporalOp::Starts => "({0} = {2} and {1} < {3})",
        };
        Ok(Fragment::fill(template, &parts.each_ref()))
    }

    fn time(&mut self, expr: &Expr) -> Compiled<Time> {
        let Expr::Interval(from, to) = expr else {
            let one = self.end(expr)?;
            let same = End { kind: one.kind, sql: one.sql.clone() };
            return Ok(Time { from: one, to: same, is_interval: false });
        };
        // Texts of days and instants have the order of the times they name, as far as the shorter one goes.
        if let (Some(from), Some(to)) = (from.as_deref().and_then(text_of), to.as_deref().and_then(text_of))
            && from
                .bytes()
                .zip(to.bytes())
                .find(|(a, b)| a != b)
                .is_some_and(|(a, b)| a > b && a != b'Z' && b != b'Z')
        {
            return Err(CompileError::new(
                format!("okres kończy się ({to}), zanim się zaczyna ({from})"),
                format!("the interval ends ({to}) before it begins ({from})"),
            ));
        }
        let open = |sql: &str| End { kind: None, sql: Fragment::text(sql) };
        let from = from.as_deref().map_or_else(|| Ok(open("'-infinity'")), |end| self.end(end))?;
        let to = to.as_deref().map_or_else(|| Ok(open("'infinity'")), |end| self.end(end))?;
        Ok(Time { from, to, is_interval: true })
    }

    fn end(&mut self, expr: &Expr) -> Compiled<End> {
        let value = self.value(expr)?;
        if value.kind.is_time() {
            Ok(End { kind: Some(value.kind), sql: value.sql })
        } else {
            Err(mismatch(expr, value.kind, "data lub chwila", "a date or an instant"))
        }
    }
}

fn text_of(end: &Expr) -> Option<&str> {
    match end {
        Expr::Date(text) | Expr::Timestamp(text) => Some(text),
        _ => None,
    }
}

/// An end as it is compared with the others.
fn edge(end: &End, is_last: bool, mixed: bool, as_days: bool) -> Fragment {
    let template = match (end.kind, is_last) {
        (Some(Type::Instant), _) if as_days => "({} at time zone 'UTC')::date",
        (Some(Type::Date), false) if mixed && !as_days => "({}::timestamp at time zone 'UTC')",
        (Some(Type::Date), true) if mixed && !as_days => {
            "(({} + 1)::timestamp at time zone 'UTC' - interval '1 microsecond')"
        }
        // Dates, too, have their infinities as timestamps.
        (None, _) => "{}::timestamptz",
        _ => "{}",
    };
    Fragment::fill(template, &[&end.sql])
}

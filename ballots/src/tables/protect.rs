//! Which figures may be shown as they are, and which only as a range.
//!
//! A group of fewer than `k` people is *small*; so is an empty one. The aim: **of no small group can anybody prove, from all
//! that is published together, that it is small**. This is shown for each small group by a *witness*: another survey, as
//! possible as the true one, in which that group has `k` people or more and every published figure and range is the same.
//! A witness is found by a program of whole numbers (microlp), which changes as few published figures as it can; those that
//! it has to change are shown as ranges that hold both the truth and the witness. So nothing has to be tried twice: a range
//! only allows more surveys, and a witness that was found remains one. (Cell suppression by intervals, Fischetti and Salazar
//! 2003, with a simple heuristic for what to give up.) Each witness is checked again in whole numbers, so that the solver's
//! fractions cannot deceive.
//!
//! What it does not cover: whoever knows this procedure and guesses why just these figures are ranges; and whoever knows
//! people of the group and what they answered.

use std::collections::BTreeMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions, Variable as Unknown};
use serde::{Deserialize, Serialize};

use super::model::{Is, Rule, Sum, World, value};

/// A published number of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// It is this.
    Exact(u64),
    /// It lies between these, both included.
    Between(u64, u64),
}

impl Shown {
    /// The number, where it is shown.
    #[must_use]
    pub fn exact(self) -> Option<u64> {
        match self {
            Self::Exact(number) => Some(number),
            Self::Between(..) => None,
        }
    }
}

/// Something that would be published.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    pub(super) sum: Sum,
    /// How dear it is to lose its exact value.
    pub(super) weight: f64,
}

/// What is kept secret about a group of people.
#[derive(Debug, Clone)]
pub(super) struct Small {
    pub(super) sum: Sum,
}

/// A small group that cannot be protected: its place in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unprotected(pub(super) usize);

/// Most steps of the search for one witness.
const MOST_STEPS: u64 = 200;

/// How each figure is shown. `smalls` are all groups, published or not, of whom nobody may prove that they are small.
///
/// # Errors
/// [`Unprotected`] names a small group for which no witness was found.
pub(super) fn protect(
    world: &World,
    figures: &[Figure],
    smalls: &[Small],
    least_cell: i64,
) -> Result<Vec<Shown>, Unprotected> {
    let truths: Vec<i64> = figures.iter().map(|figure| value(&figure.sum, &world.truth)).collect();
    let mut ranges: Vec<(i64, i64)> = truths.iter().map(|truth| (*truth, *truth)).collect();
    let small: Vec<usize> =
        (0..smalls.len()).filter(|at| value(&smalls[*at].sum, &world.truth) < least_cell).collect();
    let mut covered = vec![false; smalls.len()];
    // A sum that is nothing but zero by the form itself is known to everybody.
    for at in &small {
        covered[*at] = smalls[*at].sum.is_empty();
    }
    let small_figures: Vec<bool> = truths.iter().map(|truth| *truth < least_cell).collect();
    let components = Components::new(world, figures, smalls);
    for at in small {
        if covered[at] {
            continue;
        }
        let part = components.of(&smalls[at].sum, world);
        let search = Search { world, figures, small_figures: &small_figures, least_cell, part };
        let Some(witness) = search.witness(&smalls[at].sum, Some(&ranges)) else {
            // Where the form itself leaves no room for so many, everybody knows without any figure.
            if search.witness(&smalls[at].sum, None).is_none() {
                continue;
            }
            return Err(Unprotected(at));
        };
        for figure in &part.figures {
            let seen = value(&figures[*figure].sum, &witness);
            let range = &mut ranges[*figure];
            *range = (range.0.min(seen), range.1.max(seen));
        }
        for other in &part.smalls {
            covered[*other] |= value(&smalls[*other].sum, &witness) >= least_cell;
        }
    }
    Ok(ranges.into_iter().map(|range| shown(range, least_cell)).collect())
}

/// A range is widened to multiples of the least number, so that its ends say nothing of their own.
fn shown((least, most): (i64, i64), step: i64) -> Shown {
    let whole = |number: i64| u64::try_from(number).unwrap_or(0);
    if least == most {
        return Shown::Exact(whole(least));
    }
    Shown::Between(whole(least / step * step), whole((most / step + 1) * step - 1))
}

/// Figures, groups and rules of the parts of the system that know nothing of each other.
struct Components {
    parts: BTreeMap<usize, Part>,
    nothing: Part,
}

#[derive(Debug, Default)]
struct Part {
    cells: Vec<usize>,
    figures: Vec<usize>,
    smalls: Vec<usize>,
    rules: Vec<usize>,
}

impl Components {
    fn new(world: &World, figures: &[Figure], smalls: &[Small]) -> Self {
        let mut parts = BTreeMap::<usize, Part>::new();
        let of = |sum: &Sum| sum.first().map(|(cell, _)| world.component[*cell]);
        for (cell, component) in world.component.iter().enumerate() {
            parts.entry(*component).or_default().cells.push(cell);
        }
        for (at, component) in figures.iter().map(|one| of(&one.sum)).enumerate() {
            if let Some(component) = component {
                parts.entry(component).or_default().figures.push(at);
            }
        }
        for (at, component) in smalls.iter().map(|one| of(&one.sum)).enumerate() {
            if let Some(component) = component {
                parts.entry(component).or_default().smalls.push(at);
            }
        }
        for (at, component) in world.rules.iter().map(|one| of(&one.sum)).enumerate() {
            if let Some(component) = component {
                parts.entry(component).or_default().rules.push(at);
            }
        }
        Self { parts, nothing: Part::default() }
    }

    fn of(&self, sum: &Sum, world: &World) -> &Part {
        let component = sum.first().map(|(cell, _)| world.component[*cell]);
        component.and_then(|component| self.parts.get(&component)).unwrap_or(&self.nothing)
    }
}

/// The search for another survey, within one part of the system.
struct Search<'a> {
    world: &'a World,
    figures: &'a [Figure],
    small_figures: &'a [bool],
    least_cell: i64,
    part: &'a Part,
}

impl Search<'_> {
    /// A survey in which a group has enough people and as little as can be differs from what is shown (`ranges`; without
    /// them nothing is shown at all). Its cells; those of other parts of the system are as in truth.
    fn witness(&self, group: &Sum, ranges: Option<&[(i64, i64)]>) -> Option<Vec<i64>> {
        let Self { world, part, .. } = self;
        let mut problem = Problem::new(OptimizationDirection::Minimize);
        let cells: BTreeMap<usize, Unknown> =
            part.cells.iter().map(|cell| (*cell, problem.add_integer_var(0.0, (0, i32::MAX / 4)))).collect();
        for rule in part.rules.iter().map(|at| &world.rules[*at]) {
            let is = match rule.is {
                Is::Equal => ComparisonOp::Eq,
                Is::AtMost => ComparisonOp::Le,
                Is::AtLeast => ComparisonOp::Ge,
            };
            problem.add_constraint(terms(&cells, &rule.sum), is, rule.value as f64);
        }
        for (at, ranges) in part.figures.iter().zip(std::iter::repeat(ranges)) {
            let Some((least, most)) = ranges.map(|ranges| ranges[*at]) else { continue };
            // What is a range already may move, but a wide range says little.
            let weight = if least < most || self.small_figures[*at] { 0.3 } else { self.figures[*at].weight };
            let over = problem.add_var(weight, (0.0, f64::INFINITY));
            let under = problem.add_var(weight, (0.0, f64::INFINITY));
            let within = problem.add_var(0.01, (0.0, (most - least) as f64));
            let mut sum = terms(&cells, &self.figures[*at].sum);
            sum.extend([(over, -1.0), (under, 1.0), (within, -1.0)]);
            problem.add_constraint(sum, ComparisonOp::Eq, least as f64);
        }
        problem.add_constraint(terms(&cells, group), ComparisonOp::Ge, self.least_cell as f64);
        let mut options = SolveOptions::default();
        options.node_limit = Some(MOST_STEPS);
        let outcome = problem.solve_with(options).ok()?;
        let solution = outcome.solution()?;
        let mut witness = world.truth.clone();
        for (cell, unknown) in &cells {
            // Whole by the search; rounded only against the last digit.
            witness[*cell] = solution.var_value(*unknown).round() as i64;
        }
        let is_one =
            possible(world, &part.rules, &part.cells, &witness) && value(group, &witness) >= self.least_cell;
        is_one.then_some(witness)
    }
}

fn terms(cells: &BTreeMap<usize, Unknown>, sum: &Sum) -> Vec<(Unknown, f64)> {
    let mut times = BTreeMap::<usize, i64>::new();
    for (cell, by) in sum {
        *times.entry(*cell).or_default() += by;
    }
    times.into_iter().filter(|(_, by)| *by != 0).map(|(cell, by)| (cells[&cell], by as f64)).collect()
}

/// Whether cells are people, and obey every rule, in whole numbers.
fn possible(world: &World, rules: &[usize], cells: &[usize], witness: &[i64]) -> bool {
    cells.iter().all(|cell| witness[*cell] >= 0)
        && rules.iter().map(|at| &world.rules[*at]).all(|rule: &Rule| rule.holds(witness))
}

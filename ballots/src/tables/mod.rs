//! Tables of a survey that may be shown to everybody: totals of each question and cross tables that the town chose, such
//! that nobody can prove of any group of fewer than `k` people that it is so small ([`protect`]). All tables of a survey are
//! made at once and never again: two publications, each safe alone, may tell by their difference what neither says.
//!
//! What is in no table: words, files, means of small groups, single drawings. Places on the map go by [`sparse`].

mod model;
mod protect;
mod variables;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::form::{Answers, Form, Text};

pub use model::{Group, Kind, Value, Variable};
pub use protect::Shown;
pub use variables::{Asked, Category, asked_of};

use model::{Sum, World};
use protect::{Figure, Small, Unprotected, protect};
use variables::coded;

/// A cross table that is wished for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cross {
    /// What its rows are ([`Asked::name`]).
    pub rows: String,
    /// What its columns are.
    pub columns: String,
    /// Only those who are in this category of this question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Only {
    /// Question.
    pub of: String,
    /// Its category.
    pub category: String,
}

/// What was wished for and cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// Which table: rows and columns, or the columns alone.
    pub rows: Option<String>,
    /// Its columns.
    pub columns: String,
    /// Why.
    pub why: Why,
}

/// Why a table is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Fewer people than the least cell took part at all.
    FewPeople,
    /// There is no such question, or it cannot be in a cross table so.
    NoSuch,
    /// It depends on a question of several choices, so that it cannot be seen what it tells of that one.
    Depends,
    /// Together with the others it is too large to be looked through.
    TooLarge,
    /// However its figures are blurred, a small group shows.
    Small,
}

/// A table that may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// What its rows are; none for the totals of one question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<Asked>,
    /// What its columns are.
    pub columns: Asked,
    /// Of whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Only>,
    /// Rows of cells; a single one for the totals of one question.
    pub cells: Vec<Vec<Shown>>,
    /// How many people are in each row (of the totals: all).
    pub row_totals: Vec<Shown>,
    /// How many people are in each column, in a cross table.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub column_totals: Vec<Shown>,
    /// Of a question with several choices: how many of each row answered it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answered: Vec<Shown>,
}

/// All that may be shown of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// How many took part.
    pub people: u64,
    /// No group smaller than this can be proved to be so.
    pub least_cell: u64,
    /// Totals of each question, in the order of the form.
    pub totals: Vec<Table>,
    /// Cross tables, in the order of the wishes.
    pub crosses: Vec<Table>,
    /// What is left out.
    pub dropped: Vec<Dropped>,
}

/// Most cross tables of one survey.
pub const MOST_CROSSES: usize = 12;

/// A table by the places of its questions.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wish {
    rows: Option<usize>,
    columns: usize,
    only: Option<(usize, usize)>,
    /// Its place among the wishes, for a cross table.
    cross: Option<usize>,
}

/// Makes the tables of a survey.
#[must_use]
pub fn release(form: &Form, answers: &[Answers], crosses: &[Cross], least_cell: u32) -> Release {
    let coded = coded(form, answers);
    let asked: Vec<&Asked> = coded.asked.iter().collect();
    let mut out = Release {
        people: count(answers.len()),
        least_cell: u64::from(least_cell),
        totals: Vec::new(),
        crosses: Vec::new(),
        dropped: Vec::new(),
    };
    for name in &coded.depends {
        out.dropped.push(Dropped { rows: None, columns: name.clone(), why: Why::Depends });
    }
    let mut wishes: Vec<Wish> =
        (0..asked.len()).map(|columns| Wish { rows: None, columns, only: None, cross: None }).collect();
    for (at, cross) in crosses.iter().enumerate() {
        match wish(cross, &asked, at) {
            Some(wish) if at < MOST_CROSSES => wishes.push(wish),
            refused => {
                let why = if refused.is_some() { Why::TooLarge } else { Why::NoSuch };
                out.dropped.push(Dropped {
                    rows: Some(cross.rows.clone()),
                    columns: cross.columns.clone(),
                    why,
                });
            }
        }
    }
    let dropped = |wish: &Wish, why: Why| Dropped {
        rows: wish.rows.map(|rows| asked[rows].name.clone()),
        columns: asked[wish.columns].name.clone(),
        why,
    };
    if answers.len() < usize::try_from(least_cell).unwrap_or(usize::MAX) {
        out.dropped.extend(wishes.iter().map(|wish| dropped(wish, Why::FewPeople)));
        return out;
    }
    // Each round that fails leaves out one table and begins again, so there are not more rounds than tables.
    while !wishes.is_empty() {
        let failed = match attempt(&coded, &wishes, i64::from(least_cell)) {
            Ok(tables) => {
                for (wish, table) in wishes.iter().zip(tables) {
                    if wish.cross.is_some() { out.crosses.push(table) } else { out.totals.push(table) }
                }
                break;
            }
            Err(failed) => failed,
        };
        let wish = wishes.remove(failed.0);
        out.dropped.push(dropped(&wish, failed.1));
    }
    out
}

fn wish(cross: &Cross, asked: &[&Asked], at: usize) -> Option<Wish> {
    let find = |name: &str| asked.iter().position(|one| one.name == name);
    let (rows, columns) = (find(&cross.rows)?, find(&cross.columns)?);
    let only = match &cross.only {
        None => None,
        Some(only) => {
            let of = find(&only.of)?;
            Some((of, asked[of].categories.iter().position(|one| one.id == only.category)?))
        }
    };
    let of = only.map(|(of, _)| of);
    // Several choices can be columns only: a row of them is no group of its own.
    let fits = rows != columns
        && of != Some(rows)
        && of != Some(columns)
        && !asked[rows].several
        && of.is_none_or(|of| !asked[of].several);
    fits.then_some(Wish { rows: Some(rows), columns, only, cross: Some(at) })
}

/// Tries to protect these tables together; else says which to leave out, and why.
fn attempt(coded: &variables::Coded, wishes: &[Wish], least_cell: i64) -> Result<Vec<Table>, (usize, Why)> {
    let last_cross = wishes.iter().rposition(|wish| wish.cross.is_some()).unwrap_or(wishes.len() - 1);
    let together: Vec<Vec<usize>> = wishes
        .iter()
        .map(|wish| wish.rows.into_iter().chain([wish.columns]).chain(wish.only.map(|(of, _)| of)).collect())
        .collect();
    let world = World::new(&coded.variables, &coded.nevers, &together, &coded.people)
        .map_err(|_| (last_cross, Why::TooLarge))?;
    let mut groups =
        Groups { world: &world, variables: &coded.variables, places: BTreeMap::new(), figures: Vec::new() };
    let tables: Option<Vec<Places>> = wishes.iter().map(|wish| groups.table(wish)).collect();
    let tables = tables.ok_or((last_cross, Why::TooLarge))?;
    let smalls = groups.smalls(wishes).ok_or((last_cross, Why::TooLarge))?;
    let of_smalls: Vec<Small> = smalls.iter().map(|(sum, _)| Small { sum: sum.clone() }).collect();
    let shown = protect(&world, &groups.figures, &of_smalls, least_cell)
        .map_err(|Unprotected(at)| (smalls[at].1, Why::Small))?;
    Ok(tables.into_iter().zip(wishes).map(|(places, wish)| places.table(&shown, wish, coded)).collect())
}

/// Figures by the group that they count, so that what stands in two tables is one figure.
struct Groups<'a> {
    world: &'a World,
    variables: &'a [Variable],
    places: BTreeMap<Group, usize>,
    figures: Vec<Figure>,
}

/// Where the figures of a table are.
struct Places {
    cells: Vec<Vec<usize>>,
    row_totals: Vec<usize>,
    column_totals: Vec<usize>,
    answered: Vec<usize>,
}

impl Groups<'_> {
    fn place(&mut self, group: Group) -> Option<usize> {
        if let Some(place) = self.places.get(&group) {
            return Some(*place);
        }
        let sum = self.world.sum(&group)?;
        // Totals of a question are what most people look at.
        let weight = if group.len() < 2 { 3.0 } else { 1.0 };
        self.figures.push(Figure { sum, weight });
        self.places.insert(group, self.figures.len() - 1);
        Some(self.figures.len() - 1)
    }

    fn several(&self, variable: usize) -> bool {
        matches!(self.variables[variable].kind, Kind::Many { .. })
    }

    fn table(&mut self, wish: &Wish) -> Option<Places> {
        let base: Group = wish.only.into_iter().collect();
        let rows: Vec<Group> = match wish.rows {
            None => vec![base.clone()],
            Some(rows) => (0..self.variables[rows].categories).map(|row| with(&base, rows, row)).collect(),
        };
        let width = self.variables[wish.columns].categories;
        let mut places = Places {
            cells: Vec::new(),
            row_totals: Vec::new(),
            column_totals: Vec::new(),
            answered: Vec::new(),
        };
        for row in rows {
            let cells = (0..width).map(|column| self.place(with(&row, wish.columns, column)));
            places.cells.push(cells.collect::<Option<_>>()?);
            if self.several(wish.columns) {
                places.answered.push(self.place(with(&row, wish.columns, width))?);
            }
            if !row.is_empty() {
                places.row_totals.push(self.place(row)?);
            }
        }
        if wish.rows.is_some() {
            let totals = (0..width).map(|column| self.place(with(&base, wish.columns, column)));
            places.column_totals = totals.collect::<Option<_>>()?;
        }
        Some(places)
    }

    /// All groups of whom it must not show that they are small, with the place of the wish that they belong to: each
    /// cell and total; with a filter, also the cells of all other categories of it, and of all those without a table
    /// together; of several choices, also those who did not take one, and who did not answer.
    fn smalls(&self, wishes: &[Wish]) -> Option<Vec<(Sum, usize)>> {
        let mut all = BTreeMap::<Sum, usize>::new();
        for (at, wish) in wishes.iter().enumerate() {
            let mut bases: Vec<Vec<(Group, i64)>> = vec![vec![(Group::new(), 1)]];
            if let Some((of, _)) = wish.only {
                bases.extend(
                    (0..self.variables[of].categories)
                        .map(|category| vec![(with(&Group::new(), of, category), 1)]),
                );
                let shown: BTreeSet<usize> = wishes
                    .iter()
                    .filter(|other| (other.rows, other.columns) == (wish.rows, wish.columns))
                    .filter_map(|other| {
                        other.only.filter(|(other, _)| *other == of).map(|(_, category)| category)
                    })
                    .collect();
                let rest = shown.into_iter().map(|category| (with(&Group::new(), of, category), -1));
                bases.push([(Group::new(), 1)].into_iter().chain(rest).collect());
            }
            let width = self.variables[wish.columns].categories;
            for base in bases {
                let rows: Vec<Option<usize>> = match wish.rows {
                    None => vec![None],
                    Some(rows) => (0..self.variables[rows].categories).map(Some).chain([None]).collect(),
                };
                for row in rows {
                    let sum = |column: Option<usize>| -> Option<Sum> {
                        let mut sum = Sum::new();
                        for (group, times) in &base {
                            let group = match (wish.rows, row) {
                                (Some(rows), Some(row)) => with(group, rows, row),
                                _ => group.clone(),
                            };
                            let group =
                                column.map_or(group.clone(), |column| with(&group, wish.columns, column));
                            let own = if group.is_empty() {
                                self.world.everybody(wish.columns)
                            } else {
                                self.world.sum(&group)
                            };
                            sum.extend(own?.into_iter().map(|(cell, by)| (cell, by * times)));
                        }
                        Some(sum)
                    };
                    let mut keep = |sum: Sum| {
                        all.entry(sum).and_modify(|of| *of = (*of).max(at)).or_insert(at);
                    };
                    keep(sum(None)?);
                    for column in 0..width {
                        keep(sum(Some(column))?);
                    }
                    if self.several(wish.columns) {
                        let answered = sum(Some(width))?;
                        for column in 0..width {
                            keep(minus(&answered, &sum(Some(column))?));
                        }
                        keep(minus(&sum(None)?, &answered));
                        keep(answered);
                    }
                }
            }
        }
        Some(all.into_iter().collect())
    }
}

fn with(group: &Group, variable: usize, category: usize) -> Group {
    let mut group = group.clone();
    group.insert(variable, category);
    group
}

fn minus(from: &Sum, what: &Sum) -> Sum {
    from.iter().copied().chain(what.iter().map(|(cell, times)| (*cell, -times))).collect()
}

impl Places {
    fn table(self, shown: &[Shown], wish: &Wish, coded: &variables::Coded) -> Table {
        let of =
            |places: Vec<usize>| -> Vec<Shown> { places.into_iter().map(|place| shown[place]).collect() };
        let asked = |at: usize| coded.asked[at].clone();
        let only = wish.only.map(|(of, category)| Only {
            of: coded.asked[of].name.clone(),
            category: coded.asked[of].categories[category].id.clone(),
        });
        let everybody = Shown::Exact(count(coded.people.len()));
        let row_totals = if self.row_totals.is_empty() { vec![everybody] } else { of(self.row_totals) };
        Table {
            rows: wish.rows.map(asked),
            columns: asked(wish.columns),
            only,
            cells: self.cells.into_iter().map(of).collect(),
            row_totals,
            column_totals: of(self.column_totals),
            answered: of(self.answered),
        }
    }
}

fn count(many: usize) -> u64 {
    u64::try_from(many).unwrap_or(u64::MAX)
}

/// Who could point at places, and who did.
#[derive(Debug, Clone, Copy)]
pub struct Pointing {
    /// How many people took part.
    pub people: u64,
    /// How many of them pointed at anything.
    pub answered: u64,
    /// Whether the form lets somebody point at nothing.
    pub may_be_silent: bool,
    /// How many places one person can point at, if there is a limit.
    pub most_each: Option<u64>,
}

/// Places that may be shown, of many that people pointed at: squares of the map, things of the registry. `places` holds, for
/// each, how many people pointed at it. Only places of `k` people or more are shown; a place that is left out may have none or
/// up to `k - 1`. Two things could still be proved: that a place with some is small, if all that is left for it were fewer than
/// `k`; and that those who pointed at nothing are fewer than `k`, if what is shown needed almost everybody. Where that is so,
/// more is left out.
#[must_use]
pub fn sparse<K: Ord + Clone>(
    places: &BTreeMap<K, u64>,
    pointing: Pointing,
    least_cell: u64,
) -> BTreeMap<K, u64> {
    let Pointing { people, answered, may_be_silent, most_each } = pointing;
    let mut shown: Vec<(u64, K)> = places
        .iter()
        .filter(|(_, many)| **many >= least_cell)
        .map(|(place, many)| (*many, place.clone()))
        .collect();
    shown.sort();
    shown.reverse();
    let hidden = places.values().any(|many| *many > 0 && *many < least_cell);
    if hidden && answered < least_cell {
        return BTreeMap::new();
    }
    // How many must be able to have pointed at what is shown, and how much of that must be left.
    let silent = may_be_silent && people.saturating_sub(answered) < least_cell;
    let most = if silent { people.saturating_sub(least_cell) } else { answered };
    shown.retain(|(many, _)| *many <= most);
    if let Some(most_each) = most_each {
        let too_much = |shown: &[(u64, K)]| {
            let sum: u64 = shown.iter().map(|(many, _)| many).sum();
            sum > most.saturating_mul(most_each)
                || hidden && answered.saturating_mul(most_each).saturating_sub(sum) < least_cell
        };
        while too_much(&shown) && shown.pop().is_some() {}
    }
    shown.into_iter().map(|(many, place)| (place, many)).collect()
}

/// The label of what stands for no answer.
#[must_use]
pub fn without() -> Text {
    Text { pl: "bez odpowiedzi".into(), en: Some("no answer".into()) }
}

#[cfg(test)]
mod tests;

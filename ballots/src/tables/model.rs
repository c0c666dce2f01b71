//! All surveys that would give the same published figures, as a system of whole numbers.
//!
//! People are counted in *cells*: how many there are of each combination of answers. The combinations of all questions at
//! once would be too many; but a table of two questions says nothing of a third, so it is enough to keep the combinations
//! of those questions that appear together (the *cliques* of a triangulated graph, joined into a tree). Tables of whole
//! numbers of neighbouring cliques that agree on what they share always come from some list of people; so the system below
//! is neither too strict nor too loose.
//!
//! A question of several choices is no combination: within a group of people, each choice has its own number, at most the
//! number of those who answered, and all together at least and at most what the form allows each of them to choose. Any such
//! numbers come from some list of people (deal the choices out in turn). Two such questions are never in one table.

use std::collections::{BTreeMap, BTreeSet};

/// A question, or a row of one, as something to group people by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// How many categories it has; without an answer is one of them, if that can be.
    pub categories: usize,
    /// Whether a person is in one category or in several.
    pub kind: Kind,
}

/// How many categories a person is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Just one.
    One,
    /// Whoever answers is in so many of them.
    Many {
        /// Fewest, at least 1.
        least: usize,
        /// Most.
        most: usize,
    },
}

/// What one person answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// The category.
    One(usize),
    /// The categories; none if there is no answer.
    Many(Option<BTreeSet<usize>>),
}

/// Combinations that cannot be, as everybody sees from the form: not all of these at once. Of a question with several
/// choices, the two places stand for: not answered, answered.
pub type Never = Vec<(usize, Vec<bool>)>;

/// A group of people: who is in this category of each of these questions. Of several choices the category after the last is
/// *answered*.
pub type Group = BTreeMap<usize, usize>;

/// A sum of cells.
pub type Sum = Vec<(usize, i64)>;

/// What a sum has to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The sum.
    pub sum: Sum,
    /// How it compares.
    pub is: Is,
    /// With what.
    pub value: i64,
}

/// How a sum compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Is just.
    Equal,
    /// Is at most.
    AtMost,
    /// Is at least.
    AtLeast,
}

/// The value of a sum.
#[must_use]
pub fn value(sum: &Sum, cells: &[i64]) -> i64 {
    sum.iter().map(|(cell, times)| cells[*cell] * times).sum()
}

impl Rule {
    /// Whether cells obey it.
    #[must_use]
    pub fn holds(&self, cells: &[i64]) -> bool {
        let value = value(&self.sum, cells);
        match self.is {
            Is::Equal => value == self.value,
            Is::AtMost => value <= self.value,
            Is::AtLeast => value >= self.value,
        }
    }
}

/// The system is too large to be looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// A clique's neighbour towards the root of the tree, with the questions that both have; none for the root itself.
type Parent = Option<(usize, Vec<usize>)>;

/// Cells of one clique.
#[derive(Debug)]
struct Clique {
    /// Questions with one category, in rising order.
    ones: Vec<usize>,
    /// The question with several choices.
    many: Option<usize>,
    /// Combinations of `ones` that can be, with their first cell: people; then, if there is such a question, those who
    /// answered it and those in each of its categories.
    cells: BTreeMap<Vec<usize>, usize>,
    component: usize,
}

/// The system.
#[derive(Debug)]
pub struct World {
    cliques: Vec<Clique>,
    /// What everybody knows of the cells without a single figure but the number of people.
    pub rules: Vec<Rule>,
    /// To which part of the system a cell belongs; parts know nothing of each other.
    pub component: Vec<usize>,
    /// What the cells are in truth.
    pub truth: Vec<i64>,
    widths: Vec<usize>,
}

/// Most cells of a system; more would take minutes.
const MOST_CELLS: usize = 4000;

impl World {
    /// The system for groups of these questions (each list of questions appears together in some figure).
    ///
    /// # Errors
    /// [`TooLarge`] when it has too many cells, or two questions with several choices meet.
    pub fn new(
        variables: &[Variable],
        nevers: &[Never],
        together: &[Vec<usize>],
        people: &[Vec<Value>],
    ) -> Result<Self, TooLarge> {
        let mut world = Self {
            cliques: Vec::new(),
            rules: Vec::new(),
            component: Vec::new(),
            truth: Vec::new(),
            widths: variables.iter().map(|one| one.categories).collect(),
        };
        let parents = world.cliques(variables, nevers, together)?;
        for at in 0..world.cliques.len() {
            world.cells(at, variables, nevers, people)?;
        }
        world.join(&parents, variables, i64::try_from(people.len()).map_err(|_| TooLarge)?);
        Ok(world)
    }

    /// Triangulates the graph of what appears together. Gives each clique's neighbour towards the root, with what they share.
    fn cliques(
        &mut self,
        variables: &[Variable],
        nevers: &[Never],
        together: &[Vec<usize>],
    ) -> Result<Vec<Parent>, TooLarge> {
        let mut near: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let of_nevers = nevers.iter().map(|never| never.iter().map(|(variable, _)| *variable).collect());
        for group in together.iter().cloned().chain(of_nevers) {
            for one in &group {
                near.entry(*one).or_default().extend(group.iter().filter(|other| *other != one));
            }
        }
        let is_many = |one: usize| matches!(variables[one].kind, Kind::Many { .. });
        let mut order: Vec<(usize, Vec<usize>)> = Vec::new();
        while !near.is_empty() {
            // Several choices first, so that each is in one clique only; then what makes the smallest clique.
            let size = |one: &usize| -> f64 {
                near[one].iter().chain([one]).map(|other| variables[*other].categories as f64).product()
            };
            let next = near.keys().copied().min_by(|a, b| {
                (!is_many(*a), size(a), a)
                    .partial_cmp(&(!is_many(*b), size(b), b))
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
            let Some(next) = next else { break };
            if size(&next) > MOST_CELLS as f64 {
                return Err(TooLarge);
            }
            let around = near.remove(&next).unwrap_or_default();
            if around.iter().any(|other| is_many(*other)) {
                return Err(TooLarge);
            }
            for one in &around {
                if let Some(of) = near.get_mut(one) {
                    of.remove(&next);
                    of.extend(around.iter().filter(|other| *other != one));
                }
            }
            order.push((next, around.into_iter().collect()));
        }
        let place: BTreeMap<usize, usize> =
            order.iter().enumerate().map(|(at, (one, _))| (*one, at)).collect();
        let parents: Vec<Parent> = order
            .iter()
            .map(|(_, around)| {
                around.iter().map(|one| place[one]).min().map(|parent| (parent, around.clone()))
            })
            .collect();
        let mut component = vec![0; order.len()];
        // A neighbour towards the root comes later in the order.
        for at in (0..order.len()).rev() {
            component[at] = parents[at].as_ref().map_or(at, |(parent, _)| component[*parent]);
        }
        for (at, (one, around)) in order.into_iter().enumerate() {
            let many = is_many(one).then_some(one);
            let mut ones: Vec<usize> = around.into_iter().chain((!is_many(one)).then_some(one)).collect();
            ones.sort_unstable();
            self.cliques.push(Clique { ones, many, cells: BTreeMap::new(), component: component[at] });
        }
        Ok(parents)
    }

    /// Makes the cells of a clique and what is known of them, and counts the people in them.
    fn cells(
        &mut self,
        at: usize,
        variables: &[Variable],
        nevers: &[Never],
        people: &[Vec<Value>],
    ) -> Result<(), TooLarge> {
        let Clique { ones, many, component, .. } = &self.cliques[at];
        let (ones, many, component) = (ones.clone(), *many, *component);
        let within: Vec<&Never> = nevers
            .iter()
            .filter(|never| never.iter().all(|(one, _)| ones.contains(one) || many == Some(*one)))
            .collect();
        let mut cells = BTreeMap::new();
        for combination in combinations(&ones, variables) {
            let of = |one: usize| ones.iter().position(|other| *other == one).map(|at| combination[at]);
            // What is left of a prohibition within this combination: none, or on having answered.
            let mut answers = [true, true];
            let mut possible = true;
            for never in &within {
                if never.iter().all(|(one, set)| of(*one).is_none_or(|category| set[category])) {
                    match never.iter().find(|(one, _)| many == Some(*one)) {
                        Some((_, set)) => {
                            for (can, forbidden) in answers.iter_mut().zip(set) {
                                *can &= !forbidden;
                            }
                        }
                        None => possible = false,
                    }
                }
            }
            if !possible {
                continue;
            }
            let first = self.truth.len();
            let wide = many.map_or(1, |many| 2 + variables[many].categories);
            self.truth.extend(std::iter::repeat_n(0, wide));
            self.component.extend(std::iter::repeat_n(component, wide));
            if self.truth.len() > MOST_CELLS {
                return Err(TooLarge);
            }
            if let Some(many) = many {
                self.choosing(first, &variables[many], answers);
            }
            cells.insert(combination, first);
        }
        for person in people {
            let combination: Vec<usize> = ones
                .iter()
                .map(|one| match &person[*one] {
                    Value::One(category) => *category,
                    Value::Many(_) => 0,
                })
                .collect();
            let Some(first) = cells.get(&combination) else { continue };
            self.truth[*first] += 1;
            if let Some(Value::Many(Some(chosen))) = many.map(|many| &person[many]) {
                self.truth[first + 1] += 1;
                for category in chosen {
                    self.truth[first + 2 + category] += 1;
                }
            }
        }
        self.cliques[at].cells = cells;
        Ok(())
    }

    /// What is known of several choices within a group that begins at a cell.
    fn choosing(&mut self, first: usize, variable: &Variable, [unanswered, answered]: [bool; 2]) {
        let Kind::Many { least, most } = variable.kind else { return };
        let (people, answers) = (first, first + 1);
        let mut rule = |sum: Sum, is: Is| self.rules.push(Rule { sum, is, value: 0 });
        rule(vec![(answers, 1), (people, -1)], if unanswered { Is::AtMost } else { Is::Equal });
        if !answered {
            rule(vec![(answers, 1)], Is::Equal);
        }
        let all = |times: i64| {
            (0..variable.categories).map(|one| (answers + 1 + one, 1)).chain([(answers, times)]).collect()
        };
        let times = |many: usize| -i64::try_from(many).unwrap_or(i64::MAX);
        rule(all(times(least)), Is::AtLeast);
        rule(all(times(most.min(variable.categories))), Is::AtMost);
        for one in 0..variable.categories {
            rule(vec![(answers + 1 + one, 1), (answers, -1)], Is::AtMost);
        }
    }

    /// Neighbouring cliques agree on what they share, and each part of the system has all the people.
    fn join(&mut self, parents: &[Parent], variables: &[Variable], people: i64) {
        for (at, parent) in parents.iter().enumerate() {
            let Some((parent, shared)) = parent else {
                let sum = self.cliques[at].cells.values().map(|cell| (*cell, 1)).collect();
                self.rules.push(Rule { sum, is: Is::Equal, value: people });
                continue;
            };
            for combination in combinations(shared, variables) {
                let group: Group = shared.iter().copied().zip(combination).collect();
                let mut sum = self.cliques[at].sum(&group, &self.widths);
                sum.extend(
                    self.cliques[*parent].sum(&group, &self.widths).into_iter().map(|(cell, _)| (cell, -1)),
                );
                self.rules.push(Rule { sum, is: Is::Equal, value: 0 });
            }
        }
    }

    /// All people, as a sum of the cells of a clique that has this question.
    #[must_use]
    pub fn everybody(&self, question: usize) -> Option<Sum> {
        let of = |clique: &&Clique| clique.ones.contains(&question) || clique.many == Some(question);
        Some(self.cliques.iter().find(of)?.sum(&Group::new(), &self.widths))
    }

    /// How many people are in a group, as a sum of cells; none if its questions never appear together.
    #[must_use]
    pub fn sum(&self, group: &Group) -> Option<Sum> {
        let holds =
            |clique: &&Clique| group.keys().all(|one| clique.ones.contains(one) || clique.many == Some(*one));
        let clique = self.cliques.iter().filter(holds).min_by_key(|clique| clique.cells.len())?;
        Some(clique.sum(group, &self.widths))
    }
}

impl Clique {
    fn sum(&self, group: &Group, widths: &[usize]) -> Sum {
        let offset = self.many.and_then(|many| {
            group.get(&many).map(|category| if *category == widths[many] { 1 } else { 2 + category })
        });
        self.cells
            .iter()
            .filter(|(combination, _)| {
                let mut own = self.ones.iter().zip(combination.iter());
                own.all(|(one, category)| group.get(one).is_none_or(|wanted| wanted == category))
            })
            .map(|(_, first)| (first + offset.unwrap_or(0), 1))
            .collect()
    }
}

/// Every combination of categories.
fn combinations(of: &[usize], variables: &[Variable]) -> Vec<Vec<usize>> {
    of.iter().fold(vec![Vec::new()], |before, one| {
        let longer = before.iter().flat_map(|start| {
            (0..variables[*one].categories)
                .map(move |category| start.iter().copied().chain([category]).collect())
        });
        longer.collect()
    })
}

/// Whether a person is one that cannot be.
#[must_use]
pub fn breaks(never: &Never, person: &[Value]) -> bool {
    never.iter().all(|(one, set)| match &person[*one] {
        Value::One(category) => set[*category],
        Value::Many(answer) => set[usize::from(answer.is_some())],
    })
}

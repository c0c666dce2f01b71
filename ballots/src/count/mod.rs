//! Counting: from a form and its ballots to a result that explains itself. The same ballots in any order give the same
//! result, to the last figure, so that whoever holds the published ballots can count again.
//!
//! An answer that does not fit its question is *void*: it is counted as such and changes nothing else. What was answered
//! though the form did not ask it (its condition does not hold) is void as well.
//!
//! | Question | Method |
//! |---|---|
//! | single | plurality: each ballot one vote |
//! | multiple | approval: each ballot one vote for each choice it names |
//! | points | sums of points, and how many ballots gave any |
//! | ranking | [`schulze`] |
//! | with a [`Pool`] | [`award`]: from the best place down, while the money lasts |

mod answer;
mod award;
mod schulze;

use std::borrow::Borrow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use answer::{Given, asked, given};
pub use award::{Award, Contender, Project, Verdict, award};
pub use schulze::{Pairs, places as schulze};

use crate::form::{Answers, Ask, Choice, Form, Pool, Question};

/// What all ballots together say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// How many ballots there are.
    pub ballots: u64,
    /// The questions, in the order of the form.
    pub questions: Vec<Counted>,
}

impl Outcome {
    /// The count of one question.
    #[must_use]
    pub fn question(&self, id: &str) -> Option<&Counted> {
        self.questions.iter().find(|counted| counted.question == id)
    }
}

/// What all ballots say to one question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Counted {
    /// The question's id.
    pub question: String,
    /// How many ballots were asked it.
    pub asked: u64,
    /// How many of those answered.
    pub answered: u64,
    /// How many answers do not fit and count for nothing.
    pub void: u64,
    /// What was answered.
    pub tally: Tally,
    /// Which projects the pool of this question pays for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<Award>,
}

/// What was answered, by the type of the question. Choices stand in the order of the form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Tally {
    /// One vote of each ballot.
    Plurality {
        /// The choices.
        choices: Vec<Votes>,
    },
    /// Any number of votes of each ballot, one for a choice.
    Approval {
        /// The choices.
        choices: Vec<Votes>,
    },
    /// Points.
    Points {
        /// The choices; `score` are points.
        choices: Vec<Votes>,
    },
    /// Orders of preference, counted by Schulze's method.
    Schulze {
        /// The choices; `score` are ballots that have it first.
        choices: Vec<Votes>,
        /// `pairs[a][b]`: how many ballots prefer choice a to choice b.
        pairs: Vec<Vec<u64>>,
    },
    /// How many took each step of a scale.
    Scale {
        /// Step and ballots.
        steps: Vec<(i32, u64)>,
        /// Mean; none without answers.
        mean: Option<f64>,
    },
    /// How many chose each column, row by row.
    Matrix {
        /// Row and, for each column, ballots.
        rows: Vec<(String, Vec<u64>)>,
    },
    /// Numbers.
    Numbers {
        /// What they have in common; none without answers.
        summary: Option<Summary>,
    },
    /// Words, days, files and drawings: only that there is an answer.
    Uncounted,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Votes {
    /// Its id.
    pub choice: String,
    /// Votes, points or first places.
    pub score: u64,
    /// Ballots that name it at all.
    pub support: u64,
    /// Its place, from 1; equal ones share a place and the next is left out (1, 2, 2, 4).
    pub place: u32,
}

/// Figures of a list of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Least.
    pub least: f64,
    /// Half are at most this: the middle one, or the mean of the two in the middle.
    pub median: f64,
    /// Most.
    pub most: f64,
    /// Mean.
    pub mean: f64,
}

/// Counts ballots against a form.
pub fn count<B: Borrow<Answers>>(form: &Form, ballots: impl IntoIterator<Item = B>) -> Outcome {
    let mut counter = Counter::new(form);
    for ballot in ballots {
        counter.add(ballot.borrow());
    }
    counter.finish()
}

/// Counts one ballot after the other.
#[derive(Debug)]
pub struct Counter<'a> {
    form: &'a Form,
    ballots: u64,
    heaps: Vec<Heap<'a>>,
}

/// What is known of one question while ballots come.
#[derive(Debug)]
struct Heap<'a> {
    question: &'a Question,
    asked: u64,
    answered: u64,
    void: u64,
    scores: Vec<u64>,
    supports: Vec<u64>,
    pairs: Pairs,
    cells: Vec<Vec<u64>>,
    /// Kept whole and sorted at the end: a sum of fractions depends on the order.
    numbers: Vec<f64>,
}

/// The choices of a question that can be counted for a result.
#[must_use]
pub fn choices(ask: &Ask) -> &[Choice] {
    match ask {
        Ask::Single { choices, .. }
        | Ask::Multiple { choices, .. }
        | Ask::Ranking { choices, .. }
        | Ask::Points { choices, .. } => choices,
        _ => &[],
    }
}

impl<'a> Counter<'a> {
    /// Before the first ballot.
    #[must_use]
    pub fn new(form: &'a Form) -> Self {
        let heaps = form.pages.iter().flat_map(|page| &page.questions).map(Heap::new).collect();
        Self { form, ballots: 0, heaps }
    }

    /// One more ballot.
    pub fn add(&mut self, ballot: &Answers) {
        self.ballots += 1;
        for heap in &mut self.heaps {
            let answer = ballot.get(&heap.question.id);
            let asked = asked(self.form, heap.question, ballot);
            heap.asked += u64::from(asked);
            match answer.map_or(Ok(None), |value| given(&heap.question.ask, value)) {
                Ok(Some(given)) if asked => heap.take(given),
                Ok(None) => {}
                _ => heap.void += 1,
            }
        }
    }

    /// The result.
    #[must_use]
    pub fn finish(self) -> Outcome {
        let questions = self.heaps.into_iter().map(Heap::counted).collect();
        Outcome { ballots: self.ballots, questions }
    }
}

impl<'a> Heap<'a> {
    fn new(question: &'a Question) -> Self {
        let many = choices(&question.ask).len();
        let cells = match &question.ask {
            Ask::Matrix { rows, columns } => vec![vec![0; columns.len()]; rows.len()],
            Ask::Scale { from, to, .. } => vec![vec![0; answer::steps(*from, *to)]],
            _ => Vec::new(),
        };
        let ranked = if matches!(question.ask, Ask::Ranking { .. }) { many } else { 0 };
        Self {
            question,
            asked: 0,
            answered: 0,
            void: 0,
            scores: vec![0; many],
            supports: vec![0; many],
            pairs: Pairs::new(ranked),
            cells,
            numbers: Vec::new(),
        }
    }

    fn take(&mut self, given: Given) {
        self.answered += 1;
        match given {
            Given::Chosen(chosen) => {
                for at in chosen {
                    self.scores[at] += 1;
                    self.supports[at] += 1;
                }
            }
            Given::Ranked(order) => {
                if let Some(first) = order.first() {
                    self.scores[*first] += 1;
                }
                for at in &order {
                    self.supports[*at] += 1;
                }
                self.pairs.add(&order);
            }
            Given::Points(points) => {
                for (at, points) in points {
                    self.scores[at] += u64::from(points);
                    self.supports[at] += 1;
                }
            }
            Given::Rows(rows) => {
                for (row, column) in rows {
                    self.cells[row][column] += 1;
                }
            }
            Given::Number(number) => self.numbers.push(number),
            Given::Something => {}
        }
    }

    fn counted(mut self) -> Counted {
        let tally = self.tally();
        let award = self.question.pool.as_ref().and_then(|pool| self.award(pool, &tally));
        Counted {
            question: self.question.id.clone(),
            asked: self.asked,
            answered: self.answered,
            void: self.void,
            tally,
            award,
        }
    }

    fn tally(&mut self) -> Tally {
        match &self.question.ask {
            Ask::Single { .. } => Tally::Plurality { choices: self.votes(None) },
            Ask::Multiple { .. } => Tally::Approval { choices: self.votes(None) },
            Ask::Points { .. } => Tally::Points { choices: self.votes(None) },
            Ask::Ranking { .. } => Tally::Schulze {
                choices: self.votes(Some(&schulze(&self.pairs))),
                pairs: self.pairs.rows().to_vec(),
            },
            Ask::Scale { from, .. } => {
                let steps: Vec<_> = (*from..).zip(self.cells.concat()).collect();
                let sum: i64 = steps.iter().map(|(step, many)| i64::from(*step) * int(*many)).sum();
                let mean = (self.answered > 0).then(|| sum as f64 / self.answered as f64);
                Tally::Scale { steps, mean }
            }
            Ask::Matrix { rows, .. } => {
                let rows = rows.iter().map(|row| row.id.clone()).zip(self.cells.iter().cloned());
                Tally::Matrix { rows: rows.collect() }
            }
            Ask::Number { .. } => Tally::Numbers { summary: summary(&mut self.numbers) },
            _ => Tally::Uncounted,
        }
    }

    /// The choices with their places: given ones, or by score.
    fn votes(&self, places: Option<&[u32]>) -> Vec<Votes> {
        let by_score = places_by(&self.scores);
        let places = places.unwrap_or(&by_score);
        let choices =
            choices(&self.question.ask).iter().zip(places).zip(self.scores.iter().zip(&self.supports));
        choices
            .map(|((choice, place), (score, support))| Votes {
                choice: choice.id.clone(),
                score: *score,
                support: *support,
                place: *place,
            })
            .collect()
    }

    fn award(&self, pool: &Pool, tally: &Tally) -> Option<Award> {
        let (Tally::Plurality { choices: votes }
        | Tally::Approval { choices: votes }
        | Tally::Points { choices: votes }
        | Tally::Schulze { choices: votes, .. }) = tally
        else {
            return None;
        };
        let costs = choices(&self.question.ask).iter().map(|choice| choice.cost);
        let contenders = votes.iter().zip(costs).map(|(votes, cost)| Contender {
            choice: votes.choice.clone(),
            place: votes.place,
            support: votes.support,
            // A form whose projects do not say their cost is not sound (`form::check`); such a project is never paid.
            cost: cost.unwrap_or(i64::MAX),
        });
        Some(award(pool, contenders.collect()))
    }
}

/// Places by falling score; equal ones share a place.
fn places_by(scores: &[u64]) -> Vec<u32> {
    let better = |score: &u64| scores.iter().filter(|other| *other > score).count();
    scores.iter().map(|score| u32::try_from(better(score)).unwrap_or(u32::MAX).saturating_add(1)).collect()
}

fn summary(numbers: &mut [f64]) -> Option<Summary> {
    numbers.sort_by(f64::total_cmp);
    let (least, most) = (*numbers.first()?, *numbers.last()?);
    let half = numbers.len() / 2;
    let median =
        if numbers.len() % 2 == 1 { numbers[half] } else { (numbers[half - 1] + numbers[half]) / 2.0 };
    let mean = numbers.iter().sum::<f64>() / numbers.len() as f64;
    Some(Summary { least, median, most, mean })
}

fn int(many: u64) -> i64 {
    i64::try_from(many).unwrap_or(i64::MAX)
}

/// The places of the choices, best first: place → choices.
#[must_use]
pub fn by_place(votes: &[Votes]) -> BTreeMap<u32, Vec<&Votes>> {
    let mut places = BTreeMap::<u32, Vec<&Votes>>::new();
    for vote in votes {
        places.entry(vote.place).or_default().push(vote);
    }
    places
}

#[cfg(test)]
mod tests;

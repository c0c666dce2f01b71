//! Which projects of a civic budget are paid for.
//!
//! Projects are taken from the best place down. One that fewer ballots named than the threshold asks is not chosen. One that
//! costs more than what is left is passed over, or ends the choosing, as the pool says. Two of equal place are taken in the
//! order that the pool's rule for ties gives; where that decided who got the money, both say so.

use serde::{Deserialize, Serialize};

use crate::form::{Pool, Ties};

/// A project before the money is given out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contender {
    /// Its id among the choices, which stand in the order of the list.
    pub choice: String,
    /// Its place by the votes, from 1.
    pub place: u32,
    /// How many ballots name it.
    pub support: u64,
    /// Its cost in grosze.
    pub cost: i64,
}

/// How a pool is spent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Award {
    /// What there was, in grosze.
    pub amount: i64,
    /// What remains, in grosze.
    pub left: i64,
    /// The projects, in the order in which they were decided.
    pub projects: Vec<Project>,
}

/// What became of a project, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// Its id among the choices.
    pub choice: String,
    /// Its place by the votes.
    pub place: u32,
    /// How many ballots name it.
    pub support: u64,
    /// Its cost in grosze.
    pub cost: i64,
    /// What was left when its turn came, in grosze.
    pub before: i64,
    /// What became of it.
    pub verdict: Verdict,
    /// Others of the same place with which it shared the money that was left, but not the verdict: the rule for ties decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tie: Vec<String>,
}

/// What became of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is paid for.
    Chosen,
    /// Too few ballots name it.
    FewVotes,
    /// It costs more than what was left.
    NoMoney,
    /// The choosing ended before it.
    AfterEnd,
}

/// Gives out the money of a pool. Contenders come in the order of the list.
#[must_use]
pub fn award(pool: &Pool, contenders: Vec<Contender>) -> Award {
    let mut queue: Vec<(usize, Contender)> = contenders.into_iter().enumerate().collect();
    queue.sort_by_key(|(listed, one)| {
        let cost = match pool.ties {
            Ties::Cheaper => one.cost,
            Ties::Listed => 0,
        };
        (one.place, cost, *listed)
    });
    let (mut left, mut ended) = (pool.amount, false);
    let mut projects: Vec<Project> = Vec::with_capacity(queue.len());
    for (_, one) in queue {
        let verdict = if one.support < pool.least_support.max(1) {
            Verdict::FewVotes
        } else if ended {
            Verdict::AfterEnd
        } else if one.cost > left {
            ended = pool.stops;
            Verdict::NoMoney
        } else {
            Verdict::Chosen
        };
        let before = left;
        if verdict == Verdict::Chosen {
            left -= one.cost;
        }
        let Contender { choice, place, support, cost } = one;
        projects.push(Project { choice, place, support, cost, before, verdict, tie: Vec::new() });
    }
    note_ties(&mut projects);
    Award { amount: pool.amount, left, projects }
}

/// Names, for each project that lost the money to one of its own place, and for that one, the other.
fn note_ties(projects: &mut [Project]) {
    let decided = |one: &Project, other: &Project| {
        let (winner, loser) = match (one.verdict, other.verdict) {
            (Verdict::Chosen, Verdict::NoMoney | Verdict::AfterEnd) => (one, other),
            (Verdict::NoMoney | Verdict::AfterEnd, Verdict::Chosen) => (other, one),
            _ => return false,
        };
        // Had the loser's turn come in the winner's stead, it would have been paid.
        one.place == other.place && loser.cost <= winner.before
    };
    let ties: Vec<Vec<String>> = projects
        .iter()
        .map(|one| {
            projects.iter().filter(|other| decided(one, other)).map(|other| other.choice.clone()).collect()
        })
        .collect();
    for (project, tie) in projects.iter_mut().zip(ties) {
        project.tie = tie;
    }
}

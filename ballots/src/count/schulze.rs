//! Orders of preference, counted by Schulze's method.
//!
//! Why this one: whoever beats every other in a direct comparison wins; a vote for a choice never harms it (monotone); and
//! a second project that is much like the first takes nothing from it (independent of clones). Everything it uses is the
//! table of pairwise comparisons, which is published with the result, so anybody can follow it. The Borda count, the usual
//! way to turn orders into points, has none of the first and the third; instant run-off not the first two.
//!
//! A ballot prefers what it ranks to all that it does not rank, and says nothing between two that it does not rank. The
//! strength of a victory are the ballots for it (*winning votes*), as in the bylaws of Debian and Wikimedia.

/// How many ballots prefer one choice to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairs {
    rows: Vec<Vec<u64>>,
}

impl Pairs {
    /// Of so many choices, without a ballot.
    #[must_use]
    pub fn new(choices: usize) -> Self {
        Self { rows: vec![vec![0; choices]; choices] }
    }

    /// From a table: `rows[a][b]` ballots prefer a to b.
    #[must_use]
    pub fn from_rows(rows: Vec<Vec<u64>>) -> Self {
        Self { rows }
    }

    /// One more ballot: choices, best first, each once.
    pub fn add(&mut self, order: &[usize]) {
        for (at, better) in order.iter().enumerate() {
            for worse in 0..self.rows.len() {
                if !order[..=at].contains(&worse) {
                    self.rows[*better][worse] += 1;
                }
            }
        }
    }

    /// The table.
    #[must_use]
    pub fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }
}

/// The place of each choice, from 1: one more than the number of choices that beat it by the strongest path. Choices that
/// do not beat each other share a place or follow each other by how many beat them.
#[must_use]
pub fn places(pairs: &Pairs) -> Vec<u32> {
    let many = pairs.rows.len();
    let votes = |a: usize, b: usize| pairs.rows[a][b];
    let mut paths: Vec<Vec<u64>> = (0..many)
        .map(|a| (0..many).map(|b| if votes(a, b) > votes(b, a) { votes(a, b) } else { 0 }).collect())
        .collect();
    // The widest paths between all pairs, by Floyd and Warshall.
    for by in 0..many {
        for from in (0..many).filter(|from| *from != by) {
            for to in (0..many).filter(|to| *to != by && *to != from) {
                paths[from][to] = paths[from][to].max(paths[from][by].min(paths[by][to]));
            }
        }
    }
    let beaten = |one: usize| (0..many).filter(|other| paths[*other][one] > paths[one][*other]).count();
    (0..many).map(|one| u32::try_from(beaten(one)).unwrap_or(u32::MAX).saturating_add(1)).collect()
}

//! A trie over sorted words, laid out in the order of a walk, so that a walk reads memory forwards and a
//! subtree is left by one jump.
//!
//! Invariant: word numbers ascend along the walk, so that a subtree is a range of word numbers.

use std::ops::Range;

/// The most letters of a sought word; callers cut longer ones.
const LETTERS_MAX: usize = crate::cemetery::names::WORD_LETTERS_MAX;
/// The most edits that may be asked for.
const EDITS_MAX: usize = 2;
const WIDTH: usize = LETTERS_MAX + 1;

/// One letter on the way to one or more words.
#[derive(Debug, Clone, Copy)]
struct Node {
    letter: char,
    /// The node after this one's subtree.
    after: u32,
    /// The first word of the subtree.
    word: u32,
    /// How many letters lead here.
    depth: u8,
    /// Whether `word` ends here.
    ends: bool,
}

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    word_count: u32,
}

impl Trie {
    /// Builds over distinct words in ascending order of their letters, each at most forty letters long.
    pub fn build<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut nodes: Vec<Node> = Vec::new();
        let mut path: Vec<usize> = Vec::new();
        let mut count = 0;
        for word in words {
            let shared = path
                .iter()
                .zip(word.chars())
                .take_while(|(node, letter)| nodes[**node].letter == *letter)
                .count();
            close(&mut nodes, &mut path, shared);
            for (at, letter) in word.chars().enumerate().skip(shared) {
                path.push(nodes.len());
                let depth = u8::try_from(at + 1).unwrap_or(u8::MAX);
                nodes.push(Node { letter, after: 0, word: count, depth, ends: false });
            }
            if let Some(node) = path.last().and_then(|last| nodes.get_mut(*last)) {
                node.ends = true;
            }
            count += 1;
        }
        close(&mut nodes, &mut path, 0);
        nodes.shrink_to_fit();
        Self { nodes, word_count: count }
    }

    /// The words that begin with `prefix`.
    pub fn prefixed(&self, prefix: &[char]) -> Range<u32> {
        let mut at = 0;
        let mut end = self.nodes.len();
        for (depth, letter) in prefix.iter().enumerate() {
            let mut child = at;
            while child < end && self.nodes[child].letter != *letter {
                child = self.nodes[child].after as usize;
            }
            if child >= end {
                return 0..0;
            }
            if depth + 1 == prefix.len() {
                return self.words_of(child);
            }
            end = self.nodes[child].after as usize;
            at = child + 1;
        }
        0..self.word_count
    }

    /// The words of a node's subtree.
    fn words_of(&self, node: usize) -> Range<u32> {
        let after = self.nodes[node].after as usize;
        self.nodes[node].word..self.nodes.get(after).map_or(self.word_count, |next| next.word)
    }

    /// Calls `found` with each word within `edits` (at most two) insertions, deletions, changes and swaps
    /// of neighbours from `sought`.
    pub fn near(&self, sought: &[char], edits: usize, mut found: impl FnMut(u32)) {
        self.walk(sought, edits, |step| {
            if step.ends && step.here {
                found(step.words.start);
            }
            step.alive
        });
    }

    /// Calls `found` with the ranges of words some beginning of which is within `edits` of `sought`.
    pub fn near_prefix(&self, sought: &[char], edits: usize, mut found: impl FnMut(Range<u32>)) {
        self.walk(sought, edits, |step| {
            if step.here {
                found(step.words.clone());
            }
            step.alive && !step.here
        });
    }

    /// Walks the trie with one row of the edit table for each depth; `enter` says whether to go deeper.
    fn walk(&self, sought: &[char], edits: usize, mut enter: impl FnMut(&Step) -> bool) {
        let sought = sought.get(..LETTERS_MAX).unwrap_or(sought);
        let edits = edits.min(EDITS_MAX);
        let far = u8::try_from(edits + 1).unwrap_or(u8::MAX);
        let mut rows = [[far; WIDTH]; LETTERS_MAX + EDITS_MAX + 2];
        let mut path = ['\0'; LETTERS_MAX + EDITS_MAX + 2];
        for (column, cell) in rows[0].iter_mut().enumerate().take(edits + 1) {
            *cell = u8::try_from(column).unwrap_or(far);
        }
        let mut at = 0;
        while let Some(node) = self.nodes.get(at) {
            let depth = usize::from(node.depth);
            if depth > sought.len() + edits {
                at = node.after as usize;
                continue;
            }
            path[depth] = node.letter;
            let least = next_row(&mut rows, &path, depth, sought, edits);
            let step = Step {
                here: rows[depth][sought.len()] < far,
                alive: least < far,
                ends: node.ends,
                words: self.words_of(at),
            };
            at = if enter(&step) { at + 1 } else { node.after as usize };
        }
    }

    /// The memory taken, in bytes.
    pub fn memory_bytes(&self) -> usize {
        self.nodes.capacity() * size_of::<Node>()
    }
}

/// What the walk knows at a node.
struct Step {
    /// The letters so far are near enough to the sought word.
    here: bool,
    /// Longer words of this subtree may still be.
    alive: bool,
    ends: bool,
    words: Range<u32>,
}

/// Ends all nodes of the path beyond `depth`.
fn close(nodes: &mut [Node], path: &mut Vec<usize>, depth: usize) {
    let after = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    for node in path.drain(depth..) {
        nodes[node].after = after;
    }
}

/// Fills row `depth` of the table within the band that `edits` allows; answers its least cell.
fn next_row(rows: &mut [[u8; WIDTH]], path: &[char], depth: usize, sought: &[char], edits: usize) -> u8 {
    let far = u8::try_from(edits + 1).unwrap_or(u8::MAX);
    let letter = path[depth];
    let low = depth.saturating_sub(edits).max(1);
    let high = sought.len().min(depth + edits);
    rows[depth][low - 1] = if low == 1 { u8::try_from(depth).unwrap_or(far).min(far) } else { far };
    let mut least = rows[depth][low - 1];
    for column in low..=high {
        let other = sought[column - 1];
        let changed = rows[depth - 1][column - 1] + u8::from(letter != other);
        let dropped = rows[depth - 1][column] + 1;
        let added = rows[depth][column - 1] + 1;
        let mut best = changed.min(dropped).min(added);
        if depth > 1 && column > 1 && letter == sought[column - 2] && path[depth - 1] == other {
            best = best.min(rows[depth - 2][column - 2] + 1);
        }
        rows[depth][column] = best.min(far);
        least = least.min(best);
    }
    if high < sought.len() {
        rows[depth][high + 1] = far;
    }
    least
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn letters(word: &str) -> Vec<char> {
        word.chars().collect()
    }

    /// The plain table of optimal string alignment, to check the banded walk against.
    fn distance(left: &[char], right: &[char]) -> usize {
        let mut table = vec![vec![0; right.len() + 1]; left.len() + 1];
        for row in 0..=left.len() {
            for column in 0..=right.len() {
                table[row][column] = if row == 0 || column == 0 {
                    row + column
                } else {
                    let same = usize::from(left[row - 1] != right[column - 1]);
                    let mut best = (table[row - 1][column - 1] + same)
                        .min(table[row - 1][column] + 1)
                        .min(table[row][column - 1] + 1);
                    if row > 1
                        && column > 1
                        && left[row - 1] == right[column - 2]
                        && left[row - 2] == right[column - 1]
                    {
                        best = best.min(table[row - 2][column - 2] + 1);
                    }
                    best
                };
            }
        }
        table[left.len()][right.len()]
    }

    proptest! {
        #[test]
        fn the_walk_finds_what_the_table_finds(
            words in prop::collection::btree_set("[abcd]{1,7}", 0..60),
            sought in "[abcd]{0,7}",
            edits in 0_usize..=2,
        ) {
            let trie = Trie::build(words.iter().map(String::as_str));
            let sought = letters(&sought);
            let mut found = Vec::new();
            trie.near(&sought, edits, |word| found.push(word as usize));
            let expected: Vec<usize> = words.iter().enumerate()
                .filter(|(_, word)| distance(&letters(word), &sought) <= edits)
                .map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);

            let range = trie.prefixed(&sought);
            let prefixed: Vec<u32> = (0_u32..).zip(&words)
                .filter(|(_, word)| letters(word).starts_with(&sought)).map(|(at, _)| at).collect();
            prop_assert_eq!(range.collect::<Vec<_>>(), prefixed);

            let mut near = Vec::new();
            trie.near_prefix(&sought, edits, |range| near.extend(range));
            let expected: Vec<u32> = (0_u32..).zip(&words).filter(|(_, word)| {
                let word = letters(word);
                (1..=word.len()).any(|end| distance(&word[..end], &sought) <= edits)
            }).map(|(at, _)| at).collect();
            prop_assert_eq!(near, expected);
        }
    }
}

//! How alike two folded words are when one of them may be mistyped.
//!
//! A Damerau–Levenshtein distance (optimal string alignment) with prices: mistakes that Poles make often
//! cost less than others, a wrong first letter costs more, because people rarely get it wrong.

/// The similarity of equal words; all similarities are thousandths.
pub const SIMILARITY_MAX: u16 = 1000;

/// What one ordinary edit costs.
const EDIT: u32 = 100;
/// Two neighbours swapped, the commonest slip of quick typing.
const SWAP: u32 = 80;
/// A letter for one that sounds or looks like it, or a doubled letter.
const CONFUSED: u32 = 55;
/// What an edit of the first letter costs more.
const FIRST: u32 = 60;

/// The similarity of two folded words in thousandths, 1000 for equal ones, 0 for ones unlike.
///
/// It falls with the priced edits for each letter of the longer word. Memory is bounded: only the first
/// forty letters are compared.
pub fn similarity(left: &[char], right: &[char]) -> u16 {
    let left = left.get(..super::WORD_LETTERS_MAX).unwrap_or(left);
    let right = right.get(..super::WORD_LETTERS_MAX).unwrap_or(right);
    let longer = u32::try_from(left.len().max(right.len())).unwrap_or(u32::MAX);
    if longer == 0 {
        return SIMILARITY_MAX;
    }
    let lost = cost(left, right) * 10 / longer;
    u16::try_from(1000_u32.saturating_sub(lost)).unwrap_or(0)
}

/// The cheapest price of turning `left` into `right`.
fn cost(left: &[char], right: &[char]) -> u32 {
    const WIDTH: usize = super::WORD_LETTERS_MAX + 1;
    let mut rows = [[0_u32; WIDTH]; 3];
    for (at, _) in right.iter().enumerate() {
        rows[0][at + 1] = rows[0][at] + gap(right, at);
    }
    for (row, &a) in left.iter().enumerate() {
        let (now, before, earlier) = ((row + 1) % 3, row % 3, (row + 2) % 3);
        rows[now][0] = rows[before][0] + gap(left, row);
        for (column, &b) in right.iter().enumerate() {
            let first = if row == 0 || column == 0 { FIRST } else { 0 };
            let changed = rows[before][column] + if a == b { 0 } else { change(a, b) + first };
            let dropped = rows[before][column + 1] + gap(left, row);
            let added = rows[now][column] + gap(right, column);
            let mut best = changed.min(dropped).min(added);
            if row > 0 && column > 0 && a != b && left[row - 1] == b && right[column - 1] == a {
                best = best.min(rows[earlier][column - 1] + SWAP);
            }
            rows[now][column + 1] = best;
        }
    }
    rows[left.len() % 3][right.len()]
}

/// The price of a letter that the other word lacks.
fn gap(word: &[char], at: usize) -> u32 {
    let letter = word[at];
    if at == 0 {
        return EDIT + FIRST;
    }
    let before = word[at - 1];
    let silent = before == letter
        || matches!((before, letter), ('s' | 'c' | 'r', 'z') | ('c', 'h') | ('c', 'k') | ('t', 'h'))
        || (matches!(before, 'u' | 'o' | 'a') && letter == 'e');
    if silent { CONFUSED } else { EDIT }
}

/// The price of one letter in place of another.
fn change(a: char, b: char) -> u32 {
    let pair = if a < b { (a, b) } else { (b, a) };
    let confused = matches!(
        pair,
        ('o', 'u')
            | ('i', 'j')
            | ('i', 'y')
            | ('j', 'y')
            | ('v', 'w')
            | ('s', 'z')
            | ('b', 'p')
            | ('d', 't')
            | ('g', 'k')
            | ('c', 's')
            | ('m', 'n')
            | ('a', 'o')
            | ('e', 'i')
    );
    if confused { CONFUSED } else { EDIT }
}

#[cfg(test)]
mod tests {
    use super::similarity;

    fn alike(left: &str, right: &str) -> u16 {
        let letters = |word: &str| word.chars().collect::<Vec<_>>();
        similarity(&letters(left), &letters(right))
    }

    #[test]
    fn common_slips_are_cheap() {
        assert_eq!(alike("nowak", "nowak"), 1000);
        assert_eq!(alike("", ""), 1000);
        assert!(alike("kowlaski", "kowalski") > alike("kowalxki", "kowalski"));
        assert!(alike("wujcik", "wojcik") > alike("wejcik", "wojcik"));
        assert!(alike("nowal", "nowak") > alike("mowak", "nowak"));
        assert_eq!(alike("abc", "xyzvqw"), 0);
        assert_eq!(alike("kowalski", "kowlaski"), alike("kowlaski", "kowalski"));
    }
}

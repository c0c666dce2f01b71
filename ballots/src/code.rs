//! Personal codes on paper: what stands in place of a session for whoever has no account.
//!
//! Sixteen characters of which none is taken for another: fifteen by chance (67 bits), and one that tells a code that was
//! mistyped from one that does not exist. The alphabet has a prime number of characters and each place a weight of its own,
//! so that one wrong character, and any two that changed places, are always noticed.

/// Without 0 and O, 1, I and L, 2 and Z, 5 and S, 8 and B, G (6) and V (U).
const LETTERS: &[u8; 23] = b"34679ACDEFHJKMNPQRTUWXY";
/// Characters of a code.
const LENGTH: usize = 16;
/// Characters of a group, as a code is printed.
const GROUP: usize = 4;
/// Most characters of a text that is read.
const MOST_READ: usize = 60;

/// The sum that tells whether a code is whole: 0 when it is.
fn sum(places: impl Iterator<Item = usize>) -> usize {
    places.zip(1..).map(|(value, weight)| value * weight).sum::<usize>() % LETTERS.len()
}

fn value(letter: u8) -> Option<usize> {
    LETTERS.iter().position(|one| *one == letter)
}

/// A code of random bytes; `None` when too many of them are of no use, which happens once in ages.
#[must_use]
pub fn of_random(random: &[u8]) -> Option<String> {
    // Bytes beyond the last whole multiple would make some letters likelier.
    let usable = (256 / LETTERS.len()) * LETTERS.len();
    let places = random.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < usable);
    let mut places: Vec<usize> = places.map(|byte| byte % LETTERS.len()).take(LENGTH - 1).collect();
    if places.len() < LENGTH - 1 {
        return None;
    }
    let so_far = sum(places.iter().copied());
    // The last place has the weight 16, and 13 · 16 leaves 1 when divided by 23.
    places.push((LETTERS.len() - so_far) * 13 % LETTERS.len());
    places.into_iter().map(|place| LETTERS.get(place).copied().map(char::from)).collect()
}

/// A code as somebody types it: small letters, spaces and hyphens do not matter. `None` when it was mistyped.
#[must_use]
pub fn read(text: &str) -> Option<String> {
    let letters: String = text
        .chars()
        .take(MOST_READ)
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '‑' | '–' | '.'))
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let places: Vec<usize> = letters.bytes().map(value).collect::<Option<_>>()?;
    (places.len() == LENGTH && sum(places.into_iter()) == 0).then_some(letters)
}

/// A code as it is printed: "ACDE-FHJK-MNPQ-RTUW".
#[must_use]
pub fn show(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(GROUP).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

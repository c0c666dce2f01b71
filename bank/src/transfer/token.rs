//! The machine-readable name of a due in the title of a transfer: `NP/2026/000123/R2`.
//!
//! A kind of due (letters), the year, the number in the year (six digits), and the instalment, if it is about one. It
//! has no character that a bank refuses, and can be read after what banks and people do to titles: spaces put in or
//! lost, slashes lost or replaced, small letters, lines broken after 27 or 35 characters (MT940).

use std::fmt;

use crate::Parameters;

/// Letters of a kind.
const KIND_MAX: usize = 6;
/// Digits of a number.
const NUMBER_DIGITS: usize = 6;
/// Characters of a title that are looked at.
const TITLE_MAX: usize = 2_000;
/// Most names that are found in a title.
const FOUND_MAX: usize = 20;

/// Why there is no such name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// The kind is not one to six of the letters A to Z.
    #[error("the kind {kind:?} must be two to {KIND_MAX} letters from A to Z")]
    Kind {
        /// What was given.
        kind: String,
    },
    /// Not a year of this century.
    #[error("the year {year} is not between 2000 and 2099")]
    Year {
        /// What was given.
        year: u16,
    },
    /// Not a number of at most six digits.
    #[error("the number {number} is not between 1 and 999999")]
    Number {
        /// What was given.
        number: u32,
    },
    /// Not an instalment of one or two digits.
    #[error("the instalment {instalment} is not between 1 and 99")]
    Instalment {
        /// What was given.
        instalment: u8,
    },
}

impl TokenFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Kind { .. } => "token-kind",
            Self::Year { .. } => "token-year",
            Self::Number { .. } => "token-number",
            Self::Instalment { .. } => "token-instalment",
        }
    }

    /// Values for a text of the fault.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        match self {
            Self::Kind { kind } => vec![("found", kind.clone())],
            Self::Year { year } => vec![("found", year.to_string())],
            Self::Number { number } => vec![("found", number.to_string())],
            Self::Instalment { instalment } => vec![("found", instalment.to_string())],
        }
    }
}

/// The name of a due, or of one instalment of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Token {
    kind: String,
    year: u16,
    number: u32,
    instalment: Option<u8>,
}

impl Token {
    /// A name of these parts.
    ///
    /// # Errors
    /// When a part is not what its place takes.
    pub fn new(kind: &str, year: u16, number: u32, instalment: Option<u8>) -> Result<Self, TokenFault> {
        if !is_kind(kind) {
            return Err(TokenFault::Kind { kind: kind.chars().take(20).collect() });
        }
        if !(2000..=2099).contains(&year) {
            return Err(TokenFault::Year { year });
        }
        if !(1..=999_999).contains(&number) {
            return Err(TokenFault::Number { number });
        }
        if let Some(instalment) = instalment.filter(|instalment| !(1..=99).contains(instalment)) {
            return Err(TokenFault::Instalment { instalment });
        }
        Ok(Self { kind: kind.to_owned(), year, number, instalment })
    }

    /// Letters of the kind of due.
    #[must_use]
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The year.
    #[must_use]
    pub fn year(&self) -> u16 {
        self.year
    }

    /// The number in the year.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The instalment.
    #[must_use]
    pub fn instalment(&self) -> Option<u8> {
        self.instalment
    }
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{:06}", self.kind, self.year, self.number)?;
        self.instalment.map_or(Ok(()), |instalment| write!(f, "/R{instalment}"))
    }
}

fn is_kind(kind: &str) -> bool {
    (2..=KIND_MAX).contains(&kind.len()) && kind.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// What stood between two letters or digits of a title.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    None,
    /// Blanks, which lines that were cut and joined leave behind.
    Blank,
    /// A slash, or what was put in its place.
    Mark,
}

/// A letter or digit and what stood before it.
#[derive(Debug, Clone, Copy)]
struct Sign {
    c: char,
    before: Gap,
}

/// All names of these kinds in a title, the likelier reading of each first, each once.
///
/// Where digits can be read in more than one way (`R2` and then a number of something else, or `R21` cut in two) all
/// readings are given: whoever asks knows which dues there are. Without the slashes a number must have all its six
/// digits.
#[must_use]
pub fn find_tokens(title: &str, kinds: &[&str]) -> Vec<Token> {
    let signs = signs(title);
    let mut found: Vec<Token> = Vec::new();
    for start in 0..signs.len() {
        let Some(rest) = signs.get(start..) else { break };
        for kind in kinds.iter().filter(|kind| is_kind(kind)) {
            for token in readings(rest, kind) {
                if found.len() < FOUND_MAX && !found.contains(&token) {
                    found.push(token);
                }
            }
        }
    }
    found
}

fn signs(title: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    // As if a blank stood before the title.
    let mut before = Gap::Blank;
    for c in title.chars().take(TITLE_MAX) {
        if c.is_alphanumeric() {
            signs.push(Sign { c: c.to_ascii_uppercase(), before });
            before = Gap::None;
        } else {
            let gap = if c.is_whitespace() { Gap::Blank } else { Gap::Mark };
            before = before.max(gap);
        }
    }
    signs
}

/// Every way to read a name at the beginning.
fn readings(signs: &[Sign], kind: &str) -> Vec<Token> {
    let mut letters = kind.chars();
    let starts = signs.iter().take(kind.len()).all(|sign| letters.next() == Some(sign.c));
    let Some(rest) = signs.get(kind.len()..).filter(|_| starts) else { return Vec::new() };
    let Some((year, rest)) = number(rest, 4) else { return Vec::new() };
    let Ok(year) = u16::try_from(year) else { return Vec::new() };
    let mut found = Vec::new();
    for digits in numbers(rest) {
        let Some((number, rest)) = number(rest, digits) else { continue };
        let instalments = instalments(rest);
        let or_none = instalments.is_empty().then_some(None);
        for instalment in instalments.into_iter().map(Some).chain(or_none) {
            found.extend(Token::new(kind, year, number, instalment));
        }
    }
    found
}

/// The number that the first digits make.
fn number(signs: &[Sign], digits: usize) -> Option<(u32, &[Sign])> {
    let (head, rest) = signs.split_at_checked(digits)?;
    let value = head.iter().try_fold(0_u32, |value, sign| Some(value * 10 + sign.c.to_digit(10)?))?;
    Some((value, rest))
}

/// With how many digits the number in the year may be read: six, or fewer where a mark or the `R` ends it.
fn numbers(signs: &[Sign]) -> Vec<usize> {
    let shown = signs.iter().take_while(|sign| sign.c.is_ascii_digit()).take(NUMBER_DIGITS + 1);
    let mut run = 0;
    for (place, sign) in shown.enumerate() {
        if place > 0 && sign.before == Gap::Mark {
            break;
        }
        run = place + 1;
    }
    let ended = signs.get(run).is_none_or(|next| next.before != Gap::None || next.c == 'R');
    // Zeros that were left out are only believed where the year's own slash is there.
    let marked = signs.first().is_some_and(|first| first.before == Gap::Mark);
    let mut digits = Vec::new();
    if run >= NUMBER_DIGITS {
        digits.push(NUMBER_DIGITS);
    } else if run > 0 && ended && marked {
        digits.push(run);
    }
    // `NP/2026/123 45`: what stands behind the blank may be something else.
    let blank =
        signs.iter().take(run).skip(1).position(|sign| sign.before == Gap::Blank).map(|place| place + 1);
    digits.extend(blank.filter(|place| marked && run < NUMBER_DIGITS && !digits.contains(place)));
    digits
}

/// The instalments that may be read at the beginning: one digit, two digits, or either.
fn instalments(signs: &[Sign]) -> Vec<u8> {
    let Some((first, rest)) = signs.split_first() else { return Vec::new() };
    let digits: Vec<(u8, Gap)> = rest
        .iter()
        .map_while(|sign| {
            sign.c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()).map(|digit| (digit, sign.before))
        })
        .take(3)
        .collect();
    match (first.c, digits.as_slice()) {
        ('R', [(one, _)]) => vec![*one],
        ('R', [(one, _), (_, Gap::Mark), ..]) => vec![*one],
        // Two digits and no more: what they say.
        (
            'R',
            [(tens, _), (ones, Gap::None)] | [(tens, _), (ones, Gap::None), (_, Gap::Blank | Gap::Mark)],
        ) => {
            vec![tens * 10 + ones]
        }
        ('R', [(one, _), (next, _), ..]) => vec![*one, one * 10 + next],
        _ => Vec::new(),
    }
}

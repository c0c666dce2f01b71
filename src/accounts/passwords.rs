//! Which passwords are taken, and how they are kept.
//!
//! The rules are those of NIST SP 800-63B-4: at least 15 characters, since a password may be the only proof; no rules
//! of composition; nothing that everybody tries first. What is kept is argon2id with OWASP's parameters.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::platform::http::{Failure, ResultExt};

/// Fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 15;
/// Most characters: enough for every sentence, and a bound on the work.
pub const LONGEST_PASSWORD: usize = 256;
/// Memory of one hash, in KiB. <https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How long a sign-in waits for its turn; later the caller is asked to come again.
const LONGEST_TURN: Duration = Duration::from_secs(10);
/// Characters of a password that may not come from what everybody tries.
const FEWEST_OWN_CHARACTERS: usize = 6;
/// A name that must not stand in a password counts from this length.
const SHORTEST_CONTEXT_WORD: usize = 4;
/// Words of a town's e-office, without accents: whoever guesses here begins with them. Listed in `docs/security.md`.
const CONTEXT_WORDS: [&str; 30] = [
    "burmistrz",
    "cmentarz",
    "dowod",
    "dzielnica",
    "epuap",
    "eurzad",
    "gmina",
    "login",
    "logowanie",
    "mapa",
    "mieszkaniec",
    "miasto",
    "mobywatel",
    "obywatel",
    "osiedle",
    "podatek",
    "podatki",
    "powiat",
    "prezydent",
    "profil",
    "ratusz",
    "reeve",
    "rejestr",
    "samorzad",
    "solectwo",
    "urzad",
    "urzednik",
    "wies",
    "wojt",
    "zaufany",
];

/// What the most used passwords of at least [`SHORTEST_PASSWORD`] characters are known by: of the first 5,000 in Mark
/// Burnett's list of ten million (2015, public domain), [`folded`], the first eight bytes of the SHA-256, in order. Not
/// the passwords themselves: many are names or insults.
static KNOWN: &[u8] = include_bytes!("known_passwords.bin");
const KNOWN_BYTES: usize = 8;

/// Three signs side by side on the row of digits, there and back.
static SIGN_WALKS: std::sync::LazyLock<Vec<Vec<char>>> = std::sync::LazyLock::new(|| {
    let row: Vec<char> = "#%^&*()_+".chars().collect();
    let back: Vec<char> = row.iter().rev().copied().collect();
    row.windows(3).chain(back.windows(3)).map(<[char]>::to_vec).collect()
});

/// Words, names and keyboard walks that lists of stolen passwords begin with, without accents.
static COMMON: std::sync::LazyLock<Vec<Vec<char>>> =
    std::sync::LazyLock::new(|| include_str!("common_passwords.txt").lines().map(folded).collect());

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Fewer than [`SHORTEST_PASSWORD`] characters.
    TooShort,
    /// More than [`LONGEST_PASSWORD`] characters.
    TooLong,
    /// Made of words and sequences that everybody tries.
    Common,
    /// Holds the name of the service, of the town or the person's own address.
    Context,
}

/// A password as it is compared: the same text however the keyboard composed its accents.
#[must_use]
pub fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// Looks whether a password may be taken; `context` holds the town's name, the person's address and the like. None of
/// these may stand in it as a whole; their parts and [`CONTEXT_WORDS`] count as words that everybody tries.
///
/// # Errors
/// The first rule that it breaks.
pub fn check(password: &str, context: &[&str]) -> Result<(), PasswordFault> {
    let length = normal(password).chars().count();
    if length < SHORTEST_PASSWORD {
        return Err(PasswordFault::TooShort);
    }
    if length > LONGEST_PASSWORD {
        return Err(PasswordFault::TooLong);
    }
    let letters = folded(password);
    let holds = |word: &[char]| letters.windows(word.len()).any(|part| part == word);
    let names = context.iter().chain(&["reeve"]).map(|word| folded(word));
    if names.filter(|word| word.len() >= SHORTEST_CONTEXT_WORD).any(|word| holds(&word)) {
        return Err(PasswordFault::Context);
    }
    let parts =
        context.iter().flat_map(|name| name.split(|c: char| !c.is_alphanumeric())).chain(CONTEXT_WORDS);
    let parts: Vec<Vec<char>> =
        parts.map(folded).filter(|part| part.len() >= SHORTEST_CONTEXT_WORD).collect();
    let signs = signs(password);
    let own = own_characters(&letters, &parts) + own_characters(&signs, &SIGN_WALKS);
    if own < FEWEST_OWN_CHARACTERS || is_known(&letters) {
        return Err(PasswordFault::Common);
    }
    Ok(())
}

/// Whether a text is one of the most used passwords, with fewer than [`FEWEST_OWN_CHARACTERS`] put before or behind.
fn is_known(letters: &[char]) -> bool {
    let (known, _) = KNOWN.as_chunks::<KNOWN_BYTES>();
    (0..FEWEST_OWN_CHARACTERS).flat_map(|own| (0..=own).map(move |before| (before, own - before))).any(
        |(before, behind)| {
            let part = letters.get(before..letters.len().saturating_sub(behind)).unwrap_or_default();
            let text: String = part.iter().collect();
            let hash: [u8; 32] = Sha256::digest(text.as_bytes()).into();
            hash.first_chunk().is_some_and(|mark| known.binary_search(mark).is_ok())
        },
    )
}

/// Letters and digits alone, small, without accents, with the usual disguises taken off.
fn folded(text: &str) -> Vec<char> {
    text.nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            'ł' => Some('l'),
            '@' => Some('a'),
            '$' => Some('s'),
            '!' => Some('i'),
            c if c.is_alphanumeric() => Some(c),
            _ => None,
        })
        .collect()
}

/// What [`folded`] leaves out but spaces and accents.
fn signs(text: &str) -> Vec<char> {
    text.nfkd()
        .filter(|c| {
            !is_combining_mark(*c) && !c.is_alphanumeric() && !c.is_whitespace() && !"@$!".contains(*c)
        })
        .collect()
}

/// Digits that stand for letters in disguised words.
fn undisguised(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

/// How many characters remain, at the least, when common words, repetitions and sequences are taken out. The same
/// stretch counts once, however often it comes.
fn own_characters(letters: &[char], more_words: &[Vec<char>]) -> usize {
    // The least up to each place, found from the left.
    let mut least = vec![0; letters.len() + 1];
    for end in 1..=letters.len() {
        let Some(until) = letters.get(..end) else { break };
        let mut best = least[end - 1] + 1;
        let words = COMMON.iter().chain(more_words);
        let taken = words.filter(|word| ends_with(until, word)).map(Vec::len);
        for length in taken.chain(run_lengths(until)).chain(repeated_lengths(until)) {
            best = best.min(least[end - length]);
        }
        least[end] = best;
    }
    least.last().copied().unwrap_or_default()
}

fn ends_with(text: &[char], word: &[char]) -> bool {
    !word.is_empty()
        && text.len() >= word.len()
        && text.iter().rev().zip(word.iter().rev()).all(|(c, w)| c == w || undisguised(*c) == *w)
}

/// Lengths of sequences at the end of a text: 4567, dcba, 1111, and four digits that are a year or a day.
fn run_lengths(text: &[char]) -> Vec<usize> {
    let code = |c: &char| i64::from(u32::from(*c));
    let mut lengths = Vec::new();
    for step in [-1, 0, 1] {
        let longest =
            1 + text.windows(2).rev().take_while(|pair| code(&pair[1]) - code(&pair[0]) == step).count();
        lengths.extend(3..=longest);
    }
    if text.last_chunk().is_some_and(is_date) {
        lengths.push(4);
    }
    lengths
}

/// Whether four characters are a year of these times, or day and month in either order.
fn is_date(four: &[char; 4]) -> bool {
    let digits: Option<Vec<u32>> = four.iter().map(|c| c.to_digit(10)).collect();
    let Some([a, b, c, d]) = digits.as_deref() else { return false };
    let (first, last) = (10 * a + b, 10 * c + d);
    let is_day = |day, month| (1..=31).contains(&day) && (1..=12).contains(&month);
    matches!(first, 19 | 20) || is_day(first, last) || is_day(last, first)
}

/// Lengths of stretches at the end of a text that stand directly before themselves.
fn repeated_lengths(text: &[char]) -> Vec<usize> {
    (1..=text.len() / 2)
        .filter(|length| {
            let end = text.len();
            text.get(end - length..) == text.get(end - 2 * length..end - length)
        })
        .collect()
}

/// Makes and checks hashes, a few at a time, away from the threads that answer requests.
#[derive(Debug, Clone)]
pub struct Hasher {
    turns: Arc<Semaphore>,
    /// How many passwords were hashed.
    hashed: Arc<AtomicU64>,
}

/// Compared where there is no account, so that both take the same time; the hash of nothing.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Result<Argon2<'static>, Failure> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).internal("choose the parameters of argon2id")?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn hash_now(password: &str) -> Result<String, Failure> {
    Ok(argon2()?.hash_password(password.as_bytes()).internal("hash a password")?.to_string())
}

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// A hasher that works on as many passwords at once as there are processors.
    #[must_use]
    pub fn new() -> Self {
        let turns = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Arc::new(Semaphore::new(turns)), hashed: Arc::default() }
    }

    /// How many passwords this node has hashed since it started.
    #[must_use]
    pub fn hashed(&self) -> u64 {
        self.hashed.load(Ordering::Relaxed)
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// [`Failure::Busy`] when too many wait.
    pub async fn hash(&self, password: &str) -> Result<String, Failure> {
        let password = normal(password);
        self.in_turn(move || hash_now(&password)).await
    }

    /// Whether a password is the one of a hash. Without a hash the answer is no, and takes as long.
    ///
    /// # Errors
    /// [`Failure::Busy`] when too many wait.
    pub async fn verify(&self, password: &str, hash: Option<String>) -> Result<bool, Failure> {
        if password.chars().count() > LONGEST_PASSWORD {
            return Ok(false);
        }
        let password = normal(password);
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        self.in_turn(move || {
            let hash = PasswordHash::new(&hash).internal("read the hash of a password")?;
            Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && known)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let turn = tokio::time::timeout(LONGEST_TURN, self.turns.clone().acquire_owned())
            .await
            .map_err(|_| Failure::Busy)?
            .map_err(|_| Failure::Busy)?;
        self.hashed.fetch_add(1, Ordering::Relaxed);
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        })
        .await
        .internal("hash a password")?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_taken_and_what_everybody_tries_is_not() {
        let check = |password: &str| check(password, &["Zmyślin", "anna.zmyslona"]);
        for good in
            ["mój pies lubi marchewkę", "glonojad pod wiaduktem", "tYv9#kQ2mzL!pR8w", "źdźbło trawy za oknem"]
        {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for common in [
            "haslohaslohaslo",
            "P@ssw0rdP@ssw0rd",
            "qwertyuiop12345",
            "aaaaaaaaaaaaaaaa",
            "123456789012345",
            "zaq12wsxzaq12wsx",
            "Polska2024Polska2024",
            "abcabcabcabcabcabc",
            "Administrator123!",
            "kochamcie kochamcie",
            // Words of the place where it is used.
            "urząd gmina 2026 anna",
            "mieszkaniec podatek 1",
            // Known ones, that no rule would find; also with something put to them.
            "stairwaytoheaven",
            "worldofwarcraft",
            "Manchester United",
            "perasperaadastra!",
            "1cristianoronaldo77",
        ] {
            assert_eq!(check(common), Err(PasswordFault::Common), "{common}");
        }
        assert_eq!(check("marchewka"), Err(PasswordFault::TooShort));
        let endless = "ćma ".repeat(65);
        assert_eq!(check(&endless), Err(PasswordFault::TooLong));
        assert_eq!(check("w mieście Zmyślin nad rzeką"), Err(PasswordFault::Context));
        assert_eq!(check("to ja, Anna Zmyślona!!"), Err(PasswordFault::Context));
    }

    #[test]
    fn the_list_of_known_passwords_is_long_and_in_order() {
        let (known, rest) = KNOWN.as_chunks::<KNOWN_BYTES>();
        assert!(known.len() >= 3000 && rest.is_empty());
        assert!(known.is_sorted());
    }

    #[test]
    fn length_is_all_that_is_asked_of_its_composition() {
        for good in [
            "marchewkakleszczgrzmot",
            "MARCHEWKA KLESZCZ GRZMOT",
            "7182 9405 5573 0281 6639",
            "?#&*%?=+;:^~?#&*%?x=9w{}jz",
            "природа поёт вечером",
            "🦔🦔 jeż śpi w liściach",
            &"dobre długie hasło na lata, ".repeat(9),
        ] {
            assert_eq!(check(good, &[]), Ok(()), "{good}");
        }
    }

    #[tokio::test]
    async fn accents_may_be_composed_either_way() {
        let hasher = Hasher::new();
        let hash = hasher.hash("mój pies lubi marchewkę").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let decomposed: String = "mój pies lubi marchewkę".nfd().collect();
        assert!(hasher.verify(&decomposed, Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("mój pies lubi", Some(hash)).await.unwrap());
        assert!(!hasher.verify("mój pies lubi marchewkę", None).await.unwrap());
    }
}

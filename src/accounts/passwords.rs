//! Which passwords are taken, and how they are kept.
//!
//! The rules are those of NIST SP 800-63B-4: at least 15 characters, since a password may be the only proof; no rules
//! of composition; nothing that everybody tries first. What is kept is argon2id with OWASP's parameters.

use std::{sync::Arc, time::Duration};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash,
};
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
/// Letters and digits of a password that may not come from what everybody tries.
const FEWEST_OWN_CHARACTERS: usize = 6;
/// A word that must not stand in a password counts from this length.
const SHORTEST_CONTEXT_WORD: usize = 4;

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

/// Looks whether a password may be taken; `context` holds the town's name, the person's address and the like.
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
    let context = context.iter().chain(&["reeve"]).map(|word| folded(word));
    if context.filter(|word| word.len() >= SHORTEST_CONTEXT_WORD).any(|word| holds(&word)) {
        return Err(PasswordFault::Context);
    }
    if own_characters(&letters) < FEWEST_OWN_CHARACTERS {
        return Err(PasswordFault::Common);
    }
    Ok(())
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
fn own_characters(letters: &[char]) -> usize {
    // The least up to each place, found from the left.
    let mut least = vec![0; letters.len() + 1];
    for end in 1..=letters.len() {
        let Some(until) = letters.get(..end) else { break };
        let mut best = least[end - 1] + 1;
        let taken = COMMON.iter().filter(|word| ends_with(until, word)).map(Vec::len);
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

/// Lengths of sequences at the end of a text: 4567, dcba, 1111, and any four digits, which are a year or a date.
fn run_lengths(text: &[char]) -> Vec<usize> {
    let code = |c: &char| i64::from(u32::from(*c));
    let mut lengths = Vec::new();
    for step in [-1, 0, 1] {
        let longest =
            1 + text.windows(2).rev().take_while(|pair| code(&pair[1]) - code(&pair[0]) == step).count();
        lengths.extend(3..=longest);
    }
    if text.len() >= 4 && text.iter().rev().take(4).all(char::is_ascii_digit) {
        lengths.push(4);
    }
    lengths
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
        Self { turns: Arc::new(Semaphore::new(turns)) }
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
        ] {
            assert_eq!(check(common), Err(PasswordFault::Common), "{common}");
        }
        assert_eq!(check("marchewka"), Err(PasswordFault::TooShort));
        let endless = "ćma ".repeat(65);
        assert_eq!(check(&endless), Err(PasswordFault::TooLong));
        assert_eq!(check("w mieście Zmyślin nad rzeką"), Err(PasswordFault::Context));
        assert_eq!(check("to ja, Anna Zmyślona!!"), Err(PasswordFault::Context));
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

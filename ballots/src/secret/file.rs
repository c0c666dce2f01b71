//! The published file of a vote: who has a receipt, and what was chosen, for anybody to count again.
//!
//! JSON lines. The first is the [`Head`]; then the receipts in the order of their tokens; then the ballots; the last line
//! is a signature of everything before it. The ballots are cut into their questions and each question's answers are
//! shuffled for themselves (with those of the questions on which it depends), so that a line is nobody's ballot: what
//! somebody chose in one question cannot be found by what they were made to choose in another, and no pattern over questions
//! proves a vote to whoever bought it. Counting does not mind. Only questions that are answered by choosing are in it: words, numbers, drawings and files could be somebody's.

use std::{collections::BTreeSet, io::BufRead};

use chrono::NaiveDate;
use p256::ecdsa::{Signature, VerifyingKey, signature::Signer, signature::Verifier};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Keys, PublicKeys, as_text,
    urn::{Receipt, shuffle},
};
use crate::form::{Answers, Ask, Form, Question, Text};

/// What the first line calls itself.
pub const FORMAT: &str = "reeve-ballots-1";
/// Longest line that is read.
const LONGEST_LINE_BYTES: u64 = 4 * 1024 * 1024;

/// How many there were of each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Names in the roll that have had a token.
    pub roll_online: usize,
    /// Names in the roll that took part on paper.
    pub roll_paper: usize,
    /// Ballots from the urn that count.
    pub online: usize,
    /// Ballots from the urn whose envelope held nothing that fits the form.
    pub spoiled: usize,
    /// Ballots taken out of the urn because their voter took part on paper too.
    pub taken_out: usize,
    /// Sheets of paper that count.
    pub paper: usize,
    /// Rows of the urn that were no ballots of this survey.
    pub foreign: usize,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// [`FORMAT`].
    pub format: String,
    /// The survey.
    pub survey: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// What it decides.
    pub kind: String,
    /// Its title.
    pub title: Text,
    /// What it asked.
    pub form: Form,
    /// The keys under which it was held.
    pub keys: PublicKeys,
    /// The day on which the urn was opened.
    pub opened_on: NaiveDate,
    /// How many there were of each.
    pub counts: Counts,
    /// Questions whose answers are not in the file.
    pub left_out: Vec<String>,
    /// Whether there are no ballots in the file at all: only the receipts of a survey that binds nobody.
    pub withheld: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Line {
    Receipt(Receipt),
    Ballot(Answers),
    End(End),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// SHA-256 of everything before this line.
    #[serde(with = "as_text")]
    digest: Vec<u8>,
    /// By the key of the file.
    #[serde(with = "as_text")]
    signature: Vec<u8>,
}

/// What the file's key signs.
fn signed_text(digest: &[u8]) -> Vec<u8> {
    [b"reeve file\0".as_slice(), digest].concat()
}

/// Whether the answers to a question stand in the file: only what is chosen from what the form offers.
#[must_use]
pub fn is_counted(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::Single { .. }
            | Ask::Multiple { .. }
            | Ask::Scale { .. }
            | Ask::Matrix { .. }
            | Ask::Ranking { .. }
            | Ask::Points { .. }
    )
}

/// Questions whose answers do not stand in the file.
#[must_use]
pub fn left_out(form: &Form) -> Vec<String> {
    let questions = form.pages.iter().flat_map(|page| &page.questions);
    questions.filter(|question| !is_counted(&question.ask)).map(|question| question.id.clone()).collect()
}

/// Questions that are counted, in groups: those that are asked only after certain answers to others stand with them, since
/// counting asks whether an answer was asked for.
fn groups(form: &Form) -> Vec<Vec<&Question>> {
    let mut groups: Vec<(Vec<&str>, Vec<&Question>)> = Vec::new();
    for question in form.pages.iter().flat_map(|page| &page.questions) {
        let mut names = vec![question.id.as_str()];
        names.extend(question.when.iter().map(|condition| condition.question.as_str()));
        let mut group = (Vec::new(), Vec::new());
        // All groups that this question joins become one.
        groups.retain_mut(|other| {
            let joins = other.0.iter().any(|name| names.contains(name));
            if joins {
                group.0.append(&mut other.0);
                group.1.append(&mut other.1);
            }
            !joins
        });
        group.0.extend(names);
        group.1.push(question);
        groups.push(group);
    }
    for (_, group) in &mut groups {
        group.retain(|question| is_counted(&question.ask));
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Cuts ballots into their questions and shuffles the answers to each for themselves.
fn cut(form: &Form, ballots: &[Answers]) -> Vec<Answers> {
    let mut lines = vec![Answers::new(); ballots.len()];
    for group in groups(form) {
        let mut column: Vec<&Answers> = ballots.iter().collect();
        shuffle(&mut column);
        for (line, ballot) in lines.iter_mut().zip(column) {
            for question in &group {
                if let Some(answer) = ballot.get(&question.id) {
                    line.insert(question.id.clone(), answer.clone());
                }
            }
        }
    }
    lines
}

/// The text of the file.
///
/// # Errors
/// Never, in practice: what it is made of can be written.
pub fn write(
    keys: &Keys,
    head: &Head,
    receipts: &[Receipt],
    ballots: &[Answers],
) -> Result<Vec<u8>, serde_json::Error> {
    let mut text = Vec::new();
    put(&mut text, head)?;
    for receipt in receipts {
        put(&mut text, &Line::Receipt(receipt.clone()))?;
    }
    for ballot in cut(&head.form, if head.withheld { &[] } else { ballots }) {
        put(&mut text, &Line::Ballot(ballot))?;
    }
    let digest = Sha256::digest(&text).to_vec();
    let signature: Signature = keys.file.sign(&signed_text(&digest));
    put(&mut text, &Line::End(End { digest, signature: signature.to_bytes().to_vec() }))?;
    Ok(text)
}

fn put(text: &mut Vec<u8>, line: &impl Serialize) -> Result<(), serde_json::Error> {
    serde_json::to_writer(&mut *text, line)?;
    text.push(b'\n');
    Ok(())
}

/// Why a file is not what it says it is.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be read.
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// A line is none of such a file.
    #[error("line {line}: {what}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// Lines are right, but not together.
    #[error("{0}")]
    Whole(String),
}

/// A file that is what it says it is.
#[derive(Debug)]
pub struct Checked {
    /// Its first line.
    pub head: Head,
    /// Receipts, each signed by the town.
    pub receipts: Vec<Receipt>,
    /// Answers, question by question; a line is nobody's ballot.
    pub ballots: Vec<Answers>,
    /// SHA-256 of everything before the last line.
    pub digest: [u8; 32],
}

/// Reads and checks a file: each receipt's signature, that no token stands twice, that there are as many ballots as the head
/// says and no more than names in the roll, and the signature of the whole. `fits` says whether an answer fits its question.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(
    mut from: impl BufRead,
    fits: impl Fn(&Form, &Answers) -> Result<(), String>,
) -> Result<Checked, Fault> {
    let mut hash = Sha256::new();
    let mut text = Vec::new();
    let mut number = 0;
    let mut next = |text: &mut Vec<u8>, number: &mut usize| -> Result<bool, Fault> {
        text.clear();
        let read = std::io::Read::take(&mut from, LONGEST_LINE_BYTES).read_until(b'\n', text)?;
        *number += 1;
        if read > 0 && text.last() != Some(&b'\n') {
            return Err(Fault::Line { line: *number, what: "it does not end".into() });
        }
        Ok(read > 0)
    };
    let bad = |line: usize, what: &dyn std::fmt::Display| Fault::Line { line, what: what.to_string() };
    next(&mut text, &mut number)?;
    let head: Head = serde_json::from_slice(&text).map_err(|error| bad(number, &error))?;
    if head.format != FORMAT {
        return Err(bad(number, &format!("the format is {:?}, not {FORMAT:?}", head.format)));
    }
    hash.update(&text);
    let verify = head.keys.verify().map_err(|refused| bad(number, &refused))?;
    let file_key = VerifyingKey::from_sec1_bytes(&head.keys.file).map_err(|error| bad(number, &error))?;
    let (mut receipts, mut ballots) = (Vec::<Receipt>::new(), Vec::new());
    let mut tokens = BTreeSet::new();
    let digest = loop {
        if !next(&mut text, &mut number)? {
            return Err(Fault::Whole("the last line, with the signature of the whole, is missing".into()));
        }
        match serde_json::from_slice(&text).map_err(|error| bad(number, &error))? {
            Line::Receipt(receipt) => {
                verify.verify(&receipt.token, &receipt.signature).map_err(|refused| bad(number, &refused))?;
                if !tokens.insert(receipt.token) {
                    return Err(bad(number, &"this token stands twice"));
                }
                receipts.push(receipt);
            }
            Line::Ballot(answers) => {
                fits(&head.form, &answers).map_err(|what| bad(number, &what))?;
                ballots.push(answers);
            }
            Line::End(end) => {
                let digest: [u8; 32] = hash.finalize().into();
                if digest.as_slice() != end.digest {
                    return Err(bad(number, &"lines were changed: their digest is another one"));
                }
                let signature = Signature::from_slice(&end.signature).map_err(|error| bad(number, &error))?;
                file_key
                    .verify(&signed_text(&digest), &signature)
                    .map_err(|_| bad(number, &"the signature of the whole is not by the key of this file"))?;
                break digest;
            }
        }
        hash.update(&text);
    };
    if next(&mut text, &mut number)? {
        return Err(bad(number, &"something stands behind the signature"));
    }
    let counts = head.counts;
    let whole = |holds: bool, what: String| if holds { Ok(()) } else { Err(Fault::Whole(what)) };
    whole(
        receipts.len() == counts.online + counts.spoiled,
        format!("{} receipts, but {} ballots from the urn", receipts.len(), counts.online + counts.spoiled),
    )?;
    let shown = if head.withheld { 0 } else { counts.online + counts.paper };
    whole(ballots.len() == shown, format!("{} ballots, but {shown} are said to count", ballots.len()))?;
    whole(
        receipts.len() + counts.taken_out <= counts.roll_online,
        format!("more receipts than the {} names in the roll", counts.roll_online),
    )?;
    Ok(Checked { head, receipts, ballots, digest })
}

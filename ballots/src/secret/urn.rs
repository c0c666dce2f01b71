//! Opening the urn: envelopes become answers, tokens become receipts, and nothing says which went with which.

use hpke::{
    Deserializable, Kem, OpModeR, aead::AesGcm256, kdf::HkdfSha256, kem::DhP256HkdfSha256, single_shot_open,
};
use rand::seq::SliceRandom;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Ballot, Keys, POINT_BYTES, Refused, Token, as_text, envelope_info};
use crate::form::{Answers, Ask, Choice, Form};

/// Envelopes hold a multiple of this.
const STEP_BYTES: usize = 1024;
/// Most that an envelope holds.
pub const MOST_BYTES: usize = 64 * 1024;
/// A drawn thing: some hundred vertices.
const DRAWN_BYTES: usize = 4096;
/// Longest comment, with all its letters escaped.
const COMMENT_BYTES: usize = 6 * 500;
/// Names of files and things.
const NAME_BYTES: usize = 160;
/// A choice's id with its quotes and comma.
const CHOICE_BYTES: usize = 48;

/// How many bytes all envelopes of a form hold, so that their length tells nothing: what its longest answers need, but no
/// more than [`MOST_BYTES`].
#[must_use]
pub fn plain_bytes(form: &Form) -> usize {
    let longest: usize = form
        .pages
        .iter()
        .flat_map(|page| &page.questions)
        .map(|question| CHOICE_BYTES + longest_answer(&question.ask))
        .fold(16, usize::saturating_add);
    longest.div_ceil(STEP_BYTES).saturating_mul(STEP_BYTES).min(MOST_BYTES)
}

fn longest_answer(ask: &Ask) -> usize {
    let many = |most: u32, each: usize| (most as usize).saturating_mul(each).saturating_add(2);
    match ask {
        Ask::Single { .. } => CHOICE_BYTES,
        Ask::Multiple { choices, .. } | Ask::Ranking { choices, .. } => choices.len() * CHOICE_BYTES + 2,
        Ask::Points { choices, .. } => choices.len() * (CHOICE_BYTES + 12) + 2,
        Ask::Matrix { rows, .. } => rows.len() * 2 * CHOICE_BYTES + 2,
        Ask::Scale { .. } | Ask::Number { .. } | Ask::Date { .. } => 32,
        Ask::Text { most, .. } => many(*most, 6),
        Ask::File { most } => many(*most, NAME_BYTES),
        Ask::Pin(drawn) => many(drawn.most, 128 + COMMENT_BYTES),
        Ask::Line(drawn) | Ask::Area(drawn) => many(drawn.most, DRAWN_BYTES + COMMENT_BYTES),
        Ask::Asset { most, .. } => many(*most, NAME_BYTES + COMMENT_BYTES),
    }
}

/// Answers behind their length, with zeros up to the size of all.
pub(super) fn padded(answers: &Answers, plain_bytes: usize) -> Result<Vec<u8>, Refused> {
    let text = serde_json::to_vec(answers).map_err(|_| Refused::Failed)?;
    let length = u32::try_from(text.len()).map_err(|_| Refused::Size)?;
    let mut plain = [&length.to_be_bytes(), text.as_slice()].concat();
    if plain.len() > plain_bytes {
        return Err(Refused::Size);
    }
    plain.resize(plain_bytes, 0);
    Ok(plain)
}

fn unpadded(plain: &[u8]) -> Option<Answers> {
    let (length, rest) = plain.split_first_chunk::<4>()?;
    let (text, zeros) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    if zeros.iter().any(|byte| *byte != 0) {
        return None;
    }
    serde_json::from_slice(text).ok()
}

impl Keys {
    /// What was closed for the key of the urn, if it was closed for this survey and bound to `bound`.
    #[must_use]
    pub fn open(&self, survey: Uuid, bound: &[u8], closed: &[u8]) -> Option<Vec<u8>> {
        let (sender, closed) = closed.split_at_checked(POINT_BYTES)?;
        let sender = <DhP256HkdfSha256 as Kem>::EncappedKey::from_bytes(sender).ok()?;
        single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
            &OpModeR::Base,
            &self.urn,
            &sender,
            &envelope_info(survey),
            closed,
            bound,
        )
        .ok()
    }

    /// The answers of a ballot; none when the envelope holds no answers.
    #[must_use]
    pub fn answers(&self, survey: Uuid, ballot: &Ballot) -> Option<Answers> {
        unpadded(&self.open(survey, ballot.token.bytes(), &ballot.envelope)?)
    }
}

/// That a token's ballot is in the urn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receipt {
    /// The token.
    pub token: Token,
    /// The town's signature.
    #[serde(with = "as_text")]
    pub signature: Vec<u8>,
}

/// What came out of an urn.
#[derive(Debug, Default)]
pub struct Opened {
    /// Ballots in an order of chance.
    pub ballots: Vec<Answers>,
    /// Receipts, in the order of their tokens, which are random.
    pub receipts: Vec<Receipt>,
    /// How many envelopes held nothing that fits the form.
    pub spoiled: usize,
    /// How many rows of the urn were no ballots: somebody wrote into the database.
    pub foreign: usize,
}

impl Opened {
    /// Opens an urn. `fits` says whether answers fit the form; what it does not take is spoiled, and its receipt stands all
    /// the same.
    #[must_use]
    pub fn from_urn(
        keys: &Keys,
        survey: Uuid,
        form: &Form,
        plain_bytes: usize,
        sealed: Vec<Ballot>,
        fits: impl Fn(&Answers) -> bool,
    ) -> Self {
        let mut opened = Self::default();
        let Ok(verify) = keys.public().verify() else { return opened };
        for ballot in sealed {
            if ballot.check(survey, &verify, plain_bytes).is_err() {
                opened.foreign += 1;
                continue;
            }
            match keys.answers(survey, &ballot).filter(&fits) {
                Some(answers) => opened.ballots.push(normal(form, answers)),
                None => opened.spoiled += 1,
            }
            opened.receipts.push(Receipt { token: ballot.token, signature: ballot.signature });
        }
        opened.receipts.sort_by_key(|receipt| receipt.token);
        shuffle(&mut opened.ballots);
        opened
    }
}

/// An order of chance, by the system's random numbers.
pub fn shuffle<T>(list: &mut [T]) {
    list.shuffle(&mut rand::rng());
}

/// Answers without a way to sign them: what can be said in many ways, which count the same, is said in one.
#[must_use]
pub fn normal(form: &Form, mut answers: Answers) -> Answers {
    for question in form.pages.iter().flat_map(|page| &page.questions) {
        let Some(answer) = answers.get_mut(&question.id) else { continue };
        match &question.ask {
            Ask::Multiple { choices, .. } => {
                let taken = std::mem::take(answer);
                let holds = |choice: &Choice| {
                    taken.as_array().is_some_and(|ids| ids.iter().any(|id| id.as_str() == Some(&choice.id)))
                };
                *answer =
                    choices.iter().filter(|choice| holds(choice)).map(|choice| json!(choice.id)).collect();
            }
            Ask::Points { .. } => {
                if let Some(points) = answer.as_object_mut() {
                    points.retain(|_, points| points.as_f64() != Some(0.0));
                    points.values_mut().for_each(whole);
                }
            }
            Ask::Scale { .. } => whole(answer),
            Ask::Single { .. }
            | Ask::Matrix { .. }
            | Ask::Ranking { .. }
            | Ask::Number { .. }
            | Ask::Text { .. }
            | Ask::Date { .. }
            | Ask::File { .. }
            | Ask::Pin(_)
            | Ask::Line(_)
            | Ask::Area(_)
            | Ask::Asset { .. } => {}
        }
        let empty = match answer {
            Value::Null => true,
            Value::Array(list) => list.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::String(text) => text.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if empty {
            answers.remove(&question.id);
        }
    }
    answers.retain(|id, _| {
        form.pages.iter().flat_map(|page| &page.questions).any(|question| question.id == *id)
    });
    answers
}

/// `1.0` counts as `1`.
fn whole(number: &mut Value) {
    if let Some(value) = number.as_f64().filter(|value| value.fract() == 0.0 && value.abs() < 1e9) {
        *number = json!(value as i64);
    }
}

//! One answer of one ballot, as counting sees it: places instead of names, or nothing, or void.

use serde_json::Value;

use crate::form::{Answers, Ask, Choice, Form, Question, check};

/// An answer that fits its question. Numbers are places in the question's lists.
#[derive(Debug, Clone, PartialEq)]
pub enum Given {
    /// Choices, each once.
    Chosen(Vec<usize>),
    /// Choices, best first, each once.
    Ranked(Vec<usize>),
    /// Choices with points above zero.
    Points(Vec<(usize, u32)>),
    /// Rows with their column; a scale is one row.
    Rows(Vec<(usize, usize)>),
    /// A number.
    Number(f64),
    /// Words, a day, files, drawings.
    Something,
}

/// The answer does not fit its question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Void;

/// Steps of a scale.
pub(super) fn steps(from: i32, to: i32) -> usize {
    usize::try_from(i64::from(to) - i64::from(from) + 1).unwrap_or(0).min(1000)
}

/// Whether a ballot was asked a question.
#[must_use]
pub fn asked(form: &Form, question: &Question, ballot: &Answers) -> bool {
    question.when.is_empty() || check::asked(form, ballot).iter().any(|one| one.id == question.id)
}

/// What an answer says; none if nothing was answered.
///
/// # Errors
/// [`Void`] if it does not fit the question.
pub fn given(ask: &Ask, value: &Value) -> Result<Option<Given>, Void> {
    let empty = match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if empty {
        return Ok(None);
    }
    let given = match ask {
        Ask::Single { choices, .. } => Given::Chosen(vec![place(choices, value)?]),
        Ask::Multiple { choices, least, most, .. } => {
            Given::Chosen(distinct(choices, value, *most)?).at_least(*least)?
        }
        Ask::Ranking { choices, most, .. } => Given::Ranked(distinct(choices, value, *most)?),
        Ask::Points { choices, total, most_each, .. } => points(choices, value, *total, *most_each)?,
        Ask::Scale { from, to, .. } => {
            let step = value.as_i64().ok_or(Void)?;
            let at = usize::try_from(step - i64::from(*from)).map_err(|_| Void)?;
            if at >= steps(*from, *to) {
                return Err(Void);
            }
            Given::Rows(vec![(0, at)])
        }
        Ask::Matrix { rows, columns } => {
            let chosen = value.as_object().ok_or(Void)?.iter();
            let chosen = chosen.map(|(row, column)| Ok((named(rows, row)?, place(columns, column)?)));
            Given::Rows(chosen.collect::<Result<_, Void>>()?)
        }
        Ask::Number { least, most, whole, .. } => {
            let number = value.as_f64().filter(|number| number.is_finite()).ok_or(Void)?;
            let fits = least.is_none_or(|least| number >= least)
                && most.is_none_or(|most| number <= most)
                && (!whole || number.fract() == 0.0);
            if !fits {
                return Err(Void);
            }
            Given::Number(number)
        }
        Ask::Text { .. }
        | Ask::Date { .. }
        | Ask::File { .. }
        | Ask::Pin(_)
        | Ask::Line(_)
        | Ask::Area(_)
        | Ask::Asset { .. } => Given::Something,
    };
    Ok(match given {
        // All rows left out, or all points zero: nothing was said.
        Given::Points(points) if points.is_empty() => None,
        given => Some(given),
    })
}

impl Given {
    fn at_least(self, least: u32) -> Result<Self, Void> {
        match &self {
            Self::Chosen(chosen) if chosen.len() < usize::try_from(least).unwrap_or(usize::MAX) => Err(Void),
            _ => Ok(self),
        }
    }
}

fn named(choices: &[Choice], id: &str) -> Result<usize, Void> {
    choices.iter().position(|choice| choice.id == id).ok_or(Void)
}

fn place(choices: &[Choice], value: &Value) -> Result<usize, Void> {
    named(choices, value.as_str().ok_or(Void)?)
}

fn distinct(choices: &[Choice], value: &Value, most: u32) -> Result<Vec<usize>, Void> {
    let list = value.as_array().ok_or(Void)?;
    let most = if most == 0 { choices.len() } else { usize::try_from(most).unwrap_or(usize::MAX) };
    if list.len() > most {
        return Err(Void);
    }
    let mut places = Vec::with_capacity(list.len());
    for one in list {
        let at = place(choices, one)?;
        if places.contains(&at) {
            return Err(Void);
        }
        places.push(at);
    }
    Ok(places)
}

fn points(choices: &[Choice], value: &Value, total: u32, most_each: u32) -> Result<Given, Void> {
    let mut points = Vec::new();
    let mut sum = 0_u32;
    for (id, value) in value.as_object().ok_or(Void)? {
        let at = named(choices, id)?;
        let given =
            value.as_u64().and_then(|given| u32::try_from(given).ok()).filter(|given| *given <= most_each);
        let given = given.ok_or(Void)?;
        sum = sum.checked_add(given).filter(|sum| *sum <= total).ok_or(Void)?;
        if given > 0 {
            points.push((at, given));
        }
    }
    Ok(Given::Points(points))
}

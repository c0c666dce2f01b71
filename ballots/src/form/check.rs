//! Whether a form is sound, which of its questions are asked, and whether answers fit it.
//!
//! The one place that decides this: for forms of the web, sheets of paper, and opened ballots alike.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde_json::Value;

use super::{Answers, Ask, Choice, Condition, Form, Image, Question, Text};

/// Most pages of a form.
pub const MOST_PAGES: usize = 30;
/// Most questions of a form.
pub const MOST_QUESTIONS: usize = 200;
/// Most choices of a question.
pub const MOST_CHOICES: usize = 300;
/// Most characters of a question, a choice or a heading.
pub const MOST_TITLE: usize = 500;
/// Most characters of a hint or of the words of a page.
pub const MOST_HINT: usize = 4000;
/// Most characters that a question may ask for.
pub const MOST_TEXT: u32 = 10_000;
/// Most characters of a comment to something drawn.
pub const MOST_COMMENT: usize = 500;
/// Most things that a question lets somebody draw.
pub const MOST_DRAWN: u32 = 20;
/// Most files of a question.
pub const MOST_FILES: u32 = 5;
/// Most corners of something drawn.
pub const MOST_CORNERS: usize = 500;
/// Most points to share out.
pub const MOST_POINTS: u32 = 10_000;
/// Most steps of a scale.
pub const MOST_STEPS: i32 = 21;
/// Most characters of all answers together, as JSON.
pub const MOST_ANSWERS: usize = 200_000;

/// What is wrong with a form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("page {page}, question {question:?}: {why:?}")]
pub struct FormFault {
    /// On which page, counted from 1; 0 of the form itself.
    pub page: usize,
    /// In which question.
    pub question: Option<String>,
    /// What.
    pub why: FormWrong,
}

/// What can be wrong with a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FormWrong {
    /// There is no question at all.
    Empty,
    /// Too many pages, questions or choices.
    TooMuch,
    /// A question, choice, heading or end of a scale has no words in Polish.
    NoWords,
    /// Some words are too long.
    LongWords,
    /// A stable name is not of the form `[a-z0-9-]{1,40}`.
    Name,
    /// Two questions, or two choices of one, have the same name.
    SameName,
    /// Fewer than two choices (one row and one column of a matrix are enough).
    FewChoices,
    /// Limits that nothing can fit: the least is above the most, a scale has no steps, points are too many.
    Limits,
    /// A condition names no earlier question with choices, or choices that it does not have.
    Condition,
    /// What is drawn of a choice is no geometry, or the bounds are none.
    Geometry,
    /// A picture has no words for whoever does not see it.
    Picture,
}

impl FormWrong {
    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooMuch => "too-much",
            Self::NoWords => "no-words",
            Self::LongWords => "long-words",
            Self::Name => "name",
            Self::SameName => "same-name",
            Self::FewChoices => "few-choices",
            Self::Limits => "limits",
            Self::Condition => "condition",
            Self::Geometry => "geometry",
            Self::Picture => "picture",
        }
    }
}

/// What is wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("question {question:?}: {why:?}")]
pub struct AnswerFault {
    /// To which question.
    pub question: String,
    /// What.
    pub why: AnswerWrong,
}

/// What can be wrong with an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerWrong {
    /// The form does not ask this.
    Unknown,
    /// It is asked only under a condition, which does not hold.
    NotAsked,
    /// It has to be answered.
    Missing,
    /// It is of another shape than the question wants.
    Shape,
    /// It names something that cannot be chosen.
    NotAChoice,
    /// It names the same twice.
    Twice,
    /// It names fewer than this.
    Few(u32),
    /// It names more than this.
    Many(u32),
    /// It is below this.
    Low(String),
    /// It is above this.
    High(String),
    /// It has to be a whole number.
    NotWhole,
    /// It has more characters than this.
    Long(u32),
    /// More points than there are are shared out.
    Points(u32),
    /// One choice has more points than this.
    PointsEach(u32),
    /// Some rows have no answer.
    Rows,
    /// What is drawn is not what was to be drawn, crosses itself, or has too many corners.
    Geometry,
    /// Something is drawn outside the area.
    Outside,
    /// All answers together are too long.
    TooMuch,
}

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Looks at a whole form.
///
/// # Errors
/// All that is wrong with it.
pub fn sound(form: &Form) -> Result<(), Vec<FormFault>> {
    let mut faults = Vec::new();
    let mut say = |page, question: Option<&Question>, why| {
        faults.push(FormFault { page, question: question.map(|one| one.id.clone()), why });
    };
    let count = form.questions().count();
    if count == 0 {
        say(0, None, FormWrong::Empty);
    }
    if count > MOST_QUESTIONS || form.pages.len() > MOST_PAGES {
        say(0, None, FormWrong::TooMuch);
    }
    let is_box = |[west, south, east, north]: [f64; 4]| {
        (-180.0..east).contains(&west) && east <= 180.0 && (-90.0..north).contains(&south) && north <= 90.0
    };
    if form.bounds.is_some_and(|bounds| !is_box(bounds)) {
        say(0, None, FormWrong::Geometry);
    }
    let mut before: Vec<&Question> = Vec::new();
    for (n, page) in form.pages.iter().enumerate().take(MOST_PAGES) {
        let mut words = BTreeSet::new();
        // A form of one page needs no heading.
        if form.pages.len() > 1 {
            words.extend(wrong_words(&page.title, MOST_TITLE));
        }
        words.extend(page.intro.iter().filter_map(|intro| wrong_words(intro, MOST_HINT)));
        words.into_iter().for_each(|why| say(n + 1, None, why));
        for question in page.questions.iter().take(MOST_QUESTIONS) {
            let mut wrong = wrong_question(question);
            if before.iter().any(|other| other.id == question.id) {
                wrong.insert(FormWrong::SameName);
            }
            if !question.when.iter().all(|condition| is_possible(condition, &before)) {
                wrong.insert(FormWrong::Condition);
            }
            wrong.into_iter().for_each(|why| say(n + 1, Some(question), why));
            before.push(question);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn wrong_words(text: &Text, most: usize) -> Option<FormWrong> {
    let long = |text: &str| text.chars().count() > most;
    match text.pl.trim().is_empty() {
        true => Some(FormWrong::NoWords),
        false if long(&text.pl) || text.en.as_deref().is_some_and(long) => Some(FormWrong::LongWords),
        false => None,
    }
}

fn wrong_picture(image: &Image) -> Option<FormWrong> {
    let named = !image.file.is_empty() && image.file.len() <= 200;
    (!named || wrong_words(&image.alt, MOST_TITLE).is_some()).then_some(FormWrong::Picture)
}

fn wrong_question(question: &Question) -> BTreeSet<FormWrong> {
    let mut wrong = BTreeSet::new();
    if !is_name(&question.id) {
        wrong.insert(FormWrong::Name);
    }
    wrong.extend(wrong_words(&question.title, MOST_TITLE));
    wrong.extend(question.hint.iter().filter_map(|hint| wrong_words(hint, MOST_HINT)));
    wrong.extend(question.images.iter().filter_map(wrong_picture));
    let fits = |fine: bool| (!fine).then_some(FormWrong::Limits);
    let drawn = |most: u32| fits((1..=MOST_DRAWN).contains(&most));
    let at_least = |choices: &[Choice], least: usize| {
        let mut wrong = wrong_choices(choices);
        if choices.len() < least {
            wrong.insert(FormWrong::FewChoices);
        }
        wrong
    };
    match &question.ask {
        Ask::Single { choices, .. } => wrong.extend(at_least(choices, 2)),
        Ask::Multiple { choices, least, most, .. } => {
            wrong.extend(at_least(choices, 1));
            let there = u32::try_from(choices.len()).unwrap_or(u32::MAX);
            wrong.extend(fits(*least <= there && *most <= there && (*most == 0 || least <= most)));
        }
        Ask::Ranking { choices, most, .. } => {
            wrong.extend(at_least(choices, 2));
            wrong.extend(fits(usize::try_from(*most).is_ok_and(|most| most <= choices.len())));
        }
        Ask::Points { choices, total, most_each, .. } => {
            wrong.extend(at_least(choices, 2));
            wrong.extend(fits((1..=MOST_POINTS).contains(total) && (1..=*total).contains(most_each)));
        }
        Ask::Matrix { rows, columns } => {
            wrong.extend(at_least(rows, 1));
            wrong.extend(at_least(columns, 2));
        }
        Ask::Scale { from, to, low, high } => {
            wrong.extend([low, high].into_iter().filter_map(|text| wrong_words(text, MOST_TITLE)));
            let steps = to.checked_sub(*from).and_then(|steps| steps.checked_add(1));
            wrong.extend(fits(steps.is_some_and(|steps| (2..=MOST_STEPS).contains(&steps))));
        }
        Ask::Number { least, most, unit, .. } => {
            let finite = |limit: &Option<f64>| limit.is_none_or(f64::is_finite);
            let ordered = least.zip(*most).is_none_or(|(least, most)| least <= most);
            wrong.extend(fits(finite(least) && finite(most) && ordered));
            wrong.extend(unit.iter().filter_map(|unit| wrong_words(unit, 40)));
        }
        Ask::Text { most, .. } => wrong.extend(fits((1..=MOST_TEXT).contains(most))),
        Ask::Date { least, most } => {
            wrong.extend(fits(least.zip(*most).is_none_or(|(least, most)| least <= most)));
        }
        Ask::File { most } => wrong.extend(fits((1..=MOST_FILES).contains(most))),
        Ask::Pin(limit) | Ask::Line(limit) | Ask::Area(limit) => wrong.extend(drawn(limit.most)),
        Ask::Asset { collection, most } => {
            wrong.extend(drawn(*most));
            wrong.extend((collection.is_empty() || collection.len() > 60).then_some(FormWrong::Name));
        }
    }
    if let Some(pool) = &question.pool {
        let costs = matches!(
            question.ask,
            Ask::Single { .. } | Ask::Multiple { .. } | Ask::Ranking { .. } | Ask::Points { .. }
        ) && question.ask.choices().iter().all(|choice| choice.cost.is_some_and(|cost| cost > 0));
        wrong.extend(fits(pool.amount > 0 && costs));
    }
    wrong
}

fn wrong_choices(choices: &[Choice]) -> BTreeSet<FormWrong> {
    let mut wrong = BTreeSet::new();
    let mut names = BTreeSet::new();
    if choices.len() > MOST_CHOICES {
        wrong.insert(FormWrong::TooMuch);
    }
    for choice in choices.iter().take(MOST_CHOICES) {
        wrong.extend(wrong_words(&choice.label, MOST_TITLE));
        wrong.extend(choice.image.iter().filter_map(wrong_picture));
        if !is_name(&choice.id) {
            wrong.insert(FormWrong::Name);
        }
        if !names.insert(choice.id.as_str()) {
            wrong.insert(FormWrong::SameName);
        }
        let drawable = |geometry: &Value| corners(geometry).is_some_and(|all| all.len() <= 20_000);
        if choice.geometry.as_ref().is_some_and(|geometry| !drawable(geometry)) {
            wrong.insert(FormWrong::Geometry);
        }
    }
    wrong
}

/// Whether a condition names an earlier question and choices that it has.
fn is_possible(condition: &Condition, before: &[&Question]) -> bool {
    before.iter().any(|question| {
        question.id == condition.question
            && matches!(question.ask, Ask::Single { .. } | Ask::Multiple { .. } | Ask::Scale { .. })
            && !condition.any.is_empty()
            && condition.any.iter().all(|wanted| match &question.ask {
                Ask::Scale { from, to, .. } => {
                    wanted.parse::<i32>().is_ok_and(|step| (*from..=*to).contains(&step))
                }
                ask => ask.choices().iter().any(|choice| choice.id == *wanted),
            })
    })
}

/// Whether a condition holds for these answers. A question that is not answered takes no choice.
#[must_use]
pub fn holds(condition: &Condition, answers: &Answers) -> bool {
    let wanted = |value: &Value| match value {
        Value::String(text) => condition.any.contains(text),
        Value::Number(number) => condition.any.contains(&number.to_string()),
        _ => false,
    };
    let taken = match answers.get(&condition.question) {
        Some(Value::Array(all)) => all.iter().any(wanted),
        Some(value) => wanted(value),
        None => false,
    };
    taken != condition.not
}

/// The questions that are asked of somebody who answers so, in order. A question that is itself not asked takes no choice,
/// whatever was answered.
#[must_use]
pub fn asked<'a>(form: &'a Form, answers: &Answers) -> Vec<&'a Question> {
    let mut known = Answers::new();
    let mut asked = Vec::new();
    for question in form.questions() {
        if question.when.iter().all(|condition| holds(condition, &known)) {
            if let Some(value) = answers.get(&question.id) {
                known.insert(question.id.clone(), value.clone());
            }
            asked.push(question);
        }
    }
    asked
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(all) => all.is_empty(),
        Value::Object(all) => all.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The answers without those that are empty or were not asked for: what somebody chose before they changed an earlier answer.
#[must_use]
pub fn asked_only(form: &Form, mut answers: Answers) -> Answers {
    answers.retain(|_, value| !is_empty(value));
    let names: BTreeSet<String> = asked(form, &answers).into_iter().map(|one| one.id.clone()).collect();
    answers.retain(|name, _| names.contains(name));
    answers
}

/// Whether answers fit a form: nothing is missing, nothing is too much.
///
/// # Errors
/// All that is wrong, in the order of the questions.
pub fn fits(form: &Form, answers: &Answers) -> Result<(), Vec<AnswerFault>> {
    let mut faults = Vec::new();
    let mut say = |question: &str, why| faults.push(AnswerFault { question: question.to_owned(), why });
    let asked = asked(form, answers);
    for question in &asked {
        match answers.get(&question.id).filter(|value| !is_empty(value)) {
            Some(value) => {
                if let Err(why) = fits_question(question, value, form.bounds) {
                    say(&question.id, why);
                }
            }
            None if question.required => say(&question.id, AnswerWrong::Missing),
            None => {}
        }
    }
    for name in answers.keys().filter(|name| !asked.iter().any(|question| question.id == **name)) {
        match form.question(name) {
            Some(_) => say(name, AnswerWrong::NotAsked),
            None => say(&name.chars().take(60).collect::<String>(), AnswerWrong::Unknown),
        }
    }
    let length = serde_json::to_string(answers).map_or(usize::MAX, |text| text.len());
    if length > MOST_ANSWERS {
        say("", AnswerWrong::TooMuch);
    }
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

fn fits_question(question: &Question, value: &Value, bounds: Option<[f64; 4]>) -> Result<(), AnswerWrong> {
    match &question.ask {
        Ask::Single { choices, .. } => one_of(choices, value).map(drop),
        Ask::Multiple { choices, least, most, .. } => {
            let count = distinct(list(value)?, |item| one_of(choices, item).map(str::to_owned))?;
            within(count, *least, *most)
        }
        Ask::Ranking { choices, most, .. } => {
            let count = distinct(list(value)?, |item| one_of(choices, item).map(str::to_owned))?;
            within(count, 1, *most)
        }
        Ask::Points { choices, total, most_each, .. } => points(choices, *total, *most_each, value),
        Ask::Matrix { rows, columns } => matrix(rows, columns, question.required, value),
        Ask::Scale { from, to, .. } => {
            let step = value.as_i64().ok_or(AnswerWrong::Shape)?;
            if step < i64::from(*from) {
                return Err(AnswerWrong::Low(from.to_string()));
            }
            if step > i64::from(*to) {
                return Err(AnswerWrong::High(to.to_string()));
            }
            Ok(())
        }
        Ask::Number { least, most, whole, .. } => {
            let number = value.as_f64().filter(|number| number.is_finite()).ok_or(AnswerWrong::Shape)?;
            match (least, most) {
                (Some(least), _) if number < *least => Err(AnswerWrong::Low(least.to_string())),
                (_, Some(most)) if number > *most => Err(AnswerWrong::High(most.to_string())),
                _ if *whole && number.fract() != 0.0 => Err(AnswerWrong::NotWhole),
                _ => Ok(()),
            }
        }
        Ask::Text { most, .. } => words(value, *most),
        Ask::Date { least, most } => {
            let text = value.as_str().ok_or(AnswerWrong::Shape)?;
            let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| AnswerWrong::Shape)?;
            match (least, most) {
                (Some(least), _) if day < *least => Err(AnswerWrong::Low(least.to_string())),
                (_, Some(most)) if day > *most => Err(AnswerWrong::High(most.to_string())),
                _ => Ok(()),
            }
        }
        Ask::File { most } => {
            let name = |item: &Value| item.as_str().filter(|name| is_name(name)).map(str::to_owned);
            let count = distinct(list(value)?, |item| name(item).ok_or(AnswerWrong::Shape))?;
            within(count, 1, *most)
        }
        Ask::Pin(drawn) => shapes(value, "Point", (drawn.most, drawn.comment), bounds),
        Ask::Line(drawn) => shapes(value, "LineString", (drawn.most, drawn.comment), bounds),
        Ask::Area(drawn) => shapes(value, "Polygon", (drawn.most, drawn.comment), bounds),
        Ask::Asset { most, .. } => {
            let count = distinct(list(value)?, |item| {
                only(item, &["asset", "comment"])?;
                comment(item, true)?;
                let id = item.get("asset").and_then(Value::as_str).filter(|id| is_name(id));
                id.map(str::to_owned).ok_or(AnswerWrong::Shape)
            })?;
            within(count, 1, *most)
        }
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, AnswerWrong> {
    value.as_array().ok_or(AnswerWrong::Shape)
}

fn one_of<'a>(choices: &[Choice], value: &'a Value) -> Result<&'a str, AnswerWrong> {
    let id = value.as_str().ok_or(AnswerWrong::Shape)?;
    if choices.iter().any(|choice| choice.id == id) { Ok(id) } else { Err(AnswerWrong::NotAChoice) }
}

/// How many there are, if no two are the same.
fn distinct(
    all: &[Value],
    name: impl Fn(&Value) -> Result<String, AnswerWrong>,
) -> Result<usize, AnswerWrong> {
    let mut names = BTreeSet::new();
    for item in all {
        if !names.insert(name(item)?) {
            return Err(AnswerWrong::Twice);
        }
    }
    Ok(all.len())
}

/// `most` 0 is any number.
fn within(count: usize, least: u32, most: u32) -> Result<(), AnswerWrong> {
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    match () {
        () if count < least => Err(AnswerWrong::Few(least)),
        () if most > 0 && count > most => Err(AnswerWrong::Many(most)),
        () => Ok(()),
    }
}

fn words(value: &Value, most: u32) -> Result<(), AnswerWrong> {
    let text = value.as_str().ok_or(AnswerWrong::Shape)?;
    if text.contains('\0') {
        return Err(AnswerWrong::Shape);
    }
    let length = text.chars().count();
    if usize::try_from(most).is_ok_and(|most| length > most) { Err(AnswerWrong::Long(most)) } else { Ok(()) }
}

fn points(choices: &[Choice], total: u32, most_each: u32, value: &Value) -> Result<(), AnswerWrong> {
    let given = value.as_object().ok_or(AnswerWrong::Shape)?;
    let mut sum = 0_u64;
    for (name, points) in given {
        let points = points.as_u64().ok_or(AnswerWrong::Shape)?;
        if !choices.iter().any(|choice| choice.id == *name) {
            return Err(AnswerWrong::NotAChoice);
        }
        if points > u64::from(most_each) {
            return Err(AnswerWrong::PointsEach(most_each));
        }
        sum += points;
    }
    if sum > u64::from(total) { Err(AnswerWrong::Points(total)) } else { Ok(()) }
}

fn matrix(rows: &[Choice], columns: &[Choice], whole: bool, value: &Value) -> Result<(), AnswerWrong> {
    let given = value.as_object().ok_or(AnswerWrong::Shape)?;
    for (row, column) in given {
        if !rows.iter().any(|choice| choice.id == *row) {
            return Err(AnswerWrong::NotAChoice);
        }
        one_of(columns, column)?;
    }
    if whole && given.len() < rows.len() { Err(AnswerWrong::Rows) } else { Ok(()) }
}

/// Refuses what has more fields than these.
fn only(item: &Value, names: &[&str]) -> Result<(), AnswerWrong> {
    let item = item.as_object().ok_or(AnswerWrong::Shape)?;
    if item.keys().all(|name| names.contains(&name.as_str())) { Ok(()) } else { Err(AnswerWrong::Shape) }
}

fn comment(item: &Value, may: bool) -> Result<(), AnswerWrong> {
    let most = u32::try_from(MOST_COMMENT).unwrap_or(u32::MAX);
    match item.get("comment").filter(|comment| !is_empty(comment)) {
        None => Ok(()),
        Some(_) if !may => Err(AnswerWrong::Shape),
        Some(text) => words(text, most),
    }
}

fn shapes(
    value: &Value,
    kind: &str,
    (most, may_comment): (u32, bool),
    bounds: Option<[f64; 4]>,
) -> Result<(), AnswerWrong> {
    let all = list(value)?;
    within(all.len(), 1, most)?;
    for item in all {
        only(item, &["geometry", "comment"])?;
        comment(item, may_comment)?;
        let geometry = item.get("geometry").ok_or(AnswerWrong::Shape)?;
        if geometry.get("type").and_then(Value::as_str) != Some(kind) {
            return Err(AnswerWrong::Geometry);
        }
        let all = corners(geometry).ok_or(AnswerWrong::Geometry)?;
        let (least, rings) = match kind {
            "Point" => (1, None),
            "LineString" => (2, None),
            _ => (4, geometry.get("coordinates").and_then(Value::as_array)),
        };
        // An area of somebody's hand has no holes.
        if all.len() < least || all.len() > MOST_CORNERS || rings.is_some_and(|rings| rings.len() != 1) {
            return Err(AnswerWrong::Geometry);
        }
        if kind == "Polygon" && (all.first() != all.last() || crosses_itself(&all)) {
            return Err(AnswerWrong::Geometry);
        }
        let inside = |[west, south, east, north]: [f64; 4], [x, y]: [f64; 2]| {
            (west..=east).contains(&x) && (south..=north).contains(&y)
        };
        if bounds.is_some_and(|bounds| !all.iter().all(|corner| inside(bounds, *corner))) {
            return Err(AnswerWrong::Outside);
        }
    }
    Ok(())
}

/// All corners of a GeoJSON geometry (no collections); nothing when it is none, or lies outside the earth.
#[must_use]
pub fn corners(geometry: &Value) -> Option<Vec<[f64; 2]>> {
    let depth = match geometry.get("type")?.as_str()? {
        "Point" => 0,
        "LineString" | "MultiPoint" => 1,
        "Polygon" | "MultiLineString" => 2,
        "MultiPolygon" => 3,
        _ => return None,
    };
    let mut all = Vec::new();
    gather(geometry.get("coordinates")?, depth, &mut all)?;
    (!all.is_empty()).then_some(all)
}

fn gather(value: &Value, depth: u8, into: &mut Vec<[f64; 2]>) -> Option<()> {
    let parts = value.as_array()?;
    if depth > 0 {
        return parts.iter().try_for_each(|part| gather(part, depth - 1, into));
    }
    let [x, y] = parts.as_slice() else { return None };
    let (x, y) = (x.as_f64()?, y.as_f64()?);
    let on_earth = (-180.0..=180.0).contains(&x) && (-90.0..=90.0).contains(&y);
    on_earth.then(|| into.push([x, y]))
}

/// Whether two edges of a closed ring that are not neighbours meet.
fn crosses_itself(ring: &[[f64; 2]]) -> bool {
    let turn =
        |a: [f64; 2], b: [f64; 2], c: [f64; 2]| (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    let edges: Vec<([f64; 2], [f64; 2])> = ring.windows(2).map(|pair| (pair[0], pair[1])).collect();
    let last = edges.len().saturating_sub(1);
    edges.iter().enumerate().any(|(i, (a, b))| {
        edges.iter().enumerate().skip(i + 2).filter(|(j, _)| !(i == 0 && *j == last)).any(|(_, (c, d))| {
            turn(*a, *b, *c) * turn(*a, *b, *d) < 0.0 && turn(*c, *d, *a) * turn(*c, *d, *b) < 0.0
        })
    })
}

#[cfg(test)]
mod tests;

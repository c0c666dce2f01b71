//! Questions of a form as something to group people by.

use serde::{Deserialize, Serialize};

use super::model::{Kind, Never, Value, Variable, breaks};
use crate::count::{Given, given};
use crate::form::{Answers, Ask, Choice, Form, Question, Text};

/// What a table counts: a question, or a row of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Its stable name: the question's id, and of a matrix `question/row`.
    pub name: String,
    /// What was asked.
    pub title: Text,
    /// Its categories.
    pub categories: Vec<Category>,
    /// Whether a person may be in several of them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub several: bool,
}

/// A category.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// Its stable name within the question; `-` is no answer.
    pub id: String,
    /// What is shown.
    pub label: Text,
}

/// The stable name of no answer. No choice can have it.
const WITHOUT: &str = "-";

/// Questions and people as numbers.
#[derive(Debug)]
pub(super) struct Coded {
    pub(super) asked: Vec<Asked>,
    pub(super) variables: Vec<Variable>,
    pub(super) nevers: Vec<Never>,
    pub(super) people: Vec<Vec<Value>>,
    /// Names of questions that cannot be shown, because they depend on one of several choices.
    pub(super) depends: Vec<String>,
}

/// What can be in tables of a form: for whoever chooses among them. Bands of numbers need the answers and are not
/// known here.
#[must_use]
pub fn asked_of(form: &Form) -> Vec<Asked> {
    coded(form, &[]).asked
}

/// How a person's answer to a question becomes a category.
enum Coding {
    /// The place of the only choice, or of the first of an order.
    First,
    /// The places of all choices.
    All,
    /// The column of a row.
    Row(usize),
    /// The band of a number: lower ends, from the second band on.
    Band(Vec<f64>),
    /// That there is an answer.
    Any,
}

struct Draft<'a> {
    question: &'a Question,
    asked: Asked,
    coding: Coding,
    /// Place of the category of no answer.
    without: Option<usize>,
}

pub(super) fn coded(form: &Form, answers: &[Answers]) -> Coded {
    let questions: Vec<&Question> = form.pages.iter().flat_map(|page| &page.questions).collect();
    let mut depends = Vec::new();
    let mut drafts: Vec<Draft> = Vec::new();
    for question in &questions {
        let single = |id: &str| {
            questions.iter().any(|one| {
                one.id == id
                    && matches!(one.ask, Ask::Single { .. } | Ask::Scale { .. })
                    && !depends.contains(&one.id)
            })
        };
        if question.when.iter().all(|condition| single(&condition.question)) {
            drafts.extend(draft(question, answers));
        } else {
            depends.push(question.id.clone());
        }
    }
    let variables =
        drafts.iter().map(|draft| Variable { categories: draft.asked.categories.len(), kind: kind(draft) });
    let variables: Vec<Variable> = variables.collect();
    let people: Vec<Vec<Value>> = answers
        .iter()
        .map(|answers| drafts.iter().map(|draft| draft.value(form, answers)).collect())
        .collect();
    // What the form forbids, as far as it was obeyed: an answer that does not fit counts as none, even where one is asked.
    let mut nevers: Vec<Never> =
        drafts.iter().enumerate().flat_map(|(at, draft)| draft.nevers(at, &drafts)).collect();
    nevers.retain(|never| !people.iter().any(|person| breaks(never, person)));
    Coded { asked: drafts.into_iter().map(|draft| draft.asked).collect(), variables, nevers, people, depends }
}

fn kind(draft: &Draft) -> Kind {
    match (&draft.coding, &draft.question.ask) {
        (Coding::All, Ask::Multiple { least, most, .. }) => Kind::Many {
            least: usize::try_from(*least).unwrap_or(usize::MAX).max(1),
            most: if *most == 0 { usize::MAX } else { usize::try_from(*most).unwrap_or(usize::MAX) },
        },
        (Coding::All, _) => Kind::Many { least: 1, most: usize::MAX },
        _ => Kind::One,
    }
}

fn draft<'a>(question: &'a Question, answers: &[Answers]) -> Vec<Draft<'a>> {
    let of_choices = |choices: &[Choice]| -> Vec<Category> {
        choices.iter().map(|one| Category { id: one.id.clone(), label: one.label.clone() }).collect()
    };
    let make = |name: String, title: Text, mut categories: Vec<Category>, coding: Coding| {
        let several = matches!(coding, Coding::All);
        let matters = !(several || question.required && question.when.is_empty());
        let without = matters.then_some(categories.len());
        if matters {
            categories.push(Category { id: WITHOUT.into(), label: super::without() });
        }
        Draft { question, asked: Asked { name, title, categories, several }, coding, without }
    };
    let one =
        |categories, coding| vec![make(question.id.clone(), question.title.clone(), categories, coding)];
    match &question.ask {
        Ask::Single { choices, .. } | Ask::Ranking { choices, .. } => one(of_choices(choices), Coding::First),
        Ask::Multiple { choices, .. } | Ask::Points { choices, .. } => one(of_choices(choices), Coding::All),
        Ask::Scale { from, to, low, high } => {
            let label = |step: i32| match step {
                step if step == *from => both(&step.to_string(), low),
                step if step == *to => both(&step.to_string(), high),
                step => plain(&step.to_string()),
            };
            let steps = (*from..=*to).take(1000);
            one(
                steps.map(|step| Category { id: step.to_string(), label: label(step) }).collect(),
                Coding::Row(0),
            )
        }
        Ask::Matrix { rows, columns } => rows
            .iter()
            .enumerate()
            .map(|(at, row)| {
                let title = join(&question.title, &row.label);
                make(format!("{}/{}", question.id, row.id), title, of_choices(columns), Coding::Row(at))
            })
            .collect(),
        Ask::Number { unit, .. } => {
            let ends = bands(question, answers);
            one(of_bands(&ends, unit.as_ref()), Coding::Band(ends))
        }
        Ask::Date { .. }
        | Ask::Text { .. }
        | Ask::File { .. }
        | Ask::Pin(_)
        | Ask::Line(_)
        | Ask::Area(_)
        | Ask::Asset { .. } => {
            let answered = Text { pl: "z odpowiedzią".into(), en: Some("answered".into()) };
            one(vec![Category { id: "answered".into(), label: answered }], Coding::Any)
        }
    }
}

impl Draft<'_> {
    fn value(&self, form: &Form, answers: &Answers) -> Value {
        let asked = crate::count::asked(form, self.question, answers);
        let answer = answers.get(&self.question.id).filter(|_| asked);
        let given = answer.and_then(|value| given(&self.question.ask, value).ok().flatten());
        let category = match (&self.coding, given) {
            (Coding::All, Some(Given::Chosen(all))) => return Value::Many(Some(all.into_iter().collect())),
            (Coding::All, Some(Given::Points(all))) => {
                return Value::Many(Some(all.into_iter().map(|(at, _)| at).collect()));
            }
            (Coding::All, _) => return Value::Many(None),
            (Coding::First, Some(Given::Chosen(order) | Given::Ranked(order))) => order.first().copied(),
            (Coding::Row(row), Some(Given::Rows(rows))) => {
                rows.into_iter().find(|(at, _)| at == row).map(|(_, column)| column)
            }
            (Coding::Band(ends), Some(Given::Number(number))) => {
                Some(ends.iter().filter(|end| **end <= number).count())
            }
            (Coding::Any, Some(_)) => Some(0),
            _ => None,
        };
        // An answer that does not fit one that is always asked: it is in none of the categories, and taken for the first,
        // so that numbers add up. `form::check` lets none through.
        Value::One(category.or(self.without).unwrap_or(0))
    }

    /// What the conditions and the duty to answer forbid.
    fn nevers(&self, at: usize, drafts: &[Draft]) -> Vec<Never> {
        if self.question.when.is_empty() {
            let duty = self.question.required && self.asked.several;
            return if duty { vec![vec![(at, vec![true, false])]] } else { Vec::new() };
        }
        let many = self.asked.categories.len();
        let (answered, unanswered): (Vec<bool>, Vec<bool>) = match self.without {
            Some(without) => {
                ((0..many).map(|one| one != without).collect(), (0..many).map(|one| one == without).collect())
            }
            None => (vec![false, true], vec![true, false]),
        };
        let mut nevers = Vec::new();
        let mut all: Never = Vec::new();
        for condition in &self.question.when {
            let found = drafts.iter().position(|draft| draft.asked.name == condition.question);
            let Some(found) = found else { continue };
            let holds: Vec<bool> = drafts[found]
                .asked
                .categories
                .iter()
                .map(|category| condition.any.contains(&category.id) != condition.not)
                .collect();
            nevers.push(vec![(found, holds.iter().map(|holds| !holds).collect()), (at, answered.clone())]);
            // Two conditions on one question hold together.
            match all.iter_mut().find(|(other, _)| *other == found) {
                Some((_, set)) => set.iter_mut().zip(&holds).for_each(|(old, new)| *old &= new),
                None => all.push((found, holds)),
            }
        }
        if self.question.required {
            all.push((at, unanswered));
            nevers.push(all);
        }
        nevers
    }
}

fn plain(text: &str) -> Text {
    Text { pl: text.into(), en: None }
}

fn both(number: &str, text: &Text) -> Text {
    let with = |text: &String| if text.is_empty() { number.to_owned() } else { format!("{number} ({text})") };
    Text { pl: with(&text.pl), en: text.en.as_ref().map(with) }
}

fn join(title: &Text, row: &Text) -> Text {
    let en = (title.en.is_some() || row.en.is_some()).then(|| {
        format!("{}: {}", title.en.as_ref().unwrap_or(&title.pl), row.en.as_ref().unwrap_or(&row.pl))
    });
    Text { pl: format!("{}: {}", title.pl, row.pl), en }
}

/// Lower ends of the bands of a number, from the second on. Their width is 1, 2 or 5 times a power of ten, and they span the
/// middle nine tenths, so that neither the least nor the greatest number shows.
fn bands(question: &Question, answers: &[Answers]) -> Vec<f64> {
    let mut numbers: Vec<f64> = answers
        .iter()
        .filter_map(|one| match given(&question.ask, one.get(&question.id)?) {
            Ok(Some(Given::Number(number))) => Some(number),
            _ => None,
        })
        .collect();
    numbers.sort_by(f64::total_cmp);
    let at = |part: usize| numbers.get(numbers.len() * part / 20).copied();
    let (Some(low), Some(high)) = (at(1), at(19).or(numbers.last().copied())) else { return Vec::new() };
    let span = (high - low).max(f64::MIN_POSITIVE);
    let mut step = 10_f64.powf((span / 6.0).log10().floor());
    if !step.is_normal() || high <= low {
        return vec![low];
    }
    step *= [1.0, 2.0, 5.0, 10.0].into_iter().find(|times| span / (step * times) <= 6.0).unwrap_or(10.0);
    if matches!(question.ask, Ask::Number { whole: true, .. }) {
        step = step.max(1.0);
    }
    let first = (low / step).floor() + 1.0;
    (0..7).map(|band| (first + f64::from(band)) * step).take_while(|end| *end <= high).collect()
}

fn of_bands(ends: &[f64], unit: Option<&Text>) -> Vec<Category> {
    // What the step left in the last digits is not shown.
    let number = |end: f64| format!("{}", (end * 1e6).round() / 1e6);
    let label = |pl: String, en: String| {
        let with =
            |text: String, unit: Option<&String>| unit.map_or(text.clone(), |unit| format!("{text} {unit}"));
        let en_unit = unit.map(|unit| unit.en.as_ref().unwrap_or(&unit.pl));
        Text { pl: with(pl, unit.map(|unit| &unit.pl)), en: Some(with(en, en_unit)) }
    };
    let (Some(first), Some(last)) = (ends.first(), ends.last()) else {
        return vec![Category { id: "all".into(), label: label("wszystkie".into(), "all".into()) }];
    };
    let mut categories = vec![Category {
        id: "below".into(),
        label: label(format!("poniżej {}", number(*first)), format!("below {}", number(*first))),
    }];
    for pair in ends.windows(2) {
        let (from, to) = (number(pair[0]), number(pair[1]));
        let pl = format!("od {from}, poniżej {to}");
        categories
            .push(Category { id: format!("from-{from}"), label: label(pl, format!("{from} to below {to}")) });
    }
    let from = number(*last);
    categories.push(Category {
        id: format!("from-{from}"),
        label: label(format!("{from} i więcej"), format!("{from} and more")),
    });
    categories
}

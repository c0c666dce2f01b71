//! What is published of a survey.

use std::collections::BTreeMap;

use ballots::{
    count::{Given, Outcome, Pairs, asked, count, given, schulze},
    form::{Answers, Ask, Form, Question, Text},
    tables::{Cross, MOST_CROSSES, Pointing, Release, Shown, release, sparse},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::cells::{self, Square};

/// Widths of squares of the map that can be chosen, in metres.
pub(super) const WIDTHS_M: [u32; 4] = [100, 250, 500, 1000];

/// What the staff chooses before anybody sees a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Plan {
    /// Cross tables.
    pub(super) crosses: Vec<Cross>,
    /// Width of squares of the map, in metres.
    pub(super) width_m: u32,
}

impl Default for Plan {
    fn default() -> Self {
        Self { crosses: Vec::new(), width_m: 250 }
    }
}

impl Plan {
    /// Adds a cross table; not a second time, and not more than can be.
    pub(super) fn add(&mut self, cross: Cross) -> bool {
        if self.crosses.len() >= MOST_CROSSES || self.crosses.contains(&cross) {
            return false;
        }
        self.crosses.push(cross);
        true
    }
}

/// Everything that pages and files show of a survey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Results {
    /// Exact counts: of a vote that binds, whose ballots are all published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) exact: Option<Outcome>,
    /// Tables in which no small group shows: of every other survey.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) tables: Option<Release>,
    /// Orders of preference of surveys that are not secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) orders: Vec<Order>,
    /// Sums of points of surveys that are not secret.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sums: Vec<Sums>,
    /// Answers on the map.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) maps: Vec<Places>,
    /// Free texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) texts: Vec<Texts>,
}

impl Results {
    /// How many took part.
    pub(super) fn people(&self) -> u64 {
        let exact = self.exact.as_ref().map(|outcome| outcome.ballots);
        exact.or(self.tables.as_ref().map(|tables| tables.people)).unwrap_or(0)
    }
}

/// The order of a ranking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Order {
    pub(super) question: String,
    /// Choices with their places, best first.
    pub(super) places: Vec<(String, u32)>,
}

/// The sums of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sums {
    pub(super) question: String,
    /// Choices with their points; none where too few gave it any.
    pub(super) points: Vec<(String, Option<u64>)>,
}

/// Where people pointed at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Places {
    pub(super) question: String,
    /// Width of the squares in metres.
    pub(super) width_m: u32,
    /// Squares with how many people pointed at them.
    pub(super) squares: Vec<(Square, u64)>,
    /// Things of the registry with how many people named them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) things: Vec<(String, u64)>,
}

impl Places {
    /// Says the class of a number of people, from 1 (few) to 5 (as many as in the fullest square).
    pub(super) fn classes(&self) -> impl Fn(u64) -> u64 + use<> {
        let most = self.squares.iter().map(|(_, many)| *many).max().unwrap_or(1).max(1);
        move |many| (many * 5).div_ceil(most).clamp(1, 5)
    }
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Texts {
    pub(super) question: String,
    pub(super) themes: Vec<Theme>,
}

/// Texts about the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Theme {
    /// None: about nothing that has a name.
    pub(super) name: Option<Text>,
    /// The texts, in the order of the alphabet.
    pub(super) words: Vec<String>,
}

/// Makes the results of a survey. It takes a while where there are many cross tables.
pub(super) fn results(
    form: &Form,
    answers: &[Answers],
    exact: bool,
    plan: &Plan,
    least_cell: u32,
) -> Results {
    let mut results =
        Results { exact: None, tables: None, orders: vec![], sums: vec![], maps: vec![], texts: vec![] };
    if exact {
        results.exact = Some(count(form, answers));
        return results;
    }
    let tables = release(form, answers, &plan.crosses, least_cell);
    if tables.people >= u64::from(least_cell) {
        for question in form.pages.iter().flat_map(|page| &page.questions) {
            results.more(form, question, answers, (plan, least_cell), &tables);
        }
    }
    results.tables = Some(tables);
    results
}

impl Results {
    fn more(
        &mut self,
        form: &Form,
        question: &Question,
        answers: &[Answers],
        (plan, least_cell): (&Plan, u32),
        tables: &Release,
    ) {
        let own = || {
            answers.iter().filter(|one| asked(form, question, one)).filter_map(|one| one.get(&question.id))
        };
        let fitting = || own().filter_map(|value| given(&question.ask, value).ok().flatten());
        let id = |at: usize| {
            ballots::count::choices(&question.ask).get(at).map_or(String::new(), |choice| choice.id.clone())
        };
        let least = u64::from(least_cell);
        let pointing = |answered: u64, most_each: Option<u64>| Pointing {
            people: tables.people,
            answered,
            may_be_silent: !question.required || !question.when.is_empty(),
            most_each,
        };
        match &question.ask {
            Ask::Ranking { choices, .. } => {
                let mut pairs = Pairs::new(choices.len());
                let mut many: u64 = 0;
                for given in fitting() {
                    if let Given::Ranked(order) = given {
                        pairs.add(&order);
                        many += 1;
                    }
                }
                if many >= least {
                    let mut places: Vec<(String, u32)> =
                        schulze(&pairs).into_iter().enumerate().map(|(at, place)| (id(at), place)).collect();
                    places.sort_by_key(|(_, place)| *place);
                    self.orders.push(Order { question: question.id.clone(), places });
                }
            }
            Ask::Points { choices, total, .. } => {
                let mut sums = vec![0_u64; choices.len()];
                for given in fitting() {
                    if let Given::Points(points) = given {
                        points.into_iter().for_each(|(at, points)| sums[at] += u64::from(points));
                    }
                }
                let Some(table) = tables.totals.iter().find(|table| table.columns.name == question.id) else {
                    return;
                };
                let known: Vec<bool> =
                    table.cells[0].iter().map(|shown| matches!(shown, Shown::Exact(_))).collect();
                // Points tell how many must have answered, and how many of them can have been left for what is hidden.
                let answered = table.answered.first().and_then(|shown| shown.exact());
                let shown: u64 =
                    sums.iter().zip(&known).filter(|(_, known)| **known).map(|(sum, _)| sum).sum();
                let is_room = |answered: u64| {
                    known.iter().all(|known| *known)
                        || answered.saturating_mul(u64::from(*total)).saturating_sub(shown) >= least
                };
                if !answered.is_some_and(is_room) {
                    return;
                }
                let points = sums.into_iter().zip(known).enumerate();
                let points = points.map(|(at, (sum, known))| (id(at), known.then_some(sum)));
                self.sums.push(Sums { question: question.id.clone(), points: points.collect() });
            }
            Ask::Pin(drawn) | Ask::Line(drawn) | Ask::Area(drawn) => {
                let mut squares = BTreeMap::<Square, u64>::new();
                let mut people: u64 = 0;
                for value in own().filter(|value| value.as_array().is_some_and(|all| !all.is_empty())) {
                    people += 1;
                    for square in cells::squares(value, plan.width_m) {
                        *squares.entry(square).or_default() += 1;
                    }
                }
                // A pin lies in one square; a line or an area in any number.
                let most_each = matches!(question.ask, Ask::Pin(_)).then_some(u64::from(drawn.most));
                let squares = sparse(&squares, pointing(people, most_each), least).into_iter().collect();
                self.maps.push(Places {
                    question: question.id.clone(),
                    width_m: plan.width_m,
                    squares,
                    things: Vec::new(),
                });
            }
            Ask::Asset { most, .. } => {
                let mut things = BTreeMap::<String, u64>::new();
                let mut people: u64 = 0;
                for value in own() {
                    let mut named: Vec<&str> =
                        list(value).filter_map(|one| one.get("asset")?.as_str()).collect();
                    named.sort_unstable();
                    named.dedup();
                    people += u64::from(!named.is_empty());
                    for one in named {
                        *things.entry(one.to_owned()).or_default() += 1;
                    }
                }
                let mut things: Vec<(String, u64)> =
                    sparse(&things, pointing(people, Some(u64::from(*most))), least).into_iter().collect();
                things.sort_by_key(|(_, many)| std::cmp::Reverse(*many));
                self.maps.push(Places {
                    question: question.id.clone(),
                    width_m: plan.width_m,
                    squares: Vec::new(),
                    things,
                });
            }
            _ => {}
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// A free text among the answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written<'a> {
    pub(super) question: &'a str,
    pub(super) part: i32,
    pub(super) words: &'a str,
}

/// The free texts of an answer: words that were asked for, and comments on what was drawn or named.
pub(super) fn written<'a>(form: &'a Form, answers: &'a Answers) -> Vec<Written<'a>> {
    let questions = form.pages.iter().flat_map(|page| &page.questions);
    let mut all = Vec::new();
    for question in questions.filter(|question| asked(form, question, answers)) {
        let Some(value) = answers.get(&question.id) else { continue };
        let texts: Vec<(usize, &str)> = match &question.ask {
            Ask::Text { .. } => value.as_str().map(|words| (0, words)).into_iter().collect(),
            Ask::Pin(_) | Ask::Line(_) | Ask::Area(_) | Ask::Asset { .. } => list(value)
                .enumerate()
                .filter_map(|(at, one)| Some((at, one.get("comment")?.as_str()?)))
                .collect(),
            _ => Vec::new(),
        };
        let texts = texts.into_iter().filter(|(_, words)| !words.trim().is_empty());
        all.extend(texts.map(|(part, words)| Written {
            question: &question.id,
            part: i32::try_from(part).unwrap_or(i32::MAX),
            words,
        }));
    }
    all
}

/// A free text in which what looks like personal data is blotted out: addresses of mail and of the web, and numbers of seven
/// digits or more (telephone, PESEL, accounts). It is a proposal; a person reads it.
pub(super) fn masked(words: &str) -> String {
    const BLOT: &str = "[…]";
    let mut out = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(first) = rest.chars().next() {
        let token_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let number_end = number(rest);
        let (end, blot) = if first.is_whitespace() {
            (first.len_utf8(), false)
        } else if let Some(end) = number_end {
            (end, true)
        } else {
            let token = rest.get(..token_end).unwrap_or(rest);
            let address = token.contains('@') && token.contains('.')
                || token.contains("://")
                || token.starts_with("www.");
            (token_end, address)
        };
        out.push_str(if blot { BLOT } else { rest.get(..end).unwrap_or_default() });
        rest = rest.get(end..).unwrap_or_default();
    }
    out
}

/// Where a number that begins here and looks like a person's ends: seven digits in a row, or nine with spaces and hyphens
/// between them (so that `1990-1995` stays).
fn number(text: &str) -> Option<usize> {
    let (mut digits, mut end, mut parted) = (0, 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '0'..='9' => {
                parted |= digits > 0 && end != at;
                digits += 1;
                end = at + 1;
            }
            '+' if at == 0 => {}
            ' ' | '-' | '\u{a0}' if digits > 0 => {}
            _ => break,
        }
    }
    (digits >= if parted { 9 } else { 7 }).then_some(end)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_looks_like_personal_data_is_blotted_out() {
        for (words, shown) in [
            ("Proszę o ławkę przy ul. Lipowej 12.", "Proszę o ławkę przy ul. Lipowej 12."),
            ("Piszcie: jan@example.com, tel. +48 600 700 800!", "Piszcie: […] tel. […]!"),
            ("PESEL 90010112345 i https://example.com/x", "PESEL […] i […]"),
            ("w latach 1990-1995 było 2026", "w latach 1990-1995 było 2026"),
            ("", ""),
        ] {
            assert_eq!(masked(words), shown, "{words}");
        }
    }

    #[test]
    fn only_places_of_enough_people_are_shown_and_comments_are_free_texts() {
        let form: Form = serde_json::from_value(json!({"pages": [{"title": {"pl": "?"}, "questions": [
            {"id": "pin", "title": {"pl": "?"}, "type": "pin", "most": 2, "comment": true},
            {"id": "more", "title": {"pl": "?"}, "type": "text", "most": 100},
        ]}]}))
        .unwrap();
        let pin =
            |x: f64, y: f64| json!({"geometry": {"type": "Point", "coordinates": [x, y]}, "comment": "tu"});
        let near = |n: i32| 0.000_01 * f64::from(n);
        let mut answers: Vec<Answers> = (0..6)
            .map(|n| [("pin".to_owned(), json!([pin(20.701 + near(n), 52.101), pin(20.701, 52.101)]))].into())
            .collect();
        answers.push(
            [("pin".to_owned(), json!([pin(20.75, 52.15)])), ("more".to_owned(), json!("słowa"))].into(),
        );
        answers.extend((0..10).map(|_| Answers::new()));
        let results = results(&form, &answers, false, &Plan::default(), 5);
        assert_eq!(
            results.maps[0].squares.iter().map(|(_, many)| *many).collect::<Vec<_>>(),
            [6],
            "{results:?}"
        );
        assert_eq!(written(&form, &answers[6]).len(), 2);
        let few = super::results(&form, &answers[..4], false, &Plan::default(), 5);
        assert!(few.maps.is_empty());
    }
}

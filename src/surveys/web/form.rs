//! A form as pages show it: questions in the reader's language, with what was answered and what is wrong.

use ballots::form::{
    Answers, Ask, Choice, Form, Image, Page, Question, Text,
    check::{AnswerFault, AnswerWrong, holds},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    messages::paragraphs,
    platform::i18n::Texts,
    surveys::store::answers::KeptFile,
    ui::views::{
        SurveyChoice, SurveyFault, SurveyFormPage, SurveyKept, SurveyPicture, SurveyQuestion, SurveyRow,
    },
};

/// How a form is shown.
pub(in crate::surveys) struct Shown<'a> {
    pub(in crate::surveys) t: &'a Texts,
    pub(in crate::surveys) form: &'a Form,
    pub(in crate::surveys) answers: &'a Answers,
    pub(in crate::surveys) faults: &'a [AnswerFault],
    /// By which choices are put in an order of chance; the same for all pages that somebody sees.
    pub(in crate::surveys) seed: &'a str,
    /// Where pictures are, with a slash at the end.
    pub(in crate::surveys) pictures: &'a str,
    pub(in crate::surveys) files: &'a [KeptFile],
}

impl Shown<'_> {
    fn said<'b>(&self, text: &'b Text) -> &'b str {
        text.said(self.t.lang())
    }

    /// One page, without questions that answers of earlier pages rule out.
    pub(in crate::surveys) fn page(&self, n: usize) -> SurveyFormPage {
        let Some(page) = self.form.pages.get(n) else { return SurveyFormPage::default() };
        let earlier: Vec<&str> = self
            .form
            .pages
            .iter()
            .take(n)
            .flat_map(|page| &page.questions)
            .map(|one| one.id.as_str())
            .collect();
        let ruled_out = |question: &&Question| {
            question
                .when
                .iter()
                .any(|when| earlier.contains(&when.question.as_str()) && !holds(when, self.answers))
        };
        self.page_of(page, page.questions.iter().filter(|question| !ruled_out(question)).collect())
    }

    /// All pages below each other, with all their questions: which of them are asked changes while somebody answers, and is
    /// shown by the browser.
    pub(in crate::surveys) fn whole(&self) -> Vec<SurveyFormPage> {
        self.form.pages.iter().map(|page| self.page_of(page, page.questions.iter().collect())).collect()
    }

    fn page_of(&self, page: &Page, open: Vec<&Question>) -> SurveyFormPage {
        // A title that its only question says again says nothing.
        let says_more = match open.as_slice() {
            [only] => self.said(&only.title) != self.said(&page.title),
            _ => true,
        };
        let has_title = self.form.pages.len() > 1 && says_more;
        SurveyFormPage {
            title: if has_title { self.said(&page.title).to_owned() } else { String::new() },
            intro: page.intro.as_ref().map(|text| paragraphs(self.said(text), "")).unwrap_or_default(),
            questions: open.into_iter().map(|question| self.question(question)).collect(),
        }
    }

    /// What is wrong, with the names of the questions.
    pub(in crate::surveys) fn told(&self) -> Vec<SurveyFault> {
        let told = |fault: &AnswerFault| {
            let title = self
                .form
                .question(&fault.question)
                .map(|question| self.said(&question.title))
                .unwrap_or_default();
            let what = wrong_text(self.t, &fault.why);
            let message = if title.is_empty() { what } else { format!("{title} – {what}") };
            SurveyFault { field: fault.question.clone(), message }
        };
        self.faults.iter().map(told).collect()
    }

    fn picture(&self, image: &Image) -> SurveyPicture {
        SurveyPicture {
            href: format!("{}{}", self.pictures, image.file),
            alt: self.said(&image.alt).to_owned(),
        }
    }

    fn question(&self, question: &Question) -> SurveyQuestion {
        let answer = self.answers.get(&question.id);
        let fault = self.faults.iter().find(|fault| fault.question == question.id);
        let mut view = SurveyQuestion {
            id: question.id.clone(),
            kind: question.ask.name(),
            title: self.said(&question.title).to_owned(),
            hints: question
                .hint
                .iter()
                .map(|hint| self.said(hint).to_owned())
                .chain(limits(self.t, &question.ask))
                .collect(),
            required: question.required,
            fault: fault.map(|fault| wrong_text(self.t, &fault.why)),
            pictures: question.images.iter().map(|image| self.picture(image)).collect(),
            choices: self.choices(question, answer),
            when: if question.when.is_empty() { String::new() } else { json!(question.when).to_string() },
            drawn: drawn_choices(self.t.lang(), question.ask.choices()),
            ..SurveyQuestion::default()
        };
        let plain = |value: &Value| match value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match &question.ask {
            Ask::Text { most, long } => {
                (view.most, view.long) = (*most, *long);
                view.value = answer.map(plain).unwrap_or_default();
            }
            Ask::Number { unit, .. } => {
                view.unit = unit.as_ref().map(|unit| self.said(unit).to_owned()).unwrap_or_default();
                view.value = answer.map(plain).unwrap_or_default();
                if self.t.lang() == "pl" {
                    view.value = view.value.replace('.', ",");
                }
            }
            Ask::Date { least, most } => {
                let day =
                    |day: &Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
                view.range = (day(least), day(most));
                view.value = answer.map(plain).unwrap_or_default();
            }
            Ask::Scale { from, to, low, high } => {
                view.ends = Some((self.said(low).to_owned(), self.said(high).to_owned()));
                let step = |step: i32| SurveyChoice {
                    value: step.to_string(),
                    label: step.to_string(),
                    selected: answer.and_then(Value::as_i64) == Some(step.into()),
                    ..SurveyChoice::default()
                };
                view.choices = (*from..=*to).take(100).map(step).collect();
            }
            Ask::Matrix { rows, columns } => {
                view.choices.clear();
                let given = |row: &Choice| answer.and_then(|all| all.get(&row.id)).and_then(Value::as_str);
                let column = |row: &Choice, column: &Choice| SurveyChoice {
                    value: column.id.clone(),
                    label: self.said(&column.label).to_owned(),
                    selected: given(row) == Some(&column.id),
                    ..SurveyChoice::default()
                };
                let row = |row: &Choice| SurveyRow {
                    id: row.id.clone(),
                    label: self.said(&row.label).to_owned(),
                    columns: columns.iter().map(|one| column(row, one)).collect(),
                };
                view.rows = rows.iter().map(row).collect();
            }
            Ask::Ranking { choices, most, .. } => {
                let all = u32::try_from(choices.len()).unwrap_or(u32::MAX);
                view.places = (1..=if *most == 0 { all } else { *most }).collect();
            }
            Ask::Points { total, most_each, .. } => (view.most, view.most_each) = (*total, *most_each),
            Ask::Multiple { most, .. } => view.most = *most,
            Ask::File { most } => {
                view.most = *most;
                let ids = answer.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
                let kept = |id: &str| {
                    let file = self.files.iter().find(|file| file.id.to_string() == id)?;
                    Some(SurveyKept { id: id.to_owned(), name: file.name.clone() })
                };
                view.kept = ids.filter_map(kept).collect();
            }
            Ask::Pin(drawn) | Ask::Line(drawn) | Ask::Area(drawn) => {
                (view.most, view.comment) = (drawn.most, drawn.comment);
                (view.value, view.typed) = drawn_answer(answer);
            }
            Ask::Asset { collection, most } => {
                (view.most, view.comment) = (*most, true);
                view.collection.clone_from(collection);
                (view.value, view.typed) = drawn_answer(answer);
            }
            Ask::Single { .. } => {}
        }
        view
    }

    fn choices(&self, question: &Question, answer: Option<&Value>) -> Vec<SurveyChoice> {
        let place = |id: &str| {
            let at = answer.and_then(Value::as_array)?.iter().position(|one| one.as_str() == Some(id))?;
            Some((at + 1).to_string())
        };
        let is_taken = |id: &str| match answer {
            Some(Value::String(one)) => one == id,
            Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(id)),
            _ => false,
        };
        let given = |id: &str| match &question.ask {
            Ask::Ranking { .. } => place(id).unwrap_or_default(),
            Ask::Points { .. } => answer
                .and_then(|all| all.get(id))
                .map(|points| points.to_string().replace('"', ""))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let mut choices: Vec<SurveyChoice> = question
            .ask
            .choices()
            .iter()
            .map(|choice| SurveyChoice {
                value: choice.id.clone(),
                label: self.said(&choice.label).to_owned(),
                selected: is_taken(&choice.id),
                given: given(&choice.id),
                picture: choice.image.as_ref().map(|image| self.picture(image)),
            })
            .collect();
        if question.ask.is_shuffled() {
            let place = |choice: &SurveyChoice| -> [u8; 32] {
                Sha256::digest(format!("{}\n{}\n{}", self.seed, question.id, choice.value)).into()
            };
            choices.sort_by_cached_key(place);
        }
        choices
    }
}

/// What was drawn as JSON, and what was typed and not found.
fn drawn_answer(answer: Option<&Value>) -> (String, String) {
    let all = answer.and_then(Value::as_array).cloned().unwrap_or_default();
    let (typed, drawn): (Vec<Value>, Vec<Value>) =
        all.into_iter().partition(|one| one.get("typed").is_some());
    let text = |one: &Value| one.get("typed").and_then(Value::as_str).map(|text| format!("@ {text}"));
    let typed: Vec<String> = typed.iter().filter_map(text).collect();
    (Value::Array(drawn).to_string(), typed.join("\n"))
}

/// The places of choices as features for the browser's map; empty when there are none.
fn drawn_choices(lang: &str, choices: &[Choice]) -> String {
    let feature = |choice: &Choice| {
        let geometry = choice.geometry.as_ref()?;
        let properties = json!({ "group": "choice", "choice": choice.id, "label": choice.label.said(lang) });
        Some(json!({ "type": "Feature", "geometry": geometry, "properties": properties }))
    };
    let features: Vec<Value> = choices.iter().filter_map(feature).collect();
    match features.is_empty() {
        true => String::new(),
        false => json!({ "type": "FeatureCollection", "features": features }).to_string(),
    }
}

/// Limits of a question, in words.
fn limits(t: &Texts, ask: &Ask) -> Option<String> {
    let of = |key: &str, values: &[(&str, u32)]| {
        let values: Vec<_> = values.iter().map(|(name, n)| (*name, (*n).into())).collect();
        Some(t.args(key, &values))
    };
    match ask {
        Ask::Multiple { least, most, .. } => match (*least, *most) {
            (0 | 1, 0) => Some(t.get("survey-limit-any")),
            (0 | 1, most) => of("survey-limit-most", &[("most", most)]),
            (least, 0) => of("survey-limit-least", &[("least", least)]),
            (least, most) if least == most => of("survey-limit-exactly", &[("most", most)]),
            (least, most) => of("survey-limit-between", &[("least", least), ("most", most)]),
        },
        Ask::Ranking { most, .. } if *most > 0 => of("survey-limit-places", &[("most", *most)]),
        Ask::Ranking { .. } => Some(t.get("survey-limit-ranking")),
        Ask::Points { total, most_each, .. } if total == most_each => {
            of("survey-limit-points", &[("total", *total)])
        }
        Ask::Points { total, most_each, .. } => {
            of("survey-limit-points-each", &[("total", *total), ("each", *most_each)])
        }
        Ask::Text { most, long: true } => of("survey-limit-text", &[("most", *most)]),
        Ask::File { most } => of("survey-limit-files", &[("most", *most)]),
        Ask::Pin(drawn) | Ask::Line(drawn) | Ask::Area(drawn) => {
            of("survey-limit-drawn", &[("most", drawn.most)])
        }
        Ask::Asset { most, .. } => of("survey-limit-drawn", &[("most", *most)]),
        Ask::Number { least: Some(least), most: Some(most), .. } => Some(t.args(
            "survey-limit-number",
            &[
                ("least", t.number(*least, decimals(*least)).into()),
                ("most", t.number(*most, decimals(*most)).into()),
            ],
        )),
        _ => None,
    }
}

fn decimals(number: f64) -> usize {
    if number.fract() == 0.0 { 0 } else { 2 }
}

/// What is wrong with an answer, in words.
pub(in crate::surveys) fn wrong_text(t: &Texts, why: &AnswerWrong) -> String {
    let n = |key: &str, n: u32| t.args(key, &[("n", n.into())]);
    let limit = |key: &str, limit: &str| t.args(key, &[("limit", limit.to_owned().into())]);
    match why {
        AnswerWrong::Unknown | AnswerWrong::NotAsked => t.get("survey-fault-unknown"),
        AnswerWrong::Missing => t.get("survey-fault-missing"),
        AnswerWrong::Shape => t.get("survey-fault-shape"),
        AnswerWrong::NotAChoice => t.get("survey-fault-choice"),
        AnswerWrong::Twice => t.get("survey-fault-twice"),
        AnswerWrong::Few(least) => n("survey-fault-few", *least),
        AnswerWrong::Many(most) => n("survey-fault-many", *most),
        AnswerWrong::Low(least) => limit("survey-fault-low", least),
        AnswerWrong::High(most) => limit("survey-fault-high", most),
        AnswerWrong::NotWhole => t.get("survey-fault-whole"),
        AnswerWrong::Long(most) => n("survey-fault-long", *most),
        AnswerWrong::Points(total) => n("survey-fault-points", *total),
        AnswerWrong::PointsEach(each) => n("survey-fault-points-each", *each),
        AnswerWrong::Rows => t.get("survey-fault-rows"),
        AnswerWrong::Geometry => t.get("survey-fault-geometry"),
        AnswerWrong::Outside => t.get("survey-fault-outside"),
        AnswerWrong::TooMuch => t.get("survey-fault-too-much"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    #[test]
    fn a_form_that_is_shown_whole_has_the_questions_that_hang_on_earlier_pages() {
        let page = |id: &str, title: &str, when: Value| {
            json!({"title": {"pl": title}, "questions": [{"id": id, "title": {"pl": id}, "type": "single", "when": when,
                "choices": [{"id": "a", "label": {"pl": "a"}}]}]})
        };
        let pages = [
            page("first", "first", json!([])),
            page("then", "Page", json!([{"question": "first", "any": ["a"]}])),
        ];
        let form: Form = serde_json::from_value(json!({ "pages": pages })).unwrap();
        let answers = Answers::new();
        let shown = Shown {
            t: texts(Lang::Pl),
            form: &form,
            answers: &answers,
            faults: &[],
            seed: "",
            pictures: "",
            files: &[],
        };
        let ids = |page: &SurveyFormPage| page.questions.iter().map(|one| one.id.clone()).collect::<Vec<_>>();
        assert_eq!(shown.whole().iter().flat_map(ids).collect::<Vec<_>>(), ["first", "then"]);
        assert_eq!(ids(&shown.page(1)), Vec::<String>::new(), "page by page the answer is known");
        // A title says no more than its only question does.
        assert_eq!(shown.whole().into_iter().map(|page| page.title).collect::<Vec<_>>(), ["", "Page"]);
    }
}

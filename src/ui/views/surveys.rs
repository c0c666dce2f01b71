//! Pages of the surveys.

use askama::Template;

use super::{Block, Chip, Choice, Fact, Field, FieldFault, Link, Sheet};
use crate::{
    platform::i18n::Texts,
    ui::{Markup, Nav, Page, markup::token_field, script_json},
};

/// `/surveys` and below: sheets for everybody.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/sheet.html")]
pub struct SurveySheetPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

/// `/desk/surveys` and below: sheets of the staff.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/desk_sheet.html")]
pub struct DeskSurveySheetPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

/// A picture beside a question.
#[derive(Debug, Clone)]
pub struct SurveyPicture {
    /// Its address.
    pub href: String,
    /// What it shows.
    pub alt: String,
}

/// Something that can be chosen.
#[derive(Debug, Clone, Default)]
pub struct SurveyChoice {
    /// What the form sends.
    pub value: String,
    /// What is read.
    pub label: String,
    /// Whether it is chosen.
    pub selected: bool,
    /// Points or a place that it has.
    pub given: String,
    /// A picture.
    pub picture: Option<SurveyPicture>,
}

/// A row of a matrix.
#[derive(Debug, Clone)]
pub struct SurveyRow {
    /// Its name.
    pub id: String,
    /// What is read.
    pub label: String,
    /// Its columns.
    pub columns: Vec<SurveyChoice>,
}

/// A file that came with an answer.
#[derive(Debug, Clone)]
pub struct SurveyKept {
    /// Its id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
}

/// One question as a form shows it. Its `id` is the name of its fields, and where a fault leads.
#[derive(Debug, Clone, Default)]
pub struct SurveyQuestion {
    /// Its stable name.
    pub id: String,
    /// Which kind: `ballots::form::Ask::name`.
    pub kind: &'static str,
    /// What is asked.
    pub title: String,
    /// A hint, and what limits there are.
    pub hints: Vec<String>,
    /// Whether it has to be answered.
    pub required: bool,
    /// What is wrong with the answer.
    pub fault: Option<String>,
    /// Pictures beside it.
    pub pictures: Vec<SurveyPicture>,
    /// Choices, or steps of a scale.
    pub choices: Vec<SurveyChoice>,
    /// Rows of a matrix.
    pub rows: Vec<SurveyRow>,
    /// Places of a ranking.
    pub places: Vec<u32>,
    /// What the ends of a scale mean.
    pub ends: Option<(String, String)>,
    /// What was answered: words, a number, a day, or what was drawn as JSON.
    pub value: String,
    /// What was typed in place of a map.
    pub typed: String,
    /// Most characters, points, things.
    pub most: u32,
    /// Most points for one choice.
    pub most_each: u32,
    /// Whether a text has several lines.
    pub long: bool,
    /// Whether things that are drawn may have comments.
    pub comment: bool,
    /// Unit of a number.
    pub unit: String,
    /// Least and most of a day, as attributes want them; empty for none.
    pub range: (String, String),
    /// Collection whose things are meant.
    pub collection: String,
    /// Files that are there already.
    pub kept: Vec<SurveyKept>,
    /// Where choices would be: GeoJSON features as JSON; empty when they have no places.
    pub drawn: String,
    /// Its conditions as JSON, for the browser; empty when it is always asked.
    pub when: String,
}

impl SurveyQuestion {
    /// Ids of what describes its fields, for `aria-describedby`.
    #[must_use]
    pub fn described(&self) -> String {
        let hint = (!self.hints.is_empty()).then(|| format!("{}-hint", self.id));
        let fault = self.fault.is_some().then(|| format!("{}-fault", self.id));
        hint.into_iter().chain(fault).collect::<Vec<_>>().join(" ")
    }
}

/// A page of a form, to be shown inside a form element.
#[derive(Debug, Clone, Default)]
pub struct SurveyFormPage {
    /// Its heading; empty when the form has but one page.
    pub title: String,
    /// Words under it, escaped where they are made.
    pub intro: String,
    /// Its questions.
    pub questions: Vec<SurveyQuestion>,
}

/// What is wrong on a page: where, and what.
#[derive(Debug, Clone)]
pub struct SurveyFault {
    /// Id of the question.
    pub field: String,
    /// What.
    pub message: String,
}

/// The form of a survey.
#[derive(Debug, Clone)]
pub struct SurveyForm {
    /// Where it goes.
    pub action: String,
    /// What proves that it comes from us.
    pub token: String,
    /// Id of the survey.
    pub survey: String,
    /// `secret`, `anonymous`, `named`.
    pub secrecy: &'static str,
    /// Pages that are shown: one after the other, or all of them for a secret ballot, which leaves the browser sealed.
    pub pages: Vec<SurveyFormPage>,
    /// Number of the page from 1, and how many there are.
    pub at: (usize, usize),
    /// "Page 2 of 3"; empty when there is one.
    pub step: String,
    /// Answers of the other pages as JSON.
    pub carried: String,
    /// By which choices are put in an order of chance.
    pub seed: String,
    /// Whether files may be added.
    pub uploads: bool,
    /// What is wrong.
    pub faults: Vec<SurveyFault>,
    /// The whole form as JSON for the script that seals a ballot; empty otherwise.
    pub whole: String,
    /// What the last button says.
    pub send: String,
}

impl SurveyForm {
    fn token_field(&self) -> Markup {
        token_field("form_token", &self.token)
    }

    fn is_empty(&self) -> bool {
        self.pages.iter().all(|page| page.questions.is_empty())
    }

    /// Whether it leaves the browser only by a script that seals it.
    fn is_sealed(&self) -> bool {
        !self.whole.is_empty()
    }

    fn is_last(&self) -> bool {
        self.at.0 >= self.at.1
    }
}

/// What a browser needs to know of a secret vote.
#[derive(Debug, Clone)]
pub struct SurveyVote {
    /// Id of the survey.
    pub survey: String,
    /// Whose vote the browser keeps: two people at one computer have two.
    pub owner: String,
    /// The survey's page.
    pub href: String,
    /// Fingerprint of the keys.
    pub fingerprint: String,
    /// Whether a printed code is the only way: the form waits for it.
    pub by_code: bool,
    /// Texts of the script.
    pub texts: String,
}

/// `/surveys/{slug}/receipt`: whether one's own ballot was in the urn.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/votes/receipt.html")]
pub struct VoteReceiptPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
    /// The vote, once its file is published.
    pub vote: Option<SurveyVote>,
}

/// `/desk/surveys/{id}/paper/sheets/{number}/{entry}`: a sheet of paper to be entered.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/votes/paper_sheet.html")]
pub struct PaperSheetPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the vote.
    pub back: Link,
    /// Title of the survey.
    pub title: String,
    /// Which sheet, and which entry of it.
    pub which: String,
    /// Where the form goes.
    pub action: String,
    /// All pages of the form.
    pub pages: Vec<SurveyFormPage>,
    /// What is wrong.
    pub faults: Vec<SurveyFault>,
}

/// `/surveys/{slug}`, and its preview at the desk.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/survey.html")]
pub struct SurveyPage {
    /// The shell, with the map's block when something is drawn.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the list, or to the desk.
    pub back: Link,
    /// What it decides, in words.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// What stands above the form, escaped where it is made.
    pub intro: String,
    /// Until when, for whom, how secret.
    pub facts: Vec<Fact>,
    /// What was just done, or that this is a trial.
    pub notice: Option<String>,
    /// Why there is no form, and what can be done: words and a link.
    pub why: Option<(String, Option<Link>)>,
    /// More pages about it.
    pub links: Vec<Link>,
    /// The form.
    pub form: Option<SurveyForm>,
    /// How it is sealed, when it is secret and open.
    pub vote: Option<SurveyVote>,
}

impl SurveyPage {
    /// Whether what stands around the form is shown: not again on its later pages.
    fn is_first(&self) -> bool {
        self.form.as_ref().is_none_or(|form| form.at.0 <= 1)
    }

    /// Texts of the form's script.
    fn texts_json(&self) -> String {
        script_json(&self.t.for_browser(&["survey-js-"]))
    }
}

/// A question in the order of the desk's form.
#[derive(Debug, Clone)]
pub struct BuilderQuestion {
    /// Its name.
    pub id: String,
    /// Where it is changed.
    pub href: String,
    /// What is asked.
    pub title: String,
    /// Which kind, in words.
    pub kind: String,
    /// Whether it has to be answered.
    pub required: bool,
    /// Under which condition it is asked; empty when always.
    pub when: String,
    /// What is wrong with it; empty when nothing.
    pub wrong: String,
}

/// A page of the desk's form.
#[derive(Debug, Clone)]
pub struct BuilderPage {
    /// Its place, from 0.
    pub n: usize,
    /// Heading.
    pub title: String,
    /// Where heading and words are changed.
    pub href: String,
    /// Questions.
    pub questions: Vec<BuilderQuestion>,
}

/// `/desk/surveys/{id}/form`
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/builder.html")]
pub struct BuilderView {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the survey.
    pub back: Link,
    /// Title of the survey.
    pub title: String,
    /// Where changes go.
    pub action: String,
    /// Where the form is tried.
    pub preview: String,
    /// Version against lost changes.
    pub rev: i32,
    /// Whether it can be changed freely.
    pub draft: bool,
    /// Whether typos can be mended.
    pub mends: bool,
    /// Pages.
    pub pages: Vec<BuilderPage>,
    /// Kinds of questions.
    pub kinds: Vec<Choice>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

/// `/desk/surveys/{id}/form/{question}`
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/question.html")]
pub struct QuestionPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its fields.
    pub sheet: Sheet,
    /// How it looks.
    pub preview: SurveyFormPage,
    /// Where pictures go; `None` when none can be added.
    pub uploads: Option<String>,
    /// Where a file with choices on the map goes.
    pub geojson: Option<String>,
    /// Version against lost changes.
    pub rev: i32,
    /// Pictures that it has.
    pub pictures: Vec<SurveyPicture>,
}

/// A district in the desk's list.
#[derive(Debug, Clone)]
pub struct DistrictLine {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Area, people, surveys.
    pub about: String,
    /// Version against lost changes.
    pub rev: i32,
    /// Whether it can be removed.
    pub removable: bool,
    /// Outline as an SVG path in the box of all districts.
    pub path: String,
    /// Where its number stands in the drawing.
    pub at: (f64, f64),
}

/// `/desk/surveys/districts`
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/districts.html")]
pub struct DistrictsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the surveys.
    pub back: Link,
    /// What was done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Districts.
    pub districts: Vec<DistrictLine>,
    /// Size of the drawing.
    pub size: (f64, f64),
    /// Collections with areas.
    pub collections: Vec<Choice>,
    /// Name as typed.
    pub name: String,
}

/// One opinion at the desk or on the public page.
#[derive(Debug, Clone)]
pub struct OpinionLine {
    /// `{answer}/{part}`
    pub id: String,
    /// What was asked.
    pub question: String,
    /// As it was written.
    pub words: String,
    /// As it is, or would be, shown.
    pub shown: String,
    /// Whether it is not shown at all.
    pub hidden: bool,
}

/// Opinions with one answer of the office, or without.
#[derive(Debug, Clone)]
pub struct OpinionGroup {
    /// Heading: the decision, or that there is no answer yet.
    pub title: String,
    /// Its look as a mark.
    pub chip: Chip,
    /// The office's answer; empty while there is none.
    pub reply: String,
    /// When it was given.
    pub when: String,
    /// Opinions.
    pub opinions: Vec<OpinionLine>,
}

/// `/desk/surveys/{id}/opinions`
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/opinions_desk.html")]
pub struct DeskOpinionsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the survey.
    pub back: Link,
    /// What was done.
    pub notice: Option<String>,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
    /// Where the form goes.
    pub action: String,
    /// Opinions that nobody has handled.
    pub open: Vec<OpinionLine>,
    /// Decisions to choose from.
    pub decisions: Vec<Choice>,
    /// Answers that were given before, to be given again.
    pub before: Vec<Choice>,
    /// The words of the answer as typed.
    pub reply: String,
    /// What is answered.
    pub done: Vec<OpinionGroup>,
}

/// `/surveys/{slug}/opinions`
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/opinions.html")]
pub struct OpinionsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the survey.
    pub back: Link,
    /// Title of the survey.
    pub title: String,
    /// How many there are, how many are not shown.
    pub lead: String,
    /// Opinions with answers.
    pub groups: Vec<OpinionGroup>,
}

/// `/desk/surveys/{id}/poster`: a sheet to print.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/poster.html")]
pub struct PosterPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Back to the survey.
    pub back: Link,
    /// What it decides, in words.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Until when and for whom.
    pub lines: Vec<String>,
    /// Its address as people type it.
    pub address: String,
    /// The code, drawn as SVG.
    pub code: String,
    /// Words that put a link on the town's own page.
    pub embed: String,
    /// Words that put the card on it.
    pub frame: String,
    /// The card.
    pub card: String,
}

/// `/surveys/{slug}/card`: what any site may show in a frame, without scripts and without forms.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/card.html")]
pub struct SurveyCardPage {
    /// What the town looks like; of its shell nothing is shown.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What it decides, in words.
    pub kind: String,
    /// Title.
    pub title: String,
    /// Where it stands.
    pub chip: Chip,
    /// Until when, and how many took part.
    pub lines: Vec<String>,
    /// To the survey, outside of the frame.
    pub go: Link,
}

impl DistrictsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }
}

impl DeskOpinionsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }
}

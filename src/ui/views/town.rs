//! Pages of what the town says of itself: its look, its accessibility declaration.

use std::collections::BTreeMap;

use askama::Template;

use super::{Choice, FormFault, Link};
use crate::{
    platform::{Said, i18n::Texts},
    ui::{Nav, Page, Phone},
};

/// `/desk/town`
#[derive(Debug, Clone, Template)]
#[template(path = "town/look.html")]
pub struct TownLookPage {
    /// The shell; in a preview it wears the look that is being tried on.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The version that was opened; 0 while nothing was said.
    pub rev: i32,
    /// What the fields hold.
    pub values: BTreeMap<String, String>,
    /// What is wrong.
    pub faults: Vec<FormFault>,
    /// The colour that would pass instead of the chosen one.
    pub proposal: Option<String>,
    /// Whether a change was just saved.
    pub saved: bool,
    /// Whether the page shows a look that is not saved.
    pub preview: bool,
    /// Who saved another version meanwhile, in words.
    pub stale: Option<String>,
    /// Earlier versions, newest first.
    pub versions: Vec<TownVersion>,
}

impl TownLookPage {
    fn value(&self, name: &str) -> &str {
        value_of(&self.values, name)
    }

    fn fault(&self, name: &str) -> Option<&str> {
        fault_of(&self.faults, name)
    }

    /// The colour as a colour field wants it.
    fn colour(&self) -> &str {
        let value = self.value("colour");
        if crate::platform::look::is_colour(value) { value } else { crate::ui::ACCENT }
    }
}

/// One version of a setting.
#[derive(Debug, Clone)]
pub struct TownVersion {
    /// Its number.
    pub rev: i32,
    /// "30 listopada 2026, 0:12".
    pub when: String,
    /// Who saved it.
    pub who: String,
    /// What it changed.
    pub changes: Vec<TownChange>,
    /// Whether it is the one that holds.
    pub is_current: bool,
}

/// One field that a version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownChange {
    /// The field.
    pub label: String,
    /// Before.
    pub was: String,
    /// After.
    pub became: String,
}

/// `/desk/town/accessibility`
#[derive(Debug, Clone, Template)]
#[template(path = "town/declaration_form.html")]
pub struct DeclarationFormPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The version that was opened; 0 while nothing was said.
    pub rev: i32,
    /// What the fields hold.
    pub values: BTreeMap<String, String>,
    /// Rows of contents that are not accessible.
    pub gap_rows: usize,
    /// Whether another row fits.
    pub may_add_gap: bool,
    /// Rows of applications.
    pub app_rows: usize,
    /// What is wrong.
    pub faults: Vec<FormFault>,
    /// What the declaration has to say and does not.
    pub todo: Vec<Link>,
    /// What is to be said of the yearly review.
    pub review: ReviewView,
    /// Whether a change was just saved.
    pub saved: bool,
    /// Who saved another version meanwhile, in words.
    pub stale: Option<String>,
    /// Earlier versions, newest first.
    pub versions: Vec<TownVersion>,
    /// The latest day that may be typed, `2026-11-30`.
    pub today: String,
}

/// The yearly review in words.
#[derive(Debug, Clone, Default)]
pub struct ReviewView {
    /// "Przegląd deklaracji jest potrzebny do 31 marca 2027."
    pub text: String,
    /// Whether something is to be done.
    pub is_due: bool,
    /// Whether it is late.
    pub is_late: bool,
    /// Whether there is something to review.
    pub may_confirm: bool,
}

impl DeclarationFormPage {
    fn value(&self, name: &str) -> &str {
        value_of(&self.values, name)
    }

    fn fault(&self, name: &str) -> Option<&str> {
        fault_of(&self.faults, name)
    }

    /// A choice's options.
    fn choices(&self, name: &str) -> Vec<Choice> {
        let options: &[(&str, &str)] = match name {
            "status" => &[
                ("full", "town-status-full"),
                ("partial", "town-status-partial"),
                ("none", "town-status-none"),
            ],
            "method" => &[("own", "town-method-own"), ("external", "town-method-external")],
            "apps" => &[("none", "town-apps-none"), ("some", "town-apps-some")],
            "interpreter" => &[
                ("online", "town-interpreter-online"),
                ("asked", "town-interpreter-asked"),
                ("none", "town-interpreter-none"),
            ],
            _ => &[
                ("breach", "town-reason-breach"),
                ("exempt", "town-reason-exempt"),
                ("burden", "town-reason-burden"),
            ],
        };
        let chosen = self.value(name);
        let choice = |(value, key): &(&str, &str)| Choice {
            value: (*value).to_owned(),
            label: self.t.get(key),
            selected: *value == chosen,
        };
        options.iter().map(choice).collect()
    }
}

fn value_of<'a>(values: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    values.get(name).map(String::as_str).unwrap_or_default()
}

fn fault_of<'a>(faults: &'a [FormFault], name: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == name).map(|fault| fault.message.as_str())
}

/// `/accessibility`
///
/// Ids that begin with `a11y-` are those of the ministry's technical conditions, version 2.0 (mandatory: `wstep`, `podmiot`,
/// `zakres`, `url`, `data-publikacja`, `data-aktualizacja`, `status`, `kontakt`, `email`, `telefon`, `procedura`,
/// `data-sporzadzenie`, `architektura`, `komunikacja`; when there is something to say: `data-przeglad`, `ocena`, `aplikacje`,
/// `architektura-url`) and, beside them, `deklaracja`, `osoba` and `audytor` of version 1, which checkers still look for.
#[derive(Debug, Clone, Template)]
#[template(path = "town/declaration.html")]
pub struct DeclarationPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Address of the site.
    pub url: String,
    /// Publication of the site.
    pub published: Option<Day>,
    /// Last change that mattered.
    pub updated: Option<Day>,
    /// When the declaration was made.
    pub prepared: Option<Day>,
    /// When it was last reviewed.
    pub reviewed: Option<Day>,
    /// How far the site fulfils the act, in the words of the ministry.
    pub status: Option<String>,
    /// Contents that are not accessible, by legal reason.
    pub gaps: Vec<GapGroup>,
    /// Where the assessment of a disproportionate burden stands.
    pub burden_url: Option<String>,
    /// How the site was assessed.
    pub method: Option<String>,
    /// The report of that.
    pub report_url: Option<String>,
    /// Who answers.
    pub person: Option<String>,
    /// At which address.
    pub email: Option<String>,
    /// Under which number.
    pub phone: Option<Phone>,
    /// What the town adds about using the site.
    pub features: Option<Said>,
    /// Keys of the map.
    pub map_keys: Vec<KeyRow>,
    /// Keys of the staff's editor.
    pub editor_keys: Vec<KeyRow>,
    /// Whether it is known if there are applications.
    pub apps_known: bool,
    /// The applications.
    pub apps: Vec<AppRow>,
    /// How one gets into the seat.
    pub architecture: Option<Said>,
    /// Where more about that stands.
    pub architecture_url: Option<String>,
    /// How one can speak with the office.
    pub communication: Option<Said>,
    /// Whether there is an interpreter of sign language.
    pub interpreter: Option<String>,
    /// Where the interpreter is called.
    pub interpreter_url: Option<String>,
}

impl DeclarationPage {
    /// Whether a declaration was made at all.
    fn is_begun(&self) -> bool {
        self.status.is_some() || self.prepared.is_some()
    }
}

/// A day, for programs and for people.
#[derive(Debug, Clone)]
pub struct Day {
    /// `2026-11-30`.
    pub iso: String,
    /// "30 listopada 2026".
    pub text: String,
}

/// Contents that are not accessible for one legal reason.
#[derive(Debug, Clone)]
pub struct GapGroup {
    /// The reason.
    pub title: String,
    /// The contents, and how else one gets them.
    pub rows: Vec<(Said, Option<Said>)>,
    /// Whether the reason is the burden.
    pub is_burden: bool,
}

/// A key and what it does.
#[derive(Debug, Clone)]
pub struct KeyRow {
    /// "Enter".
    pub key: String,
    /// "otwiera kartę obiektu pod celownikiem".
    pub does: String,
}

/// An application for telephones.
#[derive(Debug, Clone)]
pub struct AppRow {
    /// Its name.
    pub name: String,
    /// Where it is to be had.
    pub download: Option<String>,
    /// Its own declaration.
    pub declaration: Option<String>,
}

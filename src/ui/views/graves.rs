//! Search of the buried and a grave's own page.

use askama::Template;

use super::{Choice, Fact, Link, Photo};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// A field of a form that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldFault {
    /// Id of the field: `from`, `to`, `q` or `cemetery`.
    pub field: &'static str,
    /// What to do, "Wpisz rok czterema cyframi, na przykład 1987".
    pub message: String,
}

/// The search form as it was sent.
#[derive(Debug, Clone, Default)]
pub struct GraveForm {
    /// Name searched for.
    pub q: String,
    /// Year of death, from.
    pub from: String,
    /// Year of death, to.
    pub to: String,
    /// Cemeteries; the first choice is "all" with an empty value.
    pub cemeteries: Vec<Choice>,
    /// What could not be understood.
    pub faults: Vec<FieldFault>,
}

impl GraveForm {
    /// What is wrong with a field.
    #[must_use]
    pub fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// Whether anything but the name was asked for.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.from.is_empty()
            || !self.to.is_empty()
            || self.cemeteries.iter().any(|choice| choice.selected && !choice.value.is_empty())
    }
}

/// One buried person that was found.
#[derive(Debug, Clone)]
pub struct FoundPerson {
    /// Number on the list and on the map, from 1.
    pub number: u32,
    /// "Anna Maria Kowalska".
    pub name: String,
    /// Family name before marriage.
    pub maiden_name: Option<String>,
    /// Date of birth, as people say it.
    pub born: Option<String>,
    /// Date of death, as people say it.
    pub died: Option<String>,
    /// "Cmentarz Komunalny, sektor A, rząd 3, grób 12".
    pub place: String,
    /// The grave's page.
    pub href: String,
}

/// What a search came to.
#[derive(Debug, Clone)]
pub enum Results {
    /// Nothing was asked for yet, or the form is faulty.
    NotAsked,
    /// Nobody was found.
    Nobody,
    /// People were found.
    People {
        /// This page of them, best first.
        people: Vec<FoundPerson>,
        /// How many there are in all.
        matched: u64,
        /// Whether there are so many that one should say more.
        too_many: bool,
        /// The next page of them.
        next: Option<String>,
        /// The first page, when this is a later one.
        first: Option<String>,
    },
}

/// `/graves`: search form, results, map of the results.
#[derive(Debug, Clone, Template)]
#[template(path = "cemetery/graves.html")]
pub struct GravesPage {
    /// The shell, with the map's block when there are results.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The form.
    pub form: GraveForm,
    /// What the search came to.
    pub results: Results,
    /// The results as SVG map; empty when there are none.
    pub drawn: String,
}

/// A person who lies in a grave.
#[derive(Debug, Clone)]
pub struct Person {
    /// "Anna Maria Kowalska".
    pub name: String,
    /// Family name before marriage.
    pub maiden_name: Option<String>,
    /// Date of birth, as people say it.
    pub born: Option<String>,
    /// Date of death, as people say it.
    pub died: Option<String>,
    /// Date of burial, as people say it.
    pub buried: Option<String>,
}

/// Where a grave lies, as the plates in the cemetery say it. Unknown parts are `None`.
#[derive(Debug, Clone, Default)]
pub struct Plot {
    /// The cemetery.
    pub cemetery: Option<Link>,
    /// Sector.
    pub sector: Option<String>,
    /// Row.
    pub row: Option<String>,
    /// Number.
    pub number: Option<String>,
}

/// The form that leads to a grave. Also stands on the page of the way.
#[derive(Debug, Clone, Default)]
pub struct GraveGuide {
    /// `/graves/{id}/route`
    pub action: String,
    /// Gates; the first choice is "the best gate" with an empty value. Empty when the cemetery has none.
    pub gates: Vec<Choice>,
    /// Whether the way is to be free of steps.
    pub step_free: bool,
}

/// `/graves/{id}`: who lies there, where it is, and how to get there.
#[derive(Debug, Clone, Template)]
#[template(path = "cemetery/grave.html")]
pub struct GravePage {
    /// The shell, with the map's block.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "Grób A-3-12".
    pub title: String,
    /// The people in it; empty when nobody is registered.
    pub people: Vec<Person>,
    /// Where it lies.
    pub plot: Plot,
    /// Type, inscription and what else the registry holds.
    pub facts: Vec<Fact>,
    /// Photographs.
    pub photos: Vec<Photo>,
    /// The form that leads there.
    pub guide: GraveGuide,
    /// The search that one came from.
    pub back: Option<Link>,
    /// The map with this grave's card open.
    pub map_href: String,
    /// Where one writes to the office about it.
    pub write_href: String,
    /// Where its fees stand: the visitor's own, or those of whoever pays for staff that may see them.
    pub dues_href: Option<String>,
    /// Where the data comes from and its terms; may be empty.
    pub source: String,
    /// The map as SVG; empty when it could not be drawn.
    pub drawn: String,
}

//! The administration of kinds: list, form, and what a change would do.

use askama::Template;

use super::{Choice, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Markup, Nav, Page, markup::kind_sign},
};

/// One kind of the list.
#[derive(Debug, Clone)]
pub struct KindRow {
    /// Its sign.
    pub sign: Markup,
    /// "Latarnie".
    pub title: String,
    /// `lamps`
    pub slug: String,
    /// "punkty"
    pub geometry: String,
    /// How many there are, written in the page's language.
    pub count: String,
    /// Whether the public may see it.
    pub public: bool,
    /// Whether a new release of Reeve may still change it.
    pub built_in: bool,
    /// Its form.
    pub href: String,
}

/// `/desk/kinds`
#[derive(Debug, Clone, Template)]
#[template(path = "registry/kind_admin/kinds.html")]
pub struct KindsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// All kinds in the order of the legend.
    pub kinds: Vec<KindRow>,
}

/// Something in the form that cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormFault {
    /// Id of the field.
    pub field: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// One value of a list, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValueForm {
    /// What is stored.
    pub value: String,
    /// Polish words.
    pub pl: String,
    /// English words.
    pub en: String,
}

/// One attribute, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttributeForm {
    /// Its key as stored; empty for a new one.
    pub was: String,
    /// Its key.
    pub key: String,
    /// Polish title.
    pub title_pl: String,
    /// English title.
    pub title_en: String,
    /// Name of the type, `one_of`.
    pub kind: String,
    /// Values of a list.
    pub values: Vec<ValueForm>,
    /// Unit.
    pub unit: String,
    /// Least number.
    pub minimum: String,
    /// Greatest number.
    pub maximum: String,
    /// Most letters.
    pub max_length: String,
    /// Whether it must be filled in.
    pub required: bool,
    /// Whether only staff see it.
    pub private: bool,
    /// Whether the map needs it in its tiles.
    pub in_tiles: bool,
    /// Polish help.
    pub help_pl: String,
    /// English help.
    pub help_en: String,
    /// Whether its part of the page is open.
    pub open: bool,
}

/// A kind, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KindForm {
    /// Its name in addresses.
    pub slug: String,
    /// The version that was opened; empty for a new kind.
    pub rev: String,
    /// Polish name of many.
    pub title_pl: String,
    /// English name of many.
    pub title_en: String,
    /// Polish name of one.
    pub singular_pl: String,
    /// English name of one.
    pub singular_en: String,
    /// Name of the icon.
    pub icon: String,
    /// `#rrggbb`
    pub colour: String,
    /// `point`, `line`, `area`, `any`
    pub geometry: String,
    /// `inventory`, `cemetery`, `network`
    pub domain: String,
    /// Whether the public may see it.
    pub public: bool,
    /// Zoom from which single things are drawn.
    pub min_zoom: String,
    /// Its attributes in order.
    pub attributes: Vec<AttributeForm>,
}

/// One version of a kind's definition.
#[derive(Debug, Clone)]
pub struct KindVersion {
    /// Which one.
    pub rev: String,
    /// When it was made, as people say it.
    pub when: String,
    /// Who made it.
    pub who: String,
}

/// `/desk/kinds/new` and `/desk/kinds/{slug}`
#[derive(Debug, Clone, Template)]
#[template(path = "registry/kind_admin/kind.html")]
pub struct KindPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The title.
    pub title: String,
    /// Where the form goes.
    pub action: String,
    /// What was typed.
    pub form: KindForm,
    /// What cannot be saved.
    pub faults: Vec<FormFault>,
    /// Names of icons with words for them.
    pub icons: Vec<Link>,
    /// Geometry types.
    pub geometries: Vec<Choice>,
    /// Domains.
    pub domains: Vec<Choice>,
    /// Types of attributes.
    pub types: Vec<Choice>,
    /// Number of things of this kind.
    pub count: u64,
    /// Keys on which Reeve itself relies: they stay, with their type.
    pub relied_on: Vec<&'static str>,
    /// Whether Reeve relies on the kind as such: shape and domain stay.
    pub kind_relied_on: bool,
    /// Whether it comes with Reeve and was never changed.
    pub built_in: bool,
    /// Whether it has just been saved.
    pub saved: bool,
    /// Versions, newest first; empty for a new kind.
    pub versions: Vec<KindVersion>,
    /// Row whose first field wants the focus.
    pub focus: String,
}

impl KindPage {
    /// Whether the kind is still to be made.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.form.rev.is_empty()
    }

    /// What is wrong with a field.
    #[must_use]
    pub fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }

    /// Whether a field wants the focus.
    #[must_use]
    pub fn wants_focus(&self, field: &str) -> bool {
        self.focus == field
    }

    /// Whether anything in an attribute's row is wrong.
    #[must_use]
    pub fn row_is_faulty(&self, row: &usize) -> bool {
        let prefix = format!("a{row}-");
        self.faults.iter().any(|fault| fault.field.starts_with(&prefix))
    }

    /// Whether Reeve itself relies on a stored attribute.
    #[must_use]
    pub fn relies_on(&self, key: &str) -> bool {
        self.relied_on.contains(&key)
    }

    /// Words for a type.
    #[must_use]
    pub fn type_words(&self, name: &str) -> String {
        self.types
            .iter()
            .find(|choice| choice.value == name)
            .map_or_else(|| self.t.get("kinds-type-other"), |choice| choice.label.clone())
    }

    /// The sign that the kind would have.
    #[must_use]
    pub fn sign(&self) -> Markup {
        kind_sign(&self.form.icon, &self.form.colour)
    }
}

/// A thing as an example.
#[derive(Debug, Clone)]
pub struct Example {
    /// The thing.
    pub link: Link,
    /// The value that it has.
    pub value: String,
}

/// Values that would not fit, and what can be done with them.
#[derive(Debug, Clone)]
pub struct BreakView {
    /// What the form calls it: `girth|not-a-number`.
    pub name: String,
    /// "Obwód pnia"
    pub attribute: String,
    /// "12 wartości nie jest liczbą"
    pub says: String,
    /// Examples of them.
    pub examples: Vec<Example>,
    /// What can be done.
    pub mends: Vec<Choice>,
    /// Values of the list from which "set to" chooses; empty when a value is typed.
    pub values: Vec<Choice>,
    /// The typed value of "set to".
    pub typed: String,
    /// What is wrong with the choice.
    pub fault: Option<String>,
}

/// A change to an existing kind, before it is saved.
#[derive(Debug, Clone, Template)]
#[template(path = "registry/kind_admin/check.html")]
pub struct KindCheckPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "Latarnie"
    pub kind: String,
    /// Where the form goes.
    pub action: String,
    /// Everything that was typed, to be sent again.
    pub fields: Vec<(String, String)>,
    /// What the change says to everybody, as sentences.
    pub notes: Vec<String>,
    /// What would break.
    pub breaks: Vec<BreakView>,
    /// Whether a choice is missing or wrong.
    pub faulty: bool,
}

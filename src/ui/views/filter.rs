//! The form in which a condition is put together.

use super::Choice;
use crate::{platform::i18n::Texts, ui::markup::script_json};

/// A condition on the things of a kind. Templates include `ui/filter.html` with it as `filter`, beside their `page` and
/// `t`, and load `filter.js`.
#[derive(Debug, Clone)]
pub struct FilterForm {
    /// Where the form goes.
    pub action: &'static str,
    /// What the form sends along: names and values.
    pub kept: Vec<(&'static str, String)>,
    /// Kinds of which one is chosen; empty when the page has one kind only.
    pub kinds: Vec<Choice>,
    /// Slug of the kind that is filtered.
    pub kind: String,
    /// The condition in CQL2, as typed; empty for none.
    pub text: String,
    /// What is wrong with it.
    pub fault: Option<String>,
    /// The page without a condition.
    pub everything: String,
}

impl FilterForm {
    /// Whether something is filtered.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.text.is_empty()
    }

    /// "Drzewa", where a kind is chosen.
    #[must_use]
    pub fn kind_title(&self) -> &str {
        self.kinds.iter().find(|kind| kind.selected).map_or("", |kind| &kind.label)
    }

    /// What the form's script says, as JSON that can stand inside a script element.
    #[must_use]
    pub fn script_texts(&self, t: &Texts) -> String {
        script_json(&t.for_browser(&["filter-js-"]))
    }
}

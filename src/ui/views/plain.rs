//! Pages that are mostly words.

use askama::Template;

use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page, script_json},
};

/// `/help`
#[derive(Debug, Clone, Template)]
#[template(path = "ui/help.html")]
pub struct HelpPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
}

/// `/offline`: kept on each device, and shown there in place of a page that was never read.
#[derive(Debug, Clone, Template)]
#[template(path = "ui/offline.html")]
pub struct OfflinePage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
}

impl OfflinePage {
    /// Texts of the service worker, which has no page of its own.
    fn texts_json(&self) -> String {
        script_json(&self.t.for_browser(&["phone-js-"]))
    }
}

/// What is shown when a page cannot be: 400, 404, 500 and the like.
#[derive(Debug, Clone, Template)]
#[template(path = "ui/error.html")]
pub struct ErrorPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Status of the answer.
    pub status: u16,
    /// What the visitor may mend, "bbox: must hold four numbers"; never a cause from inside.
    pub detail: Option<String>,
    /// By which the town finds what happened.
    pub request_id: String,
}

impl ErrorPage {
    /// Title for a status, to be used for the page's own title too.
    #[must_use]
    pub fn title_of(t: &Texts, status: u16) -> String {
        match status {
            403 => t.get("error-403-title"),
            404 | 410 => t.get("error-404-title"),
            429 => t.get("error-429-title"),
            400..=499 => t.get("error-400-title"),
            503 => t.get("error-503-title"),
            _ => t.get("error-500-title"),
        }
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> String {
        Self::title_of(self.t, self.status)
    }

    /// What the visitor can do.
    #[must_use]
    pub fn advice(&self) -> String {
        match self.status {
            403 => self.t.get("error-403-text"),
            404 | 410 => self.t.get("error-404-text"),
            429 => self.t.get("error-429-text"),
            400..=499 => self.t.get("error-400-text"),
            503 => self.t.get("error-503-text"),
            _ => self.t.get("error-500-text"),
        }
    }
}

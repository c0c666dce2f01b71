//! Pages of results.

use askama::Template;

use super::{Block, Field, Sheet};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// `/surveys/{slug}/results`, and pages below `/surveys/{slug}/projects` that only show.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/results/results.html")]
pub struct SurveyResultsPage {
    /// The shell, with the map's block where there is a map.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

/// `/surveys/{slug}/report`: the same for paper.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/results/report.html")]
pub struct SurveyReportPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
    /// The same as a file.
    pub pdf: String,
}

/// `/desk/surveys/{id}/projects/{number}`: a project of a civic budget with its map.
#[derive(Debug, Clone, Template)]
#[template(path = "surveys/budget/project.html")]
pub struct DeskProjectPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The sheet.
    pub sheet: Sheet,
}

//! The way to a grave.

use askama::Template;

use super::{GraveGuide, Link, Plot};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

/// How good the news of a verdict is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictClass {
    /// Verified.
    Good,
    /// Partly unknown.
    Unsure,
    /// Not possible.
    Bad,
}

impl VerdictClass {
    /// Last part of the style's name.
    #[must_use]
    pub fn style(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Unsure => "unsure",
            Self::Bad => "bad",
        }
    }

    /// Icon that says the same as the colour.
    #[must_use]
    pub fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::Unsure => "question",
            Self::Bad => "stairs",
        }
    }
}

/// Whether the way is free of steps.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// How good the news is.
    pub class: VerdictClass,
    /// The sentence.
    pub title: String,
    /// Stretches that are unknown or have steps.
    pub details: Vec<String>,
}

/// One instruction.
#[derive(Debug, Clone)]
pub struct StepView {
    /// Icon of the sprite: `turn-left`, `turn-slight-right`, `gate`, `stairs`, `arrive`…; see [`StepView::icon_of`].
    pub icon: &'static str,
    /// The sentence.
    pub text: String,
    /// How far until the next, "120 m"; `None` for the last.
    pub length: Option<String>,
}

impl StepView {
    /// The icon of a maneuver by its name in JSON, `slight_left`.
    #[must_use]
    pub fn icon_of(maneuver: &str) -> &'static str {
        match maneuver {
            "depart" => "person",
            "enter" => "gate",
            "slight_left" => "turn-slight-left",
            "left" => "turn-left",
            "sharp_left" => "turn-sharp-left",
            "slight_right" => "turn-slight-right",
            "right" => "turn-right",
            "sharp_right" => "turn-sharp-right",
            "u_turn" => "turn-back",
            "steps_up" | "steps_down" | "steps" => "stairs",
            "arrive_left" | "arrive_right" | "arrive" => "arrive",
            _ => "turn-straight",
        }
    }
}

/// A way that was found.
#[derive(Debug, Clone)]
pub struct RouteView {
    /// "340 m"
    pub distance: String,
    /// "5 min"
    pub duration: String,
    /// Name of the gate by which one enters.
    pub gate: Option<String>,
    /// Whether it is free of steps.
    pub verdict: Verdict,
    /// What one should know before: a long last leg, a gate that no street reaches.
    pub warnings: Vec<String>,
    /// The instructions.
    pub steps: Vec<StepView>,
    /// Address of the way as GPX.
    pub gpx: String,
}

/// What the question came to.
#[derive(Debug, Clone)]
pub enum RouteAnswer {
    /// A way.
    Way(RouteView),
    /// No way, and why.
    None {
        /// "Ta brama nie leży przy żadnej zarejestrowanej ścieżce".
        reason: String,
        /// What one may do instead; may be empty.
        advice: Vec<Link>,
    },
}

/// `/graves/{id}/route`: the way on a map and in words.
#[derive(Debug, Clone, Template)]
#[template(path = "cemetery/route.html")]
pub struct RoutePage {
    /// The shell, with the map's block.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// "Grób A-3-12"
    pub grave_title: String,
    /// The grave's page.
    pub grave_href: String,
    /// Names of those who lie there, the first few.
    pub names: Vec<String>,
    /// Where the grave lies.
    pub plot: Plot,
    /// The form to ask again with.
    pub guide: GraveGuide,
    /// The answer.
    pub answer: RouteAnswer,
    /// The way as SVG map, always in the page for print; empty when it could not be drawn.
    pub drawn: String,
}

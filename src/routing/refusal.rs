//! Why there is no route. Every reason has a stable code, the figures behind it, and a text.

use serde::Serialize;
use thiserror::Error;
use uuid::Uuid;

use super::model::{Lang, Stretch, Texts};
use super::words::{metres_en, metres_pl, stretch_words};

/// Which end of the route a reason speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// The place where the walker stands.
    Start,
    /// The grave.
    Grave,
}

/// A stated answer instead of a route. Serialises with its `code` and its figures.
#[derive(Debug, Clone, PartialEq, Error, Serialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum NoRoute {
    /// A coordinate is no number or not on Earth.
    #[error("the {end:?} is no place on Earth")]
    InvalidPlace {
        /// Whose coordinate.
        end: End,
    },
    /// There is no gate with this id.
    #[error("unknown gate {gate}")]
    UnknownGate {
        /// The id asked for.
        gate: Uuid,
    },
    /// The gate is locked or not for visitors.
    #[error("gate {gate} is closed")]
    GateClosed {
        /// The gate.
        gate: Uuid,
    },
    /// The gate stands on no path that visitors may use.
    #[error("gate {gate} is on no path")]
    GateOnNoPath {
        /// The gate.
        gate: Uuid,
        /// Only a private path reaches it.
        private_only: bool,
    },
    /// The best gate was asked for, but the grave lies in no cemetery that the register knows.
    #[error("the grave is in no known cemetery")]
    NoKnownCemetery,
    /// The register knows no gate of the cemetery.
    #[error("cemetery {cemetery} has no gates")]
    CemeteryWithoutGates {
        /// The cemetery.
        cemetery: Uuid,
    },
    /// The cemetery has gates, but each is closed or stands on no path.
    #[error("no gate of cemetery {cemetery} is open and on a path")]
    NoGateOnPath {
        /// The cemetery.
        cemetery: Uuid,
        /// How many gates are closed.
        closed: usize,
        /// How many are open but on no path.
        on_no_path: usize,
    },
    /// No path is near enough to the grave to say that one may walk from there.
    #[error("no path near the grave, nearest at {nearest_m:?} m, limit {limit_m} m")]
    NoPathNearGrave {
        /// Distance to the nearest path that would do; `None` when there is none within 5 km.
        nearest_m: Option<f64>,
        /// How near it would have to be.
        limit_m: f64,
        /// The grave lies in a known cemetery, so only that cemetery's paths count.
        in_cemetery: bool,
    },
    /// Paths are near, but a barrier, a boundary or a building lies between.
    #[error("a wall between the {end:?} and the nearest path at {nearest_m} m")]
    WallBetween {
        /// At which end.
        end: End,
        /// Distance to the nearest path beyond.
        nearest_m: f64,
    },
    /// Both ends are on paths, but no way joins them.
    #[error("the paths at both ends are not connected")]
    NotConnected,
    /// The given position is far from every path.
    #[error("the position is too far from the paths, nearest at {nearest_m:?} m")]
    PositionTooFar {
        /// Distance to the nearest path; `None` when there is none within 5 km.
        nearest_m: Option<f64>,
        /// How near it would have to be.
        limit_m: f64,
    },
    /// One can walk there, but not without steps or the like.
    #[error("no way without steps")]
    StepFreeImpossible {
        /// What blocks the way on foot, in walking order.
        blocking: Vec<Stretch>,
        /// Length of the way on foot.
        walk_distance_m: f64,
    },
}

impl NoRoute {
    /// The stable code, as in the serialised form.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidPlace { .. } => "invalid-place",
            Self::UnknownGate { .. } => "unknown-gate",
            Self::GateClosed { .. } => "gate-closed",
            Self::GateOnNoPath { .. } => "gate-on-no-path",
            Self::NoKnownCemetery => "no-known-cemetery",
            Self::CemeteryWithoutGates { .. } => "cemetery-without-gates",
            Self::NoGateOnPath { .. } => "no-gate-on-path",
            Self::NoPathNearGrave { .. } => "no-path-near-grave",
            Self::WallBetween { .. } => "wall-between",
            Self::NotConnected => "not-connected",
            Self::PositionTooFar { .. } => "position-too-far",
            Self::StepFreeImpossible { .. } => "step-free-impossible",
        }
    }

    /// The answer in one language.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        self.texts().get(lang).to_owned()
    }

    /// The answer in both languages.
    #[must_use]
    pub fn texts(&self) -> Texts {
        match self {
            Self::InvalidPlace { end } => invalid_place(*end),
            Self::UnknownGate { .. } => {
                texts("Nie ma takiej bramy w ewidencji.", "The register has no such gate.")
            }
            Self::GateClosed { .. } => texts(
                "Ta brama jest zamknięta dla odwiedzających. Wybierz inną bramę.",
                "This gate is closed to visitors. Choose another gate.",
            ),
            Self::GateOnNoPath { private_only: true, .. } => texts(
                "Do tej bramy prowadzi tylko droga prywatna, niedostępna dla odwiedzających. Wybierz inną bramę.",
                "Only a private road, closed to visitors, leads to this gate. Choose another gate.",
            ),
            Self::GateOnNoPath { .. } => texts(
                "Ta brama nie leży przy żadnej znanej ścieżce. Wybierz inną bramę.",
                "This gate is on no known path. Choose another gate.",
            ),
            Self::NoKnownCemetery => texts(
                "Ten grób nie leży na żadnym znanym cmentarzu, więc nie można dobrać bramy. Podaj miejsce, z którego idziesz.",
                "This grave lies in no known cemetery, so no gate can be chosen. Give the place you start from.",
            ),
            Self::CemeteryWithoutGates { .. } => texts(
                "Ten cmentarz nie ma w ewidencji żadnej bramy. Podaj miejsce, z którego idziesz.",
                "The register knows no gate of this cemetery. Give the place you start from.",
            ),
            Self::NoGateOnPath { .. } => texts(
                "Żadna brama tego cmentarza nie jest jednocześnie otwarta i połączona ze ścieżkami. Podaj miejsce, z którego idziesz.",
                "No gate of this cemetery is both open and joined to the paths. Give the place you start from.",
            ),
            Self::NoPathNearGrave { nearest_m, in_cemetery, .. } => no_path(*nearest_m, *in_cemetery),
            Self::WallBetween { end, nearest_m } => wall_between(*end, *nearest_m),
            Self::NotConnected => texts(
                "Ścieżka przy grobie nie jest połączona z miejscem, z którego idziesz.",
                "The path at the grave is not connected with the place you start from.",
            ),
            Self::PositionTooFar { nearest_m, .. } => too_far(*nearest_m),
            Self::StepFreeImpossible { blocking, walk_distance_m } => {
                no_step_free(blocking, *walk_distance_m)
            }
        }
    }
}

fn texts(pl: impl Into<String>, en: impl Into<String>) -> Texts {
    Texts { pl: pl.into(), en: en.into() }
}

fn invalid_place(end: End) -> Texts {
    match end {
        End::Start => texts(
            "Podane miejsce startu nie jest poprawnym położeniem.",
            "The given starting place is not a valid position.",
        ),
        End::Grave => {
            texts("Grób nie ma poprawnego położenia na mapie.", "The grave has no valid position on the map.")
        }
    }
}

fn no_path(nearest_m: Option<f64>, in_cemetery: bool) -> Texts {
    match (nearest_m, in_cemetery) {
        (Some(nearest_m), true) => texts(
            format!(
                "Najbliższa ścieżka cmentarza jest aż {} od grobu, a nic nie wskazuje, którędy można do niego dojść.",
                metres_pl(nearest_m)
            ),
            format!(
                "The cemetery's nearest path is {} from the grave, and nothing says how one may walk from there.",
                metres_en(nearest_m)
            ),
        ),
        (Some(nearest_m), false) => texts(
            format!(
                "Najbliższa droga jest {} od grobu, a nic nie wskazuje, że można stamtąd do niego dojść.",
                metres_pl(nearest_m)
            ),
            format!(
                "The nearest way is {} from the grave, and nothing says that one may walk from there.",
                metres_en(nearest_m)
            ),
        ),
        (None, true) => texts(
            "Na tym cmentarzu nie ma w ewidencji żadnej ścieżki.",
            "The register knows no path in this cemetery.",
        ),
        (None, false) => {
            texts("W pobliżu grobu nie ma żadnej znanej drogi.", "There is no known way near the grave.")
        }
    }
}

fn wall_between(end: End, nearest_m: f64) -> Texts {
    let (pl, en) = (metres_pl(nearest_m), metres_en(nearest_m));
    match end {
        End::Grave => texts(
            format!(
                "Między grobem a najbliższą ścieżką ({pl}) jest mur, ogrodzenie, granica cmentarza lub budynek."
            ),
            format!(
                "A wall, a fence, the cemetery's boundary or a building lies between the grave and the nearest path ({en})."
            ),
        ),
        End::Start => texts(
            format!(
                "Między podanym miejscem a najbliższą drogą ({pl}) jest mur, ogrodzenie, granica cmentarza lub budynek."
            ),
            format!(
                "A wall, a fence, a cemetery's boundary or a building lies between the given place and the nearest way ({en})."
            ),
        ),
    }
}

fn too_far(nearest_m: Option<f64>) -> Texts {
    match nearest_m {
        Some(nearest_m) => texts(
            format!(
                "Podane miejsce leży za daleko: najbliższa znana droga jest {} stąd.",
                metres_pl(nearest_m)
            ),
            format!(
                "The given place is too far away: the nearest known way is {} from it.",
                metres_en(nearest_m)
            ),
        ),
        None => texts(
            "Podane miejsce leży poza obszarem, który znamy.",
            "The given place is outside the area that we know.",
        ),
    }
}

fn no_step_free(blocking: &[Stretch], walk_distance_m: f64) -> Texts {
    let words: Vec<Texts> = blocking.iter().map(stretch_words).collect();
    let join = |lang: Lang| words.iter().map(|text| text.get(lang)).collect::<Vec<_>>().join(", ");
    texts(
        format!(
            "Nie ma drogi bez barier. Na przeszkodzie: {}. Pieszo jest {}.",
            join(Lang::Pl),
            metres_pl(walk_distance_m)
        ),
        format!(
            "There is no step-free way. In the way: {}. On foot it is {}.",
            join(Lang::En),
            metres_en(walk_distance_m)
        ),
    )
}

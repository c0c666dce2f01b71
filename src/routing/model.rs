//! The words of routing: what the network is built from, what is asked of it, and what it answers.
//!
//! Coordinates are EPSG:4326 with x = longitude and y = latitude, in degrees; lengths are metres on the
//! WGS 84 ellipsoid. Nothing here does I/O.

use geo_types::{LineString, MultiPolygon, Point};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use crate::kernel::Lang;

/// Whether somebody who cannot take a step may use a path, as far as the register knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepFree {
    /// Surveyed and passable.
    Yes,
    /// Surveyed and not passable.
    No,
    /// Nobody has said either.
    #[default]
    Unknown,
}

impl StepFree {
    /// Reads the register's word; anything but `yes` and `no` is unknown.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        match slug {
            "yes" => Self::Yes,
            "no" => Self::No,
            _ => Self::Unknown,
        }
    }
}

/// What a path is, by the classes of the `paths` kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathClass {
    /// A way laid out for walking.
    Footway,
    /// A trodden or undetermined path.
    Path,
    /// A flight of steps.
    Steps,
    /// A street closed to cars.
    Pedestrian,
    /// A drive, an access road, a cemetery's carriage way.
    Service,
    /// A field or forest track.
    Track,
    /// A street where walkers come first.
    LivingStreet,
    /// A street in a housing area.
    Residential,
    /// A minor public road.
    Unclassified,
    /// A road of the lowest through class.
    Tertiary,
    /// A main road.
    Secondary,
    /// A road between towns.
    Primary,
    /// A way for bicycles on which one may walk.
    Cycleway,
    /// A way for riders on which one may walk.
    Bridleway,
    /// A class this program does not know.
    Other,
}

impl PathClass {
    /// Reads the slug that the register uses.
    #[must_use]
    pub fn from_slug(slug: &str) -> Self {
        match slug {
            "footway" => Self::Footway,
            "path" => Self::Path,
            "steps" => Self::Steps,
            "pedestrian" => Self::Pedestrian,
            "service" => Self::Service,
            "track" => Self::Track,
            "living_street" => Self::LivingStreet,
            "residential" => Self::Residential,
            "unclassified" => Self::Unclassified,
            "tertiary" => Self::Tertiary,
            "secondary" => Self::Secondary,
            "primary" => Self::Primary,
            "cycleway" => Self::Cycleway,
            "bridleway" => Self::Bridleway,
            _ => Self::Other,
        }
    }

    /// Whether the way belongs to the net of streets by which people arrive.
    #[must_use]
    pub fn is_street(self) -> bool {
        matches!(
            self,
            Self::Pedestrian
                | Self::Service
                | Self::Track
                | Self::LivingStreet
                | Self::Residential
                | Self::Unclassified
                | Self::Tertiary
                | Self::Secondary
                | Self::Primary
        )
    }
}

/// One path of the register.
#[derive(Debug, Clone)]
pub struct PathInput {
    /// Id of the asset.
    pub id: Uuid,
    /// Course of the path; `incline_pct` follows its direction.
    pub line: LineString<f64>,
    /// What the path is.
    pub class: PathClass,
    /// Name on the sign, if it has one.
    pub name: Option<String>,
    /// Surface, by OSM's values.
    pub surface: Option<String>,
    /// Usable width.
    pub width_m: Option<f64>,
    /// Slope along the line, positive when it climbs.
    pub incline_pct: Option<f64>,
    /// Number of steps.
    pub step_count: Option<u32>,
    /// Passable without a step?
    pub step_free: StepFree,
    /// `yes`, `limited` or `no`, as surveyed.
    pub wheelchair: Option<String>,
    /// Who may use it, by OSM's values of `access`.
    pub access: Option<String>,
    /// The cemetery the path is registered in. Used where that cemetery has no area, and for a path that
    /// runs along its boundary; otherwise the geometry decides.
    pub cemetery: Option<Uuid>,
}

/// A gate of a cemetery.
#[derive(Debug, Clone)]
pub struct GateInput {
    /// Id of the asset.
    pub id: Uuid,
    /// Name on the gate, if it has one.
    pub name: Option<String>,
    /// Where it stands.
    pub point: Point<f64>,
    /// The cemetery into which it leads.
    pub cemetery: Uuid,
    /// False when it is locked or not for visitors. No way leads through a closed gate.
    pub open: bool,
}

/// A cemetery and the ground it covers.
#[derive(Debug, Clone)]
pub struct CemeteryInput {
    /// Id of the asset.
    pub id: Uuid,
    /// Its name.
    pub name: Option<String>,
    /// Its area; empty when only a point is known.
    pub area: MultiPolygon<f64>,
}

/// A wall, fence, hedge or other line that nobody can step over.
#[derive(Debug, Clone)]
pub struct BarrierInput {
    /// Its course.
    pub line: LineString<f64>,
}

/// The outline of a building.
#[derive(Debug, Clone)]
pub struct BuildingInput {
    /// Its ground plan.
    pub area: MultiPolygon<f64>,
}

/// Everything a network is built from.
#[derive(Debug, Clone, Default)]
pub struct NetworkInput {
    /// Paths and streets.
    pub paths: Vec<PathInput>,
    /// Gates of cemeteries.
    pub gates: Vec<GateInput>,
    /// Cemeteries.
    pub cemeteries: Vec<CemeteryInput>,
    /// Lines that a straight leg must not cross.
    pub barriers: Vec<BarrierInput>,
    /// Outlines that a straight leg must not cross.
    pub buildings: Vec<BuildingInput>,
}

/// Who walks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// Anybody on foot.
    #[default]
    Walk,
    /// Somebody in a wheelchair, with a pram, or who cannot take steps.
    StepFree,
}

/// Where the way begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Origin {
    /// At this gate.
    Gate(Uuid),
    /// At whichever open gate of the grave's cemetery gives the easiest way.
    BestGate,
    /// Here.
    Position(Point<f64>),
}

/// The grave that is looked for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Where the grave is: its point, or a point on its area.
    pub point: Point<f64>,
    /// Its cemetery, if the register knows one; otherwise found by its place.
    pub cemetery: Option<Uuid>,
    /// What to call the grave in the last instruction, e.g. its number.
    pub label: Option<String>,
}

/// A question to the network.
#[derive(Debug, Clone)]
pub struct Request {
    /// Where to.
    pub target: Target,
    /// Where from.
    pub origin: Origin,
    /// Who walks.
    pub profile: Profile,
}

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Texts {
    /// In Polish.
    pub pl: String,
    /// In English.
    pub en: String,
}

impl Texts {
    /// The sentence in the language asked for.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

/// What one does at the beginning of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Maneuver {
    /// Go from the given position to the network.
    Depart,
    /// Pass through a gate.
    Enter,
    /// Go on, or start walking.
    Straight,
    /// Bear left.
    SlightLeft,
    /// Turn left.
    Left,
    /// Turn sharply left.
    SharpLeft,
    /// Bear right.
    SlightRight,
    /// Turn right.
    Right,
    /// Turn sharply right.
    SharpRight,
    /// Turn round.
    UTurn,
    /// Climb steps.
    StepsUp,
    /// Go down steps.
    StepsDown,
    /// Take steps of which nobody noted whether they climb.
    Steps,
    /// The grave is on the left.
    ArriveLeft,
    /// The grave is on the right.
    ArriveRight,
    /// The grave is ahead, or the side cannot be told.
    Arrive,
}

/// One instruction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The sentence.
    pub instruction: Texts,
    /// What to do, for an icon.
    pub maneuver: Maneuver,
    /// Length to walk until the next step; over all steps this adds up to the route's length.
    pub distance_m: f64,
    /// Where it is done: longitude and latitude in degrees.
    pub point: [f64; 2],
    /// Name of the street, path or gate, if it has one.
    pub name: Option<String>,
}

/// What kind of stretch a leg is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LegKind {
    /// From the given position straight to the network.
    Start,
    /// Along a path.
    Path,
    /// From the network straight to the grave.
    Last,
}

/// A stretch of the route on one path, or off the paths at either end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Leg {
    /// Which kind of stretch.
    pub kind: LegKind,
    /// The path; `None` off the paths.
    pub path: Option<Uuid>,
    /// Class of the path; `None` off the paths.
    pub class: Option<PathClass>,
    /// Name of the path.
    pub name: Option<String>,
    /// Length of the stretch.
    pub length_m: f64,
    /// Passable without a step? Always unknown off the paths.
    pub step_free: StepFree,
}

/// The gate by which the route enters.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateInfo {
    /// Id of the asset.
    pub id: Uuid,
    /// Name on the gate.
    pub name: Option<String>,
    /// Longitude and latitude in degrees.
    pub point: [f64; 2],
    /// The cemetery into which it leads.
    pub cemetery: Uuid,
    /// Whether the registered streets reach this gate. When false, the route says nothing about how to
    /// get to the gate.
    pub joined_to_street: bool,
}

/// A stretch that is unknown or blocks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stretch {
    /// The path.
    pub path: Uuid,
    /// Its class.
    pub class: PathClass,
    /// Its name.
    pub name: Option<String>,
    /// Length of the stretch.
    pub length_m: f64,
    /// Its middle: longitude and latitude in degrees.
    pub point: [f64; 2],
    /// Why it cannot be taken without a step, as far as the register says.
    pub obstacle: Option<Obstacle>,
}

/// What stops a wheelchair.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obstacle {
    /// Steps; how many, when counted.
    Steps {
        /// Their number.
        count: Option<u32>,
    },
    /// Too steep.
    Incline {
        /// Slope in percent, without its sign.
        percent: f64,
    },
    /// Too narrow.
    Width {
        /// Usable width.
        width_m: f64,
    },
    /// A surface on which wheels sink.
    Surface {
        /// OSM's value.
        surface: String,
    },
    /// Surveyed as not passable, with no reason given.
    Surveyed,
}

/// How sure the route is for somebody who cannot take a step. It speaks of the paths; the last leg beside
/// the path is reported on its own ([`Route::last_leg_m`]), for nobody surveys the grass between graves.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum StepFreeVerdict {
    /// Every path of the route is surveyed and passable.
    Verified,
    /// Some paths were never surveyed.
    PartlyUnknown {
        /// Their length together.
        unknown_m: f64,
        /// Which, in walking order.
        parts: Vec<Stretch>,
    },
    /// At least one path cannot be passed without a step (only in answers for `walk`).
    Impossible {
        /// Which, in walking order.
        blocking: Vec<Stretch>,
    },
}

/// The answer: a way that can be walked.
#[derive(Debug, Clone, PartialEq)]
pub struct Route {
    /// The whole course from the origin to the grave, with the legs off the paths.
    pub line: LineString<f64>,
    /// The same, stretch by stretch.
    pub legs: Vec<Leg>,
    /// True length of the whole course.
    pub distance_m: f64,
    /// Length of the leg from the path to the grave; zero when the grave lies on the path.
    pub last_leg_m: f64,
    /// Length of the leg from the given position to the network; zero from a gate.
    pub start_leg_m: f64,
    /// Estimated walking time.
    pub duration_s: f64,
    /// The gate where the route begins or through which it enters the cemetery.
    pub gate: Option<GateInfo>,
    /// How sure it is without steps.
    pub step_free: StepFreeVerdict,
    /// What to do, in order.
    pub steps: Vec<Step>,
}

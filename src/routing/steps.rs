//! Tells a way as instructions.
//!
//! A new instruction begins where a walker could go wrong: at a turn, at a junction where the way does not
//! simply go on, where the name changes, at gates, and at steps. Elsewhere stretches are merged. The lengths
//! of all instructions add up to the length of the route: each carries what is walked until the next one,
//! the last one the leg from the path to the grave.

use geo_types::Coord;
use petgraph::graph::{EdgeIndex, NodeIndex};

use super::answer::Piece;
use super::measure::{Course, bearing_deg, distance_m, point_along, turn_deg};
use super::model::{Maneuver, PathClass, PathInput, Step, Texts};
use super::network::Network;
use super::words::{
    WayWords, compass, gate_instrumental, metres_en, metres_pl, steps_en, steps_pl, way_words,
};

/// Directions are taken over this length, so that a kink at a junction does not look like a turn.
const SIGHT_M: f64 = 5.0;
/// Less than this is straight on.
const STRAIGHT_DEG: f64 = 25.0;
/// Less than this is bearing to one side.
const SLIGHT_DEG: f64 = 50.0;
/// More than this is a sharp turn.
const SHARP_DEG: f64 = 135.0;
/// More than this is turning round.
const U_TURN_DEG: f64 = 165.0;
/// A path may bend by this much at a place without branches, or a named way at a junction, unsaid.
const BEND_DEG: f64 = 60.0;
/// A turn shorter than this between two others (a crossing, a kink of the drawing) is told as one with them.
const TINY_M: f64 = 8.0;
/// Directions are taken over at least this length, however short the stretch.
const LEAST_SIGHT_M: f64 = 1.5;
/// A start leg or last leg shorter than this is not spoken of.
const SHORT_M: f64 = 1.0;

/// What is to be told.
pub(super) struct Told<'a> {
    pub(super) pieces: &'a [Piece],
    /// Where the walker stands, when not at a gate.
    pub(super) position: Option<Coord<f64>>,
    pub(super) start_leg_m: f64,
    /// The gate at which the way begins.
    pub(super) origin_gate: Option<usize>,
    pub(super) target: Coord<f64>,
    pub(super) label: Option<&'a str>,
    pub(super) last_leg_m: f64,
}

/// An instruction in the making: a run of pieces that are walked without a further word.
struct Stride {
    turn: Maneuver,
    /// Index of the first piece, and of the first one after the run.
    first: usize,
    end: usize,
    /// Index of the piece that gives the stretch its name.
    named_by: usize,
    /// The stretch goes on from another one, so "go on" fits better than "go".
    goes_on: bool,
    /// Direction in which to set out, where the walker has none yet.
    compass_deg: Option<f64>,
}

/// The instructions for a way.
pub(super) fn steps(network: &Network, told: &Told) -> Vec<Step> {
    let teller = Teller::new(network, told);
    let mut steps = teller.beginning();
    for stride in teller.strides() {
        steps.extend(teller.gate_step(&stride));
        steps.push(teller.stride_step(&stride));
    }
    let mut arrival = teller.arrival();
    // A first leg too short to be told is walked with the first stretch; without any, on arriving.
    if told.pieces.is_empty() && told.start_leg_m < SHORT_M {
        arrival.distance_m += told.start_leg_m;
    }
    steps.push(arrival);
    steps
}

struct Teller<'a> {
    network: &'a Network,
    told: &'a Told<'a>,
    /// The course on the network, without the legs.
    course: Course,
    /// Length of the course before each piece.
    before_m: Vec<f64>,
}

impl<'a> Teller<'a> {
    fn new(network: &'a Network, told: &'a Told<'a>) -> Self {
        let mut line = Vec::new();
        let mut before_m = Vec::with_capacity(told.pieces.len());
        let mut sum_m = 0.0;
        for piece in told.pieces {
            before_m.push(sum_m);
            sum_m += piece.length_m;
            line.extend(&piece.line);
        }
        line.dedup();
        Self { network, told, course: Course::new(line), before_m }
    }

    /// What comes before the first stretch: going through the gate, or to the nearest way.
    fn beginning(&self) -> Vec<Step> {
        if let Some(gate) = self.told.origin_gate {
            return vec![self.through_gate(gate, true)];
        }
        let Some(position) = self.told.position.filter(|_| self.told.start_leg_m >= SHORT_M) else {
            return Vec::new();
        };
        let length_m = self.told.start_leg_m;
        vec![Step {
            instruction: Texts {
                pl: format!("Przejdź {} do najbliższej drogi", metres_pl(length_m)),
                en: format!("Go {} to the nearest way", metres_en(length_m)),
            },
            maneuver: Maneuver::Depart,
            distance_m: length_m,
            point: [position.x, position.y],
            name: None,
        }]
    }

    fn strides(&self) -> Vec<Stride> {
        let mut strides: Vec<Stride> = Vec::new();
        for index in 0..self.told.pieces.len() {
            let turn = if index == 0 { Some(self.first_turn(0)) } else { self.turn_at(index) };
            match (turn, strides.last_mut()) {
                (None, Some(stride)) => stride.end = index + 1,
                (turn, _) => strides.push(Stride {
                    turn: turn.unwrap_or(Maneuver::Straight),
                    first: index,
                    end: index + 1,
                    named_by: index,
                    goes_on: index > 0,
                    compass_deg: self.compass_at(index),
                }),
            }
        }
        self.without_tiny(strides)
    }

    /// Joins every tiny stretch to the next one: the turn told is the one from before to after both.
    fn without_tiny(&self, strides: Vec<Stride>) -> Vec<Stride> {
        let mut kept: Vec<Stride> = Vec::with_capacity(strides.len());
        for mut next in strides {
            let Some(tiny) = kept.pop_if(|last| self.is_tiny(last) && self.is_plain(&next)) else {
                kept.push(next);
                continue;
            };
            next.turn = match tiny.first {
                0 => self.first_turn(next.first),
                first => self.turn_between(first, next.first).map_or(Maneuver::Straight, maneuver),
            };
            (next.first, next.goes_on) = (tiny.first, tiny.goes_on);
            next.compass_deg = tiny.compass_deg.and(self.out_deg(next.named_by));
            match kept.last_mut() {
                Some(before) if self.goes_on_like(before, &next) => before.end = next.end,
                _ => kept.push(next),
            }
        }
        kept
    }

    fn is_tiny(&self, stride: &Stride) -> bool {
        let length_m: f64 =
            self.told.pieces[stride.first..stride.end].iter().map(|piece| piece.length_m).sum();
        let path = self.path(&self.told.pieces[stride.named_by]);
        length_m < TINY_M && path.class != PathClass::Steps && name(path).is_none()
    }

    /// Neither a flight of steps nor behind a gate.
    fn is_plain(&self, stride: &Stride) -> bool {
        let is_steps = self.path(&self.told.pieces[stride.first]).class == PathClass::Steps;
        !is_steps && self.gate_at(stride.first).is_none()
    }

    fn goes_on_like(&self, before: &Stride, next: &Stride) -> bool {
        let path = |stride: &Stride| self.path(&self.told.pieces[stride.named_by]);
        next.turn == Maneuver::Straight
            && self.gate_at(next.first).is_none()
            && path(before).class == path(next).class
            && name(path(before)) == name(path(next))
    }

    /// How to set out from a gate: as seen by somebody who comes in through it.
    /// `towards` is the piece whose direction counts.
    fn first_turn(&self, towards: usize) -> Maneuver {
        let Some(first) = self.told.pieces.first() else { return Maneuver::Straight };
        let inbound = || {
            let vertex = first.begins_at?;
            self.told.origin_gate?;
            self.network.branches(vertex, [first.edge, first.edge]).into_iter().find_map(|edge| {
                let outside = self.network.graph[edge].cemetery.is_none();
                let away_deg = self.leaving_deg(edge, vertex)?;
                outside.then_some((away_deg + 180.0).rem_euclid(360.0))
            })
        };
        let turn = inbound().zip(self.out_deg(towards)).map(|(inbound, out)| turn_deg(inbound, out));
        turn.filter(|turn| turn.abs() < U_TURN_DEG).map_or(Maneuver::Straight, maneuver)
    }

    fn compass_at(&self, index: usize) -> Option<f64> {
        (index == 0 && self.told.origin_gate.is_none()).then(|| self.out_deg(0)).flatten()
    }

    /// What to say where a piece begins; `None` when nothing.
    fn turn_at(&self, index: usize) -> Option<Maneuver> {
        let (before, here) = (&self.told.pieces[index - 1], &self.told.pieces[index]);
        let turn = self.turn_between(index, index)?;
        let (old, new) = (self.path(before), self.path(here));
        let said = Some(maneuver(turn));
        let is_steps = |path: &PathInput| path.class == PathClass::Steps;
        if is_steps(old) != is_steps(new) || self.gate_at(index).is_some() {
            return said;
        }
        let same_way = name(old) == name(new);
        let branches = here
            .begins_at
            .map(|vertex| self.branch_turns(index, vertex, [before.edge, here.edge]))
            .unwrap_or_default();
        if branches.is_empty() {
            let bends = turn.abs() < BEND_DEG && (same_way || name(new).is_none());
            return if bends { None } else { said };
        }
        let straighter = branches.iter().any(|branch| branch.abs() < turn.abs().max(1.0));
        let unsaid_deg = if same_way && name(new).is_some() && !straighter { BEND_DEG } else { STRAIGHT_DEG };
        if turn.abs() >= unsaid_deg {
            return said;
        }
        if straighter && turn.abs() >= STRAIGHT_DEG / 2.0 {
            return Some(if turn < 0.0 { Maneuver::SlightLeft } else { Maneuver::SlightRight });
        }
        if same_way || name(new).is_none() { None } else { said }
    }

    /// The turns that a walker could take instead.
    fn branch_turns(&self, index: usize, vertex: NodeIndex, walked: [EdgeIndex; 2]) -> Vec<f64> {
        let Some(inbound) = self.in_deg(index) else { return Vec::new() };
        let edges = self.network.branches(vertex, walked);
        edges
            .into_iter()
            .filter_map(|edge| Some(turn_deg(inbound, self.leaving_deg(edge, vertex)?)))
            .collect()
    }

    /// Direction of an edge away from one of its vertices.
    fn leaving_deg(&self, edge: EdgeIndex, vertex: NodeIndex) -> Option<f64> {
        let (a, _) = self.network.graph.edge_endpoints(edge)?;
        let edge = &self.network.graph[edge];
        let from_m =
            if a == vertex { SIGHT_M.min(edge.length_m) } else { (edge.length_m - SIGHT_M).max(0.0) };
        bearing_deg(self.network.graph[vertex].at, point_along(&edge.line, from_m)?)
    }

    /// Turn from the direction in which piece `before` is reached to that in which piece `after` begins.
    fn turn_between(&self, before: usize, after: usize) -> Option<f64> {
        Some(turn_deg(self.in_deg(before)?, self.out_deg(after)?))
    }

    fn in_deg(&self, index: usize) -> Option<f64> {
        let sight_m = self.sight_m(index.checked_sub(1)?);
        let at_m = *self.before_m.get(index)?;
        self.direction_deg(at_m - sight_m, at_m)
    }

    fn out_deg(&self, index: usize) -> Option<f64> {
        let at_m = *self.before_m.get(index)?;
        self.direction_deg(at_m, at_m + self.sight_m(index))
    }

    /// How far one looks along a piece.
    fn sight_m(&self, index: usize) -> f64 {
        self.told.pieces.get(index).map_or(SIGHT_M, |piece| piece.length_m).clamp(LEAST_SIGHT_M, SIGHT_M)
    }

    fn direction_deg(&self, from_m: f64, to_m: f64) -> Option<f64> {
        bearing_deg(self.course.at(from_m.max(0.0))?, self.course.at(to_m)?)
    }

    fn path(&self, piece: &Piece) -> &PathInput {
        self.network.path_of(&self.network.graph[piece.edge])
    }

    /// The open gate through which the way passes where a piece begins; not the one at which it starts.
    fn gate_at(&self, index: usize) -> Option<usize> {
        let vertex = self.told.pieces.get(index)?.begins_at?;
        self.network.graph[vertex].gate.filter(|gate| index > 0 || Some(*gate) != self.told.origin_gate)
    }

    fn gate_step(&self, stride: &Stride) -> Option<Step> {
        let gate = self.gate_at(stride.first)?;
        let cemetery = self.network.cemetery_index(self.network.gates[gate].input.cemetery);
        let inside = |piece: &Piece| self.network.graph[piece.edge].cemetery == cemetery;
        let entering = inside(&self.told.pieces[stride.first]);
        Some(self.through_gate(gate, entering))
    }

    fn through_gate(&self, gate: usize, entering: bool) -> Step {
        let gate = &self.network.gates[gate].input;
        let (pl, en) = if entering { ("Wejdź", "Enter") } else { ("Wyjdź", "Leave") };
        let named = name_of(gate.name.as_deref()).map(|name| format!(" “{name}”")).unwrap_or_default();
        Step {
            instruction: Texts {
                pl: format!("{pl} {}", gate_instrumental(gate.name.as_deref())),
                en: format!("{en} through the gate{named}"),
            },
            maneuver: Maneuver::Enter,
            distance_m: 0.0,
            point: [gate.point.x(), gate.point.y()],
            name: gate.name.clone(),
        }
    }

    fn stride_step(&self, stride: &Stride) -> Step {
        let pieces = &self.told.pieces[stride.first..stride.end];
        let length_m: f64 = pieces.iter().map(|piece| piece.length_m).sum();
        let named_by = self.name_giver(stride);
        let path = self.path(named_by);
        let in_cemetery = self.network.graph[named_by.edge].cemetery.is_some();
        let words = way_words(path.name.as_deref(), path.class, in_cemetery);
        let (instruction, maneuver) = if path.class == PathClass::Steps {
            self.flight(stride.turn, pieces)
        } else {
            (stretch_texts(stride, &words, length_m), stride.turn)
        };
        let unspoken_m =
            if stride.first == 0 && self.told.start_leg_m < SHORT_M { self.told.start_leg_m } else { 0.0 };
        let at = pieces.first().and_then(|piece| piece.line.first()).copied().unwrap_or_default();
        Step {
            instruction,
            maneuver,
            distance_m: length_m + unspoken_m,
            point: [at.x, at.y],
            name: path.name.clone(),
        }
    }

    /// The piece after which a stretch is called: that of its name, else the longest.
    fn name_giver(&self, stride: &Stride) -> &Piece {
        let first = &self.told.pieces[stride.named_by];
        let is_fixed =
            |piece: &Piece| name(self.path(piece)).is_some() || self.path(piece).class == PathClass::Steps;
        let pieces = self.told.pieces[stride.first..stride.end].iter();
        let longest = pieces.max_by(|one, other| one.length_m.total_cmp(&other.length_m));
        longest.filter(|piece| !is_fixed(first) && !is_fixed(piece)).unwrap_or(first)
    }

    /// A flight of steps: up or down, and how many.
    fn flight(&self, turn: Maneuver, pieces: &[Piece]) -> (Texts, Maneuver) {
        let runs = pieces.chunk_by(|one, next| self.path(one).id == self.path(next).id);
        let counts: Vec<Option<u32>> = runs.map(|run| self.path(&run[0]).step_count).collect();
        let count: Option<u32> =
            counts.into_iter().try_fold(0u32, |sum, count| Some(sum.saturating_add(count?)));
        let rise = |piece: &Piece| {
            let incline = self.path(piece).incline_pct.filter(|incline| *incline != 0.0)?;
            Some((incline > 0.0) == piece.forward)
        };
        let (maneuver, way_pl, way_en) = match pieces.first().and_then(rise) {
            Some(true) => (Maneuver::StepsUp, " w górę", "up the steps"),
            Some(false) => (Maneuver::StepsDown, " w dół", "down the steps"),
            None => (Maneuver::Steps, "", "along the steps"),
        };
        let (turn_pl, turn_en) = turn_words(turn);
        let counted = |text: String| format!(" ({text})");
        let count_pl =
            count.filter(|count| *count > 0).map(|count| counted(steps_pl(count))).unwrap_or_default();
        let count_en =
            count.filter(|count| *count > 0).map(|count| counted(steps_en(count))).unwrap_or_default();
        let texts = match turn {
            Maneuver::Straight => Texts {
                pl: format!("Idź po schodach{way_pl}{count_pl}"),
                en: format!("Go {way_en}{count_en}"),
            },
            _ => Texts {
                pl: format!("{turn_pl} i idź po schodach{way_pl}{count_pl}"),
                en: format!("{turn_en} and go {way_en}{count_en}"),
            },
        };
        (texts, maneuver)
    }

    fn arrival(&self) -> Step {
        let told = self.told;
        let from = self.course.end().or(told.position).unwrap_or(told.target);
        let maneuver = self.arrival_side(from);
        let words = told.pieces.last().map(|piece| {
            let path = self.path(piece);
            way_words(path.name.as_deref(), path.class, self.network.graph[piece.edge].cemetery.is_some())
        });
        let label = told.label.map(str::trim).filter(|label| !label.is_empty());
        let named = label.map(|label| format!(" {label}")).unwrap_or_default();
        let (side_pl, side_en) = match maneuver {
            Maneuver::ArriveLeft => (" po lewej stronie,", " on the left,"),
            Maneuver::ArriveRight => (" po prawej stronie,", " on the right,"),
            _ if self.is_ahead(from) => (" na wprost,", " straight ahead,"),
            _ => ("", ""),
        };
        let (noun_pl, noun_en) = words
            .map(|words| (words.genitive, words.english_noun))
            .unwrap_or_else(|| ("tego miejsca".to_owned(), "this place"));
        let (far_pl, far_en) = if told.last_leg_m < SHORT_M {
            ("mniej niż metr".to_owned(), "less than a metre".to_owned())
        } else {
            (metres_pl(told.last_leg_m), metres_en(told.last_leg_m))
        };
        Step {
            instruction: Texts {
                pl: format!("Grób{named} jest{side_pl} {far_pl} od {noun_pl}"),
                en: format!("The grave{named} is{side_en} {far_en} from {noun_en}"),
            },
            maneuver,
            distance_m: told.last_leg_m,
            point: [from.x, from.y],
            name: label.map(str::to_owned),
        }
    }

    /// Turn from the direction of walking towards the grave.
    fn arrival_turn(&self, from: Coord<f64>) -> Option<f64> {
        let whole_m: f64 = self.told.pieces.iter().map(|piece| piece.length_m).sum();
        let walking = self.direction_deg(whole_m - SIGHT_M, whole_m)?;
        let leg = bearing_deg(from, self.told.target).filter(|_| distance_m(from, self.told.target) > 0.2)?;
        Some(turn_deg(walking, leg))
    }

    fn arrival_side(&self, from: Coord<f64>) -> Maneuver {
        match self.arrival_turn(from) {
            Some(turn) if (30.0..=150.0).contains(&turn) => Maneuver::ArriveRight,
            Some(turn) if (-150.0..=-30.0).contains(&turn) => Maneuver::ArriveLeft,
            _ => Maneuver::Arrive,
        }
    }

    fn is_ahead(&self, from: Coord<f64>) -> bool {
        self.arrival_turn(from).is_some_and(|turn| turn.abs() < 30.0)
    }
}

fn stretch_texts(stride: &Stride, words: &WayWords, length_m: f64) -> Texts {
    let (turn_pl, turn_en) = turn_words(stride.turn);
    if !matches!(stride.turn, Maneuver::Straight) {
        let joint = if words.named { "into" } else { "onto" };
        return match stride.turn {
            Maneuver::UTurn => Texts {
                pl: format!("{turn_pl} i idź {}", words.instrumental),
                en: format!("{turn_en} and go along {}", words.english),
            },
            _ => Texts {
                pl: format!("{turn_pl} w {}", words.accusative),
                en: format!("{turn_en} {joint} {}", words.english),
            },
        };
    }
    let (how_pl, how_en) = match stride.compass_deg.map(compass) {
        Some((pl, en)) => (format!("na {pl}"), en),
        None if stride.goes_on => ("dalej prosto".to_owned(), "straight on"),
        None => ("prosto".to_owned(), "straight"),
    };
    Texts {
        pl: format!("Idź {how_pl} {} {}", words.instrumental, metres_pl(length_m)),
        en: format!("Go {how_en} along {} for {}", words.english, metres_en(length_m)),
    }
}

fn turn_words(turn: Maneuver) -> (&'static str, &'static str) {
    match turn {
        Maneuver::SlightLeft => ("Skręć lekko w lewo", "Bear left"),
        Maneuver::Left => ("Skręć w lewo", "Turn left"),
        Maneuver::SharpLeft => ("Skręć ostro w lewo", "Turn sharp left"),
        Maneuver::SlightRight => ("Skręć lekko w prawo", "Bear right"),
        Maneuver::Right => ("Skręć w prawo", "Turn right"),
        Maneuver::SharpRight => ("Skręć ostro w prawo", "Turn sharp right"),
        Maneuver::UTurn => ("Zawróć", "Turn round"),
        _ => ("Idź prosto", "Go straight"),
    }
}

fn maneuver(turn: f64) -> Maneuver {
    let (size, right) = (turn.abs(), turn > 0.0);
    match (size, right) {
        (size, _) if size < STRAIGHT_DEG => Maneuver::Straight,
        (size, _) if size > U_TURN_DEG => Maneuver::UTurn,
        (size, true) if size < SLIGHT_DEG => Maneuver::SlightRight,
        (size, false) if size < SLIGHT_DEG => Maneuver::SlightLeft,
        (size, true) if size > SHARP_DEG => Maneuver::SharpRight,
        (size, false) if size > SHARP_DEG => Maneuver::SharpLeft,
        (_, true) => Maneuver::Right,
        (_, false) => Maneuver::Left,
    }
}

fn name(path: &PathInput) -> Option<&str> {
    name_of(path.name.as_deref())
}

fn name_of(name: Option<&str>) -> Option<&str> {
    name.map(str::trim).filter(|name| !name.is_empty())
}

//! The account of a reading: what was taken, what was left out, and why.

use std::collections::BTreeMap;

use geo_types::Rect;

use super::stream::Format;

/// How far a reading has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub phase: Phase,
    /// How much of it is done: bytes of the file while reading, elements while building.
    pub done: u64,
    /// How much there is to do, in the same unit.
    pub total: u64,
}

/// The two parts of a reading; the first takes most of the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The file is read.
    Reading,
    /// Things are made of the elements and handed over.
    Building,
}

/// How many elements a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Elements {
    /// Points.
    pub nodes: u64,
    /// Lines and outlines.
    pub ways: u64,
    /// Groups of elements.
    pub relations: u64,
}

/// What elements refer to although the file does not hold it, as in every extract that was cut out of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Missing {
    /// References of ways to nodes that are not there.
    pub way_nodes: u64,
    /// Members of relations that are not there.
    pub relation_members: u64,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How the file is written, told by its content.
    pub format: Format,
    /// The box that the file says it covers; else the box around its nodes; `None` without nodes. In degrees.
    pub extent: Option<Rect<f64>>,
    /// When the data was taken from the map, ISO 8601, if the file says so.
    pub data_timestamp: Option<String>,
    /// What the file holds.
    pub elements: Elements,
    /// What it refers to but does not hold.
    pub missing: Missing,
    /// Records handed over, by slug of the kind; `burials`; and `basemap/land` and so on.
    pub taken: BTreeMap<String, u64>,
    /// What was not taken although it looked as if it should be, by reason, most frequent first.
    pub left_out: Vec<LeftOut>,
}

impl Report {
    /// How many records of a kind, or of `basemap/…`, were taken.
    #[must_use]
    pub fn count(&self, key: &str) -> u64 {
        self.taken.get(key).copied().unwrap_or(0)
    }

    /// How many elements were left out for a reason, by its slug.
    #[must_use]
    pub fn left_out_count(&self, reason: &str) -> u64 {
        self.left_out.iter().find(|left| left.reason == reason).map_or(0, |left| left.count)
    }
}

/// Elements that were left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Stable name of the reason.
    pub reason: &'static str,
    /// The reason in Polish.
    pub text_pl: &'static str,
    /// The reason in English.
    pub text_en: &'static str,
    /// How many elements.
    pub count: u64,
    /// The first few of them, for example `way/123`; at most five.
    pub samples: Vec<String>,
}

const SAMPLES: usize = 5;

/// Why an element, or a part of it, was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    MissingNodes,
    MissingMembers,
    LineCut,
    OpenRing,
    NotClosed,
    InvalidArea,
    TooComplex,
    UnsupportedRelation,
    NotAnArea,
    NoPosition,
    GateNotOfACemetery,
    PrivateGarden,
    NotWalkable,
    Coastline,
    NameNotAPerson,
    Duplicate,
}

impl Reason {
    fn slug(self) -> &'static str {
        match self {
            Self::MissingNodes => "missing_nodes",
            Self::MissingMembers => "missing_members",
            Self::LineCut => "line_cut",
            Self::OpenRing => "open_ring",
            Self::NotClosed => "not_closed",
            Self::InvalidArea => "invalid_area",
            Self::TooComplex => "too_complex",
            Self::UnsupportedRelation => "unsupported_relation",
            Self::NotAnArea => "not_an_area",
            Self::NoPosition => "no_position",
            Self::GateNotOfACemetery => "gate_not_of_a_cemetery",
            Self::PrivateGarden => "private_garden",
            Self::NotWalkable => "not_walkable",
            Self::Coastline => "coastline",
            Self::NameNotAPerson => "name_not_a_person",
            Self::Duplicate => "duplicate",
        }
    }

    fn text_pl(self) -> &'static str {
        match self {
            Self::MissingNodes => "obszar, którego część punktów leży poza plikiem",
            Self::MissingMembers => "obszar, którego część linii leży poza plikiem",
            Self::LineCut => {
                "fragmenty linii, których punkty leżą poza plikiem (reszta linii została wczytana)"
            }
            Self::OpenRing => "obszar, którego granica się nie zamyka",
            Self::NotClosed => "obszar narysowany jako otwarta linia",
            Self::InvalidArea => "obszar, którego granica przecina samą siebie",
            Self::TooComplex => "obszar zbyt złożony, by go sprawdzić",
            Self::UnsupportedRelation => "relacja, która nie opisuje obszaru",
            Self::NotAnArea => "obszar zaznaczony tylko jako punkt",
            Self::NoPosition => "obiekt, którego wszystkie punkty leżą poza plikiem",
            Self::GateNotOfACemetery => "brama lub wejście, które nie należy do cmentarza",
            Self::PrivateGarden => "ogród prywatny",
            Self::NotWalkable => "droga niedostępna dla pieszych (pozostaje na mapie podkładowej)",
            Self::Coastline => "linia brzegowa morza (morze nie jest rysowane)",
            Self::NameNotAPerson => "napis na grobie, z którego nie da się odczytać imienia i nazwiska",
            Self::Duplicate => "element zapisany w pliku więcej niż raz (wczytano pierwszy zapis)",
        }
    }

    fn text_en(self) -> &'static str {
        match self {
            Self::MissingNodes => "area of which some points lie outside the file",
            Self::MissingMembers => "area of which some lines lie outside the file",
            Self::LineCut => "stretches of lines whose points lie outside the file (the rest was taken)",
            Self::OpenRing => "area whose border does not close",
            Self::NotClosed => "area drawn as an open line",
            Self::InvalidArea => "area whose border crosses itself",
            Self::TooComplex => "area too complex to check",
            Self::UnsupportedRelation => "relation that does not describe an area",
            Self::NotAnArea => "area marked only as a point",
            Self::NoPosition => "thing all of whose points lie outside the file",
            Self::GateNotOfACemetery => "gate or entrance that does not belong to a cemetery",
            Self::PrivateGarden => "private garden",
            Self::NotWalkable => "road closed to walkers (it stays on the basemap)",
            Self::Coastline => "coastline (the sea is not drawn)",
            Self::NameNotAPerson => "name on a grave from which no given name and surname can be read",
            Self::Duplicate => "element that the file holds more than once (the first was taken)",
        }
    }
}

/// Collects what goes into a [`Report`].
#[derive(Debug, Default)]
pub(super) struct Tally {
    taken: BTreeMap<String, u64>,
    left_out: BTreeMap<Reason, (u64, Vec<String>, String)>,
}

impl Tally {
    pub(super) fn take(&mut self, key: &str) {
        if let Some(count) = self.taken.get_mut(key) {
            *count += 1;
        } else {
            self.taken.insert(key.to_owned(), 1);
        }
    }

    /// Counts an element once per reason, however many records it would have given.
    pub(super) fn leave_out(&mut self, reason: Reason, source_id: String) {
        let (count, samples, last) = self.left_out.entry(reason).or_default();
        if *last == source_id {
            return;
        }
        *count += 1;
        if samples.len() < SAMPLES {
            samples.push(source_id.clone());
        }
        *last = source_id;
    }

    /// What was taken, by key, and what was left out, most frequent first.
    pub(super) fn finish(self) -> (BTreeMap<String, u64>, Vec<LeftOut>) {
        let mut list: Vec<LeftOut> = self
            .left_out
            .into_iter()
            .map(|(reason, (count, samples, _))| LeftOut {
                reason: reason.slug(),
                text_pl: reason.text_pl(),
                text_en: reason.text_en(),
                count,
                samples,
            })
            .collect();
        list.sort_by_key(|left| std::cmp::Reverse(left.count));
        (self.taken, list)
    }
}

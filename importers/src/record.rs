//! The one shape in which every source, file or generator, hands over what it holds.

use geo_types::Geometry;
use serde_json::{Map, Value};

/// One thing that a source holds.
///
/// Geometries are in EPSG:4326 with x = longitude and y = latitude, in degrees.
#[derive(Debug, Clone, PartialEq)]
pub enum Record {
    /// A registered thing: lamp, tree, cemetery, grave, gate, path…
    Feature(Feature),
    /// A person buried in a grave that the same source delivers.
    Burial(Burial),
    /// A piece of the basemap: drawn, but not registered.
    Base(BaseFeature),
}

/// A registered thing of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Slug of the kind: `lamps`, `benches`, `bins`, `trees`, `barriers`, `greens`, `cemeteries`,
    /// `sectors`, `graves`, `gates`, `paths`, or a kind that the town made.
    pub kind: String,
    /// The source's own id, unique within source and kind, stable from one delivery to the next.
    pub source_id: String,
    /// The whole to which this is a part, as `(kind, source_id)` in the same source: a grave's sector or
    /// cemetery, a gate's cemetery.
    pub part_of: Option<(String, String)>,
    /// What people call it: a name, a number on a plate. `None` when it has none.
    pub label: Option<String>,
    /// Point, LineString, Polygon, MultiLineString or MultiPolygon.
    pub geometry: Geometry<f64>,
    /// Attributes by the keys of the kind's schema; absent means unknown.
    pub attributes: Map<String, Value>,
}

/// A person and the grave they lie in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Burial {
    /// The source's own id of this burial, stable from one delivery to the next.
    pub source_id: String,
    /// `source_id` of the grave (kind `graves`) in the same source.
    pub grave: String,
    /// Given names as written, "Anna Maria"; empty when unknown.
    pub given_names: String,
    /// Surname as written; empty when unknown.
    pub surname: String,
    /// Family name before marriage, when known.
    pub maiden_name: Option<String>,
    /// Date of birth, as far as known.
    pub born: PartialDate,
    /// Date of death, as far as known.
    pub died: PartialDate,
    /// Date of burial, as far as known.
    pub buried: PartialDate,
}

/// A date of which only a part may be known: `1912`, `1912-05`, `1912-05-03` or nothing.
///
/// A month without a year or a day without a month cannot be expressed on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PartialDate {
    /// Nothing is known.
    #[default]
    Unknown,
    /// The year alone.
    Year(i16),
    /// Year and month (1–12).
    Month(i16, u8),
    /// The full day: year, month (1–12), day (1–31).
    Day(i16, u8, u8),
}

/// Which part of the basemap a feature belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BaseLayer {
    /// Areas of land use and cover: `residential`, `industrial`, `farmland`, `forest`, `grass`, `park`,
    /// `cemetery`, `pitch`, `playground`, `parking`, `sand`, `school`, `square`.
    Land,
    /// Areas `water` and lines `river`, `stream`, `ditch`.
    Water,
    /// Areas; class is `building`, `church`, `chapel` or `public`.
    Buildings,
    /// Lines: `motorway`, `trunk`, `primary`, `secondary`, `tertiary`, `residential`, `living_street`, `service`,
    /// `pedestrian`, `footway`, `cycleway`, `path`, `steps`, `track`, `rail`, `tram`.
    Roads,
    /// Points with a name: `city`, `town`, `suburb`, `village`, `locality`, `park`, `church`, `school`, `station`.
    Places,
    /// Points whose name is a house number; class is `housenumber`.
    Housenumbers,
}

impl BaseLayer {
    /// The layer's name in tables and tiles.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Land => "land",
            Self::Water => "water",
            Self::Buildings => "buildings",
            Self::Roads => "roads",
            Self::Places => "places",
            Self::Housenumbers => "housenumbers",
        }
    }
}

/// A piece of the basemap.
#[derive(Debug, Clone, PartialEq)]
pub struct BaseFeature {
    /// Layer of the basemap.
    pub layer: BaseLayer,
    /// Class within the layer, see [`BaseLayer`].
    pub class: String,
    /// The source's own id, unique within source and layer.
    pub source_id: String,
    /// Name for the label, if it has one.
    pub name: Option<String>,
    /// Lowest zoom (0–22) at which it is worth drawing.
    pub min_zoom: u8,
    /// Geometry, as in [`Feature::geometry`].
    pub geometry: Geometry<f64>,
}

/// Why a sink would not take a record; ends the reading.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes records as a reader finds them.
///
/// A reader calls it from one thread, in the order of the source.
pub trait Sink {
    /// Takes one record.
    ///
    /// # Errors
    /// Any error ends the reading at once and is handed to the reader's caller.
    fn take(&mut self, record: Record) -> Result<(), SinkError>;
}

impl<F: FnMut(Record) -> Result<(), SinkError>> Sink for F {
    fn take(&mut self, record: Record) -> Result<(), SinkError> {
        self(record)
    }
}

//! The basemap: what is drawn so that people find their way, but is not registered.

use geo_types::{Geometry, MultiPolygon};

use super::metric;
use super::store::{Sort, Tags};
use super::values::clean;
use crate::record::BaseLayer;

/// How an element is drawn on one layer.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawn {
    pub(super) layer: BaseLayer,
    pub(super) class: &'static str,
    pub(super) name: Option<String>,
    pub(super) min_zoom: u8,
}

impl Drawn {
    fn new(layer: BaseLayer, class: &'static str, tags: Tags<'_>, min_zoom: u8) -> Self {
        let name = tags.get("name").and_then(|name| clean(name, 200));
        Self { layer, class, name, min_zoom }
    }
}

/// The zoom at which an area is a few pixels wide: a map 256 pixels wide shows the whole globe at zoom 0.
pub(super) fn zoom_of_area(area: &MultiPolygon<f64>, least: u8) -> u8 {
    let side_m = metric::area_m2(area).sqrt();
    // At zoom z a pixel is 156,543 m / 2^z wide on the equator; eight pixels are worth drawing.
    let zoom = (8.0 * 156_543.0 / side_m.max(1.0)).log2().ceil().clamp(0.0, 17.0) as u8;
    zoom.max(least)
}

/// Land use and cover.
pub(super) fn land(tags: Tags<'_>) -> Option<Drawn> {
    let class = landuse(tags).or_else(|| amenity_land(tags)).or_else(|| square(tags))?;
    Some(Drawn::new(BaseLayer::Land, class, tags, 0))
}

fn landuse(tags: Tags<'_>) -> Option<&'static str> {
    let landuse = match tags.get("landuse").unwrap_or_default() {
        "residential" => Some("residential"),
        "industrial" | "commercial" | "retail" | "railway" | "garages" | "port" | "construction"
        | "depot" => Some("industrial"),
        "farmland"
        | "farmyard"
        | "orchard"
        | "vineyard"
        | "plant_nursery"
        | "allotments"
        | "greenhouse_horticulture" => Some("farmland"),
        "forest" => Some("forest"),
        "grass" | "meadow" | "village_green" | "recreation_ground" | "greenery" | "flowerbed" => {
            Some("grass")
        }
        "cemetery" => Some("cemetery"),
        _ => None,
    };
    let natural = || match tags.get("natural").unwrap_or_default() {
        "wood" | "scrub" => Some("forest"),
        "grassland" | "heath" | "wetland" => Some("grass"),
        "sand" | "beach" | "shingle" => Some("sand"),
        _ => None,
    };
    landuse.or_else(natural)
}

fn amenity_land(tags: Tags<'_>) -> Option<&'static str> {
    let leisure = match tags.get("leisure").unwrap_or_default() {
        "park" | "nature_reserve" => Some("park"),
        "garden" | "golf_course" | "dog_park" | "common" => Some("grass"),
        "pitch" | "sports_centre" | "stadium" => Some("pitch"),
        "playground" => Some("playground"),
        _ => None,
    };
    let amenity = || match tags.get("amenity").unwrap_or_default() {
        "grave_yard" => Some("cemetery"),
        "parking" if !tags.has("building") => Some("parking"),
        "school" | "kindergarten" | "university" | "college" => Some("school"),
        _ => None,
    };
    leisure.or_else(amenity)
}

fn square(tags: Tags<'_>) -> Option<&'static str> {
    (is_walking_area(tags) || tags.is("place", "square")).then_some("square")
}

/// A way drawn as an area to walk on.
pub(super) fn is_walking_area(tags: Tags<'_>) -> bool {
    tags.is_one_of("highway", &["pedestrian", "footway", "path", "service", "living_street", "residential"])
        && (tags.is("area", "yes") || tags.is("type", "multipolygon"))
}

/// Standing and running water drawn as an area.
pub(super) fn water_area(tags: Tags<'_>) -> Option<Drawn> {
    let water = tags.is("natural", "water")
        || tags.is_one_of("waterway", &["riverbank", "dock"])
        || tags.is_one_of("landuse", &["reservoir", "basin"])
        || tags.is_one_of("leisure", &["swimming_pool"])
        || tags.is_one_of("amenity", &["fountain"]);
    water.then(|| Drawn::new(BaseLayer::Water, "water", tags, 0))
}

/// Running water drawn as a line; what flows in a pipe is not seen.
pub(super) fn water_line(tags: Tags<'_>) -> Option<Drawn> {
    let (class, zoom) = match tags.get("waterway")? {
        "river" | "canal" => ("river", 8),
        "stream" | "tidal_channel" => ("stream", 12),
        "ditch" | "drain" => ("ditch", 14),
        _ => return None,
    };
    (!tags.has("tunnel")).then(|| Drawn::new(BaseLayer::Water, class, tags, zoom))
}

/// A building.
pub(super) fn building(tags: Tags<'_>) -> Option<Drawn> {
    if !tags.has("building") || tags.is("location", "underground") {
        return None;
    }
    let building = tags.get("building").unwrap_or_default();
    let worship = tags.is("amenity", "place_of_worship");
    let (class, zoom) = match building {
        "chapel" => ("chapel", 14),
        "church" | "cathedral" | "basilica" | "monastery" => ("church", 13),
        _ if worship => ("church", 13),
        "public" | "school" | "kindergarten" | "university" | "college" | "hospital" | "train_station"
        | "civic" | "government" | "townhall" => ("public", 14),
        _ if tags.is_one_of("amenity", &["townhall", "school", "library", "hospital", "kindergarten"]) => {
            ("public", 14)
        }
        _ => ("building", 14),
    };
    Some(Drawn::new(BaseLayer::Buildings, class, tags, zoom))
}

/// Roads, ways and rails.
pub(super) fn road(tags: Tags<'_>) -> Option<Drawn> {
    if tags.is("area", "yes") {
        return None;
    }
    let (class, zoom) = highway(tags).or_else(|| railway(tags))?;
    Some(Drawn::new(BaseLayer::Roads, class, tags, zoom))
}

fn highway(tags: Tags<'_>) -> Option<(&'static str, u8)> {
    Some(match tags.get("highway")? {
        "motorway" | "motorway_link" => ("motorway", 6),
        "trunk" | "trunk_link" => ("trunk", 7),
        "primary" | "primary_link" => ("primary", 8),
        "secondary" | "secondary_link" => ("secondary", 10),
        "tertiary" | "tertiary_link" => ("tertiary", 11),
        "residential" | "unclassified" | "road" => ("residential", 13),
        "living_street" => ("living_street", 13),
        "pedestrian" => ("pedestrian", 14),
        "service" if tags.has("service") => ("service", 16),
        "service" => ("service", 14),
        "track" => ("track", 14),
        "footway" => ("footway", 15),
        "cycleway" => ("cycleway", 15),
        "path" | "bridleway" => ("path", 15),
        "steps" => ("steps", 16),
        _ => return None,
    })
}

fn railway(tags: Tags<'_>) -> Option<(&'static str, u8)> {
    if tags.is_one_of("tunnel", &["yes", "covered"]) {
        return None;
    }
    match tags.get("railway")? {
        "rail" | "narrow_gauge" if tags.has("service") => Some(("rail", 14)),
        "rail" | "narrow_gauge" => Some(("rail", 10)),
        "tram" | "light_rail" | "subway" => Some(("tram", 13)),
        _ => None,
    }
}

/// A name worth writing on the map.
pub(super) fn place(tags: Tags<'_>, sort: Sort) -> Option<Drawn> {
    tags.get("name")?;
    let (class, zoom) = settlement(tags, sort).or_else(|| named_spot(tags))?;
    Some(Drawn::new(BaseLayer::Places, class, tags, zoom))
}

/// Settlements are taken from their nodes only: their areas carry the name once more.
fn settlement(tags: Tags<'_>, sort: Sort) -> Option<(&'static str, u8)> {
    if sort != Sort::Node {
        return None;
    }
    Some(match tags.get("place")? {
        "city" => ("city", 6),
        "town" => ("town", 8),
        "suburb" | "borough" => ("suburb", 11),
        "village" | "hamlet" => ("village", 11),
        "quarter" | "neighbourhood" | "locality" | "isolated_dwelling" | "square" => ("locality", 14),
        _ => return None,
    })
}

fn named_spot(tags: Tags<'_>) -> Option<(&'static str, u8)> {
    if tags.is("leisure", "park") {
        return Some(("park", 14));
    }
    match tags.get("amenity").unwrap_or_default() {
        "place_of_worship" => return Some(("church", 15)),
        "school" | "university" | "college" => return Some(("school", 15)),
        _ => {}
    }
    tags.is_one_of("railway", &["station", "halt"]).then_some(("station", 13))
}

/// A house number.
pub(super) fn house_number(tags: Tags<'_>) -> Option<Drawn> {
    let name = clean(tags.get("addr:housenumber")?, 40)?;
    Some(Drawn { layer: BaseLayer::Housenumbers, class: "housenumber", name: Some(name), min_zoom: 17 })
}

/// The zoom from which a piece with this geometry is worth drawing.
pub(super) fn with_area(mut drawn: Drawn, geometry: &Geometry<f64>) -> Drawn {
    let area = match geometry {
        Geometry::Polygon(polygon) => MultiPolygon(vec![polygon.clone()]),
        Geometry::MultiPolygon(area) => area.clone(),
        _ => return drawn,
    };
    drawn.min_zoom = zoom_of_area(&area, drawn.min_zoom);
    drawn
}

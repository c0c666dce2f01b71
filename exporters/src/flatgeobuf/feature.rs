//! One feature as a flat buffer.

use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::{Feature, FeatureArgs, Geometry as FgbGeometry, GeometryArgs, GeometryType};
use geo_types::{Coord, Geometry, LineString, Polygon};

use crate::{ColumnType, Value, geometry};

type Builder = FlatBufferBuilder<'static>;

/// The format's word for a geometry.
pub(super) fn kind(geometry: &Geometry<f64>) -> GeometryType {
    match geometry {
        Geometry::Point(_) => GeometryType::Point,
        Geometry::Line(_) | Geometry::LineString(_) => GeometryType::LineString,
        Geometry::Polygon(_) | Geometry::Rect(_) | Geometry::Triangle(_) => GeometryType::Polygon,
        Geometry::MultiPoint(_) => GeometryType::MultiPoint,
        Geometry::MultiLineString(_) => GeometryType::MultiLineString,
        Geometry::MultiPolygon(_) => GeometryType::MultiPolygon,
        Geometry::GeometryCollection(_) => GeometryType::GeometryCollection,
    }
}

/// Appends a text property.
pub(super) fn push_text(out: &mut Vec<u8>, place: u16, text: &str) {
    out.extend(place.to_le_bytes());
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(text.as_bytes());
}

/// Appends a property, or nothing for nothing. What does not have its column's type is left out rather than
/// written as bytes that readers would misread; texts take every value.
pub(super) fn push_value(out: &mut Vec<u8>, place: u16, kind: ColumnType, value: &Value) {
    match (kind, value) {
        (_, Value::Null) => {}
        (ColumnType::Integer, Value::Integer(number)) => {
            out.extend(place.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        (ColumnType::Number, Value::Integer(number)) => {
            out.extend(place.to_le_bytes());
            out.extend((*number as f64).to_le_bytes());
        }
        (ColumnType::Number, Value::Number(number)) if number.is_finite() => {
            out.extend(place.to_le_bytes());
            out.extend(number.to_le_bytes());
        }
        (ColumnType::Bool, Value::Bool(value)) => {
            out.extend(place.to_le_bytes());
            out.push(u8::from(*value));
        }
        (ColumnType::List, value) => push_text(out, place, &value.to_json().to_string()),
        (ColumnType::Text | ColumnType::Date | ColumnType::Instant, value) => {
            if let Some(text) = value.to_text() {
                push_text(out, place, &text);
            }
        }
        (ColumnType::Integer | ColumnType::Number | ColumnType::Bool, _) => {}
    }
}

/// The feature's bytes, which begin with their length.
pub(super) fn build<'a>(
    builder: &'a mut Builder,
    geometry: Option<&Geometry<f64>>,
    properties: &[u8],
) -> &'a [u8] {
    builder.reset();
    let geometry = geometry.map(|geometry| build_geometry(builder, geometry));
    let properties = builder.create_vector(properties);
    let arguments = FeatureArgs { geometry, properties: Some(properties), columns: None };
    let feature = Feature::create(builder, &arguments);
    builder.finish_size_prefixed(feature, None);
    builder.finished_data()
}

/// Points of several lines or rings one after the other, and where each ends.
#[derive(Default)]
struct Runs {
    xy: Vec<f64>,
    ends: Vec<u32>,
}

impl Runs {
    fn push(&mut self, coords: impl Iterator<Item = Coord<f64>>) {
        self.xy.extend(coords.flat_map(|coord| [coord.x, coord.y]));
        self.ends.push((self.xy.len() / 2) as u32);
    }

    fn of_area(area: &Polygon<f64>) -> Self {
        let mut runs = Self::default();
        geometry::rings(area).for_each(|ring| runs.push(ring));
        runs
    }

    fn of_lines(lines: &[LineString<f64>]) -> Self {
        let mut runs = Self::default();
        lines.iter().for_each(|line| runs.push(line.coords().copied()));
        runs
    }
}

fn build_geometry(builder: &mut Builder, geometry: &Geometry<f64>) -> WIPOffset<FgbGeometry<'static>> {
    let type_ = kind(geometry);
    let parts: Vec<Geometry<f64>> = match geometry {
        Geometry::MultiPolygon(areas) => areas.iter().cloned().map(Geometry::from).collect(),
        Geometry::GeometryCollection(parts) => parts.0.clone(),
        _ => Vec::new(),
    };
    if !parts.is_empty() {
        let parts: Vec<_> = parts.iter().map(|part| build_geometry(builder, part)).collect();
        let parts = Some(builder.create_vector(&parts));
        return FgbGeometry::create(builder, &GeometryArgs { type_, parts, ..GeometryArgs::default() });
    }
    let runs = match &*geometry::plain(geometry) {
        Geometry::Polygon(area) => Runs::of_area(area),
        Geometry::MultiLineString(lines) => Runs::of_lines(&lines.0),
        other => {
            let mut runs = Runs::default();
            geometry::each_coord(other, &mut |coord| runs.xy.extend([coord.x, coord.y]));
            runs
        }
    };
    let arguments = GeometryArgs {
        type_,
        xy: Some(builder.create_vector(&runs.xy)),
        ends: (!runs.ends.is_empty()).then(|| builder.create_vector(&runs.ends)),
        ..GeometryArgs::default()
    };
    FgbGeometry::create(builder, &arguments)
}

//! What is wrong with a state, in words that a clerk understands: attributes against the kind's schema, geometry
//! against the kind's shape and the town's area. Pure; whether a polygon is valid is asked of PostGIS elsewhere.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use geo::CoordsIter;
use geo_types::Geometry;
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::state::{ATTRIBUTES, GEOMETRY, LABEL, PART_OF, STATUS, State};
use crate::{
    kernel::Lang,
    platform::i18n::{Texts, texts},
    registry::{GeometryType, Kind},
};

/// Most vertices of one thing.
pub const MOST_VERTICES: usize = 20_000;
/// Most letters of a label.
const LONGEST_LABEL: usize = 200;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fault {
    /// The thing.
    pub asset: Uuid,
    /// Slug of its kind.
    pub kind: String,
    /// What people call it.
    pub label: String,
    /// `geometry`, `label`, `status`, `part_of` or `attributes.KEY`.
    pub field: String,
    /// The field's name for people.
    pub title: String,
    /// What is wrong and how to mend it.
    pub detail: String,
    /// Stable name of what is wrong: `required`, `not-a-number`, `too-large`…
    pub code: &'static str,
    /// Where, when it is about a place: longitude and latitude.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<[f64; 2]>,
}

/// What is wrong with one field, before it is known with whose.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldFault {
    /// `attributes.height_m`
    pub field: String,
    /// Stable name of what is wrong.
    pub code: &'static str,
    /// What is wrong and how to mend it.
    pub detail: String,
}

/// The title of a field for people.
#[must_use]
pub fn field_title(kind: &Kind, field: &str, lang: Lang) -> String {
    let t = texts(lang);
    match field {
        GEOMETRY => t.get("registry-field-geometry"),
        LABEL => t.get("registry-field-label"),
        STATUS => t.get("registry-field-status"),
        PART_OF => t.get("registry-field-part-of"),
        other => {
            let key = other.strip_prefix(ATTRIBUTES).unwrap_or(other);
            kind.attribute_title(key, lang).unwrap_or_else(|| key.to_owned())
        }
    }
}

/// What is wrong with the fields of a state named in `only`; with all of them when it is `None`.
#[must_use]
pub fn field_faults(kind: &Kind, state: &State, only: Option<&[String]>, lang: Lang) -> Vec<FieldFault> {
    let t = texts(lang);
    let asked = |field: &str| only.is_none_or(|only| only.iter().any(|name| name == field));
    let mut found = Vec::new();
    if asked(LABEL) && state.label.as_ref().is_some_and(|label| label.chars().count() > LONGEST_LABEL) {
        found.push(FieldFault {
            field: LABEL.into(),
            code: "too-long",
            detail: t.args("registry-fault-too-long", &[("most", (LONGEST_LABEL as u64).into())]),
        });
    }
    if asked(GEOMETRY) {
        found.extend(geometry_fault(kind.geometry, &state.geometry, t));
    }
    let faults = attribute_faults(&kind.schema, &state.attributes, t);
    found.extend(
        faults
            .into_iter()
            .map(|(key, code, detail)| FieldFault { field: format!("{ATTRIBUTES}{key}"), code, detail })
            .filter(|fault| asked(&fault.field)),
    );
    found
}

type Found = (String, &'static str, String);

/// What is wrong with attributes by a kind's schema.
fn attribute_faults(schema: &Value, attributes: &Map<String, Value>, t: &Texts) -> Vec<Found> {
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
    let mut found = Vec::new();
    for (key, value) in attributes.iter().filter(|(_, value)| !value.is_null()) {
        let fault = match properties.get(key) {
            Some(property) => value_fault(property, value, t),
            None => Some(("unknown", t.get("registry-fault-unknown"))),
        };
        found.extend(fault.map(|(code, detail)| (key.clone(), code, detail)));
    }
    for key in required(schema) {
        if attributes.get(key).is_none_or(|value| value.is_null() || value == "") {
            found.push((key.to_owned(), "required", t.get("registry-fault-required")));
        }
    }
    found
}

/// Keys that a schema requires.
pub fn required(schema: &Value) -> impl Iterator<Item = &str> {
    schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// What is wrong with one value by its schema: a stable name, and words.
#[must_use]
pub fn value_fault(property: &Value, value: &Value, t: &Texts) -> Option<(&'static str, String)> {
    let say = |key: &str| t.get(key);
    match property.get("type").and_then(Value::as_str) {
        Some("number") => match value.as_f64() {
            Some(number) => range_fault(property, number, t),
            None => Some(("not-a-number", say("registry-fault-number"))),
        },
        Some("integer") => match value.as_f64() {
            Some(number) if number.fract() == 0.0 => range_fault(property, number, t),
            _ => Some(("not-a-whole-number", say("registry-fault-integer"))),
        },
        Some("boolean") if !value.is_boolean() => Some(("not-yes-or-no", say("registry-fault-boolean"))),
        Some("boolean") => None,
        Some("array") => {
            let Some(items) = value.as_array() else {
                return Some(("not-a-list", say("registry-fault-list")));
            };
            let of = property.get("items").unwrap_or(&Value::Null);
            items.iter().find_map(|item| value_fault(of, item, t))
        }
        _ => match value.as_str() {
            Some(text) => text_fault(property, text, t),
            None => Some(("not-a-text", say("registry-fault-text"))),
        },
    }
    .or_else(|| choice_fault(property, value, t))
}

fn range_fault(property: &Value, number: f64, t: &Texts) -> Option<(&'static str, String)> {
    let bound = |name: &str| property.get(name).and_then(Value::as_f64);
    let unit = property
        .get("x-unit")
        .and_then(Value::as_str)
        .map(|unit| format!("\u{a0}{unit}"))
        .unwrap_or_default();
    let shown = |number: f64| {
        let decimals = if number.fract() == 0.0 { 0 } else { 2 };
        format!("{}{unit}", t.number(number, decimals))
    };
    if let Some(least) = bound("minimum").filter(|least| number < *least) {
        return Some(("too-small", t.args("registry-fault-too-small", &[("least", shown(least).into())])));
    }
    let most = bound("maximum").filter(|most| number > *most)?;
    Some(("too-large", t.args("registry-fault-too-large", &[("most", shown(most).into())])))
}

fn text_fault(property: &Value, text: &str, t: &Texts) -> Option<(&'static str, String)> {
    let most = property.get("maxLength").and_then(Value::as_u64);
    if let Some(most) = most.filter(|most| text.chars().count() as u64 > *most) {
        return Some(("too-long", t.args("registry-fault-too-long", &[("most", most.into())])));
    }
    if text.contains('\0') {
        return Some(("not-a-text", t.get("registry-fault-text")));
    }
    let is_date = property.get("format").and_then(Value::as_str) == Some("date");
    if is_date && NaiveDate::parse_from_str(text, "%Y-%m-%d").is_err() {
        return Some(("not-a-date", t.get("registry-fault-date")));
    }
    None
}

fn choice_fault(property: &Value, value: &Value, t: &Texts) -> Option<(&'static str, String)> {
    let choices = property.get("enum").and_then(Value::as_array)?;
    if choices.contains(value) {
        return None;
    }
    let named: Vec<String> = choices
        .iter()
        .filter_map(Value::as_str)
        .take(12)
        .map(|choice| {
            let words = property.get("x-enum").and_then(|words| words.get(choice)?.get(t.lang())?.as_str());
            words.unwrap_or(choice).to_owned()
        })
        .collect();
    Some(("not-in-list", t.args("registry-fault-not-in-list", &[("choices", named.join(", ").into())])))
}

fn geometry_fault(wanted: GeometryType, geometry: &Geometry<f64>, t: &Texts) -> Option<FieldFault> {
    let fault = |code, detail: String| Some(FieldFault { field: GEOMETRY.into(), code, detail });
    let fits = match geometry {
        Geometry::Point(_) => matches!(wanted, GeometryType::Point | GeometryType::Any),
        Geometry::LineString(_) | Geometry::MultiLineString(_) => {
            matches!(wanted, GeometryType::Line | GeometryType::Any)
        }
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => {
            matches!(wanted, GeometryType::Area | GeometryType::Any)
        }
        _ => false,
    };
    if !fits {
        let key = match wanted {
            GeometryType::Point => "registry-fault-wants-point",
            GeometryType::Line => "registry-fault-wants-line",
            GeometryType::Area => "registry-fault-wants-area",
            GeometryType::Any => "registry-fault-wants-shape",
        };
        return fault("wrong-shape", t.get(key));
    }
    let vertices = geometry.coords_count();
    if vertices > MOST_VERTICES {
        let most = (MOST_VERTICES as u64).into();
        return fault("too-many-vertices", t.args("registry-fault-vertices", &[("most", most)]));
    }
    let on_earth = |c: geo_types::Coord<f64>| {
        c.x.is_finite() && c.y.is_finite() && c.x.abs() <= 180.0 && c.y.abs() <= 90.0
    };
    if !geometry.coords_iter().all(on_earth) {
        return fault("not-on-earth", t.get("registry-fault-not-on-earth"));
    }
    let long_enough = match geometry {
        Geometry::Point(_) => true,
        Geometry::LineString(line) => has_length(line),
        Geometry::MultiLineString(lines) => !lines.0.is_empty() && lines.iter().all(has_length),
        Geometry::Polygon(area) => has_rings(area),
        Geometry::MultiPolygon(areas) => !areas.0.is_empty() && areas.iter().all(has_rings),
        _ => false,
    };
    if long_enough { None } else { fault("empty", t.get("registry-fault-empty")) }
}

/// Whether each ring, holes included, has the four positions that make one; the database refuses shorter ones.
fn has_rings(area: &geo_types::Polygon<f64>) -> bool {
    area.exterior().0.len() >= 4 && area.interiors().iter().all(|hole| hole.0.len() >= 4)
}

/// Whether the database can read a geometry at all: lines of two positions, rings of four.
#[must_use]
pub fn is_readable(geometry: &Geometry<f64>) -> bool {
    match geometry {
        Geometry::LineString(line) => line.0.len() != 1,
        Geometry::MultiLineString(lines) => lines.iter().all(|line| line.0.len() != 1),
        Geometry::Polygon(area) => has_rings(area),
        Geometry::MultiPolygon(areas) => areas.iter().all(has_rings),
        Geometry::GeometryCollection(all) => all.iter().all(is_readable),
        _ => true,
    }
}

fn has_length(line: &geo_types::LineString<f64>) -> bool {
    line.0.first().is_some_and(|first| line.0.iter().any(|point| point != first))
}

/// Says why PostGIS calls a polygon invalid. `reason` is its own English text, which it has had since GEOS 2.
#[must_use]
pub fn invalid_area(reason: &str, lang: Lang) -> (&'static str, String) {
    let t = texts(lang);
    match reason {
        "Self-intersection" | "Ring Self-intersection" => {
            ("crosses-itself", t.get("registry-fault-crosses-itself"))
        }
        "Hole lies outside shell" => ("hole-outside", t.get("registry-fault-hole-outside")),
        "Holes are nested" => ("holes-nested", t.get("registry-fault-holes-nested")),
        "Nested shells" | "Duplicate Rings" => ("parts-overlap", t.get("registry-fault-parts-overlap")),
        _ => ("invalid-area", t.get("registry-fault-invalid-area")),
    }
}

/// Attributes of a kind's things that do not fit its schema, by key and code, for whoever counts them.
#[must_use]
pub fn schema_faults(
    kind: &Kind,
    attributes: &Map<String, Value>,
    lang: Lang,
) -> BTreeMap<String, (&'static str, String)> {
    attribute_faults(&kind.schema, attributes, texts(lang))
        .into_iter()
        .map(|(key, code, detail)| (key, (code, detail)))
        .collect()
}

#[cfg(test)]
mod tests {
    use geo_types::{line_string, point, polygon};
    use serde_json::json;

    use super::*;

    fn found(schema: Value, attributes: Value) -> Vec<(String, &'static str)> {
        let attributes = attributes.as_object().unwrap().clone();
        let faults = attribute_faults(&schema, &attributes, texts(Lang::En));
        faults.into_iter().map(|(key, code, _)| (key, code)).collect()
    }

    #[test]
    fn each_wrong_attribute_is_named() {
        let schema = json!({
            "required": ["ref"],
            "properties": {
                "ref": { "type": "string", "maxLength": 3 },
                "height_m": { "type": "number", "minimum": 0, "maximum": 130, "x-unit": "m" },
                "stems": { "type": "integer" },
                "monument": { "type": "boolean" },
                "leaf": { "type": "string", "enum": ["broad", "needle"] },
                "planted": { "type": "string", "format": "date" },
                "uses": { "type": "array", "items": { "type": "string", "enum": ["a"] } },
            },
        });
        let wrong = json!({
            "ref": "abcd", "height_m": 131, "stems": 1.5, "monument": "yes", "leaf": "x", "planted": "2026-02-30",
            "uses": ["b"], "stranger": 1,
        });
        let mut codes: Vec<_> = found(schema.clone(), wrong).into_iter().map(|(_, code)| code).collect();
        codes.sort_unstable();
        assert_eq!(
            codes,
            [
                "not-a-date",
                "not-a-whole-number",
                "not-in-list",
                "not-in-list",
                "not-yes-or-no",
                "too-large",
                "too-long",
                "unknown"
            ]
        );
        assert_eq!(found(schema.clone(), json!({})), [("ref".to_owned(), "required")]);
        assert_eq!(found(schema, json!({ "ref": "a", "height_m": 12.5, "stems": 2.0, "uses": ["a"] })), []);
    }

    #[test]
    fn shapes_must_fit_the_kind() {
        let code = |wanted, geometry: Geometry<f64>| {
            geometry_fault(wanted, &geometry, texts(Lang::Pl)).map(|fault| fault.code)
        };
        let line = line_string![(x: 20.0, y: 52.0), (x: 20.1, y: 52.0)];
        assert_eq!(code(GeometryType::Point, point! { x: 20.0, y: 52.0 }.into()), None);
        assert_eq!(code(GeometryType::Point, line.clone().into()), Some("wrong-shape"));
        assert_eq!(code(GeometryType::Line, line.into()), None);
        assert_eq!(
            code(GeometryType::Line, line_string![(x: 20.0, y: 52.0), (x: 20.0, y: 52.0)].into()),
            Some("empty")
        );
        assert_eq!(code(GeometryType::Area, polygon![(x: 1.0, y: 1.0)].into()), Some("empty"));
        assert_eq!(code(GeometryType::Point, point! { x: 200.0, y: 52.0 }.into()), Some("not-on-earth"));
        assert_eq!(code(GeometryType::Point, point! { x: f64::NAN, y: 52.0 }.into()), Some("not-on-earth"));
    }
}

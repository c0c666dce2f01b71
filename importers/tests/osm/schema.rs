//! What the reader hands over keeps to the schemas of the built-in kinds.

use std::collections::BTreeMap;
use std::path::PathBuf;

use geo_types::Geometry;
use importers::{Feature, Record};
use serde_json::Value;

use crate::real::real;

/// The built-in kinds by slug, as the program ships them.
fn kinds() -> BTreeMap<String, Value> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../src/registry/kinds");
    let mut kinds = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let kind: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        assert_eq!(path.file_stem().unwrap().to_str(), kind["slug"].as_str());
        kinds.insert(kind["slug"].as_str().unwrap().to_owned(), kind);
    }
    kinds
}

fn fits(geometry: &Geometry<f64>, wanted: &str) -> bool {
    match geometry {
        Geometry::Point(_) => matches!(wanted, "point" | "any"),
        Geometry::LineString(_) => matches!(wanted, "line" | "any"),
        Geometry::Polygon(_) | Geometry::MultiPolygon(_) => matches!(wanted, "area" | "any"),
        _ => false,
    }
}

fn check_value(value: &Value, rule: &Value) -> Result<(), &'static str> {
    let right_type = match rule["type"].as_str() {
        Some("string") => value.is_string(),
        Some("number") => value.is_number(),
        Some("integer") => value.is_i64(),
        Some("boolean") => value.is_boolean(),
        _ => false,
    };
    let letters = value.as_str().map_or(0, |text| text.chars().count() as u64);
    let number = value.as_f64().unwrap_or_default();
    if !right_type {
        Err("type")
    } else if rule["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        Err("enum")
    } else if rule["maxLength"].as_u64().is_some_and(|most| letters > most) {
        Err("maxLength")
    } else if rule["minimum"].as_f64().is_some_and(|least| number < least) {
        Err("minimum")
    } else if rule["maximum"].as_f64().is_some_and(|most| number > most) {
        Err("maximum")
    } else {
        Ok(())
    }
}

fn check(feature: &Feature, kinds: &BTreeMap<String, Value>) {
    let kind = kinds.get(&feature.kind).unwrap_or_else(|| panic!("no kind {}", feature.kind));
    assert!(fits(&feature.geometry, kind["geometry"].as_str().unwrap()), "{feature:?}");
    for (key, value) in &feature.attributes {
        let rule = &kind["schema"]["properties"][key];
        let verdict = check_value(value, rule);
        assert_eq!(verdict, Ok(()), "{key}={value} of {} {}", feature.kind, feature.source_id);
    }
}

#[test]
fn real_features_keep_to_their_schemas() {
    let kinds = kinds();
    for name in
        ["berlin-wittenau.osm.pbf", "lauf-pegnitz.osm.pbf", "helsinki-centre.osm.pbf", "dreieich-cut.osm.gz"]
    {
        let Some(reading) = real(name) else { return };
        for record in &reading.records {
            if let Record::Feature(feature) = record {
                check(feature, &kinds);
            }
        }
    }
}

#[test]
fn kinds_are_complete_in_both_languages() {
    let kinds = kinds();
    assert_eq!(kinds.len(), 14);
    for (slug, kind) in &kinds {
        for text in [&kind["title"], &kind["singular"]] {
            assert!(text["pl"].is_string() && text["en"].is_string(), "{slug}");
        }
        assert_eq!(kind["schema"]["additionalProperties"], false);
        let properties = kind["schema"]["properties"].as_object().unwrap();
        for (key, rule) in properties {
            assert!(rule["title"].is_string() && rule["x-title-en"].is_string(), "{slug}.{key}");
            for word in rule["enum"].as_array().into_iter().flatten() {
                let named = &rule["x-enum"][word.as_str().unwrap()];
                assert!(named["pl"].is_string() && named["en"].is_string(), "{slug}.{key}={word}");
            }
        }
        for key in kind["tile_attributes"].as_array().unwrap() {
            assert!(properties.contains_key(key.as_str().unwrap()), "{slug}.{key}");
        }
    }
}

//! The documents of OGC API Features, as the standard spells them.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::query::MOST_ITEMS;
use crate::{
    kernel::{Crs, Lang},
    platform::feed::Snapshot,
    registry::{Kind, Sight, credits},
};

/// Conformance classes that these doors keep.
pub(super) const CONFORMS_TO: [&str; 26] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/cql2/1.0/conf/functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/create-replace-delete",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/update",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/optimistic-locking-etags",
    "http://www.opengis.net/spec/ogcapi-features-4/1.0/conf/features",
];

/// Media type of the API definition.
pub(super) const OPENAPI_TYPE: &str = "application/vnd.oai.openapi+json;version=3.1";
/// Media type of features.
pub(super) const GEOJSON_TYPE: &str = "application/geo+json";
/// Media type of JSON Schema documents.
pub(super) const SCHEMA_TYPE: &str = "application/schema+json";

/// A link (RFC 8288 as OGC API writes it).
#[derive(Debug, Clone, Serialize)]
pub(super) struct Link {
    pub href: String,
    pub rel: &'static str,
    #[serde(rename = "type")]
    pub media_type: &'static str,
    pub title: String,
}

/// Makes a link.
pub(super) fn link(
    href: impl Into<String>,
    rel: &'static str,
    media_type: &'static str,
    title: &str,
) -> Link {
    Link { href: href.into(), rel, media_type, title: title.to_owned() }
}

pub(super) fn landing(base: &str, town: &str, lang: Lang) -> Value {
    let say = |pl: &'static str, en: &'static str| match lang {
        Lang::Pl => pl,
        Lang::En => en,
    };
    json!({
        "title": town,
        "description": say("Rejestr miejski na mapie: zbiory publiczne", "The town's registry on a map: public collections"),
        "links": [
            link(format!("{base}/ogc"), "self", "application/json", say("Ten dokument", "This document")),
            link(format!("{base}/api/openapi.json"), "service-desc", OPENAPI_TYPE, say("Opis API", "API definition")),
            link(format!("{base}/help"), "service-doc", "text/html", say("Pomoc", "Help")),
            link(format!("{base}/ogc/conformance"), "conformance", "application/json", say("Zgodność", "Conformance")),
            link(format!("{base}/ogc/collections"), "data", "application/json", say("Zbiory", "Collections")),
        ],
    })
}

pub(super) fn collections<'a>(
    base: &str,
    kinds: impl Iterator<Item = &'a Kind>,
    state: &Snapshot,
    lang: Lang,
) -> Value {
    json!({
        "links": [link(format!("{base}/ogc/collections"), "self", "application/json", "collections")],
        // Systems that all collections share are named once (Part 2, global list).
        "crs": Crs::ALL.map(Crs::uri),
        "collections": kinds.map(|kind| collection(base, kind, state, lang)).collect::<Vec<_>>(),
    })
}

pub(super) fn collection(base: &str, kind: &Kind, state: &Snapshot, lang: Lang) -> Value {
    let slug = kind.slug.as_str();
    let here = format!("{base}/ogc/collections/{slug}");
    let title = kind.title.get(lang);
    let mut links = vec![
        link(&here, "self", "application/json", title),
        link(format!("{here}/items"), "items", GEOJSON_TYPE, title),
        link(
            format!("{here}/queryables"),
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA_TYPE,
            title,
        ),
        link(format!("{here}/schema"), "describedby", SCHEMA_TYPE, title),
        link(format!("{base}/api/export/{slug}.geojson"), "enclosure", GEOJSON_TYPE, title),
        link(format!("{base}/tiles/{slug}.json"), "alternate", "application/json", "TileJSON"),
    ];
    if state.sources.contains_key("osm") {
        links.push(link(
            "https://opendatacommons.org/licenses/odbl/1-0/",
            "license",
            "text/html",
            "ODbL 1.0",
        ));
    }
    let mut document = json!({
        "id": slug,
        "title": title,
        "description": kind.schema.get("description").and_then(Value::as_str).unwrap_or(title),
        "itemType": "feature",
        "crs": Crs::ALL.map(Crs::uri),
        "storageCrs": Crs::Crs84.uri(),
        "links": links,
    });
    if let (Some(extent), Some(object)) = (state.extent([slug]), document.as_object_mut()) {
        object.insert(
            "extent".into(),
            json!({
                "spatial": { "bbox": [extent], "crs": Crs::Crs84.uri() },
                "temporal": { "interval": [[Value::Null, Value::Null]] },
            }),
        );
    }
    let credits = credits(state);
    if let (false, Some(object)) = (credits.is_empty(), document.as_object_mut()) {
        object.insert("attribution".into(), credits.join(", ").into());
    }
    document
}

/// Queryables and schema of a collection: public attributes with the properties that all assets have.
pub(super) fn schema(base: &str, kind: &Kind, sight: Sight, lang: Lang, path: &str) -> Value {
    let say = |pl: &'static str, en: &'static str| match lang {
        Lang::Pl => pl,
        Lang::En => en,
    };
    let mut properties = Map::new();
    let mut add = |name: &str, schema: Value| properties.insert(name.to_owned(), schema);
    let geometry = match kind.geometry {
        crate::registry::GeometryType::Point => "geometry-point",
        crate::registry::GeometryType::Line => "geometry-linestring-or-multilinestring",
        crate::registry::GeometryType::Area => "geometry-polygon-or-multipolygon",
        crate::registry::GeometryType::Any => "geometry-any",
    };
    add("geometry", json!({ "format": geometry, "x-ogc-role": "primary-geometry" }));
    add(
        "registry_number",
        json!({ "type": "integer", "title": say("Numer w rejestrze", "Registry number") }),
    );
    add("label", json!({ "type": "string", "title": say("Nazwa", "Label") }));
    add(
        "status",
        json!({ "type": "string", "title": say("Stan", "Status"), "enum": ["planned", "in_service", "out_of_service"],
                "x-labels": {
                    "planned": say("planowany", "planned"),
                    "in_service": say("w użyciu", "in service"),
                    "out_of_service": say("wyłączony z użytku", "out of service"),
                } }),
    );
    add("source", json!({ "type": "string", "title": say("Źródło", "Source") }));
    add("source_id", json!({ "type": "string", "title": say("Identyfikator w źródle", "Id in the source") }));
    add("rev", json!({ "type": "integer", "title": say("Wersja", "Version") }));
    add(
        "updated_at",
        json!({ "type": "string", "format": "date-time", "title": say("Ostatnia zmiana", "Last change") }),
    );
    let is_schema = path == "schema";
    // Wholes that the public may not know of are named to nobody of it, so it cannot filter by them either.
    if is_schema || sight == Sight::Inside {
        add(
            "part_of",
            json!({ "type": "string", "format": "uuid", "title": say("Część obiektu", "Part of") }),
        );
    }
    if !is_schema {
        add("id", json!({ "type": "string", "format": "uuid", "title": say("Identyfikator", "Id") }));
    }
    for (name, attribute) in kind.properties(sight) {
        let mut shown = Map::new();
        for key in ["type", "format", "enum", "items", "minimum", "maximum", "maxLength"] {
            if let Some(value) = attribute.get(key) {
                shown.insert(key.to_owned(), value.clone());
            }
        }
        let title = match lang {
            Lang::Pl => attribute.get("title"),
            Lang::En => attribute.get("x-title-en").or_else(|| attribute.get("title")),
        };
        shown.extend(title.map(|title| ("title".to_owned(), title.clone())));
        // What the values of a list mean, for people.
        if let Some(labels) = attribute.get("x-enum").and_then(Value::as_object) {
            let label = |labels: &Value| labels.get(lang.tag()).cloned().unwrap_or(Value::Null);
            let labels: Map<String, Value> =
                labels.iter().map(|(value, labels)| (value.clone(), label(labels))).collect();
            shown.insert("x-labels".into(), Value::Object(labels));
        }
        if let Some(order) = attribute.get("x-order").filter(|_| !is_schema) {
            shown.insert("x-order".into(), order.clone());
        }
        shown.extend(attribute.get("x-unit").map(|unit| ("x-ogc-unit".to_owned(), unit.clone())));
        add(name, Value::Object(shown));
    }
    if is_schema {
        for schema in properties.values_mut().filter_map(Value::as_object_mut) {
            // What is unknown is null.
            if let Some(Value::String(kind)) = schema.get("type").cloned() {
                schema.insert("type".into(), json!([kind, "null"]));
            }
            if let Some(Value::Array(values)) = schema.get_mut("enum") {
                values.push(Value::Null);
            }
        }
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{base}/ogc/collections/{}/{path}", kind.slug.as_str()),
        "type": "object",
        "title": kind.title.get(lang),
        "properties": properties,
        "additionalProperties": false,
    })
}

/// Text for the limit in the API definition; GDAL reads the maximum from there.
pub(super) const LIMIT_DESCRIPTION: &str = "1 to 10000, default 10; a larger number is brought down to 10000";
const _: () = assert!(MOST_ITEMS == 10_000, "the description of the limit names it");

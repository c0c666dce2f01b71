//! The properties by which assets of a kind can be filtered and sorted.

use cql2::{Queryables, Source, Type};
use serde_json::Value;

use crate::registry::{Kind, Sight};

/// Columns that every asset has: name, column, type.
const COLUMNS: [(&str, &str, Type); 11] = [
    ("geometry", "geom", Type::Geometry),
    // What many call it.
    ("geom", "geom", Type::Geometry),
    ("id", "id", Type::Id),
    ("registry_number", "registry_number", Type::Integer),
    ("label", "label", Type::Text),
    ("status", "status", Type::Text),
    ("source", "source", Type::Text),
    ("source_id", "source_id", Type::Text),
    ("rev", "rev", Type::Integer),
    ("updated_at", "updated_at", Type::Instant),
    ("part_of", "part_of", Type::Id),
];

/// What a reader may filter things of a kind by: columns that all have, and the attributes that the reader may see.
#[must_use]
pub fn queryables(kind: &Kind, sight: Sight) -> Queryables {
    let mut all = Queryables::default();
    for (key, schema) in kind.properties(sight) {
        all.add(key, Source::Attribute(key.to_owned()), attribute_type(schema));
    }
    for (name, column, kind) in COLUMNS {
        // The whole may be one that the public may not know of.
        if name != "part_of" || sight == Sight::Inside {
            all.add(name, Source::Column(column), kind);
        }
    }
    all
}

fn attribute_type(schema: &Value) -> Type {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    match (text("type"), text("format")) {
        (Some("number"), _) => Type::Number,
        (Some("integer"), _) => Type::Integer,
        (Some("boolean"), _) => Type::Bool,
        (Some("array"), _) => Type::List,
        (_, Some("date")) => Type::Date,
        _ => Type::Text,
    }
}

//! What a mapping must know of a kind of the registry.

use serde::Serialize;
use serde_json::Value;

/// A kind as a target of rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindSpec {
    /// Its slug, `trees`.
    pub slug: String,
    /// Its name in Polish.
    pub title_pl: String,
    /// Its name in English.
    pub title_en: String,
    /// Shape of its things.
    pub geometry: Shape,
    /// Attributes in the order in which people see them.
    pub attributes: Vec<AttributeSpec>,
}

/// Shape of a kind's things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// Points only.
    Point,
    /// Lines, also of several parts.
    Line,
    /// Polygons, also of several parts.
    Area,
    /// Any of them.
    Any,
}

/// An attribute of a kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AttributeSpec {
    /// Key in the schema.
    pub key: String,
    /// Name in Polish.
    pub title_pl: String,
    /// Name in English.
    pub title_en: String,
    /// Type with its bounds.
    pub kind: AttributeType,
    /// Values that are proposed or, if `closed`, the only ones.
    pub choices: Vec<ChoiceSpec>,
    /// Whether only the choices are allowed.
    pub closed: bool,
    /// Unit of its numbers, `cm`.
    pub unit: Option<String>,
    /// Whether the schema wants it of every thing.
    pub required: bool,
}

/// Type of an attribute.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum AttributeType {
    /// Text of at most `max` characters.
    Text {
        /// Most characters.
        max: Option<usize>,
    },
    /// A whole number.
    Integer {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// A number.
    Number {
        /// Smallest.
        min: Option<f64>,
        /// Largest.
        max: Option<f64>,
    },
    /// Yes or no.
    Bool,
    /// A day, ISO.
    Date,
    /// One of the choices, text.
    Choice,
    /// Several values.
    List {
        /// Type of each.
        item: Box<AttributeType>,
        /// Most values.
        max_items: Option<usize>,
    },
}

/// A value with its names.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceSpec {
    /// Value as it is stored; numbers as text.
    pub value: String,
    /// Name in Polish.
    pub label_pl: String,
    /// Name in English.
    pub label_en: String,
}

impl KindSpec {
    /// From the whole definition of a kind, as in `src/registry/kinds/*.json`; `None` where it is none.
    #[must_use]
    pub fn from_definition(definition: &Value) -> Option<Self> {
        let slug = definition.get("slug")?.as_str()?.to_owned();
        let title = |lang| Some(definition.get("title")?.get(lang)?.as_str()?.to_owned());
        let geometry = match definition.get("geometry")?.as_str()? {
            "point" => Shape::Point,
            "line" => Shape::Line,
            "area" => Shape::Area,
            _ => Shape::Any,
        };
        let schema = definition.get("schema")?;
        let required: Vec<&str> = schema
            .get("required")
            .and_then(Value::as_array)
            .map(|keys| keys.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let mut ordered: Vec<(i64, AttributeSpec)> = schema
            .get("properties")?
            .as_object()?
            .iter()
            .map(|(key, property)| {
                let order = property.get("x-order").and_then(Value::as_i64).unwrap_or(i64::MAX);
                (order, AttributeSpec::new(key, property, required.contains(&key.as_str())))
            })
            .collect();
        ordered.sort_by_key(|(order, _)| *order);
        let attributes = ordered.into_iter().map(|(_, attribute)| attribute).collect();
        let title_pl = title("pl").unwrap_or_else(|| slug.clone());
        let title_en = title("en").unwrap_or_else(|| slug.clone());
        Some(Self { slug, title_pl, title_en, geometry, attributes })
    }

    /// The attribute with this key.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<&AttributeSpec> {
        self.attributes.iter().find(|attribute| attribute.key == key)
    }
}

impl AttributeSpec {
    fn new(key: &str, property: &Value, required: bool) -> Self {
        let text = |name: &str| property.get(name).and_then(Value::as_str).map(str::to_owned);
        let allowed = property.get("enum").and_then(Value::as_array);
        let labels = property.get("x-enum").and_then(Value::as_object);
        let values: Vec<String> = match (allowed, labels) {
            (Some(values), _) => values.iter().map(value_text).collect(),
            (None, Some(labels)) => labels.keys().cloned().collect(),
            (None, None) => Vec::new(),
        };
        let choices = values
            .into_iter()
            .map(|value| {
                let label = |lang| {
                    let label = labels?.get(&value)?.get(lang)?;
                    label.as_str().map(str::to_owned)
                };
                let label_pl = label("pl").unwrap_or_else(|| value.clone());
                let label_en = label("en").unwrap_or_else(|| value.clone());
                ChoiceSpec { value, label_pl, label_en }
            })
            .collect();
        Self {
            key: key.to_owned(),
            title_pl: text("title").unwrap_or_else(|| key.to_owned()),
            title_en: text("x-title-en").unwrap_or_else(|| key.to_owned()),
            kind: AttributeType::of(property),
            choices,
            closed: allowed.is_some(),
            unit: text("x-unit"),
            required,
        }
    }
}

impl AttributeType {
    fn of(property: &Value) -> Self {
        let integer = |name: &str| property.get(name).and_then(Value::as_i64);
        let number = |name: &str| property.get(name).and_then(Value::as_f64);
        let size = |name: &str| integer(name).and_then(|value| usize::try_from(value).ok());
        let is_text_enum = || {
            let values = property.get("enum").and_then(Value::as_array);
            values.is_some_and(|values| values.iter().all(Value::is_string))
        };
        match property.get("type").and_then(Value::as_str).unwrap_or("string") {
            "integer" => Self::Integer { min: integer("minimum"), max: integer("maximum") },
            "number" => Self::Number { min: number("minimum"), max: number("maximum") },
            "boolean" => Self::Bool,
            "array" => {
                let item = property.get("items").map_or(Self::Text { max: None }, Self::of);
                Self::List { item: Box::new(item), max_items: size("maxItems") }
            }
            _ if property.get("format").and_then(Value::as_str) == Some("date") => Self::Date,
            _ if is_text_enum() => Self::Choice,
            _ => Self::Text { max: size("maxLength") },
        }
    }
}

fn value_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

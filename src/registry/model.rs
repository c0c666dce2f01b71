//! Kinds of things and what is shown of them. Pure.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    kernel::{Lang, ParamError},
    platform::feed::Snapshot,
};

/// A kind's name in addresses and tables: `lamps`. Lower case letters, digits, underscore; at most 41.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct KindSlug(Arc<str>);

impl KindSlug {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<KindSlug> for String {
    fn from(slug: KindSlug) -> Self {
        slug.0.as_ref().to_owned()
    }
}

impl TryFrom<String> for KindSlug {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl FromStr for KindSlug {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let mut bytes = text.bytes();
        let good = bytes.next().is_some_and(|b| b.is_ascii_lowercase())
            && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            && text.len() <= 41;
        if good {
            Ok(Self(text.into()))
        } else {
            Err("a kind's name is lower case letters, digits and underscores")
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Text {
    /// Polish.
    pub pl: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in one language.
    #[must_use]
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

/// What shape things of a kind have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum GeometryType {
    /// Points.
    Point,
    /// Lines, single or several.
    Line,
    /// Areas, single or several, with holes.
    Area,
    /// Any of them: a grave may be known as a point or as a plot.
    Any,
}

/// Which part of the town's life a kind belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// Small objects, lines and areas that the town keeps.
    Inventory,
    /// Cemeteries and what is in them.
    Cemetery,
    /// Ways to walk.
    Network,
    /// Land and building register and addresses.
    Cadastre,
}

/// A kind of registered thing, as stored and as built in.
#[derive(Debug, Clone, Deserialize, Serialize)]
pub struct Kind {
    /// Its name.
    pub slug: KindSlug,
    /// "Latarnie", "Lamps".
    pub title: Text,
    /// "Latarnia", "Lamp".
    pub singular: Text,
    /// Shape.
    pub geometry: GeometryType,
    /// Name of the icon.
    pub icon: String,
    /// Colour on the map, `#rrggbb`.
    pub colour: String,
    /// Where it belongs.
    pub domain: Domain,
    /// Whether the public may see things of this kind at all.
    pub public: bool,
    /// Zoom from which single things are worth drawing.
    pub min_zoom: u8,
    /// Attributes that the map needs in its tiles.
    pub tile_attributes: Vec<String>,
    /// JSON Schema (2020-12) of the attributes, with titles and units.
    pub schema: Value,
}

/// From where somebody looks at the registry. It decides which attributes of a kind are shown, for items, exports, cards
/// and tiles alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sight {
    /// The public: what is not marked private.
    #[default]
    Public,
    /// Staff who may read the kind: everything.
    Inside,
}

impl Kind {
    /// Attributes that may be seen, with their schemas, in the order in which forms show them.
    #[must_use]
    pub fn properties(&self, sight: Sight) -> Vec<(&str, &Value)> {
        let mut properties: Vec<(&str, &Value)> = self
            .schema
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .filter(|(_, schema)| {
                sight == Sight::Inside || schema.get("x-public") != Some(&Value::Bool(false))
            })
            .map(|(key, schema)| (key.as_str(), schema))
            .collect();
        properties
            .sort_by_key(|(_, schema)| schema.get("x-order").and_then(Value::as_i64).unwrap_or(i64::MAX));
        properties
    }

    /// The title of an attribute.
    #[must_use]
    pub fn attribute_title(&self, key: &str, lang: Lang) -> Option<String> {
        let property = self.schema.get("properties")?.get(key)?;
        let text = |name: &str| property.get(name).and_then(Value::as_str);
        let title = match lang {
            Lang::Pl => text("title"),
            Lang::En => text("x-title-en").or_else(|| text("title")),
        };
        title.map(str::to_owned)
    }

    /// An object with every attribute that may be seen set to null: features of one collection all have the same
    /// properties, which GIS programs that infer a table from the first page rely on.
    #[must_use]
    pub fn empty_attributes(&self, sight: Sight) -> Value {
        self.properties(sight)
            .into_iter()
            .map(|(key, _)| (key.to_owned(), Value::Null))
            .collect::<Map<_, _>>()
            .into()
    }

    /// Keys of the attributes that may be seen; nothing else leaves the house.
    #[must_use]
    pub fn keys(&self, sight: Sight) -> Vec<String> {
        self.properties(sight).into_iter().map(|(key, _)| key.to_owned()).collect()
    }

    /// Public attributes that the map needs in its tiles.
    #[must_use]
    pub fn public_tile_attributes(&self) -> Vec<String> {
        let public = self.keys(Sight::Public);
        self.tile_attributes.iter().filter(|key| public.contains(key)).cloned().collect()
    }

    /// Reads a filter value for an attribute by its schema's type.
    ///
    /// # Errors
    /// When the kind has no such attribute that may be seen, or the text has the wrong type.
    pub fn filter_value(&self, sight: Sight, name: &str, text: &str) -> Result<Value, ParamError> {
        let properties = self.properties(sight);
        let Some((_, schema)) = properties.iter().find(|(key, _)| *key == name) else {
            return Err(ParamError::new(name, "is no parameter and no attribute of this collection"));
        };
        let wrong = |expected: &str| ParamError::new(name, format!("must be {expected}"));
        match schema.get("type").and_then(Value::as_str) {
            Some("boolean") => text.parse().map(Value::Bool).map_err(|_| wrong("true or false")),
            Some("integer") => text.parse::<i64>().map(Value::from).map_err(|_| wrong("a whole number")),
            Some("number") => text
                .parse::<f64>()
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map(Value::Number)
                .ok_or_else(|| wrong("a number")),
            _ => Ok(Value::String(text.to_owned())),
        }
    }

    /// The attributes of one asset for a reader: titles, values and units in their language, empty ones left out.
    #[must_use]
    pub fn describe(&self, attributes: &Map<String, Value>, sight: Sight, lang: Lang) -> Vec<Attribute> {
        self.properties(sight)
            .into_iter()
            .filter_map(|(key, schema)| {
                let value = attributes.get(key).filter(|value| !value.is_null())?;
                Some(Attribute {
                    key: key.to_owned(),
                    title: self.attribute_title(key, lang).unwrap_or_else(|| key.to_owned()),
                    value: show(value, schema, lang),
                    unit: schema.get("x-unit").and_then(Value::as_str).map(str::to_owned),
                })
            })
            .collect()
    }
}

/// A value as people read it, by its schema.
#[must_use]
pub fn show(value: &Value, schema: &Value, lang: Lang) -> String {
    match value {
        Value::Bool(true) if lang == Lang::Pl => "tak".into(),
        Value::Bool(false) if lang == Lang::Pl => "nie".into(),
        Value::Bool(yes) => if *yes { "yes" } else { "no" }.into(),
        Value::Number(number) if lang == Lang::Pl => number.to_string().replace('.', ","),
        Value::Number(number) => number.to_string(),
        Value::String(text) => schema
            .pointer(&format!("/x-enum/{}/{}", text.replace('~', "~0").replace('/', "~1"), lang.tag()))
            .and_then(Value::as_str)
            .unwrap_or(text)
            .to_owned(),
        Value::Array(items) => {
            items.iter().map(|item| show(item, schema, lang)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// All kinds, by slug and in the order of the legend.
#[derive(Debug, Clone, Default)]
pub struct Kinds {
    /// Which version of the kinds this is, as the change feed counts them.
    pub revision: i64,
    order: Vec<Arc<Kind>>,
    by_slug: BTreeMap<String, Arc<Kind>>,
}

impl Kinds {
    /// Takes kinds of one revision in the order of the legend.
    #[must_use]
    pub fn new(revision: i64, kinds: Vec<Kind>) -> Self {
        let order: Vec<Arc<Kind>> = kinds.into_iter().map(Arc::new).collect();
        let by_slug = order.iter().map(|kind| (kind.slug.as_str().to_owned(), kind.clone())).collect();
        Self { revision, order, by_slug }
    }

    /// A kind that the public may see.
    #[must_use]
    pub fn public(&self, slug: &str) -> Option<Arc<Kind>> {
        self.by_slug.get(slug).filter(|kind| kind.public).cloned()
    }

    /// A kind, public or not; the caller has made sure that it may be seen.
    #[must_use]
    pub fn any(&self, slug: &str) -> Option<Arc<Kind>> {
        self.by_slug.get(slug).cloned()
    }

    /// All kinds, in the order of the legend; the caller leaves out what may not be seen.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.order.iter()
    }

    /// All kinds that the public may see, in the order of the legend.
    pub fn all_public(&self) -> impl Iterator<Item = &Arc<Kind>> {
        self.order.iter().filter(|kind| kind.public)
    }

    /// Whether there is such a kind, public or not.
    #[must_use]
    pub fn knows(&self, slug: &str) -> bool {
        self.by_slug.contains_key(slug)
    }
}

/// What a slice that hangs something on an asset has to know of it.
#[derive(Debug, Clone)]
pub struct AssetHead {
    /// Its kind, public or not.
    pub kind: Arc<Kind>,
    /// What people call it, or kind and number.
    pub label: String,
    /// Whether it is not removed.
    pub live: bool,
}

impl AssetHead {
    /// Whether the public may know of it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.live && self.kind.public
    }
}

/// One attribute as a reader sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Attribute {
    /// Key of the schema.
    pub key: String,
    /// Title in the reader's language.
    pub title: String,
    /// Value in the reader's language.
    pub value: String,
    /// Unit, if it has one.
    pub unit: Option<String>,
}

/// The whole of which an asset is a part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Part {
    /// Its id.
    pub id: Uuid,
    /// What people call it.
    pub label: String,
    /// Slug of its kind.
    pub kind: String,
}

/// What is shown of one asset.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Card {
    /// Its id.
    pub id: Uuid,
    /// Slug of the kind.
    pub kind: String,
    /// "Latarnia", "Lamp".
    pub kind_title: String,
    /// Number in the town's registry; never reused.
    pub number: i64,
    /// What people call it, or "Latarnia 123" when it has no name.
    pub label: String,
    /// `planned`, `in_service`, `out_of_service`.
    pub status: String,
    /// GeoJSON geometry in CRS84.
    #[schema(value_type = Object)]
    pub geometry: Value,
    /// Public attributes that are known.
    pub attributes: Vec<Attribute>,
    /// Where the data comes from: `osm`, `demo`…
    pub source: String,
    /// Terms under which it may be used, and whom to name.
    pub licence: Licence,
    /// The whole of which it is a part.
    pub part_of: Option<Part>,
    /// Version, counting from 1.
    pub rev: i32,
    /// When it last changed, RFC 3339.
    pub updated_at: chrono::DateTime<chrono::Utc>,
    /// Its own page.
    pub url: String,
}

/// Terms of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Licence {
    /// Name of the terms; empty when nobody has said.
    pub name: String,
    /// Whom to name; empty when nobody has said.
    pub attribution: String,
}

/// Terms under which data of a source may be used: Open Database License 1.0 for OpenStreetMap, else what its mapping says.
#[must_use]
pub fn licence_of(state: &Snapshot, source: &str) -> Licence {
    let (name, attribution) = match source {
        "osm" => ("ODbL-1.0", "© OpenStreetMap contributors"),
        "demo" => ("CC0-1.0", "Reeve demo: a made-up town"),
        other => {
            let known = state.sources.get(other).cloned().unwrap_or_default();
            return Licence {
                name: known.licence.unwrap_or_default(),
                attribution: known.title.unwrap_or_default(),
            };
        }
    };
    Licence { name: name.to_owned(), attribution: attribution.to_owned() }
}

/// Whom to name for all that is shown, each once.
#[must_use]
pub fn credits(state: &Snapshot) -> Vec<String> {
    let all = state.sources.keys().map(|source| licence_of(state, source).attribution);
    let mut credits: Vec<String> = all.filter(|credit| !credit.is_empty()).collect();
    credits.sort();
    credits.dedup();
    credits
}

/// A kind with its count, for legends.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct KindSummary {
    /// Name in addresses.
    pub slug: String,
    /// Title in the reader's language.
    pub title: String,
    /// Shape.
    pub geometry_type: GeometryType,
    /// Name of the icon.
    pub icon: String,
    /// Colour, `#rrggbb`.
    pub colour: String,
    /// Zoom from which single things are drawn.
    pub min_zoom: u8,
    /// How many there are.
    pub count: i64,
    /// Where it belongs: `inventory`, `cemetery`, `network`.
    #[schema(value_type = String)]
    pub domain: Domain,
}

/// One row of the table of what is in sight.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct InSight {
    /// Its id.
    pub id: Uuid,
    /// Slug of the kind.
    pub kind: String,
    /// "Latarnia".
    pub kind_title: String,
    /// What people call it.
    pub label: String,
    /// Number in the registry.
    pub number: i64,
    /// The two or three attributes that say most.
    pub summary: String,
    /// Longitude and latitude of a point on it.
    pub point: [f64; 2],
}

//! A kind as the form shows it ↔ its stored definition. Pure.
//!
//! The form knows a part of JSON Schema. What it does not know (an attribute of another type, `default`, words for
//! whole numbers, keys of our own) is taken over from the old definition untouched.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::{
    platform::i18n::Texts,
    registry::KindSlug,
    ui::views::{AttributeForm, FormFault, KindForm, ValueForm},
};

/// Most attributes of a kind.
pub(super) const MOST_ATTRIBUTES: usize = 60;
/// Most values of a list.
pub(super) const MOST_VALUES: usize = 200;
/// Most letters of a title.
const LONGEST_TITLE: usize = 100;
/// Most letters of a help text.
const LONGEST_HELP: usize = 500;
/// Most letters of a key or a value of a list.
const LONGEST_KEY: usize = 41;
/// Most letters that a text attribute may be allowed to have.
const LONGEST_TEXT: u64 = 20_000;
/// From this length on a text is written in several lines.
const LONG_TEXT: u64 = 500;
/// Least contrast of a sign against white (WCAG 2.2, 1.4.11).
const LEAST_CONTRAST: f64 = 3.0;

/// Names that mean something else in the same answers and tables.
const RESERVED_KEYS: [&str; 11] = [
    "registry_number",
    "label",
    "status",
    "source",
    "source_id",
    "part_of",
    "rev",
    "updated_at",
    "id",
    "geometry",
    "kind",
];
/// Collections of the change feed that are no kinds, and an address of ours.
const RESERVED_SLUGS: [&str; 4] = ["burials", "basemap", "kinds", "new"];

/// What kind of value an attribute has, as the form offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AttributeType {
    Text,
    LongText,
    Number,
    Whole,
    YesNo,
    OneOf,
    SeveralOf,
    Date,
}

impl AttributeType {
    pub(super) const ALL: [(Self, &'static str, &'static str); 8] = [
        (Self::Text, "text", "kinds-type-text"),
        (Self::LongText, "long_text", "kinds-type-long-text"),
        (Self::Number, "number", "kinds-type-number"),
        (Self::Whole, "whole", "kinds-type-whole"),
        (Self::YesNo, "yes_no", "kinds-type-yes-no"),
        (Self::OneOf, "one_of", "kinds-type-one-of"),
        (Self::SeveralOf, "several_of", "kinds-type-several-of"),
        (Self::Date, "date", "kinds-type-date"),
    ];

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|(_, known, _)| *known == name).map(|(found, _, _)| found)
    }

    fn name(self) -> &'static str {
        Self::ALL.into_iter().find(|(known, _, _)| *known == self).map_or("text", |(_, name, _)| name)
    }

    /// The type of a stored attribute; `None` when the form does not know it.
    fn of(schema: &Value) -> Option<Self> {
        let text = |name: &str| schema.get(name).and_then(Value::as_str);
        let has_list = schema.get("enum").is_some();
        match text("type")? {
            "string" if text("format") == Some("date") => Some(Self::Date),
            "string" if text("format").is_some() => None,
            "string" if has_list => Some(Self::OneOf),
            "string" => {
                let long = schema.get("maxLength").and_then(Value::as_u64).is_some_and(|n| n >= LONG_TEXT);
                Some(if long { Self::LongText } else { Self::Text })
            }
            "number" if !has_list => Some(Self::Number),
            "integer" if !has_list => Some(Self::Whole),
            "boolean" if !has_list => Some(Self::YesNo),
            "array" => schema.pointer("/items/enum").map(|_| Self::SeveralOf),
            _ => None,
        }
    }

    fn has_values(self) -> bool {
        matches!(self, Self::OneOf | Self::SeveralOf)
    }
}

/// The name of the type that the form keeps as it is.
pub(super) const OTHER_TYPE: &str = "other";

// ---- from the definition to the form ---------------------------------------------------------------------------

/// The form of a stored kind.
pub(super) fn form_of(definition: &Value, rev: i32) -> KindForm {
    let text =
        |pointer: &str| definition.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let tiles: Vec<&str> = definition
        .get("tile_attributes")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let required = required_keys(definition);
    KindForm {
        slug: text("/slug"),
        rev: rev.to_string(),
        title_pl: text("/title/pl"),
        title_en: text("/title/en"),
        singular_pl: text("/singular/pl"),
        singular_en: text("/singular/en"),
        icon: text("/icon"),
        colour: text("/colour"),
        geometry: text("/geometry"),
        domain: text("/domain"),
        public: definition.get("public") == Some(&Value::Bool(true)),
        min_zoom: definition.get("min_zoom").map(Value::to_string).unwrap_or_default(),
        attributes: properties_in_order(definition)
            .into_iter()
            .map(|(key, schema)| AttributeForm {
                required: required.contains(key),
                in_tiles: tiles.contains(&key),
                ..attribute_form(key, schema)
            })
            .collect(),
    }
}

/// Attributes of a definition in the order in which forms show them.
pub(super) fn properties_in_order(definition: &Value) -> Vec<(&str, &Value)> {
    let mut found: Vec<(&str, &Value)> = definition
        .pointer("/schema/properties")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
        .map(|(key, schema)| (key.as_str(), schema))
        .collect();
    found.sort_by_key(|(_, schema)| schema.get("x-order").and_then(Value::as_i64).unwrap_or(i64::MAX));
    found
}

/// Attributes from which things take their labels and that a change makes private.
pub(super) fn hidden_names(old: &Value, new: &Value) -> Vec<&'static str> {
    let is_hidden = |definition: &Value, key: &str| {
        let schema = definition.pointer(&format!("/schema/properties/{key}"));
        schema.map(|schema| schema.get("x-public") == Some(&Value::Bool(false)))
    };
    let goes = |key: &&str| is_hidden(old, key) == Some(false) && is_hidden(new, key) == Some(true);
    ["name", "ref"].into_iter().filter(goes).collect()
}

/// Whether a label, which is public, tells the value of one of these attributes.
pub(super) fn tells(label: Option<&str>, attributes: &Map<String, Value>, keys: &[&str]) -> bool {
    let Some(label) = label.map(str::trim) else { return false };
    keys.iter().filter_map(|key| attributes.get(*key)).any(|value| match value {
        Value::String(text) => text.trim() == label,
        Value::Number(number) => number.to_string() == label,
        _ => false,
    })
}

/// Keys that a definition requires.
pub(super) fn required_keys(definition: &Value) -> BTreeSet<&str> {
    let required = definition.pointer("/schema/required").and_then(Value::as_array);
    required.into_iter().flatten().filter_map(Value::as_str).collect()
}

fn attribute_form(key: &str, schema: &Value) -> AttributeForm {
    let text = |name: &str| schema.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let number =
        |name: &str| schema.get(name).filter(|n| n.is_number()).map(Value::to_string).unwrap_or_default();
    let kind = AttributeType::of(schema);
    let values = match kind {
        Some(AttributeType::OneOf) => schema.get("enum"),
        Some(AttributeType::SeveralOf) => schema.pointer("/items/enum"),
        _ => None,
    };
    let word = |value: &str, lang: &str| {
        let words = schema.get("x-enum").and_then(|words| words.get(value));
        words.and_then(|words| words.get(lang)).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    AttributeForm {
        was: key.to_owned(),
        key: key.to_owned(),
        title_pl: text("title"),
        title_en: text("x-title-en"),
        kind: kind.map_or(OTHER_TYPE, AttributeType::name).to_owned(),
        values: values
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(|value| ValueForm { value: value.to_owned(), pl: word(value, "pl"), en: word(value, "en") })
            .collect(),
        unit: text("x-unit"),
        minimum: number("minimum"),
        maximum: number("maximum"),
        max_length: number("maxLength"),
        private: schema.get("x-public") == Some(&Value::Bool(false)),
        help_pl: text("description"),
        help_en: text("x-help-en"),
        ..AttributeForm::default()
    }
}

// ---- from the form to the definition ----------------------------------------------------------------------------

/// What the form says, checked, as a definition; `old` is the one that it replaces.
///
/// # Errors
/// Everything that is wrong, field by field.
pub(super) fn definition_of(
    form: &KindForm,
    old: Option<&Value>,
    t: &Texts,
) -> Result<Value, Vec<FormFault>> {
    let mut reading = Reading { t, faults: Vec::new() };
    let mut definition = old.and_then(Value::as_object).cloned().unwrap_or_default();
    reading.head(form, old.is_none(), &mut definition);
    let mut schema = match definition.remove("schema") {
        Some(Value::Object(schema)) => schema,
        _ => json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object",
                     "additionalProperties": false })
        .as_object()
        .cloned()
        .unwrap_or_default(),
    };
    let old_properties = match schema.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let properties = reading.attributes(form, &old_properties);
    let keys_where = |wanted: fn(&AttributeForm) -> bool| {
        form.attributes
            .iter()
            .filter(|attribute| wanted(attribute))
            .map(|a| Value::from(key_of(a)))
            .collect::<Vec<_>>()
    };
    let required = keys_where(|attribute| attribute.required);
    if required.is_empty() {
        schema.remove("required");
    } else {
        schema.insert("required".into(), required.into());
    }
    // The order of this list says nothing; the old one is kept where it names the same.
    let in_tiles = keys_where(|attribute| attribute.in_tiles && !attribute.private);
    let as_set = |list: &[Value]| list.iter().map(Value::to_string).collect::<BTreeSet<_>>();
    let kept = definition.get("tile_attributes").and_then(Value::as_array);
    if kept.is_none_or(|kept| as_set(kept) != as_set(&in_tiles)) {
        definition.insert("tile_attributes".into(), in_tiles.into());
    }
    schema.insert("properties".into(), properties.into());
    definition.insert("schema".into(), schema.into());
    if reading.faults.is_empty() { Ok(definition.into()) } else { Err(reading.faults) }
}

/// The key of a row: the stored one, else the typed one, else one made from the title.
pub(super) fn key_of(attribute: &AttributeForm) -> String {
    if !attribute.was.is_empty() {
        attribute.was.clone()
    } else if attribute.key.trim().is_empty() {
        name_from(&attribute.title_pl)
    } else {
        attribute.key.trim().to_owned()
    }
}

/// The name of a new kind: the typed one, else one made from its title.
pub(super) fn slug_of(form: &KindForm) -> String {
    if form.slug.trim().is_empty() { name_from(&form.title_pl) } else { form.slug.trim().to_owned() }
}

/// A name of lower case letters, digits and underscores from a title: "Średnica (cm)" → `srednica_cm`.
pub(super) fn name_from(title: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let mut name = String::new();
    for letter in title.to_lowercase().replace('ł', "l").nfd() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty()
            && !name.ends_with('_')
            && !unicode_normalization::char::is_combining_mark(letter)
        {
            name.push('_');
        }
    }
    let name: String = name.chars().take(LONGEST_KEY).collect();
    let name = name.trim_matches('_');
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("n_{name}") } else { name.to_owned() }
}

struct Reading<'a> {
    t: &'a Texts,
    faults: Vec<FormFault>,
}

impl Reading<'_> {
    fn fault(&mut self, field: impl Into<String>, message: String) {
        self.faults.push(FormFault { field: field.into(), message });
    }

    /// A text of at most so many letters without line ends and control characters.
    fn line(&mut self, field: &str, typed: &str, longest: usize, needed: bool) -> String {
        let text = typed.trim();
        if needed && text.is_empty() {
            self.fault(field, self.t.get("kinds-fault-empty"));
        } else if text.chars().count() > longest {
            self.fault(field, self.t.args("kinds-fault-long", &[("n", (longest as u64).into())]));
        } else if text.chars().any(char::is_control) {
            self.fault(field, self.t.get("kinds-fault-control"));
        }
        text.to_owned()
    }

    fn head(&mut self, form: &KindForm, is_new: bool, definition: &mut Map<String, Value>) {
        let mut text = |field: &str, typed: &str| self.line(field, typed, LONGEST_TITLE, true);
        let title = json!({ "pl": text("title_pl", &form.title_pl), "en": text("title_en", &form.title_en) });
        let singular = json!({ "pl": text("singular_pl", &form.singular_pl), "en": text("singular_en", &form.singular_en) });
        if is_new {
            let slug = slug_of(form);
            if slug.parse::<KindSlug>().is_err() {
                self.fault("slug", self.t.get("kinds-fault-slug"));
            } else if RESERVED_SLUGS.contains(&slug.as_str()) {
                self.fault("slug", self.t.args("kinds-fault-reserved", &[("name", slug.as_str().into())]));
            }
            definition.insert("slug".into(), slug.into());
        }
        if !super::shown::ICONS.iter().any(|(name, _)| *name == form.icon)
            && definition.get("icon").and_then(Value::as_str) != Some(&form.icon)
        {
            self.fault("icon", self.t.get("kinds-fault-icon"));
        }
        match contrast_with_white(&form.colour) {
            None => self.fault("colour", self.t.get("kinds-fault-colour")),
            Some(contrast) if contrast < LEAST_CONTRAST => {
                let shown = self.t.number(contrast, 1);
                self.fault("colour", self.t.args("kinds-fault-contrast", &[("contrast", shown.into())]));
            }
            Some(_) => {}
        }
        for (field, value, known) in [
            ("geometry", &form.geometry, &["point", "line", "area", "any"][..]),
            ("domain", &form.domain, &["inventory", "cemetery", "network", "cadastre"][..]),
        ] {
            if !known.contains(&value.as_str()) {
                self.fault(field, self.t.get("kinds-fault-choose"));
            }
        }
        let min_zoom = form.min_zoom.trim().parse::<u8>().ok().filter(|zoom| *zoom <= 20);
        if min_zoom.is_none() {
            self.fault("min_zoom", self.t.get("kinds-fault-zoom"));
        }
        definition.insert("title".into(), title);
        definition.insert("singular".into(), singular);
        definition.insert("icon".into(), form.icon.clone().into());
        definition.insert("colour".into(), form.colour.trim().to_ascii_lowercase().into());
        definition.insert("geometry".into(), form.geometry.clone().into());
        definition.insert("domain".into(), form.domain.clone().into());
        definition.insert("public".into(), form.public.into());
        definition.insert("min_zoom".into(), min_zoom.unwrap_or_default().into());
    }

    fn attributes(&mut self, form: &KindForm, old: &Map<String, Value>) -> Map<String, Value> {
        if form.attributes.len() > MOST_ATTRIBUTES {
            let most = (MOST_ATTRIBUTES as u64).into();
            self.fault("attributes", self.t.args("kinds-fault-many", &[("n", most)]));
        }
        let mut properties = Map::new();
        for (row, attribute) in form.attributes.iter().enumerate() {
            let key = key_of(attribute);
            let field = format!("a{row}-key");
            if attribute.was.is_empty() {
                // A key of an asset and a kind's name have the same letters.
                if key.parse::<KindSlug>().is_err() {
                    self.fault(&field, self.t.get("kinds-fault-key"));
                } else if RESERVED_KEYS.contains(&key.as_str()) {
                    self.fault(&field, self.t.args("kinds-fault-reserved", &[("name", key.as_str().into())]));
                }
            }
            let before = old.get(&attribute.was).and_then(Value::as_object);
            if !attribute.was.is_empty() && before.is_none() {
                self.fault(&field, self.t.get("kinds-fault-unknown-key"));
            }
            let schema = self.attribute(row, attribute, before);
            if properties.insert(key, schema).is_some() {
                self.fault(&field, self.t.get("kinds-fault-twice"));
            }
        }
        properties
    }

    fn attribute(&mut self, row: usize, form: &AttributeForm, old: Option<&Map<String, Value>>) -> Value {
        let mut schema = old.cloned().unwrap_or_default();
        let id = |name: &str| format!("a{row}-{name}");
        let title = self.line(&id("title_pl"), &form.title_pl, LONGEST_TITLE, true);
        schema.insert("title".into(), title.into());
        for (key, name, typed, longest) in [
            ("x-title-en", "title_en", &form.title_en, LONGEST_TITLE),
            ("description", "help_pl", &form.help_pl, LONGEST_HELP),
            ("x-help-en", "help_en", &form.help_en, LONGEST_HELP),
        ] {
            let text = self.line(&id(name), typed, longest, name == "title_en");
            put_text(&mut schema, key, text);
        }
        // Written only where it says something new, so that what nobody touched stays as it was.
        let order = Value::from(row + 1);
        schema.insert("x-order".into(), order);
        if form.private {
            schema.insert("x-public".into(), false.into());
        } else if schema.get("x-public") == Some(&Value::Bool(false)) {
            schema.remove("x-public");
        }
        if form.kind == OTHER_TYPE
            && old.is_some_and(|old| AttributeType::of(&Value::Object(old.clone())).is_none())
        {
            return schema.into();
        }
        let Some(kind) = AttributeType::from_name(&form.kind) else {
            self.fault(id("kind"), self.t.get("kinds-fault-choose"));
            return schema.into();
        };
        self.shape(row, form, kind, old, &mut schema);
        schema.into()
    }

    /// Type, list, unit and limits.
    fn shape(
        &mut self,
        row: usize,
        form: &AttributeForm,
        kind: AttributeType,
        old: Option<&Map<String, Value>>,
        schema: &mut Map<String, Value>,
    ) {
        let id = |name: &str| format!("a{row}-{name}");
        let was = old.and_then(|old| AttributeType::of(&Value::Object(old.clone())));
        let type_name = match kind {
            AttributeType::Number => "number",
            AttributeType::Whole => "integer",
            AttributeType::YesNo => "boolean",
            AttributeType::SeveralOf => "array",
            _ => "string",
        };
        schema.insert("type".into(), type_name.into());
        if was != Some(kind) {
            // Limits of another type mean nothing for this one.
            for key in [
                "enum",
                "x-enum",
                "items",
                "uniqueItems",
                "format",
                "pattern",
                "default",
                "minimum",
                "maximum",
                "maxLength",
                "minLength",
                "x-unit",
                "multipleOf",
                "exclusiveMinimum",
                "exclusiveMaximum",
            ] {
                schema.remove(key);
            }
        }
        match kind {
            AttributeType::Number | AttributeType::Whole => {
                let unit = self.line(&id("unit"), &form.unit, 20, false);
                put_text(schema, "x-unit", unit);
                let least = self.bound(&id("minimum"), &form.minimum, kind);
                let most = self.bound(&id("maximum"), &form.maximum, kind);
                if let (Some(least), Some(most)) = (&least, &most)
                    && least.as_f64() > most.as_f64()
                {
                    self.fault(id("maximum"), self.t.get("kinds-fault-swapped"));
                }
                put(schema, "minimum", least);
                put(schema, "maximum", most);
            }
            AttributeType::Text | AttributeType::LongText => {
                let most = self.length(&id("max_length"), &form.max_length, kind);
                put(schema, "maxLength", most.map(Value::from));
            }
            AttributeType::Date => {
                schema.insert("format".into(), "date".into());
            }
            AttributeType::OneOf | AttributeType::SeveralOf => {}
            AttributeType::YesNo => {}
        }
        if kind.has_values() {
            self.values(row, form, kind, schema);
        }
    }

    fn bound(&mut self, field: &str, typed: &str, kind: AttributeType) -> Option<Value> {
        let typed = typed.trim().replace(',', ".").replace([' ', '\u{a0}'], "");
        if typed.is_empty() {
            return None;
        }
        let whole = typed.parse::<i64>().ok();
        let number = typed.parse::<f64>().ok().filter(|number| number.is_finite() && number.abs() <= 1e15);
        match (whole, number, kind) {
            (Some(whole), Some(_), _) => Some(whole.into()),
            (None, Some(number), AttributeType::Number) => Some(number.into()),
            (_, _, AttributeType::Whole) => {
                self.fault(field, self.t.get("kinds-fault-whole"));
                None
            }
            _ => {
                self.fault(field, self.t.get("kinds-fault-number"));
                None
            }
        }
    }

    fn length(&mut self, field: &str, typed: &str, kind: AttributeType) -> Option<u64> {
        let typed = typed.trim();
        let usual = if kind == AttributeType::LongText { 2000 } else { 200 };
        let most = if typed.is_empty() { Some(usual) } else { typed.parse::<u64>().ok() };
        let most = most.filter(|most| (1..=LONGEST_TEXT).contains(most));
        match most {
            None => self.fault(field, self.t.args("kinds-fault-length", &[("n", LONGEST_TEXT.into())])),
            Some(most) if kind == AttributeType::LongText && most < LONG_TEXT => {
                self.fault(field, self.t.args("kinds-fault-too-short", &[("n", LONG_TEXT.into())]));
            }
            Some(most) if kind == AttributeType::Text && most >= LONG_TEXT => {
                self.fault(field, self.t.args("kinds-fault-too-much", &[("n", LONG_TEXT.into())]));
            }
            Some(_) => {}
        }
        most
    }

    fn values(
        &mut self,
        row: usize,
        form: &AttributeForm,
        kind: AttributeType,
        schema: &mut Map<String, Value>,
    ) {
        let (mut list, mut words) = (Vec::new(), Map::new());
        let old_words = schema.get("x-enum").and_then(Value::as_object).cloned().unwrap_or_default();
        if form.values.len() > MOST_VALUES {
            let most = (MOST_VALUES as u64).into();
            self.fault(format!("a{row}-values"), self.t.args("kinds-fault-many-values", &[("n", most)]));
        }
        for (index, typed) in form.values.iter().take(MOST_VALUES).enumerate() {
            let id = |name: &str| format!("a{row}-v{index}-{name}");
            let pl = self.line(&id("pl"), &typed.pl, LONGEST_TITLE, false);
            let en = self.line(&id("en"), &typed.en, LONGEST_TITLE, false);
            let value = value_of(typed);
            let value = self.line(&id("value"), &value, LONGEST_TITLE, true);
            if list.iter().any(|known: &Value| known == value.as_str()) {
                self.fault(id("value"), self.t.get("kinds-fault-value-twice"));
            }
            let mut said = old_words.get(&value).and_then(Value::as_object).cloned().unwrap_or_default();
            put_text(&mut said, "pl", pl);
            put_text(&mut said, "en", en);
            if !said.is_empty() {
                words.insert(value.clone(), said.into());
            }
            list.push(Value::from(value));
        }
        if list.is_empty() {
            self.fault(format!("a{row}-values"), self.t.get("kinds-fault-no-values"));
        }
        if words.is_empty() {
            schema.remove("x-enum");
        } else {
            schema.insert("x-enum".into(), words.into());
        }
        if kind == AttributeType::OneOf {
            schema.insert("enum".into(), list.into());
        } else {
            let mut items = schema.get("items").and_then(Value::as_object).cloned().unwrap_or_default();
            items.insert("type".into(), "string".into());
            items.insert("enum".into(), list.into());
            schema.insert("items".into(), items.into());
            schema.insert("uniqueItems".into(), true.into());
        }
    }
}

/// The stored value of a row of a list: the typed one, else one made from its words.
pub(super) fn value_of(typed: &ValueForm) -> String {
    if typed.value.trim().is_empty() { name_from(&typed.pl) } else { typed.value.trim().to_owned() }
}

fn put(schema: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    match value {
        Some(value) => schema.insert(key.to_owned(), value),
        None => schema.remove(key),
    };
}

fn put_text(schema: &mut Map<String, Value>, key: &str, text: String) {
    put(schema, key, Some(text).filter(|text| !text.is_empty()).map(Value::from));
}

/// Contrast of `#rrggbb` against white by WCAG 2; `None` when it is no such colour.
fn contrast_with_white(colour: &str) -> Option<f64> {
    let digits = colour.trim().strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()?) / 255.0;
        Some(if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) })
    };
    let luminance = 0.2126 * channel(0)? + 0.7152 * channel(2)? + 0.0722 * channel(4)?;
    Some(1.05 / (luminance + 0.05))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{kernel::Lang, platform::i18n::texts};

    fn built_in() -> Vec<Value> {
        crate::registry::store::BUILT_IN.iter().map(|text| serde_json::from_str(text).unwrap()).collect()
    }

    #[test]
    fn what_nobody_touches_stays_as_it_is() {
        for definition in built_in() {
            let form = form_of(&definition, 1);
            let again = definition_of(&form, Some(&definition), texts(Lang::Pl)).unwrap();
            assert_eq!(again, definition, "{}", definition["slug"]);
        }
    }

    #[test]
    fn unknown_parts_survive() {
        let mut old = built_in().into_iter().find(|kind| kind["slug"] == "trees").unwrap();
        old["schema"]["properties"]["odd"] = json!({ "type": ["string", "null"], "title": "Dziwny", "x-title-en": "Odd",
            "x-order": 17, "x-ours": { "a": 1 } });
        old["schema"]["x-more"] = json!(true);
        let mut form = form_of(&old, 3);
        let odd = form.attributes.iter_mut().find(|attribute| attribute.key == "odd").unwrap();
        assert_eq!(odd.kind, OTHER_TYPE);
        odd.title_pl = "Osobliwy".into();
        let new = definition_of(&form, Some(&old), texts(Lang::Pl)).unwrap();
        assert_eq!(new["schema"]["properties"]["odd"]["title"], "Osobliwy");
        assert_eq!(new["schema"]["properties"]["odd"]["x-ours"], json!({ "a": 1 }));
        assert_eq!(new["schema"]["x-more"], true);
        assert!(new["schema"]["properties"]["vitality"]["x-enum"]["0"].is_object());
    }

    #[test]
    fn names_are_made_from_titles() {
        assert_eq!(name_from("Średnica korony (cm)"), "srednica_korony_cm");
        assert_eq!(name_from("Łączna długość"), "laczna_dlugosc");
        assert_eq!(name_from("3. faza"), "n_3_faza");
        assert_eq!(name_from("😀"), "");
    }

    #[test]
    fn pale_colours_are_refused() {
        assert!(contrast_with_white("#ffffff").unwrap() < 1.1);
        assert!(contrast_with_white("#000000").unwrap() > 20.9);
        assert_eq!(contrast_with_white("red"), None);
        assert_eq!(contrast_with_white("#12345ż"), None);
    }
}

//! What QGIS knows of a layer's fields: titles with units, lists of values, what is hidden, what nobody may write.

use serde_json::Value;

use super::element::Element;
use crate::{
    kernel::Lang,
    registry::{Kind, Sight},
};

/// A field as QGIS is told of it.
#[derive(Debug, Clone)]
struct Field {
    name: String,
    alias: String,
    widget: Widget,
    /// Whether whoever may write the layer may write this.
    editable: bool,
}

/// How a value is shown and typed.
#[derive(Debug, Clone)]
enum Widget {
    Plain,
    Lines,
    Hidden,
    CheckBox,
    Date,
    /// Whole numbers between limits.
    Range(i64, i64),
    /// Stored value and the words for it.
    Choice(Vec<(String, String)>),
    /// The same, and nothing is no choice.
    MustChoose(Vec<(String, String)>),
}

/// The elements of a layer that speak of its fields.
pub(super) fn elements(kind: &Kind, sight: Sight, lang: Lang) -> Vec<Element> {
    let fields = fields(kind, sight, lang);
    let mut made = vec![
        Element::new("fieldConfiguration").and_all(fields.iter().map(|field| {
            Element::new("field")
                .with("name", &field.name)
                .with("configurationFlags", "None")
                .and(widget(field))
        })),
        Element::new("aliases").and_all(fields.iter().enumerate().map(|(index, field)| {
            Element::new("alias").with("field", &field.name).with("index", index).with("name", &field.alias)
        })),
    ];
    made.push(Element::new("attributetableconfig").with("actionWidgetStyle", "dropDown").and(
        Element::new("columns").and_all(fields.iter().map(|field| {
            Element::new("column")
                .with("name", &field.name)
                .with("type", "field")
                .with("hidden", u8::from(matches!(field.widget, Widget::Hidden)))
                .with("width", -1)
        })),
    ));
    made.push(Element::new("editable").and_all(fields.iter().map(|field| {
        Element::new("field").with("name", &field.name).with("editable", u8::from(field.editable))
    })));
    made
}

fn fields(kind: &Kind, sight: Sight, lang: Lang) -> Vec<Field> {
    let say = |pl: &str, en: &str| match lang {
        Lang::Pl => pl.to_owned(),
        Lang::En => en.to_owned(),
    };
    let own =
        |name: &str, alias: String, widget, editable| Field { name: name.into(), alias, widget, editable };
    let states = vec![
        ("in_service".to_owned(), say("w użyciu", "in service")),
        ("planned".to_owned(), say("planowane", "planned")),
        ("out_of_service".to_owned(), say("wyłączone z użycia", "out of service")),
    ];
    let mut fields = vec![
        own("registry_number", say("Numer w rejestrze", "Registry number"), Widget::Plain, false),
        own("label", say("Nazwa", "Label"), Widget::Plain, true),
        own("status", say("Stan", "Status"), Widget::MustChoose(states), true),
    ];
    fields.extend(kind.properties(sight).into_iter().map(|(name, schema)| {
        let title = kind.attribute_title(name, lang).unwrap_or_else(|| name.to_owned());
        let unit = schema.get("x-unit").and_then(Value::as_str);
        Field {
            name: name.to_owned(),
            alias: unit.map_or_else(|| title.clone(), |unit| format!("{title} [{unit}]")),
            widget: widget_for(schema, lang),
            editable: true,
        }
    }));
    fields.extend([
        own("source", say("Źródło", "Source"), Widget::Plain, false),
        own("updated_at", say("Ostatnia zmiana", "Last change"), Widget::Plain, false),
        // What QGIS must send back, and nobody needs to see.
        own("id", "id".to_owned(), Widget::Hidden, false),
        own("source_id", say("Identyfikator w źródle", "Id in the source"), Widget::Hidden, false),
        own("part_of", say("Część obiektu", "Part of"), Widget::Hidden, true),
        own("rev", say("Wersja", "Version"), Widget::Hidden, false),
    ]);
    fields
}

fn widget_for(schema: &Value, lang: Lang) -> Widget {
    let text = |name: &str| schema.get(name).and_then(Value::as_str);
    let whole = |name: &str| schema.get(name).and_then(Value::as_i64);
    if text("type") == Some("boolean") {
        return Widget::CheckBox;
    }
    // Only where nothing else is allowed: in a list, what is not listed could not be shown.
    let choices = choices(schema, lang);
    if !choices.is_empty() {
        return Widget::Choice(choices);
    }
    match (text("type"), whole("minimum"), whole("maximum")) {
        (Some("integer"), Some(least), Some(most)) => Widget::Range(least, most),
        (Some("string"), ..) if text("format") == Some("date") => Widget::Date,
        (Some("string"), ..) if whole("maxLength").is_some_and(|most| most > 500) => Widget::Lines,
        _ => Widget::Plain,
    }
}

fn choices(schema: &Value, lang: Lang) -> Vec<(String, String)> {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let words = |value: &str| {
        let words = schema.get("x-enum").and_then(|all| all.get(value)).and_then(|one| one.get(lang.tag()));
        words.and_then(Value::as_str).unwrap_or(value).to_owned()
    };
    match (schema.get("enum"), schema.get("type").and_then(Value::as_str)) {
        (Some(Value::Array(values)), _) => values
            .iter()
            .filter(|value| !value.is_null())
            .map(plain)
            .map(|value| (value.clone(), words(&value)))
            .collect(),
        // A scale: every step of it has words.
        (None, Some("integer")) => {
            let named = schema.get("x-enum").and_then(Value::as_object);
            named.into_iter().flatten().map(|(value, _)| (value.clone(), words(value))).collect()
        }
        _ => Vec::new(),
    }
}

fn widget(field: &Field) -> Element {
    let (kind, options) = match &field.widget {
        Widget::Plain => ("TextEdit", Element::new("Option")),
        Widget::Lines => ("TextEdit", map([option("IsMultiline", "bool", "true")])),
        Widget::Hidden => ("Hidden", Element::new("Option")),
        Widget::CheckBox => ("CheckBox", Element::new("Option")),
        Widget::Date => (
            "DateTime",
            map([
                option("allow_null", "bool", "true"),
                option("calendar_popup", "bool", "true"),
                option("display_format", "QString", "yyyy-MM-dd"),
                option("field_format", "QString", "yyyy-MM-dd"),
            ]),
        ),
        Widget::Range(least, most) => (
            "Range",
            map([
                option("AllowNull", "bool", "true"),
                option("Min", "int", &least.to_string()),
                option("Max", "int", &most.to_string()),
                option("Style", "QString", "SpinBox"),
            ]),
        ),
        Widget::Choice(values) => ("ValueMap", value_map(&[&[nothing()], values.as_slice()].concat())),
        Widget::MustChoose(values) => ("ValueMap", value_map(values)),
    };
    Element::new("editWidget").with("type", kind).and(Element::new("config").and(options))
}

/// An empty value, which QGIS knows by this word.
fn nothing() -> (String, String) {
    ("{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}".to_owned(), "–".to_owned())
}

fn value_map(values: &[(String, String)]) -> Element {
    let list = values.iter().map(|(value, words)| map([option(words, "QString", value)]));
    map([Element::new("Option").with("name", "map").with("type", "List").and_all(list)])
}

fn map(options: impl IntoIterator<Item = Element>) -> Element {
    Element::new("Option").with("type", "Map").and_all(options)
}

fn option(name: &str, kind: &str, value: &str) -> Element {
    Element::new("Option").with("name", name).with("type", kind).with("value", value)
}

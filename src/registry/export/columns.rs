//! Columns of a kind's table: what the registry keeps of every thing, and the kind's attributes. Pure.

use exporters::{Column, ColumnType, Value};
use serde_json::Value as Json;

use super::super::{Kind, Sight};
use super::store::Thing;
use crate::kernel::{Lang, ParamError};

/// Where a column's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::registry) enum Field {
    /// Number in the registry.
    RegistryNumber,
    /// What people call it.
    Label,
    /// `planned`, `in_service`, `out_of_service`.
    Status,
    /// Where it came from.
    Source,
    /// Its id there.
    SourceId,
    /// Id of the whole of which it is a part.
    PartOf,
    /// Version, from 1.
    Rev,
    /// When it last changed.
    UpdatedAt,
    /// An attribute of the kind.
    Attribute(String),
    /// What whoever edits a workbook fills in: whether the thing is to be removed.
    Remove,
}

/// Names of columns that every kind has, with titles in both languages. None of them is the key of an attribute.
const OWN: [(Field, ColumnType, &str, &str, &str); 8] = [
    (
        Field::RegistryNumber,
        ColumnType::Integer,
        "registry_number",
        "Numer w rejestrze",
        "Number in the registry",
    ),
    (Field::Label, ColumnType::Text, "label", "Nazwa lub oznaczenie", "Label"),
    (Field::Status, ColumnType::Text, "status", "Status", "Status"),
    (Field::Source, ColumnType::Text, "source", "Źródło", "Source"),
    (Field::SourceId, ColumnType::Text, "source_id", "Identyfikator w źródle", "Id in the source"),
    (Field::PartOf, ColumnType::Text, "part_of", "Część obiektu", "Part of"),
    (Field::Rev, ColumnType::Integer, "rev", "Wersja", "Version"),
    (Field::UpdatedAt, ColumnType::Instant, "updated_at", "Zmieniono", "Last changed"),
];

/// Statuses with their labels.
const STATUSES: [(&str, &str, &str); 3] = [
    ("planned", "planowane", "planned"),
    ("in_service", "w użyciu", "in service"),
    ("out_of_service", "wyłączone z użycia", "out of service"),
];

/// All fields of a kind that may be seen, in the order of the table, each with its column.
pub(super) fn fields_of(kind: &Kind, sight: Sight, lang: Lang) -> Vec<(Field, Column)> {
    let own = OWN.into_iter().map(|(field, kind, name, polish, english)| {
        let mut column = Column::plain(name, kind);
        column.title = pick(lang, polish, english).to_owned();
        if field == Field::Status {
            column.choices = STATUSES
                .iter()
                .map(|(value, polish, english)| ((*value).to_owned(), pick(lang, polish, english).to_owned()))
                .collect();
        }
        (field, column)
    });
    let attributes = kind.properties(sight).into_iter().map(|(key, schema)| {
        let title = kind.attribute_title(key, lang).unwrap_or_else(|| key.to_owned());
        (Field::Attribute(key.to_owned()), attribute(key, title, schema, lang))
    });
    let mut fields: Vec<_> = own.collect();
    // Number and label come first, then what the kind is about, then where it comes from.
    let rest = fields.split_off(3);
    fields.into_iter().chain(attributes).chain(rest).collect()
}

/// The fields of a workbook that is edited: the version is hidden, and a thing can be marked to be removed.
pub(in crate::registry) fn fields_to_edit(kind: &Kind, lang: Lang) -> Vec<(Field, Column)> {
    let mut fields = fields_of(kind, Sight::Inside, lang);
    fields.retain(|(field, _)| {
        !matches!(field, Field::Source | Field::SourceId | Field::PartOf | Field::UpdatedAt)
    });
    fields.sort_by_key(|(field, _)| *field != Field::Rev);
    for (field, column) in &mut fields {
        if *field == Field::Rev {
            // By this name it is found again, in either language.
            column.title = column.name.clone();
            column.hidden = true;
        }
        if *field == Field::RegistryNumber {
            column.note = Some(
                pick(lang, "Nadaje go rejestr; nie zmieniaj.", "Given by the registry; leave it.").to_owned(),
            );
        }
    }
    let name = pick(lang, "usuń", "remove");
    let mut remove = Column::plain(name, ColumnType::Text);
    let yes = pick(lang, "tak", "yes").to_owned();
    remove.choices = vec![(yes.clone(), yes)];
    let note = pick(
        lang,
        "Wpisz tak, aby usunąć obiekt z rejestru. Samo skasowanie wiersza niczego nie usuwa.",
        "Write yes to remove the thing from the registry. Deleting the row removes nothing.",
    );
    remove.note = Some(note.to_owned());
    fields.push((Field::Remove, remove));
    fields
}

/// Leaves only the columns that are asked for, in the order in which they are asked for.
pub(super) fn chosen(
    fields: Vec<(Field, Column)>,
    columns: Option<&[String]>,
) -> Result<Vec<(Field, Column)>, ParamError> {
    let Some(columns) = columns else { return Ok(fields) };
    let mut chosen: Vec<(Field, Column)> = Vec::with_capacity(columns.len());
    for name in columns {
        let found = fields.iter().find(|(_, column)| column.name == *name);
        let Some(found) = found else {
            let known: Vec<&str> = fields.iter().map(|(_, column)| column.name.as_str()).collect();
            let shown: String = name.chars().take(60).collect();
            let why = format!("names {shown:?}, which is no property here; there are {}", known.join(", "));
            return Err(ParamError::new("properties", why));
        };
        if !chosen.contains(found) {
            chosen.push(found.clone());
        }
    }
    Ok(chosen)
}

fn pick(lang: Lang, polish: &'static str, english: &'static str) -> &'static str {
    match lang {
        Lang::Pl => polish,
        Lang::En => english,
    }
}

/// The column of an attribute, by its schema.
fn attribute(key: &str, title: String, schema: &Json, lang: Lang) -> Column {
    let text = |name: &str| schema.get(name).and_then(Json::as_str);
    Column {
        name: key.to_owned(),
        title,
        kind: column_type(schema),
        unit: text("x-unit").map(str::to_owned),
        choices: choices(schema, lang),
        note: limits(schema, lang),
        hidden: false,
    }
}

fn column_type(schema: &Json) -> ColumnType {
    let kind = schema.get("type");
    let kind = kind.and_then(Json::as_str).or_else(|| {
        // A value that may be null as well.
        kind?.as_array()?.iter().filter_map(Json::as_str).find(|name| *name != "null")
    });
    match (kind, schema.get("format").and_then(Json::as_str)) {
        (Some("integer"), _) => ColumnType::Integer,
        (Some("number"), _) => ColumnType::Number,
        (Some("boolean"), _) => ColumnType::Bool,
        (Some("array"), _) => ColumnType::List,
        (_, Some("date")) => ColumnType::Date,
        (_, Some("date-time")) => ColumnType::Instant,
        _ => ColumnType::Text,
    }
}

/// Known values in the order of the schema, with their labels.
fn choices(schema: &Json, lang: Lang) -> Vec<(String, String)> {
    let of_list = schema.get("items").unwrap_or(schema);
    let labels = [schema, of_list].into_iter().find_map(|schema| schema.get("x-enum")?.as_object());
    let label = |value: &str| {
        let label = labels.and_then(|labels| labels.get(value)?.get(lang.tag())?.as_str());
        label.unwrap_or(value).to_owned()
    };
    let plain = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let listed = of_list.get("enum").and_then(Json::as_array);
    let values: Vec<String> = match (listed, labels) {
        (Some(values), _) => values.iter().filter(|value| !value.is_null()).map(plain).collect(),
        (None, Some(labels)) => labels.keys().cloned().collect(),
        (None, None) => Vec::new(),
    };
    values.into_iter().map(|value| (value.clone(), label(&value))).collect()
}

/// What the schema says about the values, in words.
fn limits(schema: &Json, lang: Lang) -> Option<String> {
    let number = |name: &str| schema.get(name).filter(|value| value.is_number()).map(ToString::to_string);
    let range = match (number("minimum"), number("maximum")) {
        (Some(low), Some(high)) => {
            Some(format!("{} {low} {} {high}", pick(lang, "Od", "From"), pick(lang, "do", "to")))
        }
        (Some(low), None) => Some(format!("{} {low}", pick(lang, "Co najmniej", "At least"))),
        (None, Some(high)) => Some(format!("{} {high}", pick(lang, "Co najwyżej", "At most"))),
        (None, None) => None,
    };
    let length = number("maxLength").map(|most| {
        format!("{} {most} {}", pick(lang, "Najwyżej", "At most"), pick(lang, "znaków", "characters"))
    });
    let said: Vec<String> = range.into_iter().chain(length).collect();
    (!said.is_empty()).then(|| said.join(". "))
}

/// The value of a field.
pub(in crate::registry) fn value(thing: &mut Thing, field: &Field) -> Value {
    let text = |text: Option<String>| text.map_or(Value::Null, Value::Text);
    match field {
        Field::RegistryNumber => Value::Integer(thing.registry_number),
        Field::Label => text(thing.label.take()),
        Field::Status => Value::Text(thing.status.clone()),
        Field::Source => Value::Text(thing.source.clone()),
        Field::SourceId => Value::Text(thing.source_id.clone()),
        Field::PartOf => text(thing.part_of.map(|id| id.to_string())),
        Field::Rev => Value::Integer(thing.rev.into()),
        Field::UpdatedAt => {
            Value::Text(thing.updated_at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
        }
        Field::Attribute(key) => {
            thing.attributes.get_mut(key).map_or(Value::Null, |value| Value::from_json(value.take()))
        }
        Field::Remove => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str) -> Kind {
        let text = super::super::super::store::BUILT_IN
            .into_iter()
            .find(|text| text.contains(&format!("\"slug\": \"{name}\"")));
        serde_json::from_str(text.unwrap()).unwrap()
    }

    #[test]
    fn columns_know_what_the_schema_knows() {
        let fields = fields_of(&kind("trees"), Sight::Public, Lang::Pl);
        let column = |name: &str| &fields.iter().find(|(_, column)| column.name == name).unwrap().1;
        assert_eq!(column("height_m").kind, ColumnType::Number);
        assert_eq!(column("height_m").unit.as_deref(), Some("m"));
        assert_eq!(column("height_m").note.as_deref(), Some("Od 0 do 130"));
        assert_eq!(column("monument").kind, ColumnType::Bool);
        assert_eq!(column("leaf_type").choices[1], ("needleleaved".to_owned(), "iglaste".to_owned()));
        assert_eq!(column("vitality").choices[0].1, "0 – pełna");
        assert_eq!(fields[0].1.name, "registry_number");
    }

    #[test]
    fn unknown_columns_are_named_with_the_known_ones() {
        let fields = fields_of(&kind("trees"), Sight::Public, Lang::En);
        let asked = ["species".to_owned(), "label".to_owned()];
        let chosen_ones = chosen(fields.clone(), Some(&asked)).unwrap();
        assert_eq!(chosen_ones.len(), 2);
        assert_eq!(chosen_ones[0].1.name, "species");
        let wrong = chosen(fields, Some(&["gatunek".to_owned()])).unwrap_err();
        assert!(wrong.why.contains("species"), "{wrong}");
    }
}

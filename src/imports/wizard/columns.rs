//! What a clerk says of columns in a form, written into a mapping. Pure.
//!
//! The form knows the common part of a mapping; what only the text of it can say stays as it is.

use std::collections::BTreeMap;

use importers::mapping::{
    AttributeMapping, DateOrder, DateRule, Key, Mapping, OneOrMany, PersonMapping, TableMapping, ValueList,
};

/// Fields of a person that a column can fill, as the form names them.
pub(super) const PERSON_FIELDS: [&str; 7] =
    ["given_names", "surname", "full_name", "maiden_name", "born", "died", "buried"];

/// Units that numbers of a file may have.
pub(super) const UNITS: [&str; 8] = ["mm", "cm", "m", "in", "ft", "m2", "a", "ha"];

/// Fields of a form by their names.
pub(super) type Fields = BTreeMap<String, String>;

/// What a column fills: `a:KEY` an attribute, `p:FIELD` something of a person, `g` the grave of a person, empty nothing.
pub(super) fn target_of(table: &TableMapping, column: &str) -> String {
    if let Some(person) = &table.person {
        for field in PERSON_FIELDS {
            if person_field(person, field).as_deref() == Some(column) {
                return format!("p:{field}");
            }
        }
        if person.grave.as_slice().iter().any(|name| name == column) {
            return "g".to_owned();
        }
    }
    table
        .attributes
        .iter()
        .find(|(_, attribute)| attribute.from.as_slice().iter().any(|name| name == column))
        .map(|(key, _)| format!("a:{key}"))
        .unwrap_or_default()
}

/// Whether a column says where things stand.
pub(super) fn is_position(table: &TableMapping, column: &str) -> bool {
    table.position.as_ref().is_some_and(|position| {
        [&position.x, &position.y, &position.text, &position.ring]
            .into_iter()
            .any(|name| name.as_deref() == Some(column))
    })
}

/// Columns of the key, when it is made of columns.
pub(super) fn key_columns(key: &Key) -> &[String] {
    match key {
        Key::One(name) if name == "id" || name == "position" => &[],
        Key::One(name) => std::slice::from_ref(name),
        Key::Columns(names) => names,
    }
}

/// The key as the form names it: `id`, `position`, `columns`.
pub(super) fn key_name(key: &Key) -> &'static str {
    match key {
        Key::One(name) if name == "id" => "id",
        Key::One(name) if name == "position" => "position",
        _ => "columns",
    }
}

/// Order of day and month as the form names it; `mixed` where signs differ, which only the text says.
pub(super) fn date_name(rule: &DateRule) -> &'static str {
    match rule {
        DateRule::All(DateOrder::Auto) => "auto",
        DateRule::All(DateOrder::Dmy) => "dmy",
        DateRule::All(DateOrder::Mdy) => "mdy",
        DateRule::All(DateOrder::Ymd) => "ymd",
        DateRule::BySign(_) => "mixed",
    }
}

/// Values of a column with those of the registry, one pair a line; a list of the program's own as `@name`.
pub(super) fn values_text(attribute: &AttributeMapping) -> String {
    match &attribute.values {
        None => String::new(),
        Some(ValueList::Named(name)) => format!("@{name}"),
        Some(ValueList::Here(pairs)) => {
            pairs.iter().map(|(theirs, ours)| format!("{theirs} = {ours}")).collect::<Vec<_>>().join("\n")
        }
    }
}

fn values_of(text: &str) -> Option<ValueList> {
    if let Some(name) = text.trim().strip_prefix('@') {
        return Some(ValueList::Named(name.trim().to_owned()));
    }
    let pairs: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(theirs, ours)| (theirs.trim().to_owned(), ours.trim().to_owned()))
        .filter(|(theirs, ours)| !theirs.is_empty() && !ours.is_empty())
        .collect();
    (!pairs.is_empty()).then_some(ValueList::Here(pairs))
}

fn person_field(person: &PersonMapping, field: &str) -> Option<String> {
    match field {
        "given_names" => person.given_names.clone(),
        "surname" => person.surname.clone(),
        "full_name" => person.full_name.clone(),
        "maiden_name" => person.maiden_name.clone(),
        "born" => person.born.clone(),
        "died" => person.died.clone(),
        "buried" => person.buried.clone(),
        _ => None,
    }
}

fn set_person_field(person: &mut PersonMapping, field: &str, column: Option<String>) {
    match field {
        "given_names" => person.given_names = column,
        "surname" => person.surname = column,
        "full_name" => person.full_name = column,
        "maiden_name" => person.maiden_name = column,
        "born" => person.born = column,
        "died" => person.died = column,
        "buried" => person.buried = column,
        _ => {}
    }
}

fn without(names: &OneOrMany, column: &str) -> OneOrMany {
    let left: Vec<String> = names.as_slice().iter().filter(|name| *name != column).cloned().collect();
    one_or_many(left)
}

fn with(names: &OneOrMany, column: &str) -> OneOrMany {
    let mut all = names.as_slice().to_vec();
    if !all.iter().any(|name| name == column) {
        all.push(column.to_owned());
    }
    one_or_many(all)
}

fn one_or_many(mut names: Vec<String>) -> OneOrMany {
    if names.len() == 1 { OneOrMany::One(names.remove(0)) } else { OneOrMany::Many(names) }
}

/// Takes a column away from what it fills.
fn detach(table: &mut TableMapping, column: &str) {
    if let Some(person) = &mut table.person {
        for field in PERSON_FIELDS {
            if person_field(person, field).as_deref() == Some(column) {
                set_person_field(person, field, None);
            }
        }
        person.grave = without(&person.grave, column);
    }
    for attribute in table.attributes.values_mut() {
        attribute.from = without(&attribute.from, column);
    }
    table.attributes.retain(|_, attribute| {
        !attribute.from.as_slice().is_empty() || attribute.constant.is_some() || attribute.template.is_some()
    });
}

/// Lets a column fill something.
fn attach(table: &mut TableMapping, column: &str, target: &str) {
    if let Some(key) = target.strip_prefix("a:") {
        let attribute = table.attributes.entry(key.to_owned()).or_default();
        attribute.from = with(&attribute.from, column);
    } else if let Some(field) = target.strip_prefix("p:") {
        set_person_field(table.person.get_or_insert_default(), field, Some(column.to_owned()));
    } else if target == "g" {
        let person = table.person.get_or_insert_default();
        person.grave = with(&person.grave, column);
    }
}

/// Writes what the form says of one table; `columns` are those that the form showed, in its order.
pub(super) fn write(table: &mut TableMapping, prefix: &str, columns: &[String], form: &Fields) {
    let field = |name: &str| form.get(&format!("{prefix}-{name}")).map(String::as_str);
    match field("dates") {
        Some("auto") => table.dates = DateRule::All(DateOrder::Auto),
        Some("dmy") => table.dates = DateRule::All(DateOrder::Dmy),
        Some("mdy") => table.dates = DateRule::All(DateOrder::Mdy),
        Some("ymd") => table.dates = DateRule::All(DateOrder::Ymd),
        _ => {}
    }
    table.join_broken = field("join_broken").is_some();
    // A label made of several columns stays, unless another one is chosen.
    match field("label") {
        Some("") => table.label = None,
        Some("=") | None => {}
        Some(column) => table.label = Some(column.to_owned()),
    }
    for (index, column) in columns.iter().enumerate() {
        let field = |name: &str| form.get(&format!("{prefix}-c{index}-{name}")).map(String::as_str);
        let Some(to) = field("to") else { continue };
        if to != target_of(table, column) {
            detach(table, column);
            attach(table, column, to);
        }
        table.fill_down.retain(|name| name != column);
        if field("fill").is_some() {
            table.fill_down.push(column.clone());
        }
        let attribute = to.strip_prefix("a:").and_then(|key| table.attributes.get_mut(key));
        if let Some(attribute) = attribute {
            if let Some(unit) = field("unit") {
                attribute.unit = (!unit.is_empty()).then(|| unit.to_owned());
            }
            if let Some(values) = field("values") {
                attribute.values = values_of(values);
            }
        }
    }
    let chosen: Vec<String> = columns
        .iter()
        .enumerate()
        .filter(|(index, _)| form.contains_key(&format!("{prefix}-c{index}-key")))
        .map(|(_, column)| column.clone())
        .collect();
    table.key = match (field("key"), chosen.as_slice()) {
        (Some("id"), _) => Key::One("id".to_owned()),
        (Some("position"), _) => Key::One("position".to_owned()),
        (Some("columns"), [one]) => Key::One(one.clone()),
        (Some("columns"), [_, ..]) => Key::Columns(chosen),
        _ => table.key.clone(),
    };
}

/// What is missing before files can be compared; names a text, with the number of the table from 0.
pub(super) fn missing(mapping: &Mapping) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for (index, table) in mapping.tables.iter().enumerate() {
        let people = table.into == super::ops::PEOPLE;
        if !people && table.position.is_none() {
            found.push((index, "imports-missing-position"));
        }
        if let Some(person) = table.person.as_ref().filter(|_| people) {
            if person.grave.as_slice().is_empty() {
                found.push((index, "imports-missing-grave"));
            }
            if person.surname.is_none() && person.full_name.is_none() {
                found.push((index, "imports-missing-name"));
            }
        } else if people {
            found.push((index, "imports-missing-name"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> TableMapping {
        let mapping = Mapping::parse(
            "name = \"n\"\nsource = \"s\"\n[[tables]]\ninto = \"trees\"\nkey = \"nr\"\nlabel = \"{nr} {gatunek}\"\n\
             [tables.attributes]\nspecies = \"gatunek\"\ngirth_130_cm = { from = [\"obwod\", \"obwod2\"], pick = \"max\" }\n",
        )
        .unwrap();
        mapping.tables.into_iter().next().unwrap()
    }

    fn form(pairs: &[(&str, &str)]) -> Fields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_that_changes_nothing_leaves_the_mapping_as_it_is() {
        let columns: Vec<String> = ["nr", "gatunek", "obwod", "obwod2"].map(str::to_owned).into();
        let mut written = table();
        write(
            &mut written,
            "t0",
            &columns,
            &form(&[
                ("t0-dates", "auto"),
                ("t0-label", "="),
                ("t0-key", "columns"),
                ("t0-c0-to", ""),
                ("t0-c0-key", "1"),
                ("t0-c1-to", "a:species"),
                ("t0-c1-values", ""),
                ("t0-c2-to", "a:girth_130_cm"),
                ("t0-c3-to", "a:girth_130_cm"),
            ]),
        );
        assert_eq!(written, table());
    }

    #[test]
    fn columns_move_from_one_attribute_to_another() {
        let columns: Vec<String> = ["nr", "gatunek", "obwod"].map(str::to_owned).into();
        let mut written = table();
        write(
            &mut written,
            "t0",
            &columns,
            &form(&[
                ("t0-key", "position"),
                ("t0-label", "nr"),
                ("t0-c0-to", "a:ref"),
                ("t0-c1-to", "p:surname"),
                ("t0-c1-fill", "1"),
                ("t0-c2-to", "a:species"),
                ("t0-c2-unit", "mm"),
                ("t0-c2-values", "lipa = Tilia\nbez znaku\n dąb=Quercus "),
            ]),
        );
        assert_eq!(target_of(&written, "nr"), "a:ref");
        assert_eq!(target_of(&written, "gatunek"), "p:surname");
        assert_eq!(written.fill_down, ["gatunek"]);
        assert_eq!(key_name(&written.key), "position");
        let species = &written.attributes["species"];
        assert_eq!(species.unit.as_deref(), Some("mm"));
        assert_eq!(values_text(species), "dąb = Quercus\nlipa = Tilia");
        // The other column of the girth is still there.
        assert_eq!(target_of(&written, "obwod2"), "a:girth_130_cm");
    }

    #[test]
    fn people_need_a_grave_and_a_name() {
        let mapping = "name = \"n\"\nsource = \"s\"\n[[tables]]\ninto = \"people\"\n";
        let mapping: Mapping = toml::from_str(mapping).unwrap();
        assert_eq!(missing(&mapping), [(0, "imports-missing-name")]);
    }
}

//! What a mapping must say, and what must not stand together.

use super::error::MappingError;
use super::glob::Pattern;
use super::model::{AttributeMapping, Mapping, PositionMapping, TableMapping, ValueList, Within};
use super::numbers::Unit;
use super::plan::PEOPLE;

/// Checks a mapping as far as it can be done without files and kinds.
pub(super) fn validate(mapping: &Mapping) -> Result<(), MappingError> {
    if mapping.source.trim().is_empty() {
        return Err(MappingError::Syntax(
            "source is empty: name where the data come from, such as trees-office".into(),
        ));
    }
    if mapping.tables.is_empty() && mapping.no_target.is_none() {
        return Err(MappingError::Syntax("there is no [[tables]]: say what at least one file means".into()));
    }
    for (place, table) in mapping.tables.iter().enumerate() {
        check(table).map_err(|detail| MappingError::Table { table: place + 1, detail })?;
    }
    Ok(())
}

fn check(table: &TableMapping) -> Result<(), String> {
    Pattern::new(&table.files)?;
    Pattern::new(&table.layer)?;
    if table.into.trim().is_empty() {
        return Err("into is empty: name a kind such as \"trees\", or \"people\"".into());
    }
    if table.into == PEOPLE {
        if table.person.is_none() {
            return Err("into = \"people\" needs [tables.person] with the columns of the names".into());
        }
        if !table.attributes.is_empty() || table.position.is_some() {
            return Err("people have no attributes and no position of their own, only a grave".into());
        }
    } else if table.person.is_some() && table.into != "graves" {
        return Err("[tables.person] goes with into = \"people\" or \"graves\"".into());
    }
    if let Some(person) = &table.person
        && person.given_names.is_none()
        && person.surname.is_none()
        && person.full_name.is_none()
    {
        return Err("[tables.person] names no column of a name: given_names, surname or full_name".into());
    }
    if let Some(position) = &table.position {
        check_position(position)?;
    }
    for lookup in table.lookup.values() {
        Pattern::new(&lookup.layer)?;
    }
    for (key, attribute) in &table.attributes {
        check_attribute(attribute).map_err(|detail| format!("attribute {key:?}: {detail}"))?;
    }
    for rule in &table.skip {
        if rule.is.is_empty() && rule.is_not.is_empty() && rule.filled.is_none() {
            return Err(format!("skip by column {:?} says no condition: is, is_not or filled", rule.column));
        }
    }
    Ok(())
}

fn check_position(position: &PositionMapping) -> Result<(), String> {
    if position.x.is_some() != position.y.is_some() {
        return Err("position needs both x (easting or longitude) and y (northing or latitude)".into());
    }
    let ways = [position.x.is_some(), position.text.is_some(), position.ring.is_some()];
    if ways.iter().filter(|way| **way).count() > 1 {
        return Err("position is read in one way: x and y, or text, or ring".into());
    }
    match &position.within {
        Some(Within::Named(name)) if name != "poland" => {
            Err(format!("within = {name:?} is not known: \"poland\", or four numbers"))
        }
        Some(Within::Box([w, s, e, n])) if w >= e || s >= n => {
            Err("within has four numbers: least x, least y, most x, most y".into())
        }
        _ => Ok(()),
    }
}

fn check_attribute(attribute: &AttributeMapping) -> Result<(), String> {
    let ways =
        [!attribute.from.as_slice().is_empty(), attribute.template.is_some(), attribute.constant.is_some()];
    if ways.iter().filter(|way| **way).count() != 1 {
        return Err("say one of from, template and const".into());
    }
    if let Some(unit) = &attribute.unit
        && Unit::named(unit).is_none()
    {
        return Err(format!(
            "unit {unit:?} is not known; known are mm, cm, dm, m, km, in, ft, m2, a, ha, km2"
        ));
    }
    match &attribute.values {
        Some(ValueList::Named(name)) if name != "taxa" => {
            Err(format!("values = {name:?} is not known: \"taxa\", or a list written here"))
        }
        _ => Ok(()),
    }
}

//! Which columns tell of a person.

use super::words::{WORDS, fit};
use crate::mapping::inspect::{ColumnSeen, LayerSeen, Looks};
use crate::mapping::model::{Case, OneOrMany, PersonMapping};

/// The person of a row, if columns of names are there. `capture`: the part of the file's name that stands for a sector.
pub(super) fn person(layer: &LayerSeen, capture: Option<&str>) -> Option<PersonMapping> {
    let mut taken: Vec<&str> = Vec::new();
    let mut best = |key: &str, least: u32| -> Option<String> {
        let synonyms = WORDS.person.get(key)?;
        let (score, column) = layer
            .columns
            .iter()
            .filter(|column| !taken.contains(&column.name.as_str()))
            .map(|column| (fit(&column.name, synonyms), column))
            .max_by_key(|(score, _)| *score)?;
        if score < least {
            return None;
        }
        taken.push(&column.name);
        Some(column.name.clone())
    };
    let full_name = best("full_name", 100);
    let maiden_name = best("maiden_name", 100);
    let surname = best("surname", 60);
    let given_names = if surname.is_some() { best("given_names", 60) } else { None };
    let (born, died, buried) = (best("born", 60), best("died", 60), best("buried", 60));
    let grave = best("grave", 60);
    let named = full_name.is_some() || surname.is_some();
    if !named || (born.is_none() && died.is_none() && buried.is_none() && grave.is_none()) {
        return None;
    }
    let grave = match (capture, grave) {
        (Some(capture), Some(grave)) => OneOrMany::Many(vec![capture.to_owned(), grave]),
        (_, Some(grave)) => OneOrMany::One(grave),
        (_, None) => OneOrMany::default(),
    };
    let id = layer.columns.iter().find(|column| column.name == "id" && column.distinct == layer.rows);
    let key = id.map_or_else(OneOrMany::default, |column| OneOrMany::One(column.name.clone()));
    let shouted = surname.as_ref().is_some_and(|name| is_shouted(layer, name));
    let case = shouted.then_some(Case::Title);
    Some(PersonMapping {
        grave,
        key,
        given_names,
        surname,
        full_name,
        maiden_name,
        born,
        died,
        buried,
        case,
        ..PersonMapping::default()
    })
}

/// The person of a row whose columns have no telling names: the first column of whole names, then birth and death.
pub(super) fn by_content(layer: &LayerSeen) -> Option<PersonMapping> {
    let is_name = |text: &str| {
        let mut words = text.split_whitespace();
        let capital = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
        (2..=5).contains(&words.clone().count()) && words.all(capital)
    };
    let of_names = |column: &&ColumnSeen| {
        let names = column.samples.iter().filter(|(text, _)| is_name(text)).count();
        column.looks == Looks::Text && column.distinct > 10 && names * 10 >= column.samples.len() * 7
    };
    let full_name = layer.columns.iter().find(of_names)?;
    let mut dates = layer.columns.iter().filter(|column| column.looks == Looks::Dates);
    let mut date = || dates.next().map(|column| column.name.clone());
    let (born, died) = (date(), date());
    Some(PersonMapping { full_name: Some(full_name.name.clone()), born, died, ..PersonMapping::default() })
}

/// Whether the commonest values are written in large letters.
fn is_shouted(layer: &LayerSeen, name: &str) -> bool {
    let column = layer.columns.iter().find(|column| column.name == name);
    column.is_some_and(|column| {
        let large = column.samples.iter().filter(|(text, _)| *text == text.to_uppercase()).count();
        column.looks == Looks::Text && large * 10 >= column.samples.len() * 4
    })
}

/// Columns of the grave's key that are blank where the grave is that of the row above.
pub(super) fn fill_down(layer: &LayerSeen, person: &PersonMapping) -> Vec<String> {
    let sparse = |name: &&String| {
        let column = layer.columns.iter().find(|column| column.name == **name);
        column.is_some_and(|column| column.filled > 0 && column.filled * 100 < layer.rows * 98)
    };
    person.grave.as_slice().iter().filter(sparse).cloned().collect()
}

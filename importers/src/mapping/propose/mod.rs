//! A first draft of a mapping.

use super::inspect::{Coordinates, Inspection, LayerSeen, Looks, PositionGuess};
use super::kind::{KindSpec, Shape};
use super::model::{Axes, Group, Key, Mapping, OneOrMany, PersonMapping, PositionMapping, TableMapping};
use super::plan::PEOPLE;

mod columns;
mod files;
mod people;
mod words;

use files::Alike;
use words::{WORDS, bare};

/// Column of the land register that is filled in earlier versions of an object.
const ENDED: &str = "koniecWersjaObiekt";

/// Drafts a mapping from names and content of the columns; a person confirms it. `target`: the kind or `people`, where
/// the person has said so already.
#[must_use]
pub fn propose(inspection: &Inspection, kinds: &[KindSpec], target: Option<&str>) -> Mapping {
    let mut tables = Vec::new();
    for alike in files::alike(inspection) {
        tables.extend(table(&alike, kinds, target));
    }
    // Wholes before their parts, graves before people.
    let order = |table: &TableMapping| match table.into.as_str() {
        "cemeteries" => 0,
        "sectors" => 1,
        PEOPLE => 9,
        _ => 5,
    };
    tables.sort_by_key(order);
    let name = inspection.files.first().map(|file| file.name.clone()).unwrap_or_default();
    let source = slug(&name);
    let accept = Group::usual();
    Mapping { name, source, licence: None, accept, vanished_within: None, no_target: None, tables }
}

/// A name for a source: small letters, digits and hyphens.
fn slug(name: &str) -> String {
    let own = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = own.split('.').next().unwrap_or(own);
    let folded = super::text::fold(stem);
    let words: Vec<&str> = folded
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() { "import".to_owned() } else { words.join("-") }
}

fn table(alike: &Alike<'_>, kinds: &[KindSpec], target: Option<&str>) -> Option<TableMapping> {
    let layer = alike.layer;
    let person = people::person(layer, alike.capture.as_deref());
    let into = match target {
        Some(target) => target.to_owned(),
        None => likeliest(alike, kinds, person.as_ref())?,
    };
    let mut table = TableMapping {
        files: alike.pattern.clone(),
        layer: alike.layer_pattern.clone(),
        into: into.clone(),
        ..TableMapping::default()
    };
    if into == PEOPLE {
        let person = person.or_else(|| people::by_content(layer)).unwrap_or_default();
        table.fill_down = people::fill_down(layer, &person);
        table.person = Some(person);
        return Some(table);
    }
    let kind = kinds.iter().find(|kind| kind.slug == into)?;
    let place =
        layer.positions.iter().find(|guess| fits_shape(guess, kind.geometry)).or(layer.positions.first());
    table.position = place.and_then(|guess| position(guess, layer));
    let mut taken = place.map(columns_of).unwrap_or_default();
    if into == "graves"
        && let Some(mut person) = person
    {
        person.grave = OneOrMany::default();
        person.key = OneOrMany::default();
        taken.extend(person.columns().map(str::to_owned));
        table.person = Some(person);
    }
    table.attributes = columns::attributes(layer, kind, &taken);
    if into == "graves"
        && let Some(capture) = &alike.capture
    {
        table
            .attributes
            .entry("sector".to_owned())
            .or_insert_with(|| super::model::AttributeMapping::column(capture));
    }
    let broken = broken_key(layer, place);
    table.join_broken = broken.is_some();
    table.key = broken.unwrap_or_else(|| key(alike, &table));
    if let Some(ended) = layer.columns.iter().find(|column| column.name == ENDED) {
        table.skip.push(super::model::SkipRule {
            column: ended.name.clone(),
            filled: Some(true),
            ..super::model::SkipRule::default()
        });
    }
    Some(table)
}

/// The target that names and columns speak for; `None`: nobody can tell.
fn likeliest(alike: &Alike<'_>, kinds: &[KindSpec], person: Option<&PersonMapping>) -> Option<String> {
    let layer = alike.layer;
    let names = [bare(&layer.name), bare(alike.file)];
    let has_place = !layer.positions.is_empty();
    let mut best: Option<(u32, String)> = None;
    for kind in kinds {
        if !has_place {
            continue;
        }
        let words = WORDS.targets.get(&kind.slug).map(Vec::as_slice).unwrap_or_default();
        let by_name: u32 = words
            .iter()
            .map(|word| {
                if names.iter().any(|name| name.contains(word.as_str())) {
                    word.len() as u32 * 100
                } else {
                    0
                }
            })
            .max()
            .unwrap_or(0);
        let by_columns: u32 = kind
            .attributes
            .iter()
            .map(|spec| {
                layer.columns.iter().map(|column| columns::score(column, spec)).max().unwrap_or(0) / 4
            })
            .sum();
        let shape = layer.positions.iter().any(|guess| fits_shape(guess, kind.geometry));
        let score = (by_name + by_columns) * if shape { 2 } else { 1 };
        // Two attributes alone are said by chance.
        if (by_name > 0 || by_columns >= 75) && best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, kind.slug.clone()));
        }
    }
    match (best, person) {
        (Some((_, kind)), Some(_)) if kind != "graves" => {
            // Names of people and a place: a grave with whom it holds.
            let of_graves = kinds.iter().any(|kind| kind.slug == "graves");
            Some(if of_graves { "graves".to_owned() } else { kind })
        }
        (Some((_, kind)), _) => Some(kind),
        (None, Some(_)) => Some(PEOPLE.to_owned()),
        (None, None) => None,
    }
}

/// Whether such coordinates can give the shape.
fn fits_shape(guess: &PositionGuess, shape: Shape) -> bool {
    match (&guess.from, shape) {
        (_, Shape::Any) | (Coordinates::Own | Coordinates::Wkt { .. }, _) => true,
        (Coordinates::Ring { .. }, shape) => shape == Shape::Area,
        (Coordinates::Columns { .. } | Coordinates::Pair { .. }, shape) => shape == Shape::Point,
    }
}

/// Nothing is to be said of a geometry of the file's own in the system that the file declares.
fn position(guess: &PositionGuess, layer: &LayerSeen) -> Option<PositionMapping> {
    let plain = guess.from == Coordinates::Own && guess.axes == Axes::Xy && layer.declared_srid == guess.srid;
    (!plain).then(|| guess.position())
}

fn columns_of(guess: &PositionGuess) -> Vec<String> {
    match &guess.from {
        Coordinates::Columns { x, y } => vec![x.clone(), y.clone()],
        Coordinates::Pair { column } | Coordinates::Ring { column } => vec![column.clone()],
        Coordinates::Wkt { column, srid_column } => {
            std::iter::once(column.clone()).chain(srid_column.clone()).collect()
        }
        Coordinates::Own => Vec::new(),
    }
}

/// What makes rows the same in the next delivery: a column that never repeats, the place of a grave, the file's own id,
/// else the position.
fn key(alike: &Alike<'_>, table: &TableMapping) -> Key {
    let layer = alike.layer;
    let of =
        |key: &str| table.attributes.get(key).and_then(|mapping| mapping.from.as_slice().first().cloned());
    // Earlier versions of an object share its id, and they are left out.
    let versions = layer.columns.iter().any(|column| column.name == ENDED);
    let unique = |name: &str| {
        let column = layer.columns.iter().find(|column| column.name == name);
        column.is_some_and(|column| {
            let (all, distinct) = (column.filled == layer.rows, column.distinct);
            let nearly = column.looks == Looks::Text && distinct > 100 && distinct * 100 >= layer.rows * 98;
            all && (column.more
                || distinct == layer.rows
                || nearly
                || (versions && distinct * 2 > layer.rows))
        })
    };
    if table.into == "graves" {
        if layer.columns.iter().any(|column| column.name == "id") && unique("id") {
            return Key::One("id".to_owned());
        }
        let number = of("number").or_else(|| {
            layer
                .columns
                .iter()
                .find(|column| matches!(bare(&column.name).as_str(), "nr" | "numer"))
                .map(|c| c.name.clone())
        });
        if let Some(number) = number {
            let cemetery = layer
                .columns
                .iter()
                .find(|column| matches!(bare(&column.name).as_str(), "cemetery" | "cmentarz"));
            let mut columns: Vec<String> = cemetery.map(|column| column.name.clone()).into_iter().collect();
            columns.extend(of("sector"));
            columns.extend(of("row"));
            columns.push(number);
            return if columns.len() == 1 { Key::One(columns.remove(0)) } else { Key::Columns(columns) };
        }
    }
    let named = layer.columns.iter().filter(|column| {
        let name = bare(&column.name);
        let id = ["id", "objectid", "fid", "gid"].contains(&name.as_str());
        id || name.ends_with("id")
            || name.starts_with("id")
            || name.contains("numerinw")
            || name.contains("nrinw")
    });
    if let Some(column) =
        of("ref").or_else(|| of("name").filter(|_| table.into == "sectors")).filter(|name| unique(name))
    {
        return Key::One(column);
    }
    if let Some(column) = named.map(|column| &column.name).find(|name| unique(name)) {
        return Key::One(column.clone());
    }
    let first = layer.columns.first().filter(|column| unique(&column.name));
    if let Some(column) = first {
        return Key::One(column.name.clone());
    }
    if layer.ids == layer.rows && layer.ids > 0 {
        Key::One("id".to_owned())
    } else {
        Key::One("position".to_owned())
    }
}

/// The id in the first column where records seem to be broken over two rows: few rows lack it, and at least twice as
/// many lack a position.
fn broken_key(layer: &LayerSeen, place: Option<&PositionGuess>) -> Option<Key> {
    let first = layer.columns.first()?;
    let lacking = layer.rows - first.filled;
    let few = lacking > 0 && lacking * 100 < layer.rows && place?.missing >= lacking * 2;
    let id = bare(&first.name).ends_with("id") && first.distinct * 100 >= first.filled.min(10_000) * 99;
    (few && id).then(|| Key::One(first.name.clone()))
}

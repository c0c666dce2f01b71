//! Which saved mapping fits files that were looked at. Pure.

use std::collections::BTreeSet;

use importers::mapping::{
    FileSeen, Inspection, Key, KindSpec, LayerSeen, Mapping, SridRule, TableMapping, propose,
};

use super::{looked::Looked, saved::Saved, words::Reason};
use crate::kernel::Lang;

/// A mapping to begin with.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub mapping: Mapping,
    /// Its name, when it is a saved one.
    pub name: Option<String>,
}

/// The saved mapping that fits best; else one that is proposed from names and contents.
pub(super) fn choose(inspection: &Inspection, saved: Vec<Saved>, kinds: &[KindSpec], title: &str) -> Chosen {
    let best = saved
        .into_iter()
        .filter_map(|mut one| {
            if let Some(score) = score(inspection, &one.mapping) {
                return Some((score, one));
            }
            one.mapping = under_another_name(inspection, one.mapping)?;
            Some((score(inspection, &one.mapping)?, one))
        })
        // Of two that fit alike the first, the town's own.
        .rev()
        .max_by_key(|(score, _)| *score);
    if let Some((_, one)) = best {
        return Chosen { mapping: one.mapping, name: Some(one.name) };
    }
    let mut mapping = propose(inspection, kinds, None);
    if mapping.name.is_empty() {
        mapping.name = title.to_owned();
    }
    Chosen { mapping, name: None }
}

/// A mapping of one table for a file of another name with the same columns, such as the mended report of an earlier
/// import.
fn under_another_name(inspection: &Inspection, mut mapping: Mapping) -> Option<Mapping> {
    let [table] = mapping.tables.as_mut_slice() else { return None };
    let wanted = columns_of(table);
    let (file, layer) =
        inspection.files.iter().flat_map(|file| file.layers.iter().map(move |layer| (file, layer))).find(
            |(_, layer)| wanted.iter().all(|name| layer.columns.iter().any(|column| column.name == *name)),
        )?;
    // Two columns may be alike by chance.
    if wanted.len() < 3 {
        return None;
    }
    (table.files, table.layer) = (file.name.clone(), layer.name.clone());
    // What was said of the old file's form does not hold for the new one.
    (table.encoding, table.delimiter, table.header_row) = (None, None, None);
    Some(mapping)
}

/// How well a mapping fits: columns that it reads and finds. `None` when it reads nothing, or misses a column.
pub(super) fn score(inspection: &Inspection, mapping: &Mapping) -> Option<usize> {
    let mut columns = 0;
    for table in &mapping.tables {
        for (_, layer) in layers_of(inspection, table) {
            let wanted = columns_of(table);
            let named = named_parts(&table.files).into_iter().chain(named_parts(&table.layer));
            let has: BTreeSet<String> =
                layer.columns.iter().map(|column| column.name.clone()).chain(named).collect();
            let missing = wanted.iter().any(|name| !has.contains(name) && !is_joined(table, name));
            if missing || wanted.is_empty() {
                return None;
            }
            columns += wanted.len() + usize::from(table.files != "*") + usize::from(table.layer != "*");
        }
    }
    (columns >= 2).then_some(columns)
}

/// Layers that a table of a mapping reads.
pub(super) fn layers_of<'a>(
    inspection: &'a Inspection,
    table: &'a TableMapping,
) -> impl Iterator<Item = (&'a FileSeen, &'a LayerSeen)> {
    inspection.files.iter().filter(|file| fits(&table.files, &file.name)).flat_map(move |file| {
        file.layers
            .iter()
            .filter(move |layer| fits(&table.layer, &layer.name))
            .map(move |layer| (file, layer))
    })
}

/// Columns that a table reads.
pub(super) fn columns_of(table: &TableMapping) -> BTreeSet<String> {
    let mut columns = BTreeSet::new();
    let mut add = |name: &Option<String>| columns.extend(name.clone());
    if let Some(position) = &table.position {
        [&position.x, &position.y, &position.text, &position.ring].into_iter().for_each(&mut add);
        if let Some(SridRule::Column(column)) = &position.srid {
            add(&Some(column.clone()));
        }
    }
    if let Some(person) = &table.person {
        columns.extend(person.columns().map(str::to_owned));
    }
    for attribute in table.attributes.values() {
        columns.extend(attribute.from.as_slice().iter().cloned());
    }
    columns.extend(table.fill_down.iter().cloned());
    columns.extend(table.skip.iter().map(|rule| rule.column.clone()));
    match &table.key {
        Key::One(name) if name != "id" && name != "position" => {
            columns.insert(name.clone());
        }
        Key::One(_) => {}
        Key::Columns(names) => columns.extend(names.iter().cloned()),
    }
    columns
}

/// Columns of other layers carry the name of the lookup before them.
fn is_joined(table: &TableMapping, column: &str) -> bool {
    table
        .lookup
        .keys()
        .any(|name| column.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with('.')))
}

/// Names in braces of a pattern: `sektor{sector}.csv` makes a column `sector`.
fn named_parts(pattern: &str) -> Vec<String> {
    pattern.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

/// Whether a name fits a pattern in which `*` and `{name}` stand for any characters.
pub(super) fn fits(pattern: &str, name: &str) -> bool {
    let mut literals = vec![String::new()];
    let mut within = false;
    for character in pattern.chars() {
        match character {
            '{' => {
                within = true;
                literals.push(String::new());
            }
            '}' if within => within = false,
            _ if within => {}
            '*' => literals.push(String::new()),
            other => {
                if let Some(last) = literals.last_mut() {
                    last.push(other);
                }
            }
        }
    }
    matches(&literals, name) || name.rsplit_once('/').is_some_and(|(_, last)| matches(&literals, last))
}

fn matches(literals: &[String], name: &str) -> bool {
    let (Some(first), Some(last)) = (literals.first(), literals.last()) else { return false };
    let Some(mut rest) = name.strip_prefix(first.as_str()) else { return false };
    if literals.len() == 1 {
        return rest.is_empty();
    }
    for middle in literals.get(1..literals.len() - 1).unwrap_or_default() {
        let Some((_, after)) = rest.split_once(middle.as_str()) else { return false };
        rest = after;
    }
    rest.ends_with(last.as_str())
}

/// Why nothing of the files can be read, when that is so: what is wrong with each.
pub(super) fn unreadable(looked: &Looked) -> Option<Reason> {
    let readable = looked.inspection.files.iter().any(|file| !file.layers.is_empty());
    if readable {
        return None;
    }
    let problems = || looked.problems.values().take(10);
    if looked.problems.is_empty() {
        return Some(Reason::new(|t| t.get("imports-fault-nothing")));
    }
    let join = |lang| problems().map(|reason| reason.get(lang)).collect::<Vec<_>>().join(" ");
    Some(Reason { pl: join(Lang::Pl), en: join(Lang::En) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_names_and_paths() {
        for (pattern, name, expected) in [
            ("*", "drzewa.csv", true),
            ("sektor{sector}.csv", "sektor5.csv", true),
            ("sektor{sector}.csv", "brzesko/sektor5.csv", true),
            ("sektor{sector}.csv", "sektor5.xlsx", false),
            ("drzewa.csv", "drzewa.csv", true),
            ("drzewa.csv", "drzewa.csv.gz", false),
            ("*drzewa*.csv*", "stare drzewa 2020.csv.gz", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
        assert_eq!(named_parts("sektor{sector}-{n}.csv"), ["sector", "n"]);
    }

    fn layer(columns: &[&str]) -> Inspection {
        let column = |name: &&str| {
            serde_json::json!({ "name": name, "filled": 1, "distinct": 1, "more": false, "samples": [],
                "looks": "text", "least": null, "most": null, "dates": [] })
        };
        serde_json::from_value(serde_json::json!({ "files": [{ "name": "a.csv", "overview": null, "problem": null,
            "layers": [{ "name": "a", "rows": 1, "geometries": 0, "ids": 0, "declared_srid": null,
                "columns": columns.iter().map(column).collect::<Vec<_>>(), "sample": [], "positions": [] }] }] }))
        .unwrap()
    }

    #[test]
    fn a_mapping_fits_only_where_all_its_columns_are() {
        let mapping = Mapping::parse(
            "name = \"n\"\nsource = \"s\"\n[[tables]]\ninto = \"trees\"\nkey = \"nr\"\n\
             [tables.position]\nx = \"X\"\ny = \"Y\"\n[tables.attributes]\nspecies = \"gatunek\"\n",
        )
        .unwrap();
        assert_eq!(score(&layer(&["nr", "X", "Y", "gatunek", "uwagi"]), &mapping), Some(4));
        assert_eq!(score(&layer(&["nr", "X", "Y"]), &mapping), None);
        // A mended report has another name and the same columns.
        let mut other = mapping.clone();
        other.tables[0].files = "drzewa.csv".to_owned();
        let seen = layer(&["nr", "X", "Y", "gatunek"]);
        assert_eq!(score(&seen, &other), None);
        let fitted = under_another_name(&seen, other).unwrap();
        assert_eq!((fitted.tables[0].files.as_str(), fitted.tables[0].layer.as_str()), ("a.csv", "a"));
    }
}

//! Rows of other layers: the place and the street of an address point.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::error::RunError;
use super::files::Delivery;
use super::glob::Pattern;
use super::model::{AttributeMapping, Lookup, Mapping, OneOrMany, PersonMapping, TableMapping};
use super::source::{Columns, Seen, Source};
use super::text::cell_text;
use crate::table::{Cell, Row};

/// Rows of one other layer by what names them.
type Rows = HashMap<String, Arc<[Cell]>>;

/// The rows of all lookups of a table.
#[derive(Default)]
pub(super) struct LookedUp {
    lookups: Vec<One>,
}

struct One {
    name: String,
    /// Columns that are kept.
    columns: Vec<String>,
    by: Vec<String>,
    sources: Vec<Source>,
    rows: Arc<Rows>,
}

impl LookedUp {
    /// Reads the other layers of `table`.
    pub(super) fn read(table: &TableMapping, delivery: &mut Delivery) -> Result<Self, RunError> {
        let mut lookups = Vec::with_capacity(table.lookup.len());
        for (name, lookup) in &table.lookup {
            let columns: Vec<String> = used(table, name).into_iter().collect();
            let rows = Arc::new(rows(lookup, &columns, delivery)?);
            let by = lookup.column.as_slice().to_vec();
            lookups.push(One { name: name.clone(), columns, by, sources: Vec::new(), rows });
        }
        Ok(Self { lookups })
    }

    /// The same rows for another layer of the table.
    pub(super) fn again(&self) -> Self {
        let lookups = self.lookups.iter().map(|one| One {
            name: one.name.clone(),
            columns: one.columns.clone(),
            by: one.by.clone(),
            sources: Vec::new(),
            rows: Arc::clone(&one.rows),
        });
        Self { lookups: lookups.collect() }
    }

    /// Names of the lookups with the columns that are kept.
    pub(super) fn columns(&self) -> Vec<(String, Vec<String>)> {
        self.lookups.iter().map(|one| (one.name.clone(), one.columns.clone())).collect()
    }

    /// Finds the columns that name the other rows.
    pub(super) fn compile(&mut self, columns: &Columns<'_>) {
        for one in &mut self.lookups {
            one.sources = one.by.iter().map(|name| columns.look(name)).collect();
        }
    }

    /// The other rows of a row.
    pub(super) fn of(&self, row: &Row) -> Vec<Option<Arc<[Cell]>>> {
        let seen = Seen { row, looked: &[] };
        let found = |one: &One| {
            let named = one.sources.iter().find(|source| !source.text(&seen).is_empty())?;
            match named.cell(&seen) {
                Some(Cell::List(names)) => one.all(names),
                _ => one.rows.get(named.text(&seen).as_ref()).cloned(),
            }
        };
        self.lookups.iter().map(found).collect()
    }
}

impl One {
    /// The rows of several names as one, each cell with the values of all of them.
    fn all(&self, names: &[Cell]) -> Option<Arc<[Cell]>> {
        let rows: Vec<&Arc<[Cell]>> =
            names.iter().filter_map(|name| self.rows.get(cell_text(name).as_ref())).collect();
        let column = |place: usize| {
            let cells = rows.iter().filter_map(|row| row.get(place));
            Cell::List(cells.filter(|cell| !matches!(cell, Cell::Empty)).cloned().collect())
        };
        (!rows.is_empty()).then(|| (0..self.columns.len()).map(column).collect())
    }
}

fn rows(lookup: &Lookup, kept: &[String], delivery: &mut Delivery) -> Result<Rows, RunError> {
    let pattern = Pattern::new(&lookup.layer).map_err(|detail| RunError::mapping(0, detail))?;
    let mut rows = HashMap::new();
    let (nothing, none) = (Vec::new(), Vec::new());
    for file in &mut delivery.files {
        let Some(reader) = &mut file.reader else { continue };
        let layers: Vec<_> = reader
            .overview()
            .layers
            .iter()
            .filter(|layer| pattern.captures(&layer.name).is_some())
            .cloned()
            .collect();
        for layer in layers {
            let columns = Columns::new(&layer.columns, &nothing, &none);
            let by = lookup.equals.as_ref().map_or(Source::Id, |name| columns.look(name));
            let sources: Vec<Source> = kept.iter().map(|name| columns.look(name)).collect();
            let mut take = |row: Row| {
                let seen = Seen { row: &row, looked: &[] };
                let name = by.text(&seen).into_owned();
                if !name.is_empty() {
                    let cells = sources.iter().map(|source| source.cell(&seen).cloned().unwrap_or_default());
                    rows.insert(name, cells.collect());
                }
                Ok(())
            };
            reader.read(&layer.name, &mut take, &mut |_| {})?;
        }
    }
    Ok(rows)
}

/// Layers that are read by lookups only, so that nobody calls them unknown.
pub(super) fn is_looked_up(mapping: &Mapping, layer: &str) -> bool {
    let fits =
        |lookup: &Lookup| Pattern::new(&lookup.layer).is_ok_and(|pattern| pattern.captures(layer).is_some());
    mapping.tables.iter().flat_map(|table| table.lookup.values()).any(fits)
}

/// Columns of the lookup `name` that the table reads.
fn used(table: &TableMapping, name: &str) -> BTreeSet<String> {
    let mut names: Vec<&str> = Vec::new();
    for AttributeMapping { from, template, .. } in table.attributes.values() {
        names.extend(from.as_slice().iter().map(String::as_str));
        names.extend(template.iter().flat_map(|text| in_braces(text)));
    }
    if let Some(label) = &table.label {
        names.push(label);
        names.extend(in_braces(label));
    }
    names.extend(table.skip.iter().map(|rule| rule.column.as_str()));
    let many =
        |many: &'_ OneOrMany| many.as_slice().iter().map(String::as_str).collect::<Vec<_>>().join("\n");
    let part = table.part_of.as_ref().map(|part| many(&part.key)).unwrap_or_default();
    names.extend(part.lines());
    names.extend(table.person.iter().flat_map(PersonMapping::columns));
    let column = |column: &str| column.strip_prefix(name)?.strip_prefix('.').map(str::to_owned);
    names.into_iter().filter_map(column).collect()
}

fn in_braces(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|part| part.split_once('}').map(|(name, _)| name)).collect()
}

//! A table of a mapping, compiled for the columns of one layer.

use super::attribute::Attribute;
use super::error::RunError;
use super::glob::Captures;
use super::kind::{KindSpec, Shape};
use super::lookup::LookedUp;
use super::model::{Key, SkipRule, TableMapping};
use super::person::Person;
use super::position::Position;
use super::source::{Columns, Seen, Source, Template, joined_key};
use super::text::fold;
use crate::table::{Layer, Row};

/// Target of rows that are people only.
pub(super) const PEOPLE: &str = "people";

/// Everything that is known of a layer before its rows are read.
pub(super) struct Plan {
    pub(super) kind: Option<String>,
    pub(super) key: RowKey,
    pub(super) position: Option<Position>,
    pub(super) part_of: Option<(String, Vec<Source>)>,
    pub(super) label: Option<Template>,
    pub(super) attributes: Vec<Attribute>,
    /// Keys of attributes without which a thing stays out.
    pub(super) required: Vec<(String, String, String)>,
    pub(super) person: Option<Person>,
    pub(super) fill_down: Vec<usize>,
    pub(super) skip: Vec<Skip>,
    pub(super) lookups: LookedUp,
    /// Number of columns.
    pub(super) width: usize,
    pub(super) missing: Vec<String>,
}

/// What identifies a row.
pub(super) enum RowKey {
    /// Where it stands.
    Position,
    /// Columns or the file's own id.
    Columns(Vec<Source>, String),
}

/// A row that is left out on purpose, compiled.
pub(super) struct Skip {
    source: Source,
    is: Vec<String>,
    is_not: Vec<String>,
    filled: Option<bool>,
}

impl Plan {
    pub(super) fn new(
        file: &str,
        layer: &Layer,
        table: &TableMapping,
        kinds: &[KindSpec],
        captures: &Captures,
        lookups: LookedUp,
    ) -> Result<Self, RunError> {
        let no_column = |purpose| {
            let (file, layer) = (file.to_owned(), layer.name.clone());
            move |column: &str, columns: &Columns<'_>| RunError::NoColumn {
                file: file.clone(),
                layer: layer.clone(),
                column: column.to_owned(),
                purpose,
                known: columns.known(),
            }
        };
        let kind = if table.into == PEOPLE { None } else { Some(target(kinds, &table.into)?) };
        let names = lookups.columns();
        let mut columns = Columns::new(&layer.columns, captures, &names);
        let key = row_key(table, &mut columns, &no_column("the key"))?;
        let shape = kind.map_or(Shape::Any, |kind| kind.geometry);
        let position = match kind {
            Some(_) => Some(Position::new(
                table.position.as_ref(),
                shape,
                layer.srid,
                &mut columns,
                &no_column("the position"),
            )?),
            None => None,
        };
        let part_of = table.part_of.as_ref().map(|part| {
            let sources = part.key.as_slice().iter().map(|name| columns.find(name)).collect();
            (part.kind.clone(), sources)
        });
        let label = table.label.as_ref().map(|text| Template::label(text, &mut columns));
        let mut attributes = Vec::with_capacity(table.attributes.len());
        let mut required = Vec::new();
        if let Some(kind) = kind {
            for (key, mapping) in &table.attributes {
                let spec = kind.attribute(key).ok_or_else(|| no_attribute(kind, key))?;
                attributes.push(Attribute::new(spec, mapping, &table.dates, &mut columns));
            }
            let wanted = kind.attributes.iter().filter(|attribute| attribute.required);
            required.extend(wanted.map(|a| (a.key.clone(), a.title_pl.clone(), a.title_en.clone())));
        }
        let person = table.person.as_ref().map(|mapping| Person::new(mapping, &table.dates, &mut columns));
        let skip = table.skip.iter().map(|rule| Skip::new(rule, &mut columns)).collect();
        let fill_down = table.fill_down.iter().filter_map(|name| match columns.find(name) {
            Source::Cell(place) => Some(place),
            _ => None,
        });
        let fill_down = fill_down.collect();
        let missing = std::mem::take(&mut columns.missing);
        let mut plan = Self {
            kind: kind.map(|kind| kind.slug.clone()),
            key,
            position,
            part_of,
            label,
            attributes,
            required,
            person,
            fill_down,
            skip,
            lookups,
            width: layer.columns.len(),
            missing,
        };
        let columns = Columns::new(&layer.columns, captures, &[]);
        plan.lookups.compile(&columns);
        Ok(plan)
    }

    /// Whether dates of the layer are evidence for the order of day and month.
    pub(super) fn has_dates(&self) -> bool {
        self.attributes.iter().any(|attribute| !attribute.date_sources().is_empty())
            || self.person.as_ref().is_some_and(|person| person.date_sources().next().is_some())
    }

    /// Whether the mapping leaves the row out on purpose.
    pub(super) fn skips(&self, seen: &Seen<'_>) -> bool {
        self.skip.iter().any(|rule| rule.fits(seen))
    }

    /// The first cell of the key, which a broken second half does not have.
    pub(super) fn begins_record(&self, row: &Row) -> bool {
        let RowKey::Columns(sources, _) = &self.key else { return true };
        let seen = Seen { row, looked: &[] };
        joined_key(sources, &seen).is_some()
    }
}

impl Skip {
    fn new(rule: &SkipRule, columns: &mut Columns<'_>) -> Self {
        let folded = |texts: &[String]| texts.iter().map(|text| fold(text)).collect();
        Self {
            source: columns.find(&rule.column),
            is: folded(&rule.is),
            is_not: folded(&rule.is_not),
            filled: rule.filled,
        }
    }

    fn fits(&self, seen: &Seen<'_>) -> bool {
        let text = self.source.text(seen);
        let text = text.trim();
        if self.filled.is_some_and(|filled| filled != text.is_empty()) {
            return true;
        }
        if self.is.is_empty() && self.is_not.is_empty() {
            return false;
        }
        let folded = fold(text);
        self.is.contains(&folded) || (!self.is_not.is_empty() && !self.is_not.contains(&folded))
    }
}

fn row_key(
    table: &TableMapping,
    columns: &mut Columns<'_>,
    no_column: &dyn Fn(&str, &Columns<'_>) -> RunError,
) -> Result<RowKey, RunError> {
    if table.into == PEOPLE {
        return Ok(RowKey::Columns(Vec::new(), String::new()));
    }
    let names: &[String] = match &table.key {
        Key::One(word) if word == "position" => return Ok(RowKey::Position),
        // Files without ids of their own often have a column of that name.
        Key::One(word) if word == "id" && columns.look("id") == Source::Missing => {
            return Ok(RowKey::Columns(vec![Source::Id], "@id".to_owned()));
        }
        Key::One(column) => std::slice::from_ref(column),
        Key::Columns(names) => names,
    };
    let mut sources = Vec::with_capacity(names.len());
    for name in names {
        match columns.find(name) {
            Source::Missing => return Err(no_column(name, columns)),
            source => sources.push(source),
        }
    }
    Ok(RowKey::Columns(sources, names.join(", ")))
}

fn target<'a>(kinds: &'a [KindSpec], slug: &str) -> Result<&'a KindSpec, RunError> {
    kinds.iter().find(|kind| kind.slug == slug).ok_or_else(|| RunError::NoKind {
        kind: slug.to_owned(),
        known: kinds.iter().map(|kind| kind.slug.as_str()).collect::<Vec<_>>().join(", "),
    })
}

fn no_attribute(kind: &KindSpec, key: &str) -> RunError {
    let known: Vec<&str> = kind.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
    RunError::NoAttribute { kind: kind.slug.clone(), attribute: key.to_owned(), known: known.join(", ") }
}

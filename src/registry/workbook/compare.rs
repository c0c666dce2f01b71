//! Rows of a workbook against the versions that they were made from. Pure.

use geo_types::{Geometry, Point};
use importers::table::{Cell, Row};
use serde_json::Value as Json;
use uuid::Uuid;

use super::cells::{Bilingual, quoted, read, shows, text_of, truth};
use super::ops::Refused;
use crate::{
    kernel::Lang,
    platform::i18n::Texts,
    registry::{
        Kind,
        editing::{
            AssetNow,
            state::{State, Status},
        },
        export::{
            Thing,
            columns::{Field, fields_to_edit, value},
        },
    },
};

/// Degrees of a tenth of a millimetre: less is no move.
const NO_MOVE: f64 = 1e-9;

/// Which column of a sheet is what.
#[derive(Debug)]
pub(super) struct Heading {
    sheet: String,
    names: Vec<String>,
    columns: Vec<Option<(Field, Bilingual)>>,
    id: Option<usize>,
    lon: Option<usize>,
    lat: Option<usize>,
}

impl Heading {
    /// Finds the kind's columns by their keys, or by their titles in either language, with unit or without.
    pub(super) fn read(kind: &Kind, sheet: String, names: Vec<String>) -> Self {
        let known: Vec<(Field, Bilingual)> = fields_to_edit(kind, Lang::Pl)
            .into_iter()
            .zip(fields_to_edit(kind, Lang::En))
            .map(|((field, polish), (_, english))| (field, Bilingual { polish, english }))
            .collect();
        let place = |name: &str| names.iter().position(|column| column == name);
        let columns = names.iter().map(|name| find(&known, name).cloned()).collect();
        Self { id: place("id"), lon: place("lon"), lat: place("lat"), columns, sheet, names }
    }

    fn cell<'a>(&self, row: &'a Row, place: Option<usize>) -> &'a Cell {
        place.and_then(|place| row.cells.get(place)).unwrap_or(&Cell::Empty)
    }

    fn field<'a>(&self, row: &'a Row, wanted: &Field) -> &'a Cell {
        let place =
            self.columns.iter().position(|column| column.as_ref().is_some_and(|(field, _)| field == wanted));
        self.cell(row, place)
    }

    /// Id and version that a row names.
    pub(super) fn key(&self, row: &Row) -> Key {
        let rev = match self.field(row, &Field::Rev) {
            Cell::Integer(rev) => i32::try_from(*rev).ok(),
            Cell::Number(rev) if rev.fract() == 0.0 => Some(*rev as i32),
            other => text_of(other).and_then(|text| text.parse().ok()),
        };
        match text_of(self.cell(row, self.id)) {
            None => Key::New,
            Some(text) => match (text.parse(), rev) {
                (Ok(id), Some(rev)) => Key::Version(id, rev),
                _ => Key::Unreadable,
            },
        }
    }

    /// Name of the column in which an attribute or another field of a state stands.
    pub(super) fn column_of(&self, field: &str) -> String {
        let wanted = |known: &Field| match known {
            Field::Label => field == "label",
            Field::Status => field == "status",
            Field::Attribute(key) => field.strip_prefix("attributes.") == Some(key),
            _ => false,
        };
        let found = self
            .columns
            .iter()
            .zip(&self.names)
            .find(|(column, _)| column.as_ref().is_some_and(|(known, _)| wanted(known)));
        found.map_or_else(|| "lon, lat".to_owned(), |(_, name)| name.clone())
    }

    pub(super) fn sheet(&self) -> &str {
        &self.sheet
    }
}

fn find<'a>(known: &'a [(Field, Bilingual)], name: &str) -> Option<&'a (Field, Bilingual)> {
    let without_unit = name.rsplit_once(" [").map_or(name, |(title, _)| title);
    let languages = |column: &'a Bilingual| [&column.polish, &column.english];
    let by_key = known.iter().find(|(_, column)| languages(column).iter().any(|column| column.name == name));
    by_key.or_else(|| {
        known.iter().find(|(_, column)| languages(column).iter().any(|column| column.title == without_unit))
    })
}

/// What a row says about which thing it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Key {
    /// A version of a thing.
    Version(Uuid, i32),
    /// No id: a new thing.
    New,
    /// Something that is no id, or an id without a version.
    Unreadable,
}

/// What a row comes to.
#[derive(Debug)]
pub(super) enum Outcome {
    /// A row without anything in it.
    Blank,
    /// As it was.
    Unchanged,
    /// The thing shall become this; `None`: it shall go.
    Becomes(Option<State>),
}

/// One row under comparison.
pub(super) struct Comparison<'a> {
    pub(super) heading: &'a Heading,
    pub(super) row: &'a Row,
    pub(super) refused: &'a mut Vec<Refused>,
    pub(super) t: &'a Texts,
}

impl Comparison<'_> {
    /// Says that a cell cannot be taken, and what is expected there.
    pub(super) fn refuse(&mut self, column: &str, cell: &Cell, expected: String) {
        self.refused.push(Refused {
            sheet: self.heading.sheet.clone(),
            row: self.row.number,
            column: column.to_owned(),
            found: quoted(cell, self.t),
            expected,
        });
    }

    /// A row of a thing that was there.
    pub(super) fn changed(&mut self, base: &AssetNow) -> Outcome {
        let before = self.refused.len();
        match self.is_removed() {
            Ok(true) => return Outcome::Becomes(None),
            Ok(false) => {}
            Err(()) => return Outcome::Unchanged,
        }
        let mut thing = thing_of(base);
        let mut state = base.state.clone();
        let mut differs = false;
        for (place, column) in self.heading.columns.iter().enumerate() {
            let Some((field, column)) = column else { continue };
            let cell = self.heading.cell(self.row, Some(place));
            if !shows(column, &value(&mut thing, field), cell) {
                differs |= self.set(&mut state, field, column, place);
            }
        }
        if let Some(point) = self.point() {
            match &state.geometry {
                Geometry::Point(old) if near(*old, point) => {}
                Geometry::Point(_) => {
                    state.geometry = point.into();
                    differs = true;
                }
                _ => self.refuse(
                    "lon",
                    self.heading.cell(self.row, self.heading.lon),
                    self.t.get("workbook-expects-no-place"),
                ),
            }
        }
        if differs && self.refused.len() == before {
            Outcome::Becomes(Some(state))
        } else {
            Outcome::Unchanged
        }
    }

    /// A row without an id.
    pub(super) fn new_thing(&mut self) -> Outcome {
        if self.row.cells.iter().all(|cell| text_of(cell).is_none()) {
            return Outcome::Blank;
        }
        let before = self.refused.len();
        let Some(point) = self.point() else {
            if self.refused.len() == before {
                self.refuse("lon, lat", &Cell::Empty, self.t.get("workbook-expects-place"));
            }
            return Outcome::Blank;
        };
        let mut state = State {
            geometry: point.into(),
            label: None,
            attributes: serde_json::Map::new(),
            status: Status::default(),
            part_of: None,
        };
        for (place, column) in self.heading.columns.iter().enumerate() {
            let Some((field, column)) = column else { continue };
            if text_of(self.heading.cell(self.row, Some(place))).is_some() && *field != Field::Remove {
                self.set(&mut state, field, column, place);
            }
        }
        if self.refused.len() == before { Outcome::Becomes(Some(state)) } else { Outcome::Blank }
    }

    fn is_removed(&mut self) -> Result<bool, ()> {
        let cell = self.heading.field(self.row, &Field::Remove);
        match text_of(cell).map(|text| truth(&text)) {
            None => Ok(false),
            Some(Some(yes)) => Ok(yes),
            Some(None) => {
                self.refuse(&self.t.get("workbook-remove"), cell, self.t.get("workbook-expects-bool"));
                Err(())
            }
        }
    }

    /// Takes a cell into the state; answers whether it could.
    fn set(&mut self, state: &mut State, field: &Field, column: &Bilingual, place: usize) -> bool {
        let cell = self.heading.cell(self.row, Some(place));
        let name = self.heading.names.get(place).cloned().unwrap_or_default();
        match field {
            Field::Label => state.label = text_of(cell),
            Field::Status => {
                let status = read(column, cell).ok().and_then(|value| Status::from_name(value.as_str()?));
                let Some(status) = status else {
                    let labels: Vec<&str> =
                        column.polish.choices.iter().map(|(_, label)| label.as_str()).collect();
                    let list = [("list", labels.join(", ").into())];
                    self.refuse(&name, cell, self.t.args("workbook-expects-one-of", &list));
                    return false;
                };
                state.status = status;
            }
            Field::Attribute(key) => match read(column, cell) {
                Ok(Json::Null) => {
                    state.attributes.remove(key);
                }
                Ok(value) => {
                    state.attributes.insert(key.clone(), value);
                }
                Err(expected) => {
                    self.refuse(&name, cell, self.t.get(expected));
                    return false;
                }
            },
            // What the registry itself gives.
            Field::RegistryNumber | Field::Source | Field::SourceId | Field::PartOf | Field::UpdatedAt => {
                self.refuse(&name, cell, self.t.get("workbook-expects-as-it-was"));
                return false;
            }
            Field::Rev | Field::Remove => return false,
        }
        true
    }

    /// Where the row says that the thing is; nothing when both cells are empty or cannot be read.
    fn point(&mut self) -> Option<Point<f64>> {
        let (lon, lat) =
            (self.heading.cell(self.row, self.heading.lon), self.heading.cell(self.row, self.heading.lat));
        if text_of(lon).is_none() && text_of(lat).is_none() {
            return None;
        }
        let degrees = |cell: &Cell, most: f64| {
            let number = match cell {
                Cell::Integer(number) => *number as f64,
                Cell::Number(number) => *number,
                other => text_of(other)?.replace(',', ".").parse().ok()?,
            };
            (number.is_finite() && number.abs() <= most).then_some(number)
        };
        match (degrees(lon, 180.0), degrees(lat, 90.0)) {
            (Some(lon), Some(lat)) => Some(Point::new(lon, lat)),
            (None, _) => {
                self.refuse("lon", lon, self.t.get("workbook-expects-degrees"));
                None
            }
            (_, None) => {
                self.refuse("lat", lat, self.t.get("workbook-expects-degrees"));
                None
            }
        }
    }
}

fn near(a: Point<f64>, b: Point<f64>) -> bool {
    (a.x() - b.x()).abs() < NO_MOVE && (a.y() - b.y()).abs() < NO_MOVE
}

/// The version as an export has it.
fn thing_of(base: &AssetNow) -> Thing {
    Thing {
        id: base.id,
        geom: Vec::new(),
        attributes: Json::Object(base.state.attributes.clone()),
        registry_number: base.number,
        label: base.state.label.clone(),
        status: base.state.status.name().to_owned(),
        source: String::new(),
        source_id: String::new(),
        part_of: base.state.part_of,
        rev: base.rev,
        updated_at: base.updated_at,
    }
}

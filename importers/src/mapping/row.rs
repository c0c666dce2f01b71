//! One row becomes a thing, a burial, both or a refusal.

use serde_json::Map;

use super::dates::Orders;
use super::emit::{Emitter, Keys, numbered};
use super::person::{Found, NoPerson, Person, no_name};
use super::plan::{Plan, RowKey};
use super::position::{Placed, key_of};
use super::refusal::Refusal;
use super::rows::Meant;
use super::source::{Seen, joined_key};
use super::text::shown;
use crate::table::{Cell, Row, RowProblem};
use crate::{At, Doubt, Feature, SinkError};

/// Kind of the things in which people lie.
const GRAVES: &str = "graves";

/// Takes the rows of one layer.
pub(super) struct Rows<'a, 'b, 'c> {
    pub(super) file: &'a str,
    pub(super) plan: &'a Plan,
    pub(super) orders: &'a Orders,
    pub(super) keys: &'a mut Keys,
    pub(super) emitter: Emitter<'b, 'c>,
}

impl Rows<'_, '_, '_> {
    /// Takes one row.
    pub(super) fn take(&mut self, meant: Meant) -> Result<(), SinkError> {
        let Meant { mut row, second_half } = meant;
        let own = row.geometry.take();
        let at = At { file: self.file.to_owned(), row: row.number };
        if own.is_none() && row.id.is_none() && row.cells.iter().all(|cell| matches!(cell, Cell::Empty)) {
            return self.emitter.skip(at, "empty_row");
        }
        let looked = self.plan.lookups.of(&row);
        let seen = Seen { row: &row, looked: &looked };
        if self.plan.skips(&seen) {
            return self.emitter.skip(at, "left_out");
        }
        let (mut doubts, refused) = faults(&row);
        if let Some(second) = second_half {
            doubts.push(Doubt {
                code: "broken_row",
                column: None,
                found: format!("{} + {second}", row.number),
            });
        }
        if let Some(kind) = &self.plan.kind {
            self.feature(&at, &seen, own, kind, doubts, refused)?;
        } else if let Some(person) = &self.plan.person {
            self.person(&at, &seen, person, doubts, refused)?;
        }
        match second_half {
            Some(row) => self.emitter.skip(At { file: at.file, row }, "broken_row"),
            None => Ok(()),
        }
    }

    fn feature(
        &mut self,
        at: &At,
        seen: &Seen<'_>,
        own: Option<geo_types::Geometry<f64>>,
        kind: &str,
        mut doubts: Vec<Doubt>,
        mut refused: Vec<Refusal>,
    ) -> Result<(), SinkError> {
        let plan = self.plan;
        let Some(position) = &plan.position else { return Ok(()) };
        let Placed { geometry, srid } = match position.place(seen, own) {
            Ok(placed) => placed,
            Err(refusal) => return self.emitter.reject_row(at.clone(), refusal),
        };
        let key = match &plan.key {
            RowKey::Position => Some(key_of(&geometry, srid)),
            RowKey::Columns(sources, _) => joined_key(sources, seen),
        };
        let Some(key) = key else { return self.emitter.reject_row(at.clone(), self.no_key()) };
        let mut attributes = Map::new();
        for attribute in &plan.attributes {
            match attribute.value(seen, self.orders) {
                Ok(Some(value)) => {
                    attributes.insert(attribute.key.clone(), value);
                }
                Ok(None) => {}
                Err(refusal) => refused.push(refusal),
            }
        }
        let lacking = plan.required.iter().find(|(key, ..)| !attributes.contains_key(key));
        if let Some((_, pl, en)) = lacking {
            let refusal =
                Refusal::new("required", "", format!("wypełnione pole „{pl}”"), format!("a value of “{en}”"));
            return self.emitter.reject_row(at.clone(), refusal);
        }
        let burial = plan.person.as_ref().map(|person| person.read(seen, &key, self.orders));
        let same = plan.person.is_some()
            && self.keys.came(kind, &key) > 0
            && self.keys.same_place(kind, &key, &key_of(&geometry, srid));
        if same {
            // Another person in a grave that a row above has brought.
            if let Some(Ok(found)) = burial {
                self.emitter.report.burial_rows += 1;
                return self.burial(at, found, doubts, refused, plan.person.as_ref());
            }
        }
        let count = self.keys.count(kind, &key);
        if plan.person.is_some() && count == 1 {
            // Kept for the next person of this grave.
            self.keys.same_place(kind, &key, &key_of(&geometry, srid));
        }
        if count > 1 && !matches!(plan.key, RowKey::Position) {
            doubts.push(Doubt { code: "key_twice", column: None, found: shown(&key) });
        }
        let feature = Feature {
            kind: kind.to_owned(),
            source_id: numbered(key, count),
            part_of: plan
                .part_of
                .as_ref()
                .and_then(|(kind, key)| Some((kind.clone(), joined_key(key, seen)?))),
            label: plan
                .label
                .as_ref()
                .and_then(|label| label.fill(seen))
                .map(|label| label.trim().to_owned()),
            geometry,
            attributes,
        };
        let grave = feature.source_id.clone();
        self.emitter.feature(at.clone(), feature, srid, doubts)?;
        match burial {
            Some(Ok(mut found)) => {
                found.burial.grave = grave;
                self.burial(at, found, Vec::new(), refused, plan.person.as_ref())
            }
            Some(Err(NoPerson::Refused(refusal))) => {
                refused.push(refusal);
                self.emitter.reject_values(at, refused)
            }
            Some(Err(NoPerson::Empty)) | None => self.emitter.reject_values(at, refused),
        }
    }

    fn person(
        &mut self,
        at: &At,
        seen: &Seen<'_>,
        person: &Person,
        mut doubts: Vec<Doubt>,
        refused: Vec<Refusal>,
    ) -> Result<(), SinkError> {
        let grave = match person.grave_key(seen) {
            Ok(grave) => grave,
            Err(refusal) => return self.emitter.reject_row(at.clone(), refusal),
        };
        let found = match person.read(seen, &grave, self.orders) {
            Ok(found) => found,
            Err(NoPerson::Empty) => return self.emitter.reject_row(at.clone(), no_name("")),
            Err(NoPerson::Refused(refusal)) => return self.emitter.reject_row(at.clone(), refusal),
        };
        match self.keys.came(GRAVES, &grave) {
            0 => self.emitter.graves_not_here += 1,
            1 => {}
            _ => doubts.push(Doubt { code: "ambiguous_grave", column: None, found: shown(&grave) }),
        }
        self.emitter.report.burial_rows += 1;
        self.burial(at, found, doubts, refused, Some(person))
    }

    fn burial(
        &mut self,
        at: &At,
        mut found: Found,
        mut doubts: Vec<Doubt>,
        mut refused: Vec<Refusal>,
        person: Option<&Person>,
    ) -> Result<(), SinkError> {
        doubts.append(&mut found.doubts);
        refused.append(&mut found.refused);
        let key = found.burial.source_id;
        let count = self.keys.count("burial", &key);
        if count > 1 && person.is_some_and(Person::has_own_key) {
            doubts.push(Doubt { code: "key_twice", column: None, found: shown(&key) });
        }
        found.burial.source_id = numbered(key, count);
        self.emitter.burial(at.clone(), found.burial, doubts)?;
        self.emitter.reject_values(at, refused)
    }

    fn no_key(&self) -> Refusal {
        let column = match &self.plan.key {
            RowKey::Columns(_, names) => names.as_str(),
            RowKey::Position => "",
        };
        Refusal::new(
            "no_key",
            "",
            "identyfikator, po którym wiersz pozna się w następnym pliku",
            "an id by which the row is known in the next file",
        )
        .about(column)
    }
}

/// Doubts and refusals that the reader found in the row as such.
fn faults(row: &Row) -> (Vec<Doubt>, Vec<Refusal>) {
    let (mut doubts, mut refused) = (Vec::new(), Vec::new());
    for fault in &row.faults {
        let mut doubt = |code| {
            doubts.push(Doubt { code, column: fault.column.clone(), found: shown(&fault.found) });
        };
        let refusal = match fault.problem {
            RowProblem::TooManyCells => {
                doubt("too_many_cells");
                continue;
            }
            RowProblem::NotText => {
                doubt("not_text");
                continue;
            }
            // The position says so.
            RowProblem::BadGeometry => continue,
            RowProblem::FormulaError => Refusal::new(
                "formula_error",
                &fault.found,
                "wartość zamiast formuły z błędem",
                "a value instead of a formula with an error",
            ),
            RowProblem::TooLarge => {
                Refusal::new("too_long", &fault.found, "krótsza wartość", "a shorter value")
            }
        };
        refused.push(refusal.about(fault.column.as_deref().unwrap_or_default()));
    }
    (doubts, refused)
}

//! Rows as they were meant: blank cells filled from above, records broken over two rows joined.

use super::plan::Plan;
use super::source::Seen;
use super::text::cell_text;
use crate::SinkError;
use crate::table::{Cell, Row};

/// A row, and what was done to it.
pub(super) struct Meant {
    pub(super) row: Row,
    /// Number of the row that was joined to it.
    pub(super) second_half: Option<u64>,
}

/// Mends rows before they are read.
pub(super) struct Mender {
    join_broken: bool,
    above: Vec<Cell>,
    waiting: Option<Row>,
}

impl Mender {
    pub(super) fn new(join_broken: bool, plan: &Plan) -> Self {
        Self { join_broken, above: vec![Cell::Empty; plan.fill_down.len()], waiting: None }
    }

    /// Takes a row and hands over those that are whole.
    pub(super) fn take(
        &mut self,
        mut row: Row,
        plan: &Plan,
        each: &mut dyn FnMut(Meant) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        self.fill_down(&mut row, plan);
        if !self.join_broken {
            return each(Meant { row, second_half: None });
        }
        let Some(first) = self.waiting.take() else {
            self.waiting = Some(row);
            return Ok(());
        };
        match joined(&first, &row, plan) {
            Some(whole) => each(Meant { row: whole, second_half: Some(row.number) }),
            None => {
                self.waiting = Some(row);
                each(Meant { row: first, second_half: None })
            }
        }
    }

    /// Hands over what still waits.
    pub(super) fn finish(
        &mut self,
        each: &mut dyn FnMut(Meant) -> Result<(), SinkError>,
    ) -> Result<(), SinkError> {
        match self.waiting.take() {
            Some(row) => each(Meant { row, second_half: None }),
            None => Ok(()),
        }
    }

    fn fill_down(&mut self, row: &mut Row, plan: &Plan) {
        // A blank row says nothing, also not "as above".
        if row.cells.iter().all(|cell| matches!(cell, Cell::Empty)) {
            return;
        }
        for (above, place) in self.above.iter_mut().zip(&plan.fill_down) {
            match row.cells.get_mut(*place) {
                Some(cell @ Cell::Empty) => cell.clone_from(above),
                Some(cell) => above.clone_from(cell),
                None => {
                    row.cells.resize(*place + 1, Cell::Empty);
                    if let Some(cell) = row.cells.get_mut(*place) {
                        cell.clone_from(above);
                    }
                }
            }
        }
    }
}

/// The record whose second half stands in the next row: the first row ends early and has a key but no position, the
/// next one has no key, and only together they have a position.
fn joined(first: &Row, second: &Row, plan: &Plan) -> Option<Row> {
    let position = plan.position.as_ref()?;
    let placed = |row: &Row| position.place(&Seen { row, looked: &[] }, None).is_ok();
    if !plan.begins_record(first) || plan.begins_record(second) || placed(first) || placed(second) {
        return None;
    }
    let end = first.cells.iter().rposition(|cell| !matches!(cell, Cell::Empty))?;
    let mut whole = first.clone();
    whole.cells.truncate(end + 1);
    let mut rest = second.cells.iter();
    // A break within a cell leaves the end of it in the first column.
    if let (Some(last), Some(head @ (Cell::Text(_) | Cell::Integer(_) | Cell::Number(_)))) =
        (whole.cells.last_mut(), rest.next())
    {
        *last = Cell::Text(format!("{} {}", cell_text(last), cell_text(head)));
    }
    whole.cells.extend(rest.cloned());
    let beyond = whole.cells.split_off(plan.width.min(whole.cells.len()));
    // Commas within the last cell were taken for ends of cells.
    if let Some(last) = whole.cells.last_mut() {
        let texts = std::iter::once(&*last).chain(&beyond).map(cell_text);
        let texts: Vec<_> = texts.filter(|text| !text.is_empty()).collect();
        if texts.len() > 1 {
            *last = Cell::Text(texts.join(","));
        }
    }
    placed(&whole).then_some(whole)
}

//! One layer, read once.

use geo::coords_iter::CoordsIter;

use super::column::Counter;
use super::place::{self, Numbers};
use super::{LayerSeen, Sample};
use crate::mapping::text::{cell_text, shown};
use crate::table::{AxisNote, Layer, Reader, Row, TableError};

/// Rows that are shown.
const SHOWN_ROWS: usize = 20;
/// Rows whose positions are looked at: the first ones, then one of a hundred.
const FIRST_ROWS: u64 = 300;
/// Rows that are kept at most.
const KEPT_ROWS: usize = 2_000;
/// Different values that are counted in all columns together.
const VALUES: usize = 400_000;

/// Reads a layer and says what is in it.
pub(super) fn look(reader: &mut dyn Reader, layer: &Layer) -> Result<LayerSeen, TableError> {
    let bound = (VALUES / layer.columns.len().max(1)).clamp(200, 20_000);
    let mut counters: Vec<Counter> = layer.columns.iter().map(|_| Counter::new(bound)).collect();
    let (mut rows, mut geometries, mut ids) = (0_u64, 0_u64, 0_u64);
    let mut sample = Vec::new();
    let mut kept: Vec<Row> = Vec::new();
    let mut own: Vec<[f64; 2]> = Vec::new();
    let mut srid = layer.srid;
    let mut each = |mut row: Row| {
        rows += 1;
        geometries += u64::from(row.geometry.is_some());
        ids += u64::from(row.id.is_some());
        for (counter, cell) in counters.iter_mut().zip(&row.cells) {
            counter.take(cell);
        }
        if sample.len() < SHOWN_ROWS {
            let cells = row.cells.iter().map(|cell| shown(&cell_text(cell))).collect();
            sample.push(Sample { row: row.number, cells });
        }
        if kept.len() < KEPT_ROWS && (rows <= FIRST_ROWS || rows.is_multiple_of(100)) {
            let geometry = row.geometry.take();
            own.extend(geometry.and_then(|geometry| geometry.coords_iter().next()).map(|at| [at.x, at.y]));
            srid = srid.or(row.srid);
            kept.push(row);
        }
        Ok(())
    };
    reader.read(&layer.name, &mut each, &mut |_| {})?;
    let columns: Vec<_> =
        layer.columns.iter().zip(&counters).map(|(name, counter)| counter.finish(name)).collect();
    let zeros: Vec<u64> = counters.iter().map(Counter::zeros).collect();
    let axes_known = layer.axis != Some(AxisNote::Unknown);
    let numbers =
        Numbers { rows, geometries, axes_known, columns: &columns, zeros: &zeros, kept: &kept, own: &own };
    let positions = place::guesses(&numbers, srid);
    let name = layer.name.clone();
    Ok(LayerSeen { name, rows, geometries, ids, declared_srid: srid, columns, sample, positions })
}

//! Reading a delivery through a mapping.

use std::path::Path;

use super::dates::Orders;
use super::emit::{Emitter, Keys, Out};
use super::error::RunError;
use super::files::{self, Delivery, Job};
use super::kind::KindSpec;
use super::lookup::LookedUp;
use super::model::{Mapping, TableMapping};
use super::plan::Plan;
use super::report::{LayerReport, RunReport};
use super::row::Rows;
use super::rows::Mender;
use super::source::Seen;
use super::validate::validate;
use crate::table::{InputFile, Limits, Progress, ProgressSink, Reader, Row};
use crate::{Delivered, SinkError};

/// Reads `files` through `mapping` and hands over everything that comes out, in the order of tables, files and rows.
///
/// Archives are unpacked below `scratch`. `progress` hears thousandths of the whole.
///
/// # Errors
/// [`RunError`]; what was handed over before it is void.
pub fn run(
    files: &[InputFile],
    scratch: &Path,
    mapping: &Mapping,
    kinds: &[KindSpec],
    limits: &Limits,
    sink: &mut dyn FnMut(Delivered) -> Result<(), SinkError>,
    progress: &mut ProgressSink<'_>,
) -> Result<RunReport, RunError> {
    usable(mapping)?;
    let mut delivery = files::open(files, scratch, mapping, limits)?;
    run_opened(&mut delivery, mapping, kinds, sink, progress)
}

/// As [`run`], with files that are open already.
///
/// # Errors
/// As [`run`].
pub fn run_readers(
    readers: Vec<(String, Box<dyn Reader>)>,
    mapping: &Mapping,
    kinds: &[KindSpec],
    sink: &mut dyn FnMut(Delivered) -> Result<(), SinkError>,
    progress: &mut ProgressSink<'_>,
) -> Result<RunReport, RunError> {
    usable(mapping)?;
    let files =
        readers.into_iter().map(|(name, reader)| files::OpenFile { name, reader: Some(reader) }).collect();
    run_opened(&mut Delivery { files }, mapping, kinds, sink, progress)
}

fn usable(mapping: &Mapping) -> Result<(), RunError> {
    validate(mapping)?;
    match &mapping.no_target {
        None => Ok(()),
        Some(reason) => Err(RunError::NoTarget { mapping: mapping.name.clone(), reason: reason.clone() }),
    }
}

fn run_opened(
    delivery: &mut Delivery,
    mapping: &Mapping,
    kinds: &[KindSpec],
    out: &mut Out<'_>,
    progress: &mut ProgressSink<'_>,
) -> Result<RunReport, RunError> {
    let (jobs, unmapped) = files::jobs(delivery, mapping)?;
    let unused = |file: &files::OpenFile| file.reader.is_none().then(|| file.name.clone());
    let mut report = RunReport {
        unmapped,
        unused_files: delivery.files.iter().filter_map(unused).collect(),
        ..RunReport::default()
    };
    let mut keys = Keys::default();
    let mut lookups: Option<(usize, LookedUp)> = None;
    let total = jobs.len() as u64 * 1_000;
    for (number, job) in jobs.iter().enumerate() {
        let Some(table) = mapping.tables.get(job.table) else { continue };
        if lookups.as_ref().is_none_or(|(of, _)| *of != job.table) {
            lookups = Some((job.table, LookedUp::read(table, delivery)?));
        }
        let looked = lookups.as_ref().map(|(_, looked)| looked.again()).unwrap_or_default();
        let before = number as u64 * 1_000;
        let mut tick = |step: Progress| {
            let done = before + step.done.saturating_mul(1_000) / step.total.max(1);
            progress(Progress { done: done.min(total), total });
        };
        let layer = layer(delivery, job, table, kinds, looked, &mut keys, out, &mut tick, &mut report)?;
        report.layers.push(layer);
    }
    progress(Progress { done: total, total: total.max(1) });
    Ok(report)
}

#[expect(clippy::too_many_arguments, reason = "everything that one layer needs")]
fn layer(
    delivery: &mut Delivery,
    job: &Job,
    table: &TableMapping,
    kinds: &[KindSpec],
    looked: LookedUp,
    keys: &mut Keys,
    out: &mut Out<'_>,
    progress: &mut ProgressSink<'_>,
    total: &mut RunReport,
) -> Result<LayerReport, RunError> {
    let mut report = LayerReport {
        layer: job.layer.name.clone(),
        into: table.into.clone(),
        declared_srid: job.layer.srid,
        axis: job.layer.axis,
        ..LayerReport::default()
    };
    let Some(file) = delivery.files.get_mut(job.file) else { return Ok(report) };
    let Some(reader) = &mut file.reader else { return Ok(report) };
    report.file.clone_from(&file.name);
    let mut plan = Plan::new(&file.name, &job.layer, table, kinds, &job.captures, looked)?;
    report.missing_columns = std::mem::take(&mut plan.missing);
    let orders = orders(reader.as_mut(), job, table, &plan)?;
    report.dates = orders.seen().to_vec();
    let emitter = Emitter { out, report, graves_not_here: 0 };
    let mut rows = Rows { file: &file.name, plan: &plan, orders: &orders, keys, emitter };
    let mut mender = Mender::new(table.join_broken, &plan);
    let mut each = |row: Row| {
        rows.emitter.report.rows += 1;
        mender.take(row, &plan, &mut |meant| rows.take(meant))
    };
    reader.read(&job.layer.name, &mut each, progress)?;
    mender.finish(&mut |meant| rows.take(meant))?;
    total.graves_not_here += rows.emitter.graves_not_here;
    Ok(rows.emitter.report)
}

/// The order of day and month, from a first reading of the layer where it has dates.
fn orders(reader: &mut dyn Reader, job: &Job, table: &TableMapping, plan: &Plan) -> Result<Orders, RunError> {
    let mut orders = Orders::default();
    if !plan.has_dates() {
        return Ok(orders);
    }
    let mut each = |row: Row| {
        let seen = Seen { row: &row, looked: &[] };
        for source in plan.attributes.iter().flat_map(|attribute| attribute.date_sources()) {
            orders.see(super::dates::parse(&source.text(&seen), &[]));
        }
        if let Some(person) = &plan.person {
            for source in person.date_sources() {
                person.see(&source.text(&seen), &mut orders);
            }
        }
        Ok(())
    };
    reader.read(&job.layer.name, &mut each, &mut |_| {})?;
    orders.settle(&table.dates);
    Ok(orders)
}

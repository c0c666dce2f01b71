//! The sources that can be brought in: files with a mapping, an OpenStreetMap file, and the made-up town.

use std::{collections::BTreeMap, path::Path};

use geo_types::{Rect, coord};
use importers::{
    SinkError,
    mapping::{self, KindSpec, Mapping, RunReport},
    osm,
    table::{InputFile, Limits},
};
use serde::Serialize;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    model::{Accept, Delivery, ImportFailure, Mode, Outcome},
    ops::{Run, bring_in},
};
use crate::{
    demo,
    platform::{Ctx, access::Permission},
    registry::Registry,
};

/// Sources that are no files: their names are not for mappings.
const RESERVED_SOURCES: [&str; 3] = ["desk", "demo", "osm"];

/// Files, and what their rows mean.
#[derive(Debug, Clone)]
pub struct DeliveryInput {
    /// The files.
    pub files: Vec<InputFile>,
    /// The mapping.
    pub mapping: Mapping,
    /// What stands in the list of changes.
    pub title: String,
}

/// The kinds of the town as mappings see them.
#[must_use]
pub fn kind_specs(registry: &Registry) -> Vec<KindSpec> {
    let kinds = registry.kinds();
    kinds
        .all()
        .filter_map(|kind| KindSpec::from_definition(&serde_json::to_value(kind.as_ref()).ok()?))
        .collect()
}

/// Brings in files through a mapping, or finds what that would change; with a job, its review is written.
///
/// # Errors
/// [`ImportFailure`]; the registry is then as it was.
pub async fn deliver(
    ctx: &Ctx,
    registry: &Registry,
    input: DeliveryInput,
    mode: Mode,
    job: Option<Uuid>,
    mut progress: impl FnMut(f64) + Send + 'static,
) -> Result<(RunReport, Outcome), ImportFailure<mapping::RunError>> {
    let DeliveryInput { files, mapping, title } = input;
    let source = mapping.source.clone();
    if source.is_empty() || RESERVED_SOURCES.contains(&source.as_str()) {
        let error = mapping::MappingError::Syntax(format!(
            "source {source:?} is not for mappings; choose a name of your own, such as \"trees-2026\""
        ));
        return Err(ImportFailure::Reader(error.into()));
    }
    let mut kinds: Vec<String> = mapping.tables.iter().map(|table| table.into.clone()).collect();
    if mapping.tables.iter().any(|table| table.person.is_some()) {
        kinds.push("people".to_owned());
    }
    kinds.sort();
    kinds.dedup();
    for kind in &kinds {
        let kind = if kind == "people" { "graves" } else { kind };
        ctx.require(Permission::RegistryWrite, Some(kind)).map_err(ImportFailure::Refused)?;
    }
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let delivery = Delivery {
        source: source.clone(),
        file_name: names.join(", ").chars().take(500).collect(),
        comment: Some(title),
    };
    let extent = mapping.vanished_within.map(|[west, south, east, north]| {
        Rect::new(coord! { x: west, y: south }, coord! { x: east, y: north })
    });
    let run = Run {
        mode,
        kinds: Some(kinds),
        careful: true,
        town: registry.stated_area(),
        job,
        terms: Some((mapping.name.clone(), mapping.licence.clone())),
    };
    let specs = kind_specs(registry);
    let (report, mut outcome) = bring_in(ctx, registry.pool(), &delivery, run, move |rows| {
        let scratch = tempfile::tempdir().map_err(|error| mapping::RunError::Sink(error.into()))?;
        let report = mapping::run(
            &files,
            scratch.path(),
            &mapping,
            &specs,
            &Limits::default(),
            &mut |delivered| rows.deliver(delivered),
            &mut |step| progress(step.done as f64 / step.total.max(1) as f64),
        )?;
        Ok((report, extent))
    })
    .await?;
    // A row may be a grave and a person at once: what was read are the rows of the files.
    outcome.counts.read = report.layers.iter().map(|layer| layer.rows as i64).sum();
    Ok((report, outcome))
}

/// What the reader of a file says of it.
#[derive(Debug, Clone, Serialize)]
pub struct FileReport {
    /// When the data was taken, if the file says so.
    pub data_timestamp: Option<String>,
    /// What the file holds.
    pub elements: Elements,
    /// Records by kind, burials and layers of the basemap.
    pub taken: BTreeMap<String, u64>,
    /// What was left out, by reason.
    pub left_out: Vec<LeftOut>,
}

/// Elements of an OpenStreetMap file.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Elements {
    /// Points.
    pub nodes: u64,
    /// Lines and outlines.
    pub ways: u64,
    /// Groups.
    pub relations: u64,
}

/// Elements left out for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct LeftOut {
    /// Stable name of the reason.
    pub reason: String,
    /// The reason in Polish.
    pub text_pl: String,
    /// The reason in English.
    pub text_en: String,
    /// How many.
    pub count: u64,
    /// Some of them.
    pub samples: Vec<String>,
}

/// Brings in an OpenStreetMap file; `progress` hears fractions from 0 to 1.
///
/// # Errors
/// [`ImportFailure`]; the registry is then as it was.
pub async fn bring_in_osm(
    ctx: &Ctx,
    pool: &PgPool,
    file: &Path,
    mode: Mode,
    mut progress: impl FnMut(f64) + Send + 'static,
) -> Result<(FileReport, Outcome), ImportFailure<osm::ImportError>> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let delivery = Delivery { source: "osm".into(), file_name: name.clone(), comment: Some(name) };
    let path = file.to_owned();
    let (told, mut outcome) = bring_in(ctx, pool, &delivery, Run::trusting(mode), move |sink| {
        let report = osm::read(&path, sink, &mut |step| {
            let done = step.done as f64 / step.total.max(1) as f64;
            progress(match step.phase {
                osm::Phase::Reading => done * 0.7,
                osm::Phase::Building => 0.7 + done * 0.3,
            });
        })?;
        progress(1.0);
        let elements = Elements {
            nodes: report.elements.nodes,
            ways: report.elements.ways,
            relations: report.elements.relations,
        };
        let left_out = report
            .left_out
            .into_iter()
            .map(|left| LeftOut {
                reason: left.reason.to_owned(),
                text_pl: left.text_pl.to_owned(),
                text_en: left.text_en.to_owned(),
                count: left.count,
                samples: left.samples,
            })
            .collect();
        let told =
            FileReport { data_timestamp: report.data_timestamp, elements, taken: report.taken, left_out };
        Ok((told, report.extent))
    })
    .await?;
    outcome.counts.skipped = told.left_out.iter().map(|left| left.count as i64).sum();
    Ok((told, outcome))
}

/// Whether nothing was ever brought in or registered.
///
/// # Errors
/// When the database fails.
pub async fn is_empty(pool: &PgPool) -> Result<bool, sqlx::Error> {
    super::store::is_empty(pool).await
}

/// Fills the database with a made-up town.
///
/// # Errors
/// When the database refuses.
pub async fn bring_in_demo(
    ctx: &Ctx,
    pool: &PgPool,
    size: demo::Size,
    seed: u64,
) -> Result<Outcome, ImportFailure<SinkError>> {
    let delivery = Delivery { source: "demo".into(), file_name: size.town_name().to_owned(), comment: None };
    let run = Run::trusting(Mode::Apply(Accept::everything()));
    let (_, outcome) = bring_in(ctx, pool, &delivery, run, move |sink| {
        demo::generate(size, seed, sink)?;
        Ok::<_, SinkError>(((), None))
    })
    .await?;
    Ok(outcome)
}

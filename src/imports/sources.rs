//! The sources that can be brought in today: an OpenStreetMap file, and the made-up town.

use std::{collections::BTreeMap, path::Path};

use importers::{SinkError, osm};
use serde::Serialize;
use sqlx::PgPool;

use super::ops::{Delivery, ImportFailure, Outcome, bring_in};
use crate::{demo, platform::Ctx};

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
    mut progress: impl FnMut(f64) + Send + 'static,
) -> Result<(FileReport, Outcome), ImportFailure<osm::ImportError>> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let delivery = Delivery { source: "osm", file_name: name };
    let path = file.to_owned();
    bring_in(ctx, pool, &delivery, move |sink| {
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
    .await
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
    let delivery = Delivery { source: "demo", file_name: size.town_name().to_owned() };
    let (_, outcome) = bring_in(ctx, pool, &delivery, move |sink| {
        demo::generate(size, seed, sink)?;
        Ok::<_, SinkError>(((), None))
    })
    .await?;
    Ok(outcome)
}

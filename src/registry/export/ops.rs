//! An export from the question to the stream of bytes.

use std::time::Duration;

use chrono::SecondsFormat;
use exporters::{Format, Metadata, Options, Shape};
use futures::{StreamExt, stream};
use sqlx::{Connection, PgConnection};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, mpsc};

use super::super::{GeometryType, Kind, Registry, Sight, licence_of};
use super::columns::{chosen, fields_of, fields_to_edit};
use super::model::{ExportFile, ExportQuery};
use super::pipe::{Making, PIECES_WAITING, Pieces, write_file};
use super::store::{self, Selection};
use crate::{
    kernel::{Crs, Lang, ParamError},
    platform::{
        Ctx,
        access::Permission,
        feed::Snapshot,
        http::{Failure, ResultExt},
    },
};

/// How long an export may wait for others to end.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How long the database may take to say goodbye.
const LONGEST_LEAVE: Duration = Duration::from_secs(2);
/// Batches of rows that wait for the writer.
const BATCHES_WAITING: usize = 4;

impl Registry {
    /// A whole collection, or what of it passes a filter, as a file. Private attributes go out only to whoever may export
    /// them, and to whoever may change them in a workbook made to be edited.
    ///
    /// # Errors
    /// A column or a choice is not there, the caller may not edit, too many exports run, or the database fails.
    pub async fn export_file(
        &self,
        ctx: &Ctx,
        kind: &Kind,
        query: ExportQuery,
    ) -> Result<ExportFile, Failure> {
        let slug = kind.slug.as_str();
        let sight = sight_of_export(ctx, kind, &query)?;
        let fields = match query.choices.edit {
            true => fields_to_edit(kind, ctx.lang),
            false => chosen(fields_of(kind, sight, ctx.lang), query.columns.as_deref())?,
        };
        let predicate =
            query.filter.predicate().map_err(|error| ParamError::new("filter", error.detail.en))?;
        let waiting = self.exports.clone().acquire_owned();
        let permit = tokio::time::timeout(LONGEST_WAIT, waiting).await.map_err(|_| Failure::Busy)?;
        let permit = permit.internal("begin an export")?;
        let selection = Selection::of(kind, &predicate, query.as_of);
        let mut connection = store::begin(&self.pool).await?;
        let metadata = metadata(ctx, kind, &query, &self.feed.now(), &mut connection).await?;
        let table = matches!(query.format, Format::Csv | Format::Xlsx);
        let shape = match kind.geometry {
            GeometryType::Line | GeometryType::Area if query.choices.edit => Shape::None,
            _ if query.choices.edit => Shape::Places,
            _ if table && store::only_points(&mut connection, &selection).await? => Shape::Point,
            _ => Shape::Any,
        };
        let work = Work { permit, connection, selection, sight };
        let (sender, mut receiver) = mpsc::channel(PIECES_WAITING);
        let as_lines = query.crs == Crs::Crs84 && query.columns.is_none();
        match query.format {
            Format::Geojson if as_lines => {
                work.send_lines(kind.clone(), Some(exporters::geojson_head(&metadata)), sender);
            }
            Format::Geojsonl if as_lines => work.send_lines(kind.clone(), None, sender),
            format => {
                let options = Options {
                    shape,
                    titles: query.choices.titles,
                    labels: query.choices.titles,
                    csv: query.choices.csv,
                    hide_id: query.choices.edit,
                    ..Options::default()
                };
                work.send_file(
                    query.crs,
                    Making { format, metadata: metadata.clone(), fields, options },
                    sender,
                );
            }
        }
        let bytes = stream::poll_fn(move |cx| receiver.poll_recv(cx));
        let name = format!("{slug}.{}", query.format.file_ending());
        Ok(ExportFile { name, format: query.format, metadata, bytes: bytes.boxed() })
    }
}

/// What the caller may see of a kind in a file.
fn sight_of_export(ctx: &Ctx, kind: &Kind, query: &ExportQuery) -> Result<Sight, Failure> {
    let slug = Some(kind.slug.as_str());
    if query.choices.edit {
        ctx.require(Permission::RegistryWrite, slug)?;
        if query.as_of.is_some() || query.columns.is_some() || query.crs.srid() != 4326 {
            let why = "is a workbook of the present state with all columns in degrees; leave out as_of, properties and crs";
            return Err(ParamError::new("edit", why).into());
        }
        return Ok(Sight::Inside);
    }
    let may = ctx.staff().is_some() && ctx.may(Permission::RegistryExport, slug);
    Ok(if may { Sight::Inside } else { Sight::Public })
}

/// What the file says of itself.
async fn metadata(
    ctx: &Ctx,
    kind: &Kind,
    query: &ExportQuery,
    state: &Snapshot,
    connection: &mut PgConnection,
) -> Result<Metadata, Failure> {
    let slug = kind.slug.as_str();
    let revision = store::revision(connection, slug).await?;
    let sources = store::sources(connection, slug).await?;
    let distinct = |texts: Vec<&str>| {
        let mut texts: Vec<&str> = texts.into_iter().filter(|text| !text.is_empty()).collect();
        texts.dedup();
        texts.join("; ")
    };
    let licences: Vec<_> = sources.iter().map(|source| licence_of(state, source)).collect();
    let names = distinct(licences.iter().map(|licence| licence.name.as_str()).collect());
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(Metadata {
        title: kind.title.get(ctx.lang).to_owned(),
        collection: slug.to_owned(),
        source: sources.join("; "),
        attribution: distinct(licences.iter().map(|licence| licence.attribution.as_str()).collect()),
        licence_url: licence_url(&names).map(str::to_owned),
        licence: match (names.is_empty(), ctx.lang) {
            (false, _) => names,
            (true, Lang::Pl) => "nie podano".to_owned(),
            (true, Lang::En) => "not stated".to_owned(),
        },
        date: instant(ctx.now),
        revision,
        filter: query.filter_text(),
        as_of: query.as_of.map(instant),
        crs: query.crs.srid().unsigned_abs(),
        address: Some(query.address(slug)),
        lang: match ctx.lang {
            Lang::Pl => exporters::Lang::Pl,
            Lang::En => exporters::Lang::En,
        },
    })
}

fn licence_url(name: &str) -> Option<&'static str> {
    match name {
        "ODbL-1.0" => Some("https://opendatacommons.org/licenses/odbl/1-0/"),
        "CC0-1.0" => Some("https://creativecommons.org/publicdomain/zero/1.0/"),
        _ => None,
    }
}

/// What an export holds while it runs.
struct Work {
    permit: OwnedSemaphorePermit,
    connection: PgConnection,
    selection: Selection,
    sight: Sight,
}

impl Work {
    /// GeoJSON, feature by feature as the database sends them.
    fn send_lines(mut self, kind: Kind, head: Option<String>, pieces: Pieces) {
        tokio::spawn(async move {
            let shown = (&kind, self.sight);
            let sent = tokio::select! {
                sent = store::send_lines(&mut self.connection, &self.selection, shown, head.as_deref(), &pieces) => sent,
                () = pieces.closed() => Ok(()),
            };
            if let Err(error) = sent {
                tracing::warn!(%error, "an export broke off");
                // Nobody may be left to hear it.
                let _ = pieces.send(Err(std::io::Error::other(error))).await;
            }
            end(self.connection).await;
            drop(self.permit);
        });
    }

    /// Any other format: rows from the database, a writer on a thread of its own.
    fn send_file(mut self, crs: Crs, making: Making, pieces: Pieces) {
        let (sender, things) = mpsc::channel(BATCHES_WAITING);
        let (runtime, reader) = (Handle::current(), pieces.clone());
        tokio::task::spawn_blocking(move || write_file(making, things, &pieces, runtime));
        tokio::spawn(async move {
            let sent = tokio::select! {
                sent = store::send_things(&mut self.connection, &self.selection, crs, self.sight, &sender) => sent,
                () = reader.closed() => Ok(()),
            };
            if let Err(error) = sent {
                tracing::warn!(%error, "an export broke off");
                let _ = sender.send(Err(error)).await;
            }
            // The writer knows by this that no more rows come.
            drop(sender);
            end(self.connection).await;
            drop(self.permit);
        });
    }
}

/// Takes leave of the database; whoever broke off in the middle of rows just goes.
async fn end(connection: PgConnection) {
    let leave = tokio::time::timeout(LONGEST_LEAVE, connection.close());
    if let Ok(Err(error)) = leave.await {
        tracing::debug!(%error, "an export's connection did not end cleanly");
    }
}

//! Statements of exports. COPY takes no bound values, so all that is asked for is quoted as literals; names of relations
//! and columns come from here alone.

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::super::{Kind, Predicate, Sight, store::literal};
use super::lines::{self, Lines};
use super::pipe::{Pieces, SLOWEST_READER};
use crate::kernel::Crs;

/// Most rows that are joined into one piece of a streamed answer, or handed to a writer at once.
const ROWS_IN_A_PIECE: usize = 256;

/// A whole collection on its way out.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// The relation of assets, called `a`, with all its conditions.
    from: String,
}

impl Selection {
    /// The things of a kind that pass a filter, now or at an instant.
    pub(super) fn of(kind: &Kind, filter: &Predicate, as_of: Option<DateTime<Utc>>) -> Self {
        let slug = literal(kind.slug.as_str());
        let relation = match as_of {
            None => "asset".to_owned(),
            Some(at) => {
                format!("asset_as_of({slug}, {}::timestamptz)", literal(&at.to_rfc3339()))
            }
        };
        let condition = filter.to_literal_sql();
        Self {
            from: format!(
                "from {relation} a where a.kind = {slug} and a.status <> 'removed' and {condition}"
            ),
        }
    }
}

/// A connection of the export's own, which sees one instant of the database. It ends with the export, and no timeout
/// hurries it: a reader may take minutes, or leave in the middle.
pub(super) async fn begin(pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
    let mut connection = pool.acquire().await?.detach();
    sqlx::query("set statement_timeout = 0").execute(&mut connection).await?;
    sqlx::query("set idle_in_transaction_session_timeout = 0").execute(&mut connection).await?;
    sqlx::query("begin isolation level repeatable read read only").execute(&mut connection).await?;
    Ok(connection)
}

/// The revision of a collection as this connection sees it.
pub(super) async fn revision(connection: &mut PgConnection, slug: &str) -> Result<i64, sqlx::Error> {
    let revision = sqlx::query_scalar!("select revision from collection_state where collection = $1", slug)
        .fetch_optional(connection)
        .await?;
    Ok(revision.unwrap_or(0))
}

/// Where the things of a kind come from: the index of sources is skipped through, whatever the number of things.
pub(super) async fn sources(connection: &mut PgConnection, slug: &str) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"with recursive names (source) as (
               select min(source) from asset
               union all
               select (select min(source) from asset where source > names.source) from names
               where names.source is not null
           )
           select source as "source!" from names
           where source is not null
             and exists (select 1 from asset a where a.source = names.source and a.kind = $1 and a.status <> 'removed')"#,
        slug
    )
    .fetch_all(connection)
    .await
}

/// Whether all things that are selected are single points.
pub(super) async fn only_points(connection: &mut PgConnection, of: &Selection) -> Result<bool, sqlx::Error> {
    let sql = format!("select not exists (select 1 {} and geometrytype(a.geom) <> 'POINT')", of.from);
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(connection).await
}

/// One thing with all that a table says of it.
#[derive(Debug, sqlx::FromRow)]
pub(in crate::registry) struct Thing {
    pub(in crate::registry) id: Uuid,
    pub(in crate::registry) geom: Vec<u8>,
    pub(in crate::registry) attributes: Value,
    pub(in crate::registry) registry_number: i64,
    pub(in crate::registry) label: Option<String>,
    pub(in crate::registry) status: String,
    pub(in crate::registry) source: String,
    pub(in crate::registry) source_id: String,
    pub(in crate::registry) part_of: Option<Uuid>,
    pub(in crate::registry) rev: i32,
    pub(in crate::registry) updated_at: DateTime<Utc>,
}

/// Hands all things that are selected to a writer, until it takes no more.
pub(super) async fn send_things(
    connection: &mut PgConnection,
    of: &Selection,
    crs: Crs,
    sight: Sight,
    sender: &mpsc::Sender<Result<Vec<Thing>, sqlx::Error>>,
) -> Result<(), sqlx::Error> {
    let geometry = match crs.srid() {
        4326 => "a.geom".to_owned(),
        srid => format!("st_transform(a.geom, {srid})"),
    };
    // The same rule as in asset_feature: wholes that are not public are named to the staff only.
    let sql = format!(
        "select a.id, st_asewkb({geometry}) as geom, a.attributes, a.registry_number, a.label, a.status, a.source,
                a.source_id, a.rev, a.updated_at,
                case when a.part_of is not null then (
                    select whole.id from asset whole join kind on kind.slug = whole.kind
                    where whole.id = a.part_of and whole.status <> 'removed'
                      and ({inside} or kind.definition @> '{{\"public\": true}}')) end as part_of
         {from} order by a.id",
        inside = sight == Sight::Inside,
        from = of.from,
    );
    let mut rows =
        sqlx::query_as::<_, Thing>(AssertSqlSafe(sql)).fetch(connection).try_ready_chunks(ROWS_IN_A_PIECE);
    while let Some(batch) = rows.next().await {
        let batch = batch.map_err(|stopped| stopped.1)?;
        if sender.send(Ok(batch)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// Sends all things that are selected as lines of GeoJSON text; `head` begins a collection, without it there is one
/// feature a line.
pub(super) async fn send_lines(
    connection: &mut PgConnection,
    of: &Selection,
    (kind, sight): (&Kind, Sight),
    head: Option<&str>,
    pieces: &Pieces,
) -> Result<(), sqlx::Error> {
    let sql = format!(
        "copy (select {columns} {from} order by a.id) to stdout with (format binary)",
        columns = lines::columns(sight == Sight::Inside),
        from = of.from,
    );
    let send = async |piece: Bytes| pieces.send_timeout(Ok(piece), SLOWEST_READER).await.is_ok();
    if let Some(head) = head
        && !send(format!("{head}\n").into()).await
    {
        return Ok(());
    }
    let mut lines = Lines::new(kind.keys(sight));
    let mut first = true;
    let mut comma = |out: &mut BytesMut| {
        if head.is_some() && !std::mem::take(&mut first) {
            out.extend_from_slice(b",");
        }
    };
    // The database sends each row as a message of its own; what has arrived goes out as one piece.
    let mut rows = connection.copy_out_raw(&sql).await?.ready_chunks(ROWS_IN_A_PIECE);
    while let Some(chunk) = rows.next().await {
        let mut piece = BytesMut::with_capacity(chunk.len() * 512);
        for row in chunk {
            lines.read(&row?, &mut piece, &mut comma).map_err(|error| sqlx::Error::Decode(error.into()))?;
        }
        if !piece.is_empty() && !send(piece.freeze()).await {
            return Ok(());
        }
    }
    if head.is_some() {
        send(Bytes::from_static(b"]}\n")).await;
    }
    Ok(())
}

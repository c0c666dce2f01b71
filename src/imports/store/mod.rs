//! SQL of bringing data in. The staging tables live only inside the transaction, so these statements cannot be
//! checked against the schema when the program is built; tests run each of them.
//!
//! `staged` holds what was delivered, one row a record. `change` says of each thing what it would be (`op`: new, changed,
//! unchanged) and in which group of the review it stands (`grp`); `told` does the same of people. What is accepted is then
//! written from them.

mod basemap;
mod first;
mod items;
mod people;
mod things;

use chrono::{DateTime, Utc};
use geo_types::Rect;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    model::{Accept, Delivery, Mode, Outcome},
    rows::{Contents, Piece, Target},
};
use crate::platform::Ctx;

pub(super) use first::is_first_filling;
pub(super) use items::write_rejected;

/// Key of the advisory lock: one delivery at a time.
const IMPORT_LOCK: i64 = 0x72_65_65_76_66;

/// Whether a row goes in: `$1` holds the accepted groups; `c` is the row of `change` or `told`.
const TAKEN: &str = "c.grp = any($1) and not exists (
    select from excluded e where e.kind = c.kind and e.source_id = c.source_id)";

/// How a binary COPY begins: its signature, no flags, no extension.
const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// How it ends.
const END: &[u8] = &[0xff, 0xff];

/// How a delivery is compared and written.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub source: &'a str,
    pub mode: &'a Mode,
    /// The delivered area: known things inside it that were not delivered have vanished.
    pub extent: Option<Rect<f64>>,
    /// Kinds whose things may vanish; `None`: all of the source's.
    pub kinds: Option<&'a [String]>,
    /// Whether things beside others of their kind are looked for, and geometries are judged.
    pub careful: bool,
    /// The town's area from the settings as EWKB: what lies outside it is doubtful.
    pub town: Option<Vec<u8>>,
    pub now: DateTime<Utc>,
    /// The job whose review is written.
    pub job: Option<Uuid>,
    /// What was delivered.
    pub contents: Contents,
    /// Whether the registry was empty, so that there is nothing to compare with.
    pub first: bool,
    /// What puts back what was taken away for things that went straight into the register, see [`first::set_aside`].
    pub aside: Option<Vec<String>>,
}

impl Plan<'_> {
    /// The delivered area as one value for `st_makeenvelope`, or nothing.
    fn edges(&self) -> Option<Vec<f64>> {
        self.extent.map(|r| vec![r.min().x, r.min().y, r.max().x, r.max().y])
    }

    fn accepted(&self) -> Option<&Accept> {
        match self.mode {
            Mode::Dry => None,
            Mode::Apply(accept) => Some(accept),
        }
    }

    /// What the transaction has to find, in the order in which it depends on each other. The change set, by its comment and
    /// id, is opened when anything is written.
    pub(super) async fn carry_out(
        &self,
        ctx: &Ctx,
        connection: &mut PgConnection,
        change_set: Option<(&str, Uuid)>,
    ) -> Result<Outcome, sqlx::Error> {
        let mut outcome = Outcome::default();
        if !self.first || !self.contents.is_plain() {
            index(connection).await?;
        }
        if self.accepted().is_some() {
            // Before anything is compared, so that what is found is still so when it is written. In the order of their
            // names, as whoever edits takes them: neither waits for the other for ever.
            sqlx::query("select from collection_state order by collection for update")
                .execute(&mut *connection)
                .await?;
        }
        things::compare(self, connection).await?;
        if let Some(accept) = self.accepted() {
            exclude(connection, accept).await?;
            if let (Some(change_set), true) = (change_set, things::any(self, connection, accept).await?) {
                outcome.change_set = Some(open_change_set(connection, ctx, change_set).await?);
            }
            things::write(self, connection, accept).await?;
        }
        people::compare(self, connection, &mut outcome).await?;
        if let Some(accept) = self.accepted() {
            if let (Some(change_set), None, true) =
                (change_set, outcome.change_set, people::any(connection, accept).await?)
            {
                outcome.change_set = Some(open_change_set(connection, ctx, change_set).await?);
            }
            people::write(self, connection, accept).await?;
            if self.contents.basemap || basemap::any(self, connection).await? {
                basemap::write(self, connection, &mut outcome).await?;
            }
        }
        things::count(self, connection, &mut outcome).await?;
        people::count(connection, &mut outcome).await?;
        if let Some(job) = self.job {
            items::write(connection, job).await?;
        }
        Ok(outcome)
    }
}

pub(super) async fn begin(
    pool: &PgPool,
    actor: &str,
    mode: &Mode,
) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    // The plans of the checks of foreign keys, one for each row, are made once and not a million times.
    sqlx::query(
        "select set_config('reeve.actor', $1, true), set_config('statement_timeout', '0', true),
                set_config('plan_cache_mode', 'auto', true)",
    )
    .bind(actor)
    .execute(&mut *transaction)
    .await?;
    if *mode != Mode::Dry {
        sqlx::query("select pg_advisory_xact_lock($1)").bind(IMPORT_LOCK).execute(&mut *transaction).await?;
    }
    sqlx::query(
        r#"create temp table staged (
             what text not null, kind text not null, source_id text collate "C" not null, part_kind text,
             part_source_id text collate "C", label text, attributes jsonb not null, geom geometry, file text, row_number bigint, doubts jsonb,
             id uuid not null, person_id uuid, n bigint not null, part_id uuid
         ) on commit drop"#,
    )
    .execute(&mut *transaction)
    .await?;
    Ok(transaction)
}

/// Takes rows in as they come. With the first one that goes straight into the register, the constraints and indexes of
/// `asset` are taken away; answers what puts them back.
pub(super) async fn take_in(
    connection: &mut PgConnection,
    mut pieces: mpsc::Receiver<Piece>,
) -> Result<Option<Vec<String>>, sqlx::Error> {
    let mut aside = None;
    let mut next = pieces.recv().await;
    while let Some((target, _)) = next {
        if target == Target::Register && aside.is_none() {
            aside = Some(first::set_aside(connection).await?);
        }
        let mut copy = connection.copy_in_raw(target.copy()).await?;
        copy.send(HEAD).await?;
        while let Some((_, rows)) = next.take_if(|(of, _)| *of == target) {
            copy.send(rows).await?;
            next = pieces.recv().await;
        }
        copy.send(END).await?;
        copy.finish().await?;
    }
    Ok(aside)
}

/// Brings what was delivered in another system to degrees, rounded to a tenth of a millimetre: the last bits of a
/// transformation differ from one version of PROJ to the next, and would make everything look changed.
pub(super) async fn to_degrees(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update staged set geom = st_snaptogrid(st_transform(geom, 4326), 1e-9)
         where geom is not null and st_srid(geom) <> 4326",
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn unknown_kind(
    connection: &mut PgConnection,
    contents: &Contents,
) -> Result<Option<String>, sqlx::Error> {
    let kinds: Vec<&str> = contents.kinds.iter().map(String::as_str).collect();
    sqlx::query_scalar(
        "select slug from unnest($1::text[]) as asked (slug)
         where not exists (select from kind k where k.slug = asked.slug) limit 1",
    )
    .bind(kinds)
    .fetch_optional(connection)
    .await
}

/// Makes staged rows findable; a thing that was delivered twice is an error, see [`delivered_twice`].
async fn index(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("create unique index staged_key on staged (source_id, kind, what)")
        .execute(&mut *connection)
        .await?;
    sqlx::query("analyze staged").execute(connection).await?;
    Ok(())
}

/// Whether the database refused because a thing was delivered twice: which.
pub(super) fn delivered_twice(error: &sqlx::Error) -> Option<String> {
    let told = error.as_database_error()?;
    let key = told.constraint()?;
    if !told.is_unique_violation() || !["staged_key", first::SOURCE_KEY].contains(&key) {
        return None;
    }
    let detail = told.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().and_then(|told| told.detail());
    Some(detail.unwrap_or_else(|| told.message()).to_owned())
}

async fn exclude(connection: &mut PgConnection, accept: &Accept) -> Result<(), sqlx::Error> {
    let (kinds, keys): (Vec<&str>, Vec<&str>) =
        accept.excluded.iter().map(|(kind, key)| (kind.as_str(), key.as_str())).unzip();
    sqlx::query("create temp table excluded (kind text, source_id text) on commit drop")
        .execute(&mut *connection)
        .await?;
    sqlx::query("insert into excluded select * from unnest($1::text[], $2::text[])")
        .bind(kinds)
        .bind(keys)
        .execute(connection)
        .await?;
    Ok(())
}

/// Opens the change set under which all that follows in the transaction is written.
async fn open_change_set(
    connection: &mut PgConnection,
    ctx: &Ctx,
    (comment, id): (&str, Uuid),
) -> Result<Uuid, sqlx::Error> {
    let comment: String = comment.chars().filter(|letter| *letter != '\0').take(1000).collect();
    sqlx::query(
        "insert into change_set (id, account_id, actor, origin, comment, created_at)
         values ($1, $2, $3, 'import', $4, $5)",
    )
    .bind(id)
    .bind(ctx.account())
    .bind(ctx.actor())
    .bind(comment)
    .bind(ctx.now)
    .execute(&mut *connection)
    .await?;
    sqlx::query("select set_config('reeve.change_set', $1, true)")
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(id)
}

pub(super) async fn record_run(
    connection: &mut PgConnection,
    delivery: &Delivery,
    started_at: DateTime<Utc>,
    report: Value,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into import_run (id, source, file_name, started_at, finished_at, report)
         values ($1, $2, $3, $4, clock_timestamp(), $5)",
    )
    .bind(Uuid::now_v7())
    .bind(&delivery.source)
    .bind(&delivery.file_name)
    .bind(started_at)
    .bind(report)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// Keeps what is known of a source.
pub(super) async fn keep_terms(
    connection: &mut PgConnection,
    source: &str,
    title: &str,
    licence: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "insert into source_terms (source, title, licence, updated_at) values ($1, $2, $3, $4)
         on conflict (source) do update set title = excluded.title, licence = excluded.licence,
             updated_at = excluded.updated_at",
    )
    .bind(source)
    .bind(title)
    .bind(licence)
    .bind(now)
    .execute(connection)
    .await?;
    Ok(())
}

/// The planner has to know what has just come in; of the things of a first filling it does already.
pub(super) async fn analyze(pool: &PgPool, first: bool) -> Result<(), sqlx::Error> {
    let tables =
        ["analyze asset", "analyze asset_past", "analyze person", "analyze burial", "analyze basemap"];
    for table in tables.into_iter().skip(usize::from(first)) {
        sqlx::query(table).execute(pool).await?;
    }
    Ok(())
}

pub(super) async fn is_empty(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select not exists (select from asset) and not exists (select from basemap)")
        .fetch_one(pool)
        .await
}

/// Adds counts by kind and group.
async fn tally(
    connection: &mut PgConnection,
    outcome: &mut Outcome,
    query: &'static str,
) -> Result<(), sqlx::Error> {
    for row in sqlx::query(query).fetch_all(connection).await? {
        let count: i64 = row.try_get(2)?;
        let group: &str = row.try_get(1)?;
        let counts = outcome.kinds.entry(row.try_get(0)?).or_default();
        counts.add(group, count);
        if group != "vanished" {
            counts.read += count;
        }
    }
    Ok(())
}

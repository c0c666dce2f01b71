//! SQL of bringing data in. The staging table lives only inside the transaction, so these statements cannot be
//! checked against the schema when the program is built; tests run each of them.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use geo_types::Rect;
use serde_json::Value;
use sqlx::{PgConnection, PgPool, Postgres, Row, Transaction};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::ops::{Counts, Delivery, Outcome};

/// Key of the advisory lock: one delivery at a time.
const IMPORT_LOCK: i64 = 0x72_65_65_76_66;

pub(super) async fn begin(pool: &PgPool, actor: &str) -> Result<Transaction<'static, Postgres>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query("select set_config('reeve.actor', $1, true), set_config('statement_timeout', '0', true)")
        .bind(actor)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(IMPORT_LOCK).execute(&mut *transaction).await?;
    sqlx::query(
        "create temp table staged (
             what text not null, kind text not null, source_id text not null, part_kind text, part_source_id text,
             label text, attributes jsonb not null, geom geometry (Geometry, 4326),
             id uuid not null, person_id uuid not null
         ) on commit drop",
    )
    .execute(&mut *transaction)
    .await?;
    Ok(transaction)
}

pub(super) async fn stage(
    connection: &mut PgConnection,
    mut pieces: mpsc::Receiver<Bytes>,
) -> Result<(), sqlx::Error> {
    let mut copy = connection.copy_in_raw("copy staged from stdin").await?;
    while let Some(piece) = pieces.recv().await {
        copy.send(piece).await?;
    }
    copy.finish().await?;
    Ok(())
}

pub(super) async fn unknown_kind(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar(
        "select kind from (select distinct kind from staged where what = 'feature') s
         where not exists (select from kind k where k.slug = s.kind) limit 1",
    )
    .fetch_optional(connection)
    .await
}

/// Makes staged rows findable; answers a thing that was delivered twice.
pub(super) async fn index(connection: &mut PgConnection) -> Result<Option<String>, sqlx::Error> {
    let made = sqlx::query("create unique index staged_key on staged (what, kind, source_id)")
        .execute(&mut *connection)
        .await;
    match made {
        Ok(_) => {
            sqlx::query("analyze staged").execute(connection).await?;
            Ok(None)
        }
        Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
            let detail = error
                .try_downcast_ref::<sqlx::postgres::PgDatabaseError>()
                .and_then(|error| error.detail().map(str::to_owned));
            Ok(Some(detail.unwrap_or_else(|| error.to_string())))
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn apply(
    connection: &mut PgConnection,
    source: &str,
    extent: Option<Rect<f64>>,
    now: DateTime<Utc>,
) -> Result<Outcome, sqlx::Error> {
    // In the order of their names, as whoever edits takes them: neither waits for the other for ever.
    sqlx::query("select from collection_state order by collection for update")
        .execute(&mut *connection)
        .await?;
    let mut outcome = Outcome::default();
    let delivery = Apply { source, extent, now };
    delivery.assets(connection, &mut outcome).await?;
    delivery.burials(connection, &mut outcome).await?;
    delivery.basemap(connection, &mut outcome).await?;
    for counts in outcome.kinds.values_mut() {
        counts.unchanged = counts.read - counts.new - counts.changed;
    }
    Ok(outcome)
}

struct Apply<'a> {
    source: &'a str,
    extent: Option<Rect<f64>>,
    now: DateTime<Utc>,
}

/// The delivered area as one value for `st_makeenvelope`, or nothing.
const INSIDE: &str = "($2::float8[] is null or a.geom @ st_makeenvelope(($2::float8[])[1], ($2::float8[])[2], \
                      ($2::float8[])[3], ($2::float8[])[4], 4326))";

impl Apply<'_> {
    fn edges(&self) -> Option<Vec<f64>> {
        self.extent.map(|r| vec![r.min().x, r.min().y, r.max().x, r.max().y])
    }

    async fn assets(&self, connection: &mut PgConnection, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
        tally(
            connection,
            outcome,
            |counts, n| counts.read += n,
            sqlx::query("select kind, count(*) from staged where what = 'feature' group by kind"),
        )
        .await?;
        tally(
            connection,
            outcome,
            |counts, n| counts.new += n,
            sqlx::query(
                "with done as (
                     insert into asset (id, kind, geom, label, attributes, part_of, source, source_id, updated_at)
                     select s.id, s.kind, s.geom, s.label, s.attributes, coalesce(pa.id, p.id), $1, s.source_id, $2
                     from staged s
                     left join staged p
                         on p.what = 'feature' and p.kind = s.part_kind and p.source_id = s.part_source_id
                     left join asset pa
                         on pa.source = $1 and pa.kind = s.part_kind and pa.source_id = s.part_source_id
                     where s.what = 'feature' and not exists (
                         select from asset a
                         where a.source = $1 and a.kind = s.kind and a.source_id = s.source_id)
                     order by s.id
                     returning kind)
                 select kind, count(*) from done group by kind",
            )
            .bind(self.source)
            .bind(self.now),
        )
        .await?;
        self.find_touched(connection).await?;
        // All wholes are known now. What has just come in carries the staged id and needs no comparison.
        tally(
            connection,
            outcome,
            |counts, n| counts.changed += n,
            sqlx::query(
                "with done as (
                     update asset a set
                         geom = s.geom, label = s.label, attributes = s.attributes, part_of = p.id,
                         status = case when a.status = 'removed' then 'in_service' else a.status end,
                         rev = a.rev + 1, updated_at = greatest($2, a.updated_at + interval '1 microsecond')
                     from staged s
                     left join asset p
                         on p.source = $1 and p.kind = s.part_kind and p.source_id = s.part_source_id
                     where s.what = 'feature' and a.source = $1 and a.kind = s.kind and a.source_id = s.source_id
                       and a.id <> s.id and not exists (select from touched t where t.id = a.id)
                       and (a.status = 'removed' or not a.geom = s.geom
                            or (a.attributes, a.label, a.part_of)
                                is distinct from (s.attributes, s.label, p.id))
                     returning a.kind)
                 select kind, count(*) from done group by kind",
            )
            .bind(self.source)
            .bind(self.now),
        )
        .await?;
        self.merge_touched(connection, outcome).await?;
        tally(
            connection,
            outcome,
            |counts, n| counts.vanished += n,
            sqlx::query(sqlx::AssertSqlSafe(format!(
                // Only the fixed text of INSIDE is put in.
                "with done as (
                     update asset a set status = 'removed', rev = a.rev + 1,
                         updated_at = greatest($3, a.updated_at + interval '1 microsecond')
                     where a.source = $1 and a.status <> 'removed' and {INSIDE}
                       and not exists (select from touched t where t.id = a.id)
                       and not exists (
                           select from staged s
                           where s.what = 'feature' and s.kind = a.kind and s.source_id = a.source_id)
                     returning a.kind)
                 select kind, count(*) from done group by kind"
            )))
            .bind(self.source)
            .bind(self.edges())
            .bind(self.now),
        )
        .await
    }

    /// Things of the source that somebody changed at the desk, with what the source last delivered of them.
    async fn find_touched(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        sqlx::query(
            "create temp table touched on commit drop as
             select a.id, coalesce(d.geom, h.geom) as geom, coalesce(d.attributes, h.attributes, '{}') as attributes,
                    case when d.asset_id is null then h.label else d.label end as label,
                    case when d.asset_id is null then h.part_of else d.part_of end as part_of
             from (select distinct asset_id from asset_history where change_set is not null) t
             join asset a on a.id = t.asset_id and a.source = $1
             left join asset_delivery d on d.asset_id = a.id
             left join lateral (
                 select * from asset_history h where h.asset_id = a.id and h.change_set is null
                 order by rev desc limit 1) h on true",
        )
        .bind(self.source)
        .execute(&mut *connection)
        .await?;
        sqlx::query("create unique index touched_key on touched (id)").execute(&mut *connection).await?;
        sqlx::query("analyze touched").execute(connection).await?;
        Ok(())
    }

    /// Brings what the source changed since its last delivery into things that were changed at the desk too; what it did
    /// not change stays as the clerk left it, and what the clerk removed stays removed.
    async fn merge_touched(
        &self,
        connection: &mut PgConnection,
        outcome: &mut Outcome,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "create temp table delivered on commit drop as
             select a.id, s.geom, s.label, s.attributes, p.id as part_of,
                    case when t.geom = s.geom then a.geom else s.geom end as new_geom,
                    case when t.label is not distinct from s.label then a.label else s.label end as new_label,
                    case when t.part_of is not distinct from p.id then a.part_of else p.id end as new_part_of,
                    (a.attributes - array(
                        select key from jsonb_object_keys(t.attributes) as key where not s.attributes ? key))
                    || (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(s.attributes)
                        where t.attributes -> key is distinct from value) as new_attributes
             from touched t
             join asset a on a.id = t.id
             join staged s on s.what = 'feature' and s.kind = a.kind and s.source_id = a.source_id
             left join asset p
                 on p.source = $1 and p.kind = s.part_kind and p.source_id = s.part_source_id",
        )
        .bind(self.source)
        .execute(&mut *connection)
        .await?;
        tally(
            connection,
            outcome,
            |counts, n| counts.changed += n,
            sqlx::query(
                "with done as (
                     update asset a set
                         geom = d.new_geom, label = d.new_label, attributes = d.new_attributes,
                         part_of = d.new_part_of, rev = a.rev + 1,
                         updated_at = greatest($1, a.updated_at + interval '1 microsecond')
                     from delivered d
                     where a.id = d.id and a.status <> 'removed'
                       and (not a.geom = d.new_geom
                            or (a.attributes, a.label, a.part_of)
                                is distinct from (d.new_attributes, d.new_label, d.new_part_of))
                     returning a.kind)
                 select kind, count(*) from done group by kind",
            )
            .bind(self.now),
        )
        .await?;
        sqlx::query(
            "insert into asset_delivery (asset_id, geom, label, attributes, part_of)
             select id, geom, label, attributes, part_of from delivered
             on conflict (asset_id) do update set
                 geom = excluded.geom, label = excluded.label, attributes = excluded.attributes,
                 part_of = excluded.part_of",
        )
        .execute(connection)
        .await?;
        Ok(())
    }

    async fn burials(&self, connection: &mut PgConnection, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
        let counts = outcome.kinds.entry("burials".into()).or_default();
        sqlx::query(
            "create temp table told on commit drop as
             select s.id, s.person_id, s.source_id, g.id as grave_id,
                    a ->> 'given_names' as given_names, a ->> 'surname' as surname, a ->> 'maiden_name' as maiden_name,
                    (a ->> 'born')::partial_date as born, (a ->> 'died')::partial_date as died,
                    (a ->> 'buried')::partial_date as buried
             from staged s cross join lateral (select s.attributes) as x (a)
             left join asset g
                 on g.source = $1 and g.kind = 'graves' and g.source_id = s.part_source_id and g.status <> 'removed'
             where s.what = 'burial'",
        )
        .bind(self.source)
        .execute(&mut *connection)
        .await?;
        sqlx::query("create unique index told_key on told (source_id)").execute(&mut *connection).await?;
        sqlx::query("analyze told").execute(&mut *connection).await?;
        let read: (i64, i64) = sqlx::query_as(
            "select count(*) filter (where grave_id is not null), count(*) filter (where grave_id is null) from told",
        )
        .fetch_one(&mut *connection)
        .await?;
        counts.read = read.0;
        outcome.burials_without_grave = read.1;
        sqlx::query("delete from told where grave_id is null").execute(&mut *connection).await?;
        // People first: the burial's trigger writes both to the history.
        sqlx::query(
            "create temp table differing on commit drop as
             select b.id, b.person_id, t.source_id from burial b
             join person p on p.id = b.person_id
             join told t on b.source = $1 and b.source_id = t.source_id
             where b.withdrawn or (b.grave_id, b.buried, p.given_names, p.surname, p.maiden_name, p.born, p.died)
                 is distinct from (t.grave_id, t.buried, t.given_names, t.surname, t.maiden_name, t.born, t.died)",
        )
        .bind(self.source)
        .execute(&mut *connection)
        .await?;
        sqlx::query(
            "update person p set given_names = t.given_names, surname = t.surname, maiden_name = t.maiden_name,
                    born = t.born, died = t.died, rev = p.rev + 1, updated_at = $1
             from differing d join told t using (source_id) where p.id = d.person_id",
        )
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        let changed = sqlx::query(
            "update burial b set grave_id = t.grave_id, buried = t.buried, withdrawn = false, rev = b.rev + 1,
                    updated_at = $1
             from differing d join told t using (source_id) where b.id = d.id",
        )
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        counts.changed = changed.rows_affected() as i64;
        sqlx::query(
            "insert into person (id, given_names, surname, maiden_name, born, died, updated_at)
             select person_id, given_names, surname, maiden_name, born, died, $2 from told t
             where not exists (select from burial b where b.source = $1 and b.source_id = t.source_id)
             order by person_id",
        )
        .bind(self.source)
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        let new = sqlx::query(
            "insert into burial (id, person_id, grave_id, buried, source, source_id, updated_at)
             select id, person_id, grave_id, buried, $1, source_id, $2 from told t
             where not exists (select from burial b where b.source = $1 and b.source_id = t.source_id)
             order by id",
        )
        .bind(self.source)
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        counts.new = new.rows_affected() as i64;
        let vanished = sqlx::query(sqlx::AssertSqlSafe(format!(
            // Only the fixed text of INSIDE is put in.
            "update burial b set withdrawn = true, rev = b.rev + 1, updated_at = $3
             from asset a
             where b.source = $1 and not b.withdrawn and a.id = b.grave_id and {INSIDE}
               and not exists (select from told t where t.source_id = b.source_id)"
        )))
        .bind(self.source)
        .bind(self.edges())
        .bind(self.now)
        .execute(&mut *connection)
        .await?;
        counts.vanished = vanished.rows_affected() as i64;
        Ok(())
    }

    async fn basemap(&self, connection: &mut PgConnection, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
        let counts = outcome.kinds.entry("basemap".into()).or_default();
        counts.read = sqlx::query_scalar("select count(*) from staged where what = 'base'")
            .fetch_one(&mut *connection)
            .await?;
        let vanished = sqlx::query(
            "delete from basemap a
             where a.source = $1
               and ($2::float8[] is null or a.geom @ st_transform(st_makeenvelope(($2::float8[])[1],
                   ($2::float8[])[2], ($2::float8[])[3], ($2::float8[])[4], 4326), 3857))
               and not exists (
                   select from staged s
                   where s.what = 'base' and s.kind = a.layer and s.source_id = a.source_id)",
        )
        .bind(self.source)
        .bind(self.edges())
        .execute(&mut *connection)
        .await?;
        counts.vanished = vanished.rows_affected() as i64;
        let written = sqlx::query(
            "insert into basemap as a (layer, class, name, min_zoom, geom, source, source_id)
             select kind, attributes ->> 'class', label, (attributes ->> 'min_zoom')::smallint,
                    st_transform(geom, 3857), $1, source_id
             from staged where what = 'base'
             on conflict (source, layer, source_id) do update
             set class = excluded.class, name = excluded.name, min_zoom = excluded.min_zoom, geom = excluded.geom
             where (a.class, a.name, a.min_zoom) is distinct from (excluded.class, excluded.name, excluded.min_zoom)
                or not a.geom = excluded.geom
             returning (xmax = 0)",
        )
        .bind(self.source)
        .fetch_all(&mut *connection)
        .await?;
        for row in &written {
            if row.try_get::<bool, _>(0)? {
                counts.new += 1;
            } else {
                counts.changed += 1;
            }
        }
        if counts.new + counts.changed + counts.vanished > 0 {
            sqlx::query(
                "select collection_touch('basemap', $1, st_extent(geom)::box2d) from staged where what = 'base'",
            )
            .bind(counts.new - counts.vanished)
            .execute(&mut *connection)
            .await?;
        }
        Ok(())
    }
}

async fn tally(
    connection: &mut PgConnection,
    outcome: &mut Outcome,
    add: fn(&mut Counts, i64),
    query: sqlx::query::Query<'_, Postgres, sqlx::postgres::PgArguments>,
) -> Result<(), sqlx::Error> {
    for row in query.fetch_all(connection).await? {
        add(outcome.kinds.entry(row.try_get(0)?).or_default(), row.try_get(1)?);
    }
    Ok(())
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
    .bind(delivery.source)
    .bind(&delivery.file_name)
    .bind(started_at)
    .bind(report)
    .execute(&mut *connection)
    .await?;
    Ok(())
}

/// The planner has to know what has just come in.
pub(super) async fn analyze(pool: &PgPool) -> Result<(), sqlx::Error> {
    for table in ["analyze asset", "analyze person", "analyze burial", "analyze basemap"] {
        sqlx::query(table).execute(pool).await?;
    }
    Ok(())
}

pub(super) async fn is_empty(pool: &PgPool) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("select not exists (select from asset) and not exists (select from basemap)")
        .fetch_one(pool)
        .await
}

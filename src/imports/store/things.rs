//! Things of the registry: what a delivery would make of them, and the writing of what is accepted.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Plan, TAKEN, first, tally};
use crate::imports::model::{Accept, Outcome};

/// The delivered area as one value for `st_makeenvelope`, or nothing.
pub(super) const INSIDE: &str = "($2::float8[] is null or a.geom @ st_makeenvelope(($2::float8[])[1], \
                                 ($2::float8[])[2], ($2::float8[])[3], ($2::float8[])[4], 4326))";

/// Metres within which a new thing is beside another one of its kind; graves stand closer than trees.
const NEAR_M: f64 = 2.0;
const NEAR_GRAVES_M: f64 = 0.5;

pub(super) async fn compare(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    if plan.careful {
        judge_geometries(plan, connection).await?;
        if !plan.first {
            find_cemeteries(connection).await?;
        }
    }
    find_touched(plan, connection).await?;
    merge_touched(plan.source, connection).await?;
    if plan.first {
        first::compare(connection).await?;
    } else {
        compare_known(plan, connection).await?;
    }
    find_vanished(plan, connection).await
}

async fn compare_known(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // A thing whose key is known is compared with what it is now; one that was changed at the desk with what the merge of
    // both makes of it. What was removed by an import comes back, what a clerk removed stays removed.
    sqlx::query(
        "create temp table change on commit drop as
         select f.*, case when f.op = 'unchanged' or f.doubts is null then f.op else 'doubtful' end as grp,
                null::uuid as near_asset, null::float8 as near_m
         from (
             select s.n, s.kind, s.source_id, s.doubts, a.id as asset_id,
                    case
                        when a.id is null then 'new'
                        when a.status = 'removed' then
                            case when t.removed_at_desk then 'unchanged' else 'new' end
                        when t.id is not null then
                            case when not a.geom = m.new_geom or (a.attributes, a.label, a.part_of)
                                    is distinct from (m.new_attributes, m.new_label, m.new_part_of)
                                then 'changed' else 'unchanged' end
                        when not a.geom = s.geom or (a.attributes, a.label, a.part_of)
                                is distinct from (s.attributes, s.label, coalesce(p.id, w.id, s.part_id)) then 'changed'
                        else 'unchanged'
                    end as op
             from staged s
             left join asset a on a.source = $1 and a.kind = s.kind and a.source_id = s.source_id
             left join touched t on t.id = a.id
             left join merged m on m.id = a.id
             left join asset p on p.source = $1 and p.kind = s.part_kind and p.source_id = s.part_source_id
             left join staged w on w.what = 'feature' and w.kind = s.part_kind and w.source_id = s.part_source_id
             where s.what = 'feature') f",
    )
    .bind(plan.source)
    .execute(&mut *connection)
    .await?;
    sqlx::query("create unique index change_n on change (n)").execute(&mut *connection).await?;
    sqlx::query("create unique index change_asset on change (asset_id) where asset_id is not null")
        .execute(&mut *connection)
        .await?;
    sqlx::query("analyze change").execute(&mut *connection).await?;
    if plan.careful {
        find_near(connection).await?;
    }
    Ok(())
}

/// Geometries that are not valid, or lie outside the town, are for a person to see.
async fn judge_geometries(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update staged set doubts = coalesce(doubts, '[]') || jsonb_build_object(
             'code', 'invalid_geometry', 'column', null, 'found', st_isvalidreason(geom))
         where what = 'feature' and st_dimension(geom) > 0 and not st_isvalid(geom)",
    )
    .execute(&mut *connection)
    .await?;
    if let Some(town) = &plan.town {
        sqlx::query(
            "update staged set doubts = coalesce(doubts, '[]') || jsonb_build_object(
                 'code', 'outside_town', 'column', null,
                 'found', round(st_y(st_centroid(geom))::numeric, 6) || ', ' || round(st_x(st_centroid(geom))::numeric, 6))
             where what = 'feature' and not st_covers(st_geomfromewkb($1), geom)",
        )
        .bind(town)
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// Graves, sections and gates whose whole the delivery does not name belong to the cemetery in which they lie, whoever
/// delivered that.
async fn find_cemeteries(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "update staged s set part_id = c.id
         from (select s.n, (
                   select c.id from asset c
                   where c.kind = 'cemeteries' and c.status <> 'removed' and st_dimension(c.geom) = 2
                     and c.geom && s.geom and st_covers(c.geom, st_pointonsurface(s.geom))
                   order by st_area(c.geom), c.id limit 1) as id
               from staged s
               where s.what = 'feature' and s.kind in ('graves', 'sectors', 'gates') and s.part_kind is null) c
         where s.n = c.n and c.id is not null",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Things of the source that somebody changed at the desk, with what the source last delivered of them. Imports, and
/// what takes them back, are change sets too, but nobody's own work on a thing.
async fn find_touched(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "create temp table touched on commit drop as
         select a.id, coalesce(d.geom, h.geom) as geom, coalesce(d.attributes, h.attributes, '{}') as attributes,
                case when d.asset_id is null then h.label else d.label end as label,
                case when d.asset_id is null then h.part_of else d.part_of end as part_of,
                a.status = 'removed' and last.origin <> 'import' as removed_at_desk
         from (select distinct h.asset_id from asset_history h join change_set c on c.id = h.change_set
               where c.origin <> 'import' and not $2) t
         join asset a on a.id = t.asset_id and a.source = $1
         left join asset_delivery d on d.asset_id = a.id
         left join lateral (
             select coalesce(c.origin, 'import') as origin from asset_history h
             left join change_set c on c.id = h.change_set
             where h.asset_id = a.id and h.rev = a.rev) last on true
         left join lateral (
             select h.* from asset_history h left join change_set c on c.id = h.change_set
             where h.asset_id = a.id and coalesce(c.origin, 'import') = 'import'
             order by h.rev desc limit 1) h on true",
    )
    .bind(plan.source)
    // What is in an empty register has just come straight into it.
    .bind(plan.first)
    .execute(&mut *connection)
    .await?;
    sqlx::query("create unique index touched_key on touched (id)").execute(&mut *connection).await?;
    sqlx::query("analyze touched").execute(connection).await?;
    Ok(())
}

/// What the source changed since its last delivery goes into things that were changed at the desk too; what it did not
/// change stays as the clerk left it.
async fn merge_touched(source: &str, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "create temp table merged on commit drop as
         select a.id, s.n, s.geom, s.label, s.attributes, coalesce(p.id, s.part_id) as part_of,
                case when t.geom = s.geom then a.geom else s.geom end as new_geom,
                case when t.label is not distinct from s.label then a.label else s.label end as new_label,
                case when t.part_of is not distinct from coalesce(p.id, s.part_id) then a.part_of
                     else coalesce(p.id, s.part_id) end as new_part_of,
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
    .bind(source)
    .execute(connection)
    .await?;
    Ok(())
}

/// New things at the place of another one of their kind that this delivery does not name: the same thing by another
/// source, most likely. Areas and lines must also be of about the same size, since neighbours touch.
async fn find_near(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let any: bool = sqlx::query_scalar(
        "select exists (
             select from asset a where a.status <> 'removed' and a.kind in (select kind from change where asset_id is null)
                 and not exists (select from change c where c.asset_id = a.id))",
    )
    .fetch_one(&mut *connection)
    .await?;
    if !any {
        return Ok(());
    }
    sqlx::query(
        "update change c set grp = 'near_duplicate', near_asset = near.id, near_m = near.m
         from (
             select s.n, o.id, o.m
             from change f join staged s using (n)
             cross join lateral (select st_centroid(s.geom) as at,
                                        case when s.kind in ('graves', 'sectors') then $2 else $1 end as most) x
             cross join lateral (
                 select a.id, st_distancesphere(st_centroid(a.geom), x.at) as m
                 from asset a
                 where a.kind = s.kind and a.status <> 'removed'
                   and a.geom && st_expand(x.at, x.most / (111320 * cos(radians(least(abs(st_y(x.at)), 89)))), x.most / 111320)
                   and st_dimension(a.geom) = st_dimension(s.geom)
                   and case st_dimension(s.geom)
                       when 0 then true
                       when 1 then st_length(a.geom) between st_length(s.geom) * 0.8 and st_length(s.geom) * 1.25
                       else st_area(a.geom) between st_area(s.geom) * 0.8 and st_area(s.geom) * 1.25 end
                   and not exists (select from change m where m.asset_id = a.id)
                 order by 2, a.id limit 1) o
             where f.asset_id is null and o.m <= x.most) near
         where c.n = near.n",
    )
    .bind(NEAR_M)
    .bind(NEAR_GRAVES_M)
    .execute(connection)
    .await?;
    Ok(())
}

async fn find_vanished(plan: &Plan<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(AssertSqlSafe(format!(
        // Only the fixed text of INSIDE is put in.
        "create temp table vanished on commit drop as
         select a.id as asset_id, a.kind, a.source_id, 'vanished'::text as grp from asset a
         where not $4 and a.source = $1 and a.status <> 'removed' and {INSIDE}
           and ($3::text[] is null or a.kind = any($3))
           and not exists (select from touched t where t.id = a.id)
           and not exists (
               select from staged s
               where s.what = 'feature' and s.kind = a.kind and s.source_id = a.source_id)"
    )))
    .bind(plan.source)
    .bind(plan.edges())
    .bind(plan.kinds)
    .bind(plan.first)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether anything that is accepted is to be written.
pub(super) async fn any(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    accept: &Accept,
) -> Result<bool, sqlx::Error> {
    if !plan.contents.straight.is_empty() {
        return Ok(true);
    }
    sqlx::query_scalar(AssertSqlSafe(format!(
        // Only the fixed text of TAKEN is put in.
        "select exists (select from change c where c.op <> 'unchanged' and {TAKEN})
             or exists (select from vanished c where {TAKEN})"
    )))
    .bind(accept.names())
    .fetch_one(connection)
    .await
}

pub(super) async fn write(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    accept: &Accept,
) -> Result<(), sqlx::Error> {
    if plan.first {
        return first::write(plan, connection, accept).await;
    }
    let groups = accept.names();
    // A whole that is not accepted is not there to be named. Only fixed texts are put into the statements.
    for statement in [
        format!(
            "insert into asset (id, kind, geom, label, attributes, part_of, source, source_id, updated_at)
             select s.id, s.kind, s.geom, s.label, s.attributes, coalesce(p.id, w.id, s.part_id), $2, s.source_id, $3
             from change c join staged s using (n)
             left join asset p on p.source = $2 and p.kind = s.part_kind and p.source_id = s.part_source_id
             left join (
                 select w.id, w.kind, w.source_id from staged w join change c using (n)
                 where c.asset_id is null and {TAKEN}) w
                 on w.kind = s.part_kind and w.source_id = s.part_source_id
             where c.asset_id is null and {TAKEN}
             order by s.n"
        ),
        // All wholes are known now.
        format!(
            "update asset a set
                 geom = s.geom, label = s.label, attributes = s.attributes, part_of = coalesce(p.id, s.part_id),
                 status = case when a.status = 'removed' then 'in_service' else a.status end,
                 rev = a.rev + 1, updated_at = greatest($3, a.updated_at + interval '1 microsecond')
             from change c join staged s using (n)
             left join asset p on p.source = $2 and p.kind = s.part_kind and p.source_id = s.part_source_id
             where a.id = c.asset_id and c.op <> 'unchanged' and {TAKEN}
               and (a.status = 'removed' or not exists (select from merged m where m.id = a.id))"
        ),
        format!(
            "update asset a set
                 geom = m.new_geom, label = m.new_label, attributes = m.new_attributes, part_of = m.new_part_of,
                 rev = a.rev + 1, updated_at = greatest($3, a.updated_at + interval '1 microsecond')
             from merged m join change c using (n)
             where a.id = m.id and a.source = $2 and a.status <> 'removed' and c.op = 'changed' and {TAKEN}"
        ),
        format!(
            "update asset a set status = 'removed', rev = a.rev + 1,
                 updated_at = greatest($3, a.updated_at + interval '1 microsecond')
             from vanished c where a.id = c.asset_id and a.source = $2 and {TAKEN}"
        ),
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .bind(&groups)
            .bind(plan.source)
            .bind(plan.now)
            .execute(&mut *connection)
            .await?;
    }
    sqlx::query(AssertSqlSafe(format!(
        "insert into asset_delivery (asset_id, geom, label, attributes, part_of)
         select m.id, m.geom, m.label, m.attributes, m.part_of from merged m join change c using (n)
         where c.op = 'unchanged' or ({TAKEN})
         on conflict (asset_id) do update set
             geom = excluded.geom, label = excluded.label, attributes = excluded.attributes,
             part_of = excluded.part_of"
    )))
    .bind(&groups)
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn count(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    outcome: &mut Outcome,
) -> Result<(), sqlx::Error> {
    for (kind, count) in &plan.contents.straight {
        let counts = outcome.kinds.entry(kind.clone()).or_default();
        counts.new += count;
        counts.read += count;
    }
    tally(connection, outcome, "select kind, grp, count(*) from change group by kind, grp").await?;
    tally(connection, outcome, "select kind, grp, count(*) from vanished group by kind, grp").await
}

//! People in graves: what a delivery would make of them, and the writing of what is accepted.

use importers::Rejected;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::{Plan, TAKEN, tally, things::INSIDE};
use crate::imports::model::{Accept, MOST_REJECTED, Mode, Outcome};

pub(super) async fn compare(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    outcome: &mut Outcome,
) -> Result<(), sqlx::Error> {
    // Before anything is written, graves that would come in count as there.
    sqlx::query(
        "create temp table told on commit drop as
         select s.n, 'people'::text as kind, s.source_id, s.file, s.row_number, s.part_source_id as grave_key,
                s.id, s.person_id, coalesce(g.id, case when $2 then w.id end) as grave_id, w.id is not null as staged_grave,
                a ->> 'given_names' as given_names, a ->> 'surname' as surname, a ->> 'maiden_name' as maiden_name,
                (a ->> 'born')::partial_date as born, (a ->> 'died')::partial_date as died,
                (a ->> 'buried')::partial_date as buried,
                s.doubts, b.id as burial_id, b.person_id as known_person_id, null::text as op, null::text as grp,
                null::uuid as near_burial
         from staged s cross join lateral (select s.attributes) as x (a)
         left join asset g
             on g.source = $1 and g.kind = 'graves' and g.source_id = s.part_source_id and g.status <> 'removed'
         left join staged w on w.what = 'feature' and w.kind = 'graves' and w.source_id = s.part_source_id
         left join burial b on b.source = $1 and b.source_id = s.source_id
         where s.what = 'burial'",
    )
    .bind(plan.source)
    .bind(*plan.mode == Mode::Dry)
    .execute(&mut *connection)
    .await?;
    sqlx::query("create unique index told_n on told (n)").execute(&mut *connection).await?;
    sqlx::query("create unique index told_key on told (source_id)").execute(&mut *connection).await?;
    reject_without_grave(connection, outcome).await?;
    sqlx::query("analyze told").execute(&mut *connection).await?;
    // Somebody whose grave is delivered, but not accepted, waits for it.
    sqlx::query(
        "update told t set
             op = x.op,
             doubts = case when t.grave_id is null then coalesce(t.doubts, '[]')
                 || jsonb_build_object('code', 'grave_held_back', 'column', null, 'found', t.grave_key) else t.doubts end,
             grp = case when x.op = 'unchanged' then 'unchanged'
                        when t.doubts is not null or t.grave_id is null then 'doubtful' else x.op end
         from (
             select t.n, case
                 when b.id is null or b.withdrawn then 'new'
                 when (b.grave_id, b.buried, p.given_names, p.surname, p.maiden_name, p.born, p.died)
                     is distinct from (t.grave_id, t.buried, t.given_names, t.surname, t.maiden_name, t.born, t.died)
                     then 'changed'
                 else 'unchanged' end as op
             from told t left join burial b on b.id = t.burial_id left join person p on p.id = b.person_id) x
         where t.n = x.n",
    )
    .execute(&mut *connection)
    .await?;
    if plan.careful {
        sqlx::query(
            "update told t set grp = 'near_duplicate', near_burial = near.id
             from (
                 select t.n, o.id from told t
                 cross join lateral (
                     select b.id from burial b join person p on p.id = b.person_id
                     where b.grave_id = t.grave_id and not b.withdrawn
                       and lower(p.surname) = lower(t.surname) and lower(p.given_names) = lower(t.given_names)
                       and (p.died is null or t.died is null or left(p.died, 4) = left(t.died, 4))
                       and not exists (select from told known where known.burial_id = b.id)
                     order by b.id limit 1) o
                 where t.burial_id is null and t.grp = 'new') near
             where t.n = near.n",
        )
        .execute(&mut *connection)
        .await?;
    }
    let inside = plan.kinds.is_none_or(|kinds| kinds.iter().any(|kind| kind == "people"));
    sqlx::query(AssertSqlSafe(format!(
        // Only the fixed text of INSIDE is put in.
        "create temp table departed on commit drop as
         select b.id as burial_id, 'people'::text as kind, b.source_id, 'vanished'::text as grp
         from burial b join asset a on a.id = b.grave_id
         where $3 and b.source = $1 and not b.withdrawn and {INSIDE}
           and not exists (select from told t where t.source_id = b.source_id)"
    )))
    .bind(plan.source)
    .bind(plan.edges())
    .bind(inside)
    .execute(connection)
    .await?;
    Ok(())
}

/// Rows that name a grave which neither this delivery nor an earlier one of the source has.
async fn reject_without_grave(
    connection: &mut PgConnection,
    outcome: &mut Outcome,
) -> Result<(), sqlx::Error> {
    let rows = sqlx::query(
        "delete from told where grave_id is null and not staged_grave returning file, row_number, grave_key",
    )
    .fetch_all(&mut *connection)
    .await?;
    outcome.burials_without_grave = rows.len() as i64;
    for row in rows {
        if outcome.rejected.len() >= MOST_REJECTED {
            break;
        }
        let number: Option<i64> = row.try_get(1)?;
        outcome.rejected.push(Rejected {
            file: row.try_get::<Option<String>, _>(0)?.unwrap_or_default(),
            row: number.and_then(|n| u64::try_from(n).ok()).unwrap_or_default(),
            column: None,
            found: row.try_get(2)?,
            reason: "no_grave",
            expected_pl: "grób z tej samej dostawy albo z wcześniejszej dostawy tego samego źródła".into(),
            expected_en: "a grave of this delivery or of an earlier one of the same source".into(),
            whole_row: true,
        });
    }
    Ok(())
}

/// Whether anything that is accepted is to be written.
pub(super) async fn any(connection: &mut PgConnection, accept: &Accept) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(AssertSqlSafe(format!(
        // Only the fixed text of TAKEN is put in.
        "select exists (select from told c where c.op <> 'unchanged' and c.grave_id is not null and {TAKEN})
             or exists (select from departed c where {TAKEN})"
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
    let groups = accept.names();
    // People first: the burial's trigger writes both to the history. Only the fixed text of TAKEN is put in.
    for statement in [
        format!(
            "update person p set given_names = c.given_names, surname = c.surname, maiden_name = c.maiden_name,
                    born = c.born, died = c.died, rev = p.rev + 1, updated_at = $3
             from told c
             where p.id = c.known_person_id and c.op <> 'unchanged' and c.grave_id is not null and $2 <> '' and {TAKEN}"
        ),
        format!(
            "update burial b set grave_id = c.grave_id, buried = c.buried, withdrawn = false, rev = b.rev + 1,
                    updated_at = $3
             from told c
             where b.id = c.burial_id and b.source = $2 and c.op <> 'unchanged' and c.grave_id is not null and {TAKEN}"
        ),
        format!(
            "insert into person (id, given_names, surname, maiden_name, born, died, updated_at)
             select person_id, given_names, surname, maiden_name, born, died, $3 from told c
             where c.burial_id is null and c.grave_id is not null and $2 <> '' and {TAKEN}
             order by n"
        ),
        format!(
            "insert into burial (id, person_id, grave_id, buried, source, source_id, updated_at)
             select id, person_id, grave_id, buried, $2, source_id, $3 from told c
             where c.burial_id is null and c.grave_id is not null and {TAKEN}
             order by n"
        ),
        format!(
            "update burial b set withdrawn = true, rev = b.rev + 1, updated_at = $3
             from departed c where b.id = c.burial_id and b.source = $2 and {TAKEN}"
        ),
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .bind(&groups)
            .bind(plan.source)
            .bind(plan.now)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

pub(super) async fn count(connection: &mut PgConnection, outcome: &mut Outcome) -> Result<(), sqlx::Error> {
    tally(connection, outcome, "select kind, grp, count(*) from told group by kind, grp").await?;
    tally(connection, outcome, "select kind, grp, count(*) from departed group by kind, grp").await
}

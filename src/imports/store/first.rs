//! The first filling of an empty registry: nothing is compared, and keys and indexes are made of all rows at once, which
//! takes a fraction of the time of keeping them row by row. Whoever reads things meanwhile waits for the end: there are none
//! yet.

use sqlx::{AssertSqlSafe, PgConnection};

use super::{Plan, TAKEN};
use crate::imports::model::Accept;

/// The unique key by which a source knows its things.
pub(super) const SOURCE_KEY: &str = "asset_source_key";

/// Whether nothing was ever registered; when something is to be written, nobody else writes until the end.
pub(in crate::imports) async fn is_first_filling(
    connection: &mut PgConnection,
    writes: bool,
) -> Result<bool, sqlx::Error> {
    const EMPTY: &str = "select not exists (select from asset)";
    let empty: bool = sqlx::query_scalar(EMPTY).fetch_one(&mut *connection).await?;
    if !empty || !writes {
        return Ok(empty);
    }
    sqlx::query("lock table asset in share row exclusive mode").execute(&mut *connection).await?;
    sqlx::query_scalar(EMPTY).fetch_one(connection).await
}

/// All is new: `change` says so without being written down.
pub(super) async fn compare(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query(
        "create temp view change as
         select n, kind, source_id, doubts, null::uuid as asset_id, 'new'::text as op,
                case when doubts is null then 'new' else 'doubtful' end as grp,
                null::uuid as near_asset, null::float8 as near_m
         from staged where what = 'feature'",
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes what is accepted of what was staged, and puts back what was taken away for it and for what went straight into the
/// register.
pub(super) async fn write(
    plan: &Plan<'_>,
    connection: &mut PgConnection,
    accept: &Accept,
) -> Result<(), sqlx::Error> {
    let back = match &plan.aside {
        Some(back) => back.clone(),
        None => set_aside(connection).await?,
    };
    // A whole that is not accepted is not there to be named. Only fixed texts are put in.
    let (whole, join) = if plan.contents.parts {
        (
            "coalesce(p.id, w.id, c.part_id)",
            format!(
                "left join asset p on p.source = $2 and p.kind = c.part_kind and p.source_id = c.part_source_id
                 left join (select c.id, c.kind, c.source_id from new c where {TAKEN}) w
                 on w.kind = c.part_kind and w.source_id = c.part_source_id"
            ),
        )
    } else {
        ("c.part_id", String::new())
    };
    sqlx::query(AssertSqlSafe(format!(
        "with new as (
             select s.*, case when doubts is null then 'new' else 'doubtful' end as grp
             from staged s where what = 'feature'),
         -- What the columns' defaults say, asked once.
         made as materialized (
             select coalesce(nullif(current_setting('reeve.actor', true), ''), 'unknown') as by,
                    nullif(current_setting('reeve.change_set', true), '')::uuid as change_set)
         insert into asset (id, kind, geom, label, attributes, part_of, source, source_id, updated_at, changed_by,
                            change_set)
         select c.id, c.kind, c.geom, c.label, c.attributes, {whole}, $2, c.source_id, $3, made.by, made.change_set
         from made cross join new c {join}
         where {TAKEN}
         {}",
        // Without a join the rows come as they were delivered.
        if plan.contents.parts { "order by c.n" } else { "" }
    )))
    .bind(accept.names())
    .bind(plan.source)
    .bind(plan.now)
    .execute(&mut *connection)
    .await?;
    for statement in back {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes the constraints and indexes of `asset` away that cost most to keep row by row, and the trigger that would gather all
/// rows once more. Answers the statements that put the constraints and the trigger back and do the trigger's work, to be run
/// before the commit; the indexes stand in `index_aside`, from which they are built afterwards by several connections
/// (`platform::db::build_missing_indexes`), so that nobody has to remember them.
pub(super) async fn set_aside(connection: &mut PgConnection) -> Result<Vec<String>, sqlx::Error> {
    // The names in the statements come from the database's own catalogue, quoted by it.
    let constraints: Vec<(String, String)> = sqlx::query_as(
        "select format('alter table asset drop constraint %I', conname),
                format('alter table asset add constraint %I %s', conname, pg_get_constraintdef(oid))
         from pg_constraint
         where conrelid = 'asset'::regclass and (contype = 'f' or conname = $1)
         -- Keys before what refers to them.
         order by contype desc, conname",
    )
    .bind(SOURCE_KEY)
    .fetch_all(&mut *connection)
    .await?;
    let (mut drops, mut back): (Vec<_>, Vec<_>) = constraints.into_iter().unzip();
    drops.push("alter table asset disable trigger asset_log_insert".to_owned());
    back.push("alter table asset enable trigger asset_log_insert".to_owned());
    back.push(
        "select collection_touch(kind, count(*) filter (where status <> 'removed'), st_extent(geom)::box2d)
         from asset group by kind order by kind"
            .to_owned(),
    );
    // Here it holds nobody up: while indexes are built it would have to wait for each of them.
    back.push("analyze asset".to_owned());
    for statement in drops {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    let indexes: Vec<String> = sqlx::query_scalar(
        "insert into index_aside (name, definition)
         select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
         where i.indrelid = 'asset'::regclass and not i.indisunique
         returning 'drop index ' || name",
    )
    .fetch_all(&mut *connection)
    .await?;
    for statement in indexes {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut *connection).await?;
    }
    // A file of its own, made in this transaction, needs no log where the server keeps none for others (wal_level).
    for statement in ["cluster asset using asset_pkey", "alter table asset set without cluster"] {
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(back)
}

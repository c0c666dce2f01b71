//! Statements that take a whole import back.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use uuid::Uuid;

/// Whether a change set is a delivery of files, or takes one back.
pub(super) async fn is_import(connection: &mut PgConnection, change_set: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from change_set where id = $1 and origin = 'import') as "is!""#,
        change_set
    )
    .fetch_one(connection)
    .await
}

/// Gives the transaction the time that it needs, and takes the collections in the order of their names, as whoever edits.
pub(super) async fn take_time_and_locks(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select set_config('statement_timeout', '0', true), set_config('lock_timeout', '30s', true)")
        .execute(&mut *connection)
        .await?;
    sqlx::query("select from collection_state order by collection for update").execute(connection).await?;
    Ok(())
}

/// What the source last delivered counts no longer: the same file may come again.
pub(super) async fn forget_deliveries(
    connection: &mut PgConnection,
    change_set: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "delete from asset_delivery d using asset_history h where h.change_set = $1 and h.asset_id = d.asset_id",
    )
    .bind(change_set)
    .execute(connection)
    .await?;
    Ok(())
}

/// Kinds of the things of a change set; people count as their graves.
pub(super) async fn kinds(
    connection: &mut PgConnection,
    change_set: Uuid,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct kind as "kind!" from asset_history where change_set = $1
           union select 'graves' where exists (select from burial_history where change_set = $1)"#,
        change_set
    )
    .fetch_all(connection)
    .await
}

/// Things that were changed after the import.
pub(super) async fn touched(
    connection: &mut PgConnection,
    change_set: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select a.id from asset_history h join asset a on a.id = h.asset_id
         where h.change_set = $1 and a.rev <> h.rev order by a.id",
        change_set
    )
    .fetch_all(connection)
    .await
}

/// Brings things that nobody touched back to the version before, or away if there was none; answers which went away.
pub(super) async fn things_back(
    connection: &mut PgConnection,
    change_set: Uuid,
    now: DateTime<Utc>,
    written: &mut u64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    let back = sqlx::query(
        "update asset a set geom = before.geom, label = before.label, attributes = before.attributes,
                status = before.status, part_of = before.part_of, rev = a.rev + 1,
                updated_at = greatest($2, a.updated_at + interval '1 microsecond')
         from asset_history h
         join asset_history before on before.asset_id = h.asset_id and before.rev = h.rev - 1
         where h.change_set = $1 and a.id = h.asset_id and a.rev = h.rev
         returning a.id, a.status",
    )
    .bind(change_set)
    .bind(now)
    .fetch_all(&mut *connection)
    .await?;
    let gone = sqlx::query(
        "update asset a set status = 'removed', rev = a.rev + 1,
                updated_at = greatest($2, a.updated_at + interval '1 microsecond')
         from asset_history h
         where h.change_set = $1 and h.rev = 1 and a.id = h.asset_id and a.rev = 1
         returning a.id, a.status",
    )
    .bind(change_set)
    .bind(now)
    .fetch_all(connection)
    .await?;
    *written += (back.len() + gone.len()) as u64;
    let mut removed = Vec::new();
    for row in back.iter().chain(&gone) {
        if row.try_get::<&str, _>(1)? == "removed" {
            removed.push(row.try_get(0)?);
        }
    }
    Ok(removed)
}

/// What of a burial and its person counts as unchanged since the import: all but versions and instants, so that a change
/// which was itself taken back is in nobody's way.
const AS_IMPORTED: &str = "to_jsonb(b) - 'rev' - 'updated_at' = h.burial - 'rev' - 'updated_at'
    and to_jsonb(p) - 'rev' - 'updated_at' = h.person - 'rev' - 'updated_at'";

/// Finds the burials of a change set; answers how many of them were changed since to something else than before it.
pub(super) async fn find_people(connection: &mut PgConnection, change_set: Uuid) -> Result<i64, sqlx::Error> {
    // Only the fixed text of AS_IMPORTED is put into the statements.
    sqlx::query(AssertSqlSafe(format!(
        "create temp table undone_burial on commit drop as
         select b.id, p.id as person_id, before.burial, before.person, {AS_IMPORTED} as as_imported,
                case when before.burial is null then b.withdrawn
                     else to_jsonb(b) - 'rev' - 'updated_at' = before.burial - 'rev' - 'updated_at'
                         and to_jsonb(p) - 'rev' - 'updated_at' = before.person - 'rev' - 'updated_at' end as back_already
         from burial_history h
         join burial b on b.id = h.burial_id
         join person p on p.id = b.person_id
         left join burial_history before on before.burial_id = h.burial_id and before.rev = h.rev - 1
         where h.change_set = $1"
    )))
    .bind(change_set)
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar("select count(*) from undone_burial where not as_imported and not back_already")
        .fetch_one(connection)
        .await
}

/// Brings the burials that were found, and their people, back; answers how many changed.
pub(super) async fn people_back(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    // People first: the burial's trigger writes both to the history.
    sqlx::query(
        "update person p set given_names = old.given_names, surname = old.surname, maiden_name = old.maiden_name,
                born = old.born, died = old.died, rev = p.rev + 1, updated_at = $1
         from undone_burial u, lateral jsonb_populate_record(null::person, u.person) old
         where u.person is not null and not u.back_already and p.id = u.person_id",
    )
    .bind(now)
    .execute(&mut *connection)
    .await?;
    let back = sqlx::query(
        "update burial b set grave_id = old.grave_id, buried = old.buried, withdrawn = old.withdrawn, rev = b.rev + 1,
                updated_at = $1
         from undone_burial u, lateral jsonb_populate_record(null::burial, u.burial) old
         where u.burial is not null and not u.back_already and b.id = u.id",
    )
    .bind(now)
    .execute(&mut *connection)
    .await?;
    let gone = sqlx::query(
        "update burial b set withdrawn = true, rev = b.rev + 1, updated_at = $1
         from undone_burial u where u.burial is null and not u.back_already and b.id = u.id",
    )
    .bind(now)
    .execute(connection)
    .await?;
    Ok(back.rows_affected() + gone.rows_affected())
}

//! The versions that a workbook was made from.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::editing::VersionRow;

/// Versions of the history by thing and number, each with the thing's number in the registry.
pub(super) async fn versions(
    connection: &mut PgConnection,
    ids: &[Uuid],
    revs: &[i32],
) -> Result<Vec<VersionRow>, sqlx::Error> {
    sqlx::query_as!(
        VersionRow,
        r#"select h.asset_id as "id!", h.kind as "kind!", h.rev as "rev!", a.registry_number, st_asewkb(h.geom) as "ewkb!", h.label,
                  h.attributes as "attributes!", h.status as "status!", h.part_of, h.changed_at as "updated_at!", h.changed_by
           from unnest($1::uuid[], $2::int[]) as asked (id, rev)
           join asset_history h on h.asset_id = asked.id and h.rev = asked.rev
           join asset a on a.id = h.asset_id"#,
        ids,
        revs
    )
    .fetch_all(connection)
    .await
}

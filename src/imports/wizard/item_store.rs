//! What a comparison found, row by row, as the review shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use super::model::Group;

/// What names a row of the review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Key {
    /// Slug of the kind; `people` for burials.
    pub kind: String,
    /// Key in the source.
    pub source_id: String,
}

/// One row of the review.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub seq: i64,
    pub group: String,
    pub kind: String,
    pub source_id: String,
    pub file: Option<String>,
    pub row: Option<i64>,
    pub asset: Option<Uuid>,
    pub label: Option<String>,
    pub lon: Option<f64>,
    pub lat: Option<f64>,
    /// `[{"field", "before", "after"}]`
    pub fields: Value,
    /// `[{"code", "column", "found"}]`
    pub doubts: Value,
    pub near_asset: Option<Uuid>,
    pub near_m: Option<f64>,
    pub excluded: bool,
}

/// A value or a row that was refused.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct RejectedRow {
    /// Its place in the list.
    pub seq: i64,
    /// Name of the file.
    pub file: String,
    /// Number of the row.
    pub row: i64,
    /// Column, if it is about one.
    pub column: Option<String>,
    /// What was found.
    pub found: String,
    /// Stable name of the reason.
    pub reason: String,
    /// What is expected, in Polish.
    pub expected_pl: String,
    /// What is expected, in English.
    pub expected_en: String,
    /// Whether the whole row stays out.
    pub whole_row: bool,
}

/// A page of one group, in the order of the files.
pub(super) async fn of_group(
    pool: &PgPool,
    job: Uuid,
    group: Group,
    after: i64,
    limit: i64,
) -> Result<Vec<Item>, sqlx::Error> {
    sqlx::query_as!(
        Item,
        r#"select i.seq, i.grp as "group", i.kind, i.source_id, i.file, i.row_number as row, i.asset_id as asset,
                  i.label, st_x(st_centroid(i.geom)) as lon, st_y(st_centroid(i.geom)) as lat, i.fields, i.doubts,
                  i.near_asset, i.near_m,
                  exists (select from import_exclusion e where e.job_id = i.job_id and e.kind = i.kind
                          and e.source_id = i.source_id) as "excluded!"
           from import_item i
           where i.job_id = $1 and i.grp = $2 and i.seq > $3
           order by i.seq limit $4"#,
        job,
        group.name(),
        after,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Rows with a place within a box, as GeoJSON features.
pub(super) async fn in_sight(
    pool: &PgPool,
    job: Uuid,
    group: Option<Group>,
    bbox: Option<[f64; 4]>,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Value)>, sqlx::Error> {
    let [west, south, east, north] = bbox.unwrap_or([-180.0, -90.0, 180.0, 90.0]);
    let rows = sqlx::query!(
        r#"select i.seq, i.grp, i.kind, i.source_id, i.file, i.row_number, i.asset_id, i.label, i.fields, i.doubts,
                  i.near_asset, i.near_m, st_asgeojson(i.geom, 7)::jsonb as geometry,
                  exists (select from import_exclusion e where e.job_id = i.job_id and e.kind = i.kind
                          and e.source_id = i.source_id) as "excluded!"
           from import_item i
           where i.job_id = $1 and ($2::text is null or i.grp = $2) and i.seq > $3
             and (not $4 or i.geom && st_makeenvelope($5, $6, $7, $8, 4326))
           order by i.seq limit $9"#,
        job,
        group.map(Group::name),
        after,
        bbox.is_some(),
        west,
        south,
        east,
        north,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let feature = json!({
                "type": "Feature",
                "id": row.seq,
                "geometry": row.geometry,
                "properties": {
                    "group": row.grp,
                    "kind": row.kind,
                    "source_id": row.source_id,
                    "file": row.file,
                    "row": row.row_number,
                    "asset": row.asset_id,
                    "label": row.label,
                    "fields": row.fields,
                    "doubts": row.doubts,
                    "near_asset": row.near_asset,
                    "near_m": row.near_m,
                    "excluded": row.excluded,
                },
            });
            (row.seq, feature)
        })
        .collect())
}

/// A box around all rows that have a place: west, south, east, north.
pub(super) async fn extent(pool: &PgPool, job: Uuid) -> Result<Option<[f64; 4]>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select st_xmin(e.box) as west, st_ymin(e.box) as south, st_xmax(e.box) as east, st_ymax(e.box) as north
           from (select st_extent(geom) as box from import_item where job_id = $1) e"#,
        job
    )
    .fetch_one(pool)
    .await?;
    Ok(match (row.west, row.south, row.east, row.north) {
        (Some(west), Some(south), Some(east), Some(north)) => Some([west, south, east, north]),
        _ => None,
    })
}

/// A page of what was refused.
pub(super) async fn rejected(
    pool: &PgPool,
    job: Uuid,
    after: i64,
    limit: i64,
) -> Result<Vec<RejectedRow>, sqlx::Error> {
    sqlx::query_as!(
        RejectedRow,
        r#"select seq, file, row_number as row, column_name as "column", found, reason, expected_pl, expected_en,
                  whole_row
           from import_rejected where job_id = $1 and seq > $2 order by seq limit $3"#,
        job,
        after,
        limit
    )
    .fetch_all(pool)
    .await
}

/// How many rows of each group are left out.
pub(super) async fn excluded_counts(pool: &PgPool, job: Uuid) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select i.grp, count(*) as "count!" from import_item i
           join import_exclusion e using (job_id, kind, source_id) where i.job_id = $1 group by i.grp"#,
        job
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.grp, row.count)).collect())
}

/// Whether the rows of a comparison are still there: their tables are emptied when the database crashes.
pub(super) async fn are_there(pool: &PgPool, job: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from import_item where job_id = $1)
                  or exists (select from import_rejected where job_id = $1) as "there!""#,
        job
    )
    .fetch_one(pool)
    .await
}

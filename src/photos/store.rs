//! All SQL of the photos. Removed ones are left out here, for every door alike.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::model::Photo;

/// A row as it is stored.
#[derive(Debug)]
pub(super) struct PhotoRow {
    id: Uuid,
    asset_id: Uuid,
    sha256: String,
    media_type: String,
    file_name: Option<String>,
    width: i32,
    height: i32,
    caption: Option<String>,
    taken_at: Option<DateTime<Utc>>,
    taken_on: Option<NaiveDate>,
    lon: Option<f64>,
    lat: Option<f64>,
    direction: Option<f64>,
    public: bool,
    added_at: DateTime<Utc>,
    added_by: String,
}

impl From<PhotoRow> for Photo {
    fn from(row: PhotoRow) -> Self {
        let pixels = |side: i32| u32::try_from(side).unwrap_or(1);
        Self {
            id: row.id,
            asset_id: row.asset_id,
            sha256: row.sha256,
            media_type: row.media_type,
            file_name: row.file_name,
            width: pixels(row.width),
            height: pixels(row.height),
            caption: row.caption,
            taken_at: row.taken_at,
            taken_on: row.taken_on,
            position: row.lon.zip(row.lat).map(|(lon, lat)| [lon, lat]),
            direction_deg: row.direction,
            public: row.public,
            added_at: row.added_at,
            added_by: row.added_by,
        }
    }
}

/// The photos of an asset, the latest first.
pub(super) async fn of_asset(pool: &PgPool, asset: Uuid, limit: i64) -> Result<Vec<Photo>, sqlx::Error> {
    let rows = sqlx::query_as!(
        PhotoRow,
        r#"select id, asset_id, encode(sha256, 'hex') as "sha256!", media_type, file_name, width, height, caption,
                  taken_at, (taken_at at time zone 'Europe/Warsaw')::date as taken_on,
                  st_x(position) as lon, st_y(position) as lat, direction, public, added_at, added_by
           from photo where asset_id = $1 and removed_at is null
           order by coalesce(taken_at, added_at) desc, id limit $2"#,
        asset,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Photo::from).collect())
}

pub(super) async fn photo(pool: &PgPool, id: Uuid) -> Result<Option<Photo>, sqlx::Error> {
    let row = sqlx::query_as!(
        PhotoRow,
        r#"select id, asset_id, encode(sha256, 'hex') as "sha256!", media_type, file_name, width, height, caption,
                  taken_at, (taken_at at time zone 'Europe/Warsaw')::date as taken_on,
                  st_x(position) as lon, st_y(position) as lat, direction, public, added_at, added_by
           from photo where id = $1 and removed_at is null"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(Photo::from))
}

/// A photo of this asset with this content, and whether it is removed.
pub(super) async fn same_content(
    pool: &PgPool,
    asset: Uuid,
    sha256: &[u8],
) -> Result<Option<(Uuid, bool)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select id, removed_at is not null as "removed!" from photo where asset_id = $1 and sha256 = $2"#,
        asset,
        sha256
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.id, row.removed)))
}

pub(super) async fn count(pool: &PgPool, asset: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from photo where asset_id = $1 and removed_at is null"#,
        asset
    )
    .fetch_one(pool)
    .await
}

/// What is written of a new photo.
#[derive(Debug)]
pub(super) struct NewRow<'a> {
    pub asset: Uuid,
    pub sha256: &'a [u8],
    pub media_type: &'static str,
    pub bytes: i64,
    pub file_name: Option<&'a str>,
    pub width: i32,
    pub height: i32,
    /// When it was taken, where the camera knew its zone.
    pub taken_at: Option<DateTime<Utc>>,
    /// When it was taken by the clocks of Poland, where it did not.
    pub taken_local: Option<NaiveDateTime>,
    pub position: Option<[f64; 2]>,
    pub direction: Option<f64>,
    pub now: DateTime<Utc>,
    pub actor: &'a str,
}

/// Writes a photo, unless the same content came in meanwhile; answers the one that is there, and whether it is new.
pub(super) async fn add(pool: &PgPool, row: &NewRow<'_>) -> Result<(Uuid, bool), sqlx::Error> {
    let (lon, lat) = row.position.map_or((None, None), |[lon, lat]| (Some(lon), Some(lat)));
    let added = sqlx::query_scalar!(
        "insert into photo (id, asset_id, sha256, media_type, bytes, file_name, width, height, taken_at, position,
                            direction, added_at, added_by, changed_at, changed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8,
                 coalesce($9::timestamptz, $10::timestamp at time zone 'Europe/Warsaw'),
                 st_setsrid(st_makepoint($11, $12), 4326), $13, $14, $15, $14, $15)
         on conflict (asset_id, sha256) do nothing
         returning id",
        Uuid::now_v7(),
        row.asset,
        row.sha256,
        row.media_type,
        row.bytes,
        row.file_name,
        row.width,
        row.height,
        row.taken_at,
        row.taken_local,
        lon,
        lat,
        row.direction,
        row.now,
        row.actor
    )
    .fetch_optional(pool)
    .await?;
    match added {
        Some(id) => Ok((id, true)),
        None => same_content(pool, row.asset, row.sha256)
            .await?
            .map(|(id, _)| (id, false))
            .ok_or(sqlx::Error::RowNotFound),
    }
}

/// Brings a removed photo back.
pub(super) async fn restore(
    pool: &PgPool,
    id: Uuid,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update photo set removed_at = null, removed_by = null, changed_at = $2, changed_by = $3
         where id = $1 and removed_at is not null",
        id,
        now,
        actor
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Puts a photo out of sight.
pub(super) async fn remove(
    pool: &PgPool,
    id: Uuid,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update photo set removed_at = $2, removed_by = $3, changed_at = $2, changed_by = $3
         where id = $1 and removed_at is null",
        id,
        now,
        actor
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Writes caption and visibility, when they differ from what is there.
pub(super) async fn change(
    pool: &PgPool,
    id: Uuid,
    caption: Option<&str>,
    public: bool,
    now: DateTime<Utc>,
    actor: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update photo set caption = $2, public = $3, changed_at = $4, changed_by = $5
         where id = $1 and removed_at is null and (caption, public) is distinct from ($2, $3)",
        id,
        caption,
        public,
        now,
        actor
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// How many photos there are, and the content of the latest one.
pub(super) async fn summary(pool: &PgPool) -> Result<(i64, Option<String>), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!",
                  (select encode(sha256, 'hex') from photo where removed_at is null
                   order by added_at desc limit 1) as latest
           from photo where removed_at is null"#
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.latest))
}

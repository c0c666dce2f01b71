//! All SQL of the registry. What is private is left out here, for every door alike.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use uuid::Uuid;

use super::{
    filter::{Cursor, Filter, Sort},
    model::{Kind, KindSlug, Kinds, Sight},
};
use crate::kernel::Crs;

/// The kinds that come with Reeve, in the order of the legend.
pub(super) const BUILT_IN: [&str; 14] = [
    include_str!("kinds/lamps.json"),
    include_str!("kinds/benches.json"),
    include_str!("kinds/bins.json"),
    include_str!("kinds/trees.json"),
    include_str!("kinds/barriers.json"),
    include_str!("kinds/greens.json"),
    include_str!("kinds/cemeteries.json"),
    include_str!("kinds/sectors.json"),
    include_str!("kinds/graves.json"),
    include_str!("kinds/gates.json"),
    include_str!("kinds/paths.json"),
    include_str!("kinds/addresses.json"),
    include_str!("kinds/buildings.json"),
    include_str!("kinds/parcels.json"),
];

pub(super) async fn put_built_in_kinds(pool: &PgPool) -> anyhow::Result<()> {
    for (position, text) in BUILT_IN.into_iter().enumerate() {
        let definition: Value = serde_json::from_str(text)?;
        let kind: Kind = serde_json::from_value(definition.clone())?;
        sqlx::query!(
            "insert into kind (slug, definition, built_in, position) values ($1, $2, true, $3)
             on conflict (slug) do update set definition = excluded.definition, position = excluded.position
             where kind.built_in and kind.definition <> excluded.definition",
            kind.slug.as_str(),
            definition,
            position as i32
        )
        .execute(pool)
        .await?;
    }
    Ok(())
}

pub(super) async fn read_kinds(connection: &mut PgConnection) -> anyhow::Result<Kinds> {
    // Read before the kinds: a change in between makes them newer than said, and they are read once more.
    let revision = sqlx::query_scalar!("select revision from collection_state where collection = 'kinds'")
        .fetch_optional(&mut *connection)
        .await?;
    let rows = sqlx::query_scalar!("select definition from kind order by position, slug")
        .fetch_all(connection)
        .await?;
    Ok(Kinds::new(
        revision.unwrap_or(0),
        rows.into_iter().map(serde_json::from_value).collect::<Result<_, _>>()?,
    ))
}

/// A page of features of one kind.
#[derive(Debug)]
pub struct FeatureQuery<'a> {
    /// The kind.
    pub kind: &'a Kind,
    /// What the reader may see of it.
    pub sight: Sight,
    /// The instant as of which they are shown; `None` for now.
    pub as_of: Option<DateTime<Utc>>,
    /// Which of them.
    pub filter: &'a Filter,
    /// System and axis order of the answer.
    pub crs: Crs,
    /// By what they are sorted.
    pub sort: &'a Sort,
    /// Only those after this place.
    pub after: Option<Cursor>,
    /// At most this many.
    pub limit: i64,
}

/// One feature, ready to be sent.
#[derive(Debug)]
pub struct Feature {
    /// Its id.
    pub id: Uuid,
    /// The GeoJSON text.
    pub json: String,
    /// Its place in the order; the next page begins after it.
    pub cursor: Cursor,
}

#[derive(Debug)]
struct FeatureRow {
    id: Uuid,
    json: String,
}

impl From<FeatureRow> for Feature {
    fn from(row: FeatureRow) -> Self {
        Self { id: row.id, json: row.json, cursor: Cursor::id(row.id) }
    }
}

/// The page of features of a relation of assets: the table itself, or what it was at an instant.
macro_rules! page_of {
    ($relation:literal, $query:expr, $area:expr $(, $as_of:expr)?) => {
        sqlx::query_as!(
            FeatureRow,
            "select a.id as \"id!\", asset_feature(a, $2, $3, $4, $5, $6, $17) as \"json!\"
             from " + $relation + " a
             where a.kind = $1 and a.status <> 'removed'
               and ($7::uuid is null or a.id > $7)
               and ($8::bytea is null or (a.geom && st_geomfromewkb($8) and st_intersects(a.geom, st_geomfromewkb($8))))
               and a.attributes @> $9
               and ($10::text is null or a.label = $10)
               and ($11::text is null or a.status = $11)
               and ($12::text is null or a.source = $12)
               and ($13::bigint is null or a.registry_number = $13)
               and ($14::timestamptz is null or a.updated_at >= $14)
               and ($15::timestamptz is null or a.updated_at <= $15)
             order by a.id
             limit $16",
            $query.kind.slug.as_str(),
            $query.kind.empty_attributes($query.sight),
            &$query.kind.keys($query.sight),
            $query.crs.srid(),
            $query.crs.north_first(),
            $query.crs.digits(),
            $query.after.as_ref().map(|cursor| cursor.id),
            $area,
            Value::Object($query.filter.attributes.clone()),
            $query.filter.label,
            $query.filter.status,
            $query.filter.source,
            $query.filter.registry_number,
            $query.filter.from,
            $query.filter.to,
            $query.limit,
            $query.sight == Sight::Inside
            $(, $as_of)?
        )
    };
}

pub(super) async fn features(pool: &PgPool, query: &FeatureQuery<'_>) -> Result<Vec<Feature>, sqlx::Error> {
    let area = area_ewkb(pool, query.filter).await?;
    let rows = match query.as_of {
        None => page_of!("asset", query, area).fetch_all(pool).await?,
        Some(at) => page_of!("asset_as_of($1, $18)", query, area, at).fetch_all(pool).await?,
    };
    Ok(rows.into_iter().map(Feature::from).collect())
}

/// How many features of a relation of assets pass a filter.
macro_rules! count_of {
    ($relation:literal, $kind:expr, $filter:expr, $area:expr $(, $as_of:expr)?) => {
        sqlx::query_scalar!(
            "select count(*) as \"count!\"
             from " + $relation + " a
             where a.kind = $1 and a.status <> 'removed'
               and ($2::bytea is null or (a.geom && st_geomfromewkb($2) and st_intersects(a.geom, st_geomfromewkb($2))))
               and a.attributes @> $3
               and ($4::text is null or a.label = $4)
               and ($5::text is null or a.status = $5)
               and ($6::text is null or a.source = $6)
               and ($7::bigint is null or a.registry_number = $7)
               and ($8::timestamptz is null or a.updated_at >= $8)
               and ($9::timestamptz is null or a.updated_at <= $9)",
            $kind.slug.as_str(),
            $area,
            Value::Object($filter.attributes.clone()),
            $filter.label,
            $filter.status,
            $filter.source,
            $filter.registry_number,
            $filter.from,
            $filter.to
            $(, $as_of)?
        )
    };
}

pub(super) async fn count(
    pool: &PgPool,
    kind: &Kind,
    filter: &Filter,
    as_of: Option<DateTime<Utc>>,
) -> Result<i64, sqlx::Error> {
    let area = area_ewkb(pool, filter).await?;
    match as_of {
        None => count_of!("asset", kind, filter, area).fetch_one(pool).await,
        Some(at) => count_of!("asset_as_of($1, $10)", kind, filter, area, at).fetch_one(pool).await,
    }
}

/// The filter's box as one geometry in storage coordinates. Edges of a metric box bend in degrees, so they are
/// divided before the transformation.
pub(super) async fn area_ewkb(pool: &PgPool, filter: &Filter) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let (Some(bbox), Some([west, south, east, north])) = (filter.bbox, filter.edges()) else {
        return Ok(None);
    };
    sqlx::query_scalar!(
        r#"select st_asewkb(st_union(
               case when $5 = 4326 then st_makeenvelope(w, s, e, n, 4326)
               else st_transform(st_segmentize(st_makeenvelope(w, s, e, n, $5), greatest(e - w, n - s, 1) / 16), 4326)
               end)) as "area"
           from unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) as box (w, s, e, n)"#,
        &west,
        &south,
        &east,
        &north,
        bbox.crs.srid()
    )
    .fetch_one(pool)
    .await
}

pub(super) async fn feature(
    pool: &PgPool,
    kind: &Kind,
    sight: Sight,
    id: Uuid,
    crs: Crs,
) -> Result<Option<Feature>, sqlx::Error> {
    let row = sqlx::query_as!(
        FeatureRow,
        r#"select a.id, asset_feature(a, $3, $4, $5, $6, $7, $8) as "json!"
           from asset a where a.kind = $1 and a.id = $2 and a.status <> 'removed'"#,
        kind.slug.as_str(),
        id,
        kind.empty_attributes(sight),
        &kind.keys(sight),
        crs.srid(),
        crs.north_first(),
        crs.digits(),
        sight == Sight::Inside
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(Feature::from))
}

/// Text as a literal of SQL, for statements that take no bound values.
pub(super) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A row of the card.
#[derive(Debug)]
pub(super) struct CardRow {
    pub kind: String,
    pub registry_number: i64,
    pub label: Option<String>,
    pub status: String,
    pub geometry: Value,
    pub attributes: Value,
    pub source: String,
    pub rev: i32,
    pub updated_at: DateTime<Utc>,
    pub part_id: Option<Uuid>,
    pub part_label: Option<String>,
    pub part_kind: Option<String>,
}

pub(super) async fn card(pool: &PgPool, id: Uuid) -> Result<Option<CardRow>, sqlx::Error> {
    sqlx::query_as!(
        CardRow,
        r#"select a.kind, a.registry_number, a.label, a.status, st_asgeojson(a.geom, 7, 0)::jsonb as "geometry!",
                  a.attributes, a.source, a.rev, a.updated_at,
                  p.id as "part_id?", p.label as part_label, p.kind as "part_kind?"
           from asset a left join asset p on p.id = a.part_of and p.status <> 'removed'
           where a.id = $1 and a.status <> 'removed'"#,
        id
    )
    .fetch_optional(pool)
    .await
}

/// The few columns that say what an asset is, removed or not.
#[derive(Debug)]
pub(super) struct HeadRow {
    pub kind: String,
    pub registry_number: i64,
    pub label: Option<String>,
    pub status: String,
}

pub(super) async fn head(pool: &PgPool, id: Uuid) -> Result<Option<HeadRow>, sqlx::Error> {
    sqlx::query_as!(HeadRow, "select kind, registry_number, label, status from asset where id = $1", id)
        .fetch_optional(pool)
        .await
}

#[derive(Debug, sqlx::FromRow)]
pub(super) struct InSightRow {
    pub id: Uuid,
    pub kind: String,
    pub label: Option<String>,
    pub registry_number: i64,
    pub attributes: Value,
    pub x: f64,
    pub y: f64,
}

pub(super) async fn in_sight(
    pool: &PgPool,
    kinds: &[String],
    bbox: [f64; 4],
    limit: i64,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<InSightRow>, sqlx::Error> {
    let [west, south, east, north] = bbox;
    if let Some(at) = as_of {
        return sqlx::query_as!(
            InSightRow,
            r#"select a.id as "id!", a.kind as "kind!", a.label, a.registry_number as "registry_number!",
                      a.attributes as "attributes!",
                      st_x(st_pointonsurface(a.geom)) as "x!", st_y(st_pointonsurface(a.geom)) as "y!"
               from unnest($1::text[]) as asked (slug) cross join lateral asset_as_of(slug, $7) a
               where a.geom && st_makeenvelope($2, $3, $4, $5, 4326)
               order by a.kind, a.id limit $6"#,
            kinds,
            west,
            south,
            east,
            north,
            limit,
            at
        )
        .fetch_all(pool)
        .await;
    }
    sqlx::query_as!(
        InSightRow,
        r#"select id, kind, label, registry_number, attributes,
                  st_x(point) as "x!", st_y(point) as "y!"
           from (select *, st_pointonsurface(geom) as point from asset
                 where kind = any($1) and status <> 'removed' and geom && st_makeenvelope($2, $3, $4, $5, 4326)
                 order by kind, id limit $6) a
           order by kind, id"#,
        kinds,
        west,
        south,
        east,
        north,
        limit
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn count_in_sight(
    pool: &PgPool,
    kinds: &[String],
    bbox: [f64; 4],
    as_of: Option<DateTime<Utc>>,
) -> Result<i64, sqlx::Error> {
    let [west, south, east, north] = bbox;
    if let Some(at) = as_of {
        return sqlx::query_scalar!(
            r#"select count(*) as "count!"
               from unnest($1::text[]) as asked (slug) cross join lateral asset_as_of(slug, $6) a
               where a.geom && st_makeenvelope($2, $3, $4, $5, 4326)"#,
            kinds,
            west,
            south,
            east,
            north,
            at
        )
        .fetch_one(pool)
        .await;
    }
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from asset
           where kind = any($1) and status <> 'removed' and geom && st_makeenvelope($2, $3, $4, $5, 4326)"#,
        kinds,
        west,
        south,
        east,
        north
    )
    .fetch_one(pool)
    .await
}

/// Kind and place of an asset; the caller decides whether the public may know.
pub(super) async fn position(pool: &PgPool, id: Uuid) -> Result<Option<(String, [f64; 2])>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select kind, st_x(p) as "x!", st_y(p) as "y!" from asset, st_pointonsurface(geom) as p
           where id = $1 and status <> 'removed'"#,
        id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| (row.kind, [row.x, row.y])))
}

#[derive(Debug)]
pub(super) struct OutlineRow {
    pub label: Option<String>,
    pub ewkb: Vec<u8>,
}

pub(super) async fn outlines(
    pool: &PgPool,
    kind: &Kind,
    bbox: [f64; 4],
    limit: i64,
) -> Result<Vec<OutlineRow>, sqlx::Error> {
    sqlx::query_as!(
        OutlineRow,
        r#"select label, st_asewkb(geom) as "ewkb!" from asset
           where kind = $1 and status <> 'removed' and geom && st_makeenvelope($2, $3, $4, $5, 4326)
           order by id limit $6"#,
        kind.slug.as_str(),
        bbox[0],
        bbox[1],
        bbox[2],
        bbox[3],
        limit
    )
    .fetch_all(pool)
    .await
}

/// Which tile of which kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileOf<'a> {
    pub kind: &'a KindSlug,
    pub attributes: &'a [String],
    pub tile: tiles::TileId,
    /// The instant as of which it is drawn; `None` for now.
    pub as_of: Option<DateTime<Utc>>,
}

/// Cells along each edge of a tile into which points are gathered at low zooms: 8 screen pixels each.
pub(super) const CELLS: f64 = 64.0;

/// A tile in which points that share a cell are one point with a `count`.
pub(super) async fn thinned_tile(pool: &PgPool, of: TileOf<'_>) -> Result<Vec<u8>, sqlx::Error> {
    let [west, south, east, north] = of.tile.bounds_degrees();
    let cell = ((east - west) / CELLS, (north - south) / CELLS);
    sqlx::query_scalar!(
        r#"with cells as (
               select count(*) as count, avg(st_x(p)) as x, avg(st_y(p)) as y,
                      min(registry_number) as registry_number, min(label) as label,
                      min(id::text) as id
               from (select *, st_centroid(geom) as p from asset
                     where kind = $1 and status <> 'removed' and geom && st_makeenvelope($2, $3, $4, $5, 4326)) a
               group by floor((st_x(p) - $2) / $6), floor((st_y(p) - $3) / $7))
           select coalesce(st_asmvt(t, $1, 4096, 'geom', 'registry_number'), '') as "tile!"
           from (select registry_number, count, case when count = 1 then id end as id,
                        case when count = 1 then label end as label,
                        st_asmvtgeom(st_transform(st_setsrid(st_makepoint(x, y), 4326), 3857),
                                     st_tileenvelope($8, $9, $10), 4096, 64) as geom
                 from cells order by registry_number) t
           where geom is not null"#,
        of.kind.as_str(),
        west,
        south,
        east,
        north,
        cell.0,
        cell.1,
        i32::from(of.tile.z()),
        of.tile.x() as i32,
        of.tile.y() as i32
    )
    .fetch_one(pool)
    .await
}

/// Most features of one kind in one tile; beyond it a tile helps nobody.
pub(super) const MOST_FEATURES: i64 = 200_000;

/// The attributes of a tile as columns.
pub(super) fn tile_columns(attributes: &[String]) -> String {
    // The keys come from the kind's definition and are quoted as literal and identifier; columns of their own are
    // twice as fast as an object that the encoder has to take apart.
    attributes
        .iter()
        .map(|key| format!(", a.attributes ->> {} as \"{}\"", literal(key), key.replace('"', "\"\"")))
        .collect()
}

/// A tile with each thing in it.
pub(super) async fn full_tile(pool: &PgPool, of: TileOf<'_>) -> Result<Vec<u8>, sqlx::Error> {
    let columns = tile_columns(of.attributes);
    let relation = if of.as_of.is_some() { "asset_as_of($1, $6)" } else { "asset" };
    let sql = format!(
        "select coalesce(st_asmvt(t, $1, 4096, 'geom', 'registry_number'), '')
         from (select a.registry_number, a.id::text as id, a.label{columns},
                      st_asmvtgeom(st_transform(a.geom, 3857), st_tileenvelope($2, $3, $4), 4096, 64) as geom
               from {relation} a
               where a.kind = $1 and a.status <> 'removed'
                 and a.geom && st_transform(st_tileenvelope($2, $3, $4, margin => 0.015625), 4326)
                 and ($6::timestamptz is null or a.updated_at <= $6)
               limit $5) t
         where geom is not null"
    );
    sqlx::query_scalar(AssertSqlSafe(sql))
        .bind(of.kind.as_str())
        .bind(i32::from(of.tile.z()))
        .bind(of.tile.x() as i32)
        .bind(of.tile.y() as i32)
        .bind(MOST_FEATURES)
        .bind(of.as_of)
        .fetch_one(pool)
        .await
}

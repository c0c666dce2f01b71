//! The register as the views of the cadastre tell it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use crate::tax_base::{
    compare::Register,
    model::{Building, Parcel, area_of_ha, area_of_m2, parcel_key, uses},
};

/// Texts of a list; what is no text is left out.
fn texts(list: Json<serde_json::Value>) -> Vec<String> {
    match list.0 {
        serde_json::Value::Array(all) => {
            all.into_iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
        }
        _ => Vec::new(),
    }
}

/// Parcels and buildings as they were at an instant. A building that names no parcel stands on those in which a point of it
/// lies. One more than `most` of each is read, so that whoever asks sees that there are too many.
pub(in crate::tax_base) async fn read(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    most: i64,
) -> Result<Register, sqlx::Error> {
    let parcels = sqlx::query!(
        r#"select id as "id!", reference as "reference!", area_ha, uses as "uses!: Json<serde_json::Value>",
            use_areas as "use_areas!: Json<serde_json::Value>"
         from cadastre_parcels_on($1) where reference is not null limit $2"#,
        at,
        most + 1
    )
    .fetch_all(&mut *connection)
    .await?;
    let parcels: Vec<Parcel> = parcels
        .into_iter()
        .filter_map(|row| {
            // Nothing is an area, too: a parcel of 0 ha was never measured.
            let area_dm2 = row.area_ha.and_then(area_of_ha).filter(|area| *area > 0);
            Some(Parcel {
                asset: row.id,
                key: parcel_key(&row.reference)?,
                reference: row.reference.chars().take(60).collect(),
                area_dm2,
                uses: uses(&texts(row.uses), &texts(row.use_areas), area_dm2),
            })
        })
        .collect();
    let buildings = sqlx::query!(
        r#"select b.id as "id!", coalesce(b.reference, '') as "reference!", b.use_of, b.storeys,
            coalesce(b.built_area_m2, st_area(b.geom::geography)) as built_m2, b.parcels as "parcels!: Json<serde_json::Value>",
            case when jsonb_array_length(b.parcels) = 0 then array(
                select p.reference from cadastre_parcels_on($1) p
                where p.geom && b.geom and st_intersects(p.geom, st_pointonsurface(b.geom)) limit 10) end as standing
         from cadastre_buildings_on($1) b limit $2"#,
        at,
        most + 1
    )
    .fetch_all(&mut *connection)
    .await?;
    let buildings = buildings
        .into_iter()
        .map(|row| {
            let named = texts(row.parcels);
            let on = if named.is_empty() { row.standing.unwrap_or_default() } else { named };
            Building {
                asset: row.id,
                reference: row.reference,
                use_of: row.use_of,
                storeys: row.storeys,
                built_dm2: row.built_m2.and_then(area_of_m2).filter(|area| *area > 0),
                parcels: on.iter().filter_map(|reference| parcel_key(reference)).collect(),
            }
        })
        .collect();
    Ok(Register { parcels, buildings, gone: BTreeMap::new() })
}

/// Parcels that are looked for among those that the register has no more.
const MOST_GONE: i64 = 200_000;

/// Of those keys, the parcels that the register had once: the thing, and the parcels that now lie where it was. Those of which
/// a tenth or more lies in it, or it in them.
pub(in crate::tax_base) async fn gone(
    connection: &mut PgConnection,
    at: DateTime<Utc>,
    wanted: &BTreeSet<&str>,
) -> Result<BTreeMap<String, (Uuid, Vec<String>)>, sqlx::Error> {
    let all = sqlx::query!(
        r#"select id as "id!", reference as "reference!" from cadastre_parcel_gone
         where gone_at <= $1 and reference is not null order by gone_at limit $2"#,
        at,
        MOST_GONE
    )
    .fetch_all(&mut *connection)
    .await?;
    let found: BTreeMap<Uuid, String> = all
        .into_iter()
        .filter_map(|row| Some((row.id, parcel_key(&row.reference)?)))
        .filter(|(_, key)| wanted.contains(key.as_str()))
        .collect();
    let ids: Vec<Uuid> = found.keys().copied().collect();
    let rows = sqlx::query!(
        r#"select g.id as "id!", array(
                select p.reference from cadastre_parcels_on($1) p
                where p.geom && g.geom and st_area(st_intersection(p.geom, g.geom)) > 0.1 * least(st_area(p.geom), st_area(g.geom))
                order by p.reference limit 20) as "now!"
         from cadastre_parcel_gone g where g.id = any($2)"#,
        at,
        &ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            let now = row.now.iter().filter_map(|reference| parcel_key(reference)).collect();
            Some((found.get(&row.id)?.clone(), (row.id, now)))
        })
        .collect())
}

/// A house of the made-up town with the land around it.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Plot {
    /// As GeoJSON.
    pub(in crate::tax_base) parcel: serde_json::Value,
    pub(in crate::tax_base) area_m2: f64,
    pub(in crate::tax_base) house: serde_json::Value,
    pub(in crate::tax_base) house_m2: f64,
}

/// Houses near the middle of all houses that are drawn, each with the land that is nearer to it than to others, within 25 m.
pub(in crate::tax_base) async fn plots(
    connection: &mut PgConnection,
    most: i64,
) -> Result<Vec<Plot>, sqlx::Error> {
    sqlx::query_as!(
        Plot,
        r#"with drawn as (select id, geom from basemap where layer = 'buildings' and st_geometrytype(geom) = 'ST_Polygon'),
         middle as (select st_centroid(st_collect(st_centroid(geom))) as at from drawn),
         houses as (select d.id, d.geom from drawn d, middle m where st_area(d.geom) between 100 and 900
            order by d.geom <-> m.at, d.id limit $1),
         cells as (select (st_dump(st_voronoipolygons(st_collect(st_centroid(geom))))).geom as geom from houses),
         plots as (select h.id, h.geom as house, st_intersection(c.geom, st_buffer(h.geom, 25, 'quad_segs=1 join=mitre')) as parcel
            from houses h join cells c on st_contains(c.geom, st_centroid(h.geom)))
         select st_asgeojson(st_transform(parcel, 4326), 7)::jsonb as "parcel!",
            st_area(st_transform(parcel, 4326)::geography) as "area_m2!",
            st_asgeojson(st_transform(house, 4326), 7)::jsonb as "house!",
            st_area(st_transform(house, 4326)::geography) as "house_m2!"
         from plots where st_geometrytype(parcel) = 'ST_Polygon' and st_isvalid(parcel) order by id"#,
        most
    )
    .fetch_all(connection)
    .await
}

/// Waits for whoever prepares the demo; answers whether anything is declared.
pub(in crate::tax_base) async fn lock_demo(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query!("lock table tax_base_rules in share row exclusive mode").execute(&mut *connection).await?;
    sqlx::query_scalar!(r#"select exists (select from tax_declaration) as "is_there!""#)
        .fetch_one(connection)
        .await
}

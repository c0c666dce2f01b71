//! Districts of the town.

use sqlx::PgConnection;
use uuid::Uuid;

/// A district.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct District {
    pub(in crate::surveys) id: Uuid,
    pub(in crate::surveys) name: String,
    /// As GeoJSON, with as many corners as a map of the town shows.
    pub(in crate::surveys) area: String,
    /// West, south, east, north.
    pub(in crate::surveys) bounds: Vec<f64>,
    pub(in crate::surveys) area_m2: f64,
    /// People with a proved address in it.
    pub(in crate::surveys) people: i64,
    /// Surveys that are of it.
    pub(in crate::surveys) surveys: i64,
    pub(in crate::surveys) rev: i32,
}

/// All districts by name.
pub(in crate::surveys) async fn list(connection: &mut PgConnection) -> Result<Vec<District>, sqlx::Error> {
    sqlx::query_as!(
        District,
        r#"select d.id, d.name, st_asgeojson(st_multi(st_simplifypreservetopology(d.area, 0.00005)), 6) as "area!",
            array[st_xmin(d.area), st_ymin(d.area), st_xmax(d.area), st_ymax(d.area)] as "bounds!",
            st_area(d.area::geography) as "area_m2!", d.rev,
            (select count(*) from survey_resident r where r.proved and r.place && d.area and st_covers(d.area, r.place)) as "people!",
            (select count(*) from survey s where s.district = d.id) as "surveys!"
         from district d order by d.name limit 500"#
    )
    .fetch_all(connection)
    .await
}

/// Name of a district.
pub(in crate::surveys) async fn name(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select name from district where id = $1", id).fetch_optional(connection).await
}

/// What came of adding or changing a district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surveys) enum Put {
    Done,
    /// The name is taken.
    Name,
    /// It is no area.
    Area,
    /// A survey that is ready or open is of it.
    InUse,
    /// There is no such district, or somebody changed it meanwhile.
    Stale,
}

/// The area of a GeoJSON geometry as it is stored: valid, areas only. Nothing when it holds no area.
async fn area_of(connection: &mut PgConnection, geometry: &str) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select st_asewkb(g) from (select st_multi(st_collectionextract(st_makevalid(
            st_setsrid(st_geomfromgeojson($1), 4326)), 3)) as g) x where not st_isempty(g) and st_area(g::geography) >= 100"#,
        geometry
    )
    .fetch_optional(connection)
    .await?;
    Ok(found.flatten())
}

/// Adds a district.
pub(in crate::surveys) async fn add(
    connection: &mut PgConnection,
    id: Uuid,
    name: &str,
    geometry: &str,
) -> Result<Put, sqlx::Error> {
    let Some(area) = area_of(connection, geometry).await? else { return Ok(Put::Area) };
    let done = sqlx::query!(
        "insert into district (id, name, area) values ($1, $2, st_geomfromewkb($3)) on conflict on constraint district_name do nothing",
        id,
        name,
        area
    )
    .execute(connection)
    .await?;
    Ok(if done.rows_affected() == 1 { Put::Done } else { Put::Name })
}

/// Whether a survey that waits for its opening or is open is of a district: then the district stays as it is.
async fn is_in_use(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from survey where district = $1 and state in ('ready', 'open')) as "used!""#,
        id
    )
    .fetch_one(connection)
    .await
}

/// Renames a district, and changes its area where one is given.
pub(in crate::surveys) async fn change(
    connection: &mut PgConnection,
    (id, rev): (Uuid, i32),
    name: &str,
    geometry: Option<&str>,
) -> Result<Put, sqlx::Error> {
    let area = match geometry {
        None => None,
        Some(_) if is_in_use(connection, id).await? => return Ok(Put::InUse),
        Some(geometry) => match area_of(connection, geometry).await? {
            Some(area) => Some(area),
            None => return Ok(Put::Area),
        },
    };
    let taken = sqlx::query_scalar!(
        r#"select exists (select from district where name = $2 and id <> $1) as "taken!""#,
        id,
        name
    )
    .fetch_one(&mut *connection)
    .await?;
    if taken {
        return Ok(Put::Name);
    }
    let done = sqlx::query!(
        "update district set name = $3, area = coalesce(st_geomfromewkb($4), area), rev = rev + 1 where id = $1 and rev = $2",
        id,
        rev,
        name,
        area
    )
    .execute(connection)
    .await?;
    Ok(if done.rows_affected() == 1 { Put::Done } else { Put::Stale })
}

/// Removes a district that no survey was ever of.
pub(in crate::surveys) async fn remove(connection: &mut PgConnection, id: Uuid) -> Result<Put, sqlx::Error> {
    let done = sqlx::query!(
        "delete from district d where id = $1 and not exists (select from survey s where s.district = d.id)",
        id
    )
    .execute(connection)
    .await?;
    Ok(if done.rows_affected() == 1 { Put::Done } else { Put::InUse })
}

/// The geometry of a public thing of the registry that has an area, by its number or name in a collection.
pub(in crate::surveys) async fn of_registry(
    connection: &mut PgConnection,
    collection: &str,
    text: &str,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select st_asgeojson(geom, 7) from survey_thing
           where kind = $1 and (registry_number::text = $2 or lower(label) = lower($2)) and st_dimension(geom) = 2
           order by id limit 1"#,
        collection,
        text
    )
    .fetch_optional(connection)
    .await
    .map(Option::flatten)
}

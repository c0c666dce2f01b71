//! SQL of the cemeteries, over the views `grave`, `cemetery`, `gate` and `buried`.

use futures::TryStreamExt;
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    index::{PersonEntry, YearSpan},
    model::{CemeterySummary, FoundCemetery, FoundGrave, FoundPerson, Gate, Grave, Person},
};
use crate::kernel::PartialDate;

fn date(text: Option<String>) -> Option<PartialDate> {
    text?.parse().ok()
}

fn span(text: Option<String>) -> YearSpan {
    date(text).map_or_else(YearSpan::default, |date| YearSpan::exact(date.year()))
}

pub(super) async fn index_entries(pool: &PgPool) -> Result<Vec<PersonEntry>, sqlx::Error> {
    sqlx::query!(
        r#"select b.person_id as "person_id!", b.grave_id as "grave_id!", g.cemetery_id,
                  b.given_names as "given_names!", b.surname as "surname!", b.maiden_name, b.born, b.died
           from buried b join grave g on g.id = b.grave_id"#
    )
    .fetch(pool)
    .map_ok(|row| PersonEntry {
        person: row.person_id,
        grave: row.grave_id,
        cemetery: row.cemetery_id.unwrap_or(Uuid::nil()),
        given_names: row.given_names,
        surname: row.surname,
        maiden_name: row.maiden_name,
        born: span(row.born),
        died: span(row.died),
    })
    .try_collect()
    .await
}

/// What the list of answers shows of one person and grave.
#[derive(Debug)]
pub(super) struct Found {
    pub person: FoundPerson,
    pub grave: FoundGrave,
    pub cemetery: Option<FoundCemetery>,
    pub point: [f64; 2],
}

/// Rows for people and graves, in the order given; those that are gone meanwhile are missing.
pub(super) async fn found(
    pool: &PgPool,
    people: &[Uuid],
    graves: &[Uuid],
) -> Result<Vec<(i64, Found)>, sqlx::Error> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"select place as "place!", person_id as "person_id!", given_names as "given_names!",
                  surname as "surname!", maiden_name, born, died,
                  grave_id as "grave_id!", label, sector, row_label, number, cemetery_id, cemetery_name,
                  x as "x!", y as "y!"
           from found_people($1, $2)"#,
        people,
        graves
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let found = Found {
                person: FoundPerson {
                    id: row.person_id,
                    given_names: row.given_names,
                    surname: row.surname,
                    maiden_name: row.maiden_name,
                    born: row.born,
                    died: row.died,
                },
                grave: FoundGrave {
                    id: row.grave_id,
                    label: row.label,
                    sector: row.sector,
                    row: row.row_label,
                    number: row.number,
                },
                cemetery: row.cemetery_id.map(|id| FoundCemetery { id, label: row.cemetery_name }),
                point: [row.x, row.y],
            };
            (row.place, found)
        })
        .collect())
}

pub(super) async fn grave(pool: &PgPool, id: Uuid) -> Result<Option<Grave>, sqlx::Error> {
    let Some(row) = sqlx::query!(
        r#"select g.id as "id!", g.registry_number as "registry_number!", g.label, g.sector, g.row_label, g.number,
                  g.source as "source!", c.id as "cemetery_id?", c.name as cemetery_name,
                  st_x(st_pointonsurface(g.geom)) as "x!", st_y(st_pointonsurface(g.geom)) as "y!",
                  st_asgeojson(g.geom, 7, 0)::jsonb as "geometry!"
           from grave g left join cemetery c on c.id = g.cemetery_id where g.id = $1"#,
        id
    )
    .fetch_optional(pool)
    .await?
    else {
        return Ok(None);
    };
    let people = sqlx::query!(
        r#"select person_id as "id!", given_names as "given_names!", surname as "surname!", maiden_name, born, died,
                  buried
           from buried where grave_id = $1
           order by coalesce(died, buried, '9999'), surname, given_names, person_id"#,
        id
    )
    .fetch_all(pool)
    .await?;
    Ok(Some(Grave {
        id: row.id,
        registry_number: row.registry_number,
        label: row.label,
        sector: row.sector,
        row: row.row_label,
        number: row.number,
        point: [row.x, row.y],
        geometry: row.geometry,
        cemetery: row.cemetery_id.map(|id| FoundCemetery { id, label: row.cemetery_name }),
        source: row.source,
        people: people
            .into_iter()
            .map(|p| Person {
                id: p.id,
                given_names: p.given_names,
                surname: p.surname,
                maiden_name: p.maiden_name,
                born: date(p.born),
                died: date(p.died),
                buried: date(p.buried),
            })
            .collect(),
    }))
}

pub(super) async fn cemeteries(pool: &PgPool) -> Result<Vec<CemeterySummary>, sqlx::Error> {
    sqlx::query_as!(
        CemeterySummary,
        r#"select c.id as "id!", c.name, c.registry_number as "registry_number!", count(g.id) as "graves!"
           from cemetery c left join grave g on g.cemetery_id = c.id
           group by c.id, c.name, c.registry_number
           order by count(g.id) desc, c.name nulls last, c.registry_number limit 1000"#
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn gates(pool: &PgPool, cemetery: Uuid) -> Result<Vec<Gate>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select id as "id!", name, registry_number as "registry_number!", st_x(st_centroid(geom)) as "x!",
                  st_y(st_centroid(geom)) as "y!", locked as "locked!", access, opening_hours
           from gate where cemetery_id = $1 order by name nulls last, registry_number limit 200"#,
        cemetery
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Gate {
            id: row.id,
            name: row.name,
            registry_number: row.registry_number,
            point: [row.x, row.y],
            closed: row.locked || matches!(row.access.as_deref(), Some("private" | "no")),
            opening_hours: row.opening_hours,
        })
        .collect())
}

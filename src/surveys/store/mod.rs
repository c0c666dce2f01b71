//! All SQL of the surveys.

pub(super) mod answers;
pub(super) mod districts;
pub(super) mod edit;
pub(super) mod invitations;
pub(super) mod opinions;

use ballots::form::{Form, Text};
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::model::{Audience, Collision, Kind, Secrecy, State, Survey};

/// A row as the queries of this slice read it.
pub(super) struct Row {
    id: Uuid,
    slug: String,
    kind: String,
    state: String,
    title_pl: String,
    title_en: Option<String>,
    intro_pl: String,
    intro_en: Option<String>,
    form: Json<Form>,
    version: i32,
    opens_at: Option<DateTime<Utc>>,
    closes_at: Option<DateTime<Utc>>,
    audience: String,
    district: Option<Uuid>,
    least_age: Option<i32>,
    secrecy: String,
    shows_turnout: bool,
    collision: String,
    least_cell: i32,
    rev: i32,
}

impl From<Row> for Survey {
    fn from(row: Row) -> Self {
        // The words of the database are those of its constraints.
        Self {
            id: row.id,
            slug: row.slug,
            kind: Kind::from_name(&row.kind).unwrap_or(Kind::Open),
            state: State::from_name(&row.state).unwrap_or(State::Draft),
            title: Text { pl: row.title_pl, en: row.title_en },
            intro: Text { pl: row.intro_pl, en: row.intro_en },
            form: row.form.0,
            version: row.version,
            opens_at: row.opens_at,
            closes_at: row.closes_at,
            audience: Audience::from_name(&row.audience).unwrap_or(Audience::Residents),
            district: row.district,
            least_age: row.least_age,
            secrecy: Secrecy::from_name(&row.secrecy).unwrap_or(Secrecy::Secret),
            shows_turnout: row.shows_turnout,
            collision: Collision::from_name(&row.collision).unwrap_or(Collision::First),
            least_cell: row.least_cell,
            rev: row.rev,
        }
    }
}

/// A survey by its id.
pub(super) async fn find(connection: &mut PgConnection, id: Uuid) -> Result<Option<Survey>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, slug, kind, state, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", version, opens_at,
            closes_at, audience, district, least_age, secrecy, shows_turnout, collision, least_cell, rev
         from survey where id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Survey::from))
}

/// A survey that stays as it is until the transaction ends, for whoever answers it.
pub(super) async fn lock_shared(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Survey>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, slug, kind, state, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", version, opens_at,
            closes_at, audience, district, least_age, secrecy, shows_turnout, collision, least_cell, rev
         from survey where id = $1 for share"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Survey::from))
}

/// A survey that its caller is about to change.
pub(super) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Survey>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, slug, kind, state, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", version, opens_at,
            closes_at, audience, district, least_age, secrecy, shows_turnout, collision, least_cell, rev
         from survey where id = $1 for update"#,
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Survey::from))
}

/// A survey by its name in addresses.
pub(super) async fn by_slug(
    connection: &mut PgConnection,
    slug: &str,
) -> Result<Option<Survey>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, slug, kind, state, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", version, opens_at,
            closes_at, audience, district, least_age, secrecy, shows_turnout, collision, least_cell, rev
         from survey where slug = $1"#,
        slug
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Survey::from))
}

/// The newest surveys; for the public without drafts and what was given up.
pub(super) async fn list(
    connection: &mut PgConnection,
    inside: bool,
    most: i64,
) -> Result<Vec<Survey>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, slug, kind, state, title_pl, title_en, intro_pl, intro_en, form as "form: Json<Form>", version, opens_at,
            closes_at, audience, district, least_age, secrecy, shows_turnout, collision, least_cell, rev
         from survey where $1 or state not in ('draft', 'withdrawn')
         order by coalesce(closes_at, 'infinity') desc, created_at desc, id limit $2"#,
        inside,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Survey::from).collect())
}

/// What decides whether somebody may take part.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// Whether the town knows that they live here.
    pub(super) proved: bool,
    /// Whether their address lies in the district; nothing when the register does not have it.
    pub(super) in_district: Option<bool>,
    /// The year of their birth.
    pub(super) born_year: Option<i32>,
}

/// What is known of somebody, as far as it decides.
pub(super) async fn known(
    connection: &mut PgConnection,
    party: Uuid,
    district: Option<Uuid>,
) -> Result<Option<Known>, sqlx::Error> {
    sqlx::query_as!(
        Known,
        r#"select coalesce(r.proved, false) as "proved!", r.born_year,
            (select st_covers(d.area, r.place) from district d where d.id = $2 and r.place is not null) as in_district
         from survey_resident r where r.party = $1"#,
        party,
        district
    )
    .fetch_optional(connection)
    .await
}

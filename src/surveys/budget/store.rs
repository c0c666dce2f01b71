//! All SQL of the civic budget.

use ballots::form::{Form, Text, Ties};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

use super::model::{Budget, BudgetPool, Method, Project, Standing};

/// The budget of a survey.
pub(super) async fn budget(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Option<Budget>, sqlx::Error> {
    let row = sqlx::query!(
        "select submit_from, submit_until, method, most, one_district from budget where survey = $1",
        survey
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Budget {
        submit_from: row.submit_from,
        submit_until: row.submit_until,
        // The words of the database are those of its constraints.
        method: Method::from_name(&row.method).unwrap_or(Method::Approval),
        most: u32::try_from(row.most).unwrap_or(1),
        one_district: row.one_district,
    }))
}

/// Keeps the budget of a survey.
pub(super) async fn set_budget(
    connection: &mut PgConnection,
    survey: Uuid,
    budget: &Budget,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into budget (survey, submit_from, submit_until, method, most, one_district) values ($1, $2, $3, $4, $5, $6)
         on conflict (survey) do update set submit_from = excluded.submit_from, submit_until = excluded.submit_until,
             method = excluded.method, most = excluded.most, one_district = excluded.one_district, rev = budget.rev + 1",
        survey,
        budget.submit_from,
        budget.submit_until,
        budget.method.name(),
        i32::try_from(budget.most).unwrap_or(i32::MAX),
        budget.one_district
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The pools of a budget, in order.
pub(super) async fn pools(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<BudgetPool>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, place, name_pl, name_en, district, amount, most_cost, least_support, ties, stops
         from budget_pool where survey = $1 order by place",
        survey
    )
    .fetch_all(connection)
    .await?;
    let pools = rows.into_iter().map(|row| BudgetPool {
        id: row.id,
        place: row.place,
        name: Text { pl: row.name_pl, en: row.name_en },
        district: row.district,
        amount: row.amount,
        most_cost: row.most_cost,
        least_support: row.least_support,
        ties: if row.ties == "listed" { Ties::Listed } else { Ties::Cheaper },
        stops: row.stops,
    });
    Ok(pools.collect())
}

/// Adds a pool, or changes the one with its id.
pub(super) async fn set_pool(
    connection: &mut PgConnection,
    survey: Uuid,
    pool: &BudgetPool,
) -> Result<(), sqlx::Error> {
    let ties = match pool.ties {
        Ties::Cheaper => "cheaper",
        Ties::Listed => "listed",
    };
    sqlx::query!(
        "insert into budget_pool
             (id, survey, place, name_pl, name_en, district, amount, most_cost, least_support, ties, stops)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (id) do update set name_pl = excluded.name_pl, name_en = excluded.name_en,
             district = excluded.district, amount = excluded.amount, most_cost = excluded.most_cost,
             least_support = excluded.least_support, ties = excluded.ties, stops = excluded.stops",
        pool.id,
        survey,
        pool.place,
        pool.name.pl,
        pool.name.en,
        pool.district,
        pool.amount,
        pool.most_cost,
        pool.least_support,
        ties,
        pool.stops
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Districts that a pool can be of.
pub(super) async fn districts(connection: &mut PgConnection) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let rows =
        sqlx::query!("select id, name from district order by name limit 200").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// A row as the queries of this room read it.
struct Row {
    id: Uuid,
    number: i32,
    pool: Uuid,
    party: Option<Uuid>,
    title: String,
    words: String,
    geometry: Json<Value>,
    estimate: i64,
    cost: Option<i64>,
    state: String,
    reason: String,
    decided_at: Option<DateTime<Utc>>,
    listed: Option<i32>,
    submitted_on: NaiveDate,
    rev: i32,
}

impl From<Row> for Project {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            pool: row.pool,
            party: row.party,
            title: row.title,
            words: row.words,
            geometry: row.geometry.0,
            estimate: row.estimate,
            cost: row.cost,
            standing: Standing::from_name(&row.state).unwrap_or(Standing::Submitted),
            reason: row.reason,
            decided_at: row.decided_at,
            listed: row.listed,
            submitted_on: row.submitted_on,
            rev: row.rev,
        }
    }
}

/// The projects of a budget, by their numbers.
pub(super) async fn projects(
    connection: &mut PgConnection,
    survey: Uuid,
    most: i64,
) -> Result<Vec<Project>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id, number, pool, party, title, words, st_asgeojson(geom, 6)::jsonb as "geometry!: Json<Value>", estimate,
            cost, state, reason, decided_at, listed, submitted_on, rev
         from budget_project where survey = $1 order by number limit $2"#,
        survey,
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Project::from).collect())
}

/// A project by its number.
pub(super) async fn project(
    connection: &mut PgConnection,
    survey: Uuid,
    number: i32,
) -> Result<Option<Project>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select id, number, pool, party, title, words, st_asgeojson(geom, 6)::jsonb as "geometry!: Json<Value>", estimate,
            cost, state, reason, decided_at, listed, submitted_on, rev
         from budget_project where survey = $1 and number = $2"#,
        survey,
        number
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(Project::from))
}

/// How many projects somebody has submitted and not taken back.
pub(super) async fn count_of(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from budget_project where survey = $1 and party = $2 and state <> 'withdrawn'"#,
        survey,
        party
    )
    .fetch_one(connection)
    .await
}

/// Whether a geometry is sound, and lies in or touches the district.
pub(super) async fn lies_in(
    connection: &mut PgConnection,
    geometry: &Value,
    district: Option<Uuid>,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select st_isvalid(g) and not st_isempty(g)
             and ($2::uuid is null or exists (select from district d where d.id = $2 and st_intersects(d.area, g))) as "ok!"
           from (select st_geomfromgeojson($1::text) as g) as given"#,
        geometry.to_string(),
        district
    )
    .fetch_one(connection)
    .await;
    match found {
        Ok(ok) => Ok(ok),
        // PostGIS cannot read it.
        Err(sqlx::Error::Database(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// A project that is new.
pub(super) struct NewProject<'a> {
    pub(super) pool: Uuid,
    pub(super) party: Option<Uuid>,
    pub(super) title: &'a str,
    pub(super) words: &'a str,
    pub(super) geometry: &'a Value,
    pub(super) estimate: i64,
}

/// Adds a project; answers its number. The budget's row is locked by the caller, so that numbers have no gaps and no doubles.
pub(super) async fn add_project(
    connection: &mut PgConnection,
    survey: Uuid,
    new: &NewProject<'_>,
    on: NaiveDate,
) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into budget_project (id, survey, number, pool, party, title, words, geom, estimate, submitted_on)
         select $1, $2, coalesce(max(number), 0) + 1, $3, $4, $5, $6, st_setsrid(st_geomfromgeojson($7::text), 4326), $8, $9
         from budget_project where survey = $2 returning number",
        Uuid::now_v7(),
        survey,
        new.pool,
        new.party,
        new.title,
        new.words,
        new.geometry.to_string(),
        new.estimate,
        on
    )
    .fetch_one(connection)
    .await
}

/// Makes others wait who would change the budget or its projects.
pub(super) async fn lock(connection: &mut PgConnection, survey: Uuid) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!("select survey from budget where survey = $1 for update", survey)
        .fetch_optional(connection)
        .await?;
    Ok(found.is_some())
}

/// Says what became of a project; false if somebody else has changed it since it was read.
pub(super) async fn decide(
    connection: &mut PgConnection,
    project: &Project,
    (by, at): (&str, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update budget_project set state = $3, cost = $4, reason = $5, decided_by = $6, decided_at = $7, rev = rev + 1
         where id = $1 and rev = $2",
        project.id,
        project.rev,
        project.standing.name(),
        project.cost,
        project.reason,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Writes down the order of the list.
pub(super) async fn set_listed(
    connection: &mut PgConnection,
    survey: Uuid,
    order: &[(Uuid, i32)],
) -> Result<(), sqlx::Error> {
    let (ids, places): (Vec<Uuid>, Vec<i32>) = order.iter().copied().unzip();
    sqlx::query!("update budget_project set listed = null where survey = $1", survey)
        .execute(&mut *connection)
        .await?;
    sqlx::query!(
        "update budget_project p set listed = o.place
         from unnest($2::uuid[], $3::int[]) as o (id, place) where p.id = o.id and p.survey = $1",
        survey,
        &ids,
        &places
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a form the one of a survey that is a draft; false if it is none.
pub(super) async fn set_form(
    connection: &mut PgConnection,
    survey: Uuid,
    form: &Form,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update survey set form = $2, rev = rev + 1 where id = $1 and state = 'draft'",
        survey,
        Json(form) as _
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Budgets that take projects at an instant.
pub(super) async fn open(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Text, DateTime<Utc>)>, sqlx::Error> {
    let rows = sqlx::query!(
        "select s.slug, s.title_pl, s.title_en, b.submit_until from budget b join survey s on s.id = b.survey
         where s.state <> 'withdrawn' and b.submit_from <= $1 and $1 < b.submit_until order by b.submit_until limit 50",
        now
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.slug, Text { pl: row.title_pl, en: row.title_en }, row.submit_until))
        .collect())
}

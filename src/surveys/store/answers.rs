//! Answers to surveys that are not secret.

use ballots::form::Answers;
use chrono::NaiveDate;
use sqlx::{PgConnection, types::Json};
use uuid::Uuid;

/// An answer that is to be kept.
pub(in crate::surveys) struct NewAnswer<'a> {
    pub(in crate::surveys) id: Uuid,
    pub(in crate::surveys) survey: Uuid,
    pub(in crate::surveys) version: i32,
    /// Only when it is its author's.
    pub(in crate::surveys) party: Option<Uuid>,
    pub(in crate::surveys) answers: &'a Answers,
    pub(in crate::surveys) day: NaiveDate,
}

/// Keeps an answer; of a named one that is there already the new one takes the place. Answers its id.
pub(in crate::surveys) async fn put(
    connection: &mut PgConnection,
    new: &NewAnswer<'_>,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into survey_answer (id, survey, version, party, answers, on_day) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint survey_answer_of_party
            do update set version = excluded.version, answers = excluded.answers, on_day = excluded.on_day
         returning id",
        new.id,
        new.survey,
        new.version,
        new.party,
        Json(new.answers) as _,
        new.day
    )
    .fetch_one(connection)
    .await
}

/// What somebody answered under their name.
pub(in crate::surveys) async fn of_party(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<Option<(Answers, NaiveDate)>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select answers as "answers: Json<Answers>", on_day from survey_answer where survey = $1 and party = $2"#,
        survey,
        party
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.answers.0, row.on_day)))
}

/// A signed answer.
pub(in crate::surveys) struct NamedRow {
    pub(in crate::surveys) party: Uuid,
    pub(in crate::surveys) name: String,
    pub(in crate::surveys) answers: Json<Answers>,
    pub(in crate::surveys) on_day: NaiveDate,
}

/// Signed answers in the order of names, after that of one person.
pub(in crate::surveys) async fn named(
    connection: &mut PgConnection,
    survey: Uuid,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<NamedRow>, sqlx::Error> {
    sqlx::query_as!(
        NamedRow,
        r#"select party as "party!", name as "name!", answers as "answers!: Json<Answers>", on_day as "on_day!"
         from survey_named_answer where survey = $1 and ($2::uuid is null or (name, party) > (
            select b.name, b.party from survey_named_answer b where b.survey = $1 and b.party = $2))
         order by name, party limit $3"#,
        survey,
        after,
        most
    )
    .fetch_all(connection)
    .await
}

/// Writes down that somebody takes part; false when they have before.
pub(in crate::surveys) async fn take_part(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
    day: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into survey_part (survey, party, on_day) values ($1, $2, $3) on conflict do nothing",
        survey,
        party,
        day
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// When somebody took part without their name.
pub(in crate::surveys) async fn took_part(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<Option<NaiveDate>, sqlx::Error> {
    sqlx::query_scalar!("select on_day from survey_part where survey = $1 and party = $2", survey, party)
        .fetch_optional(connection)
        .await
}

/// How many answers there are.
pub(in crate::surveys) async fn count(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select count(*) as "count!" from survey_answer where survey = $1"#, survey)
        .fetch_one(connection)
        .await
}

/// Forgets what was counted of networks before a day.
pub(in crate::surveys) async fn forget_networks(
    connection: &mut PgConnection,
    day: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from survey_network where on_day < $1", day).execute(connection).await?;
    Ok(())
}

/// Counts one more answer (or one more wrong code) of a network on a day, and answers how many there are by now. What was
/// counted on other days goes.
pub(in crate::surveys) async fn count_network(
    connection: &mut PgConnection,
    survey: Uuid,
    mark: &[u8; 32],
    day: NaiveDate,
) -> Result<i32, sqlx::Error> {
    forget_networks(connection, day).await?;
    sqlx::query_scalar!(
        "insert into survey_network as n (survey, mark, on_day) values ($1, $2, $3)
         on conflict (survey, mark) do update set answers = least(n.answers + 1, 1000000) returning answers",
        survey,
        mark.as_slice(),
        day
    )
    .fetch_one(connection)
    .await
}

/// A file that came with an answer.
#[derive(Debug, Clone)]
pub(in crate::surveys) struct KeptFile {
    pub(in crate::surveys) id: Uuid,
    pub(in crate::surveys) name: String,
    pub(in crate::surveys) media_type: String,
    pub(in crate::surveys) bytes: i64,
}

/// Writes down a file that was just put into the store of files.
pub(in crate::surveys) async fn add_file(
    connection: &mut PgConnection,
    survey: Uuid,
    file: &KeptFile,
    day: NaiveDate,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_file (id, survey, name, media_type, bytes, on_day) values ($1, $2, $3, $4, $5, $6)",
        file.id,
        survey,
        file.name,
        file.media_type,
        file.bytes,
        day
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Files of a survey by their ids: those that no answer names yet, and those of one answer's author.
pub(in crate::surveys) async fn files(
    connection: &mut PgConnection,
    survey: Uuid,
    ids: &[Uuid],
    party: Option<Uuid>,
) -> Result<Vec<KeptFile>, sqlx::Error> {
    sqlx::query_as!(
        KeptFile,
        "select f.id, f.name, f.media_type, f.bytes from survey_file f where f.survey = $1 and f.id = any($2)
            and (f.answer is null or exists (select from survey_answer a where a.id = f.answer and a.party = $3))
         order by f.id",
        survey,
        ids,
        party
    )
    .fetch_all(connection)
    .await
}

/// Ties files to the answer that names them.
pub(in crate::surveys) async fn tie_files(
    connection: &mut PgConnection,
    answer: Uuid,
    ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update survey_file set answer = case when id = any($2) then $1::uuid end where answer = $1 or id = any($2)",
        answer,
        ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Files that came with answers, in an order that says nothing of when they came.
pub(in crate::surveys) async fn all_files(
    connection: &mut PgConnection,
    survey: Uuid,
    most: i64,
) -> Result<Vec<KeptFile>, sqlx::Error> {
    sqlx::query_as!(
        KeptFile,
        "select id, name, media_type, bytes from survey_file where survey = $1 and answer is not null order by id limit $2",
        survey,
        most
    )
    .fetch_all(connection)
    .await
}

/// One file of a survey.
pub(in crate::surveys) async fn file(
    connection: &mut PgConnection,
    survey: Uuid,
    id: Uuid,
) -> Result<Option<KeptFile>, sqlx::Error> {
    sqlx::query_as!(
        KeptFile,
        "select id, name, media_type, bytes from survey_file where survey = $1 and id = $2 and answer is not null",
        survey,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Where an address of the register lies, by street and number as they are compared.
pub(in crate::surveys) async fn address(
    connection: &mut PgConnection,
    text: &str,
) -> Result<Vec<(String, f64, f64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select name as "name!", x as "x!", y as "y!" from survey_address
           where key = any(array[lower($1), regexp_replace(lower($1), '^(ul\.|ulica|al\.|aleja|pl\.|plac|os\.) *', '')])
           order by name limit 5"#,
        text
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.x, row.y)).collect())
}

/// The thing of a collection that has a number, or is called so.
pub(in crate::surveys) async fn thing(
    connection: &mut PgConnection,
    collection: &str,
    text: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select id as "id!" from survey_thing
           where kind = $1 and (registry_number::text = $2 or lower(label) = lower($2)) order by id limit 1"#,
        collection,
        text
    )
    .fetch_optional(connection)
    .await
}

/// Whether things are of a collection.
pub(in crate::surveys) async fn count_things(
    connection: &mut PgConnection,
    collection: &str,
    ids: &[Uuid],
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "count!" from survey_thing where kind = $1 and id = any($2)"#,
        collection,
        ids
    )
    .fetch_one(connection)
    .await
}

//! Interest notes and what they claim.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// A note as lists show it.
#[derive(Debug, Clone)]
pub(in crate::dues) struct NoteRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) year: i32,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) party: Uuid,
    pub(in crate::dues) on_day: NaiveDate,
    pub(in crate::dues) signed: String,
    pub(in crate::dues) amount_grosze: i64,
}

/// Notes of a payer up to a day, the newest first; or the one of an id.
pub(in crate::dues) async fn notes(
    connection: &mut PgConnection,
    id: Option<Uuid>,
    payer: Option<Uuid>,
    on: Option<NaiveDate>,
) -> Result<Vec<NoteRow>, sqlx::Error> {
    sqlx::query_as!(
        NoteRow,
        r#"select n.id, n.year, n.number, n.party, n.on_day, n.signed,
            (select coalesce(sum(l.amount_grosze), 0)::bigint from due_interest_note_line l where l.note = n.id) as "amount_grosze!"
         from due_interest_note n
         where ($1::uuid is null or n.id = $1) and ($2::uuid is null or n.party = $2) and ($3::date is null or n.on_day <= $3)
         order by n.made_at desc, n.id limit 200"#,
        id,
        payer,
        on
    )
    .fetch_all(connection)
    .await
}

/// A line as it is stored.
#[derive(Debug, Clone)]
pub(in crate::dues) struct LineRow {
    pub(in crate::dues) instalment: Uuid,
    pub(in crate::dues) interest: Value,
    pub(in crate::dues) settled_grosze: i64,
    pub(in crate::dues) noted_grosze: i64,
    pub(in crate::dues) amount_grosze: i64,
}

pub(in crate::dues) async fn lines(
    connection: &mut PgConnection,
    note: Uuid,
) -> Result<Vec<LineRow>, sqlx::Error> {
    sqlx::query_as!(
        LineRow,
        "select l.instalment, l.interest, l.settled_grosze, l.noted_grosze, l.amount_grosze
         from due_interest_note_line l join due_instalment i on i.id = l.instalment where l.note = $1 order by i.due, i.id",
        note
    )
    .fetch_all(connection)
    .await
}

/// What notes claim of instalments.
pub(in crate::dues) async fn noted(
    connection: &mut PgConnection,
    instalments: &[Uuid],
) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select instalment, sum(amount_grosze)::bigint as "noted!" from due_interest_note_line
         where instalment = any($1) group by instalment"#,
        instalments
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.instalment, row.noted)).collect())
}

/// A note that is to be written.
#[derive(Debug)]
pub(in crate::dues) struct NewNote<'a> {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) year: i32,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) party: Uuid,
    pub(in crate::dues) on_day: NaiveDate,
    pub(in crate::dues) message: Uuid,
    pub(in crate::dues) by: &'a str,
    pub(in crate::dues) signed: &'a str,
    pub(in crate::dues) at: DateTime<Utc>,
}

/// The next number of a year; whoever asks holds the notes until the end of the transaction.
pub(in crate::dues) async fn next_number(
    connection: &mut PgConnection,
    year: i32,
) -> Result<i32, sqlx::Error> {
    sqlx::query("lock table due_interest_note in share row exclusive mode").execute(&mut *connection).await?;
    sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) + 1 as "next!" from due_interest_note where year = $1"#,
        year
    )
    .fetch_one(connection)
    .await
}

pub(in crate::dues) async fn add(
    connection: &mut PgConnection,
    note: &NewNote<'_>,
    lines: &[LineRow],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_interest_note (id, year, number, party, on_day, message, made_by, signed, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        note.id,
        note.year,
        note.number,
        note.party,
        note.on_day,
        note.message,
        note.by,
        note.signed,
        note.at
    )
    .execute(&mut *connection)
    .await?;
    for line in lines {
        sqlx::query!(
            "insert into due_interest_note_line (note, instalment, interest, settled_grosze, noted_grosze, amount_grosze)
             values ($1, $2, $3, $4, $5, $6)",
            note.id,
            line.instalment,
            line.interest,
            line.settled_grosze,
            line.noted_grosze,
            line.amount_grosze
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

//! Runs of reminders and what they send.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::dues::reminders::{Line, Paper};

/// Of two runs at once the second begins when the first has said of whom it reminds.
pub(in crate::dues) async fn lock_runs(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("lock table due_reminder_run in share row exclusive mode").execute(connection).await?;
    Ok(())
}

/// Instalments that were reminded of after a day, or will be.
pub(in crate::dues) async fn reminded_after(
    connection: &mut PgConnection,
    day: NaiveDate,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct l.instalment from due_reminder_line l join due_reminder r on r.id = l.reminder
         where r.state <> 'void' and r.on_day > $1",
        day
    )
    .fetch_all(connection)
    .await
}

/// Names of payers; whoever was merged or erased has none.
pub(in crate::dues) async fn names(
    connection: &mut PgConnection,
    payers: &[Uuid],
) -> Result<Vec<(Uuid, String)>, sqlx::Error> {
    let rows = sqlx::query!("select id, name from party where id = any($1) and merged_into is null", payers)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}

/// The tax number of a company.
pub(in crate::dues) async fn nip(
    connection: &mut PgConnection,
    payer: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    let found =
        sqlx::query_scalar!("select nip from party where id = $1", payer).fetch_optional(connection).await?;
    Ok(found.flatten())
}

/// A run as it is written.
#[derive(Debug, Clone)]
pub(in crate::dues) struct NewRun<'a> {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) on_day: NaiveDate,
    pub(in crate::dues) kinds: &'a [String],
    pub(in crate::dues) by: &'a str,
    pub(in crate::dues) signed: &'a str,
    pub(in crate::dues) at: DateTime<Utc>,
}

pub(in crate::dues) async fn add_run(
    connection: &mut PgConnection,
    run: &NewRun<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_reminder_run (id, on_day, kinds, made_by, signed, made_at) values ($1, $2, $3, $4, $5, $6)",
        run.id,
        run.on_day,
        run.kinds,
        run.by,
        run.signed,
        run.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes a reminder that waits, with the next number of its form and year; whoever asks holds the runs.
pub(in crate::dues) async fn add_reminder(
    connection: &mut PgConnection,
    (run, paper, year): (Uuid, Paper, i32),
    payer: Uuid,
    on: NaiveDate,
    lines: &[Line],
) -> Result<(), sqlx::Error> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into due_reminder (id, run, form, year, number, party, on_day, state)
         select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, 'waiting' from due_reminder where form = $3 and year = $4",
        id,
        run,
        paper.name(),
        year,
        payer,
        on
    )
    .execute(&mut *connection)
    .await?;
    write_lines(connection, id, lines).await
}

/// Puts lines in the place of those that a waiting reminder has.
pub(in crate::dues) async fn set_lines(
    connection: &mut PgConnection,
    reminder: Uuid,
    lines: &[Line],
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from due_reminder_line where reminder = $1", reminder)
        .execute(&mut *connection)
        .await?;
    write_lines(connection, reminder, lines).await
}

async fn write_lines(
    connection: &mut PgConnection,
    reminder: Uuid,
    lines: &[Line],
) -> Result<(), sqlx::Error> {
    let of = |part: fn(&Line) -> i64| lines.iter().map(part).collect::<Vec<i64>>();
    let instalments: Vec<Uuid> = lines.iter().map(|line| line.instalment).collect();
    sqlx::query!(
        "insert into due_reminder_line (reminder, instalment, principal_grosze, interest_grosze, cost_grosze)
         select $1, * from unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[])",
        reminder,
        &instalments,
        &of(|line| line.principal_grosze),
        &of(|line| line.interest_grosze),
        &of(|line| line.cost_grosze)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A run as lists show it.
#[derive(Debug, Clone)]
pub(in crate::dues) struct RunRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) number: i64,
    pub(in crate::dues) on_day: NaiveDate,
    pub(in crate::dues) kinds: Vec<String>,
    pub(in crate::dues) made_by: String,
    pub(in crate::dues) made_at: DateTime<Utc>,
    pub(in crate::dues) reminders: i64,
    pub(in crate::dues) waiting: i64,
}

/// Runs, the newest first; or the one of an id.
pub(in crate::dues) async fn runs(
    connection: &mut PgConnection,
    id: Option<Uuid>,
    most: i64,
) -> Result<Vec<RunRow>, sqlx::Error> {
    sqlx::query_as!(
        RunRow,
        r#"select u.id, u.number, u.on_day, u.kinds, u.made_by, u.made_at, count(r.id) as "reminders!",
            count(r.id) filter (where r.state = 'waiting') as "waiting!"
         from due_reminder_run u left join due_reminder r on r.run = u.id
         where ($1::uuid is null or u.id = $1) group by u.id order by u.number desc limit $2"#,
        id,
        most
    )
    .fetch_all(connection)
    .await
}

/// A reminder with its sums.
#[derive(Debug, Clone)]
pub(in crate::dues) struct ReminderRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) form: String,
    pub(in crate::dues) year: i32,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) party: Uuid,
    pub(in crate::dues) name: String,
    pub(in crate::dues) state: String,
    pub(in crate::dues) delivered_on: Option<NaiveDate>,
    pub(in crate::dues) dues: i64,
    pub(in crate::dues) principal_grosze: i64,
    pub(in crate::dues) interest_grosze: i64,
    pub(in crate::dues) cost_grosze: i64,
}

impl ReminderRow {
    pub(in crate::dues) fn paper(&self) -> Paper {
        Paper::from_name(&self.form)
    }
}

/// Reminders of a run, by number.
pub(in crate::dues) async fn of_run(
    connection: &mut PgConnection,
    run: Uuid,
) -> Result<Vec<ReminderRow>, sqlx::Error> {
    sqlx::query_as!(
        ReminderRow,
        r#"select r.id, r.form, r.year, r.number, r.party, p.name, r.state, r.delivered_on,
            (select count(*) from due_reminder_line l where l.reminder = r.id) as "dues!",
            (select coalesce(sum(l.principal_grosze), 0)::bigint from due_reminder_line l where l.reminder = r.id) as "principal_grosze!",
            (select coalesce(sum(l.interest_grosze), 0)::bigint from due_reminder_line l where l.reminder = r.id) as "interest_grosze!",
            (select coalesce(sum(l.cost_grosze), 0)::bigint from due_reminder_line l where l.reminder = r.id) as "cost_grosze!"
         from due_reminder r join party p on p.id = r.party where r.run = $1 order by r.form desc, r.number"#,
        run
    )
    .fetch_all(connection)
    .await
}

/// A reminder that somebody holds now.
#[derive(Debug, Clone)]
pub(in crate::dues) struct HeldReminder {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) form: String,
    pub(in crate::dues) year: i32,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) party: Uuid,
    pub(in crate::dues) on_day: NaiveDate,
    pub(in crate::dues) state: String,
    pub(in crate::dues) delivered_on: Option<NaiveDate>,
    pub(in crate::dues) signed: String,
}

/// Holds the next reminder that waits and that nobody else holds.
pub(in crate::dues) async fn next_waiting(
    connection: &mut PgConnection,
    run: Option<Uuid>,
) -> Result<Option<HeldReminder>, sqlx::Error> {
    sqlx::query_as!(
        HeldReminder,
        "select r.id, r.form, r.year, r.number, r.party, r.on_day, r.state, r.delivered_on, u.signed
         from due_reminder r join due_reminder_run u on u.id = r.run
         where r.state = 'waiting' and ($1::uuid is null or r.run = $1)
         order by r.id limit 1 for no key update of r skip locked",
        run
    )
    .fetch_optional(connection)
    .await
}

/// Holds a reminder of a run.
pub(in crate::dues) async fn hold(
    connection: &mut PgConnection,
    run: Uuid,
    id: Uuid,
) -> Result<Option<HeldReminder>, sqlx::Error> {
    sqlx::query_as!(
        HeldReminder,
        "select r.id, r.form, r.year, r.number, r.party, r.on_day, r.state, r.delivered_on, u.signed
         from due_reminder r join due_reminder_run u on u.id = r.run
         where r.id = $2 and r.run = $1 for no key update of r",
        run,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Instalments that a reminder names.
pub(in crate::dues) async fn instalments_of(
    connection: &mut PgConnection,
    reminder: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select instalment from due_reminder_line where reminder = $1", reminder)
        .fetch_all(connection)
        .await
}

/// Says that a reminder went out as a message; without one there was nothing left to remind of.
pub(in crate::dues) async fn set_sent(
    connection: &mut PgConnection,
    reminder: Uuid,
    message: Option<Uuid>,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update due_reminder set state = case when $2::uuid is null then 'void' else 'sent' end, message = $2,
            sent_at = case when $2::uuid is null then null else $3::timestamptz end
         where id = $1",
        reminder,
        message,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::dues) async fn set_delivered(
    connection: &mut PgConnection,
    reminder: Uuid,
    day: NaiveDate,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update due_reminder set delivered_on = $2, delivered_by = $3, delivered_at = $4 where id = $1",
        reminder,
        day,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

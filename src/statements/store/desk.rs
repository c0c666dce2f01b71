//! What pages of the desk show.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::State;
use crate::statements::model::{How, Why};

/// A statement in a list.
#[derive(Debug, Clone)]
pub(in crate::statements) struct StatementRow {
    pub(in crate::statements) id: Uuid,
    pub(in crate::statements) nrb: String,
    pub(in crate::statements) format: String,
    pub(in crate::statements) number: Option<i64>,
    pub(in crate::statements) opening_grosze: Option<i64>,
    pub(in crate::statements) closing_grosze: Option<i64>,
    pub(in crate::statements) closing_on: Option<NaiveDate>,
    pub(in crate::statements) file: String,
    pub(in crate::statements) taken_by: String,
    pub(in crate::statements) taken_at: DateTime<Utc>,
    pub(in crate::statements) entries: i64,
    pub(in crate::statements) in_grosze: i64,
    pub(in crate::statements) out_grosze: i64,
    pub(in crate::statements) held: i64,
    pub(in crate::statements) first_on: Option<NaiveDate>,
}

/// One page of statements, those that were taken in last first; or one statement.
pub(in crate::statements) async fn statements(
    pool: &PgPool,
    only: Option<Uuid>,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<StatementRow>, sqlx::Error> {
    sqlx::query_as!(
        StatementRow,
        r#"select s.id, s.nrb, s.format, s.number, s.opening_grosze, s.closing_grosze, s.closing_on, f.name as file,
            coalesce(a.name, f.taken_by) as "taken_by!", f.taken_at, coalesce(c.entries, 0) as "entries!", coalesce(c.in_grosze, 0)::bigint as "in_grosze!",
            coalesce(c.out_grosze, 0)::bigint as "out_grosze!", coalesce(c.held, 0) as "held!", c.first_on
         from bank_statement s join statement_file f on f.id = s.file
            left join account a on a.email = f.taken_by and not a.resident
            left join lateral (select count(*) as entries, sum(e.amount_grosze) filter (where e.amount_grosze > 0) as in_grosze,
                sum(e.amount_grosze) filter (where e.amount_grosze < 0) as out_grosze,
                count(*) filter (where e.state = 'held') as held, min(e.booked_on) as first_on
                from statement_line l join statement_entry e on e.id = l.entry where l.statement = s.id) c on true
         where ($1::uuid is null or s.id = $1) and ($2::uuid is null or s.id < $2)
         order by s.id desc limit $3"#,
        only,
        before,
        most
    )
    .fetch_all(pool)
    .await
}

/// An entry in a list.
#[derive(Debug, Clone)]
pub(in crate::statements) struct EntryLine {
    pub(in crate::statements) id: Uuid,
    pub(in crate::statements) place: i32,
    pub(in crate::statements) booked_on: NaiveDate,
    pub(in crate::statements) value_on: NaiveDate,
    pub(in crate::statements) nrb: String,
    pub(in crate::statements) amount_grosze: i64,
    pub(in crate::statements) sender_name: Option<String>,
    pub(in crate::statements) sender_account: Option<String>,
    pub(in crate::statements) title: String,
    pub(in crate::statements) state: State,
    pub(in crate::statements) why: Option<Why>,
    /// By what it was booked.
    pub(in crate::statements) how: Vec<How>,
    /// Whether an earlier statement had told of it.
    pub(in crate::statements) again: bool,
}

struct LineRow {
    id: Uuid,
    place: i32,
    booked_on: NaiveDate,
    value_on: NaiveDate,
    nrb: String,
    amount_grosze: i64,
    sender_name: Option<String>,
    sender_account: Option<String>,
    title: String,
    state: String,
    why: Option<String>,
    how: Vec<String>,
    again: bool,
}

impl From<LineRow> for EntryLine {
    fn from(row: LineRow) -> Self {
        Self {
            id: row.id,
            place: row.place,
            booked_on: row.booked_on,
            value_on: row.value_on,
            nrb: row.nrb,
            amount_grosze: row.amount_grosze,
            sender_name: row.sender_name,
            sender_account: row.sender_account,
            title: row.title,
            state: State::from_name(&row.state).unwrap_or(State::Listed),
            why: row.why.as_deref().and_then(Why::from_name),
            how: row.how.iter().filter_map(|name| How::from_name(name)).collect(),
            again: row.again,
        }
    }
}

/// Entries of a statement behind a place, in their order.
pub(in crate::statements) async fn entries(
    pool: &PgPool,
    statement: Uuid,
    after: i32,
    most: i64,
) -> Result<Vec<EntryLine>, sqlx::Error> {
    let rows = sqlx::query_as!(
        LineRow,
        r#"select e.id, l.place, e.booked_on, e.value_on, e.nrb, e.amount_grosze, e.sender_name, e.sender_account, e.title,
            e.state, e.why, not l.fresh as "again!",
            array(select distinct b.how from statement_booking b where b.entry = e.id and b.undone_at is null) as "how!"
         from statement_line l join statement_entry e on e.id = l.entry
         where l.statement = $1 and l.place > $2 order by l.place limit $3"#,
        statement,
        after,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(EntryLine::from).collect())
}

/// Entries of which somebody has to decide, the oldest first, behind another one.
pub(in crate::statements) async fn unmatched(
    pool: &PgPool,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<EntryLine>, sqlx::Error> {
    let rows = sqlx::query_as!(
        LineRow,
        r#"select e.id, 0 as "place!", e.booked_on, e.value_on, e.nrb, e.amount_grosze, e.sender_name, e.sender_account,
            e.title, e.state, e.why, false as "again!",
            array(select distinct b.how from statement_booking b where b.entry = e.id and b.undone_at is null) as "how!"
         from statement_entry e
         where (e.state = 'held' or e.state = 'listed' and e.why is not null)
           and ($1::uuid is null or (e.booked_on, e.id) > (select o.booked_on, o.id from statement_entry o where o.id = $1))
         order by e.booked_on, e.id limit $2"#,
        after,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(EntryLine::from).collect())
}

/// How many entries wait for somebody, and what they make together.
pub(in crate::statements) async fn waiting(pool: &PgPool) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", coalesce(sum(amount_grosze) filter (where state = 'held'), 0)::bigint as "grosze!"
         from statement_entry where state = 'held' or state = 'listed' and why is not null"#
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.grosze))
}

/// A statement in which an entry stands.
#[derive(Debug, Clone)]
pub(in crate::statements) struct Place {
    pub(in crate::statements) statement: Uuid,
    pub(in crate::statements) format: String,
    pub(in crate::statements) number: Option<i64>,
    pub(in crate::statements) line: i64,
    pub(in crate::statements) file: String,
    pub(in crate::statements) taken_at: DateTime<Utc>,
}

pub(in crate::statements) async fn places(pool: &PgPool, entry: Uuid) -> Result<Vec<Place>, sqlx::Error> {
    sqlx::query_as!(
        Place,
        "select s.id as statement, s.format, s.number, l.line, f.name as file, f.taken_at
         from statement_line l join bank_statement s on s.id = l.statement join statement_file f on f.id = s.file
         where l.entry = $1 order by s.id limit 20",
        entry
    )
    .fetch_all(pool)
    .await
}

/// A booking of an entry, also one that was undone.
#[derive(Debug, Clone)]
pub(in crate::statements) struct BookingRow {
    pub(in crate::statements) booking: Uuid,
    pub(in crate::statements) number: i64,
    pub(in crate::statements) party: Uuid,
    pub(in crate::statements) name: String,
    pub(in crate::statements) how: String,
    pub(in crate::statements) amount_grosze: i64,
    pub(in crate::statements) undone_at: Option<DateTime<Utc>>,
}

pub(in crate::statements) async fn bookings(
    pool: &PgPool,
    entry: Uuid,
) -> Result<Vec<BookingRow>, sqlx::Error> {
    sqlx::query_as!(
        BookingRow,
        r#"select b.booking, l.number as "number!", b.party, p.name, b.how, b.amount_grosze, b.undone_at
         from statement_booking b join party p on p.id = b.party join dues_booking l on l.id = b.booking
         where b.entry = $1 order by l.number limit 200"#,
        entry
    )
    .fetch_all(pool)
    .await
}

/// Something that was decided about an entry.
#[derive(Debug, Clone)]
pub(in crate::statements) struct DecisionRow {
    pub(in crate::statements) at: DateTime<Utc>,
    pub(in crate::statements) actor: String,
    pub(in crate::statements) kind: String,
    pub(in crate::statements) details: serde_json::Value,
}

pub(in crate::statements) async fn decisions(
    pool: &PgPool,
    entry: Uuid,
) -> Result<Vec<DecisionRow>, sqlx::Error> {
    sqlx::query_as!(
        DecisionRow,
        r#"select d.at, coalesce(a.name, d.actor) as "actor!", d.kind, d.details from statement_decision d
            left join account a on a.email = d.actor and not a.resident
         where d.entry = $1 order by d.id limit 200"#,
        entry
    )
    .fetch_all(pool)
    .await
}

/// What is remembered of a sender's account.
#[derive(Debug, Clone)]
pub(in crate::statements) struct RuleLine {
    pub(in crate::statements) id: Uuid,
    pub(in crate::statements) sender_account: String,
    pub(in crate::statements) sender_name: Option<String>,
    pub(in crate::statements) kind: Option<String>,
    pub(in crate::statements) made_by: String,
    pub(in crate::statements) made_at: DateTime<Utc>,
}

pub(in crate::statements) async fn rules(
    pool: &PgPool,
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<RuleLine>, sqlx::Error> {
    sqlx::query_as!(
        RuleLine,
        r#"select r.id, r.sender_account, r.sender_name, r.kind, coalesce(a.name, r.made_by) as "made_by!", r.made_at
         from statement_rule r left join account a on a.email = r.made_by and not a.resident
         where r.ended_at is null and ($1::uuid is null or r.id < $1) order by r.id desc limit $2"#,
        after,
        most
    )
    .fetch_all(pool)
    .await
}

/// A rule to be remembered.
#[derive(Debug)]
pub(in crate::statements) struct NewRule<'a> {
    pub(in crate::statements) sender_account: &'a str,
    pub(in crate::statements) sender_name: Option<&'a str>,
    pub(in crate::statements) party: Uuid,
    pub(in crate::statements) kind: Option<&'a str>,
    pub(in crate::statements) by: &'a str,
    pub(in crate::statements) at: DateTime<Utc>,
}

/// Ends what was remembered of the same account, and remembers anew.
pub(in crate::statements) async fn remember(
    connection: &mut PgConnection,
    new: &NewRule<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update statement_rule set ended_by = $2, ended_at = $3 where sender_account = $1 and ended_at is null",
        new.sender_account,
        new.by,
        new.at
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into statement_rule (id, sender_account, sender_name, party, kind, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        Uuid::now_v7(),
        new.sender_account,
        new.sender_name,
        new.party,
        new.kind,
        new.by,
        new.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends a rule; answers whether there was one.
pub(in crate::statements) async fn forget(
    pool: &PgPool,
    id: Uuid,
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update statement_rule set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null",
        id,
        by,
        at
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What of an entry is booked to payers.
pub(in crate::statements) async fn bookings_sum(
    connection: &mut PgConnection,
    entry: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(sum(amount_grosze), 0)::bigint as "sum!" from statement_booking
         where entry = $1 and undone_at is null"#,
        entry
    )
    .fetch_one(connection)
    .await
}

/// What the desk of dues did with money of an entry, past the pages of statements.
pub(in crate::statements) struct Elsewhere {
    pub(in crate::statements) entry: Uuid,
    /// `settled`: the held money was booked to a payer; `returned`: it was taken out of the books; `reversed`: a booking was
    /// taken back.
    pub(in crate::statements) kind: String,
    /// The booking that was made, or taken back.
    pub(in crate::statements) booking: Uuid,
    pub(in crate::statements) party: Option<Uuid>,
    pub(in crate::statements) by: String,
    pub(in crate::statements) at: DateTime<Utc>,
}

/// What was done elsewhere and is not known here yet. Little is held, and little is ever taken back.
pub(in crate::statements) async fn done_elsewhere(
    connection: &mut PgConnection,
) -> Result<Vec<Elsewhere>, sqlx::Error> {
    sqlx::query_as!(
        Elsewhere,
        r#"select e.id as "entry!", 'settled' as "kind!", s.id as "booking!", s.party, s.entered_by as "by!", s.entered_at as "at!"
         from statement_entry e join dues_booking s on s.settles = e.hold
         where e.state = 'held' and not exists (select from dues_booking r where r.reverses = s.id)
         union all
         select e.id, 'returned', r.id, r.party, r.entered_by, r.entered_at
         from statement_entry e join dues_booking r on r.reverses = e.hold where e.state = 'held'
         union all
         select b.entry, 'reversed', b.booking, r.party, r.entered_by, r.entered_at
         from dues_booking r join statement_booking b on b.booking = r.reverses where b.undone_at is null
         order by 6 limit 1000"#
    )
    .fetch_all(connection)
    .await
}

pub(in crate::statements) async fn undo_booking(
    connection: &mut PgConnection,
    booking: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update statement_booking set undone_at = $2 where booking = $1", booking, at)
        .execute(connection)
        .await?;
    Ok(())
}

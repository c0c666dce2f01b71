//! All SQL of the statements.

pub(super) mod cover;
pub(super) mod desk;

use bank::statement::{Balance, Last};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use super::model::{How, Original, Why};

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// All of it is booked to payers.
    Booked,
    /// Nobody knows yet whose it is, or whose a rest is.
    Held,
    /// It is no payment to the town; nothing is booked.
    Listed,
    /// It was sent back.
    Returned,
    /// The bank took it back.
    Reversed,
    /// Its payments are booked one by one: an operator's payout, or what a list makes.
    Covered,
}

impl State {
    pub(super) const ALL: [Self; 6] =
        [Self::Booked, Self::Held, Self::Listed, Self::Returned, Self::Reversed, Self::Covered];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Held => "held",
            Self::Listed => "listed",
            Self::Returned => "returned",
            Self::Reversed => "reversed",
            Self::Covered => "covered",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// An entry as it is kept.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    pub(super) nrb: String,
    pub(super) booked_on: NaiveDate,
    pub(super) value_on: NaiveDate,
    pub(super) paid_on: NaiveDate,
    pub(super) amount_grosze: i64,
    pub(super) reversal: bool,
    pub(super) bank_reference: Option<String>,
    pub(super) description: Option<String>,
    pub(super) sender_name: Option<String>,
    pub(super) sender_account: Option<String>,
    pub(super) paid_to: Option<String>,
    pub(super) mass_payment_id: Option<String>,
    pub(super) title: String,
    pub(super) raw: String,
    pub(super) state: State,
    pub(super) why: Option<Why>,
    pub(super) hold: Option<Uuid>,
    pub(super) version: i32,
}

struct EntryRow {
    id: Uuid,
    nrb: String,
    booked_on: NaiveDate,
    value_on: NaiveDate,
    paid_on: NaiveDate,
    amount_grosze: i64,
    reversal: bool,
    bank_reference: Option<String>,
    description: Option<String>,
    sender_name: Option<String>,
    sender_account: Option<String>,
    paid_to: Option<String>,
    mass_payment_id: Option<String>,
    title: String,
    raw: String,
    state: String,
    why: Option<String>,
    hold: Option<Uuid>,
    version: i32,
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Self {
        Self {
            id: row.id,
            nrb: row.nrb,
            booked_on: row.booked_on,
            value_on: row.value_on,
            paid_on: row.paid_on,
            amount_grosze: row.amount_grosze,
            reversal: row.reversal,
            bank_reference: row.bank_reference,
            description: row.description,
            sender_name: row.sender_name,
            sender_account: row.sender_account,
            paid_to: row.paid_to,
            mass_payment_id: row.mass_payment_id,
            title: row.title,
            raw: row.raw,
            state: State::from_name(&row.state).unwrap_or(State::Listed),
            why: row.why.as_deref().and_then(Why::from_name),
            hold: row.hold,
            version: row.version,
        }
    }
}

/// Lets one file in after the other: of two at once with the same money the second must see the first.
pub(super) async fn wait_for_turn(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock(hashtext('bank_statement'))").execute(connection).await?;
    Ok(())
}

/// When a file of this sum was taken in.
pub(super) async fn taken_at(
    connection: &mut PgConnection,
    sha256: &[u8],
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!("select taken_at from statement_file where sha256 = $1", sha256)
        .fetch_optional(connection)
        .await
}

/// A file to be written down.
#[derive(Debug)]
pub(super) struct NewFile<'a> {
    pub(super) id: Uuid,
    pub(super) name: &'a str,
    pub(super) sha256: &'a [u8],
    pub(super) bytes: i64,
    pub(super) unproven: bool,
    pub(super) by: &'a str,
    pub(super) at: DateTime<Utc>,
}

pub(super) async fn add_file(connection: &mut PgConnection, new: &NewFile<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_file (id, name, sha256, bytes, unproven, taken_by, taken_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.id,
        new.name,
        new.sha256,
        new.bytes,
        new.unproven,
        new.by,
        new.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A statement to be written down.
#[derive(Debug)]
pub(super) struct NewStatement<'a> {
    pub(super) id: Uuid,
    pub(super) file: Uuid,
    pub(super) place: i32,
    pub(super) nrb: &'a str,
    pub(super) format: &'static str,
    pub(super) reference: Option<&'a str>,
    pub(super) number: Option<i64>,
    pub(super) sequence: Option<i64>,
    pub(super) opening: Option<Balance>,
    pub(super) closing: Option<Balance>,
}

pub(super) async fn add_statement(
    connection: &mut PgConnection,
    new: &NewStatement<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into bank_statement (id, file, place, nrb, format, reference, number, sequence, opening_grosze, opening_on,
            closing_grosze, closing_on)
         values ($1, $2, $3, $4, $5, left($6, 200), $7, $8, $9, $10, $11, $12)",
        new.id,
        new.file,
        new.place,
        new.nrb,
        new.format,
        new.reference,
        new.number,
        new.sequence,
        new.opening.map(|balance| balance.amount_grosze),
        new.opening.map(|balance| balance.on),
        new.closing.map(|balance| balance.amount_grosze),
        new.closing.map(|balance| balance.on)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether the same statement is there already: of the same account, number and balances.
pub(super) async fn is_known(
    connection: &mut PgConnection,
    new: &NewStatement<'_>,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from bank_statement where nrb = $1 and number is not distinct from $2
            and opening_grosze = $3 and opening_on = $4 and closing_grosze = $5 and closing_on = $6) as "is!""#,
        new.nrb,
        new.number,
        new.opening.map(|balance| balance.amount_grosze),
        new.opening.map(|balance| balance.on),
        new.closing.map(|balance| balance.amount_grosze),
        new.closing.map(|balance| balance.on)
    )
    .fetch_one(connection)
    .await
}

/// How the last statement of an account with balances ended.
pub(super) async fn last(connection: &mut PgConnection, nrb: &str) -> Result<Option<Last>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select sequence, closing_grosze as "closing_grosze!", closing_on as "closing_on!" from bank_statement
         where nrb = $1 and closing_on is not null
         order by closing_on desc, sequence desc nulls last, id desc limit 1"#,
        nrb
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Last {
        sequence: row.sequence.and_then(|sequence| u64::try_from(sequence).ok()),
        closing: Balance { amount_grosze: row.closing_grosze, on: row.closing_on },
    }))
}

/// Writes an entry down unless its key is there already; answers its id, and whether it is new.
pub(super) async fn add_entry(
    connection: &mut PgConnection,
    key: &str,
    new: &Entry,
) -> Result<(Uuid, bool), sqlx::Error> {
    let added = sqlx::query_scalar!(
        "insert into statement_entry (id, key, nrb, booked_on, value_on, paid_on, amount_grosze, reversal, bank_reference,
            description, sender_name, sender_account, paid_to, mass_payment_id, title, raw, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
         on conflict (key) do nothing returning id",
        new.id,
        key,
        new.nrb,
        new.booked_on,
        new.value_on,
        new.paid_on,
        new.amount_grosze,
        new.reversal,
        new.bank_reference,
        new.description,
        new.sender_name,
        new.sender_account,
        new.paid_to,
        new.mass_payment_id,
        new.title,
        new.raw,
        new.state.name()
    )
    .fetch_optional(&mut *connection)
    .await?;
    if let Some(id) = added {
        return Ok((id, true));
    }
    let id = sqlx::query_scalar!("select id from statement_entry where key = $1", key)
        .fetch_one(connection)
        .await?;
    Ok((id, false))
}

/// Says that an entry stands in a statement.
pub(super) async fn add_line(
    connection: &mut PgConnection,
    (statement, place, line): (Uuid, i32, i64),
    entry: Uuid,
    fresh: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_line (statement, place, line, entry, fresh) values ($1, $2, $3, $4, $5)",
        statement,
        place,
        line,
        entry,
        fresh
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An entry.
pub(super) async fn entry(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Entry>, sqlx::Error> {
    let row = sqlx::query_as!(
        EntryRow,
        "select id, nrb, booked_on, value_on, paid_on, amount_grosze, reversal, bank_reference, description, sender_name,
            sender_account, paid_to, mass_payment_id, title, raw, state, why, hold, version
         from statement_entry where id = $1",
        id
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Entry::from))
}

/// The same, kept from being changed by anybody else until the end of the transaction.
pub(super) async fn lock_entry(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query!("select version from statement_entry where id = $1 for update", id)
        .fetch_optional(&mut *connection)
        .await?;
    entry(connection, id).await
}

/// Says where an entry stands from now on.
pub(super) async fn step(
    connection: &mut PgConnection,
    id: Uuid,
    state: State,
    why: Option<Why>,
    hold: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update statement_entry set state = $2, why = $3, hold = $4, version = version + 1 where id = $1",
        id,
        state.name(),
        why.map(Why::name),
        hold
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Something that was decided.
pub(super) async fn decide(
    connection: &mut PgConnection,
    entry: Uuid,
    (actor, at): (&str, DateTime<Utc>),
    kind: &str,
    details: serde_json::Value,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_decision (entry, at, actor, kind, details) values ($1, $2, $3, $4, $5)",
        entry,
        at,
        actor,
        kind,
        details
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What was booked of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewBooking {
    pub(super) booking: Uuid,
    pub(super) entry: Uuid,
    pub(super) party: Uuid,
    pub(super) how: How,
    pub(super) amount_grosze: i64,
    pub(super) settles: bool,
}

pub(super) async fn add_booking(connection: &mut PgConnection, new: NewBooking) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_booking (booking, entry, party, how, amount_grosze, settles) values ($1, $2, $3, $4, $5, $6)",
        new.booking,
        new.entry,
        new.party,
        new.how.name(),
        new.amount_grosze,
        new.settles
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A booking that was not undone.
#[derive(Debug, Clone, Copy)]
pub(super) struct LiveBooking {
    pub(super) booking: Uuid,
    pub(super) party: Uuid,
    pub(super) settles: bool,
}

pub(super) async fn live_bookings(
    connection: &mut PgConnection,
    entry: Uuid,
) -> Result<Vec<LiveBooking>, sqlx::Error> {
    sqlx::query_as!(
        LiveBooking,
        "select booking, party, settles from statement_booking where entry = $1 and undone_at is null order by booking",
        entry
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn undo_bookings(
    connection: &mut PgConnection,
    entry: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update statement_booking set undone_at = $2 where entry = $1 and undone_at is null",
        entry,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Entries that another one may take back: of the same account and the opposite amount, not later, and not taken back.
pub(super) async fn originals(
    connection: &mut PgConnection,
    of: &Entry,
) -> Result<Vec<Original>, sqlx::Error> {
    sqlx::query_as!(
        Original,
        "select id, bank_reference, sender_account, title, booked_on from statement_entry
         where nrb = $1 and amount_grosze = -$2::bigint and not reversal and state in ('booked', 'held')
           and booked_on between $3::date - 400 and $3
         order by booked_on desc, id desc limit 50",
        of.nrb,
        of.amount_grosze,
        of.booked_on
    )
    .fetch_all(connection)
    .await
}

/// What is remembered of a sender's account.
#[derive(Debug, Clone)]
pub(super) struct RuleRow {
    pub(super) sender_account: String,
    pub(super) party: Uuid,
    pub(super) kind: Option<String>,
    pub(super) regime: Option<String>,
}

pub(super) async fn rules_of(
    connection: &mut PgConnection,
    senders: &[String],
) -> Result<Vec<RuleRow>, sqlx::Error> {
    sqlx::query_as!(
        RuleRow,
        r#"select r.sender_account, r.party, r.kind, k.regime as "regime?" from statement_rule r
            left join dues_kind k on k.code = r.kind
         where r.ended_at is null and r.sender_account = any($1)"#,
        senders
    )
    .fetch_all(connection)
    .await
}

/// Compares debit and credit of what this transaction booked at once, not at its end.
pub(super) async fn compare_now(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("set constraints all immediate").execute(connection).await?;
    Ok(())
}

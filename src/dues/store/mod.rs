//! All SQL of the dues.

pub(super) mod agreements;
pub(super) mod assess;
pub(super) mod finding;
pub(super) mod interest_notes;
pub(super) mod notices;
pub(super) mod overview;
pub(super) mod reminders;
pub(super) mod rules;

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use law::account::AgreedPart;
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::model::{Account, Agreed, Instalment, Posted, Posting, Role, Source};

/// Locks payers, each after the one with the smaller id: whoever changes what somebody owes holds them, so of two at once
/// the second sees what the first did. Answers those that there are.
pub(super) async fn lock_payers(
    connection: &mut PgConnection,
    payers: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from party where id = any($1) order by id for no key update", payers)
        .fetch_all(connection)
        .await
}

/// Payers of instalments.
pub(super) async fn payers_of(
    connection: &mut PgConnection,
    instalments: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select distinct a.party from due_instalment i join due_account a on a.id = i.account where i.id = any($1)",
        instalments
    )
    .fetch_all(connection)
    .await
}

/// Whose instalments are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Of<'a> {
    Payer(Uuid),
    Ids(&'a [Uuid]),
    Account(Uuid),
    /// Everybody's, for lists of the desk: those with a term before the day.
    LateBefore(NaiveDate),
}

/// A row of an instalment as the queries of this slice read it.
struct InstalmentRow {
    id: Uuid,
    account: Uuid,
    account_number: i64,
    party: Uuid,
    assessment: Uuid,
    kind: String,
    year: i32,
    number: i32,
    count: i64,
    token: String,
    role: String,
    object: String,
    term: NaiveDate,
    due: NaiveDate,
    moved: Option<String>,
    amount_grosze: i64,
}

/// Instalments of which something holds, as a statement of its own for each: then the database keeps its plan.
macro_rules! instalment_rows {
    ($holds:tt, $of:expr, $most:expr) => {
        sqlx::query_as!(
            InstalmentRow,
            r#"select i.id, i.account, a.number as account_number, a.party, i.assessment, a.kind, s.year, i.number,
                (select count(*) from due_instalment o where o.assessment = i.assessment and o.role = 'instalment') as "count!",
                i.token, i.role, a.object, i.term, i.due, i.moved, i.amount_grosze
             from due_instalment i join due_account a on a.id = i.account join due_assessment s on s.id = i.assessment
             where "# + $holds + " order by i.due, i.id limit $2",
            $of,
            $most
        )
    };
}

/// Instalments with all postings about them, by term.
pub(super) async fn instalments(
    connection: &mut PgConnection,
    of: Of<'_>,
    most: i64,
) -> Result<Vec<Instalment>, sqlx::Error> {
    let reading = &mut *connection;
    let rows = match of {
        Of::Payer(payer) => instalment_rows!("a.party = $1", payer, most).fetch_all(reading).await?,
        Of::Ids(ids) => instalment_rows!("i.id = any($1)", ids, most).fetch_all(reading).await?,
        Of::Account(account) => instalment_rows!("i.account = $1", account, most).fetch_all(reading).await?,
        Of::LateBefore(day) => instalment_rows!("i.due < $1", day, most).fetch_all(reading).await?,
    };
    let mut found: Vec<Instalment> = rows
        .into_iter()
        .map(|row| Instalment {
            id: row.id,
            account: row.account,
            account_number: row.account_number,
            party: row.party,
            assessment: row.assessment,
            kind: row.kind,
            year: row.year,
            number: row.number,
            count: row.count,
            token: row.token,
            role: row.role,
            object: row.object,
            term: row.term,
            due: row.due,
            moved: row.moved,
            deferrals: Vec::new(),
            agreed: Vec::new(),
            amount_grosze: row.amount_grosze,
            posted: Vec::new(),
        })
        .collect();
    let ids: Vec<Uuid> = found.iter().map(|instalment| instalment.id).collect();
    let at: HashMap<Uuid, usize> = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let posted = sqlx::query!(
        r#"select p.instalment as "instalment!", p.entry, e.on_day, r.on_day as "reversed_on?", e.reverses is not null as "reverses!",
            p.account, p.role as "role!", p.amount_grosze
         from ledger_posting p join ledger_entry e on e.id = p.entry left join ledger_entry r on r.reverses = e.id
         where p.instalment = any($1) order by e.number, p.id"#,
        &ids
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in posted {
        let of = at.get(&row.instalment).and_then(|at| found.get_mut(*at));
        let known = Account::from_name(&row.account).zip(Role::from_name(&row.role));
        if let (Some(instalment), Some((account, role))) = (of, known) {
            instalment.posted.push(Posted {
                entry: row.entry,
                on: row.on_day,
                reversed_on: row.reversed_on,
                reverses: row.reverses,
                account,
                role,
                amount_grosze: row.amount_grosze,
            });
        }
    }
    let deferrals = sqlx::query!(
        "select instalment, decided_on, due from due_deferral where instalment = any($1) order by decided_on, id",
        &ids
    )
    .fetch_all(&mut *connection)
    .await?;
    for row in deferrals {
        if let Some(instalment) = at.get(&row.instalment).and_then(|at| found.get_mut(*at)) {
            instalment.deferrals.push((row.decided_on, row.due));
        }
    }
    for row in agreements::parts(connection, &ids).await? {
        let Some(instalment) = at.get(&row.instalment).and_then(|at| found.get_mut(*at)) else { continue };
        let part = AgreedPart { due: row.due, principal_grosze: row.principal_grosze };
        match instalment.agreed.last_mut().filter(|last| last.id == row.agreement) {
            Some(last) => last.parts.push(part),
            None => instalment.agreed.push(Agreed {
                id: row.agreement,
                decided_on: row.decided_on,
                reckoned_to: row.reckoned_to,
                ended_on: row.ended_on,
                parts: vec![part],
            }),
        }
    }
    Ok(found)
}

/// An entry that is to be written.
#[derive(Debug)]
pub(super) struct NewEntry<'a> {
    pub(super) kind: &'static str,
    pub(super) source: &'a Source,
    pub(super) party: Option<Uuid>,
    pub(super) on_day: NaiveDate,
    pub(super) booked_on: NaiveDate,
    pub(super) reverses: Option<Uuid>,
    pub(super) settles: Option<Uuid>,
    pub(super) title: &'a str,
    pub(super) details: &'a Value,
    pub(super) by: &'a str,
    pub(super) at: DateTime<Utc>,
    pub(super) postings: &'a [Posting],
}

/// Writes an entry with its postings; answers its id.
pub(super) async fn add_entry(
    connection: &mut PgConnection,
    entry: &NewEntry<'_>,
) -> Result<Uuid, sqlx::Error> {
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into ledger_entry (id, kind, source_kind, source_id, party, on_day, booked_on, reverses, settles, title, details,
            entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        id,
        entry.kind,
        entry.source.kind,
        entry.source.id,
        entry.party,
        entry.on_day,
        entry.booked_on,
        entry.reverses,
        entry.settles,
        entry.title,
        entry.details,
        entry.by,
        entry.at
    )
    .execute(&mut *connection)
    .await?;
    let kept: Vec<&Posting> = entry.postings.iter().filter(|posting| posting.amount_grosze != 0).collect();
    let accounts: Vec<String> = kept.iter().map(|posting| posting.account.name().to_owned()).collect();
    let roles: Vec<Option<String>> =
        kept.iter().map(|posting| posting.of.map(|(_, role)| role.name().to_owned())).collect();
    let instalments: Vec<Option<Uuid>> =
        kept.iter().map(|posting| posting.of.map(|(instalment, _)| instalment)).collect();
    let nrbs: Vec<Option<String>> =
        kept.iter().map(|posting| posting.nrb.map(|nrb| nrb.as_str().to_owned())).collect();
    let amounts: Vec<i64> = kept.iter().map(|posting| posting.amount_grosze).collect();
    sqlx::query!(
        "insert into ledger_posting (entry, account, role, instalment, nrb, amount_grosze)
         select $1, * from unnest($2::text[], $3::text[], $4::uuid[], $5::text[], $6::bigint[])",
        id,
        &accounts,
        &roles as _,
        &instalments as _,
        &nrbs as _,
        &amounts
    )
    .execute(connection)
    .await?;
    Ok(id)
}

/// An entry as the ledger has it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: Uuid,
    pub(super) number: i64,
    pub(super) kind: String,
    pub(super) source_kind: String,
    pub(super) source_id: String,
    pub(super) party: Option<Uuid>,
    pub(super) on_day: NaiveDate,
    pub(super) booked_on: NaiveDate,
    pub(super) reversed_by: Option<Uuid>,
    pub(super) title: String,
    pub(super) details: Value,
    pub(super) entered_by: String,
    pub(super) entered_at: DateTime<Utc>,
}

/// Holds up whoever books the same document, until the end of the transaction.
pub(super) async fn lock_source(connection: &mut PgConnection, source: &Source) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('ledger ' || $1 || ' ' || $2, 0))")
        .bind(&source.kind)
        .bind(&source.id)
        .execute(connection)
        .await?;
    Ok(())
}

/// The entry of a source.
pub(super) async fn entry_of_source(
    connection: &mut PgConnection,
    source: &Source,
) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"select e.id, e.number, e.kind, e.source_kind, e.source_id, e.party, e.on_day, e.booked_on,
            r.id as "reversed_by?", e.title, e.details, e.entered_by, e.entered_at
         from ledger_entry e left join ledger_entry r on r.reverses = e.id where e.source_kind = $1 and e.source_id = $2"#,
        source.kind,
        source.id
    )
    .fetch_optional(connection)
    .await
}

/// The entry of an id.
pub(super) async fn entry(connection: &mut PgConnection, id: Uuid) -> Result<Option<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"select e.id, e.number, e.kind, e.source_kind, e.source_id, e.party, e.on_day, e.booked_on,
            r.id as "reversed_by?", e.title, e.details, e.entered_by, e.entered_at
         from ledger_entry e left join ledger_entry r on r.reverses = e.id where e.id = $1"#,
        id
    )
    .fetch_optional(connection)
    .await
}

/// Locks an entry, so that nobody else takes it back or settles it meanwhile.
pub(super) async fn lock_entry(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("select from ledger_entry where id = $1 for no key update", id).execute(connection).await?;
    Ok(())
}

/// The entry that settles unexplained money and was not taken back.
pub(super) async fn settled_by(
    connection: &mut PgConnection,
    held: Uuid,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select e.id from ledger_entry e
         where e.settles = $1 and not exists (select from ledger_entry r where r.reverses = e.id)",
        held
    )
    .fetch_optional(connection)
    .await
}

/// The postings of an entry.
pub(super) async fn postings_of(
    connection: &mut PgConnection,
    entry: Uuid,
) -> Result<Vec<Posting>, sqlx::Error> {
    let rows = sqlx::query!(
        "select account, role, instalment, nrb, amount_grosze from ledger_posting where entry = $1 order by id",
        entry
    )
    .fetch_all(connection)
    .await?;
    let postings = rows.into_iter().filter_map(|row| {
        Some(Posting {
            account: Account::from_name(&row.account)?,
            of: row.instalment.zip(row.role.as_deref().and_then(Role::from_name)),
            nrb: row.nrb.as_deref().and_then(|nrb| bank::Nrb::parse(nrb).ok()),
            amount_grosze: row.amount_grosze,
        })
    });
    Ok(postings.collect())
}

/// What a payer has paid beyond what is owed, by the books of a day. Below zero: what was given back and then not covered.
pub(super) async fn overpaid(
    connection: &mut PgConnection,
    payer: Uuid,
    on: Option<NaiveDate>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select coalesce(-sum(p.amount_grosze), 0)::bigint as "overpaid!"
         from ledger_entry e join ledger_posting p on p.entry = e.id
         where e.party = $1 and p.account = 'overpayment' and ($2::date is null or e.on_day <= $2)"#,
        payer,
        on
    )
    .fetch_one(connection)
    .await
}

/// Entries of a payer by the books of a day, the newest first.
pub(super) async fn entries_of(
    connection: &mut PgConnection,
    payer: Uuid,
    on: NaiveDate,
    most: i64,
) -> Result<Vec<Entry>, sqlx::Error> {
    sqlx::query_as!(
        Entry,
        r#"select e.id, e.number, e.kind, e.source_kind, e.source_id, e.party, e.on_day, e.booked_on,
            r.id as "reversed_by?", e.title, e.details, e.entered_by, e.entered_at
         from ledger_entry e left join ledger_entry r on r.reverses = e.id and r.on_day <= $2
         where e.party = $1 and e.on_day <= $2 order by e.on_day desc, e.number desc limit $3"#,
        payer,
        on,
        most
    )
    .fetch_all(connection)
    .await
}

/// Name of a payer; `None` for nobody. Whoever was merged into another or erased has none to show.
pub(super) async fn payer_name(
    connection: &mut PgConnection,
    payer: Uuid,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!("select name from party where id = $1 and merged_into is null", payer)
        .fetch_optional(connection)
        .await
}

/// Address of a payer, in lines, as far as it is known.
pub(super) async fn payer_address(
    connection: &mut PgConnection,
    payer: Uuid,
) -> Result<Vec<String>, sqlx::Error> {
    let row = sqlx::query!(
        "select street, house_number, flat_number, postcode, place from party where id = $1",
        payer
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row.filter(|row| row.house_number.is_some()) else { return Ok(Vec::new()) };
    let address = crate::parties::Address {
        street: row.street.unwrap_or_default(),
        house_number: row.house_number.unwrap_or_default(),
        flat_number: row.flat_number.unwrap_or_default(),
        postcode: row.postcode.unwrap_or_default(),
        place: row.place.unwrap_or_default(),
    };
    Ok(vec![address.street_line(), address.place_line()])
}

/// Unexplained money that is still held: entry and amount, the oldest first.
pub(super) async fn unexplained(
    connection: &mut PgConnection,
    most: i64,
) -> Result<Vec<(Entry, i64)>, sqlx::Error> {
    let ids = sqlx::query!(
        r#"select e.id, (select coalesce(-sum(p.amount_grosze), 0)::bigint from ledger_posting p
                where p.entry = e.id and p.account = 'unexplained') as "amount!"
           from ledger_entry e
           where e.kind = 'hold' and not exists (select from ledger_entry r where r.reverses = e.id)
             and not exists (select from ledger_entry s where s.settles = e.id
                and not exists (select from ledger_entry r where r.reverses = s.id))
           order by e.number limit $1"#,
        most
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut found = Vec::with_capacity(ids.len());
    for row in ids {
        if let Some(entry) = entry(connection, row.id).await? {
            found.push((entry, row.amount));
        }
    }
    Ok(found)
}

/// The trial balance: balance of each account of the ledger; their sum is zero.
pub(super) async fn trial_balance(connection: &mut PgConnection) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select account as "account!", balance_grosze as "balance!" from ledger_balance order by account"#
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.account, row.balance)).collect())
}

/// Payers who have paid more than they owe: how many, and how much in all.
pub(super) async fn overpayments(connection: &mut PgConnection) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "count!", coalesce(sum(overpaid), 0)::bigint as "sum!" from (
            select e.party, -sum(p.amount_grosze) as overpaid from ledger_posting p join ledger_entry e on e.id = p.entry
            where p.account = 'overpayment' group by e.party having sum(p.amount_grosze) < 0) over_paid"#
    )
    .fetch_one(connection)
    .await?;
    Ok((row.count, row.sum))
}

/// The instalment of a token, its payer and its kind; a token without an instalment means the first.
pub(super) async fn instalment_of_token(
    connection: &mut PgConnection,
    token: &str,
) -> Result<Option<(Uuid, Uuid, String)>, sqlx::Error> {
    let row = sqlx::query!(
        "select i.id, a.party, a.kind from due_instalment i join due_account a on a.id = i.account
         where i.token = $1 or i.token = $1 || '/R1' order by i.token = $1 desc limit 1",
        token
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.id, row.party, row.kind)))
}

/// The resident of the demo with this address.
pub(super) async fn demo_resident(
    connection: &mut PgConnection,
    email: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select p.id from party p join account a on a.id = p.account where a.email = $1 and a.demo and p.level = 'verified'",
        email
    )
    .fetch_optional(connection)
    .await
}

/// The company of a number.
pub(super) async fn company_of_nip(
    connection: &mut PgConnection,
    nip: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from party where nip = $1 and merged_into is null", nip)
        .fetch_optional(connection)
        .await
}

/// A grave of the registry, for the demo.
pub(super) async fn some_grave(connection: &mut PgConnection) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from asset where kind = 'graves' order by id limit 1")
        .fetch_optional(connection)
        .await
}

/// What was posted about an account of dues, by account of the ledger and role: before a year, and in it.
#[derive(Debug)]
pub(super) struct YearSum {
    pub(super) account: Uuid,
    pub(super) book: String,
    pub(super) role: String,
    pub(super) before: i64,
    pub(super) within: i64,
}

pub(super) async fn sums_of_year(
    connection: &mut PgConnection,
    payer: Uuid,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<YearSum>, sqlx::Error> {
    sqlx::query_as!(
        YearSum,
        r#"select i.account, p.account as book, p.role as "role!",
            coalesce(sum(p.amount_grosze) filter (where e.on_day < $2), 0)::bigint as "before!",
            coalesce(sum(p.amount_grosze) filter (where e.on_day >= $2), 0)::bigint as "within!"
         from ledger_posting p join ledger_entry e on e.id = p.entry join due_instalment i on i.id = p.instalment
            join due_account a on a.id = i.account
         where a.party = $1 and e.on_day <= $3 group by i.account, p.account, p.role"#,
        payer,
        first,
        last
    )
    .fetch_all(connection)
    .await
}

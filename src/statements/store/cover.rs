//! Entries that are the same money as payments that are booked one by one.

use chrono::NaiveDate;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::Entry;
use crate::statements::model::{ListSum, Other, Payout};

/// Days around an entry in which the same money may stand elsewhere.
const AROUND_DAYS: i32 = 60;

/// Payouts of operators to some accounts, or to one that is not known, that no entry shows.
pub(in crate::statements) async fn payouts(
    connection: &mut PgConnection,
    nrbs: &[String],
    around: (NaiveDate, NaiveDate),
) -> Result<Vec<Payout>, sqlx::Error> {
    sqlx::query_as!(
        Payout,
        r#"select p.id as "id!", p.contract as "contract!", p.name as "name!", p.title, p.nrb as "nrb!",
            p.gross_grosze - p.fee_grosze as "net_grosze!", p.paid_on as "paid_on!"
         from payment_payout_sum p
         where (p.nrb = any($1) or p.nrb = '') and p.paid_on between $2::date - $4::integer and $3::date + 3
           and p.gross_grosze > p.fee_grosze and not exists (select from statement_cover c where c.payout = p.id)
         order by p.paid_on, p.id limit 20000"#,
        nrbs,
        around.0,
        around.1,
        AROUND_DAYS
    )
    .fetch_all(connection)
    .await
}

/// What lists of some accounts make, that no entry shows.
pub(in crate::statements) async fn sums(
    connection: &mut PgConnection,
    nrbs: &[String],
) -> Result<Vec<ListSum>, sqlx::Error> {
    sqlx::query_as!(
        ListSum,
        "select s.list, s.day, s.nrb, s.amount_grosze from statement_list_sum s where s.entry is null and s.nrb = any($1)
           and not exists (select from statement_cover c join statement_entry e on e.id = c.twin
                where c.list = s.list and e.booked_on = s.day and e.nrb = s.nrb)
         order by s.day, s.list limit 20000",
        nrbs
    )
    .fetch_all(connection)
    .await
}

/// Payments on some accounts that stand in lists (or in statements that are no lists), and that no other entry is the same as.
pub(in crate::statements) async fn others(
    connection: &mut PgConnection,
    nrbs: &[String],
    (from, to): (NaiveDate, NaiveDate),
    of_lists: bool,
) -> Result<Vec<Other>, sqlx::Error> {
    sqlx::query_as!(
        Other,
        r#"select e.id, s.id as statement, e.nrb, e.booked_on, e.amount_grosze, e.sender_account, e.title
         from statement_entry e join statement_line l on l.entry = e.id and l.fresh join bank_statement s on s.id = l.statement
         where e.nrb = any($1) and e.booked_on between $2::date - 3 and $3::date + 3 and e.amount_grosze > 0 and not e.reversal
           and e.sender_account is not null and (s.format = 'list') = $4 and e.state in ('booked', 'held')
           and not exists (select from statement_cover c where c.twin = e.id)
           and not exists (select from statement_list_sum t
                where t.list = s.id and t.day = e.booked_on and t.nrb = e.nrb and t.entry is not null)
         order by e.booked_on, e.id limit 100000"#,
        nrbs,
        from,
        to,
        of_lists
    )
    .fetch_all(connection)
    .await
}

/// An entry that waits and may be explained by what was learned since.
#[derive(Debug)]
pub(in crate::statements) struct Waiting {
    pub(in crate::statements) id: Uuid,
    pub(in crate::statements) nrb: String,
    pub(in crate::statements) booked_on: NaiveDate,
    pub(in crate::statements) amount_grosze: i64,
    pub(in crate::statements) sender_account: Option<String>,
    pub(in crate::statements) title: String,
    pub(in crate::statements) covered: bool,
}

/// Held entries of which nothing was decided by a person, and entries of operators without a payout, while there is
/// anything that may explain them.
pub(in crate::statements) async fn waiting(
    connection: &mut PgConnection,
) -> Result<Vec<Waiting>, sqlx::Error> {
    sqlx::query_as!(
        Waiting,
        r#"select e.id, e.nrb, e.booked_on, e.amount_grosze, e.sender_account, e.title, e.state = 'covered' as "covered!"
         from statement_entry e
         where not e.reversal and (e.state = 'held' and e.why is distinct from 'undone'
                and not exists (select from statement_booking b where b.entry = e.id)
                and not exists (select from statement_line l join bank_statement s on s.id = l.statement
                    where l.entry = e.id and s.format = 'list')
            or e.id in (select c.entry from statement_cover c where c.contract is not null and c.payout is null))
           and (exists (select from statement_list_sum s where s.entry is null and s.nrb = e.nrb and s.amount_grosze <= e.amount_grosze)
             or exists (select from payment_payout p where (p.nrb = e.nrb or p.nrb = '')
                and not exists (select from statement_cover c where c.payout = p.id)))
         order by e.booked_on, e.id limit 2000"#
    )
    .fetch_all(connection)
    .await
}

/// Writes a cover down, in the place of an earlier one.
pub(in crate::statements) async fn put(
    connection: &mut PgConnection,
    entry: Uuid,
    contract: Option<&str>,
    payout: Option<Uuid>,
    list: Option<Uuid>,
    twin: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_cover (entry, contract, payout, list, twin) values ($1, $2, $3, $4, $5)
         on conflict (entry) do update set contract = $2, payout = $3, list = $4, twin = $5",
        entry,
        contract,
        payout,
        list,
        twin
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a cover away.
pub(in crate::statements) async fn remove(
    connection: &mut PgConnection,
    entry: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("delete from statement_cover where entry = $1", entry).execute(&mut *connection).await?;
    sqlx::query!("update statement_list_sum set entry = null where entry = $1", entry)
        .execute(connection)
        .await?;
    Ok(())
}

/// Says that an entry shows what a list makes on some days.
pub(in crate::statements) async fn show_sums(
    connection: &mut PgConnection,
    list: Uuid,
    days: &[NaiveDate],
    entry: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update statement_list_sum set entry = $3 where list = $1 and day = any($2) and entry is null",
        list,
        days,
        entry
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what a list makes on each day, without what statements had shown before.
pub(in crate::statements) async fn add_sums(
    connection: &mut PgConnection,
    list: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into statement_list_sum (list, day, nrb, amount_grosze, entries)
         select l.statement, e.booked_on, e.nrb, sum(e.amount_grosze), count(*)
         from statement_line l join statement_entry e on e.id = l.entry
         where l.statement = $1 and l.fresh and e.state <> 'covered' group by l.statement, e.booked_on, e.nrb",
        list
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes what statements show payment by payment out of what a list makes: nothing more is waited for once all is shown.
pub(in crate::statements) async fn take_out(
    connection: &mut PgConnection,
    list: Uuid,
    day: NaiveDate,
    entry: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update statement_list_sum s set entry = case when left_over.grosze = 0 then $3 else s.entry end
         from (select t.amount_grosze - coalesce((select sum(e.amount_grosze) from statement_cover c
                join statement_entry e on e.id = c.twin where c.list = t.list and e.booked_on = t.day), 0) as grosze
            from statement_list_sum t where t.list = $1 and t.day = $2) left_over
         where s.list = $1 and s.day = $2",
        list,
        day,
        entry
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Name of the file of another list in which the same payment stands, alike in every letter.
pub(in crate::statements) async fn in_other_list(
    connection: &mut PgConnection,
    list: Uuid,
    entry: &Entry,
) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select f.name from statement_entry e join statement_line l on l.entry = e.id join bank_statement s on s.id = l.statement
            join statement_file f on f.id = s.file
         where e.nrb = $1 and e.booked_on = $2 and e.raw = $3 and s.format = 'list' and s.id <> $4 limit 1",
        entry.nrb,
        entry.booked_on,
        entry.raw,
        list
    )
    .fetch_optional(connection)
    .await
}

/// A sum of a list, for pages.
#[derive(Debug)]
pub(in crate::statements) struct SumRow {
    pub(in crate::statements) list: Uuid,
    pub(in crate::statements) file: String,
    pub(in crate::statements) day: NaiveDate,
    pub(in crate::statements) nrb: String,
    pub(in crate::statements) amount_grosze: i64,
    pub(in crate::statements) entries: i64,
    pub(in crate::statements) entry: Option<Uuid>,
}

/// Sums of one list, or all that no statement shows, the oldest first.
pub(in crate::statements) async fn sum_rows(
    pool: &PgPool,
    list: Option<Uuid>,
    most: i64,
) -> Result<Vec<SumRow>, sqlx::Error> {
    sqlx::query_as!(
        SumRow,
        "select s.list, f.name as file, s.day, s.nrb, s.amount_grosze, s.entries, s.entry
         from statement_list_sum s join bank_statement b on b.id = s.list join statement_file f on f.id = b.file
         where ($1::uuid is null and s.entry is null or s.list = $1) order by s.day, s.list limit $2",
        list,
        most
    )
    .fetch_all(pool)
    .await
}

/// Of whom an entry is the money: the contract and the name of the payout, or the file of the list, with its page.
#[derive(Debug)]
pub(in crate::statements) struct CoverRow {
    pub(in crate::statements) contract: Option<String>,
    pub(in crate::statements) payout: Option<String>,
    pub(in crate::statements) list: Option<Uuid>,
    pub(in crate::statements) file: Option<String>,
    pub(in crate::statements) twin: Option<Uuid>,
}

pub(in crate::statements) async fn cover(
    pool: &PgPool,
    entry: Uuid,
) -> Result<Option<CoverRow>, sqlx::Error> {
    sqlx::query_as!(
        CoverRow,
        r#"select c.contract, p.name as "payout?", c.list, f.name as "file?", c.twin
         from statement_cover c left join payment_payout_sum p on p.id = c.payout
            left join bank_statement s on s.id = c.list left join statement_file f on f.id = s.file where c.entry = $1"#,
        entry
    )
    .fetch_optional(pool)
    .await
}

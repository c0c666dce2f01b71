//! Accounts of dues, assessments and instalments as they are written.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

/// An account of dues.
#[derive(Debug, Clone)]
pub(in crate::dues) struct AccountRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) number: i64,
    pub(in crate::dues) kind: String,
    pub(in crate::dues) party: Uuid,
    pub(in crate::dues) asset: Option<Uuid>,
    pub(in crate::dues) object: String,
    /// Whether the payer is a company.
    pub(in crate::dues) is_company: bool,
}

/// Accounts of a payer, or the one of an id.
pub(in crate::dues) async fn accounts(
    connection: &mut PgConnection,
    payer: Option<Uuid>,
    id: Option<Uuid>,
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        r#"select a.id, a.number, a.kind, a.party, a.asset, a.object, p.kind = 'company' as "is_company!"
           from due_account a join party p on p.id = a.party
           where ($1::uuid is null or a.party = $1) and ($2::uuid is null or a.id = $2) order by a.number limit 1000"#,
        payer,
        id
    )
    .fetch_all(connection)
    .await
}

/// Accounts of a thing of the registry.
pub(in crate::dues) async fn accounts_of_thing(
    connection: &mut PgConnection,
    asset: Uuid,
) -> Result<Vec<AccountRow>, sqlx::Error> {
    sqlx::query_as!(
        AccountRow,
        r#"select a.id, a.number, a.kind, a.party, a.asset, a.object, p.kind = 'company' as "is_company!"
           from due_account a join party p on p.id = a.party where a.asset = $1 order by a.number limit 200"#,
        asset
    )
    .fetch_all(connection)
    .await
}

/// Opens an account; one of this id that is there already stays.
pub(in crate::dues) async fn add_account(
    connection: &mut PgConnection,
    row: &AccountRow,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_account (id, kind, party, asset, object, opened_by, opened_at) values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (id) do nothing",
        row.id,
        row.kind,
        row.party,
        row.asset,
        row.object,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// An assessment as it is stored.
#[derive(Debug, Clone)]
pub(in crate::dues) struct AssessmentRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) account: Uuid,
    pub(in crate::dues) kind: String,
    pub(in crate::dues) year: i32,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) decision: String,
    pub(in crate::dues) decided_on: NaiveDate,
    pub(in crate::dues) delivered_on: Option<NaiveDate>,
    pub(in crate::dues) amount_grosze: i64,
    pub(in crate::dues) basis: Value,
    pub(in crate::dues) first_month: i32,
    pub(in crate::dues) last_month: i32,
    pub(in crate::dues) single_term: Option<NaiveDate>,
    pub(in crate::dues) corrects: Option<Uuid>,
    pub(in crate::dues) reason: Option<String>,
    pub(in crate::dues) entered_by: String,
    pub(in crate::dues) entered_at: DateTime<Utc>,
}

/// The next number of a kind in a year; whoever asks holds the kind until the end of the transaction.
pub(in crate::dues) async fn next_number(
    connection: &mut PgConnection,
    kind: &str,
    year: i32,
) -> Result<i32, sqlx::Error> {
    sqlx::query!("select from due_kind where code = $1 for no key update", kind)
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        r#"select coalesce(max(number), 0) + 1 as "next!" from due_assessment where kind = $1 and year = $2"#,
        kind,
        year
    )
    .fetch_one(connection)
    .await
}

pub(in crate::dues) async fn add_assessment(
    connection: &mut PgConnection,
    row: &AssessmentRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_assessment (id, account, kind, year, number, decision, decided_on, delivered_on, amount_grosze, basis,
            first_month, last_month, single_term, corrects, reason, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        row.id,
        row.account,
        row.kind,
        row.year,
        row.number,
        row.decision,
        row.decided_on,
        row.delivered_on,
        row.amount_grosze,
        row.basis,
        row.first_month,
        row.last_month,
        row.single_term,
        row.corrects,
        row.reason,
        row.entered_by,
        row.entered_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says when a decision was delivered; answers whether it had not been said.
pub(in crate::dues) async fn set_delivered(
    connection: &mut PgConnection,
    id: Uuid,
    day: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update due_assessment set delivered_on = $2 where id = $1 and delivered_on is null",
        id,
        day
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Assessments: of an id, of an account, or of a payer; in the order of entering.
pub(in crate::dues) async fn assessments(
    connection: &mut PgConnection,
    id: Option<Uuid>,
    account: Option<Uuid>,
    payer: Option<Uuid>,
) -> Result<Vec<AssessmentRow>, sqlx::Error> {
    sqlx::query_as!(
        AssessmentRow,
        "select s.id, s.account, s.kind, s.year, s.number, s.decision, s.decided_on, s.delivered_on, s.amount_grosze, s.basis,
            s.first_month, s.last_month, s.single_term, s.corrects, s.reason, s.entered_by, s.entered_at
         from due_assessment s join due_account a on a.id = s.account
         where ($1::uuid is null or s.id = $1) and ($2::uuid is null or s.account = $2) and ($3::uuid is null or a.party = $3)
         order by s.entered_at, s.id limit 5000",
        id,
        account,
        payer
    )
    .fetch_all(connection)
    .await
}

/// An instalment that is to be written.
#[derive(Debug)]
pub(in crate::dues) struct NewInstalment<'a> {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) account: Uuid,
    pub(in crate::dues) assessment: Uuid,
    pub(in crate::dues) number: i32,
    pub(in crate::dues) token: &'a str,
    pub(in crate::dues) term: NaiveDate,
    pub(in crate::dues) due: NaiveDate,
    pub(in crate::dues) moved: Option<&'a str>,
    pub(in crate::dues) amount_grosze: i64,
    pub(in crate::dues) role: &'a str,
}

pub(in crate::dues) async fn add_instalment(
    connection: &mut PgConnection,
    row: &NewInstalment<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_instalment (id, account, assessment, number, token, term, due, moved, amount_grosze, role)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.id,
        row.account,
        row.assessment,
        row.number,
        row.token,
        row.term,
        row.due,
        row.moved,
        row.amount_grosze,
        row.role
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The next number of a fee among the instalments of an assessment: from 50 on, so that instalments keep theirs.
pub(in crate::dues) async fn next_fee_number(
    connection: &mut PgConnection,
    assessment: Uuid,
) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select greatest(49, coalesce(max(number), 0)) + 1 as "next!" from due_instalment where assessment = $1"#,
        assessment
    )
    .fetch_one(connection)
    .await
}

/// A new last day of an instalment.
#[derive(Debug)]
pub(in crate::dues) struct NewDeferral<'a> {
    pub(in crate::dues) instalment: Uuid,
    pub(in crate::dues) decided_on: NaiveDate,
    pub(in crate::dues) due: NaiveDate,
    pub(in crate::dues) decision: &'a str,
    pub(in crate::dues) by: &'a str,
    pub(in crate::dues) at: DateTime<Utc>,
}

pub(in crate::dues) async fn add_deferral(
    connection: &mut PgConnection,
    row: &NewDeferral<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_deferral (instalment, decided_on, due, decision, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)",
        row.instalment,
        row.decided_on,
        row.due,
        row.decision,
        row.by,
        row.at
    )
    .execute(connection)
    .await?;
    Ok(())
}

//! SQL of decisions that divide arrears.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// A decision that is to be written.
#[derive(Debug)]
pub(in crate::dues) struct NewAgreement<'a> {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) decided_on: NaiveDate,
    pub(in crate::dues) reckoned_to: NaiveDate,
    pub(in crate::dues) decision: &'a str,
    pub(in crate::dues) by: &'a str,
    pub(in crate::dues) at: DateTime<Utc>,
}

/// Writes the decision; `false` when it was written before.
pub(in crate::dues) async fn add(
    connection: &mut PgConnection,
    row: &NewAgreement<'_>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into due_agreement (id, decided_on, reckoned_to, decision, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6) on conflict (id) do nothing",
        row.id,
        row.decided_on,
        row.reckoned_to,
        row.decision,
        row.by,
        row.at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// One day of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::dues) struct Term {
    pub(in crate::dues) due: NaiveDate,
    pub(in crate::dues) amount_grosze: i64,
    pub(in crate::dues) fee_grosze: i64,
}

pub(in crate::dues) async fn add_term(
    connection: &mut PgConnection,
    agreement: Uuid,
    number: i32,
    term: Term,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_agreement_term (agreement, number, due, amount_grosze, fee_grosze) values ($1, $2, $3, $4, $5)",
        agreement,
        number,
        term.due,
        term.amount_grosze,
        term.fee_grosze
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How much of an instalment is put off until a day.
pub(in crate::dues) async fn add_part(
    connection: &mut PgConnection,
    (agreement, instalment): (Uuid, Uuid),
    (due, principal_grosze): (NaiveDate, i64),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_agreement_part (agreement, instalment, due, principal_grosze) values ($1, $2, $3, $4)",
        agreement,
        instalment,
        due,
        principal_grosze
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A part of an instalment as the decision has it.
#[derive(Debug)]
pub(in crate::dues) struct PartRow {
    pub(in crate::dues) instalment: Uuid,
    pub(in crate::dues) agreement: Uuid,
    pub(in crate::dues) decided_on: NaiveDate,
    pub(in crate::dues) reckoned_to: NaiveDate,
    pub(in crate::dues) ended_on: Option<NaiveDate>,
    pub(in crate::dues) due: NaiveDate,
    pub(in crate::dues) principal_grosze: i64,
}

/// Parts of instalments, by the days to which interest was reckoned and then by their own.
pub(in crate::dues) async fn parts(
    connection: &mut PgConnection,
    instalments: &[Uuid],
) -> Result<Vec<PartRow>, sqlx::Error> {
    sqlx::query_as!(
        PartRow,
        r#"select p.instalment, p.agreement, a.decided_on, a.reckoned_to, e.ended_on as "ended_on?", p.due, p.principal_grosze
         from due_agreement_part p join due_agreement a on a.id = p.agreement left join due_agreement_end e on e.agreement = a.id
         where p.instalment = any($1) order by a.reckoned_to, a.entered_at, p.due"#,
        instalments
    )
    .fetch_all(connection)
    .await
}

/// A decision as pages show it.
#[derive(Debug, Clone)]
pub(in crate::dues) struct AgreementRow {
    pub(in crate::dues) id: Uuid,
    pub(in crate::dues) decided_on: NaiveDate,
    pub(in crate::dues) decision: String,
    /// By their days; the first is number 1.
    pub(in crate::dues) terms: Vec<Term>,
    /// The day from which it counts as never made, and why.
    pub(in crate::dues) ended: Option<(NaiveDate, String)>,
}

/// Decisions of a payer up to a day, the newest first.
pub(in crate::dues) async fn of_payer(
    connection: &mut PgConnection,
    payer: Uuid,
    on: NaiveDate,
) -> Result<Vec<AgreementRow>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select a.id, a.decided_on, a.decision, t.due, t.amount_grosze, t.fee_grosze, e.ended_on as "ended_on?", e.reason as "reason?"
         from due_agreement a join due_agreement_term t on t.agreement = a.id
            left join due_agreement_end e on e.agreement = a.id and e.ended_on <= $2
         where a.decided_on <= $2 and exists (select from due_agreement_part p join due_instalment i on i.id = p.instalment
            join due_account d on d.id = i.account where p.agreement = a.id and d.party = $1)
         order by a.decided_on desc, a.id, t.number"#,
        payer,
        on
    )
    .fetch_all(connection)
    .await?;
    let mut found: Vec<AgreementRow> = Vec::new();
    for row in rows {
        let term = Term { due: row.due, amount_grosze: row.amount_grosze, fee_grosze: row.fee_grosze };
        match found.last_mut().filter(|last| last.id == row.id) {
            Some(last) => last.terms.push(term),
            None => found.push(AgreementRow {
                id: row.id,
                decided_on: row.decided_on,
                decision: row.decision,
                terms: vec![term],
                ended: row.ended_on.zip(row.reason),
            }),
        }
    }
    Ok(found)
}

/// Writes that a decision is taken back; `false` when it was before.
pub(in crate::dues) async fn end(
    connection: &mut PgConnection,
    agreement: Uuid,
    (on, reason): (NaiveDate, &str),
    (by, at): (&str, DateTime<Utc>),
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "insert into due_agreement_end (agreement, ended_on, reason, entered_by, entered_at)
         values ($1, $2, $3, $4, $5) on conflict (agreement) do nothing",
        agreement,
        on,
        reason,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The instalments that are fees of a decision's parts.
pub(in crate::dues) async fn fees(
    connection: &mut PgConnection,
    agreement: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select p.instalment as "instalment!" from ledger_entry e join ledger_posting p on p.entry = e.id
         where e.source_kind = 'agreement' and e.source_id = $1 and p.instalment is not null"#,
        agreement.to_string()
    )
    .fetch_all(connection)
    .await
}

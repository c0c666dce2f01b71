//! Terms, and days of parts, of which somebody is told before they come.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Payers after one who agreed to be told of terms and have a term, or the day of a part, in these days of which they were
/// not told.
pub(in crate::dues) async fn waiting(
    connection: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct w.party as "party!" from (
            select a.party from due_instalment i join due_account a on a.id = i.account
            where coalesce((select d.due from due_deferral d where d.instalment = i.id order by d.decided_on desc, d.id desc limit 1),
                   i.due) between $1 and $2
              and not exists (select from due_notice n where n.instalment = i.id)
            union all
            select a.party from due_agreement_term t join due_agreement_part p on p.agreement = t.agreement
                join due_instalment i on i.id = p.instalment join due_account a on a.id = i.account
            where t.due between $1 and $2
              and not exists (select from due_agreement_notice n where n.agreement = t.agreement and n.number = t.number)
              and not exists (select from due_agreement_end e where e.agreement = t.agreement)
         ) w
         where ($3::uuid is null or w.party > $3)
           and exists (select from message_consent c where c.party = w.party and c.purpose = 'reminder')
         order by 1 limit $4"#,
        first,
        last,
        after,
        most
    )
    .fetch_all(connection)
    .await
}

/// Those of these instalments of which somebody was told.
pub(in crate::dues) async fn told_of(
    connection: &mut PgConnection,
    instalments: &[Uuid],
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select instalment from due_notice where instalment = any($1)", instalments)
        .fetch_all(connection)
        .await
}

pub(in crate::dues) async fn add(
    connection: &mut PgConnection,
    told: &[(Uuid, NaiveDate)],
    message: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (instalments, dues): (Vec<Uuid>, Vec<NaiveDate>) = told.iter().copied().unzip();
    sqlx::query!(
        "insert into due_notice (instalment, due, message, sent_at)
         select *, $3::uuid, $4::timestamptz from unnest($1::uuid[], $2::date[])",
        &instalments,
        &dues,
        message,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Numbers of a decision's parts of which somebody was told.
pub(in crate::dues) async fn told_of_parts(
    connection: &mut PgConnection,
    agreement: Uuid,
) -> Result<Vec<i32>, sqlx::Error> {
    sqlx::query_scalar!("select number from due_agreement_notice where agreement = $1", agreement)
        .fetch_all(connection)
        .await
}

pub(in crate::dues) async fn add_parts(
    connection: &mut PgConnection,
    told: &[(Uuid, i32)],
    message: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    let (agreements, numbers): (Vec<Uuid>, Vec<i32>) = told.iter().copied().unzip();
    sqlx::query!(
        "insert into due_agreement_notice (agreement, number, message, sent_at)
         select *, $3::uuid, $4::timestamptz from unnest($1::uuid[], $2::int[])",
        &agreements,
        &numbers,
        message,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

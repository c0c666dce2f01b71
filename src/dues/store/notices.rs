//! Terms of which somebody is told before they come.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

/// Payers after one who agreed to be told of terms and have a term in these days of which they were not told.
pub(in crate::dues) async fn waiting(
    connection: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
    after: Option<Uuid>,
    most: i64,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select distinct a.party from due_instalment i join due_account a on a.id = i.account
         where coalesce((select d.due from due_deferral d where d.instalment = i.id order by d.decided_on desc, d.id desc limit 1),
                i.due) between $1 and $2
           and ($3::uuid is null or a.party > $3)
           and not exists (select from due_notice n where n.instalment = i.id)
           and exists (select from message_consent c where c.party = a.party and c.purpose = 'reminder')
         order by a.party limit $4"#,
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

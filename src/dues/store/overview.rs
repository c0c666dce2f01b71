//! What came in, day by day.

use chrono::NaiveDate;
use sqlx::PgConnection;

/// What came in on a day by one way, in grosze; what was taken back counts against the way by which it had come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::dues) struct DayTaking {
    pub(in crate::dues) day: NaiveDate,
    pub(in crate::dues) source: String,
    pub(in crate::dues) amount_grosze: i64,
}

pub(in crate::dues) async fn takings(
    connection: &mut PgConnection,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<DayTaking>, sqlx::Error> {
    sqlx::query_as!(
        DayTaking,
        r#"select e.booked_on as day, coalesce(o.source_kind, e.source_kind) as "source!", sum(m.amount_grosze)::bigint as "amount_grosze!"
         from ledger_entry e join ledger_posting m on m.entry = e.id and m.account = 'money'
            left join ledger_entry o on o.id = e.reverses
         where e.booked_on between $1 and $2 group by 1, 2 order by 1, 2"#,
        first,
        last
    )
    .fetch_all(connection)
    .await
}

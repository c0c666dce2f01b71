//! The inbox of one party.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

/// A matter as the list shows it: its newest message, and whether something in it was not read.
#[derive(Debug)]
pub(in crate::messages) struct ThreadRow {
    pub(in crate::messages) id: Uuid,
    pub(in crate::messages) subject: String,
    pub(in crate::messages) beginning: String,
    pub(in crate::messages) created_at: DateTime<Utc>,
    pub(in crate::messages) count: i64,
    pub(in crate::messages) files: bool,
}

/// Which matters are wanted.
#[derive(Debug)]
pub(in crate::messages) struct Wanted<'a> {
    pub(in crate::messages) party: Uuid,
    /// Words that stand in subject or text, as a pattern; empty for all.
    pub(in crate::messages) pattern: &'a str,
    /// Only those with something unread, or only those without.
    pub(in crate::messages) unread: bool,
    /// Only those whose newest message is older than this one.
    pub(in crate::messages) before: Option<Uuid>,
    pub(in crate::messages) most: i64,
}

/// Matters, the one with the newest message first. Messages' ids grow with time.
pub(in crate::messages) async fn threads(
    pool: &PgPool,
    wanted: &Wanted<'_>,
) -> Result<Vec<ThreadRow>, sqlx::Error> {
    sqlx::query_as!(
        ThreadRow,
        r#"with newest as (
            select distinct on (thread) id, thread, subject, left(body, 160) as beginning, created_at from message
            where party = $1 and in_inbox order by thread, id desc
         ), told as (
            select thread, count(*) as count, count(*) filter (where read_at is null) as unread,
                bool_or($2 = '' or subject ilike $2 or body ilike $2) as found
            from message where party = $1 and in_inbox group by thread
         )
         select n.id as "id!", n.subject as "subject!", n.beginning as "beginning!", n.created_at as "created_at!",
            t.count as "count!",
            exists (select from attachment a join message m on m.id = a.message where m.thread = n.thread and m.party = $1 and m.in_inbox) as "files!"
         from newest n join told t using (thread)
         where t.found and (t.unread > 0) = $3 and ($4::uuid is null or n.id < $4)
         order by n.id desc limit $5"#,
        wanted.party,
        wanted.pattern,
        wanted.unread,
        wanted.before,
        wanted.most
    )
    .fetch_all(pool)
    .await
}

/// The matter of a message in somebody's inbox; `None` when it is not there.
pub(in crate::messages) async fn thread_of(
    pool: &PgPool,
    party: Uuid,
    message: Uuid,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select thread from message where id = $1 and party = $2 and in_inbox",
        message,
        party
    )
    .fetch_optional(pool)
    .await
}

/// Writes down that the messages of a matter were opened; what was opened before stays as it was.
pub(in crate::messages) async fn read(
    pool: &PgPool,
    party: Uuid,
    thread: Uuid,
    by: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update message set read_at = $4, read_by = $3
         where thread = $2 and party = $1 and in_inbox and read_at is null",
        party,
        thread,
        by,
        now
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// When the staff looked at the text of messages of a matter: when, who, why.
pub(in crate::messages) async fn looks(
    pool: &PgPool,
    party: Uuid,
    thread: Uuid,
) -> Result<Vec<(DateTime<Utc>, String)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select e.at, coalesce(e.answer, '') as "why!" from delivery_event e join delivery d on d.id = e.delivery
         join message m on m.id = d.message where m.party = $1 and m.thread = $2 and e.what = 'looked'
         order by e.id desc limit 50"#,
        party,
        thread
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.at, row.why)).collect())
}

/// How many messages of a party were not read.
pub(in crate::messages) async fn unread(pool: &PgPool, party: Uuid) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from message where party = $1 and in_inbox and read_at is null"#,
        party
    )
    .fetch_one(pool)
    .await
}

/// Whether a file stands in somebody's inbox, or in what they themselves sent.
pub(in crate::messages) async fn may_fetch(
    pool: &PgPool,
    party: Uuid,
    message: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select exists (select from message where id = $1 and party = $2 and (in_inbox or direction = 'in')) as "found!""#,
        message,
        party
    )
    .fetch_one(pool)
    .await
}

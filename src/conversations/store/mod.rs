//! All SQL of the conversations.

pub(super) mod desk;
pub(super) mod setup;
pub(super) mod visitors;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::model::{About, Conversation, Event, State};
use crate::kernel::Lang;

/// A row as the queries of this slice read it.
pub(super) struct Row {
    pub(super) id: Uuid,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) party: Option<Uuid>,
    pub(super) name: String,
    pub(super) gone: bool,
    pub(super) visitor_email: Option<String>,
    pub(super) lang: String,
    pub(super) department: Option<Uuid>,
    pub(super) name_pl: Option<String>,
    pub(super) name_en: Option<String>,
    pub(super) assignee: Option<Uuid>,
    pub(super) assignee_name: Option<String>,
    pub(super) state: String,
    pub(super) deadline: NaiveDate,
    pub(super) asset: Option<Uuid>,
    pub(super) asset_label: Option<String>,
    pub(super) escalated_to: Option<Uuid>,
    pub(super) escalated_name: Option<String>,
    pub(super) version: i32,
    pub(super) created_at: DateTime<Utc>,
    pub(super) written_at: DateTime<Utc>,
    pub(super) closed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Conversation {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            number: row.number,
            subject: row.subject,
            party: row.party,
            name: row.name,
            gone: row.gone,
            visitor_email: row.visitor_email,
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            department: row.department,
            department_names: row.name_pl.zip(row.name_en),
            assignee: row.assignee,
            assignee_name: row.assignee_name,
            state: State::from_name(&row.state).unwrap_or(State::New),
            deadline: row.deadline,
            about: row.asset.zip(row.asset_label).map(|(asset, label)| About { asset, label }),
            escalated_to: row.escalated_to,
            escalated_name: row.escalated_name,
            version: row.version,
            created_at: row.created_at,
            written_at: row.written_at,
            closed_at: row.closed_at,
        }
    }
}

/// The conversation of an id.
pub(super) async fn find(
    executor: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<Conversation>, sqlx::Error> {
    let row = sqlx::query_as!(
        Row,
        r#"select c.id, c.number, c.subject, c.party, coalesce(p.name, c.visitor_name) as "name!",
            coalesce(p.erased_at is not null, false) as "gone!", c.visitor_email, c.lang, c.department,
            d.name_pl as "name_pl?", d.name_en as "name_en?", c.assignee, a.name as "assignee_name?", c.state, c.deadline,
            c.asset, c.asset_label, c.escalated_to, e.name as "escalated_name?", c.version, c.created_at, c.written_at,
            c.closed_at
         from conversation c left join party p on p.id = c.party left join department d on d.id = c.department
            left join account a on a.id = c.assignee left join account e on e.id = c.escalated_to
         where c.id = $1"#,
        id
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Conversation::from))
}

/// The same, kept from being changed by anybody else until the end of the transaction.
pub(super) async fn lock(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<Option<Conversation>, sqlx::Error> {
    sqlx::query!("select version from conversation where id = $1 for update", id)
        .fetch_optional(&mut *connection)
        .await?;
    find(connection, id).await
}

/// Letters of a party, those in which somebody wrote last first.
pub(super) async fn of_party(
    pool: &PgPool,
    party: Uuid,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Conversation>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select c.id, c.number, c.subject, c.party, '' as "name!", false as "gone!", c.visitor_email, c.lang, c.department,
            d.name_pl as "name_pl?", d.name_en as "name_en?", c.assignee, null::text as assignee_name, c.state, c.deadline,
            c.asset, c.asset_label, c.escalated_to, null::text as escalated_name, c.version, c.created_at, c.written_at,
            c.closed_at
         from conversation c left join department d on d.id = c.department
         where c.party = $1 and ($2::uuid is null
            or (c.written_at, c.id) < (select o.written_at, o.id from conversation o where o.id = $2 and o.party = $1))
         order by c.written_at desc, c.id desc limit $3"#,
        party,
        before,
        most
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

/// The next number of a year; nobody else gets one before the transaction ends.
pub(super) async fn next_count(connection: &mut PgConnection, year: i32) -> Result<i32, sqlx::Error> {
    sqlx::query_scalar!(
        "insert into conversation_count (year, last) values ($1, 1)
         on conflict (year) do update set last = conversation_count.last + 1 returning last",
        year
    )
    .fetch_one(connection)
    .await
}

/// A conversation as it begins.
#[derive(Debug)]
pub(super) struct NewConversation<'a> {
    pub(super) id: Uuid,
    pub(super) number: &'a str,
    pub(super) subject: &'a str,
    pub(super) party: Option<Uuid>,
    pub(super) visitor_name: Option<&'a str>,
    pub(super) visitor_email: Option<&'a str>,
    pub(super) visitor_email_key: Option<&'a str>,
    pub(super) lang: Lang,
    pub(super) department: Option<Uuid>,
    pub(super) deadline: NaiveDate,
    pub(super) about: Option<&'a About>,
    pub(super) now: DateTime<Utc>,
}

pub(super) async fn add(connection: &mut PgConnection, new: &NewConversation<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into conversation (id, number, subject, party, visitor_name, visitor_email, visitor_email_key, lang,
            department, state, deadline, asset, asset_label, created_at, written_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'new', $10, $11, left($12, 300), $13, $13)",
        new.id,
        new.number,
        new.subject,
        new.party,
        new.visitor_name,
        new.visitor_email,
        new.visitor_email_key,
        new.lang.tag(),
        new.department,
        new.deadline,
        new.about.map(|about| about.asset),
        new.about.map(|about| about.label.as_str()),
        new.now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Something that was done, to be written down.
#[derive(Debug)]
pub(super) struct NewEvent<'a> {
    pub(super) conversation: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) actor: &'a str,
    pub(super) mandate: Option<Uuid>,
    pub(super) kind: &'a str,
    pub(super) details: serde_json::Value,
    pub(super) key: Option<Uuid>,
}

pub(super) async fn add_event(connection: &mut PgConnection, new: NewEvent<'_>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into conversation_event (conversation, at, actor, mandate, kind, details, key)
         values ($1, $2, $3, $4, $5, $6, $7)",
        new.conversation,
        new.at,
        new.actor,
        new.mandate,
        new.kind,
        new.details,
        new.key,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The conversation in which a form of this key was sent before.
pub(super) async fn of_key(executor: impl PgExecutor<'_>, key: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select conversation from conversation_event where key = $1", key)
        .fetch_optional(executor)
        .await
}

/// What was done, the oldest first; at most 500.
pub(super) async fn events(pool: &PgPool, conversation: Uuid) -> Result<Vec<Event>, sqlx::Error> {
    sqlx::query_as!(
        Event,
        r#"select e.id, e.at, e.actor, a.name as "actor_name?", p.name as "agent?", e.kind, e.details
         from conversation_event e
            left join account a on a.email = e.actor and not a.resident
            left join mandate m on m.id = e.mandate left join party p on p.id = m.agent
         where e.conversation = $1 order by e.id limit 500"#,
        conversation
    )
    .fetch_all(pool)
    .await
}

/// Conversations that a party began since an instant.
pub(super) async fn begun_since(
    connection: &mut PgConnection,
    party: Uuid,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from conversation where party = $1 and created_at >= $2"#,
        party,
        since
    )
    .fetch_one(connection)
    .await
}

/// How often whoever wrote has written again since an instant.
pub(super) async fn again_since(
    connection: &mut PgConnection,
    conversation: Uuid,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from conversation_event where conversation = $1 and kind = 'written_again' and at >= $2"#,
        conversation,
        since
    )
    .fetch_one(connection)
    .await
}

/// Where a conversation stands from now on; `written` when somebody has just written in it.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) state: State,
    pub(super) deadline: NaiveDate,
    pub(super) assignee: Option<Uuid>,
    pub(super) department: Option<Uuid>,
    pub(super) escalated_to: Option<Uuid>,
    pub(super) written: bool,
}

impl Step {
    /// All as it is.
    pub(super) fn of(head: &Conversation) -> Self {
        Self {
            state: head.state,
            deadline: head.deadline,
            assignee: head.assignee,
            department: head.department,
            escalated_to: head.escalated_to,
            written: false,
        }
    }
}

pub(super) async fn step(
    connection: &mut PgConnection,
    id: Uuid,
    step: &Step,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update conversation set state = $2, deadline = $3, assignee = $4, department = $5, escalated_to = $6,
            escalated_at = case when $6::uuid is null then null when escalated_to = $6 then escalated_at else $8 end,
            written_at = case when $7 then greatest(written_at, $8) else written_at end,
            closed_at = case when $2 <> 'closed' then null else coalesce(closed_at, $8) end,
            version = version + 1
         where id = $1",
        id,
        step.state.name(),
        step.deadline,
        step.assignee,
        step.department,
        step.escalated_to,
        step.written,
        now,
    )
    .execute(connection)
    .await?;
    Ok(())
}

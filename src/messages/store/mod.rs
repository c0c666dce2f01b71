//! All SQL of the messages.

pub(super) mod consents;
pub(super) mod desk;
pub(super) mod inbox;
pub(super) mod outbox;
pub(super) mod templates;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::{Attachment, Channel, Consents, Direction, Message, Purpose, Reach, State, Why};
use crate::kernel::Lang;

/// A message as it is written.
#[derive(Debug)]
pub(super) struct MessageRow<'a> {
    pub(super) id: Uuid,
    pub(super) key: Option<Uuid>,
    pub(super) party: Option<Uuid>,
    pub(super) thread: Uuid,
    pub(super) direction: Direction,
    pub(super) purpose: Purpose,
    pub(super) template: Option<&'a str>,
    pub(super) template_version: Option<i32>,
    pub(super) lang: Lang,
    pub(super) subject: &'a str,
    pub(super) body: &'a str,
    pub(super) href: Option<&'a str>,
    pub(super) actor: &'a str,
    pub(super) in_inbox: bool,
    pub(super) created_at: DateTime<Utc>,
}

/// Writes a message; `false` when one of the same key is there already.
pub(super) async fn add_message(
    connection: &mut PgConnection,
    row: &MessageRow<'_>,
) -> Result<bool, sqlx::Error> {
    let passing = (row.purpose != Purpose::Case).then_some(row.created_at);
    let added = sqlx::query!(
        "insert into message (id, key, party, thread, direction, purpose, template, template_version, lang, subject, body,
            href, actor, in_inbox, created_at, passing_since)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         on conflict (key) do nothing",
        row.id,
        row.key,
        row.party,
        row.thread,
        row.direction.name(),
        row.purpose.name(),
        row.template,
        row.template_version,
        row.lang.tag(),
        row.subject,
        row.body,
        row.href,
        row.actor,
        row.in_inbox,
        row.created_at,
        passing,
    )
    .execute(connection)
    .await?;
    Ok(added.rows_affected() == 1)
}

/// The message of a key.
pub(super) async fn of_key(connection: &mut PgConnection, key: Uuid) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!("select id from message where key = $1", key).fetch_optional(connection).await
}

/// A delivery as it is written.
#[derive(Debug)]
pub(super) struct DeliveryRow<'a> {
    pub(super) id: Uuid,
    pub(super) message: Uuid,
    pub(super) channel: Channel,
    pub(super) address: &'a str,
    pub(super) why: Why,
    pub(super) content: &'a str,
    pub(super) sealed: Option<&'a [u8]>,
    pub(super) state: State,
    pub(super) priority: i16,
    pub(super) at: DateTime<Utc>,
    pub(super) error: Option<&'a str>,
}

/// Writes a delivery and its first event.
pub(super) async fn add_delivery(
    connection: &mut PgConnection,
    row: &DeliveryRow<'_>,
    actor: &str,
) -> Result<(), sqlx::Error> {
    let done = (row.state != State::Waiting).then_some(row.at);
    sqlx::query!(
        "insert into delivery (id, message, channel, address, why, content, sealed, state, priority, next_try_at,
            last_error, created_at, done_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $12)",
        row.id,
        row.message,
        row.channel.name(),
        row.address,
        row.why.name(),
        row.content,
        row.sealed,
        row.state.name(),
        row.priority,
        row.at,
        row.error,
        done,
    )
    .execute(&mut *connection)
    .await?;
    let what = match row.state {
        State::Waiting | State::Sending | State::Sent => "queued",
        State::Delivered => "delivered",
        State::Failed => "failed",
        State::Dead => "dead",
        State::NotWanted => "not_wanted",
    };
    add_event(connection, &NewEvent { answer: row.error, ..NewEvent::new(row.id, row.at, what, actor) }).await
}

/// An event of a delivery.
#[derive(Debug)]
pub(super) struct NewEvent<'a> {
    pub(super) delivery: Uuid,
    pub(super) at: DateTime<Utc>,
    pub(super) what: &'a str,
    pub(super) attempt: i32,
    pub(super) provider: Option<&'a str>,
    pub(super) answer: Option<&'a str>,
    pub(super) actor: &'a str,
}

impl<'a> NewEvent<'a> {
    pub(super) fn new(delivery: Uuid, at: DateTime<Utc>, what: &'a str, actor: &'a str) -> Self {
        Self { delivery, at, what, attempt: 0, provider: None, answer: None, actor }
    }
}

pub(super) async fn add_event(
    connection: &mut PgConnection,
    event: &NewEvent<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into delivery_event (delivery, at, what, attempt, provider, answer, actor)
         values ($1, $2, $3, $4, left($5, 200), left($6, 500), $7)",
        event.delivery,
        event.at,
        event.what,
        event.attempt,
        event.provider,
        event.answer,
        event.actor,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What is known of somebody for writing to them.
#[derive(Debug)]
pub(super) struct Addressee {
    pub(super) name: String,
    pub(super) lang: Option<Lang>,
    pub(super) reach: Reach,
}

/// How somebody can be reached. The address with which they sign in counts until they name another.
pub(super) async fn addressee(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<Option<Addressee>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select p.name, l.lang as "lang?", p.account is not null as "has_account!",
            coalesce((select address from contact where party = p.id and channel = 'email'),
                case when a.email_confirmed_at is not null then a.email end) as email,
            (select address from contact where party = p.id and channel = 'sms') as sms,
            (select address from contact where party = p.id and channel = 'letter') as electronic,
            array(select id from push_subscription where party = p.id order by id) as "push!",
            p.street, p.house_number, p.flat_number, p.postcode, p.place
         from party p left join account a on a.id = p.account and a.disabled_at is null
            left join message_language l on l.party = p.id
         where p.id = $1 and p.erased_at is null"#,
        party
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let flat = row.flat_number.map(|flat| format!(" m. {flat}")).unwrap_or_default();
        let place = row.place.unwrap_or_default();
        let line = match (row.street.filter(|street| !street.is_empty()), row.house_number) {
            (Some(street), Some(house)) => Some(format!("{street} {house}{flat}")),
            (None, Some(house)) => Some(format!("{place} {house}{flat}")),
            _ => None,
        };
        let envelope =
            line.zip(row.postcode).map(|(line, code)| format!("{}\n{line}\n{code} {place}", row.name));
        Addressee {
            name: row.name,
            lang: row.lang.as_deref().and_then(Lang::from_tag),
            reach: Reach {
                has_account: row.has_account,
                email: row.email,
                sms: row.sms,
                push: row.push,
                electronic: row.electronic,
                envelope,
            },
        }
    }))
}

/// What somebody agreed to.
pub(super) async fn consents(connection: &mut PgConnection, party: Uuid) -> Result<Consents, sqlx::Error> {
    let rows = sqlx::query!(
        "select distinct on (purpose, channel) purpose, channel, given from consent where party = $1
         order by purpose, channel, id desc",
        party
    )
    .fetch_all(connection)
    .await?;
    let given = rows.iter().filter(|row| row.given);
    Ok(Consents(
        given
            .filter_map(|row| Some((Purpose::from_name(&row.purpose)?, Channel::from_name(&row.channel)?)))
            .collect(),
    ))
}

/// How many messages of a purpose went out to an address since an instant.
pub(super) async fn sent_to(
    connection: &mut PgConnection,
    channel: Channel,
    address: &str,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from delivery d join message m on m.id = d.message
         where d.channel = $1 and d.address = $2 and d.created_at >= $3 and m.purpose = $4 and d.state <> 'not_wanted'"#,
        channel.name(),
        address,
        since,
        purpose.name(),
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn add_attachment(
    connection: &mut PgConnection,
    attachment: &Attachment,
    position: i32,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into attachment (id, message, position, name, media_type, bytes, sha256) values ($1, $2, $3, $4, $5, $6, $7)",
        attachment.id,
        attachment.message,
        position,
        attachment.name,
        attachment.media_type,
        i64::try_from(attachment.bytes).unwrap_or(i64::MAX),
        attachment.sha256,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many files a message has, and how many bytes they are together.
pub(super) async fn attached(
    connection: &mut PgConnection,
    message: Uuid,
) -> Result<(i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) as "n!", coalesce(sum(bytes), 0)::bigint as "bytes!" from attachment where message = $1"#,
        message
    )
    .fetch_one(connection)
    .await?;
    Ok((row.n, row.bytes))
}

/// All messages of a matter, the oldest first, at most 500.
pub(super) async fn thread(pool: &PgPool, thread: Uuid) -> Result<Vec<Message>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, party, thread, direction, purpose, lang, subject, body, href, template, actor, created_at, read_at, in_inbox
         from message where thread = $1 order by id limit 500",
        thread
    )
    .fetch_all(pool)
    .await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut files = attachments(pool, &ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| Message {
            attachments: files.extract_if(.., |file| file.message == row.id).collect(),
            id: row.id,
            party: row.party,
            thread: row.thread,
            direction: Direction::from_name(&row.direction).unwrap_or(Direction::Note),
            purpose: Purpose::from_name(&row.purpose).unwrap_or(Purpose::Case),
            lang: Lang::from_tag(&row.lang).unwrap_or_default(),
            subject: row.subject,
            body: row.body,
            href: row.href,
            template: row.template,
            actor: row.actor,
            created_at: row.created_at,
            read_at: row.read_at,
        })
        .collect())
}

/// The files of some messages, in their order.
pub(super) async fn attachments(pool: &PgPool, messages: &[Uuid]) -> Result<Vec<Attachment>, sqlx::Error> {
    let rows = sqlx::query!(
        "select id, message, name, media_type, bytes, sha256 from attachment where message = any($1)
         order by message, position",
        messages
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Attachment {
            id: row.id,
            message: row.message,
            name: row.name,
            media_type: row.media_type,
            bytes: u64::try_from(row.bytes).unwrap_or(0),
            sha256: row.sha256,
        })
        .collect())
}

/// A file of a matter; none of a message that is only for the staff.
pub(super) async fn attachment_of_thread(
    pool: &PgPool,
    thread: Uuid,
    message: Uuid,
    file: Uuid,
) -> Result<Option<Attachment>, sqlx::Error> {
    let row = sqlx::query!(
        "select a.id, a.message, a.name, a.media_type, a.bytes, a.sha256 from attachment a join message m on m.id = a.message
         where a.id = $3 and m.id = $2 and m.thread = $1 and m.direction <> 'note'",
        thread,
        message,
        file
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Attachment {
        id: row.id,
        message: row.message,
        name: row.name,
        media_type: row.media_type,
        bytes: u64::try_from(row.bytes).unwrap_or(0),
        sha256: row.sha256,
    }))
}

/// Says where somebody can be reached, or that they no longer can.
pub(super) async fn set_contact(
    connection: &mut PgConnection,
    party: Uuid,
    channel: Channel,
    address: Option<&str>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    match address {
        Some(address) => sqlx::query!(
            "insert into contact (party, channel, address, confirmed_at) values ($1, $2, $3, $4)
             on conflict (party, channel) do update set address = excluded.address, confirmed_at = excluded.confirmed_at",
            party,
            channel.name(),
            address,
            now
        )
        .execute(connection)
        .await?,
        None => sqlx::query!("delete from contact where party = $1 and channel = $2", party, channel.name())
            .execute(connection)
            .await?,
    };
    Ok(())
}

/// Takes away what of somebody's messages belongs to no case, and everything by which they could be reached. Answers
/// the messages that went, for their files.
pub(super) async fn forget(connection: &mut PgConnection, party: Uuid) -> Result<Vec<Uuid>, sqlx::Error> {
    let gone = sqlx::query_scalar!(
        "delete from message where party = $1 and passing_since is not null returning id",
        party
    )
    .fetch_all(&mut *connection)
    .await?;
    sqlx::query!(
        "update delivery d set state = 'not_wanted', leased_until = null, leased_by = null, sealed = null
         from message m where m.id = d.message and m.party = $1 and d.state in ('waiting', 'sending', 'dead')",
        party
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("delete from contact where party = $1", party).execute(&mut *connection).await?;
    sqlx::query!("delete from contact_code where party = $1", party).execute(&mut *connection).await?;
    sqlx::query!("delete from push_subscription where party = $1", party).execute(&mut *connection).await?;
    sqlx::query!("delete from message_language where party = $1", party).execute(&mut *connection).await?;
    Ok(gone)
}

/// Says that a message goes when it has gone out.
pub(super) async fn set_fleeting(connection: &mut PgConnection, message: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("update message set fleeting = true where id = $1", message).execute(connection).await?;
    Ok(())
}

/// Removes messages that were to go when they had gone out, and will not go out any more, or were written before an
/// instant.
pub(super) async fn remove_fleeting(pool: &PgPool, before: DateTime<Utc>) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from message m where m.fleeting and (m.created_at < $1 or not exists (
             select from delivery d where d.message = m.id and d.state in ('waiting', 'sending')))",
        before
    )
    .execute(pool)
    .await?;
    Ok(())
}

//! Codes of letters and of the desk, and how often they were tried.

use chrono::{DateTime, Duration, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::parties::model::Address;

/// A code to be made.
#[derive(Debug)]
pub(in crate::parties) struct NewCode<'a> {
    pub party: Uuid,
    pub purpose: &'a str,
    pub mark: &'a [u8],
    pub sealed: &'a [u8],
    pub now: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// Of a letter: who gets it, where, and whether the register has that address.
    pub letter: Option<(&'a str, &'a Address, bool)>,
}

/// Makes a code; one that is still open ends.
pub(in crate::parties) async fn add(
    connection: &mut PgConnection,
    new: NewCode<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update identity_code set ended_at = $3, code_sealed = null
         where party = $1 and purpose = $2 and used_at is null and ended_at is null",
        new.party,
        new.purpose,
        new.now
    )
    .execute(&mut *connection)
    .await?;
    let address = new.letter.map(|(_, address, _)| address);
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    sqlx::query!(
        "insert into identity_code (id, party, purpose, code_mark, code_sealed, created_at, expires_at, addressee, street,
             house_number, flat_number, postcode, place, in_register)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        Uuid::now_v7(),
        new.party,
        new.purpose,
        new.mark,
        new.sealed,
        new.now,
        new.expires_at,
        new.letter.map(|(addressee, _, _)| addressee),
        address.and_then(|address| some(&address.street)),
        address.and_then(|address| some(&address.house_number)),
        address.and_then(|address| some(&address.flat_number)),
        address.and_then(|address| some(&address.postcode)),
        address.and_then(|address| some(&address.place)),
        new.letter.map(|(_, _, in_register)| in_register)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A code as the database holds it.
#[derive(Debug)]
pub(in crate::parties) struct CodeRow {
    pub id: Uuid,
    pub party: Uuid,
    pub code_mark: Vec<u8>,
    pub code_sealed: Option<Vec<u8>>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub tries: i16,
    pub sent_at: Option<DateTime<Utc>>,
}

/// The open code of a party, if it still works.
pub(in crate::parties) async fn open(
    pool: &PgPool,
    party: Uuid,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select id, party, code_mark, code_sealed, created_at, expires_at, tries, sent_at from identity_code
         where party = $1 and purpose = $2 and used_at is null and ended_at is null and expires_at > $3",
        party,
        purpose,
        now
    )
    .fetch_optional(pool)
    .await
}

/// The same, locked until the transaction ends.
pub(in crate::parties) async fn lock_open(
    connection: &mut PgConnection,
    party: Uuid,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select id, party, code_mark, code_sealed, created_at, expires_at, tries, sent_at from identity_code
         where party = $1 and purpose = $2 and used_at is null and ended_at is null and expires_at > $3
         for update",
        party,
        purpose,
        now
    )
    .fetch_optional(connection)
    .await
}

/// The open code of the desk with this mark.
pub(in crate::parties) async fn of_desk(
    connection: &mut PgConnection,
    mark: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select id, party, code_mark, code_sealed, created_at, expires_at, tries, sent_at from identity_code
         where code_mark = $1 and purpose = 'desk' and used_at is null and ended_at is null and expires_at > $2
         for update",
        mark,
        now
    )
    .fetch_optional(connection)
    .await
}

/// An open code of the desk by its id, locked until the transaction ends.
pub(in crate::parties) async fn lock_of_desk(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<CodeRow>, sqlx::Error> {
    sqlx::query_as!(
        CodeRow,
        "select id, party, code_mark, code_sealed, created_at, expires_at, tries, sent_at from identity_code
         where id = $1 and purpose = 'desk' and used_at is null and ended_at is null and expires_at > $2
         for update",
        id,
        now
    )
    .fetch_optional(connection)
    .await
}

/// Lets a code work at least until an instant.
pub(in crate::parties) async fn keep_until(
    connection: &mut PgConnection,
    id: Uuid,
    until: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity_code set expires_at = greatest(expires_at, $2) where id = $1", id, until)
        .execute(connection)
        .await?;
    Ok(())
}

pub(in crate::parties) async fn used(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update identity_code set used_at = $2, code_sealed = null where id = $1", id, now)
        .execute(connection)
        .await?;
    Ok(())
}

/// Counts a wrong code; with the last one the code ends.
pub(in crate::parties) async fn missed(
    connection: &mut PgConnection,
    id: Uuid,
    most: i32,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update identity_code
         set tries = tries + 1, ended_at = case when tries + 1 >= $2 then $3::timestamptz end,
             code_sealed = case when tries + 1 >= $2 then null else code_sealed end
         where id = $1",
        id,
        most,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the open codes of a party.
pub(in crate::parties) async fn end(
    connection: &mut PgConnection,
    party: Uuid,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update identity_code set ended_at = $3, code_sealed = null
         where party = $1 and purpose = $2 and used_at is null and ended_at is null",
        party,
        purpose,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A letter that waits to be printed or was sent.
#[derive(Debug)]
pub(in crate::parties) struct LetterRow {
    pub id: Uuid,
    pub party: Uuid,
    pub addressee: String,
    pub street: String,
    pub house_number: String,
    pub flat_number: String,
    pub postcode: String,
    pub place: String,
    pub in_register: bool,
    pub created_at: DateTime<Utc>,
    pub code_sealed: Option<Vec<u8>>,
}

/// Letters that have not been sent, the oldest first.
pub(in crate::parties) async fn letters(
    pool: &PgPool,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<LetterRow>, sqlx::Error> {
    sqlx::query_as!(
        LetterRow,
        r#"select id, party, coalesce(addressee, '') as "addressee!", coalesce(street, '') as "street!",
                  coalesce(house_number, '') as "house_number!", coalesce(flat_number, '') as "flat_number!",
                  coalesce(postcode, '') as "postcode!", coalesce(place, '') as "place!",
                  coalesce(in_register, false) as "in_register!", created_at, code_sealed
           from identity_code
           where purpose = 'letter' and used_at is null and ended_at is null and sent_at is null and expires_at > $1
           order by created_at, id limit $2"#,
        now,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Says that letters were sent; the time in which their codes work begins now. Answers how many.
pub(in crate::parties) async fn sent(
    connection: &mut PgConnection,
    ids: &[Uuid],
    by: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "update identity_code set sent_at = $2, sent_by = $3, expires_at = $4, code_sealed = null
         where id = any($1) and purpose = 'letter' and used_at is null and ended_at is null and sent_at is null",
        ids,
        now,
        by,
        expires_at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// Takes a letter back before it is sent. Answers the party.
pub(in crate::parties) async fn take_back(
    connection: &mut PgConnection,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "update identity_code set ended_at = $2, code_sealed = null
         where id = $1 and purpose = 'letter' and used_at is null and ended_at is null and sent_at is null
         returning party",
        id,
        now
    )
    .fetch_optional(connection)
    .await
}

/// Counts an attempt within a stretch of time that begins with the first one. Answers how many there were with this one,
/// and when the stretch began.
pub(in crate::parties) async fn attempt(
    pool: &PgPool,
    what: &str,
    who: Uuid,
    stretch: Duration,
    now: DateTime<Utc>,
) -> Result<(i32, DateTime<Utc>), sqlx::Error> {
    let row = sqlx::query!(
        "insert into identity_attempt as a (what, who, since, count) values ($1, $2, $3, 1)
         on conflict (what, who) do update set
             count = case when a.since > $4 then a.count + 1 else 1 end,
             since = case when a.since > $4 then a.since else $3 end
         returning count, since",
        what,
        who,
        now,
        now - stretch
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.since))
}

//! Letters of visitors that wait to be confirmed.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::{conversations::model::About, kernel::Lang};

/// A letter that waits.
#[derive(Debug, Clone)]
pub(in crate::conversations) struct Wish {
    pub(in crate::conversations) id: Uuid,
    pub(in crate::conversations) name: String,
    pub(in crate::conversations) email: String,
    pub(in crate::conversations) lang: Lang,
    pub(in crate::conversations) subject: String,
    pub(in crate::conversations) body: String,
    pub(in crate::conversations) department: Option<Uuid>,
    pub(in crate::conversations) about: Option<About>,
}

/// A letter that is to wait.
#[derive(Debug)]
pub(in crate::conversations) struct NewWish<'a> {
    pub(in crate::conversations) token_hash: &'a [u8],
    pub(in crate::conversations) email_key: &'a str,
    pub(in crate::conversations) wish: &'a Wish,
    pub(in crate::conversations) now: DateTime<Utc>,
    pub(in crate::conversations) expires_at: DateTime<Utc>,
}

pub(in crate::conversations) async fn add(
    connection: &mut PgConnection,
    new: &NewWish<'_>,
) -> Result<(), sqlx::Error> {
    let NewWish { token_hash, email_key, wish, now, expires_at } = new;
    sqlx::query!(
        "insert into conversation_wish (id, token_hash, name, email, email_key, lang, subject, body, department, asset,
            asset_label, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, left($11, 300), $12, $13)",
        wish.id,
        *token_hash,
        wish.name,
        wish.email,
        *email_key,
        wish.lang.tag(),
        wish.subject,
        wish.body,
        wish.department,
        wish.about.as_ref().map(|about| about.asset),
        wish.about.as_ref().map(|about| about.label.as_str()),
        now,
        expires_at,
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The letter of a link that still works.
pub(in crate::conversations) async fn find(
    executor: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Wish>, sqlx::Error> {
    let row = sqlx::query!(
        "select id, name, email, lang, subject, body, department, asset, asset_label from conversation_wish
         where token_hash = $1 and expires_at > $2",
        token_hash,
        now
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Wish {
        id: row.id,
        name: row.name,
        email: row.email,
        lang: Lang::from_tag(&row.lang).unwrap_or_default(),
        subject: row.subject,
        body: row.body,
        department: row.department,
        about: row.asset.zip(row.asset_label).map(|(asset, label)| About { asset, label }),
    }))
}

/// Takes a letter that was confirmed; of several confirmations exactly one gets it.
pub(in crate::conversations) async fn take(
    connection: &mut PgConnection,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from conversation_wish where id = $1", id).execute(connection).await?;
    Ok(gone.rows_affected() == 1)
}

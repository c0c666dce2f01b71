//! The town's own words of messages.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};

use crate::{kernel::Lang, messages::templates::Words};

/// The newest version of the town's words.
pub(in crate::messages) async fn newest(
    connection: &mut PgConnection,
    slug: &str,
    lang: Lang,
) -> Result<Option<(i32, Words)>, sqlx::Error> {
    let row = sqlx::query!(
        "select version, subject, body, notice, sms, push from message_template where slug = $1 and lang = $2
         order by version desc limit 1",
        slug,
        lang.tag()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| {
        let words =
            Words { subject: row.subject, body: row.body, notice: row.notice, sms: row.sms, push: row.push };
        (row.version, words)
    }))
}

/// A version as its list shows it.
#[derive(Debug)]
pub(in crate::messages) struct VersionRow {
    pub(in crate::messages) version: i32,
    pub(in crate::messages) saved_by: String,
    pub(in crate::messages) saved_at: DateTime<Utc>,
    pub(in crate::messages) words: Words,
}

/// All versions, the newest first, at most 100.
pub(in crate::messages) async fn versions(
    pool: &PgPool,
    slug: &str,
    lang: Lang,
) -> Result<Vec<VersionRow>, sqlx::Error> {
    let rows = sqlx::query!(
        "select version, subject, body, notice, sms, push, saved_by, saved_at from message_template
         where slug = $1 and lang = $2 order by version desc limit 100",
        slug,
        lang.tag()
    )
    .fetch_all(pool)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| VersionRow {
            version: row.version,
            saved_by: row.saved_by,
            saved_at: row.saved_at,
            words: Words {
                subject: row.subject,
                body: row.body,
                notice: row.notice,
                sms: row.sms,
                push: row.push,
            },
        })
        .collect())
}

/// Which templates the town has changed: slug, language, version.
pub(in crate::messages) async fn changed(pool: &PgPool) -> Result<Vec<(String, String, i32)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select slug, lang, max(version) as "version!" from message_template group by slug, lang"#
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(|row| (row.slug, row.lang, row.version)).collect())
}

/// Saves a new version on top of the one that was seen; `false` when somebody else saved meanwhile.
pub(in crate::messages) async fn save(
    pool: &PgPool,
    slug: &str,
    lang: Lang,
    seen: i32,
    words: &Words,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let saved = sqlx::query!(
        "insert into message_template (slug, lang, version, subject, body, notice, sms, push, saved_by, saved_at)
         select $1, $2, $3 + 1, $4, $5, $6, $7, $8, $9, $10
         where $3 = coalesce((select max(version) from message_template where slug = $1 and lang = $2), 0)
         on conflict on constraint message_template_one do nothing",
        slug,
        lang.tag(),
        seen,
        words.subject,
        words.body,
        words.notice,
        words.sms,
        words.push,
        by,
        now
    )
    .execute(pool)
    .await?;
    Ok(saved.rows_affected() == 1)
}

//! What is done with a person's data: counted, handed over, erased, deleted in time.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Privacy,
    model::{Copy, CopyPart, Due, Erased, Part, parts, told},
    store::{self, Person},
};
use crate::{
    kernel::ParamError,
    platform::{
        Ctx,
        access::{Level, Permission},
        files::Object,
        http::{Failure, ResultExt},
        i18n::texts,
        privacy::AtErasure,
    },
};

/// Most rows of one table in a copy. Nobody comes near; whoever does is told, and gets nothing that is cut.
const MOST_ROWS: i64 = 100_000;
/// Rows that are deleted in one transaction for their age.
const PIECE: i64 = 1000;
/// Messages whose files are removed in one go.
const MOST_FILES: i64 = 1000;
/// The table whose rows have files in the store.
const ATTACHMENTS: &str = "attachment";

impl Privacy {
    fn own(ctx: &Ctx) -> Result<Person, Failure> {
        let resident = ctx.require_level(Level::Known)?;
        // One's own data, whomever one acts for.
        Ok(Person { party: resident.party, account: resident.account })
    }

    /// How much is kept of the resident who asks, part by part.
    ///
    /// # Errors
    /// When it is no resident, or the database fails.
    pub(super) async fn kept_of_me(&self, ctx: &Ctx) -> Result<Vec<(&'static Part, u64)>, Failure> {
        let person = Self::own(ctx)?;
        store::adopt_mails(&self.pool, Some(person.account)).await?;
        let mut connection = self.pool.acquire().await?;
        let mut counted = Vec::new();
        for part in parts() {
            counted.push((part, store::count(&mut connection, part, person).await?));
        }
        Ok(counted)
    }

    /// All that is kept of the resident who asks, as it was at one instant.
    ///
    /// # Errors
    /// When it is no resident, something sealed cannot be opened, or the database fails.
    pub(super) async fn copy_of_me(&self, ctx: &Ctx) -> Result<Copy, Failure> {
        let person = Self::own(ctx)?;
        store::adopt_mails(&self.pool, Some(person.account)).await?;
        let mut transaction = self.pool.begin().await?;
        store::see_one_instant(&mut transaction).await?;
        let mut copied = Vec::new();
        for part in parts() {
            let found = store::rows(&mut transaction, part, person, MOST_ROWS + 1).await?;
            if found.len() as i64 > MOST_ROWS {
                return Err("there is more of one person than a copy holds").internal("copy a person's data");
            }
            let rows = found.into_iter().map(|row| self.opened(part, row)).collect::<Result<_, _>>()?;
            copied.push(CopyPart { part, rows });
        }
        let name = ctx.resident().map(|resident| resident.name.clone()).unwrap_or_default();
        Ok(Copy { at: ctx.now, name, parts: copied })
    }

    /// A row with what is sealed opened: `pesel_sealed` becomes `pesel`.
    fn opened(&self, part: &Part, row: Value) -> Result<Map<String, Value>, Failure> {
        let Value::Object(mut row) = row else {
            return Err("a row is no object").internal("copy a person's data");
        };
        for (column, purpose) in part.holding.sealed {
            let Some(Value::String(hex)) = row.remove(*column) else { continue };
            let sealed = bytes_of(&hex).ok_or("no bytes").internal("open what is sealed")?;
            let plain = self.keys.open(purpose, &sealed).internal("open what is sealed")?;
            let plain = String::from_utf8(plain).internal("open what is sealed")?;
            let name = column.strip_suffix("_sealed").unwrap_or(column);
            row.insert(name.to_owned(), Value::String(plain));
        }
        Ok(row)
    }

    /// A file of the resident who asks, with its name.
    ///
    /// # Errors
    /// Not found, or no resident asks, or the store of files fails.
    pub(super) async fn own_file(&self, ctx: &Ctx, attachment: Uuid) -> Result<(String, Object), Failure> {
        let person = Self::own(ctx)?;
        let gone = || Failure::not_found("this file");
        let mut connection = self.pool.acquire().await?;
        let id = attachment.to_string();
        for part in parts().iter().filter(|part| part.holding.table == ATTACHMENTS) {
            let rows = store::rows(&mut connection, part, person, MOST_ROWS).await?;
            let text = |row: &Value, name: &str| row.get(name).and_then(Value::as_str).map(str::to_owned);
            let Some(row) = rows.iter().find(|row| text(row, "id").as_deref() == Some(id.as_str())) else {
                continue;
            };
            let message: Uuid = text(row, "message").and_then(|id| id.parse().ok()).ok_or_else(gone)?;
            let sum = text(row, "sha256").ok_or_else(gone)?;
            let object = format!("{}/{sum}", folder_of(message));
            let found = self.files.stream(&object).await.internal("read a file")?;
            return Ok((text(row, "name").unwrap_or_default(), found.ok_or_else(gone)?));
        }
        Err(gone())
    }

    /// Erases everybody whose account was closed for good, deletes what is technical and old, and removes files that
    /// belong to nothing any more. One person who cannot be erased keeps nobody else back.
    ///
    /// # Errors
    /// When the database or the store of files fails.
    pub async fn put_in_order(&self, ctx: &Ctx) -> Result<(), Failure> {
        store::adopt_mails(&self.pool, None).await?;
        for account in self.accounts.closed_for_good(ctx).await? {
            if let Err(error) = self.erase(ctx, account).await {
                tracing::error!(%error, %account, "a person could not be erased; the next try is in an hour");
            }
        }
        for part in parts().iter().filter(|part| part.is_technical()) {
            if let Some((from, days)) = part.days() {
                let before = ctx.now - Duration::days(days.into());
                self.delete_old(ctx, part, from, before).await?;
            }
        }
        self.remove_files().await
    }

    /// Erases the person of an account that was closed for good, in one transaction; answers whether there was anything to
    /// be done. A last mail tells them what went and what stays, to the address that they had; nothing of it stays.
    ///
    /// # Errors
    /// When the database refuses; nothing is erased then.
    pub async fn erase(&self, ctx: &Ctx, account: Uuid) -> Result<bool, Failure> {
        let mut transaction = self.pool.begin().await?;
        if !self.accounts.lock_closed_for_good(&mut transaction, ctx, account).await? {
            return Ok(false);
        }
        let party = self.parties.of_account_in(&mut transaction, account).await?.map(|party| party.id);
        let person = Person { party: party.unwrap_or_default(), account };
        let goodbye = self.accounts.goodbye_in(&mut transaction, account).await?;
        // What hangs on other rows first; what stays is counted when all else is gone.
        let mut ordered: Vec<&Part> = parts().iter().collect();
        ordered.sort_by_key(|part| {
            let step = match part.holding.at_erasure {
                AtErasure::Delete => 0,
                AtErasure::Keep { .. } => 1,
                AtErasure::Blank(_) => 2,
            };
            (step, usize::MAX - part.depth)
        });
        let (mut done, mut touched) = (Vec::new(), Vec::new());
        for part in ordered {
            let rows = match part.holding.at_erasure {
                AtErasure::Delete => store::delete(&mut transaction, part, person).await?,
                AtErasure::Keep { .. } => store::count(&mut transaction, part, person).await?,
                AtErasure::Blank(columns) => store::blank(&mut transaction, part, person, columns).await?,
            };
            if rows > 0 {
                done.push(Erased::of(part, rows));
                touched.push(part);
            }
        }
        if let Some(party) = party {
            self.parties.forget_in(&mut transaction, ctx, party).await?;
        }
        self.accounts.close_in(&mut transaction, ctx, account).await?;
        if let Some(goodbye) = goodbye {
            let said = told(texts(goodbye.lang), &touched);
            self.accounts.tell_of_erasure(&mut transaction, ctx, &goodbye, said).await?;
        }
        let done = serde_json::to_value(&done).internal("write an erasure down")?;
        store::add_erasure(&mut transaction, ctx.now, party, account, &done).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// What has been kept long enough and waits for a clerk's word.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn due(&self, ctx: &Ctx) -> Result<Vec<Due>, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let mut due = Vec::new();
        for part in parts().iter().filter(|part| !part.is_technical()) {
            let Some((from, days)) = part.days() else { continue };
            let before = ctx.now - Duration::days(days.into());
            let (rows, oldest) = store::old(&self.pool, part.holding.table, from, before).await?;
            due.push(Due { table: part.holding.table, days, rows, oldest });
        }
        Ok(due)
    }

    /// Deletes what of a table was due at the instant at which it was shown to a clerk who says yes now; answers how many
    /// rows went.
    ///
    /// # Errors
    /// When whoever asks may not, or there is no such table, or the database fails.
    pub async fn approve(&self, ctx: &Ctx, table: &str, shown: DateTime<Utc>) -> Result<u64, Failure> {
        ctx.require(Permission::ResidentsVerify, None)?;
        let part = parts()
            .iter()
            .find(|part| part.holding.table == table && !part.is_technical() && part.days().is_some());
        let (part, (from, days)) = part
            .and_then(|part| Some((part, part.days()?)))
            .ok_or_else(|| ParamError::new("table", "must be one of those that are shown"))?;
        let before = shown.min(ctx.now) - Duration::days(days.into());
        let rows = self.delete_old(ctx, part, from, before).await?;
        self.remove_files().await?;
        Ok(rows)
    }

    /// Deletes rows that are old enough in pieces, so that nobody waits for long; each piece is written down with it.
    async fn delete_old(
        &self,
        ctx: &Ctx,
        part: &Part,
        from: &str,
        before: DateTime<Utc>,
    ) -> Result<u64, Failure> {
        let table = part.holding.table;
        let mut all = 0;
        loop {
            let mut transaction = self.pool.begin().await?;
            let rows = store::delete_old(&mut transaction, table, from, before, PIECE).await?;
            if rows == 0 {
                return Ok(all);
            }
            store::add_retention(&mut transaction, ctx.now, table, before, rows, ctx.actor()).await?;
            transaction.commit().await?;
            all += rows;
        }
    }

    async fn remove_files(&self) -> Result<(), Failure> {
        for message in store::files_to_remove(&self.pool, MOST_FILES).await? {
            self.files.remove_below(&folder_of(message)).await.internal("remove files")?;
            store::files_removed(&self.pool, message).await?;
        }
        Ok(())
    }
}

/// Where the files of a message are.
fn folder_of(message: Uuid) -> String {
    format!("messages/{}", message.simple())
}

/// Bytes as the database writes them in JSON: `\x0aff`.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    if !digits.len().is_multiple_of(2) {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks_exact(2).map(|pair| Some(digit(*pair.first()?)? * 16 + digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::bytes_of;

    #[test]
    fn bytes_are_read_as_the_database_writes_them() {
        assert_eq!(bytes_of("\\x0aff"), Some(vec![10, 255]));
        assert_eq!(bytes_of("\\x"), Some(Vec::new()));
        for nonsense in ["0aff", "\\x0", "\\x0g"] {
            assert_eq!(bytes_of(nonsense), None, "{nonsense}");
        }
    }
}

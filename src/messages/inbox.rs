//! The inbox: what somebody finds there, and what opening it writes down.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    Messages,
    model::{Attachment, Direction, Message},
    store::{
        self,
        inbox::{ThreadRow, Wanted},
    },
};
use crate::platform::{
    Ctx,
    access::Permission,
    files::Object,
    http::{Failure, ResultExt},
};

/// Matters of one page.
const PAGE: i64 = 25;
/// Unread matters that stand above the others; further ones are found by searching, or once these are read.
const MOST_UNREAD: i64 = 100;

/// One page of the inbox.
#[derive(Debug)]
pub(super) struct InboxPart {
    /// Matters in which something was not read; only on the first page.
    pub(super) unread: Vec<ThreadRow>,
    /// All others, the newest first.
    pub(super) read: Vec<ThreadRow>,
    /// Where the next page begins.
    pub(super) next: Option<Uuid>,
}

/// An opened matter.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) messages: Vec<Message>,
    /// When the staff looked at the texts, and why.
    pub(super) looks: Vec<(DateTime<Utc>, String)>,
}

impl Messages {
    /// The inbox of the party for which somebody acts.
    pub(super) async fn inbox(&self, ctx: &Ctx, q: &str, before: Option<Uuid>) -> Result<InboxPart, Failure> {
        let party = self.reader(ctx)?;
        let pattern = pattern_of(q);
        let wanted = |unread, most| Wanted { party, pattern: &pattern, unread, before, most };
        let unread = match before {
            None => store::inbox::threads(&self.pool, &wanted(true, MOST_UNREAD)).await?,
            Some(_) => Vec::new(),
        };
        let mut read = store::inbox::threads(&self.pool, &wanted(false, PAGE + 1)).await?;
        let more = read.len() as i64 > PAGE;
        read.truncate(PAGE as usize);
        let next = read.last().filter(|_| more).map(|row| row.id);
        Ok(InboxPart { unread, read, next })
    }

    /// How many messages wait to be read by whoever acts; 0 for everybody else.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unread(&self, ctx: &Ctx) -> Result<u64, Failure> {
        let Ok(party) = self.reader(ctx) else { return Ok(0) };
        Ok(u64::try_from(store::inbox::unread(&self.pool, party).await?).unwrap_or(0))
    }

    /// Opens the matter of a message, which from then on has been read; `look_only` for a browser that fetches ahead.
    pub(super) async fn open_message(
        &self,
        ctx: &Ctx,
        message: Uuid,
        look_only: bool,
    ) -> Result<Opened, Failure> {
        let party = self.reader(ctx)?;
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        let thread = store::inbox::thread_of(&self.pool, party, message).await?;
        let thread = thread.ok_or_else(|| Failure::not_found("this message"))?;
        if !look_only {
            store::inbox::read(&self.pool, party, thread, resident.account, ctx.now).await?;
        }
        let mut messages = store::thread(&self.pool, thread).await?;
        messages.retain(|message| message.party == Some(party) && message.direction != Direction::Note);
        let looks = store::inbox::looks(&self.pool, party, thread).await?;
        Ok(Opened { messages, looks })
    }

    /// A file of a message: of one's own, or of anybody's for the staff that answers.
    ///
    /// # Errors
    /// Not found, not allowed, or the store of files fails.
    pub async fn attachment(
        &self,
        ctx: &Ctx,
        message: Uuid,
        file: Uuid,
    ) -> Result<(Attachment, Object), Failure> {
        let missing = || Failure::not_found("this file");
        if !ctx.may(Permission::ConversationsAnswer, None) {
            let party = self.reader(ctx)?;
            if !store::inbox::may_fetch(&self.pool, party, message).await? {
                return Err(missing());
            }
        }
        let files = store::attachments(&self.pool, &[message]).await?;
        let found = files.into_iter().find(|found| found.id == file).ok_or_else(missing)?;
        let object = self.files.stream(&found.object()).await.internal("fetch a file of a message")?;
        Ok((found, object.ok_or_else(missing)?))
    }
}

/// What somebody typed as a pattern in which only their letters count; empty for nothing.
pub(crate) fn pattern_of(q: &str) -> String {
    let q = q.trim();
    if q.is_empty() {
        return String::new();
    }
    let plain: String = q.chars().take(100).fold(String::new(), |mut text, c| {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
        text
    });
    format!("%{plain}%")
}

#[cfg(test)]
mod tests {
    #[test]
    fn signs_of_patterns_are_letters() {
        assert_eq!(super::pattern_of(" 100%_\\ "), "%100\\%\\_\\\\%");
        assert_eq!(super::pattern_of("  "), "");
    }
}

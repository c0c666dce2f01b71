//! What other slices ask of messages: send, receive, read a matter. Each works in the caller's transaction.

use std::{collections::BTreeMap, fmt::Write as _};

use chrono::Duration;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Messages,
    attachments::{self, AttachmentFault},
    model::{
        Attachment, Channel, Consents, Direction, Message, NewAttachment, NewMessage, Purpose, Received,
        State, To, Way, Why, channels,
    },
    store::{self, DeliveryRow, MessageRow},
    templates::{self, BLOTTED, Words, clean, one_line},
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        access::{MandateScope, Permission},
        files::Object,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    ui::local_time::date_text,
};

/// Most mails that guard an account which one address gets in an hour: whoever signs up again and again in another's
/// name must not fill their mailbox.
const MOST_SECURITY_PER_HOUR: i64 = 10;
/// Most texts of this kind that one number gets in a day.
const MOST_CODES_PER_DAY: i64 = 5;
/// How long a last mail is tried, even where mail is not set up.
const LONGEST_LAST_MAIL: Duration = Duration::days(14);
/// Why a letter to somebody whose address is not known does not go.
pub(super) const NO_ADDRESS: &str = "no postal address is known";
/// Purpose under which content that opens something is sealed.
pub(super) const CONTENT_SEAL: &[u8] = b"delivery-content";

impl Messages {
    /// Writes a message and its deliveries in the caller's transaction; they go out when it is committed. The same
    /// `key` again answers the message that is there.
    ///
    /// # Errors
    /// There is no such template or party, an address alone is given for what needs a consent, or the database fails.
    pub async fn send_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        new: &NewMessage<'_>,
    ) -> Result<Uuid, Failure> {
        let template = templates::find(new.template).ok_or("no such template").internal("send a message")?;
        let own_lang =
            ctx.resident().filter(|resident| new.to == To::Party(resident.party)).map(|_| ctx.lang);
        let (party, name, lang, ways) = match &new.to {
            To::Party(party) => {
                let found = store::addressee(connection, *party).await?;
                let found = found.ok_or("no such party").internal("send a message")?;
                let consents = store::consents(connection, *party).await?;
                let ways = channels(new.purpose, &found.reach, &consents, template.letter());
                (Some(*party), found.name, found.lang.or(own_lang).unwrap_or_default(), ways)
            }
            To::Address { email, name, lang } => {
                let why = match new.purpose {
                    Purpose::Security => Why::Security,
                    Purpose::Case => Why::Asked,
                    Purpose::Reminder | Purpose::News => {
                        return Err("what needs a consent goes to no bare address")
                            .internal("send a message");
                    }
                };
                let way = Way { channel: Channel::Email, address: email.clone(), why };
                (None, name.clone(), *lang, vec![way])
            }
        };
        let letter = Outgoing { new, party, name, lang, ways };
        self.write_out(connection, ctx, template, letter).await
    }

    /// Writes a last mail to somebody of whom nothing stays, in the transaction that erases them. It goes, with its proof,
    /// as soon as it has gone out or was given up.
    ///
    /// # Errors
    /// As [`Messages::send_in`].
    pub async fn send_last_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        new: &NewMessage<'_>,
    ) -> Result<(), Failure> {
        let id = self.send_in(connection, ctx, new).await?;
        Ok(store::set_fleeting(connection, id).await?)
    }

    /// Removes last mails that could not be sent for two weeks, or were left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep(&self, ctx: &Ctx) -> Result<(), Failure> {
        Ok(store::remove_fleeting(&self.pool, ctx.now - LONGEST_LAST_MAIL).await?)
    }

    /// The language in which somebody is written to, if they or their sign-up have said one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn language_in(
        &self,
        connection: &mut PgConnection,
        party: Uuid,
    ) -> Result<Option<Lang>, Failure> {
        Ok(store::consents::language(connection, party).await?)
    }

    /// Says in which language somebody is written to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_language_in(
        &self,
        connection: &mut PgConnection,
        party: Uuid,
        lang: Lang,
    ) -> Result<(), Failure> {
        Ok(store::consents::set_language(connection, party, lang).await?)
    }

    /// Sends a code to a number that is not confirmed yet.
    pub(super) async fn send_code_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        number: &str,
        code: &str,
    ) -> Result<Uuid, Failure> {
        let template = templates::find("phone-code").ok_or("no such template").internal("send a code")?;
        let values = [("code", code.to_owned())];
        let new = NewMessage {
            to: To::Party(party),
            template: "phone-code",
            values: &values,
            purpose: Purpose::Security,
            thread: None,
            href: None,
            key: None,
        };
        let ways = vec![Way { channel: Channel::Sms, address: number.to_owned(), why: Why::Asked }];
        let letter = Outgoing { new: &new, party: Some(party), name: String::new(), lang: ctx.lang, ways };
        self.write_out(connection, ctx, template, letter).await
    }

    async fn write_out(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        template: &templates::Template,
        letter: Outgoing<'_>,
    ) -> Result<Uuid, Failure> {
        let (version, words) = self.words_in(connection, template, letter.lang).await?;
        let link = letter.new.href.as_deref().unwrap_or("/account/messages");
        let mut values = BTreeMap::from([
            ("town", self.site.town_name()),
            ("name", letter.name.clone()),
            ("date", date_text(ctx.now, texts(letter.lang))),
            ("link", format!("{}{link}", self.base())),
        ]);
        values.extend(letter.new.values.iter().map(|(name, value)| (*name, value.clone())));
        let mut blotted = values.clone();
        for secret in &template.secret {
            if let Some(value) = blotted.get_mut(secret.as_str()) {
                BLOTTED.clone_into(value);
            }
        }
        let full = templates::fill_words(&words, &values);
        let shown = templates::fill_words(&words, &blotted);
        self.write_words(connection, ctx, (template.slug, version), letter, &full, &shown).await
    }

    /// Sends a template with samples in its places, marked as a trial.
    pub(super) async fn send_sample_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        template: &'static templates::Template,
        to: To,
        mut words: Words,
    ) -> Result<Uuid, Failure> {
        let To::Address { email, name, lang } = &to else {
            return Err("a trial goes to an address").internal("send a trial");
        };
        words.subject = one_line(&format!("{} {}", texts(*lang).get("trial-mark"), words.subject), 200);
        let ways = vec![Way { channel: Channel::Email, address: email.clone(), why: Why::Asked }];
        let new = NewMessage {
            to: to.clone(),
            template: template.slug,
            values: &[],
            purpose: Purpose::Security,
            thread: None,
            href: None,
            key: None,
        };
        let letter = Outgoing { new: &new, party: None, name: name.clone(), lang: *lang, ways };
        self.write_words(connection, ctx, (template.slug, 0), letter, &words, &words).await
    }

    async fn write_words(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        (slug, version): (&str, i32),
        letter: Outgoing<'_>,
        full: &Words,
        shown: &Words,
    ) -> Result<Uuid, Failure> {
        let Outgoing { new, party, lang, mut ways, .. } = letter;
        let id = Uuid::now_v7();
        let in_inbox = ways.iter().any(|way| way.channel == Channel::Inbox && way.why.is_yes());
        let row = MessageRow {
            id,
            key: new.key,
            party,
            thread: new.thread.unwrap_or(id),
            direction: Direction::Out,
            purpose: new.purpose,
            template: Some(slug),
            template_version: Some(version),
            lang,
            subject: if shown.subject.is_empty() { slug } else { &shown.subject },
            body: &shown.body,
            href: new.href.as_deref(),
            actor: ctx.actor(),
            in_inbox,
            created_at: ctx.now,
        };
        if !store::add_message(connection, &row).await? {
            let key = new.key.ok_or("a message without a key clashed").internal("send a message")?;
            let known = store::of_key(connection, key).await?;
            return known.ok_or("the message of this key is not to be seen").internal("send a message");
        }
        self.stem(connection, ctx, new.purpose, &mut ways).await?;
        for way in &ways {
            self.add_delivery(connection, ctx, &row, way, full, shown).await?;
        }
        Ok(id)
    }

    /// Leaves ways on which too much went to the same address.
    async fn stem(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        purpose: Purpose,
        ways: &mut [Way],
    ) -> Result<(), Failure> {
        if purpose != Purpose::Security {
            return Ok(());
        }
        for way in ways {
            let (since, most) = match way.channel {
                Channel::Email => (ctx.now - Duration::hours(1), MOST_SECURITY_PER_HOUR),
                Channel::Sms => (ctx.now - Duration::days(1), MOST_CODES_PER_DAY),
                _ => continue,
            };
            if store::sent_to(connection, way.channel, &way.address, purpose, since).await? >= most {
                way.why = Why::Flood;
            }
        }
        Ok(())
    }

    async fn add_delivery(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        message: &MessageRow<'_>,
        way: &Way,
        full: &Words,
        shown: &Words,
    ) -> Result<(), Failure> {
        let id = Uuid::now_v7();
        let content = content_of(way.channel, shown, message, &self.base()).to_string();
        let whole = content_of(way.channel, full, message, &self.base()).to_string();
        let no_address = way.address.is_empty() && way.channel != Channel::Inbox;
        let state = match way.channel {
            _ if !way.why.is_yes() => State::NotWanted,
            Channel::Inbox => State::Delivered,
            _ if no_address => State::Dead,
            _ => State::Waiting,
        };
        let sealed = match state == State::Waiting && whole != content {
            true => Some(self.keys.seal(CONTENT_SEAL, whole.as_bytes()).internal("seal a message")?),
            false => None,
        };
        let row = DeliveryRow {
            id,
            message: message.id,
            channel: way.channel,
            address: &way.address,
            why: way.why,
            content: &content,
            sealed: sealed.as_deref(),
            state,
            priority: message.purpose.priority(),
            at: ctx.now,
            error: (state == State::Dead).then_some(NO_ADDRESS),
        };
        Ok(store::add_delivery(connection, &row, ctx.actor()).await?)
    }

    /// The words of a template as the town has them, with the number of their version (0 for those of the program).
    pub(super) async fn words_in(
        &self,
        connection: &mut PgConnection,
        template: &templates::Template,
        lang: Lang,
    ) -> Result<(i32, Words), Failure> {
        let own = store::templates::newest(connection, template.slug, lang).await?;
        Ok(own.unwrap_or_else(|| (0, template.words(lang).clone())))
    }

    /// Writes a message that came from somebody, with its files, in the caller's transaction.
    ///
    /// # Errors
    /// A file is not taken (422, see [`Messages::check_attachments`]), or the database or the store of files fails.
    pub async fn receive_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        received: &Received,
    ) -> Result<Uuid, Failure> {
        self.take_in(connection, ctx, Some(received.from), received).await
    }

    /// The same from somebody of whom nothing is known but a mailbox that they have proved; `from` does not count.
    ///
    /// # Errors
    /// As [`Messages::receive_in`].
    pub async fn receive_from_visitor_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        received: &Received,
    ) -> Result<Uuid, Failure> {
        self.take_in(connection, ctx, None, received).await
    }

    async fn take_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Option<Uuid>,
        received: &Received,
    ) -> Result<Uuid, Failure> {
        let id = Uuid::now_v7();
        let subject = one_line(&received.subject, 200);
        let body: String = clean(&received.body).chars().take(20_000).collect();
        let row = MessageRow {
            id,
            key: received.key,
            party,
            thread: received.thread.unwrap_or(id),
            direction: Direction::In,
            purpose: Purpose::Case,
            template: None,
            template_version: None,
            lang: ctx.lang,
            subject: if subject.is_empty() { "—" } else { &subject },
            body: &body,
            href: received.href.as_deref(),
            actor: ctx.actor(),
            in_inbox: false,
            created_at: ctx.now,
        };
        if !store::add_message(connection, &row).await? {
            let key = received.key.ok_or("a message without a key clashed").internal("receive a message")?;
            let known = store::of_key(connection, key).await?;
            return known.ok_or("the message of this key is not to be seen").internal("receive a message");
        }
        self.attach_in(connection, ctx, id, &received.attachments).await?;
        Ok(id)
    }

    /// The language in which somebody is written to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn lang_of_in(&self, connection: &mut PgConnection, party: Uuid) -> Result<Lang, Failure> {
        let found = store::addressee(connection, party).await?;
        Ok(found.and_then(|found| found.lang).unwrap_or_default())
    }

    /// All messages of a matter, also notes, for a slice that has seen to it who asks.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn whole_thread(&self, thread: Uuid) -> Result<Vec<Message>, Failure> {
        Ok(store::thread(&self.pool, thread).await?)
    }

    /// A file of a matter, for a slice that has seen to it who asks.
    ///
    /// # Errors
    /// Not found, or the store of files fails.
    pub(crate) async fn file_of_thread(
        &self,
        thread: Uuid,
        message: Uuid,
        file: Uuid,
    ) -> Result<(Attachment, Object), Failure> {
        let missing = || Failure::not_found("this file");
        let found = store::attachment_of_thread(&self.pool, thread, message, file).await?;
        let found = found.ok_or_else(missing)?;
        let object = self.files.stream(&found.object()).await.internal("fetch a file of a message")?;
        Ok((found, object.ok_or_else(missing)?))
    }

    /// Writes down that whoever acts has opened a matter outside the inbox.
    ///
    /// # Errors
    /// When no resident asks, or the database fails.
    pub(crate) async fn opened(&self, ctx: &Ctx, thread: Uuid) -> Result<(), Failure> {
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        Ok(store::inbox::read(&self.pool, resident.on_behalf_of(), thread, resident.account, ctx.now).await?)
    }

    /// Writes what the staff says among itself in a matter.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        thread: Uuid,
        body: &str,
    ) -> Result<Uuid, Failure> {
        let id = Uuid::now_v7();
        let body: String = clean(body).chars().take(20_000).collect();
        let row = MessageRow {
            id,
            key: None,
            party: None,
            thread,
            direction: Direction::Note,
            purpose: Purpose::Case,
            template: None,
            template_version: None,
            lang: ctx.lang,
            subject: "—",
            body: &body,
            href: None,
            actor: ctx.actor(),
            in_inbox: false,
            created_at: ctx.now,
        };
        store::add_message(connection, &row).await?;
        Ok(id)
    }

    /// What is wrong with files before anything is written; for forms that name the fault beside the field.
    ///
    /// # Errors
    /// All files that are not taken.
    pub fn check_attachments(&self, files: &[NewAttachment]) -> Result<(), Vec<AttachmentFault>> {
        attachments::check(files).map(|_| ())
    }

    /// Adds files to a message that was written in the same transaction. The objects are there before the rows.
    ///
    /// # Errors
    /// A file is not taken (422), or the database or the store of files fails.
    pub async fn attach_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        message: Uuid,
        files: &[NewAttachment],
    ) -> Result<(), Failure> {
        if files.is_empty() {
            return Ok(());
        }
        let refused = |faults: Vec<AttachmentFault>| {
            let t = texts(ctx.lang);
            let all = faults.iter().map(|fault| {
                serde_json::json!({ "field": "attachments", "file": fault.name, "detail": fault.text(t) })
            });
            Failure::Invalid { detail: t.get("attachments-refused"), faults: all.collect() }
        };
        let checked = attachments::check(files).map_err(refused)?;
        let (before, bytes) = store::attached(connection, message).await?;
        let together = bytes + files.iter().map(|file| file.content.len() as i64).sum::<i64>();
        if before + files.len() as i64 > attachments::MOST_FILES as i64
            || together > attachments::MOST_BYTES_TOGETHER as i64
        {
            let name = files.last().map(|file| file.name.clone()).unwrap_or_default();
            return Err(refused(vec![AttachmentFault {
                name,
                why: attachments::AttachmentRefusal::TooMuch,
            }]));
        }
        for (place, (file, checked)) in files.iter().zip(checked).enumerate() {
            let attachment = Attachment {
                id: Uuid::now_v7(),
                message,
                name: checked.name,
                media_type: checked.media_type.to_owned(),
                bytes: file.content.len() as u64,
                sha256: sum_of(&file.content),
            };
            self.files.put(&attachment.object(), file.content.clone()).await.internal("keep a file")?;
            let position = i32::try_from(before).unwrap_or(0) + i32::try_from(place).unwrap_or(0);
            store::add_attachment(connection, &attachment, position).await?;
        }
        Ok(())
    }

    /// All messages of a matter, the oldest first. A resident sees those of the party for which they act, without the
    /// staff's notes; the staff sees all.
    ///
    /// # Errors
    /// Not found, not allowed, or the database fails.
    pub async fn thread(&self, ctx: &Ctx, thread: Uuid) -> Result<Vec<Message>, Failure> {
        let may_all =
            ctx.may(Permission::ConversationsAnswer, None) || ctx.may(Permission::MessagesManage, None);
        let mut found = store::thread(&self.pool, thread).await?;
        if !may_all {
            let party = self.reader(ctx)?;
            let own =
                |message: &Message| message.party == Some(party) && message.direction != Direction::Note;
            found.retain(own);
        }
        if found.is_empty() {
            return Err(Failure::not_found("this matter"));
        }
        Ok(found)
    }

    /// The party whose messages whoever acts may read.
    pub(super) fn reader(&self, ctx: &Ctx) -> Result<Uuid, Failure> {
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        if resident.may(MandateScope::Deliveries) || resident.may(MandateScope::Cases) {
            Ok(resident.on_behalf_of())
        } else {
            Err(Failure::Forbidden { permission: MandateScope::Deliveries.name() })
        }
    }

    /// Says where somebody can be reached, once it is proven: e-mail, phone, or the address for electronic delivery
    /// ([`Channel::Letter`]); `None` when they no longer can.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_contact_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        party: Uuid,
        channel: Channel,
        address: Option<&str>,
    ) -> Result<(), Failure> {
        Ok(store::set_contact(connection, party, channel, address, ctx.now).await?)
    }

    /// What somebody agreed to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consents_of(&self, connection: &mut PgConnection, party: Uuid) -> Result<Consents, Failure> {
        Ok(store::consents(connection, party).await?)
    }

    /// Forgets somebody whose account is erased: what belongs to no case goes, and so does everything by which they
    /// could be reached. Answers the messages that went; hand them to [`Messages::forget_files`] after the commit.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_in(&self, connection: &mut PgConnection, party: Uuid) -> Result<Vec<Uuid>, Failure> {
        Ok(store::forget(connection, party).await?)
    }

    /// Removes the files of messages that are no more.
    ///
    /// # Errors
    /// When the store of files refuses.
    pub async fn forget_files(&self, messages: &[Uuid]) -> Result<(), Failure> {
        for message in messages {
            let below = format!("messages/{}", message.simple());
            self.files.remove_below(&below).await.internal("remove files of a message")?;
        }
        Ok(())
    }
}

/// A message on its way to the database.
struct Outgoing<'a> {
    new: &'a NewMessage<'a>,
    party: Option<Uuid>,
    name: String,
    lang: Lang,
    ways: Vec<Way>,
}

/// What goes out by a channel, as it is kept.
fn content_of(channel: Channel, words: &Words, message: &MessageRow<'_>, base: &str) -> serde_json::Value {
    let t = texts(message.lang);
    let or = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    let href = format!("/account/messages/{}", message.id);
    match channel {
        Channel::Inbox => serde_json::json!({}),
        Channel::Email => {
            serde_json::json!({ "subject": words.subject, "text": or(words.notice.trim(), words.body.trim()) })
        }
        Channel::Sms => {
            let usual = format!("{} {base}{href}", t.get("sms-usual"));
            serde_json::json!({ "text": or(&words.sms, &usual) })
        }
        Channel::Push => serde_json::json!({
            "title": or(&words.push, &t.get("push-usual")),
            "body": t.get("push-read-it"),
            "href": href,
            "tag": message.thread.simple().to_string(),
        }),
        Channel::Letter => serde_json::json!({ "subject": words.subject, "text": words.body.trim() }),
    }
}

pub(super) fn sum_of(content: &[u8]) -> String {
    Sha256::digest(content).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

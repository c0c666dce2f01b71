//! What somebody agrees to and takes back, where they can be reached, and the way out that needs no signing in.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    Messages,
    model::{Channel, PhoneNumber, Purpose},
    outbox::{CODE_GOOD_FOR, parse_subscription},
    store::{
        self,
        consents::{CodeRow, NewSubscription, Said},
    },
};
use crate::{
    kernel::{Lang, ParamError},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
        secrets::{SecretError, random, same},
    },
};

/// Version of the words that are agreed to; another one whenever their meaning changes.
pub const WORDING_VERSION: &str = "2026-11-30";
/// Wrong codes after which a new one is needed.
const MOST_TRIES: i32 = 5;
/// Codes that one person may ask for in an hour.
const MOST_CODES_PER_HOUR: i64 = 3;
/// Browsers of one person.
const MOST_BROWSERS: i64 = 10;
/// Purpose under which links to unsubscribe are sealed.
const UNSUBSCRIBE: &[u8] = b"unsubscribe";

/// What somebody said of one purpose and channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Purpose.
    pub purpose: Purpose,
    /// Channel.
    pub channel: Channel,
    /// Whether they agree now.
    pub given: bool,
    /// When they said so, and which version of the words they had read.
    pub said: Option<(DateTime<Utc>, String)>,
}

/// All that one page of consents shows.
#[derive(Debug, Clone)]
pub struct Consenting {
    /// All purposes and channels.
    pub choices: Vec<Choice>,
    /// E-mail address.
    pub email: Option<String>,
    /// Confirmed number.
    pub phone: Option<String>,
    /// Number that waits for its code.
    pub unconfirmed: Option<String>,
    /// Language of messages.
    pub lang: Lang,
    /// Whether browsers show notices.
    pub browsers: usize,
}

/// Why a code was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// It is another one.
    Wrong,
    /// None is asked for, it is too old, or too many were wrong.
    Ended,
}

/// What a link to unsubscribe ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscribed {
    /// Whose.
    pub party: Uuid,
    /// Of which purpose.
    pub purpose: Purpose,
    /// By which channel.
    pub channel: Channel,
}

/// The words that are agreed to.
#[must_use]
pub fn wording(t: &Texts, purpose: Purpose, channel: Channel) -> String {
    let purpose = match purpose {
        Purpose::Security | Purpose::Case => t.get("consent-case"),
        Purpose::Reminder => t.get("consent-reminder"),
        Purpose::News => t.get("consent-news"),
    };
    let channel = match channel {
        Channel::Email => t.get("consent-by-email"),
        Channel::Sms => t.get("consent-by-sms"),
        Channel::Inbox | Channel::Push | Channel::Letter => t.get("consent-by-push"),
    };
    t.args("consent-wording", &[("purpose", purpose.into()), ("channel", channel.into())])
}

impl Messages {
    /// What the party for which somebody acts agrees to, and where it can be reached.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn consenting(&self, ctx: &Ctx) -> Result<Consenting, Failure> {
        let party = self.reader(ctx)?;
        let mut connection = self.pool.acquire().await?;
        let addressee = store::addressee(&mut connection, party).await?;
        let addressee = addressee.ok_or_else(|| Failure::not_found("this person"))?;
        let code = store::consents::code(&mut connection, party).await?;
        drop(connection);
        let last = store::consents::last(&self.pool, party).await?;
        let choice = |purpose: Purpose, channel: Channel| {
            let said =
                last.iter().find(|said| said.purpose == purpose.name() && said.channel == channel.name());
            Choice {
                purpose,
                channel,
                given: said.is_some_and(|said| said.given),
                said: said.map(|said| (said.at, said.version.clone())),
            }
        };
        Ok(Consenting {
            choices: Purpose::BY_CONSENT
                .into_iter()
                .flat_map(|purpose| Channel::BY_CONSENT.map(|channel| choice(purpose, channel)))
                .collect(),
            email: addressee.reach.email,
            phone: addressee.reach.sms,
            unconfirmed: code.filter(|code| code.expires_at > ctx.now).map(|code| code.address),
            lang: store::consents::language(&self.pool, party).await?.unwrap_or(ctx.lang),
            browsers: addressee.reach.push.len(),
        })
    }

    /// Writes down what somebody agrees to from now on; only what is new is written.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn consent(
        &self,
        ctx: &Ctx,
        wanted: &[(Purpose, Channel)],
        lang: Lang,
        page: &str,
    ) -> Result<(), Failure> {
        let party = self.reader(ctx)?;
        let mut transaction = self.pool.begin().await?;
        store::consents::lock(&mut transaction, party).await?;
        let before = store::consents(&mut transaction, party).await?;
        let t = texts(ctx.lang);
        for purpose in Purpose::BY_CONSENT {
            for channel in Channel::BY_CONSENT {
                let given = wanted.contains(&(purpose, channel));
                if given == before.given(purpose, channel) {
                    continue;
                }
                let wording = wording(t, purpose, channel);
                let said = Said {
                    party,
                    purpose,
                    channel,
                    given,
                    at: ctx.now,
                    page,
                    wording: &wording,
                    version: WORDING_VERSION,
                };
                store::consents::add(&mut transaction, &said).await?;
            }
        }
        store::consents::set_language(&mut transaction, party, lang).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Sends a code to a number; `false` when too many were asked for.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn ask_for_code(&self, ctx: &Ctx, number: &PhoneNumber) -> Result<bool, Failure> {
        let party = self.reader(ctx)?;
        let mut transaction = self.pool.begin().await?;
        store::consents::lock(&mut transaction, party).await?;
        let since = ctx.now - Duration::hours(1);
        if store::consents::codes_since(&mut transaction, party, since).await? >= MOST_CODES_PER_HOUR {
            return Ok(false);
        }
        let code = new_code().internal("make a code")?;
        let row = CodeRow {
            address: number.as_str().to_owned(),
            code_mark: self.code_mark(party, number.as_str(), &code).internal("mark a code")?,
            tries: 0,
            created_at: ctx.now,
            expires_at: ctx.now + CODE_GOOD_FOR,
        };
        store::consents::put_code(&mut transaction, party, &row).await?;
        self.send_code_in(&mut transaction, ctx, party, number.as_str(), &code).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Takes the code that was sent to a number; the number is confirmed by it.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn confirm_code(&self, ctx: &Ctx, code: &str) -> Result<Result<(), CodeRefusal>, Failure> {
        let party = self.reader(ctx)?;
        let mut transaction = self.pool.begin().await?;
        store::consents::lock(&mut transaction, party).await?;
        let row = store::consents::code(&mut transaction, party).await?;
        let Some(row) = row.filter(|row| row.expires_at > ctx.now && row.tries < MOST_TRIES) else {
            return Ok(Err(CodeRefusal::Ended));
        };
        let digits: String = code.chars().filter(char::is_ascii_digit).take(10).collect();
        let mark = self.code_mark(party, &row.address, &digits).internal("mark a code")?;
        let right = same(&mark, &row.code_mark);
        if right {
            store::set_contact(&mut transaction, party, Channel::Sms, Some(&row.address), ctx.now).await?;
            store::consents::drop_code(&mut transaction, party).await?;
        } else {
            store::consents::count_try(&mut transaction, party).await?;
        }
        transaction.commit().await?;
        Ok(if right { Ok(()) } else { Err(CodeRefusal::Wrong) })
    }

    /// Forgets the number, also one that is not confirmed yet. Consents stay as they are; without a number nothing goes
    /// by them.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn forget_phone(&self, ctx: &Ctx) -> Result<(), Failure> {
        let party = self.reader(ctx)?;
        let mut transaction = self.pool.begin().await?;
        store::set_contact(&mut transaction, party, Channel::Sms, None, ctx.now).await?;
        store::consents::drop_code(&mut transaction, party).await?;
        transaction.commit().await?;
        Ok(())
    }

    fn code_mark(&self, party: Uuid, number: &str, code: &str) -> Result<String, SecretError> {
        self.keys.mark(&[b"phone-code", party.as_bytes(), number.as_bytes(), code.as_bytes()])
    }

    /// The token of a link to unsubscribe: sealed, so that nobody makes one for somebody else, and tells nothing.
    pub(super) fn unsubscribe_token(
        &self,
        party: Uuid,
        purpose: Purpose,
        channel: Channel,
    ) -> Result<String, SecretError> {
        let plain = [party.as_bytes().as_slice(), purpose.name().as_bytes(), b":", channel.name().as_bytes()]
            .concat();
        Ok(BASE64_URL_SAFE_NO_PAD.encode(self.keys.seal(UNSUBSCRIBE, &plain)?))
    }

    /// What a link to unsubscribe ends; `None` when it is none of ours.
    ///
    /// # Errors
    /// When the key is not to be had.
    pub fn subscribed(&self, token: &str) -> Result<Option<Subscribed>, Failure> {
        if token.len() > 200 {
            return Ok(None);
        }
        let Ok(sealed) = BASE64_URL_SAFE_NO_PAD.decode(token) else { return Ok(None) };
        let plain = match self.keys.open(UNSUBSCRIBE, &sealed) {
            Ok(plain) => plain,
            Err(SecretError::OtherKey) => return Ok(None),
            Err(error) => return Err(error).internal("open a link"),
        };
        let read = || {
            let (party, rest) = plain.split_first_chunk::<16>()?;
            let (purpose, channel) = std::str::from_utf8(rest).ok()?.split_once(':')?;
            Some(Subscribed {
                party: Uuid::from_bytes(*party),
                purpose: Purpose::from_name(purpose)?,
                channel: Channel::from_name(channel)?,
            })
        };
        Ok(read())
    }

    /// Takes a consent back for whoever holds the link; doing it twice does it once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unsubscribe(&self, ctx: &Ctx, subscribed: Subscribed, page: &str) -> Result<(), Failure> {
        let Subscribed { party, purpose, channel } = subscribed;
        let mut transaction = self.pool.begin().await?;
        if !store::consents::lock(&mut transaction, party).await? {
            return Ok(());
        }
        if store::consents(&mut transaction, party).await?.given(purpose, channel) {
            let wording = wording(texts(ctx.lang), purpose, channel);
            let said = Said {
                party,
                purpose,
                channel,
                given: false,
                at: ctx.now,
                page,
                wording: &wording,
                version: WORDING_VERSION,
            };
            store::consents::add(&mut transaction, &said).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// Remembers a browser that shows notices to whoever is signed in there. The same browser again is the same.
    ///
    /// # Errors
    /// 400 when what it gave cannot be right; the database fails.
    pub async fn subscribe_browser(
        &self,
        ctx: &Ctx,
        endpoint: &str,
        p256dh: &str,
        auth: &str,
        agent: &str,
    ) -> Result<Uuid, Failure> {
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        let outside = self.outside().internal("open the ways out")?;
        parse_subscription(outside, endpoint, p256dh, auth)
            .map_err(|error| ParamError::new("subscription", error.to_string()))?;
        let agent: String = agent.chars().filter(|c| !c.is_control()).take(200).collect();
        let mut transaction = self.pool.begin().await?;
        let new =
            NewSubscription { party: resident.party, endpoint, p256dh, auth, agent: &agent, at: ctx.now };
        let id = store::consents::subscribe(&mut transaction, &new).await?;
        store::consents::prune(&mut transaction, resident.party, MOST_BROWSERS).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Forgets a browser of one's own.
    ///
    /// # Errors
    /// Not found, or the database fails.
    pub async fn forget_browser(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let resident = ctx.resident().ok_or(Failure::Unauthorized)?;
        match store::consents::unsubscribe_browser(&self.pool, resident.party, id).await? {
            true => Ok(()),
            false => Err(Failure::not_found("this browser")),
        }
    }
}

/// Six digits, each as likely as every other.
fn new_code() -> Result<String, SecretError> {
    loop {
        let number = u32::from_be_bytes(random::<4>()?);
        // The largest multiple of a million below 2^32.
        if number < 4_294_000_000 {
            return Ok(format!("{:06}", number % 1_000_000));
        }
    }
}

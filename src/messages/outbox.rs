//! The outbox: what is due goes out, is tried again with longer and longer waits, and is left to a clerk at the end.
//!
//! A try is written down before it is made, with a lease; a node that ends meanwhile leaves the lease to run out, and
//! another one tries again with the same identity. So nothing is lost, and a message goes out a second time only when a
//! node ended between the other side's answer and the note of it, or when the answer never came.

use std::{collections::BTreeMap, sync::Mutex, time::Instant};

use channels::{
    Failure as NotSent, Receipt,
    email::{Mail, Mailbox},
    push::{Notice, Subscription, Urgency},
    sms::Sms,
};
use chrono::{DateTime, Duration, Utc};
use sqlx::postgres::PgListener;
use tokio::task::JoinSet;
use url::Url;
use uuid::Uuid;

use super::{
    Messages,
    compose::{Frame, MailContent, SmsContent},
    model::{Channel, Purpose, State},
    ops::CONTENT_SEAL,
    outside::{BadSetup, Outside},
    post::{Enclosure, Parcel},
    store::{
        self,
        outbox::{Claim, Claimed, Outcome},
    },
};
use crate::platform::{Ctx, http::Failure, i18n::texts};

/// Deliveries that one node sends at once.
const MOST_AT_ONCE: usize = 16;
/// Longest sleep of the outbox: a call that was missed costs no more than that.
const TICK: std::time::Duration = std::time::Duration::from_secs(10);
/// How long a delivery waits whose channel is set up wrongly; it is not counted as a try.
const SETUP_WAIT: Duration = Duration::minutes(15);
/// How long a code for a phone is of use.
pub(super) const CODE_GOOD_FOR: Duration = Duration::minutes(15);
/// How long a push service keeps a notice for a phone that is off.
const NOTICE_KEPT: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 60 * 60);
/// The longest pause that somebody who wants us to slow down is granted.
const LONGEST_PAUSE: Duration = Duration::hours(1);

/// Until when channels are not used because the other side wants us to slow down; of this node.
#[derive(Debug, Default)]
pub(super) struct Pauses(Mutex<BTreeMap<Channel, DateTime<Utc>>>);

impl Pauses {
    fn pause(&self, channel: Channel, until: DateTime<Utc>) {
        if let Ok(mut pauses) = self.0.lock() {
            pauses.insert(channel, until);
        }
    }

    fn holds(&self, channel: Channel, now: DateTime<Utc>) -> bool {
        self.0.lock().is_ok_and(|pauses| pauses.get(&channel).is_some_and(|until| *until > now))
    }
}

/// What becomes of a delivery after a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Next {
    state: State,
    step: i32,
    at: DateTime<Utc>,
}

/// The rule of trying again. `step` counts the tries so far that were in vain or are under way; `waits` are the seconds
/// after each.
fn next(answer: &Result<Receipt, NotSent>, step: i32, waits: &[u32], now: DateTime<Utc>) -> Next {
    let failure = match answer {
        Ok(_) => return Next { state: State::Sent, step, at: now },
        Err(failure) => failure,
    };
    let asked = failure.retry_after().and_then(|wait| Duration::from_std(wait).ok()).unwrap_or_default();
    let before = (step - 1).max(0);
    match failure {
        NotSent::Gone { .. } => Next { state: State::Failed, step, at: now },
        NotSent::AddressRefused { .. } | NotSent::MessageRefused { .. } => {
            Next { state: State::Dead, step, at: now }
        }
        // Neither is the message's fault: it waits until somebody mends it, or until there is room.
        NotSent::Misconfigured { .. } => Next { state: State::Waiting, step: before, at: now + SETUP_WAIT },
        NotSent::Throttled { .. } => {
            let usual = waits.first().map_or(SETUP_WAIT, |wait| Duration::seconds(i64::from(*wait)));
            Next { state: State::Waiting, step: before, at: now + asked.max(usual) }
        }
        NotSent::Temporary { .. } | NotSent::Unknown { .. } => {
            match usize::try_from(before).ok().and_then(|place| waits.get(place)) {
                Some(wait) => {
                    let wait = Duration::seconds(i64::from(*wait)).max(asked);
                    Next { state: State::Waiting, step, at: now + wait }
                }
                None => Next { state: State::Dead, step, at: now },
            }
        }
    }
}

impl Messages {
    /// The ways out; made ready when they are first used.
    pub(super) fn outside(&self) -> Result<&Outside, BadSetup> {
        if let Some(outside) = self.outside.get() {
            return Ok(outside);
        }
        let outside = self.setup.open(&self.keys, self.config.base_url.as_deref())?;
        Ok(self.outside.get_or_init(|| outside))
    }

    /// Sends what is due, for ever.
    pub async fn follow(self) {
        let mut listener = None;
        let mut under_way = JoinSet::new();
        loop {
            if listener.is_none() {
                listener = self.listen().await;
            }
            let now = Ctx::system("outbox").now;
            let room = MOST_AT_ONCE.saturating_sub(under_way.len());
            match self.claim(now, room).await {
                Ok(claimed) if !claimed.is_empty() => {
                    for one in claimed {
                        let messages = self.clone();
                        under_way.spawn(async move { messages.deliver(one, now).await });
                    }
                    continue;
                }
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "the outbox cannot take what is due; trying again"),
            }
            let wake = tokio::time::Instant::now() + self.pause_until_due(now, room).await;
            tokio::select! {
                Some(_) = under_way.join_next() => {}
                () = tokio::time::sleep_until(wake) => {}
                called = called(&mut listener) => if !called { listener = None },
            }
        }
    }

    async fn listen(&self) -> Option<PgListener> {
        let connected = async {
            let mut listener = PgListener::connect_with(&self.pool).await?;
            listener.listen("reeve_messages").await?;
            Ok::<_, sqlx::Error>(listener)
        };
        connected
            .await
            .inspect_err(
                |error| tracing::warn!(%error, "the outbox cannot listen; it looks every few seconds"),
            )
            .ok()
    }

    /// How long there is nothing to do.
    async fn pause_until_due(&self, now: DateTime<Utc>, room: usize) -> std::time::Duration {
        let Ok(outside) = self.outside() else { return TICK };
        if room == 0 {
            return TICK;
        }
        let ready: Vec<String> = ready(outside, &self.pauses, now);
        let due = store::outbox::next_due(&self.pool, &ready).await.ok().flatten();
        let wait = due.and_then(|due| (due - now).to_std().ok()).unwrap_or(TICK);
        wait.clamp(std::time::Duration::from_millis(50), TICK)
    }

    /// Sends everything that is due at an instant and waits for it; answers how many tries were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_due(&self, now: DateTime<Utc>) -> Result<usize, Failure> {
        let mut tries = 0;
        loop {
            let claimed = self.claim(now, MOST_AT_ONCE).await?;
            if claimed.is_empty() {
                return Ok(tries);
            }
            tries += claimed.len();
            let mut under_way: JoinSet<()> = claimed
                .into_iter()
                .map(|one| {
                    let messages = self.clone();
                    async move { messages.deliver(one, now).await }
                })
                .collect();
            while under_way.join_next().await.is_some() {}
        }
    }

    async fn claim(&self, now: DateTime<Utc>, room: usize) -> Result<Vec<Claimed>, sqlx::Error> {
        if room == 0 {
            return Ok(Vec::new());
        }
        let outside = match self.outside() {
            Ok(outside) => outside,
            Err(error) => {
                tracing::error!(%error, "messages cannot be sent");
                return Ok(Vec::new());
            }
        };
        let steps = i32::try_from(self.config.messages.retry_s.len()).unwrap_or(i32::MAX);
        store::outbox::bury(&self.pool, steps, now).await?;
        let claim = Claim {
            node: self.node,
            now,
            until: now + Duration::seconds(i64::from(self.config.messages.lease_s)),
            channels: &ready(outside, &self.pauses, now),
            electronic: outside.postman.is_some(),
            steps,
            most: i64::try_from(room).unwrap_or(1),
        };
        store::outbox::claim(&self.pool, &claim).await
    }

    /// Makes one try and writes down what came of it.
    async fn deliver(&self, claimed: Claimed, now: DateTime<Utc>) {
        let began = Instant::now();
        // Ends before the lease does, so that no other node begins while this one is still at it.
        let longest = std::time::Duration::from_secs(u64::from(self.config.messages.lease_s)).mul_f64(0.8);
        let too_long = || Err(NotSent::Unknown { text: "no answer within the time for one try".into() });
        let answer =
            tokio::time::timeout(longest, self.try_once(&claimed, now)).await.unwrap_or_else(|_| too_long());
        let after = now + Duration::from_std(began.elapsed()).unwrap_or_default();
        let next = next(&answer, claimed.step, &self.config.messages.retry_s, after);
        if let Err(NotSent::Throttled { .. }) = &answer {
            self.pauses.pause(claimed.channel, next.at.min(after + LONGEST_PAUSE));
        }
        if let (Err(NotSent::Gone { .. }), Ok(id)) = (&answer, claimed.address.parse())
            && let Err(error) = store::outbox::forget_subscription(&self.pool, id).await
        {
            tracing::warn!(%error, "an ended subscription could not be forgotten");
        }
        let (text, provider_id) = match &answer {
            Ok(receipt) => (receipt.detail.clone(), receipt.provider_id.clone()),
            Err(failure) => (format!("{}: {}", failure.code(), failure.text()), None),
        };
        let provider = self.provider(claimed.channel);
        let outcome = Outcome {
            state: next.state,
            step: next.step,
            next_try_at: next.at,
            provider: &provider,
            provider_id: provider_id.as_deref(),
            answer: &text,
            now: after,
        };
        metrics::counter!("reeve_deliveries_total", "channel" => claimed.channel.name(), "state" => next.state.name())
            .increment(1);
        match store::outbox::settle(&self.pool, self.node, &claimed, &outcome).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(delivery = %claimed.id, "another node went on with a delivery"),
            Err(error) => {
                tracing::warn!(%error, delivery = %claimed.id, "what came of a try could not be noted")
            }
        }
    }

    fn provider(&self, channel: Channel) -> String {
        let electronic = self.outside().ok().and_then(|outside| outside.postman.as_ref());
        match channel {
            Channel::Email => "SMTP".to_owned(),
            Channel::Sms => "SMSAPI".to_owned(),
            Channel::Push => "Web Push".to_owned(),
            Channel::Letter => electronic.map_or_else(String::new, |postman| postman.name().to_owned()),
            Channel::Inbox => String::new(),
        }
    }

    async fn try_once(&self, claimed: &Claimed, now: DateTime<Utc>) -> Result<Receipt, NotSent> {
        let content = match &claimed.sealed {
            None => claimed.content.clone(),
            Some(sealed) => {
                let opened = self.keys.open(CONTENT_SEAL, sealed);
                let opened = opened.map_err(|error| NotSent::Misconfigured { text: error.to_string() })?;
                String::from_utf8_lossy(&opened).into_owned()
            }
        };
        let outside = self.outside().map_err(|error| NotSent::Misconfigured { text: error.to_string() })?;
        match claimed.channel {
            Channel::Email => self.send_mail(outside, claimed, &content).await,
            Channel::Sms => send_sms(outside, claimed, &content, now).await,
            Channel::Push => self.send_push(outside, claimed, content, now).await,
            Channel::Letter => self.send_letter(outside, claimed, &content).await,
            Channel::Inbox => Err(refused("the inbox needs no sending")),
        }
    }

    async fn send_mail(
        &self,
        outside: &Outside,
        claimed: &Claimed,
        content: &str,
    ) -> Result<Receipt, NotSent> {
        let way = outside.mail.as_ref().ok_or_else(|| unset("e-mail"))?;
        let content: MailContent =
            serde_json::from_str(content).map_err(|_| refused("the content is damaged"))?;
        let unsubscribe = match claimed.party {
            Some(party) if claimed.purpose != Purpose::Security => {
                let token = self.unsubscribe_token(party, claimed.purpose, Channel::Email);
                let token = token.map_err(|error| NotSent::Misconfigured { text: error.to_string() })?;
                Some(format!("{}/unsubscribe/{token}", self.base()))
            }
            _ => None,
        };
        let town = self.site.town_name();
        let accent = self.site.accent();
        let frame = Frame {
            town: &town,
            colour: &accent,
            unsubscribe: unsubscribe.as_deref(),
            t: texts(claimed.lang),
        };
        let url = unsubscribe.as_deref().and_then(|url| Url::parse(url).ok());
        let mail = Mail {
            message_id: format!("<{}@{}>", claimed.id, way.domain),
            date: claimed.created_at,
            from: way.from.clone(),
            to: Mailbox::new(&claimed.address),
            reply_to: way.reply_to.clone(),
            text: frame.text(&content.text),
            html: Some(frame.html(&content.subject, &content.text)),
            subject: content.subject,
            // Behind plain HTTP the header would be refused; the link in the text works all the same.
            list_unsubscribe: url.filter(|url| url.scheme() == "https" || outside.push_loopback),
            auto_submitted: true,
            attachments: Vec::new(),
        };
        way.mailer.send(&mail).await
    }

    async fn send_push(
        &self,
        outside: &Outside,
        claimed: &Claimed,
        content: String,
        now: DateTime<Utc>,
    ) -> Result<Receipt, NotSent> {
        let push = outside.push.as_ref().ok_or_else(|| unset("push"))?;
        let gone = || NotSent::Gone { text: "the browser is no longer subscribed".into() };
        let id: Uuid = claimed.address.parse().map_err(|_| gone())?;
        let keys = store::outbox::subscription(&self.pool, id).await.map_err(|error| broken(&error))?;
        let keys = keys.ok_or_else(gone)?;
        let subscription =
            parse_subscription(outside, &keys.endpoint, &keys.p256dh, &keys.auth).map_err(|_| gone())?;
        let tag: Option<String> = serde_json::from_str::<serde_json::Value>(&content)
            .ok()
            .and_then(|content| content.get("tag")?.as_str().map(str::to_owned));
        let notice =
            Notice { payload: content.into_bytes(), ttl: NOTICE_KEPT, urgency: Urgency::Normal, topic: tag };
        push.send(&subscription, &notice, now).await
    }

    async fn send_letter(
        &self,
        outside: &Outside,
        claimed: &Claimed,
        content: &str,
    ) -> Result<Receipt, NotSent> {
        let postman = outside.postman.as_ref().ok_or_else(|| unset("electronic delivery"))?;
        let content: MailContent =
            serde_json::from_str(content).map_err(|_| refused("the content is damaged"))?;
        let text = format!("{}\n\n{}\n", content.subject, content.text);
        let mut files = vec![Enclosure {
            name: "pismo.txt".into(),
            media_type: "text/plain; charset=utf-8".into(),
            content: text.into(),
        }];
        for file in store::outbox::files(&self.pool, claimed.message).await.map_err(|error| broken(&error))? {
            let found = self.files.get(&file.object()).await;
            let found =
                found.map_err(|error| NotSent::Temporary { text: error.to_string(), retry_after: None })?;
            let content = found.ok_or_else(|| refused("a file of the letter is not to be found"))?;
            files.push(Enclosure { name: file.name, media_type: file.media_type, content });
        }
        let parcel = Parcel {
            id: claimed.id,
            to: claimed.address.clone(),
            from: self.site.town_name(),
            subject: content.subject,
            created_at: claimed.created_at,
            files,
        };
        postman.hand_over(&parcel).await
    }
}

async fn send_sms(
    outside: &Outside,
    claimed: &Claimed,
    content: &str,
    now: DateTime<Utc>,
) -> Result<Receipt, NotSent> {
    let gateway = outside.sms.as_ref().ok_or_else(|| unset("SMS"))?;
    if claimed.purpose == Purpose::Security && now - claimed.created_at > CODE_GOOD_FOR {
        return Err(NotSent::Gone { text: "too late: the code is no longer good".into() });
    }
    let content: SmsContent = serde_json::from_str(content).map_err(|_| refused("the content is damaged"))?;
    let sms = Sms { to: claimed.address.clone(), text: content.text, idx: claimed.id.to_string() };
    gateway.send(&sms, now).await
}

/// What a browser gave, looked at as the settings allow.
pub(super) fn parse_subscription(
    outside: &Outside,
    endpoint: &str,
    p256dh: &str,
    auth: &str,
) -> Result<Subscription, channels::push::BadSubscription> {
    match outside.push_loopback {
        true => Subscription::parse_loopback(endpoint, p256dh, auth),
        false => Subscription::parse(endpoint, p256dh, auth),
    }
}

/// Names of the channels that can be used now.
fn ready(outside: &Outside, pauses: &Pauses, now: DateTime<Utc>) -> Vec<String> {
    let free = |channel: &Channel| !pauses.holds(*channel, now);
    outside.ready().into_iter().filter(free).map(|channel| channel.name().to_owned()).collect()
}

fn unset(what: &str) -> NotSent {
    NotSent::Misconfigured { text: format!("{what} is not set up") }
}

fn refused(why: &str) -> NotSent {
    NotSent::MessageRefused { text: why.to_owned() }
}

fn broken(error: &sqlx::Error) -> NotSent {
    NotSent::Temporary { text: format!("the database did not answer: {error}"), retry_after: None }
}

/// Waits until somebody has something to send; `false` when the line broke.
async fn called(listener: &mut Option<PgListener>) -> bool {
    let Some(listener) = listener else { return std::future::pending().await };
    let heard = listener.try_recv().await;
    while listener.next_buffered().is_some() {}
    matches!(heard, Ok(Some(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: [u32; 7] = [60, 300, 900, 3600, 14_400, 43_200, 86_400];

    fn after(answer: &Result<Receipt, NotSent>, step: i32) -> (State, i32, i64) {
        let now = DateTime::UNIX_EPOCH;
        let next = next(answer, step, &WAITS, now);
        (next.state, next.step, (next.at - now).num_seconds())
    }

    fn text() -> String {
        "x".to_owned()
    }

    #[test]
    fn waits_grow_until_a_clerk_decides() {
        let failed = Err(NotSent::Temporary { text: text(), retry_after: None });
        for (step, wait) in (1..).zip(WAITS) {
            assert_eq!(after(&failed, step), (State::Waiting, step, i64::from(wait)));
        }
        assert_eq!(after(&failed, 8).0, State::Dead);
        let unknown = Err(NotSent::Unknown { text: text() });
        assert_eq!(after(&unknown, 1), (State::Waiting, 1, 60));
    }

    #[test]
    fn who_asks_for_a_longer_wait_gets_it() {
        let retry_after = Some(std::time::Duration::from_secs(1000));
        assert_eq!(after(&Err(NotSent::Temporary { text: text(), retry_after }), 1).2, 1000);
        assert_eq!(after(&Err(NotSent::Temporary { text: text(), retry_after }), 4).2, 3600);
        assert_eq!(
            after(&Err(NotSent::Throttled { text: text(), retry_after }), 3),
            (State::Waiting, 2, 1000)
        );
    }

    #[test]
    fn what_is_final_is_not_tried_again_and_what_is_our_fault_is_not_counted() {
        assert_eq!(after(&Err(NotSent::AddressRefused { text: text() }), 1).0, State::Dead);
        assert_eq!(after(&Err(NotSent::MessageRefused { text: text() }), 1).0, State::Dead);
        assert_eq!(after(&Err(NotSent::Gone { text: text() }), 1).0, State::Failed);
        assert_eq!(after(&Err(NotSent::Misconfigured { text: text() }), 8), (State::Waiting, 7, 900));
        let receipt = Receipt { provider_id: None, detail: text() };
        assert_eq!(after(&Ok(receipt), 1).0, State::Sent);
    }
}

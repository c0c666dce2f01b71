//! What the sandbox remembers.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};
use p256::SecretKey;
use serde::Serialize;

use crate::{KEPT_MAX, pay::Pay, switch::Trouble};

/// An SMS that was taken.
#[derive(Debug, Clone, Serialize)]
pub struct ArrivedSms {
    /// The gateway's name of it.
    pub id: String,
    /// The number, with its country.
    pub to: String,
    /// The sender's name.
    pub from: String,
    /// The text.
    pub text: String,
    /// The sender's identity of it.
    pub idx: Option<String>,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// A notice that was opened.
#[derive(Debug, Clone, Serialize)]
pub struct ArrivedPush {
    /// The browser's id.
    pub subscription: String,
    /// The notice as text.
    pub text: String,
    /// The same, if it is JSON.
    pub notice: Option<serde_json::Value>,
    /// Seconds for which it should have been kept.
    pub ttl: u64,
    /// Its urgency.
    pub urgency: Option<String>,
    /// Its topic.
    pub topic: Option<String>,
    /// Whose address the sender gave.
    pub sender: String,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// A browser of the sandbox.
#[derive(Clone)]
pub(crate) struct Browser {
    pub(crate) secret: SecretKey,
    pub(crate) auth: [u8; 16],
    /// The key of the only sender that it listens to.
    pub(crate) sender: Option<String>,
    pub(crate) gone: bool,
}

#[derive(Default)]
pub(crate) struct World {
    pub(crate) sms: VecDeque<ArrivedSms>,
    /// Identities of messages that were taken, each with its arrival's number, and the next of those.
    pub(crate) taken: HashMap<String, u64>,
    pub(crate) count: u64,
    /// Tries to send an identity again.
    pub(crate) repeated: u64,
    pub(crate) sms_trouble: Trouble,
    pub(crate) browsers: HashMap<String, Browser>,
    pub(crate) browsers_by_age: VecDeque<String>,
    pub(crate) pushes: VecDeque<ArrivedPush>,
    pub(crate) push_trouble: Trouble,
    pub(crate) pay: Pay,
}

#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<World>>);

impl Shared {
    /// The world for a moment. What a broken-off request left is still what arrived.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds at the end and forgets at the beginning.
pub(crate) fn keep<T>(list: &mut VecDeque<T>, new: T) -> Option<T> {
    list.push_back(new);
    (list.len() > KEPT_MAX).then(|| list.pop_front()).flatten()
}

/// The time of the world outside, which nobody gives as a parameter.
#[expect(clippy::disallowed_methods, reason = "the sandbox stands for others, who have clocks of their own")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

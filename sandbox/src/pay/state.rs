//! What the operators know, and the journal from which they know it again.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha384};

use super::{PayTrouble, Who};
use crate::world::now;

/// Orders that are kept; beyond them nothing is begun any more, for an operator forgets nothing.
const PAYMENTS_MAX: usize = 100_000;

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    Paid,
    Refused,
    Cancelled,
}

/// An order, with every attempt at it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Payment {
    #[serde(rename = "operator")]
    pub(crate) who: Who,
    /// The shop's id.
    pub(crate) order: String,
    /// In the address of the payer's page.
    pub(crate) token: String,
    /// The operator's id of the first attempt.
    pub(crate) first: String,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) description: String,
    /// Where messages go.
    pub(crate) notify: String,
    /// Where the browser goes.
    pub(crate) back: String,
    /// The method that the shop chose, or the only ones that it allows.
    pub(crate) methods: Vec<u32>,
    /// Until when it can be paid, on the clock of Poland.
    pub(crate) until: Option<NaiveDateTime>,
    pub(crate) at: DateTime<Utc>,
    #[serde(default)]
    pub(crate) attempts: Vec<Attempt>,
    #[serde(default)]
    pub(crate) refunds: Vec<Refund>,
}

impl Payment {
    pub(crate) fn paid(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.outcome == Outcome::Paid)
    }

    pub(crate) fn is_over(&self) -> bool {
        self.until.is_some_and(|until| poland(now()) > until)
    }
}

/// What a payer did once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) transaction: String,
    pub(crate) method: u32,
    pub(crate) outcome: Outcome,
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// Whether the shop said that it wants the money (Przelewy24).
    pub(crate) verified: bool,
    pub(crate) at: DateTime<Utc>,
}

impl Attempt {
    /// Whether the shop gets the money.
    pub(crate) fn is_settled(&self, who: Who) -> bool {
        self.outcome == Outcome::Paid && (self.verified || who != Who::Przelewy24)
    }
}

/// Money given back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refund {
    pub(crate) id: String,
    pub(crate) transaction: String,
    pub(crate) amount: i64,
    pub(crate) done: bool,
    pub(crate) at: DateTime<Utc>,
}

/// What a message tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Tells {
    Pending,
    Paid,
    Failed,
    Refunded,
}

/// A message that the shop shall get.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Message {
    pub(crate) number: usize,
    #[serde(rename = "operator")]
    pub(crate) who: Who,
    pub(crate) order: String,
    pub(crate) transaction: String,
    pub(crate) tells: Tells,
    /// Of a refund.
    pub(crate) refund: Option<String>,
    #[serde(default)]
    pub(crate) tries: u32,
    #[serde(default)]
    pub(crate) done: bool,
    /// What the shop said last.
    #[serde(default)]
    pub(crate) answer: Option<String>,
}

/// What happened; one line of the journal each.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Event {
    Opened(Payment),
    Tried { token: String, attempt: Attempt },
    Verified { token: String, transaction: String },
    Refunded { token: String, refund: Refund },
    RefundDone { token: String, id: String },
    Owed(Message),
    Told { number: usize },
}

/// What is wished of the operators beside troubles.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    pub(crate) minute_ms: Option<u64>,
    pub(crate) autopay_notify: Option<String>,
    pub(crate) autopay_return: Option<String>,
    pub(crate) paybynet_notify: Option<String>,
}

/// The memory of all three.
pub(crate) struct Pay {
    pub(crate) payments: Vec<Payment>,
    pub(crate) messages: Vec<Message>,
    pub(crate) held: Vec<usize>,
    pub(crate) minute: Duration,
    pub(crate) autopay_notify: String,
    pub(crate) autopay_return: String,
    pub(crate) paybynet_notify: String,
    troubles: [PayTrouble; 3],
    journal: Option<File>,
}

impl Default for Pay {
    fn default() -> Self {
        Self {
            payments: Vec::new(),
            messages: Vec::new(),
            held: Vec::new(),
            minute: Duration::from_secs(60),
            autopay_notify: String::new(),
            autopay_return: String::new(),
            paybynet_notify: String::new(),
            troubles: [PayTrouble::None; 3],
            journal: None,
        }
    }
}

impl Pay {
    /// With what stands in a journal, which is made if it is not there. A last line that a killed process left unfinished
    /// never happened.
    pub(crate) fn open(&mut self, path: &Path) -> io::Result<()> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error),
        };
        let mut good = 0;
        for line in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
            let event = serde_json::from_str(line)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            self.apply(event);
            good += line.len() as u64;
        }
        let file = OpenOptions::new().append(true).create(true).open(path)?;
        file.set_len(good)?;
        self.journal = Some(file);
        Ok(())
    }

    /// Writes down what happened, then knows it.
    pub(crate) fn record(&mut self, event: Event) -> io::Result<()> {
        if let Some(journal) = &mut self.journal {
            let mut line = serde_json::to_vec(&event)?;
            line.push(b'\n');
            journal.write_all(&line)?;
        }
        self.apply(event);
        Ok(())
    }

    fn apply(&mut self, event: Event) {
        match event {
            Event::Opened(payment) => self.payments.push(payment),
            Event::Tried { token, attempt } => {
                if let Some(payment) = self.by_token_mut(&token) {
                    payment.attempts.push(attempt);
                }
            }
            Event::Verified { token, transaction } => {
                let attempts = self.by_token_mut(&token).map(|payment| &mut payment.attempts);
                let found = attempts.into_iter().flatten().find(|attempt| attempt.transaction == transaction);
                if let Some(attempt) = found {
                    attempt.verified = true;
                }
            }
            Event::Refunded { token, refund } => {
                if let Some(payment) = self.by_token_mut(&token) {
                    payment.refunds.push(refund);
                }
            }
            Event::RefundDone { token, id } => {
                let refunds = self.by_token_mut(&token).map(|payment| &mut payment.refunds);
                if let Some(refund) = refunds.into_iter().flatten().find(|refund| refund.id == id) {
                    refund.done = true;
                }
            }
            Event::Owed(message) => self.messages.push(message),
            Event::Told { number } => {
                if let Some(message) = self.messages.get_mut(number) {
                    message.done = true;
                }
            }
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.payments.len() >= PAYMENTS_MAX
    }

    pub(crate) fn trouble(&self, who: Who) -> PayTrouble {
        self.troubles[who as usize]
    }

    pub(crate) fn turn(&mut self, who: Who, trouble: PayTrouble) {
        self.troubles[who as usize] = trouble;
    }

    pub(crate) fn wish(&mut self, wish: Wish) {
        let set =
            |place: &mut String, new: Option<String>| *place = new.unwrap_or_else(|| std::mem::take(place));
        set(&mut self.autopay_notify, wish.autopay_notify);
        set(&mut self.autopay_return, wish.autopay_return);
        set(&mut self.paybynet_notify, wish.paybynet_notify);
        self.minute = wish.minute_ms.map_or(self.minute, Duration::from_millis);
    }

    pub(crate) fn by_token(&self, token: &str) -> Option<&Payment> {
        self.payments.iter().rev().find(|payment| payment.token == token)
    }

    fn by_token_mut(&mut self, token: &str) -> Option<&mut Payment> {
        self.payments.iter_mut().rev().find(|payment| payment.token == token)
    }

    pub(crate) fn by_order(&self, who: Who, order: &str) -> Option<&Payment> {
        self.payments.iter().rev().find(|payment| payment.who == who && payment.order == order)
    }

    pub(crate) fn by_transaction(&self, who: Who, transaction: &str) -> Option<(&Payment, &Attempt)> {
        let of = |payment: &Payment| payment.who == who;
        self.payments.iter().rev().filter(|payment| of(payment)).find_map(|payment| {
            Some((payment, payment.attempts.iter().find(|attempt| attempt.transaction == transaction)?))
        })
    }

    /// Writes down that the shop shall be told something; gives the message's number.
    pub(crate) fn owe(
        &mut self,
        who: Who,
        order: &str,
        transaction: &str,
        tells: Tells,
        refund: Option<String>,
    ) -> io::Result<usize> {
        let number = self.messages.len();
        let (order, transaction) = (order.to_owned(), transaction.to_owned());
        let message =
            Message { number, who, order, transaction, tells, refund, tries: 0, done: false, answer: None };
        self.record(Event::Owed(message))?;
        Ok(number)
    }
}

/// `12350` as `123.50`.
pub(crate) fn decimal(grosze: i64, separator: char) -> String {
    let sign = if grosze < 0 { "-" } else { "" };
    format!("{sign}{}{separator}{:02}", grosze.abs() / 100, grosze.abs() % 100)
}

/// `123.50` as `12350`, with exactly two digits after what separates them.
pub(crate) fn grosze(text: &str, separator: char) -> Option<i64> {
    let (whole, part) = text.split_once(separator)?;
    let digits =
        |text: &str| !text.is_empty() && text.len() <= 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() != 2 {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 100 + part.parse::<i64>().ok()?)
}

/// The clock of Poland: an hour before UTC, two from the last Sunday of March to that of October, 1:00 UTC each
/// (directive 2000/84/EC).
pub(crate) fn poland(at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    let change = |month| {
        let last = NaiveDate::from_ymd_opt(utc.year(), month, 31)?;
        let back = u64::from(last.weekday().days_since(Weekday::Sun));
        last.checked_sub_days(Days::new(back))?.and_hms_opt(1, 0, 0)
    };
    let summer = change(3).is_some_and(|begin| utc >= begin) && change(10).is_some_and(|end| utc < end);
    utc + TimeDelta::hours(if summer { 2 } else { 1 })
}

/// Random letters and digits.
pub(crate) fn random(bytes: usize) -> String {
    let mut all = vec![0; bytes];
    // Without randomness ids are all zeros, and the second order is refused as the first one's double.
    let _ = getrandom::fill(&mut all);
    hex(&all).to_uppercase()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha1(text: &str) -> String {
    hex(&Sha1::digest(text))
}

pub(crate) fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text))
}

pub(crate) fn sha384(text: &str) -> String {
    hex(&Sha384::digest(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_poland() {
        for (utc, local) in [
            ("2026-03-29T00:59:59Z", "2026-03-29T01:59:59"),
            ("2026-03-29T01:00:00Z", "2026-03-29T03:00:00"),
            ("2026-10-25T00:59:59Z", "2026-10-25T02:59:59"),
            ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00"),
            ("2026-12-31T23:30:00Z", "2027-01-01T00:30:00"),
        ] {
            assert_eq!(poland(utc.parse().unwrap()), local.parse::<NaiveDateTime>().unwrap(), "{utc}");
        }
    }

    #[test]
    fn amounts() {
        assert_eq!((grosze("123,50", ','), decimal(12_350, ',')), (Some(12_350), "123,50".to_owned()));
        for bad in ["1", "1.5", "1.500", "-1.00", ".50", "1,50"] {
            assert_eq!(grosze(bad, '.'), None, "{bad}");
        }
    }
}

//! What is said to operators and by them, in words that fit all three.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{Answer, Failure, money};

/// Characters of our id of an order: Autopay takes 32.
const ORDER_ID_MAX: usize = 32;
/// Characters of a description.
const DESCRIPTION_MAX: usize = 500;
/// Characters of an address of e-mail (RFC 5321 §4.5.3.1.3).
const EMAIL_MAX: usize = 254;

/// One payment that is asked for. All amounts are złoty: Reeve orders nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Our id, unique at the operator for ever: 1 to 32 letters, digits, `-` and `_`. Paybynet takes exactly ten
    /// digits, and Autopay's documentation speaks of letters and digits only, so ten digits serve everywhere.
    pub id: String,
    /// How much.
    pub amount_grosze: i64,
    /// What for, shown to the payer. Letters that an operator does not take are replaced, the rest is cut off.
    pub description: String,
    /// Where the operator may write to the payer. Przelewy24 and Paybynet need it.
    pub email: String,
    /// Language of the operator's pages.
    pub language: Language,
    /// Until when it can be paid, on the clock of Poland. Paybynet needs it.
    pub valid_until: Option<NaiveDateTime>,
    /// Our address to which the browser comes back. Autopay has it in its own settings and adds the order itself;
    /// for the others `order=…` is added here.
    pub return_url: Url,
    /// Our address for messages from server to server. Autopay and Paybynet have it in their own settings.
    pub notify_url: Url,
    /// The operator's id of the method that the payer chose with us; else the payer chooses there.
    pub method: Option<String>,
    /// Which methods may be offered.
    pub allowed: Allowed,
}

impl Order {
    /// Checks what all operators ask.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if !is_order_id(&self.id) {
            return Err(Failure::refused("the id of an order has 1 to 32 letters, digits, - and _"));
        }
        if !money::can_be_ordered(self.amount_grosze) {
            return Err(Failure::refused("an order is for 0,01 zł to 100 000 000 zł"));
        }
        let length = self.description.chars().count();
        if self.description.trim().is_empty() || length > DESCRIPTION_MAX {
            return Err(Failure::refused("the description of an order has 1 to 500 characters"));
        }
        let email = &self.email;
        if !email.is_empty() && !is_email(email) {
            return Err(Failure::refused("the payer's address of e-mail is none"));
        }
        if self.method.as_ref().is_some_and(|method| !is_short_id(method)) {
            return Err(Failure::refused("the id of a method has 1 to 20 letters and digits"));
        }
        Ok(())
    }

    /// The address to come back to, with the order in it.
    pub(crate) fn return_with_order(&self) -> Url {
        let mut url = self.return_url.clone();
        url.query_pairs_mut().append_pair("order", &self.id);
        url
    }
}

pub(crate) fn is_order_id(id: &str) -> bool {
    (1..=ORDER_ID_MAX).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

pub(crate) fn is_short_id(id: &str) -> bool {
    (1..=20).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b",-_".contains(&byte))
}

fn is_email(text: &str) -> bool {
    let fit = |c: char| !c.is_whitespace() && !c.is_control() && !"<>&|\"'".contains(c);
    text.len() <= EMAIL_MAX
        && text.chars().all(fit)
        && text
            .split_once('@')
            .is_some_and(|(who, host)| !who.is_empty() && host.contains('.') && !host.contains('@'))
}

/// Language of an operator's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Polish.
    #[default]
    Polish,
    /// English.
    English,
}

/// Which methods may be offered for an order: taxes may be paid by card or BLIK only where the council said so
/// (articles 60 and 61a of the Tax Ordinance).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// Every method.
    All,
    /// Transfers from a bank account only.
    Transfers,
}

/// What kind of method it is, as far as the law asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// A transfer from a bank account, ordered at once.
    Transfer,
    /// A payment card.
    Card,
    /// BLIK.
    Blik,
    /// Anything else, or nobody knows: wallets, credit, vouchers. It is no transfer.
    Other,
}

/// A method that an operator offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Method {
    /// The operator's id of it, for [`Order::method`].
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: MethodKind,
    /// Whether it works now.
    pub available: bool,
    /// The least amount, if there is one.
    pub min_grosze: Option<i64>,
    /// The greatest amount, if there is one.
    pub max_grosze: Option<i64>,
}

/// An order that the operator knows, or will know when the browser arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Started {
    /// How the browser goes there.
    pub go: Go,
    /// The operator's id of the payment, if it gave one already.
    pub transaction: Option<String>,
}

/// How the browser goes to the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Go {
    /// By this address.
    Redirect(Url),
    /// By sending this form, on a page of ours with a button.
    Form(Form),
}

/// A form that the browser sends by `POST`, as `application/x-www-form-urlencoded`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Where to.
    pub action: Url,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

/// A message that came to our address for an operator's messages.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The body, as it came.
    pub body: &'a [u8],
    /// When it came.
    pub now: DateTime<Utc>,
}

/// What an operator says of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Begun, or on its way.
    Pending,
    /// Przelewy24 has the money and keeps it as an advance until [`Operator::verify`](crate::Operator::verify) says
    /// that we want it. Not paid yet.
    Advance,
    /// Paid, for good: what comes later of other attempts at the same order does not undo it.
    Paid,
    /// This attempt came to nothing; another one at the same order may still succeed.
    Failed,
    /// The time to pay is over.
    Expired,
    /// Paid, and given back to the payer.
    Returned,
}

/// What makes a message the same as an earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// The `id` of the operator's settings.
    pub operator: String,
    /// The operator's id of the payment.
    pub transaction: String,
    /// What was said of it.
    pub state: State,
}

/// What an operator said of one payment, in a message or as an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notified {
    /// The `id` of the operator's settings.
    pub operator: String,
    /// Our id of the order.
    pub order: String,
    /// The operator's id of the payment. Paybynet has none beside ours.
    pub transaction: String,
    /// What became of it.
    pub state: State,
    /// The operator's own word for that, to be kept.
    pub state_text: String,
    /// How much: to be compared with the order. `None` only in an answer of Paybynet, whose question about an order
    /// tells its state and nothing else.
    pub amount_grosze: Option<i64>,
    /// The currency, as `PLN`: to be compared too.
    pub currency: String,
    /// When the payer's bank or card said yes, on the clock of Poland, if the operator says it. A message of Przelewy24
    /// and of Paybynet does not; the answer of Przelewy24 to [`Operator::status`](crate::Operator::status) does.
    pub paid_at: Option<NaiveDateTime>,
    /// The operator's id of the method.
    pub method: Option<String>,
    /// Its kind, if it is known.
    pub kind: Option<MethodKind>,
    /// How the payment is called in settlements or transfers, if the operator says it (`p24-A1B-C2D-E3F`).
    pub title: Option<String>,
    /// The transfer in which the operator pays it out to us, if the operator says it.
    pub batch: Option<String>,
    /// What the operator keeps for itself, if it says so.
    pub fee_grosze: Option<i64>,
}

impl Notified {
    /// By which a repeated message is known.
    #[must_use]
    pub fn identity(&self) -> Identity {
        Identity { operator: self.operator.clone(), transaction: self.transaction.clone(), state: self.state }
    }

    /// The day that counts for interest (article 60 of the Tax Ordinance), if the operator says it; else the day on which
    /// the message came.
    #[must_use]
    pub fn paid_on(&self) -> Option<NaiveDate> {
        self.paid_at.map(|at| at.date())
    }
}

/// A message whose signature was right. It may tell of several things.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// Payments of which it tells.
    pub payments: Vec<Notified>,
    /// Refunds of which it tells.
    pub refunds: Vec<Refunded>,
    /// Payments to our bank account of which it tells (Autopay's ISTN).
    pub settlements: Vec<SettledNotice>,
    pub(crate) reply: Reply,
}

impl Notification {
    /// What to answer when everything was taken: written down, whatever it says.
    #[must_use]
    pub fn taken(&self) -> Answer {
        self.answer(|_| true)
    }

    /// What to answer when nothing could be taken, as when the database is away: the operator brings it again.
    #[must_use]
    pub fn not_taken(&self) -> Answer {
        self.answer(|_| false)
    }

    /// What to answer when some things were taken, each named by our id of the order (payments), of the refund, or by
    /// the operator's id of the settlement.
    #[must_use]
    pub fn answer(&self, taken: impl Fn(&str) -> bool) -> Answer {
        match &self.reply {
            Reply::Plain { names, taken: yes, refused: no } => {
                if names.iter().all(|name| taken(name)) {
                    yes.clone()
                } else {
                    no.clone()
                }
            }
            Reply::Autopay(reply) => reply.answer(taken),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    /// One answer for all.
    Plain { names: Vec<String>, taken: Answer, refused: Answer },
    /// A list, signed with the key of the message.
    Autopay(Box<crate::autopay::Reply>),
}

/// A payment that the operator passed on to our bank account, or gave back to a payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettledNotice {
    /// The `id` of the operator's settings.
    pub operator: String,
    /// The operator's id of the transfer.
    pub transfer: String,
    /// Our id of the order, if it is about one.
    pub order: Option<String>,
    /// The operator's id of the payment, if it is about one.
    pub transaction: Option<String>,
    /// Whether it went to the payer and not to us.
    pub is_refund: bool,
    /// How much.
    pub amount_grosze: i64,
    /// The currency.
    pub currency: String,
    /// Whether the bank was told to pay: `Pending`, `Paid` or `Failed`.
    pub state: State,
    /// When, on the clock of Poland.
    pub paid_at: Option<NaiveDateTime>,
    /// The title of the transfer.
    pub title: Option<String>,
}

/// What Przelewy24 is told when we want the money: what **we** ordered, not what the message said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verify {
    /// Our id of the order.
    pub order: String,
    /// The operator's id of the payment.
    pub transaction: String,
    /// How much we ordered.
    pub amount_grosze: i64,
}

/// Money to be given back to a payer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Our id of it, the same at every try: exactly 32 letters and digits, as a UUID without hyphens.
    pub id: String,
    /// Our id of the order.
    pub order: String,
    /// The operator's id of the payment.
    pub transaction: String,
    /// How much of it.
    pub amount_grosze: i64,
    /// Why, shown to the payer: at most 35 characters reach them.
    pub description: String,
    /// Our address for messages about it (Przelewy24).
    pub notify_url: Url,
}

impl Refund {
    pub(crate) fn check(&self) -> Result<(), Failure> {
        if self.id.len() != 32 || !self.id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(Failure::refused("the id of a refund has 32 letters and digits"));
        }
        if !is_order_id(&self.order) || !is_order_id(&self.transaction) {
            return Err(Failure::refused("a refund names an order and a payment of the operator"));
        }
        if !money::can_be_ordered(self.amount_grosze) {
            return Err(Failure::refused("a refund is for 0,01 zł to 100 000 000 zł"));
        }
        Ok(())
    }
}

/// How far a refund is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The operator has it, and will say later.
    Pending,
    /// The money left for the payer.
    Done,
    /// It will not be done. The same can be asked for once more under another id.
    Refused,
}

/// What an operator said of a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refunded {
    /// The `id` of the operator's settings.
    pub operator: String,
    /// Our id of it.
    pub refund: String,
    /// How far it is.
    pub state: RefundState,
    /// The operator's own word for that.
    pub state_text: String,
    /// How much, if the operator says it: to be compared with what was asked.
    pub amount_grosze: Option<i64>,
    /// The operator's id of the transfer, if it says it.
    pub transfer: Option<String>,
}

//! One face for all operators.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::{
    Failure, Fault, Incoming, Method, Notification, Notified, Order, Refund, Refunded, Refusal,
    SettingsFault, Started, Verify,
    autopay::{Autopay, AutopaySettings},
    paybynet::{Paybynet, PaybynetSettings},
    przelewy24::{Przelewy24, Przelewy24Settings},
};

/// Settings of one operator, with the protocol in `protocol`.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "protocol", rename_all = "lowercase")]
pub enum OperatorSettings {
    /// Autopay.
    Autopay(AutopaySettings),
    /// KIR Paybynet.
    Paybynet(Box<PaybynetSettings>),
    /// Przelewy24.
    Przelewy24(Przelewy24Settings),
}

/// An operator with our contract. A town may have several contracts with one, each with a bank account of its own.
#[derive(Debug, Clone)]
pub enum Operator {
    /// Autopay, formerly Blue Media.
    Autopay(Autopay),
    /// Paybynet of the Polish clearing house (KIR).
    Paybynet(Paybynet),
    /// Przelewy24.
    Przelewy24(Przelewy24),
}

impl OperatorSettings {
    /// The contract's `id`.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Autopay(settings) => &settings.id,
            Self::Paybynet(settings) => &settings.id,
            Self::Przelewy24(settings) => &settings.id,
        }
    }
}

impl Operator {
    /// An operator with these settings; nothing is asked of it yet.
    ///
    /// # Errors
    /// The settings cannot be used; the text names the setting and how to mend it.
    pub fn new(settings: OperatorSettings) -> Result<Self, SettingsFault> {
        Ok(match settings {
            OperatorSettings::Autopay(settings) => Self::Autopay(Autopay::new(settings)?),
            OperatorSettings::Paybynet(settings) => Self::Paybynet(Paybynet::new(*settings)?),
            OperatorSettings::Przelewy24(settings) => Self::Przelewy24(Przelewy24::new(settings)?),
        })
    }

    /// The `id` of its settings: what [`crate::Identity::operator`] is.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Autopay(operator) => &operator.settings().id,
            Self::Paybynet(operator) => &operator.settings().id,
            Self::Przelewy24(operator) => &operator.settings().id,
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Autopay(_) => "Autopay",
            Self::Paybynet(_) => "Paybynet",
            Self::Przelewy24(_) => "Przelewy24",
        }
    }

    /// Whether a payment is paid only after [`Self::verify`].
    #[must_use]
    pub fn wants_verification(&self) -> bool {
        matches!(self, Self::Przelewy24(_))
    }

    /// Whether [`Self::refund`] can give money back.
    #[must_use]
    pub fn can_refund(&self) -> bool {
        !matches!(self, Self::Paybynet(_))
    }

    /// Whether only transfers from bank accounts come by this operator.
    #[must_use]
    pub fn only_transfers(&self) -> bool {
        matches!(self, Self::Paybynet(_))
    }

    /// Begins a payment. Moves no money: to begin once more is harmless.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn start(&self, order: &Order, now: DateTime<Utc>) -> Result<Started, Failure> {
        match self {
            Self::Autopay(operator) => operator.start(order, now).await,
            Self::Paybynet(operator) => operator.start(order, now),
            Self::Przelewy24(operator) => operator.start(order, now).await,
        }
    }

    /// Which order the browser comes back from, by the query of the address. It says nothing of whether it is paid, and
    /// for Paybynet and Przelewy24 anybody can have written it.
    ///
    /// # Errors
    /// There is no order in it, or (Autopay) its signature is wrong.
    pub fn returned(&self, query: &str, now: DateTime<Utc>) -> Result<String, Fault> {
        match self {
            Self::Autopay(operator) => operator.returned(query, now),
            Self::Paybynet(_) | Self::Przelewy24(_) => order_in(query),
        }
    }

    /// Reads a message from server to server.
    ///
    /// # Errors
    /// It is not believed: book nothing of it and send back [`Refusal::answer`].
    pub fn notification(&self, incoming: Incoming<'_>) -> Result<Notification, Refusal> {
        match self {
            Self::Autopay(operator) => operator.notification(incoming),
            Self::Paybynet(operator) => operator.notification(incoming),
            Self::Przelewy24(operator) => operator.notification(incoming),
        }
    }

    /// Tells the operator that we want the money, where it asks for that ([`Self::wants_verification`]); elsewhere it does
    /// nothing. To do it once more is harmless. Only after it is a payment in the state [`crate::State::Advance`] paid.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn verify(&self, verify: &Verify, now: DateTime<Utc>) -> Result<(), Failure> {
        match self {
            Self::Autopay(_) | Self::Paybynet(_) => Ok(()),
            Self::Przelewy24(operator) => operator.verify(verify, now).await,
        }
    }

    /// Asks what the operator knows of an order: every attempt at it, or nothing.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn status(&self, order: &str, now: DateTime<Utc>) -> Result<Vec<Notified>, Failure> {
        match self {
            Self::Autopay(operator) => operator.status(order, now).await,
            Self::Paybynet(operator) => operator.status(order).await,
            Self::Przelewy24(operator) => operator.status(order, now).await,
        }
    }

    /// Gives money back to the payer. To ask once more under the same id is harmless.
    ///
    /// # Errors
    /// See [`Failure`]; Paybynet cannot.
    pub async fn refund(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        match self {
            Self::Autopay(operator) => operator.refund(refund, now).await,
            Self::Paybynet(_) => Err(paybynet_refunds()),
            Self::Przelewy24(operator) => operator.refund(refund, now).await,
        }
    }

    /// Asks how far a refund is.
    ///
    /// # Errors
    /// See [`Failure`]; Paybynet cannot.
    pub async fn refund_status(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        match self {
            Self::Autopay(operator) => operator.refund_status(refund, now).await,
            Self::Paybynet(_) => Err(paybynet_refunds()),
            Self::Przelewy24(operator) => operator.refund_status(refund, now).await,
        }
    }

    /// The methods that payers can choose. `message_id` is 32 letters and digits, different each time.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn methods(&self, message_id: &str, now: DateTime<Utc>) -> Result<Vec<Method>, Failure> {
        match self {
            Self::Autopay(operator) => operator.methods(message_id, now).await,
            Self::Paybynet(operator) => operator.methods().await,
            Self::Przelewy24(operator) => operator.methods(now).await,
        }
    }
}

fn paybynet_refunds() -> Failure {
    Failure::unsupported(
        "with Paybynet the money goes straight to the town's account: give it back by a transfer",
    )
}

/// The order that [`Order::return_with_order`] put into the address.
fn order_in(query: &str) -> Result<String, Fault> {
    if query.len() > 8 * 1024 {
        return Err(Fault::TooLarge);
    }
    let found = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "order");
    let (_, order) = found.ok_or(Fault::Missing("order"))?;
    if crate::model::is_order_id(&order) { Ok(order.into_owned()) } else { Err(Fault::BadValue("order")) }
}

/// A form of a message, whose names come once.
pub(crate) fn form(body: &[u8], most: usize) -> Result<Vec<(String, String)>, Fault> {
    if body.len() > crate::MESSAGE_BYTES_MAX {
        return Err(Fault::TooLarge);
    }
    let fields: Vec<_> = url::form_urlencoded::parse(body).into_owned().take(most + 1).collect();
    if fields.len() > most { Err(Fault::TooLarge) } else { Ok(fields) }
}

/// The only value of a name.
pub(crate) fn field<'f>(fields: &'f [(String, String)], name: &'static str) -> Result<&'f str, Fault> {
    let mut all = fields.iter().filter(|(found, _)| found == name);
    let (_, value) = all.next().ok_or(Fault::Missing(name))?;
    if all.next().is_some() { Err(Fault::BadValue(name)) } else { Ok(value) }
}

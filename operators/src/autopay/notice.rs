//! Messages of Autopay: ITN, which tells of payments, and ISTN, which tells of settlements.

use std::fmt::Write as _;

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Autopay, moment, state};
use crate::{
    Answer, Fault, Incoming, Notification, Notified, Refusal, SettledNotice,
    failure::short,
    model, money, operator,
    xml::{self, Element},
};

/// Transactions of one message.
const TRANSACTIONS_MAX: usize = 200;
/// Padding is not worth a refusal.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// How a message is answered, once it is known what could be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    autopay: ReplyKey,
    /// `orderID` or `remoteOutID`.
    element: &'static str,
    names: Vec<String>,
}

/// The key of the message, which the other side has for sure.
#[derive(Clone)]
struct ReplyKey {
    operator: Autopay,
    key: String,
}

impl std::fmt::Debug for ReplyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ReplyKey(…)")
    }
}

impl PartialEq for ReplyKey {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.operator.settings.service_id == other.operator.settings.service_id
    }
}

impl Eq for ReplyKey {}

impl Reply {
    pub(crate) fn answer(&self, taken: impl Fn(&str) -> bool) -> Answer {
        let words = self.names.iter().map(|name| (name.as_str(), taken(name)));
        Answer::xml(confirmation(&self.autopay.operator, &self.autopay.key, self.element, words))
    }
}

/// `confirmationList`. `CONFIRMED` says: authentic and written down, whatever became of the payment.
fn confirmation<'n>(
    autopay: &Autopay,
    key: &str,
    element: &str,
    words: impl Iterator<Item = (&'n str, bool)>,
) -> String {
    let service = autopay.settings.service_id.as_str();
    let mut hashed = vec![service];
    let mut list = String::new();
    for (name, taken) in words {
        let word = if taken { "CONFIRMED" } else { "NOTCONFIRMED" };
        hashed.extend([name, word]);
        // Writing to a String cannot fail.
        let _ = write!(
            list,
            "<transactionConfirmed><{element}>{}</{element}><confirmation>{word}</confirmation></transactionConfirmed>",
            xml::escaped(name)
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<confirmationList><serviceID>{service}</serviceID>\
         <transactionsConfirmations>{list}</transactionsConfirmations><hash>{}</hash></confirmationList>\n",
        autopay.hash(hashed, key)
    )
}

impl Autopay {
    /// Reads the form of an ITN or ISTN: its field `transactions` is an XML document in Base64.
    ///
    /// # Errors
    /// It is not believed. The answer says `NOTCONFIRMED` for whatever orders could be read, or is a plain 400.
    pub fn notification(&self, incoming: Incoming<'_>) -> Result<Notification, Refusal> {
        let document = document(incoming.body)
            .map_err(|fault| Refusal { answer: Answer::text(400, &fault.to_string()), fault })?;
        self.read(&document, incoming.now)
            .map_err(|fault| Refusal { answer: self.refusing(&document, incoming.now, &fault), fault })
    }

    fn read(&self, document: &Element, now: chrono::DateTime<chrono::Utc>) -> Result<Notification, Fault> {
        let transactions = transactions(document)?;
        // Of a stranger's message nothing is said but that it is not ours.
        if document.needed("serviceID")? != self.settings.service_id {
            return Err(Fault::OtherShop("service (serviceID)"));
        }
        let key = self.key_of(document, now)?.to_owned();
        let settled = transactions.iter().any(|one| one.find("transferStatus").is_some());
        let (mut payments, mut settlements) = (Vec::new(), Vec::new());
        for one in transactions {
            if settled {
                settlements.push(self.settlement(one)?);
            } else {
                payments.push(self.payment(one)?);
            }
        }
        let names = if settled {
            settlements.iter().map(|one| one.transfer.clone()).collect()
        } else {
            payments.iter().map(|one| one.order.clone()).collect()
        };
        let element = if settled { "remoteOutID" } else { "orderID" };
        let reply = Reply { autopay: ReplyKey { operator: self.clone(), key }, element, names };
        Ok(Notification {
            payments,
            refunds: Vec::new(),
            settlements,
            reply: model::Reply::Autopay(Box::new(reply)),
        })
    }

    /// One transaction of an ITN, or of an answer about an order, which looks the same.
    pub(super) fn payment(&self, one: &Element) -> Result<Notified, Fault> {
        let order = one.needed("orderID")?;
        let transaction = one.needed("remoteID")?;
        if !model::is_order_id(order) {
            return Err(Fault::BadValue("orderID"));
        }
        if !model::is_order_id(transaction) {
            return Err(Fault::BadValue("remoteID"));
        }
        let amount = money::parse_decimal(one.needed("amount")?, '.').ok_or(Fault::BadValue("amount"))?;
        let status = one.needed("paymentStatus")?;
        let details = one.text_of("paymentStatusDetails")?.unwrap_or_default();
        let paid_at = match one.text_of("paymentDate")? {
            Some(text) => Some(moment(text).ok_or(Fault::BadValue("paymentDate"))?),
            None => None,
        };
        let gateway = one.text_of("gatewayID")?.map(short);
        Ok(Notified {
            operator: self.settings.id.clone(),
            order: order.to_owned(),
            transaction: transaction.to_owned(),
            state: state(status).ok_or(Fault::BadValue("paymentStatus"))?,
            state_text: short(&format!("{status} {details}")),
            amount_grosze: Some(amount),
            currency: short(one.needed("currency")?),
            paid_at,
            kind: gateway.as_deref().and_then(|gateway| self.kind(gateway)),
            method: gateway,
            title: None,
            batch: None,
            fee_grosze: None,
        })
    }

    fn settlement(&self, one: &Element) -> Result<SettledNotice, Fault> {
        let text = |name| one.text_of(name).map(|text| text.map(short));
        let transfer = one.needed("remoteOutID")?;
        if !model::is_order_id(transfer) {
            return Err(Fault::BadValue("remoteOutID"));
        }
        Ok(SettledNotice {
            operator: self.settings.id.clone(),
            transfer: transfer.to_owned(),
            order: text("orderID")?,
            transaction: text("remoteID")?,
            is_refund: one.text_of("isRefund")? == Some("true"),
            amount_grosze: money::parse_decimal(one.needed("amount")?, '.')
                .ok_or(Fault::BadValue("amount"))?,
            currency: short(one.needed("currency")?),
            state: state(one.needed("transferStatus")?).ok_or(Fault::BadValue("transferStatus"))?,
            paid_at: match one.text_of("transferDate")? {
                Some(text) => Some(moment(text).ok_or(Fault::BadValue("transferDate"))?),
                None => None,
            },
            title: text("title")?,
        })
    }

    fn refusing(&self, document: &Element, now: chrono::DateTime<chrono::Utc>, fault: &Fault) -> Answer {
        let orders: Vec<&str> = transactions(document)
            .unwrap_or_default()
            .into_iter()
            .filter_map(|one| one.text_of("orderID").ok().flatten())
            .filter(|order| model::is_order_id(order))
            .collect();
        if orders.is_empty() {
            return Answer::text(400, &fault.to_string());
        }
        let key = self.settings.keys.signing(now);
        Answer::xml(confirmation(self, key, "orderID", orders.into_iter().map(|order| (order, false))))
    }
}

fn document(body: &[u8]) -> Result<Element, Fault> {
    let fields = operator::form(body, 20)?;
    // A `+` that was not written as %2B arrives as a space.
    let text: String = operator::field(&fields, "transactions")?
        .chars()
        .map(|letter| if letter == ' ' { '+' } else { letter })
        .filter(|letter| !letter.is_ascii_whitespace())
        .collect();
    let bytes = BASE64.decode(text).map_err(|_| Fault::NotReadable("no Base64"))?;
    let document = xml::read(&bytes)?;
    if document.name == "transactionList" {
        Ok(document)
    } else {
        Err(Fault::NotReadable("no transactionList"))
    }
}

/// Elements `transactions/transaction`.
pub(super) fn transactions(document: &Element) -> Result<Vec<&Element>, Fault> {
    let list = document.one("transactions")?.ok_or(Fault::Missing("transactions"))?;
    let all: Vec<_> = list.all("transaction").collect();
    match all.len() {
        0 => Err(Fault::Missing("transaction")),
        1..=TRANSACTIONS_MAX if all.len() == list.inner.len() => Ok(all),
        1..=TRANSACTIONS_MAX => Err(Fault::BadValue("transactions")),
        _ => Err(Fault::TooLarge),
    }
}

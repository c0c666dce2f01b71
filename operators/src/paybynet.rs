//! KIR Paybynet, the **classic** protocol.
//!
//! Sources: public clients of 2012 to 2015 (`cynamonium/spree_paybynet_payment`,
//! `jakubbilko/woocommerce-paybynet-gateway`). Whether the clearing house still speaks it is not known here, so every
//! address is a setting and the current document must be asked of KIR before it is promised to anybody.
//!
//! The money goes from the payer's bank straight to the account in the settings; the clearing house says at once that an
//! irrevocable transfer was ordered. There are no refunds and no fees in between.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use reqwest::{Client, header::CONTENT_TYPE};
use serde::Deserialize;
use url::Url;

use crate::{
    Answer, Failure, Fault, Form, Go, Incoming, Keys, Method, MethodKind, Notification, Notified, Order,
    Refusal, SettingsFault, Started, State, failure::short, hash::sha1, http, model::Reply, money, operator,
    settings::Check, xml,
};

/// The only currency of the protocol.
const CURRENCY: &str = "PLN";
/// Banks of the list.
const BANKS_MAX: usize = 1_000;

/// A contract with the clearing house.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaybynetSettings {
    /// Short name, in addresses and in what is booked; never changed once used.
    pub id: String,
    /// `https://pbn.paybynet.com.pl/PayByNet/trans.do`, for tests with `PayByNetT`.
    pub start_url: Url,
    /// `https://pbn.paybynet.com.pl/axis/services/PBNTransactionsGetStatus`, for tests with `axist`.
    pub status_url: Url,
    /// `https://pbn.paybynet.com.pl/PayByNet/update/os/banks.xml`.
    pub banks_url: Url,
    /// Namespace of the SOAP question. Not known for sure: it stands in the WSDL beside `status_url`.
    #[serde(default = "usual_namespace")]
    pub soap_namespace: String,
    /// The seller's NIP, ten digits.
    pub client_id: String,
    /// The password shared with the clearing house.
    pub keys: Keys,
    /// The town's bank account to which the money goes, 26 digits.
    pub account: String,
    /// Whose account it is.
    pub receiver: Receiver,
    /// Whether `http://` addresses of this very machine are taken; for tests.
    #[serde(default)]
    pub allow_http_loopback: bool,
    /// Longest time for one answer, in milliseconds.
    #[serde(default = "crate::settings::usual_time_limit_ms")]
    pub time_limit_ms: u64,
}

fn usual_namespace() -> String {
    "http://pbn.paybynet.com.pl/axis/services/PBNTransactionsGetStatus".to_owned()
}

/// Name and address of the owner of the account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Receiver {
    /// Name.
    pub name: String,
    /// Post code.
    pub post_code: String,
    /// City.
    pub city: String,
    /// Street and number.
    pub street: String,
    /// Country.
    #[serde(default = "usual_country")]
    pub country: String,
}

fn usual_country() -> String {
    "Polska".to_owned()
}

impl Receiver {
    fn fields(&self) -> [&str; 5] {
        [&self.name, &self.post_code, &self.city, &self.street, &self.country]
    }
}

/// Paybynet with our contract.
#[derive(Debug, Clone)]
pub struct Paybynet {
    settings: Arc<PaybynetSettings>,
    client: Client,
}

/// `123,50`: a comma and exactly two digits after it.
#[must_use]
pub fn amount(grosze: i64) -> String {
    money::decimal(grosze, ',')
}

impl Paybynet {
    /// With these settings; nothing is asked yet.
    ///
    /// # Errors
    /// The settings cannot be used; the text says how to mend them.
    pub fn new(settings: PaybynetSettings) -> Result<Self, SettingsFault> {
        settings.check()?;
        let client =
            http::client(Duration::from_millis(settings.time_limit_ms)).map_err(|error| SettingsFault {
                operator: settings.id.clone(),
                field: "time_limit_ms",
                problem: format!("allows no client of HTTPS: {error}"),
            })?;
        Ok(Self { settings: Arc::new(settings), client })
    }

    /// Its settings.
    #[must_use]
    pub fn settings(&self) -> &PaybynetSettings {
        &self.settings
    }

    /// The tags of a start, in the order in which they are hashed.
    fn tags(&self, order: &Order, valid_until: chrono::NaiveDateTime) -> String {
        let receiver = &self.settings.receiver;
        let back = order.return_with_order();
        let name = format!(
            "{}^NM^{}^ZP^{}^CI^{}^ST^{}^CT^",
            receiver.name, receiver.post_code, receiver.city, receiver.street, receiver.country
        );
        let until = valid_until.format("%d-%m-%Y %H:%M:%S").to_string();
        let amount = amount(order.amount_grosze);
        [
            ("id_client", self.settings.client_id.as_str()),
            ("id_trans", &order.id),
            ("date_valid", &until),
            ("amount", &amount),
            ("currency", CURRENCY),
            ("email", &order.email),
            ("account", &self.settings.account),
            ("accname", &name),
            ("backpage", back.as_str()),
            ("backpagereject", back.as_str()),
        ]
        .iter()
        .map(|(tag, value)| format!("<{tag}>{value}</{tag}>"))
        .collect()
    }

    /// The form that the browser brings: `hashtrans`, Base64 of the tags and their SHA-1 with the password, and `idbank` if
    /// the payer chose a bank.
    ///
    /// # Errors
    /// The order cannot be written in this protocol.
    pub fn start(&self, order: &Order, now: DateTime<Utc>) -> Result<Started, Failure> {
        order.check()?;
        if !is_payment_id(&order.id) {
            return Err(Failure::refused(
                "Paybynet takes orders whose id is ten digits, with zeros before the number",
            ));
        }
        let until =
            order.valid_until.ok_or_else(|| Failure::refused("Paybynet needs valid_until of an order"))?;
        if order.email.is_empty() {
            return Err(Failure::refused("Paybynet needs the payer's address of e-mail"));
        }
        let mut tags = self.tags(order, until);
        let hash = start_hash(&tags, self.settings.keys.signing(now));
        tags.push_str(&format!("<hash>{hash}</hash>"));
        let mut fields = vec![("hashtrans", BASE64_STANDARD.encode(tags))];
        if let Some(bank) = &order.method {
            fields.push(("idbank", bank.clone()));
        }
        let form = Form { action: self.settings.start_url.clone(), fields };
        Ok(Started { go: Go::Form(form), transaction: Some(order.id.clone()) })
    }

    /// Reads the push of a status: `newStatus`, `transAmount`, `paymentId`, `hash`.
    ///
    /// # Errors
    /// It is not believed; the answer is `FAIL`.
    pub fn notification(&self, incoming: Incoming<'_>) -> Result<Notification, Refusal> {
        let refused = Answer::text(200, "FAIL");
        let payment = self.read(incoming).map_err(|fault| Refusal { fault, answer: refused.clone() })?;
        let reply =
            Reply::Plain { names: vec![payment.order.clone()], taken: Answer::text(200, "OK"), refused };
        Ok(Notification { payments: vec![payment], refunds: Vec::new(), settlements: Vec::new(), reply })
    }

    fn read(&self, incoming: Incoming<'_>) -> Result<Notified, Fault> {
        let fields = operator::form(incoming.body, 20)?;
        let field = |name| operator::field(&fields, name);
        let (status, amount_text) = (field("newStatus")?, field("transAmount")?);
        let (payment, hash) = (field("paymentId")?, field("hash")?);
        // The values are hashed without anything between them: only because two of them have a fixed length is it sure
        // where one ends.
        if status.len() != 4 || !status.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Fault::BadValue("newStatus"));
        }
        if !is_payment_id(payment) {
            return Err(Fault::BadValue("paymentId"));
        }
        let grosze = money::parse_decimal(amount_text, ',').filter(|grosze| amount(*grosze) == amount_text);
        let grosze = grosze.ok_or(Fault::BadValue("transAmount"))?;
        self.settings
            .keys
            .matching(incoming.now, hash, |key| push_hash(status, amount_text, payment, key))?;
        let code = status.parse().map_err(|_| Fault::BadValue("newStatus"))?;
        Ok(self.told(payment, code, Some(grosze)))
    }

    fn told(&self, payment: &str, code: i64, amount_grosze: Option<i64>) -> Notified {
        Notified {
            operator: self.settings.id.clone(),
            order: payment.to_owned(),
            transaction: payment.to_owned(),
            state: state(code),
            state_text: code.to_string(),
            amount_grosze,
            currency: CURRENCY.to_owned(),
            paid_at: None,
            method: None,
            kind: Some(MethodKind::Transfer),
            title: None,
            batch: None,
            fee_grosze: None,
        }
    }

    /// Asks by SOAP (`getStatusByPaymentID`), which answers with the code alone.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn status(&self, order: &str) -> Result<Vec<Notified>, Failure> {
        if !is_payment_id(order) {
            return Err(Failure::refused("Paybynet knows orders by ten digits"));
        }
        let question = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
             <p:getStatusByPaymentID xmlns:p=\"{}\"><in0>{order}</in0><in1>{}</in1></p:getStatusByPaymentID>\
             </soapenv:Body></soapenv:Envelope>",
            xml::escaped(&self.settings.soap_namespace).replace('"', "&quot;"),
            self.settings.client_id
        );
        let request = self.client.post(self.settings.status_url.clone()).header("SOAPAction", "\"\"");
        let said = http::ask(request.header(CONTENT_TYPE, "text/xml; charset=utf-8").body(question)).await?;
        let unusable = |why: &str| Failure::unknown(format!("Paybynet answered {}, and {why}", said.status));
        let document = xml::read(&said.body).map_err(|fault| unusable(&fault.to_string()))?;
        if let Some(fault) = document.find("faultstring") {
            return Err(unusable(&format!("says {}", fault.text)));
        }
        let code =
            document.find("getStatusByPaymentIDReturn").and_then(|found| found.text.trim().parse().ok());
        let code: i64 = code.ok_or_else(|| unusable("gives no code"))?;
        // A code of no known meaning, as for an order that the browser never brought, tells of no payment.
        Ok(if is_known(code) { vec![self.told(order, code, None)] } else { Vec::new() })
    }

    /// The banks of the list, all of which are transfers.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn methods(&self) -> Result<Vec<Method>, Failure> {
        let said = http::ask(self.client.get(self.settings.banks_url.clone())).await?;
        let document = xml::read(&said.body)
            .map_err(|fault| Failure::unknown(format!("Paybynet's list of banks cannot be used: {fault}")))?;
        let method = |bank: &xml::Element| {
            let id = bank.text_of("id").ok().flatten()?.trim().to_owned();
            let name = short(bank.text_of("name").ok().flatten()?);
            let available = crate::model::is_short_id(&id);
            let kind = MethodKind::Transfer;
            Some(Method { id, name, kind, available, min_grosze: None, max_grosze: None })
        };
        Ok(document.all("bank").take(BANKS_MAX).filter_map(method).collect())
    }
}

/// SHA-1 of the tags with the password as one more tag.
#[must_use]
pub fn start_hash(tags: &str, password: &str) -> String {
    sha1(&format!("{tags}<password>{password}</password>"))
}

/// SHA-1 of status, amount, payment and password, with nothing between them.
#[must_use]
pub fn push_hash(status: &str, amount: &str, payment: &str, password: &str) -> String {
    sha1(&format!("{status}{amount}{payment}{password}"))
}

fn is_payment_id(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_known(code: i64) -> bool {
    matches!(code, 1000..=1012 | 2200..=2203 | 2300..=2303)
}

/// What a code means: 2203 and 2303 paid, 2202 and 2302 rejected, 2201 and 2301 outdated, 1000 to 1012 rejected when the
/// request was checked.
fn state(code: i64) -> State {
    match code {
        2203 | 2303 => State::Paid,
        2202 | 2302 | 1000..=1012 => State::Failed,
        2201 | 2301 => State::Expired,
        _ => State::Pending,
    }
}

impl PaybynetSettings {
    fn check(&self) -> Result<(), SettingsFault> {
        let check = Check { operator: &self.id };
        let digits =
            |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
        check.id()?;
        check.address("start_url", &self.start_url, self.allow_http_loopback)?;
        check.address("status_url", &self.status_url, self.allow_http_loopback)?;
        check.address("banks_url", &self.banks_url, self.allow_http_loopback)?;
        check.that(digits(&self.client_id, 10), "client_id", "must be the seller's NIP: ten digits")?;
        check.that(
            digits(&self.account, 26),
            "account",
            "must be a bank account: 26 digits without spaces",
        )?;
        check.keys("keys", &self.keys)?;
        let fit = |text: &&str| {
            (1..=100).contains(&text.chars().count())
                && !text.chars().any(|c| "^<>".contains(c) || c.is_control())
        };
        let good = self.receiver.fields().iter().all(fit);
        check.that(good, "receiver", "must have texts of 1 to 100 characters without ^ < >")?;
        check.common(&std::collections::BTreeMap::new(), self.time_limit_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes() {
        for (code, meant) in [
            (2203, State::Paid),
            (2303, State::Paid),
            (2202, State::Failed),
            (2302, State::Failed),
            (1000, State::Failed),
            (1012, State::Failed),
            (2201, State::Expired),
            (2301, State::Expired),
            (2300, State::Pending),
            (0, State::Pending),
        ] {
            assert_eq!(state(code), meant, "{code}");
        }
        assert!(!is_known(0) && !is_known(-1) && is_known(2200));
    }
}

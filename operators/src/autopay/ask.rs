//! What is asked of Autopay.

use chrono::{DateTime, Utc};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use url::{Url, form_urlencoded};

use super::{Autopay, CURRENCY, amount, description, notice};
use crate::{
    Allowed, Failure, Fault, Form, Go, Method, MethodKind, Notified, Order, Refund, RefundState, Refunded,
    Started,
    failure::short,
    http, json,
    model::is_short_id,
    settings::{below, is_allowed},
    xml::{self, Element},
};

/// Says that a request is made by a server and not by a browser.
const BACKGROUND: &str = "pay-bm";
/// The same, for the address at which the payer goes on.
const CONTINUE: &str = "pay-bm-continue-transaction-url";

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GatewayQuestion<'a> {
    #[serde(rename = "ServiceID")]
    service_id: u64,
    #[serde(rename = "MessageID")]
    message_id: &'a str,
    currencies: &'a str,
    language: &'a str,
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewayAnswer {
    result: Option<String>,
    error_status: Option<String>,
    #[serde(default)]
    gateway_list: Option<Vec<Gateway>>,
}

/// The documentation of the list has `gatewayID` in its table and `id` in one of its examples.
#[derive(Deserialize)]
struct Gateway {
    #[serde(rename = "gatewayID")]
    gateway_id: Option<u32>,
    id: Option<u32>,
    name: Option<String>,
    #[serde(rename = "groupType")]
    group_type: Option<String>,
    state: Option<String>,
    #[serde(default)]
    currencies: Vec<GatewayCurrency>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GatewayCurrency {
    currency: String,
    min_amount: Option<serde_json::Number>,
    max_amount: Option<serde_json::Number>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundQuestion<'a> {
    service_id: u64,
    message_id: &'a str,
    method: &'a str,
    hash: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundAnswer {
    service_id: Option<u64>,
    message_id: Option<String>,
    status: Option<String>,
    remote_out_id: Option<String>,
    hash: Option<String>,
    error_status: Option<String>,
}

impl Autopay {
    /// The signed fields of a start, in the order of their hash. Only fields are sent for which the SDK and the numbers of
    /// the documentation agree about that order.
    fn fields(&self, order: &Order, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
        let time =
            order.valid_until.map(|until| until.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default();
        let mut fields: Vec<(&'static str, String)> = [
            ("ServiceID", self.settings.service_id.clone()),
            ("OrderID", order.id.clone()),
            ("Amount", amount(order.amount_grosze)),
            ("Description", description(&order.description)),
            ("GatewayID", order.method.clone().unwrap_or_default()),
            ("Currency", CURRENCY.to_owned()),
            ("CustomerEmail", order.email.clone()),
            ("ValidityTime", time.clone()),
            ("LinkValidityTime", time),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .collect();
        let hash = self.signed(fields.iter().map(|(_, value)| value.as_str()), now);
        fields.push(("Hash", hash));
        fields
    }

    /// Begins a payment: a signed form for the browser or, with `background_start`, the address that the operator gives.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn start(&self, order: &Order, now: DateTime<Utc>) -> Result<Started, Failure> {
        order.check()?;
        let kind = order.method.as_deref().map(|method| self.kind(method));
        match (order.allowed, kind) {
            (Allowed::All, _) | (Allowed::Transfers, Some(Some(MethodKind::Transfer))) => {}
            (Allowed::Transfers, None) => {
                return Err(Failure::refused(
                    "Autopay cannot be told to offer transfers only: let the payer choose the bank with us",
                ));
            }
            (Allowed::Transfers, Some(_)) => {
                return Err(Failure::refused(
                    "the method is no transfer as far as the settings know: name it in kinds, or choose another",
                ));
            }
        }
        let fields = self.fields(order, now);
        let action = below(&self.settings.base_url, &self.settings.start_path);
        if !self.settings.background_start {
            return Ok(Started { go: Go::Form(Form { action, fields }), transaction: None });
        }
        let document = self.post_form(action, &fields, CONTINUE).await?;
        self.continued(&document, &order.id, now)
    }

    /// The answer to a pre-transaction. It has no `serviceID`; its hash is over the values of the document.
    fn continued(&self, document: &Element, order: &str, now: DateTime<Utc>) -> Result<Started, Failure> {
        self.trusted(document, now)?;
        let text =
            |name| document.find(name).map(|found| found.text.as_str()).filter(|text| !text.is_empty());
        if let Some(reason) = text("reason").filter(|_| text("redirecturl").is_none()) {
            return Err(match reason {
                "BANK_TEMPORARY_MAINTENANCE" => Failure::temporary(format!("Autopay: {reason}")),
                reason => Failure::refused(format!("Autopay: {reason}")),
            });
        }
        if text("orderID") != Some(order) {
            return Err(Failure::unknown("Autopay answered about another order"));
        }
        let url = text("redirecturl").and_then(|text| Url::parse(text).ok());
        let url = url.filter(|url| is_allowed(url, self.settings.allow_http_loopback));
        let url = url.ok_or_else(|| Failure::unknown("Autopay gave no address of https:// to go on"))?;
        Ok(Started { go: Go::Redirect(url), transaction: text("remoteID").map(short) })
    }

    /// Every attempt at an order, at most fifty (`/webapi/transactionStatus`).
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn status(&self, order: &str, now: DateTime<Utc>) -> Result<Vec<Notified>, Failure> {
        let service = self.settings.service_id.as_str();
        let hash = self.signed([service, order], now);
        let fields = [("ServiceID", service.to_owned()), ("OrderID", order.to_owned()), ("Hash", hash)];
        let document =
            self.post_form(below(&self.settings.base_url, "/webapi/transactionStatus"), &fields, BACKGROUND);
        let document = document.await?;
        if document.name != "transactionList" {
            return Err(self.error_of(&document));
        }
        self.trusted(&document, now)?;
        if document.text_of("serviceID").map_err(unusable)? != Some(service) {
            return Err(Failure::unknown("Autopay answered about another service"));
        }
        let list = document.one("transactions").map_err(unusable)?;
        if list.is_none_or(|list| list.inner.is_empty()) {
            return Ok(Vec::new());
        }
        let all = notice::transactions(&document).map_err(unusable)?;
        let all: Result<Vec<_>, _> = all.into_iter().map(|one| self.payment(one)).collect();
        let all = all.map_err(unusable)?;
        if all.iter().any(|one| one.order != order) {
            return Err(Failure::unknown("Autopay answered about another order"));
        }
        Ok(all)
    }

    /// Gives back a part or all (`/settlementapi/transactionRefund`). The operator does it within half an hour and takes it
    /// from the service's balance; the same `MessageID` is done once, however often it is sent.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn refund(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        refund.check()?;
        let mut fields = vec![
            ("ServiceID", self.settings.service_id.clone()),
            ("MessageID", refund.id.clone()),
            ("RemoteID", refund.transaction.clone()),
            ("Amount", amount(refund.amount_grosze)),
        ];
        fields.push(("Hash", self.signed(fields.iter().map(|(_, value)| value.as_str()), now)));
        let url = below(&self.settings.base_url, "/settlementapi/transactionRefund");
        let document = self.post_form(url, &fields, BACKGROUND).await?;
        if document.find("messageID").is_none() {
            return Err(self.error_of(&document));
        }
        self.trusted(&document, now)?;
        if document.text_of("messageID").map_err(unusable)? != Some(&refund.id) {
            return Err(Failure::unknown("Autopay answered about another refund"));
        }
        Ok(self.refunded(refund, RefundState::Pending, "taken", None))
    }

    /// How far a refund is (`/settlementapi/outDetails/v2`).
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn refund_status(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        const METHOD: &str = "TRANSACTION_REFUND";
        refund.check()?;
        let service = self.settings.service_id.as_str();
        let hash = self.signed([service, &refund.id, METHOD], now);
        let service_id = self.service_number();
        let question = RefundQuestion { service_id, message_id: &refund.id, method: METHOD, hash };
        let answer: RefundAnswer = self.post_json("/settlementapi/outDetails/v2", &question).await?;
        let (Some(status), Some(hash)) = (&answer.status, &answer.hash) else {
            let why = answer.error_status.as_deref().unwrap_or("no status");
            return Err(Failure::unknown(format!("Autopay: {why}")));
        };
        let said = answer.service_id.map(|number| number.to_string()).unwrap_or_default();
        let message = answer.message_id.as_deref().unwrap_or_default();
        let out = answer.remote_out_id.as_deref().unwrap_or_default();
        let values = [said.as_str(), message, status, out];
        let key = self.settings.keys.matching(now, hash, |key| self.hash(values, key));
        if key.is_err() || said != service || message != refund.id {
            return Err(Failure::unknown("Autopay's answer about the refund is not signed for it"));
        }
        let state = match status.as_str() {
            "DONE" => RefundState::Done,
            canceled if canceled.starts_with("CANCELED") => RefundState::Refused,
            _ => RefundState::Pending,
        };
        Ok(self.refunded(refund, state, status, Some(out).filter(|out| !out.is_empty())))
    }

    fn refunded(&self, refund: &Refund, state: RefundState, word: &str, transfer: Option<&str>) -> Refunded {
        Refunded {
            operator: self.settings.id.clone(),
            refund: refund.id.clone(),
            state,
            state_text: short(word),
            amount_grosze: None,
            transfer: transfer.map(short),
        }
    }

    /// The list of gateways (`/gatewayList/v3`). The answer is not signed.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn methods(&self, message_id: &str, now: DateTime<Utc>) -> Result<Vec<Method>, Failure> {
        let service = self.settings.service_id.as_str();
        let hash = self.signed([service, message_id, CURRENCY, "PL"], now);
        let service_id = self.service_number();
        let question = GatewayQuestion { service_id, message_id, currencies: CURRENCY, language: "PL", hash };
        let answer: GatewayAnswer = self.post_json("/gatewayList/v3", &question).await?;
        match (answer.result.as_deref(), answer.gateway_list) {
            (Some("OK"), Some(list)) => {
                Ok(list.iter().take(500).filter_map(|gateway| self.method(gateway)).collect())
            }
            _ => {
                let why = answer.error_status.unwrap_or_else(|| "no list of gateways".to_owned());
                Err(Failure::misconfigured(format!("Autopay: {why}. Check service_id, keys and hash")))
            }
        }
    }

    fn method(&self, gateway: &Gateway) -> Option<Method> {
        let id = gateway.gateway_id.or(gateway.id)?.to_string();
        let zloty = gateway.currencies.iter().find(|one| one.currency == CURRENCY)?;
        let group = gateway.group_type.as_deref().unwrap_or_default().to_uppercase();
        let name = short(gateway.name.as_deref().unwrap_or_default());
        // `PBL` and `FR` are in the documentation; the words for cards and BLIK are guessed, so settings can overrule.
        let told = match group.as_str() {
            "PBL" | "FR" => MethodKind::Transfer,
            group if group.contains("BLIK") => MethodKind::Blik,
            group if group.contains("CARD") || group.contains("KART") => MethodKind::Card,
            _ if name.to_uppercase().contains("BLIK") => MethodKind::Blik,
            _ => MethodKind::Other,
        };
        // Limits to show, no money that moves; their shortest text has the digits that were written.
        let limit = |number: &Option<serde_json::Number>| {
            number.as_ref().and_then(|number| crate::money::parse_decimal(&number.to_string(), '.'))
        };
        Some(Method {
            kind: self.kind(&id).unwrap_or(told),
            available: gateway.state.as_deref() == Some("OK") && is_short_id(&id),
            min_grosze: limit(&zloty.min_amount),
            max_grosze: limit(&zloty.max_amount),
            id,
            name,
        })
    }

    fn service_number(&self) -> u64 {
        // Digits only, as the settings were checked.
        self.settings.service_id.parse().unwrap_or_default()
    }

    fn trusted(&self, document: &Element, now: DateTime<Utc>) -> Result<(), Failure> {
        match self.key_of(document, now) {
            Ok(_) => Ok(()),
            Err(fault) => Err(Failure::unknown(format!("Autopay's answer cannot be trusted: {fault}"))),
        }
    }

    /// An answer that is an error: `statusCode`, `name`, `description`, or `reason` and `description`.
    fn error_of(&self, document: &Element) -> Failure {
        let text = |name| document.find(name).map(|found| found.text.as_str()).unwrap_or_default();
        let word =
            [text("name"), text("reason"), text("description")].into_iter().find(|word| !word.is_empty());
        match word {
            Some(word) if word.contains("TEMPORARY") => Failure::temporary(format!("Autopay: {word}")),
            Some(word) if word.contains("HASH") => Failure::misconfigured(format!(
                "Autopay: {word}. Check the keys and the hash of the settings"
            )),
            Some(word) => Failure::refused(format!("Autopay: {word}")),
            None => Failure::unknown("Autopay's answer is no answer to what was asked"),
        }
    }

    async fn post_form(&self, url: Url, fields: &[(&str, String)], header: &str) -> Result<Element, Failure> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.client.post(url).header("BmHeader", header);
        let request =
            request.header(CONTENT_TYPE, "application/x-www-form-urlencoded; charset=utf-8").body(body);
        let said = http::ask(request).await?;
        xml::read(&said.body)
            .map_err(|fault| Failure::unknown(format!("Autopay answered {}, and {fault}", said.status)))
    }

    async fn post_json<T: serde::de::DeserializeOwned>(
        &self,
        path: &str,
        question: &impl Serialize,
    ) -> Result<T, Failure> {
        let body =
            serde_json::to_vec(question).map_err(|_| Failure::refused("the question cannot be written"))?;
        let request = self.client.post(below(&self.settings.base_url, path));
        let request =
            request.header("BmHeader", BACKGROUND).header(CONTENT_TYPE, "application/json").body(body);
        let said = http::ask(request).await?;
        json::read(&said.body)
            .map_err(|fault| Failure::unknown(format!("Autopay answered {}, and {fault}", said.status)))
    }
}

fn unusable(fault: Fault) -> Failure {
    Failure::unknown(format!("Autopay's answer cannot be used: {fault}"))
}

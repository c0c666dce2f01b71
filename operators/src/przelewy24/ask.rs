//! What is asked of Przelewy24.

use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::{Method as Verb, StatusCode, header::CONTENT_TYPE};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{CURRENCY, Przelewy24, SignedRegister, SignedVerify, VerifyBy, amount, sign};
use crate::{
    Allowed, Failure, Go, Language, Method, MethodKind, Notified, Order, Refund, RefundState, Refunded,
    Started, State, Verify, failure::short, http, http::Said, json, model::is_order_id, settings::below,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Register<'a> {
    merchant_id: i64,
    pos_id: i64,
    session_id: &'a str,
    amount: i64,
    currency: &'a str,
    description: String,
    email: &'a str,
    country: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<u32>,
    url_return: &'a str,
    url_status: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<u32>,
    encoding: &'a str,
    sign: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Verification<'a> {
    merchant_id: i64,
    pos_id: i64,
    session_id: &'a str,
    amount: i64,
    currency: &'a str,
    order_id: i64,
    sign: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Refunds<'a> {
    request_id: &'a str,
    refunds_uuid: &'a str,
    refunds: [RefundOne<'a>; 1],
    url_status: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefundOne<'a> {
    order_id: i64,
    session_id: &'a str,
    amount: i64,
    description: String,
}

#[derive(Deserialize)]
struct Data<T> {
    data: T,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

#[derive(Deserialize)]
struct Verified {
    status: String,
}

/// `error` is a text or a list of texts by field.
#[derive(Deserialize)]
struct Error {
    error: serde_json::Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transaction {
    order_id: i64,
    session_id: String,
    status: i64,
    amount: i64,
    currency: String,
    date_of_transaction: Option<String>,
    payment_method: Option<i64>,
    batch_id: Option<i64>,
    fee: Option<serde_json::Value>,
    statement: Option<String>,
}

#[derive(Deserialize)]
struct MethodOne {
    id: i64,
    name: String,
    group: Option<String>,
    status: Option<bool>,
}

#[derive(Deserialize)]
struct RefundsTold {
    refunds: Vec<RefundTold>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RefundTold {
    request_id: String,
    status: i64,
    amount: i64,
    batch_id: Option<i64>,
}

#[derive(Deserialize)]
struct RefundTaken {
    status: Option<bool>,
    message: Option<String>,
}

impl Przelewy24 {
    /// Registers a payment and gives the address to which the browser goes. What is known of the time to pay
    /// ([`Order::valid_until`]) is not told to the operator, which counts at most 99 minutes.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn start(&self, order: &Order, now: DateTime<Utc>) -> Result<Started, Failure> {
        order.check()?;
        if order.email.is_empty() {
            return Err(Failure::refused("Przelewy24 needs the payer's address of e-mail"));
        }
        let method = match &order.method {
            Some(text) => Some(
                text.parse::<u32>().map_err(|_| Failure::refused("a method of Przelewy24 is a number"))?,
            ),
            None => None,
        };
        let transfers = order.allowed == Allowed::Transfers;
        let kind = method.and_then(|method| self.kind(method.into()));
        if transfers && kind.is_some_and(|kind| kind != MethodKind::Transfer) {
            return Err(Failure::refused("the method is no transfer: choose another"));
        }
        let (session_id, amount) = (order.id.as_str(), amount(order.amount_grosze));
        let crc = self.settings.crc.signing(now);
        let merchant_id = self.settings.merchant_id;
        let back = order.return_with_order();
        let register = Register {
            merchant_id,
            pos_id: self.settings.pos_id,
            session_id,
            amount,
            currency: CURRENCY,
            description: short(&order.description),
            email: &order.email,
            country: "PL",
            language: if order.language == Language::English { "en" } else { "pl" },
            method,
            url_return: back.as_str(),
            url_status: order.notify_url.as_str(),
            channel: transfers.then_some(self.settings.transfer_channels),
            encoding: "UTF-8",
            sign: sign(&SignedRegister { session_id, merchant_id, amount, currency: CURRENCY, crc }),
        };
        let said = self.ask(Verb::POST, "/api/v1/transaction/register", Some(&register), now).await?;
        let token = read::<Data<Token>>(&said)?.data.token;
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if token.is_empty() || token.len() > 100 || !token.bytes().all(fit) {
            return Err(Failure::unknown("Przelewy24 gave a token that is none"));
        }
        let url = below(&self.settings.base_url, &format!("/trnRequest/{token}"));
        Ok(Started { go: Go::Redirect(url), transaction: None })
    }

    /// Says that we want the money of a payment. The amount is what we ordered, so that a payment of another amount is
    /// refused by the operator too.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn verify(&self, verify: &Verify, now: DateTime<Utc>) -> Result<(), Failure> {
        let order_id = number(&verify.transaction)?;
        let (session_id, amount) = (verify.order.as_str(), amount(verify.amount_grosze));
        let crc = self.settings.crc.signing(now);
        let question = Verification {
            merchant_id: self.settings.merchant_id,
            pos_id: self.settings.pos_id,
            session_id,
            amount,
            currency: CURRENCY,
            order_id,
            sign: sign(&SignedVerify { session_id, order_id, amount, currency: CURRENCY, crc }),
        };
        let verb = if self.settings.verify_by == VerifyBy::Post { Verb::POST } else { Verb::PUT };
        let said = self.ask(verb, "/api/v1/transaction/verify", Some(&question), now).await?;
        if said.status == StatusCode::OK {
            return match read::<Data<Verified>>(&said)?.data.status.as_str() {
                "success" => Ok(()),
                status => Err(Failure::refused(format!("Przelewy24 answers the verification with {status}"))),
            };
        }
        // It may have been verified by an earlier try whose answer was lost.
        let known = self.status(&verify.order, now).await?;
        let paid = known.iter().any(|one| {
            one.state == State::Paid
                && one.transaction == verify.transaction
                && one.amount_grosze == Some(verify.amount_grosze)
                && one.currency == CURRENCY
        });
        if paid { Ok(()) } else { Err(error_of(&said)) }
    }

    /// What is known of an order: nothing, or its one payment.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn status(&self, order: &str, now: DateTime<Utc>) -> Result<Vec<Notified>, Failure> {
        if !is_order_id(order) {
            return Err(Failure::refused("the id of an order has 1 to 32 letters, digits, - and _"));
        }
        let path = format!("/api/v1/transaction/by/sessionId/{order}");
        let said = self.ask(Verb::GET, &path, None::<&()>, now).await?;
        if said.status == StatusCode::NOT_FOUND {
            return Ok(Vec::new());
        }
        let told = read::<Data<Transaction>>(&said)?.data;
        if told.session_id != order {
            return Err(Failure::unknown("Przelewy24 answered about another order"));
        }
        // Date and minute: 202212020020. Without a payment there is none.
        let moment = |text: &str| {
            let fit = text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
            if fit { NaiveDateTime::parse_from_str(&format!("{text}00"), "%Y%m%d%H%M%S").ok() } else { None }
        };
        let state = match told.status {
            0 => State::Pending,
            1 => State::Advance,
            2 => State::Paid,
            3 => State::Returned,
            other => {
                return Err(Failure::unknown(format!("Przelewy24 answers with the unknown status {other}")));
            }
        };
        let fee = told.fee.as_ref().map(|fee| fee.as_str().map_or_else(|| fee.to_string(), str::to_owned));
        Ok(vec![Notified {
            operator: self.settings.id.clone(),
            order: told.session_id,
            transaction: told.order_id.to_string(),
            state,
            state_text: told.status.to_string(),
            amount_grosze: Some(told.amount),
            currency: short(&told.currency),
            paid_at: told.date_of_transaction.as_deref().and_then(moment),
            method: told.payment_method.map(|method| method.to_string()),
            kind: told.payment_method.and_then(|method| self.kind(method)),
            title: told.statement.map(|text| short(&text)).filter(|text| !text.is_empty()),
            batch: told.batch_id.filter(|batch| *batch > 0).map(|batch| batch.to_string()),
            fee_grosze: fee.and_then(|fee| fee.parse().ok()),
        }])
    }

    /// Gives back a part or all of a verified payment.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn refund(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        refund.check()?;
        let one = RefundOne {
            order_id: number(&refund.transaction)?,
            session_id: &refund.order,
            amount: amount(refund.amount_grosze),
            description: refund.description.chars().take(35).collect(),
        };
        let question = Refunds {
            request_id: &refund.id,
            refunds_uuid: &refund.id,
            refunds: [one],
            url_status: refund.notify_url.as_str(),
        };
        let said = self.ask(Verb::POST, "/api/v1/transaction/refund", Some(&question), now).await?;
        if !said.status.is_success() {
            // It may have been taken by an earlier try whose answer was lost.
            return match self.refund_status(refund, now).await {
                Err(failure) if !failure.is_permanent() => Err(failure),
                Err(_) => Err(error_of(&said)),
                known => known,
            };
        }
        let taken = read::<Data<Vec<RefundTaken>>>(&said)?.data;
        match taken.first() {
            Some(RefundTaken { status: Some(true), message }) => {
                let word = message.as_deref().unwrap_or("taken");
                Ok(self.told(refund, RefundState::Pending, word, Some(refund.amount_grosze), None))
            }
            Some(RefundTaken { message, .. }) => {
                let why = message.as_deref().unwrap_or("no reason given");
                Err(Failure::refused(format!("Przelewy24 refuses the refund: {why}")))
            }
            None => Err(Failure::unknown("Przelewy24 does not say whether it took the refund")),
        }
    }

    /// How far a refund is (1 done, 2 and 3 waiting, 4 rejected).
    ///
    /// # Errors
    /// See [`Failure`]; a refund that the operator does not know is refused.
    pub async fn refund_status(&self, refund: &Refund, now: DateTime<Utc>) -> Result<Refunded, Failure> {
        let unknown = || Failure::refused("Przelewy24 knows no refund with this id");
        let path = format!("/api/v1/refund/by/orderId/{}", number(&refund.transaction)?);
        let said = self.ask(Verb::GET, &path, None::<&()>, now).await?;
        if said.status == StatusCode::NOT_FOUND {
            return Err(unknown());
        }
        let told = read::<Data<RefundsTold>>(&said)?.data;
        let found = told.refunds.iter().find(|one| one.request_id == refund.id).ok_or_else(unknown)?;
        let state = match found.status {
            1 => RefundState::Done,
            4 => RefundState::Refused,
            _ => RefundState::Pending,
        };
        let batch = found.batch_id.filter(|batch| *batch > 0).map(|batch| batch.to_string());
        Ok(self.told(refund, state, &found.status.to_string(), Some(found.amount), batch))
    }

    fn told(
        &self,
        refund: &Refund,
        state: RefundState,
        word: &str,
        amount_grosze: Option<i64>,
        transfer: Option<String>,
    ) -> Refunded {
        Refunded {
            operator: self.settings.id.clone(),
            refund: refund.id.clone(),
            state,
            state_text: short(word),
            amount_grosze,
            transfer,
        }
    }

    /// The methods of our contract.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn methods(&self, now: DateTime<Utc>) -> Result<Vec<Method>, Failure> {
        let said = self.ask(Verb::GET, "/api/v1/payment/methods/pl", None::<&()>, now).await?;
        let list = read::<Data<Vec<MethodOne>>>(&said)?.data;
        Ok(list.into_iter().take(500).map(|one| self.method(one)).collect())
    }

    fn method(&self, one: MethodOne) -> Method {
        // `FastTransfers` is in a library's tests; the other words are guessed, so settings can overrule.
        let group = one.group.unwrap_or_default().to_lowercase();
        let told = if group.contains("blik") {
            MethodKind::Blik
        } else if group.contains("card") {
            MethodKind::Card
        } else if group.contains("transfer") {
            MethodKind::Transfer
        } else {
            MethodKind::Other
        };
        Method {
            id: one.id.to_string(),
            name: short(&one.name),
            kind: self.kind(one.id).unwrap_or(told),
            available: one.status == Some(true),
            min_grosze: None,
            max_grosze: None,
        }
    }

    async fn ask(
        &self,
        verb: Verb,
        path: &str,
        body: Option<&impl Serialize>,
        now: DateTime<Utc>,
    ) -> Result<Said, Failure> {
        let password = self.settings.api_key.signing(now);
        let url = below(&self.settings.base_url, path);
        let mut request = self.client.request(verb, url).basic_auth(self.settings.pos_id, Some(password));
        if let Some(body) = body {
            let body =
                serde_json::to_vec(body).map_err(|_| Failure::refused("the question cannot be written"))?;
            request = request.header(CONTENT_TYPE, "application/json").body(body);
        }
        http::ask(request).await
    }
}

fn number(transaction: &str) -> Result<i64, Failure> {
    let number = transaction.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| Failure::refused("a payment of Przelewy24 has a number"))
}

fn read<T: DeserializeOwned>(said: &Said) -> Result<T, Failure> {
    if !said.status.is_success() {
        return Err(error_of(said));
    }
    json::read(&said.body)
        .map_err(|fault| Failure::unknown(format!("Przelewy24 answered {}, and {fault}", said.status)))
}

fn error_of(said: &Said) -> Failure {
    let text = match json::read::<Error>(&said.body) {
        Ok(Error { error: serde_json::Value::String(text) }) => text,
        Ok(Error { error }) => error.to_string(),
        Err(_) => "no reason given".to_owned(),
    };
    Failure::refused(format!("Przelewy24 answered {}: {text}", said.status))
}

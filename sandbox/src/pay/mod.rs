//! Three payment operators as they are seen from outside: Autopay, KIR Paybynet (classic) and Przelewy24.
//!
//! A payer chooses on a page what becomes of the payment; the shop is told, again and again until it answers rightly;
//! questions about state, refunds and the list of settlements are answered from the same memory. An operator forgets
//! nothing: with a journal ([`crate::Settings::journal`]) it knows after a restart what was paid and whom it still owes a
//! message.

mod autopay;
mod deliver;
mod page;
mod paybynet;
mod przelewy24;
mod state;

use std::time::Duration;

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use deliver::resume;
pub(crate) use page::section;
pub(crate) use state::{Pay, Wish};

use crate::{SLOW, broken_off, world::Shared};

/// The number of our service at Autopay.
pub const AUTOPAY_SERVICE: &str = "123456";
/// The key that Autopay shares with it.
pub const AUTOPAY_KEY: &str = "sandbox-autopay-key";
/// The seller's NIP at Paybynet.
pub const PAYBYNET_CLIENT: &str = "9999999999";
/// The password that Paybynet shares with it.
pub const PAYBYNET_PASSWORD: &str = "sandbox-paybynet-password";
/// The merchant at Przelewy24, and its shop.
pub const PRZELEWY24_MERCHANT: i64 = 12_345;
/// The CRC key of that shop.
pub const PRZELEWY24_CRC: &str = "sandbox-p24-crc";
/// The API key of that shop.
pub const PRZELEWY24_API_KEY: &str = "sandbox-p24-api";

/// An operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Who {
    Autopay,
    Paybynet,
    Przelewy24,
}

impl Who {
    pub(crate) const ALL: [Self; 3] = [Self::Autopay, Self::Paybynet, Self::Przelewy24];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Autopay => "Autopay",
            Self::Paybynet => "Paybynet",
            Self::Przelewy24 => "Przelewy24",
        }
    }

    /// Methods: number, name, the operator's word for the group.
    fn methods(self) -> &'static [(u32, &'static str, &'static str)] {
        match self {
            Self::Autopay => &[
                (106, "Przelew z Banku Zmyślonego", "PBL"),
                (509, "BLIK", "BLIK"),
                (1500, "Karta płatnicza", "CARD"),
            ],
            Self::Paybynet => &[(24_900_005, "Bank Zmyślony", "0"), (11_602_202, "Bank Przykładowy", "0")],
            Self::Przelewy24 => &[
                (31, "Przelew z Banku Zmyślonego", "FastTransfers"),
                (181, "BLIK", "Blik"),
                (242, "Karta płatnicza", "Credit Card"),
            ],
        }
    }
}

/// What goes wrong with an operator from now on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PayTrouble {
    /// Nothing.
    #[default]
    None,
    /// Messages begin ten minutes later.
    Late,
    /// Each message comes twice.
    Doubled,
    /// Each message comes after the one that follows it.
    Reordered,
    /// Messages have a wrong signature; of a payment that came to nothing one says that it is paid.
    Forged,
    /// A złoty less is paid than was asked for.
    WrongAmount,
    /// Euros are paid.
    WrongCurrency,
    /// No message comes as long as this is switched on.
    Lost,
    /// The message comes before the browser goes back.
    Early,
    /// The first attempt at each order fails, whatever the payer chooses.
    FailFirst,
    /// Who cancels pays all the same, ten minutes later.
    PaidAfterCancel,
    /// Answers take [`SLOW`].
    Slow,
    /// Doors answer 500 and do nothing.
    Http500,
    /// Doors do what they are asked, and the connection breaks.
    LostAnswer,
}

impl PayTrouble {
    pub(crate) const WORDS: &str = "ok, late, doubled, reordered, forged, wrong-amount, wrong-currency, lost, early, \
                                    fail-first, paid-after-cancel, slow, http-500 or lost-answer";

    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "ok" => Self::None,
            "late" => Self::Late,
            "doubled" => Self::Doubled,
            "reordered" => Self::Reordered,
            "forged" => Self::Forged,
            "wrong-amount" => Self::WrongAmount,
            "wrong-currency" => Self::WrongCurrency,
            "lost" => Self::Lost,
            "early" => Self::Early,
            "fail-first" => Self::FailFirst,
            "paid-after-cancel" => Self::PaidAfterCancel,
            "slow" => Self::Slow,
            "http-500" => Self::Http500,
            "lost-answer" => Self::LostAnswer,
            _ => return None,
        })
    }
}

/// Minutes after which a message that was not taken comes again. Przelewy24's are public; of the others nothing is known
/// for sure but that they grow.
fn minutes_between(who: Who) -> &'static [u32] {
    match who {
        Who::Autopay => &[3, 6, 12, 24, 48, 96, 192, 384, 768, 1440, 1440],
        Who::Paybynet => &[1, 5, 15, 60, 240, 720],
        Who::Przelewy24 => &[3, 5, 15, 30, 60, 150, 450],
    }
}

/// The doors of all three.
pub(crate) fn router(shared: &Shared) -> Router<Shared> {
    let troubled = |who: Who, router: Router<Shared>| {
        router.route_layer(from_fn_with_state((shared.clone(), who), trouble))
    };
    let autopay = Router::new()
        .route("/autopay/payment", get(autopay::start).post(autopay::start))
        .route("/autopay/webapi/transactionStatus", post(autopay::status))
        .route("/autopay/settlementapi/transactionRefund", post(autopay::refund))
        .route("/autopay/settlementapi/outDetails/v2", post(autopay::refund_status))
        .route("/autopay/gatewayList/v3", post(autopay::gateways));
    let paybynet = Router::new()
        .route("/paybynet/trans.do", post(paybynet::start))
        .route("/paybynet/status", post(paybynet::status))
        .route("/paybynet/banks.xml", get(paybynet::banks));
    let przelewy24 = Router::new()
        .route("/przelewy24/api/v1/transaction/register", post(przelewy24::register))
        .route("/przelewy24/api/v1/transaction/verify", put(przelewy24::verify).post(przelewy24::verify))
        .route("/przelewy24/api/v1/transaction/by/sessionId/{id}", get(przelewy24::status))
        .route("/przelewy24/api/v1/transaction/refund", post(przelewy24::refund))
        .route("/przelewy24/api/v1/refund/by/orderId/{id}", get(przelewy24::refund_status))
        .route("/przelewy24/api/v1/payment/methods/{lang}", get(przelewy24::methods));
    Router::new()
        .merge(troubled(Who::Autopay, autopay))
        .merge(troubled(Who::Paybynet, paybynet))
        .merge(troubled(Who::Przelewy24, przelewy24))
        .route("/przelewy24/trnRequest/{token}", get(przelewy24::go))
        .route("/pay/{token}", get(page::show).post(page::choose))
        .route("/pay.json", get(list))
        .route("/pay/settlement/{who}", get(settlement))
}

async fn trouble(State((shared, who)): State<(Shared, Who)>, request: Request, next: Next) -> Response {
    let trouble = shared.world().pay.trouble(who);
    if trouble == PayTrouble::Http500 {
        return (StatusCode::INTERNAL_SERVER_ERROR, "out of order").into_response();
    }
    let answer = next.run(request).await;
    match trouble {
        PayTrouble::LostAnswer => broken_off(),
        PayTrouble::Slow => {
            tokio::time::sleep(SLOW).await;
            answer
        }
        _ => answer,
    }
}

/// `GET /pay.json`
async fn list(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    Json(json!({ "payments": world.pay.payments, "messages": world.pay.messages }))
}

/// `GET /pay/settlement/{who}`: every payment that was kept and every refund that was made, as CSV. Of each payment the
/// operator keeps one per cent, and pays the rest out at the end of the day.
async fn settlement(State(shared): State<Shared>, Path(who): Path<Who>) -> Response {
    let mut text = "order;transaction;amount;fee;currency;paid_on;transfer\n".to_owned();
    let world = shared.world();
    for payment in world.pay.payments.iter().filter(|payment| payment.who == who) {
        let mut line =
            |transaction: &str, amount: i64, fee: i64, currency: &str, at: chrono::DateTime<chrono::Utc>| {
                let day = state::poland(at).format("%Y-%m-%d").to_string();
                text.push_str(&format!(
                    "{};{transaction};{};{};{currency};{day};{}/{day}\n",
                    payment.order,
                    state::decimal(amount, '.'),
                    state::decimal(fee, '.'),
                    who.name().to_uppercase()
                ));
            };
        for attempt in payment.attempts.iter().filter(|attempt| attempt.is_settled(who)) {
            // The clearing house only passes transfers on.
            let fee = if who == Who::Paybynet { 0 } else { attempt.amount / 100 };
            line(&attempt.transaction, attempt.amount, fee, &attempt.currency, attempt.at);
        }
        for refund in payment.refunds.iter().filter(|refund| refund.done) {
            line(&refund.transaction, -refund.amount, 0, &payment.currency, refund.at);
        }
    }
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
}

/// How long some minutes of an operator take.
fn minutes(shared: &Shared, count: u32) -> Duration {
    shared.world().pay.minute.saturating_mul(count)
}

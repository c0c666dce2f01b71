//! Messages of Przelewy24 to `urlStatus`: payments, and refunds, which have a `refundsUuid`.

use serde::Deserialize;

use super::{Przelewy24, SignedNotice, SignedRefund, sign};
use crate::{
    Answer, Fault, Incoming, Notification, Notified, RefundState, Refunded, Refusal, State,
    failure::short,
    json,
    model::{Reply, is_order_id},
};

/// Characters of a text in a message.
const TEXT_MAX: usize = 200;

/// Members of both kinds of messages.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    merchant_id: i64,
    pos_id: Option<i64>,
    session_id: String,
    amount: i64,
    origin_amount: Option<i64>,
    currency: String,
    order_id: i64,
    method_id: Option<i64>,
    statement: Option<String>,
    refunds_uuid: Option<String>,
    status: Option<i64>,
    sign: String,
}

impl Przelewy24 {
    /// Reads a message in JSON. A payment in it is an [`State::Advance`]: it is paid after
    /// [`verify`](Przelewy24::verify). The operator repeats the message until then.
    ///
    /// # Errors
    /// It is not believed; the answer is a 400.
    pub fn notification(&self, incoming: Incoming<'_>) -> Result<Notification, Refusal> {
        self.read(incoming).map_err(|fault| Refusal { answer: Answer::text(400, &fault.to_string()), fault })
    }

    fn read(&self, incoming: Incoming<'_>) -> Result<Notification, Fault> {
        let message: Message = json::read(incoming.body)?;
        if message.merchant_id != self.settings.merchant_id {
            return Err(Fault::OtherShop("merchant (merchantId)"));
        }
        if !is_order_id(&message.session_id) {
            return Err(Fault::BadValue("sessionId"));
        }
        if message.amount < 0 {
            return Err(Fault::BadValue("amount"));
        }
        let (payments, refunds, name) = if message.refunds_uuid.is_some() {
            let refund = self.refunded(&message, incoming)?;
            let name = refund.refund.clone();
            (Vec::new(), vec![refund], name)
        } else {
            let payment = self.paid(&message, incoming)?;
            let name = payment.order.clone();
            (vec![payment], Vec::new(), name)
        };
        let (taken, refused) =
            (Answer::text(200, "OK"), Answer::text(503, "not taken, please bring it again"));
        let reply = Reply::Plain { names: vec![name], taken, refused };
        Ok(Notification { payments, refunds, settlements: Vec::new(), reply })
    }

    fn paid(&self, message: &Message, incoming: Incoming<'_>) -> Result<Notified, Fault> {
        let pos_id = message.pos_id.ok_or(Fault::Missing("posId"))?;
        let origin_amount = message.origin_amount.ok_or(Fault::Missing("originAmount"))?;
        let method_id = message.method_id.ok_or(Fault::Missing("methodId"))?;
        let statement = message.statement.as_deref().ok_or(Fault::Missing("statement"))?;
        if statement.len() > TEXT_MAX || message.currency.len() > TEXT_MAX {
            return Err(Fault::TooLarge);
        }
        self.settings.crc.matching(incoming.now, &message.sign, |crc| {
            sign(&SignedNotice {
                merchant_id: message.merchant_id,
                pos_id,
                session_id: &message.session_id,
                amount: message.amount,
                origin_amount,
                currency: &message.currency,
                order_id: message.order_id,
                method_id,
                statement,
                crc,
            })
        })?;
        if pos_id != self.settings.pos_id {
            return Err(Fault::OtherShop("shop (posId)"));
        }
        Ok(Notified {
            operator: self.settings.id.clone(),
            order: message.session_id.clone(),
            transaction: message.order_id.to_string(),
            state: State::Advance,
            state_text: "notified".to_owned(),
            amount_grosze: Some(message.amount),
            currency: short(&message.currency),
            paid_at: None,
            method: Some(method_id.to_string()),
            kind: self.kind(method_id),
            title: Some(short(statement)).filter(|title| !title.is_empty()),
            batch: None,
            fee_grosze: None,
        })
    }

    fn refunded(&self, message: &Message, incoming: Incoming<'_>) -> Result<Refunded, Fault> {
        let refunds_uuid = message.refunds_uuid.as_deref().ok_or(Fault::Missing("refundsUuid"))?;
        let status = message.status.ok_or(Fault::Missing("status"))?;
        if refunds_uuid.len() > TEXT_MAX {
            return Err(Fault::TooLarge);
        }
        self.settings.crc.matching(incoming.now, &message.sign, |crc| {
            sign(&SignedRefund {
                order_id: message.order_id,
                session_id: &message.session_id,
                refunds_uuid,
                merchant_id: message.merchant_id,
                amount: message.amount,
                currency: &message.currency,
                status,
                crc,
            })
        })?;
        Ok(Refunded {
            operator: self.settings.id.clone(),
            refund: short(refunds_uuid),
            state: match status {
                0 => RefundState::Done,
                1 => RefundState::Refused,
                _ => return Err(Fault::BadValue("status")),
            },
            state_text: status.to_string(),
            amount_grosze: Some(message.amount),
            transfer: None,
        })
    }
}

//! What is signed: structs, because their members are written in the order in which they stand here.

use serde::Serialize;

use crate::hash::sha384;

/// The signature of something: SHA-384 of its compact JSON.
#[must_use]
pub fn sign(signed: &impl Serialize) -> String {
    // These structs of numbers and texts can always be written.
    sha384(&serde_json::to_string(signed).unwrap_or_default())
}

/// Of a registration.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedRegister<'a> {
    /// Our id of the order.
    pub session_id: &'a str,
    /// The merchant.
    pub merchant_id: i64,
    /// Grosze.
    pub amount: i64,
    /// Currency.
    pub currency: &'a str,
    /// CRC key.
    pub crc: &'a str,
}

/// Of a verification.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedVerify<'a> {
    /// Our id of the order.
    pub session_id: &'a str,
    /// The operator's id of the payment.
    pub order_id: i64,
    /// Grosze.
    pub amount: i64,
    /// Currency.
    pub currency: &'a str,
    /// CRC key.
    pub crc: &'a str,
}

/// Of a message about a payment.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedNotice<'a> {
    /// The merchant.
    pub merchant_id: i64,
    /// The shop.
    pub pos_id: i64,
    /// Our id of the order.
    pub session_id: &'a str,
    /// Grosze.
    pub amount: i64,
    /// Grosze that were asked for first.
    pub origin_amount: i64,
    /// Currency.
    pub currency: &'a str,
    /// The operator's id of the payment.
    pub order_id: i64,
    /// The method.
    pub method_id: i64,
    /// The title of the transfer.
    pub statement: &'a str,
    /// CRC key.
    pub crc: &'a str,
}

/// Of a message about a refund.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedRefund<'a> {
    /// The operator's id of the payment.
    pub order_id: i64,
    /// Our id of the order.
    pub session_id: &'a str,
    /// Our id of the refund.
    pub refunds_uuid: &'a str,
    /// The merchant.
    pub merchant_id: i64,
    /// Grosze.
    pub amount: i64,
    /// Currency.
    pub currency: &'a str,
    /// 0 done, 1 rejected.
    pub status: i64,
    /// CRC key.
    pub crc: &'a str,
}

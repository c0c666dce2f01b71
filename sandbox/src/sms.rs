//! The SMS gateway: SMSAPI, as far as one message is concerned.

use std::collections::HashMap;

use axum::{
    Form, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    TOKEN,
    switch::Trouble,
    world::{ArrivedSms, Shared, World, keep, now},
};

/// Identities that are remembered, many more than the messages that are shown.
const IDENTITIES_MAX: usize = 100_000;
/// Characters of a text: ten parts of the alphabet of GSM.
const TEXT_MAX: usize = 1530;
/// Numbers of one request.
const NUMBERS_MAX: usize = 100;

/// `POST /sms/sms.do`
pub(crate) async fn take(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<HashMap<String, String>>,
) -> Response {
    let trouble = shared.world().sms_trouble;
    match trouble {
        Trouble::Http500 => return (StatusCode::INTERNAL_SERVER_ERROR, "out of order").into_response(),
        Trouble::Code(code) => return Json(error(code, "Switched on in the sandbox")).into_response(),
        _ => {}
    }
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    // Errors come with the status 200, as they do from the original.
    let answer = if bearer.and_then(|value| value.strip_prefix("Bearer ")) == Some(TOKEN) {
        taken(&mut shared.world(), &form).unwrap_or_else(|error| error)
    } else {
        error(101, "Authorization failed")
    };
    trouble.answer(Json(answer).into_response()).await
}

/// `GET /sms.json`: what arrived, and how often an identity was sent again.
pub(crate) async fn list(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    Json(json!({ "sms": world.sms, "count": world.count, "repeated": world.repeated }))
}

fn error(code: u16, message: &str) -> Value {
    json!({ "error": code, "message": message })
}

fn taken(world: &mut World, form: &HashMap<String, String>) -> Result<Value, Value> {
    let field = |name: &str| form.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    if field("format") != Some("json") || field("encoding") != Some("utf-8") {
        return Err(error(8, "The sandbox speaks format=json and encoding=utf-8"));
    }
    let text = field("message").ok_or_else(|| error(11, "Message is empty"))?;
    if text.chars().count() > TEXT_MAX {
        return Err(error(11, "Message is too long"));
    }
    let from = field("from").unwrap_or("Sandbox");
    if from.chars().count() > 11 {
        return Err(error(14, "Invalid from field"));
    }
    let idx = field("idx").map(str::to_owned);
    if let Some(idx) = &idx {
        if idx.len() > 255 {
            return Err(error(27, "Idx is too long"));
        }
        if field("check_idx") == Some("1") && world.taken.contains_key(idx) {
            world.repeated += 1;
            return Err(error(53, "Idx is not unique"));
        }
    }
    let mut invalid = Vec::new();
    let mut valid = Vec::new();
    for number in field("to").unwrap_or_default().split(',').take(NUMBERS_MAX) {
        match with_country(number.trim()) {
            Some(full) => valid.push((number.trim().to_owned(), full)),
            None => invalid.push(json!({
                "number": number.trim(),
                "submitted_number": number.trim(),
                "message": "Invalid phone number",
            })),
        }
    }
    if valid.is_empty() {
        let mut answer = error(13, "No correct phone numbers");
        if let Some(members) = answer.as_object_mut() {
            members.insert("invalid_numbers".to_owned(), invalid.into());
        }
        return Err(answer);
    }
    let at = now();
    let mut list = Vec::new();
    for (submitted, to) in valid {
        world.count += 1;
        let id = format!("{:016X}", world.count);
        list.push(json!({
            "id": id,
            "points": 0.16,
            "number": to,
            "date_sent": at.timestamp(),
            "submitted_number": submitted,
            "status": "QUEUE",
            "error": null,
            "idx": idx,
        }));
        let from = from.to_owned();
        let _ =
            keep(&mut world.sms, ArrivedSms { id, to, from, text: text.to_owned(), idx: idx.clone(), at });
    }
    if let Some(idx) = idx {
        if world.taken.len() >= IDENTITIES_MAX {
            let oldest = world.taken.iter().min_by_key(|(_, count)| **count).map(|(idx, _)| idx.clone());
            oldest.map(|idx| world.taken.remove(&idx));
        }
        world.taken.insert(idx, world.count);
    }
    Ok(json!({ "count": list.len(), "list": list, "invalid_numbers": invalid }))
}

/// A number with its country: a Polish mobile number, or any of another country that is long enough.
fn with_country(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+').unwrap_or(number);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let polish = match digits.len() {
        9 => Some(digits),
        11 => digits.strip_prefix("48"),
        _ => None,
    };
    match polish {
        // Mobile numbers of Poland begin with 4 to 8; the rest are lines of houses, which have no SMS.
        Some(own) => own.starts_with(['4', '5', '6', '7', '8']).then(|| format!("48{own}")),
        None if digits.starts_with("48") => None,
        None => (10..=15).contains(&digits.len()).then(|| digits.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(with_country("500000001").as_deref(), Some("48500000001"));
        assert_eq!(with_country("+48500000001").as_deref(), Some("48500000001"));
        assert_eq!(with_country("4915112345678").as_deref(), Some("4915112345678"));
        for bad in ["", "+", "12345", "123456789", "485000000012", "50000000a", "500 000 001"] {
            assert_eq!(with_country(bad), None, "{bad}");
        }
    }
}

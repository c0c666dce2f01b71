//! Any bytes as the document inside an ITN, and as its form.
#![no_main]

mod operators;

use std::sync::LazyLock;

use ::operators::Operator;
use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE};
use libfuzzer_sys::fuzz_target;

static AUTOPAY: LazyLock<Operator> = LazyLock::new(|| {
    operators::operator(serde_json::json!({
        "protocol": "autopay", "id": "autopay", "base_url": "https://pay.autopay.eu", "service_id": "123456",
        "keys": { "current": "dde84ad1b0c94be78c2bfcb6a2ad3af9" }
    }))
});

fuzz_target!(|bytes: &[u8]| {
    operators::read(&AUTOPAY, bytes);
    let document =
        [b"<transactionList><serviceID>123456</serviceID>".as_slice(), bytes, b"</transactionList>"].concat();
    for text in
        [BASE64_STANDARD.encode(bytes), BASE64_STANDARD.encode(document), BASE64_URL_SAFE.encode(bytes)]
    {
        operators::read(&AUTOPAY, format!("transactions={}", text.replace('+', "%2B")).as_bytes());
    }
});

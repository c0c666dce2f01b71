//! Any bytes as the JSON of a message.
#![no_main]

mod operators;

use std::sync::LazyLock;

use ::operators::Operator;
use libfuzzer_sys::fuzz_target;

static PRZELEWY24: LazyLock<Operator> = LazyLock::new(|| {
    operators::operator(serde_json::json!({
        "protocol": "przelewy24", "id": "p24", "base_url": "https://secure.przelewy24.pl", "merchant_id": 12345,
        "pos_id": 12345, "crc": { "current": "dde84ad1b0c94be78c2bfcb6a2ad3af9" }, "api_key": { "current": "api" }
    }))
});

fuzz_target!(|bytes: &[u8]| {
    operators::read(&PRZELEWY24, bytes);
    let message = [br#"{"merchantId":12345,"posId":12345,"#.as_slice(), bytes, b"}"].concat();
    operators::read(&PRZELEWY24, &message);
});

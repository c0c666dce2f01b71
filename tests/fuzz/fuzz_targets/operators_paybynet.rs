//! Any bytes as the form of a status.
#![no_main]

mod operators;

use std::sync::LazyLock;

use ::operators::Operator;
use libfuzzer_sys::fuzz_target;

static PAYBYNET: LazyLock<Operator> = LazyLock::new(|| {
    operators::operator(serde_json::json!({
        "protocol": "paybynet", "id": "paybynet", "start_url": "https://pbn.example/trans.do",
        "status_url": "https://pbn.example/status", "banks_url": "https://pbn.example/banks.xml",
        "client_id": "9999999999", "keys": { "current": "dde84ad1b0c94be78c2bfcb6a2ad3af9" },
        "account": "93999999991234000000012345",
        "receiver": { "name": "a", "post_code": "b", "city": "c", "street": "d" }
    }))
});

fuzz_target!(|bytes: &[u8]| operators::read(&PAYBYNET, bytes));

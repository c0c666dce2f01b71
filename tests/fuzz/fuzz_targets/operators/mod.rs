//! An operator whose key nobody knows: whatever it is told, nothing may be believed.

use chrono::DateTime;
use operators::{Incoming, Operator};

/// Made once by each target.
pub fn operator(settings: serde_json::Value) -> Operator {
    let settings = serde_json::from_value(settings).expect("settings as a town writes them");
    Operator::new(settings).expect("good settings")
}

/// Reads bytes as a message and as the way back.
pub fn read(operator: &Operator, body: &[u8]) {
    let now = DateTime::from_timestamp(1_790_000_000, 0).expect("an instant");
    assert!(
        operator.notification(Incoming { body, now }).is_err(),
        "a message without the key is not believed"
    );
    let _ = operator.returned(&String::from_utf8_lossy(body), now);
}

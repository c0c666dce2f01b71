//! What the gateway's error codes mean for a message that waits to be sent again.

use std::time::Duration;

use crate::Failure;

/// What the gateway answered with an error code.
pub(super) enum Meaning {
    /// The same `idx` was taken before: the message was sent.
    AlreadySent,
    /// It was not sent.
    Failed(Failure),
}

/// The wait after too many messages to one number, or too many at once.
const PAUSE: Duration = Duration::from_secs(60);

pub(super) fn meaning(code: i64, said: &str) -> Meaning {
    let text = |what: &str| format!("SMSAPI {code}: {what} ({said})");
    Meaning::Failed(match code {
        53 => return Meaning::AlreadySent,
        13 => Failure::address(text("no correct phone number")),
        11 | 12 | 17 => {
            Failure::message(text("the text is empty, too long or has characters that are not allowed"))
        }
        27 => Failure::message(text("the identity of the message is too long")),
        14 => Failure::misconfigured(text("the sender's name is not approved at SMSAPI")),
        70 => Failure::misconfigured(text("the address for delivery reports was refused")),
        94 => Failure::misconfigured(text("links in messages are not unlocked for this account at SMSAPI")),
        101 | 102 => {
            Failure::misconfigured(text("the token was refused. Make a new one at SMSAPI and set it"))
        }
        103 => Failure::misconfigured(text("no credit is left. Top up the account at SMSAPI")),
        105 => {
            Failure::misconfigured(text("the address of this server is not on the account's list at SMSAPI"))
        }
        110 | 1000 | 1001 => Failure::misconfigured(text("the account may not send messages")),
        52 | 202 | 203 => Failure::throttled(text("too many messages"), Some(PAUSE)),
        // 8, 200, 201, 666, 999 are the gateway's own troubles; a code that is not known here surely sent nothing, and
        // a queue that gives up after some tries shows it to people.
        _ => Failure::temporary(text("the gateway did not take the message")),
    })
}

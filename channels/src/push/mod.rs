//! Web push: a sealed notice to a browser, by the push service that the browser chose.
//!
//! RFC 8030 (the request), RFC 8188 and 8291 (the seal), RFC 8292 (who sends, "VAPID"). The push service cannot read the
//! notice, but the phone shows it while it is locked: no names, no amounts.
//!
//! The address of a subscription comes from a browser, so from anybody: it must be `https`, and the connection goes only
//! to public addresses of the internet, whatever its name resolves to at that moment; redirections are not followed.

mod encryption;
mod reach;
mod send;
mod subscription;
mod vapid;

pub use encryption::{PAYLOAD_MAX, Seal, encrypt};
pub use reach::is_public;
pub use send::{BadPushSettings, Notice, Push, PushSettings, Urgency};
pub use subscription::{BadSubscription, Subscription};
pub use vapid::{BadVapidKey, VapidKey};

/// The system gives no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random numbers: {0}")]
pub struct NoRandomness(#[from] getrandom::Error);

/// A fresh secret of the curve. Of 2^256 numbers fewer than 2^-32 are none, which are drawn again.
fn fresh_secret() -> Result<p256::SecretKey, NoRandomness> {
    loop {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        if let Ok(secret) = p256::SecretKey::from_slice(&bytes) {
            return Ok(secret);
        }
    }
}

//! Operators through their public face.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends by panicking")]

mod bytes;
mod settings;
mod vectors;

//! The three ways out, each against servers that listen on this machine.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

mod email;
mod mail_server;
mod push;
mod sms;
mod smtp;
mod support;

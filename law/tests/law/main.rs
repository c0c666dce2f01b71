//! The law by worked cases: tables of `*.toml` with the article beside each case, and properties.
#![expect(clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

mod account;
mod allocation;
mod calendar;
mod interest;
mod properties;
mod reminder;
mod support;
mod tables;
mod terms;

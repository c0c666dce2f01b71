//! Signing in, from outside: against a small provider that errs on purpose, and against a certified one.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod begin;
mod certified;
mod hostile;
mod refusals;
mod traffic;

//! Mappings: rows of files that are made here, and the real files with the maps that are kept for them.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod support;

mod maps;
mod proposals;
mod real;
mod rows;

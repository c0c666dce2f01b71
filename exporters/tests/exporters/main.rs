//! Files are written and read back by programs that are not ours.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::string_slice,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod bounded;
mod gdal;
mod sheets;
mod support;
mod texts;

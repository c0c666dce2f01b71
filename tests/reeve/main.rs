//! Tests through the public doors: HTTP, the command line, GDAL. Folders mirror the slices.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a test ends by panicking, and says what it skips"
)]

mod access;
mod accounts;
mod accounts_command;
mod cluster;
mod command_line;
mod crash;
mod desk;
mod editing;
mod gdal;
mod graves;
mod history;
mod imports;
mod kinds;
mod ogc;
mod pages;
mod photos;
mod registry;
mod routes;
mod support;
mod tiles;
mod transactions;

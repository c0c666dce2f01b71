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
mod conversations;
mod crash;
mod deliveries;
mod desk;
mod dues;
mod editing;
mod exports;
mod filters;
mod finance;
mod gdal;
mod graves;
mod history;
mod identity;
mod import_jobs;
mod imports;
mod kinds;
mod messages;
mod ogc;
mod pages;
mod parties;
mod payments;
mod phone;
mod photos;
mod privacy;
mod qgis;
mod registry;
mod residents;
mod routes;
mod security;
mod statements;
mod support;
mod survey_results;
mod surveys;
mod tax_base;
mod tiles;
mod town;
mod transactions;
mod votes;
mod workbook;

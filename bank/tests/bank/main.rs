//! Bank numbers, transfer forms, codes and statements through the public door.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking and may say that it was skipped"
)]

mod camt053;
mod code;
mod corpus;
mod lists;
mod mt940;
mod numbers;
mod real;
mod transfer;
mod written;

use bank::statement::{Fault, Input, Options, Statement, read};
use chrono::NaiveDate;

/// Reads one file as it comes.
fn try_read(text: &str) -> Result<Vec<Statement>, Fault> {
    read(&[Input { name: "wyciag.sta", bytes: text.as_bytes() }], &Options::default())
}

fn all_of(text: &str) -> Vec<Statement> {
    try_read(text).unwrap_or_else(|fault| panic!("{fault}"))
}

fn one_of(text: &str) -> Statement {
    let mut all = all_of(text);
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn refused(text: &str) -> Fault {
    match try_read(text) {
        Ok(read) => panic!("this is read: {read:?}"),
        Err(fault) => fault,
    }
}

/// A value of a refusal.
fn parameter(fault: &Fault, name: &str) -> String {
    let values = fault.parameters();
    values.iter().find(|(own, _)| *own == name).unwrap_or_else(|| panic!("no {name} in {values:?}")).1.clone()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A statement of one account with these fields between its balances.
fn message(opening: &str, middle: &str, closing: &str) -> String {
    format!(
        ":20:ST\r\n:25:/PL93999999991234000000012345\r\n:28C:7/1\r\n:60F:C260315PLN{opening}\r\n{middle}:62F:C260316PLN{closing}\r\n-\r\n"
    )
}

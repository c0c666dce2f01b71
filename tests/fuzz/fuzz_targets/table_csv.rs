//! Any bytes as text with separated values.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::read("x.csv", bytes));

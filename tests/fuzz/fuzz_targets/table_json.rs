//! Any bytes as JSON that is no GeoJSON.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::read("x.json", bytes));

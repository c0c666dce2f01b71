//! Any bytes as GeoJSON, whole or one feature a line.
#![no_main]

mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| common::read("x.geojson", bytes));

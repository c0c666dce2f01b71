//! Any bytes as MT940, MT942 or whatever they look like. What is read adds up and its entries have keys of their own.
#![no_main]

mod statements;

use bank::statement::{Input, Options, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let options = Options::default();
    if let Ok(read) = read(&[Input { name: "x", bytes }], &options) {
        statements::check(&read);
    }
});

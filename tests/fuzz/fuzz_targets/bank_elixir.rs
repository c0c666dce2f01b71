//! Any bytes as a list of payments in Elixir-0. What is read adds up and its entries have keys of their own.
#![no_main]

mod statements;

use bank::statement::{Input, Options, Profile, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(profile) = Profile::built_in("elixir-0") else { return };
    let options = Options { profile: Some(&profile), ..Options::default() };
    if let Ok(read) = read(&[Input { name: "x", bytes }], &options) {
        statements::check(&read);
    }
});

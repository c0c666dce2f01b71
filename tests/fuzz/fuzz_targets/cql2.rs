//! Any text as a filter in either encoding; what is read must come back from both.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for read in [cql2::parse_text, cql2::parse_json] {
        if let Ok(tree) = read(text) {
            let (text, json) = (tree.to_text(), tree.to_json().to_string());
            // One encoding may be longer than is taken where the other is not.
            assert!(text.len() > cql2::MOST_BYTES || cql2::parse_text(&text).as_ref() == Ok(&tree));
            assert!(json.len() > cql2::MOST_BYTES || cql2::parse_json(&json).as_ref() == Ok(&tree));
        }
    }
});

//! Any bytes as a file, the format told by their beginning: plain, gzip and bzip2 as well.
//!
//! Run by `cargo +nightly fuzz run --fuzz-dir tests/fuzz osm_any`, best with small extracts as a corpus.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = importers::osm::read_bytes(bytes, &mut |_| Ok(()));
});

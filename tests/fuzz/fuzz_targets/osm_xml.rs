//! Any text as the inside of an OpenStreetMap document.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|inside: &[u8]| {
    let document = [b"<osm>".as_slice(), inside, b"</osm>"].concat();
    let _ = importers::osm::read_bytes(&document, &mut |_| Ok(()));
});

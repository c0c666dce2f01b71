//! Any bytes as a file of the format Kml.
#![no_main]

mod table;

use importers::table::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| table::read(Format::Kml, &[("a.kml", bytes)]));

//! Any bytes as the parts of a shapefile: after two lengths `.shp`, `.dbf` and the rest as `.shx`, if there is one.
#![no_main]

mod table;

use importers::table::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(([a, b, c, d], rest)) = bytes.split_first_chunk::<4>() else { return };
    let cut = |at: u16, of: &[u8]| usize::from(at).min(of.len());
    let (shp, rest) = rest.split_at(cut(u16::from_le_bytes([*a, *b]), rest));
    let (dbf, shx) = rest.split_at(cut(u16::from_le_bytes([*c, *d]), rest));
    let mut parts = vec![("a.shp", shp), ("a.dbf", dbf)];
    if !shx.is_empty() {
        parts.push(("a.shx", shx));
    }
    table::read(Format::Shapefile, &parts);
});

//! Any bytes as the block of a PBF file inside a sound frame, so that the fuzzer need not guess zlib.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|block: &[u8]| {
    let mut file = framed(b"OSMHeader", &[]);
    file.extend(framed(b"OSMData", block));
    let _ = importers::osm::read_bytes(&file, &mut |_| Ok(()));
});

fn framed(sort: &[u8], block: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::none());
    let packed = packer.write_all(block).and_then(|()| packer.finish()).unwrap_or_default();
    let blob = [varint(2 << 3), varint(block.len()), field(3, &packed)].concat();
    let header = [field(1, sort), varint(3 << 3), varint(blob.len())].concat();
    [(header.len() as u32).to_be_bytes().to_vec(), header, blob].concat()
}

fn field(number: usize, bytes: &[u8]) -> Vec<u8> {
    [varint(number << 3 | 2), varint(bytes.len()), bytes.to_vec()].concat()
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

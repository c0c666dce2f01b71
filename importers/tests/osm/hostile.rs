//! Files that are broken or made to do harm end in a message that says what, where and how to mend.

use std::path::Path;

use importers::osm::ImportError;

use crate::map::{Map, blob, bytes_field, framed, header, number_field, varint, zlib};
use crate::try_reading;

fn error(bytes: &[u8]) -> ImportError {
    match try_reading(bytes) {
        Ok(reading) => panic!("it was read: {:?}", reading.report),
        Err(error) => {
            // Every message ends with advice: a second sentence.
            assert!(error.to_string().trim_end_matches('.').contains(". "), "{error}");
            error
        }
    }
}

fn small() -> Map {
    Map::default().square(1, 21.0, 52.0, 0.001).node(5, 21.0005, 52.0005, &[("highway", "street_lamp")]).way(
        1,
        &[1, 2, 3, 4, 1],
        &[("leisure", "park")],
    )
}

#[test]
fn a_file_that_is_not_there() {
    let missing = Path::new("/nowhere/at-all.osm.pbf");
    let error = importers::osm::read(missing, &mut |_| Ok(()), &mut |_| {}).unwrap_err();
    assert_eq!(error.slug(), "open");
    assert!(error.to_string().contains("at-all.osm.pbf"));
    let error = importers::osm::read(Path::new("/"), &mut |_| Ok(()), &mut |_| {}).unwrap_err();
    assert_eq!(error.slug(), "open");
}

#[test]
fn what_is_not_openstreetmap() {
    assert_eq!(error(b"").slug(), "empty");
    for other in
        [b"id;nazwa\n1;lampa\n".as_slice(), b"{\"type\":\"FeatureCollection\"}", b"PK\x03\x04....", b"\0"]
    {
        assert_eq!(error(other).slug(), "not_osm");
    }
    assert!(error(b"<gpx><trk/></gpx>").to_string().contains("<gpx>"));
    assert_eq!(error(b"<?xml version='1.0'?>").slug(), "not_osm");
    assert_eq!(error(b"<osmChange><create/></osmChange>").slug(), "unsupported");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &small().pbf()).unwrap();
    assert_eq!(error(&packed.finish().unwrap()).slug(), "unsupported");
}

#[test]
fn truncated_anywhere() {
    let pbf = small().pbf();
    let head = header(&["OsmSchema-V0.6", "DenseNodes"]).len();
    for length in (16..pbf.len()).filter(|&length| length != head) {
        let error = error(&pbf[..length]);
        assert_eq!(error.slug(), "truncated", "at {length}: {error}");
    }
    let xml = small().xml();
    let text_end = xml.windows(6).position(|part| part == b"</osm>").unwrap();
    for length in 60..text_end {
        assert_eq!(error(&xml[..length]).slug(), "truncated", "at {length}");
    }
    for packed in [small().gz(), small().bz2()] {
        for length in [packed.len() / 2, packed.len() - 5, packed.len() - 1] {
            assert!(matches!(error(&packed[..length]).slug(), "truncated" | "damaged"));
        }
    }
}

#[test]
fn something_after_the_end() {
    let twice = [small().xml(), small().xml()].concat();
    assert_eq!(error(&twice).slug(), "damaged");
}

#[test]
fn a_header_that_claims_gigabytes() {
    let mut bytes = small().pbf();
    bytes[..4].copy_from_slice(&u32::MAX.to_be_bytes());
    let error = error(&bytes);
    assert_eq!(error.slug(), "too_large");
    assert!(error.to_string().contains("65536"));
}

#[test]
fn a_blob_that_claims_gigabytes() {
    let claim = [bytes_field(1, b"OSMData"), number_field(3, 4 << 30)].concat();
    let bomb = [header(&[]), (claim.len() as u32).to_be_bytes().to_vec(), claim].concat();
    assert_eq!(error(&bomb).slug(), "too_large");
    // A negative size is nonsense as well.
    let claim = [bytes_field(1, b"OSMData"), number_field(3, -5_i64 as u64)].concat();
    let bomb = [header(&[]), (claim.len() as u32).to_be_bytes().to_vec(), claim].concat();
    assert_eq!(error(&bomb).slug(), "damaged");
    // A size within the limit, but not there.
    let claim = [bytes_field(1, b"OSMData"), number_field(3, 32 << 20)].concat();
    let bomb = [header(&[]), (claim.len() as u32).to_be_bytes().to_vec(), claim].concat();
    assert_eq!(error(&bomb).slug(), "truncated");
}

#[test]
fn a_blob_that_unpacks_to_gigabytes() {
    let zeros = zlib(&vec![0; 40 << 20]);
    let honest = [number_field(2, 40 << 20), bytes_field(3, &zeros)].concat();
    assert_eq!(error(&[header(&[]), framed("OSMData", &honest)].concat()).slug(), "too_large");
    let lying = [number_field(2, 1_000), bytes_field(3, &zeros)].concat();
    assert_eq!(error(&[header(&[]), framed("OSMData", &lying)].concat()).slug(), "damaged");
    let silent = bytes_field(3, &zeros);
    assert_eq!(error(&[header(&[]), framed("OSMData", &silent)].concat()).slug(), "damaged");
}

#[test]
fn many_blobs_that_are_each_allowed() {
    // A field that nobody reads, full of zeros: each blob of 30 MB packs to 30 kB.
    let content = bytes_field(99, &vec![0; 30 << 20]);
    let one = blob("OSMData", &content);
    let bomb = [header(&[]), one.repeat(5)].concat();
    assert_eq!(error(&bomb).slug(), "inflates");
}

#[test]
fn an_xml_bomb() {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let write = |packer: &mut _, bytes: &[u8]| std::io::Write::write_all(packer, bytes).unwrap();
    write(&mut packer, b"<osm>");
    let blanks = vec![b'\n'; 1 << 19];
    for _ in 0..200 {
        write(&mut packer, &blanks);
        write(&mut packer, b"<note/>");
    }
    assert_eq!(error(&packer.finish().unwrap()).slug(), "inflates");
    let endless = [b"<osm><node id='".as_slice(), &vec![b'1'; 3 << 20]].concat();
    assert_eq!(error(&endless).slug(), "too_large");
    let laughs =
        b"<!DOCTYPE osm [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><osm><node id='1' lon='1' lat='1'>\
                   <tag k='name' v='&b;'/></node></osm>";
    assert_eq!(error(laughs).slug(), "damaged");
}

#[test]
fn features_that_are_not_read() {
    let history = [header(&["OsmSchema-V0.6", "HistoricalInformation"]), small().pbf()].concat();
    assert!(error(&history).to_string().contains("HistoricalInformation"));
    let zstd = [header(&[]), framed("OSMData", &bytes_field(7, b"..."))].concat();
    assert_eq!(error(&zstd).slug(), "unsupported");
}

#[test]
fn nonsense_inside_a_block() {
    let with = |block: &[u8]| [header(&[]), blob("OSMData", block)].concat();
    let dense = |dense: &[u8]| with(&bytes_field(2, &bytes_field(2, dense)));
    assert_eq!(error(&with(&[0xff; 20])).slug(), "damaged");
    assert_eq!(error(&with(&bytes_field(1, &bytes_field(1, b"\xff\xfe")))).slug(), "damaged");
    // Ids without positions, a position beyond the pole, a sum that overflows.
    assert_eq!(error(&dense(&bytes_field(1, &varint(2)))).slug(), "bad_element");
    let far =
        [bytes_field(1, &varint(14)), bytes_field(8, &varint(2_000_000_000)), bytes_field(9, &varint(0))]
            .concat();
    assert!(error(&dense(&far)).to_string().starts_with("node/7 "));
    let huge = [varint(u64::MAX - 1), varint(u64::MAX - 1)].concat();
    let overflow = [bytes_field(1, &huge), bytes_field(8, &[0, 0]), bytes_field(9, &[0, 0])].concat();
    assert_eq!(error(&dense(&overflow)).slug(), "damaged");
    // A tag that points beyond the table.
    let way = [number_field(1, 9), bytes_field(2, &varint(500)), bytes_field(3, &varint(500))].concat();
    assert_eq!(error(&with(&bytes_field(2, &bytes_field(3, &way)))).slug(), "damaged");
    // A granularity that no position survives.
    let mut block = small().block();
    block.extend(number_field(17, i64::MAX as u64));
    assert_eq!(error(&with(&block)).slug(), "bad_element");
    // Data before the header.
    let headless = [blob("OSMHeader", &[]), blob("OSMData", &[])].concat();
    assert!(try_reading(&headless).is_ok());
}

#[test]
fn nonsense_in_xml() {
    for (xml, slug) in [
        ("<osm><node id='x' lon='1' lat='1'/></osm>", "damaged"),
        ("<osm><node id='1' lon='200' lat='1'/></osm>", "bad_element"),
        ("<osm><node id='1' lon='NaN' lat='1'/></osm>", "bad_element"),
        ("<osm><node id='1' lon='inf' lat='1'/></osm>", "bad_element"),
        ("<osm><node id='1'/></osm>", "bad_element"),
        ("<osm><way id='1'><nd/></way></osm>", "bad_element"),
        ("<osm><relation id='1'><member type='what' ref='1'/></relation></osm>", "bad_element"),
        ("<osm><node id='1' lon='1' lat='1'><tag k='a'/></node></osm>", "bad_element"),
        ("<osm><way id='1'></node></osm>", "damaged"),
        ("<osm><node id='1' id='2' lon='1' lat='1'/></osm>", "damaged"),
    ] {
        assert_eq!(error(xml.as_bytes()).slug(), slug, "{xml}");
    }
}

//! Thousands of damaged files: each is read or refused, none may panic, hang or fill the memory.
//!
//! Seeded, so that a failure can be repeated: the message of a panic stands beside the printed case.

use crate::map::{Map, blob, header};
use crate::real::data_folder;
use crate::try_reading;

/// A small generator of even numbers (SplitMix64), enough to damage files.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.roll() % limit.max(1) as u64) as usize
    }
}

fn town() -> Map {
    Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .square(5, 21.0002, 52.0002, 0.0003)
        .node(9, 21.0005, 52.0, &[("barrier", "gate")])
        .node(
            10,
            21.0003,
            52.0003,
            &[("cemetery", "grave"), ("name", "Jan Zmyślony"), ("inscription", "1900-1980")],
        )
        .node(11, 21.0, 52.0, &[("highway", "street_lamp"), ("height", "8'")])
        .way(20, &[1, 9, 2, 3], &[("barrier", "wall")])
        .way(21, &[3, 4, 1], &[])
        .way(22, &[5, 6, 7, 8, 5], &[("cemetery", "sector"), ("ref", "A"), ("building", "yes")])
        .way(23, &[9, 5, 6, 99, 7], &[("highway", "footway"), ("incline", "5%"), ("surface", "asphalt")])
        .relation(
            30,
            &[("way", 20, "outer"), ("way", 21, "outer"), ("way", 22, "inner")],
            &[("type", "multipolygon"), ("landuse", "cemetery"), ("name", "Cmentarz Zmyślony")],
        )
}

/// Changes some bytes, cuts, doubles or drops a stretch.
fn damage(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        let end = (at + dice.below(40)).min(bytes.len());
        match dice.below(6) {
            0 => bytes.truncate(at),
            1 => drop(bytes.drain(at..end)),
            2 => {
                let stretch = bytes[at..end].to_vec();
                bytes.splice(at..at, stretch);
            }
            3 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = 0xff),
            _ => {
                let new = dice.roll() as u8;
                bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = new);
            }
        }
    }
}

fn read_damaged(whole: &[u8], times: u64, wrap: impl Fn(&[u8]) -> Vec<u8>) -> usize {
    let mut read = 0;
    for seed in 0..times {
        let mut bytes = whole.to_vec();
        damage(&mut bytes, &mut Dice(seed));
        read += usize::from(try_reading(&wrap(&bytes)).is_ok());
    }
    read
}

#[test]
fn files_made_by_hand() {
    let map = town();
    for whole in [map.pbf(), map.xml(), map.gz(), map.bz2()] {
        read_damaged(&whole, 1_500, <[u8]>::to_vec);
    }
}

/// The frame stays sound, so that the damage reaches the decoder of the block behind it.
#[test]
fn blocks_inside_a_sound_frame() {
    let read = read_damaged(&town().block(), 6_000, |block| [header(&[]), blob("OSMData", block)].concat());
    assert!(read > 100, "only {read} were read at all: the damage does not reach far enough");
}

#[test]
fn text_inside_a_sound_packing() {
    let pack = |text: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        std::io::Write::write_all(&mut packer, text).unwrap();
        packer.finish().unwrap()
    };
    let read = read_damaged(&town().xml(), 3_000, pack);
    assert!(read > 50, "only {read} were read at all: the damage does not reach far enough");
}

#[test]
fn real_files() {
    let Some(folder) = data_folder() else { return };
    for name in ["helsinki-centre.osm.pbf", "dreieich-cut.osm.gz"] {
        let whole = std::fs::read(folder.join("osm").join(name)).unwrap();
        read_damaged(&whole, 12, <[u8]>::to_vec);
    }
}

//! The four real extracts, counted against the table that came with them.
//!
//! They lie in `REEVE_TEST_DATA` (by default `../shared/data` beside the project) and are never part of
//! it. Without them these tests say "skipped"; where `CI=true` they fail.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use geo_types::Geometry;
use importers::Record;
use importers::osm::{Elements, Missing, read};
use serde_json::Value;

use crate::Reading;

/// Reads a real file, or tells why not.
pub fn real(name: &str) -> Option<Reading> {
    let path = data_folder()?.join("osm").join(name);
    let mut records = Vec::new();
    let mut sink = |record: Record| {
        records.push(record);
        Ok(())
    };
    let report = read(&path, &mut sink, &mut |_| {}).unwrap_or_else(|error| panic!("{name}: {error}"));
    Some(Reading { report, records })
}

pub fn data_folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("REEVE_TEST_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("osm").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no real data in {}", folder.display());
    println!("skipped: no real data in {}", folder.display());
    None
}

/// Row of the table: file, then elements, lamps, benches, bins, trees, cemeteries, house numbers.
type Row = (&'static str, [u64; 3], [(&'static str, u64); 6]);

const TABLE: [Row; 4] = [
    (
        "berlin-wittenau.osm.pbf",
        [51_464, 9_198, 227],
        [
            ("lamps", 539),
            ("benches", 86),
            ("bins", 47),
            ("trees", 2_866),
            ("cemeteries", 4),
            ("basemap/housenumbers", 2_682),
        ],
    ),
    (
        "lauf-pegnitz.osm.pbf",
        [72_206, 11_802, 406],
        [
            ("lamps", 0),
            ("benches", 125),
            ("bins", 26),
            ("trees", 46),
            ("cemeteries", 3),
            ("basemap/housenumbers", 5_425),
        ],
    ),
    (
        "helsinki-centre.osm.pbf",
        [24_260, 5_130, 620],
        [
            ("lamps", 586),
            ("benches", 162),
            ("bins", 36),
            ("trees", 649),
            ("cemeteries", 0),
            ("basemap/housenumbers", 1_470),
        ],
    ),
    (
        "dreieich-cut.osm.gz",
        [24_828, 4_627, 62],
        [
            ("lamps", 0),
            ("benches", 49),
            ("bins", 19),
            ("trees", 5),
            ("cemeteries", 2),
            ("basemap/housenumbers", 915),
        ],
    ),
];

#[test]
fn counts_are_those_of_the_table() {
    for (name, [nodes, ways, relations], counts) in TABLE {
        let Some(Reading { report, .. }) = real(name) else { return };
        assert_eq!(report.elements, Elements { nodes, ways, relations }, "{name}");
        for (key, count) in counts {
            assert_eq!(report.count(key), count, "{key} in {name}");
        }
    }
}

#[test]
fn source_ids_are_unique_and_the_report_counts_what_was_handed_over() {
    for (name, ..) in TABLE {
        let Some(Reading { report, records }) = real(name) else { return };
        let mut seen = HashSet::new();
        let mut counted: BTreeMap<String, u64> = BTreeMap::new();
        for record in &records {
            let (key, id) = match record {
                Record::Feature(feature) => (feature.kind.clone(), feature.source_id.clone()),
                Record::Burial(burial) => ("burials".to_owned(), burial.source_id.clone()),
                Record::Base(base) => (format!("basemap/{}", base.layer.as_str()), base.source_id.clone()),
            };
            *counted.entry(key.clone()).or_default() += 1;
            assert!(seen.insert((key.clone(), id.clone())), "{key} {id} comes twice in {name}");
        }
        assert_eq!(counted, report.taken, "{name}");
    }
}

#[test]
fn a_part_never_comes_before_its_whole() {
    for (name, ..) in TABLE {
        let Some(Reading { records, .. }) = real(name) else { return };
        let mut seen = HashSet::new();
        for record in &records {
            match record {
                Record::Feature(feature) => {
                    assert!(feature.part_of.as_ref().is_none_or(|whole| seen.contains(whole)), "{feature:?}");
                    seen.insert((feature.kind.clone(), feature.source_id.clone()));
                }
                Record::Burial(burial) => {
                    assert!(seen.contains(&("graves".to_owned(), burial.grave.clone())))
                }
                Record::Base(_) => {}
            }
        }
    }
}

#[test]
fn what_is_cut_at_the_box_is_counted() {
    let Some(lauf) = real("lauf-pegnitz.osm.pbf") else { return };
    let Some(helsinki) = real("helsinki-centre.osm.pbf") else { return };
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    assert_eq!(lauf.report.missing.way_nodes, 7_297);
    assert_eq!(helsinki.report.missing.way_nodes, 4_525);
    assert_eq!(berlin.report.missing.way_nodes, 0);
    assert!(berlin.report.missing != Missing::default());
    assert_eq!(berlin.report.left_out_count("line_cut"), 0);
    assert!(lauf.report.left_out_count("line_cut") > 0);
}

#[test]
fn cemeteries_of_berlin() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    let cemeteries = berlin.features("cemeteries");
    let points: Vec<_> =
        cemeteries.iter().filter(|place| matches!(place.geometry, Geometry::Point(_))).collect();
    assert_eq!((cemeteries.len() - points.len(), points.len()), (3, 1));
    assert_eq!(points[0].source_id, "node/13920184001");
    let wittenau = berlin.feature("cemeteries", "relation/4724661");
    assert_eq!(wittenau.label.as_deref(), Some("Friedhof Wittenau"));
    let Geometry::MultiPolygon(area) = &wittenau.geometry else { panic!("two outer ways are two areas") };
    assert_eq!(area.0.len(), 2);
}

/// All gates of the cemeteries as (node, cemetery).
fn gates(reading: &Reading) -> Vec<(String, String)> {
    let cemetery = |whole: &Option<(String, String)>| whole.clone().map(|(_, id)| id).unwrap_or_default();
    let mut gates: Vec<_> = reading
        .features("gates")
        .iter()
        .map(|gate| (gate.source_id.clone(), cemetery(&gate.part_of)))
        .collect();
    gates.sort();
    gates
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    pairs.sort();
    pairs
}

#[test]
fn gates_in_all_three_taggings() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    let wittenau = "relation/4724661";
    let expected = named(&[
        ("node/3416139852", wittenau),
        ("node/3416139853", wittenau),
        ("node/3416139856", wittenau),
        ("node/3416139861", wittenau),
        ("node/3416139863", wittenau),
        ("node/12014572568", "way/6626745"),
    ]);
    assert_eq!(gates(&berlin), expected);
    let Some(lauf) = real("lauf-pegnitz.osm.pbf") else { return };
    let expected = named(&[
        ("node/597861024", "way/34646557"),
        ("node/4326892749", "way/34646557"),
        ("node/4498308528", "way/23081830"),
    ]);
    assert_eq!(gates(&lauf), expected);
    assert_eq!(lauf.feature("gates", "node/597861024").attributes["type"], "entrance");
    let Some(dreieich) = real("dreieich-cut.osm.gz") else { return };
    let expected = named(&[
        ("node/9914694704", "way/31717844"),
        ("node/9914694705", "way/31717844"),
        ("node/9919034629", "way/52481816"),
    ]);
    assert_eq!(gates(&dreieich), expected);
}

#[test]
fn graves_at_the_old_church() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    let graves: HashSet<_> = berlin.features("graves").iter().map(|grave| grave.source_id.as_str()).collect();
    let expected: Vec<String> = std::iter::once(4_419_973_331_i64)
        .chain(11_948_341_195..=11_948_341_202)
        .map(|id| format!("node/{id}"))
        .collect();
    assert_eq!(graves, expected.iter().map(String::as_str).collect());
    let burials = berlin.burials();
    assert_eq!(burials.len(), 1);
    assert_eq!(burials[0].grave, "node/4419973331");
    assert_eq!(burials[0].given_names.split(' ').count(), 2);
    assert!(!burials[0].surname.is_empty());
}

/// Independent cycles and connected parts of the paths inside a cemetery, where paths that share a point meet.
fn inner_graph(reading: &Reading, cemetery: &str) -> (usize, usize) {
    let mut numbers: HashMap<(u64, u64), usize> = HashMap::new();
    let mut edges = HashSet::new();
    for path in reading.features("paths") {
        if path.part_of.as_ref().is_none_or(|whole| whole.1 != cemetery) {
            continue;
        }
        let Geometry::LineString(line) = &path.geometry else { panic!("a path is a line") };
        for side in line.lines() {
            let mut number = |x: f64, y: f64| {
                let next = numbers.len();
                *numbers.entry((x.to_bits(), y.to_bits())).or_insert(next)
            };
            let (a, b) = (number(side.start.x, side.start.y), number(side.end.x, side.end.y));
            edges.insert((a.min(b), a.max(b)));
        }
    }
    let mut parent: Vec<usize> = (0..numbers.len()).collect();
    fn root(parent: &[usize], mut at: usize) -> usize {
        while parent[at] != at {
            at = parent[at];
        }
        at
    }
    for &(a, b) in &edges {
        let (a, b) = (root(&parent, a), root(&parent, b));
        parent[a] = b;
    }
    let parts = (0..parent.len()).filter(|&at| parent[at] == at).count();
    (edges.len() + parts - numbers.len(), parts)
}

#[test]
fn inner_paths_hang_together_bit_for_bit() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    let Some(lauf) = real("lauf-pegnitz.osm.pbf") else { return };
    assert_eq!(inner_graph(&berlin, "relation/4724661"), (14, 1));
    assert_eq!(inner_graph(&berlin, "way/6626745"), (16, 1));
    assert_eq!(inner_graph(&berlin, "way/326449443"), (0, 1));
    // One driveway inside touches only the street outside.
    assert_eq!(inner_graph(&lauf, "way/34646557"), (20, 2));
    assert_eq!(inner_graph(&lauf, "way/23081830"), (0, 2));
    assert_eq!(inner_graph(&lauf, "way/35957973"), (0, 0));
}

#[test]
fn every_gate_of_wittenau_but_one_is_on_a_path() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    let mut on_paths = HashSet::new();
    for path in berlin.features("paths") {
        if let Geometry::LineString(line) = &path.geometry {
            on_paths.extend(line.0.iter().map(|point| (point.x.to_bits(), point.y.to_bits())));
        }
    }
    for gate in berlin.features("gates") {
        let Geometry::Point(point) = &gate.geometry else { panic!("a gate is a point") };
        let joined = on_paths.contains(&(point.x().to_bits(), point.y().to_bits()));
        assert_eq!(joined, gate.source_id != "node/3416139863", "{}", gate.source_id);
    }
}

#[test]
fn gates_that_are_no_cemetery_gates_are_counted() {
    let Some(helsinki) = real("helsinki-centre.osm.pbf") else { return };
    assert!(helsinki.features("gates").is_empty());
    // 60 tagged barrier=gate, and six lift gates, turnstiles and gaps.
    assert_eq!(helsinki.report.left_out_count("gate_not_of_a_cemetery"), 66);
}

#[test]
fn nothing_lies_outside_the_world_and_the_basemap_is_whole() {
    let Some(berlin) = real("berlin-wittenau.osm.pbf") else { return };
    for layer in ["land", "water", "buildings", "roads", "places", "housenumbers"] {
        assert!(!berlin.base(layer).is_empty(), "{layer}");
    }
    let roads = berlin.base("roads");
    assert!(
        roads.iter().any(|road| road.class == "rail") && roads.iter().any(|road| road.class == "footway")
    );
    assert!(berlin.base("buildings").iter().any(|building| building.class == "church"));
    assert!(berlin.base("housenumbers").iter().all(|number| number.name.is_some() && number.min_zoom == 17));
    let lamp =
        berlin.features("lamps").iter().filter(|lamp| lamp.attributes.contains_key("light_count")).count();
    assert_eq!(lamp, 101);
    let classes: HashSet<&str> = berlin
        .features("paths")
        .iter()
        .filter_map(|path| path.attributes.get("class").and_then(Value::as_str))
        .collect();
    assert!(classes.contains("steps") && !classes.contains("motorway"));
}

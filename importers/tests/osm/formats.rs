//! The same map gives the same records however it is written.

use importers::osm::{Format, Phase, read};

use crate::map::Map;
use crate::{Reading, reading};

fn town() -> Map {
    Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .node(5, 21.0005, 52.0, &[("barrier", "gate"), ("wheelchair", "yes")])
        .node(6, 21.0005, 52.0005, &[("highway", "street_lamp"), ("ref", "17/3 & \"ą\"")])
        .node(7, -179.9999999, -89.9999999, &[("natural", "tree")])
        .way(10, &[1, 5, 2, 3, 4, 1], &[("landuse", "cemetery"), ("name", "Cmentarz Zmyślony")])
        .way(11, &[5, 6], &[("highway", "footway"), ("surface", "asphalt")])
        .relation(20, &[("way", 10, "outer")], &[("type", "multipolygon"), ("leisure", "park")])
}

#[test]
fn four_ways_to_write_one_map() {
    let map = town();
    let formats = [
        (map.pbf(), Format::Pbf),
        (map.xml(), Format::Xml),
        (map.gz(), Format::XmlGz),
        (map.bz2(), Format::XmlBz2),
    ];
    let first = reading(&formats[0].0);
    assert_eq!(first.report.count("lamps"), 1);
    assert_eq!(first.feature("lamps", "node/6").label.as_deref(), Some("17/3 & \"ą\""));
    for (bytes, format) in formats {
        let Reading { report, records } = reading(&bytes);
        assert_eq!(report.format, format);
        assert_eq!(records, first.records, "{}", format.as_str());
        assert_eq!(report.taken, first.report.taken);
        assert_eq!(report.extent, first.report.extent);
    }
}

#[test]
fn order_of_elements_does_not_matter() {
    let sorted =
        Map::default().node(1, 1.0, 1.0, &[("natural", "tree")]).node(2, 2.0, 2.0, &[("natural", "tree")]);
    let shuffled =
        Map::default().node(2, 2.0, 2.0, &[("natural", "tree")]).node(1, 1.0, 1.0, &[("natural", "tree")]);
    assert_eq!(reading(&sorted.pbf()).records, reading(&shuffled.pbf()).records);
}

#[test]
fn elements_that_come_twice_are_taken_once() {
    let tree = [("natural", "tree")];
    let reading = reading(&Map::default().node(1, 1.0, 1.0, &tree).node(1, 2.0, 2.0, &tree).xml());
    assert_eq!(reading.report.count("trees"), 1);
    assert_eq!(reading.report.left_out_count("duplicate"), 1);
}

#[test]
fn what_an_editor_has_deleted_is_gone() {
    let xml = b"<osm><node id='-1' lon='1' lat='2' action='delete'><tag k='natural' v='tree'/></node>\
                <node id='-2' lon='1' lat='2' visible='true'><tag k='natural' v='tree'/></node></osm>";
    assert_eq!(reading(xml).features("trees")[0].source_id, "node/-2");
}

#[test]
fn bounds_and_time_are_read_from_xml() {
    let xml = b"\xef\xbb\xbf<osm><meta osm_base='2026-07-27T00:00:00Z'/>\
                <bounds minlat='52.1' minlon='21.1' maxlat='52.2' maxlon='21.2'/></osm>";
    let report = reading(xml).report;
    let extent = report.extent.unwrap();
    assert_eq!((extent.min().x, extent.max().y), (21.1, 52.2));
    assert_eq!(report.data_timestamp.as_deref(), Some("2026-07-27T00:00:00Z"));
    assert!(report.taken.is_empty());
}

#[test]
fn progress_runs_to_the_end_of_both_phases() {
    let path = std::env::temp_dir().join(format!("reeve-osm-progress-{}.osm.pbf", std::process::id()));
    std::fs::write(&path, town().pbf()).unwrap();
    let mut seen = Vec::new();
    let result = read(&path, &mut |_| Ok(()), &mut |progress| seen.push(progress));
    std::fs::remove_file(&path).unwrap();
    result.unwrap();
    for phase in [Phase::Reading, Phase::Building] {
        let steps: Vec<_> = seen.iter().filter(|progress| progress.phase == phase).collect();
        assert!(steps.is_sorted_by_key(|progress| progress.done));
        let last = steps.last().unwrap();
        assert_eq!(last.done, last.total);
    }
}

#[test]
fn a_sink_that_refuses_ends_the_reading() {
    let error = importers::osm::read_bytes(&town().xml(), &mut |_| Err("no".into())).unwrap_err();
    assert_eq!(error.slug(), "refused");
}

//! What becomes of tags, of areas that are not whole and of lines that are cut.

use geo_types::Geometry;
use importers::PartialDate;
use serde_json::{Value, json};

use crate::map::Map;
use crate::{Reading, reading};

fn attributes(reading: &Reading, kind: &str, id: &str) -> Value {
    Value::Object(reading.feature(kind, id).attributes.clone())
}

#[test]
fn lamps_benches_bins_and_trees() {
    let map = Map::default()
        .node(
            1,
            1.0,
            1.0,
            &[
                ("highway", "street_lamp"),
                ("ref", "L-1"),
                ("support", "pole"),
                ("material", "steel"),
                ("height", "8 m"),
                ("light:count", "2"),
                ("lamp_type", "LED"),
                ("start_date", "2019-05"),
                ("traffic_sign", "DE:274"),
            ],
        )
        .node(
            2,
            1.0,
            1.0,
            &[("highway", "street_lamp"), ("lamp_mount", "wall_mounted"), ("light:count", "many")],
        )
        .node(
            3,
            1.0,
            1.0,
            &[
                ("amenity", "bench"),
                ("backrest", "yes"),
                ("material", "wood;metal"),
                ("seats", "3"),
                ("lit", "24/7"),
            ],
        )
        .node(4, 1.0, 1.0, &[("amenity", "waste_basket"), ("waste", "trash;dog_excrement")])
        .node(5, 1.0, 1.0, &[("amenity", "waste_basket"), ("waste", "dog_excrement")])
        .node(
            6,
            1.0,
            1.0,
            &[
                ("natural", "tree"),
                ("species", "Tilia cordata"),
                ("species:pl", "lipa drobnolistna"),
                ("circumference", "1.2"),
                ("diameter_crown", "7,5 m"),
                ("leaf_type", "broadleaved"),
                ("denotation", "natural_monument"),
            ],
        )
        .node(
            7,
            1.0,
            1.0,
            &[("natural", "tree"), ("circumference", "120"), ("leaf_type", "palm"), ("height", "999")],
        );
    let reading = reading(&map.pbf());
    assert_eq!(
        attributes(&reading, "lamps", "node/1"),
        json!({"ref": "L-1", "support": "steel", "height_m": 8.0, "light_count": 2, "light_source": "led", "installed_year": 2019})
    );
    assert_eq!(attributes(&reading, "lamps", "node/2"), json!({"support": "wall"}));
    assert_eq!(
        attributes(&reading, "benches", "node/3"),
        json!({"backrest": true, "material": "wood", "seats": 3, "lit": true})
    );
    assert_eq!(attributes(&reading, "bins", "node/4"), json!({"waste": "mixed"}));
    assert_eq!(attributes(&reading, "bins", "node/5"), json!({"waste": "dog_waste"}));
    assert_eq!(
        attributes(&reading, "trees", "node/6"),
        json!({"genus": "Tilia", "species": "Tilia cordata", "common_name": "lipa drobnolistna", "girth_130_cm": 120.0,
               "crown_diameter_m": 7.5, "leaf_type": "broadleaved", "monument": true})
    );
    assert_eq!(attributes(&reading, "trees", "node/7"), json!({}));
}

#[test]
fn a_bench_drawn_as_a_line_stands_in_its_middle() {
    let map = Map::default()
        .node(1, 1.0, 1.0, &[])
        .node(2, 1.002, 1.0, &[])
        .way(1, &[1, 2], &[("amenity", "bench")])
        .square(3, 2.0, 2.0, 0.001)
        .way(2, &[3, 4, 5, 6, 3], &[("amenity", "bench")])
        .way(3, &[98, 99], &[("amenity", "bench")])
        .relation(4, &[("node", 1, ""), ("node", 99, "")], &[("type", "site"), ("natural", "tree")]);
    let reading = reading(&map.xml());
    let at = |kind: &str, id: &str| match reading.feature(kind, id).geometry {
        Geometry::Point(point) => ((point.x() * 1e6).round() / 1e6, (point.y() * 1e6).round() / 1e6),
        _ => panic!("not a point"),
    };
    assert_eq!(at("benches", "way/1"), (1.001, 1.0));
    assert_eq!(at("benches", "way/2"), (2.0005, 2.0005));
    assert_eq!(at("trees", "relation/4"), (1.0, 1.0));
    assert_eq!(reading.report.left_out_count("no_position"), 1);
}

fn cemetery_of_relation(members: &[(&'static str, i64, &'static str)]) -> Reading {
    let map = Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .way(10, &[1, 2, 3], &[])
        .way(11, &[1, 4, 3], &[])
        .way(12, &[1, 4, 999], &[])
        .relation(20, members, &[("type", "multipolygon"), ("landuse", "cemetery")]);
    reading(&map.pbf())
}

#[test]
fn relations_are_stitched_or_left_out() {
    let whole = cemetery_of_relation(&[("way", 10, "outer"), ("way", 11, "outer"), ("node", 77, "label")]);
    assert!(matches!(whole.feature("cemeteries", "relation/20").geometry, Geometry::Polygon(_)));
    for (members, reason) in [
        ([("way", 10, "outer"), ("way", 88, "outer")], "missing_members"),
        ([("way", 10, "outer"), ("way", 12, "outer")], "missing_nodes"),
        ([("way", 10, "outer"), ("way", 10, "outer")], "invalid_area"),
        ([("way", 10, "outer"), ("node", 1, "")], "open_ring"),
    ] {
        let reading = cemetery_of_relation(&members);
        assert!(reading.features("cemeteries").is_empty(), "{reason}");
        let left = &reading.report.left_out[0];
        assert_eq!(
            (left.reason, left.count, left.samples.as_slice()),
            (reason, 1, ["relation/20".to_owned()].as_slice())
        );
        assert!(!left.text_pl.is_empty() && !left.text_en.is_empty());
    }
}

#[test]
fn an_area_that_crosses_itself_is_left_out() {
    let map = Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .way(10, &[1, 3, 2, 4, 1], &[("landuse", "cemetery")])
        .way(11, &[1, 2, 3, 4], &[("landuse", "cemetery")])
        .way(12, &[1, 2, 3, 4, 1], &[("landuse", "cemetery")]);
    let reading = reading(&map.pbf());
    assert_eq!(reading.report.count("cemeteries"), 1);
    assert_eq!(reading.report.left_out_count("invalid_area"), 1);
    assert_eq!(reading.report.left_out_count("not_closed"), 1);
}

#[test]
fn a_line_that_is_cut_keeps_its_pieces() {
    let map = Map::default().square(1, 21.0, 52.0, 0.001).node(5, 21.1, 52.1, &[]).way(
        10,
        &[1, 2, 99, 5, 98, 3, 4],
        &[("highway", "footway"), ("barrier", "wall")],
    );
    let reading = reading(&map.pbf());
    let ids: Vec<_> = reading.features("paths").iter().map(|path| path.source_id.as_str()).collect();
    assert_eq!(ids, ["way/10", "way/10#2"]);
    assert_eq!(reading.report.count("barriers"), 2);
    assert_eq!(reading.report.count("basemap/roads"), 2);
    assert_eq!(reading.report.left_out_count("line_cut"), 1);
    assert_eq!(reading.report.missing.way_nodes, 2);
}

fn path(tags: &[(&'static str, &'static str)]) -> Option<Value> {
    let map = Map::default().node(1, 1.0, 1.0, &[]).node(2, 1.001, 1.0, &[]).way(1, &[1, 2], tags);
    let reading = reading(&map.xml());
    reading.features("paths").first().map(|path| Value::Object(path.attributes.clone()))
}

#[test]
fn who_may_walk_where() {
    for tags in [
        [("highway", "footway"), ("x", "")],
        [("highway", "primary_link"), ("x", "")],
        [("highway", "cycleway"), ("x", "")],
        [("highway", "bridleway"), ("foot", "yes")],
        [("highway", "track"), ("access", "permit")],
    ] {
        assert!(path(&tags).is_some(), "{tags:?}");
    }
    assert!(path(&[("highway", "service"), ("access", "private"), ("foot", "permissive")]).is_some());
    for tags in [
        [("highway", "motorway"), ("foot", "yes")],
        [("highway", "trunk"), ("x", "")],
        [("highway", "bridleway"), ("x", "")],
        [("highway", "service"), ("access", "private")],
        [("highway", "cycleway"), ("foot", "no")],
        [("highway", "primary"), ("motorroad", "yes")],
        [("highway", "construction"), ("x", "")],
    ] {
        assert!(path(&tags).is_none(), "{tags:?}");
    }
}

#[test]
fn what_is_known_of_a_path() {
    let found = path(&[
        ("highway", "steps"),
        ("name", "Schody Zmyślone"),
        ("step_count", "12"),
        ("handrail:left", "yes"),
        ("handrail:right", "no"),
        ("width", "2.5 m"),
        ("incline", "-12%"),
        ("layer", "-1"),
        ("tunnel", "yes"),
        ("bridge", "no"),
        ("lit", "automatic"),
        ("smoothness", "lovely"),
    ]);
    assert_eq!(
        found.unwrap(),
        json!({"class": "steps", "name": "Schody Zmyślone", "step_count": 12, "handrail": true, "width_m": 2.5,
               "incline_pct": -12.0, "layer": -1, "tunnel": true, "lit": true, "step_free": "no"})
    );
}

#[test]
fn step_free_is_yes_no_or_unknown() {
    let verdict = |tags: &[(&'static str, &'static str)]| {
        let tags: Vec<_> = std::iter::once(("highway", "footway")).chain(tags.iter().copied()).collect();
        path(&tags).unwrap()["step_free"].clone()
    };
    assert_eq!(verdict(&[]), "unknown");
    assert_eq!(verdict(&[("surface", "asphalt")]), "yes");
    assert_eq!(verdict(&[("surface", "gravel")]), "unknown");
    assert_eq!(verdict(&[("surface", "gravel"), ("wheelchair", "yes")]), "yes");
    assert_eq!(verdict(&[("surface", "asphalt"), ("wheelchair", "limited")]), "unknown");
    assert_eq!(verdict(&[("surface", "asphalt"), ("incline", "up")]), "unknown");
    for tags in [
        ("wheelchair", "no"),
        ("step_count", "1"),
        ("incline", "9%"),
        ("incline", "-9%"),
        ("width", "0.8"),
        ("surface", "sand"),
        ("smoothness", "horrible"),
    ] {
        assert_eq!(verdict(&[tags, ("surface", "asphalt")]), "no", "{tags:?}");
    }
}

#[test]
fn a_pedestrian_area_is_its_outline() {
    let map = Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .way(10, &[1, 2, 3, 4, 1], &[("highway", "pedestrian"), ("area", "yes")])
        .way(11, &[1, 2, 3, 4, 1], &[])
        .relation(20, &[("way", 11, "outer")], &[("type", "multipolygon"), ("highway", "pedestrian")]);
    let reading = reading(&map.pbf());
    for id in ["way/10", "relation/20"] {
        let Geometry::LineString(line) = &reading.feature("paths", id).geometry else { panic!("not a line") };
        assert_eq!(line.0.len(), 5);
        assert!(line.is_closed());
    }
    assert!(reading.base("land").iter().all(|land| land.class == "square"));
    assert!(reading.base("roads").is_empty());
}

/// A cemetery of about 70 by 110 m with a sector, and things in it, on its border and outside.
fn cemetery() -> Map {
    Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .node(5, 21.0005, 52.0, &[("barrier", "gate"), ("locked", "yes"), ("access", "private")])
        .node(6, 21.0006, 51.99999, &[("entrance", "main")])
        .node(7, 21.0007, 52.0, &[("entrance", "yes")])
        .node(8, 21.0005, 52.0005, &[("barrier", "gate")])
        .node(9, 21.01, 52.01, &[("barrier", "entrance")])
        .way(10, &[1, 5, 2, 3, 4, 1], &[("landuse", "cemetery")])
        .way(11, &[7, 5, 8, 7], &[("building", "chapel")])
        .square(20, 21.0001, 52.0001, 0.0002)
        .way(12, &[20, 21, 22, 23, 20], &[("cemetery", "sector"), ("ref", "A")])
        .node(
            30,
            21.0002,
            52.0002,
            &[("cemetery", "grave"), ("ref", "7"), ("name", "Anna Zmyślona (1900–1980)")],
        )
        .node(31, 21.0008, 52.0008, &[("historic", "tomb"), ("name", "Rodzina Zmyślonych")])
        .square(40, 21.0006, 52.0006, 0.00001)
        .way(
            13,
            &[40, 41, 42, 43, 40],
            &[("cemetery", "grave"), ("tomb", "war_grave"), ("inscription", "* 1.2.1920 † 3.4.1944")],
        )
        .node(50, 21.0005, 51.999, &[])
        .way(14, &[50, 5, 8], &[("highway", "footway")])
        .way(15, &[5, 8, 3], &[("highway", "footway")])
}

#[test]
fn a_cemetery_holds_its_parts() {
    let reading = reading(&cemetery().pbf());
    let whole = |kind: &str, id: &str| reading.feature(kind, id).part_of.clone();
    let in_cemetery = Some(("cemeteries".to_owned(), "way/10".to_owned()));
    assert_eq!(whole("sectors", "way/12"), in_cemetery);
    assert_eq!(whole("graves", "node/30"), Some(("sectors".to_owned(), "way/12".to_owned())));
    assert_eq!(whole("graves", "node/31"), in_cemetery);
    assert_eq!(whole("gates", "node/5"), in_cemetery);
    assert_eq!(whole("gates", "node/6"), in_cemetery);
    assert_eq!(reading.report.count("gates"), 2, "the door of the chapel and far gates are none");
    assert_eq!(reading.report.left_out_count("gate_not_of_a_cemetery"), 2);
    // The path outside is longer than its stretch inside.
    assert_eq!(whole("paths", "way/14"), None);
    assert_eq!(whole("paths", "way/15"), in_cemetery);
    assert_eq!(
        attributes(&reading, "gates", "node/5"),
        json!({"type": "gate", "locked": true, "access": "private"})
    );
    assert_eq!(reading.feature("sectors", "way/12").label.as_deref(), Some("A"));
}

#[test]
fn graves_give_the_buried_only_when_certain() {
    let reading = reading(&cemetery().pbf());
    let burials = reading.burials();
    assert_eq!(burials.len(), 1);
    assert_eq!((burials[0].given_names.as_str(), burials[0].surname.as_str()), ("Anna", "Zmyślona"));
    assert_eq!((burials[0].born, burials[0].died), (PartialDate::Year(1900), PartialDate::Year(1980)));
    assert_eq!(reading.report.left_out_count("name_not_a_person"), 1);
    assert_eq!(
        attributes(&reading, "graves", "node/31"),
        json!({"type": "tomb", "name": "Rodzina Zmyślonych"})
    );
    let war = reading.feature("graves", "way/13");
    assert!(matches!(war.geometry, Geometry::Polygon(_)));
    assert_eq!(war.attributes["type"], "war");
}

#[test]
fn greens_and_the_basemap() {
    let square = [1, 2, 3, 4, 1];
    let map = Map::default()
        .square(1, 21.0, 52.0, 0.001)
        .way(10, &square, &[("leisure", "park"), ("name", "Park Zmyślony")])
        .way(11, &square, &[("leisure", "garden"), ("garden:type", "residential")])
        .way(12, &square, &[("natural", "water")])
        .way(
            13,
            &square,
            &[
                ("building", "church"),
                ("addr:housenumber", "3a"),
                ("amenity", "place_of_worship"),
                ("name", "Kościół Zmyślony"),
            ],
        )
        .way(14, &[1, 2], &[("waterway", "stream")])
        .way(15, &[1, 2], &[("railway", "rail")])
        .way(16, &[1, 2], &[("natural", "coastline")])
        .node(5, 21.0, 52.0, &[("place", "village"), ("name", "Zmyślenie")]);
    let reading = reading(&map.gz());
    assert_eq!(reading.report.count("greens"), 1);
    assert_eq!(reading.report.left_out_count("private_garden"), 1);
    assert_eq!(reading.report.left_out_count("coastline"), 1);
    let classes = |layer| reading.base(layer).iter().map(|base| base.class.as_str()).collect::<Vec<_>>();
    assert_eq!(classes("land"), ["park", "grass"]);
    assert_eq!(classes("water"), ["water", "stream"]);
    assert_eq!(classes("buildings"), ["church"]);
    assert_eq!(classes("roads"), ["rail"]);
    assert_eq!(classes("places"), ["village", "park", "church"]);
    assert_eq!(reading.base("housenumbers")[0].name.as_deref(), Some("3a"));
}

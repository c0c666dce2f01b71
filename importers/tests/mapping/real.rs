//! The real files, each with the map that is kept for it, counted against what another program found in them.
//!
//! They lie in `REEVE_TEST_DATA` (by default `../shared/data` beside the project) and are never part of it. Without
//! them these tests say "skipped"; where `CI=true` they fail.

use std::collections::BTreeMap;
use std::path::PathBuf;

use importers::PartialDate;
use importers::mapping::{DateOrder, RunError};

use crate::support::{Outcome, map, run_files, try_run_files};

/// Folder of the real files.
pub fn data_folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("REEVE_TEST_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("inventory").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no real data in {}", folder.display());
    println!("skipped: no real data in {}", folder.display());
    None
}

/// What comes out of files with the map of this name; `run_files` has seen to it that every row is accounted for.
fn read(name: &str, files: &[&str]) -> Option<Outcome> {
    let data = data_folder()?;
    let paths: Vec<PathBuf> = files.iter().map(|file| data.join(file)).collect();
    Some(run_files(&paths, &map(name)))
}

fn counts<const N: usize>(pairs: [(&'static str, usize); N]) -> BTreeMap<&'static str, usize> {
    pairs.into_iter().collect()
}

/// Things that have the attribute.
fn with(outcome: &Outcome, key: &str) -> usize {
    outcome.features.iter().filter(|(feature, ..)| feature.attributes.contains_key(key)).count()
}

/// Sum of an attribute over all things.
fn sum(outcome: &Outcome, key: &str) -> f64 {
    outcome.features.iter().filter_map(|(feature, ..)| feature.attributes.get(key)?.as_f64()).sum()
}

fn rows(outcome: &Outcome) -> u64 {
    outcome.report.layers.iter().map(|layer| layer.rows).sum()
}

#[test]
fn vancouver_trees() {
    let Some(outcome) = read("vancouver-trees.toml", &["inventory/vancouver/street_trees.csv.gz"]) else {
        return;
    };
    assert_eq!(rows(&outcome), 146_611);
    assert_eq!(outcome.features.len(), 123_840);
    assert_eq!(outcome.refused(true), counts([("no_position", 22_771)]));
    assert_eq!(outcome.refused(false), counts([]));
    assert_eq!(outcome.doubts(), counts([]));
    // 21 of the placed trees have a diameter of 0.
    assert_eq!(with(&outcome, "girth_130_cm"), 123_819);
    assert_eq!(with(&outcome, "planted_year"), 58_745);
    let tree = outcome.feature("149556");
    // 10 inches across are 79.8 cm around.
    assert_eq!(tree.attributes["girth_130_cm"], 79.8);
    assert_eq!(tree.attributes["species"], "Ulmus americana");
    assert_eq!(tree.attributes["common_name"], "Brandon Elm");
    assert_eq!(tree.attributes["planted_year"], 1999);
    assert_eq!(outcome.feature("199599").attributes["girth_130_cm"], 3471.1);
}

#[test]
fn grenoble_trees() {
    let Some(outcome) = read("grenoble-trees.toml", &["inventory/grenoble/trees.xlsx"]) else { return };
    assert_eq!(rows(&outcome), 31_826);
    assert_eq!(outcome.features.len(), 31_816);
    assert_eq!(outcome.refused(true), counts([("no_position", 1)]));
    let unplaced = outcome.rejected.iter().find(|rejected| rejected.whole_row).unwrap();
    assert_eq!((unplaced.row, unplaced.column.as_deref()), (23_719, Some("geo_point_2d")));
    let halves: Vec<u64> = outcome.skipped.iter().map(|(row, _)| *row).collect();
    assert_eq!(halves, [1408, 1410, 1412, 1414, 1416, 1418, 1817, 1819, 1821]);
    assert_eq!(outcome.doubts(), counts([("broken_row", 9)]));
    let mended = outcome.feature("46629");
    assert_eq!(mended.attributes["species"], "Quercus imbricaria");
    assert_eq!(mended.geometry, geo_types::Point::new(5.712_291_404_719_27, 45.196_230_894_209_35).into());
    // 825 rows have no genus, of which the nine halves have theirs in another column.
    assert_eq!(with(&outcome, "genus"), 31_001 + 9);
    assert_eq!(outcome.feature("27452").attributes["planted_year"], 1965);
}

#[test]
fn warsaw_trees() {
    let Some(outcome) = read("warsaw-trees.toml", &["inventory/warsaw/drzewa_10000.csv"]) else { return };
    assert_eq!((rows(&outcome), outcome.features.len()), (10_000, 10_000));
    assert!(outcome.rejected.is_empty(), "{:?}", outcome.rejected);
    assert_eq!(with(&outcome, "girth_130_cm"), 9_947 - 2);
    assert_eq!(sum(&outcome, "girth_130_cm"), 756_351.5);
    assert_eq!(with(&outcome, "height_m"), 9_998);
    assert_eq!(with(&outcome, "crown_diameter_m"), 10_000);
    assert!((sum(&outcome, "crown_diameter_m") - 56_281.8).abs() < 1e-6);
    let poor =
        outcome.features.iter().filter(|(feature, ..)| feature.attributes["condition"] == "poor").count();
    assert_eq!(poor, 854);
    let several = outcome.feature("D203994");
    assert_eq!(several.attributes["girth_130_cm"], 56);
    assert_eq!(several.attributes["crown_diameter_m"], 3.5);
    assert!(!outcome.feature("D203993").attributes.contains_key("height_m"), "XXXX is no height");
}

#[test]
fn krakow_trees() {
    let Some(outcome) = read("krakow-trees.toml", &["inventory/krakow/drzewa.csv"]) else { return };
    assert_eq!(rows(&outcome), 3_235);
    assert_eq!(outcome.features.len(), 1_199);
    assert_eq!(outcome.refused(true), counts([("zero_position", 2_036)]));
    assert_eq!(outcome.doubts(), counts([]));
    let places = outcome.features.iter().filter(|(feature, ..)| !feature.source_id.contains('#')).count();
    assert_eq!(places, 1_041);
}

#[test]
fn krakow_parcels_and_buildings() {
    let files = ["inventory/krakow/parcele.csv", "inventory/krakow/ewid_id.csv"];
    let Some(outcome) = read("krakow-parcels.toml", &files) else { return };
    assert_eq!((rows(&outcome), outcome.features.len(), outcome.rejected.len()), (37, 37, 0));
    assert_eq!(outcome.report.layers[0].used_srid, BTreeMap::from([(2180, 37)]));
    assert_eq!(outcome.report.unused_files, ["ewid_id.csv"]);
    let Some(outcome) = read("krakow-buildings.toml", &["inventory/krakow/budynki"]) else { return };
    assert_eq!((rows(&outcome), outcome.features.len(), outcome.rejected.len()), (301, 301, 0));
    assert_eq!(outcome.report.layers[0].used_srid, BTreeMap::from([(2178, 301)]));
}

#[test]
fn brzesko_graves() {
    let Some(outcome) = read("brzesko-graves.toml", &["graves/brzesko"]) else { return };
    assert_eq!(outcome.of_kind("graves").count(), 869);
    assert_eq!(rows(&outcome), 869 + 1_596);
    assert_eq!(outcome.burials.len(), 1_466);
    // 16 rows are blank, in 114 others the person is "Nieznany", "NIEZNANE" and the like.
    assert_eq!(outcome.refused(true), counts([("no_name", 130)]));
    let blank =
        outcome.rejected.iter().filter(|rejected| rejected.whole_row && rejected.found.is_empty()).count();
    assert_eq!(blank, 16);
    assert_eq!(outcome.report.graves_not_here, 0);
    let grave = outcome.feature("1/1");
    assert_eq!(grave.geometry, geo_types::Point::new(7_471_615.26, 5_537_069.20).into());
}

#[test]
fn brzesko_dates_are_read_by_the_order_of_each_file() {
    let Some(outcome) = read("brzesko-graves.toml", &["graves/brzesko"]) else { return };
    let orders = |file: &str| {
        let layer = outcome.report.layers.iter().find(|layer| layer.file.ends_with(file)).unwrap();
        layer.dates.iter().map(|d| (d.sign, d.order, d.only_dmy, d.only_mdy, d.both)).collect::<Vec<_>>()
    };
    use DateOrder::{Dmy, Mdy};
    // One dotted date of sector 1 is 29.02.1901, which there never was.
    assert_eq!(orders("sektor1zmarli.csv"), [('.', Dmy, 42, 0, 35), ('/', Mdy, 0, 135, 88)]);
    assert_eq!(orders("sektor2zmarli.csv"), [('.', Dmy, 30, 0, 28), ('/', Mdy, 0, 129, 84)]);
    assert_eq!(orders("sektor3zmarli.csv"), [('.', Dmy, 26, 0, 8), ('/', Mdy, 0, 122, 63)]);
    assert_eq!(orders("sektor4zmarli.csv"), [('.', Dmy, 34, 0, 17)]);
    assert_eq!(orders("sektor5zmarli.csv"), [('.', Dmy, 79, 0, 43), ('/', Dmy, 161, 0, 100)]);
    // No date is left in doubt for its order: the only refusals are these.
    let mut refused: Vec<(&str, &str)> = outcome
        .rejected
        .iter()
        .filter(|rejected| !rejected.whole_row)
        .map(|rejected| (rejected.found.as_str(), rejected.reason))
        .collect();
    refused.sort_unstable();
    let expected = [
        ("19.101962", "bad_date"),
        ("19.12.201", "bad_date"),
        ("26.051974", "bad_date"),
        ("29.02.1901", "bad_date"),
        ("Jun-60", "ambiguous_date"),
    ];
    assert_eq!(refused, expected);
    let dates = |key: &str| {
        let (burial, _) =
            outcome.burials.iter().find(|(burial, _)| burial.source_id.starts_with(key)).unwrap();
        (burial.born, burial.died)
    };
    use PartialDate::{Day, Unknown};
    assert_eq!(dates("1/1/Cz"), (Day(1856, 2, 20), Day(1934, 7, 7)));
    assert_eq!(dates("1/8/Dubiel Anna"), (PartialDate::Year(1905), Day(1932, 3, 4)));
    assert_eq!(dates("5/1/Kubala W"), (Day(1905, 6, 16), Day(1944, 6, 3)));
    assert_eq!(dates("5/2/"), (Unknown, Unknown));
}

#[test]
fn brzesko_doubts() {
    let Some(outcome) = read("brzesko-graves.toml", &["graves/brzesko"]) else { return };
    let expected = counts([
        ("ambiguous_grave", 2),
        ("died_before_born", 9),
        ("key_twice", 3),
        ("repaired_date", 2),
        ("year_as_date", 13),
    ]);
    assert_eq!(outcome.doubts(), expected);
    let twice: Vec<&str> =
        outcome.features.iter().map(|(f, ..)| f.source_id.as_str()).filter(|key| key.contains('#')).collect();
    assert_eq!(twice, ["5/56 #2", "5/119 #2", "5/150 #2"]);
}

#[test]
fn warsaw_graves() {
    let Some(outcome) = read("warsaw-graves.toml", &["graves/warsaw/graves.csv"]) else { return };
    assert_eq!(rows(&outcome), 383);
    assert_eq!((outcome.features.len(), outcome.burials.len()), (375, 383));
    assert_eq!(outcome.report.layers[0].burial_rows, 8);
    assert!(outcome.rejected.is_empty() && outcome.doubts().is_empty());
    let unknown = outcome.burials.iter().filter(|(burial, _)| burial.died == PartialDate::Unknown).count();
    assert_eq!(unknown, 21);
    let shouted =
        outcome.burials.iter().filter(|(b, _)| b.surname.len() > 3 && b.surname == b.surname.to_uppercase());
    assert_eq!(shouted.count(), 0);
    let again: Vec<&str> =
        outcome.burials.iter().map(|(b, _)| b.source_id.as_str()).filter(|key| key.ends_with("#2")).collect();
    assert_eq!(again, ["101/E/2/13/Grabowski Zbigniew #2"]);
}

#[test]
fn people_without_graves_on_the_map() {
    let Some(outcome) = read("podrzecze-graves.toml", &["graves/podrzecze/db.json"]) else { return };
    assert_eq!((rows(&outcome), outcome.burials.len()), (80, 80));
    assert_eq!(outcome.report.graves_not_here, 80);
    assert_eq!(outcome.refused(false), counts([("bad_date", 1)]));
    let Some(outcome) = read("powazki-people.toml", &["graves/warsaw/people_powazki_wikidata.csv"]) else {
        return;
    };
    assert_eq!((rows(&outcome), outcome.burials.len()), (245, 0));
    assert_eq!(outcome.refused(true), counts([("no_grave", 245)]));
    assert!(outcome.rejected.iter().all(|rejected| !rejected.found.is_empty()), "each is listed by name");
}

#[test]
fn kozelshchyna_graves() {
    let Some(outcome) = read("kozelshchyna-graves.toml", &["graves/kozelshchyna"]) else { return };
    assert_eq!((outcome.of_kind("sectors").count(), outcome.of_kind("graves").count()), (10, 2_152));
    assert_eq!((outcome.burials.len(), outcome.rejected.len()), (0, 0));
    assert_eq!(outcome.report.unused_files.len(), 1, "rows of graves are no things");
    let sectors: Vec<&str> = outcome.of_kind("sectors").map(|sector| sector.source_id.as_str()).collect();
    for grave in outcome.of_kind("graves") {
        let (kind, key) = grave.part_of.as_ref().unwrap();
        assert!(kind == "sectors" && sectors.contains(&key.as_str()), "{}", grave.source_id);
    }
}

#[test]
fn cemeteries() {
    let Some(outcome) = read("warsaw-cemeteries.toml", &["graves/warsaw/cemeteries_poland_wikidata.csv"])
    else {
        return;
    };
    assert_eq!((rows(&outcome), outcome.features.len()), (5_133, 3_668));
    assert_eq!(outcome.refused(true), counts([("no_position", 1_465)]));
    assert_eq!(outcome.refused(false), counts([("too_long", 1)]));
    assert_eq!(outcome.doubts(), counts([("key_twice", 25)]));
}

#[test]
fn land_register() {
    let Some(outcome) = read("egib.toml", &["cadastre/egib_gml/dane-EGiB.gml"]) else { return };
    assert_eq!((outcome.of_kind("parcels").count(), outcome.of_kind("buildings").count()), (29, 49));
    // 18 parcels and two buildings are earlier versions.
    assert_eq!((rows(&outcome), outcome.skipped.len(), outcome.rejected.len()), (47 + 51, 20, 0));
    assert_eq!(outcome.doubts(), counts([]));
    let unmapped =
        |name: &str| outcome.report.unmapped.iter().find(|layer| layer.layer == name).and_then(|l| l.rows);
    assert_eq!(unmapped("EGB_PunktGraniczny"), Some(80));
    assert_eq!(unmapped("EGB_KonturUzytkuGruntowego"), Some(14));
    assert_eq!(unmapped("EGB_KonturKlasyfikacyjny"), Some(7));
    let parcel = outcome.feature("061304_5.0012.809/1");
    assert_eq!(parcel.attributes["area_ha"], 0.242);
    assert_eq!(parcel.attributes["land_use"], serde_json::json!(["R VI"]));
    let building = outcome.feature("64635332-5344-0314-5852-171506056203");
    assert_eq!(building.attributes["function"], "mieszkalny");
    assert_eq!(building.attributes["built_area_m2"], 80);
    assert!(building.attributes["parcels"][0].as_str().unwrap().starts_with("061304_5.0012."));
    for (feature, srid, _) in &outcome.features {
        let at = geo::BoundingRect::bounding_rect(&feature.geometry).unwrap().center();
        assert!(*srid == 2179 && (8.4e6..8.5e6).contains(&at.x) && (5.7e6..5.8e6).contains(&at.y), "{at:?}");
    }
}

#[test]
fn buildings_of_services() {
    let Some(outcome) = read("egib-wfs.toml", &["cadastre/egib_wfs"]) else { return };
    assert_eq!((rows(&outcome), outcome.features.len(), outcome.rejected.len()), (17, 17, 0));
    // The same building in three answers, another one in two.
    assert_eq!(outcome.doubts(), counts([("key_twice", 3)]));
    for (feature, srid, _) in &outcome.features {
        let at = geo::BoundingRect::bounding_rect(&feature.geometry).unwrap().center();
        let in_poland = if *srid == 4326 {
            (14.0..24.3).contains(&at.x) && (48.9..55.0).contains(&at.y)
        } else {
            (*srid, at.x.round(), at.y.round()) == (2180, 260_671.0, 382_883.0)
        };
        assert!(in_poland, "{} {srid} {at:?}", feature.source_id);
    }
}

#[test]
fn addresses_of_both_models() {
    let Some(outcome) = read("prg-2012.toml", &["cadastre/prg_teryt/prg_model2012.xml"]) else { return };
    assert_eq!((outcome.features.len(), outcome.rejected.len()), (2, 0));
    let address = outcome.feature("fd9c9319-0a6a-44b4-972a-1e6c4ec0d4ca");
    assert_eq!(address.geometry, geo_types::Point::new(287_772.37, 456_005.140_000_001).into());
    assert_eq!(
        (&address.attributes["street"], address.label.as_deref()),
        (&"Podgórna".into(), Some("Podgórna 2"))
    );
    let Some(outcome) = read("prg-2021.toml", &["cadastre/prg_teryt/prg_model2021.xml"]) else { return };
    assert_eq!((outcome.features.len(), outcome.rejected.len()), (3, 0));
    let address = outcome.feature("07bcb481-4975-4c77-ab58-c8e4b9e05362");
    assert_eq!(address.geometry, geo_types::Point::new(216_691.39, 505_645.69).into());
    assert_eq!(address.attributes["place"], "Rzepin");
    assert_eq!(address.attributes["street"], "Inwalidów Wojennych");
    assert_eq!(
        (&address.attributes["simc"], &address.attributes["ulic"]),
        (&"0935682".into(), &"06921".into())
    );
}

#[test]
fn the_list_of_communes_has_no_target() {
    let Some(data) = data_folder() else { return };
    let path = data.join("cadastre/prg_teryt/TERC_Urzedowy_2025-11-18.zip");
    let error = try_run_files(&[path], &map("terc.toml")).unwrap_err();
    assert!(matches!(&error, RunError::NoTarget { .. }) && error.to_string().contains("TERC"), "{error}");
}

#[test]
fn the_second_reading_gives_the_same() {
    for (name, file) in
        [("brzesko-graves.toml", "graves/brzesko"), ("krakow-trees.toml", "inventory/krakow/drzewa.csv")]
    {
        let (Some(first), Some(second)) = (read(name, &[file]), read(name, &[file])) else { return };
        assert_eq!((first.features, first.burials), (second.features, second.burials));
        assert_eq!((first.rejected, first.report), (second.rejected, second.report));
    }
}

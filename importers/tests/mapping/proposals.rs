//! Files looked at and mappings drafted, for files made here and for the real ones.

use std::path::PathBuf;

use importers::mapping::{
    Axes, Coordinates, Inspection, Key, Mapping, OneOrMany, SridRule, inspect, propose,
};
use importers::table::Limits;

use crate::real::data_folder;
use crate::support::{input, kinds, map, run_files};

fn look(paths: &[PathBuf]) -> Inspection {
    let scratch = tempfile::tempdir().unwrap();
    let files: Vec<_> = paths.iter().map(|path| input(path)).collect();
    inspect(&files, scratch.path(), &Limits::default()).unwrap()
}

fn look_at(name: &str, text: &str) -> Inspection {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    look(&[path])
}

#[test]
fn a_polish_register_of_trees() {
    let csv = "Nr inw.;Gatunek;Obwód pnia [cm];Wysokość;Średnica korony;Data nasadzenia;Stan zdrowotny;X;Y;Uwagi\n\
        D1;lipa drobnolistna;120;12,5;6;12.04.1990;dobry;5788675,3;7500417,5;przy drodze\n\
        D2;klon pospolity;\"47, 52\";9;4;30.04.1990;średni;5788685,3;7500427,5;\n\
        D3;dąb szypułkowy;200;0;8;25.04.1990;zły;5788695,3;7500437,5;\n";
    let inspection = look_at("drzewa.csv", csv);
    let layer = &inspection.files[0].layers[0];
    assert_eq!((layer.rows, layer.sample.len()), (3, 3));
    let guess = &layer.positions[0];
    assert_eq!(guess.from, Coordinates::Columns { x: "Y".into(), y: "X".into() }, "X is the northing");
    assert_eq!((guess.srid, guess.certain, guess.samples[0]), (Some(2178), true, [7_500_417.5, 5_788_675.3]));
    let dates = &layer.columns.iter().find(|column| column.name == "Data nasadzenia").unwrap().dates;
    assert_eq!((dates[0].sign, dates[0].only_dmy, dates[0].only_mdy, dates[0].both), ('.', 2, 0, 1));
    let mapping = propose(&inspection, &kinds(), None);
    let table = &mapping.tables[0];
    assert_eq!((table.into.as_str(), &table.key), ("trees", &Key::One("Nr inw.".into())));
    let from = |key: &str| table.attributes.get(key).map(|mapping| mapping.from.as_slice().join("+"));
    assert_eq!(from("ref").as_deref(), Some("Nr inw."));
    assert_eq!(from("species").as_deref(), Some("Gatunek"));
    assert_eq!(from("common_name").as_deref(), Some("Gatunek"));
    assert_eq!(from("girth_130_cm").as_deref(), Some("Obwód pnia [cm]"));
    assert_eq!(from("height_m").as_deref(), Some("Wysokość"));
    assert_eq!(from("crown_diameter_m").as_deref(), Some("Średnica korony"));
    assert_eq!(from("planted_year").as_deref(), Some("Data nasadzenia"));
    assert_eq!(from("condition").as_deref(), Some("Stan zdrowotny"));
    assert_eq!(from("note").as_deref(), Some("Uwagi"));
    // What is drafted can be used, and says the same as TOML.
    assert_eq!(Mapping::parse(&mapping.to_toml()).unwrap(), mapping);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("drzewa.csv");
    std::fs::write(&path, csv).unwrap();
    let outcome = run_files(&[path], &mapping);
    assert!(outcome.rejected.is_empty(), "{:?}", outcome.rejected);
    let tree = outcome.feature("D2");
    assert_eq!(tree.attributes["species"], "Acer platanoides");
    assert_eq!(
        (&tree.attributes["girth_130_cm"], &tree.attributes["condition"]),
        (&52.into(), &"fair".into())
    );
}

#[test]
fn what_the_numbers_do_not_tell_is_not_certain() {
    let inspection = look_at("a.csv", "id,x,y\n1,567061,244243\n2,567062,244244\n");
    let positions = &inspection.files[0].layers[0].positions;
    let readings: Vec<(Option<u32>, bool)> =
        positions.iter().map(|guess| (guess.srid, guess.certain)).collect();
    assert_eq!(readings, [(Some(2180), false), (Some(2180), false)]);
    assert_ne!(positions[0].from, positions[1].from);
}

#[test]
fn a_file_that_cannot_be_read_carries_its_problem() {
    let inspection = look_at("a.csv", "");
    assert!(inspection.files[0].problem.as_ref().unwrap().contains("empty"));
    assert!(propose(&inspection, &kinds(), None).tables.is_empty());
}

/// A real file; what is drafted must agree with the map that is kept in target, key and position, and bring as many
/// things and people.
fn agrees(name: &str, files: &[&str]) {
    let Some(data) = data_folder() else { return };
    let paths: Vec<PathBuf> = files.iter().map(|file| data.join(file)).collect();
    let drafted = propose(&look(&paths), &kinds(), None);
    let kept = map(name);
    let (drafted_out, kept_out) = (run_files(&paths, &drafted), run_files(&paths, &kept));
    assert_eq!(drafted_out.features.len(), kept_out.features.len(), "{name}: {}", drafted.to_toml());
    assert_eq!(drafted_out.burials.len(), kept_out.burials.len(), "{name}");
    let places = |outcome: &crate::support::Outcome| {
        outcome
            .features
            .iter()
            .map(|(feature, srid, _)| (feature.geometry.clone(), *srid))
            .collect::<Vec<_>>()
    };
    assert_eq!(places(&drafted_out), places(&kept_out), "{name}");
    for (drafted, kept) in drafted.tables.iter().zip(&kept.tables) {
        assert_eq!((&drafted.into, &drafted.key), (&kept.into, &kept.key), "{name}");
        let shared = kept.attributes.iter().filter(|(key, mapping)| {
            drafted.attributes.get(*key).is_some_and(|drafted| drafted.from == mapping.from)
        });
        // What is put together from several columns is a person's thought.
        let simple = kept.attributes.values().filter(|m| m.template.is_none() && m.join.is_none());
        let (shared, columns) = (shared.count(), simple.count());
        assert!(shared * 3 >= columns * 2, "{name}: {shared} of {columns}");
    }
}

#[test]
fn real_files_are_drafted_nearly_as_they_are_kept() {
    agrees("warsaw-trees.toml", &["inventory/warsaw/drzewa_10000.csv"]);
    agrees("krakow-trees.toml", &["inventory/krakow/drzewa.csv"]);
    agrees("krakow-parcels.toml", &["inventory/krakow/parcele.csv"]);
    agrees("brzesko-graves.toml", &["graves/brzesko"]);
    agrees("warsaw-graves.toml", &["graves/warsaw/graves.csv"]);
    agrees("podrzecze-graves.toml", &["graves/podrzecze/db.json"]);
    agrees("kozelshchyna-graves.toml", &["graves/kozelshchyna"]);
    agrees("warsaw-cemeteries.toml", &["graves/warsaw/cemeteries_poland_wikidata.csv"]);
    agrees("egib.toml", &["cadastre/egib_gml/dane-EGiB.gml"]);
    agrees("egib-wfs.toml", &["cadastre/egib_wfs"]);
    agrees("prg-2012.toml", &["cadastre/prg_teryt/prg_model2012.xml"]);
}

#[test]
fn vancouver_is_drafted_nearly_as_it_is_kept() {
    let Some(data) = data_folder() else { return };
    let drafted = propose(&look(&[data.join("inventory/vancouver/street_trees.csv.gz")]), &kinds(), None);
    let (drafted, kept) = (&drafted.tables[0], &map("vancouver-trees.toml").tables[0]);
    assert_eq!((&drafted.into, &drafted.key, &drafted.position), (&kept.into, &kept.key, &kept.position));
    for key in ["ref", "genus", "cultivar", "common_name", "planted_year"] {
        assert_eq!(drafted.attributes[key], kept.attributes[key], "{key}");
    }
    // That the diameter is in inches nobody can tell from the file.
    assert_eq!(drafted.attributes["girth_130_cm"].measure, kept.attributes["girth_130_cm"].measure);
}

#[test]
fn grenoble_is_drafted_with_its_broken_rows() {
    let Some(data) = data_folder() else { return };
    let inspection = look(&[data.join("inventory/grenoble/trees.xlsx")]);
    let guess = &inspection.files[0].layers[0].positions[0];
    assert_eq!((guess.srid, guess.axes, guess.certain), (Some(4326), Axes::Yx, false));
    let mapping = propose(&inspection, &kinds(), None);
    let table = &mapping.tables[0];
    assert!(table.join_broken);
    assert_eq!(table.key, Key::One("elem_point_id".into()));
    let position = table.position.as_ref().unwrap();
    assert_eq!((position.axes, &position.srid), (Axes::Yx, &Some(SridRule::Fixed(4326))));
    let species = &table.attributes["species"].from;
    assert_eq!(species, &OneOrMany::Many(vec!["genre_bota".into(), "espece".into()]));
}

#[test]
fn people_without_headings_are_drafted_by_content() {
    let Some(data) = data_folder() else { return };
    let inspection = look(&[data.join("graves/warsaw/people_powazki_wikidata.csv")]);
    let mapping = propose(&inspection, &kinds(), Some("people"));
    let person = mapping.tables[0].person.as_ref().unwrap();
    let names = [&person.full_name, &person.born, &person.died].map(|name| name.as_deref());
    assert_eq!(names, [Some("B"), Some("F"), Some("G")]);
}

//! Rows made here: each rule of a mapping, and what must not pass.

use importers::PartialDate;
use importers::mapping::{DateOrder, Mapping, RunError};
use serde_json::{Value, json};

use crate::support::{Outcome, run_texts, try_run_texts};

/// Runs one table of trees with positions in degrees; `table` are further lines of it.
fn trees(csv: &str, table: &str) -> Outcome {
    let mapping = format!(
        "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"trees\"\nkey = \"id\"\nposition = {{ x = \"x\", y = \"y\", srid = 4326 }}\n{table}"
    );
    run_texts(&[("trees.csv", csv)], &mapping)
}

/// The attributes of a tree whose file has one further column `v` with this value.
fn attribute(value: &str, key: &str, from: &str) -> Result<Option<Value>, &'static str> {
    let quoted = value.replace('"', "\"\"");
    let outcome = trees(
        &format!("id,x,y,v\n1,21,52,\"{quoted}\"\n"),
        &format!("[tables.attributes]\n{key} = {from}\n"),
    );
    assert_eq!(outcome.features.len(), 1);
    match outcome.rejected.first() {
        Some(rejected) => {
            assert!(
                !rejected.whole_row && rejected.column.as_deref() == Some("v") && rejected.found == value
            );
            assert!(!rejected.expected_pl.is_empty() && !rejected.expected_en.is_empty());
            Err(rejected.reason)
        }
        None => Ok(outcome.features[0].0.attributes.get(key).cloned()),
    }
}

#[test]
fn numbers_and_units() {
    let height = |value: &str, from: &str| attribute(value, "height_m", from);
    assert_eq!(height("12,5", "\"v\""), Ok(Some(json!(12.5))));
    assert_eq!(height("12,5 m", "\"v\""), Ok(Some(json!(12.5))));
    assert_eq!(height("1250", "{ from = \"v\", unit = \"cm\" }"), Ok(Some(json!(12.5))));
    assert_eq!(height("10", "{ from = \"v\", unit = \"ft\" }"), Ok(Some(json!(3.048))));
    assert_eq!(height("", "\"v\""), Ok(None));
    assert_eq!(height("XXXX", "{ from = \"v\", empty = [\"xxxx\", \"0\"] }"), Ok(None));
    assert_eq!(height("0.0", "{ from = \"v\", empty = [\"0\"] }"), Ok(None));
    assert_eq!(height("wysokie", "\"v\""), Err("not_a_number"));
    assert_eq!(height("131", "\"v\""), Err("out_of_range"));
    assert_eq!(height("5 ha", "\"v\""), Err("not_a_number"));
    let girth = |value: &str, from: &str| attribute(value, "girth_130_cm", from);
    assert_eq!(girth("10", "{ from = \"v\", unit = \"in\", measure = \"diameter\" }"), Ok(Some(json!(79.8))));
    assert_eq!(girth("47, 52, 56", "{ from = \"v\", split = [\",\"], pick = \"max\" }"), Ok(Some(json!(56))));
    assert_eq!(
        girth("47, 52, 56", "{ from = \"v\", split = [\",\"], pick = \"sum\" }"),
        Ok(Some(json!(155)))
    );
    assert_eq!(girth("47 / 52", "{ from = \"v\", split = [\"/\"], pick = \"min\" }"), Ok(Some(json!(47))));
    assert_eq!(girth("47, ?", "{ from = \"v\", split = [\",\"], pick = \"max\" }"), Err("not_a_number"));
}

#[test]
fn texts_lists_and_choices() {
    assert_eq!(attribute("ACER", "genus", "{ from = \"v\", case = \"sentence\" }"), Ok(Some(json!("Acer"))));
    let taxa = "{ from = \"v\", values = \"taxa\" }";
    assert_eq!(attribute("Lipa Drobnolistna", "species", taxa), Ok(Some(json!("Tilia cordata"))));
    assert_eq!(
        attribute("klon pospolity \"Globosum\"", "species", taxa),
        Ok(Some(json!("Acer platanoides")))
    );
    assert_eq!(attribute("drzewo nieznane", "species", taxa), Ok(Some(json!("drzewo nieznane"))));
    let strict = "{ from = \"v\", values = \"taxa\", strict = true }";
    assert_eq!(attribute("drzewo nieznane", "species", strict), Err("not_in_list"));
    assert_eq!(attribute("Dobry", "condition", "\"v\""), Ok(Some(json!("good"))));
    assert_eq!(attribute("poor", "condition", "\"v\""), Ok(Some(json!("poor"))));
    assert_eq!(attribute("zielony", "condition", "\"v\""), Err("not_in_list"));
    assert_eq!(attribute("2", "vitality", "\"v\""), Ok(Some(json!(2))));
    assert_eq!(attribute("2 – wyraźnie osłabiona", "vitality", "\"v\""), Ok(Some(json!(2))));
    assert_eq!(attribute("7", "vitality", "\"v\""), Err("out_of_range"));
    assert_eq!(attribute("Tak", "monument", "\"v\""), Ok(Some(json!(true))));
    assert_eq!(attribute("0", "monument", "\"v\""), Ok(Some(json!(false))));
    assert_eq!(attribute("może", "monument", "\"v\""), Err("not_a_boolean"));
    assert_eq!(attribute("x", "monument", "{ const = true }"), Ok(Some(json!(true))));
    assert_eq!(attribute("dąb", "note", "{ template = \"Drzewo: {v}.\" }"), Ok(Some(json!("Drzewo: dąb."))));
    assert_eq!(attribute("", "note", "{ template = \"Drzewo: {v}.\" }"), Ok(None));
    assert_eq!(attribute(&"a".repeat(61), "ref", "\"v\""), Err("too_long"));
}

#[test]
fn years_out_of_dates() {
    for (value, expected) in
        [("1998", 1998), ("1998-05-03", 1998), ("3/5/1998", 1998), ("20110912", 2011), ("1944 r.", 1944)]
    {
        assert_eq!(attribute(value, "planted_year", "\"v\""), Ok(Some(json!(expected))), "{value}");
    }
    assert_eq!(attribute("wiosna", "planted_year", "\"v\""), Err("bad_date"));
    assert_eq!(attribute("nieznany", "planted_year", "\"v\""), Ok(None));
}

#[test]
fn positions() {
    let outcome = trees("id,x,y\n1,21,52\n2,,\n3,0,0\n4,200,52\n5,abc,52\n6,21,\n", "");
    assert_eq!(outcome.features.len(), 1);
    let reasons: Vec<(u64, &str)> = outcome.rejected.iter().map(|r| (r.row, r.reason)).collect();
    assert_eq!(
        reasons,
        [
            (3, "no_position"),
            (4, "zero_position"),
            (5, "position_out_of_range"),
            (6, "bad_geometry"),
            (7, "no_position")
        ]
    );
    let boxed = trees("id,x,y\n1,21,52\n2,2,48\n", "").features.len();
    assert_eq!(boxed, 2);
    let text = |column: &str, position: &str| {
        let csv = format!("id;p\n1;{column}\n");
        let mapping = format!(
            "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"graves\"\nkey = \"id\"\nposition = {position}\n"
        );
        let outcome = run_texts(&[("a.csv", &csv)], &mapping);
        outcome.features.first().map(|(feature, srid, _)| (feature.geometry.clone(), *srid))
    };
    let point = |x: f64, y: f64, srid: u32| Some((geo_types::Point::new(x, y).into(), srid));
    assert_eq!(text("52.1,21.5", "{ text = \"p\", axes = \"yx\", srid = 4326 }"), point(21.5, 52.1, 4326));
    assert_eq!(text("52.1,21.5", "{ text = \"p\", axes = \"auto\", srid = 4326 }"), point(21.5, 52.1, 4326));
    assert_eq!(text("Point(21.5 52.1)", "{ text = \"p\", srid = 4326 }"), point(21.5, 52.1, 4326));
    let ewkt = "\"SRID=2180;POINT(567061 244243)\"";
    assert_eq!(text(ewkt, "{ text = \"p\" }"), point(567_061.0, 244_243.0, 2180));
    let refused = trees("id,x,y\n1,21,52\n", "");
    assert_eq!(refused.report.layers[0].used_srid.get(&4326), Some(&1));
}

#[test]
fn without_a_system_nothing_is_placed() {
    let mapping = "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"trees\"\nkey = \"id\"\nposition = { x = \"x\", y = \"y\" }\n";
    let outcome = run_texts(&[("a.csv", "id,x,y\n1,21,52\n")], mapping);
    assert_eq!(outcome.refused(true).into_keys().collect::<Vec<_>>(), ["no_srid"]);
}

#[test]
fn keys() {
    let outcome = trees("id,x,y\n1,21,52\n1,21.1,52\n,21.2,52\n", "");
    let ids: Vec<&str> = outcome.features.iter().map(|(feature, ..)| feature.source_id.as_str()).collect();
    assert_eq!(ids, ["1", "1 #2"]);
    assert_eq!(outcome.doubts().into_keys().collect::<Vec<_>>(), ["key_twice"]);
    assert_eq!(outcome.refused(true).into_keys().collect::<Vec<_>>(), ["no_key"]);
    let by_position = "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"trees\"\nkey = \"position\"\nposition = { x = \"x\", y = \"y\", srid = 2180 }\n";
    let outcome = run_texts(&[("a.csv", "x,y\n567061.123,244243\n567061.123,244243\n")], by_position);
    let ids: Vec<&str> = outcome.features.iter().map(|(feature, ..)| feature.source_id.as_str()).collect();
    assert_eq!(ids, ["567061.12/244243.00", "567061.12/244243.00 #2"]);
    assert!(outcome.doubts().is_empty());
}

#[test]
fn skipped_rows() {
    let outcome = trees(
        "id,x,y,stan\n1,21,52,rośnie\n2,21,52,WYCIĘTE\n3,21,52,\n",
        "skip = [{ column = \"stan\", is = [\"wycięte\"] }]\n",
    );
    assert_eq!(outcome.features.len(), 2);
    assert_eq!(outcome.skipped, [(3, "left_out")]);
}

const PEOPLE: &str = r#"
name = "t"
source = "t"
[[tables]]
files = "groby{sector}.csv"
into = "graves"
key = ["sector", "nr"]
position = { x = "x", y = "y", srid = 4326 }
[[tables]]
files = "zmarli{sector}.csv"
into = "people"
fill_down = ["nr"]
[tables.person]
grave = ["sector", "nr"]
given_names = "imie"
surname = "nazwisko"
born = "ur"
died = "zm"
"#;

#[test]
fn people_in_their_graves() {
    let graves = "nr,x,y\n1,21,52\n2,21.1,52\n2,21.2,52\n";
    let people = "nr,imie,nazwisko,ur,zm\n\
        1,Jan,Zmyślony,1900,13/5/1950\n\
        ,Anna,Zmyślona z domu Probna,1/2/1905,-\n\
        ,Anna,Zmyślona z domu Probna,,\n\
        2,NIEZNANY,,,\n\
        2,Ewa,Probna,1950,1940\n\
        9,Adam,Zmyślony,,\n\
        ,,,,\n";
    let outcome = run_texts(&[("groby4.csv", graves), ("zmarli4.csv", people)], PEOPLE);
    let burials: Vec<(&str, &str)> =
        outcome.burials.iter().map(|(b, _)| (b.source_id.as_str(), b.grave.as_str())).collect();
    assert_eq!(
        burials,
        [
            ("4/1/Zmyślony Jan", "4/1"),
            ("4/1/Zmyślona Anna", "4/1"),
            ("4/1/Zmyślona Anna #2", "4/1"),
            ("4/2/Probna Ewa", "4/2"),
            ("4/9/Zmyślony Adam", "4/9"),
        ]
    );
    let anna = &outcome.burials[1].0;
    assert_eq!(anna.maiden_name.as_deref(), Some("Probna"));
    assert_eq!((anna.born, anna.died), (PartialDate::Day(1905, 2, 1), PartialDate::Unknown));
    let doubts: Vec<&str> = outcome.burials[3].1.iter().map(|doubt| doubt.code).collect();
    assert_eq!(doubts, ["ambiguous_grave", "died_before_born"]);
    assert_eq!(outcome.report.graves_not_here, 1);
    assert_eq!(outcome.refused(true).get("no_name"), Some(&1));
    assert_eq!(outcome.skipped, [(8, "empty_row")]);
    let layer = &outcome.report.layers[1];
    assert_eq!((layer.dates[0].order, layer.dates[0].only_dmy), (DateOrder::Dmy, 1));
}

#[test]
fn dates_that_no_file_settles_are_refused_with_both_readings() {
    let graves = "nr,x,y\n1,21,52\n";
    let people = "nr,imie,nazwisko,ur,zm\n1,Jan,Zmyślony,3/4/1900,5/5/1950\n";
    let outcome = run_texts(&[("groby4.csv", graves), ("zmarli4.csv", people)], PEOPLE);
    let burial = &outcome.burials[0].0;
    assert_eq!((burial.born, burial.died), (PartialDate::Unknown, PartialDate::Day(1950, 5, 5)));
    let refused = &outcome.rejected[0];
    assert_eq!((refused.reason, refused.whole_row), ("ambiguous_date", false));
    assert!(refused.expected_pl.contains("1900-04-03") && refused.expected_pl.contains("1900-03-04"));
    let stated = PEOPLE.replace("fill_down", "dates = { \"/\" = \"mdy\" }\nfill_down");
    let outcome = run_texts(&[("groby4.csv", graves), ("zmarli4.csv", people)], &stated);
    assert_eq!(outcome.burials[0].0.born, PartialDate::Day(1900, 3, 4));
}

#[test]
fn grave_and_person_in_one_row() {
    let mapping = "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"graves\"\nkey = \"nr\"\n\
        position = { x = \"x\", y = \"y\", srid = 4326 }\n[tables.person]\nfull_name = \"kto\"\ncase = \"title\"\n";
    let csv = "nr,x,y,kto\n1,21,52,JAN ZMYŚLONY\n1,21,52,ANNA ZMYŚLONA\n1,21.5,52,EWA PROBNA\n2,21.1,52,\n";
    let outcome = run_texts(&[("a.csv", csv)], mapping);
    let graves: Vec<&str> = outcome.features.iter().map(|(feature, ..)| feature.source_id.as_str()).collect();
    assert_eq!(graves, ["1", "1 #2", "2"], "another place is another grave");
    let people: Vec<(&str, &str, &str)> = outcome
        .burials
        .iter()
        .map(|(b, _)| (b.given_names.as_str(), b.surname.as_str(), b.grave.as_str()))
        .collect();
    assert_eq!(people, [("Jan", "Zmyślony", "1"), ("Anna", "Zmyślona", "1"), ("Ewa", "Probna", "1 #2")]);
}

#[test]
fn broken_records_are_joined_only_where_they_fit() {
    let csv = "id,a,b,p\n1,x,y,\"52,21\"\n2,x,,\n,y,\"52.1,21\",\n3,x,y,\n4,x,y,\"52,22\"\n";
    let mapping = "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"trees\"\nkey = \"id\"\njoin_broken = true\n\
        position = { text = \"p\", axes = \"yx\", srid = 4326 }\n[tables.attributes]\nnote = \"b\"\n";
    let outcome = run_texts(&[("a.csv", csv)], mapping);
    assert_eq!(outcome.features.len(), 3);
    assert_eq!(outcome.feature("2").attributes["note"], "y");
    assert_eq!(outcome.skipped, [(4, "broken_row")]);
    assert_eq!(outcome.refused(true).get("no_position"), Some(&1));
}

#[test]
fn mappings_that_cannot_be() {
    let error = |mapping: &str| Mapping::parse(mapping).unwrap_err().to_string();
    assert!(error("name = 1").contains("name"));
    let table = |lines: &str| format!("name = \"t\"\nsource = \"t\"\n[[tables]]\n{lines}\n");
    for (lines, expected) in [
        ("into = \"\"", "into is empty"),
        ("into = \"people\"", "tables.person"),
        ("into = \"trees\"\nposition = { x = \"a\" }", "both x"),
        ("into = \"trees\"\nposition = { text = \"a\", ring = \"b\" }", "one way"),
        ("into = \"trees\"\nposition = { text = \"a\", within = \"mars\" }", "poland"),
        ("into = \"trees\"\nfiles = \"a{}\"", "braces"),
        ("into = \"trees\"\nattributes = { ref = { } }", "from, template and const"),
        ("into = \"trees\"\nattributes = { height_m = { from = \"h\", unit = \"ell\" } }", "unit"),
        ("into = \"trees\"\nattributes = { species = { from = \"h\", values = \"birds\" } }", "taxa"),
        ("into = \"trees\"\nskip = [{ column = \"a\" }]", "condition"),
        ("into = \"trees\"\nperson = { full_name = \"a\" }", "graves"),
        ("into = \"trees\"\ncolour = \"red\"", "colour"),
    ] {
        let found = error(&table(lines));
        assert!(found.contains(expected), "{lines}: {found}");
    }
}

#[test]
fn mappings_that_do_not_fit_the_files() {
    let csv = [("a.csv", "id,x,y\n1,21,52\n")];
    let run = |lines: &str| {
        let mapping = format!("name = \"t\"\nsource = \"t\"\n[[tables]]\n{lines}\n");
        try_run_texts(&csv, &mapping).unwrap_err()
    };
    assert!(matches!(run("into = \"unicorns\""), RunError::NoKind { .. }));
    let position = "position = { x = \"x\", y = \"y\", srid = 4326 }";
    assert!(matches!(
        run(&format!("into = \"trees\"\n{position}\nattributes = {{ wings = \"id\" }}")),
        RunError::NoAttribute { .. }
    ));
    let error = run(&format!("into = \"trees\"\nkey = \"numer\"\n{position}"));
    assert!(matches!(&error, RunError::NoColumn { column, .. } if column == "numer"), "{error}");
    let error = run("into = \"trees\"\nposition = { x = \"lon\", y = \"lat\", srid = 4326 }");
    assert!(error.to_string().contains("there are: id, x, y"), "{error}");
    assert!(matches!(run("files = \"b.csv\"\ninto = \"trees\""), RunError::NothingFits { .. }));
}

#[test]
fn columns_are_found_without_regard_to_case_and_accents() {
    let csv = "ID, Długość ,SZEROKOŚĆ,Gatunek\n1,21,52,Acer\n";
    let mapping = "name = \"t\"\nsource = \"t\"\n[[tables]]\ninto = \"trees\"\nkey = \"id\"\n\
        position = { x = \"dlugosc\", y = \"szerokosc\", srid = 4326 }\n[tables.attributes]\ngenus = \"#4\"\nref = \"nie ma\"\n";
    let outcome = run_texts(&[("a.csv", csv)], mapping);
    assert_eq!(outcome.features[0].0.attributes["genus"], "Acer");
    assert_eq!(outcome.report.layers[0].missing_columns, ["nie ma"]);
}

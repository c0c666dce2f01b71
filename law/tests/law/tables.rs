use law::dated::{Dated, Row};
use law::nbp::{ArchiveError, read_archive};
use law::tables::{Rate, Tables};

use crate::support::{day, tables};

const BUILT_IN: &str = include_str!("../../data/tables.toml");

fn rows(table: &Dated<Rate>) -> Vec<(String, String)> {
    table.rows().iter().map(|row| (row.from.to_string(), row.value.to_string())).collect()
}

#[test]
fn numbers_hold_from_their_day() {
    let tables = tables();
    assert_eq!(tables.reminder_cost.at(day("2021-10-12")), Ok(&1160));
    assert_eq!(tables.reminder_cost.at(day("2021-10-13")), Ok(&1600));
    assert_eq!(tables.interest_threshold.at(day("2026-08-25")), Ok(&870));
    assert_eq!(tables.stranger_limit.at(day("2026-08-25")), Ok(&100_000));
    assert_eq!(tables.once_only_limit.at(day("2026-08-25")), Ok(&10_000));
    assert_eq!(tables.highest_contractual(day("2026-08-25")).map(|rate| rate.to_string()), Ok("18.5".into()));
}

/// The arrears table must be what the act makes of the lombard rate; here from the archive's form.
#[test]
fn the_built_in_rates_of_arrears_follow_from_the_lombard_rate() {
    let lombard = [
        ("2013-07-04", "4,00"),
        ("2014-10-09", "3,00"),
        ("2015-03-05", "2,50"),
        ("2020-03-18", "1,50"),
        ("2022-02-09", "3,25"),
        ("2022-03-09", "4,00"),
        ("2022-04-07", "5,00"),
        ("2022-05-06", "5,75"),
        ("2022-06-09", "6,50"),
        ("2022-07-08", "7,00"),
        ("2022-09-08", "7,25"),
        ("2023-09-07", "6,50"),
        ("2023-10-05", "6,25"),
        ("2025-05-08", "5,75"),
        ("2025-07-03", "5,50"),
        ("2025-09-04", "5,25"),
        ("2025-10-09", "5,00"),
        ("2025-11-06", "4,75"),
        ("2025-12-04", "4,50"),
        ("2026-03-05", "4,25"),
    ];
    let entries: String = lombard
        .iter()
        .map(|(from, rate)| {
            format!(
                "<pozycje obowiazuje_od=\"{from}\"><pozycja id=\"ref\" oprocentowanie=\"0,10\" />\
                 <pozycja\n id=\"lom\"\n oprocentowanie=\"{rate}\" /></pozycje>\n"
            )
        })
        .collect();
    let xml = format!(
        "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <stopy_procentowe_archiwum data_publikacji=\"2015-03-04\">\n{entries}</stopy_procentowe_archiwum>\n"
    );
    let archive = read_archive(&xml).expect("an archive");
    let derived = tables().arrears_of(&archive.lombard).expect("rates");
    assert_eq!(rows(&derived), rows(&tables().tax_arrears));
}

#[test]
fn civil_rates_follow_from_the_reference_rate() {
    let rule = tables().civil_rule().expect("rates");
    let at = |text| rule.rates.at(day(text)).map(ToString::to_string);
    assert_eq!(at("2016-01-01"), Ok("7".into()));
    assert_eq!(at("2020-06-15"), Ok("5.6".into()));
    assert_eq!(at("2023-12-01"), Ok("11.25".into()));
    assert_eq!(at("2026-08-25"), Ok("9.25".into()));
    assert!(at("2015-12-31").is_err(), "the rule of today begins in 2016");
}

#[test]
fn the_archive_is_read_in_any_order_and_its_dirt_is_named() {
    let good = "<stopy_procentowe_archiwum>\n<pozycje obowiazuje_od=\"2026-03-05\">\n<pozycja id=\"ref\" \
                oprocentowanie=\"3,75\"/><pozycja id=\"lom\" oprocentowanie=\"4,25\"/><pozycja id=\"dep\" \
                oprocentowanie=\"?\"/></pozycje>\n<pozycje obowiazuje_od=\"2025-12-04\"><pozycja id=\"ref\" \
                oprocentowanie=\"4,00\"/><pozycja id=\"lom\" oprocentowanie=\"4,50\"/></pozycje>\
                </stopy_procentowe_archiwum>";
    let archive = read_archive(good).expect("an archive");
    let expected = [("2025-12-04", "4"), ("2026-03-05", "3.75")];
    assert_eq!(rows(&archive.reference), expected.map(|(from, rate)| (from.to_owned(), rate.to_owned())));

    let bad = [
        (good.replace("3,75", "brak"), 3, "brak"),
        (good.replace("3,75", "-1,00"), 3, "-1,00"),
        (good.replace("2026-03-05", "2026-02-30"), 2, "2026-02-30"),
        (good.replace("<pozycje obowiazuje_od=\"2026-03-05\">", "<x>"), 3, "within pozycje"),
        (good.replace("</stopy_procentowe_archiwum>", "</x>"), 4, "well-formed"),
        ("<html></html>".to_owned(), 1, "another document"),
        (String::new(), 1, "another document"),
    ];
    for (text, at, says) in bad {
        match read_archive(&text).expect_err(says) {
            ArchiveError::Malformed { line, problem } => {
                assert_eq!(line, at, "{problem}");
                assert!(problem.contains(says), "{problem}");
            }
            other => panic!("{says}: {other}"),
        }
    }
    assert!(matches!(
        read_archive(&good.replace("\"lom\"", "\"red\"")),
        Err(ArchiveError::Table { id: "lom", .. })
    ));
    assert!(matches!(
        read_archive(&good.replace("2025-12-04", "2026-03-05")),
        Err(ArchiveError::Table { .. })
    ));
    assert_eq!(read_archive(&" ".repeat(5_000_000)), Err(ArchiveError::TooLarge));
}

#[test]
fn a_wrong_file_of_tables_says_where_and_what_is_expected() {
    let line_of = |part: &str| BUILT_IN.lines().position(|line| line.contains(part)).expect("a line") + 1;
    let cases = [
        ("value = \"10.5\"", "value = \"10.555\"", Some(line_of("\"10.5\"")), "percent like \"10.5\""),
        ("value = \"16.5\"", "value = \"-16.5\"", Some(line_of("\"16.5\"")), "-16.5"),
        ("from = 2021-10-13", "from = 2021-10-13T10:00:00", Some(line_of("2021-10-13, value")), "2026-03-05"),
        ("from = 2021-10-13", "from = 2021-02-30", Some(line_of("2021-10-13, value")), ""),
        (
            "from = 2022-03-09, value = \"10\"",
            "from = 2022-02-09, value = \"10\"",
            Some(line_of("2014-10-09, value = \"8\"")),
            "two rows begin on 2022-02-09",
        ),
        ("value = \"14\"", "value = \"14.5\"", Some(line_of("\"14\"")), "whole number"),
        ("\nreminder_days", "\nreminder_dais", None, "reminder_days: the table has no row"),
        (
            "\nreminder_days",
            "\nextra = [{ from = 2026-01-01, value = \"1\" }]\nreminder_days",
            Some(line_of("reminder_days =")),
            "no table called extra",
        ),
        ("value = \"1000\"", "valeu = \"1000\"", Some(line_of("\"1000\"")), "valeu"),
    ];
    for (from, to, line, says) in cases {
        assert!(BUILT_IN.contains(from), "{from}");
        let error = Tables::parse("town.toml", &BUILT_IN.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error.line, line, "{to}: {error}");
        assert!(error.to_string().contains(says) && error.to_string().starts_with("town.toml"), "{error}");
    }
}

#[test]
fn rates_are_written_and_read_alike() {
    for text in ["0", "8", "8.5", "10.05", "1000"] {
        assert_eq!(Rate::parse(text).map(|rate| rate.to_string()), Some(text.to_owned()));
    }
    assert_eq!(Rate::parse("1000.01"), None);
    assert_eq!(Rate::parse("4,25").map(Rate::hundredths), Some(425));
}

#[test]
fn rates_that_leave_their_range_are_refused() {
    let mut tables = tables();
    let rows = vec![Row { from: day("2026-01-01"), value: Rate::parse("1000").expect("a rate") }];
    tables.reference = Dated::new(rows).expect("a table");
    assert!(tables.civil_rule().expect_err("too high").to_string().contains("2026-01-01"));
}

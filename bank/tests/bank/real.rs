//! Real files, read whole: entries and sums as counted by hand and by the table that came with them.
//!
//! They lie in `REEVE_TEST_DATA` (by default `../shared/data` beside the project) and are never part of it. Without
//! them these tests say "skipped"; where `CI=true` they fail.

use std::path::PathBuf;

use bank::statement::{Fault, Format, Input, Options, Statement, read};

use crate::{day, parameter};

fn data_folder() -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let folder = std::env::var_os("REEVE_TEST_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("bank").is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none_or(|ci| ci != "true"), "no real data in {}", folder.display());
    println!("skipped: no real data in {}", folder.display());
    None
}

fn try_real(name: &str) -> Option<Result<Vec<Statement>, Fault>> {
    let bytes = std::fs::read(data_folder()?.join("bank").join(name)).unwrap();
    Some(read(&[Input { name, bytes: &bytes }], &Options::default()))
}

fn real(name: &str) -> Option<Vec<Statement>> {
    Some(try_real(name)?.unwrap_or_else(|fault| panic!("{fault}")))
}

fn counts(statements: &[Statement]) -> Vec<(&str, usize, i64)> {
    let sum = |statement: &Statement| statement.entries.iter().map(|entry| entry.amount_grosze).sum();
    statements.iter().map(|own| (own.currency.as_str(), own.entries.len(), sum(own))).collect()
}

#[test]
fn mass_payments_of_mbank() {
    let name = "mt940_polish/MT940_IPH.txt";
    let Some(folder) = data_folder() else { return };
    let bytes = std::fs::read(folder.join("bank").join(name)).unwrap();
    let files = [Input { name, bytes: &bytes }];
    // It has no closing balance, so nothing proves that it is whole, and somebody must decide to take it.
    let fault = read(&files, &Options::default()).unwrap_err();
    assert_eq!((fault.code(), parameter(&fault, "field").as_str()), ("statement-missing-field", ":62F:"));
    let read = read(&files, &Options { take_unproven: true, ..Options::default() }).unwrap();
    assert!(!read[0].is_proven());
    assert_eq!(counts(&read), [("PLN", 24, 34_009_470)]);
    assert_eq!(read.len(), 1);
    let statement = &read[0];
    assert_eq!((statement.number, statement.currency.as_str()), (Some(107), "PLN"));
    assert_eq!(statement.account.as_ref().unwrap().text, "PL45114011370000310211001001");
    assert_eq!(statement.entries.len(), 24);
    let ids = statement.entries.iter().filter(|entry| entry.mass_payment_id.is_some()).count();
    assert_eq!(ids, 21);
    let first = &statement.entries[0];
    assert_eq!((first.amount_grosze, first.booked_on), (697_918, day(2010, 6, 4)));
    assert_eq!(first.mass_payment_id.as_deref(), Some("XX000000000014"));
    assert_eq!(first.title, "210F1163");
    assert!(first.counterparty.account.as_ref().unwrap().nrb.is_some());
    assert!(first.key.ends_with(":154961063737599.110001"), "{}", first.key);
    // ISO 8859-2 found out: the Polish letters are there.
    assert!(first.counterparty.name.as_ref().unwrap().contains("SPÓŁKA Z O.O. UL.CIEPŁOWNICZA"), "{first:?}");
    let last = statement.entries.last().unwrap();
    assert_eq!((last.amount_grosze, last.title.as_str()), (-1_500, "OPŁATY GRUPOWE"));
}

#[test]
fn eight_accounts_in_one_file() {
    let Some(read) = real("mt940_polish/MT940_multiple_accounts.txt") else { return };
    let expected = [
        ("PLN", 38, 200_325_812),
        ("PLN", 2, 4_828),
        ("EUR", 7, -86_513),
        ("EUR", 0, 0),
        ("USD", 1, -4_387),
        ("PLN", 1, 599),
        ("EUR", 7, 46_656),
        ("USD", 0, 0),
    ];
    assert_eq!(counts(&read), expected);
    assert_eq!(read.iter().map(|statement| statement.entries.len()).sum::<usize>(), 56);
    let tax = read[0].entries.iter().find(|entry| entry.raw.contains("ORGAN PODATKOWY")).unwrap();
    assert_eq!(tax.counterparty.name.as_deref(), Some("URZĄD SKARBOWY WARSZAWA-BIELANY WARSZAWA"));
    let norwegian = &read[2].entries[0];
    assert_eq!(norwegian.counterparty.account.as_ref().unwrap().text, "NO9386011117947");
    assert_eq!(read[6].opening.unwrap().amount_grosze, -95_945);
}

#[test]
fn the_same_payments_at_the_end_of_the_day_and_within_it() {
    let (Some(end), Some(within)) =
        (real("mt940_polish/mbank_mt940.sta"), real("mt940_polish/mbank_mt942.sta"))
    else {
        return;
    };
    assert_eq!((counts(&end), end[0].format), (vec![("PLN", 3, 3)], Format::Mt940));
    assert_eq!((counts(&within), within[0].format), (vec![("PLN", 3, 3)], Format::Mt942));
    let keys = |own: &Statement| own.entries.iter().map(|entry| entry.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&end[0]), keys(&within[0]));
}

#[test]
fn the_one_that_does_not_add_up_is_refused() {
    let Some(read) = try_real("mt940_polish/mbank_with_newline_in_tnr.sta") else { return };
    let fault = read.unwrap_err();
    assert_eq!(fault.code(), "statement-does-not-add-up");
    assert_eq!(parameter(&fault, "difference_grosze"), "77071");
    assert!(fault.to_string().contains("770.71 PLN"), "{fault}");
}

#[test]
fn a_broken_reference_is_joined() {
    let Some(folder) = data_folder() else { return };
    let bytes = std::fs::read(folder.join("bank/mt940_polish/mbank_with_newline_in_tnr.sta")).unwrap();
    let text = String::from_utf8(bytes).unwrap().replace("860,17", "89,46");
    let read = read(&[Input { name: "x", bytes: text.as_bytes() }], &Options::default()).unwrap();
    assert!(read[0].entries[0].key.ends_with(":179301073837502.000001"), "{}", read[0].entries[0].key);
    assert_eq!(read[0].entries[0].mass_payment_id.as_deref(), Some("XX000002052409"));
}

#[test]
fn dirty_files_are_read_or_refused_with_a_reason() {
    if data_folder().is_none() {
        return;
    }
    let binary = real("mt940_other/with_binary_character.sta").unwrap();
    assert_eq!(counts(&binary), [("EUR", 3, -18_018_675), ("EUR", 1, 112_000)]);
    assert_eq!(binary[0].entries[0].counterparty.name.as_deref(), Some("PAYPAL"));
    for (name, code, line) in [
        ("february_30.sta", "statement-bad-date", Some("6")),
        ("details_60-63.sta", "statement-does-not-add-up", Some("1")),
        ("malformed_details.sta", "statement-does-not-add-up", Some("1")),
        // Pieces without a beginning, and one with a second message that has none.
        ("amount_formats.sta", "statement-unexpected-field", Some("1")),
        ("missing_crlf_at_end.sta", "statement-unexpected-field", Some("1")),
        ("multiline.sta", "statement-unexpected-field", Some("38")),
        ("sepa_snippet_broken.sta", "statement-unexpected-field", Some("6")),
    ] {
        let fault = try_real(&format!("mt940_other/{name}")).unwrap().unwrap_err();
        assert_eq!(fault.code(), code, "{fault}");
        assert_eq!(
            fault.parameters().iter().find(|(own, _)| *own == "line").map(|(_, line)| line.as_str()),
            line,
            "{fault}"
        );
    }
}

#[test]
fn camt_of_a_dutch_bank() {
    let Some(read) = real("camt053/example-camt053-a.xml") else { return };
    assert_eq!(counts(&read), [("EUR", 7, 45_800), ("EUR", 4, -19_826)]);
    assert_eq!(read[1].entries[0].counterparty.name.as_deref(), Some("SNS ZZP Rekening"));
    assert_eq!(read[1].entries[1].value_on, day(2026, 2, 1));
    let Some(read) = real("camt053/test-camt053.xml") else { return };
    assert_eq!(counts(&read), [("EUR", 2, -5_000)]);
    assert_eq!(read[0].entries[0].title, "Payment for invoice 123");
    assert_eq!(read[0].entries[1].title, "RF123456");
}

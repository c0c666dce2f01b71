//! MT940 and MT942 in the dialects of Polish banks.

use bank::statement::{Encoding, Format, Input, Last, Options, follows, read};

use crate::{all_of, day, message, one_of, parameter, refused};

#[test]
fn a_statement_of_pko() {
    let text = message(
        "100,00",
        ":61:2603160316D25,00N152NONREF//6460500500000513\r\n152 0\r\n:86:020~00152\r\n~20PODATEK OD NIERUCHOMOSCI NP\r\n~21/2026/000123/R2\r\n~22#\r\n~30999999991234\r\n~32Jan Zmyślony\r\n~33ul. Nijaka 1\r\n~38PL14999999990000000000000001\r\n~60260316\r\n~636460500500000513\r\n\
         :61:2603160316CN1000,5N051REF1\r\n:86:020~00051~20woda\r\n",
        "1075,50",
    );
    // An empty part holds the byte 0xFF.
    let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'#' { 0xff } else { byte }).collect();
    let read = read(&[Input { name: "x", bytes: &bytes }], &Options::default()).unwrap();
    let [statement] = read.as_slice() else { panic!("{read:?}") };
    assert_eq!(statement.format, Format::Mt940);
    assert_eq!(statement.account.as_ref().unwrap().nrb.unwrap().as_str(), "93999999991234000000012345");
    assert_eq!((statement.number, statement.sequence), (Some(7), Some(7)));
    assert_eq!(statement.currency.as_str(), "PLN");
    assert_eq!(statement.opening.unwrap().amount_grosze, 10_000);
    assert_eq!(statement.closing.unwrap().on, day(2026, 3, 16));
    let [paid, got] = statement.entries.as_slice() else { panic!("{:?}", statement.entries) };
    assert_eq!((paid.amount_grosze, got.amount_grosze), (-2_500, 100_050));
    assert_eq!((paid.booked_on, paid.value_on), (day(2026, 3, 16), day(2026, 3, 16)));
    assert_eq!(paid.bank_reference.as_deref(), Some("6460500500000513"));
    assert_eq!(paid.title, "PODATEK OD NIERUCHOMOSCI NP/2026/000123/R2");
    assert_eq!(paid.counterparty.name.as_deref(), Some("Jan Zmyślony ul. Nijaka 1"));
    assert_eq!(paid.counterparty.account.as_ref().unwrap().text, "PL14999999990000000000000001");
    assert_eq!(paid.description.as_deref(), Some("152 0"));
    assert!(paid.raw.contains("~20PODATEK") && paid.line == 5);
    assert_eq!(got.customer_reference.as_deref(), Some("REF1"));
    assert_eq!(got.title, "woda");
}

#[test]
fn reversals_turn_the_sign() {
    let text = message(
        "0,00",
        ":61:260316C10,00NTRFNONREF\r\n:61:2603160316RC10,00NTRFNONREF\r\n:61:2603160316RDN3,NTRFNONREF\r\n",
        "3,00",
    );
    let entries: Vec<(i64, bool)> =
        one_of(&text).entries.iter().map(|entry| (entry.amount_grosze, entry.reversal)).collect();
    assert_eq!(entries, [(1_000, false), (-1_000, true), (300, true)]);
}

#[test]
fn a_statement_that_does_not_add_up_is_refused_and_says_by_how_much() {
    let fault =
        refused(&message("0,46", ":61:260316CN45,00NTRFNONREF\r\n:61:260316CN44,00NTRFNONREF\r\n", "860,17"));
    assert_eq!(fault.code(), "statement-does-not-add-up");
    assert_eq!(parameter(&fault, "difference_grosze"), "77071");
    assert_eq!(parameter(&fault, "file"), "wyciag.sta");
    let told = fault.to_string();
    assert!(told.contains("770.71 PLN") && told.contains("89.46") && told.contains("860.17"), "{told}");
}

#[test]
fn days_that_do_not_exist_are_refused_with_file_and_line() {
    let fault = refused(&message("0,00", ":61:2602300301DR6,00N024NONREF\r\n", "0,00"));
    assert_eq!(fault.code(), "statement-bad-date");
    assert_eq!(
        (parameter(&fault, "line"), parameter(&fault, "found")),
        ("5".to_owned(), "260230".to_owned())
    );
    assert_eq!(parameter(&fault, "expected"), "YYMMDD");
    assert!(fault.to_string().starts_with("wyciag.sta, line 5: \"260230\" is no date"), "{fault}");
    let fault = refused(&message("0,00", ":61:2602280230DR6,00N024NONREF\r\n", "0,00"));
    assert_eq!((fault.code(), parameter(&fault, "found")), ("statement-bad-date", "0230".to_owned()));
}

#[test]
fn the_booking_day_is_in_the_nearest_year() {
    let statement = one_of(&message("0,00", ":61:2512310102C1,00NTRFNONREF\r\n", "1,00"));
    assert_eq!(statement.entries[0].booked_on, day(2026, 1, 2));
    assert_eq!(statement.entries[0].value_on, day(2025, 12, 31));
}

#[test]
fn fields_that_are_wrong_are_named() {
    for (middle, code, found) in [
        (":61:260316X10,00NTRFNONREF\r\n", "statement-bad-field", "260316X10,00NTRFNONREF"),
        (":61:260316C10,00\r\n", "statement-bad-field", "260316C10,00"),
        (":61:260316C10,00XTRFNONREF\r\n", "statement-bad-field", "260316C10,00XTRFNONREF"),
        (":61:260316C10,005NTRFNONREF\r\n", "statement-bad-amount", "10,005"),
        (":61:260316C,00NTRFNONREF\r\n", "statement-bad-amount", ",00"),
        (":61:260316C9999999999999999,00NTRF\r\n", "statement-bad-amount", "9999999999999999,00"),
        (":61:2603\r\n", "statement-bad-field", "2603"),
        (":61:\r\n", "statement-bad-field", ""),
        (":25:/PL93999999991234000000012345\r\n", "statement-unexpected-field", ":25:"),
    ] {
        let fault = refused(&message("0,00", middle, "10,00"));
        assert_eq!((fault.code(), parameter(&fault, "found").as_str()), (code, found), "{middle}");
        assert_eq!(parameter(&fault, "line"), "5", "{middle}");
    }
    let other = message("0,00", "", "0,00").replace(":62F:C260316PLN", ":62F:C260316EUR");
    assert_eq!(refused(&other).code(), "statement-other-currency");
    for (gone, field) in
        [(":25:/PL93999999991234000000012345\r\n", ":25:"), (":62F:C260316PLN0,00\r\n", ":62F:")]
    {
        let fault = refused(&message("0,00", "", "0,00").replace(gone, ""));
        assert_eq!((fault.code(), parameter(&fault, "field").as_str()), ("statement-missing-field", field));
    }
    let no_opening = refused(
        &message("0,00", ":61:260316C1,00NTRFNONREF\r\n", "1,00").replace(":60F:C260315PLN0,00\r\n", ""),
    );
    assert_eq!(no_opening.code(), "statement-unexpected-field");
    let no_head = refused(&message("0,00", "", "0,00").replace(":20:ST\r\n", ""));
    assert_eq!(
        (no_head.code(), parameter(&no_head, "expected").as_str()),
        ("statement-unexpected-field", ":20:")
    );
    let bad_number = refused(&message("0,00", "", "0,00").replace(":28C:7/1", ":28C:x"));
    assert_eq!(parameter(&bad_number, "field"), ":28C:");
}

#[test]
fn what_is_no_statement_is_refused() {
    assert_eq!(refused("").code(), "statement-empty");
    assert_eq!(refused(" \r\n\u{0}").code(), "statement-empty");
    let fault = refused("Nr rachunku;Data;Kwota\n1;2;3");
    assert_eq!(
        (fault.code(), parameter(&fault, "found").as_str()),
        ("statement-unknown-format", "Nr rachunku;Data;Kwota\n1;2;3")
    );
    assert_eq!(refused("PK\u{3}\u{4}").code(), "statement-unknown-format");
}

#[test]
fn signs_around_statements_are_taken() {
    let bare = message("0,00", ":61:260316C1,00NTRFNONREF\r\n", "1,00");
    let plain = one_of(&bare);
    let marked = format!("\u{1}\r\n{}", bare.replace("-\r\n", "-\u{3}\r\n"));
    let blocks = format!(
        "{{1:F01BANKPLPWAXXX0000000000}}{{2:O9400000}}{{4:\r\n{}",
        bare.replace("\r\n-\r\n", "\r\n-}")
    );
    let unix = bare.replace("\r\n", "\n");
    let no_end = bare.trim_end().to_owned();
    let no_dash = bare.replace("-\r\n", "");
    let mac = bare.replace("\r\n", "\r");
    let marked_order = format!("\u{feff}{bare}");
    for text in [marked, blocks, unix, no_end, no_dash, mac, marked_order] {
        let statement = one_of(&text);
        assert_eq!(statement.entries[0].key, plain.entries[0].key, "{text:?}");
        assert_eq!(statement.closing, plain.closing);
    }
}

#[test]
fn a_lone_dash_in_a_title_ends_nothing() {
    let text = message("0,00", ":61:260316C1,00NTRFNONREF\r\n:86:wpłata\r\n-\r\nza wodę\r\n", "1,00");
    assert_eq!(one_of(&text).entries[0].title, "wpłata - za wodę");
    // What looks like a field that there is not is text, too.
    let text = message("0,00", ":61:260316C1,00NTRFNONREF\r\n:86:wpłata\r\n:12:za wodę\r\n", "1,00");
    assert_eq!(one_of(&text).entries[0].title, "wpłata :12:za wodę");
}

#[test]
fn statement_information_is_no_description_of_an_entry() {
    let text = message("0,00", ":61:260316C1,00NTRFNONREF\r\n:86:woda\r\n", "1,00")
        .replace("-\r\n", ":64:C260316PLN1,00\r\n:86:Uprzejmie informujemy\r\n-\r\n");
    assert_eq!(one_of(&text).entries[0].title, "woda");
}

fn page(number: &str, opening: &str, closing: &str) -> String {
    format!(
        ":20:ST\n:25:93999999991234000000012345\n:28C:{number}\n{opening}\n:61:260316C1,00NTRFNONREF\n{closing}\n-\n"
    )
}

#[test]
fn pages_are_joined() {
    let first = page("5/1", ":60F:C260315PLN0,00", ":62M:C260316PLN1,00");
    let second = page("5/2", ":60M:C260316PLN1,00", ":62M:C260316PLN2,00");
    let third = page("5/3", ":60M:C260316PLN2,00", ":62F:C260316PLN3,00");
    let statement = one_of(&format!("{first}{second}{third}"));
    assert_eq!(statement.entries.len(), 3);
    assert_eq!(
        (statement.opening.unwrap().amount_grosze, statement.closing.unwrap().amount_grosze),
        (0, 300)
    );
    let keys: std::collections::HashSet<&str> =
        statement.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys.len(), 3, "equal payments stay three");
    // As files of one delivery, too.
    let files = [&first, &second, &third].map(|text| Input { name: "x.sta", bytes: text.as_bytes() });
    assert_eq!(
        read(&files, &Options::default()).unwrap(),
        [bank::statement::Statement { file: "x.sta".into(), ..statement }].map(|own| {
            let mut own = own;
            for (entry, line) in own.entries.iter_mut().zip([5, 5, 5]) {
                entry.line = line;
            }
            own
        })
    );
    for (text, code, page) in [
        (first.clone(), "statement-missing-page", Some("2")),
        (format!("{second}{third}"), "statement-missing-page", Some("1")),
        (format!("{first}{third}"), "statement-missing-page", Some("2")),
        (format!("{first}{second}"), "statement-missing-page", Some("3")),
        (format!("{first}{}", page_of_another_day()), "statement-pages-do-not-meet", None),
    ] {
        let fault = refused(&text);
        assert_eq!(fault.code(), code, "{text}");
        if let Some(page) = page {
            assert_eq!(parameter(&fault, "page"), page, "{text}");
        }
    }
}

fn page_of_another_day() -> String {
    page("5/2", ":60M:C260316PLN1,01", ":62F:C260316PLN2,01")
}

#[test]
fn statements_of_one_account_follow_each_other() {
    let of = |number: u32, opening: u32| {
        page(
            &number.to_string(),
            &format!(":60F:C260315PLN{opening},00"),
            &format!(":62F:C260316PLN{},00", opening + 1),
        )
    };
    assert_eq!(all_of(&format!("{}{}", of(5, 0), of(6, 1))).len(), 2);
    // In any order.
    assert_eq!(all_of(&format!("{}{}", of(6, 1), of(5, 0))).len(), 2);
    let hole = refused(&format!("{}{}", of(5, 0), of(7, 1)));
    assert_eq!((hole.code(), parameter(&hole, "expected").as_str()), ("statement-sequence-broken", "6"));
    let other = refused(&format!("{}{}", of(5, 0), of(6, 2)));
    assert_eq!(
        (other.code(), parameter(&other, "found_grosze").as_str()),
        ("statement-not-continued", "200")
    );
    assert_eq!(refused(&format!("{}{}", of(5, 0), of(5, 0))).code(), "statement-sequence-broken");
    // Zero is how banks say that they do not count.
    assert_eq!(all_of(&format!("{}{}", of(0, 0), of(0, 1))).len(), 2);

    let last = Last::of(&one_of(&of(5, 0))).unwrap();
    assert_eq!(follows(&last, &one_of(&of(6, 1))), Ok(()));
    assert!(follows(&last, &one_of(&of(5, 0))).is_err());
    let next_year = of(1, 1).replace(":62F:C260316", ":62F:C270104");
    assert_eq!(follows(&last, &one_of(&next_year)), Ok(()));
    assert!(follows(&last, &one_of(&of(1, 1))).is_err());
}

#[test]
fn within_a_day_the_totals_are_checked() {
    let text = ":20:ST\n:25:PL93999999991234000000012345\n:28C:1/1\n:34F:PLN0\n:13D:2603161815+0100\n\
                :61:2603160316CN0,01NTRFNONREF//MB1\n:86:911 A; TYT.: x; TNR: 1.1\n\
                :61:2603160316CN0,02NTRFNONREF//MB2\n:86:911 A; TYT.: x; TNR: 1.2\n:90D:0PLN0,00\n:90C:2PLN0,03\n-\n";
    let statement = one_of(text);
    assert_eq!(statement.format, Format::Mt942);
    assert!(statement.opening.is_none() && statement.closing.is_none() && statement.sequence.is_none());
    assert_eq!(statement.entries[1].key, "PL93999999991234000000012345:1.2");
    let fault = refused(&text.replace(":90C:2PLN0,03", ":90C:2PLN0,04"));
    assert_eq!((fault.code(), parameter(&fault, "found_grosze").as_str()), ("statement-other-total", "3"));
    // The same entries at the end of the day are known by their numbers.
    let end = message("0,00", ":61:2603160316CN0,01NTRFNONREF//MB1\n:86:911 A; TYT.: x; TNR: 1.1\n", "0,01");
    assert_eq!(one_of(&end).entries[0].key, statement.entries[0].key);
    let both = all_of(&format!("{text}{end}"));
    assert_eq!(both[0].entries[0].key, both[1].entries[0].key, "also in one delivery");
}

#[test]
fn keys_tell_equal_payments_apart_and_know_the_same_file_again() {
    let twice = ":61:260316C1,00NTRFNONREF\r\n:86:woda\r\n".repeat(2);
    let text = message("0,00", &twice, "2,00");
    let first: Vec<String> = one_of(&text).entries.into_iter().map(|entry| entry.key).collect();
    let again: Vec<String> = one_of(&text).entries.into_iter().map(|entry| entry.key).collect();
    assert_eq!(first, again);
    assert_ne!(first[0], first[1]);
    // Without a reference, an equal payment of the next day's statement is another one.
    let other = one_of(&text.replace(":28C:7/1", ":28C:8/1"));
    assert!(!first.contains(&other.entries[0].key));
    // With one, it is the same wherever it stands.
    let with = |number: &str| {
        let text = message("0,00", ":61:260316C1,00NTRFNONREF//R1\r\n:86:woda\r\n", "1,00")
            .replace(":28C:7/1", number);
        one_of(&text).entries[0].key.clone()
    };
    assert_eq!(with(":28C:7/1"), with(":28C:8/1"));
}

#[test]
fn other_encodings_are_found_out_or_forced() {
    let text = message("0,00", ":61:260316C1,00NTRFNONREF\r\n:86:ZAŻÓŁĆ GĘŚLĄ JAŹŃ\r\n", "1,00");
    let latin: Vec<u8> = text
        .chars()
        .map(|c| match c {
            'Ż' => 0xaf,
            'Ó' => 0xd3,
            'Ł' => 0xa3,
            'Ć' => 0xc6,
            'Ę' => 0xca,
            'Ś' => 0xa6,
            'Ą' => 0xa1,
            'Ź' => 0xac,
            'Ń' => 0xd1,
            c => u8::try_from(u32::from(c)).unwrap(),
        })
        .collect();
    let files = [Input { name: "x", bytes: &latin }];
    assert_eq!(read(&files, &Options::default()).unwrap()[0].entries[0].title, "ZAŻÓŁĆ GĘŚLĄ JAŹŃ");
    let forced = Options { encoding: Some(Encoding::Cp852), ..Options::default() };
    assert_ne!(read(&files, &forced).unwrap()[0].entries[0].title, "ZAŻÓŁĆ GĘŚLĄ JAŹŃ");
    let forced = Options { encoding: Some(Encoding::Utf8), ..Options::default() };
    assert_eq!(read(&files, &forced).unwrap_err().code(), "statement-not-in-encoding");
}

#[test]
fn more_than_the_limits_is_refused() {
    let entries = ":61:260316C1,00NTRFNONREF\r\n".repeat(3);
    let text = message("0,00", &entries, "3,00");
    let files = [Input { name: "x", bytes: text.as_bytes() }];
    let mut options = Options::default();
    assert!(read(&files, &options).is_ok());
    options.limits.entries = 2;
    assert_eq!(read(&files, &options).unwrap_err().code(), "statement-too-much");
    options.limits.entries = 5;
    assert_eq!(read(&[files[0], files[0]], &options).unwrap_err().code(), "statement-too-much");
    options.limits.bytes = text.len() - 1;
    assert_eq!(read(&files, &options).unwrap_err().code(), "statement-too-much");
    options = Options::default();
    options.limits.lines = 4;
    assert_eq!(read(&files, &options).unwrap_err().code(), "statement-too-much");
    let long =
        message("0,00", &format!(":61:260316C3,00NTRFNONREF\r\n:86:{}\r\n", "x".repeat(100_000)), "3,00");
    assert_eq!(refused(&long).code(), "statement-too-much");
}

#[test]
fn a_statement_in_euro_is_read_with_its_currency() {
    let text = message("0,00", ":61:260316CR5,00NTRFNONREF\r\n", "5,00").replace("PLN", "EUR");
    let statement = one_of(&text);
    assert_eq!((statement.currency.as_str(), statement.entries[0].currency.as_str()), ("EUR", "EUR"));
    assert_ne!(statement.currency, bank::statement::Currency::PLN);
}

#[test]
fn without_a_closing_balance_somebody_must_decide() {
    let text =
        message("0,00", ":61:260316C5,00NTRFNONREF\r\n", "5,00").replace(":62F:C260316PLN5,00\r\n", "");
    let fault = refused(&text);
    assert_eq!((fault.code(), parameter(&fault, "field").as_str()), ("statement-missing-field", ":62F:"));
    let options = Options { take_unproven: true, ..Options::default() };
    let read = read(&[Input { name: "x", bytes: text.as_bytes() }], &options).unwrap();
    assert!(!read[0].is_proven() && read[0].entries.len() == 1);
    assert!(one_of(&message("0,00", "", "0,00")).is_proven());
}

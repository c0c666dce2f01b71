//! The 2D code of the ZBP.

use bank::Nrb;
use bank::qr::{AMOUNT_MAX_GROSZE, Code, Draft};
use proptest::prelude::*;

const EXAMPLES: [&str; 3] = [
    "1234567890|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||",
    "|PL|92124012340001567890123456|001200|Odbiorca 1|Przelew ekspress|||",
    "5214349636|PL|24160000035175530643314956|012345|Testowy odbiorca|Tytuł płatności|11223344|990066|reserved",
];

fn draft<'a>(recipient: &'a str, title: &'a str) -> Draft<'a> {
    let account = Nrb::parse("93999999991234000000012345").unwrap();
    Draft { nip: "", account, amount_grosze: Some(12_350), recipient, title, reserves: [""; 3] }
}

#[test]
fn the_examples_of_the_recommendation_come_back() {
    for text in EXAMPLES {
        assert_eq!(Code::parse(text).unwrap().text(), text);
    }
    let read = Code::parse(EXAMPLES[2]).unwrap();
    assert_eq!(
        (read.nip(), read.amount_grosze(), read.title()),
        ("5214349636", Some(12_345), "Tytuł płatności")
    );
    assert_eq!(read.account().as_str(), "24160000035175530643314956");
    assert_eq!(read.recipient(), "Testowy odbiorca");
    assert_eq!(read.reserves(), &["11223344", "990066", "reserved"].map(str::to_owned));
}

#[test]
fn our_own_code() {
    let code = Code::new(&draft("Gmina Przykładowo", "Podatek 2026 rata 2 NP/12345")).unwrap();
    let text = "|PL|93999999991234000000012345|012350|Gmina Przykładowo|Podatek 2026 rata 2 NP/12345|||";
    assert_eq!(code.text(), text);
    assert_eq!(text.chars().count(), 87);
}

#[test]
fn amounts_that_six_digits_do_not_hold_are_typed_by_the_payer() {
    for (amount, shown) in [
        (Some(0), "000000"),
        (None, "000000"),
        (Some(1), "000001"),
        (Some(AMOUNT_MAX_GROSZE), "999999"),
        (Some(AMOUNT_MAX_GROSZE + 1), "000000"),
        (Some(i64::MAX), "000000"),
    ] {
        let code = Code::new(&Draft { amount_grosze: amount, ..draft("Gmina", "woda") }).unwrap();
        assert!(code.text().contains(&format!("|{shown}|")), "{amount:?}");
    }
    let negative = Code::new(&Draft { amount_grosze: Some(-1), ..draft("Gmina", "woda") });
    assert_eq!(negative.unwrap_err().code(), "code-negative");
    let long = "|PL|93999999991234000000012345|0001234567|Gmina|woda|||";
    assert_eq!(Code::parse(long).unwrap().amount_grosze(), Some(1_234_567));
}

#[test]
fn limits_count_characters() {
    let twenty = "ąćęłńóśźżąćęłńóśźżąć";
    assert_eq!(twenty.chars().count(), 20);
    assert!(Code::new(&draft(twenty, &"ż".repeat(32))).is_ok());
    for (recipient, title, code) in [
        (format!("{twenty}x"), "woda".to_owned(), "code-field-too-long"),
        ("Gmina".to_owned(), "ż".repeat(33), "code-field-too-long"),
        ("Gmina".to_owned(), " ".to_owned(), "code-missing"),
        ("Gmina | Miasto".to_owned(), "woda".to_owned(), "code-strange-character"),
        ("Gmina".to_owned(), "woda (2)".to_owned(), "code-strange-character"),
    ] {
        assert_eq!(Code::new(&draft(&recipient, &title)).unwrap_err().code(), code);
    }
    let nip = Code::new(&Draft { nip: "123456789", ..draft("Gmina", "woda") });
    assert_eq!(nip.unwrap_err().code(), "code-nip");
    let (title, texts) = ("ż".repeat(32), ["1".repeat(20), "2".repeat(12), "3".repeat(24)]);
    let [first, second, third] = &texts;
    let full = Draft { nip: "1234567890", reserves: [first, second, third], ..draft(twenty, &title) };
    assert_eq!(Code::new(&full).unwrap().text().chars().count(), 160);
}

#[test]
fn foreign_codes_are_refused_with_a_reason() {
    for (text, code) in [
        ("", "code-fields"),
        ("|PL|93999999991234000000012345|012350|Gmina|woda||", "code-fields"),
        ("|DE|93999999991234000000012345|012350|Gmina|woda|||", "code-country"),
        ("|PL|93999999991234000000012346|012350|Gmina|woda|||", "nrb-check-digit"),
        ("|PL|93999999991234000000012345|12350|Gmina|woda|||", "code-amount"),
        ("|PL|93999999991234000000012345|-12350|Gmina|woda|||", "code-amount"),
        ("|PL|93999999991234000000012345|123.50|Gmina|woda|||", "code-amount"),
    ] {
        assert_eq!(Code::parse(text).unwrap_err().code(), code, "{text}");
    }
    assert_eq!(Code::parse(&"x".repeat(100_000)).unwrap_err().code(), "code-too-long");
}

#[test]
fn the_code_is_drawn() {
    let svg = Code::new(&draft("Gmina Przykładowo", "Podatek 2026")).unwrap().svg(200).unwrap();
    assert!(svg.contains("<svg") && svg.contains("</svg>"), "{svg}");
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        nip in "([0-9]{10})?", amount in 0i64..=AMOUNT_MAX_GROSZE, recipient in "[A-Za-zżóŁ0-9,./@#&*_-]{1,20}",
        title in "[A-Za-zżóŁ0-9,./@#&*_-]{1,32}", reserve in "[0-9]{0,20}",
    ) {
        let own = Draft { nip: &nip, amount_grosze: Some(amount), reserves: [&reserve, "", ""], ..draft(&recipient, &title) };
        let code = Code::new(&own).unwrap();
        prop_assert!(code.text().chars().count() <= 160);
        prop_assert_eq!(Code::parse(&code.text()), Ok(code));
    }

    #[test]
    fn no_text_panics(text in "[|PL0-9a-zą]{0,200}") {
        let _ = Code::parse(&text);
    }
}

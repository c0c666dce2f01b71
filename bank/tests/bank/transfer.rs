//! The form, amounts in words, names of dues in titles.

use bank::Nrb;
use bank::letters::{CODE, TRANSFER, shortened};
use bank::transfer::{
    Draft, Field, Form, Layout, OnStrange, Token, TransferFault, amount_in_words, find_tokens,
};
use proptest::prelude::*;

fn draft<'a>(title: &'a str, amount_grosze: i64) -> Draft<'a> {
    Draft {
        recipient: "Gmina Przykładowo, ul. Rynek 1, 00-000 Przykładowo",
        account: Nrb::parse("93999999991234000000012345").unwrap(),
        amount_grosze,
        sender: "Anna Zmyślona",
        title,
    }
}

#[test]
fn a_form_has_lines() {
    let form = Form::new(
        &draft("Podatek od nieruchomości 2026, rata 2 NP/2026/000123/R2", 12_350),
        Layout::ELIXIR,
        OnStrange::Refuse,
    )
    .unwrap();
    assert_eq!(form.recipient, ["Gmina Przykładowo, ul. Rynek 1,", "00-000 Przykładowo"]);
    assert_eq!(form.title, ["Podatek od nieruchomości 2026, rata", "2 NP/2026/000123/R2"]);
    assert_eq!(form.sender, ["Anna Zmyślona"]);
    assert_eq!(form.amount_in_words, "sto dwadzieścia trzy złote 50/100");
    let paper =
        Form::new(&draft("Podatek 2026 NP/2026/000123/R2", 1), Layout::PAPER, OnStrange::Refuse).unwrap();
    assert_eq!(paper.title, ["Podatek 2026", "NP/2026/000123/R2"]);
}

#[test]
fn a_full_title_is_cut_at_columns() {
    let title = "dziesięć10 ".repeat(12) + "ośmiu li";
    assert_eq!(title.chars().count(), 140);
    let form = Form::new(&draft(&title, 1), Layout::ELIXIR, OnStrange::Refuse).unwrap();
    assert_eq!(form.title.concat(), title);
    assert!(form.title.iter().all(|line| line.chars().count() == 35));
    let faults = Form::new(&draft(&(title + "y"), 1), Layout::ELIXIR, OnStrange::Refuse).unwrap_err();
    assert_eq!(
        faults,
        [TransferFault::TooLong { field: Field::Title, characters: 141, lines: 4, columns: 35 }]
    );
}

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let mut bad = draft("rata „2” & 3", 0);
    bad.recipient = " ";
    bad.sender = "Zoë\nSpółka <x>";
    let faults = Form::new(&bad, Layout::ELIXIR, OnStrange::Refuse).unwrap_err();
    let told: Vec<(&str, &str)> = faults.iter().map(|fault| (fault.field().code(), fault.code())).collect();
    assert_eq!(
        told,
        [
            ("recipient", "transfer-missing"),
            ("sender", "transfer-strange-character"),
            ("title", "transfer-strange-character"),
            ("amount", "transfer-amount-not-positive")
        ]
    );
    assert_eq!(faults[1], TransferFault::StrangeCharacter { field: Field::Sender, character: 'ë', at: 3 });
    assert_eq!(faults[2], TransferFault::StrangeCharacter { field: Field::Title, character: '„', at: 6 });
    assert!(faults[2].to_string().contains("at place 6"));
    // The place goes on over lines.
    bad.sender = "Zoe\nSpółka <x>";
    let faults = Form::new(&bad, Layout::ELIXIR, OnStrange::Refuse).unwrap_err();
    assert_eq!(faults[1], TransferFault::StrangeCharacter { field: Field::Sender, character: '<', at: 12 });
    let huge = Form::new(&draft("x", i64::MAX), Layout::ELIXIR, OnStrange::Refuse).unwrap_err();
    assert_eq!(huge[0].code(), "transfer-amount-too-large");
    assert_eq!(Form::new(&draft("x", -1), Layout::ELIXIR, OnStrange::Refuse).unwrap_err().len(), 1);
}

#[test]
fn strange_characters_are_replaced_where_that_can_be() {
    let form =
        Form::new(&draft("rata „2” & Zoë — straße; é", 1), Layout::ELIXIR, OnStrange::Replace).unwrap();
    assert_eq!(form.title, ["rata '2' i Zoe - strasse, e"]);
    let faults = Form::new(&draft("rata 漢", 1), Layout::ELIXIR, OnStrange::Replace).unwrap_err();
    assert_eq!(faults, [TransferFault::StrangeCharacter { field: Field::Title, character: '漢', at: 6 }]);
    assert_eq!(TRANSFER.mended("zażółć\u{a0}GĘŚLĄ  jaźń"), Ok("zażółć GĘŚLĄ jaźń".to_owned()));
    // Letters that are written as two characters are one.
    assert_eq!(TRANSFER.mended("z\u{307}o\u{301}łw"), Ok("żółw".to_owned()));
    assert_eq!(CODE.mended("Opłata (woda): 5"), Ok("Opłata woda 5".to_owned()));
    assert_eq!(shortened("ąęśćółżźń", 3), "ąęś");
}

#[test]
fn amounts_in_words() {
    for (grosze, words) in [
        (0, "zero złotych 00/100"),
        (1, "zero złotych 01/100"),
        (100, "jeden złoty 00/100"),
        (200, "dwa złote 00/100"),
        (499, "cztery złote 99/100"),
        (500, "pięć złotych 00/100"),
        (1_000, "dziesięć złotych 00/100"),
        (1_100, "jedenaście złotych 00/100"),
        (1_200, "dwanaście złotych 00/100"),
        (1_300, "trzynaście złotych 00/100"),
        (1_400, "czternaście złotych 00/100"),
        (1_500, "piętnaście złotych 00/100"),
        (2_100, "dwadzieścia jeden złotych 00/100"),
        (2_200, "dwadzieścia dwa złote 00/100"),
        (2_500, "dwadzieścia pięć złotych 00/100"),
        (10_000, "sto złotych 00/100"),
        (10_100, "sto jeden złotych 00/100"),
        (10_200, "sto dwa złote 00/100"),
        (11_200, "sto dwanaście złotych 00/100"),
        (12_350, "sto dwadzieścia trzy złote 50/100"),
        (99_900, "dziewięćset dziewięćdziesiąt dziewięć złotych 00/100"),
        (100_000, "tysiąc złotych 00/100"),
        (100_100, "tysiąc jeden złotych 00/100"),
        (100_200, "tysiąc dwa złote 00/100"),
        (200_000, "dwa tysiące złotych 00/100"),
        (500_000, "pięć tysięcy złotych 00/100"),
        (1_200_000, "dwanaście tysięcy złotych 00/100"),
        (2_100_000, "dwadzieścia jeden tysięcy złotych 00/100"),
        (2_200_000, "dwadzieścia dwa tysiące złotych 00/100"),
        (11_200_000, "sto dwanaście tysięcy złotych 00/100"),
        (12_200_005, "sto dwadzieścia dwa tysiące złotych 05/100"),
        (100_000_000, "milion złotych 00/100"),
        (300_000_000, "trzy miliony złotych 00/100"),
        (700_000_000, "siedem milionów złotych 00/100"),
        (100_100_100, "milion tysiąc jeden złotych 00/100"),
        (100_000_000_000, "miliard złotych 00/100"),
        (-250, "minus dwa złote 50/100"),
    ] {
        assert_eq!(amount_in_words(grosze), words, "{grosze}");
    }
    assert!(
        amount_in_words(i64::MAX)
            .starts_with("dziewięćdziesiąt dwa biliardy dwieście trzydzieści trzy biliony")
    );
    assert!(amount_in_words(i64::MIN).starts_with("minus "));
}

fn token(text: &str) -> Token {
    let parts: Vec<&str> = text.split('/').collect();
    let instalment = parts.get(3).map(|part| part.trim_start_matches('R').parse().unwrap());
    Token::new(parts[0], parts[1].parse().unwrap(), parts[2].parse().unwrap(), instalment).unwrap()
}

fn found(title: &str) -> Vec<String> {
    find_tokens(title, &["NP", "LZP", "GO"]).iter().map(ToString::to_string).collect()
}

#[test]
fn names_of_dues_are_found_in_mangled_titles() {
    for title in [
        "NP/2026/000123/R2",
        "Podatek od nieruchomości NP/2026/000123/R2",
        "podatek np/2026/000123/r2 dziękuję",
        "NP / 2026 / 000123 / R2",
        "NP2026000123R2",
        "NP 2026 000123 R2",
        "NP-2026-000123-R2",
        "NP.2026.000123.R2.",
        "NP\\2026\\000123\\R2",
        "N P/20 26/0001 23/R 2",
        "PODATEK OD NIERUCHOMOSCI NP\n/2026/000123/R2",
        "PODATEK OD NIERUCHOMOSCI 26 NP/2026\r\n/000123/R2",
        "PODATEKNP/2026/000123/R2",
        "(NP/2026/000123/R2)",
        "NP/2026/123/R2",
        "rata NP/2026/000123R2",
    ] {
        assert_eq!(found(title), ["NP/2026/000123/R2"], "{title}");
    }
    assert_eq!(found("NP/2026/000123"), ["NP/2026/000123"]);
    assert_eq!(found("NP/2026/000123 rata druga"), ["NP/2026/000123"]);
    assert_eq!(found("NP/2026/000123/R12"), ["NP/2026/000123/R12"]);
    assert_eq!(found("LZP/2026/000001/R1, GO/2025/000999"), ["LZP/2026/000001/R1", "GO/2025/000999"]);
}

#[test]
fn where_digits_can_be_read_in_more_than_one_way_all_are_given() {
    assert_eq!(found("NP/2026/000123/R2 15.05.2026"), ["NP/2026/000123/R2", "NP/2026/000123/R21"]);
    assert_eq!(found("NP/2026/000123/R1\n2"), ["NP/2026/000123/R1", "NP/2026/000123/R12"]);
    assert_eq!(found("NP2026000123R22026"), ["NP/2026/000123/R2", "NP/2026/000123/R22"]);
}

#[test]
fn what_is_no_name_is_not_found() {
    for title in [
        "",
        "NP",
        "NP/2026",
        "NP/26/000123",
        "NP 2026 12",
        "XX/2026/000123/R2",
        "NP/2126/000123",
        "2026/000123",
        "NP/2026/000000",
    ] {
        assert_eq!(found(title), [""; 0], "{title}");
    }
    assert!(find_tokens("NP/2026/000123", &["np", "", "ŻŻ"]).is_empty());
}

#[test]
fn names_have_limits() {
    for (kind, year, number, instalment, code) in [
        ("N", 2026, 1, None, "token-kind"),
        ("np", 2026, 1, None, "token-kind"),
        ("ABCDEFG", 2026, 1, None, "token-kind"),
        ("NP", 1999, 1, None, "token-year"),
        ("NP", 2026, 0, None, "token-number"),
        ("NP", 2026, 1_000_000, None, "token-number"),
        ("NP", 2026, 1, Some(0), "token-instalment"),
        ("NP", 2026, 1, Some(100), "token-instalment"),
    ] {
        assert_eq!(Token::new(kind, year, number, instalment).unwrap_err().code(), code);
    }
    assert_eq!(token("NP/2026/123/R2").to_string(), "NP/2026/000123/R2");
}

proptest! {
    #[test]
    fn a_name_survives_what_banks_do(
        before in "[a-z ]{0,60}", after in "( [a-z ]{0,40})?", year in 2000u16..2100, number in 1u32..1_000_000,
        instalment in prop::option::of(1u8..100), width in prop::sample::select(vec![27usize, 35]),
        joint in prop::sample::select(vec!["", " ", "\n", "\r\n"]), slashes in any::<bool>(),
    ) {
        let made = Token::new("NP", year, number, instalment).unwrap();
        let text = if slashes { made.to_string() } else { made.to_string().replace('/', "") };
        let title: Vec<char> = format!("{before}{text}{after}").chars().collect();
        let lines: Vec<String> = title.chunks(width).map(|line| line.iter().collect()).collect();
        let found = find_tokens(&lines.join(joint), &["NP"]);
        prop_assert!(found.contains(&made), "{:?} in {:?}", found, lines);
    }

    #[test]
    fn no_title_panics(title in ".{0,400}", kind in "[A-Z]{2,6}") {
        prop_assert!(find_tokens(&title, &[&kind, "NP"]).len() <= 20);
    }

    #[test]
    fn what_fits_loses_no_word(text in "[a-ząę0-9/]{1,12}( [a-ząę0-9/]{1,12}){0,12}") {
        if let Some(lines) = Layout::ELIXIR.lines(&text) {
            prop_assert!(lines.len() <= 4 && lines.iter().all(|line| line.chars().count() <= 35));
            let bare = |text: &str| text.replace(' ', "");
            prop_assert_eq!(bare(&lines.concat()), bare(&text));
        } else {
            prop_assert!(text.chars().count() > 4 * 35);
        }
    }

    #[test]
    fn replaced_texts_can_be_carried(text in ".{0,100}") {
        for alphabet in [TRANSFER, CODE] {
            if let Ok(mended) = alphabet.mended(&text) {
                prop_assert_eq!(alphabet.first_strange(&mended), None);
            }
        }
    }

    #[test]
    fn every_amount_has_words(amount_grosze in any::<i64>()) {
        let words = amount_in_words(amount_grosze);
        prop_assert!(words.contains(" zł") && !words.contains("  "), "{}", words);
    }
}

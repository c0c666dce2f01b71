//! Lists of payments by profiles.

use bank::statement::{BUILT_IN, Fault, Format, Input, Options, Profile, Statement, read};

use crate::{day, parameter};

fn try_list(profile: &Profile, bytes: &[u8]) -> Result<Statement, Fault> {
    let options = Options { profile: Some(profile), ..Options::default() };
    read(&[Input { name: "lista.txt", bytes }], &options).map(|mut read| read.remove(0))
}

fn list(name: &str, text: &str) -> Statement {
    try_list(&Profile::built_in(name).unwrap(), text.as_bytes()).unwrap_or_else(|fault| panic!("{fault}"))
}

const ELIXIR: &str = "110,20260316,12350,99999999,0,\"14999999990000000000000001\",\"93999999991234000000012345\",\"Anna Zmyślona|ul. Nijaka 1, m. 2|00-000 Przykładowo|\",\"Gmina Przykładowo|||\",0,99999999,\"Podatek od nieruchomości 2026 rat 2|NP/2026/000123/R2||\",\"\",\"\",\"51\",\"\"\r\n";

#[test]
fn elixir() {
    let read = list("elixir-0", &format!("{ELIXIR}{ELIXIR}\r\n"));
    assert_eq!(read.format, Format::List);
    assert!(read.account.is_none() && read.opening.is_none());
    let [first, second] = read.entries.as_slice() else { panic!("{:?}", read.entries) };
    assert_eq!((first.amount_grosze, first.booked_on), (12_350, day(2026, 3, 16)));
    assert_eq!(
        first.counterparty.name.as_deref(),
        Some("Anna Zmyślona ul. Nijaka 1, m. 2 00-000 Przykładowo")
    );
    assert_eq!(first.counterparty.account.as_ref().unwrap().text, "PL14999999990000000000000001");
    assert_eq!(first.paid_to.as_ref().unwrap().nrb.unwrap().as_str(), "93999999991234000000012345");
    assert_eq!(bank::transfer::find_tokens(&first.title, &["NP"])[0].to_string(), "NP/2026/000123/R2");
    // Equal payments on one day are two.
    assert_ne!(first.key, second.key);
    let again = list("elixir-0", &format!("{ELIXIR}{ELIXIR}\r\n"));
    assert_eq!((&again.entries[0].key, &again.entries[1].key), (&first.key, &second.key));
}

#[test]
fn elixir_in_old_encodings() {
    let profile = Profile::built_in("elixir-0").unwrap();
    let name =
        |bytes: &[u8]| try_list(&profile, bytes).unwrap().entries[0].counterparty.name.clone().unwrap();
    let with = |own: u8, letter: u8| -> Vec<u8> {
        let bytes = ELIXIR
            .replace("Zmyślona", "Zmy#lona")
            .replace("Przykładowo", "Przyk&adowo")
            .replace("nieruchomości", "wody");
        bytes
            .bytes()
            .map(|byte| {
                if byte == b'#' {
                    own
                } else if byte == b'&' {
                    letter
                } else {
                    byte
                }
            })
            .collect()
    };
    let expected = "Anna Zmyślona ul. Nijaka 1, m. 2 00-000 Przykładowo";
    assert_eq!(name(&with(0xb6, 0xb3)), expected, "ISO 8859-2");
    assert_eq!(name(&with(0x9c, 0xb3)), expected, "Windows-1250");
    assert_eq!(name(&with(0x98, 0x88)), expected, "CP852");
}

#[test]
fn names_with_quotes_and_separators() {
    let read = list("elixir-0", &ELIXIR.replace("Anna Zmyślona|", "Sklep \"U Anny\" Zmyślona, Zmyślony|"));
    assert!(
        read.entries[0]
            .counterparty
            .name
            .as_ref()
            .unwrap()
            .starts_with("Sklep \"U Anny\" Zmyślona, Zmyślony")
    );
    // A quote before a separator ends the text; then the fields do not stand at their places, and nothing is guessed.
    let torn = ELIXIR.replace("Anna Zmyślona|", "Sklep \"U Anny\", Zmyślona|");
    let fault = try_list(&Profile::built_in("elixir-0").unwrap(), torn.as_bytes()).unwrap_err();
    assert_eq!(fault.code(), "statement-field-count");
    let read = list("elixir-0", &ELIXIR.replace("Anna Zmyślona|", "Sklep \"\"U Anny\"\"|"));
    assert!(read.entries[0].counterparty.name.as_ref().unwrap().starts_with("Sklep \"U Anny\""));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (from, to, code) in [
        ("20260316", "20260230", "statement-bad-date"),
        ("20260316", "160326", "statement-bad-date"),
        ("12350", "123.50", "statement-bad-amount"),
        ("12350", "-12350", "statement-bad-amount"),
        ("12350", "", "statement-bad-amount"),
        ("12350", "99999999999999999999", "statement-bad-amount"),
        ("110,", "120,", "statement-unknown-record"),
        (",0,99999999,\"Podatek", ",\"Podatek", "statement-field-count"),
    ] {
        // The last change leaves eleven fields when the ends go, too.
        let bad = ELIXIR.replacen(from, to, 1).replace(
            ",\"\",\"\",\"51\",\"\"",
            if code.ends_with("count") { "" } else { ",\"\",\"\",\"51\",\"\"" },
        );
        let fault = try_list(&Profile::built_in("elixir-0").unwrap(), format!("{ELIXIR}{bad}").as_bytes())
            .unwrap_err();
        assert_eq!(fault.code(), code, "{to}: {fault}");
        assert_eq!(parameter(&fault, "line"), "2", "{to}");
    }
}

#[test]
fn pekao() {
    let text = "01,20260316,naglowek\n\
        02,1,14999999990000000000000001,12350,20260316,x,Anna Zmyslona,ul. Nijaka 1,,,,,1234,,tytul w czterech,wierszach,,,koniec\n\
        02,3,14999999990000000000000001,100,20260316,x,Jan Zmyslony,,,,,,77,,woda,,,,koniec\n99,2\n";
    let read = list("pekao", text);
    assert_eq!((read.entries.len(), read.left_out), (2, 2));
    let first = &read.entries[0];
    assert_eq!((first.amount_grosze, first.mass_payment_id.as_deref()), (12_350, Some("1234")));
    assert_eq!(first.title, "tytul w czterech wierszach");
    assert_eq!(first.counterparty.name.as_deref(), Some("Anna Zmyslona"));
    let other = text.replace("02,3,", "02,2,");
    let fault = try_list(&Profile::built_in("pekao").unwrap(), other.as_bytes()).unwrap_err();
    assert_eq!((fault.code(), parameter(&fault, "field").as_str()), ("statement-unknown-record", "2"));
}

#[test]
fn lists_with_bars() {
    let line = "1|16032026|123.45|x|14999999990000000000000001|93999999991234000000012345|woda\n";
    let read = list("bz-wbk", line);
    assert_eq!((read.entries[0].amount_grosze, read.entries[0].booked_on), (12_345, day(2026, 3, 16)));
    assert_eq!(read.entries[0].mass_payment_id.as_deref(), Some("000000012345"));
    assert_eq!(list("nrb-nrb", line).entries[0].mass_payment_id.as_deref(), Some("12345"));
}

#[test]
fn profiles_are_checked() {
    for (name, text) in BUILT_IN {
        assert_eq!(Profile::from_toml(text).unwrap().name(), name);
    }
    assert_eq!(Profile::built_in("inny").unwrap_err().code(), "profile-unknown");
    let good = BUILT_IN[0].1;
    for (from, to, code) in [
        ("date = 2", "date = 0", "profile-position"),
        ("title = [12]", "title = [1000]", "profile-position"),
        ("YYYYMMDD", "YYYYMM", "profile-mask"),
        ("YYYYMMDD", "YYMMYYDD", "profile-mask"),
        ("YYYYMMDD", "YYYYMMDDD", "profile-mask"),
        ("text_lines = \"|\"", "text_lines = \",\"", "profile-separators"),
        ("separator = \",\"", "separator = \"a\"", "profile-separators"),
        ("least_fields = 12", "least_fields = 30", "profile-counts"),
        ("amount_unit = \"grosze\"", "amount_unit = \"cents\"", "profile-toml"),
        ("amount = 3", "amount = 3\nsum = 4", "profile-toml"),
    ] {
        assert!(good.contains(from), "{from}");
        assert_eq!(Profile::from_toml(&good.replacen(from, to, 1)).unwrap_err().code(), code, "{to}");
    }
    assert_eq!(Profile::from_toml(&"#".repeat(30_000)).unwrap_err().code(), "profile-too-long");
}

#[test]
fn a_banks_own_number_can_be_the_key() {
    let text = BUILT_IN[3]
        .1
        .replace("duplicate_key = \"line\"", "duplicate_key = \"reference\"")
        .replace("date = 2\n", "date = 2\nreference = 1\n");
    let profile = Profile::from_toml(&text).unwrap();
    let line = "1|16032026|123.45|x|14999999990000000000000001|93999999991234000000012345|woda\n";
    let first = try_list(&profile, line.as_bytes()).unwrap();
    let later = try_list(&profile, format!("9{line}{line}").as_bytes()).unwrap();
    assert_eq!(first.entries[0].key, later.entries[1].key);
    assert_ne!(first.entries[0].key, later.entries[0].key);
}

//! NRB, IBAN, virtual accounts.

use bank::nrb::settlement_number_agrees;
use bank::virtual_account::{Pattern, PatternFault};
use bank::{Iban, Nrb, NrbFault};
use proptest::prelude::*;

#[test]
fn numbers_of_accounts() {
    for text in [
        "14999999990000000000000001",
        "93999999991234000000012345",
        "92124012340001567890123456",
        "24160000035175530643314956",
        "PL93 9999 9999 1234 0000 0001 2345",
        "pl93-9999-9999-1234-0000-0001-2345",
        "93\u{a0}9999\u{a0}9999\u{2009}1234\u{202f}0000‑0001–2345",
    ] {
        assert!(Nrb::parse(text).is_ok(), "{text}");
    }
    for text in ["93999999991234000000012354", "93999999991234000000012346"] {
        assert_eq!(Nrb::parse(text), Err(NrbFault::CheckDigits), "{text}");
    }
    assert_eq!(Nrb::parse("9399999999123400000001234"), Err(NrbFault::Length { found: 25, expected: 26 }));
    assert_eq!(Nrb::parse(""), Err(NrbFault::Length { found: 0, expected: 26 }));
    assert_eq!(Nrb::parse("DE93999999991234000000012345"), Err(NrbFault::Characters));
    assert_eq!(Nrb::parse("９３999999991234000000012345"), Err(NrbFault::Characters));
    assert_eq!(Nrb::parse(&"1".repeat(5_000)).unwrap_err().code(), "nrb-length");
}

#[test]
fn an_account_is_written_in_many_ways() {
    let nrb: Nrb = "93999999991234000000012345".parse().unwrap();
    assert_eq!(nrb.to_string(), "93 9999 9999 1234 0000 0001 2345");
    assert_eq!(nrb.iban(), "PL93999999991234000000012345");
    assert_eq!(nrb.as_str(), "93999999991234000000012345");
    assert_eq!(nrb.account(), "999999991234000000012345");
    assert_eq!(nrb.settlement_number(), "99999999");
    assert!(nrb.settlement_number_agrees());
    assert_eq!(Nrb::of_account(nrb.account()), Ok(nrb));
    assert_eq!(Nrb::of_account("1").unwrap_err(), NrbFault::Length { found: 1, expected: 24 });
    assert_eq!(Nrb::of_account("x").unwrap_err(), NrbFault::Characters);
}

#[test]
fn check_digits_keep_their_zero() {
    let with_zero = (0..1000_u32)
        .map(|number| {
            Nrb::of_account(&format!("{:024}", 99_999_999_000_000_000_000_000_u128 + u128::from(number)))
        })
        .map(Result::unwrap)
        .find(|nrb| nrb.as_str().starts_with('0'))
        .unwrap();
    assert_eq!(Nrb::parse(with_zero.as_str()), Ok(with_zero));
}

#[test]
fn settlement_numbers_have_a_check_digit() {
    // Of banks that are named in public documents.
    for number in ["10101010", "11401010", "12401066", "10901056", "99999999"] {
        assert!(settlement_number_agrees(number), "{number}");
    }
    for number in ["10101011", "1010101", "", "1010101x", "101010100"] {
        assert!(!settlement_number_agrees(number), "{number}");
    }
}

#[test]
fn accounts_abroad() {
    for text in
        ["NL14SNSB0012345678", "DE89370400440532013000", "GB82 WEST 1234 5698 7654 32", "NO9386011117947"]
    {
        assert!(Iban::parse(text).is_ok(), "{text}");
    }
    assert_eq!(Iban::parse("DE89370400440532013001"), Err(NrbFault::CheckDigits));
    assert!(Iban::parse("ąę").is_err() && Iban::parse("PLąę12345678901234567890").is_err());
    let polish = Iban::parse("PL93999999991234000000012345").unwrap();
    assert_eq!(polish.nrb().unwrap().as_str(), "93999999991234000000012345");
    assert_eq!(Iban::parse("NL14SNSB0012345678").unwrap().nrb(), None);
}

#[test]
fn virtual_accounts() {
    let pattern = Pattern::new("99999999 1234", 12).unwrap();
    for (identifier, account) in [
        (1, "89999999991234000000000001"),
        (12_345, "93999999991234000000012345"),
        (202_600_000_042, "50999999991234202600000042"),
    ] {
        let made = pattern.account(identifier).unwrap();
        assert_eq!(made.as_str(), account);
        assert_eq!(pattern.identifier(&made), Some(identifier));
    }
    let too_long = pattern.account(1_000_000_000_000).unwrap_err();
    assert_eq!(too_long, PatternFault::IdentifierTooLong { identifier: 1_000_000_000_000, digits: 12 });
    let elsewhere = Nrb::parse("92124012340001567890123456").unwrap();
    assert_eq!(pattern.identifier(&elsewhere), None);
}

#[test]
fn patterns_that_make_no_account() {
    for (prefix, digits, code) in [
        ("999999991234", 11, "virtual-sum"),
        ("999999991234", 13, "virtual-sum"),
        ("999999991234", usize::MAX, "virtual-sum"),
        ("999999991234567890123456", 0, "virtual-sum"),
        ("9999999", 17, "virtual-prefix-length"),
        ("99999999X234", 12, "virtual-prefix-characters"),
    ] {
        assert_eq!(Pattern::new(prefix, digits).unwrap_err().code(), code, "{prefix} {digits}");
    }
}

#[test]
fn accounts_are_found_in_texts() {
    let pattern = Pattern::new("999999991234", 12).unwrap();
    let text = "PRZELEW 17 93 9999 9999 1234 0000 0001 2345 NA RACH.89999999991234000000000001; 92124012340001567890123456";
    assert_eq!(pattern.find(text), [12_345, 1]);
    assert_eq!(pattern.find("9399999999123400000001234"), []);
}

proptest! {
    #[test]
    fn every_single_wrong_digit_is_found(account in "[0-9]{24}", place in 0usize..26, other in 1u8..10) {
        let good = Nrb::of_account(&account).unwrap();
        let mut bytes = good.as_str().as_bytes().to_vec();
        bytes[place] = b'0' + (bytes[place] - b'0' + other) % 10;
        prop_assert!(Nrb::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn every_swap_of_neighbours_is_found(account in "[0-9]{24}", place in 0usize..25) {
        let good = Nrb::of_account(&account).unwrap();
        let mut bytes = good.as_str().as_bytes().to_vec();
        prop_assume!(bytes[place] != bytes[place + 1]);
        bytes.swap(place, place + 1);
        prop_assert!(Nrb::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn what_is_made_is_read(prefix in "[0-9]{8,23}", identifier in any::<u64>()) {
        let digits = 24 - prefix.len();
        let pattern = Pattern::new(&prefix, digits).unwrap();
        let identifier = identifier % 10_u64.pow(u32::try_from(digits).unwrap());
        let account = pattern.account(identifier).unwrap();
        prop_assert_eq!(Nrb::parse(&account.to_string()), Ok(account));
        prop_assert_eq!(pattern.identifier(&account), Some(identifier));
        prop_assert!(Iban::parse(&account.iban()).is_ok());
    }

    #[test]
    fn no_text_panics(text in ".{0,300}") {
        let _ = (Nrb::parse(&text), Iban::parse(&text), Nrb::of_account(&text), Pattern::new(&text, 12));
        prop_assert!(Pattern::new("99999999", 16).unwrap().find(&text).is_empty());
    }
}

//! The description of an entry in MT940 (field `:86:`), which every bank fills in its own way.
//!
//! Two styles. *Numbered*: after a code of up to four digits, parts that each begin with one separator and two digits
//! (`~20`, `<20`, `^20`, `?20`, Nordea `+20`); the separator is whatever stands behind the code. *Labelled*: text with
//! names before its parts (mBank: `Z RACH.:`, `OD:`, `TYT.:`, `TNR:`). What is neither is all title.
//!
//! Title and names are written by payers, who could write a label or a separator into them; where a part that counts
//! stands there twice and differs, it is not believed.

use super::values::joined;
use super::{Account, Counterparty};
use crate::Nrb;

/// What a description says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Details {
    pub(super) description: Option<String>,
    pub(super) counterparty: Counterparty,
    pub(super) mass_payment_id: Option<String>,
    pub(super) customer_reference: Option<String>,
    pub(super) title: String,
    /// A name of the entry that no other entry of the account has, in any statement.
    pub(super) unique: Option<String>,
}

/// Columns of a line of `:86:` (SWIFT).
const LINE_COLUMNS: usize = 65;
/// Digits of the code before the parts: three, by convention of the banks.
const CODE_MAX: usize = 4;

/// Reads the lines of a description.
pub(super) fn read(lines: &[&str]) -> Details {
    let (first, rest) = lines.split_first().map_or(("", lines), |(first, rest)| (*first, rest));
    if let Some(separator) = separator(first) {
        let mut whole = first.to_owned();
        rest.iter().for_each(|line| whole.push_str(line));
        return numbered(&whole, separator);
    }
    let whole = unwrapped(lines);
    if LABELS.iter().any(|label| label.is_own && whole.contains(label.text)) {
        return labelled(&whole);
    }
    Details { title: one_spaced(&whole), ..Details::default() }
}

/// Lines that were broken between words, with the blank kept at the end of the line or lost, or after a full line.
fn unwrapped(lines: &[&str]) -> String {
    let mut whole = String::new();
    for (place, line) in lines.iter().enumerate() {
        whole.push_str(line);
        let broken_in_a_word = line.chars().count() >= LINE_COLUMNS;
        if place + 1 < lines.len() && !broken_in_a_word && !line.ends_with(' ') {
            whole.push(' ');
        }
    }
    whole
}

fn one_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

/// The separator of numbered parts, if the first line begins with a code and one of them.
fn separator(first: &str) -> Option<char> {
    let rest = first.trim_start_matches(|c: char| c.is_ascii_digit());
    if first.len() - rest.len() > CODE_MAX {
        return None;
    }
    let mut signs = rest.chars();
    let separator = signs.next()?;
    let code = part_code(signs.as_str())?;
    match separator {
        '~' | '<' | '^' | '?' => Some(separator),
        // These stand in ordinary titles too (`500+20`), so only at the beginning that banks give.
        '+' | '#' | '|' | '!' | '*' | '@' | '>' if code == 0 => Some(separator),
        _ => None,
    }
}

/// The number of a part, if it is one that banks use.
fn part_code(text: &str) -> Option<u8> {
    let digits = text.get(..2).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok().filter(|code| matches!(code, 0..=39 | 60..=69))
}

fn numbered(whole: &str, separator: char) -> Details {
    let mut parts: Vec<(u8, &str)> = Vec::new();
    let mut pieces = whole.split(separator);
    // The code of the kind of movement.
    pieces.next();
    let mut at = whole.find(separator).map_or(whole.len(), |at| at + separator.len_utf8());
    for piece in pieces {
        let end = at + piece.len();
        match (part_code(piece), parts.last_mut()) {
            (Some(code), _) => parts.push((code, piece.get(2..).unwrap_or_default())),
            // A separator that begins no part belongs to the text.
            (None, Some((_, text))) => {
                let begin = at - separator.len_utf8() - text.len();
                *text = whole.get(begin..end).unwrap_or(text);
            }
            (None, None) => {}
        }
        at = end + separator.len_utf8();
    }
    let all = |from: u8, to: u8| {
        parts.iter().filter(move |(code, _)| (from..=to).contains(code)).map(|(_, text)| *text)
    };
    // The same part twice with different content: perhaps written by a payer.
    let only = |wanted: u8| {
        let mut found = all(wanted, wanted).map(str::trim).filter(|text| !text.is_empty());
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    };
    // ING and BPH give the account in 29, and the name in 27 and 28.
    let account_in_29 = only(29).and_then(Account::read).filter(is_whole);
    let name_in_27 = account_in_29.is_some() && all(32, 33).all(|text| text.trim().is_empty());
    let last_of_title = match (account_in_29.is_some(), name_in_27) {
        (_, true) => 26,
        (true, false) => 28,
        (false, _) => 29,
    };
    let mut title = joined(all(20, last_of_title));
    if separator == '?' {
        // In the German style the title goes on in 60 to 63.
        let more = joined(all(60, 63));
        title = if title.is_empty() { more } else { format!("{title} {more}").trim().to_owned() };
    }
    let name = if name_in_27 { joined(all(27, 28)) } else { joined(all(32, 33)) };
    let description = some(one_spaced(&joined(all(0, 0))));
    let title = if title.is_empty() { description.clone().unwrap_or_default() } else { title };
    let reference = only(63).filter(|_| separator != '?').map(one_spaced).and_then(some);
    Details {
        description,
        counterparty: Counterparty {
            name: some(one_spaced(&name)),
            account: account(&only).or(account_in_29),
        },
        customer_reference: reference,
        title,
        ..Details::default()
    }
}

fn is_whole(account: &Account) -> bool {
    account.nrb.is_some() || crate::Iban::parse(&account.text).is_ok()
}

/// The account of the other end: 38 is an IBAN; 30 and 31 are the bank and the account without check digits, or 31 is
/// all of it.
fn account<'a>(only: &impl Fn(u8) -> Option<&'a str>) -> Option<Account> {
    if let Some(whole) = only(38).and_then(Account::read) {
        return Some(whole);
    }
    let own = only(31)?;
    let whole = Account::read(own)?;
    if is_whole(&whole) {
        return Some(whole);
    }
    let together = only(30).map(|bank| format!("{bank}{}", whole.text));
    let nrb = together.and_then(|together| Nrb::of_account(&together).ok());
    Some(nrb.map_or(whole, |nrb| Account { text: nrb.iban(), nrb: Some(nrb) }))
}

/// A name before a part of a labelled description.
struct Label {
    text: &'static str,
    part: Option<Part>,
    /// Whether its presence says that the description is labelled.
    is_own: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Payer,
    Account,
    Name,
    Title,
    Unique,
    Reference,
}

const fn label(text: &'static str, part: Part) -> Label {
    Label { text, part: Some(part), is_own: matches!(part, Part::Title | Part::Unique) }
}

const fn other(text: &'static str) -> Label {
    Label { text, part: None, is_own: false }
}

/// Labels of mBank; those without a part only end the one before them.
const LABELS: [Label; 17] = [
    label("ID IPH:", Part::Payer),
    label("Z RACH.:", Part::Account),
    label("NA RACH.:", Part::Account),
    label("OD:", Part::Name),
    label("DLA:", Part::Name),
    label("TYT.:", Part::Title),
    label("TNR:", Part::Unique),
    label("REF. KLIENTA:", Part::Reference),
    other("DATA STEMPLA:"),
    other("DATA NOSTRO:"),
    other("WALUTA:"),
    other("KWOTA:"),
    other("KURS:"),
    other("REF. MT103:"),
    other("NAZWA ZOBOW.:"),
    other("SYMBOL FORM.:"),
    other("ID UZUP.:"),
];

fn labelled(whole: &str) -> Details {
    let mut details = Details::default();
    let mut found: Vec<(Part, String)> = Vec::new();
    let mut current: Option<Part> = None;
    let mut text = String::new();
    let mut segments = whole.split(';');
    // Before the first `;` stands what kind of movement it is, unless a label is there at once.
    let head = segments.next().unwrap_or_default();
    let (description, rest) = LABELS
        .iter()
        .filter_map(|label| head.find(label.text))
        .min()
        .map_or((head, ""), |at| head.split_at_checked(at).unwrap_or((head, "")));
    details.description = some(one_spaced(description.trim_start_matches(|c: char| c.is_ascii_digit())));
    for segment in std::iter::once(rest).chain(segments) {
        let begun =
            LABELS.iter().find_map(|label| Some((label, segment.trim_start().strip_prefix(label.text)?)));
        match begun {
            Some((label, rest)) => {
                found.extend(current.map(|part| (part, std::mem::take(&mut text))));
                current = label.part;
                rest.clone_into(&mut text);
            }
            // A semicolon within a title.
            None => {
                text.push(';');
                text.push_str(segment);
            }
        }
    }
    found.extend(current.map(|part| (part, text)));
    let first = |wanted: Part| {
        let own = found.iter().find(|(part, _)| *part == wanted);
        own.map(|(_, text)| one_spaced(text)).and_then(some)
    };
    // Account and payer stand before all that payers write, the bank's number behind it.
    let before = |wanted: Part| {
        let written = found.iter().position(|(part, _)| matches!(part, Part::Name | Part::Title));
        let head = found.get(..written.unwrap_or(found.len())).unwrap_or_default();
        head.iter().find(|(part, _)| *part == wanted).map(|(_, text)| one_spaced(text)).and_then(some)
    };
    details.mass_payment_id = before(Part::Payer).map(|id| id.replace(' ', ""));
    details.counterparty = Counterparty {
        name: first(Part::Name),
        account: before(Part::Account).as_deref().and_then(Account::read),
    };
    details.title = first(Part::Title).or_else(|| details.description.clone()).unwrap_or_default();
    details.customer_reference = first(Part::Reference);
    let last = found.iter().rfind(|(part, _)| *part == Part::Unique);
    let number: Option<String> = last.map(|(_, text)| text.chars().filter(|c| !c.is_whitespace()).collect());
    let shaped = |number: &String| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    details.unique = number.filter(|number| !number.is_empty() && number.len() <= 40 && shaped(number));
    details
}

#[cfg(test)]
mod tests {
    use super::*;

    const NRB: &str = "93999999991234000000012345";

    #[test]
    fn the_style_of_pko() {
        let lines = [
            "020~00152",
            "~20PODATEK OD NIERUCHOMOSCI NP",
            "~21/2026/000123/R2",
            "~22",
            "~30999999991234",
            "~31",
            "~32Anna Zmyślona",
            "~33ul. Nijaka 1",
            "~38PL93999999991234000000012345",
            "~60260316",
            "~636460500500000513",
        ];
        let details = read(&lines);
        assert_eq!(details.title, "PODATEK OD NIERUCHOMOSCI NP/2026/000123/R2");
        assert_eq!(details.counterparty.name.as_deref(), Some("Anna Zmyślona ul. Nijaka 1"));
        assert_eq!(details.counterparty.account.unwrap().nrb.unwrap().as_str(), NRB);
        assert_eq!(details.customer_reference.as_deref(), Some("6460500500000513"));
        assert_eq!(details.description.as_deref(), Some("152"));
    }

    #[test]
    fn a_bank_and_an_account_without_check_digits_make_a_number() {
        let details = read(&["944^00PRZELEW^20CZYNSZ^3099999999^311234000000012345^32Jan Zmyślony"]);
        assert_eq!(details.counterparty.account.unwrap().nrb.unwrap().as_str(), NRB);
        assert_eq!(details.title, "CZYNSZ");
    }

    #[test]
    fn the_style_with_the_account_in_29() {
        for separator in ['<', '~'] {
            let line = format!("835<00PRZELEW<20woda<27JAN ZMYŚLONY<28UL. NIJAKA 1<29{NRB}")
                .replace('<', &separator.to_string());
            let details = read(&[&line]);
            assert_eq!(details.counterparty.account.unwrap().nrb.unwrap().as_str(), NRB);
            assert_eq!(details.counterparty.name.as_deref(), Some("JAN ZMYŚLONY UL. NIJAKA 1"));
            assert_eq!(details.title, "woda");
        }
    }

    #[test]
    fn the_german_style_broken_anywhere() {
        let lines = [
            "051?00Bank Transfer Credit?10930226?20QQW53T2245ZGY46J ABBUCH",
            "UNG?21VOM PAYPAL-KONTO?22czy 5?7 to liczba?3050070010?310175526300",
            "?32PAYPAL?34000",
        ];
        let details = read(&lines);
        assert_eq!(details.title, "QQW53T2245ZGY46J ABBUCHUNG VOM PAYPAL-KONTO czy 5?7 to liczba");
        assert_eq!(details.counterparty.name.as_deref(), Some("PAYPAL"));
        assert_eq!(details.counterparty.account.unwrap().text, "0175526300");
    }

    #[test]
    fn a_payer_cannot_write_an_account() {
        let details =
            read(&["020~00152~20xx~38PL93999999991234000000012345~32Jan~38PL14999999990000000000000001"]);
        assert_eq!(details.counterparty.account, None);
        let details = read(&[
            "770 PRZELEW KRAJOWY; Z RACH.: 93999999991234000000012345; OD: ANNA ZMYŚLONA; TYT.: a; ID IPH: XX1; ",
            "Z RACH.: 14999999990000000000000001; TNR: 1.1; b; TNR: 179171073864111.010001",
        ]);
        assert_eq!(details.counterparty.account.unwrap().nrb.unwrap().as_str(), NRB);
        assert_eq!(details.mass_payment_id, None);
        assert_eq!(details.unique.as_deref(), Some("179171073864111.010001"));
    }

    #[test]
    fn the_style_of_mbank() {
        let details = read(&[
            "911 TRANSAKCJA COLLECT; ID IPH: XX000000000001; Z RACH.: ",
            "93999999991234000000012345; OD: JAN ZMYŚLONY  ",
            "UL. NIJAKA 1 M 2 31-234 KRAKÓW; TYT.: woda; i ścieki   ; ",
            "TNR: ",
            "179171073864111.010001",
        ]);
        assert_eq!(details.description.as_deref(), Some("TRANSAKCJA COLLECT"));
        assert_eq!(details.mass_payment_id.as_deref(), Some("XX000000000001"));
        assert_eq!(details.counterparty.name.as_deref(), Some("JAN ZMYŚLONY UL. NIJAKA 1 M 2 31-234 KRAKÓW"));
        assert_eq!(details.title, "woda; i ścieki");
        assert_eq!(details.unique.as_deref(), Some("179171073864111.010001"));
    }

    #[test]
    fn other_text_is_all_title() {
        let details = read(&["500+20 wsparcie", "dla Anny"]);
        assert_eq!(details, Details { title: "500+20 wsparcie dla Anny".to_owned(), ..Details::default() });
        assert_eq!(read(&[]), Details::default());
    }
}

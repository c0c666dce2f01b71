//! MT940 and MT942, as Polish banks write them.
//!
//! A message begins with `:20:` and ends with `-`; fields begin with `:tag:` at the beginning of a line, and lines without
//! one go on with the field before. Around it may stand 0x01 and 0x03 (mBank) or the blocks of SWIFT (`{1:…}{4:` … `-}`).
//! Source: SWIFT's category 9 messages as the files of banks show them.

use super::values::{amount, shown, swift_date, swift_day};
use super::{
    Account, Balance, Currency, Entry, Format, Limits, Options, Page, Part, Place, Problem, Refusal,
    Statement, Total, UNIQUE, details,
};

const SWIFT_AMOUNT: &str = "digits, a comma and at most two digits, as 1234,56";
const ENTRY_FORM: &str =
    "YYMMDD, perhaps MMDD, C, D, RC or RD, perhaps a letter, an amount, N and three characters, a reference";
const BALANCE_FORM: &str = "C or D, YYMMDD, three letters of a currency, an amount";
/// Fields that a message may have. Others that look like one are text: a payer may begin a line with `:12:`.
const TAGS: [&str; 19] = [
    "20", "21", "25", "28", "28C", "60F", "60M", "61", "86", "62F", "62M", "64", "65", "34F", "13", "13D",
    "90D", "90C", "NS",
];

/// Whether a text holds a message.
pub(super) fn looks_like_it(text: &str) -> bool {
    text.lines().take(200).any(|line| tag(line.trim_start()).is_some())
}

/// The tag of a field and what follows it.
fn tag(line: &str) -> Option<(&'static str, &str)> {
    let (name, rest) = line.strip_prefix(':')?.split_once(':')?;
    TAGS.iter().find(|tag| **tag == name).map(|tag| (*tag, rest))
}

/// A field with all its lines.
struct Field<'a> {
    tag: &'static str,
    line: u64,
    lines: Vec<&'a str>,
}

impl<'a> Field<'a> {
    fn first(&self) -> &'a str {
        self.lines.first().copied().unwrap_or_default().trim_end()
    }
}

/// Reads all messages of a text.
pub(super) fn read(file: &str, text: &str, options: &Options<'_>) -> Result<Vec<Part>, Refusal> {
    let limits = &options.limits;
    let unified;
    let text = if text.contains('\n') {
        text
    } else {
        unified = text.replace('\r', "\n");
        unified.as_str()
    };
    let mut reader = Reader {
        file,
        take_unproven: options.take_unproven,
        limits,
        parts: Vec::new(),
        message: None,
        entries: 0,
    };
    let mut field: Option<Field<'_>> = None;
    // A lone `-` ends a message, unless text follows that cannot stand between messages.
    let mut dash: Option<&str> = None;
    let mut characters = 0_usize;
    let mut number = 0_u64;
    for line in text.split('\n').map(|line| line.trim_end_matches('\r')) {
        number += 1;
        if number > limits.lines as u64 {
            return Err((Place::File, Problem::TooMuch { what: "lines", limit: limits.lines }));
        }
        let begun = tag(line);
        let wrapper = ["{1:", "{2:", "{3:", "{4:", "{5:"].iter().any(|block| line.starts_with(block));
        if let Some(held) = dash.filter(|_| !line.trim().is_empty()) {
            let ends = wrapper || begun.is_some() || line.trim() == "-";
            if ends {
                reader.take(field.take())?;
                reader.end(number)?;
            } else if let Some(field) = &mut field {
                field.lines.push(held);
            }
            dash = None;
        }
        match begun {
            Some((tag, rest)) => {
                reader.take(field.take())?;
                characters = rest.len();
                field = Some(Field { tag, line: number, lines: vec![rest] });
            }
            None if line.starts_with("-}") || wrapper => {
                reader.take(field.take())?;
                reader.end(number)?;
            }
            None if line.trim() == "-" => dash = Some(line),
            None => {
                characters = characters.saturating_add(line.len());
                // What stands before the first field is the bank's own; blank lines say nothing.
                if let Some(field) = field.as_mut().filter(|_| !line.trim().is_empty()) {
                    field.lines.push(line);
                }
            }
        }
        if characters.max(line.len()) > limits.text.saturating_mul(4) {
            let problem =
                Problem::TooMuch { what: "bytes in one field", limit: limits.text.saturating_mul(4) };
            return Err((Place::Line(number), problem));
        }
    }
    reader.take(field)?;
    reader.end(number)?;
    if reader.parts.is_empty() {
        return Err((Place::File, Problem::MissingField { field: ":20:" }));
    }
    Ok(reader.parts)
}

struct Reader<'a> {
    file: &'a str,
    take_unproven: bool,
    limits: &'a Limits,
    parts: Vec<Part>,
    message: Option<Message>,
    entries: usize,
}

/// A message that is being read.
struct Message {
    line: u64,
    reference: String,
    account: Option<Account>,
    number: Option<u64>,
    page: Page,
    currency: Option<Currency>,
    opening: Option<Balance>,
    closing: Option<Balance>,
    within_a_day: bool,
    entries: Vec<Entry>,
    /// Whether a description may follow that belongs to the last entry.
    describes_entry: bool,
}

impl Reader<'_> {
    /// Takes a field that is whole.
    fn take(&mut self, field: Option<Field<'_>>) -> Result<(), Refusal> {
        let Some(field) = field else { return Ok(()) };
        if field.tag == "20" {
            self.end(field.line)?;
            self.message = Some(Message::new(&field));
            return Ok(());
        }
        let limit = self.limits.entries;
        let Some(message) = &mut self.message else {
            let found = format!(":{}:", field.tag);
            return Err((Place::Line(field.line), Problem::UnexpectedField { found, expected: ":20:" }));
        };
        if field.tag == "61" {
            self.entries += 1;
            if self.entries > limit {
                return Err((Place::Line(field.line), Problem::TooMuch { what: "entries", limit }));
            }
        }
        message.take(&field).map_err(|problem| (Place::Line(field.line), problem))
    }

    /// Ends the message that is being read, if there is one.
    fn end(&mut self, line: u64) -> Result<(), Refusal> {
        if let Some(message) = self.message.take() {
            let part = message
                .whole(self.file, self.take_unproven)
                .map_err(|problem| (Place::Line(line), problem))?;
            self.parts.push(part);
        }
        Ok(())
    }
}

impl Message {
    fn new(field: &Field<'_>) -> Self {
        Self {
            line: field.line,
            reference: field.first().trim().to_owned(),
            account: None,
            number: None,
            page: Page::default(),
            currency: None,
            opening: None,
            closing: None,
            within_a_day: false,
            entries: Vec::new(),
            describes_entry: false,
        }
    }

    fn take(&mut self, field: &Field<'_>) -> Result<(), Problem> {
        let described = std::mem::take(&mut self.describes_entry);
        match field.tag {
            "25" => {
                once(self.account.is_none(), field, ":61:, :60F: or :62F:")?;
                self.account = Account::read(&field.lines.concat());
            }
            "28" | "28C" => self.take_number(field.first())?,
            "60F" | "60M" => {
                once(self.opening.is_none() && self.entries.is_empty(), field, ":61: or :62F:")?;
                let (balance, currency) = balance(field.first())?;
                self.opening = Some(balance);
                self.currency = Some(currency);
                self.page.opens_in_the_middle = field.tag == "60M";
            }
            "62F" | "62M" => {
                once(self.opening.is_some() && self.closing.is_none(), field, ":20:, :25: or :60F:")?;
                let (balance, currency) = balance(field.first())?;
                self.same_currency(currency)?;
                self.closing = Some(balance);
                self.page.closes_in_the_middle = field.tag == "62M";
                self.page.more_to_come = field.tag == "62M";
            }
            "34F" => {
                let expected = "three letters of a currency, perhaps C or D, an amount";
                let found = field.first();
                let currency = found.get(..3).and_then(Currency::parse);
                let bad = || Problem::BadField { field: ":34F:", found: shown(found), expected };
                self.currency.get_or_insert(currency.ok_or_else(bad)?);
                self.within_a_day = true;
            }
            "13" | "13D" => self.within_a_day = true,
            "90D" => self.page.debits = Some(self.total(":90D:", field)?),
            "90C" => self.page.credits = Some(self.total(":90C:", field)?),
            "61" => {
                let currency = self.currency.filter(|_| self.closing.is_none());
                let currency = currency.ok_or(Problem::UnexpectedField {
                    found: ":61:".to_owned(),
                    expected: if self.closing.is_some() {
                        ":64:, :86: or the end"
                    } else {
                        ":60F: before it"
                    },
                })?;
                self.entries.push(entry(field, currency)?);
                self.describes_entry = true;
            }
            "86" => {
                if let Some(entry) = self.entries.last_mut().filter(|_| described) {
                    describe(entry, &field.lines);
                }
            }
            // Available balances, related references and what banks tell beside are no money.
            _ => {}
        }
        Ok(())
    }

    /// `5/1`, `00027/00001`, `0`: the number of the statement, and its page.
    fn take_number(&mut self, text: &str) -> Result<(), Problem> {
        let bad = || Problem::BadField {
            field: ":28C:",
            found: shown(text),
            expected: "a number, perhaps / and a page",
        };
        let (number, page) =
            text.trim().split_once('/').map_or((text.trim(), None), |(number, page)| (number, Some(page)));
        let digits = |text: &str| -> Result<u64, Problem> { text.trim().parse().map_err(|_| bad()) };
        // Banks that do not count write zero.
        self.number = Some(digits(number)?).filter(|number| *number > 0);
        self.page.number = page.map(digits).transpose()?.filter(|page| *page > 0);
        Ok(())
    }

    fn total(&self, name: &'static str, field: &Field<'_>) -> Result<Total, Problem> {
        let text = field.first();
        let bad = || Problem::BadField {
            field: name,
            found: shown(text),
            expected: "a number of entries, three letters of a currency, an amount",
        };
        let at = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(bad)?;
        let (count, rest) = text.split_at_checked(at).ok_or_else(bad)?;
        let (currency, sum) = rest.split_at_checked(3).ok_or_else(bad)?;
        self.same_currency(Currency::parse(currency).ok_or_else(bad)?)?;
        let count = count.parse().map_err(|_| bad())?;
        Ok(Total { count, sum: amount(sum, &[',', '.'], SWIFT_AMOUNT)?, line: field.line })
    }

    fn same_currency(&self, found: Currency) -> Result<(), Problem> {
        match self.currency {
            Some(expected) if expected != found => Err(Problem::OtherCurrency { found, expected }),
            _ => Ok(()),
        }
    }

    fn whole(self, file: &str, take_unproven: bool) -> Result<Part, Problem> {
        let missing = |field| Problem::MissingField { field };
        let account = self.account.ok_or(missing(":25:"))?;
        let currency = self.currency.ok_or(missing(":60F:"))?;
        let format = if self.within_a_day && self.opening.is_none() { Format::Mt942 } else { Format::Mt940 };
        if format == Format::Mt940 {
            self.opening.ok_or(missing(":60F:"))?;
            if self.closing.is_none() && !take_unproven {
                return Err(missing(":62F:"));
            }
        }
        let statement = Statement {
            file: file.to_owned(),
            line: self.line,
            format,
            account: Some(account),
            reference: Some(self.reference).filter(|reference| !reference.is_empty()),
            number: self.number,
            sequence: self.number.filter(|_| format == Format::Mt940),
            currency,
            opening: self.opening,
            closing: self.closing,
            left_out: 0,
            entries: self.entries,
        };
        Ok(Part { statement, page: self.page })
    }
}

fn once(allowed: bool, field: &Field<'_>, expected: &'static str) -> Result<(), Problem> {
    if allowed {
        Ok(())
    } else {
        Err(Problem::UnexpectedField { found: format!(":{}:", field.tag), expected })
    }
}

/// `C100318EUR380115,12`.
fn balance(text: &str) -> Result<(Balance, Currency), Problem> {
    let bad = || Problem::BadField { field: "the balance", found: shown(text), expected: BALANCE_FORM };
    let (mark, rest) = text.trim().split_at_checked(1).ok_or_else(bad)?;
    let (day, rest) = rest.split_at_checked(6).ok_or_else(bad)?;
    let (currency, number) = rest.split_at_checked(3).ok_or_else(bad)?;
    let currency = Currency::parse(currency).ok_or_else(bad)?;
    let size = amount(number, &[',', '.'], SWIFT_AMOUNT)?;
    let amount_grosze = match mark {
        "C" => size,
        "D" => -size,
        _ => return Err(bad()),
    };
    Ok((Balance { amount_grosze, on: swift_date(day)? }, currency))
}

/// `1701190119CN0,01NTRFNONREF//MB170119012058` and perhaps a line in the bank's words.
fn entry(field: &Field<'_>, currency: Currency) -> Result<Entry, Problem> {
    let text = field.first();
    let bad = || Problem::BadField { field: ":61:", found: shown(text), expected: ENTRY_FORM };
    let (day, rest) = text.split_at_checked(6).ok_or_else(bad)?;
    let value_on = swift_date(day)?;
    let (booked_on, rest) = match rest.split_at_checked(4) {
        Some((day, rest)) if day.bytes().all(|byte| byte.is_ascii_digit()) => {
            (swift_day(day, value_on)?, rest)
        }
        _ => (value_on, rest),
    };
    let (reversal, rest) = rest.strip_prefix('R').map_or((false, rest), |rest| (true, rest));
    let (mark, rest) = rest.split_at_checked(1).ok_or_else(bad)?;
    let comes = match mark {
        "C" => !reversal,
        "D" => reversal,
        _ => return Err(bad()),
    };
    // The third letter of the currency.
    let rest = rest.strip_prefix(|c: char| c.is_ascii_uppercase()).unwrap_or(rest);
    let at = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).ok_or_else(bad)?;
    let (number, rest) = rest.split_at_checked(at).ok_or_else(bad)?;
    let size = amount(number, &[',', '.'], SWIFT_AMOUNT)?;
    let (kind, references) = rest.split_at_checked(4).ok_or_else(bad)?;
    if !kind.starts_with(['N', 'F', 'S']) || !kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(bad());
    }
    let (theirs, banks) = references.split_once("//").unwrap_or((references, ""));
    let named = |text: &str| {
        Some(text.trim()).filter(|text| !text.is_empty() && *text != "NONREF").map(str::to_owned)
    };
    let beside: Vec<&str> = field.lines.iter().skip(1).map(|line| line.trim()).collect();
    let beside = beside.join(" ");
    Ok(Entry {
        line: field.line,
        booked_on,
        value_on,
        amount_grosze: if comes { size } else { -size },
        currency,
        reversal,
        bank_reference: named(banks),
        customer_reference: named(theirs),
        title: beside.clone(),
        description: Some(beside).filter(|beside| !beside.is_empty()),
        counterparty: super::Counterparty::default(),
        paid_to: None,
        mass_payment_id: None,
        raw: field.lines.iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n"),
        key: String::new(),
        named: false,
    })
}

fn describe(entry: &mut Entry, lines: &[&str]) {
    let found = details::read(lines);
    entry.counterparty = found.counterparty;
    entry.mass_payment_id = found.mass_payment_id;
    if entry.description.is_none() {
        entry.description = found.description;
    }
    if entry.customer_reference.is_none() {
        entry.customer_reference = found.customer_reference;
    }
    if !found.title.is_empty() {
        entry.title = found.title;
    }
    if let Some(unique) = found.unique {
        entry.key = format!("{UNIQUE}{unique}");
    }
    for line in lines {
        entry.raw.push('\n');
        entry.raw.push_str(line.trim_end());
    }
}

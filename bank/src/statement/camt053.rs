//! camt.053 (ISO 20022, bank to customer statement), versions .02 to .13.
//!
//! Elements are known by their local names, the version by the end of the namespace; both the forms of .02 and those of
//! .08 are taken: status as text or as `Cd`, parties with or without `Pty`, amounts of payments within `AmtDtls` or
//! directly. Only entries with status `BOOK` are money. A document type is refused, so there are no entities but XML's
//! own.

use chrono::NaiveDate;
use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::values::{amount, shown};
use super::{
    Account, Balance, Counterparty, Currency, Entry, Format, Limits, Page, Part, Place, Problem, Refusal,
    Statement,
};

const NAMESPACE: &str = "camt.053.001.";
const AMOUNT: &str = "digits, a point and at most two digits, as 1234.56";
/// Bytes of what an entry tells that are kept as its raw text.
const RAW_MAX: usize = 8_000;

/// Whether bytes begin like XML.
pub(super) fn looks_like_it(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'<')
}

/// Reads all statements of a document.
pub(super) fn read(file: &str, text: &str, limits: &Limits) -> Result<Vec<Part>, Refusal> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document::new(file, limits);
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    loop {
        let before = reader.buffer_position();
        let event = reader.read_event();
        let at = if event.is_ok() { before } else { reader.error_position() };
        document.line = lines.line_of(at);
        let xml = |why: String| Problem::BadXml { why };
        let done = match event {
            Ok(Event::Start(tag)) => document.begin(&tag),
            Ok(Event::End(_)) => document.end(),
            Ok(Event::Text(text)) => document.text(&text.xml10_content()),
            Ok(Event::CData(text)) => document.text(&text.xml10_content()),
            Ok(Event::GeneralRef(reference)) => match referred(&reference) {
                Some(text) => document.text(&text),
                None => Err(xml(format!("the entity &{}; is not known", shown(&reference)))),
            },
            Ok(Event::DocType(_)) => Err(Problem::Doctype),
            Ok(Event::Eof) => break,
            Ok(_) => Ok(()),
            Err(error) => Err(xml(error.to_string())),
        };
        done.map_err(|problem| (document.place(), problem))?;
    }
    if !document.path.is_empty() {
        return Err((document.place(), Problem::BadXml { why: "the file ends in the middle".to_owned() }));
    }
    if document.parts.is_empty() {
        return Err((Place::File, Problem::MissingField { field: "Stmt" }));
    }
    Ok(document.parts)
}

/// Text of `&name;` or `&#number;`.
fn referred(name: &str) -> Option<String> {
    if let Some(known) = resolve_predefined_entity(name) {
        return Some(known.to_owned());
    }
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    code.ok().and_then(char::from_u32).filter(|c| !c.is_control() || c.is_whitespace()).map(String::from)
}

/// Counts lines as the reader goes on.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    fn line_of(&mut self, position: u64) -> u64 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        if let Some(passed) = self.text.get(self.at..position) {
            self.line += passed.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.at = position;
        }
        self.line
    }
}

/// What is open, and what was read so far.
struct Document<'a> {
    file: &'a str,
    limits: &'a Limits,
    line: u64,
    /// Local names of the open elements below the statement's root, with `/` between them.
    path: String,
    /// Where the names begin in `path`.
    starts: Vec<usize>,
    value: String,
    currency: Option<String>,
    group: Page,
    statement: Option<Stmt>,
    parts: Vec<Part>,
    entries: usize,
}

/// Where the parts of a statement lie.
const STATEMENT: &str = "Document/BkToCstmrStmt/Stmt";

#[derive(Default)]
struct Stmt {
    line: u64,
    id: String,
    electronic_number: Option<u64>,
    legal_number: Option<u64>,
    account: Option<Account>,
    currency: Option<Currency>,
    page: Page,
    balance: Bal,
    balances: Vec<Bal>,
    ntry: Ntry,
    left_out: u64,
    entries: Vec<Entry>,
}

/// `Bal`.
#[derive(Debug, Clone, Default)]
struct Bal {
    code: String,
    sub_type: String,
    amount: Option<(i64, Currency)>,
    credit: Option<bool>,
    on: Option<NaiveDate>,
}

/// `Ntry`.
#[derive(Debug, Default)]
struct Ntry {
    line: u64,
    amount: Option<(i64, Currency)>,
    credit: Option<bool>,
    reversal: bool,
    status: String,
    booked_on: Option<NaiveDate>,
    value_on: Option<NaiveDate>,
    reference: String,
    bank_reference: String,
    further: String,
    payments: Vec<TxDtls>,
    payment: TxDtls,
    raw: String,
}

/// `TxDtls`: one payment of an entry.
#[derive(Debug, Default)]
struct TxDtls {
    line: u64,
    own_amount: Option<(i64, Currency)>,
    booked_amount: Option<(i64, Currency)>,
    credit: Option<bool>,
    bank_reference: String,
    id: String,
    end_to_end: String,
    debtor: Counterparty,
    creditor: Counterparty,
    remittance: Vec<String>,
    structured: Vec<String>,
    further: String,
    raw: String,
}

impl<'a> Document<'a> {
    fn new(file: &'a str, limits: &'a Limits) -> Self {
        Self {
            file,
            limits,
            line: 1,
            path: String::new(),
            starts: Vec::new(),
            value: String::new(),
            currency: None,
            group: Page::default(),
            statement: None,
            parts: Vec::new(),
            entries: 0,
        }
    }

    fn place(&self) -> Place {
        Place::Element { line: self.line, path: self.path.chars().take(200).collect() }
    }

    fn begin(&mut self, tag: &BytesStart<'_>) -> Result<(), Problem> {
        if self.starts.len() >= self.limits.depth {
            return Err(Problem::TooMuch { what: "elements within each other", limit: self.limits.depth });
        }
        let whole: &str = tag.name().0;
        let (prefix, name) = whole.split_once(':').unwrap_or(("", whole));
        if name.len() > 100 {
            return Err(Problem::BadXml { why: "the name of an element is too long".to_owned() });
        }
        if self.starts.is_empty() {
            known_version(tag, prefix, name)?;
        }
        self.starts.push(self.path.len());
        if !self.path.is_empty() {
            self.path.push('/');
        }
        self.path.push_str(name);
        self.value.clear();
        self.currency = match name {
            "Amt" => attribute(tag, "Ccy")?,
            _ => None,
        };
        let line = self.line;
        let limit = self.limits.entries;
        let Some(inner) = self.path.strip_prefix(STATEMENT) else { return Ok(()) };
        match (inner, &mut self.statement) {
            ("", _) => self.statement = Some(Stmt { line, ..Stmt::default() }),
            ("/Bal", Some(statement)) => statement.balance = Bal::default(),
            ("/Ntry", Some(statement)) => statement.ntry = Ntry { line, ..Ntry::default() },
            ("/Ntry/NtryDtls/TxDtls", Some(statement)) => {
                self.entries += 1;
                if self.entries > limit {
                    return Err(Problem::TooMuch { what: "entries", limit });
                }
                statement.ntry.payment = TxDtls { line, ..TxDtls::default() };
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), Problem> {
        if self.starts.is_empty() {
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(Problem::BadXml { why: "text outside of the document".to_owned() })
            };
        }
        if self.value.len() + text.len() > self.limits.text {
            return Err(Problem::TooMuch { what: "bytes in one element", limit: self.limits.text });
        }
        self.value.push_str(text);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Problem> {
        let value = std::mem::take(&mut self.value);
        let value = value.trim();
        let currency = self.currency.take();
        if let Some(inner) = self.path.strip_prefix(STATEMENT) {
            if inner.is_empty() {
                if let Some(statement) = self.statement.take() {
                    self.parts.push(statement.whole(self.file, &self.group)?);
                }
            } else if let Some(statement) = &mut self.statement {
                let inner = inner.strip_prefix('/').unwrap_or(inner);
                if let Some(inner) = inner.strip_prefix("Bal/") {
                    statement.balance.take(inner, value, currency.as_deref())?;
                } else if let Some(inner) = inner.strip_prefix("Ntry/") {
                    statement.ntry.take(inner, value, currency.as_deref())?;
                } else {
                    statement.take(inner, value)?;
                }
                if inner == "Ntry" {
                    let ntry = std::mem::take(&mut statement.ntry);
                    if ntry.payments.is_empty() {
                        self.entries += 1;
                    }
                    if self.entries > self.limits.entries {
                        return Err(Problem::TooMuch { what: "entries", limit: self.limits.entries });
                    }
                    if ntry.status == "BOOK" {
                        ntry.book(&mut statement.entries)?;
                    } else if matches!(ntry.status.as_str(), "PDNG" | "INFO" | "FUTR") {
                        statement.left_out += 1;
                    } else {
                        let found = ntry.status;
                        return Err(Problem::BadField {
                            field: "Sts",
                            found,
                            expected: "BOOK, PDNG, INFO or FUTR",
                        });
                    }
                }
            }
        } else {
            match self.path.as_str() {
                "Document/BkToCstmrStmt/GrpHdr/MsgPgntn/PgNb" => {
                    self.group.number = Some(whole_number("PgNb", value)?)
                }
                "Document/BkToCstmrStmt/GrpHdr/MsgPgntn/LastPgInd" => {
                    self.group.more_to_come = !truth("LastPgInd", value)?
                }
                _ => {}
            }
        }
        if let Some(start) = self.starts.pop() {
            self.path.truncate(start);
        }
        Ok(())
    }
}

/// Whether the root is camt.053 in a version that is read.
fn known_version(tag: &BytesStart<'_>, prefix: &str, name: &str) -> Result<(), Problem> {
    let key = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    let mut namespace = String::new();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Problem::BadXml { why: error.to_string() })?;
        let own: &str = attribute.key.0;
        if own == key {
            namespace = attribute.value.to_string();
        }
    }
    let version = namespace.rsplit(':').next().and_then(|last| last.strip_prefix(NAMESPACE));
    let known = version
        .and_then(|version| version.parse::<u8>().ok())
        .is_some_and(|version| (2..=13).contains(&version));
    if known && name == "Document" {
        return Ok(());
    }
    let found = if namespace.is_empty() { name } else { namespace.as_str() };
    Err(Problem::OtherXml { found: found.chars().take(100).collect() })
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, Problem> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| Problem::BadXml { why: error.to_string() })?;
        let key: &str = attribute.key.0;
        if key == wanted {
            return Ok(Some(attribute.value.trim().chars().take(10).collect()));
        }
    }
    Ok(None)
}

fn whole_number(field: &'static str, value: &str) -> Result<u64, Problem> {
    value.parse().map_err(|_| Problem::BadField { field, found: shown(value), expected: "a whole number" })
}

fn truth(field: &'static str, value: &str) -> Result<bool, Problem> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Problem::BadField { field, found: shown(value), expected: "true or false" }),
    }
}

fn indicator(value: &str) -> Result<bool, Problem> {
    match value {
        "CRDT" => Ok(true),
        "DBIT" => Ok(false),
        _ => Err(Problem::BadField { field: "CdtDbtInd", found: shown(value), expected: "CRDT or DBIT" }),
    }
}

/// `2026-03-05`, or with a time and an offset behind it, of which the day is taken as it is written.
fn day(value: &str) -> Result<NaiveDate, Problem> {
    let bad = || Problem::BadDate { found: shown(value), expected: "YYYY-MM-DD".to_owned() };
    let (date, rest) = value.split_at_checked(10).ok_or_else(bad)?;
    let shaped = date
        .char_indices()
        .all(|(place, c)| if matches!(place, 4 | 7) { c == '-' } else { c.is_ascii_digit() });
    if !shaped || !(rest.is_empty() || rest.starts_with(['T', 'Z', '+', '-'])) {
        return Err(bad());
    }
    NaiveDate::parse_from_str(date, "%Y-%m-%d").map_err(|_| bad())
}

fn money(value: &str, currency: Option<&str>) -> Result<(i64, Currency), Problem> {
    let named = currency.unwrap_or_default();
    let currency = Currency::parse(named);
    let expected = "three letters of a currency";
    let currency =
        currency.ok_or_else(|| Problem::BadField { field: "Ccy", found: shown(named), expected })?;
    Ok((amount(value, &['.'], AMOUNT)?, currency))
}

/// The first text that is there.
fn first(texts: &[&str]) -> Option<String> {
    texts.iter().find(|text| !text.is_empty()).map(|text| (*text).to_owned())
}

impl Bal {
    fn take(&mut self, inner: &str, value: &str, currency: Option<&str>) -> Result<(), Problem> {
        match inner {
            "Tp/CdOrPrtry/Cd" => value.clone_into(&mut self.code),
            "Tp/SubTp/Cd" => value.clone_into(&mut self.sub_type),
            "Amt" => self.amount = Some(money(value, currency)?),
            "CdtDbtInd" => self.credit = Some(indicator(value)?),
            "Dt/Dt" | "Dt/DtTm" => self.on = Some(day(value)?),
            _ => {}
        }
        Ok(())
    }

    /// Whether it is that of a page only.
    fn is_interim(&self) -> bool {
        self.code == "ITBD" || self.sub_type == "INTM"
    }

    fn whole(&self, currency: Currency) -> Result<Balance, Problem> {
        let missing = |field| Problem::MissingField { field };
        let (size, found) = self.amount.ok_or(missing("Bal/Amt"))?;
        if found != currency {
            return Err(Problem::OtherCurrency { found, expected: currency });
        }
        let credit = self.credit.ok_or(missing("Bal/CdtDbtInd"))?;
        Ok(Balance {
            amount_grosze: if credit { size } else { -size },
            on: self.on.ok_or(missing("Bal/Dt"))?,
        })
    }
}

impl Stmt {
    fn take(&mut self, inner: &str, value: &str) -> Result<(), Problem> {
        match inner {
            "Id" => value.clone_into(&mut self.id),
            "ElctrncSeqNb" => self.electronic_number = Some(whole_number("ElctrncSeqNb", value)?),
            "LglSeqNb" => self.legal_number = Some(whole_number("LglSeqNb", value)?),
            "StmtPgntn/PgNb" => self.page.number = Some(whole_number("PgNb", value)?),
            "StmtPgntn/LastPgInd" => self.page.more_to_come = !truth("LastPgInd", value)?,
            "Acct/Id/IBAN" | "Acct/Id/Othr/Id" => self.account = Account::read(value),
            "Acct/Ccy" => {
                let bad = || Problem::BadField {
                    field: "Ccy",
                    found: shown(value),
                    expected: "three letters of a currency",
                };
                self.currency = Some(Currency::parse(value).ok_or_else(bad)?);
            }
            "Bal" => self.balances.push(std::mem::take(&mut self.balance)),
            _ => {}
        }
        Ok(())
    }

    fn whole(mut self, file: &str, group: &Page) -> Result<Part, Problem> {
        let missing = |field| Problem::MissingField { field };
        let told = self.balances.iter().find_map(|balance| balance.amount).map(|(_, currency)| currency);
        let currency = self.currency.or(told).ok_or(missing("Acct/Ccy"))?;
        let booked = |balance: &&Bal| matches!(balance.code.as_str(), "OPBD" | "PRCD" | "CLBD" | "ITBD");
        let balances: Vec<&Bal> = self.balances.iter().filter(booked).collect();
        let interim = || balances.iter().copied().filter(|balance| balance.code == "ITBD");
        let named = |code: &str| balances.iter().copied().find(|balance| balance.code == code);
        let opening = named("OPBD")
            .or_else(|| named("PRCD"))
            .or_else(|| interim().next())
            .ok_or(missing("Bal OPBD"))?;
        // With one interim balance only, it is the end of the first page or the beginning of the last.
        let left = interim().rfind(|balance| !std::ptr::eq(*balance, opening));
        let closing = named("CLBD").or(left).ok_or(missing("Bal CLBD"))?;
        if self.page.number.is_none() {
            self.page = group.clone();
        }
        self.page.opens_in_the_middle = opening.is_interim();
        self.page.closes_in_the_middle = closing.is_interim();
        if let Some(other) = self.entries.iter().find(|entry| entry.currency != currency) {
            return Err(Problem::OtherCurrency { found: other.currency, expected: currency });
        }
        let statement = Statement {
            file: file.to_owned(),
            line: self.line,
            format: Format::Camt053,
            account: Some(self.account.ok_or(missing("Acct/Id"))?),
            reference: Some(self.id).filter(|id| !id.is_empty()),
            number: self.electronic_number.or(self.legal_number),
            sequence: self.legal_number,
            currency,
            opening: Some(opening.whole(currency)?),
            closing: Some(closing.whole(currency)?),
            left_out: self.left_out,
            entries: self.entries,
        };
        Ok(Part { statement, page: self.page })
    }
}

impl Ntry {
    fn take(&mut self, inner: &str, value: &str, currency: Option<&str>) -> Result<(), Problem> {
        if let Some(inner) = inner.strip_prefix("NtryDtls/TxDtls/") {
            return self.payment.take(inner, value, currency);
        }
        if inner == "NtryDtls/TxDtls" {
            self.payments.push(std::mem::take(&mut self.payment));
            return Ok(());
        }
        match inner {
            "Amt" => self.amount = Some(money(value, currency)?),
            "CdtDbtInd" => self.credit = Some(indicator(value)?),
            "RvslInd" => self.reversal = truth("RvslInd", value)?,
            "Sts" if self.status.is_empty() => value.clone_into(&mut self.status),
            "Sts/Cd" | "Sts/Prtry" => value.clone_into(&mut self.status),
            "BookgDt/Dt" | "BookgDt/DtTm" => self.booked_on = Some(day(value)?),
            "ValDt/Dt" | "ValDt/DtTm" => self.value_on = Some(day(value)?),
            "NtryRef" => value.clone_into(&mut self.reference),
            "AcctSvcrRef" => value.clone_into(&mut self.bank_reference),
            "AddtlNtryInf" => value.clone_into(&mut self.further),
            _ => {}
        }
        tell(&mut self.raw, inner, value);
        Ok(())
    }

    /// Makes entries of it: one for each payment where it says how much each is, else one of all.
    fn book(self, entries: &mut Vec<Entry>) -> Result<(), Problem> {
        let missing = |field| Problem::MissingField { field };
        let (size, currency) = self.amount.ok_or(missing("Ntry/Amt"))?;
        let credit = self.credit.ok_or(missing("Ntry/CdtDbtInd"))?;
        let booked_on = self.booked_on.ok_or(missing("Ntry/BookgDt"))?;
        let whole = Whole {
            line: self.line,
            amount_grosze: if credit { size } else { -size },
            currency,
            credit,
            reversal: self.reversal,
            booked_on,
            value_on: self.value_on.unwrap_or(booked_on),
            reference: first(&[&self.bank_reference, &self.reference]),
            further: self.further,
        };
        // Amounts in other currencies, and those that were ordered rather than booked, prove nothing.
        let size_of = |payment: &TxDtls| {
            let stated = payment.own_amount.or(payment.booked_amount).filter(|(_, own)| *own == currency);
            let comes = payment.credit.unwrap_or(credit);
            stated.map(|(size, _)| if comes { size } else { -size })
        };
        let sizes: Vec<Option<i64>> = self.payments.iter().map(size_of).collect();
        let known: Option<Vec<i64>> = sizes.into_iter().collect();
        let single = self.payments.len() == 1;
        let proves = !single || self.payments.first().is_some_and(|payment| payment.own_amount.is_some());
        if let Some(known) = known.as_ref().filter(|known| !known.is_empty() && proves) {
            let sum: i128 = known.iter().copied().map(i128::from).sum();
            let payments_grosze = i64::try_from(sum).map_err(|_| Problem::SumTooLarge)?;
            if payments_grosze != whole.amount_grosze {
                return Err(Problem::BatchDoesNotAddUp {
                    entry_grosze: whole.amount_grosze,
                    payments_grosze,
                    difference_grosze: whole
                        .amount_grosze
                        .checked_sub(payments_grosze)
                        .ok_or(Problem::SumTooLarge)?,
                });
            }
        }
        match known {
            _ if single => {
                for payment in self.payments {
                    let raw = format!("{}{}", self.raw, payment.raw);
                    entries.push(whole.entry(payment, whole.amount_grosze, raw));
                }
            }
            Some(known) if !known.is_empty() => {
                for (payment, amount_grosze) in self.payments.into_iter().zip(known) {
                    // What the entry says once is not repeated with each payment, of which there may be very many.
                    let raw = payment.raw.clone();
                    entries.push(whole.entry(payment, amount_grosze, raw));
                }
            }
            _ => {
                let titles =
                    self.payments.iter().flat_map(|payment| payment.remittance.iter().map(String::as_str));
                let title = titles.take(20).collect::<Vec<_>>().join(" ");
                let all = TxDtls {
                    remittance: Some(title).filter(|title| !title.is_empty()).into_iter().collect(),
                    ..TxDtls::default()
                };
                entries.push(whole.entry(all, whole.amount_grosze, self.raw));
            }
        }
        Ok(())
    }
}

/// What all payments of an entry have in common.
struct Whole {
    line: u64,
    amount_grosze: i64,
    currency: Currency,
    credit: bool,
    reversal: bool,
    booked_on: NaiveDate,
    value_on: NaiveDate,
    reference: Option<String>,
    further: String,
}

impl Whole {
    fn entry(&self, payment: TxDtls, amount_grosze: i64, raw: String) -> Entry {
        // A payment that is taken back keeps its roles: the debtor is still who had paid.
        let credit = payment.credit.unwrap_or(self.credit) != self.reversal;
        let (counterparty, other) =
            if credit { (payment.debtor, payment.creditor) } else { (payment.creditor, payment.debtor) };
        let remittance = payment.remittance.join(" ");
        let structured = payment.structured.join(" ");
        let title = first(&[&remittance, &structured, &payment.further, &self.further]).unwrap_or_default();
        Entry {
            line: if payment.line > 0 { payment.line } else { self.line },
            booked_on: self.booked_on,
            value_on: self.value_on,
            amount_grosze,
            currency: self.currency,
            reversal: self.reversal,
            bank_reference: first(&[&payment.bank_reference]).or_else(|| self.reference.clone()),
            customer_reference: first(&[&payment.end_to_end, &payment.id])
                .filter(|text| text != "NOTPROVIDED"),
            description: first(&[&self.further, &payment.further]),
            counterparty,
            paid_to: if credit { other.account } else { None },
            mass_payment_id: None,
            title,
            raw,
            key: String::new(),
            named: false,
        }
    }
}

impl TxDtls {
    fn take(&mut self, inner: &str, value: &str, currency: Option<&str>) -> Result<(), Problem> {
        match inner {
            "Amt" => self.own_amount = Some(money(value, currency)?),
            "AmtDtls/TxAmt/Amt" => self.booked_amount = Some(money(value, currency)?),
            "CdtDbtInd" => self.credit = Some(indicator(value)?),
            "Refs/AcctSvcrRef" => value.clone_into(&mut self.bank_reference),
            "Refs/TxId" => value.clone_into(&mut self.id),
            "Refs/EndToEndId" => value.clone_into(&mut self.end_to_end),
            "RltdPties/Dbtr/Nm" | "RltdPties/Dbtr/Pty/Nm" => self.debtor.name = first(&[value]),
            "RltdPties/Cdtr/Nm" | "RltdPties/Cdtr/Pty/Nm" => self.creditor.name = first(&[value]),
            "RltdPties/DbtrAcct/Id/IBAN" | "RltdPties/DbtrAcct/Id/Othr/Id" => {
                self.debtor.account = Account::read(value)
            }
            "RltdPties/CdtrAcct/Id/IBAN" | "RltdPties/CdtrAcct/Id/Othr/Id" => {
                self.creditor.account = Account::read(value)
            }
            "RmtInf/Ustrd" => self.remittance.extend(first(&[value])),
            "RmtInf/Strd/CdtrRefInf/Ref" | "RmtInf/Strd/AddtlRmtInf" => {
                self.structured.extend(first(&[value]))
            }
            "AddtlTxInf" => value.clone_into(&mut self.further),
            _ => {}
        }
        tell(&mut self.raw, inner, value);
        Ok(())
    }
}

/// Adds a value to the raw text of an entry, as a line with its path.
fn tell(raw: &mut String, path: &str, value: &str) {
    if !value.is_empty() && raw.len() + path.len() + value.len() + 3 <= RAW_MAX {
        raw.push_str(path);
        raw.push_str(": ");
        raw.push_str(value);
        raw.push('\n');
    }
}

//! Lists of payments in columns: Elixir-0 and what banks make of it for mass payments.
//!
//! What the columns mean is a [`Profile`], a short text in TOML; the known ones are built in ([`BUILT_IN`]). A list has no
//! balances: whether it is whole is known from the statement of the account that it belongs to.

use chrono::NaiveDate;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::values::{amount, shown};
use super::{
    Account, Counterparty, Currency, Encoding, Entry, Format, Input, Options, Page, Part, Place, Problem,
    Refusal, Statement, Total, UNIQUE, encoding, hex,
};
use crate::Parameters;

/// Most fields of a record.
const FIELDS_MAX: usize = 200;
/// Bytes of a profile.
const PROFILE_MAX: usize = 20_000;

/// The profiles that are built in: name and text.
pub const BUILT_IN: [(&str, &str); 4] = [
    ("elixir-0", include_str!("../../profiles/elixir-0.toml")),
    ("pekao", include_str!("../../profiles/pekao.toml")),
    ("bz-wbk", include_str!("../../profiles/bz-wbk.toml")),
    ("nrb-nrb", include_str!("../../profiles/nrb-nrb.toml")),
];

/// Why a profile is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFault {
    /// There is none of this name.
    #[error("there is no profile {name:?} among those that are built in")]
    Unknown {
        /// The name.
        name: String,
    },
    /// The text is too long.
    #[error("a profile has at most {PROFILE_MAX} bytes")]
    TooLong,
    /// The text is no TOML of a profile.
    #[error("the profile cannot be read: {why}")]
    Toml {
        /// What the reader says, with line and column.
        why: String,
    },
    /// A position below one, or above what is read.
    #[error("position {position} of {field} is not between 1 and {FIELDS_MAX}")]
    Position {
        /// Which field of the payment.
        field: &'static str,
        /// The position.
        position: usize,
    },
    /// The mask lacks year, month or day, or has one twice.
    #[error("the mask of dates {mask:?} must have YYYY or YY, MM and DD, each once")]
    Mask {
        /// The mask.
        mask: String,
    },
    /// The separator cannot be told from a text.
    #[error(
        "separator, quote and line separator must be three different characters that are no letters, digits or line ends"
    )]
    Separators,
    /// The least number of fields is more than the most.
    #[error("a record cannot have at least {least} and at most {most} fields")]
    Counts {
        /// Least.
        least: usize,
        /// Most.
        most: usize,
    },
}

impl ProfileFault {
    /// Stable name of the fault.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown { .. } => "profile-unknown",
            Self::TooLong => "profile-too-long",
            Self::Toml { .. } => "profile-toml",
            Self::Position { .. } => "profile-position",
            Self::Mask { .. } => "profile-mask",
            Self::Separators => "profile-separators",
            Self::Counts { .. } => "profile-counts",
        }
    }

    /// Values for a text of the fault.
    #[must_use]
    pub fn parameters(&self) -> Parameters {
        match self {
            Self::Unknown { name } => vec![("name", name.clone())],
            Self::TooLong | Self::Separators => Vec::new(),
            Self::Toml { why } => vec![("why", why.clone())],
            Self::Position { field, position } => {
                vec![("field", (*field).to_owned()), ("position", position.to_string())]
            }
            Self::Mask { mask } => vec![("mask", mask.clone())],
            Self::Counts { least, most } => vec![("least", least.to_string()), ("most", most.to_string())],
        }
    }
}

/// Unit in which amounts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unit {
    /// Whole grosze.
    Grosze,
    /// Złoty with a comma or a point before the grosze.
    Zloty,
}

/// What tells an entry from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Distinct {
    /// The bank's reference.
    Reference,
    /// Its line in this very file: two equal payments on one day are legal.
    Line,
}

/// Records by which a list knows what is a payment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// Position of the field that says it.
    field: usize,
    /// What stands there in a payment.
    payment: Vec<String>,
    /// What stands there in records that are left out and counted, as headings and sums; `*` is all that is no payment.
    #[serde(default)]
    leave_out: Vec<String>,
}

/// Where the identifier of the payer stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Identifier {
    field: usize,
    /// Only so many characters at its end.
    last: Option<usize>,
}

/// Positions of the fields of a payment, counted from one.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    date: usize,
    amount: usize,
    sender_account: Option<usize>,
    sender_name: Option<usize>,
    recipient_account: Option<usize>,
    reference: Option<usize>,
    /// Their texts are joined.
    #[serde(default)]
    title: Vec<usize>,
    identifier: Option<Identifier>,
}

/// The record that says how many payments there are and what they make; it must be there once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    /// Position of the field by which it is known.
    field: usize,
    /// What stands there.
    value: String,
    /// Position of the number of payments.
    count: usize,
    /// Position of their sum, in the unit of amounts.
    sum: usize,
}

/// What the columns of a list mean.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    name: String,
    separator: char,
    /// Around texts, where it stands.
    quote: Option<char>,
    /// Between the lines of a text.
    text_lines: Option<char>,
    /// Without it, it is found out.
    encoding: Option<Encoding>,
    #[serde(default)]
    skip_lines: usize,
    least_fields: usize,
    most_fields: usize,
    date_mask: String,
    amount_unit: Unit,
    duplicate_key: Distinct,
    #[serde(default)]
    kinds: Vec<Kind>,
    control: Option<Control>,
    fields: Fields,
}

impl Profile {
    /// One of the [`BUILT_IN`] profiles.
    ///
    /// # Errors
    /// When there is none of this name.
    pub fn built_in(name: &str) -> Result<Self, ProfileFault> {
        let text = BUILT_IN.iter().find(|(own, _)| *own == name).map(|(_, text)| *text);
        Self::from_toml(text.ok_or_else(|| ProfileFault::Unknown { name: shown(name) })?)
    }

    /// Reads a profile.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_toml(text: &str) -> Result<Self, ProfileFault> {
        if text.len() > PROFILE_MAX {
            return Err(ProfileFault::TooLong);
        }
        let profile: Self = toml::from_str(text)
            .map_err(|error| ProfileFault::Toml { why: error.to_string().trim().to_owned() })?;
        profile.check()?;
        Ok(profile)
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn check(&self) -> Result<(), ProfileFault> {
        let fields = &self.fields;
        let optional = [
            ("sender_account", fields.sender_account),
            ("sender_name", fields.sender_name),
            ("recipient_account", fields.recipient_account),
            ("reference", fields.reference),
            ("identifier", fields.identifier.as_ref().map(|identifier| identifier.field)),
        ];
        let given = optional.into_iter().filter_map(|(name, position)| Some((name, position?)));
        let all = given
            .chain([("date", fields.date), ("amount", fields.amount)])
            .chain(fields.title.iter().map(|position| ("title", *position)))
            .chain(self.kinds.iter().map(|kind| ("kinds", kind.field)))
            .chain(
                self.control
                    .iter()
                    .flat_map(|own| [("control", own.field), ("control", own.count), ("control", own.sum)]),
            );
        for (field, position) in all {
            if !(1..=FIELDS_MAX).contains(&position) {
                return Err(ProfileFault::Position { field, position });
            }
        }
        let (least, most) = (self.least_fields, self.most_fields);
        if least > most || most > FIELDS_MAX {
            return Err(ProfileFault::Counts { least, most });
        }
        let mask = self.date_mask.as_str();
        let years = mask.matches('Y').count();
        let contiguous = mask.contains("YYYY") || years == 2 && mask.contains("YY");
        let one = |part: &str, letter: char| mask.matches(letter).count() == 2 && mask.contains(part);
        if !matches!(years, 2 | 4) || !contiguous || !one("MM", 'M') || !one("DD", 'D') || mask.len() > 20 {
            return Err(ProfileFault::Mask { mask: shown(mask) });
        }
        let mut signs: Vec<char> =
            [Some(self.separator), self.quote, self.text_lines].into_iter().flatten().collect();
        let usable = signs.iter().all(|c| !c.is_alphanumeric() && !matches!(c, '\n' | '\r'));
        let count = signs.len();
        signs.sort_unstable();
        signs.dedup();
        if !usable || signs.len() != count { Err(ProfileFault::Separators) } else { Ok(()) }
    }

    /// The fields of a record. A quote ends a text only before a separator or at the end, since banks do not double
    /// those within names.
    fn split<'a>(&self, line: &'a str) -> Vec<std::borrow::Cow<'a, str>> {
        let mut fields = Vec::new();
        let mut rest = line;
        loop {
            let quoted =
                self.quote.and_then(|quote| Some((quote, rest.trim_start_matches(' ').strip_prefix(quote)?)));
            let (field, after) = match quoted {
                Some((quote, inside)) => {
                    let end = inside.match_indices(quote).find(|(at, _)| {
                        let after = inside.get(at + quote.len_utf8()..).unwrap_or_default();
                        let after = after.trim_start_matches(' ');
                        after.is_empty() || after.starts_with(self.separator)
                    });
                    let (text, after) = match end {
                        Some((at, _)) => (inside.get(..at), inside.get(at + quote.len_utf8()..)),
                        None => (Some(inside), None),
                    };
                    let twice = format!("{quote}{quote}");
                    let text = text.unwrap_or_default().replace(&twice, &quote.to_string());
                    let after =
                        after.and_then(|after| after.trim_start_matches(' ').strip_prefix(self.separator));
                    (text.into(), after)
                }
                None => match rest.split_once(self.separator) {
                    Some((field, after)) => (field.into(), Some(after)),
                    None => (rest.into(), None),
                },
            };
            fields.push(field);
            match after {
                Some(after) if fields.len() <= FIELDS_MAX => rest = after,
                _ => return fields,
            }
        }
    }

    fn total(
        &self,
        control: &Control,
        record: &[std::borrow::Cow<'_, str>],
        line: u64,
    ) -> Result<Total, Problem> {
        let at = |position: usize| record.get(position - 1).map_or("", |field| field.trim());
        let bad = || Problem::BadAmount { found: shown(at(control.count)), expected: "a number of payments" };
        Ok(Total {
            count: at(control.count).parse().map_err(|_| bad())?,
            sum: self.amount(at(control.sum))?,
            line,
        })
    }

    fn day(&self, text: &str) -> Result<NaiveDate, Problem> {
        let bad = || Problem::BadDate { found: shown(text), expected: self.date_mask.clone() };
        let text = text.trim();
        if text.chars().count() != self.date_mask.chars().count() {
            return Err(bad());
        }
        let (mut year, mut month, mut day) = (0_i32, 0_u32, 0_u32);
        for (mask, found) in self.date_mask.chars().zip(text.chars()) {
            let digit = found.to_digit(10);
            match (mask, digit) {
                ('Y', Some(digit)) => year = year * 10 + i32::try_from(digit).unwrap_or(0),
                ('M', Some(digit)) => month = month * 10 + digit,
                ('D', Some(digit)) => day = day * 10 + digit,
                (other, _) if other == found => {}
                _ => return Err(bad()),
            }
        }
        let year = if self.date_mask.contains("YYYY") { year } else { 2000 + year };
        NaiveDate::from_ymd_opt(year, month, day).ok_or_else(bad)
    }

    fn amount(&self, text: &str) -> Result<i64, Problem> {
        match self.amount_unit {
            Unit::Grosze => {
                let expected = "grosze, digits only, as 123456";
                let bad = || Problem::BadAmount { found: shown(text), expected };
                let text = text.trim();
                if text.is_empty() || text.len() > 17 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
                    return Err(bad());
                }
                text.parse().map_err(|_| bad())
            }
            Unit::Zloty => amount(
                text.trim(),
                &['.', ','],
                "złoty, digits with a point or a comma before the grosze, as 1234.56",
            ),
        }
    }
}

/// Reads a list.
pub(super) fn read(file: &Input<'_>, profile: &Profile, options: &Options<'_>) -> Result<Part, Refusal> {
    let text = encoding::decoded(file.bytes, options.encoding.or(profile.encoding))?;
    // The same list fetched again may end its lines otherwise.
    let mut content = Sha256::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        content.update(line);
        content.update("\n");
    }
    let of_file = hex(&content.finalize());
    let mut control = None;
    let mut entries = Vec::new();
    let (mut number, mut left_out) = (0_u64, 0_u64);
    for line in text.split('\n').map(|line| line.trim_end_matches('\r')) {
        number += 1;
        let at = |problem| (Place::Line(number), problem);
        if number > options.limits.lines as u64 {
            return Err(at(Problem::TooMuch { what: "lines", limit: options.limits.lines }));
        }
        if line.len() > options.limits.text {
            return Err(at(Problem::TooMuch { what: "bytes in one line", limit: options.limits.text }));
        }
        // 0x1A ended files in old systems, and was left out with the control characters.
        if number <= profile.skip_lines as u64 || line.trim().is_empty() {
            continue;
        }
        let record = profile.split(line);
        if let Some(own) = &profile.control
            && record.get(own.field - 1).is_some_and(|field| field.trim() == own.value)
        {
            if control.is_some() {
                return Err(at(Problem::UnknownRecord { field: own.field, found: shown(&own.value) }));
            }
            control = Some(profile.total(own, &record, number).map_err(at)?);
            left_out += 1;
            continue;
        }
        let Some(mut entry) = entry(profile, &record, line, number).map_err(at)? else {
            left_out += 1;
            continue;
        };
        if entry.key.is_empty() {
            entry.key = format!("{UNIQUE}list:{of_file}:{number}");
        }
        if entries.len() >= options.limits.entries {
            return Err(at(Problem::TooMuch { what: "entries", limit: options.limits.entries }));
        }
        entries.push(entry);
    }
    let statement = Statement {
        file: file.name.to_owned(),
        line: 1,
        format: Format::List,
        account: None,
        reference: None,
        number: None,
        sequence: None,
        currency: Currency::PLN,
        opening: None,
        closing: None,
        left_out,
        entries,
    };
    if let (Some(own), None) = (&profile.control, control) {
        return Err((Place::File, Problem::NoControl { found: own.value.clone() }));
    }
    Ok(Part { statement, page: Page { credits: control, ..Page::default() } })
}

/// The payment of a record, if it is one.
fn entry(
    profile: &Profile,
    record: &[std::borrow::Cow<'_, str>],
    line: &str,
    number: u64,
) -> Result<Option<Entry>, Problem> {
    let at = |position: usize| record.get(position.saturating_sub(1)).map_or("", |field| field.trim());
    for kind in &profile.kinds {
        let found = at(kind.field);
        if kind.payment.iter().any(|known| known == found) {
            continue;
        }
        if kind.leave_out.iter().any(|known| known == found || known == "*") {
            return Ok(None);
        }
        return Err(Problem::UnknownRecord { field: kind.field, found: shown(found) });
    }
    let (least, most) = (profile.least_fields, profile.most_fields);
    if !(least..=most).contains(&record.len()) {
        return Err(Problem::FieldCount { found: record.len(), least, most });
    }
    let fields = &profile.fields;
    // Lines of a text are cut after 35 characters.
    let one_text = |text: &str| match profile.text_lines {
        Some(separator) => super::values::joined(text.split(separator)),
        None => text.split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let text = |position: Option<usize>| position.and_then(|position| some(one_text(at(position))));
    let account = |position: Option<usize>| position.and_then(|position| Account::read(at(position)));
    let booked_on = profile.day(at(fields.date))?;
    let reference = fields.reference.and_then(|position| some(at(position).to_owned()));
    let key = match (profile.duplicate_key, &reference) {
        (Distinct::Reference, Some(reference)) => {
            format!("{UNIQUE}list:{}:{booked_on}:{reference}", profile.name)
        }
        _ => String::new(),
    };
    let identifier = fields.identifier.as_ref().and_then(|identifier| {
        let whole = at(identifier.field);
        let skipped = identifier.last.map_or(0, |last| whole.chars().count().saturating_sub(last));
        some(whole.chars().skip(skipped).collect())
    });
    let mut titles = fields.title.iter().map(|position| at(*position));
    let title = match titles.len() {
        1 => one_text(titles.next_back().unwrap_or_default()),
        // Each field is a line of a title that was cut.
        _ => super::values::joined(titles),
    };
    Ok(Some(Entry {
        line: number,
        booked_on,
        value_on: booked_on,
        amount_grosze: profile.amount(at(fields.amount))?,
        currency: Currency::PLN,
        reversal: false,
        bank_reference: reference,
        customer_reference: None,
        description: None,
        counterparty: Counterparty {
            name: text(fields.sender_name),
            account: account(fields.sender_account),
        },
        paid_to: account(fields.recipient_account),
        mass_payment_id: identifier,
        title,
        raw: line.to_owned(),
        key,
        named: false,
    }))
}

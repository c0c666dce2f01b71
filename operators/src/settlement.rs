//! Lists of what an operator paid out, as CSV files.
//!
//! The operators' own formats of such files are not public, and differ from contract to contract; so which column means
//! what is a setting ([`Columns`]), and the file of a real contract is described once.

use chrono::NaiveDate;
use serde::Deserialize;

use crate::{failure::short, money};

/// Bytes of a file.
const BYTES_MAX: usize = 50 * 1024 * 1024;
/// Lines of a file.
const LINES_MAX: usize = 500_000;

/// Which columns of a file mean what, by their names in its first line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    /// What stands between two values.
    #[serde(default = "usual_separator")]
    pub separator: char,
    /// What stands between złoty and grosze.
    #[serde(default = "usual_decimal")]
    pub decimal: char,
    /// Our id of the order.
    pub order: String,
    /// The operator's id of the payment.
    pub transaction: String,
    /// What the payer paid; below zero, or in a column of its own, for a refund.
    pub amount: String,
    /// What the operator kept.
    pub fee: Option<String>,
    /// The currency; without it all is in PLN.
    pub currency: Option<String>,
    /// The day of the payment.
    pub paid_on: String,
    /// How a day is written, in the letters of `strftime`.
    #[serde(default = "usual_day")]
    pub day: String,
    /// The title, or number, of the transfer to our account.
    pub transfer: Option<String>,
}

fn usual_separator() -> char {
    ';'
}

fn usual_decimal() -> char {
    '.'
}

fn usual_day() -> String {
    "%Y-%m-%d".to_owned()
}

/// One line: a payment that is part of a transfer to our account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// Our id of the order.
    pub order: String,
    /// The operator's id of the payment.
    pub transaction: String,
    /// What the payer paid; below zero for a refund.
    pub amount_grosze: i64,
    /// What the operator kept.
    pub fee_grosze: i64,
    /// The currency.
    pub currency: String,
    /// The day of the payment.
    pub paid_on: NaiveDate,
    /// The title, or number, of the transfer.
    pub transfer: Option<String>,
}

/// A file that cannot be read. Nothing of it is used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSettlement {
    /// Too large.
    #[error("a settlement has at most 50 MB and 500000 lines: split it")]
    TooLarge,
    /// It is not UTF-8.
    #[error("the settlement is no text in UTF-8: save it so")]
    NotText,
    /// A column that the settings name is not there.
    #[error("the settlement has no column {0:?}: correct the settings, or the file is another one")]
    NoColumn(String),
    /// A line.
    #[error("line {line} of the settlement: {problem}")]
    Line {
        /// Its number; the names of columns are line 1.
        line: u64,
        /// What is wrong.
        problem: &'static str,
    },
}

/// Reads a whole file.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(bytes: &[u8], columns: &Columns) -> Result<Vec<Settled>, BadSettlement> {
    if bytes.len() > BYTES_MAX {
        return Err(BadSettlement::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| BadSettlement::NotText)?;
    let delimiter = u8::try_from(columns.separator).unwrap_or(b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let bad = |line, problem| BadSettlement::Line { line, problem };
    let heads = reader.headers().map_err(|_| bad(1, "cannot be read"))?.clone();
    let place = |name: &String| {
        heads.iter().position(|head| head == name).ok_or_else(|| BadSettlement::NoColumn(name.clone()))
    };
    let maybe = |name: &Option<String>| name.as_ref().map(place).transpose();
    let (order, transaction) = (place(&columns.order)?, place(&columns.transaction)?);
    let (amount, paid_on) = (place(&columns.amount)?, place(&columns.paid_on)?);
    let (fee, currency) = (maybe(&columns.fee)?, maybe(&columns.currency)?);
    let transfer = maybe(&columns.transfer)?;
    let mut settled = Vec::new();
    for (number, row) in (2..).zip(reader.records()) {
        if settled.len() == LINES_MAX {
            return Err(BadSettlement::TooLarge);
        }
        let row = row.map_err(|_| bad(number, "has another number of values than the first line"))?;
        let value = |place: usize| row.get(place).unwrap_or_default();
        let grosze = |place: usize| {
            let text = value(place);
            let (text, sign) = text.strip_prefix('-').map_or((text, 1), |rest| (rest, -1));
            money::parse_decimal(text, columns.decimal).map(|grosze| sign * grosze)
        };
        if value(order).is_empty() && value(transaction).is_empty() {
            return Err(bad(number, "names neither an order nor a payment"));
        }
        settled.push(Settled {
            order: short(value(order)),
            transaction: short(value(transaction)),
            amount_grosze: grosze(amount).ok_or_else(|| bad(number, "has an amount that is none"))?,
            fee_grosze: match fee {
                Some(fee) if !value(fee).is_empty() => {
                    grosze(fee).ok_or_else(|| bad(number, "has a fee that is no amount"))?
                }
                _ => 0,
            },
            currency: currency.map_or_else(|| "PLN".to_owned(), |place| short(value(place))),
            paid_on: NaiveDate::parse_from_str(value(paid_on), &columns.day)
                .map_err(|_| bad(number, "has a day that is none"))?,
            transfer: transfer.map(|place| short(value(place))).filter(|text| !text.is_empty()),
        });
    }
    Ok(settled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Columns {
        serde_json::from_value(serde_json::json!({
            "order": "Zamówienie", "transaction": "Transakcja", "amount": "Kwota", "fee": "Prowizja",
            "paid_on": "Dzień", "transfer": "Tytuł", "decimal": ","
        }))
        .unwrap()
    }

    const HEAD: &str = "\u{feff}Dzień;Zamówienie;Transakcja;Kwota;Prowizja;Tytuł\n";

    #[test]
    fn a_list_is_read() {
        let text =
            format!("{HEAD}2026-05-15;0000000007;R1;123,50;0,99;T/1\n2026-05-16; 0000000007 ;R1;-23,50;;\n");
        let settled = read(text.as_bytes(), &columns()).unwrap();
        let sums: Vec<_> = settled.iter().map(|one| (one.amount_grosze, one.fee_grosze)).collect();
        assert_eq!(sums, [(12_350, 99), (-2_350, 0)]);
        assert_eq!((settled[1].order.as_str(), &settled[1].transfer), ("0000000007", &None));
        assert_eq!(settled[0].currency, "PLN");
    }

    #[test]
    fn one_bad_line_refuses_the_file() {
        for (line, problem) in [
            ("2026-02-30;1;R;1,00;;", "has a day that is none"),
            ("2026-02-01;1;R;1.00;;", "has an amount that is none"),
            ("2026-02-01;1;R;1,00;x;", "has a fee that is no amount"),
            ("2026-02-01;;;1,00;;", "names neither an order nor a payment"),
            ("2026-02-01;1", "has another number of values than the first line"),
        ] {
            let text = format!("{HEAD}2026-01-01;1;R;1,00;;\n{line}\n");
            assert_eq!(
                read(text.as_bytes(), &columns()),
                Err(BadSettlement::Line { line: 3, problem }),
                "{line}"
            );
        }
        assert_eq!(read(b"a;b\n", &columns()), Err(BadSettlement::NoColumn("Zamówienie".to_owned())));
        assert_eq!(read(b"\xff", &columns()), Err(BadSettlement::NotText));
    }
}

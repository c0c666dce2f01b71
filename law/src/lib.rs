//! Rules of the Tax Ordinance, the civil code and the enforcement act for what is owed to a town, as pure functions
//! over dated tables.
//!
//! Knows no database, no clock, no people. Every number that an act or a resolution can change (rates, thresholds,
//! costs, terms, holidays) is a row with the day from which it holds; the rows of `data/` are only the default, and
//! every function takes the tables that it uses, so a treasurer may add rows.
//!
//! - [`calendar`]: free days and the shift of a last day.
//! - [`tables`], [`dated`], [`nbp`]: the dated numbers, and what the archive of the central bank says of them.
//! - [`terms`]: a yearly amount becomes instalments with their last days.
//! - [`interest`]: interest of one arrear from its term to a day, with its calculation.
//! - [`account`]: what is left of a due on any day, after payments and reductions.
//! - [`allocation`]: what a payment pays.
//! - [`reminder`]: when a reminder may go out, what it must hold, its cost; prescription.
//!
//! Invariants:
//!
//! - Amounts are `i64` grosze and never above [`AMOUNT_MAX_GROSZE`]; between them stand exact fractions, never
//!   floating point. Whatever does not fit is an error, not a wrong number.
//! - The same input gives the same answer; the order of a list of debts never matters.
//! - Explanations are stable codes and numbers. Sentences in Polish and English are the business of pages.
//!
//! Abbreviations in these pages: *OP* is Ordynacja podatkowa (the Tax Ordinance, Dz.U. 1997 no. 137 item 926), *KC* is
//! Kodeks cywilny (the civil code), *u.p.e.a.* is the act on enforcement proceedings in administration. What we decided
//! ourselves where the law is silent is listed in `docs/dues.md`.

pub mod account;
pub mod allocation;
pub mod calendar;
pub mod dated;
pub mod interest;
mod money;
pub mod nbp;
pub mod reminder;
pub mod tables;
pub mod terms;

pub use chrono::NaiveDate as Day;
pub use money::{AMOUNT_MAX_GROSZE, Fraction, Rounding, parse_hundredths};

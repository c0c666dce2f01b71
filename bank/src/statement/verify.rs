//! Whether statements add up and follow each other.

use std::collections::HashMap;

use chrono::{Datelike, NaiveDate};

use super::pages::at;
use super::{Balance, Fault, Problem, Statement};

/// What is kept of the last statement of an account, to know whether the next one follows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Last {
    /// [`Statement::sequence`].
    pub sequence: Option<u64>,
    /// How it ended.
    pub closing: Balance,
}

impl Last {
    /// What is to be kept of a statement; nothing if it has no balances.
    #[must_use]
    pub fn of(statement: &Statement) -> Option<Self> {
        Some(Self { sequence: statement.sequence, closing: statement.closing? })
    }
}

/// Whether a statement follows the last one of its account: it begins with the balance with which that one ended, and
/// where the bank numbers without holes, its number is the next, or begins anew in a later year.
///
/// # Errors
/// When a statement between them is missing, or it is the last one again or an older one.
pub fn follows(last: &Last, next: &Statement) -> Result<(), Fault> {
    let account = || next.account.as_ref().map(|account| account.text.clone()).unwrap_or_default();
    if let (Some(before), Some(found)) = (last.sequence, next.sequence) {
        let year = |day: NaiveDate| day.year();
        let later_year = next.closing.is_some_and(|closing| year(closing.on) > year(last.closing.on));
        let expected = before.saturating_add(1);
        if found != expected && !(later_year && found == 1) {
            return Err(at(next, Problem::SequenceBroken { account: account(), found, expected }));
        }
    }
    let expected_grosze = last.closing.amount_grosze;
    match next.opening {
        Some(Balance { amount_grosze: found_grosze, .. }) if found_grosze != expected_grosze => {
            Err(at(next, Problem::NotContinued { account: account(), found_grosze, expected_grosze }))
        }
        _ => Ok(()),
    }
}

/// Checks each statement, and that those of one account follow each other, in whatever order they stand.
pub(super) fn all(statements: &[Statement]) -> Result<(), Fault> {
    let mut by_account: HashMap<(&str, &str), Vec<&Statement>> = HashMap::new();
    for statement in statements {
        adds_up(statement).map_err(|problem| at(statement, problem))?;
        if let Some(account) = statement.account.as_ref().filter(|_| statement.format.has_balances()) {
            by_account.entry((&account.text, statement.currency.as_str())).or_default().push(statement);
        }
    }
    // In the order of the delivery, so that the same refusal comes every time.
    let mut groups: Vec<Vec<&Statement>> = by_account.into_values().collect();
    for group in &mut groups {
        group.sort_by_key(|statement| (statement.closing.map(|balance| balance.on), statement.sequence));
    }
    let broken = |group: &Vec<&Statement>| {
        group.windows(2).find_map(|pair| match pair {
            [before, next] => follows(&Last::of(before)?, next).err(),
            _ => None,
        })
    };
    let mut faults: Vec<Fault> = groups.iter().filter_map(broken).collect();
    faults.sort_by_key(ToString::to_string);
    faults.into_iter().next().map_or(Ok(()), Err)
}

/// Whether opening balance and entries make the closing balance.
fn adds_up(statement: &Statement) -> Result<(), Problem> {
    let sum: i128 = statement.entries.iter().map(|entry| i128::from(entry.amount_grosze)).sum();
    let entries_grosze = i64::try_from(sum).map_err(|_| Problem::SumTooLarge)?;
    let (Some(opening), Some(closing)) = (statement.opening, statement.closing) else { return Ok(()) };
    let difference = i128::from(closing.amount_grosze) - i128::from(opening.amount_grosze) - sum;
    if difference == 0 {
        return Ok(());
    }
    Err(Problem::DoesNotAddUp {
        opening_grosze: opening.amount_grosze,
        entries_grosze,
        closing_grosze: closing.amount_grosze,
        difference_grosze: i64::try_from(difference).map_err(|_| Problem::SumTooLarge)?,
        currency: statement.currency,
    })
}

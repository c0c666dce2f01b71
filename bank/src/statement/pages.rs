//! Pages of one statement joined into one.

use super::{Fault, Part, Place, Problem, Statement};

/// Joins pages that follow each other in the delivery and are of the same account and statement. A page alone must be
/// the whole.
pub(super) fn joined(parts: Vec<Part>) -> Result<Vec<Statement>, Fault> {
    let mut whole: Vec<Statement> = Vec::new();
    let mut open: Option<Part> = None;
    for part in parts {
        verify_totals(&part)?;
        let part = match open.take() {
            Some(before) if continues(&before, &part) => join(before, part)?,
            before => {
                if let Some(before) = before {
                    whole.push(closed(before)?);
                }
                if part.page.opens_in_the_middle {
                    let page = part.page.number.map_or(1, |page| page.saturating_sub(1).max(1));
                    return Err(missing(&part, page));
                }
                part
            }
        };
        open = Some(part);
    }
    if let Some(last) = open {
        whole.push(closed(last)?);
    }
    Ok(whole)
}

/// Whether a part is the next page of the one before.
fn continues(before: &Part, next: &Part) -> bool {
    let (a, b) = (&before.statement, &next.statement);
    let same =
        a.format == b.format && a.account == b.account && a.currency == b.currency && a.number == b.number;
    let linked =
        before.page.closes_in_the_middle || before.page.more_to_come || next.page.opens_in_the_middle;
    same && linked && a.format.has_balances()
}

fn join(before: Part, next: Part) -> Result<Part, Fault> {
    let mut part = before;
    if let (Some(has), Some(comes)) = (part.page.number, next.page.number)
        && comes != has + 1
    {
        return Err(missing(&next, has + 1));
    }
    // Some banks repeat the balances of the whole statement on each page.
    let repeated = part.statement.opening == next.statement.opening
        && part.statement.closing == next.statement.closing
        && !next.page.opens_in_the_middle
        && !part.page.closes_in_the_middle;
    let ended = part.statement.closing.map(|balance| balance.amount_grosze);
    let begins = next.statement.opening.map(|balance| balance.amount_grosze);
    if !repeated
        && let (Some(expected_grosze), Some(found_grosze)) = (ended, begins)
        && expected_grosze != found_grosze
    {
        let problem = Problem::PagesDoNotMeet { found_grosze, expected_grosze };
        return Err(at(&next.statement, problem));
    }
    part.statement.entries.extend(next.statement.entries);
    part.statement.left_out += next.statement.left_out;
    part.statement.closing = next.statement.closing;
    part.page.number = next.page.number;
    part.page.closes_in_the_middle = next.page.closes_in_the_middle;
    part.page.more_to_come = next.page.more_to_come;
    Ok(part)
}

fn closed(part: Part) -> Result<Statement, Fault> {
    if part.page.closes_in_the_middle || part.page.more_to_come {
        return Err(missing(&part, part.page.number.unwrap_or(1) + 1));
    }
    Ok(part.statement)
}

fn missing(part: &Part, page: u64) -> Fault {
    let statement = &part.statement;
    let account = statement.account.as_ref().map(|account| account.text.clone()).unwrap_or_default();
    let number = statement.number.map(|number| number.to_string()).or_else(|| statement.reference.clone());
    at(statement, Problem::MissingPage { account, statement: number.unwrap_or_default(), page })
}

pub(super) fn at(statement: &Statement, problem: Problem) -> Fault {
    Fault { file: statement.file.clone(), place: Place::Line(statement.line), problem }
}

/// Whether there are as many debits and credits, and as large, as the message says.
fn verify_totals(part: &Part) -> Result<(), Fault> {
    let kinds = [("debits", part.page.debits, false), ("credits", part.page.credits, true)];
    for (what, told, comes) in kinds {
        let Some(told) = told else { continue };
        let own = part.statement.entries.iter().filter(|entry| (entry.amount_grosze > 0) == comes);
        let (mut found_count, mut sum) = (0_u64, 0_i128);
        for entry in own.filter(|entry| entry.amount_grosze != 0) {
            found_count += 1;
            sum += i128::from(entry.amount_grosze).abs();
        }
        let found_grosze = i64::try_from(sum).unwrap_or(i64::MAX);
        if (told.count, told.sum) != (found_count, found_grosze) {
            let problem = Problem::OtherTotal {
                what,
                told_count: told.count,
                told_grosze: told.sum,
                found_count,
                found_grosze,
            };
            let place = Place::Line(told.line);
            return Err(Fault { file: part.statement.file.clone(), place, problem });
        }
    }
    Ok(())
}

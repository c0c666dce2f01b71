//! Pages of the statements.

mod entry;
mod files;
mod lists;
mod upload;

use uuid::Uuid;

use super::{
    Statements,
    store::desk::EntryLine,
    words::{how_text, state_chip, why_text},
};
use crate::{
    platform::{
        access::Permission,
        http::{Access, Doors, Failure},
        i18n::Texts,
    },
    ui::{
        local_time::day_text,
        money::money,
        views::{Chip, FieldFault, StatementEntryLine},
    },
};

/// Most bytes of a file that comes through a browser.
pub(super) const MOST_FILE_BYTES: usize = 5 * 1024 * 1024;
/// Most entries of such a file: all of them are booked while the browser waits.
pub(super) const MOST_FILE_ENTRIES: usize = 5_000;
/// Most bytes of its form. Larger, so that whoever sends too much is told so on the page.
const MOST_UPLOAD_BYTES: usize = 16 * 1024 * 1024;

pub(super) fn doors() -> Doors<Statements> {
    let desk = Access::May(Permission::DuesManage);
    Doors::new()
        .get(desk, "/desk/statements", lists::statements)
        .post(desk, "/desk/statements", upload::take_in)
        .taking(MOST_UPLOAD_BYTES)
        .get(desk, "/desk/statements/unmatched", lists::unmatched)
        .get(desk, "/desk/statements/unmatched/{file}", files::unmatched)
        .get(desk, "/desk/statements/rules", lists::rules)
        .post(desk, "/desk/statements/rules/{id}/forget", lists::forget)
        .get(desk, "/desk/statements/entries/{id}", entry::page)
        .post(desk, "/desk/statements/entries/{id}/assign", entry::assign)
        .post(desk, "/desk/statements/entries/{id}/return", entry::send_back)
        .post(desk, "/desk/statements/entries/{id}/payout", entry::name_payout)
        .post(desk, "/desk/statements/entries/{id}/undo", entry::undo)
        .post(desk, "/desk/statements/entries/{id}/original", entry::name_original)
        .post(desk, "/desk/statements/entries/{id}/seen", entry::settle_listed)
        .get(desk, "/desk/statements/{id}", lists::statement)
        .get(desk, "/desk/statements/{id}/{file}", files::statement)
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// "MT940 nr 107".
fn statement_name(t: &Texts, format: &str, number: Option<i64>) -> String {
    let format = match format {
        "mt940" => "MT940",
        "mt942" => "MT942",
        "camt053" => "camt.053",
        "list" => return t.get("statement-name-list"),
        other => other,
    };
    match number {
        Some(number) => {
            t.args("statement-name", &[("format", format.into()), ("number", number.to_string().into())])
        }
        None => format.to_owned(),
    }
}

fn entry_line(t: &Texts, line: &EntryLine) -> StatementEntryLine {
    let mut chips = vec![state_chip(t, line.state, line.why)];
    if line.again {
        chips.push(Chip { look: "plain", text: t.get("entry-again") });
    }
    let how: Vec<String> = line.how.iter().map(|how| how_text(t, *how)).collect();
    StatementEntryLine {
        href: format!("/desk/statements/entries/{}", line.id),
        day: day_text(line.booked_on, t),
        amount: money(t, line.amount_grosze),
        sender: line.sender_name.clone().or_else(|| line.sender_account.clone()).unwrap_or_default(),
        title: line.title.clone(),
        chips,
        how: match line.why {
            Some(why) => why_text(t, why),
            None => how.join(", "),
        },
    }
}

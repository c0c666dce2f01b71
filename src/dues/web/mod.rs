//! Pages and addresses of the dues.

mod agreements;
mod assessments;
mod desk;
mod instalments;
mod interest_notes;
mod overview;
mod own;
mod reminders;
mod settings;
pub mod slips;
mod takings;
mod year;

use axum::response::Response;
use chrono::NaiveDate;
use uuid::Uuid;

pub use own::{__path_own_dues, OwedAnswer, OwedLine, own_dues};

use super::{Dues, words::read_day};
use crate::{
    platform::{
        Ctx,
        access::{Level, Permission},
        http::{Access, Doors, Failure},
        i18n::texts,
    },
    ui::{
        Here, Nav, html_with,
        local_time::day_of,
        see_other, unkept,
        views::{DeskDuesPage, FieldFault, OwnDuesPage, Sheet},
    },
};

/// Largest form: the lines of a basis.
const MOST_FORM_BYTES: usize = 64 * 1024;

/// Largest form of rows that are chosen: a thousand of them.
const MOST_PICKS_BYTES: usize = 128 * 1024;

/// How fields are typed.
const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"200\"";
const SHORT: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"100\"";
const AMOUNT: &str = "type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" maxlength=\"20\"";
const DAY: &str = "type=\"date\"";
const NUMBER: &str = "type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"4\"";

pub(super) fn doors() -> Doors<Dues> {
    let own = Access::Resident(Level::Verified);
    let read = Access::May(Permission::DuesRead);
    let manage = Access::May(Permission::DuesManage);
    let settings = Access::May(Permission::DuesSettings);
    Doors::new()
        .get(own, "/account/dues", own::overview)
        .get(own, "/account/dues/{year}", year::year)
        .get(own, "/account/dues/accounts/{account}", own::account)
        .get(own, "/account/dues/things/{asset}", own::thing)
        .get(own, "/account/dues/instalments/{instalment}/transfer", own::transfer)
        .get(own, "/account/dues/instalments/{instalment}/transfer.pdf", own::transfer_pdf)
        .get(own, "/account/dues/interest-notes/{note}", interest_notes::own_note)
        .get(own, "/api/account/dues", own::own_dues)
        .get(read, "/desk/dues", desk::start)
        .post(read, "/desk/dues", desk::search)
        .get(read, "/desk/dues/arrears", desk::arrears)
        .get(read, "/desk/dues/arrears/{file}", overview::arrears_file)
        .get(read, "/desk/dues/takings", overview::takings)
        .get(read, "/desk/dues/takings/{file}", overview::takings_file)
        .get(read, "/desk/dues/unexplained", desk::unexplained)
        .get(manage, "/desk/dues/reminders", reminders::page)
        .post(manage, "/desk/dues/reminders", reminders::send)
        .taking(MOST_PICKS_BYTES)
        .get(manage, "/desk/dues/reminders/{run}", reminders::run_page)
        .post(manage, "/desk/dues/reminders/{run}/deliver", reminders::deliver)
        .taking(MOST_PICKS_BYTES)
        .get(manage, "/desk/dues/reminders/{run}/{file}", reminders::run_file)
        .get(manage, "/desk/dues/reminder-list/{file}", reminders::plan_file)
        .get(read, "/desk/dues/payers/{payer}", desk::payer)
        .get(read, "/desk/dues/things/{asset}", desk::thing)
        .get(read, "/desk/dues/entries/{entry}", desk::entry)
        .get(manage, "/desk/dues/payers/{payer}/agreement", agreements::page)
        .post(manage, "/desk/dues/payers/{payer}/agreement", agreements::agree)
        .get(manage, "/desk/dues/payers/{payer}/agreement/{agreement}/end", agreements::end_page)
        .post(manage, "/desk/dues/payers/{payer}/agreement/{agreement}/end", agreements::end)
        .get(manage, "/desk/dues/payers/{payer}/assess", assessments::assess_page)
        .post(manage, "/desk/dues/payers/{payer}/assess", assessments::assess)
        .taking(MOST_FORM_BYTES)
        .get(manage, "/desk/dues/payers/{payer}/interest-note", interest_notes::draft)
        .post(manage, "/desk/dues/payers/{payer}/interest-note", interest_notes::make)
        .get(read, "/desk/dues/interest-notes/{note}", interest_notes::desk_note)
        .get(manage, "/desk/dues/assessments/{assessment}", assessments::assessment_page)
        .post(manage, "/desk/dues/assessments/{assessment}/correct", assessments::correct)
        .taking(MOST_FORM_BYTES)
        .post(manage, "/desk/dues/assessments/{assessment}/deliver", assessments::deliver)
        .get(manage, "/desk/dues/instalments/{instalment}", instalments::instalment_page)
        .post(manage, "/desk/dues/instalments/{instalment}/remit", instalments::remit)
        .post(manage, "/desk/dues/instalments/{instalment}/defer", instalments::defer)
        .post(manage, "/desk/dues/instalments/{instalment}/remind", instalments::remind)
        .post(manage, "/desk/dues/payers/{payer}/cash", takings::cash)
        .post(manage, "/desk/dues/payers/{payer}/offset", takings::offset)
        .post(manage, "/desk/dues/payers/{payer}/refund", takings::refund)
        .post(manage, "/desk/dues/entries/{entry}/reverse", takings::reverse)
        .post(manage, "/desk/dues/unexplained/{entry}/settle", takings::settle)
        .get(read, "/desk/dues/kinds", settings::kinds)
        .get(read, "/desk/dues/kinds/{kind}", settings::kind)
        .post(settings, "/desk/dues/kinds/{kind}", settings::kind_save)
        .post(settings, "/desk/dues/kinds/{kind}/plan", settings::plan_save)
        .get(read, "/desk/dues/rates/{name}", settings::rates)
        .post(settings, "/desk/dues/rates/{name}", settings::rate_save)
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

/// What makes a form that is sent twice one act.
fn key_of(text: &str) -> Uuid {
    text.parse().unwrap_or_else(|_| Uuid::now_v7())
}

/// A day that is not in the future.
fn past_day(ctx: &Ctx, text: &str) -> Option<NaiveDate> {
    read_day(text).filter(|day| *day <= day_of(ctx.now))
}

/// The payer's card again, with a note of what was done.
fn done(payer: Uuid, purpose: &str, note: &str, what: &str) -> Response {
    see_other(&format!("{}&done={what}", desk::payer_href(payer, purpose, note)))
}

/// A sheet of the desk.
fn desk_sheet(dues: &Dues, ctx: &Ctx, here: &Here, sheet: Sheet) -> Result<Response, Failure> {
    let status = if sheet.faults.is_empty() {
        axum::http::StatusCode::OK
    } else {
        axum::http::StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = DeskDuesPage {
        page: dues.site.page(ctx, here, Nav::DeskDues, sheet.title.clone()),
        t: texts(ctx.lang),
        sheet,
    };
    Ok(unkept(html_with(status, &page)?))
}

/// A resident's sheet.
fn own_sheet(dues: &Dues, ctx: &Ctx, here: &Here, sheet: Sheet) -> Result<Response, Failure> {
    let page = OwnDuesPage {
        page: dues.site.page(ctx, here, Nav::AccountDues, sheet.title.clone()),
        t: texts(ctx.lang),
        sheet,
    };
    Ok(unkept(html_with(axum::http::StatusCode::OK, &page)?))
}

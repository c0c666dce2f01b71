//! Pages and addresses of the tax base.

mod declarations;
mod deliveries;
mod files;
mod findings;

use axum::{http::StatusCode, response::Response};
use uuid::Uuid;

pub use findings::{__path_tax_base_findings, tax_base_findings};

use super::{TaxBase, delivery::MOST_BYTES};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Access, Doors, Failure},
        i18n::texts,
    },
    ui::{
        Here, Nav, html_with, unkept,
        views::{FieldFault, Link, Sheet, TaxBaseSheetPage},
    },
};

/// Where the desk begins.
const START: &str = "/desk/tax-base";
/// Largest form: rules, and lists of parcels.
const MOST_FORM_BYTES: usize = 512 * 1024;

/// How fields are typed.
const SHORT: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"60\"";
const LINE: &str = "type=\"text\" autocomplete=\"off\" maxlength=\"200\"";
const DAY: &str = "type=\"date\"";

pub(super) fn doors() -> Doors<TaxBase> {
    let desk = Access::May(Permission::TaxBase);
    Doors::new()
        .get(desk, "/desk/tax-base", findings::overview)
        .post(desk, "/desk/tax-base", findings::begin)
        .get(desk, "/desk/tax-base/finding", findings::finding)
        .post(desk, "/desk/tax-base/finding", findings::mark)
        .get(desk, "/desk/tax-base/runs/{run}/{file}", files::file)
        .get(desk, "/desk/tax-base/declarations", declarations::declarations)
        .post(desk, "/desk/tax-base/declarations", declarations::declare)
        .taking(MOST_FORM_BYTES)
        .get(desk, "/desk/tax-base/exemptions", declarations::exemptions)
        .post(desk, "/desk/tax-base/exemptions", declarations::exempt)
        .taking(MOST_FORM_BYTES)
        .get(desk, "/desk/tax-base/rules", declarations::rules)
        .post(Access::May(Permission::DuesSettings), "/desk/tax-base/rules", declarations::set_rules)
        .taking(MOST_FORM_BYTES)
        .post(desk, "/desk/tax-base/deliveries", deliveries::receive)
        .taking(MOST_BYTES + MOST_FORM_BYTES)
        .get(desk, "/desk/tax-base/deliveries/{id}", deliveries::delivery)
        .post(desk, "/desk/tax-base/deliveries/{id}", deliveries::decide)
        .get(desk, "/api/desk/tax-base/findings", tax_base_findings)
}

fn fault(field: &'static str, message: String) -> FieldFault {
    FieldFault { field, message }
}

/// An id in an address; what is none names nothing.
fn id(text: &str) -> Result<Uuid, Failure> {
    text.parse().map_err(|_| Failure::not_found("this address"))
}

fn back(ctx: &Ctx) -> Option<Link> {
    Some(Link { href: START.to_owned(), text: texts(ctx.lang).get("tax-base-title") })
}

/// A sheet of the desk; with a form for a file below it.
fn sheet(
    tax_base: &TaxBase,
    ctx: &Ctx,
    path: &str,
    sheet: Sheet,
    uploads: bool,
) -> Result<Response, Failure> {
    let status = if sheet.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = TaxBaseSheetPage {
        page: tax_base.site.page(ctx, &Here(path.to_owned()), Nav::DeskTaxBase, sheet.title.clone()),
        t: texts(ctx.lang),
        sheet,
        uploads,
    };
    Ok(unkept(html_with(status, &page)?))
}

//! Samples of the pages of the tax base.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, StaffLook},
};

const LONG: &str = "Bardzo długi opis różnicy, który nie mieści się w jednej linii <b>ani w dwóch</b>";

fn desk(lang: Lang, title: &str) -> crate::ui::Page {
    let staff =
        StaffLook { name: "Kaja Kasowa".into(), may: vec!["tax-base:manage"], ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskTaxBase, "/desk/tax-base") }
}

fn some<T: Clone>(full: bool, one: T) -> Vec<T> {
    if full { vec![one.clone(), one] } else { Vec::new() }
}

fn overview(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let link = Link { href: "/x".into(), text: "CSV".into() };
    let choice = Choice { value: "open".into(), label: LONG.into(), selected: full };
    let kind = TaxBaseKind {
        name: "area",
        title: LONG.into(),
        count: "12".into(),
        tax: "1 000,00 zł".into(),
        href: "/x".into(),
        current: full,
        empty: false,
    };
    let row = TaxBaseRow {
        kind: "area",
        kind_text: LONG.into(),
        parcel: "061304_5.0012.809/1".into(),
        href: "/x".into(),
        what: LONG.into(),
        registered: "2420 m²".into(),
        declared: "–".into(),
        difference: "+2420 m²".into(),
        tax: "−12,00 zł".into(),
        chips: ["good", "unsure", "bad", "plain"].map(|look| Chip { look, text: "wezwany".into() }).into(),
        note: LONG.into(),
    };
    TaxBasePage {
        page: desk(lang, &t.get("tax-base-title")),
        t,
        notice: full.then(|| LONG.into()),
        under_way: full.then(|| LONG.into()),
        failure: full.then(|| LONG.into()),
        day: "2026-03-16".into(),
        head: full.then(|| TaxBaseHead {
            title: LONG.into(),
            facts: vec![Fact { title: "Działki".into(), value: "29".into() }],
            run: "1".into(),
        }),
        kinds: some(full, kind),
        kind: if full { "area".into() } else { String::new() },
        marks: vec![choice.clone()],
        parcel: "<809>".into(),
        sort: vec![choice],
        items: "/x".into(),
        has_map: full,
        files: some(full, link),
        rows: some(full, row),
        first: full.then(|| "/x".into()),
        next: full.then(|| "/x".into()),
    }
    .render()
    .unwrap()
}

fn sheet(lang: Lang, uploads: bool) -> String {
    let t = texts(lang);
    let sheet = Sheet { lead: Some(LONG.into()), ..Sheet::new(t.get("tax-base-declarations")) };
    TaxBaseSheetPage { page: desk(lang, &sheet.title), t, sheet, uploads }.render().unwrap()
}

pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("tax-base", overview(lang, true)),
        ("tax-base-empty", overview(lang, false)),
        ("tax-base-declarations", sheet(lang, true)),
        ("tax-base-rules", sheet(lang, false)),
    ]
}

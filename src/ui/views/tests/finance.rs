//! Samples of the pages of the exchange with the finance system.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, StaffLook},
};

const LONG: &str = "Bardzo długa nazwa pliku, która nie mieści się w jednej linii <b>ani w dwóch</b>.csv";

fn desk(lang: Lang, title: &str) -> crate::ui::Page {
    let staff = StaffLook { name: "Kaja Kasowa".into(), may: vec!["dues:manage"], ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskFinance, "/desk/finance") }
}

fn link() -> Link {
    Link { href: "/x".into(), text: LONG.into() }
}

/// All pages, full and empty.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let mut samples = Vec::new();
    for full in [true, false] {
        let some = |n: usize| if full { n } else { 0 };
        let faults = |field| vec![FieldFault { field, message: LONG.into() }; some(1)];
        let export = FinanceExportLine {
            file: link(),
            period: "1 – 30 listopada 2026".into(),
            entries: "1 203".into(),
            debit: "340 094,70 zł".into(),
            made: LONG.into(),
        };
        let import =
            FinanceImportLine { page: link(), state: LONG.into(), counts: LONG.into(), brought: LONG.into() };
        let finance = FinancePage {
            page: desk(lang, &t.get("finance-title")),
            t,
            notice: full.then(|| LONG.into()),
            faults: faults("from"),
            waiting: LONG.into(),
            mapping: LONG.into(),
            from: "2026-11-01".into(),
            to: "2026-11-30".into(),
            again: full,
            exports: vec![export; some(2)],
            imports: vec![import; some(2)],
            first: full.then(|| "/x".into()),
            next: full.then(|| "/x".into()),
        };
        let mapping = FinanceMappingPage {
            page: desk(lang, &t.get("finance-mapping-title")),
            t,
            notice: full.then(|| LONG.into()),
            faults: faults("text"),
            text: "[export]".into(),
            said: full.then(|| LONG.into()),
            fields: LONG.into(),
            accounts: LONG.into(),
            may_act: full,
        };
        let row = FinanceRowLine {
            line: "wiersz 7".into(),
            about: LONG.into(),
            decision: LONG.into(),
            before: "12,00 zł".into(),
            after: "–".into(),
        };
        let group = FinanceGroup {
            title: LONG.into(),
            lead: LONG.into(),
            rows: vec![row; some(2)],
            more: full.then(|| LONG.into()),
        };
        let looked = FinanceImportPage {
            page: desk(lang, LONG),
            t,
            notice: full.then(|| LONG.into()),
            faults: faults("import"),
            path: "/x".into(),
            name: LONG.into(),
            about: vec![LONG.into()],
            mark: "1".into(),
            groups: vec![group; 2],
            can_apply: full,
            open: full,
        };
        samples.extend([
            (if full { "finance" } else { "finance-empty" }, finance.render().unwrap()),
            (if full { "finance-mapping" } else { "finance-mapping-plain" }, mapping.render().unwrap()),
            (if full { "finance-import" } else { "finance-import-decided" }, looked.render().unwrap()),
        ]);
    }
    samples
}

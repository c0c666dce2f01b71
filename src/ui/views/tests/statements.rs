//! Samples of the pages of bank statements.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, StaffLook},
};

const LONG: &str = "Bardzo długi tytuł przelewu, który nie mieści się w jednej linii <b>ani w dwóch</b>";

fn desk(lang: Lang, title: &str) -> crate::ui::Page {
    let staff = StaffLook { name: "Kaja Kasowa".into(), may: vec!["dues:manage"], ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskStatements, "/desk/statements") }
}

fn some<T: Clone>(full: bool, one: T) -> Vec<T> {
    if full { vec![one.clone(), one] } else { Vec::new() }
}

fn chips() -> Vec<Chip> {
    ["good", "unsure", "bad", "plain"].map(|look| Chip { look, text: "do wyjaśnienia".into() }).into()
}

fn fact() -> Fact {
    Fact { title: "Tytuł".into(), value: LONG.into() }
}

fn link() -> Link {
    Link { href: "/x".into(), text: LONG.into() }
}

fn line() -> StatementEntryLine {
    StatementEntryLine {
        href: "/x".into(),
        day: "16 marca 2026".into(),
        amount: "−1 000,00 zł".into(),
        sender: LONG.into(),
        title: LONG.into(),
        chips: chips(),
        how: LONG.into(),
    }
}

fn sum() -> ListSumLine {
    ListSumLine {
        list: link(),
        day: "16 marca 2026".into(),
        account: "61 1090 1014 0000 0712 1981 2874".into(),
        entries: "24".into(),
        amount: "1 000,00 zł".into(),
        entry: None,
    }
}

fn statements(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let taken = TakenView {
        look: "bad",
        title: LONG.into(),
        why: Some(LONG.into()),
        facts: vec![fact()],
        statements: vec![LONG.into()],
    };
    let taking = TakingLine {
        source: LONG.into(),
        account: "61 1090 1014 0000 0712 1981 2874".into(),
        entries: "12".into(),
        amount: "1 000,00 zł".into(),
    };
    let row = StatementLine {
        href: "/x".into(),
        name: "MT940 nr 107".into(),
        account: "61 1090 1014 0000 0712 1981 2874".into(),
        day: "16 marca 2026".into(),
        entries: "24".into(),
        came: "340 094,70 zł".into(),
        went: "−15,00 zł".into(),
        chips: chips(),
        taken: LONG.into(),
    };
    StatementsPage {
        page: desk(lang, &t.get("statements-title")),
        t,
        notice: full.then(|| LONG.into()),
        faults: some(full, FieldFault { field: "file", message: LONG.into() }).into_iter().take(1).collect(),
        taken: full.then_some(taken),
        waiting: full.then(|| LONG.into()),
        encodings: vec![Choice { value: "utf-8".into(), label: "UTF-8".into(), selected: full }],
        lists: vec![Choice { value: "elixir-0".into(), label: LONG.into(), selected: full }],
        accounts: vec![Choice { value: String::new(), label: LONG.into(), selected: full }],
        sums: some(full, sum()),
        unproven: full,
        day: "2026-03-16".into(),
        day_text: "16 marca 2026".into(),
        takings: some(full, taking),
        takings_sum: "2 000,00 zł".into(),
        rows: some(full, row),
        first: full.then(|| "/x".into()),
        next: full.then(|| "/x".into()),
    }
    .render()
    .unwrap()
}

fn entry(lang: Lang, full: bool) -> String {
    let booking = EntryBookingLine {
        href: "/x".into(),
        number: "17".into(),
        payer: LONG.into(),
        amount: "12,00 zł".into(),
        how: "tytuł przelewu".into(),
        undone: true,
    };
    let choice = |n| EntryChoice {
        value: format!("value-{n}"),
        n,
        payer: LONG.into(),
        title: LONG.into(),
        about: LONG.into(),
        to_pay: "12,00 zł".into(),
        chips: chips(),
        amount: "12".into(),
    };
    let original = OriginalChoice { id: "1".into(), href: "/x".into(), text: LONG.into() };
    StatementEntryPage {
        page: desk(lang, LONG),
        t: texts(lang),
        notice: full.then(|| LONG.into()),
        faults: some(full, FieldFault { field: "by", message: LONG.into() }).into_iter().take(1).collect(),
        path: "/desk/statements/entries/1".into(),
        version: 3,
        amount: "1 000,00 zł".into(),
        chips: chips(),
        why: full.then(|| LONG.into()),
        facts: vec![fact()],
        places: vec![link()],
        raw: LONG.into(),
        bookings: some(full, booking),
        cover: full.then(link),
        payouts: some(full, ("1".to_owned(), LONG.to_owned())),
        decisions: vec![LONG.into()],
        held: full,
        left: "12,00 zł".into(),
        q: if full { LONG.into() } else { String::new() },
        nobody: full,
        choices: if full { vec![choice(1), choice(2)] } else { Vec::new() },
        payers: vec![Choice { value: "payer".into(), label: LONG.into(), selected: true }],
        sender_account: full.then(|| "61 1090 1014 0000 0712 1981 2874".into()),
        remember: full,
        can_undo: full,
        originals: some(!full, original),
        unclear: !full,
    }
    .render()
    .unwrap()
}

/// All pages, full and empty.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let mut samples = Vec::new();
    for full in [true, false] {
        let statement = StatementPage {
            page: desk(lang, "MT940"),
            t,
            notice: full.then(|| LONG.into()),
            name: "MT940 nr 107".into(),
            account: "61 1090 1014 0000 0712 1981 2874".into(),
            facts: vec![fact()],
            sums: vec![ListSumLine { entry: Some("/x".into()), ..sum() }, sum()],
            files: vec![link()],
            rows: some(full, line()),
            first: full.then(|| "/x".into()),
            next: full.then(|| "/x".into()),
        };
        let unmatched = UnmatchedPage {
            page: desk(lang, &t.get("unmatched-title")),
            t,
            waiting: LONG.into(),
            files: vec![link()],
            rows: some(full, line()),
            first: None,
            next: full.then(|| "/x".into()),
        };
        let rule = StatementRuleLine {
            id: "1".into(),
            account: "61 1090 1014 0000 0712 1981 2874".into(),
            name: LONG.into(),
            kind: LONG.into(),
            made: LONG.into(),
        };
        let rules = StatementRulesPage {
            page: desk(lang, &t.get("rules-title")),
            t,
            notice: full.then(|| LONG.into()),
            rows: some(full, rule),
            first: None,
            next: None,
        };
        let name = |with: &'static str, without: &'static str| if full { with } else { without };
        samples.extend([
            (name("statements", "statements-empty"), statements(lang, full)),
            (name("statement", "statement-empty"), statement.render().unwrap()),
            (name("unmatched", "unmatched-empty"), unmatched.render().unwrap()),
            (name("statement-rules", "statement-rules-empty"), rules.render().unwrap()),
            (name("statement-entry", "statement-entry-unclear"), entry(lang, full)),
        ]);
    }
    samples
}

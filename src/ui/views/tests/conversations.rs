//! Samples of the pages of letters to the office.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, ResidentLook, StaffLook},
};

const LONG: &str = "Bardzo długi temat pisma, który nie mieści się w jednej linii <b>ani w dwóch</b>";

fn own(lang: Lang, title: &str, here: &str) -> crate::ui::Page {
    let resident = ResidentLook { name: "Anna Zmyślona".into(), level: "known", ..ResidentLook::default() };
    crate::ui::Page { resident: Some(resident), ..page(lang, title, Nav::AccountLetters, here) }
}

fn desk(lang: Lang, title: &str, here: &str) -> crate::ui::Page {
    let may = vec!["conversations:answer", "town:manage"];
    let staff = StaffLook { name: "Kaja Klerk".into(), may, ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskConversations, here) }
}

fn faults(full: bool, fields: &[&'static str]) -> Vec<FieldFault> {
    let fault = |field: &&'static str| FieldFault { field, message: LONG.into() };
    if full { fields.iter().map(fault).collect() } else { Vec::new() }
}

fn choices(full: bool) -> Vec<Choice> {
    let choice = |n: usize| Choice { value: n.to_string(), label: LONG.into(), selected: n == 1 };
    if full { (0..3).map(choice).collect() } else { Vec::new() }
}

fn chips() -> Vec<Chip> {
    ["good", "unsure", "bad", "plain"].map(|look| Chip { look, text: "Po terminie".into() }).into()
}

fn rows(full: bool) -> Vec<LetterRow> {
    let row = || LetterRow {
        href: "/account/letters/1".into(),
        number: "P/2026/000123".into(),
        subject: LONG.into(),
        chips: chips(),
        name: "Anna Zmyślona".into(),
        department: Some(LONG.into()),
        assignee: Some("Kaja Klerk".into()),
        deadline: Some("odpowiedź do 30 grudnia 2026".into()),
        when: "3 grudnia 2026, 9:15".into(),
    };
    if full { vec![row(), row()] } else { Vec::new() }
}

fn thread(full: bool) -> Vec<ThreadEntry> {
    let entry = |kind: &'static str| ThreadEntry {
        kind,
        id: format!("m-{kind}"),
        who: LONG.into(),
        when: "3 grudnia 2026, 9:15".into(),
        body: if kind == "event" { LONG.into() } else { "<p>Treść</p>".into() },
        lang: "pl",
        files: vec![FileLink { href: "/f".into(), name: "umowa.pdf".into(), size: "1,2 MB".into() }],
    };
    let kinds: &[&'static str] = if full { &["writer", "office", "note", "event"] } else { &["writer"] };
    kinds.iter().map(|kind| entry(kind)).collect()
}

fn thing(full: bool) -> Option<Link> {
    full.then(|| Link { href: "1".into(), text: LONG.into() })
}

fn write_page(lang: Lang, visitor: bool, full: bool) -> String {
    let t = texts(lang);
    let title = t.get("letter-new-title");
    WritePage {
        page: if visitor { page(lang, &title, Nav::Nowhere, "/write") } else { own(lang, &title, "/x") },
        t,
        visitor_token: visitor.then(|| "token".into()),
        form: LetterForm {
            subject: LONG.into(),
            body: LONG.into(),
            departments: choices(full),
            asset: thing(full),
            ..LetterForm::default()
        },
        faults: faults(full, &["name", "email", "subject", "body", "files"]),
    }
    .render()
    .unwrap()
}

fn letter(lang: Lang, visitor: bool, full: bool) -> String {
    let t = texts(lang);
    LetterPage {
        page: if visitor { page(lang, LONG, Nav::Nowhere, "/x") } else { own(lang, LONG, "/x") },
        t,
        path: "/account/letters/1".into(),
        visitor_token: visitor.then(|| "token".into()),
        notice: full.then(|| LONG.into()),
        subject: LONG.into(),
        chips: chips(),
        meaning: LONG.into(),
        facts: vec![Fact { title: t.get("letter-number"), value: "P/2026/000123".into() }],
        asset: thing(full),
        thread: thread(full),
        can_close: full && !visitor,
        closed: !full,
        typed: LONG.into(),
        key: String::new(),
        faults: faults(full, &["body", "files"]),
    }
    .render()
    .unwrap()
}

fn inbox(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    DeskConversationsPage {
        page: desk(lang, &t.get("conversations-title"), "/desk/conversations"),
        t,
        shelves: vec![ShelfLink { href: "/x".into(), title: "Moje (3)".into(), here: full }],
        q: LONG.into(),
        whose: choices(full),
        departments: choices(full),
        states: choices(full),
        sorts: choices(full),
        overdue: full,
        rows: rows(full),
        first: full.then(|| "/x".into()),
        next: full.then(|| "/x".into()),
    }
    .render()
    .unwrap()
}

fn conversation(lang: Lang, full: bool) -> String {
    let fields =
        ["answer", "files", "note", "assignee", "department", "deadline", "why_later", "why_escalated"];
    ConversationPage {
        page: desk(lang, LONG, "/desk/conversations/1"),
        t: texts(lang),
        path: "/desk/conversations/1".into(),
        notice: full.then(|| LONG.into()),
        faults: faults(full, &fields),
        version: 3,
        number: "P/2026/000123".into(),
        subject: LONG.into(),
        chips: chips(),
        facts: vec![Fact { title: "Od kogo".into(), value: LONG.into() }],
        asset: thing(full),
        escalated: full.then(|| LONG.into()),
        thread: thread(full),
        colleagues: choices(full),
        mine: !full,
        departments: choices(full),
        deadline: "2026-12-30".into(),
        canned: if full {
            vec![CannedChoice { id: "1".into(), title: LONG.into(), selected: true }]
        } else {
            Vec::new()
        },
        answer: LONG.into(),
        asks: full,
        note: LONG.into(),
        why_later: LONG.into(),
        why_escalated: LONG.into(),
        key: String::new(),
        closed: !full,
        gone: !full,
    }
    .render()
    .unwrap()
}

fn setup(lang: Lang, full: bool) -> Vec<String> {
    let t = texts(lang);
    let canned = CannedRow { href: "/x".into(), title: LONG.into(), body: LONG.into() };
    let department = DepartmentRow { href: "/x".into(), name: LONG.into(), about: LONG.into() };
    let rev = i32::from(full);
    vec![
        CannedListPage {
            page: desk(lang, "x", "/x"),
            t,
            notice: full.then(|| LONG.into()),
            rows: if full { vec![canned] } else { Vec::new() },
        }
        .render()
        .unwrap(),
        CannedPage {
            page: desk(lang, "x", "/x"),
            t,
            id: "1".into(),
            rev,
            title_pl: LONG.into(),
            title_en: LONG.into(),
            body_pl: LONG.into(),
            body_en: LONG.into(),
            faults: faults(full, &["title_pl", "title_en", "body_pl", "body_en"]),
        }
        .render()
        .unwrap(),
        DepartmentsPage { page: desk(lang, "x", "/x"), t, notice: None, rows: vec![department] }
            .render()
            .unwrap(),
        DepartmentPage {
            page: desk(lang, "x", "/x"),
            t,
            id: "1".into(),
            rev,
            name_pl: LONG.into(),
            name_en: LONG.into(),
            days: "30".into(),
            takes_letters: full,
            heads: choices(full),
            faults: faults(full, &["name_pl", "name_en", "days", "head"]),
        }
        .render()
        .unwrap(),
    ]
}

/// All pages, full and empty.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let mut samples = Vec::new();
    for full in [true, false] {
        let list = LettersListPage {
            page: own(lang, &t.get("own-letters-title"), "/account/letters"),
            t,
            rows: rows(full),
            first: full.then(|| "/x".into()),
            next: full.then(|| "/x".into()),
        };
        let confirm = ConfirmLetterPage {
            page: page(lang, "x", Nav::Nowhere, "/x"),
            t,
            form_token: "token".into(),
            subject: LONG.into(),
            body: "<p>Treść</p>".into(),
        };
        let named = |name: &'static str, html: String| (name, html);
        let (a, b) = if full { ("letter-write", "letter") } else { ("letter-write-empty", "letter-closed") };
        samples.extend([
            named(if full { "letters" } else { "letters-empty" }, list.render().unwrap()),
            named("letter-confirm", confirm.render().unwrap()),
            named(a, write_page(lang, false, full)),
            named("letter-visitor-write", write_page(lang, true, full)),
            named(b, letter(lang, false, full)),
            named("letter-visitor", letter(lang, true, full)),
            named(if full { "conversations" } else { "conversations-empty" }, inbox(lang, full)),
            named(if full { "conversation" } else { "conversation-closed" }, conversation(lang, full)),
        ]);
        let names = ["canned", "canned-form", "departments", "department"];
        samples.extend(names.into_iter().zip(setup(lang, full)));
    }
    samples
}

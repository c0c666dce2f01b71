//! Samples of the pages about what is kept of whom.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, Page, ResidentLook},
};

const LONG: &str =
    "Korespondencja w sprawach, której jest bardzo dużo <b>i która nie mieści się w jednej linii</b>";

fn own(lang: Lang, title: &str) -> Page {
    let resident = ResidentLook { name: "Anna Zmyślona".into(), level: "known", ..ResidentLook::default() };
    Page { resident: Some(resident), ..page(lang, title, Nav::AccountPrivacy, "/account/privacy") }
}

fn holdings(count: &str) -> Vec<HoldingLine> {
    let law = HoldingLine {
        what: LONG.into(),
        why: LONG.into(),
        basis: LONG.into(),
        keep: LONG.into(),
        erasure: LONG.into(),
        count: count.into(),
    };
    vec![HoldingLine { keep: "30 dni".into(), erasure: "Znika".into(), ..law.clone() }, law]
}

fn public(lang: Lang, officer: bool) -> String {
    let t = texts(lang);
    PrivacyPage {
        page: page(lang, &t.get("privacy-title"), Nav::Nowhere, "/privacy"),
        t,
        holdings: holdings(""),
        officer: officer.then(|| LONG.into()),
    }
    .render()
    .unwrap()
}

fn of_oneself(lang: Lang, full: bool) -> String {
    let t = texts(lang);
    let look = LookLine {
        at: "3 grudnia 2026, 9:15".into(),
        staff: "Kaja Klerk".into(),
        purpose: LONG.into(),
        what: LONG.into(),
    };
    OwnPrivacyPage {
        page: own(lang, &t.get("own-nav-privacy")),
        t,
        holdings: if full { holdings("1 203") } else { Vec::new() },
        copies: if full { vec!["3 grudnia 2026, 9:15".into()] } else { Vec::new() },
        looks: if full { vec![look] } else { Vec::new() },
    }
    .render()
    .unwrap()
}

fn erasure(lang: Lang) -> String {
    let t = texts(lang);
    ErasurePage { page: own(lang, &t.get("erasure-title")), t, goes: holdings(""), stays: holdings("12") }
        .render()
        .unwrap()
}

fn copy(lang: Lang) -> String {
    let cell = |href: Option<&str>| CopyCell {
        name: "Treść".into(),
        value: LONG.into(),
        href: href.map(str::to_owned),
    };
    let [short, law] = holdings("").try_into().unwrap();
    CopyDocument {
        t: texts(lang),
        town: "Zmyślin".into(),
        name: "Anna Zmyślona".into(),
        made: "3 grudnia 2026, 9:15".into(),
        sections: vec![
            CopySection {
                holding: short,
                left_out: Some(LONG.into()),
                rows: vec![vec![cell(None), cell(Some("https://urzad.example/x"))]],
            },
            CopySection { holding: law, left_out: None, rows: Vec::new() },
        ],
    }
    .render()
    .unwrap()
}

fn due(lang: Lang, rows: u64) -> String {
    let t = texts(lang);
    DuePage {
        page: page(lang, &t.get("due-title"), Nav::DeskPrivacy, "/desk/privacy"),
        t,
        due: vec![DueLine {
            table: "party_look",
            what: LONG.into(),
            keep: "5 lat".into(),
            rows,
            count: "3 zapisy do usunięcia".into(),
            oldest: if rows > 0 { LONG.into() } else { String::new() },
        }],
        shown: "2026-12-03T09:15:00Z".into(),
        searches: vec![SearchLine {
            at: "3 grudnia 2026, 9:15".into(),
            staff: "Kaja Klerk".into(),
            purpose: LONG.into(),
            by: "imię i nazwisko".into(),
            found: "2".into(),
        }],
        notice: (rows > 0).then(|| LONG.into()),
    }
    .render()
    .unwrap()
}

/// All pages of privacy, by a name for each.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let download = OwnCopyPage { page: own(lang, &t.get("copy-title")), t };
    vec![
        ("privacy", public(lang, true)),
        ("privacy-no-officer", public(lang, false)),
        ("own-privacy", of_oneself(lang, true)),
        ("own-privacy-empty", of_oneself(lang, false)),
        ("own-copy", download.render().unwrap()),
        ("copy", copy(lang)),
        ("erasure", erasure(lang)),
        ("due", due(lang, 3)),
        ("due-none", due(lang, 0)),
    ]
}

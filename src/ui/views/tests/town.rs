//! Samples of the pages of what the town says of itself.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::{Said, i18n::texts},
    ui::{Nav, OfficeLook, Phone},
};

fn declaration(lang: Lang, full: bool) -> DeclarationPage {
    let said = |text: &str| Said { text: text.to_owned(), lang: Lang::Pl };
    let day = || full.then(|| Day { iso: "2026-11-30".into(), text: "30 listopada 2026".into() });
    let url = || full.then(|| "https://zmyslin.example/raport".to_owned());
    let mut page = page(lang, "Deklaracja dostępności", Nav::Nowhere, "/accessibility");
    if full {
        page.town.office = office();
    }
    DeclarationPage {
        page,
        t: texts(lang),
        url: "https://zmyslin.example".into(),
        published: day(),
        updated: day(),
        prepared: day(),
        reviewed: day(),
        status: full.then(|| "Strona internetowa jest częściowo zgodna z ustawą.".into()),
        gaps: if full {
            vec![GapGroup {
                title: "Nadmierne koszty".into(),
                rows: vec![
                    (said("Skany <b>uchwał</b>"), Some(said("Treść prześlemy e-mailem."))),
                    (said("Mapa"), None),
                ],
                is_burden: true,
            }]
        } else {
            Vec::new()
        },
        burden_url: url(),
        method: full.then(|| "samoocena".into()),
        report_url: url(),
        person: full.then(|| "Anna Zmyślona".into()),
        email: full.then(|| "dostepnosc@zmyslin.example".into()),
        phone: full.then(|| Phone::new("22 555 01 02")).flatten(),
        features: full.then(|| said("Pierwszy akapit\nDrugi akapit")),
        map_keys: vec![KeyRow { key: "Enter".into(), does: "otwiera kartę".into() }],
        editor_keys: vec![KeyRow { key: "Ctrl + Z".into(), does: "Cofnij".into() }],
        apps_known: full,
        apps: if full {
            vec![AppRow { name: "Zmyślin na telefon".into(), download: url(), declaration: url() }]
        } else {
            Vec::new()
        },
        architecture: full.then(|| said("Podjazd przy wejściu od podwórza.")),
        architecture_url: url(),
        communication: full.then(|| said("SMS na numer 555 010 203.")),
        interpreter: full.then(|| "online.".into()),
        interpreter_url: url(),
    }
}

fn office() -> OfficeLook {
    let said = |text: &str| Some(Said { text: text.to_owned(), lang: Lang::Pl });
    OfficeLook {
        name: said("Urząd Miasta w Zmyślinie"),
        address: vec!["ul. Zmyślona 1".into(), "00-000 Zmyślin".into()],
        email: Some("urzad@zmyslin.example".into()),
        phone: Phone::new("22 555 01 01"),
        hours: said("pn. 9–18\nwt.–pt. 8–16"),
    }
}

fn town_versions(full: bool) -> Vec<TownVersion> {
    let version = |rev, is_current| TownVersion {
        rev,
        when: "30 listopada 2026, 0:12".into(),
        who: "zmyslona@example.pl".into(),
        changes: vec![TownChange { label: "Nazwa".into(), was: "<b>".into(), became: "Zmyślin".into() }],
        is_current,
    };
    if full { vec![version(2, true), version(1, false)] } else { Vec::new() }
}

fn town_values(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn town_look(lang: Lang, full: bool) -> TownLookPage {
    let mut page = page(lang, "Wygląd i urząd", Nav::DeskTown, "/desk/town");
    if full {
        page.town.office = office();
        page.town.colour = Some("#8a1538".into());
    }
    let values =
        [("name", "Zmyślin <b>"), ("colour", "#ffcc00"), ("address", "ul. Zmyślona 1\n00-000 Zmyślin")];
    TownLookPage {
        page,
        t: texts(lang),
        rev: 2,
        values: town_values(if full { &values } else { &[] }),
        faults: if full {
            vec![FormFault { field: "colour".into(), message: "Kolor jest za jasny.".into() }]
        } else {
            Vec::new()
        },
        proposal: full.then(|| "#846a00".into()),
        saved: !full,
        preview: full,
        stale: full.then(|| "Ktoś inny zapisał inną wersję.".into()),
        versions: town_versions(full),
    }
}

fn declaration_form(lang: Lang, full: bool) -> DeclarationFormPage {
    let values = [
        ("status", "partial"),
        ("published", "2026-01-02"),
        ("g0-what_pl", "Mapa <b>"),
        ("g0-reason", "exempt"),
        ("app0-name", "Zmyślin"),
    ];
    DeclarationFormPage {
        page: page(lang, "Deklaracja dostępności", Nav::DeskTown, "/desk/town/accessibility"),
        t: texts(lang),
        rev: i32::from(full),
        values: town_values(if full { &values } else { &[] }),
        gap_rows: usize::from(full),
        may_add_gap: full,
        app_rows: 2,
        faults: if full {
            vec![FormFault { field: "published".into(), message: "Ta data jest w przyszłości.".into() }]
        } else {
            Vec::new()
        },
        todo: if full {
            vec![Link { href: "#person".into(), text: "osoba odpowiedzialna".into() }]
        } else {
            Vec::new()
        },
        review: ReviewView {
            text: "Do 31 marca 2027".into(),
            is_due: full,
            is_late: full,
            may_confirm: full,
        },
        saved: full,
        stale: None,
        versions: town_versions(full),
        today: "2026-11-30".into(),
    }
}

/// All pages of the town, by a name for each.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    vec![
        ("accessibility", declaration(lang, true).render().unwrap()),
        ("accessibility-empty", declaration(lang, false).render().unwrap()),
        ("town-look", town_look(lang, true).render().unwrap()),
        ("town-look-empty", town_look(lang, false).render().unwrap()),
        ("town-declaration", declaration_form(lang, true).render().unwrap()),
        ("town-declaration-empty", declaration_form(lang, false).render().unwrap()),
    ]
}

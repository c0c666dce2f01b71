//! Every template is rendered with samples in both languages: full, empty and overlong.
//!
//! With `REEVE_SAMPLES` naming a folder the pages are also written there, to be looked at.

mod conversations;
mod dues;
mod finance;
mod messages;
mod parties;
mod payments;
mod privacy;
mod statements;
mod surveys;
mod tax_base;
mod town;

use askama::Template;

use super::*;
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{
        Credit, Nav, Page, StaffLook, TownLook,
        map_data::{KindView, MapData, Place, WayLine},
    },
};

/// The box of push messages, which pages of several slices include.
#[derive(Template)]
#[template(source = "{% include \"ui/push.html\" %}", ext = "html")]
struct PushBox {
    page: Page,
    t: &'static crate::platform::i18n::Texts,
}

const BOTH: [Lang; 2] = [Lang::Pl, Lang::En];

fn kind(slug: &str, title: &str, geometry_type: &str, icon: &str, colour: &str, count: u64) -> KindView {
    KindView {
        slug: slug.into(),
        title: title.into(),
        geometry_type: geometry_type.into(),
        icon: icon.into(),
        colour: colour.into(),
        min_zoom: 12,
        count,
    }
}

fn kinds() -> Vec<KindView> {
    vec![
        kind("lamps", "Latarnie", "point", "lamp", "#b45309", 1203),
        kind("benches", "Ławki", "point", "bench", "#1d4ed8", 318),
        kind("bins", "Kosze", "point", "bin", "#475569", 204),
        kind("trees", "Drzewa", "point", "tree", "#15803d", 12_866),
        kind("barriers", "Ogrodzenia i mury", "line", "barrier", "#7f1d1d", 77),
        kind("greens", "Zieleń", "area", "green", "#4d7c0f", 41),
        kind("cemeteries", "Cmentarze", "area", "cemetery", "#6d28d9", 2),
        kind("graves", "Groby", "any", "grave", "#312e81", 2040),
        kind("gates", "Bramy", "point", "gate", "#be123c", 7),
        kind("paths", "Ścieżki", "line", "path", "#0f766e", 512),
    ]
}

fn page(lang: Lang, title: &str, nav: Nav, here: &str) -> Page {
    Page {
        lang,
        title: title.into(),
        nav,
        town: TownLook { name: "Zmyślin".into(), made_up: true, ..TownLook::default() },
        here: here.into(),
        credits: vec![Credit::openstreetmap()],
        map: None,
        staff: None,
        resident: None,
    }
}

fn photos() -> Vec<Photo> {
    let photo = |caption: Option<&str>| Photo {
        href: "/photos/1/2048.jpg".into(),
        src: "/photos/1/320.jpg".into(),
        webp: "/photos/1/320.webp 320w, /photos/1/1024.webp 640w".into(),
        jpeg: "/photos/1/320.jpg 320w, /photos/1/1024.jpg 640w".into(),
        width: 320,
        height: 240,
        alt: caption.unwrap_or("Zdjęcie 1 z 2: L-104").into(),
        caption: caption.map(Into::into),
        taken: Some("Zrobione 22 października 2008".into()),
    };
    let long = "Bardzo długi podpis <b>zdjęcia</b> bez końca ".repeat(11);
    vec![photo(None), photo(Some(&long))]
}

fn photos_page(lang: Lang, full: bool) -> PhotosPage {
    let t = texts(lang);
    let panel_photo = |(photo, public)| PanelPhoto {
        photo,
        id: format!("0198c0de-0000-4000-8000-00000000000{}", u8::from(public)),
        public,
        may_change: public,
        added: "Dodano 3 maja 2026, zmyslona@example.pl".into(),
        place: public.then(|| "/desk/map?at=1".into()),
    };
    let shown = if full { photos() } else { Vec::new() };
    PhotosPage {
        page: page(lang, "Zdjęcia: L-104", Nav::Desk, "/desk/assets/1/photos"),
        t,
        thing: Link { href: "/desk/assets/1".into(), text: "L-104".into() },
        photos_panel: PhotosPanel {
            asset: "0198c0de-0000-4000-8000-000000000009".into(),
            may_add: full,
            photos: shown.into_iter().zip([true, false]).map(panel_photo).collect(),
        },
        said: full.then(|| "Dodano 2 zdjęcia.".into()),
        refused: if full {
            vec![RefusedFile { name: "<b>spis.zip</b>".into(), why: t.get("photos-refused-type") }]
        } else {
            Vec::new()
        },
    }
}

fn map(lang: Lang) -> MapData {
    let _ = lang;
    MapData {
        attribution: "© OpenStreetMap contributors".into(),
        attribution_url: Some("https://www.openstreetmap.org/copyright".into()),
        bounds: [20.99, 52.0, 21.01, 52.01],
        kinds: kinds(),
        layers: vec!["graves".into(), "paths".into(), "gates".into()],
        ..MapData::default()
    }
}

/// Stands for what `maps::svg` draws; templates only put it in its place.
fn drawn() -> String {
    r#"<svg role="img" aria-label="Mapa" viewBox="0 0 800 560"><path d="M0 0L800 560"/></svg>"#.into()
}

fn plot() -> Plot {
    Plot {
        cemetery: Some(Link { href: "/assets/1".into(), text: "Cmentarz Komunalny".into() }),
        sector: Some("A".into()),
        row: Some("3".into()),
        number: Some("12".into()),
    }
}

fn guide() -> GraveGuide {
    let choice = |value: &str, label: &str| Choice {
        value: value.into(),
        label: label.into(),
        selected: value.is_empty(),
    };
    GraveGuide {
        action: "/graves/1/route".into(),
        gates: vec![
            choice("", "Najlepsza brama"),
            choice("g1", "Brama główna od ulicy Lipowej"),
            choice("g2", "Furtka"),
        ],
        step_free: false,
    }
}

fn found(number: u32, name: &str) -> FoundPerson {
    FoundPerson {
        number,
        name: name.into(),
        maiden_name: (number == 1).then(|| "Zmyślona".into()),
        born: (number != 3).then(|| "1856".into()),
        died: Some("3 maja 1912".into()),
        place: "Cmentarz Komunalny, sektor A, rząd 3, grób 12".into(),
        href: format!("/graves/{number}?q=x"),
    }
}

fn form(q: &str, faulty: bool) -> GraveForm {
    GraveForm {
        q: q.into(),
        from: if faulty { "dawno".into() } else { String::new() },
        to: String::new(),
        cemeteries: vec![
            Choice { value: String::new(), label: "Wszystkie".into(), selected: true },
            Choice { value: "c1".into(), label: "Cmentarz Komunalny".into(), selected: false },
        ],
        faults: if faulty {
            vec![FieldFault {
                field: "from", message: "Wpisz rok czterema cyframi, na przykład 1987".into()
            }]
        } else {
            Vec::new()
        },
    }
}

fn graves_page(lang: Lang, form: GraveForm, results: Results) -> GravesPage {
    let mut page = page(lang, "Groby", Nav::Graves, "/graves?q=Kowlaski");
    let mut drawn_map = String::new();
    if let Results::People { people, .. } = &results {
        let places = people
            .iter()
            .map(|person| Place {
                position: [21.0 + f64::from(person.number) * 0.0004, 52.005],
                label: person.name.clone(),
                number: Some(person.number),
                href: Some(person.href.clone()),
                icon: None,
            })
            .collect();
        page.map = Some(MapData { places, ..map(lang) });
        drawn_map = drawn();
    }
    GravesPage { t: texts(lang), page, form, results, drawn: drawn_map }
}

fn route_page(lang: Lang, answer: RouteAnswer) -> RoutePage {
    let mut page = page(lang, "Droga do grobu A-3-12", Nav::Graves, "/graves/1/route?profile=walk");
    let grave =
        Place { position: [21.0032, 52.006], label: "A-3-12".into(), number: None, href: None, icon: None };
    page.map = Some(MapData {
        grave: Some(grave),
        way: Some(WayLine {
            line: vec![[20.999, 52.004], [21.001, 52.0052], [21.003, 52.0056]],
            last_leg: vec![[21.003, 52.0056], [21.0032, 52.006]],
            gate: Some(Place {
                position: [20.999, 52.004],
                label: "Brama główna".into(),
                number: None,
                href: None,
                icon: None,
            }),
        }),
        ..map(lang)
    });
    RoutePage {
        t: texts(lang),
        page,
        grave_title: "Grób A-3-12".into(),
        grave_href: "/graves/1".into(),
        names: vec!["Wymysława Zmyślona".into(), "Bajkosław Zmyślony".into()],
        plot: plot(),
        guide: guide(),
        answer,
        drawn: drawn(),
    }
}

fn way(class: VerdictClass) -> RouteAnswer {
    let step = |maneuver: &str, text: &str, length: Option<&str>| StepView {
        icon: StepView::icon_of(maneuver),
        text: text.into(),
        length: length.map(Into::into),
    };
    RouteAnswer::Way(RouteView {
        distance: "340 m".into(),
        duration: "5 min".into(),
        gate: Some("Brama główna".into()),
        verdict: Verdict {
            class,
            title: "Częściowo nieznane: nikt nie sprawdził 120 m".into(),
            details: vec!["Aleja Lipowa, 120 m: nawierzchnia nieznana".into()],
        },
        warnings: vec!["Ostatnie 14 m prowadzi obok ścieżki, między grobami.".into()],
        steps: vec![
            step("enter", "Wejdź bramą główną", Some("40 m")),
            step("left", "Skręć w lewo w aleję Lipową", Some("180 m")),
            step("slight_right", "Idź lekko w prawo", Some("106 m")),
            step("steps_up", "Wejdź po 6 stopniach", Some("14 m")),
            step("arrive_left", "Grób jest po lewej stronie", None),
        ],
        gpx: "/api/graves/1/route?f=gpx".into(),
    })
}

fn data_page(lang: Lang, full: bool) -> DataPage {
    let file =
        |ending: &str| Link { href: format!("/api/export/trees.{ending}"), text: ending.to_uppercase() };
    let collection = |title: &str| DataCollection {
        sign: crate::ui::markup::kind_sign("tree", "#15803d"),
        title: title.into(),
        count: "12 866 obiektów".into(),
        slug: "trees".into(),
        files: ["xlsx", "csv", "gpkg", "geojson", "geojsonl", "fgb", "shp.zip", "kml", "gpx"]
            .map(file)
            .to_vec(),
    };
    let titles: &[&str] = if full { &["Drzewa", "Ogrodzenia <i>i</i> mury bez końca"] } else { &[] };
    DataPage {
        page: page(lang, "Pobierz dane", Nav::Nowhere, "/data"),
        t: texts(lang),
        collections: titles.iter().map(|title| collection(title)).collect(),
    }
}

/// Every page in its states, with the name under which it is written.
fn all(lang: Lang) -> Vec<(&'static str, String)> {
    let t = texts(lang);
    let home = |kinds: Vec<KindView>, cemeteries: Vec<CemeteryEntry>| {
        let mut page = page(lang, "", Nav::Nowhere, "/");
        page.map = Some(map(lang));
        HomePage { page, t, kinds, cemeteries }.render().unwrap()
    };
    let cemeteries = vec![
        CemeteryEntry { name: "Cmentarz Komunalny".into(), graves: 1840, href: "/graves?cemetery=c1".into() },
        CemeteryEntry {
            name: "Cmentarz przy kaplicy".into(),
            graves: 22,
            href: "/graves?cemetery=c2".into(),
        },
    ];
    let mut map_shell = page(lang, &t.get("map-title"), Nav::Map, "/map");
    map_shell.map = Some(map(lang));
    let rows = vec![
        SightRow {
            sign: kinds()[0].sign(),
            kind_title: "Latarnia".into(),
            name: "L-104".into(),
            summary: "LED, 8 m".into(),
            href: "/assets/1".into(),
        },
        SightRow {
            sign: kinds()[3].sign(),
            kind_title: "Drzewo".into(),
            name: "Drzewo 17".into(),
            summary: String::new(),
            href: "/assets/2".into(),
        },
    ];
    let people = vec![
        found(1, "Wymysława Bajka-Zmyślona"),
        found(2, "Bajkosław Zmyślony"),
        found(3, "Hieronima Wincentyna Nieistniejąca-Wymyślonowiczowska <b>"),
    ];
    let person = |name: &str, dates: bool| Person {
        name: name.into(),
        maiden_name: dates.then(|| "Wymyślona".into()),
        born: dates.then(|| "1856".into()),
        died: dates.then(|| "3 maja 1912".into()),
        buried: dates.then(|| "6 maja 1912".into()),
    };
    let grave = |people: Vec<Person>, gates: bool| {
        let mut page = page(lang, "Grób A-3-12", Nav::Graves, "/graves/1");
        page.map = Some(MapData {
            grave: Some(Place {
                position: [21.0032, 52.006],
                label: "A-3-12".into(),
                number: None,
                href: None,
                icon: None,
            }),
            ..map(lang)
        });
        GravePage {
            page,
            t,
            title: "Grób A-3-12".into(),
            people,
            plot: plot(),
            facts: vec![Fact { title: "Rodzaj".into(), value: "murowany".into() }],
            photos: photos(),
            guide: if gates { guide() } else { GraveGuide { gates: Vec::new(), ..guide() } },
            back: None,
            write_href: "/write?asset=1".into(),
            dues_href: Some("/account/dues/things/1".into()),
            map_href: "/map?layers=graves&at=1#19/52.006/21.0032".into(),
            source: "zmyślone dane".into(),
            drawn: drawn(),
        }
        .render()
        .unwrap()
    };
    let asset = {
        let mut page = page(lang, "Latarnia L-104", Nav::Map, "/assets/1");
        page.map = Some(MapData {
            grave: Some(Place {
                position: [21.0, 52.005],
                label: "L-104".into(),
                number: None,
                href: None,
                icon: Some("lamp".into()),
            }),
            layers: vec!["lamps".into()],
            ..map(lang)
        });
        AssetPage {
            page,
            t,
            kind: kinds()[0].clone(),
            kind_singular: "Latarnia".into(),
            title: "L-104".into(),
            id: "0198c0de-0000-4000-8000-000000000009".into(),
            number: "104".into(),
            status: None,
            facts: vec![
                Fact { title: "Wysokość".into(), value: "8 m".into() },
                Fact { title: "Źródło światła".into(), value: "LED".into() },
            ],
            photos: photos(),
            part_of: None,
            own_page: None,
            source: "OpenStreetMap, ODbL-1.0".into(),
            updated: "22 listopada 2026".into(),
            map_href: "/map?at=1".into(),
            geojson_href: "/ogc/collections/lamps/items/1".into(),
            drawn: drawn(),
        }
        .render()
        .unwrap()
    };
    let error = |status: u16, detail: Option<&str>| {
        ErrorPage {
            page: page(lang, &ErrorPage::title_of(t, status), Nav::Nowhere, "/nope"),
            t,
            status,
            detail: detail.map(Into::into),
            request_id: "0198c0de-0000-4000-8000-000000000001".into(),
        }
        .render()
        .unwrap()
    };
    let many = Results::People {
        people,
        matched: 4312,
        too_many: true,
        next: Some("/graves?q=x&after=1".into()),
        first: Some("/graves?q=x".into()),
    };
    vec![
        ("home", home(kinds(), cemeteries)),
        ("home-empty", home(Vec::new(), Vec::new())),
        (
            "map",
            MapPage {
                page: map_shell,
                t,
                kinds: kinds(),
                shown: vec!["lamps".into()],
                rows,
                matched: 1203,
                as_of: None,
                filter: FilterForm {
                    action: "/map",
                    kept: vec![("layers", "lamps".into())],
                    kinds: vec![Choice { value: "lamps".into(), label: "Latarnie".into(), selected: true }],
                    kind: "lamps".into(),
                    text: "<b>height_m > '1'".into(),
                    fault: Some("nie można porównać: \"height_m\" to liczba".into()),
                    everything: "/map?layers=lamps".into(),
                },
            }
            .render()
            .unwrap(),
        ),
        ("asset", asset),
        ("photos", photos_page(lang, true).render().unwrap()),
        ("photos-empty", photos_page(lang, false).render().unwrap()),
        ("graves-start", graves_page(lang, form("", false), Results::NotAsked).render().unwrap()),
        ("graves-fault", graves_page(lang, form("Nowak", true), Results::NotAsked).render().unwrap()),
        ("graves-nobody", graves_page(lang, form("<b>Qwxz", false), Results::Nobody).render().unwrap()),
        ("graves", graves_page(lang, form("Zmyslona", false), many).render().unwrap()),
        ("grave", grave(vec![person("Wymysława Zmyślona", true), person("Bajkosław Zmyślony", false)], true)),
        ("grave-empty", grave(Vec::new(), false)),
        ("route", route_page(lang, way(VerdictClass::Unsure)).render().unwrap()),
        ("route-good", route_page(lang, way(VerdictClass::Good)).render().unwrap()),
        (
            "route-none",
            route_page(
                lang,
                RouteAnswer::None {
                    reason: "Ta brama nie leży przy żadnej ścieżce z rejestru.".into(),
                    advice: vec![Link {
                        href: "/graves/1/route".into(),
                        text: "Wybierz najlepszą bramę".into(),
                    }],
                },
            )
            .render()
            .unwrap(),
        ),
        ("data", data_page(lang, true).render().unwrap()),
        ("data-none", data_page(lang, false).render().unwrap()),
        (
            "help",
            HelpPage { page: page(lang, &t.get("help-title"), Nav::Help, "/help"), t }.render().unwrap(),
        ),
        (
            "qgis",
            QgisPage {
                page: page(lang, &t.get("qgis-title"), Nav::Nowhere, "/qgis"),
                t,
                base: "https://reeve.urzad.example".to_owned(),
                kinds: kinds(),
            }
            .render()
            .unwrap(),
        ),
        (
            "offline",
            OfflinePage { page: page(lang, &t.get("offline-title"), Nav::Nowhere, "/offline"), t }
                .render()
                .unwrap(),
        ),
        ("error-404", error(404, None)),
        ("error-400", error(400, Some("bbox: must hold four numbers"))),
        ("error-500", error(500, None)),
    ]
}

/// Pages of all slices, by a name for each.
fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let slices = [
        finance::samples,
        conversations::samples,
        messages::samples,
        parties::samples,
        payments::samples,
        privacy::samples,
        statements::samples,
        surveys::samples,
        tax_base::samples,
        town::samples,
    ];
    slices.into_iter().fold(all(lang), |mut pages, more| {
        pages.extend(more(lang));
        pages
    })
}

#[test]
fn every_page_renders_in_both_languages() {
    let folder = std::env::var_os("REEVE_SAMPLES").map(std::path::PathBuf::from);
    for lang in BOTH {
        for (name, html) in samples(lang) {
            assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{name}");
            assert_eq!(html.matches("<h1").count(), 1, "{name} has one main heading");
            assert!(!html.contains("<b>"), "{name} escapes what people wrote");
            if let Some(folder) = &folder {
                std::fs::create_dir_all(folder).unwrap();
                std::fs::write(folder.join(format!("{name}.{}.html", lang.tag())), html).unwrap();
            }
        }
    }
}

#[test]
fn the_box_of_push_messages_says_whose_it_is_and_brings_its_texts() {
    for lang in BOTH {
        let mut page = page(lang, "", Nav::Nowhere, "/account/consents");
        page.staff = Some(StaffLook { account: "an-account".to_owned(), ..StaffLook::default() });
        let html = PushBox { page, t: texts(lang) }.render().unwrap();
        assert!(html.contains("data-account=\"an-account\""), "{html}");
        assert!(html.contains(&texts(lang).get("push-js-turn-on")), "{html}");
    }
}

#[test]
fn icons_in_templates_are_in_the_sprite() {
    let sprite: serde_json::Value =
        serde_json::from_str(include_str!("../../../static/src/icons.json")).unwrap();
    for (name, html) in samples(Lang::Pl) {
        for icon in html.split("icons.svg#").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(sprite.get(icon).is_some(), "{name} asks for an icon {icon:?} that the sprite lacks");
        }
    }
}

#[test]
fn the_other_language_keeps_the_question() {
    assert_eq!(page(Lang::Pl, "", Nav::Graves, "/graves?q=a").other_lang_href(), "/graves?q=a&lang=en");
    assert_eq!(page(Lang::En, "", Nav::Nowhere, "/").other_lang_href(), "/?lang=pl");
}

//! What the town says of itself: look, manifest, accessibility declaration.

use std::io::Cursor;

use serde_json::Value;

use crate::{
    photos::png_of_zeros,
    support::{Client, Town},
};

/// The fields of the look's form with a name and a colour.
const LOOK: [(&str, &str); 5] = [
    ("name", "Nowe Zmyślenie"),
    ("colour", "#8a1538"),
    ("office_name_pl", "Urząd Miasta w Nowym Zmyśleniu"),
    ("address", "ul. Zmyślona 1\n00-000 Nowe Zmyślenie"),
    ("phone", "22 555 01 01"),
];

/// Sends the form of the look as browsers do.
async fn send_look(
    client: &Client,
    rev: i64,
    action: &str,
    fields: &[(&str, &str)],
    file: Option<Vec<u8>>,
) -> reqwest::Response {
    const EDGE: &str = "an-edge-that-stands-in-no-file";
    let mut body = Vec::new();
    let rev = rev.to_string();
    let first = [("form_token", client.form_token.as_str()), ("rev", &rev), ("do", action)];
    for (name, value) in first.iter().chain(fields) {
        let part = format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend_from_slice(part.as_bytes());
    }
    let named = file.is_some();
    let head = if named { "crest.png" } else { "" };
    body.extend_from_slice(
        format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"crest_file\"; filename=\"{head}\"\r\ncontent-type: application/octet-stream\r\n\r\n").as_bytes(),
    );
    body.extend_from_slice(&file.unwrap_or_default());
    body.extend_from_slice(format!("\r\n--{EDGE}--\r\n").as_bytes());
    client
        .request(reqwest::Method::POST, "/desk/town")
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn saved(client: &Client, rev: i64, fields: &[(&str, &str)], file: Option<Vec<u8>>) {
    let response = send_look(client, rev, "save", fields, file).await;
    assert_eq!(response.status(), 303, "{}", response.text().await.unwrap());
}

/// A crest of one colour with a transparent corner.
fn crest(colour: [u8; 3]) -> Vec<u8> {
    let [red, green, blue] = colour;
    let picture = image::RgbaImage::from_fn(300, 360, |x, y| {
        image::Rgba([red, green, blue, if x < 20 && y < 20 { 0 } else { 255 }])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// The address of the crest in the head of a page.
fn crest_of(page: &str) -> String {
    let (_, rest) = page.split_once("class=\"masthead__crest\" src=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_changed_look_stands_on_the_next_page_of_anybody() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    assert!(!town.page("/help").await.contains("Nowe Zmyślenie"));
    saved(&admin, 0, &LOOK, Some(crest([0, 80, 160]))).await;
    let page = town.page("/help").await;
    assert!(page.contains("Nowe Zmyślenie</title>") && page.contains("--town-accent: #8a1538"), "{page}");
    assert!(page.contains("Urząd Miasta w Nowym Zmyśleniu") && page.contains("tel:+48225550101"));
    let picture = town.get(&crest_of(&page)).await;
    assert_eq!(picture.status(), 200);
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert_eq!(picture.headers()["cache-control"], "public, max-age=31536000, immutable");
    let shown = image::load_from_memory(&picture.bytes().await.unwrap()).unwrap().into_rgba8();
    assert_eq!(shown.dimensions(), (200, 240));
    assert_eq!((shown.get_pixel(100, 120).0, shown.get_pixel(2, 2).0[3]), ([0, 80, 160, 255], 0));
}

#[tokio::test]
async fn a_preview_is_seen_by_nobody_else_and_changes_nothing() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let response = send_look(&admin, 0, "preview", &LOOK, Some(crest([9, 9, 9]))).await;
    assert_eq!(response.status(), 200);
    let preview = response.text().await.unwrap();
    assert!(preview.contains("id=\"preview\"") && preview.contains("--town-accent: #8a1538"));
    assert!(crest_of(&preview).starts_with("/town/crest/"));
    let other = town.page("/help").await;
    assert!(!other.contains("Nowe Zmyślenie") && crest_of(&other) == "/static/crest.svg");
    assert_eq!(town.number("select count(*) from town_setting").await, 0);
}

#[tokio::test]
async fn an_accent_that_cannot_be_read_is_refused_with_one_that_can() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let response = send_look(&admin, 0, "save", &[("colour", "#ffcc00")], None).await;
    assert_eq!(response.status(), 422);
    let page = response.text().await.unwrap();
    assert!(page.contains("4,5:1") && page.contains("href=\"#colour\""), "{page}");
    let (_, rest) = page.split_once("name=\"use\" value=\"").unwrap();
    let proposed = rest.split_once('"').unwrap().0;
    let tried = send_look(&admin, 0, "preview", &[("colour", "#ffcc00"), ("use", proposed)], None).await;
    assert_eq!(tried.status(), 200);
    saved(&admin, 0, &[("colour", proposed)], None).await;
    assert!(town.page("/").await.contains(&format!("--town-accent: {proposed}")));
}

#[tokio::test]
async fn what_is_no_crest_is_told_so_beside_its_field() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let bomb = png_of_zeros(9_000, 9_000, &[]);
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    for (name, file, words) in [
        ("a bomb", bomb, "za dużo pikseli"),
        ("50 MB", vec![0x89; 50_000_000], "większy niż 5 MB"),
        (
            "SVG",
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".to_vec(),
            "SVG może zawierać program",
        ),
        ("a program", b"MZ\x90\0 crest.png".to_vec(), "nie jest obrazem"),
        ("half a file", crest([1, 2, 3])[..200].to_vec(), "uszkodzony"),
    ] {
        let response = send_look(&admin, 0, "save", &LOOK, Some(file)).await;
        assert_eq!(response.status(), 422, "{name}");
        let page = response.text().await.unwrap();
        assert!(page.contains(words) && page.contains("href=\"#crest_file\""), "{name}");
        assert!(page.contains("Nowe Zmyślenie"), "{name}: what was typed stays");
    }
    assert_eq!(town.number("select count(*) from town_setting").await, 0);
    let made_up = "/town/crest/".to_owned() + &"ab".repeat(32) + "/crest.png";
    assert_eq!(town.get(&made_up).await.status(), 404);
    assert_eq!(town.get("/town/crest/..%2f..%2fsecret.key/crest.png").await.status(), 404);
}

#[tokio::test]
async fn an_earlier_look_is_put_back_and_nobody_is_overwritten_unseen() {
    let town = Town::empty().await;
    let (admin, other) = (town.staff("administrator").await, town.staff("administrator").await);
    saved(&admin, 0, &LOOK, None).await;
    saved(&admin, 1, &[("name", "Inna Nazwa")], None).await;
    assert!(town.page("/help").await.contains("Inna Nazwa"));
    // Somebody who opened the first version is told who was faster, and what they typed stays.
    let late = send_look(&other, 1, "save", &[("name", "Trzecia Nazwa")], None).await;
    assert_eq!(late.status(), 409);
    let page = late.text().await.unwrap();
    assert!(page.contains(&admin.email) && page.contains("Trzecia Nazwa"));
    let back = admin.post_form("/desk/town/restore", &[("rev", "2"), ("version", "1")]).await;
    assert_eq!(back.status(), 303);
    assert!(town.page("/help").await.contains("Nowe Zmyślenie"));
    let page = admin.page("/desk/town").await;
    assert!(page.contains("Inna Nazwa") && page.contains(&admin.email), "the history tells before and after");
    let stale = admin.post_form("/desk/town/restore", &[("rev", "2"), ("version", "1")]).await;
    assert_eq!(stale.status(), 409);
    let gone = admin.post_form("/desk/town/restore", &[("rev", "3"), ("version", "9")]).await;
    assert_eq!(gone.status(), 404);
    assert_eq!(town.number("select count(*) from town_setting_history").await, 3);
    for sql in ["delete from town_setting", "update town_setting_history set changed_by = 'nobody'"] {
        assert!(sqlx::query(sql).execute(town.pool()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn only_whoever_manages_the_town_changes_it() {
    let town = Town::empty().await;
    for role in ["viewer", "editor", "planner"] {
        let staff = town.staff(role).await;
        assert_eq!(send_look(&staff, 0, "save", &LOOK, None).await.status(), 403, "{role}");
        assert_eq!(staff.get("/desk/town/accessibility").await.status(), 403, "{role}");
        let sent = staff.post_form("/desk/town/accessibility", &[("rev", "0"), ("status", "full")]).await;
        assert_eq!(sent.status(), 403, "{role}");
        assert!(!staff.page("/desk").await.contains("/desk/town"), "{role}");
    }
    assert_eq!(town.get("/desk/town").await.status(), 303);
    let admin = town.staff("administrator").await;
    let forged = Client { form_token: "somebody-elses".into(), ..town.staff("administrator").await };
    assert_eq!(send_look(&forged, 0, "save", &LOOK, None).await.status(), 403);
    assert!(admin.page("/desk").await.contains("/desk/town/accessibility"), "the desk reminds");
}

#[tokio::test]
async fn the_manifest_is_the_towns() {
    let town = Town::empty().await;
    let page = town.page("/help").await;
    assert!(page.contains("href=\"/manifest.webmanifest?lang=pl\""));
    let manifest = |lang: &'static str| {
        let town = &town;
        async move {
            let response = town.get(&format!("/manifest.webmanifest?lang={lang}")).await;
            assert_eq!(response.headers()["content-type"], "application/manifest+json");
            response.json::<Value>().await.unwrap()
        }
    };
    let before = manifest("pl").await;
    assert_eq!(
        (&before["start_url"], &before["scope"], &before["display"]),
        (&"/".into(), &"/".into(), &"standalone".into())
    );
    assert_eq!(before["icons"][2]["purpose"], "maskable");
    let admin = town.staff("administrator").await;
    saved(&admin, 0, &LOOK, Some(crest([0, 0, 0]))).await;
    let after = manifest("en").await;
    assert_eq!((&after["short_name"], &after["lang"]), (&"Nowe Zmyślenie".into(), &"en".into()));
    assert_eq!(after["theme_color"], "#8a1538");
    for (icon, side) in after["icons"].as_array().unwrap().iter().zip([192, 512, 512]) {
        let bytes = town.get(icon["src"].as_str().unwrap()).await.bytes().await.unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (side, side), "{icon}");
        assert_eq!(icon["sizes"], format!("{side}x{side}"));
    }
}

/// Ids that the ministry's conditions demand (version 2.0), and those of version 1 that are kept.
const IDS: [&str; 17] = [
    "a11y-wstep",
    "a11y-podmiot",
    "a11y-zakres",
    "a11y-url",
    "a11y-data-publikacja",
    "a11y-data-aktualizacja",
    "a11y-status",
    "a11y-kontakt",
    "a11y-email",
    "a11y-telefon",
    "a11y-procedura",
    "a11y-data-sporzadzenie",
    "a11y-architektura",
    "a11y-komunikacja",
    "a11y-deklaracja",
    "a11y-osoba",
    "a11y-aplikacje",
];

fn has_all_ids(page: &str) {
    for id in IDS {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
}

#[tokio::test]
async fn a_declaration_says_what_is_stated_and_what_is_not() {
    let town = Town::empty().await;
    for lang in ["pl", "en"] {
        let empty = town.page(&format!("/accessibility?lang={lang}")).await;
        has_all_ids(&empty);
        let unstated = if lang == "pl" { "jeszcze nie podano" } else { "not stated yet" };
        assert!(empty.matches(unstated).count() >= 10, "{}", empty.matches(unstated).count());
        assert!(empty.contains("https://bip.brpo.gov.pl/"));
        // No date that nobody stated may look like one to a checker.
        assert!(!empty.contains("<time"));
    }
    let admin = town.staff("administrator").await;
    let fields = [
        ("rev", "0"),
        ("gap_rows", "1"),
        ("published", "2026-01-02"),
        ("updated", "2026-02-03"),
        ("status", "partial"),
        ("g0-what_pl", "Skany uchwał sprzed 2018 roku"),
        ("g0-what_en", "Scans of resolutions before 2018"),
        ("g0-reason", "burden"),
        ("g0-instead_pl", "Treść prześlemy e-mailem"),
        ("g0-instead_en", "We send the text by e-mail"),
        ("burden_url", "https://zmyslin.example/ocena"),
        ("prepared", "2026-02-04"),
        ("reviewed", "2026-03-05"),
        ("method", "external"),
        ("assessor", "Fundacja Zmyślona"),
        ("person", "Anna Zmyślona"),
        ("email", "dostepnosc@zmyslin.example"),
        ("phone", "22 555 01 02"),
        ("apps", "none"),
        ("architecture_pl", "Podjazd od podwórza\nWinda"),
        ("architecture_en", "A ramp in the yard\nA lift"),
        ("architecture_url", "https://zmyslin.example/budynek"),
        ("communication_pl", "SMS: 555 010 203"),
        ("communication_en", "Text messages: 555 010 203"),
        ("interpreter", "online"),
    ];
    let sent = admin.post_form("/desk/town/accessibility", &fields).await;
    assert_eq!(sent.status(), 303, "{}", sent.text().await.unwrap());
    let page = town.page("/accessibility?lang=en").await;
    has_all_ids(&page);
    for said in [
        "id=\"a11y-data-publikacja\" datetime=\"2026-01-02\"",
        "id=\"a11y-data-przeglad\" datetime=\"2026-03-05\"",
        "partially compliant",
        "Scans of resolutions",
        "id=\"a11y-ocena\" href=\"https://zmyslin.example/ocena\"",
        "Fundacja Zmyślona",
        "href=\"mailto:dostepnosc@zmyslin.example\"",
        "tel:+48225550102",
        "<p class=\"govuk-body\">A lift</p>",
        "id=\"a11y-architektura-url\"",
    ] {
        assert!(page.contains(said), "{said}");
    }
    assert!(!page.contains("not stated yet"), "{page}");
    // The name and the address of the office are still missing, and the desk says so.
    let desk = admin.page("/desk/town/accessibility").await;
    assert!(desk.contains("/desk/town#office_name_pl") && desk.contains("/desk/town#address"));
}

#[tokio::test]
async fn faults_of_the_declaration_lead_to_their_fields() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let first = admin.page("/desk/town/accessibility").await;
    assert!(first.contains("Obraz mapy nie jest dostępny"), "what the program knows is proposed");
    let fields = [
        ("rev", "0"),
        ("gap_rows", "1"),
        ("g0-what_pl", "<script>alert(1)</script>"),
        ("published", "2999-01-01"),
        ("report_url", "javascript:alert(1)"),
    ];
    let sent = admin.post_form("/desk/town/accessibility", &fields).await;
    assert_eq!(sent.status(), 422);
    let page = sent.text().await.unwrap();
    for field in ["published", "report_url", "g0-reason"] {
        assert!(
            page.contains(&format!("href=\"#{field}\"")) && page.contains(&format!("id=\"{field}\"")),
            "{field}"
        );
    }
    assert!(!page.contains("<script>alert"));
    let more = admin
        .post_form("/desk/town/accessibility", &[("rev", "0"), ("gap_rows", "1"), ("do", "add-gap")])
        .await;
    assert!(more.text().await.unwrap().contains("id=\"g1-what_pl\""));
    assert_eq!(town.number("select count(*) from town_setting").await, 0);
}

#[tokio::test]
async fn the_yearly_review_is_reminded_of_and_confirmed() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let fields = [("rev", "0"), ("gap_rows", "0"), ("prepared", "2020-05-06"), ("status", "full")];
    assert_eq!(admin.post_form("/desk/town/accessibility", &fields).await.status(), 303);
    assert!(admin.page("/desk").await.contains("Przegląd deklaracji minął 31\u{a0}marca\u{a0}2021"));
    let confirmed = admin.post_form("/desk/town/accessibility/reviewed", &[("rev", "1")]).await;
    assert_eq!(confirmed.status(), 303);
    let desk = admin.page("/desk").await;
    assert!(!desk.contains("Przegląd deklaracji minął") && desk.contains("Brakuje w niej"), "{desk}");
    assert!(town.page("/accessibility").await.contains("id=\"a11y-data-przeglad\" datetime"));
    let back = admin.post_form("/desk/town/accessibility/restore", &[("rev", "2"), ("version", "1")]).await;
    assert_eq!(back.status(), 303);
    assert!(admin.page("/desk").await.contains("Przegląd deklaracji minął"));
}

#[tokio::test]
async fn the_data_protection_officer_is_named_where_data_is_asked_for_and_missed_at_the_desk() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    assert!(admin.page("/desk").await.contains("Nie podano inspektora ochrony danych"));
    assert!(town.page("/account/new").await.contains("Urząd nie podał tu jeszcze kontaktu do inspektora"));
    let officer = [("officer_name", "Ewa Zmyślona"), ("officer_email", "iod@zmyslin.example")];
    let fields: Vec<_> =
        LOOK.iter().copied().filter(|(name, _)| !name.starts_with("officer")).chain(officer).collect();
    saved(&admin, 0, &fields, None).await;
    for path in ["/account/new", "/privacy"] {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !town.page(path).await.contains("Ewa Zmyślona, iod@zmyslin.example") {
            assert!(std::time::Instant::now() < deadline, "{path} does not name the officer");
            tokio::task::yield_now().await;
        }
    }
    assert!(!admin.page("/desk").await.contains("Nie podano inspektora ochrony danych"));
}

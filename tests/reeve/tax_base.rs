//! The land register beside what payers declare: the made-up village and the real GML, through the desk's doors. What is
//! expected is counted by SQL of its own, which knows nothing of the comparison.

use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::{
    command_line::reeve,
    support::{Client, Town, ctx, data},
};

const START: &str = "/desk/tax-base";

/// Sends a file as the desk's form does; answers the page on which it is looked at.
async fn bring(who: &Client, name: &str, text: &str) -> String {
    const EDGE: &str = "edge-of-a-part";
    let body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--{EDGE}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n--{EDGE}--\r\n",
        who.form_token
    );
    let response = who
        .request(Method::POST, &format!("{START}/deliveries"))
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap();
    led_to(response).await
}

async fn led_to(response: Response) -> String {
    let status = response.status();
    let to = response.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(status, 303, "{}", response.text().await.unwrap());
    to.unwrap()
}

/// Compares for today, and answers the findings as the map gets them.
async fn compare(who: &Client, town: &Town) -> Vec<Value> {
    let today: String = sqlx::query_scalar("select (now() at time zone 'Europe/Warsaw')::date::text")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let to = led_to(who.post_form(START, &[("day", &today)]).await).await;
    assert!(to.contains("done=compared"), "it ends while its maker waits: {to}");
    found(who, "").await
}

async fn found(who: &Client, query: &str) -> Vec<Value> {
    let text = who.page(&format!("/api/desk/tax-base/findings?limit=5000{query}")).await;
    let answer: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(answer["next"], Value::Null);
    answer["features"].as_array().unwrap().clone()
}

fn of_kind<'a>(all: &'a [Value], kind: &str) -> Vec<&'a str> {
    let mut parcels: Vec<&str> = all
        .iter()
        .filter(|one| one["properties"]["group"] == kind)
        .map(|one| one["properties"]["label"].as_str().unwrap())
        .collect();
    parcels.sort_unstable();
    parcels
}

async fn parcels(town: &Town, sql: &'static str) -> Vec<String> {
    sqlx::query_scalar(sql).fetch_all(town.pool()).await.unwrap()
}

#[tokio::test]
async fn each_kind_of_difference_is_found_in_the_made_up_village_and_a_mark_stays() {
    let town = Town::village().await;
    town.app.tax_base.prepare_demo(&ctx()).await.unwrap();
    town.app.tax_base.prepare_demo(&ctx()).await.unwrap();
    let who = town.staff("treasurer").await;
    let all = compare(&who, &town).await;
    for (kind, sql) in [
        (
            "undeclared-parcel",
            "select a.attributes ->> 'ref' from asset a where a.kind = 'parcels' and a.attributes -> 'land_use' <> '[\"dr\"]'
                and not exists (select from tax_declaration d where d.parcel = a.attributes ->> 'ref')
                and not exists (select from tax_exemption e where e.parcel = a.attributes ->> 'ref') order by 1",
        ),
        (
            "changed-parcel",
            "select d.parcel from tax_declaration d where not exists (
                select from asset a where a.kind = 'parcels' and a.attributes ->> 'ref' = d.parcel)
                and exists (select from asset a where a.kind = 'parcels' and a.attributes ->> 'ref' like d.parcel || '/%')",
        ),
        (
            "unknown-parcel",
            "select d.parcel from tax_declaration d where not exists (
                select from asset a where a.kind = 'parcels'
                    and (a.attributes ->> 'ref' = d.parcel or a.attributes ->> 'ref' like d.parcel || '/%'))",
        ),
        (
            "area",
            "select d.parcel from tax_declaration d join asset a on a.kind = 'parcels' and a.attributes ->> 'ref' = d.parcel
                where abs(round((a.attributes ->> 'area_ha')::numeric * 1000000) - (
                    select sum(area_dm2) from tax_declaration_item i where i.declaration = d.id and part = 'land'))
                    > 0.02 * round((a.attributes ->> 'area_ha')::numeric * 1000000)",
        ),
        (
            "use",
            "select d.parcel from tax_declaration d join tax_declaration_item i on i.declaration = d.id and i.tax = 'agricultural'
                join asset a on a.kind = 'parcels' and a.attributes ->> 'ref' = d.parcel",
        ),
        (
            "undeclared-building",
            "select b.attributes -> 'parcels' ->> 0 from asset b where b.kind = 'buildings'
                and exists (select from tax_declaration d where d.parcel = b.attributes -> 'parcels' ->> 0)
                and not exists (select from tax_declaration d join tax_declaration_item i on i.declaration = d.id
                    where d.parcel = b.attributes -> 'parcels' ->> 0 and i.part = 'building')",
        ),
        (
            "building-area",
            "select d.parcel from tax_declaration d join tax_declaration_item i on i.declaration = d.id and i.part = 'building'
                join asset b on b.kind = 'buildings' and b.attributes -> 'parcels' ->> 0 = d.parcel
                where i.area_dm2 < 0.7 * 2 * 0.78 * (b.attributes ->> 'built_area_m2')::numeric * 100",
        ),
        (
            "unknown-building",
            "select d.parcel from tax_declaration d join tax_declaration_item i on i.declaration = d.id and i.part = 'building'
                where not exists (select from asset b where b.kind = 'buildings' and b.attributes -> 'parcels' ->> 0 = d.parcel)",
        ),
    ] {
        let mut expected = parcels(&town, sql).await;
        expected.sort();
        assert!(!expected.is_empty(), "the village has nothing of the kind {kind}");
        assert_eq!(of_kind(&all, kind), expected, "{kind}");
    }
    // The town's own land and the road are nobody's fault.
    assert!(!all.iter().any(|one| {
        ["999999_1.0001.112", "999999_1.0001.113"].contains(&one["properties"]["label"].as_str().unwrap())
    }));
    // 30 % of the land was left out, at the rate of the made-up council; the whole by hand.
    let one = all.iter().find(|one| one["properties"]["group"] == "area").unwrap();
    let number = |name: &str| one["properties"][name].as_f64().unwrap();
    assert_eq!(number("tax_grosze"), (number("difference_m2") * 70.0).round());
    assert!(one["geometry"]["type"] == "Polygon");

    // Somebody looks into it and says so; the next comparison knows.
    let href = one["properties"]["href"].as_str().unwrap();
    let page = who.page(href).await;
    assert!(page.contains("DEMO-0003") && !page.contains("zmieniło się"), "{page}");
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(href.split_once('?').unwrap().1.as_bytes()).into_owned().collect();
    let value = |name: &str| query.iter().find(|(key, _)| key == name).unwrap().1.as_str();
    let fields =
        [("run", value("run")), ("key", value("key")), ("mark", "in-order"), ("note", "pomiar z 3 maja")];
    led_to(who.post_form(&format!("{START}/finding"), &fields).await).await;
    let again = compare(&who, &town).await;
    assert_eq!(again.len(), all.len());
    let marked = found(&who, "&mark=in-order").await;
    assert_eq!(marked.len(), 1);
    assert_eq!(marked[0]["properties"]["label"], one["properties"]["label"]);
    let list = who.page(&format!("{START}?mark=in-order")).await;
    assert!(list.contains("pomiar z 3 maja") && !list.contains("zmieniło się"));

    // The payer corrects a part of it: the mark stays, and says that it is about something else.
    let parcel = one["properties"]["label"].as_str().unwrap();
    let m2 = format!("grunt; B; ; {} m²", number("declared_m2") + 20.0);
    let fields = [("number", "DEMO-0003"), ("parcel", parcel), ("valid_from", "2026-02-01"), ("lines", &m2)];
    led_to(who.post_form(&format!("{START}/declarations"), &fields).await).await;
    let history = who.page(&format!("{START}/declarations?parcel={parcel}")).await;
    assert_eq!(history.matches("DEMO-0003").count(), 2, "both versions are there");
    compare(&who, &town).await;
    let list = who.page(&format!("{START}?mark=in-order")).await;
    assert!(list.contains("zmieniło się"));

    // As files: all of them, and those of a filter.
    let run = value("run");
    let csv = who.page(&format!("{START}/runs/{run}/findings.csv?lang=en")).await;
    assert_eq!(csv.lines().count(), all.len() + 1, "{csv}");
    let geojson: Value =
        serde_json::from_str(&who.page(&format!("{START}/runs/{run}/findings.geojson?kind=use")).await)
            .unwrap();
    assert_eq!(geojson["features"].as_array().unwrap().len(), of_kind(&all, "use").len());
    let xlsx = who.get(&format!("{START}/runs/{run}/findings.xlsx")).await;
    assert!(xlsx.bytes().await.unwrap().starts_with(b"PK"));
    assert_eq!(who.get(&format!("{START}/runs/{run}/findings.exe")).await.status(), 404);
}

#[tokio::test]
async fn a_real_land_register_is_compared_with_a_file_of_declarations() {
    let Some(path) = data::file("cadastre/egib_gml/dane-EGiB.gml") else { return };
    let town = Town::empty().await;
    let output = reeve(&town.url(), &["import", path.to_str().unwrap(), "--map", "egib"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let registered: Vec<(String, f64)> = sqlx::query_as(
        "select attributes ->> 'ref', (attributes ->> 'area_ha')::float8 from asset where kind = 'parcels' order by 1",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    assert_eq!(registered.len(), 29, "as in the file");
    // Every fifth is left out, the next one half as large, the next one taxed as land of buildings, the others are as registered.
    let mut csv = "Nr podatnika;Działka;Użytek;Klasa;Powierzchnia (ha);Podatek\r\n".to_owned();
    for (n, (parcel, ha)) in registered.iter().enumerate() {
        let (area, tax) = match n % 5 {
            0 => continue,
            1 => (ha / 2.0, ""),
            2 => (*ha, "od nieruchomości"),
            _ => (*ha, ""),
        };
        let area = format!("{area:.4}").replace('.', ",");
        csv += &format!("P-{n};{parcel};R;VI;{area};{tax}\r\n");
    }
    csv += "P-90;061304_5.0012.9999;R;VI;1,0000;\r\n";
    csv += "P-91;061304_5.0012.811;R;VI;dużo;\r\n";
    let who = town.staff("accounting").await;
    let review = bring(&who, "deklaracje.csv", &csv).await;
    let page = who.page(&review).await;
    assert!(page.contains("Wskaż jeszcze"), "the day is not in the file: {page}");
    let columns = [
        ("act", "map"),
        ("number", "Nr podatnika"),
        ("parcel", "Działka"),
        ("use", "Użytek"),
        ("class", "Klasa"),
        ("area", "Powierzchnia (ha)"),
        ("tax", "Podatek"),
        ("default_from", "2026-01-01"),
        ("in_ha", "yes"),
    ];
    led_to(who.post_form(&review, &columns).await).await;
    let page = who.page(&review).await;
    assert!(page.contains("dużo") && page.contains("Przyjmij nowe i zmienione"), "{page}");
    assert_eq!(town.number("select count(*) from tax_declaration").await, 0, "a look writes nothing");
    led_to(who.post_form(&review, &[("act", "take")]).await).await;
    led_to(who.post_form(&review, &[("act", "take")]).await).await;
    let declared = registered.len() as i64 - 6 + 1;
    assert_eq!(town.number("select count(*) from tax_declaration").await, declared, "once");
    // The same file again: its columns are known, and nothing in it is new.
    let again = bring(&who, "deklaracje.csv", &csv).await;
    led_to(who.post_form(&again, &columns).await).await;
    assert!(who.page(&again).await.contains("nie ma nic nowego"));

    let all = compare(&who, &town).await;
    let expected = |rest: usize| -> Vec<&str> {
        let of_rest = registered.iter().enumerate().filter(|(n, _)| n % 5 == rest);
        of_rest.map(|(_, (parcel, _))| parcel.as_str()).collect()
    };
    assert_eq!(of_kind(&all, "undeclared-parcel"), expected(0));
    assert_eq!(of_kind(&all, "area"), expected(1));
    assert_eq!(of_kind(&all, "use"), expected(2));
    assert_eq!(of_kind(&all, "unknown-parcel"), ["061304_5.0012.9999"]);
    assert!(of_kind(&all, "changed-parcel").is_empty());
    // Buildings that need be declared, on parcels that somebody declares: by their own list, else by where they stand.
    let mut buildings = parcels(
        &town,
        "select distinct coalesce((
                select x from jsonb_array_elements_text(b.attributes -> 'parcels') with ordinality e (x, n)
                where exists (select from asset p where p.kind = 'parcels' and p.attributes ->> 'ref' = x) order by n limit 1),
            (select p.attributes ->> 'ref' from asset p where b.attributes -> 'parcels' is null and p.kind = 'parcels'
                and st_intersects(p.geom, st_pointonsurface(b.geom)) limit 1))
         from asset b where b.kind = 'buildings'
            and coalesce(b.attributes ->> 'function', '') <> 'gospodarczy dla rolnictwa'",
    )
    .await
    .into_iter()
    .filter(|parcel| registered.iter().position(|(one, _)| one == parcel).is_some_and(|n| n % 5 != 0))
    .collect::<Vec<_>>();
    buildings.sort();
    assert!(!buildings.is_empty());
    assert_eq!(of_kind(&all, "undeclared-building"), buildings);
    // Without the council's rates nothing is estimated, and the page says so.
    assert!(all.iter().all(|one| one["properties"]["tax_grosze"] == Value::Null));
    assert!(who.page(START).await.contains("brak stawek na rok"));

    // One of the parcels is divided in the register: its declaration is about something that is there no more.
    let parcel = expected(3)[0];
    sqlx::query(
        "update asset set status = 'removed', rev = rev + 1, updated_at = now() where kind = 'parcels' and attributes ->> 'ref' = $1",
    )
    .bind(parcel)
    .execute(town.pool())
    .await
    .unwrap();
    assert_eq!(of_kind(&compare(&who, &town).await, "changed-parcel"), [parcel]);
}

#[tokio::test]
async fn what_is_wrong_is_said_and_nothing_of_it_is_kept() {
    let town = Town::empty().await;
    let who = town.staff("treasurer").await;
    let path = format!("{START}/declarations");
    let long = "grunt; R; ; 5 m²\n".repeat(101);
    for (fields, text) in [
        (
            vec![
                ("account", "12345678"),
                ("parcel", "1/1"),
                ("valid_from", "2026-01-01"),
                ("lines", "grunt; R; ; 5"),
            ],
            "istniejący numer konta",
        ),
        (
            vec![
                ("number", "P-1"),
                ("parcel", "ogród"),
                ("valid_from", "2026-01-01"),
                ("lines", "grunt; R; ; 5"),
            ],
            "identyfikator działki",
        ),
        (
            vec![
                ("number", "P-1"),
                ("parcel", "1/1"),
                ("valid_from", "30.02.2026"),
                ("lines", "grunt; R; ; 5"),
            ],
            "Podaj dzień",
        ),
        (
            vec![
                ("number", "P-1"),
                ("parcel", "1/1"),
                ("valid_from", "2026-01-01"),
                ("lines", "\ngrunt; R; ; -5"),
            ],
            "Wiersz 2",
        ),
        (
            vec![("number", "P-1"), ("parcel", "1/1"), ("valid_from", "2026-01-01"), ("lines", "")],
            "większą od zera",
        ),
        (
            vec![("number", "P-1"), ("parcel", "1/1"), ("valid_from", "2026-01-01"), ("lines", &long)],
            "większą od zera",
        ),
    ] {
        let response = who.post_form(&path, &fields).await;
        assert_eq!(response.status(), 422, "{fields:?}");
        let page = response.text().await.unwrap();
        assert!(page.contains(text), "{text}: {page}");
    }
    for (name, bytes) in [("puste.csv", ""), ("zdjecie.png", "\u{fffd}PNG\r\n\0\0")] {
        let response = who
            .request(Method::POST, &format!("{START}/deliveries"))
            .header("content-type", "multipart/form-data; boundary=x")
            .body(format!(
                "--x\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{bytes}\r\n--x--\r\n",
                who.form_token
            ))
            .send()
            .await
            .unwrap();
        let status = response.status();
        assert!([303, 422].contains(&status.as_u16()), "{name}: {status}");
    }
    for day in ["", "jutro", "2100-01-01", "1999-12-31"] {
        assert_eq!(who.post_form(START, &[("day", day)]).await.status(), 422, "{day:?}");
    }
    let rules = who.post_form(&format!("{START}/rules"), &[("rules", "[thresholds]\nland = 5")]).await;
    assert_eq!(rules.status(), 422);
    // Rates are the treasurer's, also for whoever compares.
    let other = town.staff("accounting").await;
    assert_eq!(other.post_form(&format!("{START}/rules"), &[("rules", "")]).await.status(), 403);
    for table in ["tax_declaration", "tax_base_rules", "tax_base_run"] {
        let sql: &'static str = match table {
            "tax_declaration" => "select count(*) from tax_declaration",
            "tax_base_rules" => "select count(*) from tax_base_rules",
            _ => "select count(*) from tax_base_run",
        };
        assert_eq!(town.number(sql).await, 0, "{table}");
    }
    // What is declared cannot be changed behind the program's back.
    let fields =
        [("number", "P-1"), ("parcel", "1/1"), ("valid_from", "2026-01-01"), ("lines", "grunt; R; ; 5")];
    led_to(who.post_form(&path, &fields).await).await;
    for sql in [
        "update tax_declaration set parcel = 'x'",
        "delete from tax_declaration_item",
        "truncate tax_declaration cascade",
    ] {
        assert!(sqlx::query(sql).execute(town.pool()).await.is_err(), "{sql}");
    }
    let findings = compare(&who, &town).await;
    assert_eq!(json!(findings[0]["geometry"]), Value::Null, "nobody knows where it is");
    assert_eq!(of_kind(&findings, "unknown-parcel"), ["1/1"]);
}

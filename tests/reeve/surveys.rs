//! Surveys through their doors: built by a clerk, answered by visitors and residents, closed by the clock.

use chrono::Duration;
use reeve::platform::access::Level;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Browser, Client, Town, ctx, form_token};

const DESK: &str = "/desk/surveys";

/// What a clock in Poland shows so many minutes from now.
fn clock(minutes: i64) -> String {
    let at = ctx().now + Duration::minutes(minutes);
    let shown = reeve::ui::local_time::on_the_clock(at);
    shown.format("%Y-%m-%dT%H:%M:%S").to_string()
}

async fn led_to(response: reqwest::Response) -> String {
    let (status, place) = (response.status(), response.headers().get("location").cloned());
    assert_eq!(status, 303, "{}", response.text().await.unwrap());
    place.unwrap().to_str().unwrap().to_owned()
}

/// The text between two marks of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{before:?} stands nowhere in {page}"));
    rest.split_once(after).unwrap().0
}

/// Makes a draft; answers its id.
async fn draft(clerk: &Client, slug: &str, more: &[(&str, &str)]) -> String {
    let (from, to) = (clock(-5), clock(600));
    let mut fields = vec![
        ("template", "empty"),
        ("title_pl", "Zmyślona ankieta"),
        ("slug", slug),
        ("kind", "open"),
        ("secrecy", "anonymous"),
        ("audience", "everyone"),
        ("opens_at", &from),
        ("closes_at", &to),
        ("least_cell", "5"),
        ("shows_turnout", "yes"),
    ];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    let place = led_to(clerk.post_form(&format!("{DESK}/new"), &fields).await).await;
    place.strip_prefix(&format!("{DESK}/")).unwrap().strip_suffix("/form").unwrap().to_owned()
}

async fn rev(clerk: &Client, id: &str) -> String {
    let page = clerk.page(&format!("{DESK}/{id}/form")).await;
    between(&page, r#"name="rev" value=""#, "\"").to_owned()
}

/// One press of a button of the builder; answers where it leads.
async fn press(clerk: &Client, id: &str, what: &str, more: &[(&str, &str)]) -> String {
    let rev = rev(clerk, id).await;
    let fields: Vec<_> =
        [("rev", rev.as_str()), ("do", what)].into_iter().chain(more.iter().copied()).collect();
    led_to(clerk.post_form(&format!("{DESK}/{id}/form"), &fields).await).await
}

/// Adds a question and fills its fields in; answers its name.
async fn ask(clerk: &Client, id: &str, page: usize, kind: &str, fields: &[(&str, &str)]) -> String {
    let place = press(clerk, id, &format!("add/{page}"), &[(&format!("kind-{page}"), kind)]).await;
    let rev = rev(clerk, id).await;
    let fields: Vec<_> = [("rev", rev.as_str())].into_iter().chain(fields.iter().copied()).collect();
    led_to(clerk.post_form(&place, &fields).await).await;
    place.rsplit('/').next().unwrap().to_owned()
}

async fn announce(clerk: &Client, id: &str) {
    let rev = rev(clerk, id).await;
    led_to(clerk.post_form(&format!("{DESK}/{id}/state"), &[("rev", &rev), ("to", "ready")]).await).await;
}

async fn kept(town: &Town, slug: &str) -> Vec<(Option<uuid::Uuid>, Value)> {
    sqlx::query_as(
        "select a.party, a.answers from survey_answer a join survey s on s.id = a.survey where s.slug = $1 order by a.id",
    )
    .bind(slug)
    .fetch_all(town.pool())
    .await
    .unwrap()
}

/// Moves times, since no test waits for a clock.
async fn at_times(town: &Town, slug: &str, opens: &str, closes: &str) {
    sqlx::query(
        "update survey set opens_at = now() + $2::interval, closes_at = now() + $3::interval where slug = $1",
    )
    .bind(slug)
    .bind(opens)
    .bind(closes)
    .execute(town.pool())
    .await
    .unwrap();
}

/// Two pages with a condition and a map: what the tests answer.
async fn a_survey(clerk: &Client, slug: &str, more: &[(&str, &str)]) -> String {
    let id = draft(clerk, slug, more).await;
    let first = ask(
        clerk,
        &id,
        0,
        "single",
        &[
            ("title_pl", "Czy lubisz park?"),
            ("title_en", "Do you like the park?"),
            ("required", "yes"),
            ("choices", "Tak | Yes\nNie | No"),
        ],
    )
    .await;
    assert_eq!(first, "p1");
    let second = ask(
        clerk,
        &id,
        0,
        "text",
        &[
            ("title_pl", "Dlaczego nie?"),
            ("required", "yes"),
            ("most", "50"),
            ("long", "yes"),
            ("when-p1/c2", "yes"),
        ],
    )
    .await;
    assert_eq!(second, "p2");
    press(clerk, &id, "page-add", &[]).await;
    let third = ask(clerk, &id, 1, "pin", &[("title_pl", "Gdzie?"), ("most", "2"), ("comment", "yes")]).await;
    assert_eq!(third, "p3");
    id
}

#[tokio::test]
async fn a_survey_is_built_tried_opened_answered_mended_and_closed() {
    let town = Town::village().await;
    let clerk = town.staff("participation").await;
    assert_eq!(town.staff("editor").await.get(DESK).await.status(), 403);
    let id = a_survey(&clerk, "park", &[]).await;

    // The order, and what the form says of itself.
    press(&clerk, &id, "up/p2", &[]).await;
    let page = clerk.page(&format!("{DESK}/{id}/form")).await;
    assert!(page.contains("warunek odwołuje się"), "a condition on a later question is named: {page}");
    let stale = clerk.post_form(&format!("{DESK}/{id}/form"), &[("rev", "1"), ("do", "remove/p1")]).await;
    assert_eq!(stale.status(), 422, "somebody else was quicker");
    let unsound = clerk
        .post_form(&format!("{DESK}/{id}/state"), &[("rev", &rev(&clerk, &id).await), ("to", "ready")])
        .await;
    assert_eq!(unsound.status(), 422);
    press(&clerk, &id, "down/p2", &[]).await;
    let nothing = clerk
        .post_form(
            &format!("{DESK}/{id}/form/p1"),
            &[("rev", &rev(&clerk, &id).await), ("title_pl", " "), ("choices", "Tak")],
        )
        .await;
    assert_eq!(nothing.status(), 422);
    assert!(nothing.text().await.unwrap().contains("za mało odpowiedzi"));

    // The same condition by what was not chosen: kept as it was ticked, and shown so.
    let place = format!("{DESK}/{id}/form/p2");
    let words = [("title_pl", "Dlaczego nie?"), ("required", "yes"), ("most", "50"), ("long", "yes")];
    for (group, kept) in [
        ("unless-p1/c1", json!({ "question": "p1", "any": ["c1"], "not": true })),
        ("when-p1/c2", json!({ "question": "p1", "any": ["c2"], "not": false })),
    ] {
        let rev = rev(&clerk, &id).await;
        let fields: Vec<_> = words.into_iter().chain([("rev", rev.as_str()), (group, "yes")]).collect();
        led_to(clerk.post_form(&place, &fields).await).await;
        let form: Value = clerk.get(&format!("{DESK}/{id}/form.json")).await.json().await.unwrap();
        assert_eq!(form["form"]["pages"][0]["questions"][1]["when"], json!([kept]), "{form}");
        assert!(
            clerk
                .page(&place)
                .await
                .contains(&format!("name=\"{group}\" type=\"checkbox\" value=\"yes\" checked"))
        );
    }

    // A draft is nobody's business; a trial keeps nothing.
    let mut visitor = Browser::new(&town);
    assert_eq!(visitor.get("/surveys/park").await.status, 404);
    let tried = clerk
        .post_form(&format!("{DESK}/{id}/preview"), &[("page_", "1"), ("p1", "c2"), ("go_", "next")])
        .await;
    assert_eq!(tried.status(), 422, "the condition holds, so the text is missing");
    let tried = clerk
        .post_form(
            &format!("{DESK}/{id}/preview"),
            &[("page_", "2"), ("carried_", r#"{"p1":"c1"}"#), ("go_", "send")],
        )
        .await;
    assert!(tried.text().await.unwrap().contains("Naprawdę zostałyby teraz zapisane"));
    announce(&clerk, &id).await;
    assert!(kept(&town, "park").await.is_empty());
    let changed = clerk
        .post_form(&format!("{DESK}/{id}/form"), &[("rev", &rev(&clerk, &id).await), ("do", "remove/p1")])
        .await;
    assert_eq!(changed.status(), 422, "nobody takes a question away while people answer");

    // A visitor answers page by page.
    let list = visitor.get("/surveys?lang=en").await.text;
    assert!(list.contains("/surveys/park") && list.contains("open"), "{list}");
    let shown = visitor.get("/surveys/park?lang=en").await.text;
    assert!(
        shown.contains("Do you like the park?") && !shown.contains("Gdzie?"),
        "the second page comes later"
    );
    let token = form_token(&shown);
    let seed = between(&shown, r#"name="seed_" value=""#, "\"").to_owned();
    let send = async |visitor: &mut Browser<'_>, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("seed_", seed.as_str())].into_iter().chain(fields.iter().copied()).collect();
        visitor.post("/surveys/park", &token, &fields).await
    };
    let missing = send(&mut visitor, &[("page_", "1"), ("go_", "next")]).await;
    assert_eq!(missing.status, 422);
    assert!(
        missing.text.contains("href=\"#p1\"") && missing.text.contains("give an answer"),
        "{}",
        missing.text
    );
    let long = "ż".repeat(51);
    let long = send(&mut visitor, &[("page_", "1"), ("p1", "c2"), ("p2", &long), ("go_", "next")]).await;
    assert_eq!(long.status, 422);
    let next =
        send(&mut visitor, &[("page_", "1"), ("p1", "c2"), ("p2", "<b>bo błoto"), ("go_", "next")]).await;
    assert_eq!(next.status, 200);
    let carried = between(&next.text, r#"name="carried_" value=""#, "\"")
        .replace("&#34;", "\"")
        .replace("&quot;", "\"")
        .replace("&#60;", "<")
        .replace("&#62;", ">");
    assert_eq!(serde_json::from_str::<Value>(&carried).unwrap(), json!({ "p1": "c2", "p2": "<b>bo błoto" }));
    let last = |drawn: &'static str| [("page_", "2"), ("p3", drawn), ("go_", "send")];
    let outside = r#"[{"geometry":{"type":"Point","coordinates":[2.35,48.85]}}]"#;
    for (drawn, why) in [
        (outside, "outside the area"),
        (r#"[{"geometry":{"type":"Point"}}]"#, "cannot be taken"),
        ("[1", "cannot be read"),
    ] {
        let fields: Vec<_> = last(drawn).into_iter().chain([("carried_", carried.as_str())]).collect();
        let refused = send(&mut visitor, &fields).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(why), "{why}: {}", refused.text);
    }
    let typed = send(
        &mut visitor,
        &[("page_", "2"), ("p3.typed", "Nigdzie 1"), ("carried_", &carried), ("go_", "send")],
    )
    .await;
    assert_eq!(typed.status, 422, "an address that the register does not have");
    assert!(typed.text.contains("@ Nigdzie 1"));
    let address: (String, f64, f64) = sqlx::query_as(
        "select min(name), min(x), min(y) from survey_address group by key having count(*) = 1 order by key limit 1")
        .fetch_one(town.pool()).await.unwrap();
    let typed = format!("{}\ntu", address.0);
    let done =
        send(&mut visitor, &[("page_", "2"), ("p3.typed", &typed), ("carried_", &carried), ("go_", "send")])
            .await;
    assert_eq!((done.status, done.location.as_str()), (303, "/surveys/park?done=1"), "{}", done.text);
    let all = kept(&town, "park").await;
    let place =
        json!([{ "comment": "tu", "geometry": { "type": "Point", "coordinates": [address.1, address.2] } }]);
    assert_eq!(all, [(None, json!({ "p1": "c2", "p2": "<b>bo błoto", "p3": place }))]);

    // What was answered to a question that is no longer asked is left out.
    let fields = [("page_", "2"), ("carried_", r#"{"p1":"c1","p2":"stare","p9":"obce"}"#), ("go_", "send")];
    assert_eq!(send(&mut visitor, &fields).await.status, 303);
    assert!(kept(&town, "park").await.iter().any(|(_, one)| one == &json!({ "p1": "c1" })));

    // Five million letters, a foreign form, a form of another browser.
    let flood = "a".repeat(5_000_000);
    assert_eq!(send(&mut visitor, &[("page_", "1"), ("p1", "c1"), ("p2", &flood)]).await.status, 413);
    let mut other = Browser::new(&town);
    assert_eq!(other.post("/surveys/park", &token, &[("page_", "1"), ("p1", "c1")]).await.status, 403);

    // Typos, and no more.
    let mend = async |title: &str, reason: &str| {
        let rev = rev(&clerk, &id).await;
        let fields = [
            ("rev", rev.as_str()),
            ("title_pl", title),
            ("title_en", "Do you like the park?"),
            ("required", "yes"),
            ("choices", "Tak | Yes\nNie | No"),
            ("reason", reason),
        ];
        clerk.post_form(&format!("{DESK}/{id}/form/p1"), &fields).await.status().as_u16()
    };
    assert_eq!(mend("Czy nie lubisz parku?", "bo tak").await, 422);
    assert_eq!(mend("Czy lubisz parki?", "").await, 422, "everybody has to be told why");
    assert_eq!(mend("Czy lubisz parki?", "literówka").await, 303);
    let changes = visitor.get("/surveys/park/changes").await.text;
    for words in ["literówka", "Czy lubisz park?", "Czy lubisz parki?"] {
        assert!(changes.contains(words), "{words}: {changes}");
    }

    // The clock decides, whatever state is written down.
    at_times(&town, "park", "1 hour", "2 hours").await;
    assert_eq!(send(&mut visitor, &fields).await.status, 409);
    at_times(&town, "park", "-2 hours", "-1 second").await;
    let late = send(&mut visitor, &fields).await;
    assert_eq!(late.status, 409);
    assert_eq!(kept(&town, "park").await.len(), 2);
    town.app.surveys.put_in_order(&ctx()).await.unwrap();
    assert!(clerk.page(&format!("{DESK}/{id}")).await.contains("Poprawiono literówki"));
    assert_eq!(mend("Czy lubisz park?", "za późno").await, 422);
}

/// Says where somebody lives and when they were born.
async fn lives(town: &Town, who: &Client, point: Option<uuid::Uuid>, born: Option<&str>) {
    sqlx::query("update party set address_point = $2, born = $3::date where account = $1")
        .bind(who.account)
        .bind(point)
        .bind(born)
        .execute(town.pool())
        .await
        .unwrap();
}

async fn sends(who: &Client, slug: &str, fields: &[(&str, &str)]) -> u16 {
    who.post_form(&format!("/surveys/{slug}"), fields).await.status().as_u16()
}

#[tokio::test]
async fn only_those_who_are_asked_take_part_and_each_once() {
    let town = Town::village().await;
    let clerk = town.staff("participation").await;

    // A district of one house.
    let points: Vec<(uuid::Uuid, f64, f64)> =
        sqlx::query_as("select a.id, st_x(st_centroid(a.geom)), st_y(st_centroid(a.geom)) from asset a where kind = 'addresses' order by id")
            .fetch_all(town.pool()).await.unwrap();
    let (home, x, y) = points[0];
    let elsewhere = points
        .iter()
        .find(|(_, other_x, other_y)| (other_x - x).abs() > 0.001 || (other_y - y).abs() > 0.001)
        .unwrap()
        .0;
    let ring = json!([
        [x - 0.0005, y - 0.0005],
        [x + 0.0005, y - 0.0005],
        [x + 0.0005, y + 0.0005],
        [x - 0.0005, y + 0.0005],
        [x - 0.0005, y - 0.0005]
    ]);
    let upload = async |name: &str, text: &str| {
        const EDGE: &str = "edge-of-a-part";
        let part = |name: &str, more: &str, value: &str| {
            format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n")
        };
        let body = [
            part("form_token", "", &clerk.form_token),
            part("name", "", name),
            part("file", "; filename=\"a.geojson\"", text),
            format!("--{EDGE}--\r\n"),
        ]
        .concat();
        let request = clerk.request(Method::POST, &format!("{DESK}/districts"));
        request
            .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
            .body(body)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    let area = json!({ "type": "Feature", "properties": {}, "geometry": { "type": "Polygon", "coordinates": [ring] } }).to_string();
    assert_eq!(upload("Łąki", r#"{"type":"Point","coordinates":[1,2]}"#).await, 422);
    assert_eq!(upload("Łąki", &area).await, 303);
    assert_eq!(upload("Łąki", &area).await, 422, "two districts of one name");
    let page = clerk.page(&format!("{DESK}/districts")).await;
    assert!(page.contains("Łąki") && page.contains("<path class=\"districts__area\" d=\"M"), "{page}");
    let district = between(&page, r#"name="id" value=""#, "\"").to_owned();

    let more = [("audience", "residents"), ("district", district.as_str()), ("least_age", "16")];
    let id = a_survey(&clerk, "laki", &more).await;
    announce(&clerk, &id).await;
    let held = clerk.post_form(&format!("{DESK}/districts/remove"), &[("id", &district)]).await;
    assert_eq!(held.status(), 422, "a survey is of it");
    let answer = [("page_", "2"), ("carried_", r#"{"p1":"c1"}"#), ("go_", "send")];
    let known = town.resident(Level::Known).await;
    let resident = town.resident(Level::Resident).await;
    let this_year = ctx().now.date_naive().format("%Y").to_string().parse::<i32>().unwrap();
    let (sixteen, fifteen) = (format!("{}-12-31", this_year - 16), format!("{}-01-01", this_year - 15));
    for (who, point, born, why) in [
        (&known, Some(home), Some(sixteen.as_str()), "Potwierdź w danych konta, pod jakim adresem"),
        (&resident, None, Some(&sixteen), "rejestr nie ma Twojego adresu"),
        (&resident, Some(elsewhere), Some(&sixteen), "leży poza nim"),
        (&resident, Some(home), None, "nie zna Twojego roku urodzenia"),
        (&resident, Some(home), Some(&fifteen), "co najmniej 16 lat"),
    ] {
        lives(&town, who, point, born).await;
        let page = who.page("/surveys/laki").await;
        assert!(page.contains(why) && !page.contains("name=\"p1\""), "{why}: {page}");
        assert_eq!(sends(who, "laki", &answer).await, 403, "{why}");
    }
    let mut visitor = Browser::new(&town);
    assert!(visitor.get("/surveys/laki").await.text.contains("/sign-in?next=%2Fsurveys%2Flaki"));
    lives(&town, &resident, Some(home), Some(&sixteen)).await;

    // From two devices at the same instant.
    let all = futures::future::join_all((0..8).map(|_| sends(&resident, "laki", &answer))).await;
    assert_eq!(all.iter().filter(|status| **status == 303).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| matches!(status, 303 | 409)), "{all:?}");
    assert_eq!(kept(&town, "laki").await, [(None, json!({ "p1": "c1" }))]);
    assert_eq!(town.number("select count(*) from survey_part").await, 1);
    assert!(resident.page("/surveys/laki").await.contains("Udział już wzięto"));
    // Nothing of the answer leads to the person but that somebody took part that day.
    let whole: Vec<String> = sqlx::query_scalar("select to_jsonb(a)::text from survey_answer a")
        .fetch_all(town.pool())
        .await
        .unwrap();
    let party: uuid::Uuid = sqlx::query_scalar("select id from party where account = $1")
        .bind(resident.account)
        .fetch_one(town.pool())
        .await
        .unwrap();
    for text in &whole {
        assert!(
            !text.contains(&party.to_string()) && !text.contains(&resident.account.to_string()),
            "{text}"
        );
    }

    // A named answer is its author's: changed until the end, seen by the author, gone from their name at an erasure.
    let id = a_survey(&clerk, "podpisana", &[("audience", "known"), ("secrecy", "named")]).await;
    announce(&clerk, &id).await;
    assert_eq!(sends(&known, "podpisana", &answer).await, 303);
    let page = known.page("/surveys/podpisana").await;
    assert!(page.contains(&known.form_token), "whoever is signed in proves it by the session");
    assert!(
        page.contains("Do zamknięcia ankiety można ją zmienić") && page.contains("value=\"c1\" checked"),
        "{page}"
    );
    let changed = [("page_", "2"), ("carried_", r#"{"p1":"c2","p2":"zmiana"}"#), ("go_", "send")];
    assert_eq!(sends(&known, "podpisana", &changed).await, 303);
    let all = kept(&town, "podpisana").await;
    assert_eq!(all.len(), 1);
    assert!(all[0].0.is_some() && all[0].1 == json!({ "p1": "c2", "p2": "zmiana" }));
    assert!(known.page("/account/privacy").await.contains("Twoje odpowiedzi w ankietach"));

    // The desk reads it with its name, as a page and as a file, and its author sees that it did. No other survey has such a page.
    let path = format!("{DESK}/{id}/answers");
    let page = clerk.page(&path).await;
    assert!(page.contains("zmiana") && page.contains("list.csv"), "{page}");
    let file = clerk.get(&format!("{path}/list.csv")).await.text().await.unwrap();
    assert!(file.contains("zmiana") && file.lines().count() == 2, "{file}");
    assert_eq!(town.number("select count(*) from party_look where what = 'answers'").await, 1);
    assert_eq!(known.get(&path).await.status(), 403);
    let anonymous: String =
        sqlx::query_scalar("select id::text from survey where secrecy = 'anonymous' limit 1")
            .fetch_one(town.pool())
            .await
            .unwrap();
    assert_eq!(clerk.get(&format!("{DESK}/{anonymous}/answers")).await.status(), 404);

    // Whoever agreed to news is invited, once; reminded is who was invited and has not taken part.
    let id = a_survey(&clerk, "zaproszeni", &[("audience", "known")]).await;
    announce(&clerk, &id).await;
    let path = format!("{DESK}/{id}/invite");
    for who in [&known, &resident] {
        sqlx::query(
            "insert into consent (party, purpose, channel, given, at, page, wording, wording_version)
             select id, 'news', 'email', true, now(), '/x', 'x', '1' from party where account = $1",
        )
        .bind(who.account)
        .execute(town.pool())
        .await
        .unwrap();
    }
    let invite = async |kind: &str| {
        let place = led_to(clerk.post_form(&path, &[("kind", kind)]).await).await;
        place.rsplit('=').next().unwrap().to_owned()
    };
    assert_eq!(
        [invite("reminder").await, invite("invitation").await, invite("invitation").await],
        ["0", "2", "0"]
    );
    assert_eq!(sends(&known, "zaproszeni", &answer).await, 303);
    assert_eq!([invite("reminder").await, invite("reminder").await], ["1", "0"]);
    assert_eq!(town.number("select count(*) from message where template like 'survey-%'").await, 3);

    // A network is counted for a day by a mark; the thirty-first answer waits, another network does not.
    let id = a_survey(&clerk, "otwarta", &[]).await;
    announce(&clerk, &id).await;
    let token = form_token(&visitor.get("/surveys/otwarta").await.text);
    sqlx::query("update survey_network set answers = 29").execute(town.pool()).await.unwrap();
    assert_eq!(visitor.post("/surveys/otwarta", &token, &answer).await.status, 303);
    sqlx::query("update survey_network set answers = 29").execute(town.pool()).await.unwrap();
    assert_eq!(visitor.post("/surveys/otwarta", &token, &answer).await.status, 303);
    let waits = visitor.post("/surveys/otwarta", &token, &answer).await;
    assert_eq!(waits.status, 429, "{}", waits.text);
    let marks: Vec<String> = sqlx::query_scalar("select to_jsonb(n)::text from survey_network n")
        .fetch_all(town.pool())
        .await
        .unwrap();
    assert!(marks.len() == 1 && !marks[0].contains("198.51.100"), "{marks:?}");
    visitor.address = "203.0.113.9".to_owned();
    assert_eq!(visitor.post("/surveys/otwarta", &token, &answer).await.status, 303);
}

#[tokio::test]
async fn a_consultation_answers_each_opinion_in_public() {
    let town = Town::village().await;
    let clerk = town.staff("participation").await;
    let id = draft(&clerk, "uwagi", &[("template", "draft"), ("kind", "consultation")]).await;
    let paper = town.staff("front-desk").await;
    assert!(paper.page(DESK).await.contains("Zmyślona ankieta"));
    assert_eq!(
        paper.get(&format!("{DESK}/{id}/form")).await.status(),
        403,
        "whoever enters paper builds nothing"
    );
    let secret = clerk
        .post_form(
            &format!("{DESK}/new"),
            &[("title_pl", "Głos"), ("kind", "vote"), ("secrecy", "named"), ("audience", "known")],
        )
        .await;
    assert_eq!(secret.status(), 422, "a vote is secret");
    announce(&clerk, &id).await;
    let mut visitor = Browser::new(&town);
    let token = form_token(&visitor.get("/surveys/uwagi").await.text);
    for words in ["Za wysoko, tel. 600 100 200", "Za drogo", "Obraźliwe"] {
        let fields = [("page_", "1"), ("p1", "c3"), ("p2", words), ("go_", "send")];
        assert_eq!(visitor.post("/surveys/uwagi", &token, &fields).await.status, 303);
    }
    let before = visitor.get("/surveys/uwagi/opinions").await.text;
    assert!(
        !before.contains("Za drogo") && before.contains("niepokazane: 3"),
        "nothing is shown unread: {before}"
    );
    let path = format!("{DESK}/{id}/opinions");
    let page = clerk.page(&path).await;
    assert!(page.contains("Za wysoko, tel. ▮"), "{page}");
    let of = |words: &str| {
        let (head, _) = page.split_once(words).unwrap();
        head.rsplit_once(r#"name="opinion" type="checkbox" value=""#)
            .unwrap()
            .1
            .split_once('"')
            .unwrap()
            .0
            .to_owned()
    };
    let (high, dear, rude) = (of("Za wysoko"), of("Za drogo"), of("Obraźliwe"));
    assert_eq!(
        clerk.post_form(&path, &[("do", "show"), ("reply", "Nie")]).await.status(),
        422,
        "of which opinions?"
    );
    let (shown_high, shown_dear) = (format!("shown:{high}"), format!("shown:{dear}"));
    let fields = [
        ("do", "show"),
        ("opinion", high.as_str()),
        ("opinion", &dear),
        (&shown_high, "Za wysoko, tel. ▮"),
        (&shown_dear, "Za drogo"),
        ("decision", "partly"),
        ("reply", "Obniżymy <i>o piętro</i>."),
    ];
    assert_eq!(clerk.post_form(&path, &fields).await.status(), 303);
    let shown_rude = format!("shown:{rude}");
    assert_eq!(
        clerk
            .post_form(&path, &[("do", "hide"), ("opinion", rude.as_str()), (&shown_rude, "Obraźliwe")])
            .await
            .status(),
        303
    );
    let public = visitor.get("/surveys/uwagi/opinions").await.text;
    for words in [
        "Za drogo",
        "Za wysoko, tel. ▮",
        "uwzględnione częściowo",
        "Obniżymy &#60;i&#62;o piętro",
        "niepokazane: 1",
    ] {
        assert!(public.contains(words), "{words}: {public}");
    }
    assert!(!public.contains("600 100 200") && !public.contains("Obraźliwe"));
    let poster = clerk.page(&format!("{DESK}/{id}/poster")).await;
    assert!(poster.contains("<svg") && poster.contains("/surveys/uwagi"));

    // The card, and it alone, may stand in a frame of any page; so nothing on it acts, and no cookie comes with it.
    assert!(poster.contains("/surveys/uwagi/card?lang=pl"), "{poster}");
    let card = town.get("/surveys/uwagi/card?lang=en").await;
    assert_eq!(card.status(), 200);
    let policy = card.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.ends_with("frame-ancestors *") && policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("script-src") && !card.headers().contains_key("set-cookie"));
    let card = card.text().await.unwrap();
    for words in
        ["Zmyślona ankieta", "answers: 3", "/surveys/uwagi?lang=en", "target=\"_blank\" rel=\"noopener\""]
    {
        assert!(card.contains(words), "{words} stands nowhere in {card}");
    }
    assert!(!card.contains("<script") && !card.contains("<form") && !card.contains("<input"), "{card}");
    assert_eq!(clerk.page("/surveys/uwagi/card?lang=en").await, card, "the same for everybody");
    for path in ["/surveys/uwagi", "/surveys/uwagi/opinions", "/surveys", "/surveys/nothing/card"] {
        let policy = town.get(path).await.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.ends_with("frame-ancestors 'self'"), "{path}: {policy}");
    }

    // A file comes with the answer of whoever is signed in, and leaves only to the staff.
    let id = draft(&clerk, "pliki", &[("audience", "known"), ("secrecy", "named")]).await;
    ask(&clerk, &id, 0, "file", &[("title_pl", "Zdjęcie"), ("most", "1"), ("required", "yes")]).await;
    assert_eq!(clerk.get("/surveys/pliki/card").await.status(), 404, "a draft has no card");
    announce(&clerk, &id).await;
    let known = town.resident(Level::Known).await;
    let upload = async |name: &str, bytes: &[u8]| {
        const EDGE: &str = "edge-of-a-part";
        let mut body = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n",
            known.form_token
        )
        .into_bytes();
        body.extend(format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"go_\"\r\n\r\nsend\r\n--{EDGE}\r\nContent-Disposition: form-data; name=\"file:p1\"; filename=\"{name}\"\r\n\r\n").bytes());
        body.extend_from_slice(bytes);
        body.extend(format!("\r\n--{EDGE}--\r\n").bytes());
        let request = known
            .request(Method::POST, "/surveys/pliki")
            .header("content-type", format!("multipart/form-data; boundary={EDGE}"));
        request.body(body).send().await.unwrap().status().as_u16()
    };
    assert_eq!(upload("wirus.exe", b"MZ\x90\x00").await, 422);
    assert_eq!(upload("plan.pdf", b"%PDF-1.7\nzmyslone").await, 303);
    let file: uuid::Uuid = sqlx::query_scalar("select id from survey_file where answer is not null")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(clerk.page(&format!("{DESK}/{id}/files/{file}")).await, "%PDF-1.7\nzmyslone");
    assert_eq!(paper.get(&format!("{DESK}/{id}/files/{file}")).await.status(), 403);
    let foreign = town.resident(Level::Known).await;
    let stolen = file.to_string();
    let theft =
        foreign.post_form("/surveys/pliki", &[("page_", "1"), ("p1", &stolen), ("go_", "send")]).await;
    assert_eq!(theft.status(), 422, "nobody sends another's file");
    assert!(theft.text().await.unwrap().contains("tego nie ma do wyboru"));
}

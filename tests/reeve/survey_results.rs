//! Results of surveys, and the civic budget, through their doors.

use chrono::Duration;
use reeve::platform::access::Level;
use reqwest::Response;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Client, Town, ctx, pdf_text};

async fn led_to(response: Response) -> String {
    let (status, place) = (response.status(), response.headers().get("location").cloned());
    assert_eq!(status, 303, "{}", response.text().await.unwrap());
    place.unwrap().to_str().unwrap().to_owned()
}

async fn refused(response: Response, status: u16, words: &str) {
    let (got, text) = (response.status(), response.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    assert!(text.contains(words), "{words:?} stands nowhere in {text}");
}

/// A survey that is open, written straight into the database: how forms are made and answered is tested elsewhere.
async fn survey(town: &Town, slug: &str, questions: Value) -> Uuid {
    let id = Uuid::now_v7();
    let form = json!({"pages": [{"title": {"pl": "Strona"}, "questions": questions}]});
    sqlx::query(
        "insert into survey (id, slug, kind, state, title_pl, form, opens_at, closes_at, audience, secrecy, created_at, created_by)
         values ($1, $2, 'open', 'open', 'Zmyślone pytania', $3, now() - interval '2 days', now() + interval '1 day',
             'everyone', 'anonymous', now(), 'test')",
    )
    .bind(id)
    .bind(slug)
    .bind(&form)
    .execute(town.pool())
    .await
    .unwrap();
    sqlx::query(
        "insert into survey_version (survey, version, title_pl, intro_pl, form, made_at, made_by)
         values ($1, 1, 'Zmyślone pytania', '', $2, now(), 'test')",
    )
    .bind(id)
    .bind(&form)
    .execute(town.pool())
    .await
    .unwrap();
    id
}

async fn answer(town: &Town, survey: Uuid, answers: &Value) {
    sqlx::query("insert into survey_answer (id, survey, version, answers, on_day) values ($1, $2, 1, $3, current_date)")
        .bind(Uuid::new_v4())
        .bind(survey)
        .bind(answers)
        .execute(town.pool())
        .await
        .unwrap();
}

fn choices(ids: &[&str]) -> Value {
    ids.iter().map(|id| json!({"id": id, "label": {"pl": format!("Odpowiedź {id}")}})).collect()
}

fn ends(cell: &Value) -> (u64, u64) {
    match cell["exact"].as_u64() {
        Some(number) => (number, number),
        None => (cell["between"][0].as_u64().unwrap(), cell["between"][1].as_u64().unwrap()),
    }
}

#[tokio::test]
async fn results_are_chosen_blind_published_once_and_show_no_small_group() {
    let town = Town::empty().await;
    let clerk = town.staff("participation").await;
    let id = survey(
        &town,
        "zmyslone",
        json!([
            {"id": "age", "title": {"pl": "Wiek"}, "required": true, "type": "single", "choices": choices(&["young", "old"])},
            {"id": "wish", "title": {"pl": "Życzenie"}, "required": true, "type": "single", "choices": choices(&["a", "b", "c"])},
            {"id": "place", "title": {"pl": "Gdzie"}, "type": "pin", "most": 2, "comment": true},
            {"id": "words", "title": {"pl": "Uwagi"}, "type": "text", "most": 500},
        ]),
    )
    .await;
    // Of the old ones two want a; nobody wants c but three of the young.
    let all: Vec<(&str, &str)> =
        [("young", "a", 30), ("young", "b", 12), ("young", "c", 3), ("old", "a", 2), ("old", "b", 25)]
            .into_iter()
            .flat_map(|(age, wish, many)| std::iter::repeat_n((age, wish), many))
            .collect();
    for (n, (age, wish)) in all.iter().enumerate() {
        let mut answers = json!({"age": age, "wish": wish});
        if n < 8 {
            // Six near each other, two far away and alone.
            let x = if n < 6 { 20.7001 } else { 21.9 + 0.1 * n as f64 };
            answers["place"] =
                json!([{"geometry": {"type": "Point", "coordinates": [x, 52.1001]}, "comment": ""}]);
        }
        if n == 0 {
            answers["words"] = json!("Zadzwońcie do mnie: 600 700 800");
        }
        if n == 1 {
            answers["words"] = json!("Nikt tego nie przeczytał");
        }
        answer(&town, id, &answers).await;
    }

    let desk = format!("/desk/surveys/{id}/results");
    assert_eq!(town.get("/surveys/zmyslone/results").await.status(), 404);
    refused(clerk.post_form(&format!("{desk}/publish"), &[("sure", "yes")]).await, 422, "po zakończeniu")
        .await;
    let cross = format!("{desk}/crosses");
    led_to(clerk.post_form(&cross, &[("rows", "age"), ("columns", "wish")]).await).await;
    refused(clerk.post_form(&cross, &[("rows", "age"), ("columns", "age")]).await, 422, "dwa różne pytania")
        .await;
    refused(clerk.post_form(&cross, &[("rows", "age"), ("columns", "wish")]).await, 422, "dwa różne pytania")
        .await;
    led_to(clerk.post_form(&format!("{desk}/map"), &[("width", "500")]).await).await;
    refused(clerk.post_form(&format!("{desk}/map"), &[("width", "1")]).await, 422, "jedną z podanych").await;

    // What was written is read by a person, one after the other, with what looks like personal data blotted out.
    let texts = format!("/desk/surveys/{id}/texts");
    led_to(
        clerk
            .post_form(
                &format!("/desk/surveys/{id}/themes"),
                &[("name_pl", "Telefony"), ("name_en", "Phones")],
            )
            .await,
    )
    .await;
    let theme: Uuid = sqlx::query_scalar("select id from survey_theme").fetch_one(town.pool()).await.unwrap();
    for _ in 0..2 {
        let page = clerk.page(&texts).await;
        let field = |name: &str| {
            let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        let (answer, question, part) = (field("answer"), field("question"), field("part"));
        let is_first = page.contains("Zadzwońcie");
        let words = if is_first { "Zadzwońcie do mnie: […]" } else { "" };
        assert!(!is_first || page.contains(words), "the proposal is masked: {page}");
        let what = if is_first { "show" } else { "leave" };
        let fields = [
            ("answer", answer.as_str()),
            ("question", &question),
            ("part", &part),
            ("words", words),
            ("theme", &theme.to_string()),
            ("what", what),
        ];
        led_to(clerk.post_form(&texts, &fields).await).await;
    }
    assert!(clerk.page(&texts).await.contains("Wszystko przeczytane"));

    sqlx::query("update survey set closes_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    refused(clerk.post_form(&format!("{desk}/publish"), &[]).await, 422, "Zaznacz").await;
    led_to(clerk.post_form(&format!("{desk}/publish"), &[("sure", "yes")]).await).await;

    // Everybody sees the same, as a page, as a report and as data.
    let page = town.page("/surveys/zmyslone/results").await;
    assert!(
        page.contains("Tabele krzyżowe") && page.contains("Telefony (1)") && page.contains("[…]"),
        "{page}"
    );
    assert!(!page.contains("600 700") && !page.contains("Nikt tego"), "{page}");
    assert!(town.page("/surveys/zmyslone/report?lang=en").await.contains("How this was counted"));
    let pdf = town.get("/surveys/zmyslone/report.pdf").await;
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    let pdf = pdf_text(&pdf.bytes().await.unwrap());
    assert!(pdf.contains("Jak to policzono") && pdf.contains("[…]") && !pdf.contains("600 700"), "{pdf}");
    let response = town.get("/surveys/zmyslone/results/results.json").await;
    assert_eq!(response.headers()["access-control-allow-origin"], "*");
    let data: Value = response.json().await.unwrap();
    let table = &data["results"]["tables"]["crosses"][0];
    let count = |age: &str, wish: &str| all.iter().filter(|one| **one == (age, wish)).count() as u64;
    let mut exact = 0;
    for (row, age) in table["rows"]["categories"].as_array().unwrap().iter().enumerate() {
        for (column, wish) in table["columns"]["categories"].as_array().unwrap().iter().enumerate() {
            let truth = count(age["id"].as_str().unwrap(), wish["id"].as_str().unwrap());
            let (least, most) = ends(&table["cells"][row][column]);
            assert!((least..=most).contains(&truth), "{age} {wish}: {truth} in {least}..={most}");
            assert!(least < most || truth >= 5, "{age} {wish}: {truth} shows");
            exact += u64::from(least == most);
        }
    }
    // Three cells are small; with the totals known, a fourth had to go as well.
    assert!(exact <= 2, "{table}");
    let places =
        town.json("/surveys/zmyslone/results/places.geojson?question=place&bbox=1,2,3,4&limit=9").await;
    let shown: Vec<&Value> =
        places["features"].as_array().unwrap().iter().map(|one| &one["properties"]["people"]).collect();
    assert_eq!(shown, [6]);
    let csv = town.page("/surveys/zmyslone/results/tables.csv?lang=en").await;
    assert!(csv.lines().count() > 10 && csv.contains("age × wish"), "{csv}");

    // Once is once.
    refused(clerk.post_form(&format!("{cross}/remove"), &[("cross", "0")]).await, 422, "już się nie zmienią")
        .await;
    led_to(clerk.post_form(&format!("{desk}/publish"), &[("sure", "yes")]).await).await;
    assert_eq!(town.number("select count(*) from survey_publication").await, 1);
    assert_eq!(town.number("select count(*) from survey where state = 'published'").await, 1);
    let other = town.staff("front-desk").await;
    assert_eq!(other.get(&desk).await.status(), 403);
}

/// A point in the made-up town, as the page's script sends it.
fn pin(x: f64, y: f64) -> String {
    json!([{"geometry": {"type": "Point", "coordinates": [x, y]}}]).to_string()
}

async fn submit(who: &Client, fields: &[(&str, &str)], place: &str) -> Response {
    let mut all = vec![
        ("title", "Ławki przy stawie"),
        ("words", "Żeby było gdzie usiąść."),
        ("pool", "1"),
        ("place", place),
        ("estimate", "12000"),
        ("go_", "send"),
    ];
    all.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
    all.extend(fields);
    who.post_form("/surveys/bo/submit", &all).await
}

#[tokio::test]
async fn a_civic_budget_goes_from_the_map_to_the_vote_and_its_result() {
    let town = Town::empty().await;
    let clerk = town.staff("participation").await;
    let clock = |days: i64| {
        let at = reeve::ui::local_time::on_the_clock(ctx().now + Duration::days(days));
        (at.format("%Y-%m-%dT%H:%M:%S").to_string(), at.date().to_string())
    };
    let (opens, closes) = (clock(30).0, clock(40).0);
    let place = led_to(
        clerk
            .post_form(
                "/desk/surveys/new",
                &[
                    ("template", "empty"),
                    ("title_pl", "Zmyślony budżet"),
                    ("slug", "bo"),
                    ("kind", "budget"),
                    ("secrecy", "secret"),
                    ("audience", "residents"),
                    ("opens_at", &opens),
                    ("closes_at", &closes),
                    ("least_cell", "5"),
                ],
            )
            .await,
    )
    .await;
    let id = place.split('/').nth(3).unwrap().to_owned();
    let desk = format!("/desk/surveys/{id}/projects");
    assert_eq!(
        town.get("/surveys/bo/projects").await.status(),
        404,
        "nobody knows of it before it has rules"
    );
    sqlx::query("insert into district (id, name, area) values ($1, 'Zmyślona', st_multi(st_makeenvelope(20.6, 52, 20.8, 52.2, 4326)))")
        .bind(Uuid::now_v7())
        .execute(town.pool())
        .await
        .unwrap();
    let district: Uuid = sqlx::query_scalar("select id from district").fetch_one(town.pool()).await.unwrap();
    let rules = |from: i64, until: i64| [("from", clock(from).1), ("until", clock(until).1)];
    let set = async |from: i64, until: i64| {
        let days = rules(from, until);
        let days: Vec<(&str, &str)> = days.iter().map(|(name, day)| (*name, day.as_str())).collect();
        clerk
            .post_form(
                &format!("{desk}/rules"),
                &[&days[..], &[("method", "approval"), ("most", "2"), ("one_district", "yes")]].concat(),
            )
            .await
    };
    refused(set(2, 1).await, 422, "Podaj dni").await;
    led_to(set(-1, 1).await).await;
    let pool = async |name: &str, district: &str, amount: &str, most: &str| {
        let fields = [
            ("name_pl", name),
            ("district", district),
            ("amount", amount),
            ("most_cost", most),
            ("least_support", "2"),
            ("ties", "cheaper"),
        ];
        clerk.post_form(&format!("{desk}/pools"), &fields).await
    };
    led_to(pool("Zmyślona dzielnica", &district.to_string(), "20 000", "15 000").await).await;
    led_to(pool("Całe miasto", "", "100 000", "50 000").await).await;
    refused(pool("Za droga", "", "100", "200").await, 422, "najdroższy projekt").await;

    // Residents submit on the map; what is outside, too dear or too much is refused and can be mended.
    let resident = town.resident(Level::Resident).await;
    assert!(resident.page("/surveys/bo/submit").await.contains("data-draw=\"pin\""));
    assert!(town.page("/surveys").await.contains("/surveys/bo/projects"));
    let known = town.resident(Level::Known).await;
    assert!(
        !known.page("/surveys/bo/submit").await.contains("data-draw"),
        "whose address is not proved has no form"
    );
    assert_eq!(
        led_to(submit(&resident, &[], &pin(20.7, 52.1)).await).await,
        "/surveys/bo/projects/1?done=submitted"
    );
    refused(submit(&resident, &[], &pin(21.5, 52.1)).await, 422, "w tej dzielnicy").await;
    refused(submit(&resident, &[("pool", "2")], &pin(2.3, 48.8)).await, 422, "Ławki przy stawie").await;
    refused(submit(&resident, &[("estimate", "15001")], &pin(20.7, 52.1)).await, 422, "najwyżej").await;
    refused(submit(&resident, &[("words", "")], &pin(20.7, 52.1)).await, 422, "Ławki przy stawie").await;
    for (title, pool) in [("Drzewa", "1"), ("Lampy", "2"), ("Pomnik", "2"), ("Zjeżdżalnia", "1")] {
        led_to(submit(&resident, &[("title", title), ("pool", pool)], &pin(20.71, 52.11)).await).await;
    }
    refused(submit(&resident, &[], &pin(20.7, 52.1)).await, 409, "tyle projektów").await;
    led_to(resident.post_form("/surveys/bo/projects/5/withdraw", &[]).await).await;
    assert_eq!(known.post_form("/surveys/bo/projects/4/withdraw", &[]).await.status(), 404);
    let page = town.page("/surveys/bo/projects").await;
    assert!(
        page.contains("1. Ławki przy stawie")
            && !page.contains("Zjeżdżalnia")
            && !page.contains("Mieszkanka"),
        "{page}"
    );
    assert_eq!(town.json("/surveys/bo/projects.geojson").await["features"].as_array().unwrap().len(), 4);

    // The office checks each, says why, and tells the author.
    let decide = async |number: i32, what: &str, cost: &str, reason: &str, rev: &str| {
        let fields = [("rev", rev), ("what", what), ("cost", cost), ("reason", reason)];
        clerk.post_form(&format!("{desk}/{number}"), &fields).await
    };
    refused(decide(4, "refuse", "", "", "1").await, 422, "dlaczego").await;
    refused(decide(1, "accept", "15 000,01", "", "1").await, 422, "Wpisz koszt").await;
    led_to(decide(1, "accept", "14 000", "Bez uwag.", "1").await).await;
    refused(decide(1, "refuse", "", "Jednak nie.", "1").await, 422, "Ktoś inny").await;
    led_to(decide(2, "accept", "9 000", "", "1").await).await;
    led_to(decide(3, "accept", "40 000", "", "1").await).await;
    refused(clerk.post_form(&format!("{desk}/vote"), &[]).await, 422, "zgłaszane lub sprawdzane").await;
    led_to(decide(4, "refuse", "", "Teren nie należy do gminy.", "1").await).await;
    assert!(town.page("/surveys/bo/projects/4").await.contains("Teren nie należy do gminy."));
    assert_eq!(
        town.number("select count(*) from message where template in ('project-accepted', 'project-refused')")
            .await,
        4
    );

    // From the accepted ones the form of the vote is made, when no more come.
    refused(clerk.post_form(&format!("{desk}/vote"), &[]).await, 422, "zgłaszane lub sprawdzane").await;
    led_to(set(-3, -1).await).await;
    refused(submit(&resident, &[], &pin(20.7, 52.1)).await, 409, "zakończono").await;
    led_to(clerk.post_form(&format!("{desk}/vote"), &[]).await).await;
    let order = "select string_agg(number || ':' || listed, ' ' order by number) from budget_project where listed is not null";
    let first: String = sqlx::query_scalar(order).fetch_one(town.pool()).await.unwrap();
    led_to(clerk.post_form(&format!("{desk}/vote"), &[]).await).await;
    let second: String = sqlx::query_scalar(order).fetch_one(town.pool()).await.unwrap();
    assert_eq!(first, second, "whoever draws again gets the same");
    let form: Value = sqlx::query_scalar("select form from survey").fetch_one(town.pool()).await.unwrap();
    let form: ballots::form::Form = serde_json::from_value(form).unwrap();
    assert_eq!(ballots::form::check::sound(&form), Ok(()));
    assert_eq!(form.pages.len(), 2, "one district only: nobody has to choose among them");

    // Its box, once the urn is opened, is counted exactly and explained.
    for (pool_1, pool_2) in [
        (json!(["project-1", "project-2"]), json!(["project-3"])),
        (json!(["project-1"]), json!([])),
        (json!(["project-2"]), json!([])),
    ] {
        sqlx::query("insert into ballot (survey, answers) select id, $1 from survey")
            .bind(json!({"pool-1": pool_1, "pool-2": pool_2}))
            .execute(town.pool())
            .await
            .unwrap();
    }
    sqlx::query("update survey set state = 'open', opens_at = now() - interval '2 days', closes_at = now() - interval '1 day'")
        .execute(town.pool())
        .await
        .unwrap();
    let results = format!("/desk/surveys/{id}/results");
    refused(clerk.post_form(&format!("{results}/publish"), &[("sure", "yes")]).await, 422, "Urna").await;
    sqlx::query(
        "insert into survey_urn (survey, token_key, urn_key, file_key, plain_bytes, opened_on, file, file_digest, counts)
         select id, '', '', '', 1, current_date, 'file', sha256(''), $1 from survey",
    )
    .bind(json!({
        "roll_online": 2, "roll_paper": 2, "online": 1, "spoiled": 0, "taken_out": 1, "paper": 2, "foreign": 0,
    }))
    .execute(town.pool())
    .await
    .unwrap();
    sqlx::query("update survey set state = 'closed'").execute(town.pool()).await.unwrap();
    led_to(clerk.post_form(&format!("{results}/publish"), &[("sure", "yes")]).await).await;
    let page = town.page("/surveys/bo/results").await;
    // Two ballots each, and money for one: the cheaper goes first. The third project has one ballot and needs two.
    for words in
        ["Zdecydowało: tańszy projekt pierwszy", "W puli zostało już tylko 11", "Głosów: 1, potrzeba: 2."]
    {
        assert!(page.contains(words), "{words:?} stands nowhere in {page}");
    }
    let text = page.replace(['\n', ' '], "");
    for count in ["internet</dt><dd>1<", "papierze</dt><dd>2<", "papieru</dt><dd>1<"] {
        assert!(text.contains(count), "{count} stands nowhere in {page}");
    }
    let data = town.json("/surveys/bo/results/results.json").await;
    let award = &data["results"]["exact"]["questions"][0]["award"];
    assert_eq!(award["left"], 1_100_000);
    assert!(town.page("/surveys/bo/projects?lang=en").await.contains("Results"));
}

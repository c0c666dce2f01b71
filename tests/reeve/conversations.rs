//! What residents and visitors write to the office, and what the staff does with it.

mod desk;
mod visitors;

use std::collections::BTreeSet;

use futures::future::join_all;
use reeve::{conversations::number_text, platform::access::Level};
use uuid::Uuid;

use crate::support::{Client, Town};

/// Between two texts of a page.
pub fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("{before} is missing: {page}"));
    rest.split_once(after).unwrap().0
}

/// The id in the address to which one is led.
pub fn led_to(response: &reqwest::Response, folder: &str) -> Uuid {
    let location = response.headers()["location"].to_str().unwrap();
    let rest = location.strip_prefix(folder).unwrap_or_else(|| panic!("{location}"));
    rest.split(['?', '/']).next().unwrap().parse().unwrap()
}

/// A letter that somebody writes; answers its id.
pub async fn write(who: &Client, subject: &str, body: &str) -> Uuid {
    let response = who.post_form("/account/letters/new", &[("subject", subject), ("body", body)]).await;
    assert_eq!(response.status(), 303, "{}", response.text().await.unwrap());
    led_to(&response, "/account/letters/")
}

/// The version that a clerk's page shows.
pub async fn version(clerk: &Client, letter: Uuid) -> String {
    let page = clerk.page(&format!("/desk/conversations/{letter}")).await;
    between(&page, "name=\"version\" value=\"", "\"").to_owned()
}

/// An act of a clerk who has just looked; answers the status.
pub async fn act(clerk: &Client, letter: Uuid, what: &str, fields: &[(&str, &str)]) -> u16 {
    let seen = version(clerk, letter).await;
    let mut all = vec![("version", seen.as_str())];
    all.extend(fields);
    clerk.post_form(&format!("/desk/conversations/{letter}/{what}"), &all).await.status().as_u16()
}

/// Sends a form with files.
pub async fn upload(
    who: &Client,
    path: &str,
    fields: &[(&str, &str)],
    files: &[(&str, Vec<u8>)],
) -> reqwest::Response {
    const EDGE: &str = "edge-of-a-part";
    let token = [("form_token", who.form_token.as_str())];
    let mut body = Vec::new();
    for (name, value) in token.iter().chain(fields) {
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.into_bytes());
    }
    for (name, content) in files {
        let head = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
        );
        body.extend(head.into_bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{EDGE}--\r\n").into_bytes());
    who.request(reqwest::Method::POST, path)
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn state(town: &Town, letter: Uuid) -> String {
    sqlx::query_scalar("select state from conversation where id = $1")
        .bind(letter)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

async fn party_of(town: &Town, account: Uuid) -> Uuid {
    sqlx::query_scalar("select id from party where account = $1")
        .bind(account)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_letter_gets_a_number_is_answered_closed_and_opened_again() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let clerk = town.staff("front-desk").await;
    assert!(anna.page("/account/letters").await.contains("Nie ma jeszcze pism"));
    let id = write(&anna, "Dziura w jezdni", "Przy szkole jest dziura.\n\n<script>alert(1)</script>").await;
    let own = format!("/account/letters/{id}");
    let page = anna.page(&own).await;
    let number = between(&page, "<dt>Numer</dt><dd>", "</dd>").to_owned();
    assert!(number.starts_with("P/20") && number.ends_with("/000001"), "{number}");
    assert!(page.contains("Nowe") && page.contains("Odpowiemy do"));
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script>alert"), "{page}");
    assert!(anna.page("/account/messages").await.contains(&format!("Przyjęliśmy Twoje pismo {number}")));

    assert_eq!(act(&clerk, id, "assign", &[("me", "1")]).await, 303);
    assert!(anna.page(&own).await.contains("W toku"));
    assert_eq!(act(&clerk, id, "note", &[("note", "Zadzwonić do ekipy")]).await, 303);
    assert_eq!(act(&clerk, id, "answer", &[("answer", "Naprawimy do piątku.")]).await, 303);
    let page = anna.page(&own).await;
    assert!(page.contains("Jest odpowiedź") && page.contains("Naprawimy do piątku."));
    assert!(!page.contains("Zadzwonić do ekipy"), "a note of the staff");
    let inbox = anna.page("/account/messages").await;
    assert!(inbox.contains(&format!("Odpowiedź na pismo {number}")), "{inbox}");
    for href in inbox.split("href=\"/account/messages/").skip(1).filter_map(|rest| rest.get(..36)) {
        assert!(!anna.page(&format!("/account/messages/{href}")).await.contains("Zadzwonić do ekipy"));
    }
    let staff_page = clerk.page(&format!("/desk/conversations/{id}")).await;
    assert!(staff_page.contains("Zadzwonić do ekipy") && staff_page.contains("Notatka wewnętrzna"));

    let closed = anna.post_form(&format!("{own}/close"), &[]).await;
    assert_eq!(closed.status(), 303);
    assert_eq!(state(&town, id).await, "closed");
    assert!(anna.page(&own).await.contains("sprawa zakończona"));
    assert_eq!(anna.post_form(&format!("{own}/close"), &[]).await.status(), 303, "twice is once");
    assert_eq!(anna.post_form(&own, &[("body", "Jednak dalej jest dziura")]).await.status(), 303);
    assert_eq!(state(&town, id).await, "in_progress");
    assert!(anna.page(&own).await.contains("sprawa otwarta na nowo"));
    let kinds: Vec<String> =
        sqlx::query_scalar("select kind from conversation_event where conversation = $1 order by id")
            .bind(id)
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert_eq!(kinds, ["written", "assigned", "noted", "answered", "closed", "written_again", "reopened"]);
    assert!(
        sqlx::query("update conversation_event set kind = 'closed'").execute(town.pool()).await.is_err(),
        "what was done stays written down"
    );
}

#[tokio::test]
async fn numbers_of_letters_written_at_once_have_no_holes() {
    let town = Town::empty().await;
    let writers = join_all((0..12).map(|_| town.resident(Level::Known))).await;
    join_all(writers.iter().map(|who| write(who, "Pytanie o gabaryty", "Kiedy?"))).await;
    // One that fails leaves no hole either.
    let refused = writers[0].post_form("/account/letters/new", &[("subject", "x"), ("body", "")]).await;
    assert_eq!(refused.status(), 422);
    write(&writers[0], "Jeszcze jedno", "Kiedy?").await;
    let numbers: Vec<String> =
        sqlx::query_scalar("select number from conversation").fetch_all(town.pool()).await.unwrap();
    let year: i32 = numbers[0].split('/').nth(1).unwrap().parse().unwrap();
    let wanted: BTreeSet<String> = (1..=13).map(|n| number_text(year, n)).collect();
    assert_eq!(numbers.into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[tokio::test]
async fn a_form_sent_twice_is_one_letter_and_one_answer() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let page = anna.page("/account/letters/new").await;
    let key = between(&page, "name=\"key\" value=\"", "\"").to_owned();
    let fields = [("subject", "Pytanie"), ("body", "Kiedy?"), ("key", key.as_str())];
    let answers = join_all((0..4).map(|_| anna.post_form("/account/letters/new", &fields))).await;
    let ids: BTreeSet<Uuid> = answers.iter().map(|answer| led_to(answer, "/account/letters/")).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(town.number("select count(*) from conversation").await, 1);
    let own = format!("/account/letters/{}", ids.first().unwrap());
    let again = [("body", "I jeszcze"), ("key", "0198c0de-0000-4000-8000-000000000009")];
    join_all((0..3).map(|_| anna.post_form(&own, &again))).await;
    assert_eq!(town.number("select count(*) from message where direction = 'in'").await, 2);
    // Another one's key opens nothing of theirs.
    let jan = town.resident(Level::Known).await;
    let response = jan.post_form("/account/letters/new", &fields).await;
    assert_ne!(response.status(), 303, "{:?}", response.headers().get("location"));
}

#[tokio::test]
async fn a_letter_of_somebody_else_is_not_there() {
    let town = Town::empty().await;
    let (anna, jan) = (town.resident(Level::Known).await, town.resident(Level::Verified).await);
    let clerk = town.staff("front-desk").await;
    let response = upload(
        &anna,
        "/account/letters/new",
        &[("subject", "Z plikiem"), ("body", "Proszę")],
        &[("umowa.txt", b"zapis".to_vec())],
    )
    .await;
    assert_eq!(response.status(), 303);
    let id = led_to(&response, "/account/letters/");
    let own = format!("/account/letters/{id}");
    let page = anna.page(&own).await;
    let file = format!("/account/messages/{}", between(&page, "href=\"/account/messages/", "\" download"));
    assert_eq!(anna.get(&file).await.text().await.unwrap(), "zapis");
    assert_eq!(jan.get(&file).await.status(), 404);
    assert_eq!(jan.get(&own).await.status(), 404);
    assert_eq!(jan.post_form(&own, &[("body", "x")]).await.status(), 404);
    assert_eq!(jan.post_form(&format!("{own}/close"), &[]).await.status(), 404);
    assert!(!jan.page("/account/letters").await.contains("Z plikiem"));
    assert_eq!(town.get(&own).await.status(), 303, "a visitor signs in first");
    let staff_file = clerk.page(&format!("/desk/conversations/{id}")).await;
    let staff_file =
        between(&staff_file, &format!("href=\"/desk/conversations/{id}/files/"), "\"").to_owned();
    let fetched = clerk.get(&format!("/desk/conversations/{id}/files/{staff_file}")).await;
    assert!(fetched.headers()["content-disposition"].to_str().unwrap().contains("umowa.txt"));
    let other = write(&jan, "Inna sprawa", "x").await;
    let wrong = format!("/desk/conversations/{other}/files/{staff_file}");
    assert_eq!(clerk.get(&wrong).await.status(), 404, "a file of another letter");
    for role in ["viewer", "editor", "planner"] {
        let other = town.staff(role).await;
        assert_eq!(other.get("/desk/conversations").await.status(), 403, "{role}");
        assert_eq!(other.get(&format!("/desk/conversations/{id}")).await.status(), 403, "{role}");
    }
}

#[tokio::test]
async fn what_cannot_be_taken_is_named_and_nothing_typed_is_lost() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let new = "/account/letters/new";
    let long = "ą".repeat(10_001);
    for (subject, body, fault) in [
        ("", "Treść", "Napisz w kilku słowach"),
        ("Temat", " \u{0}\r\n ", "Napisz treść"),
        ("Temat", long.as_str(), "Tekst ma 10\u{a0}001 znaków"),
    ] {
        let response = anna.post_form(new, &[("subject", subject), ("body", body)]).await;
        assert_eq!(response.status(), 422, "{fault}");
        let page = response.text().await.unwrap();
        assert!(page.contains(fault) && page.contains("govuk-error-summary"), "{fault}");
        assert!(body.len() < 20 || page.contains(body), "what was typed stays");
    }
    let fields = [("subject", "Temat"), ("body", "Treść")];
    for (name, content, fault) in [
        ("wielki.pdf", vec![b' '; 50 * 1024 * 1024], "większy niż 10"),
        ("faktura.pdf.exe", b"MZ...".to_vec(), "jest programem"),
        ("strona.txt", b"<html><script>".to_vec(), "jest programem"),
        ("pusty.txt", Vec::new(), "jest pusty"),
    ] {
        let response = upload(&anna, new, &fields, &[(name, content)]).await;
        assert_eq!(response.status(), 422, "{name}");
        let page = response.text().await.unwrap();
        assert!(page.contains(fault) && page.contains(name), "{name}: {page}");
    }
    let many: Vec<_> = (0..11).map(|_| ("a.txt", b"x".to_vec())).collect();
    assert_eq!(upload(&anna, new, &fields, &many).await.status(), 422);
    assert_eq!(town.number("select count(*) from conversation").await, 0);
    // Line ends in a subject are no way into headers of mails.
    let id = write(&anna, "Temat\r\nBcc: wszyscy@poczta.example", "Treść\u{7}").await;
    let (subject, body): (String, String) = sqlx::query_as(
        "select c.subject, m.body from conversation c join message m on m.thread = c.id and m.direction = 'in' where c.id = $1",
    )
    .bind(id)
    .fetch_one(town.pool())
    .await
    .unwrap();
    assert_eq!((subject.as_str(), body.as_str()), ("Temat Bcc: wszyscy@poczta.example", "Treść"));
    // Whoever floods is told so.
    for _ in 0..19 {
        write(&anna, "Temat", "Treść").await;
    }
    let response = anna.post_form(new, &fields).await;
    assert_eq!(response.status(), 429);
    assert!(response.text().await.unwrap().contains("Dziś napisano już bardzo dużo"));
}

#[tokio::test]
async fn a_letter_says_which_thing_it_is_about() {
    let town = Town::village().await;
    let bench: Uuid = sqlx::query_scalar("select id from asset where kind = 'benches' order by id limit 1")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let page = town.page(&format!("/assets/{bench}")).await;
    assert!(page.contains(&format!("href=\"/write?asset={bench}\"")));
    let found = town.json("/api/graves?q=Jan%20Kowalski&limit=1").await;
    let grave = found["items"][0]["grave"]["id"].as_str().unwrap();
    assert!(town.page(&format!("/graves/{grave}")).await.contains(&format!("/write?asset={grave}")));
    assert!(town.page("/help").await.contains("href=\"/write\""));
    let anna = town.resident(Level::Known).await;
    let response = anna.get(&format!("/write?asset={bench}")).await;
    assert_eq!(response.headers()["location"], format!("/account/letters/new?asset={bench}").as_str());
    let page = anna.page(&format!("/account/letters/new?asset={bench}")).await;
    assert!(page.contains("Dotyczy:") && page.contains("Ławka"));
    let bench_text = bench.to_string();
    let fields = [("subject", "Połamana"), ("body", "Wystaje gwóźdź"), ("asset", bench_text.as_str())];
    let response = anna.post_form("/account/letters/new", &fields).await;
    let id = led_to(&response, "/account/letters/");
    let clerk = town.staff("front-desk").await;
    let page = clerk.page(&format!("/desk/conversations/{id}")).await;
    assert!(page.contains(&format!("/assets/{bench}")) && page.contains("Ławka"));
    // What is no thing is left out.
    let page = anna.page("/account/letters/new?asset=00000000-0000-4000-8000-000000000000").await;
    assert!(!page.contains("Dotyczy:"));
    assert_eq!(anna.get("/account/letters/new?asset=x").await.status(), 400);
}

#[tokio::test]
async fn an_attorney_writes_in_the_principals_name_and_it_stays_written_down() {
    let town = Town::empty().await;
    let (anna, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let (hers, his) = (party_of(&town, anna.account).await, party_of(&town, jan.account).await);
    let enter = async |scope: &str| {
        let id = Uuid::now_v7();
        sqlx::query(
            "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
             values ($1, $2, $3, array[$4], '2020-01-01', 'PPS-1', 'x@urzad.example', now())",
        )
        .bind(id)
        .bind(hers)
        .bind(his)
        .bind(scope)
        .execute(town.pool())
        .await
        .unwrap();
        id
    };
    let dues = enter("dues").await;
    let own = write(&jan, "Moja sprawa", "x").await;
    assert_eq!(jan.post_form("/account/acting", &[("mandate", &dues.to_string())]).await.status(), 303);
    for path in ["/account/letters", "/account/letters/new"] {
        assert_eq!(jan.get(path).await.status(), 403, "{path}");
    }
    let refused = jan.post_form("/account/letters/new", &[("subject", "Temat"), ("body", "x")]).await;
    assert_eq!(refused.status(), 403, "dues are no cases");
    let cases = enter("cases").await;
    assert_eq!(jan.post_form("/account/acting", &[("mandate", &cases.to_string())]).await.status(), 303);
    let id = write(&jan, "W imieniu Anny", "Proszę o zaświadczenie").await;
    assert_eq!(jan.get(&format!("/account/letters/{own}")).await.status(), 404, "he acts for her now");
    let page = anna.page(&format!("/account/letters/{id}")).await;
    assert!(page.contains("pełnomocnik: Zmyślona Mieszkanka"), "{page}");
    let party: Uuid = sqlx::query_scalar("select party from conversation where id = $1")
        .bind(id)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!((party, his == hers), (hers, false));
    let acted: Vec<String> =
        sqlx::query_scalar("select what from mandate_event where mandate = $1 and kind = 'acted'")
            .bind(cases)
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert!(acted.iter().any(|what| what.starts_with("letter P/")), "{acted:?}");
}

/// The last day for an answer.
async fn deadline_of(town: &Town, letter: Uuid) -> String {
    sqlx::query_scalar("select deadline::text from conversation where id = $1")
        .bind(letter)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

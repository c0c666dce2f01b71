//! What somebody does about their own messages: reading, agreeing, taking back.

use reeve::{
    messages::{Channel, NewAttachment, Received},
    platform::access::Level,
};
use serde_json::json;
use uuid::Uuid;

use super::{Person, case, count, send, send_case, states, until};
use crate::support::{Town, ctx, outside::Outside};

#[tokio::test]
async fn an_empty_inbox_says_so_and_a_new_message_stands_above() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    assert!(anna.client.page("/account/messages").await.contains("Nie ma jeszcze wiadomości"));
    let old = send_case(&town, anna.party, "Stara sprawa", "Pierwsza").await;
    anna.client.page(&format!("/account/messages/{old}")).await;
    send_case(&town, anna.party, "Nowa sprawa", "Druga").await;
    let page = anna.client.page("/account/messages").await;
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} is missing: {page}"));
    assert!(at("Nieprzeczytane") < at("Nowa sprawa") && at("Nowa sprawa") < at("Przeczytane"));
    assert!(at("Przeczytane") < at("Stara sprawa"));
    let found = anna.client.page("/account/messages?q=pierwsza").await;
    assert!(found.contains("Stara sprawa") && !found.contains("Nowa sprawa"));
    assert!(anna.client.page("/account/messages?q=100%25").await.contains("Nic nie znaleziono"));
}

#[tokio::test]
async fn messages_of_one_matter_stand_together_and_long_lists_have_pages() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    let first = send_case(&town, anna.party, "Sprawa", "Pierwsza").await;
    let values = [("subject", "Sprawa".to_owned()), ("text", "Druga".to_owned())];
    let second =
        send(&town, &reeve::messages::NewMessage { thread: Some(first), ..case(anna.party, &values) }).await;
    let page = anna.client.page(&format!("/account/messages/{second}")).await;
    assert!(page.find("Pierwsza").unwrap() < page.find("Druga").unwrap());
    assert!(anna.client.page("/account/messages").await.contains("2 wiadomości"));
    for n in 0..30 {
        send_case(&town, anna.party, &format!("Numer {n:02}"), "x").await;
    }
    sqlx::query("update message set read_at = now() where in_inbox").execute(town.pool()).await.unwrap();
    let page = anna.client.page("/account/messages").await;
    assert!(page.contains("Numer 29") && !page.contains("Numer 04"));
    let next =
        page.split("href=\"").find(|rest| rest.contains("before=")).unwrap().split('"').next().unwrap();
    let page = anna.client.page(&next.replace("&#38;", "&").replace("&amp;", "&")).await;
    assert!(page.contains("Numer 04") && page.contains(">Sprawa<") && !page.contains("Numer 29"));
}

#[tokio::test]
async fn opening_a_message_is_written_down_once_and_only_for_its_reader() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    let other = Person::of(&town).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    let path = format!("/account/messages/{id}");
    let unread = async || town.number("select count(*) from message where read_at is null").await == 1;
    assert_eq!(other.client.get(&path).await.status(), 404);
    let head = anna.client.request(reqwest::Method::HEAD, &path).send().await.unwrap();
    assert_eq!(head.status(), 200);
    let ahead =
        anna.client.request(reqwest::Method::GET, &path).header("sec-purpose", "prefetch").send().await;
    assert_eq!(ahead.unwrap().status(), 200);
    anna.client.page("/account/messages").await;
    assert!(unread().await, "nobody has opened it yet");
    anna.client.page(&path).await;
    let read = async || -> chrono::DateTime<chrono::Utc> {
        sqlx::query_scalar("select read_at from message where read_by is not null")
            .fetch_one(town.pool())
            .await
            .unwrap()
    };
    let first = read().await;
    anna.client.page(&path).await;
    assert_eq!(read().await, first);
}

#[tokio::test]
async fn an_attorney_reads_while_the_power_holds() {
    let town = Town::empty().await;
    let (anna, attorney) = (Person::of(&town).await, Person::of(&town).await);
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    let path = format!("/account/messages/{id}");
    let mandate = Uuid::now_v7();
    sqlx::query(
        "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
         values ($1, $2, $3, '{deliveries}', '2020-01-01', 'pełnomocnictwo', 'test', now())",
    )
    .bind(mandate)
    .bind(anna.party)
    .bind(attorney.party)
    .execute(town.pool())
    .await
    .unwrap();
    // Only whoever is verified acts for others.
    let verified = "update party set level = 'verified' where id = $1";
    sqlx::query(verified).bind(attorney.party).execute(town.pool()).await.unwrap();
    let act = "update session set acting = $1 where account = $2";
    sqlx::query(act).bind(mandate).bind(attorney.client.account).execute(town.pool()).await.unwrap();
    assert!(attorney.client.page(&path).await.contains("Treść"));
    let by: Uuid = sqlx::query_scalar("select read_by from message where id = $1")
        .bind(id)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(by, attorney.client.account);
    for (change, status) in
        [("scopes = '{dues}'", 403), ("scopes = '{cases}', revoked_at = now(), revoked_by = 'x'", 404)]
    {
        let sql = sqlx::AssertSqlSafe(format!("update mandate set {change}"));
        sqlx::query(sql).execute(town.pool()).await.unwrap();
        assert_eq!(attorney.client.get(&path).await.status(), status, "{change}");
    }
}

#[tokio::test]
async fn files_come_in_by_their_bytes_and_go_out_as_files() {
    let town = Town::empty().await;
    let (anna, other) = (Person::of(&town).await, Person::of(&town).await);
    let receive = async |name: &str, content: Vec<u8>| {
        let received = Received {
            from: anna.party,
            thread: None,
            subject: "Pismo\r\nBcc: x".to_owned(),
            body: "<script>alert(1)</script>".to_owned(),
            attachments: vec![NewAttachment { name: name.to_owned(), content: content.into() }],
            href: None,
            key: None,
        };
        let mut transaction = town.pool().begin().await.unwrap();
        let id = town.app.messages.receive_in(&mut transaction, &ctx(), &received).await;
        if id.is_ok() {
            transaction.commit().await.unwrap();
        }
        id.map_err(|failure| failure.to_string())
    };
    for (name, content) in [
        ("faktura.pdf", b"MZ\x90\x00".to_vec()),
        ("faktura.exe", b"%PDF-1.7".to_vec()),
        ("duzy.txt", vec![b'a'; 50 * 1024 * 1024]),
        ("pusty.txt", Vec::new()),
    ] {
        assert!(receive(name, content).await.is_err(), "{name}");
    }
    assert_eq!(town.number("select count(*) from message").await, 0);
    let id = receive("../Zażółć \"gęślą\".pdf", b"%PDF-1.7 tekst".to_vec()).await.unwrap();
    let messages = town.app.messages.thread(&ctx(), id).await.unwrap();
    assert_eq!(messages[0].subject, "Pismo Bcc: x");
    let file = &messages[0].attachments[0];
    let path = format!("/account/messages/{id}/files/{}", file.id);
    let answer = anna.client.get(&path).await;
    assert_eq!(answer.status(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    let disposition = header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"Za")
            && disposition.contains("filename*=UTF-8''Za%C5%BC")
    );
    assert_eq!(
        (header("x-content-type-options"), header("cache-control")),
        ("nosniff".into(), "private, no-cache".into())
    );
    assert_eq!(answer.bytes().await.unwrap(), "%PDF-1.7 tekst");
    assert_eq!(other.client.get(&path).await.status(), 404);
    assert_eq!(town.get(&path).await.status(), 303);
}

#[tokio::test]
async fn each_consent_is_an_event_with_the_words_that_were_read() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    anna.agree(&["case-email", "news-email"]).await;
    anna.agree(&["case-email", "news-email"]).await;
    anna.agree(&["case-email"]).await;
    let rows: Vec<(String, String, bool)> =
        sqlx::query_as("select purpose, channel, given from consent order by id")
            .fetch_all(town.pool())
            .await
            .unwrap();
    let told: Vec<_> = rows.iter().map(|(p, c, g)| (p.as_str(), c.as_str(), *g)).collect();
    assert_eq!(told, [("case", "email", true), ("news", "email", true), ("news", "email", false)]);
    let words = "select count(*) from consent where wording like 'Zgadzam się dostawać%' and wording_version = '2026-11-30' and page = '/account/consents'";
    assert_eq!(town.number(words).await, 3);
    let page = anna.client.page("/account/consents").await;
    assert!(
        page.contains(
            "id=\"consent-case-email\" name=\"consent\" type=\"checkbox\" value=\"case-email\" checked"
        ),
        "{page}"
    );
    assert!(page.contains("Wycofana:"));
}

#[tokio::test]
async fn what_waits_does_not_go_out_once_the_consent_is_taken_back() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    anna.agree(&["case-email"]).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    assert_eq!(states(&town, id).await, ["email waiting", "inbox delivered"]);
    anna.agree(&[]).await;
    assert_eq!(states(&town, id).await, ["email not_wanted", "inbox delivered"]);
}

#[tokio::test]
async fn a_number_counts_once_its_code_came_back() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    let post =
        async |path: &str, name: &str, value: &str| anna.client.post_form(path, &[(name, value)]).await;
    let wrong = post("/account/consents/phone", "phone", "22 123").await;
    assert_eq!(wrong.status(), 422);
    assert!(wrong.text().await.unwrap().contains("href=\"#phone\""));
    assert_eq!(post("/account/consents/phone", "phone", "600 100 200").await.status(), 303);
    until("the code arrives", async || !outside.texts().await.is_empty()).await;
    let text = outside.texts().await[0]["text"].as_str().unwrap().to_owned();
    let code: String =
        text.split(|c: char| !c.is_ascii_digit()).find(|word| word.len() == 6).unwrap().to_owned();
    assert_eq!(town.number("select count(*) from contact").await, 0);
    let other_code = if code == "000000" { "000001" } else { "000000" };
    assert_eq!(post("/account/consents/phone/confirm", "code", other_code).await.status(), 422);
    assert_eq!(post("/account/consents/phone/confirm", "code", &code).await.status(), 303);
    assert!(anna.client.page("/account/consents").await.contains("+48600100200"));
    // Neither the code nor anything that it could be made of is kept, and it is good once.
    let kept = count(
        &town,
        format!(
            "select count(*) from message m join delivery d on d.message = m.id where m.body like '%{code}%' or d.content like '%{code}%'"
        ),
    );
    assert_eq!(kept.await, 0);
    assert_eq!(post("/account/consents/phone/confirm", "code", &code).await.status(), 422);
    // Another code ends after a few wrong ones, and not many are sent.
    for _ in 0..2 {
        assert_eq!(post("/account/consents/phone", "phone", "600 100 201").await.status(), 303);
    }
    assert_eq!(post("/account/consents/phone", "phone", "600 100 201").await.status(), 422);
    for _ in 0..5 {
        post("/account/consents/phone/confirm", "code", "123").await;
    }
    let ended = post("/account/consents/phone/confirm", "code", "123").await.text().await.unwrap();
    assert!(ended.contains("Kod stracił ważność"), "{ended}");
    assert_eq!(post("/account/consents/phone/remove", "x", "").await.status(), 303);
    assert_eq!(town.number("select count(*) from contact").await, 0);
}

#[tokio::test]
async fn a_link_ends_one_consent_without_signing_in_and_never_by_being_opened() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.agree(&["case-email", "news-email"]).await;
    send_case(&town, anna.party, "Sprawa", "Treść").await;
    until("the mail arrives", async || !outside.mails().is_empty()).await;
    let header = outside.mails()[0]["headers"]["list-unsubscribe"][0].as_str().unwrap().to_owned();
    let address = header.trim_matches(['<', '>']).to_owned();
    let path = format!("/unsubscribe/{}", address.rsplit('/').next().unwrap());
    let given = async || town.number("select count(*) from consent").await;
    assert_eq!(given().await, 2);
    for method in [reqwest::Method::GET, reqwest::Method::HEAD] {
        let answer = town.http.request(method, format!("{}{path}", town.base)).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    }
    assert_eq!(given().await, 2, "opening changes nothing");
    // As mail programs do it: no cookie, no token of a form.
    let one_click = async |path: &str| {
        let request = town.http.post(format!("{}{path}", town.base));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body("List-Unsubscribe=One-Click").send().await.unwrap().status().as_u16()
    };
    assert_eq!(one_click(&path).await, 200);
    assert_eq!(one_click(&path).await, 200);
    assert_eq!(given().await, 3, "once is enough");
    let last = "select count(*) from consent where purpose = 'case' and channel = 'email' and not given and page = '/unsubscribe'";
    assert_eq!(town.number(last).await, 1);
    for wrong in ["/unsubscribe/x", "/unsubscribe/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(town.get(wrong).await.status(), 404);
        assert_eq!(one_click(wrong).await, 403);
    }
    let next = send_case(&town, anna.party, "Sprawa", "Treść").await;
    assert_eq!(states(&town, next).await, ["email not_wanted", "inbox delivered"]);
}

#[tokio::test]
async fn browsers_are_ones_own_and_their_addresses_outside() {
    let town = Town::empty().await;
    let (anna, other) = (Person::of(&town).await, Person::of(&town).await);
    let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    let body = |endpoint: &str| json!({ "endpoint": endpoint, "keys": { "p256dh": key, "auth": "BTBZMqHH6r4Tts7J_aSIgg" } });
    let post = async |who: &Person, endpoint: &str| {
        who.client.send_json(reqwest::Method::POST, "/api/account/push", &body(endpoint)).await
    };
    for inside in
        ["http://127.0.0.1/x", "https://10.0.0.1/x", "https://169.254.169.254/x", "file:///etc/passwd", ""]
    {
        assert_eq!(post(&anna, inside).await.status(), 400, "{inside}");
    }
    let first: serde_json::Value = post(&anna, "https://push.example/1").await.json().await.unwrap();
    let again: serde_json::Value = post(&anna, "https://push.example/1").await.json().await.unwrap();
    assert_eq!(first["id"], again["id"]);
    let told: serde_json::Value = anna.client.get("/api/account/push").await.json().await.unwrap();
    assert_eq!(told["public_key"].as_str().unwrap().len(), 87);
    assert_eq!(told["subscriptions"].as_array().unwrap().len(), 1);
    let path = format!("/api/account/push/{}", first["id"].as_str().unwrap());
    let delete = async |who: &Person| {
        who.client.request(reqwest::Method::DELETE, &path).send().await.unwrap().status().as_u16()
    };
    assert_eq!(delete(&other).await, 404);
    // The same browser in other hands no longer shows the messages of the one before.
    assert_eq!(post(&other, "https://push.example/1").await.status(), 201);
    let told: serde_json::Value = anna.client.get("/api/account/push").await.json().await.unwrap();
    assert_eq!(told["subscriptions"].as_array().unwrap().len(), 0);
    assert_eq!(delete(&anna).await, 404);
    let staff = town.staff("administrator").await;
    assert_eq!(staff.get("/api/account/push").await.status(), 403);
    let verified = town.resident(Level::Verified).await;
    for n in 0..12 {
        let body = body(&format!("https://push.example/v{n}"));
        verified.send_json(reqwest::Method::POST, "/api/account/push", &body).await;
    }
    let told: serde_json::Value = verified.get("/api/account/push").await.json().await.unwrap();
    assert_eq!(told["subscriptions"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn messages_are_written_in_the_language_that_was_chosen() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    anna.client.post_form("/account/consents", &[("lang", "en")]).await;
    let values = [("number", "N-1".to_owned()), ("subject", "x".to_owned())];
    let new = reeve::messages::NewMessage { template: "conversation-received", ..case(anna.party, &values) };
    send(&town, &new).await;
    assert_eq!(
        town.number("select count(*) from message where lang = 'en' and subject like 'We have received%'")
            .await,
        1
    );
}

#[tokio::test]
async fn whoever_is_forgotten_keeps_only_what_belongs_to_cases() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    anna.agree(&["case-sms", "news-email"]).await;
    let kept = send_case(&town, anna.party, "Sprawa", "Treść").await;
    let values = [("subject", "Nowina".to_owned()), ("text", "x".to_owned())];
    let news = reeve::messages::NewMessage {
        template: "news",
        purpose: reeve::messages::Purpose::News,
        ..case(anna.party, &values)
    };
    let news = send(&town, &news).await;
    let mut transaction = town.pool().begin().await.unwrap();
    assert_eq!(town.app.messages.forget_in(&mut transaction, anna.party).await.unwrap(), [news]);
    transaction.commit().await.unwrap();
    assert_eq!(town.number("select count(*) from message").await, 1);
    assert_eq!(states(&town, kept).await, ["email not_wanted", "inbox delivered", "sms not_wanted"]);
    assert_eq!(town.number("select count(*) from contact").await, 0);
}

//! Letters of people without an account.

use reeve::platform::{access::Level, i18n::texts};
use uuid::Uuid;

use super::{act, between};
use crate::support::{Answer, Browser, Town, ctx, form_token};

const EWA: &str = "ewa@poczta.example";
const LETTER: [(&str, &str); 4] = [
    ("name", "Ewa Wymyślona"),
    ("email", EWA),
    ("subject", "Pytanie o gabaryty"),
    ("body", "Kiedy zabierają <b>szafy</b>?"),
];

/// A visitor's letter, confirmed; answers its page.
async fn confirmed(browser: &mut Browser<'_>) -> String {
    let answer = browser.submit("/write", "/write", &LETTER).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let link = browser.town.last_mail(EWA).await.link("/write/confirm/");
    let answer = browser.submit(&link, &link, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location.split('?').next().unwrap().to_owned()
}

fn letter_of(page: &str) -> Uuid {
    page.split('/').nth(2).unwrap().parse().unwrap()
}

#[tokio::test]
async fn nobody_sees_a_visitors_letter_before_its_link_was_opened() {
    let town = Town::empty().await;
    let mut ewa = Browser::new(&town);
    let clerk = town.staff("front-desk").await;
    let answer = ewa.submit("/write", "/write", &LETTER).await;
    assert!(answer.text.contains("Sprawdź pocztę") && answer.text.contains(EWA));
    assert_eq!(town.number("select count(*) from conversation").await, 0);
    assert!(clerk.page("/desk/conversations?state=all").await.contains("Nie ma takich pism"));
    let mail = town.last_mail(EWA).await;
    assert!(!mail.text.contains("szafy"), "{mail:?}");
    let link = mail.link("/write/confirm/");
    let stored: Vec<String> =
        sqlx::query_scalar("select body from message union all select content from delivery")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert!(stored.iter().all(|text| !text.contains("/write/confirm/")), "the link opens something");
    // Looking changes nothing: programs that look into mails open every link.
    let page = ewa.get(&link).await;
    assert!(page.text.contains("Wyślij do urzędu") && page.text.contains("&lt;b&gt;szafy"));
    assert_eq!(page.headers["cache-control"], "no-store");
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
    assert_eq!(town.number("select count(*) from conversation").await, 0);
    let mut stranger = Browser::new(&town);
    assert_eq!(stranger.post(&link, "wrong", &[]).await.status, 403, "a form of another browser");
    let answer = ewa.submit(&link, &link, &[]).await;
    assert!(answer.location.starts_with("/write/"), "{}", answer.location);
    assert!(clerk.page("/desk/conversations").await.contains("Pytanie o gabaryty"));
    assert_eq!(ewa.get(&link).await.status, 404, "it works once");
    assert_eq!(town.number("select count(*) from conversation_wish").await, 0);
    // One that nobody confirms in time does not work, and goes.
    ewa.submit("/write", "/write", &LETTER).await;
    let link = town.last_mail(EWA).await.link("/write/confirm/");
    sqlx::query("update conversation_wish set expires_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(ewa.get(&link).await.status, 404);
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from conversation_wish").await, 1, "for a day more");
    sqlx::query("update conversation_wish set expires_at = now() - interval '25 hours'")
        .execute(town.pool())
        .await
        .unwrap();
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from conversation_wish").await, 0);
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_counts() {
    let town = Town::empty().await;
    let mut ewa = Browser::new(&town);
    ewa.submit("/write", "/write", &LETTER).await;
    let link = town.last_mail(EWA).await.link("/write/confirm/");
    let token = form_token(&ewa.get(&link).await.text);
    let mut twin = Browser::new(&town);
    twin.cookies = ewa.cookies.clone();
    let (one, two): (Answer, Answer) =
        tokio::join!(ewa.post(&link, &token, &[]), twin.post(&link, &token, &[]));
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 404]);
    assert_eq!(town.number("select count(*) from conversation").await, 1);
}

#[tokio::test]
async fn a_visitor_reads_the_answer_on_a_page_that_cannot_be_guessed() {
    let town = Town::empty().await;
    let mut ewa = Browser::new(&town);
    let clerk = town.staff("front-desk").await;
    let page = confirmed(&mut ewa).await;
    let id = letter_of(&page);
    let mail = town.last_mail(EWA).await;
    assert_eq!(mail.link("/write/"), page, "the mail leads there, too");
    assert!(!mail.text.contains("gabaryty"), "{mail:?}");
    let shown = ewa.get(&page).await.text;
    assert!(shown.contains("Pytanie o gabaryty") && shown.contains("P/20"));
    assert!(!clerk.page(&format!("/desk/conversations/{id}")).await.contains("nobody"));
    assert_eq!(act(&clerk, id, "note", &[("note", "Ta pani pyta trzeci raz")]).await, 303);
    let seen = super::version(&clerk, id).await;
    let fields = [("version", seen.as_str()), ("answer", "Szafy zabieramy w maju.")];
    let answer = format!("/desk/conversations/{id}/answer");
    let sent = super::upload(&clerk, &answer, &fields, &[("terminy.txt", b"maj".to_vec())]).await;
    assert_eq!(sent.status(), 303);
    let mail = town.last_mail(EWA).await;
    assert_eq!((mail.template.as_str(), mail.link("/write/")), ("letter-answered", page.clone()));
    assert!(!mail.text.contains("maju"), "the answer is not for the mail: {mail:?}");
    let mut elsewhere = Browser::new(&town);
    let shown = elsewhere.get(&page).await.text;
    assert!(shown.contains("Szafy zabieramy w maju.") && !shown.contains("trzeci raz"), "{shown}");
    let file = format!("{page}/files{}", between(&shown, &format!("href=\"{page}/files"), "\" download"));
    assert_eq!(elsewhere.get(&file).await.text, "maj");
    // Another address opens nothing.
    let mut other = page.clone();
    let last = if other.pop() == Some('A') { 'B' } else { 'A' };
    other.push(last);
    let (head, mark) = page.rsplit_once('/').unwrap();
    for wrong in [other, format!("{head}/x"), format!("/write/{}/{mark}", Uuid::now_v7())] {
        assert_eq!(elsewhere.get(&wrong).await.status, 404, "{wrong}");
    }
    // They write again, and the office sees it.
    let again = ewa.submit(&page, &page, &[("body", "A lodówki?")]).await;
    assert_eq!(again.status, 303);
    let empty = ewa.submit(&page, &page, &[("body", " ")]).await;
    assert_eq!(empty.status, 422);
    assert!(clerk.page(&format!("/desk/conversations/{id}")).await.contains("A lodówki?"));
    assert_eq!(super::state(&town, id).await, "in_progress");
    // A resident's letter has no such page, and the page ends some time after the letter.
    assert_eq!(act(&clerk, id, "close", &[]).await, 303);
    assert_eq!(ewa.get(&page).await.status, 200);
    sqlx::query("update conversation set closed_at = now() - interval '91 days'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(ewa.get(&page).await.status, 404);
}

#[tokio::test]
async fn nothing_tells_whether_an_address_has_an_account_and_nobody_is_bombed() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let mut browser = Browser::new(&town);
    let wish = |email: &str| {
        let mut fields = LETTER.map(|(name, value)| (name, value.to_owned()));
        fields[1].1 = email.to_owned();
        fields
    };
    let mut said = Vec::new();
    for email in [anna.email.as_str(), "nikt-nigdy@poczta.example"] {
        let fields = wish(email);
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let answer = browser.submit("/write", "/write", &fields).await;
        said.push((answer.status, answer.text.replace(email, "ADDRESS")));
    }
    assert_eq!(said[0], said[1]);
    // The same mailbox, again and again, from many networks.
    for n in 0..12 {
        let mut other = Browser::new(&town);
        other.address = format!("198.51.100.{}", 50 + n);
        let answer = other.submit("/write", "/write", &LETTER).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("Sprawdź pocztę"), "nobody learns that it is full");
    }
    assert_eq!(town.mails(EWA).await.len(), 3);
    // One network, for many mailboxes.
    let mut flood = Browser::new(&town);
    flood.address = "203.0.113.77".to_owned();
    let mut refused = 0;
    for n in 0..24 {
        let fields = wish(&format!("ofiara-{n}@poczta.example"));
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        refused += i32::from(flood.submit("/write", "/write", &fields).await.status == 429);
    }
    assert!(refused >= 3, "{refused}");
    // What is wrong is named, and nothing goes out.
    let t = texts(reeve::kernel::Lang::Pl);
    let before = town.number("select count(*) from delivery").await;
    for (place, value, fault) in [
        (0, "", t.get("name-fault")),
        (0, "Ewa\r\nBcc: x\u{0}", t.get("name-fault")),
        (1, "ewa@", t.get("email-fault")),
        (2, "", t.get("letter-subject-fault")),
        (3, "", t.get("letter-body-empty")),
    ] {
        let mut fields = LETTER;
        fields[place].1 = value;
        let mut fresh = Browser::new(&town);
        fresh.address = format!("192.0.2.{}", 100 + place);
        let answer = fresh.submit("/write", "/write", &fields).await;
        assert_eq!(answer.status, 422, "{fault}");
        assert!(answer.text.contains(&fault), "{fault}: {}", answer.text);
    }
    let huge = "x".repeat(300_000);
    let mut fields = LETTER;
    fields[3].1 = &huge;
    assert_eq!(Browser::new(&town).submit("/write", "/write", &fields).await.status, 413);
    assert_eq!(town.number("select count(*) from delivery").await, before);
}

#[tokio::test]
async fn what_was_written_from_a_mailbox_is_in_the_copy_of_its_owner() {
    let town = Town::empty().await;
    let mut ewa = Browser::new(&town);
    let clerk = town.staff("front-desk").await;
    let page = confirmed(&mut ewa).await;
    let id = letter_of(&page);
    assert_eq!(act(&clerk, id, "answer", &[("answer", "Szafy zabieramy w maju.")]).await, 303);
    let fields = [("name", "Ewa Wymyślona"), ("email", EWA)];
    assert_eq!(ewa.submit("/account/new", "/account/new", &fields).await.status, 200);
    let link = town.last_mail(EWA).await.link("/account/confirm/");
    let answer = ewa.submit(&link, &link, &[("password", "mój pies lubi marchewkę")]).await;
    assert_eq!(answer.status, 303);
    let copy: serde_json::Value =
        serde_json::from_str(&ewa.get("/account/privacy/data.json").await.text).unwrap();
    let rows = |table: &str| -> Vec<String> {
        let parts = copy["holdings"].as_array().unwrap().iter().filter(|part| part["table"] == table);
        parts.flat_map(|part| part["rows"].as_array().unwrap()).map(ToString::to_string).collect()
    };
    assert!(rows("conversation")[0].contains("Pytanie o gabaryty"));
    assert!(rows("conversation_event").len() >= 2);
    let messages = rows("message").join("\n");
    assert!(messages.contains("szafy") && messages.contains("Szafy zabieramy w maju."), "{messages}");
    let jan = town.resident(Level::Known).await;
    let other = jan.page("/account/privacy").await;
    assert!(!other.contains("Ewa"), "another one's");
}

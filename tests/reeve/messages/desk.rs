//! What the staff does: templates, letters, proofs.

use reeve::messages::NewMessage;
use uuid::Uuid;

use super::{Person, case, send, send_case, send_reset, settled, states, until};
use crate::support::{Client, Town, outside::Outside};

const RESET: &str = "/desk/messages/templates/account-reset/pl";

async fn save(clerk: &Client, seen: &str, body: &str, action: &str) -> reqwest::Response {
    let fields = [
        ("seen", seen),
        ("subject", "Hasło od {town}"),
        ("body", body),
        ("notice", ""),
        ("sms", ""),
        ("push", ""),
        ("do", action),
    ];
    clerk.post_form(RESET, &fields).await
}

#[tokio::test]
async fn the_towns_own_words_take_the_place_of_the_programs_and_can_be_put_back() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let clerk = town.staff("correspondence").await;
    assert!(clerk.page("/desk/messages/templates").await.contains("account-reset"));
    let preview = save(&clerk, "0", "Cześć {name}: {link}", "preview").await.text().await.unwrap();
    assert!(preview.contains("Cześć Anna Zmyślona: https://urzad.example/reset/"), "{preview}");
    assert_eq!(town.number("select count(*) from message_template").await, 0);
    assert_eq!(save(&clerk, "0", "Cześć {name}: {link}", "save").await.status(), 303);
    // Somebody else had the page open.
    let late = save(&clerk, "0", "Inaczej {link}", "save").await;
    assert_eq!(late.status(), 422);
    assert!(late.text().await.unwrap().contains("Ktoś inny zapisał"));
    let id = send_reset(&town, "anna@poczta.example", "https://x.example/1").await;
    settled(&town, id).await;
    let mail = &outside.mails()[0];
    assert!(mail["text"].as_str().unwrap().starts_with("Cześć Anna Zmyślona: https://x.example/1"));
    let put_back = [("seen", "1"), ("version", "0")];
    let answer = clerk.post_form(&format!("{RESET}/put-back"), &put_back).await;
    assert_eq!(answer.status(), 303);
    let page = clerk.page(RESET).await;
    assert!(page.contains("prosił o nowe hasło") && page.contains("name=\"version\" value=\"1\""), "{page}");
}

#[tokio::test]
async fn faults_of_a_template_stand_beside_their_fields() {
    let town = Town::empty().await;
    let clerk = town.staff("correspondence").await;
    for (body, told) in
        [("", "Wpisz tekst"), ("{imie} {link}", "Nie ma wartości {imie}"), ("bez odnośnika", "Wstaw {link}")]
    {
        let answer = save(&clerk, "0", body, "save").await;
        assert_eq!(answer.status(), 422, "{body}");
        let page = answer.text().await.unwrap();
        assert!(
            page.contains(told) && page.contains("href=\"#body\"") && page.contains("body-fault"),
            "{page}"
        );
    }
    assert_eq!(clerk.get("/desk/messages/templates/no-such/pl").await.status(), 404);
    assert_eq!(clerk.get("/desk/messages/templates/account-reset/de").await.status(), 404);
}

#[tokio::test]
async fn a_trial_goes_to_whoever_tries() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let clerk = town.staff("correspondence").await;
    let answer = save(&clerk, "0", "Cześć {name}: {link}", "test").await;
    assert!(answer.text().await.unwrap().contains("Próba jest w drodze"));
    until("the trial arrives", async || !outside.mails().is_empty()).await;
    let mails = outside.mails_to(&clerk.email);
    assert!(mails[0]["subject"].as_str().unwrap().starts_with("[Próba] Hasło od"), "{mails:?}");
}

#[tokio::test]
async fn letters_are_printed_and_marked_as_posted() {
    let town = Town::empty().await;
    let (anna, ewa) = (Person::of(&town).await, Person::of(&town).await);
    sqlx::query("update party set street = 'Lipowa', house_number = '1', postcode = '00-001', place = 'Zmyślin' where id = $1")
        .bind(anna.party)
        .execute(town.pool())
        .await
        .unwrap();
    let values = [("subject", "Zawiadomienie".to_owned()), ("text", "Treść <b>pisma</b>".to_owned())];
    let id = send(&town, &NewMessage { template: "formal-letter", ..case(anna.party, &values) }).await;
    assert!(states(&town, id).await.contains(&"letter waiting".to_owned()));
    let letter: Uuid =
        sqlx::query_scalar("select id from delivery where channel = 'letter' and message = $1")
            .bind(id)
            .fetch_one(town.pool())
            .await
            .unwrap();
    let clerk = town.staff("correspondence").await;
    assert!(clerk.page("/desk/messages/letters").await.contains("Lipowa 1, 00-001 Zmyślin"));
    let letter_text = letter.to_string();
    let none = clerk.post_form("/desk/messages/letters", &[("do", "print")]).await;
    assert_eq!(none.status(), 422);
    let sheet = clerk.post_form("/desk/messages/letters", &[("do", "print"), ("letter", &letter_text)]).await;
    let sheet = sheet.text().await.unwrap();
    assert!(
        sheet.contains("Lipowa 1<br>00-001 Zmyślin") && sheet.contains("Treść &lt;b&gt;pisma&lt;/b&gt;"),
        "{sheet}"
    );
    assert!(states(&town, id).await.contains(&"letter waiting".to_owned()), "printing is not posting");
    let number = format!("number-{letter}");
    let fields = [("do", "posted"), ("letter", letter_text.as_str()), (number.as_str(), "RR 123")];
    for _ in 0..2 {
        assert_eq!(clerk.post_form("/desk/messages/letters", &fields).await.status(), 303);
    }
    assert!(states(&town, id).await.contains(&"letter sent".to_owned()));
    assert_eq!(
        town.number("select count(*) from delivery_event where what = 'posted' and answer = 'RR 123'").await,
        1
    );
    // Whose address is not known is not forgotten, but left to a clerk.
    let lost = send(&town, &NewMessage { template: "formal-letter", ..case(ewa.party, &values) }).await;
    assert!(states(&town, lost).await.contains(&"letter dead".to_owned()));
    let delivery: Uuid =
        sqlx::query_scalar("select id from delivery where channel = 'letter' and message = $1")
            .bind(lost)
            .fetch_one(town.pool())
            .await
            .unwrap();
    let lost = lost.to_string();
    let path = format!("/desk/messages/deliveries/{delivery}/address");
    let half = clerk.post_form(&path, &[("message", lost.as_str()), ("address", "Ewa Zmyślona")]).await;
    assert_eq!(half.status(), 422);
    let page = half.text().await.unwrap();
    assert!(page.contains("href=\"#address\"") && page.contains(">Ewa Zmyślona</textarea>"), "{page}");
    let address = [("message", lost.as_str()), ("address", "Ewa Zmyślona\nLipowa 2\n00-001 Zmyślin")];
    clerk.post_form(&path, &address).await;
    assert!(clerk.page("/desk/messages/letters").await.contains("Lipowa 2"));
}

#[tokio::test]
async fn whoever_looks_at_a_text_says_why_and_the_reader_sees_it() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    let id = send_case(&town, anna.party, "Sprawa", "Tajemnica Anny").await;
    let clerk = town.staff("correspondence").await;
    let path = format!("/desk/messages/{id}");
    assert!(!clerk.page(&path).await.contains("Tajemnica"));
    let without = clerk.post_form(&format!("{path}/text"), &[("why", "")]).await;
    assert_eq!(without.status(), 422);
    assert!(!without.text().await.unwrap().contains("Tajemnica"));
    let with = clerk.post_form(&format!("{path}/text"), &[("why", "skarga K-12")]).await;
    assert!(with.text().await.unwrap().contains("Tajemnica Anny"));
    assert!(anna.client.page(&format!("/account/messages/{id}")).await.contains("skarga K-12"));
}

#[tokio::test]
async fn the_desk_is_for_those_who_may() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    for path in
        ["/desk/messages".to_owned(), format!("/desk/messages/{id}"), "/desk/messages/letters".to_owned()]
    {
        assert_eq!(town.staff("front-desk").await.get(&path).await.status(), 403, "{path}");
        assert_eq!(anna.client.get(&path).await.status(), 403, "{path}");
    }
}

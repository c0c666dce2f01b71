//! The ways out: four at once, tries, failover, what waits and what is given up.

use chrono::Duration;
use reeve::{
    messages::Channel,
    platform::{Config, config::MessageSettings},
};
use serde_json::json;

use super::{Person, count, send_case, send_reset, settled, states, until};
use crate::support::{Town, ctx, outside::Outside};

/// Subscribes a browser of the sandbox for somebody.
async fn subscribe(outside: &Outside, person: &Person) {
    let browser = outside.browser().await;
    let body = json!({ "endpoint": browser["endpoint"], "keys": browser["keys"] });
    let answer = person.client.send_json(reqwest::Method::POST, "/api/account/push", &body).await;
    assert_eq!(answer.status(), 201, "{}", answer.text().await.unwrap());
}

#[tokio::test]
async fn a_message_goes_by_four_ways_and_each_is_proven() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    subscribe(&outside, &anna).await;
    anna.agree(&["case-email", "case-sms", "case-push"]).await;
    let secret = "Kwota 123,45 zł dla Anny";
    let id = send_case(&town, anna.party, "Sprawa <b>drzewa</b>", secret).await;
    assert_eq!(settled(&town, id).await, ["email sent", "inbox delivered", "push sent", "sms sent"]);

    let inbox = anna.client.page(&format!("/account/messages/{id}")).await;
    assert!(inbox.contains("Kwota 123,45") && inbox.contains("Sprawa &#60;b&#62;drzewa"), "{inbox}");

    let mails = outside.mails_to(&anna.client.email);
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail["from"], "urzad@zmyslin.example");
    assert_eq!(mail["subject"], "Sprawa <b>drzewa</b>");
    assert!(!mail.to_string().contains("Kwota"), "the text of a case stays in the inbox");
    assert_eq!(
        mail["headers"]["list-unsubscribe-post"][0],
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click".split_once(": ").unwrap().1
    );
    assert!(mail["messageId"].as_str().unwrap().ends_with("@zmyslin.example>"));

    let texts = outside.texts().await;
    assert_eq!(texts.len(), 1);
    assert!(!texts[0]["text"].as_str().unwrap().contains("Kwota"));
    let notices = outside.notices().await;
    assert_eq!(notices.len(), 1);
    let notice = &notices[0]["notice"];
    assert_eq!(notice["href"], format!("/account/messages/{id}"));
    assert!(notice["tag"].is_string() && !notice.to_string().contains("Kwota"), "{notice}");

    for channel in ["email", "sms", "push"] {
        let events = count(
            &town,
            format!(
            "select count(*) from delivery_event e join delivery d on d.id = e.delivery
             where d.message = '{id}' and d.channel = '{channel}' and e.what in ('queued', 'sending', 'sent')"
        ),
        );
        assert_eq!(events.await, 3, "{channel}");
    }
}

#[tokio::test]
async fn without_a_consent_only_the_inbox_has_it_and_the_reason_is_kept() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    assert_eq!(states(&town, id).await, ["email not_wanted", "inbox delivered", "sms not_wanted"]);
    let why = format!("select count(*) from delivery where message = '{id}' and why = 'no-consent'");
    assert_eq!(count(&town, why).await, 2);
}

#[tokio::test]
async fn the_same_event_twice_is_one_message() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    let values = [("subject", "Sprawa".to_owned()), ("text", "Treść".to_owned())];
    let new =
        reeve::messages::NewMessage { key: Some(uuid::Uuid::now_v7()), ..super::case(anna.party, &values) };
    let (one, other) = (super::send(&town, &new).await, super::send(&town, &new).await);
    assert_eq!(one, other);
    assert_eq!(town.number("select count(*) from message").await, 1);
    assert_eq!(town.number("select count(*) from delivery where channel = 'inbox'").await, 1);
}

#[tokio::test]
async fn what_is_rolled_back_is_never_sent() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let mut transaction = town.pool().begin().await.unwrap();
    let values = [("link", "https://x.example/1".to_owned())];
    let new = reeve::messages::NewMessage {
        to: reeve::messages::To::Address {
            email: "nikt@poczta.example".into(),
            name: String::new(),
            lang: reeve::kernel::Lang::Pl,
        },
        template: "account-reset",
        values: &values,
        purpose: reeve::messages::Purpose::Security,
        thread: None,
        href: None,
        key: None,
    };
    town.app.messages.send_in(&mut transaction, &ctx(), &new).await.unwrap();
    transaction.rollback().await.unwrap();
    let id = send_reset(&town, "ktos@poczta.example", "https://x.example/2").await;
    settled(&town, id).await;
    assert_eq!(outside.mails().len(), 1);
}

#[tokio::test]
async fn what_opens_an_account_is_kept_only_until_it_has_gone() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let link = "https://urzad.example/reset/tajny-zeton";
    let id = send_reset(&town, "anna@poczta.example", link).await;
    settled(&town, id).await;
    assert!(outside.mails()[0]["text"].as_str().unwrap().contains(link));
    let kept = "select count(*) from message m join delivery d on d.message = m.id
        where m.body like '%tajny%' or d.content like '%tajny%' or d.sealed is not null";
    assert_eq!(town.number(kept).await, 0);
}

#[tokio::test]
async fn nobody_brings_a_header_or_markup_into_a_mail() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.agree(&["news-email"]).await;
    let values = [
        ("subject", "Nowina\r\nBcc: wszyscy@poczta.example".to_owned()),
        ("text", "<script>alert(1)</script>\n\n{link}".to_owned()),
    ];
    let new = reeve::messages::NewMessage {
        template: "news",
        purpose: reeve::messages::Purpose::News,
        ..super::case(anna.party, &values)
    };
    let id = super::send(&town, &new).await;
    settled(&town, id).await;
    let mails = outside.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0]["recipients"].as_array().unwrap().len(), 1);
    assert!(mails[0]["headers"].get("bcc").is_none());
    let html = mails[0]["html"].as_str().unwrap();
    assert!(!html.contains("<script>") && html.contains("&lt;script&gt;"), "{html}");
}

#[tokio::test]
async fn tries_wait_longer_and_longer_and_end_with_a_clerk() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let id = send_reset(&town, "defer-anna@poczta.example", "https://x.example").await;
    let tried = async |n: i64| {
        let sql = format!(
            "select count(*) from delivery where message = '{id}' and attempts = {n} and state <> 'sending'"
        );
        count(&town, sql).await == 1
    };
    until("the first try", async || tried(1).await).await;
    let mut now = ctx().now;
    for (wait_s, attempt) in [60, 300, 900, 3600, 14_400, 43_200, 86_400].into_iter().zip(2..) {
        // A little too early nothing happens, a little later one try does.
        assert_eq!(
            town.app.messages.send_due(now + Duration::seconds(wait_s - 30)).await.unwrap(),
            0,
            "{attempt}"
        );
        now += Duration::seconds(wait_s + 30);
        assert_eq!(town.app.messages.send_due(now).await.unwrap(), 1, "{attempt}");
        assert!(tried(attempt).await, "{attempt}");
    }
    assert_eq!(states(&town, id).await, ["email dead"]);
    assert_eq!(town.app.messages.send_due(now + Duration::days(30)).await.unwrap(), 0);
    // The clerk sees why, and lets it begin anew.
    let clerk = town.staff("correspondence").await;
    let page = clerk.page("/desk/messages").await;
    assert!(page.contains("defer-anna@poczta.example") && page.contains("the box is busy"), "{page}");
    let delivery: uuid::Uuid = sqlx::query_scalar("select id from delivery where message = $1")
        .bind(id)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let answer = clerk.post_form(&format!("/desk/messages/deliveries/{delivery}/retry"), &[]).await;
    assert_eq!(answer.headers()["location"], "/desk/messages?done=retry");
    until("one more try", async || tried(9).await).await;
    assert_eq!(states(&town, id).await, ["email waiting"]);
    let answer = clerk.post_form(&format!("/desk/messages/deliveries/{delivery}/give-up"), &[]).await;
    assert_eq!(answer.headers()["location"], "/desk/messages?done=given-up");
    assert_eq!(states(&town, id).await, ["email failed"]);
    let proof = clerk.page(&format!("/desk/messages/{id}")).await;
    assert!(proof.contains("Zrezygnowano") && proof.contains(&clerk.email), "{proof}");
}

#[tokio::test]
async fn what_is_refused_for_good_is_dead_at_once_and_what_is_put_off_arrives() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let refused = send_reset(&town, "refuse-anna@poczta.example", "https://x.example").await;
    assert_eq!(settled(&town, refused).await, ["email dead"]);
    let once = send_reset(&town, "once-anna@poczta.example", "https://x.example").await;
    let waits = format!(
        "select count(*) from delivery where message = '{once}' and state = 'waiting' and attempts = 1"
    );
    until("the first try", async || count(&town, waits.clone()).await == 1).await;
    town.app.messages.send_due(ctx().now + Duration::seconds(90)).await.unwrap();
    assert_eq!(states(&town, once).await, ["email sent"]);
    // Sealed until it had gone: the link arrived with the second try.
    assert!(
        outside.mails_to("once-anna@poczta.example")[0]["text"]
            .as_str()
            .unwrap()
            .contains("https://x.example")
    );
}

#[tokio::test]
async fn the_next_server_is_asked_when_the_first_is_down() {
    let outside = Outside::start().await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let town = Town::with_config(outside.config_after(&[&format!("smtp://{closed}?tls=none")])).await;
    let id = send_reset(&town, "anna@poczta.example", "https://x.example").await;
    assert_eq!(settled(&town, id).await, ["email sent"]);
    assert_eq!(outside.mails().len(), 1);
}

#[tokio::test]
async fn what_has_no_channel_waits_and_is_told() {
    let town = Town::empty().await;
    let id = send_reset(&town, "anna@poczta.example", "https://x.example").await;
    town.app.messages.send_due(ctx().now + Duration::days(30)).await.unwrap();
    assert_eq!(states(&town, id).await, ["email waiting"]);
    assert_eq!(town.number("select sum(attempts) from delivery").await, 0);
    let page = town.staff("correspondence").await.page("/desk/messages?shelf=waiting").await;
    assert!(page.contains("REEVE_MAIL_URL") && page.contains("anna@poczta.example"), "{page}");
    // A front end stands there, so that the rest is looked at.
    let built = tempfile::tempdir().unwrap();
    std::fs::write(built.path().join("map.js"), "").unwrap();
    let findings = reeve::check::check(&Config {
        database_url: Some(town.url()),
        static_dir: built.path().to_owned(),
        ..crate::support::config()
    })
    .await;
    let told = findings
        .iter()
        .any(|finding| finding.to_string().contains("REEVE_MAIL_URL, REEVE_MAIL_FROM; 1 wait"));
    assert!(told, "{findings:?}");
}

#[tokio::test]
async fn a_browser_that_is_gone_is_forgotten() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    subscribe(&outside, &anna).await;
    anna.agree(&["case-push"]).await;
    outside.switch(&json!({ "push": "gone" })).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    assert_eq!(settled(&town, id).await, ["email not_wanted", "inbox delivered", "push failed"]);
    until("the browser is forgotten", async || {
        town.number("select count(*) from push_subscription").await == 0
    })
    .await;
}

#[tokio::test]
async fn a_text_whose_answer_was_lost_arrives_once() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    anna.agree(&["case-sms"]).await;
    outside.switch(&json!({ "sms": "lost-answer" })).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    let tried = format!(
        "select count(*) from delivery where message = '{id}' and channel = 'sms' and attempts = 1 and state = 'waiting'"
    );
    until("the first try", async || count(&town, tried.clone()).await == 1).await;
    outside.switch(&json!({ "sms": "ok" })).await;
    town.app.messages.send_due(ctx().now + Duration::seconds(90)).await.unwrap();
    assert!(states(&town, id).await.contains(&"sms sent".to_owned()));
    assert_eq!(outside.texts().await.len(), 1, "the gateway saw that it was the same text");
}

#[tokio::test]
async fn the_gateway_reports_what_became_of_a_text() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Sms, "+48600100200").await;
    anna.agree(&["case-sms"]).await;
    let id = send_case(&town, anna.party, "Sprawa", "Treść").await;
    settled(&town, id).await;
    let text = &outside.texts().await[0];
    let report = format!(
        "MsgId={}&status=404&idx={}&donedate=1790000000",
        text["id"].as_str().unwrap(),
        text["idx"].as_str().unwrap()
    );
    let guessed = town.get(&format!("/api/messages/sms-report/guessed?{report}")).await;
    assert_eq!(guessed.status(), 404);
    assert!(states(&town, id).await.contains(&"sms sent".to_owned()));
    let keys = reeve::platform::secrets::Keys::new(&crate::support::config());
    let secret = keys.mark(&[b"sms-report"]).unwrap();
    for _ in 0..2 {
        let answer = town.get(&format!("/api/messages/sms-report/{secret}?{report}")).await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, "OK"));
    }
    assert!(states(&town, id).await.contains(&"sms delivered".to_owned()));
    assert_eq!(
        town.number("select count(*) from delivery_event where what = 'delivered' and actor = 'report'")
            .await,
        1
    );
}

#[tokio::test]
async fn nobody_fills_a_mailbox_in_anothers_name() {
    let town = Town::empty().await;
    for n in 0..15 {
        send_reset(&town, "ofiara@poczta.example", &format!("https://x.example/{n}")).await;
    }
    assert_eq!(town.number("select count(*) from delivery where state = 'waiting'").await, 10);
    assert_eq!(
        town.number("select count(*) from delivery where state = 'not_wanted' and why = 'flood'").await,
        5
    );
}

#[tokio::test]
async fn a_proof_cannot_be_rewritten() {
    let town = Town::empty().await;
    let anna = Person::of(&town).await;
    anna.agree(&["news-email"]).await;
    send_case(&town, anna.party, "Sprawa", "Treść").await;
    for sql in ["update delivery_event set answer = 'inna'", "update consent set given = false"] {
        assert!(sqlx::query(sql).execute(town.pool()).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn letters_for_electronic_delivery_go_to_their_folder() {
    let outside = Outside::start().await;
    let folder = tempfile::tempdir().unwrap();
    let messages = MessageSettings {
        edelivery_folder: Some(folder.path().join("outbox/edor")),
        ..MessageSettings::default()
    };
    let town = Town::with_config(Config { messages, ..outside.config() }).await;
    let anna = Person::of(&town).await;
    anna.reached_at(&town, Channel::Letter, "AE:PL-12345-67890-ABCDE-12").await;
    let values = [("subject", "Zawiadomienie".to_owned()), ("text", "Zawiadamiamy.".to_owned())];
    let new = reeve::messages::NewMessage { template: "formal-letter", ..super::case(anna.party, &values) };
    let id = super::send(&town, &new).await;
    assert!(settled(&town, id).await.contains(&"letter sent".to_owned()));
    let place = std::fs::read_dir(folder.path().join("outbox/edor")).unwrap().next().unwrap().unwrap().path();
    let manifest: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["recipient"]["electronic_address"], "AE:PL-12345-67890-ABCDE-12");
    let text = std::fs::read_to_string(place.join(manifest["files"][0]["name"].as_str().unwrap())).unwrap();
    assert!(text.contains("Zawiadamiamy."), "{text}");
}

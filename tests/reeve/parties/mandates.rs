//! Powers of attorney: entered in two looks, acted by, ended.

use reeve::platform::access::Level;
use uuid::Uuid;

use super::{between, confirmed, led_to, party_of, text};
use crate::support::{Client, Town};

/// The first look at a power of attorney of the made-up company for whoever signs in with an address.
async fn company_review(clerk: &Client, agent: &str, until: &str) -> reqwest::Response {
    clerk
        .post_form(
            "/desk/residents/mandates/new",
            &[
                ("principal", "company"),
                ("nip", "123-456-32-18"),
                ("company", "Zmyślona Piekarnia sp. z o.o."),
                ("agent", agent),
                ("scope", "dues"),
                ("scope", "cases"),
                ("valid_from", "2020-01-01"),
                ("valid_until", until),
                ("document", "PPS-1 z 3.02.2026, oryginał w aktach"),
            ],
        )
        .await
}

/// Enters it.
pub(super) async fn company_mandate(clerk: &Client, agent: &str, until: &str) -> reqwest::Response {
    confirmed(clerk, company_review(clerk, agent, until).await).await
}

pub(super) async fn acts_for(client: &Client) -> bool {
    client.page("/account").await.contains("Działasz w imieniu: Zmyślona Piekarnia sp. z o.o.")
}

#[tokio::test]
async fn an_attorney_acts_until_the_power_is_revoked() {
    let town = Town::empty().await;
    let (piotr, maria, clerk) = (
        town.resident(Level::Verified).await,
        town.resident(Level::Verified).await,
        town.staff("front-desk").await,
    );
    assert!(led_to(&company_mandate(&clerk, &piotr.email, "").await).contains("done=mandate"));
    let page = piotr.page("/account/mandates").await;
    assert!(page.contains("opłaty, sprawy") && page.contains("oryginał w aktach"), "{page}");
    let mandate: Uuid = sqlx::query_scalar("select id from mandate").fetch_one(town.pool()).await.unwrap();
    let id = mandate.to_string();

    // Both sides are told, the company in the inbox that its attorney opens.
    let entered = "select count(*) from message where in_inbox and template = 'mandate-entered'";
    assert_eq!(town.number(entered).await, 2);

    // Only the agent's own.
    let refused = maria.post_form("/account/acting", &[("mandate", &id)]).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(maria.post_form(&format!("/account/mandates/{id}/revoke"), &[]).await.status(), 404);
    assert!(!acts_for(&maria).await);

    assert_eq!(piotr.post_form("/account/acting", &[("mandate", &id)]).await.status(), 303);
    assert!(acts_for(&piotr).await);
    piotr.post_form("/account/acting", &[("mandate", "")]).await;
    assert!(!acts_for(&piotr).await);
    piotr.post_form("/account/acting", &[("mandate", &id)]).await;

    // Revoked at the desk, with a reason: gone at the next request, though the session still names it.
    let principal: Uuid =
        sqlx::query_scalar("select principal from mandate").fetch_one(town.pool()).await.unwrap();
    let party = principal.to_string();
    let path = format!("/desk/residents/mandates/{id}/revoke");
    let without = clerk.post_form(&path, &[("party", &party)]).await;
    assert!(led_to(&without).contains("done=no-reason"));
    assert!(acts_for(&piotr).await);
    clerk.post_form(&path, &[("party", &party), ("why", "Odwołane przez spółkę")]).await;
    assert!(!acts_for(&piotr).await);
    assert!(piotr.page("/account/mandates").await.contains("Odwołane przez spółkę"));
    assert!(piotr.page("/account/messages").await.contains("Odwołano pełnomocnictwo"));
    assert_eq!(piotr.post_form("/account/acting", &[("mandate", &id)]).await.status(), 409);
    let events: Vec<String> = sqlx::query_scalar("select kind from mandate_event order by id")
        .fetch_all(town.pool())
        .await
        .unwrap();
    assert_eq!(events, ["entered", "begun", "ended", "begun", "revoked"]);
    let changed = sqlx::query("update mandate_event set what = 'else'").execute(town.pool()).await;
    assert!(changed.is_err(), "what happened is never changed");
}

#[tokio::test]
async fn whoever_is_no_longer_verified_acts_for_nobody() {
    let town = Town::empty().await;
    let (piotr, clerk) = (town.resident(Level::Verified).await, town.staff("front-desk").await);
    company_mandate(&clerk, &piotr.email, "").await;
    let mandate: Uuid = sqlx::query_scalar("select id from mandate").fetch_one(town.pool()).await.unwrap();
    piotr.post_form("/account/acting", &[("mandate", &mandate.to_string())]).await;
    assert!(acts_for(&piotr).await);
    let party = party_of(&town, &piotr).await;
    let path = format!("/desk/residents/{party}/lower");
    let fields = [("purpose", "correction"), ("level", "known"), ("reason", "Pomyłka przy okienku")];
    assert!(led_to(&clerk.post_form(&path, &fields).await).contains("done=lowered"));
    assert!(led_to(&piotr.get("/account").await).starts_with("/sign-in"), "the session has ended");
    let piotr = town.sign_in_again(piotr.account, piotr.email.clone()).await;
    assert!(!acts_for(&piotr).await);
    let refused = piotr.post_form("/account/acting", &[("mandate", &mandate.to_string())]).await;
    assert_eq!(refused.status(), 409);
    // The person is told why.
    let own = piotr.page("/account").await;
    assert!(own.contains("Urząd cofnął potwierdzenie") && own.contains("Pomyłka przy okienku"), "{own}");
}

#[tokio::test]
async fn what_a_power_of_attorney_lacks_is_told() {
    let town = Town::empty().await;
    let (known, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let refused = text(company_review(&clerk, &known.email, "").await, 422).await;
    assert!(refused.contains("nie ma potwierdzonej tożsamości"));
    let refused = text(company_review(&clerk, "nikt@poczta.example", "").await, 422).await;
    assert!(refused.contains("Pełnomocnik musi je najpierw założyć"));
    let refused = text(company_review(&clerk, "85021412341", "").await, 422).await;
    assert!(refused.contains("Ten PESEL ma błąd"));
    let verified = town.resident(Level::Verified).await;
    let refused = text(company_review(&clerk, &verified.email, "2020-12-31").await, 422).await;
    assert!(refused.contains("nie może być przeszły"));
    let refused =
        text(clerk.post_form("/desk/residents/mandates/new", &[("nip", "1234567890")]).await, 422).await;
    for field in ["nip", "company", "agent", "scope", "valid_from", "document"] {
        assert!(refused.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert_eq!(town.number("select count(*) from mandate").await, 0);
    assert_eq!(town.number("select count(*) from party where kind = 'company'").await, 0);
}

#[tokio::test]
async fn a_power_of_attorney_is_looked_at_twice() {
    let town = Town::empty().await;
    let (piotr, clerk, other) = (
        town.resident(Level::Verified).await,
        town.staff("front-desk").await,
        town.staff("front-desk").await,
    );
    let page = text(company_review(&clerk, &piotr.email, "").await, 200).await;
    for shown in [
        "Zmyślona Piekarnia sp. z o.o. (urząd jej jeszcze nie zna)",
        "123-456-32-18",
        "Zmyślona Mieszkanka, m•••@poczta.example",
        "opłaty, sprawy",
        "od 1 stycznia 2020 do odwołania",
        "oryginał w aktach",
    ] {
        assert!(page.replace('\u{a0}', " ").contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains(&piotr.email));
    assert_eq!(town.number("select count(*) from mandate").await, 0, "the first look enters nothing");
    let review = between(&page, "name=\"review\" value=\"", "\"").to_owned();
    let confirm = "/desk/residents/mandates/confirm";
    let broken = review.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    for (who, sealed) in [(&other, &review), (&clerk, &broken)] {
        assert_eq!(who.post_form(confirm, &[("review", sealed)]).await.status(), 403);
    }
    // What is wrong is corrected without typing everything again.
    let form = clerk.post_form("/desk/residents/mandates/new", &[("review", &review)]).await;
    let form = text(form, 200).await;
    for kept in ["value=\"123-456-32-18\"", "oryginał w aktach", "value=\"2020-01-01\"", &piotr.email] {
        assert!(form.contains(kept), "{kept}: {form}");
    }
    // Two confirmations at once enter it once.
    let fields = [("review", review.as_str())];
    let (a, b) = tokio::join!(clerk.post_form(confirm, &fields), clerk.post_form(confirm, &fields));
    assert_eq!((a.status().as_u16(), b.status().as_u16()), (303, 303));
    assert_eq!(town.number("select count(*) from mandate").await, 1);
    assert_eq!(town.number("select count(*) from mandate_event").await, 1);
    // Both sides see that a clerk looked; the name that the office has is shown beside the typed one.
    assert!(piotr.page("/account/privacy").await.contains("pełnomocnictwo"));
    sqlx::query("update party set name = 'Piekarnia Stara' where kind = 'company'")
        .execute(town.pool())
        .await
        .unwrap();
    let page = text(company_review(&clerk, &piotr.email, "").await, 200).await;
    assert!(page.contains("Piekarnia Stara") && page.contains("Wpisana nazwa"), "{page}");
    // Who was reviewed is who is entered.
    let review = between(&page, "name=\"review\" value=\"", "\"").to_owned();
    let maria = town.resident(Level::Verified).await;
    for (from, to) in
        [(piotr.email.as_str(), "inny@poczta.example"), (maria.email.as_str(), piotr.email.as_str())]
    {
        sqlx::query("update account set email = $2, email_key = $2 where email = $1")
            .bind(from)
            .bind(to)
            .execute(town.pool())
            .await
            .unwrap();
    }
    let changed = clerk.post_form(confirm, &[("review", &review)]).await;
    assert!(text(changed, 409).await.contains("Pełnomocnik zmienił się"));
    assert_eq!(town.number("select count(*) from mandate").await, 1);
}

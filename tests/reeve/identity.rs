//! Signing in by a provider of identity: a real one, run beside the town.

use crate::support::{
    Answer, Browser, Town,
    provider::{TestProvider, config_with},
};

const ANNA: &str = "anna@example.org";

/// The provider's address on the page that leads there.
fn way(page: &Answer) -> String {
    assert_eq!(page.status, 200, "{}", page.text);
    let (_, rest) = page.text.split_once(r#"<a class="govuk-button" href=""#).expect("a way to the provider");
    rest.split_once('"').unwrap().0.replace("&amp;", "&").replace("&#38;", "&")
}

/// Goes to a provider from the page of signing in; answers the path with which the browser comes back.
async fn walk(
    browser: &mut Browser<'_>,
    provider: &TestProvider,
    id: &str,
    who: Option<(&str, &str)>,
) -> String {
    let page = browser.submit("/sign-in", &format!("/sign-in/with/{id}"), &[("next", "")]).await;
    provider.walk(&way(&page), who).await
}

/// Signs somebody in, up to the page on which they come back.
async fn come_back(browser: &mut Browser<'_>, provider: &TestProvider, who: Option<(&str, &str)>) -> Answer {
    let back = walk(browser, provider, "state", who).await;
    browser.get(&back).await
}

/// Signs somebody in whom the town does not know, up to their account.
async fn new_person(
    browser: &mut Browser<'_>,
    provider: &TestProvider,
    (user, level): (&str, &str),
) -> Answer {
    let answer = come_back(browser, provider, Some((user, level))).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in/new"), "{}", answer.text);
    let email = format!("{user}@example.org");
    browser.submit("/sign-in/new", "/sign-in/new", &[("email", &email)]).await
}

async fn text(town: &Town, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(town.pool()).await.unwrap()
}

async fn linked(browser: &mut Browser<'_>) -> String {
    let page = browser.get("/account/security").await.text;
    let (_, rest) = page.split_once("/account/security/identities/").expect("a provider that is linked");
    rest.split_once('/').unwrap().0.to_owned()
}

#[tokio::test]
async fn the_states_login_makes_an_account_at_the_level_of_its_word() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut anna = Browser::new(&town);
    let answer = new_person(&mut anna, &provider, ("anna", "substantial")).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"), "{}", answer.text);
    let known = "select concat_ws('|', p.level, p.given_names, p.family_name, p.born, a.email, p.pesel_mark is not null)
                 from party p join account a on a.id = p.account";
    assert_eq!(text(&town, known).await, "verified|Anna|Zmyślona|1985-02-28|anna@example.org|t");
    assert_eq!(town.mails(ANNA).await.len(), 0, "the provider vouches for the address");
    // Again, in another browser: the same account, no second one.
    let mut again = Browser::new(&town);
    let answer = come_back(&mut again, &provider, Some(("anna", "high"))).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"));
    // Under another name at the provider, but with the same PESEL: the same person.
    let mut other_name = Browser::new(&town);
    let answer = come_back(&mut other_name, &provider, Some(("anna-again", "substantial"))).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"), "{}", answer.text);
    assert_eq!(town.number("select count(*) from account").await, 1);
    assert_eq!(town.number("select count(*) from account_identity").await, 2);
    // Signing out names the provider's page too, and holds no number of a person.
    let page = anna.get("/account/security").await;
    let token = crate::support::form_token(&page.text);
    let out = anna.post("/sign-out", &token, &[]).await;
    assert_eq!(out.status, 200, "{}", out.text);
    assert!(out.text.contains(&format!("{}/session/end", provider.issuer)), "{}", out.text);
    assert!(!out.text.contains("85022899900"));
    assert_eq!(anna.get("/account/security").await.status, 303);
}

#[tokio::test]
async fn a_weak_word_makes_a_known_person_and_takes_nobodys_number() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut jan = Browser::new(&town);
    assert_eq!(new_person(&mut jan, &provider, ("jan", "low")).await.location, "/account");
    assert_eq!(text(&town, "select level || (pesel_mark is null)::text from party").await, "knowntrue");
    // Who is known proves it later with the same account.
    let page = jan
        .submit("/account/security", "/account/identity/with/state", &[("next", "/account/security")])
        .await;
    let back = provider.walk(&way(&page), Some(("jan", "high"))).await;
    let answer = jan.get(&back).await;
    assert_eq!(answer.location, "/account/security?done=linked", "{}", answer.text);
    assert_eq!(text(&town, "select level || (pesel_mark is null)::text from party").await, "verifiedfalse");
}

#[tokio::test]
async fn an_address_that_nobody_vouches_for_is_proved_by_mail_and_then_by_the_provider() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut anna = Browser::new(&town);
    come_back(&mut anna, &provider, Some(("anna", "substantial"))).await;
    let other = "anna.inna@poczta.example";
    let answer = anna.submit("/sign-in/new", "/sign-in/new", &[("email", other)]).await;
    assert!(answer.status == 200 && answer.text.contains("Sprawdź pocztę"), "{}", answer.text);
    assert_eq!(town.number("select count(*) from account").await, 0);
    // What waits holds nothing about a person in the clear.
    assert_eq!(
        town.number(
            "select count(*) from account_signup where encode(identity_sealed, 'escape') like '%85022899900%'"
        )
        .await,
        0
    );
    let link = town.last_mail(other).await.link("/account/confirm/");
    let mut mailbox = Browser::new(&town);
    let page = mailbox.get(&link).await.text;
    assert!(page.contains("Anna Zmyślona") && !page.contains(r#"name="password""#), "{page}");
    let answer = mailbox.submit(&link, &link, &[]).await;
    assert_eq!(answer.location, "/sign-in?done=account", "the mailbox alone signs nobody in");
    assert_eq!(mailbox.get("/account/security").await.status, 303);
    assert_eq!(come_back(&mut anna, &provider, Some(("anna", "substantial"))).await.location, "/account");
    assert_eq!(text(&town, "select level from party").await, "verified");
}

#[tokio::test]
async fn somebody_known_under_another_account_is_told_and_nothing_is_joined() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut anna = Browser::new(&town);
    assert_eq!(new_person(&mut anna, &provider, ("anna", "substantial")).await.location, "/account");
    // A second account, with a password; its holder turns out to be the same person.
    let mut second = Browser::new(&town);
    let email = "druga.anna@poczta.example";
    second.submit("/account/new", "/account/new", &[("name", "Druga Anna"), ("email", email)]).await;
    let link = town.last_mail(email).await.link("/account/confirm/");
    second.submit(&link, &link, &[("password", "mój pies lubi marchewkę")]).await;
    for user in ["anna", "anna-again"] {
        let page = second
            .submit("/account/security", "/account/identity/with/state", &[("next", "/account/security")])
            .await;
        let back = provider.walk(&way(&page), Some((user, "substantial"))).await;
        let answer = second.get(&back).await;
        assert_eq!(answer.status, 409, "{}", answer.text);
        assert!(answer.text.contains("Masz już inne konto"), "{}", answer.text);
    }
    assert_eq!(town.number("select count(*) from account_identity").await, 1);
    assert_eq!(
        town.number("select count(*) from party p join account a on a.id = p.account where a.email like 'druga%' and p.level = 'known' and p.pesel_mark is null").await,
        1
    );
    // Somebody else's word does not turn an account into theirs.
    let page = anna
        .submit("/account/security", "/account/identity/with/state", &[("next", "/account/security")])
        .await;
    let back = provider.walk(&way(&page), Some(("jan", "high"))).await;
    let answer = anna.get(&back).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("innym numerem PESEL"), "{}", answer.text);
    assert_eq!(town.number("select count(*) from account_identity").await, 1);
}

#[tokio::test]
async fn what_comes_back_works_once_in_the_browser_that_asked() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut anna = Browser::new(&town);
    assert_eq!(new_person(&mut anna, &provider, ("anna", "substantial")).await.location, "/account");
    // The same way back again.
    let mut browser = Browser::new(&town);
    let back = walk(&mut browser, &provider, "state", Some(("anna", "substantial"))).await;
    let mut copied = Browser::new(&town);
    copied.cookies = browser.cookies.clone();
    assert_eq!(browser.get(&back).await.location, "/account");
    for other in [&mut browser, &mut copied] {
        let answer = other.get(&back).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains("Na to logowanie już odpowiedziano"), "{}", answer.text);
    }
    assert_eq!(copied.get("/account/security").await.status, 303);
    // In another browser, which never asked.
    let mut asked = Browser::new(&town);
    let back = walk(&mut asked, &provider, "state", Some(("anna", "substantial"))).await;
    let mut victim = Browser::new(&town);
    victim.get("/sign-in").await;
    assert_eq!(victim.get(&back).await.status, 400);
    assert_eq!(victim.get("/account/security").await.status, 303);
    // With a state of somebody's own.
    let mut browser = Browser::new(&town);
    let back = walk(&mut browser, &provider, "state", Some(("anna", "substantial"))).await;
    let forged = back.replace("state=", "state=x");
    let answer = browser.get(&forged).await;
    assert_eq!(answer.status, 400);
    assert_eq!(browser.get("/account/security").await.status, 303);
    // Given up at the provider.
    let mut browser = Browser::new(&town);
    let answer = come_back(&mut browser, &provider, None).await;
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Logowanie przerwane"), "{}", answer.text);
    assert_eq!(browser.get("/account/security").await.status, 303);
    // A provider that there is not.
    assert_eq!(browser.get("/sign-in/back/nobody?code=x&state=y").await.status, 404);
}

#[tokio::test]
async fn the_answer_of_one_provider_is_none_of_another() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let Some(other) = TestProvider::start("other", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider, &other])).await;
    let mut browser = Browser::new(&town);
    let back = walk(&mut browser, &other, "other", Some(("anna", "high"))).await;
    assert!(back.starts_with("/sign-in/back/other?"));
    let answer = browser.get(&back.replace("/back/other", "/back/state")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text.contains("od kogoś innego, niż pytaliśmy"), "{}", answer.text);
    assert_eq!(town.number("select count(*) from account_challenge where purpose = 'identity-new'").await, 0);
}

#[tokio::test]
async fn a_provider_that_is_away_is_no_way_in_but_not_the_end() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    drop(provider);
    let mut browser = Browser::new(&town);
    let answer = browser.submit("/sign-in", "/sign-in/with/state", &[("next", "")]).await;
    assert_eq!(answer.status, 502);
    assert!(answer.text.contains("teraz nie odpowiada"), "{}", answer.text);
    assert!(!answer.text.contains("127.0.0.1"), "no causes from inside: {}", answer.text);
}

#[tokio::test]
async fn a_fresh_word_of_the_provider_opens_what_is_dangerous() {
    let Some(provider) = TestProvider::start("state", &[]).await else { return };
    let town = Town::with_config(config_with(&[&provider])).await;
    let mut anna = Browser::new(&town);
    assert_eq!(new_person(&mut anna, &provider, ("anna", "substantial")).await.location, "/account");
    sqlx::query("update session set confirmed_at = now() - interval '1 hour'")
        .execute(town.pool())
        .await
        .unwrap();
    let led = anna.get("/account/close").await.location;
    assert!(led.starts_with("/account/security/confirm?next="), "{led}");
    let door = "/account/security/confirm/with/state";
    let fields = [("next", "/account/close")];
    // Somebody else signs in there.
    let page = anna.submit(&led, door, &fields).await;
    let back = provider.walk(&way(&page), Some(("jan", "high"))).await;
    assert_eq!(anna.get(&back).await.status, 409);
    assert_eq!(anna.get("/account/close").await.status, 303);
    let page = anna.submit(&led, door, &fields).await;
    let back = provider.walk(&way(&page), Some(("anna", "substantial"))).await;
    assert_eq!(anna.get(&back).await.location, "/account/close");
    assert_eq!(anna.get("/account/close").await.status, 200);
    // The only way in stays.
    let id = linked(&mut anna).await;
    let answer =
        anna.submit("/account/security", &format!("/account/security/identities/{id}/remove"), &[]).await;
    assert_eq!(answer.status, 409);
    // A closed account is closed for the provider too.
    anna.submit("/account/close", "/account/close", &[]).await;
    let mut again = Browser::new(&town);
    let answer = come_back(&mut again, &provider, Some(("anna", "substantial"))).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("To konto jest zamknięte"), "{}", answer.text);
}

//! Signing in and out, tokens, roles, and what happens when somebody tries what they may not.

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine};
use reeve::{
    accounts::{Email, NewAccount},
    platform::{
        Config, Ctx,
        access::{Grant, role},
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::{Answer, Browser, Client, Town, ctx, form_token};

const PASSWORD: &str = "mój pies lubi marchewkę";

/// Somebody with a password.
async fn person(town: &Town, role_name: &str) -> (Uuid, String) {
    let (account, email) = town.account(&[(role_name, None)]).await;
    town.app.accounts.set_password(&ctx(), account, PASSWORD).await.unwrap().unwrap();
    (account, email)
}

#[tokio::test]
async fn signing_in_and_out_through_the_pages() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    let mut browser = Browser::new(&town);
    let answer = browser.get("/desk/tokens").await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?next=%2Fdesk%2Ftokens"));
    // The address is not case-sensitive, and spaces around it do not matter.
    let answer = browser.sign_in(&format!(" {} ", email.to_uppercase()), PASSWORD).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/desk/account"), "{}", answer.text);
    let page = browser.get("/desk/account").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(&email));
    let old = browser.cookies.clone();
    let token = form_token(&page.text);
    let answer = browser.post("/sign-out", &token, &[]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?done=out"));
    // The session has ended on the server too.
    browser.cookies = old;
    assert_eq!(browser.get("/desk/account").await.status, 303);
}

#[tokio::test]
async fn a_token_opens_doors_and_a_wrong_one_none() {
    let town = Town::empty().await;
    let token = town.token("editor", &["registry:write"]).await;
    let ask = async |token: &str| {
        let request = town.http.get(format!("{}/api/kinds", town.base)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(ask(&token).await, 200);
    for wrong in ["rv_wrong", "wrong", &token.replace("rv_", "")] {
        assert_eq!(ask(wrong).await, 401, "{wrong}");
    }
    sqlx::query("update api_token set expires_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(ask(&token).await, 401);
}

#[tokio::test]
async fn nobody_learns_which_accounts_exist() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    let (disabled, disabled_email) = person(&town, "viewer").await;
    town.app.accounts.set_disabled(&ctx(), disabled, true).await.unwrap().unwrap();
    let (_, invited_email) = town.account(&[("viewer", None)]).await;
    let mut answers = Vec::new();
    for (who, password) in [
        (email.as_str(), "nie to hasło na pewno"),
        (disabled_email.as_str(), PASSWORD),
        (invited_email.as_str(), PASSWORD),
        ("nikt@urzad.example", PASSWORD),
        ("no address", PASSWORD),
    ] {
        let mut browser = Browser::new(&town);
        let answer = browser.sign_in(who, password).await;
        let token = form_token(&answer.text);
        answers.push((answer.status, answer.text.replace(who, "WHO").replace(&token, "TOKEN")));
    }
    assert_eq!(answers[0].0, 422);
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]), "{answers:#?}");
}

#[tokio::test]
async fn only_own_addresses_come_after_signing_in() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    for (next, expected) in [
        ("//evil.example", "/desk"),
        ("https://evil.example/", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk/tokens?x=1", "/desk/tokens?x=1"),
    ] {
        let mut browser = Browser::new(&town);
        let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
        let answer = browser.submit("/sign-in", "/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, expected), "{next}");
    }
}

#[tokio::test]
async fn a_sign_in_form_of_another_browser_is_refused() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    let fields = [("email", email.as_str()), ("password", PASSWORD)];
    let mut attacker = Browser::new(&town);
    let token = form_token(&attacker.get("/sign-in").await.text);
    // Without the attacker's cookie his token is worth nothing.
    let mut victim = Browser::new(&town);
    assert_eq!(victim.post("/sign-in", &token, &fields).await.status, 403);
    victim.get("/sign-in").await;
    assert_eq!(victim.post("/sign-in", &token, &fields).await.status, 403);
    assert_eq!(attacker.post("/sign-in", &token, &fields).await.status, 303);
}

#[tokio::test]
async fn guessing_becomes_slow_but_a_known_browser_is_let_in() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    // The person has signed in here before.
    let mut own = Browser::new(&town);
    assert_eq!(own.sign_in(&email, PASSWORD).await.status, 303);
    own.cookies.remove("reeve-session");
    // Somebody guesses, from one address: after five it takes longer and longer.
    let mut attacker = Browser::new(&town);
    attacker.address = "203.0.113.66".to_owned();
    for _ in 0..5 {
        assert_eq!(attacker.sign_in(&email, "zgaduję hasło na ślepo").await.status, 422);
    }
    let slowed = attacker.sign_in(&email, PASSWORD).await;
    assert_eq!(slowed.status, 429);
    assert!(slowed.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
    // From many addresses: then the whole account is slowed down for browsers that are not known.
    sqlx::query("update sign_in_attempt set failures = 40, last_at = now() where scope = 'account'")
        .execute(town.pool())
        .await
        .unwrap();
    let mut other = Browser::new(&town);
    other.address = "203.0.113.99".to_owned();
    assert_eq!(other.sign_in(&email, PASSWORD).await.status, 429);
    // The person is not locked out, even from the attacker's network.
    own.address = "203.0.113.66".to_owned();
    assert_eq!(own.sign_in(&email, PASSWORD).await.status, 303);
    // A known browser does not guess without end either.
    own.cookies.remove("reeve-session");
    let statuses = async |browser: &mut Browser<'_>| {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(browser.sign_in(&email, "zgaduję hasło na ślepo").await.status);
        }
        statuses
    };
    assert_eq!(statuses(&mut own).await, [422, 422, 422, 422, 422, 429]);
    // Time heals.
    sqlx::query("update sign_in_attempt set last_at = now() - interval '16 minutes'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(attacker.sign_in(&email, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn parallel_guesses_are_counted_too() {
    let town = Town::empty().await;
    let (_, email) = person(&town, "viewer").await;
    let attempts = (0..12).map(|_| {
        let (town, email) = (&town, email.clone());
        async move { Browser::new(town).sign_in(&email, "zgaduję hasło na ślepo").await.status }
    });
    let mut statuses = futures::future::join_all(attempts).await;
    statuses.sort_unstable();
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
}

#[tokio::test]
async fn a_link_sets_a_password_once() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let answer = admin
        .post_form(
            "/desk/people",
            &[
                ("name", "Anna Zmyślona"),
                ("email", "anna@urzad.example"),
                ("role", "editor"),
                ("kind-editor", "trees"),
            ],
        )
        .await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let page = answer.text().await.unwrap();
    let (_, rest) = page.split_once("/reset/").expect("a link");
    let path = format!("/reset/{}", rest.split('<').next().unwrap());
    let mut anna = Browser::new(&town);
    let short = anna.submit(&path, &path, &[("password", "za krótkie")]).await;
    assert_eq!(short.status, 422);
    assert!(short.text.contains("15"));
    let common = anna.submit(&path, &path, &[("password", "haslohaslohaslo")]).await;
    assert_eq!(common.status, 422);
    let set = anna.submit(&path, &path, &[("password", PASSWORD)]).await;
    assert_eq!((set.status, set.location.as_str()), (303, "/sign-in?done=password"));
    let gone = anna.get(&path).await;
    assert_eq!(gone.status, 404);
    assert!(gone.text.contains("odnośnik"));
    assert_eq!(anna.sign_in("anna@urzad.example", PASSWORD).await.status, 303);
    let held: Vec<(String, Option<Vec<String>>)> = sqlx::query_as(
        "select role, kinds from account_role r join account a on a.id = r.account where email_key = 'anna@urzad.example'",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    assert_eq!(held, [("editor".to_owned(), Some(vec!["trees".to_owned()]))]);
    // A new password ends what was open.
    let account: Uuid = sqlx::query_scalar("select id from account where email_key = 'anna@urzad.example'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let token = town.app.accounts.make_link(&ctx(), account).await.unwrap();
    let path = format!("/reset/{token}");
    let mut elsewhere = Browser::new(&town);
    assert_eq!(elsewhere.submit(&path, &path, &[("password", "glonojad pod wiaduktem")]).await.status, 303);
    assert_eq!(anna.get("/desk/account").await.status, 303);
    // A password that is set otherwise ends links that still lie about.
    let token = town.app.accounts.make_link(&ctx(), account).await.unwrap();
    town.app.accounts.set_password(&ctx(), account, PASSWORD).await.unwrap().unwrap();
    assert_eq!(elsewhere.get(&format!("/reset/{token}")).await.status, 404);
    // An old link does not work after its hour.
    let token = town.app.accounts.make_link(&ctx(), account).await.unwrap();
    sqlx::query("update account_link set expires_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(elsewhere.get(&format!("/reset/{token}")).await.status, 404);
}

/// The secret of the page that adds an app, as bytes.
fn secret_of(page: &str) -> Vec<u8> {
    let (_, rest) = page.split_once(r#"<code class="secret">"#).expect("a secret");
    let text: String = rest.split('<').next().unwrap().split_whitespace().collect();
    totp_rs::Secret::try_from_base32(text).unwrap().as_bytes().to_vec()
}

fn code(secret: &[u8], step: u64) -> String {
    let totp = totp_rs::Builder::new()
        .with_algorithm(totp_rs::Algorithm::SHA1)
        .with_secret(secret.to_vec())
        .with_account_name("test")
        .build()
        .unwrap();
    totp.generate(step * 30).to_string()
}

fn step_now() -> u64 {
    u64::try_from(Ctx::system("test").now.timestamp()).unwrap() / 30
}

#[tokio::test]
async fn an_app_is_a_second_step_and_no_code_works_twice() {
    let town = Town::empty().await;
    let (account, email) = person(&town, "viewer").await;
    let staff = town.sign_in_as(account, email.clone()).await;
    let page = staff.page("/desk/account/app").await;
    assert!(page.contains("<svg"));
    let secret = secret_of(&page);
    assert_eq!(staff.post_form("/desk/account/app", &[("code", "000000")]).await.status(), 422);
    let step = step_now();
    let answer = staff.post_form("/desk/account/app", &[("code", &code(&secret, step - 1))]).await;
    assert_eq!(answer.status(), 200);
    let page = answer.text().await.unwrap();
    let codes: Vec<String> =
        page.split("<li><code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()).collect();
    assert_eq!(codes.len(), 10);
    let sealed: Vec<u8> = sqlx::query_scalar("select totp_sealed from account where id = $1")
        .bind(account)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert!(!sealed.windows(secret.len()).any(|part| part == secret), "the secret stands in the database");

    let first_step = async |browser: &mut Browser<'_>| {
        let answer = browser.sign_in(&email, PASSWORD).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in/second"));
        assert!(!browser.cookies.contains_key("reeve-session"));
        assert_eq!(browser.get("/desk/account").await.status, 303);
    };
    let second = async |browser: &mut Browser<'_>, code: &str| {
        browser.submit("/sign-in/second", "/sign-in/second", &[("code", code)]).await
    };
    let mut browser = Browser::new(&town);
    first_step(&mut browser).await;
    // The code that confirmed the app is used up.
    assert_eq!(second(&mut browser, &code(&secret, step - 1)).await.status, 422);
    let answer = second(&mut browser, &code(&secret, step)).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/desk/account"), "{}", answer.text);
    assert_eq!(browser.get("/desk/account").await.status, 200);
    let mut replaying = Browser::new(&town);
    first_step(&mut replaying).await;
    assert_eq!(second(&mut replaying, &code(&secret, step)).await.status, 422);
    // Recovery codes work once, however they are typed.
    assert_eq!(second(&mut replaying, &codes[0].to_lowercase().replace('-', " ")).await.status, 303);
    let mut again = Browser::new(&town);
    first_step(&mut again).await;
    assert_eq!(second(&mut again, &codes[0]).await.status, 422);
    assert_eq!(second(&mut again, &codes[1]).await.status, 303);
    // The second step alone opens nothing.
    let mut nobody = Browser::new(&town);
    let answer = nobody.get("/sign-in/second").await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in"));
}

/// The session that an answer sets.
fn session_of(answer: &reqwest::Response) -> String {
    let cookies = answer.headers().get_all("set-cookie").iter().map(|value| value.to_str().unwrap());
    let session = cookies.filter_map(|set| set.strip_prefix("reeve-session=")).next().expect("a session");
    session.split(';').next().unwrap().to_owned()
}

#[tokio::test]
async fn what_is_dangerous_asks_for_the_password_again() {
    let town = Town::empty().await;
    let (account, email) = person(&town, "administrator").await;
    let mut staff = town.sign_in_as(account, email).await;
    sqlx::query("update session set confirmed_at = now() - interval '11 minutes'")
        .execute(town.pool())
        .await
        .unwrap();
    let answer = staff.get("/desk/account/app").await;
    assert_eq!(answer.status(), 303);
    assert!(answer.headers()["location"].to_str().unwrap().starts_with("/desk/account/confirm?next="));
    let other = town.account(&[("viewer", None)]).await.0;
    let disable = format!("/desk/people/{other}/disable");
    for (path, fields) in [
        ("/desk/tokens", &[("name", "x"), ("scope", "registry:read")][..]),
        ("/desk/account/codes", &[]),
        (disable.as_str(), &[]),
    ] {
        let answer = staff.post_form(path, fields).await;
        assert!(
            answer.headers()["location"].to_str().unwrap().starts_with("/desk/account/confirm"),
            "{path}"
        );
    }
    assert_eq!(town.number("select count(*) from api_token").await, 0);
    assert_eq!(staff.post_form("/desk/account/confirm", &[("password", "nie to")]).await.status(), 422);
    let fields = [("password", PASSWORD), ("next", "/desk/account/app")];
    let answer = staff.post_form("/desk/account/confirm", &fields).await;
    assert_eq!(answer.headers()["location"], "/desk/account/app");
    staff.session = session_of(&answer);
    // And a new password ends the other sessions, not this one.
    let other = town.sign_in_as(account, String::new()).await;
    let fields = [("current", PASSWORD), ("password", "glonojad pod wiaduktem")];
    let answer = staff.post_form("/desk/account/password", &fields).await;
    assert_eq!(answer.headers()["location"], "/desk/account?done=password");
    staff.session = session_of(&answer);
    assert_eq!(staff.get("/desk/account").await.status(), 200);
    assert_eq!(other.get("/desk/account").await.status(), 303);
}

#[tokio::test]
async fn somebody_can_always_manage_accounts() {
    let town = Town::empty().await;
    let (account, email) = person(&town, "administrator").await;
    let admin = town.sign_in_as(account, email).await;
    let path = |rest: &str| format!("/desk/people/{account}{rest}");
    let answer = admin.post_form(&path("/roles"), &[("role", "viewer")]).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("ostatnia osoba"));
    assert_eq!(admin.post_form(&path("/disable"), &[]).await.status(), 409);
    // Somebody who has never set a password does not count.
    town.account(&[("administrator", None)]).await;
    assert_eq!(admin.post_form(&path("/disable"), &[]).await.status(), 409);
    person(&town, "administrator").await;
    assert_eq!(admin.post_form(&path("/roles"), &[("role", "viewer")]).await.status(), 303);
    // From now on the former administrator sees no people.
    assert_eq!(admin.get("/desk/people").await.status(), 403);
}

#[tokio::test]
async fn people_are_listed_changed_and_signed_out() {
    let town = Town::empty().await;
    let (_, _) = person(&town, "administrator").await;
    let admin = town.staff("administrator").await;
    let clerk = town.staff_with(&[("editor", Some(&["trees", "lamps"]))]).await;
    let list = admin.page("/desk/people?q=editor").await;
    assert!(list.contains(&clerk.email) && !list.contains(&admin.email));
    assert!(list.contains("Edytor (Latarnie, Drzewa)"), "{list}");
    assert!(admin.page("/desk/people?q=nikogotakiego").await.contains("Nikogo takiego"));
    let path = |rest: &str| format!("/desk/people/{}{rest}", clerk.account);
    let page = admin.page(&path("")).await;
    assert!(page.contains("kind-editor") && page.contains("checked"));
    let fields = [("name", "Barbara <b>Zmyślona</b>"), ("email", clerk.email.as_str())];
    assert_eq!(admin.post_form(&path("/name"), &fields).await.status(), 303);
    assert!(!admin.page(&path("")).await.contains("<b>Zmyślona"));
    let fields = [("name", "Barbara"), ("email", admin.email.as_str())];
    let taken = admin.post_form(&path("/name"), &fields).await;
    assert_eq!(taken.status(), 422);
    assert!(taken.text().await.unwrap().contains("już istnieje"));
    assert_eq!(admin.post_form(&path("/roles"), &[("role", "king")]).await.status(), 400);
    assert_eq!(clerk.get("/desk/account").await.status(), 200);
    assert_eq!(admin.post_form(&path("/sign-out"), &[]).await.status(), 303);
    assert_eq!(clerk.get("/desk/account").await.status(), 303);
    // What happened stays written down, and nobody changes it.
    let page = admin.page(&path("")).await;
    assert!(page.contains("Wylogowanie wszędzie") && page.contains(&admin.email));
    assert!(sqlx::query("delete from account_event").execute(town.pool()).await.is_err());
    assert!(sqlx::query("update account_event set actor = 'x'").execute(town.pool()).await.is_err());
}

#[tokio::test]
async fn tokens_are_made_shown_once_and_revoked() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let beyond = clerk.post_form("/desk/tokens", &[("name", "QGIS"), ("scope", "accounts:manage")]).await;
    assert_eq!(beyond.status(), 422);
    assert_eq!(clerk.post_form("/desk/tokens", &[("name", " ")]).await.status(), 422);
    let made = clerk
        .post_form(
            "/desk/tokens",
            &[
                ("name", "QGIS w terenie"),
                ("scope", "registry:read"),
                ("scope", "registry:write"),
                ("days", "90"),
            ],
        )
        .await;
    assert_eq!(made.status(), 200);
    let page = made.text().await.unwrap();
    let (_, rest) = page.split_once(r#"id="made-token">"#).expect("the token");
    let token = rest.split('<').next().unwrap();
    assert!(token.starts_with("rv_"));
    assert!(!clerk.page("/desk/tokens").await.contains(token));
    let ask = async || {
        town.http
            .get(format!("{}/api/kinds", town.base))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(ask().await, 200);
    let id: Uuid = sqlx::query_scalar("select id from api_token").fetch_one(town.pool()).await.unwrap();
    // Nobody else revokes it.
    let other = town.staff("administrator").await;
    assert_eq!(other.post_form(&format!("/desk/tokens/{id}/revoke"), &[]).await.status(), 404);
    assert_eq!(clerk.post_form(&format!("/desk/tokens/{id}/revoke"), &[]).await.status(), 303);
    assert_eq!(ask().await, 401);
}

#[tokio::test]
async fn whoever_asks_without_cookie_costs_no_query_and_sessions_are_seen() {
    let town = Town::empty().await;
    let (account, email) = person(&town, "viewer").await;
    let (here, there) =
        (town.sign_in_as(account, email.clone()).await, town.sign_in_as(account, email).await);
    let id: Uuid = sqlx::query_scalar("select id from session where token_hash = sha256($1)")
        .bind(there.session.as_bytes())
        .fetch_one(town.pool())
        .await
        .unwrap();
    let page = here.page("/desk/account").await;
    assert!(page.contains(&id.to_string()) && page.contains("192.0.2.x"));
    assert_eq!(
        here.post_form("/desk/account/sessions/end", &[("session", &id.to_string())]).await.status(),
        303
    );
    assert_eq!(there.get("/desk/account").await.status(), 303);
    // A closed pool answers no query: a visitor's page still comes.
    town.pool().close().await;
    assert_eq!(town.get("/help").await.status(), 200);
    assert_eq!(here.get("/help").await.status(), 503);
}

#[tokio::test]
async fn an_administrator_named_twice_is_one_person() {
    let town = Town::empty().await;
    let new = |email: &str| NewAccount {
        email: Email::parse(email).unwrap(),
        name: "Zmyślona Osoba".into(),
        grants: vec![Grant { role: role("viewer").unwrap(), kinds: None }],
        demo: false,
    };
    town.app.accounts.add_account(&ctx(), &new("Anna@urzad.example")).await.unwrap().unwrap();
    assert!(town.app.accounts.add_account(&ctx(), &new("anna@URZAD.example")).await.unwrap().is_err());
}

#[tokio::test]
async fn passkeys_need_a_page_of_ours_and_a_name_of_the_service() {
    let town = Town::empty().await;
    let clerk = town.staff("viewer").await;
    let begin = async |clerk: &Client, token: &str| {
        let body = serde_json::json!({ "form_token": token });
        let answer = clerk.send_json(reqwest::Method::POST, "/desk/account/passkeys/begin", &body).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    assert_eq!(begin(&clerk, "wrong").await.0, 403);
    // Tests speak to 127.0.0.1, which is no name.
    let (status, text) = begin(&clerk, &clerk.form_token).await;
    assert_eq!(status, 422);
    assert!(text.contains("no-passkeys"), "{text}");
}

#[tokio::test]
async fn a_role_that_shall_be_limited_does_not_become_one_for_everything() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    sqlx::query("update kind set definition = jsonb_set(definition, '{public}', 'false'), built_in = false where slug = 'bins'")
        .execute(town.pool())
        .await
        .unwrap();
    let (person, _) = town.account(&[("editor", Some(&["bins"]))]).await;
    let path = format!("/desk/people/{person}");
    // A kind that is not public is offered too, and ticked.
    let page = admin.page(&path).await;
    assert!(page.contains("id=\"kind-editor-bins\"") && page.contains("name=\"limit-editor\""));
    let roles = format!("{path}/roles");
    let none = admin.post_form(&roles, &[("role", "editor"), ("limit-editor", "yes")]).await;
    assert_eq!(none.status(), 400);
    let kinds = "select count(*) from account_role where kinds is not null";
    assert_eq!(town.number(kinds).await, 1);
    let some = [("role", "editor"), ("limit-editor", "yes"), ("kind-editor", "bins")];
    assert_eq!(admin.post_form(&roles, &some).await.status(), 303);
    assert_eq!(town.number(kinds).await, 1);
}

#[tokio::test]
async fn nobody_takes_another_address_without_an_administrator_and_a_lockout_ends_tokens() {
    let town = Town::empty().await;
    let clerk = town.staff("editor").await;
    let fields = [("name", "Zmyślona Osoba"), ("email", "burmistrz@urzad.example")];
    assert_eq!(clerk.post_form("/desk/account", &fields).await.status(), 422);
    let own = [("name", "Inna Zmyślona"), ("email", clerk.email.as_str())];
    assert_eq!(clerk.post_form("/desk/account", &own).await.status(), 303);
    let token = town.token("editor", &["registry:read"]).await;
    let holder = "select account::text from api_token limit 1";
    let holder: String = sqlx::query_scalar(holder).fetch_one(town.pool()).await.unwrap();
    let asked = async || {
        let request = town.http.get(format!("{}/api/desk/kinds", town.base)).bearer_auth(&token);
        request.send().await.unwrap().status().as_u16()
    };
    assert_eq!(asked().await, 200);
    let admin = town.staff("administrator").await;
    assert_eq!(admin.post_form(&format!("/desk/people/{holder}/sign-out"), &[]).await.status(), 303);
    assert_eq!(asked().await, 401);
}

/// A passkey that a test holds itself: a key, and the row that the service keeps of it.
struct TestPasskey {
    id: Vec<u8>,
    key: std::sync::Arc<dyn rustls::sign::SigningKey>,
}

/// A P-256 key that was made for this test and opens nothing else (PKCS #8).
const TEST_KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgQHZbGxDH/WDtPq9G7OQmTHxh0JOSFErKC1AOUUVTzmChRANCAAS+LxCUhMxhD6RQUXsxNWXNHPFWwvwRGEqoYZAg/qadk+QzPywp0+mLRZI/Cik0114ng72dwGAirYMiMw2ZIMHY";

impl TestPasskey {
    async fn of(town: &Town, account: Uuid) -> Self {
        let der = BASE64_STANDARD.decode(TEST_KEY).unwrap();
        let (x, y) = der[der.len() - 64..].split_at(32);
        let id = account.as_bytes().to_vec();
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let credential = serde_json::json!({ "cred": {
            "cred_id": text(&id),
            "cred": { "type_": "ES256", "key": { "EC_EC2": { "curve": "SECP256R1", "x": text(x), "y": text(y) } } },
            "counter": 0, "transports": null, "user_verified": true, "backup_eligible": false, "backup_state": false,
            "registration_policy": "required",
            "extensions": { "cred_protect": "NotRequested", "hmac_create_secret": "NotRequested",
                "appid": "NotRequested", "cred_props": "NotRequested" },
            "attestation": { "data": "None", "metadata": "None" }, "attestation_format": "none",
        } });
        sqlx::query(
            "insert into passkey (id, account, name, credential_id, credential, created_at) values ($1, $1, 'Klucz', $2, $3, now())",
        )
        .bind(account)
        .bind(&id)
        .bind(credential)
        .execute(town.pool())
        .await
        .unwrap();
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(der).into();
        Self { id, key: rustls::crypto::ring::sign::any_ecdsa_type(&key).unwrap() }
    }

    /// What a browser sends when its owner has agreed to a challenge.
    fn answer(&self, challenge: &str) -> serde_json::Value {
        let text = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let client = serde_json::json!({ "type": "webauthn.get", "challenge": challenge, "origin": SERVICE });
        let client = client.to_string();
        // Present and verified; the counter is not kept.
        let mut shown = Sha256::digest("reeve.example").to_vec();
        shown.extend([5, 0, 0, 0, 0]);
        let signed = [shown.as_slice(), &Sha256::digest(&client)].concat();
        let signer = self.key.choose_scheme(&[rustls::SignatureScheme::ECDSA_NISTP256_SHA256]).unwrap();
        serde_json::json!({ "id": text(&self.id), "rawId": text(&self.id), "type": "public-key", "response": {
            "authenticatorData": text(&shown), "clientDataJSON": text(client.as_bytes()),
            "signature": text(&signer.sign(&signed).unwrap()), "userHandle": null,
        } })
    }
}

/// Passkeys need a name.
const SERVICE: &str = "https://reeve.example";

impl Browser<'_> {
    async fn send_json(&mut self, path: &str, body: serde_json::Value) -> Answer {
        let request = self.http.post(format!("{}{path}", self.town.base)).json(&body);
        self.send(request).await
    }

    /// Asks for a passkey on the page of the second step; answers the page's token and the challenge.
    async fn begin_passkey(&mut self) -> (String, String) {
        let token = form_token(&self.get("/sign-in/second").await.text);
        let begun =
            self.send_json("/sign-in/passkey/begin", serde_json::json!({ "form_token": token })).await;
        assert_eq!(begun.status, 200, "{}", begun.text);
        let begun: serde_json::Value = serde_json::from_str(&begun.text).unwrap();
        (token, begun["publicKey"]["challenge"].as_str().unwrap().to_owned())
    }

    fn is_signed_in(&self) -> bool {
        self.cookies.contains_key("__Host-reeve") || self.cookies.contains_key("reeve-session")
    }
}

#[tokio::test]
async fn a_passkey_proves_only_its_own_account() {
    let config = Config { base_url: Some(SERVICE.to_owned()), ..crate::support::config() };
    let town = Town::with_config(config).await;
    let (mallory, mallory_email) = person(&town, "viewer").await;
    let (victor, victor_email) = person(&town, "administrator").await;
    let passkey = TestPasskey::of(&town, mallory).await;
    TestPasskey::of(&town, victor).await;
    let shown = |token: &str, challenge: &str| serde_json::json!({ "form_token": token, "credential": passkey.answer(challenge) });
    let mut browser = Browser::new(&town);
    assert_eq!(browser.sign_in(&mallory_email, PASSWORD).await.location, "/sign-in/second");
    let (token, challenge) = browser.begin_passkey().await;
    // With a password of somebody else, the browser now has another second step before it.
    assert_eq!(browser.sign_in(&victor_email, PASSWORD).await.location, "/sign-in/second");
    let answer = browser.send_json("/sign-in/passkey", shown(&token, &challenge)).await;
    assert_eq!((answer.status, browser.is_signed_in()), (422, false), "{}", answer.text);
    // The same, had the second step changed while the passkey was looked at.
    let mut browser = Browser::new(&town);
    browser.sign_in(&mallory_email, PASSWORD).await;
    let (token, challenge) = browser.begin_passkey().await;
    sqlx::query("update account_challenge set account = $1 where purpose = 'second-step'")
        .bind(victor)
        .execute(town.pool())
        .await
        .unwrap();
    let answer = browser.send_json("/sign-in/passkey", shown(&token, &challenge)).await;
    assert_eq!((answer.status, browser.is_signed_in()), (422, false), "{}", answer.text);
    // One's own account it opens.
    let mut browser = Browser::new(&town);
    browser.sign_in(&mallory_email, PASSWORD).await;
    let (token, challenge) = browser.begin_passkey().await;
    let answer = browser.send_json("/sign-in/passkey", shown(&token, &challenge)).await;
    assert_eq!((answer.status, browser.is_signed_in()), (200, true), "{}", answer.text);
    let account: Uuid =
        sqlx::query_scalar("select account from session").fetch_one(town.pool()).await.unwrap();
    assert_eq!(account, mallory);
}

#[tokio::test]
async fn asking_for_a_passkey_is_counted() {
    let config = Config { base_url: Some(SERVICE.to_owned()), ..crate::support::config() };
    let town = Town::with_config(config).await;
    let mut browser = Browser::new(&town);
    let token = form_token(&browser.get("/sign-in").await.text);
    let body = serde_json::json!({ "form_token": token });
    assert_eq!(browser.send_json("/sign-in/passkey/begin", body.clone()).await.status, 200);
    sqlx::query("update sign_in_attempt set failures = 60, last_at = now() where scope = 'address'")
        .execute(town.pool())
        .await
        .unwrap();
    sqlx::query("delete from account_challenge").execute(town.pool()).await.unwrap();
    let slowed = browser.send_json("/sign-in/passkey/begin", body).await;
    assert_eq!(slowed.status, 429);
    assert!(slowed.headers.contains_key("retry-after"));
    assert_eq!(town.number("select count(*) from account_challenge").await, 0);
}

#[tokio::test]
async fn a_code_proves_only_its_own_account() {
    let town = Town::empty().await;
    let (mallory, mallory_email) = person(&town, "viewer").await;
    let (victor, victor_email) = person(&town, "administrator").await;
    let mut secrets = Vec::new();
    for (account, email) in [(mallory, &mallory_email), (victor, &victor_email)] {
        let staff = town.sign_in_as(account, email.clone()).await;
        let secret = secret_of(&staff.page("/desk/account/app").await);
        let code = code(&secret, step_now() - 1);
        assert_eq!(staff.post_form("/desk/account/app", &[("code", &code)]).await.status(), 200);
        secrets.push(secret);
    }
    let mut browser = Browser::new(&town);
    browser.sign_in(&mallory_email, PASSWORD).await;
    let token = form_token(&browser.get("/sign-in/second").await.text);
    // The code is being checked, and waits for its row.
    let mut held = town.pool().begin().await.unwrap();
    sqlx::query("select from account where id = $1 for update")
        .bind(mallory)
        .execute(&mut *held)
        .await
        .unwrap();
    let code = code(&secrets[0], step_now());
    let fields = [("code", code.as_str())];
    let mut waiting = Browser { cookies: browser.cookies.clone(), ..Browser::new(&town) };
    let meanwhile = async {
        let waits = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while town.number(waits).await == 0 {
            assert!(std::time::Instant::now() < deadline, "nobody waits for the row");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        assert_eq!(browser.sign_in(&victor_email, PASSWORD).await.location, "/sign-in/second");
        held.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(waiting.post("/sign-in/second", &token, &fields), meanwhile);
    assert_ne!(answer.location, "/desk/account");
    assert!(!waiting.is_signed_in());
}

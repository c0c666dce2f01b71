//! What `docs/security.md` promises beyond the tests of the slices, each by a line of OWASP ASVS; and that the document
//! names only tests that exist.

use std::{collections::BTreeSet, path::Path};

use reeve::platform::{Config, access::Level, config::Sessions};
use uuid::Uuid;

use crate::support::{Client, Town, config, ctx};

const PASSWORD: &str = "mój pies lubi marchewkę";

/// Settings as a town has them: the staff need a second factor.
fn strict() -> Config {
    Config { sessions: Sessions::default(), ..config() }
}

/// Somebody with a password, signed in.
async fn clerk(town: &Town, role: &str) -> Client {
    let (account, email) = town.account(&[(role, None)]).await;
    town.app.accounts.set_password(&ctx(), account, PASSWORD).await.unwrap().unwrap();
    town.sign_in_as(account, email).await
}

fn location(response: &reqwest::Response) -> &str {
    response.headers().get("location").map_or("", |value| value.to_str().unwrap())
}

/// The value of a cookie that an answer sets.
fn cookie(response: &reqwest::Response, name: &str) -> Option<String> {
    response.headers().get_all("set-cookie").iter().find_map(|value| {
        let (pair, _) = value.to_str().unwrap().split_once(';')?;
        pair.strip_prefix(name)?.strip_prefix('=').map(str::to_owned)
    })
}

async fn make_stale(town: &Town) {
    let stale = "update session set confirmed_at = now() - interval '11 minutes'";
    sqlx::query(stale).execute(town.pool()).await.unwrap();
}

/// Gives somebody a passkey that nobody holds.
async fn add_factor(town: &Town, account: Uuid) {
    sqlx::query(
        "insert into passkey (id, account, name, credential_id, credential, created_at)
         values ($1, $2, 'Klucz', $3, '{}', now())",
    )
    .bind(Uuid::now_v7())
    .bind(account)
    .bind(account.as_bytes().to_vec())
    .execute(town.pool())
    .await
    .unwrap();
}

#[tokio::test]
async fn the_staff_work_only_with_a_second_factor() {
    let town = Town::with_config(strict()).await;
    let clerk = clerk(&town, "administrator").await;
    for path in ["/desk", "/desk/people", "/desk/tokens", "/desk/roles"] {
        let answer = clerk.get(path).await;
        assert_eq!((answer.status().as_u16(), location(&answer)), (303, "/desk/account"), "{path}");
    }
    assert_eq!(clerk.post_form("/desk/people", &[("name", "x")]).await.status(), 403);
    assert_eq!(clerk.get("/api/desk/kinds").await.status(), 403);
    // The way to one is open, and so is the way out.
    assert!(clerk.page("/desk/account").await.contains("href=\"/desk/account/app\""));
    assert_eq!(clerk.get("/desk/account/app").await.status(), 200);
    add_factor(&town, clerk.account).await;
    assert_eq!(clerk.get("/desk/people").await.status(), 200);
    // The demo, which never meets the real world, may be tried out with its password alone.
    sqlx::query("delete from passkey").execute(town.pool()).await.unwrap();
    assert_eq!(clerk.get("/desk/people").await.status(), 303);
    sqlx::query("update account set demo = true").execute(town.pool()).await.unwrap();
    assert_eq!(clerk.get("/desk/people").await.status(), 200);
}

#[tokio::test]
async fn showing_the_password_again_renews_the_session() {
    let town = Town::empty().await;
    let mut clerk = clerk(&town, "viewer").await;
    make_stale(&town).await;
    let fields = [("password", PASSWORD), ("next", "/desk/account/app")];
    let answer = clerk.post_form("/desk/account/confirm", &fields).await;
    assert_eq!(location(&answer), "/desk/account/app");
    let renewed = cookie(&answer, "reeve-session").expect("a new token");
    assert_ne!(renewed, clerk.session);
    // Whoever had read the old one has nothing; the forms of pages that lie open still fit.
    assert_eq!(location(&clerk.get("/desk/account").await), "/sign-in?next=%2Fdesk%2Faccount");
    clerk.session = renewed;
    assert_eq!(clerk.get("/desk/account/app").await.status(), 200);
    let name = [("name", "Zmyślona Osoba"), ("email", clerk.email.as_str())];
    assert_eq!(clerk.post_form("/desk/account", &name).await.status(), 303);
    assert_eq!(town.number("select count(*) from session where revoked_at is null").await, 1);
}

#[tokio::test]
async fn a_password_is_changed_only_by_whoever_knows_it() {
    let town = Town::empty().await;
    let mut clerk = clerk(&town, "viewer").await;
    // Even right after signing in.
    for current in ["", "nie to hasło na pewno"] {
        let fields = [("current", current), ("password", "glonojad pod wiaduktem")];
        let answer = clerk.post_form("/desk/account/password", &fields).await;
        assert_eq!(answer.status(), 422, "{current:?}");
        assert!(answer.text().await.unwrap().contains("current-fault"));
    }
    let fields = [("current", PASSWORD), ("password", "haslohaslohaslo")];
    let weak = clerk.post_form("/desk/account/password", &fields).await;
    assert_eq!(weak.status(), 422);
    clerk.session = cookie(&weak, "reeve-session").expect("the password was shown");
    let fields = [("current", PASSWORD), ("password", "glonojad pod wiaduktem")];
    let changed = clerk.post_form("/desk/account/password", &fields).await;
    assert_eq!(location(&changed), "/desk/account?done=password");
    clerk.session = cookie(&changed, "reeve-session").expect("a session");
    assert_eq!(clerk.get("/desk/account").await.status(), 200);
    // Guesses are counted here as at the sign-in.
    let mut statuses = Vec::new();
    for _ in 0..6 {
        let fields = [("current", "zgaduję hasło na ślepo"), ("password", PASSWORD)];
        statuses.push(clerk.post_form("/desk/account/password", &fields).await.status().as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429]);
}

#[tokio::test]
async fn another_factor_ends_all_other_sessions() {
    let town = Town::empty().await;
    let clerk = clerk(&town, "viewer").await;
    for path in ["/desk/account/codes", "/desk/account/app/remove", "/desk/account/passkeys/{id}/remove"] {
        add_factor(&town, clerk.account).await;
        let id: Uuid = sqlx::query_scalar("select id from passkey").fetch_one(town.pool()).await.unwrap();
        let other = town.sign_in_as(clerk.account, clerk.email.clone()).await;
        let answer = clerk.post_form(&path.replace("{id}", &id.to_string()), &[]).await;
        assert!(answer.status().is_success() || answer.status() == 303, "{path}: {}", answer.status());
        assert_eq!(clerk.get("/desk/account").await.status(), 200, "{path}");
        assert_eq!(other.get("/desk/account").await.status(), 303, "{path}");
        sqlx::query("delete from passkey").execute(town.pool()).await.unwrap();
    }
}

#[tokio::test]
async fn sessions_are_ended_after_the_password_is_shown_again() {
    let town = Town::empty().await;
    let clerk = clerk(&town, "viewer").await;
    let other = town.sign_in_as(clerk.account, clerk.email.clone()).await;
    make_stale(&town).await;
    let id: Uuid = sqlx::query_scalar("select id from session where token_hash = sha256($1)")
        .bind(other.session.as_bytes())
        .fetch_one(town.pool())
        .await
        .unwrap();
    for (path, fields) in [
        ("/desk/account/sessions/end", vec![("session", id.to_string())]),
        ("/desk/account/sessions/end-others", Vec::new()),
    ] {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = clerk.post_form(path, &fields).await;
        assert!(location(&answer).starts_with("/desk/account/confirm?next="), "{path}");
    }
    assert_eq!(other.get("/desk/account").await.status(), 200);
    let answer = clerk.post_form("/desk/account/confirm", &[("password", PASSWORD)]).await;
    let clerk = Client { session: cookie(&answer, "reeve-session").unwrap(), ..clerk };
    assert_eq!(clerk.post_form("/desk/account/sessions/end-others", &[]).await.status(), 303);
    assert_eq!(other.get("/desk/account").await.status(), 303);
    assert_eq!(clerk.get("/desk/account").await.status(), 200);
}

#[tokio::test]
async fn whoever_finds_an_open_screen_does_not_add_a_way_in() {
    let town = Town::empty().await;
    let (clerk, anna) = (clerk(&town, "viewer").await, town.resident(Level::Verified).await);
    make_stale(&town).await;
    let id = Uuid::nil();
    for (whose, page, below) in [
        (&clerk, "/desk/account", &["/app", "/codes", "/app/remove"][..]),
        (&anna, "/account/security", &["/app", "/codes", "/app/remove", "/email", "/password"]),
    ] {
        let mut doors: Vec<String> = below.iter().map(|door| format!("{page}{door}")).collect();
        doors.push(format!("{page}/passkeys/{id}/remove"));
        if whose.account == anna.account {
            doors.extend(["/account/close".to_owned(), "/account/identity/with/state".to_owned()]);
            doors.push(format!("{page}/identities/{id}/remove"));
        }
        for door in doors {
            let answer =
                whose.post_form(&door, &[("email", "inna@poczta.example"), ("password", PASSWORD)]).await;
            let expected = format!("{page}/confirm?next=");
            assert!(
                location(&answer).starts_with(&expected),
                "{door}: {} {}",
                answer.status(),
                location(&answer)
            );
        }
        let begin = serde_json::json!({ "form_token": whose.form_token });
        let answer = whose.send_json(reqwest::Method::POST, &format!("{page}/passkeys/begin"), &begin).await;
        assert_eq!(answer.status(), 409);
    }
}

#[tokio::test]
async fn nobody_sees_or_ends_somebody_elses_session() {
    let town = Town::empty().await;
    let (clerk, victim) = (clerk(&town, "viewer").await, clerk(&town, "viewer").await);
    let id: Uuid = sqlx::query_scalar("select id from session where account = $1")
        .bind(victim.account)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert!(!clerk.page("/desk/account").await.contains(&id.to_string()));
    let answer = clerk.post_form("/desk/account/sessions/end", &[("session", &id.to_string())]).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(victim.get("/desk/account").await.status(), 200);
}

#[tokio::test]
async fn an_account_has_at_most_twenty_sessions() {
    let town = Town::empty().await;
    let first = clerk(&town, "viewer").await;
    let second = town.sign_in_as(first.account, first.email.clone()).await;
    sqlx::query(
        "update session set last_used_at = last_used_at - interval '1 hour' where token_hash = sha256($1)",
    )
    .bind(second.session.as_bytes())
    .execute(town.pool())
    .await
    .unwrap();
    for _ in 0..18 {
        town.sign_in_as(first.account, first.email.clone()).await;
    }
    assert_eq!(second.get("/desk/account").await.status(), 200);
    sqlx::query(
        "update session set last_used_at = last_used_at - interval '1 hour' where token_hash = sha256($1)",
    )
    .bind(second.session.as_bytes())
    .execute(town.pool())
    .await
    .unwrap();
    // The twenty-first takes the place of the one that was not used for the longest time.
    let last = town.sign_in_as(first.account, first.email.clone()).await;
    assert_eq!(second.get("/desk/account").await.status(), 303);
    assert_eq!(first.get("/desk/account").await.status(), 200);
    assert_eq!(last.get("/desk/account").await.status(), 200);
    assert_eq!(town.number("select count(*) from session where revoked_at is null").await, 20);
}

#[tokio::test]
async fn pages_behind_the_sign_in_are_kept_by_no_browser() {
    let town = Town::empty().await;
    let clerk = clerk(&town, "administrator").await;
    for path in ["/desk", "/desk/people", "/desk/account", "/desk/changes", "/desk/kinds"] {
        let answer = clerk.get(path).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert_eq!(answer.headers()["cache-control"], "no-store", "{path}");
    }
}

#[tokio::test]
async fn passwords_are_masked_and_left_to_the_browsers_helpers() {
    let town = Town::empty().await;
    let clerk = clerk(&town, "viewer").await;
    let token = town.app.accounts.make_link(&ctx(), clerk.account).await.unwrap();
    make_stale(&town).await;
    for (page, helpers) in [
        (town.page("/sign-in").await, &["current-password"][..]),
        (town.page(&format!("/reset/{token}")).await, &["new-password"]),
        (clerk.page("/desk/account/password").await, &["current-password", "new-password"]),
        (clerk.page("/desk/account/confirm").await, &["current-password"]),
    ] {
        let fields: Vec<&str> =
            page.split("<input").filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)).collect();
        let fields: Vec<&&str> = fields
            .iter()
            .filter(|tag| {
                tag.contains("password\" name=\"")
                    || tag.contains("name=\"password\"")
                    || tag.contains("name=\"current\"")
            })
            .collect();
        assert_eq!(fields.len(), helpers.len(), "{fields:?}");
        for (field, helper) in fields.iter().zip(helpers) {
            assert!(field.contains("type=\"password\""), "{field}");
            assert!(field.contains(&format!("autocomplete=\"{helper}\"")), "{field}");
            // Longer than any password, so that no browser cuts what is pasted.
            assert!(field.contains("maxlength=\"1024\""), "{field}");
        }
        assert!(!page.contains("onpaste") && page.contains("username"));
    }
}

#[tokio::test]
async fn a_long_old_password_opens_and_nothing_near_it_does() {
    let town = Town::empty().await;
    let (account, email) = town.account(&[("viewer", None)]).await;
    let long = format!("  {} ĄćĘł 🦔 ", "dobre długie hasło na lata, ".repeat(8));
    assert!((200..=256).contains(&long.chars().count()));
    town.app.accounts.set_password(&ctx(), account, &long).await.unwrap().unwrap();
    // Nobody asks for another one because of its age.
    sqlx::query("update account set password_changed_at = now() - interval '9 years', created_at = now() - interval '10 years'")
        .execute(town.pool())
        .await
        .unwrap();
    let sign_in = async |password: &str| {
        let page = town.get("/sign-in").await;
        let entry = cookie(&page, "reeve-entry").unwrap();
        let text = page.text().await.unwrap();
        let (_, rest) = text.split_once(r#"name="form_token" value=""#).unwrap();
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", rest.split_once('"').unwrap().0)
            .append_pair("email", &email)
            .append_pair("password", password)
            .finish();
        let request = town
            .http
            .post(format!("{}/sign-in", town.base))
            .header("cookie", format!("reeve-entry={entry}"))
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap().status().as_u16()
    };
    let cut: String = long.chars().take(64).collect();
    for near in [long.trim(), &long.to_lowercase(), &cut, &format!("{long}x")] {
        assert_eq!(sign_in(near).await, 422, "{near}");
    }
    assert_eq!(sign_in(&long).await, 303);
}

#[tokio::test]
async fn a_new_password_by_link_opens_nothing_without_the_second_factor() {
    let town = Town::empty().await;
    let clerk = clerk(&town, "viewer").await;
    add_factor(&town, clerk.account).await;
    let token = town.app.accounts.make_link(&ctx(), clerk.account).await.unwrap();
    let page = town.get(&format!("/reset/{token}")).await;
    let entry = cookie(&page, "reeve-entry").unwrap();
    let text = page.text().await.unwrap();
    let (_, rest) = text.split_once(r#"name="form_token" value=""#).unwrap();
    let form_token = rest.split_once('"').unwrap().0;
    let send = async |path: &str, fields: &[(&str, &str)]| {
        let body = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("form_token", form_token)
            .extend_pairs(fields)
            .finish();
        let request = town
            .http
            .post(format!("{}{path}", town.base))
            .header("cookie", format!("reeve-entry={entry}"))
            .header("content-type", "application/x-www-form-urlencoded");
        request.body(body).send().await.unwrap()
    };
    let new = "glonojad pod wiaduktem";
    let set = send(&format!("/reset/{token}"), &[("password", new)]).await;
    assert_eq!(location(&set), "/sign-in?done=password");
    assert_eq!(cookie(&set, "reeve-session"), None, "a link signs nobody in");
    let half = send("/sign-in", &[("email", &clerk.email), ("password", new)]).await;
    assert_eq!(location(&half), "/sign-in/second");
    assert_eq!(cookie(&half, "reeve-session"), None);
    assert_eq!(town.number("select count(*) from passkey").await, 1);
}

/// Names of all tests below a folder, each with the name of its file: `accounts.rs::a_link_sets_a_password_once`.
fn tests_in(folder: &Path, found: &mut BTreeSet<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !["node_modules", "target", "dist"].contains(&name.as_str()) && !name.starts_with('.') {
                tests_in(&path, found);
            }
            continue;
        }
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if name.ends_with(".rs") {
            for (_, rest) in text.split("test]").skip(1).filter_map(|rest| rest.split_once("fn ")) {
                let test: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                found.insert(format!("{name}::{test}"));
            }
        } else if name.contains(".test.") {
            for rest in text.split("test(").skip(1) {
                let mut letters = rest.chars();
                let Some(quote) = letters.next().filter(|c| "\"`'".contains(*c)) else { continue };
                let test: String = letters.take_while(|c| *c != quote).collect();
                found.insert(format!("{name}::{test}"));
            }
        }
    }
}

/// The lines of the standard that the document must answer: chapters 6, 7, 8 and 10, levels 1 and 2.
const LINES: &str = "6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 \
    6.3.2 6.3.3 6.3.4 6.4.1 6.4.2 6.4.3 6.4.4 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.6.1 6.6.2 6.6.3 6.8.1 6.8.2 6.8.3 6.8.4 \
    7.1.1 7.1.2 7.1.3 7.2.1 7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.6.1 7.6.2 \
    8.1.1 8.1.2 8.2.1 8.2.2 8.2.3 8.3.1 8.4.1 \
    10.1.1 10.1.2 10.2.1 10.2.2 10.3.1 10.3.2 10.3.3 10.3.4 10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 10.4.6 10.4.7 10.4.8 \
    10.4.9 10.4.10 10.4.11 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 10.6.1 10.6.2 10.7.1 10.7.2 10.7.3";

#[test]
fn the_security_document_answers_every_line_and_names_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    tests_in(root, &mut tests);
    assert!(
        tests.contains("security.rs::the_security_document_answers_every_line_and_names_tests_that_exist")
    );
    let document = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut answered = BTreeSet::new();
    let mut wrong = Vec::new();
    for row in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [id, asked, how, proof] = cells.as_slice() else { continue };
        if !id.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        if !answered.insert((*id).to_owned()) {
            wrong.push(format!("{id} stands there twice"));
        }
        let named: Vec<&str> =
            proof.split('`').skip(1).step_by(2).filter(|name| name.contains("::")).collect();
        for name in &named {
            if !tests.contains(*name) {
                wrong.push(format!("{id} names a test that is not there: {name}"));
            }
        }
        // Without a test there is a reason, in words that somebody can weigh.
        if named.is_empty() && proof.chars().count() < 20 {
            wrong.push(format!("{id} has neither a test nor a reason"));
        }
        if asked.is_empty() || how.is_empty() {
            wrong.push(format!("{id} says too little"));
        }
    }
    for line in LINES.split_whitespace().filter(|line| !answered.contains(*line)) {
        wrong.push(format!("{line} is not answered"));
    }
    assert!(wrong.is_empty(), "docs/security.md:\n{}", wrong.join("\n"));
}

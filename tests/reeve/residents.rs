//! Residents' accounts through the pages: signing up, recovering, another address, closing, and what an attacker tries.

use reeve::{accounts::HOLDINGS, platform::access::Level};
use uuid::Uuid;

use crate::support::{Answer, Browser, Town, ctx, form_token};

const PASSWORD: &str = "mój pies lubi marchewkę";
const ANNA: &str = "anna.zmyslona@poczta.example";
const CHROME: &str =
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36";

async fn ask(browser: &mut Browser<'_>, email: &str) -> Answer {
    let fields = [("name", "Anna Zmyślona"), ("email", email)];
    browser.submit("/account/new", "/account/new", &fields).await
}

/// An account made through the pages; answers the browser that is signed in.
async fn resident<'a>(town: &'a Town, email: &str) -> Browser<'a> {
    let mut browser = Browser::new(town);
    assert_eq!(ask(&mut browser, email).await.status, 200);
    let link = town.last_mail(email).await.link("/account/confirm/");
    let answer = browser.submit(&link, &link, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"), "{}", answer.text);
    browser
}

/// Whether a browser is signed in as a resident.
async fn is_in(browser: &mut Browser<'_>) -> bool {
    browser.get("/account/security").await.status == 200
}

async fn let_time_pass(town: &Town) {
    sqlx::query("update session set confirmed_at = now() - interval '1 hour'")
        .execute(town.pool())
        .await
        .unwrap();
}

async fn count(town: &Town, sql: &'static str) -> i64 {
    town.number(sql).await
}

#[tokio::test]
async fn an_account_is_made_by_the_link_of_a_mail_once() {
    let town = Town::empty().await;
    let mut browser = Browser::new(&town);
    let answer = ask(&mut browser, ANNA).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(answer.text.contains("Sprawdź pocztę"), "{}", answer.text);
    assert_eq!(count(&town, "select count(*) from account").await, 0, "nothing is made yet");
    let mail = town.last_mail(ANNA).await;
    assert_eq!(mail.template, "account-confirm");
    let link = mail.link("/account/confirm/");
    // The secret stands nowhere in the clear.
    let token = link.rsplit('/').next().unwrap();
    let in_the_clear = format!("%{token}%");
    let seen: i64 = sqlx::query_scalar(
        "select count(*) from message m join delivery d on d.message = m.id
         where m.body like $1 or m.href like $1 or d.content like $1",
    )
    .bind(&in_the_clear)
    .fetch_one(town.pool())
    .await
    .unwrap();
    assert_eq!(seen, 0);
    // Programs that look through mails open the link; that does nothing.
    for _ in 0..2 {
        assert_eq!(Browser::new(&town).get(&link).await.status, 200);
    }
    assert_eq!(count(&town, "select count(*) from account").await, 0);
    // A weak password is told, and the link still works.
    let answer = browser.submit(&link, &link, &[("password", "haslo")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("za krótkie"));
    let answer = browser.submit(&link, &link, &[("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"), "{}", answer.text);
    assert!(is_in(&mut browser).await);
    assert_eq!(
        count(&town, "select count(*) from account a join party p on p.account = a.id where a.resident and a.clause is not null and a.email_confirmed_at is not null and p.level = 'known'").await,
        1
    );
    // The same link again.
    let mut again = Browser::new(&town);
    let answer = again.get(&link).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("był już użyty") && answer.text.contains("/sign-in"));
    // With the password from another browser, to the resident's first page.
    let answer = again.submit("/sign-in", "/sign-in", &[("email", ANNA), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/account"));
    // That one was not known: the owner is told.
    assert_eq!(town.last_mail(ANNA).await.template, "account-new-sign-in");
}

#[tokio::test]
async fn a_known_address_gets_the_same_answer() {
    let town = Town::empty().await;
    resident(&town, ANNA).await;
    let mut answers = Vec::new();
    for email in [ANNA, "nikt@poczta.example"] {
        for page in ["/account/new", "/sign-in/help"] {
            let mut browser = Browser::new(&town);
            let fields = [("name", "Ktoś Zmyślony"), ("email", email)];
            let answer = browser.submit(page, page, &fields).await;
            answers.push((answer.status, answer.text.replace(email, "WHO").replace(page, "PAGE")));
        }
    }
    assert_eq!(answers[0], answers[2], "sign-up");
    assert_eq!(answers[1], answers[3], "recovery");
    let templates: Vec<String> = town.mails(ANNA).await.into_iter().map(|mail| mail.template).collect();
    assert_eq!(templates, ["account-confirm", "account-exists", "account-reset"]);
    // Whoever has no account is asked to confirm one, and gets nothing for a password that is not there.
    let templates: Vec<String> =
        town.mails("nikt@poczta.example").await.into_iter().map(|mail| mail.template).collect();
    assert_eq!(templates, ["account-confirm"]);
    // Letters large or small: the same mailbox.
    ask(&mut Browser::new(&town), "Anna.Zmyslona@Poczta.Example").await;
    assert_eq!(count(&town, "select count(*) from account_signup where account is null").await, 1);
}

#[tokio::test]
async fn two_confirmations_at_once_make_one_account() {
    let town = Town::empty().await;
    let mut browsers = Vec::new();
    let mut links = Vec::new();
    for _ in 0..3 {
        let mut browser = Browser::new(&town);
        ask(&mut browser, ANNA).await;
        links.push(town.last_mail(ANNA).await.link("/account/confirm/"));
        browsers.push(browser);
    }
    // The first two open the same link, the third one of another mail, all at once.
    links[1] = links[0].clone();
    let mut tokens = Vec::new();
    for (browser, link) in browsers.iter_mut().zip(&links) {
        tokens.push(form_token(&browser.get(link).await.text));
    }
    let fields = [("password", PASSWORD)];
    let [a, b, c] = &mut browsers[..] else { panic!() };
    let (a, b, c) = tokio::join!(
        a.post(&links[0], &tokens[0], &fields),
        b.post(&links[1], &tokens[1], &fields),
        c.post(&links[2], &tokens[2], &fields)
    );
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409]);
    assert_eq!(count(&town, "select count(*) from account").await, 1);
    assert_eq!(count(&town, "select count(*) from party").await, 1);
}

#[tokio::test]
async fn mailboxes_and_networks_are_spared_without_telling() {
    let town = Town::empty().await;
    let mut shown = Vec::new();
    for attempt in 0..6 {
        let mut browser = Browser::new(&town);
        browser.address = format!("203.0.113.{attempt}");
        let answer = ask(&mut browser, ANNA).await;
        shown.push((answer.status, answer.text));
    }
    assert!(shown.windows(2).all(|pair| pair[0] == pair[1]), "nobody learns that no mail went");
    assert_eq!(town.mails(ANNA).await.len(), 3);
    // One network asks for many mailboxes: it is told to wait, which says nothing about any of them.
    let mut statuses = Vec::new();
    for number in 0..22 {
        let mut browser = Browser::new(&town);
        statuses.push(ask(&mut browser, &format!("zmyslony{number}@poczta.example")).await.status);
    }
    assert!(statuses[..20].iter().all(|status| *status == 200), "{statuses:?}");
    assert_eq!(statuses[21], 429);
}

#[tokio::test]
async fn addresses_that_are_not_what_they_look_like_are_refused() {
    let town = Town::empty().await;
    for email in [
        "anna@poczt\u{430}.example",
        "anna\u{200b}@poczta.example",
        "anna@poczta.example\r\nBcc: wszyscy@poczta.example",
        "anna",
        "<b>@poczta.example",
    ] {
        let answer = ask(&mut Browser::new(&town), email).await;
        assert_eq!(answer.status, 422, "{email:?}");
        assert!(answer.text.contains(r##"href="#email""##), "{email:?}");
    }
    assert_eq!(count(&town, "select count(*) from message").await, 0);
}

#[tokio::test]
async fn a_lost_password_is_set_anew_by_mail_once_and_ends_sessions() {
    let town = Town::empty().await;
    let mut stolen = resident(&town, ANNA).await;
    let mut browser = Browser::new(&town);
    let answer = browser.submit("/sign-in/help", "/sign-in/help", &[("email", ANNA)]).await;
    assert_eq!(answer.status, 200);
    let link = town.last_mail(ANNA).await.link("/reset/");
    assert!(is_in(&mut stolen).await, "asking ends nothing");
    let new = "glonojad pod wiaduktem";
    let answer = browser.submit(&link, &link, &[("password", new)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, "/sign-in?done=password"));
    assert!(!is_in(&mut stolen).await);
    assert_eq!(browser.get(&link).await.status, 404);
    assert_eq!(town.last_mail(ANNA).await.template, "account-changed");
    assert_eq!(browser.sign_in(ANNA, PASSWORD).await.status, 422);
    assert_eq!(browser.sign_in(ANNA, new).await.status, 303);
    // The staff get theirs too; whoever is disabled gets none.
    let (account, email) = town.account(&[("viewer", None)]).await;
    browser.cookies.clear();
    browser.submit("/sign-in/help", "/sign-in/help", &[("email", &email)]).await;
    assert_eq!(town.last_mail(&email).await.template, "account-reset");
    town.app.accounts.set_disabled(&ctx(), account, true).await.unwrap().unwrap();
    browser.submit("/sign-in/help", "/sign-in/help", &[("email", &email)]).await;
    assert_eq!(town.mails(&email).await.len(), 1);
}

#[tokio::test]
async fn another_address_is_proved_and_can_be_taken_back() {
    const OTHER: &str = "anna.inna@poczta.example";
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA).await;
    let page = "/account/security/email";
    // It asks anew who it is.
    let_time_pass(&town).await;
    let answer = anna.get(page).await;
    assert!(answer.location.starts_with("/account/security/confirm?next="), "{}", answer.location);
    let confirm = answer.location;
    let answer =
        anna.submit(&confirm, "/account/security/confirm", &[("password", PASSWORD), ("next", page)]).await;
    assert_eq!(answer.location, page);
    let answer = anna.submit(page, page, &[("email", OTHER)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let link = town.last_mail(OTHER).await.link("/account/email/");
    // Nothing has changed before the link, and looking at it changes nothing.
    let mut other = Browser::new(&town);
    assert_eq!(other.get(&link).await.status, 200);
    assert_eq!(other.sign_in(OTHER, PASSWORD).await.status, 422);
    let mut thief = Browser::new(&town);
    assert_eq!(thief.sign_in(ANNA, PASSWORD).await.status, 303);
    assert_eq!(anna.submit(&link, &link, &[]).await.status, 200);
    assert_eq!(anna.get(&link).await.status, 404);
    assert!(is_in(&mut anna).await && !is_in(&mut thief).await, "other sessions end");
    assert_eq!(Browser::new(&town).sign_in(OTHER, PASSWORD).await.status, 303);
    // The old mailbox objects: all sessions end, the password is gone, the address is back.
    let mail = town.last_mail(ANNA).await;
    assert_eq!(mail.template, "account-email-changed");
    let objection = mail.link("/account/objection/");
    let mut owner = Browser::new(&town);
    assert_eq!(owner.submit(&objection, &objection, &[]).await.status, 200);
    assert!(!is_in(&mut anna).await);
    assert_eq!(owner.get(&objection).await.status, 404);
    assert_eq!(Browser::new(&town).sign_in(ANNA, PASSWORD).await.status, 422);
    let reset = town.last_mail(ANNA).await.link("/reset/");
    assert_eq!(owner.submit(&reset, &reset, &[("password", "glonojad pod wiaduktem")]).await.status, 303);
    assert_eq!(owner.sign_in(ANNA, "glonojad pod wiaduktem").await.status, 303);
}

#[tokio::test]
async fn who_changes_the_address_twice_cannot_take_the_taking_back_back() {
    let town = Town::empty().await;
    let mut thief = resident(&town, ANNA).await;
    for email in ["zlodziej1@poczta.example", "zlodziej2@poczta.example"] {
        let page = "/account/security/email";
        assert_eq!(thief.submit(page, page, &[("email", email)]).await.status, 200);
        let link = town.last_mail(email).await.link("/account/email/");
        assert_eq!(thief.submit(&link, &link, &[]).await.status, 200);
    }
    let of_thief = town.last_mail("zlodziej1@poczta.example").await.link("/account/objection/");
    let of_owner = town
        .mails(ANNA)
        .await
        .into_iter()
        .rev()
        .find(|mail| mail.template == "account-email-changed")
        .unwrap()
        .link("/account/objection/");
    assert_eq!(Browser::new(&town).submit(&of_owner, &of_owner, &[]).await.status, 200);
    assert_eq!(Browser::new(&town).get(&of_thief).await.status, 404);
    let email: String = sqlx::query_scalar("select email from account").fetch_one(town.pool()).await.unwrap();
    assert_eq!(email, ANNA);
}

#[tokio::test]
async fn an_address_of_somebody_else_is_not_told_and_not_given() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA).await;
    resident(&town, "jan.zmyslony@poczta.example").await;
    let page = "/account/security/email";
    let told = anna.submit(page, page, &[("email", "jan.zmyslony@poczta.example")]).await;
    let free = anna.submit(page, page, &[("email", "wolny.adres@poczta.example")]).await;
    assert_eq!(
        told.text.replace("jan.zmyslony@poczta.example", "WHO"),
        free.text.replace("wolny.adres@poczta.example", "WHO")
    );
    assert_eq!(town.last_mail("jan.zmyslony@poczta.example").await.template, "account-exists");
    // Somebody signs up with the free one before its link is opened.
    let link = town.last_mail("wolny.adres@poczta.example").await.link("/account/email/");
    resident(&town, "wolny.adres@poczta.example").await;
    assert_eq!(anna.submit(&link, &link, &[]).await.status, 409);
}

#[tokio::test]
async fn a_closed_account_is_shut_at_once_and_can_be_opened_for_two_weeks() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA).await;
    let mut elsewhere = Browser::new(&town);
    assert_eq!(elsewhere.sign_in(ANNA, PASSWORD).await.status, 303);
    let_time_pass(&town).await;
    assert!(anna.get("/account/close").await.location.starts_with("/account/security/confirm"));
    let fields = [("password", PASSWORD), ("next", "/account/close")];
    anna.submit("/account/security/confirm", "/account/security/confirm", &fields).await;
    let answer = anna.submit("/account/close", "/account/close", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!is_in(&mut anna).await && !is_in(&mut elsewhere).await);
    assert_eq!(Browser::new(&town).sign_in(ANNA, PASSWORD).await.status, 422);
    assert!(town.app.accounts.closed_for_good(&ctx()).await.unwrap().is_empty());
    let link = town.last_mail(ANNA).await.link("/account/reopen/");
    let answer = anna.submit(&link, &link, &[]).await;
    assert_eq!(answer.location, "/sign-in?done=reopened");
    assert_eq!(anna.get(&link).await.status, 404);
    assert_eq!(anna.sign_in(ANNA, PASSWORD).await.status, 303);
    // Closed again, and too late.
    anna.submit("/account/close", "/account/close", &[]).await;
    let link = town.last_mail(ANNA).await.link("/account/reopen/");
    for sql in [
        "update account set closed_at = closed_at - interval '15 days'",
        "update account_link set expires_at = expires_at - interval '15 days'",
    ] {
        sqlx::query(sql).execute(town.pool()).await.unwrap();
    }
    assert_eq!(anna.get(&link).await.status, 404);
    let closed = town.app.accounts.closed_for_good(&ctx()).await.unwrap();
    assert_eq!(closed.len(), 1);
    // Whoever erases it empties it: nothing says any more whose it was.
    let mut transaction = town.pool().begin().await.unwrap();
    town.app.accounts.close_in(&mut transaction, &ctx(), closed[0]).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(town.app.accounts.closed_for_good(&ctx()).await.unwrap().is_empty());
    for table in HOLDINGS.iter().map(|holding| holding.table) {
        let sql = format!("select count(*) from {table} t where t::text like '%zmyslona%'");
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(town.pool()).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
    // The address is free for a new account.
    resident(&town, ANNA).await;
}

#[tokio::test]
async fn a_session_that_turns_up_in_another_browser_ends() {
    let town = Town::empty().await;
    resident(&town, ANNA).await;
    let mut anna = Browser::new(&town);
    anna.agent = Some(CHROME);
    assert_eq!(anna.sign_in(ANNA, PASSWORD).await.status, 303);
    // Another address and a newer version are no other browser.
    anna.address = "203.0.113.77".to_owned();
    anna.agent =
        Some("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/151.0 Safari/537.36");
    assert!(is_in(&mut anna).await);
    let mut thief = Browser::new(&town);
    thief.cookies = anna.cookies.clone();
    thief.agent = Some("curl/8.9");
    assert!(!is_in(&mut thief).await);
    assert!(!is_in(&mut anna).await, "it has ended for both");
    assert_eq!(
        count(&town, "select count(*) from account_event where kind = 'session-moved' and actor <> ''").await,
        1
    );
}

#[tokio::test]
async fn residents_sessions_have_times_of_their_own() {
    let town = Town::empty().await;
    let staff = town.staff("viewer").await;
    let mut anna = resident(&town, ANNA).await;
    sqlx::query("update session set last_used_at = now() - interval '61 minutes'")
        .execute(town.pool())
        .await
        .unwrap();
    assert!(!is_in(&mut anna).await);
    assert_eq!(staff.get("/desk/account").await.status(), 200);
}

#[tokio::test]
async fn residents_and_staff_do_not_meet() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Verified).await;
    let admin = town.staff("administrator").await;
    for path in ["/desk", "/desk/account", "/desk/people", "/desk/tokens"] {
        assert_eq!(anna.get(path).await.status(), 403, "{path}");
    }
    for path in ["/account/security", "/account/close", "/account/security/email"] {
        assert_eq!(admin.get(path).await.status(), 403, "{path}");
    }
    // Administrators of the staff neither see residents nor change them.
    let page = admin.page("/desk/people").await;
    assert!(!page.contains(&anna.email));
    let person = format!("/desk/people/{}", anna.account);
    assert_eq!(admin.get(&person).await.status(), 404);
    assert_eq!(admin.post_form(&format!("{person}/roles"), &[("role", "administrator")]).await.status(), 404);
    let everybody = town.app.accounts.everybody(&ctx()).await.unwrap();
    assert!(everybody.iter().all(|account| account.id != anna.account));
    // A resident's own page is theirs alone, with their way around.
    let page = anna.page("/account/security").await;
    assert!(page.contains("/account/messages") && !page.contains("/desk/tokens"), "{page}");
    assert!(admin.page("/desk/account").await.contains("/desk/tokens"));
}

#[tokio::test]
async fn an_account_without_a_password_asks_for_a_passkey_and_keeps_its_last_way_in() {
    let town = Town::empty().await;
    let mut anna = Browser::new(&town);
    ask(&mut anna, ANNA).await;
    let link = town.last_mail(ANNA).await.link("/account/confirm/");
    let answer = anna.submit(&link, &link, &[("means", "passkey")]).await;
    assert_eq!(answer.location, "/account/security?done=add-passkey");
    let page = anna.get("/account/security").await.text;
    assert!(page.contains("Bez hasła."), "{page}");
    // A password can be set, and then signs in.
    let page = "/account/security/password";
    let answer = anna.submit(page, page, &[("password", PASSWORD)]).await;
    assert_eq!(answer.location, "/account/security?done=password");
    assert_eq!(Browser::new(&town).sign_in(ANNA, PASSWORD).await.status, 303);
    // An only passkey of an account without a password stays.
    let account: Uuid = sqlx::query_scalar("select id from account").fetch_one(town.pool()).await.unwrap();
    sqlx::query("update account set password_hash = null").execute(town.pool()).await.unwrap();
    let key = Uuid::now_v7();
    sqlx::query("insert into passkey (id, account, name, credential_id, credential, created_at) values ($1, $2, 'klucz', 'x', '{}', now())")
        .bind(key)
        .bind(account)
        .execute(town.pool())
        .await
        .unwrap();
    let answer =
        anna.submit("/account/security", &format!("/account/security/passkeys/{key}/remove"), &[]).await;
    assert_eq!(answer.status, 409);
    assert!(answer.text.contains("Bez tego nie możesz się już zalogować"));
    assert_eq!(count(&town, "select count(*) from passkey").await, 1);
}

#[tokio::test]
async fn what_nobody_confirms_is_swept_away() {
    let town = Town::empty().await;
    ask(&mut Browser::new(&town), ANNA).await;
    let link = town.last_mail(ANNA).await.link("/account/confirm/");
    sqlx::query("update account_signup set expires_at = now() - interval '1 second'")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(Browser::new(&town).get(&link).await.status, 404);
    town.app.accounts.sweep(&ctx()).await.unwrap();
    assert_eq!(count(&town, "select count(*) from account_signup").await, 0);
}

/// Counts in a sequence every row that is written from now on, also those that are undone.
async fn count_work(town: &Town) {
    let tables: Vec<String> = sqlx::query_scalar(
        "select quote_ident(table_name) from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    let mut sql = "create sequence work; select setval('work', 1);
        create function note_work() returns trigger language plpgsql as $$
        begin perform nextval('work'); return null; end $$;"
        .to_owned();
    for table in tables {
        sql += &format!(
            "create trigger zz_work after insert or update or delete on {table} for each row execute function note_work();"
        );
    }
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(town.pool()).await.unwrap();
}

/// What an address costs: rows written and passwords hashed, and what is answered.
async fn cost(town: &Town, page: &str, fields: &[(&str, &str)]) -> (i64, u64, u16, String) {
    sqlx::query("delete from sign_in_attempt").execute(town.pool()).await.unwrap();
    let work = async || town.number("select last_value from work").await;
    let (rows, hashes) = (work().await, town.app.accounts.passwords_hashed());
    let answer = Browser::new(town).submit(page, page, fields).await;
    let (_, email) = fields.iter().find(|(name, _)| *name == "email").unwrap();
    let text = answer.text.replace(email, "WHO");
    // The token of the form is another one each time.
    let text = text.split(r#"name="form_token""#).next().unwrap().to_owned();
    (work().await - rows, town.app.accounts.passwords_hashed() - hashes, answer.status, text)
}

#[tokio::test]
async fn known_and_unknown_addresses_cost_the_same_work() {
    let town = Town::empty().await;
    for email in [ANNA, "zamknieta@poczta.example", "wylaczona@poczta.example"] {
        resident(&town, email).await;
        sqlx::query("delete from sign_in_attempt").execute(town.pool()).await.unwrap();
    }
    town.resident_account(Level::Known).await;
    for sql in [
        "update account set closed_at = now(), disabled_at = now() where email like 'zamknieta%'",
        "update account set disabled_at = now() where email like 'wylaczona%'",
    ] {
        sqlx::query(sql).execute(town.pool()).await.unwrap();
    }
    let without_password: String =
        sqlx::query_scalar("select email from account where password_hash is null")
            .fetch_one(town.pool())
            .await
            .unwrap();
    count_work(&town).await;
    let emails = [
        "nieznana@poczta.example",
        ANNA,
        "zamknieta@poczta.example",
        "wylaczona@poczta.example",
        without_password.as_str(),
    ];
    for (page, more, hashes) in [
        ("/sign-in", ("password", "nie to hasło na pewno"), 1),
        ("/account/new", ("name", "Anna Zmyślona"), 0),
        ("/sign-in/help", ("x", ""), 0),
    ] {
        let mut first = None;
        for email in emails {
            let cost = cost(&town, page, &[("email", email), more]).await;
            assert!(cost.0 > 1 && cost.1 == hashes, "{page} {email}: {cost:?}");
            let first = first.get_or_insert_with(|| cost.clone());
            assert_eq!(&cost, first, "{page}: {email}");
        }
    }
    // Another address for one's own account.
    let mut anna = Browser::new(&town);
    sqlx::query("delete from sign_in_attempt").execute(town.pool()).await.unwrap();
    assert_eq!(anna.sign_in(ANNA, PASSWORD).await.status, 303);
    let mut rows = Vec::new();
    for email in ["wolny@poczta.example", "zamknieta@poczta.example", "wylaczona@poczta.example"] {
        sqlx::query("delete from sign_in_attempt").execute(town.pool()).await.unwrap();
        sqlx::query("delete from account_email_change").execute(town.pool()).await.unwrap();
        let before = town.number("select last_value from work").await;
        let page = "/account/security/email";
        assert_eq!(anna.submit(page, page, &[("email", email)]).await.status, 200);
        rows.push(town.number("select last_value from work").await - before);
    }
    assert_eq!(rows, [rows[0]; 3]);
}

#[tokio::test]
async fn whoever_signs_up_in_english_is_written_to_in_english() {
    let town = Town::empty().await;
    let mut browser = Browser::new(&town);
    browser.get("/?lang=en").await;
    let page = "/account/new?lang=en";
    let clause = browser.get(page).await.text;
    assert!(clause.contains("has not stated here yet"), "{clause}");
    let fields = [("name", "Anna Zmyślona"), ("email", ANNA)];
    browser.submit(page, page, &fields).await;
    let mail = town.last_mail(ANNA).await;
    assert!(mail.text.contains("asked") || mail.text.contains("account"), "{}", mail.text);
    let link = mail.link("/account/confirm/");
    // The link is opened in a browser that speaks Polish.
    let mut other = Browser::new(&town);
    other.submit(&link, &link, &[("password", PASSWORD)]).await;
    other.cookies.remove("lang");
    other.submit("/sign-in/help", "/sign-in/help", &[("email", ANNA)]).await;
    let langs: Vec<String> =
        sqlx::query_scalar("select lang from message order by id").fetch_all(town.pool()).await.unwrap();
    assert_eq!(langs, ["en", "en"]);
    // A stranger who asks in Polish does not change that, and one in English makes no Pole English.
    resident(&town, "jan.zmyslony@poczta.example").await;
    let mut stranger = Browser::new(&town);
    stranger.get("/?lang=en").await;
    stranger
        .submit("/sign-in/help?lang=en", "/sign-in/help?lang=en", &[("email", "jan.zmyslony@poczta.example")])
        .await;
    let last: String = sqlx::query_scalar("select lang from message order by id desc limit 1")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(last, "pl");
}

/// A resident with an app and a passkey, verified with a made-up PESEL, who has lost both.
async fn helpless(town: &Town) -> (reeve::kernel::identifiers::Pesel, Uuid, Uuid) {
    resident(town, ANNA).await;
    let (account, party): (Uuid, Uuid) = sqlx::query_as(
        "select a.id, p.id from account a join party p on p.account = a.id where a.email = $1",
    )
    .bind(ANNA)
    .fetch_one(town.pool())
    .await
    .unwrap();
    let born = chrono::NaiveDate::from_ymd_opt(1985, 2, 14).unwrap();
    let pesel = reeve::kernel::identifiers::Pesel::of_parts(born, 77).unwrap();
    let proven = reeve::parties::Proven {
        given_names: "Anna".into(),
        family_name: "Zmyślona".into(),
        born: Some(born),
        pesel: Some(pesel),
        level: Level::Verified,
        means: "desk".into(),
    };
    let mut transaction = town.pool().begin().await.unwrap();
    town.app.parties.prove_in(&mut transaction, &ctx(), party, &proven).await.unwrap().unwrap();
    transaction.commit().await.unwrap();
    for sql in [
        "update account set totp_sealed = 'x' where id = $1",
        "insert into passkey (id, account, name, credential_id, credential, created_at)
         values (gen_random_uuid(), $1, 'klucz', 'x', '{}', now())",
        "insert into recovery_code (account, code_hash) values ($1, decode(repeat('ab', 32), 'hex'))",
    ] {
        sqlx::query(sql).bind(account).execute(town.pool()).await.unwrap();
    }
    (pesel, account, party)
}

#[tokio::test]
async fn a_lost_second_factor_is_removed_at_the_desk_after_a_document_was_shown() {
    let town = Town::empty().await;
    let (pesel, account, party) = helpless(&town).await;
    let (clerk, other) = (town.staff("front-desk").await, town.staff("front-desk").await);
    let path = format!("/desk/residents/{party}/factors");
    let factors = "select (select count(*) from passkey) + (select count(*) from recovery_code)
                   + (select count(*) from account where totp_sealed is not null)";
    // It asks anew who the clerk is, and whoever may not verify may not do this.
    let_time_pass(&town).await;
    let led = clerk.get(&path).await;
    assert!(led.headers()["location"].to_str().unwrap().starts_with("/desk/account/confirm?next="));
    sqlx::query("update session set confirmed_at = now()").execute(town.pool()).await.unwrap();
    for role in ["editor", "correspondence"] {
        assert_eq!(town.staff(role).await.get(&path).await.status(), 403, "{role}");
    }
    let page = clerk.page(&path).await;
    assert!(page.contains("a•••@poczta.example") && !page.contains(ANNA), "{page}");
    let number = pesel.reveal();
    let seen = |pesel: &str, born: &str| {
        [
            ("document", "id-card"),
            ("given_names", "Anna"),
            ("family_name", "Zmyślona"),
            ("pesel", pesel),
            ("born", born),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let check = async |pesel: &str, born: &str| {
        let fields = seen(pesel, born);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let answer = clerk.post_form(&path, &fields).await;
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    // Somebody of the same name with another document.
    let stranger = reeve::kernel::identifiers::Pesel::of_parts(
        chrono::NaiveDate::from_ymd_opt(1985, 2, 14).unwrap(),
        78,
    );
    let (status, text) = check(&stranger.unwrap().reveal(), "14.02.1985").await;
    assert!(status == 422 && text.contains("nie zgadza się z potwierdzoną"), "{status} {text}");
    let (status, text) = check("", "14.02.1985").await;
    assert_eq!(status, 422, "{text}");
    let (status, text) = check(&number, "14.02.1985").await;
    assert_eq!(status, 200, "{text}");
    assert_eq!(town.number(factors).await, 3, "the first step changes nothing");
    let review = text.split_once("name=\"review\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let remove = format!("{path}/remove");
    for (who, sealed) in [(&other, review.clone()), (&clerk, format!("{review}AA"))] {
        assert_eq!(who.post_form(&remove, &[("review", &sealed)]).await.status(), 403);
    }
    let mut anna = Browser::new(&town);
    assert_eq!(anna.sign_in(ANNA, PASSWORD).await.location, "/sign-in/second");
    let session = town.sign_in_again(account, ANNA.to_owned()).await;
    let done = clerk.post_form(&remove, &[("review", &review)]).await;
    assert!(done.headers()["location"].to_str().unwrap().ends_with("done=factors"));
    assert_eq!(town.number(factors).await, 0);
    assert_eq!(session.get("/account").await.status(), 303, "all sessions have ended");
    assert_eq!(clerk.post_form(&remove, &[("review", &review)]).await.status(), 409, "there is nothing left");
    // The password is as it was, the person is told, by mail and in the inbox, and sees who looked.
    let mail = town.last_mail(ANNA).await;
    assert!(mail.template == "account-factors-removed" && mail.text.contains("klucze dostępu"), "{mail:?}");
    let answer = anna.sign_in(ANNA, PASSWORD).await;
    assert!(answer.status == 303 && answer.location != "/sign-in/second", "{}", answer.location);
    let page = anna.get("/account/security").await.text;
    assert!(page.contains("Drugi składnik usunięty") && page.contains("urząd"), "{page}");
    assert!(!page.contains(&clerk.email));
    assert!(anna.get("/account/privacy").await.text.contains("dane przy odzyskiwaniu logowania"));
    let logged = town
        .number(
            "select count(*) from account_event where kind = 'second-factors-removed' and details ? 'staff'",
        )
        .await;
    assert_eq!(logged, 1);
    let clear: i64 = sqlx::query_scalar("select count(*) from account_event e where strpos(e::text, $1) > 0")
        .bind(&number)
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert_eq!(clear, 0);
}

#[tokio::test]
async fn whoever_was_never_verified_keeps_the_factor_that_nobody_can_compare() {
    let town = Town::empty().await;
    let (_, _, party) = helpless(&town).await;
    sqlx::query("update party set level = 'resident'").execute(town.pool()).await.unwrap();
    let clerk = town.staff("front-desk").await;
    let answer = clerk.get(&format!("/desk/residents/{party}/factors")).await;
    assert_eq!(answer.status(), 409);
    assert!(answer.text().await.unwrap().contains("nie jest potwierdzona"));
    assert_eq!(town.number("select count(*) from passkey").await, 1);
}

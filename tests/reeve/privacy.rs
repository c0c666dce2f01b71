//! What is kept of whom: told, handed over, erased, deleted in time.

mod fill;

use std::collections::{BTreeMap, BTreeSet};

use reeve::{
    kernel::Lang,
    messages::{NewAttachment, Received},
    platform::{
        Files,
        access::Level,
        i18n::texts,
        privacy::{AtErasure, Keep, Owner},
    },
    privacy::{TECHNICAL, all_holdings},
};
use serde_json::Value;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::support::{Browser, Town, ctx, outside::Outside};

const PASSWORD: &str = "mój pies lubi marchewkę";
const ANNA: &str = "anna.zmyslona@poczta.example";
const JAN: &str = "jan.wymyslny@poczta.example";
// Made up: born on a day, first numbers of the series.
const PESEL: &str = "90010100009";
const PHONE: &str = "+48501222333";

/// Tables that name an account or a party and hold no data of residents, and why.
const NOT_KEPT_OF_RESIDENTS: [(&str, &str); 11] = [
    ("account_role", "roles of the staff"),
    ("api_token", "tokens of the staff's programs"),
    ("import_job", "work of the staff"),
    ("department", "its head is of the staff"),
    ("party_search", "searches of the staff; whom they showed stands in party_look"),
    ("statement_line", "in which bank statements an entry stands"),
    ("statement_cover", "which entries of statements are an operator's payout or a list's sum"),
    ("statement_list_sum", "what lists of payments make together"),
    ("finance_exported", "which bookings stand in which file of the finance system"),
    ("finance_assessment", "which import of the finance system made an assessment"),
    ("erasure", "what was erased; nothing of the person stands in it"),
];

/// An account made through the pages, asked for twice.
async fn resident<'a>(town: &'a Town, email: &str, name: &str) -> Browser<'a> {
    let mut browser = Browser::new(town);
    for _ in 0..2 {
        let fields = [("name", name), ("email", email)];
        assert_eq!(browser.submit("/account/new", "/account/new", &fields).await.status, 200);
    }
    let link = town.last_mail(email).await.link("/account/confirm/");
    let answer = browser.submit(&link, &link, &[("password", PASSWORD)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    browser
}

async fn ids(town: &Town, email: &str) -> (Uuid, Uuid) {
    sqlx::query_as("select a.id, p.id from account a join party p on p.account = a.id where a.email = $1")
        .bind(email)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

async fn run(town: &Town, sql: &str, ids: &[Uuid]) {
    let mut query = sqlx::query(AssertSqlSafe(sql.to_owned()));
    for id in ids {
        query = query.bind(*id);
    }
    query.execute(town.pool()).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// A letter of somebody's with a file; answers its id.
async fn letter(town: &Town, party: Uuid, subject: &str) -> Uuid {
    let received = Received {
        from: party,
        thread: None,
        subject: subject.to_owned(),
        body: format!("Z poważaniem {subject}"),
        attachments: vec![NewAttachment { name: format!("{subject}.txt"), content: "zażółć".into() }],
        href: None,
        key: None,
    };
    let mut transaction = town.pool().begin().await.unwrap();
    let id = town.app.messages.receive_in(&mut transaction, &ctx(), &received).await.unwrap();
    transaction.commit().await.unwrap();
    id
}

/// A place where a search found somebody.
#[derive(Debug, Clone, PartialEq)]
struct Hit {
    table: String,
    column: String,
    sought: String,
    row: Value,
}

/// Searches all columns of all tables that hold text, JSON, ids or lists.
async fn search(town: &Town, sought: &[String]) -> Vec<Hit> {
    let columns: Vec<(String, String)> = sqlx::query_as(
        "select c.table_name::text, c.column_name::text from information_schema.columns c
         join information_schema.tables t using (table_schema, table_name)
         where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
           and c.data_type in ('text', 'character varying', 'json', 'jsonb', 'uuid', 'ARRAY') order by 1, 2",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    assert!(columns.len() > 100);
    let mut hits = Vec::new();
    for (table, column) in columns {
        let sql = format!(
            "select s, to_jsonb(t) from {table} t, unnest($1::text[]) s where strpos(lower(t.\"{column}\"::text), lower(s)) > 0"
        );
        let found: Vec<(String, Value)> =
            sqlx::query_as(AssertSqlSafe(sql)).bind(sought).fetch_all(town.pool()).await.unwrap();
        hits.extend(found.into_iter().map(|(sought, row)| Hit {
            table: table.clone(),
            column: column.clone(),
            sought,
            row,
        }));
    }
    hits
}

fn identifiers((account, party): (Uuid, Uuid)) -> Vec<String> {
    let words = [ANNA, "anna.nowa@poczta.example", "Zmyślona", PHONE, PESEL];
    words.into_iter().map(str::to_owned).chain([account.to_string(), party.to_string()]).collect()
}

async fn copy(browser: &mut Browser<'_>) -> Value {
    let answer = browser.get("/account/privacy/data.json").await;
    assert_eq!(answer.status, 200, "{}", answer.location);
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(answer.headers["cache-control"], "no-store");
    serde_json::from_str(&answer.text).unwrap()
}

fn rows<'a>(copy: &'a Value, table: &str) -> Vec<&'a Value> {
    let parts = copy["holdings"].as_array().unwrap().iter().filter(|part| part["table"] == table);
    parts.flat_map(|part| part["rows"].as_array().unwrap()).collect()
}

async fn close_for_good(town: &Town, browser: &mut Browser<'_>) {
    let answer = browser.submit("/account/close", "/account/close", &[]).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    run(
        town,
        "update account set closed_at = closed_at - interval '13 days' where closed_at is not null",
        &[],
    )
    .await;
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from erasure").await, 0, "it can still be opened again");
    run(
        town,
        "update account set closed_at = closed_at - interval '2 days' where closed_at is not null",
        &[],
    )
    .await;
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
}

#[tokio::test]
async fn everything_that_names_a_person_is_declared() {
    let town = Town::empty().await;
    let holdings = all_holdings();
    let declared: BTreeSet<&str> = holdings.iter().map(|holding| holding.table).collect();
    let pointing: Vec<(String, String)> = sqlx::query_as(
        "select distinct c.conrelid::regclass::text, c.confrelid::regclass::text from pg_constraint c
         where c.contype = 'f' and c.connamespace = 'public'::regnamespace",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    for (table, at) in &pointing {
        if at != "party" && at != "account" && !declared.contains(at.as_str()) {
            continue;
        }
        let excused = NOT_KEPT_OF_RESIDENTS.iter().any(|(name, _)| name == table);
        assert!(declared.contains(table.as_str()) != excused, "{table} hangs on {at}: declare it");
    }
    let columns: BTreeSet<(String, String)> = sqlx::query_as(
        "select table_name::text, column_name::text from information_schema.columns where table_schema = 'public'",
    )
    .fetch_all(town.pool())
    .await
    .unwrap()
    .into_iter()
    .collect();
    for holding in &holdings {
        let is_there = |column: &str| {
            assert!(
                columns.contains(&(holding.table.to_owned(), column.to_owned())),
                "{}.{column} is no column",
                holding.table
            );
        };
        match holding.owner {
            Owner::Party(column) | Owner::Account(column) => is_there(column),
            Owner::Through { column, table, its } => {
                is_there(column);
                assert!(
                    declared.contains(table),
                    "{} hangs on {table}, which is not declared",
                    holding.table
                );
                assert!(columns.contains(&(table.to_owned(), its.to_owned())), "{table}.{its}");
            }
            Owner::Where(_) => {}
        }
        let mut keys = vec![];
        for part in ["what", "why"] {
            keys.push(format!("holding-{}-{part}", holding.table.replace('_', "-")));
        }
        match holding.keep {
            Keep::Days { from, days } => {
                is_there(from);
                assert!(days > 0);
            }
            Keep::Law { why } => keys.push(why.to_owned()),
            Keep::WhileAccount => {}
        }
        match holding.at_erasure {
            AtErasure::Blank(columns) => columns.iter().for_each(|column| is_there(column)),
            AtErasure::Keep { why } => keys.push(why.to_owned()),
            AtErasure::Delete => {}
        }
        holding.secret.iter().for_each(|column| is_there(column));
        holding.sealed.iter().for_each(|(column, _)| is_there(column));
        for lang in [Lang::Pl, Lang::En] {
            for key in &keys {
                assert_ne!(&texts(lang).get(key), key, "{}: no text in {lang:?}", holding.table);
            }
        }
    }
    for table in TECHNICAL {
        assert!(declared.contains(table), "{table}");
    }
}

#[tokio::test]
async fn the_page_tells_what_is_kept_in_both_languages() {
    let town = Town::empty().await;
    for (lang, who) in [(Lang::Pl, "Urząd jeszcze go tu nie podał"), (Lang::En, "has not stated one")] {
        let page = town.page(&format!("/privacy?lang={}", lang.tag())).await;
        let t = texts(lang);
        for holding in all_holdings() {
            if holding.table != "message" || !matches!(holding.keep, Keep::Days { .. }) {
                let what = t.get(&format!("holding-{}-what", holding.table.replace('_', "-")));
                assert!(page.contains(&what), "{}: {what}", holding.table);
            }
            let mut reasons = Vec::new();
            if let Keep::Law { why } = holding.keep {
                reasons.push(why);
            }
            if let AtErasure::Keep { why } = holding.at_erasure {
                reasons.push(why);
            }
            for why in reasons {
                assert!(page.contains(&t.get(why)), "{why}");
            }
        }
        assert!(page.contains(who) && page.contains("uodo.gov.pl"));
        assert!(town.page(&format!("/help?lang={}", lang.tag())).await.contains("href=\"/privacy\""));
    }
}

#[tokio::test]
async fn the_copy_holds_all_that_a_search_finds_and_after_erasure_only_what_the_law_keeps_is_found() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA, "Anna Zmyślona").await;
    let mut jan = resident(&town, JAN, "Jan Wymyślny").await;
    let (her, his) = (ids(&town, ANNA).await, ids(&town, JAN).await);
    let (case, passing) = fill::fill(&town, her, his.1).await;
    // Her session ended when she was verified.
    let place = reeve::accounts::Place::new([198, 51, 100, 7].into(), "");
    let token = town.app.accounts.open_session(&ctx(), her.0, &place).await.unwrap();
    anna.cookies.insert("reeve-session".to_owned(), token);
    letter(&town, his.1, "Jan Wymyślny prosi").await;
    let sought = identifiers(her);

    // What the copy holds.
    let copied = copy(&mut anna).await;
    let empty: Vec<_> = copied["holdings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|part| part["rows"].as_array().unwrap().is_empty())
        .map(|part| part["table"].clone())
        .collect();
    assert!(empty.is_empty(), "this test fills every table, but not {empty:?}");
    let hits = search(&town, &sought).await;
    let tables: BTreeSet<_> = hits.iter().map(|hit| hit.table.as_str()).collect();
    for table in
        ["account", "party", "message", "delivery", "contact", "account_signup", "mandate", "session"]
    {
        assert!(tables.contains(table), "the search finds nothing in {table}: {tables:?}");
    }
    for hit in &hits {
        let secret = all_holdings()
            .into_iter()
            .any(|holding| holding.table == hit.table && holding.secret.contains(&hit.column.as_str()));
        let held = rows(&copied, &hit.table).iter().any(|row| row[&hit.column] == hit.row[&hit.column]);
        assert!(held || secret, "the copy lacks {}.{}: {}", hit.table, hit.column, hit.row);
    }
    let text = copied.to_string();
    assert_eq!(rows(&copied, "party")[0]["pesel"], PESEL);
    for secret in ["password_hash\":", "token_hash\":", "pesel_sealed", "argon2"] {
        assert!(!text.contains(secret), "{secret}");
    }
    let html = anna.get("/account/privacy/data.html").await.text;
    for word in [PESEL, PHONE, ANNA, "Pani Anna Zmyślona dzwoniła.", "skrót hasła"] {
        assert!(html.contains(word), "{word}");
    }
    let page = anna.get("/account/privacy").await.text;
    for word in ["Sprawa tej osoby", "test", "/account/consents", "/account/privacy/erasure"] {
        assert!(page.contains(word), "{word}");
    }
    let page = anna.get("/account/privacy/erasure").await.text;
    assert!(page.contains(&texts(Lang::Pl).get("holding-consent-law")) && page.contains("/account/close"));
    // Her file, for her alone.
    let file = rows(&copied, "attachment")[0]["href"].as_str().unwrap().to_owned();
    assert_eq!(anna.get(&file).await.text, "zażółć");
    assert_eq!(jan.get(&file).await.status, 404);
    let his_copy = copy(&mut jan).await;
    for word in [ANNA, PHONE, PESEL, "Zmyślona prosi"] {
        assert!(!his_copy.to_string().contains(word), "{word}");
    }
    assert_eq!(rows(&his_copy, "mandate").len(), 1, "a power of attorney is the agent's too");

    // What is found once she is erased.
    let his_words = vec![JAN.to_owned(), "Wymyślny".to_owned(), his.0.to_string(), his.1.to_string()];
    // Powers of attorney end with either side; what waits to be sent is being tried meanwhile.
    let about_him = |hits: Vec<Hit>| -> Vec<Hit> {
        let others = hits.into_iter().filter(|hit| hit.table != "mandate");
        others
            .map(|hit| match hit.table.as_str() {
                "delivery" => Hit { row: hit.row["id"].clone(), ..hit },
                _ => hit,
            })
            .collect()
    };
    let before = about_him(search(&town, &his_words).await);
    close_for_good(&town, &mut anna).await;
    // The last mail waits, since this town has no mail server; it is all of her that is not gone, and it goes in time.
    let last: Vec<Uuid> =
        sqlx::query_scalar("select id from message where fleeting").fetch_all(town.pool()).await.unwrap();
    assert_eq!(last.len(), 1);
    let of_the_last_mail = |hit: &Hit| {
        hit.row["id"] == last[0].to_string()
            || hit.row["message"] == last[0].to_string()
            // What the law keeps is judged below.
            || matches!(hit.table.as_str(), "mandate" | "delivery")
    };
    let mut found = search(&town, &[ANNA.to_owned()]).await;
    found.retain(|hit| !of_the_last_mail(hit));
    assert_eq!(found, [], "only the last mail still knows her");
    town.app.accounts.sweep(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from message where fleeting").await, 1, "it is still tried");
    run(&town, "update message set created_at = now() - interval '15 days' where fleeting", &[]).await;
    town.app.accounts.sweep(&ctx()).await.unwrap();
    assert_eq!(about_him(search(&town, &his_words).await), before, "another one's data is touched");
    let left = search(&town, &sought).await;
    let mut kept: BTreeMap<&str, &str> = BTreeMap::new();
    for holding in all_holdings() {
        if let AtErasure::Keep { why } = holding.at_erasure {
            kept.insert(holding.table, why);
        }
    }
    for hit in &left {
        let is_id = hit.sought == her.0.to_string() || hit.sought == her.1.to_string();
        let fits = match hit.table.as_str() {
            // Empty rows on which the rest hangs, and the word that all this was done.
            "account" | "erasure" => is_id,
            // Whose tax it was must stay to be read.
            "party" => is_id || ["name", "family_name"].contains(&hit.column.as_str()),
            "account_event" | "party_proof" => is_id,
            "message" => hit.row["passing_since"].is_null(),
            table => kept.contains_key(table),
        };
        assert!(fits, "{}.{} still holds {}: {}", hit.table, hit.column, hit.sought, hit.row);
    }
    assert!(left.iter().any(|hit| hit.table == "message"), "the case is kept");
    let (parts, party_erased): (Value, bool) = sqlx::query_as(
        "select e.parts, p.erased_at is not null and p.name = 'Anna Zmyślona' and p.pesel_mark is null and p.street is null
         from erasure e join party p on p.id = e.party",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();
    assert!(party_erased);
    let parts = parts.as_array().unwrap();
    for (table, what) in
        [("contact", "deleted"), ("party", "blanked"), ("consent", "kept"), ("message", "kept")]
    {
        assert!(
            parts.iter().any(|part| part["table"] == table && part["what"] == what),
            "{table}: {parts:?}"
        );
    }
    assert!(parts.iter().all(|part| (part["what"] == "kept") == part["why"].is_string()), "{parts:?}");
    let files = Files::new(&town.app.config);
    let has = async |message: Uuid| {
        let sum: String = sqlx::query_scalar("select encode(sha256(convert_to('zażółć', 'UTF8')), 'hex')")
            .fetch_one(town.pool())
            .await
            .unwrap();
        files.has(&format!("messages/{}/{sum}", message.simple())).await.unwrap()
    };
    assert!(has(case).await, "the file of a case is kept");
    assert!(!has(passing).await, "the file of what belonged to no case is gone");
    // Nobody acts for her any more, and doing it again does nothing.
    assert_eq!(town.number("select count(*) from mandate where revoked_at is null").await, 0);
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from erasure").await, 1);
    // The address is free.
    run(&town, "delete from sign_in_attempt", &[]).await;
    resident(&town, ANNA, "Anna Zmyślona").await;
}

#[tokio::test]
async fn what_was_opened_again_is_not_erased() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA, "Anna Zmyślona").await;
    let (account, _) = ids(&town, ANNA).await;
    anna.submit("/account/close", "/account/close", &[]).await;
    run(&town, "update account set closed_at = null, disabled_at = null where id = $1", &[account]).await;
    assert!(!town.app.privacy.erase(&ctx(), account).await.unwrap());
    assert_eq!(anna.sign_in(ANNA, PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_copy_needs_a_fresh_proof_of_who_asks() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA, "Anna Zmyślona").await;
    assert_eq!(anna.get("/account/privacy/download").await.status, 200);
    run(&town, "update session set confirmed_at = now() - interval '1 hour'", &[]).await;
    for path in ["download", "data.json", "data.html", "files/00000000-0000-4000-8000-000000000000"] {
        let answer = anna.get(&format!("/account/privacy/{path}")).await;
        assert_eq!(answer.status, 303, "{path}");
        assert_eq!(
            answer.location, "/account/security/confirm?next=%2Faccount%2Fprivacy%2Fdownload",
            "{path}"
        );
    }
    assert_eq!(anna.get("/account/privacy").await.status, 200);
    let fields = [("password", PASSWORD), ("next", "/account/privacy/download")];
    let answer = anna.submit("/account/security/confirm", "/account/security/confirm", &fields).await;
    assert_eq!(answer.location, "/account/privacy/download");
    assert_eq!(anna.get("/account/privacy/data.json").await.status, 200);
}

#[tokio::test]
async fn what_is_technical_goes_by_itself_and_the_rest_by_a_clerks_word() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let party = ids(&town, &anna.email).await.1;
    let old = letter(&town, party, "dawne").await;
    letter(&town, party, "nowe").await;
    run(&town, "update message set passing_since = now() - interval '366 days' where id = $1", &[old]).await;
    run(
        &town,
        "insert into session (id, token_hash, account, created_at, last_used_at, expires_at, confirmed_at, address, agent)
         values (gen_random_uuid(), decode(repeat('ab', 32), 'hex'), $1, now() - interval '50 days', now() - interval '40 days',
                 now() - interval '40 days', now() - interval '50 days', '', 'dawna')",
        &[anna.account],
    )
    .await;
    for years in ["4", "6"] {
        let sql = format!(
            "insert into party_look (party, at, staff_name, purpose, what) values ($1, now() - interval '{years} years', 'X', 'case', 'record')"
        );
        run(&town, &sql, &[party]).await;
    }
    town.app.privacy.put_in_order(&ctx()).await.unwrap();
    assert_eq!(town.number("select count(*) from session where agent = 'dawna'").await, 0);
    assert_eq!(town.number("select count(*) from session").await, 1, "the one in use stays");
    assert_eq!(town.number("select count(*) from message").await, 2, "nobody has said yes");
    let clerk = town.staff("front-desk").await;
    let page = clerk.page("/desk/privacy").await;
    assert_eq!(page.matches("1 zapis do usunięcia").count(), 2, "{page}");
    let shown = page.split_once("name=\"shown\" value=\"").unwrap().1.split_once('"').unwrap().0.to_owned();
    let shown = shown.replace("&#43;", "+");
    for table in ["session", "party", "nothing"] {
        let answer = clerk.post_form("/desk/privacy", &[("table", table), ("shown", &shown)]).await;
        assert_eq!(answer.status(), 400, "{table}");
    }
    for table in ["message", "party_look"] {
        let answer = clerk.post_form("/desk/privacy", &[("table", table), ("shown", &shown)]).await;
        assert_eq!(answer.headers()["location"], "/desk/privacy?deleted=1", "{table}");
    }
    assert!(clerk.page("/desk/privacy?deleted=1").await.contains("Usunięto 1 zapis."));
    assert_eq!(town.number("select count(*) from message").await, 1);
    assert_eq!(town.number("select count(*) from party_look").await, 1);
    assert_eq!(town.number("select count(*) from erased_files").await, 0, "its files are gone too");
    let log: Vec<(String, i64, String)> =
        sqlx::query_as("select table_name, rows, by from retention_event order by id")
            .fetch_all(town.pool())
            .await
            .unwrap();
    let (program, by) = ("test".to_owned(), clerk.email.clone());
    assert_eq!(
        log,
        [
            ("session".to_owned(), 1, program),
            ("message".to_owned(), 1, by.clone()),
            ("party_look".to_owned(), 1, by)
        ]
    );
}

#[tokio::test]
async fn an_erasure_is_told_by_a_last_mail_of_which_nothing_stays() {
    let outside = Outside::start().await;
    let town = Town::with_config(outside.config()).await;
    let mut anna = Browser::new(&town);
    anna.get("/?lang=en").await;
    let fields = [("name", "Anna Zmyślona"), ("email", ANNA)];
    anna.submit("/account/new?lang=en", "/account/new?lang=en", &fields).await;
    let mails = || outside.mails_to(ANNA);
    let arrived = async |subject: &str| {
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        loop {
            if let Some(mail) = mails().into_iter().find(|mail| mail["subject"] == subject) {
                return mail;
            }
            assert!(std::time::Instant::now() < deadline, "no mail: {subject}: {:?}", mails());
            tokio::task::yield_now().await;
        }
    };
    let confirm = arrived("Confirm your e-mail address").await["text"].as_str().unwrap().to_owned();
    let link = format!(
        "/account/confirm/{}",
        confirm.split_once("/account/confirm/").unwrap().1.split_whitespace().next().unwrap()
    );
    assert_eq!(anna.submit(&link, &link, &[("password", PASSWORD)]).await.status, 303);
    let (her, count) = (ids(&town, ANNA).await, mails().len());
    letter(&town, her.1, "Anna Zmyślona prosi").await;
    close_for_good(&town, &mut anna).await;
    let mail = arrived("We have erased your data").await;
    let text = mail["text"].as_str().unwrap();
    let t = texts(Lang::En);
    for said in [
        "Anna Zmyślona",
        t.get("holding-party-what").as_str(),
        t.get("holding-message-law").as_str(),
        t.get("holding-account-event-law").as_str(),
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // How the account was closed and that it is gone: two mails since, and nothing else.
    assert_eq!(mails().len(), count + 2, "{:?}", mails());
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while town.number("select count(*) from message where fleeting").await > 0 {
        assert!(std::time::Instant::now() < deadline, "the last mail stays");
        tokio::task::yield_now().await;
    }
    let left = search(&town, &[ANNA.to_owned()]).await;
    assert_eq!(left, [], "nothing holds the address any more");
}

#[tokio::test]
async fn a_copy_that_was_taken_stands_in_the_events_and_is_shown() {
    let town = Town::empty().await;
    let mut anna = resident(&town, ANNA, "Anna Zmyślona").await;
    let (account, _) = ids(&town, ANNA).await;
    assert!(!anna.get("/account/privacy").await.text.contains("Kiedy pobrano kopię danych"));
    copy(&mut anna).await;
    anna.get("/account/privacy/data.html").await;
    let forms: Vec<String> = sqlx::query_scalar(
        "select details ->> 'form' from account_event where account = $1 and kind = 'data-copied' order by id",
    )
    .bind(account)
    .fetch_all(town.pool())
    .await
    .unwrap();
    assert_eq!(forms, ["json", "html"]);
    assert!(anna.get("/account/privacy").await.text.contains("Kiedy pobrano kopię danych"));
    assert!(anna.get("/account/security").await.text.contains("Pobrano kopię danych"));
    // Asking without a fresh proof takes none.
    run(&town, "update session set confirmed_at = now() - interval '1 hour'", &[]).await;
    anna.get("/account/privacy/data.json").await;
    let sql = "select count(*) from account_event where kind = 'data-copied'";
    assert_eq!(town.number(sql).await, 2);
}

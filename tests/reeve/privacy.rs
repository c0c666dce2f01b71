//! What is kept of whom: told, handed over, erased, deleted in time.

use std::collections::{BTreeMap, BTreeSet};

use reeve::{
    kernel::{Lang, identifiers::Pesel},
    messages::{NewAttachment, NewMessage, Purpose, Received, To},
    parties::Proven,
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

/// Fills every table that is declared. Answers a letter in a case and one that belongs to none.
async fn fill(town: &Town, (account, party): (Uuid, Uuid), other: Uuid) -> (Uuid, Uuid) {
    let proven = Proven {
        given_names: "Anna".into(),
        family_name: "Zmyślona".into(),
        born: None,
        pesel: Some(Pesel::parse(PESEL).unwrap()),
        level: Level::Verified,
        means: "desk".into(),
    };
    let mut transaction = town.pool().begin().await.unwrap();
    town.app.parties.prove_in(&mut transaction, &ctx(), party, &proven).await.unwrap().unwrap();
    let values = [("what", "hasło".to_owned()), ("when", "dziś".to_owned())];
    let told = NewMessage {
        to: To::Party(party),
        template: "account-changed",
        values: &values,
        purpose: Purpose::Security,
        thread: None,
        href: None,
        key: None,
    };
    town.app.messages.send_in(&mut transaction, &ctx(), &told).await.unwrap();
    transaction.commit().await.unwrap();
    town.app.parties.look(&ctx(), party, "case").await.unwrap();
    let case = letter(town, party, "Anna Zmyślona prosi").await;
    let passing = letter(town, party, "Anna Zmyślona pyta").await;
    let mut connection = town.pool().acquire().await.unwrap();
    town.app.messages.note_in(&mut connection, &ctx(), case, "Pani Anna Zmyślona dzwoniła.").await.unwrap();
    drop(connection);
    run(town, "update message set passing_since = now() where id = $1", &[passing]).await;
    for sql in [
        "update party set street = 'Lipowa', house_number = '7', postcode = '05-807', place = 'Zmyślin' where id = $1",
        "insert into identity_code (id, party, purpose, code_mark, created_at, expires_at, addressee, house_number, postcode, place)
         values (gen_random_uuid(), $1, 'letter', decode(repeat('ab', 32), 'hex'), now(), now(), 'Anna Zmyślona', '7', '05-807', 'Zmyślin')",
        "insert into identity_attempt values ('roll', $1, now(), 1)",
        "insert into cart_line (account, instalment, payer, title, added_at)
         select account, gen_random_uuid(), id, 'Podatek', now() from party where id = $1",
        "insert into payment_order (id, number, account, party, lang, paid_by, valid_until, shown, key, created_at)
         select gen_random_uuid(), 'Z-1234567890', account, id, 'pl', 'payer', now(), '[]', gen_random_uuid(), now()
         from party where id = $1",
        "insert into payment_transfer (id, payment_order, place, code, contract, nrb, amount_grosze, transfers_only, state, changed_at)
         select gen_random_uuid(), id, 1, '1234567890', 'autopay', repeat('1', 26), 100, false, 'made', now() from payment_order where party = $1",
        "insert into payment_part (transfer, place, instalment, payer, kind, regime, title, token, amount_grosze)
         select id, 1, gen_random_uuid(), $1, 'property', 'tax', 'Podatek', 'NP/1', 100 from payment_transfer",
        "insert into payment_claim (instalment, transfer) select instalment, transfer from payment_part where payer = $1",
        "insert into payment_event (at, transfer, contract, source, kind, alarm, actor, details)
         select now(), transfer, 'autopay', 'payer', 'made', true, 'payer', '{}' from payment_part where payer = $1",
        "insert into payment_alarm_end (event, at, by) select e.id, now(), 'x@urzad.example' from payment_event e
         join payment_part p on p.transfer = e.transfer where p.payer = $1",
        "insert into payment_payout (id, contract, name, nrb) select gen_random_uuid(), 'autopay', transfer::text, '' from payment_part
         where payer = $1",
        "insert into payment_settled (id, payout, contract, key, source, order_code, transaction, transfer, amount_grosze, fee_grosze,
            currency, paid_on, told_at)
         select gen_random_uuid(), o.id, o.contract, 'key', 'payment', '1234567890', 'x', p.transfer, 100, 0, 'PLN', current_date, now()
         from payment_part p join payment_payout o on o.name = p.transfer::text where p.payer = $1",
        "insert into tax_declaration (id, party, parcel, parcel_key, valid_from, origin, source, entered_by, entered_at)
         values (gen_random_uuid(), $1, '1/1', '1/1', '2026-01-01', 'desk', '', 'x', now())",
        "insert into tax_declaration_item (declaration, place, part, tax, use_of, area_dm2)
         select id, 0, 'land', 'property', 'B', 100 from tax_declaration where party = $1",
        "insert into contact values ($1, 'sms', '+48501222333', now())",
        "insert into contact_code values ($1, '+48501222333', 'mark', 0, now(), now())",
        "insert into consent (party, purpose, channel, given, at, page, wording, wording_version)
         values ($1, 'news', 'email', true, now(), '/account/consents', 'Chcę wiadomości', '1')",
        "insert into message_language values ($1, 'pl') on conflict do nothing",
        "insert into conversation (id, number, subject, party, lang, state, deadline, created_at, written_at)
         values (gen_random_uuid(), 'P/2026/000001', 'Anna Zmyślona pyta', $1, 'pl', 'new', current_date, now(), now())",
        "insert into conversation_event (conversation, at, actor, kind)
         select id, now(), 'writer', 'written' from conversation where party = $1",
        "insert into push_subscription values (gen_random_uuid(), $1, 'https://push.example/1', 'p', 'a', 'Firefox', now())",
        "insert into delivery (id, message, channel, address, why, content, state, priority, next_try_at, created_at)
         select gen_random_uuid(), id, 'sms', '+48501222333', 'law', '{}', 'sent', 1, now(), now() from message
         where party = $1 and passing_since is null and direction = 'in'",
        "insert into delivery_event (delivery, at, what, attempt, actor)
         select d.id, now(), 'sent', 1, 'x' from delivery d join message m on m.id = d.message
         where m.party = $1 and m.passing_since is null",
    ] {
        run(town, sql, &[party]).await;
    }
    for sql in [
        "insert into conversation_wish (id, token_hash, name, email, email_key, lang, subject, body, created_at, expires_at)
         select gen_random_uuid(), decode(repeat('af', 32), 'hex'), 'Anna Zmyślona', email, email_key, 'pl', 'Pytanie', 'x', now(),
            now() + interval '2 days' from account where id = $1",
        "insert into passkey values (gen_random_uuid(), $1, 'Telefon Anny', '\\x01', '{}', now())",
        "insert into recovery_code values ($1, decode(repeat('ab', 32), 'hex'))",
        "insert into account_identity (id, account, provider, issuer, subject, linked_at)
         values (gen_random_uuid(), $1, 'broker', 'https://broker.example', 'anna', now())",
        "insert into account_link (id, account, purpose, token_hash, created_at, created_by, expires_at)
         values (gen_random_uuid(), $1, 'reset', decode(repeat('ac', 32), 'hex'), now(), 'owner', now())",
        "insert into account_challenge (purpose, bound_to, account, state, expires_at)
         values ('second-step', decode(repeat('ad', 32), 'hex'), $1, '{}', now() + interval '1 hour')",
        "insert into account_email_change (id, account, old_email, new_email, confirm_hash, created_at, expires_at)
         values (gen_random_uuid(), $1, 'anna.zmyslona@poczta.example', 'anna.nowa@poczta.example', decode(repeat('ae', 32), 'hex'), now(), now())",
    ] {
        run(town, sql, &[account]).await;
    }
    for sql in [
        "insert into due_account (id, kind, party, object, opened_by, opened_at)
         values (gen_random_uuid(), 'dog', $1, 'Burek', 'x', now())",
        "insert into due_assessment (id, account, kind, year, number, decision, decided_on, amount_grosze, entered_by, entered_at)
         select gen_random_uuid(), id, 'dog', 2026, 1, 'FN.1', '2026-01-02', 5000, 'x', now() from due_account where party = $1",
        "insert into due_instalment (id, account, assessment, number, token, term, due, amount_grosze)
         select gen_random_uuid(), a.id, s.id, 1, 'PS/2026/000001', '2026-04-30', '2026-04-30', 5000
         from due_account a join due_assessment s on s.account = a.id where a.party = $1",
        "insert into due_deferral (instalment, decided_on, due, decision, entered_by, entered_at)
         select i.id, '2026-04-01', '2026-06-30', 'FN.2', 'x', now() from due_instalment i join due_account a on a.id = i.account
         where a.party = $1",
        "with s as (insert into survey (id, slug, kind, title_pl, form, secrecy, created_at, created_by)
            values (gen_random_uuid(), 'x', 'consultation', 'x', '{}', 'named', now(), 'x') returning id),
         v as (insert into survey_version (survey, version, title_pl, intro_pl, form, made_at, made_by)
            select id, 1, 'x', '', '{}', now(), 'x' from s),
         a as (insert into survey_answer (id, survey, version, party, answers, on_day)
            select gen_random_uuid(), id, 1, $1, '{}', '2026-05-01' from s returning id, survey),
         e as (insert into survey_excerpt (answer, question, survey, shown, words, read_by, read_on)
            select id, 'q', survey, true, 'x', 'x', '2026-05-02' from a),
         f as (insert into survey_file (id, survey, answer, name, media_type, bytes, on_day)
            select gen_random_uuid(), survey, id, 'x', 'image/png', 1, '2026-05-01' from a),
         n as (insert into survey_opinion (answer, part, shown) select id, 'q', 'x' from a),
         p as (insert into survey_part (survey, party, on_day) select id, $1, '2026-05-01' from s),
         i as (insert into survey_invitation (survey, party, kind, on_day) select id, $1, 'invitation', '2026-05-01' from s),
         r as (insert into survey_roll (survey, party, paper_on) select id, $1, '2026-05-01' from s),
         b as (insert into budget (survey, submit_from, submit_until) select id, now(), now() + interval '1 day' from s
            returning survey),
         o as (insert into budget_pool (id, survey, place, name_pl, amount, most_cost)
            select gen_random_uuid(), survey, 1, 'x', 100, 100 from b returning id, survey)
         insert into budget_project (id, survey, number, pool, party, title, words, geom, estimate, submitted_on)
         select gen_random_uuid(), survey, 1, id, $1, 'x', 'x', st_setsrid(st_point(20.75, 52.15), 4326), 100, '2026-05-01' from o",
        "with agreed as (insert into due_agreement (id, decided_on, reckoned_to, decision, entered_by, entered_at)
            values (gen_random_uuid(), '2026-05-20', '2026-05-10', 'FN.3', 'x', now()) returning id),
         term as (insert into due_agreement_term (agreement, number, due, amount_grosze)
            select id, 1, '2026-07-31', 5000 from agreed)
         insert into due_agreement_part (agreement, instalment, due, principal_grosze)
         select agreed.id, i.id, '2026-07-31', 5000
         from agreed, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with note as (insert into due_interest_note (id, year, number, party, on_day, message, made_by, signed, made_at)
            values (gen_random_uuid(), 2026, 1, $1, '2026-06-01', gen_random_uuid(), 'x', 'x', now()) returning id)
         insert into due_interest_note_line (note, instalment, interest, settled_grosze, noted_grosze, amount_grosze)
         select note.id, i.id, '{}', 0, 0, 1 from note, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "insert into due_notice (instalment, due, message, sent_at)
         select i.id, i.due, gen_random_uuid(), now() from due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with run as (insert into due_reminder_run (id, on_day, kinds, made_by, signed, made_at)
            values (gen_random_uuid(), '2026-06-01', '{dog}', 'x', 'x', now()) returning id),
         one as (insert into due_reminder (id, run, form, year, number, party, on_day, state)
            select gen_random_uuid(), run.id, 'reminder', 2026, 1, $1, '2026-06-01', 'void' from run returning id)
         insert into due_reminder_line (reminder, instalment, principal_grosze, interest_grosze, cost_grosze)
         select one.id, i.id, 5000, 0, 0 from one, due_instalment i join due_account a on a.id = i.account where a.party = $1",
        "with entry as (insert into ledger_entry (id, kind, source_kind, source_id, party, on_day, booked_on, title, details,
                entered_by, entered_at)
            values (gen_random_uuid(), 'assessment', 'assessment', 'x', $1, '2026-01-02', '2026-01-02', '', '{}', 'x', now())
            returning id)
         insert into ledger_posting (entry, account, role, instalment, amount_grosze)
         select entry.id, p.account, p.role, i.id, p.amount from entry, (values ('receivable', 'assessed', 5000), ('income', null, -5000))
            p (account, role, amount)
            left join due_instalment i on p.role is not null and i.token = 'PS/2026/000001'",
        "with entry as (insert into statement_entry (id, key, nrb, booked_on, value_on, paid_on, amount_grosze, reversal, title, raw,
                state)
            values (gen_random_uuid(), 'x', repeat('1', 26), '2026-04-30', '2026-04-30', '2026-04-30', 5000, false, 'pies', 'pies',
                'booked')
            returning id),
         rule as (insert into statement_rule (id, sender_account, party, made_by, made_at)
            values (gen_random_uuid(), repeat('2', 26), $1, 'x', now())),
         booking as (insert into statement_booking (booking, entry, party, how, amount_grosze, settles)
            select l.id, entry.id, $1, 'token', 5000, false from entry, ledger_entry l where l.party = $1)
         insert into statement_decision (entry, at, actor, kind) select id, now(), 'x', 'booked' from entry",
    ] {
        run(town, sql, &[party]).await;
    }
    let mandate = Uuid::now_v7();
    run(
        town,
        "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
         values ($1, $2, $3, '{dues}', current_date, 'Pełnomocnictwo od: Anna Zmyślona', 'x@urzad.example', now())",
        &[mandate, party, other],
    )
    .await;
    run(
        town,
        "insert into mandate_event (mandate, at, kind, by) values ($1, now(), 'entered', 'x@urzad.example')",
        &[mandate],
    )
    .await;
    (case, passing)
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
    let (case, passing) = fill(&town, her, his.1).await;
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

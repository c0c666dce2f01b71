//! Who residents are: each way up, what clerks see; who acts for whom is in `mandates`.

mod mandates;

use chrono::NaiveDate;
use reeve::{
    kernel::identifiers::Pesel,
    parties::{ProofConflict, Proven},
    platform::{
        Config,
        access::Level,
        config::{AddressRoll, Residents},
    },
};
use uuid::Uuid;

use self::mandates::{acts_for, company_mandate};
use crate::support::{Client, Town, config, ctx};

/// A PESEL of nobody; the serial makes it another one.
fn pesel(serial: u16) -> Pesel {
    Pesel::of_parts(NaiveDate::from_ymd_opt(1985, 2, 14).unwrap(), serial).unwrap()
}

/// The value between two marks of a page.
fn between<'a>(page: &'a str, begin: &str, end: &str) -> &'a str {
    let (_, rest) = page.split_once(begin).unwrap_or_else(|| panic!("no {begin:?} in {page}"));
    rest.split_once(end).unwrap().0
}

async fn party_of(town: &Town, client: &Client) -> Uuid {
    sqlx::query_scalar("select id from party where account = $1")
        .bind(client.account)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

async fn level_of(town: &Town, client: &Client) -> String {
    sqlx::query_scalar("select level from party where account = $1")
        .bind(client.account)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

async fn add_address(town: &Town, street: &str, number: &str) {
    sqlx::query(
        "insert into asset (id, kind, geom, attributes, source, source_id, updated_at)
         values (gen_random_uuid(), 'addresses', st_setsrid(st_makepoint(20.72, 52.12), 4326),
                 jsonb_build_object('place', 'Zmyślin', 'street', $1::text, 'number', $2::text, 'postcode', '05-807'),
                 'test', $1 || $2, now())",
    )
    .bind(street)
    .bind(number)
    .execute(town.pool())
    .await
    .unwrap();
}

/// A declaration of an address in Zmyślin.
fn declared<'a>(street: &'a str, house: &'a str, flat: &'a str, way: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("given_names", "Anna"),
        ("family_name", "Zmyślona"),
        ("street", street),
        ("house_number", house),
        ("flat_number", flat),
        ("postcode", "05-807"),
        ("place", "zmyslin"),
        ("way", way),
    ]
}

async fn declare(client: &Client, fields: &[(&str, &str)]) -> reqwest::Response {
    client.post_form("/account/identity/address", fields).await
}

async fn text(response: reqwest::Response, status: u16) -> String {
    assert_eq!(response.status(), status, "{:?}", response.headers().get("location"));
    response.text().await.unwrap()
}

fn led_to(response: &reqwest::Response) -> String {
    assert_eq!(response.status(), 303);
    response.headers()["location"].to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_address_of_the_register_makes_a_resident_and_leads_on() {
    let town = Town::empty().await;
    add_address(&town, "al. Józefa Żółwia", "12A").await;
    let anna = town.resident(Level::Known).await;
    // Without scripts too, streets are suggested.
    assert!(anna.page("/account/identity").await.contains(r#"<option value="al. Józefa Żółwia">"#));

    let missing = declare(&anna, &declared("Nigdzie", "1", "", "roll")).await;
    assert!(text(missing, 422).await.contains("Nie ma takiego adresu w rejestrze"));
    let mut other_code = declared("Zolwia", "12 a", "", "roll");
    other_code[5] = ("postcode", "05806");
    assert!(text(declare(&anna, &other_code).await, 422).await.contains("ma kod 05-807"));
    let empty = declare(&anna, &[("way", "roll")]).await;
    let page = text(empty, 422).await;
    for field in ["given_names", "family_name", "house_number", "postcode", "place"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    assert_eq!(level_of(&town, &anna).await, "known");

    let mut fields = declared("Aleja Jozefa ZOLWIA", "12 a", "", "roll");
    fields.extend([("needs", "resident"), ("next", "/account/data")]);
    assert_eq!(led_to(&declare(&anna, &fields).await), "/account/data");
    assert_eq!(level_of(&town, &anna).await, "resident");
    let page = anna.page("/account").await;
    assert!(page.contains("Anna Zmyślona") && page.contains("Adres zgodny z rejestrem"), "{page}");
    // Where one wanted to go leads only within the service.
    let other = town.resident(Level::Known).await;
    fields.retain(|(name, _)| *name != "next");
    fields.push(("next", "//evil.example"));
    assert_eq!(led_to(&declare(&other, &fields).await), "/account/identity?done=resident");
}

#[tokio::test]
async fn one_flat_takes_only_so_many_and_an_office_may_want_letters() {
    let residents = Residents { most_per_address: 1, ..Residents::default() };
    let town = Town::with_config(Config { residents, ..config() }).await;
    add_address(&town, "Lipowa", "3").await;
    let (one, two, three) = (
        town.resident(Level::Known).await,
        town.resident(Level::Known).await,
        town.resident(Level::Known).await,
    );
    assert_eq!(declare(&one, &declared("ul. Lipowa", "3", "4", "roll")).await.status(), 303);
    // The same flat, written otherwise.
    let crowded = text(declare(&two, &declared("Lipowa", "3/4", "", "roll")).await, 422).await;
    assert!(crowded.contains("podało już wiele osób"), "{crowded}");
    assert_eq!(declare(&three, &declared("Lipowa", "3", "5", "roll")).await.status(), 303);

    let residents = Residents { address_roll: AddressRoll::Letter, ..Residents::default() };
    let town = Town::with_config(Config { residents, ..config() }).await;
    add_address(&town, "Lipowa", "3").await;
    let anna = town.resident(Level::Known).await;
    assert!(!anna.page("/account/identity").await.contains(r#"value="roll""#));
    let wanted = text(declare(&anna, &declared("Lipowa", "3", "4", "roll")).await, 422).await;
    assert!(wanted.contains("potwierdza adresy listem"));
    assert_eq!(level_of(&town, &anna).await, "known");
}

#[tokio::test]
async fn guessing_addresses_ends() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    for _ in 0..10 {
        assert_eq!(declare(&anna, &declared("Nigdzie", "1", "", "roll")).await.status(), 422);
    }
    let refused = declare(&anna, &declared("Nigdzie", "1", "", "roll")).await;
    assert_eq!(refused.status(), 429);
    assert!(refused.headers().contains_key("retry-after"));
}

/// Prints the letters that wait and answers the code of the only one.
async fn printed_code(clerk: &Client) -> String {
    let page = text(clerk.post_form("/desk/residents/letters/print", &[]).await, 200).await;
    between(&page, "<p class=\"letter__code\">", "</p>").to_owned()
}

#[tokio::test]
async fn a_letter_with_a_code_makes_a_resident() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    assert_eq!(declare(&anna, &declared("Lipowa", "3", "4", "letter")).await.status(), 303);
    let list = clerk.page("/desk/residents/letters").await;
    assert!(list.contains("Anna Zmyślona") && list.contains("Adresu nie ma w rejestrze"), "{list}");
    let code = printed_code(&clerk).await;
    assert!(!list.contains(&code) && !anna.page("/account/identity").await.contains(&code));

    let id = between(
        &text(clerk.post_form("/desk/residents/letters/print", &[]).await, 200).await,
        "name=\"letter\" value=\"",
        "\"",
    )
    .to_owned();
    assert_eq!(clerk.post_form("/desk/residents/letters/sent", &[("letter", &id)]).await.status(), 303);
    assert!(!clerk.page("/desk/residents/letters").await.contains("Anna Zmyślona"));
    assert!(anna.page("/account/identity").await.contains("List wysłano"));
    // Once it is sent, nothing holds the code any more.
    assert_eq!(town.number("select count(*) from identity_code where code_sealed is not null").await, 0);

    let typed = code.to_lowercase().replace('-', " ");
    let done = anna.post_form("/account/identity/letter", &[("code", &typed)]).await;
    assert_eq!(led_to(&done), "/account/identity?done=resident");
    assert_eq!(level_of(&town, &anna).await, "resident");
    // Used once, it is no code any more.
    let other = town.resident(Level::Known).await;
    let again = other.post_form("/account/identity/letter", &[("code", &typed)]).await;
    assert!(text(again, 422).await.contains("Nie czekamy na żaden kod"));
}

#[tokio::test]
async fn wrong_codes_wear_a_letter_out_and_letters_are_few() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    declare(&anna, &declared("Lipowa", "3", "4", "letter")).await;
    let code = printed_code(&clerk).await;
    let wrong = if code.starts_with('A') { "BBBBBBBB" } else { "AAAAAAAA" };
    for left in
        ["Zostały 4 próby", "Zostały 3 próby", "Zostały 2 próby", "Została 1 próba", "prób było za dużo"]
    {
        let page = text(anna.post_form("/account/identity/letter", &[("code", wrong)]).await, 422).await;
        assert!(page.contains(left), "{left}");
    }
    let late = anna.post_form("/account/identity/letter", &[("code", &code)]).await;
    assert!(text(late, 422).await.contains("Nie czekamy na żaden kod"));
    assert_eq!(level_of(&town, &anna).await, "known");
    // A new letter takes the place of the old one; only so many are sent.
    declare(&anna, &declared("Lipowa", "3", "4", "letter")).await;
    let second = printed_code(&clerk).await;
    declare(&anna, &declared("Lipowa", "3", "4", "letter")).await;
    let page = anna.post_form("/account/identity/letter", &[("code", &second)]).await;
    assert!(text(page, 422).await.contains("To nie ten kod"));
    assert_eq!(declare(&anna, &declared("Lipowa", "3", "4", "letter")).await.status(), 429);
    // A clerk takes a letter back that should not leave.
    let list = clerk.page("/desk/residents/letters").await;
    let back = between(&list, "action=\"/desk/residents/letters/", "/back\"");
    let id = back.rsplit('/').next().unwrap();
    assert_eq!(clerk.post_form(&format!("/desk/residents/letters/{id}/back"), &[]).await.status(), 303);
    assert!(!clerk.page("/desk/residents/letters").await.contains("Anna Zmyślona"));
}

/// Makes a code for the desk and answers it.
async fn desk_code(resident: &Client, when: &str) -> String {
    let made = resident.post_form("/account/identity/desk", &[("when", when)]).await;
    assert_eq!(made.status(), 303);
    between(&resident.page("/account/identity").await, "desk-code\">", "<").to_owned()
}

/// The first step at the desk: the sealed review of a resident whose document holds this PESEL.
async fn reviewed(clerk: &Client, code: &str, pesel: &str, born: &str) -> reqwest::Response {
    let page = text(clerk.post_form("/desk/residents/verify", &[("code", code)]).await, 200).await;
    let id = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    let fields = [
        ("code", id.as_str()),
        ("document", "id-card"),
        ("given_names", "Anna"),
        ("family_name", "Zmyślona"),
        ("pesel", pesel),
        ("born", born),
    ];
    clerk.post_form("/desk/residents/verify/check", &fields).await
}

async fn review_of(response: reqwest::Response) -> String {
    between(&text(response, 200).await, "name=\"review\" value=\"", "\"").to_owned()
}

/// Verifies a resident at the desk, who then signs in anew.
async fn verify(town: &Town, clerk: &Client, resident: &mut Client, number: Pesel) {
    let code = desk_code(resident, "now").await;
    let review = review_of(reviewed(clerk, &code, &number.reveal(), "14.02.1985").await).await;
    let done = clerk.post_form("/desk/residents/verify/confirm", &[("review", &review)]).await;
    assert!(led_to(&done).contains("done=verified"));
    *resident = town.sign_in_again(resident.account, resident.email.clone()).await;
}

#[tokio::test]
async fn a_clerk_verifies_in_two_steps_and_nothing_tells_the_number() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let number = pesel(1234);
    let code = desk_code(&anna, "ahead").await;

    // What does not fit is told beside its field.
    let bad = text(reviewed(&clerk, &code, "85021412341", "14.02.1985").await, 422).await;
    assert!(bad.contains("Ten PESEL ma błąd w jakiejś cyfrze") && bad.contains("href=\"#pesel\""), "{bad}");
    let bad = text(reviewed(&clerk, &code, &number.reveal(), "15.02.1985").await, 422).await;
    assert!(bad.contains("nie zgadza się z numerem PESEL"), "{bad}");
    let bad = text(reviewed(&clerk, &code, &number.reveal(), "31.02.1985").await, 422).await;
    assert!(bad.contains("Wpisz prawdziwą datę urodzenia"), "{bad}");
    let unknown = text(clerk.post_form("/desk/residents/verify", &[("code", "ABCD-EFHJ")]).await, 422).await;
    assert!(unknown.contains("Nie ma takiego kodu"));

    let review = review_of(reviewed(&clerk, &code, &number.reveal(), "1985-02-14").await).await;
    assert_eq!(level_of(&town, &anna).await, "known", "the first step changes nothing");
    // Another clerk cannot confirm it, nor can a changed review.
    let other = town.staff("front-desk").await;
    for (who, sealed) in
        [(&other, review.clone()), (&clerk, review.replacen(|c: char| c.is_ascii_digit(), "x", 1))]
    {
        let refused = who.post_form("/desk/residents/verify/confirm", &[("review", &sealed)]).await;
        assert_eq!(refused.status(), 403);
    }
    let done = clerk.post_form("/desk/residents/verify/confirm", &[("review", &review)]).await;
    assert!(led_to(&done).contains("done=verified"));
    assert_eq!(level_of(&town, &anna).await, "verified");
    assert!(led_to(&anna.get("/account").await).starts_with("/sign-in"), "the old session has ended");
    let anna = town.sign_in_again(anna.account, anna.email.clone()).await;
    let own = anna.page("/account").await;
    assert!(
        own.contains("Dokument okazany w urzędzie (dowód osobisty)") && !own.contains(&clerk.email),
        "{own}"
    );

    assert_number_is_nowhere(&town, &number.reveal()).await;
}

/// No column of any table holds these digits in clear.
async fn assert_number_is_nowhere(town: &Town, digits: &str) {
    let tables: Vec<String> =
        sqlx::query_scalar("select quote_ident(table_name) from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert!(tables.len() > 30);
    for table in tables {
        let sql = format!(
            "select count(*) from {table} as t where strpos(to_jsonb(t)::text, $1) > 0 or strpos(t::text, encode(convert_to($1, 'UTF8'), 'hex')) > 0"
        );
        let found: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).bind(digits).fetch_one(town.pool()).await.unwrap();
        assert_eq!(found, 0, "{table}");
    }
}

#[tokio::test]
async fn of_two_confirmations_at_once_one_counts() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let code = desk_code(&anna, "now").await;
    let review = review_of(reviewed(&clerk, &code, &pesel(1).reveal(), "14.02.1985").await).await;
    let fields = [("review", review.as_str())];
    let confirm = || clerk.post_form("/desk/residents/verify/confirm", &fields);
    let (a, b, c) = tokio::join!(confirm(), confirm(), confirm());
    let mut statuses = [a.status().as_u16(), b.status().as_u16(), c.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409, 409]);
    assert_eq!(town.number("select count(*) from party_proof").await, 1);
}

#[tokio::test]
async fn two_accounts_that_prove_one_number_at_once_do_not_both_have_it() {
    let town = Town::empty().await;
    let (anna, maria, clerk) = (
        town.resident(Level::Known).await,
        town.resident(Level::Known).await,
        town.staff("front-desk").await,
    );
    let number = pesel(2).reveal();
    let mut reviews = Vec::new();
    for resident in [&anna, &maria] {
        let code = desk_code(resident, "now").await;
        reviews.push(review_of(reviewed(&clerk, &code, &number, "14.02.1985").await).await);
    }
    let first = [("review", reviews[0].as_str())];
    let second = [("review", reviews[1].as_str())];
    let (a, b) = tokio::join!(
        clerk.post_form("/desk/residents/verify/confirm", &first),
        clerk.post_form("/desk/residents/verify/confirm", &second)
    );
    let (won, lost) = if a.status() == 303 { (a, b) } else { (b, a) };
    assert_eq!(won.status(), 303);
    assert!(text(lost, 409).await.contains("ma już inne konto (m•••@poczta.example)"));
    assert_eq!(town.number("select count(*) from party where pesel_mark is not null").await, 1);
}

#[tokio::test]
async fn a_number_of_another_account_is_refused_and_one_without_account_is_joined() {
    let town = Town::empty().await;
    let (mut anna, mut maria, clerk) = (
        town.resident(Level::Known).await,
        town.resident(Level::Known).await,
        town.staff("front-desk").await,
    );
    let number = pesel(3);
    verify(&town, &clerk, &mut anna, number).await;
    let code = desk_code(&maria, "now").await;
    let refused = text(reviewed(&clerk, &code, &number.reveal(), "14.02.1985").await, 422).await;
    assert!(refused.contains("ma już inne konto (m•••@poczta.example)") && !refused.contains(&anna.email));
    assert_eq!(level_of(&town, &maria).await, "known");

    // The office knows a person without an account, for whom Anna acts; then that person comes to the desk.
    let principal = pesel(4).reveal();
    let agent = number.reveal();
    let fields = [
        ("principal", "person"),
        ("pesel", principal.as_str()),
        ("given_names", "Maria"),
        ("family_name", "Wymyślona"),
        ("agent", agent.as_str()),
        ("scope", "dues"),
        ("valid_from", "2020-01-01"),
        ("document", "PPS-1"),
    ];
    let entered = confirmed(&clerk, clerk.post_form("/desk/residents/mandates/new", &fields).await).await;
    assert!(led_to(&entered).contains("done=mandate"));
    verify(&town, &clerk, &mut maria, pesel(4)).await;
    let party = party_of(&town, &maria).await;
    let page = maria.page("/account/mandates").await;
    assert!(page.contains("Anna Zmyślona"), "the power of attorney is the person's now: {page}");
    assert_eq!(
        town.number(
            "select count(*) from party where merged_into is not null and name = '' and pesel_mark is null"
        )
        .await,
        1
    );
    assert_eq!(town.number("select count(*) from party where pesel_mark is not null").await, 2);
    // Somebody else's number does not take the place of one's own.
    let proven = Proven {
        given_names: "Maria".into(),
        family_name: "Zmyślona".into(),
        born: None,
        pesel: Some(pesel(5)),
        level: Level::Verified,
        means: "oidc:example".into(),
    };
    let mut transaction = town.pool().begin().await.unwrap();
    let answer = town.app.parties.prove_in(&mut transaction, &ctx(), party, &proven).await.unwrap();
    assert_eq!(answer, Err(ProofConflict::OtherPerson));
    let proven = Proven { pesel: Some(number), ..proven };
    let other = town.resident(Level::Known).await;
    let other = party_of(&town, &other).await;
    let answer = town.app.parties.prove_in(&mut transaction, &ctx(), other, &proven).await.unwrap();
    assert_eq!(answer, Err(ProofConflict::OtherAccount(anna.account)));
}

#[tokio::test]
async fn people_without_pesel_are_verified_by_their_document() {
    let town = Town::empty().await;
    let (oksana, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let code = desk_code(&oksana, "now").await;
    let page = text(clerk.post_form("/desk/residents/verify", &[("code", &code)]).await, 200).await;
    let id = between(&page, "name=\"code\" value=\"", "\"").to_owned();
    let mut fields = vec![
        ("code", id.as_str()),
        ("document", "passport"),
        ("given_names", "Oksana"),
        ("family_name", "Wymyślona"),
        ("born", "01.05.1990"),
    ];
    let missing = text(clerk.post_form("/desk/residents/verify/check", &fields).await, 422).await;
    assert!(missing.contains("Bez PESEL wpisz dwie litery państwa"));
    fields.push(("country", "ua"));
    let review = review_of(clerk.post_form("/desk/residents/verify/check", &fields).await).await;
    clerk.post_form("/desk/residents/verify/confirm", &[("review", &review)]).await;
    assert_eq!(level_of(&town, &oksana).await, "verified");
    assert_eq!(town.number("select count(*) from party where pesel_mark is not null").await, 0);
    let details: serde_json::Value =
        sqlx::query_scalar("select details from party_proof").fetch_one(town.pool()).await.unwrap();
    assert_eq!(details, serde_json::json!({ "document": "passport", "country": "UA", "pesel": false }));
}

/// The second look: what the first one showed is confirmed.
async fn confirmed(clerk: &Client, shown: reqwest::Response) -> reqwest::Response {
    let review = review_of(shown).await;
    clerk.post_form("/desk/residents/mandates/confirm", &[("review", &review)]).await
}

#[tokio::test]
async fn a_look_has_a_purpose_and_the_person_sees_it() {
    let town = Town::empty().await;
    let (mut anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    verify(&town, &clerk, &mut anna, pesel(7)).await;
    let party = party_of(&town, &anna).await;
    let number = pesel(7).reveal();

    let without = text(clerk.post_form("/desk/residents", &[("q", "Zmyślona")]).await, 422).await;
    assert!(without.contains("Wybierz cel") && !without.contains("/desk/residents/0"));
    for (q, found) in [
        ("zmyśl", true),
        (anna.email.as_str(), true),
        (number.as_str(), true),
        ("Nikt", false),
        ("1234563218", false),
    ] {
        let page =
            text(clerk.post_form("/desk/residents", &[("q", q), ("purpose", "case")]).await, 200).await;
        assert_eq!(page.contains(&format!("/desk/residents/{party}?")), found, "{q}");
        // The text that was searched for stands in its field; the address nowhere else.
        let rest = page.replace(&format!("value=\"{q}\""), "");
        assert!(!rest.contains(&anna.email) && !rest.contains(&number), "{q}");
    }
    let looks = "select count(*) from party_look where what = 'record'";
    let before = town.number(looks).await;
    let asked = clerk.page(&format!("/desk/residents/{party}")).await;
    assert!(asked.contains("W jakim celu?") && !asked.contains("Anna Zmyślona"));
    let own_words = clerk.get(&format!("/desk/residents/{party}?purpose=other")).await;
    assert_eq!(own_words.status(), 422);
    assert_eq!(town.number(looks).await, before);

    let path = format!("/desk/residents/{party}?purpose=case&note=GK.123");
    let page = clerk.page(&path).await;
    assert!(page.contains("Anna Zmyślona") && page.contains(&anna.email) && !page.contains(&number));
    clerk.page(&path).await;
    assert_eq!(town.number(looks).await, before + 1, "the same look twice is one");
    let path = format!("/desk/residents/{party}/pesel");
    let shown = clerk.post_form(&path, &[("purpose", "case"), ("note", "GK.123")]).await;
    assert!(text(shown, 200).await.contains(&number));
    assert_eq!(
        town.number("select count(*) from party_look where what = 'pesel' and note = 'GK.123'").await,
        1
    );

    let looks = town.app.parties.looks_of(&ctx(), party).await.unwrap();
    let seen: Vec<&str> = looks.iter().map(|look| look.what.as_str()).collect();
    assert_eq!(seen, ["pesel", "record", "search", "verification"]);
    let gone = sqlx::query("delete from party_look").execute(town.pool()).await;
    assert!(gone.is_err(), "looks stay");
}

#[tokio::test]
async fn clerks_without_the_permission_see_and_verify_nobody() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let party = party_of(&town, &anna).await;
    let editor = town.staff("editor").await;
    for path in [
        "/desk/residents".to_owned(),
        format!("/desk/residents/{party}?purpose=case"),
        "/desk/residents/verify".to_owned(),
        "/desk/residents/letters".to_owned(),
        "/desk/residents/mandates/new".to_owned(),
    ] {
        assert_eq!(editor.get(&path).await.status(), 403, "{path}");
        assert_eq!(anna.get(&path).await.status(), 403, "{path}");
    }
    let code = desk_code(&anna, "now").await;
    for path in ["/desk/residents/verify", "/desk/residents/verify/confirm", "/desk/residents/letters/print"]
    {
        assert_eq!(editor.post_form(path, &[("code", &code)]).await.status(), 403, "{path}");
    }
    let looked =
        town.app.parties.look(&reeve::platform::Ctx::visitor(reeve::kernel::Lang::Pl), party, "case").await;
    assert!(looked.is_err());
}

#[tokio::test]
async fn wrong_codes_at_the_desk_are_counted_and_old_codes_are_none() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let old = desk_code(&anna, "now").await;
    let new = desk_code(&anna, "now").await;
    assert_eq!(clerk.post_form("/desk/residents/verify", &[("code", &old)]).await.status(), 422);
    sqlx::query("update identity_code set expires_at = now() - interval '1 second' where ended_at is null")
        .execute(town.pool())
        .await
        .unwrap();
    assert_eq!(clerk.post_form("/desk/residents/verify", &[("code", &new)]).await.status(), 422);
    for _ in 0..28 {
        assert_eq!(clerk.post_form("/desk/residents/verify", &[("code", "ABCDEFHJ")]).await.status(), 422);
    }
    assert_eq!(clerk.post_form("/desk/residents/verify", &[("code", "ABCDEFHJ")]).await.status(), 429);
}

#[tokio::test]
async fn what_is_declared_anew_is_shown_anew() {
    let town = Town::empty().await;
    add_address(&town, "Lipowa", "3").await;
    let (mut anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    declare(&anna, &declared("Lipowa", "3", "", "roll")).await;
    let same = anna.post_form("/account/data", &declared("Lipowa", "3", "", "")).await;
    // The place was typed without accents; nothing else changed.
    assert_eq!(led_to(&same), "/account/data?done=saved");
    let moved = anna.post_form("/account/data", &declared("Lipowa", "5", "", "")).await;
    assert_eq!(led_to(&moved), "/account/data?done=lowered");
    assert_eq!(level_of(&town, &anna).await, "known");

    verify(&town, &clerk, &mut anna, pesel(9)).await;
    let moved = anna.post_form("/account/data", &declared("Lipowa", "7", "", "")).await;
    assert_eq!(led_to(&moved), "/account/data?done=saved");
    assert_eq!(level_of(&town, &anna).await, "verified");
    let mut renamed = declared("Lipowa", "7", "", "");
    renamed[1] = ("family_name", "Zmyślona-Wymyślona");
    let refused = text(anna.post_form("/account/data", &renamed).await, 422).await;
    assert!(refused.contains("Napisz, dlaczego zmieniasz imię lub nazwisko"));
    renamed.push(("reason", "ślub"));
    assert_eq!(led_to(&anna.post_form("/account/data", &renamed).await), "/account/data?done=lowered");
    assert_eq!(level_of(&town, &anna).await, "known");
    assert!(anna.page("/account").await.contains("ślub"));
}

#[tokio::test]
async fn what_needs_more_leads_to_where_it_is_reached() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let page = anna.page("/account/identity?needs=verified&next=%2Faccount%2Fdata").await;
    assert!(page.contains("wymaga poziomu „Tożsamość potwierdzona”"), "{page}");
    let verified = town.resident(Level::Verified).await;
    let on = verified.get("/account/identity?needs=verified&next=%2Faccount%2Fdata").await;
    assert_eq!(led_to(&on), "/account/data");
    for (client, path) in [(&anna, "/account"), (&anna, "/account/data"), (&anna, "/account/mandates")] {
        let english = client.page(&format!("{path}?lang=en")).await;
        assert!(english.contains("My account") && !english.contains("own-"), "{path}: {english}");
    }
}

/// Whether a token opens the pages of a resident.
async fn opens(client: &Client, token: &str) -> bool {
    let request = client.http.get(format!("{}/account", client.base));
    request.header("cookie", format!("reeve-session={token}")).send().await.unwrap().status() == 200
}

#[tokio::test]
async fn a_session_has_a_new_token_when_it_may_do_something_else() {
    let town = Town::empty().await;
    add_address(&town, "Lipowa", "3").await;
    let (anna, piotr, clerk) = (
        town.resident(Level::Known).await,
        town.resident(Level::Verified).await,
        town.staff("front-desk").await,
    );
    // A higher level: the token is another one, the old one and those of other browsers open nothing.
    let (before, elsewhere) = (anna.token(), town.sign_in_again(anna.account, anna.email.clone()).await);
    assert_eq!(declare(&anna, &declared("Nigdzie", "3", "", "roll")).await.status(), 422);
    assert_eq!(anna.token(), before, "nothing has changed");
    assert!(opens(&elsewhere, &elsewhere.token()).await);
    assert_eq!(declare(&anna, &declared("Lipowa", "3", "", "roll")).await.status(), 303);
    assert_ne!(anna.token(), before);
    assert!(opens(&anna, &anna.token()).await);
    assert!(!opens(&anna, &before).await && !opens(&elsewhere, &elsewhere.token()).await);
    // A lower one by one's own deed as well; the forms of pages that lie open still fit.
    let before = anna.token();
    assert_eq!(
        led_to(&anna.post_form("/account/data", &declared("Lipowa", "5", "", "")).await),
        "/account/data?done=lowered"
    );
    assert!(anna.token() != before && !opens(&anna, &before).await && opens(&anna, &anna.token()).await);
    // Acting for somebody, and for oneself again: of this session alone.
    company_mandate(&clerk, &piotr.email, "").await;
    let elsewhere = town.sign_in_again(piotr.account, piotr.email.clone()).await;
    let id: Uuid = sqlx::query_scalar("select id from mandate").fetch_one(town.pool()).await.unwrap();
    let id = id.to_string();
    for mandate in [id.as_str(), ""] {
        let before = piotr.token();
        assert_eq!(piotr.post_form("/account/acting", &[("mandate", mandate)]).await.status(), 303);
        assert!(piotr.token() != before && !opens(&piotr, &before).await, "{mandate:?}");
        assert_eq!(acts_for(&piotr).await, !mandate.is_empty());
        let before = piotr.token();
        piotr.post_form("/account/acting", &[("mandate", mandate)]).await;
        assert_eq!(piotr.token(), before, "the same once more is no change");
    }
    assert!(opens(&elsewhere, &elsewhere.token()).await);
    // What a clerk changes ends all sessions.
    let party = party_of(&town, &piotr).await;
    let fields = [("purpose", "correction"), ("level", "known"), ("reason", "Pomyłka przy okienku")];
    clerk.post_form(&format!("/desk/residents/{party}/lower"), &fields).await;
    assert!(!opens(&piotr, &piotr.token()).await && !opens(&elsewhere, &elsewhere.token()).await);
}

#[tokio::test]
async fn a_search_is_written_down_and_whoever_is_shown_sees_it() {
    let town = Town::empty().await;
    let (mut anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    verify(&town, &clerk, &mut anna, pesel(11)).await;
    let mut others = Vec::new();
    for _ in 0..11 {
        others.push(town.resident(Level::Known).await);
    }
    let search = async |q: &str| {
        let fields = [("q", q), ("purpose", "case"), ("note", "GK.77")];
        text(clerk.post_form("/desk/residents", &fields).await, 200).await
    };
    let page = search("Zmyślona").await;
    assert_eq!(page.matches("/desk/residents/0").count(), 10, "the list is short");
    assert!(page.contains("Jest ich więcej"));
    search(&pesel(11).reveal()).await;
    search(&anna.email).await;
    search("1234563218").await;
    search("Nikt taki").await;
    type Search = (String, i32, bool, String, Option<String>, Option<Uuid>);
    let rows: Vec<Search> =
        sqlx::query_as("select by, found, more, purpose, note, staff from party_search order by id")
            .fetch_all(town.pool())
            .await
            .unwrap();
    let seen: Vec<_> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2)).collect();
    assert_eq!(
        seen,
        [("name", 10, true), ("pesel", 1, false), ("email", 1, false), ("nip", 0, false), ("name", 0, false)]
    );
    assert!(
        rows.iter()
            .all(|row| row.3 == "case" && row.4.as_deref() == Some("GK.77") && row.5 == Some(clerk.account))
    );
    // What was typed stands nowhere.
    assert_number_is_nowhere(&town, &pesel(11).reveal()).await;
    let typed = town
        .number(
            "select count(*) from party_search s where s::text ~ 'Zmyślona Miesz|Nikt|1234563218|@poczta'",
        )
        .await;
    assert_eq!(typed, 0);
    // Each of those shown sees it once, nobody else does.
    assert_eq!(town.number("select count(distinct party) from party_look where what = 'search'").await, 11);
    assert_eq!(town.number("select count(*) from party_look where what = 'search'").await, 11);
    let own = anna.page("/account/privacy").await;
    assert!(own.contains("wynik wyszukiwania") && own.contains("GK.77"), "{own}");
    let desk = clerk.page("/desk/privacy").await;
    assert!(desk.contains("po PESEL") && desk.contains("10, było ich więcej"), "{desk}");
    for sql in ["delete from party_search", "update party_search set found = 0", "truncate party_search"] {
        assert!(sqlx::query(sql).execute(town.pool()).await.is_err(), "{sql}");
    }
}

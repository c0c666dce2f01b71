//! Through the public door: the treasurer enters, the resident sees; who is refused; acting for a company.

use chrono::Days;
use reeve::{dues::Source, platform::access::Level};
use uuid::Uuid;

use super::{
    account, assess, assessment, balance, book, day, due, led_to, party_of, receipt, text, today, trial,
    with_bank_account,
};
use crate::support::{Client, Town, ctx, pdf_text};

#[tokio::test]
async fn what_the_treasurer_enters_the_resident_sees_and_pays() {
    let town = Town::empty().await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("treasurer").await);
    let payer = party_of(&town, &maria).await;
    let year = today().format("%Y").to_string();
    let path = format!("/desk/dues/payers/{payer}");

    // Searching and opening the card are looks, with a purpose.
    let refused = text(clerk.post_form("/desk/dues", &[("q", "Zmyślona Mieszkanka")]).await, 422).await;
    assert!(refused.contains("href=\"#purpose\""));
    let found =
        text(clerk.post_form("/desk/dues", &[("q", "Zmyślona Mieszkanka"), ("purpose", "case")]).await, 200)
            .await;
    assert!(found.contains(&path));
    assert!(clerk.page(&path).await.contains("name=\"purpose\""), "without a purpose it only asks");
    assert!(clerk.page(&format!("{path}?purpose=case")).await.contains("Nie ma tu jeszcze żadnych opłat"));
    let looks = "select count(*) from party_look where what = 'dues' and purpose = 'case'";
    assert_eq!(town.number(looks).await, 1);
    assert!(maria.page("/account/privacy").await.contains("opłaty i wpłaty"), "she sees who looked");

    // Without a bank account of the kind there is no assessment; the treasurer enters one.
    let key = Uuid::now_v7().to_string();
    let decided = (today() - Days::new(30)).to_string();
    let soon = (today() + Days::new(20)).to_string();
    let fields = [
        ("key", key.as_str()),
        ("purpose", "case"),
        ("kind", "rent"),
        ("object", "Lokal przy ul. Zmyślonej 3"),
        ("year", year.as_str()),
        ("decision", "U.7.2026"),
        ("decided_on", decided.as_str()),
        ("amount", "1 017,50"),
        ("basis", "Lokal użytkowy; 35 m²; 29,07 zł/m²; 1017,50"),
        ("single_term", soon.as_str()),
    ];
    let refused = text(clerk.post_form(&format!("{path}/assess"), &fields).await, 422).await;
    assert!(refused.contains("nie ma jeszcze rachunku"), "{refused}");
    let kind = [
        ("valid_from", "2001-01-01"),
        ("name_pl", "Czynsz"),
        ("name_en", "Rent"),
        ("law", "umowa"),
        ("nrb", "61 1090 1014 0000 0712 1981 2874"),
        ("cards", "yes"),
    ];
    let wrong = [kind[0], kind[1], kind[2], kind[3], ("nrb", "61 1090 1014 0000 0712 1981 2875")];
    assert!(
        text(clerk.post_form("/desk/dues/kinds/rent", &wrong).await, 422).await.contains("href=\"#nrb\"")
    );
    assert!(led_to(clerk.post_form("/desk/dues/kinds/rent", &kind).await).await.contains("done=saved"));
    assert!(clerk.page("/desk/dues/kinds/rent").await.contains(&clerk.email), "who changed what is kept");

    // All that is wrong is said at once.
    let faulty = [
        ("key", key.as_str()),
        ("amount", "-5"),
        ("basis", "bez średników"),
        ("first_month", "7"),
        ("last_month", "3"),
    ];
    let page = text(clerk.post_form(&format!("{path}/assess"), &faulty).await, 422).await;
    for field in ["kind", "object", "year", "decision", "decided_on", "amount", "basis", "first_month"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    // Sent twice, entered once.
    for _ in 0..2 {
        let done = led_to(clerk.post_form(&format!("{path}/assess"), &fields).await).await;
        assert!(done.contains("done=assessed"), "{done}");
    }
    assert_eq!(town.number("select count(*) from due_assessment").await, 1);

    // She sees it: amount, basis, term, account; on paper and as JSON.
    let page = maria.page("/account/dues").await;
    assert!(page.contains("1017,50\u{a0}zł") && page.contains("Lokal przy ul. Zmyślonej 3"), "{page}");
    let json: serde_json::Value = maria.get("/api/account/dues").await.json().await.unwrap();
    let line = &json["dues"][0];
    assert_eq!((line["to_pay_grosze"].as_i64(), line["late"].as_bool()), (Some(101_750), Some(false)));
    assert_eq!(line["nrb"], "61109010140000071219812874");
    let id = line["instalment"].as_str().unwrap();
    let account_page =
        maria.page(&format!("/account/dues/accounts/{}", line["account"].as_str().unwrap())).await;
    for word in ["29,07 zł/m²", "U.7.2026", "Kodeks cywilny", "61 1090 1014 0000 0712 1981 2874"] {
        assert!(account_page.contains(word), "{word}");
    }
    let form = maria.page(&format!("/account/dues/instalments/{id}/transfer")).await;
    for word in ["1017,50", "tysiąc siedemnaście", "CZ/", "<svg"] {
        assert!(form.contains(word), "{word}: {form}");
    }
    let pdf = maria.get(&format!("/account/dues/instalments/{id}/transfer.pdf")).await;
    assert_eq!(pdf.headers()["content-type"], "application/pdf");
    let pdf = pdf_text(&pdf.bytes().await.unwrap());
    for word in ["1017,50 PLN", "tysiąc siedemnaście", "CZ/", "61 1090 1014 0000 0712 1981 2874"] {
        assert!(pdf.contains(word), "{word}: {pdf}");
    }

    // At the cash desk a part is paid, twice by the same form.
    let pay_key = Uuid::now_v7().to_string();
    let cash =
        [("key", pay_key.as_str()), ("purpose", "case"), ("amount", "17,50"), ("named", id), ("by", "payer")];
    let entry = led_to(clerk.post_form(&format!("{path}/cash"), &cash).await).await;
    assert_eq!(led_to(clerk.post_form(&format!("{path}/cash"), &cash).await).await, entry);
    assert!(clerk.page(&entry).await.contains("art. 451 § 1 KC"));
    assert!(maria.page("/account/dues").await.contains("1000,00\u{a0}zł"));
    assert!(
        text(clerk.post_form(&format!("{path}/cash"), &[("amount", "0")]).await, 422)
            .await
            .contains("href=\"#amount\"")
    );
    // Taken back with a reason, and only once.
    assert_eq!(clerk.post_form(&format!("{entry}/reverse"), &[("why", "")]).await.status(), 422);
    led_to(clerk.post_form(&format!("{entry}/reverse"), &[("why", "Pomyłka w kasie")]).await).await;
    assert!(maria.page("/account/dues").await.contains("1017,50\u{a0}zł"));
    trial(town.pool()).await;
}

#[tokio::test]
async fn from_a_grave_to_its_fees_and_only_to_ones_own() {
    let town = Town::village().await;
    with_bank_account(&town).await;
    let (maria, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let payer = party_of(&town, &maria).await;
    due(&town, payer, "grave", 20_000, "2026-09-15").await;
    let (account, grave): (Uuid, Uuid) = sqlx::query_as(
        "update due_account set asset = (select id from asset where kind = 'graves' order by id limit 1)
         returning id, asset",
    )
    .fetch_one(town.pool())
    .await
    .unwrap();

    // The same link for everybody, so that it tells nothing.
    let fees = format!("/account/dues/things/{grave}");
    for page in [town.page(&format!("/graves/{grave}")).await, jan.page(&format!("/graves/{grave}")).await] {
        assert!(page.contains(&format!("href=\"{fees}\"")));
    }
    assert!(led_to(town.get(&fees).await).await.starts_with("/sign-in"));
    assert_eq!(led_to(maria.get(&fees).await).await, format!("/account/dues/accounts/{account}"));
    let none = jan.page(&fees).await;
    assert!(none.contains("nie ma opłat") && !none.contains(&account.to_string()), "{none}");
    // Staff come to the accounts of the thing if they may see any, and to nothing else.
    let desk = format!("href=\"/desk/dues/things/{grave}\"");
    let (treasurer, editor) = (town.staff("treasurer").await, town.staff("editor").await);
    assert!(treasurer.page(&format!("/graves/{grave}")).await.contains(&desk));
    let page = editor.page(&format!("/graves/{grave}")).await;
    assert!(!page.contains(&desk) && !page.contains(&fees));
}

#[tokio::test]
async fn visitors_strangers_and_other_staff_see_nothing() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, jan, known) = (
        town.resident(Level::Verified).await,
        town.resident(Level::Verified).await,
        town.resident(Level::Known).await,
    );
    let payer = party_of(&town, &maria).await;
    let instalment = due(&town, payer, "property", 40_000, "2026-09-15").await;
    let account: Uuid =
        sqlx::query_scalar("select id from due_account").fetch_one(town.pool()).await.unwrap();

    assert_eq!(town.get("/api/account/dues").await.status(), 401);
    assert!(led_to(town.get("/account/dues").await).await.starts_with("/sign-in"));
    assert!(led_to(known.get("/account/dues").await).await.contains("needs=verified"));
    assert_eq!(known.get("/api/account/dues").await.status(), 403);
    for path in [
        format!("/account/dues?payer={payer}"),
        format!("/api/account/dues?payer={payer}"),
        format!("/account/dues/accounts/{account}"),
        format!("/account/dues/accounts/{account}?payer={payer}"),
        format!("/account/dues/instalments/{instalment}/transfer"),
        format!("/account/dues/instalments/{instalment}/transfer.pdf"),
        format!("/account/dues/instalments/{}/transfer", Uuid::now_v7()),
    ] {
        assert_eq!(jan.get(&path).await.status(), 404, "{path}");
    }
    for role in ["editor", "front-desk", "correspondence"] {
        let other = town.staff(role).await;
        for path in [
            "/desk/dues".to_owned(),
            format!("/desk/dues/payers/{payer}?purpose=case"),
            "/desk/dues/arrears".to_owned(),
        ] {
            assert_eq!(other.get(&path).await.status(), 403, "{role} {path}");
        }
        assert_eq!(
            other.post_form(&format!("/desk/dues/payers/{payer}/cash"), &[("amount", "1")]).await.status(),
            403
        );
    }
    assert_eq!(maria.get("/desk/dues").await.status(), 403);
    // Accounting books, but only the treasurer changes rates.
    let accounting = town.staff("accounting").await;
    assert!(accounting.page("/desk/dues/rates/tax_arrears").await.contains("10,5"));
    let row = [("valid_from", "2027-01-01"), ("value", "9"), ("source", "M.P. 2026 poz. 1")];
    assert_eq!(accounting.post_form("/desk/dues/rates/tax_arrears", &row).await.status(), 403);
    let treasurer = town.staff("treasurer").await;
    for value in ["-1", "9.123", "9999", "abc"] {
        let row = [row[0], ("value", value), row[2]];
        assert_eq!(treasurer.post_form("/desk/dues/rates/tax_arrears", &row).await.status(), 422, "{value}");
    }
    led_to(treasurer.post_form("/desk/dues/rates/tax_arrears", &row).await).await;
    let page = treasurer.page("/desk/dues/rates/tax_arrears").await;
    assert!(
        page.contains("01.01.2027") && page.contains("M.P. 2026 poz. 1") && page.contains(&treasurer.email)
    );
}

/// The made-up company for which somebody acts: the power of attorney and the company.
async fn company(town: &Town, agent: &Client) -> (Uuid, Uuid) {
    let (mandate, bakery) = (Uuid::now_v7(), Uuid::now_v7());
    sqlx::query(
        "insert into party (id, kind, name, nip, created_at) values ($1, 'company', 'Zmyślona Piekarnia sp. z o.o.', '1234563218', now())",
    )
    .bind(bakery)
    .execute(town.pool())
    .await
    .unwrap();
    sqlx::query(
        "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
         values ($1, $2, $3, '{dues}', '2020-01-01', 'PPS-1', 'x@urzad.example', now())",
    )
    .bind(mandate)
    .bind(bakery)
    .bind(party_of(town, agent).await)
    .execute(town.pool())
    .await
    .unwrap();
    (mandate, bakery)
}

#[tokio::test]
async fn who_acts_for_a_company_sees_its_dues_until_the_power_is_revoked() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (piotr, clerk) = (town.resident(Level::Verified).await, town.staff("front-desk").await);
    let (mandate, bakery) = company(&town, &piotr).await;
    // A company pays property tax by the month, without a decision.
    let account = account(&town, bakery, "property").await;
    let mut new = assessment(account, 2026, 2_400);
    new.delivered_on = None;
    assess(&town, &new).await;
    assert_eq!(town.number("select count(*) from due_instalment").await, 12);

    // His own page names it; by its address he sees it without acting, and when he acts it is the usual one.
    assert!(piotr.page("/account/dues").await.contains("Zmyślona Piekarnia"));
    let path = format!("/account/dues?payer={bakery}");
    assert!(piotr.page(&path).await.contains("Podatek od nieruchomości 2026, rata 12"));
    piotr.post_form("/account/acting", &[("mandate", &mandate.to_string())]).await;
    assert!(piotr.page("/account/dues").await.contains("Podatek od nieruchomości 2026, rata 12"));
    let json: serde_json::Value = piotr.get("/api/account/dues").await.json().await.unwrap();
    assert_eq!(json["payer"], bakery.to_string());

    let party = bakery.to_string();
    let revoke = format!("/desk/residents/mandates/{mandate}/revoke");
    clerk.post_form(&revoke, &[("party", &party), ("why", "Odwołane przez spółkę")]).await;
    assert_eq!(piotr.get(&path).await.status(), 404);
    assert!(!piotr.page("/account/dues").await.contains("rata 12"));
}

#[tokio::test]
async fn a_correction_downwards_returns_what_was_paid_too_much_with_its_interest() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("treasurer").await);
    let payer = party_of(&town, &maria).await;
    let account = account(&town, payer, "property").await;
    // 8000 zł in four; the first, 2000 zł, is paid late on 15 May: 34.52 → 35 zł of interest.
    let mut new = assessment(account, 2026, 8_000);
    new.delivered_on = Some(day("2026-02-02"));
    let first = assess(&town, &new).await;
    let paid = book(&town, &receipt(payer, "s-1", 203_500, "2026-05-15")).await;
    assert_eq!(paid.allocation.parts[0].paid.interest_grosze, 3_500);
    assert_eq!(paid.allocation.rest_grosze, 0);
    let before = format!("/desk/dues/payers/{payer}?purpose=case&on=2026-06-01");
    let statement = clerk.page(&before).await;

    // Half of it: each instalment is 1000 zł; 1000 zł and 18 of 35 zł were too much (17.26 → 17 zł are owed).
    let correction = [
        ("key", Uuid::now_v7().to_string()),
        ("year", "2026".to_owned()),
        ("decision", "FN.3120.1.2026.K".to_owned()),
        ("decided_on", "2026-06-10".to_owned()),
        ("delivered_on", "2026-06-15".to_owned()),
        ("amount", "4000".to_owned()),
        ("reason", "Garaż rozebrano".to_owned()),
    ];
    let fields: Vec<(&str, &str)> = correction.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let path = format!("/desk/dues/assessments/{first}");
    assert!(
        led_to(clerk.post_form(&format!("{path}/correct"), &fields).await).await.contains("done=corrected")
    );
    assert_eq!(-balance(town.pool(), "overpayment").await, 100_000 + 1_800);
    assert_eq!(balance(town.pool(), "receivable").await, 300_000);
    trial(town.pool()).await;
    assert_eq!(
        clerk.post_form(&format!("{path}/correct"), &fields[1..]).await.status(),
        422,
        "corrected already"
    );

    // The statement of an earlier day is what it was.
    let again = clerk.page(&before).await;
    let body = |page: &str| page.rsplit("Historia").next().unwrap_or_default().to_owned();
    assert_eq!(body(&again), body(&statement));
    assert!(!body(&again).is_empty());

    // The law proposes to offset it; the rest of what is owed stays.
    let now = format!("/desk/dues/payers/{payer}?purpose=case");
    assert!(clerk.page(&now).await.contains("art. 76 § 1 OP"));
    let key = Uuid::now_v7().to_string();
    for _ in 0..2 {
        let done = clerk
            .post_form(&format!("/desk/dues/payers/{payer}/offset"), &[("key", &key), ("purpose", "case")])
            .await;
        assert!(led_to(done).await.contains("done=offset"));
    }
    assert_eq!(balance(town.pool(), "overpayment").await, 0);
    trial(town.pool()).await;
}

#[tokio::test]
async fn remission_deferral_reminder_refund_and_unexplained_money() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("accounting").await);
    let payer = party_of(&town, &maria).await;
    let late = due(&town, payer, "property", 100_000, "2026-03-16").await;
    let of = |id: Uuid, what: &str| format!("/desk/dues/instalments/{id}/{what}");
    let key = || Uuid::now_v7().to_string();

    // A reminder costs 16 zł with its delivery, and is paid first.
    let fields = [("key", key()), ("number", "UP/1".into()), ("reminded_on", "2026-05-04".into())];
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value): &(&str, String)| (*name, value.as_str())).collect();
    assert!(led_to(clerk.post_form(&of(late, "remind"), &fields).await).await.contains("done=reminded"));
    clerk.post_form(&of(late, "remind"), &fields).await;
    assert_eq!(balance(town.pool(), "cost").await, 1_600);
    let booked = book(&town, &receipt(payer, "c-1", 1_600, "2026-05-15")).await;
    assert_eq!(booked.allocation.parts[0].paid.cost_grosze, 1_600);

    // Remission: no more than is left.
    let remit = |principal: &'static str, interest: &'static str| {
        vec![
            ("decision", "FN.1"),
            ("decided_on", "2026-05-15"),
            ("principal", principal),
            ("interest", interest),
        ]
    };
    assert_eq!(clerk.post_form(&of(late, "remit"), &remit("1000,01", "")).await.status(), 422);
    assert_eq!(clerk.post_form(&of(late, "remit"), &remit("", "18")).await.status(), 422);
    assert!(
        led_to(clerk.post_form(&of(late, "remit"), &remit("500", "")).await).await.contains("done=remitted")
    );
    assert_eq!(balance(town.pool(), "receivable").await, 50_000);

    // Deferral only before the term; the prolongation fee is a due of its own.
    let defer = [
        ("defer_decision", "FN.2"),
        ("defer_decided_on", "2026-06-01"),
        ("due", "2027-01-31"),
        ("fee", "yes"),
    ];
    assert_eq!(clerk.post_form(&of(late, "defer"), &defer).await.status(), 422);
    let term = (today() + Days::new(40)).to_string();
    let open = due(&town, payer, "property", 200_000, &term).await;
    let new_term = (today() + Days::new(220)).to_string();
    let decided = today().to_string();
    let defer = [
        ("key", key()),
        ("defer_decision", "FN.2".into()),
        ("defer_decided_on", decided),
        ("due", new_term),
        ("fee", "yes".into()),
    ];
    let defer: Vec<(&str, &str)> =
        defer.iter().map(|(name, value): &(&str, String)| (*name, value.as_str())).collect();
    let done = led_to(clerk.post_form(&of(open, "defer"), &defer).await).await;
    assert!(done.contains("done=deferred"), "{done}");
    assert_eq!(town.number("select count(*) from due_instalment where role = 'prolongation-fee'").await, 1);

    // A stranger's money above the limit pays nothing and waits; explained, it pays.
    let mut stranger = receipt(payer, "c-2", 150_000, "2026-07-01");
    stranger.by = law::allocation::PaidBy::Stranger;
    stranger.title = "za sąsiada NP 2026 000001".to_owned();
    let held = book(&town, &stranger).await;
    assert!(held.allocation.parts.is_empty());
    assert_eq!(-balance(town.pool(), "unexplained").await, 150_000);
    let page = clerk.page("/desk/dues/unexplained").await;
    assert!(page.contains("za sąsiada") && page.contains("value=\"NP/2026/000001\""), "{page}");
    let settle = format!("/desk/dues/unexplained/{}/settle", held.booking);
    assert_eq!(clerk.post_form(&settle, &[("token", "NP/2026/999999")]).await.status(), 422);
    assert!(
        led_to(clerk.post_form(&settle, &[("token", "np/2026/000001")]).await).await.contains("done=settled")
    );
    assert_eq!(balance(town.pool(), "unexplained").await, 0);
    // Taken back, it is taken back from the dues too.
    let mut transaction = town.pool().begin().await.unwrap();
    let source = Source::new("refund", "r-1");
    town.app.dues.reverse_in(&mut transaction, held.booking, &source, today(), ctx().now).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(balance(town.pool(), "unexplained").await, 0);
    assert_eq!(balance(town.pool(), "money").await, 1_600);

    // What is overpaid is given back once.
    let all = balance(town.pool(), "receivable").await;
    book(&town, &receipt(payer, "c-3", all + 100_000, "2026-07-02")).await;
    let over = -balance(town.pool(), "overpayment").await;
    assert!(over > 0);
    let refund = [("key", key())];
    let refund = [(refund[0].0, refund[0].1.as_str()), ("purpose", "case")];
    for _ in 0..2 {
        clerk.post_form(&format!("/desk/dues/payers/{payer}/refund"), &refund).await;
    }
    assert_eq!(balance(town.pool(), "overpayment").await, 0);
    assert!(clerk.page("/desk/dues/arrears").await.contains("Nikt nie zalega"));
    trial(town.pool()).await;
}

#[tokio::test]
async fn nothing_is_owed_before_the_decision_is_delivered() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("treasurer").await);
    let payer = party_of(&town, &maria).await;
    let account = account(&town, payer, "property").await;
    let mut new = assessment(account, 2026, 1_003);
    new.delivered_on = None;
    let waiting = assess(&town, &new).await;
    assert!(!maria.page("/account/dues").await.contains("1003"), "nobody learns of it here first");
    let deliver = format!("/desk/dues/assessments/{waiting}/deliver");
    assert_eq!(clerk.post_form(&deliver, &[("day", "2999-01-01")]).await.status(), 422);
    // Delivered on 10 March: the first term is 14 days later (art. 47 § 1 OP), the first instalment takes the rest.
    assert!(
        led_to(clerk.post_form(&deliver, &[("day", "2026-03-10")]).await).await.contains("done=delivered")
    );
    let rows: Vec<(i64, chrono::NaiveDate, Option<String>)> =
        sqlx::query_as("select amount_grosze, due, moved from due_instalment order by number")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert_eq!(rows[0], (25_300, day("2026-03-24"), Some("late-delivery".to_owned())));
    assert_eq!(rows[3], (25_000, day("2026-11-16"), Some("free-day".to_owned())));
    assert_eq!(clerk.post_form(&deliver, &[("day", "2026-03-10")]).await.status(), 409);
    let changed = sqlx::query("update due_assessment set amount_grosze = 1").execute(town.pool()).await;
    assert!(changed.is_err());
}

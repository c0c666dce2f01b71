//! Arrears in parts: what a decision says, what is paid by it, what is missed.

use chrono::{Days, NaiveDate};
use reeve::{messages::Channel, platform::access::Level};
use uuid::Uuid;

use super::{balance, book, due, led_to, party_of, receipt, text, today, trial, with_bank_account};
use crate::support::{Client, Town};

fn ago(days: u64) -> NaiveDate {
    today() - Days::new(days)
}

fn fields<'a>(key: &'a str, dues: &'a [String], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("key", key), ("decision", "FN.3140.7.2026")];
    fields.extend(dues.iter().map(|due| (due.as_str(), "yes")));
    fields.extend(more);
    fields
}

async fn owed(client: &Client) -> Vec<(i64, i64)> {
    let json: serde_json::Value = client.get("/api/account/dues").await.json().await.unwrap();
    let of = |line: &serde_json::Value, name: &str| line[name].as_i64().unwrap();
    let lines = json["dues"].as_array().unwrap().iter();
    lines.map(|line| (of(line, "principal_grosze"), of(line, "interest_grosze"))).collect()
}

#[tokio::test]
async fn a_decision_divides_arrears_and_whoever_keeps_it_pays_no_more_interest() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("accounting").await);
    let payer = party_of(&town, &maria).await;
    let older = due(&town, payer, "property", 300_000, &ago(300).to_string()).await;
    let newer = due(&town, payer, "property", 100_000, &ago(200).to_string()).await;
    due(&town, payer, "rent", 50_000, &ago(100).to_string()).await;
    let path = format!("/desk/dues/payers/{payer}/agreement");
    assert!(clerk.page(&format!("/desk/dues/payers/{payer}?purpose=case")).await.contains(&path));

    // Applied for sixty days ago, decided fifty days ago, the first part forty days ago: what interest was then is in the parts.
    let (reckoned, decided, first) = (ago(60).to_string(), ago(50).to_string(), ago(40).to_string());
    let days = [
        ("reckoned_to", reckoned.as_str()),
        ("decided_on", decided.as_str()),
        ("first", first.as_str()),
        ("count", "4"),
        ("fee", "yes"),
    ];
    let key = Uuid::now_v7().to_string();
    let dues = [format!("due-{older}"), format!("due-{newer}")];
    let page = text(clerk.post_form(&path, &fields(&key, &dues, &[])).await, 422).await;
    for field in ["reckoned_to", "decided_on", "first", "count"] {
        assert!(page.contains(&format!("href=\"#{field}\"")), "{field}");
    }
    let late = ago(250).to_string();
    let early = [("reckoned_to", late.as_str()), days[1], days[2], days[3]];
    let page = text(clerk.post_form(&path, &fields(&key, &dues, &early)).await, 422).await;
    assert!(page.contains("nie było po terminie"), "the newer one was not late then: {page}");
    let too_many = [days[0], days[1], days[2], ("count", "61")];
    assert_eq!(clerk.post_form(&path, &fields(&key, &dues, &too_many)).await.status(), 422);

    // It is shown before it is written, and written once.
    let page = text(clerk.post_form(&path, &fields(&key, &dues, &days)).await, 200).await;
    assert_eq!(page.matches("<tr").count(), 5, "a head and four parts: {page}");
    assert_eq!(town.number("select count(*) from due_agreement").await, 0);
    let mut agreed = fields(&key, &dues, &days);
    agreed.push(("agreed", "yes"));
    for _ in 0..2 {
        assert!(led_to(clerk.post_form(&path, &agreed).await).await.contains("done=agreed"));
    }
    assert_eq!(town.number("select count(*) from due_agreement").await, 1);
    assert_eq!(town.number("select sum(principal_grosze)::bigint from due_agreement_part").await, 400_000);
    let fees = town.number("select sum(fee_grosze)::bigint from due_agreement_term").await;
    assert!(fees > 0);
    let amounts: Vec<(NaiveDate, i64)> =
        sqlx::query_as("select due, amount_grosze from due_agreement_term order by number")
            .fetch_all(town.pool())
            .await
            .unwrap();
    assert!(amounts[1..].iter().all(|(_, amount)| amount % 100 == 0), "whole złoty: {amounts:?}");
    let whole: i64 = amounts.iter().map(|(_, amount)| amount).sum();

    // The first two parts were paid by their days, the third waits: nothing more of interest, and no reminder.
    for (n, (due, amount)) in amounts.iter().take(2).enumerate() {
        book(&town, &receipt(payer, &format!("part {n}"), *amount, &due.min(&today()).to_string())).await;
    }
    let left: i64 = whole - amounts[0].1 - amounts[1].1;
    let open: i64 = owed(&maria).await.iter().map(|(principal, interest)| principal + interest).sum();
    let rent_and_fees = open - left;
    assert!((50_000 + fees..53_000 + fees).contains(&rent_and_fees), "{open} {left} {fees}");
    let page = maria.page("/account/dues").await;
    assert!(page.contains("FN.3140.7.2026") && page.contains("zapłacona"), "{page}");
    let kinds = "&kind-property=yes&kind-rent=yes";
    let list = clerk.page(&format!("/desk/dues/reminders?on={}{kinds}", today())).await;
    assert!(
        list.contains(&format!("call.{payer}")) && !list.contains(&format!("reminder.{payer}")),
        "{list}"
    );
    trial(town.pool()).await;
    assert!(balance(town.pool(), "receivable").await > 0);

    // Somebody else's clerk, and the resident, cannot.
    for other in [town.staff("front-desk").await, maria] {
        assert_eq!(other.post_form(&path, &agreed).await.status(), 403);
    }
}

#[tokio::test]
async fn a_missed_part_loses_its_day_and_two_laws_are_not_divided_together() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("accounting").await);
    let (jan, payer) = (town.resident(Level::Verified).await, party_of(&town, &maria).await);
    let other = party_of(&town, &jan).await;
    let tax = due(&town, payer, "property", 300_000, &ago(300).to_string()).await;
    let rent = due(&town, payer, "rent", 300_000, &ago(300).to_string()).await;
    due(&town, other, "property", 300_000, &ago(300).to_string()).await;
    let path = format!("/desk/dues/payers/{payer}/agreement");
    let (reckoned, decided) = (ago(290).to_string(), ago(280).to_string());
    let days = [
        ("reckoned_to", reckoned.as_str()),
        ("decided_on", decided.as_str()),
        ("first", decided.as_str()),
        ("count", "2"),
        ("agreed", "yes"),
    ];
    let key = Uuid::now_v7().to_string();
    let both = [format!("due-{tax}"), format!("due-{rent}")];
    let page = text(clerk.post_form(&path, &fields(&key, &both, &days)).await, 422).await;
    assert!(page.contains("rozłóż osobno"), "{page}");
    assert_eq!(town.number("select count(*) from due_agreement").await, 0);
    led_to(clerk.post_form(&path, &fields(&key, &both[..1], &days)).await).await;
    // Nothing was paid: as though there had been no decision.
    let of = |owed: Vec<(i64, i64)>| owed.into_iter().find(|(principal, _)| *principal == 300_000).unwrap();
    let mut mine = owed(&maria).await;
    mine.sort_unstable();
    assert!(mine.contains(&of(owed(&jan).await)), "{mine:?}");
    assert!(maria.page("/account/dues").await.contains("niezapłacona w terminie"));
    trial(town.pool()).await;
}

#[tokio::test]
async fn a_decision_that_is_taken_back_counts_as_never_made() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, jan, clerk) = (
        town.resident(Level::Verified).await,
        town.resident(Level::Verified).await,
        town.staff("accounting").await,
    );
    let (payer, other) = (party_of(&town, &maria).await, party_of(&town, &jan).await);
    let tax = due(&town, payer, "property", 300_000, &ago(300).to_string()).await;
    due(&town, other, "property", 300_000, &ago(300).to_string()).await;
    let (reckoned, decided) = (ago(60).to_string(), ago(50).to_string());
    let first = (today() + Days::new(10)).to_string();
    let days = [
        ("reckoned_to", reckoned.as_str()),
        ("decided_on", decided.as_str()),
        ("first", first.as_str()),
        ("count", "3"),
        ("fee", "yes"),
        ("agreed", "yes"),
    ];
    let dues = [format!("due-{tax}")];
    for (n, settle) in [(1, false), (2, true)] {
        let key = Uuid::now_v7().to_string();
        led_to(
            clerk
                .post_form(&format!("/desk/dues/payers/{payer}/agreement"), &fields(&key, &dues, &days))
                .await,
        )
        .await;
        let fees: i64 =
            sqlx::query_scalar("select sum(fee_grosze)::bigint from due_agreement_term where agreement = $1")
                .bind(Uuid::parse_str(&key).unwrap())
                .fetch_one(town.pool())
                .await
                .unwrap();
        assert!(fees > 0);
        let card = format!("/desk/dues/payers/{payer}?purpose=case");
        let path = format!("/desk/dues/payers/{payer}/agreement/{key}/end");
        assert!(clerk.page(&card).await.contains(&path));
        if settle {
            // Everything is paid, the fees too.
            let whole: i64 =
                owed(&maria).await.iter().map(|(principal, interest)| principal + interest).sum();
            book(&town, &receipt(payer, "all of it", whole, &today().to_string())).await;
            assert_eq!(owed(&maria).await, []);
        }
        let page = clerk.page(&path).await;
        assert!(page.contains("FN.3140.7.2026") && page.contains("name=\"reason\""), "{page}");
        let (day, early) = (today().to_string(), ago(51).to_string());
        let why = ("reason", "wpisana przez pomyłkę");
        for (bad, field) in [
            ([("ended_on", day.as_str()), ("reason", "tak")], "reason"),
            ([("ended_on", early.as_str()), why], "ended_on"),
            ([("ended_on", "jutro"), why], "ended_on"),
        ] {
            let page = text(clerk.post_form(&path, &bad).await, 422).await;
            assert!(page.contains(&format!("href=\"#{field}\"")), "{field}: {page}");
        }
        let good = [("ended_on", day.as_str()), why];
        let elsewhere = format!("/desk/dues/payers/{other}/agreement/{key}/end");
        assert_eq!(clerk.post_form(&elsewhere, &good).await.status(), 404);
        assert_eq!(maria.post_form(&path, &good).await.status(), 403);
        assert_eq!(town.number("select count(*) from due_agreement_end").await, n - 1);
        for _ in 0..2 {
            assert!(led_to(clerk.post_form(&path, &good).await).await.contains("done=agreement-ended"));
        }
        assert_eq!(town.number("select count(*) from due_agreement_end").await, n);
        assert!(!clerk.page(&card).await.contains(&path));
        let page = maria.page("/account/dues").await;
        assert!(page.contains("wpisana przez pomyłkę"), "{page}");
        assert_eq!(-balance(town.pool(), "overpayment").await, if settle { fees } else { 0 });
        trial(town.pool()).await;
        if !settle {
            // The same as for whoever never had a decision, and reminded of like theirs.
            assert_eq!(owed(&maria).await, owed(&jan).await);
            let list = clerk.page(&format!("/desk/dues/reminders?on={}&kind-property=yes", today())).await;
            assert!(list.contains(&format!("reminder.{payer}")), "{list}");
        }
    }
    // By the books of the days before, it was in force.
    let page = clerk.page(&format!("/desk/dues/payers/{payer}?purpose=case&on={}", ago(1))).await;
    assert!(page.contains("Rata z odsetkami i kosztami") && !page.contains("/end?"), "{page}");
}

#[tokio::test]
async fn the_day_of_a_part_is_told_once_with_what_is_left_of_it() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, clerk) = (town.resident(Level::Verified).await, town.staff("accounting").await);
    let payer = party_of(&town, &maria).await;
    let rent = due(&town, payer, "rent", 300_000, &ago(100).to_string()).await;
    let (reckoned, decided) = (ago(20).to_string(), ago(10).to_string());
    let first = (today() + Days::new(3)).to_string();
    let path = format!("/desk/dues/payers/{payer}/agreement");
    let mut key = Uuid::nil();
    // The second decision takes the place of the first.
    for count in ["2", "3"] {
        let days = [
            ("reckoned_to", reckoned.as_str()),
            ("decided_on", decided.as_str()),
            ("first", first.as_str()),
            ("count", count),
            ("agreed", "yes"),
        ];
        key = Uuid::now_v7();
        let key = key.to_string();
        led_to(clerk.post_form(&path, &fields(&key, &[format!("due-{rent}")], &days)).await).await;
    }
    assert_eq!(town.number("select count(*) from due_agreement").await, 2);
    let page = maria.page("/account/dues").await;
    assert_eq!(page.matches("Zastąpiona późniejszą decyzją").count(), 1, "{page}");
    let amount: i64 = sqlx::query_scalar(
        "select amount_grosze from due_agreement_term where number = 1 and agreement = $1",
    )
    .bind(key)
    .fetch_one(town.pool())
    .await
    .unwrap();
    book(&town, &receipt(payer, "a little before", 10_000, &ago(1).to_string())).await;

    let ctx = crate::support::ctx();
    let mut connection = town.pool().acquire().await.unwrap();
    let address = Some(maria.email.as_str());
    town.app.messages.set_contact_in(&mut connection, &ctx, payer, Channel::Email, address).await.unwrap();
    drop(connection);
    town.app.dues.send_notices(&ctx).await.unwrap();
    assert_eq!(town.number("select count(*) from due_agreement_notice").await, 0, "without consent");
    maria.post_form("/account/consents", &[("consent", "reminder-email")]).await;
    for _ in 0..2 {
        town.app.dues.send_notices(&ctx).await.unwrap();
    }
    assert_eq!(town.number("select count(*) from message where template = 'dues-notice'").await, 1);
    let told: Vec<(Uuid, i32)> = sqlx::query_as("select agreement, number from due_agreement_notice")
        .fetch_all(town.pool())
        .await
        .unwrap();
    assert_eq!(told, [(key, 1)]);
    let body: String = sqlx::query_scalar("select body from message where template = 'dues-notice'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let left = amount - 10_000;
    let said = format!("{},{:02}", left / 100, left % 100);
    let plain: String = body.chars().filter(|c| !matches!(c, '\u{a0}' | '\u{202f}')).collect();
    assert!(plain.contains("FN.3140.7.2026") && plain.contains(&said), "{said}: {body}");
}

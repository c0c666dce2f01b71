//! Runs of reminders: who is reminded of what, once, also when a node ends midway; costs with delivery.

use chrono::{Days, NaiveDate};
use reeve::{messages::Channel, platform::access::Level};
use uuid::Uuid;

use super::{balance, book, due, led_to, party_of, receipt, text, today, trial, with_bank_account};
use crate::support::{Client, Town};

fn ago(days: u64) -> String {
    (today() - Days::new(days)).to_string()
}

async fn count(town: &Town, sql: &str) -> i64 {
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_one(town.pool()).await.unwrap()
}

/// The list of a day for kinds, as the address says it.
fn list(on: NaiveDate, kinds: &[&str]) -> String {
    let kinds: String = kinds.iter().map(|kind| format!("&kind-{kind}=yes")).collect();
    format!("/desk/dues/reminders?on={on}{kinds}")
}

async fn send(clerk: &Client, key: Uuid, kinds: &str, picks: &[String]) -> reqwest::Response {
    let (key, on) = (key.to_string(), today().to_string());
    let mut fields = vec![("key", key.as_str()), ("on", on.as_str()), ("kinds", kinds)];
    fields.extend(picks.iter().map(|pick| ("pick", pick.as_str())));
    clerk.post_form("/desk/dues/reminders", &fields).await
}

#[tokio::test]
async fn a_run_reminds_each_payer_once_and_costs_with_delivery() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let clerk = town.staff("accounting").await;
    let (maria, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let (payer, other) = (party_of(&town, &maria).await, party_of(&town, &jan).await);
    // Maria owes two taxes and a rent; Jan a tax so small that it may wait, and something that is late since yesterday only.
    due(&town, payer, "property", 100_000, &ago(90)).await;
    due(&town, payer, "waste", 30_000, &ago(60)).await;
    due(&town, payer, "rent", 50_000, &ago(40)).await;
    due(&town, other, "dog", 5_000, &ago(60)).await;
    due(&town, other, "property", 70_000, &ago(4)).await;

    // The form alone names nobody; kinds that are not asked for are not listed; no kind, or a day long past, is a fault.
    assert!(!clerk.page("/desk/dues/reminders").await.contains("name=\"pick\""));
    let page = clerk.page(&list(today(), &["property", "waste", "rent", "dog"])).await;
    let (reminder, call, small) =
        (format!("reminder.{payer}"), format!("call.{payer}"), format!("reminder.{other}"));
    for (pick, checked) in [(&reminder, true), (&call, true), (&small, false)] {
        let input = format!(
            "name=\"pick\" type=\"checkbox\" value=\"{pick}\"{}>",
            if checked { " checked" } else { "" }
        );
        assert!(page.contains(&input), "{input}: {page}");
    }
    assert_eq!(page.matches("name=\"pick\"").count(), 3);
    assert!(!clerk.page(&list(today(), &["rent"])).await.contains(&reminder));
    assert!(text(clerk.get(&list(today(), &[])).await, 422).await.contains("href=\"#kind\""));
    let old = list(today() - Days::new(40), &["rent"]);
    assert!(text(clerk.get(&old).await, 422).await.contains("href=\"#on\""));
    // Whoever is listed sees that somebody looked.
    assert!(maria.page("/account/privacy").await.contains("lista upomnień"));

    // As a file.
    let file =
        list(today(), &["property", "waste", "rent", "dog"]).replace("reminders?", "reminder-list/list.csv?");
    let csv = text(clerk.get(&file).await, 200).await;
    assert_eq!(csv.lines().count(), 4, "{csv}");
    assert!(csv.contains("1300") && csv.contains("NP/"), "{csv}");

    // Nothing chosen; then Maria's two letters, by a form that is sent twice.
    assert!(text(send(&clerk, Uuid::now_v7(), "property", &[]).await, 422).await.contains("href=\"#pick\""));
    let key = Uuid::now_v7();
    let kinds = "property,waste,rent,dog";
    for _ in 0..2 {
        let run = led_to(send(&clerk, key, kinds, &[reminder.clone(), call.clone()]).await).await;
        assert_eq!(run, format!("/desk/dues/reminders/{key}?done=sent"));
    }
    let sent = "select count(*) from due_reminder where state = 'sent'";
    assert_eq!(count(&town, sent).await, 2);
    assert_eq!(count(&town, "select count(*) from message where template like 'dues-%'").await, 2);
    // The reminder goes by letter too; the call stays in her account, since she has one.
    let letters = "select string_agg(m.template, ',') from delivery d join message m on m.id = d.message where d.channel = 'letter'";
    let letters: Option<String> = sqlx::query_scalar(letters).fetch_one(town.pool()).await.unwrap();
    assert_eq!(letters.as_deref(), Some("dues-reminder"));
    let body: String = sqlx::query_scalar("select body from message where template = 'dues-reminder'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let year = today().format("%Y");
    for word in [
        format!("UP/{year}/000001"),
        "Zmyślona Mieszkanka".into(),
        "16,00\u{a0}zł".into(),
        "7 dni".into(),
        "NP/".into(),
        "61 1090".into(),
    ] {
        assert!(body.contains(&word), "{word}: {body}");
    }
    assert!(maria.page("/account/messages").await.contains("Upomnienie nr UP/"));
    // No cost before it is delivered, and nobody is reminded again.
    assert_eq!(balance(town.pool(), "cost").await, 0);
    let page = clerk.page(&list(today(), &["property", "waste", "rent", "dog"])).await;
    assert!(!page.contains(&reminder) && !page.contains(&call) && page.contains(&small));
    let again = led_to(send(&clerk, Uuid::now_v7(), kinds, std::slice::from_ref(&reminder)).await).await;
    assert_eq!(again, "/desk/dues/reminders?done=none");

    // Delivery: not before the letter, not ahead; once.
    let run = format!("/desk/dues/reminders/{key}");
    let ids: Vec<Uuid> = sqlx::query_scalar("select id from due_reminder order by form desc")
        .fetch_all(town.pool())
        .await
        .unwrap();
    let (paper, call) = (ids[0].to_string(), ids[1].to_string());
    let deliver = |day: String| {
        let (run, paper, call, clerk) = (run.clone(), paper.clone(), call.clone(), &clerk);
        async move {
            let fields = [("delivered", day.as_str()), ("pick", paper.as_str()), ("pick", call.as_str())];
            clerk.post_form(&format!("{run}/deliver"), &fields).await
        }
    };
    let ahead = (today() + Days::new(1)).to_string();
    for day in [ago(1), ahead, "jutro".to_owned()] {
        assert!(text(deliver(day).await, 422).await.contains("href=\"#delivered\""));
    }
    for _ in 0..2 {
        assert!(led_to(deliver(ago(0)).await).await.contains("done=delivered"));
    }
    assert_eq!(balance(town.pool(), "cost").await, 1_600);
    assert_eq!(count(&town, "select count(*) from ledger_entry where kind = 'reminder'").await, 1);
    trial(town.pool()).await;
    let csv = text(clerk.get(&format!("{run}/list.csv")).await, 200).await;
    assert!(csv.contains(&format!("UP/{year}/000001")) && csv.contains("doręczone"), "{csv}");
    assert_eq!(clerk.get(&format!("{run}/list.xlsx")).await.status(), 200);
    assert_eq!(clerk.get(&format!("{run}/list.pdf")).await.status(), 404);
    // What was sent stays.
    assert!(sqlx::query("update due_reminder set number = 9").execute(town.pool()).await.is_err());
    assert!(sqlx::query("delete from due_reminder_line").execute(town.pool()).await.is_err());
}

#[tokio::test]
async fn a_run_that_ended_midway_goes_on_and_leaves_out_what_was_paid() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let clerk = town.staff("treasurer").await;
    let mut payers = Vec::new();
    for _ in 0..3 {
        let payer = party_of(&town, &town.resident(Level::Verified).await).await;
        due(&town, payer, "property", 100_000, &ago(90)).await;
        payers.push(payer);
    }
    // As a node leaves it that ends after it wrote the run down and before it sent anything: one of them pays meanwhile.
    let run = Uuid::now_v7();
    let mut transaction = town.pool().begin().await.unwrap();
    sqlx::query(
        "insert into due_reminder_run (id, on_day, kinds, made_by, signed, made_at) values ($1, current_date, '{property}', 'x', 'Y', now())",
    )
    .bind(run)
    .execute(&mut *transaction)
    .await
    .unwrap();
    for (number, payer) in payers.iter().enumerate() {
        sqlx::query(
            "with one as (insert into due_reminder (id, run, form, year, number, party, on_day, state)
                values (gen_random_uuid(), $1, 'reminder', 2026, $2, $3, $4, 'waiting') returning id, party)
             insert into due_reminder_line (reminder, instalment, principal_grosze, interest_grosze, cost_grosze)
             select one.id, i.id, 1, 0, 0 from one join due_account a on a.party = one.party join due_instalment i on i.account = a.id",
        )
        .bind(run)
        .bind(i32::try_from(number).unwrap() + 1)
        .bind(payer)
        .bind(today())
        .execute(&mut *transaction)
        .await
        .unwrap();
    }
    book(&town, &receipt(payers[2], "meanwhile", 200_000, &today().to_string())).await;
    transaction.commit().await.unwrap();
    // Two nodes at once.
    let (one, two) = tokio::join!(town.app.dues.send_reminders(), town.app.dues.send_reminders());
    one.unwrap();
    two.unwrap();
    let states: Vec<String> = sqlx::query_scalar("select state from due_reminder order by number")
        .fetch_all(town.pool())
        .await
        .unwrap();
    assert_eq!(states, ["sent", "sent", "void"]);
    assert_eq!(town.number("select count(*) from message where template = 'dues-reminder'").await, 2);
    assert_eq!(
        town.number("select min(principal_grosze) from due_reminder_line l join due_reminder r on r.id = l.reminder where state = 'sent'").await,
        100_000,
        "what was left is read anew"
    );
    let page = clerk.page(&format!("/desk/dues/reminders/{run}")).await;
    assert!(page.contains("zbędne: zapłacono") && page.contains("UP/2026/000001"), "{page}");
    // A delivery after which all was paid that day costs nothing.
    book(&town, &receipt(payers[0], "after", 200_000, &today().to_string())).await;
    let id: Uuid = sqlx::query_scalar("select id from due_reminder where party = $1")
        .bind(payers[0])
        .fetch_one(town.pool())
        .await
        .unwrap();
    let (day, id) = (today().to_string(), id.to_string());
    let fields = [("delivered", day.as_str()), ("pick", id.as_str())];
    let done = clerk.post_form(&format!("/desk/dues/reminders/{run}/deliver"), &fields).await;
    assert!(led_to(done).await.contains("done=delivered"));
    assert_eq!(balance(town.pool(), "cost").await, 0);
    assert_eq!(town.number("select count(*) from due_reminder where delivered_on is not null").await, 1);
}

#[tokio::test]
async fn who_wishes_it_is_told_of_a_term_once() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let (payer, other) = (party_of(&town, &maria).await, party_of(&town, &jan).await);
    let soon = (today() + Days::new(3)).to_string();
    due(&town, payer, "rent", 40_000, &soon).await;
    due(&town, payer, "rent", 1_000, &ago(3)).await;
    due(&town, payer, "rent", 2_000, &(today() + Days::new(60)).to_string()).await;
    due(&town, other, "rent", 60_000, &soon).await;
    let notices = "select count(*) from message where template = 'dues-notice'";
    // Nobody is told who did not agree.
    town.app.dues.send_notices(&crate::support::ctx()).await.unwrap();
    assert_eq!(town.number(notices).await, 0);
    let ctx = crate::support::ctx();
    let mut connection = town.pool().acquire().await.unwrap();
    let address = Some(maria.email.as_str());
    town.app.messages.set_contact_in(&mut connection, &ctx, payer, Channel::Email, address).await.unwrap();
    drop(connection);
    maria.post_form("/account/consents", &[("consent", "reminder-email")]).await;
    let (one, two) = tokio::join!(town.app.dues.send_notices(&ctx), town.app.dues.send_notices(&ctx));
    assert!(one.unwrap() + two.unwrap() <= 1);
    town.app.dues.send_notices(&ctx).await.unwrap();
    assert_eq!(town.number(notices).await, 1);
    assert_eq!(town.number("select count(*) from due_notice").await, 1);
    let page = maria.page("/account/messages").await;
    assert!(page.contains("Zbliża się termin płatności"), "{page}");
    let body: String = sqlx::query_scalar("select body from message where template = 'dues-notice'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert!(body.contains("400,00") && !body.contains("20,00\u{a0}zł;"), "{body}");
    assert_eq!(
        town.number("select count(*) from delivery where channel = 'email' and state <> 'not_wanted' and why = 'consent'").await,
        1
    );
}

#[tokio::test]
async fn an_interest_note_claims_each_day_once() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let clerk = town.staff("accounting").await;
    let (maria, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let payer = party_of(&town, &maria).await;
    due(&town, payer, "rent", 1_000_000, &ago(100)).await;
    due(&town, payer, "property", 1_000_000, &ago(100)).await;
    let path = format!("/desk/dues/payers/{payer}/interest-note");
    assert!(clerk.page(&format!("/desk/dues/payers/{payer}?purpose=case")).await.contains(&path));
    // Interest of taxes is in no note; the calculation is shown.
    let earlier = ago(10);
    let page = clerk.page(&format!("{path}?purpose=case&on={earlier}")).await;
    assert!(page.contains("Czynsz i dzierżawa") && !page.contains("Podatek od nieruchomości 2"), "{page}");
    assert!(page.contains("9,25\u{a0}%"), "{page}");
    assert!(
        text(clerk.get(&format!("{path}?purpose=case&on=2020-01-01")).await, 422)
            .await
            .contains("href=\"#on\"")
    );

    let make = |key: Uuid, on: String| {
        let (path, clerk) = (path.clone(), &clerk);
        async move {
            let key = key.to_string();
            let fields = [("key", key.as_str()), ("purpose", "case"), ("on", on.as_str())];
            clerk.post_form(&path, &fields).await
        }
    };
    let key = Uuid::now_v7();
    for _ in 0..2 {
        let note = led_to(make(key, earlier.clone()).await).await;
        assert_eq!(note, format!("/desk/dues/interest-notes/{key}?done=note"));
    }
    let claimed = || async {
        town.number("select coalesce(sum(amount_grosze), 0)::bigint from due_interest_note_line").await
    };
    let first = claimed().await;
    assert!(first > 0);
    // The same day again claims nothing; today the days since; both together are the interest of all days.
    assert!(text(make(Uuid::now_v7(), earlier).await, 200).await.contains("nie ma odsetek"));
    led_to(make(Uuid::now_v7(), ago(0)).await).await;
    let json: serde_json::Value = maria.get("/api/account/dues").await.json().await.unwrap();
    let interest: i64 = json["dues"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|line| line["kind"] == "rent")
        .map(|line| line["interest_grosze"].as_i64().unwrap())
        .sum();
    assert_eq!(claimed().await, interest);
    assert!(first < interest);
    assert_eq!(town.number("select count(*) from message where template = 'dues-interest-note'").await, 2);
    // She reads it with its calculation; nobody else does.
    assert!(maria.page("/account/dues").await.contains("NO/"));
    assert!(maria.page(&format!("/account/dues/interest-notes/{key}")).await.contains("art. 481"));
    assert_eq!(jan.get(&format!("/account/dues/interest-notes/{key}")).await.status(), 404);
    assert!(sqlx::query("delete from due_interest_note_line").execute(town.pool()).await.is_err());
}

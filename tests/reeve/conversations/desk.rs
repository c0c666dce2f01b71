//! The staff's inbox.

use chrono::{Days, NaiveDate};
use law::calendar::Calendar;
use reeve::platform::access::Level;
use uuid::Uuid;

use super::{act, between, led_to, party_of, state, upload, version, write};
use crate::support::{Client, Town};

/// Makes a department through its page; answers its id.
async fn department(town: &Town, admin: &Client, name: &str, days: &str, head: &str) -> Uuid {
    let page = admin.page("/desk/departments/new").await;
    let id: Uuid = between(&page, "action=\"/desk/departments/", "\"").parse().unwrap();
    let fields = [
        ("rev", "0"),
        ("name_pl", name),
        ("name_en", name),
        ("days", days),
        ("head", head),
        ("takes_letters", "yes"),
    ];
    let response = admin.post_form(&format!("/desk/departments/{id}"), &fields).await;
    assert_eq!(response.status(), 303, "{}", response.text().await.unwrap());
    assert_eq!(town.number("select count(*) from department where rev < 1").await, 0);
    id
}

/// Whether a letter's deadline is so many days after it came, or the next day on which the office works.
async fn is_due_after(town: &Town, letter: Uuid, days: u64) -> bool {
    let (came, deadline): (NaiveDate, NaiveDate) = sqlx::query_as(
        "select (created_at at time zone 'Europe/Warsaw')::date, deadline from conversation where id = $1",
    )
    .bind(letter)
    .fetch_one(town.pool())
    .await
    .unwrap();
    Calendar::built_in().unwrap().shifted(came + Days::new(days)) == deadline
}

#[tokio::test]
async fn departments_are_the_towns_own_and_bring_their_time() {
    let town = Town::empty().await;
    let admin = town.staff("administrator").await;
    let anna = town.resident(Level::Known).await;
    let roads = department(&town, &admin, "Referat dróg", "14", "").await;
    for (fields, fault) in [
        ([("name_pl", ""), ("name_en", "Roads"), ("days", "14")], "Podaj nazwę"),
        ([("name_pl", "Drogi"), ("name_en", "Roads"), ("days", "0")], "od 1 do 365"),
        ([("name_pl", "referat DRÓG"), ("name_en", "Roads"), ("days", "1")], "Taka nazwa już jest"),
    ] {
        let response = admin.post_form(&format!("/desk/departments/{}", Uuid::now_v7()), &fields).await;
        assert_eq!(response.status(), 422, "{fault}");
        assert!(response.text().await.unwrap().contains(fault), "{fault}");
    }
    let fields = [
        ("rev", "1"),
        ("name_pl", "Drogi i zieleń"),
        ("name_en", "Roads"),
        ("days", "14"),
        ("takes_letters", "y"),
    ];
    let path = format!("/desk/departments/{roads}");
    assert_eq!(admin.post_form(&path, &fields).await.status(), 303);
    assert_eq!(admin.post_form(&path, &fields).await.status(), 409, "somebody was quicker");
    assert_eq!(town.staff("front-desk").await.get("/desk/departments").await.status(), 403);

    let page = anna.page("/account/letters/new").await;
    assert!(page.contains("Drogi i zieleń"));
    let roads_text = roads.to_string();
    let fields = [("subject", "Dziura"), ("body", "Przy szkole"), ("department", roads_text.as_str())];
    let response = anna.post_form("/account/letters/new", &fields).await;
    let id = led_to(&response, "/account/letters/");
    assert!(is_due_after(&town, id, 14).await);
    let other = write(&anna, "Bez komórki", "x").await;
    assert!(is_due_after(&town, other, 30).await);
    assert_eq!(act(&admin, other, "department", &[("department", &roads_text)]).await, 303);
    assert!(is_due_after(&town, other, 14).await, "the first department brings its time");
    let closed = [("rev", "2"), ("name_pl", "Drogi i zieleń"), ("name_en", "Roads"), ("days", "14")];
    assert_eq!(admin.post_form(&path, &closed).await.status(), 303);
    assert!(!anna.page("/account/letters/new").await.contains("Drogi i zieleń"), "takes no letters");
}

#[tokio::test]
async fn of_two_clerks_at_once_the_second_is_told_and_loses_nothing() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    let (kaja, ada) = (town.staff("front-desk").await, town.staff("correspondence").await);
    let id = write(&anna, "Pytanie", "Kiedy?").await;
    let path = format!("/desk/conversations/{id}");
    let seen = version(&kaja, id).await;
    let fields = |answer: &'static str| [("version", seen.clone()), ("answer", answer.to_owned())];
    let send = async |who: &Client, answer: &'static str| {
        let all = fields(answer);
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        who.post_form(&format!("{path}/answer"), &all).await
    };
    let (one, two) = tokio::join!(send(&kaja, "We wtorek."), send(&ada, "W środę."));
    let mut statuses = [one.status().as_u16(), two.status().as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let (refused, typed) = if one.status() == 409 { (one, "We wtorek.") } else { (two, "W środę.") };
    let page = refused.text().await.unwrap();
    assert!(page.contains("Ktoś w tym czasie coś tu zrobił") && page.matches(typed).count() == 1, "{page}");
    assert_eq!(town.number("select count(*) from message where template = 'conversation-answered'").await, 1);
    // So for each other act.
    for (act, field) in [
        ("assign", ("me", "1")),
        ("department", ("department", "00000000-0000-4000-8000-000000000501")),
        ("deadline", ("deadline", "2099-01-01")),
        ("escalate", ("why_escalated", "bo tak")),
        ("decided", ("me", "")),
        ("close", ("me", "")),
        ("reopen", ("me", "")),
    ] {
        let response = ada.post_form(&format!("{path}/{act}"), &[("version", seen.as_str()), field]).await;
        assert_eq!(response.status(), 409, "{act}");
    }
    // A letter that came while an answer was being typed counts, too; notes do not.
    let seen = version(&kaja, id).await;
    let note = ada.post_form(&format!("{path}/note"), &[("note", "Dzwoniłam")]).await;
    assert_eq!(note.status(), 303);
    assert_eq!(version(&kaja, id).await, seen);
    assert_eq!(
        anna.post_form(&format!("/account/letters/{id}"), &[("body", "Już wiem")]).await.status(),
        303
    );
    let late = [("version", seen.as_str()), ("answer", "W czwartek.")];
    assert_eq!(kaja.post_form(&format!("{path}/answer"), &late).await.status(), 409);
}

#[tokio::test]
async fn the_inbox_is_filtered_sorted_searched_and_paged() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let mut ids = Vec::new();
    for n in 0..4 {
        ids.push(write(&anna, &format!("Sprawa numer {n}"), &format!("Treść o żółwiach {n}")).await);
    }
    assert_eq!(act(&clerk, ids[0], "assign", &[("me", "1")]).await, 303);
    assert_eq!(act(&clerk, ids[1], "close", &[]).await, 303);
    assert_eq!(act(&clerk, ids[2], "note", &[("note", "Sprawdzić w archiwum")]).await, 303);
    sqlx::query("update conversation set deadline = current_date - 3 where id = $1")
        .bind(ids[2])
        .execute(town.pool())
        .await
        .unwrap();
    sqlx::query("update party set name = 'Gżegżółka Zmyślona' where account = $1")
        .bind(anna.account)
        .execute(town.pool())
        .await
        .unwrap();
    let number: String = sqlx::query_scalar("select number from conversation where id = $1")
        .bind(ids[3])
        .fetch_one(town.pool())
        .await
        .unwrap();
    let shown = async |query: &str| {
        let page = clerk.page(&format!("/desk/conversations{query}")).await;
        let place = |n: usize| page.find(&format!("/desk/conversations/{}\"", ids[n]));
        let mut found: Vec<(usize, usize)> = (0..4).filter_map(|n| Some((place(n)?, n))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, n)| n).collect::<Vec<_>>()
    };
    assert_eq!(shown("").await, [2, 0, 3], "the most urgent first, closed ones not");
    assert_eq!(shown("?sort=oldest&state=all").await, [0, 1, 2, 3]);
    assert_eq!(shown("?sort=newest&state=all").await, [3, 2, 1, 0]);
    assert_eq!(shown("?whose=mine").await, [0]);
    assert_eq!(shown("?whose=nobody&sort=oldest").await, [2, 3]);
    assert_eq!(shown("?overdue=1").await, [2]);
    assert_eq!(shown("?state=closed").await, [1]);
    assert_eq!(shown("?state=in_progress").await, [0]);
    assert_eq!(shown(&format!("?q={}", number.replace('/', "%2F"))).await, [3]);
    assert_eq!(shown("?q=SPRAWA%20numer%200").await, [0]);
    assert_eq!(shown("?q=archiwum").await, [2], "notes are searched");
    assert_eq!(shown("?q=%C5%BB%C3%93%C5%81WIACH%203").await, [3], "texts are searched");
    assert_eq!(shown("?q=g%C5%BCeg%C5%BC%C3%B3%C5%82ka&sort=oldest").await, [0, 2, 3]);
    assert_eq!(shown("?q=100%25").await, Vec::<usize>::new());
    assert_eq!(shown("?department=00000000-0000-4000-8000-000000000501").await, Vec::<usize>::new());
    let page = clerk.page("/desk/conversations").await;
    for shelf in ["Otwarte (3)", "Moje (1)", "Niczyje (2)", "Po terminie (1)"] {
        assert!(page.contains(shelf), "{shelf}: {page}");
    }
    for wrong in ["?whose=x", "?sort=x", "?state=x", "?after=x", "?nothing=1"] {
        assert_eq!(clerk.get(&format!("/desk/conversations{wrong}")).await.status(), 400, "{wrong}");
    }
    // Pages.
    sqlx::query(
        "insert into conversation (id, number, subject, party, lang, state, deadline, created_at, written_at)
         select gen_random_uuid(), 'P/2020/' || lpad(n::text, 6, '0'), 'Dawna ' || n, (select id from party limit 1), 'pl',
            'new', date '2100-01-01' + n, now(), now() from generate_series(1, 60) n",
    )
    .execute(town.pool())
    .await
    .unwrap();
    let mut next = "/desk/conversations".to_owned();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let page = clerk.page(&next).await;
        seen.extend(page.split(">Dawna ").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned()));
        let Some(rest) =
            page.split("href=\"").find(|rest| rest.contains("after=") && rest.contains("rel=\"next\""))
        else {
            break;
        };
        next = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    assert_eq!(seen, (1..=60).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_escalated_goes_to_the_head_or_an_administrator_with_its_reason() {
    let town = Town::empty().await;
    let (admin, clerk, boss) = (
        town.staff("administrator").await,
        town.staff("front-desk").await,
        town.staff("correspondence").await,
    );
    let anna = town.resident(Level::Known).await;
    let roads = department(&town, &admin, "Drogi", "14", &boss.account.to_string()).await;
    let id = write(&anna, "Skarga", "Nikt nie odpowiada").await;
    let path = format!("/desk/conversations/{id}");
    assert_eq!(act(&clerk, id, "escalate", &[("why_escalated", " ")]).await, 422);
    assert_eq!(act(&clerk, id, "escalate", &[("why_escalated", "Nie wiem, kto to załatwia")]).await, 303);
    let page = clerk.page(&path).await;
    assert!(page.contains("Do decyzji: Zmyślona Osoba (administrator)"), "{page}");
    assert!(page.contains("Nie wiem, kto to załatwia"));
    let mail = town.last_mail(&admin.email).await;
    assert!(mail.text.contains(&path) && !mail.text.contains("Skarga"), "{mail:?}");
    assert!(admin.page("/desk/conversations?whose=mine").await.contains("Skarga"), "it is theirs now");
    assert!(admin.page("/desk/conversations").await.contains("Do decyzji"));
    assert_eq!(act(&admin, id, "decided", &[]).await, 303);
    assert!(!clerk.page(&path).await.contains("class=\"escalated\""));
    assert_eq!(act(&admin, id, "department", &[("department", &roads.to_string())]).await, 303);
    assert_eq!(act(&clerk, id, "escalate", &[("why_escalated", "Trudne")]).await, 303);
    assert!(clerk.page(&path).await.contains("Do decyzji: Zmyślona Osoba (correspondence)"));
    assert_eq!(town.mails(&boss.email).await.len(), 1);
    let own = anna.page(&format!("/account/letters/{id}")).await;
    assert!(!own.contains("Trudne") && !own.contains("Nie wiem"), "reasons are for the staff");
    assert_eq!(act(&boss, id, "answer", &[("answer", "Załatwione.")]).await, 303);
    assert!(!clerk.page(&path).await.contains("class=\"escalated\""), "an answer is a decision");
}

#[tokio::test]
async fn a_later_deadline_needs_a_reason_that_the_resident_reads() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let id = write(&anna, "Pytanie", "Kiedy?").await;
    let in_days = |days: u64| {
        let today = reeve::ui::local_time::day_of(ctx_now());
        today.checked_add_days(chrono::Days::new(days)).unwrap().to_string()
    };
    let (later, sooner, past) = (in_days(60), in_days(5), "2020-01-01".to_owned());
    assert_eq!(act(&clerk, id, "deadline", &[("deadline", &later)]).await, 422);
    assert_eq!(act(&clerk, id, "deadline", &[("deadline", &past), ("why_later", "bo")]).await, 422);
    assert_eq!(act(&clerk, id, "deadline", &[("deadline", "jutro")]).await, 422);
    assert_eq!(act(&clerk, id, "deadline", &[("deadline", &sooner)]).await, 303);
    assert_eq!(super::deadline_of(&town, id).await, sooner);
    let told = "select count(*) from message where template = 'conversation-state'";
    assert_eq!(town.number(told).await, 0);
    let why = [("deadline", later.as_str()), ("why_later", "Czekamy na opinię konserwatora")];
    assert_eq!(act(&clerk, id, "deadline", &why).await, 303);
    assert_eq!(town.number(told).await, 1);
    assert!(anna.page(&format!("/account/letters/{id}")).await.contains("Czekamy na opinię konserwatora"));
    let body: String = sqlx::query_scalar("select body from message where template = 'conversation-state'")
        .fetch_one(town.pool())
        .await
        .unwrap();
    assert!(body.contains("Czekamy na opinię konserwatora"), "{body}");
}

fn ctx_now() -> chrono::DateTime<chrono::Utc> {
    crate::support::ctx().now
}

#[tokio::test]
async fn looking_at_a_residents_letter_is_written_down_and_seen() {
    let town = Town::empty().await;
    let anna = town.resident(Level::Known).await;
    // Without the permission to look people up, too.
    let clerk = town.staff("correspondence").await;
    let id = write(&anna, "Pytanie", "Kiedy?").await;
    clerk.page("/desk/conversations").await;
    assert_eq!(town.number("select count(*) from party_look").await, 0);
    for _ in 0..2 {
        clerk.page(&format!("/desk/conversations/{id}")).await;
    }
    let looks: Vec<(Uuid, String, Option<String>, String)> =
        sqlx::query_as("select party, purpose, note, what from party_look")
            .fetch_all(town.pool())
            .await
            .unwrap();
    let number: String =
        sqlx::query_scalar("select number from conversation").fetch_one(town.pool()).await.unwrap();
    let party = party_of(&town, anna.account).await;
    assert_eq!(looks, [(party, "case".to_owned(), Some(number.clone()), "conversation".to_owned())]);
    let page = anna.page("/account/privacy").await;
    assert!(page.contains(&number) && page.contains("pismo do urzędu"), "{page}");
}

#[tokio::test]
async fn canned_answers_are_edited_put_in_and_sent_with_files() {
    let town = Town::empty().await;
    let (anna, clerk) = (town.resident(Level::Known).await, town.staff("front-desk").await);
    let page = clerk.page("/desk/conversations/answers/new").await;
    let canned = between(&page, "action=\"/desk/conversations/answers/", "\"").to_owned();
    let path = format!("/desk/conversations/answers/{canned}");
    let texts = |rev: &'static str| {
        [
            ("rev", rev),
            ("title_pl", "Przyjęte"),
            ("title_en", "Taken"),
            ("body_pl", "Dziękujemy, naprawimy <b>to</b>."),
            ("body_en", "Thank you, we mend it."),
        ]
    };
    assert_eq!(clerk.post_form(&path, &[("title_pl", "x")]).await.status(), 422);
    assert_eq!(clerk.post_form(&path, &texts("0")).await.status(), 303);
    assert_eq!(clerk.post_form(&path, &texts("0")).await.status(), 409);
    assert_eq!(clerk.post_form(&path, &texts("1")).await.status(), 303);
    assert!(clerk.page("/desk/conversations/answers").await.contains("naprawimy &#60;b&#62;to"));
    let id = write(&anna, "Dziura", "Przy szkole").await;
    let answer = format!("/desk/conversations/{id}/answer");
    let seen = version(&clerk, id).await;
    let insert = [
        ("version", seen.as_str()),
        ("do", "insert"),
        ("canned", canned.as_str()),
        ("answer", "Dzień dobry!"),
    ];
    let page = clerk.post_form(&answer, &insert).await.text().await.unwrap();
    let field = between(&page, "id=\"answer\" name=\"answer\"", "</textarea>");
    assert!(field.contains("Dzień dobry!\n\nDziękujemy, naprawimy &#60;b&#62;to"), "{field}");
    assert_eq!(state(&town, id).await, "new", "nothing was sent");
    let fields =
        [("version", seen.as_str()), ("answer", "Dziękujemy, naprawimy <b>to</b>."), ("asks", "yes")];
    assert_eq!(upload(&clerk, &answer, &fields, &[("plan.exe", b"MZ".to_vec())]).await.status(), 422);
    let sent = upload(&clerk, &answer, &fields, &[("plan.txt", b"plan robot".to_vec())]).await;
    assert_eq!(sent.status(), 303);
    assert_eq!(state(&town, id).await, "waiting");
    let page = anna.page(&format!("/account/letters/{id}")).await;
    assert!(page.contains("Czeka na Ciebie") && page.contains("plan.txt") && !page.contains("<b>to</b>"));
    let file = between(&page, "href=\"/account/messages/", "\" download");
    assert_eq!(anna.get(&format!("/account/messages/{file}")).await.text().await.unwrap(), "plan robot");
    assert_eq!(clerk.post_form(&format!("{path}/remove"), &[("rev", "1")]).await.status(), 409);
    assert_eq!(clerk.post_form(&format!("{path}/remove"), &[("rev", "2")]).await.status(), 303);
    assert_eq!(town.number("select count(*) from canned_answer").await, 0);
}

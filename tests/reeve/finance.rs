//! The exchange with the finance system: numbered files of bookings, assessments that are looked at first.

use reeve::platform::access::Level;

use crate::{
    command_line::reeve,
    dues::{account, party_of, trial, with_bank_account},
    statements::{OWN, mt940, paid, take, treasury},
    support::{Client, Town},
};

const MAPPING: &str = include_str!("../../src/finance/example.toml");

async fn save(who: &Client, text: &str) -> reqwest::Response {
    who.post_form("/desk/finance/mapping", &[("text", text)]).await
}

async fn export(who: &Client, fields: &[(&str, &str)]) -> (u16, String) {
    let answer = who.post_form("/desk/finance/exports", fields).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

/// The file that was made last.
async fn last_file(town: &Town, who: &Client) -> (String, String) {
    let sql = "select id from finance_export order by number desc limit 1";
    let id: uuid::Uuid = sqlx::query_scalar(sql).fetch_one(town.pool()).await.unwrap();
    let answer = who.get(&format!("/desk/finance/exports/{id}")).await;
    let name = answer.headers()["content-disposition"].to_str().unwrap().to_owned();
    (name, answer.text().await.unwrap())
}

async fn bring(who: &Client, text: &str) -> reqwest::Response {
    const EDGE: &str = "edge-of-a-part";
    let body = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n{}\r\n--{EDGE}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"przypisy.csv\"\r\n\r\n{text}\r\n--{EDGE}--\r\n",
        who.form_token
    );
    who.request(reqwest::Method::POST, "/desk/finance/imports")
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

/// Brings a file that can be read; answers the address of its page.
async fn brought(who: &Client, text: &str) -> String {
    let answer = bring(who, text).await;
    let status = answer.status();
    assert_eq!(status, 303, "{}", answer.text().await.unwrap());
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn plain(page: &str) -> String {
    page.replace('\u{a0}', " ").replace('−', "-")
}

#[tokio::test]
async fn bookings_are_given_once_in_numbered_files_that_never_change() {
    let (town, treasurer, _) = treasury().await;
    let accounting = town.staff("accounting").await;
    let day = [("from", "2026-01-01"), ("to", "2026-12-31")];
    // Without a mapping nothing is given; only the treasurer enters one, and only one that can be used.
    let (status, page) = export(&accounting, &day).await;
    assert!(status == 422 && page.contains("brakuje części [export]"), "{page}");
    assert_eq!(save(&accounting, MAPPING).await.status(), 403);
    for (text, expected) in [
        (MAPPING.replace("{line}", "{lines}"), "Nie ma nazwy „lines”"),
        (MAPPING.replace("money = ", "monies = "), "Nie ma konta „monies”"),
        (MAPPING.replace("\"csv\"", "\"pdf\""), "Nie można odczytać"),
        (MAPPING.replace("%Y-%m-%d", "%H"), "nie można użyć „%H”"),
        (MAPPING.replace("\"csv\"", "\"xml\"").replace("\"Opis\"", "\"1 Opis\""), "elementu XML"),
    ] {
        let answer = save(&treasurer, &text).await;
        assert_eq!(answer.status(), 422, "{expected}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(expected), "{expected}: {page}");
    }
    assert_eq!(save(&treasurer, MAPPING).await.status(), 303);
    let (status, page) = export(&accounting, &day).await;
    assert!(status == 422 && page.contains("nie ma księgowań"), "{page}");

    take(&treasurer, &mt940(OWN, 1, 0, &[paid(12_345, "2026-03-16", "B1", "Zażółć; \"gęślą\"")])).await;
    assert_eq!(export(&accounting, &day).await.0, 303);
    let (name, first) = last_file(&town, &accounting).await;
    assert!(name.contains("reeve-000001.csv"), "{name}");
    let lines: Vec<&str> = first.lines().collect();
    assert_eq!(lines[0], "Plik;Dowód;Pozycja;Data;Konto;Wn;Ma;Opis");
    assert!(lines[1].starts_with("1;") && lines[1].contains(";1;2026-"), "{first}");
    assert!(
        lines[1].ends_with(";130;123,45;;\"Zażółć; \"\"gęślą\"\"\"") && lines[2].contains(";245;;123,45;"),
        "{first}"
    );
    // The same again gives nothing; asked for, it gives all under a number of its own; the first file stays as it was.
    assert_eq!(export(&accounting, &day).await.0, 422);
    take(&treasurer, &mt940(OWN, 2, 12_345, &[paid(500, "2026-03-17", "B2", "x")])).await;
    assert_eq!(export(&accounting, &day).await.0, 303);
    let (_, second) = last_file(&town, &accounting).await;
    assert!(second.contains("5,00") && !second.contains("123,45"), "{second}");
    assert_eq!(
        save(&treasurer, &MAPPING.replace("\"csv\"", "\"xml\"").replace("\"utf-8\"", "\"windows-1250\""))
            .await
            .status(),
        303
    );
    let again = [("from", "2026-01-01"), ("to", "2026-12-31"), ("again", "yes")];
    assert_eq!(export(&accounting, &again).await.0, 303);
    let id: uuid::Uuid = sqlx::query_scalar("select id from finance_export where number = 3")
        .fetch_one(town.pool())
        .await
        .unwrap();
    let xml = accounting.get(&format!("/desk/finance/exports/{id}")).await.bytes().await.unwrap();
    let (text, _, lost) = encoding_rs::WINDOWS_1250.decode(&xml);
    assert!(!lost && text.starts_with("<?xml version=\"1.0\" encoding=\"windows-1250\"?>"), "{text}");
    assert!(
        text.contains("<Dowód>") && text.contains("Zażółć; ") && text.matches("<posting>").count() == 4,
        "{text}"
    );
    let sql = "select content from finance_export where number = 1";
    let kept: Vec<u8> = sqlx::query_scalar(sql).fetch_one(town.pool()).await.unwrap();
    assert_eq!(kept, first.as_bytes());
    assert_eq!(town.number("select count(*) from finance_exported where fresh").await, 2);
    // An account without a code is named, and no number is used up.
    assert_eq!(save(&treasurer, &MAPPING.replace("unexplained = \"245\"\n", "")).await.status(), 303);
    let (status, page) = export(&accounting, &again).await;
    assert!(status == 422 && page.contains("„unexplained” nie ma kodu"), "{page}");
    let page = accounting.page("/desk/finance").await;
    assert!(
        page.contains("reeve-000003.xml") && page.contains("z księgowaniami z wcześniejszych plików"),
        "{page}"
    );
    // The command line gives the same.
    assert_eq!(save(&treasurer, MAPPING).await.status(), 303);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let arguments =
        ["finance", "export", "--from", "2026-01-01", "--to", "2026-12-31", "--again", "--out", out];
    let done = reeve(&town.url(), &arguments);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert!(std::fs::read_to_string(folder.path().join("reeve-000004.csv")).unwrap().contains("123,45"));
    // Others do not even see it.
    let editor = town.staff("editor").await;
    assert_eq!(editor.get("/desk/finance").await.status(), 403);
}

#[tokio::test]
async fn assessments_are_looked_at_and_applied_in_one_step() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let treasurer = town.staff("treasurer").await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    let own = account(&town, payer, "property").await;
    let number: i64 = sqlx::query_scalar("select number from due_account where id = $1")
        .bind(own)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let head = "Decyzja;Konto;Rok;Kwota;Data decyzji;Data doręczenia;Termin\n";
    let row =
        |decision: &str, amount: &str| format!("{decision};{number};2026;{amount};2026-01-10;2026-01-20;\n");
    let answer = bring(&treasurer, head).await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("brakuje części [import]"));
    assert_eq!(save(&treasurer, MAPPING).await.status(), 303);
    let answer = bring(&treasurer, "Numer;Konto\n1;2\n").await;
    assert_eq!(answer.status(), 422);
    assert!(answer.text().await.unwrap().contains("nie ma kolumny „Decyzja”"));

    let file = format!(
        "{head}{}{}X/3;999999;2026;1,00;2026-01-10;;\nX/4;{number};2026;-5;2026-01-10;;\n{}",
        row("X/1", "1 200,00"),
        row("X/2", "300,00"),
        row("X/1", "7,00")
    );
    let path = brought(&treasurer, &file).await;
    let page = plain(&treasurer.page(&path).await);
    for expected in
        ["Nowe: 2", "Odrzucone: 3", "nie ma takiego konta", "kwota nie jest kwotą", "drugi raz", "1200,00 zł"]
    {
        assert!(page.contains(expected), "{expected}: {page}");
    }
    // Looking does nothing.
    assert_eq!(town.number("select count(*) from due_assessment").await, 0);
    let mark = |page: &str| {
        page.split_once("name=\"mark\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
    };
    let stale = treasurer.post_form(&format!("{path}/apply"), &[("mark", "0")]).await;
    assert_eq!(stale.status(), 409);
    let done = treasurer.post_form(&format!("{path}/apply"), &[("mark", &mark(&page))]).await;
    assert_eq!(done.status(), 303, "{}", done.text().await.unwrap());
    assert_eq!(town.number("select count(*) from due_assessment").await, 2);
    assert_eq!(town.number("select count(*) from finance_import where content is not null").await, 0);
    let twice = treasurer.post_form(&format!("{path}/apply"), &[("mark", &mark(&page))]).await;
    assert_eq!(twice.status(), 409);

    // The same file changes nothing.
    let path = brought(&treasurer, &file).await;
    let page = treasurer.page(&path).await;
    assert!(page.contains("Bez zmian: 2") && page.contains("Nowe: 0") && !page.contains("/apply"), "{page}");
    treasurer.post_form(&format!("{path}/drop"), &[]).await;
    // Another amount is a correction; what is missing is told and stays.
    let path = brought(&treasurer, &format!("{head}{}", row("X/1", "1 000,00"))).await;
    let page = plain(&treasurer.page(&path).await);
    assert!(page.contains("Zmienione: 1") && page.contains("Zniknęły: 1") && page.contains("X/2"), "{page}");
    let done = treasurer.post_form(&format!("{path}/apply"), &[("mark", &mark(&page))]).await;
    assert_eq!(done.status(), 303);
    let sql = "select sum(amount_grosze)::bigint from ledger_posting where account = 'receivable'";
    assert_eq!(town.number(sql).await, 100_000 + 30_000);
    let sql = "select count(*) from due_assessment where corrects is not null and reason like '%przypisy.csv, wiersz 2'";
    assert_eq!(town.number(sql).await, 1);
    let list = treasurer.page("/desk/finance").await;
    assert!(list.contains("Zmienione: 1, ") || list.contains("Zniknęły: 1, Zmienione: 1"), "{list}");
    trial(town.pool()).await;

    // The command line: a look, then the same applied.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("p.csv").to_str().unwrap().to_owned();
    std::fs::write(&path, format!("{head}{}{}", row("X/1", "1 000,00"), row("X/2", "310,00"))).unwrap();
    let said = |arguments: &[&str]| {
        let output = reeve(&town.url(), arguments);
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let looked = said(&["finance", "import", &path]);
    assert!(looked.contains("changed: 1") && looked.contains("unchanged: 1"), "{looked}");
    assert_eq!(town.number(sql_receivable()).await, 130_000);
    let applied = said(&["finance", "import", &path, "--apply"]);
    assert!(applied.contains("changed: 1"), "{applied}");
    assert_eq!(town.number(sql_receivable()).await, 131_000);
    assert!(said(&["finance", "import", &path, "--apply"]).contains("unchanged: 2"));
}

fn sql_receivable() -> &'static str {
    "select sum(amount_grosze)::bigint from ledger_posting where account = 'receivable'"
}

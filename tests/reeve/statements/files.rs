//! Files: what is taken, what is refused and why, real ones, and the command line.

use reeve::statements::{Choices, Delivered};

use super::{Moved, OWN, mt940, paid, take, told, treasury, unexplained, upload};
use crate::{
    command_line::reeve,
    dues::due,
    support::{Town, ctx, data},
};

/// Nothing of a refused file was written.
async fn nothing_is_there(town: &Town) {
    let all = "select (select count(*) from statement_file) + (select count(*) from bank_statement)
        + (select count(*) from statement_entry) + (select count(*) from ledger_entry)";
    assert_eq!(town.number(all).await, 0);
}

#[tokio::test]
async fn files_that_prove_nothing_or_are_anothers_are_refused_as_a_whole() {
    let (town, treasurer, _) = treasury().await;
    let good =
        mt940(OWN, 7, 500_000, &[paid(100, "2026-03-16", "B1", "x"), paid(250, "2026-03-16", "B2", "Łąka")]);
    let other = "93999999991234000000012345";
    for (text, expected) in [
        (good.replace(":62F:C260316PLN5003,50", ":62F:C260316PLN5003,49"), "różnica -0,01"),
        (good.replace("PLN", "EUR"), "jest w EUR"),
        (good.replace(OWN, other), "nie jest rachunkiem gminy"),
        (good.replace(":61:260316", ":61:260230"), "nie jest datą"),
        (good.replace("N1,00N", "N1,005N"), "nie jest kwotą"),
        (good.replace("N1,00N", "N-1,00N"), "wiersz 5"),
        (good.replace(":62F:", ":64:"), ":62F:"),
        ("%PDF-1.7 to nie wyciąg".to_owned(), "to nie jest MT940"),
        (String::new(), "plik jest pusty"),
        (
            "<!DOCTYPE x><Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'/>".to_owned(),
            "DOCTYPE",
        ),
    ] {
        assert_ne!(text, good, "{expected}");
        let page = told(&treasurer, text.as_bytes(), 422, &[("do", "take")]).await;
        assert!(page.contains("odrzucony w całości") || page.contains("Wybierz plik"), "{expected}: {page}");
        let page = page.replace('\u{a0}', " ").replace('−', "-");
        assert!(page.contains(expected), "{expected}: {page}");
    }
    let forced = told(&treasurer, b"\xb3\xb1ka", 422, &[("encoding", "utf-8"), ("do", "take")]).await;
    assert!(forced.contains("nie jest w kodowaniu UTF-8"), "{forced}");
    let none = upload(&treasurer, "", b"", &[("do", "take")]).await;
    assert_eq!(none.status(), 422);
    assert!(none.text().await.unwrap().contains("Wybierz plik z wyciągiem"));
    let large = told(&treasurer, &vec![b'x'; 6 << 20], 422, &[("do", "take")]).await;
    assert!(large.contains("większy niż 5 MB"), "{large}");
    nothing_is_there(&town).await;

    // In English, too.
    let broken = good.replace("PLN5003,50", "PLN5003,49");
    let english = treasurer
        .request(reqwest::Method::GET, "/desk/statements?lang=en")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(english.contains("Take a statement in"), "{english}");
    told(&treasurer, broken.as_bytes(), 422, &[("do", "dry")]).await;

    // A statement in between is missing, or one begins with another balance.
    take(&treasurer, &good).await;
    let gap = mt940(OWN, 9, 500_350, &[paid(1, "2026-03-18", "C1", "x")]);
    let page = told(&treasurer, gap.as_bytes(), 422, &[("do", "take")]).await;
    assert!(page.contains("kolejny powinien mieć numer 8"), "{page}");
    let hole = mt940(OWN, 8, 500_000, &[paid(1, "2026-03-18", "C1", "x")]);
    let page = told(&treasurer, hole.as_bytes(), 422, &[("do", "take")]).await;
    assert!(page.contains("najpierw przyjmij brakujące"), "{page}");
    take(&treasurer, &mt940(OWN, 8, 500_350, &[paid(1, "2026-03-18", "C1", "x")])).await;
    unexplained(&town, 351).await;
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let (town, treasurer, _) = treasury().await;
    let text = mt940(OWN, 1, 0, &[paid(100, "2026-03-16", "B1", "x")]);
    for role in ["front-desk", "editor", "viewer"] {
        let somebody = town.staff(role).await;
        let response = upload(&somebody, "a.sta", text.as_bytes(), &[("do", "take")]).await;
        assert_eq!(response.status(), 403, "{role}");
        assert_eq!(somebody.get("/desk/statements/unmatched/entries.csv").await.status(), 403, "{role}");
    }
    let mut forged = town.staff("treasurer").await;
    forged.form_token = "not mine".to_owned();
    assert_eq!(upload(&forged, "a.sta", text.as_bytes(), &[]).await.status(), 403);
    assert_eq!(treasurer.post_form("/desk/statements", &[("do", "take")]).await.status(), 415);
    nothing_is_there(&town).await;
}

#[tokio::test]
async fn a_file_that_is_broken_off_leaves_nothing() {
    let (town, treasurer, anna) = treasury().await;
    let instalment = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let name = super::token(&town, instalment).await;
    let text =
        mt940(OWN, 1, 0, &[paid(500, "2026-03-16", "B0", "?"), paid(100_000, "2026-03-16", "B1", &name)]);
    // Somebody holds the payer, so the file waits in the midst of its transaction; then its connection ends.
    let mut held = town.pool().begin().await.unwrap();
    sqlx::query("select from party where id = $1 for update").bind(anna).execute(&mut *held).await.unwrap();
    let breaks = async {
        loop {
            let ended: Option<bool> = sqlx::query_scalar(
                "select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock' and query like '%party%'",
            )
            .fetch_optional(town.pool())
            .await
            .unwrap();
            if ended == Some(true) {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let (response, ()) =
        tokio::join!(upload(&treasurer, "a.sta", text.as_bytes(), &[("do", "take")]), breaks);
    assert_eq!(response.status(), 500);
    held.rollback().await.unwrap();
    assert_eq!(town.number("select count(*) from statement_entry").await, 0);
    assert_eq!(town.number("select count(*) from ledger_entry where source_kind = 'statement'").await, 0);
    // The same file again is whole.
    take(&treasurer, &text).await;
    unexplained(&town, 500).await;
}

/// What becomes of a real file if its accounts are the town's.
async fn real(town: &Town, name: &str, unproven: bool) -> Option<serde_json::Value> {
    let bytes = std::fs::read(data::file(&format!("bank/{name}"))?).unwrap();
    let files = vec![Delivered { name: name.to_owned(), bytes }];
    let choices = Choices { unproven, ..Choices::default() };
    let report = town.app.statements.take_in(&ctx(), files, choices).await.unwrap();
    Some(serde_json::to_value(report).unwrap())
}

async fn is_own_account(town: &Town, nrb: &str) {
    sqlx::query(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, cards_allowed, entered_by, entered_at)
         values ('fine', current_date, 'Kara', 'Fine', '', $1, true, 'a test', now())",
    )
    .bind(nrb)
    .execute(town.pool())
    .await
    .unwrap();
}

fn counts(report: &serde_json::Value) -> Vec<(String, u64, i64)> {
    let statements = report["statements"].as_array().unwrap().iter();
    let sum =
        |one: &serde_json::Value| one["in_grosze"].as_i64().unwrap() + one["out_grosze"].as_i64().unwrap();
    statements
        .map(|one| (one["currency"].as_str().unwrap().to_owned(), one["entries"].as_u64().unwrap(), sum(one)))
        .collect()
}

#[tokio::test]
async fn real_files_are_read_whole_or_refused_with_a_reason() {
    let town = Town::empty().await;
    let iph = "mt940_polish/MT940_IPH.txt";
    let Some(refused) = real(&town, iph, false).await else { return };
    assert_eq!(refused["refused"]["code"], "statement-missing-field");
    let others = real(&town, iph, true).await.unwrap();
    assert_eq!(others["refused"]["code"], "statement-other-account");
    assert_eq!(counts(&others), [("PLN".to_owned(), 24, 34_009_470)]);
    nothing_is_there(&town).await;
    is_own_account(&town, "45114011370000310211001001").await;
    let taken = real(&town, iph, true).await.unwrap();
    assert_eq!(taken["refused"], serde_json::Value::Null);
    let (held, listed) = (&taken["held"], &taken["listed"]);
    assert_eq!(held["count"].as_u64().unwrap() + listed["count"].as_u64().unwrap(), 24);
    assert_eq!(held["grosze"].as_i64().unwrap() + listed["grosze"].as_i64().unwrap(), 34_009_470);
    unexplained(&town, held["grosze"].as_i64().unwrap()).await;
    let letters = "select count(*) from statement_entry where sender_name like '%CIEPŁOWNICZA%'";
    assert!(town.number(letters).await > 0, "ISO 8859-2");
    assert!(real(&town, iph, true).await.unwrap()["taken_at"].is_string());

    let many = real(&town, "mt940_polish/MT940_multiple_accounts.txt", false).await.unwrap();
    assert!(many["refused"]["code"].is_string());
    assert_eq!(counts(&many).iter().map(|(_, entries, _)| entries).sum::<u64>(), 56);
    assert_eq!(counts(&many).len(), 8);
    for (name, code) in [
        ("mt940_polish/mbank_with_newline_in_tnr.sta", "statement-does-not-add-up"),
        ("mt940_other/february_30.sta", "statement-bad-date"),
        ("mt940_other/with_binary_character.sta", "statement-not-pln"),
        ("camt053/example-camt053-a.xml", "statement-not-pln"),
        ("camt053/test-camt053.xml", "statement-not-pln"),
    ] {
        assert_eq!(real(&town, name, false).await.unwrap()["refused"]["code"], code, "{name}");
    }
    let camt = real(&town, "camt053/example-camt053-a.xml", false).await.unwrap();
    assert_eq!(counts(&camt), [("EUR".to_owned(), 7, 45_800), ("EUR".to_owned(), 4, -19_826)]);

    // The same payments within the day and at its end: the bank's own number tells.
    let day = "mt940_polish/mbank_mt940.sta";
    let account =
        real(&town, day, false).await.unwrap()["statements"][0]["account"].as_str().unwrap().to_owned();
    is_own_account(&town, account.trim_start_matches("PL")).await;
    assert_eq!(real(&town, "mt940_polish/mbank_mt942.sta", false).await.unwrap()["held"]["count"], 3);
    let end = real(&town, day, false).await.unwrap();
    assert_eq!((&end["known"], &end["held"]["count"]), (&3.into(), &0.into()), "{end}");
}

#[tokio::test]
async fn the_command_line_does_the_same() {
    let (town, _, anna) = treasury().await;
    let instalment = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let name = super::token(&town, instalment).await;
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let first = mt940(OWN, 1, 0, &[paid(100_000, "2026-03-16", "B1", &name)]);
    let fee = Moved { mark: "D", ..paid(500, "2026-03-17", "B2", "oplata") };
    std::fs::write(path("1.sta"), first).unwrap();
    std::fs::write(path("2.sta"), mt940(OWN, 2, 100_000, &[fee])).unwrap();
    std::fs::write(path("4.sta"), mt940(OWN, 4, 99_500, &[paid(1, "2026-03-18", "B4", "x")])).unwrap();
    let said = |output: &std::process::Output| {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    let report = path("report.json");
    let dry = reeve(&town.url(), &["statement", &path("1.sta"), "--dry-run", "--report", &report]);
    assert!(dry.status.success() && said(&dry).contains("nothing was written"), "{}", said(&dry));
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!((&told[0]["booked"]["count"], &told[0]["booked"]["grosze"]), (&1.into(), &100_000.into()));
    assert_eq!(town.number("select count(*) from statement_file").await, 0);
    let done = reeve(
        &town.url(),
        &["statement", &path("1.sta"), &path("2.sta"), &path("4.sta"), "--report", &report],
    );
    assert_eq!(done.status.code(), Some(1));
    assert!(said(&done).contains("3 is expected"), "{}", said(&done));
    let told: serde_json::Value = serde_json::from_slice(&std::fs::read(&report).unwrap()).unwrap();
    assert_eq!(told[2]["refused"]["code"], "statement-sequence-broken");
    assert_eq!(town.number("select count(*) from statement_file").await, 2);
    unexplained(&town, 0).await;
}

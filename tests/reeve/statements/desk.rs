//! What is booked by itself, and what treasurers decide.

use futures::future::join_all;
use uuid::Uuid;

use super::{
    Moved, OWN, entry, left, mt940, mt942, paid, payer, state, take, token, told, treasury, unexplained,
};
use crate::{
    dues::{balance, due, noon, receipt},
    support::{Client, Town},
};

/// An act on the entry of a reference, with the version that it has now; answers the status.
async fn act(town: &Town, who: &Client, reference: &str, what: &str, fields: &[(&str, &str)]) -> u16 {
    let (id, _, version) = entry(town, reference).await;
    let version = version.to_string();
    let mut all = vec![("version", version.as_str())];
    all.extend(fields);
    who.post_form(&format!("/desk/statements/entries/{id}/{what}"), &all).await.status().as_u16()
}

async fn account_of(town: &Town, instalment: Uuid) -> Uuid {
    sqlx::query_scalar("select account from due_instalment where id = $1")
        .bind(instalment)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

async fn page_of(town: &Town, who: &Client, reference: &str, q: &str) -> String {
    let (id, ..) = entry(town, reference).await;
    who.page(&format!("/desk/statements/entries/{id}?q={q}")).await
}

#[tokio::test]
async fn a_printed_form_paid_at_a_counter_is_booked_the_next_day_and_once() {
    let (town, treasurer, anna) = treasury().await;
    let instalment = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let other = due(&town, anna, "waste", 3_300, "2026-03-16").await;
    // Small letters, a slash lost and the name of the due cut at a line's end.
    let name = token(&town, instalment).await.to_lowercase().replacen('/', " ", 1);
    let title = format!("podatek od nieruch. {name} pani Zmyslona");
    let statement = mt940(OWN, 1, 500_000, &[paid(100_000, "2026-03-17", "B1", &title)]);
    let page = told(&treasurer, statement.as_bytes(), 200, &[("do", "dry")]).await;
    assert!(page.contains("Na razie nic nie zaksięgowano"), "{page}");
    assert_eq!(town.number("select count(*) from statement_file").await, 0);
    take(&treasurer, &statement).await;
    assert_eq!(state(&town, "B1").await, "booked");
    // A day late: less than the threshold of interest.
    assert_eq!(left(&town, instalment, "2026-03-17").await, 0);
    assert_eq!(left(&town, other, "2026-03-17").await, 3_300);
    unexplained(&town, 0).await;
    let page = page_of(&town, &treasurer, "B1", "").await;
    assert!(page.contains("tytuł przelewu") && page.contains("Anna Zmyślona"), "{page}");
    // Whoever saw whose it is has looked at a person.
    let looks = "select count(*) from party_look where what = 'dues' and purpose = 'case'";
    assert_eq!(town.number(looks).await, 1);
    let href = page.split("href=\"/desk/dues/entries/").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(treasurer.get(&format!("/desk/dues/entries/{href}")).await.status(), 200);

    let page = told(&treasurer, statement.as_bytes(), 200, &[("do", "take")]).await;
    assert!(page.contains("Nic nie zaksięgowano drugi raz"), "{page}");
    // The same statement in another file.
    take(&treasurer, &statement.replace("\r\n", "\n")).await;
    assert_eq!(town.number("select count(*) from bank_statement").await, 1);
    assert_eq!(balance(town.pool(), "money").await, 100_000);
    let page = treasurer.page("/desk/statements").await;
    assert!(page.contains("MT940 nr 1") && page.contains("rozliczony"), "{page}");
    let day = treasurer.page("/desk/statements?day=2026-03-17").await;
    assert!(day.contains("Wyciąg bankowy") && day.contains("1000,00"), "{day}");
    let list: String = treasurer.page("/desk/statements").await;
    let id =
        list.split("href=\"/desk/statements/").find_map(|rest| rest.get(..36)?.parse::<Uuid>().ok()).unwrap();
    assert!(treasurer.page(&format!("/desk/statements/{id}")).await.contains("zaksięgowana"));
    let csv = treasurer.page(&format!("/desk/statements/{id}/entries.csv")).await;
    assert!(csv.contains("ANNA ZMYSLONA") && csv.contains("1000"), "{csv}");
    let xlsx = treasurer.get(&format!("/desk/statements/{id}/entries.xlsx")).await;
    assert_eq!(xlsx.status(), 200);
    assert!(xlsx.bytes().await.unwrap().starts_with(b"PK"));
}

#[tokio::test]
async fn what_is_told_within_the_day_and_at_its_end_is_booked_once() {
    let (town, treasurer, anna) = treasury().await;
    let instalment = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let name = token(&town, instalment).await;
    let first = paid(40_000, "2026-03-16", "B1", &name);
    let second = paid(60_000, "2026-03-16", "B2", &name);
    take(&treasurer, &mt942(OWN, std::slice::from_ref(&first))).await;
    assert_eq!(left(&town, instalment, "2026-03-16").await, 60_000);
    take(&treasurer, &mt940(OWN, 1, 0, &[first.clone(), second])).await;
    assert_eq!(left(&town, instalment, "2026-03-16").await, 0);
    assert_eq!(town.number("select count(*) from statement_entry").await, 2);
    assert_eq!(town.number("select count(*) from statement_line").await, 3);
    // Two payments that look alike are two.
    let twice = [paid(500, "2026-03-17", "", "bez tytulu"), paid(500, "2026-03-17", "", "bez tytulu")];
    take(&treasurer, &mt940(OWN, 2, 100_000, &twice)).await;
    unexplained(&town, 1_000).await;
    // Without names they cannot be told from those at the end of the day.
    let page = told(&treasurer, mt942(OWN, &twice).as_bytes(), 422, &[("do", "take")]).await;
    assert!(page.contains("Przyjmij MT940 zamiast MT942"), "{page}");
    unexplained(&town, 1_000).await;
}

#[tokio::test]
async fn individual_accounts_say_whose_it_is() {
    let (town, treasurer, anna) = treasury().await;
    sqlx::query(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, virtual_prefix, cards_allowed,
            entered_by, entered_at) values ('waste', '2002-01-01', 'Odpady', 'Waste', '', $1, '999999991234', true, 'a test', now())",
    )
    .bind(OWN)
    .execute(town.pool())
    .await
    .unwrap();
    let waste = due(&town, anna, "waste", 3_300, "2026-03-16").await;
    let number: i64 = sqlx::query_scalar("select number from due_account where id = $1")
        .bind(account_of(&town, waste).await)
        .fetch_one(town.pool())
        .await
        .unwrap();
    let pattern = bank::virtual_account::Pattern::new("999999991234", 12).unwrap();
    let own = pattern.account(u64::try_from(number).unwrap()).unwrap();
    // camt.053 with the account that was paid.
    let camt = format!(
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.02'><BkToCstmrStmt><Stmt><Id>1</Id>\
         <Acct><Id><IBAN>PL{OWN}</IBAN></Id></Acct>{}{}\
         <Ntry><Amt Ccy='PLN'>33.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-16</Dt></BookgDt>\
         <ValDt><Dt>2026-03-16</Dt></ValDt><AcctSvcrRef>C1</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Ktos Inny</Nm></Dbtr>\
         <CdtrAcct><Id><IBAN>{}</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>smieci</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\
         </Stmt></BkToCstmrStmt></Document>",
        bal("OPBD", "0.00"),
        bal("CLBD", "33.00"),
        own.iban()
    );
    take(&treasurer, &camt).await;
    assert_eq!(state(&town, "C1").await, "booked");
    assert_eq!(left(&town, waste, "2026-03-16").await, 0);
    assert!(page_of(&town, &treasurer, "C1", "").await.contains("rachunek indywidualny"));
}

fn bal(code: &str, amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='PLN'>{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Dt><Dt>2026-03-16</Dt></Dt></Bal>"
    )
}

#[tokio::test]
async fn what_nobody_knows_is_assigned_remembered_and_then_booked_by_itself() {
    let (town, treasurer, anna) = treasury().await;
    let first = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let rent = due(&town, anna, "rent", 20_000, "2026-03-16").await;
    let neighbour = payer(&town, "Piotr Sąsiad").await;
    due(&town, neighbour, "property", 100_000, "2026-03-16").await;
    take(&treasurer, &mt940(OWN, 1, 0, &[paid(100_000, "2026-03-16", "B1", "podatek")])).await;
    assert_eq!(state(&town, "B1").await, "held");
    unexplained(&town, 100_000).await;
    let list = treasurer.page("/desk/statements/unmatched").await;
    assert!(list.contains("1 pozycja") && list.contains("ANNA ZMYSLONA"), "{list}");
    let csv = treasurer.page("/desk/statements/unmatched/entries.csv").await;
    assert!(csv.contains("podatek"), "{csv}");
    // Name and amount only propose: whoever has both stands first.
    let page = page_of(&town, &treasurer, "B1", "").await;
    let (own, others) = (page.find("Anna Zmyślona"), page.find("Piotr Sąsiad"));
    assert!(own.is_some() && own < others, "{page}");
    let target = format!("{}/{first}", account_of(&town, first).await);
    assert!(page.contains(&target), "{page}");
    let fields = [("whole", target.as_str()), ("by", "payer"), ("remember", "yes")];
    assert_eq!(act(&town, &treasurer, "B1", "assign", &fields).await, 303);
    assert_eq!((state(&town, "B1").await.as_str(), left(&town, first, "2026-03-16").await), ("booked", 0));
    unexplained(&town, 0).await;
    assert!(treasurer.page("/desk/statements/rules").await.contains("ZMYSLONA"));

    // The next one is booked by itself; what its title names goes before what is remembered.
    let named = token(&town, rent).await;
    let next = [paid(7_000, "2026-04-16", "B2", "znowu"), paid(20_000, "2026-04-16", "B3", &named)];
    take(&treasurer, &mt940(OWN, 2, 100_000, &next)).await;
    assert_eq!((state(&town, "B2").await, state(&town, "B3").await), ("booked".into(), "booked".into()));
    assert!(page_of(&town, &treasurer, "B2", "").await.contains("zapamiętany nadawca"));
    assert_eq!(balance(town.pool(), "overpayment").await, -7_000);

    let rules = treasurer.page("/desk/statements/rules").await;
    let rule = rules.split("/desk/statements/rules/").nth(1).unwrap().get(..36).unwrap().to_owned();
    let path = format!("/desk/statements/rules/{rule}/forget");
    assert_eq!(treasurer.post_form(&path, &[]).await.status(), 303);
    take(&treasurer, &mt940(OWN, 3, 127_000, &[paid(7_000, "2026-05-18", "B4", "i znowu")])).await;
    assert_eq!(state(&town, "B4").await, "held");
    // Decisions stay, with who and when.
    let page = page_of(&town, &treasurer, "B1", "").await;
    assert!(page.contains("przypisano") && page.contains("zapamiętano nadawcę"), "{page}");
    let changed = sqlx::query("update statement_decision set actor = 'x'").execute(town.pool()).await;
    assert!(changed.unwrap_err().to_string().contains("never changed"));
}

#[tokio::test]
async fn parts_go_to_several_payers_and_everything_can_be_undone() {
    let (town, treasurer, anna) = treasury().await;
    let own = due(&town, anna, "property", 60_000, "2026-03-16").await;
    let neighbour = payer(&town, "Piotr Sąsiad").await;
    let others = due(&town, neighbour, "waste", 5_000, "2026-03-16").await;
    take(&treasurer, &mt940(OWN, 1, 0, &[paid(70_000, "2026-03-16", "B1", "za nas oboje")])).await;
    let first = format!("{}/{own}", account_of(&town, own).await);
    let second = account_of(&town, others).await.to_string();
    let parts = |one: &'static str, two: &'static str| {
        [
            ("target", first.as_str()),
            ("amount", one),
            ("target", second.as_str()),
            ("amount", two),
            ("by", "payer"),
        ]
    };
    for (one, two) in [("600", "100,01"), ("-1", "5"), ("jeden", ""), ("", ""), ("999999999999", "1")] {
        assert_eq!(act(&town, &treasurer, "B1", "assign", &parts(one, two)).await, 422, "{one} {two}");
    }
    let two_payers = [parts("600", "50").as_slice(), &[("remember", "yes")]].concat();
    assert_eq!(act(&town, &treasurer, "B1", "assign", &two_payers).await, 422);
    let nobodys = [("whole", "00000000-0000-4000-8000-000000000000"), ("by", "payer")];
    assert_eq!(act(&town, &treasurer, "B1", "assign", &nobodys).await, 422);
    unexplained(&town, 70_000).await;
    assert_eq!(act(&town, &treasurer, "B1", "assign", &parts("600", "50,00")).await, 303);
    unexplained(&town, 5_000).await;
    assert_eq!(state(&town, "B1").await, "held");
    assert_eq!((left(&town, own, "2026-03-16").await, left(&town, others, "2026-03-16").await), (0, 0));
    assert!(page_of(&town, &treasurer, "B1", "").await.contains("Przypisz 50,00"));
    // The rest was not for the town.
    assert_eq!(act(&town, &treasurer, "B1", "return", &[]).await, 303);
    unexplained(&town, 0).await;
    assert_eq!(balance(town.pool(), "money").await, 65_000);
    assert_eq!(act(&town, &treasurer, "B1", "return", &[]).await, 409);
    // All of it was wrong.
    assert_eq!(act(&town, &treasurer, "B1", "undo", &[]).await, 303);
    unexplained(&town, 70_000).await;
    assert_eq!(left(&town, own, "2026-03-16").await, 60_000);
    // Assigned as a whole, undone, and sent back.
    assert_eq!(act(&town, &treasurer, "B1", "assign", &[("whole", &first), ("by", "close")]).await, 303);
    unexplained(&town, 0).await;
    assert_eq!(act(&town, &treasurer, "B1", "undo", &[]).await, 303);
    unexplained(&town, 70_000).await;
    assert_eq!(act(&town, &treasurer, "B1", "return", &[]).await, 303);
    assert_eq!(balance(town.pool(), "money").await, 0);
    assert_eq!(state(&town, "B1").await, "returned");
    assert_eq!(act(&town, &treasurer, "B1", "undo", &[]).await, 303);
    assert_eq!(balance(town.pool(), "money").await, 70_000);
    unexplained(&town, 70_000).await;
}

#[tokio::test]
async fn what_was_done_at_the_desk_of_dues_is_known_here() {
    let (town, treasurer, anna) = treasury().await;
    let own = due(&town, anna, "property", 100_000, "2026-03-16").await;
    take(&treasurer, &mt940(OWN, 1, 0, &[paid(100_000, "2026-03-16", "B1", "podatek")])).await;
    let hold: Uuid =
        sqlx::query_scalar("select hold from statement_entry").fetch_one(town.pool()).await.unwrap();
    let settlement = receipt(anna, "elsewhere", 100_000, "2026-03-16");
    let by = ("somebody@urzad.example", noon("2026-03-18"));
    let mut transaction = town.pool().begin().await.unwrap();
    let booked = town.app.dues.settle_in(&mut transaction, hold, &settlement, by).await.unwrap();
    transaction.commit().await.unwrap();
    // Who had the page open before is told.
    let whole = format!("{}/{own}", account_of(&town, own).await);
    assert_eq!(act(&town, &treasurer, "B1", "assign", &[("whole", &whole), ("by", "payer")]).await, 409);
    let page = page_of(&town, &treasurer, "B1", "").await;
    assert!(page.contains("zaksięgowana") && page.contains("somebody@urzad.example"), "{page}");
    assert!(treasurer.page("/desk/statements/unmatched").await.contains("Nic nie czeka"));
    // It is taken back there, and then sent back from here.
    let mut transaction = town.pool().begin().await.unwrap();
    let source = reeve::dues::Source::new("desk", "wrong");
    let on = crate::dues::day("2026-03-19");
    town.app.dues.reverse_in(&mut transaction, booked.booking, &source, on, by.1).await.unwrap();
    transaction.commit().await.unwrap();
    assert!(treasurer.page("/desk/statements/unmatched").await.contains("podatek"));
    unexplained(&town, 100_000).await;
    assert_eq!(act(&town, &treasurer, "B1", "return", &[]).await, 303);
    unexplained(&town, 0).await;
}

#[tokio::test]
async fn a_stranger_pays_no_more_tax_than_the_law_lets() {
    let (town, treasurer, anna) = treasury().await;
    let own = due(&town, anna, "property", 200_000, "2026-03-16").await;
    take(&treasurer, &mt940(OWN, 1, 0, &[paid(200_000, "2026-03-16", "B1", "za sasiadke")])).await;
    let whole = format!("{}/{own}", account_of(&town, own).await);
    let (id, _, version) = entry(&town, "B1").await;
    let fields = [("version", version.to_string()), ("whole", whole.clone()), ("by", "stranger".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let response = treasurer.post_form(&format!("/desk/statements/entries/{id}/assign"), &fields).await;
    assert_eq!(response.status(), 422);
    assert!(response.text().await.unwrap().contains("art. 62b"));
    unexplained(&town, 200_000).await;
    assert_eq!(act(&town, &treasurer, "B1", "assign", &[("whole", &whole), ("by", "close")]).await, 303);
    unexplained(&town, 0).await;
}

#[tokio::test]
async fn of_two_treasurers_at_once_the_second_is_told() {
    let (town, treasurer, anna) = treasury().await;
    let colleague = town.staff("accounting").await;
    let own = due(&town, anna, "property", 100_000, "2026-03-16").await;
    take(&treasurer, &mt940(OWN, 1, 0, &[paid(100_000, "2026-03-16", "B1", "podatek")])).await;
    let target = format!("{}/{own}", account_of(&town, own).await);
    let (id, _, version) = entry(&town, "B1").await;
    let path = format!("/desk/statements/entries/{id}/assign");
    let version = version.to_string();
    let fields = [("version", version.as_str()), ("whole", target.as_str()), ("by", "payer")];
    let both = join_all([treasurer.post_form(&path, &fields), colleague.post_form(&path, &fields)]).await;
    let mut statuses: Vec<u16> = both.iter().map(|response| response.status().as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    assert_eq!(town.number("select count(*) from statement_booking").await, 1);
    unexplained(&town, 0).await;
    // Two files with the same money at once.
    let text = mt940(OWN, 2, 100_000, &[paid(100, "2026-03-17", "B2", "x")]);
    let same = text.replace("\r\n", "\n");
    let take = |who, text: &str| {
        let text = text.to_owned();
        async move { super::upload(who, "a.sta", text.as_bytes(), &[("do", "take")]).await.status().as_u16() }
    };
    let both = join_all([take(&treasurer, &text), take(&colleague, &same)]).await;
    assert_eq!(both, [303, 303]);
    unexplained(&town, 100).await;
}

#[tokio::test]
async fn what_the_bank_takes_back_is_taken_back() {
    let (town, treasurer, anna) = treasury().await;
    let own = due(&town, anna, "property", 100_000, "2026-03-16").await;
    let name = token(&town, own).await;
    let fee = Moved { mark: "D", name: "BANK", title: "OPLATA", ..paid(1_500, "2026-03-16", "F1", "") };
    let moved = [paid(100_000, "2026-03-16", "B1", &name), paid(900, "2026-03-16", "B2", "?"), fee];
    take(&treasurer, &mt940(OWN, 1, 10_000, &moved)).await;
    assert_eq!((state(&town, "B1").await, state(&town, "F1").await), ("booked".into(), "listed".into()));
    // One by its reference, one by its sender; a third has nothing that it could take back.
    let back = |grosze, reference| Moved { mark: "RC", ..paid(grosze, "2026-03-17", reference, "ZWROT") };
    let moved = [back(100_000, "B1x"), back(900, "B2x"), back(77, "B3x")];
    take(&treasurer, &mt940(OWN, 2, 109_400, &moved)).await;
    assert_eq!((state(&town, "B1").await, state(&town, "B2").await), ("reversed".into(), "reversed".into()));
    assert_eq!(left(&town, own, "2026-03-16").await, 100_000);
    unexplained(&town, 0).await;
    assert_eq!(balance(town.pool(), "money").await, 0);
    let list = treasurer.page("/desk/statements/unmatched").await;
    assert!(list.contains("niejasny zwrot"), "{list}");
    assert_eq!(act(&town, &treasurer, "B3x", "seen", &[]).await, 303);
    assert!(treasurer.page("/desk/statements/unmatched").await.contains("Nic nie czeka"));
    // Two alike: somebody has to say which.
    let two = [paid(300, "2026-03-18", "D1", "?"), paid(300, "2026-03-18", "D2", "?"), back(300, "D3")];
    let two = [two[0].clone(), two[1].clone(), Moved { day: "2026-03-18", ..two[2].clone() }];
    take(&treasurer, &mt940(OWN, 3, 8_423, &two)).await;
    let (original, ..) = entry(&town, "D2").await;
    assert!(page_of(&town, &treasurer, "D3", "").await.contains(&original.to_string()));
    let original = original.to_string();
    assert_eq!(act(&town, &treasurer, "D3", "original", &[("original", &original)]).await, 303);
    assert_eq!((state(&town, "D1").await, state(&town, "D2").await), ("held".into(), "reversed".into()));
    unexplained(&town, 300).await;
}

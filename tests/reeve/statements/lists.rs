//! Lists of mass payments: booked payment by payment, and not once more with the statement of the day.

use uuid::Uuid;

use super::{Moved, OWN, SENDER, left, mt940, paid, payer, state, take, told, treasury, unexplained, upload};
use crate::{
    command_line::reeve,
    dues::due,
    support::{Client, Town},
};

/// Individual accounts of the town begin so.
const PREFIX: &str = "999999991234";

async fn with_individual_accounts(town: &Town) {
    sqlx::query(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, virtual_prefix, cards_allowed,
            entered_by, entered_at) values ('waste', '2002-01-01', 'Odpady', 'Waste', '', $1, $2, true, 'a test', now())",
    )
    .bind(OWN)
    .bind(PREFIX)
    .execute(town.pool())
    .await
    .unwrap();
}

/// The individual account of an instalment's account of dues.
async fn individual(town: &Town, instalment: Uuid) -> String {
    let number: i64 = sqlx::query_scalar(
        "select a.number from due_account a join due_instalment i on i.account = a.id where i.id = $1",
    )
    .bind(instalment)
    .fetch_one(town.pool())
    .await
    .unwrap();
    let pattern = bank::virtual_account::Pattern::new(PREFIX, 12).unwrap();
    pattern.account(u64::try_from(number).unwrap()).unwrap().as_str().to_owned()
}

fn line(day: &str, grosze: i64, to: &str, title: &str) -> String {
    let day = day.replace('-', "");
    format!(
        "110,{day},{grosze},99999999,0,\"{SENDER}\",\"{to}\",\"ANNA|ZMYŚLONA\",\"GMINA\",0,10901014,\"{title}\",\"\",\"\",\"51\",\"\"\r\n"
    )
}

async fn take_list(who: &Client, text: &str) -> String {
    let fields = [("list", "elixir-0"), ("do", "take")];
    let response = upload(who, "wplaty.txt", text.as_bytes(), &fields).await;
    let status = response.status();
    assert_eq!(status, 303, "{}", response.text().await.unwrap());
    response.headers()["location"].to_str().unwrap().to_owned()
}

/// The bank's one entry for all payments of a list.
fn collective<'a>(grosze: i64, day: &'a str, reference: &'a str) -> Moved<'a> {
    Moved {
        name: "BANK",
        account: "93999999991234000000012345",
        ..paid(grosze, day, reference, "WPLATY MASOWE")
    }
}

#[tokio::test]
async fn a_list_is_booked_and_its_collective_entry_is_not_booked_again() {
    let (town, treasurer, anna) = treasury().await;
    with_individual_accounts(&town).await;
    let piotr = payer(&town, "Piotr Sąsiad").await;
    let (first, second) = (
        due(&town, anna, "waste", 3_300, "2026-03-16").await,
        due(&town, piotr, "waste", 4_400, "2026-03-16").await,
    );
    let (to_first, to_second) = (individual(&town, first).await, individual(&town, second).await);
    let monday = [
        line("2026-03-16", 3_300, &to_first, "smieci"),
        line("2026-03-16", 4_400, &to_second, "smieci|marzec"),
        line("2026-03-16", 700, &to_second, "za duzo"),
    ]
    .concat();
    // Without being told what it is it is none of the statements.
    assert!(told(&treasurer, monday.as_bytes(), 422, &[("do", "take")]).await.contains("to nie jest MT940"));
    let dry = told(&treasurer, monday.as_bytes(), 200, &[("list", "elixir-0"), ("do", "dry")]).await;
    assert!(dry.contains("84,00"), "{dry}");
    let page = take_list(&treasurer, &monday).await;
    assert_eq!((left(&town, first, "2026-03-16").await, left(&town, second, "2026-03-16").await), (0, 0));
    let shown = treasurer.page(&page).await;
    assert!(shown.contains("Lista wpłat masowych") && shown.contains("jeszcze nie na wyciągu"), "{shown}");
    // The same list, also with other ends of lines, books nothing.
    let again = told(&treasurer, monday.as_bytes(), 200, &[("list", "elixir-0"), ("do", "take")]).await;
    assert!(again.contains("przyjęto już"), "{again}");
    take_list(&treasurer, &monday.replace("\r\n", "\n")).await;
    assert_eq!(town.number("select count(*) from statement_entry").await, 3);
    // Another list with one of its payments is refused, unless somebody says that it was paid twice.
    let other = line("2026-03-16", 3_300, &to_first, "smieci") + &line("2026-03-16", 100, &to_first, "x");
    let refused = told(&treasurer, other.as_bytes(), 422, &[("list", "elixir-0"), ("do", "take")]).await;
    assert!(refused.contains("jest już na liście wplaty.txt"), "{refused}");
    // The statement shows all of it as one entry, and another payment of somebody beside it.
    let moved = [collective(8_400, "2026-03-17", "M1"), paid(500, "2026-03-17", "M2", "nie wiem za co")];
    take(&treasurer, &mt940(OWN, 1, 0, &moved)).await;
    assert_eq!((state(&town, "M1").await, state(&town, "M2").await), ("covered".into(), "held".into()));
    unexplained(&town, 500).await;
    assert!(treasurer.page(&page).await.contains("na wyciągu</a>"));
    assert!(!treasurer.page("/desk/statements").await.contains("jeszcze nie na wyciągu"));

    // The statement comes first: what it holds is explained by the list.
    take(&treasurer, &mt940(OWN, 2, 8_900, &[collective(1_000, "2026-03-18", "M3")])).await;
    unexplained(&town, 1_500).await;
    take_list(&treasurer, &line("2026-03-18", 1_000, &to_first, "kwiecien")).await;
    assert_eq!(state(&town, "M3").await, "covered");
    unexplained(&town, 500).await;
    // A bank that shows each payment in both: nothing is booked twice, whichever comes first.
    take_list(&treasurer, &line("2026-03-19", 2_000, &to_first, "maj 2026")).await;
    let same = |reference: &'static str, title: &'static str| paid(2_000, "2026-03-19", reference, title);
    take(&treasurer, &mt940(OWN, 3, 9_900, &[same("M4", "MAJ 2026"), same("M5", "czerwiec 2026")])).await;
    assert_eq!((state(&town, "M4").await, state(&town, "M5").await), ("covered".into(), "held".into()));
    take_list(&treasurer, &line("2026-03-19", 2_000, &to_first, "Czerwiec 2026")).await;
    let of_list = "select count(*) from statement_entry where title = 'Czerwiec 2026' and state = 'covered'";
    assert_eq!(town.number(of_list).await, 1);
    unexplained(&town, 2_500).await;
    assert_eq!(town.number("select count(*) from statement_list_sum where entry is null").await, 0);
    // What came makes what is in the books.
    let booked = "select sum(amount_grosze)::bigint from statement_entry where state in ('booked', 'held')";
    assert_eq!(town.number(booked).await, 8_900 + 1_000 + 4_000);
}

#[tokio::test]
async fn lists_of_unknown_accounts_or_with_another_sum_are_refused() {
    let (town, treasurer, anna) = treasury().await;
    with_individual_accounts(&town).await;
    let waste = due(&town, anna, "waste", 3_300, "2026-03-16").await;
    let to = individual(&town, waste).await;
    let good = line("2026-03-16", 3_300, &to, "smieci");
    let fields = [("list", "elixir-0"), ("do", "take")];
    for (text, expected) in [
        (good.replace(&to, SENDER), "na inny rachunek"),
        (good.replace("20260316", "20260230"), "nie jest datą"),
        (good.replace(",3300,", ",33.00,"), "nie jest kwotą"),
        (good.replace("110,", "999,"), "którego profil nie zna"),
    ] {
        let page = told(&treasurer, text.as_bytes(), 422, &fields).await;
        assert!(page.contains(expected), "{expected}: {page}");
    }
    // On the command line the columns may be described, and the record with the sum is checked.
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let profile = "name = \"bank\"\nseparator = \";\"\nleast_fields = 5\nmost_fields = 5\ndate_mask = \"YYYY-MM-DD\"
amount_unit = \"zloty\"\nduplicate_key = \"line\"\n[[kinds]]\nfield = 1\npayment = [\"P\"]
[control]\nfield = 1\nvalue = \"S\"\ncount = 2\nsum = 3\n[fields]\ndate = 2\namount = 3\nrecipient_account = 4\ntitle = [5]\n";
    std::fs::write(path("bank.toml"), profile).unwrap();
    let list = format!("P;2026-03-16;33,00;{to};smieci\nS;1;33,00;;\n");
    std::fs::write(path("wrong.txt"), list.replace("S;1", "S;2")).unwrap();
    std::fs::write(path("half.txt"), list.split_inclusive('\n').next().unwrap()).unwrap();
    std::fs::write(path("good.txt"), &list).unwrap();
    let said = |output: &std::process::Output| {
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
    };
    for (file, expected) in [("wrong.txt", "has 1 of 33.00"), ("half.txt", "is missing")] {
        let output = reeve(&town.url(), &["statement", "--list", &path("bank.toml"), &path(file)]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(expected), "{file}: {}", said(&output));
    }
    assert_eq!(town.number("select count(*) from statement_entry").await, 0);
    let output = reeve(&town.url(), &["statement", "--list", &path("bank.toml"), &path("good.txt")]);
    assert!(output.status.success() && said(&output).contains("booked to payers: 1"), "{}", said(&output));
    assert_eq!(left(&town, waste, "2026-03-16").await, 0);
}

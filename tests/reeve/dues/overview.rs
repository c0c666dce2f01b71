//! What adds up: a resident's year, takings by day, arrears by age.

use reeve::platform::access::Level;

use super::{book, due, led_to, party_of, receipt, text, with_bank_account};
use crate::support::Town;

#[tokio::test]
async fn a_year_adds_up() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let (maria, jan) = (town.resident(Level::Verified).await, town.resident(Level::Verified).await);
    let payer = party_of(&town, &maria).await;
    // 1000 zł of 2024 are paid in part in 2025, with interest; 300 zł are of 2025; what comes in 2026 is not in the year.
    due(&town, payer, "rent", 100_000, "2024-06-17").await;
    due(&town, payer, "rent", 30_000, "2025-05-15").await;
    let paid = book(&town, &receipt(payer, "y-1", 50_000, "2025-03-03")).await;
    let paid = &paid.allocation.parts[0].paid;
    assert!(paid.interest_grosze > 0);
    book(&town, &receipt(payer, "y-2", 10_000, "2026-02-02")).await;
    let money = |grosze: i64| format!("{},{:02}\u{a0}zł", grosze / 100, grosze % 100);
    let page = maria.page("/account/dues/2025").await;
    for amount in
        [100_000, 30_000, paid.principal_grosze, paid.interest_grosze, 100_000 - paid.principal_grosze]
    {
        assert!(page.contains(&money(amount)), "{amount}: {page}");
    }
    assert!(page.replace('\u{a0}', " ").contains("31 grudnia 2025"), "{page}");
    assert!(maria.page("/account/dues/2024").await.contains(&money(100_000)));
    assert!(maria.page("/account/dues").await.contains("/account/dues/2025"));
    for path in ["/account/dues/1999", "/account/dues/2199", "/account/dues/rok"] {
        assert_eq!(maria.get(path).await.status(), 404, "{path}");
    }
    assert_eq!(jan.get(&format!("/account/dues/2025?payer={payer}")).await.status(), 404);
}

#[tokio::test]
async fn takings_and_arrears_are_charts_with_tables_and_files() {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let clerk = town.staff("accounting").await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    due(&town, payer, "rent", 500_000, "2026-03-16").await;
    due(&town, payer, "property", 300_000, "2026-06-15").await;
    book(&town, &receipt(payer, "t-1", 12_300, "2026-04-01")).await;
    book(&town, &receipt(payer, "t-2", 45_600, "2026-04-01")).await;
    let taken = book(&town, &receipt(payer, "t-3", 7_800, "2026-04-03")).await;

    let days = "from=2026-04-01&to=2026-04-30";
    let page = clerk.page(&format!("/desk/dues/takings?{days}")).await;
    assert!(page.contains("579,00\u{a0}zł") && page.contains("657,00\u{a0}zł"), "{page}");
    assert_eq!(page.matches("class=\"chart__part").count(), 2, "two days, one way");
    let csv = text(clerk.get(&format!("/desk/dues/takings/list.csv?{days}")).await, 200).await;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    // What is taken back counts against its day of the books, by the way by which it had come.
    let why = [("why", "Pomyłka banku")];
    led_to(clerk.post_form(&format!("/desk/dues/entries/{}/reverse", taken.booking), &why).await).await;
    let all = clerk.page("/desk/dues/takings?from=2026-04-01&to=2027-03-31").await;
    assert!(all.contains("-78,00\u{a0}zł"), "{all}");
    for wrong in ["from=2026-04-02&to=2026-04-01", "from=2020-01-01&to=2026-01-01", "from=x"] {
        let page = text(clerk.get(&format!("/desk/dues/takings?{wrong}")).await, 422).await;
        assert!(page.contains("href=\"#from\""), "{wrong}");
    }
    // A long time is shown by months.
    assert!(all.contains(">04.2026</text>"), "{all}");

    let page = clerk.page("/desk/dues/arrears?on=2026-07-01").await;
    assert_eq!(
        page.matches("class=\"chart__part").count(),
        2,
        "a tax of a month, a rent of a quarter or more"
    );
    let csv = text(clerk.get("/desk/dues/arrears/list.csv?on=2026-07-01").await, 200).await;
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("Czynsz i dzierżawa"), "{csv}");
    let front = town.staff("front-desk").await;
    for path in ["/desk/dues/takings", "/desk/dues/reminders", "/desk/dues/arrears/list.csv"] {
        assert_eq!(front.get(path).await.status(), 403, "{path}");
    }
}

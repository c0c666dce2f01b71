//! What payers, operators and forgers do, and what becomes of it.

use reeve::platform::access::Level;
use uuid::Uuid;

use super::shop::{EACH, OTHER_NRB, Shop, between, today};
use crate::{
    dues::{NRB, book, receipt, trial},
    statements::{mt940, paid, take},
    support::pdf_text,
};

#[tokio::test]
async fn a_payment_is_booked_once_the_operator_says_so_and_not_when_the_browser_comes_back() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    for (count, operator) in (1..).zip(EACH) {
        let due = shop.owes(party, "fine", 12_350).await;
        shop.trouble(operator, "lost").await;
        let begun = shop.begin(&client, &[due], operator).await;
        let page = format!("/account/orders/{}", begun.order);
        assert!(client.page(&page).await.contains("Czeka na operatora"), "{operator}");
        let back = shop.decide(&begun, "pay").await.expect("the browser comes back");
        assert_eq!(back, format!("{page}?back=1"));
        // The operator is asked as soon as the browser is back, and knows.
        shop.becomes(&begun.order, "paid").await;
        assert_eq!(shop.payments().await, count, "{operator}");
        assert_eq!(shop.balance("receivable").await, 0);
        shop.trouble(operator, "ok").await;
        let shown = client.page(&back).await;
        assert!(shown.contains("Wszystko jest zapłacone") && shown.contains("/receipt"), "{operator}");
        let receipt = client.page(&format!("{page}/receipt")).await;
        assert!(receipt.contains("123,50") && receipt.contains("art. 62 § 1"), "{operator}: {receipt}");
        let pdf = client.get(&format!("{page}/receipt.pdf")).await.bytes().await.unwrap();
        let pdf = pdf_text(&pdf);
        assert!(pdf.contains("123,50") && pdf.contains("art. 62") && pdf.contains("Z-"), "{operator}: {pdf}");
        let desk = treasurer.page("/desk/payments").await;
        let number = between(&shown, "<h1 class=\"govuk-heading-l\">Zamówienie ", "<");
        assert!(desk.contains(number.trim()) && desk.contains("Nic nie wymaga"), "{operator}");
        let inspected = treasurer.page(&format!("/desk/payments/{}", begun.order)).await;
        assert!(inspected.contains("odpowiedź na pytanie"), "{inspected}");
        // Another one's order is not to be seen.
        let (other, _) = shop.payer().await;
        assert_eq!(other.get(&page).await.status(), 404);
        assert_eq!(other.get(&format!("{page}/receipt.pdf")).await.status(), 404);
    }
    let orders = client.page("/account/orders").await;
    assert_eq!(orders.matches("chip chip--good").count(), 3);
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn late_doubled_reordered_early_and_repeated_messages_book_once() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let mut count = 0;
    for operator in EACH {
        for trouble in ["ok", "late", "doubled", "reordered", "early"] {
            let due = shop.owes(party, "fine", 5_000 + count).await;
            shop.trouble(operator, trouble).await;
            let begun = shop.begin(&client, &[due], operator).await;
            shop.decide(&begun, "pay").await;
            shop.becomes(&begun.order, "paid").await;
            count += 1;
            shop.trouble(operator, "ok").await;
            let alarms = shop.alarms(&begun.order).await;
            assert!(alarms.is_empty(), "{operator}, {trouble}: {alarms:?}");
        }
    }
    // What was sent twice has arrived by now.
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    assert_eq!(shop.payments().await, count);
    assert_eq!((shop.balance("receivable").await, shop.balance("unexplained").await), (0, 0));
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn a_failed_attempt_does_not_end_an_order_and_a_success_is_final() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    for operator in ["Autopay", "Paybynet"] {
        let due = shop.owes(party, "fine", 7_700).await;
        let begun = shop.begin(&client, &[due], operator).await;
        shop.decide(&begun, "refuse").await;
        shop.becomes(&begun.order, "failed").await;
        let page = client.page(&format!("/account/orders/{}", begun.order)).await;
        assert!(page.contains("Spróbuj jeszcze raz"));
        let again = client.post_form(&format!("/account/orders/{}/go/1", begun.order), &[]).await;
        let again = shop.go(&again.text().await.unwrap()).await;
        assert_eq!(again.order, begun.order);
        shop.decide(&again, "pay").await;
        shop.becomes(&begun.order, "paid").await;
    }
    assert_eq!(shop.payments().await, 2);
}

#[tokio::test]
async fn forged_messages_change_nothing_and_are_told() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    for operator in EACH {
        let due = shop.owes(party, "fine", 4_200).await;
        shop.trouble(operator, "forged").await;
        let begun = shop.begin(&client, &[due], operator).await;
        // Somebody says that it is paid, though the payer gave up.
        shop.decide(&begun, "cancel").await;
        shop.strange("not-believed").await;
        assert_ne!(shop.states(&begun.order).await, ["paid"], "{operator}");
        shop.trouble(operator, "ok").await;
    }
    assert_eq!((shop.payments().await, shop.balance("money").await), (0, 0));
    let desk = treasurer.page("/desk/payments").await;
    assert!(desk.contains("wiadomość, której nie można wierzyć") && desk.contains("bad-signature"), "{desk}");
    // Nonsense gets the answer by which the real operator comes again.
    for (contract, status) in [("autopay", 400), ("paybynet", 200), ("przelewy24", 400), ("nobody", 404)] {
        let url = format!("{}/api/payments/{contract}/notify", shop.town.base);
        let answer = shop.town.http.post(url).body("nonsense").send().await.unwrap();
        assert_eq!(answer.status(), status, "{contract}");
        assert_ne!(answer.text().await.unwrap(), "OK");
    }
    // A flood fills no table.
    sqlx::query("insert into payment_event (at, contract, source, kind, alarm, actor, details) select now(), 'autopay', 'notification', 'not-believed', true, 'operator', '{}' from generate_series(1, 300)")
        .execute(shop.town.pool())
        .await
        .unwrap();
    let before = shop.town.number("select count(*) from payment_event").await;
    let url = format!("{}/api/payments/autopay/notify", shop.town.base);
    shop.town.http.post(url).body("nonsense").send().await.unwrap();
    assert_eq!(shop.town.number("select count(*) from payment_event").await, before);
    // An alarm is dealt with once.
    let id = shop.town.number("select min(id) from payment_event where alarm").await;
    for _ in 0..2 {
        let done = treasurer.post_form(&format!("/desk/payments/alarms/{id}"), &[]).await;
        assert_eq!(done.headers()["location"], "/desk/payments?done=alarm");
    }
    assert_eq!(shop.town.number("select count(*) from payment_alarm_end").await, 1);
}

#[tokio::test]
async fn another_amount_or_currency_is_kept_and_told_and_pays_no_dues() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let mut kept = 0;
    for operator in EACH {
        for trouble in ["wrong-amount", "wrong-currency"] {
            if (operator, trouble) == ("Paybynet", "wrong-currency") {
                continue;
            }
            let due = shop.owes(party, "fine", 9_900).await;
            shop.trouble(operator, trouble).await;
            let begun = shop.begin(&client, &[due], operator).await;
            shop.decide(&begun, "pay").await;
            if operator == "Przelewy24" {
                // It is not verified: the money stays the payer's.
                shop.until_alarm(&begun.order, trouble).await;
                assert_eq!(shop.states(&begun.order).await, ["begun"]);
            } else {
                shop.becomes(&begun.order, "held").await;
                if trouble == "wrong-amount" {
                    kept += 9_800;
                }
                let page = client.page(&format!("/account/orders/{}", begun.order)).await;
                assert!(page.contains("Do wyjaśnienia"), "{operator}");
            }
            assert_eq!(shop.alarms(&begun.order).await, [trouble], "{operator}");
            assert_eq!(-shop.balance("unexplained").await, kept, "{operator}, {trouble}");
            shop.trouble(operator, "ok").await;
        }
    }
    assert_eq!(shop.payments().await, 0);
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn money_for_an_order_that_was_given_up_or_is_over_is_booked_and_told() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    for (count, operator) in (1..).zip(EACH) {
        let due = shop.owes(party, "fine", 3_300).await;
        let begun = shop.begin(&client, &[due], operator).await;
        let path = format!("/account/orders/{}", begun.order);
        let given_up = client.post_form(&format!("{path}/cancel"), &[]).await;
        assert_eq!(given_up.headers()["location"], format!("{path}?done=cancelled").as_str());
        // It can be ordered and paid anew; the first money then is an overpayment.
        let second = shop.begin(&client, &[due], "Autopay").await;
        shop.decide(&second, "pay").await;
        shop.becomes(&second.order, "paid").await;
        shop.decide(&begun, "pay").await;
        shop.becomes(&begun.order, "paid").await;
        let alarms = shop.alarms(&begun.order).await;
        assert!(
            alarms.iter().any(|kind| kind == "paid-late" || kind == "advanced"),
            "{operator}: {alarms:?}"
        );
        assert_eq!(shop.payments().await, 2 * count);
        assert_eq!(-shop.balance("overpayment").await, 3_300 * count);
    }
    // Ten days later, when nobody asks any more.
    let due = shop.owes(party, "fine", 6_600).await;
    shop.trouble("Autopay", "lost").await;
    let begun = shop.begin(&client, &[due], "Autopay").await;
    let order = begun.order.clone();
    sqlx::query("update payment_order set valid_until = valid_until - interval '10 days', created_at = created_at - interval '10 days' where id = $1::uuid")
        .bind(&order)
        .execute(shop.town.pool())
        .await
        .unwrap();
    shop.ask_in(120).await;
    assert_eq!(shop.states(&order).await, ["expired"]);
    sqlx::query("update payment_transfer set ask_at = null").execute(shop.town.pool()).await.unwrap();
    assert_eq!(shop.town.number("select count(*) from payment_claim").await, 0);
    let page = shop.town.http.post(&begun.page).header("content-type", "application/x-www-form-urlencoded");
    page.body("what=pay").send().await.unwrap();
    shop.trouble("Autopay", "ok").await;
    shop.becomes(&order, "paid").await;
    assert_eq!(shop.alarms(&order).await, ["paid-late"]);
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn a_lost_message_is_found_by_asking_and_an_order_ends_when_its_time_is_over() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    for operator in EACH {
        shop.trouble(operator, "lost").await;
        let due = shop.owes(party, "fine", 8_800).await;
        let paid = shop.begin(&client, &[due], operator).await;
        let request =
            shop.town.http.post(&paid.page).header("content-type", "application/x-www-form-urlencoded");
        // The browser never comes back either.
        request.body("what=pay").send().await.unwrap();
        assert_eq!(shop.states(&paid.order).await, ["begun"]);
        shop.ask_in(5).await;
        assert_eq!(shop.states(&paid.order).await, ["begun"], "not yet");
        shop.ask_in(31).await;
        shop.becomes(&paid.order, "paid").await;
        let due = shop.owes(party, "fine", 1_100).await;
        let left = shop.begin(&client, &[due], operator).await;
        shop.ask_in(62).await;
        shop.becomes(&left.order, "expired").await;
        shop.trouble(operator, "ok").await;
    }
    assert_eq!(shop.payments().await, 3);
}

#[tokio::test]
async fn a_message_about_an_unknown_order_is_kept_and_told() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let due = shop.owes(party, "fine", 5_600).await;
    let begun = shop.begin(&client, &[due], "Autopay").await;
    // Of another installation, before a backup was put back: nobody here knows it.
    let mut transaction = shop.town.pool().begin().await.unwrap();
    sqlx::query("update payment_transfer set code = '0000000001'").execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    let request =
        shop.town.http.post(&begun.page).header("content-type", "application/x-www-form-urlencoded");
    request.body("what=pay").send().await.unwrap();
    shop.strange("unknown-order").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(-shop.balance("unexplained").await, 5_600);
    assert_eq!(shop.payments().await, 0);
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn a_cart_is_paid_by_printed_transfers_and_the_next_days_statement() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("accounting").await;
    // An empty cart has no transfers.
    assert_eq!(client.get("/account/cart/transfer").await.headers()["location"], "/account/cart");
    assert_eq!(client.get("/account/cart/transfer.pdf").await.status(), 404);
    let dues = [
        shop.owes(party, "fine", 10_000).await,
        shop.owes(party, "waste", 2_500).await,
        shop.owes(party, "fine", 3_000).await,
        shop.owes(party, "water", 7_000).await,
    ];
    shop.add(&client, &dues).await;
    assert!(client.page("/account/cart").await.contains("href=\"/account/cart/transfer\""));
    let page = client.page("/account/cart/transfer").await;
    assert_eq!(page.matches("<article class=\"transfer\"").count(), 3, "two fines go together: {page}");
    let pdf = client.get("/account/cart/transfer.pdf").await.bytes().await.unwrap();
    let pdf = pdf_text(&pdf);
    assert_eq!(pdf.matches("Nr rachunku odbiorcy").count(), 3, "{pdf}");

    // They are paid at a counter, and the bank tells the next day, with the titles of the forms.
    let lines = |part: &str| {
        let title = between(part, "<dt>Tytułem</dt><dd>", "</dd>").replace("<br>", " ");
        let account = between(part, "<dd class=\"transfer__account\">", "</dd>").replace(' ', "");
        let amount = between(part, "<strong>PLN ", "</strong>");
        let digits: String = amount.chars().filter(char::is_ascii_digit).collect();
        (account, digits.parse::<i64>().unwrap(), title)
    };
    let day = today().to_string();
    let forms: Vec<_> = page.split("<article class=\"transfer\"").skip(1).map(lines).collect();
    for (number, nrb) in (1..).zip([NRB, OTHER_NRB]) {
        let of: Vec<_> = forms.iter().filter(|(account, ..)| account == nrb).collect();
        let references: Vec<String> = (0..of.len()).map(|n| format!("C{number}{n}")).collect();
        let moved = of.iter().zip(&references);
        let moved: Vec<_> =
            moved.map(|((_, grosze, title), reference)| paid(*grosze, &day, reference, title)).collect();
        take(&treasurer, &mt940(nrb, number, 0, &moved)).await;
    }
    assert_eq!((shop.payments().await, shop.balance("receivable").await), (4, 0));
    assert_eq!((shop.balance("unexplained").await, shop.balance("money").await), (0, 22_500));
    assert!(client.page("/account/dues").await.contains("0,00"));
    trial(shop.town.pool()).await;
}

#[tokio::test]
async fn a_cart_of_two_accounts_is_one_order_of_two_transfers() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let dues = [
        shop.owes(party, "fine", 10_000).await,
        shop.owes(party, "waste", 2_500).await,
        shop.owes(party, "water", 3_000).await,
    ];
    shop.add(&client, &dues).await;
    let page = client.page("/account/cart/pay").await;
    assert!(page.contains("155,00") && page.contains("art. 62 § 1") && page.contains("art. 451"), "{page}");
    let begun = shop.begin_of_cart(&client, "Paybynet").await;
    assert_eq!(shop.states(&begun.order).await, ["begun", "made"]);
    shop.decide(&begun, "pay").await;
    shop.becomes(&begun.order, "paid").await;
    let path = format!("/account/orders/{}", begun.order);
    assert!(client.page(&path).await.contains("Zapłacono część"));
    let second = client.post_form(&format!("{path}/go/2"), &[]).await;
    let second = shop.go(&second.text().await.unwrap()).await;
    shop.decide(&second, "pay").await;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while shop.states(&begun.order).await != ["paid", "paid"] {
        assert!(std::time::Instant::now() < deadline, "{:?}", shop.states(&begun.order).await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert_eq!((shop.payments().await, shop.balance("receivable").await), (3, 0));
    let money: i64 = sqlx::query_scalar(
        "select sum(amount_grosze)::bigint from ledger_posting where account = 'money' and nrb = $1",
    )
    .bind(OTHER_NRB)
    .fetch_one(shop.town.pool())
    .await
    .unwrap();
    assert_eq!(money, 2_500);
}

#[tokio::test]
async fn of_two_phones_at_once_one_begins_and_the_other_is_told() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let phone = shop.town.sign_in_again(client.account, client.email.clone()).await;
    let dues = [shop.owes(party, "fine", 4_000).await, shop.owes(party, "water", 4_100).await];
    shop.add(&client, &dues).await;
    let keys = [Uuid::new_v4().to_string(), Uuid::new_v4().to_string()];
    let form = |key| [("operator", "Autopay"), ("key", key)];
    let (fields, others) = (form(keys[0].as_str()), form(keys[1].as_str()));
    let (one, other) = tokio::join!(
        client.post_form("/account/cart/pay", &fields),
        phone.post_form("/account/cart/pay", &others)
    );
    let statuses = [one.status().as_u16(), other.status().as_u16()];
    assert!(
        statuses.contains(&200) && statuses.iter().any(|status| [303, 422].contains(status)),
        "{statuses:?}"
    );
    assert_eq!(shop.town.number("select count(*) from payment_order").await, 1);
    // The same form again is the same order.
    let done = if statuses[0] == 200 { &keys[0] } else { &keys[1] };
    let again = client.post_form("/account/cart/pay", &form(done)).await;
    assert_eq!(again.status(), 200);
    assert_eq!(shop.town.number("select count(*) from payment_order").await, 1);
    // In the cart of somebody else, or once more in one's own, it is said before anything begins.
    shop.add(&phone, &dues[..1]).await;
    assert!(phone.page("/account/cart").await.contains("Czeka w zamówieniu"));
    let refused = phone.post_form("/account/cart/pay", &[("operator", "Autopay")]).await;
    assert_eq!(refused.status(), 422);
}

#[tokio::test]
async fn bad_amounts_are_refused_and_a_part_can_be_paid() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let due = shop.owes(party, "fine", 10_000).await;
    shop.add(&client, &[due]).await;
    let name = format!("amount-{due}");
    for (text, word) in [
        ("-5", "większa od zera"),
        ("0", "większa od zera"),
        ("0,001", "dwie cyfry"),
        ("dużo", "wpisz kwotę"),
        ("1e9", "wpisz kwotę"),
        ("100,01", "najwyżej 100,00"),
        ("99999999999999999999", "najwyżej 100,00"),
    ] {
        let answer = client.post_form("/account/cart", &[(name.as_str(), text), ("then", "pay")]).await;
        assert_eq!(answer.status(), 422, "{text}");
        let page = answer.text().await.unwrap().replace('\u{a0}', " ");
        assert!(page.contains(word), "{text}: {page}");
    }
    let answer = client.post_form("/account/cart", &[(name.as_str(), "40,50"), ("then", "pay")]).await;
    assert_eq!(answer.headers()["location"], "/account/cart/pay");
    let begun = shop.begin_of_cart(&client, "Przelewy24").await;
    shop.decide(&begun, "pay").await;
    shop.becomes(&begun.order, "paid").await;
    assert_eq!(shop.balance("receivable").await, 5_950);
    // What was paid meanwhile is taken out and said.
    shop.add(&client, &[due]).await;
    book(&shop.town, &receipt(party, "elsewhere", 5_950, &today().to_string())).await;
    let page = client.page("/account/cart").await;
    assert!(page.contains("Wyjęliśmy to z koszyka"), "{page}");
    assert!(client.page("/account/cart").await.contains("Nic tu jeszcze nie ma"));
    let nothing = client.post_form("/account/cart/pay", &[("operator", "Autopay")]).await;
    assert_eq!(nothing.headers()["location"], "/account/cart");
    // Less than before.
    let due = shop.owes(party, "fine", 10_000).await;
    shop.add(&client, &[due]).await;
    client.post_form("/account/cart", &[(format!("amount-{due}").as_str(), "90"), ("then", "stay")]).await;
    book(&shop.town, &receipt(party, "a part", 5_000, &today().to_string())).await;
    assert!(client.page("/account/cart").await.contains("do zapłaty jest teraz mniej"));
}

#[tokio::test]
async fn where_the_council_allows_no_cards_only_transfers_are_offered() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    for operator in EACH {
        let due = shop.owes(party, "dog", 6_000).await;
        shop.add(&client, &[due]).await;
        let page = client.page("/account/cart/pay").await;
        assert!(page.contains("nie pozwoliła") && page.contains("Przelew z Banku Zmyślonego"), "{page}");
        if operator == "Autopay" {
            let refused = client.post_form("/account/cart/pay", &[("operator", "Autopay")]).await;
            assert_eq!(refused.status(), 422);
            assert!(refused.text().await.unwrap().contains("Wybierz swój bank"));
        }
        let begun = shop.begin_of_cart(&client, operator).await;
        let offered = shop.town.http.get(&begun.page).send().await.unwrap().text().await.unwrap();
        assert!(!offered.contains("BLIK") && !offered.contains("Karta"), "{operator}: {offered}");
        shop.decide(&begun, "pay").await;
        shop.becomes(&begun.order, "paid").await;
    }
}

#[tokio::test]
async fn the_treasurer_gives_money_back_all_or_in_parts() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    for operator in EACH {
        let dues = [shop.owes(party, "fine", 2_200).await, shop.owes(party, "fine", 3_300).await];
        let before = shop.balance("receivable").await - 5_500;
        let begun = shop.begin(&client, &dues, operator).await;
        shop.decide(&begun, "pay").await;
        shop.becomes(&begun.order, "paid").await;
        let path = format!("/desk/payments/{}", begun.order);
        let give = async |back: &[(&str, &str)]| treasurer.post_form(&format!("{path}/refund/1"), back).await;
        let place = |answer: &reqwest::Response| answer.headers()["location"].to_str().unwrap().to_owned();
        if operator == "Paybynet" {
            assert!(place(&give(&[("back-1", "22,00")]).await).ends_with("done=no-refund"));
            assert!(treasurer.page(&path).await.contains("zwróć je przelewem"));
            continue;
        }
        // What cannot be given back is told, and nothing is ordered.
        for wrong in [
            &[][..],
            &[("back-1", "0"), ("back-2", "")],
            &[("back-1", "22,01")],
            &[("back-1", "-1")],
            &[("back-1", "1"), ("back-1", "2")],
            &[("back-2", "dwa")],
        ] {
            assert_eq!(give(wrong).await.status(), 422, "{wrong:?}");
        }
        assert_eq!(give(&[("back-3", "1")]).await.status(), 404);
        let ended = async || {
            let sql = "select refund from payment_transfer where payment_order = $1::uuid";
            let refund = || async {
                let row = sqlx::query_scalar::<_, String>(sql).bind(&begun.order);
                row.fetch_one(shop.town.pool()).await.unwrap()
            };
            let deadline = std::time::Instant::now() + std::time::Duration::from_secs(90);
            while refund().await != "done" {
                shop.ask_in(10).await;
                assert!(
                    std::time::Instant::now() < deadline,
                    "{operator}: {:?}",
                    shop.events(&begun.order).await
                );
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        // Some of the second due: the rest of it stays booked, with its day.
        assert!(place(&give(&[("back-1", ""), ("back-2", "10,00")]).await).ends_with("done=refund"));
        ended().await;
        assert_eq!(shop.balance("receivable").await - before, 1_000);
        let page = client.page(&format!("/account/orders/{}", begun.order)).await;
        assert!(page.contains("Część pieniędzy została zwrócona"), "{page}");
        let receipt = client.page(&format!("/account/orders/{}/receipt", begun.order)).await;
        assert!(receipt.contains("45,00"), "{receipt}");
        // And all that is left.
        let key = uuid::Uuid::new_v4().to_string();
        let rest = [("key", key.as_str()), ("back-1", "22,00"), ("back-2", "23,00")];
        assert!(place(&give(&rest).await).ends_with("done=refund"));
        // The same form, sent twice, is one refund.
        assert!(place(&give(&rest).await).ends_with("done=refund"));
        ended().await;
        assert!(place(&give(&rest).await).ends_with("done=refund"));
        assert_eq!(shop.states(&begun.order).await, ["paid"]);
        assert!(client.page(&format!("/account/orders/{}", begun.order)).await.contains("zostały zwrócone"));
        assert_eq!(give(&[("back-1", "1")]).await.status(), 422);
        // What was given back is owed again, and the operator gave back as much as came.
        assert_eq!(shop.balance("receivable").await - before, 5_500);
        let sql = "select sum(amount_grosze)::bigint from payment_refund_part where done and transfer in
            (select id from payment_transfer where payment_order = $1::uuid)";
        let sum =
            sqlx::query_scalar::<_, i64>(sql).bind(&begun.order).fetch_one(shop.town.pool()).await.unwrap();
        assert_eq!(sum, 5_500);
    }
    trial(shop.town.pool()).await;
    // Accounting may act, a resident's clerk may not even look.
    let clerk = shop.town.staff("front-desk").await;
    assert_eq!(clerk.get("/desk/payments").await.status(), 403);
}

#[tokio::test]
async fn whoever_acts_for_another_says_whose_money_it_is_and_a_stranger_pays_up_to_the_limit() {
    let shop = Shop::open().await;
    let (client, own) = shop.payer().await;
    let (_, principal) = shop.payer().await;
    sqlx::query(
        "insert into mandate (id, principal, agent, scopes, valid_from, document, entered_by, entered_at)
         values ($1, $2, $3, '{dues}', current_date, 'PPS-1', 'x@urzad.example', now())",
    )
    .bind(Uuid::now_v7())
    .bind(principal)
    .bind(own)
    .execute(shop.town.pool())
    .await
    .unwrap();
    let (mine, theirs) = (shop.owes(own, "water", 1_000).await, shop.owes(principal, "fine", 150_000).await);
    shop.add(&client, &[mine, theirs]).await;
    let ask = async |paid_by: &str| {
        let answer =
            client.post_form("/account/cart/pay", &[("operator", "Autopay"), ("paid_by", paid_by)]).await;
        (answer.status().as_u16(), answer.text().await.unwrap().replace('\u{a0}', " "))
    };
    assert_eq!(ask("").await.0, 422);
    let (status, page) = ask("stranger").await;
    assert!(status == 422 && page.contains("1000,00 zł") && page.contains("art. 62b"), "{page}");
    let (status, page) = ask("close").await;
    assert_eq!(status, 200, "{page}");
    let begun = shop.go(&page).await;
    shop.decide(&begun, "pay").await;
    shop.becomes(&begun.order, "paid").await;
    assert_eq!(shop.balance("receivable").await, 0);
    assert_eq!(shop.town.number("select count(*) from mandate_event where kind = 'acted'").await, 1);
    // Who acts no longer sees it no longer.
    let theirs = shop.owes(principal, "fine", 5_000).await;
    shop.add(&client, &[theirs]).await;
    sqlx::query("update mandate set revoked_at = now(), revoked_by = 'x'")
        .execute(shop.town.pool())
        .await
        .unwrap();
    assert!(client.page("/account/cart").await.contains("nie działasz już"));
    // Somebody whom the town does not know surely pays nothing here.
    let known = shop.town.resident(Level::Known).await;
    assert_eq!(known.get("/account/cart").await.status(), 303);
}

#[tokio::test]
async fn an_operator_that_does_not_answer_loses_nothing() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    // It takes no order: said, and tried again.
    shop.trouble("Autopay", "http-500").await;
    let due = shop.owes(party, "fine", 1_200).await;
    shop.add(&client, &[due]).await;
    let answer = client.post_form("/account/cart/pay", &[("operator", "Autopay")]).await;
    assert_eq!(answer.status(), 409);
    let page = answer.text().await.unwrap();
    assert!(page.contains("nie przyjął teraz płatności"));
    shop.trouble("Autopay", "ok").await;
    let order = between(&page, "action=\"/account/orders/", "/");
    let again = client.post_form(&format!("/account/orders/{order}/go/1"), &[]).await;
    let begun = shop.go(&again.text().await.unwrap()).await;
    shop.decide(&begun, "pay").await;
    shop.becomes(&begun.order, "paid").await;
    // Its answer to the verification is lost: it is asked again until it is known.
    let due = shop.owes(party, "fine", 1_300).await;
    let begun = shop.begin(&client, &[due], "Przelewy24").await;
    shop.trouble("Przelewy24", "lost-answer").await;
    let request =
        shop.town.http.post(&begun.page).header("content-type", "application/x-www-form-urlencoded");
    request.body("what=pay").send().await.unwrap();
    shop.becomes(&begun.order, "advanced").await;
    let page = client.page(&format!("/account/orders/{}", begun.order)).await;
    assert!(page.contains("Czeka na operatora") && !page.contains("Wszystko jest zapłacone"));
    shop.trouble("Przelewy24", "ok").await;
    shop.ask_in(400).await;
    shop.becomes(&begun.order, "paid").await;
    assert_eq!(shop.payments().await, 2);
}

#[tokio::test]
async fn settings_that_make_no_sense_stop_the_start_and_say_why() {
    let town = crate::support::Town::empty().await;
    let open = async |change: &dyn Fn(&mut reeve::platform::Config)| {
        let contracts =
            reeve::payments::sandbox_contracts("http://127.0.0.1:9", &[super::shop::OTHER_NRB.into()]);
        let mut config =
            reeve::platform::Config { operators: contracts.unwrap(), ..crate::support::config() };
        change(&mut config);
        reeve::app::App::open(config, town.pool().clone())
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(open(&|_| {}).await, Ok(()));
    let twice = open(&|config| config.operators.push(config.operators[0].clone())).await.unwrap_err();
    assert!(twice.contains("autopay") && twice.contains("twice"), "{twice}");
    let account = open(&|config| config.operators[0].accounts.push("12".into())).await.unwrap_err();
    assert!(account.contains("26 digits"), "{account}");
    let address = reeve::payments::sandbox_contracts("http://example.org", &[]).unwrap();
    let address = open(&|config| config.operators = address.clone()).await.unwrap_err();
    assert!(address.contains("base_url") && address.contains("https://"), "{address}");
}

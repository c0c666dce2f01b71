//! What operators passed on, beside the books and the bank.

use base64::Engine as _;
use reeve::payments::pays_from;
use sha2::{Digest, Sha256};

use super::shop::{EACH, Shop, between, today};
use crate::{
    dues::{NRB, trial},
    statements::{Moved, mt940, state, take, unexplained},
    support::Client,
};

const PAGE: &str = "/desk/payments/settlements";
const HEAD: &str = "order;transaction;amount;fee;currency;paid_on;transfer\n";

/// Sends a file as the form does.
async fn upload(who: &Client, contract: &str, name: &str, text: &str, act: &str) -> reqwest::Response {
    const EDGE: &str = "edge-of-a-part";
    let mut body = String::new();
    for (name, value) in [("form_token", who.form_token.as_str()), ("contract", contract), ("do", act)] {
        body.push_str(&format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n--{EDGE}--\r\n"
    ));
    who.request(reqwest::Method::POST, PAGE)
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn taken(who: &Client, contract: &str, text: &str) {
    let answer = upload(who, contract, "rozliczenie.csv", text, "take").await;
    let status = answer.status();
    assert_eq!(status, 303, "{}", answer.text().await.unwrap());
}

/// Amounts as people read them, with plain spaces.
fn plain(page: &str) -> String {
    page.replace('\u{a0}', " ").replace('−', "-")
}

/// The lines of differences on the page, without the rest of it.
async fn differences(who: &Client) -> String {
    let page = plain(&who.page(PAGE).await);
    between(&page, "id=\"differences-title\"", "<h2 class=\"govuk-heading-m\">")
}

async fn code_of(shop: &Shop, order: &str) -> String {
    let sql = "select code from payment_transfer where payment_order = $1::uuid";
    sqlx::query_scalar(sql).bind(order).fetch_one(shop.town.pool()).await.unwrap()
}

async fn settlement(shop: &Shop, operator: &str) -> String {
    let url = format!("{}/pay/settlement/{operator}", shop.sandbox);
    shop.town.http.get(url).send().await.unwrap().text().await.unwrap()
}

/// Money that an operator sends to the town's account.
fn sent<'a>(grosze: i64, day: &'a str, reference: &'a str, from: &'a str, title: &'a str) -> Moved<'a> {
    Moved { grosze, mark: "C", day, reference, name: "OPERATOR PLATNOSCI", account: from, title }
}

#[tokio::test]
async fn what_operators_pass_on_meets_the_bank_and_is_not_booked_again() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    let day = today().to_string();
    let mut codes = Vec::new();
    for operator in EACH {
        let due = shop.owes(party, "fine", 12_000).await;
        let begun = shop.begin(&client, &[due], operator).await;
        shop.decide(&begun, "pay").await;
        shop.becomes(&begun.order, "paid").await;
        codes.push(code_of(&shop, &begun.order).await);
    }
    let (autopay, p24) = (pays_from(Some("autopay")).unwrap(), pays_from(Some("przelewy24")).unwrap());
    // Autopay's file comes before the statement.
    let file = settlement(&shop, "autopay").await;
    let dry = upload(&treasurer, "autopay", "rozliczenie.csv", &file, "dry").await;
    assert!(plain(&dry.text().await.unwrap()).contains("1,20 zł"));
    assert_eq!(shop.town.number("select count(*) from payment_settled where source = 'file'").await, 0);
    taken(&treasurer, "autopay", &file).await;
    let again = upload(&treasurer, "autopay", "rozliczenie.csv", &file, "take").await;
    assert!(again.text().await.unwrap().contains("przyjęto już"));
    let page = plain(&treasurer.page(PAGE).await);
    assert!(page.contains("118,80 zł") && page.contains("w drodze"), "{page}");
    // Przelewy24's comes after it; Paybynet's payer pays straight to the account, under the code of the order.
    let (title, other) = (format!("AUTOPAY/{day} wyplata"), format!("PRZELEWY24/{day}"));
    let straight = format!("ZAMOWIENIE {}", codes[1]);
    let moved = [
        sent(11_880, &day, "S1", &autopay, &title),
        sent(11_880, &day, "S2", &p24, &other),
        sent(12_000, &day, "S3", crate::statements::SENDER, &straight),
        // Nobody else's money is taken for an operator's, whatever its title says.
        sent(5_000, &day, "S4", crate::statements::SENDER, &title),
    ];
    take(&treasurer, &mt940(NRB, 1, 0, &moved)).await;
    for (reference, expected) in [("S1", "covered"), ("S2", "covered"), ("S3", "covered"), ("S4", "held")] {
        assert_eq!(state(&shop.town, reference).await, expected, "{reference}");
    }
    unexplained(&shop.town, 5_000).await;
    let told = differences(&treasurer).await;
    assert!(told.contains("Wpływ od operatora bez rozliczenia") && told.contains("118,80 zł"), "{told}");
    taken(&treasurer, "przelewy24", &settlement(&shop, "przelewy24").await).await;
    // What the clearing house lists is known from the payments themselves.
    taken(&treasurer, "paybynet", &settlement(&shop, "paybynet").await).await;
    assert!(differences(&treasurer).await.contains("Nie ma różnic"));
    let page = plain(&treasurer.page(PAGE).await);
    assert_eq!(page.matches("na rachunku").count(), 3, "{page}");
    assert_eq!(shop.town.number("select count(*) from payment_settled").await, 3);
    // The entry says why nothing is booked of it, and that can be undone.
    let sql = "select id, version from statement_entry where bank_reference = 'S1'";
    let (entry, version): (uuid::Uuid, i32) = sqlx::query_as(sql).fetch_one(shop.town.pool()).await.unwrap();
    let path = format!("/desk/statements/entries/{entry}");
    assert!(treasurer.page(&path).await.contains("zaksięgowane osobno"));
    let version = version.to_string();
    treasurer.post_form(&format!("{path}/undo"), &[("version", &version)]).await;
    assert_eq!(state(&shop.town, "S1").await, "held");
    unexplained(&shop.town, 5_000 + 11_880).await;
    // What somebody undid stays so until somebody says otherwise.
    let page = plain(&treasurer.page(&path).await);
    let payout = between(&page, "name=\"payout\" value=\"", "\"");
    let version = between(&page, "name=\"version\" value=\"", "\"");
    let fields = [("version", version.as_str()), ("payout", payout.as_str())];
    let done = treasurer.post_form(&format!("{path}/payout"), &fields).await;
    assert_eq!(done.headers()["location"].to_str().unwrap(), format!("{path}?done=payout"));
    unexplained(&shop.town, 5_000).await;
    trial(shop.town.pool()).await;
    let history = treasurer.page(&path).await;
    assert!(history.contains("połączono z wypłatą operatora autopay"), "{history}");
    // Others may not look.
    let clerk = shop.town.staff("editor").await;
    assert_eq!(clerk.get(PAGE).await.status(), 403);
    assert_eq!(client.get(PAGE).await.status(), 403);
}

#[tokio::test]
async fn differences_are_listed_until_they_are_dealt_with() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    let (day, old) = (today().to_string(), (today() - chrono::Days::new(10)).to_string());
    // One paid and told, one of which the message was lost.
    let mut orders = Vec::new();
    for trouble in ["ok", "lost"] {
        let due = shop.owes(party, "fine", 10_000).await;
        shop.trouble("Autopay", trouble).await;
        let begun = shop.begin(&client, &[due], "Autopay").await;
        let page = shop.town.http.post(&begun.page);
        let page = page.header("content-type", "application/x-www-form-urlencoded");
        page.body("what=pay").send().await.unwrap();
        if trouble == "ok" {
            shop.becomes(&begun.order, "paid").await;
        }
        orders.push(begun.order);
    }
    let file = settlement(&shop, "autopay").await;
    assert_eq!(shop.states(&orders[1]).await, ["begun"]);
    taken(&treasurer, "autopay", &file).await;
    assert_eq!(shop.states(&orders[1]).await, ["paid"]);
    assert_eq!((shop.payments().await, shop.balance("receivable").await), (2, 0));

    let first = code_of(&shop, &orders[0]).await;
    let more = format!(
        "{HEAD}{first};REMX;100.00;1.00;PLN;{day};WYPL/2026/2001\n\
         9999999999;REMY;50.00;0.00;PLN;{old};WYPL/2026/2000\n\
         {first};REMZ;-30.00;0.00;PLN;{day};WYPL/2026/2001\n\
         8888888888;REME;7.00;0.00;EUR;{day};WYPL/2026/2001\n"
    );
    taken(&treasurer, "autopay", &more).await;
    // Money about no order of ours is kept, and so is a second payment.
    unexplained(&shop.town, 15_000).await;
    let told = differences(&treasurer).await;
    for expected in [
        "Rozliczono drugą wpłatę",
        "Rozliczono nieznane zamówienie",
        "Operator oddał pieniądze",
        "7,00 EUR",
        "Przekazano, a nie ma na rachunku",
    ] {
        assert!(told.contains(expected), "{expected}: {told}");
    }
    // The bank shows less than was passed on.
    let from = pays_from(Some("autopay")).unwrap();
    take(&treasurer, &mt940(NRB, 1, 0, &[sent(6_000, &day, "S1", &from, "WYPL/2026/2001")])).await;
    let told = differences(&treasurer).await;
    assert!(told.contains("inna kwota") && told.contains("69,00 zł") && told.contains("60,00 zł"), "{told}");
    let csv = treasurer.page(&format!("{PAGE}/differences.csv")).await;
    assert!(csv.contains("REMX") && csv.contains("EUR"), "{csv}");
    // Each is dealt with once, and gone; in English, too.
    let count = told.matches("<form method=\"post\"").count();
    for left in (0..count).rev() {
        let told = differences(&treasurer).await;
        let action = between(&told, "<form method=\"post\" action=\"", "\"");
        let done = treasurer.post_form(&action, &[]).await;
        assert_eq!(done.headers()["location"], format!("{PAGE}?done=ended"));
        assert_eq!(differences(&treasurer).await.matches("<form method=\"post\"").count(), left);
    }
    let english = treasurer.get(&format!("{PAGE}?lang=en")).await.text().await.unwrap();
    assert!(english.contains("There are no differences"), "{english}");
    let bad = treasurer.post_form(&format!("{PAGE}/nothing/{}", uuid::Uuid::nil()), &[]).await;
    assert_eq!(bad.status(), 404);

    // One bad line refuses all of a file, and so does another amount for what was settled.
    let good = format!("{HEAD}7777777777;REMQ;1.00;;PLN;{day};P/3\n");
    for (text, expected) in [
        (good.replace("1.00", "1,00"), "kwota nie jest kwotą"),
        (good.replace(&day, "2026-02-30"), "dzień nie jest datą"),
        (good.replace("transaction", "transakcja"), "nie ma kolumny „transaction”"),
        (more.replace("50.00", "51.00"), "z inną kwotą lub prowizją"),
    ] {
        let before = shop.town.number("select count(*) from payment_settled").await;
        let answer = upload(&treasurer, "autopay", "x.csv", &text, "take").await;
        assert_eq!(answer.status(), 422, "{expected}");
        let page = answer.text().await.unwrap();
        assert!(page.contains(expected) && page.contains("odrzucony w całości"), "{expected}: {page}");
        assert_eq!(shop.town.number("select count(*) from payment_settled").await, before);
    }
    assert_eq!(upload(&treasurer, "nobody", "x.csv", &good, "take").await.status(), 404);
    trial(shop.town.pool()).await;
}

/// Autopay's message of a transfer to the town, signed as it signs.
fn istn(order: &str, payment: &str, amount: &str, transfer: &str, title: &str) -> String {
    let at = today().format("%Y%m%d101112").to_string();
    let values =
        [sandbox::AUTOPAY_SERVICE, order, payment, transfer, "false", amount, "PLN", "SUCCESS", &at, title];
    let hashed = format!("{}|{}", values.join("|"), sandbox::AUTOPAY_KEY);
    let hash: String = Sha256::digest(hashed.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><transactionList><serviceID>{}</serviceID><transactions><transaction>\
         <orderID>{order}</orderID><remoteID>{payment}</remoteID><remoteOutID>{transfer}</remoteOutID><isRefund>false</isRefund>\
         <amount>{amount}</amount><currency>PLN</currency><transferStatus>SUCCESS</transferStatus><transferDate>{at}</transferDate>\
         <title>{title}</title></transaction></transactions><hash>{hash}</hash></transactionList>",
        sandbox::AUTOPAY_SERVICE
    );
    let text = base64::engine::general_purpose::STANDARD.encode(document);
    url::form_urlencoded::Serializer::new(String::new()).append_pair("transactions", &text).finish()
}

#[tokio::test]
async fn a_message_of_a_settlement_is_written_down_once_and_the_file_adds_the_fee() {
    let shop = Shop::open().await;
    let (client, party) = shop.payer().await;
    let treasurer = shop.town.staff("treasurer").await;
    let due = shop.owes(party, "fine", 10_000).await;
    let begun = shop.begin(&client, &[due], "Autopay").await;
    shop.decide(&begun, "pay").await;
    shop.becomes(&begun.order, "paid").await;
    let code = code_of(&shop, &begun.order).await;
    let sql = "select transaction from payment_transfer where code = $1";
    let payment: String = sqlx::query_scalar(sql).bind(&code).fetch_one(shop.town.pool()).await.unwrap();
    let body = istn(&code, &payment, "98.50", "OUT123456", "Wyplata 77/2026");
    for _ in 0..2 {
        let url = format!("{}/api/payments/autopay/notify", shop.town.base);
        let request = shop.town.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(body.clone()).send().await.unwrap();
        assert!(answer.text().await.unwrap().contains("<confirmation>CONFIRMED"));
    }
    assert_eq!(shop.town.number("select count(*) from payment_settled").await, 1);
    let page = plain(&treasurer.page(PAGE).await);
    assert!(page.contains("OUT123456") && page.contains("1,50 zł") && page.contains("98,50 zł"), "{page}");
    let day = today().to_string();
    let from = pays_from(Some("autopay")).unwrap();
    take(&treasurer, &mt940(NRB, 1, 0, &[sent(9_850, &day, "S1", &from, "Wyplata 77/2026")])).await;
    assert_eq!(state(&shop.town, "S1").await, "covered");
    // The file tells of the same payment; what it says of amount and fee counts.
    let file = format!("{HEAD}{code};{payment};100.00;1.50;PLN;{day};OUT123456\n");
    taken(&treasurer, "autopay", &file).await;
    assert_eq!(shop.town.number("select count(*) from payment_settled where fee_grosze = 150").await, 1);
    assert!(differences(&treasurer).await.contains("Nie ma różnic"));
    unexplained(&shop.town, 0).await;
}

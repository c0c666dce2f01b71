//! Every published or computed value of the operators' signatures, and whole messages that carry them.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Utc};
use operators::{
    Allowed, Fault, Form, Go, Incoming, Keys, Language, MethodKind, Order, RefundState, State,
    autopay::{self, Autopay, AutopaySettings},
    paybynet::{self, Paybynet, PaybynetSettings},
    przelewy24::{
        self, Przelewy24, Przelewy24Settings, SignedNotice, SignedRefund, SignedRegister, SignedVerify, sign,
    },
};

pub const KEY: &str = "0123456789abcdef0123456789abcdef";
const SDK_KEY: &str = "QCBm3N0oFjzQAWsTIVN8mPLK12TW6HU6InSfjvnF";

pub fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

pub fn autopay_with(key: &str) -> Autopay {
    let settings = format!(
        "id = \"autopay\"\nbase_url = \"https://pay.autopay.eu\"\nservice_id = \"123456\"\nkeys = {{ current = \"{key}\" }}"
    );
    Autopay::new(toml::from_str::<AutopaySettings>(&settings).unwrap()).unwrap()
}

pub fn paybynet() -> Paybynet {
    let settings: PaybynetSettings = toml::from_str(
        r#"
        id = "paybynet"
        start_url = "https://pbn.paybynet.com.pl/PayByNet/trans.do"
        status_url = "https://pbn.paybynet.com.pl/axis/services/PBNTransactionsGetStatus"
        banks_url = "https://pbn.paybynet.com.pl/PayByNet/update/os/banks.xml"
        client_id = "9999999999"
        keys = { current = "sekret" }
        account = "93999999991234000000012345"
        receiver = { name = "Gmina Przykladowo", post_code = "00-001", city = "Przykladowo", street = "Rynek 1" }
        "#,
    )
    .unwrap();
    Paybynet::new(settings).unwrap()
}

pub fn przelewy24(pos_id: i64, crc: &str) -> Przelewy24 {
    let settings: Przelewy24Settings = toml::from_str(&format!(
        r#"
        id = "p24"
        base_url = "https://secure.przelewy24.pl"
        merchant_id = 12345
        pos_id = {pos_id}
        crc = {{ current = "{crc}" }}
        api_key = {{ current = "api" }}
        kinds = {{ 154 = "blik" }}
        "#
    ))
    .unwrap();
    Przelewy24::new(settings).unwrap()
}

pub fn order(id: &str, grosze: i64, description: &str) -> Order {
    Order {
        id: id.to_owned(),
        amount_grosze: grosze,
        description: description.to_owned(),
        email: "jan@example.org".to_owned(),
        language: Language::Polish,
        valid_until: None,
        return_url: "https://reeve.example/ok".parse().unwrap(),
        notify_url: "https://reeve.example/notify".parse().unwrap(),
        method: None,
        allowed: Allowed::All,
    }
}

pub fn itn(xml: &str) -> Vec<u8> {
    let text = BASE64_STANDARD.encode(xml);
    let form =
        url::form_urlencoded::Serializer::new(String::new()).append_pair("transactions", &text).finish();
    form.into_bytes()
}

pub fn itn_xml(values: &[(&str, &str)], hash: &str) -> String {
    let leaves: String =
        values.iter().skip(1).map(|(name, value)| format!("<{name}>{value}</{name}>\n")).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<transactionList>\n<serviceID>{}</serviceID>\n<transactions>\
         <transaction>\n{leaves}</transaction></transactions>\n<hash>{hash}</hash></transactionList>",
        values[0].1
    )
}

fn incoming(body: &[u8]) -> Incoming<'_> {
    Incoming { body, now: now() }
}

fn fields_of(go: Go) -> Form {
    let Go::Form(form) = go else { panic!("no form: {go:?}") };
    form
}

#[test]
fn autopay_hashes() {
    for (key, joined, hash) in [
        (
            SDK_KEY,
            "123456|123|102686|500.00|PLN|106|20200621171238|SUCCESS|ACCEPTED",
            "422fbd7c1bbac1eb745b647980dd63c2e8ccf261ea196739ab8043eff8dd4e17",
        ),
        (SDK_KEY, "123456|123|CONFIRMED", "7194a50431ce359cc4c201a0f154400f89f49f765b8eeb60299fc6fee1a01228"),
        (SDK_KEY, "123456|123", "df5f737f48bcef93361f590b460cc633b28f91710a60415527221f9cb90da52a"),
        (
            SDK_KEY,
            "PENDING|https://pay-accept.bm.pl/payment/continue/9IA2UISN/718GTV5E|123|9IA2UISN",
            "a3700f934854728035ae2b22cbd0dcbbad0c207faecb16f707b9d2abb103f54e",
        ),
        (
            SDK_KEY,
            "186-1590996507|NOTCONFIRMED|MULTIPLY_PAID_TRANSACTION",
            "f9071f99e64fdfcebc8cf598c56afd5ba8c7d3330b7975951c675be4ffe0c5d6",
        ),
        (
            KEY,
            "123456|NP-2026-000123-2|123.50|Podatek 2026 rata 2|PLN|jan@example.org",
            "138fac330cfeff0cf2f095d90eb813fcb84efcfa377c5f9cf4d1e9ddcd00a78a",
        ),
        (
            KEY,
            "123456|A1|1.00|Opłata za śmieci|PLN",
            "30c73de76146272cac23ed87751cfd98f1dfd43ba96a172541811f2973c7baf1",
        ),
        (
            KEY,
            "123456|NP-2026-000123-2|REM0001|123.50|PLN|1500|20260515101112|SUCCESS|AUTHORIZED",
            "8cf4e9d651af254655f7ac57dca9ae24385c6e9d502261c32601e9b055780373",
        ),
        (
            KEY,
            "123456|NP-2026-000123-2|CONFIRMED",
            "22156b9114e92f629c7d3b18e814e4e2fd418198e6f85a6f2d6deb57fce2b0fd",
        ),
        (
            KEY,
            "123456|NP-2026-000123-2|NOTCONFIRMED",
            "05a0ad7f34327a6eab0cf7b7578ad4a75f382d2179d9aaa8250ae4fa8e5947c0",
        ),
        (KEY, "123456|NP-2026-000123-2", "8643c92bd4cf3d690ccac4880e39ad45e9672a45747ce3ed9684c62505e77578"),
        (
            KEY,
            "123456|0123456789abcdef0123456789abcdef|REM0001|23.50",
            "6f6637d845903dd00436a28c41d27cd1b0bcbd79639c60e5dd329aaa263ebd92",
        ),
    ] {
        let autopay = autopay_with(key);
        assert_eq!(autopay.hash(joined.split('|'), key), hash, "{joined}");
        let with_empty = joined.split('|').flat_map(|value| ["", value, ""]);
        assert_eq!(
            autopay.hash(with_empty, key),
            hash,
            "empty values are left out with their separator: {joined}"
        );
    }
}

#[tokio::test]
async fn an_autopay_start_is_a_signed_form() {
    let autopay = autopay_with(KEY);
    let wanted = order("NP-2026-000123-2", 12_350, "Podatek 2026 rata 2");
    let form = fields_of(autopay.start(&wanted, now()).await.unwrap().go);
    assert_eq!(form.action.as_str(), "https://pay.autopay.eu/payment");
    assert_eq!(
        form.fields.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>(),
        [
            "ServiceID=123456",
            "OrderID=NP-2026-000123-2",
            "Amount=123.50",
            "Description=Podatek 2026 rata 2",
            "Currency=PLN",
            "CustomerEmail=jan@example.org",
            "Hash=138fac330cfeff0cf2f095d90eb813fcb84efcfa377c5f9cf4d1e9ddcd00a78a"
        ]
    );
    let polish = Order { email: String::new(), ..order("A1", 100, "Opłata za śmieci") };
    let form = fields_of(autopay.start(&polish, now()).await.unwrap().go);
    let hash = form.fields.last().unwrap();
    assert_eq!(hash.1, "30c73de76146272cac23ed87751cfd98f1dfd43ba96a172541811f2973c7baf1");
}

#[tokio::test]
async fn what_may_not_be_ordered_is_refused_before_anybody_is_asked() {
    let autopay = autopay_with(KEY);
    let good = || order("A1", 100, "x");
    for (bad, says) in [
        (Order { amount_grosze: 0, ..good() }, "0,01 zł"),
        (Order { amount_grosze: -1, ..good() }, "0,01 zł"),
        (Order { amount_grosze: i64::MAX, ..good() }, "0,01 zł"),
        (Order { id: "a b".to_owned(), ..good() }, "1 to 32 letters"),
        (Order { id: "a".repeat(33), ..good() }, "1 to 32 letters"),
        (Order { id: String::new(), ..good() }, "1 to 32 letters"),
        (Order { description: " ".to_owned(), ..good() }, "description"),
        (Order { email: "nobody".to_owned(), ..good() }, "e-mail"),
        (Order { method: Some("1 or 2".to_owned()), ..good() }, "method"),
        (Order { allowed: Allowed::Transfers, ..good() }, "with us"),
        (Order { allowed: Allowed::Transfers, method: Some("1500".to_owned()), ..good() }, "no transfer"),
        (Order { allowed: Allowed::Transfers, method: Some("7777".to_owned()), ..good() }, "no transfer"),
    ] {
        let failure = autopay.start(&bad, now()).await.unwrap_err();
        assert_eq!(failure.code(), "refused", "{bad:?}");
        assert!(failure.text().contains(says), "{}", failure.text());
    }
    let transfer = Order { allowed: Allowed::Transfers, method: Some("106".to_owned()), ..good() };
    assert!(autopay.start(&transfer, now()).await.is_ok());
    let paybynet = paybynet();
    let until = chrono::NaiveDate::from_ymd_opt(2026, 5, 15).unwrap().and_hms_opt(23, 59, 0);
    assert!(
        paybynet
            .start(&Order { valid_until: until, ..good() }, now())
            .unwrap_err()
            .text()
            .contains("ten digits")
    );
    assert!(paybynet.start(&order("0000000123", 1, "x"), now()).unwrap_err().text().contains("valid_until"));
}

#[test]
fn an_itn_of_the_sdk_and_its_confirmation() {
    let autopay = autopay_with(SDK_KEY);
    let xml = itn_xml(
        &[
            ("serviceID", "123456"),
            ("orderID", "123"),
            ("remoteID", "102686"),
            ("amount", "500.00"),
            ("currency", "PLN"),
            ("gatewayID", "106"),
            ("paymentDate", "20200621171238"),
            ("paymentStatus", "SUCCESS"),
            ("paymentStatusDetails", "ACCEPTED"),
        ],
        "422fbd7c1bbac1eb745b647980dd63c2e8ccf261ea196739ab8043eff8dd4e17",
    );
    let body = itn(&xml);
    let told = autopay.notification(incoming(&body)).unwrap();
    let payment = &told.payments[0];
    assert_eq!((payment.order.as_str(), payment.transaction.as_str()), ("123", "102686"));
    assert_eq!(
        (payment.state, payment.amount_grosze, payment.currency.as_str()),
        (State::Paid, Some(50_000), "PLN")
    );
    assert_eq!(payment.paid_on().map(|day| day.to_string()).as_deref(), Some("2020-06-21"));
    assert_eq!((payment.method.as_deref(), payment.kind), (Some("106"), Some(MethodKind::Transfer)));
    assert_eq!(payment.state_text, "SUCCESS ACCEPTED");
    assert_eq!(payment.identity().state, State::Paid);
    let taken = told.taken();
    assert_eq!((taken.status, taken.content_type), (200, "text/xml; charset=utf-8"));
    assert!(
        taken.body.contains("<orderID>123</orderID><confirmation>CONFIRMED</confirmation>"),
        "{}",
        taken.body
    );
    assert!(
        taken.body.contains("<hash>7194a50431ce359cc4c201a0f154400f89f49f765b8eeb60299fc6fee1a01228</hash>")
    );
    // A plus that was not escaped arrives as a space.
    let raw = [b"transactions=".as_slice(), BASE64_STANDARD.encode(&xml).as_bytes()].concat();
    assert!(autopay.notification(incoming(&raw)).is_ok());
}

fn own_itn(hash: &str) -> String {
    itn_xml(
        &[
            ("serviceID", "123456"),
            ("orderID", "NP-2026-000123-2"),
            ("remoteID", "REM0001"),
            ("amount", "123.50"),
            ("currency", "PLN"),
            ("gatewayID", "1500"),
            ("paymentDate", "20260515101112"),
            ("paymentStatus", "SUCCESS"),
            ("paymentStatusDetails", "AUTHORIZED"),
        ],
        hash,
    )
}

#[test]
fn an_itn_that_is_not_taken_or_not_believed() {
    let autopay = autopay_with(KEY);
    let hash = "8cf4e9d651af254655f7ac57dca9ae24385c6e9d502261c32601e9b055780373";
    let good = itn(&own_itn(hash));
    let told = autopay.notification(incoming(&good)).unwrap();
    assert!(
        told.not_taken().body.contains("05a0ad7f34327a6eab0cf7b7578ad4a75f382d2179d9aaa8250ae4fa8e5947c0")
    );
    assert!(told.taken().body.contains("22156b9114e92f629c7d3b18e814e4e2fd418198e6f85a6f2d6deb57fce2b0fd"));
    assert_eq!(told.payments[0].kind, Some(MethodKind::Card));
    let forged = itn(&own_itn(&hash.replace('8', "9")));
    let refusal = autopay.notification(incoming(&forged)).unwrap_err();
    assert_eq!((&refusal.fault, refusal.answer.status), (&Fault::BadSignature, 200));
    assert!(refusal.fault.is_alarming());
    assert!(
        refusal.answer.body.contains("<confirmation>NOTCONFIRMED</confirmation>"),
        "{}",
        refusal.answer.body
    );
    assert!(refusal.answer.body.contains("05a0ad7f34327a6eab0cf7b7578ad4a75f382d2179d9aaa8250ae4fa8e5947c0"));
    let other = own_itn(hash).replace("123456", "123457");
    let refusal = autopay.notification(incoming(&itn(&other))).unwrap_err();
    assert_eq!(refusal.fault.code(), "other-shop");
    for (body, code) in [
        (b"".to_vec(), "missing"),
        (b"transactions=%".to_vec(), "not-readable"),
        (itn("<x/>"), "not-readable"),
        (itn("<!DOCTYPE x [<!ENTITY a 'b'>]><transactionList/>"), "not-readable"),
        (itn("<transactionList><serviceID>123456</serviceID></transactionList>"), "missing"),
        ([good.clone(), b"&transactions=x".to_vec()].concat(), "bad-value"),
        (itn(&" ".repeat(300_000)), "too-large"),
    ] {
        let refusal = autopay.notification(incoming(&body)).unwrap_err();
        assert_eq!((refusal.fault.code(), refusal.answer.status), (code, 400));
    }
}

#[test]
fn an_itn_of_several_payments_with_data_of_the_payer() {
    let autopay = autopay_with(KEY);
    let one = |order: &str, status: &str, data: &str| {
        format!(
            "<transaction><orderID>{order}</orderID><remoteID>R{order}</remoteID><amount>1.00</amount><currency>PLN</currency>\
             <paymentDate>20260515101112</paymentDate><paymentStatus>{status}</paymentStatus>{data}</transaction>"
        )
    };
    let data = "<customerData><fName>Anna &amp; Jan</fName><lName>Zmyślona</lName><city/></customerData>";
    let hash = autopay.hash(
        [
            "123456",
            "A",
            "RA",
            "1.00",
            "PLN",
            "20260515101112",
            "FAILURE",
            "Anna & Jan",
            "Zmyślona",
            "B",
            "RB",
            "1.00",
            "PLN",
            "20260515101112",
            "PENDING",
        ],
        KEY,
    );
    let xml = |data: &str| {
        format!(
            "<transactionList><serviceID>123456</serviceID><transactions>{}{}</transactions><hash>{hash}</hash></transactionList>",
            one("A", "FAILURE", data),
            one("B", "PENDING", "")
        )
    };
    let told = autopay.notification(incoming(&itn(&xml(data)))).unwrap();
    let states: Vec<_> = told.payments.iter().map(|one| (one.order.as_str(), one.state)).collect();
    assert_eq!(states, [("A", State::Failed), ("B", State::Pending)]);
    let answer = told.answer(|order| order == "A").body;
    assert!(answer.contains("<orderID>A</orderID><confirmation>CONFIRMED<"), "{answer}");
    assert!(answer.contains("<orderID>B</orderID><confirmation>NOTCONFIRMED<"), "{answer}");
    assert!(answer.contains(&autopay.hash(["123456", "A", "CONFIRMED", "B", "NOTCONFIRMED"], KEY)));
    // The same hash, but a name that pretends to be the second payment.
    let swallowed = "Zmyślona|B|RB|1.00|PLN|20260515101112|PENDING";
    let sly = format!(
        "<transactionList><serviceID>123456</serviceID><transactions>{}</transactions><hash>{hash}</hash></transactionList>",
        one("A", "FAILURE", &data.replace("Zmyślona", swallowed))
    );
    assert_eq!(autopay.notification(incoming(&itn(&sly))).unwrap_err().fault.code(), "bad-value");
}

#[test]
fn an_istn_tells_of_a_settlement() {
    let autopay = autopay_with(KEY);
    let values =
        ["123456", "false", "A1", "R1", "OUT1", "98.00", "PLN", "20260516080000", "SUCCESS", "Rozliczenie 1"];
    let names = [
        "isRefund",
        "orderID",
        "remoteID",
        "remoteOutID",
        "amount",
        "currency",
        "transferDate",
        "transferStatus",
        "title",
    ];
    let leaves: Vec<_> = std::iter::once("serviceID").chain(names).zip(values).collect();
    let told = autopay.notification(incoming(&itn(&itn_xml(&leaves, &autopay.hash(values, KEY))))).unwrap();
    let settled = &told.settlements[0];
    assert!(told.payments.is_empty() && !settled.is_refund);
    assert_eq!(
        (settled.transfer.as_str(), settled.amount_grosze, settled.state),
        ("OUT1", 9_800, State::Paid)
    );
    assert!(told.taken().body.contains("<remoteOutID>OUT1</remoteOutID><confirmation>CONFIRMED<"));
}

#[test]
fn the_way_back_from_autopay_names_an_order_and_nothing_else() {
    let autopay = autopay_with(KEY);
    let hash = "8643c92bd4cf3d690ccac4880e39ad45e9672a45747ce3ed9684c62505e77578";
    let query = |order: &str| format!("ServiceID=123456&OrderID={order}&Hash={hash}");
    assert_eq!(autopay.returned(&query("NP-2026-000123-2"), now()).as_deref(), Ok("NP-2026-000123-2"));
    assert_eq!(autopay.returned(&query("NP-2026-000123-3"), now()), Err(Fault::BadSignature));
    assert_eq!(autopay.returned("OrderID=1", now()), Err(Fault::Missing("ServiceID")));
    assert_eq!(autopay.returned(&query("a%7Cb"), now()), Err(Fault::BadValue("OrderID")));
}

#[test]
fn paybynet_hashes_and_messages() {
    assert_eq!(
        paybynet::push_hash("2303", "123,50", "0000000123", "sekret"),
        "e03a0f06871b4e89baaf2ec5468aee1f3b9b21eb"
    );
    let tags = "<id_client>9999999999</id_client><id_trans>0000000123</id_trans><date_valid>15-05-2026 23:59:00</date_valid><amount>123,50</amount><currency>PLN</currency><email>jan@example.org</email><account>93999999991234000000012345</account><accname>Gmina Przykladowo^NM^00-001^ZP^Przykladowo^CI^Rynek 1^ST^Polska^CT^</accname><backpage>https://reeve.example/ok</backpage><backpagereject>https://reeve.example/no</backpagereject>";
    assert_eq!(paybynet::start_hash(tags, "sekret"), "5b427757250db217565b8300394635d7b99a2ab1");
    let paybynet = paybynet();
    let until = chrono::NaiveDate::from_ymd_opt(2026, 5, 15).unwrap().and_hms_opt(23, 59, 0);
    let wanted =
        Order { valid_until: until, method: Some("11602202".to_owned()), ..order("0000000123", 12_350, "x") };
    let form = fields_of(paybynet.start(&wanted, now()).unwrap().go);
    assert_eq!(form.fields[1], ("idbank", "11602202".to_owned()));
    let sent = String::from_utf8(BASE64_STANDARD.decode(&form.fields[0].1).unwrap()).unwrap();
    let ours = tags
        .replace("https://reeve.example/ok", "https://reeve.example/ok?order=0000000123")
        .replace("https://reeve.example/no", "https://reeve.example/ok?order=0000000123");
    assert_eq!(sent, format!("{ours}<hash>{}</hash>", paybynet::start_hash(&ours, "sekret")));
    let push = b"newStatus=2303&transAmount=123%2C50&paymentId=0000000123&hash=e03a0f06871b4e89baaf2ec5468aee1f3b9b21eb";
    let told = paybynet.notification(incoming(push)).unwrap();
    let payment = &told.payments[0];
    assert_eq!(
        (payment.state, payment.amount_grosze, payment.order.as_str()),
        (State::Paid, Some(12_350), "0000000123")
    );
    assert_eq!((told.taken().body.as_str(), told.not_taken().body.as_str()), ("OK", "FAIL"));
    // The same text with another cut between the values.
    let sly = b"newStatus=2303&transAmount=123%2C500&paymentId=000000123&hash=e03a0f06871b4e89baaf2ec5468aee1f3b9b21eb";
    let refusal = paybynet.notification(incoming(sly)).unwrap_err();
    assert_eq!((refusal.fault.code(), refusal.answer.body.as_str()), ("bad-value", "FAIL"));
}

#[derive(serde::Serialize)]
struct Escapes<'a> {
    slash: &'a str,
    unicode: &'a str,
}

#[test]
fn przelewy24_signatures() {
    assert_eq!(
        sign(&Escapes { slash: "foo/bar", unicode: "ąźćż" }),
        "4e9e3bc8c346c7487dbd4a4b4c6b5ec4561685d9018b775980e362159e3d4436e971036c3b278a07d9dd233298f0e45d"
    );
    let notice = |pos_id, session_id, amount, order_id, method_id, statement, crc| {
        sign(&SignedNotice {
            merchant_id: 12345,
            pos_id,
            session_id,
            amount,
            origin_amount: amount,
            currency: "PLN",
            order_id,
            method_id,
            statement,
            crc,
        })
    };
    assert_eq!(
        notice(123, "0beec7", 1500, 123_456_789, 32, "p24-XXX-YYY-ZZZ", "bar"),
        "703e946290d92230297c35d3bc8f554d4a458a4c97c9917665929c5ef5e682f7a868ac36e5dff20184c6a5302ef66c77"
    );
    assert_eq!(
        sign(&SignedRefund {
            order_id: 123_456_789,
            session_id: "0beec7",
            refunds_uuid: "dda251",
            merchant_id: 12345,
            amount: 1500,
            currency: "PLN",
            status: 0,
            crc: "bar"
        }),
        "689010bfd5819bcf683ee0556c0412808b760063a6a66ed4d305d9d85b0bb16ab38bc8fcd0808c85f977f5a041344688"
    );
    let (session_id, crc, currency, amount) = ("reeve-0001", "0123456789abcdef", "PLN", 12_350);
    assert_eq!(
        sign(&SignedRegister { session_id, merchant_id: 12345, amount, currency, crc }),
        "aea421f5a8b6e08c296cdf742e72db6fd53c63ac58c1940ae8471e633a72fedbffe3fdabc031b91a0f7e2eee29e086ed"
    );
    assert_eq!(
        sign(&SignedVerify { session_id, order_id: 300_123_456, amount, currency, crc }),
        "0ec4d8fc8c1f0eea6f53ba42a5fd9df0b1add923e7c93a1c7c111ab24a13cb83f046b166e946c213283d24722e33ca62"
    );
    assert_eq!(
        notice(12345, session_id, amount, 300_123_456, 154, "p24-A1B-C2D-E3F", crc),
        "e866f78d1851a6eb28108913cfd8409617dc00f412f0a462aff3f6e971382249305ec08928750f6447c0a35b6fc8d7dd"
    );
    assert_eq!(
        (autopay::amount(12_350), paybynet::amount(12_350), przelewy24::amount(12_350)),
        ("123.50".into(), "123,50".into(), 12_350)
    );
}

#[test]
fn przelewy24_messages() {
    let p24 = przelewy24(12345, "0123456789abcdef");
    let message = r#"{"merchantId":12345,"posId":12345,"sessionId":"reeve-0001","amount":12350,"originAmount":12350,"currency":"PLN","orderId":300123456,"methodId":154,"statement":"p24-A1B-C2D-E3F","sign":"e866f78d1851a6eb28108913cfd8409617dc00f412f0a462aff3f6e971382249305ec08928750f6447c0a35b6fc8d7dd"}"#;
    let told = p24.notification(incoming(message.as_bytes())).unwrap();
    let payment = &told.payments[0];
    assert_eq!(
        (payment.state, payment.amount_grosze),
        (State::Advance, Some(12_350)),
        "paid only once it is verified"
    );
    assert_eq!((payment.transaction.as_str(), payment.kind), ("300123456", Some(MethodKind::Blik)));
    assert_eq!((told.taken().status, told.not_taken().status), (200, 503));
    for (from, to, code) in [
        ("12350,\"origin", "12351,\"origin", "bad-signature"),
        ("\"PLN\"", "\"EUR\"", "bad-signature"),
        ("\"merchantId\":12345", "\"merchantId\":12346", "other-shop"),
        ("300123456", "300123457", "bad-signature"),
        ("300123456", "\"300123456\"", "not-readable"),
        ("300123456", "300123456.0", "not-readable"),
        ("300123456", "300123456,\"orderId\":1", "not-readable"),
        ("\"methodId\":154,", "", "missing"),
        ("{\"merchant", "[{\"merchant", "not-readable"),
    ] {
        let refusal = p24.notification(incoming(message.replace(from, to).as_bytes())).unwrap_err();
        assert_eq!((refusal.fault.code(), refusal.answer.status), (code, 400), "{from} -> {to}");
    }
    let library = przelewy24(123, "bar");
    let refund = r#"{"orderId":123456789,"sessionId":"0beec7","merchantId":12345,"requestId":"ae0b12","refundsUuid":"dda251","amount":1500,"currency":"PLN","timestamp":1622211022,"status":0,"sign":"689010bfd5819bcf683ee0556c0412808b760063a6a66ed4d305d9d85b0bb16ab38bc8fcd0808c85f977f5a041344688"}"#;
    let told = library.notification(incoming(refund.as_bytes())).unwrap();
    assert_eq!((told.refunds[0].refund.as_str(), told.refunds[0].state), ("dda251", RefundState::Done));
    let rejected = refund.replace("\"status\":0", "\"status\":1");
    assert_eq!(library.notification(incoming(rejected.as_bytes())).unwrap_err().fault, Fault::BadSignature);
}

#[test]
fn the_confirmation_is_signed_with_the_key_of_the_message() {
    let mut settings = autopay_with("new").settings().clone();
    let until = now() + chrono::TimeDelta::days(7);
    settings.keys = Keys {
        former: vec![operators::FormerKey { key: operators::Secret::new(KEY), until }],
        ..Keys::of("new")
    };
    let autopay = Autopay::new(settings).unwrap();
    let body = itn(&own_itn("8cf4e9d651af254655f7ac57dca9ae24385c6e9d502261c32601e9b055780373"));
    let told = autopay.notification(incoming(&body)).unwrap();
    assert!(told.taken().body.contains("22156b9114e92f629c7d3b18e814e4e2fd418198e6f85a6f2d6deb57fce2b0fd"));
    let later = Incoming { body: &body, now: until };
    assert_eq!(autopay.notification(later).unwrap_err().fault, Fault::KeyExpired);
}

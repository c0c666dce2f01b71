//! Settings as a town writes them.

use operators::{Operator, OperatorSettings};

const GOOD: &str = r#"
[[operators]]
protocol = "autopay"
id = "autopay-taxes"
base_url = "https://testpay.autopay.eu"
service_id = "123456"
keys = { current = "not-to-be-shown", from = "2026-12-01T00:00:00Z", former = [{ key = "older-not-to-be-shown", until = "2026-12-08T00:00:00Z" }] }
hash = "sha512"
kinds = { 1500 = "card", 509 = "blik" }

[[operators]]
protocol = "paybynet"
id = "paybynet"
start_url = "https://pbn.paybynet.com.pl/PayByNetT/trans.do"
status_url = "https://pbn.paybynet.com.pl/axist/services/PBNTransactionsGetStatus"
banks_url = "https://pbn.paybynet.com.pl/PayByNetT/update/os/banks.xml"
client_id = "9999999999"
keys = { current = "not-to-be-shown" }
account = "93999999991234000000012345"
receiver = { name = "Gmina Zmyślona", post_code = "00-001", city = "Zmyślona", street = "Rynek 1" }

[[operators]]
protocol = "przelewy24"
id = "p24"
base_url = "https://sandbox.przelewy24.pl"
merchant_id = 12345
pos_id = 12345
crc = { current = "not-to-be-shown" }
api_key = { current = "not-to-be-shown" }
"#;

#[derive(Debug, serde::Deserialize)]
struct Town {
    operators: Vec<OperatorSettings>,
}

fn operators(text: &str) -> Result<Vec<Operator>, String> {
    let town: Town = toml::from_str(text).map_err(|error| error.to_string())?;
    town.operators.into_iter().map(|one| Operator::new(one).map_err(|fault| fault.to_string())).collect()
}

#[test]
fn good_settings_hide_their_keys() {
    let all = operators(GOOD).unwrap();
    let told: Vec<_> =
        all.iter().map(|one| (one.id(), one.name(), one.wants_verification(), one.can_refund())).collect();
    assert_eq!(
        told,
        [
            ("autopay-taxes", "Autopay", false, true),
            ("paybynet", "Paybynet", false, false),
            ("p24", "Przelewy24", true, true)
        ]
    );
    assert!(!format!("{all:?}").contains("not-to-be-shown"));
}

#[test]
fn wrong_settings_are_named_with_their_mend() {
    for (from, to, says) in [
        ("id = \"p24\"", "id = \"P24\"", "id must be 1 to 40 small letters"),
        ("https://testpay", "http://testpay", "base_url must begin with https://"),
        (
            "https://testpay.autopay.eu",
            "https://a:b@testpay.autopay.eu",
            "base_url must be an address without user",
        ),
        ("\"123456\"", "\"12 34\"", "service_id must be the number"),
        ("\"9999999999\"", "\"999\"", "client_id must be the seller's NIP"),
        ("93999999991234000000012345", "PL93", "account must be a bank account"),
        ("Gmina Zmyślona", "Gmina^", "receiver must have texts"),
        ("merchant_id = 12345", "merchant_id = 0", "merchant_id must be the number"),
        ("crc = { current = \"not-to-be-shown\" }", "crc = { current = \"\" }", "crc must have 1 to 300"),
        ("api_key = { current = \"not-to-be-shown\" }", "", "missing field `api_key`"),
        ("hash = \"sha512\"", "hash = \"md5\"", "unknown variant `md5`"),
        ("hash = \"sha512\"", "has = \"sha512\"", "unknown field `has`"),
        ("\"card\"", "\"gold\"", "unknown variant `gold`"),
        ("pos_id = 12345", "pos_id = 12345\ntime_limit_ms = 1", "time_limit_ms must be from 100"),
        ("pos_id = 12345", "pos_id = 12345\ntransfer_channels = 0", "transfer_channels must be"),
        ("protocol = \"paybynet\"", "protocol = \"cash\"", "unknown variant `cash`"),
    ] {
        let problem = operators(&GOOD.replace(from, to)).unwrap_err();
        assert!(problem.contains(says), "{from} -> {to}: {problem}");
    }
}

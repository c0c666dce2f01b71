//! The demonstration pays at the sandbox: made-up contracts with operators that `reeve sandbox` plays.

use serde_json::json;

use crate::platform::config::OperatorContract;

/// The bank account of the made-up town, without its check digits, as its dues name it.
const DEMO_ACCOUNT: &str = "999900010000000000000101";

/// Bank accounts of the made-up town.
#[must_use]
pub fn demo_accounts() -> Vec<String> {
    bank::Nrb::of_account(DEMO_ACCOUNT).map(|nrb| nrb.as_str().to_owned()).into_iter().collect()
}

/// The made-up account from which a made-up operator pays out; with Paybynet payers' banks pay.
#[must_use]
pub fn pays_from(protocol: Option<&str>) -> Option<String> {
    let account = match protocol {
        Some("autopay") => "999900020000000000000201",
        Some("przelewy24") => "999900020000000000000202",
        _ => return None,
    };
    bank::Nrb::of_account(account).ok().map(|nrb| nrb.as_str().to_owned())
}

/// Contracts with the operators of a sandbox. Paybynet pays to one account, so it has a contract for each of `accounts`.
///
/// # Errors
/// The address is none.
pub fn sandbox_contracts(
    sandbox: &str,
    accounts: &[String],
) -> Result<Vec<OperatorContract>, serde_json::Error> {
    // Columns of the files that the sandbox writes.
    let columns = json!({
        "order": "order", "transaction": "transaction", "amount": "amount", "fee": "fee", "currency": "currency",
        "paid_on": "paid_on", "transfer": "transfer",
    });
    let url = |path: &str| format!("{}{path}", sandbox.trim_end_matches('/'));
    let mut contracts = vec![
        json!({
            "protocol": "autopay", "id": "autopay", "base_url": url("/autopay"), "background_start": true,
            "service_id": sandbox::AUTOPAY_SERVICE, "keys": { "current": sandbox::AUTOPAY_KEY },
            "allow_http_loopback": true,
        }),
        json!({
            "protocol": "przelewy24", "id": "przelewy24", "base_url": url("/przelewy24"),
            "merchant_id": sandbox::PRZELEWY24_MERCHANT, "pos_id": sandbox::PRZELEWY24_MERCHANT,
            "crc": { "current": sandbox::PRZELEWY24_CRC }, "api_key": { "current": sandbox::PRZELEWY24_API_KEY },
            "transfer_channels": 2, "allow_http_loopback": true,
        }),
    ];
    for (number, account) in (1..).zip(accounts) {
        // All are of one seller, whose messages come to one address.
        let id = if number == 1 { "paybynet".to_owned() } else { format!("paybynet-{number}") };
        contracts.push(json!({
            "protocol": "paybynet", "id": id, "start_url": url("/paybynet/trans.do"),
            "status_url": url("/paybynet/status"), "banks_url": url("/paybynet/banks.xml"),
            "client_id": sandbox::PAYBYNET_CLIENT, "keys": { "current": sandbox::PAYBYNET_PASSWORD },
            "account": account, "allow_http_loopback": true,
            "receiver": { "name": "Gmina Zmyślona", "post_code": "00-001", "city": "Zmyślona", "street": "Rynek 1" },
        }));
    }
    for contract in &mut contracts {
        if let Some(members) = contract.as_object_mut() {
            members.insert("settlement".into(), columns.clone());
            if let Some(account) = pays_from(members.get("protocol").and_then(serde_json::Value::as_str)) {
                members.insert("pays_from".into(), json!([account]));
            }
        }
    }
    contracts.into_iter().map(serde_json::from_value).collect()
}

/// Tells a sandbox where this service takes messages, as somebody would enter it at the operators.
///
/// # Errors
/// The sandbox does not answer.
pub async fn tell_sandbox(sandbox: &str, base: &str) -> Result<(), reqwest::Error> {
    let wish = json!({ "pay": {
        "autopay_notify": format!("{base}/api/payments/autopay/notify"),
        "autopay_return": format!("{base}/api/payments/autopay/return"),
        "paybynet_notify": format!("{base}/api/payments/paybynet/notify"),
    } });
    // Whoever comes first chooses for the process.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().timeout(std::time::Duration::from_secs(5)).build()?;
    let url = format!("{}/switch", sandbox.trim_end_matches('/'));
    let body = serde_json::to_vec(&wish).unwrap_or_default();
    let request = client.post(url).header("content-type", "application/json").body(body);
    request.send().await?.error_for_status()?;
    Ok(())
}

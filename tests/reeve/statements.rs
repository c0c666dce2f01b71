//! Statements of bank accounts: files through the desk's door, what is booked of them, and what treasurers decide.

mod desk;
mod files;
mod lists;

use bank::Nrb;
use reeve::{kernel::Lang, platform::access::Level};
use uuid::Uuid;

use crate::{
    dues::{NRB, balance, day, party_of, trial, with_bank_account},
    support::{Client, Town},
};

/// A made-up account of somebody who pays.
pub(crate) const SENDER: &str = "14999999990000000000000001";

/// A movement of a made-up statement.
#[derive(Debug, Clone)]
pub(crate) struct Moved<'a> {
    pub(crate) grosze: i64,
    /// `C`, `D`, `RC`, `RD`.
    pub(crate) mark: &'a str,
    pub(crate) day: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) name: &'a str,
    pub(crate) account: &'a str,
    pub(crate) title: &'a str,
}

/// Somebody paid.
pub(crate) fn paid<'a>(grosze: i64, day: &'a str, reference: &'a str, title: &'a str) -> Moved<'a> {
    Moved { grosze, mark: "C", day, reference, name: "ANNA ZMYSLONA", account: SENDER, title }
}

fn swift(grosze: i64) -> String {
    format!("{},{:02}", grosze.abs() / 100, grosze.abs() % 100)
}

fn swift_day(text: &str) -> String {
    day(text).format("%y%m%d").to_string()
}

/// Lines of the description, with the title cut after each 27 characters as banks do.
fn described(moved: &Moved<'_>) -> Vec<String> {
    let mut lines = vec![":86:020~00152".to_owned()];
    let signs: Vec<char> = moved.title.chars().collect();
    for (place, part) in signs.chunks(27).enumerate() {
        lines.push(format!("~2{place}{}", part.iter().collect::<String>()));
    }
    lines.push(format!("~32{}", moved.name));
    lines.push(format!("~38{}", Nrb::parse(moved.account).unwrap().iban()));
    lines
}

fn entry_lines(moved: &Moved<'_>) -> Vec<String> {
    let on = swift_day(moved.day);
    let reference = if moved.reference.is_empty() { String::new() } else { format!("//{}", moved.reference) };
    let (month_day, mark, amount) = (on.get(2..).unwrap(), moved.mark, swift(moved.grosze));
    let mut lines = vec![format!(":61:{on}{month_day}{mark}N{amount}N152NONREF{reference}")];
    lines.extend(described(moved));
    lines
}

/// A statement of the day as banks in Poland write it.
pub(crate) fn mt940(nrb: &str, number: u32, opening: i64, moved: &[Moved<'_>]) -> String {
    let sign =
        |moved: &Moved<'_>| if matches!(moved.mark, "C" | "RD") { moved.grosze } else { -moved.grosze };
    let closing = opening + moved.iter().map(sign).sum::<i64>();
    let on = swift_day(moved.last().map_or("2026-03-17", |moved| moved.day));
    let mut lines = vec![
        ":20:REEVE".to_owned(),
        format!(":25:/PL{nrb}"),
        format!(":28C:{number}"),
        format!(":60F:C{on}PLN{}", swift(opening)),
    ];
    lines.extend(moved.iter().flat_map(entry_lines));
    lines.push(format!(":62F:C{on}PLN{}", swift(closing)));
    lines.push("-".to_owned());
    lines.join("\r\n") + "\r\n"
}

/// The same movements as they are told within the day.
pub(crate) fn mt942(nrb: &str, moved: &[Moved<'_>]) -> String {
    let on = swift_day("2026-03-17");
    let mut lines = vec![
        ":20:REEVE".to_owned(),
        format!(":25:/PL{nrb}"),
        ":28C:1".to_owned(),
        ":34F:PLN0,00".to_owned(),
        format!(":13D:{on}1200+0100"),
    ];
    lines.extend(moved.iter().flat_map(entry_lines));
    lines.push("-".to_owned());
    lines.join("\r\n") + "\r\n"
}

/// Sends a file as the desk's form does.
pub(crate) async fn upload(
    who: &Client,
    name: &str,
    bytes: &[u8],
    fields: &[(&str, &str)],
) -> reqwest::Response {
    const EDGE: &str = "edge-of-a-part";
    let mut body = Vec::new();
    for (name, value) in [("form_token", who.form_token.as_str())].iter().chain(fields) {
        let head = format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.into_bytes());
    }
    let head =
        format!("--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(head.into_bytes());
    body.extend(bytes);
    body.extend(format!("\r\n--{EDGE}--\r\n").into_bytes());
    who.request(reqwest::Method::POST, "/desk/statements")
        .header("content-type", format!("multipart/form-data; boundary={EDGE}"))
        .body(body)
        .send()
        .await
        .unwrap()
}

/// A file that is taken in.
pub(crate) async fn take(who: &Client, text: &str) {
    let response = upload(who, "wyciag.sta", text.as_bytes(), &[("do", "take")]).await;
    let status = response.status();
    assert_eq!(status, 303, "{}", response.text().await.unwrap());
}

/// A file that is refused, or does nothing; answers the page.
pub(crate) async fn told(who: &Client, bytes: &[u8], status: u16, fields: &[(&str, &str)]) -> String {
    let response = upload(who, "wyciag.sta", bytes, fields).await;
    assert_eq!(response.status(), status);
    response.text().await.unwrap()
}

/// A town with bank accounts, a treasurer and a payer.
pub(crate) async fn treasury() -> (Town, Client, Uuid) {
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let treasurer = town.staff("treasurer").await;
    let payer = party_of(&town, &town.resident(Level::Verified).await).await;
    sqlx::query("update party set name = 'Anna Zmyślona' where id = $1")
        .bind(payer)
        .execute(town.pool())
        .await
        .unwrap();
    (town, treasurer, payer)
}

/// Another payer of that name.
pub(crate) async fn payer(town: &Town, name: &str) -> Uuid {
    let id = party_of(town, &town.resident(Level::Verified).await).await;
    sqlx::query("update party set name = $2 where id = $1")
        .bind(id)
        .bind(name)
        .execute(town.pool())
        .await
        .unwrap();
    id
}

/// What is left of an instalment on a day.
pub(crate) async fn left(town: &Town, instalment: Uuid, on: &str) -> i64 {
    let mut connection = town.pool().acquire().await.unwrap();
    let owed = town.app.dues.owed_in(&mut connection, Lang::Pl, &[instalment], day(on)).await.unwrap();
    owed.iter().map(reeve::dues::Owed::to_pay_grosze).sum()
}

pub(crate) async fn token(town: &Town, instalment: Uuid) -> String {
    sqlx::query_scalar("select token from due_instalment where id = $1")
        .bind(instalment)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

/// The entry of a bank's reference: id, state, version.
pub(crate) async fn entry(town: &Town, reference: &str) -> (Uuid, String, i32) {
    sqlx::query_as("select id, state, version from statement_entry where bank_reference = $1")
        .bind(reference)
        .fetch_one(town.pool())
        .await
        .unwrap()
}

pub(crate) async fn state(town: &Town, reference: &str) -> String {
    entry(town, reference).await.1
}

/// The trial balance is zero, and so much is unexplained.
pub(crate) async fn unexplained(town: &Town, grosze: i64) {
    trial(town.pool()).await;
    assert_eq!(-balance(town.pool(), "unexplained").await, grosze, "unexplained");
}

pub(crate) const OWN: &str = NRB;

//! What arrived, as a page for people.

use std::fmt::Write as _;

use axum::{
    extract::State,
    http::header,
    response::{Html, IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use crate::world::Shared;

pub(crate) const STYLE: &str = "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
                     color:#0b0c0c;background:#fff}table{border-collapse:collapse;width:100%;margin-bottom:2rem}\
                     th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #b1b4b6}\
                     td.text{white-space:pre-wrap;overflow-wrap:anywhere}";

/// `GET /`
pub(crate) async fn show(State(shared): State<Shared>) -> Response {
    let (mut sms, mut push) = (String::new(), String::new());
    let payments = {
        let world = shared.world();
        for one in world.sms.iter().rev() {
            row(&mut sms, one.at, &[&one.to, &one.from], &one.text);
        }
        for one in world.pushes.iter().rev() {
            let said = |member: &str| one.notice.as_ref().and_then(|notice| notice[member].as_str());
            let text = match (said("title"), said("body")) {
                (Some(title), Some(body)) => format!("{title}\n{body}"),
                (Some(title), None) => title.to_owned(),
                _ => one.text.clone(),
            };
            let browser: String = one.subscription.chars().take(8).collect();
            row(&mut push, one.at, &[&browser, &one.sender], &text);
        }
        crate::pay::section(&world)
    };
    let page = format!(
        "<!doctype html>\n<html lang=\"pl\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>Świat na zewnątrz – piaskownica</title><style>{STYLE}</style></head><body><main>\
         <h1>Świat na zewnątrz</h1>\
         <p>Piaskownica udaje operatora SMS, usługę powiadomień przeglądarki i operatorów płatności. Nic stąd nie wychodzi \
         do prawdziwych odbiorców. Najnowsze wiadomości są na górze; <a href=\"/\">odśwież stronę</a>, aby zobaczyć kolejne.</p>\
         {}{}{}</main></body></html>\n",
        table(
            "SMS",
            &["Nadeszła", "Numer", "Nadawca", "Treść"],
            &sms,
            "Nie nadeszła jeszcze żadna wiadomość SMS."
        ),
        table(
            "Powiadomienia",
            &["Nadeszło", "Przeglądarka", "Nadawca", "Treść"],
            &push,
            "Nie nadeszło jeszcze żadne powiadomienie."
        ),
        table(
            "Płatności",
            &["Rozpoczęto", "Operator", "Zamówienie", "Kwota", "Stan", "Powiadomień do wysłania"],
            &payments,
            "Nie rozpoczęto jeszcze żadnej płatności."
        ),
    );
    let policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";
    ([(header::CONTENT_SECURITY_POLICY, policy), (header::CACHE_CONTROL, "no-store")], Html(page))
        .into_response()
}

fn table(title: &str, heads: &[&str], rows: &str, none: &str) -> String {
    if rows.is_empty() {
        return format!("<h2>{title}</h2><p>{none}</p>");
    }
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    format!("<h2>{title}</h2><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

fn row(rows: &mut String, at: DateTime<Utc>, cells: &[&str], text: &str) {
    // Writing to a String cannot fail.
    let _ = write!(rows, "<tr><td>{} UTC</td>", at.format("%d.%m.%Y %H:%M:%S"));
    for cell in cells {
        let _ = write!(rows, "<td>{}</td>", escaped(cell));
    }
    let _ = write!(rows, "<td class=\"text\">{}</td></tr>", escaped(text));
}

pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

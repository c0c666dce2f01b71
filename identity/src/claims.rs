//! Who somebody is, of claims that are believed.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use oauth2::http::{
    HeaderValue, Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Map, Value};

use crate::{
    Assurance, Claim, Provider,
    fault::{Endpoint, Fault},
    provider::Known,
    token::{Tokens, Verified},
};

/// Longest name of a person, in characters.
const MOST_NAME_CHARS: usize = 200;
/// Longest subject, in bytes (OpenID Connect Core 1.0, §2).
const MOST_SUBJECT_BYTES: usize = 255;
/// Longest e-mail address, in bytes (RFC 5321).
const MOST_EMAIL_BYTES: usize = 254;
/// Most ways of proving who one is that are told, and the longest name of one.
const MOST_AMR: usize = 16;
const MOST_AMR_BYTES: usize = 100;

/// Somebody who signed in, as the provider knows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// [`crate::ProviderSettings::id`].
    pub provider: String,
    /// The provider's own name.
    pub issuer: String,
    /// The person's name at the provider: it never changes and means nothing anywhere else.
    pub subject: String,
    /// Given names.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Date of birth.
    pub birthdate: Option<NaiveDate>,
    /// PESEL: eleven digits, whose sum and date the caller checks.
    pub pesel: Option<String>,
    /// E-mail address. Nobody is recognised by it.
    pub email: Option<String>,
    /// Whether the provider says that the address is theirs.
    pub email_verified: bool,
    /// How sure the provider is.
    pub level: Assurance,
    /// The same in the provider's word.
    pub acr: Option<String>,
    /// By which means the person proved who they are.
    pub amr: Vec<String>,
    /// When they did.
    pub auth_time: Option<DateTime<Utc>>,
    /// The signed statement, for [`Provider::logout_url`].
    pub id_token: String,
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("provider", &self.provider)
            .field("level", &self.level)
            .field("acr", &self.acr)
            .field("auth_time", &self.auth_time)
            .finish_non_exhaustive()
    }
}

/// Puts together what the ID token and, where that says too little, userinfo say. What is signed counts first.
pub(crate) async fn identity(
    provider: &Provider,
    known: &Known,
    verified: Verified,
    tokens: &Tokens,
) -> Result<Identity, Fault> {
    let subject = verified.subject;
    if subject.is_empty() || subject.len() > MOST_SUBJECT_BYTES || subject.chars().any(char::is_control) {
        return Err(Fault::BadClaim("sub".to_owned()));
    }
    let settings = &provider.settings;
    let mut claims = verified.claims;
    let asks_email = settings.scopes.iter().any(|scope| scope == "email");
    let wanted = [Claim::GivenName, Claim::FamilyName, Claim::Birthdate, Claim::Pesel]
        .into_iter()
        .chain(asks_email.then_some(Claim::Email));
    if wanted.map(|claim| settings.claims.of(claim)).any(|name| is_missing(&claims, name)) {
        for (name, value) in user_info(provider, known, tokens, &subject).await? {
            if is_missing(&claims, &name) {
                claims.insert(name, value);
            }
        }
    }
    if let Some(claim) =
        settings.required.iter().find(|claim| is_missing(&claims, settings.claims.of(**claim)))
    {
        return Err(Fault::MissingClaim(settings.claims.of(*claim).to_owned()));
    }

    let of = |claim| text(&claims, settings.claims.of(claim));
    let bad = |claim| Fault::BadClaim(settings.claims.of(claim).to_owned());
    let birthdate = of(Claim::Birthdate)?;
    let birthdate = birthdate.map(|text| date(&text)).transpose().map_err(|NoDate| bad(Claim::Birthdate))?;
    let pesel = of(Claim::Pesel)?;
    if pesel
        .as_ref()
        .is_some_and(|pesel| pesel.len() != 11 || !pesel.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return Err(bad(Claim::Pesel));
    }
    let email = of(Claim::Email)?;
    if email.as_ref().is_some_and(|email| email.len() > MOST_EMAIL_BYTES || !email.contains('@')) {
        return Err(bad(Claim::Email));
    }
    let email_verified = email.is_some() && is_true(claims.get("email_verified"));
    Ok(Identity {
        provider: settings.id.clone(),
        issuer: settings.issuer.clone(),
        subject,
        given_name: of(Claim::GivenName)?,
        family_name: of(Claim::FamilyName)?,
        birthdate: birthdate.flatten(),
        pesel,
        email,
        email_verified,
        level: verified.level,
        acr: verified.acr,
        amr: means(&claims)?,
        auth_time: verified.auth_time,
        id_token: tokens.id_token.clone(),
    })
}

/// What userinfo says of the same person; nothing when the provider has no such door.
async fn user_info(
    provider: &Provider,
    known: &Known,
    tokens: &Tokens,
    subject: &str,
) -> Result<Map<String, Value>, Fault> {
    let at = Endpoint::UserInfo;
    let Some(url) = known.metadata.userinfo_endpoint() else {
        return Ok(Map::new());
    };
    let mut bearer = HeaderValue::from_str(&format!("Bearer {}", tokens.access.secret())).map_err(|_| {
        Fault::bad_answer(Endpoint::Token, "its access_token has characters that no token has")
    })?;
    bearer.set_sensitive(true);
    let request = Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .header(AUTHORIZATION, bearer)
        .body(Vec::new())
        .map_err(|_| Fault::bad_answer(at, "its address cannot be spoken to"))?;
    let answer = provider.http.at(at).ask(request).await?;
    if answer.status() != StatusCode::OK {
        return Err(Fault::bad_answer(at, format!("it has status {}", answer.status().as_u16())));
    }
    let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(Fault::bad_answer(at, "it is not of the type application/json"));
    }
    let claims: Map<String, Value> =
        serde_json::from_slice(answer.body()).map_err(|_| Fault::bad_answer(at, "it is no JSON object"))?;
    match claims.get("sub").and_then(Value::as_str) {
        Some(other) if other == subject => Ok(claims),
        Some(_) => Err(Fault::SubjectMismatch),
        None => Err(Fault::MissingClaim("sub".to_owned())),
    }
}

fn is_missing(claims: &Map<String, Value>, name: &str) -> bool {
    match claims.get(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    }
}

/// A claim that is a text of one line.
fn text(claims: &Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    if is_missing(claims, name) {
        return Ok(None);
    }
    let text = claims.get(name).and_then(Value::as_str).map(str::trim);
    match text {
        Some(text) if text.chars().count() <= MOST_NAME_CHARS && !text.chars().any(char::is_control) => {
            Ok(Some(text.to_owned()))
        }
        _ => Err(Fault::BadClaim(name.to_owned())),
    }
}

/// True itself or, as some providers write it, in quotes.
fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.as_bool() == Some(true) || value.as_str() == Some("true"))
}

fn means(claims: &Map<String, Value>) -> Result<Vec<String>, Fault> {
    let bad = || Fault::BadClaim("amr".to_owned());
    let Some(means) = claims.get("amr").filter(|means| !means.is_null()) else {
        return Ok(Vec::new());
    };
    let means = means.as_array().filter(|means| means.len() <= MOST_AMR).ok_or_else(bad)?;
    let one = |mean: &Value| {
        mean.as_str().filter(|mean| mean.len() <= MOST_AMR_BYTES).map(str::to_owned).ok_or_else(bad)
    };
    means.iter().map(one).collect()
}

struct NoDate;

/// A date of birth. The national node may add a zone to it (`1987-02-22Z`), which means nothing; OpenID Connect lets
/// the year or the day be left out, and then there is none.
fn date(text: &str) -> Result<Option<NaiveDate>, NoDate> {
    let (date, zone) = text.split_at_checked(10).unwrap_or((text, ""));
    let is_zone = zone.is_empty() || zone == "Z" || (zone.len() == 6 && zone.parse::<FixedOffset>().is_ok());
    let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_year {
        return Ok(None);
    }
    // Written in full only: chrono itself would take `1987-2-3`.
    let is_full = date.len() == 10
        && date.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let parsed =
        NaiveDate::parse_from_str(date, "%Y-%m-%d").ok().filter(|_| is_full && is_zone).ok_or(NoDate)?;
    Ok(Some(parsed).filter(|_| !date.starts_with("0000")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_come_in_several_shapes() {
        let born = NaiveDate::from_ymd_opt(1987, 2, 22);
        for (text, so) in [
            ("1987-02-22", Some(born)),
            ("1987-02-22Z", Some(born)),
            ("1987-02-22+01:00", Some(born)),
            ("1987", Some(None)),
            ("0000-02-22", Some(None)),
            ("1987-02-30", None),
            ("1987-2-22", None),
            ("22.02.1987", None),
            ("1987-02-22T00:00:00Z", None),
            ("1987-02-22 żółw", None),
            ("1987-02-2ż", None),
            ("", None),
        ] {
            assert_eq!(date(text).ok(), so, "{text}");
        }
    }

    #[test]
    fn a_person_is_not_shown_by_debug() {
        let identity = Identity {
            provider: "state".to_owned(),
            issuer: "https://broker.example".to_owned(),
            subject: "subject-1".to_owned(),
            given_name: Some("Anna".to_owned()),
            family_name: Some("Zmyślona".to_owned()),
            birthdate: NaiveDate::from_ymd_opt(1985, 2, 28),
            pesel: Some("85022899900".to_owned()),
            email: Some("anna@example.org".to_owned()),
            email_verified: true,
            level: Assurance::Substantial,
            acr: None,
            amr: vec![],
            auth_time: None,
            id_token: "a.b.c".to_owned(),
        };
        let shown = format!("{identity:?}");
        for hidden in ["subject-1", "Anna", "Zmyślona", "1985", "85022899900", "anna@", "a.b.c"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
    }
}

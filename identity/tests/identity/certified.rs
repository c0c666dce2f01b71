//! Against a certified provider that knows nothing of us: `tests/identity/provider.mjs`, driven as a browser does it.

use std::{
    collections::BTreeMap,
    path::Path,
    process::Stdio,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, TimeDelta, Utc};
use identity::{Ask, Assurance, Begun, Callback, Fault, Identity, Provider};
use reqwest::{Method, Url, header};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

const BACK: &str = "http://127.0.0.1/sign-in/back/state";
const SIGNED_OUT: &str = "http://127.0.0.1/signed-out";
const LOW: &str = "http://eidas.europa.eu/LoA/low";
const SUBSTANTIAL: &str = "http://eidas.europa.eu/LoA/substantial";
const HIGH: &str = "http://eidas.europa.eu/LoA/high";

/// Longest time for the provider to start, and for one page.
const LONGEST: Duration = Duration::from_secs(60);

/// The provider's clock is the machine's.
fn now() -> DateTime<Utc> {
    SystemTime::now().into()
}

struct Certified {
    issuer: String,
    settings: Value,
    _process: Child,
}

impl Certified {
    async fn start(options: &[&str]) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/identity");
        assert!(
            folder.join("node_modules/oidc-provider").is_dir(),
            "the certified provider is not installed: run script/bootstrap --test, or npm ci --prefix tests/identity"
        );
        let mut process = Command::new("node")
            .arg(folder.join("provider.mjs"))
            .args(["--until-stdin-ends", "--redirect-uri", BACK, "--post-logout-redirect-uri", SIGNED_OUT])
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed");
        let mut lines = BufReader::new(process.stdout.take().expect("a pipe")).lines();
        let said =
            tokio::time::timeout(LONGEST, lines.next_line()).await.expect("the provider starts in time");
        let said = said.expect("a line").expect("the provider started");
        let said: Value = serde_json::from_str(&said).expect("JSON");
        let settings = json!({
            "id": "state",
            "name": { "pl": "Login państwa", "en": "State's login" },
            "issuer": said["issuer"],
            "client_id": said["client_id"],
            "client_secret": said["client_secret"],
            "scopes": ["openid", "profile", "email", "pesel"],
            "acr_values": [SUBSTANTIAL],
            "levels": { LOW: "low", SUBSTANTIAL: "substantial", HIGH: "high" },
            "required": ["given_name", "family_name", "pesel"],
            "allow_http_loopback": true,
        });
        Self { issuer: said["issuer"].as_str().expect("an issuer").to_owned(), settings, _process: process }
    }

    fn provider(&self) -> Provider {
        self.provider_with(&json!({}))
    }

    fn provider_with(&self, changes: &Value) -> Provider {
        let mut settings = self.settings.clone();
        for (name, value) in changes.as_object().expect("an object") {
            settings[name] = value.clone();
        }
        Provider::new(serde_json::from_value(settings).expect("good settings")).expect("a provider")
    }

    async fn rotate(&self) {
        let answer = reqwest::Client::new().post(format!("{}/test/rotate", self.issuer)).send().await;
        assert!(answer.expect("rotated").status().is_success());
    }
}

/// Where a browser came to.
enum Place {
    Page {
        url: Url,
        html: String,
    },
    /// An address of ours, with its query.
    Ours {
        url: String,
        query: String,
    },
}

/// A browser without scripts: cookies, forms, redirects.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<String, String>,
}

impl Browser {
    async fn go(&mut self, method: Method, to: &str, form: &[(&str, &str)]) -> Place {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(LONGEST);
        let http = http.build().expect("a client");
        let (mut method, mut url) = (method, Url::parse(to).expect("an address"));
        let mut body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        for _ in 0..10 {
            let ours = url.as_str().split_once('?').unwrap_or((url.as_str(), ""));
            if [BACK, SIGNED_OUT].contains(&ours.0) {
                return Place::Ours { url: ours.0.to_owned(), query: ours.1.to_owned() };
            }
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let answer = http
                .request(method.clone(), url.clone())
                .header(header::COOKIE, cookies.join("; "))
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(std::mem::take(&mut body))
                .send()
                .await
                .expect("the provider answers");
            self.keep(&answer);
            match answer.headers().get(header::LOCATION) {
                Some(to) if answer.status().is_redirection() => {
                    url = url.join(to.to_str().expect("an address")).expect("an address");
                    method = Method::GET;
                }
                _ => return Place::Page { url, html: answer.text().await.expect("a page") },
            }
        }
        panic!("redirected ten times");
    }

    fn keep(&mut self, answer: &reqwest::Response) {
        for cookie in answer.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("a cookie");
            let (name, value) = cookie.split(';').next().expect("a pair").split_once('=').expect("a pair");
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    /// Follows a sign-in to the form, or, when the provider knows the person still, at once back to us.
    async fn visit(&mut self, begun: &Begun) -> Place {
        self.go(Method::GET, &begun.url, &[]).await
    }

    /// Fills in the form.
    async fn choose(&mut self, begun: &Begun, fields: &[(&str, &str)]) -> Callback {
        let Place::Page { url, html } = self.visit(begun).await else { panic!("no form was shown") };
        for id in ["user", "level", "sign-in", "cancel"] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{html}");
        }
        came_back(self.go(Method::POST, url.as_str(), fields).await)
    }
}

fn came_back(place: Place) -> Callback {
    match place {
        Place::Ours { query, .. } => Callback::from_query(&query).expect("a way back"),
        Place::Page { html, .. } => panic!("still there: {html}"),
    }
}

async fn sign_in(
    provider: &Provider,
    browser: &mut Browser,
    ask: &Ask<'_>,
    user: &str,
    level: &str,
) -> Result<Identity, Fault> {
    let begun = provider.begin(ask, now()).await?;
    let callback = browser.choose(&begun, &[("user", user), ("level", level), ("do", "sign-in")]).await;
    provider.finish(&begun, &callback, now()).await
}

#[tokio::test]
async fn people_sign_in_and_out() {
    let certified = Certified::start(&[]).await;
    let provider = certified.provider();
    let mut browser = Browser::default();
    let ask = Ask { max_age_s: Some(600), ..Ask::to(BACK) };
    let anna = sign_in(&provider, &mut browser, &ask, "anna", "substantial").await.expect("signed in");
    assert_eq!((anna.issuer.as_str(), anna.subject.as_str()), (certified.issuer.as_str(), "anna"));
    assert_eq!((anna.given_name.as_deref(), anna.family_name.as_deref()), (Some("Anna"), Some("Zmyślona")));
    assert_eq!(anna.pesel.as_deref(), Some("85022899900"));
    assert_eq!(anna.birthdate, chrono::NaiveDate::from_ymd_opt(1985, 2, 28));
    assert_eq!((anna.email.as_deref(), anna.email_verified), (Some("anna@example.org"), true));
    assert_eq!((anna.level, anna.acr.as_deref()), (Assurance::Substantial, Some(SUBSTANTIAL)));
    assert_eq!(anna.amr, ["test"]);
    assert!(anna.auth_time.is_some_and(|at| (now() - at).num_seconds().abs() < 60));

    // The provider knows her still; once she signed out there, it does not.
    let begun = provider.begin(&ask, now()).await.expect("begun");
    let callback = came_back(browser.visit(&begun).await);
    let again = provider.finish(&begun, &callback, now()).await.expect("signed in");
    assert_eq!(again.subject, "anna");
    let out = provider.logout_url(Some(&again.id_token), Some(SIGNED_OUT), Some("mark"), now()).await;
    let out = out.expect("known").expect("a page");
    let Place::Page { html, .. } = browser.go(Method::GET, &out, &[]).await else { panic!("no question") };
    let (_, rest) = html.split_once("name=\"xsrf\" value=\"").expect("a form");
    let xsrf = rest.split('"').next().expect("a value");
    let confirm = format!("{}/session/end/confirm", certified.issuer);
    let Place::Ours { url, query } =
        browser.go(Method::POST, &confirm, &[("xsrf", xsrf), ("logout", "yes")]).await
    else {
        panic!("not sent back")
    };
    assert_eq!((url.as_str(), query.as_str()), (SIGNED_OUT, "state=mark"));

    // Another person on the same browser, whose date of birth comes with a zone.
    let jan = sign_in(&provider, &mut browser, &ask, "jan", "substantial").await.expect("signed in");
    assert_eq!(jan.birthdate, chrono::NaiveDate::from_ymd_opt(2000, 2, 29));
}

#[tokio::test]
async fn levels_are_asked_for_and_held() {
    let certified = Certified::start(&[]).await;
    let provider = certified.provider();
    let mut browser = Browser::default();
    let usual = Ask::to(BACK);
    let fault = sign_in(&provider, &mut browser, &usual, "anna", "low").await.err();
    assert_eq!(fault, Some(Fault::LevelTooLow), "she chose less than was asked");
    let anna = sign_in(&provider, &mut browser, &usual, "anna", "substantial").await.expect("signed in");
    assert_eq!(anna.level, Assurance::Substantial);
    // Her session at the provider is not enough for more, so the form is shown again.
    let high = Ask { least: Some(Assurance::High), ..Ask::to(BACK) };
    let anna = sign_in(&provider, &mut browser, &high, "anna", "high").await.expect("signed in");
    assert_eq!((anna.level, anna.acr.as_deref()), (Assurance::High, Some(HIGH)));
    // And someone else in the midst of her session.
    let low = Ask { least: Some(Assurance::Low), ..Ask::to(BACK) };
    let mut other = Browser::default();
    let kacper = sign_in(&provider, &mut other, &low, "kacper", "low").await.expect("signed in");
    assert_eq!((kacper.subject.as_str(), kacper.level), ("kacper", Assurance::Low));
    let twin = sign_in(&provider, &mut Browser::default(), &usual, "anna-again", "substantial").await;
    let twin = twin.expect("signed in");
    assert_ne!(twin.subject, anna.subject);
    assert_eq!(twin.pesel, anna.pesel, "the same person under another account");
    let olena = sign_in(&provider, &mut Browser::default(), &usual, "olena", "substantial").await.err();
    assert_eq!(olena, Some(Fault::MissingClaim("pesel".to_owned())));
    let lenient = certified.provider_with(&json!({ "required": ["given_name", "family_name"] }));
    let olena = sign_in(&lenient, &mut Browser::default(), &usual, "olena", "substantial").await;
    assert_eq!(olena.expect("signed in").pesel, None);
}

#[tokio::test]
async fn what_a_certified_provider_refuses_is_told() {
    let certified = Certified::start(&[]).await;
    let provider = certified.provider();
    let chosen = [("user", "anna"), ("level", "substantial"), ("do", "sign-in")];
    let begin = async || provider.begin(&Ask::to(BACK), now()).await.expect("begun");

    let begun = begin().await;
    let callback = Browser::default().choose(&begun, &[("do", "cancel")]).await;
    assert_eq!(provider.finish(&begun, &callback, now()).await.err(), Some(Fault::Denied));

    let grant = Fault::ProviderSays { at: "token endpoint", error: "invalid_grant".to_owned() };
    let begun = begin().await;
    let callback = Browser::default().choose(&begun, &chosen).await;
    assert_eq!(callback.iss.as_deref(), Some(certified.issuer.as_str()), "RFC 9207");
    provider.finish(&begun, &callback, now()).await.expect("signed in");
    assert_eq!(provider.finish(&begun, &callback, now()).await.err(), Some(grant.clone()), "twice");

    let begun = begin().await;
    let callback = Browser::default().choose(&begun, &chosen).await;
    let other = Begun { pkce_verifier: begin().await.pkce_verifier, ..begun };
    assert_eq!(provider.finish(&other, &callback, now()).await.err(), Some(grant), "another's proof");

    let begun = begin().await;
    let callback = Browser::default().choose(&begun, &chosen).await;
    let other = Begun { nonce: begin().await.nonce, ..begun };
    assert_eq!(provider.finish(&other, &callback, now()).await.err(), Some(Fault::NonceMismatch));

    let begun = begin().await;
    let callback = Browser::default().choose(&begun, &chosen).await;
    let other = begin().await;
    assert_eq!(provider.finish(&other, &callback, now()).await.err(), Some(Fault::StateMismatch));

    let impostor = certified.provider_with(&json!({ "client_secret": "a wrong one" }));
    let fault =
        sign_in(&impostor, &mut Browser::default(), &Ask::to(BACK), "anna", "substantial").await.err();
    assert_eq!(fault, Some(Fault::ProviderSays { at: "token endpoint", error: "invalid_client".to_owned() }));

    let elsewhere = provider.begin(&Ask::to("http://127.0.0.1/elsewhere"), now()).await.expect("begun");
    let Place::Page { html, .. } = Browser::default().visit(&elsewhere).await else {
        panic!("sent elsewhere")
    };
    assert!(html.contains("redirect_uri"), "{html}");
}

#[tokio::test]
async fn clocks_may_differ_by_a_minute() {
    let certified = Certified::start(&[]).await;
    let provider = certified.provider();
    for (offset_s, so) in
        [(-45, None), (-90, Some(Fault::IssuedInFuture)), (630, None), (690, Some(Fault::Expired))]
    {
        let begun = provider.begin(&Ask::to(BACK), now()).await.expect("begun");
        let chosen = [("user", "anna"), ("level", "substantial"), ("do", "sign-in")];
        let callback = Browser::default().choose(&begun, &chosen).await;
        // Our clock is wrong all the time, not only at the end.
        let then = now() + TimeDelta::seconds(offset_s);
        let begun = Begun { at: then, ..begun };
        assert_eq!(provider.finish(&begun, &callback, then).await.err(), so, "{offset_s} s");
    }
}

#[tokio::test]
async fn keys_change_under_way() {
    let certified = Certified::start(&[]).await;
    let provider = certified.provider();
    let ask = Ask::to(BACK);
    let mut browser = Browser::default();
    sign_in(&provider, &mut browser, &ask, "anna", "substantial").await.expect("signed in");
    certified.rotate().await;
    sign_in(&provider, &mut Browser::default(), &ask, "jan", "substantial").await.expect("with the new keys");
    // Once more within the half minute: not searched for at once, found later.
    certified.rotate().await;
    let fault = sign_in(&provider, &mut Browser::default(), &ask, "jan", "substantial").await.err();
    assert_eq!(fault, Some(Fault::UnknownKey));
    let begun = provider.begin(&ask, now()).await.expect("begun");
    let chosen = [("user", "jan"), ("level", "substantial"), ("do", "sign-in")];
    let callback = Browser::default().choose(&begun, &chosen).await;
    let later = now() + TimeDelta::seconds(identity::KEYS_ANEW_S + 1);
    provider.finish(&begun, &callback, later).await.expect("with the newest keys");
}

#[tokio::test]
async fn claims_may_stand_in_the_id_token_and_be_signed_otherwise() {
    for alg in ["ES256", "PS256"] {
        let certified = Certified::start(&["--alg", alg, "--claims-in", "id_token"]).await;
        let provider = certified.provider();
        let jan = sign_in(&provider, &mut Browser::default(), &Ask::to(BACK), "jan", "high").await;
        let jan = jan.unwrap_or_else(|fault| panic!("{alg}: {fault}"));
        assert_eq!((jan.pesel.as_deref(), jan.level), (Some("00222999913"), Assurance::High));
    }
}

#[tokio::test]
async fn two_certified_providers_are_not_mixed_up() {
    let (a, b) = (Certified::start(&[]).await, Certified::start(&[]).await);
    let (at_a, at_b) = (a.provider_with(&json!({ "id": "a" })), b.provider_with(&json!({ "id": "b" })));
    let chosen = [("user", "anna"), ("level", "substantial"), ("do", "sign-in")];
    let begun_a = at_a.begin(&Ask::to(BACK), now()).await.expect("begun");
    let begun_b = at_b.begin(&Ask::to(BACK), now()).await.expect("begun");
    let from_a = Browser::default().choose(&begun_a, &chosen).await;
    assert_eq!(at_b.finish(&begun_a, &from_a, now()).await.err(), Some(Fault::OtherProvider));
    let mixed = Callback { state: Some(begun_b.state.clone()), ..from_a.clone() };
    assert_eq!(at_b.finish(&begun_b, &mixed, now()).await.err(), Some(Fault::WrongIssuer("way back")));
    at_a.finish(&begun_a, &from_a, now()).await.expect("A's code was not spent at B");
}

//! A small provider on a loopback port that does what it is told, wrong things above all.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Response, StatusCode, Uri, header},
    routing::any,
};
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use identity::{Ask, Begun, Callback, Fault, Identity, Provider, ProviderSettings};
use ring::{
    rand::SystemRandom,
    rsa::PublicKeyComponents,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "reeve";
pub const SECRET: &str = "between the town and its broker";
pub const BACK: &str = "http://127.0.0.1/sign-in/back/state";
pub const LOW: &str = "http://eidas.europa.eu/LoA/low";
pub const SUBSTANTIAL: &str = "http://eidas.europa.eu/LoA/substantial";
pub const HIGH: &str = "http://eidas.europa.eu/LoA/high";

/// Noon of a day on which all of these tests happen.
pub fn noon() -> DateTime<Utc> {
    "2026-12-01T12:00:00Z".parse().expect("a time")
}

pub fn seconds(count: i64) -> TimeDelta {
    TimeDelta::seconds(count)
}

/// A signing key with the name that it is published under.
#[derive(Clone)]
pub enum Key {
    Rsa { kid: &'static str, pair: Arc<RsaKeyPair> },
    Ec { kid: &'static str, pair: Arc<EcdsaKeyPair> },
}

impl Key {
    pub fn rsa(kid: &'static str, pem: &str) -> Self {
        let pair = RsaKeyPair::from_pkcs8(&der(pem)).expect("a key in PKCS#8");
        Self::Rsa { kid, pair: Arc::new(pair) }
    }

    pub fn first() -> Self {
        Self::rsa("first", include_str!("keys/first.pem"))
    }

    pub fn second() -> Self {
        Self::rsa("second", include_str!("keys/second.pem"))
    }

    pub fn ec() -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random);
        Self::Ec { kid: "ec", pair: Arc::new(pair.expect("a key in PKCS#8")) }
    }

    fn kid(&self) -> &'static str {
        match self {
            Self::Rsa { kid, .. } | Self::Ec { kid, .. } => kid,
        }
    }

    pub fn published(&self) -> Value {
        match self {
            Self::Rsa { kid, pair } => json!({
                "kty": "RSA", "use": "sig", "kid": kid,
                "n": encode(PublicKeyComponents::<Vec<u8>>::from(pair.public()).n),
                "e": encode(PublicKeyComponents::<Vec<u8>>::from(pair.public()).e),
            }),
            Self::Ec { kid, pair } => {
                let point = pair.public_key().as_ref();
                json!({
                    "kty": "EC", "crv": "P-256", "use": "sig", "kid": kid,
                    "x": encode(&point[1..33]), "y": encode(&point[33..]),
                })
            }
        }
    }

    fn sign(&self, alg: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::Ec { pair, .. } => pair.sign(&random, message).expect("a signature").as_ref().to_vec(),
            Self::Rsa { pair, .. } => {
                let padding: &dyn ring::signature::RsaEncoding =
                    if alg == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature).expect("a signature");
                signature
            }
        }
    }
}

fn der(pem: &str) -> Vec<u8> {
    let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    BASE64_STANDARD.decode(base64).expect("base64")
}

pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// How an ID token is signed.
#[derive(Clone)]
pub enum Signing {
    With(&'static str, Key),
    /// `alg: none`, with no signature.
    Nothing,
    /// A shared secret, of these bytes, under this name.
    Shared(&'static str, Vec<u8>),
    /// The right key over other words.
    Forged(Key),
    /// Said to be by an algorithm that nobody knows.
    Unheard,
}

/// What a door does instead of answering.
#[derive(Clone)]
pub enum Oddity {
    Huge,
    Endless,
    Silent,
    Redirect(String),
    Answer(u16, &'static str, String),
}

/// What is wrong with the provider. Patches are merged over what is right; `null` takes away.
pub struct Ways {
    pub now: DateTime<Utc>,
    pub description: Value,
    pub header: Value,
    pub claims: Value,
    pub userinfo: Value,
    pub tokens: Value,
    pub signing: Signing,
    pub published: Vec<Value>,
    pub oddities: HashMap<&'static str, Oddity>,
    /// A nonce of somebody else's sign-in, or an old one.
    pub replay: Option<String>,
    pub asked: BTreeMap<String, usize>,
    codes: HashMap<String, Sent>,
}

/// What the browser was sent with.
#[derive(Clone)]
struct Sent {
    nonce: String,
    challenge: String,
    redirect: String,
}

/// The provider.
#[derive(Clone)]
pub struct Hostile {
    pub issuer: String,
    ways: Arc<Mutex<Ways>>,
}

impl Hostile {
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let key = Key::first();
        let ways = Ways {
            now: noon(),
            description: json!({}),
            header: json!({}),
            claims: json!({}),
            userinfo: json!({}),
            tokens: json!({}),
            published: vec![key.published()],
            signing: Signing::With("RS256", key),
            oddities: HashMap::new(),
            replay: None,
            asked: BTreeMap::new(),
            codes: HashMap::new(),
        };
        let provider = Self { issuer, ways: Arc::new(Mutex::new(ways)) };
        let app = Router::new().fallback(any(serve)).with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        provider
    }

    pub fn ways(&self) -> MutexGuard<'_, Ways> {
        self.ways.lock().expect("no test panicked meanwhile")
    }

    pub fn asked(&self, path: &str) -> usize {
        self.ways().asked.get(path).copied().unwrap_or_default()
    }

    pub fn settings(&self, changes: &Value) -> ProviderSettings {
        let mut settings = json!({
            "id": "state",
            "name": { "pl": "Login państwa", "en": "State's login" },
            "issuer": self.issuer,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "scopes": ["openid", "profile", "email", "pesel"],
            "acr_values": [SUBSTANTIAL],
            "levels": { LOW: "low", SUBSTANTIAL: "substantial", HIGH: "high" },
            "required": ["given_name", "family_name", "pesel"],
            "allow_http_loopback": true,
            "time_limit_ms": 5_000,
        });
        merge(&mut settings, changes);
        serde_json::from_value(settings).expect("good settings")
    }

    pub fn provider(&self, changes: &Value) -> Provider {
        Provider::new(self.settings(changes)).expect("a provider")
    }

    /// What a browser does that was sent to the provider: signs in, and comes back with a query.
    pub fn visit(&self, begun: &Begun) -> Callback {
        let url = url::Url::parse(&begun.url).expect("an address");
        let sent: HashMap<String, String> = url.query_pairs().into_owned().collect();
        assert_eq!(sent["response_type"], "code");
        assert_eq!(sent["code_challenge_method"], "S256");
        assert_eq!(sent["client_id"], CLIENT);
        let mut ways = self.ways();
        let code = format!("code-{}", ways.codes.len());
        ways.codes.insert(
            code.clone(),
            Sent {
                nonce: sent["nonce"].clone(),
                challenge: sent["code_challenge"].clone(),
                redirect: sent["redirect_uri"].clone(),
            },
        );
        Callback {
            code: Some(code),
            state: Some(sent["state"].clone()),
            iss: Some(self.issuer.clone()),
            error: None,
        }
    }

    fn description(&self, ways: &Ways) -> Value {
        let mut description = json!({
            "issuer": self.issuer,
            "authorization_endpoint": format!("{}/auth", self.issuer),
            "token_endpoint": format!("{}/token", self.issuer),
            "userinfo_endpoint": format!("{}/userinfo", self.issuer),
            "jwks_uri": format!("{}/keys", self.issuer),
            "end_session_endpoint": format!("{}/end?kept=1", self.issuer),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": true,
        });
        merge(&mut description, &ways.description);
        description
    }

    fn tokens(&self, ways: &Ways, sent: &Sent) -> Value {
        let access = "access-token";
        let mut claims = json!({
            "iss": self.issuer,
            "sub": "subject-1",
            "aud": CLIENT,
            "iat": ways.now.timestamp(),
            "exp": ways.now.timestamp() + 300,
            "auth_time": ways.now.timestamp() - 10,
            "nonce": ways.replay.as_ref().unwrap_or(&sent.nonce),
            "acr": SUBSTANTIAL,
            "amr": ["pz.gov.pl"],
            "at_hash": encode(&Sha256::digest(access)[..16]),
            "given_name": "Anna",
            "family_name": "Zmyślona",
            "birthdate": "1985-02-28Z",
            "pesel": "85022899900",
            "email": "anna@example.org",
            "email_verified": "true",
        });
        merge(&mut claims, &ways.claims);
        let mut header = match &ways.signing {
            Signing::With(alg, key) => json!({ "alg": alg, "kid": key.kid(), "typ": "JWT" }),
            Signing::Forged(key) => json!({ "alg": "RS256", "kid": key.kid() }),
            Signing::Nothing => json!({ "alg": "none" }),
            Signing::Shared(kid, _) => json!({ "alg": "HS256", "kid": kid }),
            Signing::Unheard => json!({ "alg": "ES256K", "kid": "first" }),
        };
        merge(&mut header, &ways.header);
        let message = format!("{}.{}", encode(header.to_string()), encode(claims.to_string()));
        let signature = match &ways.signing {
            Signing::With(alg, key) => key.sign(alg, message.as_bytes()),
            Signing::Forged(key) => key.sign("RS256", b"other words"),
            Signing::Nothing => Vec::new(),
            Signing::Shared(_, secret) => {
                let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("any length serves");
                mac.update(message.as_bytes());
                mac.finalize().into_bytes().to_vec()
            }
            Signing::Unheard => vec![1; 64],
        };
        let mut tokens = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": format!("{message}.{}", encode(signature)),
        });
        merge(&mut tokens, &ways.tokens);
        tokens
    }

    /// Becomes tokens once, for whoever has the secret and the proof.
    fn exchange(&self, headers: &HeaderMap, form: &HashMap<String, String>) -> Response<Body> {
        let refuse = |error: &str| answer(400, "application/json", json!({ "error": error }).to_string());
        let secret = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect::<String>();
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT}:{secret}")));
        let by_header = headers.get(header::AUTHORIZATION).is_some_and(|value| value == basic.as_str());
        let by_form = form.get("client_secret").is_some_and(|value| value == SECRET);
        if !by_header && !by_form {
            return refuse("invalid_client");
        }
        let mut ways = self.ways();
        let Some(sent) = ways.codes.remove(&form["code"]) else {
            return refuse("invalid_grant");
        };
        if sent.challenge != encode(Sha256::digest(&form["code_verifier"]))
            || sent.redirect != form["redirect_uri"]
        {
            return refuse("invalid_grant");
        }
        answer(200, "application/json", self.tokens(&ways, &sent).to_string())
    }
}

async fn serve(
    State(provider): State<Hostile>,
    headers: HeaderMap,
    uri: Uri,
    body: String,
) -> Response<Body> {
    let path = uri.path().to_owned();
    let oddity = {
        let mut ways = provider.ways();
        *ways.asked.entry(path.clone()).or_default() += 1;
        ways.oddities.get(path.as_str()).cloned()
    };
    match oddity {
        Some(Oddity::Huge) => {
            return answer(200, "application/json", format!("\"{}\"", "x".repeat(1_000_000)));
        }
        // Says that a body comes, and never sends it.
        Some(Oddity::Endless) => {
            return Response::new(Body::from_stream(futures::stream::pending::<
                Result<Vec<u8>, std::io::Error>,
            >()));
        }
        Some(Oddity::Silent) => std::future::pending().await,
        Some(Oddity::Redirect(to)) => {
            let mut redirect = answer(302, "text/plain", String::new());
            redirect.headers_mut().insert(header::LOCATION, to.parse().expect("an address"));
            return redirect;
        }
        Some(Oddity::Answer(status, kind, body)) => return answer(status, kind, body),
        None => {}
    }
    match path.as_str() {
        "/.well-known/openid-configuration" => {
            let description = provider.description(&provider.ways());
            answer(200, "application/json; charset=utf-8", description.to_string())
        }
        "/keys" => {
            let keys = json!({ "keys": provider.ways().published });
            answer(200, "application/jwk-set+json", keys.to_string())
        }
        "/token" => {
            let form = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            provider.exchange(&headers, &form)
        }
        "/userinfo" => {
            assert_eq!(headers[header::AUTHORIZATION], "Bearer access-token");
            let mut said = json!({ "sub": "subject-1" });
            merge(&mut said, &provider.ways().userinfo);
            answer(200, "application/json", said.to_string())
        }
        _ => answer(404, "text/plain", "nothing here".to_owned()),
    }
}

fn answer(status: u16, kind: &str, body: String) -> Response<Body> {
    let mut answer = Response::new(Body::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).expect("a status");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind.parse().expect("a type"));
    answer
}

/// RFC 7396, one level deep.
fn merge(into: &mut Value, patch: &Value) {
    let (Some(into), Some(patch)) = (into.as_object_mut(), patch.as_object()) else { panic!("objects only") };
    for (name, value) in patch {
        if value.is_null() {
            into.remove(name);
        } else {
            into.insert(name.clone(), value.clone());
        }
    }
}

/// A whole sign-in at noon.
pub async fn sign_in(provider: &Provider, hostile: &Hostile) -> Result<Identity, Fault> {
    sign_in_by(provider, hostile, &Ask::to(BACK), noon()).await
}

pub async fn sign_in_by(
    provider: &Provider,
    hostile: &Hostile,
    ask: &Ask<'_>,
    now: DateTime<Utc>,
) -> Result<Identity, Fault> {
    let begun = provider.begin(ask, now).await?;
    provider.finish(&begun, &hostile.visit(&begun), now).await
}

//! The push service, and the browsers behind it, which open what they get.

use aes_gcm::{
    Aes128Gcm,
    aead::{Aead, KeyInit},
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use p256::{
    PublicKey, SecretKey,
    ecdh::diffie_hellman,
    ecdsa::{Signature, VerifyingKey, signature::Verifier},
};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::{
    switch::Trouble,
    world::{ArrivedPush, Browser, Shared, keep, now},
};

/// The longest body that a push service must take (RFC 8030 §7.2), and this one takes.
const BODY_MAX: usize = 4096;
/// Salt, size of a record and length of the key before the key itself.
const HEAD_BYTES: usize = 16 + 4 + 1;
/// Bytes of an uncompressed point.
const POINT_BYTES: usize = 65;
/// How long a statement of who sends may be good (RFC 8292 §2).
const GOOD_FOR_MAX_SECONDS: i64 = 24 * 60 * 60;

/// A refusal: its status and why.
type Refusal = (StatusCode, String);

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    application_server_key: Option<String>,
}

/// `POST /push/new`: as a browser's `pushManager.subscribe()`.
pub(crate) async fn subscribe(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let wanted = if body.is_empty() { Ok(Wanted::default()) } else { serde_json::from_slice(&body) };
    let Ok(Wanted { application_server_key: sender }) = wanted else {
        return (StatusCode::BAD_REQUEST, "the body is empty or {\"applicationServerKey\": …}")
            .into_response();
    };
    let made = browser(sender);
    let (Some((id, browser)), Some(origin)) = (made, origin(&headers)) else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "no random numbers, or no Host").into_response();
    };
    let subscription = json!({
        "id": id,
        "endpoint": format!("{origin}/push/{id}"),
        "expirationTime": null,
        "keys": {
            "p256dh": BASE64_URL_SAFE_NO_PAD.encode(browser.secret.public_key().to_sec1_bytes()),
            "auth": BASE64_URL_SAFE_NO_PAD.encode(browser.auth),
        },
    });
    let mut world = shared.world();
    if let Some(oldest) = keep(&mut world.browsers_by_age, id.clone()) {
        world.browsers.remove(&oldest);
    }
    world.browsers.insert(id, browser);
    (StatusCode::CREATED, Json(subscription)).into_response()
}

/// `GET /push.json`
pub(crate) async fn list(State(shared): State<Shared>) -> Json<Value> {
    let world = shared.world();
    Json(json!({ "push": world.pushes, "browsers": world.browsers_by_age }))
}

/// `POST /push/{id}`
pub(crate) async fn take(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let (browser, trouble) = {
        let world = shared.world();
        (world.browsers.get(&id).cloned(), world.push_trouble)
    };
    let Some(browser) = browser else { return StatusCode::NOT_FOUND.into_response() };
    match trouble {
        Trouble::Http500 => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Trouble::Throttled => {
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")]).into_response();
        }
        Trouble::Gone => return StatusCode::GONE.into_response(),
        _ if browser.gone => return StatusCode::GONE.into_response(),
        _ => {}
    }
    match opened(&id, &browser, &headers, &body) {
        Ok(arrived) => {
            let place = {
                let mut world = shared.world();
                let _ = keep(&mut world.pushes, arrived);
                format!("/push/{id}/{}", world.pushes.len())
            };
            trouble.answer((StatusCode::CREATED, [(header::LOCATION, place)]).into_response()).await
        }
        Err(refusal) => refusal.into_response(),
    }
}

fn browser(sender: Option<String>) -> Option<(String, Browser)> {
    let (mut id, mut auth, mut secret) = ([0; 16], [0; 16], [0; 32]);
    getrandom::fill(&mut id).ok()?;
    getrandom::fill(&mut auth).ok()?;
    getrandom::fill(&mut secret).ok()?;
    let secret = SecretKey::from_slice(&secret).ok()?;
    Some((BASE64_URL_SAFE_NO_PAD.encode(id), Browser { secret, auth, sender, gone: false }))
}

fn origin(headers: &HeaderMap) -> Option<String> {
    Some(format!("http://{}", headers.get(header::HOST)?.to_str().ok()?))
}

fn opened(id: &str, browser: &Browser, headers: &HeaderMap, body: &[u8]) -> Result<ArrivedPush, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let sender = who_sends(browser, headers)?;
    let ttl = text("ttl").and_then(|value| value.parse().ok());
    let ttl = ttl.ok_or((StatusCode::BAD_REQUEST, "the header TTL is missing".to_owned()))?;
    if text("content-encoding").as_deref() != Some("aes128gcm") {
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Encoding must be aes128gcm".to_owned()));
    }
    if body.len() > BODY_MAX {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, format!("at most {BODY_MAX} bytes")));
    }
    let plain = decrypt(&browser.secret, &browser.auth, body)
        .ok_or((StatusCode::BAD_REQUEST, "the notice cannot be opened".to_owned()))?;
    let plain = String::from_utf8(plain)
        .map_err(|_| (StatusCode::BAD_REQUEST, "the notice is no text in UTF-8".to_owned()))?;
    Ok(ArrivedPush {
        subscription: id.to_owned(),
        notice: serde_json::from_str(&plain).ok(),
        text: plain,
        ttl,
        urgency: text("urgency"),
        topic: text("topic"),
        sender,
        at: now(),
    })
}

/// Whose address stands in the sender's statement, if it is one: RFC 8292.
fn who_sends(browser: &Browser, headers: &HeaderMap) -> Result<String, Refusal> {
    let missing = |what: &str| (StatusCode::UNAUTHORIZED, format!("VAPID: {what}"));
    let wrong = |what: &str| (StatusCode::FORBIDDEN, format!("VAPID: {what}"));
    let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let parts =
        header.and_then(|value| value.strip_prefix("vapid ")).ok_or_else(|| missing("no statement"))?;
    let part = |name: &str| parts.split(',').find_map(|part| part.trim().strip_prefix(name));
    let token = part("t=").ok_or_else(|| missing("no t="))?;
    let key = part("k=").ok_or_else(|| missing("no k="))?;
    if browser.sender.as_deref().is_some_and(|bound| bound.trim_end_matches('=') != key) {
        return Err(wrong("the browser subscribed to another sender"));
    }
    let decoded = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let json = |text: &str| decoded(text).and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
    let public = decoded(key).and_then(|bytes| VerifyingKey::from_sec1_bytes(&bytes).ok());
    let public = public.ok_or_else(|| wrong("k= is no key"))?;
    let (signed, signature) = token.rsplit_once('.').ok_or_else(|| wrong("t= is no JWT"))?;
    let (head, claims) = signed.split_once('.').ok_or_else(|| wrong("t= is no JWT"))?;
    let signature = decoded(signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
    let signature = signature.ok_or_else(|| wrong("the signature is none"))?;
    public.verify(signed.as_bytes(), &signature).map_err(|_| wrong("the signature is wrong"))?;
    if json(head).is_none_or(|head| head["alg"] != "ES256") {
        return Err(wrong("alg must be ES256"));
    }
    let claims = json(claims).ok_or_else(|| wrong("the claims are no JSON"))?;
    if claims["aud"].as_str() != origin(headers).as_deref() {
        return Err(wrong("aud is not the origin of this service"));
    }
    let left = claims["exp"].as_i64().unwrap_or(0) - now().timestamp();
    if !(1..=GOOD_FOR_MAX_SECONDS).contains(&left) {
        return Err(wrong("exp is over, or more than 24 hours away"));
    }
    let subject = claims["sub"].as_str().unwrap_or_default();
    if !subject.starts_with("mailto:") && !subject.starts_with("https:") {
        return Err(wrong("sub is no address"));
    }
    Ok(subject.to_owned())
}

/// What a notice says to the browser of this secret: RFC 8188 with one record, keys by RFC 8291 §3.4, step by step as
/// it stands there.
fn decrypt(secret: &SecretKey, auth: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let (head, rest) = body.split_at_checked(HEAD_BYTES)?;
    let (salt, sizes) = head.split_at_checked(16)?;
    let record_size = usize::try_from(u32::from_be_bytes(sizes.first_chunk::<4>().copied()?)).ok()?;
    if usize::from(*sizes.last()?) != POINT_BYTES {
        return None;
    }
    let (theirs, sealed) = rest.split_at_checked(POINT_BYTES)?;
    if sealed.len() > record_size {
        return None;
    }
    let their_key = PublicKey::from_sec1_bytes(theirs).ok()?;
    let shared = diffie_hellman(&secret.to_nonzero_scalar(), their_key.as_affine());
    let ours = secret.public_key().to_sec1_bytes();
    let first = mac(auth, &[shared.raw_secret_bytes()])?;
    let input = mac(&first, &[b"WebPush: info\0", &ours, theirs, &[1]])?;
    let second = mac(salt, &[&input])?;
    let key = mac(&second, &[b"Content-Encoding: aes128gcm\0", &[1]])?;
    let nonce = mac(&second, &[b"Content-Encoding: nonce\0", &[1]])?;
    let (key, nonce) = (key.first_chunk::<16>().copied()?, nonce.first_chunk::<12>().copied()?);
    let mut plain = Aes128Gcm::new(&key.into()).decrypt(&nonce.into(), sealed).ok()?;
    // Zeros of padding, then the mark of the last record.
    while plain.last() == Some(&0) {
        plain.pop();
    }
    (plain.pop() == Some(2)).then_some(plain)
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Option<[u8; 32]> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(key).ok()?;
    for part in parts {
        mac.update(part);
    }
    Some(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8291, appendix A.
    #[test]
    fn the_published_vector_opens() {
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
        let secret = SecretKey::from_slice(&bytes("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")).unwrap();
        let auth = bytes("BTBZMqHH6r4Tts7J_aSIgg");
        let mut body = bytes(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr\
             u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
        );
        assert_eq!(decrypt(&secret, &auth, &body).unwrap(), b"When I grow up, I want to be a watermelon");
        *body.last_mut().unwrap() ^= 1;
        assert_eq!(decrypt(&secret, &auth, &body), None);
        for length in 0..body.len() {
            assert_eq!(decrypt(&secret, &auth, &body[..length]), None, "{length}");
        }
    }
}

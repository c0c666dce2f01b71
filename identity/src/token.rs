//! From a code to an ID token that is believed.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::{
    AccessToken, AuthType, AuthorizationCode, Client, ClientId, ClientSecret, ExtraTokenFields,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, StandardRevocableToken, StandardTokenResponse,
    TokenResponse,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, EmptyAdditionalClaims, IdToken, IdTokenClaims, IdTokenVerifier,
    Nonce, SignatureVerificationError,
    core::{
        CoreClientAuthMethod, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    Assurance, CLOCK_SKEW_S, Provider,
    fault::{Endpoint, Fault},
    provider::{Begun, Known},
};

type Signed = IdToken<
    EmptyAdditionalClaims,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Claims = IdTokenClaims<EmptyAdditionalClaims, CoreGenderClaim>;

/// The ID token as text: it is read only when its algorithm is known to be one of ours.
#[derive(Serialize, Deserialize)]
struct WithIdToken {
    id_token: Option<String>,
}

impl fmt::Debug for WithIdToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WithIdToken(…)")
    }
}

impl ExtraTokenFields for WithIdToken {}

/// What a code became. Believed by nobody yet.
pub(crate) struct Tokens {
    pub(crate) access: AccessToken,
    pub(crate) id_token: String,
}

impl Tokens {
    pub(crate) fn names_no_key(&self) -> bool {
        part(&self.id_token, 0).is_some_and(|header| !header.contains_key("kid"))
    }
}

/// An ID token whose signature, issuer, audience, times, nonce and level were checked.
pub(crate) struct Verified {
    pub(crate) subject: String,
    pub(crate) level: Assurance,
    pub(crate) acr: Option<String>,
    pub(crate) auth_time: Option<DateTime<Utc>>,
    /// Everything that was signed.
    pub(crate) claims: Map<String, Value>,
}

/// Brings the code to the provider, with the proof that it was asked for here.
pub(crate) async fn exchange(
    provider: &Provider,
    known: &Known,
    begun: &Begun,
    code: &str,
) -> Result<Tokens, Fault> {
    let at = Endpoint::Token;
    let redirect = RedirectUrl::new(begun.redirect_uri.clone())
        .map_err(|_| Fault::BadAsk("the address to come back to is no address"))?;
    let client = Client::<
        BasicErrorResponse,
        StandardTokenResponse<WithIdToken, BasicTokenType>,
        BasicTokenIntrospectionResponse,
        StandardRevocableToken,
        BasicRevocationErrorResponse,
    >::new(ClientId::new(provider.settings.client_id.clone()))
    .set_client_secret(ClientSecret::new(provider.settings.client_secret.reveal().to_owned()))
    .set_auth_type(client_authentication(known)?)
    .set_token_uri(known.token_url.clone())
    .set_redirect_uri(redirect);
    let answer = client
        .exchange_code(AuthorizationCode::new(code.to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(begun.pkce_verifier.clone()))
        .request_async(&provider.http.at(at))
        .await
        .map_err(|error| match error {
            RequestTokenError::ServerResponse(answer) => {
                Fault::said("token endpoint", answer.error().as_ref())
            }
            RequestTokenError::Request(fault) => fault,
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Fault::bad_answer(at, "it is no answer of a token endpoint")
            }
        })?;
    if *answer.token_type() != BasicTokenType::Bearer {
        return Err(Fault::bad_answer(at, "its token_type is not Bearer"));
    }
    let id_token = answer.extra_fields().id_token.clone();
    let id_token = id_token
        .ok_or_else(|| Fault::bad_answer(at, "it has no id_token; does the client have the scope openid?"))?;
    Ok(Tokens { access: answer.access_token().clone(), id_token })
}

/// How we say who we are: in the header unless the provider only takes it in the form.
fn client_authentication(known: &Known) -> Result<AuthType, Fault> {
    let methods = known.metadata.token_endpoint_auth_methods_supported();
    let takes = |method| methods.is_none_or(|methods| methods.contains(&method));
    if takes(CoreClientAuthMethod::ClientSecretBasic) {
        Ok(AuthType::BasicAuth)
    } else if takes(CoreClientAuthMethod::ClientSecretPost) {
        Ok(AuthType::RequestBody)
    } else {
        let why = "its token endpoint takes neither client_secret_basic nor client_secret_post";
        Err(Fault::bad_answer(Endpoint::Discovery, why))
    }
}

/// Checks an ID token as OpenID Connect Core 1.0 says in §3.1.3.7.
pub(crate) fn verify(
    provider: &Provider,
    known: &Known,
    tokens: &Tokens,
    begun: &Begun,
    now: DateTime<Utc>,
) -> Result<Verified, Fault> {
    let malformed = || Fault::bad_answer(Endpoint::IdToken, "it is no signed token in compact form");
    if tokens.id_token.split('.').count() != 3 {
        return Err(malformed());
    }
    let header = part(&tokens.id_token, 0).ok_or_else(malformed)?;
    // Said before anything else of the token is read: an unknown algorithm must not look like a broken token.
    if !matches!(header.get("alg").and_then(Value::as_str), Some("RS256" | "PS256" | "ES256")) {
        return Err(Fault::AlgorithmRefused);
    }
    let claims = part(&tokens.id_token, 1).ok_or_else(malformed)?;
    for name in ["iss", "sub", "aud", "exp", "iat"] {
        if claims.get(name).is_none_or(Value::is_null) {
            return Err(Fault::MissingClaim(name.to_owned()));
        }
    }
    // What is wrong is not repeated: it may be somebody's name.
    let signed = Signed::from_str(&tokens.id_token).map_err(|_| {
        Fault::bad_answer(Endpoint::IdToken, "a claim is not of the type that the protocol says")
    })?;

    let skew = TimeDelta::seconds(CLOCK_SKEW_S);
    let verifier = IdTokenVerifier::new_public_client(
        openidconnect::ClientId::new(provider.settings.client_id.clone()),
        provider.issuer.clone(),
        known.keys.clone(),
    )
    .set_allowed_algs([
        CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
        CoreJwsSigningAlgorithm::RsaSsaPssSha256,
        CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    ])
    // Several audiences are judged by `azp`, below.
    .set_other_audience_verifier_fn(|_| true)
    .set_time_fn(move || now - skew);
    let believed = signed
        .claims(&verifier, &Nonce::new(begun.nonce.clone()))
        .map_err(|error| why_not_believed(&error))?;

    if believed.issue_time() > now + skew {
        return Err(Fault::IssuedInFuture);
    }
    check_party(provider, believed)?;
    if let Some(hash) = believed.access_token_hash() {
        let algorithm = signed.signing_alg().map_err(|_| Fault::AlgorithmRefused)?;
        let key = signed.signing_key(&verifier).map_err(|_| Fault::UnknownKey)?;
        let own = AccessTokenHash::from_token(&tokens.access, algorithm, key);
        if own.map_err(|_| Fault::AccessTokenMismatch)? != *hash {
            return Err(Fault::AccessTokenMismatch);
        }
    }
    let acr = believed.auth_context_ref().map(|acr| acr.as_str().to_owned());
    let level = level(provider, begun, acr.as_deref())?;
    check_sign_in_time(believed, begun, now)?;
    Ok(Verified {
        subject: believed.subject().as_str().to_owned(),
        level,
        acr,
        auth_time: believed.auth_time(),
        claims,
    })
}

/// A token for several audiences, or one that names a party, must have been made for us.
fn check_party(provider: &Provider, claims: &Claims) -> Result<(), Fault> {
    match claims.authorized_party() {
        Some(party) if party.as_str() == provider.settings.client_id => Ok(()),
        None if claims.audiences().len() == 1 => Ok(()),
        _ => Err(Fault::WrongAudience),
    }
}

fn level(provider: &Provider, begun: &Begun, acr: Option<&str>) -> Result<Assurance, Fault> {
    let levels = &provider.settings.levels;
    let level = match acr {
        _ if levels.is_empty() => Assurance::Low,
        Some(acr) => *levels.get(acr).ok_or(Fault::LevelUnknown)?,
        None if begun.least.is_none() => Assurance::Low,
        None => return Err(Fault::MissingClaim("acr".to_owned())),
    };
    if begun.least.is_some_and(|least| level < least) { Err(Fault::LevelTooLow) } else { Ok(level) }
}

fn check_sign_in_time(claims: &Claims, begun: &Begun, now: DateTime<Utc>) -> Result<(), Fault> {
    let skew = TimeDelta::seconds(CLOCK_SKEW_S);
    if claims.auth_time().is_some_and(|signed_in| signed_in > now + skew) {
        return Err(Fault::IssuedInFuture);
    }
    let Some(max_age_s) = begun.max_age_s else {
        return Ok(());
    };
    let signed_in = claims.auth_time().ok_or_else(|| Fault::MissingClaim("auth_time".to_owned()))?;
    if now - signed_in > TimeDelta::seconds(i64::from(max_age_s)) + skew {
        return Err(Fault::SignedInTooLongAgo);
    }
    Ok(())
}

fn why_not_believed(error: &ClaimsVerificationError) -> Fault {
    use SignatureVerificationError as Signature;
    match error {
        ClaimsVerificationError::Expired(_) => Fault::Expired,
        ClaimsVerificationError::InvalidAudience(_) => Fault::WrongAudience,
        ClaimsVerificationError::InvalidIssuer(_) => Fault::WrongIssuer("ID token"),
        ClaimsVerificationError::InvalidNonce(_) => Fault::NonceMismatch,
        ClaimsVerificationError::SignatureVerification(signature) => match signature {
            Signature::NoMatchingKey | Signature::AmbiguousKeyId(_) => Fault::UnknownKey,
            Signature::DisallowedAlg(_) | Signature::UnsupportedAlg(_) | Signature::NoSignature => {
                Fault::AlgorithmRefused
            }
            _ => Fault::BadSignature,
        },
        _ => Fault::bad_answer(
            Endpoint::IdToken,
            "its header has a type or parameters that are not known here",
        ),
    }
}

/// One of the two parts of a token that are JSON.
fn part(token: &str, place: usize) -> Option<Map<String, Value>> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(place)?).ok()?;
    serde_json::from_slice(&bytes).ok()
}

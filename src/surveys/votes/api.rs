//! The doors of the roll and of the urn. The first knows who comes, the second does not want to.

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use ballots::secret::{Ballot, MODULUS_BYTES, POINT_BYTES, TOKEN_BYTES, bytes_of, text_of};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::ops::Wish;
use crate::{
    accounts::Visit,
    kernel::ParamError,
    platform::{
        Ctx,
        http::{Failure, JsonBody, Path, json},
    },
    surveys::Surveys,
};

/// Most bytes of a ballot: the largest envelope in base64.
pub(super) const MOST_BALLOT_BYTES: usize = 128 * 1024;

/// The public keys of a vote, and how envelopes are made.
#[derive(Debug, Serialize, ToSchema)]
pub struct UrnTerms {
    survey: Uuid,
    /// RSA, `SubjectPublicKeyInfo` in DER, base64url: verifies tokens (RSABSSA-SHA384-PSS-Randomized, RFC 9474).
    token_key: String,
    /// Point of P-256, base64url: envelopes are for it (HPKE, RFC 9180: DHKEM(P-256), HKDF-SHA256, AES-256-GCM).
    urn_key: String,
    /// Point of P-256, base64url: verifies the published file.
    file_key: String,
    /// The first 16 bytes of the hash of all three, for people to compare.
    fingerprint: String,
    /// How many bytes every envelope holds.
    plain_bytes: usize,
    /// Whether the token is also left, closed for the urn, with the roll.
    handle: bool,
}

/// The keys of a secret vote that is open.
#[utoipa::path(
    get,
    path = "/api/surveys/{id}/urn",
    tag = "surveys",
    params(("id" = Uuid, Path, description = "The survey")),
    responses((status = 200, body = UrnTerms), (status = 404, description = "No secret vote, or its time has not come"))
)]
pub async fn urn(State(surveys): State<Surveys>, Path(id): Path<Uuid>) -> Result<Response, Failure> {
    let urn = surveys.urn(id).await?;
    let terms = UrnTerms {
        survey: id,
        token_key: text_of(&urn.keys.token),
        urn_key: text_of(&urn.keys.urn),
        file_key: text_of(&urn.keys.file),
        fingerprint: urn.keys.fingerprint(),
        plain_bytes: urn.plain_bytes,
        handle: urn.handle,
    };
    json("application/json", &terms)
}

/// A blinded token to be signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenWish {
    /// The blinded token, base64url.
    blinded: String,
    /// The token closed for the urn, base64url; only where `handle` says so.
    handle: Option<String>,
}

/// A blinded token to be signed for whoever holds a printed code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeWish {
    /// The code, as it was typed.
    code: String,
    /// The blinded token, base64url.
    blinded: String,
    /// The token closed for the urn, base64url; only where `handle` says so.
    handle: Option<String>,
}

/// The town's signature of a blinded token.
#[derive(Debug, Serialize, ToSchema)]
pub struct Signed {
    /// base64url; blinded as the token was.
    signature: String,
}

/// Signs a resident's blinded token and writes them into the roll. The same blinded token is always answered by the same
/// signature; a second one is refused.
#[utoipa::path(
    post,
    path = "/api/surveys/{id}/token",
    tag = "surveys",
    params(("id" = Uuid, Path, description = "The survey")),
    request_body = TokenWish,
    responses(
        (status = 200, body = Signed),
        (status = 401, description = "Nobody is signed in"),
        (status = 409, description = "Too late, another token was signed, or they took part on paper"),
        (status = 422, description = "They may not take part, or it is no blinded token"),
    )
)]
pub async fn take_token(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    JsonBody(wish): JsonBody<TokenWish>,
) -> Result<Response, Failure> {
    let wish = wish_of(&wish.blinded, wish.handle.as_deref())?;
    let signature = text_of(&surveys.take_token(&ctx, id, &wish).await?);
    Ok(unkept(json("application/json", &Signed { signature })?))
}

/// Signs the blinded token of whoever holds a printed code, without looking whether anybody is signed in, and writes whoever the
/// code is for into the roll. The same blinded token is always answered by the same signature; a second one is refused,
/// whether it comes by the code or from their account.
#[utoipa::path(
    post,
    path = "/api/surveys/{id}/code-token",
    tag = "surveys",
    params(("id" = Uuid, Path, description = "The survey")),
    request_body = CodeWish,
    responses(
        (status = 200, body = Signed),
        (status = 409, description = "Too late, another token was signed, or they took part on paper"),
        (status = 422, description = "The code was mistyped, is void or of another vote, its holder may not take part, or it is no \
            blinded token"),
        (status = 429, description = "Too many wrong codes from this network today"),
    )
)]
pub async fn take_token_by_code(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    request: Request,
) -> Result<Response, Failure> {
    let (mut parts, body) = request.into_parts();
    let Ok(visit) = Visit::from_request_parts(&mut parts, &surveys.accounts).await;
    let JsonBody(wish): JsonBody<CodeWish> =
        JsonBody::from_request(Request::from_parts(parts, body), &()).await?;
    let network = visit.place.network();
    let token = wish_of(&wish.blinded, wish.handle.as_deref())?;
    let signed = surveys.take_token_by_code(&ctx, id, (&wish.code, &network), &token).await?;
    let signature = text_of(&signed);
    Ok(unkept(json("application/json", &Signed { signature })?))
}

/// Puts a ballot into the urn. Whoever brings it is not asked, and cookies are not looked at. The same ballot again is
/// answered alike.
#[utoipa::path(
    post,
    path = "/api/ballots/{id}",
    tag = "surveys",
    params(("id" = Uuid, Path, description = "The survey")),
    request_body(content = serde_json::Value, description = "`token`, `signature`, `envelope`, `seal`, each base64url"),
    responses(
        (status = 201, description = "It is in the urn"),
        (status = 200, description = "It was in the urn"),
        (status = 409, description = "Too late, or another ballot of this token is there"),
        (status = 422, description = "The token is not signed, or the envelope not sealed with its key"),
    )
)]
pub async fn cast_ballot(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    Path(id): Path<Uuid>,
    JsonBody(ballot): JsonBody<Ballot>,
) -> Result<Response, Failure> {
    let status = match surveys.cast_ballot(&ctx, id, ballot).await? {
        true => StatusCode::CREATED,
        false => StatusCode::OK,
    };
    Ok(unkept(status.into_response()))
}

fn wish_of(blinded: &str, handle: Option<&str>) -> Result<Wish, Failure> {
    Ok(Wish {
        blinded: bytes(blinded, "blinded", MODULUS_BYTES)?,
        // A point, a token, and the tag behind them.
        handle: handle.map(|text| bytes(text, "handle", POINT_BYTES + TOKEN_BYTES + 16)).transpose()?,
    })
}

fn bytes(text: &str, name: &'static str, length: usize) -> Result<Vec<u8>, Failure> {
    let bytes = bytes_of(text).filter(|bytes| bytes.len() == length);
    bytes.ok_or_else(|| ParamError::new(name, format!("must be {length} bytes in base64url")).into())
}

fn unkept(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

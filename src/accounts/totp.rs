//! Codes of an authenticator app (RFC 6238), and recovery codes for the day on which it is lost.

use base64::{Engine, prelude::BASE64_STANDARD};
use qrcode::{QrCode, render::svg};
use serde_json::json;
use sha2::{Digest, Sha256};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use uuid::Uuid;

use super::{
    Accounts,
    mails::Changed,
    model::{CHALLENGE, event},
    secrets,
    sign_in::{new_event, own_session},
    store::{factors, people, sessions},
};
use crate::platform::{
    Ctx,
    http::{Failure, ResultExt},
};

/// Bytes of a secret, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;
/// Recovery codes that are made at once.
const RECOVERY_CODES: usize = 10;
/// Letters of one recovery code; 32 signs each, so 120 bits, which nobody guesses even from what is kept of them.
const CODE_LETTERS: usize = 24;
/// Signs that are not taken for each other.
const SIGNS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// For what a secret is sealed.
const PURPOSE: &[u8] = b"totp";

/// A secret that waits to be confirmed by a code.
#[derive(Debug)]
pub struct Enrolment {
    /// The secret as people type it, in groups of four.
    pub secret: String,
    /// The same as a QR code, SVG.
    pub qr: String,
}

fn totp(secret: Vec<u8>, issuer: &str, email: &str) -> Result<Totp, Failure> {
    // A colon would end the issuer.
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .with_account_name(plain(email))
        .with_issuer(Some(plain(issuer)))
        .build()
        .internal("make codes of an authenticator app")
}

fn time(ctx: &Ctx) -> u64 {
    u64::try_from(ctx.now.timestamp()).unwrap_or(0)
}

/// What the database keeps of a recovery code: so many random bits need no slow hash.
pub(super) fn code_hash(account: Uuid, code: &str) -> [u8; 32] {
    let letters: String =
        code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    Sha256::new().chain_update(account.as_bytes()).chain_update(letters.as_bytes()).finalize().into()
}

fn new_code() -> Result<String, Failure> {
    let bytes = secrets::random::<CODE_LETTERS>().internal("make a recovery code")?;
    let letters: Vec<char> = bytes.iter().map(|byte| char::from(SIGNS[usize::from(byte % 32)])).collect();
    Ok(letters.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join("-"))
}

impl Accounts {
    /// Whether a code of six digits is right now and was not used before.
    pub(super) async fn check_totp(&self, ctx: &Ctx, account: Uuid, digits: &str) -> Result<bool, Failure> {
        let Some(sealed) = factors::totp_sealed(&self.pool, account).await? else { return Ok(false) };
        let secret = self.keys.open(&purpose(account), &sealed).internal("open the secret of an app")?;
        let Some(step) = totp(secret, "", "")?.check(digits, time(ctx)) else { return Ok(false) };
        Ok(factors::use_totp_step(&self.pool, account, i64::try_from(step).unwrap_or(0)).await?)
    }

    /// Begins to add an authenticator app, or shows again what was begun.
    ///
    /// # Errors
    /// When database or randomness fail, or whoever asks has no session.
    pub async fn begin_totp(&self, ctx: &Ctx) -> Result<Enrolment, Failure> {
        let (account, session) = own_session(ctx)?;
        let secret = match self.pending_totp(ctx, account, session).await? {
            Some(secret) => secret,
            None => {
                let secret = secrets::random::<SECRET_BYTES>().internal("make a secret for an app")?.to_vec();
                let sealed = self.keys.seal(&purpose(account), &secret).internal("seal a secret")?;
                let challenge = sessions::Challenge {
                    account: Some(account),
                    state: json!({ "sealed": BASE64_STANDARD.encode(sealed) }),
                };
                let until = ctx.now + CHALLENGE;
                sessions::put_challenge(&self.pool, "totp-enrol", &bound_to(session), &challenge, until)
                    .await?;
                secret
            }
        };
        let shown = Secret::from(secret.clone()).to_base32();
        let shown: Vec<char> = shown.chars().collect();
        let url =
            totp(secret, &self.issuer(), ctx.actor())?.to_url().internal("write the address of an app")?;
        let code = QrCode::new(url).internal("draw a QR code")?;
        Ok(Enrolment {
            secret: shown.chunks(4).map(|part| part.iter().collect::<String>()).collect::<Vec<_>>().join(" "),
            qr: code.render::<svg::Color<'_>>().min_dimensions(220, 220).build(),
        })
    }

    fn issuer(&self) -> String {
        let town = self.site.town_name();
        if town.is_empty() { "Reeve".to_owned() } else { format!("Reeve {town}") }
    }

    async fn pending_totp(
        &self,
        ctx: &Ctx,
        account: Uuid,
        session: Uuid,
    ) -> Result<Option<Vec<u8>>, Failure> {
        let pending = sessions::challenge(&self.pool, "totp-enrol", &bound_to(session), ctx.now).await?;
        let sealed = pending
            .filter(|challenge| challenge.account == Some(account))
            .and_then(|challenge| BASE64_STANDARD.decode(challenge.state.get("sealed")?.as_str()?).ok());
        Ok(sealed.and_then(|sealed| self.keys.open(&purpose(account), &sealed).ok()))
    }

    /// Ends it with a code of the app; answers new recovery codes, or nothing when the code is wrong.
    ///
    /// # Errors
    /// When database or randomness fail, or whoever asks has no session.
    pub async fn finish_totp(&self, ctx: &Ctx, code: &str) -> Result<Option<Vec<String>>, Failure> {
        let (account, session) = own_session(ctx)?;
        let Some(secret) = self.pending_totp(ctx, account, session).await? else { return Ok(None) };
        let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let Some(step) = totp(secret.clone(), "", "")?.check(&digits, time(ctx)) else { return Ok(None) };
        let sealed = self.keys.seal(&purpose(account), &secret).internal("seal a secret")?;
        let (codes, hashes) = new_codes(account)?;
        let mut transaction = self.pool.begin().await?;
        factors::set_totp(&mut transaction, account, Some(&sealed), i64::try_from(step).unwrap_or(0)).await?;
        factors::set_codes(&mut transaction, account, &hashes).await?;
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::TOTP_ADDED, json!({}))).await?;
        self.tell_of_change(&mut transaction, ctx, account, Changed::AppAdded).await?;
        transaction.commit().await?;
        Ok(Some(codes))
    }

    /// Makes new recovery codes; the old ones stop working, and all other sessions end.
    ///
    /// # Errors
    /// When database or randomness fail, or whoever asks has no session.
    pub async fn make_recovery_codes(&self, ctx: &Ctx) -> Result<Vec<String>, Failure> {
        let (account, session) = own_session(ctx)?;
        let (codes, hashes) = new_codes(account)?;
        let mut transaction = self.pool.begin().await?;
        factors::set_codes(&mut transaction, account, &hashes).await?;
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::CODES, json!({}))).await?;
        transaction.commit().await?;
        Ok(codes)
    }

    /// Removes the authenticator app. All other sessions end.
    ///
    /// # Errors
    /// When the database fails, or whoever asks has no session.
    pub async fn remove_totp(&self, ctx: &Ctx) -> Result<(), Failure> {
        let (account, session) = own_session(ctx)?;
        let mut transaction = self.pool.begin().await?;
        factors::set_totp(&mut transaction, account, None, 0).await?;
        if factors::passkey_rows(&mut *transaction, account).await?.is_empty() {
            factors::set_codes(&mut transaction, account, &[]).await?;
        }
        sessions::revoke_all(&mut transaction, account, Some(session), ctx.now).await?;
        people::add_event(&mut *transaction, new_event(ctx, account, event::TOTP_REMOVED, json!({}))).await?;
        self.tell_of_change(&mut transaction, ctx, account, Changed::AppRemoved).await?;
        transaction.commit().await?;
        Ok(())
    }
}

/// Sealed for one account: a secret copied to another row does not open.
fn purpose(account: Uuid) -> Vec<u8> {
    [PURPOSE, account.as_bytes()].concat()
}

pub(super) fn bound_to(session: Uuid) -> [u8; 32] {
    Sha256::digest(session.as_bytes()).into()
}

fn new_codes(account: Uuid) -> Result<(Vec<String>, Vec<Vec<u8>>), Failure> {
    let codes = (0..RECOVERY_CODES).map(|_| new_code()).collect::<Result<Vec<_>, _>>()?;
    let hashes = codes.iter().map(|code| code_hash(account, code).to_vec()).collect();
    Ok((codes, hashes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn recovery_codes_are_long_and_differ() {
        let (codes, hashes) = new_codes(Uuid::nil()).unwrap();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), RECOVERY_CODES);
        for (code, hash) in codes.iter().zip(&hashes) {
            let letters: String = code.chars().filter(|c| *c != '-').collect();
            assert!(letters.bytes().all(|b| SIGNS.contains(&b)), "{code}");
            // 32 signs are 5 bits each; from 112 bits on what is kept needs no slow hash.
            assert!(letters.len() * 5 >= 112, "{code}");
            assert_eq!(code_hash(Uuid::nil(), &code.to_lowercase()).as_slice(), hash);
            assert_ne!(code_hash(Uuid::max(), code).as_slice(), hash, "kept for one account");
        }
    }
}

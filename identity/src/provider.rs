//! A provider as it describes itself, and the way to it and back.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, TokenUrl};
use openidconnect::{
    AdditionalProviderMetadata, DiscoveryError, EndSessionUrl, IssuerUrl, JsonWebKeySet, Nonce,
    ProviderMetadata,
    core::{
        CoreAuthDisplay, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreGrantType, CoreJsonWebKey,
        CoreJweContentEncryptionAlgorithm, CoreJweKeyManagementAlgorithm, CoreResponseMode, CoreResponseType,
        CoreSubjectIdentifierType,
    },
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use tokio::sync::Mutex;
use url::Url;

use crate::{
    Assurance, CLOCK_SKEW_S, FAILURE_HELD_S, Identity, KEYS_ANEW_S, KNOWN_FOR_S, LONGEST_SIGN_IN_S,
    ProviderSettings, claims,
    fault::{Endpoint, Fault},
    http::Http,
    settings::is_allowed,
    token,
};

/// Longest query of a way back, in bytes.
const MOST_QUERY_BYTES: usize = 8 * 1024;

/// What a provider says beyond the description that every provider gives.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Beyond {
    end_session_endpoint: Option<EndSessionUrl>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl AdditionalProviderMetadata for Beyond {}

type Metadata = ProviderMetadata<
    Beyond,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;

/// What is known of a provider at a time.
pub(crate) struct Known {
    pub(crate) metadata: Arc<Metadata>,
    pub(crate) token_url: TokenUrl,
    pub(crate) keys: JsonWebKeySet<CoreJsonWebKey>,
    since: DateTime<Utc>,
}

#[derive(Default)]
struct Cache {
    known: Option<Arc<Known>>,
    failed: Option<(DateTime<Utc>, Fault)>,
    keys_asked: Option<DateTime<Utc>>,
}

/// One provider. Nothing is asked of it before somebody signs in.
pub struct Provider {
    pub(crate) settings: ProviderSettings,
    pub(crate) issuer: IssuerUrl,
    pub(crate) http: Http,
    cache: Mutex<Cache>,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// How somebody is to sign in.
#[derive(Clone, Debug)]
pub struct Ask<'a> {
    /// Our address that the provider sends the browser back to: a different one for each provider, so that an answer
    /// of one cannot pass for another's.
    pub redirect_uri: &'a str,
    /// The least level of assurance; without it the lowest of [`ProviderSettings::acr_values`].
    pub least: Option<Assurance>,
    /// Longest time since the person proved at the provider who they are, in seconds; 0 asks for a new proof.
    pub max_age_s: Option<u32>,
    /// Language of the provider's pages, as `pl`.
    pub lang: Option<&'a str>,
}

impl<'a> Ask<'a> {
    /// The level of the settings, however long ago the person signed in at the provider.
    #[must_use]
    pub fn to(redirect_uri: &'a str) -> Self {
        Self { redirect_uri, least: None, max_age_s: None, lang: None }
    }
}

/// A sign-in under way. The caller keeps it bound to the browser, out of the browser's sight (sealed, or on the server),
/// and takes it away when it is used.
#[derive(Clone, Serialize, Deserialize)]
pub struct Begun {
    /// [`ProviderSettings::id`].
    pub provider: String,
    /// Where the browser goes to.
    pub url: String,
    /// Comes back unchanged; may serve as the name under which this is kept.
    pub state: String,
    /// Comes back in the ID token.
    pub nonce: String,
    /// Proves to the provider that whoever brings the code is who asked for it.
    pub pkce_verifier: String,
    /// [`Ask::redirect_uri`].
    pub redirect_uri: String,
    /// The least level of assurance.
    pub least: Option<Assurance>,
    /// [`Ask::max_age_s`].
    pub max_age_s: Option<u32>,
    /// When it was begun.
    pub at: DateTime<Utc>,
}

impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun")
            .field("provider", &self.provider)
            .field("at", &self.at)
            .finish_non_exhaustive()
    }
}

/// What the browser brought back: parameters of the query.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Callback {
    /// Becomes tokens, once.
    pub code: Option<String>,
    /// As it was sent.
    pub state: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(…)")
    }
}

impl Callback {
    /// Reads a query, without its question mark. Parameters that mean nothing here are passed over.
    ///
    /// # Errors
    ///
    /// [`Fault::BadCallback`] when it is too long or has a parameter twice.
    pub fn from_query(query: &str) -> Result<Self, Fault> {
        if query.len() > MOST_QUERY_BYTES {
            return Err(Fault::BadCallback("its query is too long"));
        }
        let mut callback = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            let field = match name.as_ref() {
                "code" => &mut callback.code,
                "state" => &mut callback.state,
                "iss" => &mut callback.iss,
                "error" => &mut callback.error,
                _ => continue,
            };
            if field.replace(value.into_owned()).is_some() {
                return Err(Fault::BadCallback("a parameter stands there twice"));
            }
        }
        Ok(callback)
    }
}

impl Provider {
    /// Makes a provider of its settings, without asking it anything.
    ///
    /// # Errors
    ///
    /// [`Fault::Unreachable`] when this machine cannot speak HTTPS at all, [`Fault::BadAsk`] when the settings were made
    /// by hand and are wrong.
    pub fn new(settings: ProviderSettings) -> Result<Self, Fault> {
        settings.check().map_err(|_| Fault::BadAsk("the settings of the provider are wrong"))?;
        let issuer =
            IssuerUrl::new(settings.issuer.clone()).map_err(|_| Fault::BadAsk("the issuer is no address"))?;
        let http = Http::new(&settings)?;
        Ok(Self { settings, issuer, http, cache: Mutex::default() })
    }

    /// What the office says of it.
    #[must_use]
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Fetches the provider's description and keys unless they are known, as the first sign-in would: tells whether the
    /// settings are right.
    ///
    /// # Errors
    ///
    /// As the provider's answers are wrong or missing.
    pub async fn discover(&self, now: DateTime<Utc>) -> Result<(), Fault> {
        self.known(now).await.map(|_| ())
    }

    /// Begins a sign-in: where the browser goes to, and what is to be kept until it comes back.
    ///
    /// # Errors
    ///
    /// [`Fault::LevelTooLow`] when the provider has no such level; else as [`Provider::discover`].
    pub async fn begin(&self, ask: &Ask<'_>, now: DateTime<Utc>) -> Result<Begun, Fault> {
        let (acr_values, least) = self.levels_to_ask(ask.least)?;
        let redirect = RedirectUrl::new(ask.redirect_uri.to_owned())
            .map_err(|_| Fault::BadAsk("the address to come back to is no address"))?;
        let known = self.known(now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = Nonce::new_random();
        let client = oauth2::basic::BasicClient::new(ClientId::new(self.settings.client_id.clone()))
            .set_auth_uri(AuthUrl::from_url(known.metadata.authorization_endpoint().url().clone()))
            .set_redirect_uri(redirect);
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.secret());
        if !acr_values.is_empty() {
            request = request.add_extra_param("acr_values", acr_values.join(" "));
        }
        if let Some(max_age_s) = ask.max_age_s {
            request = request.add_extra_param("max_age", max_age_s.to_string());
        }
        if let Some(lang) = ask.lang {
            request = request.add_extra_param("ui_locales", lang);
        }
        let (url, state) = request.url();
        Ok(Begun {
            provider: self.settings.id.clone(),
            url: url.into(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            pkce_verifier: verifier.into_secret(),
            redirect_uri: ask.redirect_uri.to_owned(),
            least,
            max_age_s: ask.max_age_s,
            at: now,
        })
    }

    /// Ends a sign-in: who is it?
    ///
    /// # Errors
    ///
    /// Everything of [`Fault`]; then nobody is signed in.
    pub async fn finish(
        &self,
        begun: &Begun,
        callback: &Callback,
        now: DateTime<Utc>,
    ) -> Result<Identity, Fault> {
        if begun.provider != self.settings.id {
            return Err(Fault::OtherProvider);
        }
        if !(-CLOCK_SKEW_S..=LONGEST_SIGN_IN_S).contains(&(now - begun.at).num_seconds()) {
            return Err(Fault::TooLate);
        }
        let state = callback.state.as_deref().unwrap_or_default();
        if begun.state.is_empty() || !bool::from(state.as_bytes().ct_eq(begun.state.as_bytes())) {
            return Err(Fault::StateMismatch);
        }
        let known = self.known(now).await?;
        self.check_answerer(&known, callback.iss.as_deref())?;
        if let Some(error) = &callback.error {
            return Err(Fault::said("way back", error));
        }
        let code = callback.code.as_deref().filter(|code| !code.is_empty());
        let code = code.ok_or(Fault::BadCallback("it has neither a code nor an error"))?;

        let tokens = token::exchange(self, &known, begun, code).await?;
        let verified = match token::verify(self, &known, &tokens, begun, now) {
            Err(fault)
                if fault == Fault::UnknownKey || (fault == Fault::BadSignature && tokens.names_no_key()) =>
            {
                match self.keys_anew(&known, now).await? {
                    Some(known) => token::verify(self, &known, &tokens, begun, now),
                    None => Err(fault),
                }
            }
            other => other,
        }?;
        claims::identity(self, &known, verified, &tokens).await
    }

    /// Where the browser goes to sign out at the provider as well; nothing when it has no such page.
    ///
    /// `id_token` is [`Identity::id_token`]: it becomes part of the address, so leave it out when the provider puts a
    /// PESEL into it. `back` is our address to come back to, registered at the provider, with `state`.
    ///
    /// # Errors
    ///
    /// As [`Provider::discover`].
    pub async fn logout_url(
        &self,
        id_token: Option<&str>,
        back: Option<&str>,
        state: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, Fault> {
        let known = self.known(now).await?;
        let Some(page) = &known.metadata.additional_metadata().end_session_endpoint else {
            return Ok(None);
        };
        let mut url = page.url().clone();
        {
            let mut query = url.query_pairs_mut();
            query.append_pair("client_id", &self.settings.client_id);
            for (name, value) in
                [("id_token_hint", id_token), ("post_logout_redirect_uri", back), ("state", state)]
            {
                if let Some(value) = value {
                    query.append_pair(name, value);
                }
            }
        }
        Ok(Some(url.into()))
    }

    /// The values of `acr` to ask for, lowest first, and the level that is then the least.
    fn levels_to_ask(&self, least: Option<Assurance>) -> Result<(Vec<String>, Option<Assurance>), Fault> {
        let levels = &self.settings.levels;
        let Some(least) = least else {
            let wanted = self.settings.acr_values.clone();
            let least = wanted.iter().filter_map(|acr| levels.get(acr)).min().copied();
            return Ok((wanted, least));
        };
        let mut enough: Vec<_> = levels.iter().filter(|(_, level)| **level >= least).collect();
        if enough.is_empty() && (least > Assurance::Low || !levels.is_empty()) {
            return Err(Fault::LevelTooLow);
        }
        enough.sort_by_key(|(_, level)| **level);
        Ok((enough.into_iter().map(|(acr, _)| acr.clone()).collect(), Some(least)))
    }

    /// Who answers must be who was asked: the answer of another provider, brought to this one's address, names another.
    fn check_answerer(&self, known: &Known, iss: Option<&str>) -> Result<(), Fault> {
        let must_say = known.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match iss {
            Some(iss) if iss == self.settings.issuer => Ok(()),
            None if !must_say => Ok(()),
            _ => Err(Fault::WrongIssuer("way back")),
        }
    }

    /// The provider's description and keys, fetched when they are not known or old. One fetch at a time, and after a
    /// failure none for a while: whoever waits then shares the failure.
    async fn known(&self, now: DateTime<Utc>) -> Result<Arc<Known>, Fault> {
        let mut cache = self.cache.lock().await;
        if let Some(known) = cache.known.as_ref().filter(|known| is_within(known.since, now, KNOWN_FOR_S)) {
            return Ok(Arc::clone(known));
        }
        if let Some((_, fault)) = cache.failed.as_ref().filter(|(at, _)| is_within(*at, now, FAILURE_HELD_S))
        {
            return Err(fault.clone());
        }
        match self.fetch(now).await {
            Ok(known) => {
                let known = Arc::new(known);
                cache.failed = None;
                cache.known = Some(Arc::clone(&known));
                Ok(known)
            }
            Err(fault) => {
                cache.failed = Some((now, fault.clone()));
                Err(fault)
            }
        }
    }

    /// Keys that somebody else did not see yet: fetched anew, unless that was tried a moment ago.
    async fn keys_anew(&self, seen: &Arc<Known>, now: DateTime<Utc>) -> Result<Option<Arc<Known>>, Fault> {
        let mut cache = self.cache.lock().await;
        if let Some(known) = cache.known.as_ref().filter(|known| !Arc::ptr_eq(known, seen)) {
            return Ok(Some(Arc::clone(known)));
        }
        if cache.keys_asked.is_some_and(|at| is_within(at, now, KEYS_ANEW_S)) {
            return Ok(None);
        }
        cache.keys_asked = Some(now);
        let keys = JsonWebKeySet::fetch_async(seen.metadata.jwks_uri(), &self.http.at(Endpoint::Keys))
            .await
            .map_err(|error| answered_badly(Endpoint::Keys, error))?;
        let known = Arc::new(Known {
            metadata: Arc::clone(&seen.metadata),
            token_url: seen.token_url.clone(),
            keys,
            since: seen.since,
        });
        cache.known = Some(Arc::clone(&known));
        Ok(Some(known))
    }

    async fn fetch(&self, now: DateTime<Utc>) -> Result<Known, Fault> {
        let at = Endpoint::Discovery;
        let metadata = Metadata::discover_async(self.issuer.clone(), &self.http.at(at))
            .await
            .map_err(|error| answered_badly(at, error))?;
        let token_url = metadata
            .token_endpoint()
            .cloned()
            .ok_or_else(|| Fault::bad_answer(at, "it names no token endpoint"))?;
        // Where people are sent; what is spoken to is checked when it is spoken to.
        let end = metadata.additional_metadata().end_session_endpoint.as_ref().map(|page| page.url());
        let pages: [Option<&Url>; 2] = [Some(metadata.authorization_endpoint().url()), end];
        if pages.into_iter().flatten().any(|page| !is_allowed(page, self.settings.allow_http_loopback)) {
            return Err(Fault::bad_answer(at, "it names a page whose address does not begin with https://"));
        }
        let keys = metadata.jwks().clone();
        Ok(Known { metadata: Arc::new(metadata), token_url, keys, since: now })
    }
}

fn is_within(since: DateTime<Utc>, now: DateTime<Utc>, seconds: i64) -> bool {
    (now - since).num_seconds().abs() < seconds
}

fn answered_badly(at: Endpoint, error: DiscoveryError<Fault>) -> Fault {
    match error {
        DiscoveryError::Request(fault) => fault,
        DiscoveryError::Validation(_) => Fault::WrongIssuer("description"),
        DiscoveryError::Response(status, ..) if status != oauth2::http::StatusCode::OK => Fault::bad_answer(
            at,
            format!("it has status {}; is the issuer of the settings right?", status.as_u16()),
        ),
        DiscoveryError::Response(..) => Fault::bad_answer(at, "it is not of the type application/json"),
        // Nothing of a person stands in a description: where it is wrong may be said.
        DiscoveryError::Parse(error) => {
            Fault::bad_answer(at, format!("it is not as the protocol says, at {}", error.path()))
        }
        _ => Fault::bad_answer(at, "its address cannot be made of the issuer"),
    }
}

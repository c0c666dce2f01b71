//! Settings: `reeve.toml` (or the file named by `REEVE_CONFIG`), overridden by the environment, read once.
//!
//! A value that makes no sense stops the start; nothing is guessed later.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use serde::Deserialize;

use super::{files::Place, look::is_colour};

/// All settings of one node.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Database to use; without it Reeve runs its own under [`Config::var`]. `DATABASE_URL`.
    pub database_url: Option<String>,
    /// Connections to the database that each of a node's two pools keeps at most. `REEVE_DATABASE_CONNECTIONS`.
    pub database_connections: u32,
    /// Folder of the embedded database and of files. `REEVE_VAR`.
    pub var: PathBuf,
    /// Address to serve on. `REEVE_LISTEN`.
    pub listen: SocketAddr,
    /// Address under which the outside sees the service, without a slash at the end. `REEVE_BASE_URL`.
    /// Without it, links are made from the request's `Host`.
    pub base_url: Option<String>,
    /// Folder of the built front end. `REEVE_STATIC`.
    pub static_dir: PathBuf,
    /// Bearer token that opens `/metrics` from other machines. `REEVE_METRICS_TOKEN`.
    pub metrics_token: Option<String>,
    /// Key that seals what must be read again, such as the secrets of authenticator apps; at least 32 characters, the
    /// same on all nodes. Without it the file `secret.key` in [`Config::var`] holds one. `REEVE_SECRET_KEY`.
    pub secret_key: Option<String>,
    /// Proxies, besides those on this machine, whose `X-Forwarded-For` is believed. `REEVE_TRUSTED_PROXIES`, separated
    /// by commas.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// Providers of identity, `[[identity]]` each; `docs/identity.md` says what they must tell.
    pub identity: Vec<identity::ProviderSettings>,
    /// The town.
    pub town: Town,
    /// The basemap.
    pub basemap: Basemap,
    /// Where photos and other files are kept.
    pub files: FileSettings,
    /// How residents show where they live.
    pub residents: Residents,
    /// Servers that take our mails.
    pub mail: MailSettings,
    /// The gateway that takes our texts.
    pub sms: SmsSettings,
    /// Notices that browsers show.
    pub push: PushSettings,
    /// How messages are tried again, and where letters go.
    pub messages: MessageSettings,
    /// Contracts with payment operators, `[[operators]]` each; `docs/payments.md` says what stands in them.
    pub operators: Vec<OperatorContract>,
    /// How long orders live, and when operators are asked about them.
    pub payments: PaymentSettings,
}

/// A contract with a payment operator.
#[derive(Debug, Clone, Deserialize)]
pub struct OperatorContract {
    /// The town's bank accounts whose dues are paid by this contract; all without one. Paybynet has an account of its own.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Accounts from which the operator pays out to the town: what comes from them is for payments that are booked already.
    #[serde(default)]
    pub pays_from: Vec<String>,
    /// What the columns of the operator's settlements mean.
    pub settlement: Option<operators::settlement::Columns>,
    /// What the operator's protocol needs.
    #[serde(flatten)]
    pub operator: operators::OperatorSettings,
}

/// How long orders live, and when operators are asked about them.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaymentSettings {
    /// Minutes within which an order can be paid. `REEVE_PAYMENTS_VALID_MIN`.
    pub valid_min: u32,
    /// Seconds to wait before each question about an order of which there is no news; after the last one nobody asks any
    /// more. `REEVE_PAYMENTS_ASK_AFTER_S`, separated by commas.
    pub ask_after_s: Vec<u32>,
    /// Seconds within which one question must end; whoever takes longer is taken for dead. `REEVE_PAYMENTS_LEASE_S`.
    pub lease_s: u32,
    /// Days within which what an operator passed on should be on the account. `REEVE_PAYMENTS_PAYOUT_DAYS`.
    pub payout_days: u32,
}

impl Default for PaymentSettings {
    fn default() -> Self {
        let (minute, hour) = (60, 60 * 60);
        let mut ask_after_s = vec![30 * minute, hour, 2 * hour, 4 * hour, 12 * hour];
        // Banks and operators say the last word within two weeks.
        ask_after_s.extend([24 * hour; 14]);
        Self { valid_min: 60, ask_after_s, lease_s: 3 * minute, payout_days: 3 }
    }
}

/// How residents show where they live.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Residents {
    /// What it takes to become a resident of an address that the register has.
    pub address_roll: AddressRoll,
    /// How many accounts one flat, or one house without flats, may have by declaration alone; each next one needs a letter.
    pub most_per_address: u32,
}

impl Default for Residents {
    fn default() -> Self {
        Self { address_roll: AddressRoll::default(), most_per_address: 12 }
    }
}

/// What a declared address that the register has is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddressRoll {
    /// It is enough. The register says that the address is real, not that it is this person's.
    #[default]
    Enough,
    /// A letter with a code must reach it.
    Letter,
}

/// Servers that take our mails. Without one, mails wait.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailSettings {
    /// `smtp://user:password@mail.example.org`, the first one first; the next is asked when one surely did not take a
    /// mail. `REEVE_MAIL_URL`, separated by spaces.
    pub servers: Vec<Secret>,
    /// Who writes: `Urząd Miasta <urzad@example.org>`. `REEVE_MAIL_FROM`.
    pub from: Option<String>,
    /// Where answers go, if not there. `REEVE_MAIL_REPLY_TO`.
    pub reply_to: Option<String>,
}

/// The gateway that takes our texts; it speaks SMSAPI. Without a token, texts wait.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SmsSettings {
    /// Its address; `https://api.smsapi.pl` without one. `REEVE_SMS_URL`.
    pub url: Option<String>,
    /// Its second address, asked when the first is out of order. `REEVE_SMS_BACKUP_URL`.
    pub backup_url: Option<String>,
    /// The token by which it knows us. `REEVE_SMS_TOKEN`.
    pub token: Option<Secret>,
    /// The sender's name that it has approved. `REEVE_SMS_SENDER`.
    pub sender: Option<String>,
    /// Whether Polish letters are written without their marks; a text of them costs twice as much. `REEVE_SMS_NORMALIZE`
    /// (`true` or `false`).
    pub normalize: Option<bool>,
}

/// Notices that browsers show.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PushSettings {
    /// The secret half of the key by which push services know us, 43 characters; made from the key of the installation
    /// without one. Another key ends all subscriptions. `REEVE_PUSH_PRIVATE_KEY`.
    pub private_key: Option<Secret>,
    /// Where the operator of a push service can complain: `mailto:…` or `https:…`; the sender of the mails or
    /// `base_url` without one. `REEVE_PUSH_SUBJECT`.
    pub subject: Option<String>,
    /// Lets notices go to this machine, for tests and the demonstration. `REEVE_PUSH_LOOPBACK` (`true`).
    pub loopback: bool,
}

/// How messages are tried again, and where letters go.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MessageSettings {
    /// Seconds to wait after each try that failed; after the last one a clerk decides. `REEVE_MESSAGES_RETRY_S`,
    /// separated by commas.
    pub retry_s: Vec<u32>,
    /// Seconds within which one try must end; whoever takes longer is taken for dead. `REEVE_MESSAGES_LEASE_S`.
    pub lease_s: u32,
    /// Folder to which letters for electronic delivery (e-Doręczenia) are handed over; without one they are printed.
    /// `REEVE_MESSAGES_EDELIVERY`.
    pub edelivery_folder: Option<PathBuf>,
}

impl Default for MessageSettings {
    fn default() -> Self {
        let (minute, hour) = (60, 60 * 60);
        Self {
            retry_s: vec![minute, 5 * minute, 15 * minute, hour, 4 * hour, 12 * hour, 24 * hour],
            lease_s: 10 * minute,
            edelivery_folder: None,
        }
    }
}

/// How long people stay signed in. The defaults hold for one working day: whoever signs in in the morning is not
/// thrown out over lunch, and nobody is still signed in the next day. Residents come for an errand, not for a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// Minutes without a request after which a session ends. `REEVE_SESSION_IDLE_MIN`.
    pub idle_min: u32,
    /// Minutes after which a session ends whatever happens. `REEVE_SESSION_LONGEST_MIN`.
    pub longest_min: u32,
    /// Whether the staff work only with a second factor; whoever has none is led to add one. `REEVE_SECOND_FACTOR`.
    pub second_factor: bool,
    /// The same of residents, without a request: their browsers stand at home and in libraries.
    /// `REEVE_SESSION_RESIDENT_IDLE_MIN`.
    pub resident_idle_min: u32,
    /// The same of residents, whatever happens. `REEVE_SESSION_RESIDENT_LONGEST_MIN`.
    pub resident_longest_min: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self {
            idle_min: 8 * 60,
            longest_min: 12 * 60,
            second_factor: true,
            resident_idle_min: 60,
            resident_longest_min: 12 * 60,
        }
    }
}

/// What the town calls itself and how it looks.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Town {
    /// Name shown in every header. `REEVE_TOWN_NAME`.
    pub name: Option<String>,
    /// TERYT code of the commune, seven digits; text, since leading zeros count.
    pub code: Option<String>,
    /// GeoJSON file with the town's area; without it, what lies near its data. `REEVE_TOWN_AREA`.
    pub area: Option<PathBuf>,
    /// Accent colour from the crest, `#rrggbb`.
    pub colour: Option<String>,
    /// Path or address of the crest's picture.
    pub crest: Option<String>,
}

/// Where files are kept; the folder `files` under [`Config::var`] unless said otherwise.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FileSettings {
    /// `s3://bucket/prefix` or `file:///folder`. `REEVE_FILES_URL`.
    pub url: Option<String>,
    /// Address of a store that speaks S3; Amazon's own without it. `REEVE_FILES_ENDPOINT`.
    pub endpoint: Option<String>,
    /// Region of the bucket. `REEVE_FILES_REGION`.
    pub region: Option<String>,
    /// Id of the access key. `REEVE_FILES_KEY_ID`.
    pub key_id: Option<String>,
    /// The access key. `REEVE_FILES_KEY`.
    pub key: Option<Secret>,
}

/// A text that no log may show.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// A text that no log may show.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Another basemap than the one drawn from the town's own database.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Basemap {
    /// Address of a MapLibre style document. `REEVE_BASEMAP_STYLE`.
    pub style: Option<String>,
    /// Template of raster tiles with `{z}`, `{x}`, `{y}`. `REEVE_BASEMAP_RASTER`.
    pub raster: Option<String>,
    /// What the owner of that basemap wants to be said.
    pub attribution: Option<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: None,
            database_connections: 16,
            var: PathBuf::from("var"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: None,
            static_dir: PathBuf::from("static/dist"),
            metrics_token: None,
            secret_key: None,
            trusted_proxies: Vec::new(),
            sessions: Sessions::default(),
            identity: Vec::new(),
            town: Town::default(),
            basemap: Basemap::default(),
            files: FileSettings::default(),
            residents: Residents::default(),
            mail: MailSettings::default(),
            sms: SmsSettings::default(),
            push: PushSettings::default(),
            messages: MessageSettings::default(),
            operators: Vec::new(),
            payments: PaymentSettings::default(),
        }
    }
}

/// A setting that stops the start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings file {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is no TOML of the expected form.
    #[error("the settings file {path} is wrong: {source}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Line and reason.
        source: Box<toml::de::Error>,
    },
    /// One value makes no sense.
    #[error("setting {name}={value:?}: {why}")]
    Value {
        /// The setting.
        name: &'static str,
        /// Its text.
        value: String,
        /// What is expected.
        why: &'static str,
    },
}

impl Config {
    /// Reads the settings of this process.
    ///
    /// # Errors
    /// [`ConfigError`] names the file or setting and what is wrong with it.
    pub fn load() -> Result<Self, ConfigError> {
        Self::load_from(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads the settings with `env` standing for the environment.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn load_from(env: impl Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let named = env("REEVE_CONFIG").map(PathBuf::from);
        let path = named.clone().unwrap_or_else(|| PathBuf::from("reeve.toml"));
        let mut config = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|source| ConfigError::Malformed { path, source: Box::new(source) })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => Self::default(),
            Err(source) => return Err(ConfigError::Unreadable { path, source }),
        };
        config.override_from(env)?;
        config.check()?;
        Ok(config)
    }

    fn override_from(&mut self, env: impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        let set = |target: &mut Option<String>, name: &str| {
            if let Some(value) = env(name) {
                *target = Some(value);
            }
        };
        set(&mut self.database_url, "DATABASE_URL");
        set(&mut self.base_url, "REEVE_BASE_URL");
        set(&mut self.metrics_token, "REEVE_METRICS_TOKEN");
        set(&mut self.secret_key, "REEVE_SECRET_KEY");
        set(&mut self.town.name, "REEVE_TOWN_NAME");
        set(&mut self.basemap.style, "REEVE_BASEMAP_STYLE");
        set(&mut self.basemap.raster, "REEVE_BASEMAP_RASTER");
        if let Some(value) = env("REEVE_TOWN_AREA") {
            self.town.area = Some(value.into());
        }
        set(&mut self.files.url, "REEVE_FILES_URL");
        set(&mut self.files.endpoint, "REEVE_FILES_ENDPOINT");
        set(&mut self.files.region, "REEVE_FILES_REGION");
        set(&mut self.files.key_id, "REEVE_FILES_KEY_ID");
        if let Some(value) = env("REEVE_FILES_KEY") {
            self.files.key = Some(Secret(value));
        }
        self.override_messages(&env)?;
        self.override_payments(&env)?;
        if let Some(value) = env("REEVE_VAR") {
            self.var = value.into();
        }
        if let Some(value) = env("REEVE_STATIC") {
            self.static_dir = value.into();
        }
        if let Some(value) = env("REEVE_LISTEN") {
            self.listen = parse("REEVE_LISTEN", value, "must be an address and port such as 127.0.0.1:8080")?;
        }
        if let Some(value) = env("REEVE_SESSION_IDLE_MIN") {
            self.sessions.idle_min = parse("REEVE_SESSION_IDLE_MIN", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_SESSION_LONGEST_MIN") {
            self.sessions.longest_min = parse("REEVE_SESSION_LONGEST_MIN", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_SECOND_FACTOR") {
            self.sessions.second_factor = parse("REEVE_SECOND_FACTOR", value, "must be true or false")?;
        }
        if let Some(value) = env("REEVE_SESSION_RESIDENT_IDLE_MIN") {
            self.sessions.resident_idle_min =
                parse("REEVE_SESSION_RESIDENT_IDLE_MIN", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_SESSION_RESIDENT_LONGEST_MIN") {
            self.sessions.resident_longest_min =
                parse("REEVE_SESSION_RESIDENT_LONGEST_MIN", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_TRUSTED_PROXIES") {
            let why = "must be addresses such as 10.0.0.1, separated by commas";
            self.trusted_proxies = value
                .split(',')
                .map(|address| parse("REEVE_TRUSTED_PROXIES", address.trim().to_owned(), why))
                .collect::<Result<_, _>>()?;
        }
        if let Some(value) = env("REEVE_DATABASE_CONNECTIONS") {
            self.database_connections = parse("REEVE_DATABASE_CONNECTIONS", value, "must be a whole number")?;
        }
        Ok(())
    }

    fn override_messages(&mut self, env: &impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        let set = |target: &mut Option<String>, name: &str| {
            if let Some(value) = env(name) {
                *target = Some(value);
            }
        };
        let hide = |target: &mut Option<Secret>, name: &str| {
            if let Some(value) = env(name) {
                *target = Some(Secret(value));
            }
        };
        if let Some(value) = env("REEVE_MAIL_URL") {
            self.mail.servers = value.split_whitespace().map(|url| Secret(url.to_owned())).collect();
        }
        set(&mut self.mail.from, "REEVE_MAIL_FROM");
        set(&mut self.mail.reply_to, "REEVE_MAIL_REPLY_TO");
        set(&mut self.sms.url, "REEVE_SMS_URL");
        set(&mut self.sms.backup_url, "REEVE_SMS_BACKUP_URL");
        hide(&mut self.sms.token, "REEVE_SMS_TOKEN");
        set(&mut self.sms.sender, "REEVE_SMS_SENDER");
        if let Some(value) = env("REEVE_SMS_NORMALIZE") {
            self.sms.normalize = Some(parse("REEVE_SMS_NORMALIZE", value, "must be true or false")?);
        }
        hide(&mut self.push.private_key, "REEVE_PUSH_PRIVATE_KEY");
        set(&mut self.push.subject, "REEVE_PUSH_SUBJECT");
        if let Some(value) = env("REEVE_PUSH_LOOPBACK") {
            self.push.loopback = parse("REEVE_PUSH_LOOPBACK", value, "must be true or false")?;
        }
        if let Some(value) = env("REEVE_MESSAGES_RETRY_S") {
            let why = "must be whole numbers of seconds, separated by commas";
            self.messages.retry_s = value
                .split(',')
                .map(|part| parse("REEVE_MESSAGES_RETRY_S", part.trim().to_owned(), why))
                .collect::<Result<_, _>>()?;
        }
        if let Some(value) = env("REEVE_MESSAGES_LEASE_S") {
            self.messages.lease_s = parse("REEVE_MESSAGES_LEASE_S", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_MESSAGES_EDELIVERY") {
            self.messages.edelivery_folder = Some(value.into());
        }
        Ok(())
    }

    fn override_payments(&mut self, env: &impl Fn(&str) -> Option<String>) -> Result<(), ConfigError> {
        if let Some(value) = env("REEVE_PAYMENTS_VALID_MIN") {
            self.payments.valid_min = parse("REEVE_PAYMENTS_VALID_MIN", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_PAYMENTS_ASK_AFTER_S") {
            let why = "must be whole numbers of seconds, separated by commas";
            self.payments.ask_after_s = value
                .split(',')
                .map(|part| parse("REEVE_PAYMENTS_ASK_AFTER_S", part.trim().to_owned(), why))
                .collect::<Result<_, _>>()?;
        }
        if let Some(value) = env("REEVE_PAYMENTS_PAYOUT_DAYS") {
            self.payments.payout_days = parse("REEVE_PAYMENTS_PAYOUT_DAYS", value, "must be a whole number")?;
        }
        if let Some(value) = env("REEVE_PAYMENTS_LEASE_S") {
            self.payments.lease_s = parse("REEVE_PAYMENTS_LEASE_S", value, "must be a whole number")?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |name, value: &str, why| Err(ConfigError::Value { name, value: value.into(), why });
        if let Some(url) = &self.base_url {
            let bare = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
            if bare.is_none_or(|rest| rest.is_empty() || rest.ends_with('/')) {
                return wrong(
                    "REEVE_BASE_URL",
                    url,
                    "must start with http:// or https:// and not end with /",
                );
            }
        }
        if !(2..=500).contains(&self.database_connections) {
            let value = self.database_connections.to_string();
            return wrong("REEVE_DATABASE_CONNECTIONS", &value, "must lie between 2 and 500");
        }
        if self.secret_key.as_ref().is_some_and(|key| key.chars().count() < 32) {
            return wrong("REEVE_SECRET_KEY", "…", "must have at least 32 characters");
        }
        let Sessions { idle_min, longest_min, resident_idle_min, resident_longest_min, .. } = self.sessions;
        for (idle_min, longest_min) in [(idle_min, longest_min), (resident_idle_min, resident_longest_min)] {
            if idle_min < 5 || idle_min > longest_min || longest_min > 24 * 60 {
                let value = format!("idle_min = {idle_min}, longest_min = {longest_min}");
                return wrong(
                    "sessions",
                    &value,
                    "must be at least 5 minutes, idle no longer than longest, longest a day",
                );
            }
        }
        for (at, provider) in self.identity.iter().enumerate() {
            if self.identity.iter().take(at).any(|other| other.id == provider.id) {
                return wrong(
                    "identity.id",
                    &provider.id,
                    "stands twice; each provider needs an id of its own",
                );
            }
        }
        let MessageSettings { retry_s, lease_s, .. } = &self.messages;
        let tries = 1..=200;
        if !tries.contains(&retry_s.len()) || retry_s.iter().any(|wait| !(1..=30 * 24 * 3600).contains(wait))
        {
            return wrong(
                "messages.retry_s",
                &format!("{retry_s:?}"),
                "must be 1 to 200 waits of a second to 30 days",
            );
        }
        if !(1..=24 * 3600).contains(lease_s) {
            return wrong("messages.lease_s", &lease_s.to_string(), "must be a second to a day");
        }
        let PaymentSettings { valid_min, ask_after_s, lease_s, payout_days } = &self.payments;
        if !(20..=24 * 60).contains(valid_min) {
            return wrong(
                "payments.valid_min",
                &valid_min.to_string(),
                "must lie between 20 minutes and a day",
            );
        }
        if !(1..=100).contains(&ask_after_s.len())
            || ask_after_s.iter().any(|wait| !(1..=30 * 24 * 3600).contains(wait))
        {
            return wrong(
                "payments.ask_after_s",
                &format!("{ask_after_s:?}"),
                "must be 1 to 100 waits of a second to 30 days",
            );
        }
        if *payout_days > 60 {
            return wrong("payments.payout_days", &payout_days.to_string(), "must be 0 to 60 days");
        }
        if !(5..=3600).contains(lease_s) {
            return wrong("payments.lease_s", &lease_s.to_string(), "must be 5 seconds to an hour");
        }
        if let Some(colour) = &self.town.colour
            && !is_colour(colour)
        {
            return wrong("town.colour", colour, "must be of the form #1a2b3c");
        }
        if !(1..=1000).contains(&self.residents.most_per_address) {
            let value = self.residents.most_per_address.to_string();
            return wrong("residents.most_per_address", &value, "must lie between 1 and 1000");
        }
        if let Some(code) = &self.town.code
            && (code.len() != 7 || !code.bytes().all(|b| b.is_ascii_digit()))
        {
            return wrong("town.code", code, "must be a TERYT code of seven digits");
        }
        if let Some(url) = &self.files.url
            && Place::parse(url).is_none()
        {
            return wrong("files.url", url, "must be of the form s3://bucket/prefix or file:///folder");
        }
        if self.files.key_id.is_some() != self.files.key.is_some() {
            let id = self.files.key_id.as_deref().unwrap_or_default();
            return wrong("files.key_id", id, "needs files.key beside it, and the other way round");
        }
        Ok(())
    }
}

fn parse<T: std::str::FromStr>(
    name: &'static str,
    value: String,
    why: &'static str,
) -> Result<T, ConfigError> {
    value.parse().map_err(|_| ConfigError::Value { name, value, why })
}

#[cfg(test)]
mod tests {
    use super::Config;

    fn with(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::load_from(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, v)| (*v).to_owned()))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn environment_overrides_and_nonsense_stops() {
        assert_eq!(with(&[("REEVE_LISTEN", "127.0.0.1:9")]).unwrap().listen.port(), 9);
        assert!(with(&[("REEVE_LISTEN", "here")]).unwrap_err().contains("REEVE_LISTEN"));
        assert!(with(&[("REEVE_BASE_URL", "example.pl")]).unwrap_err().contains("http"));
        assert!(with(&[("REEVE_FILES_URL", "here")]).unwrap_err().contains("s3://bucket"));
        assert!(with(&[("REEVE_FILES_KEY", "only this")]).unwrap_err().contains("files.key_id"));
        assert!(with(&[("REEVE_MESSAGES_RETRY_S", "60, x")]).unwrap_err().contains("seconds"));
        assert!(with(&[("REEVE_MESSAGES_RETRY_S", "0")]).unwrap_err().contains("retry_s"));
        assert!(with(&[("REEVE_PAYMENTS_ASK_AFTER_S", "")]).unwrap_err().contains("seconds"));
        assert!(with(&[("REEVE_PAYMENTS_ASK_AFTER_S", "0")]).unwrap_err().contains("ask_after_s"));
        assert!(with(&[("REEVE_PAYMENTS_VALID_MIN", "5")]).unwrap_err().contains("valid_min"));
        let mail = with(&[("REEVE_MAIL_URL", "smtp://a:b@one smtp://two")]).unwrap().mail;
        assert_eq!((mail.servers.len(), format!("{mail:?}").contains("a:b")), (2, false));
        assert!(with(&[("REEVE_CONFIG", "/nowhere/reeve.toml")]).unwrap_err().contains("/nowhere"));
    }

    #[test]
    fn operators_are_read_from_the_file_and_unknown_settings_are_named() {
        let read = |text: &str| toml::from_str::<Config>(text).map_err(|error| error.to_string());
        let autopay = r#"
            [[operators]]
            protocol = "autopay"
            id = "taxes"
            accounts = ["93999999991234000000012345"]
            base_url = "https://pay.autopay.eu"
            service_id = "123456"
            keys = { current = "not-to-be-shown" }
        "#;
        let config = read(autopay).unwrap();
        assert_eq!(config.operators[0].accounts.len(), 1);
        assert!(!format!("{config:?}").contains("not-to-be-shown"));
        let wrong = read(&autopay.replace("service_id", "servise_id")).unwrap_err();
        assert!(wrong.contains("servise_id"), "{wrong}");
        assert!(read(&autopay.replace("\"autopay\"", "\"przelewy\"")).unwrap_err().contains("przelewy24"));
    }

    #[test]
    fn sessions_are_short_and_guarded_unless_somebody_says_otherwise() {
        let usual = with(&[]).unwrap().sessions;
        assert!(usual.second_factor && usual.idle_min <= 8 * 60 && usual.longest_min <= 12 * 60);
        let minutes =
            |idle, longest| with(&[("REEVE_SESSION_IDLE_MIN", idle), ("REEVE_SESSION_LONGEST_MIN", longest)]);
        assert!(minutes("60", "1440").is_ok());
        for (idle, longest) in [("4", "60"), ("60", "1441"), ("61", "60")] {
            assert!(minutes(idle, longest).unwrap_err().contains("sessions"), "{idle}, {longest}");
        }
        assert!(!with(&[("REEVE_SECOND_FACTOR", "false")]).unwrap().sessions.second_factor);
        assert!(with(&[("REEVE_SECOND_FACTOR", "perhaps")]).unwrap_err().contains("true or false"));
    }
}

//! Settings: `reeve.toml` (or the file named by `REEVE_CONFIG`), overridden by the environment, read once.
//!
//! A value that makes no sense stops the start; nothing is guessed later.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use serde::Deserialize;

use super::files::Place;

/// All settings of one node.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Database to use; without it Reeve runs its own under [`Config::var`]. `DATABASE_URL`.
    pub database_url: Option<String>,
    /// Connections to the database that one node keeps at most. `REEVE_DATABASE_CONNECTIONS`.
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
    /// The town.
    pub town: Town,
    /// The basemap.
    pub basemap: Basemap,
    /// Where photos and other files are kept.
    pub files: FileSettings,
}

/// How long people stay signed in. The defaults hold for one working day: whoever signs in in the morning is not
/// thrown out over lunch, and nobody is still signed in the next day.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Sessions {
    /// Minutes without a request after which a session ends. `REEVE_SESSION_IDLE_MIN`.
    pub idle_min: u32,
    /// Minutes after which a session ends whatever happens. `REEVE_SESSION_LONGEST_MIN`.
    pub longest_min: u32,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { idle_min: 8 * 60, longest_min: 12 * 60 }
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
            town: Town::default(),
            basemap: Basemap::default(),
            files: FileSettings::default(),
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
        let Sessions { idle_min, longest_min } = self.sessions;
        if idle_min < 5 || idle_min > longest_min || longest_min > 24 * 60 {
            let value = format!("idle_min = {idle_min}, longest_min = {longest_min}");
            return wrong(
                "sessions",
                &value,
                "must be at least 5 minutes, idle no longer than longest, longest a day",
            );
        }
        if let Some(colour) = &self.town.colour {
            let digits = colour.strip_prefix('#').unwrap_or_default();
            if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                return wrong("town.colour", colour, "must be of the form #1a2b3c");
            }
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

    fn with(pairs: &'static [(&str, &str)]) -> Result<Config, String> {
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
        assert!(with(&[("REEVE_CONFIG", "/nowhere/reeve.toml")]).unwrap_err().contains("/nowhere"));
    }
}

//! A real provider of identity beside a town: the certified package of `tests/identity`, with people who do not exist.

use std::{collections::BTreeMap, path::PathBuf, process::Stdio};

use reeve::platform::Config;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStdin, Command},
};

use super::{client, config};

/// Where the town believes to be seen; what comes back is sent to where it is.
pub const BASE: &str = "http://localhost:8099";

/// A provider that runs until it is dropped.
pub struct TestProvider {
    pub issuer: String,
    secret: String,
    id: &'static str,
    // It ends with its standard input.
    _stdin: ChildStdin,
    _child: Child,
}

impl TestProvider {
    /// Starts one; `None` where the package is not installed.
    pub async fn start(id: &'static str, more: &[&str]) -> Option<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/identity");
        if !folder.join("node_modules").exists() {
            eprintln!("skipped: no provider of identity; npm ci --prefix tests/identity");
            return None;
        }
        let mut child = Command::new("node")
            .arg("provider.mjs")
            .args(["--redirect-uri", &format!("{BASE}/sign-in/back/{id}")])
            .args(["--post-logout-redirect-uri", &format!("{BASE}/sign-in"), "--until-stdin-ends"])
            .args(more)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let stdin = child.stdin.take().expect("its input");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let line = lines.next_line().await.expect("it says where it is").expect("a line");
        let said: Value = serde_json::from_str(&line).expect("JSON");
        let text = |name: &str| said[name].as_str().expect(name).to_owned();
        Some(Self { issuer: text("issuer"), secret: text("client_secret"), id, _stdin: stdin, _child: child })
    }

    /// This provider as an office would write it down.
    pub fn settings(&self) -> identity::ProviderSettings {
        let Self { issuer, secret, id, .. } = self;
        toml::from_str(&format!(
            r#"
            id = "{id}"
            name = {{ pl = "Login państwowy", en = "State login" }}
            issuer = "{issuer}"
            client_id = "reeve"
            client_secret = "{secret}"
            scopes = ["openid", "profile", "email", "pesel"]
            allow_http_loopback = true
            acr_values = ["http://eidas.europa.eu/LoA/low", "http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/high"]
            [levels]
            "http://eidas.europa.eu/LoA/low" = "low"
            "http://eidas.europa.eu/LoA/substantial" = "substantial"
            "http://eidas.europa.eu/LoA/high" = "high"
            "#
        ))
        .expect("settings")
    }

    /// Goes to the provider's page, signs somebody in there (or gives up, without a person), and answers the path with
    /// which the browser comes back to us.
    pub async fn walk(&self, url: &str, who: Option<(&str, &str)>) -> String {
        let http = client();
        let mut cookies: BTreeMap<String, String> = BTreeMap::new();
        let mut next = (url.to_owned(), None::<String>);
        for _ in 0..12 {
            if let Some(back) = next.0.strip_prefix(BASE) {
                return back.to_owned();
            }
            let address = match next.0.strip_prefix('/') {
                Some(path) => format!("{}/{path}", self.issuer),
                None => next.0.clone(),
            };
            let request = match next.1.take() {
                Some(body) => {
                    http.post(&address).header("content-type", "application/x-www-form-urlencoded").body(body)
                }
                None => http.get(&address),
            };
            let said: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let response = request.header("cookie", said.join("; ")).send().await.expect("it answers");
            for set in response.headers().get_all("set-cookie") {
                let (pair, _) = set.to_str().expect("text").split_once(';').expect("a cookie");
                let (name, value) = pair.split_once('=').expect("a cookie");
                cookies.insert(name.to_owned(), value.to_owned());
            }
            if let Some(location) = response.headers().get("location") {
                next = (location.to_str().expect("text").to_owned(), None);
                continue;
            }
            let text = response.text().await.expect("a page");
            assert!(text.contains("Test sign-in"), "{address}: {text}");
            let fields = match who {
                Some((user, level)) => format!("user={user}&level={level}&do=sign-in"),
                None => "do=cancel".to_owned(),
            };
            next = (address, Some(fields));
        }
        panic!("the provider leads in circles");
    }
}

/// Settings of a town with these providers.
pub fn config_with(providers: &[&TestProvider]) -> Config {
    let identity = providers.iter().map(|provider| provider.settings()).collect();
    Config { base_url: Some(BASE.to_owned()), identity, ..config() }
}

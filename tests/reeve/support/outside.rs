//! The world outside: a real mail server, and the sandbox for texts and notices.

use std::{path::Path, process::Stdio};

use reeve::platform::{
    Config,
    config::{MailSettings, MessageSettings, PushSettings, Secret, SmsSettings},
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// A mail server and a sandbox; both end with it.
pub struct Outside {
    _mail: Child,
    mail_port: u16,
    folder: tempfile::TempDir,
    /// Address of the sandbox.
    pub sandbox: String,
    http: reqwest::Client,
    _serving: tokio::task::AbortHandle,
}

impl Outside {
    pub async fn start() -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail");
        assert!(
            home.join("node_modules/smtp-server").exists(),
            "the packages of the mail server are not there: run npm ci --prefix tests/mail"
        );
        let folder = tempfile::tempdir().expect("a folder");
        let mut mail = Command::new("node")
            .arg(home.join("server.mjs"))
            .arg(folder.path().join("mails.jsonl"))
            .arg("--until-stdin-ends")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is needed to run the mail server");
        let mut line = String::new();
        BufReader::new(mail.stdout.take().expect("its output")).read_line(&mut line).await.expect("a line");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let serving = tokio::spawn(async move { sandbox::serve(listener).await }).abort_handle();
        Self {
            _mail: mail,
            mail_port: line.trim().parse().expect("a port"),
            folder,
            sandbox: format!("http://{address}"),
            http: super::client(),
            _serving: serving,
        }
    }

    /// Address of the mail server.
    pub fn mail_url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.mail_port)
    }

    /// Settings by which a town reaches this world; `servers` stand before the mail server.
    pub fn config_after(&self, servers: &[&str]) -> Config {
        let own = self.mail_url();
        let servers = servers.iter().copied().chain([own.as_str()]).map(Secret::new).collect();
        Config {
            mail: MailSettings {
                servers,
                from: Some("Urząd Zmyślony <urzad@zmyslin.example>".into()),
                reply_to: None,
            },
            sms: SmsSettings {
                url: Some(format!("{}/sms", self.sandbox)),
                token: Some(Secret::new(sandbox::TOKEN)),
                ..SmsSettings::default()
            },
            push: PushSettings { loopback: true, ..PushSettings::default() },
            messages: MessageSettings { lease_s: 20, ..MessageSettings::default() },
            ..super::config()
        }
    }

    pub fn config(&self) -> Config {
        self.config_after(&[])
    }

    /// All mails that the server took.
    pub fn mails(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("mails.jsonl")).unwrap_or_default();
        // The last line may be half written.
        text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Mails to an address.
    pub fn mails_to(&self, address: &str) -> Vec<Value> {
        self.mails().into_iter().filter(|mail| mail["recipients"][0] == address).collect()
    }

    /// All that a door of the sandbox tells.
    pub async fn told(&self, path: &str) -> Value {
        let answer =
            self.http.get(format!("{}{path}", self.sandbox)).send().await.expect("the sandbox answers");
        answer.json().await.expect("JSON")
    }

    pub async fn texts(&self) -> Vec<Value> {
        self.told("/sms.json").await["sms"].as_array().expect("a list").clone()
    }

    pub async fn notices(&self) -> Vec<Value> {
        self.told("/push.json").await["push"].as_array().expect("a list").clone()
    }

    /// Makes trouble: `{"sms": "http-500"}`.
    pub async fn switch(&self, trouble: &Value) {
        let sent = self.http.post(format!("{}/switch", self.sandbox)).json(trouble).send().await;
        assert!(sent.expect("the sandbox answers").status().is_success());
    }

    /// A browser of the sandbox, as a page would hand it to us.
    pub async fn browser(&self) -> Value {
        let made =
            self.http.post(format!("{}/push/new", self.sandbox)).send().await.expect("the sandbox answers");
        made.json().await.expect("JSON")
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self._serving.abort();
    }
}

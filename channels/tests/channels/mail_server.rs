//! E-mail against a real server, `tests/mail/server.mjs`, which parses what it takes.

use std::{path::Path, process::Stdio};

use channels::email::{Attachment, Mail, Mailbox, Mailer};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

use crate::email::mail;

struct Running {
    _process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Running {
    async fn start(more: &[&str]) -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/mail");
        assert!(
            home.join("node_modules/smtp-server").exists(),
            "the packages of the mail server are not there: run npm ci --prefix tests/mail"
        );
        let folder = tempfile::tempdir().unwrap();
        let mut process = Command::new("node")
            .arg(home.join("server.mjs"))
            .arg(folder.path().join("mails.jsonl"))
            .arg("--until-stdin-ends")
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node is needed to run the mail server");
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).await.unwrap();
        Self { _process: process, port: line.trim().parse().unwrap(), folder }
    }

    fn mailer(&self, login: &str, more: &str) -> Mailer {
        let url = format!("smtp://{login}127.0.0.1:{}{more}", self.port);
        Mailer::new(vec![url.parse().unwrap()])
    }

    fn mails(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(self.folder.path().join("mails.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let server = Running::start(&[]).await;
    let text = "Dzień dobry,\r\n.\r\nFrom zażółć gęślą jaźń – „karta” czeka.\r\n";
    let sent = Mail {
        subject:
            "Zażółć gęślą jaźń: bardzo długi temat, który nie mieści się w jednej linii nagłówka wiadomości"
                .to_owned(),
        text: text.to_owned(),
        html: Some("<p>Dzień dobry, <b>karta</b> czeka.</p>".to_owned()),
        reply_to: Some(Mailbox::named("Sprawa 7/2026", "sprawa-7@example.pl")),
        list_unsubscribe: Some("https://reeve.example.pl/unsubscribe/abc?x=1&y=2".parse().unwrap()),
        attachments: vec![Attachment {
            name: "zaświadczenie \"nowe\".pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            content: (0..=255).cycle().take(100_000).collect(),
        }],
        ..mail()
    };
    let receipt = server.mailer("", "?tls=none").send(&sent).await.unwrap();
    assert!(receipt.detail.ends_with("250 2.0.0 taken"), "{receipt:?}");
    let [got] = &server.mails()[..] else { panic!() };
    assert_eq!(got["messageId"], sent.message_id);
    assert_eq!(got["from"], "urzad@example.pl");
    assert_eq!(got["recipients"], serde_json::json!(["anna@example.org"]));
    assert_eq!(got["to"], "\"Anna Zmyślona\" <anna@example.org>");
    assert_eq!(got["subject"], sent.subject);
    assert_eq!(got["text"].as_str().unwrap().trim_end(), text.replace("\r\n", "\n").trim_end());
    assert_eq!(got["html"].as_str().unwrap().trim_end(), sent.html.unwrap());
    assert_eq!(
        got["attachments"],
        serde_json::json!([{ "name": "zaświadczenie \"nowe\".pdf", "type": "application/pdf", "size": 100_000 }])
    );
    let header = |name: &str| got["headers"][name].clone();
    let only = |value: &str| serde_json::json!([value]);
    assert_eq!(header("list-unsubscribe"), only("<https://reeve.example.pl/unsubscribe/abc?x=1&y=2>"));
    assert_eq!(header("list-unsubscribe-post"), only("List-Unsubscribe=One-Click"));
    assert_eq!(header("auto-submitted"), only("auto-generated"));
    assert_eq!(got["replyTo"], "\"Sprawa 7/2026\" <sprawa-7@example.pl>");
    assert_eq!(header("date"), only("Mon, 21 Sep 2026 14:13:20 +0000"));
}

#[tokio::test]
async fn its_troubles_are_understood() {
    let server = Running::start(&[]).await;
    let mailer = server.mailer("", "?tls=none");
    let send = async |to: &str| {
        let mail = Mail { to: Mailbox::new(to), ..mail() };
        mailer.send(&mail).await.map_err(|failure| failure.code())
    };
    assert_eq!(send("defer-a@example.org").await, Err("temporary"));
    assert_eq!(send("refuse-a@example.org").await, Err("address-refused"));
    assert_eq!(send("once-a@example.org").await, Err("temporary"));
    assert_eq!(server.mails().len(), 0);
    assert!(send("once-a@example.org").await.is_ok());
    assert!(send("slow-a@example.org").await.is_ok());
    assert_eq!(send("lost-a@example.org").await, Err("unknown"));
    assert_eq!(server.mails().len(), 3, "the lost answer does not mean a lost mail");
}

#[tokio::test]
async fn it_asks_who_we_are_and_offers_encryption() {
    let server = Running::start(&["--user", "urzad", "--password", "sekret", "--tls"]).await;
    let send = async |login: &str, more: &str| {
        server.mailer(login, more).send(&mail()).await.map_err(|failure| failure.code())
    };
    assert!(send("urzad:sekret@", "?tls=none").await.is_ok());
    assert_eq!(send("urzad:wrong@", "?tls=none").await, Err("misconfigured"));
    assert_eq!(send("", "?tls=none").await, Err("misconfigured"));
    // Its certificate is its own.
    assert_eq!(send("urzad:sekret@", "?tls=required").await, Err("misconfigured"));
    assert_eq!(server.mails().len(), 1);
}

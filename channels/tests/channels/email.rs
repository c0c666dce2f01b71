//! E-mail: what is said to a server, what its answers mean, and which server is asked next.

use std::{sync::Arc, time::Duration};

use channels::{
    Failure, Receipt,
    email::{Mail, Mailbox, Mailer, SmtpSettings},
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio_rustls::rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::{
    smtp::{Encrypts, SILENCE, Server, Word},
    support::{nobody, now},
};

pub fn mail() -> Mail {
    Mail {
        message_id: "<0190-abc@reeve.example.pl>".to_owned(),
        date: now(),
        from: Mailbox::named("Urząd Gminy Zmyślonej", "urzad@example.pl"),
        to: Mailbox::named("Anna Zmyślona", "anna@example.org"),
        reply_to: None,
        subject: "Twoja karta jest gotowa".to_owned(),
        text: "Dzień dobry,\n.\nkarta czeka.".to_owned(),
        html: None,
        list_unsubscribe: None,
        auto_submitted: true,
        attachments: Vec::new(),
    }
}

fn mailer(urls: &[String]) -> Mailer {
    Mailer::new(urls.iter().map(|url| url.parse::<SmtpSettings>().unwrap()).collect())
}

async fn send(urls: &[String]) -> Result<Receipt, Failure> {
    mailer(urls).send(&mail()).await
}

async fn failure_of(words: &[Word]) -> Failure {
    send(&[Server::start(words).await.url("?tls=none")]).await.unwrap_err()
}

#[tokio::test]
async fn a_mail_is_taken() {
    let server = Server::start(&[]).await;
    let receipt = send(&[server.url("?tls=none&hello=reeve.example.pl")]).await.unwrap();
    assert_eq!(receipt.detail, format!("{}: 250 2.0.0 queued as 7F", server.address));
    assert_eq!(
        server.commands(),
        [
            "EHLO reeve.example.pl",
            "MAIL FROM:<urzad@example.pl>",
            "RCPT TO:<anna@example.org>",
            "DATA",
            "QUIT"
        ]
    );
    let [mail] = &server.mails()[..] else { panic!() };
    assert!(mail.contains("Message-ID: <0190-abc@reeve.example.pl>\r\n"), "{mail}");
}

#[tokio::test]
async fn what_answers_mean() {
    let cases: &[(&[Word], &str)] = &[
        (&[("greeting", "421 too busy")], "temporary"),
        (&[("greeting", "554 no service for you")], "misconfigured"),
        (&[("EHLO", "421 too busy")], "temporary"),
        (&[("MAIL", "451 later")], "temporary"),
        (&[("MAIL", "530 authentication required")], "misconfigured"),
        (&[("MAIL", "553 sender not allowed")], "misconfigured"),
        (&[("MAIL", "552 too large")], "message-refused"),
        (&[("RCPT", "450 box busy")], "temporary"),
        (&[("RCPT", "552 box full")], "temporary"),
        (&[("RCPT", "550 5.1.1 no such user")], "address-refused"),
        (&[("RCPT", "553 bad name")], "address-refused"),
        (&[("DATA", "451 later")], "temporary"),
        (&[("DATA", "554 no")], "message-refused"),
        (&[(".", "451 later")], "temporary"),
        (&[(".", "452 disk full")], "temporary"),
        (&[(".", "554 5.7.1 spam")], "message-refused"),
        (&[(".", "530 authentication required")], "misconfigured"),
        // Broken lines: before the mail itself nothing was taken.
        (&[("greeting", "")], "temporary"),
        (&[("RCPT", "")], "temporary"),
        (&[("DATA", "")], "temporary"),
        (&[(".", "")], "unknown"),
        (&[(".", "nonsense")], "unknown"),
    ];
    for (words, kind) in cases {
        let failure = failure_of(words).await;
        assert_eq!(failure.code(), *kind, "{words:?}: {failure}");
    }
    let failure = failure_of(&[("RCPT", "550-5.1.1 no such user\r\n550 5.1.1 ask the office")]).await;
    assert!(
        failure.text().contains("no such user") && failure.text().contains("ask the office"),
        "{failure}"
    );
}

/// Long enough for all that the server does say, also on a busy machine.
const PATIENCE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn what_silence_means() {
    let kind = async |at: &'static str| {
        let url = Server::start(&[(at, SILENCE)]).await.url("?tls=none");
        mailer(&[url]).patience(PATIENCE).send(&mail()).await.unwrap_err().code()
    };
    let kinds = tokio::join!(kind("greeting"), kind("MAIL"), kind("DATA"), kind("."));
    assert_eq!(kinds, ("temporary", "temporary", "temporary", "unknown"));
}

#[tokio::test]
async fn a_server_that_takes_the_mail_and_does_not_say_good_bye_took_it() {
    for word in ["", SILENCE, "500 what"] {
        let server = Server::start(&[("QUIT", word)]).await;
        send(&[server.url("?tls=none")]).await.unwrap();
    }
}

#[tokio::test]
async fn who_we_are() {
    let server = Server::start(&[]).await;
    let with_login = |server: &Server| format!("smtp://urzad:sekret@{}?tls=none", server.address);
    send(&[with_login(&server)]).await.unwrap();
    let auth = server.commands().into_iter().find(|command| command.starts_with("AUTH")).unwrap();
    assert_eq!(auth, "AUTH PLAIN AHVyemFkAHNla3JldA==");
    for (word, kind) in [("535 5.7.8 wrong password", "misconfigured"), ("454 later", "temporary")] {
        let failure = send(&[with_login(&Server::start(&[("AUTH", word)]).await)]).await.unwrap_err();
        assert_eq!(failure.code(), kind);
        assert!(!failure.text().contains("sekret"), "{failure}");
    }
    let no_auth = Server::start(&[("EHLO", "250 mail.example.org")]).await;
    assert_eq!(send(&[with_login(&no_auth)]).await.unwrap_err().code(), "misconfigured");
}

#[tokio::test]
async fn the_next_server_is_asked_only_when_the_former_surely_did_not_take_the_mail() {
    let next = Server::start(&[]).await;
    let ask = async |first: String| send(&[first, next.url("?tls=none")]).await;
    let first = async |words: &[Word]| Server::start(words).await.url("?tls=none");
    assert!(ask(format!("smtp://{}?tls=none", nobody().await)).await.is_ok());
    assert!(ask(first(&[("RCPT", "451 later")]).await).await.is_ok());
    assert!(ask(first(&[("greeting", "554 no")]).await).await.is_ok());
    assert!(ask(first(&[(".", "451 later")]).await).await.is_ok());
    assert!(ask(first(&[("DATA", "")]).await).await.is_ok());
    assert!(ask(Server::start(&[]).await.url("?tls=required")).await.is_ok());
    assert_eq!(next.mails().len(), 6);
    for words in [[("RCPT", "550 no such user")], [(".", "554 spam")], [(".", "")]] {
        ask(first(&words).await).await.unwrap_err();
    }
    assert_eq!(next.mails().len(), 6, "nobody asked the next server");
    let both =
        send(&[first(&[("RCPT", "451 a")]).await, first(&[("greeting", "554 b")]).await]).await.unwrap_err();
    assert_eq!(both.code(), "temporary");
    assert!(both.text().contains("451 a") && both.text().contains("554 b"), "{both}");
    assert_eq!(send(&[]).await.unwrap_err().code(), "misconfigured");
}

/// A certificate for this machine by an authority of its own, and the file of the authority.
fn certificates(folder: &tempfile::TempDir) -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new(Vec::<String>::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let path = folder.path().join("authority.pem");
    std::fs::write(&path, authority.self_signed(&authority_key).unwrap().pem()).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let names = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &issuer).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        )
        .unwrap();
    (Arc::new(config), path.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn encryption() {
    let folder = tempfile::tempdir().unwrap();
    let (config, authority) = certificates(&folder);
    let offers = Server::encrypting(Encrypts::Offers(config.clone()), &[]).await;
    let plain = Server::start(&[]).await;
    let wholly = Server::encrypting(Encrypts::Wholly(config), &[]).await;

    // Required is the rule, and the certificate is checked against the authority that is named.
    send(&[offers.url(&format!("?ca={authority}"))]).await.unwrap();
    assert_eq!(offers.commands().iter().filter(|command| command.starts_with("EHLO")).count(), 2);
    let whole = |more: &str| format!("smtps://u:p@{}{more}", wholly.address);
    send(&[whole(&format!("?ca={authority}"))]).await.unwrap();
    assert_eq!((offers.mails().len(), wholly.mails().len()), (1, 1));

    for url in [offers.url(""), whole("")] {
        let failure = send(&[url]).await.unwrap_err();
        assert_eq!(failure.code(), "misconfigured");
        assert!(failure.text().contains("certificate"), "{failure}");
    }
    let failure = send(&[plain.url("")]).await.unwrap_err();
    assert_eq!(failure.code(), "misconfigured");
    assert!(failure.text().contains("STARTTLS"), "{failure}");
    let missing = send(&[offers.url("?ca=/no/such/file.pem")]).await.unwrap_err();
    assert_eq!(missing.code(), "misconfigured");

    // Opportunistic takes what there is.
    send(&[plain.url("?tls=opportunistic")]).await.unwrap();
    send(&[offers.url("?tls=opportunistic")]).await.unwrap();
    assert!(offers.commands().iter().filter(|command| *command == "STARTTLS").count() >= 2);
    // But no password to whom cannot be trusted.
    let with_login = format!("smtp://u:p@{}?tls=opportunistic", offers.address);
    assert_eq!(send(&[with_login]).await.unwrap_err().code(), "misconfigured");
    assert!(!offers.commands().iter().any(|command| command.starts_with("AUTH")));
}

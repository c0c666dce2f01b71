//! The sandbox as others meet it: by HTTP, and by the senders of the workspace.
#![expect(clippy::unwrap_used, reason = "a test ends by panicking")]

mod pay;
mod push;
mod sms;

use std::net::SocketAddr;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A sandbox of its own for one test.
struct Sandbox {
    address: SocketAddr,
    client: reqwest::Client,
}

impl Sandbox {
    async fn start() -> Self {
        Self::start_with(sandbox::Settings::default()).await.0
    }

    /// With settings; also gives the task, which ends it as `kill -9` would.
    async fn start_with(settings: sandbox::Settings) -> (Self, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let task = tokio::spawn(async move { sandbox::serve_with(listener, settings).await.unwrap() });
        // Sending builds its own client first, which provides TLS; a test that comes before needs it too.
        let _ = channels::push::Push::new(push::settings());
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        (Self { address, client }, task)
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    async fn get(&self, path: &str) -> Value {
        self.client.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn page(&self) -> String {
        self.client.get(self.url("/")).send().await.unwrap().text().await.unwrap()
    }

    async fn post(&self, path: &str, body: Value) -> reqwest::Response {
        self.client.post(self.url(path)).json(&body).send().await.unwrap()
    }

    async fn switch(&self, wish: Value) {
        assert_eq!(self.post("/switch", wish).await.status(), 204);
    }
}

#[expect(clippy::disallowed_methods, reason = "the sandbox has a clock of its own, which must be met")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

#[tokio::test]
async fn troubles_that_are_not_known_are_refused_and_change_nothing() {
    let sandbox = Sandbox::start().await;
    for wish in [
        json!({ "sms": "maybe" }),
        json!({ "sms": "gone" }),
        json!({ "push": "error-8" }),
        json!({ "sms": "http-500", "push": "maybe" }),
        json!({ "gone": "nobody" }),
        json!({ "autopay": "gone" }),
        json!({ "paybynet": "late", "przelewy24": "maybe" }),
    ] {
        let answer = sandbox.post("/switch", wish.clone()).await;
        assert_eq!(answer.status(), 400, "{wish}");
    }
    assert_eq!(sandbox.post("/switch", json!({ "mail": "ok" })).await.status(), 422);
    sms::gateway(&sandbox).send(&sms::sms("1"), now()).await.unwrap();
}

#[tokio::test]
async fn the_page_shows_what_arrived_and_nothing_else() {
    let sandbox = Sandbox::start().await;
    let page = sandbox.page().await;
    assert!(page.contains("Nie nadeszła jeszcze żadna wiadomość SMS."), "{page}");
    let text = "Karta <script>alert(1)</script> & \"reszta\"".to_owned();
    let sms = channels::sms::Sms { text, ..sms::sms("1") };
    sms::gateway(&sandbox).send(&sms, now()).await.unwrap();
    let subscription = push::subscribe(&sandbox, Value::Null).await;
    let notice = push::notice(r#"{"title":"Nowa wiadomość","body":"Zajrzyj <b>do</b> skrzynki"}"#);
    push::sender().send(&subscription.1, &notice, now()).await.unwrap();
    let page = sandbox.page().await;
    assert!(page.contains("Karta &lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;reszta&quot;"), "{page}");
    assert!(page.contains("Nowa wiadomość\nZajrzyj &lt;b&gt;do&lt;/b&gt; skrzynki"), "{page}");
    assert!(page.contains("48500000001") && page.contains("mailto:urzad@example.pl"), "{page}");
}

//! What the tests stand on: a real PostGIS, a database of its own for each test, and a real server on a port of
//! its own. Tests speak to it as everybody does, by HTTP.

mod browser;
pub mod data;
mod database;
mod mails;
pub mod outside;
pub mod provider;
mod residents;
mod staff;

use reeve::{
    app::App,
    platform::{Config, Ctx, cluster::Cluster, config::Sessions},
};
use serde_json::Value;
use sqlx::PgPool;
use tokio::task::JoinSet;

pub use browser::{Answer, Browser, form_token};
use database::{Template, TestDatabase};
pub use staff::Client;

/// A served town. Everything ends when it is dropped.
pub struct Town {
    pub base: String,
    pub app: App,
    pub http: reqwest::Client,
    _tasks: JoinSet<()>,
    // The folder of files, which ends with the town.
    _var: tempfile::TempDir,
    // Last, so that the connections are gone before the database is.
    database: TestDatabase,
}

impl Town {
    /// A town without any data.
    pub async fn empty() -> Self {
        Self::on(Template::Empty).await
    }

    /// A town without any data on a server of its own.
    pub async fn on_server(cluster: &Cluster) -> Self {
        Self::serve(TestDatabase::of(cluster).await, config()).await
    }

    /// The made-up village.
    pub async fn village() -> Self {
        Self::on(Template::Village).await
    }

    /// Berlin-Wittenau from OpenStreetMap; `None` where the test data is absent.
    pub async fn wittenau() -> Option<Self> {
        data::file("osm/berlin-wittenau.osm.pbf")?;
        Some(Self::on(Template::Wittenau).await)
    }

    async fn on(template: Template) -> Self {
        Self::serve(TestDatabase::from(template).await, config()).await
    }

    /// A town without any data, with other settings.
    pub async fn with_config(config: Config) -> Self {
        Self::serve(TestDatabase::from(Template::Empty).await, config).await
    }

    /// A town without any data that knows its own address, since others send something there: the settings are made of
    /// it.
    pub async fn with_address(config: impl FnOnce(&str) -> Config) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let config = Config { listen: listener.local_addr().expect("an address"), ..config(&base) };
        Self::serve_on(listener, TestDatabase::from(Template::Empty).await, config).await
    }

    async fn serve(database: TestDatabase, config: Config) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        Self::serve_on(listener, database, config).await
    }

    async fn serve_on(listener: tokio::net::TcpListener, database: TestDatabase, config: Config) -> Self {
        let pool = database.pool().await;
        let var = tempfile::tempdir().expect("a folder");
        let config = Config { var: var.path().to_owned(), ..config };
        let app = App::open(config, pool).await.expect("the node opens");
        app.refresh().await.expect("index and network are made");
        let mut tasks = app.follow();
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let served = app.clone();
        tasks.spawn(async move {
            served.serve(listener, std::future::pending()).await.expect("the server runs");
        });
        Self { base, app, http: client(), _tasks: tasks, _var: var, database }
    }

    /// Ends this node: from now on other programs are the town's nodes, and this is only its database.
    pub fn rest(&mut self) {
        self._tasks.abort_all();
    }

    /// The address of this town's database.
    pub fn url(&self) -> String {
        self.database.url()
    }

    /// A database in which nobody has ever been.
    pub async fn bare_database(&self) -> TestDatabase {
        TestDatabase::bare().await
    }

    pub fn pool(&self) -> &PgPool {
        &self.app.pool
    }

    pub async fn get(&self, path: &str) -> reqwest::Response {
        self.http.get(format!("{}{path}", self.base)).send().await.expect("the server answers")
    }

    /// The JSON of a 200 answer.
    pub async fn json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}: {}", response.text().await.unwrap_or_default());
        response.json().await.expect("JSON")
    }

    /// The text of a 200 answer.
    pub async fn page(&self, path: &str) -> String {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.text().await.expect("text")
    }

    /// The problem document of a refused request.
    pub async fn problem(&self, path: &str, status: u16) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), status, "{path}");
        assert_eq!(response.headers()["content-type"], "application/problem+json", "{path}");
        let problem: Value = response.json().await.expect("JSON");
        assert_eq!(problem["status"], status, "{path}");
        problem
    }

    /// One value of the database, for what no door tells.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(self.pool()).await.expect("a number")
    }

    /// Id of the asset of this kind with this id in its source.
    pub async fn asset(&self, kind: &str, source_id: &str) -> String {
        let id: uuid::Uuid = sqlx::query_scalar("select id from asset where kind = $1 and source_id = $2")
            .bind(kind)
            .bind(source_id)
            .fetch_one(self.pool())
            .await
            .expect("the asset is there");
        id.to_string()
    }
}

/// Settings of a test's node. The key stands in them, so that no test leaves a file behind; and the staff of most tests
/// need no second factor.
pub fn config() -> Config {
    Config {
        secret_key: Some("a key for tests and for nothing else".to_owned()),
        sessions: Sessions { second_factor: false, ..Sessions::default() },
        ..Config::default()
    }
}

/// A client without keep-alive surprises, with a deadline for each request.
pub fn client() -> reqwest::Client {
    // Whoever comes first chooses for the process; all choose the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .timeout(std::time::Duration::from_secs(60))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

/// The circumstances of a test's own work.
pub fn ctx() -> Ctx {
    Ctx::system("test")
}

/// How much of something a test does: as many as the variable of this name asks for, or the usual number.
pub fn asked<T: std::str::FromStr>(variable: &str, usual: T) -> T {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// What a PDF says, as another program reads it.
pub fn pdf_text(bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("document.pdf");
    std::fs::write(&file, bytes).expect("a file");
    let read = std::process::Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(&file)
        .arg("-")
        .output()
        .expect("pdftotext of poppler-utils");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).expect("UTF-8")
}

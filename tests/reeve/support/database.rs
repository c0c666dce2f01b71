//! A database for each test, cloned from a template that is made once.

use std::{str::FromStr, time::Duration};

use reeve::{
    app::App,
    demo, imports,
    platform::{Config, Db, cluster::Cluster},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgPool, postgres::PgConnectOptions};

use super::{ctx, data};

/// Key of the advisory lock under which templates are made, since each test is a process of its own.
const TEMPLATE_LOCK: i64 = 0x7465_7374;

#[derive(Clone, Copy)]
pub enum Template {
    Empty,
    Village,
    Wittenau,
}

impl Template {
    /// Named by the test program, so that a changed program never meets data of the old one.
    fn name(self) -> String {
        let program = std::env::current_exe().and_then(|path| path.metadata()).expect("the test program");
        let changed =
            program.modified().expect("a time").duration_since(std::time::UNIX_EPOCH).expect("after 1970");
        let kind = match self {
            Self::Empty => "empty",
            Self::Village => "village",
            Self::Wittenau => "wittenau",
        };
        format!("reeve_template_{kind}_{:x}_{:x}", changed.as_nanos(), program.len())
    }

    async fn fill(self, url: &str) {
        let config = Config { database_url: Some(url.to_owned()), ..Config::default() };
        let db = Db::own(&config).await.expect("the template opens");
        db.migrate().await.expect("the template is migrated");
        let app = App::open(config, db.pool.clone()).await.expect("the node opens");
        match self {
            Self::Empty => {}
            Self::Village => {
                imports::bring_in_demo(&ctx(), &app.pool, demo::Size::Village, 1).await.expect("a village");
            }
            Self::Wittenau => {
                let file = data::file("osm/berlin-wittenau.osm.pbf").expect("asked for only when there");
                imports::bring_in_osm(
                    &ctx(),
                    &app.pool,
                    &file,
                    imports::Mode::Apply(imports::Accept::everything()),
                    |_| {},
                )
                .await
                .expect("the file is read");
            }
        }
        drop(app);
        db.close().await.expect("the template closes");
    }
}

/// A database that is dropped with its test.
pub struct TestDatabase {
    url: String,
    /// Its name on the common server; none where the whole server is the test's.
    name: Option<String>,
}

fn admin_url() -> String {
    std::env::var("REEVE_TEST_DATABASE_URL")
        .expect("REEVE_TEST_DATABASE_URL names a PostgreSQL with PostGIS where databases may be made; script/test sets it")
}

/// The address of another database of the same server.
pub fn url_of(database: &str) -> String {
    let admin = admin_url();
    let (before, query) = admin.split_once('?').unwrap_or((&admin, ""));
    let (server, _) = before.rsplit_once('/').expect("an address with a database");
    format!("{server}/{database}?{query}")
}

async fn admin() -> PgConnection {
    PgConnection::connect(&admin_url()).await.expect("the test server answers")
}

impl TestDatabase {
    pub async fn from(template: Template) -> Self {
        let source = template.name();
        let mut admin = admin().await;
        sqlx::query("select pg_advisory_lock($1)")
            .bind(TEMPLATE_LOCK)
            .execute(&mut admin)
            .await
            .expect("the lock");
        let exists: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&source)
            .fetch_one(&mut admin)
            .await
            .expect("the list of databases");
        if !exists {
            // Made under another name and renamed when whole: a test that is killed leaves no half template.
            let half = format!("{source}_half");
            run(&mut admin, format!("drop database if exists {half} with (force)")).await;
            run(&mut admin, format!("create database {half}")).await;
            template.fill(&url_of(&half)).await;
            run(&mut admin, format!("alter database {half} rename to {source}")).await;
        }
        let name = format!("reeve_test_{}", uuid::Uuid::new_v4().simple());
        run(&mut admin, format!("create database {name} template {source}")).await;
        admin.close().await.expect("the connection closes");
        Self { url: url_of(&name), name: Some(name) }
    }

    /// The database of a server of the test's own, which the test may kill.
    pub async fn of(cluster: &Cluster) -> Self {
        let url = cluster.url();
        let config = Config { database_url: Some(url.clone()), ..Config::default() };
        let db = Db::own(&config).await.expect("the database opens");
        db.migrate().await.expect("the database is migrated");
        db.close().await.expect("the database closes");
        Self { url, name: None }
    }

    /// A new database without a schema.
    pub async fn bare() -> Self {
        let name = format!("reeve_test_{}", uuid::Uuid::new_v4().simple());
        run(&mut admin().await, format!("create database {name}")).await;
        Self { url: url_of(&name), name: Some(name) }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    pub async fn pool(&self) -> PgPool {
        sqlx::postgres::PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(30))
            .connect_with(
                PgConnectOptions::from_str(&self.url)
                    .expect("an address")
                    .options([("plan_cache_mode", "force_custom_plan"), ("jit", "off")]),
            )
            .await
            .expect("the test's database opens")
    }
}

/// Runs a statement made of names that this file makes itself.
async fn run(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.expect("the server obeys");
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(name) = &self.name else { return };
        let sql = format!("drop database if exists {name} with (force)");
        let dropped = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async { run(&mut admin().await, sql).await });
        });
        // A failed test must say its own reason, not that its database could not be dropped.
        let _ = dropped.join();
    }
}

//! `reeve check`: what is wrong with this installation, and how to mend it.

use std::fmt;

use crate::{
    app::App,
    platform::{
        Config, Ctx, Db,
        db::{self, OLDEST_POSTGIS, new_enough},
    },
};

/// Free space below which a database soon stops, in bytes.
const LITTLE_SPACE_BYTES: u64 = 512 * 1024 * 1024;

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// All is well; says what was seen.
    Good(String),
    /// Works, but somebody should know.
    Notice(String),
    /// Does not work; says how to mend it.
    Fault(String),
}

impl Finding {
    /// Whether something does not work.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Fault(_))
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Good(text) => write!(f, "ok      {text}"),
            Self::Notice(text) => write!(f, "notice  {text}"),
            Self::Fault(text) => write!(f, "FAULT   {text}"),
        }
    }
}

/// Looks at disk, database, schema, data and front end. Changes nothing but the schema of an outdated database.
pub async fn check(config: &Config) -> Vec<Finding> {
    let mut findings = vec![front_end(config)];
    if config.database_url.is_none() {
        findings.insert(0, disk(config));
    }
    match Db::visit(config).await {
        Err(error) => findings.push(Finding::Fault(error.to_string())),
        Ok(db) => {
            findings.extend(database(&db).await);
            if !findings.iter().any(Finding::is_fault) {
                findings.extend(data(config, &db).await);
            }
            if let Err(error) = db.close().await {
                findings.push(Finding::Fault(error.to_string()));
            }
        }
    }
    findings
}

fn disk(config: &Config) -> Finding {
    let existing = config
        .var
        .ancestors()
        .find(|path| path.exists())
        .map_or(".".as_ref(), |path| if path.as_os_str().is_empty() { ".".as_ref() } else { path });
    match rustix::fs::statvfs(existing) {
        Err(error) => Finding::Fault(format!("the folder {} cannot be read: {error}", existing.display())),
        Ok(stat) => {
            let free = stat.f_bavail.saturating_mul(stat.f_frsize);
            let shown = format!("{:.1} GB free under {}", free as f64 / 1e9, config.var.display());
            if free < LITTLE_SPACE_BYTES {
                Finding::Fault(format!("{shown}: make room, or move the folder and set REEVE_VAR"))
            } else {
                Finding::Good(shown)
            }
        }
    }
}

fn front_end(config: &Config) -> Finding {
    if config.static_dir.join("map.js").is_file() {
        Finding::Good(format!("front end in {}", config.static_dir.display()))
    } else {
        Finding::Fault(format!(
            "the front end is not built: {} has no map.js. Run npm ci and npm run build in static/, or set REEVE_STATIC",
            config.static_dir.display()
        ))
    }
}

async fn database(db: &Db) -> Vec<Finding> {
    let mut findings = Vec::new();
    match db::server_version(&db.pool).await {
        Ok(version) => findings.push(Finding::Good(format!(
            "PostgreSQL {version}{}",
            db.embedded_url().map(|url| format!(", embedded: pg_dump '{url}'")).unwrap_or_default()
        ))),
        Err(error) => return vec![Finding::Fault(format!("the database does not answer: {error}"))],
    }
    findings.push(match db::postgis_version(&db.pool).await {
        Err(error) => Finding::Fault(format!("the list of extensions cannot be read: {error}")),
        Ok(None) => Finding::Fault(
            "the server has no PostGIS: install its package (Debian: postgresql-15-postgis-3)".into(),
        ),
        Ok(Some(version)) if new_enough(version.trim_start_matches("available ")) => {
            Finding::Good(format!("PostGIS {version}"))
        }
        Ok(Some(version)) => Finding::Fault(format!(
            "PostGIS {version} is too old: Reeve needs {}.{} or newer",
            OLDEST_POSTGIS.0, OLDEST_POSTGIS.1
        )),
    });
    findings.push(match db::may_create_tables(&db.pool).await {
        Ok(true) => Finding::Good("this user may create tables".into()),
        Ok(false) => Finding::Fault(
            "this database user may not create tables. Let the owner run: GRANT ALL ON DATABASE … TO …; \
             GRANT ALL ON SCHEMA public TO …"
                .into(),
        ),
        Err(error) => Finding::Fault(format!("the rights cannot be read: {error}")),
    });
    if !findings.iter().any(Finding::is_fault)
        && let Err(error) = db.migrate().await
    {
        findings.push(Finding::Fault(error.to_string()));
    }
    findings
}

/// Whether the files of the photos are where the settings say.
async fn photos(app: &App) -> Finding {
    let place = app.photos.place();
    match app.photos.check().await {
        Ok((0, _)) => Finding::Good(format!("no photos yet; their files would go to {place}")),
        Ok((count, true)) => Finding::Good(format!("{count} photos, files in {place}")),
        Ok((count, false)) => Finding::Fault(format!(
            "{count} photos, but the file of the latest one is not in {place}: bring the files back from the backup, \
             or set files.url"
        )),
        Err(error) => Finding::Fault(format!("the files in {place} cannot be read: {error:#}")),
    }
}

/// Which ways out are not set up, and what waits for them or was given up.
async fn messages(app: &App) -> Vec<Finding> {
    if let Err(error) = app.messages.check_setup() {
        return vec![Finding::Fault(format!("messages cannot be sent: {error}"))];
    }
    let counts = match app.messages.delivery_counts(&Ctx::system("check")).await {
        Ok(counts) => counts,
        Err(failure) => return vec![Finding::Fault(format!("the messages cannot be read: {failure}"))],
    };
    let count = |state: &str, channel: &str| -> i64 {
        counts
            .iter()
            .filter(|(s, c, _)| s == state && (channel.is_empty() || c == channel))
            .map(|(.., n)| n)
            .sum()
    };
    let mut findings: Vec<_> = app
        .messages
        .missing_channels()
        .into_iter()
        .map(|(channel, settings)| {
            let waiting = count("waiting", channel.name());
            Finding::Notice(format!(
                "messages by {} are not set up: set {settings}; {waiting} wait",
                channel.name()
            ))
        })
        .collect();
    match count("dead", "") {
        0 => findings.push(Finding::Good("no messages were given up".into())),
        dead => findings.push(Finding::Notice(format!(
            "{dead} messages did not arrive: decide at /desk/messages what becomes of them"
        ))),
    }
    findings
}

async fn data(config: &Config, db: &Db) -> Vec<Finding> {
    let opened = async {
        let app = App::open(config.clone(), db.pool.clone()).await?;
        app.refresh().await?;
        anyhow::Ok(app)
    };
    let app = match opened.await {
        Ok(app) => app,
        Err(error) => return vec![Finding::Fault(format!("the data cannot be read: {error:#}"))],
    };
    let state = app.feed.now();
    let things: i64 =
        state.collections.iter().filter(|(name, _)| *name != "basemap").map(|(_, s)| s.live).sum();
    let mut findings = vec![if things == 0 {
        Finding::Notice(
            "the registry is empty: bring in a file with reeve import, or fill it with reeve demo".into(),
        )
    } else {
        Finding::Good(format!("{things} registered things"))
    }];
    findings.push(photos(&app).await);
    findings.extend(messages(&app).await);
    findings.push(demo_accounts(config, &app).await);
    if !config.sessions.second_factor {
        let text = "the staff work without a second factor: set sessions.second_factor = true";
        findings.push(Finding::Notice(text.into()));
    }
    if let Some(stats) = app.routing.stats() {
        findings.push(Finding::Good(format!(
            "network of paths: {} vertices, {} edges, {} pieces, {:.1} km",
            stats.vertices,
            stats.edges,
            stats.components,
            stats.length_m / 1000.0
        )));
        let list = |ids: &[uuid::Uuid]| {
            let shown: Vec<String> = ids.iter().take(5).map(ToString::to_string).collect();
            format!("{}{}", shown.join(", "), if ids.len() > 5 { ", …" } else { "" })
        };
        for (ids, what) in [
            (&stats.gates_on_no_path, "gates stand on no path, so no way leads through them"),
            (&stats.cemeteries_without_gates, "cemeteries have no gates, so no way can begin there"),
            (&stats.cemeteries_without_paths, "cemeteries have no paths"),
        ] {
            if !ids.is_empty() {
                findings.push(Finding::Notice(format!("{} {what}: {}", ids.len(), list(ids))));
            }
        }
    }
    findings
}

/// Accounts of the demo have passwords that were printed on a screen.
async fn demo_accounts(config: &Config, app: &App) -> Finding {
    match app.accounts.enabled_demo_accounts(&Ctx::system("check")).await {
        Err(failure) => Finding::Fault(format!("the accounts cannot be read: {failure}")),
        Ok(emails) if emails.is_empty() => Finding::Good("no accounts of the demo are enabled".into()),
        Ok(emails) => {
            let text = format!(
                "accounts of the demo are enabled: {}. Disable each with reeve user disable EMAIL",
                emails.join(", ")
            );
            if config.base_url.as_ref().is_some_and(|url| url.starts_with("https://")) {
                Finding::Fault(text)
            } else {
                Finding::Notice(text)
            }
        }
    }
}

//! Starting one server: new data, a process, and the wait until it answers.

use std::{
    fs::{self, DirBuilder},
    os::unix::{fs::DirBuilderExt, process::CommandExt},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::Pid;
use sqlx::{
    ConnectOptions,
    postgres::{PgConnectOptions, PgConnection, PgSslMode},
};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep, timeout},
};

use super::{
    ClusterOptions,
    error::{ClusterError, hint},
    place::Place,
    process::{self, POLL},
    settings,
};

/// Name of the superuser and of the database.
pub(super) const NAME: &str = "reeve";

/// How many lines of the log an error shows.
const SHOWN_LINES: usize = 15;

/// How long one attempt to connect may take.
const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// How often a server that Reeve did not start is looked after.
const LOOK_AFTER: Duration = Duration::from_millis(250);

/// A server that runs.
#[derive(Debug)]
pub(super) enum Server {
    /// Started by this process.
    Child(Child, Pid),
    /// Left behind by an earlier process of Reeve.
    Adopted(Pid),
}

impl Server {
    /// Its process.
    pub(super) fn pid(&self) -> Pid {
        match self {
            Self::Child(_, pid) | Self::Adopted(pid) => *pid,
        }
    }

    /// Waits until it has ended; says how.
    pub(super) async fn ended(&mut self, place: &Place) -> String {
        match self {
            Self::Child(child, _) => child.wait().await.map_or_else(|error| error.to_string(), how),
            Self::Adopted(pid) => {
                while process::serves(*pid, &place.data) {
                    sleep(LOOK_AFTER).await;
                }
                "ended".to_owned()
            }
        }
    }

    /// Ends it, and takes note of its end so that no dead child stays in the process table.
    ///
    /// # Errors
    ///
    /// [`ClusterError::WillNotEnd`].
    pub(super) async fn stop(mut self, place: &Place, patience: Duration) -> Result<(), ClusterError> {
        process::end(self.pid(), &place.data, patience).await?;
        if let Self::Child(child, _) = &mut self {
            let _ = child.wait().await;
        }
        place.remove_sockets();
        Ok(())
    }
}

/// How a process ended, in words.
fn how(status: ExitStatus) -> String {
    status.to_string()
}

/// Where and as whom to connect, to this database.
pub(super) fn connect_options(place: &Place, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .socket(&place.sockets)
        .port(5432)
        .username(NAME)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// Makes the data folder, if there is none: beside its place first, so that a half-made one is never taken for data.
///
/// # Errors
///
/// [`ClusterError::Init`] with what `initdb` said, [`ClusterError::Io`].
pub(super) fn make_data(place: &Place) -> Result<(), ClusterError> {
    if place.data.exists() {
        return Ok(());
    }
    let new = place.data.with_extension("new");
    if new.exists() {
        fs::remove_dir_all(&new).map_err(ClusterError::io("remove the half-made", &new))?;
    }
    DirBuilder::new().mode(0o700).create(&new).map_err(ClusterError::io("make", &new))?;
    place.account.give(&new).map_err(ClusterError::io("give away", &new))?;
    tracing::info!(data = %place.data.display(), user = place.account.name, "making a new database cluster");
    let output = place
        .account
        .command(place.bin.join("initdb"))
        .arg("--pgdata")
        .arg(&new)
        .args([
            "--username",
            NAME,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            // The same order as C.UTF-8, compared as bytes: keys of texts are built and found several times as quickly.
            "--lc-collate=C",
            "--data-checksums",
            "--no-instructions",
        ])
        // The folder of the socket is closed to all others, and there is no other door.
        .args(["--auth-local=trust", "--auth-host=reject"])
        .output()
        .map_err(ClusterError::io("run", place.bin.join("initdb")))?;
    if !output.status.success() {
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(SHOWN_LINES)..).unwrap_or_default().join("\n");
        return Err(ClusterError::Init { hint: hint(&text), output: shown });
    }
    fs::rename(&new, &place.data).map_err(ClusterError::io("rename to", &place.data))
}

/// Starts the server and waits until it answers. There must be none on these data.
///
/// # Errors
///
/// [`ClusterError::Died`], [`ClusterError::NotReady`], [`ClusterError::Settings`], [`ClusterError::Io`].
pub(super) async fn start(place: &Place, options: &ClusterOptions) -> Result<Server, ClusterError> {
    process::end_strays(&place.data).await?;
    process::disarm_pid_file(&place.data, &place.account)?;
    place.provide_sockets()?;
    // The folder is of these data only, and nobody serves them: what lies there is of the dead.
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        let _ = fs::remove_file(place.sockets.join(name));
    }
    let since_bytes = place.log.size_bytes();
    let mut child = spawn(place)?;
    let pid = child.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?));
    let Some(pid) = pid else {
        return Err(died(place, since_bytes, child.wait().await.map_or_else(|error| error.to_string(), how)));
    };
    let ready = tokio::select! {
        status = child.wait() => {
            return Err(died(place, since_bytes, status.map_or_else(|error| error.to_string(), how)));
        }
        ready = answers(place, pid, options.start_limit) => ready,
    };
    if ready {
        return Ok(Server::Child(child, pid));
    }
    Server::Child(child, pid).stop(place, options.stop_limit).await?;
    Err(ClusterError::NotReady {
        waited: options.start_limit,
        log: place.log.path().to_path_buf(),
        tail: place.log.tail(since_bytes, SHOWN_LINES),
    })
}

/// The server's process: in a group of its own, so that Ctrl-C reaches Reeve alone, which then stops the server in
/// order; and not ended when Reeve is.
fn spawn(place: &Place) -> Result<Child, ClusterError> {
    let log = place.log.open().map_err(ClusterError::io("open", place.log.path()))?;
    let errors = log.try_clone().map_err(ClusterError::io("open", place.log.path()))?;
    let mut command = place.account.command(place.bin.join("postgres"));
    command.arg("-D").arg(&place.data);
    for setting in settings::collect(&place.sockets, &place.settings)? {
        command.arg("-c").arg(setting);
    }
    command.stdout(Stdio::from(log)).stderr(Stdio::from(errors)).process_group(0);
    Command::from(command).spawn().map_err(ClusterError::io("run", place.bin.join("postgres")))
}

fn died(place: &Place, since_bytes: u64, status: String) -> ClusterError {
    let tail = place.log.tail(since_bytes, SHOWN_LINES);
    ClusterError::Died { status, hint: hint(&tail), log: place.log.path().to_path_buf(), tail }
}

/// Waits until the server says that it is ready and takes a connection. `false` when the time is up.
pub(super) async fn answers(place: &Place, pid: Pid, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while Instant::now() < end {
        let ready = process::read_pid_file(&place.data).is_some_and(|file| file.ready && file.pid == pid);
        if ready && connect(place, "postgres").await.is_ok() {
            return true;
        }
        sleep(POLL).await;
    }
    false
}

/// Connects to a database of the server.
///
/// # Errors
///
/// The driver's error; a server that hangs counts as one that does not answer.
pub(super) async fn connect(place: &Place, database: &str) -> Result<PgConnection, sqlx::Error> {
    timeout(CONNECT_LIMIT, connect_options(place, database).connect())
        .await
        .unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

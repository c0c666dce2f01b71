//! The embedded database: a PostgreSQL cluster of Reeve's own, from the programs that are installed.
//!
//! With no `DATABASE_URL`, Reeve makes a cluster under `var`, starts it on a private Unix socket (never TCP), looks
//! after it, and stops it in order when it ends. Invariants:
//!
//! - One process of Reeve owns a cluster at a time: it holds a lock on `<var>/reeve.lock`, which the kernel lets go
//!   when the process dies, however it dies. Others may [`Cluster::join`] as guests.
//! - There is at most one server on the data. A server that an earlier process left behind is taken over if it
//!   answers, else ended; nothing is ever started beside it. A process counts as that server only if the kernel says
//!   that it is PostgreSQL working in the data folder.
//! - PostgreSQL never runs as root, and never gets the environment of the person who started Reeve.
//! - Folders that Reeve did not make keep their permissions.
//!
//! Absent on purpose: passwords (the socket's folder is closed to all but the server's user and root), TCP, upgrades
//! from one major version to the next (the data stay with the version that wrote them; the message says how to move).
//!
//! The administrator may put settings of PostgreSQL into `<var>/postgres.conf`; its log is `<var>/log/postgres.log`.

mod account;
mod binaries;
mod error;
mod log;
mod place;
mod process;
mod server;
mod settings;
mod supervisor;

use std::{
    env,
    fs::{self, File, OpenOptions, TryLockError},
    future::pending,
    io::{self, Read, Seek, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use sqlx::{Connection, Executor, postgres::PgConnectOptions};
use tokio::{
    sync::{oneshot, watch},
    task::{JoinHandle, spawn_blocking},
};

pub use self::error::ClusterError;
use self::{
    place::Place,
    server::Server,
    supervisor::{State, Supervisor},
};

/// How the cluster is found, placed and timed. The default suits a machine with Debian's packages.
#[derive(Debug, Clone)]
pub struct ClusterOptions {
    /// Folder with `postgres` and `initdb`; found by itself when `None`.
    pub bin: Option<PathBuf>,
    /// User to run the server as when Reeve is root and there are no data yet; `postgres` or `reeve` when `None`.
    pub user: Option<String>,
    /// How long a server may take until it answers. Long, because recovery after a crash reads the whole log of
    /// changes; a server that dies is noticed at once.
    pub start_limit: Duration,
    /// How long a server may take to stop in order before it is made to.
    pub stop_limit: Duration,
    /// How many times in a row a server that dies is started again.
    pub restart_limit: u32,
    /// Folder for the data when `var` is closed to the server's user (only as root).
    pub system_home: PathBuf,
    /// Folder in which the socket's own folder is made; short, because a socket's path is.
    pub socket_base: PathBuf,
}

impl Default for ClusterOptions {
    fn default() -> Self {
        Self {
            bin: None,
            user: None,
            start_limit: Duration::from_secs(300),
            stop_limit: Duration::from_secs(30),
            restart_limit: 8,
            system_home: PathBuf::from("/var/lib/reeve"),
            socket_base: PathBuf::from("/tmp"),
        }
    }
}

impl ClusterOptions {
    /// The default, with `REEVE_PG_BIN` and `REEVE_PG_USER` of the environment.
    pub fn from_env() -> Self {
        let set = |name| env::var_os(name).filter(|value| !value.is_empty());
        Self {
            bin: set("REEVE_PG_BIN").map(PathBuf::from),
            user: set("REEVE_PG_USER").and_then(|name| name.into_string().ok()),
            ..Self::default()
        }
    }
}

/// A running embedded cluster with the database `reeve`.
///
/// Call [`Cluster::stop`] at the end. When a cluster is dropped without it, the server is told to stop, but nobody
/// waits; when the process is killed, the server goes on and the next process takes it over.
#[derive(Debug)]
pub struct Cluster {
    place: Arc<Place>,
    owned: Option<Owned>,
}

/// What only the owner has.
#[derive(Debug)]
struct Owned {
    // Held, not read: the kernel lets the lock go with the file.
    _lock: File,
    state: watch::Receiver<State>,
    stop: oneshot::Sender<()>,
    supervisor: JoinHandle<Result<(), ClusterError>>,
}

impl Cluster {
    /// Makes the cluster of `var` if there is none, starts it or takes over the one that runs, and sees to it that the
    /// database `reeve` is there with PostGIS, `pg_trgm` and `unaccent`.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Locked`] when another process of Reeve owns it; else what is missing or failed, in words for
    /// the person who starts Reeve.
    pub async fn start(var: &Path, options: ClusterOptions) -> Result<Self, ClusterError> {
        let (place, lock) = {
            let (var, options) = (var.to_path_buf(), options.clone());
            blocking(move || prepare(&var, &options)).await?
        };
        let (place, server) = bring_up(place, &options).await?;
        let place = Arc::new(place);
        if let Err(error) = provide_database(&place).await {
            server.stop(&place, options.stop_limit).await?;
            return Err(error);
        }
        let pid = server.pid().as_raw_nonzero().get();
        let (state, state_receiver) = watch::channel(State::Running { pid, restarts: 0 });
        let (stop, stop_receiver) = oneshot::channel();
        let supervisor = Supervisor { place: Arc::clone(&place), options, state, stop: stop_receiver };
        let supervisor = tokio::spawn(supervisor.run(server));
        Ok(Self { place, owned: Some(Owned { _lock: lock, state: state_receiver, stop, supervisor }) })
    }

    /// Joins the cluster that another process of Reeve owns on `var`, as a guest who neither looks after it nor stops
    /// it. `None` when no process owns it: then [`Cluster::start`] is the way.
    ///
    /// # Errors
    ///
    /// [`ClusterError::NotReady`] when it is owned but does not answer; [`ClusterError::Io`].
    pub async fn join(var: &Path, options: ClusterOptions) -> Result<Option<Self>, ClusterError> {
        let place = {
            let (var, options) = (var.to_path_buf(), options.clone());
            blocking(move || {
                let var = open_var(&var)?;
                match lock(&var) {
                    Ok(_) => Ok(None),
                    Err(ClusterError::Locked { .. }) => place::locate(&var, &options).map(Some),
                    Err(error) => Err(error),
                }
            })
            .await?
        };
        let Some(mut place) = place else {
            return Ok(None);
        };
        let not_ready = |place: &Place| ClusterError::NotReady {
            waited: options.start_limit,
            log: place.log.path().to_path_buf(),
            tail: place.log.tail(0, 15),
        };
        let Some(file) = process::read_pid_file(&place.data) else {
            return Err(not_ready(&place));
        };
        place.sockets = file.sockets;
        if !server::answers(&place, file.pid, options.start_limit).await {
            return Err(not_ready(&place));
        }
        Ok(Some(Self { place: Arc::new(place), owned: None }))
    }

    /// Address of the database, as `sqlx` and `libpq` read it: the socket's folder stands in `host`.
    pub fn url(&self) -> String {
        let folder: String = self.place.sockets.to_string_lossy().bytes().map(percent_encoded).collect();
        format!("postgres://{0}@localhost/{0}?host={folder}&port=5432", server::NAME)
    }

    /// The same as options of the driver.
    pub fn connect_options(&self) -> PgConnectOptions {
        server::connect_options(&self.place, server::NAME)
    }

    /// The server's process; `None` while it is being started again, and for guests.
    pub fn pid(&self) -> Option<i32> {
        match &*self.owned.as_ref()?.state.borrow() {
            State::Running { pid, .. } => Some(*pid),
            State::Restarting { .. } | State::GivenUp { .. } => None,
        }
    }

    /// How many times the server died and was started again since this process has it.
    pub fn restarts(&self) -> u32 {
        match self.owned.as_ref().map(|owned| owned.state.borrow().clone()) {
            Some(
                State::Running { restarts, .. }
                | State::Restarting { restarts }
                | State::GivenUp { restarts, .. },
            ) => restarts,
            None => 0,
        }
    }

    /// Folder of the data.
    pub fn data(&self) -> &Path {
        &self.place.data
    }

    /// Waits until the server is given up, after it died again and again; says why. Never ends while all is well, so
    /// that it can stand beside the other things that end a program.
    pub async fn given_up(&self) -> ClusterError {
        let Some(owned) = &self.owned else {
            return pending().await;
        };
        let mut state = owned.state.clone();
        let reached = state.wait_for(|state| matches!(state, State::GivenUp { .. })).await;
        let given_up = match reached.as_deref() {
            Ok(State::GivenUp { times, last, .. }) => Some((*times, last.clone())),
            _ => None,
        };
        drop(reached);
        match given_up {
            Some((times, last)) => ClusterError::GivenUp { times, last },
            None => pending().await,
        }
    }

    /// Stops the server in order and waits for its end. For a guest, nothing.
    ///
    /// # Errors
    ///
    /// [`ClusterError::WillNotEnd`].
    pub async fn stop(mut self) -> Result<(), ClusterError> {
        let Some(owned) = self.owned.take() else {
            return Ok(());
        };
        // It may have given the server up before, and then hears nothing.
        let _ = owned.stop.send(());
        match owned.supervisor.await {
            Ok(stopped) => stopped,
            // Cancelled with its runtime: then there is nobody left to stop anything.
            Err(error) => error.try_into_panic().map_or(Ok(()), |panic| std::panic::resume_unwind(panic)),
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let pid = self.pid().and_then(Pid::from_raw).filter(|pid| process::serves(*pid, &self.place.data));
        if let Some(pid) = pid {
            let _ = kill_process(pid, Signal::INT);
        }
    }
}

/// Runs file work aside, so that it does not hold up the other tasks.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ClusterError> + Send + 'static,
) -> Result<T, ClusterError> {
    spawn_blocking(work).await.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}

/// Folder, lock, place and data.
fn prepare(var: &Path, options: &ClusterOptions) -> Result<(Place, File), ClusterError> {
    let var = open_var(var)?;
    let lock = lock(&var)?;
    let place = place::locate(&var, options)?;
    server::make_data(&place)?;
    Ok((place, lock))
}

/// Makes `var` if need be; its path without links.
fn open_var(var: &Path) -> Result<PathBuf, ClusterError> {
    fs::create_dir_all(var).map_err(ClusterError::io("make", var))?;
    fs::canonicalize(var).map_err(ClusterError::io("look at", var))
}

/// Takes the lock of `var` and writes this process into it.
fn lock(var: &Path) -> Result<File, ClusterError> {
    let path = var.join("reeve.lock");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .mode(0o644)
        .open(&path)
        .map_err(|error| foreign_or(error, &path))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut pid = String::new();
            let _ = file.read_to_string(&mut pid);
            let pid = if pid.trim().is_empty() { "unknown" } else { pid.trim() }.to_owned();
            return Err(ClusterError::Locked { var: var.to_path_buf(), pid });
        }
        Err(TryLockError::Error(error)) => return Err(ClusterError::io("lock", path)(error)),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .map_err(ClusterError::io("write", path))?;
    Ok(file)
}

/// Says whose a file is that must not be opened; else the system's answer.
fn foreign_or(error: io::Error, path: &Path) -> ClusterError {
    let me = rustix::process::geteuid().as_raw();
    match place::owner_of(path) {
        Ok(owner) if error.kind() == io::ErrorKind::PermissionDenied && owner != me => {
            ClusterError::Foreign { path: path.to_path_buf(), owner, me }
        }
        _ => ClusterError::io("open", path)(error),
    }
}

/// Takes over the server that runs on the data, or starts one.
async fn bring_up(place: Place, options: &ClusterOptions) -> Result<(Place, Server), ClusterError> {
    if let Some(file) =
        process::read_pid_file(&place.data).filter(|file| process::serves(file.pid, &place.data))
    {
        let pid = file.pid.as_raw_nonzero().get();
        // Started by hand on these data, it may listen where Reeve must not touch anything.
        let ours = file.ready && file.sockets == place.sockets;
        if ours && server::answers(&place, file.pid, ADOPT_LIMIT).await {
            tracing::info!(pid, "taking over the PostgreSQL that an earlier Reeve left running");
            return Ok((place, Server::Adopted(file.pid)));
        }
        tracing::warn!(pid, "an earlier PostgreSQL does not answer; ending it");
        process::end(file.pid, &place.data, options.stop_limit).await?;
    }
    let server = server::start(&place, options).await?;
    Ok((place, server))
}

/// How long a server left behind has to answer before it is ended and started anew.
const ADOPT_LIMIT: Duration = Duration::from_secs(5);

/// Sees to it that the database and the extensions that only a superuser may make are there.
async fn provide_database(place: &Place) -> Result<(), ClusterError> {
    let mut connection = server::connect(place, "postgres")
        .await
        .map_err(ClusterError::sql("connect to the database postgres"))?;
    let known: Option<i32> = sqlx::query_scalar("select 1 from pg_database where datname = 'reeve'")
        .fetch_optional(&mut connection)
        .await
        .map_err(ClusterError::sql("look for the database"))?;
    if known.is_none() {
        connection.execute("create database reeve").await.map_err(ClusterError::sql("make the database"))?;
    }
    let _ = connection.close().await;
    let mut connection =
        server::connect(place, server::NAME).await.map_err(ClusterError::sql("connect to the database"))?;
    for statement in [
        "create extension if not exists postgis",
        "create extension if not exists pg_trgm",
        "create extension if not exists unaccent",
    ] {
        connection.execute(statement).await.map_err(ClusterError::sql("make the extensions"))?;
    }
    let _ = connection.close().await;
    Ok(())
}

/// A byte of a path as it stands in an address.
fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_hide_the_signs_of_a_path() {
        let encoded: String = "/tmp/a b&ż".bytes().map(percent_encoded).collect();
        assert_eq!(encoded, "%2Ftmp%2Fa%20b%26%C5%BC");
    }

    #[test]
    fn the_lock_names_its_holder() {
        let var = tempfile::tempdir().unwrap();
        let held = lock(var.path()).unwrap();
        let error = lock(var.path()).unwrap_err();
        assert!(error.to_string().contains(&format!("process {}", std::process::id())), "{error}");
        drop(held);
        lock(var.path()).unwrap();
    }
}

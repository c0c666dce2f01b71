//! What can go wrong with the embedded cluster, each in words that say what to do next.

use std::{io, path::PathBuf, time::Duration};

/// Why the embedded PostgreSQL cluster cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    /// No PostgreSQL server program was found.
    #[error(
        "PostgreSQL is not installed. On Debian 12: apt-get install postgresql-15 postgresql-15-postgis-3 \
         (on Debian 13 the same with 17), or run script/bootstrap. \
         If it is installed elsewhere, set REEVE_PG_BIN to the folder with `postgres` and `initdb`; \
         to use a server that already runs, set DATABASE_URL"
    )]
    NoPostgres,
    /// PostgreSQL is there, PostGIS is not.
    #[error(
        "PostgreSQL {major} in {bin} has no PostGIS. On Debian: apt-get install postgresql-{major}-postgis-3"
    )]
    NoPostgis {
        /// Major version of the server found.
        major: u32,
        /// Its folder of programs.
        bin: PathBuf,
    },
    /// The folder named by the settings holds no usable server.
    #[error("REEVE_PG_BIN names {bin}, but {why}")]
    WrongBin {
        /// The folder named.
        bin: PathBuf,
        /// What is missing.
        why: String,
    },
    /// The data were written by another major version.
    #[error(
        "the data in {data} are of PostgreSQL {needed}, which is not installed (found: {found}). \
         Install postgresql-{needed} and postgresql-{needed}-postgis-3, or move the data with pg_upgrade"
    )]
    OtherMajor {
        /// Folder of the data.
        data: PathBuf,
        /// Major version that wrote them.
        needed: u32,
        /// Major versions installed, for people.
        found: String,
    },
    /// Started as root, and there is no user to run the server as.
    #[error(
        "PostgreSQL refuses to run as root and there is no user `{wanted}` to run it as. \
         Create one: adduser --system --group --home /var/lib/reeve reeve"
    )]
    NoAccount {
        /// The names that were tried.
        wanted: String,
    },
    /// Another process of Reeve has this folder.
    #[error(
        "Reeve already runs on {var} (process {pid}). Stop it first, or name another folder in REEVE_VAR"
    )]
    Locked {
        /// The folder.
        var: PathBuf,
        /// The other process, or `unknown`.
        pid: String,
    },
    /// The data belong to another user than the one who asks.
    #[error("{path} belongs to user id {owner}, and Reeve runs as {me}. Start Reeve as that user or as root")]
    Foreign {
        /// What belongs to somebody else.
        path: PathBuf,
        /// Its owner's user id.
        owner: u32,
        /// The user id that Reeve runs with.
        me: u32,
    },
    /// The server's user cannot reach the data.
    #[error(
        "user {user}, as whom PostgreSQL runs, cannot reach {path}: a folder on the way to it is closed. \
         Open that folder to others for passing through (chmod o+x), or set REEVE_VAR to another place"
    )]
    Closed {
        /// Name of the server's user.
        user: String,
        /// The folder that cannot be reached.
        path: PathBuf,
    },
    /// The pointer to data kept elsewhere is not right.
    #[error("{pointer} says where the data of this folder are, but {why}")]
    Location {
        /// The pointer file.
        pointer: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// No safe folder for the socket.
    #[error("no safe folder for PostgreSQL's socket: {path} {why}")]
    Sockets {
        /// The folder tried.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file of settings has a line that cannot be used.
    #[error("{path}, line {line}: {why}")]
    Settings {
        /// The file.
        path: PathBuf,
        /// Number of the line, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {path}: {source}")]
    Io {
        /// What was tried.
        action: &'static str,
        /// With which file, folder or program.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// A new cluster could not be made.
    #[error("PostgreSQL could not make its data folder.{hint} It said:\n{output}")]
    Init {
        /// What the message means, if known; begins with a space.
        hint: &'static str,
        /// Last lines of `initdb`.
        output: String,
    },
    /// The server ended while it should have come up.
    #[error("PostgreSQL did not start ({status}).{hint} Last lines of {log}:\n{tail}")]
    Died {
        /// How the process ended.
        status: String,
        /// What the log means, if known; begins with a space.
        hint: &'static str,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server runs, but is not ready in time.
    #[error("PostgreSQL was not ready after {waited:?}. Last lines of {log}:\n{tail}")]
    NotReady {
        /// How long Reeve waited.
        waited: Duration,
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        tail: String,
    },
    /// The server does not end.
    #[error("PostgreSQL (process {pid}) does not end, not even when killed")]
    WillNotEnd {
        /// Its process.
        pid: i32,
    },
    /// The server ended again and again.
    #[error("PostgreSQL ended {times} times in a row and is given up. The last time: {last}")]
    GivenUp {
        /// How many times.
        times: u32,
        /// The last failure.
        last: String,
    },
    /// The server answered a statement with an error.
    #[error("cannot {action} in the embedded PostgreSQL: {source}")]
    Sql {
        /// What was tried.
        action: &'static str,
        /// The server's answer.
        source: sqlx::Error,
    },
}

impl ClusterError {
    /// For `map_err`: an input/output error with what was tried.
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { action, path, source }
    }

    /// For `map_err`: a database error with what was tried.
    pub(super) fn sql(action: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Sql { action, source }
    }
}

/// What a message of PostgreSQL's log means for the person who started Reeve. Empty if nothing is known.
pub(super) fn hint(log: &str) -> &'static str {
    const MEANINGS: [(&str, &str); 8] = [
        ("No space left on device", " The disk is full: free some space and start again."),
        ("Disk quota exceeded", " The user's disk quota is used up: free some space and start again."),
        ("Read-only file system", " The file system is read-only."),
        ("Cannot allocate memory", " There is too little memory: lower shared_buffers in var/postgres.conf."),
        (
            "could not map anonymous shared memory",
            " There is too little memory: lower shared_buffers in var/postgres.conf.",
        ),
        ("pre-existing shared memory block", " Processes of an earlier PostgreSQL still run on these data."),
        (
            "unrecognized configuration parameter",
            " A setting in var/postgres.conf is unknown to this PostgreSQL.",
        ),
        (
            "invalid value for parameter",
            " A setting in var/postgres.conf has a value that PostgreSQL does not take.",
        ),
    ];
    MEANINGS.iter().find(|(sign, _)| log.contains(sign)).map_or("", |(_, meaning)| meaning)
}

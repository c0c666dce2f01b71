//! Which processes serve a data folder, and how they are ended.
//!
//! A process is taken for PostgreSQL's on these data only if the kernel says so (its name and its working folder,
//! which PostgreSQL sets to the data): process numbers are used again, and a file that names one may be stale.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tokio::time::{Instant, sleep};

use super::{account::Account, error::ClusterError};

/// How often a process or a file is looked at while waiting for it.
pub(super) const POLL: Duration = Duration::from_millis(25);

/// How long a process has to end after a signal that leaves it no choice.
const LAST_WAIT: Duration = Duration::from_secs(6);

/// A number above all that Linux gives to processes (its limit is 4,194,304).
const NO_PROCESS: i32 = 4_194_305;

/// What `postmaster.pid` says.
#[derive(Debug, Clone)]
pub(super) struct PidFile {
    /// Process of the server.
    pub(super) pid: Pid,
    /// Folder of its socket.
    pub(super) sockets: PathBuf,
    /// Whether it takes connections.
    pub(super) ready: bool,
}

/// Reads `postmaster.pid`; `None` if there is none or it is not fully written.
pub(super) fn read_pid_file(data: &Path) -> Option<PidFile> {
    parse(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
}

/// The lines are: process, data, start, port, socket folder, address, shared memory, state.
fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines().map(str::trim);
    let pid = Pid::from_raw(lines.next()?.parse().ok().filter(|&pid| pid > 0)?)?;
    Some(PidFile {
        pid,
        sockets: PathBuf::from(lines.nth(3).unwrap_or_default()),
        ready: lines.nth(2) == Some("ready"),
    })
}

/// Whether this process is PostgreSQL's on these data.
pub(super) fn serves(pid: Pid, data: &Path) -> bool {
    let process = PathBuf::from(format!("/proc/{}", pid.as_raw_nonzero()));
    let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
    name.trim() == "postgres" && fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
}

/// All processes of PostgreSQL on these data, also those that lost their server.
fn all_on(data: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = entries.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    pids.filter(|pid| serves(*pid, data)).collect()
}

/// Waits until the process no longer serves the data. `false` if it still does when the time is up.
pub(super) async fn gone_within(pid: Pid, data: &Path, limit: Duration) -> bool {
    let end = Instant::now() + limit;
    while serves(pid, data) {
        if Instant::now() >= end {
            return false;
        }
        sleep(POLL).await;
    }
    true
}

/// Ends a server: first so that it rolls back and writes all to disk, then at once, then by force.
///
/// # Errors
///
/// [`ClusterError::WillNotEnd`] when even that does not help (a process stuck in the kernel).
pub(super) async fn end(pid: Pid, data: &Path, patience: Duration) -> Result<(), ClusterError> {
    for (signal, limit) in [(Signal::INT, patience), (Signal::QUIT, LAST_WAIT), (Signal::KILL, LAST_WAIT)] {
        if !serves(pid, data) {
            return Ok(());
        }
        // The process may end between the question and the signal: then there is nothing to do.
        let _ = kill_process(pid, signal);
        if gone_within(pid, data, limit).await {
            return Ok(());
        }
        tracing::warn!(pid = pid.as_raw_nonzero().get(), ?signal, "PostgreSQL does not end; trying harder");
    }
    Err(ClusterError::WillNotEnd { pid: pid.as_raw_nonzero().get() })
}

/// Ends processes whose server is dead. They hold its shared memory, without which no new server may start.
///
/// # Errors
///
/// [`ClusterError::WillNotEnd`].
pub(super) async fn end_strays(data: &Path) -> Result<(), ClusterError> {
    let strays = all_on(data);
    for pid in &strays {
        let _ = kill_process(*pid, Signal::QUIT);
    }
    for pid in strays {
        end(pid, data, Duration::from_secs(5)).await?;
    }
    Ok(())
}

/// Makes a `postmaster.pid` of a dead server harmless.
///
/// PostgreSQL does not start when any process has the number in the file. The number is replaced rather than the file
/// removed, because PostgreSQL finds the old shared memory through it and checks that nobody uses it any more.
///
/// # Errors
///
/// [`ClusterError::Io`].
pub(super) fn disarm_pid_file(data: &Path, account: &Account) -> Result<(), ClusterError> {
    let path = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    let Some((first, rest)) = text.split_once('\n') else {
        // Cut short while it was written: no server came so far as to use memory.
        return fs::remove_file(&path).map_err(ClusterError::io("remove", path));
    };
    if first.trim() == NO_PROCESS.to_string() {
        return Ok(());
    }
    tracing::info!(pid = first, "PostgreSQL's process file is of a dead server");
    account.write(&path, &format!("{NO_PROCESS}\n{rest}")).map_err(ClusterError::io("write", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "4242\n/srv/pg/15\n1763779987\n5432\n/tmp/reeve-0\n\n  5432001   32770\nready   \n";

    #[test]
    fn the_process_file_is_read() {
        let found = parse(FILE).unwrap();
        assert_eq!(found.pid.as_raw_nonzero().get(), 4242);
        assert_eq!(found.sockets, Path::new("/tmp/reeve-0"));
        assert!(found.ready);
        assert!(!parse(&FILE.replace("ready   ", "starting")).unwrap().ready);
        assert!(!parse("4242\n").unwrap().ready);
        assert!(parse("").is_none());
        assert!(parse("-1\n").is_none());
        assert!(parse("0\n").is_none());
    }

    #[test]
    fn another_process_with_the_number_is_not_taken_for_the_server() {
        let me = rustix::process::getpid();
        assert!(!serves(me, &std::env::current_dir().unwrap()));
        assert!(all_on(Path::new("/nonexistent")).is_empty());
    }
}

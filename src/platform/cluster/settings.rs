//! Settings of the server: chosen from the machine's memory, changed by a file of the administrator.
//!
//! All go on the command line. Nothing of Reeve is written into the data folder, so that as root no file is ever
//! written where another user could have put a link.

use std::{fs, io, path::Path};

use super::error::ClusterError;

const MIB: u64 = 1024 * 1024;

/// Settings that Reeve needs for itself; changing them would open the server to others or hide it from Reeve.
const RESERVED: [&str; 9] = [
    "listen_addresses",
    "port",
    "unix_socket_directories",
    "unix_socket_permissions",
    "unix_socket_group",
    "data_directory",
    "config_file",
    "hba_file",
    "ident_file",
];

/// Settings of a server that is copied by its log.
const COPIES: [&str; 3] = ["wal_level=", "archive_mode=", "max_wal_senders="];

/// Settings as `name=value`, the later ones having the last word.
///
/// `sockets` is the folder of the socket, `file` the administrator's file (`name = value` lines, `#` comments), which
/// need not exist.
///
/// # Errors
///
/// [`ClusterError::Settings`] for a line that is no setting or one that Reeve needs for itself, and
/// [`ClusterError::Io`] when the file is there but cannot be read.
pub(super) fn collect(sockets: &Path, file: &Path) -> Result<Vec<String>, ClusterError> {
    let mut settings = chosen(memory_bytes(), shared_memory_bytes());
    let own = match fs::read_to_string(file) {
        Ok(text) => parse(&text, file)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(ClusterError::io("read", file)(error)),
    };
    // Nobody copies this server by its log, so what a transaction makes anew (tables, indexes) goes to the disk once and not
    // twice. Whoever sets up copies says so by one of these.
    let copied = |setting: &String| COPIES.iter().any(|name| setting.starts_with(name));
    if !own.iter().any(copied) {
        settings.extend(["wal_level=minimal".to_owned(), "max_wal_senders=0".to_owned()]);
    }
    settings.extend(own);
    settings.push("listen_addresses=".to_owned());
    settings.push("port=5432".to_owned());
    settings.push("unix_socket_permissions=0700".to_owned());
    settings.push(format!("unix_socket_directories={}", sockets.display()));
    Ok(settings)
}

/// Settings for a machine with this much memory and this much room in `/dev/shm`.
fn chosen(memory_bytes: u64, shared_memory_bytes: u64) -> Vec<String> {
    let memory_mib = memory_bytes / MIB;
    let buffers_mib = (memory_mib / 4).clamp(32, 1024);
    let maintenance_mib = (memory_mib / 32).clamp(32, 256);
    let mut settings = vec![
        format!("shared_buffers={buffers_mib}MB"),
        format!("effective_cache_size={}MB", (memory_mib / 2).max(64)),
        format!("maintenance_work_mem={maintenance_mib}MB"),
        format!("work_mem={}MB", (memory_mib / 256).clamp(4, 16)),
        "max_connections=100".to_owned(),
        "max_wal_size=2GB".to_owned(),
        "wal_compression=on".to_owned(),
        "checkpoint_completion_target=0.9".to_owned(),
        // The data lie on an SSD nearly everywhere, and mostly in the cache.
        "random_page_cost=1.1".to_owned(),
        // Queries here are short: compiling them costs more than it saves.
        "jit=off".to_owned(),
        "max_parallel_workers_per_gather=1".to_owned(),
        "timezone=UTC".to_owned(),
        "log_timezone=UTC".to_owned(),
        "lc_messages=C".to_owned(),
        "logging_collector=off".to_owned(),
        "log_destination=stderr".to_owned(),
        "log_line_prefix=%m [%p] ".to_owned(),
        "log_checkpoints=off".to_owned(),
        "cluster_name=reeve".to_owned(),
    ];
    // Containers often have 64 MiB of /dev/shm, on which a parallel index build fails.
    if shared_memory_bytes < 2 * maintenance_mib * MIB {
        settings.push("dynamic_shared_memory_type=mmap".to_owned());
    }
    settings
}

/// Reads the administrator's file.
fn parse(text: &str, file: &Path) -> Result<Vec<String>, ClusterError> {
    let mut settings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |why: String| ClusterError::Settings { path: file.to_path_buf(), line: index + 1, why };
        let (name, value) =
            line.split_once('=').ok_or_else(|| wrong("expected `name = value`".to_owned()))?;
        let name = name.trim().to_ascii_lowercase();
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') {
            return Err(wrong(format!("`{name}` is no name of a setting")));
        }
        if RESERVED.contains(&name.as_str()) {
            return Err(wrong(format!(
                "`{name}` is set by Reeve; use DATABASE_URL for a server of your own"
            )));
        }
        settings.push(format!("{name}={}", value_of(value)));
    }
    Ok(settings)
}

/// The value without its quotes, or without the comment that follows it.
fn value_of(text: &str) -> &str {
    let text = text.trim();
    if let Some((quoted, _)) = text.strip_prefix('\'').and_then(|rest| rest.split_once('\'')) {
        return quoted;
    }
    text.split('#').next().unwrap_or_default().trim()
}

/// Memory that this process may use: the machine's, or less if its control group has a limit.
fn memory_bytes() -> u64 {
    let machine = fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let kib = text.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
        kib.trim().trim_end_matches("kB").trim().parse::<u64>().ok().map(|kib| kib * 1024)
    });
    let group =
        fs::read_to_string("/sys/fs/cgroup/memory.max").ok().and_then(|text| text.trim().parse::<u64>().ok());
    // With no answer, be modest.
    machine.into_iter().chain(group).min().unwrap_or(1024 * MIB)
}

/// Size of `/dev/shm`.
fn shared_memory_bytes() -> u64 {
    rustix::fs::statvfs("/dev/shm").map_or(0, |found| found.f_blocks.saturating_mul(found.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_decides_within_limits() {
        let large = chosen(64 * 1024 * MIB, 1024 * MIB);
        assert!(large.contains(&"shared_buffers=1024MB".to_owned()));
        assert!(!large.iter().any(|setting| setting.starts_with("dynamic_shared")));
        let small = chosen(1024 * MIB, 16 * MIB);
        assert!(small.contains(&"shared_buffers=256MB".to_owned()));
        assert!(small.contains(&"dynamic_shared_memory_type=mmap".to_owned()));
    }

    #[test]
    fn the_file_is_read_with_comments_and_quotes() {
        let text = "# ours\n\nwork_mem = 64MB # more\nLog_Line_Prefix = '%m # '\n";
        let settings = parse(text, Path::new("postgres.conf")).unwrap();
        assert_eq!(settings, ["work_mem=64MB", "log_line_prefix=%m # "]);
    }

    #[test]
    fn the_log_is_short_unless_somebody_copies_the_server_by_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("postgres.conf");
        let minimal = "wal_level=minimal".to_owned();
        assert!(collect(folder.path(), &file).unwrap().contains(&minimal));
        for line in ["archive_mode = on", "wal_level = replica"] {
            fs::write(&file, line).unwrap();
            assert!(!collect(folder.path(), &file).unwrap().contains(&minimal), "{line}");
        }
    }

    #[test]
    fn lines_that_cannot_be_used_are_named() {
        for (text, line) in [("work_mem 4MB", 1), ("\nport = 5433", 2), ("a b = 1", 1)] {
            let error = parse(text, Path::new("postgres.conf")).unwrap_err();
            assert!(error.to_string().contains(&format!("line {line}")), "{error}");
        }
    }

    #[test]
    fn this_machine_has_memory() {
        assert!(memory_bytes() > 16 * MIB);
    }
}

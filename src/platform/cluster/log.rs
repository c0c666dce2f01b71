//! The server's log: one file of limited size, and the one before it.
//!
//! PostgreSQL gets the file as its standard error, opened for appending, and so keeps writing to it after Reeve was
//! killed. It is made small again in place (copy, then cut): a new file would need PostgreSQL's help.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// Size at which the log is put aside.
const LIMIT_BYTES: u64 = 8 * 1024 * 1024;

/// How much of the end is looked at for messages.
const TAIL_BYTES: u64 = 16 * 1024;

/// The log file of one cluster.
#[derive(Debug, Clone)]
pub(super) struct Log {
    path: PathBuf,
}

impl Log {
    /// The log at this path; nothing is opened yet.
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for appending, and makes it if need be; only its owner may read it.
    pub(super) fn open(&self) -> io::Result<File> {
        OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path)
    }

    /// Present size in bytes.
    pub(super) fn size_bytes(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |found| found.len())
    }

    /// Puts the log aside if it has grown too long. A line written between copying and cutting is lost, which a log
    /// can bear.
    pub(super) fn limit(&self) -> io::Result<()> {
        self.limit_to(LIMIT_BYTES)
    }

    fn limit_to(&self, limit_bytes: u64) -> io::Result<()> {
        if self.size_bytes() <= limit_bytes {
            return Ok(());
        }
        fs::copy(&self.path, self.path.with_extension("log.1"))?;
        OpenOptions::new().write(true).open(&self.path)?.set_len(0)
    }

    /// The last lines written after `since_bytes`, at most `lines` of them.
    pub(super) fn tail(&self, since_bytes: u64, lines: usize) -> String {
        let text = self.read_end(since_bytes).unwrap_or_else(|error| format!("(cannot be read: {error})"));
        let all: Vec<&str> = text.lines().collect();
        all.get(all.len().saturating_sub(lines)..).unwrap_or_default().join("\n")
    }

    fn read_end(&self, since_bytes: u64) -> io::Result<String> {
        let mut file = File::open(&self.path)?;
        let length = file.metadata()?.len();
        // After a cut the file is shorter than it was: then all of it is new.
        let since = if since_bytes > length { 0 } else { since_bytes };
        file.seek(SeekFrom::Start(since.max(length.saturating_sub(TAIL_BYTES))))?;
        let mut bytes = Vec::new();
        file.take(TAIL_BYTES).read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_long_log_is_put_aside_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::new(folder.path().join("postgres.log"));
        let mut writer = log.open().unwrap();
        writeln!(writer, "first\nsecond").unwrap();
        log.limit_to(100).unwrap();
        assert_eq!(log.tail(0, 1), "second");
        log.limit_to(5).unwrap();
        assert_eq!(log.size_bytes(), 0);
        writeln!(writer, "third").unwrap();
        assert_eq!(log.tail(13, 9), "third");
        assert_eq!(fs::read_to_string(folder.path().join("postgres.log.1")).unwrap(), "first\nsecond\n");
    }

    #[test]
    fn only_what_came_after_is_shown() {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::new(folder.path().join("postgres.log"));
        fs::write(log.path(), "old\nnew\n").unwrap();
        assert_eq!(log.tail(4, 5), "new");
    }
}

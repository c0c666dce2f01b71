//! As whom the server's programs run: PostgreSQL refuses to run as root.
//!
//! An ordinary user runs them as himself. Root runs them as the owner of the data that are there, else as `postgres`
//! (which Debian's package makes), else as `reeve` (for installations without that user). The standard library drops
//! root's supplementary groups together with the user id.

use std::{
    ffi::OsStr,
    io::{self, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Command, Stdio},
};

use super::error::ClusterError;

/// Users that root looks for, in this order.
const USUAL: [&str; 2] = ["postgres", "reeve"];

/// A user, with the ids that the server's programs get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Account {
    /// Login name, or the number of a user without one.
    pub(super) name: String,
    /// User id.
    pub(super) uid: u32,
    /// Group id.
    pub(super) gid: u32,
    /// Whether Reeve has to change to it (it is root).
    change: bool,
}

impl Account {
    /// The user who runs this process, who must not be root.
    fn own() -> Self {
        let uid = rustix::process::geteuid().as_raw();
        Self { name: uid.to_string(), uid, gid: rustix::process::getegid().as_raw(), change: false }
    }

    /// Chooses the user: `owner` is the user id that existing data belong to, `named` a name from the settings.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Foreign`] when the data at `path` are another user's and this process is not root, and
    /// [`ClusterError::NoAccount`] when root finds no user.
    pub(super) fn choose(path: &Path, owner: Option<u32>, named: Option<&str>) -> Result<Self, ClusterError> {
        let me = rustix::process::geteuid();
        match owner {
            _ if !me.is_root() => match owner.filter(|&owner| owner != me.as_raw()) {
                Some(owner) => {
                    Err(ClusterError::Foreign { path: path.to_path_buf(), owner, me: me.as_raw() })
                }
                None => Ok(Self::own()),
            },
            Some(owner) if owner != 0 => look_up(&owner.to_string())
                .ok_or_else(|| ClusterError::NoAccount { wanted: owner.to_string() }),
            _ => {
                let names = named.map_or_else(|| USUAL.to_vec(), |name| vec![name]);
                names
                    .iter()
                    .find_map(|name| look_up(name))
                    .ok_or_else(|| ClusterError::NoAccount { wanted: names.join("` or `") })
            }
        }
    }

    /// A program to be run as this user, with a clean environment: variables such as `PGPORT` of the person who
    /// started Reeve must not reach the server.
    pub(super) fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LC_ALL", "C.UTF-8")
            .current_dir("/")
            .stdin(Stdio::null());
        if self.change {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Gives a file or folder that Reeve made to this user.
    pub(super) fn give(&self, path: &Path) -> io::Result<()> {
        if self.change { std::os::unix::fs::lchown(path, Some(self.uid), Some(self.gid)) } else { Ok(()) }
    }

    /// Whether this user can really make a file in a folder of his own in there. `false` also where root may not give
    /// files away, as on some network file systems.
    pub(super) fn reaches(&self, folder: &Path) -> io::Result<bool> {
        let probe = folder.join(format!(".reach-{}", std::process::id()));
        std::fs::create_dir(&probe)?;
        let reached = self.give(&probe).is_ok() && {
            let made = self.command("touch").arg(probe.join("file")).stderr(Stdio::null()).status()?;
            made.success()
        };
        std::fs::remove_dir_all(&probe)?;
        Ok(reached)
    }

    /// Writes a file in a folder of this user, as this user: a link planted there leads no further than he may go.
    pub(super) fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let mut writer =
            self.command("sh").args(["-c", "cat > \"$1\"", "sh"]).arg(path).stdin(Stdio::piped()).spawn()?;
        if let Some(mut pipe) = writer.stdin.take() {
            pipe.write_all(text.as_bytes())?;
        }
        if writer.wait()?.success() { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }
}

/// Asks the system for a user by name or number. Never answers root.
fn look_up(name: &str) -> Option<Account> {
    let output = Command::new("getent").args(["passwd", name]).stdin(Stdio::null()).output().ok()?;
    parse(&String::from_utf8(output.stdout).ok()?).filter(|account| account.uid != 0)
}

/// Reads a line of the user list: `postgres:x:101:104:…`.
fn parse(line: &str) -> Option<Account> {
    let mut parts = line.trim().split(':');
    let name = parts.next()?.to_owned();
    let uid = parts.nth(1)?.parse().ok()?;
    let gid = parts.next()?.parse().ok()?;
    Some(Account { name, uid, gid, change: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_lines_are_read() {
        let account =
            parse("postgres:x:101:104:PostgreSQL administrator,,,:/var/lib/postgresql:/bin/bash\n").unwrap();
        assert_eq!((account.name.as_str(), account.uid, account.gid), ("postgres", 101, 104));
        assert_eq!(parse(""), None);
    }

    #[test]
    fn root_is_never_answered() {
        assert_eq!(look_up("root"), None);
        assert_eq!(look_up("0"), None);
    }

    #[test]
    fn a_file_is_written_as_the_user() {
        let folder = tempfile::tempdir().unwrap();
        let account = Account { change: false, ..Account::own() };
        account.write(&folder.path().join("a file"), "text\n").unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("a file")).unwrap(), "text\n");
        assert!(account.write(&folder.path().join("none/file"), "text\n").is_err());
        assert!(account.reaches(folder.path()).unwrap());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}

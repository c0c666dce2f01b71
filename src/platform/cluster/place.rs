//! Where a cluster lies: its data, its socket, its log.
//!
//! Data are in `<var>/pg/<major version>`. When Reeve is root and the server's user cannot get there, because a folder
//! above is closed to him, they are in `/var/lib/reeve/<name>/pg` and `<var>/pg/LOCATION` says so; folders that Reeve
//! did not make are never opened. The file `FOR` beside the data names the folder that they serve, so that a copied
//! `var` is not served by the data of the original.
//!
//! The socket lies elsewhere, because its path may have 107 bytes and `var` may be long:
//! `/tmp/reeve-<user id>-<name>`, closed to all others. (`XDG_RUNTIME_DIR` would vanish when its user logs out, under
//! a server that goes on.)

use std::{
    fs::{self, DirBuilder, Permissions},
    io,
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use super::{ClusterOptions, account::Account, binaries, error::ClusterError, log::Log};

/// Name of the socket that PostgreSQL makes for its port.
const SOCKET: &str = "/.s.PGSQL.5432";

/// Longest path of a socket on Linux, in bytes.
const LONGEST_SOCKET_BYTES: usize = 107;

/// A cluster's place on the machine.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The data folder; may not exist yet.
    pub(super) data: PathBuf,
    /// Folder of the socket.
    pub(super) sockets: PathBuf,
    /// The server's log.
    pub(super) log: Log,
    /// As whom the server runs.
    pub(super) account: Account,
    /// Folder of the server's programs.
    pub(super) bin: PathBuf,
    /// The administrator's settings.
    pub(super) settings: PathBuf,
}

impl Place {
    /// Makes the folder of the socket if it is gone (somebody cleaned up), and sees to it that it is safe.
    ///
    /// # Errors
    ///
    /// [`ClusterError::Sockets`], [`ClusterError::Io`].
    pub(super) fn provide_sockets(&self) -> Result<(), ClusterError> {
        make_sockets(&self.sockets, &self.account)
    }

    /// Removes the folder of the socket after the server has ended. What does not go is used again the next time.
    pub(super) fn remove_sockets(&self) {
        let _ = fs::remove_dir(&self.sockets);
    }
}

/// Finds or makes the place for the cluster of `var`, an existing folder with a canonical path.
///
/// # Errors
///
/// Each of [`ClusterError`] about programs, users, folders and the pointer file.
pub(super) fn locate(var: &Path, options: &ClusterOptions) -> Result<Place, ClusterError> {
    let pg = var.join("pg");
    make_folder(&pg, 0o711)?;
    let home = match pointed(&pg, var)? {
        Some(home) => home,
        None => pg.clone(),
    };
    let existing = existing(&home)?;
    let owner = match &existing {
        Some((data, _)) => Some(owner_of(data)?),
        // Without data the pointer's owner does not matter: a second root start may choose anew.
        None => None,
    };
    let account =
        Account::choose(existing.as_ref().map_or(&home, |(data, _)| data), owner, options.user.as_deref())?;
    let found = binaries::find(
        options.bin.as_deref(),
        existing.as_ref().map(|(data, major)| (data.as_path(), *major)),
    )?;
    let home = reachable(home, &pg, var, existing.is_some(), &account, options)?;
    let logs = var.join("log");
    make_folder(&logs, 0o700)?;
    Ok(Place {
        data: home.join(found.major.to_string()),
        sockets: sockets(var, &account, options)?,
        log: Log::new(logs.join("postgres.log")),
        account,
        bin: found.bin,
        settings: var.join("postgres.conf"),
    })
}

/// Follows `pg/LOCATION`, if it is there.
fn pointed(pg: &Path, var: &Path) -> Result<Option<PathBuf>, ClusterError> {
    let pointer = pg.join("LOCATION");
    let text = match fs::read_to_string(&pointer) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(ClusterError::io("read", pointer)(error)),
    };
    let home = PathBuf::from(text.trim_end_matches('\n'));
    let wrong = |why: String| ClusterError::Location { pointer: pointer.clone(), why };
    if !home.is_absolute() || !home.is_dir() {
        let why =
            format!("there is no folder {}. Delete the file to begin with an empty database", home.display());
        return Err(wrong(why));
    }
    let back = home.join("FOR");
    let served = fs::read(&back).map_err(ClusterError::io("read", &back))?;
    let served = Path::new(std::ffi::OsStr::from_bytes(&served));
    if served != var {
        // A folder that was moved takes its data along; one that was copied must not share them.
        if fs::read_to_string(served.join("pg/LOCATION")).is_ok_and(|other| other == text) {
            let why = format!(
                "they are those of {}, of which this folder is a copy. Delete the file",
                served.display()
            );
            return Err(wrong(why));
        }
        fs::write(&back, var.as_os_str().as_bytes()).map_err(ClusterError::io("write", &back))?;
    }
    Ok(Some(home))
}

/// The data folder in `home` with its major version, the newest if there are several.
fn existing(home: &Path) -> Result<Option<(PathBuf, u32)>, ClusterError> {
    let entries = fs::read_dir(home).map_err(ClusterError::io("read", home))?;
    let data = entries.flatten().filter_map(|entry| {
        // The folder's name tells the version: what is in it may be closed to this user.
        let major = entry.file_name().to_str()?.parse::<u32>().ok()?;
        Some((entry.path(), major))
    });
    Ok(data.max_by_key(|(_, major)| *major))
}

/// `home` if the server's user reaches it, else a new one for root in the system's own folder.
fn reachable(
    home: PathBuf,
    pg: &Path,
    var: &Path,
    has_data: bool,
    account: &Account,
    options: &ClusterOptions,
) -> Result<PathBuf, ClusterError> {
    if account.reaches(&home).map_err(ClusterError::io("write in", &home))? {
        return Ok(home);
    }
    let closed = |path: &Path| ClusterError::Closed { user: account.name.clone(), path: path.to_path_buf() };
    if has_data || home != pg || !rustix::process::geteuid().is_root() {
        return Err(closed(&home));
    }
    let base = &options.system_home;
    make_folder(base, 0o755)?;
    let found = fs::symlink_metadata(base).map_err(ClusterError::io("look at", base))?;
    if !found.is_dir() || found.uid() != 0 || found.mode() & 0o022 != 0 {
        return Err(ClusterError::Location {
            pointer: base.clone(),
            why: "it must be a folder that only root may write in".to_owned(),
        });
    }
    let other = fresh(base, var)?;
    if !account.reaches(&other).map_err(ClusterError::io("write in", &other))? {
        return Err(closed(&other));
    }
    let back = other.join("FOR");
    fs::write(&back, var.as_os_str().as_bytes()).map_err(ClusterError::io("write", &back))?;
    let pointer = pg.join("LOCATION");
    fs::write(&pointer, format!("{}\n", other.display())).map_err(ClusterError::io("write", &pointer))?;
    tracing::info!(user = account.name, place = %other.display(), "the database lies elsewhere: var is closed to its user");
    Ok(other)
}

/// Makes a folder for the data of `var` in the system's own. Data of a `var` that was deleted are not taken up again,
/// and not deleted either.
fn fresh(base: &Path, var: &Path) -> Result<PathBuf, ClusterError> {
    let name = short_name(var);
    let mut number = 0;
    loop {
        let own = if number == 0 { base.join(&name) } else { base.join(format!("{name}-{number}")) };
        let other = own.join("pg");
        make_folder(&own, 0o711)?;
        make_folder(&other, 0o711)?;
        if existing(&other)?.is_none() {
            return Ok(other);
        }
        tracing::warn!(place = %own.display(), "data of an earlier folder of the same name lie here; delete them if nobody needs them");
        number += 1;
    }
}

/// Finds or makes the folder of the socket; a folder that somebody else put there is passed over.
fn sockets(var: &Path, account: &Account, options: &ClusterOptions) -> Result<PathBuf, ClusterError> {
    let name = format!("reeve-{}-{}", account.uid, short_name(var));
    let mut refused = None;
    for attempt in 0..8 {
        let suffix = if attempt == 0 { String::new() } else { format!("-{attempt}") };
        let path = options.socket_base.join(format!("{name}{suffix}"));
        if path.as_os_str().len() + SOCKET.len() > LONGEST_SOCKET_BYTES {
            return Err(ClusterError::Sockets { path, why: "is too long for a socket".to_owned() });
        }
        match make_sockets(&path, account) {
            Ok(()) => return Ok(path),
            Err(error @ ClusterError::Sockets { .. }) => refused = Some(error),
            Err(error) => return Err(error),
        }
    }
    Err(refused
        .unwrap_or_else(|| ClusterError::Sockets { path: options.socket_base.clone(), why: String::new() }))
}

/// Makes the folder of the socket, or finds it there and safe.
fn make_sockets(path: &Path, account: &Account) -> Result<(), ClusterError> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(ClusterError::io("make", path)(error))
        }
        _ => safe(path, account).map_err(|why| ClusterError::Sockets { path: path.to_path_buf(), why }),
    }
}

/// Whether this is a real folder, of the server's user, closed to all others. One of root's own is given to the user.
fn safe(path: &Path, account: &Account) -> Result<(), String> {
    let look = || fs::symlink_metadata(path).map_err(|error| format!("cannot be looked at: {error}"));
    let mut found = look()?;
    if !found.is_dir() {
        return Err("is no folder".to_owned());
    }
    if found.uid() == rustix::process::geteuid().as_raw() {
        account.give(path).map_err(|error| format!("cannot be given to {}: {error}", account.name))?;
        found = look()?;
    }
    if found.uid() != account.uid {
        return Err(format!("belongs to user id {}", found.uid()));
    }
    if found.mode() & 0o077 != 0 {
        return Err("is open to others".to_owned());
    }
    Ok(())
}

/// Makes a folder with this mode, whatever the process' mask is. A folder that is there is left as it is.
fn make_folder(path: &Path, mode: u32) -> Result<(), ClusterError> {
    match fs::create_dir(path) {
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(mode)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(ClusterError::io("make", path))
}

/// Who owns a file or folder.
pub(super) fn owner_of(path: &Path) -> Result<u32, ClusterError> {
    Ok(fs::symlink_metadata(path).map_err(ClusterError::io("look at", path))?.uid())
}

/// A short name that stays the same for the same folder: its path by the FNV-1a hash of 64 bits.
fn short_name(var: &Path) -> String {
    let hash = var.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn account() -> Account {
        Account::choose(Path::new("/"), None, None).unwrap()
    }

    #[test]
    fn names_are_stable_and_differ() {
        assert_eq!(short_name(Path::new("")), "cbf29ce484222325");
        assert_eq!(short_name(Path::new("a")), "af63dc4c8601ec8c");
        assert_ne!(short_name(Path::new("/srv/a")), short_name(Path::new("/srv/b")));
    }

    #[test]
    fn a_planted_socket_folder_is_passed_over() {
        let base = tempfile::tempdir().unwrap();
        fs::set_permissions(base.path(), Permissions::from_mode(0o755)).unwrap();
        let options = ClusterOptions { socket_base: base.path().to_path_buf(), ..ClusterOptions::default() };
        let var = Path::new("/srv/reeve");
        let first = sockets(var, &account(), &options).unwrap();
        assert_eq!(sockets(var, &account(), &options).unwrap(), first, "the same the next time");
        assert_eq!(fs::metadata(&first).unwrap().mode() & 0o777, 0o700);

        fs::remove_dir(&first).unwrap();
        symlink("/tmp", &first).unwrap();
        assert_ne!(sockets(var, &account(), &options).unwrap(), first, "not through a link");

        fs::remove_file(&first).unwrap();
        fs::create_dir(&first).unwrap();
        fs::set_permissions(&first, Permissions::from_mode(0o755)).unwrap();
        assert_ne!(sockets(var, &account(), &options).unwrap(), first, "not into an open folder");
    }

    #[test]
    fn a_socket_path_that_is_too_long_is_refused() {
        let long = PathBuf::from(format!("/tmp/{}", "x".repeat(100)));
        let options = ClusterOptions { socket_base: long, ..ClusterOptions::default() };
        let error = sockets(Path::new("/srv"), &account(), &options).unwrap_err();
        assert!(error.to_string().contains("too long"), "{error}");
    }

    #[test]
    fn a_copied_folder_does_not_share_the_data_and_a_moved_one_keeps_them() {
        let root = tempfile::tempdir().unwrap();
        let (old, new, home) = (root.path().join("old"), root.path().join("new"), root.path().join("home"));
        for folder in [&old.join("pg"), &new.join("pg"), &home] {
            fs::create_dir_all(folder).unwrap();
        }
        let text = format!("{}\n", home.display());
        fs::write(old.join("pg/LOCATION"), &text).unwrap();
        fs::write(new.join("pg/LOCATION"), &text).unwrap();
        fs::write(home.join("FOR"), old.as_os_str().as_bytes()).unwrap();
        assert_eq!(pointed(&old.join("pg"), &old).unwrap(), Some(home.clone()));
        let error = pointed(&new.join("pg"), &new).unwrap_err();
        assert!(error.to_string().contains("copy"), "{error}");

        fs::remove_dir_all(&old).unwrap();
        assert_eq!(pointed(&new.join("pg"), &new).unwrap(), Some(home.clone()));
        assert_eq!(fs::read(home.join("FOR")).unwrap(), new.as_os_str().as_bytes());

        fs::remove_dir_all(&home).unwrap();
        let error = pointed(&new.join("pg"), &new).unwrap_err();
        assert!(error.to_string().contains("no folder"), "{error}");
    }
}

//! Finds an installed PostgreSQL server with PostGIS.
//!
//! Several may be installed at once, and what `PATH` shows need not be the one with PostGIS. Data on disk decide
//! first: they can only be read by the major version that wrote them. Otherwise the newest with PostGIS is taken.

use std::{
    collections::BTreeSet,
    env,
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::error::ClusterError;

/// Oldest major version that Reeve's SQL is written for.
const OLDEST_MAJOR: u32 = 14;

/// Where Debian puts the programs of each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// One installed server.
#[derive(Debug, Clone)]
pub(super) struct Installation {
    /// Folder with `postgres` and `initdb`.
    pub(super) bin: PathBuf,
    /// Major version, e.g. 15.
    pub(super) major: u32,
    /// Whether PostGIS is installed for it.
    postgis: bool,
}

/// Finds the server to use.
///
/// # Errors
///
/// [`ClusterError::NoPostgres`], [`ClusterError::NoPostgis`], [`ClusterError::OtherMajor`] when `existing` (a data
/// folder and its major version) cannot be served, and [`ClusterError::WrongBin`] when `named` is no server's folder.
pub(super) fn find(
    named: Option<&Path>,
    existing: Option<(&Path, u32)>,
) -> Result<Installation, ClusterError> {
    let mut installed = match named {
        Some(bin) => vec![
            inspect(bin)
                .map_err(|why| ClusterError::WrongBin { bin: bin.to_path_buf(), why: why.to_owned() })?,
        ],
        None => candidates().iter().filter_map(|bin| inspect(bin).ok()).collect(),
    };
    installed.retain(|one| one.major >= OLDEST_MAJOR);
    if let Some((data, needed)) = existing {
        let found: BTreeSet<String> = installed.iter().map(|one| one.major.to_string()).collect();
        installed.retain(|one| one.major == needed);
        if installed.is_empty() {
            let found = if found.is_empty() { "none".to_owned() } else { Vec::from_iter(found).join(", ") };
            return Err(ClusterError::OtherMajor { data: data.to_path_buf(), needed, found });
        }
    }
    let best =
        installed.into_iter().max_by_key(|one| (one.postgis, one.major)).ok_or(ClusterError::NoPostgres)?;
    if best.postgis { Ok(best) } else { Err(ClusterError::NoPostgis { major: best.major, bin: best.bin }) }
}

/// Folders that may hold a server, without repetition: Debian's, `pg_config`'s, and those of `PATH`.
fn candidates() -> Vec<PathBuf> {
    let debian = fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let config = output(Path::new("pg_config"), "--bindir").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    // A link in PATH leads to the folder where the other programs of the same server are.
    let linked = env::split_paths(&path)
        .filter_map(|folder| fs::canonicalize(folder.join("postgres")).ok())
        .filter_map(|program| program.parent().map(Path::to_path_buf));
    let mut seen = BTreeSet::new();
    debian
        .chain(config)
        .chain(linked)
        .filter_map(|folder| fs::canonicalize(folder).ok())
        .filter(|folder| seen.insert(folder.clone()))
        .collect()
}

/// Looks at one folder; says what is missing if it is no server's.
fn inspect(bin: &Path) -> Result<Installation, &'static str> {
    if !bin.join("initdb").is_file() {
        return Err("there is no `initdb` in it");
    }
    let version = output(&bin.join("postgres"), "--version").ok_or("its `postgres` cannot be run")?;
    let major = major_of(&version).ok_or("its `postgres` states no version")?;
    Ok(Installation { bin: bin.to_path_buf(), major, postgis: has_postgis(bin, major) })
}

/// Major version in `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also of a development version, `18beta1`.
fn major_of(version: &str) -> Option<u32> {
    let word =
        version.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    word.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// Whether PostGIS' control file is where this server looks for extensions.
fn has_postgis(bin: &Path, major: u32) -> bool {
    let stated = output(&bin.join("pg_config"), "--sharedir").map(PathBuf::from);
    let usual = [
        PathBuf::from(format!("/usr/share/postgresql/{major}")),
        bin.join("../share/postgresql"),
        bin.join("../share"),
    ];
    stated.into_iter().chain(usual).any(|share| share.join("extension/postgis.control").is_file())
}

/// First line that a program prints.
fn output(program: &Path, argument: impl AsRef<OsStr>) -> Option<String> {
    let output =
        Command::new(program).arg(argument).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().next()?.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_versions_are_read() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("postgres"), None);
    }

    #[test]
    fn a_folder_without_a_server_is_refused() {
        let error = find(Some(Path::new("/")), None).unwrap_err();
        assert!(error.to_string().contains("initdb"), "{error}");
    }

    #[test]
    fn data_of_a_version_that_is_not_installed_are_never_passed_over() {
        let error = find(None, Some((Path::new("/srv/data/99"), 99))).unwrap_err();
        assert!(error.to_string().contains("postgresql-99-postgis-3"), "{error}");
    }
}

//! Real data that is not part of the project: `REEVE_TEST_DATA`, by default `../shared/data`.

use std::path::{Path, PathBuf};

/// A file of the test data; `None` where the data is absent, which is an error in CI.
pub fn file(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("REEVE_TEST_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "the test data {} is absent", path.display());
    eprintln!("SKIPPED: the test data {} is absent", path.display());
    None
}

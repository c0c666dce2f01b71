//! Mappings that can be used again: those that come with the program, and those that the town has saved.

use chrono::{DateTime, Utc};
use importers::mapping::{Mapping, built_in, built_in_names};

/// A mapping under its name.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Its name.
    pub name: String,
    /// As TOML.
    pub toml: String,
    /// When it was saved and by whom; `None` for those of the program.
    pub by: Option<(DateTime<Utc>, String)>,
    /// Read; one that cannot be read any more is left out before.
    pub mapping: Mapping,
}

/// Whether a name belongs to a mapping of the program.
pub(super) fn is_built_in(name: &str) -> bool {
    built_in(name).is_some()
}

/// All mappings that can be read, the town's own first: what a clerk saved is meant for here.
pub(super) fn all(own: Vec<(String, String, DateTime<Utc>, String)>) -> Vec<Saved> {
    let own = own.into_iter().map(|(name, toml, at, who)| (name, toml, Some((at, who))));
    let ours = built_in_names()
        .filter_map(|name| built_in(name).map(|toml| (name.to_owned(), toml.to_owned(), None)));
    own.chain(ours)
        .filter_map(|(name, toml, by)| {
            let mapping = Mapping::parse(&toml).ok()?;
            Some(Saved { name, toml, by, mapping })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mapping_of_the_program_can_be_read() {
        assert_eq!(all(Vec::new()).len(), built_in_names().count());
    }
}

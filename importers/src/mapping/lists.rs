//! Lists of values: those of the mapping and Reeve's own.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use super::model::ValueList;
use super::text::fold;

/// Polish names of trees and shrubs of towns with the Latin ones.
static TAXA: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let written: BTreeMap<String, String> = toml::from_str(include_str!("taxa.toml")).unwrap_or_default();
    written.into_iter().map(|(polish, latin)| (fold(&polish), latin)).collect()
});

/// The list with folded names.
pub(super) fn values(list: &ValueList) -> HashMap<String, String> {
    match list {
        ValueList::Named(_) => TAXA.clone(),
        ValueList::Here(values) => values.iter().map(|(name, value)| (fold(name), value.clone())).collect(),
    }
}

/// The Latin name of a Polish one.
pub(super) fn latin(polish: &str) -> Option<&'static str> {
    TAXA.get(&fold(polish)).map(String::as_str)
}

/// Whether a text is a Latin name of a species or a genus of the list.
pub(super) fn is_latin(text: &str) -> bool {
    static GENERA: LazyLock<Vec<String>> = LazyLock::new(|| {
        let mut genera: Vec<String> =
            TAXA.values().filter_map(|latin| latin.split(' ').next().map(str::to_lowercase)).collect();
        genera.sort_unstable();
        genera.dedup();
        genera
    });
    let lower = text.trim().to_lowercase();
    let genus = lower.split_whitespace().next().unwrap_or_default();
    GENERA.binary_search_by(|known| known.as_str().cmp(genus)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn taxa() {
        assert!(TAXA.len() >= 150, "{}", TAXA.len());
        assert_eq!(latin("Lipa drobnolistna"), Some("Tilia cordata"));
        assert_eq!(latin("LIPA DROBNOLISTNA"), Some("Tilia cordata"));
        assert!(is_latin("Acer platanoides") && is_latin("QUERCUS") && !is_latin("Warszawa"));
        let well_formed = |latin: &String| latin.chars().next().is_some_and(char::is_uppercase);
        assert!(TAXA.values().all(well_formed));
    }
}

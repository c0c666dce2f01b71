//! What names of columns usually mean.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::mapping::text::fold;

/// Names by meaning.
#[derive(Deserialize, Default)]
pub(super) struct Words {
    /// Attributes by their keys.
    pub(super) attributes: BTreeMap<String, Vec<String>>,
    /// Fields of a person.
    pub(super) person: BTreeMap<String, Vec<String>>,
    /// Parts of names of files and layers.
    pub(super) targets: BTreeMap<String, Vec<String>>,
}

/// The lists that come with Reeve.
pub(super) static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("synonyms.toml")).unwrap_or_default());

/// Letters and digits of a name, small and without accents.
pub(super) fn bare(name: &str) -> String {
    fold(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
}

/// How well a column's name fits a list: the earlier the synonym and the more of the name it is, the better; 0 not at
/// all.
pub(super) fn fit(column: &str, synonyms: &[String]) -> u32 {
    let name = bare(column);
    if name.is_empty() {
        return 0;
    }
    let best = synonyms.iter().map(|synonym| bare(synonym)).zip(0_u32..).map(|(synonym, place)| {
        if name == synonym {
            130 - place.min(30)
        } else if synonym.len() >= 4 && name.starts_with(&synonym) {
            60
        } else if synonym.len() >= 5 && name.ends_with(&synonym) {
            50
        } else {
            0
        }
    });
    best.max().unwrap_or(0)
}

/// The unit that a column's name tells: `obwód (cm)`, `height_m`.
pub(super) fn unit(column: &str) -> Option<&'static str> {
    let folded = fold(column);
    let words: Vec<&str> =
        folded.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let last = *words.last()?;
    let known = ["mm", "cm", "m", "in", "ft", "m2", "ha", "inches", "feet"];
    known.into_iter().find(|unit| words.len() > 1 && *unit == last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let words = &WORDS.attributes;
        assert!(words.len() > 40 && WORDS.person.len() == 8 && WORDS.targets.len() > 10);
        assert!(fit("Średnica korony", &words["crown_diameter_m"]) >= 100);
        assert!(fit("NR INW.", &words["ref"]) >= 100);
        assert!(fit("Obwód pnia [cm]", &words["girth_130_cm"]) >= 60);
        assert!(fit("Data zgonu", &WORDS.person["died"]) >= 100);
        assert_eq!(fit("OBJECTID", &words["ref"]), 0);
    }

    #[test]
    fn units() {
        assert_eq!(unit("Obwód pnia [cm]"), Some("cm"));
        assert_eq!(unit("height_m"), Some("m"));
        assert_eq!(unit("m"), None);
    }
}

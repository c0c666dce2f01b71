//! Forms to begin with.

use ballots::form::Form;

/// A form to begin with; what it is called says the text `survey-template-{name}`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Template {
    pub(super) name: &'static str,
    json: &'static str,
}

/// Those that there are.
pub(super) const ALL: &[Template] = &[
    Template { name: "empty", json: include_str!("templates/empty.json") },
    Template { name: "satisfaction", json: include_str!("templates/satisfaction.json") },
    Template { name: "place", json: include_str!("templates/place.json") },
    Template { name: "draft", json: include_str!("templates/draft.json") },
    Template { name: "yes-no", json: include_str!("templates/yes-no.json") },
];

/// The form of a name; an empty one of a name that there is not.
pub(super) fn form(name: &str) -> Form {
    let found = ALL.iter().find(|one| one.name == name);
    found.and_then(|one| serde_json::from_str(one.json).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #[test]
    fn each_is_sound_but_the_empty_one() {
        for one in super::ALL.iter().filter(|one| one.name != "empty") {
            assert_eq!(ballots::form::check::sound(&super::form(one.name)), Ok(()), "{}", one.name);
        }
        assert_eq!(super::form("empty").pages.len(), 1);
    }
}

//! Texts of pages in Polish and English, and how numbers, dates and lengths are written in each.
//!
//! Both languages are built in and parsed once. A key that is missing answers itself, so that a gap shows on the
//! page instead of breaking it; a test keeps both files and all keys in use together.

use std::{collections::BTreeMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, types::FluentNumber};
use unic_langid::LanguageIdentifier;

use crate::kernel::Lang;

/// One file for each area, in both languages.
macro_rules! locale {
    ($lang:literal) => {
        [
            include_str!(concat!("locales/", $lang, "/pages.ftl")),
            include_str!(concat!("locales/", $lang, "/accounts.ftl")),
            include_str!(concat!("locales/", $lang, "/desk.ftl")),
            include_str!(concat!("locales/", $lang, "/dues.ftl")),
            include_str!(concat!("locales/", $lang, "/finance.ftl")),
            include_str!(concat!("locales/", $lang, "/editor.ftl")),
            include_str!(concat!("locales/", $lang, "/filter.ftl")),
            include_str!(concat!("locales/", $lang, "/files.ftl")),
            include_str!(concat!("locales/", $lang, "/imports.ftl")),
            include_str!(concat!("locales/", $lang, "/phone.ftl")),
            include_str!(concat!("locales/", $lang, "/photos.ftl")),
            include_str!(concat!("locales/", $lang, "/registry.ftl")),
            include_str!(concat!("locales/", $lang, "/residents.ftl")),
            include_str!(concat!("locales/", $lang, "/statements.ftl")),
            include_str!(concat!("locales/", $lang, "/surveys.ftl")),
            include_str!(concat!("locales/", $lang, "/survey_results.ftl")),
            include_str!(concat!("locales/", $lang, "/budget.ftl")),
            include_str!(concat!("locales/", $lang, "/votes.ftl")),
            include_str!(concat!("locales/", $lang, "/tax_base.ftl")),
            include_str!(concat!("locales/", $lang, "/messages.ftl")),
            include_str!(concat!("locales/", $lang, "/conversations.ftl")),
            include_str!(concat!("locales/", $lang, "/payments.ftl")),
            include_str!(concat!("locales/", $lang, "/privacy.ftl")),
            include_str!(concat!("locales/", $lang, "/town.ftl")),
        ]
    };
}

const POLISH: &[&str] = &locale!("pl");
const ENGLISH: &[&str] = &locale!("en");

/// Narrow gaps must not break a number from its unit.
const NO_BREAK: char = '\u{a0}';

static PL: LazyLock<Texts> = LazyLock::new(|| Texts::parse(Lang::Pl, POLISH));
static EN: LazyLock<Texts> = LazyLock::new(|| Texts::parse(Lang::En, ENGLISH));

/// The texts of one language.
pub struct Texts {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
    keys: Vec<String>,
}

impl std::fmt::Debug for Texts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Texts").field("lang", &self.lang).finish_non_exhaustive()
    }
}

/// The texts of a language.
#[must_use]
pub fn texts(lang: Lang) -> &'static Texts {
    match lang {
        Lang::Pl => &PL,
        Lang::En => &EN,
    }
}

impl Texts {
    fn parse(lang: Lang, sources: &[&str]) -> Self {
        // A tag of two letters always parses; the default would only cost the plural forms.
        let id: LanguageIdentifier = lang.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match lang {
            Lang::Pl => |value, _| grouped(value, Lang::Pl),
            Lang::En => |value, _| grouped(value, Lang::En),
        }));
        // What parses is used even when a part does not; the tests let no such part in.
        for source in sources {
            let resource =
                FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle, keys: sources.iter().flat_map(|source| keys_of(source)).collect() }
    }

    /// The language's tag, `pl` or `en`.
    #[must_use]
    pub fn lang(&self) -> &'static str {
        self.lang.tag()
    }

    /// A text without places to fill.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.args(key, &[])
    }

    /// A text with its places filled: `t.args("graves-found", &[("n", matched.into())])`.
    #[must_use]
    pub fn args(&self, key: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, value.clone());
        }
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// All texts whose keys begin with one of `prefixes` (`js-`), for the page's scripts; `%name%` in them stands for
    /// a value.
    #[must_use]
    pub fn for_browser(&self, prefixes: &[&str]) -> BTreeMap<&str, String> {
        self.keys
            .iter()
            .filter(|key| prefixes.iter().any(|prefix| key.starts_with(prefix)))
            .map(|key| (key.as_str(), self.get(key)))
            .collect()
    }

    /// A number with the language's decimal sign and digits grouped from 10,000 on.
    #[must_use]
    pub fn number(&self, value: f64, decimals: usize) -> String {
        write_number(value, decimals, self.lang)
    }

    /// A whole number as [`Texts::number`] writes it.
    #[must_use]
    pub fn count(&self, value: u64) -> String {
        group(&value.to_string(), self.lang)
    }

    /// A length to walk: metres in tens below one kilometre, else kilometres with one decimal.
    #[must_use]
    pub fn distance(&self, distance_m: f64) -> String {
        if distance_m < 995.0 {
            let step = if distance_m < 100.0 { 1.0 } else { 10.0 };
            let rounded = ((distance_m / step).round() * step).max(1.0);
            return format!("{}{NO_BREAK}m", self.number(rounded, 0));
        }
        format!("{}{NO_BREAK}km", self.number(distance_m / 1000.0, 1))
    }

    /// A time to walk in whole minutes, at least one.
    #[must_use]
    pub fn duration(&self, duration_s: f64) -> String {
        let minutes = (duration_s / 60.0).round().max(1.0);
        if minutes < 60.0 {
            return format!("{}{NO_BREAK}min", self.number(minutes, 0));
        }
        let hours = (minutes / 60.0).floor();
        let rest = minutes - hours * 60.0;
        format!("{}{NO_BREAK}h {}{NO_BREAK}min", self.number(hours, 0), self.number(rest, 0))
    }

    /// A date as people say it, as far as it is known: "3 maja 1912", "May 1912", "1912".
    ///
    /// A day without a month is left out.
    #[must_use]
    pub fn date(&self, year: i16, month: Option<u8>, day: Option<u8>) -> String {
        match (month, day) {
            (Some(month), Some(day)) => {
                format!("{day}{NO_BREAK}{}{NO_BREAK}{year}", self.get(&format!("month-of-{month}")))
            }
            (Some(month), None) => format!("{}{NO_BREAK}{year}", self.get(&format!("month-{month}"))),
            _ => year.to_string(),
        }
    }
}

/// The keys of a Fluent file, in its order.
fn keys_of(source: &str) -> Vec<String> {
    source
        .lines()
        .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
        .filter_map(|line| line.split_once('=').map(|(key, _)| key.trim().to_owned()))
        .collect()
}

fn grouped(value: &FluentValue<'_>, lang: Lang) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else { return None };
    let decimals = if value.fract() == 0.0 { 0 } else { 1 };
    Some(write_number(*value, decimals, lang))
}

fn write_number(value: f64, decimals: usize, lang: Lang) -> String {
    let plain = format!("{value:.decimals$}");
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let mut text = group(whole, lang);
    if !fraction.is_empty() {
        text.push(if lang == Lang::Pl { ',' } else { '.' });
        text.push_str(fraction);
    }
    text
}

/// Puts gaps between thousands of a whole number of five digits or more.
fn group(whole: &str, lang: Lang) -> String {
    let digits = whole.trim_start_matches('-').len();
    if digits < 5 {
        return whole.to_owned();
    }
    let gap = if lang == Lang::Pl { NO_BREAK } else { ',' };
    let mut text = String::with_capacity(whole.len() + digits);
    for (index, character) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if index > 0 && left.is_multiple_of(3) && text.ends_with(|last: char| last.is_ascii_digit()) {
            text.push(gap);
        }
        text.push(character);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeSet,
        fs,
        path::{Path, PathBuf},
    };

    use super::*;

    fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, endings, found);
            } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
                found.push(path);
            }
        }
    }

    /// Texts between `opening` and the next `"`, where `opening` is not the end of a longer word: `object.get("type")`
    /// is no text.
    fn quoted_after(source: &str, opening: &str) -> Vec<String> {
        let begins_a_word = |at: usize| {
            let before = source.get(..at).and_then(|before| before.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || c == '_')
        };
        source
            .match_indices(opening)
            .filter(|(at, _)| begins_a_word(*at))
            .filter_map(|(at, _)| Some(source.get(at + opening.len()..)?.split_once('"')?.0.to_owned()))
            .collect()
    }

    /// Folder of the project: this crate's, or the one that a scratch build names.
    fn root() -> PathBuf {
        option_env!("REEVE_SOURCE").unwrap_or(env!("CARGO_MANIFEST_DIR")).into()
    }

    #[test]
    fn both_files_parse_and_have_the_same_keys() {
        let mut all = Vec::new();
        for sources in [POLISH, ENGLISH] {
            for source in sources {
                if let Err((_, errors)) = FluentResource::try_new((*source).to_owned()) {
                    panic!("{errors:?}");
                }
            }
            let keys: Vec<String> = sources.iter().flat_map(|source| keys_of(source)).collect();
            let once: BTreeSet<_> = keys.iter().cloned().collect();
            assert_eq!(once.len(), keys.len(), "a key stands twice");
            all.push(once);
        }
        let only_one: Vec<_> = all[0].symmetric_difference(&all[1]).collect();
        assert!(only_one.is_empty(), "keys in one file only: {only_one:?}");
    }

    #[test]
    fn every_key_in_use_exists_and_every_key_is_in_use() {
        let (mut sources, mut scripts) = (Vec::new(), Vec::new());
        files(&root().join("src"), &[".html", ".rs"], &mut sources);
        files(&root().join("static/src"), &[".ts"], &mut scripts);
        let mut used = BTreeSet::new();
        for path in &sources {
            let source = fs::read_to_string(path).unwrap();
            for opening in ["t.get(\"", "t.args(\"", "texts.get(\"", "texts.args(\"", "link(\"", "part(\""] {
                let is_key = |key: &String| {
                    !key.is_empty()
                        && key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
                };
                used.extend(quoted_after(&source, opening).into_iter().filter(is_key));
            }
        }
        for path in &scripts {
            let source = fs::read_to_string(path).unwrap();
            for family in ["js-", "editor-"] {
                let ours = quoted_after(&source, &format!("\"{family}"));
                used.extend(ours.into_iter().map(|rest| format!("{family}{rest}")));
            }
        }
        let known: BTreeSet<_> = POLISH.iter().flat_map(|source| keys_of(source)).collect();
        let missing: Vec<_> = used.difference(&known).collect();
        assert!(missing.is_empty(), "keys without a text: {missing:?}");
        let everything: String =
            sources.iter().chain(&scripts).map(|path| fs::read_to_string(path).unwrap()).collect();
        // Whatever stands between two quotes; a search for each key takes half a minute.
        let quoted: BTreeSet<_> = everything.split('"').collect();
        let unused: Vec<_> = known
            .iter()
            // Families whose keys are put together from a name that the program has anyway.
            .filter(|key| {
                let families = [
                    "month-",
                    "status-",
                    "role-",
                    "permission-",
                    "holding-",
                    "template-name-",
                    "refused-",
                    "difference-",
                    "finance-bad-",
                    "finance-change-",
                    "finance-why-",
                ];
                let of_dues = [
                    "due-entry-",
                    "due-why-",
                    "due-proposal-",
                    "ledger-",
                    "rate-",
                    "desk-age-",
                    "desk-done-",
                    "desk-payer-",
                    "desk-cash-by-",
                ];
                let of_results = [
                    "results-score-",
                    "results-method-",
                    "results-verdict-",
                    "results-audience-",
                    "results-text-",
                    "results-view-",
                    "budget-project-",
                    "budget-method-",
                    "budget-decide-",
                ];
                let of_surveys = [
                    "survey-kind-",
                    "survey-state-",
                    "survey-audience-",
                    "survey-secrecy-",
                    "survey-js-",
                    "survey-template-",
                    "survey-set-secrecy-",
                    "survey-set-collision-",
                    "survey-to-",
                    "survey-event-",
                    "question-",
                    "form-fault-",
                    "opinions-",
                    "invite-",
                ];
                let of_votes = [
                    "vote-deed-",
                    "vote-js-",
                    "vote-refused-",
                    "vote-rule-",
                    "vote-secrecy-",
                    "vote-sheet-entry-",
                ];
                let of_others = of_dues.iter().chain(&of_results).chain(&of_surveys).chain(&of_votes);
                !families.iter().chain(of_others).any(|family| key.starts_with(family))
            })
            .filter(|key| !quoted.contains(key.as_str()))
            .collect();
        assert!(unused.is_empty(), "texts that nobody uses: {unused:?}");
    }

    #[test]
    fn a_missing_key_answers_itself() {
        assert_eq!(texts(Lang::Pl).get("no-such-key"), "no-such-key");
    }

    #[test]
    fn numbers_dates_and_lengths_follow_the_language() {
        let (pl, en) = (texts(Lang::Pl), texts(Lang::En));
        assert_eq!(pl.number(1234.5, 1), "1234,5");
        assert_eq!(pl.count(1_234_567), "1\u{a0}234\u{a0}567");
        assert_eq!(en.number(-12_345.0, 0), "-12,345");
        assert_eq!(en.number(-123_456.0, 0), "-123,456");
        assert_eq!(pl.distance(1340.0), "1,3\u{a0}km");
        assert_eq!(pl.distance(996.0), "1,0\u{a0}km");
        assert_eq!(en.distance(244.0), "240\u{a0}m");
        assert_eq!(en.distance(0.2), "1\u{a0}m");
        assert_eq!(pl.duration(20.0), "1\u{a0}min");
        assert_eq!(en.duration(4000.0), "1\u{a0}h 7\u{a0}min");
        assert_eq!(pl.date(1912, Some(5), Some(3)), "3\u{a0}maja\u{a0}1912");
        assert_eq!(en.date(1912, Some(5), None), "May\u{a0}1912");
        assert_eq!(pl.date(1912, None, Some(3)), "1912");
    }

    #[test]
    fn polish_plurals_are_right() {
        let t = texts(Lang::Pl);
        let said: Vec<_> =
            [1u64, 2, 5, 12, 22].into_iter().map(|n| t.args("graves-found", &[("n", n.into())])).collect();
        assert!(said[0].contains("osobę") && said[1].contains("osoby") && said[2].contains("osób"));
        assert!(said[3].contains("osób") && said[4].contains("osoby"), "{said:?}");
    }
}

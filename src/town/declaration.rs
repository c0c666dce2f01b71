//! The accessibility declaration: what the law asks a town to say, and what of it is still missing. Pure.
//!
//! The duties are those of the act of 4 April 2019 on digital accessibility, articles 10 and 11, and of the ministry's
//! "Warunki techniczne publikacji i struktura dokumentu elektronicznego deklaracji dostępności", version 2.0 of 31 July 2024.

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::platform::{Office, Words};

/// Most rows of contents that are not accessible.
pub(super) const MOST_GAPS: usize = 40;
/// Applications for telephones that can be named: one for each system.
pub(super) const MOST_APPS: usize = 2;
/// How long before its day the yearly review is called due.
const REMIND_DAYS: u64 = 60;

/// How far the site fulfils the act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Fully.
    Full,
    /// In part.
    Partial,
    /// Not.
    None,
}

/// Why something is not accessible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reason {
    /// It does not fulfil the act's annex.
    Breach,
    /// The act does not ask it (article 3).
    Exempt,
    /// It would cost out of all proportion (article 8).
    Burden,
}

/// Something that is not accessible.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Gap {
    /// What, for whom, and why.
    pub what: Words,
    /// The legal reason.
    pub reason: Option<Reason>,
    /// How else one gets it.
    pub instead: Words,
}

/// Who assessed the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// The town itself.
    Own,
    /// Somebody from outside.
    External,
}

/// How a sign-language interpreter can be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interpreter {
    /// By video.
    Online,
    /// In the office, when it is asked for.
    Asked,
    /// Not.
    None,
}

/// Whether the town has applications for telephones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Apps {
    /// It has none.
    None,
    /// Those that are listed.
    Some,
}

/// An application for telephones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct App {
    /// "Zmyślin dla Androida".
    pub name: String,
    /// Where it is to be had.
    pub download: String,
    /// Address of its own declaration.
    pub declaration: String,
}

/// What the declaration says. Everything may be missing, and is then shown as not stated yet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Declaration {
    /// How far the site fulfils the act.
    pub status: Option<Status>,
    /// When the site was published.
    pub published: Option<NaiveDate>,
    /// When it last changed much.
    pub updated: Option<NaiveDate>,
    /// When the declaration was made.
    pub prepared: Option<NaiveDate>,
    /// When it was last reviewed.
    pub reviewed: Option<NaiveDate>,
    /// What is not accessible.
    pub gaps: Vec<Gap>,
    /// Where the assessment of a disproportionate burden stands.
    pub burden_url: String,
    /// Who assessed the site.
    pub method: Option<Method>,
    /// Name of whoever assessed it from outside.
    pub assessor: String,
    /// Where the report of the assessment stands.
    pub report_url: String,
    /// Person or department that answers.
    pub person: String,
    /// Their e-mail address.
    pub email: String,
    /// Their telephone.
    pub phone: String,
    /// What makes the site easier to use, besides what the service itself does.
    pub features: Words,
    /// Whether there are applications.
    pub apps: Option<Apps>,
    /// The applications.
    pub app_list: Vec<App>,
    /// How one gets into the seat and around in it.
    pub architecture: Words,
    /// Where more about that stands.
    pub architecture_url: String,
    /// How one can speak with the office.
    pub communication: Words,
    /// Whether there is an interpreter of sign language.
    pub interpreter: Option<Interpreter>,
    /// Where the interpreter is called.
    pub interpreter_url: String,
}

/// Something that the declaration has to say and does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Missing {
    /// Where it is filled in.
    pub href: &'static str,
    /// Key of its words.
    pub key: &'static str,
}

/// What became of the yearly review: the act asks for one by 31 March.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// There is no declaration that could be reviewed.
    Nothing,
    /// It has time until then.
    Later(NaiveDate),
    /// It is to be made by then.
    Due(NaiveDate),
    /// It should have been made by then.
    Overdue(NaiveDate),
}

impl Declaration {
    /// What stands out. `office` is asked for name and address of the seat.
    pub(super) fn missing(&self, office: &Office) -> Vec<Missing> {
        let unless = |said: bool, href, key| (!said).then_some(Missing { href, key });
        let has_gaps = self.status.is_none() || self.status == Some(Status::Full) || !self.gaps.is_empty();
        let is_burden = self.gaps.iter().any(|gap| gap.reason == Some(Reason::Burden));
        [
            unless(!office.name.is_empty(), "/desk/town#office_name_pl", "town-missing-office"),
            unless(!office.address.is_empty(), "/desk/town#address", "town-missing-address"),
            unless(self.published.is_some(), "#published", "town-missing-published"),
            unless(self.updated.is_some(), "#updated", "town-missing-updated"),
            unless(self.status.is_some(), "#status", "town-missing-status"),
            unless(has_gaps, "#gaps", "town-missing-gaps"),
            unless(!is_burden || !self.burden_url.is_empty(), "#burden_url", "town-missing-burden"),
            unless(self.prepared.is_some(), "#prepared", "town-missing-prepared"),
            unless(self.method.is_some(), "#method", "town-missing-method"),
            unless(
                self.method != Some(Method::External) || !self.assessor.is_empty(),
                "#assessor",
                "town-missing-assessor",
            ),
            unless(!self.person.is_empty(), "#person", "town-missing-person"),
            unless(!self.email.is_empty(), "#email", "town-missing-email"),
            unless(!self.phone.is_empty(), "#phone", "town-missing-phone"),
            unless(self.apps.is_some(), "#apps", "town-missing-apps"),
            unless(
                self.apps != Some(Apps::Some) || !self.app_list.is_empty(),
                "#app0-name",
                "town-missing-app-list",
            ),
            unless(!self.architecture.is_empty(), "#architecture_pl", "town-missing-architecture"),
            unless(!self.communication.is_empty(), "#communication_pl", "town-missing-communication"),
            unless(self.interpreter.is_some(), "#interpreter", "town-missing-interpreter"),
            unless(self.speaks_english(), "#words", "town-missing-english"),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Whether all that is said in Polish is said in English too: each language version of a site needs its declaration.
    fn speaks_english(&self) -> bool {
        let gaps = self.gaps.iter().flat_map(|gap| [&gap.what, &gap.instead]);
        [&self.features, &self.architecture, &self.communication]
            .into_iter()
            .chain(gaps)
            .all(|words| words.pl.is_empty() || !words.en.is_empty())
    }

    /// What becomes of the yearly review on a day.
    #[must_use]
    pub fn review(&self, today: NaiveDate) -> Review {
        let Some(last) = self.prepared.max(self.reviewed) else { return Review::Nothing };
        let Some(by) = NaiveDate::from_ymd_opt(last.year() + 1, 3, 31) else { return Review::Nothing };
        let reminded = by.checked_sub_days(Days::new(REMIND_DAYS)).unwrap_or(by);
        match today {
            today if today > by => Review::Overdue(by),
            today if today >= reminded => Review::Due(by),
            _ => Review::Later(by),
        }
    }

    /// Contents that are not accessible for a reason, in their order.
    pub(super) fn gaps_for(&self, reason: Reason) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(move |gap| gap.reason == Some(reason))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn words(pl: &str, en: &str) -> Words {
        Words { pl: pl.into(), en: en.into() }
    }

    #[test]
    fn the_review_is_due_by_the_end_of_march() {
        let declaration = Declaration { prepared: Some(day("2026-05-04")), ..Declaration::default() };
        let by = day("2027-03-31");
        assert_eq!(declaration.review(day("2027-01-29")), Review::Later(by));
        assert_eq!(declaration.review(day("2027-01-30")), Review::Due(by));
        assert_eq!(declaration.review(day("2027-03-31")), Review::Due(by));
        assert_eq!(declaration.review(day("2027-04-01")), Review::Overdue(by));
        let reviewed = Declaration { reviewed: Some(day("2027-04-01")), ..declaration };
        assert_eq!(reviewed.review(day("2027-04-01")), Review::Later(day("2028-03-31")));
        assert_eq!(Declaration::default().review(day("2027-04-01")), Review::Nothing);
    }

    #[test]
    fn what_is_missing_follows_what_is_said() {
        let keys = |declaration: &Declaration| {
            declaration.missing(&Office::default()).iter().map(|one| one.key).collect::<Vec<_>>()
        };
        let nothing = keys(&Declaration::default());
        assert!(nothing.contains(&"town-missing-status") && nothing.contains(&"town-missing-office"));
        assert!(!nothing.contains(&"town-missing-gaps") && !nothing.contains(&"town-missing-burden"));
        let mut partial = Declaration { status: Some(Status::Partial), ..Declaration::default() };
        assert!(keys(&partial).contains(&"town-missing-gaps"));
        partial.gaps.push(Gap {
            what: words("Skany uchwał", "Scanned resolutions"),
            reason: Some(Reason::Burden),
            instead: words("", ""),
        });
        assert!(
            !keys(&partial).contains(&"town-missing-gaps") && keys(&partial).contains(&"town-missing-burden")
        );
        assert!(!keys(&partial).contains(&"town-missing-english"));
        partial.architecture = words("Podjazd przy wejściu", "");
        assert!(keys(&partial).contains(&"town-missing-english"));
    }

    #[test]
    fn what_is_stored_comes_back() {
        let declaration = Declaration {
            status: Some(Status::None),
            published: Some(day("2026-01-02")),
            gaps: vec![Gap { reason: Some(Reason::Exempt), ..Gap::default() }],
            apps: Some(Apps::None),
            ..Declaration::default()
        };
        let stored = serde_json::to_value(&declaration).unwrap();
        assert_eq!((&stored["status"], &stored["published"]), (&"none".into(), &"2026-01-02".into()));
        assert_eq!(serde_json::from_value::<Declaration>(stored).unwrap(), declaration);
    }
}

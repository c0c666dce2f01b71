//! A civic budget and its projects.

use ballots::form::{Ask, Choice, Condition, Form, Page, Pool, Question, Text, Ties};
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use uuid::Uuid;

/// How a ballot says what it wants, in each pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// It names projects.
    Approval,
    /// It shares points out.
    Points,
    /// It puts projects in an order.
    Ranking,
}

impl Method {
    pub(super) const ALL: [Self; 3] = [Self::Approval, Self::Points, Self::Ranking];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Approval => "approval",
            Self::Points => "points",
            Self::Ranking => "ranking",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }
}

/// A civic budget, beside its survey.
#[derive(Debug, Clone)]
pub(super) struct Budget {
    pub(super) submit_from: DateTime<Utc>,
    pub(super) submit_until: DateTime<Utc>,
    pub(super) method: Method,
    /// How many projects a ballot may name, or points it shares out, in each pool.
    pub(super) most: u32,
    /// Whether everybody votes in one district only, and in the pools of the whole town.
    pub(super) one_district: bool,
}

impl Budget {
    /// Whether projects are taken at an instant: from the first on and before the last.
    pub(super) fn takes_projects(&self, now: DateTime<Utc>) -> bool {
        self.submit_from <= now && now < self.submit_until
    }
}

/// A pool of money.
#[derive(Debug, Clone)]
pub(super) struct BudgetPool {
    pub(super) id: Uuid,
    pub(super) place: i32,
    pub(super) name: Text,
    pub(super) district: Option<Uuid>,
    pub(super) amount: i64,
    pub(super) most_cost: i64,
    pub(super) least_support: i32,
    pub(super) ties: Ties,
    pub(super) stops: bool,
}

impl BudgetPool {
    /// Its question in the form of the vote.
    pub(super) fn question(&self) -> String {
        format!("pool-{}", self.place)
    }
}

/// Where a project stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It waits for the office.
    Submitted,
    /// It can be voted on.
    Accepted,
    /// It cannot.
    Refused,
    /// Its author took it back.
    Withdrawn,
}

impl Standing {
    pub(super) const ALL: [Self; 4] = [Self::Submitted, Self::Accepted, Self::Refused, Self::Withdrawn];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.name() == name)
    }
}

/// A project.
#[derive(Debug, Clone)]
pub(super) struct Project {
    pub(super) id: Uuid,
    pub(super) number: i32,
    pub(super) pool: Uuid,
    pub(super) party: Option<Uuid>,
    pub(super) title: String,
    pub(super) words: String,
    /// GeoJSON in WGS 84.
    pub(super) geometry: Value,
    pub(super) estimate: i64,
    pub(super) cost: Option<i64>,
    pub(super) standing: Standing,
    pub(super) reason: String,
    pub(super) decided_at: Option<DateTime<Utc>>,
    pub(super) listed: Option<i32>,
    pub(super) submitted_on: NaiveDate,
    pub(super) rev: i32,
}

impl Project {
    /// Its id among the choices of the vote.
    pub(super) fn choice(&self) -> String {
        format!("project-{}", self.number)
    }
}

/// Id of the question in which district one votes.
const DISTRICT: &str = "district";

/// The form of the vote: a page for each pool with accepted projects, in the order of the list; before them the question in
/// which district one votes, if that is the rule and there are two districts or more.
pub(super) fn ballot_form(budget: &Budget, pools: &[BudgetPool], projects: &[Project]) -> Form {
    let accepted = |pool: &BudgetPool| -> Vec<&Project> {
        let mut own: Vec<&Project> = projects
            .iter()
            .filter(|project| project.pool == pool.id && project.standing == Standing::Accepted)
            .collect();
        own.sort_by_key(|project| (project.listed.unwrap_or(i32::MAX), project.number));
        own
    };
    let filled: Vec<&BudgetPool> = pools.iter().filter(|pool| !accepted(pool).is_empty()).collect();
    let districts: Vec<&BudgetPool> = filled.iter().copied().filter(|pool| pool.district.is_some()).collect();
    let chooses = budget.one_district && districts.len() > 1;
    let mut pages = Vec::new();
    if chooses {
        let choices = districts.iter().map(|pool| plain(pool.question(), pool.name.clone())).collect();
        let title = Text {
            pl: "W której dzielnicy głosujesz?".into(),
            en: Some("In which district do you vote?".into()),
        };
        pages.push(Page {
            title: title.clone(),
            intro: None,
            questions: vec![question(
                DISTRICT.into(),
                title,
                Ask::Single { choices, shuffled: false },
                Vec::new(),
                None,
            )],
        });
    }
    for pool in filled {
        let choices: Vec<Choice> = accepted(pool)
            .into_iter()
            .map(|project| Choice {
                geometry: Some(project.geometry.clone()),
                cost: project.cost,
                ..plain(project.choice(), label(project))
            })
            .collect();
        let many = u32::try_from(choices.len()).unwrap_or(u32::MAX);
        let ask = match budget.method {
            // Nothing to put in an order, or to share among.
            _ if many == 1 => Ask::Multiple { choices, shuffled: false, least: 0, most: 1 },
            Method::Approval => {
                Ask::Multiple { choices, shuffled: false, least: 0, most: budget.most.min(many) }
            }
            Method::Points => {
                Ask::Points { choices, shuffled: false, total: budget.most, most_each: budget.most }
            }
            Method::Ranking => Ask::Ranking { choices, shuffled: false, most: budget.most.min(many) },
        };
        let when = if chooses && pool.district.is_some() {
            vec![Condition { question: DISTRICT.into(), any: vec![pool.question()], not: false }]
        } else {
            Vec::new()
        };
        let rules = Pool {
            amount: pool.amount,
            least_support: u64::try_from(pool.least_support).unwrap_or(0),
            ties: pool.ties,
            stops: pool.stops,
        };
        let questions = vec![question(pool.question(), pool.name.clone(), ask, when, Some(rules))];
        pages.push(Page { title: pool.name.clone(), intro: None, questions });
    }
    Form { pages, ..Form::default() }
}

fn plain(id: String, label: Text) -> Choice {
    Choice { id, label, image: None, geometry: None, cost: None }
}

fn question(id: String, title: Text, ask: Ask, when: Vec<Condition>, pool: Option<Pool>) -> Question {
    Question { id, title, hint: None, required: false, when, images: Vec::new(), pool, ask }
}

/// "3. Ławki w parku – 12 000 zł". Whole złoty: that is what ballots are printed with.
fn label(project: &Project) -> Text {
    let number = project.listed.unwrap_or(project.number);
    let cost = project.cost.unwrap_or(project.estimate);
    let (zloty, rest) = (cost / 100, cost % 100);
    let digits = zloty.to_string();
    let grouped: Vec<String> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|group| group.iter().map(|digit| char::from(*digit)).collect())
        .collect();
    let whole = grouped.join("\u{a0}");
    let say = |point: char| match rest {
        0 => format!("{number}. {} – {whole}\u{a0}zł", project.title),
        rest => format!("{number}. {} – {whole}{point}{rest:02}\u{a0}zł", project.title),
    };
    Text { pl: say(','), en: Some(say('.')) }
}

#[cfg(test)]
mod tests {
    use ballots::{
        count::{Verdict, count},
        form::check::sound,
    };
    use serde_json::json;

    use super::*;

    fn pool(place: i32, district: bool) -> BudgetPool {
        BudgetPool {
            id: Uuid::from_u128(u128::from(place.unsigned_abs())),
            place,
            name: Text { pl: format!("Pula {place}"), en: None },
            district: district.then(|| Uuid::from_u128(100)),
            amount: 100_000,
            most_cost: 100_000,
            least_support: 1,
            ties: Ties::Cheaper,
            stops: false,
        }
    }

    fn project(number: i32, place: i32, standing: Standing, cost: i64) -> Project {
        Project {
            id: Uuid::from_u128(1000 + u128::from(number.unsigned_abs())),
            number,
            pool: Uuid::from_u128(u128::from(place.unsigned_abs())),
            party: None,
            title: format!("Projekt {number}"),
            words: "Po co".into(),
            geometry: json!({"type": "Point", "coordinates": [20.7, 52.1]}),
            estimate: cost,
            cost: Some(cost),
            standing,
            reason: String::new(),
            decided_at: None,
            listed: Some(10 - number),
            submitted_on: NaiveDate::default(),
            rev: 1,
        }
    }

    #[test]
    fn the_form_of_the_vote_has_a_page_for_each_pool_and_counts_what_it_asks() {
        let at = DateTime::<Utc>::default();
        let budget = Budget {
            submit_from: at,
            submit_until: at,
            method: Method::Approval,
            most: 2,
            one_district: true,
        };
        let pools = [pool(1, true), pool(2, true), pool(3, false), pool(4, false)];
        let projects = [
            project(1, 1, Standing::Accepted, 60_000),
            project(2, 1, Standing::Accepted, 123_456_700),
            project(3, 1, Standing::Refused, 10_000),
            project(4, 2, Standing::Accepted, 50_000),
            project(5, 3, Standing::Accepted, 50_000),
        ];
        let form = ballot_form(&budget, &pools, &projects);
        assert_eq!(sound(&form), Ok(()));
        let ids: Vec<&str> = form.pages.iter().map(|page| page.questions[0].id.as_str()).collect();
        assert_eq!(ids, ["district", "pool-1", "pool-2", "pool-3"], "an empty pool asks nothing");
        let of_first = ballots::count::choices(&form.pages[1].questions[0].ask);
        let labels: Vec<&str> = of_first.iter().map(|choice| choice.label.pl.as_str()).collect();
        assert_eq!(labels, ["8. Projekt 2 – 1\u{a0}234\u{a0}567\u{a0}zł", "9. Projekt 1 – 600\u{a0}zł"]);
        let outcome = count(
            &form,
            [
                [
                    ("district".to_owned(), json!("pool-1")),
                    ("pool-1".to_owned(), json!(["project-1", "project-2"])),
                ]
                .into(),
                // Somebody of another district has no say in this one.
                [("district".to_owned(), json!("pool-2")), ("pool-1".to_owned(), json!(["project-1"]))]
                    .into(),
            ] as [ballots::form::Answers; 2],
        );
        let counted = outcome.question("pool-1").unwrap();
        assert_eq!((counted.answered, counted.void), (1, 1));
        let award = counted.award.as_ref().unwrap();
        let chosen: Vec<_> = award.projects.iter().filter(|one| one.verdict == Verdict::Chosen).collect();
        assert_eq!(chosen.iter().map(|one| one.choice.as_str()).collect::<Vec<_>>(), ["project-1"]);
    }
}

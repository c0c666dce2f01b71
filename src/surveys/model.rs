//! What a survey is.

use ballots::form::{Form, Text};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a survey decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It asks.
    Open,
    /// It asks for opinions, each of which the office answers.
    Consultation,
    /// It binds.
    Vote,
    /// Residents submit projects and choose among them.
    Budget,
}

/// Where a survey stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is being written.
    Draft,
    /// It waits for its opening and can be tried.
    Ready,
    /// It takes answers.
    Open,
    /// It takes none any more.
    Closed,
    /// Its results can be seen by everybody.
    Published,
    /// It was given up before its opening.
    Withdrawn,
}

/// Who may take part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody on the internet.
    Everyone,
    /// Whoever has an account.
    Known,
    /// Whose address in the town (or the district) is proved.
    Residents,
}

/// How far an answer is from its author.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// Blind tokens; a roll and a box.
    Secret,
    /// No account is kept with it, but nothing proves that.
    Anonymous,
    /// It is its author's.
    Named,
}

/// What becomes of somebody who took part on paper and online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collision {
    /// What came first counts.
    First,
    /// The paper counts.
    Paper,
    /// Neither counts.
    Void,
}

macro_rules! words {
    ($type:ident, $($variant:ident $word:literal),+) => {
        impl $type {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// As the database and addresses spell it.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// From its spelling.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words!(Kind, Open "open", Consultation "consultation", Vote "vote", Budget "budget");
words!(State, Draft "draft", Ready "ready", Open "open", Closed "closed", Published "published", Withdrawn "withdrawn");
words!(Audience, Everyone "everyone", Known "known", Residents "residents");
words!(Secrecy, Secret "secret", Anonymous "anonymous", Named "named");
words!(Collision, First "first", Paper "paper", Void "void");

/// A survey with its form.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Id.
    pub id: Uuid,
    /// Its name in addresses.
    pub slug: String,
    /// What it decides.
    pub kind: Kind,
    /// Where it stands. `Ready` and `Open` follow the clock by [`Survey::takes_answers`], whatever is written here.
    pub state: State,
    /// Title.
    pub title: Text,
    /// What stands above the form; markup as in messages.
    pub intro: Text,
    /// What it asks.
    pub form: Form,
    /// Version of the form.
    pub version: i32,
    /// First instant.
    pub opens_at: Option<DateTime<Utc>>,
    /// The first instant at which it is too late.
    pub closes_at: Option<DateTime<Utc>>,
    /// Who may take part.
    pub audience: Audience,
    /// Only residents of this district.
    pub district: Option<Uuid>,
    /// Only who is at least so old in the year of the opening.
    pub least_age: Option<i32>,
    /// How secret it is.
    pub secrecy: Secrecy,
    /// Whether the turnout is shown while it is open.
    pub shows_turnout: bool,
    /// Paper and online.
    pub collision: Collision,
    /// Cells of fewer answers are not shown.
    pub least_cell: i32,
    /// Counts changes, against lost ones.
    pub rev: i32,
}

impl Survey {
    /// Whether whoever takes part has to be known, so that it can be seen who they are and that they answer once.
    #[must_use]
    pub fn needs_account(&self) -> bool {
        self.audience != Audience::Everyone
            || self.secrecy != Secrecy::Anonymous
            || self.district.is_some()
            || self.least_age.is_some()
    }

    /// Whether answers are taken at an instant: from `opens_at` on and before `closes_at`.
    #[must_use]
    pub fn takes_answers(&self, now: DateTime<Utc>) -> bool {
        matches!(self.state, State::Ready | State::Open)
            && self.opens_at.is_some_and(|at| at <= now)
            && self.closes_at.is_some_and(|at| now < at)
    }
}

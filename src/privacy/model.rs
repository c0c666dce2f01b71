//! Declarations as parts of one person's data, and the SQL that finds their rows. Pure.

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::all_holdings;
use crate::platform::{
    i18n::Texts,
    privacy::{AtErasure, Holding, Keep, Owner},
};

/// Tables whose rows go by themselves when they are old enough: they are of technical use alone. Everything else with an
/// age waits for a clerk's word.
pub const TECHNICAL: [&str; 9] = [
    "account_challenge",
    "account_email_change",
    "account_link",
    "account_signup",
    "contact_code",
    "conversation_wish",
    "identity_attempt",
    "identity_code",
    "session",
];

/// Tables of tables that a row may hang on; deeper ones do not exist, and a ring of declarations ends here.
const DEEPEST: usize = 6;

/// All declarations of one table that are treated the same.
#[derive(Debug)]
pub(super) struct Part {
    /// The first of them.
    pub(super) holding: &'static Holding,
    /// Holds for the person's rows `t`, with the party as `$1` and the account as `$2`.
    pub(super) condition: String,
    /// Tables between a row and its owner.
    pub(super) depth: usize,
}

static PARTS: LazyLock<Vec<Part>> = LazyLock::new(|| parts_of(&all_holdings()));

/// All parts of a person's data.
pub(super) fn parts() -> &'static [Part] {
    &PARTS
}

fn parts_of(holdings: &[&'static Holding]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for holding in holdings {
        let condition = condition(holdings, &holding.owner, 0);
        let same = |part: &&mut Part| {
            let other = part.holding;
            (other.table, other.keep, other.at_erasure) == (holding.table, holding.keep, holding.at_erasure)
        };
        match parts.iter_mut().find(same) {
            Some(part) => part.condition = format!("{} or {condition}", part.condition),
            None => parts.push(Part { holding, condition, depth: depth(holdings, &holding.owner, 0) }),
        }
    }
    parts
}

fn condition(holdings: &[&Holding], owner: &Owner, level: usize) -> String {
    match owner {
        Owner::Party(column) => format!("t.{column} = $1"),
        Owner::Account(column) => format!("t.{column} = $2"),
        Owner::Where(sql) => format!("({sql})"),
        Owner::Through { column, table, its } => {
            let owners = holdings.iter().filter(|other| other.table == *table && level < DEEPEST);
            let rows: Vec<_> = owners.map(|other| condition(holdings, &other.owner, level + 1)).collect();
            let rows = if rows.is_empty() { "false".to_owned() } else { rows.join(" or ") };
            format!("t.{column} in (select t.{its} from {table} t where {rows})")
        }
    }
}

fn depth(holdings: &[&Holding], owner: &Owner, level: usize) -> usize {
    let Owner::Through { table, .. } = owner else { return 0 };
    let owners = holdings.iter().filter(|other| other.table == *table && level < DEEPEST);
    1 + owners.map(|other| depth(holdings, &other.owner, level + 1)).max().unwrap_or(0)
}

impl Part {
    /// Columns of which nothing is handed over.
    pub(super) fn left_out(&self) -> Vec<String> {
        self.holding.secret.iter().map(|column| (*column).to_owned()).collect()
    }

    /// How long its rows are kept, where that is a number of days from an instant.
    pub(super) fn days(&self) -> Option<(&'static str, i32)> {
        match self.holding.keep {
            Keep::Days { from, days } => Some((from, days)),
            Keep::WhileAccount | Keep::Law { .. } => None,
        }
    }

    /// Whether its rows go by themselves.
    pub(super) fn is_technical(&self) -> bool {
        TECHNICAL.contains(&self.holding.table)
    }
}

/// All that is kept of somebody.
#[derive(Debug)]
pub(super) struct Copy {
    pub(super) at: DateTime<Utc>,
    pub(super) name: String,
    pub(super) parts: Vec<CopyPart>,
}

/// The rows of one part, with what is sealed opened and without what is secret.
#[derive(Debug)]
pub(super) struct CopyPart {
    pub(super) part: &'static Part,
    pub(super) rows: Vec<Map<String, Value>>,
}

/// What became of a part at an erasure.
#[derive(Debug, serde::Serialize)]
pub(super) struct Erased {
    pub(super) table: &'static str,
    pub(super) what: &'static str,
    pub(super) rows: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) why: Option<&'static str>,
}

impl Erased {
    pub(super) fn of(part: &Part, rows: u64) -> Self {
        let (what, why) = match part.holding.at_erasure {
            AtErasure::Delete => ("deleted", None),
            AtErasure::Blank(_) => ("blanked", None),
            AtErasure::Keep { why } => ("kept", Some(why)),
        };
        Self { table: part.holding.table, what, rows, why }
    }
}

/// The words of a declaration: those for rows with an age, where there are any, else those of the table.
pub(super) fn words(t: &Texts, holding: &Holding, part: &str) -> String {
    let table = holding.table.replace('_', "-");
    if matches!(holding.keep, Keep::Days { .. }) {
        let key = format!("holding-{table}-days-{part}");
        let text = t.args(&key, &[]);
        if text != key {
            return text;
        }
    }
    t.args(&format!("holding-{table}-{part}"), &[])
}

/// What became of somebody's data, for the mail that tells them: what went, and what stays with the reason.
pub(super) fn told(t: &Texts, touched: &[&Part]) -> (String, String) {
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    for part in touched {
        let what = words(t, part.holding, "what");
        let (lines, line) = match part.holding.at_erasure {
            AtErasure::Delete | AtErasure::Blank(_) => (&mut gone, format!("– {what}")),
            AtErasure::Keep { why } => (&mut kept, format!("– {what}\n  {}", t.args(why, &[]))),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    (gone.join("\n"), kept.join("\n"))
}

/// Rows that have been kept long enough and wait for a clerk's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// The table.
    pub table: &'static str,
    /// How long its rows are kept.
    pub days: i32,
    /// Rows that are older.
    pub rows: u64,
    /// When the oldest of them began.
    pub oldest: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::privacy::Basis;

    const HOLDING: Holding = Holding {
        table: "case",
        owner: Owner::Party("party"),
        basis: Basis::PublicTask,
        keep: Keep::WhileAccount,
        at_erasure: AtErasure::Delete,
        secret: &[],
        sealed: &[],
    };
    static CASE: Holding = HOLDING;
    static CASE_OF_ATTORNEY: Holding = Holding { owner: Owner::Party("attorney"), ..HOLDING };
    static PAPER: Holding = Holding {
        table: "paper",
        owner: Owner::Through { column: "case_id", table: "case", its: "id" },
        ..HOLDING
    };
    static STAMP: Holding = Holding {
        table: "stamp",
        owner: Owner::Through { column: "paper", table: "paper", its: "id" },
        ..HOLDING
    };
    static RING: Holding = Holding {
        table: "ring",
        owner: Owner::Through { column: "ring", table: "ring", its: "id" },
        ..HOLDING
    };

    #[test]
    fn rows_are_found_through_all_owners_of_what_they_hang_on() {
        let parts = parts_of(&[&CASE, &CASE_OF_ATTORNEY, &PAPER, &STAMP]);
        let found: Vec<_> = parts.iter().map(|part| (part.condition.as_str(), part.depth)).collect();
        let papers = "t.case_id in (select t.id from case t where t.party = $1 or t.attorney = $1)";
        assert_eq!(
            found,
            [
                ("t.party = $1 or t.attorney = $1", 0),
                (papers, 1),
                (format!("t.paper in (select t.id from paper t where {papers})").as_str(), 2),
            ]
        );
    }

    #[test]
    fn a_ring_of_declarations_ends() {
        let parts = parts_of(&[&RING]);
        assert!(parts[0].condition.contains("where false"), "{}", parts[0].condition);
    }
}

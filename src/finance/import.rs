//! Assessments come from the finance system: looked at first, then applied in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::{
    Finance,
    mapping::{FileFault, Import, Mapping, MappingFault, ReadRow},
    store::{self, AssessedRow, ImportRow},
};
use crate::{
    dues::{AssessFault, FoundAccount, NewAssessment},
    platform::{Ctx, access::Permission, http::Failure},
};

/// Rows of one file.
const MOST_ROWS: usize = 20_000;
/// Files of one page.
const PAGE: i64 = 30;

/// What a row would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It cannot be applied.
    Rejected,
    /// An assessment that an earlier file made, and this one does not have.
    Vanished,
    /// Another amount, or a delivery that was not known.
    Changed,
    /// An assessment that there is not.
    New,
    /// Nothing.
    Unchanged,
}

impl Change {
    /// All of them, in the order of a page.
    pub const ALL: [Self; 5] = [Self::Rejected, Self::Vanished, Self::Changed, Self::New, Self::Unchanged];

    /// Its stable name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rejected => "rejected",
            Self::Vanished => "vanished",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A row and what it would do.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Line of the file; none for what vanished.
    pub line: Option<usize>,
    /// What it would do.
    pub change: Change,
    /// Why it is rejected, by a stable name.
    pub why: Option<&'static str>,
    /// Number of the account of dues.
    pub account: i64,
    /// Code of the kind.
    pub kind: String,
    /// The year.
    pub year: i32,
    /// Number of the decision.
    pub decision: String,
    /// What was assessed before.
    pub before_grosze: Option<i64>,
    /// What would be.
    pub after_grosze: Option<i64>,
}

/// What a file would do, or did.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Looked {
    /// Rows, those that want looking at first.
    pub rows: Vec<Row>,
}

impl Looked {
    /// How many rows do what.
    #[must_use]
    pub fn count(&self, change: Change) -> usize {
        self.rows.iter().filter(|row| row.change == change).count()
    }

    /// By this it is known whether it still is what somebody looked at.
    #[must_use]
    pub fn mark(&self) -> String {
        let mut sum = Sha256::new();
        for row in &self.rows {
            sum.update(format!(
                "{:?} {:?} {} {:?} {:?}\n",
                row.line, row.change, row.decision, row.before_grosze, row.after_grosze
            ));
        }
        sum.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRead {
    /// The mapping.
    #[error(transparent)]
    Mapping(#[from] MappingFault),
    /// The file.
    #[error(transparent)]
    File(#[from] FileFault),
}

/// An import as it stands.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) row: ImportRow,
    /// What it would do, while nobody has decided.
    pub(super) looked: Option<Result<Looked, NotRead>>,
}

/// What became of the wish to apply a file.
#[derive(Debug)]
pub enum Applied {
    /// It was applied.
    Done(Looked),
    /// The dues have changed since somebody looked.
    Stale,
    /// It was decided before.
    Decided,
    /// It cannot be read.
    NotRead(NotRead),
}

fn importing(text: &str) -> Result<Import, MappingFault> {
    Mapping::parse(text)?.import.ok_or(MappingFault::Missing("import"))
}

/// The last correction of each chain, by account of dues, year and decision of its first.
fn latest(assessed: &[AssessedRow]) -> BTreeMap<(i64, i32, &str), (&AssessedRow, &AssessedRow)> {
    let next: HashMap<Uuid, &AssessedRow> =
        assessed.iter().filter_map(|row| Some((row.corrects?, row))).collect();
    let roots = assessed.iter().filter(|row| row.corrects.is_none());
    roots
        .map(|root| {
            let mut last = root;
            while let Some(later) = next.get(&last.id) {
                last = later;
            }
            ((root.due_account, root.year, root.decision.as_str()), (root, last))
        })
        .collect()
}

impl Finance {
    /// Keeps a file until somebody decides; answers its id.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn bring(&self, ctx: &Ctx, name: &str, bytes: &[u8]) -> Result<Result<Uuid, NotRead>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let Some(mapping) = store::mapping(&self.pool).await? else {
            return Ok(Err(MappingFault::Missing("import").into()));
        };
        let read = importing(&mapping.text).map_err(NotRead::from);
        if let Err(fault) = read.and_then(|import| Ok(import.read(bytes, MOST_ROWS)?)) {
            return Ok(Err(fault));
        }
        let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
        let name = if name.is_empty() { "-" } else { &name };
        let id = Uuid::now_v7();
        let sum = Sha256::digest(bytes);
        store::add_import(&self.pool, id, name, mapping.id, bytes, &sum, ctx.actor(), ctx.now).await?;
        Ok(Ok(id))
    }

    /// Files that came.
    pub(super) async fn imports(&self, ctx: &Ctx) -> Result<Vec<ImportRow>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok(store::imports(&self.pool, None, PAGE).await?)
    }

    /// A file and what it would do: all of it is done and taken back.
    pub(super) async fn open(&self, ctx: &Ctx, id: Uuid) -> Result<Opened, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let found = store::imports(&mut *transaction, Some(id), 1).await?;
        let row = found.into_iter().next().ok_or_else(|| Failure::not_found("this import"))?;
        let looked = match row.content.is_some() {
            true => Some(self.run(&mut transaction, ctx, &row).await?),
            false => None,
        };
        transaction.rollback().await?;
        Ok(Opened { row, looked })
    }

    /// What a file would do.
    ///
    /// # Errors
    /// When whoever asks may not, it was decided, or the database fails.
    pub async fn look(&self, ctx: &Ctx, id: Uuid) -> Result<Result<Looked, NotRead>, Failure> {
        self.open(ctx, id).await?.looked.ok_or_else(|| Failure::not_found("this import"))
    }

    /// Applies a file whose changes somebody has looked at, known by [`Looked::mark`]; without it, whatever it does.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn apply(&self, ctx: &Ctx, id: Uuid, mark: Option<&str>) -> Result<Applied, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        store::wait_for_turn(&mut transaction).await?;
        let found = store::imports(&mut *transaction, Some(id), 1).await?;
        let row = found.into_iter().next().ok_or_else(|| Failure::not_found("this import"))?;
        if row.content.is_none() {
            return Ok(Applied::Decided);
        }
        let looked = match self.run(&mut transaction, ctx, &row).await? {
            Ok(looked) => looked,
            Err(fault) => return Ok(Applied::NotRead(fault)),
        };
        if mark.is_some_and(|mark| mark != looked.mark()) {
            return Ok(Applied::Stale);
        }
        let counts: BTreeMap<&str, usize> =
            Change::ALL.iter().map(|change| (change.name(), looked.count(*change))).collect();
        let counts = json!(counts);
        if !store::decide_import(&mut transaction, id, "applied", Some(&counts), ctx.actor(), ctx.now).await?
        {
            return Ok(Applied::Decided);
        }
        transaction.commit().await?;
        Ok(Applied::Done(looked))
    }

    /// Gives a file up.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn drop_import(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        store::decide_import(&mut connection, id, "dropped", None, ctx.actor(), ctx.now).await?;
        Ok(())
    }

    /// Does what a file says in the caller's transaction; a row that is refused does nothing.
    async fn run(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        import: &ImportRow,
    ) -> Result<Result<Looked, NotRead>, Failure> {
        let text = store::mapping_of(&mut *connection, import.mapping).await?;
        let content = import.content.as_deref().unwrap_or_default();
        let read = importing(&text).map_err(NotRead::from).and_then(|own| Ok(own.read(content, MOST_ROWS)?));
        let read = match read {
            Ok(read) => read,
            Err(fault) => return Ok(Err(fault)),
        };
        let rows = || read.iter().filter_map(|row| row.as_ref().ok());
        let numbers: BTreeSet<i64> = rows().map(|row| row.account).collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let years: BTreeSet<i32> = rows().map(|row| row.year).collect();
        let years: Vec<i32> = years.into_iter().collect();
        let accounts = self.dues.accounts_of_numbers_in(connection, &numbers).await?;
        let accounts: HashMap<i64, FoundAccount> =
            accounts.into_iter().map(|account| (account.number, account)).collect();
        let payers: BTreeSet<Uuid> = accounts.values().map(|account| account.payer).collect();
        let payers: Vec<Uuid> = payers.into_iter().collect();
        self.dues.hold_payers_in(connection, &payers).await?;
        let assessed = store::assessed(connection, &numbers, &years).await?;
        let latest = latest(&assessed);
        let mut looked = Looked::default();
        for row in &read {
            match row {
                Ok(row) => {
                    let account = accounts.get(&row.account);
                    let known = latest.get(&(row.account, row.year, row.decision.as_str()));
                    let done = self.row(connection, ctx, import, row, account, known.copied()).await?;
                    looked.rows.push(done);
                }
                Err((line, fault)) => looked.rows.push(Row {
                    line: Some(*line),
                    change: Change::Rejected,
                    why: Some(fault),
                    account: 0,
                    kind: String::new(),
                    year: 0,
                    decision: String::new(),
                    before_grosze: None,
                    after_grosze: None,
                }),
            }
        }
        let told: BTreeSet<(i64, i32, &str)> =
            rows().map(|row| (row.account, row.year, row.decision.as_str())).collect();
        for (key, (root, last)) in &latest {
            if root.imported && last.amount_grosze > 0 && !told.contains(key) {
                looked.rows.push(Row {
                    line: None,
                    change: Change::Vanished,
                    why: None,
                    account: root.due_account,
                    kind: root.due_kind.clone(),
                    year: root.year,
                    decision: root.decision.clone(),
                    before_grosze: Some(last.amount_grosze),
                    after_grosze: None,
                });
            }
        }
        looked.rows.sort_by_key(|row| (row.change, row.line));
        Ok(Ok(looked))
    }

    /// Does what one row says.
    async fn row(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        import: &ImportRow,
        row: &ReadRow,
        account: Option<&FoundAccount>,
        known: Option<(&AssessedRow, &AssessedRow)>,
    ) -> Result<Row, Failure> {
        let told = |change, why| Row {
            line: Some(row.line),
            change,
            why,
            account: row.account,
            kind: account.map(|account| account.kind.clone()).unwrap_or_default(),
            year: row.year,
            decision: row.decision.clone(),
            before_grosze: known.map(|(_, last)| last.amount_grosze),
            after_grosze: Some(row.amount_grosze),
        };
        let Some(account) = account else { return Ok(told(Change::Rejected, Some("unknown-account"))) };
        let by = (ctx.actor(), ctx.now);
        let mut attempt = connection.begin().await?;
        let (done, change) = match known {
            None => {
                let new = new_of(row, account.account, None, import);
                let done = self.dues.assess_in(&mut attempt, &new, by).await;
                if matches!(done, Ok(Ok(_))) {
                    store::note_assessment(&mut attempt, new.id, import.id).await?;
                }
                (done, Change::New)
            }
            Some((_, last)) if last.amount_grosze != row.amount_grosze => {
                let new = new_of(row, last.account, Some(last.id), import);
                (self.dues.assess_in(&mut attempt, &new, by).await, Change::Changed)
            }
            Some((_, last)) => match row.delivered_on {
                Some(day) if last.delivered_on.is_none() => {
                    (self.dues.deliver_in(&mut attempt, last.id, day, by).await, Change::Changed)
                }
                _ => return Ok(told(Change::Unchanged, None)),
            },
        };
        let why = match done {
            Ok(Ok(_)) => None,
            Ok(Err(fault)) => Some(why_of(&fault)),
            Err(Failure::Conflict { .. }) => Some("conflict"),
            Err(failure) => return Err(failure),
        };
        match why {
            None => {
                attempt.commit().await?;
                Ok(told(change, None))
            }
            Some(why) => {
                attempt.rollback().await?;
                Ok(told(Change::Rejected, Some(why)))
            }
        }
    }
}

fn new_of(row: &ReadRow, account: Uuid, corrects: Option<Uuid>, import: &ImportRow) -> NewAssessment {
    NewAssessment {
        id: Uuid::now_v7(),
        account,
        year: row.year,
        decision: row.decision.clone(),
        decided_on: row.decided_on,
        delivered_on: row.delivered_on,
        amount_grosze: row.amount_grosze,
        basis: Vec::new(),
        first_month: 1,
        last_month: 12,
        single_term: row.term,
        corrects,
        reason: Some(format!("system finansowy: {}, wiersz {}", import.name, row.line)),
    }
}

fn why_of(fault: &AssessFault) -> &'static str {
    match fault {
        AssessFault::NoBankAccount => "no-bank-account",
        AssessFault::NoTerms => "no-terms",
        AssessFault::Terms(_) => "terms",
        AssessFault::NotCorrectable => "not-correctable",
        AssessFault::Same => "same",
    }
}

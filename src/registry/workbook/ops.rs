//! A workbook that comes back, from the file to a draft.

use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use importers::table::{Row, TableError};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::compare::{Comparison, Heading, Key, Outcome};
use super::file::{self, Piece};
use super::store;
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
    },
    registry::{
        Kind, Registry,
        drafts::{DraftWrite, Gesture, GestureChange},
        editing::{AssetNow, Intent, MOST_CHANGES, Origin, Submission, assets_of, state::State},
    },
};

/// Most cells that are refused one by one; whoever has more has another trouble.
const MOST_REFUSED: usize = 500;
/// Portions that wait to be compared.
const PIECES_WAITING: usize = 4;

/// A cell, or a whole row, that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Sheet in which it stands.
    pub sheet: String,
    /// Number of the row, as the spreadsheet counts.
    pub row: u64,
    /// Heading of its column.
    pub column: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub expected: String,
}

/// What a workbook came to.
#[derive(Debug, Default)]
pub struct Review {
    /// Rows with something in them.
    pub read: u64,
    /// Rows that say what their version said.
    pub unchanged: u64,
    /// What cannot be taken; then there is no draft.
    pub refused: Vec<Refused>,
    /// The draft with all changes; `None` when nothing differs or something is refused.
    pub draft: Option<Uuid>,
}

/// Why a workbook is not even compared.
#[derive(Debug)]
pub enum Unreadable {
    /// The file cannot be read.
    File(TableError),
    /// It is no workbook that was made to be edited.
    NotOurs,
    /// More changes than one submission takes.
    TooMany,
    /// Not allowed, not found, or our fault.
    Failure(Failure),
}

impl From<Failure> for Unreadable {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

impl From<sqlx::Error> for Unreadable {
    fn from(error: sqlx::Error) -> Self {
        Self::Failure(error.into())
    }
}

impl Registry {
    /// Most bytes of a workbook that comes back.
    pub const MOST_WORKBOOK_BYTES: u64 = file::MOST_BYTES;

    /// Compares each row of a workbook with the version that it was made from, and keeps what differs as a draft of
    /// whoever uploaded it.
    ///
    /// # Errors
    /// [`Unreadable`]; nothing is kept then.
    pub async fn review_workbook(&self, ctx: &Ctx, path: PathBuf, name: &str) -> Result<Review, Unreadable> {
        let (sender, pieces) = mpsc::channel(PIECES_WAITING);
        let file_name = name.to_owned();
        let reading = tokio::task::spawn_blocking(move || file::read(path, file_name, &sender));
        let compared = self.compare_workbook(ctx, pieces).await;
        reading.await.internal("read a workbook")?;
        let mut compared = compared?;
        if !compared.changes.is_empty() {
            self.judge(ctx, &mut compared).await?;
        }
        if compared.review.refused.is_empty() && !compared.changes.is_empty() {
            compared.review.draft = Some(self.keep(ctx, name, compared.changes).await?);
        }
        Ok(compared.review)
    }

    async fn compare_workbook(
        &self,
        ctx: &Ctx,
        mut pieces: mpsc::Receiver<Piece>,
    ) -> Result<Compared, Unreadable> {
        let mut compared: Option<Compared> = None;
        while let Some(piece) = pieces.recv().await {
            match piece {
                Piece::Broken(error) => return Err(Unreadable::File(error)),
                Piece::Collection(None) => return Err(Unreadable::NotOurs),
                Piece::Collection(Some(slug)) => {
                    let kind = self.kind(ctx, &slug).map_err(|_| Unreadable::NotOurs)?;
                    ctx.require(Permission::RegistryWrite, Some(&slug))?;
                    compared = Some(Compared::of(kind));
                }
                Piece::Sheet { name, columns } => {
                    let compared = compared.as_mut().ok_or(Unreadable::NotOurs)?;
                    compared.headings.push(Heading::read(&compared.kind, name, columns));
                }
                Piece::Rows(rows) => {
                    let compared = compared.as_mut().ok_or(Unreadable::NotOurs)?;
                    self.compare_rows(ctx, compared, &rows).await?;
                    if compared.review.refused.len() >= MOST_REFUSED {
                        break;
                    }
                    if compared.changes.len() > MOST_CHANGES {
                        return Err(Unreadable::TooMany);
                    }
                }
            }
        }
        compared.filter(|compared| !compared.headings.is_empty()).ok_or(Unreadable::NotOurs)
    }

    async fn compare_rows(&self, ctx: &Ctx, compared: &mut Compared, rows: &[Row]) -> Result<(), Unreadable> {
        let Some(heading) = compared.headings.last() else { return Ok(()) };
        let keys: Vec<Key> = rows.iter().map(|row| heading.key(row)).collect();
        let (ids, revs): (Vec<Uuid>, Vec<i32>) = keys
            .iter()
            .filter_map(|key| match key {
                Key::Version(id, rev) => Some((*id, *rev)),
                Key::New | Key::Unreadable => None,
            })
            .unzip();
        let mut connection = self.pool.acquire().await?;
        let versions = assets_of(store::versions(&mut connection, &ids, &revs).await?)?;
        drop(connection);
        let versions: BTreeMap<(Uuid, i32), AssetNow> =
            versions.into_iter().map(|asset| ((asset.id, asset.rev), asset)).collect();
        let t = texts(ctx.lang);
        for (row, key) in rows.iter().zip(keys) {
            compared.row(row, key, &versions, t);
        }
        Ok(())
    }

    /// Asks the registry what it would say, and puts its faults beside the cells that they are about.
    async fn judge(&self, ctx: &Ctx, compared: &mut Compared) -> Result<(), Failure> {
        let states = compared.changes.iter().map(|change| {
            let after = change.after.clone().map(serde_json::from_value::<State>).transpose();
            Ok(Intent {
                asset: change.asset,
                kind: change.kind.clone(),
                base_rev: change.base_rev,
                after: after.internal("read a state")?,
            })
        });
        let intents = states.collect::<Result<Vec<_>, Failure>>()?;
        let (verdict, _) = self.check(ctx, &Submission::new(Origin::Import, intents)).await?;
        for fault in verdict.faults.into_iter().take(MOST_REFUSED) {
            let Some(place) = compared.places.get(&fault.asset) else { continue };
            let heading = compared.headings.get(place.heading);
            let after = compared.changes.get(place.change).and_then(|change| change.after.as_ref());
            let pointer = format!("/{}", fault.field.replace('.', "/"));
            let found = after.and_then(|after| after.pointer(&pointer)).map(|value| match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            compared.review.refused.push(Refused {
                sheet: heading.map(|heading| heading.sheet().to_owned()).unwrap_or_default(),
                row: place.row,
                column: heading.map(|heading| heading.column_of(&fault.field)).unwrap_or_default(),
                found: found.unwrap_or_default().chars().take(60).collect(),
                expected: fault.detail,
            });
        }
        compared.review.refused.sort_by(|a, b| (&a.sheet, a.row).cmp(&(&b.sheet, b.row)));
        Ok(())
    }

    /// Keeps the changes as a draft of one gesture.
    async fn keep(&self, ctx: &Ctx, name: &str, changes: Vec<GestureChange>) -> Result<Uuid, Failure> {
        let id = Uuid::now_v7();
        let title: String = name.chars().filter(|letter| *letter != '\0').take(150).collect();
        let gesture = Gesture { id: Uuid::now_v7(), label: title.clone(), at: ctx.now, changes };
        let write =
            DraftWrite { version: 0, from: 0, gestures: vec![gesture], cursor: 1, title: Some(title) };
        self.put_draft(ctx, id, &write).await?;
        Ok(id)
    }
}

/// Where a change stands.
struct Place {
    heading: usize,
    row: u64,
    change: usize,
}

/// A workbook under comparison.
struct Compared {
    kind: Arc<Kind>,
    headings: Vec<Heading>,
    review: Review,
    changes: Vec<GestureChange>,
    places: BTreeMap<Uuid, Place>,
    seen: HashSet<Uuid>,
}

impl Compared {
    fn of(kind: Arc<Kind>) -> Self {
        Self {
            kind,
            headings: Vec::new(),
            review: Review::default(),
            changes: Vec::new(),
            places: BTreeMap::new(),
            seen: HashSet::new(),
        }
    }

    fn row(&mut self, row: &Row, key: Key, versions: &BTreeMap<(Uuid, i32), AssetNow>, t: &Texts) {
        let Some(heading) = self.headings.last() else { return };
        let mut one = Comparison { heading, row, refused: &mut self.review.refused, t };
        let nothing = importers::table::Cell::Empty;
        let (asset, base) = match key {
            Key::New => (Uuid::now_v7(), None),
            Key::Unreadable => {
                self.review.read += 1;
                return one.refuse("id", &nothing, t.get("workbook-expects-id"));
            }
            Key::Version(id, rev) => match versions.get(&(id, rev)) {
                Some(base) if base.kind == self.kind.slug.as_str() && self.seen.insert(id) => {
                    (id, Some(base))
                }
                found => {
                    self.review.read += 1;
                    let twice = found.is_some_and(|base| base.kind == self.kind.slug.as_str());
                    let expected = if twice { "workbook-expects-once" } else { "workbook-expects-known" };
                    return one.refuse("id", &importers::table::Cell::Text(id.to_string()), t.get(expected));
                }
            },
        };
        let outcome = match base {
            Some(base) => one.changed(base),
            None => one.new_thing(),
        };
        match outcome {
            Outcome::Blank => {}
            Outcome::Unchanged => {
                self.review.read += 1;
                self.review.unchanged += 1;
            }
            Outcome::Becomes(after) => {
                self.review.read += 1;
                let json = |state: &State| serde_json::to_value(state).ok();
                let place =
                    Place { heading: self.headings.len() - 1, row: row.number, change: self.changes.len() };
                self.places.insert(asset, place);
                self.changes.push(GestureChange {
                    asset,
                    kind: self.kind.slug.as_str().to_owned(),
                    base_rev: base.map(|base| base.rev),
                    before: base.and_then(|base| json(&base.state)),
                    after: after.as_ref().and_then(json),
                });
            }
        }
    }
}

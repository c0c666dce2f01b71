//! A file with declarations: what its columns mean, what it would change, and taking it in. Looking and taking in are the
//! same code.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use importers::table::{self, Cell, InputFile, Limits, Row, TableError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    TaxBase,
    lines::{self, Written, Wrong, plain},
    model::{Item, parcel_key},
    store::{
        declarations::{self, CameFrom, NewDeclaration, Payer},
        deliveries::{self, Delivery},
    },
};
use crate::platform::{
    Ctx,
    access::Permission,
    http::{Failure, ResultExt},
};

/// Most bytes of a file.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Most rows of it.
const MOST_ROWS: u64 = 200_000;
/// Rows that cannot be taken and are shown one by one.
pub(super) const MOST_SHOWN: usize = 200;

/// What a column can hold.
pub(super) const FIELDS: [&str; 9] =
    ["account", "number", "parcel", "valid_from", "part", "use", "class", "area", "tax"];

/// Beginnings of headings by what their column holds; small, without accents.
const HEADINGS: [(&str, &[&str]); 9] = [
    ("account", &["konto", "nr konta", "numer konta", "account"]),
    (
        "number",
        &["nr podatnika", "numer podatnika", "podatnik", "platnik", "kontrahent", "payer", "taxpayer"],
    ),
    (
        "parcel",
        &[
            "dzialka",
            "nr dzialki",
            "numer dzialki",
            "identyfikator dzialki",
            "iddzialki",
            "id dzialki",
            "parcel",
        ],
    ),
    ("valid_from", &["od dnia", "obowiazuje od", "wazne od", "data", "rok", "year", "valid", "from"]),
    ("part", &["rodzaj", "przedmiot", "grunt/budynek", "kind", "part"]),
    ("use", &["uzytek", "ofu", "sposob", "przeznaczenie", "use"]),
    ("class", &["klasa", "ozk", "class"]),
    ("area", &["powierzchnia", "pow", "area"]),
    ("tax", &["podatek", "tax"]),
];

/// What the columns of a file mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mapping {
    /// Columns by what they hold.
    pub(super) columns: BTreeMap<String, String>,
    /// Whether areas without a unit are hectares.
    pub(super) in_ha: bool,
    /// From which day rows without one count.
    pub(super) valid_from: Option<NaiveDate>,
}

impl Mapping {
    /// A proposal by headings.
    fn propose(columns: &[String]) -> Self {
        let mut mapping = Self::default();
        let mut free: BTreeSet<&String> = columns.iter().collect();
        for (field, beginnings) in HEADINGS {
            let fits = |column: &&&String| {
                let heading = plain(column);
                beginnings.iter().any(|beginning| heading.starts_with(beginning))
            };
            if let Some(column) = columns.iter().filter(|column| free.contains(column)).find(|c| fits(&c)) {
                free.remove(column);
                mapping.columns.insert(field.to_owned(), column.clone());
            }
        }
        mapping.in_ha = mapping.columns.get("area").is_some_and(|column| plain(column).contains("ha"));
        mapping
    }

    /// What is missing before rows can be read.
    pub(super) fn missing(&self) -> Vec<&'static str> {
        let has = |field: &str| self.columns.contains_key(field);
        let mut missing: Vec<&'static str> =
            ["parcel", "use", "area"].into_iter().filter(|field| !has(field)).collect();
        if !has("account") && !has("number") {
            missing.push("account");
        }
        if !has("valid_from") && self.valid_from.is_none() {
            missing.push("valid_from");
        }
        missing
    }
}

/// A row that cannot be taken.
#[derive(Debug, Clone)]
pub(super) struct Rejected {
    /// Its line or row.
    pub(super) row: u64,
    /// The column.
    pub(super) column: String,
    /// What stands there.
    pub(super) found: String,
    /// What is wrong with it.
    pub(super) wrong: Wrong,
}

/// What a file would change.
#[derive(Debug, Clone, Default)]
pub(super) struct Review {
    pub(super) rows: u64,
    /// Of whom nothing was known for the parcel.
    pub(super) new: u64,
    /// That say something else than what counts now.
    pub(super) changed: u64,
    /// That say the same.
    pub(super) unchanged: u64,
    /// Rows that stay out, and with them nothing else of their payer's parcel.
    pub(super) rejected: Vec<Rejected>,
    /// Payers' parcels that stay out because one of their rows does.
    pub(super) held_back: u64,
    /// To be written.
    pub(super) declarations: Vec<NewDeclaration>,
}

/// Rows of a file by whose and of what they are.
type Groups = BTreeMap<(Payer, String, NaiveDate), (String, Vec<Item>)>;

/// Rows of a file as they were read.
struct Read {
    rows: Vec<(u64, BTreeMap<&'static str, String>)>,
}

fn text_of(cell: Option<&Cell>) -> String {
    match cell {
        None | Some(Cell::Empty) => String::new(),
        Some(Cell::Text(text) | Cell::Date(text)) => text.clone(),
        Some(Cell::Integer(number)) => number.to_string(),
        // Numbers of spreadsheets carry the dirt of binary fractions.
        Some(Cell::Number(number)) => {
            let text = format!("{number:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        Some(Cell::Bool(yes)) => yes.to_string(),
        Some(Cell::List(all)) => all.iter().map(|one| text_of(Some(one))).collect::<Vec<_>>().join("; "),
    }
}

/// A reader, the sheet with the most columns, and those.
type Opened = (Box<dyn table::Reader>, String, Vec<String>);

/// Opens a file that lies in memory; answers its reader, the sheet with the most columns, and those. Blocks.
fn open(name: &str, bytes: &[u8]) -> Result<Opened, TableError> {
    let io = |source| TableError::Io { name: name.to_owned(), source };
    let mut file = tempfile::NamedTempFile::new().map_err(io)?;
    std::io::Write::write_all(&mut file, bytes).map_err(io)?;
    let limits = Limits { bytes: 20 * MOST_BYTES as u64, rows: MOST_ROWS, columns: 200, ..Limits::default() };
    let options = table::Options { limits, ..table::Options::default() };
    let input = InputFile { path: file.path().to_owned(), name: name.to_owned() };
    let reader = table::open(&input, &options)?;
    let layer = reader.overview().layers.iter().max_by_key(|layer| layer.columns.len()).cloned();
    let layer = layer.ok_or_else(|| TableError::Empty { name: name.to_owned() })?;
    // The reader opens the file anew for each reading.
    let (_, path) = file.keep().map_err(|error| io(error.error))?;
    Ok((Box::new(Kept { reader, path }), layer.name, layer.columns))
}

/// A reader whose file goes with it.
struct Kept {
    reader: Box<dyn table::Reader>,
    path: std::path::PathBuf,
}

impl table::Reader for Kept {
    fn overview(&self) -> &table::Overview {
        self.reader.overview()
    }

    fn read(
        &mut self,
        layer: &str,
        each: &mut table::RowSink<'_>,
        progress: &mut table::ProgressSink<'_>,
    ) -> Result<(), TableError> {
        self.reader.read(layer, each, progress)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_file(&self.path) {
            tracing::warn!(%error, "a file that was read could not be removed");
        }
    }
}

/// Reads the rows of a file by a mapping. Blocks.
fn read(name: &str, bytes: &[u8], mapping: &Mapping) -> Result<Read, TableError> {
    let (mut reader, layer, columns) = open(name, bytes)?;
    let places: Vec<(&'static str, usize)> = FIELDS
        .into_iter()
        .filter_map(|field| {
            let column = mapping.columns.get(field)?;
            Some((field, columns.iter().position(|one| one == column)?))
        })
        .collect();
    let mut rows = Vec::new();
    let mut each = |row: Row| {
        let texts: BTreeMap<&'static str, String> = places
            .iter()
            .map(|(field, place)| (*field, text_of(row.cells.get(*place))))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        // Rows of blanks and of titles hold nothing of what is asked.
        if !texts.is_empty() {
            rows.push((row.number, texts));
        }
        Ok(())
    };
    reader.read(&layer, &mut each, &mut |_| {})?;
    Ok(Read { rows })
}

impl TaxBase {
    /// Keeps a file to be looked at; its columns are proposed as those of the last file like it, else by their headings.
    ///
    /// # Errors
    /// When whoever asks may not. The inner one says why the file cannot be read.
    pub(super) async fn receive(
        &self,
        ctx: &Ctx,
        name: String,
        bytes: Vec<u8>,
    ) -> Result<Result<Uuid, TableError>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
        let looked = {
            let (name, bytes) = (name.clone(), bytes.clone());
            tokio::task::spawn_blocking(move || open(&name, &bytes).map(|(_, _, columns)| columns))
        };
        let columns = match looked.await.internal("look at a file of declarations")? {
            Ok(columns) => columns,
            Err(error) => return Ok(Err(error)),
        };
        let known = deliveries::known_mapping(&self.pool, &columns).await?;
        let mapping = match known.and_then(|value| serde_json::from_value::<Mapping>(value).ok()) {
            // The day is the file's own.
            Some(known) => Mapping { valid_from: None, ..known },
            None => Mapping::propose(&columns),
        };
        let id = Uuid::now_v7();
        let new = Delivery {
            id,
            name: if name.is_empty() { "plik".to_owned() } else { name },
            bytes: Some(bytes),
            columns,
            mapping: serde_json::to_value(&mapping).internal("write a mapping")?,
            state: "open".to_owned(),
            counts: json!({}),
            entered_by: ctx.actor().to_owned(),
            entered_at: ctx.now,
        };
        deliveries::add(&self.pool, &new).await?;
        Ok(Ok(id))
    }

    /// A file with what its columns mean.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn delivery(&self, ctx: &Ctx, id: Uuid) -> Result<(Delivery, Mapping), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut connection = self.pool.acquire().await?;
        let found = deliveries::delivery(&mut connection, id, false).await?;
        let found = found.ok_or_else(|| Failure::not_found("this file"))?;
        let mapping = serde_json::from_value(found.mapping.clone()).unwrap_or_default();
        Ok((found, mapping))
    }

    /// The latest files.
    pub(super) async fn deliveries(&self, ctx: &Ctx) -> Result<Vec<Delivery>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        Ok(deliveries::latest(&self.pool, 20).await?)
    }

    /// Says what the columns of a file mean.
    pub(super) async fn map(&self, ctx: &Ctx, id: Uuid, mapping: &Mapping) -> Result<(), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let value = serde_json::to_value(mapping).internal("write a mapping")?;
        deliveries::set_mapping(&self.pool, id, &value).await?;
        Ok(())
    }

    /// What a file would change. Nothing of it is written.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. The inner one says why the file cannot be read.
    pub(super) async fn review(
        &self,
        ctx: &Ctx,
        delivery: &Delivery,
        mapping: &Mapping,
    ) -> Result<Result<Review, TableError>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut connection = self.pool.acquire().await?;
        self.review_in(&mut connection, delivery, mapping).await
    }

    async fn review_in(
        &self,
        connection: &mut sqlx::PgConnection,
        delivery: &Delivery,
        mapping: &Mapping,
    ) -> Result<Result<Review, TableError>, Failure> {
        let Some(bytes) = delivery.bytes.clone() else { return Ok(Ok(Review::default())) };
        let rules = self.rules_in(connection).await?;
        let _place = self.arrivals.acquire().await.internal("wait to read a file")?;
        let reading = {
            let (name, mapping) = (delivery.name.clone(), mapping.clone());
            tokio::task::spawn_blocking(move || read(&name, &bytes, &mapping))
        };
        let read = match reading.await.internal("read a file of declarations")? {
            Ok(read) => read,
            Err(error) => return Ok(Err(error)),
        };
        let accounts: Vec<i64> =
            read.rows.iter().filter_map(|(_, row)| row.get("account")?.trim().parse().ok()).collect();
        let payers = declarations::payers(connection, &accounts).await?;
        let mut review = Review { rows: read.rows.len() as u64, ..Review::default() };
        let mut groups: Groups = BTreeMap::new();
        let mut bad: BTreeSet<(Payer, String)> = BTreeSet::new();
        for (number, row) in &read.rows {
            let text = |field: &str| row.get(field).map(String::as_str).unwrap_or_default();
            let mut reject = |field: &str, wrong| {
                let column = mapping.columns.get(field).cloned().unwrap_or_default();
                let found: String = text(field).chars().take(60).collect();
                review.rejected.push(Rejected { row: *number, column, found, wrong });
            };
            let payer = match text("account").trim().parse::<i64>().ok() {
                Some(account) => payers.get(&account).copied().map(Payer::Party),
                None => lines::payer_number(text("number")).map(Payer::Number),
            };
            let Some(payer) = payer else {
                reject(if text("account").is_empty() { "number" } else { "account" }, Wrong::Payer);
                continue;
            };
            let Some(key) = parcel_key(text("parcel")) else {
                reject("parcel", Wrong::Parcel);
                continue;
            };
            let day = match text("valid_from") {
                "" => mapping.valid_from,
                written => lines::day(written),
            };
            let written = Written {
                part: text("part"),
                use_of: text("use"),
                class: text("class"),
                area: text("area"),
                tax: text("tax"),
                in_ha: mapping.in_ha,
            };
            match (day, lines::item(written, &rules)) {
                (Some(day), Ok(item)) => {
                    let group = groups.entry((payer, key, day)).or_default();
                    group.0 = text("parcel").trim().chars().take(60).collect();
                    group.1.push(item);
                }
                (None, _) => {
                    reject("valid_from", Wrong::Day);
                    bad.insert((payer, key));
                }
                (_, Err(wrong)) => {
                    let field = match wrong {
                        Wrong::Part => "part",
                        Wrong::Class => "class",
                        Wrong::Area => "area",
                        Wrong::Tax => "tax",
                        _ => "use",
                    };
                    reject(field, wrong);
                    bad.insert((payer, key));
                }
            }
        }
        // A declaration with a line left out would be another one.
        let before = groups.len();
        groups.retain(|(payer, key, _), (_, items)| {
            items.len() <= super::ops::MOST_LINES && !bad.contains(&(payer.clone(), key.clone()))
        });
        review.held_back = (before - groups.len()) as u64;
        self.compare_with_known(connection, delivery.id, groups, &mut review).await?;
        Ok(Ok(review))
    }

    /// Tells new, changed and unchanged declarations apart.
    async fn compare_with_known(
        &self,
        connection: &mut sqlx::PgConnection,
        delivery: Uuid,
        groups: Groups,
        review: &mut Review,
    ) -> Result<(), Failure> {
        let days: BTreeSet<NaiveDate> = groups.keys().map(|(_, _, day)| *day).collect();
        let mut known: BTreeMap<(Payer, String, NaiveDate), Vec<Item>> = BTreeMap::new();
        // Files hold one day, or a few.
        for day in days.iter().take(MOST_DAYS) {
            let keys: Vec<String> =
                groups.keys().filter(|(_, _, on)| on == day).map(|(_, key, _)| key.clone()).collect();
            for one in declarations::on(connection, *day, Some(&keys), i64::MAX).await? {
                let mut items = one.declared.items;
                items.sort();
                known.insert((one.payer, one.declared.key, *day), items);
            }
        }
        for ((payer, key, day), (parcel, mut items)) in groups {
            items.sort();
            match known.get(&(payer.clone(), key.clone(), day)) {
                Some(same) if *same == items => {
                    review.unchanged += 1;
                    continue;
                }
                Some(_) => review.changed += 1,
                None => review.new += 1,
            }
            let name = format!("{payer:?} {key} {day}");
            review.declarations.push(NewDeclaration {
                id: Uuid::new_v5(&delivery, name.as_bytes()),
                payer,
                parcel,
                key,
                valid_from: day,
                ended: false,
                items,
            });
        }
        Ok(())
    }

    /// Takes a file in, once: what is new and what is changed.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such file. The inner one says why it cannot be read.
    pub(super) async fn take(&self, ctx: &Ctx, id: Uuid) -> Result<Result<(), TableError>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut transaction = self.pool.begin().await?;
        let delivery = deliveries::delivery(&mut transaction, id, true).await?;
        let delivery = delivery.ok_or_else(|| Failure::not_found("this file"))?;
        if delivery.state != "open" {
            return Ok(Ok(()));
        }
        let mapping: Mapping = serde_json::from_value(delivery.mapping.clone()).unwrap_or_default();
        if !mapping.missing().is_empty() {
            return Ok(Ok(()));
        }
        let review = match self.review_in(&mut transaction, &delivery, &mapping).await? {
            Ok(review) => review,
            Err(error) => return Ok(Err(error)),
        };
        let from = CameFrom { origin: "file", source: &delivery.name, by: ctx.actor(), at: ctx.now };
        declarations::add(&mut transaction, &review.declarations, from).await?;
        let counts = json!({
            "rows": review.rows, "new": review.new, "changed": review.changed, "unchanged": review.unchanged,
            "rejected": review.rejected.len(), "held_back": review.held_back,
        });
        deliveries::taken(&mut transaction, id, &counts).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }
}

/// Days of one file whose declarations are compared with what is known; those of others count as new.
const MOST_DAYS: usize = 20;

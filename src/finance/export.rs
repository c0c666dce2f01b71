//! Bookings go to the finance system.

use chrono::NaiveDate;
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Finance,
    mapping::{Export, Mapping, MappingFault},
    store::{self, ExportRow, MappingRow, NewExport},
};
use crate::platform::{
    Ctx,
    access::Permission,
    http::{Failure, ResultExt},
};

/// Postings of one file.
const MOST_POSTINGS: i64 = 200_000;
/// Files of one page.
pub(super) const PAGE: i64 = 30;

/// A file that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Its id.
    pub id: Uuid,
    /// Its number; files are counted without holes.
    pub number: i64,
    /// `csv` or `xml`.
    pub format: &'static str,
    /// Entries of the ledger.
    pub entries: usize,
    /// Postings.
    pub postings: usize,
    /// Sum of debits, in grosze, which is that of credits.
    pub debit_grosze: i64,
}

/// Why no file was given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotExported {
    /// The mapping, or a posting for which it says nothing.
    #[error(transparent)]
    Mapping(#[from] MappingFault),
    /// Nothing new was booked within these days.
    #[error("nothing was booked within these days that an earlier file does not have")]
    Nothing,
    /// Too much.
    #[error("more than {MOST_POSTINGS} postings; choose a shorter period")]
    TooMuch,
    /// The period ends before it begins.
    #[error("the period ends before it begins")]
    Period,
}

impl Finance {
    /// Gives bookings of some days to the finance system: all that no earlier file has, or, `again`, all. The file is kept.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn export(
        &self,
        ctx: &Ctx,
        (from, to): (NaiveDate, NaiveDate),
        again: bool,
    ) -> Result<Result<Exported, NotExported>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        if from > to {
            return Ok(Err(NotExported::Period));
        }
        let mut transaction = self.pool.begin().await?;
        store::wait_for_turn(&mut transaction).await?;
        let (mapping, export) = match self.exporting(store::mapping(&mut *transaction).await?) {
            Ok(found) => found,
            Err(fault) => return Ok(Err(fault.into())),
        };
        let (postings, entries) =
            store::postings(&mut transaction, (from, to), again, MOST_POSTINGS + 1).await?;
        if postings.len() as i64 > MOST_POSTINGS {
            return Ok(Err(NotExported::TooMuch));
        }
        if postings.is_empty() {
            return Ok(Err(NotExported::Nothing));
        }
        let number = store::next_number(&mut transaction).await?;
        let debit_grosze = postings.iter().map(|posting| posting.amount_grosze.max(0)).sum();
        let format = export.format;
        let count = postings.len();
        let written = tokio::task::spawn_blocking(move || export.write(number, &postings));
        let content = match written.await.internal("write bookings")? {
            Ok(content) => content,
            Err(fault) => return Ok(Err(fault.into())),
        };
        let id = Uuid::now_v7();
        let new = NewExport {
            id,
            number,
            mapping,
            days: (from, to),
            again,
            format: format.name(),
            postings: i64::try_from(count).unwrap_or(i64::MAX),
            debit_grosze,
            content: &content,
            sha256: &Sha256::digest(&content),
            by: ctx.actor(),
            at: ctx.now,
        };
        store::add_export(&mut transaction, &new, &entries).await?;
        transaction.commit().await?;
        let entries = entries.len();
        Ok(Ok(Exported { id, number, format: format.name(), entries, postings: count, debit_grosze }))
    }

    fn exporting(&self, row: Option<MappingRow>) -> Result<(i64, Export), MappingFault> {
        let row = row.ok_or(MappingFault::Missing("export"))?;
        let export = Mapping::parse(&row.text)?.export.ok_or(MappingFault::Missing("export"))?;
        Ok((row.id, export))
    }

    /// A file as it was given: name, ending, content.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub async fn given(&self, ctx: &Ctx, id: Uuid) -> Result<(i64, String, Vec<u8>), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        store::content(&self.pool, id).await?.ok_or_else(|| Failure::not_found("this file"))
    }

    /// Files that were given, the last first, and what waits.
    pub(super) async fn exports(
        &self,
        ctx: &Ctx,
        before: Option<i64>,
    ) -> Result<(Vec<ExportRow>, (i64, Option<NaiveDate>)), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        Ok((store::exports(&self.pool, before, PAGE + 1).await?, store::waiting(&self.pool).await?))
    }

    /// The mapping that holds.
    pub(super) async fn mapping(&self, ctx: &Ctx) -> Result<Option<MappingRow>, Failure> {
        if !ctx.may(Permission::DuesManage, None) {
            ctx.require(Permission::DuesRead, None)?;
        }
        Ok(store::mapping(&self.pool).await?)
    }

    /// Says how the finance system writes and reads from now on.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub async fn save_mapping(&self, ctx: &Ctx, text: &str) -> Result<Result<(), MappingFault>, Failure> {
        ctx.require(Permission::DuesSettings, None)?;
        if let Err(fault) = Mapping::parse(text) {
            return Ok(Err(fault));
        }
        store::add_mapping(&self.pool, text, ctx.actor(), ctx.now).await?;
        Ok(Ok(()))
    }
}

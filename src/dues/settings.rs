//! What the treasurer says of kinds, rates and terms. Rows are added; what was said before stays.

use std::sync::Arc;

use super::{
    Dues,
    rules::{PlanRow, RateRow, Rules, Setting, add_row},
    store::{self, rules::Changed},
};
use crate::platform::{Ctx, access::Permission, http::Failure};

impl Dues {
    /// The rules as they stand, for the desk.
    pub(super) async fn rules_seen(&self, ctx: &Ctx) -> Result<Arc<Rules>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        self.rules_in(&mut connection).await
    }

    /// All that was ever said of a kind.
    pub(super) async fn setting_changes(&self, ctx: &Ctx, kind: &str) -> Result<Vec<Changed>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::rules::setting_changes(&mut connection, kind).await?)
    }

    /// All rows that were ever added to a table.
    pub(super) async fn rate_changes(&self, ctx: &Ctx, name: &str) -> Result<Vec<Changed>, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::rules::rate_changes(&mut connection, name).await?)
    }

    /// Says from a day on what holds of a kind.
    pub(super) async fn save_setting(&self, ctx: &Ctx, kind: &str, setting: &Setting) -> Result<(), Failure> {
        ctx.require(Permission::DuesSettings, None)?;
        self.require_kind(ctx, kind).await?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::rules::add_setting(&mut connection, kind, setting, (ctx.actor(), ctx.now)).await?)
    }

    /// Says from a year on when a kind is paid.
    pub(super) async fn save_plan(&self, ctx: &Ctx, row: &PlanRow) -> Result<(), Failure> {
        ctx.require(Permission::DuesSettings, None)?;
        self.require_kind(ctx, &row.kind).await?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::rules::add_plan(&mut connection, row, (ctx.actor(), ctx.now)).await?)
    }

    /// Adds a row to a table of the law; answers false when the value is none of it.
    pub(super) async fn save_rate(&self, ctx: &Ctx, row: &RateRow, source: &str) -> Result<bool, Failure> {
        ctx.require(Permission::DuesSettings, None)?;
        let rules = self.rules_seen(ctx).await?;
        let mut tables = rules.tables.clone();
        // Rules that cannot be made of the tables any more, such as a rate above what a rate can be, are refused as well.
        let makes_rules = add_row(&mut tables, row).is_ok()
            && tables.tax_rule(law::tables::TaxRate::Ordinary).is_ok()
            && tables.civil_rule().is_ok();
        if !makes_rules {
            return Ok(false);
        }
        let mut connection = self.pool.acquire().await?;
        store::rules::add_rate(&mut connection, row, source, (ctx.actor(), ctx.now)).await?;
        Ok(true)
    }

    async fn require_kind(&self, ctx: &Ctx, kind: &str) -> Result<(), Failure> {
        let rules = self.rules_seen(ctx).await?;
        if rules.kinds.contains_key(kind) { Ok(()) } else { Err(Failure::not_found("this kind of due")) }
    }
}

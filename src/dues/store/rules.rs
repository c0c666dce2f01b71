//! Rows of kinds, rates and terms.

use chrono::{DateTime, NaiveDate, Utc};
use law::{Rounding, interest::Regime};
use sqlx::PgConnection;

use crate::dues::rules::{Kind, PlanRow, RateRow, Setting};

/// Which rows there are: every one that becomes visible changes the sum of their numbers, in whatever order they do.
pub(in crate::dues) async fn edition(connection: &mut PgConnection) -> Result<(i64, i64, i64), sqlx::Error> {
    let row = sqlx::query!(
        r#"select (select coalesce(sum(id), 0)::bigint from due_kind_setting) as "kinds!",
            (select coalesce(sum(id), 0)::bigint from due_plan) as "plans!",
            (select coalesce(sum(id), 0)::bigint from due_rate) as "rates!""#
    )
    .fetch_one(connection)
    .await?;
    Ok((row.kinds, row.plans, row.rates))
}

pub(in crate::dues) fn regime_of(name: &str) -> Regime {
    match name {
        "tax" => Regime::Tax,
        "contractual" => Regime::Contractual,
        _ => Regime::Civil,
    }
}

/// All kinds with the settings that count, oldest first.
pub(in crate::dues) async fn kinds(connection: &mut PgConnection) -> Result<Vec<Kind>, sqlx::Error> {
    let rows = sqlx::query!("select code, token, regime, rounding from due_kind order by place, code")
        .fetch_all(&mut *connection)
        .await?;
    let settings = sqlx::query!(
        "select distinct on (kind, valid_from) kind, valid_from, name_pl, name_en, law, nrb, virtual_prefix, cards_allowed,
            rate_hundredths
         from due_kind_setting order by kind, valid_from, id desc"
    )
    .fetch_all(connection)
    .await?;
    let mut kinds: Vec<Kind> = rows
        .into_iter()
        .map(|row| Kind {
            code: row.code,
            token: row.token,
            regime: regime_of(&row.regime),
            rounding: if row.rounding == "whole-zloty" { Rounding::WholeZloty } else { Rounding::Grosze },
            settings: Vec::new(),
        })
        .collect();
    for row in settings {
        let Some(kind) = kinds.iter_mut().find(|kind| kind.code == row.kind) else { continue };
        kind.settings.push(Setting {
            valid_from: row.valid_from,
            name_pl: row.name_pl,
            name_en: row.name_en,
            law: row.law,
            nrb: row.nrb.as_deref().and_then(|nrb| bank::Nrb::parse(nrb).ok()),
            virtual_prefix: row.virtual_prefix,
            cards_allowed: row.cards_allowed,
            rate_hundredths: row.rate_hundredths,
        });
    }
    Ok(kinds)
}

/// The treasurer's rows that count; of one day the latest.
pub(in crate::dues) async fn rates(connection: &mut PgConnection) -> Result<Vec<RateRow>, sqlx::Error> {
    sqlx::query_as!(
        RateRow,
        "select distinct on (name, valid_from) name, valid_from, value from due_rate order by name, valid_from, id desc"
    )
    .fetch_all(connection)
    .await
}

/// The town's plans that count; of one day the latest.
pub(in crate::dues) async fn plans(connection: &mut PgConnection) -> Result<Vec<PlanRow>, sqlx::Error> {
    sqlx::query_as!(
        PlanRow,
        "select distinct on (kind, payer, valid_from) kind, payer, valid_from, terms, law, once_only, by_decision
         from due_plan order by kind, payer, valid_from, id desc"
    )
    .fetch_all(connection)
    .await
}

/// Adds a row of the treasurer.
pub(in crate::dues) async fn add_rate(
    connection: &mut PgConnection,
    row: &RateRow,
    source: &str,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_rate (name, valid_from, value, source, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)",
        row.name,
        row.valid_from,
        row.value,
        source,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds what the town says of a kind from a day on.
pub(in crate::dues) async fn add_setting(
    connection: &mut PgConnection,
    kind: &str,
    setting: &Setting,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_kind_setting (kind, valid_from, name_pl, name_en, law, nrb, virtual_prefix, cards_allowed,
            rate_hundredths, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        kind,
        setting.valid_from,
        setting.name_pl,
        setting.name_en,
        setting.law,
        setting.nrb.as_ref().map(bank::Nrb::as_str),
        setting.virtual_prefix,
        setting.cards_allowed,
        setting.rate_hundredths,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds terms of a kind from a day on.
pub(in crate::dues) async fn add_plan(
    connection: &mut PgConnection,
    row: &PlanRow,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into due_plan (kind, payer, valid_from, terms, law, once_only, by_decision, entered_by, entered_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        row.kind,
        row.payer,
        row.valid_from,
        &row.terms,
        row.law,
        row.once_only,
        row.by_decision,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A row as the page of changes shows it.
#[derive(Debug, Clone)]
pub(in crate::dues) struct Changed {
    pub(in crate::dues) valid_from: NaiveDate,
    pub(in crate::dues) value: Option<String>,
    pub(in crate::dues) source: String,
    pub(in crate::dues) entered_by: String,
    pub(in crate::dues) entered_at: DateTime<Utc>,
}

/// All rows that the treasurer ever added to a table, the newest first.
pub(in crate::dues) async fn rate_changes(
    connection: &mut PgConnection,
    name: &str,
) -> Result<Vec<Changed>, sqlx::Error> {
    sqlx::query_as!(
        Changed,
        "select valid_from, value, source, entered_by, entered_at from due_rate where name = $1 order by id desc limit 200",
        name
    )
    .fetch_all(connection)
    .await
}

/// All that was ever said of a kind, the newest first; the value is the account.
pub(in crate::dues) async fn setting_changes(
    connection: &mut PgConnection,
    kind: &str,
) -> Result<Vec<Changed>, sqlx::Error> {
    sqlx::query_as!(
        Changed,
        r#"select valid_from, nrb as value, name_pl as source, entered_by, entered_at from due_kind_setting
           where kind = $1 order by id desc limit 200"#,
        kind
    )
    .fetch_all(connection)
    .await
}

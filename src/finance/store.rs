//! All SQL of the room of the finance system.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::mapping::Posting;

/// A version of the mapping.
#[derive(Debug, Clone)]
pub(super) struct MappingRow {
    pub(super) id: i64,
    pub(super) text: String,
    pub(super) entered_by: String,
    pub(super) entered_at: DateTime<Utc>,
}

/// The mapping that holds.
pub(super) async fn mapping(executor: impl PgExecutor<'_>) -> Result<Option<MappingRow>, sqlx::Error> {
    sqlx::query_as!(
        MappingRow,
        r#"select m.id, m.text, coalesce(a.name, m.entered_by) as "entered_by!", m.entered_at from finance_mapping m
            left join account a on a.email = m.entered_by and not a.resident order by m.id desc limit 1"#
    )
    .fetch_optional(executor)
    .await
}

/// The mapping of an id.
pub(super) async fn mapping_of(executor: impl PgExecutor<'_>, id: i64) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!("select text from finance_mapping where id = $1", id).fetch_one(executor).await
}

pub(super) async fn add_mapping(
    pool: &PgPool,
    text: &str,
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into finance_mapping (text, entered_by, entered_at) values ($1, $2, $3)",
        text,
        by,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets one file out, or in, after the other.
pub(super) async fn wait_for_turn(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("select pg_advisory_xact_lock(hashtext('finance'))").execute(connection).await?;
    Ok(())
}

/// Postings of entries that were booked within some days, with those entries; of no entry that a file had, unless it is
/// asked for again.
pub(super) async fn postings(
    connection: &mut PgConnection,
    (from, to): (NaiveDate, NaiveDate),
    again: bool,
    most: i64,
) -> Result<(Vec<Posting>, Vec<Uuid>), sqlx::Error> {
    let rows = sqlx::query!(
        r#"select p.entry as "entry!", p.number as "number!", p.kind as "kind!", p.source_kind as "source_kind!",
            p.source_id as "source_id!", p.on_day as "on_day!", p.booked_on as "booked_on!", p.title as "title!", p.payer,
            p.account as "account!", p.nrb, p.amount_grosze as "amount_grosze!", p.due_kind, p.due_account, p.decision, p.year
         from dues_posting p
         where p.booked_on between $1 and $2
           and ($3 or not exists (select from finance_exported x where x.entry = p.entry))
         order by p.number, p.id limit $4"#,
        from,
        to,
        again,
        most
    )
    .fetch_all(connection)
    .await?;
    let mut entries: Vec<Uuid> = rows.iter().map(|row| row.entry).collect();
    entries.dedup();
    let postings = rows.into_iter().map(|row| Posting {
        number: row.number,
        kind: row.kind,
        document: format!("{}/{}", row.source_kind, row.source_id),
        on_day: row.on_day,
        booked_on: row.booked_on,
        title: row.title,
        payer: row.payer,
        account: row.account,
        nrb: row.nrb,
        amount_grosze: row.amount_grosze,
        due_kind: row.due_kind,
        due_account: row.due_account,
        decision: row.decision,
        year: row.year,
    });
    Ok((postings.collect(), entries))
}

pub(super) async fn next_number(connection: &mut PgConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(r#"select coalesce(max(number), 0) + 1 as "next!" from finance_export"#)
        .fetch_one(connection)
        .await
}

/// A file that is given.
#[derive(Debug)]
pub(super) struct NewExport<'a> {
    pub(super) id: Uuid,
    pub(super) number: i64,
    pub(super) mapping: i64,
    pub(super) days: (NaiveDate, NaiveDate),
    pub(super) again: bool,
    pub(super) format: &'a str,
    pub(super) postings: i64,
    pub(super) debit_grosze: i64,
    pub(super) content: &'a [u8],
    pub(super) sha256: &'a [u8],
    pub(super) by: &'a str,
    pub(super) at: DateTime<Utc>,
}

pub(super) async fn add_export(
    connection: &mut PgConnection,
    new: &NewExport<'_>,
    entries: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into finance_export (id, number, mapping, from_day, to_day, again, format, entries, postings, debit_grosze, content,
            sha256, made_by, made_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        new.id,
        new.number,
        new.mapping,
        new.days.0,
        new.days.1,
        new.again,
        new.format,
        i64::try_from(entries.len()).unwrap_or(i64::MAX),
        new.postings,
        new.debit_grosze,
        new.content,
        new.sha256,
        new.by,
        new.at
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "insert into finance_exported (export, entry, fresh)
         select $1, e, not exists (select from finance_exported x where x.entry = e) from unnest($2::uuid[]) e",
        new.id,
        entries
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A file that was given.
#[derive(Debug, Clone)]
pub(super) struct ExportRow {
    pub(super) id: Uuid,
    pub(super) number: i64,
    pub(super) from_day: NaiveDate,
    pub(super) to_day: NaiveDate,
    pub(super) again: bool,
    pub(super) format: String,
    pub(super) entries: i64,
    pub(super) debit_grosze: i64,
    pub(super) made_by: String,
    pub(super) made_at: DateTime<Utc>,
}

/// Files that were given, the last first.
pub(super) async fn exports(
    pool: &PgPool,
    before: Option<i64>,
    most: i64,
) -> Result<Vec<ExportRow>, sqlx::Error> {
    sqlx::query_as!(
        ExportRow,
        r#"select e.id, e.number, e.from_day, e.to_day, e.again, e.format, e.entries, e.debit_grosze,
            coalesce(a.name, e.made_by) as "made_by!", e.made_at
         from finance_export e left join account a on a.email = e.made_by and not a.resident
         where $1::bigint is null or e.number < $1 order by e.number desc limit $2"#,
        before,
        most
    )
    .fetch_all(pool)
    .await
}

/// Number, format and content of a file.
pub(super) async fn content(pool: &PgPool, id: Uuid) -> Result<Option<(i64, String, Vec<u8>)>, sqlx::Error> {
    let row = sqlx::query!("select number, format, content from finance_export where id = $1", id)
        .fetch_optional(pool)
        .await?;
    Ok(row.map(|row| (row.number, row.format, row.content)))
}

/// How many entries wait to be given, and since when.
pub(super) async fn waiting(pool: &PgPool) -> Result<(i64, Option<NaiveDate>), sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(distinct p.entry) as "count!", min(p.booked_on) as first from dues_posting p
         where not exists (select from finance_exported x where x.entry = p.entry)"#
    )
    .fetch_one(pool)
    .await?;
    Ok((row.count, row.first))
}

/// A file that came.
#[derive(Debug, Clone)]
pub(super) struct ImportRow {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) mapping: i64,
    pub(super) content: Option<Vec<u8>>,
    pub(super) state: String,
    pub(super) counts: Option<serde_json::Value>,
    pub(super) brought_by: String,
    pub(super) brought_at: DateTime<Utc>,
    pub(super) decided_by: Option<String>,
    pub(super) decided_at: Option<DateTime<Utc>>,
}

/// Files that came, the last first; or one, with its content.
pub(super) async fn imports(
    executor: impl PgExecutor<'_>,
    only: Option<Uuid>,
    most: i64,
) -> Result<Vec<ImportRow>, sqlx::Error> {
    sqlx::query_as!(
        ImportRow,
        r#"select i.id, i.name, i.mapping, case when $1::uuid is not null then i.content end as content, i.state, i.counts,
            coalesce(a.name, i.brought_by) as "brought_by!", i.brought_at, coalesce(d.name, i.decided_by) as decided_by, i.decided_at
         from finance_import i left join account a on a.email = i.brought_by and not a.resident
            left join account d on d.email = i.decided_by and not d.resident
         where $1::uuid is null or i.id = $1 order by i.id desc limit $2"#,
        only,
        most
    )
    .fetch_all(executor)
    .await
}

/// Keeps a file until it is decided.
#[expect(clippy::too_many_arguments, reason = "each is a column")]
pub(super) async fn add_import(
    pool: &PgPool,
    id: Uuid,
    name: &str,
    mapping: i64,
    content: &[u8],
    sha256: &[u8],
    by: &str,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into finance_import (id, name, mapping, content, sha256, state, brought_by, brought_at)
         values ($1, $2, $3, $4, $5, 'open', $6, $7)",
        id,
        name,
        mapping,
        content,
        sha256,
        by,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Says what became of a file; its content is kept no longer. False when it was decided before.
pub(super) async fn decide_import(
    connection: &mut PgConnection,
    id: Uuid,
    state: &str,
    counts: Option<&serde_json::Value>,
    by: &str,
    at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update finance_import set state = $2, counts = $3, content = null, decided_by = $4, decided_at = $5
         where id = $1 and state = 'open'",
        id,
        state,
        counts,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// What is assessed, first to last of each chain of corrections.
#[derive(Debug, Clone)]
pub(super) struct AssessedRow {
    pub(super) id: Uuid,
    pub(super) account: Uuid,
    pub(super) due_account: i64,
    pub(super) due_kind: String,
    pub(super) year: i32,
    pub(super) decision: String,
    pub(super) delivered_on: Option<NaiveDate>,
    pub(super) amount_grosze: i64,
    pub(super) corrects: Option<Uuid>,
    /// Whether an import made it.
    pub(super) imported: bool,
}

/// What is assessed on some accounts of dues, or by imports, in some years.
pub(super) async fn assessed(
    connection: &mut PgConnection,
    accounts: &[i64],
    years: &[i32],
) -> Result<Vec<AssessedRow>, sqlx::Error> {
    sqlx::query_as!(
        AssessedRow,
        r#"select s.id as "id!", s.account as "account!", s.due_account as "due_account!", s.due_kind as "due_kind!",
            s.year as "year!", s.decision as "decision!", s.delivered_on, s.amount_grosze as "amount_grosze!", s.corrects,
            f.assessment is not null as "imported!"
         from dues_assessed s left join finance_assessment f on f.assessment = s.id
         where s.year = any($2) and (s.due_account = any($1)
            or s.account in (select d.account from finance_assessment n join dues_assessed d on d.id = n.assessment))
         order by s.id"#,
        accounts,
        years
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn note_assessment(
    connection: &mut PgConnection,
    assessment: Uuid,
    import: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into finance_assessment (assessment, import) values ($1, $2) on conflict (assessment) do nothing",
        assessment,
        import
    )
    .execute(connection)
    .await?;
    Ok(())
}

//! Comparisons, their findings, and what was said of them.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::tax_base::{
    compare::Finding,
    model::{Kind, Mark},
};

/// A comparison.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Run {
    pub(in crate::tax_base) id: Uuid,
    pub(in crate::tax_base) on_day: NaiveDate,
    pub(in crate::tax_base) state: String,
    pub(in crate::tax_base) alive_at: DateTime<Utc>,
    pub(in crate::tax_base) counts: Value,
    pub(in crate::tax_base) failure: Option<String>,
    pub(in crate::tax_base) entered_by: String,
    pub(in crate::tax_base) entered_at: DateTime<Utc>,
}

/// Begins a comparison unless one is under way; one without a sign of life is given up first. Answers the one under way.
pub(in crate::tax_base) async fn begin(
    pool: &PgPool,
    (id, on_day): (Uuid, NaiveDate),
    (by, now): (&str, DateTime<Utc>),
    dead_before: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    let mut transaction = pool.begin().await?;
    sqlx::query!(
        "update tax_base_run set state = 'failed', failure = 'interrupted' where state = 'running' and alive_at < $1",
        dead_before
    )
    .execute(&mut *transaction)
    .await?;
    let begun = sqlx::query_scalar!(
        "insert into tax_base_run (id, on_day, state, alive_at, entered_by, entered_at) values ($1, $2, 'running', $4, $3, $4)
         on conflict ((true)) where state = 'running' do nothing returning id",
        id,
        on_day,
        by,
        now
    )
    .fetch_optional(&mut *transaction)
    .await?;
    let other = match begun {
        Some(_) => None,
        None => {
            sqlx::query_scalar!("select id from tax_base_run where state = 'running'")
                .fetch_optional(&mut *transaction)
                .await?
        }
    };
    transaction.commit().await?;
    Ok(other)
}

/// A sign of life.
pub(in crate::tax_base) async fn alive(pool: &PgPool, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("update tax_base_run set alive_at = now() where id = $1 and state = 'running'", id)
        .execute(pool)
        .await?;
    Ok(())
}

/// Writes the findings of a run that is still under way, and that it is done; answers whether it was.
pub(in crate::tax_base) async fn finish(
    connection: &mut PgConnection,
    id: Uuid,
    counts: &Value,
    findings: &[Finding],
) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "update tax_base_run set state = 'done', alive_at = now(), counts = $2 where id = $1 and state = 'running'",
        id,
        counts
    )
    .execute(&mut *connection)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    let mut place = 0_i32;
    for part in findings.chunks(2000) {
        let places: Vec<i32> = (place..).take(part.len()).collect();
        place = place.saturating_add(i32::try_from(part.len()).unwrap_or(i32::MAX));
        let kinds: Vec<String> = part.iter().map(|one| one.kind.name().to_owned()).collect();
        let keys: Vec<String> = part.iter().map(Finding::key).collect();
        let parcels: Vec<String> = part.iter().map(|one| one.parcel.clone()).collect();
        let assets: Vec<Option<Uuid>> = part.iter().map(|one| one.asset).collect();
        let registered: Vec<Option<i64>> = part.iter().map(|one| one.registered_dm2).collect();
        let declared: Vec<Option<i64>> = part.iter().map(|one| one.declared_dm2).collect();
        let differences: Vec<i64> = part.iter().map(|one| one.difference_dm2).collect();
        let taxes: Vec<Option<i64>> = part.iter().map(|one| one.tax_grosze).collect();
        let details: Vec<Value> = part.iter().map(|one| one.details.clone()).collect();
        let prints: Vec<String> = part.iter().map(Finding::fingerprint).collect();
        sqlx::query!(
            "insert into tax_base_finding (run, place, kind, key, parcel, asset, registered_dm2, declared_dm2, difference_dm2,
                tax_grosze, details, fingerprint, geom)
             select $1, n.place, n.kind, n.key, n.parcel, n.asset, n.registered, n.declared, n.difference, n.tax, n.details, n.print,
                t.geom
             from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::bigint[], $8::bigint[], $9::bigint[],
                $10::bigint[], $11::jsonb[], $12::text[])
                n (place, kind, key, parcel, asset, registered, declared, difference, tax, details, print)
             left join cadastre_thing t on t.id = n.asset",
            id,
            &places,
            &kinds,
            &keys,
            &parcels,
            &assets as &[Option<Uuid>],
            &registered as &[Option<i64>],
            &declared as &[Option<i64>],
            &differences,
            &taxes as &[Option<i64>],
            &details,
            &prints
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(true)
}

/// Says that a run came to nothing.
pub(in crate::tax_base) async fn fail(pool: &PgPool, id: Uuid, why: &str) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update tax_base_run set state = 'failed', failure = left($2, 500) where id = $1 and state = 'running'",
        id,
        why
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets all comparisons but the newest; what was said of findings stays.
pub(in crate::tax_base) async fn forget_old(pool: &PgPool, keep: i64) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "delete from tax_base_run where state <> 'running' and id not in (
            select id from tax_base_run order by id desc limit $1)",
        keep
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// A comparison by its id, else the newest that is done; with `under_way` also one that is not.
pub(in crate::tax_base) async fn run(
    pool: &PgPool,
    id: Option<Uuid>,
    under_way: bool,
) -> Result<Option<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        "select id, on_day, state, alive_at, counts, failure, entered_by, entered_at from tax_base_run
         where case when $1::uuid is not null then id = $1 else state = 'done' or $2 end order by id desc limit 1",
        id,
        under_way
    )
    .fetch_optional(pool)
    .await
}

/// By what a list is ordered, the largest first where it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::tax_base) enum Order {
    Parcel,
    Difference,
    Tax,
}

impl Order {
    pub(in crate::tax_base) const ALL: [Self; 3] = [Self::Parcel, Self::Difference, Self::Tax];

    pub(in crate::tax_base) fn name(self) -> &'static str {
        match self {
            Self::Parcel => "parcel",
            Self::Difference => "difference",
            Self::Tax => "tax",
        }
    }

    pub(in crate::tax_base) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.name() == name)
    }
}

/// Which findings are wanted.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Wanted {
    pub(in crate::tax_base) kind: Option<Kind>,
    pub(in crate::tax_base) mark: Option<Mark>,
    /// What the parcel's identifier holds.
    pub(in crate::tax_base) parcel: String,
    /// West, south, east, north; only what has a place there.
    pub(in crate::tax_base) bbox: Option<[f64; 4]>,
    pub(in crate::tax_base) order: Order,
    /// How many are passed over, and how many are told at most.
    pub(in crate::tax_base) skip: i64,
    pub(in crate::tax_base) most: i64,
}

/// A finding with what was said of it.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Found {
    pub(in crate::tax_base) place: i32,
    pub(in crate::tax_base) kind: String,
    pub(in crate::tax_base) key: String,
    pub(in crate::tax_base) parcel: String,
    pub(in crate::tax_base) asset: Option<Uuid>,
    pub(in crate::tax_base) registered_dm2: Option<i64>,
    pub(in crate::tax_base) declared_dm2: Option<i64>,
    pub(in crate::tax_base) difference_dm2: i64,
    pub(in crate::tax_base) tax_grosze: Option<i64>,
    pub(in crate::tax_base) details: Value,
    pub(in crate::tax_base) fingerprint: String,
    pub(in crate::tax_base) geometry: Option<Value>,
    pub(in crate::tax_base) mark: Option<String>,
    pub(in crate::tax_base) mark_note: Option<String>,
    /// Whether both sides say something else than when it was marked.
    pub(in crate::tax_base) changed: bool,
}

/// Findings of a run.
pub(in crate::tax_base) async fn findings(
    pool: &PgPool,
    run: Uuid,
    wanted: &Wanted,
) -> Result<Vec<Found>, sqlx::Error> {
    let [west, south, east, north] = wanted.bbox.unwrap_or_default();
    sqlx::query_as!(
        Found,
        r#"select f.place, f.kind, f.key, f.parcel, f.asset, f.registered_dm2, f.declared_dm2, f.difference_dm2, f.tax_grosze,
            f.details, f.fingerprint, st_asgeojson(f.geom, 7)::jsonb as geometry, m.state as "mark?", m.note as "mark_note?",
            coalesce(m.fingerprint <> f.fingerprint and m.state <> 'open', false) as "changed!"
         from tax_base_finding f left join tax_base_marked m on m.key = f.key
         where f.run = $1 and ($2::text is null or f.kind = $2) and ($3::text is null or coalesce(m.state, 'open') = $3)
           and ($4 = '' or strpos(upper(f.parcel), upper($4)) > 0)
           and (not $5 or f.geom && st_makeenvelope($6, $7, $8, $9, 4326))
         order by case $10 when 'tax' then abs(f.tax_grosze) when 'difference' then abs(f.difference_dm2) end desc nulls last, f.place
         offset $11 limit $12"#,
        run,
        wanted.kind.map(Kind::name),
        wanted.mark.map(Mark::name),
        wanted.parcel,
        wanted.bbox.is_some(),
        west,
        south,
        east,
        north,
        wanted.order.name(),
        wanted.skip,
        wanted.most
    )
    .fetch_all(pool)
    .await
}

/// Findings of a kind with a mark, counted.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Tally {
    pub(in crate::tax_base) kind: String,
    pub(in crate::tax_base) mark: String,
    pub(in crate::tax_base) count: i64,
    pub(in crate::tax_base) difference_dm2: i64,
    pub(in crate::tax_base) tax_grosze: i64,
    /// Of how many the tax is not known.
    pub(in crate::tax_base) without_tax: i64,
}

pub(in crate::tax_base) async fn tallies(pool: &PgPool, run: Uuid) -> Result<Vec<Tally>, sqlx::Error> {
    sqlx::query_as!(
        Tally,
        r#"select f.kind, coalesce(m.state, 'open') as "mark!", count(*) as "count!", sum(abs(f.difference_dm2))::bigint as "difference_dm2!",
            coalesce(sum(f.tax_grosze), 0)::bigint as "tax_grosze!", count(*) filter (where f.tax_grosze is null) as "without_tax!"
         from tax_base_finding f left join tax_base_marked m on m.key = f.key where f.run = $1 group by 1, 2"#,
        run
    )
    .fetch_all(pool)
    .await
}

/// What all findings with a place lie in: west, south, east, north.
pub(in crate::tax_base) async fn extent(pool: &PgPool, run: Uuid) -> Result<Option<[f64; 4]>, sqlx::Error> {
    let row = sqlx::query!(
        "select st_xmin(e) as west, st_ymin(e) as south, st_xmax(e) as east, st_ymax(e) as north
         from (select st_extent(geom)::geometry as e from tax_base_finding where run = $1) all_of_them",
        run
    )
    .fetch_one(pool)
    .await?;
    Ok(match (row.west, row.south, row.east, row.north) {
        (Some(west), Some(south), Some(east), Some(north)) => Some([west, south, east, north]),
        _ => None,
    })
}

/// A finding of a run by its key.
pub(in crate::tax_base) async fn finding(
    pool: &PgPool,
    run: Uuid,
    key: &str,
) -> Result<Option<Found>, sqlx::Error> {
    sqlx::query_as!(
        Found,
        r#"select f.place, f.kind, f.key, f.parcel, f.asset, f.registered_dm2, f.declared_dm2, f.difference_dm2, f.tax_grosze,
            f.details, f.fingerprint, st_asgeojson(f.geom, 7)::jsonb as geometry, m.state as "mark?", m.note as "mark_note?",
            coalesce(m.fingerprint <> f.fingerprint and m.state <> 'open', false) as "changed!"
         from tax_base_finding f left join tax_base_marked m on m.key = f.key where f.run = $1 and f.key = $2"#,
        run,
        key
    )
    .fetch_optional(pool)
    .await
}

/// Says something of a finding.
pub(in crate::tax_base) async fn mark(
    pool: &PgPool,
    (key, fingerprint): (&str, &str),
    (mark, note): (Mark, &str),
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into tax_base_mark (key, state, note, fingerprint, entered_by, entered_at) values ($1, $2, $3, $4, $5, $6)",
        key,
        mark.name(),
        note,
        fingerprint,
        by,
        at
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Something that was said.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Said {
    pub(in crate::tax_base) state: String,
    pub(in crate::tax_base) note: String,
    pub(in crate::tax_base) entered_by: String,
    pub(in crate::tax_base) entered_at: DateTime<Utc>,
}

/// What was said of a key, the latest first.
pub(in crate::tax_base) async fn said(pool: &PgPool, key: &str, most: i64) -> Result<Vec<Said>, sqlx::Error> {
    sqlx::query_as!(
        Said,
        r#"select m.state, m.note, coalesce(a.name, m.entered_by) as "entered_by!", m.entered_at from tax_base_mark m
            left join account a on a.email = m.entered_by and not a.resident
         where m.key = $1 order by m.id desc limit $2"#,
        key,
        most
    )
    .fetch_all(pool)
    .await
}

/// Makes a transaction read all as it is at one instant, which may take its time.
pub(in crate::tax_base) async fn see_one_instant(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query("set transaction isolation level repeatable read, read only")
        .execute(&mut *connection)
        .await?;
    sqlx::query("set local statement_timeout = '10min'").execute(connection).await?;
    Ok(())
}

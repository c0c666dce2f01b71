//! Statements with a filter or an order, put together at run time. Names come from the allowed queryables and from here,
//! values are bound.

use std::fmt::Display;

use chrono::{DateTime, Utc};
use cql2::Bind;
use serde_json::Value;
use sqlx::{
    Arguments, AssertSqlSafe, Decode, Encode, FromRow, PgPool, Postgres, Transaction, Type,
    postgres::{PgArguments, PgRow},
};
use uuid::Uuid;

use super::{Condition, Cursor, Filter, Predicate};
use crate::{
    kernel::ParamError,
    platform::http::{Failure, ResultExt},
    registry::{
        Feature, FeatureQuery, Kind, Sight,
        store::{CELLS, InSightRow, MOST_FEATURES, TileOf, tile_columns},
    },
};

/// How long a statement with a filter may take.
const LONGEST: &str = "10s";

/// A statement that grows with its values.
#[derive(Default)]
struct Statement {
    arguments: PgArguments,
}

impl Statement {
    /// Adds a value and answers its place, `$3`.
    fn bind<'q, T>(&mut self, value: T) -> Result<String, Failure>
    where
        T: Encode<'q, Postgres> + Type<Postgres> + 'q,
    {
        self.arguments.add(value).internal("bind a value")?;
        Ok(format!("${}", self.arguments.len()))
    }

    /// Adds the values of a predicate and answers its text.
    fn predicate(&mut self, predicate: &Predicate) -> Result<String, Failure> {
        let text = predicate.text(self.arguments.len() + 1);
        for bind in predicate.binds() {
            self.value(bind)?;
        }
        Ok(text)
    }

    fn value(&mut self, bind: &Bind) -> Result<(), Failure> {
        match bind {
            Bind::Text(text) => self.arguments.add(text.clone()),
            Bind::Integer(number) => self.arguments.add(*number),
            Bind::Float(number) => self.arguments.add(*number),
            Bind::Texts(texts) => self.arguments.add(texts.clone()),
            Bind::Ewkb(bytes) => self.arguments.add(bytes.clone()),
        }
        .internal("bind a value of a filter")
    }
}

/// A transaction in which no statement takes long.
async fn limited(pool: &PgPool) -> Result<Transaction<'static, Postgres>, Failure> {
    let mut transaction = pool.begin().await?;
    sqlx::query(AssertSqlSafe(format!("set local statement_timeout = '{LONGEST}'")))
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// All rows of a statement.
async fn rows<T>(pool: &PgPool, sql: String, statement: Statement) -> Result<Vec<T>, Failure>
where
    T: for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let mut transaction = limited(pool).await?;
    let rows = sqlx::query_as_with(AssertSqlSafe(sql), statement.arguments)
        .fetch_all(&mut *transaction)
        .await
        .map_err(failure)?;
    transaction.commit().await?;
    Ok(rows)
}

/// The one value of a statement.
async fn value<T>(pool: &PgPool, sql: String, statement: Statement) -> Result<T, Failure>
where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + Send + Unpin,
{
    let mut transaction = limited(pool).await?;
    let value = sqlx::query_scalar_with(AssertSqlSafe(sql), statement.arguments)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failure)?;
    transaction.commit().await?;
    Ok(value)
}

/// What the database says about a filter that it cannot answer.
fn failure(error: sqlx::Error) -> Failure {
    let code = match &error {
        sqlx::Error::Database(error) => error.code().map(|code| code.into_owned()).unwrap_or_default(),
        _ => String::new(),
    };
    let wrong = |why: &str| Failure::from(ParamError::new("filter", why));
    match code.as_str() {
        "57014" => wrong("takes longer than 10 seconds to answer; narrow it, by a BBOX for instance"),
        // Data exceptions: numbers out of range and their like.
        code if code.starts_with("22") => wrong("cannot be reckoned: a value is out of range"),
        // What PostGIS cannot do with a geometry.
        "XX000" => wrong("cannot be reckoned: a geometry is not valid"),
        _ => error.into(),
    }
}

fn predicate(filter: &Filter) -> Result<Predicate, Failure> {
    filter.predicate().map_err(|error| ParamError::new("filter", error.detail.en).into())
}

/// The assets of a kind, now or at an instant.
fn relation(
    statement: &mut Statement,
    kind: &impl Display,
    as_of: Option<DateTime<Utc>>,
) -> Result<String, Failure> {
    match as_of {
        None => Ok("asset a".into()),
        Some(at) => Ok(format!("asset_as_of({kind}, {}) a", statement.bind(at)?)),
    }
}

/// A page of features.
pub(in crate::registry) async fn features(
    pool: &PgPool,
    query: &FeatureQuery<'_>,
) -> Result<Vec<Feature>, Failure> {
    let mut statement = Statement::default();
    let kind = statement.bind(query.kind.slug.as_str().to_owned())?;
    let blank = statement.bind(query.kind.empty_attributes(query.sight))?;
    let shown = statement.bind(query.kind.keys(query.sight))?;
    let relation = relation(&mut statement, &kind, query.as_of)?;
    let filter = statement.predicate(&predicate(query.filter)?)?;
    let after = match &query.after {
        None => "true".to_owned(),
        Some(cursor) => {
            let mut failed = None;
            let sql = query.sort.after_sql(cursor, |value| {
                statement.bind(value).unwrap_or_else(|error| {
                    failed = Some(error);
                    String::new()
                })
            });
            if let Some(error) = failed {
                return Err(error);
            }
            sql
        }
    };
    let limit = statement.bind(query.limit)?;
    let keys = if query.sort.is_empty() { "null::jsonb".into() } else { query.sort.keys_sql() };
    let sql = format!(
        "select a.id, asset_feature(a, {blank}, {shown}, {srid}, {north_first}, {digits}, {inside}), {keys}
         from {relation}
         where a.kind = {kind} and a.status <> 'removed' and {filter} and {after}
         order by {order} limit {limit}",
        srid = query.crs.srid(),
        north_first = query.crs.north_first(),
        digits = query.crs.digits(),
        inside = query.sight == Sight::Inside,
        order = query.sort.order_sql(),
    );
    let found: Vec<(Uuid, String, Option<Value>)> = rows(pool, sql, statement).await?;
    Ok(found
        .into_iter()
        .map(|(id, json, keys)| Feature { id, json, cursor: Cursor::of(id, keys.as_ref()) })
        .collect())
}

/// How many assets of a kind pass.
pub(in crate::registry) async fn count(
    pool: &PgPool,
    kind: &Kind,
    filter: &Filter,
    as_of: Option<DateTime<Utc>>,
) -> Result<i64, Failure> {
    let mut statement = Statement::default();
    let kind = statement.bind(kind.slug.as_str().to_owned())?;
    let relation = relation(&mut statement, &kind, as_of)?;
    let filter = statement.predicate(&predicate(filter)?)?;
    let sql = format!(
        "select count(*) from {relation} where a.kind = {kind} and a.status <> 'removed' and {filter}"
    );
    value(pool, sql, statement).await
}

/// The kinds that are asked for, each with its own condition, within a box in degrees.
fn sight_sql(
    statement: &mut Statement,
    kinds: &[(String, Option<Condition>)],
    bbox: [f64; 4],
    as_of: Option<DateTime<Utc>>,
) -> Result<(String, String), Failure> {
    let plain: Vec<String> =
        kinds.iter().filter(|(_, condition)| condition.is_none()).map(|(slug, _)| slug.clone()).collect();
    let all: Vec<String> = kinds.iter().map(|(slug, _)| slug.clone()).collect();
    let mut each = vec![format!("a.kind = any({})", statement.bind(plain)?)];
    for (slug, condition) in kinds {
        let Some(condition) = condition else { continue };
        let slug = statement.bind(slug.clone())?;
        let filter = Filter { conditions: vec![condition.clone()], ..Filter::default() };
        let condition = statement.predicate(&predicate(&filter)?)?;
        each.push(format!("a.kind = {slug} and {condition}"));
    }
    let all = statement.bind(all)?;
    let relation = match as_of {
        None => "asset a".to_owned(),
        Some(at) => {
            let at = statement.bind(at)?;
            format!("unnest({all}::text[]) as asked (slug) cross join lateral asset_as_of(slug, {at}) a")
        }
    };
    let mut edges = Vec::new();
    for edge in bbox {
        edges.push(statement.bind(edge)?);
    }
    let condition = format!(
        "a.kind = any({all}) and a.status <> 'removed' and a.geom && st_makeenvelope({}, 4326) and (({}))",
        edges.join(", "),
        each.join(") or (")
    );
    Ok((relation, condition))
}

/// What is in sight of kinds, some of which have conditions.
pub(in crate::registry) async fn in_sight(
    pool: &PgPool,
    kinds: &[(String, Option<Condition>)],
    bbox: [f64; 4],
    limit: i64,
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<InSightRow>, Failure> {
    let mut statement = Statement::default();
    let (relation, condition) = sight_sql(&mut statement, kinds, bbox, as_of)?;
    let limit = statement.bind(limit)?;
    let sql = format!(
        "select id, kind, label, registry_number, attributes, st_x(point) as x, st_y(point) as y
         from (select a.id, a.kind, a.label, a.registry_number, a.attributes, st_pointonsurface(a.geom) as point
               from {relation} where {condition} order by a.kind, a.id limit {limit}) page
         order by kind, id"
    );
    rows(pool, sql, statement).await
}

/// How many are in sight.
pub(in crate::registry) async fn count_in_sight(
    pool: &PgPool,
    kinds: &[(String, Option<Condition>)],
    bbox: [f64; 4],
    as_of: Option<DateTime<Utc>>,
) -> Result<i64, Failure> {
    let mut statement = Statement::default();
    let (relation, condition) = sight_sql(&mut statement, kinds, bbox, as_of)?;
    let sql = format!("select count(*) from {relation} where {condition}");
    value(pool, sql, statement).await
}

/// A thing in the table of the registry: id, number, label, status, attributes.
type Register = (Uuid, i64, Option<String>, String, Value);

/// Things of a kind behind a number that pass, as they are or were at an instant.
pub(in crate::registry) async fn register(
    pool: &PgPool,
    kind: &Kind,
    filter: &Filter,
    as_of: Option<DateTime<Utc>>,
    after: i64,
    limit: i64,
) -> Result<Vec<Register>, Failure> {
    let mut statement = Statement::default();
    let kind = statement.bind(kind.slug.as_str().to_owned())?;
    let relation = relation(&mut statement, &kind, as_of)?;
    let filter = statement.predicate(&predicate(filter)?)?;
    let (after, limit) = (statement.bind(after)?, statement.bind(limit)?);
    let sql = format!(
        "select a.id, a.registry_number, a.label, a.status, a.attributes from {relation}
         where a.kind = {kind} and a.status <> 'removed' and a.registry_number > {after} and {filter}
         order by a.registry_number limit {limit}"
    );
    rows(pool, sql, statement).await
}

/// A tile with each thing in it that passes.
pub(in crate::registry) async fn tile(
    pool: &PgPool,
    of: TileOf<'_>,
    filter: &Filter,
) -> Result<Vec<u8>, Failure> {
    let mut statement = Statement::default();
    let kind = statement.bind(of.kind.as_str().to_owned())?;
    let relation = relation(&mut statement, &kind, of.as_of)?;
    let filter = statement.predicate(&predicate(filter)?)?;
    let limit = statement.bind(MOST_FEATURES)?;
    let (z, x, y) = (of.tile.z(), of.tile.x(), of.tile.y());
    let columns = tile_columns(of.attributes);
    let sql = format!(
        "select coalesce(st_asmvt(t, {kind}, 4096, 'geom', 'registry_number'), '')
         from (select a.registry_number, a.id::text as id, a.label{columns},
                      st_asmvtgeom(st_transform(a.geom, 3857), st_tileenvelope({z}, {x}, {y}), 4096, 64) as geom
               from {relation}
               where a.kind = {kind} and a.status <> 'removed'
                 and a.geom && st_transform(st_tileenvelope({z}, {x}, {y}, margin => 0.015625), 4326)
                 and {filter}
               limit {limit}) t
         where geom is not null"
    );
    value(pool, sql, statement).await
}

/// A tile of what passes, in which points that share a cell are one point with a `count`.
pub(in crate::registry) async fn thinned_tile(
    pool: &PgPool,
    of: TileOf<'_>,
    filter: &Filter,
) -> Result<Vec<u8>, Failure> {
    let [west, south, east, north] = of.tile.bounds_degrees();
    let mut statement = Statement::default();
    let kind = statement.bind(of.kind.as_str().to_owned())?;
    let filter = statement.predicate(&predicate(filter)?)?;
    let (west_at, south_at) = (statement.bind(west)?, statement.bind(south)?);
    let (east_at, north_at) = (statement.bind(east)?, statement.bind(north)?);
    let (width, height) = (statement.bind((east - west) / CELLS)?, statement.bind((north - south) / CELLS)?);
    let (z, x, y) = (of.tile.z(), of.tile.x(), of.tile.y());
    let sql = format!(
        "with cells as (
             select count(*) as count, avg(st_x(p)) as x, avg(st_y(p)) as y,
                    min(registry_number) as registry_number, min(label) as label, min(id::text) as id
             from (select a.*, st_centroid(a.geom) as p from asset a
                   where a.kind = {kind} and a.status <> 'removed'
                     and a.geom && st_makeenvelope({west_at}, {south_at}, {east_at}, {north_at}, 4326) and {filter}) a
             group by floor((st_x(p) - {west_at}) / {width}), floor((st_y(p) - {south_at}) / {height}))
         select coalesce(st_asmvt(t, {kind}, 4096, 'geom', 'registry_number'), '')
         from (select registry_number, count, case when count = 1 then id end as id,
                      case when count = 1 then label end as label,
                      st_asmvtgeom(st_transform(st_setsrid(st_makepoint(x, y), 4326), 3857),
                                   st_tileenvelope({z}, {x}, {y}), 4096, 64) as geom
               from cells order by registry_number) t
         where geom is not null"
    );
    value(pool, sql, statement).await
}

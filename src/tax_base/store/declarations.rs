//! What is declared, and who is exempt.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use crate::tax_base::model::{Declared, Item, Tax};

/// Who declares.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::tax_base) enum Payer {
    /// Somebody whom the town knows here.
    Party(Uuid),
    /// By their number in the finance system.
    Number(String),
}

/// A declaration to be written.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct NewDeclaration {
    pub(in crate::tax_base) id: Uuid,
    pub(in crate::tax_base) payer: Payer,
    pub(in crate::tax_base) parcel: String,
    pub(in crate::tax_base) key: String,
    pub(in crate::tax_base) valid_from: NaiveDate,
    pub(in crate::tax_base) ended: bool,
    pub(in crate::tax_base) items: Vec<Item>,
}

/// By which way declarations come, and from where.
#[derive(Debug, Clone, Copy)]
pub(in crate::tax_base) struct CameFrom<'a> {
    pub(in crate::tax_base) origin: &'a str,
    pub(in crate::tax_base) source: &'a str,
    pub(in crate::tax_base) by: &'a str,
    pub(in crate::tax_base) at: DateTime<Utc>,
}

/// Writes declarations; those whose id is there already are left as they are.
pub(in crate::tax_base) async fn add(
    connection: &mut PgConnection,
    new: &[NewDeclaration],
    from: CameFrom<'_>,
) -> Result<u64, sqlx::Error> {
    let mut added = 0;
    for part in new.chunks(1000) {
        let ids: Vec<Uuid> = part.iter().map(|one| one.id).collect();
        let parties: Vec<Option<Uuid>> = part
            .iter()
            .map(|one| match &one.payer {
                Payer::Party(id) => Some(*id),
                Payer::Number(_) => None,
            })
            .collect();
        let numbers: Vec<Option<String>> = part
            .iter()
            .map(|one| match &one.payer {
                Payer::Party(_) => None,
                Payer::Number(number) => Some(number.clone()),
            })
            .collect();
        let parcels: Vec<String> = part.iter().map(|one| one.parcel.clone()).collect();
        let keys: Vec<String> = part.iter().map(|one| one.key.clone()).collect();
        let days: Vec<NaiveDate> = part.iter().map(|one| one.valid_from).collect();
        let ended: Vec<bool> = part.iter().map(|one| one.ended).collect();
        let written: BTreeSet<Uuid> = sqlx::query_scalar!(
            "insert into tax_declaration (id, party, payer_number, parcel, parcel_key, valid_from, ended, origin, source, entered_by, entered_at)
             select n.*, $8, $9, $10, $11
             from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::date[], $7::bool[]) n
             on conflict (id) do nothing returning id",
            &ids,
            &parties as &[Option<Uuid>],
            &numbers as &[Option<String>],
            &parcels,
            &keys,
            &days,
            &ended,
            from.origin,
            from.source,
            from.by,
            from.at
        )
        .fetch_all(&mut *connection)
        .await?
        .into_iter()
        .collect();
        added += written.len() as u64;
        let items: Vec<(Uuid, i32, &Item)> = part
            .iter()
            .filter(|one| written.contains(&one.id))
            .flat_map(|one| (0_i32..).zip(&one.items).map(|(place, item)| (one.id, place, item)))
            .collect();
        let ids: Vec<Uuid> = items.iter().map(|(id, _, _)| *id).collect();
        let places: Vec<i32> = items.iter().map(|(_, place, _)| *place).collect();
        let parts: Vec<String> = items
            .iter()
            .map(|(_, _, item)| if item.building { "building" } else { "land" }.to_owned())
            .collect();
        let taxes: Vec<String> = items.iter().map(|(_, _, item)| item.tax.name().to_owned()).collect();
        let uses: Vec<String> = items.iter().map(|(_, _, item)| item.use_of.clone()).collect();
        let classes: Vec<Option<String>> = items.iter().map(|(_, _, item)| item.class.clone()).collect();
        let areas: Vec<i64> = items.iter().map(|(_, _, item)| item.area_dm2).collect();
        sqlx::query!(
            "insert into tax_declaration_item (declaration, place, part, tax, use_of, class, area_dm2)
             select * from unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[])",
            &ids,
            &places,
            &parts,
            &taxes,
            &uses,
            &classes as &[Option<String>],
            &areas
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(added)
}

/// A declaration with who declares it.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Entered {
    pub(in crate::tax_base) declared: Declared,
    pub(in crate::tax_base) payer: Payer,
    pub(in crate::tax_base) valid_from: NaiveDate,
    pub(in crate::tax_base) ended: bool,
    pub(in crate::tax_base) origin: String,
    pub(in crate::tax_base) source: String,
    pub(in crate::tax_base) entered_by: String,
    pub(in crate::tax_base) entered_at: DateTime<Utc>,
}

struct Row {
    id: Uuid,
    party: Option<Uuid>,
    payer_number: Option<String>,
    parcel: String,
    parcel_key: String,
    valid_from: NaiveDate,
    ended: bool,
    origin: String,
    source: String,
    entered_by: String,
    entered_at: DateTime<Utc>,
}

impl Row {
    fn entered(self, items: &mut BTreeMap<Uuid, Vec<Item>>) -> Option<Entered> {
        let payer = match (self.party, self.payer_number) {
            (Some(party), _) => Payer::Party(party),
            (None, Some(number)) => Payer::Number(number),
            (None, None) => return None,
        };
        let items = items.remove(&self.id).unwrap_or_default();
        Some(Entered {
            declared: Declared { id: self.id, parcel: self.parcel, key: self.parcel_key, items },
            payer,
            valid_from: self.valid_from,
            ended: self.ended,
            origin: self.origin,
            source: self.source,
            entered_by: self.entered_by,
            entered_at: self.entered_at,
        })
    }
}

async fn items(connection: &mut PgConnection, of: &[Uuid]) -> Result<BTreeMap<Uuid, Vec<Item>>, sqlx::Error> {
    let rows = sqlx::query!(
        "select declaration, part, tax, use_of, class, area_dm2 from tax_declaration_item
         where declaration = any($1) order by declaration, place",
        of
    )
    .fetch_all(connection)
    .await?;
    let mut items: BTreeMap<Uuid, Vec<Item>> = BTreeMap::new();
    for row in rows {
        let Some(tax) = Tax::from_name(&row.tax) else { continue };
        items.entry(row.declaration).or_default().push(Item {
            building: row.part == "building",
            tax,
            use_of: row.use_of,
            class: row.class,
            area_dm2: row.area_dm2,
        });
    }
    Ok(items)
}

/// What counts on a day, of all parcels or of some; at most `most`.
pub(in crate::tax_base) async fn on(
    connection: &mut PgConnection,
    day: NaiveDate,
    keys: Option<&[String]>,
    most: i64,
) -> Result<Vec<Entered>, sqlx::Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"select id as "id!", party, payer_number, parcel as "parcel!", parcel_key as "parcel_key!", valid_from as "valid_from!",
            ended as "ended!", origin as "origin!", source as "source!", entered_by as "entered_by!", entered_at as "entered_at!"
         from tax_declared_on($1) where $2::text[] is null or parcel_key = any($2) order by parcel_key, id limit $3"#,
        day,
        keys,
        most
    )
    .fetch_all(&mut *connection)
    .await?;
    with_items(connection, rows).await
}

async fn with_items(connection: &mut PgConnection, rows: Vec<Row>) -> Result<Vec<Entered>, sqlx::Error> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut items = items(connection, &ids).await?;
    Ok(rows.into_iter().filter_map(|row| row.entered(&mut items)).collect())
}

/// All that was ever declared of a parcel, the latest first.
pub(in crate::tax_base) async fn history(
    pool: &PgPool,
    key: &str,
    most: i64,
) -> Result<Vec<Entered>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let rows = sqlx::query_as!(
        Row,
        "select id, party, payer_number, parcel, parcel_key, valid_from, ended, origin, source, entered_by, entered_at
         from tax_declaration where parcel_key = $1 order by valid_from desc, id desc limit $2",
        key,
        most
    )
    .fetch_all(&mut *connection)
    .await?;
    with_items(&mut connection, rows).await
}

/// The payer of an account of dues.
pub(in crate::tax_base) async fn payers(
    connection: &mut PgConnection,
    accounts: &[i64],
) -> Result<BTreeMap<i64, Uuid>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"select number as "number!", party as "party!" from dues_account where number = any($1)"#,
        accounts
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.number, row.party)).collect())
}

/// Says of parcels that nobody pays tax on them from a day on, or does again.
pub(in crate::tax_base) async fn exempt(
    connection: &mut PgConnection,
    parcels: &[(String, String)],
    (valid_from, ended, reason): (NaiveDate, bool, &str),
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    let ids: Vec<Uuid> = parcels.iter().map(|_| Uuid::now_v7()).collect();
    let written: Vec<String> = parcels.iter().map(|(parcel, _)| parcel.clone()).collect();
    let keys: Vec<String> = parcels.iter().map(|(_, key)| key.clone()).collect();
    sqlx::query!(
        "insert into tax_exemption (id, parcel, parcel_key, valid_from, ended, reason, entered_by, entered_at)
         select n.*, $4, $5, $6, $7, $8 from unnest($1::uuid[], $2::text[], $3::text[]) n",
        &ids,
        &written,
        &keys,
        valid_from,
        ended,
        reason,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Keys of the parcels that are exempt on a day.
pub(in crate::tax_base) async fn exempt_on(
    connection: &mut PgConnection,
    day: NaiveDate,
) -> Result<BTreeSet<String>, sqlx::Error> {
    let keys = sqlx::query_scalar!(
        r#"select parcel_key as "key!" from (
            select distinct on (parcel_key) parcel_key, ended from tax_exemption where valid_from <= $1
            order by parcel_key, valid_from desc, id desc) latest
         where not ended"#,
        day
    )
    .fetch_all(connection)
    .await?;
    Ok(keys.into_iter().collect())
}

/// An exemption in a list.
#[derive(Debug, Clone)]
pub(in crate::tax_base) struct Exemption {
    pub(in crate::tax_base) parcel: String,
    pub(in crate::tax_base) valid_from: NaiveDate,
    pub(in crate::tax_base) ended: bool,
    pub(in crate::tax_base) reason: String,
    pub(in crate::tax_base) entered_by: String,
}

/// The latest exemptions, those entered last first.
pub(in crate::tax_base) async fn exemptions(pool: &PgPool, most: i64) -> Result<Vec<Exemption>, sqlx::Error> {
    sqlx::query_as!(
        Exemption,
        "select parcel, valid_from, ended, reason, entered_by from tax_exemption order by id desc limit $1",
        most
    )
    .fetch_all(pool)
    .await
}

/// Rules that the town entered last: text, who, when.
pub(in crate::tax_base) async fn rules(
    connection: &mut PgConnection,
) -> Result<Option<(String, String, DateTime<Utc>)>, sqlx::Error> {
    let row =
        sqlx::query!("select text, entered_by, entered_at from tax_base_rules order by id desc limit 1")
            .fetch_optional(connection)
            .await?;
    Ok(row.map(|row| (row.text, row.entered_by, row.entered_at)))
}

/// Enters rules.
pub(in crate::tax_base) async fn add_rules(
    connection: &mut PgConnection,
    text: &str,
    (by, at): (&str, DateTime<Utc>),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into tax_base_rules (text, entered_by, entered_at) values ($1, $2, $3)",
        text,
        by,
        at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Somebody who has an account of a kind of due, for the demo.
pub(in crate::tax_base) async fn some_payer(
    connection: &mut PgConnection,
    kind: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"select party as "party!" from dues_account where kind = $1 order by number limit 1"#,
        kind
    )
    .fetch_optional(connection)
    .await
}

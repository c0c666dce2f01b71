//! SQL of the parties.

pub(super) mod codes;
pub(super) mod mandates;
pub(super) mod records;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, PgExecutor, PgPool};
use uuid::Uuid;

use super::model::{Address, Party, Record};
use crate::platform::access::Level;

struct PartyRow {
    id: Uuid,
    name: String,
    level: String,
    account: Option<Uuid>,
}

impl From<PartyRow> for Party {
    fn from(row: PartyRow) -> Self {
        Self { id: row.id, name: row.name, level: level(&row.level), account: row.account }
    }
}

/// A level as the database spells it; its constraint lets no other words in.
pub(super) fn level(name: &str) -> Level {
    Level::from_name(name).unwrap_or(Level::Known)
}

pub(super) async fn of_account(
    executor: impl PgExecutor<'_>,
    account: Uuid,
) -> Result<Option<Party>, sqlx::Error> {
    let row = sqlx::query_as!(
        PartyRow,
        "select id, name, level, account from party where account = $1 and erased_at is null",
        account
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Party::from))
}

pub(super) async fn of_pesel(
    executor: impl PgExecutor<'_>,
    mark: &[u8],
) -> Result<Option<Party>, sqlx::Error> {
    let row = sqlx::query_as!(
        PartyRow,
        "select id, name, level, account from party where pesel_mark = $1 and erased_at is null",
        mark
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Party::from))
}

pub(super) async fn of_email(
    executor: impl PgExecutor<'_>,
    email_key: &str,
) -> Result<Option<Party>, sqlx::Error> {
    let row = sqlx::query_as!(
        PartyRow,
        "select p.id, p.name, p.level, p.account from party p join account a on a.id = p.account
         where a.email_key = $1 and p.erased_at is null",
        email_key
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Party::from))
}

pub(super) async fn of_nip(executor: impl PgExecutor<'_>, nip: &str) -> Result<Option<Party>, sqlx::Error> {
    let row = sqlx::query_as!(
        PartyRow,
        "select id, name, level, account from party where nip = $1 and erased_at is null",
        nip
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(Party::from))
}

/// Parties whose name holds a text, the nearest to its beginning first.
pub(super) async fn of_name(pool: &PgPool, text: &str, limit: i64) -> Result<Vec<Party>, sqlx::Error> {
    let rows = sqlx::query_as!(
        PartyRow,
        "select id, name, level, account from party
         where erased_at is null and strpos(lower(name), lower($1)) > 0
         order by strpos(lower(name), lower($1)), lower(name), id limit $2",
        text,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().map(Party::from).collect())
}

/// People of a name whose PESEL is not known, born on a day or on one that is not known.
pub(super) async fn namesakes(
    connection: &mut PgConnection,
    name: &str,
    born: NaiveDate,
    limit: i64,
) -> Result<Vec<Party>, sqlx::Error> {
    let rows = sqlx::query_as!(
        PartyRow,
        "select id, name, level, account from party
         where kind = 'person' and erased_at is null and pesel_mark is null and lower(name) = lower($1)
            and (born is null or born = $2)
         order by id limit $3",
        name,
        born,
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Party::from).collect())
}

pub(super) async fn email(executor: impl PgExecutor<'_>, party: Uuid) -> Result<Option<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "select a.email from party p join account a on a.id = p.account where p.id = $1",
        party
    )
    .fetch_optional(executor)
    .await
}

pub(super) async fn record(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Record>, sqlx::Error> {
    let row = sqlx::query!(
        r#"select p.id, p.name, p.level, p.account, p.kind, p.given_names, p.family_name, p.born,
                  p.pesel_mark is not null as "has_pesel!", p.nip, p.street, p.house_number, p.flat_number, p.postcode,
                  p.place, a.email as "email?"
           from party p left join account a on a.id = p.account
           where p.id = $1 and p.erased_at is null"#,
        id
    )
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|row| Record {
        party: Party { id: row.id, name: row.name, level: level(&row.level), account: row.account },
        is_company: row.kind == "company",
        given_names: row.given_names,
        family_name: row.family_name,
        born: row.born,
        has_pesel: row.has_pesel,
        nip: row.nip,
        address: Address {
            street: row.street.unwrap_or_default(),
            house_number: row.house_number.unwrap_or_default(),
            flat_number: row.flat_number.unwrap_or_default(),
            postcode: row.postcode.unwrap_or_default(),
            place: row.place.unwrap_or_default(),
        },
        email: row.email,
    }))
}

pub(super) async fn add_person(
    connection: &mut PgConnection,
    id: Uuid,
    account: Option<Uuid>,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into party (id, kind, name, account, created_at) values ($1, 'person', $2, $3, $4)",
        id,
        name,
        account,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a company unless one of this number is there; answers the one that is there.
pub(super) async fn add_company(
    connection: &mut PgConnection,
    nip: &str,
    name: &str,
    now: DateTime<Utc>,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query!(
        "insert into party (id, kind, name, nip, created_at) values ($1, 'company', $2, $3, $4) on conflict (nip) do nothing",
        Uuid::now_v7(),
        name,
        nip,
        now
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_scalar!("select id from party where nip = $1", nip).fetch_one(connection).await
}

/// What a proof has to know of a party, which stays locked until the transaction ends.
#[derive(Debug)]
pub(super) struct Locked {
    pub level: Level,
    pub pesel_mark: Option<Vec<u8>>,
}

pub(super) async fn lock(connection: &mut PgConnection, id: Uuid) -> Result<Option<Locked>, sqlx::Error> {
    let row = sqlx::query!(
        "select level, pesel_mark from party where id = $1 and erased_at is null for update",
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Locked { level: level(&row.level), pesel_mark: row.pesel_mark }))
}

/// Holds off whoever else would prove or make a party of the same PESEL, until the transaction ends.
pub(super) async fn lock_pesel(connection: &mut PgConnection, mark: &[u8; 32]) -> Result<(), sqlx::Error> {
    let [a, b, c, d, e, f, g, h, ..] = *mark;
    sqlx::query!("select pg_advisory_xact_lock($1)", i64::from_be_bytes([a, b, c, d, e, f, g, h]))
        .execute(connection)
        .await?;
    Ok(())
}

/// Makes one party of two; both are locked.
pub(super) async fn merge(connection: &mut PgConnection, gone: Uuid, kept: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("select merge_parties($1, $2)", gone, kept).execute(connection).await?;
    Ok(())
}

/// A PESEL as it is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct SealedPesel<'a> {
    pub mark: &'a [u8],
    pub sealed: &'a [u8],
}

/// Writes names, day of birth and PESEL of a person.
pub(super) async fn set_identity(
    connection: &mut PgConnection,
    id: Uuid,
    (given_names, family_name): (&str, &str),
    born: Option<NaiveDate>,
    pesel: Option<SealedPesel<'_>>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update party set name = left($2 || ' ' || $3, 200), given_names = $2, family_name = $3, born = coalesce($4, born),
             pesel_mark = coalesce($5, pesel_mark), pesel_sealed = coalesce($6, pesel_sealed)
         where id = $1",
        id,
        given_names,
        family_name,
        born,
        pesel.map(|pesel| pesel.mark),
        pesel.map(|pesel| pesel.sealed)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes PESEL and day of birth away: they turned out to be somebody else's.
pub(super) async fn forget_pesel(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("update party set pesel_mark = null, pesel_sealed = null, born = null where id = $1", id)
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn sealed_pesel(
    executor: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    let found = sqlx::query_scalar!("select pesel_sealed from party where id = $1 and erased_at is null", id)
        .fetch_optional(executor)
        .await?;
    Ok(found.flatten())
}

pub(super) async fn set_level(
    connection: &mut PgConnection,
    id: Uuid,
    level: Level,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update party set level = $2 where id = $1", id, level.name()).execute(connection).await?;
    Ok(())
}

/// Where an address was found.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    pub point: Uuid,
    pub flat_key: &'a str,
}

pub(super) async fn set_address(
    connection: &mut PgConnection,
    id: Uuid,
    address: &Address,
    found: Option<Found<'_>>,
) -> Result<(), sqlx::Error> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    sqlx::query!(
        "update party set street = $2, house_number = $3, flat_number = $4, postcode = $5, place = $6, address_point = $7,
             flat_key = $8
         where id = $1",
        id,
        some(&address.street),
        some(&address.house_number),
        some(&address.flat_number),
        some(&address.postcode),
        some(&address.place),
        found.map(|found| found.point),
        found.map(|found| found.flat_key)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How many other residents have declared this flat, while nobody else can declare it.
pub(super) async fn count_at(
    connection: &mut PgConnection,
    found: Found<'_>,
    but: Uuid,
) -> Result<i64, sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock(hashtextextended($1::text, 0))", found.point.to_string())
        .execute(&mut *connection)
        .await?;
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from party
           where address_point = $1 and flat_key = $2 and id <> $3 and level <> 'known' and erased_at is null"#,
        found.point,
        found.flat_key,
        but
    )
    .fetch_one(connection)
    .await
}

/// An address point of the register.
#[derive(Debug, Clone)]
pub(super) struct PointRow {
    pub id: Uuid,
    pub place: String,
    pub part: String,
    pub street: String,
    pub postcode: String,
}

/// Address points of a house number, small letters and no spaces in it.
pub(super) async fn points_of_number(
    pool: &PgPool,
    number_key: &str,
    limit: i64,
) -> Result<Vec<PointRow>, sqlx::Error> {
    sqlx::query_as!(
        PointRow,
        r#"select id as "id!", coalesce(place, '') as "place!", coalesce(part, '') as "part!",
                  coalesce(street, '') as "street!", coalesce(postcode, '') as "postcode!"
           from address_point where lower(translate(number, ' ', '')) = $1 limit $2"#,
        number_key,
        limit
    )
    .fetch_all(pool)
    .await
}

/// Streets and places of the register, for suggestions.
pub(super) async fn suggestions(
    pool: &PgPool,
    limit: i64,
) -> Result<(Vec<String>, Vec<String>), sqlx::Error> {
    let streets = sqlx::query_scalar!(
        r#"select distinct street as "street!" from address_point where street <> '' order by 1 limit $1"#,
        limit
    )
    .fetch_all(pool)
    .await?;
    let places = sqlx::query_scalar!(
        r#"select distinct place as "place!" from address_point where place <> '' order by 1 limit $1"#,
        limit
    )
    .fetch_all(pool)
    .await?;
    Ok((streets, places))
}

/// Lets a session act for somebody, or for oneself again.
pub(super) async fn set_acting(
    connection: &mut PgConnection,
    session: Uuid,
    account: Uuid,
    mandate: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session set acting = $3 where id = $1 and account = $2 and revoked_at is null",
        session,
        account,
        mandate
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ends the sessions of a person's account but one.
pub(super) async fn end_sessions(
    connection: &mut PgConnection,
    party: Uuid,
    but: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update session s set revoked_at = $3 from party p
         where p.id = $1 and s.account = p.account and s.id is distinct from $2 and s.revoked_at is null",
        party,
        but,
        now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Says that nothing is known of a party any more.
pub(super) async fn set_erased(
    connection: &mut PgConnection,
    party: Uuid,
    at: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update party set erased_at = $2 where id = $1", party, at).execute(connection).await?;
    Ok(())
}

//! SQL of the printed codes. No row is locked or changed by whoever uses a code: the table says nothing of that.

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::surveys::{model::Survey, store::invitations::For};

/// Whether a vote is announced or open, so that codes can be printed for it; by the database's clock.
pub(in crate::surveys::votes) async fn can_print(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<bool, sqlx::Error> {
    let can = sqlx::query_scalar!(
        "select state in ('ready', 'open') and clock_timestamp() < closes_at
         from survey where id = $1 and secrecy = 'secret'",
        survey
    );
    Ok(can.fetch_optional(connection).await?.flatten().unwrap_or(false))
}

/// Whom a code is printed for.
#[derive(Debug, Clone)]
pub(in crate::surveys::votes) struct Addressee {
    pub(in crate::surveys::votes) party: Uuid,
    pub(in crate::surveys::votes) name: String,
    pub(in crate::surveys::votes) street: Option<String>,
    pub(in crate::surveys::votes) house_number: Option<String>,
    pub(in crate::surveys::votes) flat_number: Option<String>,
    pub(in crate::surveys::votes) postcode: Option<String>,
    pub(in crate::surveys::votes) place: Option<String>,
}

/// One person as a letter names them; nobody of whom nothing is kept any more.
pub(in crate::surveys::votes) async fn addressee(
    connection: &mut PgConnection,
    party: Uuid,
) -> Result<Option<Addressee>, sqlx::Error> {
    sqlx::query_as!(
        Addressee,
        r#"select party as "party!", name as "name!", street, house_number, flat_number, postcode, place
           from survey_addressee where party = $1"#,
        party
    )
    .fetch_optional(connection)
    .await
}

/// Whom letters are written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::surveys::votes) enum To {
    /// Whoever has no account with which they could vote, and no code yet.
    NoAccount,
    /// Whoever has no code yet.
    Everybody,
    /// Those of a run that was printed before.
    Run(i32),
}

/// Those whom the register knows as entitled, with an address, who have not taken part; by their addresses.
pub(in crate::surveys::votes) async fn addressees(
    connection: &mut PgConnection,
    survey: &Survey,
    of: &For,
    to: To,
    most: i64,
) -> Result<Vec<Addressee>, sqlx::Error> {
    let run = match to {
        To::Run(run) => Some(run),
        To::NoAccount | To::Everybody => None,
    };
    sqlx::query_as!(
        Addressee,
        r#"select a.party as "party!", a.name as "name!", a.street, a.house_number, a.flat_number, a.postcode, a.place
           from survey_resident r join survey_addressee a on a.party = r.party
             left join survey_code c on c.survey = $1 and c.party = a.party
           where (not $2 or r.proved) and ($3::uuid is null or exists (
                select from district d where d.id = $3 and st_covers(d.area, r.place)))
             and ($4::int is null or $5 - r.born_year >= $4)
             and a.house_number is not null and a.postcode is not null
             and not exists (select from survey_roll l where l.survey = $1 and l.party = a.party)
             and case when $6::int is null then c.party is null and ($7 or not a.has_account) else c.run = $6 end
           order by a.place, a.street, a.house_number, a.flat_number, a.party limit $8"#,
        survey.id,
        of.proved,
        survey.district,
        of.least_age,
        of.year,
        run,
        to == To::Everybody,
        most
    )
    .fetch_all(connection)
    .await
}

/// To how many letters could be written: of those without an account, and of all.
pub(in crate::surveys::votes) async fn count_addressees(
    connection: &mut PgConnection,
    survey: &Survey,
    of: &For,
) -> Result<[i64; 2], sqlx::Error> {
    let row = sqlx::query!(
        r#"select count(*) filter (where not a.has_account) as "no_account!", count(*) as "everybody!"
           from survey_resident r join survey_addressee a on a.party = r.party
           where (not $2 or r.proved) and ($3::uuid is null or exists (
                select from district d where d.id = $3 and st_covers(d.area, r.place)))
             and ($4::int is null or $5 - r.born_year >= $4)
             and a.house_number is not null and a.postcode is not null
             and not exists (select from survey_roll l where l.survey = $1 and l.party = a.party)
             and not exists (select from survey_code c where c.survey = $1 and c.party = a.party)"#,
        survey.id,
        of.proved,
        survey.district,
        of.least_age,
        of.year
    );
    let row = row.fetch_one(connection).await?;
    Ok([row.no_account, row.everybody])
}

/// Codes that are on paper from now on; those of the same people before them are void.
#[derive(Debug)]
pub(in crate::surveys::votes) struct Printed<'a> {
    pub(in crate::surveys::votes) parties: &'a [Uuid],
    pub(in crate::surveys::votes) digests: &'a [Vec<u8>],
    pub(in crate::surveys::votes) day: NaiveDate,
    pub(in crate::surveys::votes) clerk: &'a str,
    pub(in crate::surveys::votes) run: Option<i32>,
    /// Whether they are only for people who have none.
    pub(in crate::surveys::votes) first: bool,
}

/// Keeps digests of codes; how many.
pub(in crate::surveys::votes) async fn put_codes(
    connection: &mut PgConnection,
    survey: Uuid,
    printed: &Printed<'_>,
) -> Result<u64, sqlx::Error> {
    let kept = sqlx::query!(
        "insert into survey_code as c (survey, party, digest, printed_on, printed_by, times, run)
         select $1, party, digest, $4, $5, 1, $6 from unnest($2::uuid[], $3::bytea[]) as p (party, digest)
         on conflict (survey, party) do update set digest = excluded.digest, printed_on = excluded.printed_on,
            printed_by = excluded.printed_by, times = c.times + 1, run = excluded.run
         where not $7",
        survey,
        printed.parties,
        printed.digests,
        printed.day,
        printed.clerk,
        printed.run,
        printed.first
    );
    Ok(kept.execute(connection).await?.rows_affected())
}

/// Of which vote a code is, and whose.
pub(in crate::surveys::votes) async fn holder(
    connection: &mut PgConnection,
    digest: &[u8; 32],
) -> Result<Option<(Uuid, Uuid)>, sqlx::Error> {
    let row = sqlx::query!(
        "select c.survey, c.party from survey_code c join survey_addressee a on a.party = c.party where c.digest = $1",
        digest.as_slice()
    );
    Ok(row.fetch_optional(connection).await?.map(|row| (row.survey, row.party)))
}

/// Whether somebody stands in the roll. Asks without a lock, which would be seen on the row.
pub(in crate::surveys::votes) async fn is_in_roll(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<bool, sqlx::Error> {
    let found = sqlx::query_scalar!(
        r#"select exists (select from survey_roll where survey = $1 and party = $2) as "found!""#,
        survey,
        party
    );
    found.fetch_one(connection).await
}

/// How many wrong codes a network has brought on a day.
pub(in crate::surveys::votes) async fn wrong_codes(
    connection: &mut PgConnection,
    survey: Uuid,
    mark: &[u8; 32],
    day: NaiveDate,
) -> Result<i32, sqlx::Error> {
    let found = sqlx::query_scalar!(
        "select answers from survey_network where survey = $1 and mark = $2 and on_day = $3",
        survey,
        mark.as_slice(),
        day
    );
    Ok(found.fetch_optional(connection).await?.unwrap_or(0))
}

/// How many codes there are.
#[derive(Debug, Clone, Copy)]
pub(in crate::surveys::votes) struct CodeCount {
    /// People who have one.
    pub(in crate::surveys::votes) people: i64,
    /// All that were printed, with those that are void.
    pub(in crate::surveys::votes) printed: i64,
    /// People who have one and stand in the roll, by whatever way.
    pub(in crate::surveys::votes) in_roll: i64,
}

/// Counts codes.
pub(in crate::surveys::votes) async fn code_count(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<CodeCount, sqlx::Error> {
    sqlx::query_as!(
        CodeCount,
        r#"select count(*) as "people!", coalesce(sum(c.times), 0) as "printed!", count(r.party) as "in_roll!"
           from survey_code c left join survey_roll r on r.survey = c.survey and r.party = c.party where c.survey = $1"#,
        survey
    )
    .fetch_one(connection)
    .await
}

/// A run of letters.
#[derive(Debug, Clone)]
pub(in crate::surveys::votes) struct Run {
    pub(in crate::surveys::votes) number: i32,
    pub(in crate::surveys::votes) letters: i64,
    pub(in crate::surveys::votes) day: NaiveDate,
}

/// Runs of letters, the last first.
pub(in crate::surveys::votes) async fn runs(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<Run>, sqlx::Error> {
    sqlx::query_as!(
        Run,
        r#"select run as "number!", count(*) as "letters!", max(printed_on) as "day!" from survey_code
           where survey = $1 and run is not null group by run order by run desc limit 100"#,
        survey
    )
    .fetch_all(connection)
    .await
}

/// Forgets which codes there were: once the urn is open they are of no use.
pub(in crate::surveys::votes) async fn forget_codes(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update survey_code set digest = null where survey = $1", survey)
        .execute(connection)
        .await?;
    Ok(())
}

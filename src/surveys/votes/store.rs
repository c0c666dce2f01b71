//! All SQL of the votes.

pub(super) mod codes;

use ballots::{
    form::Answers,
    secret::{Ballot, PublicKeys, Token, file::Counts, urn::Receipt},
};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{AssertSqlSafe, PgConnection, types::Json};
use uuid::Uuid;

/// Rows of one statement that fills the box.
const AT_ONCE: usize = 2000;

/// An urn as it is kept.
#[derive(Debug, Clone)]
pub(super) struct UrnRow {
    pub(super) token_key: Vec<u8>,
    pub(super) urn_key: Vec<u8>,
    pub(super) file_key: Vec<u8>,
    pub(super) private_keys: Option<String>,
    pub(super) plain_bytes: i32,
    pub(super) paper: bool,
    pub(super) taken_out: i32,
    pub(super) opened_on: Option<NaiveDate>,
    pub(super) file: Option<String>,
    pub(super) file_digest: Option<Vec<u8>>,
    pub(super) counts: Option<Json<Counts>>,
}

impl UrnRow {
    pub(super) fn public(&self) -> PublicKeys {
        PublicKeys { token: self.token_key.clone(), urn: self.urn_key.clone(), file: self.file_key.clone() }
    }
}

/// The lock of one vote, held to the end of a transaction: shared by whoever writes into roll, urn or sheets, alone by
/// whoever opens the urn. It leaves no trace on the disk.
fn lock_key(survey: Uuid) -> i64 {
    // The random half of the id.
    survey.as_u64_pair().1.cast_signed()
}

/// Takes the vote's lock together with others; `false` when the urn is being opened.
pub(super) async fn share_lock(connection: &mut PgConnection, survey: Uuid) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar!("select pg_try_advisory_xact_lock_shared($1)", lock_key(survey));
    Ok(held.fetch_one(connection).await?.unwrap_or(false))
}

/// Takes the vote's lock alone, once all others have let it go.
pub(super) async fn lock_alone(connection: &mut PgConnection, survey: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("select pg_advisory_xact_lock($1)", lock_key(survey)).execute(connection).await?;
    Ok(())
}

/// Whether ballots are taken now, by the database's clock.
pub(super) async fn takes(connection: &mut PgConnection, survey: Uuid) -> Result<bool, sqlx::Error> {
    let takes = sqlx::query_scalar!(
        "select state in ('ready', 'open') and opens_at <= clock_timestamp() and clock_timestamp() < closes_at
         from survey where id = $1 and secrecy = 'secret'",
        survey
    );
    Ok(takes.fetch_optional(connection).await?.flatten().unwrap_or(false))
}

/// Whether the time of a vote is over, by the database's clock.
pub(super) async fn is_over(connection: &mut PgConnection, survey: Uuid) -> Result<bool, sqlx::Error> {
    let over = sqlx::query_scalar!(
        "select state in ('ready', 'open', 'closed') and closes_at <= clock_timestamp()
         from survey where id = $1 and secrecy = 'secret'",
        survey
    );
    Ok(over.fetch_optional(connection).await?.flatten().unwrap_or(false))
}

/// Votes whose time has come and that have no urn yet.
pub(super) async fn without_urn(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select id from survey s where secrecy = 'secret' and state in ('ready', 'open') and opens_at <= clock_timestamp()
            and clock_timestamp() < closes_at and not exists (select from survey_urn u where u.survey = s.id)"
    )
    .fetch_all(connection)
    .await
}

/// Votes that are over and whose urn may be opened without a clerk, and opened ones whose keys are still there.
pub(super) async fn to_open(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "select s.id from survey s join survey_urn u on u.survey = s.id
         where case when u.opened_on is null
            then not u.paper and s.state in ('ready', 'open', 'closed') and s.closes_at <= clock_timestamp()
            else u.private_keys is not null end"
    )
    .fetch_all(connection)
    .await
}

/// When the next vote begins or ends.
pub(super) async fn next_instant(
    connection: &mut PgConnection,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select least(min(opens_at) filter (where opens_at > clock_timestamp()),
            min(closes_at) filter (where closes_at > clock_timestamp()))
         from survey where secrecy = 'secret' and state in ('ready', 'open')"
    )
    .fetch_one(connection)
    .await
}

/// The urn of a survey.
pub(super) async fn urn(connection: &mut PgConnection, survey: Uuid) -> Result<Option<UrnRow>, sqlx::Error> {
    sqlx::query_as!(
        UrnRow,
        r#"select token_key, urn_key, file_key, private_keys, plain_bytes, paper, taken_out, opened_on, file, file_digest,
            counts as "counts: Json<Counts>"
         from survey_urn where survey = $1"#,
        survey
    )
    .fetch_optional(connection)
    .await
}

/// Puts up an urn with the part of the table that is its own; `false` when another node was quicker.
pub(super) async fn add_urn(
    connection: &mut PgConnection,
    survey: Uuid,
    keys: &PublicKeys,
    private_keys: &str,
    plain_bytes: i32,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into survey_urn (survey, token_key, urn_key, file_key, private_keys, plain_bytes)
         values ($1, $2, $3, $4, $5, $6) on conflict (survey) do nothing",
        survey,
        keys.token,
        keys.urn,
        keys.file,
        private_keys,
        plain_bytes
    )
    .execute(&mut *connection)
    .await?;
    if added.rows_affected() == 0 {
        return Ok(false);
    }
    // Names of tables cannot be bound; an id holds nothing but hexadecimal digits.
    let statement =
        format!("create table {} partition of ballot_sealed for values in ('{survey}')", part_of(survey));
    sqlx::query(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(true)
}

fn part_of(survey: Uuid) -> String {
    format!("ballot_sealed_{}", survey.simple())
}

/// Whether sheets of paper count.
pub(super) async fn set_paper(
    connection: &mut PgConnection,
    survey: Uuid,
    paper: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!("update survey_urn set paper = $2 where survey = $1 and opened_on is null", survey, paper)
        .execute(connection)
        .await?;
    Ok(())
}

/// One name in the roll.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) online_on: Option<NaiveDate>,
    pub(super) blinded: Option<Vec<u8>>,
    pub(super) handle: Option<Vec<u8>>,
    pub(super) paper_on: Option<NaiveDate>,
    pub(super) collision: Option<String>,
}

/// Writes somebody into the roll who asks for a token, unless they stand there; what stands there.
pub(super) async fn enter_online(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
    (blinded, handle): (&[u8], Option<&[u8]>),
    day: NaiveDate,
) -> Result<Name, sqlx::Error> {
    sqlx::query!(
        "insert into survey_roll (survey, party, online_on, blinded, handle) values ($1, $2, $3, $4, $5)
         on conflict (survey, party) do nothing",
        survey,
        party,
        day,
        blinded,
        handle
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query_as!(
        Name,
        "select online_on, blinded, handle, paper_on, collision from survey_roll where survey = $1 and party = $2",
        survey,
        party
    )
    .fetch_one(connection)
    .await
}

/// What stands in the roll of somebody, held against changes.
pub(super) async fn name(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<Option<Name>, sqlx::Error> {
    sqlx::query_as!(
        Name,
        "select online_on, blinded, handle, paper_on, collision from survey_roll where survey = $1 and party = $2 for update",
        survey,
        party
    )
    .fetch_optional(connection)
    .await
}

/// Writes somebody into the roll who took part on paper; `false` when they stand there.
pub(super) async fn enter_paper(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
    clerk: &str,
    day: NaiveDate,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into survey_roll (survey, party, paper_on, paper_by) values ($1, $2, $3, $4)
         on conflict (survey, party) do nothing",
        survey,
        party,
        day,
        clerk
    );
    Ok(added.execute(connection).await?.rows_affected() > 0)
}

/// Takes a name out that was entered by mistake; `false` when it did not come in on paper alone.
pub(super) async fn leave_paper(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "delete from survey_roll where survey = $1 and party = $2 and online_on is null and collision is null",
        survey,
        party
    );
    Ok(gone.execute(connection).await?.rows_affected() > 0)
}

/// Writes down what became of somebody who took part both ways.
pub(super) async fn settle(
    connection: &mut PgConnection,
    survey: Uuid,
    party: Uuid,
    collision: &str,
    paper: Option<(NaiveDate, &str)>,
) -> Result<(), sqlx::Error> {
    let (day, clerk) = paper.unzip();
    sqlx::query!(
        "update survey_roll set collision = $3, paper_on = $4, paper_by = $5 where survey = $1 and party = $2",
        survey,
        party,
        collision,
        day,
        clerk
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a ballot out of the urn; `false` when there is none of this token.
pub(super) async fn take_out(
    connection: &mut PgConnection,
    survey: Uuid,
    token: &[u8],
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!("delete from ballot_sealed where survey = $1 and token = $2", survey, token);
    if gone.execute(&mut *connection).await?.rows_affected() == 0 {
        return Ok(false);
    }
    sqlx::query!("update survey_urn set taken_out = taken_out + 1 where survey = $1", survey)
        .execute(connection)
        .await?;
    Ok(true)
}

/// How many names stand in the roll.
#[derive(Debug, Clone, Copy)]
pub(super) struct RollCount {
    /// By a token.
    pub(super) online: i64,
    /// On paper that counts.
    pub(super) paper: i64,
    /// All together.
    pub(super) all: i64,
}

/// Counts the roll.
pub(super) async fn roll_count(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<RollCount, sqlx::Error> {
    sqlx::query_as!(
        RollCount,
        r#"select count(online_on) as "online!", count(paper_on) as "paper!", count(*) as "all!"
         from survey_roll where survey = $1"#,
        survey
    )
    .fetch_one(connection)
    .await
}

/// Puts a ballot into the urn; `false` when one of its token is there.
pub(super) async fn cast(
    connection: &mut PgConnection,
    survey: Uuid,
    ballot: &Ballot,
) -> Result<bool, sqlx::Error> {
    let added = sqlx::query!(
        "insert into ballot_sealed (survey, token, signature, envelope, seal) values ($1, $2, $3, $4, $5)
         on conflict (survey, token) do nothing",
        survey,
        ballot.token.bytes(),
        ballot.signature,
        ballot.envelope,
        ballot.seal
    );
    Ok(added.execute(connection).await?.rows_affected() > 0)
}

/// The envelope of a token that is in the urn.
pub(super) async fn envelope(
    connection: &mut PgConnection,
    survey: Uuid,
    token: &Token,
) -> Result<Option<Vec<u8>>, sqlx::Error> {
    sqlx::query_scalar!(
        "select envelope from ballot_sealed where survey = $1 and token = $2",
        survey,
        token.bytes()
    )
    .fetch_optional(connection)
    .await
}

/// All that is in the urn: ballots, and how many rows are none.
pub(super) async fn sealed(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<(Vec<Ballot>, usize), sqlx::Error> {
    let rows = sqlx::query!(
        "select token, signature, envelope, seal from ballot_sealed where survey = $1 order by token",
        survey
    )
    .fetch_all(connection)
    .await?;
    let all = rows.len();
    let ballots: Vec<Ballot> = rows
        .into_iter()
        .filter_map(|row| {
            let token = Token::new(&row.token).ok()?;
            Some(Ballot { token, signature: row.signature, envelope: row.envelope, seal: row.seal })
        })
        .collect();
    let foreign = all - ballots.len();
    Ok((ballots, foreign))
}

/// Fills the box in the order of the list.
pub(super) async fn fill_box(
    connection: &mut PgConnection,
    survey: Uuid,
    ballots: &[Answers],
    receipts: &[Receipt],
) -> Result<(), sqlx::Error> {
    for some in ballots.chunks(AT_ONCE) {
        let answers: Vec<serde_json::Value> = some.iter().map(|answers| serde_json::json!(answers)).collect();
        sqlx::query!(
            "insert into ballot (survey, answers) select $1, answers from unnest($2::jsonb[]) as answers",
            survey,
            &answers
        )
        .execute(&mut *connection)
        .await?;
    }
    for some in receipts.chunks(AT_ONCE) {
        let tokens: Vec<Vec<u8>> = some.iter().map(|receipt| receipt.token.bytes().to_vec()).collect();
        let signatures: Vec<Vec<u8>> = some.iter().map(|receipt| receipt.signature.clone()).collect();
        sqlx::query!(
            "insert into ballot_receipt (survey, token, signature)
             select $1, token, signature from unnest($2::bytea[], $3::bytea[]) as r (token, signature)",
            survey,
            &tokens,
            &signatures
        )
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// What opening an urn leaves behind.
#[derive(Debug)]
pub(super) struct Outcome<'a> {
    pub(super) day: NaiveDate,
    pub(super) file: &'a str,
    pub(super) digest: &'a [u8],
    pub(super) counts: &'a Counts,
}

/// Ends an urn: its part of the table goes with its file, the roll keeps nothing of the tokens, printed codes are forgotten,
/// the survey is closed.
pub(super) async fn end_urn(
    connection: &mut PgConnection,
    survey: Uuid,
    outcome: &Outcome<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update survey_urn set opened_on = $2, file = $3, file_digest = $4, counts = $5 where survey = $1",
        survey,
        outcome.day,
        outcome.file,
        outcome.digest,
        Json(outcome.counts) as _
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!("update survey_roll set blinded = null, handle = null where survey = $1", survey)
        .execute(&mut *connection)
        .await?;
    codes::forget_codes(connection, survey).await?;
    sqlx::query!("update survey set state = 'closed' where id = $1 and state in ('ready', 'open')", survey)
        .execute(&mut *connection)
        .await?;
    // Last, since it keeps all other urns waiting until the commit.
    sqlx::query(AssertSqlSafe(format!("drop table {}", part_of(survey)))).execute(connection).await?;
    Ok(())
}

/// Writes down that the private keys are gone.
pub(super) async fn keys_destroyed(connection: &mut PgConnection, survey: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "update survey_urn set private_keys = null where survey = $1 and opened_on is not null",
        survey
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes down what was done with a vote.
pub(super) async fn add_deed(
    connection: &mut PgConnection,
    survey: Uuid,
    at: DateTime<Utc>,
    (who, what, note): (&str, &str, &str),
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_vote_deed (id, survey, at, who, what, note) values ($1, $2, $3, $4, $5, $6)",
        Uuid::now_v7(),
        survey,
        at,
        who,
        what,
        note
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One thing that was done with a vote.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    pub(super) at: DateTime<Utc>,
    pub(super) who: String,
    pub(super) what: String,
    pub(super) note: String,
}

/// What was done with a vote, the newest first.
pub(super) async fn deeds(connection: &mut PgConnection, survey: Uuid) -> Result<Vec<Deed>, sqlx::Error> {
    sqlx::query_as!(
        Deed,
        "select at, who, what, note from survey_vote_deed where survey = $1 order by id desc limit 200",
        survey
    )
    .fetch_all(connection)
    .await
}

/// Counts what was refused.
pub(super) async fn add_refusals(
    connection: &mut PgConnection,
    survey: Uuid,
    why: &str,
    times: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_vote_refusal as r (survey, why, times) select $1, $2, $3 from survey where id = $1
         on conflict (survey, why) do update set times = r.times + excluded.times",
        survey,
        why,
        times
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// How often what was refused.
pub(super) async fn refusals(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<(String, i64)>, sqlx::Error> {
    let rows =
        sqlx::query!("select why, times from survey_vote_refusal where survey = $1 order by why", survey)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().map(|row| (row.why, row.times)).collect())
}

/// One entry of a sheet.
#[derive(Debug, Clone)]
pub(super) struct SheetRow {
    pub(super) number: i32,
    pub(super) entry: i16,
    pub(super) answers: Json<Answers>,
    pub(super) clerk: String,
}

/// All entries of a survey's sheets.
pub(super) async fn sheets(
    connection: &mut PgConnection,
    survey: Uuid,
) -> Result<Vec<SheetRow>, sqlx::Error> {
    sqlx::query_as!(
        SheetRow,
        r#"select number, entry, answers as "answers: Json<Answers>", clerk from survey_sheet
         where survey = $1 order by number, entry"#,
        survey
    )
    .fetch_all(connection)
    .await
}

/// Writes an entry of a sheet, or writes it anew.
pub(super) async fn put_sheet(
    connection: &mut PgConnection,
    survey: Uuid,
    row: &SheetRow,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "insert into survey_sheet (survey, number, entry, answers, clerk) values ($1, $2, $3, $4, $5)
         on conflict (survey, number, entry) do update set answers = excluded.answers, clerk = excluded.clerk",
        survey,
        row.number,
        row.entry,
        Json(&row.answers.0) as _,
        row.clerk
    )
    .execute(connection)
    .await?;
    Ok(())
}

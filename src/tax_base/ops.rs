//! What is done with the tax base: declarations at the desk, exemptions, rules, comparisons, marks.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    TaxBase,
    compare::compare,
    lines::{self, Wrong},
    model::{Mark, parcel_key},
    rules::{BUILT_IN, MOST_BYTES, Rules},
    store::{
        declarations::{self, CameFrom, Entered, Exemption, NewDeclaration, Payer},
        register,
        runs::{self, Found, Run, Said, Tally, Wanted},
    },
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    ui::local_time::start_of,
};

/// Most parcels, and most buildings, that are compared.
const MOST_THINGS: i64 = 1_000_000;
/// Most declarations that are compared.
const MOST_DECLARATIONS: i64 = 1_000_000;
/// Most findings that are kept of a comparison.
const MOST_FINDINGS: usize = 200_000;
/// Comparisons that are kept.
const RUNS_KEPT: i64 = 12;
/// How often a comparison gives a sign of life, and after which silence it is given up.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
const SILENCE: TimeDelta = TimeDelta::seconds(60);
/// How long whoever begins a comparison waits for its end before the page says that it is under way.
const PATIENCE: Duration = Duration::from_secs(4);
/// Lines of one declaration.
pub(super) const MOST_LINES: usize = 100;
/// Parcels of one form of exemptions.
pub(super) const MOST_EXEMPTED: usize = 2_000;
/// What a page of history shows.
const MOST_HISTORY: i64 = 200;

/// What somebody declares, as a form of the desk has it.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    /// Made by the form, so that one that is sent twice is entered once.
    pub(super) id: Uuid,
    /// Number of an account of dues.
    pub(super) account: String,
    /// Or of the payer in the finance system.
    pub(super) number: String,
    pub(super) parcel: String,
    pub(super) valid_from: String,
    /// One line for each piece of land and each building; none: it is not declared any more.
    pub(super) lines: String,
    pub(super) ended: bool,
}

/// What is wrong with a form: the field, and what; of lines also which one.
pub(super) type Fault = (&'static str, Wrong, Option<usize>);

impl TaxBase {
    /// The rules that hold: the town's, else those of the program; with who entered them and when.
    pub(super) async fn rules(
        &self,
        ctx: &Ctx,
    ) -> Result<(String, Option<(String, DateTime<Utc>)>), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(match declarations::rules(&mut connection).await? {
            Some((text, by, at)) => (text, Some((by, at))),
            None => (BUILT_IN.to_owned(), None),
        })
    }

    /// The rules that hold, read. Those of the town were read before they were kept; of ones that a later program does not
    /// understand any more those of the program take the place.
    pub(super) async fn rules_in(&self, connection: &mut sqlx::PgConnection) -> Result<Rules, Failure> {
        let own = declarations::rules(connection).await?;
        let read = own.map(|(text, _, _)| Rules::read(&text));
        match read {
            Some(Ok(rules)) => Ok(rules),
            Some(Err(why)) => {
                tracing::warn!(%why, "the town's rules of the tax base cannot be read; those of the program count");
                Rules::read(BUILT_IN).internal("read the rules of the tax base")
            }
            None => Rules::read(BUILT_IN).internal("read the rules of the tax base"),
        }
    }

    /// Enters rules for all comparisons to come.
    ///
    /// # Errors
    /// When whoever asks may not. The inner one says what is wrong with the rules, and where.
    pub(super) async fn set_rules(&self, ctx: &Ctx, text: &str) -> Result<Result<(), String>, Failure> {
        ctx.require(Permission::DuesSettings, None)?;
        if text.len() > MOST_BYTES {
            return Ok(Err(format!("at most {MOST_BYTES} bytes")));
        }
        if let Err(why) = Rules::read(text) {
            return Ok(Err(why));
        }
        let mut connection = self.pool.acquire().await?;
        declarations::add_rules(&mut connection, text, (ctx.actor(), ctx.now)).await?;
        Ok(Ok(()))
    }

    /// Enters what somebody declares of a parcel from a day on.
    ///
    /// # Errors
    /// When whoever asks may not. The inner one holds all that is wrong.
    pub(super) async fn declare(
        &self,
        ctx: &Ctx,
        typed: &Typed,
    ) -> Result<Result<String, Vec<Fault>>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let mut faults: Vec<Fault> = Vec::new();
        let payer = match (typed.account.trim(), typed.number.trim()) {
            ("", number) => lines::payer_number(number).map(Payer::Number),
            (account, "") => match account.parse() {
                Ok(number) => {
                    let found = declarations::payers(&mut connection, &[number]).await?;
                    found.get(&number).copied().map(Payer::Party)
                }
                Err(_) => None,
            },
            _ => None,
        };
        if payer.is_none() {
            faults.push(("account", Wrong::Payer, None));
        }
        let key = parcel_key(&typed.parcel);
        if key.is_none() {
            faults.push(("parcel", Wrong::Parcel, None));
        }
        let valid_from = lines::day(&typed.valid_from);
        if valid_from.is_none() {
            faults.push(("valid_from", Wrong::Day, None));
        }
        let mut items = Vec::new();
        let written = typed.lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (n, line) in written.take(MOST_LINES + 1) {
            match lines::line(line, &rules) {
                Ok(item) => items.push(item),
                Err(wrong) => faults.push(("lines", wrong, Some(n + 1))),
            }
        }
        if items.len() > MOST_LINES || items.is_empty() && !typed.ended && faults.is_empty() {
            faults.push(("lines", Wrong::Area, None));
        }
        let (Some(payer), Some(key), Some(valid_from), true) = (payer, key, valid_from, faults.is_empty())
        else {
            return Ok(Err(faults));
        };
        if typed.ended {
            items.clear();
        }
        let new = NewDeclaration {
            id: typed.id,
            payer,
            parcel: typed.parcel.trim().chars().take(60).collect(),
            key: key.clone(),
            valid_from,
            ended: typed.ended,
            items,
        };
        let mut transaction = self.pool.begin().await?;
        let from = CameFrom { origin: "desk", source: "", by: ctx.actor(), at: ctx.now };
        declarations::add(&mut transaction, &[new], from).await?;
        transaction.commit().await?;
        Ok(Ok(key))
    }

    /// All that was ever declared of a parcel, the latest first; nothing for what is no identifier.
    pub(super) async fn history(&self, ctx: &Ctx, parcel: &str) -> Result<Vec<Entered>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let Some(key) = parcel_key(parcel) else { return Ok(Vec::new()) };
        Ok(declarations::history(&self.pool, &key, MOST_HISTORY).await?)
    }

    /// Says of parcels, one a line, that nobody pays tax on them from a day on, or does again.
    ///
    /// # Errors
    /// When whoever asks may not. The inner one says what is wrong.
    pub(super) async fn exempt(
        &self,
        ctx: &Ctx,
        parcels: &str,
        (valid_from, reason, ended): (&str, &str, bool),
    ) -> Result<Result<usize, Vec<Fault>>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let mut faults: Vec<Fault> = Vec::new();
        let mut all = Vec::new();
        let written = parcels.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        for (n, line) in written.take(MOST_EXEMPTED + 1) {
            match parcel_key(line) {
                Some(key) => all.push((line.trim().chars().take(60).collect::<String>(), key)),
                None => faults.push(("parcels", Wrong::Parcel, Some(n + 1))),
            }
        }
        if faults.is_empty() && (all.is_empty() || all.len() > MOST_EXEMPTED) {
            faults.push(("parcels", Wrong::Parcel, None));
        }
        let reason: String = reason.trim().chars().take(200).collect();
        if reason.is_empty() {
            faults.push(("reason", Wrong::Use, None));
        }
        let day = lines::day(valid_from);
        if day.is_none() {
            faults.push(("valid_from", Wrong::Day, None));
        }
        let (Some(day), true) = (day, faults.is_empty()) else { return Ok(Err(faults)) };
        let mut connection = self.pool.acquire().await?;
        declarations::exempt(&mut connection, &all, (day, ended, &reason), (ctx.actor(), ctx.now)).await?;
        Ok(Ok(all.len()))
    }

    /// The latest exemptions.
    pub(super) async fn exemptions(&self, ctx: &Ctx) -> Result<Vec<Exemption>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        Ok(declarations::exemptions(&self.pool, MOST_HISTORY).await?)
    }

    /// Begins a comparison for a day and waits a moment for its end. One at a time: whoever comes second gets the one that is
    /// under way.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn begin(&self, ctx: &Ctx, day: NaiveDate) -> Result<Uuid, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let id = Uuid::now_v7();
        let by = (ctx.actor(), ctx.now);
        if let Some(other) = runs::begin(&self.pool, (id, day), by, ctx.now - SILENCE).await? {
            return Ok(other);
        }
        let own = self.clone();
        let mut work = tokio::spawn(async move { own.work(id, day).await });
        // It goes on when nobody waits for it any more.
        let _ = tokio::time::timeout(PATIENCE, &mut work).await;
        Ok(id)
    }

    /// Compares, with signs of life.
    async fn work(&self, id: Uuid, day: NaiveDate) {
        let compared = self.compare_on(id, day);
        tokio::pin!(compared);
        let mut ticks = tokio::time::interval(SIGN_OF_LIFE);
        let done = loop {
            tokio::select! {
                done = &mut compared => break done,
                _ = ticks.tick() => {
                    if let Err(error) = runs::alive(&self.pool, id).await {
                        tracing::warn!(%error, "a comparison of the tax base could not give a sign of life");
                    }
                }
            }
        };
        if let Err(failure) = done {
            tracing::error!(
                error = &failure as &dyn std::error::Error,
                "a comparison of the tax base failed"
            );
            let why = match &failure {
                Failure::TooLarge(why) => why.as_str(),
                _ => "failed",
            };
            if let Err(error) = runs::fail(&self.pool, id, why).await {
                tracing::warn!(%error, "that a comparison failed could not be written down");
            }
        }
    }

    async fn compare_on(&self, id: Uuid, day: NaiveDate) -> Result<(), Failure> {
        let at = start_of(day.succ_opt().unwrap_or(day));
        // All of it is seen as it is at one instant.
        let mut reading = self.pool.begin().await?;
        runs::see_one_instant(&mut reading).await?;
        let rules = self.rules_in(&mut reading).await?;
        let mut all = register::read(&mut reading, at, MOST_THINGS).await?;
        let declared = declarations::on(&mut reading, day, None, MOST_DECLARATIONS + 1).await?;
        let exempt = declarations::exempt_on(&mut reading, day).await?;
        let most = usize::try_from(MOST_THINGS).unwrap_or(usize::MAX);
        if all.parcels.len() > most || all.buildings.len() > most || declared.len() > most {
            return Err(Failure::TooLarge("too-much".to_owned()));
        }
        let declared: Vec<_> = declared.into_iter().map(|one| one.declared).collect();
        {
            let known: std::collections::BTreeSet<&str> =
                all.parcels.iter().map(|parcel| parcel.key.as_str()).collect();
            let wanted =
                declared.iter().map(|one| one.key.as_str()).filter(|key| !known.contains(key)).collect();
            let gone = register::gone(&mut reading, at, &wanted).await?;
            all.gone = gone;
        }
        reading.commit().await?;
        let source = rules.rates(day.year()).map(|rates| rates.source.clone());
        let work = move || compare(&all, &declared, &exempt, &rules, day.year());
        let (findings, counts) = tokio::task::spawn_blocking(work).await.internal("compare the tax base")?;
        if findings.len() > MOST_FINDINGS {
            return Err(Failure::TooLarge("too-many-findings".to_owned()));
        }
        let mut counts = json!(counts);
        if let (Some(counts), Some(source)) = (counts.as_object_mut(), source) {
            counts.insert("rates".to_owned(), source.into());
        }
        let mut writing = self.pool.begin().await?;
        let done = runs::finish(&mut writing, id, &counts, &findings).await?;
        writing.commit().await?;
        if done {
            runs::forget_old(&self.pool, RUNS_KEPT).await?;
        }
        Ok(())
    }

    /// The comparison of an id, else the newest one that is done.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none of that id.
    pub(super) async fn run(&self, ctx: &Ctx, id: Option<Uuid>) -> Result<Option<Run>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let run = runs::run(&self.pool, id, false).await?;
        if run.is_none() && id.is_some() {
            return Err(Failure::not_found("this comparison"));
        }
        Ok(run)
    }

    /// The newest comparison, done or not.
    pub(super) async fn newest(&self, ctx: &Ctx) -> Result<Option<Run>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        Ok(runs::run(&self.pool, None, true).await?)
    }

    /// Whether a comparison that says that it is under way may be so.
    pub(super) fn is_alive(ctx: &Ctx, run: &Run) -> bool {
        run.state == "running" && run.alive_at > ctx.now - SILENCE
    }

    /// Findings of a comparison.
    pub(super) async fn findings(
        &self,
        ctx: &Ctx,
        run: Uuid,
        wanted: &Wanted,
    ) -> Result<Vec<Found>, Failure> {
        ctx.require(Permission::TaxBase, None)?;
        Ok(runs::findings(&self.pool, run, wanted).await?)
    }

    /// Findings of a comparison, counted, and what they lie in.
    pub(super) async fn tallies(
        &self,
        ctx: &Ctx,
        run: Uuid,
    ) -> Result<(Vec<Tally>, Option<[f64; 4]>), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        Ok((runs::tallies(&self.pool, run).await?, runs::extent(&self.pool, run).await?))
    }

    /// A finding with what was said of it, and who declares the parcel on the day of the comparison.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is none.
    pub(super) async fn finding(
        &self,
        ctx: &Ctx,
        run: &Run,
        key: &str,
    ) -> Result<(Found, Vec<Said>, Vec<Entered>), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let found = runs::finding(&self.pool, run.id, key).await?;
        let found = found.ok_or_else(|| Failure::not_found("this finding"))?;
        let said = runs::said(&self.pool, key, MOST_HISTORY).await?;
        let parcel = key.split_once(':').map(|(_, parcel)| parcel.to_owned()).unwrap_or_default();
        let mut connection = self.pool.acquire().await?;
        let declared = declarations::on(&mut connection, run.on_day, Some(&[parcel]), MOST_HISTORY).await?;
        Ok((found, said, declared))
    }

    /// Says something of a finding.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such finding.
    pub(super) async fn mark(
        &self,
        ctx: &Ctx,
        run: Uuid,
        key: &str,
        (mark, note): (Mark, &str),
    ) -> Result<(), Failure> {
        ctx.require(Permission::TaxBase, None)?;
        let found = runs::finding(&self.pool, run, key).await?;
        let found = found.ok_or_else(|| Failure::not_found("this finding"))?;
        let note: String = note.trim().chars().take(1000).collect();
        let what = (found.key.as_str(), found.fingerprint.as_str());
        runs::mark(&self.pool, what, (mark, &note), (ctx.actor(), ctx.now)).await?;
        Ok(())
    }
}

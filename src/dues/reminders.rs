//! Runs of reminders: what is late on a day becomes one message to each payer, a reminder (upomnienie) of dues of the Tax
//! Ordinance and a call for payment (wezwanie do zapłaty) of civil ones.
//!
//! Whoever starts a run only writes down whom it reminds of what. Each reminder is then sent in a transaction of its own that
//! holds the payer, reads anew what is left and writes the message with it; so a run that ends midway goes on where it ended,
//! by whichever node, and nobody is reminded twice or of what was paid meanwhile.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{Datelike, Days, NaiveDate};
use law::reminder::{Advice, Overdue, advise, cost_on_delivery};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    model::{Account, AsOf, Role, Stood},
    ops::{conflict, refused, stand, title_of},
    rules::Rules,
    store::{
        self, Of,
        reminders::{HeldReminder, NewRun, ReminderRow, RunRow},
    },
    words::{rate_text, short_day},
};
use crate::{
    kernel::Lang,
    messages::{NewMessage, Purpose as MessagePurpose, To},
    parties::Purpose,
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    ui::{local_time::day_of, money::money},
};

/// Late instalments that one list reckons.
const MOST_LATE: i64 = 200_000;
/// Papers that one list shows and one run sends.
pub(super) const MOST_PAPERS: usize = 1_000;
/// Dues that one paper names, so that its text stays within what a message holds.
const MOST_LINES: usize = 20;
/// Papers that whoever starts a run waits for; the others follow by themselves.
pub(super) const MOST_AT_ONCE: usize = 50;
/// How far back the day of a run may lie.
const OLDEST_DAYS: u64 = 31;
/// Runs that a page lists.
const MOST_RUNS: i64 = 30;

/// What is sent to a payer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Paper {
    /// Of dues of the Tax Ordinance (art. 15 § 1 of the act on enforcement in administration); it costs.
    Reminder,
    /// Of civil dues; it costs nothing.
    Call,
}

impl Paper {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Reminder => "reminder",
            Self::Call => "call",
        }
    }

    pub(super) fn from_name(name: &str) -> Self {
        if name == "call" { Self::Call } else { Self::Reminder }
    }

    /// "UP/2026/000123".
    pub(super) fn number(self, year: i32, number: i32) -> String {
        let letters = match self {
            Self::Reminder => "UP",
            Self::Call => "WZ",
        };
        format!("{letters}/{year}/{number:06}")
    }

    fn template(self) -> &'static str {
        match self {
            Self::Reminder => "dues-reminder",
            Self::Call => "dues-call",
        }
    }

    fn of(stood: &Stood) -> Self {
        if stood.regime.is_tax() { Self::Reminder } else { Self::Call }
    }
}

/// A due in a paper, with what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) instalment: Uuid,
    pub(super) principal_grosze: i64,
    pub(super) interest_grosze: i64,
    pub(super) cost_grosze: i64,
}

impl Line {
    fn of(stood: &Stood) -> Self {
        Self {
            instalment: stood.instalment.id,
            principal_grosze: stood.standing.principal_grosze,
            interest_grosze: stood.standing.interest_grosze,
            cost_grosze: stood.cost_grosze,
        }
    }
}

/// What a payer would be sent.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) payer: Uuid,
    pub(super) name: String,
    pub(super) paper: Paper,
    /// By term.
    pub(super) stood: Vec<Stood>,
    pub(super) advice: Advice,
}

impl Planned {
    pub(super) fn sum(&self, part: impl Fn(&Stood) -> i64) -> i64 {
        self.stood.iter().map(part).fold(0, i64::saturating_add)
    }

    /// Whether it is proposed: a call always, a reminder when the law wants it out by that day.
    pub(super) fn is_proposed(&self, on: NaiveDate) -> bool {
        self.paper == Paper::Call || self.advice.must_send(on)
    }
}

/// What a run is made of.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) on: NaiveDate,
    pub(super) kinds: BTreeSet<String>,
}

/// Whether a due is one that a run reminds of: late, not paid, and no decision by which a part of it may be paid later. What
/// of such a due was missed is for a clerk to look at.
fn is_reminded_of(stood: &Stood) -> bool {
    let standing = &stood.standing;
    standing.is_arrear && standing.to_pay_grosze() > 0 && standing.put_off_grosze == 0
}

impl Dues {
    /// Whom a run of a day would remind of what: whatever is late by more days than the settings say, of these kinds, and was
    /// not reminded of within what they say. Payers by what must go out, then by sum.
    ///
    /// # Errors
    /// Not allowed, a day that is not to be used, or the database fails.
    pub(super) async fn planned(
        &self,
        ctx: &Ctx,
        asked: &Asked,
    ) -> Result<(Arc<Rules>, Vec<Planned>), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let planned = self.plan_in(&mut connection, &rules, ctx, asked).await?;
        drop(connection);
        let payers: Vec<Uuid> = planned.iter().take(MOST_PAPERS).map(|planned| planned.payer).collect();
        self.look_at_many(ctx, &payers, asked.on).await?;
        Ok((rules, planned))
    }

    /// The rules as they stand, for whoever sends reminders.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub(super) async fn rules_of_reminders(&self, ctx: &Ctx) -> Result<Arc<Rules>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        self.rules_in(&mut connection).await
    }

    /// Writes down that somebody sees what these payers owe.
    async fn look_at_many(&self, ctx: &Ctx, payers: &[Uuid], on: NaiveDate) -> Result<(), Failure> {
        let note = Some(texts(Lang::Pl).args("reminders-look", &[("day", short_day(on).into())]));
        let why = Purpose { purpose: "case".to_owned(), note };
        self.parties.look_at_dues_of_many(ctx, payers, &why).await
    }

    async fn plan_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        ctx: &Ctx,
        asked: &Asked,
    ) -> Result<Vec<Planned>, Failure> {
        let (on, today) = (asked.on, day_of(ctx.now));
        let oldest = today.checked_sub_days(Days::new(OLDEST_DAYS)).unwrap_or(today);
        if !(oldest..=today).contains(&on) {
            return Err(refused("reminder-day", format!("the day lies between {oldest} and {today}")));
        }
        let count = |days: i64| Days::new(days.unsigned_abs());
        let tables = &rules.tables;
        let after = tables.reminder_after_days.at(on).internal("read a setting of reminders")?;
        let again = tables.reminder_again_days.at(on).internal("read a setting of reminders")?;
        let last_due = on.checked_sub_days(count(*after)).unwrap_or(on);
        let not_since = on.checked_sub_days(count(*again)).unwrap_or(on);
        let reminded = store::reminders::reminded_after(connection, not_since).await?;
        let reminded: BTreeSet<Uuid> = reminded.into_iter().collect();
        let late = store::instalments(connection, Of::LateBefore(on), MOST_LATE + 1).await?;
        if late.len() as i64 > MOST_LATE {
            return Err("more is late than is reckoned at once").internal("list reminders");
        }
        let as_of = AsOf::Payment(on);
        let mut papers: BTreeMap<(Uuid, Paper), Vec<Stood>> = BTreeMap::new();
        for instalment in late {
            // The cost of a reminder that was entered by hand stands at the due, too.
            let by_hand = instalment.posted.iter().any(|posted| {
                posted.account == Account::Cost && posted.role == Role::Assessed && posted.on > not_since
            });
            let known = asked.kinds.contains(&instalment.kind) && instalment.is_known(as_of);
            if !known || by_hand || reminded.contains(&instalment.id) {
                continue;
            }
            let stood = stand(rules, instalment, as_of)?;
            if stood.standing.is_arrear && stood.due < last_due && stood.standing.to_pay_grosze() > 0 {
                papers.entry((stood.instalment.party, Paper::of(&stood))).or_default().push(stood);
            }
        }
        let payers: Vec<Uuid> = papers.keys().map(|(payer, _)| *payer).collect();
        let names: BTreeMap<Uuid, String> =
            store::reminders::names(connection, &payers).await?.into_iter().collect();
        let mut planned = Vec::new();
        for ((payer, paper), mut stood) in papers {
            let Some(name) = names.get(&payer) else { continue };
            // Nor of the fee of a decision that holds: whoever pays what it says pays the arrears first.
            let put_off = |stood: &&Stood| stood.standing.put_off_grosze > 0;
            let held: BTreeSet<Uuid> =
                stood.iter().filter(put_off).map(|stood| stood.instalment.assessment).collect();
            stood.retain(|stood| {
                let of_decision = stood.instalment.role == "prolongation-fee"
                    && held.contains(&stood.instalment.assessment);
                is_reminded_of(stood) && !of_decision
            });
            if stood.is_empty() {
                continue;
            }
            stood.sort_by_key(|stood| (stood.due, stood.instalment.id));
            let overdue: Vec<Overdue> = stood
                .iter()
                .map(|stood| Overdue {
                    regime: stood.regime,
                    due: stood.due,
                    to_pay_grosze: stood.standing.to_pay_grosze(),
                })
                .collect();
            let advice = advise(&overdue, None, on, tables)
                .map_err(|error| refused("day-unknown", error.to_string()))?;
            planned.push(Planned { payer, name: name.clone(), paper, stood, advice });
        }
        planned.sort_by_key(|planned| {
            let sum = planned.sum(Stood::to_pay_grosze);
            (!planned.is_proposed(on), std::cmp::Reverse(sum), planned.payer, planned.paper)
        });
        Ok(planned)
    }

    /// Writes down a run of these payers and papers and sends the first of it; the same id again is the same run. Answers how
    /// many reminders it has.
    ///
    /// # Errors
    /// As [`Dues::planned`].
    pub(super) async fn start_run(
        &self,
        ctx: &Ctx,
        id: Uuid,
        asked: &Asked,
        picked: &BTreeSet<(Paper, Uuid)>,
    ) -> Result<i64, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        store::reminders::lock_runs(&mut transaction).await?;
        if let Some(run) = store::reminders::runs(&mut transaction, Some(id), 1).await?.first() {
            return Ok(run.reminders);
        }
        let rules = self.rules_in(&mut transaction).await?;
        let planned = self.plan_in(&mut transaction, &rules, ctx, asked).await?;
        let wanted = |planned: &&Planned| picked.contains(&(planned.paper, planned.payer));
        let planned: Vec<&Planned> = planned.iter().filter(wanted).take(MOST_PAPERS).collect();
        if planned.is_empty() {
            return Ok(0);
        }
        let kinds: Vec<String> = asked.kinds.iter().cloned().collect();
        let run = NewRun {
            id,
            on_day: asked.on,
            kinds: &kinds,
            by: ctx.actor(),
            signed: ctx.staff().map_or("—", |staff| staff.name.as_str()),
            at: ctx.now,
        };
        store::reminders::add_run(&mut transaction, &run).await?;
        let mut count = 0;
        for planned in planned {
            let lines: Vec<Line> = planned.stood.iter().map(Line::of).collect();
            for lines in lines.chunks(MOST_LINES) {
                let of = (id, planned.paper, asked.on.year());
                store::reminders::add_reminder(&mut transaction, of, planned.payer, asked.on, lines).await?;
                count += 1;
            }
        }
        transaction.commit().await?;
        self.send_waiting(ctx, Some(id), MOST_AT_ONCE).await?;
        self.wake.notify_one();
        Ok(count)
    }

    /// Sends all reminders that wait, of whichever run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_reminders(&self) -> Result<usize, Failure> {
        self.send_waiting(&Ctx::system("reminders"), None, usize::MAX).await
    }

    /// Sends reminders that wait, each in a transaction of its own; answers of how many it decided. Those that another node is
    /// at are left to it.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn send_waiting(
        &self,
        ctx: &Ctx,
        run: Option<Uuid>,
        most: usize,
    ) -> Result<usize, Failure> {
        for sent in 0..most {
            let mut transaction = self.pool.begin().await?;
            let Some(held) = store::reminders::next_waiting(&mut transaction, run).await? else {
                return Ok(sent);
            };
            self.send_in(&mut transaction, ctx, &held).await?;
            transaction.commit().await?;
        }
        Ok(most)
    }

    async fn send_in(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        held: &HeldReminder,
    ) -> Result<(), Failure> {
        store::lock_payers(connection, &[held.party]).await?;
        let rules = self.rules_in(connection).await?;
        let ids = store::reminders::instalments_of(connection, held.id).await?;
        let as_of = AsOf::Payment(held.on_day);
        let mut stood = self.standings_in(connection, &rules, Of::Ids(&ids), as_of).await?;
        // What was paid, remitted or put off meanwhile is not reminded of.
        stood.retain(is_reminded_of);
        let name = store::payer_name(connection, held.party).await?;
        let Some(name) = name.filter(|_| !stood.is_empty()) else {
            return Ok(store::reminders::set_sent(connection, held.id, None, ctx.now).await?);
        };
        let lines: Vec<Line> = stood.iter().map(Line::of).collect();
        store::reminders::set_lines(connection, held.id, &lines).await?;
        let lang = self.messages.lang_of_in(connection, held.party).await?;
        let mut address = store::payer_address(connection, held.party).await?;
        address.extend(store::reminders::nip(connection, held.party).await?.map(|nip| format!("NIP {nip}")));
        let values = self.letter_values(&rules, lang, (held, &name, &address), &stood)?;
        let paper = Paper::from_name(&held.form);
        let new = NewMessage {
            to: To::Party(held.party),
            template: paper.template(),
            values: &values,
            purpose: MessagePurpose::Case,
            thread: None,
            href: Some("/account/dues".to_owned()),
            key: Some(held.id),
        };
        let message = self.messages.send_in(connection, ctx, &new).await?;
        Ok(store::reminders::set_sent(connection, held.id, Some(message), ctx.now).await?)
    }

    /// What the letter says; for a reminder see [`law::reminder::Content`].
    fn letter_values(
        &self,
        rules: &Rules,
        lang: Lang,
        (held, name, address): (&HeldReminder, &str, &[String]),
        stood: &[Stood],
    ) -> Result<Vec<(&'static str, String)>, Failure> {
        let (on, paper) = (held.on_day, Paper::from_name(&held.form));
        let t = texts(lang);
        let sum = |part: fn(&Stood) -> i64| stood.iter().map(part).fold(0, i64::saturating_add);
        let known = |error: law::dated::Unknown| refused("day-unknown", error.to_string());
        let cost = match paper {
            Paper::Reminder => cost_on_delivery(on, &rules.tables).map_err(known)?,
            Paper::Call => 0,
        };
        let days = *rules.tables.reminder_days.at(on).map_err(known)?;
        let receiver = self.receiver(lang);
        let creditor = std::iter::once(&receiver.name).chain(&receiver.address);
        let debtor = std::iter::once(name).chain(address.iter().map(String::as_str));
        let lines =
            stood.iter().map(|stood| line_text(rules, lang, stood, on)).collect::<Result<Vec<_>, _>>()?;
        let mut values = vec![
            ("number", paper.number(held.year, held.number)),
            ("issued", short_day(on)),
            ("creditor", creditor.cloned().collect::<Vec<_>>().join(", ")),
            ("debtor", debtor.collect::<Vec<_>>().join(", ")),
            ("days", days.to_string()),
            ("lines", lines.join("\n")),
            ("principal", money(t, sum(|stood| stood.standing.principal_grosze))),
            ("interest", money(t, sum(|stood| stood.standing.interest_grosze))),
            ("total", money(t, sum(Stood::to_pay_grosze).saturating_add(cost))),
            ("signed", held.signed.clone()),
        ];
        if paper == Paper::Reminder {
            values.push(("earlier", money(t, sum(|stood| stood.cost_grosze))));
            values.push(("cost", money(t, cost)));
        }
        Ok(values)
    }

    /// Runs, the newest first.
    pub(super) async fn reminder_runs(&self, ctx: &Ctx) -> Result<Vec<RunRow>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::reminders::runs(&mut connection, None, MOST_RUNS).await?)
    }

    /// A run with its reminders; a look at each payer.
    pub(super) async fn reminder_run(
        &self,
        ctx: &Ctx,
        id: Uuid,
    ) -> Result<(Arc<Rules>, RunRow, Vec<ReminderRow>), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let run = store::reminders::runs(&mut connection, Some(id), 1).await?;
        let run = run.into_iter().next().ok_or_else(|| Failure::not_found("this run"))?;
        let reminders = store::reminders::of_run(&mut connection, id).await?;
        drop(connection);
        let payers: Vec<Uuid> = reminders.iter().map(|row| row.party).collect();
        self.look_at_many(ctx, &payers, run.on_day).await?;
        Ok((rules, run, reminders))
    }

    /// Says that reminders of a run were delivered on a day, and books what they cost; answers of how many nobody had said it.
    /// Where nothing that a reminder names was owed any more on that day, it costs nothing.
    ///
    /// # Errors
    /// Not allowed, a day before the run or ahead, or the database fails.
    pub(super) async fn reminders_delivered(
        &self,
        ctx: &Ctx,
        run: Uuid,
        ids: &[Uuid],
        day: NaiveDate,
    ) -> Result<usize, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let by = (ctx.actor(), ctx.now);
        let mut delivered = 0;
        for id in ids {
            let mut transaction = self.pool.begin().await?;
            let held = store::reminders::hold(&mut transaction, run, *id).await?;
            let Some(held) = held.filter(|held| held.state == "sent" && held.delivered_on.is_none()) else {
                continue;
            };
            if day < held.on_day || day > day_of(ctx.now) {
                return Err(conflict(
                    "delivery-day",
                    "a reminder is delivered after it was made, and not later than today",
                ));
            }
            let paper = Paper::from_name(&held.form);
            if paper == Paper::Reminder {
                let rules = self.rules_in(&mut transaction).await?;
                let ids = store::reminders::instalments_of(&mut transaction, held.id).await?;
                store::lock_payers(&mut transaction, &[held.party]).await?;
                let stood =
                    self.standings_in(&mut transaction, &rules, Of::Ids(&ids), AsOf::Day(day)).await?;
                let open = stood
                    .iter()
                    .find(|stood| stood.standing.is_arrear && stood.standing.principal_grosze > 0);
                if let Some(open) = open {
                    let number = paper.number(held.year, held.number);
                    let at = (open.instalment.id, held.id);
                    self.remind_in(&mut transaction, at, (&number, day), by).await?;
                }
            }
            store::reminders::set_delivered(&mut transaction, held.id, day, by).await?;
            transaction.commit().await?;
            delivered += 1;
        }
        Ok(delivered)
    }
}

/// "Podatek od nieruchomości 2026, rata 1 (NP/2026/000001/R1), działka 5: termin 16.03.2026, …".
fn line_text(rules: &Rules, lang: Lang, stood: &Stood, on: NaiveDate) -> Result<String, Failure> {
    let t = texts(lang);
    let kind = rules.kind(&stood.instalment.kind)?;
    let name = kind.on(on).map_or(kind.code.as_str(), |setting| setting.name(lang));
    let rate = rules.rule(kind)?.rates.at(on).copied();
    let rate = rate.map_err(|error| refused("day-unknown", error.to_string()))?;
    let object: String = stood.instalment.object.chars().take(80).collect();
    let account = stood.nrb.map(|nrb| nrb.to_string()).unwrap_or_default();
    Ok(t.args(
        "reminder-line",
        &[
            ("title", title_of(lang, name, &stood.instalment).into()),
            ("token", stood.instalment.token.clone().into()),
            ("object", object.into()),
            ("term", short_day(stood.due).into()),
            ("principal", money(t, stood.standing.principal_grosze).into()),
            ("interest", money(t, stood.standing.interest_grosze).into()),
            ("rate", rate_text(t, rate).into()),
            ("account", account.into()),
        ],
    ))
}

//! What is owed and how money is booked: the operations that other slices call.

use chrono::{DateTime, NaiveDate, Utc};
use law::{
    account::standing,
    allocation::{
        Allocation, AllocationError, Debt, Flag, Indication, Limits, PaidBy, Payment, Wish, allocate,
    },
    interest::Regime,
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    model::{
        Account, AsOf, Booked, Held, Instalment, MOST_INSTALMENTS, Owed, Posting, Receipt, Receiver, Role,
        Source, Stood, pay,
    },
    rules::Rules,
    store::{self, NewEntry, Of},
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        access::{Level, MandateScope, Permission},
        ctx::Who,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    ui::local_time::day_of,
};

/// Parts of one order that are looked at together.
const MOST_PARTS: usize = 200;

/// Where booked money comes from.
#[derive(Debug, Clone, Copy)]
enum Money {
    /// From outside, to an account of the town.
    Arrived(Option<bank::Nrb>),
    /// It was held as unexplained by this entry.
    Held(Uuid),
    /// The payer has paid it beyond what was owed (art. 76 of the Tax Ordinance).
    Overpaid,
}

impl Money {
    fn posting(self, amount_grosze: i64) -> Posting {
        match self {
            Self::Arrived(nrb) => Posting { nrb, ..Posting::plain(Account::Money, amount_grosze) },
            Self::Held(_) => Posting::plain(Account::Unexplained, amount_grosze),
            Self::Overpaid => Posting::plain(Account::Overpayment, amount_grosze),
        }
    }

    fn kind(self) -> &'static str {
        match self {
            Self::Arrived(_) | Self::Held(_) => "payment",
            Self::Overpaid => "offset",
        }
    }
}

impl Dues {
    /// Open dues of a payer on a day, by term.
    ///
    /// # Errors
    /// When whoever asks may not: the payer, verified; who acts for the payer in dues; staff with the permission.
    pub async fn owed(&self, ctx: &Ctx, payer: Uuid, on: NaiveDate) -> Result<Vec<Owed>, Failure> {
        self.require_seen(ctx, payer).await?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let stood = self.standings_in(&mut connection, &rules, Of::Payer(payer), AsOf::Day(on)).await?;
        Ok(self.owed_of(&rules, ctx.lang, &stood, on))
    }

    /// The numbers of the law by which a payment of a day is divided, with the rows that the treasurer added.
    ///
    /// # Errors
    /// When nobody knows them for that day.
    pub async fn limits(&self, on: NaiveDate) -> Result<Limits, Failure> {
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        limits(&rules, on)
    }

    /// Dues of these instalments as they stand with all that is booked, for a payment of a day, by term; what is paid or
    /// gone is left out. In the caller's transaction, and the payers are locked until its end: whoever books next sees what
    /// was booked. Words are in `lang`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owed_in(
        &self,
        connection: &mut PgConnection,
        lang: Lang,
        instalments: &[Uuid],
        on: NaiveDate,
    ) -> Result<Vec<Owed>, Failure> {
        let payers = store::payers_of(connection, instalments).await?;
        store::lock_payers(connection, &payers).await?;
        let rules = self.rules_in(connection).await?;
        let stood = self.standings_in(connection, &rules, Of::Ids(instalments), AsOf::Payment(on)).await?;
        Ok(self.owed_of(&rules, lang, &stood, on))
    }

    /// How payments of these parts, one after the other, would be booked if they were paid on a day.
    ///
    /// # Errors
    /// As [`Dues::owed`]; when a part is no payment or names what is not the payer's.
    pub async fn preview(
        &self,
        ctx: &Ctx,
        payer: Uuid,
        parts: &[(Uuid, i64)],
        on: NaiveDate,
    ) -> Result<Vec<Allocation>, Failure> {
        self.require_seen(ctx, payer).await?;
        if parts.len() > MOST_PARTS {
            return Err(refused("too-many-parts", format!("at most {MOST_PARTS} parts are paid at once")));
        }
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let stood = self.standings_in(&mut connection, &rules, Of::Payer(payer), AsOf::Payment(on)).await?;
        let limits = limits(&rules, on)?;
        let mut debts: Vec<Debt> = stood.iter().map(Stood::debt).collect();
        let mut allocations = Vec::with_capacity(parts.len());
        for (instalment, amount_grosze) in parts {
            let named = stood.iter().find(|stood| stood.instalment.id == *instalment);
            let named = named.ok_or_else(|| Failure::not_found("this due"))?;
            let payment = Payment {
                amount_grosze: *amount_grosze,
                paid_on: on,
                indication: Indication::Debt {
                    id: named.instalment.id.to_string(),
                    kind: named.instalment.kind.clone(),
                    regime: named.regime,
                },
                by: PaidBy::Payer,
                wish: None,
            };
            let allocation = allocate(&payment, &debts, &limits).map_err(|error| no_payment(&error))?;
            pay(&mut debts, &allocation);
            allocations.push(allocation);
        }
        Ok(allocations)
    }

    /// Books a payment in the caller's transaction; the payer is locked until its end, so of several payers in one
    /// transaction the one with the smaller id comes first. The same source again answers the same booking and writes
    /// nothing. A stranger's money above the limit of art. 62b pays nothing and is held as unexplained.
    ///
    /// # Errors
    /// When there is no such payer, the amount is none, or the database fails.
    pub async fn book_in(
        &self,
        connection: &mut PgConnection,
        receipt: &Receipt,
        now: DateTime<Utc>,
    ) -> Result<Booked, Failure> {
        let by = receipt.source.kind.clone();
        self.book_money_in(connection, receipt, Money::Arrived(receipt.nrb), None, (&by, now)).await
    }

    /// The same, by somebody who is named in the ledger.
    pub(super) async fn book_by_in(
        &self,
        connection: &mut PgConnection,
        receipt: &Receipt,
        by: (&str, DateTime<Utc>),
    ) -> Result<Booked, Failure> {
        self.book_money_in(connection, receipt, Money::Arrived(receipt.nrb), None, by).await
    }

    /// Books money that was held as unexplained to a payer's dues, in the caller's transaction. The amount and the days are
    /// those of the held money; the receipt's own do not count.
    ///
    /// # Errors
    /// As [`Dues::book_in`]; when the money is not held any more.
    pub async fn settle_in(
        &self,
        connection: &mut PgConnection,
        held: Uuid,
        receipt: &Receipt,
        (by, now): (&str, DateTime<Utc>),
    ) -> Result<Booked, Failure> {
        self.lock_payer(connection, receipt.payer).await?;
        store::lock_entry(connection, held).await?;
        if let Some(done) = booked_before(connection, &receipt.source).await? {
            return Ok(done);
        }
        let entry = store::entry(connection, held).await?.filter(|entry| entry.kind == "hold");
        let entry = entry.ok_or_else(|| Failure::not_found("this money"))?;
        if entry.reversed_by.is_some() || store::settled_by(connection, held).await?.is_some() {
            return Err(conflict("not-held", "this money was booked or taken back meanwhile"));
        }
        let amount_grosze = store::postings_of(connection, held).await?;
        let amount_grosze = amount_grosze
            .iter()
            .filter(|posting| posting.account == Account::Money)
            .map(|posting| posting.amount_grosze)
            .sum();
        let receipt = Receipt { amount_grosze, paid_on: entry.on_day, ..receipt.clone() };
        self.book_money_in(connection, &receipt, Money::Held(held), None, (by, now)).await
    }

    /// Offsets an overpayment against what is owed by the law (art. 76 § 1, 76a § 1 of the Tax Ordinance): as much as is
    /// needed and there. Answers `None` when nothing is owed or nothing was overpaid.
    pub(super) async fn offset_in(
        &self,
        connection: &mut PgConnection,
        payer: Uuid,
        source: &Source,
        (day, by, now): (NaiveDate, &str, DateTime<Utc>),
    ) -> Result<Option<Booked>, Failure> {
        self.lock_payer(connection, payer).await?;
        if let Some(done) = booked_before(connection, source).await? {
            return Ok(Some(done));
        }
        let there = store::overpaid(connection, payer, None).await?;
        let rules = self.rules_in(connection).await?;
        let stood = self.standings_in(connection, &rules, Of::Payer(payer), AsOf::Payment(day)).await?;
        let owed = stood.iter().filter(|stood| stood.regime.is_tax()).map(Stood::to_pay_grosze).sum::<i64>();
        let amount_grosze = there.min(owed);
        if amount_grosze <= 0 {
            return Ok(None);
        }
        let receipt = Receipt {
            source: source.clone(),
            payer,
            amount_grosze,
            paid_on: day,
            booked_on: day,
            indication: Indication::Law { regime: Regime::Tax },
            by: PaidBy::Payer,
            nrb: None,
            title: String::new(),
        };
        self.book_money_in(connection, &receipt, Money::Overpaid, None, (by, now)).await.map(Some)
    }

    /// The same for all ways in which money comes; a desk also knows what the payer wants of a rest.
    async fn book_money_in(
        &self,
        connection: &mut PgConnection,
        receipt: &Receipt,
        money: Money,
        wish: Option<Wish>,
        (by, now): (&str, DateTime<Utc>),
    ) -> Result<Booked, Failure> {
        self.lock_payer(connection, receipt.payer).await?;
        if let Some(done) = booked_before(connection, &receipt.source).await? {
            return Ok(done);
        }
        let rules = self.rules_in(connection).await?;
        let as_of = AsOf::Payment(receipt.paid_on);
        let stood = self.standings_in(connection, &rules, Of::Payer(receipt.payer), as_of).await?;
        let debts: Vec<Debt> = stood.iter().map(Stood::debt).collect();
        let payment = Payment {
            amount_grosze: receipt.amount_grosze,
            paid_on: receipt.paid_on,
            indication: receipt.indication.clone(),
            by: receipt.by,
            wish,
        };
        let limits = limits(&rules, receipt.paid_on)?;
        let allocation = allocate(&payment, &debts, &limits).map_err(|error| no_payment(&error))?;
        let is_held = allocation.flags.contains(&Flag::StrangerAboveLimit);
        let mut postings = vec![money.posting(receipt.amount_grosze)];
        for part in &allocation.parts {
            let instalment: Uuid = part.debt.parse().internal("book a payment")?;
            let paid = |account, grosze: i64| Posting::of(account, instalment, Role::Paid, -grosze);
            postings.push(paid(Account::Receivable, part.paid.principal_grosze));
            postings.push(paid(Account::InterestIncome, part.paid.interest_grosze));
            postings.push(paid(Account::Cost, part.paid.cost_grosze));
        }
        let rest = if is_held { Account::Unexplained } else { Account::Overpayment };
        postings.push(Posting::plain(rest, -allocation.rest_grosze));
        let touched = |stood: &&Stood| {
            let id = stood.instalment.id.to_string();
            allocation.parts.iter().any(|part| part.debt == id)
        };
        let reckoned: Vec<Value> = stood.iter().filter(touched).map(reckoned).collect();
        let details = json!({
            "payment": payment,
            "debts": debts,
            "limits": { "stranger_grosze": limits.stranger_grosze,
                "small_overpayment_grosze": limits.small_overpayment_grosze },
            "allocation": allocation,
            "interest": reckoned,
        });
        let entry = NewEntry {
            kind: if is_held { "hold" } else { money.kind() },
            source: &receipt.source,
            party: Some(receipt.payer),
            on_day: receipt.paid_on,
            booked_on: receipt.booked_on,
            reverses: None,
            settles: match money {
                Money::Held(held) => Some(held),
                Money::Arrived(_) | Money::Overpaid => None,
            },
            title: &short(&receipt.title),
            details: &details,
            by,
            at: now,
            postings: &postings,
        };
        if is_held && matches!(money, Money::Held(_)) {
            return Err(conflict("stranger-above-limit", "a stranger may not pay so much tax (art. 62b)"));
        }
        let booking = store::add_entry(connection, &entry).await?;
        Ok(Booked { booking, allocation, fresh: true })
    }

    /// Keeps money of which nobody knows whose dues it pays, in the caller's transaction. The same source again answers
    /// the same entry and writes nothing.
    ///
    /// # Errors
    /// When the amount is none, or the database fails.
    pub async fn hold_in(
        &self,
        connection: &mut PgConnection,
        held: &Held,
        now: DateTime<Utc>,
    ) -> Result<Booked, Failure> {
        match held.payer {
            Some(payer) => self.lock_payer(connection, payer).await?,
            // Nobody's row holds up the same document at the same moment.
            None => store::lock_source(connection, &held.source).await?,
        }
        if let Some(done) = booked_before(connection, &held.source).await? {
            return Ok(done);
        }
        if !(1..=law::AMOUNT_MAX_GROSZE).contains(&held.amount_grosze) {
            return Err(no_payment(&AllocationError::Amount { grosze: held.amount_grosze }));
        }
        let allocation = nothing_paid(held.amount_grosze);
        let postings = [
            Money::Arrived(held.nrb).posting(held.amount_grosze),
            Posting::plain(Account::Unexplained, -held.amount_grosze),
        ];
        let details = json!({ "allocation": allocation, "note": short(&held.note) });
        let entry = NewEntry {
            kind: "hold",
            source: &held.source,
            party: held.payer,
            on_day: held.paid_on,
            booked_on: held.booked_on,
            reverses: None,
            settles: None,
            title: &short(&held.title),
            details: &details,
            by: &held.source.kind,
            at: now,
            postings: &postings,
        };
        let booking = store::add_entry(connection, &entry).await?;
        Ok(Booked { booking, allocation, fresh: true })
    }

    /// Takes a booking back in the caller's transaction, as though it had never been made: a refund by an operator, a
    /// transfer that came back. Held money that was settled meanwhile is taken back from where it was booked. The same
    /// source again answers the same booking and writes nothing. What had already been given back of the payment is then
    /// owed by the payer: the overpayment falls below zero.
    ///
    /// # Errors
    /// 404 when there is no such booking; a conflict when it was taken back by another document.
    pub async fn reverse_in(
        &self,
        connection: &mut PgConnection,
        booking: Uuid,
        source: &Source,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Booked, Failure> {
        let gone = || Failure::not_found("this booking");
        let first = store::entry(connection, booking).await?.ok_or_else(gone)?;
        let settling = store::settled_by(connection, booking).await?;
        let settled_party = match settling {
            Some(entry) => store::entry(connection, entry).await?.and_then(|entry| entry.party),
            None => None,
        };
        let payers: Vec<Uuid> = first.party.into_iter().chain(settled_party).collect();
        store::lock_payers(connection, &payers).await?;
        store::lock_entry(connection, booking).await?;
        if let Some(done) = booked_before(connection, source).await? {
            return Ok(done);
        }
        if !matches!(first.kind.as_str(), "payment" | "hold" | "offset") {
            return Err(gone());
        }
        let entry = store::entry(connection, booking).await?.ok_or_else(gone)?;
        if entry.reversed_by.is_some() {
            return Err(conflict("taken-back", "this booking was taken back by another document"));
        }
        if let Some(settling) = store::settled_by(connection, booking).await? {
            let source = Source::new("reversal", settling.to_string());
            self.reverse_one_in(connection, settling, &source, on, now).await?;
        }
        self.reverse_one_in(connection, booking, source, on, now).await
    }

    async fn reverse_one_in(
        &self,
        connection: &mut PgConnection,
        booking: Uuid,
        source: &Source,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<Booked, Failure> {
        let entry = store::entry(connection, booking).await?;
        let entry = entry.ok_or_else(|| Failure::not_found("this booking"))?;
        let postings: Vec<Posting> = store::postings_of(connection, booking)
            .await?
            .into_iter()
            .map(|posting| Posting { amount_grosze: -posting.amount_grosze, ..posting })
            .collect();
        let allocation = allocation_of(&entry.details)?;
        let details = json!({ "allocation": allocation, "reverses": booking });
        let new = NewEntry {
            kind: "reversal",
            source,
            party: entry.party,
            on_day: on.max(entry.on_day),
            booked_on: on,
            reverses: Some(booking),
            settles: None,
            title: &entry.title,
            details: &details,
            by: &source.kind,
            at: now,
            postings: &postings,
        };
        let booking = store::add_entry(connection, &new).await?;
        Ok(Booked { booking, allocation, fresh: true })
    }

    /// Refuses whoever may not see what a payer owes.
    pub(super) async fn require_seen(&self, ctx: &Ctx, payer: Uuid) -> Result<(), Failure> {
        let Who::Resident(_) = &ctx.who else {
            // Whoever books must see what is booked.
            let manages = ctx.may(Permission::DuesManage, None);
            return if manages { Ok(()) } else { ctx.require(Permission::DuesRead, None) };
        };
        let resident = ctx.require_level(Level::Verified)?;
        if resident.party == payer {
            return Ok(());
        }
        if resident.acting.as_ref().is_some_and(|acting| acting.party == payer) {
            return ctx.require_scope(Level::Verified, MandateScope::Dues).map(|_| ());
        }
        let today = day_of(ctx.now);
        let mandates = self.parties.mandates_of(ctx, resident.party).await?;
        let holds = mandates.iter().any(|mandate| {
            mandate.principal == payer
                && mandate.agent == resident.party
                && mandate.scopes.contains(&MandateScope::Dues)
                && mandate.state(today) == crate::parties::MandateState::Holds
        });
        // Whoever may not know that somebody owes anything, learns nothing of it.
        if holds { Ok(()) } else { Err(Failure::not_found("these dues")) }
    }

    pub(super) async fn lock_payer(&self, connection: &mut PgConnection, payer: Uuid) -> Result<(), Failure> {
        let locked = store::lock_payers(connection, &[payer]).await?;
        if locked.is_empty() { Err(Failure::not_found("this payer")) } else { Ok(()) }
    }

    /// Instalments as they stand, by term then id; also those of which nothing is left.
    pub(super) async fn standings_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        of: Of<'_>,
        as_of: AsOf,
    ) -> Result<Vec<Stood>, Failure> {
        let instalments = store::instalments(connection, of, MOST_INSTALMENTS + 1).await?;
        if instalments.len() as i64 > MOST_INSTALMENTS {
            return Err("there are more instalments than are looked at together")
                .internal("read what is owed");
        }
        let known = instalments.into_iter().filter(|instalment| instalment.is_known(as_of));
        let mut stood =
            known.map(|instalment| stand(rules, instalment, as_of)).collect::<Result<Vec<_>, _>>()?;
        stood.sort_by_key(|stood| (stood.due, stood.instalment.id));
        Ok(stood)
    }

    /// What is left, as pages and payments take it.
    pub(super) fn owed_of(&self, rules: &Rules, lang: Lang, stood: &[Stood], on: NaiveDate) -> Vec<Owed> {
        let receiver = self.receiver(lang);
        let open = stood.iter().filter(|stood| stood.to_pay_grosze() > 0);
        open.filter_map(|stood| {
            let kind = rules.kinds.get(&stood.instalment.kind)?;
            let setting = kind.on(on)?;
            Some(Owed {
                instalment: stood.instalment.id,
                account: stood.instalment.account,
                payer: stood.instalment.party,
                kind: kind.code.clone(),
                title: title_of(lang, setting.name(lang), &stood.instalment),
                object: stood.instalment.object.clone(),
                regime: stood.regime,
                term: stood.due,
                is_arrear: stood.standing.is_arrear,
                nrb: stood.nrb?,
                receiver: receiver.clone(),
                principal_grosze: stood.standing.principal_grosze,
                interest_grosze: stood.standing.interest_grosze,
                cost_grosze: stood.cost_grosze,
                cards_allowed: setting.cards_allowed,
                token: stood.instalment.token.clone(),
            })
        })
        .collect()
    }

    /// Who gets what is paid: the office, else the town.
    pub(super) fn receiver(&self, lang: Lang) -> Receiver {
        let look = self.site.look();
        let office = look.office.name.said(Lang::Pl).or_else(|| look.office.name.said(lang));
        Receiver {
            name: Some(office.map_or_else(|| self.site.town_name(), |said| said.text))
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| texts(Lang::Pl).get("transfer-town")),
            address: look.office.address.lines().map(str::to_owned).collect(),
        }
    }
}

/// An instalment on a day.
pub(super) fn stand(rules: &Rules, instalment: Instalment, as_of: AsOf) -> Result<Stood, Failure> {
    let kind = rules.kind(&instalment.kind)?;
    let rule = rules.rule(kind)?;
    let history = instalment.history(as_of);
    let standing = standing(&rule, &history, as_of.day()).internal("reckon what is owed")?;
    let nrb = kind.on(as_of.day()).and_then(|setting| setting.nrb_of(instalment.account_number));
    let cost_grosze = instalment.cost_grosze(as_of);
    Ok(Stood { regime: kind.regime, due: history.due, standing, cost_grosze, nrb, instalment })
}

/// "Podatek od nieruchomości 2026, rata 3".
pub(super) fn title_of(lang: Lang, kind: &str, instalment: &Instalment) -> String {
    let t = texts(lang);
    let year = instalment.year.to_string();
    let number = instalment.number.to_string();
    let values = [("kind", kind.to_owned().into()), ("year", year.into()), ("number", number.into())];
    match (instalment.role.as_str(), instalment.count) {
        ("prolongation-fee", _) => t.args("due-name-fee", &values),
        (_, 1) => t.args("due-name-once", &values),
        _ => t.args("due-name", &values),
    }
}

/// How the interest of an instalment was reckoned, for the calculation that is kept.
fn reckoned(stood: &Stood) -> Value {
    json!({
        "instalment": stood.instalment.id,
        "token": stood.instalment.token,
        "due": stood.due,
        "interest": stood.standing.interest,
        "settled_grosze": stood.standing.settled_grosze,
    })
}

fn limits(rules: &Rules, on: NaiveDate) -> Result<Limits, Failure> {
    Limits::on(&rules.tables, on).map_err(|error| refused("day-unknown", error.to_string()))
}

/// The booking of a source, if there is one.
pub(super) async fn booked_before(
    connection: &mut PgConnection,
    source: &Source,
) -> Result<Option<Booked>, Failure> {
    let Some(entry) = store::entry_of_source(connection, source).await? else { return Ok(None) };
    let allocation = allocation_of(&entry.details)?;
    Ok(Some(Booked { booking: entry.id, allocation, fresh: false }))
}

fn allocation_of(details: &Value) -> Result<Allocation, Failure> {
    match details.get("allocation") {
        Some(kept) => serde_json::from_value(kept.clone()).internal("read a calculation"),
        None => Ok(nothing_paid(0)),
    }
}

fn nothing_paid(rest_grosze: i64) -> Allocation {
    Allocation { parts: Vec::new(), rest_grosze, proposal: None, flags: Vec::new() }
}

pub(super) fn refused(code: &'static str, detail: String) -> Failure {
    Failure::Stated { code, detail, more: Value::Null }
}

pub(super) fn conflict(code: &'static str, detail: &str) -> Failure {
    Failure::Conflict { code, detail: detail.to_owned(), more: Value::Null }
}

fn no_payment(error: &AllocationError) -> Failure {
    refused("no-payment", error.to_string())
}

/// A text as the ledger keeps it.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(500).collect()
}

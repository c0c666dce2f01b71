//! What operators passed on to the town's accounts: their files and messages, joined with the payments they are about, and
//! compared with what the bank shows.
//!
//! Three parties tell of the same money: the operator that passed it on, our books, the bank. Where they agree nothing is to
//! be done; where they do not, it is a [`Difference`] at the treasurer's desk until they agree or somebody has dealt with it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use operators::{
    Operator, SettledNotice, State as Said,
    settlement::{self, BadSettlement, Settled},
};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Payments,
    model::{CURRENCY, Event, Refund, State, Transfer, Word},
    ops::{Arrived, Known},
    store::{
        self,
        settle::{Added, NewFile, NewLine},
    },
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Days back that are looked at.
const LOOKED_BACK_DAYS: u64 = 400;
/// Payouts, and differences of each kind, of one page.
pub(super) const MOST_SHOWN: i64 = 200;

/// What became of an operator's file.
#[derive(Debug, Clone, Serialize)]
pub struct SettlementReport {
    /// The contract.
    pub contract: String,
    /// Name of the file.
    pub file: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// When the same file was taken in before; then nothing was done.
    pub taken_at: Option<DateTime<Utc>>,
    /// Why the whole file is refused.
    #[serde(serialize_with = "refused_as_json")]
    pub refused: Option<SettlementRefusal>,
    /// Lines of the file.
    pub lines: usize,
    /// Lines that had been told of before.
    pub known: usize,
    /// Lines about orders that we do not know.
    pub strange: usize,
    /// Payments that this file was the first to tell of: booked, or kept for the treasurer.
    pub booked: usize,
    /// What payers paid, less what was given back, in grosze.
    pub gross_grosze: i64,
    /// What the operator kept, in grosze.
    pub fee_grosze: i64,
}

/// Why a whole file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SettlementRefusal {
    /// The settings do not say what its columns mean.
    #[error("the settings of contract {0:?} do not name the columns of its settlements: enter `settlement`")]
    NoColumns(String),
    /// It cannot be read.
    #[error(transparent)]
    File(#[from] BadSettlement),
    /// A payment was told of before with another amount or fee.
    #[error(
        "line {line} of the settlement: payment {transaction:?} was settled before with another amount or fee; ask the operator"
    )]
    Differs {
        /// Line of the file.
        line: usize,
        /// The operator's id of the payment.
        transaction: String,
    },
}

fn refused_as_json<S: serde::Serializer>(
    refused: &Option<SettlementRefusal>,
    out: S,
) -> Result<S::Ok, S::Error> {
    refused.as_ref().map(ToString::to_string).serialize(out)
}

/// A payout, with what the bank shows of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payout {
    pub(super) id: Uuid,
    pub(super) contract: String,
    pub(super) name: String,
    pub(super) nrb: String,
    pub(super) lines: i64,
    pub(super) paid_on: NaiveDate,
    pub(super) gross_grosze: i64,
    pub(super) fee_grosze: i64,
    /// The entry of a statement that shows it.
    pub(super) entry: Option<Uuid>,
    pub(super) booked_on: Option<NaiveDate>,
    pub(super) bank_grosze: Option<i64>,
}

impl Payout {
    /// What the bank should show.
    pub(super) fn net_grosze(&self) -> i64 {
        self.gross_grosze - self.fee_grosze
    }
}

/// A line of a settlement beside our payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) id: Uuid,
    pub(super) contract: String,
    pub(super) payout: String,
    pub(super) code: String,
    pub(super) transaction: String,
    pub(super) amount_grosze: i64,
    pub(super) currency: String,
    pub(super) paid_on: NaiveDate,
    /// Our order, if it is one of ours.
    pub(super) order: Option<Uuid>,
    pub(super) ordered_grosze: Option<i64>,
    pub(super) state: Option<State>,
    pub(super) refund: Option<Refund>,
    /// Whether it is the payment that counts for our order.
    pub(super) same: bool,
}

/// How operator, books and bank disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Passed on long ago, and the bank does not show it.
    NotOnAccount,
    /// The bank shows another sum.
    SumDiffers,
    /// The bank shows money of the operator that no settlement explains.
    NotSettled,
    /// Booked long ago, and no settlement tells of it.
    NotPassedOn,
    /// The operator passed on what is about no order of ours.
    UnknownOrder,
    /// The operator says that it is paid; here it is not.
    NotPaidHere,
    /// Another amount than was ordered.
    AmountDiffers,
    /// Another payment of an order than the one that counts.
    SecondPayment,
    /// Money was given back, and nobody here wanted that.
    RefundUnknown,
    /// Not in złoty.
    Currency,
}

impl Kind {
    const ALL: [Self; 10] = [
        Self::NotOnAccount,
        Self::SumDiffers,
        Self::NotSettled,
        Self::NotPassedOn,
        Self::UnknownOrder,
        Self::NotPaidHere,
        Self::AmountDiffers,
        Self::SecondPayment,
        Self::RefundUnknown,
        Self::Currency,
    ];

    /// Its stable name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NotOnAccount => "not-on-account",
            Self::SumDiffers => "sum-differs",
            Self::NotSettled => "not-settled",
            Self::NotPassedOn => "not-passed-on",
            Self::UnknownOrder => "unknown-order",
            Self::NotPaidHere => "not-paid-here",
            Self::AmountDiffers => "amount-differs",
            Self::SecondPayment => "second-payment",
            Self::RefundUnknown => "refund-unknown",
            Self::Currency => "currency",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Something on which operator, books and bank disagree.
#[derive(Debug, Clone)]
pub(super) struct Difference {
    pub(super) kind: Kind,
    /// The payout, line, payment or entry.
    pub(super) subject: Uuid,
    pub(super) contract: String,
    pub(super) on: NaiveDate,
    /// Number of the payout, code of the order, title of the entry.
    pub(super) name: String,
    /// What the operator says.
    pub(super) operator_grosze: Option<i64>,
    /// What our books say.
    pub(super) booked_grosze: Option<i64>,
    /// What the bank says.
    pub(super) bank_grosze: Option<i64>,
    /// Not złoty.
    pub(super) currency: String,
    pub(super) order: Option<Uuid>,
    pub(super) entry: Option<Uuid>,
}

/// Everything for the treasurer's page.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) differences: Vec<Difference>,
    /// The latest payouts, also those on their way.
    pub(super) payouts: Vec<Payout>,
}

/// What is wrong with a line beside our payment.
fn kind_of(line: &Line) -> Kind {
    match (line.state, line.refund) {
        _ if line.currency != CURRENCY => Kind::Currency,
        (None, _) => Kind::UnknownOrder,
        (_, Some(Refund::None | Refund::Refused)) if line.amount_grosze < 0 => Kind::RefundUnknown,
        (Some(State::Paid), _) if !line.same => Kind::SecondPayment,
        (Some(State::Paid), _) => Kind::AmountDiffers,
        (Some(State::Held), _) if Some(line.amount_grosze) != line.ordered_grosze => Kind::AmountDiffers,
        _ => Kind::NotPaidHere,
    }
}

impl Payments {
    /// Contracts whose files can be read, by their ids.
    pub(super) fn settled_contracts(&self) -> Vec<&str> {
        let known = self.contracts.iter().filter(|(_, contract)| contract.columns.is_some());
        known.map(|(id, _)| id.as_str()).collect()
    }

    /// Takes a file in which an operator tells what it passed on: whole or not at all. Payments that it is the first to
    /// tell of are booked as though a message had told it. The same file again does nothing.
    ///
    /// # Errors
    /// When whoever asks may not, there is no such contract, or the database fails. A file that is refused for what it
    /// holds is told in the report.
    pub async fn take_settlement_file(
        &self,
        ctx: &Ctx,
        contract_id: &str,
        name: &str,
        bytes: Vec<u8>,
        dry_run: bool,
    ) -> Result<SettlementReport, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let contract = self.contract(contract_id)?;
        let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
        let mut report = SettlementReport {
            contract: contract_id.to_owned(),
            file: if name.is_empty() { "-".to_owned() } else { name },
            dry_run,
            taken_at: None,
            refused: None,
            lines: 0,
            known: 0,
            strange: 0,
            booked: 0,
            gross_grosze: 0,
            fee_grosze: 0,
        };
        let Some(columns) = contract.columns.clone() else {
            report.refused = Some(SettlementRefusal::NoColumns(contract_id.to_owned()));
            return Ok(report);
        };
        let sum = Sha256::digest(&bytes);
        let read = tokio::task::spawn_blocking(move || settlement::read(&bytes, &columns));
        let lines = match read.await.internal("read a settlement")? {
            Ok(lines) => lines,
            Err(fault) => {
                report.refused = Some(fault.into());
                return Ok(report);
            }
        };
        report.lines = lines.len();
        for line in lines.iter().filter(|line| line.currency == CURRENCY) {
            report.gross_grosze = report.gross_grosze.saturating_add(line.amount_grosze);
            report.fee_grosze = report.fee_grosze.saturating_add(line.fee_grosze);
        }
        let mut transaction = self.pool.begin().await?;
        store::settle::wait_for_turn(&mut transaction).await?;
        if let Some(at) = store::settle::taken_at(&mut transaction, contract_id, &sum).await? {
            report.taken_at = Some(at);
            return Ok(report);
        }
        let file = Uuid::now_v7();
        let new = NewFile {
            id: file,
            contract: contract_id,
            name: &report.file,
            sha256: &sum,
            lines: i64::try_from(lines.len()).unwrap_or(i64::MAX),
            by: ctx.actor(),
            at: ctx.now,
        };
        store::settle::add_file(&mut transaction, &new).await?;
        self.take_lines(&mut transaction, ctx, contract_id, file, &lines, &mut report).await?;
        if report.refused.is_some() || dry_run {
            transaction.rollback().await?;
        } else {
            transaction.commit().await?;
            self.statements.catch_up(ctx).await?;
        }
        Ok(report)
    }

    async fn take_lines(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        contract: &str,
        file: Uuid,
        lines: &[Settled],
        report: &mut SettlementReport,
    ) -> Result<(), Failure> {
        let siblings = self.siblings(contract);
        let mut found = HashMap::new();
        for line in lines {
            if let Some(id) = store::of_code(&mut *connection, &siblings, &line.order).await? {
                found.insert(line.order.as_str(), id);
            }
        }
        let ids: BTreeSet<Uuid> = found.values().copied().collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let payers = store::settle::lock_all(connection, &ids).await?;
        self.dues.hold_payers_in(connection, &payers).await?;
        let by_order = matches!(self.contract(contract)?.operator, Operator::Paybynet(_));
        let mut nths: HashMap<(&str, &str, bool, Option<&str>), usize> = HashMap::new();
        for (at, line) in lines.iter().enumerate() {
            let transfer = match found.get(line.order.as_str()) {
                Some(id) => store::lock(connection, *id).await?,
                None => None,
            };
            let is_refund = line.amount_grosze < 0;
            // Paybynet's messages know a payment by our order only.
            let payment = if by_order { &line.order } else { &line.transaction };
            let nth = nths
                .entry((&line.order, &line.transaction, is_refund, line.transfer.as_deref()))
                .or_insert(0);
            *nth += 1;
            let payout = self.payout_name(contract, line, &report.file);
            let new = NewLine {
                contract,
                payout: &payout,
                title: None,
                nrb: &self.nrb_of(contract, transfer.as_ref()),
                nth: *nth,
                source: "file",
                file: Some(file),
                order: &line.order,
                transaction: payment,
                transfer: transfer.as_ref().map(|transfer| transfer.id),
                amount_grosze: line.amount_grosze,
                fee_grosze: line.fee_grosze,
                currency: &line.currency,
                paid_on: line.paid_on,
                at: ctx.now,
            };
            match store::settle::add_line(connection, &new).await? {
                Added::New => {}
                Added::Known => report.known += 1,
                Added::Differs => {
                    let transaction = line.transaction.clone();
                    // The names of columns are line 1.
                    report.refused = Some(SettlementRefusal::Differs { line: at + 2, transaction });
                    return Ok(());
                }
            }
            if transfer.is_none() {
                report.strange += 1;
            }
            if is_refund || line.currency != CURRENCY || payment.is_empty() {
                continue;
            }
            match transfer {
                Some(mut transfer) => {
                    let was = transfer.state;
                    let word = Word {
                        transaction: payment.clone(),
                        said: Said::Paid,
                        amount_grosze: Some(line.amount_grosze),
                        currency: line.currency.clone(),
                    };
                    let known = Known {
                        paid_at: line.paid_on.and_hms_opt(12, 0, 0),
                        details: json!({
                            "transaction": payment, "transfer": payout, "amount_grosze": line.amount_grosze,
                            "fee_grosze": line.fee_grosze, "file": report.file,
                        }),
                        ..Known::new("settlement", ctx.actor(), ctx.now)
                    };
                    self.apply_in(connection, &mut transfer, &Event::Told(word), &known).await?;
                    if transfer.state != was {
                        report.booked += 1;
                    }
                }
                None => {
                    let own = self.nrb_of(contract, None);
                    let held = Arrived {
                        contract,
                        transaction: payment,
                        amount_grosze: line.amount_grosze,
                        nrb: Some(own.as_str()).filter(|nrb| !nrb.is_empty()),
                        code: &line.order,
                        payer: None,
                    };
                    self.keep_in(connection, &held, line.paid_on, ctx.now).await?;
                }
            }
        }
        Ok(())
    }

    /// By which name the bank's statement should know the transfer of a line. Without any, a file is one transfer.
    fn payout_name(&self, contract: &str, line: &Settled, file: &str) -> String {
        match self.contracts.get(contract).map(|contract| &contract.operator) {
            // The clearing house passes each payment on alone.
            Some(Operator::Paybynet(_)) if !line.order.is_empty() => line.order.clone(),
            _ => line.transfer.clone().unwrap_or_else(|| file.to_owned()),
        }
    }

    /// The town's account that gets the money of a payment: its own, or the only one of the contract.
    fn nrb_of(&self, contract: &str, transfer: Option<&Transfer>) -> String {
        if let Some(transfer) = transfer {
            return transfer.nrb.clone();
        }
        match self.contracts.get(contract).map(|contract| contract.accounts.as_slice()) {
            Some([only]) => only.as_str().to_owned(),
            _ => String::new(),
        }
    }

    /// Writes down what a message says that was passed on, or given back.
    pub(super) async fn note_settled_in(
        &self,
        connection: &mut PgConnection,
        contract: &str,
        settled: &SettledNotice,
        transfer: Option<&Transfer>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        // What is passed on may be less than what was paid, by what the operator keeps.
        let gross = transfer
            .filter(|_| !settled.is_refund)
            .map_or(settled.amount_grosze, |transfer| transfer.amount_grosze.max(settled.amount_grosze));
        let fee = gross - settled.amount_grosze;
        let new = NewLine {
            contract,
            payout: &settled.transfer,
            title: settled.title.as_deref(),
            nrb: &self.nrb_of(contract, transfer),
            nth: 1,
            source: "notification",
            file: None,
            order: settled.order.as_deref().unwrap_or_default(),
            transaction: settled.transaction.as_deref().unwrap_or_default(),
            transfer: transfer.map(|transfer| transfer.id),
            amount_grosze: if settled.is_refund { -gross } else { gross },
            fee_grosze: fee,
            currency: &settled.currency,
            paid_on: settled.paid_at.map_or_else(|| day_of(now), |at| at.date()),
            at: now,
        };
        store::settle::add_line(connection, &new).await?;
        Ok(())
    }

    /// Paybynet only says that a transfer was ordered; the payer's bank makes it, under the code of the order. So the bank
    /// shows each payment, which is booked already.
    pub(super) async fn expect_in(
        &self,
        connection: &mut PgConnection,
        arrived: &Arrived<'_>,
        on: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let operator = self.contracts.get(arrived.contract).map(|contract| &contract.operator);
        if !matches!(operator, Some(Operator::Paybynet(_))) || arrived.amount_grosze <= 0 {
            return Ok(());
        }
        let siblings = self.siblings(arrived.contract);
        let transfer = store::of_code(&mut *connection, &siblings, arrived.code).await?;
        let own = self.nrb_of(arrived.contract, None);
        let new = NewLine {
            contract: arrived.contract,
            payout: arrived.code,
            title: None,
            nrb: arrived.nrb.unwrap_or(&own),
            nth: 1,
            source: "payment",
            file: None,
            order: arrived.code,
            transaction: arrived.transaction,
            transfer,
            amount_grosze: arrived.amount_grosze,
            fee_grosze: 0,
            currency: CURRENCY,
            paid_on: on,
            at: now,
        };
        store::settle::add_line(connection, &new).await?;
        Ok(())
    }

    /// Compares what operators, books and bank say.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn compared(&self, ctx: &Ctx) -> Result<Compared, Failure> {
        ctx.require(Permission::DuesRead, None)?;
        self.statements.catch_up(ctx).await?;
        let today = day_of(ctx.now);
        let since = today.checked_sub_days(Days::new(LOOKED_BACK_DAYS)).unwrap_or(today);
        let days = u64::from(self.config.payments.payout_days);
        let late = today.checked_sub_days(Days::new(days)).unwrap_or(today);
        let payouts = store::settle::payouts(&self.pool, since, MOST_SHOWN).await?;
        let mut differences = Vec::new();
        for payout in &payouts {
            let net = payout.net_grosze();
            let kind = match payout.bank_grosze {
                Some(bank) if bank != net => Kind::SumDiffers,
                // A day on which more was given back than paid makes no transfer.
                None if net > 0 && payout.paid_on < late => Kind::NotOnAccount,
                _ => continue,
            };
            differences.push(Difference {
                kind,
                subject: payout.id,
                contract: payout.contract.clone(),
                on: payout.paid_on,
                name: payout.name.clone(),
                operator_grosze: Some(net),
                booked_grosze: None,
                bank_grosze: payout.bank_grosze,
                currency: CURRENCY.to_owned(),
                order: None,
                entry: payout.entry,
            });
        }
        for line in store::settle::odd_lines(&self.pool, since, MOST_SHOWN).await? {
            differences.push(Difference {
                kind: kind_of(&line),
                subject: line.id,
                contract: line.contract,
                on: line.paid_on,
                name: format!("{} {}", line.code, line.transaction),
                operator_grosze: Some(line.amount_grosze),
                booked_grosze: line.ordered_grosze.filter(|_| line.state == Some(State::Paid)),
                bank_grosze: None,
                currency: line.currency,
                order: line.order,
                entry: None,
            });
        }
        for unsettled in store::settle::unsettled(&self.pool, since, late, MOST_SHOWN).await? {
            differences.push(Difference {
                kind: Kind::NotPassedOn,
                subject: unsettled.id,
                contract: unsettled.contract,
                on: unsettled.paid_on,
                name: unsettled.code,
                operator_grosze: None,
                booked_grosze: Some(unsettled.amount_grosze),
                bank_grosze: None,
                currency: CURRENCY.to_owned(),
                order: Some(unsettled.order),
                entry: None,
            });
        }
        for entry in store::settle::unexplained(&self.pool, since, MOST_SHOWN).await? {
            differences.push(Difference {
                kind: Kind::NotSettled,
                subject: entry.entry,
                contract: entry.contract,
                on: entry.booked_on,
                name: entry.title,
                operator_grosze: None,
                booked_grosze: None,
                bank_grosze: Some(entry.amount_grosze),
                currency: CURRENCY.to_owned(),
                order: None,
                entry: Some(entry.entry),
            });
        }
        let subjects: Vec<Uuid> = differences.iter().map(|difference| difference.subject).collect();
        let ended: BTreeSet<(String, Uuid)> =
            store::settle::ended(&self.pool, &subjects).await?.into_iter().collect();
        differences
            .retain(|difference| !ended.contains(&(difference.kind.name().to_owned(), difference.subject)));
        differences.sort_by_key(|difference| difference.on);
        Ok(Compared { differences, payouts })
    }

    /// Says that a difference was dealt with.
    ///
    /// # Errors
    /// When whoever asks may not; 404 when there is no such kind.
    pub(super) async fn end_difference(&self, ctx: &Ctx, kind: &str, subject: Uuid) -> Result<(), Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let kind = Kind::from_name(kind).ok_or_else(|| Failure::not_found("this difference"))?;
        store::settle::end(&self.pool, (kind.name(), subject), ctx.actor(), ctx.now).await?;
        Ok(())
    }
}

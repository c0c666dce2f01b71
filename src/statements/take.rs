//! A file comes in: read, checked, written down, matched and booked in one transaction, or refused as a whole.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use bank::{
    statement::{Currency, Encoding, Fault, Format, Input, Last, Limits, Options, Statement, follows, read},
    transfer::find_tokens,
};
use law::{allocation::PaidBy, interest::Regime};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Statements,
    model::{Clues, Known, Target, Verdict, Virtual, Why, decide, original, virtual_numbers},
    store::{self, Entry, NewBooking, NewFile, NewStatement, State},
};
use crate::{
    dues::{FoundAccount, FoundDue, Held, Marks, Receipt, Source},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// Longest key that is kept as it is, in bytes.
const LONGEST_KEY: usize = 400;
/// Kind of the documents behind what is booked here.
const SOURCE: &str = "statement";

/// A file of a delivery.
#[derive(Debug)]
pub struct Delivered {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// How a delivery is taken.
#[derive(Debug, Clone, Copy, Default)]
pub struct Choices {
    /// Whether it is only said what would be done.
    pub dry_run: bool,
    /// Whether MT940 without a closing balance is taken, which nothing proves to be whole.
    pub unproven: bool,
    /// The encoding, where it shall not be found out.
    pub encoding: Option<Encoding>,
    /// How much is read.
    pub limits: Limits,
}

/// How many entries, and what they make together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Their sum, in grosze; of money that went out below zero.
    pub grosze: i64,
}

impl Tally {
    fn add(&mut self, grosze: i64) {
        self.count += 1;
        self.grosze = self.grosze.saturating_add(grosze);
    }
}

/// A statement as it was read.
#[derive(Debug, Clone, Serialize)]
pub struct ReadStatement {
    /// Its page, once it is taken in.
    pub id: Option<Uuid>,
    /// The account as the bank names it.
    pub account: Option<String>,
    /// `mt940`, `mt942`, `camt053`.
    pub format: &'static str,
    /// Its number.
    pub number: Option<u64>,
    /// Currency of its amounts.
    pub currency: String,
    /// Entries.
    pub entries: usize,
    /// What came, in grosze.
    pub in_grosze: i64,
    /// What went, in grosze, below zero.
    pub out_grosze: i64,
    /// Balance before, in grosze.
    pub opening_grosze: Option<i64>,
    /// Balance after, in grosze.
    pub closing_grosze: Option<i64>,
    /// Whether it was there already, from another file.
    pub again: bool,
}

/// What became of a delivery.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Names of its files.
    pub file: String,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// When the same file was taken in before; then nothing was done.
    pub taken_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Why the whole delivery is refused.
    #[serde(serialize_with = "refused_as_json")]
    pub refused: Option<Refusal>,
    /// What was read, also of a delivery that is refused for what it says.
    pub statements: Vec<ReadStatement>,
    /// Entries that earlier statements had told of.
    pub known: u64,
    /// Booked to payers.
    pub booked: Tally,
    /// Held until somebody looks.
    pub held: Tally,
    /// Listed only: what went out, and what is no payment.
    pub listed: Tally,
    /// Earlier payments taken back by the bank.
    pub reversed: Tally,
}

/// Why a whole delivery is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read, does not add up, or does not follow the last statement.
    #[error(transparent)]
    File(#[from] Fault),
    /// Its account is none on which dues are paid.
    #[error(
        "account {account} is none of the town's accounts for dues; enter it at the kind of due that is paid there, or choose the right file"
    )]
    OtherAccount {
        /// The account as the bank names it.
        account: String,
    },
    /// Its currency is not PLN.
    #[error(
        "the statement of account {account} is in {currency}; only accounts in PLN are booked. Leave it out of the file"
    )]
    OtherCurrency {
        /// The account as the bank names it.
        account: String,
        /// The currency.
        currency: String,
    },
    /// What was told within a day has no names by which it could be known at the end of the day.
    #[error(
        "line {line}: the bank gives this entry of an MT942 no number of its own, so that it would be booked again with the statement of the day; take in the MT940 instead"
    )]
    Unnamed {
        /// Line of the file.
        line: u64,
    },
}

impl Refusal {
    /// Stable name of the reason.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::OtherAccount { .. } => "statement-other-account",
            Self::OtherCurrency { .. } => "statement-not-pln",
            Self::Unnamed { .. } => "statement-unnamed",
        }
    }

    /// Values for a text of it. Amounts are grosze.
    #[must_use]
    pub fn parameters(&self) -> bank::Parameters {
        match self {
            Self::File(fault) => fault.parameters(),
            Self::OtherAccount { account } => vec![("account", account.clone())],
            Self::OtherCurrency { account, currency } => {
                vec![("account", account.clone()), ("currency", currency.clone())]
            }
            Self::Unnamed { line } => vec![("line", line.to_string())],
        }
    }
}

fn refused_as_json<S: serde::Serializer>(refused: &Option<Refusal>, out: S) -> Result<S::Ok, S::Error> {
    let told = refused.as_ref().map(|refusal| {
        let parameters: BTreeMap<_, _> = refusal.parameters().into_iter().collect();
        json!({ "code": refusal.code(), "message": refusal.to_string(), "parameters": parameters })
    });
    told.serialize(out)
}

/// An entry that is new, with what it says of itself.
struct Fresh {
    entry: Entry,
    numbers: Vec<u64>,
    tokens: Vec<bank::transfer::Token>,
}

impl Statements {
    /// Takes the files of one delivery in, one file or the pages of one statement: all of them or nothing. The same
    /// delivery again does nothing.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. A delivery that is refused for what it holds is told in the
    /// report.
    pub async fn take_in(
        &self,
        ctx: &Ctx,
        files: Vec<Delivered>,
        choices: Choices,
    ) -> Result<Report, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut sum = Sha256::new();
        let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        let name: String = names.join(", ").chars().filter(|c| !c.is_control()).take(200).collect();
        let name = if name.is_empty() { "-".to_owned() } else { name };
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        for file in &files {
            sum.update(&file.bytes);
        }
        let sum = sum.finalize();
        let mut report = Report {
            file: name,
            dry_run: choices.dry_run,
            taken_at: None,
            refused: None,
            statements: Vec::new(),
            known: 0,
            booked: Tally::default(),
            held: Tally::default(),
            listed: Tally::default(),
            reversed: Tally::default(),
        };
        let read = tokio::task::spawn_blocking(move || {
            let inputs: Vec<Input<'_>> =
                files.iter().map(|file| Input { name: &file.name, bytes: &file.bytes }).collect();
            let Choices { unproven, encoding, limits, .. } = choices;
            read(&inputs, &Options { encoding, profile: None, take_unproven: unproven, limits })
        });
        let statements = match read.await.internal("read a bank statement")? {
            Ok(statements) => statements,
            Err(fault) => {
                report.refused = Some(fault.into());
                return Ok(report);
            }
        };
        report.statements = statements.iter().map(told).collect();

        let mut transaction = self.pool.begin().await?;
        store::wait_for_turn(&mut transaction).await?;
        if let Some(at) = store::taken_at(&mut transaction, &sum).await? {
            report.taken_at = Some(at);
            return Ok(report);
        }
        let marks = self.dues.marks_in(&mut transaction).await?;
        if let Err(refusal) = statements.iter().try_for_each(|statement| fits(statement, &marks)) {
            report.refused = Some(refusal);
            return Ok(report);
        }
        let file = Uuid::now_v7();
        let new = NewFile {
            id: file,
            name: &report.file,
            sha256: &sum,
            bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
            unproven: choices.unproven,
            by: ctx.actor(),
            at: ctx.now,
        };
        store::add_file(&mut transaction, &new).await?;
        let fresh = match write_down(&mut transaction, file, statements, &marks, &mut report).await? {
            Ok(fresh) => fresh,
            Err(fault) => {
                report.refused = Some(fault.into());
                return Ok(report);
            }
        };
        self.book_all(&mut transaction, ctx, &fresh, &mut report).await?;
        // Debit and credit of each booking are compared at the end; a dry run shall meet that too.
        store::compare_now(&mut transaction).await?;
        if choices.dry_run {
            transaction.rollback().await?;
            report.statements.iter_mut().for_each(|statement| statement.id = None);
        } else {
            transaction.commit().await?;
        }
        Ok(report)
    }

    /// Matches what is new and books it.
    async fn book_all(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        fresh: &[Fresh],
        report: &mut Report,
    ) -> Result<(), Failure> {
        let mut taken_back = HashMap::new();
        let mut payers = BTreeSet::new();
        for one in fresh.iter().filter(|one| one.entry.reversal && one.entry.amount_grosze < 0) {
            let among = store::originals(connection, &one.entry).await?;
            let entry = &one.entry;
            let reference = entry.bank_reference.as_deref();
            if let Some(id) = original(reference, entry.sender_account.as_deref(), &entry.title, &among) {
                store::lock_entry(connection, id).await?;
                payers.extend(store::live_bookings(connection, id).await?.iter().map(|live| live.party));
                taken_back.insert(entry.id, id);
            }
        }
        let verdicts = self.verdicts(connection, ctx, fresh).await?;
        for verdict in verdicts.values() {
            if let Verdict::Sure { parts, .. } = verdict {
                payers.extend(parts.iter().map(|part| part.target.payer));
            }
        }
        let payers: Vec<Uuid> = payers.into_iter().collect();
        self.dues.hold_payers_in(connection, &payers).await?;
        for Fresh { entry, .. } in fresh {
            match (verdicts.get(&entry.id), taken_back.get(&entry.id)) {
                (Some(Verdict::Sure { how, parts }), _) => {
                    let mut bookings = Vec::new();
                    for (place, part) in parts.iter().enumerate() {
                        let id = match parts.len() {
                            1 => entry.id.to_string(),
                            _ => format!("{}/{}", entry.id, place + 1),
                        };
                        let receipt = receipt_of(entry, id, &part.target, part.amount_grosze, PaidBy::Payer);
                        let booked = self.dues.book_in(connection, &receipt, ctx.now).await?;
                        bookings.push(booked.booking);
                        let new = NewBooking {
                            booking: booked.booking,
                            entry: entry.id,
                            party: part.target.payer,
                            how: *how,
                            amount_grosze: part.amount_grosze,
                            settles: false,
                        };
                        store::add_booking(connection, new).await?;
                    }
                    store::step(connection, entry.id, State::Booked, None, None).await?;
                    let details = json!({ "how": how.name(), "bookings": bookings });
                    store::decide(connection, entry.id, (ctx.actor(), ctx.now), "booked", details).await?;
                    report.booked.add(entry.amount_grosze);
                }
                (Some(Verdict::Unsure(why)), _) => {
                    let hold =
                        self.hold(connection, ctx, entry, entry.id.to_string(), entry.amount_grosze).await?;
                    store::step(connection, entry.id, State::Held, Some(*why), Some(hold)).await?;
                    let details = json!({ "why": why.name() });
                    store::decide(connection, entry.id, (ctx.actor(), ctx.now), "held", details).await?;
                    report.held.add(entry.amount_grosze);
                }
                (None, Some(original)) => {
                    self.take_back(connection, ctx, entry, *original).await?;
                    report.reversed.add(entry.amount_grosze);
                }
                (None, None) => {
                    let unclear = entry.reversal.then_some(Why::UnclearReversal);
                    store::step(connection, entry.id, State::Listed, unclear, None).await?;
                    store::decide(connection, entry.id, (ctx.actor(), ctx.now), "listed", json!({})).await?;
                    report.listed.add(entry.amount_grosze);
                }
            }
        }
        Ok(())
    }

    /// Whose each payment among new entries is.
    async fn verdicts(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        fresh: &[Fresh],
    ) -> Result<HashMap<Uuid, Verdict>, Failure> {
        let payments: Vec<&Fresh> =
            fresh.iter().filter(|one| one.entry.amount_grosze > 0 && !one.entry.reversal).collect();
        let numbers: BTreeSet<i64> = payments
            .iter()
            .flat_map(|one| &one.numbers)
            .filter_map(|number| i64::try_from(*number).ok())
            .collect();
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let accounts = self.dues.accounts_of_numbers_in(connection, &numbers).await?;
        let accounts: HashMap<i64, FoundAccount> =
            accounts.into_iter().map(|account| (account.number, account)).collect();
        let tokens: BTreeSet<_> = payments.iter().flat_map(|one| one.tokens.iter().cloned()).collect();
        let tokens: Vec<_> = tokens.into_iter().collect();
        let dues = self.dues.dues_of_tokens_in(connection, &tokens).await?;
        let dues: HashMap<String, FoundDue> = dues.into_iter().map(|due| (due.token.clone(), due)).collect();
        let senders: BTreeSet<String> =
            payments.iter().filter_map(|one| one.entry.sender_account.clone()).collect();
        let senders: Vec<String> = senders.into_iter().collect();
        let rules = store::rules_of(connection, &senders).await?;
        let rules: HashMap<String, Target> = rules
            .into_iter()
            .map(|rule| {
                let kind = rule.kind.zip(rule.regime.as_deref().and_then(regime_of));
                let target = Target { payer: rule.party, kind, instalment: None, to_pay_grosze: None };
                (rule.sender_account, target)
            })
            .collect();
        let mut verdicts = HashMap::new();
        for one in payments {
            let mut named: Vec<Target> =
                one.tokens.iter().filter_map(|token| dues.get(&token.to_string())).map(target_of).collect();
            if named.len() > 1 {
                let ids: Vec<Uuid> = named.iter().filter_map(|target| target.instalment).collect();
                let owed = self.dues.owed_in(connection, ctx.lang, &ids, one.entry.paid_on).await?;
                for target in &mut named {
                    let own = owed.iter().find(|owed| Some(owed.instalment) == target.instalment);
                    target.to_pay_grosze = own.map(crate::dues::Owed::to_pay_grosze);
                }
            }
            let virtuals = one
                .numbers
                .iter()
                .filter_map(|number| accounts.get(&i64::try_from(*number).ok()?))
                .map(target_of_account)
                .collect();
            let known = Known {
                virtuals,
                tokens: named,
                has_tokens: !one.tokens.is_empty(),
                rule: one.entry.sender_account.as_ref().and_then(|sender| rules.get(sender)).cloned(),
            };
            verdicts.insert(one.entry.id, decide(one.entry.amount_grosze, &known));
        }
        Ok(verdicts)
    }

    /// Keeps an amount of an entry as money of which nobody knows whose it is.
    pub(super) async fn hold(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        entry: &Entry,
        source: String,
        amount_grosze: i64,
    ) -> Result<Uuid, Failure> {
        let held = Held {
            source: Source::new(SOURCE, source),
            payer: None,
            amount_grosze,
            paid_on: entry.paid_on,
            booked_on: entry.booked_on,
            nrb: bank::Nrb::parse(&entry.nrb).ok(),
            title: entry.title.clone(),
            note: entry.sender_name.clone().unwrap_or_default(),
        };
        Ok(self.dues.hold_in(connection, &held, ctx.now).await?.booking)
    }

    /// Takes all that was booked of an entry back, because the bank took the money back by another one.
    pub(super) async fn take_back(
        &self,
        connection: &mut PgConnection,
        ctx: &Ctx,
        by: &Entry,
        original: Uuid,
    ) -> Result<(), Failure> {
        let gone = || Failure::not_found("this entry");
        let entry = store::lock_entry(connection, original).await?.ok_or_else(gone)?;
        let mut bookings: Vec<Uuid> =
            store::live_bookings(connection, original).await?.iter().map(|live| live.booking).collect();
        bookings.extend(entry.hold);
        for booking in bookings {
            let source = Source::new("statement-reversal", format!("{}/{booking}", by.id));
            self.dues.reverse_in(connection, booking, &source, by.booked_on, ctx.now).await?;
        }
        store::undo_bookings(connection, original, ctx.now).await?;
        store::step(connection, original, State::Reversed, None, None).await?;
        let who = (ctx.actor(), ctx.now);
        store::decide(connection, original, who, "reversed", json!({ "by": by.id })).await?;
        store::step(connection, by.id, State::Listed, None, None).await?;
        store::decide(connection, by.id, who, "reversing", json!({ "of": original })).await?;
        Ok(())
    }
}

fn sum_where(statement: &Statement, is: impl Fn(i64) -> bool) -> i64 {
    let amounts = statement.entries.iter().map(|entry| entry.amount_grosze);
    amounts.filter(|amount| is(*amount)).fold(0, i64::saturating_add)
}

fn told(statement: &Statement) -> ReadStatement {
    ReadStatement {
        id: None,
        account: statement.account.as_ref().map(|account| account.text.clone()),
        format: statement.format.code(),
        number: statement.number,
        currency: statement.currency.to_string(),
        entries: statement.entries.len(),
        in_grosze: sum_where(statement, |amount| amount > 0),
        out_grosze: sum_where(statement, |amount| amount < 0),
        opening_grosze: statement.opening.map(|balance| balance.amount_grosze),
        closing_grosze: statement.closing.map(|balance| balance.amount_grosze),
        again: false,
    }
}

/// Whether a statement is one of the town's accounts in PLN, and can be told from others of the same money.
fn fits(statement: &Statement, marks: &Marks) -> Result<(), Refusal> {
    let account = statement.account.as_ref();
    let name = || account.map_or_else(|| "–".to_owned(), |account| account.text.clone());
    if statement.currency != Currency::PLN {
        return Err(Refusal::OtherCurrency { account: name(), currency: statement.currency.to_string() });
    }
    let nrb = account.and_then(|account| account.nrb);
    if !nrb.is_some_and(|nrb| marks.accounts.contains_key(nrb.as_str())) {
        return Err(Refusal::OtherAccount { account: name() });
    }
    match statement.entries.iter().find(|entry| !entry.named) {
        Some(entry) if statement.format == Format::Mt942 => Err(Refusal::Unnamed { line: entry.line }),
        _ => Ok(()),
    }
}

/// Writes statements and entries down, the earlier ones first; answers the entries that are new. `Err` when a statement
/// does not follow the last one of its account.
async fn write_down(
    connection: &mut PgConnection,
    file: Uuid,
    statements: Vec<Statement>,
    marks: &Marks,
    report: &mut Report,
) -> Result<Result<Vec<Fresh>, Fault>, Failure> {
    let virtuals: Vec<Virtual> = marks
        .patterns
        .iter()
        .map(|(prefix_digits, pattern)| Virtual { prefix_digits: *prefix_digits, pattern: pattern.clone() })
        .collect();
    let kinds: Vec<&str> = marks.tokens.iter().map(String::as_str).collect();
    let mut fresh = Vec::new();
    let mut in_order: Vec<(usize, Statement)> = statements.into_iter().enumerate().collect();
    in_order.sort_by_key(|(_, statement)| (statement.closing.map(|balance| balance.on), statement.sequence));
    for (place, statement) in in_order {
        let nrb = statement.account.as_ref().and_then(|account| account.nrb);
        let nrb = nrb.map(|nrb| nrb.as_str().to_owned()).unwrap_or_default();
        let number = |number: Option<u64>| number.and_then(|number| i64::try_from(number).ok());
        let new = NewStatement {
            id: Uuid::now_v7(),
            file,
            place: i32::try_from(place).unwrap_or(i32::MAX),
            nrb: &nrb,
            format: statement.format.code(),
            reference: statement.reference.as_deref(),
            number: number(statement.number),
            sequence: number(statement.sequence),
            opening: statement.opening,
            closing: statement.closing,
        };
        let told = report.statements.get_mut(place);
        if store::is_known(connection, &new).await? {
            if let Some(told) = told {
                told.again = true;
            }
            report.known += statement.entries.len() as u64;
            continue;
        }
        let last = if statement.is_proven() { store::last(connection, &nrb).await? } else { None };
        if let Some(Err(fault)) = last.map(|last: Last| follows(&last, &statement)) {
            return Ok(Err(fault));
        }
        store::add_statement(connection, &new).await?;
        if let Some(told) = told {
            told.id = Some(new.id);
        }
        for (at, entry) in (0_i32..).zip(&statement.entries) {
            let kept = kept(entry, &nrb);
            let (id, is_new) = store::add_entry(connection, &key_of(&entry.key), &kept).await?;
            let line = i64::try_from(entry.line).unwrap_or(i64::MAX);
            store::add_line(connection, (new.id, at, line), id, is_new).await?;
            if !is_new {
                report.known += 1;
                continue;
            }
            let clues = Clues {
                paid_to: kept.paid_to.as_deref(),
                mass_payment_id: kept.mass_payment_id.as_deref(),
                sender_account: kept.sender_account.as_deref(),
                raw: &kept.raw,
            };
            let numbers = virtual_numbers(&clues, &virtuals);
            let tokens = find_tokens(&kept.title, &kinds);
            fresh.push(Fresh { entry: kept, numbers, tokens });
        }
    }
    Ok(Ok(fresh))
}

/// A key as it is kept: names by banks have no limit.
fn key_of(key: &str) -> Cow<'_, str> {
    if key.len() <= LONGEST_KEY && !key.contains('\0') {
        return key.into();
    }
    let digest = Sha256::digest(key.as_bytes());
    digest.iter().fold("sha256:".to_owned(), |text, byte| format!("{text}{byte:02x}")).into()
}

/// A text as the database takes it: without null characters, not longer than so much.
fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}

fn kept(entry: &bank::statement::Entry, nrb: &str) -> Entry {
    let some = |text: &Option<String>, most| {
        text.as_deref().map(|text| cut(text, most)).filter(|text| !text.is_empty())
    };
    let account = |account: &Option<bank::statement::Account>| {
        account
            .as_ref()
            .map(|account| account.nrb.map_or_else(|| cut(&account.text, 100), |nrb| nrb.as_str().to_owned()))
    };
    Entry {
        id: Uuid::now_v7(),
        nrb: nrb.to_owned(),
        booked_on: entry.booked_on,
        value_on: entry.value_on,
        // Elixir debits and credits on the same day of value; a later one would count against the payer.
        paid_on: entry.value_on.min(entry.booked_on),
        amount_grosze: entry.amount_grosze,
        reversal: entry.reversal,
        bank_reference: some(&entry.bank_reference, 200),
        description: some(&entry.description, 500),
        sender_name: some(&entry.counterparty.name, 500),
        sender_account: account(&entry.counterparty.account),
        paid_to: account(&entry.paid_to),
        mass_payment_id: some(&entry.mass_payment_id, 100),
        title: cut(&entry.title, 2_000),
        raw: cut(&entry.raw, 20_000),
        state: State::Listed,
        why: None,
        hold: None,
        version: 1,
    }
}

/// A regime by its stable word.
pub(super) fn regime_of(code: &str) -> Option<Regime> {
    [Regime::Tax, Regime::Civil, Regime::Contractual].into_iter().find(|regime| regime.code() == code)
}

fn target_of(due: &FoundDue) -> Target {
    Target {
        payer: due.payer,
        kind: Some((due.kind.clone(), due.regime)),
        instalment: due.instalment,
        to_pay_grosze: None,
    }
}

pub(super) fn target_of_account(account: &FoundAccount) -> Target {
    Target {
        payer: account.payer,
        kind: Some((account.kind.clone(), account.regime)),
        instalment: None,
        to_pay_grosze: None,
    }
}

/// A part of an entry as dues take it.
pub(super) fn receipt_of(
    entry: &Entry,
    source: String,
    target: &Target,
    amount_grosze: i64,
    by: PaidBy,
) -> Receipt {
    Receipt {
        source: Source::new(SOURCE, source),
        payer: target.payer,
        amount_grosze,
        paid_on: entry.paid_on,
        booked_on: entry.booked_on,
        indication: target.indication(),
        by,
        nrb: bank::Nrb::parse(&entry.nrb).ok(),
        title: entry.title.clone(),
    }
}

/// The day of the books on which something is decided.
pub(super) fn today(ctx: &Ctx) -> chrono::NaiveDate {
    day_of(ctx.now)
}

//! A file comes in: read, checked, written down, matched and booked in one transaction, or refused as a whole.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
};

use bank::{
    statement::{Account, Currency, Format, Input, Last, Options, Statement, follows, read},
    transfer::find_tokens,
};
use law::{allocation::PaidBy, interest::Regime};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Statements,
    cover::seen,
    model::{Clues, Known, Target, Verdict, Virtual, Why, decide, original, virtual_numbers},
    report::{Choices, Delivered, Refusal, Report, Tally, told},
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

/// An entry that is new, with what it says of itself.
struct Fresh {
    entry: Entry,
    /// The list in which it stands, if it is a list.
    list: Option<Uuid>,
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
            covered: Tally::default(),
        };
        let read_by = choices.clone();
        let read = tokio::task::spawn_blocking(move || {
            let inputs: Vec<Input<'_>> =
                files.iter().map(|file| Input { name: &file.name, bytes: &file.bytes }).collect();
            let Choices { unproven, encoding, limits, list, .. } = &read_by;
            let options = Options {
                encoding: *encoding,
                profile: list.as_ref(),
                take_unproven: *unproven,
                limits: *limits,
            };
            read(&inputs, &options)
        });
        let mut statements = match read.await.internal("read a bank statement")? {
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
        for (statement, told) in statements.iter_mut().zip(&mut report.statements) {
            if statement.format != Format::List {
                continue;
            }
            match account_of(statement, &marks, choices.account.as_deref()) {
                Ok(account) => {
                    told.account = Some(account.text.clone());
                    statement.account = Some(account);
                }
                Err(refusal) => {
                    report.refused = Some(refusal);
                    return Ok(report);
                }
            }
        }
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
        let unproven = choices.unproven;
        let fresh =
            match write_down(&mut transaction, file, statements, &marks, unproven, &mut report).await? {
                Ok(fresh) => fresh,
                Err(refusal) => {
                    report.refused = Some(refusal);
                    return Ok(report);
                }
            };
        self.book_all(&mut transaction, ctx, &fresh, &mut report).await?;
        let lists: BTreeSet<Uuid> = fresh.iter().filter_map(|one| one.list).collect();
        for list in &lists {
            store::cover::add_sums(&mut transaction, *list).await?;
        }
        if !lists.is_empty() {
            for grosze in self.cover_waiting_in(&mut transaction, ctx).await? {
                report.covered.add(grosze);
            }
        }
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
        let keys: Vec<_> = fresh.iter().map(|one| (one.entry.nrb.clone(), one.entry.booked_on)).collect();
        let mut open = self.open_in(connection, &keys).await?;
        open.leave_out(fresh.iter().map(|one| one.entry.id));
        for Fresh { entry, list, .. } in fresh {
            let sure = matches!(verdicts.get(&entry.id), Some(Verdict::Sure { .. }));
            let found = match entry.reversal {
                true => None,
                false => open.find(&seen(entry), *list, sure, &self.senders),
            };
            if let Some(cover) = found {
                self.cover(connection, ctx, entry, &cover, None).await?;
                report.covered.add(entry.amount_grosze);
                continue;
            }
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

/// The town's account of a list: the one to which its payments came, be it by individual accounts; the one that was chosen
/// where they do not say it; the only one.
fn account_of(statement: &Statement, marks: &Marks, chosen: Option<&str>) -> Result<Account, Refusal> {
    let own = |nrb: &bank::Nrb| {
        let virtuals = marks.virtual_accounts.iter();
        let by_virtual = || virtuals.clone().find(|(pattern, _)| pattern.identifier(nrb).is_some());
        let itself = marks.accounts.contains_key(nrb.as_str()).then(|| nrb.as_str().to_owned());
        itself.or_else(|| by_virtual().map(|(_, own)| own.clone()))
    };
    let mut found: Option<String> = chosen.map(ToOwned::to_owned);
    for entry in &statement.entries {
        let Some(nrb) = entry.paid_to.as_ref().and_then(|account| account.nrb) else { continue };
        match (own(&nrb), &found) {
            (Some(own), None) => found = Some(own),
            (Some(own), Some(known)) if own == *known => {}
            _ => return Err(Refusal::ListAccounts { line: entry.line }),
        }
    }
    let mut all = marks.accounts.keys();
    let only = all.next().filter(|_| all.next().is_none()).cloned();
    let nrb = found.or(only).and_then(|nrb| bank::Nrb::parse(&nrb).ok()).ok_or(Refusal::ListAccount)?;
    Ok(Account { text: nrb.iban(), nrb: Some(nrb) })
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
    unproven: bool,
    report: &mut Report,
) -> Result<Result<Vec<Fresh>, Refusal>, Failure> {
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
            return Ok(Err(fault.into()));
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
            let list = (statement.format == Format::List).then_some(new.id);
            if list.is_some() && !unproven {
                let other = store::cover::in_other_list(connection, new.id, &kept).await?;
                if let Some(other) = other {
                    return Ok(Err(Refusal::ListAgain { line: entry.line, other }));
                }
            }
            let clues = Clues {
                paid_to: kept.paid_to.as_deref(),
                mass_payment_id: kept.mass_payment_id.as_deref(),
                sender_account: kept.sender_account.as_deref(),
                raw: &kept.raw,
            };
            let numbers = virtual_numbers(&clues, &virtuals);
            let tokens = find_tokens(&kept.title, &kinds);
            fresh.push(Fresh { entry: kept, list, numbers, tokens });
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

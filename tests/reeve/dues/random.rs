//! Random operations against the ledger, several at the same time and some of them cut off, beside a simple model.
//!
//! Each worker has payers of its own, so that it knows what must come of it, and several connections, so that two at once
//! still meet at one payer; what they did is told to the model in the order of the ledger's numbers. A connection that is
//! cut off in the middle may or may not have booked: the same document is brought again, and must be there once.

use std::{
    collections::{BTreeMap, HashSet},
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use law::{
    allocation::{Indication, PaidBy},
    interest::Regime,
    tables::Tables,
};
use reeve::{
    dues::{Booked, Dues, Held, NewAssessment, Receipt, Source},
    kernel::Lang,
    platform::access::Level,
};
use sqlx::{ConnectOptions, PgConnection, PgPool, postgres::PgConnectOptions};
use uuid::Uuid;

use super::{
    NRB, account, assessment, balance, day,
    model::{Debt, Dice, Model},
    trial, with_bank_account,
};
use crate::support::{Town, asked};

/// Operations; `REEVE_LEDGER_OPERATIONS` asks for another number.
const OPERATIONS: u64 = 2_000;
/// Workers, each with its own payers.
const WORKERS: u64 = 4;
/// Connections of a worker.
const LINES: usize = 3;
/// Operations of all workers after which all books are compared.
const ROUND: u64 = 50_000;
/// Operations for each payer, about.
const EACH: u64 = 250;
/// Of so many operations one is cut off.
const CUT: u64 = 100;
/// The last day.
const END: &str = "2026-06-01";

/// One thing to be done in one transaction.
#[derive(Debug, Clone)]
enum Deed {
    Assess(Box<NewAssessment>),
    /// One payer or two, in the order of their ids.
    Pay(Vec<Receipt>),
    Hold(Held),
    Settle(Uuid, Receipt),
    Reverse(Uuid, Source, NaiveDate),
}

/// A connection that may be cut off.
struct Line {
    options: PgConnectOptions,
    connection: PgConnection,
    pid: i32,
}

impl Line {
    async fn open(options: &PgConnectOptions) -> Self {
        let mut connection = options.connect().await.unwrap();
        let pid = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut connection).await.unwrap();
        Self { options: options.clone(), connection, pid }
    }

    async fn again(&mut self) {
        *self = Self::open(&self.options).await;
    }
}

/// Does a deed; what was booked.
async fn perform(
    dues: &Dues,
    connection: &mut PgConnection,
    deed: &Deed,
    now: DateTime<Utc>,
) -> Result<Vec<Booked>, String> {
    let told = |failure: &dyn std::fmt::Debug| format!("{failure:?}");
    let mut transaction = sqlx::Connection::begin(connection).await.map_err(|error| told(&error))?;
    let mut booked = Vec::new();
    match deed {
        Deed::Assess(new) => {
            let id = dues.assess_in(&mut transaction, new, ("a test", now)).await.map_err(|f| told(&f))?;
            assert_eq!(id, Ok(new.id));
        }
        Deed::Pay(receipts) => {
            for receipt in receipts {
                booked.push(dues.book_in(&mut transaction, receipt, now).await.map_err(|f| told(&f))?);
            }
        }
        Deed::Hold(held) => {
            booked.push(dues.hold_in(&mut transaction, held, now).await.map_err(|f| told(&f))?);
        }
        Deed::Settle(held, receipt) => {
            let by = ("a test", now);
            booked.push(dues.settle_in(&mut transaction, *held, receipt, by).await.map_err(|f| told(&f))?);
        }
        Deed::Reverse(booking, source, on) => {
            let reversed = dues.reverse_in(&mut transaction, *booking, source, *on, now).await;
            booked.push(reversed.map_err(|f| told(&f))?);
        }
    }
    transaction.commit().await.map_err(|error| told(&error))?;
    Ok(booked)
}

/// The same, and again until it is done when the connection is cut off meanwhile, after so many microseconds.
async fn perform_on(
    dues: &Dues,
    line: &mut Line,
    killer: &PgPool,
    deed: &Deed,
    now: DateTime<Utc>,
    cut: Option<u64>,
) -> Vec<Booked> {
    let Some(after) = cut else {
        return perform(dues, &mut line.connection, deed, now)
            .await
            .unwrap_or_else(|text| panic!("{deed:?}: {text}"));
    };
    let pid = line.pid;
    let cutting = async {
        tokio::time::sleep(Duration::from_micros(after)).await;
        sqlx::query("select pg_terminate_backend($1)").bind(pid).execute(killer).await.unwrap();
    };
    let (first, ()) = tokio::join!(perform(dues, &mut line.connection, deed, now), cutting);
    line.again().await;
    let again = perform(dues, &mut line.connection, deed, now).await.unwrap();
    if let Ok(first) = first {
        let ids = |booked: &[Booked]| booked.iter().map(|booked| booked.booking).collect::<Vec<_>>();
        assert_eq!(ids(&first), ids(&again), "{deed:?}");
        assert!(again.iter().all(|booked| !booked.fresh), "booked twice: {deed:?}");
    }
    again
}

struct Payer {
    id: Uuid,
    account: Uuid,
    model: Model,
    /// Bookings of this payer that can be taken back.
    live: Vec<(Uuid, i64)>,
}

/// Sums of a worker's bookings.
#[derive(Default)]
struct Sums {
    operations: u64,
    cut: u64,
    entries: i64,
    payments: u64,
    money: i64,
    unexplained: i64,
}

struct Worker {
    number: u64,
    dice: Dice,
    dues: Dues,
    tables: Arc<Tables>,
    lines: Vec<Line>,
    killer: PgPool,
    payers: Vec<Payer>,
    today: NaiveDate,
    /// Operations between two steps of the calendar, about.
    pace: u64,
    /// Held money that nobody took: booking, day, amount.
    held: Vec<(Uuid, NaiveDate, i64)>,
    /// Documents of before, to come again.
    seen: Vec<Deed>,
    known: HashSet<Uuid>,
    /// Bookings of which somebody said that they were made just then.
    made: HashSet<Uuid>,
    step: u64,
    sums: Sums,
}

impl Worker {
    fn now(&self) -> DateTime<Utc> {
        self.today.and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    fn source(&mut self) -> Source {
        self.step += 1;
        Source::new("order", format!("{}-{}", self.number, self.step))
    }

    /// A payment of a payer, of today or known late.
    fn receipt(&mut self, at: usize) -> Receipt {
        let debts = &self.payers[at].model.debts;
        let named = debts.iter().rev().find(|debt| debt.left() > 0).map(|debt| debt.id);
        let named = named.filter(|_| self.dice.up_to(2) == 0);
        let late = if self.dice.up_to(8) == 0 { self.dice.up_to(12) } else { 0 };
        Receipt {
            source: self.source(),
            payer: self.payers[at].id,
            amount_grosze: 1 + i64::try_from(self.dice.up_to(120_000)).unwrap(),
            paid_on: self.today - Days::new(late),
            booked_on: self.today,
            indication: named.map_or(Indication::None, |id| Indication::Debt {
                id: id.to_string(),
                kind: "rent".to_owned(),
                regime: Regime::Civil,
            }),
            by: PaidBy::Payer,
            nrb: Some(bank::Nrb::parse(NRB).unwrap()),
            title: String::new(),
        }
    }

    /// Does deeds at the same time, some of them cut off; tells the model what came of them.
    async fn run(&mut self, deeds: Vec<Deed>) {
        let now = self.now();
        let cuts: Vec<Option<u64>> =
            deeds.iter().map(|_| (self.dice.up_to(CUT) == 0).then(|| self.dice.up_to(8_000))).collect();
        self.sums.operations += u64::try_from(deeds.len()).unwrap();
        self.sums.cut += u64::try_from(cuts.iter().flatten().count()).unwrap();
        let (dues, killer) = (&self.dues, &self.killer);
        let at_once = self.lines.iter_mut().zip(&deeds).zip(&cuts);
        let at_once = at_once.map(|((line, deed), cut)| perform_on(dues, line, killer, deed, now, *cut));
        let done = futures::future::join_all(at_once).await;
        let mut fresh: Vec<(i64, usize, Deed, Booked)> = Vec::new();
        for (deed, booked) in deeds.iter().zip(done) {
            for (part, booked) in booked.into_iter().enumerate() {
                let is_new = self.known.insert(booked.booking);
                // Of two that come at once, either may be the one that books.
                assert!(!booked.fresh || self.made.insert(booked.booking), "booked twice: {deed:?}");
                if is_new {
                    fresh.push((0, part, deed.clone(), booked));
                }
            }
        }
        if fresh.len() > 1 {
            let ids: Vec<Uuid> = fresh.iter().map(|(.., booked)| booked.booking).collect();
            let numbers: Vec<(Uuid, i64)> =
                sqlx::query_as("select id, number from ledger_entry where id = any($1)")
                    .bind(ids)
                    .fetch_all(&mut self.lines[0].connection)
                    .await
                    .unwrap();
            let numbers: BTreeMap<Uuid, i64> = numbers.into_iter().collect();
            for (number, .., booked) in &mut fresh {
                *number = numbers[&booked.booking];
            }
            fresh.sort_by_key(|(number, ..)| *number);
        }
        for (_, part, deed, booked) in fresh {
            self.tell(&deed, part, &booked);
        }
        for deed in deeds.into_iter().filter(|deed| !matches!(deed, Deed::Assess(_))) {
            if self.seen.len() < 200 {
                self.seen.push(deed);
            } else {
                let at = self.dice.place(200);
                self.seen[at] = deed;
            }
        }
    }

    /// Tells the model of a booking.
    fn tell(&mut self, deed: &Deed, part: usize, booked: &Booked) {
        self.sums.entries += 1;
        match deed {
            Deed::Assess(_) => {}
            Deed::Pay(receipts) => {
                self.sums.money += receipts[part].amount_grosze;
                self.paid(&receipts[part], booked);
            }
            Deed::Hold(held) => {
                self.sums.money += held.amount_grosze;
                self.sums.unexplained += held.amount_grosze;
                self.held.push((booked.booking, held.paid_on, held.amount_grosze));
            }
            Deed::Settle(_, receipt) => {
                self.sums.unexplained -= receipt.amount_grosze;
                self.paid(receipt, booked);
                // A payment out of held money is not taken back by itself.
                for payer in &mut self.payers {
                    payer.live.retain(|(live, _)| *live != booked.booking);
                }
            }
            Deed::Reverse(booking, ..) => {
                if let Some(at) = self.held.iter().position(|(held, ..)| held == booking) {
                    let (.., amount) = self.held.swap_remove(at);
                    self.sums.money -= amount;
                    self.sums.unexplained -= amount;
                }
                for payer in &mut self.payers {
                    if let Some(at) = payer.live.iter().position(|(live, _)| live == booking) {
                        let (_, amount) = payer.live.swap_remove(at);
                        self.sums.money -= amount;
                        payer.model.reverse(*booking);
                    }
                }
            }
        }
    }

    fn paid(&mut self, receipt: &Receipt, booked: &Booked) {
        self.sums.payments += 1;
        let payer = self.payers.iter_mut().find(|payer| payer.id == receipt.payer).unwrap();
        let named = match &receipt.indication {
            Indication::Debt { id, .. } => Some(id.parse().unwrap()),
            _ => None,
        };
        let (on, amount) = (receipt.paid_on, receipt.amount_grosze);
        let got = payer.model.pay(&self.tables, booked.booking, named, on, amount);
        let parts = booked.allocation.parts.iter().map(|part| {
            (part.debt.parse().unwrap(), (part.paid.principal_grosze, part.paid.interest_grosze))
        });
        assert_eq!(parts.collect::<BTreeMap<Uuid, (i64, i64)>>(), got, "{receipt:?}");
        payer.live.push((booked.booking, amount));
    }

    /// Something new is owed, late already or not.
    async fn assess(&mut self, at: usize) {
        self.step += 1;
        let grosze = 1 + i64::try_from(self.dice.up_to(200_000)).unwrap();
        let mut new = assessment(self.payers[at].account, 2022, 1);
        new.decision = format!("U.{}.{}", self.number, self.step);
        new.amount_grosze = grosze;
        new.single_term = Some(self.today - Days::new(20) + Days::new(self.dice.up_to(40)));
        new.decided_on = self.today - Days::new(60);
        new.delivered_on = None;
        self.enter(at, new, grosze).await;
    }

    /// Enters an assessment that adds a debt.
    async fn enter(&mut self, at: usize, new: NewAssessment, grosze: i64) {
        let assessment = new.id;
        self.run(vec![Deed::Assess(Box::new(new))]).await;
        let (id, due): (Uuid, NaiveDate) =
            sqlx::query_as("select id, due from due_instalment where assessment = $1")
                .bind(assessment)
                .fetch_one(&mut self.lines[0].connection)
                .await
                .unwrap();
        self.sums.entries += 1;
        self.payers[at].model.debts.push(Debt::new(id, assessment, grosze, due));
    }

    /// A due that was assessed wrongly: less is owed than was said, or more.
    async fn correct(&mut self, at: usize) {
        self.step += 1;
        let debts = &self.payers[at].model.debts;
        let which = debts.len() - 1 - self.dice.place(debts.len().min(8));
        let debt = &debts[which];
        let row: (i32, i64, NaiveDate, Option<Uuid>, bool) = sqlx::query_as(
            "select s.year, s.amount_grosze, s.single_term, s.corrects,
                exists (select from due_assessment c where c.corrects = s.id) from due_assessment s where s.id = $1",
        )
        .bind(debt.assessment)
        .fetch_one(&mut self.lines[0].connection)
        .await
        .unwrap();
        let (year, amount, term, corrects, is_corrected) = row;
        if corrects.is_some() || is_corrected || amount < 2 {
            return;
        }
        let mut new = assessment(self.payers[at].account, year, 1);
        new.decision = format!("K.{}.{}", self.number, self.step);
        new.corrects = Some(debt.assessment);
        new.single_term = Some(term);
        new.decided_on = self.today;
        new.delivered_on = None;
        new.reason = Some("a test".to_owned());
        if self.dice.up_to(3) == 0 {
            let more = 1 + i64::try_from(self.dice.up_to(50_000)).unwrap();
            new.amount_grosze = amount + more;
            self.enter(at, new, more).await;
        } else {
            let less = 1 + i64::try_from(self.dice.up_to(u64::try_from(amount - 1).unwrap())).unwrap();
            new.amount_grosze = amount - less;
            self.run(vec![Deed::Assess(Box::new(new))]).await;
            self.sums.entries += 1;
            self.payers[at].model.reduce(&self.tables, which, amount - less, self.today);
        }
    }

    async fn operate(&mut self) {
        if self.dice.up_to(self.pace) == 0 {
            self.today = (self.today + Days::new(self.dice.up_to(8))).min(day(END));
        }
        let at = self.dice.place(self.payers.len());
        let open = self.payers[at].model.debts.iter().filter(|debt| debt.left() > 0).count();
        match self.dice.up_to(24) {
            0..=4 if open < 6 => self.assess(at).await,
            5 if !self.payers[at].model.debts.is_empty() => self.correct(at).await,
            // A document of before once more, in whatever order.
            6 | 7 if !self.seen.is_empty() => {
                let place = self.dice.place(self.seen.len());
                let again = self.seen[place].clone();
                self.run(vec![again]).await;
            }
            // A booking is taken back: by two at once, and money comes meanwhile.
            8 if !self.payers[at].live.is_empty() => {
                let place = self.dice.place(self.payers[at].live.len());
                let (booking, _) = self.payers[at].live[place];
                if self.payers[at].model.is_entangled(booking) {
                    return;
                }
                let back = Deed::Reverse(booking, Source::new("refund", booking.to_string()), self.today);
                let pay = Deed::Pay(vec![self.receipt(at)]);
                self.run(vec![back.clone(), pay, back]).await;
            }
            // Money without a name; some of it goes back.
            9 => {
                let held = Held {
                    source: self.source(),
                    payer: None,
                    amount_grosze: 1 + i64::try_from(self.dice.up_to(50_000)).unwrap(),
                    paid_on: self.today,
                    booked_on: self.today,
                    nrb: None,
                    title: String::new(),
                    note: String::new(),
                };
                self.run(vec![Deed::Hold(held.clone()), Deed::Hold(held)]).await;
                if self.dice.up_to(4) == 0 {
                    let (booking, ..) = self.held[self.held.len() - 1];
                    let source = Source::new("refund", booking.to_string());
                    self.run(vec![Deed::Reverse(booking, source, self.today)]).await;
                }
            }
            // Whose it is becomes known.
            10 if !self.held.is_empty() => {
                let place = self.dice.place(self.held.len());
                let (booking, paid_on, amount_grosze) = self.held.swap_remove(place);
                let receipt = Receipt { amount_grosze, paid_on, ..self.receipt(at) };
                let settle = Deed::Settle(booking, receipt);
                self.run(vec![settle.clone(), settle]).await;
            }
            // A transaction that never ends.
            11 => {
                let receipt = self.receipt(at);
                let now = self.now();
                let connection = &mut self.lines[0].connection;
                let mut transaction = sqlx::Connection::begin(connection).await.unwrap();
                self.dues.book_in(&mut transaction, &receipt, now).await.unwrap();
                transaction.rollback().await.unwrap();
                self.sums.operations += 1;
            }
            // Three at once, two of them the same document.
            12 => {
                let first = Deed::Pay(vec![self.receipt(at)]);
                let second = Deed::Pay(vec![self.receipt(at)]);
                self.run(vec![first.clone(), second, first]).await;
            }
            // Orders for two payers, at once.
            13 => {
                let other = self.dice.place(self.payers.len());
                if other == at {
                    return;
                }
                let both = |worker: &mut Self| {
                    let mut receipts = vec![worker.receipt(at), worker.receipt(other)];
                    receipts.sort_by_key(|receipt| receipt.payer);
                    Deed::Pay(receipts)
                };
                let deeds = vec![both(self), both(self), Deed::Pay(vec![self.receipt(other)])];
                self.run(deeds).await;
            }
            _ => {
                let receipt = self.receipt(at);
                self.run(vec![Deed::Pay(vec![receipt])]).await;
            }
        }
        if self.dice.up_to(50) == 0 {
            self.compare(at).await;
        }
    }

    /// What a payer owes, by the service and by the model.
    async fn compare(&mut self, at: usize) {
        let payer = &self.payers[at];
        let ids: Vec<Uuid> = payer.model.debts.iter().map(|debt| debt.id).collect();
        let later = self.today + Days::new(17);
        let mut transaction = sqlx::Connection::begin(&mut self.lines[0].connection).await.unwrap();
        let owed = self.dues.owed_in(&mut transaction, Lang::En, &ids, later).await.unwrap();
        let said = owed.iter().map(|owed| (owed.instalment, (owed.principal_grosze, owed.interest_grosze)));
        assert_eq!(said.collect::<BTreeMap<_, _>>(), payer.model.owed(&self.tables, later), "{}", payer.id);
    }

    /// So many operations.
    async fn work(mut self, operations: u64) -> Self {
        let end = self.sums.operations + operations;
        while self.sums.operations < end {
            self.operate().await;
        }
        self
    }
}

async fn worker(
    town: &Town,
    tables: &Arc<Tables>,
    killer: &PgPool,
    (seed, number): (u64, u64),
    operations: u64,
) -> Worker {
    // As the service connects.
    let options = PgConnectOptions::from_str(&town.url()).unwrap();
    let options = options.options([("plan_cache_mode", "auto"), ("jit", "off")]);
    let mut lines = Vec::new();
    for _ in 0..LINES {
        lines.push(Line::open(&options).await);
    }
    let mut of_worker = Vec::new();
    for _ in 0..(operations / EACH).max(2) {
        let (person, _) = town.resident_account(Level::Verified).await;
        let id = sqlx::query_scalar("select id from party where account = $1");
        let id = id.bind(person).fetch_one(town.pool()).await.unwrap();
        let account = account(town, id, "rent").await;
        of_worker.push(Payer { id, account, model: Model::default(), live: Vec::new() });
    }
    Worker {
        number,
        dice: Dice(seed.wrapping_add(number).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
        dues: town.app.dues.clone(),
        tables: tables.clone(),
        lines,
        killer: killer.clone(),
        payers: of_worker,
        today: day("2022-01-10"),
        pace: (operations / 400).max(1),
        held: Vec::new(),
        seen: Vec::new(),
        known: HashSet::new(),
        made: HashSet::new(),
        step: 0,
        sums: Sums::default(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn random_operations_agree_with_a_simple_model() {
    let operations = asked("REEVE_LEDGER_OPERATIONS", OPERATIONS);
    let seed: u64 = asked("REEVE_LEDGER_SEED", 20_261_130);
    println!("seed {seed}");
    let town = Town::empty().await;
    with_bank_account(&town).await;
    let tables = Arc::new(Tables::built_in().unwrap());
    let killer = sqlx::postgres::PgPoolOptions::new().max_connections(2).connect(&town.url()).await.unwrap();
    let mut workers = Vec::new();
    for number in 0..WORKERS {
        workers.push(worker(&town, &tables, &killer, (seed, number), operations / WORKERS).await);
    }
    let begun = Instant::now();
    let mut left = operations;
    while left > 0 {
        let round = left.min(ROUND);
        left -= round;
        let under_way = workers.drain(..).map(|worker| tokio::spawn(worker.work(round.div_ceil(WORKERS))));
        for worker in futures::future::join_all(under_way).await {
            workers.push(worker.unwrap());
        }
        books_agree(&town, &workers).await;
        let (done, cut) = workers
            .iter()
            .fold((0, 0), |(done, cut), worker| (done + worker.sums.operations, cut + worker.sums.cut));
        let seconds = begun.elapsed().as_secs_f64();
        let payments: u64 = workers.iter().map(|worker| worker.sums.payments).sum();
        println!(
            "{done} operations ({payments} payments, {cut} cut off) in {seconds:.0} s: {:.0} in a second; the books agree",
            f64::from(u32::try_from(done).unwrap()) / seconds
        );
        assert!(payments > done / 4, "{payments} payments are too few");
        if left > 0 {
            // Nothing else does it in a cluster of tests, and plans of empty tables do not fit a ledger of a million.
            sqlx::query("vacuum analyze").execute(town.pool()).await.unwrap();
        }
    }
    for worker in &mut workers {
        for at in 0..worker.payers.len() {
            worker.compare(at).await;
        }
    }
    println!("what each payer owes agrees");
}

/// Compares all books with what the workers' models say.
async fn books_agree(town: &Town, workers: &[Worker]) {
    let pool = town.pool();
    trial(pool).await;
    let sum = |of: &dyn Fn(&Worker) -> i64| workers.iter().map(of).sum::<i64>();
    let of_models = |of: &dyn Fn(&Model) -> i64| {
        sum(&|worker| worker.payers.iter().map(|payer| of(&payer.model)).sum::<i64>())
    };
    assert_eq!(balance(pool, "money").await, sum(&|worker| worker.sums.money));
    assert_eq!(balance(pool, "receivable").await, of_models(&Model::left));
    assert_eq!(-balance(pool, "interest-income").await, of_models(&Model::interest_paid));
    assert_eq!(-balance(pool, "overpayment").await, of_models(&Model::overpaid));
    assert_eq!(-balance(pool, "unexplained").await, sum(&|worker| worker.sums.unexplained));
    assert_eq!(town.number("select count(*) from ledger_entry").await, sum(&|worker| worker.sums.entries));
}

//! Orders and what may happen to them. Pure: no clock, no database, no operator.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use operators::{RefundState, State as Said};
use serde_json::Value;
use uuid::Uuid;

use crate::kernel::Lang;

/// The only currency in which anything is ordered.
pub const CURRENCY: &str = "PLN";
/// The most that one line may pay, in grosze: a hundred million złoty.
pub const MOST_GROSZE: i64 = operators::AMOUNT_MAX_GROSZE;
/// Lines of one cart.
pub const MOST_LINES: usize = 50;

/// Where a transfer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked for; the payer has not gone to the operator yet.
    Made,
    /// The payer went to the operator.
    Begun,
    /// The operator has the money and keeps it until we say that we want it.
    Advanced,
    /// Paid as ordered, and booked. Final.
    Paid,
    /// Money came, but not as ordered: it waits for the treasurer.
    Held,
    /// The last attempt came to nothing; another one may succeed.
    Failed,
    /// The time to pay is over.
    Expired,
    /// The payer gave it up.
    Cancelled,
}

impl State {
    /// All states.
    pub const ALL: [Self; 8] = [
        Self::Made,
        Self::Begun,
        Self::Advanced,
        Self::Paid,
        Self::Held,
        Self::Failed,
        Self::Expired,
        Self::Cancelled,
    ];

    /// Its stable name, as the database spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Begun => "begun",
            Self::Advanced => "advanced",
            Self::Paid => "paid",
            Self::Held => "held",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
        }
    }

    /// The state of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the payer can still pay it, or a payment is on its way: its instalments are in no other order meanwhile.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Made | Self::Begun | Self::Advanced | Self::Failed)
    }

    /// Whether the payer can go to the operator.
    #[must_use]
    pub fn can_go(self) -> bool {
        matches!(self, Self::Made | Self::Begun | Self::Failed)
    }
}

/// How far giving the money back is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refund {
    /// Nobody asked for it.
    None,
    /// A treasurer wants it; the operator has not been told for sure.
    Asked,
    /// The operator has it.
    Begun,
    /// The money left for the payer, and that much of the booking was taken back. Of what is left more can be given back.
    Done,
    /// The operator will not do it; it can be asked for once more.
    Refused,
}

impl Refund {
    /// All stages.
    pub const ALL: [Self; 5] = [Self::None, Self::Asked, Self::Begun, Self::Done, Self::Refused];

    /// Its stable name, as the database spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Asked => "asked",
            Self::Begun => "begun",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The stage of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// What decides about the next step of a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// Where it stands.
    pub state: State,
    /// How far giving back is.
    pub refund: Refund,
    /// What was ordered.
    pub amount_grosze: i64,
    /// What of it was given back.
    pub back_grosze: i64,
    /// The operator's id of the payment that counts.
    pub transaction: Option<String>,
}

/// What an operator said of a payment, by whichever of the three ways: a message, an answer, a settlement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The operator's id of the payment.
    pub transaction: String,
    /// What became of it.
    pub said: Said,
    /// How much; `None` where the operator tells no amount.
    pub amount_grosze: Option<i64>,
    /// The currency.
    pub currency: String,
}

/// Something that happens to a transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The payer goes to the operator.
    Go,
    /// The operator did not take the order.
    NotStarted,
    /// The operator said something.
    Told(Word),
    /// The operator knows that we want the money of this payment.
    Verified(String),
    /// The operator does not take our word that we want it.
    NotVerified(String),
    /// The time to pay is over.
    TimeOver,
    /// The payer gives it up.
    GivenUp,
    /// A treasurer gives money back, all or some, under this id of ours.
    RefundWanted(Uuid),
    /// The operator said how far giving back is.
    RefundTold(RefundState),
}

/// What must be done in the transaction of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Nothing,
    /// Tell the operator that we want the money.
    Verify,
    /// Book the payment.
    Book,
    /// Keep this payment in "unexplained".
    Hold,
    /// Ask the operator to give the money back.
    GiveBack,
    /// Take the booking back, as far as the money went back.
    Reverse,
}

/// What comes of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The state from now on.
    pub state: State,
    /// The stage of giving back from now on.
    pub refund: Refund,
    /// The payment that counts from now on.
    pub transaction: Option<String>,
    /// What must be done.
    pub deed: Deed,
    /// A stable word for what happened, under which it is written down.
    pub kind: &'static str,
    /// Whether a treasurer should see it.
    pub alarm: bool,
}

/// The one rule of what may happen: total, and it never un-pays. A success is final; what comes later of other attempts
/// does not undo it. Money that did come is either booked or kept, in whatever state the order was.
#[must_use]
pub fn advance(at: &Position, event: &Event) -> Step {
    let stay = Step {
        state: at.state,
        refund: at.refund,
        transaction: at.transaction.clone(),
        deed: Deed::Nothing,
        kind: "repeated",
        alarm: false,
    };
    let to = |state, kind| Step { state, kind, ..stay.clone() };
    match event {
        Event::Go if at.state.can_go() => to(State::Begun, "begun"),
        Event::Go => to(at.state, "not-begun"),
        Event::NotStarted if at.state == State::Begun => to(State::Failed, "not-started"),
        Event::NotStarted => to(at.state, "not-started"),
        Event::Told(word) => told(at, word, &stay),
        Event::Verified(transaction) => match at.state {
            State::Advanced if at.transaction.as_ref() == Some(transaction) => {
                Step { deed: Deed::Book, ..to(State::Paid, "verified") }
            }
            _ => stay,
        },
        Event::NotVerified(_) => Step { alarm: at.state == State::Advanced, ..to(at.state, "not-verified") },
        Event::TimeOver if at.state.can_go() => to(State::Expired, "expired"),
        Event::TimeOver => stay,
        Event::GivenUp if at.state.can_go() => to(State::Cancelled, "cancelled"),
        Event::GivenUp => to(at.state, "not-cancelled"),
        Event::RefundWanted(_) => match (at.state, at.refund) {
            (State::Paid, Refund::None | Refund::Refused | Refund::Done)
                if at.back_grosze < at.amount_grosze =>
            {
                Step { refund: Refund::Asked, deed: Deed::GiveBack, ..to(at.state, "refund-asked") }
            }
            _ => to(at.state, "refund-not-possible"),
        },
        Event::RefundTold(said) => refund_told(at, *said, &stay),
    }
}

fn told(at: &Position, word: &Word, stay: &Step) -> Step {
    let same = at.transaction.as_ref() == Some(&word.transaction);
    let to = |state, kind| Step { state, kind, ..stay.clone() };
    let alarm = |step: Step| Step { alarm: true, ..step };
    // From now on this payment counts.
    let by = |step: Step| Step { transaction: Some(word.transaction.clone()), ..step };
    let wrong = if word.currency != CURRENCY {
        Some("wrong-currency")
    } else if word.amount_grosze.is_some_and(|grosze| grosze != at.amount_grosze) {
        Some("wrong-amount")
    } else {
        None
    };
    // Only złoty can be kept in the ledger; of other money the line for the treasurer is all there is.
    let hold = if wrong == Some("wrong-currency") { Deed::Nothing } else { Deed::Hold };
    let late = matches!(at.state, State::Expired | State::Cancelled);
    match word.said {
        Said::Pending if at.state.can_go() => to(State::Begun, "pending"),
        Said::Failed if at.state.can_go() => to(State::Failed, "failed"),
        Said::Expired if at.state.can_go() => to(State::Expired, "expired"),
        Said::Pending | Said::Failed | Said::Expired => to(at.state, "other-attempt"),
        Said::Advance => match (at.state, wrong) {
            (_, Some(kind)) if !same => alarm(to(at.state, kind)),
            (State::Advanced | State::Paid | State::Held, _) if same => stay.clone(),
            // It is not verified: the operator gives it back to the payer.
            (State::Advanced | State::Paid | State::Held, _) => alarm(to(at.state, "second-advance")),
            _ => Step { deed: Deed::Verify, alarm: late, ..by(to(State::Advanced, "advanced")) },
        },
        Said::Paid => match (at.state, wrong) {
            (State::Paid, Some(_)) if same => alarm(to(at.state, "amount-differs")),
            (State::Paid | State::Held, _) if same => stay.clone(),
            (State::Paid, None) => alarm(Step { deed: Deed::Hold, ..to(at.state, "paid-twice") }),
            (State::Paid, Some(kind)) => alarm(Step { deed: hold, ..to(at.state, kind) }),
            (_, Some(kind)) => alarm(Step { deed: hold, ..by(to(State::Held, kind)) }),
            (_, None) => {
                let kind = if late { "paid-late" } else { "paid" };
                Step { deed: Deed::Book, alarm: late, ..by(to(State::Paid, kind)) }
            }
        },
        Said::Returned => match at.refund {
            Refund::Asked | Refund::Begun if same => refund_told(at, RefundState::Done, stay),
            Refund::Done if same => stay.clone(),
            _ => alarm(to(at.state, "returned")),
        },
    }
}

fn refund_told(at: &Position, said: RefundState, stay: &Step) -> Step {
    let to = |refund, kind| Step { refund, kind, ..stay.clone() };
    match (at.refund, said) {
        (Refund::None, _) => Step { alarm: true, ..to(Refund::None, "refund-unknown") },
        (Refund::Asked, RefundState::Pending) => to(Refund::Begun, "refund-begun"),
        (Refund::Asked | Refund::Begun, RefundState::Done) => {
            Step { deed: Deed::Reverse, ..to(Refund::Done, "refunded") }
        }
        (Refund::Refused, RefundState::Done) => {
            Step { deed: Deed::Reverse, alarm: true, ..to(Refund::Done, "refunded") }
        }
        (Refund::Asked | Refund::Begun, RefundState::Refused) => {
            Step { alarm: true, ..to(Refund::Refused, "refund-refused") }
        }
        _ => stay.clone(),
    }
}

/// When the operator is asked next, after so many questions: waits in seconds, the last one again and again; `None` when
/// all have passed.
#[must_use]
pub fn next_ask(waits_s: &[u32], asks: usize, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    waits_s.get(asks).map(|wait| now + Duration::seconds(i64::from(*wait)))
}

/// How soon a payment that waits for our word is tried again, after so many tries.
#[must_use]
pub fn next_verify(asks: usize, now: DateTime<Utc>) -> DateTime<Utc> {
    const WAITS_S: [i64; 8] = [5, 15, 60, 180, 600, 1800, 3600, 10_800];
    now + Duration::seconds(WAITS_S.get(asks).copied().unwrap_or(10_800))
}

/// A contract, as far as sharing out a cart asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The `id` of its settings.
    pub contract: String,
    /// Its operator: contracts of one operator have the same.
    pub operator: &'static str,
    /// Bank accounts whose dues it takes; all, when it names none.
    pub accounts: Vec<String>,
}

impl Offer {
    /// Whether it takes dues that are paid to this account.
    #[must_use]
    pub fn takes(&self, nrb: &str) -> bool {
        self.accounts.is_empty() || self.accounts.iter().any(|account| account == nrb)
    }
}

/// By which contract of an operator dues of an account go: one that names the account before one that takes all.
#[must_use]
pub fn contract_for<'o>(offers: &'o [Offer], operator: &str, nrb: &str) -> Option<&'o Offer> {
    let mut fit: Vec<&Offer> =
        offers.iter().filter(|offer| offer.operator == operator && offer.takes(nrb)).collect();
    fit.sort_by_key(|offer| offer.accounts.is_empty());
    fit.first().copied()
}

/// Places of lines, in their order, that one transfer pays: under contract and bank account.
pub type Share = ((String, String), Vec<usize>);

/// Shares lines out into transfers by bank account.
///
/// # Errors
/// The first account for which the operator has no contract.
pub fn share_out(nrbs: &[String], offers: &[Offer], operator: &str) -> Result<Vec<Share>, String> {
    let mut shares: Vec<Share> = Vec::new();
    for (place, nrb) in nrbs.iter().enumerate() {
        let offer = contract_for(offers, operator, nrb).ok_or_else(|| nrb.clone())?;
        let key = (offer.contract.clone(), nrb.clone());
        match shares.iter_mut().find(|(known, _)| *known == key) {
            Some((_, places)) => places.push(place),
            None => shares.push((key, vec![place])),
        }
    }
    Ok(shares)
}

/// A transfer of an order.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// Its id.
    pub id: Uuid,
    /// The order.
    pub order: Uuid,
    /// Its place in the order, from 1.
    pub place: i32,
    /// Its id at the operator.
    pub code: String,
    /// The contract.
    pub contract: String,
    /// The bank account.
    pub nrb: String,
    /// What was ordered.
    pub amount_grosze: i64,
    /// Whether only transfers from bank accounts are offered.
    pub transfers_only: bool,
    /// The method chosen with us.
    pub method: Option<String>,
    /// Where it stands.
    pub state: State,
    /// How far giving back is.
    pub refund: Refund,
    /// Our id of the latest refund.
    pub refund_id: Option<Uuid>,
    /// What of it was given back, by all refunds.
    pub back_grosze: i64,
    /// The operator's id of the payment that counts.
    pub transaction: Option<String>,
    /// The day that counts for the payer.
    pub paid_on: Option<NaiveDate>,
    /// When we learned that it is paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// Until when it can be paid.
    pub valid_until: DateTime<Utc>,
    /// Questions so far without news.
    pub asks: i32,
}

impl Transfer {
    /// What decides about its next step.
    #[must_use]
    pub fn position(&self) -> Position {
        Position {
            state: self.state,
            refund: self.refund,
            amount_grosze: self.amount_grosze,
            back_grosze: self.back_grosze,
            transaction: self.transaction.clone(),
        }
    }
}

/// A part of a transfer.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its place, from 1.
    pub place: i32,
    /// What it pays.
    pub instalment: Uuid,
    /// Whose due it is.
    pub payer: Uuid,
    /// Their name.
    pub payer_name: String,
    /// The kind of due.
    pub kind: String,
    /// By which law it is late, as [`law::interest::Regime`] spells it.
    pub regime: String,
    /// What it is called.
    pub title: String,
    /// The token for a title.
    pub token: String,
    /// How much.
    pub amount_grosze: i64,
    /// How much of it was given back.
    pub back_grosze: i64,
    /// The booking, once it is booked; of what was not given back, where some was.
    pub booking: Option<Uuid>,
    /// How it was booked.
    pub allocation: Option<Value>,
}

impl Part {
    /// What was not given back.
    #[must_use]
    pub fn left_grosze(&self) -> i64 {
        self.amount_grosze.saturating_sub(self.back_grosze)
    }
}

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its id.
    pub id: Uuid,
    /// "Z-1234567890".
    pub number: String,
    /// Whose account made it.
    pub account: Uuid,
    /// Who pays.
    pub party: Uuid,
    /// Their language.
    pub lang: Lang,
    /// Whose money it is.
    pub paid_by: String,
    /// Until when it can be paid.
    pub valid_until: DateTime<Utc>,
    /// How it would have been booked when it began.
    pub shown: Value,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Something that was said or done.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// When.
    pub at: DateTime<Utc>,
    /// How we know.
    pub source: String,
    /// What.
    pub kind: String,
    /// Whether a treasurer should look at it.
    pub alarm: bool,
    /// Who did it.
    pub actor: String,
    /// Amounts, ids, words of the operator.
    pub details: Value,
    /// What the operator was answered.
    pub answer: Option<String>,
}

/// What an order is to whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whole {
    /// Nothing of it is paid, and all can still be.
    Open,
    /// A payment is on its way.
    Waiting,
    /// Some transfers are paid, others can still be.
    Partly,
    /// All is paid.
    Paid,
    /// Money came that a treasurer must look at.
    Held,
    /// Nothing can be paid any more, and some or all of it is not.
    Over,
}

/// What an order is, of its transfers.
#[must_use]
pub fn whole(states: &[State]) -> Whole {
    let all = |fits: fn(State) -> bool| states.iter().all(|state| fits(*state));
    let any = |fits: fn(State) -> bool| states.iter().any(|state| fits(*state));
    let paid = |state| state == State::Paid;
    if all(paid) {
        Whole::Paid
    } else if any(|state| state == State::Held) {
        Whole::Held
    } else if any(|state| matches!(state, State::Begun | State::Advanced)) {
        Whole::Waiting
    } else if any(State::is_open) {
        if any(paid) { Whole::Partly } else { Whole::Open }
    } else {
        Whole::Over
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(state: State) -> Position {
        let transaction =
            matches!(state, State::Advanced | State::Paid | State::Held).then(|| "T1".to_owned());
        Position { state, refund: Refund::None, amount_grosze: 12_350, back_grosze: 0, transaction }
    }

    fn word(transaction: &str, said: Said, amount_grosze: i64) -> Event {
        Event::Told(Word {
            transaction: transaction.to_owned(),
            said,
            amount_grosze: Some(amount_grosze),
            currency: CURRENCY.to_owned(),
        })
    }

    #[test]
    fn a_success_is_booked_in_whatever_state_the_order_is() {
        for state in
            [State::Made, State::Begun, State::Advanced, State::Failed, State::Expired, State::Cancelled]
        {
            let step = advance(&at(state), &word("T1", Said::Paid, 12_350));
            assert_eq!((step.state, step.deed), (State::Paid, Deed::Book), "{state:?}");
            assert_eq!(step.alarm, matches!(state, State::Expired | State::Cancelled), "{state:?}");
        }
    }

    #[test]
    fn another_amount_or_currency_is_never_booked() {
        for state in State::ALL.into_iter().filter(|state| !matches!(state, State::Paid | State::Held)) {
            for said in [Said::Paid, Said::Advance] {
                let step = advance(&at(state), &word("T2", said, 12_250));
                assert!(step.alarm && step.deed != Deed::Book && step.deed != Deed::Verify, "{state:?}");
            }
            let step = advance(&at(state), &word("T2", Said::Paid, 1));
            assert_eq!((step.state, step.deed, step.kind), (State::Held, Deed::Hold, "wrong-amount"));
            let Event::Told(euros) = word("T2", Said::Paid, 12_350) else { unreachable!() };
            let step = advance(&at(state), &Event::Told(Word { currency: "EUR".into(), ..euros }));
            assert_eq!((step.state, step.deed, step.kind), (State::Held, Deed::Nothing, "wrong-currency"));
        }
    }

    #[test]
    fn the_second_money_for_one_order_is_kept() {
        let step = advance(&at(State::Paid), &word("T2", Said::Paid, 12_350));
        assert_eq!((step.state, step.deed, step.kind), (State::Paid, Deed::Hold, "paid-twice"));
        assert_eq!(step.transaction.as_deref(), Some("T1"));
        let step = advance(&at(State::Held), &word("T2", Said::Paid, 12_350));
        assert_eq!((step.state, step.deed), (State::Paid, Deed::Book));
    }

    #[test]
    fn an_advance_is_paid_once_it_is_verified() {
        let step = advance(&at(State::Begun), &word("T1", Said::Advance, 12_350));
        assert_eq!((step.state, step.deed), (State::Advanced, Deed::Verify));
        let step = advance(&at(State::Advanced), &Event::Verified("T1".into()));
        assert_eq!((step.state, step.deed), (State::Paid, Deed::Book));
        assert_eq!(advance(&at(State::Advanced), &Event::Verified("T2".into())).state, State::Advanced);
        assert_eq!(advance(&at(State::Paid), &Event::Verified("T1".into())).deed, Deed::Nothing);
        assert_eq!(advance(&at(State::Advanced), &Event::GivenUp).state, State::Advanced);
    }

    #[test]
    fn money_is_given_back_once() {
        let paid = at(State::Paid);
        let asked = advance(&paid, &Event::RefundWanted(Uuid::nil()));
        assert_eq!((asked.refund, asked.deed), (Refund::Asked, Deed::GiveBack));
        let asked = Position { refund: Refund::Asked, ..paid.clone() };
        assert_eq!(advance(&asked, &Event::RefundWanted(Uuid::nil())).deed, Deed::Nothing);
        let done = advance(&asked, &Event::RefundTold(RefundState::Done));
        assert_eq!((done.refund, done.deed, done.state), (Refund::Done, Deed::Reverse, State::Paid));
        let done = Position { refund: Refund::Done, back_grosze: 12_350, ..paid.clone() };
        assert_eq!(advance(&done, &Event::RefundTold(RefundState::Done)).deed, Deed::Nothing);
        assert_eq!(advance(&done, &Event::RefundWanted(Uuid::nil())).deed, Deed::Nothing);
        let some = Position { back_grosze: 12_349, ..done };
        assert_eq!(advance(&some, &Event::RefundWanted(Uuid::nil())).deed, Deed::GiveBack);
        let refused = advance(&asked, &Event::RefundTold(RefundState::Refused));
        assert!(refused.alarm && refused.refund == Refund::Refused);
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let said = prop_oneof![
            Just(Said::Pending),
            Just(Said::Advance),
            Just(Said::Paid),
            Just(Said::Failed),
            Just(Said::Expired),
            Just(Said::Returned)
        ];
        let refund =
            prop_oneof![Just(RefundState::Pending), Just(RefundState::Done), Just(RefundState::Refused)];
        let told = (said, 0..3u8, prop_oneof![Just(Some(12_350)), Just(Some(1)), Just(None)], any::<bool>());
        prop_oneof![
            Just(Event::Go),
            Just(Event::NotStarted),
            Just(Event::TimeOver),
            Just(Event::GivenUp),
            Just(Event::RefundWanted(Uuid::nil())),
            (0..3u8).prop_map(|n| Event::Verified(format!("T{n}"))),
            (0..3u8).prop_map(|n| Event::NotVerified(format!("T{n}"))),
            refund.prop_map(Event::RefundTold),
            told.prop_map(|(said, n, amount_grosze, zloty)| Event::Told(Word {
                transaction: format!("T{n}"),
                said,
                amount_grosze,
                currency: if zloty { "PLN" } else { "EUR" }.to_owned(),
            })),
        ]
    }

    proptest! {
        #[test]
        fn nothing_un_pays_and_each_payment_is_booked_or_kept_once(
            events in proptest::collection::vec(any_event(), 0..40)
        ) {
            let mut at = at(State::Made);
            let (mut booked, mut given_back) = (0, 0);
            for event in &events {
                let before = at.clone();
                let step = advance(&at, event);
                // Each refund gives a third back.
                let back_grosze = at.back_grosze + if step.deed == Deed::Reverse { at.amount_grosze / 3 } else { 0 };
                let transaction = step.transaction.clone();
                at = Position { state: step.state, refund: step.refund, transaction, back_grosze, ..at };
                if before.state == State::Paid {
                    prop_assert_eq!(at.state, State::Paid);
                    prop_assert_eq!(&at.transaction, &before.transaction);
                }
                if before.state == State::Held {
                    prop_assert!(matches!(at.state, State::Held | State::Paid));
                }
                booked += i32::from(step.deed == Deed::Book);
                given_back += i32::from(step.deed == Deed::Reverse);
                prop_assert_eq!(step.deed == Deed::Book, before.state != State::Paid && at.state == State::Paid);
                // Whatever is told to be paid, and is not what was booked or kept already, is booked, kept or told.
                if let Event::Told(word) = event && word.said == Said::Paid && before.transaction.as_ref() != Some(&word.transaction) {
                    prop_assert!(step.deed != Deed::Nothing || step.alarm);
                }
                prop_assert!(at.refund == Refund::None || at.state == State::Paid);
            }
            // Thirds of 123,50 zł leave a grosz, which a fourth refund may give back.
            prop_assert!(booked <= 1 && given_back <= 4 * booked);
        }
    }

    #[test]
    fn a_cart_is_shared_out_by_account() {
        let offer = |contract: &str, operator, accounts: &[&str]| Offer {
            contract: contract.into(),
            operator,
            accounts: accounts.iter().map(|account| (*account).to_owned()).collect(),
        };
        let offers = [
            offer("all", "Autopay", &[]),
            offer("waste", "Autopay", &["2"]),
            offer("kir", "Paybynet", &["1"]),
        ];
        let nrbs = ["1", "2", "1"].map(str::to_owned);
        let shares = share_out(&nrbs, &offers, "Autopay").unwrap();
        let expected =
            vec![(("all".into(), "1".into()), vec![0, 2]), (("waste".to_owned(), "2".to_owned()), vec![1])];
        assert_eq!(shares, expected);
        assert_eq!(share_out(&nrbs, &offers, "Paybynet"), Err("2".into()));
    }
}

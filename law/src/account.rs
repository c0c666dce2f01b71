//! What is left of a due on any day, after payments and reductions: one line of a statement of account.
//!
//! How interest goes on after a part was paid is nowhere written in full. We hold:
//!
//! - Interest accrues on the principal as it stood on each day; the day of a payment still counts for what it pays.
//! - All interest of a due is one amount: the exact parts are summed first, rounded once (art. 63 § 1 OP), and what was
//!   paid of it is subtracted. So after a proportional payment (art. 55 § 2 OP) on one day, what is left is just the rest
//!   of that day's interest, and later days add theirs; two payments on one day leave what one payment leaves.
//! - A payment on a day on which interest was not above the threshold and so not charged (art. 54 § 1 pt 5 OP) goes to
//!   the principal alone, and the interest of what it paid is gone for good. The rest of the due is reckoned from its
//!   term as though it had always been so small.
//! - Once interest of a due was paid or remitted in part, it has been charged; its rest does not vanish because it is
//!   below the threshold.
//! - While a decision divides an arrear (art. 67a § 1 pt 2 OP), the parts that are in time bear no interest from the day on
//!   to which it had been reckoned. A part that was not paid by its day never was put off: of it, and of it alone, the
//!   decision lapses (art. 259 § 1 and 49 § 2 OP), and its interest is that of the arrear without a gap. Payments pay the
//!   parts in their order.
//! - A reduction (a corrected assessment; remission, which takes the interest of the remitted part along, art. 67a § 2
//!   OP) works from the term: that part was never late.

use serde::{Deserialize, Serialize};

use crate::Day;
use crate::interest::{Interest, InterestError, Rule, Threshold, accrue, charge};

/// Events that a due may have. Reckoning takes time by their square.
pub const EVENTS_MAX: usize = 1_000;

/// What an event does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// A payment or an offset, as [`crate::allocation::allocate`] divided it.
    Payment,
    /// The principal was reduced as though the difference had never been owed; interest that is given is remitted
    /// besides.
    Reduction,
}

/// Something that made a due smaller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// The day that counts: of payment (art. 60 OP), or of the decision.
    pub on: Day,
    /// What it is.
    pub kind: EventKind,
    /// What it took from the principal, in grosze.
    pub principal_grosze: i64,
    /// What it took from the interest, in grosze.
    pub interest_grosze: i64,
}

/// What may be missing from a part without ending it, in grosze: the proportion of art. 55 § 2 OP is rounded at each payment.
pub const SHORT_GROSZE: i64 = 99;

/// A part of an arrear that may be paid later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreedPart {
    /// The last day that is in time.
    pub due: Day,
    /// How much of the principal, in grosze.
    pub principal_grosze: i64,
}

/// A decision or an agreement by which an arrear is paid later or in parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// The last day for which interest was reckoned; usually that of the application.
    pub reckoned_to: Day,
    /// The parts, by their days; together the principal that was left on that day.
    pub parts: Vec<AgreedPart>,
}

/// A due from its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// What was assessed, in grosze.
    pub principal_grosze: i64,
    /// The shifted term.
    pub due: Day,
    /// What happened since, in any order; of one day, in the order of booking.
    pub events: Vec<Event>,
    /// Decisions that divide it, by the day to which interest was reckoned; a later one takes the place of those before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreements: Vec<Agreement>,
}

/// A due on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The day, all events of which are counted.
    pub on: Day,
    /// Whether its term has passed.
    pub is_arrear: bool,
    /// What is left of the principal, in grosze.
    pub principal_grosze: i64,
    /// What is left of the interest, in grosze.
    pub interest_grosze: i64,
    /// Interest that was paid or remitted so far, in grosze.
    pub settled_grosze: i64,
    /// Interest that was paid beyond what is owed after a reduction, in grosze: an overpayment (art. 72 § 2 OP).
    pub overpaid_grosze: i64,
    /// What of the principal is left and may be paid later by a decision that holds on this day, in grosze.
    #[serde(default)]
    pub put_off_grosze: i64,
    /// All interest of the due and how it was reckoned.
    pub interest: Interest,
}

impl Standing {
    /// What pays the due on this day, in grosze, without the cost of reminders.
    #[must_use]
    pub fn to_pay_grosze(&self) -> i64 {
        self.principal_grosze.saturating_add(self.interest_grosze)
    }
}

/// Why there is no standing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// An event takes a negative amount, or more principal than there is.
    #[error("the event of {on} takes {grosze} grosze of {left} that are left; correct the booking")]
    Event {
        /// Its day.
        on: Day,
        /// What it takes.
        grosze: i64,
        /// What there was.
        left: i64,
    },
    /// More than [`EVENTS_MAX`].
    #[error("a due with more than {EVENTS_MAX} events cannot be reckoned")]
    TooManyEvents,
    /// Interest that cannot be reckoned.
    #[error(transparent)]
    Interest(#[from] InterestError),
}

/// What is left of a due at the end of a day. Later events are not looked at, so it is the statement of that day as it is
/// known today.
///
/// # Errors
/// See [`AccountError`].
pub fn standing(rule: &Rule, history: &History, on: Day) -> Result<Standing, AccountError> {
    if history.events.len() > EVENTS_MAX {
        return Err(AccountError::TooManyEvents);
    }
    let mut events: Vec<&Event> = history.events.iter().filter(|event| event.on <= on).collect();
    events.sort_by_key(|event| event.on);
    let mut run = Run {
        rule,
        due: history.due,
        agreements: &history.agreements,
        principal: history.principal_grosze,
        settled: 0,
        stretches: Vec::new(),
        reckoned_to: history.due,
    };
    for event in events {
        run.advance(event.on);
        run.apply(event)?;
    }
    run.advance(on);
    run.standing(on)
}

/// Days with one principal, both ends included.
struct Stretch {
    from: Day,
    to: Day,
    principal: i64,
}

struct Run<'a> {
    rule: &'a Rule,
    due: Day,
    agreements: &'a [Agreement],
    principal: i64,
    settled: i64,
    stretches: Vec<Stretch>,
    reckoned_to: Day,
}

impl Run<'_> {
    /// Lets the principal stand until the end of a day.
    fn advance(&mut self, to: Day) {
        if let Some(from) = self.reckoned_to.succ_opt().filter(|from| *from <= to) {
            self.stretches.push(Stretch { from, to, principal: self.principal });
            self.reckoned_to = to;
        }
    }

    fn interest(&self, on: Day) -> Result<Interest, AccountError> {
        let mut periods = Vec::new();
        for stretch in &self.stretches {
            for piece in self.borne(stretch, on) {
                periods.extend(accrue(self.rule, piece.principal, piece.from, piece.to)?);
            }
        }
        let threshold = if self.settled > 0 { Threshold::Passed } else { Threshold::Compared };
        Ok(charge(self.rule, periods, on, threshold)?)
    }

    /// What of a stretch bears interest, as it is known on a day: without the parts that are put off.
    fn borne(&self, stretch: &Stretch, on: Day) -> Vec<Stretch> {
        let mut pieces = Vec::with_capacity(1);
        let mut from = stretch.from;
        for (n, agreement) in self.agreements.iter().enumerate() {
            let begins = agreement.reckoned_to.succ_opt().unwrap_or(agreement.reckoned_to).max(stretch.from);
            if begins > stretch.to {
                break;
            }
            let replaced = self.agreements.get(n + 1).map(|next| next.reckoned_to);
            let ends = replaced.map_or(stretch.to, |day| day.min(stretch.to));
            if from < begins
                && let Some(before) = begins.pred_opt()
            {
                pieces.push(Stretch { from, to: before, principal: stretch.principal });
            }
            if begins <= ends {
                let seen = replaced.map_or(on, |day| day.min(on));
                let principal = stretch.principal - self.put_off(agreement, stretch.principal, seen);
                pieces.push(Stretch { from: begins, to: ends, principal });
                from = ends.succ_opt().unwrap_or(ends);
            }
        }
        if from <= stretch.to {
            pieces.push(Stretch { from, to: stretch.to, principal: stretch.principal });
        }
        pieces.retain(|piece| piece.principal > 0);
        pieces
    }

    /// How much of a principal lies in parts whose decision holds, as it is known on a day: their day has not passed, or
    /// they were paid by it.
    fn put_off(&self, agreement: &Agreement, principal: i64, seen: Day) -> i64 {
        let total: i64 = agreement.parts.iter().map(|part| part.principal_grosze).sum();
        // Payments pay the parts in their order; what is above them all is put off by nothing.
        let left_of =
            |part_end: i64, part: i64, principal: i64| (part_end - (total - principal).max(0)).clamp(0, part);
        let (mut end, mut sum) = (0, 0);
        for part in &agreement.parts {
            end += part.principal_grosze;
            let left = left_of(end, part.principal_grosze, principal);
            let holds = seen <= part.due
                || left_of(end, part.principal_grosze, self.principal_after(part.due)) <= SHORT_GROSZE;
            if holds {
                sum += left;
            }
        }
        sum.min(principal)
    }

    /// The principal at the end of a day.
    fn principal_after(&self, day: Day) -> i64 {
        let later = self.stretches.iter().find(|stretch| stretch.from > day);
        let within = self.stretches.iter().find(|stretch| stretch.from <= day && day < stretch.to);
        within.or(later).map_or(self.principal, |stretch| stretch.principal)
    }

    fn apply(&mut self, event: &Event) -> Result<(), AccountError> {
        let (taken, interest) = (event.principal_grosze, event.interest_grosze);
        let fault = |grosze, left| AccountError::Event { on: event.on, grosze, left };
        if interest < 0 {
            return Err(fault(interest, 0));
        }
        if !(0..=self.principal).contains(&taken) {
            return Err(fault(taken, self.principal));
        }
        match event.kind {
            EventKind::Reduction => self.lower_since_term(taken),
            EventKind::Payment => {
                let uncharged = self.rule.threshold.is_some() && self.settled == 0 && interest == 0;
                if uncharged && self.interest(event.on)?.charged_grosze == 0 {
                    self.lower_since_term(taken);
                }
            }
        }
        self.principal -= taken;
        self.settled = self.settled.checked_add(interest).ok_or_else(|| fault(interest, self.settled))?;
        Ok(())
    }

    /// As though so much had never been owed.
    fn lower_since_term(&mut self, grosze: i64) {
        for stretch in &mut self.stretches {
            stretch.principal = (stretch.principal - grosze).max(0);
        }
    }

    fn standing(&self, on: Day) -> Result<Standing, AccountError> {
        let interest = self.interest(on)?;
        Ok(Standing {
            on,
            is_arrear: self.due < on,
            principal_grosze: self.principal,
            interest_grosze: (interest.charged_grosze - self.settled).max(0),
            settled_grosze: self.settled,
            put_off_grosze: self
                .agreements
                .iter()
                .rfind(|agreement| agreement.reckoned_to <= on)
                .map_or(0, |agreement| self.put_off(agreement, self.principal, on)),
            overpaid_grosze: (self.settled - interest.charged_grosze).max(0),
            interest,
        })
    }
}

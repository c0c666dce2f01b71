//! The cart: what a resident is about to pay, for themselves and for whom they act; and the order that is made of it.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Days, Duration, Utc};
use law::allocation::{Allocation, Limits};
use operators::{Method, MethodKind, Operator};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Payments,
    model::{MOST_GROSZE, MOST_LINES, Offer, Order, Part, Refund, Share, State, Transfer, share_out},
    store::{
        self, NewEvent,
        cart::{self, Line},
    },
};
use crate::{
    dues::Owed,
    kernel::{AmountFault, read_zloty},
    platform::{
        Ctx,
        access::{Level, MandateScope, Resident},
        ctx::Who,
        http::{Failure, ResultExt},
        secrets,
    },
    ui::local_time::{day_of, start_of},
};

/// How long a list of an operator's methods is believed.
const METHODS_FOR: Duration = Duration::minutes(10);
/// The shortest time in which somebody can pay before the day ends; less, and the order lives into the next day.
const LEAST_TIME: Duration = Duration::minutes(20);
/// Codes that are tried until one is free.
const MOST_CODES: usize = 8;

/// Whose due it is and by whose right it is paid.
#[derive(Debug, Clone)]
pub(super) struct Payer {
    pub(super) party: Uuid,
    pub(super) name: String,
    /// Whether it is the resident.
    pub(super) own: bool,
    /// The circumstances in which the resident acts for them.
    pub(super) ctx: Ctx,
}

/// A line of the cart as it stands today.
#[derive(Debug, Clone)]
pub(super) struct CartLine {
    pub(super) owed: Owed,
    /// How much of it shall be paid.
    pub(super) amount_grosze: i64,
    /// The open order that it is in.
    pub(super) in_order: Option<Claim>,
}

/// An open order that an instalment is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim {
    pub(super) order: Uuid,
    /// Whether it is the resident's own order.
    pub(super) own: bool,
}

/// What one payer has in the cart and what they owe besides.
#[derive(Debug, Clone)]
pub(super) struct PayerCart {
    pub(super) payer: Payer,
    pub(super) lines: Vec<CartLine>,
    pub(super) others: Vec<(Owed, Option<Claim>)>,
}

/// The cart as it stands today.
#[derive(Debug, Clone, Default)]
pub(super) struct Cart {
    pub(super) payers: Vec<PayerCart>,
    /// Titles of what was taken out, since nothing of it is owed any more.
    pub(super) gone: Vec<String>,
    /// Titles of what is less by now than what the cart wanted to pay.
    pub(super) lowered: Vec<String>,
}

impl Cart {
    pub(super) fn lines(&self) -> impl Iterator<Item = (&Payer, &CartLine)> {
        self.payers.iter().flat_map(|cart| cart.lines.iter().map(|line| (&cart.payer, line)))
    }

    pub(super) fn total_grosze(&self) -> i64 {
        self.lines().map(|(_, line)| line.amount_grosze).sum()
    }
}

/// An operator to choose, with what it can do for this cart.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    /// Its name: "Autopay".
    pub(super) operator: &'static str,
    /// Banks of which one must be chosen with us, since the operator cannot be told to offer transfers only.
    pub(super) banks: Vec<Method>,
    /// A title whose account it does not take: then it cannot be chosen.
    pub(super) not_for: Option<String>,
    /// Whether cards and BLIK are offered for nothing, something or everything.
    pub(super) transfers_only: bool,
}

/// Why no order was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nothing is in the cart.
    Empty,
    /// Something was paid, removed or changed meanwhile: the cart says what.
    Changed,
    /// An instalment is in another open order.
    InOrder,
    /// No operator was chosen, or one that does not take all of it.
    Operator,
    /// A bank must be chosen.
    Bank,
    /// It was not said whose money it is.
    PaidBy,
    /// A stranger may not pay so much of another's tax (article 62b § 1 pt 3 of the Tax Ordinance); the limit.
    Stranger(i64),
}

/// What is chosen on the page before paying.
#[derive(Debug, Clone, Default)]
pub(super) struct Chosen {
    pub(super) operator: String,
    pub(super) bank: Option<String>,
    pub(super) paid_by: Option<String>,
    /// Makes the same form, sent twice, one order.
    pub(super) key: Uuid,
}

impl Payments {
    /// Whoever may pay, known well enough.
    pub(super) fn own(ctx: &Ctx) -> Result<&Arc<Resident>, Failure> {
        ctx.require_level(Level::Verified)
    }

    /// The resident and whoever they act for in dues, at this instant.
    async fn payers(&self, ctx: &Ctx) -> Result<Vec<Payer>, Failure> {
        let resident = Self::own(ctx)?;
        let alone = Arc::new(Resident { acting: None, ..(**resident).clone() });
        let own_ctx = Ctx { who: Who::Resident(alone.clone()), ..ctx.clone() };
        let mut payers = vec![Payer {
            party: resident.party,
            name: resident.name.clone(),
            own: true,
            ctx: own_ctx.clone(),
        }];
        for mandate in self.parties.mandates_of(&own_ctx, resident.party).await? {
            if mandate.agent != resident.party || payers.iter().any(|payer| payer.party == mandate.principal)
            {
                continue;
            }
            let Some(acting) = self.parties.acting(mandate.id, resident.party, ctx.now).await? else {
                continue;
            };
            if !acting.scopes.contains(&MandateScope::Dues) {
                continue;
            }
            let acts = Resident { acting: Some(acting.clone()), ..(*alone).clone() };
            payers.push(Payer {
                party: acting.party,
                name: acting.name,
                own: false,
                ctx: Ctx { who: Who::Resident(Arc::new(acts)), ..ctx.clone() },
            });
        }
        Ok(payers)
    }

    /// The cart as it stands today; what is owed no longer is taken out and said.
    ///
    /// # Errors
    /// When no verified resident asks, or the database fails.
    pub(super) async fn cart(&self, ctx: &Ctx) -> Result<Cart, Failure> {
        let account = Self::own(ctx)?.account;
        let lines = cart::lines(&self.pool, account).await?;
        let mut shown = Cart::default();
        let mut left: Vec<Line> = lines;
        for payer in self.payers(ctx).await? {
            let owed = self.dues.owed(&payer.ctx, payer.party, day_of(ctx.now)).await?;
            let ids: Vec<Uuid> = owed.iter().map(|owed| owed.instalment).collect();
            let claims: BTreeMap<Uuid, Claim> = store::claimed(&self.pool, &ids)
                .await?
                .into_iter()
                .map(|(instalment, order, by)| (instalment, Claim { order, own: by == account }))
                .collect();
            let mut of_payer = PayerCart { payer, lines: Vec::new(), others: Vec::new() };
            for owed in owed {
                let in_order = claims.get(&owed.instalment).copied();
                let place = left.iter().position(|line| line.instalment == owed.instalment);
                let Some(line) = place.map(|place| left.remove(place)) else {
                    of_payer.others.push((owed, in_order));
                    continue;
                };
                let whole = owed.to_pay_grosze();
                if line.amount_grosze.is_some_and(|amount| amount > whole) {
                    cart::set_amount(&self.pool, account, owed.instalment, None).await?;
                    shown.lowered.push(owed.title.clone());
                }
                let amount_grosze = line.amount_grosze.map_or(whole, |amount| amount.min(whole));
                of_payer.lines.push(CartLine { owed, amount_grosze, in_order });
            }
            shown.payers.push(of_payer);
        }
        // Paid meanwhile, removed, or of somebody for whom one acts no longer.
        let gone: Vec<Uuid> = left.iter().map(|line| line.instalment).collect();
        if !gone.is_empty() {
            cart::remove(&self.pool, account, &gone).await?;
            shown.gone = left.into_iter().map(|line| line.title).collect();
        }
        Ok(shown)
    }

    /// Puts instalments into the cart; what is not owed, or already there, is left out. Answers how many came in.
    ///
    /// # Errors
    /// As [`Payments::cart`].
    pub(super) async fn add_to_cart(&self, ctx: &Ctx, instalments: &[Uuid]) -> Result<usize, Failure> {
        let account = Self::own(ctx)?.account;
        let cart = self.cart(ctx).await?;
        let mut added = 0;
        for of_payer in &cart.payers {
            for (owed, _) in &of_payer.others {
                if !instalments.contains(&owed.instalment) {
                    continue;
                }
                let line = Line {
                    instalment: owed.instalment,
                    payer: of_payer.payer.party,
                    amount_grosze: None,
                    title: owed.title.clone(),
                };
                let most = i64::try_from(MOST_LINES).unwrap_or(1);
                added += usize::from(cart::add(&self.pool, account, &line, most, ctx.now).await?);
            }
        }
        Ok(added)
    }

    /// Takes lines out of the cart.
    ///
    /// # Errors
    /// As [`Payments::cart`].
    pub(super) async fn remove_from_cart(&self, ctx: &Ctx, instalments: &[Uuid]) -> Result<(), Failure> {
        Ok(cart::remove(&self.pool, Self::own(ctx)?.account, instalments).await?)
    }

    /// Says how much of a line shall be paid: an amount of at most what is owed; all of it when nothing is written.
    ///
    /// # Errors
    /// As [`Payments::cart`]; inside, what is wrong with the amount.
    pub(super) async fn set_amount(
        &self,
        ctx: &Ctx,
        line: &CartLine,
        text: &str,
    ) -> Result<Result<(), AmountFault>, Failure> {
        let account = Self::own(ctx)?.account;
        let whole = line.owed.to_pay_grosze();
        let amount = match text.trim() {
            "" => None,
            text => match read_zloty(text, MOST_GROSZE) {
                Ok(amount) if amount > whole => return Ok(Err(AmountFault::TooLarge)),
                Ok(amount) if amount == whole => None,
                Ok(amount) => Some(amount),
                Err(fault) => return Ok(Err(fault)),
            },
        };
        cart::set_amount(&self.pool, account, line.owed.instalment, amount).await?;
        Ok(Ok(()))
    }

    /// How each part would be booked if it were paid today, in the order of the cart.
    ///
    /// # Errors
    /// As [`Payments::cart`].
    pub(super) async fn preview(&self, ctx: &Ctx, cart: &Cart) -> Result<Vec<Vec<Allocation>>, Failure> {
        let mut all = Vec::new();
        for of_payer in &cart.payers {
            let parts: Vec<(Uuid, i64)> =
                of_payer.lines.iter().map(|line| (line.owed.instalment, line.amount_grosze)).collect();
            all.push(if parts.is_empty() {
                Vec::new()
            } else {
                let Payer { party, ctx: acts, .. } = &of_payer.payer;
                self.dues.preview(acts, *party, &parts, day_of(ctx.now)).await?
            });
        }
        Ok(all)
    }

    fn offers(&self) -> Vec<Offer> {
        let offer = |(id, contract): (&String, &super::Contract)| Offer {
            contract: id.clone(),
            operator: contract.operator.name(),
            accounts: contract.accounts.iter().map(|nrb| nrb.as_str().to_owned()).collect(),
        };
        self.contracts.iter().map(offer).collect()
    }

    /// Operators to choose from for a cart.
    pub(super) async fn choices(&self, cart: &Cart, now: DateTime<Utc>) -> Vec<Choice> {
        let offers = self.offers();
        let mut names: Vec<&'static str> = Vec::new();
        for offer in &offers {
            if !names.contains(&offer.operator) {
                names.push(offer.operator);
            }
        }
        let nrbs: Vec<String> = cart.lines().map(|(_, line)| line.owed.nrb.as_str().to_owned()).collect();
        let transfers_only = cart.lines().any(|(_, line)| !line.owed.cards_allowed);
        let mut choices = Vec::new();
        for operator in names {
            let (not_for, contracts) = match share_out(&nrbs, &offers, operator) {
                Ok(shares) => (None, shares.into_iter().map(|((contract, _), _)| contract).collect()),
                Err(nrb) => {
                    let title = cart.lines().find(|(_, line)| line.owed.nrb.as_str() == nrb);
                    (Some(title.map(|(_, line)| line.owed.title.clone()).unwrap_or_default()), Vec::new())
                }
            };
            let banks = if transfers_only { self.banks(&contracts, now).await } else { Vec::new() };
            choices.push(Choice { operator, banks, not_for, transfers_only });
        }
        choices.sort_by_key(|choice| choice.not_for.is_some());
        choices
    }

    /// Banks that must be chosen with us, for contracts of one operator.
    async fn banks(&self, contracts: &[String], now: DateTime<Utc>) -> Vec<Method> {
        for id in contracts {
            let Some(contract) = self.contracts.get(id) else { continue };
            // The others are told the channels, or know nothing but transfers.
            if matches!(contract.operator, Operator::Autopay(_)) {
                let mut methods = self.methods_of(id, &contract.operator, now).await;
                methods.retain(|method| method.kind == MethodKind::Transfer && method.available);
                return methods;
            }
        }
        Vec::new()
    }

    async fn methods_of(&self, id: &str, operator: &Operator, now: DateTime<Utc>) -> Vec<Method> {
        let known = self.methods.lock().ok().and_then(|known| known.get(id).cloned());
        if let Some((at, methods)) = &known
            && now - *at < METHODS_FOR
        {
            return methods.clone();
        }
        match operator.methods(&Uuid::new_v4().simple().to_string(), now).await {
            Ok(methods) => {
                if let Ok(mut known) = self.methods.lock() {
                    known.insert(id.to_owned(), (now, methods.clone()));
                }
                methods
            }
            Err(failure) => {
                tracing::warn!(%failure, contract = id, "a payment operator does not tell its methods");
                known.map(|(_, methods)| methods).unwrap_or_default()
            }
        }
    }

    /// Makes an order of the cart and empties it. The same form again answers the same order.
    ///
    /// # Errors
    /// As [`Payments::cart`]; inside, why no order was made.
    pub(super) async fn order_cart(
        &self,
        ctx: &Ctx,
        chosen: &Chosen,
    ) -> Result<Result<Uuid, Refusal>, Failure> {
        let resident = Self::own(ctx)?;
        if let Some(known) = store::of_key(&self.pool, resident.account, chosen.key).await? {
            return Ok(Ok(known));
        }
        let cart = self.cart(ctx).await?;
        if !cart.gone.is_empty() || !cart.lowered.is_empty() {
            return Ok(Err(Refusal::Changed));
        }
        if cart.lines().next().is_none() {
            return Ok(Err(Refusal::Empty));
        }
        if cart.lines().any(|(_, line)| line.in_order.is_some()) {
            return Ok(Err(Refusal::InOrder));
        }
        let shown = self.preview(ctx, &cart).await?;
        let paid_by = match paid_by(&cart, chosen.paid_by.as_deref()) {
            Some(paid_by) => paid_by,
            None => return Ok(Err(Refusal::PaidBy)),
        };
        if paid_by == "stranger"
            && let Some(limit) = above_limit(&cart, &shown, &self.dues.limits(day_of(ctx.now)).await?)
        {
            return Ok(Err(Refusal::Stranger(limit)));
        }
        let nrbs: Vec<String> = cart.lines().map(|(_, line)| line.owed.nrb.as_str().to_owned()).collect();
        let Ok(shares) = share_out(&nrbs, &self.offers(), &chosen.operator) else {
            return Ok(Err(Refusal::Operator));
        };
        let choice = self.choices(&cart, ctx.now).await;
        let Some(choice) = choice.into_iter().find(|choice| choice.operator == chosen.operator) else {
            return Ok(Err(Refusal::Operator));
        };
        let bank = chosen.bank.as_deref().filter(|bank| choice.banks.iter().any(|known| known.id == **bank));
        let asks_for_bank = choice.transfers_only && self.asks_for_bank(&shares);
        if asks_for_bank && bank.is_none() {
            return Ok(Err(Refusal::Bank));
        }
        let wanted = Wanted { cart: &cart, shares: &shares, shown: shown_json(&shown)?, paid_by, bank };
        self.write_order(ctx, resident, chosen.key, &wanted).await
    }

    fn asks_for_bank(&self, shares: &[Share]) -> bool {
        shares.iter().any(|((contract, _), _)| {
            self.contracts
                .get(contract)
                .is_some_and(|contract| matches!(contract.operator, Operator::Autopay(_)))
        })
    }

    async fn write_order(
        &self,
        ctx: &Ctx,
        resident: &Resident,
        key: Uuid,
        wanted: &Wanted<'_>,
    ) -> Result<Result<Uuid, Refusal>, Failure> {
        let now = ctx.now;
        let lines: Vec<(&Payer, &CartLine)> = wanted.cart.lines().collect();
        let ids: Vec<Uuid> = lines.iter().map(|(_, line)| line.owed.instalment).collect();
        let mut transaction = self.pool.begin().await?;
        cart::lock(&mut transaction, resident.account).await?;
        // What is owed is locked first, by whoever orders or books: so they wait for each other in one order.
        let owed = self.dues.owed_in(&mut transaction, ctx.lang, &ids, day_of(now)).await?;
        let still = |line: &CartLine| {
            owed.iter().any(|owed| {
                owed.instalment == line.owed.instalment && owed.to_pay_grosze() >= line.amount_grosze
            })
        };
        if !lines.iter().all(|(_, line)| still(line)) {
            return Ok(Err(Refusal::Changed));
        }
        let order = Order {
            id: Uuid::now_v7(),
            number: format!("Z-{}", random_code()?),
            account: resident.account,
            party: resident.party,
            lang: ctx.lang,
            paid_by: wanted.paid_by.to_owned(),
            valid_until: valid_until(now, self.config.payments.valid_min),
            shown: wanted.shown.clone(),
            created_at: now,
        };
        match store::add_order(&mut transaction, &order, key).await {
            Err(sqlx::Error::Database(error)) if error.constraint() == Some("payment_order_key") => {
                // Sent twice at once: the other one was quicker.
                drop(transaction);
                let known = store::of_key(&self.pool, resident.account, key).await?;
                return known.map(Ok).ok_or_else(|| Failure::not_found("this order"));
            }
            other => other?,
        }
        for (place, ((contract, nrb), places)) in (1..).zip(wanted.shares) {
            let of_share: Vec<(&Payer, &CartLine)> =
                places.iter().filter_map(|place| lines.get(*place).copied()).collect();
            let mut transfer = Transfer {
                id: Uuid::now_v7(),
                order: order.id,
                place,
                code: String::new(),
                contract: contract.clone(),
                nrb: nrb.clone(),
                amount_grosze: of_share.iter().map(|(_, line)| line.amount_grosze).sum(),
                transfers_only: of_share.iter().any(|(_, line)| !line.owed.cards_allowed),
                method: None,
                state: State::Made,
                refund: Refund::None,
                refund_id: None,
                back_grosze: 0,
                transaction: None,
                paid_on: None,
                paid_at: None,
                valid_until: order.valid_until,
                asks: 0,
            };
            if transfer.transfers_only {
                transfer.method = wanted.bank.map(str::to_owned);
            }
            let mut added = false;
            for _ in 0..MOST_CODES {
                transfer.code = random_code()?;
                added = store::add_transfer(&mut transaction, &transfer, order.valid_until, now).await?;
                if added {
                    break;
                }
            }
            if !added {
                return Err(Failure::Busy);
            }
            for (place, (payer, line)) in (1..).zip(&of_share) {
                let part = Part {
                    place,
                    instalment: line.owed.instalment,
                    payer: payer.party,
                    payer_name: String::new(),
                    kind: line.owed.kind.clone(),
                    regime: line.owed.regime.code().to_owned(),
                    title: line.owed.title.clone(),
                    token: line.owed.token.clone(),
                    amount_grosze: line.amount_grosze,
                    back_grosze: 0,
                    booking: None,
                    allocation: None,
                };
                store::add_part(&mut transaction, transfer.id, &part).await?;
            }
            let instalments: Vec<Uuid> = of_share.iter().map(|(_, line)| line.owed.instalment).collect();
            let claimed = store::claim(&mut transaction, transfer.id, &instalments).await?;
            if claimed.len() < instalments.len() {
                return Ok(Err(Refusal::InOrder));
            }
            let event = NewEvent {
                at: now,
                transfer: Some(transfer.id),
                contract,
                source: "payer",
                kind: "made",
                alarm: false,
                actor: "payer",
                details: json!({ "amount_grosze": transfer.amount_grosze, "nrb": nrb }),
                answer: None,
            };
            store::add_event(&mut transaction, &event).await?;
        }
        cart::remove(&mut *transaction, resident.account, &ids).await?;
        for payer in wanted.cart.payers.iter().filter(|of| !of.payer.own && !of.lines.is_empty()) {
            let what = format!("payment order {}", order.number);
            self.parties.acted_in(&mut transaction, &payer.payer.ctx, &what).await?;
        }
        transaction.commit().await?;
        Ok(Ok(order.id))
    }
}

/// What an order is made of.
struct Wanted<'a> {
    cart: &'a Cart,
    shares: &'a [Share],
    shown: Value,
    paid_by: &'static str,
    bank: Option<&'a str>,
}

/// Whose money it is: the payer's own where nobody else's dues are in the cart.
fn paid_by(cart: &Cart, said: Option<&str>) -> Option<&'static str> {
    if cart.lines().all(|(payer, _)| payer.own) {
        return Some("payer");
    }
    match said {
        Some("payer") => Some("payer"),
        Some("close") => Some("close"),
        Some("stranger") => Some("stranger"),
        _ => None,
    }
}

/// The limit of article 62b § 1 pt 3, when more principal of somebody else's taxes would be paid than it allows.
fn above_limit(cart: &Cart, shown: &[Vec<Allocation>], limits: &Limits) -> Option<i64> {
    for (of_payer, allocations) in cart.payers.iter().zip(shown).filter(|(of, _)| !of.payer.own) {
        let is_tax = |debt: &str| {
            let same = |owed: &Owed| owed.instalment.to_string() == debt && owed.regime.is_tax();
            of_payer.lines.iter().any(|line| same(&line.owed))
                || of_payer.others.iter().any(|(owed, _)| same(owed))
        };
        let parts = allocations.iter().flat_map(|allocation| &allocation.parts);
        let tax: i64 = parts.filter(|part| is_tax(&part.debt)).map(|part| part.paid.principal_grosze).sum();
        if tax > limits.stranger_grosze {
            return Some(limits.stranger_grosze);
        }
    }
    None
}

fn shown_json(shown: &[Vec<Allocation>]) -> Result<Value, Failure> {
    let all: Vec<&Allocation> = shown.iter().flatten().collect();
    serde_json::to_value(all).internal("write an allocation")
}

/// Until when an order can be paid: interest grows by the day, so it ends with the day unless that is too soon.
fn valid_until(now: DateTime<Utc>, minutes: u32) -> DateTime<Utc> {
    let usual = now + Duration::minutes(i64::from(minutes));
    let next_day = day_of(now).checked_add_days(Days::new(1)).map(start_of);
    match next_day {
        Some(midnight) if midnight - Duration::minutes(2) - now >= LEAST_TIME => {
            usual.min(midnight - Duration::minutes(2))
        }
        _ => usual,
    }
}

/// Ten digits, the first of them not zero.
fn random_code() -> Result<String, Failure> {
    let bytes: [u8; 8] = secrets::random().internal("make a code")?;
    Ok((u64::from_be_bytes(bytes) % 9_000_000_000 + 1_000_000_000).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_ends_with_the_day_unless_that_is_too_soon() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(valid_until(at("2026-07-01T10:00:00Z"), 60), at("2026-07-01T11:00:00Z"));
        assert_eq!(valid_until(at("2026-07-01T21:30:00Z"), 60), at("2026-07-01T21:58:00Z"));
        assert_eq!(valid_until(at("2026-07-01T21:50:00Z"), 60), at("2026-07-01T22:50:00Z"));
    }

    #[test]
    fn codes_have_ten_digits() {
        for _ in 0..100 {
            let code = random_code().unwrap();
            assert!(code.len() == 10 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
        }
    }
}

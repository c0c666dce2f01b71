//! How it is known whose dues an entry of a statement pays. Pure.
//!
//! Sure is what the payer said by a mark that only one payer has: the individual account to which it was paid, the name of
//! a due in the title, or what a treasurer told to remember of the sender's account. Where two of them say different
//! things nothing is sure. Amount and name only make proposals: two neighbours may owe the same.

use std::collections::BTreeSet;

use bank::{Nrb, virtual_account::Pattern};
use chrono::NaiveDate;
use law::{allocation::Indication, interest::Regime};
use uuid::Uuid;

/// Proposals that are shown for one entry.
pub(super) const MOST_PROPOSALS: usize = 5;
/// Digits of an account behind its check digits.
const ACCOUNT_DIGITS: usize = 24;

/// What of an entry may say whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clues<'a> {
    /// The account that was paid, where the bank tells it.
    pub(super) paid_to: Option<&'a str>,
    /// The payer's number in the bank's service of mass payments.
    pub(super) mass_payment_id: Option<&'a str>,
    /// Account of the sender.
    pub(super) sender_account: Option<&'a str>,
    /// All that the bank told.
    pub(super) raw: &'a str,
}

/// How the individual accounts of one bank account are made.
#[derive(Debug, Clone)]
pub(super) struct Virtual {
    pub(super) prefix_digits: usize,
    pub(super) pattern: Pattern,
}

/// Numbers of accounts of dues that an entry names by an individual bank account, each once.
pub(super) fn virtual_numbers(clues: &Clues<'_>, virtuals: &[Virtual]) -> Vec<u64> {
    let mut numbers = BTreeSet::new();
    let of = |nrb: &Nrb| virtuals.iter().filter_map(|own| own.pattern.identifier(nrb)).collect::<Vec<_>>();
    let nrb = |text: &str| Nrb::parse(text).ok();
    if let Some(paid_to) = clues.paid_to.and_then(nrb) {
        numbers.extend(of(&paid_to));
    }
    if numbers.is_empty()
        && let Some(id) = clues.mass_payment_id
    {
        let digits = id.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let fits = virtuals.iter().any(|own| own.prefix_digits + digits.len() == ACCOUNT_DIGITS);
        numbers.extend(digits.parse::<u64>().ok().filter(|_| fits));
    }
    if numbers.is_empty() {
        let senders: Vec<u64> =
            clues.sender_account.and_then(nrb).map(|sender| of(&sender)).unwrap_or_default();
        let found = virtuals.iter().flat_map(|own| own.pattern.find(clues.raw));
        numbers.extend(found.filter(|number| !senders.contains(number)));
    }
    numbers.into_iter().collect()
}

/// Dues that something names: one instalment, or all that a payer owes of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    /// Who owes.
    pub(super) payer: Uuid,
    /// Which kind; all of them without one.
    pub(super) kind: Option<(String, Regime)>,
    /// The instalment, if it is one.
    pub(super) instalment: Option<Uuid>,
    /// What pays the instalment on the day, if that was asked.
    pub(super) to_pay_grosze: Option<i64>,
}

impl Target {
    /// It, as what a payer names (art. 62 § 1 of the Tax Ordinance, art. 451 of the civil code).
    pub(super) fn indication(&self) -> Indication {
        match (&self.kind, self.instalment) {
            (None, _) => Indication::None,
            (Some((kind, regime)), None) => Indication::Kind { kind: kind.clone(), regime: *regime },
            (Some((kind, regime)), Some(id)) => {
                Indication::Debt { id: id.to_string(), kind: kind.clone(), regime: *regime }
            }
        }
    }

    fn without_instalment(&self) -> Self {
        Self { instalment: None, to_pay_grosze: None, ..self.clone() }
    }
}

/// All that is known of an entry from the accounts of dues.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// By the individual account that was paid.
    pub(super) virtuals: Vec<Target>,
    /// By names of dues in the title, in their order.
    pub(super) tokens: Vec<Target>,
    /// Whether something in the title looks like the name of a due.
    pub(super) has_tokens: bool,
    /// By what was told to remember of the sender's account.
    pub(super) rule: Option<Target>,
}

/// By what an entry was matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum How {
    /// The individual account that was paid.
    Virtual,
    /// The name of a due in the title.
    Token,
    /// What a treasurer told to remember.
    Rule,
    /// A treasurer.
    Hand,
}

impl How {
    pub(super) const ALL: [Self; 4] = [Self::Virtual, Self::Token, Self::Rule, Self::Hand];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Virtual => "virtual",
            Self::Token => "token",
            Self::Rule => "rule",
            Self::Hand => "hand",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|how| how.name() == name)
    }
}

/// Why nothing is sure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Nothing says whose it is.
    NothingKnown,
    /// What looks like the name of a due is none of ours.
    UnknownDue,
    /// Account, title or rule say different things.
    Contradiction,
    /// Several dues are named, and the amount is not what they make together.
    AmountDiffers,
    /// It takes something back, and it is not clear what.
    UnclearReversal,
    /// A treasurer took an assignment back.
    Undone,
}

impl Why {
    pub(super) const ALL: [Self; 6] = [
        Self::NothingKnown,
        Self::UnknownDue,
        Self::Contradiction,
        Self::AmountDiffers,
        Self::UnclearReversal,
        Self::Undone,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::NothingKnown => "nothing-known",
            Self::UnknownDue => "unknown-due",
            Self::Contradiction => "contradiction",
            Self::AmountDiffers => "amount-differs",
            Self::UnclearReversal => "unclear-reversal",
            Self::Undone => "undone",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.name() == name)
    }
}

/// A part of an entry and what it pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) target: Target,
    pub(super) amount_grosze: i64,
}

/// Whose an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may be booked.
    Sure { how: How, parts: Vec<Part> },
    /// Somebody has to look.
    Unsure(Why),
}

/// Decides whose dues an amount pays.
pub(super) fn decide(amount_grosze: i64, known: &Known) -> Verdict {
    let whole = |how, target: Target| Verdict::Sure { how, parts: vec![Part { target, amount_grosze }] };
    match (known.virtuals.as_slice(), named(amount_grosze, &known.tokens)) {
        ([], Named::Nothing) if known.has_tokens => Verdict::Unsure(Why::UnknownDue),
        ([], Named::Nothing) => match &known.rule {
            Some(target) => whole(How::Rule, target.clone()),
            None => Verdict::Unsure(Why::NothingKnown),
        },
        ([], Named::Parts(parts)) => Verdict::Sure { how: How::Token, parts },
        ([], Named::Unclear) => Verdict::Unsure(Why::AmountDiffers),
        ([own], Named::Nothing) => whole(How::Virtual, own.clone()),
        ([own], Named::Parts(parts)) => {
            let agrees = |part: &Part| part.target.payer == own.payer && part.target.kind == own.kind;
            match parts.iter().all(agrees) {
                true => Verdict::Sure { how: How::Virtual, parts },
                false => Verdict::Unsure(Why::Contradiction),
            }
        }
        ([own], Named::Unclear) => {
            let agrees = |target: &Target| target.payer == own.payer && target.kind == own.kind;
            match known.tokens.iter().all(agrees) {
                true => whole(How::Virtual, own.clone()),
                false => Verdict::Unsure(Why::Contradiction),
            }
        }
        (_, _) => Verdict::Unsure(Why::Contradiction),
    }
}

/// What the names of dues in a title say about an amount.
enum Named {
    Nothing,
    Parts(Vec<Part>),
    /// Several things, and not how much for which.
    Unclear,
}

fn named(amount_grosze: i64, tokens: &[Target]) -> Named {
    // `NP/2026/000123/R2` may be read without its end, too; the reading that says more counts.
    let is_said_better = |target: &Target| {
        let says_more = |other: &Target| {
            other.instalment.is_some() && other.payer == target.payer && other.kind == target.kind
        };
        target.instalment.is_none() && tokens.iter().any(says_more)
    };
    let tokens: Vec<&Target> = tokens.iter().filter(|target| !is_said_better(target)).collect();
    let Some((first, rest)) = tokens.split_first() else { return Named::Nothing };
    let whole = |target: Target| Named::Parts(vec![Part { target, amount_grosze }]);
    if rest.is_empty() {
        return whole((*first).clone());
    }
    // All of them, to the grosz: each gets its own.
    let each: Option<Vec<Part>> = tokens
        .iter()
        .map(|target| {
            let amount_grosze = target.to_pay_grosze.filter(|amount| *amount > 0)?;
            Some(Part { target: (*target).clone(), amount_grosze })
        })
        .collect();
    if let Some(parts) = each
        && parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount_grosze))
            == Some(amount_grosze)
    {
        return Named::Parts(parts);
    }
    // One payer and one kind: that kind is named, and the law says what of it is paid first.
    let same = |target: &&Target| target.payer == first.payer && target.kind == first.kind;
    if rest.iter().all(same) { whole(first.without_instalment()) } else { Named::Unclear }
}

/// An entry that another one may take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Original {
    pub(super) id: Uuid,
    pub(super) bank_reference: Option<String>,
    pub(super) sender_account: Option<String>,
    pub(super) title: String,
    pub(super) booked_on: NaiveDate,
}

/// The one entry that a reversal takes back, if the bank's reference names just one, or else sender and title, or else the
/// sender.
pub(super) fn original(
    bank_reference: Option<&str>,
    sender_account: Option<&str>,
    title: &str,
    among: &[Original],
) -> Option<Uuid> {
    let only = |is: &dyn Fn(&Original) -> bool| {
        let mut found = among.iter().filter(|one| is(one));
        found.next().filter(|_| found.next().is_none()).map(|one| one.id)
    };
    let same = |own: Option<&str>, other: Option<&str>| own.is_some() && own == other;
    let of_bank = |one: &Original| same(bank_reference, one.bank_reference.as_deref());
    let of_sender = |one: &Original| same(sender_account, one.sender_account.as_deref());
    only(&of_bank).or_else(|| only(&|one| of_sender(one) && one.title == title)).or_else(|| only(&of_sender))
}

/// What an operator passed on, and no entry shows yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payout {
    pub(super) id: Uuid,
    /// The operator's contract.
    pub(super) contract: String,
    /// Its number or title at the operator.
    pub(super) name: String,
    /// The title of the transfer beside its number.
    pub(super) title: Option<String>,
    /// The town's account; empty where it is not known.
    pub(super) nrb: String,
    /// What the account should show.
    pub(super) net_grosze: i64,
    /// Day of its last payment.
    pub(super) paid_on: NaiveDate,
}

/// What a list makes on a day, and no entry shows yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListSum {
    pub(super) list: Uuid,
    pub(super) day: NaiveDate,
    pub(super) nrb: String,
    pub(super) amount_grosze: i64,
}

/// A payment as a list shows it, for a statement; or as a statement shows it, for a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Other {
    pub(super) id: Uuid,
    pub(super) statement: Uuid,
    pub(super) nrb: String,
    pub(super) booked_on: NaiveDate,
    pub(super) amount_grosze: i64,
    pub(super) sender_account: Option<String>,
    pub(super) title: String,
}

/// What of an entry says that it is money of payments which are booked one by one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) nrb: &'a str,
    pub(super) booked_on: NaiveDate,
    pub(super) amount_grosze: i64,
    pub(super) sender_account: Option<&'a str>,
    pub(super) title: &'a str,
}

/// Fewest letters and digits of a name by which a transfer is known.
const NAME_LETTERS: usize = 6;
/// Days from the last payment of a payout, or from the day of a list, within which the bank shows it.
const PAYOUT_DAYS: i64 = 60;
const LIST_DAYS: i64 = 5;
/// Days by which two files may tell the day of one payment differently.
const TWIN_DAYS: i64 = 3;

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Of which operator an entry is, by its contract, and of which of the payouts, by its place among them. `senders` are
/// accounts from which operators pay, by contract.
///
/// The name of a payout is believed only with its amount or from the operator's own account: anybody may write a title.
pub(super) fn payout_of(
    entry: &Seen<'_>,
    payouts: &[Payout],
    senders: &[(String, String)],
) -> Option<(String, Option<usize>)> {
    let is_sender = |contract: &str| {
        senders.iter().any(|(own, account)| own == contract && Some(account.as_str()) == entry.sender_account)
    };
    let title = letters(entry.title);
    let is_named = |name: &str| {
        let name = letters(name);
        name.len() >= NAME_LETTERS && name.contains(|c: char| c.is_ascii_digit()) && title.contains(&name)
    };
    let fits = |payout: &Payout| {
        let days = (entry.booked_on - payout.paid_on).num_days();
        (payout.nrb.is_empty() || payout.nrb == entry.nrb) && (-1..=PAYOUT_DAYS).contains(&days)
    };
    let sum = |payout: &Payout| payout.net_grosze == entry.amount_grosze;
    let named = |payout: &Payout| is_named(&payout.name) || payout.title.as_deref().is_some_and(is_named);
    let only = |is: &dyn Fn(&Payout) -> bool| {
        let mut found = payouts.iter().enumerate().filter(|(_, payout)| fits(payout) && is(payout));
        found.next().filter(|_| found.next().is_none()).map(|(place, _)| place)
    };
    let found = only(&|payout| named(payout) && sum(payout))
        .or_else(|| only(&|payout| named(payout) && is_sender(&payout.contract)))
        .or_else(|| only(&|payout| sum(payout) && is_sender(&payout.contract)));
    match found.and_then(|place| Some((place, payouts.get(place)?))) {
        Some((place, payout)) => Some((payout.contract.clone(), Some(place))),
        None => {
            let (contract, _) =
                senders.iter().find(|(_, account)| Some(account.as_str()) == entry.sender_account)?;
            Some((contract.clone(), None))
        }
    }
}

/// Places among sums of lists of those that an entry shows: one day of a list, or all of it.
pub(super) fn sums_of(entry: &Seen<'_>, sums: &[ListSum]) -> Vec<usize> {
    let days = |sum: &ListSum| (entry.booked_on - sum.day).num_days();
    let near = |sum: &ListSum| sum.nrb == entry.nrb && (-1..=LIST_DAYS).contains(&days(sum));
    let places: Vec<(usize, &ListSum)> = sums.iter().enumerate().filter(|(_, sum)| near(sum)).collect();
    let of_day = places.iter().filter(|(_, sum)| sum.amount_grosze == entry.amount_grosze);
    if let Some((place, _)) = of_day.min_by_key(|(_, sum)| days(sum).abs()) {
        return vec![*place];
    }
    let lists: BTreeSet<Uuid> = places.iter().map(|(_, sum)| sum.list).collect();
    let whole = |list: &Uuid| -> Vec<usize> {
        places.iter().filter(|(_, sum)| sum.list == *list).map(|(place, _)| *place).collect()
    };
    let makes = |own: &Vec<usize>| {
        let amounts =
            own.iter().filter_map(|place| sums.get(*place)).map(|sum| i128::from(sum.amount_grosze));
        amounts.sum::<i128>() == i128::from(entry.amount_grosze)
    };
    lists.iter().map(whole).find(makes).unwrap_or_default()
}

/// The place of the one that is the same payment: the same amount from the same account under the same title.
pub(super) fn twin_of(entry: &Seen<'_>, others: &[Other]) -> Option<usize> {
    let title = letters(entry.title);
    let same_title = |other: &str| {
        let other = letters(other);
        // One of the two files may cut titles.
        title == other
            || title.len().min(other.len()) >= 20 && (title.starts_with(&other) || other.starts_with(&title))
    };
    others.iter().position(|other| {
        other.nrb == entry.nrb
            && other.amount_grosze == entry.amount_grosze
            && entry.sender_account.is_some()
            && other.sender_account.as_deref() == entry.sender_account
            && (entry.booked_on - other.booked_on).num_days().abs() <= TWIN_DAYS
            && same_title(&other.title)
    })
}

/// Something that an entry might pay, for a treasurer to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) target: Target,
    pub(super) payer_name: String,
    /// "Podatek od nieruchomości 2026, rata 3".
    pub(super) title: String,
}

/// Why something is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Likeness {
    /// Every word of the payer's name stands in what the bank says of the sender.
    pub(super) name: bool,
    /// The amount is what pays it.
    pub(super) amount: bool,
}

/// What is most likely first; what neither name nor amount speaks for is left out.
pub(super) fn proposals(
    sender: &str,
    amount_grosze: i64,
    candidates: Vec<Candidate>,
) -> Vec<(Likeness, Candidate)> {
    let sender: BTreeSet<String> = words(sender).collect();
    let mut likely: Vec<(Likeness, Candidate)> = candidates
        .into_iter()
        .map(|candidate| {
            let own: Vec<String> = words(&candidate.payer_name).collect();
            let name = !own.is_empty() && own.iter().all(|word| sender.contains(word));
            let amount = candidate.target.to_pay_grosze == Some(amount_grosze);
            (Likeness { name, amount }, candidate)
        })
        .filter(|(likeness, _)| likeness.name || likeness.amount)
        .collect();
    // Stable: of equal ones the earlier term stays first.
    likely.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    likely.truncate(MOST_PROPOSALS);
    likely
}

/// Words of a name as they are compared: small letters without Polish marks, which banks lose.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).map(|word| {
        let plain = |c: char| match c {
            'ą' => 'a',
            'ć' => 'c',
            'ę' => 'e',
            'ł' => 'l',
            'ń' => 'n',
            'ó' => 'o',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            other => other,
        };
        word.chars().flat_map(char::to_lowercase).map(plain).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn target(of: u128, kind: &str, instalment: Option<u128>, to_pay_grosze: Option<i64>) -> Target {
        Target {
            payer: payer(of),
            kind: Some((kind.to_owned(), Regime::Tax)),
            instalment: instalment.map(Uuid::from_u128),
            to_pay_grosze,
        }
    }

    fn sure(how: How, parts: &[(Target, i64)]) -> Verdict {
        let part = |(target, amount): &(Target, i64)| Part { target: target.clone(), amount_grosze: *amount };
        Verdict::Sure { how, parts: parts.iter().map(part).collect() }
    }

    #[test]
    fn what_is_sure_and_what_is_not() {
        let nothing = Known::default();
        let waste = target(1, "waste", None, None);
        let first = target(1, "property", Some(11), Some(10_000));
        let second = target(1, "property", Some(12), Some(10_000));
        let own_waste = target(1, "waste", Some(13), Some(3_300));
        let others = target(2, "property", Some(21), Some(5_000));
        let tokens = |tokens: &[&Target]| Known {
            tokens: tokens.iter().map(|target| (*target).clone()).collect(),
            has_tokens: true,
            ..Known::default()
        };
        let unsure = Verdict::Unsure;
        let table = [
            ("nothing says anything", nothing.clone(), unsure(Why::NothingKnown)),
            (
                "a due that is none of ours",
                Known { has_tokens: true, ..nothing.clone() },
                unsure(Why::UnknownDue),
            ),
            (
                "a due that is none of ours is not overruled by a rule",
                Known { has_tokens: true, rule: Some(waste.clone()), ..nothing.clone() },
                unsure(Why::UnknownDue),
            ),
            (
                "what was remembered",
                Known { rule: Some(waste.clone()), ..nothing.clone() },
                sure(How::Rule, &[(waste.clone(), 10_000)]),
            ),
            (
                "one due, whatever the amount",
                tokens(&[&others]),
                sure(How::Token, &[(others.clone(), 10_000)]),
            ),
            (
                "the title goes before what was remembered",
                Known { rule: Some(waste.clone()), ..tokens(&[&first]) },
                sure(How::Token, &[(first.clone(), 10_000)]),
            ),
            (
                "two instalments of one tax, not to the grosz: the tax is named",
                tokens(&[&first, &second]),
                sure(How::Token, &[(target(1, "property", None, None), 10_000)]),
            ),
            (
                "the name of an instalment, also read as the name of its assessment",
                tokens(&[&first, &target(1, "property", None, None)]),
                sure(How::Token, &[(first.clone(), 10_000)]),
            ),
            ("two kinds, not to the grosz", tokens(&[&first, &own_waste]), unsure(Why::AmountDiffers)),
            ("two payers, not to the grosz", tokens(&[&first, &others]), unsure(Why::AmountDiffers)),
            (
                "the individual account",
                Known { virtuals: vec![waste.clone()], ..nothing.clone() },
                sure(How::Virtual, &[(waste.clone(), 10_000)]),
            ),
            (
                "the individual account and a due of it in the title",
                Known { virtuals: vec![waste.clone()], ..tokens(&[&own_waste]) },
                sure(How::Virtual, &[(own_waste.clone(), 10_000)]),
            ),
            (
                "the account says waste, the title property",
                Known { virtuals: vec![waste.clone()], ..tokens(&[&first]) },
                unsure(Why::Contradiction),
            ),
            (
                "the account says one payer, the title another",
                Known { virtuals: vec![target(1, "property", None, None)], ..tokens(&[&others]) },
                unsure(Why::Contradiction),
            ),
            (
                "two individual accounts",
                Known { virtuals: vec![waste.clone(), target(2, "waste", None, None)], ..nothing },
                unsure(Why::Contradiction),
            ),
        ];
        for (name, known, expected) in table {
            assert_eq!(decide(10_000, &known), expected, "{name}");
        }
        // To the grosz: each its own, also of two payers.
        let known = tokens(&[&first, &own_waste, &others]);
        let parts = [(first.clone(), 10_000), (own_waste.clone(), 3_300), (others.clone(), 5_000)];
        assert_eq!(decide(18_300, &known), sure(How::Token, &parts));
        assert_eq!(
            decide(20_000, &tokens(&[&first, &second])),
            sure(How::Token, &[(first, 10_000), (second, 10_000)])
        );
    }

    #[test]
    fn individual_accounts_are_found_wherever_banks_put_them() {
        let pattern = Pattern::new("999999991234", 12).unwrap();
        let virtuals = [Virtual { prefix_digits: 12, pattern: pattern.clone() }];
        let account = pattern.account(12_345).unwrap();
        let none = Clues { paid_to: None, mass_payment_id: None, sender_account: None, raw: "" };
        let found = |clues: Clues<'_>| virtual_numbers(&clues, &virtuals);
        assert_eq!(found(Clues { paid_to: Some(&account.iban()), ..none }), [12_345]);
        assert_eq!(found(Clues { mass_payment_id: Some("XX000000012345"), ..none }), [12_345]);
        assert_eq!(found(Clues { mass_payment_id: Some("XX12345"), ..none }), [0; 0]);
        let raw = format!("NA RACH.: {} OD: X", account.as_str());
        assert_eq!(found(Clues { raw: &raw, ..none }), [12_345]);
        // The town's own money that comes back is not a payment of the account that it comes from.
        assert_eq!(found(Clues { raw: &raw, sender_account: Some(account.as_str()), ..none }), [0; 0]);
    }

    #[test]
    fn name_and_amount_propose_and_the_name_weighs_more() {
        let candidate = |name: &str, of: u128, to_pay| Candidate {
            target: target(of, "property", Some(of), Some(to_pay)),
            payer_name: name.to_owned(),
            title: String::new(),
        };
        let all = vec![
            candidate("Piotr Zmyślony", 1, 5_000),
            candidate("Łucja Żółć", 2, 9_900),
            candidate("Łucja Żółć", 2, 5_000),
            candidate("Ktoś Inny", 3, 100),
            candidate("", 4, 100),
        ];
        let found = proposals("ZOLC LUCJA UL. POLNA 3 00-001 ZMYSLIN", 5_000, all);
        let order: Vec<_> = found
            .iter()
            .map(|(likeness, own)| (likeness.name, likeness.amount, own.target.to_pay_grosze.unwrap()))
            .collect();
        assert_eq!(order, [(true, true, 5_000), (true, false, 9_900), (false, true, 5_000)]);
    }

    #[test]
    fn a_reversal_takes_back_only_what_is_certain() {
        let one = |n: u128, reference: &str, sender: &str, title: &str| Original {
            id: payer(n),
            bank_reference: Some(reference.to_owned()),
            sender_account: Some(sender.to_owned()),
            title: title.to_owned(),
            booked_on: NaiveDate::from_ymd_opt(2026, 3, 16).unwrap(),
        };
        let all = [one(1, "A", "x", "rata 1"), one(2, "B", "x", "rata 2"), one(3, "C", "y", "rata 1")];
        assert_eq!(original(Some("B"), None, "", &all), Some(payer(2)));
        assert_eq!(original(Some("Z"), Some("x"), "rata 1", &all), Some(payer(1)));
        assert_eq!(original(None, Some("y"), "ZWROT", &all), Some(payer(3)));
        assert_eq!(original(None, Some("x"), "ZWROT", &all), None);
        assert_eq!(original(None, None, "rata 1", &all), None);
    }
}

//! Pages of paying online: the cart, orders, receipts, the treasurer's list.

use askama::Template;
use uuid::Uuid;

use super::{Chip, Choice, Fact, FieldFault, Link};
use crate::{
    platform::i18n::Texts,
    ui::{Nav, Page},
};

fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
}

/// A due in the cart, or one that could be put there.
#[derive(Debug, Clone)]
pub struct CartRow {
    /// The instalment.
    pub id: String,
    /// "Podatek od nieruchomości 2026, rata 3".
    pub title: String,
    /// What it is owed for; may be empty.
    pub object: String,
    /// Term, whether it is late.
    pub term: String,
    /// Whether the term has passed.
    pub late: bool,
    /// All that is owed, in words: "123,50 zł, w tym odsetki 3,50 zł".
    pub owed: String,
    /// The amount as the field holds it: "123,50".
    pub amount: String,
    /// The open order that it is in, and where to go for it.
    pub in_order: Option<Link>,
    /// Whether it is in an open order of somebody else.
    pub elsewhere: bool,
}

/// What one payer has in the cart.
#[derive(Debug, Clone)]
pub struct CartPayer {
    /// Whose dues they are.
    pub name: String,
    /// Lines of the cart.
    pub rows: Vec<CartRow>,
    /// What they owe besides.
    pub others: Vec<CartRow>,
}

/// `/account/cart`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/cart.html")]
pub struct CartPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What changed meanwhile: paid, removed, less than before.
    pub changes: Vec<String>,
    /// Payers, whoever looks first.
    pub payers: Vec<CartPayer>,
    /// The sum, when something is in the cart.
    pub total: Option<String>,
    /// Whether there is any operator to pay with.
    pub can_pay: bool,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl CartPage {
    fn has_others(&self) -> bool {
        self.payers.iter().any(|payer| !payer.others.is_empty())
    }

    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// A step of how money is booked.
#[derive(Debug, Clone)]
pub struct BookingStep {
    /// What it pays.
    pub title: String,
    /// Principal.
    pub principal: String,
    /// Interest.
    pub interest: String,
    /// Cost of reminders.
    pub cost: String,
    /// Why, in words, with the article.
    pub why: String,
}

/// How one part is booked.
#[derive(Debug, Clone)]
pub struct BookingPart {
    /// Whose due it is; empty when it is only the resident's own.
    pub payer: String,
    /// What is paid.
    pub title: String,
    /// How much.
    pub amount: String,
    /// The steps.
    pub steps: Vec<BookingStep>,
    /// What is left, and what becomes of it.
    pub rest: Option<String>,
}

/// An operator to choose.
#[derive(Debug, Clone)]
pub struct OperatorChoice {
    /// Its name, which is also the value.
    pub name: &'static str,
    /// What it offers.
    pub about: String,
    /// Whether it is chosen.
    pub selected: bool,
    /// Why it cannot be chosen.
    pub cannot: Option<String>,
}

/// `/account/cart/pay`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/pay.html")]
pub struct PayPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// How each part is booked.
    pub parts: Vec<BookingPart>,
    /// The sum.
    pub total: String,
    /// Operators.
    pub operators: Vec<OperatorChoice>,
    /// Banks of which one must be chosen with us, for Autopay.
    pub banks: Vec<Choice>,
    /// Whose money it is, when somebody else's dues are in the cart.
    pub paid_by: Vec<Choice>,
    /// Why cards and BLIK are not offered.
    pub transfers_only: bool,
    /// Until when an order can be paid.
    pub minutes: u32,
    /// Makes the same form, sent twice, one order.
    pub key: String,
    /// What is wrong.
    pub faults: Vec<FieldFault>,
}

impl PayPage {
    fn fault(&self, field: &str) -> Option<&str> {
        fault_of(&self.faults, field)
    }
}

/// The page from which the browser goes to the operator.
#[derive(Debug, Clone, Template)]
#[template(path = "payments/go.html")]
pub struct PayGoPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The operator's name.
    pub operator: &'static str,
    /// How much.
    pub amount: String,
    /// What for.
    pub title: String,
    /// The way back to the order.
    pub order: String,
    /// Where to, when it is an address.
    pub link: Option<String>,
    /// Where to, when it is a form.
    pub action: Option<String>,
    /// Names and values of the form.
    pub fields: Vec<(String, String)>,
}

/// An order in a list.
#[derive(Debug, Clone)]
pub struct OrderLine {
    /// Its page.
    pub href: String,
    /// Number.
    pub number: String,
    /// What it pays.
    pub titles: String,
    /// How much.
    pub amount: String,
    /// When it was made.
    pub when: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
}

/// `/account/orders`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/orders.html")]
pub struct OrdersPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Orders.
    pub rows: Vec<OrderLine>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
}

/// A transfer on the page of an order.
#[derive(Debug, Clone)]
pub struct TransferView {
    /// Its place, from 1.
    pub place: i32,
    /// The operator's name.
    pub operator: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub chip: Chip,
    /// What that means.
    pub meaning: String,
    /// What it pays: title and amount.
    pub parts: Vec<Fact>,
    /// Account, day of payment, the operator's id.
    pub facts: Vec<Fact>,
    /// Whether the payer can go to the operator; the words of the button.
    pub go: Option<String>,
}

/// `/account/orders/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/order.html")]
pub struct OrderPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its own address.
    pub path: String,
    /// What was just done.
    pub notice: Option<String>,
    /// What stands in the way.
    pub faults: Vec<FieldFault>,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub chip: Chip,
    /// What that means.
    pub meaning: String,
    /// Sum, when it was made, until when it can be paid.
    pub facts: Vec<Fact>,
    /// Transfers.
    pub transfers: Vec<TransferView>,
    /// Whether the operator can be asked.
    pub can_check: bool,
    /// Whether it can be given up.
    pub can_cancel: bool,
    /// The receipt, when something is paid.
    pub receipt: Option<String>,
}

/// `/account/orders/{id}/receipt`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/receipt.html")]
pub struct ReceiptPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// The way back to the order.
    pub order: String,
    /// Number.
    pub number: String,
    /// Who paid, when, how, to which accounts.
    pub facts: Vec<Fact>,
    /// How each part was booked.
    pub parts: Vec<BookingPart>,
    /// The sum.
    pub total: String,
}

/// A transfer in the treasurer's list.
#[derive(Debug, Clone)]
pub struct DeskPaymentRow {
    /// Page of the order.
    pub href: String,
    /// Number of the order.
    pub number: String,
    /// The order's id at the operator.
    pub code: String,
    /// The contract.
    pub contract: String,
    /// How much.
    pub amount: String,
    /// Where it stands.
    pub chips: Vec<Chip>,
    /// When something last changed.
    pub when: String,
}

/// Something for the treasurer to look at.
#[derive(Debug, Clone)]
pub struct AlarmLine {
    /// Its number.
    pub id: i64,
    /// What happened.
    pub text: String,
    /// Amounts and ids.
    pub details: String,
    /// The contract.
    pub contract: String,
    /// When.
    pub when: String,
    /// The order, if it is about one.
    pub order: Option<Link>,
}

/// What came by one contract.
#[derive(Debug, Clone)]
pub struct TakingRow {
    /// The contract.
    pub contract: String,
    /// How many payments.
    pub count: String,
    /// How much.
    pub amount: String,
    /// How much was given back.
    pub back: String,
}

/// `/desk/payments`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/desk.html")]
pub struct DeskPaymentsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What wants looking at.
    pub alarms: Vec<AlarmLine>,
    /// "Wpływy 3 grudnia 2026".
    pub takings_title: String,
    /// What came that day.
    pub takings: Vec<TakingRow>,
    /// What was searched for.
    pub q: String,
    /// The day, as the field has it.
    pub day: String,
    /// States.
    pub states: Vec<Choice>,
    /// Transfers.
    pub rows: Vec<DeskPaymentRow>,
    /// Where the list begins, when this is not its beginning.
    pub first: Option<String>,
    /// Where it goes on.
    pub next: Option<String>,
    /// Whether whoever looks may act.
    pub may_act: bool,
}

/// Something that was said or done.
#[derive(Debug, Clone)]
pub struct PaymentEventRow {
    /// When.
    pub when: String,
    /// What.
    pub what: String,
    /// How it is known, and who did it.
    pub source: String,
    /// Amounts, ids, words of the operator.
    pub details: String,
    /// What the operator was answered.
    pub answer: Option<String>,
    /// Whether it is an alarm.
    pub alarm: bool,
}

/// An amount to be typed.
#[derive(Debug, Clone)]
pub struct AmountField {
    /// Id of the field, one of its page.
    pub id: String,
    /// Its name in the form.
    pub name: String,
    /// What the amount is of.
    pub label: String,
    /// The most that it can be, for people.
    pub most: String,
    /// What stands in it.
    pub value: String,
}

/// A transfer as the treasurer sees it.
#[derive(Debug, Clone)]
pub struct DeskTransferView {
    /// What everybody sees.
    pub view: TransferView,
    /// The refund, in words.
    pub refund: Option<String>,
    /// What can be given back, part by part; none when nothing can.
    pub backs: Vec<AmountField>,
    /// Makes the same form, sent twice, one refund.
    pub back_key: Uuid,
    /// What is wrong with the amounts that were to be given back.
    pub back_fault: Option<String>,
    /// How it is given back where the operator cannot.
    pub refund_hint: Option<String>,
    /// Whether the operator can be asked.
    pub can_ask: bool,
    /// What was said and done.
    pub events: Vec<PaymentEventRow>,
}

/// `/desk/payments/{id}`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/desk_order.html")]
pub struct DeskOrderPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// Its own address.
    pub path: String,
    /// What was just done.
    pub notice: Option<String>,
    /// Number.
    pub number: String,
    /// Where it stands.
    pub chip: Chip,
    /// Sum, when it was made, whose money.
    pub facts: Vec<Fact>,
    /// Transfers.
    pub transfers: Vec<DeskTransferView>,
    /// Whether whoever looks may act.
    pub may_act: bool,
}

/// Something on which operator, books and bank disagree.
#[derive(Debug, Clone)]
pub struct DifferenceRow {
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub hint: String,
    /// Contract and day.
    pub about: String,
    /// Number of the payout, code of the order, title of the entry.
    pub name: String,
    /// Its order or entry.
    pub href: Option<String>,
    /// What the operator says.
    pub operator: String,
    /// What the books say.
    pub booked: String,
    /// What the bank says.
    pub bank: String,
    /// Kind, for the form.
    pub kind: &'static str,
    /// What it is about, for the form.
    pub subject: String,
}

/// What an operator passed on in one transfer.
#[derive(Debug, Clone)]
pub struct PayoutRow {
    /// Number or title.
    pub name: String,
    /// Contract and day.
    pub about: String,
    /// How many payments and refunds.
    pub lines: String,
    /// What payers paid.
    pub gross: String,
    /// What the operator kept.
    pub fee: String,
    /// What the bank should show.
    pub net: String,
    /// What the bank shows.
    pub chip: Chip,
    /// The entry that shows it.
    pub entry: Option<String>,
}

/// `/desk/payments/settlements`
#[derive(Debug, Clone, Template)]
#[template(path = "payments/settlements.html")]
pub struct SettlementsPage {
    /// The shell.
    pub page: Page,
    /// Texts of the page's language.
    pub t: &'static Texts,
    /// What was just done.
    pub notice: Option<String>,
    /// What is wrong with the form.
    pub faults: Vec<FieldFault>,
    /// What became of a file.
    pub taken: Option<super::TakenView>,
    /// Contracts whose files can be read.
    pub contracts: Vec<Choice>,
    /// Differences.
    pub differences: Vec<DifferenceRow>,
    /// Payouts, the latest first.
    pub payouts: Vec<PayoutRow>,
    /// Downloads of the differences.
    pub files: Vec<Link>,
    /// Whether whoever looks may act.
    pub may_act: bool,
}

impl SettlementsPage {
    fn fault(&self, field: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == field).map(|fault| fault.message.as_str())
    }
}

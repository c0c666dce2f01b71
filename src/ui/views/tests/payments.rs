//! Samples of the pages of paying online.

use askama::Template;

use super::{super::*, page};
use crate::{
    kernel::Lang,
    platform::i18n::texts,
    ui::{Nav, ResidentLook, StaffLook},
};

const LONG: &str = "Podatek od nieruchomości 2026, rata 3, ul. Bardzo Długa <b>i jeszcze dłuższa</b> 123/45";

fn own(lang: Lang, title: &str) -> crate::ui::Page {
    let resident =
        ResidentLook { name: "Anna Zmyślona".into(), level: "verified", ..ResidentLook::default() };
    crate::ui::Page { resident: Some(resident), ..page(lang, title, Nav::AccountPayments, "/x") }
}

fn desk(lang: Lang, title: &str) -> crate::ui::Page {
    let staff = StaffLook { name: "Sabina Skarbnik".into(), may: vec!["dues:read"], ..StaffLook::default() };
    crate::ui::Page { staff: Some(staff), ..page(lang, title, Nav::DeskPayments, "/x") }
}

fn faults(full: bool, fields: &[&'static str]) -> Vec<FieldFault> {
    let fault = |field: &&'static str| FieldFault { field, message: LONG.into() };
    if full { fields.iter().map(fault).collect() } else { Vec::new() }
}

fn choices(full: bool) -> Vec<Choice> {
    let choice = |n: usize| Choice { value: n.to_string(), label: LONG.into(), selected: n == 1 };
    if full { (0..3).map(choice).collect() } else { Vec::new() }
}

fn chip() -> Chip {
    Chip { look: "good", text: "Zapłacono".into() }
}

fn facts() -> Vec<Fact> {
    vec![Fact { title: LONG.into(), value: "61 1090 1014 0000 0712 1981 2874".into() }]
}

fn row(full: bool) -> CartRow {
    CartRow {
        id: "1".into(),
        title: LONG.into(),
        object: LONG.into(),
        term: "termin: 15 marca 2026".into(),
        late: full,
        owed: "do zapłaty 1234,50 zł, w tym odsetki i koszty 34,50 zł".into(),
        amount: "1234,50".into(),
        in_order: full.then(|| Link { href: "/x".into(), text: LONG.into() }),
        elsewhere: full,
    }
}

fn parts(full: bool) -> Vec<BookingPart> {
    let step = || BookingStep {
        title: LONG.into(),
        principal: "1200,00 zł".into(),
        interest: "34,50 zł".into(),
        cost: "0,00 zł".into(),
        why: "najdawniejsza zaległość (art. 62 § 1 zd. 2 OP, art. 55 § 2 OP)".into(),
    };
    let part = BookingPart {
        payer: "Zmyślona Piekarnia sp. z o.o.".into(),
        title: LONG.into(),
        amount: "1234,50 zł".into(),
        steps: if full { vec![step(), step()] } else { Vec::new() },
        rest: full.then(|| LONG.into()),
    };
    vec![part.clone(), part]
}

fn transfer(full: bool) -> TransferView {
    TransferView {
        place: 1,
        operator: "Przelewy24".into(),
        amount: "1234,50 zł".into(),
        chip: chip(),
        meaning: LONG.into(),
        parts: facts(),
        facts: facts(),
        go: full.then(|| "Zapłać".into()),
    }
}

fn residents(lang: Lang, full: bool) -> [(&'static str, String); 6] {
    let t = texts(lang);
    let some = |rows: Vec<CartRow>| if full { rows } else { Vec::new() };
    let payer = || CartPayer {
        name: "Anna Zmyślona".into(),
        rows: some(vec![row(true), row(false)]),
        others: some(vec![row(true), row(false)]),
    };
    let cart = CartPage {
        page: own(lang, &t.get("cart-title")),
        t,
        notice: full.then(|| LONG.into()),
        changes: if full { vec![LONG.into()] } else { Vec::new() },
        payers: vec![payer(), payer()],
        total: full.then(|| "1234,50 zł".into()),
        can_pay: full,
        faults: faults(full, &["amounts"]),
    };
    let operator = |selected| OperatorChoice {
        name: "Autopay",
        about: LONG.into(),
        selected,
        cannot: (full && !selected).then(|| LONG.into()),
    };
    let pay = PayPage {
        page: own(lang, &t.get("pay-title")),
        t,
        parts: parts(full),
        total: "1234,50 zł".into(),
        operators: vec![operator(true), operator(false)],
        banks: choices(full),
        paid_by: choices(full),
        transfers_only: full,
        minutes: 60,
        key: "key".into(),
        faults: faults(full, &["operator", "bank", "paid_by"]),
    };
    let go = PayGoPage {
        page: own(lang, "x"),
        t,
        operator: "Autopay",
        amount: "1234,50 zł".into(),
        title: LONG.into(),
        order: "/x".into(),
        link: full.then(|| "https://pay.example/x?a=1&b=2".into()),
        action: (!full).then(|| "https://pay.example/x".into()),
        fields: vec![("hashtrans".into(), "\"<b>".into())],
    };
    let line = || OrderLine {
        href: "/x".into(),
        number: "Z-1234567890".into(),
        titles: LONG.into(),
        amount: "1234,50 zł".into(),
        when: "3 grudnia 2026, 9:15".into(),
        chips: vec![chip()],
    };
    let orders = OrdersPage {
        page: own(lang, &t.get("orders-title")),
        t,
        rows: if full { vec![line(), line()] } else { Vec::new() },
        first: full.then(|| "/x".into()),
        next: full.then(|| "/x".into()),
    };
    let order = OrderPage {
        page: own(lang, "x"),
        t,
        path: "/x".into(),
        notice: full.then(|| LONG.into()),
        faults: faults(full, &["state"]),
        number: "Z-1234567890".into(),
        chip: chip(),
        meaning: LONG.into(),
        facts: facts(),
        transfers: vec![transfer(full), transfer(!full)],
        can_check: full,
        can_cancel: full,
        receipt: full.then(|| "/x".into()),
    };
    let receipt = ReceiptPage {
        page: own(lang, "x"),
        t,
        order: "/x".into(),
        number: "Z-1234567890".into(),
        facts: facts(),
        parts: parts(full),
        total: "1234,50 zł".into(),
    };
    [
        (if full { "cart" } else { "cart-empty" }, cart.render().unwrap()),
        (if full { "pay-faults" } else { "pay" }, pay.render().unwrap()),
        (if full { "pay-go-link" } else { "pay-go-form" }, go.render().unwrap()),
        (if full { "orders" } else { "orders-empty" }, orders.render().unwrap()),
        (if full { "order" } else { "order-over" }, order.render().unwrap()),
        (if full { "receipt" } else { "receipt-plain" }, receipt.render().unwrap()),
    ]
}

fn treasurers(lang: Lang, full: bool) -> [(&'static str, String); 3] {
    let t = texts(lang);
    let some = |n: usize| if full { n } else { 0 };
    let alarm = |id| AlarmLine {
        id,
        text: LONG.into(),
        details: "bad-signature".into(),
        contract: "autopay".into(),
        when: "3 grudnia 2026, 9:15".into(),
        order: (id == 1).then(|| Link { href: "/x".into(), text: "Z-1234567890".into() }),
    };
    let line = || DeskPaymentRow {
        href: "/x".into(),
        number: "Z-1234567890".into(),
        code: "1234567890".into(),
        contract: "przelewy24".into(),
        amount: "1234,50 zł".into(),
        chips: vec![chip(), chip()],
        when: "zapłacono 3 grudnia 2026".into(),
    };
    let taking = || TakingRow {
        contract: "autopay".into(),
        count: "12".into(),
        amount: "1234,50 zł".into(),
        back: "0,00 zł".into(),
    };
    let event = |alarm| PaymentEventRow {
        when: "3 grudnia 2026, 9:15".into(),
        what: LONG.into(),
        source: "powiadomienie operatora".into(),
        details: "1234,50 zł, REM0001".into(),
        answer: full.then(|| "200 <b>OK</b>".into()),
        alarm,
    };
    let list = DeskPaymentsPage {
        page: desk(lang, &t.get("desk-payments-title")),
        t,
        notice: full.then(|| LONG.into()),
        alarms: (1..).take(some(2)).map(alarm).collect(),
        takings_title: t.args("desk-payments-takings", &[("date", "3 grudnia 2026".into())]),
        takings: std::iter::repeat_with(taking).take(some(2)).collect(),
        q: LONG.into(),
        day: "2026-12-03".into(),
        states: choices(true),
        rows: std::iter::repeat_with(line).take(some(3)).collect(),
        first: full.then(|| "/x".into()),
        next: full.then(|| "/x".into()),
        may_act: full,
    };
    let view = DeskTransferView {
        view: transfer(false),
        refund: full.then(|| LONG.into()),
        backs: match full {
            true => vec![AmountField {
                id: "1-back-1".into(),
                name: "back-1".into(),
                label: "Podatek zmyślony".into(),
                most: "12,50\u{a0}zł".into(),
                value: "12,50".into(),
            }],
            false => Vec::new(),
        },
        back_key: uuid::Uuid::nil(),
        back_fault: full.then(|| "Wpisz kwoty w złotych".into()),
        refund_hint: (!full).then(|| LONG.into()),
        can_ask: full,
        events: vec![event(true), event(false)],
    };
    let order = DeskOrderPage {
        page: desk(lang, "x"),
        t,
        path: "/x".into(),
        notice: full.then(|| LONG.into()),
        number: "Z-1234567890".into(),
        chip: chip(),
        facts: facts(),
        transfers: vec![view.clone(), view],
        may_act: full,
    };
    let difference = || DifferenceRow {
        what: LONG.into(),
        hint: LONG.into(),
        about: "autopay · 3 grudnia 2026".into(),
        name: LONG.into(),
        href: full.then(|| "/x".into()),
        operator: "100,00 zł".into(),
        booked: "–".into(),
        bank: "98,00 zł".into(),
        kind: "sum-differs",
        subject: "1".into(),
    };
    let payout = || PayoutRow {
        name: LONG.into(),
        about: "autopay · 3 grudnia 2026".into(),
        lines: "12".into(),
        gross: "100,00 zł".into(),
        fee: "1,00 zł".into(),
        net: "99,00 zł".into(),
        chip: chip(),
        entry: full.then(|| "/x".into()),
    };
    let taken = TakenView {
        look: "bad",
        title: LONG.into(),
        why: Some(LONG.into()),
        facts: facts(),
        statements: Vec::new(),
    };
    let settlements = SettlementsPage {
        page: desk(lang, &t.get("settlements-title")),
        t,
        notice: full.then(|| LONG.into()),
        faults: std::iter::once(FieldFault { field: "file", message: LONG.into() }).take(some(1)).collect(),
        taken: full.then_some(taken),
        contracts: if full { choices(true) } else { Vec::new() },
        differences: std::iter::repeat_with(difference).take(some(2)).collect(),
        payouts: std::iter::repeat_with(payout).take(some(2)).collect(),
        files: vec![Link { href: "/x".into(), text: "Pobierz CSV".into() }],
        may_act: full,
    };
    [
        (if full { "desk-settlements" } else { "desk-settlements-empty" }, settlements.render().unwrap()),
        (if full { "desk-payments" } else { "desk-payments-empty" }, list.render().unwrap()),
        (if full { "desk-payment" } else { "desk-payment-plain" }, order.render().unwrap()),
    ]
}

/// All pages, full and empty.
pub(super) fn samples(lang: Lang) -> Vec<(&'static str, String)> {
    let mut samples = Vec::new();
    for full in [true, false] {
        samples.extend(residents(lang, full));
        samples.extend(treasurers(lang, full));
    }
    samples
}

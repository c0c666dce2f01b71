//! The treasurer's desk: search, card of account, one booking, arrears by age, unexplained money.

use axum::{extract::State, response::Response};
use chrono::NaiveDate;
use law::allocation::{Allocation, Limits};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    agreements::agreement_blocks,
    desk_sheet, fault, id,
    interest_notes::note_blocks,
    overview::arrears_chart,
    own::{account_blocks, amount_of, figures, history},
};
use crate::{
    dues::{
        Dues,
        desk::Age,
        view::View,
        words::{allocation_table, read_day, short_day},
    },
    kernel::Params,
    parties::{PURPOSES, Purpose, SearchFault, purpose_text},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    ui::{
        Here,
        list_file::{SPREADSHEETS, downloads},
        local_time::{day_of, day_text, instant_text},
        money::money,
        views::{Block, Cell, Chip, Choice, Fact, Field, Form, Item, Link, Sheet, Table},
    },
};

/// Where the desk begins.
pub(super) const START: &str = "/desk/dues";

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// The page of a payer, for a purpose.
pub(super) fn payer_href(payer: Uuid, purpose: &str, note: &str) -> String {
    format!("{START}/payers/{payer}?purpose={}&note={}", encoded(purpose), encoded(note))
}

pub(super) fn back_to_start(t: &Texts) -> Option<Link> {
    Some(Link { href: START.to_owned(), text: t.get("desk-dues-title") })
}

fn purpose_fields(t: &Texts, purpose: &str, note: &str) -> Vec<Field> {
    let choice =
        |value: &str, label: String| Choice { value: value.to_owned(), label, selected: value == purpose };
    let mut choices = vec![choice("", t.get("look-purpose-choose"))];
    choices.extend(PURPOSES.iter().map(|name| choice(name, purpose_text(t, name, None))));
    choices.push(choice("other", t.get("look-for-other")));
    vec![
        Field::Choice("purpose", t.get("look-purpose-label"), choices),
        Field::Line(
            "note",
            t.get("look-note-label"),
            t.get("look-note-hint"),
            note.to_owned(),
            "type=\"text\" autocomplete=\"off\" maxlength=\"200\"",
        ),
    ]
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct SearchForm {
    q: String,
    purpose: String,
    note: String,
}

pub(super) async fn start(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let sheet =
        start_sheet(&dues, &ctx, &SearchForm { purpose: "case".to_owned(), ..SearchForm::default() }).await?;
    desk_sheet(&dues, &ctx, &here, sheet)
}

async fn start_sheet(dues: &Dues, ctx: &Ctx, form: &SearchForm) -> Result<Sheet, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = Sheet::new(t.get("desk-dues-title"));
    let mut fields = vec![Field::Line(
        "q",
        t.get("desk-dues-search"),
        t.get("desk-dues-search-hint"),
        form.q.clone(),
        "type=\"search\" autocomplete=\"off\" maxlength=\"100\"",
    )];
    fields.extend(purpose_fields(t, &form.purpose, &form.note));
    sheet.blocks.push(Block::Form(Form {
        action: START.to_owned(),
        fields,
        button: t.get("search-button"),
        first: true,
        ..Form::default()
    }));
    let books = dues.books(ctx).await?;
    let figure = |key: &str, value: i64, text: String| Item {
        title: t.get(key),
        value: money(t, value),
        text,
        ..Item::default()
    };
    let count = |n: i64| t.count(u64::try_from(n).unwrap_or(0));
    sheet.blocks.push(Block::Heading(t.get("desk-dues-books")));
    sheet.blocks.push(Block::Figures(vec![
        figure("ledger-receivable", books.balance("receivable"), String::new()),
        figure(
            "desk-dues-overpaid",
            books.overpaid_grosze,
            t.args("desk-dues-payers", &[("n", count(books.overpaid).into())]),
        ),
        figure("ledger-unexplained", -books.balance("unexplained"), String::new()),
    ]));
    sheet.blocks.push(Block::Links(vec![
        Link { href: format!("{START}/takings"), text: t.get("overview-takings-title") },
        Link { href: format!("{START}/arrears"), text: t.get("desk-arrears-title") },
        Link { href: format!("{START}/unexplained"), text: t.get("desk-unexplained-title") },
        Link { href: format!("{START}/reminders"), text: t.get("reminders-title") },
        Link { href: format!("{START}/kinds"), text: t.get("desk-kinds-title") },
        Link { href: format!("{START}/rates/tax_arrears"), text: t.get("desk-rates-title") },
    ]));
    let rows = books.balances.iter().map(|(account, balance)| {
        vec![Cell::text(t.get(&format!("ledger-{account}"))), Cell::number(money(t, *balance))]
    });
    let mut rows: Vec<_> = rows.collect();
    let sum = books.balances.iter().map(|(_, balance)| balance).sum();
    rows.push(vec![Cell::text(t.get("ledger-sum")), Cell::number(money(t, sum))]);
    sheet.blocks.push(Block::Folded(
        t.get("ledger-title"),
        Table {
            caption: t.get("ledger-title"),
            head: vec![(t.get("ledger-account"), false), (t.get("ledger-balance"), true)],
            rows,
        },
    ));
    Ok(sheet)
}

pub(super) async fn search(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    ProtectedForm(form): ProtectedForm<SearchForm>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut sheet = start_sheet(&dues, &ctx, &form).await?;
    let q: String = form.q.trim().chars().take(100).collect();
    match Purpose::read(&form.purpose, &form.note) {
        None => sheet.faults.push(fault("purpose", t.get("look-purpose-fault"))),
        Some(why) => match dues.search(&ctx, &q, &why).await? {
            Err(SearchFault::TooShort) => sheet.faults.push(fault("q", t.get("residents-too-short"))),
            Err(SearchFault::NoNumber) => sheet.faults.push(fault("q", t.get("residents-no-number"))),
            Ok(found) => {
                let item = |hit: crate::parties::Hit| Item {
                    href: Some(payer_href(hit.party.id, &form.purpose, &form.note)),
                    title: hit.party.name,
                    text: hit.email.unwrap_or_default(),
                    ..Item::default()
                };
                let block = if found.hits.is_empty() {
                    Block::Empty(t.get("residents-none"))
                } else {
                    Block::Items(found.hits.into_iter().map(item).collect())
                };
                // Found people stand above all else.
                sheet.blocks.insert(1, block);
                sheet.blocks.insert(1, Block::Heading(t.get("residents-found")));
                if found.more {
                    sheet.blocks.insert(3, Block::Text(t.get("residents-more")));
                }
            }
        },
    }
    desk_sheet(&dues, &ctx, &here, sheet)
}

pub(super) async fn payer(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(payer): Path<String>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let payer = id(&payer)?;
    let purpose = params.text("purpose").unwrap_or_default();
    let note = params.text("note").unwrap_or_default();
    let on = params.text("on").as_deref().and_then(read_day).unwrap_or_else(|| day_of(ctx.now));
    let done = params.text("done");
    params.finish()?;
    let Some(why) = Purpose::read(&purpose, &note) else {
        let mut sheet = Sheet::new(t.get("look-title"));
        sheet.lead = Some(t.get("look-lead"));
        sheet.back = back_to_start(t);
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/payers/{payer}"),
            asks: true,
            fields: purpose_fields(t, &purpose, &note),
            button: t.get("look-button"),
            first: true,
        }));
        return desk_sheet(&dues, &ctx, &here, sheet);
    };
    dues.look(&ctx, payer, &why).await?;
    let view = dues.view(&ctx, payer, on).await?;
    let mut sheet = Sheet::new(view.name.clone());
    sheet.caption = Some(t.get("desk-card-title"));
    sheet.back = back_to_start(t);
    sheet.notice =
        done.filter(|done| DONE.contains(&done.as_str())).map(|done| t.get(&format!("desk-done-{done}")));
    sheet.blocks.push(Block::Form(Form {
        action: format!("{START}/payers/{payer}"),
        asks: true,
        fields: vec![
            Field::Line(
                "on",
                t.get("desk-card-on"),
                t.get("desk-card-on-hint"),
                on.to_string(),
                "type=\"date\"",
            ),
            Field::Hidden("purpose", purpose.clone()),
            Field::Hidden("note", note.clone()),
        ],
        button: t.get("desk-card-show"),
        first: false,
    }));
    sheet.blocks.push(figures(t, &view));
    if ctx.may(Permission::DuesManage, None) {
        manage_blocks(&ctx, t, &view, &purpose, &note, &mut sheet)?;
    }
    // By the books of an earlier day a decision may stand that is taken back by now.
    let may_end = ctx.may(Permission::DuesManage, None) && on == day_of(ctx.now);
    let end = may_end.then(|| format!("purpose={}&note={}", encoded(&purpose), encoded(&note)));
    agreement_blocks(t, &view, &mut sheet, end.as_deref());
    for account in &view.accounts {
        let name = view.kind_name(ctx.lang, &account.kind);
        sheet.blocks.push(Block::Heading(format!("{name}: {}", account.object)));
        if let Some(asset) = account.asset {
            let link = Link { href: format!("/desk/assets/{asset}"), text: t.get("desk-card-thing") };
            sheet.blocks.push(Block::Links(vec![link]));
        }
        account_blocks(&ctx, t, &view, account.id, &mut sheet, |stood| {
            Some(format!("{START}/instalments/{}", stood.instalment.id))
        });
        let links: Vec<Link> = view
            .assessments
            .iter()
            .filter(|row| row.account == account.id)
            .map(|row| Link {
                href: format!("{START}/assessments/{}", row.id),
                text: t.args("desk-assessment-link", &[("decision", row.decision.clone().into())]),
            })
            .collect();
        if !links.is_empty() && ctx.may(Permission::DuesManage, None) {
            sheet.blocks.push(Block::Links(links));
        }
    }
    if view.accounts.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("desk-card-empty")));
    }
    note_blocks(t, &view.notes, START, &mut sheet);
    history(&ctx, t, &view, None, &mut sheet);
    desk_sheet(&dues, &ctx, &here, sheet)
}

/// What a page may say that was done.
const DONE: [&str; 12] = [
    "agreed",
    "agreement-ended",
    "assessed",
    "waits",
    "corrected",
    "delivered",
    "remitted",
    "deferred",
    "reminded",
    "offset",
    "refunded",
    "nothing",
];

/// A new assessment, a payment at the cash desk, and what the law proposes for an overpayment.
fn manage_blocks(
    ctx: &Ctx,
    t: &Texts,
    view: &View,
    purpose: &str,
    note: &str,
    sheet: &mut Sheet,
) -> Result<(), Failure> {
    let payer = view.payer;
    let query = format!("purpose={}&note={}", encoded(purpose), encoded(note));
    let mut links = vec![Link {
        href: format!("{START}/payers/{payer}/assess?{query}"),
        text: t.get("desk-assess-title"),
    }];
    if view.stood.iter().any(|stood| stood.standing.is_arrear && stood.standing.principal_grosze > 0) {
        let href = format!("{START}/payers/{payer}/agreement?{query}");
        links.push(Link { href, text: t.get("agreement-title") });
    }
    let civil_interest =
        view.stood.iter().any(|stood| !stood.regime.is_tax() && stood.standing.interest_grosze > 0);
    if civil_interest {
        let href = format!("{START}/payers/{payer}/interest-note?{query}");
        links.push(Link { href, text: t.get("note-draft-title") });
    }
    sheet.blocks.push(Block::Links(links));
    let hidden = |key: bool| {
        let mut fields =
            vec![Field::Hidden("purpose", purpose.to_owned()), Field::Hidden("note", note.to_owned())];
        if key {
            fields.push(Field::Hidden("key", Uuid::now_v7().to_string()));
        }
        fields
    };
    let open: Vec<_> = view.stood.iter().filter(|stood| stood.to_pay_grosze() > 0).collect();
    if !open.is_empty() {
        let mut choices =
            vec![Choice { value: String::new(), label: t.get("desk-cash-any"), selected: true }];
        choices.extend(open.iter().map(|stood| Choice {
            value: stood.instalment.id.to_string(),
            label: format!(
                "{} – {}",
                view.name_of(ctx.lang, &stood.instalment.id.to_string()),
                money(t, stood.to_pay_grosze())
            ),
            selected: false,
        }));
        let mut fields = hidden(true);
        fields.push(Field::Line(
            "amount",
            t.get("desk-cash-amount"),
            t.get("desk-amount-hint"),
            String::new(),
            "type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" maxlength=\"20\"",
        ));
        fields.push(Field::Choice("named", t.get("desk-cash-named"), choices));
        fields.push(Field::Choice(
            "by",
            t.get("desk-cash-by"),
            ["payer", "close", "stranger"]
                .into_iter()
                .map(|by| Choice {
                    value: by.to_owned(),
                    label: t.get(&format!("desk-cash-by-{by}")),
                    selected: by == "payer",
                })
                .collect(),
        ));
        sheet.blocks.push(Block::Heading(t.get("desk-cash-title")));
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/payers/{payer}/cash"),
            fields,
            button: t.get("desk-cash-button"),
            first: true,
            ..Form::default()
        }));
    }
    if view.overpaid_grosze > 0 {
        let limits = Limits::on(&view.rules.tables, view.on).ok();
        let small = limits.is_some_and(|limits| view.overpaid_grosze <= limits.small_overpayment_grosze);
        let owed = view.stood.iter().any(|stood| stood.regime.is_tax() && stood.to_pay_grosze() > 0);
        let proposal = match (owed, small) {
            (true, _) => "desk-overpaid-offset",
            (false, true) => "desk-overpaid-keep",
            (false, false) => "desk-overpaid-refund",
        };
        sheet.blocks.push(Block::Heading(t.get("desk-overpaid-title")));
        let amount = money(t, view.overpaid_grosze);
        sheet.blocks.push(Block::Notice(t.args(proposal, &[("amount", amount.into())])));
        for (path, button, wanted) in
            [("offset", "desk-overpaid-offset-button", owed), ("refund", "desk-overpaid-refund-button", true)]
        {
            if wanted {
                sheet.blocks.push(Block::Form(Form {
                    action: format!("{START}/payers/{payer}/{path}"),
                    fields: hidden(true),
                    button: t.get(button),
                    ..Form::default()
                }));
            }
        }
    }
    Ok(())
}

pub(super) async fn entry(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(entry): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let (entry, postings, names) = dues.entry_seen(&ctx, id(&entry)?).await?;
    let mut sheet = Sheet::new(t.get(&format!("due-entry-{}", entry.kind)));
    sheet.caption = Some(t.args("desk-entry-number", &[("n", entry.number.to_string().into())]));
    sheet.back = back_to_start(t);
    let fact = |key: &str, value: String| Fact { title: t.get(key), value };
    let mut facts = vec![
        fact("desk-entry-on", day_text(entry.on_day, t)),
        fact("desk-entry-booked", day_text(entry.booked_on, t)),
        fact("desk-entry-source", format!("{} {}", entry.source_kind, entry.source_id)),
        fact("desk-entry-by", format!("{}, {}", entry.entered_by, instant_text(entry.entered_at, t))),
    ];
    if !entry.title.is_empty() {
        facts.push(fact("desk-entry-title", entry.title.clone()));
    }
    facts.extend(amount_of(&entry).map(|grosze| fact("due-col-amount", money(t, grosze))));
    sheet.blocks.push(Block::Facts(facts));
    let name_of = |debt: &str| {
        names.iter().find(|(id, _)| id == debt).map_or_else(|| debt.to_owned(), |(_, name)| name.clone())
    };
    let rows = postings.iter().map(|posting| {
        let instalment =
            posting.of.map(|(instalment, _)| name_of(&instalment.to_string())).unwrap_or_default();
        let amount = money(t, posting.amount_grosze.abs());
        let (debit, credit) =
            if posting.amount_grosze > 0 { (amount, String::new()) } else { (String::new(), amount) };
        vec![
            Cell::text(t.get(&format!("ledger-{}", posting.account.name()))),
            Cell::text(instalment),
            Cell::number(debit),
            Cell::number(credit),
        ]
    });
    sheet.blocks.push(Block::Table(Table {
        caption: t.get("desk-entry-postings"),
        head: vec![
            (t.get("ledger-account"), false),
            (t.get("due-col-due"), false),
            (t.get("ledger-debit"), true),
            (t.get("ledger-credit"), true),
        ],
        rows: rows.collect(),
    }));
    let allocation = entry.details.get("allocation").cloned();
    let allocation = allocation.and_then(|kept| serde_json::from_value::<Allocation>(kept).ok());
    if let Some(allocation) = allocation.filter(|allocation| !allocation.parts.is_empty()) {
        sheet.blocks.push(Block::Heading(t.get("due-split-title")));
        sheet.blocks.push(Block::Table(allocation_table(t, &allocation, name_of)));
    }
    let can = matches!(entry.kind.as_str(), "payment" | "hold" | "offset") && entry.reversed_by.is_none();
    if entry.reversed_by.is_some() {
        sheet.blocks.push(Block::Notice(t.get("due-entry-reversed")));
    } else if can && ctx.may(Permission::DuesManage, None) {
        sheet.blocks.push(Block::Form(Form {
            action: format!("{START}/entries/{}/reverse", entry.id),
            fields: vec![Field::Line(
                "why",
                t.get("desk-reverse-why"),
                String::new(),
                String::new(),
                "type=\"text\" autocomplete=\"off\" maxlength=\"200\"",
            )],
            button: t.get("desk-reverse-button"),
            ..Form::default()
        }));
    }
    desk_sheet(&dues, &ctx, &here, sheet)
}

/// Accounts of dues of a thing of the registry; who pays stands behind a purpose.
pub(super) async fn thing(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    Path(asset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let asset = id(&asset)?;
    let (rules, accounts) = dues.of_thing(&ctx, asset).await?;
    let mut sheet = Sheet::new(t.get("desk-thing-title"));
    sheet.back = Some(Link { href: format!("/desk/assets/{asset}"), text: t.get("desk-card-thing") });
    let today = day_of(ctx.now);
    let item = |account: &crate::dues::store::assess::AccountRow| Item {
        href: Some(format!("{START}/payers/{}", account.party)),
        title: rules.name_on(ctx.lang, &account.kind, today),
        text: account.object.clone(),
        ..Item::default()
    };
    sheet.blocks.push(if accounts.is_empty() {
        Block::Empty(t.get("desk-card-empty"))
    } else {
        Block::Items(accounts.iter().map(item).collect())
    });
    desk_sheet(&dues, &ctx, &here, sheet)
}

pub(super) async fn arrears(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let on: NaiveDate = params.text("on").as_deref().and_then(read_day).unwrap_or_else(|| day_of(ctx.now));
    params.finish()?;
    let (rules, ages) = dues.arrears(&ctx, on).await?;
    let mut sheet = Sheet::new(t.get("desk-arrears-title"));
    sheet.lead = Some(t.args("desk-arrears-lead", &[("day", day_text(on, t).into())]));
    sheet.back = back_to_start(t);
    let mut head = vec![(t.get("due-col-kind"), false)];
    head.extend(Age::ALL.iter().map(|age| (t.get(&format!("desk-age-{}", age.name())), true)));
    head.push((t.get("ledger-sum"), true));
    let mut rows = Vec::new();
    for kind in &rules.order {
        let of_kind = |age: Age| -> i64 {
            ages.iter()
                .filter(|(code, one, _)| code == kind && *one == age)
                .map(|(_, _, grosze)| grosze)
                .sum()
        };
        let sum: i64 = Age::ALL.iter().map(|age| of_kind(*age)).sum();
        if sum == 0 {
            continue;
        }
        let name = rules.kinds.get(kind).and_then(|kind| kind.on(on));
        let mut row = vec![Cell::text(name.map_or(kind.as_str(), |setting| setting.name(ctx.lang)))];
        row.extend(Age::ALL.iter().map(|age| Cell::number(money(t, of_kind(*age)))));
        row.push(Cell::number(money(t, sum)));
        rows.push(row);
    }
    if rows.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("desk-arrears-none")));
    } else {
        let of_law = ages.iter().filter_map(|(code, age, grosze)| {
            rules.kinds.get(code).map(|kind| (kind.regime.is_tax(), *age, *grosze))
        });
        sheet.blocks.push(arrears_chart(t, &of_law.collect::<Vec<_>>()));
        let query = format!("?on={on}");
        sheet.blocks.push(Block::Links(downloads(
            t,
            &format!("{START}/arrears/list"),
            &query,
            &SPREADSHEETS,
        )));
        sheet.blocks.push(Block::Table(Table { caption: t.get("desk-arrears-title"), head, rows }));
        sheet.blocks.push(Block::Text(t.get("desk-arrears-note")));
    }
    desk_sheet(&dues, &ctx, &here, sheet)
}

pub(super) async fn unexplained(
    ctx: Ctx,
    here: Here,
    State(dues): State<Dues>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let done = params.text("done");
    params.finish()?;
    let held = dues.unexplained(&ctx).await?;
    let mut sheet = Sheet::new(t.get("desk-unexplained-title"));
    sheet.lead = Some(t.get("desk-unexplained-lead"));
    sheet.back = back_to_start(t);
    sheet.notice = done.filter(|done| done == "settled").map(|_| t.get("desk-done-settled"));
    if held.is_empty() {
        sheet.blocks.push(Block::Empty(t.get("desk-unexplained-none")));
    }
    for (entry, grosze) in held {
        let note = entry.details.get("note").and_then(serde_json::Value::as_str).unwrap_or_default();
        let said: Vec<String> =
            [short_day(entry.on_day), note.to_owned()].into_iter().filter(|part| !part.is_empty()).collect();
        sheet.blocks.push(Block::Items(vec![Item {
            href: Some(format!("{START}/entries/{}", entry.id)),
            title: if entry.title.is_empty() { t.get("due-entry-hold") } else { entry.title.clone() },
            text: said.join(" · "),
            value: money(t, grosze),
            chips: entry
                .party
                .map(|_| Chip { look: "unsure", text: t.get("desk-unexplained-payer-known") })
                .into_iter()
                .collect(),
        }]));
        if ctx.may(Permission::DuesManage, None) {
            sheet.blocks.push(Block::Form(Form {
                action: format!("{START}/unexplained/{}/settle", entry.id),
                fields: vec![Field::Line(
                    "token",
                    t.get("desk-unexplained-token"),
                    t.get("desk-unexplained-token-hint"),
                    dues.token_in(&entry.title),
                    "type=\"text\" autocomplete=\"off\" maxlength=\"40\"",
                )],
                button: t.get("desk-unexplained-settle"),
                ..Form::default()
            }));
        }
    }
    desk_sheet(&dues, &ctx, &here, sheet)
}

/// The balance of the ledger that a name stands for.
impl crate::dues::desk::Books {
    fn balance(&self, account: &str) -> i64 {
        self.balances.iter().find(|(name, _)| name == account).map_or(0, |(_, balance)| *balance)
    }
}

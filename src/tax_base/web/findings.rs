//! The list of findings with its map, one finding, and what is said of it.

use axum::{extract::State, response::Response};
use chrono::{Datelike, NaiveDate};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{DAY, START, back, fault, files::FORMATS, id, sheet};
use crate::{
    kernel::{Limit, ParamError, Params},
    platform::{
        Ctx,
        http::{Failure, ProtectedForm, json as answer},
        i18n::{Texts, texts},
    },
    tax_base::{
        TaxBase,
        model::{Kind, Mark},
        store::{
            declarations::{Entered, Payer},
            runs::{Found, Order, Run, Tally, Wanted},
        },
        words::{
            area_text, declared_lines, difference_text, failure_text, kind_hint, kind_text, mark_chip,
            mark_text, registered_lines, successors_text, summary, tax_text, use_text,
        },
    },
    ui::{
        Here, Nav, html_with,
        list_file::download,
        local_time::{day_of, day_text, instant_text},
        money::money,
        see_other, unkept,
        views::{
            Block, Cell, Chip, Choice, Fact, Field, Form, Link, Sheet, Table, TaxBaseHead, TaxBaseKind,
            TaxBasePage, TaxBaseRow,
        },
    },
};

/// Findings of a page.
const PAGE: i64 = 50;
/// The last page.
const MOST_PAGES: i64 = 4_000;
/// Findings that a map is given at most.
const MOST_ON_MAP: u32 = 5_000;

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// What of the findings is asked for.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) run: Option<Uuid>,
    pub(super) kind: Option<Kind>,
    pub(super) mark: Option<Mark>,
    pub(super) parcel: String,
    pub(super) order: Order,
}

impl Asked {
    pub(super) fn take(params: &mut Params) -> Result<Self, ParamError> {
        let one_of = |name: &str, known: String| ParamError::new(name, format!("must be one of {known}"));
        let kind = params.text("kind");
        let kind = kind
            .map(|name| {
                Kind::from_name(&name).ok_or_else(|| one_of("kind", Kind::ALL.map(Kind::name).join(", ")))
            })
            .transpose()?;
        let mark = params.text("mark");
        let mark = mark
            .map(|name| {
                Mark::from_name(&name).ok_or_else(|| one_of("mark", Mark::ALL.map(Mark::name).join(", ")))
            })
            .transpose()?;
        let order = params.text("sort");
        let order = order
            .map(|name| {
                Order::from_name(&name).ok_or_else(|| one_of("sort", Order::ALL.map(Order::name).join(", ")))
            })
            .transpose()?
            .unwrap_or(Order::Parcel);
        let parcel = params.text("parcel").unwrap_or_default().trim().chars().take(60).collect();
        Ok(Self { run: params.parse("run", "the id of a comparison")?, kind, mark, parcel, order })
    }

    pub(super) fn wanted(&self, skip: i64, most: i64) -> Wanted {
        Wanted {
            kind: self.kind,
            mark: self.mark,
            parcel: self.parcel.clone(),
            bbox: None,
            order: self.order,
            skip,
            most,
        }
    }

    /// The same as a query, with another order or page.
    fn query(&self, run: Uuid) -> Vec<(&'static str, String)> {
        let mut query = vec![("run", run.to_string())];
        query.extend(self.kind.map(|kind| ("kind", kind.name().to_owned())));
        query.extend(self.mark.map(|mark| ("mark", mark.name().to_owned())));
        if !self.parcel.is_empty() {
            query.push(("parcel", self.parcel.clone()));
        }
        query
    }

    fn address(&self, base: &str, run: Uuid, more: &[(&'static str, String)]) -> String {
        let query: Vec<String> = self
            .query(run)
            .iter()
            .chain(more)
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        format!("{base}?{}", query.join("&"))
    }
}

pub(super) fn finding_href(run: Uuid, key: &str) -> String {
    format!("{START}/finding?run={run}&key={}", encoded(key))
}

pub(super) async fn overview(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let asked = Asked::take(&mut params)?;
    let number: i64 = params.parse("page", "a whole number from 1")?.unwrap_or(1);
    let number = number.clamp(1, MOST_PAGES);
    let done = params.text("done");
    params.finish()?;
    let newest = tax_base.newest(&ctx).await?;
    let run = tax_base.run(&ctx, asked.run).await?;
    let under_way = newest.as_ref().filter(|run| TaxBase::is_alive(&ctx, run));
    let failed = newest.as_ref().filter(|run| run.state != "done" && !TaxBase::is_alive(&ctx, run));
    let mut page =
        tax_base.site.page(&ctx, &Here(START.to_owned()), Nav::DeskTaxBase, t.get("tax-base-title"));
    let mut view = TaxBasePage {
        t,
        notice: done.filter(|done| done == "compared").map(|_| t.get("tax-base-compared")),
        under_way: under_way
            .map(|run| t.args("tax-base-under-way", &[("day", day_text(run.on_day, t).into())])),
        failure: failed.map(|run| failure_text(t, run.failure.as_deref())),
        day: day_of(ctx.now).to_string(),
        head: None,
        kinds: Vec::new(),
        rows: Vec::new(),
        kind: asked.kind.map(Kind::name).unwrap_or_default().to_owned(),
        marks: mark_choices(t, asked.mark, Some(t.get("tax-base-any-mark"))),
        parcel: asked.parcel.clone(),
        sort: Order::ALL
            .into_iter()
            .map(|order| Choice {
                value: order.name().to_owned(),
                label: order_text(t, order),
                selected: order == asked.order,
            })
            .collect(),
        items: String::new(),
        files: Vec::new(),
        first: None,
        next: None,
        has_map: false,
        page: page.clone(),
    };
    if let Some(run) = run {
        let mut rows = tax_base.findings(&ctx, run.id, &asked.wanted((number - 1) * PAGE, PAGE + 1)).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
        let (tallies, extent) = tax_base.tallies(&ctx, run.id).await?;
        if let Some(extent) = extent {
            let mut map = tax_base.site.map(&page, Some(with_room(extent)));
            map.texts = vec!["imports-js-"];
            page.map = Some(map);
            view.has_map = true;
        }
        view.page = page;
        view.head = Some(head(t, &run, &tallies));
        view.kinds = kinds(t, &asked, run.id, &tallies);
        view.rows = rows.iter().map(|found| row(t, run.id, found)).collect();
        view.items = asked.address("/api/desk/tax-base/findings", run.id, &[]);
        let sorted = ("sort", asked.order.name().to_owned());
        view.files = FORMATS
            .map(|format| {
                let path = format!("{START}/runs/{}/findings.{}", run.id, format.file_ending());
                download(t, format, asked.address(&path, run.id, std::slice::from_ref(&sorted)))
            })
            .into();
        view.first = (number > 1).then(|| asked.address(START, run.id, std::slice::from_ref(&sorted)));
        view.next =
            more.then(|| asked.address(START, run.id, &[sorted.clone(), ("page", (number + 1).to_string())]));
    }
    Ok(unkept(html_with(axum::http::StatusCode::OK, &view)?))
}

/// A little more than what things lie in.
fn with_room([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let room = |from: f64, to: f64| ((to - from) * 0.05).max(0.0005);
    let (x, y) = (room(west, east), room(south, north));
    [west - x, south - y, east + x, north + y]
}

fn order_text(t: &Texts, order: Order) -> String {
    t.get(match order {
        Order::Parcel => "tax-base-sort-parcel",
        Order::Difference => "tax-base-sort-difference",
        Order::Tax => "tax-base-sort-tax",
    })
}

fn mark_choices(t: &Texts, chosen: Option<Mark>, any: Option<String>) -> Vec<Choice> {
    let none = any.map(|label| Choice { value: String::new(), label, selected: chosen.is_none() });
    let marks = Mark::ALL.into_iter().map(|mark| Choice {
        value: mark.name().to_owned(),
        label: mark_text(t, mark),
        selected: chosen == Some(mark),
    });
    none.into_iter().chain(marks).collect()
}

fn head(t: &Texts, run: &Run, tallies: &[Tally]) -> TaxBaseHead {
    let count = |name: &str| run.counts.get(name).and_then(Value::as_u64).unwrap_or(0);
    let fact = |key: &str, name: &str| Fact { title: t.get(key), value: t.count(count(name)) };
    let findings: i64 = tallies.iter().map(|tally| tally.count).sum();
    let open: i64 = tallies.iter().filter(|tally| tally.mark == "open").map(|tally| tally.count).sum();
    let tax: i64 = tallies.iter().map(|tally| tally.tax_grosze).sum();
    let without: i64 = tallies.iter().map(|tally| tally.without_tax).sum();
    let plain = |n: i64| t.count(u64::try_from(n).unwrap_or(0));
    let mut facts = vec![
        Fact { title: t.get("tax-base-findings"), value: plain(findings) },
        Fact { title: t.get("tax-base-open"), value: plain(open) },
    ];
    let area = tallies.iter().map(|tally| tally.difference_dm2).fold(0, i64::saturating_add);
    facts.push(Fact { title: t.get("tax-base-difference-sum"), value: area_text(t, area) });
    facts.push(Fact {
        title: t.get("tax-base-tax-sum"),
        value: if findings == without && findings > 0 {
            t.args("tax-base-no-rates", &[("year", run.on_day.year().to_string().into())])
        } else {
            money(t, tax)
        },
    });
    facts.extend([
        fact("tax-base-count-parcels", "parcels"),
        fact("tax-base-count-in-order", "in_order"),
        fact("tax-base-count-exempt", "exempt"),
        fact("tax-base-count-unclear", "unclear"),
        fact("tax-base-count-buildings", "buildings"),
        fact("tax-base-count-astray", "astray"),
        fact("tax-base-count-declarations", "declarations"),
    ]);
    if let Some(source) = run.counts.get("rates").and_then(Value::as_str).filter(|source| !source.is_empty())
    {
        facts.push(Fact { title: t.get("tax-base-rates"), value: source.to_owned() });
    }
    if count("twice") > 0 {
        facts.push(fact("tax-base-count-twice", "twice"));
    }
    let values = [
        ("day", day_text(run.on_day, t).into()),
        ("who", run.entered_by.clone().into()),
        ("when", instant_text(run.entered_at, t).into()),
    ];
    TaxBaseHead { title: t.args("tax-base-run-of", &values), facts, run: run.id.to_string() }
}

/// The kinds as ways to filter, with what there is of each.
fn kinds(t: &Texts, asked: &Asked, run: Uuid, tallies: &[Tally]) -> Vec<TaxBaseKind> {
    let of_kind = |kind: Option<Kind>| {
        let all = tallies.iter().filter(move |tally| kind.is_none_or(|kind| tally.kind == kind.name()));
        let count: i64 = all.clone().map(|tally| tally.count).sum();
        let tax: i64 = all.clone().map(|tally| tally.tax_grosze).sum();
        let known = all.clone().any(|tally| tally.count > tally.without_tax);
        (count, known.then_some(tax))
    };
    std::iter::once(None)
        .chain(Kind::ALL.into_iter().map(Some))
        .map(|kind| {
            let (count, tax) = of_kind(kind);
            let other = Asked { kind, ..asked.clone() };
            TaxBaseKind {
                name: kind.map(Kind::name).unwrap_or_default(),
                title: kind.map_or_else(|| t.get("tax-base-all"), |kind| kind_text(t, kind)),
                count: t.count(u64::try_from(count).unwrap_or(0)),
                tax: tax.map(|tax| money(t, tax)).unwrap_or_default(),
                href: other.address(START, run, &[("sort", asked.order.name().to_owned())]),
                current: asked.kind == kind,
                empty: count == 0,
            }
        })
        .collect()
}

fn row(t: &Texts, run: Uuid, found: &Found) -> TaxBaseRow {
    let mark = found.mark.as_deref().and_then(Mark::from_name).unwrap_or(Mark::Open);
    let mut chips = vec![mark_chip(t, mark)];
    if found.changed {
        chips.push(Chip { look: "bad", text: t.get("tax-base-mark-stale") });
    }
    let area = |dm2: Option<i64>| dm2.map_or_else(|| "–".to_owned(), |dm2| area_text(t, dm2));
    TaxBaseRow {
        kind: Kind::from_name(&found.kind).map(Kind::name).unwrap_or_default(),
        kind_text: Kind::from_name(&found.kind).map(|kind| kind_text(t, kind)).unwrap_or_default(),
        parcel: found.parcel.clone(),
        href: finding_href(run, &found.key),
        what: summary(t, &found.details).chars().take(240).collect(),
        registered: area(found.registered_dm2),
        declared: area(found.declared_dm2),
        difference: difference_text(t, found.difference_dm2),
        tax: found.tax_grosze.map_or_else(|| "–".to_owned(), |grosze| money(t, grosze)),
        chips,
        note: found.mark_note.clone().unwrap_or_default(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct BeginForm {
    day: String,
}

pub(super) async fn begin(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    ProtectedForm(form): ProtectedForm<BeginForm>,
) -> Result<Response, Failure> {
    let today = day_of(ctx.now);
    let day: Option<NaiveDate> = form.day.trim().parse().ok();
    let Some(day) = day.filter(|day| (2000..=2099).contains(&day.year()) && *day <= today) else {
        let t = texts(ctx.lang);
        let mut asked = Sheet::new(t.get("tax-base-compare"));
        asked.back = back(&ctx);
        asked.faults.push(fault("day", t.get("tax-base-day-fault")));
        asked.blocks.push(Block::Form(Form {
            action: START.to_owned(),
            fields: vec![Field::Line(
                "day",
                t.get("tax-base-day"),
                t.get("tax-base-day-hint"),
                today.to_string(),
                DAY,
            )],
            button: t.get("tax-base-compare"),
            first: true,
            asks: false,
        }));
        return sheet(&tax_base, &ctx, START, asked, false);
    };
    let run = tax_base.begin(&ctx, day).await?;
    let newest = tax_base.newest(&ctx).await?;
    let done = newest.is_some_and(|newest| newest.id == run && newest.state == "done");
    Ok(see_other(&if done { format!("{START}?run={run}&done=compared") } else { START.to_owned() }))
}

/// The finding that an address or a form names.
async fn named(
    tax_base: &TaxBase,
    ctx: &Ctx,
    run: &str,
    key: &str,
) -> Result<(Run, Found, Vec<crate::tax_base::store::runs::Said>, Vec<Entered>), Failure> {
    let run = tax_base.run(ctx, Some(id(run)?)).await?;
    let run = run.ok_or_else(|| Failure::not_found("this comparison"))?;
    let (found, said, declared) = tax_base.finding(ctx, &run, key).await?;
    Ok((run, found, said, declared))
}

pub(super) async fn finding(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let (run, key) = (params.text("run").unwrap_or_default(), params.text("key").unwrap_or_default());
    let done = params.text("done");
    params.finish()?;
    let (run, found, said, declared) = named(&tax_base, &ctx, &run, &key).await?;
    let kind = Kind::from_name(&found.kind);
    let mut one = Sheet::new(found.parcel.clone());
    one.caption = kind.map(|kind| kind_text(t, kind));
    one.lead = kind.map(|kind| kind_hint(t, kind));
    one.back = Some(Link { href: format!("{START}?run={}", run.id), text: t.get("tax-base-title") });
    one.notice = done.filter(|done| done == "marked").map(|_| t.get("tax-base-marked"));
    let mut facts = Vec::new();
    let mut fact = |key: &str, value: Option<String>| {
        facts.extend(value.map(|value| Fact { title: t.get(key), value }));
    };
    fact("tax-base-day", Some(day_text(run.on_day, t)));
    fact("tax-base-registered", found.registered_dm2.map(|dm2| area_text(t, dm2)));
    fact("tax-base-declared", found.declared_dm2.map(|dm2| area_text(t, dm2)));
    fact("tax-base-difference", Some(difference_text(t, found.difference_dm2)));
    fact(
        "tax-base-tax-difference",
        Some(found.tax_grosze.map_or_else(
            || t.args("tax-base-no-rates", &[("year", run.on_day.year().to_string().into())]),
            |grosze| money(t, grosze),
        )),
    );
    fact("tax-base-became", successors_text(t, &found.details));
    one.blocks.push(Block::Facts(facts));
    if let Some(asset) = found.asset {
        let link = Link { href: format!("/desk/assets/{asset}"), text: t.get("tax-base-thing") };
        one.blocks.push(Block::Links(vec![link]));
    }
    let listed = |heading: &str, lines: Vec<String>| Table {
        caption: t.get(heading),
        head: vec![(t.get(heading), false)],
        rows: lines.into_iter().map(|line| vec![Cell::text(line)]).collect(),
    };
    let registered = registered_lines(t, &found.details);
    if !registered.is_empty() {
        // A narrow screen leaves the heads of tables out.
        one.blocks.push(Block::Heading(t.get("tax-base-in-register")));
        one.blocks.push(Block::Table(listed("tax-base-in-register", registered)));
    }
    let lines = declared_lines(t, &found.details);
    if !lines.is_empty() {
        one.blocks.push(Block::Heading(t.get("tax-base-in-declarations")));
        one.blocks.push(Block::Table(listed("tax-base-in-declarations", lines)));
    }
    one.blocks.push(Block::Heading(t.get("tax-base-who")));
    if declared.is_empty() {
        one.blocks.push(Block::Text(t.get("tax-base-nobody")));
    } else {
        one.blocks.push(Block::Table(declared_table(t, &declared)));
    }
    one.blocks.push(Block::Links(vec![Link {
        href: format!("{START}/declarations?parcel={}", encoded(&found.parcel)),
        text: t.get("tax-base-history"),
    }]));
    one.blocks.push(Block::Heading(t.get("tax-base-mark")));
    let mark = found.mark.as_deref().and_then(Mark::from_name).unwrap_or(Mark::Open);
    if found.changed {
        one.blocks.push(Block::Notice(t.get("tax-base-mark-stale-hint")));
    }
    one.blocks.push(Block::Form(Form {
        action: format!("{START}/finding"),
        fields: vec![
            Field::Hidden("run", run.id.to_string()),
            Field::Hidden("key", found.key.clone()),
            Field::Choice("mark", t.get("tax-base-mark"), mark_choices(t, Some(mark), None)),
            Field::Area("note", t.get("tax-base-note"), t.get("tax-base-note-hint"), String::new()),
        ],
        button: t.get("tax-base-mark-button"),
        first: true,
        asks: false,
    }));
    if !said.is_empty() {
        let rows = said.iter().map(|one| {
            let mark = Mark::from_name(&one.state).unwrap_or(Mark::Open);
            vec![
                Cell::text(instant_text(one.entered_at, t)).below(one.entered_by.clone()),
                Cell::default().chip(mark_chip(t, mark)),
                Cell::text(one.note.clone()),
            ]
        });
        one.blocks.push(Block::Table(Table {
            caption: t.get("tax-base-said"),
            head: vec![
                (t.get("tax-base-when"), false),
                (t.get("tax-base-mark"), false),
                (t.get("tax-base-note"), false),
            ],
            rows: rows.collect(),
        }));
    }
    sheet(&tax_base, &ctx, &finding_href(run.id, &found.key), one, false)
}

/// Declarations with the way to whoever made them; whose they are stands on the card of account, for a purpose.
pub(super) fn declared_table(t: &Texts, declared: &[Entered]) -> Table {
    let rows = declared.iter().map(|one| {
        let payer = match &one.payer {
            Payer::Party(party) => Cell::link(format!("/desk/dues/payers/{party}"), t.get("tax-base-payer")),
            Payer::Number(number) => {
                Cell::text(t.args("tax-base-payer-number", &[("number", number.clone().into())]))
            }
        };
        let items = one.declared.items.iter().map(|item| {
            let use_of = use_text(t, &item.use_of);
            let class = item.class.as_ref().map(|class| format!(" {class}")).unwrap_or_default();
            let tax = tax_text(t, item.tax);
            let part = t.get(if item.building { "tax-base-part-building" } else { "tax-base-part-land" });
            format!("{part}: {use_of}{class}, {}, {tax}", area_text(t, item.area_dm2))
        });
        let items: Vec<String> = items.collect();
        let what = if one.ended { t.get("tax-base-ended") } else { items.join("; ") };
        let origin = match one.origin.as_str() {
            "file" => t.args("tax-base-origin-file", &[("file", one.source.clone().into())]),
            "demo" => t.get("tax-base-origin-demo"),
            _ => t.get("tax-base-origin-desk"),
        };
        vec![
            payer,
            Cell::text(day_text(one.valid_from, t)),
            Cell::text(what),
            Cell::text(origin).below(format!("{}, {}", one.entered_by, instant_text(one.entered_at, t))),
        ]
    });
    Table {
        caption: t.get("tax-base-who"),
        head: vec![
            (t.get("tax-base-payer-column"), false),
            (t.get("tax-base-valid-from"), false),
            (t.get("tax-base-what"), false),
            (t.get("tax-base-origin"), false),
        ],
        rows: rows.collect(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct MarkForm {
    run: String,
    key: String,
    mark: String,
    note: String,
}

pub(super) async fn mark(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    ProtectedForm(form): ProtectedForm<MarkForm>,
) -> Result<Response, Failure> {
    let run = id(&form.run)?;
    let mark = Mark::from_name(&form.mark)
        .ok_or_else(|| ParamError::new("mark", "must be one of the marks of the form"))?;
    tax_base.mark(&ctx, run, &form.key, (mark, &form.note)).await?;
    Ok(see_other(&format!("{}&done=marked", finding_href(run, &form.key))))
}

/// Findings of a comparison of the land register with what is declared, as GeoJSON: what the map shows. Those without a
/// place are in the files only.
#[utoipa::path(get, path = "/api/desk/tax-base/findings", tag = "tax-base",
    params(("run" = Option<Uuid>, Query, description = "The comparison; without it the newest"),
           ("kind" = Option<String>, Query, description = "`undeclared-parcel`, `unknown-parcel`, `changed-parcel`, `area`, `use`, `undeclared-building`, `building-area` or `unknown-building`"),
           ("mark" = Option<String>, Query, description = "`open`, `in-order`, `called` or `corrected`"),
           ("parcel" = Option<String>, Query, description = "What the parcel's identifier holds"),
           ("sort" = Option<String>, Query, description = "`parcel`, `difference` or `tax`; the largest first"),
           ("bbox" = Option<String>, Query, description = "West, south, east, north in degrees"),
           ("after" = Option<i64>, Query, description = "How many are passed over"),
           ("limit" = Option<u32>, Query, description = "At most 5,000; 1,000 unless said otherwise")),
    responses((status = 200, description = "A feature collection with `next` when there are more; areas in square metres, the tax of a year in grosze", body = Object, content_type = "application/geo+json"),
              (status = 400, description = "A parameter is unknown or wrong"),
              (status = 404, description = "No comparison")))]
pub async fn tax_base_findings(
    ctx: Ctx,
    State(tax_base): State<TaxBase>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let asked = Asked::take(&mut params)?;
    let bbox_text = params.text("bbox");
    let bbox = bbox_text.as_deref().map(bbox_of).transpose()?;
    let after: i64 = params.parse("after", "a whole number")?.unwrap_or(0);
    let limit = Limit::take(&mut params, 1_000, MOST_ON_MAP)?;
    params.finish()?;
    let run = tax_base.run(&ctx, asked.run).await?;
    let run = run.ok_or_else(|| Failure::not_found("a comparison"))?;
    let wanted = Wanted { bbox, ..asked.wanted(after.clamp(0, 1_000_000), limit.as_i64() + 1) };
    let mut found = tax_base.findings(&ctx, run.id, &wanted).await?;
    let more = found.len() as i64 > limit.as_i64();
    found.truncate(limit.get() as usize);
    let next = more.then(|| {
        let mut on = vec![
            ("sort", asked.order.name().to_owned()),
            ("after", (after + limit.as_i64()).to_string()),
            ("limit", limit.get().to_string()),
        ];
        on.extend(bbox_text.map(|bbox| ("bbox", bbox)));
        asked.address("/api/desk/tax-base/findings", run.id, &on)
    });
    let features: Vec<Value> = found.iter().map(|one| feature(t, run.id, one)).collect();
    answer(
        "application/geo+json",
        &json!({ "type": "FeatureCollection", "features": features, "next": next }),
    )
}

fn feature(t: &Texts, run: Uuid, found: &Found) -> Value {
    let m2 = |dm2: Option<i64>| dm2.map(|dm2| dm2 as f64 / 100.0);
    let mark = found.mark.as_deref().unwrap_or("open");
    json!({
        "type": "Feature",
        "id": found.place,
        "geometry": found.geometry,
        "properties": {
            "group": found.kind,
            "label": found.parcel,
            "what": summary(t, &found.details),
            "registered_m2": m2(found.registered_dm2),
            "declared_m2": m2(found.declared_dm2),
            "difference_m2": m2(Some(found.difference_dm2)),
            "tax_grosze": found.tax_grosze,
            "mark": mark,
            "excluded": mark == "in-order" || mark == "corrected",
            "href": finding_href(run, &found.key),
        },
    })
}

fn bbox_of(text: &str) -> Result<[f64; 4], ParamError> {
    let numbers: Vec<f64> = text
        .split(',')
        .filter_map(|part| part.trim().parse::<f64>().ok())
        .filter(|number| number.is_finite())
        .collect();
    match numbers.as_slice() {
        &[west, south, east, north] if west <= east && south <= north => Ok([west, south, east, north]),
        _ => Err(ParamError::new("bbox", "must be west,south,east,north in degrees")),
    }
}

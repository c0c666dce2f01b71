//! Pages of the cemeteries.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use super::{
    Cemeteries,
    model::{CemeterySummary, FoundCemetery, Gate, Grave, Hit, SearchRequest},
};
use crate::{
    kernel::{Lang, Params, PartialDate},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, Path},
        i18n::{Texts, texts},
    },
    registry::{parse_id, source_text},
    ui::{
        Here, Nav, html,
        map_data::Place,
        views::{
            Choice, Fact, FieldFault, FoundPerson, GraveForm, GraveGuide, GravePage, GravesPage, Link,
            Person, Plot, Results,
        },
    },
};

/// People on one page of results.
const PEOPLE_ON_A_PAGE: u32 = 20;
/// Matches beyond which one should say more.
const TOO_MANY: usize = 200;

pub(super) async fn graves_page(
    ctx: Ctx,
    here: Here,
    State(cemeteries): State<Cemeteries>,
    mut params: Params,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let known = cemeteries.cemeteries(&ctx);
    let (form, request) = read_form(&mut params, &known, ctx.lang, t)?;
    let is_later = request.after.is_some();
    params.finish()?;
    let mut page = cemeteries.site.page(&ctx, &here, Nav::Graves, t.get("graves-title"));
    let asked = !form.q.trim().is_empty() || form.is_narrowed();
    if !form.faults.is_empty() || !asked {
        return html(&GravesPage { page, t, form, results: Results::NotAsked, drawn: String::new() });
    }
    let (hits, matched, next) = match cemeteries.search_graves(&ctx, &request).await {
        Ok(found) => found,
        Err(Failure::Param(error)) if error.name == "q" => {
            let mut form = form;
            form.faults.push(FieldFault { field: "q", message: t.get("graves-too-long") });
            return html(&GravesPage { page, t, form, results: Results::NotAsked, drawn: String::new() });
        }
        Err(failure) => return Err(failure),
    };
    if hits.is_empty() {
        return html(&GravesPage { page, t, form, results: Results::Nobody, drawn: String::new() });
    }
    let people: Vec<FoundPerson> =
        (1..).zip(&hits).map(|(number, hit)| found_person(number, hit, t)).collect();
    let mut map = cemeteries.site.map(&page, Some(around(hits.iter().map(|hit| hit.point))));
    map.places = (1..)
        .zip(&hits)
        .zip(&people)
        .map(|((number, hit), person)| Place {
            position: hit.point,
            label: person.name.clone(),
            number: Some(number),
            href: Some(person.href.clone()),
            icon: None,
        })
        .collect();
    let drawn = cemeteries.maps.draw(&ctx, &map, &t.get("map-label-results"), None).await?;
    page.map = Some(map);
    let link = |after: Option<String>| format!("/graves?{}", form_query(&form, after.as_deref()));
    let results = Results::People {
        people,
        matched: u64::try_from(matched).unwrap_or(u64::MAX),
        too_many: matched > TOO_MANY,
        next: next.map(|cursor| link(Some(cursor.to_string()))),
        first: is_later.then(|| link(None)),
    };
    html(&GravesPage { page, t, form, results, drawn })
}

/// Reads the search form leniently: what cannot be understood is said beside its field, and nothing typed is lost.
fn read_form(
    params: &mut Params,
    known: &[CemeterySummary],
    lang: Lang,
    t: &Texts,
) -> Result<(GraveForm, SearchRequest), Failure> {
    let chosen: Option<Uuid> = params.parse("cemetery", "the id of a cemetery")?;
    let mut form = GraveForm {
        q: params.text("q").unwrap_or_default(),
        from: params.text("from").unwrap_or_default(),
        to: params.text("to").unwrap_or_default(),
        ..GraveForm::default()
    };
    let mut faults = Vec::new();
    let mut year = |field: &'static str, text: &str| {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        let year = text.parse::<i16>().ok().filter(|year| (1000..=2999).contains(year));
        if year.is_none() {
            faults.push(FieldFault { field, message: t.get("graves-bad-year") });
        }
        year
    };
    let (from, to) = (year("from", &form.from), year("to", &form.to));
    if let (Some(from), Some(to)) = (from, to)
        && from > to
    {
        faults.push(FieldFault { field: "to", message: t.get("graves-years-swapped") });
    }
    form.faults = faults;
    let all =
        Choice { value: String::new(), label: t.get("graves-all-cemeteries"), selected: chosen.is_none() };
    form.cemeteries = std::iter::once(all)
        .chain(known.iter().map(|cemetery| Choice {
            value: cemetery.id.to_string(),
            label: cemetery.name_in(lang),
            selected: chosen == Some(cemetery.id),
        }))
        .collect();
    let request = SearchRequest {
        text: form.q.clone(),
        cemetery: chosen,
        born: None,
        died: (from.is_some() || to.is_some()).then(|| from.unwrap_or(1)..=to.unwrap_or(9999)),
        limit: PEOPLE_ON_A_PAGE,
        after: params.parse("after", "taken from a next link")?,
    };
    Ok((form, request))
}

fn form_query(form: &GraveForm, after: Option<&str>) -> String {
    let encode = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let cemetery =
        form.cemeteries.iter().find(|choice| choice.selected).map_or("", |choice| choice.value.as_str());
    let after = after.unwrap_or_default();
    [("q", form.q.as_str()), ("cemetery", cemetery), ("from", &form.from), ("to", &form.to), ("after", after)]
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn found_person(number: u32, hit: &Hit, t: &Texts) -> FoundPerson {
    let date = |text: &Option<String>| text.as_ref()?.parse().ok().map(|date| date_text(t, date));
    FoundPerson {
        number,
        name: full_name(t, &hit.person.given_names, &hit.person.surname),
        maiden_name: hit.person.maiden_name.clone(),
        born: date(&hit.person.born),
        died: date(&hit.person.died),
        place: place_text(t, hit),
        href: format!("/graves/{}", hit.grave.id),
    }
}

/// "Cmentarz Komunalny, kwatera A, rząd 3, grób 12", as far as known.
fn place_text(t: &Texts, hit: &Hit) -> String {
    let part = |key: &str, value: &Option<String>| {
        value.as_ref().map(|value| t.args(key, &[("value", value.as_str().into())]))
    };
    let parts: Vec<String> = [
        hit.cemetery.as_ref().and_then(|cemetery| cemetery.label.clone()),
        part("place-sector", &hit.grave.sector),
        part("place-row", &hit.grave.row),
        part("place-number", &hit.grave.number),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        hit.grave.label.clone().unwrap_or_else(|| t.get("place-unknown"))
    } else {
        parts.join(", ")
    }
}

/// A person's name, or the words for somebody whose name is lost.
#[must_use]
pub fn full_name(t: &Texts, given_names: &str, surname: &str) -> String {
    let name = format!("{given_names} {surname}");
    let name = name.trim();
    if name.is_empty() { t.get("person-unnamed") } else { name.to_owned() }
}

fn date_text(t: &Texts, date: PartialDate) -> String {
    t.date(date.year(), date.month(), date.day())
}

fn around(points: impl Iterator<Item = [f64; 2]>) -> [f64; 4] {
    points.fold([f64::MAX, f64::MAX, f64::MIN, f64::MIN], |[w, s, e, n], [x, y]| {
        [w.min(x), s.min(y), e.max(x), n.max(y)]
    })
}

/// Title of a grave's page: what people call it, or its number in the registry.
#[must_use]
pub fn grave_title(t: &Texts, grave: &Grave) -> String {
    match &grave.label {
        Some(label) => t.args("grave-title", &[("label", label.as_str().into())]),
        None => t.args("grave-title-number", &[("n", grave.registry_number.to_string().into())]),
    }
}

/// Where a grave lies, as the plates say it.
#[must_use]
pub fn plot_of(grave: &Grave, t: &Texts) -> Plot {
    let cemetery = |cemetery: &FoundCemetery| Link {
        href: format!("/graves?cemetery={}", cemetery.id),
        text: cemetery.label.clone().unwrap_or_else(|| t.get("plot-cemetery")),
    };
    Plot {
        cemetery: grave.cemetery.as_ref().map(cemetery),
        sector: grave.sector.clone(),
        row: grave.row.clone(),
        number: grave.number.clone(),
    }
}

/// The form that leads to a grave, with `chosen` gate and profile.
#[must_use]
pub fn guide_to(t: &Texts, grave: Uuid, gates: &[Gate], chosen: Option<Uuid>, step_free: bool) -> GraveGuide {
    let best = Choice { value: String::new(), label: t.get("guide-best-gate"), selected: chosen.is_none() };
    let gates = if gates.is_empty() {
        Vec::new()
    } else {
        std::iter::once(best)
            .chain(gates.iter().map(|gate| {
                let name = gate.name.clone().unwrap_or_else(|| {
                    t.args("gate-numbered", &[("n", gate.registry_number.to_string().into())])
                });
                let label = if gate.closed { t.args("gate-closed", &[("name", name.into())]) } else { name };
                Choice { value: gate.id.to_string(), label, selected: chosen == Some(gate.id) }
            }))
            .collect()
    };
    GraveGuide { action: format!("/graves/{grave}/route"), gates, step_free }
}

/// Where the fees of a grave stand. The address tells nothing about who pays: what is seen there is decided there.
fn dues_href(ctx: &Ctx, grave: Uuid) -> Option<String> {
    if ctx.may(Permission::DuesRead, None) {
        Some(format!("/desk/dues/things/{grave}"))
    } else if ctx.staff().is_some() {
        None
    } else {
        Some(format!("/account/dues/things/{grave}"))
    }
}

pub(super) async fn grave_page(
    ctx: Ctx,
    here: Here,
    State(cemeteries): State<Cemeteries>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let t = texts(ctx.lang);
    let grave = cemeteries.grave(&ctx, parse_id(&id)?).await?;
    let card = cemeteries.registry.asset_card(&ctx, grave.id).await?;
    let gates = match &grave.cemetery {
        Some(cemetery) => cemeteries.gates(&ctx, cemetery.id).await?,
        None => Vec::new(),
    };
    let title = grave_title(t, &grave);
    let photos = cemeteries.photos.gallery(&ctx, grave.id, &title).await?;
    let mut page = cemeteries.site.page(&ctx, &here, Nav::Graves, title.clone());
    let mut map = cemeteries.site.map(&page, Some(around(std::iter::once(grave.point))));
    map.kinds = cemeteries.registry.kind_views(&ctx);
    map.layers = ["cemeteries", "graves", "gates", "paths"].map(str::to_owned).to_vec();
    map.grave =
        Some(Place { position: grave.point, label: title.clone(), number: None, href: None, icon: None });
    let drawn = cemeteries
        .maps
        .draw(&ctx, &map, &t.args("map-label-of", &[("what", title.clone().into())]), None)
        .await?;
    page.map = Some(map);
    html(&GravePage {
        page,
        t,
        title,
        people: grave
            .people
            .iter()
            .map(|person| Person {
                name: full_name(t, &person.given_names, &person.surname),
                maiden_name: person.maiden_name.clone(),
                born: person.born.map(|date| date_text(t, date)),
                died: person.died.map(|date| date_text(t, date)),
                buried: person.buried.map(|date| date_text(t, date)),
            })
            .collect(),
        plot: plot_of(&grave, t),
        facts: card
            .attributes
            .into_iter()
            .filter(|attribute| !matches!(attribute.key.as_str(), "sector" | "row" | "number" | "name"))
            .map(|attribute| Fact { title: attribute.title, value: attribute.value })
            .collect(),
        photos,
        guide: guide_to(t, grave.id, &gates, None, false),
        back: None,
        write_href: format!("/write?asset={}", grave.id),
        dues_href: dues_href(&ctx, grave.id),
        map_href: format!("/map?layers=cemeteries,graves,gates,paths&at={}", grave.id),
        source: source_text(t, &grave.source),
        drawn,
    })
}

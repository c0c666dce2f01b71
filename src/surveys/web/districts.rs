//! Districts at the desk, drawn beside their list.

use axum::{
    extract::{Request, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use serde_json::Value;

use super::{DESK, id};
use crate::{
    kernel::Params,
    platform::{
        Ctx,
        http::{Failure, FileForm, ProtectedForm},
        i18n::texts,
    },
    registry::GeometryType,
    surveys::{
        Surveys,
        districts::{MOST_BYTES, Source},
        store::districts::{District, Put},
    },
    ui::{
        Here, Nav, html_with, see_other, unkept,
        views::{Choice, DistrictLine, DistrictsPage, FieldFault, Link},
    },
};

/// Width of the drawing.
const WIDTH: f64 = 600.0;

pub(super) async fn page(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    mut params: Params,
) -> Result<Response, Failure> {
    let done = params.text("done").is_some();
    params.finish()?;
    show(&surveys, &ctx, done, "", Vec::new()).await
}

async fn show(
    surveys: &Surveys,
    ctx: &Ctx,
    done: bool,
    name: &str,
    faults: Vec<FieldFault>,
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let all = surveys.districts(ctx).await?;
    let drawing = Drawing::of(&all);
    let line = |one: &District| {
        let values = [
            ("area", t.number(one.area_m2 / 10_000.0, 1).into()),
            ("people", t.count(u64::try_from(one.people).unwrap_or(0)).into()),
            ("surveys", t.count(u64::try_from(one.surveys).unwrap_or(0)).into()),
        ];
        let (path, at) = drawing.draw(&one.area);
        DistrictLine {
            id: one.id.to_string(),
            name: one.name.clone(),
            about: t.args("districts-about", &values),
            rev: one.rev,
            removable: one.surveys == 0,
            path,
            at,
        }
    };
    let areas = surveys.registry.kinds();
    let is_area = |slug: &str| {
        areas.any(slug).is_some_and(|kind| matches!(kind.geometry, GeometryType::Area | GeometryType::Any))
    };
    let collections = surveys
        .registry
        .kind_views(ctx)
        .into_iter()
        .filter(|kind| is_area(&kind.slug))
        .map(|kind| Choice { value: kind.slug, label: kind.title, selected: false });
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = DistrictsPage {
        page: surveys.site.page(
            ctx,
            &Here(format!("{DESK}/districts")),
            Nav::DeskSurveys,
            t.get("districts-title"),
        ),
        t,
        back: Link { href: DESK.to_owned(), text: t.get("desk-nav-surveys") },
        notice: done.then(|| t.get("districts-done")),
        faults,
        districts: all.iter().map(line).collect(),
        size: drawing.size,
        collections: collections.collect(),
        name: name.to_owned(),
    };
    Ok(unkept(html_with(status, &view)?))
}

/// How degrees become a drawing: no projection, but east and north in the same measure.
struct Drawing {
    west: f64,
    north: f64,
    east_scale: f64,
    north_scale: f64,
    size: (f64, f64),
}

impl Drawing {
    fn of(all: &[District]) -> Self {
        let side = |n: usize, pick: fn(f64, f64) -> f64| {
            all.iter().filter_map(|one| one.bounds.get(n).copied()).reduce(pick).unwrap_or_default()
        };
        let (west, south) = (side(0, f64::min), side(1, f64::min));
        let (east, north) = (side(2, f64::max), side(3, f64::max));
        let narrowing = f64::midpoint(south, north).to_radians().cos();
        let width = ((east - west) * narrowing).max(1e-9);
        let scale = WIDTH / width;
        let height = ((north - south) * scale).clamp(1.0, 3.0 * WIDTH);
        Self { west, north, east_scale: scale * narrowing, north_scale: scale, size: (WIDTH, height.round()) }
    }

    /// The outline of an area as a path, and a place for its number.
    fn draw(&self, area: &str) -> (String, (f64, f64)) {
        let geometry: Value = serde_json::from_str(area).unwrap_or_default();
        let rings =
            geometry["coordinates"].as_array().into_iter().flatten().filter_map(Value::as_array).flatten();
        let mut path = String::new();
        let mut corners: Vec<(f64, f64)> = Vec::new();
        for ring in rings.filter_map(Value::as_array) {
            let points: Vec<(f64, f64)> = ring
                .iter()
                .filter_map(|corner| {
                    let (x, y) = (corner.get(0)?.as_f64()?, corner.get(1)?.as_f64()?);
                    Some(((x - self.west) * self.east_scale, (self.north - y) * self.north_scale))
                })
                .collect();
            let text: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1} {y:.1}")).collect();
            path.push_str(&format!("M{}Z", text.join("L")));
            corners.extend(points);
        }
        let count = corners.len().max(1) as f64;
        let sum = corners.iter().fold((0.0, 0.0), |sum, corner| (sum.0 + corner.0, sum.1 + corner.1));
        (path, ((sum.0 / count).round(), (sum.1 / count).round()))
    }
}

pub(super) async fn put(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    request: Request,
) -> Result<Response, Failure> {
    let mut form = FileForm::read(&ctx, request, MOST_BYTES).await?;
    let t = texts(ctx.lang);
    let fault = |field, key: &str| vec![FieldFault { field, message: t.get(key) }];
    let name = form.text("name").to_owned();
    if form.too_large {
        return show(&surveys, &ctx, false, &name, fault("file", "districts-file-large")).await;
    }
    let old = form.text("id").parse().ok().zip(form.text("rev").parse().ok());
    let thing = form.text("thing").to_owned();
    let source = match form.file.take() {
        Some((_, bytes)) => Source::File(String::from_utf8_lossy(&bytes).into_owned()),
        None if !thing.is_empty() => Source::Thing(form.text("collection").to_owned(), thing.clone()),
        None => Source::Same,
    };
    match surveys.put_district(&ctx, old, &name, &source).await? {
        Put::Done => Ok(see_other(&format!("{DESK}/districts?done=1"))),
        put => {
            let faults = match put {
                Put::Name => fault("name", "districts-name-fault"),
                Put::Area if matches!(source, Source::Thing(..)) => fault("thing", "districts-thing-fault"),
                Put::Area => fault("file", "districts-file-fault"),
                Put::InUse => fault("name", "districts-in-use"),
                Put::Stale | Put::Done => fault("name", "survey-stale"),
            };
            show(&surveys, &ctx, false, &name, faults).await
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RemoveForm {
    id: String,
}

pub(super) async fn remove(
    ctx: Ctx,
    State(surveys): State<Surveys>,
    ProtectedForm(form): ProtectedForm<RemoveForm>,
) -> Result<Response, Failure> {
    match surveys.remove_district(&ctx, id(&form.id)?).await? {
        Put::Done => Ok(see_other(&format!("{DESK}/districts?done=1"))),
        _ => {
            let message = texts(ctx.lang).get("districts-in-use");
            show(&surveys, &ctx, false, "", vec![FieldFault { field: "name", message }]).await
        }
    }
}

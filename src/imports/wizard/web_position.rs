//! The second step: where things stand, shown on the map and confirmed by the clerk.

use axum::{extract::State, http::StatusCode, response::Response};
use importers::mapping::{
    Axes, Coordinates, Inspection, LayerSeen, Mapping, PositionGuess, PositionMapping, SridRule, TableMapping,
};

use super::{
    Imports,
    columns::Fields,
    fit,
    model::Job,
    ops::PEOPLE,
    places,
    web::{Step, elsewhere, to_step},
};
use crate::{
    kernel::{Lang, Params},
    platform::{
        Ctx,
        http::{Failure, Path, ProtectedForm},
        i18n::{Texts, texts},
    },
    registry::parse_id,
    ui::{
        Here, html_with,
        map_data::Place,
        views::{Choice, ImportPositionPage, PositionChoice, PositionTable},
    },
};

/// Samples of one table that are put on the map.
const SAMPLES_SHOWN: usize = 12;

pub(super) async fn position_page(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    params.finish()?;
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Position) {
        return Ok(away);
    }
    let inspection = imports.inspection(&ctx, job.id).await?;
    let mapping = imports.mapping_of(&job).unwrap_or_else(|| empty_mapping(&job));
    show(&ctx, &here, &imports, &job, &inspection, &mapping, &Fields::new(), &[]).await
}

pub(super) fn empty_mapping(job: &Job) -> Mapping {
    Mapping {
        name: job.name.clone(),
        source: format!("import-{}", job.number),
        licence: None,
        accept: importers::mapping::Group::usual(),
        vanished_within: None,
        no_target: None,
        tables: Vec::new(),
    }
}

/// Takes the choice: shows it on the map, or confirms it and goes on.
pub(super) async fn position_sent(
    ctx: Ctx,
    here: Here,
    State(imports): State<Imports>,
    Path(id): Path<String>,
    ProtectedForm(fields): ProtectedForm<Vec<(String, String)>>,
) -> Result<Response, Failure> {
    let job = imports.job(&ctx, parse_id(&id)?).await?;
    if let Some(away) = elsewhere(&job, Step::Position) {
        return Ok(away);
    }
    let form: Fields = fields.into_iter().collect();
    let inspection = imports.inspection(&ctx, job.id).await?;
    let mut mapping = imports.mapping_of(&job).unwrap_or_else(|| empty_mapping(&job));
    let mut faults = Vec::new();
    for (index, table) in mapping.tables.iter_mut().enumerate() {
        if table.into == PEOPLE {
            continue;
        }
        let guesses = guesses_of(&inspection, table);
        if let Some(chosen) = chosen_position(table, &guesses, &format!("t{index}"), &form) {
            table.position = Some(chosen);
        }
        if !knows_system(table, &guesses) {
            faults.push(index);
        }
    }
    if form.get("do").is_some_and(|button| button == "show") || !faults.is_empty() {
        return show(&ctx, &here, &imports, &job, &inspection, &mapping, &form, &faults).await;
    }
    imports.set_mapping(&ctx, job.id, &mapping, job.mapping_name.as_deref(), true).await?;
    Ok(to_step(&job, Step::Columns))
}

/// The layer of a table with the readings of where its things stand.
fn guesses_of(inspection: &Inspection, table: &TableMapping) -> Vec<PositionGuess> {
    first_layer(inspection, table).map(|layer| layer.positions.clone()).unwrap_or_default()
}

fn first_layer<'a>(inspection: &'a Inspection, table: &'a TableMapping) -> Option<&'a LayerSeen> {
    fit::layers_of(inspection, table).map(|(_, layer)| layer).next()
}

/// Whether the system is stated by the mapping or by the file.
fn knows_system(table: &TableMapping, guesses: &[PositionGuess]) -> bool {
    table.position.as_ref().is_some_and(|position| match &position.srid {
        Some(SridRule::Fixed(srid)) => places::is_known(*srid),
        Some(SridRule::Column(_)) => true,
        None => guesses.iter().any(|guess| guess.srid.is_some() && is_this(guess, position)),
    })
}

/// The position that the form asks for; `None` when it says nothing.
fn chosen_position(
    table: &TableMapping,
    guesses: &[PositionGuess],
    prefix: &str,
    form: &Fields,
) -> Option<PositionMapping> {
    let chosen = form.get(&format!("{prefix}-guess"))?;
    let before = table.position.clone().unwrap_or_default();
    let mut position = match chosen.parse::<usize>().ok().and_then(|index| guesses.get(index)) {
        Some(guess) => mapping_of_guess(guess, &before),
        None => before,
    };
    if let Some(srid) = form.get(&format!("{prefix}-srid")).and_then(|text| text.parse().ok()) {
        position.srid = Some(SridRule::Fixed(srid));
    }
    // Swapped against the reading that was chosen.
    if form.contains_key(&format!("{prefix}-swap")) {
        if position.x.is_some() && position.y.is_some() {
            std::mem::swap(&mut position.x, &mut position.y);
        } else {
            position.axes = if position.axes == Axes::Yx { Axes::Xy } else { Axes::Yx };
        }
    }
    Some(position)
}

/// A reading as the mapping says it; bounds that the clerk set stay.
fn mapping_of_guess(guess: &PositionGuess, before: &PositionMapping) -> PositionMapping {
    let mut position = PositionMapping {
        zero_is_missing: before.zero_is_missing || before == &PositionMapping::default(),
        within: before.within.clone(),
        ..guess.position()
    };
    if position.x.is_some() {
        // Columns are named by what they hold, so their order needs no axes.
        position.axes = Axes::Xy;
    }
    position
}

/// Whether a reading is what the mapping says, be it with the axes swapped.
fn is_this(guess: &PositionGuess, position: &PositionMapping) -> bool {
    match &guess.from {
        Coordinates::Columns { x, y } => {
            let named = (position.x.as_deref(), position.y.as_deref());
            named == (Some(x.as_str()), Some(y.as_str())) || named == (Some(y.as_str()), Some(x.as_str()))
        }
        Coordinates::Pair { column } | Coordinates::Wkt { column, .. } => {
            position.text.as_deref() == Some(column.as_str())
        }
        Coordinates::Ring { column } => position.ring.as_deref() == Some(column.as_str()),
        Coordinates::Own => position.x.is_none() && position.text.is_none() && position.ring.is_none(),
    }
}

fn fixed_srid(position: &PositionMapping) -> Option<u32> {
    match position.srid {
        Some(SridRule::Fixed(srid)) => Some(srid),
        _ => None,
    }
}

/// Whether the mapping reads a guess with its axes the other way round.
fn is_swapped(guess: &PositionGuess, position: &PositionMapping) -> bool {
    match &guess.from {
        Coordinates::Columns { x, .. } => position.x.as_deref() != Some(x.as_str()),
        _ => position.axes != guess.axes && position.axes != Axes::Auto && guess.axes != Axes::Auto,
    }
}

#[expect(clippy::too_many_arguments, reason = "a page is made of all of them, and of nothing else")]
async fn show(
    ctx: &Ctx,
    here: &Here,
    imports: &Imports,
    job: &Job,
    inspection: &Inspection,
    mapping: &Mapping,
    form: &Fields,
    faults: &[usize],
) -> Result<Response, Failure> {
    let t = texts(ctx.lang);
    let mut tables = Vec::new();
    let mut shown: Vec<Place> = Vec::new();
    for (index, table) in mapping.tables.iter().enumerate() {
        if table.into == PEOPLE {
            continue;
        }
        let Some((file, layer)) = fit::layers_of(inspection, table).next() else { continue };
        let prefix = format!("t{index}");
        let position = table.position.clone().unwrap_or_default();
        let guesses = &layer.positions;
        let asked = form.get(&format!("{prefix}-guess")).and_then(|text| text.parse::<usize>().ok());
        let same_system = |guess: &&PositionGuess| {
            is_this(guess, &position)
                && (guess.srid == fixed_srid(&position) || fixed_srid(&position).is_none())
        };
        let chosen = asked.filter(|at| *at < guesses.len()).or_else(|| {
            guesses
                .iter()
                .position(|guess| same_system(&guess) && !is_swapped(guess, &position))
                .or_else(|| guesses.iter().position(|guess| same_system(&guess)))
                .or_else(|| guesses.iter().position(|guess| is_this(guess, &position)))
        });
        let guess = chosen.and_then(|at| guesses.get(at));
        let swapped = guess.is_some_and(|guess| is_swapped(guess, &position));
        let srid = fixed_srid(&position).or_else(|| guess.and_then(|guess| guess.srid));
        let samples: Vec<[f64; 2]> = guess
            .map(|guess| guess.samples.iter().take(SAMPLES_SHOWN).copied().collect())
            .unwrap_or_default();
        // A guess gives its samples as easting, northing in its own reading.
        let read: Vec<[f64; 2]> =
            samples.iter().map(|[x, y]| if swapped { [*y, *x] } else { [*x, *y] }).collect();
        let on_map = match srid {
            Some(srid) => places::on_map(&imports.pool, srid, &read).await?,
            None => Vec::new(),
        };
        let first = shown.len() as u32 + 1;
        let numbered: Vec<(u32, String)> = (first..)
            .zip(&on_map)
            .map(|(number, [lon, lat])| {
                (number, format!("{}° N, {}° E", t.number(*lat, 6), t.number(*lon, 6)))
            })
            .collect();
        shown.extend((first..).zip(&on_map).map(|(number, position)| Place {
            position: *position,
            label: file.name.clone(),
            number: Some(number),
            href: None,
            icon: None,
        }));
        let known = imports.registry.kinds();
        let kind = known
            .any(&table.into)
            .map_or_else(|| table.into.clone(), |kind| kind.title.get(ctx.lang).to_owned());
        let fault = (faults.contains(&index)).then(|| t.get("imports-position-no-system")).or_else(|| {
            (!samples.is_empty() && on_map.is_empty()).then(|| t.get("imports-position-nowhere"))
        });
        tables.push(PositionTable {
            title: layer_title(&file.name, layer),
            kind,
            choices: guesses
                .iter()
                .enumerate()
                .map(|(at, guess)| choice(at, guess, chosen == Some(at), layer.rows, ctx.lang, t))
                .collect(),
            systems: systems(
                fixed_srid(&position).filter(|srid| guess.is_none_or(|guess| guess.srid != Some(*srid))),
                t,
            ),
            swapped: form.contains_key(&format!("{prefix}-swap")) || (form.is_empty() && swapped),
            samples: numbered,
            fault,
            prefix,
        });
    }
    let (mut page, head) = imports.shell(ctx, here, job, Step::Position);
    let has_map = !shown.is_empty();
    if has_map {
        let mut map = imports.site.map(&page, None);
        map.places = shown;
        page.map = Some(map);
    }
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &ImportPositionPage { page, t, head, tables, drawn: String::new(), has_map })
}

/// "sektor1.csv", or with the name of the layer where a file has several.
pub(super) fn layer_title(file: &str, layer: &LayerSeen) -> String {
    let stem = file.rsplit('/').next().unwrap_or(file).split('.').next().unwrap_or(file);
    if layer.name.is_empty() || layer.name == stem || file.starts_with(&layer.name) {
        file.to_owned()
    } else {
        format!("{file}, {}", layer.name)
    }
}

fn choice(
    at: usize,
    guess: &PositionGuess,
    chosen: bool,
    rows: u64,
    lang: Lang,
    t: &Texts,
) -> PositionChoice {
    let from = match &guess.from {
        Coordinates::Columns { x, y } => {
            t.args("imports-position-columns", &[("x", x.as_str().into()), ("y", y.as_str().into())])
        }
        Coordinates::Pair { column } => {
            t.args("imports-position-pair", &[("column", column.as_str().into())])
        }
        Coordinates::Wkt { column, .. } => {
            t.args("imports-position-wkt", &[("column", column.as_str().into())])
        }
        Coordinates::Ring { column } => {
            t.args("imports-position-ring", &[("column", column.as_str().into())])
        }
        Coordinates::Own => t.get("imports-position-own"),
    };
    let system =
        guess.srid.map_or_else(|| t.get("imports-position-unknown-system"), |srid| system_name(srid, t));
    let mut notes = Vec::new();
    for (key, n) in [("imports-position-missing", guess.missing), ("imports-position-zeros", guess.zeros)] {
        if n > 0 {
            notes.push(t.args(key, &[("n", n.into()), ("rows", rows.into())]));
        }
    }
    PositionChoice {
        value: at.to_string(),
        title: format!("{from}, {system}"),
        why: match lang {
            Lang::Pl => guess.why_pl.clone(),
            Lang::En => guess.why_en.clone(),
        },
        certain: guess.certain,
        chosen,
        notes,
    }
}

fn system_name(srid: u32, t: &Texts) -> String {
    match srid {
        2176..=2179 => t.args(
            "imports-system-2000",
            &[("srid", srid.to_string().into()), ("zone", (srid - 2171).into())],
        ),
        2180 => t.get("imports-system-2180"),
        4326 => t.get("imports-system-4326"),
        3857 => t.get("imports-system-3857"),
        other => format!("EPSG:{other}"),
    }
}

fn systems(chosen: Option<u32>, t: &Texts) -> Vec<Choice> {
    let first =
        Choice { value: String::new(), label: t.get("imports-system-as-read"), selected: chosen.is_none() };
    let offered = places::OFFERED.into_iter().map(|srid| Choice {
        value: srid.to_string(),
        label: system_name(srid, t),
        selected: chosen == Some(srid),
    });
    std::iter::once(first).chain(offered).collect()
}

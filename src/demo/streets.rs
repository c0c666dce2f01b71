//! Streets as things: name, class, width and surface of every street, and their way out as basemap
//! roads, walkable paths, lamps and avenue trees.

use super::Size;
use super::inventory::{LampSeries, Stand, avenue_species, bench, bin, lamp, tree};
use super::network::{Network, Role};
use super::output::{Attrs, Output, Shape, Thing};
use super::plan::{Corridor, Plan, SiteUse};
use super::plane::{Pt, along, contains, crossing, length, line_distance, offset, ring_distance};
use super::rng::Rng;
use super::street_names::{DIRECTIONS, RINGS, StreetNames};
use importers::{BaseLayer, SinkError};
use std::collections::HashMap;

/// What a street is like.
#[derive(Debug, Clone)]
pub struct StreetInfo {
    /// Full name, "ulica Lipowa"; tracks have none.
    pub name: Option<String>,
    /// Class of road.
    pub class: &'static str,
    /// Half the width of the carriageway, metres.
    pub half_m: f64,
    /// Surface by its OSM value.
    pub surface: &'static str,
    /// Whether lamps stand along it.
    pub lit: bool,
    /// Whether trees stand along it.
    pub avenue: bool,
}

/// Names and describes every street.
pub fn describe(net: &Network, plan: &Plan, size: Size, rng: &mut Rng) -> Vec<StreetInfo> {
    let mut names = StreetNames::new(rng);
    let mut site_names: HashMap<usize, String> = HashMap::new();
    let mut used_site_names = Vec::new();
    (0..net.streets.len())
        .map(|i| {
            let street = &net.streets[i];
            let line = net.line(i);
            let (middle, _) = along(&line, length(&line) / 2.0);
            let r = middle.len();
            match street.role {
                Role::Radial(k) => radial(k, size, r > plan.scale.radius_m, plan),
                Role::Ring(k) => StreetInfo {
                    name: Some(RINGS[k % RINGS.len()].to_owned()),
                    ..info("tertiary", 4.0, "asphalt", true, k > 0 || rng.chance(0.7))
                },
                Role::Boundary => StreetInfo {
                    name: Some("ulica Graniczna".to_owned()),
                    ..info("unclassified", 2.8, "asphalt", size != Size::Village, false)
                },
                Role::Country => info("track", 1.6, "compacted", false, false),
                Role::Riverside => {
                    let north = side_of(&plan.river, middle) > 0.0;
                    let name = if north { "ulica Nadrzeczna" } else { "ulica Rybacka" };
                    StreetInfo {
                        name: Some(name.to_owned()),
                        ..info("residential", 3.0, "asphalt", true, north)
                    }
                }
                Role::Railside => {
                    let north = side_of(&plan.rail, middle) > 0.0;
                    let name = if north { "ulica Torowa" } else { "ulica Kolejowa" };
                    StreetInfo {
                        name: Some(name.to_owned()),
                        ..info("residential", 3.0, "asphalt", true, false)
                    }
                }
                Role::Square => StreetInfo {
                    name: Some("plac Rynek".to_owned()),
                    ..info("living_street", 3.5, "sett", true, false)
                },
                Role::Site(k) => {
                    let name = site_names.entry(k).or_insert_with(|| {
                        site_name(plan.sites[k].site_use, &mut used_site_names, &mut names)
                    });
                    StreetInfo { name: Some(name.clone()), ..info("residential", 2.8, "asphalt", true, true) }
                }
                Role::Cut => cut(&line, r, plan, &mut names, rng),
            }
        })
        .collect()
}

fn info(class: &'static str, half_m: f64, surface: &'static str, lit: bool, avenue: bool) -> StreetInfo {
    StreetInfo { name: None, class, half_m, surface, lit, avenue }
}

fn radial(k: usize, size: Size, outside: bool, plan: &Plan) -> StreetInfo {
    let (class, half_m) = match (size, k) {
        (Size::Village, 0 | 2) => ("secondary", 3.4),
        (Size::Village, _) => ("tertiary", 3.0),
        (_, k) if k >= plan.scale.radials * 2 => ("tertiary", 4.0),
        (_, k) if k % 3 == 0 => ("primary", 5.0),
        _ => ("secondary", 4.5),
    };
    StreetInfo {
        name: Some(format!("ulica {}", DIRECTIONS[k % DIRECTIONS.len()])),
        ..info(class, half_m, "asphalt", !outside, k.is_multiple_of(2))
    }
}

fn site_name(site_use: SiteUse, used: &mut Vec<&'static str>, names: &mut StreetNames) -> String {
    let candidates: &[&'static str] = match site_use {
        SiteUse::Municipal => &["ulica Cmentarna", "ulica Cicha"],
        SiteUse::Parish => &["ulica Parafialna", "ulica Cienista"],
        SiteUse::Park => &["ulica Parkowa", "ulica Altanowa"],
        SiteUse::School => &["ulica Szkolna", "ulica Nauczycielska"],
    };
    match candidates.iter().find(|c| !used.contains(*c)) {
        Some(name) => {
            used.push(name);
            (*name).to_owned()
        }
        None => format!("ulica {}", names.draw()),
    }
}

fn cut(line: &[Pt], r: f64, plan: &Plan, names: &mut StreetNames, rng: &mut Rng) -> StreetInfo {
    let long = length(line) > 300.0;
    let central = r < plan.scale.rings[0];
    let outer = r > plan.scale.radius_m * 0.6;
    let avenue = long && rng.chance(0.45);
    let surface = if central {
        ["sett", "paving_stones"][rng.below(2)]
    } else if outer && rng.chance(0.22) {
        ["compacted", "gravel", "concrete:plates"][rng.below(3)]
    } else if rng.chance(0.18) {
        "paving_stones"
    } else {
        "asphalt"
    };
    let class = if central && rng.chance(0.6) { "living_street" } else { "residential" };
    let lit = surface != "gravel";
    let kind = if avenue { "aleja" } else { "ulica" };
    StreetInfo {
        name: Some(format!("{kind} {}", names.draw())),
        ..info(class, 2.6, surface, lit, avenue || rng.chance(0.14))
    }
}

/// Positive to the left of a corridor's line.
pub fn side_of(corridor: &Corridor, p: Pt) -> f64 {
    corridor
        .line
        .windows(2)
        .map(|w| (super::plane::segment_distance(p, w[0], w[1]).0, (w[1] - w[0]).cross(p - w[0])))
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map_or(0.0, |(_, c)| c)
}

/// Puts vertices where streets reach the water, so that bridges are pieces of their own.
pub fn mark_bridges(net: &mut Network, plan: &Plan) {
    let reach = plan.river.half_m + 4.0;
    let banks = [offset(&plan.river.line, reach), offset(&plan.river.line, -reach)];
    for street in 0..net.streets.len() {
        for k in 0..net.streets[street].nodes.len() - 1 {
            let (a, b) = (net.streets[street].nodes[k], net.streets[street].nodes[k + 1]);
            let (p, q) = (net.nodes[a as usize], net.nodes[b as usize]);
            if line_distance(p.lerp(q, 0.5), &plan.river.line) > reach + (q - p).len() {
                continue;
            }
            let mut hits: Vec<f64> = banks
                .iter()
                .flat_map(|bank| bank.windows(2).filter_map(|w| crossing(p, q, w[0], w[1]).map(|h| h.0)))
                .collect();
            hits.sort_by(f64::total_cmp);
            let mut from = a;
            for t in hits {
                from = net.split_edge(from, b, p.lerp(q, t), 1.0);
                if from == b {
                    break;
                }
            }
        }
    }
}

/// A street's course with no stretch longer than `spacing_m`.
fn dense(line: &[Pt], spacing_m: f64) -> Vec<Pt> {
    let mut out = Vec::new();
    for w in line.windows(2) {
        out.push(w[0]);
        let parts = ((w[1] - w[0]).len() / spacing_m).ceil().max(1.0) as usize;
        out.extend((1..parts).map(|k| w[0].lerp(w[1], k as f64 / parts as f64)));
    }
    out.extend(line.last());
    out
}

/// Cuts a line where it goes onto or off a bridge: pieces with whether they are bridges.
fn pieces(line: &[Pt], plan: &Plan) -> Vec<(Vec<Pt>, bool)> {
    let reach = plan.river.half_m + 4.0;
    let mut out: Vec<(Vec<Pt>, bool)> = Vec::new();
    for w in line.windows(2) {
        let bridge = line_distance(w[0].lerp(w[1], 0.5), &plan.river.line) < reach;
        match out.last_mut() {
            Some((piece, was)) if *was == bridge => piece.push(w[1]),
            _ => out.push((vec![w[0], w[1]], bridge)),
        }
    }
    out
}

fn base_zoom(class: &str) -> u8 {
    match class {
        "primary" => 7,
        "secondary" => 9,
        "tertiary" => 11,
        "track" => 14,
        _ => 12,
    }
}

/// What is known of a walkable path.
#[derive(Debug, Clone, Default)]
pub struct PathInfo<'a> {
    /// Class of path.
    pub class: &'static str,
    /// Its name.
    pub name: Option<&'a str>,
    /// OSM value of the surface; `None` when nobody knows.
    pub surface: Option<&'static str>,
    /// Width in metres.
    pub width_m: Option<f64>,
    /// Whether it is lit.
    pub lit: Option<bool>,
    /// Number of steps.
    pub step_count: Option<i64>,
    /// Whether it is a bridge.
    pub bridge: bool,
    /// Source id of the cemetery it lies in.
    pub cemetery: Option<&'a str>,
}

/// The answer to "without steps?", by the rule of the kind's schema.
fn step_free(info: &PathInfo<'_>) -> &'static str {
    if info.class == "steps"
        || info.step_count.is_some_and(|n| n > 0)
        || info.width_m.is_some_and(|w| w < 0.9)
    {
        return "no";
    }
    match info.surface {
        Some("sand" | "mud") => "no",
        Some(
            "asphalt" | "paved" | "concrete" | "concrete:plates" | "paving_stones" | "sett" | "compacted"
            | "fine_gravel" | "wood",
        ) => "yes",
        _ => "unknown",
    }
}

/// Registers a walkable path and draws it on the basemap.
///
/// # Errors
/// Whatever the sink says.
pub fn path(out: &mut Output<'_>, line: &[Pt], info: &PathInfo<'_>) -> Result<(), SinkError> {
    let smoothness = match info.surface {
        Some("asphalt" | "concrete") => Some("good"),
        Some("paving_stones" | "compacted" | "concrete:plates" | "fine_gravel") => Some("intermediate"),
        Some("sett" | "gravel") => Some("bad"),
        _ => None,
    };
    let mut attrs = Attrs::new()
        .with("class", info.class)
        .with("step_free", step_free(info))
        .with_some("name", info.name)
        .with_some("surface", info.surface)
        .with_some("smoothness", smoothness)
        .with_some("width_m", info.width_m)
        .with_some("lit", info.lit)
        .with_some("step_count", info.step_count);
    if info.class == "steps" {
        attrs = attrs.with("handrail", true).with("ramp", false).with("wheelchair", "no");
    }
    if info.bridge {
        attrs = attrs.with("bridge", true).with("layer", 1);
    }
    let part_of = info.cemetery.map(|id| ("cemeteries", id));
    let label = info.name.map(str::to_owned);
    out.thing(Thing { kind: "paths", prefix: "path", part_of, label, shape: Shape::Line(line), attrs })?;
    if matches!(info.class, "footway" | "path" | "steps") {
        let zoom = if info.cemetery.is_some() && info.name.is_none() { 17 } else { 14 };
        out.base(BaseLayer::Roads, info.class, info.name, zoom, Shape::Line(line))?;
    }
    Ok(())
}

/// Hands over all streets: roads of the basemap and walkable paths.
///
/// # Errors
/// Whatever the sink says.
pub fn emit(out: &mut Output<'_>, net: &Network, infos: &[StreetInfo], plan: &Plan) -> Result<(), SinkError> {
    for (i, info) in infos.iter().enumerate() {
        let line = dense(&net.line(i), plan.scale.vertex_spacing_m);
        out.base(
            BaseLayer::Roads,
            info.class,
            info.name.as_deref(),
            base_zoom(info.class),
            Shape::Line(&line),
        )?;
        for (piece, bridge) in pieces(&line, plan) {
            let path_info = PathInfo {
                class: info.class,
                name: info.name.as_deref(),
                surface: Some(info.surface),
                width_m: Some((info.half_m * 20.0).round() / 10.0),
                lit: Some(info.lit),
                bridge,
                ..PathInfo::default()
            };
            path(out, &piece, &path_info)?;
        }
    }
    Ok(())
}

/// Whether something may stand beside a street: not in water, not on rails, not inside a site.
fn free(plan: &Plan, p: Pt) -> bool {
    line_distance(p, &plan.river.line) > plan.river.half_m + 2.0
        && line_distance(p, &plan.rail.line) > 7.0
        && !plan.sites.iter().any(|s| contains(&s.ring, p) && ring_distance(p, &s.ring) > 6.5)
}

/// Lamps, avenue trees, benches and bins along the streets.
///
/// # Errors
/// Whatever the sink says.
pub fn furnish(
    out: &mut Output<'_>,
    net: &Network,
    infos: &[StreetInfo],
    plan: &Plan,
    rng: &mut Rng,
) -> Result<(), SinkError> {
    for (i, info) in infos.iter().enumerate() {
        let nodes = &net.streets[i].nodes;
        let line = net.line(i);
        let total = length(&line);
        let mut junctions = Vec::new();
        let mut gone = 0.0;
        for (k, n) in nodes.iter().enumerate() {
            if k > 0 {
                gone += (line[k] - line[k - 1]).len();
            }
            if net.degree(*n) > 2 {
                junctions.push(gone);
            }
        }
        let clear = |s: f64, need: f64| junctions.iter().all(|j| (j - s).abs() > need);
        if info.lit {
            let spacing = if info.half_m > 3.5 { 33.0 } else { 37.0 };
            let cabinet = cabinet_at(along(&line, total / 2.0).0);
            let mut series = LampSeries::new(cabinet, info.half_m > 3.5, false, rng);
            let count = (total / spacing).round().max(1.0) as usize;
            let start_side = if rng.chance(0.5) { 1.0 } else { -1.0 };
            for k in 0..count {
                let s = total * (k as f64 + 0.5) / count as f64;
                let (p, dir) = along(&line, s);
                let side = if info.half_m > 3.5 && k % 2 == 1 { -start_side } else { start_side };
                let at = p + dir.left() * (side * (info.half_m + 0.9));
                if p.len() < plan.scale.radius_m * 1.08 && clear(s, 4.0) && free(plan, at) {
                    lamp(out, rng, at, &mut series)?;
                }
            }
        }
        if info.avenue {
            let species = avenue_species(rng);
            let spacing = rng.range(8.5, 12.5);
            let both = rng.chance(0.75);
            let count = (total / spacing) as usize;
            for k in 0..count {
                let s = total * (k as f64 + 0.5) / count as f64;
                let (p, dir) = along(&line, s);
                for side in [1.0, -1.0] {
                    if (side > 0.0 || both) && clear(s, info.half_m + 7.0) && rng.chance(0.94) {
                        let at = p + dir.left() * (side * (info.half_m + 2.3)) + dir * rng.range(-0.5, 0.5);
                        if free(plan, at) {
                            tree(out, rng, at, Stand::Street, Some(species))?;
                        }
                    }
                }
            }
        }
        let busy = info.half_m > 3.4 && line[0].len() < plan.scale.radius_m;
        let step = if busy { 95.0 } else { 260.0 };
        let mut s = rng.range(20.0, step);
        while s < total {
            let (p, dir) = along(&line, s);
            let side = if rng.chance(0.5) { 1.0 } else { -1.0 };
            let at = p + dir.left() * (side * (info.half_m + 1.7));
            if info.lit && p.len() < plan.scale.radius_m && clear(s, 8.0) && free(plan, at) {
                bin(out, rng, at)?;
                if busy || rng.chance(0.3) {
                    bench(out, rng, at + dir * 1.8)?;
                }
            }
            s += step * rng.range(0.7, 1.3);
        }
    }
    Ok(())
}

/// The switching cabinet that serves a place: one for each square of 450 m.
pub fn cabinet_at(p: Pt) -> String {
    let (x, y) = ((p.x / 450.0).floor() as i64 + 20, (p.y / 450.0).floor() as i64 + 20);
    format!("SO-{:04}", x * 40 + y)
}

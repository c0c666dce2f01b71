//! A made-up town, for trying Reeve out, for pictures and for measuring.
//!
//! [`generate`] draws a Polish town that does not exist: streets, river, railway, parks, houses,
//! lamps, trees, cemeteries and the people buried there. It is a pure function of size and seed: the
//! same two give the same stream of records, byte for byte, on every machine. It does no I/O and keeps
//! only the plan of the town in memory; trees, graves and people are made as they are handed over.
//!
//! What holds of every town:
//! - Things that meet share a vertex with identical coordinates: streets at crossings, park and cemetery
//!   paths at streets, gates on the paths that lead through them.
//! - Every cemetery path is joined to the streets. One gate of each municipal cemetery ("Furtka Północna")
//!   lies on no path, and one fenced group of graves there (sector "KZ") is reached by none.
//! - The last sectors of a parish cemetery lie on a terrace that only steps lead to.
//! - The people of [`Summary::fixed`] exist in every size and under every seed.

mod blocks;
mod buildings;
mod cemetery;
mod cemetery_ways;
mod country;
mod graves;
mod greenery;
mod houses;
mod inventory;
mod names;
mod network;
mod output;
mod parks;
mod people;
mod plan;
mod plane;
mod rng;
mod street_names;
mod streets;
#[cfg(test)]
mod tests;

use blocks::FaceUse;
use cemetery::Cemetery;
use importers::{BaseLayer, Sink, SinkError};
use network::Network;
use output::{Output, Shape};
use parks::Park;
use plan::{Plan, SiteUse};
use plane::{Projection, Pt};
use rng::Rng;
use std::collections::BTreeMap;

/// How large the town is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// 3,000 assets, 600 graves, 1,300 buried.
    Village,
    /// 50,000 assets, 12,000 graves, 24,000 buried.
    Town,
    /// 1,000,000 assets, 200,000 graves, 400,000 buried.
    City,
}

/// A person whom every made-up town has, and where they lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FixedPerson {
    /// Given names.
    pub given_names: String,
    /// Surname.
    pub surname: String,
    /// Source id of the grave.
    pub grave: String,
    /// Label of the grave, "B / 1 / 3".
    pub grave_label: String,
    /// Name of the cemetery.
    pub cemetery: String,
}

/// What was generated.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Name of the town; no such place exists.
    pub town_name: String,
    /// Records by slug of their kind.
    pub kinds: BTreeMap<String, u64>,
    /// Records of the basemap by layer.
    pub base: BTreeMap<String, u64>,
    /// Buried people.
    pub people: u64,
    /// Lamps, benches, bins, trees, barriers and greens together.
    pub assets: u64,
    /// Distinct vertices of all walkable paths.
    pub path_nodes: u64,
    /// West, south, east, north in degrees.
    pub extent: [f64; 4],
    /// Longitude and latitude of the market square.
    pub centre: [f64; 2],
    /// "Zmyślisława Kowalska z d. Wiśniewska" (1931–2004), "Jan Kowalski" (1925–1998), "Anna Szczepańska"
    /// (1948–2019) and "Stanisław Przykładowski" (1902–1967), each in a grave near the main gate of a
    /// municipal cemetery that is reached without steps.
    pub fixed: Vec<FixedPerson>,
}

impl Size {
    /// Name of the town of this size.
    #[must_use]
    pub fn town_name(self) -> &'static str {
        town_name(self).0
    }
}

/// Name of the town and its locative, by size.
fn town_name(size: Size) -> (&'static str, &'static str) {
    match size {
        Size::Village => ("Olszynek Wymyślony", "Olszynku Wymyślonym"),
        Size::Town => ("Brzozogród Zmyślony", "Brzozogrodzie Zmyślonym"),
        Size::City => ("Lipogród Zmyślony", "Lipogrodzie Zmyślonym"),
    }
}

/// The streets with their faces, and what lies in the sites.
struct Layout {
    plan: Plan,
    net: Network,
    uses: Vec<FaceUse>,
    parks: Vec<Park>,
    yards: Vec<Cemetery>,
    walks: Vec<Vec<Pt>>,
}

/// Makes up a town and hands every record to the sink: basemap, inventory, paths, cemeteries, graves,
/// people. A whole is always handed over before its parts, and a grave before its people.
///
/// # Errors
/// Only what the sink says; generating itself cannot fail.
pub fn generate(size: Size, seed: u64, sink: &mut dyn Sink) -> Result<Summary, SinkError> {
    let (town, locative) = town_name(size);
    let projection = Projection { lon: 20.72, lat: 52.12 };
    let mut out = Output::new(sink, projection);
    let mut town_plan = lay_out(size, seed, locative);
    let fixed = emit(&mut out, &mut town_plan, size, seed, town)?;
    let centre = projection.coord(plane::pt(0.0, 0.0));
    Ok(Summary {
        town_name: town.to_owned(),
        assets: out.inventory_count(),
        path_nodes: out.path_node_count(),
        people: out.people,
        extent: out.extent,
        centre: [centre.x, centre.y],
        kinds: out.kinds,
        base: out.base,
        fixed,
    })
}

/// Lays the town out, again and again until nothing is amiss; the best of some attempts otherwise.
///
/// Random lines may meet so awkwardly that a face crosses itself or a cemetery finds no room.
fn lay_out(size: Size, seed: u64, locative: &str) -> Layout {
    let mut best = try_lay_out(size, seed, 0, locative);
    for attempt in 1..16 {
        if best.1 == 0 {
            break;
        }
        let next = try_lay_out(size, seed, attempt, locative);
        if next.1 < best.1 {
            best = next;
        }
    }
    best.0
}

/// One attempt and its faults: faces that had to be given up, and much more for missing cemeteries.
fn try_lay_out(size: Size, seed: u64, attempt: u64, locative: &str) -> (Layout, usize) {
    let mut rng = Rng::fork(seed, 1 + attempt * 1_000);
    let plan = Plan::new(size, &mut rng);
    let mut net = Network::build(&plan.drafts, |draft, middle| plan.keeps(draft, middle));
    let mut uses = blocks::divide(&mut net, &plan, &mut rng);
    blocks::join_across(&mut net);
    streets::mark_bridges(&mut net, &plan);
    let (mut parks, mut yards) = (Vec::new(), Vec::new());
    let park_names = [
        "Park Miejski",
        "Park Zmyślony",
        "Park Nad Stawem",
        "Ogród Wymyślony",
        "Park Różany",
        "Park Dębowy",
        "Park Północny",
        "Park Południowy",
        "Park Jubileuszowy",
        "Park Harcerski",
        "Park Akacjowy",
        "Park Zdrojowy",
    ];
    let mut named = [0usize; 2];
    for (face, face_use) in uses.iter().enumerate() {
        let FaceUse::Site(site) = *face_use else { continue };
        let site_use = plan.sites[site].site_use;
        match site_use {
            SiteUse::Park => {
                let name = park_names[parks.len() % park_names.len()];
                let name = if size == Size::Village { "Park Dworski" } else { name };
                parks.push(Park::plan(&mut net, face, name.to_owned(), &mut rng));
            }
            SiteUse::Municipal | SiteUse::Parish => {
                let parish = usize::from(site_use == SiteUse::Parish);
                named[parish] += 1;
                let which = if parish == 1 { "parafialny" } else { "komunalny" };
                let nth = ["", "", " II", " III", " IV", " V", " VI"][named[parish].min(6)];
                let name = format!("Cmentarz {which}{nth} w {locative}");
                yards.push(Cemetery::plan(&mut net, &plan, site, face, name, &mut rng));
            }
            SiteUse::School => {}
        }
    }
    let walks = greenery::plan_banks(&mut net, &uses, &plan);
    let mut faults = 0;
    for (face, face_use) in uses.iter_mut().enumerate() {
        if !plane::is_simple(&net.ring(face)) {
            faults += if matches!(face_use, FaceUse::Site(_)) { 1_000 } else { 1 };
            *face_use = FaceUse::Void;
        }
    }
    let capacity: usize = yards.iter().map(|y| y.slots.len()).sum();
    let missing = plan.scale.cemeteries(size).saturating_sub(yards.len());
    faults += missing * 1_000 + usize::from(capacity < plan.scale.graves) * 1_000;
    (Layout { plan, net, uses, parks, yards, walks }, faults)
}

fn emit(
    out: &mut Output<'_>,
    layout: &mut Layout,
    size: Size,
    seed: u64,
    town: &str,
) -> Result<Vec<FixedPerson>, SinkError> {
    let Layout { plan, net, uses, parks, yards, walks } = layout;
    let mut rng = Rng::fork(seed, 2);
    let infos = streets::describe(net, plan, size, &mut Rng::fork(seed, 3));
    let built = buildings::BuiltUp::plan(net, uses, &infos, plan, &mut Rng::fork(seed, 4));
    let woods = country::emit_country(out, net, uses, plan, &mut rng)?;
    let mut schools = 0;
    for (face, face_use) in uses.iter().enumerate() {
        let FaceUse::Site(site) = *face_use else { continue };
        let ring = net.ring(face);
        out.base(BaseLayer::Land, "grass", None, 11, Shape::Area(&ring))?;
        if plan.sites[site].site_use == SiteUse::School {
            schools += 1;
            greenery::emit_school(out, plan, site, &ring, schools, &mut rng)?;
        }
    }
    built.emit_base(out, &infos, town, "Kościół pw. św. Zmyślonego")?;
    greenery::emit_square(out, plan, size, &mut rng)?;
    greenery::emit_river(out, net, uses, walks, plan, "Zmyślanka", &mut rng)?;
    greenery::emit_rail(out, net, uses, plan, town)?;
    emit_places(out, plan, size, town)?;
    for park in parks.iter() {
        park.emit(out, &mut rng)?;
    }
    streets::emit(out, net, &infos, plan)?;
    streets::furnish(out, net, &infos, plan, &mut rng)?;
    let fixed = graves::emit(out, yards, &plan.scale, &mut Rng::fork(seed, 5))?;
    let density = if size == Size::Village { 0.5 } else { 1.0 };
    built.emit_gardens(out, density, &mut rng)?;
    let owed = plan.scale.assets.saturating_sub(out.inventory_count());
    woods.plant(out, owed, plan, &mut rng)?;
    Ok(fixed)
}

fn emit_places(out: &mut Output<'_>, plan: &Plan, size: Size, town: &str) -> Result<(), SinkError> {
    let class = match size {
        Size::Village => "village",
        Size::Town => "town",
        Size::City => "city",
    };
    out.base(BaseLayer::Places, class, Some(town), 4, Shape::Point(plane::pt(0.0, 0.0)))?;
    let suburbs =
        ["Zarzecze", "Podlesie", "Kolonia", "Nowe Osiedle", "Stawki", "Młynisko", "Górki", "Zagrody"];
    let (count, share) = match size {
        Size::Village => (0, 0.0),
        Size::Town => (4, 0.78),
        Size::City => (8, 0.62),
    };
    for (k, name) in suburbs.iter().take(count).enumerate() {
        let angle = std::f64::consts::TAU * (k as f64 + 0.3) / count as f64;
        let at = Pt::polar(angle) * (plan.scale.radius_m * share);
        out.base(BaseLayer::Places, "suburb", Some(name), 11, Shape::Point(at))?;
    }
    Ok(())
}

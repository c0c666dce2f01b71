//! Cemeteries handed over: outline, walls, gates, paths, sectors, graves and the people in them.
//!
//! The numbers of graves and of people are met exactly: graves by leaving surplus places empty, people
//! by filling the graves a little more or less as the sum runs ahead or behind.

use super::FixedPerson;
use super::cemetery::{Cemetery, Gate, GraveType, Slot};
use super::inventory::{LampSeries, Stand, barrier, bench, bin, lamp, tree};
use super::output::{Attrs, Output, Shape, Thing};
use super::people::{Household, fixed, people};
use super::plan::{Scale, SiteUse};
use super::plane::{Pt, along, length, rect};
use super::rng::Rng;
use super::streets::{PathInfo, cabinet_at, path};
use importers::{BaseLayer, Burial, SinkError};

/// How many graves and people are still owed.
#[derive(Debug)]
struct Owed {
    graves: usize,
    people: usize,
    per_grave: f64,
    ahead: f64,
}

impl Owed {
    /// People for the next grave: what suits it, bent so that the sum comes out.
    fn next(&mut self, slot: &Slot, rng: &mut Rng) -> usize {
        let usual = match slot.grave_type {
            GraveType::Child => 1,
            GraveType::War => 1 + rng.weighted([80.0, 8.0, 6.0, 3.0].into_iter()),
            GraveType::Urn => 1 + rng.weighted([60.0, 40.0].into_iter()),
            GraveType::Tomb => rng.int(3, 8) as usize,
            GraveType::Masonry => 2 + rng.weighted([44.0, 26.0, 18.0, 8.0, 4.0].into_iter()),
            GraveType::Earth => 1 + rng.weighted([48.0, 38.0, 10.0, 4.0].into_iter()),
        };
        let bent = match slot.grave_type {
            GraveType::Child | GraveType::War => usual,
            _ if self.ahead > 2.0 && usual > 1 => usual - 1,
            _ if self.ahead < -2.0 => usual + 1,
            _ => usual,
        };
        self.graves -= 1;
        let count = if self.graves == 0 {
            self.people
        } else {
            bent.min(self.people.saturating_sub(self.graves)).max(1)
        };
        self.people = self.people.saturating_sub(count);
        self.ahead += count as f64 - self.per_grave;
        count
    }
}

/// Hands over all cemeteries; answers where the fixed people lie.
///
/// # Errors
/// Whatever the sink says.
pub fn emit(
    out: &mut Output<'_>,
    yards: &mut [Cemetery],
    scale: &Scale,
    rng: &mut Rng,
) -> Result<Vec<FixedPerson>, SinkError> {
    let capacity: usize = yards.iter().map(|y| y.slots.len()).sum();
    let graves = scale.graves.min(capacity);
    let mut owed = Owed {
        graves,
        people: scale.people,
        per_grave: scale.people as f64 / graves.max(1) as f64,
        ahead: 0.0,
    };
    let mut fixed_people = Vec::new();
    let mut left = (graves, capacity);
    let home = yards.iter().position(|y| y.site_use == SiteUse::Municipal).unwrap_or(0);
    for (i, yard) in yards.iter_mut().enumerate() {
        let here = yard.slots.len();
        let quota = if left.1 == here {
            left.0
        } else {
            (left.0 as f64 * here as f64 / left.1 as f64).round() as usize
        };
        left = (left.0 - quota, left.1 - here);
        let chosen = if i == home { reserve_fixed(yard) } else { Vec::new() };
        let id = emit_yard(out, yard, rng)?;
        emit_sectors(out, yard, &id)?;
        let found = emit_graves(out, yard, &id, (quota, &chosen), &mut owed, rng)?;
        fixed_people.extend(found);
        furnish(out, yard, rng)?;
        // The places are the largest thing in memory; they go as soon as they are handed over.
        yard.slots = Vec::new();
    }
    Ok(fixed_people)
}

/// Picks well reachable places for the fixed people: near the main gate, beside the main alley.
fn reserve_fixed(yard: &mut Cemetery) -> Vec<usize> {
    let main = yard.alleys.iter().find(|a| a.main).and_then(|a| a.line.first()).map_or(0.0, |p| p.0);
    let sector = yard.sectors.iter().position(|s| s.area[0] > main && s.area[0] < main + 12.0).unwrap_or(0);
    let count = fixed().len();
    let here = |i: &usize, same_type: bool| {
        let s = &yard.slots[*i];
        usize::from(s.sector) == sector && !s.suffix && (!same_type || s.grave_type == GraveType::Earth)
    };
    let mut places: Vec<usize> = (0..yard.slots.len()).filter(|i| here(i, true)).collect();
    if places.len() < count {
        places = (0..yard.slots.len()).filter(|i| here(i, false)).collect();
    }
    let step = (places.len() / count).clamp(1, 7);
    let chosen: Vec<usize> = (0..count).filter_map(|k| places.get(k * step).copied()).collect();
    for i in &chosen {
        yard.slots[*i].keep = true;
    }
    chosen
}

fn emit_yard(out: &mut Output<'_>, yard: &Cemetery, rng: &mut Rng) -> Result<String, SinkError> {
    let outline = yard.area([-yard.half_w, 0.0, yard.half_w, yard.depth]);
    out.base(BaseLayer::Land, "cemetery", Some(&yard.name), 10, Shape::Area(&outline))?;
    let parish = yard.site_use == SiteUse::Parish;
    let attrs = Attrs::new()
        .with("name", yard.name.clone())
        .with("type", if parish { "parish" } else { "municipal" })
        .with("operator", if parish { "Parafia pw. św. Zmyślonego" } else { "Zakład Gospodarki Komunalnej" })
        .with("opening_hours", if parish { "Mo-Su 07:00-20:00" } else { "Mo-Su 06:00-22:00" });
    let attrs = if parish {
        attrs.with("religion", "christian").with("denomination", "roman_catholic")
    } else {
        attrs
    };
    let id = out.thing(Thing {
        kind: "cemeteries",
        prefix: "cemetery",
        part_of: None,
        label: Some(yard.name.clone()),
        shape: Shape::Area(&outline),
        attrs,
    })?;
    for (side, line) in yard.walls() {
        let (kind, height, material) = match (parish, side) {
            (true, _) => ("wall", 1.9, Some("brick")),
            (false, 0) => ("wall", 1.8, Some("stone")),
            (false, 2) => ("hedge", 1.6, None),
            _ => ("fence", 1.7, Some("metal")),
        };
        barrier(out, &line, kind, height, material)?;
    }
    if let Some(v) = yard.terrace_v {
        let level = v + 1.7;
        for (from, to) in [(-yard.half_w, -1.4), (1.4, yard.half_w)] {
            barrier(out, &[yard.at(from, level), yard.at(to, level)], "retaining_wall", 1.4, Some("stone"))?;
        }
    }
    if let Some(area) = yard.fenced {
        let mut ring = yard.area(area);
        ring.push(ring[0]);
        barrier(out, &ring, "fence", 1.5, Some("metal"))?;
    }
    for gate in &yard.gates {
        emit_gate(out, yard, &id, gate)?;
    }
    for alley in &yard.alleys {
        let line: Vec<Pt> = alley.line.iter().map(|(u, v)| yard.at(*u, *v)).collect();
        let class = if alley.steps.is_some() { "steps" } else { "footway" };
        let info = PathInfo {
            class,
            name: alley.name,
            surface: alley.surface,
            width_m: Some(alley.width_m),
            lit: alley.name.is_some().then_some(alley.main),
            step_count: alley.steps,
            bridge: false,
            cemetery: Some(&id),
        };
        path(out, &line, &info)?;
    }
    chapel(out, yard, rng)?;
    Ok(id)
}

fn emit_gate(out: &mut Output<'_>, yard: &Cemetery, cemetery: &str, gate: &Gate) -> Result<(), SinkError> {
    let at = yard.at(gate.at.0, gate.at.1);
    let mut attrs = Attrs::new()
        .with("name", gate.name)
        .with("type", if gate.main || gate.width_m > 2.0 { "gate" } else { "entrance" })
        .with("access", if gate.locked { "no" } else { "yes" })
        .with("locked", gate.locked)
        .with("width_m", gate.width_m);
    if gate.main {
        attrs = attrs.with("wheelchair", "yes").with("opening_hours", "Mo-Su 06:00-22:00");
    }
    out.thing(Thing {
        kind: "gates",
        prefix: "gate",
        part_of: Some(("cemeteries", cemetery)),
        label: Some(gate.name.to_owned()),
        shape: Shape::Point(at),
        attrs,
    })?;
    if gate.access.len() > 1 {
        let info = PathInfo {
            class: "footway",
            surface: Some(if gate.main { "paving_stones" } else { "compacted" }),
            width_m: Some(if gate.main { 4.0 } else { 1.8 }),
            lit: Some(gate.main),
            ..PathInfo::default()
        };
        path(out, &gate.access, &info)?;
    }
    Ok(())
}

fn chapel(out: &mut Output<'_>, yard: &Cemetery, rng: &mut Rng) -> Result<(), SinkError> {
    let yard_m = yard.levels.0;
    let parish = yard.site_use == SiteUse::Parish;
    let (w, d) = if yard_m < 15.0 {
        (7.0, 5.0)
    } else if parish {
        (15.0, 8.0)
    } else {
        (20.0, 9.0)
    };
    let at = yard.at(-(yard.half_w * 0.5).max(w / 2.0 + 5.0), yard_m * 0.47);
    let dir = (yard.at(1.0, 0.0) - yard.at(0.0, 0.0)).unit();
    let mut body = rect(at, dir, w, d).to_vec();
    // The apse looks away from the main alley.
    body.insert(4, at - dir * (w / 2.0 + d * 0.3) + dir.left() * (d * 0.22));
    body.insert(5, at - dir * (w / 2.0 + d * 0.3) - dir.left() * (d * 0.22));
    let name = if parish { "Kaplica cmentarna" } else { "Dom pożegnań" };
    out.base(BaseLayer::Buildings, "chapel", Some(name), 14, Shape::Area(&body))?;
    out.base(BaseLayer::Places, "church", Some(name), 16, Shape::Point(at))?;
    let other = yard.at((yard.half_w * 0.5).max(9.0), yard_m * 0.47);
    for k in 0..5 {
        let spot = other + dir * (f64::from(k) * 4.2 - 8.4) + dir.left() * rng.range(-2.0, 2.0);
        tree(out, rng, spot, Stand::Park, None)?;
    }
    for side in [-1.0, 1.0] {
        bench(out, rng, yard.at(side * 4.0, yard_m * 0.5))?;
        bin(out, rng, yard.at(side * 4.0, yard_m * 0.5 + 2.0))?;
    }
    Ok(())
}

fn emit_sectors(out: &mut Output<'_>, yard: &Cemetery, cemetery: &str) -> Result<(), SinkError> {
    for sector in &yard.sectors {
        out.thing(Thing {
            kind: "sectors",
            prefix: "sector",
            part_of: Some(("cemeteries", cemetery)),
            label: Some(sector.name.clone()),
            shape: Shape::Area(&yard.area(sector.area)),
            attrs: Attrs::new().with("name", sector.name.clone()),
        })?;
    }
    Ok(())
}

fn first_death(yard: &Cemetery, slot: &Slot, rng: &mut Rng) -> i16 {
    let share = ((slot.v - yard.levels.0) / (yard.levels.1 - yard.levels.0).max(1.0)).clamp(0.0, 1.0);
    let (from, to, spread) =
        if yard.site_use == SiteUse::Parish { (1872.0, 1978.0, 13.0) } else { (1946.0, 2014.0, 9.0) };
    let year = from + (to - from) * share + rng.normal() * spread;
    (year as i16).clamp(1862, 2024)
}

fn emit_graves(
    out: &mut Output<'_>,
    yard: &Cemetery,
    cemetery: &str,
    (quota, chosen): (usize, &[usize]),
    owed: &mut Owed,
    rng: &mut Rng,
) -> Result<Vec<FixedPerson>, SinkError> {
    let kept = yard.slots.iter().filter(|s| s.keep).count();
    let mut needed = quota.saturating_sub(kept);
    let mut open = yard.slots.len() - kept;
    let mut found = Vec::new();
    let known = fixed();
    for (i, slot) in yard.slots.iter().enumerate() {
        if !slot.keep {
            let take = rng.unit() * (open as f64) < needed as f64;
            open -= 1;
            if !take {
                continue;
            }
            needed -= 1;
        }
        let role = chosen.iter().position(|c| *c == i);
        let burials = if let Some(k) = role {
            let count = owed.next(&Slot { grave_type: GraveType::Child, ..*slot }, rng);
            let mut list = vec![known[k].clone()];
            list.extend(people(Household::Family, count - 1, 1990, rng));
            list
        } else {
            let household = match slot.grave_type {
                GraveType::Child => Household::Child,
                GraveType::War => Household::War,
                _ => Household::Family,
            };
            people(household, owed.next(slot, rng), first_death(yard, slot, rng), rng)
        };
        let (grave, label) = emit_grave(out, yard, cemetery, slot, &burials, rng)?;
        if let Some(k) = role {
            found.push(FixedPerson {
                given_names: known[k].given_names.clone(),
                surname: known[k].surname.clone(),
                grave: grave.clone(),
                grave_label: label,
                cemetery: yard.name.clone(),
            });
        }
        for burial in burials {
            out.burial(Burial { grave: grave.clone(), ..burial })?;
        }
    }
    Ok(found)
}

fn emit_grave(
    out: &mut Output<'_>,
    yard: &Cemetery,
    cemetery: &str,
    slot: &Slot,
    burials: &[Burial],
    rng: &mut Rng,
) -> Result<(String, String), SinkError> {
    const INSCRIPTIONS: [&str; 3] = ["Spoczywaj w pokoju", "Pokój ich duszom", "Prosi o modlitwę"];
    let sector = &yard.sectors[usize::from(slot.sector)].name;
    let number = format!("{}{}", slot.number, if slot.suffix { "a" } else { "" });
    let label = format!("{sector} / {} / {number}", slot.row);
    let mut attrs = Attrs::new()
        .with("sector", sector.clone())
        .with("row", slot.row.to_string())
        .with("number", number)
        .with("type", slot.grave_type.as_str())
        .with(
            "capacity",
            burials.len().max(match slot.grave_type {
                GraveType::Child | GraveType::War => 1,
                GraveType::Tomb => 8,
                GraveType::Masonry => 4,
                _ => 2,
            }),
        );
    if rng.chance(0.02) {
        attrs = attrs.with("inscription", INSCRIPTIONS[rng.below(3)]);
    }
    let id = out.thing(Thing {
        kind: "graves",
        prefix: "grave",
        part_of: Some(("cemeteries", cemetery)),
        label: Some(label.clone()),
        shape: Shape::Area(&yard.plot(slot)),
        attrs,
    })?;
    Ok((id, label))
}

/// Trees, lamps, benches and bins of a cemetery.
fn furnish(out: &mut Output<'_>, yard: &Cemetery, rng: &mut Rng) -> Result<(), SinkError> {
    let mut series = LampSeries::new(cabinet_at(yard.at(0.0, 0.0)), false, true, rng);
    for alley in yard.alleys.iter().filter(|a| a.main) {
        let line: Vec<Pt> = alley.line.iter().map(|(u, v)| yard.at(*u, *v)).collect();
        let crossing = |p: Pt| alley.line.iter().any(|(u, v)| (yard.at(*u, *v) - p).len() < 2.2);
        let total = length(&line);
        let mut s = 3.0;
        let mut turn = 0;
        while s < total {
            let (p, dir) = along(&line, s);
            turn += 1;
            for side in [1.0, -1.0] {
                let at = p + dir.left() * (side * 2.75);
                if crossing(p) {
                    continue;
                }
                match turn % 5 {
                    1 if side > 0.0 => lamp(out, rng, at, &mut series)?,
                    3 => bench(out, rng, at)?,
                    4 if side < 0.0 => bin(out, rng, at)?,
                    _ => tree(out, rng, at, Stand::Cemetery, Some(0))?,
                }
            }
            s += 6.0;
        }
    }
    // A row of trees between wall and street on all sides, leaving the gates open.
    let m = 4.6;
    let frame = [
        (-yard.half_w - m, -m),
        (yard.half_w + m, -m),
        (yard.half_w + m, yard.depth + m),
        (-yard.half_w - m, yard.depth + m),
    ];
    let mut ring: Vec<Pt> = frame.iter().map(|(u, v)| yard.at(*u, *v)).collect();
    ring.push(ring[0]);
    let total = length(&ring);
    let count = (total / 8.0) as usize;
    for k in 0..count {
        let (p, _) = along(&ring, total * k as f64 / count as f64);
        let open = yard.gates.iter().all(|g| (yard.at(g.at.0, g.at.1) - p).len() > 8.0);
        if open && rng.chance(0.9) {
            let spot = p + Pt::polar(rng.range(0.0, 6.3)) * 0.5;
            tree(out, rng, spot, Stand::Cemetery, None)?;
        }
    }
    back_strip(out, yard, rng)
}

/// Thujas and birches in the strip along the back wall, and a bin and a bench at every crossing there.
fn back_strip(out: &mut Output<'_>, yard: &Cemetery, rng: &mut Rng) -> Result<(), SinkError> {
    let v = (yard.levels.1 + yard.depth) / 2.0 + 0.8;
    let mut u = -yard.half_w + 5.0;
    while u < yard.half_w - 4.0 {
        let inside_fence = yard.fenced.is_some_and(|[u0, _, u1, _]| u > u0 - 2.0 && u < u1 + 2.0);
        let near_gate = yard.gates.iter().any(|g| (g.at.0 - u).abs() < 3.5 && g.at.1 > v);
        if !inside_fence && !near_gate {
            let spot = yard.at(u, v + rng.range(-2.5, 2.5));
            tree(out, rng, spot, Stand::Cemetery, None)?;
        }
        u += rng.range(4.5, 7.5);
    }
    for sector in yard.sectors.iter().filter(|s| s.area[2] - s.area[0] > 12.0) {
        let p = yard.at(sector.area[0] - 0.9, sector.area[1] - 0.9);
        if rng.chance(0.8) {
            tree(out, rng, p, Stand::Cemetery, None)?;
        }
        let q = yard.at(sector.area[2] + 0.8, sector.area[3] + 0.8);
        match rng.below(3) {
            0 => bench(out, rng, q)?,
            1 => bin(out, rng, q)?,
            _ => {}
        }
    }
    Ok(())
}

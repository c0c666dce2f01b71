//! What every made-up town must satisfy, checked on the stream itself.

use super::*;
use geo_types::{Coord, Geometry, LineString};
use importers::Record;
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;

type Node = (i64, i64);

fn node(c: Coord<f64>) -> Node {
    ((c.x * 1e7).round() as i64, (c.y * 1e7).round() as i64)
}

fn metres(a: Coord<f64>, b: Coord<f64>) -> f64 {
    let (dx, dy) = ((a.x - b.x) * 68_400.0, (a.y - b.y) * 111_260.0);
    dx.hypot(dy)
}

/// Everything of a town that the checks look at.
#[derive(Clone)]
struct Town {
    records: Vec<Record>,
    summary: Option<Summary>,
}

impl Town {
    fn of(size: Size, seed: u64) -> Self {
        let mut records = Vec::new();
        let summary = generate(size, seed, &mut |r: Record| {
            records.push(r);
            Ok(())
        });
        Self { records, summary: summary.ok() }
    }

    fn summary(&self) -> &Summary {
        self.summary.as_ref().unwrap()
    }

    fn features(&self, kind: &'static str) -> impl Iterator<Item = &importers::Feature> {
        self.records.iter().filter_map(move |r| match r {
            Record::Feature(f) if f.kind == kind => Some(f),
            _ => None,
        })
    }

    fn paths(&self) -> Vec<&LineString<f64>> {
        self.features("paths")
            .map(|f| match &f.geometry {
                Geometry::LineString(l) => l,
                other => panic!("a path is {other:?}"),
            })
            .collect()
    }

    fn gates(&self) -> Vec<(String, Coord<f64>, bool)> {
        self.features("gates")
            .map(|f| match &f.geometry {
                Geometry::Point(p) => {
                    (f.label.clone().unwrap_or_default(), p.0, f.attributes["locked"] == true)
                }
                other => panic!("a gate is {other:?}"),
            })
            .collect()
    }
}

/// One town that most checks share, because making it takes a while without optimisation.
fn shared_town() -> &'static Town {
    static TOWN: OnceLock<Town> = OnceLock::new();
    TOWN.get_or_init(|| Town::of(Size::Town, 1))
}

/// The shared town and some villages.
fn places() -> impl Iterator<Item = (String, std::borrow::Cow<'static, Town>)> {
    let villages = [1, 2, 3, 11, 42, 160].into_iter();
    let villages = villages
        .map(|seed| (format!("village {seed}"), std::borrow::Cow::Owned(Town::of(Size::Village, seed))));
    villages.chain(std::iter::once_with(|| ("town 1".to_owned(), std::borrow::Cow::Borrowed(shared_town()))))
}

/// Which nodes hang together by paths for which `counts` holds.
struct Net {
    index: HashMap<Node, usize>,
    parent: Vec<usize>,
}

impl Net {
    fn of<'a>(lines: impl Iterator<Item = &'a LineString<f64>>) -> Self {
        let mut net = Self { index: HashMap::new(), parent: Vec::new() };
        for line in lines {
            let ids: Vec<usize> = line.0.iter().map(|c| net.id(node(*c))).collect();
            for w in ids.windows(2) {
                let (a, b) = (net.root(w[0]), net.root(w[1]));
                net.parent[a] = b;
            }
        }
        net
    }

    fn id(&mut self, n: Node) -> usize {
        let next = self.parent.len();
        let id = *self.index.entry(n).or_insert(next);
        if id == next {
            self.parent.push(next);
        }
        id
    }

    fn root(&self, mut i: usize) -> usize {
        while self.parent[i] != i {
            i = self.parent[i];
        }
        i
    }

    fn root_at(&self, c: Coord<f64>) -> Option<usize> {
        self.index.get(&node(c)).map(|i| self.root(*i))
    }

    fn main(&self) -> usize {
        let mut sizes: HashMap<usize, usize> = HashMap::new();
        for i in 0..self.parent.len() {
            *sizes.entry(self.root(i)).or_default() += 1;
        }
        sizes.into_iter().max_by_key(|(_, n)| *n).map(|(r, _)| r).unwrap()
    }
}

fn fingerprint(size: Size, seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    generate(size, seed, &mut |r: Record| {
        format!("{r:?}").hash(&mut hasher);
        Ok(())
    })
    .unwrap();
    hasher.finish()
}

#[test]
fn same_seed_same_town() {
    assert_eq!(fingerprint(Size::Village, 7), fingerprint(Size::Village, 7));
    assert_ne!(fingerprint(Size::Village, 7), fingerprint(Size::Village, 8));
}

#[test]
fn counts_are_as_promised() {
    for (name, town) in places() {
        let s = town.summary();
        let promised = if name.starts_with("town") { (50_000, 12_000, 24_000) } else { (3_000, 600, 1_300) };
        assert_eq!((s.assets, s.kinds["graves"], s.people), promised, "{name}");
        let burials = town.records.iter().filter(|r| matches!(r, Record::Burial(_))).count();
        assert_eq!(burials as u64, s.people);
        assert_eq!(s.kinds["graves"] as usize, town.features("graves").count());
    }
}

#[test]
fn references_and_ids_hold() {
    let town = shared_town();
    let mut seen: HashSet<(String, String)> = HashSet::new();
    for record in &town.records {
        let (kind, id) = match record {
            Record::Feature(f) => {
                if let Some(whole) = &f.part_of {
                    assert!(seen.contains(whole), "{} comes before its whole", f.source_id);
                }
                (f.kind.clone(), f.source_id.clone())
            }
            Record::Burial(b) => {
                assert!(
                    seen.contains(&("graves".to_owned(), b.grave.clone())),
                    "{} has no grave",
                    b.source_id
                );
                ("burial".to_owned(), b.source_id.clone())
            }
            Record::Base(b) => (format!("base {}", b.layer.as_str()), b.source_id.clone()),
        };
        assert!(seen.insert((kind, id.clone())), "{id} comes twice");
    }
}

#[test]
fn labels_of_graves_are_unique_in_a_cemetery() {
    let town = shared_town();
    let mut seen = HashSet::new();
    for grave in town.features("graves") {
        assert!(seen.insert((grave.part_of.clone(), grave.label.clone())), "{:?} comes twice", grave.label);
    }
}

#[test]
fn gates_and_alleys_hang_on_the_streets() {
    for (name, town) in places() {
        let net = Net::of(town.paths().into_iter());
        let main = net.main();
        let lost = (0..net.parent.len()).filter(|i| net.root(*i) != main).count();
        assert_eq!(lost, 0, "{name}: {lost} path nodes are cut off");
        let gates = town.gates();
        let off: Vec<&str> =
            gates.iter().filter(|g| net.root_at(g.1) != Some(main)).map(|g| g.0.as_str()).collect();
        let municipal = town.features("cemeteries").filter(|c| c.attributes["type"] == "municipal").count();
        assert_eq!(off.len(), municipal, "{off:?}");
        assert!(off.iter().all(|gate| *gate == "Furtka Północna"));
        assert!(gates.iter().any(|g| g.2), "no gate is locked");
    }
}

#[test]
fn terrace_is_reached_by_steps_alone() {
    let town = shared_town();
    let flat =
        town.features("paths").filter(|f| f.attributes["class"] != "steps").map(|f| match &f.geometry {
            Geometry::LineString(l) => l,
            other => panic!("a path is {other:?}"),
        });
    let net = Net::of(flat);
    let main = net.main();
    let steps: Vec<_> = town.features("paths").filter(|f| f.attributes["class"] == "steps").collect();
    assert!(!steps.is_empty());
    for stair in steps {
        let Geometry::LineString(l) = &stair.geometry else { panic!("a stair is no line") };
        let (low, high) = (net.root_at(l.0[0]), net.root_at(l.0[l.0.len() - 1]));
        assert_eq!(low, Some(main));
        assert_ne!(high, Some(main));
    }
}

fn segments_cross(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>, d: Coord<f64>) -> bool {
    let side =
        |p: Coord<f64>, q: Coord<f64>, r: Coord<f64>| (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
    side(a, b, c) * side(a, b, d) < 0.0 && side(c, d, a) * side(c, d, b) < 0.0
}

#[test]
fn polygons_are_simple_and_coordinates_sane() {
    for (name, town) in places() {
        for record in &town.records {
            let (geometry, id) = match record {
                Record::Feature(f) => (&f.geometry, &f.source_id),
                Record::Base(b) => (&b.geometry, &b.source_id),
                Record::Burial(_) => continue,
            };
            let lines: Vec<&LineString<f64>> = match geometry {
                Geometry::Point(p) => {
                    check_coord(p.0);
                    continue;
                }
                Geometry::LineString(l) => {
                    assert!(l.0.len() > 1, "{id} is a line of one point");
                    l.0.iter().for_each(|c| check_coord(*c));
                    continue;
                }
                Geometry::Polygon(p) => std::iter::once(p.exterior()).chain(p.interiors()).collect(),
                other => panic!("{id} is {other:?}"),
            };
            for ring in lines {
                assert!(ring.0.len() > 3 && ring.0.first() == ring.0.last(), "{id} is no ring");
                ring.0.iter().for_each(|c| check_coord(*c));
                let n = ring.0.len() - 1;
                let distinct: HashSet<Node> = ring.0.iter().map(|c| node(*c)).collect();
                assert_eq!(distinct.len(), n, "{id} meets itself");
                for i in 0..n {
                    for j in i + 2..n {
                        let cross = segments_cross(ring.0[i], ring.0[i + 1], ring.0[j], ring.0[j + 1]);
                        assert!(!cross, "{name}: {id} crosses itself");
                    }
                }
            }
        }
    }
}

fn check_coord(c: Coord<f64>) {
    assert!((20.0..21.5).contains(&c.x) && (51.8..52.5).contains(&c.y), "{c:?} is far away");
    assert!(((c.x * 1e7).round() / 1e7 - c.x).abs() < 1e-12, "{c:?} is not rounded");
}

#[test]
fn every_grave_but_the_fenced_ones_lies_near_a_path_of_its_cemetery() {
    let town = shared_town();
    type Pieces = Vec<(Coord<f64>, Coord<f64>)>;
    let mut nodes: HashMap<String, Pieces> = HashMap::new();
    for path in town.features("paths") {
        if let (Some((_, cemetery)), Geometry::LineString(l)) = (&path.part_of, &path.geometry) {
            nodes.entry(cemetery.clone()).or_default().extend(l.0.windows(2).map(|w| (w[0], w[1])));
        }
    }
    for grave in town.features("graves").filter(|g| g.attributes["sector"] != "KZ") {
        let Geometry::Polygon(p) = &grave.geometry else { panic!("a grave is no area") };
        let at = p.exterior().0[0];
        let paths = &nodes[&grave.part_of.as_ref().unwrap().1];
        let near = paths.iter().any(|(a, b)| {
            (0..=20).any(|k| {
                let t = f64::from(k) / 20.0;
                metres(at, Coord { x: a.x + (b.x - a.x) * t, y: a.y + (b.y - a.y) * t }) < 12.0
            })
        });
        assert!(near, "{:?} is far from every path", grave.label);
    }
}

#[test]
fn graves_do_not_overlap() {
    let town = Town::of(Size::Village, 1);
    let rings: Vec<Vec<plane::Pt>> = town
        .features("graves")
        .map(|g| match &g.geometry {
            Geometry::Polygon(p) => p
                .exterior()
                .0
                .iter()
                .take(4)
                .map(|c| plane::pt((c.x - 20.72) * 68_400.0, (c.y - 52.12) * 111_260.0))
                .collect(),
            other => panic!("a grave is {other:?}"),
        })
        .collect();
    for (i, a) in rings.iter().enumerate() {
        for b in rings.iter().skip(i + 1).filter(|b| (b[0] - a[0]).len() < 6.0) {
            assert!(!plane::overlap(a, b, 0.0), "two graves overlap");
        }
    }
}

#[test]
fn fixed_people_are_in_every_town() {
    for (_, town) in places() {
        assert_eq!(town.summary().fixed.len(), 4);
        for person in &town.summary().fixed {
            let there = town.records.iter().any(|r| {
                matches!(r, Record::Burial(b) if b.grave == person.grave && b.surname == person.surname
                    && b.given_names == person.given_names)
            });
            assert!(there, "{} is missing", person.given_names);
        }
    }
}

#[test]
fn dates_are_possible() {
    use importers::PartialDate::{Day, Month, Unknown, Year};
    let year = |d| match d {
        Day(y, _, _) | Month(y, _) | Year(y) => Some(y),
        Unknown => None,
    };
    let town = shared_town();
    let (mut partial, mut full) = (0, 0);
    for record in &town.records {
        let Record::Burial(b) = record else { continue };
        for date in [b.born, b.died, b.buried] {
            match date {
                Day(y, m, d) => {
                    full += 1;
                    assert!((1770..=2026).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d));
                }
                Unknown => {}
                _ => partial += 1,
            }
        }
        if let (Some(born), Some(died)) = (year(b.born), year(b.died)) {
            assert!(born <= died && died - born < 112, "{b:?}");
        }
    }
    assert!(partial > 500 && full > 10_000);
}

#[test]
fn a_refusing_sink_ends_the_town() {
    let mut taken = 0;
    let answer = generate(Size::Village, 1, &mut |_: Record| {
        taken += 1;
        if taken == 10 { Err("full".into()) } else { Ok(()) }
    });
    assert!(answer.is_err());
    assert_eq!(taken, 10);
}

#[test]
fn a_city_has_room_for_its_dead() {
    // The whole stream of a city takes its time without optimisation; its plan alone shows whether it fits.
    let layout = lay_out(Size::City, 1, "Nigdzie");
    let capacity: usize = layout.yards.iter().map(|y| y.slots.len()).sum();
    assert_eq!(layout.yards.len(), layout.plan.scale.cemeteries(Size::City));
    assert!(capacity >= 200_000, "room for {capacity} graves only");
}

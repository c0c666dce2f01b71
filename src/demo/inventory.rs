//! Lamps, benches, bins, trees, hedges and greens: one function each, with attributes that fit
//! together (a led lamp has no 250 W, a birch no girth of four metres).

use super::output::{Attrs, Output, Shape, Thing};
use super::plane::Pt;
use super::rng::Rng;
use importers::SinkError;

/// Where a tree stands, which decides what it is and how old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Along a street.
    Street,
    /// In a park or square.
    Park,
    /// In a cemetery.
    Cemetery,
    /// Behind a house.
    Garden,
    /// In a wood.
    Wood,
    /// By the water.
    Bank,
}

/// Genus, species, Polish name, needleleaved, evergreen, greatest usual girth in cm, height in m, then the
/// weights for street, park, cemetery, garden, wood and bank.
type Species = (&'static str, &'static str, &'static str, bool, bool, u16, u8, [u8; 6]);

const SPECIES: &[Species] = &[
    ("Tilia", "Tilia cordata", "lipa drobnolistna", false, false, 320, 24, [30, 12, 16, 2, 3, 0]),
    ("Acer", "Acer platanoides", "klon zwyczajny", false, false, 240, 21, [18, 11, 8, 3, 4, 1]),
    ("Acer", "Acer pseudoplatanus", "klon jawor", false, false, 260, 23, [8, 8, 5, 1, 3, 0]),
    (
        "Aesculus",
        "Aesculus hippocastanum",
        "kasztanowiec pospolity",
        false,
        false,
        300,
        20,
        [10, 9, 6, 1, 0, 0],
    ),
    ("Fraxinus", "Fraxinus excelsior", "jesion wyniosły", false, false, 280, 26, [8, 6, 4, 1, 3, 6]),
    ("Quercus", "Quercus robur", "dąb szypułkowy", false, false, 420, 26, [6, 12, 5, 1, 14, 3]),
    ("Quercus", "Quercus rubra", "dąb czerwony", false, false, 260, 22, [4, 5, 0, 1, 3, 0]),
    ("Betula", "Betula pendula", "brzoza brodawkowata", false, false, 170, 20, [7, 8, 12, 6, 16, 2]),
    ("Carpinus", "Carpinus betulus", "grab pospolity", false, false, 190, 17, [4, 8, 3, 2, 9, 0]),
    ("Fagus", "Fagus sylvatica", "buk zwyczajny", false, false, 330, 25, [0, 6, 2, 0, 4, 0]),
    ("Robinia", "Robinia pseudoacacia", "robinia akacjowa", false, false, 220, 19, [7, 4, 4, 1, 3, 1]),
    ("Sorbus", "Sorbus aucuparia", "jarząb pospolity", false, false, 90, 9, [8, 4, 3, 5, 2, 0]),
    ("Ulmus", "Ulmus laevis", "wiąz szypułkowy", false, false, 290, 24, [2, 4, 1, 0, 2, 6]),
    ("Platanus", "Platanus ×hispanica", "platan klonolistny", false, false, 380, 25, [3, 4, 0, 0, 0, 0]),
    ("Salix", "Salix alba", "wierzba biała", false, false, 360, 20, [0, 4, 0, 1, 1, 34]),
    ("Alnus", "Alnus glutinosa", "olsza czarna", false, false, 200, 20, [0, 2, 0, 0, 8, 36]),
    ("Populus", "Populus nigra", "topola czarna", false, false, 400, 28, [2, 2, 0, 0, 1, 12]),
    ("Pinus", "Pinus sylvestris", "sosna zwyczajna", true, true, 200, 24, [0, 6, 6, 4, 48, 0]),
    ("Picea", "Picea abies", "świerk pospolity", true, true, 180, 23, [0, 4, 5, 9, 8, 0]),
    ("Larix", "Larix decidua", "modrzew europejski", true, false, 210, 25, [1, 3, 2, 2, 4, 0]),
    ("Thuja", "Thuja occidentalis", "żywotnik zachodni", true, true, 80, 8, [0, 2, 20, 12, 0, 0]),
    ("Taxus", "Taxus baccata", "cis pospolity", true, true, 110, 8, [0, 3, 6, 2, 0, 0]),
    ("Malus", "Malus domestica", "jabłoń domowa", false, false, 120, 6, [0, 0, 0, 24, 0, 0]),
    ("Prunus", "Prunus cerasus", "wiśnia pospolita", false, false, 90, 6, [0, 0, 0, 15, 0, 0]),
    ("Prunus", "Prunus domestica", "śliwa domowa", false, false, 90, 6, [0, 0, 0, 13, 0, 0]),
    ("Pyrus", "Pyrus communis", "grusza pospolita", false, false, 140, 9, [1, 0, 0, 11, 0, 0]),
    ("Juglans", "Juglans regia", "orzech włoski", false, false, 190, 14, [0, 0, 0, 9, 0, 0]),
    ("Crataegus", "Crataegus ×media", "głóg pośredni", false, false, 80, 6, [9, 2, 1, 2, 1, 0]),
    ("Prunus", "Prunus serrulata", "wiśnia piłkowana", false, false, 90, 6, [4, 4, 0, 3, 0, 0]),
    ("Magnolia", "Magnolia ×soulangeana", "magnolia pośrednia", false, false, 70, 6, [0, 2, 0, 2, 0, 0]),
];

/// One species for a whole avenue.
pub fn avenue_species(rng: &mut Rng) -> usize {
    species_for(Stand::Street, rng)
}

fn species_for(stand: Stand, rng: &mut Rng) -> usize {
    let column = stand as usize;
    rng.weighted(SPECIES.iter().map(|s| f64::from(s.7[column])))
}

fn round(value: f64, step: f64) -> f64 {
    // Division first keeps one decimal exact, where multiplication by 0.1 would not.
    let per_unit = 1.0 / step;
    (value * per_unit).round() / per_unit
}

/// A tree; `species` overrides the draw, as in an avenue.
///
/// # Errors
/// Whatever the sink says.
pub fn tree(
    out: &mut Output<'_>,
    rng: &mut Rng,
    at: Pt,
    stand: Stand,
    species: Option<usize>,
) -> Result<(), SinkError> {
    let s = &SPECIES[species.filter(|_| rng.chance(0.93)).unwrap_or_else(|| species_for(stand, rng))];
    let young = if stand == Stand::Wood { 0.1 } else { 0.25 };
    let growth = if rng.chance(young) {
        rng.range(0.05, 0.25)
    } else {
        rng.range(0.25, 0.8) + 0.2 * rng.unit() * rng.unit()
    };
    let girth = (f64::from(s.5) * growth).max(8.0).round();
    let height = round(f64::from(s.6) * growth.powf(0.6).min(1.0), 0.5).max(2.0);
    let label = format!("D-{:06}", out.peek("tree"));
    let mut attrs = Attrs::new()
        .with("ref", label.clone())
        .with("genus", s.0)
        .with("species", s.1)
        .with("common_name", s.2)
        .with("leaf_type", if s.3 { "needleleaved" } else { "broadleaved" })
        .with("leaf_cycle", if s.4 { "evergreen" } else { "deciduous" })
        .with("height_m", height);
    if stand != Stand::Wood || rng.chance(0.3) {
        attrs = attrs
            .with("girth_130_cm", girth as i64)
            .with("crown_diameter_m", round(height * rng.range(0.3, 0.6), 0.5));
        if rng.chance(0.4) {
            attrs = attrs.with("girth_5_cm", (girth * rng.range(1.15, 1.4)).round() as i64);
        }
    }
    if growth < 0.3 && rng.chance(0.8) {
        attrs = attrs.with("planted_year", 2025 - (growth * 90.0) as i64);
    }
    if stand != Stand::Wood && stand != Stand::Garden {
        let vitality = rng.weighted([62.0, 26.0, 9.0, 3.0].into_iter());
        let condition = ["good", "good", "fair", "poor"][vitality];
        attrs = attrs.with("vitality", vitality as i64).with("condition", condition);
    }
    if f64::from(s.5) * 0.92 < girth && matches!(stand, Stand::Park | Stand::Street | Stand::Cemetery) {
        attrs = attrs.with("monument", true);
    }
    out.thing(Thing {
        kind: "trees",
        prefix: "tree",
        part_of: None,
        label: Some(label),
        shape: Shape::Point(at),
        attrs,
    })?;
    Ok(())
}

/// What the lamps of one street have in common.
#[derive(Debug, Clone)]
pub struct LampSeries {
    /// Name of the switching cabinet.
    pub cabinet: String,
    /// Circuit in the cabinet.
    pub circuit: i64,
    support: &'static str,
    height_m: f64,
    led: bool,
    power_w: i64,
    year: i64,
    next: u32,
}

impl LampSeries {
    /// Lamps of a street (`main` roads get taller ones) or of a park.
    pub fn new(cabinet: String, main: bool, park: bool, rng: &mut Rng) -> Self {
        let led = rng.chance(0.68);
        let support = if park {
            ["cast_iron", "aluminium", "steel"][rng.weighted([4.0, 3.0, 2.0].into_iter())]
        } else {
            ["steel", "concrete", "aluminium", "wood"][rng.weighted([6.0, 4.0, 2.0, 0.4].into_iter())]
        };
        let height_m = if park {
            4.0
        } else if main {
            9.0
        } else {
            [6.0, 7.0, 8.0][rng.below(3)]
        };
        let power_w = match (led, main, park) {
            (true, true, _) => [72, 84, 96][rng.below(3)],
            (true, false, true) => [18, 24, 30][rng.below(3)],
            (true, false, false) => [28, 36, 42, 54][rng.below(4)],
            (false, true, _) => [150, 250][rng.below(2)],
            (false, false, _) => [70, 100, 150][rng.below(3)],
        };
        let year = if led { rng.int(2014, 2025) } else { rng.int(1985, 2009) };
        Self { cabinet, circuit: rng.int(1, 6), support, height_m, led, power_w, year, next: 0 }
    }
}

/// A lamp of a series.
///
/// # Errors
/// Whatever the sink says.
pub fn lamp(out: &mut Output<'_>, rng: &mut Rng, at: Pt, series: &mut LampSeries) -> Result<(), SinkError> {
    series.next += 1;
    let label = format!("{}/{}/{:02}", series.cabinet, series.circuit, series.next);
    let (source, lumen_per_w, colour) =
        if series.led { ("led", 135, [3000, 4000, 4000][rng.below(3)]) } else { ("sodium", 95, 2000) };
    let mut attrs = Attrs::new()
        .with("ref", label.clone())
        .with("support", series.support)
        .with("height_m", series.height_m)
        .with("arm_count", 1)
        .with("light_source", source)
        .with("power_w", series.power_w)
        .with("luminous_flux_lm", series.power_w * lumen_per_w)
        .with("colour_temperature_k", colour)
        .with("light_count", 1)
        .with("cabinet", series.cabinet.clone())
        .with("circuit", series.circuit.to_string())
        .with("owner", "gmina")
        .with("installed_year", series.year);
    if rng.chance(0.9) {
        attrs =
            attrs.with("condition", ["good", "fair", "poor"][rng.weighted([80.0, 16.0, 4.0].into_iter())]);
    }
    out.thing(Thing {
        kind: "lamps",
        prefix: "lamp",
        part_of: None,
        label: Some(label),
        shape: Shape::Point(at),
        attrs,
    })?;
    Ok(())
}

/// A bench.
///
/// # Errors
/// Whatever the sink says.
pub fn bench(out: &mut Output<'_>, rng: &mut Rng, at: Pt) -> Result<(), SinkError> {
    const INSCRIPTIONS: [&str; 4] =
        ["Dar mieszkańców", "Usiądź i odpocznij", "Ławka przyjaźni", "Na pamiątkę zmyślonego jubileuszu"];
    let label = format!("Ł-{:04}", out.peek("bench"));
    let material = ["wood", "wood", "metal", "concrete", "stone"][rng.below(5)];
    let mut attrs = Attrs::new()
        .with("ref", label.clone())
        .with("seats", rng.int(2, 4))
        .with("backrest", rng.chance(0.8))
        .with("armrest", rng.chance(0.45))
        .with("material", material)
        .with("lit", rng.chance(0.5))
        .with("installed_year", rng.int(1996, 2025))
        .with("condition", ["good", "fair", "poor"][rng.weighted([70.0, 24.0, 6.0].into_iter())]);
    if material == "wood" || material == "metal" {
        attrs = attrs.with("colour", ["brązowy", "zielony", "czarny", "naturalny"][rng.below(4)]);
    }
    if rng.chance(0.02) {
        attrs = attrs.with("inscription", INSCRIPTIONS[rng.below(4)]);
    }
    out.thing(Thing {
        kind: "benches",
        prefix: "bench",
        part_of: None,
        label: Some(label),
        shape: Shape::Point(at),
        attrs,
    })?;
    Ok(())
}

/// A bin.
///
/// # Errors
/// Whatever the sink says.
pub fn bin(out: &mut Output<'_>, rng: &mut Rng, at: Pt) -> Result<(), SinkError> {
    let label = format!("K-{:04}", out.peek("bin"));
    let waste = ["mixed", "dog_waste", "paper", "plastic_metal", "glass", "bio"]
        [rng.weighted([70.0, 14.0, 5.0, 5.0, 4.0, 2.0].into_iter())];
    let attrs = Attrs::new()
        .with("ref", label.clone())
        .with("waste", waste)
        .with("material", ["steel", "concrete", "plastic", "wood"][rng.below(4)])
        .with("volume_l", [35, 50, 60, 70][rng.below(4)])
        .with("covered", rng.chance(0.6))
        .with("operator", "Zakład Gospodarki Komunalnej")
        .with("installed_year", rng.int(2001, 2025))
        .with("condition", ["good", "fair", "poor"][rng.weighted([72.0, 22.0, 6.0].into_iter())]);
    out.thing(Thing {
        kind: "bins",
        prefix: "bin",
        part_of: None,
        label: Some(label),
        shape: Shape::Point(at),
        attrs,
    })?;
    Ok(())
}

/// A wall, fence or hedge.
///
/// # Errors
/// Whatever the sink says.
pub fn barrier(
    out: &mut Output<'_>,
    line: &[Pt],
    barrier_type: &'static str,
    height_m: f64,
    material: Option<&'static str>,
) -> Result<(), SinkError> {
    let attrs =
        Attrs::new().with("type", barrier_type).with("height_m", height_m).with_some("material", material);
    out.thing(Thing {
        kind: "barriers",
        prefix: "barrier",
        part_of: None,
        label: None,
        shape: Shape::Line(line),
        attrs,
    })?;
    Ok(())
}

/// A green area.
///
/// # Errors
/// Whatever the sink says.
pub fn green(
    out: &mut Output<'_>,
    shape: Shape<'_>,
    green_type: &'static str,
    name: Option<&str>,
) -> Result<(), SinkError> {
    let attrs = Attrs::new().with("type", green_type).with_some("name", name);
    let label = name.map(str::to_owned);
    out.thing(Thing { kind: "greens", prefix: "green", part_of: None, label, shape, attrs })?;
    Ok(())
}

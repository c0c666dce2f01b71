//! Lamps, benches, bins, trees, barriers and greens from their tags.

use super::Draft;
use super::store::Tags;
use super::values::{Attributes, clean, first_of_list, flag, length_m, number_with_unit, whole, year};

/// A street lamp.
pub(super) fn lamp(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("highway", "street_lamp") {
        return None;
    }
    let mut found = Attributes::default();
    found.text("ref", tags.get("ref"), 60);
    found.choice("support", lamp_support(tags));
    found.number("height_m", tags.get("height").and_then(length_m), 0.0, 60.0);
    found.choice("light_source", light_source(tags));
    found.count("light_count", tags.get("light:count").and_then(whole), 0, 50);
    found.number(
        "power_w",
        ["light:power", "lamp_power", "power:rating"].iter().find_map(|key| watts(tags.get(key)?)),
        0.0,
        5_000.0,
    );
    let kelvin = ["light:colour_temperature", "colour_temperature", "light:colour", "light:temperature"];
    found.number(
        "colour_temperature_k",
        kelvin.iter().find_map(|key| kelvins(tags.get(key)?)),
        1_000.0,
        20_000.0,
    );
    found.text("owner", tags.get("owner"), 200);
    found.text("operator", tags.get("operator"), 200);
    found.count("installed_year", tags.get("start_date").and_then(year), 1800, 2200);
    found.condition(tags);
    found.description(tags);
    Some(Draft::new("lamps", tags.get("ref").and_then(|text| clean(text, 200)), found))
}

/// What carries the lamp. A pole without a material stays unknown.
fn lamp_support(tags: Tags<'_>) -> Option<&'static str> {
    let mount =
        ["support", "lamp_mount", "lamp:mount"].iter().find_map(|key| tags.get(key)).unwrap_or_default();
    if mount.contains("wall") || mount.contains("building") {
        return Some("wall");
    }
    if ["suspended", "wire", "catenary", "cable"].iter().any(|word| mount.contains(word)) {
        return Some("catenary");
    }
    let material = ["support:material", "pole:material", "material"].iter().find_map(|key| tags.get(key))?;
    match material {
        "steel" => Some("steel"),
        "concrete" | "reinforced_concrete" => Some("concrete"),
        "wood" => Some("wood"),
        "aluminium" | "aluminum" => Some("aluminium"),
        "cast_iron" | "iron" => Some("cast_iron"),
        // Metal alone may be steel or aluminium.
        "metal" => None,
        _ => Some("other"),
    }
}

fn light_source(tags: Tags<'_>) -> Option<&'static str> {
    let word =
        ["light:method", "lamp_type", "lamp:type", "light_source"].iter().find_map(|key| tags.get(key))?;
    let word = first_of_list(word).to_lowercase();
    let words = [
        ("led", "led"),
        ("sodium", "sodium"),
        ("metal", "metal_halide"),
        ("mercury", "mercury"),
        ("fluorescent", "fluorescent"),
        ("gas", "gas"),
        ("incandescent", "other"),
        ("halogen", "other"),
        ("discharge", "other"),
    ];
    words.iter().find(|(part, _)| word.contains(part)).map(|(_, source)| *source)
}

fn watts(text: &str) -> Option<f64> {
    match number_with_unit(text)? {
        (number, "W" | "w" | "") => Some(number),
        (number, "kW") => Some(number * 1_000.0),
        _ => None,
    }
}

fn kelvins(text: &str) -> Option<f64> {
    number_with_unit(text).filter(|(_, unit)| matches!(*unit, "" | "K" | "k")).map(|(number, _)| number)
}

/// A bench.
pub(super) fn bench(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("amenity", "bench") {
        return None;
    }
    let mut found = Attributes::default();
    found.text("ref", tags.get("ref"), 60);
    found.count("seats", tags.get("seats").and_then(whole), 1, 100);
    found.flag("backrest", tags.get("backrest").and_then(flag));
    found.flag("armrest", tags.get("armrest").and_then(flag));
    found.choice("material", tags.get("material").map(material_group));
    found.text("colour", tags.get("colour"), 60);
    found.text("inscription", tags.get("inscription"), 1_000);
    found.flag("lit", tags.get("lit").and_then(lit));
    found.count("installed_year", tags.get("start_date").and_then(year), 1800, 2200);
    found.condition(tags);
    found.description(tags);
    Some(Draft::new("benches", tags.get("ref").and_then(|text| clean(text, 200)), found))
}

/// Lit at night, all night or by a switch is lit.
pub(super) fn lit(text: &str) -> Option<bool> {
    match text {
        "24/7" | "automatic" | "limited" | "sunset-sunrise" | "dusk-dawn" | "interval" => Some(true),
        "disused" => Some(false),
        other => flag(other),
    }
}

fn material_group(text: &str) -> &'static str {
    match first_of_list(text) {
        "wood" | "timber" => "wood",
        "metal" | "steel" | "iron" | "cast_iron" | "aluminium" | "stainless_steel" => "metal",
        "concrete" | "reinforced_concrete" => "concrete",
        "stone" | "granite" | "sandstone" | "marble" | "limestone" => "stone",
        "plastic" | "recycled_plastic" => "plastic",
        _ => "other",
    }
}

/// A litter bin.
pub(super) fn bin(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("amenity", "waste_basket") {
        return None;
    }
    let mut found = Attributes::default();
    found.text("ref", tags.get("ref"), 60);
    found.choice("waste", tags.get("waste").map(waste));
    found.text("material", tags.get("material"), 60);
    found.number("volume_l", tags.get("volume").and_then(litres), 0.0, 10_000.0);
    found.flag("covered", tags.get("covered").and_then(flag));
    found.text("operator", tags.get("operator"), 200);
    found.count("installed_year", tags.get("start_date").and_then(year), 1800, 2200);
    found.condition(tags);
    found.description(tags);
    Some(Draft::new("bins", tags.get("ref").and_then(|text| clean(text, 200)), found))
}

/// What may be thrown in; a bin that takes everything is mixed, whatever else is named.
fn waste(text: &str) -> &'static str {
    let words: Vec<&str> = text.split(';').map(str::trim).collect();
    let mixed = ["trash", "mixed", "general", "rubbish", "residual", "residual_waste", "litter"];
    if words.iter().any(|word| mixed.contains(word)) {
        return "mixed";
    }
    match words.as_slice() {
        ["dog_excrement"] => "dog_waste",
        ["paper"] => "paper",
        ["plastic" | "metal" | "cans" | "plastic_bottles"] | ["plastic", "metal"] => "plastic_metal",
        ["glass"] => "glass",
        ["organic" | "bio" | "compost" | "green"] => "bio",
        _ => "other",
    }
}

fn litres(text: &str) -> Option<f64> {
    match number_with_unit(text)? {
        (number, "l" | "L" | "litres" | "liter") => Some(number),
        (number, "m³" | "m3") => Some(number * 1_000.0),
        _ => None,
    }
}

/// A tree.
pub(super) fn tree(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("natural", "tree") {
        return None;
    }
    let mut found = Attributes::default();
    let species = ["species", "taxon"]
        .iter()
        .find_map(|key| tags.get(key).map(first_of_list))
        .filter(|name| is_binomial(name));
    let genus = tags.get("genus").or_else(|| species?.split_whitespace().next());
    found.text("ref", tags.get("ref"), 60);
    found.text("genus", genus.filter(|name| name.is_ascii()), 100);
    found.text("species", species, 150);
    found.text(
        "cultivar",
        ["species:cultivar", "taxon:cultivar", "cultivar"].iter().find_map(|key| tags.get(key)),
        100,
    );
    found.text("common_name", common_name(tags), 150);
    // Girth is written in metres, and at breast height; beyond 20 m somebody meant centimetres or joked.
    let girth_m = tags.get("circumference").and_then(length_m).filter(|metres| (0.0..=20.0).contains(metres));
    found.number("girth_130_cm", girth_m.map(|metres| metres * 100.0), 0.0, 4_000.0);
    found.number("height_m", tags.get("height").and_then(length_m), 0.0, 130.0);
    found.number("crown_diameter_m", tags.get("diameter_crown").and_then(length_m), 0.0, 60.0);
    found.count("planted_year", tags.get("start_date").and_then(year), 1000, 2200);
    found.choice("leaf_type", one_of(tags.get("leaf_type"), &["broadleaved", "needleleaved", "mixed"]));
    found.choice("leaf_cycle", one_of(tags.get("leaf_cycle"), &["deciduous", "evergreen", "mixed"]));
    if tags.is("denotation", "natural_monument") || tags.is("natural_monument", "yes") {
        found.flag("monument", Some(true));
    }
    found.condition(tags);
    found.description(tags);
    let label = tags.get("name").or_else(|| tags.get("ref")).and_then(|text| clean(text, 200));
    Some(Draft::new("trees", label, found))
}

/// `Tilia cordata` and the like: a genus with a capital letter and at least one more word.
fn is_binomial(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase()) && name.contains(' ')
}

/// A name in a living language: Polish first, else any that is given.
fn common_name<'a>(tags: Tags<'a>) -> Option<&'a str> {
    let polish = ["species:pl", "taxon:pl", "genus:pl"].iter().find_map(|key| tags.get(key));
    let any = || {
        let named = |prefix: &str| {
            tags.iter().find(|(key, _)| key.strip_prefix(prefix).is_some_and(|language| language.len() == 2))
        };
        ["species:", "taxon:", "genus:"].iter().find_map(|prefix| named(prefix)).map(|(_, name)| name)
    };
    polish.or_else(any)
}

fn one_of(word: Option<&str>, words: &[&'static str]) -> Option<&'static str> {
    words.iter().find(|known| Some(**known) == word).copied()
}

/// A wall, fence or hedge.
pub(super) fn barrier(tags: Tags<'_>) -> Option<Draft> {
    let sort = match tags.get("barrier")? {
        "wall" | "city_wall" => "wall",
        "fence" | "wire_fence" | "wood_fence" => "fence",
        "hedge" | "hedge_bank" => "hedge",
        "retaining_wall" => "retaining_wall",
        "guard_rail" => "guard_rail",
        "chain" | "cable_barrier" | "jersey_barrier" | "handrail" | "rope" => "other",
        _ => return None,
    };
    let mut found = Attributes::default();
    found.choice("type", Some(sort));
    found.number("height_m", tags.get("height").and_then(length_m), 0.0, 60.0);
    found.text("material", tags.get("material"), 60);
    found.description(tags);
    Some(Draft::new("barriers", tags.get("name").and_then(|text| clean(text, 200)), found))
}

/// A park, lawn, garden, playground, meadow or wood.
pub(super) fn green(tags: Tags<'_>) -> Option<Draft> {
    let sort = match (tags.get("leisure"), tags.get("landuse"), tags.get("natural")) {
        (Some("park"), ..) => "park",
        (Some("garden"), ..) => "garden",
        (Some("playground"), ..) => "playground",
        (Some("dog_park"), ..) => "other",
        (_, Some("grass"), _) => "grass",
        (_, Some("meadow"), _) | (.., Some("grassland")) => "meadow",
        (_, Some("forest"), _) | (.., Some("wood")) => "wood",
        (_, Some("village_green" | "recreation_ground" | "greenery" | "flowerbed"), _) => "other",
        _ => return None,
    };
    let mut found = Attributes::default();
    found.choice("type", Some(sort));
    found.text("name", tags.get("name"), 200);
    found.description(tags);
    Some(Draft::new("greens", tags.get("name").and_then(|text| clean(text, 200)), found))
}

/// A garden behind a house is not the town's.
pub(super) fn is_private_garden(tags: Tags<'_>) -> bool {
    tags.is("leisure", "garden")
        && (tags.is_one_of("access", &["private", "no"])
            || tags.is_one_of("garden:type", &["residential", "private"]))
}

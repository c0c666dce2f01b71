//! The network that people may walk on, and what is known of each stretch.
//!
//! A pedestrian area (`area=yes` or a multipolygon) is delivered as its outline, which can be walked
//! along like any path; ways across it are not invented.

use super::Draft;
use super::cemetery::wheelchair;
use super::inventory::lit;
use super::store::Tags;
use super::values::{Attributes, clean, first_of_list, flag, length_m, slope_pct, whole};

/// Whether a way belongs to the network.
#[derive(Debug)]
pub(super) enum Walk {
    /// One may walk there.
    Yes(Box<Draft>),
    /// A road, but not for walkers.
    No,
    /// No road.
    NoRoad,
}

const FOOT_YES: [&str; 6] = ["yes", "designated", "permissive", "official", "destination", "customers"];

/// Reads a way or a pedestrian area.
pub(super) fn path(tags: Tags<'_>) -> Walk {
    let Some(highway) = tags.get("highway") else { return Walk::NoRoad };
    match class_of(highway) {
        Some(class) if is_open_to_walkers(class, tags) => Walk::Yes(Box::new(draft(class, tags))),
        Some(_) => Walk::No,
        None if matches!(highway, "motorway" | "motorway_link" | "trunk" | "trunk_link") => Walk::No,
        None => Walk::NoRoad,
    }
}

fn class_of(highway: &str) -> Option<&'static str> {
    Some(match highway {
        "footway" => "footway",
        "path" => "path",
        "steps" => "steps",
        "pedestrian" => "pedestrian",
        "service" => "service",
        "track" => "track",
        "living_street" => "living_street",
        "residential" => "residential",
        "unclassified" | "road" => "unclassified",
        "tertiary" | "tertiary_link" => "tertiary",
        "secondary" | "secondary_link" => "secondary",
        "primary" | "primary_link" => "primary",
        "cycleway" => "cycleway",
        "bridleway" => "bridleway",
        _ => return None,
    })
}

fn is_open_to_walkers(class: &str, tags: Tags<'_>) -> bool {
    match tags.get("foot") {
        Some("no" | "private" | "use_sidepath") => false,
        Some(word) if FOOT_YES.contains(&word) => true,
        _ if class == "bridleway" || tags.is("motorroad", "yes") => false,
        _ => !tags.is_one_of("access", &["no", "private", "military", "emergency"]),
    }
}

fn draft(class: &'static str, tags: Tags<'_>) -> Draft {
    let mut found = Attributes::default();
    found.choice("class", Some(class));
    found.text("name", tags.get("name"), 200);
    found.text("surface", tags.get("surface").map(first_of_list), 60);
    found.choice("smoothness", smoothness(tags));
    found.number(
        "width_m",
        tags.get("width").or_else(|| tags.get("est_width")).and_then(length_m),
        0.0,
        200.0,
    );
    found.number("incline_pct", tags.get("incline").and_then(slope_pct), -200.0, 200.0);
    found.count("step_count", tags.get("step_count").and_then(whole), 0, 5_000);
    found.flag(
        "handrail",
        any_side(tags, &["handrail", "handrail:left", "handrail:right", "handrail:center"]),
    );
    found.flag("ramp", any_side(tags, &["ramp", "ramp:wheelchair"]));
    found.choice("wheelchair", wheelchair(tags));
    found.text("kerb", tags.get("kerb"), 60);
    found.flag("lit", tags.get("lit").and_then(lit));
    found.text("access", access(tags), 60);
    found.flag("bridge", tags.has("bridge").then_some(true));
    found.flag("tunnel", tags.has("tunnel").then_some(true));
    found.count("layer", tags.get("layer").and_then(whole), -20, 20);
    found.choice("step_free", Some(step_free(class, &found, tags)));
    found.description(tags);
    Draft::new("paths", tags.get("name").and_then(|name| clean(name, 200)), found)
}

fn smoothness(tags: Tags<'_>) -> Option<&'static str> {
    const WORDS: [&str; 8] =
        ["excellent", "good", "intermediate", "bad", "very_bad", "horrible", "very_horrible", "impassable"];
    let word = tags.get("smoothness")?;
    WORDS.iter().find(|known| **known == word).copied()
}

/// Yes when any of the keys says so, no when one denies and none affirms.
fn any_side(tags: Tags<'_>, keys: &[&str]) -> Option<bool> {
    keys.iter().filter_map(|key| tags.get(key).and_then(flag)).reduce(|one, two| one || two)
}

/// The rule that a walker has to know; open to everybody is not worth saying.
fn access<'a>(tags: Tags<'a>) -> Option<&'a str> {
    tags.get("foot")
        .filter(|word| FOOT_YES.contains(word))
        .or_else(|| tags.get("access"))
        .filter(|word| *word != "yes")
}

const STEP_FREE_SURFACES: [&str; 9] = [
    "paved",
    "asphalt",
    "concrete",
    "concrete:plates",
    "paving_stones",
    "sett",
    "compacted",
    "fine_gravel",
    "wood",
];

/// Whether one gets along without steps: `no` when something forbids it, `yes` when it is said or when a good
/// surface is known and nothing speaks against it, else `unknown`.
fn step_free(class: &str, found: &Attributes, tags: Tags<'_>) -> &'static str {
    let number = |key: &str| found.get(key).and_then(serde_json::Value::as_f64);
    let word = |key: &str| found.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
    let forbidden = class == "steps"
        || word("wheelchair") == "no"
        || number("step_count").is_some_and(|count| count > 0.0)
        || number("incline_pct").is_some_and(|incline| incline.abs() > 8.0)
        || number("width_m").is_some_and(|width| width < 0.9)
        || matches!(word("surface"), "sand" | "mud")
        || matches!(word("smoothness"), "horrible" | "very_horrible" | "impassable");
    if forbidden {
        return "no";
    }
    if word("wheelchair") == "yes" {
        return "yes";
    }
    let doubtful = word("wheelchair") == "limited"
        || matches!(word("smoothness"), "bad" | "very_bad")
        || word("kerb") == "raised"
        || (tags.has("incline") && number("incline_pct").is_none());
    if !doubtful && STEP_FREE_SURFACES.contains(&word("surface")) { "yes" } else { "unknown" }
}

//! Cemeteries, their sectors, graves and gates from tags.

use super::Draft;
use super::store::Tags;
use super::values::{Attributes, clean, flag, length_m, whole};

/// A cemetery or graveyard.
pub(super) fn cemetery(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("landuse", "cemetery") && !tags.is("amenity", "grave_yard") {
        return None;
    }
    let mut found = Attributes::default();
    found.text("name", tags.get("name"), 200);
    found.choice("type", cemetery_type(tags));
    found.text("religion", tags.get("religion"), 60);
    found.text("denomination", tags.get("denomination"), 60);
    found.text("operator", tags.get("operator"), 200);
    found.text("opening_hours", tags.get("opening_hours"), 500);
    found.description(tags);
    Some(Draft::new("cemeteries", name_of(tags), found))
}

fn cemetery_type(tags: Tags<'_>) -> Option<&'static str> {
    let military = ["military", "war", "war_cemetery", "soldiers"];
    if tags.is_one_of("cemetery", &military) || tags.is_one_of("cemetery:type", &military) {
        return Some("military");
    }
    match tags.get("operator:type") {
        Some("religious" | "church") => Some("parish"),
        Some("public" | "government" | "municipal") => Some("municipal"),
        Some(_) => Some("other"),
        None => None,
    }
}

fn name_of(tags: Tags<'_>) -> Option<String> {
    tags.get("name").and_then(|name| clean(name, 200))
}

/// A sector of a cemetery.
pub(super) fn sector(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("cemetery", "sector") {
        return None;
    }
    let name = tags.get("name").or_else(|| tags.get("ref"));
    let mut found = Attributes::default();
    found.text("name", name, 100);
    found.description(tags);
    Some(Draft::new("sectors", name.and_then(|name| clean(name, 200)), found))
}

/// A grave or tomb.
pub(super) fn grave(tags: Tags<'_>) -> Option<Draft> {
    if !tags.is("cemetery", "grave") && !tags.is("historic", "tomb") {
        return None;
    }
    let mut found = Attributes::default();
    found.text("sector", tags.get("sector"), 60);
    found.text("row", tags.get("row"), 60);
    found.text("number", tags.get("ref"), 60);
    found.choice("type", grave_type(tags));
    found.text("name", tags.get("name"), 200);
    found.text("inscription", tags.get("inscription"), 2_000);
    found.count("capacity", tags.get("capacity").and_then(whole), 0, 1_000);
    found.description(tags);
    let label = name_of(tags).or_else(|| tags.get("ref").and_then(|number| clean(number, 200)));
    Some(Draft::new("graves", label, found))
}

fn grave_type(tags: Tags<'_>) -> Option<&'static str> {
    match tags.get("tomb").or_else(|| tags.get("grave")) {
        Some("war_grave") => Some("war"),
        Some("columbarium") => Some("columbarium"),
        Some("urn" | "urn_grave") => Some("urn"),
        Some("cenotaph") => Some("symbolic"),
        Some("tombstone" | "yes") => None,
        Some(_) => Some("tomb"),
        // A grave that is also called a tomb is known to be old, not how it is built.
        None if tags.is("historic", "tomb") && !tags.is("cemetery", "grave") => Some("tomb"),
        None => None,
    }
}

/// What a gate is tagged as; there are three ways, and all are in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GateTag {
    /// `barrier=gate` or another barrier that opens.
    Gate,
    /// `barrier=entrance`: a gap.
    Gap,
    /// Only `entrance=…`, which is far more often the door of a house.
    Entrance,
}

/// Whether something might be a gate; where it stands decides.
pub(super) fn gate_tag(tags: Tags<'_>) -> Option<GateTag> {
    match tags.get("barrier") {
        Some(
            "gate" | "kissing_gate" | "wicket_gate" | "swing_gate" | "lift_gate" | "sliding_gate"
            | "turnstile",
        ) => Some(GateTag::Gate),
        Some("full-height_turnstile" | "hampshire_gate") => Some(GateTag::Gate),
        Some("entrance") => Some(GateTag::Gap),
        _ if tags.has("entrance") => Some(GateTag::Entrance),
        _ => None,
    }
}

/// A gate of a cemetery.
pub(super) fn gate(tags: Tags<'_>, tag: GateTag) -> Draft {
    let mut found = Attributes::default();
    found.text("name", tags.get("name"), 200);
    found.choice("type", Some(if tag == GateTag::Gate { "gate" } else { "entrance" }));
    found.text("access", tags.get("foot").or_else(|| tags.get("access")), 60);
    found.flag("locked", tags.get("locked").and_then(flag));
    found.choice("wheelchair", wheelchair(tags));
    found.text("opening_hours", tags.get("opening_hours"), 500);
    found.number(
        "width_m",
        tags.get("width").or_else(|| tags.get("maxwidth:physical")).and_then(length_m),
        0.0,
        50.0,
    );
    found.description(tags);
    Draft::new("gates", name_of(tags), found)
}

/// How well a wheelchair gets through.
pub(super) fn wheelchair(tags: Tags<'_>) -> Option<&'static str> {
    match tags.get("wheelchair")? {
        "yes" | "designated" => Some("yes"),
        "limited" => Some("limited"),
        "no" => Some("no"),
        _ => None,
    }
}

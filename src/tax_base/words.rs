//! Words of the tax base.

use importers::table::TableError;
use serde_json::Value;

use super::model::{DM2, Kind, Mark, Tax};
use crate::{platform::i18n::Texts, ui::views::Chip};

pub(super) fn kind_text(t: &Texts, kind: Kind) -> String {
    t.get(match kind {
        Kind::UndeclaredParcel => "tax-base-undeclared-parcel",
        Kind::UnknownParcel => "tax-base-unknown-parcel",
        Kind::ChangedParcel => "tax-base-changed-parcel",
        Kind::Area => "tax-base-area",
        Kind::Use => "tax-base-use",
        Kind::UndeclaredBuilding => "tax-base-undeclared-building",
        Kind::BuildingArea => "tax-base-building-area",
        Kind::UnknownBuilding => "tax-base-unknown-building",
    })
}

/// What a finding of a kind means and what to do about it.
pub(super) fn kind_hint(t: &Texts, kind: Kind) -> String {
    t.get(match kind {
        Kind::UndeclaredParcel => "tax-base-undeclared-parcel-hint",
        Kind::UnknownParcel => "tax-base-unknown-parcel-hint",
        Kind::ChangedParcel => "tax-base-changed-parcel-hint",
        Kind::Area => "tax-base-area-hint",
        Kind::Use => "tax-base-use-hint",
        Kind::UndeclaredBuilding => "tax-base-undeclared-building-hint",
        Kind::BuildingArea => "tax-base-building-area-hint",
        Kind::UnknownBuilding => "tax-base-unknown-building-hint",
    })
}

pub(super) fn mark_text(t: &Texts, mark: Mark) -> String {
    t.get(match mark {
        Mark::Open => "tax-base-mark-open",
        Mark::InOrder => "tax-base-mark-in-order",
        Mark::Called => "tax-base-mark-called",
        Mark::Corrected => "tax-base-mark-corrected",
    })
}

pub(super) fn mark_chip(t: &Texts, mark: Mark) -> Chip {
    let look = match mark {
        Mark::Open => "plain",
        Mark::InOrder | Mark::Corrected => "good",
        Mark::Called => "unsure",
    };
    Chip { look, text: mark_text(t, mark) }
}

pub(super) fn tax_text(t: &Texts, tax: Tax) -> String {
    t.get(match tax {
        Tax::Property => "tax-base-tax-property",
        Tax::Agricultural => "tax-base-tax-agricultural",
        Tax::Forest => "tax-base-tax-forest",
        Tax::Exempt => "tax-base-tax-exempt",
    })
}

/// A use as declarations name it, or a symbol of the register as it is.
pub(super) fn use_text(t: &Texts, use_of: &str) -> String {
    match use_of {
        "residential" => t.get("tax-base-use-residential"),
        "business" => t.get("tax-base-use-business"),
        "other" => t.get("tax-base-use-other"),
        symbol => symbol.to_owned(),
    }
}

/// "2420 m²", with hundredths only where there are any.
pub(super) fn area_text(t: &Texts, dm2: i64) -> String {
    let decimals = if dm2 % DM2 == 0 { 0 } else { 2 };
    format!("{}\u{a0}m²", t.number(dm2 as f64 / DM2 as f64, decimals))
}

/// The same with its sign.
pub(super) fn difference_text(t: &Texts, dm2: i64) -> String {
    match dm2 {
        1.. => format!("+{}", area_text(t, dm2)),
        _ => area_text(t, dm2),
    }
}

/// Why a comparison came to nothing.
pub(super) fn failure_text(t: &Texts, why: Option<&str>) -> String {
    t.get(match why {
        Some("interrupted") => "tax-base-run-interrupted",
        Some("too-much") => "tax-base-run-too-much",
        Some("too-many-findings") => "tax-base-run-too-many-findings",
        _ => "tax-base-run-failed",
    })
}

/// Why a file cannot be read.
pub(super) fn file_text(t: &Texts, error: &TableError) -> String {
    t.get(match error {
        TableError::Empty { .. } => "tax-base-file-empty",
        TableError::Encrypted { .. } => "tax-base-file-locked",
        TableError::TooLarge { .. } => "tax-base-file-large",
        _ => "tax-base-file-unknown",
    })
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(details: &'a Value, name: &str) -> &'a [Value] {
    details.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn area(t: &Texts, value: &Value, name: &str) -> Option<String> {
    value.get(name).and_then(Value::as_i64).map(|dm2| area_text(t, dm2))
}

fn tax_of(t: &Texts, value: &Value) -> Option<String> {
    value.get("tax").and_then(Value::as_str).and_then(Tax::from_name).map(|tax| tax_text(t, tax))
}

fn joined(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What the register says, line by line.
pub(super) fn registered_lines(t: &Texts, details: &Value) -> Vec<String> {
    let uses = list(details, "registered").iter().map(|one| {
        let law = text(one, "law");
        let tax = tax_of(t, one).or_else(|| Some(t.get("tax-base-tax-unknown")));
        joined([
            Some(text(one, "text").to_owned()),
            area(t, one, "area_dm2"),
            tax,
            (!law.is_empty()).then(|| law.to_owned()),
        ])
    });
    let buildings = list(details, "buildings").iter().map(|one| {
        let storeys = one.get("storeys").and_then(Value::as_i64);
        joined([
            Some(t.args("tax-base-building", &[("reference", text(one, "reference").to_owned().into())])),
            Some(text(one, "use").to_owned()),
            area(t, one, "built_dm2").map(|area| t.args("tax-base-built", &[("area", area.into())])),
            storeys.map(|n| t.args("tax-base-storeys", &[("n", n.into())])),
            area(t, one, "expected_dm2").map(|area| t.args("tax-base-expected", &[("area", area.into())])),
            Some(text(one, "law").to_owned()),
        ])
    });
    uses.chain(buildings).collect()
}

/// What is declared, line by line.
pub(super) fn declared_lines(t: &Texts, details: &Value) -> Vec<String> {
    list(details, "declared")
        .iter()
        .map(|one| {
            let building = one.get("building").and_then(Value::as_bool) == Some(true);
            let use_of = use_text(t, text(one, "use"));
            let class = text(one, "class");
            joined([
                Some(t.get(if building { "tax-base-part-building" } else { "tax-base-part-land" })),
                Some(if class.is_empty() { use_of } else { format!("{use_of} {class}") }),
                area(t, one, "area_dm2"),
                tax_of(t, one),
            ])
        })
        .collect()
}

/// Parcels that came of one that was divided or joined.
pub(super) fn successors_text(t: &Texts, details: &Value) -> Option<String> {
    let all: Vec<&str> = list(details, "successors").iter().filter_map(Value::as_str).collect();
    (!all.is_empty()).then(|| t.args("tax-base-successors", &[("parcels", all.join(", ").into())]))
}

/// One line that says what differs, for lists and files.
pub(super) fn summary(t: &Texts, details: &Value) -> String {
    let told = list(details, "taxes").iter().map(|one| {
        let sides = [
            ("tax", tax_of(t, one).unwrap_or_default().into()),
            ("registered", area(t, one, "registered_dm2").unwrap_or_default().into()),
            ("declared", area(t, one, "declared_dm2").unwrap_or_default().into()),
        ];
        t.args("tax-base-by-tax", &sides)
    });
    let told: Vec<String> = told.collect();
    if !told.is_empty() {
        return told.join("; ");
    }
    if let Some(text) = successors_text(t, details) {
        return text;
    }
    let registered = registered_lines(t, details);
    let lines = if registered.is_empty() { declared_lines(t, details) } else { registered };
    lines.join("; ")
}

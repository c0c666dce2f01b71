//! Rows of the review as people read them.

use serde_json::Value;

use super::{
    Imports,
    column_views::person_words,
    item_store::{Item, RejectedRow},
    model::Group,
    ops::PEOPLE,
    words::{doubt_words, reason_words},
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        i18n::{Texts, texts},
    },
    registry::{Kind, editing::faults::field_title, show},
    ui::views::{Link, RejectedView, ReviewField, ReviewRow},
};

/// A group in words.
pub(super) fn group_title(group: Group, t: &Texts) -> String {
    match group {
        Group::New => t.get("imports-group-new"),
        Group::Changed => t.get("imports-group-changed"),
        Group::Doubtful => t.get("imports-group-doubtful"),
        Group::NearDuplicate => t.get("imports-group-near-duplicate"),
        Group::Vanished => t.get("imports-group-vanished"),
    }
}

/// What a group means.
pub(super) fn group_hint(group: Group, t: &Texts) -> String {
    match group {
        Group::New => t.get("imports-hint-new"),
        Group::Changed => t.get("imports-hint-changed"),
        Group::Doubtful => t.get("imports-hint-doubtful"),
        Group::NearDuplicate => t.get("imports-hint-near-duplicate"),
        Group::Vanished => t.get("imports-hint-vanished"),
    }
}

/// A box with room around it, also around a single place.
pub(super) fn with_room([west, south, east, north]: [f64; 4]) -> [f64; 4] {
    let room = |from: f64, to: f64| ((to - from) * 0.05).max(0.0005);
    let (x, y) = (room(west, east), room(south, north));
    [west - x, south - y, east + x, north + y]
}

pub(super) fn row_view(imports: &Imports, ctx: &Ctx, item: Item) -> ReviewRow {
    let t = texts(ctx.lang);
    let kind = imports.registry.kinds().any(&item.kind);
    let what = match &kind {
        Some(kind) => kind.singular.get(ctx.lang).to_owned(),
        None if item.kind == PEOPLE => t.get("imports-person"),
        None => item.kind.clone(),
    };
    let fields = item.fields.as_array().map(Vec::as_slice).unwrap_or_default();
    let doubts = item.doubts.as_array().map(Vec::as_slice).unwrap_or_default();
    let near = item.near_asset.map(|asset| Link {
        href: format!("/desk/assets/{asset}"),
        text: match item.near_m {
            Some(metres) => t.args("imports-near", &[("metres", t.number(metres, 1).into())]),
            None => t.get("imports-near-person"),
        },
    });
    ReviewRow {
        value: format!("{}|{}", item.kind, item.source_id),
        label: item.label.clone().unwrap_or_else(|| item.source_id.clone()),
        href: item.asset.map(|asset| format!("/desk/assets/{asset}")),
        kind: what,
        at: match (&item.file, item.row) {
            (Some(file), Some(row)) => {
                t.args("imports-at", &[("file", file.as_str().into()), ("row", row.to_string().into())])
            }
            _ => String::new(),
        },
        fields: fields.iter().map(|field| field_view(kind.as_deref(), field, ctx.lang, t)).collect(),
        doubts: doubts.iter().map(|doubt| doubt_view(doubt, t)).collect(),
        near,
        excluded: item.excluded,
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn field_view(kind: Option<&Kind>, field: &Value, lang: Lang, t: &Texts) -> ReviewField {
    let name = text(field, "field");
    let key = name.strip_prefix("attributes.").unwrap_or(name);
    let nothing = Value::Null;
    let schema = kind.and_then(|kind| kind.schema.get("properties")?.get(key)).unwrap_or(&nothing);
    let unit = schema.get("x-unit").and_then(Value::as_str).map(|unit| format!("\u{a0}{unit}"));
    let value = |side: &str| match field.get(side).unwrap_or(&nothing) {
        Value::Null => String::new(),
        Value::Object(_) if key == "geometry" => t.get("imports-field-geometry"),
        Value::String(status) if key == "status" => status_words(status, t),
        value => format!("{}{}", show(value, schema, lang), unit.as_deref().unwrap_or_default()),
    };
    let title = match kind {
        Some(kind) => field_title(kind, name, lang),
        None => person_words(key, t),
    };
    ReviewField { title, before: value("before"), after: value("after") }
}

fn status_words(status: &str, t: &Texts) -> String {
    match status {
        "removed" => t.get("imports-status-removed"),
        "in_service" => t.get("imports-status-in-service"),
        other => other.replace('_', " "),
    }
}

fn doubt_view(doubt: &Value, t: &Texts) -> String {
    let words = doubt_words(text(doubt, "code"), t);
    match (text(doubt, "column"), text(doubt, "found")) {
        ("", "") => words,
        ("", found) => format!("{words}: {found}"),
        (column, "") => format!("{words} ({column})"),
        (column, found) => format!("{words} ({column}: {found})"),
    }
}

pub(super) fn rejected_view(row: RejectedRow, lang: Lang) -> RejectedView {
    let t = texts(lang);
    let expected = match lang {
        Lang::Pl => row.expected_pl,
        Lang::En => row.expected_en,
    };
    let why = reason_words(&row.reason, t);
    RejectedView {
        file: row.file,
        row: row.row.to_string(),
        column: row.column.unwrap_or_default(),
        found: row.found,
        expected: if expected.is_empty() { why } else { format!("{why}; {expected}") },
        what: if row.whole_row {
            t.get("imports-rejected-whole-row")
        } else {
            t.get("imports-rejected-value")
        },
        whole_row: row.whole_row,
    }
}

/// A simple value as it is; nothing for shapes and lists.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

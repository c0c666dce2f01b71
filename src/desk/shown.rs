//! What pages of the desk show: rows, values before and after, people's words for both.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Desk,
    model::{Row, Section},
    sketch::{Pair, moved_m, sketch},
    store,
    survey::Findings,
};
use crate::{
    kernel::Lang,
    platform::{
        Ctx,
        access::Permission::{RegistryRead, RegistryWrite},
        http::Failure,
        i18n::{Texts, texts},
    },
    registry::{Kind, editing::state::State, history::ChangedField, show},
    ui::{
        local_time::{date_text, instant_text},
        markup::kind_sign,
        views::{DeskRow, FieldChange, Link},
    },
};

impl Desk {
    /// Slugs of the kinds whose inside may be seen.
    pub(super) fn readable(&self, ctx: &Ctx) -> Vec<String> {
        let known = self.registry.kinds();
        let slugs = known.all().map(|kind| kind.slug.as_str());
        slugs.filter(|slug| ctx.may(RegistryRead, Some(slug))).map(str::to_owned).collect()
    }

    /// Rows of a list, with what is to be said about each.
    pub(super) fn row_views(
        &self,
        ctx: &Ctx,
        section: Section,
        rows: Vec<Row>,
        findings: &BTreeMap<String, std::sync::Arc<Findings>>,
    ) -> Vec<DeskRow> {
        let t = texts(ctx.lang);
        let known = self.registry.kinds();
        rows.into_iter()
            .filter_map(|row| {
                let kind = known.any(&row.kind)?;
                let found = findings.get(&row.kind);
                let (detail, other) = match section {
                    Section::Mine => (instant_text(row.updated_at, t), None),
                    Section::Unseen => (
                        match row.seen_at {
                            Some(at) => t.args("desk-seen-on", &[("date", date_text(at, t).into())]),
                            None => t.get("desk-never-seen"),
                        },
                        None,
                    ),
                    Section::Faulty => {
                        let keys = found.and_then(|found| found.faulty.get(&row.id));
                        let titles: Vec<String> = keys
                            .into_iter()
                            .flatten()
                            .map(|key| kind.attribute_title(key, ctx.lang).unwrap_or_else(|| key.clone()))
                            .collect();
                        (titles.join(", "), None)
                    }
                    Section::Outside => (t.get("desk-outside-detail"), None),
                    Section::Stacked => {
                        let other = found.and_then(|found| found.stacked.get(&row.id));
                        let link = other.map(|id| Link {
                            href: format!("/desk/assets/{id}"),
                            text: t.get("desk-stacked-other"),
                        });
                        (t.get("desk-stacked-detail"), link)
                    }
                };
                Some(DeskRow {
                    id: row.id.to_string(),
                    sign: kind_sign(&kind.icon, &kind.colour),
                    kind: kind.singular.get(ctx.lang).to_owned(),
                    label: label(&kind, row.label.as_deref(), row.registry_number, ctx.lang),
                    detail,
                    other,
                    href: format!("/desk/assets/{}", row.id),
                    map_href: ctx
                        .may(RegistryWrite, Some(&row.kind))
                        .then(|| format!("/desk/map?at={}", row.id)),
                })
            })
            .collect()
    }

    /// Schemas of every attribute that kinds ever had.
    pub(super) async fn words(&self, kinds: &[String]) -> Result<Words, Failure> {
        let mut words = Words::default();
        for kind in kinds {
            if !words.0.contains_key(kind) {
                let ever = store::attributes_ever(&self.pool, kind).await?;
                words.0.insert(kind.clone(), ever.into_iter().collect());
            }
        }
        Ok(words)
    }
}

/// What people call a thing: its label, else its kind and number.
pub(super) fn label(kind: &Kind, label: Option<&str>, number: i64, lang: Lang) -> String {
    label.map_or_else(|| format!("{} {number}", kind.singular.get(lang)), str::to_owned)
}

/// Schemas of attributes by kind and key, also of those that are gone.
#[derive(Debug, Default)]
pub(super) struct Words(BTreeMap<String, BTreeMap<String, Value>>);

impl Words {
    /// Changed fields of a thing as people read them.
    pub(super) fn changes(&self, kind: &str, fields: &[ChangedField], t: &Texts) -> Vec<FieldChange> {
        fields
            .iter()
            .map(|field| {
                if field.field == "geometry" {
                    return FieldChange {
                        title: field.title.clone(),
                        old: None,
                        new: Some(geometry_change(&field.old, &field.new, t)),
                    };
                }
                FieldChange {
                    title: self.title(kind, field, t),
                    old: self.value(kind, &field.field, &field.old, t),
                    new: self.value(kind, &field.field, &field.new, t),
                }
            })
            .collect()
    }

    fn schema(&self, kind: &str, field: &str) -> Option<&Value> {
        self.0.get(kind)?.get(field.strip_prefix("attributes.")?)
    }

    /// The title of a field, also of an attribute that the kind no longer has.
    fn title(&self, kind: &str, field: &ChangedField, t: &Texts) -> String {
        let old = self.schema(kind, &field.field).and_then(|schema| {
            let text = |name: &str| schema.get(name).and_then(Value::as_str);
            let english = (t.lang() == "en").then(|| text("x-title-en")).flatten();
            english.or_else(|| text("title"))
        });
        old.map_or_else(|| field.title.clone(), str::to_owned)
    }

    /// A value as people read it; nothing for null.
    pub(super) fn value(&self, kind: &str, field: &str, value: &Value, t: &Texts) -> Option<String> {
        let lang = Lang::from_tag(t.lang()).unwrap_or_default();
        let text = match (field, value) {
            (_, Value::Null) => return None,
            ("geometry", _) => t.get("desk-geometry-shape"),
            ("status", Value::String(status)) => status_words(status, t),
            ("part_of", Value::String(id)) => id.chars().take(8).collect(),
            ("label", Value::String(text)) => text.clone(),
            _ => {
                let nothing = Value::Null;
                let schema = self.schema(kind, field).unwrap_or(&nothing);
                let unit = schema.get("x-unit").and_then(Value::as_str).map(|unit| format!("\u{a0}{unit}"));
                format!("{}{}", show(value, schema, lang), unit.unwrap_or_default())
            }
        };
        Some(text)
    }
}

pub(super) fn status_words(status: &str, t: &Texts) -> String {
    match status {
        "in_service" => t.get("desk-in-service"),
        other => t.get(&format!("status-{}", other.replace('_', "-"))),
    }
}

/// "przesunięto o 3,5 m", "zmieniono kształt", "nowe położenie".
fn geometry_change(old: &Value, new: &Value, t: &Texts) -> String {
    let read = |value: &Value| {
        let geometry: geojson::Geometry = serde_json::from_value(value.clone()).ok()?;
        geo_types::Geometry::<f64>::try_from(geometry).ok()
    };
    match (read(old), read(new)) {
        (None, Some(_)) => t.get("desk-geometry-new"),
        (Some(_), None) => t.get("desk-geometry-gone"),
        (Some(before), Some(after)) => {
            let is_point = |shape: &geo_types::Geometry<f64>| matches!(shape, geo_types::Geometry::Point(_));
            match moved_m(&before, &after) {
                Some(metres) if is_point(&before) && is_point(&after) => {
                    let decimals = if metres < 10.0 { 2 } else { 0 };
                    t.args("desk-geometry-moved", &[("metres", t.number(metres, decimals).into())])
                }
                _ => t.get("desk-geometry-shape"),
            }
        }
        (None, None) => String::new(),
    }
}

/// A drawing of one thing's change of place, when it has one.
pub(super) fn drawing(before: Option<&State>, after: Option<&State>, title: &str) -> String {
    let (before, after) = (before.map(|state| &state.geometry), after.map(|state| &state.geometry));
    match (before, after) {
        (Some(old), Some(new)) if old != new => {
            sketch(&[Pair { before: Some(old), after: Some(new) }], title)
        }
        _ => String::new(),
    }
}

/// The address of a thing's page.
pub(super) fn asset_href(id: Uuid) -> String {
    format!("/desk/assets/{id}")
}

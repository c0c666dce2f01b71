//! Which assets are meant: one filter for items, tiles, tables and exports.
//!
//! Invariants: what a reader may not see cannot be filtered or sorted by; nothing of a filter's text becomes part of a
//! statement, but values do, bound or quoted. In every statement of the registry the assets are called `a`.

mod asked;
mod predicate;
mod queryables;
mod sort;
mod store;

pub use asked::{Condition, asked_condition, sentence};
use chrono::{DateTime, Utc};
pub use predicate::Predicate;
pub use queryables::queryables;
use serde_json::{Map, Value};
pub use sort::{Cursor, Sort};
pub(super) use store::{count, count_in_sight, features, in_sight, register, thinned_tile, tile};

use crate::kernel::Bbox;

/// Which assets of a kind are meant.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Those that touch this box.
    pub bbox: Option<Bbox>,
    /// Those whose public attributes have these values.
    pub attributes: Map<String, Value>,
    /// Those with this label.
    pub label: Option<String>,
    /// Those with this status.
    pub status: Option<String>,
    /// Those that came from this source.
    pub source: Option<String>,
    /// Those with this number in the registry.
    pub registry_number: Option<i64>,
    /// Those last changed at or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Those last changed at or before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Those for which all of these are true.
    pub conditions: Vec<Condition>,
}

impl Filter {
    /// Whether every asset passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.bbox.is_none()
            && self.attributes.is_empty()
            && self.label.is_none()
            && self.status.is_none()
            && self.source.is_none()
            && self.registry_number.is_none()
            && self.from.is_none()
            && self.to.is_none()
            && self.conditions.is_empty()
    }

    /// The box's rectangles as SQL takes them: four arrays of edges in the box's own system.
    pub(super) fn edges(&self) -> Option<[Vec<f64>; 4]> {
        let rects = self.bbox?.rects();
        let edge = |pick: fn(&geo_types::Rect<f64>) -> f64| rects.iter().map(pick).collect();
        Some([edge(|r| r.min().x), edge(|r| r.min().y), edge(|r| r.max().x), edge(|r| r.max().y)])
    }
}

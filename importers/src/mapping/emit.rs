//! Hands over what comes out and keeps the account.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::refusal::Refusal;
use super::report::LayerReport;
use crate::{At, Burial, Delivered, Doubt, Feature, SinkError};

/// Takes what comes out.
pub(super) type Out<'a> = dyn FnMut(Delivered) -> Result<(), SinkError> + 'a;

/// How often each key came in this delivery.
#[derive(Default)]
pub(super) struct Keys {
    /// Keys that came; a million of them take 19 MB.
    seen: HashSet<u64>,
    /// How often those came that came more than once.
    repeated: HashMap<u64, u32>,
    /// Where things with people stand, to tell a second person from a second grave.
    places: HashMap<u64, u64>,
}

impl Keys {
    /// Counts the key; says how often it came, this time included.
    pub(super) fn count(&mut self, kind: &str, key: &str) -> u32 {
        let hash = hash(&(kind, key));
        if self.seen.insert(hash) {
            return 1;
        }
        let count = self.repeated.entry(hash).or_insert(1);
        *count += 1;
        *count
    }

    /// How often the key came so far.
    pub(super) fn came(&self, kind: &str, key: &str) -> u32 {
        let hash = hash(&(kind, key));
        let once = u32::from(self.seen.contains(&hash));
        self.repeated.get(&hash).copied().unwrap_or(once)
    }

    /// Whether the thing with this key stands at the same place as the first one; the first one is kept.
    pub(super) fn same_place(&mut self, kind: &str, key: &str, place: &str) -> bool {
        let place = hash(&place);
        *self.places.entry(hash(&(kind, key))).or_insert(place) == place
    }
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The second and later things of a key are told apart by their number.
pub(super) fn numbered(key: String, count: u32) -> String {
    if count < 2 { key } else { format!("{key} #{count}") }
}

/// Hands over the outcomes of one layer.
pub(super) struct Emitter<'a, 'b> {
    pub(super) out: &'a mut Out<'b>,
    pub(super) report: LayerReport,
    pub(super) graves_not_here: u64,
}

impl Emitter<'_, '_> {
    pub(super) fn feature(
        &mut self,
        at: At,
        feature: Feature,
        srid: u32,
        doubts: Vec<Doubt>,
    ) -> Result<(), SinkError> {
        self.report.features += 1;
        *self.report.used_srid.entry(srid).or_default() += 1;
        self.doubts(&doubts);
        (self.out)(Delivered::Feature { at, feature, srid, doubts })
    }

    pub(super) fn burial(&mut self, at: At, burial: Burial, doubts: Vec<Doubt>) -> Result<(), SinkError> {
        self.report.burials += 1;
        self.doubts(&doubts);
        (self.out)(Delivered::Burial { at, burial, doubts })
    }

    fn doubts(&mut self, doubts: &[Doubt]) {
        self.report.doubtful_rows += u64::from(!doubts.is_empty());
        for doubt in doubts {
            *self.report.doubts.entry(doubt.code).or_default() += 1;
        }
    }

    pub(super) fn reject_row(&mut self, at: At, refusal: Refusal) -> Result<(), SinkError> {
        self.report.rejected_rows += 1;
        *self.report.rejected_by_reason.entry(refusal.reason).or_default() += 1;
        (self.out)(Delivered::Rejected(refusal.at(at, true)))
    }

    pub(super) fn reject_values(&mut self, at: &At, refused: Vec<Refusal>) -> Result<(), SinkError> {
        for refusal in refused {
            *self.report.rejected_values_by_reason.entry(refusal.reason).or_default() += 1;
            (self.out)(Delivered::Rejected(refusal.at(at.clone(), false)))?;
        }
        Ok(())
    }

    pub(super) fn skip(&mut self, at: At, reason: &'static str) -> Result<(), SinkError> {
        *self.report.skipped.entry(reason).or_default() += 1;
        (self.out)(Delivered::Skipped { at, reason })
    }
}

//! What the registry's things lack: looked through once, then only what changed since.
//!
//! Each node keeps its own findings in memory. A kind is looked through as a whole when its definition changed;
//! otherwise only its things that changed since the last look, with a margin for transactions that ended late. An
//! import may run for hours and gives its things the time of its start: after one, kinds are looked through as a whole.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, Duration, Utc};
use futures::TryStreamExt;
use serde_json::{Map, Value};
use tokio::sync::RwLock;
use uuid::Uuid;

use super::{Desk, store};
use crate::{
    kernel::Geom,
    platform::{
        Ctx,
        db::build_missing_indexes,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    registry::{Kind, editing::faults::value_fault},
};

/// Transactions that began this long before the last look may have ended after it.
const MARGIN: Duration = Duration::minutes(20);

/// What was found of one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Findings {
    /// Revision of the collection when it was looked through.
    revision: i64,
    /// The definition by which it was looked through.
    definition: Option<Arc<Kind>>,
    /// How many imports had ended when it was looked through.
    imports: i64,
    /// When the last look began.
    looked_at: Option<DateTime<Utc>>,
    /// Keys of attributes that do not fit, by thing.
    pub(super) faulty: BTreeMap<Uuid, Vec<String>>,
    /// Things outside the town.
    pub(super) outside: BTreeSet<Uuid>,
    /// Things on top of another, with the other.
    pub(super) stacked: BTreeMap<Uuid, Uuid>,
}

/// Findings of all kinds. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Survey {
    findings: Arc<RwLock<BTreeMap<String, Arc<Findings>>>>,
    /// One look at a time.
    looking: Arc<tokio::sync::Mutex<()>>,
}

impl Desk {
    /// Findings as they are known now, which may be those of a moment ago; `None` while a kind was never looked through.
    pub(super) async fn known_findings(&self, kinds: &[String]) -> Option<BTreeMap<String, Arc<Findings>>> {
        let known = self.survey.findings.read().await;
        kinds.iter().map(|kind| known.get(kind).map(|found| (kind.clone(), found.clone()))).collect()
    }

    /// Findings of kinds, brought up to date.
    pub(super) async fn findings(
        &self,
        kinds: &[String],
    ) -> Result<BTreeMap<String, Arc<Findings>>, Failure> {
        for kind in kinds {
            self.look_through(kind).await?;
        }
        Ok(self.known_findings(kinds).await.unwrap_or_default())
    }

    pub(super) async fn look_through_all(&self) -> Result<(), Failure> {
        // After a first filling its indexes are still being built, without which this would compare everything with everything.
        build_missing_indexes(&self.pool).await.internal("wait for the indexes")?;
        let kinds: Vec<String> =
            self.registry.kinds().all().map(|kind| kind.slug.as_str().to_owned()).collect();
        for kind in &kinds {
            self.look_through(kind).await?;
        }
        Ok(())
    }

    async fn look_through(&self, slug: &str) -> Result<(), Failure> {
        let _one_at_a_time = self.survey.looking.lock().await;
        let Some(kind) = self.registry.kinds().any(slug) else { return Ok(()) };
        let revision = self.feed.now().revision(slug);
        let known = self.survey.findings.read().await.get(slug).cloned();
        let mut findings = known.map(|known| Findings::clone(&known)).unwrap_or_default();
        let same_definition = findings.definition.as_ref().is_some_and(|known| Arc::ptr_eq(known, &kind));
        if same_definition && findings.revision == revision {
            return Ok(());
        }
        // The kinds are read anew when any of them changes: equal words are the same definition.
        let same_definition =
            same_definition || findings.definition.as_ref().is_some_and(|known| known.schema == kind.schema);
        let imports = store::count_imports(&self.pool).await?;
        let no_import = findings.imports == imports;
        let since =
            if same_definition && no_import { findings.looked_at.map(|at| at - MARGIN) } else { None };
        if since.is_none() {
            findings = Findings::default();
        }
        let now = Ctx::system("desk").now;
        let changed = self.judge(&kind, since, &mut findings).await?;
        self.find_stacked(slug, since.is_some().then_some(changed.as_slice()), &mut findings).await?;
        findings.revision = revision;
        findings.imports = imports;
        findings.definition = Some(kind);
        findings.looked_at = Some(now);
        self.survey.findings.write().await.insert(slug.to_owned(), Arc::new(findings));
        Ok(())
    }

    /// Judges things by schema and place; answers which were looked at.
    async fn judge(
        &self,
        kind: &Kind,
        since: Option<DateTime<Utc>>,
        findings: &mut Findings,
    ) -> Result<Vec<Uuid>, Failure> {
        let town = self.registry.area();
        let mut looked_at = Vec::new();
        let mut things = store::changed_since(&self.pool, kind.slug.as_str(), since);
        while let Some(thing) = things.try_next().await? {
            if since.is_some() {
                looked_at.push(thing.id);
                findings.faulty.remove(&thing.id);
                findings.outside.remove(&thing.id);
            }
            if thing.status == "removed" {
                continue;
            }
            let Value::Object(attributes) = &thing.attributes else { continue };
            let faulty = faulty_keys(kind, attributes);
            if !faulty.is_empty() {
                findings.faulty.insert(thing.id, faulty);
            }
            if !town.holds(&Geom::from_ewkb(&thing.ewkb).internal("read a geometry")?.0) {
                findings.outside.insert(thing.id);
            }
        }
        Ok(looked_at)
    }

    /// Finds things on top of others, of all or of some.
    async fn find_stacked(
        &self,
        slug: &str,
        of: Option<&[Uuid]>,
        findings: &mut Findings,
    ) -> Result<(), Failure> {
        if let Some(changed) = of {
            findings.stacked.retain(|one, other| !changed.contains(one) && !changed.contains(other));
            if changed.is_empty() {
                return Ok(());
            }
        }
        for (one, other) in store::stacked(&self.pool, slug, of).await? {
            // The later one is the one too many.
            findings.stacked.insert(one.max(other), one.min(other));
        }
        Ok(())
    }
}

/// Keys of attributes that do not fit the kind's schema. Says less than the rules of editing, but quicker.
fn faulty_keys(kind: &Kind, attributes: &Map<String, Value>) -> Vec<String> {
    let t = texts(crate::kernel::Lang::Pl);
    let properties = kind.schema.get("properties").and_then(Value::as_object);
    let mut faulty: Vec<String> = attributes
        .iter()
        .filter(|(key, value)| {
            !value.is_null()
                && properties
                    .and_then(|all| all.get(key.as_str()))
                    .is_none_or(|schema| value_fault(schema, value, t).is_some())
        })
        .map(|(key, _)| key.clone())
        .collect();
    let missing = crate::registry::editing::faults::required(&kind.schema)
        .filter(|key| attributes.get(*key).is_none_or(|value| value.is_null() || value == ""));
    faulty.extend(missing.map(str::to_owned));
    faulty
}

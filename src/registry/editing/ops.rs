//! Applying a submission: everything or nothing.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use geo_types::Geometry;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    faults::{self, Fault},
    model::{Applied, Clash, Intent, Refusal, Submission, TitledClash, Verdict},
    state::{self, GEOMETRY, Merged, PART_OF, State, Take},
    store::{self, Version},
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    registry::{Kind, Kinds, Registry, Sight, store::read_kinds},
};

/// Most things of one submission.
pub const MOST_CHANGES: usize = 20_000;
/// Most letters of a comment.
const LONGEST_COMMENT: usize = 1000;

/// What shall be written of one thing.
struct Write {
    asset: Uuid,
    kind: Arc<Kind>,
    /// `None`: it goes.
    state: Option<State>,
    /// Whether it has a row already.
    known: bool,
}

/// What was chosen where changes clash, by thing, field and the version that was seen.
type Chosen<'a> = HashMap<(Uuid, &'a str, i32), Take>;

/// Everything that is known before something is written.
struct Plan {
    writes: Vec<Write>,
    verdict: Verdict,
}

impl Registry {
    /// Applies a submission in one transaction and lets this node see it at once.
    ///
    /// # Errors
    /// [`Refusal`]; nothing is written then.
    pub async fn apply(&self, ctx: &Ctx, submission: &Submission) -> Result<Applied, Refusal> {
        let mut transaction = self.pool.begin().await?;
        let applied = self.apply_in(ctx, &mut transaction, submission, None).await?;
        transaction.commit().await?;
        self.seen().await;
        Ok(applied)
    }

    /// Says what [`Registry::apply`] would say, and writes nothing.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn check(&self, ctx: &Ctx, submission: &Submission) -> Result<(Verdict, usize), Failure> {
        let mut transaction = self.pool.begin().await?;
        let changes = submission.intents.len();
        let verdict = match self.apply_in(ctx, &mut transaction, submission, None).await {
            Ok(_) => Verdict::default(),
            Err(Refusal::Verdict(verdict)) => verdict,
            Err(Refusal::Failure(failure)) => return Err(failure),
        };
        transaction.rollback().await?;
        Ok((verdict, changes))
    }

    /// The kinds as the transaction sees them: what this node knows, unless a kind was changed since.
    async fn kinds_in(&self, connection: &mut PgConnection) -> Result<Arc<Kinds>, Failure> {
        let known = self.kinds();
        if store::kinds_revision(connection).await? == known.revision {
            return Ok(known);
        }
        Ok(Arc::new(read_kinds(connection).await.internal("read the kinds")?))
    }

    /// Lets this node see what it has just written; the others hear of it from the database.
    pub async fn seen(&self) {
        if let Err(error) = self.feed.refresh().await {
            tracing::warn!(%error, "the change feed could not be read after a change");
        }
    }

    /// Applies a submission inside a transaction of the caller, who commits it or, on any error, rolls it back.
    /// `redefined` is a kind whose definition changes in the same transaction.
    ///
    /// # Errors
    /// [`Refusal`]; the transaction must then be rolled back.
    pub async fn apply_in(
        &self,
        ctx: &Ctx,
        connection: &mut PgConnection,
        submission: &Submission,
        redefined: Option<&Arc<Kind>>,
    ) -> Result<Applied, Refusal> {
        store::limit_waiting(connection).await?;
        let Plan { writes, mut verdict } = self.plan(ctx, connection, submission, redefined).await?;
        self.judge_places(ctx, connection, &writes, &mut verdict).await?;
        if verdict != Verdict::default() {
            return Err(Refusal::Verdict(verdict));
        }
        if writes.is_empty() {
            return Ok(Applied { change_set: None, number: None, assets: Vec::new(), removed: Vec::new() });
        }
        let (change_set, number) = match submission.within {
            Some(open) => open,
            None => store::open_change_set(connection, ctx, submission).await?,
        };
        let (mut new, mut changed, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        for write in &writes {
            match &write.state {
                Some(state) if write.known => changed.push((write.asset, write.kind.slug.as_str(), state)),
                Some(state) => new.push((write.asset, write.kind.slug.as_str(), state)),
                None => removed.push(write.asset),
            }
        }
        let written: Vec<Uuid> = new.iter().chain(&changed).map(|(id, ..)| *id).collect();
        store::insert(connection, ctx.now, new).await?;
        store::update(connection, ctx.now, changed).await?;
        store::remove(connection, ctx.now, &removed).await?;
        judge_wholes(ctx, connection, &writes, &written, &removed).await?;
        let assets = store::lock(connection, &written).await?;
        Ok(Applied {
            change_set: Some(change_set),
            number: Some(number),
            assets: assets.into_iter().filter_map(Version::into_asset).collect(),
            removed,
        })
    }

    async fn plan(
        &self,
        ctx: &Ctx,
        connection: &mut PgConnection,
        submission: &Submission,
        redefined: Option<&Arc<Kind>>,
    ) -> Result<Plan, Failure> {
        if submission.intents.len() > MOST_CHANGES {
            let most = (MOST_CHANGES as u64).into();
            let detail = texts(ctx.lang).args("registry-draft-too-large", &[("most", most)]);
            return Err(Failure::TooLarge(detail));
        }
        let wrong = |comment: &String| comment.chars().count() > LONGEST_COMMENT || comment.contains('\0');
        if submission.comment.as_ref().is_some_and(wrong) {
            let why = "must be at most 1000 characters, none of them zero";
            return Err(crate::kernel::ParamError::new("comment", why).into());
        }
        let kinds: BTreeSet<&str> = submission.intents.iter().map(|intent| intent.kind.as_str()).collect();
        for kind in &kinds {
            // Whoever may change all kinds may be told that one does not exist.
            ctx.require(Permission::RegistryWrite, Some(kind))?;
        }
        let kinds: Vec<String> = kinds.into_iter().map(str::to_owned).collect();
        store::lock_collections(connection, &kinds).await?;
        let ids: Vec<Uuid> = submission.intents.iter().map(|intent| intent.asset).collect();
        let there: BTreeMap<Uuid, Version> =
            store::lock(connection, &ids).await?.into_iter().map(|version| (version.id, version)).collect();
        let (based, revs): (Vec<Uuid>, Vec<i32>) =
            submission.intents.iter().filter_map(|intent| Some((intent.asset, intent.base_rev?))).unzip();
        let bases = store::bases(connection, &based, &revs).await?;
        let mut plan = Plan { writes: Vec::new(), verdict: Verdict::default() };
        let known_kinds = self.kinds_in(connection).await?;
        let chosen: Chosen = submission
            .choices
            .iter()
            .map(|choice| ((choice.asset, choice.field.as_str(), choice.theirs_rev), choice.take))
            .collect();
        let mut planned = BTreeSet::new();
        for intent in &submission.intents {
            if !planned.insert(intent.asset) {
                continue;
            }
            let kind = redefined
                .filter(|kind| kind.slug.as_str() == intent.kind)
                .cloned()
                .or_else(|| known_kinds.any(&intent.kind));
            let Some(kind) = kind else {
                let detail = texts(ctx.lang).get("registry-fault-no-kind");
                plan.verdict.faults.push(whole_fault(ctx, None, intent, "no-kind", detail));
                continue;
            };
            let (here, base) = (there.get(&intent.asset), bases.get(&intent.asset));
            if let Some(other) = here.filter(|here| here.kind != intent.kind) {
                let name = known_kinds
                    .any(&other.kind)
                    .map_or_else(|| other.kind.clone(), |kind| kind.singular.get(ctx.lang).to_owned());
                let detail = texts(ctx.lang).args("registry-fault-other-kind", &[("kind", name.into())]);
                plan.verdict.faults.push(whole_fault(ctx, Some(&kind), intent, "other-kind", detail));
                continue;
            }
            plan.take(ctx, (submission.strict, &chosen), intent, &kind, here, base);
        }
        Ok(plan)
    }

    /// Whether areas are valid, everything lies in the town, and wholes are there.
    async fn judge_places(
        &self,
        ctx: &Ctx,
        connection: &mut PgConnection,
        writes: &[Write],
        verdict: &mut Verdict,
    ) -> Result<(), Failure> {
        let broken: BTreeSet<Uuid> =
            verdict.faults.iter().filter(|fault| fault.field == GEOMETRY).map(|fault| fault.asset).collect();
        let sound: Vec<(&Write, &State)> = writes
            .iter()
            .filter(|write| !broken.contains(&write.asset))
            .filter_map(|write| Some((write, write.state.as_ref()?)))
            .collect();
        let town = self.area();
        for (write, state) in sound.iter().filter(|(_, state)| !town.holds(&state.geometry)) {
            let detail = texts(ctx.lang).get("registry-fault-outside");
            verdict.faults.push(fault(
                ctx,
                &write.kind,
                write.asset,
                state,
                GEOMETRY,
                "outside-town",
                detail,
                None,
            ));
        }
        let ours: BTreeSet<Uuid> = writes.iter().map(|write| write.asset).collect();
        let wholes: BTreeSet<Uuid> = sound
            .iter()
            .filter_map(|(_, state)| state.part_of)
            .filter(|whole| !ours.contains(whole))
            .collect();
        let wholes: Vec<Uuid> = wholes.into_iter().collect();
        let missing: BTreeSet<Uuid> = store::unknown(connection, &wholes).await?.into_iter().collect();
        let is_missing = |state: &State| state.part_of.is_some_and(|whole| missing.contains(&whole));
        for (write, state) in sound.iter().filter(|(_, state)| is_missing(state)) {
            let detail = texts(ctx.lang).get("registry-fault-no-whole");
            let place = None;
            verdict.faults.push(fault(
                ctx,
                &write.kind,
                write.asset,
                state,
                PART_OF,
                "no-whole",
                detail,
                place,
            ));
        }
        let areas: Vec<(&Write, &State)> = sound
            .into_iter()
            .filter(|(_, state)| matches!(state.geometry, Geometry::Polygon(_) | Geometry::MultiPolygon(_)))
            .collect();
        if areas.is_empty() {
            return Ok(());
        }
        let ewkb = areas.iter().map(|(_, state)| store::ewkb(state)).collect::<Result<Vec<_>, _>>()?;
        for invalid in store::invalid_areas(connection, &ewkb).await? {
            let Some((write, state)) = areas.get(invalid.index) else { continue };
            let (code, detail) = faults::invalid_area(&invalid.reason, ctx.lang);
            let at = invalid.at;
            verdict.faults.push(fault(ctx, &write.kind, write.asset, state, GEOMETRY, code, detail, at));
        }
        Ok(())
    }
}

impl Plan {
    fn take(
        &mut self,
        ctx: &Ctx,
        (strict, choices): (bool, &Chosen<'_>),
        intent: &Intent,
        kind: &Arc<Kind>,
        here: Option<&Version>,
        base: Option<&Version>,
    ) {
        let t = texts(ctx.lang);
        if let (Some(rev), None) = (intent.base_rev, base) {
            let detail = t.args("registry-fault-no-base", &[("rev", i64::from(rev).into())]);
            self.verdict.faults.push(whole_fault(ctx, Some(kind), intent, "no-base", detail));
            return;
        }
        let base_state = base.and_then(|base| base.state.as_ref());
        let mut mine = intent.after.clone();
        if let Some(mine) = &mut mine {
            follow_label(kind, base_state, mine);
        }
        let theirs = here.and_then(|here| here.state.as_ref());
        let their_rev = here.map_or(0, |here| here.rev);
        let chosen = |field: &str| choices.get(&(intent.asset, field, their_rev)).copied();
        let stale = strict && intent.base_rev.is_some_and(|rev| rev != their_rev);
        // A strict caller has merged nothing itself: every difference of the two is shown.
        let merged = if stale {
            Merged::Clash { whole: None, fields: differences(base_state, mine.as_ref(), theirs) }
        } else {
            state::merge(base_state, mine.as_ref(), theirs, chosen)
        };
        match merged {
            Merged::Keep => {}
            Merged::Remove => {
                self.writes.push(Write { asset: intent.asset, kind: kind.clone(), state: None, known: true })
            }
            Merged::Put(state) => {
                let only = theirs.map(|theirs| theirs.differing(&state));
                let found = faults::field_faults(kind, &state, only.as_deref(), ctx.lang);
                self.verdict.faults.extend(found.into_iter().map(|found| {
                    fault(ctx, kind, intent.asset, &state, &found.field, found.code, found.detail, None)
                }));
                self.writes.push(Write {
                    asset: intent.asset,
                    kind: kind.clone(),
                    state: Some(state),
                    known: here.is_some(),
                });
            }
            Merged::Clash { whole, fields } => self.verdict.clashes.push(Clash {
                asset: intent.asset,
                kind: intent.kind.clone(),
                label: name(ctx, kind, theirs.or(base_state).or(mine.as_ref()), here.map(|here| here.number)),
                theirs_rev: their_rev,
                who: here.map(|here| here.who.clone()).unwrap_or_default(),
                when: here.map_or(ctx.now, |here| here.when),
                whole,
                fields: fields
                    .into_iter()
                    .map(|clash| TitledClash {
                        title: faults::field_title(kind, &clash.field, ctx.lang),
                        field: clash.field,
                        base: clash.base,
                        mine: clash.mine,
                        theirs: clash.theirs,
                    })
                    .collect(),
            }),
        }
    }
}

/// What people call a thing that may have no name yet.
fn name(ctx: &Ctx, kind: &Kind, state: Option<&State>, number: Option<i64>) -> String {
    let singular = || match number {
        Some(number) => format!("{} {number}", kind.singular.get(ctx.lang)),
        None => kind.singular.get(ctx.lang).to_owned(),
    };
    state.and_then(|state| state.label.clone()).unwrap_or_else(singular)
}

#[expect(clippy::too_many_arguments, reason = "each is one column of the answer")]
fn fault(
    ctx: &Ctx,
    kind: &Kind,
    asset: Uuid,
    state: &State,
    field: &str,
    code: &'static str,
    detail: String,
    at: Option<[f64; 2]>,
) -> Fault {
    Fault {
        asset,
        kind: kind.slug.as_str().to_owned(),
        label: name(ctx, kind, Some(state), None),
        title: faults::field_title(kind, field, ctx.lang),
        field: field.to_owned(),
        detail,
        code,
        at,
    }
}

/// A fault of a thing as a whole.
fn whole_fault(
    ctx: &Ctx,
    kind: Option<&Arc<Kind>>,
    intent: &Intent,
    code: &'static str,
    detail: String,
) -> Fault {
    let label = intent.after.as_ref().and_then(|state| state.label.clone());
    Fault {
        asset: intent.asset,
        kind: intent.kind.clone(),
        label: label
            .or_else(|| kind.map(|kind| kind.singular.get(ctx.lang).to_owned()))
            .unwrap_or_else(|| intent.kind.chars().take(60).collect()),
        field: "*".into(),
        title: String::new(),
        detail,
        code,
        at: None,
    }
}

fn differences(base: Option<&State>, mine: Option<&State>, theirs: Option<&State>) -> Vec<state::FieldClash> {
    let fields = |state: Option<&State>| state.map(State::fields).unwrap_or_default();
    let (base, ours, others) = (fields(base), fields(mine), fields(theirs));
    let names: BTreeSet<&String> = ours.keys().chain(others.keys()).collect();
    names
        .into_iter()
        .filter(|name| ours.get(*name) != others.get(*name))
        .map(|name| {
            let at = |fields: &BTreeMap<String, serde_json::Value>| {
                fields.get(name).cloned().unwrap_or(serde_json::Value::Null)
            };
            state::FieldClash { field: name.clone(), base: at(&base), mine: at(&ours), theirs: at(&others) }
        })
        .collect()
}

/// What people call a thing follows the attribute that it was taken from: a lamp with a new number has a new name.
fn follow_label(kind: &Kind, before: Option<&State>, after: &mut State) {
    // A label is public: what is private does not become one.
    let public = kind.keys(Sight::Public);
    let text = |state: &State, key: &str| {
        let shown = public.iter().any(|public| public == key);
        state.attributes.get(key).filter(|_| shown).and_then(|value| value.as_str()).map(str::to_owned)
    };
    let unnamed = before.is_none_or(|before| before.label.is_none());
    for key in ["name", "ref"] {
        let now = text(after, key);
        match before {
            _ if after.label.is_none() && unnamed => after.label = now.filter(|text| !text.trim().is_empty()),
            Some(before) if before.label.is_some() && before.label == after.label => {
                let was = text(before, key);
                if was == before.label && now != was {
                    after.label = now.filter(|text| !text.trim().is_empty());
                    return;
                }
            }
            _ => {}
        }
    }
    if after.label.is_none() && unnamed && kind.slug.as_str() == "graves" {
        let place: Vec<String> =
            ["sector", "row", "number"].iter().filter_map(|key| text(after, key)).collect();
        after.label = (!place.is_empty()).then(|| place.join(" / "));
    }
}

/// Whether wholes and parts still fit together, after everything is written.
async fn judge_wholes(
    ctx: &Ctx,
    connection: &mut PgConnection,
    writes: &[Write],
    written: &[Uuid],
    removed: &[Uuid],
) -> Result<(), Refusal> {
    let t = texts(ctx.lang);
    let mut verdict = Verdict::default();
    let mut say = |asset: Uuid, field: &str, code: &'static str, detail: String| {
        let Some(write) = writes.iter().find(|write| write.asset == asset) else { return };
        verdict.faults.push(Fault {
            asset,
            kind: write.kind.slug.as_str().to_owned(),
            label: name(ctx, &write.kind, write.state.as_ref(), None),
            field: field.to_owned(),
            title: faults::field_title(&write.kind, field, ctx.lang),
            detail,
            code,
            at: None,
        });
    };
    for (whole, parts) in store::wholes_with_parts(connection, removed).await? {
        say(whole, PART_OF, "has-parts", t.args("registry-fault-has-parts", &[("n", parts.into())]));
    }
    for grave in store::graves_with_burials(connection, removed).await? {
        say(grave, PART_OF, "has-burials", t.get("registry-fault-has-burials"));
    }
    for (part, circle) in store::lost_parts(connection, written).await? {
        let (code, key) = if circle {
            ("part-of-itself", "registry-fault-part-of-itself")
        } else {
            ("no-whole", "registry-fault-no-whole")
        };
        say(part, PART_OF, code, t.args(key, &[]));
    }
    if verdict == Verdict::default() { Ok(()) } else { Err(Refusal::Verdict(verdict)) }
}

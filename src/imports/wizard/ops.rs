//! Use cases of imports: begun, looked at, mapped, compared, reviewed, brought in, taken back, given up.

use importers::mapping::{Inspection, KindSpec, Mapping};
use uuid::Uuid;

use super::{
    Imports,
    item_store::Key,
    model::{Accepted, Job, State, Task},
    saved, store, task_store, words,
};
use crate::{
    kernel::ParamError,
    platform::{
        Ctx,
        access::Permission::RegistryWrite,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
    },
    registry::editing::{Applied, Choice, Refusal},
};

/// Imports on one page of the history.
pub(super) const JOBS_ON_A_PAGE: i64 = 30;
/// Longest name of an import and of a saved mapping.
const LONGEST_NAME: usize = 100;

impl Imports {
    /// Begins an import.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(&self, ctx: &Ctx, name: Option<&str>) -> Result<Job, Failure> {
        let usual = || texts(ctx.lang).get("imports-unnamed");
        let name = name.map(str::trim).filter(|name| !name.is_empty()).map_or_else(usual, str::to_owned);
        let name: String = name.chars().take(LONGEST_NAME).collect();
        let id = store::create(&self.pool, ctx.account(), ctx.actor(), &name, ctx.now).await?;
        self.job(ctx, id).await
    }

    /// One import.
    ///
    /// # Errors
    /// Not found; not allowed: it is somebody else's, and fills kinds that the caller may not change.
    pub async fn job(&self, ctx: &Ctx, id: Uuid) -> Result<Job, Failure> {
        let job = store::job(&self.pool, id).await?.ok_or_else(|| Failure::not_found("this import"))?;
        let is_own = job.account.is_some() && job.account == ctx.account();
        if !is_own {
            if job.kinds.is_empty() {
                ctx.require(RegistryWrite, None)?;
            }
            require_kinds(ctx, &job.kinds)?;
        }
        Ok(job)
    }

    /// The history of imports: a page of them, the latest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn jobs(&self, before: Option<i64>) -> Result<Vec<Job>, Failure> {
        Ok(store::jobs(&self.pool, before, JOBS_ON_A_PAGE + 1).await?)
    }

    /// What the files were found to hold.
    ///
    /// # Errors
    /// Not found, not allowed, or the files were not looked at yet.
    pub async fn inspection(&self, ctx: &Ctx, id: Uuid) -> Result<Inspection, Failure> {
        self.job(ctx, id).await?;
        let found = store::looked(&self.pool, id).await?.map(|looked| looked.inspection);
        found.ok_or_else(|| Failure::not_found("what the files hold"))
    }

    /// Looks at the files in the background.
    ///
    /// # Errors
    /// Not found, not allowed; refused when no file is there or one has not arrived whole.
    pub async fn inspect(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let t = texts(ctx.lang);
        let job = self.job(ctx, id).await?;
        let files = store::files(&self.pool, id).await?;
        if files.is_empty() {
            return Err(stated("no-files", t.get("imports-no-files")));
        }
        if let Some(half) = files.iter().find(|file| !file.is_whole()) {
            let detail = t.args("imports-file-half", &[("name", half.name.as_str().into())]);
            return Err(stated("file-not-whole", detail));
        }
        let from = [State::Uploading, State::Inspected, State::Mapped, State::Reviewed];
        self.start(ctx, &job, Task::Inspect, &from, None).await
    }

    /// Says what the columns mean. `position_confirmed`: whether the clerk has seen where things stand.
    ///
    /// # Errors
    /// Not found, not allowed for a kind that the mapping fills; a mapping that makes no sense.
    pub async fn set_mapping(
        &self,
        ctx: &Ctx,
        id: Uuid,
        mapping: &Mapping,
        name: Option<&str>,
        position_confirmed: bool,
    ) -> Result<(), Failure> {
        let job = self.job(ctx, id).await?;
        let kinds = kinds_of(mapping);
        require_kinds(ctx, &kinds)?;
        let toml = mapping.to_toml();
        let new = store::NewMapping { toml: &toml, name, kinds: &kinds, position_confirmed };
        if !store::set_mapping(&self.pool, id, &new, ctx.now).await? {
            return Err(not_now(texts(ctx.lang), &job));
        }
        store::exclude_nothing(&self.pool, id).await?;
        Ok(())
    }

    /// Reads a mapping that somebody wrote.
    ///
    /// # Errors
    /// Says where it makes no sense.
    pub(super) fn read_mapping(&self, ctx: &Ctx, toml: &str) -> Result<Mapping, Failure> {
        let t = texts(ctx.lang);
        let wrong = |detail: String| {
            stated("bad-mapping", t.args("imports-bad-mapping", &[("detail", detail.as_str().into())]))
        };
        if toml.len() > super::model::MOST_MAPPING_BYTES {
            return Err(Failure::TooLarge(t.get("imports-mapping-too-long")));
        }
        let mapping =
            Mapping::parse(toml).map_err(|error| wrong(words::without_prefix(&error.to_string())))?;
        let known = self.registry.kinds();
        let unknown = mapping.tables.iter().find(|table| table.into != PEOPLE && !known.knows(&table.into));
        match unknown {
            Some(table) => {
                let kind = table.into.as_str().into();
                Err(stated("unknown-kind", t.args("imports-unknown-kind", &[("kind", kind)])))
            }
            None => Ok(mapping),
        }
    }

    /// The mapping of an import, be it one that is not whole yet: what is missing is asked for before it is used.
    pub(super) fn mapping_of(&self, job: &Job) -> Option<Mapping> {
        job.mapping.as_deref().and_then(|text| toml::from_str(text).ok())
    }

    /// Compares the files with the registry in the background; nothing is changed.
    ///
    /// # Errors
    /// Not found, not allowed, without a mapping.
    pub async fn compare(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let t = texts(ctx.lang);
        let job = self.job(ctx, id).await?;
        if job.kinds.is_empty() {
            return Err(stated("no-mapping", t.get("imports-no-mapping")));
        }
        require_kinds(ctx, &job.kinds)?;
        self.read_mapping(ctx, job.mapping.as_deref().unwrap_or_default())?;
        self.start(ctx, &job, Task::DryRun, &[State::Mapped, State::Reviewed], None).await
    }

    /// Leaves rows of the review out, and takes others back in.
    ///
    /// # Errors
    /// Not found, not allowed, not under review.
    pub async fn exclude(&self, ctx: &Ctx, id: Uuid, out: &[Key], back: &[Key]) -> Result<(), Failure> {
        let job = self.job(ctx, id).await?;
        let is_busy = job.running.as_ref().is_some_and(|running| !running.dead);
        if job.state != State::Reviewed || is_busy {
            return Err(not_now(texts(ctx.lang), &job));
        }
        let pairs = |keys: &[Key]| -> Vec<(String, String)> {
            keys.iter().map(|key| (key.kind.clone(), key.source_id.clone())).collect()
        };
        Ok(store::exclude(&self.pool, id, &pairs(out), &pairs(back)).await?)
    }

    /// Brings in what is accepted, in the background and as one change.
    ///
    /// # Errors
    /// Not found, not allowed, not reviewed; refused when nothing is accepted.
    pub async fn apply(&self, ctx: &Ctx, id: Uuid, accepted: Accepted) -> Result<(), Failure> {
        let t = texts(ctx.lang);
        let job = self.job(ctx, id).await?;
        require_kinds(ctx, &job.kinds)?;
        if accepted.groups().is_empty() {
            return Err(stated("nothing-accepted", t.get("imports-nothing-accepted")));
        }
        let input = serde_json::to_value(accepted).internal("write what is accepted")?;
        self.start(ctx, &job, Task::Apply, &[State::Reviewed], Some(&input)).await
    }

    /// Starts what a node that was ended left behind.
    ///
    /// # Errors
    /// Not found, not allowed; a conflict when it is still at work or nothing is to be done.
    pub async fn again(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let job = self.job(ctx, id).await?;
        match job.running.as_ref().filter(|running| running.dead).map(|running| running.task) {
            Some(Task::Inspect) => self.inspect(ctx, id).await,
            Some(Task::DryRun) => self.compare(ctx, id).await,
            Some(Task::Apply) => {
                let input = task_store::input(&self.pool, id).await?;
                let accepted = input.and_then(|input| serde_json::from_value(input).ok());
                self.apply(ctx, id, accepted.unwrap_or_default()).await
            }
            Some(Task::Undo) | None => Err(not_now(texts(ctx.lang), &job)),
        }
    }

    /// Takes the whole import back; it may be long ago.
    ///
    /// # Errors
    /// A clash with what came after, not found, not allowed, nothing to take back.
    pub async fn undo(&self, ctx: &Ctx, id: Uuid, choices: Vec<Choice>) -> Result<Applied, Refusal> {
        let job = self.job(ctx, id).await?;
        require_kinds(ctx, &job.kinds)?;
        let change_set = job.change_set.filter(|_| job.state == State::Applied);
        let Some(change_set) = change_set else { return Err(not_now(texts(ctx.lang), &job).into()) };
        let applied = super::engine::undo(self, ctx, change_set, choices).await?;
        task_store::undone(&self.pool, id, applied.change_set, ctx.now).await?;
        Ok(applied)
    }

    /// Gives an import up; its files go.
    ///
    /// # Errors
    /// Not found, not allowed; a conflict when it is applied or at work.
    pub async fn abandon(&self, ctx: &Ctx, id: Uuid) -> Result<(), Failure> {
        let job = self.job(ctx, id).await?;
        if !task_store::abandon(&self.pool, id, ctx.now).await? {
            return Err(not_now(texts(ctx.lang), &job));
        }
        self.remove_files(id, ctx.now).await
    }

    /// All mappings that can be used: those of the program and those that the town saved.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mappings(&self) -> Result<Vec<saved::Saved>, Failure> {
        let own = store::saved_mappings(&self.pool).await?;
        Ok(saved::all(own))
    }

    /// Saves a mapping under a name.
    ///
    /// # Errors
    /// Not allowed for a kind that it fills, a name of the program's own, a mapping that makes no sense.
    pub async fn save_mapping(&self, ctx: &Ctx, name: &str, toml: &str) -> Result<(), Failure> {
        let t = texts(ctx.lang);
        let name = name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(ParamError::new("name", t.get("imports-bad-name")).into());
        }
        if saved::is_built_in(name) {
            return Err(stated("name-taken", t.args("imports-name-taken", &[("name", name.into())])));
        }
        let mapping = self.read_mapping(ctx, toml)?;
        require_kinds(ctx, &kinds_of(&mapping))?;
        // As it was written: its comments are worth keeping.
        Ok(store::save_mapping(&self.pool, name, toml, ctx.now, ctx.actor()).await?)
    }

    /// Forgets a saved mapping.
    ///
    /// # Errors
    /// Not found, not allowed.
    pub async fn forget_mapping(&self, ctx: &Ctx, name: &str) -> Result<(), Failure> {
        let own = store::saved_mappings(&self.pool).await?;
        let gone = || Failure::not_found("this mapping");
        let (_, toml, ..) = own.into_iter().find(|(known, ..)| known == name).ok_or_else(gone)?;
        if let Ok(mapping) = Mapping::parse(&toml) {
            require_kinds(ctx, &kinds_of(&mapping))?;
        }
        if store::forget_mapping(&self.pool, name).await? { Ok(()) } else { Err(gone()) }
    }

    /// The town's kinds as mappings know them.
    pub(super) fn kind_specs(&self) -> Vec<KindSpec> {
        crate::imports::kind_specs(&self.registry)
    }

    /// Takes a task up and lets it run in the background.
    async fn start(
        &self,
        ctx: &Ctx,
        job: &Job,
        task: Task,
        from: &[State],
        input: Option<&serde_json::Value>,
    ) -> Result<(), Failure> {
        let Some(mark) = task_store::begin(&self.pool, job.id, task, from, input).await? else {
            return Err(not_now(texts(ctx.lang), job));
        };
        self.spawn(ctx.clone(), job.id, task, mark);
        Ok(())
    }
}

/// Target of rows that are people in graves.
pub(super) const PEOPLE: &str = "people";

const GRAVES: &str = "graves";

/// Kinds that a mapping fills; people of graves count as graves.
pub(super) fn kinds_of(mapping: &Mapping) -> Vec<String> {
    let mut kinds: Vec<String> = mapping
        .tables
        .iter()
        .map(|table| if table.into == PEOPLE { GRAVES.to_owned() } else { table.into.clone() })
        .chain(mapping.tables.iter().filter(|table| table.person.is_some()).map(|_| GRAVES.to_owned()))
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

fn require_kinds(ctx: &Ctx, kinds: &[String]) -> Result<(), Failure> {
    kinds.iter().try_for_each(|kind| ctx.require(RegistryWrite, Some(kind)))
}

pub(super) fn stated(code: &'static str, detail: String) -> Failure {
    Failure::Stated { code, detail, more: serde_json::Value::Null }
}

/// The refusal of what the state of an import does not allow.
pub(super) fn not_now(t: &Texts, job: &Job) -> Failure {
    let is_busy = job.running.as_ref().is_some_and(|running| !running.dead);
    let detail = if is_busy { t.get("imports-busy") } else { t.get("imports-not-now") };
    let more = serde_json::json!({ "state": job.state, "running": job.running });
    Failure::Conflict { code: if is_busy { "busy" } else { "not-now" }, detail, more }
}

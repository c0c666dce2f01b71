//! What is done with a civic budget: submit, check, make the vote.

use ballots::form::Form;
use serde_json::Value;
use uuid::Uuid;

use super::{
    model::{Budget, BudgetPool, Project, Standing, ballot_form},
    store::{self, NewProject},
};
use crate::{
    messages::{NewMessage, Purpose, To},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    surveys::{Eligibility, Kind, State, Survey, Surveys, Why, store as surveys_store},
    ui::local_time::day_of,
};

/// Most projects of one budget.
const MOST_PROJECTS: i64 = 2000;
/// Most projects of one resident in one budget.
pub(super) const MOST_OF_ONE: i64 = 5;
/// Most pools of one budget.
const MOST_POOLS: usize = 50;

/// A budget with all that belongs to it.
pub(super) struct Whole {
    pub(super) survey: Survey,
    pub(super) budget: Option<Budget>,
    pub(super) pools: Vec<BudgetPool>,
    pub(super) projects: Vec<Project>,
    pub(super) districts: Vec<(Uuid, String)>,
}

/// Why a project is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// It is too early or too late.
    Closed,
    /// They may not take part.
    NotEligible(Why),
    /// They have submitted enough.
    TooMany,
    /// There is no such pool.
    Pool,
    /// It lies outside the town, or the pool's district.
    Outside,
    /// It costs more than a project of the pool may.
    TooDear(i64),
}

/// What a resident submits.
pub(super) struct Submitted {
    pub(super) title: String,
    pub(super) words: String,
    pub(super) pool: i32,
    pub(super) geometry: Value,
    pub(super) estimate: i64,
}

/// What the office says of a project.
pub(super) struct Decision {
    pub(super) rev: i32,
    pub(super) accepted: bool,
    pub(super) cost: Option<i64>,
    pub(super) reason: String,
}

/// Why a decision is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Undecided {
    /// Its cost is missing, or more than a project of its pool may cost.
    Cost,
    /// A reason is missing.
    Reason,
    /// Somebody else has decided meanwhile.
    Changed,
    /// The form of the vote is no draft any more, or its author took it back.
    Fixed,
}

impl Surveys {
    async fn whole(&self, survey: Survey) -> Result<Whole, Failure> {
        if survey.kind != Kind::Budget {
            return Err(Failure::not_found("a civic budget"));
        }
        let mut connection = self.pool.acquire().await?;
        Ok(Whole {
            budget: store::budget(&mut connection, survey.id).await?,
            pools: store::pools(&mut connection, survey.id).await?,
            projects: store::projects(&mut connection, survey.id, MOST_PROJECTS).await?,
            districts: store::districts(&mut connection).await?,
            survey,
        })
    }

    /// A budget as the desk has it.
    pub(super) async fn budget_desk(&self, ctx: &Ctx, id: Uuid) -> Result<Whole, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let survey = self.survey(ctx, id).await?;
        self.whole(survey).await
    }

    /// A budget for everybody: known from the day on which its rules are set, long before its vote.
    pub(super) async fn budget_of_slug(&self, slug: &str) -> Result<Whole, Failure> {
        let mut connection = self.pool.acquire().await?;
        let found = surveys_store::by_slug(&mut connection, slug).await?;
        drop(connection);
        let gone = || Failure::not_found("this civic budget");
        let survey = found.filter(|survey| survey.state != State::Withdrawn).ok_or_else(gone)?;
        let whole = self.whole(survey).await?;
        if whole.budget.is_some() { Ok(whole) } else { Err(gone()) }
    }

    /// Budgets that take projects now, with their titles and last instants, for the list of surveys.
    ///
    /// # Errors
    /// When the database fails.
    pub(in crate::surveys) async fn open_budgets(
        &self,
        ctx: &Ctx,
    ) -> Result<Vec<(String, ballots::form::Text, chrono::DateTime<chrono::Utc>)>, Failure> {
        let mut connection = self.pool.acquire().await?;
        Ok(store::open(&mut connection, ctx.now).await?)
    }

    /// Sets when projects are taken and how they are voted on.
    pub(super) async fn set_budget(&self, ctx: &Ctx, id: Uuid, budget: &Budget) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let fits = survey.is_some_and(|survey| survey.kind == Kind::Budget && survey.state == State::Draft)
            && budget.submit_from < budget.submit_until
            && (1..=100).contains(&budget.most);
        if fits {
            store::set_budget(&mut transaction, id, budget).await?;
            transaction.commit().await?;
        }
        Ok(fits)
    }

    /// Adds a pool or changes one.
    pub(super) async fn set_pool(&self, ctx: &Ctx, id: Uuid, mut pool: BudgetPool) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let is_draft = survey.is_some_and(|survey| survey.state == State::Draft);
        if !is_draft || !store::lock(&mut transaction, id).await? {
            return Ok(false);
        }
        let pools = store::pools(&mut transaction, id).await?;
        let districts = store::districts(&mut transaction).await?;
        let known = |district| districts.iter().any(|(id, _)| *id == district);
        match pools.iter().find(|own| own.id == pool.id) {
            Some(own) => pool.place = own.place,
            None => {
                pool.id = Uuid::now_v7();
                pool.place = pools.last().map_or(1, |last| last.place + 1);
            }
        }
        let name_fits = |name: &str| (1..=120).contains(&name.chars().count());
        let fits = pools.len() < MOST_POOLS
            && name_fits(&pool.name.pl)
            && pool.name.en.as_deref().is_none_or(name_fits)
            && pool.district.is_none_or(known)
            && pool.amount > 0
            && (1..=pool.amount).contains(&pool.most_cost)
            && (0..=1_000_000).contains(&pool.least_support);
        if fits {
            store::set_pool(&mut transaction, id, &pool).await?;
            transaction.commit().await?;
        }
        Ok(fits)
    }

    /// Whether whoever asks may submit a project now, and why not.
    pub(super) async fn may_submit(
        &self,
        ctx: &Ctx,
        whole: &Whole,
    ) -> Result<Result<Uuid, Refused>, Failure> {
        if !whole.budget.as_ref().is_some_and(|budget| budget.takes_projects(ctx.now)) {
            return Ok(Err(Refused::Closed));
        }
        if let Eligibility::No(why) = self.may_take_part(ctx, &whole.survey).await? {
            return Ok(Err(Refused::NotEligible(why)));
        }
        let Some(resident) = ctx.resident() else { return Ok(Err(Refused::NotEligible(Why::SignIn))) };
        let mut connection = self.pool.acquire().await?;
        let own = store::count_of(&mut connection, whole.survey.id, resident.party).await?;
        Ok(if own < MOST_OF_ONE { Ok(resident.party) } else { Err(Refused::TooMany) })
    }

    /// Takes a project; answers its number.
    ///
    /// # Errors
    /// When the database fails. The inner one says why it is not taken.
    pub(super) async fn submit(
        &self,
        ctx: &Ctx,
        whole: &Whole,
        new: &Submitted,
    ) -> Result<Result<i32, Refused>, Failure> {
        let party = match self.may_submit(ctx, whole).await? {
            Ok(party) => party,
            Err(why) => return Ok(Err(why)),
        };
        let Some(pool) = whole.pools.iter().find(|pool| pool.place == new.pool) else {
            return Ok(Err(Refused::Pool));
        };
        if new.estimate > pool.most_cost {
            return Ok(Err(Refused::TooDear(pool.most_cost)));
        }
        let shape: Option<geojson::Geometry> = serde_json::from_value(new.geometry.clone()).ok();
        let shape: Option<geo_types::Geometry<f64>> = shape.and_then(|shape| shape.try_into().ok());
        if !shape.is_some_and(|shape| self.registry.area().holds(&shape)) {
            return Ok(Err(Refused::Outside));
        }
        let survey = whole.survey.id;
        let mut transaction = self.pool.begin().await?;
        if !store::lies_in(&mut transaction, &new.geometry, pool.district).await? {
            return Ok(Err(Refused::Outside));
        }
        store::lock(&mut transaction, survey).await?;
        // Asked again under the lock: two at the same instant are not one too many.
        if store::count_of(&mut transaction, survey, party).await? >= MOST_OF_ONE
            || i64::try_from(whole.projects.len()).unwrap_or(i64::MAX) >= MOST_PROJECTS
        {
            return Ok(Err(Refused::TooMany));
        }
        let row = NewProject {
            pool: pool.id,
            party: Some(party),
            title: &new.title,
            words: &new.words,
            geometry: &new.geometry,
            estimate: new.estimate,
        };
        let number = store::add_project(&mut transaction, survey, &row, day_of(ctx.now)).await?;
        transaction.commit().await?;
        Ok(Ok(number))
    }

    /// Takes back one's own project, as long as the office has not decided.
    pub(super) async fn withdraw_project(&self, ctx: &Ctx, slug: &str, number: i32) -> Result<bool, Failure> {
        let whole = self.budget_of_slug(slug).await?;
        let mut transaction = self.pool.begin().await?;
        let found = store::project(&mut transaction, whole.survey.id, number).await?;
        let own = |project: &Project| {
            ctx.resident()
                .is_some_and(|resident| Some(resident.party) == project.party && resident.acting.is_none())
        };
        // Whoever may not know whose it is gets the same answer as if there were none.
        let mut project = found.filter(own).ok_or_else(|| Failure::not_found("this project"))?;
        if project.standing != Standing::Submitted {
            return Ok(false);
        }
        project.standing = Standing::Withdrawn;
        let done = store::decide(&mut transaction, &project, ("author", ctx.now)).await?;
        transaction.commit().await?;
        Ok(done)
    }

    /// Says what becomes of a project, and tells its author.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. The inner one says what is wrong.
    pub(super) async fn decide_project(
        &self,
        ctx: &Ctx,
        id: Uuid,
        number: i32,
        decision: &Decision,
    ) -> Result<Result<(), Undecided>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let survey = survey.ok_or_else(|| Failure::not_found("this survey"))?;
        let found = store::project(&mut transaction, id, number).await?;
        let mut project = found.ok_or_else(|| Failure::not_found("this project"))?;
        if survey.state != State::Draft || project.standing == Standing::Withdrawn {
            return Ok(Err(Undecided::Fixed));
        }
        let pools = store::pools(&mut transaction, id).await?;
        let most = pools.iter().find(|pool| pool.id == project.pool).map_or(0, |pool| pool.most_cost);
        let reason: String = decision.reason.trim().chars().take(2000).collect();
        if decision.accepted && decision.cost.is_none_or(|cost| cost > most) {
            return Ok(Err(Undecided::Cost));
        }
        if !decision.accepted && reason.is_empty() {
            return Ok(Err(Undecided::Reason));
        }
        project.rev = decision.rev;
        project.standing = if decision.accepted { Standing::Accepted } else { Standing::Refused };
        project.cost = decision.cost;
        project.reason = reason;
        if !store::decide(&mut transaction, &project, (ctx.actor(), ctx.now)).await? {
            return Ok(Err(Undecided::Changed));
        }
        if let Some(party) = project.party {
            let template = if decision.accepted { "project-accepted" } else { "project-refused" };
            let values = [
                ("number", project.number.to_string()),
                ("title", project.title.clone()),
                ("reason", if project.reason.is_empty() { "–".to_owned() } else { project.reason.clone() }),
            ];
            let message = NewMessage {
                to: To::Party(party),
                template,
                values: &values,
                purpose: Purpose::Case,
                thread: None,
                href: Some(format!("/surveys/{}/projects/{number}", survey.slug)),
                key: None,
            };
            self.messages.send_in(&mut transaction, ctx, &message).await?;
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Makes the form of the vote from the accepted projects. Those that have no place on the list yet get one by lot, behind
    /// the others; whoever has one keeps it, so that nobody can draw until they like it.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. False if the survey is no draft, projects are still taken or wait for
    /// the office, or none is accepted.
    pub(super) async fn make_vote(&self, ctx: &Ctx, id: Uuid) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let budget = store::budget(&mut transaction, id).await?;
        let (Some(survey), Some(budget)) = (survey, budget) else { return Ok(false) };
        store::lock(&mut transaction, id).await?;
        let mut projects = store::projects(&mut transaction, id, MOST_PROJECTS).await?;
        let waits = projects.iter().any(|project| project.standing == Standing::Submitted);
        if survey.state != State::Draft || budget.takes_projects(ctx.now) || waits {
            return Ok(false);
        }
        let pools = store::pools(&mut transaction, id).await?;
        let mut order = Vec::new();
        for pool in &pools {
            let mut own: Vec<&mut Project> = projects
                .iter_mut()
                .filter(|project| project.pool == pool.id && project.standing == Standing::Accepted)
                .collect();
            // An id of chance is a lot.
            own.sort_by_cached_key(|project| (project.listed.unwrap_or(i32::MAX), Uuid::new_v4()));
            for (project, place) in own.into_iter().zip(1..) {
                project.listed = Some(place);
                order.push((project.id, place));
            }
        }
        if order.is_empty() {
            return Ok(false);
        }
        store::set_listed(&mut transaction, id, &order).await?;
        let form: Form = ballot_form(&budget, &pools, &projects);
        let done = store::set_form(&mut transaction, id, &form).await?;
        transaction.commit().await.internal("keep the form of the vote")?;
        Ok(done)
    }
}

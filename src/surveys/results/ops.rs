//! What is done with results: chosen without seeing them, made once, published, read.

use std::collections::{BTreeMap, BTreeSet};

use ballots::{
    form::Answers,
    tables::{Asked, Cross, asked_of},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    model::{self, Plan, Results, WIDTHS_M, masked, results, written},
    store::{self, Excerpt, Publication, Theme},
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    surveys::{Kind, Secrecy, State, Survey, Surveys, store as surveys_store},
    ui::local_time::day_of,
};

/// Texts of one page of the reading: whoever reads decides of one after the other.
const MOST_UNREAD: usize = 1;
/// Themes of one survey.
const MOST_THEMES: usize = 60;
/// Characters of a text that is shown.
pub(super) const MOST_WORDS: usize = 5000;

/// Why results are not published now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotYet {
    /// Answers are still taken, or were never.
    Open,
    /// The urn is still shut.
    Sealed,
    /// They are published already, and that stays so.
    Done,
}

/// What the desk shows of the results of a survey.
pub(super) struct Desk {
    pub(super) survey: Survey,
    pub(super) plan: Plan,
    /// What can be in tables.
    pub(super) asked: Vec<Asked>,
    pub(super) not_yet: Option<NotYet>,
    /// Free texts: read, and in all.
    pub(super) texts: (usize, usize),
}

/// A text that nobody has read yet.
pub(super) struct Unread {
    pub(super) answer: Uuid,
    pub(super) question: String,
    pub(super) part: i32,
    pub(super) words: String,
    pub(super) proposed: String,
}

/// What was decided of a text.
pub(super) struct Reading {
    pub(super) answer: Uuid,
    pub(super) question: String,
    pub(super) part: i32,
    pub(super) words: String,
    pub(super) theme: Option<Uuid>,
    pub(super) shown: bool,
}

/// Whether a survey decides something: then all its ballots are published, and its counts are exact. Of every other one the
/// tables hide small groups, be it secret or not.
pub(super) fn binds(survey: &Survey) -> bool {
    matches!(survey.kind, Kind::Vote | Kind::Budget)
}

fn not_yet(ctx: &Ctx, survey: &Survey) -> Option<NotYet> {
    let over = survey.closes_at.is_some_and(|at| at <= ctx.now);
    match survey.state {
        State::Published => Some(NotYet::Done),
        State::Closed => None,
        State::Ready | State::Open if over && survey.secrecy != Secrecy::Secret => None,
        // Its urn is opened by its own closing, which says that it is closed.
        State::Ready | State::Open if over => Some(NotYet::Sealed),
        _ => Some(NotYet::Open),
    }
}

impl Surveys {
    /// What is chosen for the results of a survey. No figure: whoever could try tables out would see by their differences
    /// what none of them says.
    pub(super) async fn results_desk(&self, ctx: &Ctx, id: Uuid) -> Result<Desk, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let survey = self.survey(ctx, id).await?;
        let mut connection = self.pool.acquire().await?;
        let plan = store::plan(&mut connection, id).await?;
        let asked = asked_of(&survey.form);
        let texts = match survey.secrecy {
            Secrecy::Secret => (0, 0),
            _ => {
                let answers = store::answers(&mut connection, id).await?;
                let read = store::excerpts(&mut connection, id).await?;
                (read.len(), answers.iter().map(|(_, one)| written(&survey.form, one).len()).sum())
            }
        };
        Ok(Desk { not_yet: not_yet(ctx, &survey), survey, plan, asked, texts })
    }

    /// Changes what is to be published, as long as nothing is.
    pub(super) async fn change_plan(
        &self,
        ctx: &Ctx,
        id: Uuid,
        change: impl FnOnce(&mut Plan) -> bool + Send,
    ) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let survey = survey.ok_or_else(|| Failure::not_found("this survey"))?;
        if survey.state == State::Published || binds(&survey) {
            return Ok(false);
        }
        let mut plan = store::plan(&mut transaction, id).await?;
        let changed = change(&mut plan) && WIDTHS_M.contains(&plan.width_m);
        if changed {
            store::set_plan(&mut transaction, id, &plan).await?;
            transaction.commit().await?;
        }
        Ok(changed)
    }

    /// Whether a cross table can be made of a form.
    pub(super) fn fits(asked: &[Asked], cross: &Cross) -> bool {
        let find = |name: &str| asked.iter().find(|one| one.name == name);
        let (Some(rows), Some(_)) = (find(&cross.rows), find(&cross.columns)) else { return false };
        let only = cross.only.as_ref().is_none_or(|only| {
            let of =
                find(&only.of).filter(|of| !of.several && of.name != cross.rows && of.name != cross.columns);
            of.is_some_and(|of| of.categories.iter().any(|one| one.id == only.category))
        });
        !rows.several && rows.name != cross.columns && only
    }

    /// Makes the results and publishes them: once, and whole.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails. The inner one says why not now.
    pub(super) async fn publish_results(&self, ctx: &Ctx, id: Uuid) -> Result<Result<(), NotYet>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let survey = self.survey(ctx, id).await?;
        if let Some(why) = not_yet(ctx, &survey) {
            return Ok(Err(why));
        }
        let mut transaction = self.pool.begin().await?;
        // Nobody answers, changes the choice or publishes beside us from here on.
        let locked = surveys_store::lock(&mut transaction, id).await?;
        if let Some(why) = locked.as_ref().and_then(|survey| not_yet(ctx, survey)) {
            return Ok(Err(why));
        }
        let secret = survey.secrecy == Secrecy::Secret;
        if secret && !store::is_opened(&mut transaction, id).await? {
            return Ok(Err(NotYet::Sealed));
        }
        let all: Vec<Answers> = if secret {
            store::ballots(&mut transaction, id).await?
        } else {
            store::answers(&mut transaction, id).await?.into_iter().map(|(_, answers)| answers).collect()
        };
        let plan = store::plan(&mut transaction, id).await?;
        let least_cell = u32::try_from(survey.least_cell).internal("read the least cell")?;
        let form = survey.form.clone();
        let exact = binds(&survey);
        let made = tokio::task::spawn_blocking(move || results(&form, &all, exact, &plan, least_cell));
        let mut made: Results = made.await.internal("make results")?;
        if !secret {
            made.texts = texts_of(
                &survey,
                store::excerpts(&mut transaction, id).await?,
                &store::themes(&mut transaction, id).await?,
            );
        }
        store::publish(&mut transaction, id, &made, (ctx.actor(), ctx.now)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Publishes the results of a survey of the demonstration, with a cross table where one is named and squares of a width in
    /// metres.
    pub(in crate::surveys) async fn prepare_demo_results(
        &self,
        ctx: &Ctx,
        id: Uuid,
        cross: Option<(&str, &str)>,
        width_m: u32,
    ) -> Result<(), Failure> {
        let cross = cross.map(|(rows, columns)| Cross {
            rows: rows.to_owned(),
            columns: columns.to_owned(),
            only: None,
        });
        let plan = |plan: &mut Plan| {
            plan.width_m = width_m;
            cross.is_none_or(|cross| plan.add(cross))
        };
        self.change_plan(ctx, id, plan).await?;
        // Another node may have been quicker.
        let _ = self.publish_results(ctx, id).await?;
        Ok(())
    }

    /// What was published of a survey, for everybody.
    ///
    /// # Errors
    /// 404 as long as nothing is.
    pub(super) async fn published(&self, ctx: &Ctx, slug: &str) -> Result<(Survey, Publication), Failure> {
        let survey = self.survey_of_slug(ctx, slug).await?;
        let mut connection = self.pool.acquire().await?;
        let found = store::publication(&mut connection, survey.id).await?;
        Ok((survey, found.ok_or_else(|| Failure::not_found("these results"))?))
    }

    /// Names of things of the registry that results speak of.
    pub(super) async fn names_of(&self, results: &Results) -> Result<BTreeMap<String, String>, Failure> {
        let ids: BTreeSet<Uuid> =
            results.maps.iter().flat_map(|map| &map.things).filter_map(|(id, _)| id.parse().ok()).collect();
        if ids.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut connection = self.pool.acquire().await?;
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let names = store::thing_names(&mut connection, &ids).await?;
        Ok(names.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
    }

    /// The next texts that nobody has read, in an order of their own, without anything else of their answers.
    pub(super) async fn unread(
        &self,
        ctx: &Ctx,
        id: Uuid,
    ) -> Result<(Survey, Vec<Unread>, Vec<Theme>), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let survey = self.survey(ctx, id).await?;
        if survey.secrecy == Secrecy::Secret {
            return Err(Failure::not_found("texts of a secret vote"));
        }
        let mut connection = self.pool.acquire().await?;
        let themes = store::themes(&mut connection, id).await?;
        let read: BTreeSet<(Uuid, String, i32)> = store::excerpts(&mut connection, id)
            .await?
            .into_iter()
            .map(|one| (one.answer, one.question, one.part))
            .collect();
        let answers = store::answers(&mut connection, id).await?;
        let mut unread: Vec<([u8; 32], Unread)> = Vec::new();
        for (answer, answers) in &answers {
            for one in written(&survey.form, answers) {
                if read.contains(&(*answer, one.question.to_owned(), one.part)) {
                    continue;
                }
                // Two texts of one answer do not stand beside each other.
                let place = Sha256::digest(format!("{answer}{}{}", one.question, one.part)).into();
                let words: String = one.words.chars().take(MOST_WORDS).collect();
                let proposed = masked(&words);
                let text = Unread {
                    answer: *answer,
                    question: one.question.to_owned(),
                    part: one.part,
                    words,
                    proposed,
                };
                unread.push((place, text));
            }
        }
        unread.sort_by_key(|(place, _)| *place);
        Ok((survey, unread.into_iter().take(MOST_UNREAD).map(|(_, text)| text).collect(), themes))
    }

    /// Keeps what was decided of a text; of what is no text of this survey, nothing.
    pub(super) async fn read_text(&self, ctx: &Ctx, id: Uuid, reading: Reading) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let survey = surveys_store::lock(&mut transaction, id).await?;
        let survey = survey.ok_or_else(|| Failure::not_found("this survey"))?;
        if survey.state == State::Published || survey.secrecy == Secrecy::Secret {
            return Ok(false);
        }
        let answers = store::answers(&mut transaction, id).await?;
        let is_there = answers.iter().filter(|(answer, _)| *answer == reading.answer).any(|(_, answers)| {
            written(&survey.form, answers)
                .iter()
                .any(|one| one.question == reading.question && one.part == reading.part)
        });
        let words: String = reading.words.trim().chars().take(MOST_WORDS).collect();
        if !is_there || reading.shown && words.is_empty() {
            return Ok(false);
        }
        let excerpt = Excerpt {
            answer: reading.answer,
            question: reading.question,
            part: reading.part,
            shown: reading.shown,
            words: if reading.shown { words } else { String::new() },
            theme: reading.theme.filter(|_| reading.shown),
        };
        store::set_excerpt(&mut transaction, id, &excerpt, (ctx.actor(), day_of(ctx.now))).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Adds a theme.
    pub(super) async fn add_theme(&self, ctx: &Ctx, id: Uuid, pl: &str, en: &str) -> Result<bool, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let line = |text: &str| -> String { text.trim().chars().take(120).collect() };
        let (pl, en) = (line(pl), line(en));
        let survey = self.survey(ctx, id).await?;
        let mut connection = self.pool.acquire().await?;
        if pl.is_empty()
            || survey.state == State::Published
            || store::themes(&mut connection, id).await?.len() >= MOST_THEMES
        {
            return Ok(false);
        }
        store::add_theme(&mut connection, id, (&pl, Some(en.as_str()).filter(|en| !en.is_empty()))).await?;
        Ok(true)
    }
}

/// The texts that may be shown, by question and theme, each list in the order of the alphabet.
fn texts_of(survey: &Survey, excerpts: Vec<Excerpt>, themes: &[Theme]) -> Vec<model::Texts> {
    let mut all: BTreeMap<String, BTreeMap<Option<Uuid>, Vec<String>>> = BTreeMap::new();
    for excerpt in excerpts.into_iter().filter(|one| one.shown) {
        all.entry(excerpt.question).or_default().entry(excerpt.theme).or_default().push(excerpt.words);
    }
    let questions = survey.form.pages.iter().flat_map(|page| &page.questions);
    let of = |question: &str| {
        let mut groups = all.get(question)?.clone();
        let rest = groups.remove(&None).map(|words| model::Theme { name: None, words });
        let named = themes.iter().filter_map(|theme| {
            groups.remove(&Some(theme.id)).map(|words| model::Theme { name: Some(theme.name.clone()), words })
        });
        let mut themes: Vec<model::Theme> = named.collect();
        themes.sort_by_key(|theme| std::cmp::Reverse(theme.words.len()));
        themes.extend(rest);
        for theme in &mut themes {
            theme.words.sort_by_key(|words| words.to_lowercase());
        }
        Some(model::Texts { question: question.to_owned(), themes })
    };
    questions.filter_map(|question| of(&question.id)).collect()
}

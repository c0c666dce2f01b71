//! Making surveys: a draft is changed freely, what is ready waits for its opening, and from then on only typos are mended.

use ballots::form::{
    Form, Text,
    check::{self, FormFault},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::{
    Audience, Collision, Kind, Secrecy, State, Surveys,
    builder::{TooFar, is_typo, only_typos},
    model::Survey,
    store::{
        self,
        edit::{self, Event, Version},
    },
};
use crate::platform::{Ctx, access::Permission, http::Failure};

/// What a page of a survey shows of what was done.
const MOST_EVENTS: i64 = 100;
/// Most bytes of a form as JSON.
const MOST_FORM_BYTES: usize = 2_000_000;

/// Why a change is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unchanged {
    /// Somebody was quicker; nothing is lost but has to be looked at again.
    Stale,
    /// The survey stands where this cannot be done any more, or not yet.
    Stage,
    /// The name in addresses is taken.
    Slug,
    /// These fields are wrong: name of the field, key of the text.
    Fields(Vec<(&'static str, &'static str)>),
    /// The form is not sound.
    Form(Vec<FormFault>),
    /// It is more than a typo.
    TooFar(TooFar),
}

/// What a survey is, beside its form.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) slug: String,
    pub(super) kind: Kind,
    pub(super) title: Text,
    pub(super) intro: Text,
    pub(super) opens_at: Option<DateTime<Utc>>,
    pub(super) closes_at: Option<DateTime<Utc>>,
    pub(super) audience: Audience,
    pub(super) district: Option<Uuid>,
    pub(super) least_age: Option<i32>,
    pub(super) secrecy: Secrecy,
    pub(super) shows_turnout: bool,
    pub(super) collision: Collision,
    pub(super) least_cell: i32,
}

impl Settings {
    /// Those of a survey.
    pub(super) fn of(survey: &Survey) -> Self {
        Self {
            slug: survey.slug.clone(),
            kind: survey.kind,
            title: survey.title.clone(),
            intro: survey.intro.clone(),
            opens_at: survey.opens_at,
            closes_at: survey.closes_at,
            audience: survey.audience,
            district: survey.district,
            least_age: survey.least_age,
            secrecy: survey.secrecy,
            shows_turnout: survey.shows_turnout,
            collision: survey.collision,
            least_cell: survey.least_cell,
        }
    }

    /// What is wrong with them: the field and the text that says it.
    pub(super) fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        let mut say = |wrong: bool, field, key| {
            if wrong {
                faults.push((field, key));
            }
        };
        let long = |text: &Text, most: usize| {
            text.pl.chars().count() > most || text.en.as_ref().is_some_and(|en| en.chars().count() > most)
        };
        say(self.title.pl.is_empty() || long(&self.title, 200), "title_pl", "survey-set-title-fault");
        say(long(&self.intro, 10_000), "intro_pl", "survey-set-intro-fault");
        say(!is_slug(&self.slug), "slug", "survey-set-slug-fault");
        let ordered = self.opens_at.zip(self.closes_at).is_none_or(|(from, to)| from < to);
        say(!ordered, "closes_at", "survey-set-times-fault");
        let binds = matches!(self.kind, Kind::Vote | Kind::Budget);
        say(binds && self.secrecy != Secrecy::Secret, "secrecy", "survey-set-binding-fault");
        let secret = self.secrecy == Secrecy::Secret;
        say(secret && self.audience != Audience::Residents, "audience", "survey-set-secret-fault");
        let opinions = self.kind == Kind::Consultation && secret;
        say(opinions, "secrecy", "survey-set-opinions-fault");
        let anybody = self.audience == Audience::Everyone;
        let known = self.district.is_some() || self.least_age.is_some() || self.secrecy == Secrecy::Named;
        say(anybody && known, "audience", "survey-set-everyone-fault");
        let of_district = self.district.is_some() && self.audience == Audience::Known;
        say(of_district, "audience", "survey-set-district-fault");
        say(self.least_age.is_some_and(|age| !(0..=120).contains(&age)), "least_age", "survey-set-age-fault");
        say(!(3..=50).contains(&self.least_cell), "least_cell", "survey-set-cell-fault");
        faults
    }
}

/// Whether a text can be a name in addresses.
pub(super) fn is_slug(text: &str) -> bool {
    (1..=80).contains(&text.len())
        && !text.starts_with('-')
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A name in addresses from a title.
pub(super) fn slug_of(title: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let plain = title.to_lowercase().replace('ł', "l");
    let words: String = plain
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    let slug: String = words.split_whitespace().collect::<Vec<_>>().join("-").chars().take(60).collect();
    let slug = slug.trim_matches('-').to_owned();
    if slug.is_empty() { "ankieta".to_owned() } else { slug }
}

impl Surveys {
    /// Makes a draft.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn create(
        &self,
        ctx: &Ctx,
        settings: &Settings,
        form: Form,
    ) -> Result<Result<Uuid, Unchanged>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let faults = settings.faults();
        if !faults.is_empty() {
            return Ok(Err(Unchanged::Fields(faults)));
        }
        let draft = Survey {
            id: Uuid::now_v7(),
            slug: settings.slug.clone(),
            kind: settings.kind,
            state: State::Draft,
            title: settings.title.clone(),
            intro: settings.intro.clone(),
            form,
            version: 1,
            opens_at: settings.opens_at,
            closes_at: settings.closes_at,
            audience: settings.audience,
            district: settings.district,
            least_age: settings.least_age,
            secrecy: settings.secrecy,
            shows_turnout: settings.shows_turnout,
            collision: settings.collision,
            least_cell: settings.least_cell,
            rev: 1,
        };
        let mut transaction = self.pool.begin().await?;
        if !edit::add(&mut transaction, &draft, (ctx.actor(), ctx.now)).await? {
            return Ok(Err(Unchanged::Slug));
        }
        edit::add_event(&mut transaction, draft.id, "made", &json!({}), (ctx.actor(), ctx.now)).await?;
        transaction.commit().await?;
        Ok(Ok(draft.id))
    }

    /// Changes what a survey is. What is ready goes back to being a draft first; of what is open nothing here changes.
    ///
    /// # Errors
    /// When whoever asks may not, there is no such survey, or the database fails.
    pub(super) async fn set(
        &self,
        ctx: &Ctx,
        id: Uuid,
        rev: i32,
        settings: &Settings,
    ) -> Result<Result<(), Unchanged>, Failure> {
        let faults = settings.faults();
        if !faults.is_empty() {
            return Ok(Err(Unchanged::Fields(faults)));
        }
        self.change(ctx, id, rev, |survey| {
            let Settings { slug, kind, title, intro, opens_at, closes_at, audience, district, .. } =
                settings.clone();
            Survey {
                slug,
                kind,
                title,
                intro,
                opens_at,
                closes_at,
                audience,
                district,
                least_age: settings.least_age,
                secrecy: settings.secrecy,
                shows_turnout: settings.shows_turnout,
                collision: settings.collision,
                least_cell: settings.least_cell,
                ..survey
            }
        })
        .await
    }

    /// Changes the form of a draft.
    ///
    /// # Errors
    /// As [`Surveys::set`].
    pub(super) async fn set_form(
        &self,
        ctx: &Ctx,
        id: Uuid,
        rev: i32,
        form: Form,
    ) -> Result<Result<(), Unchanged>, Failure> {
        if serde_json::to_string(&form).map_or(usize::MAX, |text| text.len()) > MOST_FORM_BYTES {
            let why = check::FormWrong::TooMuch;
            return Ok(Err(Unchanged::Form(vec![FormFault { page: 0, question: None, why }])));
        }
        self.change(ctx, id, rev, |survey| Survey { form, ..survey }).await
    }

    async fn change(
        &self,
        ctx: &Ctx,
        id: Uuid,
        rev: i32,
        changed: impl FnOnce(Survey) -> Survey,
    ) -> Result<Result<(), Unchanged>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let before =
            store::lock(&mut transaction, id).await?.ok_or_else(|| Failure::not_found("this survey"))?;
        if before.rev != rev {
            return Ok(Err(Unchanged::Stale));
        }
        if before.state != State::Draft {
            return Ok(Err(Unchanged::Stage));
        }
        if !edit::put(&mut transaction, &changed(before)).await? {
            return Ok(Err(Unchanged::Slug));
        }
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Mends typos of a survey that is ready or open: a new version that everybody can compare with the one before.
    ///
    /// # Errors
    /// As [`Surveys::set`].
    pub(super) async fn mend(
        &self,
        ctx: &Ctx,
        id: Uuid,
        rev: i32,
        (title, intro, form): (Text, Text, Form),
        reason: &str,
    ) -> Result<Result<(), Unchanged>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let reason: String = reason.trim().chars().take(500).collect();
        if reason.is_empty() {
            return Ok(Err(Unchanged::Fields(vec![("reason", "survey-mend-reason-fault")])));
        }
        let mut transaction = self.pool.begin().await?;
        let before =
            store::lock(&mut transaction, id).await?.ok_or_else(|| Failure::not_found("this survey"))?;
        if before.rev != rev {
            return Ok(Err(Unchanged::Stale));
        }
        if !matches!(before.state, State::Ready | State::Open)
            || before.closes_at.is_some_and(|at| at <= ctx.now)
        {
            return Ok(Err(Unchanged::Stage));
        }
        let far = is_typo(&before.title, &title)
            .and_then(|()| is_typo(&before.intro, &intro))
            .and_then(|()| only_typos(&before.form, &form));
        if let Err(why) = far {
            return Ok(Err(Unchanged::TooFar(why)));
        }
        if let Err(faults) = check::sound(&form) {
            return Ok(Err(Unchanged::Form(faults)));
        }
        let after = Survey { title, intro, form, version: before.version + 1, ..before };
        edit::put(&mut transaction, &after).await?;
        edit::add_version(&mut transaction, &after, &reason, (ctx.actor(), ctx.now)).await?;
        let details = json!({ "version": after.version, "reason": reason });
        edit::add_event(&mut transaction, id, "mended", &details, (ctx.actor(), ctx.now)).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// Moves a survey on: ready, back to a draft, withdrawn, closed before its time.
    ///
    /// # Errors
    /// As [`Surveys::set`].
    pub(super) async fn move_on(
        &self,
        ctx: &Ctx,
        id: Uuid,
        rev: i32,
        to: State,
    ) -> Result<Result<(), Unchanged>, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let before =
            store::lock(&mut transaction, id).await?.ok_or_else(|| Failure::not_found("this survey"))?;
        if before.rev != rev {
            return Ok(Err(Unchanged::Stale));
        }
        let began = before.opens_at.is_some_and(|at| at <= ctx.now);
        let fits = match to {
            State::Ready => before.state == State::Draft,
            // What was open never becomes a draft again.
            State::Draft => before.state == State::Ready && !began,
            State::Withdrawn => before.state == State::Draft || before.state == State::Ready && !began,
            // The closing of a secret ballot is more than a word: it opens the urn.
            State::Closed => before.takes_answers(ctx.now) && before.secrecy != Secrecy::Secret,
            State::Open | State::Published => false,
        };
        if !fits {
            return Ok(Err(Unchanged::Stage));
        }
        if to == State::Ready {
            if let Err(faults) = check::sound(&before.form) {
                return Ok(Err(Unchanged::Form(faults)));
            }
            let mut faults = Vec::new();
            match (before.opens_at, before.closes_at) {
                (Some(_), Some(to)) if to > ctx.now => {}
                (Some(_), Some(_)) => faults.push(("closes_at", "survey-set-past-fault")),
                _ => faults.push(("opens_at", "survey-set-no-times-fault")),
            }
            let files = before.form.questions().any(|one| matches!(one.ask, ballots::form::Ask::File { .. }));
            if files && (!before.needs_account() || before.secrecy == Secrecy::Secret) {
                faults.push(("audience", "survey-set-files-fault"));
            }
            if !faults.is_empty() {
                return Ok(Err(Unchanged::Fields(faults)));
            }
        }
        let closes_at = if to == State::Closed { Some(ctx.now) } else { before.closes_at };
        let after = Survey { state: to, closes_at, ..before };
        edit::put(&mut transaction, &after).await?;
        let by = (ctx.actor(), ctx.now);
        if to == State::Ready {
            edit::add_version(&mut transaction, &after, "", by).await?;
        }
        edit::add_event(&mut transaction, id, to.name(), &json!({}), by).await?;
        transaction.commit().await?;
        Ok(Ok(()))
    }

    /// All versions that everybody may see, and what was done.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn history(&self, _ctx: &Ctx, id: Uuid) -> Result<(Vec<Version>, Vec<Event>), Failure> {
        let mut connection = self.pool.acquire().await?;
        let versions = edit::versions(&mut connection, id).await?;
        let events = edit::events(&mut connection, id, MOST_EVENTS).await?;
        Ok((versions, events))
    }

    /// Brings written states up to the clock, removes files that nobody named, and forgets the marks of yesterday's networks.
    ///
    /// # Errors
    /// When the database or the store fail.
    pub async fn put_in_order(&self, ctx: &Ctx) -> Result<(), Failure> {
        let mut connection = self.pool.acquire().await?;
        edit::follow_clock(&mut connection, ctx.now).await?;
        let today = crate::ui::local_time::day_of(ctx.now);
        store::answers::forget_networks(&mut connection, today).await?;
        let yesterday = today - chrono::Days::new(1);
        for (survey, id) in edit::take_loose_files(&mut connection, yesterday).await? {
            self.forget_file(survey, id).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn titles_become_names_in_addresses() {
        assert_eq!(slug_of("Łąka przy ul. Źródlanej – co dalej?"), "laka-przy-ul-zrodlanej-co-dalej");
        assert_eq!(slug_of("???"), "ankieta");
        assert!(super::is_slug(&slug_of(&"bardzo długi tytuł ".repeat(20))));
    }
}

//! Invitations and reminders: by consent, once each, and reminders only to those who have not taken part.

use serde_json::json;

use super::{
    Surveys,
    model::Survey,
    store::{edit, invitations},
};
use crate::{
    messages::{NewMessage, Purpose, To},
    platform::{Ctx, access::Permission, http::Failure, i18n::texts},
    ui::local_time::{day_of, instant_text},
};

/// Messages of one press of the button; each waits in the outbox for its turn.
const MOST_AT_ONCE: i64 = 500;
/// Most people that are counted.
const MOST_COUNTED: i64 = 100_000;

/// Why somebody is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Invitation {
    /// For the first time.
    Invitation,
    /// Whoever was invited and has not taken part.
    Reminder,
}

impl Invitation {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Invitation, Self::Reminder];

    /// As the database and forms spell it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reminder => "reminder",
        }
    }

    fn template(self) -> &'static str {
        match self {
            Self::Invitation => "survey-invitation",
            Self::Reminder => "survey-reminder",
        }
    }
}

impl Surveys {
    /// How many would be written to, and how many were.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn reach(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        kind: Invitation,
    ) -> Result<(usize, i64), Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        let mut connection = self.pool.acquire().await?;
        let open = invitations::open(&mut connection, survey, kind.name(), ctx.now, MOST_COUNTED).await?;
        Ok((open.len(), invitations::count(&mut connection, survey.id, kind.name()).await?))
    }

    /// Writes to the next ones; answers how many. Nothing while the survey takes no answers.
    ///
    /// # Errors
    /// When whoever asks may not, or the database fails.
    pub(super) async fn invite(
        &self,
        ctx: &Ctx,
        survey: &Survey,
        kind: Invitation,
    ) -> Result<usize, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        if !survey.takes_answers(ctx.now) {
            return Ok(0);
        }
        let mut connection = self.pool.acquire().await?;
        let open = invitations::open(&mut connection, survey, kind.name(), ctx.now, MOST_AT_ONCE).await?;
        drop(connection);
        let mut sent = 0;
        for party in open {
            // One each, so that an interrupted run has told whom it says to have told.
            let mut transaction = self.pool.begin().await?;
            if !invitations::add(&mut transaction, survey.id, party, kind.name(), day_of(ctx.now)).await? {
                continue;
            }
            let lang = self.messages.lang_of_in(&mut transaction, party).await?;
            let t = texts(lang);
            let until = survey.closes_at.map(|at| instant_text(at, t)).unwrap_or_default();
            let values = [("title", survey.title.said(lang.tag()).to_owned()), ("until", until)];
            let message = NewMessage {
                to: To::Party(party),
                template: kind.template(),
                values: &values,
                purpose: Purpose::News,
                thread: None,
                href: Some(format!("/surveys/{}", survey.slug)),
                key: None,
            };
            self.messages.send_in(&mut transaction, ctx, &message).await?;
            transaction.commit().await?;
            sent += 1;
        }
        let mut connection = self.pool.acquire().await?;
        let details = json!({ "count": sent, "kind": kind.name() });
        edit::add_event(&mut connection, survey.id, "invited", &details, (ctx.actor(), ctx.now)).await?;
        Ok(sent)
    }
}

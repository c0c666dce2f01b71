//! What the staff does about messages: dead letters, proofs, letters on paper, templates.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{
    Messages,
    inbox::pattern_of,
    model::{Channel, State, To},
    outside::BadSetup,
    store::{
        self, NewEvent,
        desk::{DeskRow, LetterRow, ProofDelivery, ProofEvent, ProofHead},
        templates::VersionRow,
    },
    templates::{self, Template, Words, WordsFault, one_line},
};
use crate::{
    kernel::Lang,
    platform::{Ctx, access::Permission, http::Failure, i18n::texts},
    ui::local_time::date_text,
};

/// Deliveries of one page.
const PAGE: i64 = 50;
/// Letters that are printed at once.
pub(super) const MOST_LETTERS: i64 = 200;

/// Which deliveries the desk lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shelf {
    /// Those on which somebody has to decide.
    Dead,
    /// Those that wait.
    Waiting,
    /// Those that went out.
    Sent,
    /// Those that went nowhere.
    Other,
}

impl Shelf {
    pub(super) const ALL: [Self; 4] = [Self::Dead, Self::Waiting, Self::Sent, Self::Other];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Other => "other",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shelf| shelf.name() == name)
    }

    fn states(self) -> Vec<String> {
        let states: &[State] = match self {
            Self::Dead => &[State::Dead],
            Self::Waiting => &[State::Waiting, State::Sending],
            Self::Sent => &[State::Sent, State::Delivered],
            Self::Other => &[State::Failed, State::NotWanted],
        };
        states.iter().map(|state| state.name().to_owned()).collect()
    }
}

/// All that is known of how a message went.
#[derive(Debug)]
pub(super) struct Proof {
    pub(super) head: ProofHead,
    pub(super) deliveries: Vec<ProofDelivery>,
    pub(super) events: Vec<ProofEvent>,
}

/// A template as the town has it.
#[derive(Debug)]
pub(super) struct TownTemplate {
    pub(super) template: &'static Template,
    pub(super) version: i32,
    pub(super) words: Words,
    pub(super) versions: Vec<VersionRow>,
}

/// Why a template was not saved.
#[derive(Debug)]
pub(super) enum SaveRefusal {
    Faults(Vec<WordsFault>),
    /// Somebody else saved it since it was opened.
    Overtaken,
}

impl Messages {
    /// Channels that are not set up, with the settings that are missing.
    #[must_use]
    pub fn missing_channels(&self) -> Vec<(Channel, &'static str)> {
        self.setup.missing()
    }

    /// Whether the ways out can be made ready; for `reeve check`.
    ///
    /// # Errors
    /// Says what is wrong.
    pub fn check_setup(&self) -> Result<(), BadSetup> {
        self.outside().map(|_| ())
    }

    /// What waits and what is dead: state, channel, how many.
    ///
    /// # Errors
    /// Not allowed, or the database fails.
    pub async fn delivery_counts(&self, ctx: &Ctx) -> Result<Vec<(String, String, i64)>, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        Ok(store::desk::counts(&self.pool).await?)
    }

    pub(super) async fn deliveries(
        &self,
        ctx: &Ctx,
        shelf: Shelf,
        q: &str,
        before: Option<Uuid>,
    ) -> Result<(Vec<DeskRow>, Option<Uuid>), Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let pattern = pattern_of(q);
        let mut rows =
            store::desk::deliveries(&self.pool, &shelf.states(), &pattern, before, PAGE + 1).await?;
        let more = rows.len() as i64 > PAGE;
        rows.truncate(PAGE as usize);
        let next = rows.last().filter(|_| more).map(|row| row.id);
        Ok((rows, next))
    }

    pub(super) async fn proof(&self, ctx: &Ctx, message: Uuid) -> Result<Proof, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let head = store::desk::proof_head(&self.pool, message).await?;
        let head = head.ok_or_else(|| Failure::not_found("this message"))?;
        let deliveries = store::desk::proof_deliveries(&self.pool, message).await?;
        let events = store::desk::proof_events(&self.pool, message).await?;
        Ok(Proof { head, deliveries, events })
    }

    /// Writes down that somebody of the staff looks at the text of a message, and why; the person sees it.
    pub(super) async fn look_at_text(&self, ctx: &Ctx, message: Uuid, why: &str) -> Result<Proof, Failure> {
        let proof = self.proof(ctx, message).await?;
        if let Some(delivery) = proof.deliveries.first() {
            let why = one_line(why, 200);
            let mut connection = self.pool.acquire().await?;
            let event =
                NewEvent { answer: Some(&why), ..NewEvent::new(delivery.id, ctx.now, "looked", ctx.actor()) };
            store::add_event(&mut connection, &event).await?;
        }
        self.proof(ctx, message).await
    }

    /// Tries a dead delivery again from the beginning, or gives it up; `false` when somebody else was quicker.
    pub(super) async fn decide(&self, ctx: &Ctx, delivery: Uuid, again: bool) -> Result<bool, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let done = match again {
            true => store::desk::revive(&mut transaction, delivery, ctx.now).await?,
            false => store::desk::give_up(&mut transaction, delivery, ctx.now).await?,
        };
        if done {
            let what = if again { "retried" } else { "given_up" };
            store::add_event(&mut transaction, &NewEvent::new(delivery, ctx.now, what, ctx.actor())).await?;
        }
        transaction.commit().await?;
        Ok(done)
    }

    /// Says where a letter goes whose address was not known.
    pub(super) async fn address_letter(
        &self,
        ctx: &Ctx,
        letter: Uuid,
        address: &str,
    ) -> Result<bool, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let done = store::desk::address_letter(&mut transaction, letter, address, ctx.now).await?;
        if done {
            store::add_event(&mut transaction, &NewEvent::new(letter, ctx.now, "retried", ctx.actor()))
                .await?;
        }
        transaction.commit().await?;
        Ok(done)
    }

    pub(super) async fn letters(&self, ctx: &Ctx, posted: bool) -> Result<Vec<LetterRow>, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let electronic = self.config.messages.edelivery_folder.is_some();
        Ok(store::desk::letters(&self.pool, posted, electronic, MOST_LETTERS).await?)
    }

    pub(super) async fn letters_of(&self, ctx: &Ctx, ids: &[Uuid]) -> Result<Vec<LetterRow>, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        Ok(store::desk::letters_of(&self.pool, ids).await?)
    }

    /// Writes down that letters were posted; answers how many of them still waited.
    pub(super) async fn post_letters(
        &self,
        ctx: &Ctx,
        letters: &[(Uuid, Option<String>)],
    ) -> Result<u64, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        let mut count = 0;
        for (letter, number) in letters {
            if store::desk::posted(&mut transaction, *letter, number.as_deref(), ctx.now).await? {
                let event = NewEvent {
                    attempt: 1,
                    provider: Some("paper"),
                    answer: number.as_deref(),
                    ..NewEvent::new(*letter, ctx.now, "posted", ctx.actor())
                };
                store::add_event(&mut transaction, &event).await?;
                count += 1;
            }
        }
        transaction.commit().await?;
        Ok(count)
    }

    /// Templates that the town has changed: slug, language, version.
    pub(super) async fn changed_templates(&self, ctx: &Ctx) -> Result<Vec<(String, String, i32)>, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        Ok(store::templates::changed(&self.pool).await?)
    }

    pub(super) async fn template(&self, ctx: &Ctx, slug: &str, lang: Lang) -> Result<TownTemplate, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let template = templates::find(slug).ok_or_else(|| Failure::not_found("this template"))?;
        let mut connection = self.pool.acquire().await?;
        let (version, words) = self.words_in(&mut connection, template, lang).await?;
        drop(connection);
        let versions = store::templates::versions(&self.pool, slug, lang).await?;
        Ok(TownTemplate { template, version, words, versions })
    }

    /// Saves a new version upon the one that was seen.
    pub(super) async fn save_template(
        &self,
        ctx: &Ctx,
        slug: &str,
        lang: Lang,
        seen: i32,
        words: &Words,
    ) -> Result<Result<(), SaveRefusal>, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let template = templates::find(slug).ok_or_else(|| Failure::not_found("this template"))?;
        let faults = templates::faults(template, words);
        if !faults.is_empty() {
            return Ok(Err(SaveRefusal::Faults(faults)));
        }
        let saved = store::templates::save(&self.pool, slug, lang, seen, words, ctx.actor(), ctx.now).await?;
        Ok(if saved { Ok(()) } else { Err(SaveRefusal::Overtaken) })
    }

    /// The words of an older version, 0 for those of the program; saved anew they count again.
    pub(super) async fn old_words(
        &self,
        ctx: &Ctx,
        slug: &str,
        lang: Lang,
        version: i32,
    ) -> Result<Words, Failure> {
        let found = self.template(ctx, slug, lang).await?;
        match version {
            0 => Ok(found.template.words(lang).clone()),
            _ => found
                .versions
                .into_iter()
                .find(|row| row.version == version)
                .map(|row| row.words)
                .ok_or_else(|| Failure::not_found("this version")),
        }
    }

    /// Words with their places filled by samples.
    pub(super) fn sample(&self, ctx: &Ctx, template: &Template, words: &Words, lang: Lang) -> Words {
        templates::fill_words(words, &self.samples(ctx, template, lang))
    }

    fn samples<'a>(&self, ctx: &Ctx, template: &'a Template, lang: Lang) -> BTreeMap<&'a str, String> {
        let mut values = BTreeMap::from([
            ("town", self.site.town_name()),
            ("name", "Anna Zmyślona".to_owned()),
            ("date", date_text(ctx.now, texts(lang))),
            ("link", format!("{}/account/messages", self.base())),
        ]);
        values.extend(template.values.iter().map(|(name, sample)| (name.as_str(), sample.clone())));
        values
    }

    /// Sends a template with samples to the address of whoever tries it.
    pub(super) async fn send_test(
        &self,
        ctx: &Ctx,
        template: &'static Template,
        words: &Words,
        lang: Lang,
    ) -> Result<Uuid, Failure> {
        ctx.require(Permission::MessagesManage, None)?;
        let staff = ctx.staff().ok_or(Failure::Unauthorized)?;
        let to = To::Address { email: staff.email.clone(), name: staff.name.clone(), lang };
        let mut transaction = self.pool.begin().await?;
        let id = self
            .send_sample_in(&mut transaction, ctx, template, to, self.sample(ctx, template, words, lang))
            .await?;
        transaction.commit().await?;
        Ok(id)
    }
}

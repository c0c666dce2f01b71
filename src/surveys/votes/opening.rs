//! Opening the urn: by the clock, or by a clerk where sheets of paper count too.

use ballots::{
    form::check,
    secret::{
        file::{self, Counts, FORMAT, Head},
        urn::{Opened, normal, shuffle},
    },
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ops::keys_folder,
    paper::{SheetState, states_of},
    store::{self, Outcome},
};
use crate::{
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
    },
    surveys::{Kind, Surveys, store as surveys},
    ui::local_time::day_of,
};

/// Longest time until a node looks again.
const TICK: std::time::Duration = std::time::Duration::from_secs(5);

/// What became of the wish to open an urn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// It is open now, and so many ballots of each kind came out.
    Done(Counts),
    /// It was opened before.
    Before,
    /// The time of the vote is not over.
    TooEarly,
    /// These sheets are not entered twice alike.
    SheetsDiffer(Vec<i32>),
}

impl Surveys {
    /// Puts up urns and opens them by the clock, for ever. Any node does it; the database's locks let one at a time.
    pub async fn follow_votes(self) {
        loop {
            if let Err(failure) = self.look_after_votes().await {
                tracing::warn!(%failure, "votes cannot be looked after; trying again");
            }
            tokio::time::sleep(self.until_next().await).await;
        }
    }

    async fn until_next(&self) -> std::time::Duration {
        let Ok(mut connection) = self.pool.acquire().await else { return TICK };
        let next = store::next_instant(&mut connection).await.ok().flatten();
        let wait = next.and_then(|next| (next - Ctx::system("votes").now).to_std().ok());
        wait.map_or(TICK, |wait| wait.min(TICK))
    }

    /// Does what is due: urns whose time has come, urns whose time is over, keys that are of no use any more.
    ///
    /// # Errors
    /// When the database or the store of files fails.
    pub async fn look_after_votes(&self) -> Result<(), Failure> {
        self.write_refusals().await?;
        let mut connection = self.pool.acquire().await?;
        let (new, over) =
            (store::without_urn(&mut connection).await?, store::to_open(&mut connection).await?);
        drop(connection);
        for survey in new {
            self.urn(survey).await?;
        }
        for survey in over {
            // One that cannot be opened keeps no other waiting.
            if let Err(failure) = self.open_urn_as(&Ctx::system("votes"), survey).await {
                tracing::error!(%survey, %failure, "an urn cannot be opened");
            }
        }
        Ok(())
    }

    /// Opens an urn whose time is over, when a clerk says that all sheets of paper are entered.
    ///
    /// # Errors
    /// When whoever asks may not, or something fails.
    pub async fn open_urn(&self, ctx: &Ctx, survey: Uuid) -> Result<Opening, Failure> {
        ctx.require(Permission::SurveysManage, None)?;
        self.open_urn_as(ctx, survey).await
    }

    async fn open_urn_as(&self, ctx: &Ctx, id: Uuid) -> Result<Opening, Failure> {
        let mut transaction = self.pool.begin().await?;
        let row = store::urn(&mut transaction, id).await?.ok_or_else(|| Failure::not_found("this vote"))?;
        if row.opened_on.is_none() && !store::is_over(&mut transaction, id).await? {
            return Ok(Opening::TooEarly);
        }
        store::lock_alone(&mut transaction, id).await?;
        let row = store::urn(&mut transaction, id).await?.ok_or_else(|| Failure::not_found("this vote"))?;
        if row.opened_on.is_some() {
            drop(transaction);
            self.destroy_keys(id).await?;
            return Ok(Opening::Before);
        }
        let survey = surveys::find(&mut transaction, id).await?;
        let survey = survey.ok_or_else(|| Failure::not_found("this vote"))?;
        let sheets = states_of(store::sheets(&mut transaction, id).await?);
        let differ: Vec<i32> = sheets
            .iter()
            .filter(|(_, state)| !matches!(state, SheetState::Same(_)))
            .map(|(number, _)| *number)
            .collect();
        if row.paper && !differ.is_empty() {
            return Ok(Opening::SheetsDiffer(differ));
        }
        let keys = self.private_keys(id, row.private_keys.as_deref()).await?;
        let (sealed, foreign) = store::sealed(&mut transaction, id).await?;
        let roll = store::roll_count(&mut transaction, id).await?;
        let mut head = Head {
            format: FORMAT.to_owned(),
            survey: id,
            slug: survey.slug.clone(),
            kind: survey.kind.name().to_owned(),
            title: survey.title.clone(),
            left_out: file::left_out(&survey.form),
            // A vote that binds can be counted again by everybody. Of other surveys only the receipts are published: their
            // tables hide small cells, which a list of answers would show.
            withheld: !matches!(survey.kind, Kind::Vote | Kind::Budget),
            form: survey.form.clone(),
            keys: keys.public().clone(),
            opened_on: day_of(ctx.now),
            counts: Counts {
                roll_online: usize::try_from(roll.online).internal("count the roll")?,
                roll_paper: usize::try_from(roll.paper).internal("count the roll")?,
                taken_out: usize::try_from(row.taken_out).internal("count the urn")?,
                foreign,
                ..Counts::default()
            },
        };
        let plain = usize::try_from(row.plain_bytes).internal("read an urn")?;
        let opened = tokio::task::spawn_blocking(move || {
            let fits = |answers: &_| check::fits(&head.form, answers).is_ok();
            let mut opened = Opened::from_urn(&keys, id, &head.form, plain, sealed, fits);
            head.counts.online = opened.ballots.len();
            head.counts.spoiled = opened.spoiled;
            head.counts.foreign += opened.foreign;
            for (_, state) in sheets {
                if let SheetState::Same(answers) = state {
                    head.counts.paper += 1;
                    opened.ballots.push(normal(&head.form, answers));
                }
            }
            shuffle(&mut opened.ballots);
            let text = file::write(&keys, &head, &opened.receipts, &opened.ballots)?;
            Ok::<_, serde_json::Error>((opened, head.counts, text))
        });
        let (opened, counts, text) =
            opened.await.internal("open an urn")?.internal("write the file of a vote")?;
        let digest = Sha256::digest(&text);
        let name = format!("votes/results/{id}/{}", hex(&digest));
        self.files.put(&name, text.into()).await.internal("keep the file of a vote")?;
        store::fill_box(&mut transaction, id, &opened.ballots, &opened.receipts).await?;
        let outcome = Outcome { day: day_of(ctx.now), file: &name, digest: &digest, counts: &counts };
        store::add_deed(&mut transaction, id, ctx.now, (ctx.actor(), "urn-opened", &hex(&digest))).await?;
        store::end_urn(&mut transaction, id, &outcome).await?;
        transaction.commit().await?;
        tracing::info!(survey = %id, ballots = counts.online + counts.paper, "an urn was opened");
        self.destroy_keys(id).await?;
        Ok(Opening::Done(counts))
    }

    /// Removes the private keys of an opened urn, and says so once they are gone.
    async fn destroy_keys(&self, survey: Uuid) -> Result<(), Failure> {
        self.memory().keys.invalidate(&survey).await;
        self.files.remove_below(&keys_folder(survey)).await.internal("destroy the keys of a vote")?;
        let mut connection = self.pool.acquire().await?;
        Ok(store::keys_destroyed(&mut connection, survey).await?)
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

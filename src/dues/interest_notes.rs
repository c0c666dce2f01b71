//! Interest notes: a claim for interest of civil dues (art. 481 KC), with its calculation, number and message. What one note
//! claims no other claims again: it claims what accrued beyond what notes have claimed, and never more than is open.

use std::collections::BTreeMap;

use chrono::{Datelike, Days, NaiveDate};
use law::interest::Interest;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    model::{AsOf, Stood},
    ops::{refused, title_of},
    rules::Rules,
    store::{
        self, Of,
        interest_notes::{LineRow, NewNote, NoteRow},
    },
    words::short_day,
};
use crate::{
    kernel::Lang,
    messages::{NewMessage, Purpose, To},
    platform::{
        Ctx,
        access::Permission,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    ui::{local_time::day_of, money::money},
};

/// Dues that one note names.
const MOST_LINES: usize = 20;
/// How far back the day of a note may lie.
const OLDEST_DAYS: u64 = 31;

/// "NO/2026/000123".
pub(super) fn note_number(year: i32, number: i32) -> String {
    format!("NO/{year}/{number:06}")
}

/// What a note says, or would say, of one due.
#[derive(Debug, Clone)]
pub(super) struct NoteLine {
    pub(super) title: String,
    pub(super) object: String,
    pub(super) interest: Interest,
    pub(super) settled_grosze: i64,
    pub(super) noted_grosze: i64,
    pub(super) amount_grosze: i64,
}

impl Dues {
    /// What a note of a day would claim of a payer.
    ///
    /// # Errors
    /// Not allowed, or a day that is not to be used.
    pub(super) async fn note_drafted(
        &self,
        ctx: &Ctx,
        payer: Uuid,
        on: NaiveDate,
    ) -> Result<Vec<NoteLine>, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let claimed = self.claimable_in(&mut connection, &rules, ctx, (payer, on)).await?;
        Ok(claimed.iter().map(|(stood, row)| line_of(&rules, ctx.lang, stood, row)).collect())
    }

    async fn claimable_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        ctx: &Ctx,
        (payer, on): (Uuid, NaiveDate),
    ) -> Result<Vec<(Stood, LineRow)>, Failure> {
        let today = day_of(ctx.now);
        let oldest = today.checked_sub_days(Days::new(OLDEST_DAYS)).unwrap_or(today);
        if !(oldest..=today).contains(&on) {
            return Err(refused("note-day", format!("the day lies between {oldest} and {today}")));
        }
        let stood = self.standings_in(connection, rules, Of::Payer(payer), AsOf::Payment(on)).await?;
        let ids: Vec<Uuid> = stood.iter().map(|stood| stood.instalment.id).collect();
        let noted: BTreeMap<Uuid, i64> =
            store::interest_notes::noted(connection, &ids).await?.into_iter().collect();
        let mut claimed = Vec::new();
        for stood in stood.into_iter().filter(|stood| !stood.regime.is_tax()) {
            let noted_grosze = noted.get(&stood.instalment.id).copied().unwrap_or(0);
            let accrued = stood.standing.interest.charged_grosze.saturating_sub(noted_grosze);
            let amount_grosze = accrued.min(stood.standing.interest_grosze);
            if amount_grosze <= 0 {
                continue;
            }
            let row = LineRow {
                instalment: stood.instalment.id,
                interest: serde_json::to_value(&stood.standing.interest).internal("keep a calculation")?,
                settled_grosze: stood.standing.settled_grosze,
                noted_grosze,
                amount_grosze,
            };
            claimed.push((stood, row));
        }
        claimed.truncate(MOST_LINES);
        Ok(claimed)
    }

    /// Makes a note and sends it; the same id again is the same note. Answers false when there was nothing to claim.
    ///
    /// # Errors
    /// As [`Dues::note_drafted`].
    pub(super) async fn make_note(
        &self,
        ctx: &Ctx,
        id: Uuid,
        (payer, on): (Uuid, NaiveDate),
    ) -> Result<bool, Failure> {
        ctx.require(Permission::DuesManage, None)?;
        let mut transaction = self.pool.begin().await?;
        self.lock_payer(&mut transaction, payer).await?;
        if !store::interest_notes::notes(&mut transaction, Some(id), Some(payer), None).await?.is_empty() {
            return Ok(true);
        }
        let rules = self.rules_in(&mut transaction).await?;
        let claimed = self.claimable_in(&mut transaction, &rules, ctx, (payer, on)).await?;
        if claimed.is_empty() {
            return Ok(false);
        }
        let number = store::interest_notes::next_number(&mut transaction, on.year()).await?;
        let lang = self.messages.lang_of_in(&mut transaction, payer).await?;
        let t = texts(lang);
        let name = store::payer_name(&mut transaction, payer).await?.unwrap_or_default();
        let address = store::payer_address(&mut transaction, payer).await?;
        let receiver = self.receiver(lang);
        let line = |(stood, row): &(Stood, LineRow)| {
            let said = line_of(&rules, lang, stood, row);
            t.args(
                "note-line",
                &[
                    ("title", said.title.into()),
                    ("token", stood.instalment.token.clone().into()),
                    ("object", said.object.chars().take(80).collect::<String>().into()),
                    ("due", short_day(stood.due).into()),
                    ("days", said.interest.days().into()),
                    ("amount", money(t, row.amount_grosze).into()),
                    ("account", stood.nrb.map(|nrb| nrb.to_string()).unwrap_or_default().into()),
                ],
            )
        };
        let total = claimed.iter().map(|(_, row)| row.amount_grosze).fold(0, i64::saturating_add);
        let signed = ctx.staff().map_or("—", |staff| staff.name.as_str());
        let lines: Vec<String> = claimed.iter().map(line).collect();
        let creditor: Vec<String> = std::iter::once(receiver.name).chain(receiver.address).collect();
        let debtor: Vec<String> = std::iter::once(name).chain(address).collect();
        let values = [
            ("number", note_number(on.year(), number)),
            ("issued", short_day(on)),
            ("creditor", creditor.join(", ")),
            ("debtor", debtor.join(", ")),
            ("lines", lines.join("\n")),
            ("total", money(t, total)),
            ("signed", signed.to_owned()),
        ];
        let new = NewMessage {
            to: To::Party(payer),
            template: "dues-interest-note",
            values: &values,
            purpose: Purpose::Case,
            thread: None,
            href: Some(format!("/account/dues/interest-notes/{id}")),
            key: Some(id),
        };
        let message = self.messages.send_in(&mut transaction, ctx, &new).await?;
        let note = NewNote {
            id,
            year: on.year(),
            number,
            party: payer,
            on_day: on,
            message,
            by: ctx.actor(),
            signed,
            at: ctx.now,
        };
        let rows: Vec<LineRow> = claimed.into_iter().map(|(_, row)| row).collect();
        store::interest_notes::add(&mut transaction, &note, &rows).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// A note with its calculation and its payer's name, for whoever may see what the payer owes.
    ///
    /// # Errors
    /// Not found, or not to be seen.
    pub(super) async fn note_seen(
        &self,
        ctx: &Ctx,
        id: Uuid,
    ) -> Result<(NoteRow, String, Vec<NoteLine>), Failure> {
        let gone = || Failure::not_found("this note");
        let mut connection = self.pool.acquire().await?;
        let note = store::interest_notes::notes(&mut connection, Some(id), None, None).await?;
        let note = note.into_iter().next().ok_or_else(gone)?;
        self.require_seen(ctx, note.party).await?;
        let rules = self.rules_in(&mut connection).await?;
        let rows = store::interest_notes::lines(&mut connection, id).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.instalment).collect();
        let stood =
            self.standings_in(&mut connection, &rules, Of::Ids(&ids), AsOf::Payment(note.on_day)).await?;
        let mut lines = Vec::new();
        for row in &rows {
            let of = stood.iter().find(|stood| stood.instalment.id == row.instalment).ok_or_else(gone)?;
            let kept: Interest =
                serde_json::from_value(row.interest.clone()).internal("read a calculation")?;
            lines.push(NoteLine { interest: kept, ..line_of(&rules, ctx.lang, of, row) });
        }
        let name = store::payer_name(&mut connection, note.party).await?.unwrap_or_default();
        Ok((note, name, lines))
    }
}

fn line_of(rules: &Rules, lang: Lang, stood: &Stood, row: &LineRow) -> NoteLine {
    let setting = rules.kinds.get(&stood.instalment.kind).and_then(|kind| kind.on(stood.due));
    let kind = setting.map_or(stood.instalment.kind.as_str(), |setting| setting.name(lang));
    NoteLine {
        title: title_of(lang, kind, &stood.instalment),
        object: stood.instalment.object.clone(),
        interest: stood.standing.interest.clone(),
        settled_grosze: row.settled_grosze,
        noted_grosze: row.noted_grosze,
        amount_grosze: row.amount_grosze,
    }
}

//! Notices before a term, to payers who agreed to them: so many days before, once for each instalment of which something is
//! left. A payer's terms of the same days are one message, written in the transaction that remembers of what it tells.

use chrono::{Days, NaiveDate, Timelike};
use uuid::Uuid;

use super::{
    Dues,
    model::{AsOf, Stood},
    ops::title_of,
    rules::Rules,
    store::{self, Of},
    words::short_day,
};
use crate::{
    kernel::Lang,
    messages::{NewMessage, Purpose, To},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::texts,
    },
    ui::{
        local_time::{day_of, on_the_clock},
        money::money,
    },
};

/// Payers that are read at once.
const PAGE: i64 = 200;
/// Terms that one message names; what is left follows in the next one.
const MOST_LINES: usize = 20;
/// Hours of the day, in Poland, in which people are told.
const HOURS: std::ops::Range<u32> = 8..20;

impl Dues {
    /// Whether people may be told at this hour.
    pub(super) fn is_time_for_notices(ctx: &Ctx) -> bool {
        HOURS.contains(&on_the_clock(ctx.now).hour())
    }

    /// Tells of the terms that come; answers how many messages went out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn send_notices(&self, ctx: &Ctx) -> Result<usize, Failure> {
        let today = day_of(ctx.now);
        let mut connection = self.pool.acquire().await?;
        let rules = self.rules_in(&mut connection).await?;
        let days = rules.tables.notice_before_days.at(today).internal("read a setting of notices")?;
        let first = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let last = today.checked_add_days(Days::new(days.unsigned_abs())).unwrap_or(today);
        let (mut sent, mut after) = (0, None);
        loop {
            let payers = store::notices::waiting(&mut connection, (first, last), after, PAGE).await?;
            let Some(end) = payers.last() else { return Ok(sent) };
            after = Some(*end);
            for payer in payers {
                sent += usize::from(self.tell(ctx, payer, (first, last)).await?);
            }
        }
    }

    /// Tells one payer; answers whether there was anything to tell.
    async fn tell(
        &self,
        ctx: &Ctx,
        payer: Uuid,
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<bool, Failure> {
        let mut transaction = self.pool.begin().await?;
        store::lock_payers(&mut transaction, &[payer]).await?;
        let consents = self.messages.consents_of(&mut transaction, payer).await?;
        if !consents.0.iter().any(|(purpose, _)| *purpose == Purpose::Reminder) {
            return Ok(false);
        }
        let rules = self.rules_in(&mut transaction).await?;
        let as_of = AsOf::Payment(day_of(ctx.now));
        let mut stood = self.standings_in(&mut transaction, &rules, Of::Payer(payer), as_of).await?;
        stood.retain(|stood| (first..=last).contains(&stood.due) && stood.to_pay_grosze() > 0);
        let ids: Vec<Uuid> = stood.iter().map(|stood| stood.instalment.id).collect();
        let told = store::notices::told_of(&mut transaction, &ids).await?;
        stood.retain(|stood| !told.contains(&stood.instalment.id));
        stood.truncate(MOST_LINES);
        if stood.is_empty() {
            return Ok(false);
        }
        let lang = self.messages.lang_of_in(&mut transaction, payer).await?;
        let t = texts(lang);
        let lines: Vec<String> =
            stood.iter().map(|stood| line_text(&rules, lang, stood)).collect::<Result<_, _>>()?;
        let total = stood.iter().map(Stood::to_pay_grosze).fold(0, i64::saturating_add);
        let soonest = stood.first().map(|stood| short_day(stood.due)).unwrap_or_default();
        let values = [("lines", lines.join("\n")), ("total", money(t, total)), ("day", soonest)];
        let new = NewMessage {
            to: To::Party(payer),
            template: "dues-notice",
            values: &values,
            purpose: Purpose::Reminder,
            thread: None,
            href: Some("/account/dues".to_owned()),
            key: None,
        };
        let message = self.messages.send_in(&mut transaction, ctx, &new).await?;
        let told: Vec<(Uuid, NaiveDate)> =
            stood.iter().map(|stood| (stood.instalment.id, stood.due)).collect();
        store::notices::add(&mut transaction, &told, message, ctx.now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// "– Podatek od nieruchomości 2026, rata 4 (NP/2026/000001/R4): do 16.11.2026, 250,00 zł, rachunek …".
fn line_text(rules: &Rules, lang: Lang, stood: &Stood) -> Result<String, Failure> {
    let t = texts(lang);
    let kind = rules.kind(&stood.instalment.kind)?;
    let name = kind.on(stood.due).map_or(kind.code.as_str(), |setting| setting.name(lang));
    let account = stood.nrb.map(|nrb| nrb.to_string()).unwrap_or_default();
    Ok(t.args(
        "notice-line",
        &[
            ("title", title_of(lang, name, &stood.instalment).into()),
            ("token", stood.instalment.token.clone().into()),
            ("term", short_day(stood.due).into()),
            ("amount", money(t, stood.to_pay_grosze()).into()),
            ("account", account.into()),
        ],
    ))
}

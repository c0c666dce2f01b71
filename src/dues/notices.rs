//! Notices before a term, to payers who agreed to them: so many days before, once for each instalment, and for each part of a
//! decision that divides arrears, of which something is left. A payer's terms of the same days are one message, written in
//! the transaction that remembers of what it tells.

use chrono::{Days, NaiveDate, Timelike};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues,
    agreements::{Coming, coming},
    model::{AsOf, Stood},
    ops::title_of,
    rules::Rules,
    store::{self, Of, agreements::AgreementRow},
    words::short_day,
};
use crate::{
    kernel::Lang,
    messages::{NewMessage, Purpose, To},
    platform::{
        Ctx,
        http::{Failure, ResultExt},
        i18n::{Texts, texts},
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

/// A line of a message.
struct Line {
    due: NaiveDate,
    grosze: i64,
    text: String,
    of: Told,
}

/// Of what a line tells.
enum Told {
    Instalment(Uuid),
    /// A part of a decision, by its number.
    Part(Uuid, i32),
}

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
        let stood = self.standings_in(&mut transaction, &rules, Of::Payer(payer), as_of).await?;
        let lang = self.messages.lang_of_in(&mut transaction, payer).await?;
        let t = texts(lang);
        let mut lines = self.lines_in(&mut transaction, &rules, lang, &stood, (first, last)).await?;
        for row in store::agreements::of_payer(&mut transaction, payer, as_of.day()).await? {
            let parts = coming(&row, &stood, (first, last));
            if !parts.is_empty() {
                let told = store::notices::told_of_parts(&mut transaction, row.id).await?;
                let new = parts.iter().filter(|part| !told.contains(&part.number));
                lines.extend(new.map(|part| part_line(t, &row, part)));
            }
        }
        lines.sort_by_key(|line| line.due);
        lines.truncate(MOST_LINES);
        let Some(soonest) = lines.first().map(|line| short_day(line.due)) else { return Ok(false) };
        let total = lines.iter().map(|line| line.grosze).fold(0, i64::saturating_add);
        let said: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        let values = [("lines", said.join("\n")), ("total", money(t, total)), ("day", soonest)];
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
        let (mut instalments, mut parts) = (Vec::new(), Vec::new());
        for line in lines {
            match line.of {
                Told::Instalment(id) => instalments.push((id, line.due)),
                Told::Part(agreement, number) => parts.push((agreement, number)),
            }
        }
        store::notices::add(&mut transaction, &instalments, message, ctx.now).await?;
        store::notices::add_parts(&mut transaction, &parts, message, ctx.now).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Lines of the instalments whose term comes and of which nobody was told.
    async fn lines_in(
        &self,
        connection: &mut PgConnection,
        rules: &Rules,
        lang: Lang,
        stood: &[Stood],
        (first, last): (NaiveDate, NaiveDate),
    ) -> Result<Vec<Line>, Failure> {
        let comes = |stood: &&Stood| (first..=last).contains(&stood.due) && stood.to_pay_grosze() > 0;
        let ids: Vec<Uuid> = stood.iter().filter(comes).map(|stood| stood.instalment.id).collect();
        let told = store::notices::told_of(connection, &ids).await?;
        let new = stood.iter().filter(comes).filter(|stood| !told.contains(&stood.instalment.id));
        new.map(|stood| {
            Ok(Line {
                due: stood.due,
                grosze: stood.to_pay_grosze(),
                text: line_text(rules, lang, stood)?,
                of: Told::Instalment(stood.instalment.id),
            })
        })
        .collect()
    }
}

/// The line of a part of a decision.
fn part_line(t: &Texts, row: &AgreementRow, part: &Coming) -> Line {
    let values = [
        ("decision", row.decision.clone().into()),
        ("term", short_day(part.due).into()),
        ("amount", money(t, part.grosze).into()),
    ];
    Line {
        due: part.due,
        grosze: part.grosze,
        text: t.args("notice-part-line", &values),
        of: Told::Part(row.id, part.number),
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

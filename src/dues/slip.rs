//! Ordinary transfers that pay dues, as forms to print or to copy, with the code for banks' apps.

use bank::transfer::{Draft, Form, Layout, OnStrange};
use chrono::NaiveDate;
use uuid::Uuid;

use super::{
    Dues,
    model::{AsOf, Owed},
    store::{self, Of},
};
use crate::{
    platform::{
        Ctx,
        http::{Failure, ResultExt},
    },
    ui::local_time::day_of,
};

/// One transfer.
#[derive(Debug, Clone)]
pub struct Slip {
    /// The fields of the form.
    pub form: Form,
    /// The code, where it can hold the data.
    pub code: Option<bank::qr::Code>,
    /// Titles of what it pays.
    pub what: Vec<String>,
    /// The last day on which the amount is right.
    pub holds_until: NaiveDate,
    /// Whether there is interest in it, which grows.
    pub grows: bool,
}

/// Dues in lots, each of which one transfer can pay: one payer, one kind (so that the law divides it even when interest has
/// grown meanwhile), one bank account, and a title that has room for all tokens.
fn lots(chosen: &[(Owed, i64)]) -> Vec<Vec<&(Owed, i64)>> {
    let mut lots: Vec<Vec<&(Owed, i64)>> = Vec::new();
    for one in chosen {
        let fits = |lot: &&mut Vec<&(Owed, i64)>| {
            let tokens = lot.iter().map(|(owed, _)| &owed.token).chain([&one.0.token]);
            let whose = |owed: &Owed| (owed.payer, owed.kind.clone(), owed.nrb);
            lot.iter().all(|(owed, _)| whose(owed) == whose(&one.0))
                && Layout::ELIXIR.lines(&tokens.map(String::as_str).collect::<Vec<_>>().join(" ")).is_some()
        };
        match lots.iter_mut().find(fits) {
            Some(lot) => lot.push(one),
            None => lots.push(vec![one]),
        }
    }
    lots
}

/// The form of a lot; a name that no transfer can carry is left to be written by hand.
fn form_of(lot: &[&(Owed, i64)], sender: &str) -> Result<Form, String> {
    let Some((first, _)) = lot.first() else { return Err("nothing is paid".to_owned()) };
    let recipient = [vec![first.receiver.name.clone()], first.receiver.address.clone()].concat().join("\n");
    let tokens = lot.iter().map(|(owed, _)| owed.token.as_str()).collect::<Vec<_>>().join(" ");
    let title = if lot.len() == 1 { format!("{tokens} {}", first.title) } else { tokens.clone() };
    let amount_grosze = lot.iter().fold(0_i64, |sum, (_, amount)| sum.saturating_add(*amount));
    let made = |sender: &str, title: &str| {
        let draft = Draft { recipient: &recipient, account: first.nrb, amount_grosze, sender, title };
        Form::new(&draft, Layout::ELIXIR, OnStrange::Replace)
    };
    made(sender, &title)
        .or_else(|_| made("", &title))
        .or_else(|_| made("", &tokens))
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

fn code_of(form: &Form, title: &str) -> Option<bank::qr::Code> {
    let recipient: String = form.recipient.join(" ").chars().take(bank::qr::RECIPIENT_MAX).collect();
    let amount_grosze = Some(form.amount_grosze).filter(|grosze| *grosze <= bank::qr::AMOUNT_MAX_GROSZE);
    let draft = bank::qr::Draft {
        nip: "",
        account: form.account,
        amount_grosze,
        recipient: recipient.trim(),
        title,
        reserves: ["", "", ""],
    };
    bank::qr::Code::new(&draft).ok()
}

impl Dues {
    /// One open due for whoever may see it.
    ///
    /// # Errors
    /// 404 when it is another's.
    pub(super) async fn one_owed(
        &self,
        ctx: &Ctx,
        instalment: Uuid,
        on: NaiveDate,
    ) -> Result<Option<Owed>, Failure> {
        let mut connection = self.pool.acquire().await?;
        let payers = store::payers_of(&mut connection, &[instalment]).await?;
        let Some(payer) = payers.first().copied() else { return Ok(None) };
        self.require_seen(ctx, payer).await?;
        let rules = self.rules_in(&mut connection).await?;
        let stood = self.standings_in(&mut connection, &rules, Of::Ids(&[instalment]), AsOf::Day(on)).await?;
        Ok(self.owed_of(&rules, crate::kernel::Lang::Pl, &stood, on).into_iter().next())
    }

    /// Transfers that pay amounts of open dues of one payer, as few as banks' titles allow.
    ///
    /// # Errors
    /// 404 when the payer is not theirs to see; 500 when the town's name or account cannot stand on a form.
    pub async fn slips(&self, ctx: &Ctx, payer: Uuid, chosen: &[(Owed, i64)]) -> Result<Vec<Slip>, Failure> {
        self.require_seen(ctx, payer).await?;
        let mut connection = self.pool.acquire().await?;
        let name = store::payer_name(&mut connection, payer).await?.unwrap_or_default();
        let sender = [vec![name], store::payer_address(&mut connection, payer).await?].concat().join("\n");
        let today = day_of(ctx.now);
        let mut slips = Vec::new();
        for lot in lots(chosen) {
            let form = form_of(&lot, &sender).internal("fill a transfer form")?;
            let tokens: Vec<&str> = lot.iter().map(|(owed, _)| owed.token.as_str()).collect();
            let terms = lot.iter().filter(|(owed, _)| owed.term >= today).map(|(owed, _)| owed.term);
            let grows = lot.iter().any(|(owed, _)| owed.interest_grosze > 0);
            slips.push(Slip {
                code: code_of(&form, &tokens.join(" ")),
                what: lot.iter().map(|(owed, _)| owed.title.clone()).collect(),
                holds_until: if grows { today } else { terms.min().unwrap_or(today) },
                grows,
                form,
            });
        }
        Ok(slips)
    }
}

//! How whoever reads statements of bank accounts finds payers by what a transfer says. Looks only; books nothing.

use std::collections::BTreeMap;

use bank::{transfer::Token, virtual_account::Pattern};
use chrono::NaiveDate;
use law::interest::Regime;
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Dues, Owed,
    model::AsOf,
    store::{self, Of, finding},
};
use crate::{kernel::Lang, platform::http::Failure};

/// Payers that one search looks at.
const MOST_PAYERS: i64 = 20;
/// Instalments that a search by amount looks at.
const MOST_BY_AMOUNT: i64 = 50;

/// By what transfers to the town are known.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    /// The town's bank accounts that dues were ever paid to, with the kinds that were paid there.
    pub accounts: BTreeMap<String, Vec<String>>,
    /// Beginnings of individual accounts, in digits, and how they go on.
    pub patterns: Vec<(usize, Pattern)>,
    /// The same with the bank account to which they belong.
    pub virtual_accounts: Vec<(Pattern, String)>,
    /// Letters with which names of dues begin.
    pub tokens: Vec<String>,
}

/// An account of dues that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundAccount {
    /// Its id.
    pub account: Uuid,
    /// Its number, which an individual bank account holds.
    pub number: i64,
    /// Who owes.
    pub payer: Uuid,
    /// What they are called.
    pub payer_name: String,
    /// Code of the kind.
    pub kind: String,
    /// By which law it is late.
    pub regime: Regime,
    /// What it is owed for.
    pub object: String,
}

/// A due that a title names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundDue {
    /// Its name, as it was asked for.
    pub token: String,
    /// The instalment; none where a whole assessment is named.
    pub instalment: Option<Uuid>,
    /// Who owes.
    pub payer: Uuid,
    /// Code of the kind.
    pub kind: String,
    /// By which law it is late.
    pub regime: Regime,
}

/// What came in on a day by one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taking {
    /// Kind of document: `order`, `statement`, `desk`.
    pub source: String,
    /// The bank account; none where money came by hand.
    pub nrb: Option<String>,
    /// How many entries of the ledger.
    pub entries: i64,
    /// What they make together.
    pub amount_grosze: i64,
}

impl Dues {
    /// By what transfers to the town are known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn marks_in(&self, connection: &mut PgConnection) -> Result<Marks, Failure> {
        let rules = self.rules_in(connection).await?;
        let mut marks = Marks::default();
        for kind in rules.kinds.values() {
            marks.tokens.push(kind.token.clone());
            for setting in &kind.settings {
                if let Some(nrb) = setting.nrb {
                    let kinds = marks.accounts.entry(nrb.as_str().to_owned()).or_default();
                    if !kinds.contains(&kind.code) {
                        kinds.push(kind.code.clone());
                    }
                }
                let Some(prefix) = setting.virtual_prefix.as_deref() else { continue };
                let pattern = Pattern::new(prefix, 24_usize.saturating_sub(prefix.len())).ok();
                let known = |pattern: &Pattern| marks.patterns.iter().any(|(_, own)| own == pattern);
                if let (Some(pattern), Some(nrb)) = (&pattern, setting.nrb) {
                    marks.virtual_accounts.push((pattern.clone(), nrb.as_str().to_owned()));
                }
                if let Some(pattern) = pattern.filter(|pattern| !known(pattern)) {
                    marks.patterns.push((prefix.len(), pattern));
                }
            }
        }
        Ok(marks)
    }

    /// Accounts of dues by their numbers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_of_numbers_in(
        &self,
        connection: &mut PgConnection,
        numbers: &[i64],
    ) -> Result<Vec<FoundAccount>, Failure> {
        let rows = finding::accounts_of_numbers(connection, numbers).await?;
        self.found(connection, rows).await
    }

    /// Dues by their names in a title: instalments, or whole assessments where a name has no instalment.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn dues_of_tokens_in(
        &self,
        connection: &mut PgConnection,
        tokens: &[Token],
    ) -> Result<Vec<FoundDue>, Failure> {
        let rules = self.rules_in(connection).await?;
        let texts: Vec<String> = tokens.iter().map(ToString::to_string).collect();
        let mut found = Vec::new();
        for row in finding::instalments_of_tokens(connection, &texts).await? {
            let regime = rules.kind(&row.kind)?.regime;
            let instalment = Some(row.instalment);
            found.push(FoundDue { token: row.token, instalment, payer: row.payer, kind: row.kind, regime });
        }
        for token in tokens.iter().filter(|token| token.instalment().is_none()) {
            let text = token.to_string();
            if found.iter().any(|due| due.token == text) {
                continue;
            }
            let kind = rules.kinds.values().find(|kind| kind.token == token.kind());
            let Some(kind) = kind else { continue };
            let number = i32::try_from(token.number()).unwrap_or(i32::MAX);
            let year = i32::from(token.year());
            if let Some(payer) = finding::payer_of_assessment(connection, &kind.code, year, number).await? {
                let (kind, regime) = (kind.code.clone(), kind.regime);
                found.push(FoundDue { token: text, instalment: None, payer, kind, regime });
            }
        }
        Ok(found)
    }

    /// Accounts of dues of payers in whose names all of these words stand, the best first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_of_names_in(
        &self,
        connection: &mut PgConnection,
        words: &[String],
    ) -> Result<Vec<FoundAccount>, Failure> {
        let rows = finding::accounts_of_names(connection, words, MOST_PAYERS).await?;
        self.found(connection, rows).await
    }

    /// Accounts of dues by their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_in(
        &self,
        connection: &mut PgConnection,
        accounts: &[Uuid],
    ) -> Result<Vec<FoundAccount>, Failure> {
        let rows = finding::accounts(connection, accounts).await?;
        self.found(connection, rows).await
    }

    /// Whether an instalment belongs to an account of dues.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_of_account_in(
        &self,
        connection: &mut PgConnection,
        instalment: Uuid,
        account: Uuid,
    ) -> Result<bool, Failure> {
        Ok(finding::is_of_account(connection, instalment, account).await?)
    }

    /// What came in on a day of the books, less what was taken back, by kind of document and bank account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn takings_in(
        &self,
        connection: &mut PgConnection,
        day: NaiveDate,
    ) -> Result<Vec<Taking>, Failure> {
        Ok(finding::takings(connection, day).await?)
    }

    /// Accounts of dues of these payers.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts_of_payers_in(
        &self,
        connection: &mut PgConnection,
        payers: &[Uuid],
    ) -> Result<Vec<FoundAccount>, Failure> {
        let rows = finding::accounts_of_payers(connection, payers).await?;
        self.found(connection, rows).await
    }

    /// Payers who might have sent a transfer: those whose names share words with what the bank says of the sender, and
    /// those who owe an instalment of just this amount.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn likely_payers_in(
        &self,
        connection: &mut PgConnection,
        words: &[String],
        amount_grosze: i64,
    ) -> Result<Vec<Uuid>, Failure> {
        let mut payers = finding::payers_of_words(connection, words, MOST_PAYERS).await?;
        for payer in finding::payers_of_amount(connection, amount_grosze, MOST_BY_AMOUNT).await? {
            if !payers.contains(&payer) {
                payers.push(payer);
            }
        }
        Ok(payers)
    }

    /// What payers owe, as it stands with all that is booked for a payment of a day, by term. For slices that have asked
    /// whether it may be seen.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn owed_by_in(
        &self,
        connection: &mut PgConnection,
        lang: Lang,
        payers: &[Uuid],
        on: NaiveDate,
    ) -> Result<Vec<Owed>, Failure> {
        let rules = self.rules_in(connection).await?;
        let mut owed = Vec::new();
        for payer in payers {
            let stood = self.standings_in(connection, &rules, Of::Payer(*payer), AsOf::Payment(on)).await?;
            owed.extend(self.owed_of(&rules, lang, &stood, on));
        }
        Ok(owed)
    }

    /// Holds payers until the end of the transaction, in the order in which everybody does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold_payers_in(
        &self,
        connection: &mut PgConnection,
        payers: &[Uuid],
    ) -> Result<(), Failure> {
        store::lock_payers(connection, payers).await?;
        Ok(())
    }

    /// The name of a kind on a day.
    ///
    /// # Errors
    /// When the database fails, or there is no such kind.
    pub async fn kind_name_in(
        &self,
        connection: &mut PgConnection,
        lang: Lang,
        kind: &str,
        on: NaiveDate,
    ) -> Result<String, Failure> {
        let rules = self.rules_in(connection).await?;
        let setting = rules.kind(kind)?.on(on);
        Ok(setting.map_or_else(|| kind.to_owned(), |setting| setting.name(lang).to_owned()))
    }

    async fn found(
        &self,
        connection: &mut PgConnection,
        rows: Vec<finding::AccountRow>,
    ) -> Result<Vec<FoundAccount>, Failure> {
        let rules = self.rules_in(connection).await?;
        let found = |row: finding::AccountRow| {
            let regime = rules.kind(&row.kind)?.regime;
            Ok(FoundAccount {
                account: row.account,
                number: row.number,
                payer: row.payer,
                payer_name: row.payer_name,
                kind: row.kind,
                regime,
                object: row.object,
            })
        };
        rows.into_iter().map(found).collect()
    }
}

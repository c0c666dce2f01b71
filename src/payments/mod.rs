//! Paying online: the cart, orders, the doors of payment operators, what the treasurer sees of it.
//!
//! An order is one thing to the resident and one or several transfers to operators, one for each bank account; a transfer
//! pays one or several instalments, each booked as a payment of its own. Three sources tell one truth: the operator's
//! message, its answer to a question of ours, and its settlement; all of them go through [`model::advance`].
//!
//! Invariants: what a browser brings back never pays anything; a success is final, and is booked also when the order had
//! been given up or was too late; another amount or currency is never booked to dues but kept and told to the treasurer;
//! state, event and booking are written in one transaction, so that no end of a node loses or doubles anything; whatever
//! was said or done stands in `payment_event`, which only grows; one instalment is in one open order at a time; no
//! operator is spoken to while anything is locked.

mod api;
mod cart;
mod demo;
mod desk;
mod model;
mod ops;
mod orders;
mod poll;
mod settle;
mod store;
mod web;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bank::Nrb;
use chrono::{DateTime, Utc};
use operators::{Method, Operator, settlement::Columns};
use sqlx::PgPool;
use tokio::sync::Notify;
use uuid::Uuid;

pub use api::{__path_notified, __path_returned, notified, returned};
pub use demo::{demo_accounts, pays_from, sandbox_contracts, tell_sandbox};
pub use settle::{SettlementRefusal, SettlementReport};

use crate::{
    dues::Dues,
    parties::Parties,
    platform::{
        Config,
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
    },
    statements::Statements,
    ui::Site,
};

/// The settings of an operator make no sense; the text says which, and how to mend it.
#[derive(Debug, thiserror::Error)]
pub enum BadSetup {
    /// The operator's own settings.
    #[error(transparent)]
    Operator(#[from] operators::SettingsFault),
    /// Two contracts with one id.
    #[error("payment operator {0:?} stands twice in [[operators]]: each contract needs an id of its own")]
    Twice(String),
    /// A bank account that is none.
    #[error("payment operator {contract:?}: {account:?} is no bank account: write its 26 digits")]
    Account {
        /// The contract.
        contract: String,
        /// What stands there.
        account: String,
    },
}

/// Accounts from which operators pay out to the town, each with its contract.
///
/// # Errors
/// One of them is no bank account.
pub fn senders(config: &Config) -> Result<Vec<(String, String)>, BadSetup> {
    let mut senders = Vec::new();
    for settings in &config.operators {
        let contract = settings.operator.id();
        for text in &settings.pays_from {
            let nrb = Nrb::parse(text)
                .map_err(|_| BadSetup::Account { contract: contract.to_owned(), account: text.clone() })?;
            senders.push((contract.to_owned(), nrb.as_str().to_owned()));
        }
    }
    Ok(senders)
}

/// A contract with an operator.
#[derive(Debug)]
struct Contract {
    operator: Operator,
    /// Bank accounts whose dues it takes; all, when it names none.
    accounts: Vec<Nrb>,
    /// What the columns of its settlements mean.
    columns: Option<Columns>,
}

/// Lists of methods as operators told them, and when.
type Methods = Mutex<BTreeMap<String, (DateTime<Utc>, Vec<Method>)>>;

/// The payments as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Payments {
    pool: PgPool,
    config: Arc<Config>,
    parties: Parties,
    dues: Dues,
    statements: Statements,
    site: Site,
    contracts: Arc<BTreeMap<String, Contract>>,
    methods: Arc<Methods>,
    /// Calls the questions of this node.
    wake: Arc<Notify>,
    /// Tells this node from the others that ask operators.
    node: Uuid,
}

impl Payments {
    /// Opens the slice.
    ///
    /// # Errors
    /// The settings of an operator make no sense; the text says how to mend them.
    pub fn new(
        pool: PgPool,
        config: Arc<Config>,
        parties: Parties,
        dues: Dues,
        statements: Statements,
        site: Site,
    ) -> Result<Self, BadSetup> {
        let mut contracts = BTreeMap::new();
        for settings in &config.operators {
            let operator = Operator::new(settings.operator.clone())?;
            let id = operator.id().to_owned();
            let mut accounts = Vec::new();
            for text in &settings.accounts {
                let nrb = Nrb::parse(text);
                accounts.push(
                    nrb.map_err(|_| BadSetup::Account { contract: id.clone(), account: text.clone() })?,
                );
            }
            let columns = settings.settlement.clone();
            if let (true, Operator::Paybynet(paybynet)) = (accounts.is_empty(), &operator) {
                let account = &paybynet.settings().account;
                let nrb = Nrb::parse(account);
                accounts.push(
                    nrb.map_err(|_| BadSetup::Account { contract: id.clone(), account: account.clone() })?,
                );
            }
            if contracts.insert(id.clone(), Contract { operator, accounts, columns }).is_some() {
                return Err(BadSetup::Twice(id));
            }
        }
        Ok(Self {
            pool,
            config,
            parties,
            dues,
            statements,
            site,
            contracts: Arc::new(contracts),
            methods: Arc::default(),
            wake: Arc::default(),
            node: Uuid::new_v4(),
        })
    }

    /// Doors of the payments.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// The address under which operators and browsers find us.
    fn base(&self) -> String {
        self.config.base_url.clone().unwrap_or_else(|| format!("http://{}", self.config.listen))
    }
}

/// Orders of an account.
const OF_ORDERS: &str = "t.account = $2";
/// Parts that somebody paid, or that paid their dues.
const OF_PARTS: &str = "t.payer = $1 or t.transfer in (select f.id from payment_transfer f join payment_order o on o.id = f.payment_order
        where o.account = $2)";

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    Holding::new(
        "cart_line",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::Days { from: "added_at", days: 90 },
        AtErasure::Delete,
    ),
    // Also of whom somebody else acts.
    Holding::new(
        "cart_line",
        Owner::Party("payer"),
        Basis::PublicTask,
        Keep::Days { from: "added_at", days: 90 },
        AtErasure::Delete,
    ),
    Holding::new(
        "payment_order",
        Owner::Where(OF_ORDERS),
        Basis::LegalDuty,
        Keep::Law { why: "holding-payment-law" },
        AtErasure::Keep { why: "holding-payment-law" },
    ),
    Holding::by_law(
        "payment_transfer",
        Owner::Through { column: "payment_order", table: "payment_order", its: "id" },
        "holding-payment-law",
    )
    .hiding(&["leased_by", "leased_until"]),
    Holding::by_law("payment_part", Owner::Where(OF_PARTS), "holding-payment-law"),
    Holding::by_law(
        "payment_claim",
        Owner::Through { column: "transfer", table: "payment_transfer", its: "id" },
        "holding-payment-law",
    ),
    Holding::by_law(
        "payment_refund_part",
        Owner::Through { column: "transfer", table: "payment_transfer", its: "id" },
        "holding-payment-law",
    ),
    Holding::by_law(
        "payment_settled",
        Owner::Through { column: "transfer", table: "payment_transfer", its: "id" },
        "holding-payment-law",
    )
    .hiding(&["key"]),
    Holding::by_law(
        "payment_event",
        Owner::Through { column: "transfer", table: "payment_transfer", its: "id" },
        "holding-payment-law",
    ),
    Holding::by_law(
        "payment_alarm_end",
        Owner::Where(
            "t.event in (select e.id from payment_event e join payment_transfer f on f.id = e.transfer
                join payment_order o on o.id = f.payment_order where o.account = $2)",
        ),
        "holding-payment-law",
    ),
];

//! Who may do what: permissions, and the one table of roles.
//!
//! A role is a set of permissions. A person holds roles, each for all kinds of things or for some ("editor of trees
//! only"). Doors name the permission that they need; operations ask again, with the kind that is concerned.

use std::collections::BTreeSet;

use uuid::Uuid;

/// One thing that somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// See what is not public: private attributes and kinds, history with names, photos.
    RegistryRead,
    /// Add, change and remove things.
    RegistryWrite,
    /// Say that a thing was seen, and photograph it.
    RegistryVerify,
    /// Take private attributes out in exports.
    RegistryExport,
    /// Make and change kinds of things.
    KindsManage,
    /// Make and change accounts of staff.
    AccountsManage,
    /// Look at persons and companies; each look is written down with its purpose and shown to the person.
    ResidentsRead,
    /// Verify who somebody is, enter powers of attorney.
    ResidentsVerify,
    /// Templates of messages, what could not be delivered, letters to print.
    MessagesManage,
    /// Answer what residents write to the office.
    ConversationsAnswer,
    /// See what people and companies owe the town; each look is written down and shown to them.
    DuesRead,
    /// Enter assessments and corrections, book payments, give money back.
    DuesManage,
    /// Kinds of due, their bank accounts, rates and terms.
    DuesSettings,
    /// What payers declare of land and buildings, and the comparison with the land register.
    TaxBase,
    /// Ask residents: surveys, consultations, votes, districts.
    SurveysManage,
    /// Enter ballots that came on paper.
    SurveysPaper,
    /// The town's look and its accessibility statement.
    TownManage,
}

impl Permission {
    /// All permissions, in the order in which tables show them.
    pub const ALL: [Self; 17] = [
        Self::RegistryRead,
        Self::RegistryWrite,
        Self::RegistryVerify,
        Self::RegistryExport,
        Self::KindsManage,
        Self::AccountsManage,
        Self::ResidentsRead,
        Self::ResidentsVerify,
        Self::MessagesManage,
        Self::ConversationsAnswer,
        Self::DuesRead,
        Self::DuesManage,
        Self::DuesSettings,
        Self::TaxBase,
        Self::SurveysManage,
        Self::SurveysPaper,
        Self::TownManage,
    ];

    /// Its stable name, as tokens and commands spell it: `registry:write`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RegistryRead => "registry:read",
            Self::RegistryWrite => "registry:write",
            Self::RegistryVerify => "registry:verify",
            Self::RegistryExport => "registry:export",
            Self::KindsManage => "kinds:manage",
            Self::AccountsManage => "accounts:manage",
            Self::ResidentsRead => "residents:read",
            Self::ResidentsVerify => "residents:verify",
            Self::MessagesManage => "messages:manage",
            Self::ConversationsAnswer => "conversations:answer",
            Self::DuesRead => "dues:read",
            Self::DuesManage => "dues:manage",
            Self::DuesSettings => "dues:settings",
            Self::TaxBase => "tax-base:manage",
            Self::SurveysManage => "surveys:manage",
            Self::SurveysPaper => "surveys:paper",
            Self::TownManage => "town:manage",
        }
    }

    /// The permission of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|permission| permission.name() == name)
    }

    /// Whether it can be given for some kinds only.
    #[must_use]
    pub fn is_per_kind(self) -> bool {
        matches!(self, Self::RegistryRead | Self::RegistryWrite | Self::RegistryVerify | Self::RegistryExport)
    }
}

/// A role: a name for a set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// Its stable name.
    pub name: &'static str,
    /// What whoever holds it may do.
    pub permissions: &'static [Permission],
}

/// The roles that there are. This table is the only place that says what a role may do.
pub const ROLES: [Role; 10] = [
    Role { name: "viewer", permissions: &[Permission::RegistryRead] },
    Role { name: "surveyor", permissions: &[Permission::RegistryRead, Permission::RegistryVerify] },
    Role {
        name: "editor",
        permissions: &[Permission::RegistryRead, Permission::RegistryWrite, Permission::RegistryVerify],
    },
    Role { name: "planner", permissions: &[Permission::RegistryRead, Permission::RegistryExport] },
    Role {
        name: "front-desk",
        permissions: &[
            Permission::ResidentsRead,
            Permission::ResidentsVerify,
            Permission::ConversationsAnswer,
            Permission::SurveysPaper,
        ],
    },
    Role {
        name: "correspondence",
        permissions: &[Permission::MessagesManage, Permission::ConversationsAnswer],
    },
    Role { name: "participation", permissions: &[Permission::SurveysManage, Permission::SurveysPaper] },
    Role {
        name: "accounting",
        permissions: &[
            Permission::ResidentsRead,
            Permission::DuesRead,
            Permission::DuesManage,
            Permission::TaxBase,
        ],
    },
    Role {
        name: "treasurer",
        permissions: &[
            Permission::ResidentsRead,
            Permission::DuesRead,
            Permission::DuesManage,
            Permission::DuesSettings,
            Permission::TaxBase,
        ],
    },
    Role { name: "administrator", permissions: &Permission::ALL },
];

/// The role of a name.
#[must_use]
pub fn role(name: &str) -> Option<&'static Role> {
    ROLES.iter().find(|role| role.name == name)
}

/// One role as somebody holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The role.
    pub role: &'static Role,
    /// Slugs of the kinds for which it holds; `None` for all. Permissions that are not per kind need `None`.
    pub kinds: Option<BTreeSet<String>>,
}

/// All that somebody may do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grants {
    held: Vec<Grant>,
    /// What a token was made for; `None` for people, who may do all that their roles allow.
    scopes: Option<BTreeSet<Permission>>,
}

impl Grants {
    /// The roles that a person holds.
    #[must_use]
    pub fn new(held: Vec<Grant>) -> Self {
        Self { held, scopes: None }
    }

    /// The same, but no more than a token's scopes.
    #[must_use]
    pub fn limited_to(self, scopes: BTreeSet<Permission>) -> Self {
        Self { scopes: Some(scopes), ..self }
    }

    /// The roles.
    #[must_use]
    pub fn held(&self) -> &[Grant] {
        &self.held
    }

    fn holding(&self, permission: Permission) -> impl Iterator<Item = &Grant> {
        let in_scope = self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&permission));
        self.held.iter().filter(move |grant| in_scope && grant.role.permissions.contains(&permission))
    }

    /// Whether something is allowed for a kind; without a kind, for all of them.
    #[must_use]
    pub fn may(&self, permission: Permission, kind: Option<&str>) -> bool {
        self.holding(permission).any(|grant| match (&grant.kinds, kind) {
            (None, _) => true,
            (Some(kinds), Some(kind)) => permission.is_per_kind() && kinds.contains(kind),
            (Some(_), None) => false,
        })
    }

    /// Whether something is allowed for at least one kind.
    #[must_use]
    pub fn may_somewhere(&self, permission: Permission) -> bool {
        self.holding(permission).any(|grant| grant.kinds.is_none() || permission.is_per_kind())
    }
}

/// By which way somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Via {
    /// A session of a browser; its forms carry this text.
    Session {
        /// The session.
        id: Uuid,
        /// The text that a form must bring back.
        csrf: String,
    },
    /// A token of a program.
    Token {
        /// The token.
        id: Uuid,
    },
}

/// A member of the staff who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staff {
    /// The account.
    pub account: Uuid,
    /// What colleagues call them.
    pub name: String,
    /// The address that stands in the history.
    pub email: String,
    /// What they may do.
    pub grants: Grants,
    /// How they are known.
    pub via: Via,
}

/// How surely the town knows who a resident is. Each action of the service names the level that it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Somebody who reads a mailbox.
    Known,
    /// Somebody who lives here: declared name and address, matched or confirmed by a letter.
    Resident,
    /// A person of this PESEL: by the state's login, or by a clerk who saw a document.
    Verified,
}

impl Level {
    /// All levels, the lowest first.
    pub const ALL: [Self; 3] = [Self::Known, Self::Resident, Self::Verified];

    /// Its stable name, as the database and addresses spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Resident => "resident",
            Self::Verified => "verified",
        }
    }

    /// The level of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// What an attorney may do for whom they act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MandateScope {
    /// See and pay what is owed.
    Dues,
    /// Write to the office and follow cases.
    Cases,
    /// Receive letters and decisions.
    Deliveries,
}

impl MandateScope {
    /// All scopes, in the order in which pages show them.
    pub const ALL: [Self; 3] = [Self::Dues, Self::Cases, Self::Deliveries];

    /// Its stable name, as the database and forms spell it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dues => "dues",
            Self::Cases => "cases",
            Self::Deliveries => "deliveries",
        }
    }

    /// The scope of a stable name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// For whom somebody acts by a power of attorney.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The power of attorney; asked for anew at each request, so that a revoked one ends at once.
    pub mandate: Uuid,
    /// Person or company in whose name it is done.
    pub party: Uuid,
    /// Their name.
    pub name: String,
    /// What may be done.
    pub scopes: BTreeSet<MandateScope>,
}

/// A resident who acts, for themselves or for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resident {
    /// The account.
    pub account: Uuid,
    /// The person.
    pub party: Uuid,
    /// Their name.
    pub name: String,
    /// The address with which they sign in.
    pub email: String,
    /// How surely the town knows who they are.
    pub level: Level,
    /// How they are known.
    pub via: Via,
    /// For whom they act.
    pub acting: Option<Acting>,
}

impl Resident {
    /// The party for which something is done: whom they act for, else themselves.
    #[must_use]
    pub fn on_behalf_of(&self) -> Uuid {
        self.acting.as_ref().map_or(self.party, |acting| acting.party)
    }

    /// Whether something may be done for that party: everything for oneself, what the scope says for others.
    #[must_use]
    pub fn may(&self, scope: MandateScope) -> bool {
        self.acting.as_ref().is_none_or(|acting| acting.scopes.contains(&scope))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grants(role_name: &str, kinds: Option<&[&str]>) -> Grants {
        let kinds = kinds.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect());
        Grants::new(vec![Grant { role: role(role_name).unwrap(), kinds }])
    }

    #[test]
    fn a_role_for_some_kinds_is_no_role_for_others() {
        let trees = grants("editor", Some(&["trees"]));
        assert!(trees.may(Permission::RegistryWrite, Some("trees")));
        assert!(!trees.may(Permission::RegistryWrite, Some("lamps")));
        assert!(!trees.may(Permission::RegistryWrite, None));
        assert!(trees.may_somewhere(Permission::RegistryWrite));
        assert!(!trees.may_somewhere(Permission::AccountsManage));
    }

    #[test]
    fn an_administrator_of_trees_makes_no_accounts() {
        let trees = grants("administrator", Some(&["trees"]));
        assert!(
            !trees.may(Permission::AccountsManage, None) && !trees.may_somewhere(Permission::KindsManage)
        );
    }

    #[test]
    fn a_token_may_no_more_than_its_scopes_and_its_owner() {
        let scopes = || BTreeSet::from([Permission::RegistryWrite, Permission::AccountsManage]);
        let token = grants("editor", None).limited_to(scopes());
        assert!(token.may(Permission::RegistryWrite, Some("lamps")));
        assert!(!token.may(Permission::RegistryRead, Some("lamps")));
        assert!(!token.may(Permission::AccountsManage, None));
    }

    #[test]
    fn names_lead_back() {
        for permission in Permission::ALL {
            assert_eq!(Permission::from_name(permission.name()), Some(permission));
        }
    }
}

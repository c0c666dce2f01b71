//! What is kept of whom: one declaration for each table that holds data of residents.
//!
//! The page that tells people what is kept, the download of one's own data, erasure and the jobs that delete what has
//! been kept long enough are all made from these declarations, so that none of them can say anything else than what is
//! done. A test compares them with the schema.

/// A table that holds data of residents.
#[derive(Debug, Clone, Copy)]
pub struct Holding {
    /// The table. Its words are the texts `holding-{table}-what` and `holding-{table}-why`, with hyphens for underscores. Of
    /// a table that is declared several times, those kept for so many days may have words of their own:
    /// `holding-{table}-days-what`.
    pub table: &'static str,
    /// Whose a row is.
    pub owner: Owner,
    /// Why it may be kept (GDPR, article 6).
    pub basis: Basis,
    /// How long it is kept.
    pub keep: Keep,
    /// What becomes of it when its owner closes the account and asks for erasure.
    pub at_erasure: AtErasure,
    /// Columns that nobody gets to see, such as hashes of secrets.
    pub secret: &'static [&'static str],
    /// Columns that are sealed, with the purpose of their seal; the download holds them opened.
    pub sealed: &'static [(&'static str, &'static [u8])],
}

impl Holding {
    /// A declaration of a table in which nothing is secret and nothing sealed.
    #[must_use]
    pub const fn new(
        table: &'static str,
        owner: Owner,
        basis: Basis,
        keep: Keep,
        at_erasure: AtErasure,
    ) -> Self {
        Self { table, owner, basis, keep, at_erasure, secret: &[], sealed: &[] }
    }

    /// A declaration of a table that the law wants kept, also after an erasure; `why` names the text that says which.
    #[must_use]
    pub const fn by_law(table: &'static str, owner: Owner, why: &'static str) -> Self {
        Self::new(table, owner, Basis::LegalDuty, Keep::Law { why }, AtErasure::Keep { why })
    }

    /// The same of what is kept for a task of the office and not by a duty.
    #[must_use]
    pub const fn of_task(self) -> Self {
        Self { basis: Basis::PublicTask, ..self }
    }

    /// The same with columns that nobody gets to see.
    #[must_use]
    pub const fn hiding(self, secret: &'static [&'static str]) -> Self {
        Self { secret, ..self }
    }

    /// The same with columns that are sealed, each with the purpose of its seal.
    #[must_use]
    pub const fn opening(self, sealed: &'static [(&'static str, &'static [u8])]) -> Self {
        Self { sealed, ..self }
    }
}

/// Whose a row is.
#[derive(Debug, Clone, Copy)]
pub enum Owner {
    /// This column names the party.
    Party(&'static str),
    /// This column names the account.
    Account(&'static str),
    /// The row hangs on one of another declared table: column here, table there, column there.
    Through {
        /// Column of this table.
        column: &'static str,
        /// The other table, itself declared.
        table: &'static str,
        /// Its column.
        its: &'static str,
    },
    /// The rows for which this holds, in SQL over the row `t`, with the party as `$1` and the account as `$2`.
    Where(&'static str),
}

/// Why data may be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// A law demands it: article 6(1)(c).
    LegalDuty,
    /// The town's task: article 6(1)(e).
    PublicTask,
    /// The person said yes, and may say no at any time: article 6(1)(a).
    Consent,
}

/// How long data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// As long as the account.
    WhileAccount,
    /// So many days from the instant in a column; rows whose column is null stay.
    Days {
        /// Column with the instant.
        from: &'static str,
        /// Days.
        days: i32,
    },
    /// As long as a law says; never deleted by itself.
    Law {
        /// The text that names the law: a key of the languages' files.
        why: &'static str,
    },
}

/// What becomes of data at erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtErasure {
    /// The rows go.
    Delete,
    /// The rows stay, these columns become null (or, where they may not, an empty text).
    Blank(&'static [&'static str]),
    /// The rows stay, for the reason that this text states: a key of the languages' files.
    Keep {
        /// The key.
        why: &'static str,
    },
}

/// Columns of another slice's table that an erasure leaves as they are, because rows of this slice are kept by a law that
/// needs them: whose tax it was must stay to be read as long as the tax does.
#[derive(Debug, Clone, Copy)]
pub struct Spared {
    /// The table, which is blanked at erasure.
    pub table: &'static str,
    /// Its columns that stay.
    pub columns: &'static [&'static str],
    /// For which of its rows, in SQL over the row `t`.
    pub when: &'static str,
}

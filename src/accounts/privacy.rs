//! What is kept of those who have accounts.

use crate::platform::privacy::{AtErasure, Basis, Holding, Keep, Owner};

/// Tables of this slice that hold data of residents. Whoever erases a person calls
/// [`super::Accounts::close_in`], which empties all of them but the account's row and its events.
pub const HOLDINGS: &[Holding] = &[
    // Emptied by `close_in`: address, name and ways in go, the row stays for its events.
    Holding::new(
        "account",
        Owner::Account("id"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Keep { why: "holding-account-kept" },
    )
    .hiding(&["password_hash", "totp_sealed", "totp_last_step"]),
    Holding::new(
        "account_event",
        Owner::Account("account"),
        Basis::LegalDuty,
        Keep::Law { why: "holding-account-event-law" },
        AtErasure::Keep { why: "holding-account-event-law" },
    ),
    Holding::new(
        "session",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::Days { from: "expires_at", days: 30 },
        AtErasure::Delete,
    )
    .hiding(&["token_hash", "id_token_sealed"]),
    Holding::new(
        "passkey",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Delete,
    )
    .hiding(&["credential", "credential_id"]),
    Holding::new(
        "recovery_code",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Delete,
    )
    .hiding(&["code_hash"]),
    Holding::new(
        "account_identity",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Delete,
    ),
    Holding::new(
        "account_link",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::Days { from: "expires_at", days: 30 },
        AtErasure::Delete,
    )
    .hiding(&["token_hash"]),
    Holding::new(
        "account_email_change",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::Days { from: "created_at", days: 60 },
        AtErasure::Delete,
    )
    .hiding(&["confirm_hash", "object_hash"]),
    // Also what was asked for a second time and never confirmed: it went to the same mailbox.
    Holding::new(
        "account_signup",
        Owner::Where(
            "t.account = $2 or t.email_key = (select a.email_key from account a where a.id = $2 and a.resident)",
        ),
        Basis::PublicTask,
        Keep::Days { from: "expires_at", days: 1 },
        AtErasure::Delete,
    )
    .hiding(&["token_hash", "identity_sealed"]),
    Holding::new(
        "account_challenge",
        Owner::Account("account"),
        Basis::PublicTask,
        Keep::Days { from: "expires_at", days: 1 },
        AtErasure::Delete,
    )
    .hiding(&["bound_to", "state"]),
];

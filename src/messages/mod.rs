//! Messages: everything that the town tells somebody, by the ways that law and consent allow, with proof of what was
//! sent when; and the files and texts that come in.
//!
//! Invariants: a message is one event, written with its deliveries in the transaction of what it tells of, so it goes
//! out exactly when that happened; the inbox is part of the message and holds it once; every try by another way is
//! written down before it is made and after it was answered, so that no end of a node can lose a message or hide a
//! second try; the ways are chosen in one place, [`channels`], and the reason is kept; what opens something (links, codes)
//! is sealed, and only until it has gone out; nothing is changed by opening an address.

mod api;
mod attachments;
mod compose;
mod consents;
mod desk;
mod inbox;
mod model;
mod ops;
mod outbox;
mod outside;
mod post;
mod store;
mod templates;
mod told;
mod web;

use std::sync::{Arc, OnceLock};

use sqlx::PgPool;
use uuid::Uuid;

pub use api::{
    __path_add_push, __path_push_state, __path_remove_push, __path_sms_report, __path_sms_report_asked,
    add_push, push_state, remove_push, sms_report, sms_report_asked,
};
pub use attachments::{
    AttachmentFault, AttachmentRefusal, MOST_BYTES as MOST_ATTACHMENT_BYTES,
    MOST_BYTES_TOGETHER as MOST_ATTACHMENT_BYTES_TOGETHER, MOST_FILES as MOST_ATTACHMENTS,
};
pub(crate) use compose::paragraphs;
pub use consents::{Choice, CodeRefusal, Consenting, Subscribed, WORDING_VERSION};
pub(crate) use inbox::pattern_of;
pub use model::{
    Attachment, Channel, Consents, Direction, Letter, Message, NewAttachment, NewMessage, NoPhoneNumber,
    PhoneNumber, Purpose, Reach, Received, State, To, Way, Why, channels,
};
pub use outside::BadSetup;
pub(crate) use templates::{clean, one_line};
pub(crate) use web::{as_download, is_ahead, size_text};

pub use post::{Enclosure, FileOutbox, Parcel, Postman};

use crate::{
    platform::{
        Config, Files,
        http::Doors,
        privacy::{AtErasure, Basis, Holding, Keep, Owner},
        secrets::Keys,
    },
    ui::Site,
};

/// The messages as one node holds them. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Messages {
    pool: PgPool,
    config: Arc<Config>,
    keys: Arc<Keys>,
    files: Files,
    site: Site,
    setup: outside::Setup,
    outside: Arc<OnceLock<outside::Outside>>,
    pauses: Arc<outbox::Pauses>,
    /// Tells this node from the others that take deliveries.
    node: Uuid,
}

impl Messages {
    /// Opens the slice.
    ///
    /// # Errors
    /// A setting of the ways out makes no sense; the text says how to mend it.
    pub fn new(pool: PgPool, config: Arc<Config>, keys: Arc<Keys>, site: Site) -> Result<Self, BadSetup> {
        let (files, setup) = (Files::new(&config), outside::Setup::read(&config)?);
        let (outside, pauses) = (Arc::default(), Arc::default());
        Ok(Self { pool, config, keys, files, site, setup, outside, pauses, node: Uuid::new_v4() })
    }

    /// Doors of the messages.
    pub fn doors(&self) -> Doors {
        web::doors().with_state(self.clone())
    }

    /// The address before every link in a message. Without `base_url` it is the one on which this node listens.
    pub(crate) fn base(&self) -> String {
        self.config.base_url.clone().unwrap_or_else(|| format!("http://{}", self.config.listen))
    }
}

/// What is kept of whom.
pub const HOLDINGS: &[Holding] = &[
    // What belongs to no case has an end, and goes at once with whom it was for; see the column.
    Holding::new(
        "message",
        Owner::Where("t.party = $1 and t.passing_since is not null"),
        Basis::PublicTask,
        Keep::Days { from: "passing_since", days: 365 },
        AtErasure::Delete,
    )
    .hiding(&["key"]),
    // What belongs to a case, also what the staff noted in it.
    Holding::new(
        "message",
        Owner::Where(
            "t.passing_since is null and (t.party = $1 or t.direction = 'note' and t.party is null
                and t.thread in (select o.thread from message o where o.party = $1))",
        ),
        Basis::PublicTask,
        Keep::Law { why: "holding-message-law" },
        AtErasure::Keep { why: "holding-message-law" },
    )
    .hiding(&["key"]),
    Holding::by_law(
        "attachment",
        Owner::Through { column: "message", table: "message", its: "id" },
        "holding-message-law",
    )
    .of_task(),
    Holding::by_law(
        "delivery",
        Owner::Through { column: "message", table: "message", its: "id" },
        "holding-delivery-law",
    )
    .of_task()
    .hiding(&["sealed", "leased_by"]),
    Holding::by_law(
        "delivery_event",
        Owner::Through { column: "delivery", table: "delivery", its: "id" },
        "holding-delivery-law",
    )
    .of_task(),
    Holding::new("contact", Owner::Party("party"), Basis::PublicTask, Keep::WhileAccount, AtErasure::Delete),
    Holding::new(
        "contact_code",
        Owner::Party("party"),
        Basis::Consent,
        Keep::Days { from: "created_at", days: 1 },
        AtErasure::Delete,
    )
    .hiding(&["code_mark"]),
    Holding::new(
        "consent",
        Owner::Party("party"),
        Basis::LegalDuty,
        Keep::Law { why: "holding-consent-law" },
        AtErasure::Keep { why: "holding-consent-law" },
    ),
    Holding::new(
        "message_language",
        Owner::Party("party"),
        Basis::PublicTask,
        Keep::WhileAccount,
        AtErasure::Delete,
    ),
    Holding::new(
        "push_subscription",
        Owner::Party("party"),
        Basis::Consent,
        Keep::WhileAccount,
        AtErasure::Delete,
    )
    .hiding(&["endpoint", "p256dh", "auth"]),
];

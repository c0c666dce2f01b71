//! Surveys without a database: what a form asks, whether an answer fits, how a ballot stays secret, what counting gives,
//! and which tables may be shown. Knows no database, no HTTP, no clock and no people.

pub mod code;
pub mod count;
pub mod form;
pub mod secret;
pub mod tables;

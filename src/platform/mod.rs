//! What every slice stands on: settings, database, change feed, HTTP, languages, secrets, what is kept of whom.

pub mod access;
pub mod cluster;
pub mod config;
pub mod ctx;
pub mod db;
pub mod feed;
pub mod files;
pub mod http;
pub mod i18n;
pub mod look;
pub mod privacy;
pub mod secrets;

pub use config::Config;
pub use ctx::Ctx;
pub use db::Db;
pub use feed::Feed;
pub use files::Files;
pub use look::{Look, Office, Said, Words};

//! What every slice stands on: settings, database, change feed, HTTP, languages.

pub mod access;
pub mod cluster;
pub mod config;
pub mod ctx;
pub mod db;
pub mod feed;
pub mod files;
pub mod http;
pub mod i18n;

pub use config::Config;
pub use ctx::Ctx;
pub use db::Db;
pub use feed::Feed;
pub use files::Files;

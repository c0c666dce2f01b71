//! What all pages share: the shell around them, small drawn parts, the block that a page hands to its map, and the
//! map drawn on the server for paper and for browsers without scripts.
//!
//! Handlers fill the structs of [`views`] and nothing else; no template asks the database. The templates lie beside
//! the slices that they belong to.

pub mod chart;
pub mod list_file;
pub mod local_time;
pub mod map_data;
pub mod markup;
pub mod money;
pub mod page;
pub mod paper;
pub mod site;
pub mod views;

pub use markup::{Markup, icon, script_json};
pub use page::{ACCENT, Credit, Icons, Nav, OfficeLook, Page, Phone, ResidentLook, StaffLook, TownLook};
pub use site::{Here, Site, attached, html, html_with, see_other, unkept};

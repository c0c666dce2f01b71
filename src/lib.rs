//! Reeve: a town's registry on a map.
//!
//! The modules, in reading order. Arrows point one way: `main → slices, ogc → ui, platform → kernel`.

pub mod kernel;
pub mod platform;
pub mod ui;

pub mod accounts;
pub mod cemetery;
pub mod conversations;
pub mod demo;
pub mod desk;
pub mod dues;
pub mod finance;
pub mod imports;
pub mod maps;
pub mod messages;
pub mod ogc;
pub mod parties;
pub mod payments;
pub mod photos;
pub mod privacy;
pub mod registry;
pub mod routing;
pub mod statements;
pub mod surveys;
pub mod tax_base;
pub mod town;

pub mod app;
pub mod check;
pub mod front;

//! Reeve: a town's registry on a map.
//!
//! The modules, in reading order. Arrows point one way: `main → slices, ogc → ui, platform → kernel`.

pub mod kernel;
pub mod platform;
pub mod ui;

pub mod registry;
pub mod cemetery;
pub mod routing;
pub mod maps;
pub mod imports;
pub mod demo;
pub mod ogc;

pub mod app;
pub mod front;
pub mod check;

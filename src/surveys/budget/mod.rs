//! The civic budget: residents submit projects on the map, the office checks each and says what it costs or why it cannot be,
//! and from the accepted ones the form of the vote is made. The vote itself is a secret survey like any other, and its result
//! is [`ballots::count::award`]; this room ends where the vote begins.
//!
//! Invariants: a project's author is never shown to the public; what the office decided of a project, and why, always is;
//! nothing of a project changes once the form of the vote is no draft any more; the order of projects on the list is drawn
//! once, by chance, and kept.

mod demo;
mod model;
mod ops;
mod store;
mod web;

pub(super) use web::doors;

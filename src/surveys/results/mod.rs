//! Results: what is published of a survey that has ended, and how that is made.
//!
//! Invariants: nobody sees a figure before it is published, and then everybody does; it is published once and whole. Of a
//! vote that binds the counts are exact, for all of its ballots are published; so it has no cross tables. Of every other survey
//! no group below the least number can be proved to be so small from everything that is published together
//! ([`ballots::tables`]). A free text is shown only after a person has read it, and never beside anything else of its answer.

mod cells;
mod model;
mod ops;
mod store;
mod view;
mod web;

pub(super) use web::doors;

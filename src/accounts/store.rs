//! SQL of the accounts, one file for each group of tables.

pub(super) mod attempts;
pub(super) mod factors;
pub(super) mod identities;
pub(super) mod people;
pub(super) mod residents;
pub(super) mod sessions;
pub(super) mod tokens;

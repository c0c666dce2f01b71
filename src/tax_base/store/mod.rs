//! All SQL of the comparison, but for its runs and files.

pub(super) mod declarations;
pub(super) mod deliveries;
pub(super) mod register;
pub(super) mod runs;

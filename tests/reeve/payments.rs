//! Paying online through the public doors, at the operators of the sandbox.

pub(crate) mod crash;
mod random;
mod scenes;
mod settlements;
mod shop;

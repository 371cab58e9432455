//! The constitution: which rule decides a governed function, what no vote can lower, who may decide instead.

mod amend;
mod governed;
mod hash;
mod install;
mod layout;
mod rule;
mod table;
mod terms;

pub(crate) use amend::{effect, remove_rule, set_constitution, set_default_rule, set_execution_window, set_rule};
pub use governed::{GOVERNED_FUNCTIONS, is_governed};
pub(crate) use hash::hash;
pub use install::Constitution;
pub(crate) use layout::LAYOUT;
pub(crate) use table::{broken_threshold, default_rule, entries, own_rule, rule};
pub(crate) use terms::{Terms, contract, floor};

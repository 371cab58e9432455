//! The whole governance state at a block, as JSON, and what differs between two.

mod diff;
mod read;
mod rule;
mod slots;
mod text;

pub(crate) use diff::{Difference, differences};
pub(crate) use read::{read, read_constitution, read_members, read_named_in_events, read_proposals};
pub(crate) use slots::read_slots;
pub(crate) use text::{constitution, members, page, plain};

//! Nodes: which of them there are, which decide, what software they may run.

mod layout;
mod reading;
mod record;

pub(crate) use layout::LAYOUT;
pub use reading::{NetworkNode, committee, epoch_change, followers};

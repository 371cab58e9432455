//! Nodes: which of them there are, which decide, what software they may run.

mod address;
mod automatic;
mod call;
mod equivocation;
mod event;
mod key;
mod layout;
mod measurements;
mod operation;
mod policy;
mod reading;
mod record;
mod registration;
mod views;

pub use address::is_host_and_port;
pub(crate) use call::{call, effect};
pub use equivocation::equivocation;
pub use key::is_public_key;
pub(crate) use layout::LAYOUT;
pub use measurements::MEASUREMENTS_MAX;
pub(crate) use measurements::{add as add_measurement, is_approved};
pub(crate) use policy::{note_epoch_change, set as set_join_policy, set_suspends_on_equivocation};
pub use reading::{NetworkNode, committee, epoch_change, followers};
pub use registration::{FOLLOWERS_MAX, VALIDATORS_MAX};
pub(crate) use registration::{Registration, enter, retire_all_of};

use event::emit;

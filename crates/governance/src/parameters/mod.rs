//! Parameters: the network's numbers, and what is scheduled.

mod bounds;
mod call;
mod event;
mod forks;
mod layout;
mod schedule;
mod terms;

pub use bounds::{Bound, timeout_bounds};
pub(crate) use call::{call, effect};
pub(crate) use forks::set_time as set_fork_time;
pub use forks::{FORKS, ForkTimes, fork_times};
pub(crate) use layout::LAYOUT;
pub(crate) use terms::save;
pub use terms::{Terms, scheduled_software, terms};

use event::emit;

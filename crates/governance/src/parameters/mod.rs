//! Parameters: the network's numbers.

mod forks;
mod layout;
mod terms;

pub use forks::FORKS;
pub(crate) use layout::LAYOUT;
pub use terms::{Terms, fork_times, scheduled_software, terms};

//! Access: who may read what.

mod call;
mod event;
mod grants;
mod layout;
mod policy;
mod sessions;

pub(crate) use call::{call, effect};
pub(crate) use layout::LAYOUT;
pub use policy::read_policy;
pub(crate) use policy::set_read_policy;
pub use sessions::session_watermark;

use event::emit;

//! Access: who may read what.

mod call;
mod grants;
mod layout;
mod policy;
mod sessions;

pub(crate) use call::{call, effect};
pub(crate) use layout::LAYOUT;
pub(crate) use policy::set_read_policy;
pub use policy::{is_visible, read_policy};
pub use sessions::session_watermark;

use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_contracts::ACCESS;

fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(ACCESS, event.encode_log_data())
}

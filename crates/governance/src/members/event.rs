use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_contracts::MEMBERS;

/// Emits an event of Members.
pub(super) fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(MEMBERS, event.encode_log_data())
}

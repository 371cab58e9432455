use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_contracts::ACCESS;

/// Emits an event of Access.
pub(super) fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(ACCESS, event.encode_log_data())
}

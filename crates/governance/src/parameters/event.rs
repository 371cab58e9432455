use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_contracts::PARAMETERS;

/// Emits an event of Parameters.
pub(super) fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(PARAMETERS, event.encode_log_data())
}

use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_contracts::NODES;

/// Emits an event of Nodes.
pub(super) fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(NODES, event.encode_log_data())
}

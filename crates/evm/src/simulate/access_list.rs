use super::{Call, Limits, SimulationError, halt_text, revert_text, simulation::Simulation};
use crate::{Executor, State};
use alloy_rpc_types_eth::{AccessList, TransactionRequest};
use revm::context::result::ExecutionResult;
use revm_inspectors::access_list::AccessListInspector;

/// Runs until the list stays the same; what a list warms rarely changes what is touched.
const ROUNDS_MAX: usize = 8;

/// What `eth_createAccessList` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessListResult {
    /// Addresses and slots the transaction touches, but for those that are warm anyway.
    pub access_list: AccessList,
    /// Gas it uses with that list.
    pub gas_used: u64,
    /// Why it failed, where it did.
    pub error: Option<String>,
}

impl Executor {
    /// The access list a transaction would profit from (`eth_createAccessList`).
    ///
    /// # Errors
    /// As [`Executor::call`].
    pub fn create_access_list<'a>(
        &'a self,
        state: State<'a>,
        call: Call,
        limits: &Limits<'a>,
    ) -> Result<AccessListResult, SimulationError> {
        let mut list = call.request.access_list.clone().unwrap_or_default();
        let mut rounds = 0;
        loop {
            let request = TransactionRequest { access_list: Some(list.clone()), ..call.request.clone() };
            let simulation = Simulation::new(self, state, Call { request, ..call.clone() }, limits)?;
            let (outcome, inspector) = simulation.inspect(AccessListInspector::new(list.clone()))?;
            let touched = inspector.into_access_list();
            rounds += 1;
            if touched == list || rounds == ROUNDS_MAX {
                return Ok(result(touched, &outcome.result));
            }
            list = touched;
        }
    }
}

fn result(access_list: AccessList, outcome: &ExecutionResult) -> AccessListResult {
    let error = match outcome {
        ExecutionResult::Success { .. } => None,
        ExecutionResult::Revert { output, .. } => Some(revert_text(output)),
        ExecutionResult::Halt { reason, .. } => Some(halt_text(reason)),
    };
    AccessListResult { access_list, gas_used: outcome.tx_gas_used(), error }
}

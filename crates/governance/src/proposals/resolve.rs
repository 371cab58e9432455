//! Asking a constitution contract.

use super::{Context, Kind, Proposal, conclude, decide, lifecycle, state};
use crate::{Host, Message, Stop, storage::address_word};
use alloy_sol_types::SolCall;
use althing_contracts::{
    IConstitution::{Resolution, resolveCall},
    IGovernance::ExecutionGasRequired,
    protocol,
};
use althing_primitives::{Address, Bytes, U256};

/// Gas a constitution contract gets.
const RESOLVE_GAS: u64 = 1_000_000;
/// Gas that must be left for it to get that (63/64) and for what follows: else whoever pays chose the answer.
pub(crate) const RESOLVE_GAS_NEEDED: u64 = 1_100_000;

/// Tells the trampoline to ask.
pub(crate) fn ask(host: &mut dyn Host, contract: Address, context: Context) -> Result<Bytes, Stop> {
    if host.gas_left() < RESOLVE_GAS_NEEDED {
        return Err(Stop::revert(ExecutionGasRequired { gas: U256::from(RESOLVE_GAS_NEEDED) }));
    }
    let proposal = Proposal::numbered(host, context.number)?;
    let mut answer = vec![protocol::RESOLVE];
    for word in [context.word(), address_word(contract), U256::from(RESOLVE_GAS)] {
        answer.extend(word.to_be_bytes::<32>());
    }
    answer.extend(resolveCall { proposalId: proposal.id }.abi_encode());
    Ok(answer.into())
}

/// Goes on with what it said; `None` where it failed.
pub(super) fn resolved(
    host: &mut dyn Host,
    message: &Message<'_>,
    context: Context,
    data: Option<&[u8]>,
) -> Result<Bytes, Stop> {
    let proposal = Proposal::numbered(host, context.number)?;
    let now = message.block.timestamp;
    let outcome = decide::by_contract(&proposal, now, data.and_then(resolution));
    let state = state::after(&proposal, now, outcome);
    match context.kind {
        Kind::Ballot => conclude(host, message, proposal, outcome, context),
        Kind::State => Ok(state::encoded(state)),
        Kind::Queue | Kind::QueueById => lifecycle::enqueue(host, message, proposal, state, context),
        Kind::Execute | Kind::ExecuteById => lifecycle::start(host, message, proposal, state, context),
        Kind::Simulate => Err(Stop::Revert(Bytes::new())),
    }
}

/// A whole word that is one of the answers.
fn resolution(data: &[u8]) -> Option<Resolution> {
    let word = U256::from_be_bytes(<[u8; 32]>::try_from(data).ok()?);
    [Resolution::Open, Resolution::Accepted, Resolution::Rejected]
        .into_iter()
        .find(|resolution| word == U256::from(*resolution as u8))
}

//! What the tests do again and again.

use crate::host::{World, account};
use alloy_sol_types::SolCall;
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, ProposalState},
    IMembers, IParameters, MEMBERS, PARAMETERS,
};
use althing_primitives::{Address, B256, Bytes, U256, keccak256};

pub const AGAINST: u8 = 0;
pub const FOR: u8 = 1;
pub const ABSTAIN: u8 = 2;

/// Calls of a proposal, without value.
pub type Calls = Vec<(Address, Vec<u8>)>;

pub fn gas_limit(gas: u64) -> Calls {
    vec![(PARAMETERS, IParameters::setGasLimitCall { gasLimit: gas }.abi_encode())]
}

pub fn to_members(call: &impl SolCall) -> Calls {
    vec![(MEMBERS, call.abi_encode())]
}

pub fn to_governance(call: &impl SolCall) -> Calls {
    vec![(GOVERNANCE, call.abi_encode())]
}

pub fn proposal(calls: &Calls, description: &str) -> IGovernance::proposeCall {
    IGovernance::proposeCall {
        targets: calls.iter().map(|call| call.0).collect(),
        values: vec![U256::ZERO; calls.len()],
        calldatas: calls.iter().map(|call| call.1.clone().into()).collect(),
        description: description.to_owned(),
    }
}

pub fn try_propose(world: &mut World, member: u32, calls: &Calls, description: &str) -> Result<U256, Bytes> {
    let answer = world.send(account(member), GOVERNANCE, &proposal(calls, description))?;
    Ok(U256::from_be_slice(&answer))
}

/// Proposes and returns the id.
pub fn propose(world: &mut World, member: u32, calls: &Calls, description: &str) -> U256 {
    try_propose(world, member, calls, description).expect("the proposal is made")
}

pub fn cast(world: &mut World, member: u32, id: U256, support: u8) -> Result<Bytes, Bytes> {
    world.send(account(member), GOVERNANCE, &IGovernance::castVoteCall { proposalId: id, support })
}

/// Casts ballots that must count.
pub fn cast_all(world: &mut World, members: impl IntoIterator<Item = u32>, id: U256, support: u8) {
    for member in members {
        let weight = cast(world, member, id, support).expect("the ballot counts");
        assert_eq!(U256::from_be_slice(&weight), U256::from(1));
    }
}

pub fn execute(world: &mut World, id: U256) -> Result<Bytes, Bytes> {
    world.send(account(99), GOVERNANCE, &IGovernance::execute_1Call { proposalId: id })
}

pub fn queue(world: &mut World, id: U256) -> Result<Bytes, Bytes> {
    world.send(account(99), GOVERNANCE, &IGovernance::queue_1Call { proposalId: id })
}

pub fn state(world: &mut World, id: U256) -> ProposalState {
    world.view(GOVERNANCE, &IGovernance::stateCall { proposalId: id })
}

/// Whether `setGasLimit` came through.
pub fn current_gas_limit(world: &mut World) -> u64 {
    world.view(PARAMETERS, &IParameters::gasLimitCall {})
}

/// Decides by ballots of all of these members, and must be executed.
pub fn pass(world: &mut World, members: impl IntoIterator<Item = u32> + Clone, calls: &Calls) -> U256 {
    let first = members.clone().into_iter().next().expect("somebody proposes");
    let text = format!("passed at {} among {:?}", world.timestamp, keccak256(calls[0].1.as_slice()));
    let id = propose(world, first, calls, &text);
    for member in members {
        if state(world, id) == ProposalState::Active {
            cast_all(world, [member], id, FOR);
        }
    }
    assert_eq!(state(world, id), ProposalState::Executed, "{:?}", world.last::<IGovernance::ProposalExecutionFailed>());
    id
}

pub fn invite(number: u32) -> Calls {
    to_members(&IMembers::inviteCall {
        account: account(number),
        name: format!("member {number}"),
        class: 0,
        encryptionKey: B256::ZERO,
        certificateFingerprint: B256::ZERO,
    })
}

pub fn acknowledge(world: &mut World, number: u32) -> Result<Bytes, Bytes> {
    let hash = world.view(GOVERNANCE, &IGovernance::constitutionHashCall {});
    world.send(account(number), MEMBERS, &IMembers::acknowledgeCall { constitutionHash: hash })
}

//! What front ends read.

use crate::{
    host::{DAY, START, account, genesis, majority, rule},
    steps::*,
};

use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Kind, Rule},
    MEMBERS,
};
use althing_governance::Constitution;
use althing_primitives::{Address, B256, U256, keccak256};

#[test]
fn a_governor_tells_what_it_is() {
    let mut world = genesis(&[0; 4], majority());
    assert_eq!(world.view(GOVERNANCE, &IGovernance::nameCall {}), "Althing");
    assert_eq!(world.view(GOVERNANCE, &IGovernance::versionCall {}), "1");
    assert_eq!(world.view(GOVERNANCE, &IGovernance::CLOCK_MODECall {}), "mode=timestamp");
    assert_eq!(world.view(GOVERNANCE, &IGovernance::COUNTING_MODECall {}), "support=bravo&quorum=for,abstain");
    let now = world.timestamp;
    assert_eq!(world.view(GOVERNANCE, &IGovernance::clockCall {}).to::<u64>(), now);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::votingPeriodCall {}), U256::from(DAY));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::votingDelayCall {}), U256::ZERO);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalThresholdCall {}), U256::from(1));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::tokenCall {}), MEMBERS);
}

#[test]
fn interfaces_are_known_by_their_ids() {
    let mut world = genesis(&[0; 4], majority());
    // ERC-165, ERC-6372, EIP-5267, IGovernor of OpenZeppelin 5.3 and later, and before `getProposalId`.
    let known = [0x01ff_c9a7_u32, 0xda28_7a1d, 0x84b0_196e, GOVERNOR, GOVERNOR ^ 0xa8f8_a668];
    for id in known {
        assert!(supports(&mut world, id), "{id:08x}");
    }
    for id in [0xffff_ffff, 0, 0x4e23_12e0] {
        assert!(!supports(&mut world, id), "{id:08x}");
    }
}

/// `type(IGovernor).interfaceId` of OpenZeppelin 5.7.
const GOVERNOR: u32 = 0xcdbd_fcee;

fn supports(world: &mut crate::host::World, id: u32) -> bool {
    let call = IGovernance::supportsInterfaceCall { interfaceId: id.to_be_bytes().into() };
    world.view(GOVERNANCE, &call)
}

#[test]
fn a_proposal_tells_what_it_is() {
    let default_rule = Rule { quorum: 30, timelock: 60, ..rule(Kind::Majority, 0) };
    let mut world = genesis(&[0; 4], Constitution { default_rule, ..majority() });
    let calls = [gas_limit(50_000_000), gas_limit(60_000_000)].concat();
    let id = propose(&mut world, 2, &calls, "text");
    let start = U256::from(world.timestamp);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalSnapshotCall { proposalId: id }), start);
    let deadline = world.view(GOVERNANCE, &IGovernance::proposalDeadlineCall { proposalId: id });
    assert_eq!(deadline, start + U256::from(DAY));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalProposerCall { proposalId: id }), account(2));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalEtaCall { proposalId: id }), U256::ZERO);
    assert!(world.view(GOVERNANCE, &IGovernance::proposalNeedsQueuingCall { proposalId: id }));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalExpiryCall { proposalId: id }), U256::ZERO);
    let details = world.view(GOVERNANCE, &IGovernance::proposalDetailsCall { proposalId: id });
    let kept: Vec<_> = details._0.iter().copied().zip(details._2.iter().map(|data| data.to_vec())).collect();
    assert_eq!((kept, details._1, details._3), (calls, vec![U256::ZERO; 2], keccak256("text")));
    let at = world.view(GOVERNANCE, &IGovernance::proposalDetailsAtCall { index: U256::ZERO });
    assert_eq!((at._0, at._4), (id, keccak256("text")));
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalCountCall {}), U256::from(1));
    assert!(world.try_view(GOVERNANCE, &IGovernance::proposalDetailsAtCall { index: U256::from(1) }).is_err());
}

#[test]
fn votes_and_quorum_are_those_of_a_time() {
    let default_rule = Rule { quorum: 30, ..rule(Kind::Majority, 0) };
    let mut world = genesis(&[0; 4], Constitution { default_rule, ..majority() });
    pass(&mut world, 1..=3, &invite(5));
    world.timestamp += 50;
    acknowledge(&mut world, 5).expect("active");
    let joined = world.timestamp;
    world.timestamp += 1;
    let votes = |world: &mut crate::host::World, member: u32, timepoint: u64| {
        let call = IGovernance::getVotesCall { account: account(member), timepoint: U256::from(timepoint) };
        world.view(GOVERNANCE, &call).to::<u64>()
    };
    assert_eq!([1, 5, 99].map(|member| votes(&mut world, member, joined)), [1, 1, 0]);
    assert_eq!([1, 5].map(|member| votes(&mut world, member, joined - 1)), [1, 0]);
    let quorum = |world: &mut crate::host::World, timepoint: u64| {
        world.view(GOVERNANCE, &IGovernance::quorumCall { timepoint: U256::from(timepoint) }).to::<u64>()
    };
    assert_eq!([START, joined - 1, joined].map(|time| quorum(&mut world, time)), [2, 2, 2]);
}

#[test]
fn what_there_is_not_is_zero_as_openzeppelin_says() {
    let mut world = genesis(&[0; 4], majority());
    let id = U256::from(5);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalSnapshotCall { proposalId: id }), U256::ZERO);
    assert_eq!(world.view(GOVERNANCE, &IGovernance::proposalProposerCall { proposalId: id }), Address::ZERO);
    assert!(!world.view(GOVERNANCE, &IGovernance::hasVotedCall { proposalId: id, account: account(1) }));
    let votes = world.view(GOVERNANCE, &IGovernance::proposalVotesCall { proposalId: id });
    assert_eq!(votes.forVotes, U256::ZERO);
    let id_of = IGovernance::getProposalIdCall {
        targets: Vec::new(),
        values: Vec::new(),
        calldatas: Vec::new(),
        descriptionHash: B256::ZERO,
    };
    assert_ne!(world.view(GOVERNANCE, &id_of), U256::ZERO);
}

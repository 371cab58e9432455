//! Ballots: whose, when, how often, by signature.

use crate::{
    host::{DAY, World, account, error, genesis, majority, rule},
    steps::*,
};
use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use alloy_sol_types::{Eip712Domain, SolStruct, sol};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{self, Kind, ProposalState},
    IMembers, MEMBERS,
};
use althing_governance::Constitution;
use althing_primitives::{Address, Bytes, U256};

sol! {
    struct Ballot { uint256 proposalId; uint8 support; address voter; uint256 nonce; }
    struct ExtendedBallot {
        uint256 proposalId; uint8 support; address voter; uint256 nonce; string reason; bytes params;
    }
}

fn four() -> World {
    genesis(&[0; 4], majority())
}

#[test]
fn a_member_casts_one_ballot_with_whichever_account() {
    let mut world = four();
    let second = IMembers::setRolesCall { account: account(50), roles: 2 };
    let operator = IMembers::setRolesCall { account: account(51), roles: 4 };
    world.send(account(1), MEMBERS, &second).expect("a second account");
    world.send(account(1), MEMBERS, &operator).expect("a third account");
    let id = propose(&mut world, 50, &gas_limit(50_000_000), "");
    error::<IGovernance::NotAMember>(cast(&mut world, 51, id, FOR));
    cast_all(&mut world, [50], id, AGAINST);
    let twice = error::<IGovernance::GovernorAlreadyCastVote>(cast(&mut world, 1, id, FOR));
    assert_eq!(twice.voter, account(1));
    let voted = |world: &mut World, member| {
        world.view(GOVERNANCE, &IGovernance::hasVotedCall { proposalId: id, account: account(member) })
    };
    assert_eq!([1, 50, 2, 99].map(|member| voted(&mut world, member)), [true, true, false, false]);
    let ballot = world.view(GOVERNANCE, &IGovernance::ballotOfCall { proposalId: id, member: 1 });
    assert_eq!((ballot.cast, ballot.support), (true, AGAINST));
    let votes = world.view(GOVERNANCE, &IGovernance::proposalVotesCall { proposalId: id });
    assert_eq!([votes.againstVotes, votes.forVotes, votes.abstainVotes], [1, 0, 0].map(U256::from));
}

#[test]
fn only_those_who_were_members_when_it_was_made_cast_ballots() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    error::<IGovernance::NotAMember>(cast(&mut world, 99, id, FOR));
    error::<IGovernance::GovernorInvalidVoteType>(cast(&mut world, 1, id, 3));
    pass(&mut world, 1..=3, &invite(5));
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "before the fifth");
    error::<IGovernance::NotAMember>(cast(&mut world, 5, id, FOR));
    acknowledge(&mut world, 5).expect("active");
    error::<IGovernance::NotInElectorate>(cast(&mut world, 5, id, FOR));
    let after = propose(&mut world, 1, &gas_limit(50_000_000), "after the fifth");
    cast_all(&mut world, [5], after, FOR);
    pass(&mut world, 1..=3, &to_members(&IMembers::suspendCall { id: 5 }));
    let last = propose(&mut world, 1, &gas_limit(50_000_000), "without the fifth");
    error::<IGovernance::NotAMember>(cast(&mut world, 5, last, FOR));
}

#[test]
fn a_ballot_without_hope_defeats() {
    let default_rule = rule(Kind::Threshold, 3);
    let mut world = genesis(&[0; 4], Constitution { default_rule, ..majority() });
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    cast_all(&mut world, [1], id, AGAINST);
    assert_eq!(state(&mut world, id), ProposalState::Active);
    cast_all(&mut world, [2], id, ABSTAIN);
    assert_eq!(state(&mut world, id), ProposalState::Defeated);
    error::<IGovernance::GovernorUnexpectedProposalState>(cast(&mut world, 3, id, FOR));
}

#[test]
fn reasons_and_parameters_are_in_the_events() {
    let mut world = four();
    let id = propose(&mut world, 1, &gas_limit(50_000_000), "");
    let (reason, params) = ("because".to_owned(), Bytes::from_static(&[1, 2]));
    let call = IGovernance::castVoteWithReasonCall { proposalId: id, support: FOR, reason: reason.clone() };
    world.send(account(1), GOVERNANCE, &call).expect("counts");
    let event = world.last::<IGovernance::VoteCast>().expect("an event");
    assert_eq!((event.voter, event.support, &event.reason), (account(1), FOR, &reason));
    let call = IGovernance::castVoteWithReasonAndParamsCall {
        proposalId: id,
        support: ABSTAIN,
        reason: reason.clone(),
        params: params.clone(),
    };
    world.send(account(2), GOVERNANCE, &call).expect("counts");
    let event = world.last::<IGovernance::VoteCastWithParams>().expect("an event");
    assert_eq!((event.voter, event.reason, event.params), (account(2), reason, params));
}

fn domain() -> Eip712Domain {
    Eip712Domain::new(Some("Althing".into()), Some("1".into()), Some(U256::from(930_930)), Some(GOVERNANCE), None)
}

/// A world whose first member votes with a key of its own.
fn signing() -> (World, PrivateKeySigner, U256) {
    let mut world = four();
    let signer = PrivateKeySigner::from_slice(&[7; 32]).expect("a key");
    let call = IMembers::setRolesCall { account: signer.address(), roles: 2 };
    world.send(account(1), MEMBERS, &call).expect("an account");
    let id = propose(&mut world, 2, &gas_limit(50_000_000), "");
    (world, signer, id)
}

fn signature(signer: &PrivateKeySigner, message: &impl SolStruct) -> Bytes {
    let hash = message.eip712_signing_hash(&domain());
    signer.sign_hash_sync(&hash).expect("signed").as_bytes().into()
}

fn nonce(world: &mut World, owner: Address) -> U256 {
    world.view(GOVERNANCE, &IGovernance::noncesCall { owner })
}

#[test]
fn anyone_hands_in_a_signed_ballot_once() {
    let (mut world, signer, id) = signing();
    let voter = signer.address();
    let ballot = Ballot { proposalId: id, support: FOR, voter, nonce: U256::ZERO };
    let signed = signature(&signer, &ballot);
    let call = IGovernance::castVoteBySigCall { proposalId: id, support: FOR, voter, signature: signed };
    let changed = IGovernance::castVoteBySigCall { support: AGAINST, ..call.clone() };
    error::<IGovernance::GovernorInvalidSignature>(world.send(account(99), GOVERNANCE, &changed));
    assert_eq!(nonce(&mut world, voter), U256::ZERO, "a refused ballot uses no nonce");
    world.send(account(99), GOVERNANCE, &call).expect("counts");
    assert_eq!(nonce(&mut world, voter), U256::from(1));
    error::<IGovernance::GovernorInvalidSignature>(world.send(account(99), GOVERNANCE, &call));
    assert_eq!(world.last::<IGovernance::VoteCast>().map(|event| event.voter), Some(voter));
}

#[test]
fn a_ballot_signed_for_another_network_or_contract_is_nobodys() {
    let (mut world, signer, id) = signing();
    let voter = signer.address();
    let ballot = Ballot { proposalId: id, support: FOR, voter, nonce: U256::ZERO };
    let of = |name: &'static str, version: &'static str, chain_id: u64, contract| {
        Eip712Domain::new(Some(name.into()), Some(version.into()), Some(U256::from(chain_id)), Some(contract), None)
    };
    for other in [
        of("Althing", "1", 930_931, GOVERNANCE),
        of("Althing", "1", 930_930, MEMBERS),
        of("Althing", "2", 930_930, GOVERNANCE),
        of("Governor", "1", 930_930, GOVERNANCE),
    ] {
        let signed = signer.sign_hash_sync(&ballot.eip712_signing_hash(&other)).expect("signed");
        let signature = signed.as_bytes().into();
        let call = IGovernance::castVoteBySigCall { proposalId: id, support: FOR, voter, signature };
        error::<IGovernance::GovernorInvalidSignature>(world.send(account(99), GOVERNANCE, &call));
    }
}

#[test]
fn a_signed_ballot_ends_with_its_proposal() {
    let (mut world, signer, id) = signing();
    let ballot = Ballot { proposalId: id, support: FOR, voter: signer.address(), nonce: U256::ZERO };
    let signed = signature(&signer, &ballot);
    world.timestamp += u64::from(DAY) + 1;
    let call =
        IGovernance::castVoteBySigCall { proposalId: id, support: FOR, voter: signer.address(), signature: signed };
    error::<IGovernance::GovernorUnexpectedProposalState>(world.send(account(99), GOVERNANCE, &call));
}

#[test]
fn extended_ballots_are_signed_with_reason_and_parameters() {
    let (mut world, signer, id) = signing();
    let (voter, reason, params) = (signer.address(), "so".to_owned(), Bytes::from_static(&[3]));
    let ballot = ExtendedBallot {
        proposalId: id,
        support: AGAINST,
        voter,
        nonce: U256::ZERO,
        reason: reason.clone(),
        params: params.clone(),
    };
    let signature = signature(&signer, &ballot);
    let call = IGovernance::castVoteWithReasonAndParamsBySigCall {
        proposalId: id,
        support: AGAINST,
        voter,
        reason,
        params,
        signature,
    };
    let mut changed = call.clone();
    changed.reason = "otherwise".to_owned();
    error::<IGovernance::GovernorInvalidSignature>(world.send(account(99), GOVERNANCE, &changed));
    world.send(account(99), GOVERNANCE, &call).expect("counts");
}

#[test]
fn malleable_and_short_signatures_are_nobodys() {
    let (mut world, signer, id) = signing();
    let voter = signer.address();
    let signed = signature(&signer, &Ballot { proposalId: id, support: FOR, voter, nonce: U256::ZERO });
    let order = U256::from_str_radix("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    let high = order.expect("a number") - U256::from_be_slice(&signed[32..64]);
    let flipped = [&signed[..32], &high.to_be_bytes::<32>(), &[55 - signed[64]]].concat();
    let compact = signed[..64].to_vec();
    let zero_based = [&signed[..64], &[signed[64] - 27]].concat();
    for bytes in [flipped, compact, zero_based, Vec::new(), vec![0; 65]] {
        let call = IGovernance::castVoteBySigCall { proposalId: id, support: FOR, voter, signature: bytes.into() };
        error::<IGovernance::GovernorInvalidSignature>(world.send(account(99), GOVERNANCE, &call));
    }
}

#[test]
fn the_domain_is_what_wallets_sign_for() {
    let mut world = four();
    let answer = world.view(GOVERNANCE, &IGovernance::eip712DomainCall {});
    assert_eq!(answer.fields.0, [0x0f]);
    assert_eq!((answer.name.as_str(), answer.version.as_str()), ("Althing", "1"));
    assert_eq!((answer.chainId, answer.verifyingContract), (U256::from(930_930), GOVERNANCE));
    let ballot = world.view(GOVERNANCE, &IGovernance::BALLOT_TYPEHASHCall {});
    let ballot_text = "Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)";
    assert_eq!(ballot, althing_primitives::keccak256(ballot_text));
    let extended = world.view(GOVERNANCE, &IGovernance::EXTENDED_BALLOT_TYPEHASHCall {});
    let extended_text =
        "ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)";
    assert_eq!(extended, althing_primitives::keccak256(extended_text));
}

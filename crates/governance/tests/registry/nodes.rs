use crate::chain::{Chain, account, error, key, majority};
use alloy_sol_types::SolCall;
use althing_contracts::{IGovernance, INodes::*, NODES};
use althing_governance::{committee, epoch_change, followers};
use althing_primitives::B256;

fn validator(member: u32, number: usize) -> addValidatorCall {
    addValidatorCall { member, publicKey: key(number), host: format!("new-{number}:1") }
}

fn follower(member: u32, number: usize) -> addFollowerCall {
    let host = format!("new-{number}:1");
    addFollowerCall { member, publicKey: key(number), host, measurement: B256::ZERO }
}

fn seats(chain: &Chain) -> Vec<B256> {
    committee(chain).unwrap().into_iter().map(|node| node.public_key).collect()
}

#[test]
fn validators_come_and_go_with_the_next_epoch() {
    let mut chain = Chain::new();
    assert_eq!(epoch_change(&chain).unwrap(), 0);
    chain.decided(NODES, &validator(1, 5)).unwrap();
    assert_eq!(epoch_change(&chain).unwrap(), 7);
    assert_eq!(seats(&chain), [1, 2, 3, 4, 5].map(key));
    assert_eq!(chain.decided(NODES, &validator(1, 5)).err().unwrap(), error(&KeyInUse { publicKey: key(5) }));
    chain.block.number = 9;
    chain.decided(NODES, &removeValidatorCall { publicKey: key(2) }).unwrap();
    assert_eq!(epoch_change(&chain).unwrap(), 9);
    assert_eq!(seats(&chain), [1, 5, 3, 4].map(key));
    assert_eq!(followers(&chain).unwrap()[0].public_key, key(2), "it follows");
    chain.decided(NODES, &validator(2, 2)).unwrap();
    assert_eq!(seats(&chain).len(), 5);
    assert!(followers(&chain).unwrap().is_empty());
}

#[test]
fn there_is_always_a_validator() {
    let mut chain = Chain::new();
    for number in 1..=3 {
        chain.decided(NODES, &suspendValidatorCall { publicKey: key(number) }).unwrap();
    }
    let last = error(&LastValidator {});
    assert_eq!(chain.decided(NODES, &suspendValidatorCall { publicKey: key(4) }).err().unwrap(), last);
    assert_eq!(chain.decided(NODES, &removeValidatorCall { publicKey: key(4) }).err().unwrap(), last);
    assert_eq!(chain.decided(NODES, &removeNodeCall { publicKey: key(4) }).err().unwrap(), last);
    assert_eq!(seats(&chain), [key(4)]);
    assert_eq!(followers(&chain).unwrap().len(), 3);
    chain.decided(NODES, &reinstateValidatorCall { publicKey: key(1) }).unwrap();
    chain.decided(NODES, &removeValidatorCall { publicKey: key(4) }).unwrap();
    assert_eq!(seats(&chain), [key(1)]);
}

#[test]
fn what_consensus_cannot_use_is_no_key_and_no_address() {
    let mut chain = Chain::new();
    let mut identity = B256::ZERO;
    identity.0[0] = 1;
    for public_key in [identity, B256::repeat_byte(0xff)] {
        let call = addValidatorCall { publicKey: public_key, ..validator(1, 5) };
        assert_eq!(chain.decided(NODES, &call).err().unwrap(), error(&KeyNotAllowed { publicKey: public_key }));
    }
    for host in [
        "",
        "host",
        ":1",
        "host:",
        "host:0",
        "host:70000",
        "host:+1",
        "ho st:1",
        "h\u{f6}st:1",
        "node_1:1",
        "-node:1",
        "node.:1",
        "http://node:1",
        "::1:1",
        "[::g]:1",
    ] {
        let call = addValidatorCall { host: host.to_owned(), ..validator(1, 5) };
        assert_eq!(chain.decided(NODES, &call).err().unwrap(), error(&HostNotAllowed {}), "{host}");
    }
    assert_eq!(chain.decided(NODES, &validator(9, 5)).err().unwrap(), error(&MemberNotActive { id: 9 }));
}

#[test]
fn an_operator_rotates_keys_and_moves_its_nodes() {
    let mut chain = Chain::new();
    let rotate = |from, to| rotateKeyCall { publicKey: key(from), newPublicKey: key(to) };
    let stranger = error(&NotTheOperator { account: account(2) });
    assert_eq!(chain.call(account(2), NODES, &rotate(1, 6)).err().unwrap(), stranger);
    chain.call(account(1), NODES, &rotate(1, 6)).unwrap();
    assert_eq!(seats(&chain), [6, 2, 3, 4].map(key));
    assert_eq!(committee(&chain).unwrap()[0].host, "host-1:30930");
    assert_eq!(epoch_change(&chain).unwrap(), 7);
    // A retired key never comes back.
    assert_eq!(chain.call(account(1), NODES, &rotate(6, 1)).err().unwrap(), error(&KeyInUse { publicKey: key(1) }));
    let moved = setHostCall { publicKey: key(6), host: "elsewhere:2".to_owned() };
    chain.call(account(1), NODES, &moved).unwrap();
    assert_eq!(committee(&chain).unwrap()[0].host, "elsewhere:2");
    let seated = error(&UnexpectedNodeState { publicKey: key(6) });
    assert_eq!(chain.call(account(1), NODES, &retireCall { publicKey: key(6) }).err().unwrap(), seated);
}

#[test]
fn an_automatic_rule_lets_a_member_add_so_many_followers() {
    let mut chain = Chain::new();
    let refused = chain.call(account(1), NODES, &follower(1, 5)).err().unwrap();
    assert_eq!(refused, error(&IGovernance::OnlyGovernance { caller: account(1) }));
    let rule = IGovernance::Rule { kind: IGovernance::Kind::Automatic, threshold: 1, quorum: 0, ..majority() };
    let mut chain = Chain::with_rule(NODES, addFollowerCall::SELECTOR.into(), rule);
    let stranger = error(&NotTheOperator { account: account(2) });
    assert_eq!(chain.call(account(2), NODES, &follower(1, 5)).err().unwrap(), stranger);
    chain.call(account(1), NODES, &follower(1, 5)).unwrap();
    let enough = error(&TooManyFollowers { member: 1 });
    assert_eq!(chain.call(account(1), NODES, &follower(1, 6)).err().unwrap(), enough);
    chain.call(account(2), NODES, &follower(2, 6)).unwrap();
    chain.call(account(1), NODES, &retireCall { publicKey: key(5) }).unwrap();
    chain.call(account(1), NODES, &follower(1, 7)).unwrap();
    let unapproved = addFollowerCall { measurement: B256::repeat_byte(3), ..follower(3, 8) };
    let error = error(&MeasurementNotApproved { measurement: B256::repeat_byte(3) });
    assert_eq!(chain.call(account(3), NODES, &unapproved).err().unwrap(), error);
}

#[test]
fn measurements_and_a_wider_policy_need_the_floor() {
    let mut chain = Chain::new();
    let measurement = B256::repeat_byte(8);
    let below = error(&IGovernance::BelowFloor {});
    assert_eq!(chain.executed(NODES, &addMeasurementCall { measurement }, false).err().unwrap(), below);
    for byte in 1..=64 {
        chain.decided(NODES, &addMeasurementCall { measurement: B256::repeat_byte(byte) }).unwrap();
    }
    let more = addMeasurementCall { measurement: B256::repeat_byte(65) };
    assert_eq!(chain.decided(NODES, &more).err().unwrap(), error(&TooManyMeasurements {}));
    chain.executed(NODES, &removeMeasurementCall { measurement }, false).unwrap();
    assert!(!chain.view(NODES, &measurementsCall {}).contains(&measurement));
    assert_eq!(chain.view(NODES, &measurementsCall {}).len(), 63);
    let policy = chain.view(NODES, &joinPolicyCall {});
    let narrower = JoinPolicy { platforms: 2, ..policy.clone() };
    chain.executed(NODES, &setJoinPolicyCall { policy: narrower }, false).unwrap();
    let wider = setJoinPolicyCall { policy: JoinPolicy { lease: policy.lease + 1, ..policy } };
    assert_eq!(chain.executed(NODES, &wider, false).err().unwrap(), below);
    chain.executed(NODES, &wider, true).unwrap();
}

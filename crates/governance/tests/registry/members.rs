use crate::chain::{Chain, NOW, account, error, key, majority};
use alloy_sol_types::SolCall;
use althing_contracts::{
    GOVERNANCE, IGovernance, IMembers::*, INodes, IRecovery, MEMBERS, NODES, RECOVERY, SYSTEM_CONTRACTS,
};
use althing_governance::{committee, is_acknowledgement, is_invited, is_member_account, key_epoch, sponsor_of};
use althing_primitives::{Address, B256, U256};

fn invitation(account: Address) -> inviteCall {
    let (name, key) = ("Newcomer".to_owned(), B256::repeat_byte(1));
    inviteCall { account, name, class: 1, encryptionKey: key, certificateFingerprint: B256::ZERO }
}

fn constitution(chain: &mut Chain) -> B256 {
    // Governance's own views are the trampoline's to ask; a member of the genesis acknowledged it.
    chain.view(MEMBERS, &memberCall { id: 1 }).acknowledged
}

#[test]
fn an_invited_member_votes_only_after_it_acknowledged() {
    let mut chain = Chain::new();
    let id = chain.decided(MEMBERS, &invitation(account(5))).unwrap();
    assert_eq!(id, 5);
    assert_eq!(chain.view(MEMBERS, &getVotesCall { account: account(5) }), U256::ZERO);
    assert!(!is_member_account(&chain, account(5)).unwrap());
    assert!(is_invited(&chain, account(5)).unwrap());
    assert!(![account(1), account(6)].iter().any(|other| is_invited(&chain, *other).unwrap()));
    let current = constitution(&mut chain);
    let wrong = acknowledgeCall { constitutionHash: B256::repeat_byte(9) };
    assert_eq!(chain.call(account(5), MEMBERS, &wrong).err().unwrap(), error(&ConstitutionChanged { current }));
    chain.call(account(5), MEMBERS, &acknowledgeCall { constitutionHash: current }).unwrap();
    assert_eq!(chain.view(MEMBERS, &getVotesCall { account: account(5) }), U256::from(1));
    assert!(!is_invited(&chain, account(5)).unwrap(), "a member by now");
    let member = chain.view(MEMBERS, &memberCall { id: 5 });
    assert_eq!((member.status, member.acknowledged, member.name.as_str()), (Status::Active, current, "Newcomer"));
    let active = chain.view(MEMBERS, &activeMembersCall {});
    assert_eq!((active.total, active.class0, active.class1), (5, 4, 1));
}

#[test]
fn an_acknowledgement_is_one_call_and_nothing_more() {
    let input = acknowledgeCall { constitutionHash: B256::repeat_byte(1) }.abi_encode();
    assert!(is_acknowledgement(Some(MEMBERS), &input));
    assert!(!is_acknowledgement(Some(GOVERNANCE), &input) && !is_acknowledgement(None, &input));
    assert!(!is_acknowledgement(Some(MEMBERS), &[&input[..], &[0]].concat()));
    assert!(!is_acknowledgement(Some(MEMBERS), &input[..35]));
    assert!(!is_acknowledgement(Some(MEMBERS), &memberCall { id: 1 }.abi_encode()));
}

#[test]
fn what_cannot_be_a_member_is_not_invited() {
    let mut chain = Chain::new();
    for account in [Address::ZERO, SYSTEM_CONTRACTS[2]] {
        let refused = chain.decided(MEMBERS, &invitation(account)).err().unwrap();
        assert_eq!(refused, error(&AccountNotAllowed { account }));
    }
    let taken = chain.decided(MEMBERS, &invitation(account(1))).err().unwrap();
    assert_eq!(taken, error(&AccountInUse { account: account(1) }));
    let long = inviteCall { name: "x".repeat(65), ..invitation(account(5)) };
    assert_eq!(chain.decided(MEMBERS, &long).err().unwrap(), error(&NameNotAllowed {}));
    let third = inviteCall { class: 2, ..invitation(account(5)) };
    assert_eq!(chain.decided(MEMBERS, &third).err().unwrap(), error(&ClassNotAllowed { class: 2 }));
}

#[test]
fn nobody_holds_an_account_against_a_vote_by_naming_it_first() {
    let mut chain = Chain::new();
    let (guest, desk, lost) = (account(5), account(6), account(7));
    chain.call(account(2), MEMBERS, &addParticipantCall { account: guest }).unwrap();
    chain.call(account(2), MEMBERS, &setRolesCall { account: desk, roles: 7 }).unwrap();
    chain.call(account(2), MEMBERS, &setRolesCall { account: lost, roles: 4 }).unwrap();
    assert_eq!(chain.decided(MEMBERS, &invitation(guest)).unwrap(), 5);
    assert_eq!(chain.decided(MEMBERS, &invitation(desk)).unwrap(), 6);
    chain.decided(MEMBERS, &replaceAccountCall { id: 3, account: lost }).unwrap();
    let ids = [guest, desk, lost].map(|account| chain.view(MEMBERS, &memberOfCall { account }).id);
    assert_eq!(ids, [5, 6, 3]);
    assert_eq!(chain.view(MEMBERS, &accountsOfCall { id: 2 }).accounts, vec![account(2)]);
    assert_eq!(chain.view(MEMBERS, &getVotesCall { account: desk }), U256::ZERO, "invited, not yet a voter");
    let own = replaceAccountCall { id: 3, account: account(2) };
    assert_eq!(chain.decided(MEMBERS, &own).err().unwrap(), error(&AccountInUse { account: account(2) }));
    // An organisation that was removed may come back with its account.
    chain.decided(MEMBERS, &removeCall { id: 4 }).unwrap();
    assert_eq!(chain.decided(MEMBERS, &invitation(account(4))).unwrap(), 7);
}

#[test]
fn a_class_that_could_not_meet_its_rule_keeps_its_members() {
    let rule =
        IGovernance::Rule { kind: IGovernance::Kind::Threshold, threshold: 2, quorum: 0, perClass: true, ..majority() };
    let mut chain = Chain::with_rule(NODES, INodes::removeNodeCall::SELECTOR.into(), rule);
    chain.decided(RECOVERY, &IRecovery::setThresholdCall { threshold: 1 }).unwrap();
    for number in [5, 6] {
        chain.decided(MEMBERS, &invitation(account(number))).unwrap();
        let constitution_hash = constitution(&mut chain);
        chain.call(account(number), MEMBERS, &acknowledgeCall { constitutionHash: constitution_hash }).unwrap();
    }
    let broken = ThresholdBroken { threshold: U256::from(2), members: U256::from(1) };
    assert_eq!(chain.decided(MEMBERS, &removeCall { id: 5 }).err().unwrap(), error(&broken), "one of class 1 is left");
    chain.decided(MEMBERS, &removeCall { id: 1 }).unwrap();
}

#[test]
fn governed_functions_are_governances_alone() {
    let mut chain = Chain::new();
    for caller in [account(1), GOVERNANCE] {
        let refused = chain.call(caller, MEMBERS, &suspendCall { id: 2 }).err().unwrap();
        assert_eq!(refused, error(&IGovernance::OnlyGovernance { caller }));
    }
}

#[test]
fn votes_are_known_of_the_past() {
    let mut chain = Chain::new();
    chain.decided(MEMBERS, &suspendCall { id: 2 }).unwrap();
    chain.block.timestamp = NOW + 10;
    let votes = |chain: &mut Chain, time: u64| {
        let (account, timepoint) = (account(2), U256::from(time));
        let supply = chain.view(MEMBERS, &getPastTotalSupplyCall { timepoint });
        (chain.view(MEMBERS, &getPastVotesCall { account, timepoint }), supply)
    };
    assert_eq!(votes(&mut chain, NOW - 1_001), (U256::ZERO, U256::ZERO));
    assert_eq!(votes(&mut chain, NOW - 1), (U256::from(1), U256::from(4)));
    assert_eq!(votes(&mut chain, NOW), (U256::ZERO, U256::from(3)));
    let future = getPastTotalSupplyCall { timepoint: U256::from(NOW + 10) };
    let clock = althing_primitives::alloy::aliases::U48::from(NOW + 10);
    let expected = ERC5805FutureLookup { timepoint: future.timepoint, clock };
    assert_eq!(chain.call(account(1), MEMBERS, &future).err().unwrap(), error(&expected));
}

#[test]
fn a_removed_member_takes_its_nodes_and_a_new_secret_is_asked_for() {
    let mut chain = Chain::new();
    chain.decided(MEMBERS, &removeCall { id: 4 }).unwrap();
    assert_eq!(committee(&chain).unwrap().len(), 3);
    let node = chain.view(NODES, &INodes::nodeCall { publicKey: key(4) });
    assert_eq!((node.status, node.seat), (INodes::Status::Retired, false));
    assert_eq!(key_epoch(&chain).unwrap(), 1);
    assert_eq!(sponsor_of(&chain, account(4)).unwrap(), None);
    // Three shares recover the secret: of three members none may go.
    let broken = ThresholdBroken { threshold: U256::from(3), members: U256::from(2) };
    assert_eq!(chain.decided(MEMBERS, &removeCall { id: 3 }).err().unwrap(), error(&broken));
    assert_eq!(chain.decided(MEMBERS, &suspendCall { id: 3 }).err().unwrap(), error(&broken));
    let again = UnexpectedStatus { id: 4, status: Status::Removed };
    assert_eq!(chain.decided(MEMBERS, &removeCall { id: 4 }).err().unwrap(), error(&again));
}

#[test]
fn the_last_member_and_the_last_validator_stay() {
    let mut chain = Chain::new();
    chain.decided(RECOVERY, &IRecovery::setThresholdCall { threshold: 1 }).unwrap();
    for number in 2..=4 {
        chain.decided(NODES, &INodes::removeNodeCall { publicKey: key(number) }).unwrap();
    }
    let refused = chain.decided(MEMBERS, &removeCall { id: 1 }).err().unwrap();
    assert_eq!(refused, error(&LastValidator {}));
    for id in 2..=4 {
        chain.decided(MEMBERS, &removeCall { id }).unwrap();
    }
    assert_eq!(chain.decided(MEMBERS, &removeCall { id: 1 }).err().unwrap(), error(&LastMember {}));
    assert_eq!(chain.decided(MEMBERS, &suspendCall { id: 1 }).err().unwrap(), error(&LastMember {}));
}

#[test]
fn a_member_has_accounts_with_roles() {
    let mut chain = Chain::new();
    let (desk, other) = (account(0x51), account(0x52));
    let roles = |account, roles| setRolesCall { account, roles };
    chain.call(account(1), MEMBERS, &roles(desk, 2)).unwrap();
    assert_eq!(chain.view(MEMBERS, &getVotesCall { account: desk }), U256::from(1));
    let missing = error(&MissingRole { account: desk, role: 1 });
    assert_eq!(chain.call(desk, MEMBERS, &roles(other, 1)).err().unwrap(), missing);
    let in_use = error(&AccountInUse { account: desk });
    assert_eq!(chain.call(account(2), MEMBERS, &roles(desk, 1)).err().unwrap(), in_use);
    let first = error(&AccountNotAllowed { account: account(1) });
    assert_eq!(chain.call(account(1), MEMBERS, &roles(account(1), 0)).err().unwrap(), first);
    let invalid = error(&InvalidArguments { selector: setRolesCall::SELECTOR.into() });
    assert_eq!(chain.call(account(1), MEMBERS, &roles(other, 8)).err().unwrap(), invalid);
    for number in 0x60..0x6e {
        chain.call(account(1), MEMBERS, &roles(account(number), 4)).unwrap();
    }
    assert_eq!(chain.call(account(1), MEMBERS, &roles(other, 1)).err().unwrap(), error(&TooManyAccounts { id: 1 }));
    chain.call(account(1), MEMBERS, &roles(desk, 0)).unwrap();
    assert_eq!(chain.view(MEMBERS, &getVotesCall { account: desk }), U256::ZERO);
    let listed = chain.view(MEMBERS, &accountsOfCall { id: 1 });
    assert_eq!((listed.accounts.len(), listed.roles[0]), (15, 7));
    assert!(!listed.accounts.contains(&desk));
}

#[test]
fn a_lost_key_is_replaced_and_the_other_accounts_lose_their_roles() {
    let mut chain = Chain::new();
    chain.call(account(1), MEMBERS, &setRolesCall { account: account(0x51), roles: 7 }).unwrap();
    chain.decided(MEMBERS, &replaceAccountCall { id: 1, account: account(0x55) }).unwrap();
    for gone in [account(1), account(0x51)] {
        assert_eq!(chain.view(MEMBERS, &memberOfCall { account: gone }).id, 0);
    }
    let listed = chain.view(MEMBERS, &accountsOfCall { id: 1 });
    assert_eq!((listed.accounts, listed.roles), (vec![account(0x55)], vec![7]));
    assert_eq!(chain.view(MEMBERS, &activeMembersCall {}).total, 4);
}

#[test]
fn participants_use_the_share_of_their_sponsor() {
    let mut chain = Chain::new();
    let guest = account(0x70);
    chain.call(account(2), MEMBERS, &addParticipantCall { account: guest }).unwrap();
    assert_eq!(sponsor_of(&chain, guest).unwrap(), Some(2));
    assert!(!is_member_account(&chain, guest).unwrap());
    let in_use = error(&AccountInUse { account: guest });
    assert_eq!(chain.call(account(1), MEMBERS, &addParticipantCall { account: guest }).err().unwrap(), in_use);
    let not_own = error(&NotAParticipant { account: guest });
    assert_eq!(chain.call(account(1), MEMBERS, &removeParticipantCall { account: guest }).err().unwrap(), not_own);
    chain.decided(MEMBERS, &expelParticipantCall { account: guest }).unwrap();
    assert_eq!(sponsor_of(&chain, guest).unwrap(), None);
}

#[test]
fn malformed_calls_change_nothing() {
    let mut chain = Chain::new();
    let good = memberOfCall { account: account(1) }.abi_encode();
    let selector = memberOfCall::SELECTOR.into();
    let mut dirty = good.clone();
    dirty[4] = 1;
    let trailing = [&good[..], &[0; 32]].concat();
    for bad in [dirty, trailing, good[..35].to_vec()] {
        let refused = chain.raw(account(1), MEMBERS, &bad).err().unwrap();
        assert_eq!(refused, error(&InvalidArguments { selector }));
    }
    let unknown = [0xde, 0xad, 0xbe, 0xef].into();
    let refused = chain.raw(account(1), MEMBERS, &[0xde, 0xad, 0xbe, 0xef]).err().unwrap();
    assert_eq!(refused, error(&UnknownFunction { selector: unknown }));
    let short = chain.raw(account(1), MEMBERS, &[0xde]).err().unwrap();
    assert_eq!(short, error(&UnknownFunction { selector: [0xde, 0, 0, 0].into() }));
}

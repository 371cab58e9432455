use crate::chain::{Chain, DAY, NOW, account, error};
use althing_contracts::{ACCESS, IAccess::*, IGovernance, IRecovery, RECOVERY};
use althing_governance::{read_policy, session_watermark};
use althing_primitives::{Address, B256, U256, alloy::aliases::U48};

#[test]
fn reading_more_needs_the_floor() {
    let mut chain = Chain::new();
    let below = error(&IGovernance::BelowFloor {});
    let open = setReadPolicyCall { policy: ReadPolicy::Open };
    assert_eq!(chain.executed(ACCESS, &open, false).err().unwrap(), below);
    chain.executed(ACCESS, &open, true).unwrap();
    assert_eq!(read_policy(&chain).unwrap(), ReadPolicy::Open);
    chain.executed(ACCESS, &setReadPolicyCall { policy: ReadPolicy::Private }, false).unwrap();
    let show = setContractVisibilityCall { target: account(9), visible: true };
    assert_eq!(chain.executed(ACCESS, &show, false).err().unwrap(), below);
    chain.executed(ACCESS, &setContractVisibilityCall { visible: false, ..show }, false).unwrap();
}

#[test]
fn disclosure_ends_by_itself_or_by_revocation() {
    let mut chain = Chain::new();
    let time = |seconds: u64| U48::from(seconds);
    let (auditor, subject) = (account(0x90), Address::ZERO);
    let grant = grantDisclosureCall { auditor, subject, from: time(NOW), until: time(NOW + 100) };
    let id = chain.decided(ACCESS, &grant).unwrap();
    assert_eq!(id, U256::from(1));
    let holds = |chain: &mut Chain, at| chain.view(ACCESS, &isGrantedCall { id, timepoint: time(at) });
    assert!(holds(&mut chain, NOW) && holds(&mut chain, NOW + 99) && !holds(&mut chain, NOW + 100));
    chain.decided(ACCESS, &revokeDisclosureCall { id }).unwrap();
    assert!(!holds(&mut chain, NOW));
    assert_eq!(chain.decided(ACCESS, &revokeDisclosureCall { id }).err().unwrap(), error(&UnknownGrant { id }));
    let long = grantDisclosureCall { until: time(NOW + 366 * u64::from(DAY) + 1), ..grant.clone() };
    assert_eq!(chain.decided(ACCESS, &long).err().unwrap(), error(&PeriodNotAllowed {}));
    let backwards = grantDisclosureCall { until: time(NOW - 1), ..grant };
    assert_eq!(chain.decided(ACCESS, &backwards).err().unwrap(), error(&PeriodNotAllowed {}));
}

#[test]
fn the_watermark_of_sessions_only_rises() {
    let mut chain = Chain::new();
    chain.call(account(2), ACCESS, &revokeSessionsCall {}).unwrap();
    assert_eq!(session_watermark(&chain, account(2)).unwrap(), NOW);
    let earlier = revokeSessionsOfCall { account: account(2), before: U48::from(5u64) };
    chain.decided(ACCESS, &earlier).unwrap();
    assert_eq!(session_watermark(&chain, account(2)).unwrap(), NOW);
    let future = revokeSessionsOfCall { before: U48::from(NOW + 1), ..earlier };
    assert_eq!(chain.decided(ACCESS, &future).err().unwrap(), error(&PeriodNotAllowed {}));
}

#[test]
fn shares_are_committed_in_their_key_epoch() {
    let mut chain = Chain::new();
    let below = error(&IGovernance::BelowFloor {});
    let lower = IRecovery::setThresholdCall { threshold: 2 };
    assert_eq!(chain.executed(RECOVERY, &lower, false).err().unwrap(), below);
    chain.executed(RECOVERY, &IRecovery::setThresholdCall { threshold: 4 }, false).unwrap();
    let [threshold, members] = [5, 4].map(U256::from);
    let impossible = error(&IRecovery::ThresholdImpossible { threshold, members });
    assert_eq!(chain.decided(RECOVERY, &IRecovery::setThresholdCall { threshold: 5 }).err().unwrap(), impossible);
    chain.decided(RECOVERY, &IRecovery::requestRekeyCall {}).unwrap();
    let commit = |key_epoch| IRecovery::commitShareCall { keyEpoch: key_epoch, commitment: B256::repeat_byte(7) };
    let stale = error(&IRecovery::UnexpectedKeyEpoch { current: 1 });
    assert_eq!(chain.call(account(3), RECOVERY, &commit(0)).err().unwrap(), stale);
    let stranger = account(0x99);
    let nobody = error(&IRecovery::NotAMember { account: stranger });
    assert_eq!(chain.call(stranger, RECOVERY, &commit(1)).err().unwrap(), nobody);
    chain.call(account(3), RECOVERY, &commit(1)).unwrap();
    let view = IRecovery::shareCommitmentCall { member: 3, keyEpoch: 1 };
    assert_eq!(chain.view(RECOVERY, &view), B256::repeat_byte(7));
}

use crate::chain::{Chain, NOW, account, error, terms as genesis_terms};
use althing_contracts::{IGovernance, INodes, IParameters::*, NODES, PARAMETERS};
use althing_governance::{epoch_change, fork_times, scheduled_software, terms};
use althing_primitives::{B256, U256};

#[test]
fn numbers_change_within_their_bounds() {
    let mut chain = Chain::new();
    assert_eq!(terms(&chain).unwrap(), genesis_terms());
    let refused = chain.call(account(1), PARAMETERS, &setGasLimitCall { gasLimit: 30_000_000 }).err().unwrap();
    assert_eq!(refused, error(&IGovernance::OnlyGovernance { caller: account(1) }));
    chain.decided(PARAMETERS, &setGasLimitCall { gasLimit: 30_000_000 }).unwrap();
    chain.decided(PARAMETERS, &setFeesCall { feeMode: FeeMode::Eip1559, baseFee: 5 }).unwrap();
    chain.decided(PARAMETERS, &setTransactionHookCall { hook: account(9) }).unwrap();
    let now = terms(&chain).unwrap();
    assert_eq!((now.gas_limit, now.fee_mode, now.base_fee), (30_000_000, FeeMode::Eip1559, 5));
    assert_eq!(now.transaction_hook, Some(account(9)));
    assert_eq!(chain.view(PARAMETERS, &termsCall {}).gasLimit, 30_000_000);
    assert_eq!(epoch_change(&chain).unwrap(), 0);
    let bounds = |value: u64, least: u64, most: u64| {
        let [value, least, most] = [value, least, most].map(U256::from);
        error(&OutOfBounds { value, least, most })
    };
    let low = chain.decided(PARAMETERS, &setGasLimitCall { gasLimit: 4_999_999 }).err().unwrap();
    assert_eq!(low, bounds(4_999_999, 5_000_000, 1_000_000_000));
    let lane = chain.decided(PARAMETERS, &setSystemLaneCall { percent: 51 }).err().unwrap();
    assert_eq!(lane, bounds(51, 1, 50));
    let size = chain.decided(PARAMETERS, &setContractSizeMaxCall { contractSizeMax: 122_881 }).err().unwrap();
    assert_eq!(size, bounds(122_881, 24_576, 122_880));
}

#[test]
fn consensus_timeouts_wait_for_an_epoch() {
    let mut chain = Chain::new();
    let call = setConsensusTimeoutsCall { leader: 500, certification: 900, skip: 1_000, retry: 500 };
    chain.decided(PARAMETERS, &call).unwrap();
    assert_eq!(terms(&chain).unwrap().certification_timeout_ms, 900);
    assert_eq!(epoch_change(&chain).unwrap(), 7);
    let wrong = setConsensusTimeoutsCall { certification: 500, ..call };
    let [value, least, most] = [500, 501, 599_999].map(U256::from);
    assert_eq!(chain.decided(PARAMETERS, &wrong).err().unwrap(), error(&OutOfBounds { value, least, most }));
}

/// What consensus asserts of its configuration (leader < certification < skip, retry < skip): a vote for anything else
/// would stop every validator for good.
#[test]
fn no_vote_sets_timeouts_that_consensus_refuses() {
    let mut chain = Chain::new();
    let times = [0, 10, 100, 249, 250, 251, 499, 500, 501, 1_000, 1_001, 599_998, 599_999, 600_000, u32::MAX];
    let mut accepted = 0;
    for leader in times {
        for certification in times {
            for (skip, retry) in times.iter().flat_map(|skip| times.map(|retry| (*skip, retry))) {
                let call = setConsensusTimeoutsCall { leader, certification, skip, retry };
                let possible = leader < certification && certification < skip && retry < skip;
                if chain.decided(PARAMETERS, &call).is_ok() {
                    assert!(possible && leader >= 250 && certification >= 500 && retry >= 100, "{call:?}");
                    accepted += 1;
                }
            }
        }
    }
    assert!(accepted > 100, "{accepted}");
}

#[test]
fn forks_begin_in_their_order_and_with_notice() {
    let mut chain = Chain::new();
    let schedule = |fork: &str, timestamp| scheduleForkCall { fork: fork.to_owned(), timestamp };
    assert_eq!(fork_times(&chain).unwrap(), [Some(0), None, None, None, None, None]);
    let again = chain.decided(PARAMETERS, &schedule("osaka", NOW + 9_000)).err().unwrap();
    assert_eq!(again, error(&TooEarly { least: u64::MAX }), "it is in force");
    let soon = chain.decided(PARAMETERS, &schedule("bpo1", NOW + 3_599)).err().unwrap();
    assert_eq!(soon, error(&TooEarly { least: NOW + 3_600 }));
    assert!(chain.decided(PARAMETERS, &schedule("bpo2", NOW + 9_000)).is_err(), "bpo1 comes first");
    chain.decided(PARAMETERS, &schedule("bpo1", NOW + 9_000)).unwrap();
    chain.decided(PARAMETERS, &schedule("bpo2", NOW + 9_000)).unwrap();
    assert!(chain.decided(PARAMETERS, &schedule("bpo1", NOW + 9_001)).is_err(), "bpo2 comes later");
    assert_eq!(chain.view(PARAMETERS, &forkTimeCall { fork: "bpo2".to_owned() }), NOW + 9_000);
    chain.decided(PARAMETERS, &schedule("bpo2", 0)).unwrap();
    assert_eq!(fork_times(&chain).unwrap(), [Some(0), Some(NOW + 9_000), None, None, None, None]);
    for unknown in ["glamsterdam", "bpo3"] {
        let refused = chain.decided(PARAMETERS, &schedule(unknown, NOW + 9_000)).err().unwrap();
        assert_eq!(refused, error(&UnknownFork { fork: unknown.to_owned() }));
    }
}

#[test]
fn software_is_scheduled_if_it_is_approved() {
    let mut chain = Chain::new();
    let measurement = B256::repeat_byte(4);
    let call = scheduleSoftwareCall { measurement, height: 1_000 };
    assert_eq!(chain.decided(PARAMETERS, &call).err().unwrap(), error(&MeasurementNotApproved { measurement }));
    chain.decided(NODES, &INodes::addMeasurementCall { measurement }).unwrap();
    chain.decided(PARAMETERS, &call).unwrap();
    assert_eq!(scheduled_software(&chain).unwrap(), Some((measurement, 1_000)));
    let early = scheduleSoftwareCall { measurement, height: 246 };
    assert_eq!(chain.decided(PARAMETERS, &early).err().unwrap(), error(&TooEarly { least: 247 }));
    chain.decided(PARAMETERS, &scheduleSoftwareCall { measurement: B256::ZERO, height: 0 }).unwrap();
    assert_eq!(scheduled_software(&chain).unwrap(), None);
}

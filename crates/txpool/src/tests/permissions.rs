//! What the members' terms forbid.

use super::fixture::{BLOCK_GAS, Bench, governed, key, sign, transfer};
use crate::{Limits, PoolError, Rules, Standing, Status};
use althing_chainspec::ChainSpec;
use althing_contracts::{GOVERNANCE, MEMBERS};
use althing_primitives::{Address, Changeset, PreviousAccount, TxKind, U256, consensus::TxEip1559};

const BARRED: Standing =
    Standing { sponsor: 1, is_member: false, is_invited: false, may_send: false, may_deploy: true };

fn create(nonce: u64, bytes: usize) -> TxEip1559 {
    TxEip1559 { to: TxKind::Create, input: vec![0; bytes].into(), gas_limit: 4_000_000, ..transfer(nonce, 0) }
}

fn changed(address: Address) -> Changeset {
    Changeset { accounts: vec![PreviousAccount { address, account: None, storage: vec![(U256::ZERO, U256::ZERO)] }] }
}

#[test]
fn who_is_not_on_the_senders_list_is_told() {
    let bench = Bench::governed(Limits::default());
    bench.stand(key(1).address(), BARRED);
    let error = bench.submit(sign(transfer(0, 0), &key(1))).unwrap_err();
    let text = format!("cannot issue transaction from non-allow listed address: {}", key(1).address());
    assert_eq!(error.to_string(), text);
    bench.submit(sign(transfer(0, 0), &key(2))).unwrap();
}

#[test]
fn members_may_always_call_system_contracts() {
    let bench = Bench::governed(Limits::default());
    bench.stand(key(1).address(), Standing { is_member: true, ..BARRED });
    let call = |to| TxEip1559 { to: TxKind::Call(to), ..transfer(0, 0) };
    assert!(bench.submit(sign(call(Address::ZERO), &key(1))).is_err());
    bench.submit(sign(call(GOVERNANCE), &key(1))).unwrap();
    bench.stand(key(2).address(), BARRED);
    assert!(bench.submit(sign(call(GOVERNANCE), &key(2))).is_err(), "others may not");
}

#[test]
fn who_is_not_on_the_deployers_list_is_told_and_may_send_otherwise() {
    let bench = Bench::governed(Limits::default());
    bench.stand(key(1).address(), Standing { may_deploy: false, ..Standing::default() });
    let error = bench.submit(sign(create(0, 10), &key(1))).unwrap_err();
    assert_eq!(error.to_string(), format!("tx.origin {} is not authorized to deploy a contract", key(1).address()));
    bench.submit(sign(transfer(0, 0), &key(1))).unwrap();
    bench.submit(sign(create(0, 10), &key(2))).unwrap();
}

#[test]
fn a_sender_taken_off_the_list_leaves_the_pool_when_a_system_contract_changed() {
    let bench = Bench::governed(Limits::default());
    for nonce in 0..3 {
        bench.submit(sign(transfer(nonce, 0), &key(1))).unwrap();
        bench.submit(sign(transfer(nonce, 0), &key(2))).unwrap();
    }
    bench.stand(key(1).address(), BARRED);
    let mut paid = changed(MEMBERS);
    paid.accounts[0].storage.clear();
    for changes in [changed(Address::ZERO), changed(GOVERNANCE), paid] {
        bench.pool.follow(&changes, governed());
    }
    assert_eq!(bench.pool.status(), Status { pending: 6, queued: 0 }, "no list and no member changed");
    bench.pool.follow(&changed(MEMBERS), governed());
    assert_eq!(bench.best(), [0, 1, 2].map(|nonce| (key(2).address(), nonce)));
    assert!(bench.submit(sign(transfer(0, 0), &key(1))).is_err());
    bench.stand(key(1).address(), Standing::default());
    bench.pool.follow(&changed(MEMBERS), governed());
    bench.submit(sign(transfer(0, 0), &key(1))).unwrap();
}

#[test]
fn a_sender_that_another_sponsors_moves_to_its_share() {
    let bench = Bench::governed(Limits::default());
    let (one, two) = (key(1).address(), key(2).address());
    for nonce in 0..2 {
        bench.submit(sign(transfer(nonce, 0), &key(1))).unwrap();
    }
    bench.submit(sign(transfer(0, 0), &key(2))).unwrap();
    assert_eq!(bench.best(), [(one, 0), (one, 1), (two, 0)]);
    bench.stand(two, Standing { sponsor: 7, ..Standing::default() });
    bench.pool.follow(&changed(MEMBERS), governed());
    assert_eq!(bench.best(), [(one, 0), (two, 0), (one, 1)]);
    bench.commit(&[(two, 1), (one, 2)]);
    assert!(bench.pool.is_empty());
}

#[test]
fn the_lanes_gas_is_nobody_elses() {
    let bench = Bench::with(Default::default(), Rules { block_gas_limit: 10_000_000, ..governed() });
    let gas = |gas_limit, to| TxEip1559 { gas_limit, to: TxKind::Call(to), ..transfer(0, 0) };
    bench.stand(key(1).address(), Standing { sponsor: 1, is_member: true, ..Standing::default() });
    let refused = bench.submit(sign(gas(9_000_001, Address::ZERO), &key(1)));
    assert_eq!(refused, Err(PoolError::ExceedsBlockGasLimit));
    bench.submit(sign(gas(9_000_000, Address::ZERO), &key(2))).unwrap();
    bench.submit(sign(gas(10_000_000, GOVERNANCE), &key(1))).unwrap();
}

#[test]
fn the_lanes_bytes_are_nobody_elses() {
    let rules = Rules { block_bytes_max: 256 << 10, lane_percent: 50, ..governed() };
    let bench = Bench::with(Default::default(), rules);
    let large = |to| TxEip1559 { gas_limit: 10_000_000, input: vec![1; 130_000].into(), to, ..transfer(0, 0) };
    bench.stand(key(1).address(), Standing { sponsor: 1, is_member: true, ..Standing::default() });
    let refused = bench.submit(sign(large(TxKind::Call(Address::ZERO)), &key(1)));
    assert!(matches!(refused, Err(PoolError::Oversized { limit: 129_024, .. })), "{refused:?}");
    bench.submit(sign(large(TxKind::Call(GOVERNANCE)), &key(1))).unwrap();
}

#[test]
fn the_largest_contract_that_members_may_allow_fits_a_transaction() {
    let spec = ChainSpec::dev();
    let governance = spec.governance().unwrap();
    let mut terms = governance.terms;
    terms.contract_size_max = u64::MAX;
    terms.contract_size_max = terms.out_of_bounds().unwrap().most;
    let rules = Rules::after(&spec, &spec.genesis().header, Some(&(terms, governance.fork_times)));
    let bench = Bench::with(Default::default(), rules);
    let constructor = 8 << 10;
    let size = terms.contract_size_max as usize + constructor - 200;
    let tx = TxEip1559 { gas_limit: 15_000_000, ..create(0, size) };
    assert!(bench.submit(sign(tx, &key(1))).is_ok());
}

#[test]
fn what_a_fork_forbids_leaves_when_it_begins() {
    let bench = Bench::with(Default::default(), Rules { transaction_gas_limit: None, ..governed() });
    bench.submit(sign(TxEip1559 { gas_limit: 16_777_217, ..transfer(0, 0) }, &key(1))).unwrap();
    bench.submit(sign(transfer(0, 0), &key(2))).unwrap();
    bench.pool.follow(&Changeset::default(), governed());
    assert_eq!(bench.best(), [(key(2).address(), 0)]);
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
}

#[test]
fn limits_follow_the_terms_and_what_exceeds_them_leaves() {
    let bench = Bench::governed(Limits::default());
    for n in 1..=8 {
        bench.submit(sign(transfer(0, 0), &key(n))).unwrap();
    }
    bench.submit(sign(TxEip1559 { gas_limit: 5_000_000, ..transfer(1, 0) }, &key(1))).unwrap();
    bench.submit(sign(create(1, 1_001), &key(2))).unwrap();
    let rules =
        Rules { pool_limits: Some((6, 2)), block_gas_limit: 5_000_000, initcode_bytes_max: 1_000, ..governed() };
    bench.pool.follow(&changed(MEMBERS), rules);
    assert_eq!(bench.pool.status(), Status { pending: 6, queued: 0 });
    assert_eq!(bench.pool.content_of(&key(1).address()).pending[&key(1).address()].len(), 1, "too much gas by now");
    let oversized = bench.submit(sign(create(1, 1_001), &key(2)));
    assert_eq!(oversized, Err(PoolError::InitCodeTooLarge { size: 1_001, limit: 1_000 }));
    bench.commit(&[(key(3).address(), 1), (key(4).address(), 1)]);
    bench.submit(sign(transfer(1, 0), &key(1))).unwrap();
    assert_eq!(bench.submit(sign(transfer(2, 0), &key(1))), Err(PoolError::AccountLimit));
    bench.pool.follow(&changed(MEMBERS), governed());
    bench.submit(sign(TxEip1559 { gas_limit: BLOCK_GAS / 2, ..transfer(2, 0) }, &key(1))).unwrap();
}

//! Where fees are charged, members' calls of system contracts are free within their share of a block.

use super::fixture::{Bench, governed, key, sign, transfer};
use crate::{Limits, PoolConfig, PoolError, Rules, Sender, Standing, Status};
use althing_contracts::{GOVERNANCE, MEMBERS};
use althing_primitives::{Address, Changeset, PreviousAccount, TxKind, U256, consensus::TxEip1559, keccak256};

const GWEI: u64 = 1_000_000_000;
/// A tenth of a block.
const SHARE: u64 = 2_500_000;

fn charging() -> Rules {
    Rules { zero_fee: false, block_gas_limit: 10 * SHARE, ..governed() }
}

/// A pool that charges fees, and asks for a tip of one gwei.
fn bench() -> Bench {
    let bench = Bench::with(PoolConfig { tip_min: GWEI.into(), ..PoolConfig::default() }, charging());
    for sponsor in [1, 2] {
        bench.stand(key(sponsor).address(), member(sponsor as u32));
    }
    bench
}

fn member(sponsor: u32) -> Standing {
    Standing { sponsor, is_member: true, ..Standing::default() }
}

/// A call of Governance that offers nothing.
fn ballot(nonce: u64, gas_limit: u64) -> TxEip1559 {
    TxEip1559 { to: TxKind::Call(GOVERNANCE), gas_limit, ..transfer(nonce, 0) }
}

fn system_changed() -> Changeset {
    Changeset {
        accounts: vec![PreviousAccount { address: MEMBERS, account: None, storage: vec![(U256::ZERO, U256::ZERO)] }],
    }
}

fn best(bench: &Bench) -> Vec<(Address, u64)> {
    let best = bench.pool.best(GWEI, &[]);
    best.map(|tx| (tx.signer(), althing_primitives::TransactionExt::nonce(&**tx))).collect()
}

#[test]
fn a_member_without_balance_has_its_ballot_taken_and_given_out_first() {
    let bench = bench();
    bench.fund(key(3).address(), u64::MAX);
    bench.submit(sign(transfer(0, 9 * u128::from(GWEI)), &key(3))).unwrap();
    bench.submit(sign(ballot(0, 300_000), &key(1))).unwrap();
    assert!(bench.pool.has_pending(GWEI) && bench.pool.has_pending_after(GWEI, &[]));
    assert_eq!(best(&bench), [(key(1).address(), 0), (key(3).address(), 0)]);
    bench.commit(&[(key(3).address(), 1)]);
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
    assert!(bench.pool.has_pending(u64::MAX), "whatever the base fee");
}

#[test]
fn others_pay_and_so_does_a_member_elsewhere() {
    let bench = bench();
    let tip = PoolError::TipTooLow { tip: 0, needed: GWEI.into() };
    assert_eq!(bench.submit(sign(ballot(0, 300_000), &key(3))), Err(tip.clone()));
    assert_eq!(bench.submit(sign(transfer(0, 0), &key(1))), Err(tip.clone()));
    assert_eq!(bench.submit(sign(ballot(0, SHARE + 1), &key(1))), Err(tip), "more than its share");
    let offering =
        |tx: TxEip1559| TxEip1559 { max_fee_per_gas: GWEI.into(), max_priority_fee_per_gas: GWEI.into(), ..tx };
    for (tx, from) in [(ballot(0, 300_000), key(3)), (transfer(0, 0), key(1)), (ballot(0, SHARE + 1), key(1))] {
        let refused = bench.submit(sign(offering(tx), &from));
        assert!(matches!(refused, Err(PoolError::InsufficientFunds { .. })), "{refused:?}");
    }
    let giving = TxEip1559 { value: U256::ONE, ..ballot(0, 300_000) };
    let refused = bench.submit(sign(giving.clone(), &key(1)));
    assert_eq!(refused, Err(PoolError::InsufficientFunds { balance: U256::ZERO, cost: U256::ONE }));
    bench.fund(key(1).address(), 1);
    bench.submit(sign(giving, &key(1))).unwrap();
}

#[test]
fn fees_voted_in_do_not_throw_ballots_out() {
    let bench = Bench::with(PoolConfig { tip_min: GWEI.into(), ..PoolConfig::default() }, governed());
    bench.stand(key(1).address(), member(1));
    bench.submit(sign(ballot(0, 300_000), &key(1))).unwrap();
    bench.submit(sign(transfer(0, 0), &key(3))).unwrap();
    bench.submit(sign(TxEip1559 { max_fee_per_gas: 1, ..transfer(0, 0) }, &key(4))).unwrap();
    bench.pool.follow(&system_changed(), charging());
    assert_eq!(best(&bench), [(key(1).address(), 0)], "nobody else pays");
    let left = bench.pool.with_core(|core| core.accounts.contains_key(&key(4).address()));
    assert!(!left, "what cannot be paid left");
    bench.pool.follow(&system_changed(), governed());
    assert!(bench.best().contains(&(key(1).address(), 0)));
}

#[test]
fn what_does_not_fit_the_share_waits_and_members_take_turns() {
    let bench = bench();
    for nonce in 0..4 {
        bench.submit(sign(ballot(nonce, SHARE / 5 * 2), &key(1))).unwrap();
    }
    bench.submit(sign(ballot(0, SHARE / 5 * 2), &key(2))).unwrap();
    let (one, two) = (key(1).address(), key(2).address());
    assert_eq!(best(&bench), [(one, 0), (two, 0)], "room for two");
    bench.commit(&[(one, 1), (two, 1)]);
    assert_eq!(best(&bench), [(one, 1), (one, 2)]);
}

#[test]
fn a_pool_full_of_better_bids_makes_room_for_a_ballot_and_keeps_it() {
    let limits = Limits { transactions: 4, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, charging());
    bench.stand(key(1).address(), member(1));
    let bid = |tip: u64| transfer(0, tip.into());
    for n in 3..7 {
        bench.fund(key(n).address(), u64::MAX);
        bench.submit(sign(bid(n), &key(n))).unwrap();
    }
    bench.submit(sign(ballot(0, 300_000), &key(1))).unwrap();
    bench.fund(key(9).address(), u64::MAX);
    for (n, tip) in (10..20).zip(100..) {
        bench.fund(key(n).address(), u64::MAX);
        bench.submit(sign(bid(tip), &key(n))).unwrap();
    }
    assert!(bench.best().contains(&(key(1).address(), 0)));
    assert_eq!(bench.submit(sign(bid(5), &key(9))), Err(PoolError::Underpriced));
}

#[test]
fn who_comes_to_be_a_member_or_is_none_any_more_pays_accordingly() {
    let bench = bench();
    let account = key(3).address();
    let offer = TxEip1559 { max_fee_per_gas: GWEI.into(), max_priority_fee_per_gas: GWEI.into(), ..ballot(0, 300_000) };
    bench.set(account, Sender { balance: U256::from(300_000 * GWEI), ..Sender::default() });
    bench.submit(sign(offer, &key(3))).unwrap();
    let cost = |bench: &Bench| bench.pool.content_of(&account).pending[&account][0].cost();
    assert_eq!(cost(&bench), U256::from(300_000 * GWEI));
    bench.stand(account, member(3));
    bench.pool.follow(&system_changed(), charging());
    assert_eq!(cost(&bench), U256::ZERO);
    bench.submit(sign(ballot(1, 300_000), &key(3))).unwrap();
    bench.stand(account, Standing::default());
    bench.pool.follow(&system_changed(), charging());
    assert_eq!(cost(&bench), U256::from(300_000 * GWEI));
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 }, "the second is not paid for");
}

#[test]
fn who_is_invited_acknowledges_without_being_on_a_list_or_paying() {
    let acknowledge = |to: Address, more: &[u8]| {
        let input = [&keccak256("acknowledge(bytes32)")[..4], &[0; 32], more].concat();
        TxEip1559 { to: TxKind::Call(to), input: input.into(), gas_limit: 300_000, ..transfer(0, 0) }
    };
    for rules in [governed(), charging()] {
        let bench = Bench::with(PoolConfig::default(), rules);
        let invited = Standing { is_invited: true, may_send: false, ..Standing::default() };
        bench.stand(key(1).address(), invited);
        bench.stand(key(2).address(), Standing { is_invited: false, ..invited });
        let barred = [
            (key(1), ballot(0, 300_000)),
            (key(1), acknowledge(GOVERNANCE, &[])),
            (key(1), acknowledge(MEMBERS, &[0])),
            (key(2), acknowledge(MEMBERS, &[])),
        ];
        for (from, tx) in barred {
            assert_eq!(bench.submit(sign(tx, &from)), Err(PoolError::SenderNotAllowed(from.address())));
        }
        bench.submit(sign(acknowledge(MEMBERS, &[]), &key(1))).unwrap();
        assert_eq!(best(&bench), [(key(1).address(), 0)]);
    }
}

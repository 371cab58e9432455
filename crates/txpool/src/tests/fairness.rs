//! How sponsors share blocks and pool where nobody pays.

use super::fixture::{BLOCK_GAS, Bench, governed, transfer};
use crate::{Limits, PoolError, Rules, Standing, Status};
use althing_contracts::GOVERNANCE;
use althing_primitives::{
    Address, Changeset, PreviousAccount, TransactionExt, TxKind, consensus::TxEip1559, keccak256,
};

const SLOW_GAS: u64 = 16_000_000;

fn account(group: u64, n: u64) -> Address {
    Address::from_word(keccak256([group.to_be_bytes(), n.to_be_bytes()].concat()))
}

/// An account that a member answers for; its own if `is_member`.
fn sponsored(bench: &Bench, n: u64, sponsor: u32, is_member: bool) -> Address {
    let address = account(sponsor.into(), n);
    bench.stand(address, Standing { sponsor, is_member, ..Standing::default() });
    address
}

fn slow(nonce: u64) -> TxEip1559 {
    TxEip1559 { gas_limit: SLOW_GAS, ..transfer(nonce, 0) }
}

fn ballot(nonce: u64) -> TxEip1559 {
    TxEip1559 { gas_limit: 300_000, to: TxKind::Call(GOVERNANCE), ..transfer(nonce, 0) }
}

/// What a builder that counts gas limits puts into a block: what others may not use stays free, and time is up
/// after so many slow ones.
fn block(bench: &Bench, slow_max: usize) -> Vec<(Address, u64)> {
    let shared = BLOCK_GAS - governed().lane_gas();
    let (mut used, mut shared_used, mut slow, mut taken) = (0, 0, 0, Vec::new());
    for tx in bench.pool.best(0, &[]) {
        let gas = tx.gas_limit();
        let in_lane = tx.to() == Some(GOVERNANCE);
        slow += usize::from(gas == SLOW_GAS);
        if slow > slow_max {
            break;
        }
        if used + gas <= BLOCK_GAS && (in_lane || shared_used + gas <= shared) {
            used += gas;
            shared_used += if in_lane { 0 } else { gas };
            taken.push((tx.signer(), tx.nonce()));
        }
        if used + 21_000 > BLOCK_GAS {
            break;
        }
    }
    taken
}

/// Commits what [`block`] takes; each used its gas limit.
fn commit(bench: &Bench, taken: &[(Address, u64)]) {
    let mut changes = Changeset::default();
    let mut used = Vec::new();
    for (sender, nonce) in taken {
        let held = bench.pool.content_of(sender).pending[sender].iter().find(|tx| tx.nonce() == *nonce).cloned();
        used.push((*sender, held.unwrap().gas_limit()));
        bench.state.0.lock().entry(*sender).or_default().nonce = nonce + 1;
        changes.accounts.push(PreviousAccount { address: *sender, account: None, storage: Vec::new() });
    }
    bench.pool.advance(|| used, &changes, governed());
}

#[test]
fn one_sponsors_slow_transactions_do_not_hold_up_anothers() {
    let bench = Bench::governed(Limits::default());
    let (one, two) = (sponsored(&bench, 0, 1, false), sponsored(&bench, 0, 2, false));
    for nonce in 0..3 {
        bench.take(one, slow(nonce)).unwrap();
    }
    for nonce in 0..2 {
        bench.take(two, transfer(nonce, 0)).unwrap();
    }
    assert_eq!(bench.best(), [(two, 0), (two, 1), (one, 0), (one, 1), (one, 2)]);
}

#[test]
fn sponsors_share_gas_alike_and_within_one_who_came_first_is_first() {
    let bench = Bench::governed(Limits::default());
    let senders: Vec<_> = (0..40).map(|n| sponsored(&bench, n, if n < 30 { 1 } else { 2 }, false)).collect();
    for sender in &senders {
        bench.take(*sender, transfer(0, 0)).unwrap();
    }
    let order: Vec<_> = bench.best().into_iter().map(|(sender, _)| sender).collect();
    assert_eq!(order.iter().take(20).filter(|sender| senders[30..].contains(sender)).count(), 10);
    let of_one: Vec<_> = order.iter().filter(|sender| senders[..30].contains(sender)).copied().collect();
    assert_eq!(of_one, senders[..30]);
}

#[test]
fn a_ballot_and_a_members_transfer_get_past_ten_thousand_accounts_within_two_blocks() {
    for slow_max in [1, 2, usize::MAX] {
        let bench = Bench::governed(Limits::default());
        for n in 0..10_000 {
            let flood = sponsored(&bench, n, 2, false);
            bench.take(flood, slow(0)).unwrap();
        }
        let (member, voter) = (sponsored(&bench, 0, 1, true), sponsored(&bench, 1, 1, true));
        // As slow as the flood's: waiting its turn is fair, waiting for ten thousand is not.
        bench.take(member, TxEip1559 { gas_limit: 16_777_216, ..transfer(0, 0) }).unwrap();
        bench.take(voter, ballot(0)).unwrap();
        let first = block(&bench, slow_max);
        commit(&bench, &first);
        let second = block(&bench, slow_max);
        let included = |tx: (Address, u64)| first.contains(&tx) || second.contains(&tx);
        assert_eq!(first[0], (voter, 0), "the ballot is first of all");
        assert!(included((member, 0)), "{slow_max} slow ones a block");
    }
}

#[test]
fn ten_sponsors_with_slow_transactions_take_turns_over_blocks() {
    let bench = Bench::governed(Limits::default());
    let senders: Vec<_> = (1..=10).map(|sponsor| sponsored(&bench, 0, sponsor, false)).collect();
    for sender in &senders {
        for nonce in 0..10 {
            bench.take(*sender, slow(nonce)).unwrap();
        }
    }
    let mut had = vec![0; 10];
    for _ in 0..50 {
        let taken = block(&bench, 1);
        assert_eq!(taken.len(), 1);
        had[senders.iter().position(|sender| *sender == taken[0].0).unwrap()] += 1;
        commit(&bench, &taken);
        assert!(had.iter().max().unwrap() - had.iter().min().unwrap() <= 1, "{had:?}");
    }
    assert_eq!(had, vec![5; 10]);
}

#[test]
fn members_calls_come_first_up_to_the_lane_and_share_it() {
    let bench = Bench::governed(Limits::default());
    let (busy, other) = (sponsored(&bench, 0, 1, true), sponsored(&bench, 0, 2, true));
    let guest = sponsored(&bench, 1, 2, false);
    for nonce in 0..20 {
        bench.take(busy, ballot(nonce)).unwrap();
    }
    bench.take(guest, TxEip1559 { to: TxKind::Call(GOVERNANCE), ..transfer(0, 0) }).unwrap();
    bench.take(other, ballot(0)).unwrap();
    let order = bench.best();
    assert!(order[..2].contains(&(other, 0)), "one member's flood of calls does not hold up another's: {order:?}");
    // The lane holds ten ballots; then everybody has a turn, whoever is called.
    assert_eq!(order.iter().position(|tx| *tx == (guest, 0)), Some(10));
    let of_busy: Vec<_> = order.iter().filter(|tx| tx.0 == busy).map(|tx| tx.1).collect();
    assert_eq!(of_busy, (0..20).collect::<Vec<_>>());
}

#[test]
fn the_lane_ends_with_its_bytes_as_with_its_gas() {
    for zero_fee in [true, false] {
        // Every transaction of these tests counts as 100 bytes: three fit the lane's 10 %.
        let rules = Rules { block_bytes_max: 3_000, zero_fee, ..governed() };
        let bench = Bench::with(Default::default(), rules);
        let member = sponsored(&bench, 0, 1, true);
        let guest = sponsored(&bench, 1, 2, false);
        for nonce in 0..6 {
            bench.take(member, ballot(nonce)).unwrap();
        }
        bench.take(guest, transfer(0, 7)).unwrap();
        assert_eq!(bench.best().iter().position(|tx| *tx == (guest, 0)), Some(3), "zero fees: {zero_fee}");
    }
}

#[test]
fn a_call_behind_its_senders_transfer_waits_for_it_and_then_goes_first() {
    let bench = Bench::governed(Limits::default());
    let (member, crowd) = (sponsored(&bench, 0, 1, true), sponsored(&bench, 0, 2, false));
    bench.take(crowd, transfer(0, 0)).unwrap();
    bench.take(member, slow(0)).unwrap();
    bench.take(member, ballot(1)).unwrap();
    assert_eq!(bench.best(), [(crowd, 0), (member, 0), (member, 1)]);
    bench.take(crowd, transfer(1, 0)).unwrap();
    commit(&bench, &[(member, 0)]);
    assert_eq!(bench.best()[0], (member, 1));
}

#[test]
fn with_fees_a_members_call_goes_first_and_equal_tips_are_shared() {
    let bench = Bench::with(Default::default(), Rules { zero_fee: false, ..governed() });
    let many: Vec<_> = (0..4).map(|n| sponsored(&bench, n, 1, false)).collect();
    let (few, member) = (sponsored(&bench, 0, 2, false), sponsored(&bench, 0, 3, true));
    for sender in many.iter().chain([&few, &member]) {
        bench.fund(*sender, u64::MAX);
    }
    for sender in &many {
        bench.take(*sender, transfer(0, 5)).unwrap();
    }
    bench.take(few, transfer(0, 5)).unwrap();
    bench.take(few, transfer(1, 9)).unwrap();
    bench.take(member, ballot(0)).unwrap();
    let order: Vec<_> = bench.best().into_iter().map(|(sender, _)| sender).collect();
    assert_eq!(order, [member, many[0], few, few, many[1], many[2], many[3]]);
}

#[test]
fn a_flood_evicts_its_own_and_never_anothers() {
    let limits = Limits { transactions: 40, queued: 8, ..Limits::default() };
    let bench = Bench::governed(limits);
    let (one, two) = (sponsored(&bench, 0, 1, false), sponsored(&bench, 0, 2, false));
    for nonce in 0..5 {
        bench.take(one, transfer(nonce, 0)).unwrap();
    }
    for n in 1..=100 {
        let flood = sponsored(&bench, n, 3, false);
        let taken = bench.take(flood, transfer(0, 0));
        assert_eq!(taken.is_ok(), n <= 35, "the flood has what is free: {taken:?}");
    }
    for nonce in 0..15 {
        bench.take(two, transfer(nonce, 0)).unwrap();
    }
    let held = |sender| bench.pool.content_of(&sender).pending[&sender].len();
    assert_eq!((held(one), held(two)), (5, 15), "the flood gave way to both");
    assert_eq!(bench.pool.status(), Status { pending: 40, queued: 0 });
    bench.take(two, transfer(15, 0)).unwrap();
    bench.take(two, transfer(16, 0)).unwrap();
    assert_eq!(bench.take(two, transfer(17, 0)), Err(PoolError::Full), "as much as the flood");
}

#[test]
fn large_transactions_count_by_their_bytes() {
    let limits = Limits { transactions: 1_000, bytes: 5_000, ..Limits::default() };
    let bench = Bench::governed(limits);
    let (small, large) = (sponsored(&bench, 0, 1, false), sponsored(&bench, 0, 2, false));
    // The fixture's transactions have 100 bytes each.
    for nonce in 0..40 {
        bench.take(large, transfer(nonce, 0)).unwrap();
    }
    for nonce in 0..25 {
        bench.take(small, transfer(nonce, 0)).unwrap();
    }
    assert_eq!(bench.pool.status(), Status { pending: 50, queued: 0 });
}

#[test]
fn a_members_ballot_enters_a_pool_that_its_own_guests_filled_and_stays() {
    let bench = Bench::governed(Limits { transactions: 20, ..Limits::default() });
    for n in 0..20 {
        let guest = sponsored(&bench, n, 1, false);
        bench.take(guest, transfer(0, 0)).unwrap();
    }
    let voter = sponsored(&bench, 100, 1, true);
    bench.take(voter, ballot(0)).unwrap();
    for n in 0..30 {
        let other = sponsored(&bench, n, 2, false);
        let _ = bench.take(other, transfer(0, 0));
    }
    assert_eq!(bench.best()[0], (voter, 0));
    assert_eq!(bench.pool.status(), Status { pending: 20, queued: 0 });
}

#[test]
fn a_queue_full_of_ones_gaps_has_room_for_anothers() {
    let bench = Bench::governed(Limits { queued: 4, ..Limits::default() });
    let (one, two) = (sponsored(&bench, 0, 1, false), sponsored(&bench, 0, 2, false));
    for nonce in 1..5 {
        bench.take(one, transfer(nonce, 0)).unwrap();
    }
    assert_eq!(bench.take(one, transfer(6, 0)), Err(PoolError::Full));
    bench.take(two, transfer(1, 0)).unwrap();
    bench.take(two, transfer(2, 0)).unwrap();
    assert_eq!(bench.take(two, transfer(3, 0)), Err(PoolError::Full), "as much as the other");
    assert_eq!(bench.pool.status(), Status { pending: 0, queued: 4 });
}

use super::fixture::{Bench, CHAIN, key, legacy, sign, transfer};
use crate::{Limits, Origin, PoolConfig, PoolError, Rejection, Rules, Sender, Status};
use althing_primitives::{
    Block, BlockError, Body, Header, RecoveredBlock, Transaction, TransactionExt, U256, eips::Decodable2718,
};
use std::sync::Arc;

#[test]
fn a_nonce_gap_waits_until_it_is_filled() {
    let bench = Bench::zero_fee();
    let (alice, bob) = (key(1), key(2));
    bench.submit(sign(transfer(1, 0), &alice)).unwrap();
    bench.submit(sign(transfer(0, 0), &bob)).unwrap();
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 1 });
    assert_eq!(bench.pool.pending_nonce(&alice.address()).unwrap(), 0);

    bench.submit(sign(transfer(0, 0), &alice)).unwrap();
    assert_eq!(bench.best(), [(bob.address(), 0), (alice.address(), 0), (alice.address(), 1)]);
    assert_eq!(bench.pool.pending_nonce(&alice.address()).unwrap(), 2);
}

#[test]
fn a_commit_drops_what_was_included_and_promotes_what_follows() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    for nonce in [0, 1, 3] {
        bench.submit(sign(transfer(nonce, 0), &alice)).unwrap();
    }
    bench.commit(&[(alice.address(), 1)]);
    assert_eq!(bench.best(), [(alice.address(), 1)]);
    // Another node's block carried nonces 1 and 2, of which 2 never came here.
    bench.commit(&[(alice.address(), 3)]);
    assert_eq!(bench.best(), [(alice.address(), 3)]);
    bench.commit(&[(alice.address(), 4)]);
    assert!(bench.pool.is_empty());
}

#[test]
fn balance_lost_to_a_block_demotes_and_drops() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    bench.fund(alice.address(), 100);
    for (nonce, value) in [(0, 30), (1, 30), (2, 40)] {
        let tx = althing_primitives::consensus::TxEip1559 { value: U256::from(value), ..transfer(nonce, 0) };
        bench.submit(sign(tx, &alice)).unwrap();
    }
    assert_eq!(bench.pool.status(), Status { pending: 3, queued: 0 });
    bench.fund(alice.address(), 60);
    bench.commit(&[(alice.address(), 0)]);
    assert_eq!(bench.pool.status(), Status { pending: 2, queued: 1 });
    bench.fund(alice.address(), 35);
    bench.commit(&[(alice.address(), 0)]);
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 1 }, "40 can no longer be paid at all");
}

#[test]
fn in_fee_mode_zero_first_come_is_first_served_whatever_is_offered() {
    let bench = Bench::zero_fee();
    let senders: Vec<_> = (0..5).map(key).collect();
    for (tip, sender) in senders.iter().enumerate() {
        bench.submit(sign(transfer(0, tip as u128), sender)).unwrap();
    }
    let order: Vec<_> = senders.iter().map(|sender| (sender.address(), 0)).collect();
    assert_eq!(bench.best(), order);
}

#[test]
fn in_fee_mode_zero_a_higher_tip_or_ten_seconds_replace() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    let offer = |tip, gas| {
        let tx = althing_primitives::consensus::TxEip1559 { gas_limit: gas, ..transfer(0, tip) };
        bench.submit(sign(tx, &alice))
    };
    bench.pool.on_tick(1_000);
    offer(0, 21_000).unwrap();
    assert_eq!(offer(0, 21_001), Err(PoolError::ReplacementUnderpriced));
    offer(10, 21_001).unwrap();
    assert_eq!(offer(10, 21_002), Err(PoolError::ReplacementUnderpriced));
    offer(11, 21_002).unwrap();
    bench.pool.on_tick(10_999);
    assert_eq!(offer(0, 21_003), Err(PoolError::ReplacementUnderpriced));
    bench.pool.on_tick(11_000);
    let last = offer(0, 21_003).unwrap();
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
    assert!(bench.pool.get(&last).is_some());
}

#[test]
fn with_fees_the_best_tip_goes_first_and_nonces_stay_in_order() {
    let bench = Bench::with_fees();
    let (alice, bob, carol) = (key(1), key(2), key(3));
    for sender in [&alice, &bob, &carol] {
        bench.fund(sender.address(), u64::MAX);
    }
    bench.submit(sign(transfer(0, 5), &alice)).unwrap();
    bench.submit(sign(transfer(1, 100), &alice)).unwrap();
    bench.submit(sign(transfer(0, 50), &bob)).unwrap();
    bench.submit(sign(transfer(0, 5), &carol)).unwrap();
    let (a, b, c) = (alice.address(), bob.address(), carol.address());
    assert_eq!(bench.best(), [(b, 0), (a, 0), (a, 1), (c, 0)]);
    let above: Vec<_> = bench.pool.best(6, &[]).map(|tx| tx.signer()).collect();
    assert_eq!(above, [b], "who cannot pay the base fee waits, and what follows it too");
    assert!(bench.pool.has_pending(50) && !bench.pool.has_pending(101));
}

#[test]
fn with_fees_a_replacement_needs_ten_percent_on_both_caps() {
    let bench = Bench::with_fees();
    let alice = key(1);
    bench.fund(alice.address(), u64::MAX);
    bench.submit(sign(transfer(0, 1000), &alice)).unwrap();
    assert_eq!(bench.submit(sign(transfer(0, 1099), &alice)), Err(PoolError::ReplacementUnderpriced));
    let cap_only = althing_primitives::consensus::TxEip1559 { max_fee_per_gas: 5000, ..transfer(0, 1000) };
    assert_eq!(bench.submit(sign(cap_only, &alice)), Err(PoolError::ReplacementUnderpriced));
    bench.submit(sign(legacy(0, 1100), &alice)).unwrap();
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
}

#[test]
fn a_rejected_transaction_holds_back_only_its_sender() {
    let bench = Bench::zero_fee();
    let (alice, bob) = (key(1), key(2));
    for nonce in 0..3 {
        bench.submit(sign(transfer(nonce, 0), &alice)).unwrap();
        bench.submit(sign(transfer(nonce, 0), &bob)).unwrap();
    }
    let mut best = bench.pool.best(0, &[]);
    let first = best.next().unwrap();
    best.reject(first.tx_hash(), Rejection::Later);
    assert_eq!(best.map(|tx| (tx.signer(), tx.nonce())).collect::<Vec<_>>(), [0, 1, 2].map(|n| (bob.address(), n)));

    let mut best = bench.pool.best(0, &[]);
    best.next();
    let second = best.next().unwrap();
    best.reject(second.tx_hash(), Rejection::Invalid);
    assert_eq!(best.count(), 2);
    assert_eq!(bench.pool.status(), Status { pending: 3, queued: 2 }, "what stood behind it waits");
}

#[test]
fn what_an_uncommitted_ancestor_includes_is_not_offered_again() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    let raw: Vec<_> = (0..3).map(|nonce| sign(transfer(nonce, 0), &alice)).collect();
    bench.pool.submit(raw.clone(), Origin::Local);
    let transactions = raw[..2].iter().map(|raw| Transaction::decode_2718_exact(raw).unwrap()).collect();
    let block = Block::new(Header::default(), Body { transactions, ..Default::default() });
    let ancestor = Arc::new(RecoveredBlock::new(block, vec![alice.address(); 2]));
    assert_eq!(bench.pool.best(0, std::slice::from_ref(&ancestor)).map(|tx| tx.nonce()).collect::<Vec<_>>(), [2]);
    bench.pool.remove(&bench.pool.content_of(&alice.address()).pending[&alice.address()][2].hash());
    assert!(!bench.pool.has_pending_after(0, &[ancestor]));
}

#[test]
fn a_full_pool_takes_executable_ones_for_queued_ones_then_from_the_crowd() {
    let limits = Limits { transactions: 8, sender_guaranteed: 2, queued: 2, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, Rules::osaka(CHAIN, 30_000_000, true));
    let (crowd, gapped) = (key(1), key(2));
    for nonce in 0..6 {
        bench.submit(sign(transfer(nonce, 0), &crowd)).unwrap();
    }
    for nonce in [5, 6] {
        bench.submit(sign(transfer(nonce, 0), &gapped)).unwrap();
    }
    assert_eq!(bench.submit(sign(transfer(7, 0), &gapped)), Err(PoolError::Full));
    for n in 10..12 {
        bench.submit(sign(transfer(0, 0), &key(n))).unwrap();
    }
    assert_eq!(bench.pool.status(), Status { pending: 8, queued: 0 });
    assert_eq!(bench.submit(sign(transfer(6, 0), &crowd)), Err(PoolError::Full), "the crowd itself gains nothing");
    bench.submit(sign(transfer(0, 0), &key(12))).unwrap();
    assert_eq!(bench.pool.pending_nonce(&crowd.address()).unwrap(), 5, "its last one gave way");
}

#[test]
fn with_fees_a_full_pool_sells_the_cheapest_place() {
    let limits = Limits { transactions: 2, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, Rules::osaka(CHAIN, 30_000_000, false));
    let senders: Vec<_> = (0..4).map(key).collect();
    senders.iter().for_each(|sender| bench.fund(sender.address(), u64::MAX));
    bench.submit(sign(transfer(0, 10), &senders[0])).unwrap();
    bench.submit(sign(transfer(0, 20), &senders[1])).unwrap();
    assert_eq!(bench.submit(sign(transfer(0, 10), &senders[2])), Err(PoolError::Underpriced));
    bench.submit(sign(transfer(0, 11), &senders[3])).unwrap();
    assert_eq!(bench.best(), [(senders[1].address(), 0), (senders[3].address(), 0)]);
}

#[test]
fn one_sender_cannot_hold_more_than_its_share() {
    let limits = Limits { sender_transactions: 3, sender_queued: 1, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, Rules::osaka(CHAIN, 30_000_000, true));
    let alice = key(1);
    bench.submit(sign(transfer(5, 0), &alice)).unwrap();
    assert_eq!(bench.submit(sign(transfer(7, 0), &alice)), Err(PoolError::AccountLimit));
    bench.submit(sign(transfer(0, 0), &alice)).unwrap();
    bench.submit(sign(transfer(1, 0), &alice)).unwrap();
    assert_eq!(bench.submit(sign(transfer(2, 0), &alice)), Err(PoolError::AccountLimit));
}

#[test]
fn queued_transactions_expire() {
    let bench = Bench::zero_fee();
    let lifetime = Limits::default().queued_lifetime_ms;
    bench.pool.on_tick(1_000_000);
    bench.submit(sign(transfer(1, 0), &key(1))).unwrap();
    bench.submit(sign(transfer(0, 0), &key(2))).unwrap();
    bench.pool.on_tick(1_000_000 + lifetime);
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 1 });
    bench.pool.on_tick(1_000_000 + lifetime + 20_000);
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
}

#[test]
fn only_local_transactions_are_gossiped_and_again_while_they_wait() {
    let bench = Bench::zero_fee();
    let mut outgoing = bench.pool.outgoing().unwrap();
    assert!(bench.pool.outgoing().is_none(), "one consumer");
    let (alice, bob) = (key(1), key(2));
    let (local, foreign) = (sign(transfer(0, 0), &alice), sign(transfer(0, 0), &bob));
    bench.pool.on_tick(1);
    bench.pool.submit(vec![local.clone()], Origin::Local);
    bench.pool.submit(vec![foreign], Origin::Peer);
    assert_eq!(outgoing.try_recv().unwrap(), std::slice::from_ref(&local));
    bench.pool.on_tick(2_000);
    assert!(outgoing.try_recv().is_err());
    bench.pool.on_tick(2_001);
    assert_eq!(outgoing.try_recv().unwrap(), std::slice::from_ref(&local));
    bench.pool.on_tick(6_000);
    assert!(outgoing.try_recv().is_err(), "the second wait is longer");
    bench.commit(&[(alice.address(), 1)]);
    bench.pool.on_tick(1_000_000);
    assert!(outgoing.try_recv().is_err(), "included ones are not sent again");
}

#[test]
fn arrivals_and_hashes_are_announced() {
    let bench = Bench::zero_fee();
    let (mut arrivals, mut hashes) = (bench.pool.arrivals(), bench.pool.pending_hashes());
    arrivals.mark_unchanged();
    let queued = bench.submit(sign(transfer(1, 0), &key(1))).unwrap();
    assert!(!arrivals.has_changed().unwrap(), "nothing to build with yet");
    let ready = bench.submit(sign(transfer(0, 0), &key(1))).unwrap();
    assert!(arrivals.has_changed().unwrap());
    assert_eq!((&hashes.try_recv().unwrap()[..], &hashes.try_recv().unwrap()[..]), (&[queued][..], &[ready][..]));
}

#[test]
fn senders_are_remembered_after_the_transaction_is_gone() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    let raw = sign(transfer(0, 0), &alice);
    let hash = bench.submit(raw.clone()).unwrap();
    bench.commit(&[(alice.address(), 1)]);
    assert_eq!(bench.pool.sender_of(&hash), Some(alice.address()));
    assert_eq!(bench.submit(raw), Err(PoolError::NonceTooLow { next: 1, nonce: 0 }));
}

#[test]
fn gossip_leaves_in_batches_of_bounded_size() {
    let bench = Bench::zero_fee();
    let mut outgoing = bench.pool.outgoing().unwrap();
    let large = |nonce| {
        let input = vec![0; 60_000].into();
        sign(althing_primitives::consensus::TxEip1559 { input, gas_limit: 1_000_000, ..transfer(nonce, 0) }, &key(1))
    };
    bench.pool.submit((0..5).map(large).collect(), Origin::Local);
    let sizes: Vec<usize> = std::iter::from_fn(|| outgoing.try_recv().ok()).map(|batch| batch.len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
}

#[test]
fn a_blocks_senders_are_recovered_only_where_unknown() {
    let bench = Bench::zero_fee();
    let raw: Vec<_> = (0..20).map(|n| sign(transfer(0, 0), &key(n))).collect();
    bench.pool.submit(raw[..10].to_vec(), Origin::Peer);
    let transactions = raw.iter().map(|raw| Transaction::decode_2718_exact(raw).unwrap()).collect();
    let block = Block::new(Header::default(), Body { transactions, ..Default::default() });
    let senders: Vec<_> = (0..20).map(|n| key(n).address()).collect();
    assert_eq!(bench.pool.senders_of(&block).unwrap(), senders);
    assert_eq!(bench.pool.sender_of(block.body.transactions[15].tx_hash()), Some(senders[15]), "remembered");

    let signature = althing_primitives::alloy::Signature::new(U256::ZERO, U256::ZERO, false);
    let forged =
        Transaction::from(althing_primitives::consensus::SignableTransaction::into_signed(transfer(0, 0), signature));
    let transactions = vec![block.body.transactions[0].clone(), forged];
    let block = Block::new(Header::default(), Body { transactions, ..Default::default() });
    assert!(matches!(bench.pool.senders_of(&block), Err(BlockError::Signature(1))));
}

#[test]
fn a_batch_is_answered_in_order() {
    let bench = Bench::zero_fee();
    let alice = key(1);
    let mut batch: Vec<_> = (0..64).map(|nonce| sign(transfer(nonce, 0), &alice)).collect();
    batch.push(batch[3].clone());
    batch.push(vec![0xc0].into());
    let answers = bench.pool.submit(batch, Origin::Local);
    assert!(answers[..64].iter().all(Result::is_ok));
    assert_eq!(answers[64], Err(PoolError::AlreadyKnown));
    assert!(matches!(answers[65], Err(PoolError::Decode(_))));
    assert_eq!(bench.pool.status(), Status { pending: 64, queued: 0 });
}

#[test]
fn under_another_fee_mode_what_can_be_paid_stays() {
    let bench = Bench::zero_fee();
    bench.set(key(1).address(), Sender { balance: U256::from(21_000), ..Sender::default() });
    for (sender, nonce) in [(1, 0), (1, 1), (2, 0)] {
        bench.submit(sign(transfer(nonce, 1), &key(sender))).unwrap();
    }
    bench.pool.follow(&Default::default(), Rules::osaka(CHAIN, 30_000_000, false));
    assert_eq!(bench.best(), [(key(1).address(), 0)], "the others have no funds for gas");
    assert_eq!(bench.pool.status(), Status { pending: 1, queued: 0 });
}

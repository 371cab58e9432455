use super::{
    harness::{Chain, small_windows},
    model::plain,
};
use crate::{Storage, View};
use althing_primitives::{AccountChange, Address, Changes, U256};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
};

const KEYS: u8 = 200;
const BLOCKS: u64 = 300;

/// Every block writes its height everywhere, so two heights in one view show at once.
fn mark(height: u64) -> Changes {
    let storage = [(U256::from(1), U256::from(height))];
    let change =
        || AccountChange { account: Some(plain(height, height)), wiped: false, storage: storage.into_iter().collect() };
    let accounts = (0..KEYS).map(|key| (Address::with_last_byte(key), change())).collect();
    Changes { accounts, ..Default::default() }
}

fn check(view: &View, rng: &mut StdRng, seed: u64) {
    let height = view.id().number;
    for _ in 0..50 {
        let address = Address::with_last_byte(rng.random_range(0..KEYS));
        let account = view.account(&address).expect("readable");
        assert_eq!(account.map_or(0, |account| account.nonce), height, "seed {seed}");
        let value = view.storage(&address, &U256::from(1)).expect("readable");
        assert_eq!(value, U256::from(height), "seed {seed}");
    }
}

fn read(storage: &Storage, rng: &mut StdRng, held: &mut Vec<View>, seed: u64) {
    let head = storage.head();
    let view = match rng.random_range(0..3) {
        0 => storage.latest(),
        1 => storage.view(head.hash).expect("in the window"),
        _ => storage.view_at(head.number.saturating_sub(rng.random_range(0..10))).expect("in the window"),
    };
    check(&view, rng, seed);
    if rng.random_bool(0.05) {
        held.push(view);
    }
    if !held.is_empty() {
        let index = rng.random_range(0..held.len());
        check(&held[index], rng, seed);
    }
}

#[test]
fn readers_see_one_height_while_blocks_commit() {
    let mut chain = Chain::new(small_windows());
    let done = AtomicBool::new(false);
    let reads = AtomicU64::new(0);
    let storage = chain.storage.clone();
    thread::scope(|scope| {
        for seed in 0..3 {
            let (storage, done, reads) = (&storage, &done, &reads);
            scope.spawn(move || {
                let mut rng = StdRng::seed_from_u64(seed);
                let mut held = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    read(storage, &mut rng, &mut held, seed);
                    reads.fetch_add(1, Ordering::Relaxed);
                }
                held.iter().for_each(|view| check(view, &mut rng, seed));
            });
        }
        let mut rng = StdRng::seed_from_u64(99);
        for height in 1..=BLOCKS {
            let id = chain.extend(chain.head().hash, mark(height), 99);
            let before_commit = chain.storage.view(id.hash).expect("a layer");
            check(&before_commit, &mut rng, 99);
            chain.commit(id.hash, 99);
            check(&before_commit, &mut rng, 99);
        }
        done.store(true, Ordering::Relaxed);
    });
    assert!(reads.load(Ordering::Relaxed) > 0, "the readers ran");
}

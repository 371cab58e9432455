//! The builder over hand-made keys: shared prefixes far longer than hashes ever have, so that
//! extensions, splits, collapses and nodes shorter than a hash all occur.

use crate::{
    arena::Arena,
    build::{Subtree, create, update},
    encode,
    node::{Kind, NodeRef},
    update::{SlotUpdate, root_hash},
};
use alloy_trie::{HashBuilder, Nibbles};
use althing_primitives::{B256, U256};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::collections::BTreeMap;

fn oracle(model: &BTreeMap<B256, U256>) -> B256 {
    let mut builder = HashBuilder::default();
    for (key, value) in model {
        builder.add_leaf(Nibbles::unpack(key), &alloy_rlp::encode(value));
    }
    builder.root()
}

/// Keys out of few nibbles, equal but for their ends or middles.
fn random_key(rng: &mut StdRng) -> B256 {
    let mut key = B256::repeat_byte(0x11);
    for at in [0, 1, 15, 30, 31] {
        key[at] = [0x11, 0x12, 0x21, 0x22][rng.random_range(0..if at < 16 { 2 } else { 4 })];
    }
    key
}

struct Case {
    arena: Arena,
    root: Option<NodeRef>,
    model: BTreeMap<B256, U256>,
}

impl Case {
    fn apply(&mut self, batch: &BTreeMap<B256, U256>, seed: u64) {
        let updates: Vec<SlotUpdate> = batch.iter().map(|(key, value)| SlotUpdate::new(*key, *value)).collect();
        let mut replaced = Vec::new();
        let top = match self.root {
            Some(node) => update(&self.arena, node, 0, &updates, &mut replaced),
            None => create(&self.arena, &updates, &mut replaced),
        };
        let hash = root_hash(top.as_ref().map(|top| &top.commitment));
        self.root = top.map(|Subtree { node, .. }| self.arena.install(node, &mut Vec::new()));
        replaced.into_iter().for_each(|node| self.arena.remove(node));
        self.model.extend(batch);
        self.model.retain(|_, value| !value.is_zero());
        assert_eq!(hash, oracle(&self.model), "seed {seed}");
        let mut live = Vec::new();
        self.root.into_iter().for_each(|node| self.arena.collect(node, &mut live));
        assert_eq!(live.len(), self.arena.len(), "nodes leak or are freed twice, seed {seed}");
    }
}

#[test]
fn any_shape_has_the_root_of_the_oracle() {
    for seed in 0..300 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut case = Case { arena: Arena::default(), root: None, model: BTreeMap::new() };
        for _ in 0..30 {
            let size = rng.random_range(0..12);
            let batch = (0..size)
                .map(|_| {
                    let value = if rng.random_bool(0.5) { 0 } else { rng.random_range(1..300u64) };
                    (random_key(&mut rng), U256::from(value))
                })
                .collect();
            case.apply(&batch, seed);
        }
    }
}

#[test]
fn nodes_shorter_than_a_hash_stay_inside_their_parents() {
    let mut case = Case { arena: Arena::default(), root: None, model: BTreeMap::new() };
    let near = |last: u8| {
        let mut key = B256::repeat_byte(0x77);
        key[31] = last;
        key
    };
    let batch = BTreeMap::from([(near(0x01), U256::from(1)), (near(0x02), U256::from(2))]);
    case.apply(&batch, 0);
    let root = case.root.expect("two slots");
    assert_eq!(root.kind(), Kind::Extension);
    assert!(encode::node(case.arena.get(root), 0, <[u8]>::len) > 32);
    assert!(case.arena.extension.get(root.index()).commitment.is_inline(), "the branch below is inline");
    case.apply(&BTreeMap::from([(near(0x31), U256::from(3))]), 0);
    case.apply(&BTreeMap::from([(near(0x02), U256::ZERO), (near(0x31), U256::ZERO)]), 0);
    case.apply(&BTreeMap::from([(near(0x01), U256::ZERO)]), 0);
    assert_eq!(case.root, None);
}

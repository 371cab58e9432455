//! Random trees of versions against a naive model and alloy-trie.

use alloy_trie::{
    Nibbles, TrieAccount,
    proof::verify_proof,
    root::{state_root_unhashed, storage_root_unhashed},
};
use althing_primitives::{Account, AccountChange, Address, B256, Changes, EMPTY_ROOT_HASH, U256, keccak256};
use althing_trie::{Nodes, Projection, Proof, Root, StateTrie, Version};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::collections::BTreeMap;

type Model = BTreeMap<Address, (Account, BTreeMap<U256, U256>)>;

fn trie_account((account, storage): &(Account, BTreeMap<U256, U256>)) -> TrieAccount {
    let storage_root = storage_root_unhashed(storage.iter().map(|(slot, value)| (B256::from(*slot), *value)));
    TrieAccount { nonce: account.nonce, balance: account.balance, storage_root, code_hash: account.code_hash }
}

fn oracle(model: &Model) -> B256 {
    state_root_unhashed(model.iter().map(|(address, entry)| (*address, trie_account(entry))))
}

fn random_address(rng: &mut StdRng) -> Address {
    Address::with_last_byte(rng.random_range(0..60))
}

fn random_change(rng: &mut StdRng, exists: bool) -> AccountChange {
    if exists && rng.random_bool(0.2) {
        return AccountChange { account: None, wiped: true, ..Default::default() };
    }
    let code_hash = if rng.random_bool(0.3) { B256::with_last_byte(rng.random()) } else { keccak256([]) };
    let account = Account { nonce: rng.random_range(0..4), balance: U256::from(rng.random::<u64>()), code_hash };
    let slots = if rng.random_bool(0.5) { rng.random_range(0..20) } else { 0 };
    let storage = (0..slots)
        .map(|_| {
            let value = if rng.random_bool(0.4) {
                U256::ZERO
            } else {
                U256::from(rng.random::<u32>() >> rng.random_range(0..32))
            };
            (U256::from(rng.random_range(0..40u64)), value)
        })
        .collect();
    AccountChange { account: Some(account), wiped: rng.random_bool(0.1), storage }
}

fn random_changes(rng: &mut StdRng, model: &Model, count: usize) -> Changes {
    let mut changes = Changes::default();
    for _ in 0..count {
        let address = random_address(rng);
        changes.accounts.insert(address, random_change(rng, model.contains_key(&address)));
    }
    changes
}

fn apply(model: &Model, changes: &Changes) -> Model {
    let mut next = model.clone();
    for (address, change) in &changes.accounts {
        let Some(account) = change.account else {
            next.remove(address);
            continue;
        };
        let entry = next.entry(*address).or_default();
        entry.0 = account;
        if change.wiped {
            entry.1.clear();
        }
        entry.1.extend(&change.storage);
        entry.1.retain(|_, value| !value.is_zero());
    }
    next
}

fn check_proof(root: B256, model: &Model, address: Address, slots: &[B256], proof: &Proof, seed: u64) {
    let entry = model.get(&address);
    assert_eq!(proof.account, entry.map(|entry| entry.0), "seed {seed}");
    let expected = entry.map(|entry| alloy_rlp::encode(trie_account(entry)));
    verify_proof(root, Nibbles::unpack(keccak256(address)), expected, &proof.nodes)
        .unwrap_or_else(|error| panic!("seed {seed}: account proof: {error}"));
    assert_eq!(proof.storage_root, entry.map_or(EMPTY_ROOT_HASH, |entry| trie_account(entry).storage_root));
    for (slot, proof_of_slot) in slots.iter().zip(&proof.slots) {
        let value = entry.and_then(|entry| entry.1.get(&U256::from_be_bytes(slot.0))).copied();
        assert_eq!(proof_of_slot.value, value.unwrap_or_default(), "seed {seed}");
        let expected = value.map(alloy_rlp::encode);
        verify_proof(proof.storage_root, Nibbles::unpack(keccak256(slot)), expected, &proof_of_slot.nodes)
            .unwrap_or_else(|error| panic!("seed {seed}: slot proof: {error}"));
    }
}

fn check_proofs(trie: &StateTrie, rng: &mut StdRng, root: Root, model: &Model, seed: u64) {
    for _ in 0..3 {
        let address = random_address(rng);
        let slots: Vec<B256> = (0..4).map(|_| B256::from(U256::from(rng.random_range(0..50u64)))).collect();
        check_proof(root.hash(), model, address, &slots, &trie.proof(root, &address, &slots), seed);
    }
}

/// A version that is never installed has the same root and proofs.
fn check_projection(trie: &StateTrie, rng: &mut StdRng, parent: Root, changes: &Changes, model: &Model, seed: u64) {
    let projection = Projection::new(trie, parent, changes);
    assert_eq!(projection.hash(), oracle(model), "seed {seed}");
    let nodes = trie.nodes();
    for address in (0..3).map(|_| random_address(rng)) {
        let slots: Vec<B256> = (0..40).map(|slot| B256::from(U256::from(slot))).collect();
        check_proof(projection.hash(), model, address, &slots, &projection.proof(trie, &address, &slots), seed);
    }
    assert_eq!(trie.nodes(), nodes);
}

/// A version with everything that was made from it and not dropped.
struct Live {
    parent: Option<usize>,
    version: Version,
    model: Model,
}

#[test]
fn versions_share_and_drop_without_disturbing_each_other() {
    for seed in 0..60 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut trie = StateTrie::default();
        let genesis = Version { root: Root::EMPTY, created: Nodes::default(), replaced: Nodes::default() };
        let mut live: BTreeMap<usize, Live> =
            BTreeMap::from([(0, Live { parent: None, version: genesis, model: Model::new() })]);
        for id in 1..40 {
            let ids: Vec<usize> = live.keys().copied().collect();
            let parent = *ids.choose(&mut rng).expect("the base is live");
            let count = rng.random_range(0..25);
            let changes = random_changes(&mut rng, &live[&parent].model, count);
            let model = apply(&live[&parent].model, &changes);
            check_projection(&trie, &mut rng, live[&parent].version.root, &changes, &model, seed);
            let prepared = trie.prepare(live[&parent].version.root, &changes);
            assert_eq!(prepared.hash(), oracle(&model), "seed {seed}");
            let version = trie.install(prepared);
            check_proofs(&trie, &mut rng, version.root, &model, seed);
            live.insert(id, Live { parent: Some(parent), version, model });
            if rng.random_bool(0.4) {
                drop_a_tip(&mut trie, &mut live, &mut rng);
            }
        }
        for Live { version, model, .. } in live.values() {
            assert_eq!(version.root.hash(), oracle(model), "seed {seed}");
            check_proofs(&trie, &mut rng, version.root, model, seed);
        }
        finalize_a_tip(trie, live, seed);
    }
}

fn drop_a_tip(trie: &mut StateTrie, live: &mut BTreeMap<usize, Live>, rng: &mut StdRng) {
    let tips: Vec<usize> =
        live.keys().copied().filter(|id| *id != 0 && live.values().all(|other| other.parent != Some(*id))).collect();
    let dropped = tips.choose(rng).map(|tip| live.remove(tip).expect("it is live"));
    dropped.into_iter().for_each(|dropped| trie.free(dropped.version.created));
}

/// Keeps the newest version's line, drops all others and what its line replaced.
fn finalize_a_tip(mut trie: StateTrie, mut live: BTreeMap<usize, Live>, seed: u64) {
    let mut line = Vec::new();
    let mut next = live.keys().last().copied();
    let root = live[&next.expect("the base is live")].version.root;
    while let Some(id) = next {
        let it = live.remove(&id).expect("parents outlive children");
        next = it.parent;
        line.push(it.version.replaced);
    }
    live.into_values().for_each(|other| trie.free(other.version.created));
    line.into_iter().for_each(|replaced| trie.free(replaced));
    assert_eq!(trie.nodes(), trie.reachable(root), "seed {seed}");
}

#[test]
fn one_large_batch_equals_many_small_ones() {
    let mut rng = StdRng::seed_from_u64(7);
    let mut trie = StateTrie::default();
    let mut all = Changes::default();
    let mut root = Root::EMPTY;
    for step in 0..40u64 {
        let mut changes = Changes::default();
        for _ in 0..100 {
            let address = Address::from_word(B256::from(U256::from(rng.random_range(0..3000u64))));
            let account = Account { nonce: step, balance: U256::from(rng.random::<u64>()), ..Default::default() };
            let storage = (0..if rng.random_bool(0.01) { 600 } else { 1 })
                .map(|_| (U256::from(rng.random_range(0..5000u64)), U256::from(rng.random_range(0..3u64))))
                .collect();
            changes.accounts.insert(address, AccountChange { account: Some(account), wiped: false, storage });
        }
        for (address, change) in &changes.accounts {
            let merged = all.accounts.entry(*address).or_default();
            merged.account = change.account;
            merged.storage.extend(change.storage.iter().map(|(slot, value)| (*slot, *value)));
        }
        let version = trie.prepare(root, &changes);
        let version = trie.install(version);
        trie.free(version.replaced);
        root = version.root;
    }
    assert_eq!(StateTrie::default().prepare(Root::EMPTY, &all).hash(), root.hash());
    assert_eq!(trie.nodes(), trie.reachable(root));
}

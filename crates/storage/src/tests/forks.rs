use super::{
    harness::{Chain, block, small_windows},
    model::{Model, addresses, plain, trie_account},
};
use crate::{AccountProof, StateError, View};
use alloy_trie::{Nibbles, proof::verify_proof};
use althing_primitives::{AccountChange, Address, B256, BlockId, Changes, EMPTY_ROOT_HASH, Header, U256, keccak256};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use std::sync::Arc;

#[test]
fn any_tree_of_forks_reads_and_proves_like_the_model() {
    for seed in 0..25 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chain = Chain::new(small_windows());
        let mut held: Vec<View> = Vec::new();
        for _ in 0..120 {
            let mut tips = chain.layers();
            tips.push(chain.head());
            let parent = tips.choose(&mut rng).expect("the head").hash;
            let changes = chain.model(parent).random_changes(&mut rng);
            let id = chain.extend(parent, changes, seed);
            if rng.random_bool(0.2) {
                held.push(chain.storage.view(id.hash).expect("a layer"));
            }
            if rng.random_bool(0.5) {
                commit_some(&mut chain, &mut rng, seed);
            }
        }
        chain.check_known(seed);
        held.iter().for_each(|view| chain.check_view(view, seed));
        check_window(&chain, &mut rng, seed);
        check_nothing_leaks(&mut chain, seed);
    }
}

fn commit_some(chain: &mut Chain, rng: &mut StdRng, seed: u64) {
    let head = chain.head();
    let children: Vec<BlockId> = chain.layers().into_iter().filter(|id| id.number == head.number + 1).collect();
    let Some(id) = children.choose(rng) else { return };
    let changeset = chain.commit(id.hash, seed);
    assert_eq!(chain.storage.head(), *id);
    let block = &chain.blocks[&id.hash].0;
    let again = chain.storage.commit(id.hash, block, &Arc::default()).expect("idempotent");
    assert_eq!(again, changeset);
    chain.check_known(seed);
}

/// Every committed block is readable in the window and refused below it; proofs likewise.
fn check_window(chain: &Chain, rng: &mut StdRng, seed: u64) {
    let mut readable = 0;
    for id in &chain.committed {
        match chain.storage.view_at(id.number) {
            Ok(view) => {
                assert_eq!(view.id(), *id);
                chain.check_view(&view, seed);
                check_proofs(chain, &view, rng, seed);
                readable += 1;
            }
            Err(StateError::Unavailable(number)) => assert!(number == id.number && readable == 0, "seed {seed}"),
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
    assert!(readable >= 16.min(chain.committed.len()), "seed {seed}");
    for id in chain.layers() {
        let view = chain.storage.view(id.hash).expect("a layer");
        chain.check_view(&view, seed);
        check_proofs(chain, &view, rng, seed);
    }
    let beyond = chain.head().number + 1;
    assert!(matches!(chain.storage.view_at(beyond), Err(StateError::Unavailable(number)) if number == beyond));
}

fn check_proofs(chain: &Chain, view: &View, rng: &mut StdRng, seed: u64) {
    let model = chain.model(view.id().hash);
    assert_eq!(view.root_after(&Changes::default()).expect("within reach"), model.root(), "seed {seed}");
    let address = addresses().nth(rng.random_range(0..20)).expect("twenty addresses");
    let slots: Vec<B256> = (0..14).map(|slot| B256::from(U256::from(slot))).collect();
    match chain.storage.proof(view, address, &slots) {
        Ok(proof) => check_proof(model, proof, seed),
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

pub(super) fn check_proof(model: &Model, proof: AccountProof, seed: u64) {
    let AccountProof { address, account, storage_root, proof, storage } = proof;
    let entry = model.accounts.get(&address);
    assert_eq!(account, model.account(&address), "seed {seed}");
    let expected = entry.map(|entry| alloy_rlp::encode(trie_account(entry)));
    verify_proof(model.root(), Nibbles::unpack(keccak256(address)), expected, &proof).expect("account proof");
    assert_eq!(storage_root, entry.map_or(EMPTY_ROOT_HASH, |entry| trie_account(entry).storage_root));
    for it in storage {
        let value = model.slot(&address, &U256::from_be_bytes(it.slot.0));
        assert_eq!(it.value, value);
        let expected = (!value.is_zero()).then(|| alloy_rlp::encode(value));
        verify_proof(storage_root, Nibbles::unpack(keccak256(it.slot)), expected, &it.proof).expect("slot proof");
    }
}

/// Two more empty blocks drop all layers and, with what proofs keep, all nodes but the head's.
fn check_nothing_leaks(chain: &mut Chain, seed: u64) {
    for _ in 0..2 {
        let id = chain.extend(chain.head().hash, Changes::default(), seed);
        chain.commit(id.hash, seed);
    }
    let shared = chain.storage.latest().shared().clone();
    let mut trie = shared.trie.write();
    let mut writer = shared.writer.lock();
    writer.release(0, chain.head().number);
    writer.free(&mut trie, &shared.pins);
    let root = shared.table.read().head().root;
    assert_eq!(trie.nodes(), trie.reachable(root), "seed {seed}");
}

fn transfer(balance: u64) -> Changes {
    let change = AccountChange { account: Some(plain(1, balance)), ..Default::default() };
    Changes { accounts: [(Address::with_last_byte(1), change)].into_iter().collect(), ..Default::default() }
}

#[test]
fn blocks_commit_one_by_one_on_the_head() {
    let mut chain = Chain::new(small_windows());
    let genesis = chain.head();
    let first = chain.extend(genesis.hash, transfer(1), 0);
    let second = chain.extend(first.hash, transfer(2), 0);
    let block_of = |chain: &Chain, id: BlockId| chain.blocks[&id.hash].0.clone();
    let early = chain.storage.commit(second.hash, &block_of(&chain, second), &Arc::default());
    assert!(matches!(early, Err(StateError::NotNext { number: 2, head: 0 })));
    let wrong = chain.storage.commit(first.hash, &block_of(&chain, second), &Arc::default());
    assert!(matches!(wrong, Err(StateError::UnknownBlock)));
    let unknown = block(Header { number: 1, ..Default::default() });
    assert!(matches!(chain.storage.commit(unknown.hash(), &unknown, &Arc::default()), Err(StateError::UnknownBlock)));
    chain.commit(first.hash, 0);
    chain.commit(second.hash, 0);
    assert_eq!(chain.storage.block_number(&second.hash).expect("readable"), Some(2));
    assert_eq!(chain.storage.block_hash(1).expect("readable"), Some(first.hash));
}

#[test]
fn a_block_staged_on_a_dropped_parent_is_refused() {
    let mut chain = Chain::new(small_windows());
    let genesis = chain.head();
    let kept = chain.extend(genesis.hash, transfer(1), 0);
    let dropped = chain.extend(genesis.hash, transfer(2), 0);
    let on_genesis = chain.storage.stage(genesis.hash, 1, transfer(3)).expect("on the head");
    let on_dropped = chain.storage.stage(dropped.hash, 2, transfer(3)).expect("on a layer");
    let skipping = chain.storage.stage(dropped.hash, 3, transfer(3));
    assert!(matches!(skipping, Err(StateError::NotNext { number: 3, head: 1 })));
    let view = chain.storage.view(dropped.hash).expect("a layer");
    chain.commit(kept.hash, 0);
    for staged in [on_genesis, on_dropped] {
        let refused = chain.storage.insert(staged, B256::repeat_byte(7));
        assert!(matches!(refused, Err(StateError::UnknownBlock)));
    }
    chain.check_view(&view, 0);
    let refused = chain.storage.proof(&view, Address::ZERO, &[]);
    assert!(matches!(refused, Err(StateError::UnknownBlock)));
    assert!(chain.storage.view(dropped.hash).is_none());
}

#[test]
fn a_block_staged_on_a_layer_may_be_inserted_once_that_is_the_head() {
    let mut chain = Chain::new(small_windows());
    let genesis = chain.head();
    let first = chain.extend(genesis.hash, transfer(1), 0);
    let staged = chain.storage.stage(first.hash, 2, transfer(2)).expect("on a layer");
    chain.commit(first.hash, 0);
    chain.storage.insert(staged, B256::repeat_byte(9)).expect("its parent became the head, the same one");
    assert!(chain.storage.contains(B256::repeat_byte(9)));
}

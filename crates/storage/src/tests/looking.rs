//! Proofs while blocks are inserted: nobody who inserts waits for more than one node.

use super::{
    forks::check_proof,
    harness::{Chain, small_windows},
    model::addresses,
};
use crate::{StateError, StorageConfig, shared::Shared};
use althing_primitives::{B256, BlockId, U256};
use althing_trie::{Access, StateTrie};
use parking_lot::Mutex;
use rand::{SeedableRng, rngs::StdRng};
use std::sync::Arc;

/// Does something before each node is read, with no lock but the looker's own held.
struct Between<'a, F> {
    shared: &'a Shared,
    act: Mutex<F>,
}

impl<F: FnMut() + Send> Access for Between<'_, F> {
    fn read<R>(&self, read: impl FnOnce(&StateTrie) -> R) -> R {
        assert!(self.shared.writer.try_lock().is_some(), "blocks can be inserted and committed");
        assert!(self.shared.trie.try_write().is_some(), "nodes can be installed and freed");
        (self.act.lock())();
        self.shared.read(read)
    }
}

/// Blocks one after the other, each committed.
fn grow(chain: &mut Chain, rng: &mut StdRng, blocks: usize) {
    for _ in 0..blocks {
        let parent = chain.head().hash;
        let changes = chain.model(parent).random_changes(rng);
        let id = chain.extend(parent, changes, 0);
        chain.commit(id.hash, 0);
    }
}

/// Blocks in memory whose own nodes are gone.
fn rewound(chain: &Chain) -> Vec<BlockId> {
    let oldest = chain.storage.oldest_state();
    let table = |id: &BlockId| chain.storage.latest().shared().table.read().root(*id);
    let gone = |id: &&BlockId| id.number >= oldest && matches!(table(id), Err(StateError::ProofWindow(..)));
    chain.committed.iter().filter(gone).copied().collect()
}

#[test]
fn blocks_are_inserted_and_committed_while_an_old_one_is_proven() {
    let slots: Vec<B256> = (0..14).map(|slot| B256::from(U256::from(slot))).collect();
    for (seed, address) in (0..20).zip(addresses()) {
        let mut rng = StdRng::seed_from_u64(seed);
        // What a block replaces is garbage at once, and freed with the next.
        let mut chain = Chain::new(StorageConfig { proof_nodes: 0, ..small_windows() });
        grow(&mut chain, &mut rng, 30);
        let shared = chain.storage.latest().shared().clone();
        let old = rewound(&chain);
        let id = old[seed as usize % old.len()];
        let (model, before) = (chain.model(id.hash).clone(), chain.head().number);
        let act = Mutex::new(|| grow(&mut chain, &mut rng, 1));
        let proof = shared.proof_by(&Between { shared: &shared, act }, id, address, &slots).expect("within reach");
        check_proof(&model, proof, seed);
        assert!(chain.head().number > before + 10, "a block for each node that was read, seed {seed}");
    }
}

#[test]
fn what_was_looked_at_is_freed_afterwards() {
    let mut rng = StdRng::seed_from_u64(4);
    let mut chain = Chain::new(StorageConfig { proof_nodes: 0, ..small_windows() });
    grow(&mut chain, &mut rng, 30);
    let shared = chain.storage.latest().shared().clone();
    let id = rewound(&chain)[0];
    let address = addresses().next().expect("an address");
    let (mut most, trie) = (0, || shared.trie.read().nodes());
    let act = Mutex::new(|| {
        grow(&mut chain, &mut rng, 1);
        most = most.max(trie());
    });
    shared.proof_by(&Between { shared: &shared, act }, id, address, &[]).expect("within reach");
    grow(&mut chain, &mut rng, 2);
    assert!(trie() < most, "{} nodes of at most {most} are left", trie());
    let reachable = |shared: &Arc<Shared>| shared.trie.read().reachable(shared.table.read().head().root);
    // What the last block replaced goes with the next.
    assert!(trie() < 2 * reachable(&shared));
}

//! Whole chains of other clients run here, proof of work and the merge included.

mod memory;
#[path = "../../chainspec/tests/test_data/mod.rs"]
mod test_data;

use althing_chainspec::Genesis;
use althing_evm::{Executor, HeaderRules};
use althing_primitives::{Block, rlp::Decodable};
use memory::MemoryState;
use std::sync::Arc;
use test_data::{files, unpack};

/// Imports every block of an archive's chain; gives the head.
fn import(archive: &str) -> Option<Block> {
    let folder = unpack(archive)?;
    #[allow(clippy::disallowed_methods, reason = "third-party data")]
    let read = |name| std::fs::read(&files(folder.path(), name)[0]).unwrap();
    let (genesis, chain) = (read("genesis.json"), read("chain.rlp"));
    let genesis = Genesis::from_json(std::str::from_utf8(&genesis).unwrap()).unwrap();
    let spec = Arc::new(genesis.into_spec().unwrap());
    let executor = Executor::new(spec.clone());
    let mut state = MemoryState::genesis(&spec);
    assert_eq!(state.root(), spec.genesis().header.state_root);
    let mut head = spec.genesis().clone();
    let mut chain = &chain[..];
    while !chain.is_empty() {
        let block = Block::decode(&mut chain).unwrap();
        block.check_body().unwrap();
        let terms = executor.terms(&state).unwrap();
        executor.validate_header(&block.header, &head.header, HeaderRules::Imported, &terms).unwrap();
        let block = block.recover().unwrap();
        let executed = executor.execute(&block, &state).unwrap();
        state.apply(&executed.changes);
        assert_eq!(state.root(), block.header.state_root, "block {}", block.number());
        state.add_hash(block.number(), block.hash());
        head = block.block().clone();
    }
    Some(head)
}

#[test]
fn a_chain_born_past_the_merge_runs_to_its_head() {
    let Some(head) = import("rpc-compat-prague-genesis.tar.zst") else { return };
    assert_eq!(head.number(), 20);
    assert!(head.hash().to_string().starts_with("0x514c48e7"));
}

#[test]
fn a_chain_through_every_fork_runs_to_its_head() {
    let Some(head) = import("rpc-compat-ladder-prague.tar.zst") else { return };
    assert_eq!(head.number(), 45);
}

use super::harness::small_windows;
use crate::{LogQuery, Storage};
use althing_chainspec::ChainSpec;
use althing_primitives::{
    Address, B256, Block, BlockId, Bloom, Body, Changes, EMPTY_ROOT_HASH, Header, RecoveredBlock, Transaction, U256,
    alloy::{BloomInput, Signature},
    consensus::{SignableTransaction, TxLegacy},
};
use std::sync::Arc;

fn transaction(nonce: u64) -> Transaction {
    let signature = Signature::new(U256::from(1), U256::from(1), false);
    TxLegacy { nonce, ..Default::default() }.into_signed(signature).into()
}

/// Three transactions a block; the bloom holds one emitter, named by the height.
fn commit(storage: &Storage) -> Arc<RecoveredBlock> {
    let BlockId { number, hash } = storage.head();
    let staged = storage.stage(hash, number + 1, Changes::default()).expect("on the head");
    let mut logs_bloom = Bloom::ZERO;
    logs_bloom.accrue(BloomInput::Raw(emitter(number + 1).as_slice()));
    let header = Header { number: number + 1, parent_hash: hash, logs_bloom, ..Default::default() };
    let transactions = (0..3).map(|index| transaction(number * 3 + index)).collect();
    let block = Block::new(header, Body { transactions, ..Default::default() });
    let block = Arc::new(RecoveredBlock::new(block, vec![Address::ZERO; 3]));
    storage.insert(staged, block.hash()).expect("on the head");
    storage.commit(block.hash(), &block, &Arc::default()).expect("on the head");
    block
}

fn emitter(number: u64) -> Address {
    Address::from_word(B256::from(U256::from(number)))
}

#[test]
fn committed_blocks_and_transactions_are_found() {
    let genesis = BlockId { number: 0, hash: B256::repeat_byte(1) };
    let storage =
        Storage::in_memory(small_windows(), genesis, EMPTY_ROOT_HASH, Changes::default()).expect("an empty state");
    let blocks: Vec<_> = (0..300).map(|_| commit(&storage)).collect();
    for block in &blocks {
        for (index, tx) in (0..).zip(&block.body.transactions) {
            let position = storage.transaction_position(tx.tx_hash()).expect("readable");
            assert_eq!(position, Some((block.number(), index)));
        }
        assert_eq!(storage.block_number(&block.hash()).expect("readable"), Some(block.number()));
    }
    assert_eq!(storage.transaction_position(&B256::ZERO).expect("readable"), None);
    assert_eq!(storage.block_number(&genesis.hash).expect("readable"), Some(0));
    assert_eq!(storage.block_number(&B256::ZERO).expect("readable"), None);
    assert_eq!(storage.block_hash(301).expect("readable"), None);
}

#[test]
fn log_candidates_are_those_whose_bloom_matches() {
    let genesis = BlockId { number: 0, hash: B256::repeat_byte(1) };
    let storage =
        Storage::in_memory(small_windows(), genesis, EMPTY_ROOT_HASH, Changes::default()).expect("an empty state");
    (0..30).for_each(|_| drop(commit(&storage)));
    let query = LogQuery { addresses: vec![emitter(5), emitter(20), emitter(29)], ..Default::default() };
    assert_eq!(storage.log_candidates(0..=25, &query).expect("readable"), [5, 20]);
    let topics = [vec![B256::repeat_byte(3)], vec![], vec![], vec![]];
    let impossible = LogQuery { topics, ..query };
    assert_eq!(storage.log_candidates(0..=30, &impossible).expect("readable"), [0u64; 0]);
}

#[test]
fn the_genesis_of_the_development_chain_is_loaded() {
    let spec = ChainSpec::dev();
    let storage = Storage::genesis(small_windows(), &spec).expect("the header's root");
    assert_eq!(storage.head(), spec.genesis().id());
    let view = storage.latest();
    for (address, account) in spec.alloc() {
        let record = view.account(address).expect("readable").expect("in the genesis");
        assert_eq!(record, account.record());
        assert_eq!(view.code(&record.code_hash).expect("readable"), account.code);
        for (slot, value) in &account.storage {
            assert_eq!(view.storage(address, slot).expect("readable"), *value);
        }
    }
}

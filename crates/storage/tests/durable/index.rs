use crate::chain::{Chain, Random};
use althing_primitives::{Address, B256, Log, TransactionExt};
use althing_storage::{BlockSource, LogQuery, kv::MemoryStore};
use std::sync::Arc;

#[test]
fn transactions_and_blocks_are_found_after_a_restart() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(300, &store);
    chain.grow(60);
    for _ in 0..2 {
        let blocks = chain.ledger.blocks.lock().unwrap().clone();
        for block in blocks.iter().map(|executed| &executed.block) {
            for (transaction, index) in block.body.transactions.iter().zip(0..) {
                let position = chain.storage.transaction_position(transaction.tx_hash()).unwrap();
                assert_eq!(position, Some((block.number(), index)));
            }
            assert_eq!(chain.storage.block_number(&block.hash()).unwrap(), Some(block.number()));
            assert_eq!(chain.storage.block_hash(block.number()).unwrap(), Some(block.hash()));
        }
        assert_eq!(chain.storage.transaction_position(&B256::ZERO).unwrap(), None);
        assert_eq!(chain.storage.block_number(&B256::ZERO).unwrap(), None);
        chain.restart(Arc::new(store.clone()));
    }
}

fn matches(query: &LogQuery, log: &Log) -> bool {
    let topics = query.topics.iter().zip(0..).all(|(wanted, position)| {
        wanted.is_empty() || log.topics().get(position).is_some_and(|topic| wanted.contains(topic))
    });
    topics && (query.addresses.is_empty() || query.addresses.contains(&log.address))
}

#[test]
fn log_candidates_contain_every_block_with_a_match() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(301, &store);
    chain.grow(150);
    let mut random = Random(5);
    let (mut candidates_seen, mut matches_seen) = (0, 0);
    for round in 0..300 {
        let addresses = (0..random.below(3)).map(|_| Address::with_last_byte(random.below(5) as u8)).collect();
        let mut query = LogQuery { addresses, ..LogQuery::default() };
        for topics in &mut query.topics {
            *topics = (0..random.below(2)).map(|_| B256::with_last_byte(random.below(4) as u8)).collect();
        }
        let (from, to) = (random.below(150), random.below(200));
        let candidates = chain.storage.log_candidates(from..=to, &query).unwrap();
        assert!(candidates.is_sorted());
        for executed in chain.ledger.blocks.lock().unwrap().iter() {
            let number = executed.block.number();
            let hit = executed.receipts.iter().flat_map(|receipt| &receipt.logs).any(|log| matches(&query, log));
            if hit && (from..=to).contains(&number) {
                matches_seen += 1;
                assert!(candidates.contains(&number), "round {round}: block {number}");
            }
        }
        candidates_seen += candidates.iter().filter(|number| **number <= 150).count();
        if round == 150 {
            chain.restart(Arc::new(store.clone()));
        }
    }
    assert!(matches_seen > 100 && candidates_seen < 4 * matches_seen, "{matches_seen} of {candidates_seen}");
    assert_eq!(chain.ledger.number(&B256::ZERO), None);
}

#[test]
fn account_candidates_contain_every_block_that_concerns_the_account() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(302, &store);
    chain.grow(150);
    let mut random = Random(6);
    let mut seen = [0; 3];
    for round in 0..300 {
        if round == 150 {
            chain.restart(Arc::new(store.clone()));
        }
        let blocks = chain.ledger.blocks.lock().unwrap().clone();
        let executed = &blocks[1 + random.below(blocks.len() as u64 - 1) as usize];
        let changeset = chain.ledger.changesets.lock().unwrap()[executed.block.number() as usize - 1].clone();
        let changed = changeset.accounts.iter().map(|account| (0, account.address));
        let called = executed.block.body.transactions.iter().filter_map(|tx| tx.to()).map(|to| (1, to));
        let logged = executed.receipts.iter().flat_map(|receipt| &receipt.logs).map(|log| (2, log.address));
        let number = executed.block.number();
        for (kind, address) in changed.chain(called).chain(logged) {
            let (from, to) = (random.below(number + 1), number + random.below(50));
            let candidates = chain.storage.account_candidates(&address, from..=to).unwrap();
            assert!(candidates.is_sorted() && candidates.iter().all(|block| (from..=to).contains(block)));
            assert!(candidates.contains(&number), "round {round}: block {number}");
            seen[kind] += 1;
        }
        let nobody = Address::repeat_byte(0xaa);
        assert!(chain.storage.account_candidates(&nobody, 0..=u64::MAX).unwrap().len() < 10, "but for the bloom");
    }
    assert!(seen.iter().all(|seen| *seen > 50), "{seen:?}");
}

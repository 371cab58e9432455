use super::harness::{Chain, small_windows};
use crate::{Storage, StorageConfig, loader::Loader};
use althing_primitives::{Account, AccountChange, Address, BlockId, Changes, U256, keccak256};
use althing_trie::{Root, StateTrie};
use rand::{SeedableRng, rngs::StdRng};

#[test]
fn a_state_loaded_entry_by_entry_is_the_state_that_grew() {
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chain = Chain::new(small_windows());
        let mut loader = Loader::default();
        for _ in 0..15 {
            let changes = chain.model(chain.head().hash).random_changes(&mut rng);
            changes.code.iter().for_each(|(hash, code)| loader.code(*hash, code));
            let id = chain.extend(chain.head().hash, changes, seed);
            chain.commit(id.hash, seed);
        }
        let model = chain.model(chain.head().hash);
        model.accounts.iter().for_each(|(address, entry)| loader.account(*address, entry.0));
        for (address, (_, storage)) in model.accounts.iter().rev() {
            for (slot, value) in storage {
                loader.slot(*address, *slot, *value).expect("its account came before");
            }
        }
        let hashes = chain.committed.iter().map(|id| id.hash);
        let loaded = loader.finish(StorageConfig::default(), chain.head(), model.root(), hashes);
        chain.check_view(&loaded.expect("the same root").latest(), seed);
    }
}

/// More accounts than are hashed at a time, one with more slots than that.
#[test]
fn a_large_state_loads_in_parts() {
    let account = |nonce| Account { nonce, ..Default::default() };
    let number = |index: u64| U256::from_be_bytes(keccak256(index.to_be_bytes()).0);
    let mut state = Changes::default();
    for index in 0..120_000u64 {
        let address = Address::from_word(keccak256(index.to_be_bytes()));
        let slots = if index == 7 { 110_000 } else { u64::from(index % 50 == 0) };
        let storage = (0..slots).map(|slot| (number(slot), U256::from(slot + 1))).collect();
        let change = AccountChange { account: Some(account(index)), wiped: false, storage };
        state.accounts.insert(address, change);
    }
    let root = StateTrie::default().prepare(Root::EMPTY, &state).hash();
    let loaded = Storage::in_memory(StorageConfig::default(), BlockId::default(), root, state).expect("the same root");
    let size = loaded.size();
    assert_eq!((size.accounts, size.slots), (120_000, 112_400));
    let contract = Address::from_word(keccak256(7u64.to_be_bytes()));
    assert_eq!(loaded.latest().storage(&contract, &number(99)).expect("readable"), U256::from(100));
}

#[test]
fn damaged_state_is_not_loaded() {
    let mut loader = Loader::default();
    loader.account(Address::ZERO, Account::default());
    assert!(loader.slot(Address::with_last_byte(1), U256::ZERO, U256::ZERO).is_err(), "a slot without account");
    let refused = loader.finish(StorageConfig::default(), BlockId::default(), Default::default(), []);
    assert!(refused.is_err(), "another root");
}

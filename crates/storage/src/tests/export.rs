use super::harness::{Chain, small_windows};
use crate::{StorageConfig, export::Entry, loader::Loader};
use althing_primitives::{Account, Address, U256};
use rand::{SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, convert::Infallible};

#[test]
fn an_export_is_the_state_of_one_block_though_others_commit_meanwhile() {
    for seed in 0..6 {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut chain = Chain::new(small_windows());
        let grow = |chain: &mut Chain, rng: &mut StdRng| {
            let changes = chain.model(chain.head().hash).random_changes(rng);
            let id = chain.extend(chain.head().hash, changes, seed);
            chain.commit(id.hash, seed);
        };
        (0..15).for_each(|_| grow(&mut chain, &mut rng));
        let view = chain.storage.latest();
        let mut accounts: BTreeMap<Address, Option<Account>> = BTreeMap::new();
        let mut slots: BTreeMap<(Address, U256), U256> = BTreeMap::new();
        let mut loader = Loader::default();
        let mut count = 0;
        let exported: Result<(), Infallible> = view.export(|entry| {
            count += 1;
            if count % 5 == 0 && count < 60 {
                grow(&mut chain, &mut rng);
            }
            match entry {
                Entry::Account(address, account) => drop(accounts.insert(address, account)),
                Entry::Slot(address, slot, value) => drop(slots.insert((address, slot), value)),
                Entry::Code(hash, code) => loader.code(hash, &code),
            }
            Ok(())
        });
        exported.expect("the sink takes everything");
        assert_ne!(chain.head(), view.id(), "blocks were committed meanwhile");
        accounts
            .into_iter()
            .filter_map(|(at, account)| Some((at, account?)))
            .for_each(|(at, it)| loader.account(at, it));
        for ((address, slot), value) in slots.into_iter().filter(|(_, value)| !value.is_zero()) {
            loader.slot(address, slot, value).expect("its account came before");
        }
        let hashes = chain.committed[..=view.id().number as usize].iter().map(|id| id.hash);
        let root = chain.model(view.id().hash).root();
        let loaded = loader.finish(StorageConfig::default(), view.id(), root, hashes).expect("the same state");
        chain.check_view(&loaded.latest(), seed);
    }
}

#[test]
fn a_state_with_another_root_is_not_loaded() {
    let mut loader = Loader::default();
    loader.account(Address::ZERO, Account::default());
    assert!(loader.slot(Address::with_last_byte(1), U256::ZERO, U256::ZERO).is_err());
    let refused = loader.finish(StorageConfig::default(), Default::default(), Default::default(), []);
    assert!(refused.is_err());
}

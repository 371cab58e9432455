use crate::chain::Chain;
use althing_storage::kv::MemoryStore;
use std::sync::Arc;

#[test]
fn every_height_reads_as_it_was() {
    for seed in 100..112 {
        let store = MemoryStore::new();
        let mut chain = Chain::new(seed, &store);
        chain.grow(70);
        assert!(chain.storage.checkpoint_height() > 50, "seed {seed}");
        chain.assert_reads();
        chain.restart(Arc::new(store));
        chain.assert_reads();
    }
}

#[test]
fn a_view_that_is_held_keeps_its_height() {
    let mut chain = Chain::new(200, &MemoryStore::new());
    chain.grow(40);
    let views: Vec<_> = (0..=40).map(|number| chain.storage.view_at(number).unwrap()).collect();
    let models = chain.models.clone();
    chain.grow(40);
    for (view, model) in views.iter().zip(&models) {
        for address in chain.models.last().unwrap().keys() {
            let expected = model.get(address).map(|(account, _)| *account);
            assert_eq!(view.account(address).unwrap(), expected, "block {}", view.id().number);
        }
    }
}

#[test]
fn heights_above_the_head_are_refused() {
    let mut chain = Chain::new(201, &MemoryStore::new());
    chain.grow(30);
    assert!(chain.storage.view_at(30).is_ok());
    assert!(chain.storage.view_at(31).is_err());
}

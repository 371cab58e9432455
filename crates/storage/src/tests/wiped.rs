use super::{
    harness::{Chain, small_windows},
    model::plain,
};
use althing_primitives::{Account, AccountChange, Address, Changes, PreviousAccount, U256};

const CONTRACT: Address = Address::with_last_byte(3);

fn change(account: Option<Account>, wiped: bool, storage: &[(u64, u64)]) -> Changes {
    let storage = storage.iter().map(|(slot, value)| (U256::from(*slot), U256::from(*value))).collect();
    let change = AccountChange { account, wiped, storage };
    Changes { accounts: [(CONTRACT, change)].into_iter().collect(), ..Default::default() }
}

fn pairs(pairs: &[(u64, u64)]) -> Vec<(U256, U256)> {
    pairs.iter().map(|(slot, value)| (U256::from(*slot), U256::from(*value))).collect()
}

#[test]
fn wiped_storage_is_gone_in_layers_base_and_history() {
    let mut chain = Chain::new(small_windows());
    let genesis = chain.head();
    let created = chain.extend(genesis.hash, change(Some(plain(1, 5)), false, &[(1, 10), (2, 20), (7, 70)]), 0);
    let destroyed = chain.extend(created.hash, change(None, true, &[]), 0);
    let again = chain.extend(destroyed.hash, change(Some(plain(1, 0)), true, &[(2, 21), (4, 40)]), 0);
    let rewritten = chain.extend(again.hash, change(Some(plain(1, 0)), true, &[(4, 41), (5, 50)]), 0);
    let views: Vec<_> =
        [created, destroyed, again, rewritten].map(|id| chain.storage.view(id.hash).expect("a layer")).into();
    views.iter().for_each(|view| chain.check_view(view, 0));
    let previous =
        |account, storage: &[(u64, u64)]| vec![PreviousAccount { address: CONTRACT, account, storage: pairs(storage) }];
    assert_eq!(chain.commit(created.hash, 0).accounts, previous(None, &[(1, 0), (2, 0), (7, 0)]));
    let all = [(1, 10), (2, 20), (7, 70)];
    assert_eq!(chain.commit(destroyed.hash, 0).accounts, previous(Some(plain(1, 5)), &all));
    assert_eq!(chain.commit(again.hash, 0).accounts, previous(None, &[(2, 0), (4, 0)]));
    assert_eq!(chain.commit(rewritten.hash, 0).accounts, previous(Some(plain(1, 0)), &[(2, 21), (4, 40), (5, 0)]));
    views.iter().for_each(|view| chain.check_view(view, 0));
    (0..=4).for_each(|number| chain.check_view(&chain.storage.view_at(number).expect("in the window"), 0));
    assert_eq!(chain.storage.size().slots, 2);
}

#[test]
fn what_did_not_change_is_not_in_the_changeset() {
    let mut chain = Chain::new(small_windows());
    let first = chain.extend(chain.head().hash, change(Some(plain(1, 5)), false, &[(1, 10)]), 0);
    chain.commit(first.hash, 0);
    let touched = chain.extend(first.hash, change(Some(plain(1, 5)), false, &[(1, 10), (2, 0)]), 0);
    assert_eq!(chain.commit(touched.hash, 0).accounts, vec![]);
}

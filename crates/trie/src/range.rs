use crate::{
    arena::Arena,
    node::{Node, NodeRef},
    path::{divergence, nibble},
    trie::{Root, StateTrie},
};
use althing_primitives::{Account, B256, EMPTY_ROOT_HASH, KECCAK256_EMPTY, U256};

/// An account as its leaf holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashedAccount {
    /// keccak256 of its address.
    pub key: B256,
    /// Its record.
    pub account: Account,
    /// Root of its storage, the empty root where there is none.
    pub storage_root: B256,
}

impl StateTrie {
    /// Accounts of a version in order of their keys, from `start` on, at most `max`.
    pub fn accounts_from(&self, root: Root, start: &B256, max: usize) -> Vec<HashedAccount> {
        let leaf = |node: Node<'_>| match node {
            Node::Plain(it) => Some(hashed(it.key, it.nonce, it.balance, KECCAK256_EMPTY, EMPTY_ROOT_HASH)),
            Node::Contract(it) => Some(hashed(it.key, it.nonce, it.balance, it.code_hash, it.storage_root)),
            _ => None,
        };
        leaves(&self.arena, root.node, start, max, leaf)
    }

    /// Slots of an account (by keccak256 of its address) in order of their keys (keccak256 of slots),
    /// from `start` on, at most `max`.
    pub fn slots_from(&self, root: Root, account: &B256, start: &B256, max: usize) -> Vec<(B256, U256)> {
        let contract = |node: Node<'_>| match node {
            Node::Contract(it) => Some((it.key, it.storage)),
            Node::Plain(it) => Some((it.key, None)),
            _ => None,
        };
        let found = leaves(&self.arena, root.node, account, 1, contract).pop();
        let storage = found.filter(|(key, _)| key == account).and_then(|(_, storage)| storage);
        let slot = |node: Node<'_>| if let Node::Slot(it) = node { Some((it.key, it.value)) } else { None };
        leaves(&self.arena, storage, start, max, slot)
    }
}

fn hashed(key: B256, nonce: u64, balance: U256, code_hash: B256, storage_root: B256) -> HashedAccount {
    HashedAccount { key, account: Account { nonce, balance, code_hash }, storage_root }
}

/// A subtree still to be walked. On the `edge` every nibble above it equals the start's.
struct Open {
    node: NodeRef,
    depth: usize,
    edge: bool,
}

/// Walks leaves in order; costs what is found, and one path.
fn leaves<T>(
    arena: &Arena,
    root: Option<NodeRef>,
    start: &B256,
    max: usize,
    leaf: impl Fn(Node<'_>) -> Option<T>,
) -> Vec<T> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = root.map(|node| Open { node, depth: 0, edge: true }).into_iter().collect();
    while let Some(next) = open.pop().filter(|_| found.len() < max) {
        let Open { node, depth, edge } = next;
        match arena.get(node) {
            Node::Branch(branch) => {
                let first = if edge { nibble(start, depth) } else { 0 };
                let children = (first..16).rev().filter_map(|at| Some((at, branch.child(at)?.0)));
                open.extend(children.map(|(at, node)| Open { node, depth: depth + 1, edge: edge && at == first }));
            }
            Node::Extension(extension) => {
                let to = depth + usize::from(extension.len);
                let fork = divergence(&extension.path, start, depth);
                let passed = edge && fork < to && nibble(&extension.path, fork) < nibble(start, fork);
                if !passed {
                    open.push(Open { node: extension.child, depth: to, edge: edge && fork >= to });
                }
            }
            Node::Plain(it) if it.key < *start => {}
            Node::Contract(it) if it.key < *start => {}
            Node::Slot(it) if it.key < *start => {}
            reached => found.extend(leaf(reached)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::{AccountChange, Address, Changes, keccak256};

    fn trie(accounts: u64, slots: u64) -> (StateTrie, Root) {
        let mut changes = Changes::default();
        for n in 0..accounts {
            let account = Account { nonce: n, balance: U256::from(n), code_hash: KECCAK256_EMPTY };
            let storage = (0..if n == 7 { slots } else { 0 }).map(|slot| (U256::from(slot), U256::from(slot + 1)));
            let change = AccountChange { account: Some(account), wiped: false, storage: storage.collect() };
            changes.accounts.insert(Address::left_padding_from(&n.to_be_bytes()), change);
        }
        let mut trie = StateTrie::default();
        let prepared = trie.prepare(Root::EMPTY, &changes);
        let root = trie.install(prepared).root;
        (trie, root)
    }

    fn sorted(count: u64, key: impl Fn(u64) -> B256) -> Vec<B256> {
        let mut keys: Vec<_> = (0..count).map(key).collect();
        keys.sort_unstable();
        keys
    }

    #[test]
    fn pages_put_together_are_the_whole() {
        let (trie, root) = trie(300, 200);
        let address = |n: u64| keccak256(Address::left_padding_from(&n.to_be_bytes()));
        let all = sorted(300, address);
        for page in [1, 7, 64, 300, 1000] {
            let (mut found, mut start) = (Vec::new(), B256::ZERO);
            loop {
                let mut keys: Vec<_> =
                    trie.accounts_from(root, &start, page + 1).into_iter().map(|account| account.key).collect();
                let next = (keys.len() > page).then(|| keys.pop()).flatten();
                found.extend(keys);
                let Some(next) = next else { break };
                start = next;
            }
            assert_eq!(found, all, "pages of {page}");
        }
        let slots = sorted(200, |n| keccak256(U256::from(n).to_be_bytes::<32>()));
        for (index, start) in slots.iter().enumerate() {
            let found: Vec<_> =
                trie.slots_from(root, &address(7), start, 1000).into_iter().map(|(key, _)| key).collect();
            assert_eq!(found, slots[index..]);
        }
    }

    #[test]
    fn a_start_between_keys_begins_at_the_next() {
        let (trie, root) = trie(50, 0);
        let all = trie.accounts_from(root, &B256::ZERO, 1000);
        for pair in all.windows(2) {
            let between = B256::from(U256::from_be_bytes(pair[0].key.0) + U256::ONE);
            assert_eq!(trie.accounts_from(root, &between, 1), [pair[1]]);
        }
        assert!(trie.accounts_from(root, &B256::repeat_byte(0xff), 10).is_empty());
        assert!(trie.slots_from(root, &all[3].key, &B256::ZERO, 10).is_empty());
        assert!(trie.slots_from(root, &B256::repeat_byte(1), &B256::ZERO, 10).is_empty());
    }
}

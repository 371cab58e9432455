use crate::{
    arena::Arena,
    encode,
    node::{Node, NodeRef},
    path::{divergence, nibble},
    trie::{Root, StateTrie},
};
use althing_primitives::{Account, Address, B256, Bytes, EMPTY_ROOT_HASH, KECCAK256_EMPTY, U256, keccak256};

/// An account, or its absence, with the nodes that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The record, `None` where there is none.
    pub account: Option<Account>,
    /// Root of the account's storage, the empty root where there is none.
    pub storage_root: B256,
    /// RLP of the nodes from the state root down; empty for an empty trie.
    pub nodes: Vec<Bytes>,
    /// One entry a slot, in the order asked.
    pub slots: Vec<SlotProof>,
}

/// A slot's value, or its absence, with the nodes that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotProof {
    /// The value, zero where there is none.
    pub value: U256,
    /// RLP of the nodes from the storage root down; empty for empty storage.
    pub nodes: Vec<Bytes>,
}

impl StateTrie {
    /// Proves an account and slots of it in a version.
    pub fn proof(&self, root: Root, address: &Address, slots: &[B256]) -> Proof {
        let (leaf, nodes) = descend(&self.arena, root.node, &keccak256(address));
        let (account, storage_root, storage) = match leaf {
            Some(Node::Plain(it)) => (Some((it.nonce, it.balance, KECCAK256_EMPTY)), EMPTY_ROOT_HASH, None),
            Some(Node::Contract(it)) => (Some((it.nonce, it.balance, it.code_hash)), it.storage_root, it.storage),
            _ => (None, EMPTY_ROOT_HASH, None),
        };
        let account = account.map(|(nonce, balance, code_hash)| Account { nonce, balance, code_hash });
        let slots = slots.iter().map(|slot| self.slot_proof(storage, slot)).collect();
        Proof { account, storage_root, nodes, slots }
    }

    fn slot_proof(&self, storage: Option<NodeRef>, slot: &B256) -> SlotProof {
        let (leaf, nodes) = descend(&self.arena, storage, &keccak256(slot));
        let value = if let Some(Node::Slot(it)) = leaf { it.value } else { U256::ZERO };
        SlotProof { value, nodes }
    }
}

/// Walks towards a key: the leaf that holds it, and the RLP of every node on the way that is
/// hashed (shorter ones are inside their parents).
fn descend<'a>(arena: &'a Arena, root: Option<NodeRef>, key: &B256) -> (Option<Node<'a>>, Vec<Bytes>) {
    let mut nodes = Vec::new();
    let mut next = root.map(|node| (node, false));
    let mut depth = 0;
    while let Some((node, inline)) = next {
        if !inline {
            nodes.push(encode::node(arena, node, depth, Bytes::copy_from_slice));
        }
        let found = arena.get(node);
        next = match found {
            Node::Plain(it) => return ((it.key == *key).then_some(found), nodes),
            Node::Contract(it) => return ((it.key == *key).then_some(found), nodes),
            Node::Slot(it) => return ((it.key == *key).then_some(found), nodes),
            Node::Branch(it) => it.child(nibble(key, depth)).map(|(child, held)| (child, held.is_inline())),
            Node::Extension(it) => {
                let to = depth + usize::from(it.len);
                if divergence(&it.path, key, depth) < to {
                    break;
                }
                depth = to;
                next = Some((it.child, it.commitment.is_inline()));
                continue;
            }
        };
        depth += 1;
    }
    (None, nodes)
}

use crate::{
    build::Built,
    encode,
    node::{Node, NodeRef},
    path::{divergence, nibble},
    source::Source,
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
        prove(&self.arena, root.node.map(At::Installed), address, slots)
    }
}

/// A node of a version, installed or not.
#[derive(Clone, Copy)]
pub(crate) enum At<'a> {
    Installed(NodeRef),
    New(&'a Built),
}

impl<'a> At<'a> {
    pub(crate) fn of(built: &'a Built) -> Self {
        if let Built::Kept(node) = built { Self::Installed(*node) } else { Self::New(built) }
    }
}

/// Proves an account and slots of it below a version's top.
pub(crate) fn prove<S: Source>(source: &S, top: Option<At<'_>>, address: &Address, slots: &[B256]) -> Proof {
    let (leaf, nodes) = descend(source, top, &keccak256(address));
    let (account, storage_root, storage) = match leaf {
        Some(Leaf::Account { account, storage_root, storage }) => (Some(account), storage_root, storage),
        _ => (None, EMPTY_ROOT_HASH, None),
    };
    let slots = slots.iter().map(|slot| slot_proof(source, storage, slot)).collect();
    Proof { account, storage_root, nodes, slots }
}

fn slot_proof<S: Source>(source: &S, storage: Option<At<'_>>, slot: &B256) -> SlotProof {
    let (leaf, nodes) = descend(source, storage, &keccak256(slot));
    let value = if let Some(Leaf::Slot(value)) = leaf { value } else { U256::ZERO };
    SlotProof { value, nodes }
}

/// What a leaf holds.
enum Leaf<'a> {
    Account { account: Account, storage_root: B256, storage: Option<At<'a>> },
    Slot(U256),
}

/// Where a node leads.
enum Step<'a> {
    Leaf(B256, Leaf<'a>),
    /// A child below so many nibbles, and whether it is inside its parent.
    Child(usize, At<'a>, bool),
    Nowhere,
}

/// Walks towards a key: the leaf that holds it, and the RLP of every node on the way that is
/// hashed (shorter ones are inside their parents).
fn descend<'a, S: Source>(source: &S, top: Option<At<'a>>, key: &B256) -> (Option<Leaf<'a>>, Vec<Bytes>) {
    let mut nodes = Vec::new();
    let mut next = top.map(|top| (0, top, false));
    while let Some((depth, at, inline)) = next {
        if !inline {
            nodes.push(rlp(source, at, depth));
        }
        next = match step(source, at, key, depth) {
            Step::Leaf(found, leaf) => return ((found == *key).then_some(leaf), nodes),
            Step::Child(depth, child, inline) => Some((depth, child, inline)),
            Step::Nowhere => None,
        };
    }
    (None, nodes)
}

fn rlp<S: Source>(source: &S, at: At<'_>, depth: usize) -> Bytes {
    let copy = Bytes::copy_from_slice;
    match at {
        At::Installed(node) => source.node(node, |node| encode::node(node, depth, copy)),
        At::New(Built::Kept(node)) => rlp(source, At::Installed(*node), depth),
        At::New(Built::Slot(it)) => copy(encode::slot(&it.key, &it.value, depth).as_slice()),
        At::New(Built::Account(it)) => copy(it.rlp(depth).as_slice()),
        At::New(Built::Extension(it)) => {
            copy(encode::extension(&it.path, depth, depth + usize::from(it.len), &it.child.commitment).as_slice())
        }
        At::New(Built::Branch(edges)) => copy(encode::branch_of(edges).as_slice()),
    }
}

fn step<'a, S: Source>(source: &S, at: At<'a>, key: &B256, depth: usize) -> Step<'a> {
    match at {
        At::Installed(node) => source.node(node, |node| installed(node, key, depth)),
        At::New(built) => new(source, built, key, depth),
    }
}

fn installed<'a>(node: Node<'_>, key: &B256, depth: usize) -> Step<'a> {
    let account = |nonce, balance, code_hash| Account { nonce, balance, code_hash };
    match node {
        Node::Plain(it) => {
            let account = account(it.nonce, it.balance, KECCAK256_EMPTY);
            Step::Leaf(it.key, Leaf::Account { account, storage_root: EMPTY_ROOT_HASH, storage: None })
        }
        Node::Contract(it) => {
            let account = account(it.nonce, it.balance, it.code_hash);
            let storage = it.storage.map(At::Installed);
            Step::Leaf(it.key, Leaf::Account { account, storage_root: it.storage_root, storage })
        }
        Node::Slot(it) => Step::Leaf(it.key, Leaf::Slot(it.value)),
        Node::Branch(it) => match it.child(nibble(key, depth)) {
            Some((child, held)) => Step::Child(depth + 1, At::Installed(child), held.is_inline()),
            None => Step::Nowhere,
        },
        Node::Extension(it) => over(&it.path, it.len, key, depth, At::Installed(it.child), it.commitment.is_inline()),
    }
}

fn new<'a, S: Source>(source: &S, built: &'a Built, key: &B256, depth: usize) -> Step<'a> {
    match built {
        Built::Kept(node) => step(source, At::Installed(*node), key, depth),
        Built::Slot(it) => Step::Leaf(it.key, Leaf::Slot(it.value)),
        Built::Account(it) => {
            let storage = it.storage.as_ref().map(At::of);
            Step::Leaf(it.key, Leaf::Account { account: it.account, storage_root: it.storage_root, storage })
        }
        Built::Extension(it) => {
            over(&it.path, it.len, key, depth, At::of(&it.child.node), it.child.commitment.is_inline())
        }
        Built::Branch(edges) => match edges.iter().find(|edge| edge.nibble == nibble(key, depth)) {
            Some(edge) => Step::Child(depth + 1, At::of(&edge.node), edge.commitment.is_inline()),
            None => Step::Nowhere,
        },
    }
}

/// Over an extension, where the key goes its way.
fn over<'a>(path: &B256, len: u8, key: &B256, depth: usize, child: At<'a>, inline: bool) -> Step<'a> {
    let to = depth + usize::from(len);
    if divergence(path, key, depth) < to { Step::Nowhere } else { Step::Child(to, child, inline) }
}

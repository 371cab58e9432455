use crate::{
    arena::Arena,
    build::{AccountLeaf, Built, Edge},
    node::{Commitment, Node, NodeRef},
    path::{DEPTH_MAX, hex_prefix},
};
use althing_primitives::{B256, EMPTY_ROOT_HASH, KECCAK256_EMPTY, U256};

/// A node's RLP on the stack: a full branch is the largest, 3 + 16 * 33 + 1 bytes.
pub(crate) struct Rlp {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Rlp {
    const CAPACITY: usize = 544;

    fn new() -> Self {
        Self { bytes: [0; Self::CAPACITY], len: 0 }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes[self.len..self.len + bytes.len()].copy_from_slice(bytes);
        self.len += bytes.len();
    }

    /// Header of a string (0x80) or list (0xc0) with so many bytes of payload.
    fn header(&mut self, base: u8, payload: usize) {
        match payload {
            0..=55 => self.put(&[base + payload as u8]),
            56..=255 => self.put(&[base + 56, payload as u8]),
            _ => self.put(&[base + 57, (payload >> 8) as u8, payload as u8]),
        }
    }

    fn string(&mut self, bytes: &[u8]) {
        if bytes.len() != 1 || bytes[0] >= 0x80 {
            self.header(0x80, bytes.len());
        }
        self.put(bytes);
    }

    fn number(&mut self, number: &U256) {
        let bytes = number.to_be_bytes::<32>();
        self.string(&bytes[number.leading_zeros() / 8..]);
    }

    fn commitment(&mut self, commitment: &Commitment) {
        if !commitment.is_inline() {
            self.put(&[0x80 + 32]);
        }
        self.put(commitment.as_slice());
    }

    /// Wraps what was written into a list.
    fn into_list(self) -> Self {
        let mut list = Self::new();
        list.header(0xc0, self.len);
        list.put(self.as_slice());
        list
    }
}

fn leaf(key: &B256, depth: usize, value: &[u8]) -> Rlp {
    let mut body = Rlp::new();
    let (path, used) = hex_prefix(key, depth, DEPTH_MAX, true);
    body.string(&path[..used]);
    body.string(value);
    body.into_list()
}

/// A slot's leaf below `depth` nibbles.
pub(crate) fn slot(key: &B256, value: &U256, depth: usize) -> Rlp {
    let mut number = Rlp::new();
    number.number(value);
    leaf(key, depth, number.as_slice())
}

/// An account's leaf below `depth` nibbles.
pub(crate) fn account(
    key: &B256,
    nonce: u64,
    balance: &U256,
    storage_root: &B256,
    code_hash: &B256,
    depth: usize,
) -> Rlp {
    let mut body = Rlp::new();
    body.number(&U256::from(nonce));
    body.number(balance);
    body.string(storage_root.as_slice());
    body.string(code_hash.as_slice());
    leaf(key, depth, body.into_list().as_slice())
}

/// An extension over the nibbles `from..to` of `path`.
pub(crate) fn extension(path: &B256, from: usize, to: usize, child: &Commitment) -> Rlp {
    let mut body = Rlp::new();
    let (prefix, used) = hex_prefix(path, from, to, false);
    body.string(&prefix[..used]);
    body.commitment(child);
    body.into_list()
}

/// A branch; nothing ends in one, keys being of one length.
pub(crate) fn branch(child: impl Fn(u8) -> Option<Commitment>) -> Rlp {
    let mut body = Rlp::new();
    for nibble in 0..16 {
        match child(nibble) {
            Some(commitment) => body.commitment(&commitment),
            None => body.put(&[0x80]),
        }
    }
    body.put(&[0x80]);
    body.into_list()
}

/// A branch out of edges in order of their nibbles.
pub(crate) fn branch_of(edges: &[Edge]) -> Rlp {
    let mut body = Rlp::new();
    let mut next = 0;
    for edge in edges {
        (next..edge.nibble).for_each(|_| body.put(&[0x80]));
        body.commitment(&edge.commitment);
        next = edge.nibble + 1;
    }
    (next..17).for_each(|_| body.put(&[0x80]));
    body.into_list()
}

/// An installed node that starts below `depth` nibbles.
pub(crate) fn node(arena: &Arena, node: NodeRef, depth: usize) -> Rlp {
    match arena.get(node) {
        Node::Plain(it) => account(&it.key, it.nonce, &it.balance, &EMPTY_ROOT_HASH, &KECCAK256_EMPTY, depth),
        Node::Contract(it) => account(&it.key, it.nonce, &it.balance, &it.storage_root, &it.code_hash, depth),
        Node::Slot(it) => slot(&it.key, &it.value, depth),
        Node::Extension(it) => extension(&it.path, depth, depth + usize::from(it.len), &it.commitment),
        Node::Branch(it) => branch(|nibble| it.child(nibble).map(|(_, commitment)| commitment)),
    }
}

impl AccountLeaf {
    pub(crate) fn commitment(&self, depth: usize) -> Commitment {
        let it = &self.account;
        let rlp = account(&self.key, it.nonce, &it.balance, &self.storage_root, &it.code_hash, depth);
        Commitment::of(rlp.as_slice())
    }
}

/// What a parent at `depth` holds of a leaf.
///
/// # Panics
/// For a branch or an extension: their commitment does not depend on the depth and is known.
pub(crate) fn leaf_commitment(arena: &Arena, built: &Built, depth: usize) -> Commitment {
    match built {
        Built::Kept(kept) => Commitment::of(node(arena, *kept, depth).as_slice()),
        Built::Slot(it) => Commitment::of(slot(&it.key, &it.value, depth).as_slice()),
        Built::Account(it) => it.commitment(depth),
        Built::Extension(_) | Built::Branch(_) => unreachable!("only leaves move between depths"),
    }
}

use crate::{
    build::{AccountLeaf, Built, Edge},
    node::{Commitment, Node},
    path::{DEPTH_MAX, hex_prefix},
    source::Source,
};
use althing_primitives::{B256, EMPTY_ROOT_HASH, KECCAK256_EMPTY, U256};

/// A node's RLP on the stack, with room in front for the header that is known last.
pub(crate) struct Rlp<const N: usize> {
    bytes: [u8; N],
    start: usize,
    end: usize,
}

/// Header of a list longer than 255 bytes.
const HEADER_MAX: usize = 3;
/// A full branch: sixteen hashes with their headers and the empty value.
const BRANCH_MAX: usize = HEADER_MAX + 16 * 33 + 1;
/// A path (34), and the header and RLP of an account: nonce 9, balance 33, two hashes 66.
const LEAF_MAX: usize = HEADER_MAX + 34 + 2 + 2 + 9 + 33 + 66;

pub(crate) type NodeRlp = Rlp<BRANCH_MAX>;
pub(crate) type LeafRlp = Rlp<LEAF_MAX>;

impl<const N: usize> Rlp<N> {
    fn new() -> Self {
        Self { bytes: [0; N], start: HEADER_MAX, end: HEADER_MAX }
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    fn put(&mut self, bytes: &[u8]) {
        self.bytes[self.end..self.end + bytes.len()].copy_from_slice(bytes);
        self.end += bytes.len();
    }

    fn string(&mut self, bytes: &[u8]) {
        if bytes.len() != 1 || bytes[0] >= 0x80 {
            let (header, used) = header(0x80, bytes.len());
            self.put(&header[..used]);
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

    /// Puts a list's header in front of what was written.
    fn into_list(mut self) -> Self {
        let (header, used) = header(0xc0, self.end - self.start);
        self.start -= used;
        self.bytes[self.start..self.start + used].copy_from_slice(&header[..used]);
        self
    }
}

/// Header of a string (0x80) or list (0xc0) with so many bytes of payload, and its length.
fn header(base: u8, payload: usize) -> ([u8; HEADER_MAX], usize) {
    match payload {
        0..=55 => ([base + payload as u8, 0, 0], 1),
        56..=255 => ([base + 56, payload as u8, 0], 2),
        _ => ([base + 57, (payload >> 8) as u8, payload as u8], 3),
    }
}

fn leaf(key: &B256, depth: usize, value: &[u8]) -> LeafRlp {
    let mut body = LeafRlp::new();
    let (path, used) = hex_prefix(key, depth, DEPTH_MAX, true);
    body.string(&path[..used]);
    body.string(value);
    body.into_list()
}

/// A slot's leaf below `depth` nibbles.
pub(crate) fn slot(key: &B256, value: &U256, depth: usize) -> LeafRlp {
    let mut number = LeafRlp::new();
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
) -> LeafRlp {
    let mut body = LeafRlp::new();
    body.number(&U256::from(nonce));
    body.number(balance);
    body.string(storage_root.as_slice());
    body.string(code_hash.as_slice());
    leaf(key, depth, body.into_list().as_slice())
}

/// An extension over the nibbles `from..to` of `path`.
pub(crate) fn extension(path: &B256, from: usize, to: usize, child: &Commitment) -> LeafRlp {
    let mut body = LeafRlp::new();
    let (prefix, used) = hex_prefix(path, from, to, false);
    body.string(&prefix[..used]);
    body.commitment(child);
    body.into_list()
}

/// A branch; nothing ends in one, keys being of one length.
pub(crate) fn branch(child: impl Fn(u8) -> Option<Commitment>) -> NodeRlp {
    let mut body = NodeRlp::new();
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
pub(crate) fn branch_of(edges: &[Edge]) -> NodeRlp {
    let mut body = NodeRlp::new();
    let mut next = 0;
    for edge in edges {
        (next..edge.nibble).for_each(|_| body.put(&[0x80]));
        body.commitment(&edge.commitment);
        next = edge.nibble + 1;
    }
    (next..17).for_each(|_| body.put(&[0x80]));
    body.into_list()
}

/// An installed node that starts below `depth` nibbles, given to `read`.
pub(crate) fn node<T>(node: Node<'_>, depth: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    let (empty, plain) = (&EMPTY_ROOT_HASH, &KECCAK256_EMPTY);
    match node {
        Node::Plain(it) => read(account(&it.key, it.nonce, &it.balance, empty, plain, depth).as_slice()),
        Node::Contract(it) => {
            read(account(&it.key, it.nonce, &it.balance, &it.storage_root, &it.code_hash, depth).as_slice())
        }
        Node::Slot(it) => read(slot(&it.key, &it.value, depth).as_slice()),
        Node::Extension(it) => read(extension(&it.path, depth, depth + usize::from(it.len), &it.commitment).as_slice()),
        Node::Branch(it) => read(branch(|nibble| it.child(nibble).map(|(_, commitment)| commitment)).as_slice()),
    }
}

impl AccountLeaf {
    pub(crate) fn rlp(&self, depth: usize) -> LeafRlp {
        let it = &self.account;
        account(&self.key, it.nonce, &it.balance, &self.storage_root, &it.code_hash, depth)
    }
}

/// What a parent at `depth` holds of a leaf.
///
/// # Panics
/// For a branch or an extension: their commitment does not depend on the depth and is known.
pub(crate) fn leaf_commitment<S: Source>(source: &S, built: &Built, depth: usize) -> Commitment {
    match built {
        Built::Kept(kept) => source.node(*kept, |kept| node(kept, depth, Commitment::of)),
        Built::Slot(it) => Commitment::of(slot(&it.key, &it.value, depth).as_slice()),
        Built::Account(it) => Commitment::of(it.rlp(depth).as_slice()),
        Built::Extension(_) | Built::Branch(_) => unreachable!("only leaves move between depths"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_trie::{Nibbles, TrieAccount, nodes::LeafNodeRef};

    #[test]
    fn the_largest_leaf_fits_and_is_standard() {
        let (key, storage_root, code_hash) = (B256::repeat_byte(1), B256::repeat_byte(2), B256::repeat_byte(3));
        let it = TrieAccount { nonce: u64::MAX, balance: U256::MAX, storage_root, code_hash };
        let value = alloy_rlp::encode(it);
        let expected = alloy_rlp::encode(LeafNodeRef { key: &Nibbles::unpack(key), value: &value });
        let rlp = account(&key, it.nonce, &it.balance, &storage_root, &code_hash, 0);
        assert_eq!(rlp.as_slice(), expected);
    }

    #[test]
    fn a_full_branch_fits() {
        let hash = Commitment::of(&[7; 32]);
        let rlp = branch(|_| Some(hash));
        assert_eq!(rlp.as_slice().len(), BRANCH_MAX);
        assert_eq!(rlp.as_slice()[..3], [0xf9, 0x02, 0x11]);
    }
}

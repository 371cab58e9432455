use althing_primitives::{B256, U256, keccak256};

/// Where a node is in the arena: three bits of kind, the rest its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeRef(u32);

/// What a node is. Branches come in four sizes, since most have two or three children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Plain,
    Contract,
    Slot,
    Extension,
    Branch2,
    Branch4,
    Branch8,
    Branch16,
}

const INDEX_BITS: u32 = 29;

impl NodeRef {
    /// # Panics
    /// Past 2^29 nodes of a kind, which is tens of GiB.
    pub(crate) fn new(kind: Kind, index: u32) -> Self {
        assert!(index < 1 << INDEX_BITS, "fewer than 2^29 nodes of a kind");
        Self((kind as u32) << INDEX_BITS | index)
    }

    pub(crate) fn kind(self) -> Kind {
        match self.0 >> INDEX_BITS {
            0 => Kind::Plain,
            1 => Kind::Contract,
            2 => Kind::Slot,
            3 => Kind::Extension,
            4 => Kind::Branch2,
            5 => Kind::Branch4,
            6 => Kind::Branch8,
            _ => Kind::Branch16,
        }
    }

    pub(crate) fn index(self) -> u32 {
        self.0 & ((1 << INDEX_BITS) - 1)
    }
}

/// What a parent holds of a child: the hash of its RLP, or the RLP itself where it is shorter than a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Commitment {
    bytes: [u8; 32],
    len: u8,
}

impl Commitment {
    pub(crate) fn of(rlp: &[u8]) -> Self {
        if rlp.len() >= 32 {
            return Self { bytes: keccak256(rlp).0, len: 32 };
        }
        let mut bytes = [0; 32];
        bytes[..rlp.len()].copy_from_slice(rlp);
        Self { bytes, len: rlp.len() as u8 }
    }

    /// Reads back what [`Commitment::bytes`] gave. Inline RLP is a list and says its own length.
    pub(crate) fn from_bytes(bytes: [u8; 32], inline: bool) -> Self {
        let len = if inline { bytes[0] - 0xc0 + 1 } else { 32 };
        Self { bytes, len }
    }

    pub(crate) fn bytes(&self) -> [u8; 32] {
        self.bytes
    }

    pub(crate) fn is_inline(&self) -> bool {
        self.len < 32
    }

    /// Inline RLP or hash, without padding.
    pub(crate) fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// The root hash of a trie with this node on top.
    pub(crate) fn root_hash(&self) -> B256 {
        if self.is_inline() { keccak256(self.as_slice()) } else { B256::new(self.bytes) }
    }
}

/// An account without code and storage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain {
    pub(crate) key: B256,
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
}

/// An account with code or storage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Contract {
    pub(crate) key: B256,
    pub(crate) nonce: u64,
    pub(crate) balance: U256,
    pub(crate) code_hash: B256,
    pub(crate) storage_root: B256,
    pub(crate) storage: Option<NodeRef>,
}

/// A storage slot that is not zero.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    pub(crate) key: B256,
    pub(crate) value: U256,
}

/// A path that all keys below share. Only the nibbles from the node's depth on, `len` of them,
/// mean anything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Extension {
    pub(crate) path: B256,
    pub(crate) len: u8,
    pub(crate) child: NodeRef,
    pub(crate) commitment: Commitment,
}

/// Up to `N` children, densely, in order of their nibbles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch<const N: usize> {
    pub(crate) mask: u16,
    pub(crate) inline: u16,
    pub(crate) children: [NodeRef; N],
    pub(crate) commitments: [[u8; 32]; N],
}

/// A branch of any size.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BranchView<'a> {
    mask: u16,
    inline: u16,
    children: &'a [NodeRef],
    commitments: &'a [[u8; 32]],
}

impl<'a, const N: usize> From<&'a Branch<N>> for BranchView<'a> {
    fn from(branch: &'a Branch<N>) -> Self {
        Self { mask: branch.mask, inline: branch.inline, children: &branch.children, commitments: &branch.commitments }
    }
}

impl BranchView<'_> {
    pub(crate) fn len(&self) -> usize {
        self.mask.count_ones() as usize
    }

    pub(crate) fn child(&self, nibble: u8) -> Option<(NodeRef, Commitment)> {
        let bit = 1u16 << nibble;
        if self.mask & bit == 0 {
            return None;
        }
        let at = (self.mask & (bit - 1)).count_ones() as usize;
        Some((self.children[at], Commitment::from_bytes(self.commitments[at], self.inline & bit != 0)))
    }

    pub(crate) fn children(&self) -> &[NodeRef] {
        &self.children[..self.len()]
    }
}

/// A node in the arena.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'a> {
    Plain(&'a Plain),
    Contract(&'a Contract),
    Slot(&'a Slot),
    Extension(&'a Extension),
    Branch(BranchView<'a>),
}

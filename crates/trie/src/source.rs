use crate::{
    arena::Arena,
    node::{BranchView, Commitment, Extension, Node, NodeRef},
};
use althing_primitives::B256;

/// Where the builder reads installed nodes.
pub(crate) trait Source: Sync {
    /// Whether large batches may be split between the threads of the rayon pool.
    const PARALLEL: bool;

    /// Looks at one node.
    fn node<R>(&self, node: NodeRef, read: impl FnOnce(Node<'_>) -> R) -> R;

    /// Appends a subtree's nodes, storage included, for who frees what is replaced.
    fn collect(&self, root: NodeRef, into: &mut Vec<NodeRef>);
}

impl Source for Arena {
    const PARALLEL: bool = true;

    fn node<R>(&self, node: NodeRef, read: impl FnOnce(Node<'_>) -> R) -> R {
        read(self.get(node))
    }

    fn collect(&self, root: NodeRef, into: &mut Vec<NodeRef>) {
        Self::collect(self, root, into);
    }
}

/// What the builder needs of an installed node, copied out of the arena.
#[expect(clippy::large_enum_variant, reason = "on the stack for a moment, nearly always a branch")]
pub(crate) enum Old {
    Branch(Children),
    Extension(Extension),
    /// Its key.
    Leaf(B256),
}

impl Old {
    pub(crate) fn of(node: Node<'_>) -> Self {
        match node {
            Node::Branch(branch) => Self::Branch(Children::of(&branch)),
            Node::Extension(extension) => Self::Extension(*extension),
            Node::Plain(leaf) => Self::Leaf(leaf.key),
            Node::Contract(leaf) => Self::Leaf(leaf.key),
            Node::Slot(leaf) => Self::Leaf(leaf.key),
        }
    }
}

/// A branch's children by nibble.
pub(crate) struct Children([Option<(NodeRef, Commitment)>; 16]);

impl Children {
    fn of(branch: &BranchView<'_>) -> Self {
        Self(std::array::from_fn(|nibble| branch.child(nibble as u8)))
    }

    pub(crate) fn at(&self, nibble: u8) -> Option<(NodeRef, Commitment)> {
        self.0[usize::from(nibble)]
    }

    pub(crate) fn len(&self) -> usize {
        self.0.iter().flatten().count()
    }
}

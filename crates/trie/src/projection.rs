use crate::{
    build::{Subtree, create, update},
    node::{Node, NodeRef},
    proof::{At, Proof, prove},
    source::Source,
    trie::{Root, StateTrie},
    update::{root_hash, sorted},
};
use althing_primitives::{Address, B256, Changes};

/// How a [`Projection`] reaches the trie: directly, or through a lock that is taken for each node anew.
pub trait Access: Sync {
    /// Calls `read` once. Called for one node at a time; the caller of the projection sees to it that
    /// nodes below its root are not freed between two calls. The trie may be changed otherwise.
    fn read<R>(&self, read: impl FnOnce(&StateTrie) -> R) -> R;
}

impl Access for StateTrie {
    fn read<R>(&self, read: impl FnOnce(&StateTrie) -> R) -> R {
        read(self)
    }
}

/// A version that is computed to be looked at and never installed. On the calling thread alone: one
/// that holds a lock may wait for the rayon pool, so no thread of that waits for a lock here.
#[derive(Debug)]
pub struct Projection {
    top: Option<Subtree>,
    hash: B256,
}

impl Projection {
    /// The version that follows `parent` by these changes. Nodes below `parent` stay live as long as this is used.
    pub fn new(access: &impl Access, parent: Root, changes: &Changes) -> Self {
        let (source, updates) = (Through(access), sorted(changes));
        // What is replaced is nobody's concern: nothing is installed.
        let mut replaced = Vec::new();
        let top = match parent.node {
            Some(node) => update(&source, node, 0, &updates, &mut replaced),
            None => create(&source, &updates, &mut replaced),
        };
        let hash = root_hash(top.as_ref().map(|top| &top.commitment));
        Self { top, hash }
    }

    /// Its state root.
    pub const fn hash(&self) -> B256 {
        self.hash
    }

    /// Proves an account and slots of it. `access` as when it was made.
    pub fn proof(&self, access: &impl Access, address: &Address, slots: &[B256]) -> Proof {
        let top = self.top.as_ref().map(|top| At::of(&top.node));
        prove(&Through(access), top, address, slots)
    }
}

/// Installed nodes, one at a time.
struct Through<'a, A>(&'a A);

impl<A: Access> Source for Through<'_, A> {
    const PARALLEL: bool = false;

    fn node<R>(&self, node: NodeRef, read: impl FnOnce(Node<'_>) -> R) -> R {
        self.0.read(|trie| read(trie.arena.get(node)))
    }

    /// Nothing is freed.
    fn collect(&self, _: NodeRef, _: &mut Vec<NodeRef>) {}
}

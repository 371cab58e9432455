use crate::{
    arena::Arena,
    build::{Subtree, create, update},
    node::NodeRef,
    update::{AccountUpdate, root_hash, sorted},
};
use althing_primitives::{B256, Changes, EMPTY_ROOT_HASH};

/// Every live version of the state trie.
#[derive(Debug, Default)]
pub struct StateTrie {
    pub(crate) arena: Arena,
}

/// The top of one version. It means something only until a node below it is freed; whoever frees
/// nodes forgets the roots above them first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Root {
    pub(crate) node: Option<NodeRef>,
    hash: B256,
}

/// A version that is computed but not installed; dropping it leaves no trace.
#[derive(Debug)]
pub struct Prepared {
    top: Option<Subtree>,
    replaced: Nodes,
    hash: B256,
}

/// An installed version and how it differs from its parent.
#[derive(Debug)]
pub struct Version {
    /// Its root.
    pub root: Root,
    /// Nodes that came with it. Free them to drop the version (and first every version made from it).
    pub created: Nodes,
    /// The parent's nodes it does without. Free them once neither the parent nor anything else
    /// made from it, nor any older version, is needed.
    pub replaced: Nodes,
}

/// Nodes that are freed together, once.
#[derive(Debug, Default)]
pub struct Nodes(pub(crate) Vec<NodeRef>);

impl Nodes {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Default for Root {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl Root {
    /// The version without accounts.
    pub const EMPTY: Self = Self { node: None, hash: EMPTY_ROOT_HASH };

    /// The state root.
    pub const fn hash(&self) -> B256 {
        self.hash
    }
}

impl Prepared {
    /// The state root it will have.
    pub const fn hash(&self) -> B256 {
        self.hash
    }
}

impl StateTrie {
    /// Computes the version that follows `parent` (live) by these changes. Uses the rayon pool
    /// for large ones: the result does not depend on it.
    pub fn prepare(&self, parent: Root, changes: &Changes) -> Prepared {
        self.prepare_sorted(parent, &sorted(changes))
    }

    pub(crate) fn prepare_sorted(&self, parent: Root, updates: &[AccountUpdate]) -> Prepared {
        let mut replaced = Vec::new();
        let top = match parent.node {
            Some(node) => update(&self.arena, node, 0, updates, &mut replaced),
            None => create(&self.arena, updates, &mut replaced),
        };
        let hash = root_hash(top.as_ref().map(|top| &top.commitment));
        Prepared { top, replaced: Nodes(replaced), hash }
    }

    /// Makes a prepared version live. Its parent has stayed live since it was prepared.
    pub fn install(&mut self, prepared: Prepared) -> Version {
        let mut created = Vec::new();
        let node = prepared.top.map(|top| self.arena.install(top.node, &mut created));
        let root = Root { node, hash: prepared.hash };
        Version { root, created: Nodes(created), replaced: prepared.replaced }
    }

    /// Takes out nodes that no version in use reaches.
    pub fn free(&mut self, nodes: Nodes) {
        nodes.0.into_iter().for_each(|node| self.arena.remove(node));
    }

    /// Whether an account has storage in a version.
    pub fn has_storage(&self, root: Root, address: &althing_primitives::Address) -> bool {
        self.proof(root, address, &[]).storage_root != EMPTY_ROOT_HASH
    }

    /// Live nodes.
    pub fn nodes(&self) -> usize {
        self.arena.len()
    }

    /// Nodes a version reaches, for tests of what is freed.
    pub fn reachable(&self, root: Root) -> usize {
        let mut nodes = Vec::new();
        root.node.into_iter().for_each(|node| self.arena.collect(node, &mut nodes));
        nodes.len()
    }

    /// Bytes the nodes take.
    pub fn bytes(&self) -> usize {
        self.arena.bytes()
    }
}

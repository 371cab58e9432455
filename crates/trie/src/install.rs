use crate::{
    arena::Arena,
    build::{AccountLeaf, Built, Edge},
    node::{Branch, Contract, Extension, Kind, NodeRef, Plain},
};
use althing_primitives::KECCAK256_EMPTY;

impl Arena {
    /// Moves a built subtree in, children first, and notes the new nodes in `created`.
    pub(crate) fn install(&mut self, built: Built, created: &mut Vec<NodeRef>) -> NodeRef {
        let node = match built {
            Built::Kept(node) => return node,
            Built::Slot(slot) => NodeRef::new(Kind::Slot, self.slot.insert(*slot)),
            Built::Account(leaf) => self.install_account(*leaf, created),
            Built::Extension(span) => {
                let child = self.install(span.child.node, created);
                let extension = Extension { path: span.path, len: span.len, child, commitment: span.child.commitment };
                NodeRef::new(Kind::Extension, self.extension.insert(extension))
            }
            Built::Branch(edges) => self.install_branch(edges, created),
        };
        created.push(node);
        node
    }

    fn install_account(&mut self, leaf: AccountLeaf, created: &mut Vec<NodeRef>) -> NodeRef {
        let AccountLeaf { key, account, storage_root, storage } = leaf;
        let (nonce, balance, code_hash) = (account.nonce, account.balance, account.code_hash);
        if storage.is_none() && code_hash == KECCAK256_EMPTY {
            return NodeRef::new(Kind::Plain, self.plain.insert(Plain { key, nonce, balance }));
        }
        let storage = storage.map(|storage| self.install(storage, created));
        let contract = Contract { key, nonce, balance, code_hash, storage_root, storage };
        NodeRef::new(Kind::Contract, self.contract.insert(contract))
    }

    fn install_branch(&mut self, edges: Vec<Edge>, created: &mut Vec<NodeRef>) -> NodeRef {
        match edges.len() {
            ..=2 => NodeRef::new(Kind::Branch2, {
                let it = self.branch(edges, created);
                self.branch2.insert(it)
            }),
            3..=4 => NodeRef::new(Kind::Branch4, {
                let it = self.branch(edges, created);
                self.branch4.insert(it)
            }),
            5..=8 => NodeRef::new(Kind::Branch8, {
                let it = self.branch(edges, created);
                self.branch8.insert(it)
            }),
            _ => NodeRef::new(Kind::Branch16, {
                let it = self.branch(edges, created);
                self.branch16.insert(it)
            }),
        }
    }

    fn branch<const N: usize>(&mut self, edges: Vec<Edge>, created: &mut Vec<NodeRef>) -> Branch<N> {
        let unused = NodeRef::new(Kind::Plain, 0);
        let mut branch = Branch { mask: 0, inline: 0, children: [unused; N], commitments: [[0; 32]; N] };
        for (at, edge) in edges.into_iter().enumerate() {
            let bit = 1u16 << edge.nibble;
            branch.mask |= bit;
            branch.inline |= if edge.commitment.is_inline() { bit } else { 0 };
            branch.commitments[at] = edge.commitment.bytes();
            branch.children[at] = self.install(edge.node, created);
        }
        branch
    }
}

use crate::{
    node::{Branch, Contract, Extension, Kind, Node, NodeRef, Plain, Slot},
    slab::Slab,
};

/// Every installed node.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    pub(crate) plain: Slab<Plain>,
    pub(crate) contract: Slab<Contract>,
    pub(crate) slot: Slab<Slot>,
    pub(crate) extension: Slab<Extension>,
    pub(crate) branch2: Slab<Branch<2>>,
    pub(crate) branch4: Slab<Branch<4>>,
    pub(crate) branch8: Slab<Branch<8>>,
    pub(crate) branch16: Slab<Branch<16>>,
}

impl Arena {
    pub(crate) fn get(&self, node: NodeRef) -> Node<'_> {
        let index = node.index();
        match node.kind() {
            Kind::Plain => Node::Plain(self.plain.get(index)),
            Kind::Contract => Node::Contract(self.contract.get(index)),
            Kind::Slot => Node::Slot(self.slot.get(index)),
            Kind::Extension => Node::Extension(self.extension.get(index)),
            Kind::Branch2 => Node::Branch(self.branch2.get(index).into()),
            Kind::Branch4 => Node::Branch(self.branch4.get(index).into()),
            Kind::Branch8 => Node::Branch(self.branch8.get(index).into()),
            Kind::Branch16 => Node::Branch(self.branch16.get(index).into()),
        }
    }

    pub(crate) fn remove(&mut self, node: NodeRef) {
        let index = node.index();
        match node.kind() {
            Kind::Plain => self.plain.remove(index),
            Kind::Contract => self.contract.remove(index),
            Kind::Slot => self.slot.remove(index),
            Kind::Extension => self.extension.remove(index),
            Kind::Branch2 => self.branch2.remove(index),
            Kind::Branch4 => self.branch4.remove(index),
            Kind::Branch8 => self.branch8.remove(index),
            Kind::Branch16 => self.branch16.remove(index),
        }
    }

    /// Appends a subtree's nodes, storage included.
    pub(crate) fn collect(&self, root: NodeRef, into: &mut Vec<NodeRef>) {
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            into.push(node);
            match self.get(node) {
                Node::Branch(branch) => open.extend_from_slice(branch.children()),
                Node::Extension(extension) => open.push(extension.child),
                Node::Contract(contract) => open.extend(contract.storage),
                Node::Plain(_) | Node::Slot(_) => {}
            }
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.plain.len()
            + self.contract.len()
            + self.slot.len()
            + self.extension.len()
            + self.branch2.len()
            + self.branch4.len()
            + self.branch8.len()
            + self.branch16.len()
    }

    pub(crate) fn bytes(&self) -> usize {
        self.plain.bytes()
            + self.contract.bytes()
            + self.slot.bytes()
            + self.extension.bytes()
            + self.branch2.bytes()
            + self.branch4.bytes()
            + self.branch8.bytes()
            + self.branch16.bytes()
    }
}

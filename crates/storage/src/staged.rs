use althing_primitives::B256;

/// A block's outcome on top of an executed parent, with its state root; dropped without a trace
/// unless [`crate::Storage::insert`]ed.
#[derive(Debug)]
pub struct Staged {
    pub(crate) root: B256,
}

impl Staged {
    /// State root after the block.
    pub fn state_root(&self) -> B256 {
        self.root
    }
}

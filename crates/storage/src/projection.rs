//! Versions of the trie that are looked at and never installed: proofs, and roots of what is only simulated.

use crate::{StateError, proof::AccountProof, rewind::Rewound, shared::Shared};
use althing_primitives::{Address, B256, BlockId, Changes};
use althing_trie::{Access, Projection, Root, StateTrie};
use parking_lot::{Mutex, MutexGuard};
use std::borrow::Cow;

/// A block's version of the trie that stays whole although no lock of the trie is held.
struct Pinned<'a> {
    root: Root,
    _pin: Pin<'a>,
    /// One at a time: between two nodes nobody holds up who inserts, and clients get one core for it.
    _turn: MutexGuard<'a, ()>,
}

/// Who is looking.
#[derive(Debug, Default)]
pub(crate) struct Pins {
    turn: u64,
    held: bool,
}

/// While this lives, nodes that were reachable when it was made are not freed.
struct Pin<'a>(&'a Mutex<Pins>);

impl Pins {
    /// Number of the latest pin. What is garbage by now no later pin's version reaches.
    pub(crate) const fn turn(&self) -> u64 {
        self.turn
    }

    /// Whether garbage of this turn may be freed.
    pub(crate) const fn frees(&self, turn: u64) -> bool {
        !self.held || turn < self.turn
    }
}

impl<'a> Pin<'a> {
    fn new(pins: &'a Mutex<Pins>) -> Self {
        let mut it = pins.lock();
        it.turn += 1;
        it.held = true;
        Self(pins)
    }
}

impl Drop for Pin<'_> {
    fn drop(&mut self) {
        self.0.lock().held = false;
    }
}

/// The lock of the trie is taken for one node and let go.
impl Access for Shared {
    fn read<R>(&self, read: impl FnOnce(&StateTrie) -> R) -> R {
        read(&self.trie.read_recursive())
    }
}

impl Shared {
    /// Proof of an account and slots in a block's state.
    pub(crate) fn proof(&self, id: BlockId, address: Address, slots: &[B256]) -> Result<AccountProof, StateError> {
        self.proof_by(self, id, address, slots)
    }

    /// The same, each node read by `access`.
    pub(crate) fn proof_by(
        &self,
        access: &impl Access,
        id: BlockId,
        address: Address,
        slots: &[B256],
    ) -> Result<AccountProof, StateError> {
        let (pinned, rewound) = self.version_near(id)?;
        let projection = Projection::new(access, pinned.root, &rewound.into_changes());
        Ok(AccountProof::new(address, slots, projection.proof(access, &address, slots)))
    }

    /// The root that changes on top of a block's state give.
    pub(crate) fn root_after(&self, id: BlockId, changes: &Changes) -> Result<B256, StateError> {
        let (pinned, rewound) = self.version_near(id)?;
        let changes =
            if rewound.is_empty() { Cow::Borrowed(changes) } else { Cow::Owned(rewound.followed_by(changes)) };
        Ok(Projection::new(self, pinned.root, &changes).hash())
    }

    /// A block's version, or where its nodes are gone a later one and what leads back.
    fn version_near(&self, id: BlockId) -> Result<(Pinned<'_>, Rewound), StateError> {
        match self.pinned(id) {
            Err(StateError::ProofWindow(..)) => {
                let rewound = self.rewind(id)?;
                Ok((self.pinned(rewound.from)?, rewound))
            }
            pinned => Ok((pinned?, Rewound::nothing(id))),
        }
    }

    fn pinned(&self, id: BlockId) -> Result<Pinned<'_>, StateError> {
        let turn = self.looking.lock();
        // First the pin, then the version: whatever becomes garbage after the look-up is not freed.
        let pin = Pin::new(&self.pins);
        let root = self.table.read().root(id)?;
        Ok(Pinned { root, _pin: pin, _turn: turn })
    }
}

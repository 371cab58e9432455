use crate::{StateError, archive::Archive, chain::Commit, codes, layer::Layer, shared::Shared};
use althing_primitives::{Account, Address, B256, BlockId, BlockNumber, Bytes, Changes, KECCAK256_EMPTY, U256};
use revm::{Database, DatabaseRef, bytecode::Bytecode, state::AccountInfo};
use std::{ops::RangeInclusive, sync::Arc};

/// The state right after one block. Cheap to clone; stays valid and unchanged however long it is
/// held (it keeps the blocks above it in memory, so do not hold it for long).
#[derive(Clone, Debug)]
pub struct View(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: BlockId,
    shared: Arc<Shared>,
    /// Blocks that were not final when the view was made, newest first.
    layers: Vec<Arc<Layer>>,
    /// The committed block below them.
    anchor: Arc<Commit>,
    /// For views below the memory window: the archive, asked about blocks up to the anchor.
    archive: Option<Arc<dyn Archive>>,
}

impl View {
    pub(crate) fn new(shared: Arc<Shared>, layers: Vec<Arc<Layer>>, anchor: Arc<Commit>) -> Self {
        let id = layers.first().map_or(anchor.id, |layer| layer.id);
        Self(Arc::new(Inner { id, shared, layers, anchor, archive: None }))
    }

    /// The state of a block below `anchor`, the oldest in memory.
    pub(crate) fn archived(shared: Arc<Shared>, id: BlockId, anchor: Arc<Commit>, archive: Arc<dyn Archive>) -> Self {
        Self(Arc::new(Inner { id, shared, layers: Vec::new(), anchor, archive: Some(archive) }))
    }

    /// Which block's state this is.
    pub fn id(&self) -> BlockId {
        self.0.id
    }

    /// An account's record, `None` where it does not exist.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn account(&self, address: &Address) -> Result<Option<Account>, StateError> {
        let it = &*self.0;
        if let Some(change) = it.layers.iter().find_map(|layer| layer.change(address)) {
            return Ok(change.account);
        }
        if let Some((archive, blocks)) = it.archived()
            && let Some(account) = archive.account_before(address, blocks)?
        {
            return Ok(account);
        }
        // The base first: whatever it got ahead of the anchor by is in the diffs by then.
        let tip = it.shared.base.account(address);
        Ok(it.anchor.account(address).unwrap_or(tip))
    }

    /// A slot's value, zero where it is not set.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn storage(&self, address: &Address, slot: &U256) -> Result<U256, StateError> {
        let it = &*self.0;
        for change in it.layers.iter().filter_map(|layer| layer.change(address)) {
            if change.account.is_none() {
                return Ok(U256::ZERO);
            }
            match change.storage.get(slot) {
                Some(value) => return Ok(*value),
                None if change.wiped => return Ok(U256::ZERO),
                None => {}
            }
        }
        if let Some((archive, blocks)) = it.archived()
            && let Some(value) = archive.slot_before(address, slot, blocks)?
        {
            return Ok(value);
        }
        let tip = it.shared.base.slot(*address, *slot);
        Ok(it.anchor.slot(address, slot).unwrap_or(tip))
    }

    /// Code by its hash, exactly as deployed.
    ///
    /// # Errors
    /// [`StateError::MissingCode`] where no account of this view has it.
    pub fn code(&self, hash: &B256) -> Result<Bytes, StateError> {
        Ok(self.bytecode(hash)?.original_bytes())
    }

    /// Code by its hash, analysed once and shared.
    ///
    /// # Errors
    /// [`StateError::MissingCode`] where no account of this view has it.
    pub fn bytecode(&self, hash: &B256) -> Result<Bytecode, StateError> {
        if *hash == KECCAK256_EMPTY {
            return Ok(Bytecode::new());
        }
        let it = &*self.0;
        let in_layers = it.layers.iter().find_map(|layer| layer.code.get(hash).cloned());
        codes::required(in_layers.or_else(|| it.shared.codes.find(hash)))
    }

    /// Hash of this block or one of its ancestors, for the `BLOCKHASH` opcode. Zero where it is not known.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn block_hash(&self, number: BlockNumber) -> Result<B256, StateError> {
        let it = &*self.0;
        if number > it.id.number {
            return Ok(B256::ZERO);
        }
        if let Some(layer) = it.layers.iter().find(|layer| layer.id.number == number) {
            return Ok(layer.id.hash);
        }
        Ok(it.shared.block_hash(number)?.unwrap_or_default())
    }

    /// The state root that changes on top of this state would give.
    ///
    /// # Errors
    /// [`StateError::ProofWindow`] for views older than can be rewound to,
    /// [`StateError::UnknownBlock`] for a layer that was dropped.
    pub fn root_after(&self, changes: &Changes) -> Result<B256, StateError> {
        self.0.shared.root_after(self.0.id, changes)
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.0.shared
    }
}

impl Inner {
    /// The archive with the blocks between this view's and the memory window.
    fn archived(&self) -> Option<(&dyn Archive, RangeInclusive<BlockNumber>)> {
        let archive = self.archive.as_deref()?;
        Some((archive, self.id.number + 1..=self.anchor.id.number))
    }
}

impl DatabaseRef for View {
    type Error = StateError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        let info = |account: Account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            account_id: None,
            code: None,
        };
        Ok(self.account(&address)?.map(info))
    }

    fn code_by_hash_ref(&self, hash: B256) -> Result<Bytecode, StateError> {
        self.bytecode(&hash)
    }

    fn storage_ref(&self, address: Address, slot: U256) -> Result<U256, StateError> {
        self.storage(&address, &slot)
    }

    fn block_hash_ref(&self, number: u64) -> Result<B256, StateError> {
        self.block_hash(number)
    }
}

impl Database for View {
    type Error = StateError;

    fn basic(&mut self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        self.basic_ref(address)
    }

    fn code_by_hash(&mut self, hash: B256) -> Result<Bytecode, StateError> {
        self.bytecode(&hash)
    }

    fn storage(&mut self, address: Address, slot: U256) -> Result<U256, StateError> {
        self.storage_ref(address, slot)
    }

    fn block_hash(&mut self, number: u64) -> Result<B256, StateError> {
        self.block_hash_ref(number)
    }
}

#![allow(clippy::unimplemented, reason = "skeleton")]
use crate::StateError;
use althing_primitives::{Account, Address, B256, BlockId, BlockNumber, Bytes, U256};
use revm::{DatabaseRef, bytecode::Bytecode, state::AccountInfo};
use std::sync::Arc;

/// The state right after one block. Cheap to clone; stays valid and unchanged however long it is
/// held (it keeps the blocks above it in memory, so do not hold it for long).
#[derive(Clone, Debug)]
pub struct View(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: BlockId,
}

impl View {
    /// Which block's state this is.
    pub fn id(&self) -> BlockId {
        self.0.id
    }

    /// An account's record, `None` where it does not exist.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn account(&self, _address: &Address) -> Result<Option<Account>, StateError> {
        unimplemented!()
    }

    /// A slot's value, zero where it is not set.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn storage(&self, _address: &Address, _slot: &U256) -> Result<U256, StateError> {
        unimplemented!()
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
    pub fn bytecode(&self, _hash: &B256) -> Result<Bytecode, StateError> {
        unimplemented!()
    }

    /// Hash of this block or one of its ancestors, for the `BLOCKHASH` opcode. Zero where it is not known.
    ///
    /// # Errors
    /// [`StateError::Durable`] on views below the memory window.
    pub fn block_hash(&self, _number: BlockNumber) -> Result<B256, StateError> {
        unimplemented!()
    }
}

impl DatabaseRef for View {
    type Error = StateError;

    fn basic_ref(&self, address: Address) -> Result<Option<AccountInfo>, StateError> {
        Ok(self.account(&address)?.map(|account| AccountInfo {
            balance: account.balance,
            nonce: account.nonce,
            code_hash: account.code_hash,
            account_id: None,
            code: None,
        }))
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

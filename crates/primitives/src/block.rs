use crate::{
    Address, B256, BlockHash, BlockId, BlockNumber, EMPTY_OMMER_ROOT_HASH, Extra, ExtraError, Header, Transaction,
};
use alloy_consensus::{proofs, transaction::SignerRecoverable};
use rayon::prelude::*;
use thiserror::Error;

/// Transactions, ommers and withdrawals of a block.
pub type Body = alloy_consensus::BlockBody<Transaction>;

/// A block whose hash is known: header, body and keccak256 of the header's RLP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    hash: BlockHash,
    /// The header the hash covers.
    pub header: Header,
    /// Everything the header commits to by root.
    pub body: Body,
}

/// Why a block is no block, before anything is executed.
#[derive(Debug, Error)]
pub enum BlockError {
    /// The bytes are no block's RLP.
    #[error("block RLP: {0}")]
    Rlp(#[from] alloy_rlp::Error),
    /// A body was given that the header does not commit to.
    #[error("{0} does not match the header")]
    Body(&'static str),
    /// A signature from which no sender can be recovered.
    #[error("transaction {0} has an invalid signature")]
    Signature(usize),
}

impl Block {
    /// Joins header and body, computing the hash. Does not check that they match, see
    /// [`Block::check_body`].
    pub fn new(header: Header, body: Body) -> Self {
        Self { hash: header.hash_slow(), header, body }
    }

    /// Hash of the header.
    pub const fn hash(&self) -> BlockHash {
        self.hash
    }

    /// Height.
    pub const fn number(&self) -> BlockNumber {
        self.header.number
    }

    /// Height and hash.
    pub const fn id(&self) -> BlockId {
        BlockId { number: self.header.number, hash: self.hash }
    }

    /// The consensus fields in `extraData`.
    ///
    /// # Errors
    /// The block is not one of our consensus (imported chains).
    pub fn extra(&self) -> Result<Extra, ExtraError> {
        Extra::decode(&self.header.extra_data)
    }

    /// Block time in milliseconds since 1970: the header's seconds and `extraData`'s milliseconds
    /// (zero for imported blocks).
    pub fn time_ms(&self) -> u64 {
        let millis = self.extra().map_or(0, |extra| extra.millis);
        self.header.timestamp.saturating_mul(1000).saturating_add(millis.into())
    }

    /// Checks that the header commits to this body: transactions root, ommers hash, withdrawals
    /// root. A peer can otherwise send a wrong body under the right hash.
    ///
    /// # Errors
    /// [`BlockError::Body`] naming the first part that differs.
    pub fn check_body(&self) -> Result<(), BlockError> {
        let body = &self.body;
        let ommers =
            if body.ommers.is_empty() { EMPTY_OMMER_ROOT_HASH } else { proofs::calculate_ommers_root(&body.ommers) };
        if ommers != self.header.ommers_hash {
            return Err(BlockError::Body("ommers hash"));
        }
        if proofs::calculate_transaction_root(&body.transactions) != self.header.transactions_root {
            return Err(BlockError::Body("transactions root"));
        }
        let withdrawals: Option<B256> = body.withdrawals.as_ref().map(|list| proofs::calculate_withdrawals_root(list));
        if withdrawals != self.header.withdrawals_root {
            return Err(BlockError::Body("withdrawals root"));
        }
        Ok(())
    }

    /// Recovers every sender, in parallel.
    ///
    /// # Errors
    /// [`BlockError::Signature`] with the index of a transaction whose signature is invalid.
    pub fn recover(self) -> Result<RecoveredBlock, BlockError> {
        let senders = self
            .body
            .transactions
            .par_iter()
            .enumerate()
            .map(|(index, tx)| tx.recover_signer_unchecked().map_err(|_| BlockError::Signature(index)))
            .collect::<Result<_, _>>()?;
        Ok(RecoveredBlock { block: self, senders })
    }
}

/// A block with the sender of each of its transactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveredBlock {
    block: Block,
    senders: Vec<Address>,
}

impl RecoveredBlock {
    /// Joins a block with senders recovered before (pool, ledger).
    ///
    /// # Panics
    /// Where the counts differ: the caller pairs them.
    pub fn new(block: Block, senders: Vec<Address>) -> Self {
        assert_eq!(block.body.transactions.len(), senders.len(), "one sender a transaction");
        Self { block, senders }
    }

    /// The block.
    pub const fn block(&self) -> &Block {
        &self.block
    }

    /// One sender a transaction, in order.
    pub fn senders(&self) -> &[Address] {
        &self.senders
    }

    /// Transactions with their senders, in order.
    pub fn transactions(&self) -> impl ExactSizeIterator<Item = (&Transaction, Address)> {
        self.block.body.transactions.iter().zip(self.senders.iter().copied())
    }
}

impl std::ops::Deref for RecoveredBlock {
    type Target = Block;

    fn deref(&self) -> &Block {
        &self.block
    }
}

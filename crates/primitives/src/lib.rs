//! Blocks, certificates, ids and canonical encodings: the vocabulary every other crate speaks.
//!
//! Lowest layer. Pure data: no I/O, no clock, no randomness, no secrets. Everything here is the
//! Ethereum standard type where one exists (re-exported from alloy), ours only where none does.

mod account;
mod block;
mod block_id;
mod block_rlp;
mod certificate;
mod changes;
mod committed;
mod extra;
mod governance_delta;
mod receipt;
pub mod rlp_list;

pub use account::Account;
pub use alloy_consensus::{
    self as consensus, EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Header, Transaction as TransactionExt, TxType,
    transaction::Recovered,
};
pub use alloy_eips as eips;
pub use alloy_primitives as alloy;
pub use alloy_primitives::{
    Address, B64, B256, Bloom, Bytes, KECCAK256_EMPTY, Log, LogData, TxKind, U64, U256, address, b256, bytes, hex,
    keccak256,
    map::{AddressMap, B256Map, FbBuildHasher, HashMap, HashSet},
};
pub use alloy_rlp as rlp;
pub use block::{Block, BlockError, Body, RecoveredBlock};
pub use block_id::BlockId;
pub use certificate::Certificate;
pub use changes::{AccountChange, Changes, Changeset, PreviousAccount};
pub use committed::CommittedBlock;
pub use extra::{Extra, ExtraError};
pub use governance_delta::{GOVERNANCE_DELTA_BYTES_MAX, GOVERNANCE_REQUEST_TYPE, GovernanceDelta};
pub use receipt::Receipt;

/// A signed transaction as it stands in a block: types 0, 1, 2, 3 (without sidecar) and 4.
pub type Transaction = alloy_consensus::EthereumTxEnvelope<alloy_consensus::TxEip4844>;
/// A signed transaction with its sender.
pub type RecoveredTransaction = Recovered<Transaction>;
/// A block's number; the genesis is 0.
pub type BlockNumber = u64;
/// keccak256 of a header's RLP.
pub type BlockHash = B256;

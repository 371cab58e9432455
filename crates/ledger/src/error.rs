use crate::{CodecError, Stream};
use althing_primitives::BlockHash;
use std::{io, sync::Arc};
use thiserror::Error;

/// Why the ledger cannot do what was asked.
#[derive(Clone, Debug, Error)]
pub enum LedgerError {
    /// Another node runs on this data folder.
    #[error("data folder is locked by another process")]
    Locked,
    /// The data folder belongs to another network.
    #[error("genesis differs from the data folder: it holds {stored}, the genesis given is {given}")]
    GenesisDiffers {
        /// Genesis hash in the data folder.
        stored: BlockHash,
        /// Genesis hash given.
        given: BlockHash,
    },
    /// The network key given is not the one the ledger was sealed under.
    #[error("the ledger is sealed under another network key")]
    WrongKey,
    /// A complete record does not read back. Peers can replace it (`--heal`).
    #[error(transparent)]
    Damaged(#[from] Damage),
    /// A write or sync failed earlier: nothing may be called durable any more, restart.
    #[error("the ledger failed earlier and takes no more writes")]
    Failed,
    /// A block or certificate contradicts one already held at that height.
    #[error("height {0} already holds another block")]
    Conflict(u64),
    /// Something derived from a block that is not held.
    #[error("height {0} holds no block")]
    NoBlock(u64),
    /// A block has EIP-7685 requests that the ledger does not hold.
    #[error(
        "block {0} has requests (governance) whose public section is missing: it was lost, the block is not executed \
         yet, or the ledger was written by a version that kept none (deleting the state folder has a node write them again)"
    )]
    NoRequests(u64),
    /// A record too long for its frame.
    #[error("a record of {0} bytes is too long")]
    TooLong(usize),
    /// A block given does not encode (its body is not the header's).
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// From the file system.
    #[error("ledger file: {0}")]
    Io(Arc<io::Error>),
}

impl From<io::Error> for LedgerError {
    fn from(error: io::Error) -> Self {
        Self::Io(Arc::new(error))
    }
}

/// A record that is complete and wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("ledger segment {segment} is damaged at byte {offset} ({what}); last good height {}", display_height(*last_good_height))]
pub struct Damage {
    /// Which stream.
    pub stream: Stream,
    /// File name of the segment, within its stream's folder.
    pub segment: String,
    /// Where the record starts.
    pub offset: u64,
    /// What is wrong with it.
    pub what: &'static str,
    /// Highest height up to which all blocks are good; `None` if not even the genesis is.
    pub last_good_height: Option<u64>,
}

fn display_height(height: Option<u64>) -> String {
    height.map_or_else(|| "none".to_owned(), |height| height.to_string())
}

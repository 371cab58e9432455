use crate::SetupError;
use althing_ledger::LedgerError;
use std::path::PathBuf;
use thiserror::Error;

/// What is wrong with a ledger.
#[derive(Debug, Error)]
pub enum AuditError {
    /// The genesis cannot be read.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// Nothing there to check.
    #[error("{0} holds no ledger")]
    NoLedger(PathBuf),
    /// The genesis names no committee whose signatures could be checked.
    #[error("{0}")]
    Committee(String),
    /// A file is damaged or cannot be read, or the headers are no chain.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The ledger is another network's.
    #[error("the ledger begins with another genesis")]
    Genesis,
    /// A certificate that no quorum signed for this block.
    #[error("the certificate of block {0} is not a quorum's on this block")]
    Certificate(u64),
    /// Who decides afterwards is not proven.
    #[error("block {0} ends an epoch, the validators change with it, and nothing certifies it")]
    EpochEnd(u64),
    /// Governance left nobody to decide.
    #[error("after block {number}, the end of an epoch, the nodes in the registry are no committee: {reason}")]
    NextCommittee {
        /// The last block of the epoch.
        number: u64,
        /// Why not.
        reason: String,
    },
    /// The header commits to a governance delta that is none.
    #[error("the governance delta of block {number} does not read: {reason}")]
    Delta {
        /// Height.
        number: u64,
        /// Why.
        reason: String,
    },
    /// There is nothing to replay.
    #[error("this network is not governed: its genesis has no system contracts")]
    NotGoverned,
    /// Blocks are missing.
    #[error("the ledger holds no block {missing}, but block {later}")]
    Gap {
        /// The first missing height.
        missing: u64,
        /// A height above.
        later: u64,
    },
    /// The files end in the middle of a record.
    #[error(
        "the ledger is cut off in segment {segment} after block {last} (or a node writes it right now); \
         to replay what there is, name a block with --at"
    )]
    Cut {
        /// File name.
        segment: String,
        /// The last whole block.
        last: u64,
    },
    /// Nothing proves the block asked for.
    #[error(
        "block {at} is not proven: the ledger ends at block {head}, and the last block with a certificate is {certified}"
    )]
    NotProven {
        /// The block asked for.
        at: u64,
        /// The last certified block.
        certified: u64,
        /// The last block.
        head: u64,
    },
}

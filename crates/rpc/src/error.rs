use jsonrpsee::types::ErrorObjectOwned;
use serde_json::value::{RawValue, to_raw_value};
use std::borrow::Cow;
use thiserror::Error;

/// Code of a revert whose data is in `data`.
const REVERTED: i32 = 3;
/// Code of a transaction that was accepted and not mined within the time asked for (EIP-7966).
const NOT_MINED_IN_TIME: i32 = 4;
/// Code of everything the server refuses for a reason of its own.
const REFUSED: i32 = -32000;
/// Code of a request past a stated limit (EIP-1474).
const LIMIT_EXCEEDED: i32 = -32005;
const METHOD_NOT_FOUND: i32 = -32601;
const INVALID_PARAMS: i32 = -32602;
const INTERNAL: i32 = -32603;

/// Why a call has no result, with the codes and texts stock clients know.
#[derive(Debug, Error)]
pub(crate) enum RpcError {
    /// An argument that does not parse or is out of its range.
    #[error("invalid argument {index}: {reason}")]
    Argument { index: usize, reason: Cow<'static, str> },
    /// Arguments that parse and make no sense together.
    #[error("{0}")]
    Arguments(Cow<'static, str>),
    /// A required argument that is not there.
    #[error("missing value for required argument {0}")]
    Missing(usize),
    /// More arguments than the method has.
    #[error("too many arguments, want at most {0}")]
    TooMany(usize),
    /// No method of this name here.
    #[error("the method {0} does not exist/is not available")]
    UnknownMethod(String),
    /// No subscription of this name here.
    #[error("no {0:?} subscription in eth namespace")]
    UnknownSubscription(String),
    /// A good request the chain or the pool says no to.
    #[error("{0}")]
    Refused(Cow<'static, str>),
    /// A good request that is refused with a code of its method's own.
    #[error("{message}")]
    Coded { code: i32, message: Cow<'static, str> },
    /// Past a limit this server states.
    #[error("{0}")]
    Limit(Cow<'static, str>),
    /// The call reverted; `data` is what it returned.
    #[error("{message}")]
    Reverted { message: String, data: althing_primitives::Bytes },
    /// Accepted, not mined in time.
    #[error("The transaction was added to the transaction pool but wasn't processed in {seconds}s.")]
    NotMinedInTime { seconds: u64, hash: althing_primitives::B256 },
    /// Something here is broken. The text is for the log and never leaves.
    #[error("server error")]
    Internal(&'static str),
    /// Not in memory: the same call is to be repeated where the disk may be read. Never leaves.
    #[error("server error")]
    OnDisk,
}

impl RpcError {
    pub(crate) const HEADER_NOT_FOUND: Self = Self::Refused(Cow::Borrowed("header not found"));

    pub(crate) fn refused(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Refused(text.into())
    }

    pub(crate) fn arguments(text: impl Into<Cow<'static, str>>) -> Self {
        Self::Arguments(text.into())
    }

    pub(crate) fn argument(index: usize, reason: impl Into<Cow<'static, str>>) -> Self {
        Self::Argument { index, reason: reason.into() }
    }

    const fn code(&self) -> i32 {
        match self {
            Self::Argument { .. } | Self::Arguments(_) | Self::Missing(_) | Self::TooMany(_) => INVALID_PARAMS,
            Self::UnknownMethod(_) | Self::UnknownSubscription(_) => METHOD_NOT_FOUND,
            Self::Refused(_) => REFUSED,
            Self::Coded { code, .. } => *code,
            Self::Limit(_) => LIMIT_EXCEEDED,
            Self::Reverted { .. } => REVERTED,
            Self::NotMinedInTime { .. } => NOT_MINED_IN_TIME,
            Self::Internal(_) | Self::OnDisk => INTERNAL,
        }
    }

    fn data(&self) -> Option<Box<RawValue>> {
        match self {
            Self::Reverted { data, .. } => to_raw_value(data).ok(),
            Self::NotMinedInTime { hash, .. } => to_raw_value(hash).ok(),
            _ => None,
        }
    }
}

impl From<RpcError> for ErrorObjectOwned {
    fn from(error: RpcError) -> Self {
        if let RpcError::Internal(part) = &error {
            tracing::error!(target: "althing::rpc", part, "internal error answered");
        }
        Self::owned(error.code(), error.to_string(), error.data())
    }
}

//! Calls that leave no trace.

use crate::{
    error::RpcError,
    methods::{Methods, Reads},
};
use alloy_rpc_types_eth::TransactionRequest;

pub(super) fn register(_: &mut Methods) {}

/// Gas for a transaction that is going to be sent.
pub(super) fn estimate_for_sending(_: Reads<'_>, _: &TransactionRequest) -> Result<u64, RpcError> {
    Err(RpcError::Internal("estimate"))
}

//! The contract that the members let decide about transactions, asked before one is taken from a client: a builder
//! would drop it without a word.

use super::calls::{Place, env};
use crate::{api::Api, block_ref::BlockRef, chain::Reach, error::RpcError, methods::Reads};
use althing_primitives::RecoveredTransaction;
use althing_txpool::PoolError;

/// Whether there is one: asking takes up to milliseconds.
pub(super) fn is_set(api: &Api) -> bool {
    api.pool.terms().is_some_and(|terms| terms.transaction_hook.is_some())
}

/// Asks it, on the state at the head, about a transaction in the next block. It may have another answer by then, which counts.
pub(super) fn check(api: &Api, tx: &RecoveredTransaction) -> Result<(), PoolError> {
    match passes(api, tx).map_err(|_| PoolError::State)? {
        true => Ok(()),
        false => Err(PoolError::RefusedByHook),
    }
}

fn passes(api: &Api, tx: &RecoveredTransaction) -> Result<bool, RpcError> {
    let reads = Reads { api, reach: Reach::Disk };
    let view = api.chain.view(BlockRef::Pending, reads.reach)?;
    let env = env(reads, &view, BlockRef::Pending, Place::Next)?;
    api.executor.passes_hook(&view, &env, tx).map_err(|_| RpcError::Internal("executor"))
}

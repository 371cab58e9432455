use althing_evm::{Rejection, TransactionSource};
use althing_primitives::{B256, RecoveredTransaction};
use althing_txpool::{BestTransactions, Rejection as PoolRejection};
use std::sync::Arc;

/// The pool as a block builder reads it: best first, and told what did not fit.
pub(super) struct PoolSource(pub(super) BestTransactions);

impl TransactionSource for PoolSource {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        self.0.next()
    }

    fn reject(&mut self, hash: &B256, rejection: Rejection) {
        self.0.reject(hash, for_pool(&rejection));
    }
}

fn for_pool(rejection: &Rejection) -> PoolRejection {
    match rejection {
        Rejection::Later => PoolRejection::Later,
        Rejection::Invalid(error) if error.is_nonce_used() => PoolRejection::NonceUsed,
        Rejection::Invalid(_) => PoolRejection::Invalid,
    }
}

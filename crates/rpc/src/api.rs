use crate::{
    RpcConfig,
    chain::Chain,
    context::{NodeStatus, RpcContext},
    dev_signer::DevSigner,
    error::RpcError,
    fees::Pricing,
    filters::Filters,
    sync_waiters::SyncWaiters,
    workers::Workers,
};
use althing_chainspec::{ChainSpec, FeeMode};
use althing_evm::Executor;
use althing_primitives::CommittedBlock;
use althing_txpool::Pool;
use std::{fmt, sync::Arc};
use tokio::sync::broadcast;

/// What every method works on.
pub(crate) struct Api {
    pub(crate) config: RpcConfig,
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) chain: Chain,
    pub(crate) pool: Pool,
    pub(crate) executor: Executor,
    pub(crate) accounts: Option<DevSigner>,
    pub(crate) status: Arc<dyn Fn() -> NodeStatus + Send + Sync>,
    pub(crate) now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    pub(crate) pricing: Pricing,
    pub(crate) workers: Workers,
    pub(crate) filters: Filters,
    pub(crate) waiters: SyncWaiters,
}

impl Api {
    /// The server's view of the node, and the blocks it must follow.
    ///
    /// # Errors
    /// The head is not readable.
    pub(crate) fn new(
        config: RpcConfig,
        context: RpcContext,
    ) -> Result<(Self, broadcast::Receiver<Arc<CommittedBlock>>), RpcError> {
        let RpcContext { spec, storage, ledger, pool, executor, events, accounts, status, now_ms } = context;
        let pricing = match spec.fee_mode() {
            FeeMode::Zero => Pricing::Zero,
            FeeMode::Eip1559 => Pricing::Market,
        };
        let limits = &config.limits;
        let api = Self {
            workers: Workers::new(limits.workers, limits.waiting),
            filters: Filters::new(limits),
            waiters: SyncWaiters::new(limits.sync_waiters),
            chain: Chain::new(storage, ledger)?,
            // Nobody's key signs for strangers on a network that claims confidentiality.
            accounts: accounts.filter(|_| spec.is_insecure()),
            config,
            spec,
            pool,
            executor,
            status,
            now_ms,
            pricing,
        };
        Ok((api, events))
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

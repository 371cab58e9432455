use crate::{
    RpcConfig,
    chain::Chain,
    context::{Equivocation, NodeStatus, RpcContext},
    dev_signer::DevSigner,
    error::RpcError,
    fees::Pricing,
    filters::Filters,
    quotas::Quotas,
    sync_waiters::SyncWaiters,
    workers::Workers,
};
use althing_chainspec::{ChainSpec, FeeMode};
use althing_evm::Executor;
use althing_primitives::CommittedBlock;
use althing_txpool::Pool;
use std::{fmt, net::IpAddr, num::NonZeroU64, sync::Arc};
use tokio::{sync::broadcast, time::Instant};

/// What every method works on.
pub(crate) struct Api {
    pub(crate) config: RpcConfig,
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) chain: Chain,
    pub(crate) pool: Pool,
    pub(crate) executor: Executor,
    pub(crate) accounts: Option<DevSigner>,
    pub(crate) status: Arc<dyn Fn() -> NodeStatus + Send + Sync>,
    pub(crate) equivocations: Arc<dyn Fn() -> Vec<Equivocation> + Send + Sync>,
    pub(crate) now_ms: Arc<dyn Fn() -> u64 + Send + Sync>,
    pub(crate) pricing: Pricing,
    pub(crate) workers: Workers,
    pub(crate) filters: Filters,
    pub(crate) waiters: SyncWaiters,
    pub(crate) quotas: Quotas,
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
        let RpcContext { spec, storage, ledger, pool, executor, events, accounts, status, equivocations, now_ms } =
            context;
        let pricing = match spec.fee_mode() {
            _ if pool.terms().is_some() => Pricing::Agreed,
            FeeMode::Zero => Pricing::Zero,
            FeeMode::Eip1559 => Pricing::Market,
        };
        let limits = &config.limits;
        let api = Self {
            workers: Workers::new(limits.workers, limits.waiting),
            filters: Filters::new(limits),
            waiters: SyncWaiters::new(limits.sync_waiters),
            quotas: Quotas::default(),
            chain: Chain::new(storage, ledger)?,
            // Nobody's key signs for strangers on a network that claims confidentiality.
            accounts: accounts.filter(|_| spec.is_insecure()),
            config,
            spec,
            pool,
            executor,
            status,
            equivocations,
            now_ms,
            pricing,
        };
        Ok((api, events))
    }

    /// Whether the next block charges no fees.
    pub(crate) fn is_free(&self) -> bool {
        self.pool.is_zero_fee()
    }

    /// Counts a request of a client.
    ///
    /// # Errors
    /// The client asked more often than the members agreed on.
    pub(crate) fn admit(&self, client: IpAddr) -> Result<(), RpcError> {
        let Some(per_second) = self.pool.terms().and_then(|terms| NonZeroU64::new(terms.requests_per_second)) else {
            return Ok(());
        };
        match self.quotas.take(client, per_second, Instant::now()) {
            true => Ok(()),
            false => Err(RpcError::Limit(format!("too many requests, limit: {per_second} per second").into())),
        }
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").finish_non_exhaustive()
    }
}

use crate::{api::Api, error::RpcError, eth::calls};
use althing_evm::{Limits, TraceError};
use std::time::Duration;
use tokio::time::Instant;

/// Time and gas of one request that executes again what was executed, however many blocks that is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance<'a> {
    api: &'a Api,
    due: Instant,
}

impl<'a> Allowance<'a> {
    /// What the server allows, from now on.
    pub(crate) fn new(api: &'a Api) -> Self {
        Self { api, due: Instant::now() + api.config.limits.trace_time }
    }

    /// At most what the server allows, and no more than this.
    pub(crate) fn at_most(api: &'a Api, time: Duration) -> Self {
        Self { api, due: Instant::now() + api.config.limits.trace_time.min(time) }
    }

    /// Whether time is up.
    pub(crate) fn is_over(&self) -> bool {
        Instant::now() >= self.due
    }

    /// Runs a part of the request.
    pub(crate) fn run<T>(&self, job: impl FnOnce(&Limits<'_>) -> Result<T, TraceError>) -> Result<T, RpcError> {
        let expired = || self.is_over();
        let limits = Limits { gas: self.api.config.limits.call_gas, expired: Some(&expired) };
        job(&limits).map_err(|error| match error {
            TraceError::Execution(_) => RpcError::Internal("executor: trace"),
            TraceError::Simulation(error) => calls::simulation_error(self.api, error),
            other => RpcError::refused(other.to_string()),
        })
    }
}

use super::{run::Run, trace::broken};
use crate::{Cache, Executor, Limits, State, TraceError};
use althing_primitives::{Changes, RecoveredBlock};

impl Executor {
    /// What a committed block did to the state of its parent before the transaction at `index`
    /// (`debug_storageRangeAt`).
    ///
    /// # Errors
    /// [`TraceError::Timeout`], or this machine is broken.
    pub fn changes_before<'a>(
        &'a self,
        block: &'a RecoveredBlock,
        state: State<'a>,
        index: usize,
        limits: &Limits<'a>,
    ) -> Result<Changes, TraceError> {
        Ok(self.cache_before(block, state, index, limits)?.changes())
    }

    /// The state of its parent as a committed block left it before the transaction at `index`.
    pub(crate) fn cache_before<'a>(
        &'a self,
        block: &'a RecoveredBlock,
        state: State<'a>,
        index: usize,
        limits: &Limits<'a>,
    ) -> Result<Cache<'a>, TraceError> {
        let mut run = Run::start(self, &block.header, state, 0)?;
        for (at, (tx, sender)) in block.transactions().enumerate().take(index) {
            run.transact(tx, sender).map_err(|failure| broken(at, failure))?;
            if limits.expired.is_some_and(|expired| expired()) {
                return Err(TraceError::Timeout);
            }
        }
        Ok(run.into_cache())
    }
}

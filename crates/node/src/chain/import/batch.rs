use super::ImportError;
use crate::chain::Chain;
use std::time::Duration;

/// One fdatasync at least for so many imported blocks.
const SYNC_BLOCKS: u64 = 256;
/// One fdatasync at least for so much time.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// Blocks appended to the ledger since the last fdatasync.
pub(super) struct Batch<'a> {
    chain: &'a Chain,
    blocks: u64,
    synced: Duration,
}

impl<'a> Batch<'a> {
    pub(super) fn new(chain: &'a Chain) -> Self {
        Self { chain, blocks: 0, synced: chain.parts().clock.monotonic() }
    }

    pub(super) fn added(&mut self) -> Result<(), ImportError> {
        self.blocks += 1;
        let elapsed = self.chain.parts().clock.monotonic() - self.synced;
        if self.blocks >= SYNC_BLOCKS || elapsed >= SYNC_INTERVAL { self.sync() } else { Ok(()) }
    }

    pub(super) fn sync(&mut self) -> Result<(), ImportError> {
        if self.blocks > 0 {
            self.chain.parts().ledger.sync().map_err(ImportError::node)?;
            self.blocks = 0;
        }
        self.synced = self.chain.parts().clock.monotonic();
        Ok(())
    }
}

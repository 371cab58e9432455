use crate::{
    BlockSource, StateError,
    archive::Committed,
    checkpoint::{fold::Fold, vault::Vault},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

/// A checkpoint folds at least so many blocks, unless no further one comes in [`WAIT`]...
const BLOCKS_MIN: u64 = 10;
/// ...or they have so many keys: the transaction then still takes well under a second.
const KEYS_MAX: usize = 100_000;
/// How long a block waits for the next one.
const WAIT: Duration = Duration::from_secs(2);
/// Blocks waiting to be folded; beyond that a commit waits too, so that memory stays bounded
/// when the disk is slower than the chain.
const QUEUE_BLOCKS_MAX: usize = 1024;

/// Folds committed blocks and writes them.
pub(crate) struct Checkpointer {
    vault: Arc<Vault>,
    source: Arc<dyn BlockSource>,
    /// Height of the last durable checkpoint, for readers.
    height: Arc<AtomicU64>,
    next_number: u32,
    fold: Fold,
}

impl Checkpointer {
    pub(crate) fn new(
        vault: Arc<Vault>,
        source: Arc<dyn BlockSource>,
        height: Arc<AtomicU64>,
        next_number: u32,
    ) -> Self {
        Self { vault, source, height, next_number, fold: Fold::default() }
    }

    pub(crate) fn add(&mut self, block: &Committed) {
        self.fold.add(block);
    }

    /// Whether enough is folded for a checkpoint.
    pub(crate) fn due(&self) -> bool {
        self.fold.blocks >= BLOCKS_MIN || self.fold.keys() >= KEYS_MAX
    }

    fn full(&self) -> bool {
        self.fold.keys() >= KEYS_MAX
    }

    /// Writes what is folded; keeps it if that fails, or if the ledger does not have the last
    /// block's changeset yet (it comes right after the commit).
    pub(crate) fn write(&mut self) -> Result<(), StateError> {
        let last = self.fold.last;
        if self.fold.blocks == 0 || self.source.derived_height() < last.number {
            return Ok(());
        }
        self.source.sync_derived().map_err(StateError::Durable)?;
        let rows = self.fold.seal(&self.vault, self.next_number)?;
        let next =
            rows.number().checked_add(1).ok_or_else(|| StateError::Durable("no checkpoint number left".into()))?;
        self.vault.commit(rows)?;
        self.next_number = next;
        self.fold = Fold::default();
        self.height.store(last.number, Ordering::Release);
        Ok(())
    }

    /// Writes, and says in the log if that failed. It is tried again with the next block.
    pub(crate) fn try_write(&mut self) {
        if let Err(error) = self.write() {
            tracing::error!(%error, height = self.fold.last.number, "checkpoint failed, will be tried again");
        }
    }
}

/// The thread that writes checkpoints. Dropping it writes what is folded and ends the thread.
pub(crate) struct Writer {
    queue: Option<SyncSender<Committed>>,
    closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// Starts the thread.
pub(crate) fn start_writer(checkpointer: Checkpointer) -> Result<Writer, StateError> {
    let (queue, blocks) = mpsc::sync_channel(QUEUE_BLOCKS_MAX);
    let closing = Arc::new(AtomicBool::new(false));
    let seen = closing.clone();
    let thread = thread::Builder::new()
        .name("checkpoint".to_owned())
        .spawn(move || run(checkpointer, &blocks, &seen))
        .map_err(|error| StateError::Durable(error.to_string()))?;
    Ok(Writer { queue: Some(queue), closing, thread: Some(thread) })
}

impl Writer {
    /// Queues a block; waits only when the disk is far behind.
    pub(crate) fn queue(&self, block: Committed) {
        if let Some(queue) = &self.queue
            && queue.send(block).is_err()
        {
            tracing::error!("the checkpoint thread is gone, checkpoints have stopped");
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.closing.store(true, Ordering::Release);
        self.queue = None;
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

fn run(mut checkpointer: Checkpointer, blocks: &Receiver<Committed>, closing: &AtomicBool) {
    loop {
        match blocks.recv_timeout(WAIT) {
            Ok(block) => {
                checkpointer.add(&block);
                while !checkpointer.full() {
                    let Ok(block) = blocks.try_recv() else { break };
                    checkpointer.add(&block);
                }
                if checkpointer.due() {
                    checkpointer.try_write();
                }
            }
            Err(RecvTimeoutError::Timeout) => checkpointer.try_write(),
            Err(RecvTimeoutError::Disconnected) => break,
        }
        // Fuller than full: the disk fails. Take no more before it works again.
        while checkpointer.full() && !closing.load(Ordering::Acquire) {
            thread::sleep(WAIT / 20);
            checkpointer.try_write();
        }
    }
    checkpointer.try_write();
}

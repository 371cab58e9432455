use crate::{block_ref::BlockRef, error::RpcError};
use althing_ledger::Ledger;
use althing_primitives::{
    B256, BlockId, BlockNumber, CommittedBlock, HashMap, Receipt, RecoveredBlock, RecoveredTransaction, rlp::Encodable,
};
use althing_storage::{StateError, Storage, View};
use parking_lot::RwLock;
use std::{collections::VecDeque, sync::Arc};
use tokio::sync::broadcast;

/// Blocks kept at hand, newest last: what wallets poll.
const RECENT_BLOCKS: usize = 256;
/// Bytes of block RLP they may have together.
const RECENT_BYTES: usize = 128 << 20;
/// Announcements a slow subscriber may fall behind before it is told to give up.
const ANNOUNCED: usize = 1_024;

/// The chain as clients see it: up to the block announced last, never beyond.
///
/// A height is announced when it is durable, committed and readable with its state, so whatever
/// follows from [`Chain::head`] is there. Storage and ledger may be a block ahead.
pub(crate) struct Chain {
    storage: Storage,
    ledger: Ledger,
    recent: RwLock<Recent>,
    announced: broadcast::Sender<Arc<CommittedBlock>>,
}

/// The newest blocks, without gaps, ending at the head.
#[derive(Debug)]
struct Recent {
    head: BlockId,
    blocks: VecDeque<(Arc<CommittedBlock>, usize)>,
    bytes: usize,
    numbers: HashMap<B256, BlockNumber>,
}

/// How far a read may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Memory only, for reactor threads: what is not there is [`RpcError::OnDisk`].
    Memory,
    /// Memory and disk, for workers.
    Disk,
}

impl Chain {
    /// # Errors
    /// The head is not in the ledger.
    pub(crate) fn new(storage: Storage, ledger: Ledger) -> Result<Self, RpcError> {
        let head = storage.head();
        let mut recent = Recent { head, blocks: VecDeque::new(), bytes: 0, numbers: HashMap::default() };
        if let Some(committed) = committed(&ledger, head.number)? {
            recent.push(committed);
        }
        Ok(Self { storage, ledger, recent: RwLock::new(recent), announced: broadcast::channel(ANNOUNCED).0 })
    }

    /// Takes committed blocks as they come, until the node goes down: each is readable first and
    /// announced then.
    pub(crate) async fn follow(&self, mut events: broadcast::Receiver<Arc<CommittedBlock>>) {
        loop {
            match events.recv().await {
                Ok(block) => self.extend(block),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return,
            }
        }
    }

    /// Adds a block, and those before it that were missed.
    fn extend(&self, block: Arc<CommittedBlock>) {
        let head = self.head().number;
        let number = block.block.number();
        for missed in head + 1..number {
            match committed(&self.ledger, missed) {
                Ok(Some(missed)) => self.announce(missed),
                _ => tracing::warn!(target: "althing::rpc", height = missed, "a committed block is not readable"),
            }
        }
        if number > head {
            self.announce(block);
        }
    }

    fn announce(&self, block: Arc<CommittedBlock>) {
        self.recent.write().push(block.clone());
        let _ = self.announced.send(block);
    }

    /// Blocks from now on, each readable when it arrives here.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<Arc<CommittedBlock>> {
        self.announced.subscribe()
    }

    /// The block announced last.
    pub(crate) fn head(&self) -> BlockId {
        self.recent.read().head
    }

    /// The height a client means; `None` where there is no such block.
    pub(crate) fn number(&self, block: BlockRef) -> Option<BlockNumber> {
        let recent = self.recent.read();
        let head = recent.head.number;
        match block {
            BlockRef::Latest | BlockRef::Pending => Some(head),
            BlockRef::Number(number) => (number <= head).then_some(number),
            BlockRef::Hash { hash, .. } => recent.numbers.get(&hash).copied().or_else(|| {
                let number = self.ledger.number(&hash)?;
                (number <= head && self.ledger.hash(number) == Some(hash)).then_some(number)
            }),
        }
    }

    /// A block with its receipts.
    pub(crate) fn committed(&self, number: BlockNumber, reach: Reach) -> Result<Arc<CommittedBlock>, RpcError> {
        if let Some(block) = self.recent.read().get(number) {
            return Ok(block);
        }
        if reach == Reach::Memory {
            return Err(RpcError::OnDisk);
        }
        committed(&self.ledger, number)?.ok_or(RpcError::Internal("ledger: a committed height is missing"))
    }

    /// A block with its senders.
    pub(crate) fn block(&self, number: BlockNumber, reach: Reach) -> Result<Arc<RecoveredBlock>, RpcError> {
        if let Some(block) = self.recent.read().get(number) {
            return Ok(block.block.clone());
        }
        if reach == Reach::Memory {
            return Err(RpcError::OnDisk);
        }
        let block = self.ledger.recovered(number).map_err(|_| RpcError::Internal("ledger: block"))?;
        block.ok_or(RpcError::Internal("ledger: a committed height is missing"))
    }

    /// The state right after a block.
    pub(crate) fn view(&self, block: BlockRef, reach: Reach) -> Result<View, RpcError> {
        let number = self.number(block).ok_or_else(|| not_found(block))?;
        let recent = self.recent.read().get(number).map(|block| block.block.hash());
        if let Some(view) = recent.and_then(|hash| self.storage.view(hash)) {
            return Ok(view);
        }
        if reach == Reach::Memory {
            return Err(RpcError::OnDisk);
        }
        self.storage.view_at(number).map_err(state_error)
    }

    /// Where a transaction stands, if its block is announced.
    pub(crate) fn position(&self, hash: &B256) -> Result<Option<(BlockNumber, usize)>, RpcError> {
        let position = self.storage.transaction_position(hash).map_err(state_error)?;
        let head = self.head().number;
        Ok(position.filter(|(number, _)| *number <= head).map(|(number, index)| (number, index as usize)))
    }

    /// A transaction that is committed and not announced yet: it left the pool a moment ago and
    /// must not seem lost meanwhile.
    pub(crate) fn unannounced(&self, hash: &B256) -> Result<Option<RecoveredTransaction>, RpcError> {
        let Some((number, index)) = self.storage.transaction_position(hash).map_err(state_error)? else {
            return Ok(None);
        };
        let block = self.ledger.recovered(number).map_err(|_| RpcError::Internal("ledger: block"))?;
        Ok(block.and_then(|block| {
            let (tx, sender) = block.transactions().nth(index as usize)?;
            Some(RecoveredTransaction::new_unchecked(tx.clone(), sender))
        }))
    }

    /// The lowest height from which on all blocks are in memory.
    pub(crate) fn recent_from(&self) -> BlockNumber {
        self.recent.read().first()
    }

    pub(crate) const fn storage(&self) -> &Storage {
        &self.storage
    }

    pub(crate) const fn ledger(&self) -> &Ledger {
        &self.ledger
    }
}

impl Recent {
    fn push(&mut self, block: Arc<CommittedBlock>) {
        if block.block.number() != self.head.number + 1 {
            // After a gap that could not be filled: what is held must stay without one.
            self.blocks.clear();
            self.numbers.clear();
            self.bytes = 0;
        }
        let bytes = block.block.block().length();
        self.head = block.block.id();
        self.numbers.insert(block.block.hash(), block.block.number());
        self.blocks.push_back((block, bytes));
        self.bytes += bytes;
        while self.blocks.len() > RECENT_BLOCKS || (self.bytes > RECENT_BYTES && self.blocks.len() > 1) {
            let Some((oldest, bytes)) = self.blocks.pop_front() else { break };
            self.numbers.remove(&oldest.block.hash());
            self.bytes -= bytes;
        }
    }

    /// Height of the oldest block held; one past the head if none is.
    fn first(&self) -> BlockNumber {
        self.head.number + 1 - self.blocks.len() as u64
    }

    fn get(&self, number: BlockNumber) -> Option<Arc<CommittedBlock>> {
        let index = number.checked_sub(self.first())?;
        self.blocks.get(usize::try_from(index).ok()?).map(|(block, _)| block.clone())
    }
}

fn committed(ledger: &Ledger, number: BlockNumber) -> Result<Option<Arc<CommittedBlock>>, RpcError> {
    let Some(block) = ledger.recovered(number).map_err(|_| RpcError::Internal("ledger: block"))? else {
        return Ok(None);
    };
    let receipts = ledger.receipts(number).map_err(|_| RpcError::Internal("ledger: receipts"))?;
    let receipts = match receipts {
        Some(receipts) => receipts,
        None if block.body.transactions.is_empty() => Arc::default(),
        None => return Ok(None),
    };
    Ok(Some(Arc::new(CommittedBlock { block, receipts })))
}

/// What geth says of a block that is not there, where a state is asked for.
pub(crate) const fn not_found(block: BlockRef) -> RpcError {
    match block {
        BlockRef::Hash { .. } => RpcError::Refused(std::borrow::Cow::Borrowed("header for hash not found")),
        _ => RpcError::HEADER_NOT_FOUND,
    }
}

/// Bad input keeps its words, damage does not.
pub(crate) fn state_error(error: StateError) -> RpcError {
    match error {
        StateError::Unavailable(number) => {
            RpcError::refused(format!("historical state of block {number} is not available"))
        }
        StateError::ProofWindow(number, oldest) => {
            RpcError::refused(format!("proofs of block {number} are not available, the oldest is {oldest}"))
        }
        _ => RpcError::Internal("state"),
    }
}

/// The receipts of a block and the block, as most methods want them.
pub(crate) fn parts(block: &CommittedBlock) -> (&RecoveredBlock, &[Receipt]) {
    (&block.block, &block.receipts)
}

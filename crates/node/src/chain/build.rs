use super::{Chain, execute::ExecuteError, source::PoolSource, unfinalized::Outcome};
use althing_consensus::Slot;
use althing_evm::{BuildAttributes, BuildLimits, Built, Terms, next_base_fee};
use althing_keys::Purpose;
use althing_primitives::{B256, Block, BlockHash, Extra, Header, Receipt, RecoveredBlock, eips::eip7685::Requests};
use std::sync::Arc;

/// What the ledger's encoding adds to a block's RLP at most: version, lengths, salt, commitment
/// and tag come to some 120 bytes.
const SEALING_BYTES: usize = 1024;

impl Chain {
    /// Makes a block on an executed parent from what the pool holds, and keeps its outcome.
    ///
    /// # Errors
    /// This node is broken, or the parent is not executed.
    pub(super) fn build_block(&self, parent: &Block, slot: &Slot) -> Result<Arc<Block>, ExecuteError> {
        let parts = &self.parts;
        let view = parts.storage.view(parent.hash()).ok_or(ExecuteError::Parent)?;
        let terms = parts.executor.terms(&view)?;
        let attributes = self.attributes(parent, slot, &terms);
        let limits = BuildLimits {
            gas: attributes.gas_limit,
            bytes: slot.block_bytes_max.saturating_sub(SEALING_BYTES),
            deadline: &*slot.out_of_time,
        };
        let (base_fee, ancestors) = self.after(&parent.header, &parent.hash(), &terms);
        let mut source = PoolSource(parts.pool.best(base_fee, &ancestors));
        let built = parts
            .executor
            .build(&parent.header, &attributes, &view, &mut source, &limits)
            .map_err(|error| ExecuteError::Node(error.to_string()))?;
        self.assemble(parent, built)
    }

    fn assemble(&self, parent: &Block, built: Built) -> Result<Arc<Block>, ExecuteError> {
        let Built { mut header, body, senders, executed } = built;
        let staged = self.parts.storage.stage(parent.hash(), header.number, executed.changes)?;
        header.state_root = staged.state_root();
        let block = Block::new(header, body);
        self.parts.storage.insert(staged, block.hash())?;
        self.keep(Arc::new(RecoveredBlock::new(block.clone(), senders)), executed.receipts, executed.requests);
        Ok(Arc::new(block))
    }

    fn attributes(&self, parent: &Block, slot: &Slot, terms: &Terms) -> BuildAttributes {
        let Slot { epoch, view, parent_view, time_ms, .. } = *slot;
        let millis = u16::try_from(time_ms % 1000).expect("below a thousand");
        BuildAttributes {
            timestamp: time_ms / 1000,
            extra: Extra { epoch, view, parent_view, millis },
            beneficiary: self.parts.beneficiary,
            mix_hash: self.randomness(&parent.hash()),
            parent_beacon_block_root: B256::from(slot.proposer),
            gas_limit: terms.gas_limit.unwrap_or(parent.header.gas_limit),
        }
    }

    /// Whether a transaction waits that a block on this parent could include. An unknown parent
    /// has no work: consensus asks again once it is executed.
    pub(super) fn work_waits(&self, parent: &BlockHash) -> bool {
        let known = self.unfinalized.lock().outcome(parent).map(|outcome| outcome.block.header.clone());
        let head = self.head_id();
        let header = match known {
            Some(header) => header,
            None if *parent == head.hash => match self.parts.ledger.block(head.number) {
                Ok(Some(block)) => block.header.clone(),
                _ => return false,
            },
            None => return false,
        };
        let terms = self.parts.storage.view(*parent).map(|view| self.parts.executor.terms(&view));
        let Some(Ok(terms)) = terms else { return false };
        let (base_fee, ancestors) = self.after(&header, parent, &terms);
        self.parts.pool.has_pending_after(base_fee, &ancestors)
    }

    /// Base fee of a block on this parent, and the blocks below it the pool does not know yet.
    fn after(&self, parent: &Header, hash: &BlockHash, terms: &Terms) -> (u64, Vec<Arc<RecoveredBlock>>) {
        let next = Header { number: parent.number + 1, timestamp: parent.timestamp, ..Header::default() };
        let base_fee = next_base_fee(&self.parts.spec, terms.fees, parent, &next).unwrap_or_default();
        (base_fee, self.unfinalized.lock().branch(hash))
    }

    /// The `prevrandao` of the block after `parent`: unpredictable without the ledger secret, and
    /// the same whoever proposes, so that giving up a proposal is no second draw.
    pub(super) fn randomness(&self, parent: &BlockHash) -> B256 {
        self.parts.keyring.prf(Purpose::Randomness, parent.as_slice())
    }

    pub(super) fn keep(&self, block: Arc<RecoveredBlock>, receipts: Vec<Receipt>, requests: Requests) -> Outcome {
        let outcome = Outcome { block, receipts: Arc::new(receipts), requests: Arc::new(requests) };
        self.unfinalized.lock().insert(outcome.clone());
        outcome
    }
}

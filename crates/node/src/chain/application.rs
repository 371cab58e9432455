use super::{Chain, EVIDENCE_MAX, metrics};
use althing_consensus::{
    Application, ApplicationError, Committee, Event, Evidence, Pace, Peer, Slot, Timeouts, Verdict,
};
use althing_evm::HeaderRules;
use althing_primitives::{Block, BlockHash, Bytes, hex};
use althing_txpool::Origin;
use std::sync::Arc;
use tracing::{debug, error, warn};

impl Application for Chain {
    fn build(&self, parent: &Arc<Block>, slot: &Slot) -> Result<Arc<Block>, ApplicationError> {
        let started = self.parts.clock.monotonic();
        let block = self.build_block(parent, slot).map_err(broken)?;
        metrics::built(self.parts.clock.monotonic() - started);
        Ok(block)
    }

    fn execute(&self, block: &Arc<Block>) -> Result<Verdict, ApplicationError> {
        let started = self.parts.clock.monotonic();
        let verdict = match self.execute_block(block, HeaderRules::Consensus) {
            Ok(_) => Verdict::Valid,
            Err(error) if error.is_block() => Verdict::Invalid(error.without_values()),
            Err(error) => return Err(broken(error)),
        };
        metrics::executed(self.parts.clock.monotonic() - started);
        Ok(verdict)
    }

    fn is_executed(&self, hash: &BlockHash) -> bool {
        self.parts.storage.contains(*hash)
    }

    fn commit(&self, block: &Arc<Block>) -> Result<(), ApplicationError> {
        self.commit_block(block, HeaderRules::Consensus).map_err(broken)
    }

    fn head(&self) -> u64 {
        self.parts.storage.head().number
    }

    fn has_work(&self, parent: &BlockHash) -> bool {
        self.work_waits(parent)
    }

    fn receive_transactions(&self, transactions: Vec<Bytes>) {
        // Who sent a bad one is not known here; the pool counts refusals.
        drop(self.parts.pool.submit(transactions, Origin::Peer));
    }

    fn pace(&self, parent: &BlockHash) -> Option<Pace> {
        self.pace_after(parent)
    }

    fn committee(&self, epoch: u64) -> Option<Committee> {
        let committee = self.registry_of(epoch)?.committee();
        committee.inspect_err(|error| error!(epoch, %error, "the registered validators are no committee")).ok()
    }

    fn timeouts(&self, epoch: u64) -> Option<Timeouts> {
        Some(self.registry_of(epoch)?.timeouts())
    }

    fn peers(&self, epoch: u64) -> Vec<Peer> {
        self.nodes_around(epoch)
    }

    fn report(&self, event: Event) {
        match event {
            Event::Finalized { number, epoch, view } => debug!(number, epoch, view, "finalized"),
            Event::Epoch { epoch, validator } => debug!(epoch, validator, "epoch"),
            Event::Nullified { epoch, view } => debug!(epoch, view, "view without a block"),
            Event::Equivocation(evidence) => self.keep_evidence(evidence),
        }
    }
}

impl Chain {
    fn keep_evidence(&self, evidence: Evidence) {
        ::metrics::counter!("althing_consensus_equivocations_total").increment(1);
        let validator = hex::encode(evidence.validator);
        warn!(validator, "a validator signed conflicting votes");
        let mut kept = self.evidence.lock();
        let is_new = kept.iter().all(|other| other.validator != evidence.validator);
        if is_new && kept.len() < EVIDENCE_MAX {
            kept.push(evidence);
        }
    }
}

fn broken(error: impl std::fmt::Display) -> ApplicationError {
    ApplicationError(error.to_string())
}

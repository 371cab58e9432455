use super::{Chain, Empties, now_ms};
use crate::{Slot, Verdict};
use althing_consensus_core::{
    BlockCodec, Budget, Pace, Parent, PublicKey, SealedBlock,
    scheme::{RoundContext, Scheme},
};
use commonware_consensus::{Application, Epochable, Viewable, marshal::ancestry::Ancestry};
use commonware_cryptography::{Digested, Digestible};
use commonware_macros::select;
use commonware_runtime::{Clock, Metrics, Spawner};
use commonware_utils::SystemTimeExt;
use futures::{StreamExt, future::pending};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::sync::watch;
use tracing::{debug, warn};

/// Builds and verifies blocks for the engine, and keeps the pace.
pub(crate) struct Proposer<E> {
    clock: Arc<E>,
    chain: Chain<E>,
    codec: BlockCodec,
    me: PublicKey,
    empties: Empties,
    budget: Budget,
    arrivals: watch::Receiver<u64>,
}

impl<E> Clone for Proposer<E> {
    fn clone(&self) -> Self {
        Self {
            clock: self.clock.clone(),
            chain: self.chain.clone(),
            codec: self.codec.clone(),
            me: self.me,
            empties: self.empties.clone(),
            budget: self.budget.clone(),
            arrivals: self.arrivals.clone(),
        }
    }
}

/// What a proposal builds on.
struct Base {
    block: Arc<althing_primitives::Block>,
    parent: Parent,
    pace: Pace,
}

impl<E: Spawner + Clock + Metrics> Proposer<E> {
    pub(crate) fn new(
        clock: E,
        chain: Chain<E>,
        codec: BlockCodec,
        me: PublicKey,
        budget: Budget,
        arrivals: watch::Receiver<u64>,
    ) -> Self {
        Self { clock: Arc::new(clock), chain, codec, me, empties: Empties::default(), budget, arrivals }
    }

    /// What an executed block and its state say about the next one. `None` if it was overtaken.
    async fn base(&self, block: &SealedBlock, ancestry: impl Ancestry<SealedBlock>) -> Option<Base> {
        let pace = self.chain.application().pace(&block.block().hash())?;
        let parent = self.empties.parent(&self.chain, block, ancestry).await?;
        Some(Base { block: block.block().clone(), parent, pace })
    }

    /// Waits until a block is due, builds it, and waits on if it came out empty too early.
    async fn build(&mut self, round: &RoundContext, base: Base) -> Option<SealedBlock> {
        // Transactions that wait but cannot be included are no work until others arrive.
        let mut barren = false;
        loop {
            self.arrivals.borrow_and_update();
            let work = !barren && self.chain.application().has_work(&base.block.hash());
            let due_ms = base.pace.due_ms(base.parent, work);
            if now_ms(&*self.clock) < due_ms {
                select! {
                    _ = self.clock.sleep_until(at(due_ms)) => {},
                    changed = self.arrivals.changed() => {
                        if changed.is_err() {
                            // The pool is gone: the node is stopping.
                            return pending().await;
                        }
                        barren = false;
                    },
                }
                continue;
            }
            let time_ms = now_ms(&*self.clock).max(base.parent.time_ms.saturating_add(1));
            let Some(block) = self.build_at(round, &base, time_ms).await else { return pending().await };
            let empty = block.block().body.transactions.is_empty();
            if base.pace.allows(base.parent, time_ms, !empty) {
                self.budget.proposed(round.round);
                return Some(block);
            }
            barren = true;
        }
    }

    /// `None` if the parent was overtaken while this waited: the view is about to end.
    async fn build_at(&self, round: &RoundContext, base: &Base, time_ms: u64) -> Option<SealedBlock> {
        let slot = Slot {
            epoch: round.epoch().get(),
            view: round.view().get(),
            parent_view: round.parent.0.get(),
            time_ms,
            proposer: self.me,
            block_bytes_max: self.codec.bytes_max,
            out_of_time: self.deadline(base.pace.pacing.block_time),
        };
        let (parent, codec) = (base.block.clone(), self.codec.clone());
        self.chain
            .run(move |application| {
                if !application.is_executed(&parent.hash()) {
                    return Ok(None);
                }
                let block = application.build(&parent, &slot)?;
                let sealed = SealedBlock::seal(block, &codec);
                sealed.map(Some).map_err(|error| crate::ApplicationError(error.to_string()))
            })
            .await
    }

    /// The clock starts at the first question, when the builder's turn has come.
    fn deadline(&self, block_time: Duration) -> Arc<dyn Fn() -> bool + Send + Sync> {
        let (clock, budget) = (self.clock.clone(), self.budget.current(block_time));
        let start = std::sync::OnceLock::new();
        Arc::new(move || {
            let now = clock.current();
            now.duration_since(*start.get_or_init(|| now)).is_ok_and(|elapsed| elapsed >= budget)
        })
    }
}

/// Checks a block's place after its parent. The engine has checked number, parent hash, round and
/// proposer; the application checks the rest by executing.
fn check_pace(block: &SealedBlock, base: &Base) -> Result<(), &'static str> {
    let block = block.block();
    if block.time_ms() <= base.parent.time_ms {
        return Err("block time does not increase");
    }
    if !base.pace.allows(base.parent, block.time_ms(), !block.body.transactions.is_empty()) {
        return Err("the block is not due");
    }
    Ok(())
}

impl<E: Spawner + Clock + Metrics> Application<E> for Proposer<E> {
    type SigningScheme = Scheme;
    type Context = RoundContext;
    type Block = SealedBlock;
    type Input = ();

    async fn propose(
        &mut self,
        (_, round): (E, RoundContext),
        mut ancestry: impl Ancestry<SealedBlock>,
        (): (),
    ) -> Option<Digested<SealedBlock>> {
        let parent = ancestry.next().await?;
        if let Verdict::Invalid(reason) = self.chain.settle(parent.inner(), ancestry.clone()).await {
            warn!(height = parent.inner().block().number(), reason, "cannot build on a certified block");
            return None;
        }
        let Some(base) = self.base(parent.inner(), ancestry).await else { return pending().await };
        let block = self.build(&round, base).await?;
        let digest = block.digest();
        Some(Digested::precomputed(block, digest))
    }

    /// The parent is executed first: its state says when a block may follow.
    async fn verify(&mut self, _: (E, RoundContext), mut ancestry: impl Ancestry<SealedBlock>) -> bool {
        let Some(block) = ancestry.next().await else { return pending().await };
        let Some(parent) = ancestry.clone().next().await else { return pending().await };
        let mut elders = ancestry.clone();
        elders.next().await;
        if let Verdict::Invalid(reason) = self.chain.settle(parent.inner(), elders.clone()).await {
            warn!(height = block.inner().block().number(), reason, "block refused for its parent");
            return false;
        }
        let Some(base) = self.base(parent.inner(), elders).await else { return pending().await };
        if let Err(reason) = check_pace(block.inner(), &base) {
            debug!(height = block.inner().block().number(), reason, "block refused");
            return false;
        }
        match self.chain.settle(block.inner(), ancestry).await {
            Verdict::Valid => true,
            Verdict::Invalid(reason) => {
                warn!(height = block.inner().block().number(), reason, "block refused");
                false
            }
        }
    }
}

fn at(time_ms: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.saturating_add_ext(Duration::from_millis(time_ms))
}

use crate::{
    block::Block,
    rpc::{Receipt, Rpc},
    track::Track,
};
use althing_primitives::{B256Map, U64};
use eyre::Result;
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

/// Blocks whose receipts are looked at afterwards for failed executions.
const SAMPLES: usize = 5;

/// What the follower saw.
#[derive(Default)]
pub(crate) struct Followed {
    /// When each transaction's block was seen, in microseconds after the start, plus one; zero if never.
    pub(crate) seen_us: Vec<u64>,
    /// Numbers of blocks with transactions of ours, and how many.
    pub(crate) blocks: Vec<(u64, usize)>,
    pub(crate) gas_used: u64,
}

/// Asks for block after block and notes when each planned transaction was in one.
pub(crate) struct Follower {
    pub(crate) rpc: Rpc,
    pub(crate) next: u64,
    pub(crate) poll: Duration,
}

impl Follower {
    /// Runs until `stop` is set. An endpoint that fails to answer is asked again.
    pub(crate) async fn follow(
        mut self,
        places: B256Map<u32>,
        track: Arc<Track>,
        stop: Arc<AtomicBool>,
    ) -> (Rpc, Followed) {
        let mut followed = Followed { seen_us: vec![0; places.len()], ..Followed::default() };
        while !stop.load(Relaxed) {
            match self.next_block().await {
                Ok(Some(block)) => {
                    let now_us = track.now_us();
                    let ours = note(&block, &places, &mut followed, now_us);
                    track.included.fetch_add(ours as u64, Relaxed);
                    self.next += 1;
                }
                Ok(None) | Err(_) => tokio::time::sleep(self.poll).await,
            }
        }
        (self.rpc, followed)
    }

    async fn next_block(&mut self) -> Result<Option<Block>> {
        self.rpc.call("eth_getBlockByNumber", json!([U64::from(self.next), false])).await
    }
}

fn note(block: &Block, places: &B256Map<u32>, followed: &mut Followed, now_us: u64) -> usize {
    let mut ours = 0;
    for place in block.transactions.iter().filter_map(|hash| places.get(hash)) {
        followed.seen_us[*place as usize] = now_us + 1;
        ours += 1;
    }
    if ours > 0 {
        followed.blocks.push((block.number.to(), ours));
        followed.gas_used += block.gas_used.to::<u64>();
    }
    ours
}

/// Share of failed executions in a few blocks spread over the run; `None` where receipts of a block
/// cannot be asked for.
pub(crate) async fn failed_share(rpc: &mut Rpc, blocks: &[(u64, usize)]) -> Option<f64> {
    let step = blocks.len().div_ceil(SAMPLES).max(1);
    let (mut failed, mut all) = (0usize, 0usize);
    for (number, _) in blocks.iter().step_by(step) {
        let receipts: Vec<Receipt> = rpc.call("eth_getBlockReceipts", json!([U64::from(*number)])).await.ok()?;
        failed += receipts.iter().filter(|receipt| !receipt.is_success()).count();
        all += receipts.len();
    }
    Some(failed as f64 / all.max(1) as f64)
}

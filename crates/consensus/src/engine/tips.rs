//! Each node tells the others how far it is: so that a node that is behind asks for what it
//! misses, a follower follows, and a wrong clock shows.

use super::{StatusCell, marshal::Marshal, now_ms};
use althing_consensus_core::{scheme::Key, tip};
use commonware_consensus::types::{Epoch, Epocher, FixedEpocher, Height};
use commonware_macros::select;
use commonware_p2p::{Blocker, Receiver, Recipients, Sender};
use commonware_runtime::{Clock, Handle, Spawner};
use commonware_utils::vec::NonEmptyVec;
use std::{collections::BTreeMap, time::Duration};

/// How often progress is checked; a validator asks for blocks when one such period brought none.
const CHECK_TIME: Duration = Duration::from_millis(500);
/// A tip is repeated after this many checks.
const REPEAT_CHECKS: u64 = 5;
/// A peer that was silent for this long is not connected.
const SILENT_MAX_MS: u64 = 10_000;

/// What a peer said last.
struct Tip {
    finalized: u64,
    ahead_ms: i64,
    heard_ms: u64,
}

/// Exchanges tips until the network stops.
pub(crate) struct Tips<E> {
    context: E,
    marshal: Marshal,
    epocher: FixedEpocher,
    status: StatusCell,
    peers: BTreeMap<Key, Tip>,
}

impl<E: Spawner + Clock> Tips<E> {
    pub(crate) fn start<S, R, B>(
        context: E,
        marshal: Marshal,
        epocher: FixedEpocher,
        status: StatusCell,
        (sender, receiver): (S, R),
        blocker: B,
    ) -> Handle<()>
    where
        S: Sender<PublicKey = Key>,
        R: Receiver<PublicKey = Key>,
        B: Blocker<PublicKey = Key>,
    {
        context.spawn(move |context| {
            Self { context, marshal, epocher, status, peers: BTreeMap::new() }.run(sender, receiver, blocker)
        })
    }

    async fn run<S, R, B>(mut self, mut sender: S, mut receiver: R, mut blocker: B)
    where
        S: Sender<PublicKey = Key>,
        R: Receiver<PublicKey = Key>,
        B: Blocker<PublicKey = Key>,
    {
        let (mut tip, mut entered) = (self.status.tip(), self.status.entered());
        let mut last = *tip.borrow_and_update();
        let mut checks = 0;
        let mut check = Box::pin(self.context.sleep(CHECK_TIME));
        loop {
            select! {
                changed = tip.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.send(&mut sender, *tip.borrow_and_update());
                },
                changed = entered.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.walk_on(*entered.borrow_and_update(), *tip.borrow());
                },
                message = receiver.recv() => {
                    let Ok((peer, message)) = message else { return };
                    match tip::decode(message.as_ref()) {
                        Some(said) => self.hear(peer, said),
                        None => {
                            blocker.block(peer);
                        }
                    }
                },
                _ = &mut check => {
                    let current = *tip.borrow();
                    if checks % REPEAT_CHECKS == 0 {
                        self.send(&mut sender, current);
                    }
                    if current == last {
                        self.catch_up(current);
                    }
                    self.summarize();
                    last = current;
                    checks += 1;
                    check = Box::pin(self.context.sleep(CHECK_TIME));
                },
            }
        }
    }

    fn send(&self, sender: &mut impl Sender<PublicKey = Key>, finalized: u64) {
        let message = tip::encode(finalized, now_ms(&self.context));
        sender.send(Recipients::All, message.to_vec(), false);
    }

    fn hear(&mut self, peer: Key, (finalized, clock_ms): (u64, u64)) {
        let heard_ms = now_ms(&self.context);
        let ahead_ms = i64::try_from(i128::from(clock_ms) - i128::from(heard_ms)).unwrap_or(i64::MAX);
        self.peers.insert(peer.clone(), Tip { finalized, ahead_ms, heard_ms });
        // Votes are not sent to followers; a validator has them before it hears of a tip.
        if !self.status.snapshot().validator && finalized > *self.status.tip().borrow() {
            self.ask(finalized, vec![peer]);
        }
    }

    /// Asks at once where a peer is past the epoch just entered: nobody votes in it any more, and
    /// the next one waits for its last block.
    fn walk_on(&self, epoch: u64, own: u64) {
        let last = self.epocher.last(Epoch::new(epoch)).map_or(u64::MAX, |last| last.get());
        if self.peers.values().any(|tip| tip.finalized > last) {
            self.catch_up(own);
        }
    }

    /// Asks every peer that is ahead for the certificate it said it has.
    fn catch_up(&self, own: u64) {
        let mut ahead: BTreeMap<u64, Vec<Key>> = BTreeMap::new();
        for (peer, tip) in self.peers.iter().filter(|(_, tip)| tip.finalized > own) {
            ahead.entry(self.reachable(tip.finalized)).or_default().push(peer.clone());
        }
        for (height, peers) in ahead {
            self.ask(height, peers);
        }
    }

    fn ask(&self, finalized: u64, peers: Vec<Key>) {
        if let Ok(targets) = NonEmptyVec::try_from(peers) {
            self.marshal.hint_finalized(Height::new(self.reachable(finalized)), targets);
        }
    }

    /// Certificates past the current epoch cannot be verified yet: its last block comes first.
    fn reachable(&self, height: u64) -> u64 {
        let epoch = Epoch::new(self.status.snapshot().epoch);
        self.epocher.last(epoch).map_or(height, |last| height.min(last.get()))
    }

    fn summarize(&mut self) {
        let now = now_ms(&self.context);
        self.peers.retain(|_, tip| now.saturating_sub(tip.heard_ms) <= SILENT_MAX_MS);
        let mut finalized: Vec<u64> = self.peers.values().map(|tip| tip.finalized).collect();
        let mut ahead: Vec<i64> = self.peers.values().map(|tip| tip.ahead_ms).collect();
        finalized.sort_unstable_by(|a, b| b.cmp(a));
        ahead.sort_unstable();
        // A third of the peers may lie.
        let credible = finalized.get(finalized.len() / 3).copied().unwrap_or(0);
        let skew = ahead.get(ahead.len() / 2).map_or(0, |ahead| ahead.saturating_neg());
        self.status.peers(self.peers.len(), credible, skew);
    }
}

use crate::{Cluster, Kind, Role, Setup, Spoil, Way, WrongBody};
use althing_ledger::fs::Crash;
use althing_primitives::Bytes;
use std::{sync::Arc, time::Duration};

/// A random history of one cluster: load, and every fault that consensus must survive.
///
/// At most a third of the validators is ever hostile, and no more than that down or cut off at
/// the end; then everybody is healed and must go on.
pub struct Scenario {
    dice: Dice,
    validators: usize,
    kind: Kind,
    sent: Vec<Bytes>,
    forger: Option<Arc<WrongBody>>,
}

/// Steps of a history.
const STEPS: u64 = 12;
/// Load between two steps: one transaction each 100 ms.
const STEP_TRANSACTIONS: u64 = 12;
/// What a healed cluster must still do.
const BLOCKS_AFTER: u64 = 6;

impl Scenario {
    /// The history of a seed.
    pub const fn new(seed: u64, setup: &Setup) -> Self {
        Self { dice: Dice::new(seed), validators: setup.validators, kind: setup.kind, sent: Vec::new(), forger: None }
    }

    /// Plays it. Returns the forger of bodies, where there was one.
    ///
    /// # Panics
    /// Two nodes disagree, a node fails, or a healed cluster does not go on.
    pub async fn play(mut self, mut cluster: Cluster) -> Option<Arc<WrongBody>> {
        let honest = self.start(&mut cluster).await;
        for _ in 0..STEPS {
            self.step(&mut cluster, &honest).await;
            self.load(&mut cluster, STEP_TRANSACTIONS).await;
            let running: Vec<usize> = honest.iter().copied().filter(|index| cluster.is_running(*index)).collect();
            cluster.check(&running);
        }
        cluster.heal().await;
        for index in honest.iter().copied() {
            if !cluster.is_running(index) {
                cluster.start(index, Role::Honest).await;
            }
        }
        // Clients whose node was down send again.
        for index in honest.iter().copied() {
            cluster.submit(index, self.sent.clone());
        }
        let height = honest.iter().map(|index| cluster.height(*index)).max().unwrap_or(0);
        self.load(&mut cluster, 100).await;
        cluster.reach(&honest, height + BLOCKS_AFTER, Duration::from_secs(120)).await;
        cluster.check_bodies(&honest);
        self.forger
    }

    /// Starts everybody, and in three of four histories one of them is hostile. Returns the others.
    async fn start(&mut self, cluster: &mut Cluster) -> Vec<usize> {
        let hostile = self.dice.below(self.validators as u64) as usize;
        let kind = self.dice.below(8);
        for index in 0..self.validators {
            match kind {
                0 if index == hostile => cluster.start(index, Role::Proposer(Spoil::StateRoot)).await,
                1 if index == hostile => cluster.start(index, Role::Proposer(Spoil::Clock(self.lie()))).await,
                2 | 3 if index == hostile => {
                    let others = (0..self.validators).filter(|other| *other != index);
                    let (first, second): (Vec<_>, Vec<_>) = others.partition(|_| self.dice.below(2) == 0);
                    cluster.start_twins(index, &first, &second).await;
                }
                4 if index == hostile => self.start_forger(cluster, index, Way::Broadcast).await,
                5 if index == hostile => self.start_forger(cluster, index, Way::Backfill).await,
                _ => cluster.start(index, Role::Honest).await,
            }
        }
        (0..self.validators).filter(|index| kind > 5 || *index != hostile).collect()
    }

    async fn start_forger(&mut self, cluster: &mut Cluster, index: usize, way: Way) {
        let forger = Arc::new(WrongBody::new(cluster.keyring().clone(), way));
        self.forger = Some(forger.clone());
        cluster.start(index, Role::Wire(forger)).await;
    }

    fn lie(&mut self) -> i64 {
        let off_ms = 1000 + self.dice.below(3_600_000) as i64;
        if self.dice.below(2) == 0 { off_ms } else { -off_ms }
    }

    /// One fault, or its end.
    async fn step(&mut self, cluster: &mut Cluster, honest: &[usize]) {
        let victim = honest[self.dice.below(honest.len() as u64) as usize];
        match self.dice.below(7) {
            0 | 1 if cluster.is_running(victim) => {
                let crash = if self.dice.below(2) == 0 { Crash::LoseUnsynced } else { Crash::KeepAll };
                cluster.kill(victim, crash).await;
            }
            0..=2 if !cluster.is_running(victim) => cluster.start(victim, Role::Honest).await,
            3 => self.partition(cluster).await,
            4 => self.slow(cluster, victim).await,
            5 => self.restart_all(cluster, honest).await,
            _ => cluster.heal().await,
        }
    }

    async fn partition(&mut self, cluster: &Cluster) {
        let side: Vec<bool> = (0..self.validators).map(|_| self.dice.below(2) == 0).collect();
        cluster.connect(|a, b| (side[a] == side[b]).then_some(Duration::from_millis(10))).await;
    }

    async fn slow(&mut self, cluster: &Cluster, victim: usize) {
        let slow = Duration::from_millis(50 + self.dice.below(1500));
        let delay = |a, b| if a == victim || b == victim { slow } else { Duration::from_millis(10) };
        cluster.connect(|a, b| Some(delay(a, b))).await;
    }

    async fn restart_all(&mut self, cluster: &mut Cluster, honest: &[usize]) {
        for index in honest {
            if cluster.is_running(*index) {
                cluster.kill(*index, Crash::LoseUnsynced).await;
            }
        }
        for index in honest {
            cluster.start(*index, Role::Honest).await;
        }
    }

    async fn load(&mut self, cluster: &mut Cluster, count: u64) {
        for _ in 0..count {
            let node = self.dice.below(self.validators as u64) as usize;
            let transaction = self.kind.transaction(self.sent.len() as u64);
            self.sent.push(transaction.clone());
            cluster.submit(node, vec![transaction]);
            cluster.run(Duration::from_millis(100)).await;
        }
    }
}

/// SplitMix64: the same numbers everywhere, for ever.
pub struct Dice(u64);

impl Dice {
    /// The throws of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed ^ 0x9e37_79b9_7f4a_7c15)
    }

    /// A number below `bound`.
    pub const fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

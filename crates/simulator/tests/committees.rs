//! Random committees, one after the other, under faults. `SEED=7` plays one history; `SEEDS=100` plays more.

use althing_ledger::fs::Crash;
use althing_simulator::{Change, Cluster, Dice, Role, Setup, Toy, seeds, simulate};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const EPOCH_BLOCKS: u64 = 20;
/// Histories played where nobody asks for others: what CI has time for.
const SEEDS: u64 = 6;

/// Changes drawn in a history.
const CHANGES: usize = 8;

struct History {
    seed: u64,
    dice: Dice,
    cluster: Cluster,
    sent: u64,
}

impl History {
    async fn play(mut self) {
        self.cluster.start_all().await;
        for _ in 0..CHANGES {
            self.fault().await;
            self.draw();
            let count = 60 + self.dice.below(120);
            self.load(count).await;
            for index in self.nodes() {
                if !self.cluster.is_running(index) {
                    self.cluster.start(index, Role::Honest).await;
                }
            }
            self.cluster.check(&self.nodes());
        }
        self.cluster.heal().await;
        self.load(2 * EPOCH_BLOCKS * 5).await;
        self.go_on().await;
        self.cluster.check(&self.nodes());
    }

    fn nodes(&self) -> Vec<usize> {
        (0..self.cluster.size()).collect()
    }

    async fn fault(&mut self) {
        let victim = self.dice.below(self.cluster.size() as u64) as usize;
        let apart = |a, b| (a != victim && b != victim).then_some(Duration::from_millis(10));
        match self.dice.below(4) {
            0 if self.cluster.is_running(victim) => self.cluster.kill(victim, Crash::LoseUnsynced).await,
            1 => self.cluster.connect(apart).await,
            _ => self.cluster.heal().await,
        }
    }

    /// Seats four to six of the nodes from the next epoch on.
    fn draw(&mut self) {
        let mut left = self.nodes();
        let seats = (0..4 + self.dice.below(3)).map(|_| left.remove(self.dice.below(left.len() as u64) as usize));
        let seats = seats.map(|node| self.cluster.public_key(node)).collect();
        let change = Change::Seats(seats);
        for via in self.nodes() {
            self.submit(via, |number| Toy::change(number, &change));
        }
    }

    /// One transaction every 50 ms, to each node in turn.
    async fn load(&mut self, count: u64) {
        for _ in 0..count {
            let node = self.sent as usize % self.cluster.size();
            self.submit(node, Toy::transaction);
            self.cluster.run(Duration::from_millis(50)).await;
        }
    }

    fn submit(&mut self, via: usize, transaction: impl FnOnce(u64) -> althing_primitives::Bytes) {
        self.cluster.submit(via, vec![transaction(self.sent)]);
        self.sent += 1;
    }

    /// The validators of the farthest epoch agree on more blocks. Who they are is for the chain to
    /// say: a node that was cut off may bring an older change in after the last one.
    async fn go_on(&mut self) {
        let farthest = self.nodes().into_iter().max_by_key(|node| self.cluster.height(*node)).expect("there are nodes");
        let (height, seats) = (self.cluster.height(farthest), self.cluster.validators(farthest));
        self.load(40).await;
        self.cluster.reach(&seats, height + 4, MINUTE).await;
        let idle: Vec<usize> = seats.iter().copied().filter(|seat| !self.cluster.status(*seat).validator).collect();
        assert!(idle.is_empty(), "SEED={}: {idle:?} of the validators {seats:?} do not vote", self.seed);
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "a failing seed must be known")]
fn random_committees_under_faults_stay_safe_and_go_on_when_healed() {
    for seed in seeds(SEEDS) {
        println!("SEED={seed}");
        let setup = Setup { strangers: 3, epoch_length: EPOCH_BLOCKS, ..Setup::toy(4) };
        simulate(seed, setup, |cluster| History { seed, dice: Dice::new(seed), cluster, sent: 0 }.play());
    }
}

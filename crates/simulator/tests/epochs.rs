//! Validators that come, go and change their keys from epoch to epoch.

use althing_ledger::fs::Crash;
use althing_simulator::{Change, Cluster, Role, Setup, Toy, simulate};
use std::time::Duration;

const MINUTE: Duration = Duration::from_secs(60);
const EPOCH_BLOCKS: u64 = 20;
/// The default pace.
const BLOCK_MS: u64 = 250;
/// What a switch of epochs may add to the block time, at 10 ms between nodes.
const SWITCH_MS: u64 = 250;

/// Four validators and strangers, with short epochs.
fn setup(strangers: usize) -> Setup {
    Setup { strangers, epoch_length: EPOCH_BLOCKS, ..Setup::toy(4) }
}

/// Transactions of a test, each with its own number.
#[derive(Default)]
struct Client {
    sent: u64,
}

impl Client {
    /// Makes these nodes the validators from the next epoch on.
    fn seat(&mut self, cluster: &Cluster, via: usize, nodes: &[usize]) {
        self.change(cluster, via, &Change::Seats(nodes.iter().map(|node| cluster.public_key(*node)).collect()));
    }

    fn change(&mut self, cluster: &Cluster, via: usize, change: &Change) {
        cluster.submit(via, vec![Toy::change(self.sent, change)]);
        self.sent += 1;
    }

    /// One transaction every 50 ms, to each of these nodes in turn.
    async fn load(&mut self, cluster: &mut Cluster, nodes: &[usize], count: u64) {
        for _ in 0..count {
            let node = nodes[self.sent as usize % nodes.len()];
            cluster.submit(node, vec![Toy::transaction(self.sent)]);
            self.sent += 1;
            cluster.run(Duration::from_millis(50)).await;
        }
    }
}

/// Whether the node proposed one of the blocks `from` to the head of `seen_by`.
fn proposed(cluster: &Cluster, seen_by: usize, node: usize, from: u64) -> bool {
    let key = cluster.public_key(node);
    (from..=cluster.height(seen_by))
        .any(|height| cluster.block(seen_by, height).header.parent_beacon_block_root == Some(key.into()))
}

/// The longest time between two blocks after `from`, milliseconds.
fn longest_gap_ms(cluster: &Cluster, seen_by: usize, from: u64) -> u64 {
    let times = (from..=cluster.height(seen_by)).map(|height| cluster.block(seen_by, height).time_ms());
    let times: Vec<u64> = times.collect();
    times.windows(2).map(|pair| pair[1] - pair[0]).max().expect("two blocks")
}

async fn start(cluster: &mut Cluster, nodes: impl IntoIterator<Item = usize>) {
    for index in nodes {
        cluster.start(index, Role::Honest).await;
    }
}

#[test]
fn a_newcomer_votes_within_an_epoch_on_an_idle_chain() {
    simulate(31, setup(1), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        cluster.run(Duration::from_secs(5)).await;
        assert_eq!((cluster.height(0), cluster.height(4)), (0, 0), "idle, and nobody knows the stranger");
        client.seat(&cluster, 1, &[0, 1, 2, 3, 4]);
        cluster.run(Duration::from_millis(EPOCH_BLOCKS * (BLOCK_MS + 30) + SWITCH_MS)).await;
        assert!(cluster.status(4).validator, "{:?}", cluster.status(4));
        assert_eq!(cluster.height(0), EPOCH_BLOCKS, "the epoch was filled, and the first block of the next one made");
        let gap = longest_gap_ms(&cluster, 0, 1);
        assert!(gap <= BLOCK_MS + SWITCH_MS, "{gap} ms without a block");
        cluster.run(Duration::from_secs(30)).await;
        assert_eq!(cluster.height(0), EPOCH_BLOCKS, "the change is in force: idle again");
        client.load(&mut cluster, &[0, 4], 100).await;
        assert!(proposed(&cluster, 0, 4, EPOCH_BLOCKS), "it takes its turns");
        cluster.check(&[0, 1, 2, 3, 4]);
    });
}

#[test]
fn a_newcomer_that_follows_first_catches_up_and_then_votes() {
    simulate(32, setup(1), |mut cluster| async move {
        let mut client = Client::default();
        start(&mut cluster, 0..4).await;
        client.load(&mut cluster, &[0, 1, 2, 3], 6 * EPOCH_BLOCKS * 5).await;
        client.change(&cluster, 0, &Change::Followers(vec![cluster.public_key(4)]));
        client.load(&mut cluster, &[0, 1, 2, 3], 20).await;
        // It knows the genesis only, and is five epochs behind.
        let height = cluster.height(0);
        assert!(height > 5 * EPOCH_BLOCKS, "height {height}");
        cluster.start(4, Role::Honest).await;
        cluster.reach(&[4], height, Duration::from_secs(15)).await;
        assert!(!cluster.status(4).validator);
        let from = cluster.height(0);
        client.seat(&cluster, 0, &[0, 1, 2, 3, 4]);
        client.load(&mut cluster, &[0, 1, 2, 3], 2 * EPOCH_BLOCKS * 5).await;
        assert!(cluster.status(4).validator && proposed(&cluster, 0, 4, from));
        cluster.check(&[0, 1, 2, 3, 4]);
    });
}

#[test]
fn a_removed_validator_stops_voting_and_the_others_go_on_without_it() {
    simulate(33, setup(0), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[0, 1, 2, 3], 20).await;
        client.seat(&cluster, 0, &[0, 1, 2]);
        client.load(&mut cluster, &[0, 1, 2], EPOCH_BLOCKS * 5).await;
        let from = (cluster.height(0) / EPOCH_BLOCKS) * EPOCH_BLOCKS;
        assert!(!cluster.status(3).validator, "{:?}", cluster.status(3));
        client.load(&mut cluster, &[0, 1, 2], 3 * EPOCH_BLOCKS * 5).await;
        assert!(!proposed(&cluster, 0, 3, from));
        assert!(cluster.height(3) < cluster.height(0), "nobody sends to it after its last epoch");
        let gap = longest_gap_ms(&cluster, 0, from);
        assert!(gap <= BLOCK_MS + SWITCH_MS, "{gap} ms without a block");
        cluster.check(&[0, 1, 2, 3]);
    });
}

#[test]
fn a_removed_validator_that_is_registered_as_a_follower_follows() {
    simulate(34, setup(0), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[0, 1, 2, 3], 20).await;
        client.change(&cluster, 0, &Change::Followers(vec![cluster.public_key(3)]));
        client.seat(&cluster, 0, &[0, 1, 2]);
        client.load(&mut cluster, &[0, 1, 2], 5 * EPOCH_BLOCKS * 5).await;
        assert!(!cluster.status(3).validator);
        let height = cluster.height(0);
        cluster.reach(&[3], height, Duration::from_secs(2)).await;
    });
}

/// The node behind index 3 gets a new key: that of index 4, and later its old one again.
#[test]
fn a_key_is_rotated_there_and_back_under_load_and_no_transaction_is_lost() {
    simulate(35, setup(1), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[0, 1, 2], 40).await;
        let first = cluster.height(0);
        for seats in [[0, 1, 2, 4], [0, 1, 2, 3]] {
            let from = cluster.height(0);
            client.seat(&cluster, 0, &seats);
            client.load(&mut cluster, &[0, 1, 2], 2 * EPOCH_BLOCKS * 5 + 50).await;
            assert!(proposed(&cluster, 0, seats[3], from + EPOCH_BLOCKS), "node {} takes its turns", seats[3]);
        }
        let gap = longest_gap_ms(&cluster, 0, first);
        assert!(gap <= BLOCK_MS + SWITCH_MS, "{gap} ms without a block");
        cluster.run(Duration::from_secs(2)).await;
        let included: usize =
            (1..=cluster.height(0)).map(|height| cluster.block(0, height).body.transactions.len()).sum();
        assert_eq!(included as u64, client.sent);
        cluster.check(&[0, 1, 2, 3]);
    });
}

#[test]
fn a_committee_that_is_replaced_whole_hands_over() {
    simulate(36, setup(4), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[0, 1, 2, 3], 20).await;
        client.seat(&cluster, 0, &[4, 5, 6, 7]);
        client.load(&mut cluster, &[0, 1, 2, 3], EPOCH_BLOCKS * 5).await;
        let height = cluster.height(4);
        client.load(&mut cluster, &[4, 5, 6, 7], 2 * EPOCH_BLOCKS * 5).await;
        assert!(cluster.height(4) >= height + 2 * EPOCH_BLOCKS - 4, "{} after {height}", cluster.height(4));
        assert!(cluster.status(4).validator && !cluster.status(0).validator);
        cluster.check(&[4, 5, 6, 7]);
    });
}

#[test]
fn a_validator_away_while_the_others_were_replaced_one_by_one_catches_up() {
    simulate(37, setup(3), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[1, 2, 3], 20).await;
        cluster.kill(0, Crash::LoseUnsynced).await;
        for seats in [[0, 4, 2, 3], [0, 4, 5, 3], [0, 4, 5, 6]] {
            client.seat(&cluster, 3, &seats);
            client.load(&mut cluster, &[3], 2 * EPOCH_BLOCKS * 5 + 40).await;
        }
        let (height, missed) = (cluster.height(4), cluster.status(4).epoch);
        assert!(missed >= 5, "{missed} epochs");
        cluster.start(0, Role::Honest).await;
        cluster.reach(&[0, 4, 5, 6], height, MINUTE).await;
        let from = cluster.height(4);
        client.load(&mut cluster, &[4, 5, 6], 2 * EPOCH_BLOCKS * 5).await;
        assert!(proposed(&cluster, 4, 0, from), "it takes its turns again");
        cluster.check(&[0, 4, 5, 6]);
    });
}

#[test]
fn a_block_time_by_vote_holds_from_the_next_block_on() {
    simulate(38, setup(0), |mut cluster| async move {
        let mut client = Client::default();
        cluster.start_all().await;
        client.load(&mut cluster, &[0, 1, 2, 3], 40).await;
        client.change(&cluster, 0, &Change::BlockTime(1_000));
        cluster.run(Duration::from_millis(300)).await;
        let from = cluster.height(0);
        client.load(&mut cluster, &[0, 1, 2, 3], 100).await;
        let blocks = cluster.height(0) - from;
        assert!((4..=5).contains(&blocks), "{blocks} blocks in five seconds");
        client.change(&cluster, 0, &Change::BlockTime(100));
        cluster.run(Duration::from_millis(1_200)).await;
        let from = cluster.height(0);
        client.load(&mut cluster, &[0, 1, 2, 3], 100).await;
        let blocks = cluster.height(0) - from;
        assert!((36..=50).contains(&blocks), "{blocks} blocks in five seconds");
        cluster.check(&[0, 1, 2, 3]);
    });
}

#[test]
fn a_restart_in_the_middle_of_a_switch_forgets_nothing() {
    for seed in 40..48 {
        simulate(seed, setup(1), |mut cluster| async move {
            let mut client = Client::default();
            cluster.start_all().await;
            client.load(&mut cluster, &[0, 1, 2, 3], 20).await;
            client.seat(&cluster, 0, &[0, 1, 2, 4]);
            // The last blocks of the epoch, and the first of the next.
            while cluster.height(0) < EPOCH_BLOCKS - 3 {
                client.load(&mut cluster, &[0, 1, 2], 1).await;
            }
            cluster.run(Duration::from_millis(seed % 8 * 130)).await;
            for index in 0..5 {
                cluster.kill(index, Crash::LoseUnsynced).await;
            }
            start(&mut cluster, 0..5).await;
            client.load(&mut cluster, &[0, 1, 2, 4], 3 * EPOCH_BLOCKS * 5).await;
            let height = cluster.height(0);
            assert!(height >= 2 * EPOCH_BLOCKS, "SEED={seed}: height {height}");
            cluster.reach(&[0, 1, 2, 4], height, MINUTE).await;
            assert!(cluster.status(4).validator && !cluster.status(3).validator, "SEED={seed}");
        });
    }
}

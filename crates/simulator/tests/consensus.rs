//! Consensus by itself, with a toy chain.

use althing_ledger::fs::Crash;
use althing_simulator::{Cluster, JournalBytes, Role, Setup, Spoil, Toy, Way, WrongBody, simulate, simulate_power_cut};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

const ALL: [usize; 4] = [0, 1, 2, 3];
const MINUTE: Duration = Duration::from_secs(60);

/// One transaction every 50 ms, to each node in turn.
async fn load(cluster: &mut Cluster, first: u64, count: u64) {
    for number in first..first + count {
        cluster.submit(number as usize % cluster.size(), vec![Toy::transaction(number)]);
        cluster.run(Duration::from_millis(50)).await;
    }
}

#[test]
fn four_validators_keep_the_block_time_under_load() {
    simulate(1, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 200).await;
        let height = cluster.height(0);
        assert!((36..=42).contains(&height), "{height} blocks in ten seconds");
        cluster.check(&ALL);
    });
}

#[test]
fn a_single_validator_needs_nobody() {
    simulate(2, Setup::toy(1), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 40).await;
        cluster.reach(&[0], 8, MINUTE).await;
        cluster.kill(0, Crash::LoseUnsynced).await;
        cluster.start(0, Role::Honest).await;
        load(&mut cluster, 40, 40).await;
        cluster.reach(&[0], 16, MINUTE).await;
    });
}

#[test]
fn one_dead_validator_costs_one_gap() {
    simulate(3, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 40).await;
        cluster.kill(2, Crash::KeepAll).await;
        load(&mut cluster, 40, 80).await;
        let before = cluster.height(0);
        load(&mut cluster, 120, 200).await;
        let height = cluster.height(0) - before;
        assert!(height >= 34, "{height} blocks in ten seconds");
        cluster.check(&[0, 1, 3]);
    });
}

#[test]
fn a_killed_validator_returns_and_catches_up() {
    simulate(4, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 40).await;
        cluster.kill(2, Crash::LoseUnsynced).await;
        load(&mut cluster, 40, 100).await;
        cluster.start(2, Role::Honest).await;
        let height = cluster.height(0);
        load(&mut cluster, 140, 60).await;
        cluster.reach(&ALL, height + 4, MINUTE).await;
    });
}

#[test]
fn all_killed_at_once_resume() {
    simulate(5, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 50).await;
        let told = cluster.chain(1);
        for index in ALL {
            cluster.kill(index, Crash::LoseUnsynced).await;
        }
        cluster.run(MINUTE * 10).await;
        cluster.start_all().await;
        load(&mut cluster, 50, 50).await;
        cluster.reach(&ALL, told.len() as u64 + 4, MINUTE).await;
        assert_eq!(cluster.chain(1)[..told.len()], told[..]);
    });
}

/// The moment of the cut differs by seed, by milliseconds: between a vote's write and its sync,
/// between a block's and its certificate's.
#[test]
fn a_power_cut_that_tears_journals_is_survived() {
    for seed in 20..36 {
        let told = Arc::new(Mutex::new(Vec::new()));
        let seen = told.clone();
        let before = |mut cluster: Cluster| async move {
            cluster.start_all().await;
            load(&mut cluster, 0, 40).await;
            cluster.run(Duration::from_millis(seed * 17 % 250)).await;
            *seen.lock().unwrap() = cluster.chain(1);
            cluster
        };
        simulate_power_cut(seed, Setup::toy(4), before, |mut cluster| async move {
            cluster.start_all().await;
            load(&mut cluster, 40, 40).await;
            let told = std::mem::take(&mut *told.lock().unwrap());
            cluster.reach(&ALL, told.len() as u64 + 4, MINUTE).await;
            assert_eq!(cluster.chain(1)[..told.len()], told[..], "SEED={seed}");
        });
    }
}

#[test]
fn an_idle_hour_makes_follow_ups_and_heartbeats_only() {
    simulate(6, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        cluster.run(Duration::from_secs(5)).await;
        assert_eq!(cluster.height(0), 0, "no block without work");
        cluster.submit(1, vec![Toy::transaction(0)]);
        cluster.run(Duration::from_millis(300)).await;
        assert_eq!(cluster.height(0), 1, "final within 300 ms of arriving");
        cluster.run(Duration::from_secs(40)).await;
        assert_eq!(cluster.height(0), 13, "twelve follow-ups, then silence");
        cluster.run(MINUTE * 2).await;
        assert_eq!(cluster.height(0), 15, "a heartbeat a minute");
        cluster.run(MINUTE * 57).await;
        assert!((70..=73).contains(&cluster.height(0)), "{} blocks", cluster.height(0));
        cluster.submit(3, vec![Toy::transaction(1)]);
        let height = cluster.height(0);
        cluster.run(Duration::from_millis(300)).await;
        assert_eq!(cluster.height(0), height + 1, "final within 300 ms after an idle hour");
    });
}

/// Bytes of every node's journals after an idle time that follows one transaction.
fn idle_journals(time: Duration) -> Vec<JournalBytes> {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let measured = bytes.clone();
    simulate(6, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        cluster.submit(1, vec![Toy::transaction(0)]);
        cluster.run(time).await;
        for index in ALL {
            cluster.kill(index, Crash::LoseUnsynced).await;
            let bytes = cluster.journal_bytes(index).await;
            measured.lock().unwrap().push(bytes);
        }
    });
    std::mem::take(&mut *bytes.lock().unwrap())
}

/// Between two heartbeats each idle view leaves a file of 4 KiB, and the heartbeat's finalization
/// removes them: the first idle minute, which begins after 13 s of follow-ups, is one such period.
#[test]
#[allow(clippy::print_stdout, reason = "what was measured")]
fn an_idle_hour_leaves_journals_no_larger_than_the_first_minute() {
    let minute = idle_journals(Duration::from_secs(13) + MINUTE);
    let hour = idle_journals(MINUTE * 60);
    println!("after a minute {minute:?}, after an hour {hour:?}");
    for (minute, hour) in minute.iter().zip(&hour) {
        assert!(minute.engine > 0 && minute.marshal > 0, "journals were not found");
        assert!(hour.engine <= minute.engine, "{minute:?} became {hour:?}");
        // One height in it, which has more digits now.
        assert!(hour.marshal <= minute.marshal + 8, "{minute:?} became {hour:?}");
    }
}

#[test]
fn epochs_follow_each_other() {
    simulate(7, Setup { epoch_length: 10, ..Setup::toy(4) }, |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 400).await;
        assert!(cluster.status(0).epoch >= 6, "epoch {}", cluster.status(0).epoch);
        cluster.check(&ALL);
    });
}

#[test]
fn a_validator_five_epochs_behind_catches_up() {
    simulate(8, Setup { epoch_length: 10, ..Setup::toy(4) }, |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 20).await;
        cluster.kill(1, Crash::LoseUnsynced).await;
        load(&mut cluster, 20, 400).await;
        let (height, epoch) = (cluster.height(0), cluster.status(0).epoch);
        cluster.start(1, Role::Honest).await;
        assert!(epoch >= cluster.status(1).epoch + 5);
        cluster.reach(&ALL, height, MINUTE).await;
        load(&mut cluster, 420, 40).await;
        cluster.reach(&ALL, height + 4, MINUTE).await;
    });
}

#[test]
fn missed_epochs_are_walked_at_the_pace_of_the_network() {
    simulate(8, Setup { epoch_length: 4, ..Setup::toy(4) }, |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 20).await;
        cluster.kill(1, Crash::LoseUnsynced).await;
        load(&mut cluster, 20, 600).await;
        let height = cluster.height(0);
        cluster.start(1, Role::Honest).await;
        let missed = u32::try_from(cluster.status(0).epoch).unwrap();
        assert!(missed >= 15, "{missed} epochs");
        // Peers say how far they are within 2.5 s; a round trip here takes 20 ms.
        cluster.reach(&ALL, height, Duration::from_secs(3) + missed * Duration::from_millis(150)).await;
    });
}

#[test]
fn a_follower_follows() {
    simulate(9, Setup { followers: 1, epoch_length: 10, ..Setup::toy(4) }, |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 100).await;
        let height = cluster.height(0);
        cluster.reach(&[0, 1, 2, 3, 4], height, Duration::from_secs(1)).await;
        assert!(!cluster.status(4).validator);
    });
}

#[test]
fn a_minority_waits_and_a_healed_network_goes_on() {
    simulate(10, Setup::toy(4), |mut cluster| async move {
        cluster.start_all().await;
        load(&mut cluster, 0, 40).await;
        cluster.connect(|a, b| ((a < 2) == (b < 2)).then_some(Duration::from_millis(10))).await;
        load(&mut cluster, 40, 200).await;
        let height = cluster.height(0);
        cluster.run(Duration::from_secs(5)).await;
        assert_eq!(cluster.height(0), height, "no quorum, no block");
        cluster.heal().await;
        load(&mut cluster, 240, 100).await;
        cluster.reach(&ALL, height + 8, MINUTE).await;
    });
}

#[test]
fn an_equivocating_proposer_forks_nothing() {
    simulate(11, Setup::toy(4), |mut cluster| async move {
        for index in [0, 1, 2] {
            cluster.start(index, Role::Honest).await;
        }
        cluster.start_twins(3, &[0], &[1, 2]).await;
        load(&mut cluster, 0, 400).await;
        cluster.reach(&[0, 1, 2], 20, MINUTE).await;
    });
}

#[test]
fn whoever_hears_both_of_two_conflicting_votes_can_prove_them() {
    simulate(11, Setup::toy(4), |mut cluster| async move {
        for index in [0, 1, 2] {
            cluster.start(index, Role::Honest).await;
        }
        cluster.start_twins(3, &[0, 1], &[0, 2]).await;
        load(&mut cluster, 0, 400).await;
        cluster.reach(&[0, 1, 2], 20, MINUTE).await;
        let (evidence, namespace) = (cluster.evidence(0), cluster.vote_namespace());
        assert!(!evidence.is_empty(), "node 0 saw no conflict");
        for evidence in evidence {
            assert!(evidence.validator == cluster.public_key(3) && evidence.proves(&namespace), "{evidence:?}");
        }
        assert!(cluster.evidence(1).iter().chain(&cluster.evidence(2)).all(|evidence| evidence.proves(&namespace)));
    });
}

#[test]
fn a_proposer_of_invalid_blocks_costs_only_its_turns() {
    simulate(12, Setup::toy(4), |mut cluster| async move {
        for index in [0, 1, 2] {
            cluster.start(index, Role::Honest).await;
        }
        cluster.start(3, Role::Proposer(Spoil::StateRoot)).await;
        load(&mut cluster, 0, 400).await;
        cluster.reach(&[0, 1, 2], 16, MINUTE).await;
    });
}

#[test]
fn a_proposer_whose_clock_lies_moves_nothing() {
    for off_ms in [600_000, -600_000] {
        simulate(13, Setup::toy(4), |mut cluster| async move {
            for index in [0, 1, 2] {
                cluster.start(index, Role::Honest).await;
            }
            cluster.start(3, Role::Proposer(Spoil::Clock(off_ms))).await;
            load(&mut cluster, 0, 400).await;
            cluster.reach(&[0, 1, 2], 16, MINUTE).await;
        });
    }
}

/// Four transactions every 100 ms: a body that has more than one can be forged by their order.
async fn load_bodies(cluster: &mut Cluster, first: u64, count: u64) {
    for number in first..first + count {
        let several = (0..4).map(|part| Toy::transaction(number * 4 + part)).collect();
        cluster.submit(number as usize % 3, several);
        cluster.run(Duration::from_millis(100)).await;
    }
}

/// The last of four is a forger.
async fn start_with_forger(cluster: &mut Cluster, way: Way) -> Arc<WrongBody> {
    let forger = Arc::new(WrongBody::new(cluster.keyring().clone(), way));
    for index in [0, 1, 2] {
        cluster.start(index, Role::Honest).await;
    }
    cluster.start(3, Role::Wire(forger.clone())).await;
    forger
}

#[test]
fn a_wrong_body_by_broadcast_never_becomes_a_block() {
    for seed in 14..19 {
        simulate(seed, Setup::toy(4), |mut cluster| async move {
            let forger = start_with_forger(&mut cluster, Way::Broadcast).await;
            load_bodies(&mut cluster, 0, 100).await;
            assert!(forger.sent() > 0, "SEED={seed}: nothing was forged");
            cluster.reach(&[0, 1, 2], 16, MINUTE).await;
            cluster.check_bodies(&[0, 1, 2]);
        });
    }
}

#[test]
fn a_wrong_body_by_backfill_never_becomes_a_block() {
    for seed in 14..19 {
        simulate(seed, Setup::toy(4), |mut cluster| async move {
            let forger = start_with_forger(&mut cluster, Way::Backfill).await;
            load_bodies(&mut cluster, 0, 20).await;
            cluster.kill(0, Crash::LoseUnsynced).await;
            load_bodies(&mut cluster, 20, 40).await;
            // It comes back, and can ask the forger only.
            let near = Duration::from_millis(10);
            cluster.connect(|a, b| (a.min(b) != 0 || a.max(b) == 3).then_some(near)).await;
            cluster.start(0, Role::Honest).await;
            load_bodies(&mut cluster, 60, 40).await;
            assert!(forger.sent() > 0, "SEED={seed}: nothing was forged");
            cluster.check_bodies(&[0, 1, 2]);
            cluster.heal().await;
            let height = cluster.height(1);
            load_bodies(&mut cluster, 100, 20).await;
            cluster.reach(&[0, 1, 2], height, MINUTE).await;
            cluster.check_bodies(&[0, 1, 2]);
        });
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let run = |seed| {
        simulate(seed, Setup::toy(4), |mut cluster| async move {
            cluster.start_all().await;
            load(&mut cluster, 0, 30).await;
            cluster.kill(1, Crash::LoseUnsynced).await;
            load(&mut cluster, 30, 30).await;
            cluster.start(1, Role::Honest).await;
            load(&mut cluster, 60, 30).await;
        })
    };
    assert_eq!(run(15).1, run(15).1);
    assert_ne!(run(15).1, run(16).1);
}

//! Random histories. `SEED=7` plays one; `SEEDS=1000` plays more.

use althing_simulator::{Cluster, Scenario, Setup, Way, WrongBody, seeds, simulate};
use std::sync::Arc;

/// Seeds played where nobody asks for others: what CI has time for.
const SEEDS: u64 = 50;

/// Three seeds of four are four validators, the fourth is seven.
#[allow(clippy::print_stdout, reason = "a failing seed must be known")]
fn play(seed: u64) -> (Option<Arc<WrongBody>>, String) {
    println!("SEED={seed}");
    let validators = if seed % 4 == 3 { 7 } else { 4 };
    let setup = Setup { epoch_length: 20, ..Setup::real(validators) };
    let scenario = Scenario::new(seed, &setup);
    simulate(seed, setup, |cluster: Cluster| scenario.play(cluster))
}

#[test]
#[allow(clippy::print_stdout, reason = "what the seeds showed")]
fn every_seed_stays_safe_and_goes_on_when_healed() {
    let forgers: Vec<_> = seeds(SEEDS).filter_map(|seed| play(seed).0).collect();
    let sent = |way| forgers.iter().filter(|forger| forger.way() == way).map(|forger| forger.sent()).sum::<u64>();
    let (broadcast, backfill) = (sent(Way::Broadcast), sent(Way::Backfill));
    println!("wrong bodies sent: {broadcast} by broadcast, {backfill} by backfill");
    if seeds(SEEDS).count() >= SEEDS as usize {
        assert!(broadcast > 0 && backfill > 0, "no wrong body was sent in one of the ways");
    }
}

#[test]
fn a_seed_replays_to_the_same_audit_hash() {
    for seed in seeds(SEEDS).take(3) {
        assert_eq!(play(seed).1, play(seed).1, "SEED={seed}");
    }
}

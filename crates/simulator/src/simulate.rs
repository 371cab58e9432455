use crate::{Cluster, START_S, Setup};
use commonware_runtime::{
    Runner as _,
    deterministic::{self, FaultConfig, PartialWriteMode, WriteConfig},
};
use commonware_utils::probability;
use std::{
    ops::Range,
    time::{Duration, UNIX_EPOCH},
};

/// No scenario takes longer in simulated time.
const TIME_MAX: Duration = Duration::from_secs(24 * 3600);

/// The seeds to play: so many, or as the variable `SEEDS` says; `SEED=7` plays one.
pub fn seeds(count: u64) -> Range<u64> {
    #[allow(clippy::disallowed_methods, reason = "a test's own switches")]
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(count),
    }
}

/// Runs a scenario and returns its outcome with the audit hash: equal for equal runs, over every
/// task, message, random number and write.
pub fn simulate<F: Future>(seed: u64, setup: Setup, scenario: impl FnOnce(Cluster) -> F) -> (F::Output, String) {
    deterministic::Runner::new(config(seed)).start(|context| async move {
        let auditor = context.auditor();
        let outcome = scenario(Cluster::new(context, setup).await).await;
        (outcome, auditor.state())
    })
}

/// Runs a scenario, cuts the power of every node at its end, and runs another on what their disks
/// then hold. Of each journal write that was not synced, any bytes may have landed.
pub fn simulate_power_cut<A: Future<Output = Cluster>, B: Future<Output = ()>>(
    seed: u64,
    setup: Setup,
    before: impl FnOnce(Cluster) -> A,
    after: impl FnOnce(Cluster) -> B,
) {
    let torn = WriteConfig {
        failure_rate: probability!(0.0),
        retention_rate: probability!(0.5),
        mode: PartialWriteMode::Subset,
    };
    let config = config(seed).with_storage_fault_config(FaultConfig::default().write(torn));
    let first = setup.clone();
    let (disks, checkpoint) = deterministic::Runner::new(config)
        .start_and_recover(|context| async move { before(Cluster::new(context, first).await).await.into_disks() });
    deterministic::Runner::from(checkpoint)
        .start(|context| async move { after(Cluster::resume(context, setup, disks).await).await });
}

fn config(seed: u64) -> deterministic::Config {
    deterministic::Config::new()
        .with_seed(seed)
        .with_start_time(UNIX_EPOCH + Duration::from_secs(START_S))
        .with_timeout(Some(TIME_MAX))
}

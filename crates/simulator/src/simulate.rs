use crate::{Cluster, START_S, Setup};
use commonware_runtime::{Runner as _, deterministic};
use std::time::{Duration, UNIX_EPOCH};

/// No scenario takes longer in simulated time.
const TIME_MAX: Duration = Duration::from_secs(24 * 3600);

/// Runs a scenario and returns the audit hash: equal for equal runs, over every task, message,
/// random number and write.
pub fn simulate<F: Future<Output = ()>>(seed: u64, setup: Setup, scenario: impl FnOnce(Cluster) -> F) -> String {
    let config = deterministic::Config::new()
        .with_seed(seed)
        .with_start_time(UNIX_EPOCH + Duration::from_secs(START_S))
        .with_timeout(Some(TIME_MAX));
    deterministic::Runner::new(config).start(|context| async move {
        let auditor = context.auditor();
        scenario(Cluster::new(context, setup).await).await;
        auditor.state()
    })
}

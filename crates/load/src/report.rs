use serde::Serialize;
use std::{collections::BTreeMap, fmt};

/// What a run measured. Rates in transactions a second over the time of offering.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Report {
    pub kind: String,
    pub endpoints: usize,
    pub validators: u32,
    pub cores: usize,
    pub seconds: f64,
    pub batch: usize,
    pub connections: usize,
    pub accounts: u32,
    /// Sent (with a rate: due and sent).
    pub offered_per_second: f64,
    pub accepted_per_second: f64,
    /// Seen in a block before the time was over.
    pub included_per_second: f64,
    pub offered: u64,
    pub accepted: u64,
    /// In the end, draining included.
    pub included: u64,
    pub latency: Latency,
    pub blocks: usize,
    pub transactions_per_block: f64,
    pub gas_per_second: f64,
    /// Share of sampled transactions whose execution failed.
    pub failed_share: Option<f64>,
    pub errors: BTreeMap<String, u64>,
    pub processes: Vec<ProcessCpu>,
    /// R: recovers a second of one core, mean of before and after.
    pub recovers_per_second: f64,
    /// E = included a second x validators / (cores x R).
    pub efficiency: f64,
    /// The signed transactions ran out before the time did.
    pub ran_out: bool,
}

/// From when a transaction was due (or sent, with rate `max`) to when its block was seen, in
/// milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct Latency {
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
}

/// CPU time of a process while transactions were offered.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the names say it")]
pub struct ProcessCpu {
    pub pid: u32,
    pub name: String,
    pub cpu_seconds: f64,
    /// Microseconds for each transaction included in that time.
    pub cpu_us_per_transaction: f64,
}

impl Latency {
    /// Percentiles of latencies in microseconds.
    pub(crate) fn of(mut latencies_us: Vec<u64>) -> Self {
        latencies_us.sort_unstable();
        let at = |share: f64| {
            let place = (latencies_us.len() as f64 * share).ceil() as usize;
            latencies_us.get(place.saturating_sub(1)).map_or(0.0, |us| *us as f64 / 1000.0)
        };
        Self { p50_ms: at(0.50), p95_ms: at(0.95), p99_ms: at(0.99), max_ms: at(1.0) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Latency { p50_ms, p95_ms, p99_ms, max_ms } = self.latency;
        writeln!(
            f,
            "{} for {:.0} s: {} endpoint(s), {} connections, batches of {}, {} accounts\n",
            self.kind, self.seconds, self.endpoints, self.connections, self.batch, self.accounts
        )?;
        writeln!(f, "  offered    {:>10.1} tx/s   {:>9} in all", self.offered_per_second, self.offered)?;
        writeln!(f, "  accepted   {:>10.1} tx/s   {:>9}", self.accepted_per_second, self.accepted)?;
        writeln!(f, "  included   {:>10.1} tx/s   {:>9}", self.included_per_second, self.included)?;
        writeln!(f, "  latency    p50 {p50_ms:.0} ms   p95 {p95_ms:.0} ms   p99 {p99_ms:.0} ms   max {max_ms:.0} ms")?;
        writeln!(
            f,
            "  blocks     {} with {:.0} transactions each, {:.1} Mgas/s",
            self.blocks,
            self.transactions_per_block,
            self.gas_per_second / 1e6
        )?;
        self.processes.iter().try_for_each(|process| writeln!(f, "{process}"))?;
        writeln!(
            f,
            "  R {:.0} recovers/s   E = {:.1} x {} / ({} x R) = {:.3}",
            self.recovers_per_second, self.included_per_second, self.validators, self.cores, self.efficiency
        )?;
        self.fmt_troubles(f)
    }
}

impl Report {
    fn fmt_troubles(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(share) = self.failed_share.filter(|share| *share > 0.0) {
            writeln!(f, "  failed     {:.1} % of the sampled executions", share * 100.0)?;
        }
        if self.ran_out {
            writeln!(f, "  note       all signed transactions were sent before the time was over: raise --presign")?;
        }
        self.errors.iter().try_for_each(|(text, count)| writeln!(f, "  error      {count:>9}   {text}"))
    }
}

impl fmt::Display for ProcessCpu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, name, cpu_seconds, cpu_us_per_transaction } = self;
        write!(f, "  cpu        {cpu_seconds:>8.2} s   {cpu_us_per_transaction:>7.1} us/tx   {name} ({pid})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_sorted_latencies() {
        let latency = Latency::of((1..=100).rev().map(|ms| ms * 1000).collect());
        assert_eq!(latency, Latency { p50_ms: 50.0, p95_ms: 95.0, p99_ms: 99.0, max_ms: 100.0 });
        assert_eq!(Latency::of(Vec::new()), Latency::default());
    }
}

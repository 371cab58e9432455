//! Floors and ceilings of the terms, which no vote crosses.

use super::Terms;
use crate::Stop;
use althing_contracts::IParameters;
use althing_primitives::U256;

const DAY_MS: u64 = 24 * 3_600 * 1_000;
const TIMEOUT_MS_MAX: u64 = 600_000;
/// Less, and no proposal crosses a wide-area network in time: no block would ever be made again.
const LEADER_TIMEOUT_MS_MIN: u64 = 250;
/// For the proposal, its execution and the votes to cross it as well.
const CERTIFICATION_TIMEOUT_MS_MIN: u64 = 500;
const RETRY_TIMEOUT_MS_MIN: u64 = 100;

/// What a term may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Name as in a genesis file.
    pub name: &'static str,
    /// What it is.
    pub value: u64,
    /// What it is at least.
    pub least: u64,
    /// What it is at most.
    pub most: u64,
}

impl Bound {
    const fn new(name: &'static str, value: u64, least: u64, most: u64) -> Self {
        Self { name, value, least, most }
    }

    fn holds(&self) -> bool {
        (self.least..=self.most).contains(&self.value)
    }
}

impl Terms {
    /// The first term that is out of its bounds.
    pub fn out_of_bounds(&self) -> Option<Bound> {
        self.bounds().into_iter().find(|bound| !bound.holds())
    }

    fn bounds(&self) -> [Bound; 16] {
        let [leader, certification, skip, retry] = timeout_bounds([
            self.leader_timeout_ms,
            self.certification_timeout_ms,
            self.skip_timeout_ms,
            self.retry_timeout_ms,
        ]);
        [
            // A block must hold the slowest valid transaction (EIP-7825) at the top, a deployment at the bottom.
            Bound::new("gasLimit", self.gas_limit, 5_000_000, 1_000_000_000),
            // EIP-7934: a block's RLP is at most 8 MiB; below, no transaction of the size the pool takes fits.
            Bound::new("blockBytesMax", self.block_bytes_max, 256 << 10, 8 << 20),
            Bound::new("blockTimeMs", self.block_time_ms, 10, 60_000),
            Bound::new("followUpBlocks", self.follow_up_blocks, 0, 1_000),
            Bound::new("followUpMs", self.follow_up_ms, 10, 60_000),
            Bound::new("heartbeatMs", self.heartbeat_ms, 1_000, DAY_MS),
            leader,
            certification,
            skip,
            retry,
            // One ether: a base fee above is a mistake.
            Bound::new("governance.parameters.baseFee", self.base_fee, 0, 1_000_000_000_000_000_000),
            // EIP-170 at least; at most what fits a transaction (nodes pass on 128 KiB) with 8 KiB of constructor. From Osaka
            // on, a transaction's gas (EIP-7825) ends before, at some 75 KiB.
            Bound::new("governance.parameters.contractSizeMax", self.contract_size_max, 24_576, 122_880),
            // A pool smaller than a few blocks loses bursts; larger than this takes gigabytes.
            Bound::new("governance.parameters.poolTransactionsMax", self.pool_transactions_max, 1_000, 1_000_000),
            Bound::new(
                "governance.parameters.poolTransactionsPerSender",
                self.pool_transactions_per_sender,
                16,
                self.pool_transactions_max.max(16),
            ),
            // Fewer than 10 a second would lock wallets out; 0 is no limit.
            Bound::new("governance.parameters.requestsPerSecond", requests(self.requests_per_second), 10, 1_000_000),
            Bound::new("governance.parameters.systemLane", self.system_lane, 1, 50),
        ]
    }

    /// Refuses terms out of bounds.
    ///
    /// # Errors
    /// `OutOfBounds` of the first.
    pub(crate) fn check(&self) -> Result<(), Stop> {
        match self.out_of_bounds() {
            None => Ok(()),
            Some(Bound { value, least, most, .. }) => Err(out_of_bounds(value, least, most)),
        }
    }
}

/// The bounds of the timeouts of leader, certification, skip and retry, milliseconds: each as consensus asks for
/// (certification after leader, skip after certification and retry), whatever the others are.
pub fn timeout_bounds([leader, certification, skip, retry]: [u64; 4]) -> [Bound; 4] {
    let (leader_max, middle_max) = (TIMEOUT_MS_MAX - 2, TIMEOUT_MS_MAX - 1);
    let certification_least = leader.min(leader_max).saturating_add(1).max(CERTIFICATION_TIMEOUT_MS_MIN);
    let skip_least = certification.max(retry).min(middle_max).saturating_add(1);
    [
        Bound::new("timeouts.leaderMs", leader, LEADER_TIMEOUT_MS_MIN, leader_max),
        Bound::new("timeouts.certificationMs", certification, certification_least, middle_max),
        Bound::new("timeouts.skipMs", skip, skip_least, TIMEOUT_MS_MAX),
        Bound::new("timeouts.retryMs", retry, RETRY_TIMEOUT_MS_MIN, middle_max),
    ]
}

/// No limit counts as the highest one.
fn requests(per_second: u64) -> u64 {
    if per_second == 0 { 1_000_000 } else { per_second }
}

pub(super) fn out_of_bounds(value: u64, least: u64, most: u64) -> Stop {
    let [value, least, most] = [value, least, most].map(U256::from);
    Stop::revert(IParameters::OutOfBounds { value, least, most })
}

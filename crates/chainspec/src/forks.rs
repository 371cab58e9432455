use crate::{
    EthereumHardforks, ForkCondition, GenesisConfig, GenesisError, Hardfork,
    blob::{BLOB_FORKS, blob_params},
};
use althing_governance::{FORKS, ForkTimes};
use althing_primitives::{Header, U256, eips::eip7840::BlobParams};
use std::borrow::Cow;

/// The forks whose times members may change, as [`FORKS`] names them.
const CHOSEN_FORKS: [Hardfork; FORKS.len()] =
    [Hardfork::Osaka, Hardfork::Bpo1, Hardfork::Bpo2, Hardfork::Bpo3, Hardfork::Bpo4, Hardfork::Bpo5];

/// When each fork begins: by block up to the merge, by total difficulty at it, by time after it.
///
/// Whether a block is past the merge is read from its own difficulty, which is zero from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForkSchedule {
    /// Every fork that is scheduled, in order.
    forks: Vec<(Hardfork, ForkCondition)>,
    /// Blob parameters by activation time, latest first.
    blobs: Vec<(u64, BlobParams)>,
    /// Blob parameters of every fork that has any, be it scheduled or not.
    blob_params: Vec<(Hardfork, BlobParams)>,
    terminal_total_difficulty: Option<U256>,
}

impl ForkSchedule {
    pub(crate) fn new(config: &GenesisConfig) -> Result<Self, GenesisError> {
        let mut forks = vec![(Hardfork::Frontier, ForkCondition::Block(0))];
        forks.extend(block_forks(config)?);
        forks.extend(paris(config)?);
        forks.extend(time_forks(config)?);
        let blob_params = known_blobs(config)?;
        let blobs = blobs(&forks, &blob_params);
        if let Some(fork) = without_parameters(&forks, &blob_params) {
            let name = fork.name().to_lowercase();
            let reason = format!("is missing while `{name}Time` is set");
            return Err(GenesisError::field(format!("config.blobSchedule.{name}"), reason));
        }
        Ok(Self { forks, blobs, blob_params, terminal_total_difficulty: config.terminal_total_difficulty })
    }

    /// The latest fork in force at a height and time; `merged` where the block's difficulty is zero.
    pub fn at(&self, number: u64, timestamp: u64, merged: bool) -> Hardfork {
        let merged = merged && self.terminal_total_difficulty.is_some();
        let active = |condition: &ForkCondition| match condition {
            ForkCondition::Block(block) => number >= *block,
            ForkCondition::Timestamp(time) => timestamp >= *time,
            ForkCondition::TTD { .. } => merged,
            ForkCondition::Never => false,
        };
        let latest = self.forks.iter().rev().find(|(_, condition)| active(condition));
        latest.map_or(Hardfork::Frontier, |(fork, _)| *fork)
    }

    /// The latest fork in force in the block of a header.
    pub fn of(&self, header: &Header) -> Hardfork {
        self.at(header.number, header.timestamp, header.difficulty.is_zero())
    }

    /// When `fork` begins.
    pub fn condition(&self, fork: Hardfork) -> ForkCondition {
        self.forks.iter().find(|(scheduled, _)| *scheduled == fork).map_or(ForkCondition::Never, |entry| entry.1)
    }

    /// Every scheduled fork, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Hardfork, ForkCondition)> + '_ {
        self.forks.iter().copied()
    }

    /// When the forks begin that members may schedule.
    pub fn times(&self) -> ForkTimes {
        CHOSEN_FORKS.map(|fork| match self.condition(fork) {
            ForkCondition::Timestamp(time) => Some(time),
            _ => None,
        })
    }

    /// The schedule where members chose these times.
    pub fn with_times(&self, times: &ForkTimes) -> Cow<'_, Self> {
        if self.times() == *times {
            return Cow::Borrowed(self);
        }
        let fixed = self.forks.iter().filter(|(fork, _)| !CHOSEN_FORKS.contains(fork)).copied();
        let chosen = CHOSEN_FORKS.into_iter().zip(times);
        let chosen = chosen.filter_map(|(fork, time)| Some((fork, ForkCondition::Timestamp((*time)?))));
        let forks: Vec<_> = fixed.chain(chosen).collect();
        Cow::Owned(Self { blobs: blobs(&forks, &self.blob_params), forks, ..self.clone() })
    }

    /// Blob parameters in force at a time (seconds), `None` before Cancun.
    pub fn blob_params(&self, timestamp: u64) -> Option<BlobParams> {
        self.blobs.iter().find(|(time, _)| timestamp >= *time).map(|(_, params)| *params)
    }

    /// Total difficulty at which proof of work ends; `None` where it never does.
    pub const fn terminal_total_difficulty(&self) -> Option<U256> {
        self.terminal_total_difficulty
    }
}

impl EthereumHardforks for ForkSchedule {
    fn ethereum_fork_activation(&self, fork: Hardfork) -> ForkCondition {
        self.condition(fork)
    }
}

fn block_forks(config: &GenesisConfig) -> Result<Vec<(Hardfork, ForkCondition)>, GenesisError> {
    if config.eip155_block != config.eip158_block {
        return Err(GenesisError::field("config.eip158Block", "differs from `eip155Block`: one fork has both"));
    }
    // geth: a missing Petersburg comes with Constantinople.
    let petersburg = config.petersburg_block.or(config.constantinople_block);
    let dao = config.dao_fork_block.filter(|_| config.dao_fork_support);
    ordered(&[
        Scheduled::required(Hardfork::Homestead, "homesteadBlock", config.homestead_block),
        Scheduled::optional(Hardfork::Dao, "daoForkBlock", dao),
        Scheduled::required(Hardfork::Tangerine, "eip150Block", config.eip150_block),
        Scheduled::required(Hardfork::SpuriousDragon, "eip158Block", config.eip158_block),
        Scheduled::required(Hardfork::Byzantium, "byzantiumBlock", config.byzantium_block),
        Scheduled::required(Hardfork::Constantinople, "constantinopleBlock", config.constantinople_block),
        Scheduled::required(Hardfork::Petersburg, "petersburgBlock", petersburg),
        Scheduled::required(Hardfork::Istanbul, "istanbulBlock", config.istanbul_block),
        Scheduled::optional(Hardfork::MuirGlacier, "muirGlacierBlock", config.muir_glacier_block),
        Scheduled::required(Hardfork::Berlin, "berlinBlock", config.berlin_block),
        Scheduled::required(Hardfork::London, "londonBlock", config.london_block),
        Scheduled::optional(Hardfork::ArrowGlacier, "arrowGlacierBlock", config.arrow_glacier_block),
        Scheduled::optional(Hardfork::GrayGlacier, "grayGlacierBlock", config.gray_glacier_block),
    ])
    .map(|forks| forks.into_iter().map(|(fork, at)| (fork, ForkCondition::Block(at))).collect())
}

fn paris(config: &GenesisConfig) -> Result<Option<(Hardfork, ForkCondition)>, GenesisError> {
    let Some(total_difficulty) = config.terminal_total_difficulty else { return Ok(None) };
    if total_difficulty.is_zero() && config.london_block != Some(0) {
        return Err(GenesisError::field("config.londonBlock", "must be 0 where `terminalTotalDifficulty` is 0"));
    }
    if !total_difficulty.is_zero() && config.clique.is_some() {
        return Err(GenesisError::field("config.clique", "proof of authority is not supported"));
    }
    let from_start = total_difficulty.is_zero().then_some(0);
    let activation_block_number = from_start.or(config.merge_netsplit_block).unwrap_or(u64::MAX);
    let condition =
        ForkCondition::TTD { activation_block_number, fork_block: config.merge_netsplit_block, total_difficulty };
    Ok(Some((Hardfork::Paris, condition)))
}

fn time_forks(config: &GenesisConfig) -> Result<Vec<(Hardfork, ForkCondition)>, GenesisError> {
    if config.terminal_total_difficulty.is_none() && config.shanghai_time.is_some() {
        return Err(GenesisError::field("config.terminalTotalDifficulty", "is missing while `shanghaiTime` is set"));
    }
    ordered(&[
        Scheduled::required(Hardfork::Shanghai, "shanghaiTime", config.shanghai_time),
        Scheduled::required(Hardfork::Cancun, "cancunTime", config.cancun_time),
        Scheduled::required(Hardfork::Prague, "pragueTime", config.prague_time),
        Scheduled::required(Hardfork::Osaka, "osakaTime", config.osaka_time),
        Scheduled::required(Hardfork::Bpo1, "bpo1Time", config.bpo1_time),
        Scheduled::required(Hardfork::Bpo2, "bpo2Time", config.bpo2_time),
        Scheduled::required(Hardfork::Bpo3, "bpo3Time", config.bpo3_time),
        Scheduled::required(Hardfork::Bpo4, "bpo4Time", config.bpo4_time),
        Scheduled::required(Hardfork::Bpo5, "bpo5Time", config.bpo5_time),
    ])
    .map(|forks| forks.into_iter().map(|(fork, at)| (fork, ForkCondition::Timestamp(at))).collect())
}

struct Scheduled {
    fork: Hardfork,
    field: &'static str,
    at: Option<u64>,
    optional: bool,
}

impl Scheduled {
    const fn required(fork: Hardfork, field: &'static str, at: Option<u64>) -> Self {
        Self { fork, field, at, optional: false }
    }

    const fn optional(fork: Hardfork, field: &'static str, at: Option<u64>) -> Self {
        Self { fork, field, at, optional: true }
    }
}

/// Refuses a fork before its predecessor, or without it (geth's `CheckConfigForkOrder`).
fn ordered(schedule: &[Scheduled]) -> Result<Vec<(Hardfork, u64)>, GenesisError> {
    let mut forks = Vec::new();
    let mut missing: Option<&'static str> = None;
    let mut last: Option<(&'static str, u64)> = None;
    for &Scheduled { fork, field, at, optional } in schedule {
        let Some(at) = at else {
            if !optional {
                missing = missing.or(Some(field));
            }
            continue;
        };
        let name = || format!("config.{field}");
        if let Some(missing) = missing {
            return Err(GenesisError::field(name(), format!("is set while the earlier `{missing}` is not")));
        }
        if let Some((before, at_before)) = last.filter(|(_, before)| at < *before) {
            return Err(GenesisError::field(name(), format!("{at} is before `{before}` at {at_before}")));
        }
        last = Some((field, at));
        forks.push((fork, at));
    }
    Ok(forks)
}

fn known_blobs(config: &GenesisConfig) -> Result<Vec<(Hardfork, BlobParams)>, GenesisError> {
    let schedule = config.blob_schedule.unwrap_or_default();
    let params = BLOB_FORKS.into_iter().map(|fork| Ok(blob_params(&schedule, fork)?.map(|params| (fork, params))));
    params.filter_map(Result::transpose).collect()
}

/// A scheduled fork whose blob parameters nobody knows.
fn without_parameters(forks: &[(Hardfork, ForkCondition)], known: &[(Hardfork, BlobParams)]) -> Option<Hardfork> {
    let is_known = |fork: &Hardfork| known.iter().any(|(known, _)| known == fork);
    forks.iter().map(|(fork, _)| *fork).find(|fork| BLOB_FORKS.contains(fork) && !is_known(fork))
}

/// Blob parameters of scheduled forks by time, latest first.
fn blobs(forks: &[(Hardfork, ForkCondition)], known: &[(Hardfork, BlobParams)]) -> Vec<(u64, BlobParams)> {
    let params = |fork: &Hardfork| known.iter().find(|(known, _)| known == fork).map(|(_, params)| *params);
    let timed = forks.iter().rev().filter_map(|(fork, condition)| match condition {
        ForkCondition::Timestamp(time) => Some((*time, params(fork)?)),
        _ => None,
    });
    timed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BlobScheduleEntry, Genesis};

    fn to_london() -> GenesisConfig {
        GenesisConfig {
            homestead_block: Some(1),
            eip150_block: Some(2),
            eip155_block: Some(3),
            eip158_block: Some(3),
            byzantium_block: Some(4),
            constantinople_block: Some(5),
            istanbul_block: Some(6),
            berlin_block: Some(7),
            london_block: Some(8),
            ..Default::default()
        }
    }

    #[test]
    fn forks_follow_blocks_then_difficulty_then_time() {
        let config = GenesisConfig {
            terminal_total_difficulty: Some(U256::from(100)),
            shanghai_time: Some(1000),
            ..to_london()
        };
        let forks = ForkSchedule::new(&config).unwrap();
        assert_eq!(forks.at(0, 0, false), Hardfork::Frontier);
        assert_eq!(forks.at(3, 0, false), Hardfork::SpuriousDragon);
        assert_eq!(forks.at(5, 0, false), Hardfork::Petersburg, "comes with Constantinople");
        assert_eq!(forks.at(8, 0, false), Hardfork::London);
        assert_eq!(forks.at(9, 0, true), Hardfork::Paris);
        assert_eq!(forks.at(9, 1000, true), Hardfork::Shanghai);
        assert_eq!(forks.blob_params(2000), None);
    }

    #[test]
    fn a_gap_and_a_wrong_order_are_named() {
        let gap = GenesisConfig { byzantium_block: None, ..to_london() };
        let error = ForkSchedule::new(&gap).unwrap_err().to_string();
        assert_eq!(error, "genesis: config.constantinopleBlock: is set while the earlier `byzantiumBlock` is not");
        let order = GenesisConfig { istanbul_block: Some(9), ..to_london() };
        let error = ForkSchedule::new(&order).unwrap_err().to_string();
        assert_eq!(error, "genesis: config.berlinBlock: 7 is before `istanbulBlock` at 9");
    }

    #[test]
    fn blob_parameters_change_with_their_forks() {
        let mut config = Genesis::dev().config;
        config.bpo1_time = Some(10);
        config.bpo2_time = Some(20);
        config.bpo3_time = Some(30);
        let error = ForkSchedule::new(&config).unwrap_err().to_string();
        assert_eq!(error, "genesis: config.blobSchedule.bpo3: is missing while `bpo3Time` is set");

        let entry = BlobScheduleEntry { target: 30, max: 40, base_fee_update_fraction: 99 };
        config.blob_schedule = Some(BlobSchedule { bpo3: Some(entry), ..Default::default() });
        let forks = ForkSchedule::new(&config).unwrap();
        let max = |time| forks.blob_params(time).unwrap().max_blob_count;
        assert_eq!([max(0), max(10), max(20), max(30)], [9, 15, 21, 40]);
        assert_eq!(forks.at(0, 30, true), Hardfork::Bpo3);
    }

    #[test]
    fn members_move_add_and_withdraw_forks() {
        let mut config = Genesis::dev().config;
        (config.osaka_time, config.bpo1_time) = (Some(10), Some(20));
        let genesis = ForkSchedule::new(&config).unwrap();
        assert_eq!(genesis.times(), [Some(10), Some(20), None, None, None, None]);
        assert!(matches!(genesis.with_times(&genesis.times()), Cow::Borrowed(_)));
        let voted = genesis.with_times(&[Some(15), None, None, None, None, None]);
        assert_eq!(
            [14, 15, 20].map(|time| voted.at(1, time, true)),
            [Hardfork::Prague, Hardfork::Osaka, Hardfork::Osaka]
        );
        let voted = genesis.with_times(&[Some(10), Some(30), Some(40), None, None, None]);
        assert_eq!([29, 30, 40].map(|time| voted.at(1, time, true)), [Hardfork::Osaka, Hardfork::Bpo1, Hardfork::Bpo2]);
        assert_eq!([29, 30, 40].map(|time| voted.blob_params(time).unwrap().max_blob_count), [9, 15, 21]);
        assert_eq!(voted.iter().count(), genesis.iter().count() + 1);
        assert_eq!(CHOSEN_FORKS.map(|fork| fork.name().to_lowercase()), FORKS);
    }

    use crate::BlobSchedule;
}

//! From the name of a network to its fork schedule.

use crate::json::Number;
use althing_chainspec::{BlobSchedule, BlobScheduleEntry, GenesisConfig};
use althing_primitives::address;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::{collections::BTreeMap, sync::LazyLock};

/// `config` of a fixture; older ones have none.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    chainid: Option<Number>,
    blob_schedule: Option<BTreeMap<String, BlobEntry>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct BlobEntry {
    target: Number,
    max: Number,
    base_fee_update_fraction: Number,
}

/// A step of the schedule, as hive's runner reads it too. Those that are `alone` come only where they are named.
#[derive(Deserialize)]
struct Step {
    names: Vec<String>,
    /// Fields of a genesis file's `config`.
    genesis: Vec<String>,
    #[serde(default)]
    alone: bool,
}

static STEPS: LazyLock<Vec<Step>> = LazyLock::new(|| {
    let text = include_str!("../../../hive-tests/offline/networks.json");
    serde_json::from_str(text).expect("the tests read it")
});

/// Constantinople without its fix (EIP-1283) was in force nowhere, and the EVM has no such rules.
/// Its transactions are those of the fix.
const CONSTANTINOPLE: &str = "Constantinople";

/// Whether blocks and states of a network can be computed.
pub(crate) fn executable(network: &str) -> Result<(), String> {
    let unfixed =
        network == CONSTANTINOPLE || network.starts_with("ConstantinopleTo") || network.contains("ToConstantinopleAt");
    if unfixed { Err("Constantinople without its fix was never in force".into()) } else { Ok(()) }
}

/// The schedule of a network such as `Berlin`, `BerlinToLondonAt5`, `ArrowGlacierToParisAtDiffC0000`
/// or `ParisToShanghaiAtTime15k`.
pub(crate) fn config(network: &str, given: &Config) -> Result<GenesisConfig, String> {
    let unknown = || format!("network `{network}` is unknown");
    let (base, transition) = match network.split_once("To") {
        Some((base, rest)) => (base, Some(rest.split_once("At").ok_or_else(unknown)?)),
        None => (network, None),
    };
    let mut begins = Map::new();
    let first = find(base).ok_or_else(unknown)?;
    activate(&mut begins, 0..=first, 0);
    if let Some((next, at)) = transition {
        let next = find(next).ok_or_else(unknown)?;
        activate(&mut begins, first + 1..=next, moment(at).ok_or_else(unknown)?);
    }
    let config: GenesisConfig = serde_json::from_value(begins.into()).map_err(|error| error.to_string())?;
    Ok(GenesisConfig {
        chain_id: Some(given.chainid.map_or(Ok(1), Number::u64)?),
        dao_fork_support: config.dao_fork_block.is_some(),
        deposit_contract_address: Some(address!("0x00000000219ab540356cBB839Cbe05303d7705Fa")),
        blob_schedule: given.blob_schedule()?,
        ..config
    })
}

fn find(name: &str) -> Option<usize> {
    let name = if name == CONSTANTINOPLE { "ConstantinopleFix" } else { name };
    STEPS.iter().position(|step| step.names.iter().any(|it| it == name))
}

/// Everything of a range of steps, at the same moment; the last of it even where it is alone.
fn activate(begins: &mut Map<String, Value>, steps: std::ops::RangeInclusive<usize>, at: u64) {
    let last = *steps.end();
    for (index, step) in STEPS.iter().enumerate().take(last + 1).skip(*steps.start()) {
        if !step.alone || index == last {
            begins.extend(step.genesis.iter().map(|field| (field.clone(), at.into())));
        }
    }
}

/// `5`, `Time15k`, `DiffC0000`.
fn moment(text: &str) -> Option<u64> {
    if let Some(digits) = text.strip_prefix("Diff") {
        return u64::from_str_radix(digits.trim_start_matches("0x"), 16).ok();
    }
    let digits = text.strip_prefix("Time").or_else(|| text.strip_prefix("Block")).unwrap_or(text);
    match digits.strip_suffix('k') {
        Some(thousands) => thousands.parse::<u64>().ok()?.checked_mul(1_000),
        None => digits.parse().ok(),
    }
}

impl Config {
    fn blob_schedule(&self) -> Result<Option<BlobSchedule>, String> {
        let Some(given) = &self.blob_schedule else { return Ok(None) };
        let mut schedule = BlobSchedule::default();
        for (fork, entry) in given {
            let entry = BlobScheduleEntry {
                target: entry.target.u64()?,
                max: entry.max.u64()?,
                base_fee_update_fraction: entry.base_fee_update_fraction.u64()?,
            };
            let place = match fork.to_lowercase().as_str() {
                "cancun" => &mut schedule.cancun,
                "prague" => &mut schedule.prague,
                "osaka" => &mut schedule.osaka,
                "bpo1" => &mut schedule.bpo1,
                "bpo2" => &mut schedule.bpo2,
                "bpo3" => &mut schedule.bpo3,
                "bpo4" => &mut schedule.bpo4,
                "bpo5" => &mut schedule.bpo5,
                // A fork that is not ours to know takes no part in a schedule of those that are.
                _ => continue,
            };
            *place = Some(entry);
        }
        Ok(Some(schedule))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_primitives::U256;

    fn of(network: &str) -> GenesisConfig {
        config(network, &Config::default()).unwrap()
    }

    #[test]
    fn a_network_has_every_fork_up_to_its_own() {
        let berlin = of("Berlin");
        assert_eq!((berlin.homestead_block, berlin.berlin_block, berlin.london_block), (Some(0), Some(0), None));
        assert_eq!((berlin.dao_fork_block, berlin.muir_glacier_block), (None, None));
        assert_eq!(of("ArrowGlacier").arrow_glacier_block, Some(0));
        assert_eq!(of("Merge").terminal_total_difficulty, Some(U256::ZERO));
        assert_eq!(of("BPO2").bpo1_time, Some(0));
        assert_eq!(of("Frontier").homestead_block, None);
    }

    #[test]
    fn transitions_by_block_time_and_difficulty() {
        assert_eq!(of("FrontierToHomesteadAt5").homestead_block, Some(5));
        let dao = of("HomesteadToDaoAt5");
        assert_eq!((dao.homestead_block, dao.dao_fork_block, dao.eip150_block), (Some(0), Some(5), None));
        let eip150 = of("HomesteadToEIP150At5");
        assert_eq!((eip150.dao_fork_block, eip150.eip150_block), (None, Some(5)));
        let merge = of("ArrowGlacierToParisAtDiffC0000");
        assert_eq!((merge.arrow_glacier_block, merge.gray_glacier_block), (Some(0), None));
        assert_eq!(merge.terminal_total_difficulty, Some(U256::from(0xC0000)));
        assert_eq!(of("OsakaToBPO1AtTime15k").bpo1_time, Some(15_000));
        assert_eq!(of("ByzantiumToConstantinopleFixAt5").petersburg_block, Some(5));
        assert_eq!(of("EIP158ToByzantiumAt5").byzantium_block, Some(5));
    }

    #[test]
    fn other_names_are_refused() {
        assert!(executable("Constantinople").is_err() && executable("ByzantiumToConstantinopleAt5").is_err());
        assert!(executable("ByzantiumToConstantinopleFixAt5").is_ok() && executable("Istanbul").is_ok());
        for name in ["Amsterdam", "BerlinToNowhereAt5", "BerlinToLondon", "BerlinToLondonAtNoon", ""] {
            assert!(config(name, &Config::default()).is_err(), "{name}");
        }
    }
}

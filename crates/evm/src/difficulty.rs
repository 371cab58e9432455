use althing_chainspec::{ForkCondition, ForkSchedule, Hardfork};
use althing_primitives::{EMPTY_OMMER_ROOT_HASH, Header, U256};

/// No block is easier (yellow paper).
const DIFFICULTY_MIN: u64 = 131_072;
/// A step is this part of the parent's difficulty.
const STEP_DIVISOR: u64 = 2_048;
/// Downward steps a single block can take.
const STEPS_DOWN_MAX: i128 = -99;
/// The ice age doubles its share every so many blocks.
const ICE_AGE_PERIOD: u64 = 100_000;
/// By how many blocks each fork moved the ice age back, latest first: EIP-5133, 4345, 3554, 2384, 1234, 649.
const ICE_AGE_DELAYS: [(Hardfork, u64); 6] = [
    (Hardfork::GrayGlacier, 11_400_000),
    (Hardfork::ArrowGlacier, 10_700_000),
    (Hardfork::London, 9_700_000),
    (Hardfork::MuirGlacier, 9_000_000),
    (Hardfork::Constantinople, 5_000_000),
    (Hardfork::Byzantium, 3_000_000),
];

/// Difficulty of the block of proof of work after `parent`, at `timestamp` (seconds, after the parent's).
pub fn next_difficulty(forks: &ForkSchedule, parent: &Header, timestamp: u64) -> U256 {
    let number = parent.number.saturating_add(1);
    let active = |fork: Hardfork| matches!(forks.condition(fork), ForkCondition::Block(block) if number >= block);
    let elapsed = i128::from(timestamp) - i128::from(parent.timestamp);
    let steps = if active(Hardfork::Byzantium) {
        let slow_by_ommers = if parent.ommers_hash == EMPTY_OMMER_ROOT_HASH { 1 } else { 2 };
        (slow_by_ommers - elapsed / 9).max(STEPS_DOWN_MAX)
    } else if active(Hardfork::Homestead) {
        (1 - elapsed / 10).max(STEPS_DOWN_MAX)
    } else if elapsed < 13 {
        1
    } else {
        -1
    };
    let delay = ICE_AGE_DELAYS.iter().find(|(fork, _)| active(*fork)).map_or(0, |(_, delay)| *delay);
    stepped(parent.difficulty, steps).saturating_add(ice_age(number.saturating_sub(delay)))
}

fn stepped(difficulty: U256, steps: i128) -> U256 {
    let moved = (difficulty / U256::from(STEP_DIVISOR)).saturating_mul(U256::from(steps.unsigned_abs()));
    let stepped = if steps < 0 { difficulty.saturating_sub(moved) } else { difficulty.saturating_add(moved) };
    stepped.max(U256::from(DIFFICULTY_MIN))
}

/// What the ice age adds at a height (as delayed).
fn ice_age(number: u64) -> U256 {
    match number / ICE_AGE_PERIOD {
        0 | 1 => U256::ZERO,
        period => U256::ONE.checked_shl(usize::try_from(period - 2).unwrap_or(usize::MAX)).unwrap_or(U256::MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use althing_chainspec::Genesis;

    /// Every fork of mainnet up to the merge, at its own height.
    fn mainnet() -> ForkSchedule {
        let config = r#"{"config": {"chainId": 1, "homesteadBlock": 1150000, "daoForkBlock": 1920000,
            "daoForkSupport": true, "eip150Block": 2463000, "eip155Block": 2675000, "eip158Block": 2675000,
            "byzantiumBlock": 4370000, "constantinopleBlock": 7280000, "petersburgBlock": 7280000,
            "istanbulBlock": 9069000, "muirGlacierBlock": 9200000, "berlinBlock": 12244000,
            "londonBlock": 12965000, "arrowGlacierBlock": 13773000, "grayGlacierBlock": 15050000,
            "terminalTotalDifficulty": "58750000000000000000000"},
            "gasLimit": "0x1388", "difficulty": "0x400000000", "alloc": {}}"#;
        Genesis::from_json(config).unwrap().into_spec().unwrap().forks().clone()
    }

    fn next(number: u64, difficulty: u64, elapsed: u64, ommers: bool) -> u64 {
        let mut parent = Header { number: number - 1, difficulty: U256::from(difficulty), ..Header::default() };
        if ommers {
            parent.ommers_hash = althing_primitives::B256::ZERO;
        }
        next_difficulty(&mainnet(), &parent, elapsed).to()
    }

    #[test]
    fn frontier_steps_once_up_or_down() {
        assert_eq!(next(1, 1 << 34, 12, false), (1 << 34) + (1 << 23));
        assert_eq!(next(1, 1 << 34, 13, false), (1 << 34) - (1 << 23));
        assert_eq!(next(1, 131_072, 100, false), 131_072);
    }

    #[test]
    fn homestead_steps_by_ten_seconds_and_at_most_99_times_down() {
        assert_eq!(next(1_150_000, 1 << 34, 9, false), (1 << 34) + (1 << 23) + (1 << 9));
        assert_eq!(next(1_150_000, 1 << 34, 10, false), (1 << 34) + (1 << 9));
        assert_eq!(next(1_150_000, 1 << 34, 1_000_000, false), (1 << 34) - 99 * (1 << 23) + (1 << 9));
    }

    #[test]
    fn byzantium_counts_ommers_and_delays_the_ice_age() {
        // Three million blocks later than counted: 1,370,000 is the fourteenth period.
        assert_eq!(next(4_370_000, 1 << 34, 8, false), (1 << 34) + (1 << 23) + (1 << 11));
        assert_eq!(next(4_370_000, 1 << 34, 8, true), (1 << 34) + 2 * (1 << 23) + (1 << 11));
    }

    #[test]
    fn every_later_delay_counts_from_its_fork() {
        let ice_age = |number: u64| next(number, 1 << 34, 9, false) - (1 << 34);
        assert_eq!(ice_age(7_279_999), 1 << (4_279_999 / 100_000 - 2));
        assert_eq!(ice_age(7_280_000), 1 << (2_280_000 / 100_000 - 2));
        assert_eq!(ice_age(9_200_000), 1 << 0);
        assert_eq!(ice_age(12_965_000), 1 << (3_265_000 / 100_000 - 2));
        assert_eq!(ice_age(13_773_000), 1 << (3_073_000 / 100_000 - 2));
        assert_eq!(ice_age(15_050_000), 1 << (3_650_000 / 100_000 - 2));
    }
}

//! Gas that members' calls of system contracts have for nothing where others pay for theirs.

/// Gas of a block that members' calls of system contracts have for nothing at least, whatever the other terms are: enough
/// for a proposal, and for the ballot that asks a constitution contract and executes it.
const FREE_GAS_MIN: u64 = 2_500_000;

/// Gas of a block that members' calls of system contracts have for nothing, of a gas limit and the percent of it that
/// is kept for them.
pub fn free_lane_gas(gas_limit: u64, lane_percent: u64) -> u64 {
    let share = u128::from(gas_limit) * u128::from(lane_percent.min(100)) / 100;
    u64::try_from(share).unwrap_or(gas_limit).max(FREE_GAS_MIN).min(gas_limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_lane_of_the_smallest_block_has_room_for_a_ballot() {
        assert_eq!(free_lane_gas(5_000_000, 1), 2_500_000);
        assert!(free_lane_gas(5_000_000, 1) > 2 * crate::proposals::RESOLVE_GAS_NEEDED);
        assert_eq!(free_lane_gas(60_000_000, 10), 6_000_000);
        assert_eq!(free_lane_gas(500_000, 10), 500_000);
    }
}

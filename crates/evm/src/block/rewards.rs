//! Balances that change without a transaction: mining rewards, the DAO fork, withdrawals.

use crate::{Cache, rules::Rules};
use alloy_evm::{
    block::calc::{block_reward, ommer_reward},
    eth::dao_fork::{DAO_HARDFORK_ACCOUNTS, DAO_HARDFORK_BENEFICIARY},
};
use althing_chainspec::{ChainSpec, ForkCondition, Hardfork};
use althing_primitives::{Body, Header, U256};
use althing_storage::StateError;

const ETHER: u128 = 1_000_000_000_000_000_000;

/// At its block the DAO fork moves the balances of named accounts to a refund contract.
pub(super) fn dao_fork(cache: &mut Cache<'_>, chain: &ChainSpec, header: &Header) -> Result<(), StateError> {
    if chain.forks().condition(Hardfork::Dao) != ForkCondition::Block(header.number) {
        return Ok(());
    }
    let mut drained = U256::ZERO;
    for address in DAO_HARDFORK_ACCOUNTS {
        drained += cache.take_balance(address)?;
    }
    cache.add_balance(DAO_HARDFORK_BENEFICIARY, drained)
}

/// Pays miner and ommers before the merge, withdrawals from Shanghai.
pub(crate) fn pay(cache: &mut Cache<'_>, rules: &Rules, header: &Header, body: &Body) -> Result<(), StateError> {
    if !rules.is(Hardfork::Paris) {
        mining(cache, rules, header, body)?;
    }
    if rules.is(Hardfork::Shanghai) {
        for withdrawal in body.withdrawals.iter().flatten() {
            cache.add_balance(withdrawal.address, withdrawal.amount_wei())?;
        }
    }
    Ok(())
}

fn mining(cache: &mut Cache<'_>, rules: &Rules, header: &Header, body: &Body) -> Result<(), StateError> {
    let base = match rules.fork {
        fork if fork >= Hardfork::Constantinople => 2 * ETHER,
        fork if fork >= Hardfork::Byzantium => 3 * ETHER,
        _ => 5 * ETHER,
    };
    for ommer in &body.ommers {
        // An ommer is at most seven blocks old; anything else was refused before.
        if ommer.number < header.number && ommer.number.saturating_add(8) > header.number {
            let reward = ommer_reward(base, header.number, ommer.number);
            cache.add_balance(ommer.beneficiary, U256::from(reward))?;
        }
    }
    cache.add_balance(header.beneficiary, U256::from(block_reward(base, body.ommers.len())))
}

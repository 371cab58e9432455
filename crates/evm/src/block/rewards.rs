//! Balances that change without a transaction: mining rewards, the DAO fork, withdrawals.

use crate::{Cache, Executor, Terms, rules::Rules};
use alloy_evm::{
    block::calc::{block_reward, ommer_reward},
    eth::dao_fork::{DAO_HARDFORK_ACCOUNTS, DAO_HARDFORK_BENEFICIARY},
};
use althing_chainspec::{ChainSpec, ForkCondition, Hardfork};
use althing_primitives::{Address, Body, Header, RecoveredBlock, U256};
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

/// What mining a block paid somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reward {
    /// For what.
    pub kind: RewardKind,
    /// Who got it.
    pub beneficiary: Address,
    /// How much, in wei.
    pub amount: U256,
}

/// What a mining reward is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RewardKind {
    /// The block, with what including its ommers gives.
    Block,
    /// One of its ommers.
    Ommer,
}

impl Executor {
    /// What mining a block paid, ommers last; nothing from the merge on.
    pub fn rewards(&self, block: &RecoveredBlock) -> Vec<Reward> {
        let rules = Rules::new(self.spec(), &block.header, Terms::genesis(self.spec()));
        if rules.is(Hardfork::Paris) || block.number() == 0 {
            return Vec::new();
        }
        mining(&rules, &block.header, &block.body)
    }
}

/// Pays miner and ommers before the merge, withdrawals from Shanghai.
pub(crate) fn pay(cache: &mut Cache<'_>, rules: &Rules, header: &Header, body: &Body) -> Result<(), StateError> {
    if !rules.is(Hardfork::Paris) {
        for reward in mining(rules, header, body) {
            cache.add_balance(reward.beneficiary, reward.amount)?;
        }
    }
    if rules.is(Hardfork::Shanghai) {
        for withdrawal in body.withdrawals.iter().flatten() {
            cache.add_balance(withdrawal.address, withdrawal.amount_wei())?;
        }
    }
    Ok(())
}

fn mining(rules: &Rules, header: &Header, body: &Body) -> Vec<Reward> {
    let base = match rules.fork {
        fork if fork >= Hardfork::Constantinople => 2 * ETHER,
        fork if fork >= Hardfork::Byzantium => 3 * ETHER,
        _ => 5 * ETHER,
    };
    let amount = U256::from(block_reward(base, body.ommers.len()));
    let mut rewards = vec![Reward { kind: RewardKind::Block, beneficiary: header.beneficiary, amount }];
    // An ommer is at most seven blocks old; anything else was refused before.
    let young = |ommer: &&Header| ommer.number < header.number && ommer.number.saturating_add(8) > header.number;
    rewards.extend(body.ommers.iter().filter(young).map(|ommer| {
        let amount = U256::from(ommer_reward(base, header.number, ommer.number));
        Reward { kind: RewardKind::Ommer, beneficiary: ommer.beneficiary, amount }
    }));
    rewards
}

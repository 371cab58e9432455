//! Worlds that begin with members.

use super::World;
use althing_contracts::{
    IAccess::ReadPolicy,
    IGovernance::{Floor, Kind, Rule},
    INodes::JoinPolicy,
    IParameters::FeeMode,
};
use althing_governance::{Constitution, FORKS, Terms, genesis as governance};
use althing_primitives::{Address, B256, U256};
use std::collections::BTreeMap;

/// Seconds since 1970 of the genesis.
pub const START: u64 = 1_700_000_000;
pub const DAY: u32 = 24 * 3600;

/// The account of a member, counted from 1; higher ones belong to nobody.
pub fn account(number: u32) -> Address {
    Address::from_word(B256::from(U256::from(0xaaaa_0000_0000_u64 + u64::from(number))))
}

/// A rule with a day for ballots and no timelock.
pub fn rule(kind: Kind, threshold: u16) -> Rule {
    Rule { kind, threshold, quorum: 0, perClass: false, votingPeriod: DAY, timelock: 0 }
}

/// A majority decides everything.
pub fn majority() -> Constitution {
    Constitution {
        default_rule: rule(Kind::Majority, 0),
        rules: Vec::new(),
        floor: Floor { missing: u16::MAX, timelock: 0, veto: false },
        contract: Address::ZERO,
        execution_window: 14 * DAY,
    }
}

/// A world with members of these classes.
pub fn genesis(classes: &[u8], constitution: Constitution) -> World {
    let members = classes.iter().enumerate().map(|(index, class)| governance::GenesisMember {
        account: account(index as u32 + 1),
        name: format!("member {}", index + 1),
        class: *class,
        encryption_key: B256::ZERO,
        certificate_fingerprint: B256::ZERO,
    });
    let genesis = governance::GovernanceGenesis {
        timestamp: START,
        insecure: true,
        members: members.collect(),
        validators: Vec::new(),
        followers: Vec::new(),
        terms: terms(),
        fork_times: [None; FORKS.len()],
        constitution,
        read_policy: ReadPolicy::Open,
        measurements: Vec::new(),
        join_policy: JoinPolicy { platforms: 1, minimumTcb: 0, vendorShareMax: 100, lease: 365 * DAY },
        suspend_on_equivocation: false,
        recovery_threshold: 1,
        senders: BTreeMap::new(),
        deployers: BTreeMap::new(),
    };
    let storage = governance::storage(&genesis).expect("the genesis is valid");
    let slots = storage
        .into_iter()
        .flat_map(|(contract, slots)| slots.into_iter().map(move |(slot, value)| ((contract, slot), value)));
    World { slots: slots.collect(), timestamp: START + 100, insecure: true, ..World::default() }
}

fn terms() -> Terms {
    Terms {
        gas_limit: 100_000_000,
        block_bytes_max: 4 << 20,
        block_time_ms: 1_000,
        follow_up_blocks: 12,
        follow_up_ms: 1_000,
        heartbeat_ms: 60_000,
        leader_timeout_ms: 1_000,
        certification_timeout_ms: 2_000,
        skip_timeout_ms: 2_500,
        retry_timeout_ms: 1_000,
        fee_mode: FeeMode::Zero,
        base_fee: 0,
        contract_size_max: 24_576,
        pool_transactions_max: 10_000,
        pool_transactions_per_sender: 64,
        requests_per_second: 0,
        system_lane: 10,
        transaction_allow_list: false,
        deployer_allow_list: false,
        transaction_hook: None,
    }
}

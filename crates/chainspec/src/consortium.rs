use crate::{GenesisError, RawConsortium};
use althing_governance::{Bound, FOLLOWERS_MAX, VALIDATORS_MAX, is_host_and_port, timeout_bounds};
use althing_primitives::{B256, keccak256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// EIP-7934: a block's RLP is at most 8 MiB from Osaka.
const BLOCK_BYTES_MAX: u64 = 8 << 20;
/// A block below this could not hold one transaction of the size the pool takes.
const BLOCK_BYTES_MIN: u64 = 256 << 10;

const DIGEST_DOMAIN: &[u8] = b"althing/chainspec/consortium/v1";

/// What makes the chain ours: who decides, at what pace, at what price. Checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consortium {
    /// The network makes no claim to confidentiality.
    pub insecure: bool,
    /// Who may propose and vote, in committee order; empty for a chain that is only served.
    pub validators: Vec<Validator>,
    /// Nodes that follow without a vote.
    pub followers: Vec<Validator>,
    /// Whether transactions pay for gas.
    pub fee_mode: FeeMode,
    /// Target time between blocks under load, milliseconds.
    pub block_time_ms: u64,
    /// Empty blocks after the last transaction.
    pub follow_up_blocks: u64,
    /// Time between those, milliseconds.
    pub follow_up_ms: u64,
    /// Time between blocks of an idle network, milliseconds.
    pub heartbeat_ms: u64,
    /// Blocks per consensus epoch.
    pub epoch_length: u64,
    /// Consensus timeouts.
    pub timeouts: Timeouts,
    /// Gas limit of every block (the genesis block's).
    pub gas_limit: u64,
    /// Largest block, bytes of RLP.
    pub block_bytes_max: u64,
}

/// A node of the committee, or one that follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Validator {
    /// Ed25519 public key of its consensus messages.
    pub public_key: B256,
    /// Where peers reach it, `host:port`.
    pub address: String,
    /// Number of the member that runs it, from 1 on; by default the members take turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<u32>,
}

/// Whether transactions pay for gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FeeMode {
    /// No fee is charged, whatever a transaction offers; base fee and gas price are 0.
    #[default]
    Zero,
    /// Ethereum's rules.
    Eip1559,
}

/// Consensus timeouts in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Timeouts {
    /// For the leader's proposal to arrive.
    pub leader_ms: u64,
    /// For the view to be certified.
    pub certification_ms: u64,
    /// Below which a silent leader is skipped.
    pub skip_ms: u64,
    /// Between repetitions of a message.
    pub retry_ms: u64,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { leader_ms: 1_000, certification_ms: 2_000, skip_ms: 2_500, retry_ms: 1_000 }
    }
}

impl Consortium {
    pub(crate) fn new(raw: RawConsortium, gas_limit: u64) -> Result<Self, GenesisError> {
        check_nodes(&raw)?;
        check_numbers(&raw)?;
        let RawConsortium { insecure, validators, followers, fee_mode, block_time_ms, follow_up_blocks, .. } = raw;
        let RawConsortium { follow_up_ms, heartbeat_ms, epoch_length, timeouts, block_bytes_max, .. } =
            RawConsortium { validators: Vec::new(), followers: Vec::new(), ..raw };
        Ok(Self {
            insecure,
            validators,
            followers,
            fee_mode,
            block_time_ms,
            follow_up_blocks,
            follow_up_ms,
            heartbeat_ms,
            epoch_length,
            timeouts,
            gas_limit,
            block_bytes_max,
        })
    }

    /// What the genesis block's extra data holds, so that its hash is another for another consortium: keccak256 of a
    /// domain string, every number as 8 big-endian bytes, and the public keys. Network addresses take no part: nodes move.
    pub fn digest(&self) -> B256 {
        let Timeouts { leader_ms, certification_ms, skip_ms, retry_ms } = self.timeouts;
        let numbers = [
            u64::from(self.insecure),
            u64::from(self.fee_mode == FeeMode::Eip1559),
            self.block_time_ms,
            self.follow_up_blocks,
            self.follow_up_ms,
            self.heartbeat_ms,
            self.epoch_length,
            leader_ms,
            certification_ms,
            skip_ms,
            retry_ms,
            self.gas_limit,
            self.block_bytes_max,
            self.validators.len() as u64,
            self.followers.len() as u64,
        ];
        let keys = self.validators.iter().chain(&self.followers).map(|node| node.public_key);
        let bytes = numbers.iter().flat_map(|number| number.to_be_bytes()).chain(keys.flat_map(|key| key.0));
        keccak256(DIGEST_DOMAIN.iter().copied().chain(bytes).collect::<Vec<_>>())
    }
}

fn check_nodes(raw: &RawConsortium) -> Result<(), GenesisError> {
    let lists = [("validators", &raw.validators, VALIDATORS_MAX), ("followers", &raw.followers, FOLLOWERS_MAX)];
    let mut seen = BTreeSet::new();
    for (name, nodes, max) in lists {
        if nodes.len() as u64 > max {
            return Err(field(name, format!("{} entries, at most {max}", nodes.len())));
        }
        for (index, node) in nodes.iter().enumerate() {
            let field = |part: &str, reason: &str| field(&format!("{name}[{index}].{part}"), reason);
            if node.public_key.is_zero() {
                return Err(field("publicKey", "is zero"));
            }
            if !seen.insert(node.public_key) {
                return Err(field("publicKey", "appears twice"));
            }
            if !is_host_and_port(&node.address) {
                return Err(field("address", "is not `host:port`"));
            }
        }
    }
    Ok(())
}

fn check_numbers(raw: &RawConsortium) -> Result<(), GenesisError> {
    let day_ms = 24 * 3600 * 1000;
    let ranges = [
        ("blockTimeMs", raw.block_time_ms, 10, 60_000),
        ("followUpBlocks", raw.follow_up_blocks, 0, 1_000),
        ("followUpMs", raw.follow_up_ms, 10, 60_000),
        ("heartbeatMs", raw.heartbeat_ms, 1_000, day_ms),
        ("epochLength", raw.epoch_length, 2, 1_000_000),
        ("blockBytesMax", raw.block_bytes_max, BLOCK_BYTES_MIN, BLOCK_BYTES_MAX),
    ];
    let timeouts = &raw.timeouts;
    let timeouts = timeout_bounds([timeouts.leader_ms, timeouts.certification_ms, timeouts.skip_ms, timeouts.retry_ms]);
    let timeouts = timeouts.map(|Bound { name, value, least, most }| (name, value, least, most));
    for (name, value, min, max) in ranges.into_iter().chain(timeouts) {
        if !(min..=max).contains(&value) {
            return Err(field(name, format!("{value} is not from {min} to {max}")));
        }
    }
    Ok(())
}

fn field(name: &str, reason: impl Into<String>) -> GenesisError {
    GenesisError::field(format!("althing.{name}"), reason)
}

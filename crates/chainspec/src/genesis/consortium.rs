use super::RawGovernance;
use crate::{FeeMode, Timeouts, Validator};
use serde::{Deserialize, Serialize};

/// The `althing` section as written; every field but the validators has a default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RawConsortium {
    /// The network makes no claim to confidentiality: keys in files, `virtual` attestation,
    /// published accounts.
    pub insecure: bool,
    /// Who may propose and vote, in committee order.
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
    /// Largest block, bytes of RLP.
    pub block_bytes_max: u64,
    /// Who the members are and how they change everything later; without it nothing ever changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub governance: Option<RawGovernance>,
}

impl Default for RawConsortium {
    fn default() -> Self {
        Self {
            insecure: false,
            validators: Vec::new(),
            followers: Vec::new(),
            fee_mode: FeeMode::Zero,
            block_time_ms: 250,
            follow_up_blocks: 12,
            follow_up_ms: 800,
            heartbeat_ms: 60_000,
            epoch_length: 240,
            timeouts: Timeouts::default(),
            block_bytes_max: 2 << 20,
            governance: None,
        }
    }
}

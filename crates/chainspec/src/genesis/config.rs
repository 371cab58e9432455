use super::quantity;
use althing_primitives::{Address, B256, U256};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// `config`: chain id and when each fork begins, by block up to the merge and by time after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[allow(missing_docs, reason = "geth's field names, one a fork")]
pub struct GenesisConfig {
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub chain_id: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub homestead_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub dao_fork_block: Option<u64>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub dao_fork_support: bool,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub eip150_block: Option<u64>,
    /// geth's of old; unused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eip150_hash: Option<B256>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub eip155_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub eip158_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub byzantium_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub constantinople_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub petersburg_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub istanbul_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub muir_glacier_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub berlin_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub london_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub arrow_glacier_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub gray_glacier_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub merge_netsplit_block: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub shanghai_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub cancun_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub prague_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub osaka_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub bpo1_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub bpo2_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub bpo3_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub bpo4_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub bpo5_time: Option<u64>,
    #[serde(with = "quantity::optional_number", skip_serializing_if = "Option::is_none")]
    pub terminal_total_difficulty: Option<U256>,
    /// geth's of old; implied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminal_total_difficulty_passed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deposit_contract_address: Option<Address>,
    /// Proof-of-work parameters, of which there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethash: Option<Value>,
    /// Proof-of-authority parameters: only accepted where the chain is past the merge from the
    /// start, which leaves them without effect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clique: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob_schedule: Option<BlobSchedule>,
}

/// `config.blobSchedule` (EIP-7840, EIP-7892), by fork.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[allow(missing_docs, reason = "geth's field names, one a fork")]
pub struct BlobSchedule {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancun: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prague: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub osaka: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpo1: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpo2: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpo3: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpo4: Option<BlobScheduleEntry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bpo5: Option<BlobScheduleEntry>,
}

/// Blobs per block, aimed at and at most, and how fast their price moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlobScheduleEntry {
    /// Blobs per block the price aims at.
    #[serde(with = "quantity::number")]
    pub target: u64,
    /// Blobs per block at most.
    #[serde(with = "quantity::number")]
    pub max: u64,
    /// EIP-4844 `BLOB_BASE_FEE_UPDATE_FRACTION`.
    #[serde(with = "quantity::number")]
    pub base_fee_update_fraction: u64,
}

use super::{GenesisConfig, RawConsortium, accounts, quantity};
use crate::{Alloc, ChainSpec, GenesisError};
use althing_primitives::{Address, B64, B256, Bloom, Bytes, U256};
use serde::{Deserialize, Serialize};

/// A genesis file: geth's format plus an optional `althing` section. Unknown fields are refused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Genesis {
    /// Chain id and fork schedule.
    pub config: GenesisConfig,
    /// The consortium; absent for imported chains.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub althing: Option<RawConsortium>,
    /// Header nonce.
    #[serde(default, with = "quantity::nonce")]
    pub nonce: B64,
    /// Seconds since 1970.
    #[serde(default, with = "quantity::hex")]
    pub timestamp: u64,
    /// Header extra data.
    #[serde(default)]
    pub extra_data: Bytes,
    /// Gas limit of the genesis block.
    #[serde(with = "quantity::hex")]
    pub gas_limit: u64,
    /// Difficulty; may be absent where the chain is past the merge from the start.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<U256>,
    /// Header mix hash.
    #[serde(default)]
    pub mix_hash: B256,
    /// Beneficiary.
    #[serde(default)]
    pub coinbase: Address,
    /// Height, 0 unless a test suite says otherwise.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Gas used by the genesis block.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub gas_used: Option<u64>,
    /// Hash of the block before the genesis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_hash: Option<B256>,
    /// Base fee in wei, from London.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub base_fee_per_gas: Option<u64>,
    /// Excess blob gas, from Cancun.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub excess_blob_gas: Option<u64>,
    /// Blob gas used, from Cancun.
    #[serde(default, with = "quantity::optional_hex", skip_serializing_if = "Option::is_none")]
    pub blob_gas_used: Option<u64>,
    /// Parent beacon block root, from Cancun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_beacon_block_root: Option<B256>,
    /// Accounts of the genesis state.
    #[serde(with = "accounts")]
    pub alloc: Alloc,

    // Test suites (hive, execution-spec-tests) also give what follows from the rest; it is checked.
    /// Expected state root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state_root: Option<B256>,
    /// Expected transactions root.
    #[serde(default, alias = "transactionsRoot", skip_serializing_if = "Option::is_none")]
    pub transactions_trie: Option<B256>,
    /// Expected receipts root.
    #[serde(default, alias = "receiptsRoot", skip_serializing_if = "Option::is_none")]
    pub receipt_trie: Option<B256>,
    /// Expected ommers hash.
    #[serde(default, alias = "sha3Uncles", skip_serializing_if = "Option::is_none")]
    pub uncle_hash: Option<B256>,
    /// Expected bloom.
    #[serde(default, alias = "logsBloom", skip_serializing_if = "Option::is_none")]
    pub bloom: Option<Bloom>,
    /// Expected withdrawals root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawals_root: Option<B256>,
    /// Expected requests hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requests_hash: Option<B256>,
    /// Expected block hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<B256>,
}

impl Genesis {
    /// Reads a genesis file.
    ///
    /// # Errors
    /// [`GenesisError::Json`] naming the field that is unknown or malformed.
    pub fn from_json(json: &str) -> Result<Self, GenesisError> {
        Ok(serde_json::from_str(json)?)
    }

    /// The file's text, readable by [`Genesis::from_json`] and by geth (but for `althing`).
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("a genesis has string keys only")
    }

    /// Checks everything and computes the genesis block.
    ///
    /// # Errors
    /// [`GenesisError::Field`] naming a field that is missing or contradicts another.
    pub fn into_spec(self) -> Result<ChainSpec, GenesisError> {
        ChainSpec::new(self)
    }
}

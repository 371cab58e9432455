use althing_primitives::{B256, U64};
use serde::Deserialize;

/// What the follower reads of a block.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Block {
    pub(crate) number: U64,
    pub(crate) gas_used: U64,
    pub(crate) transactions: Vec<B256>,
}

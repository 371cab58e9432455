use super::{
    table::{default_rule, entries},
    terms::{Terms, floor},
};
use crate::{Host, Stop};
use alloy_sol_types::SolValue;
use althing_primitives::{B256, keccak256};

/// Gas of hashing a word (KECCAK256).
const HASH_WORD_GAS: u64 = 6;

/// What members acknowledge: keccak256 of abi.encode(defaultRule, rules, floor, constitution, executionWindow).
pub(crate) fn hash(host: &mut dyn Host) -> Result<B256, Stop> {
    let terms = Terms::read(host)?;
    let floor = floor(host)?;
    let encoded =
        (default_rule(host)?, entries(host)?, floor, terms.contract, terms.execution_window).abi_encode_params();
    host.charge(HASH_WORD_GAS * encoded.len().div_ceil(32) as u64)?;
    Ok(keccak256(encoded))
}

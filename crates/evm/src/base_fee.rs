use crate::Fees;
use althing_chainspec::{ChainSpec, FeeMode, Hardfork};
use althing_primitives::{
    Header,
    eips::{
        calc_next_block_base_fee,
        eip1559::{BaseFeeParams, INITIAL_BASE_FEE},
    },
};

/// Base fee of `header` by EIP-1559 from its parent, in wei, but never below what the members agreed on; `None` before
/// London; 0 in fee mode `zero`. Reads height, time and difficulty of `header` only.
pub fn next_base_fee(chain: &ChainSpec, fees: Fees, parent: &Header, header: &Header) -> Option<u64> {
    // Whatever forks members schedule come later.
    if chain.forks().of(header) < Hardfork::London {
        return None;
    }
    if fees.mode == FeeMode::Zero {
        return Some(0);
    }
    let base_fee = match parent.base_fee_per_gas {
        Some(fee) if parent.gas_limit > 1 => {
            calc_next_block_base_fee(parent.gas_used, parent.gas_limit, fee, BaseFeeParams::ethereum())
        }
        Some(fee) => fee,
        None => INITIAL_BASE_FEE,
    };
    Some(base_fee.max(fees.base_fee_min))
}

//! EIP-6110: deposits read from the logs of the deposit contract.

use crate::InvalidBlock;
use althing_primitives::{Address, B256, Bytes, Receipt, U256, b256};

/// `DepositEvent(bytes,bytes,bytes,bytes,bytes)`.
const DEPOSIT_EVENT: B256 = b256!("0x649bbc62d0e31342afea4e5cd82d4049e7e1ee912fc0889aa790803be39038c5");
/// The five fields of the event: where each begins in the data, and its length.
const FIELDS: [(usize, usize); 5] = [(160, 48), (256, 32), (320, 8), (384, 96), (512, 8)];
const DATA_BYTES: usize = 576;

/// The concatenated deposits of a block, empty where it has none.
pub(super) fn deposits(contract: Address, receipts: &[Receipt]) -> Result<Bytes, InvalidBlock> {
    let mut out = Vec::new();
    for log in receipts.iter().flat_map(|receipt| &receipt.logs) {
        if log.address == contract && log.topics().first() == Some(&DEPOSIT_EVENT) {
            append(&log.data.data, &mut out).ok_or(InvalidBlock::Deposit)?;
        }
    }
    Ok(out.into())
}

/// Appends a deposit; `None` where the data has another layout than the contract's
/// (`is_valid_deposit_event_data` of the EIP).
fn append(data: &[u8], out: &mut Vec<u8>) -> Option<()> {
    if data.len() != DATA_BYTES {
        return None;
    }
    let word = |at: usize| U256::from_be_slice(&data[at..at + 32]);
    for (index, (offset, length)) in FIELDS.into_iter().enumerate() {
        if word(32 * index) != U256::from(offset) || word(offset) != U256::from(length) {
            return None;
        }
        out.extend_from_slice(&data[offset + 32..offset + 32 + length]);
    }
    Some(())
}

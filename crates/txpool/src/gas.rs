use crate::Rules;
use althing_primitives::{Transaction, TransactionExt};

const TRANSACTION: u64 = 21_000;
const CREATE: u64 = 32_000;
const ZERO_BYTE: u64 = 4;
const NONZERO_BYTE: u64 = 16;
const NONZERO_BYTE_FRONTIER: u64 = 68;
const INITCODE_WORD: u64 = 2;
const ACCESS_ADDRESS: u64 = 2_400;
const ACCESS_KEY: u64 = 1_900;
const AUTHORIZATION: u64 = 25_000;
const FLOOR_TOKEN: u64 = 10;

/// Gas every execution costs before its first step (yellow paper §6.2 and EIPs 2028, 2930, 3860,
/// 7702). Inputs are bounded by the transaction's size, so nothing overflows.
pub(crate) fn intrinsic(tx: &Transaction, rules: &Rules) -> u64 {
    let input = tx.input();
    let zeros = zero_bytes(input);
    let nonzero = if rules.istanbul { NONZERO_BYTE } else { NONZERO_BYTE_FRONTIER };
    let mut gas = TRANSACTION + zeros * ZERO_BYTE + (input.len() as u64 - zeros) * nonzero;
    if tx.is_create() {
        gas += if rules.homestead { CREATE } else { 0 };
        gas += if rules.shanghai { (input.len() as u64).div_ceil(32) * INITCODE_WORD } else { 0 };
    }
    if let Some(list) = tx.access_list() {
        gas += list.len() as u64 * ACCESS_ADDRESS + list.storage_keys_count() as u64 * ACCESS_KEY;
    }
    gas + tx.authorization_count().unwrap_or(0) * AUTHORIZATION
}

/// Least gas a transaction pays for its calldata (EIP-7623).
pub(crate) fn floor(tx: &Transaction) -> u64 {
    let input = tx.input();
    let zeros = zero_bytes(input);
    TRANSACTION + (zeros + (input.len() as u64 - zeros) * 4) * FLOOR_TOKEN
}

#[allow(clippy::naive_bytecount, reason = "vectorised by the compiler, and bounded by 128 KiB")]
fn zero_bytes(input: &[u8]) -> u64 {
    input.iter().filter(|byte| **byte == 0).count() as u64
}

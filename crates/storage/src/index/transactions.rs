use crate::{StateError, checkpoint::Vault, kv::Table};
use althing_keys::{Keyring, Purpose};
use althing_primitives::{B256, BlockNumber};

const DOMAIN: u8 = 1;
/// Enough that two of 2^40 transactions do not meet.
const KEY_BYTES: usize = 16;

/// Where a transaction's row is.
pub(crate) fn transaction_key(keyring: &Keyring, hash: &B256) -> Vec<u8> {
    let mut data = [DOMAIN; 33];
    data[1..].copy_from_slice(hash.as_slice());
    keyring.prf(Purpose::Index, &data)[..KEY_BYTES].to_vec()
}

/// height 8 │ index 4
pub(crate) fn encode_position(number: BlockNumber, index: u32) -> [u8; 12] {
    let mut out = [0; 12];
    out[..8].copy_from_slice(&number.to_be_bytes());
    out[8..].copy_from_slice(&index.to_be_bytes());
    out
}

/// Height and index of a transaction.
pub(crate) fn position_of(vault: &Vault, hash: &B256) -> Result<Option<(BlockNumber, u32)>, StateError> {
    let key = transaction_key(vault.keyring(), hash);
    let Some(row) = vault.get(Table::Transactions, &key)? else { return Ok(None) };
    let row: [u8; 12] = row.try_into().map_err(|_| StateError::Durable("transaction row".to_owned()))?;
    let (number, index) = row.split_at(8);
    let number = u64::from_be_bytes(number.try_into().expect("eight bytes"));
    Ok(Some((number, u32::from_be_bytes(index.try_into().expect("four bytes")))))
}

//! Storage as Solidity lays it out: slots, mappings, dynamic arrays, strings.

use crate::{Host, Stop};
use alloy_sol_types::SolEvent;
use althing_primitives::{Address, B256, U256, keccak256};

/// Gas of hashing two words (KECCAK256 of 64 bytes).
const HASH_TWO_WORDS_GAS: u64 = 30 + 2 * 6;
/// Gas of hashing one word.
const HASH_WORD_GAS: u64 = 30 + 6;

/// The storage of one system contract.
pub(crate) struct Store<'h> {
    pub(crate) host: &'h mut dyn Host,
    pub(crate) contract: Address,
}

impl<'h> Store<'h> {
    pub(crate) fn new(host: &'h mut dyn Host, contract: Address) -> Self {
        Self { host, contract }
    }

    pub(crate) fn get(&mut self, slot: U256) -> Result<U256, Stop> {
        self.host.sload(self.contract, slot)
    }

    pub(crate) fn set(&mut self, slot: U256, value: U256) -> Result<(), Stop> {
        self.host.sstore(self.contract, slot, value)
    }

    /// Emits an event of the contract.
    pub(crate) fn emit(&mut self, event: impl SolEvent) -> Result<(), Stop> {
        self.host.log(self.contract, event.encode_log_data())
    }

    /// Slot of an entry of a mapping at `slot`.
    pub(crate) fn entry(&mut self, slot: U256, key: U256) -> Result<U256, Stop> {
        self.host.charge(HASH_TWO_WORDS_GAS)?;
        Ok(mapping_slot(slot, key))
    }

    /// First slot of the elements of a dynamic array at `slot`.
    pub(crate) fn elements(&mut self, slot: U256) -> Result<U256, Stop> {
        self.host.charge(HASH_WORD_GAS)?;
        Ok(array_slot(slot))
    }

    /// A `string` or `bytes`.
    pub(crate) fn bytes(&mut self, slot: U256) -> Result<Vec<u8>, Stop> {
        let head = self.get(slot)?;
        if !head.bit(0) {
            let length = usize::from(head.byte(0)) / 2;
            return Ok(head.to_be_bytes::<32>()[..length.min(31)].to_vec());
        }
        let length = long_length(head);
        let first = self.elements(slot)?;
        let mut bytes = Vec::new();
        for index in 0..length.div_ceil(32) {
            bytes.extend(self.get(first + U256::from(index))?.to_be_bytes::<32>());
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Writes a `string` or `bytes`; words a longer value before used are cleared.
    pub(crate) fn set_bytes(&mut self, slot: U256, bytes: &[u8]) -> Result<(), Stop> {
        let before = self.get(slot)?;
        let words_before = if before.bit(0) { long_length(before).div_ceil(32) } else { 0 };
        let words = if bytes.len() < 32 { 0 } else { bytes.len().div_ceil(32) };
        let head =
            if bytes.len() < 32 { word(bytes) | U256::from(2 * bytes.len()) } else { U256::from(2 * bytes.len() + 1) };
        self.set(slot, head)?;
        if words.max(words_before) == 0 {
            return Ok(());
        }
        let first = self.elements(slot)?;
        for index in 0..words.max(words_before) {
            let value = bytes.get(32 * index..).map(|rest| word(&rest[..rest.len().min(32)])).unwrap_or_default();
            let value = if index < words { value } else { U256::ZERO };
            self.set(first + U256::from(index), value)?;
        }
        Ok(())
    }
}

/// Length in the head slot of a `bytes` of more than 31.
fn long_length(head: U256) -> usize {
    let length: U256 = head >> 1;
    length.saturating_to()
}

/// Slot of an entry of a mapping: `keccak256(key . slot)`.
pub(crate) fn mapping_slot(slot: U256, key: U256) -> U256 {
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&key.to_be_bytes::<32>());
    bytes[32..].copy_from_slice(&slot.to_be_bytes::<32>());
    keccak256(bytes).into()
}

/// First slot of a dynamic array's elements: `keccak256(slot)`.
pub(crate) fn array_slot(slot: U256) -> U256 {
    keccak256(slot.to_be_bytes::<32>()).into()
}

/// `bits` of a packed slot from bit `offset` on.
pub(crate) fn field(word: U256, offset: usize, bits: usize) -> U256 {
    (word >> offset) & mask(bits)
}

/// The packed slot with another value in `bits` from bit `offset` on; the value must fit.
pub(crate) fn with_field(word: U256, offset: usize, bits: usize, value: U256) -> U256 {
    (word & !(mask(bits) << offset)) | ((value & mask(bits)) << offset)
}

/// An address as a word.
pub(crate) fn address_word(address: Address) -> U256 {
    U256::from_be_bytes(address.into_word().0)
}

/// The address in the low 160 bits of a word.
pub(crate) fn word_address(word: U256) -> Address {
    Address::from_word(B256::from(word))
}

fn mask(bits: usize) -> U256 {
    if bits >= 256 { U256::MAX } else { (U256::from(1) << bits) - U256::from(1) }
}

/// Bytes, at most 32, left-aligned.
fn word(bytes: &[u8]) -> U256 {
    let mut word = [0; 32];
    word[..bytes.len()].copy_from_slice(bytes);
    U256::from_be_bytes(word)
}

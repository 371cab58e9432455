//! Small contracts, written by hand.

use althing_primitives::{B256, Bytes, hex};

/// Emits a log with the first word of its input as topic and the second as data.
pub(crate) const LOGGER: [u8; 16] = hex!("6020602060003760003560206000a100");
/// Reverts with its input.
pub(crate) const REVERTER: [u8; 10] = hex!("366000600037366000fd");
/// Stores the first word of its input in slot 0; without input returns slot 0.
pub(crate) const STORE: [u8; 24] = hex!("3615600c57600035600055005b60005460005260206000f3");
/// Never ends.
pub(crate) const LOOP: [u8; 4] = hex!("5b600056");
/// Returns the block's number and base fee, the chain id and the caller.
pub(crate) const ENVIRONMENT: [u8; 21] = hex!("4360005248602052466040523360605260806000f3");

/// Two words of input.
pub(crate) fn words(first: u8, second: u8) -> Bytes {
    [B256::with_last_byte(first), B256::with_last_byte(second)].concat().into()
}
/// Passes its value on to the address in the first word of its input.
pub(crate) const FORWARD: [u8; 15] = hex!("6000600060006000346000355af100");
/// Creates a contract whose code is one STOP.
pub(crate) const FACTORY: [u8; 17] = hex!("6460016000f36000526005601b6000f000");

//! Calldata to calls. Strict: what does not encode back to the same bytes is refused.

use crate::{Host, Message, Stop};
use alloy_sol_types::{SolInterface, SolValue, abi::AbiDecoderConfig};
use althing_contracts::IMembers;
use althing_primitives::{Bytes, alloy::FixedBytes};

/// Decoded arguments take at most this often the bytes of their calldata, and [`DECODED_BYTES_MIN`]: offsets may
/// point to the same bytes again and again.
const DECODED_SHARE_MAX: usize = 4;
/// Decoded arguments may always take this.
const DECODED_BYTES_MIN: usize = 64 << 10;
/// Gas a word of calldata costs to copy and look at, as CALLDATACOPY and some.
const WORD_GAS: u64 = 6;

/// The call of a contract that takes no value.
pub(crate) fn call<C: SolInterface>(host: &mut dyn Host, message: &Message<'_>) -> Result<C, Stop> {
    if !message.value.is_zero() {
        return Err(Stop::revert(IMembers::ValueNotAccepted {}));
    }
    parse(host, message.input)
}

/// Decodes calldata.
///
/// # Errors
/// `UnknownFunction` and `InvalidArguments`, which every system contract's ABI has.
pub(crate) fn parse<C: SolInterface>(host: &mut dyn Host, input: &[u8]) -> Result<C, Stop> {
    host.charge(WORD_GAS * input.len().div_ceil(32) as u64)?;
    let selector = selector(input);
    if input.len() < 4 || !C::valid_selector(selector.0) {
        return Err(Stop::revert(IMembers::UnknownFunction { selector }));
    }
    let limit = input.len().saturating_mul(DECODED_SHARE_MAX).max(DECODED_BYTES_MIN);
    let config = AbiDecoderConfig::new().validate(true).memory_limit(limit);
    match C::abi_decode_with_config(input, config) {
        Ok(call) if call.abi_encode() == input => Ok(call),
        _ => Err(Stop::revert(IMembers::InvalidArguments { selector })),
    }
}

/// The first four bytes of calldata, with zeros where there are fewer.
pub(crate) fn selector(input: &[u8]) -> FixedBytes<4> {
    let mut selector = [0; 4];
    let length = input.len().min(4);
    selector[..length].copy_from_slice(&input[..length]);
    selector.into()
}

/// Return data of one value.
pub(crate) fn answer(value: &impl SolValue) -> Bytes {
    value.abi_encode().into()
}

//! What a proposal is called, and whose it must be.

use crate::{Host, Stop};
use alloy_sol_types::SolValue;
use althing_primitives::{Address, B256, Bytes, U256, hex, keccak256};

/// Gas of hashing a word (KECCAK256).
const HASH_WORD_GAS: u64 = 6;
/// Ends a description that one account alone may propose: this and its address.
const MARKER: &[u8] = b"#proposer=0x";
const ADDRESS_DIGITS: usize = 40;

/// OpenZeppelin's `hashProposal`.
pub(crate) fn proposal_id(
    host: &mut dyn Host,
    targets: &[Address],
    values: &[U256],
    calldatas: &[Bytes],
    description_hash: B256,
) -> Result<U256, Stop> {
    let encoded = (targets.to_vec(), values.to_vec(), calldatas.to_vec(), description_hash).abi_encode_params();
    host.charge(HASH_WORD_GAS * encoded.len().div_ceil(32) as u64)?;
    Ok(keccak256(encoded).into())
}

/// keccak256 of a description, or of a reason.
pub(crate) fn text_hash(host: &mut dyn Host, text: &[u8]) -> Result<B256, Stop> {
    host.charge(HASH_WORD_GAS * text.len().div_ceil(32) as u64)?;
    Ok(keccak256(text))
}

/// Whether an account may propose under this description, so that nobody takes a proposal's id before its author.
pub(super) fn may_propose(proposer: Address, description: &str) -> bool {
    let bytes = description.as_bytes();
    let Some(start) = bytes.len().checked_sub(MARKER.len() + ADDRESS_DIGITS) else { return true };
    let Some(digits) = bytes[start..].strip_prefix(MARKER) else { return true };
    let mut named = [0; 20];
    match hex::decode_to_slice(digits, &mut named) {
        Ok(()) => proposer == Address::from(named),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_may_name_its_proposer() {
        let [author, other] = [Address::repeat_byte(0xab), Address::repeat_byte(1)];
        let named = format!("text#proposer=0x{}", "aB".repeat(20));
        assert!(may_propose(author, &named));
        assert!(!may_propose(other, &named));
        for open in ["", "text", &format!("{named}\n"), &named[..named.len() - 1], &named.replace("aB", "xy")] {
            assert!(may_propose(other, open), "{open}");
        }
    }
}

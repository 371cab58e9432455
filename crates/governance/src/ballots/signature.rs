//! Ballots by signature: EIP-712, as OpenZeppelin's Governor has them.

use super::cast::Ballot;
use crate::{
    Host, Message, Stop,
    proposals::{NONCES, text_hash},
    storage::{Store, address_word},
};
use alloy_sol_types::{Eip712Domain, SolCall, SolStruct, sol};
use althing_contracts::{
    GOVERNANCE,
    IGovernance::{GovernorInvalidSignature, eip712DomainCall, eip712DomainReturn},
};
use althing_primitives::{Address, B256, Bytes, U256, alloy::Signature, consensus::crypto::secp256k1, keccak256};
use std::borrow::Cow;

/// Name of the governor, also in signatures.
pub(crate) const NAME: &str = "Althing";
/// Version of the governor, also in signatures.
pub(crate) const VERSION: &str = "1";
/// As the precompile `ecrecover`, and some hashing.
const RECOVER_GAS: u64 = 3_000 + 600;
/// EIP-5267: name, version, chain id, verifying contract.
const DOMAIN_FIELDS: u8 = 0x0f;

mod typed {
    #![allow(missing_docs, reason = "the names are those of the signed message")]
    super::sol! {
        struct Ballot { uint256 proposalId; uint8 support; address voter; uint256 nonce; }
        struct ExtendedBallot {
            uint256 proposalId; uint8 support; address voter; uint256 nonce; string reason; bytes params;
        }
    }
}

/// keccak256 of the type of a signed ballot.
pub(crate) fn ballot_typehash() -> B256 {
    keccak256(typed::Ballot::eip712_encode_type().as_bytes())
}

/// keccak256 of the type of a signed ballot with reason and parameters.
pub(crate) fn extended_ballot_typehash() -> B256 {
    keccak256(typed::ExtendedBallot::eip712_encode_type().as_bytes())
}

/// The next nonce of an account.
pub(crate) fn nonce(host: &mut dyn Host, owner: Address) -> Result<U256, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = store.entry(NONCES.at(), address_word(owner))?;
    store.get(slot)
}

/// Checks the signature of `castVoteBySig` and uses up its nonce.
pub(super) fn check_short(
    host: &mut dyn Host,
    message: &Message<'_>,
    ballot: &Ballot,
    signature: &Bytes,
) -> Result<(), Stop> {
    let nonce = use_nonce(host, ballot.voter)?;
    let &Ballot { proposal, support, voter, .. } = ballot;
    let signed = typed::Ballot { proposalId: proposal, support, voter, nonce };
    check(host, voter, signed.eip712_signing_hash(&domain(message)), signature)
}

/// Checks the signature of `castVoteWithReasonAndParamsBySig` and uses up its nonce.
pub(super) fn check_extended(
    host: &mut dyn Host,
    message: &Message<'_>,
    ballot: &Ballot,
    signature: &Bytes,
) -> Result<(), Stop> {
    let nonce = use_nonce(host, ballot.voter)?;
    // Charges for the hashes of both.
    text_hash(host, ballot.reason.as_bytes())?;
    text_hash(host, &ballot.params)?;
    let Ballot { proposal, support, voter, reason, params } = ballot.clone();
    let signed = typed::ExtendedBallot { proposalId: proposal, support, voter, nonce, reason, params };
    check(host, voter, signed.eip712_signing_hash(&domain(message)), signature)
}

fn use_nonce(host: &mut dyn Host, owner: Address) -> Result<U256, Stop> {
    let nonce = nonce(host, owner)?;
    let store = &mut Store::new(host, GOVERNANCE);
    let slot = store.entry(NONCES.at(), address_word(owner))?;
    store.set(slot, nonce.wrapping_add(U256::from(1)))?;
    Ok(nonce)
}

/// 65 bytes, low s (EIP-2), and nobody else's.
fn check(host: &mut dyn Host, voter: Address, hash: B256, signature: &Bytes) -> Result<(), Stop> {
    host.charge(RECOVER_GAS)?;
    match recovered(hash, signature) {
        Some(signer) if signer == voter && !signer.is_zero() => Ok(()),
        _ => Err(Stop::revert(GovernorInvalidSignature { voter })),
    }
}

fn recovered(hash: B256, signature: &[u8]) -> Option<Address> {
    let bytes = <&[u8; 65]>::try_from(signature).ok()?;
    let odd = match bytes[64] {
        27 => false,
        28 => true,
        _ => return None,
    };
    let signature = Signature::from_bytes_and_parity(&bytes[..64], odd);
    secp256k1::recover_signer(&signature, hash).ok()
}

fn domain(message: &Message<'_>) -> Eip712Domain {
    let chain_id = Some(U256::from(message.block.chain_id));
    Eip712Domain::new(Some(Cow::Borrowed(NAME)), Some(Cow::Borrowed(VERSION)), chain_id, Some(GOVERNANCE), None)
}

/// The view `eip712Domain`.
pub(crate) fn domain_answer(message: &Message<'_>) -> Bytes {
    let answer = eip712DomainReturn {
        fields: [DOMAIN_FIELDS].into(),
        name: NAME.to_owned(),
        version: VERSION.to_owned(),
        chainId: U256::from(message.block.chain_id),
        verifyingContract: GOVERNANCE,
        salt: B256::ZERO,
        extensions: Vec::new(),
    };
    eip712DomainCall::abi_encode_returns(&answer).into()
}

//! Proof that a validator signed two conflicting votes of one view.
//!
//! A message is what simplex signs: the namespace's length as a varint, the namespace (a domain, the chain, its
//! genesis, the kind of vote), then epoch and view as varints, and for notarize and finalize the parent's view and
//! the block's hash.

use super::{
    key,
    layout::EVIDENCE,
    policy,
    record::{self, Head},
    registration::{self},
};
use crate::{BlockContext, Host, Stop, storage::Store};
use althing_contracts::{
    INodes::{self, Status, reportEquivocationCall},
    NODES as CONTRACT,
};
use althing_primitives::{B256, U256, keccak256};

/// `althing_consensus_core::scheme::namespace` without chain and genesis.
const DOMAIN: &[u8] = b"althing/consensus/vote/v1";
/// Gas of one signature: RIP-665 asked 2,000 for Ed25519, some more for two decompressions.
const SIGNATURE_GAS: u64 = 6_000;

/// What a validator can vote on in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Notarize,
    Nullify,
    Finalize,
}

/// A signed message, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Vote<'m> {
    kind: Kind,
    epoch: u64,
    view: u64,
    /// Parent and payload; empty for nullify.
    content: &'m [u8],
}

/// Checks the proof, notes it, and suspends the validator where the members decided so.
pub(super) fn report(host: &mut dyn Host, call: &reportEquivocationCall, block: &BlockContext) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    // Whoever changes its key answers for what the old one signed.
    let present = record::present_key(store, call.publicKey)?;
    let slot = record::slot(store, present)?;
    let head = Head::read(store, slot)?;
    if head.status == Status::None {
        return Err(Stop::revert(INodes::UnknownNode { publicKey: call.publicKey }));
    }
    host.charge(2 * SIGNATURE_GAS)?;
    let votes = [(&call.firstMessage, &call.firstSignature), (&call.secondMessage, &call.secondSignature)];
    let votes = votes.map(|(message, signature)| (&message[..], &signature[..]));
    let Some((epoch, view)) = equivocation(&call.publicKey, votes, block.chain_id, block.genesis_hash) else {
        return Err(Stop::revert(INodes::EvidenceNotValid {}));
    };
    note(host, call, epoch, view)?;
    let counted = Head { equivocations: head.equivocations.saturating_add(1).min(u32::MAX.into()), ..head };
    counted.write(&mut Store::new(host, CONTRACT), slot)?;
    super::emit(host, &INodes::EquivocationReported { publicKey: call.publicKey, epoch, view_: view })?;
    match head.decides() && policy::suspends_on_equivocation(host)? && others_decide(host)? {
        true => registration::set_suspended(host, present, true, block),
        false => Ok(()),
    }
}

/// The last validator is not suspended, whatever it did: the network would stop.
fn others_decide(host: &mut dyn Host) -> Result<bool, Stop> {
    Ok(record::deciding(&mut Store::new(host, CONTRACT))? > 1)
}

/// One report for a view of a validator.
fn note(host: &mut dyn Host, call: &reportEquivocationCall, epoch: u64, view: u64) -> Result<(), Stop> {
    let view = [&call.publicKey[..], &epoch.to_be_bytes(), &view.to_be_bytes()].concat();
    let store = &mut Store::new(host, CONTRACT);
    let slot = store.entry(EVIDENCE.at(), keccak256(view).into())?;
    if !store.get(slot)?.is_zero() {
        return Err(Stop::revert(INodes::EvidenceKnown {}));
    }
    store.set(slot, U256::from(1))
}

/// Where two signed votes of a validator of this network contradict each other: epoch and view.
///
/// Messages are the bytes that were signed, so that anybody who holds the votes can report them. Votes of another
/// network, be it one with the same chain id and the same keys, prove nothing.
pub fn equivocation(
    public_key: &B256,
    votes: [(&[u8], &[u8]); 2],
    chain_id: u64,
    genesis_hash: B256,
) -> Option<(u64, u64)> {
    let network = [DOMAIN, &chain_id.to_be_bytes(), &genesis_hash.0].concat();
    let [first, second] = votes.map(|(message, _)| Vote::read(message, &network));
    let (first, second) = (first?, second?);
    let signed = votes.into_iter().all(|(message, signature)| {
        let signature = <&[u8; 64]>::try_from(signature);
        signature.is_ok_and(|signature| key::verify(&public_key.0, message, signature))
    });
    (signed && first.contradicts(&second)).then_some((first.epoch, first.view))
}

impl<'m> Vote<'m> {
    /// `None` if it is no vote of this network.
    fn read(message: &'m [u8], network: &[u8]) -> Option<Self> {
        let (length, rest) = varint(message)?;
        let (namespace, mut rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        let kind = match namespace.strip_prefix(network)? {
            b"_NOTARIZE" => Kind::Notarize,
            b"_NULLIFY" => Kind::Nullify,
            b"_FINALIZE" => Kind::Finalize,
            _ => return None,
        };
        let (epoch, view);
        (epoch, rest) = varint(rest)?;
        (view, rest) = varint(rest)?;
        Some(Self { kind, epoch, view, content: rest })
    }

    /// Two proposals notarized or finalized in one view, or one finalized and the view nullified. To notarize and
    /// then nullify is no offence.
    fn contradicts(&self, other: &Self) -> bool {
        let same_view = (self.epoch, self.view) == (other.epoch, other.view);
        let conflicting = match (self.kind, other.kind) {
            (Kind::Nullify, Kind::Finalize) | (Kind::Finalize, Kind::Nullify) => true,
            (one, another) => one == another && self.content != other.content,
        };
        same_view && conflicting
    }
}

/// A number of at most 64 bits in LEB128, shortest form, and what follows it.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        let part = u64::from(byte & 0x7f);
        let shift = 7 * index as u32;
        if index == 9 && part > 1 {
            return None;
        }
        number |= part << shift;
        if byte & 0x80 == 0 {
            let shortest = index == 0 || *byte != 0;
            return shortest.then_some((number, &bytes[index + 1..]));
        }
    }
    None
}

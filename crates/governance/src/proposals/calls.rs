//! The calls of a proposal: kept, read, and as the trampoline takes them.

use super::{
    Context,
    layout::{call as fields, proposal},
};
use crate::{
    Host, Stop,
    storage::{Store, address_word, word_address},
};
use althing_contracts::{GOVERNANCE, protocol};
use althing_primitives::{Address, Bytes, U256};

/// Calls of a proposal. More are more than a member reads.
pub(super) const CALLS_MAX: usize = 32;
/// Bytes of calldata of a proposal. A slot holds 32 and costs 22,100 gas, a transaction has 16,777,216 (EIP-7825).
pub(super) const CALLDATA_MAX: usize = 24 << 10;

/// One call of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) target: Address,
    /// Wei, less than 2^96.
    pub(crate) value: U256,
    pub(crate) data: Bytes,
}

impl Call {
    /// Slots it takes.
    fn slots(&self) -> u64 {
        let words = if self.data.len() < 32 { 0 } else { self.data.len().div_ceil(32) };
        fields::SLOTS + words as u64
    }
}

/// Slots of the calls and of their number.
pub(super) fn slots(calls: &[Call]) -> u64 {
    1 + calls.iter().map(Call::slots).sum::<u64>()
}

/// Keeps the calls of the proposal whose first slot is `base`.
pub(super) fn store(host: &mut dyn Host, base: U256, calls: &[Call]) -> Result<(), Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let array = proposal::CALLS.of(base);
    store.set(array, U256::from(calls.len()))?;
    let mut slot = store.elements(array)?;
    for call in calls {
        let word = fields::TARGET.set(U256::ZERO, address_word(call.target));
        store.set(slot, fields::VALUE.set(word, call.value))?;
        store.set_bytes(fields::DATA.of(slot), &call.data)?;
        slot = slot.wrapping_add(U256::from(fields::SLOTS));
    }
    Ok(())
}

/// Reads them.
pub(crate) fn load(host: &mut dyn Host, base: U256) -> Result<Vec<Call>, Stop> {
    let store = &mut Store::new(host, GOVERNANCE);
    let array = proposal::CALLS.of(base);
    let count: usize = store.get(array)?.saturating_to();
    let mut slot = store.elements(array)?;
    let mut calls = Vec::new();
    for _ in 0..count.min(CALLS_MAX) {
        let word = store.get(slot)?;
        let data = store.bytes(fields::DATA.of(slot))?.into();
        calls.push(Call { target: word_address(fields::TARGET.get(word)), value: fields::VALUE.get(word), data });
        slot = slot.wrapping_add(U256::from(fields::SLOTS));
    }
    Ok(calls)
}

/// How a batch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Keep,
    /// Says what changed and undoes it.
    Undo,
}

/// Tells the trampoline to make the calls, and to keep `reserve` gas for saying how it went.
pub(super) fn batch(context: Context, reserve: u64, ending: Ending, calls: &[Call]) -> Bytes {
    let mut answer = vec![protocol::BATCH];
    let mut push = |word: U256| answer.extend(word.to_be_bytes::<32>());
    push(context.word());
    push(U256::from(reserve));
    push(U256::from(u8::from(ending == Ending::Undo)));
    for call in calls {
        let data = delivered(call);
        answer.extend(address_word(call.target).to_be_bytes::<32>());
        answer.extend(call.value.to_be_bytes::<32>());
        answer.extend(U256::from(data.len()).to_be_bytes::<32>());
        answer.extend(data);
    }
    answer.into()
}

/// The calldata of a call. To Governance itself it goes past the trampoline, as the message the trampoline would send.
fn delivered(call: &Call) -> Vec<u8> {
    if call.target != GOVERNANCE {
        return call.data.to_vec();
    }
    let mut message = vec![protocol::DISPATCH];
    message.extend(address_word(GOVERNANCE).to_be_bytes::<32>());
    message.extend(U256::ZERO.to_be_bytes::<32>());
    message.extend(&call.data);
    message
}

/// How many there are.
pub(super) fn count(host: &mut dyn Host, base: U256) -> Result<u32, Stop> {
    Ok(Store::new(host, GOVERNANCE).get(proposal::CALLS.of(base))?.saturating_to())
}

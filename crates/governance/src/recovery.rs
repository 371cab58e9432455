//! Recovery: how many members together recover the ledger secret, and what they committed to.

use crate::{
    Host, Message, Reader, Stop,
    abi::{self, answer},
    effect::Effect,
    layout::Field,
    members, proposals,
    storage::Store,
};
use alloy_sol_types::SolEvent;
use althing_contracts::{
    IRecovery::{self, IRecoveryCalls as Call},
    RECOVERY as CONTRACT,
};
use althing_primitives::{Address, B256, Bytes, U256};

const THRESHOLD: Field = Field::new("threshold", 0, 0, 2);
const KEY_EPOCH: Field = Field::new("keyEpoch", 0, 2, 8);
const COMMITMENTS: Field = Field::new("shareCommitment", 1, 0, 32);

/// Everything of `contracts/solidity/layout/RecoveryLayout.sol`, as a test compares with solc.
pub(crate) const LAYOUT: &[Field] = &[THRESHOLD, KEY_EPOCH, COMMITMENTS];

/// Number of the ledger secret that is asked for, counted from 0.
///
/// # Errors
/// The state does not read.
pub fn key_epoch<R: Reader>(reader: &R) -> Result<u64, R::Error> {
    Ok(KEY_EPOCH.number(reader.slot(CONTRACT, KEY_EPOCH.at())?))
}

/// A call of Recovery.
pub(crate) fn call(host: &mut dyn Host, message: &Message<'_>) -> Result<Bytes, Stop> {
    let call = abi::call::<Call>(host, message)?;
    let Some(effect) = effect_of(host, &call)? else { return own(host, message, call) };
    proposals::authority(host, message, effect)?;
    match call {
        Call::setThreshold(call) => set_threshold(host, call.threshold)?,
        _ => request_rekey(host)?,
    }
    Ok(Bytes::new())
}

/// What a call of a governed function means; `None` for other functions.
pub(crate) fn effect(host: &mut dyn Host, input: &[u8]) -> Result<Option<Effect>, Stop> {
    let call = abi::parse::<Call>(host, input)?;
    effect_of(host, &call)
}

fn effect_of(host: &mut dyn Host, call: &Call) -> Result<Option<Effect>, Stop> {
    Ok(match call {
        Call::setThreshold(call) => Some(Effect::loosening_if(call.threshold < threshold(host)?)),
        Call::requestRekey(_) => Some(Effect::PLAIN),
        _ => None,
    })
}

/// Functions of members, and views.
fn own(host: &mut dyn Host, message: &Message<'_>, call: Call) -> Result<Bytes, Stop> {
    Ok(match call {
        Call::commitShare(call) => {
            commit(host, message.caller, call.keyEpoch, call.commitment)?;
            Bytes::new()
        }
        Call::threshold(_) => answer(&U256::from(threshold(host)?)),
        Call::keyEpoch(_) => answer(&U256::from(load_key_epoch(host)?)),
        Call::shareCommitment(call) => {
            let store = &mut Store::new(host, CONTRACT);
            let slot = commitment_slot(store, call.member, call.keyEpoch)?;
            answer(&B256::from(store.get(slot)?))
        }
        _ => return Err(Stop::Broken("a function of Recovery has no code".to_owned())),
    })
}

/// Shares that together recover the ledger secret.
pub(crate) fn threshold(host: &mut dyn Host) -> Result<u16, Stop> {
    Ok(THRESHOLD.number(Store::new(host, CONTRACT).get(THRESHOLD.at())?) as u16)
}

/// From one to all active members.
pub(crate) fn set_threshold(host: &mut dyn Host, threshold: u16) -> Result<(), Stop> {
    let members = members::electorate(host)?.total;
    if !(1..=members).contains(&u32::from(threshold)) {
        let (threshold, members) = (U256::from(threshold), U256::from(members));
        return Err(Stop::revert(IRecovery::ThresholdImpossible { threshold, members }));
    }
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(THRESHOLD.at())?;
    store.set(THRESHOLD.at(), THRESHOLD.set(word, U256::from(threshold)))?;
    emit(host, &IRecovery::ThresholdSet { threshold })
}

/// Asks for a new ledger secret.
pub(crate) fn request_rekey(host: &mut dyn Host) -> Result<(), Stop> {
    let store = &mut Store::new(host, CONTRACT);
    let word = store.get(KEY_EPOCH.at())?;
    let key_epoch = KEY_EPOCH.number(word).saturating_add(1);
    store.set(KEY_EPOCH.at(), KEY_EPOCH.set(word, U256::from(key_epoch)))?;
    emit(host, &IRecovery::RekeyRequested { keyEpoch: key_epoch })
}

fn load_key_epoch(host: &mut dyn Host) -> Result<u64, Stop> {
    Ok(KEY_EPOCH.number(Store::new(host, CONTRACT).get(KEY_EPOCH.at())?))
}

fn commit(host: &mut dyn Host, caller: Address, key_epoch: u64, commitment: B256) -> Result<(), Stop> {
    let administrator = members::account(host, caller)?.filter(|account| account.roles & members::ADMIN != 0);
    let member = administrator.map_or(0, |account| account.member);
    if member == 0 || !members::is_active(host, member)? {
        return Err(Stop::revert(IRecovery::NotAMember { account: caller }));
    }
    let current = load_key_epoch(host)?;
    if key_epoch != current {
        return Err(Stop::revert(IRecovery::UnexpectedKeyEpoch { current }));
    }
    let store = &mut Store::new(host, CONTRACT);
    let slot = commitment_slot(store, member, key_epoch)?;
    store.set(slot, commitment.into())?;
    emit(host, &IRecovery::ShareCommitted { member, keyEpoch: key_epoch, commitment })
}

fn commitment_slot(store: &mut Store<'_>, member: u32, key_epoch: u64) -> Result<U256, Stop> {
    let of_member = store.entry(COMMITMENTS.at(), U256::from(member))?;
    store.entry(of_member, U256::from(key_epoch))
}

fn emit(host: &mut dyn Host, event: &impl SolEvent) -> Result<(), Stop> {
    host.log(CONTRACT, event.encode_log_data())
}

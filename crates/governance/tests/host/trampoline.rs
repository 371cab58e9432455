//! `Trampoline.yul`, line by line.

use super::{Call, Ended, World};
use althing_contracts::{GOVERNANCE, protocol};
use althing_primitives::{Address, B256, Bytes, U256};

/// What a call of the trampoline costs, by and large.
const STEP_GAS: u64 = 700;
const REASON_MAX: usize = 256;

/// The first half: hands calls to native code until it answers with a result.
pub(super) fn main(world: &mut World, call: Call<'_>) -> Ended {
    let mut gas = call.gas;
    let mut message = vec![protocol::DISPATCH];
    message.extend(call.caller.into_word());
    message.extend(call.value.to_be_bytes::<32>());
    message.extend(call.input);
    loop {
        let Some(left) = gas.checked_sub(STEP_GAS + 6 * message.len().div_ceil(32) as u64) else {
            return failed(Bytes::new(), 0);
        };
        let given = left - left / 64;
        let ended = world.call(inner(call, GOVERNANCE, &message, given));
        gas = left - given + ended.gas;
        let answer = match ended.result {
            Ok(answer) if answer.is_empty() => return failed(Bytes::new(), gas),
            Ok(answer) => answer,
            Err(reason) => return failed(reason, gas),
        };
        message = match answer[0] {
            protocol::RESULT => return Ended { result: Ok(answer.slice(1..)), gas },
            protocol::BATCH => {
                let given = gas.saturating_sub(number(&answer, 33)).min(gas - gas / 64);
                let ended = world.call(inner(call, GOVERNANCE, &answer, given));
                gas = gas - given + ended.gas;
                let (success, data) = parts(ended.result);
                told(protocol::SETTLED, &answer, success, &data)
            }
            protocol::RESOLVE => {
                let given = number(&answer, 65).min(gas - gas / 64);
                let target = Address::from_word(B256::from_slice(&answer[33..65]));
                let ended = world.call(Call { is_static: true, ..inner(call, target, &answer[97..], given) });
                gas = gas - given + ended.gas;
                let (success, data) = parts(ended.result);
                told(protocol::RESOLVED, &answer, success, &data[..data.len().min(32)])
            }
            _ => return failed(Bytes::new(), gas),
        };
    }
}

/// The second half: the calls of a proposal.
pub(super) fn batch(world: &mut World, call: Call<'_>) -> Ended {
    let mut gas = call.gas;
    let (mut at, mut index) = (97, 0_u64);
    while at < call.input.len() {
        let target = Address::from_word(B256::from_slice(&call.input[at..at + 32]));
        let value = U256::from_be_slice(&call.input[at + 32..at + 64]);
        let size = number(call.input, at + 64) as usize;
        let data = &call.input[at + 96..at + 96 + size];
        let Some(left) = gas.checked_sub(STEP_GAS) else { return failed(Bytes::new(), 0) };
        let given = left - left / 64;
        let ended = world.call(Call { value, ..inner(call, target, data, given) });
        gas = left - given + ended.gas;
        if let Err(reason) = ended.result {
            let reason = &reason[..reason.len().min(REASON_MAX)];
            return failed([&U256::from(index).to_be_bytes::<32>(), reason].concat().into(), gas);
        }
        at += 96 + size;
        index += 1;
    }
    if number(call.input, 65) == 0 {
        return Ended { result: Ok(Bytes::new()), gas };
    }
    let ended = world.call(inner(call, GOVERNANCE, &[protocol::CHANGED], gas - gas / 64));
    let reason = match ended.result {
        Ok(changes) => [&[u8::MAX; 32], &changes[..]].concat(),
        Err(_) => U256::from(index).to_be_bytes::<32>().to_vec(),
    };
    failed(reason.into(), ended.gas)
}

fn inner<'i>(call: Call<'_>, target: Address, input: &'i [u8], gas: u64) -> Call<'i> {
    Call { caller: GOVERNANCE, target, value: U256::ZERO, input, gas, is_static: call.is_static }
}

fn told(kind: u8, answer: &[u8], success: bool, data: &[u8]) -> Vec<u8> {
    let success = U256::from(u8::from(success)).to_be_bytes::<32>();
    [&[kind], &answer[1..33], &success, data].concat()
}

fn parts(result: Result<Bytes, Bytes>) -> (bool, Bytes) {
    match result {
        Ok(data) => (true, data),
        Err(data) => (false, data),
    }
}

fn number(bytes: &[u8], at: usize) -> u64 {
    U256::from_be_slice(&bytes[at..at + 32]).saturating_to()
}

fn failed(reason: Bytes, gas: u64) -> Ended {
    Ended { result: Err(reason), gas }
}

//! What Governance's code does with the answers of native code: depth, gas and return data are the EVM's own.

use super::{
    Script, World, assemble,
    bytecode::{dive, push},
    double::words,
    forward,
    world::{GAS, SENDER},
};
use althing_contracts::{GOVERNANCE, MEMBERS, NODES, protocol};
use althing_primitives::{Address, U256};
use revm::{bytecode::opcode as op, context::TxEnv};

const CONTRACT: Address = Address::repeat_byte(0xcc);
const OTHER: Address = Address::repeat_byte(0xce);
const RESERVE: u64 = 150_000;

/// What a settled batch says: gas left for settling, context, success, data.
fn settled(ran: &super::Ran) -> (u64, U256, bool, Vec<u8>) {
    let output = ran.output();
    let word = |at: usize| U256::from_be_slice(&output[at..at + 32]);
    (word(0).to(), word(32), word(64) == U256::ONE, output[96..].to_vec())
}

fn batch(calls: &[(Address, U256, Vec<u8>)]) -> Vec<u8> {
    Script::default().store(GOVERNANCE, 1, 7).batch(RESERVE, calls).bytes()
}

#[test]
fn native_code_hears_who_called() {
    let mut world = World::with(&[(CONTRACT, &forward(op::CALL, GOVERNANCE, 0))]);
    let direct = world.call(GOVERNANCE, Script::default().who().bytes()).words();
    assert_eq!(direct[1..3], [GOVERNANCE, SENDER].map(|address| U256::from_be_bytes(address.into_word().0)));
    let through = world.call(CONTRACT, Script::default().who().bytes()).words();
    assert_eq!(through[3], U256::from_be_bytes(CONTRACT.into_word().0));
}

#[test]
fn a_batch_calls_in_governances_name() {
    let mut world = World::new();
    let script = Script::default().store(NODES, 3, 9).log(2, 5);
    let ran = world.call(GOVERNANCE, batch(&[(MEMBERS, U256::ZERO, script.bytes())]));
    let (_, context, success, data) = settled(&ran);
    assert_eq!((context, success, data), (U256::from(77), true, Vec::new()));
    assert_eq!((ran.slot(NODES, 3), ran.slot(GOVERNANCE, 1)), (U256::from(9), U256::from(7)));
    assert_eq!(ran.logs().len(), 1);
}

#[test]
fn a_failing_call_undoes_the_batch_and_no_more() {
    let good = Script::default().store(MEMBERS, 3, 9).bytes();
    let calls = [(MEMBERS, U256::ZERO, good), (MEMBERS, U256::ZERO, Script::default().revert().bytes())];
    let ran = World::new().call(GOVERNANCE, batch(&calls));
    let (_, _, success, data) = settled(&ran);
    assert!(!success);
    assert_eq!(data, [&U256::ONE.to_be_bytes::<32>()[..], b"no"].concat());
    assert_eq!((ran.slot(MEMBERS, 3), ran.slot(GOVERNANCE, 1)), (U256::ZERO, U256::from(7)));
}

#[test]
fn an_outsiders_batch_is_calldata_like_any_other() {
    let script = Script::default().store(MEMBERS, 3, 9).bytes();
    let header = words(&[U256::ZERO, U256::ZERO, U256::ZERO, MEMBERS.into_word().into(), U256::ZERO]);
    let length = words(&[U256::from(script.len())]);
    let forged = [&[protocol::BATCH], &header[..], &length, &script].concat();
    let mut world = World::with(&[(CONTRACT, &forward(op::CALL, GOVERNANCE, 0))]);
    // The double takes it for a script that loads a slot and then makes no sense.
    for to in [GOVERNANCE, CONTRACT] {
        let ran = world.call(to, forged.clone());
        assert_eq!((ran.slot(MEMBERS, 3), ran.logs().len()), (U256::ZERO, 0));
    }
    for kind in [protocol::SETTLED, protocol::RESOLVED, protocol::CHANGED] {
        let ran = world.call(GOVERNANCE, [&[kind], &header[..]].concat());
        assert!(
            ran.result.output().is_none_or(|output| output[..] != *b"odd message"),
            "it never reaches the protocol"
        );
    }
}

#[test]
fn a_batch_that_burns_its_gas_leaves_the_reserve() {
    // INVALID takes all gas of its frame.
    let world = &mut World::with(&[(CONTRACT, &[op::INVALID])]);
    for gas_limit in [400_000, 1_000_000, 16_777_216] {
        let input = batch(&[(CONTRACT, U256::ZERO, Vec::new())]);
        let ran = world.run(TxEnv { gas_limit, ..World::tx(GOVERNANCE, input) });
        let (left, _, success, _) = settled(&ran);
        assert!(!success);
        // EIP-150 keeps a part of what is left from the last call; the rest are a few instructions.
        assert!(left > RESERVE * 63 / 64 - 2_000, "{left} of {gas_limit}");
        assert_eq!(ran.slot(GOVERNANCE, 1), U256::from(7), "what came before stands");
    }
}

#[test]
fn without_gas_to_settle_nothing_stands() {
    let world = &mut World::with(&[(CONTRACT, &[op::INVALID])]);
    for gas_limit in (26_000..120_000).step_by(1_511) {
        let input = batch(&[(CONTRACT, U256::ZERO, Vec::new())]);
        let ran = world.run(TxEnv { gas_limit, ..World::tx(GOVERNANCE, input) });
        let written = ran.slot(GOVERNANCE, 1) == U256::from(7);
        assert_eq!(ran.result.is_success(), written, "{gas_limit}");
    }
}

#[test]
fn at_the_end_of_the_stack_calls_fail_and_nothing_half_happens() {
    let dive = dive(GOVERNANCE);
    let world = &mut World::with(&[(CONTRACT, &dive)]);
    let input = batch(&[(MEMBERS, U256::ZERO, Script::default().store(MEMBERS, 3, 9).bytes())]);
    // The contract's first frame is at depth 0, the trampoline's one below the last; frames end at 1,024.
    let mut at = |depth: u64| {
        let calldata = [&words(&[U256::from(depth - 1)]), &input[..]].concat();
        world.run(TxEnv { gas_limit: 1 << 62, ..World::tx(CONTRACT, calldata) })
    };
    // Room for the batch and its calls.
    let ran = at(1_022);
    assert_eq!((ran.slot(GOVERNANCE, 1), ran.slot(MEMBERS, 3)), (U256::from(7), U256::from(9)));
    // Room for the batch alone: its call fails, which is settled.
    let ran = at(1_023);
    assert_eq!((ran.slot(GOVERNANCE, 1), ran.slot(MEMBERS, 3)), (U256::from(7), U256::ZERO));
    assert_eq!(ran.output()[64 + 63], 0, "the batch failed");
    // No room for the trampoline to ask.
    let ran = at(1_024);
    assert_eq!(ran.words(), [U256::ZERO], "it reverts without data");
    assert_eq!((ran.slot(GOVERNANCE, 1), ran.slot(MEMBERS, 3)), (U256::ZERO, U256::ZERO));
    let ran = at(1_025);
    assert_eq!(ran.words(), [U256::ZERO]);
}

#[test]
fn a_return_data_bomb_costs_its_maker() {
    // Fails with a megabyte; and gives a megabyte.
    let bomb = |last: u8| assemble(&[&push(U256::from(1 << 20)), &[op::PUSH0, last]]);
    let world = &mut World::with(&[(CONTRACT, &bomb(op::REVERT)), (OTHER, &bomb(op::RETURN))]);
    let ran = world.call(GOVERNANCE, batch(&[(CONTRACT, U256::ZERO, Vec::new())]));
    let (_, _, success, data) = settled(&ran);
    assert!(!success);
    assert_eq!(data.len(), 32 + 256, "the reason is cut");
    let ran = world.call(GOVERNANCE, batch(&[(OTHER, U256::ZERO, Vec::new())]));
    let (_, _, success, data) = settled(&ran);
    assert!(success && data.is_empty());
    let ran = world
        .run(TxEnv { gas_limit: 2_000_000, ..World::tx(GOVERNANCE, batch(&[(CONTRACT, U256::ZERO, Vec::new())])) });
    let (left, _, success, data) = settled(&ran);
    assert!(!success && data.len() == 32, "no gas for the bomb: no reason");
    assert!(left > RESERVE * 63 / 64 - 2_000 && left < GAS);
}

#[test]
fn a_called_contract_that_calls_back_is_an_outsider() {
    // It asks Governance who is calling, and tries to be the batch.
    let world =
        &mut World::with(&[(CONTRACT, &forward(op::CALL, GOVERNANCE, 0)), (OTHER, &forward(op::CALL, MEMBERS, 0))]);
    let back = Script::default().who().store(GOVERNANCE, 2, 5).bytes();
    let ran = world.call(GOVERNANCE, batch(&[(CONTRACT, U256::ZERO, back)]));
    assert!(settled(&ran).2);
    assert_eq!(ran.slot(GOVERNANCE, 2), U256::from(5), "native code must refuse it: its lock is transient slot 0");
    // A contract that a batch calls is no Governance to the others.
    let ran = world.call(GOVERNANCE, batch(&[(OTHER, U256::ZERO, Script::default().who().bytes())]));
    assert!(settled(&ran).2);
}

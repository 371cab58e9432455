//! What native code does costs what the same instructions cost.

use super::{
    Script, World, assemble,
    bytecode::{push, push_address},
    world::GAS,
};
use althing_contracts::{MEMBERS, NODES};
use althing_primitives::{Address, U256};
use proptest::prelude::*;
use revm::{
    bytecode::opcode as op,
    context::{TxEnv, result::HaltReason},
    context_interface::transaction::{AccessList, AccessListItem},
};

/// The contract that does in byte code what native code does.
const CONTRACT: Address = Address::repeat_byte(0xcc);
const SLOTS: u64 = 4;

#[derive(Clone, Copy, Debug)]
enum Step {
    Load { slot: u64 },
    Store { slot: u64, value: u64 },
    Log { topics: u8, bytes: u8 },
    HasCode { account: Address },
}

impl Step {
    /// As native code.
    fn script(self, script: Script) -> Script {
        match self {
            Self::Load { slot } => script.load(MEMBERS, slot),
            Self::Store { slot, value } => script.store(MEMBERS, slot, value),
            Self::Log { topics, bytes } => script.log(topics.into(), bytes.into()),
            Self::HasCode { account } => script.has_code(account),
        }
    }

    /// As byte code, with the gas that is not the instruction's own.
    fn code(self) -> (Vec<u8>, u64) {
        match self {
            Self::Load { slot } => (assemble(&[&push(U256::from(slot)), &[op::SLOAD, op::POP]]), 3 + 2),
            Self::Store { slot, value } => {
                (assemble(&[&push(U256::from(value)), &push(U256::from(slot)), &[op::SSTORE]]), 3 + 3)
            }
            Self::Log { topics, bytes } => {
                let words: Vec<_> = (0..topics).flat_map(|_| push(U256::from(1))).collect();
                let code = assemble(&[&words, &[op::PUSH1, bytes, op::PUSH0, op::LOG0 + topics]]);
                (code, 3 * u64::from(topics) + 3 + 2)
            }
            Self::HasCode { account } => (assemble(&[&push_address(account), &[op::EXTCODESIZE, op::POP]]), 3 + 2),
        }
    }
}

/// Code that does the steps and returns the gas they took, with the gas that is not theirs.
fn contract(steps: &[Step]) -> (Vec<u8>, u64) {
    let (codes, overheads): (Vec<_>, Vec<u64>) = steps.iter().map(|step| step.code()).unzip();
    // Memory is there before the gas is looked at.
    let code = assemble(&[
        &[op::PUSH0, op::PUSH2, 1, 0, op::MSTORE, op::GAS],
        &codes.concat(),
        &[op::GAS, op::SWAP1, op::SUB, op::PUSH0, op::MSTORE, op::PUSH1, 32, op::PUSH0, op::RETURN],
    ]);
    (code, overheads.iter().sum::<u64>() + 2)
}

/// A transaction whose refund is far from its bound, a fifth of the gas.
fn costly(to: Address, input: Vec<u8>) -> TxEnv {
    let item = |byte: u8| AccessListItem { address: Address::repeat_byte(byte), storage_keys: Vec::new() };
    let access_list = AccessList((1..=150).map(item).collect());
    TxEnv { access_list, tx_type: 1, ..World::tx(to, input) }
}

fn step() -> impl Strategy<Value = Step> {
    let account = prop_oneof![Just(NODES), Just(Address::repeat_byte(0xee)), Just(CONTRACT), Just(MEMBERS)];
    prop_oneof![
        (0..SLOTS).prop_map(|slot| Step::Load { slot }),
        (0..SLOTS, 0..3u64).prop_map(|(slot, value)| Step::Store { slot, value }),
        (0..5u8, 0..200u8).prop_map(|(topics, bytes)| Step::Log { topics, bytes }),
        account.prop_map(|account| Step::HasCode { account }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn native_code_pays_and_gets_back_what_the_same_instructions_would(
        steps in prop::collection::vec(step(), 1..12),
        slots in prop::collection::vec(0..3u64, SLOTS as usize),
    ) {
        // The two contracts are each other's warm stranger.
        let steps: Vec<_> = steps.into_iter().map(|step| match step {
            Step::HasCode { account } if account == CONTRACT || account == MEMBERS => Step::Load { slot: 0 },
            step => step,
        }).collect();
        let (code, overhead) = contract(&steps);
        let mut world = World::with(&[(CONTRACT, &code)]);
        for (slot, value) in slots.iter().enumerate() {
            world.set(CONTRACT, slot as u64, *value);
            world.set(MEMBERS, slot as u64, *value);
        }
        let script = steps.iter().fold(Script::default(), |script, step| step.script(script));
        let native = world.run(costly(MEMBERS, script.bytes()));
        let evm = world.run(costly(CONTRACT, Vec::new()));
        prop_assert_eq!(native.words()[0] + U256::from(overhead), evm.words()[0]);
        prop_assert_eq!(native.result.gas().inner_refunded(), evm.result.gas().inner_refunded());
        prop_assert_eq!(native.logs().len(), evm.logs().len());
        for slot in 0..SLOTS {
            prop_assert_eq!(native.slot(MEMBERS, slot), evm.slot(CONTRACT, slot));
        }
    }
}

fn cost(script: Script) -> u64 {
    World::new().call(MEMBERS, script.bytes()).words()[0].to()
}

#[test]
fn costs_are_those_of_the_eips() {
    let start = Script::default;
    assert_eq!(cost(start().load(MEMBERS, 1)), 2_100, "EIP-2929: a cold slot");
    assert_eq!(cost(start().load(MEMBERS, 1).load(MEMBERS, 1)), 2_100 + 100);
    assert_eq!(cost(start().load(NODES, 1)), 2_500 + 2_100, "another contract's account is cold");
    assert_eq!(cost(start().store(MEMBERS, 1, 1)), 20_000 + 2_100, "EIP-2200: a new slot");
    assert_eq!(cost(start().tstore(0, 1).tload(0)), 200, "EIP-1153");
    assert_eq!(cost(start().log(3, 10)), 375 + 3 * 375 + 8 * 10);
}

#[test]
fn calls_pay_for_what_goes_in_and_comes_out() {
    let mut world = World::new();
    let mut used = |script: Script| world.call(MEMBERS, script.bytes()).result.gas().total_gas_spent();
    let (short, long) = (used(Script::default().give(0)), used(Script::default().give(1_000)));
    // Two bytes of calldata are not zero any more: 16 instead of 4 each (EIP-2028).
    assert_eq!(long - short, 3 * 32 + 2 * 12);
    let input = Script::default().give(0).bytes();
    let calldata: u64 = input.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum();
    assert_eq!(short, 21_000 + calldata + 300 + 3 * 2);
    assert_eq!(input.len(), 33);
}

#[test]
fn without_enough_gas_nothing_happens() {
    let mut world = World::new();
    let script = Script::default().load(MEMBERS, 0).store(MEMBERS, 1, 7).log(1, 9).give(64).bytes();
    let enough = world.call(MEMBERS, script.clone()).result.gas().total_gas_spent();
    let mut ran = |gas_limit| world.run(TxEnv { gas_limit, ..World::tx(MEMBERS, script.clone()) });
    assert_eq!(ran(enough).slot(MEMBERS, 1), U256::from(7));
    // Whatever step the gas ends at.
    for gas_limit in (enough - 22_000..enough).step_by(97).chain([enough - 1]) {
        let ran = ran(gas_limit);
        assert!(matches!(
            ran.result,
            revm::context::result::ExecutionResult::Halt { reason: HaltReason::OutOfGas(_), .. }
        ));
        assert_eq!(ran.result.tx_gas_used(), gas_limit);
        assert_eq!((ran.slot(MEMBERS, 1), ran.logs().len()), (U256::ZERO, 0));
    }
}

#[test]
fn changes_are_what_this_transaction_wrote() {
    let mut world = World::new();
    world.set(MEMBERS, 1, 5);
    world.set(MEMBERS, 2, 6);
    let script = Script::default().load(MEMBERS, 2).store(NODES, 9, 3).store(MEMBERS, 1, 4).store(MEMBERS, 0, 8);
    // Written back: no change.
    let script = script.store(MEMBERS, 2, 1).store(MEMBERS, 2, 6).changes().bytes();
    let words = world.call(MEMBERS, script).words();
    let expected = [0, 0, 8, 1, 5, 4, 9, 0, 3].map(U256::from);
    assert_eq!(words[2..], expected);
    assert!(words[0] < U256::from(GAS));
}

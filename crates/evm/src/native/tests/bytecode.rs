//! Byte code of callers.

use althing_primitives::{Address, U256};
use revm::bytecode::opcode as op;

/// The code of these pieces one after the other.
pub(super) fn assemble(pieces: &[&[u8]]) -> Vec<u8> {
    pieces.concat()
}

/// PUSH32.
pub(super) fn push(word: U256) -> Vec<u8> {
    assemble(&[&[op::PUSH32], &word.to_be_bytes::<32>()])
}

/// PUSH20.
pub(super) fn push_address(address: Address) -> Vec<u8> {
    assemble(&[&[op::PUSH20], address.as_slice()])
}

/// Passes its calldata on by CALL, CALLCODE (with `value` wei), DELEGATECALL or STATICCALL; returns whether that
/// succeeded (a word) and what came back.
pub(super) fn forward(opcode: u8, target: Address, value: u8) -> Vec<u8> {
    let value: &[u8] = if matches!(opcode, op::CALL | op::CALLCODE) { &[op::PUSH1, value] } else { &[] };
    assemble(&[
        &[op::CALLDATASIZE, op::PUSH0, op::PUSH0, op::CALLDATACOPY],
        &[op::PUSH0, op::PUSH0, op::CALLDATASIZE, op::PUSH0],
        value,
        &push_address(target),
        &[op::GAS, opcode],
        &answer(),
    ])
}

/// Returns the success on the stack and the return data.
pub(super) fn answer() -> Vec<u8> {
    let copy = [op::RETURNDATASIZE, op::PUSH0, op::PUSH1, 32, op::RETURNDATACOPY];
    let give = [op::PUSH1, 32, op::RETURNDATASIZE, op::ADD, op::PUSH0, op::RETURN];
    assemble(&[&[op::PUSH0, op::MSTORE], &copy, &give])
}

/// Calls itself as often as the first word of its calldata says, then `target` with the rest.
pub(super) fn dive(target: Address) -> Vec<u8> {
    let rest_size = [op::PUSH1, 32, op::CALLDATASIZE, op::SUB];
    let deeper = assemble(&[
        &[op::PUSH1, 1, op::SWAP1, op::SUB],
        &[op::CALLDATASIZE, op::PUSH0, op::PUSH0, op::CALLDATACOPY, op::PUSH0, op::MSTORE],
        &[op::PUSH0, op::PUSH0, op::CALLDATASIZE, op::PUSH0, op::PUSH0, op::ADDRESS, op::GAS, op::CALL],
        &[op::POP, op::RETURNDATASIZE, op::PUSH0, op::PUSH0, op::RETURNDATACOPY],
        &[op::RETURNDATASIZE, op::PUSH0, op::RETURN],
    ]);
    let head = [op::PUSH0, op::CALLDATALOAD, op::DUP1, op::ISZERO, op::PUSH1];
    let there = u8::try_from(head.len() + 2 + deeper.len()).unwrap();
    assemble(&[
        &head,
        &[there, op::JUMPI],
        &deeper,
        &[op::JUMPDEST, op::POP],
        &rest_size,
        &[op::PUSH1, 32, op::PUSH0, op::CALLDATACOPY, op::PUSH0, op::PUSH0],
        &rest_size,
        &[op::PUSH0, op::PUSH0],
        &push_address(target),
        &[op::GAS, op::CALL],
        &answer(),
    ])
}

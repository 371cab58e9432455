//! Calls, estimates and access lists, as stock clients expect them.

mod chain;
mod memory;

use alloy_rpc_types_eth::{
    TransactionRequest,
    state::{AccountOverride, EvmOverrides, StateOverridesBuilder},
};
use althing_chainspec::{FeeMode, GenesisAccount};
use althing_evm::{Call, HaltReason, Limits, SimulationError};
use althing_primitives::{Address, B256, Bytes, TxKind, U256, hex};
use chain::{Chain, GWEI, dev_key, genesis, init_code, key};
use revm::context::result::ExecutionResult;
use std::cell::Cell;

const CONTRACT: Address = Address::repeat_byte(0xcc);

/// A chain with this code at [`CONTRACT`].
fn with_code(code: &[u8]) -> Chain {
    let mut genesis = genesis(FeeMode::Zero);
    let account = GenesisAccount { nonce: 1, code: code.to_vec().into(), ..Default::default() };
    genesis.alloc.insert(CONTRACT, account);
    Chain::from(genesis)
}

fn to(address: Address) -> TransactionRequest {
    TransactionRequest::default().to(address)
}

fn call(chain: &Chain, request: TransactionRequest) -> Result<ExecutionResult, SimulationError> {
    chain.executor.call(&chain.state, chain.call(request), &Limits::default())
}

fn estimate(chain: &Chain, request: TransactionRequest) -> Result<u64, SimulationError> {
    chain.executor.estimate_gas(&chain.state, chain.call(request), &Limits::default())
}

fn output(result: ExecutionResult) -> Bytes {
    match result {
        ExecutionResult::Success { output, .. } => output.into_data(),
        other => panic!("{other:?}"),
    }
}

/// Returns the word on top of the stack: PUSH0 MSTORE PUSH1 32 PUSH0 RETURN.
fn returning(code: &[u8]) -> Vec<u8> {
    [code, &hex!("5f5260205ff3")].concat()
}

#[test]
fn a_call_without_recipient_runs_its_data_as_init_code() {
    let chain = Chain::new(FeeMode::Zero);
    let request = TransactionRequest::default().input(init_code(&[0x60, 0x01]).into());
    assert_eq!(output(call(&chain, request).unwrap()), Bytes::from_static(&[0x60, 0x01]));
}

#[test]
fn the_next_block_is_what_opcodes_see() {
    let see = |opcode: u8| {
        let chain = with_code(&returning(&[opcode]));
        U256::from_be_slice(&output(call(&chain, to(CONTRACT)).unwrap()))
    };
    assert_eq!(see(0x43), U256::from(1), "NUMBER");
    assert_eq!(see(0x42), U256::from(1), "TIMESTAMP");
    assert_eq!(see(0x44), U256::from_be_bytes([0xaa; 32]), "PREVRANDAO is the one injected");
    assert_eq!(see(0x46), U256::from(930_930), "CHAINID");
    assert_eq!(see(0x3a), U256::ZERO, "GASPRICE");
    assert_eq!(see(0x48), U256::ZERO, "BASEFEE");
}

#[test]
fn overrides_replace_state_and_block() {
    let chain = Chain::new(FeeMode::Zero);
    let account = AccountOverride::default()
        .with_code(returning(&hex!("5f54430150")[..4]))
        .with_state_diff([(B256::ZERO, B256::with_last_byte(40))]);
    let state = StateOverridesBuilder::default().append(CONTRACT, account).build();
    let block = alloy_rpc_types_eth::BlockOverrides::default().with_number(U256::from(2));
    let overrides = EvmOverrides::new(Some(state), Some(Box::new(block)));
    let call = Call { overrides, ..chain.call(to(CONTRACT)) };
    let result = chain.executor.call(&chain.state, call, &Limits::default()).unwrap();
    assert_eq!(U256::from_be_slice(&output(result)), U256::from(42));
}

#[test]
fn a_transfer_is_estimated_at_21000() {
    let chain = Chain::new(FeeMode::Eip1559);
    let request = to(Address::repeat_byte(1)).from(dev_key().address()).value(U256::from(1));
    assert_eq!(estimate(&chain, request.clone()).unwrap(), 21_000);
    assert_eq!(estimate(&chain, request.max_fee_per_gas(2 * GWEI)).unwrap(), 21_000);
}

#[test]
fn an_estimate_is_enough_and_close() {
    let mut chain = Chain::new(FeeMode::Zero);
    let init = [hex!("60015f55").as_slice(), &init_code(&[0; 100])].concat();
    // The code copy starts four bytes later.
    let init: Vec<u8> = init.iter().enumerate().map(|(at, byte)| if at == 8 { byte + 4 } else { *byte }).collect();
    let poor = key(9);
    let request = TransactionRequest { to: Some(TxKind::Create), ..Default::default() }
        .from(poor.address())
        .input(init.clone().into());
    let gas = estimate(&chain, request).unwrap();
    let tx = althing_primitives::consensus::TxEip1559 { input: init.into(), ..chain::template(0, TxKind::Create, gas) };
    let built = chain.mine(vec![chain::sign(&poor, tx)]);
    assert!(built.executed.receipts[0].success);
    assert!(built.executed.gas_used <= gas && gas <= built.executed.gas_used * 103 / 100, "{gas}");
}

#[test]
fn a_revert_keeps_its_data() {
    // Custom error 0xdeadbeef.
    let chain = with_code(&hex!("63deadbeef60e01b5f5260045ffd"));
    let ExecutionResult::Revert { output, .. } = call(&chain, to(CONTRACT)).unwrap() else { panic!("reverts") };
    assert_eq!(output, Bytes::from_static(&hex!("deadbeef")));
    let error = estimate(&chain, to(CONTRACT)).unwrap_err();
    assert!(matches!(&error, SimulationError::Revert(data) if data.as_ref() == hex!("deadbeef")));
    assert_eq!(error.to_string(), "execution reverted");
}

#[test]
fn failures_have_the_texts_clients_know() {
    let chain = with_code(&hex!("fe"));
    assert_eq!(estimate(&chain, to(CONTRACT)).unwrap_err().to_string(), "invalid opcode: INVALID");
    let endless = with_code(&hex!("5b5f56"));
    assert_eq!(estimate(&endless, to(CONTRACT)).unwrap_err().to_string(), "gas required exceeds allowance (16777216)");
    let request = to(CONTRACT).from(key(1).address()).value(U256::from(7));
    let error = estimate(&chain, request).unwrap_err().to_string();
    assert_eq!(error, "insufficient funds for gas * price + value: have 0 want 7");
    let request = to(CONTRACT).gas_price(1).max_fee_per_gas(1);
    let error = call(&chain, request).unwrap_err().to_string();
    assert_eq!(error, "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified");
    let request = to(CONTRACT).gas_limit(20_000);
    let error = call(&chain, request).unwrap_err().to_string();
    assert_eq!(error, "intrinsic gas too low: have 20000, want 21000");
}

#[test]
fn gas_and_time_of_a_call_are_bounded() {
    let endless = with_code(&hex!("5b5f56"));
    let limits = Limits { gas: 1_000_000, expired: None };
    let request = to(CONTRACT).gas_limit(u64::MAX);
    let result = endless.executor.call(&endless.state, endless.call(request), &limits).unwrap();
    assert!(matches!(result, ExecutionResult::Halt { reason: HaltReason::OutOfGas(_), .. }));
    assert_eq!(result.tx_gas_used(), 1_000_000);

    let looks = Cell::new(0);
    let expired = || looks.replace(looks.get() + 1) == 3;
    let limits = Limits { gas: u64::MAX / 4, expired: Some(&expired) };
    let result = endless.executor.call(&endless.state, endless.call(to(CONTRACT)), &limits);
    assert!(matches!(result, Err(SimulationError::Timeout)));
}

#[test]
fn an_access_list_names_what_is_touched() {
    // SLOAD(5), BALANCE(0xbb..bb).
    let other = Address::repeat_byte(0xbb);
    let code = [hex!("600554").as_slice(), &[0x73], other.as_slice(), &[0x31, 0x00]].concat();
    let chain = with_code(&code);
    let request = to(CONTRACT).from(dev_key().address());
    let result = chain.executor.create_access_list(&chain.state, chain.call(request), &Limits::default()).unwrap();
    assert_eq!(result.error, None);
    let items: Vec<_> = result.access_list.0.iter().map(|item| (item.address, item.storage_keys.clone())).collect();
    assert_eq!(items, [(other, vec![]), (CONTRACT, vec![B256::with_last_byte(5)])]);
}

#[test]
fn ecrecover_recovers() {
    use alloy_signer::SignerSync;
    let chain = Chain::new(FeeMode::Zero);
    let hash = B256::repeat_byte(3);
    let signature = key(4).sign_hash_sync(&hash).unwrap();
    let v = U256::from(27 + u64::from(signature.v()));
    let input = [hash.0, v.to_be_bytes(), signature.r().to_be_bytes(), signature.s().to_be_bytes()].concat();
    let ecrecover = Address::with_last_byte(1);
    let recovered = output(call(&chain, to(ecrecover).input(input.clone().into())).unwrap());
    assert_eq!(recovered, Bytes::from(key(4).address().into_word().0));
    let mut broken = input;
    broken[64..96].fill(0xff);
    assert!(output(call(&chain, to(ecrecover).input(broken.into())).unwrap()).is_empty());
}

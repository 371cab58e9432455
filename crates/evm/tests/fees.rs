//! Fee mode `zero` charges nobody anything; fee mode `eip1559` charges as Ethereum does.

mod chain;
mod memory;

use alloy_rpc_types_eth::TransactionRequest;
use althing_chainspec::FeeMode;
use althing_evm::{Limits, Rejection, TransactionError};
use althing_primitives::{
    Address, B256, TxKind, U256,
    consensus::{TxEip1559, TxEip2930, TxEip4844, TxEip7702, TxLegacy},
    hex,
};
use chain::{Chain, GWEI, Queue, deploy, dev_key, key, sign, template, transfer};
use revm::context::result::{ExecutionResult, InvalidTransaction};

#[test]
fn an_account_without_balance_deploys_offering_a_fee() {
    let mut chain = Chain::new(FeeMode::Zero);
    let poor = key(1);
    chain.mine(vec![deploy(&poor, 0, prices())]);
    let contract = poor.address().create(0);
    assert_eq!((chain.slot(contract, 0), chain.slot(contract, 1)), (U256::from(1), U256::from(1)), "prices are 0");
    assert_eq!(chain.balance(Address::repeat_byte(0xfe)), U256::ZERO, "nobody earns");
    assert_eq!(chain.balance(poor.address()), U256::ZERO);
}

/// Stores GASPRICE + 1 at slot 0 and BASEFEE + 1 at slot 1 when created.
fn prices() -> Vec<u8> {
    hex!("3a6001015f554860010160015500").to_vec()
}

#[test]
fn every_transaction_type_is_free() {
    let mut chain = Chain::new(FeeMode::Zero);
    let poor = key(2);
    let to = TxKind::Call(Address::repeat_byte(9));
    let chain_id = chain.spec().chain_id();
    let (gas_limit, gas_price) = (100_000, 5 * GWEI);
    let authorization_list = {
        use alloy_signer::SignerSync;
        let authorization = althing_primitives::eips::eip7702::Authorization {
            chain_id: U256::from(chain_id),
            address: Address::repeat_byte(5),
            nonce: 4,
        };
        let signature = poor.sign_hash_sync(&authorization.signature_hash()).unwrap();
        vec![authorization.into_signed(signature)]
    };
    chain.mine(vec![
        sign(&poor, TxLegacy { chain_id: Some(chain_id), gas_limit, gas_price, to, ..Default::default() }),
        sign(&poor, TxEip2930 { chain_id, nonce: 1, gas_limit, gas_price, to, ..Default::default() }),
        sign(&poor, template(2, to, gas_limit)),
        sign(
            &poor,
            TxEip7702 {
                chain_id,
                nonce: 3,
                gas_limit,
                max_fee_per_gas: gas_price,
                to: Address::repeat_byte(9),
                authorization_list,
                ..Default::default()
            },
        ),
    ]);
    let (account, _) = chain.state.accounts[&poor.address()];
    assert_eq!(account.nonce, 5);
    assert!(account.has_code(), "delegated");
}

#[test]
fn the_value_is_still_needed() {
    let chain = Chain::new(FeeMode::Zero);
    let mut source = Queue::new(vec![transfer(&key(1), 0, Address::ZERO, 1)]);
    let built = chain.build(&mut source);
    assert!(built.body.transactions.is_empty());
    let error = TransactionError::Evm(InvalidTransaction::LackOfFundForMaxFee {
        fee: Box::new(U256::from(1)),
        balance: Box::new(U256::ZERO),
    });
    assert_eq!(source.rejected[0].1, Rejection::Invalid(error));
}

#[test]
fn calls_and_estimates_are_free_too() {
    let chain = Chain::new(FeeMode::Zero);
    let request = TransactionRequest::default()
        .from(key(3).address())
        .input(prices().into())
        .gas_limit(500_000)
        .max_fee_per_gas(GWEI);
    let request = TransactionRequest { to: Some(TxKind::Create), ..request };
    let outcome = chain.executor.call(&chain.state, chain.call(request.clone()), &Limits::default()).unwrap();
    assert!(outcome.is_success());
    let gas = chain.executor.estimate_gas(&chain.state, chain.call(request), &Limits::default()).unwrap();
    assert!((90_000..120_000).contains(&gas), "{gas}");
    // GASPRICE, PUSH0, MSTORE, PUSH1 32, PUSH0, RETURN as init code: the price comes back as code.
    let request = TransactionRequest::default().input(hex!("3a5f5260205ff3").to_vec().into()).gas_price(7 * GWEI);
    let outcome = chain.executor.call(&chain.state, chain.call(request), &Limits::default()).unwrap();
    let ExecutionResult::Success { output, .. } = outcome else { panic!("{outcome:?}") };
    assert_eq!(output.data().as_ref(), [0; 32]);
}

#[test]
fn fee_mode_eip1559_charges_the_sender_and_pays_the_tip() {
    let mut chain = Chain::new(FeeMode::Eip1559);
    let rich = dev_key();
    let before = chain.balance(rich.address());
    let built = chain.mine(vec![transfer(&rich, 0, Address::repeat_byte(3), 5)]);
    let base_fee = u128::from(built.header.base_fee_per_gas.unwrap());
    assert_eq!(base_fee, 875_000_000, "falls from 1 gwei after an empty genesis");
    let price = (base_fee + GWEI).min(2 * GWEI);
    assert_eq!(before - chain.balance(rich.address()), U256::from(21_000 * price + 5));
    assert_eq!(chain.balance(Address::repeat_byte(0xfe)), U256::from(21_000 * GWEI));
    let mut source = Queue::new(vec![deploy(&key(1), 0, prices())]);
    assert!(chain.build(&mut source).body.transactions.is_empty(), "no balance, no deployment");
}

#[test]
fn blob_transactions_are_refused_by_name() {
    let chain = Chain::new(FeeMode::Zero);
    let blob = TxEip4844 {
        chain_id: chain.spec().chain_id(),
        gas_limit: 21_000,
        max_fee_per_blob_gas: 1,
        blob_versioned_hashes: vec![B256::with_last_byte(1)],
        ..Default::default()
    };
    let mut source = Queue::new(vec![sign(&dev_key(), blob)]);
    assert!(chain.build(&mut source).body.transactions.is_empty());
    assert_eq!(source.rejected[0].1, Rejection::Invalid(TransactionError::BlobsRefused));
    assert!(TransactionError::BlobsRefused.to_string().contains("not supported"));
}

#[test]
fn a_tip_above_the_fee_is_malformed_even_where_neither_counts() {
    let chain = Chain::new(FeeMode::Zero);
    let tx = TxEip1559 { max_priority_fee_per_gas: 3 * GWEI, ..template(0, Address::ZERO.into(), 21_000) };
    let mut source = Queue::new(vec![sign(&dev_key(), tx)]);
    assert!(chain.build(&mut source).body.transactions.is_empty());
}

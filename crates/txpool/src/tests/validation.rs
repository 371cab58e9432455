use super::fixture::{BLOCK_GAS, Bench, CHAIN, key, legacy, sign, transfer};
use crate::{Code, Limits, PoolConfig, PoolError, Rules, Sender, Status};
use alloy_signer::SignerSync;
use althing_primitives::{
    Address, B256, Bytes, Transaction, TxKind, U256,
    alloy::Signature,
    consensus::{SignableTransaction, TxEip1559, TxEip2930, TxEip7702},
    eips::{
        Encodable2718,
        eip2930::{AccessList, AccessListItem},
        eip7702::Authorization,
    },
};

fn refuse(bench: &Bench, raw: Bytes, text: &str) {
    assert_eq!(bench.submit(raw).unwrap_err().to_string(), text);
}

#[test]
fn errors_read_as_geths() {
    let bench = Bench::with_fees();
    let alice = key(1);
    bench.set(alice.address(), Sender { nonce: 5, balance: U256::from(1_000_000), code: Code::None });
    let tx = || TxEip1559 { gas_limit: 30_000, ..transfer(5, 1) };
    let create = |bytes| TxEip1559 { to: TxKind::Create, input: vec![1; bytes].into(), gas_limit: 9_000_000, ..tx() };
    let cases = [
        (transfer(4, 1), "nonce too low: next nonce 5, tx nonce 4"),
        (TxEip1559 { gas_limit: 20_999, ..tx() }, "intrinsic gas too low: gas 20999, minimum needed 21000"),
        (TxEip1559 { gas_limit: 30_000_001, ..tx() }, "transaction gas limit too high (cap: 16777216, tx: 30000001)"),
        (TxEip1559 { max_priority_fee_per_gas: 2, ..tx() }, "max priority fee per gas higher than max fee per gas"),
        (
            TxEip1559 { max_fee_per_gas: 100, ..tx() },
            "insufficient funds for gas * price + value: balance 1000000, tx cost 3000000, overshot 2000000",
        ),
        (TxEip1559 { chain_id: 1, ..tx() }, "invalid sender: invalid chain id for signer: have 1 want 930930"),
        (TxEip1559 { nonce: u64::MAX, ..tx() }, "nonce has max value"),
        (create(49_153), "max initcode size exceeded: code size 49153, limit 49152"),
        (
            TxEip1559 { input: vec![1; 300].into(), ..tx() },
            "insufficient gas for floor data gas cost: gas 30000, minimum needed 33000",
        ),
        (TxEip1559 { input: vec![1; 140_000].into(), ..tx() }, "oversized data: transaction size 140109, limit 131072"),
    ];
    for (tx, text) in cases {
        refuse(&bench, sign(tx, &alice), text);
    }
    let raw = sign(tx(), &alice);
    bench.submit(raw.clone()).unwrap();
    refuse(&bench, raw, "already known");
    refuse(&bench, sign(TxEip1559 { gas_limit: 30_001, ..tx() }, &alice), "replacement transaction underpriced");
    refuse(
        &bench,
        sign(TxEip1559 { gas_limit: 990_000, ..transfer(6, 1) }, &alice),
        "insufficient funds for gas * price + value: balance 1000000, queued cost 30000, tx cost 990000, overshot 20000",
    );
}

#[test]
fn a_block_smaller_than_the_cap_bounds_gas() {
    let bench = Bench::with(PoolConfig::default(), Rules::osaka(CHAIN, 1_000_000, true));
    let tx = TxEip1559 { gas_limit: 1_000_001, ..transfer(0, 0) };
    refuse(&bench, sign(tx, &key(1)), "exceeds block gas limit");
}

#[test]
fn blob_transactions_are_refused_with_the_reason() {
    let bench = Bench::zero_fee();
    let text = "transaction type not supported: blob transactions (type 3) are not accepted by this network";
    refuse(&bench, vec![3; 200_000].into(), text);
    refuse(&bench, vec![9, 0xc0].into(), "transaction type not supported: tx type 9 not supported by this pool");
}

#[test]
fn types_wait_for_their_fork() {
    let rules =
        Rules { berlin: false, london: false, shanghai: false, prague: false, ..Rules::osaka(1, BLOCK_GAS, true) };
    let bench = Bench::with(PoolConfig::default(), Rules { chain_id: CHAIN, ..rules });
    let one = TxEip2930 { chain_id: CHAIN, gas_limit: 21_000, to: TxKind::Call(Address::ZERO), ..Default::default() };
    let type_of = |ty: u8| format!("transaction type not supported: tx type {ty} not supported by this pool");
    refuse(&bench, sign(one, &key(1)), &type_of(1));
    refuse(&bench, sign(transfer(0, 0), &key(1)), &type_of(2));
    bench.submit(sign(legacy(0, 0), &key(1))).unwrap();
}

#[test]
fn access_lists_and_authorizations_cost_gas() {
    let bench = Bench::zero_fee();
    let list = AccessList(vec![AccessListItem { address: Address::ZERO, storage_keys: vec![B256::ZERO; 2] }]);
    let tx = TxEip1559 { access_list: list, gas_limit: 27_199, ..transfer(0, 0) };
    refuse(&bench, sign(tx, &key(1)), "intrinsic gas too low: gas 27199, minimum needed 27200");
    let tx = set_code(0, &[2], 45_999);
    refuse(&bench, sign(tx, &key(1)), "intrinsic gas too low: gas 45999, minimum needed 46000");
    refuse(&bench, sign(set_code(0, &[], 46_000), &key(1)), "set code tx must have at least one authorization tuple");
}

#[test]
fn without_fees_no_balance_is_asked_for_gas_but_for_value() {
    let bench = Bench::zero_fee();
    let value = |nonce, value| TxEip1559 { value: U256::from(value), ..transfer(nonce, 1_000_000_000) };
    bench.submit(sign(value(0, 0), &key(1))).unwrap();
    refuse(
        &bench,
        sign(value(1, 1), &key(1)),
        "insufficient funds for gas * price + value: balance 0, tx cost 1, overshot 1",
    );
}

#[test]
fn unprotected_legacy_transactions_pass_for_keyless_deployments() {
    let bench = Bench::zero_fee();
    bench.submit(sign(althing_primitives::consensus::TxLegacy { chain_id: None, ..legacy(0, 0) }, &key(1))).unwrap();
}

#[test]
fn a_contract_cannot_send() {
    let bench = Bench::zero_fee();
    bench.set(key(1).address(), Sender { code: Code::Contract(B256::ZERO), ..Sender::default() });
    let error = bench.submit(sign(transfer(0, 0), &key(1))).unwrap_err();
    assert!(error.to_string().starts_with("sender not an eoa: address 0x"), "{error}");
}

#[test]
fn signatures_that_recover_nobody_or_are_malleable_are_refused() {
    let bench = Bench::zero_fee();
    let raw = |signature| Bytes::from(Transaction::from(transfer(0, 0).into_signed(signature)).encoded_2718());
    let text = "invalid sender: invalid transaction v, r, s values";
    refuse(&bench, raw(Signature::new(U256::ZERO, U256::ZERO, false)), text);
    let signed = key(1).sign_hash_sync(&transfer(0, 0).signature_hash()).unwrap();
    let order = althing_primitives::consensus::crypto::SECP256K1N_HALF * U256::from(2) + U256::ONE;
    refuse(&bench, raw(Signature::new(signed.r(), order - signed.s(), !signed.v())), text);
}

#[test]
fn bytes_that_are_no_transaction_never_panic() {
    let bench = Bench::zero_fee();
    let valid = sign(transfer(0, 0), &key(1));
    for cut in 0..valid.len() {
        assert!(bench.submit(valid.slice(..cut)).is_err(), "cut at {cut}");
    }
    for at in 0..valid.len() {
        let mut bytes = valid.to_vec();
        bytes[at] ^= 0x81;
        let _ = bench.submit(bytes.into());
    }
    assert!(matches!(bench.submit([&valid[..], &[0]].concat().into()), Err(PoolError::Decode(_))), "trailing byte");
}

#[test]
fn accounts_that_run_delegated_code_hold_few_and_without_gaps() {
    let limits = Limits { delegated_transactions: 2, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, Rules::osaka(CHAIN, BLOCK_GAS, true));
    bench.set(key(1).address(), Sender { code: Code::Delegated, ..Sender::default() });
    refuse(&bench, sign(transfer(1, 0), &key(1)), "gapped-nonce tx from delegated accounts");
    bench.submit(sign(transfer(0, 0), &key(1))).unwrap();
    bench.submit(sign(transfer(1, 0), &key(1))).unwrap();
    refuse(&bench, sign(transfer(2, 0), &key(1)), "in-flight transaction limit reached for delegated accounts");
    bench.submit(sign(transfer(1, 5), &key(1))).unwrap();
}

#[test]
fn a_pooled_authorization_counts_as_delegated_and_a_busy_authority_is_reserved() {
    let limits = Limits { delegated_transactions: 1, ..Limits::default() };
    let bench = Bench::with(PoolConfig { limits, ..PoolConfig::default() }, Rules::osaka(CHAIN, BLOCK_GAS, true));
    bench.submit(sign(set_code(0, &[2], 60_000), &key(1))).unwrap();
    refuse(&bench, sign(transfer(1, 0), &key(2)), "gapped-nonce tx from delegated accounts");
    bench.commit(&[(key(1).address(), 1)]);
    bench.submit(sign(transfer(1, 0), &key(2))).unwrap();
    bench.submit(sign(transfer(0, 0), &key(2))).unwrap();
    refuse(&bench, sign(set_code(1, &[2], 60_000), &key(1)), "authority already reserved");
    assert_eq!(bench.pool.status(), Status { pending: 2, queued: 0 });
}

fn set_code(nonce: u64, authorities: &[u64], gas_limit: u64) -> TxEip7702 {
    let authorization = Authorization { chain_id: U256::from(CHAIN), address: Address::ZERO, nonce: 0 };
    let signed = |n: &u64| {
        let signature = key(*n).sign_hash_sync(&authorization.signature_hash()).unwrap();
        authorization.clone().into_signed(signature)
    };
    TxEip7702 {
        chain_id: CHAIN,
        nonce,
        gas_limit,
        authorization_list: authorities.iter().map(signed).collect(),
        ..Default::default()
    }
}

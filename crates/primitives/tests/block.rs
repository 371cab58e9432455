//! A block's bytes are Ethereum's, and its body is what the header commits to.

use althing_primitives::{
    Address, B256, Block, BlockError, Body, Header, RecoveredBlock, Transaction, U256, address,
    alloy::Signature,
    consensus::{self, SignableTransaction, TxEip1559, TxEip2930, TxEip4844, TxEip7702, TxLegacy, proofs},
    eips::eip4895::{Withdrawal, Withdrawals},
    keccak256,
    rlp::{Decodable, Encodable},
};

const SECRET: B256 = B256::repeat_byte(0x11);

fn sign<T: SignableTransaction<Signature>>(tx: T) -> Transaction
where
    Transaction: From<consensus::Signed<T>>,
{
    let signature = consensus::crypto::secp256k1::sign_message(SECRET, tx.signature_hash()).unwrap();
    tx.into_signed(signature).into()
}

/// A block with every transaction type, an ommer and a withdrawal.
fn block() -> Block {
    let to = Address::repeat_byte(2);
    let body = Body {
        transactions: vec![
            sign(TxLegacy { chain_id: Some(1), to: to.into(), value: U256::from(5), ..Default::default() }),
            sign(TxEip2930 { chain_id: 1, nonce: 1, input: vec![1; 300].into(), ..Default::default() }),
            sign(TxEip1559 { chain_id: 1, nonce: 2, gas_limit: 21_000, to: to.into(), ..Default::default() }),
            sign(TxEip4844 { chain_id: 1, nonce: 3, blob_versioned_hashes: vec![B256::ZERO], ..Default::default() }),
            sign(TxEip7702 { chain_id: 1, nonce: 4, to, ..Default::default() }),
        ],
        ommers: vec![Header { number: 6, ..Default::default() }],
        withdrawals: Some(Withdrawals::new(vec![Withdrawal { index: 1, amount: 9, ..Default::default() }])),
    };
    let header = Header {
        number: 7,
        transactions_root: proofs::calculate_transaction_root(&body.transactions),
        ommers_hash: proofs::calculate_ommers_root(&body.ommers),
        withdrawals_root: body.withdrawals.as_ref().map(|list| proofs::calculate_withdrawals_root(list)),
        base_fee_per_gas: Some(7),
        ..Default::default()
    };
    Block::new(header, body)
}

fn encoded(block: &impl Encodable) -> Vec<u8> {
    let mut out = Vec::new();
    block.encode(&mut out);
    out
}

#[test]
fn rlp_equals_alloy_s_and_comes_back_whole() {
    let block = block();
    let alloy = consensus::Block { header: block.header.clone(), body: block.body.clone() };
    let bytes = encoded(&block);
    assert_eq!(bytes, encoded(&alloy));
    assert_eq!(block.length(), bytes.len());
    let mut rest = bytes.as_slice();
    assert_eq!(Block::decode(&mut rest).unwrap(), block);
    assert!(rest.is_empty());
    assert_eq!(block.hash(), keccak256(encoded(&block.header)));
}

#[test]
fn every_shortened_block_is_refused() {
    let bytes = encoded(&block());
    for length in 0..bytes.len() {
        assert!(Block::decode(&mut &bytes[..length]).is_err(), "{length} bytes");
    }
}

#[test]
fn a_body_the_header_does_not_commit_to_is_refused_part_by_part() {
    let block = block();
    block.check_body().unwrap();
    let altered = |alter: &dyn Fn(&mut Body)| {
        let mut body = block.body.clone();
        alter(&mut body);
        match Block::new(block.header.clone(), body).check_body() {
            Err(BlockError::Body(part)) => part,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(altered(&|body| body.ommers.clear()), "ommers hash");
    assert_eq!(altered(&|body| body.transactions.truncate(4)), "transactions root");
    assert_eq!(altered(&|body| body.transactions.swap(0, 1)), "transactions root");
    assert_eq!(altered(&|body| body.withdrawals = None), "withdrawals root");
    assert_eq!(altered(&|body| body.withdrawals = Some(Default::default())), "withdrawals root");
}

#[test]
fn every_sender_is_recovered_and_a_bad_signature_is_named() {
    let block = block();
    let recovered = block.clone().recover().unwrap();
    let sender = recovered.senders()[0];
    assert_eq!(sender, address!("0x19E7E376E7C213B7E7e7e46cc70A5dD086DAff2A"));
    assert_eq!(recovered.senders(), [sender; 5]);
    assert_eq!(recovered, RecoveredBlock::new(block.clone(), vec![sender; 5]));

    let mut body = block.body;
    let nowhere = Signature::new(U256::MAX, U256::from(1), false);
    body.transactions[3] = TxEip4844::default().into_signed(nowhere).into();
    let error = Block::new(block.header, body).recover().unwrap_err();
    assert!(matches!(error, BlockError::Signature(3)), "{error}");
}

//! The pool over the real state: what it reads of accounts, and a block that changes them.
#![allow(missing_docs, reason = "tests")]

use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner, coins_bip39::English};
use althing_chainspec::{ChainSpec, DEV_MNEMONIC};
use althing_contracts::PARAMETERS;
use althing_primitives::{
    Account, AccountChange, Address, Block, Body, Bytes, Changes, CommittedBlock, Header, RecoveredBlock, Transaction,
    TxKind, U256,
    consensus::{SignableTransaction, TxEip1559},
    eips::{Decodable2718, Encodable2718},
    keccak256,
};
use althing_storage::{Storage, StorageConfig};
use althing_txpool::{Code, HeadState, Origin, Pool, PoolConfig, PoolError, Standing, Status};
use std::sync::Arc;

fn dev_key() -> PrivateKeySigner {
    MnemonicBuilder::<English>::default().phrase(DEV_MNEMONIC).build().unwrap()
}

fn transfer(nonce: u64, value: u64) -> Bytes {
    let tx = TxEip1559 {
        chain_id: ChainSpec::dev().chain_id(),
        nonce,
        gas_limit: 21_000,
        to: TxKind::Call(Address::ZERO),
        value: U256::from(value),
        ..Default::default()
    };
    let signature = dev_key().sign_hash_sync(&tx.signature_hash()).unwrap();
    Transaction::from(tx.into_signed(signature)).encoded_2718().into()
}

/// Commits a block with these transactions and changes on the head.
fn commit(storage: &Storage, raw: &[Bytes], changes: Changes) -> (CommittedBlock, Arc<althing_primitives::Changeset>) {
    let parent = storage.head();
    let staged = storage.stage(parent.hash, parent.number + 1, changes).unwrap();
    let gas_limit = 30_000_000;
    let (number, state_root) = (parent.number + 1, staged.state_root());
    let header = Header { number, state_root, gas_limit, parent_hash: parent.hash, ..Default::default() };
    let transactions: Vec<_> = raw.iter().map(|raw| Transaction::decode_2718_exact(raw).unwrap()).collect();
    let senders = vec![dev_key().address(); raw.len()];
    let block = Block::new(header, Body { transactions, ..Default::default() });
    storage.insert(staged, block.hash()).unwrap();
    let (block, receipts) = (Arc::new(RecoveredBlock::new(block, senders)), Arc::new(Vec::new()));
    let changeset = storage.commit(block.hash(), &block, &receipts).unwrap();
    (CommittedBlock { block, receipts }, changeset)
}

fn account(account: Account) -> AccountChange {
    AccountChange { account: Some(account), ..AccountChange::default() }
}

#[test]
fn a_committed_block_moves_the_pool_on() {
    let spec = Arc::new(ChainSpec::dev());
    let storage = Storage::genesis(StorageConfig::default(), &spec).unwrap();
    let pool = Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header);
    let raw: Vec<_> = [0, 1, 2].map(|nonce| transfer(nonce, 1)).to_vec();
    assert!(pool.submit(raw.clone(), Origin::Local).iter().all(Result::is_ok));

    let sender = dev_key().address();
    let mut changes = Changes::default();
    changes.accounts.insert(sender, account(Account { nonce: 2, balance: U256::from(5), ..Account::default() }));
    let (block, changeset) = commit(&storage, &raw[..2], changes);
    pool.on_commit(&block, &changeset);
    assert_eq!(pool.status(), Status { pending: 1, queued: 0 });
    assert_eq!(pool.pending_nonce(&sender).unwrap(), 3);
    let error = pool.submit(vec![transfer(3, 6)], Origin::Local).remove(0).unwrap_err();
    assert!(error.to_string().starts_with("insufficient funds for gas * price + value: balance 5"), "{error}");
}

#[test]
fn code_of_senders_is_told_apart() {
    let spec = ChainSpec::dev();
    let storage = Storage::genesis(StorageConfig::default(), &spec).unwrap();
    let delegation = Bytes::from([&[0xef, 0x01, 0x00][..], &[1; 20]].concat());
    let contract = Bytes::from_static(&[0x60, 0x00]);
    let mut changes = Changes::default();
    for (n, code) in [(1, delegation), (2, contract.clone())] {
        let code_hash = keccak256(&code);
        changes
            .accounts
            .insert(Address::with_last_byte(n), account(Account { nonce: 1, code_hash, ..Account::default() }));
        changes.code.insert(code_hash, code);
    }
    commit(&storage, &[], changes);
    let code = |n| storage.sender(&Address::with_last_byte(n)).unwrap().code;
    assert_eq!((code(1), code(2), code(3)), (Code::Delegated, Code::Contract(keccak256(&contract)), Code::None));
}

/// A block after which a slot of Parameters has these bits set.
fn vote(storage: &Storage, pool: &Pool, bits: U256) {
    let word = storage.latest().storage(&PARAMETERS, &U256::ZERO).unwrap();
    let account = storage.latest().account(&PARAMETERS).unwrap();
    let change =
        AccountChange { account, storage: [(U256::ZERO, word | bits)].into_iter().collect(), ..Default::default() };
    let mut changes = Changes::default();
    changes.accounts.insert(PARAMETERS, change);
    let (block, changeset) = commit(storage, &[], changes);
    pool.on_commit(&block, &changeset);
}

#[test]
fn the_terms_in_the_state_are_followed() {
    let spec = Arc::new(ChainSpec::dev());
    let storage = Storage::genesis(StorageConfig::default(), &spec).unwrap();
    let pool = Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header);
    let member = dev_key().address();
    let standing = storage.standing(&member).unwrap();
    assert_eq!(standing, Standing { sponsor: 1, is_member: true, ..Standing::default() });
    assert_eq!(storage.standing(&Address::repeat_byte(9)).unwrap(), Standing::default(), "nobody's");
    assert!(pool.submit(vec![transfer(0, 1)], Origin::Local)[0].is_ok());
    assert!(pool.is_zero_fee());

    // `ParametersLayout.sol`: transactionAllowList is byte 30 of the first slot, feeMode byte 28.
    vote(&storage, &pool, U256::from(1) << (30 * 8));
    assert!(pool.terms().unwrap().transaction_allow_list);
    assert!(pool.is_empty(), "the member is not on the list of senders");
    assert!(matches!(pool.submit(vec![transfer(0, 1)], Origin::Local)[0], Err(PoolError::SenderNotAllowed(_))));
    vote(&storage, &pool, U256::from(1) << (28 * 8));
    assert!(!pool.is_zero_fee());
}

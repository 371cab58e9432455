//! A small chain to put into ledgers under test.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test file uses a part")]

use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, LedgerError, OpenMode, OpenOptions, Recovery, encode_block, fs::Fs};
use althing_primitives::{
    Account, Address, B256, Block, Body, Bytes, Certificate, Changeset, EMPTY_OMMER_ROOT_HASH, Extra, Header, Log,
    LogData, PreviousAccount, Receipt, RecoveredBlock, Transaction, TxKind, TxType, U256,
    alloy::Signature,
    consensus::{SignableTransaction, TxEip1559, proofs::calculate_transaction_root},
    eips::{eip4895::Withdrawals, eip7685::Requests},
};
use std::{path::Path, sync::Arc};

pub const CHAIN_ID: u64 = 930_930;
pub const DIR: &str = "/data/ledger";
pub const MARKER: [u8; 24] = *b"a-marker-in-the-clear!!!";

pub fn transaction(nonce: u64, input: Bytes) -> Transaction {
    let tx = TxEip1559 {
        chain_id: CHAIN_ID,
        nonce,
        gas_limit: 21_000,
        to: TxKind::Call(Address::repeat_byte(7)),
        value: U256::from(nonce),
        input,
        ..TxEip1559::default()
    };
    Transaction::Eip1559(tx.into_signed(Signature::test_signature()))
}

pub fn block(parent: &Block, transactions: Vec<Transaction>) -> Block {
    let number = parent.number() + 1;
    let extra = Extra { epoch: number / 240, view: number + 1, parent_view: number, millis: 250 };
    let header = Header {
        number,
        parent_hash: parent.hash(),
        transactions_root: calculate_transaction_root(&transactions),
        ommers_hash: EMPTY_OMMER_ROOT_HASH,
        withdrawals_root: Some(althing_primitives::EMPTY_ROOT_HASH),
        base_fee_per_gas: Some(0),
        blob_gas_used: Some(0),
        excess_blob_gas: Some(0),
        parent_beacon_block_root: Some(B256::repeat_byte(9)),
        requests_hash: Some(requests(number).requests_hash()),
        gas_limit: 100_000_000,
        timestamp: 1_700_000_000 + number,
        extra_data: Bytes::copy_from_slice(&extra.encode()),
        ..Header::default()
    };
    Block::new(header, Body { transactions, ommers: vec![], withdrawals: Some(Withdrawals::default()) })
}

/// Every second block has one.
pub fn requests(height: u64) -> Requests {
    let mut requests = Requests::default();
    requests.push_request_with_type(0x7a, (0..height % 2).flat_map(|_| [height as u8; 40]));
    requests
}

pub fn genesis() -> Block {
    let header = Header { timestamp: 1_700_000_000, gas_limit: 100_000_000, ..Header::default() };
    Block::new(header, Body { transactions: vec![], ommers: vec![], withdrawals: None })
}

/// A genesis and `length` blocks with a few transactions each, the last with none.
pub fn chain(length: u64) -> Vec<Arc<Block>> {
    let mut blocks = vec![Arc::new(genesis())];
    for height in 1..=length {
        let count = if height == length { 0 } else { height % 4 };
        let transactions = (0..count).map(|nonce| transaction(nonce, Bytes::from(vec![height as u8; 40]))).collect();
        let next = block(blocks.last().unwrap(), transactions);
        blocks.push(Arc::new(next));
    }
    blocks
}

pub fn keyring_for(genesis: &Block) -> Arc<Keyring> {
    let secret = LedgerSecret::from_bytes([0x5a; 32]);
    Arc::new(Keyring::new(&secret, CHAIN_ID, genesis.hash(), Assurance::InsecureVirtual))
}

pub fn keyring() -> Arc<Keyring> {
    keyring_for(&genesis())
}

pub fn certificate(block: &Block) -> Certificate {
    let (number, hash) = (block.number(), block.hash());
    Certificate { number, hash, epoch: number / 240, view: number + 1, bytes: Bytes::from(vec![0xce; 150]) }
}

pub fn open_with(fs: &impl Fs_, options: OpenOptions) -> Result<(Ledger, Recovery), LedgerError> {
    Ledger::open(fs.shared(), Path::new(DIR), keyring(), &genesis(), options)
}

pub fn open(fs: &impl Fs_) -> Result<(Ledger, Recovery), LedgerError> {
    open_with(fs, OpenOptions::default())
}

pub fn heal(fs: &impl Fs_) -> Result<(Ledger, Recovery), LedgerError> {
    open_with(fs, OpenOptions { mode: OpenMode::Heal, ..OpenOptions::default() })
}

/// A file system that can be given to a ledger again and again.
pub trait Fs_: Fs + Clone {
    fn shared(&self) -> Arc<dyn Fs> {
        Arc::new(self.clone())
    }
}

impl<T: Fs + Clone> Fs_ for T {}

pub fn put(ledger: &Ledger, block: &Arc<Block>) {
    ledger.put_block(&encode_block(block, &keyring()).unwrap(), block).unwrap();
}

pub fn derived(block: &Block) -> (Arc<RecoveredBlock>, Arc<Vec<Receipt>>, Changeset) {
    let recovered = block.clone().recover().unwrap();
    let log = Log {
        address: Address::repeat_byte(1),
        data: LogData::new_unchecked(vec![B256::repeat_byte(2)], Bytes::copy_from_slice(&MARKER)),
    };
    let receipt = |gas| Receipt {
        tx_type: TxType::Eip1559,
        success: true,
        state_root: None,
        cumulative_gas_used: gas,
        logs: vec![log.clone()],
    };
    let receipts = (1..=block.body.transactions.len() as u64).map(receipt).collect();
    let mut slot = [0; 32];
    slot[..24].copy_from_slice(&MARKER);
    let account = PreviousAccount {
        address: Address::repeat_byte(3),
        account: Some(Account::default()),
        storage: vec![(U256::from(block.number()), U256::from_be_bytes(slot))],
    };
    (Arc::new(recovered), Arc::new(receipts), Changeset { accounts: vec![account] })
}

pub fn put_derived(ledger: &Ledger, block: &Block) {
    let (recovered, receipts, changeset) = derived(block);
    ledger.put_derived(&recovered, &receipts, &changeset, &requests(block.number())).unwrap();
}

/// Puts blocks, certificates and what is derived, as a node does; synced.
pub fn fill(ledger: &Ledger, blocks: &[Arc<Block>]) {
    for block in blocks {
        put(ledger, block);
        ledger.put_certificate(&certificate(block)).unwrap();
        ledger.sync().unwrap();
        put_derived(ledger, block);
    }
}

/// Every block of `blocks` reads back as it was put.
pub fn assert_holds(ledger: &Ledger, blocks: &[Arc<Block>]) {
    for block in blocks {
        let height = block.number();
        assert_eq!(ledger.block(height).unwrap().as_ref(), Some(block), "block {height}");
        assert_eq!(ledger.number(&block.hash()), Some(height));
    }
}

pub fn truth(segment: u32) -> std::path::PathBuf {
    Path::new(DIR).join("truth").join(format!("{segment:08}.seg"))
}

pub fn derived_path(segment: u32) -> std::path::PathBuf {
    Path::new(DIR).join("derived").join(format!("{segment:08}.seg"))
}

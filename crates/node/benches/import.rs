//! How fast `althing import` is, on files and folders of the machine: blocks with hardly anything
//! in them, and blocks full of transfers, next to what executing those alone takes. Prints figures.
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

use alloy_signer::SignerSync;
use alloy_signer_local::PrivateKeySigner;
use althing_chainspec::{ChainSpec, Genesis, GenesisAccount};
use althing_evm::{BuildAttributes, BuildLimits, Executor, Rejection, TransactionSource};
use althing_primitives::{
    Address, B256, Block, Extra, Receipt, RecoveredBlock, RecoveredTransaction, U256,
    consensus::{SignableTransaction, TxEip1559},
    keccak256,
    rlp::{Decodable, Encodable},
};
use althing_storage::{Storage, StorageConfig};
use std::{
    fs,
    sync::Arc,
    time::{Duration, Instant},
};

const EMPTY_BLOCKS: u64 = 10_000;
const FULL_BLOCKS: u64 = 20;
/// Transfers of a full block: 105 million gas.
const TRANSFERS: u64 = 5_000;
const SENDERS: u64 = 500;

fn main() {
    let empty = chain(EMPTY_BLOCKS, 0);
    let took = import(&empty);
    println!("{EMPTY_BLOCKS} empty blocks: {:.0} blocks/s", EMPTY_BLOCKS as f64 / took.as_secs_f64());

    let full = chain(FULL_BLOCKS, TRANSFERS);
    let [evm, whole] = execute(&full);
    let took = import(&full);
    let per_block = |time: Duration| time.as_secs_f64() * 1000.0 / FULL_BLOCKS as f64;
    println!("{FULL_BLOCKS} blocks of {TRANSFERS} transfers, ms a block:");
    println!("  executor alone (transactions, roots of the header)    {:7.1}", per_block(evm));
    println!("  executor with senders and state root                  {:7.1}", per_block(whole));
    println!("  import                                                {:7.1}", per_block(took));
    println!("  import over executor with senders and state root      {:7.2}", per_block(took) / per_block(whole));
}

struct Chain {
    genesis: Genesis,
    blocks: Vec<Block>,
}

/// A chain without consortium, as other clients' chains are.
fn genesis() -> Genesis {
    let mut genesis = Genesis { althing: None, gas_limit: 200_000_000, ..Genesis::dev() };
    genesis.difficulty = Some(U256::ZERO);
    for index in 0..SENDERS {
        let account = GenesisAccount { balance: U256::from(10u64.pow(19)), ..GenesisAccount::default() };
        genesis.alloc.insert(signer(index).address(), account);
    }
    genesis
}

fn signer(index: u64) -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&keccak256(index.to_be_bytes())).expect("a key")
}

fn chain(blocks: u64, transfers: u64) -> Chain {
    let genesis = genesis();
    let spec = Arc::new(genesis.clone().into_spec().expect("a genesis"));
    let (executor, storage) = (Executor::new(spec.clone()), state(&spec));
    let signers: Vec<PrivateKeySigner> = (0..SENDERS).map(signer).collect();
    let (mut head, mut chain) = (spec.genesis().clone(), Vec::new());
    for round in 0..blocks {
        let first = round * transfers;
        let waiting = (first..first + transfers).map(|index| transfer(&spec, &signers, index)).collect();
        let block = build(&executor, &storage, &head, Waiting(waiting));
        assert_eq!(block.body.transactions.len() as u64, transfers, "every transfer is in its block");
        head = block;
        chain.push(head.clone());
    }
    Chain { genesis, blocks: chain }
}

fn state(spec: &ChainSpec) -> Storage {
    Storage::genesis(StorageConfig::default(), spec).expect("a state")
}

fn transfer(spec: &ChainSpec, signers: &[PrivateKeySigner], index: u64) -> Arc<RecoveredTransaction> {
    let signer = &signers[(index % SENDERS) as usize];
    let tx = TxEip1559 {
        chain_id: spec.chain_id(),
        nonce: index / SENDERS,
        gas_limit: 21_000,
        max_fee_per_gas: 1_000_000_000_000,
        to: Address::from_word(keccak256(index.to_le_bytes())).into(),
        value: U256::ONE,
        ..TxEip1559::default()
    };
    let signature = signer.sign_hash_sync(&tx.signature_hash()).expect("a signature");
    Arc::new(RecoveredTransaction::new_unchecked(tx.into_signed(signature).into(), signer.address()))
}

struct Waiting(std::collections::VecDeque<Arc<RecoveredTransaction>>);

impl TransactionSource for Waiting {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        self.0.pop_front()
    }

    fn reject(&mut self, _: &B256, _: Rejection) {}
}

fn build(executor: &Executor, storage: &Storage, parent: &Block, mut waiting: Waiting) -> Block {
    let attributes = BuildAttributes {
        timestamp: parent.header.timestamp + 1,
        extra: Extra::default(),
        beneficiary: Address::repeat_byte(0xfe),
        mix_hash: B256::repeat_byte(7),
        parent_beacon_block_root: B256::repeat_byte(8),
        gas_limit: parent.header.gas_limit,
    };
    let limits = BuildLimits { gas: u64::MAX, bytes: usize::MAX, deadline: &|| false };
    let built = executor.build(&parent.header, &attributes, &storage.latest(), &mut waiting, &limits);
    let built = built.expect("a block");
    let mut header = built.header;
    let staged = storage.stage(parent.hash(), header.number, built.executed.changes).expect("staged");
    header.state_root = staged.state_root();
    let block = Block::new(header, built.body);
    storage.insert(staged, block.hash()).expect("inserted");
    commit(storage, RecoveredBlock::new(block.clone(), built.senders), built.executed.receipts);
    block
}

fn commit(storage: &Storage, block: RecoveredBlock, receipts: Vec<Receipt>) {
    storage.commit(block.hash(), &Arc::new(block), &Arc::new(receipts)).expect("committed");
}

/// What the executor takes for all blocks: alone, and with recovering senders and the state root.
fn execute(chain: &Chain) -> [Duration; 2] {
    let spec = Arc::new(chain.genesis.clone().into_spec().expect("a genesis"));
    let (executor, storage) = (Executor::new(spec.clone()), state(&spec));
    let (mut evm, mut whole) = (Duration::ZERO, Duration::ZERO);
    for block in &chain.blocks {
        let block = from_file(block);
        let started = Instant::now();
        let block = block.recover().expect("senders");
        let recovered = Instant::now();
        let executed = executor.execute(&block, &storage.latest()).expect("a valid block");
        evm += recovered.elapsed();
        let staged = storage.stage(block.header.parent_hash, block.number(), executed.changes).expect("staged");
        assert_eq!(staged.state_root(), block.header.state_root);
        whole += started.elapsed();
        storage.insert(staged, block.hash()).expect("inserted");
        commit(&storage, block, executed.receipts);
    }
    [evm, whole]
}

/// Decoded anew: what comes from a file remembers no hashes.
fn from_file(block: &Block) -> Block {
    let mut bytes = Vec::new();
    block.encode(&mut bytes);
    Block::decode(&mut bytes.as_slice()).expect("a block")
}

/// What `althing import` takes for a file of all blocks, into a new folder.
fn import(chain: &Chain) -> Duration {
    let dir = tempfile::tempdir().expect("a folder");
    let (file, genesis) = (dir.path().join("chain.rlp"), dir.path().join("genesis.json"));
    let mut bytes = Vec::new();
    chain.blocks.iter().for_each(|block| block.encode(&mut bytes));
    fs::write(&file, bytes).expect("written");
    fs::write(&genesis, chain.genesis.to_json()).expect("written");
    let data = dir.path().join("data");
    let open = althing_node::open_chain(&data, Some(&genesis)).expect("a new chain");
    let started = Instant::now();
    let (imported, refused) = open.import_files(&[file]).expect("imported");
    let took = started.elapsed();
    assert!(refused.is_empty() && imported.blocks == chain.blocks.len() as u64, "{refused:?}");
    took
}

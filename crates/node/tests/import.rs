//! Imported chains with branches: proof of work, the merge, ommers, and what is refused.

use althing_chainspec::{ChainSpec, Genesis};
use althing_evm::{Executor, Terms, next_difficulty};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, OpenOptions, fs::MemFs};
use althing_node::{
    Chain, Parts, SystemClock,
    chain::{ImportError, Importer},
};
use althing_primitives::{Address, B256, Block, Body, EMPTY_ROOT_HASH, Header, U256, consensus::proofs};
use althing_storage::{Storage, StorageConfig};
use althing_txpool::{Pool, PoolConfig};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// Frontier's rules up to the merge at this total difficulty; without rewards the merge pays.
fn spec(terminal: u64) -> Arc<ChainSpec> {
    let genesis = format!(
        r#"{{"config": {{"chainId": 1, "homesteadBlock": 0, "eip150Block": 0, "eip155Block": 0, "eip158Block": 0,
            "byzantiumBlock": 0, "constantinopleBlock": 0, "istanbulBlock": 0, "berlinBlock": 0, "londonBlock": 0,
            "terminalTotalDifficulty": "{terminal}"}},
            "gasLimit": "0x1c9c380", "difficulty": "0x20000", "baseFeePerGas": "0x3b9aca00", "alloc": {{}}}}"#
    );
    Arc::new(Genesis::from_json(&genesis).unwrap().into_spec().unwrap())
}

fn chain(spec: &Arc<ChainSpec>) -> Chain {
    let secret = LedgerSecret::from_bytes([1; 32]);
    let keyring = Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual);
    let keyring = Arc::new(keyring);
    let (fs, options) = (Arc::new(MemFs::new()), OpenOptions::default());
    let (ledger, _) = Ledger::open(fs, Path::new("/ledger"), keyring.clone(), spec.genesis(), options).unwrap();
    let storage = Storage::genesis(StorageConfig::default(), spec).unwrap();
    Chain::new(Parts {
        executor: Executor::new(spec.clone()),
        pool: Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header),
        clock: Arc::new(SystemClock::default()),
        beneficiary: Address::ZERO,
        spec: spec.clone(),
        storage,
        ledger,
        keyring,
    })
}

/// Makes blocks: every one pays its miner, so each has a state of its own.
struct Miner {
    spec: Arc<ChainSpec>,
    /// Balances after each block.
    states: BTreeMap<B256, BTreeMap<Address, U256>>,
}

impl Miner {
    fn new(spec: &Arc<ChainSpec>) -> Self {
        Self { spec: spec.clone(), states: BTreeMap::from([(spec.genesis().hash(), BTreeMap::new())]) }
    }

    /// A block `seconds` after its parent: the sooner, the more difficult. 0 is past the merge.
    fn block(&mut self, parent: &Block, miner: u8, seconds: u64, ommers: Vec<Header>) -> Block {
        let mined = seconds > 0;
        let timestamp = parent.header.timestamp + seconds.max(1);
        let difficulty = match mined {
            true => next_difficulty(self.spec.forks(), &parent.header, timestamp),
            false => U256::ZERO,
        };
        let mut header = Header {
            parent_hash: parent.hash(),
            ommers_hash: proofs::calculate_ommers_root(&ommers),
            beneficiary: Address::repeat_byte(miner),
            transactions_root: EMPTY_ROOT_HASH,
            receipts_root: EMPTY_ROOT_HASH,
            difficulty,
            number: parent.number() + 1,
            gas_limit: parent.header.gas_limit,
            timestamp,
            ..Header::default()
        };
        header.base_fee_per_gas =
            althing_evm::next_base_fee(&self.spec, Terms::genesis(&self.spec).fees, &parent.header, &header);
        let mut balances = self.states[&parent.hash()].clone();
        if mined {
            reward(&mut balances, &header, &ommers);
        }
        header.state_root = root(&balances);
        let block = Block::new(header, Body { ommers, ..Body::default() });
        self.states.insert(block.hash(), balances);
        block
    }
}

/// Two ether, a thirty-second part more for each ommer, whose miner gets eighth parts.
fn reward(balances: &mut BTreeMap<Address, U256>, header: &Header, ommers: &[Header]) {
    let base = 2_000_000_000_000_000_000_u128;
    let mut pay = |address, amount: u128| *balances.entry(address).or_default() += U256::from(amount);
    pay(header.beneficiary, base + base / 32 * ommers.len() as u128);
    for ommer in ommers {
        pay(ommer.beneficiary, base * u128::from(8 + ommer.number - header.number) / 8);
    }
}

fn root(balances: &BTreeMap<Address, U256>) -> B256 {
    let account = |balance: &U256| althing_chainspec::GenesisAccount { balance: *balance, ..Default::default() };
    althing_chainspec::state_root(&balances.iter().map(|(address, balance)| (*address, account(balance))).collect())
}

fn add(importer: &mut Importer<'_>, block: &Block) {
    importer.add(block, 0).unwrap();
}

fn refused(importer: &mut Importer<'_>, block: &Block) -> String {
    match importer.add(block, 0) {
        Err(error @ ImportError::Invalid { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_branch_with_the_highest_total_difficulty_becomes_the_chain() {
    let spec = spec(u64::MAX);
    let (chain, mut miner) = (chain(&spec), Miner::new(&spec));
    let genesis = spec.genesis();
    let slow = miner.block(genesis, 1, 90, vec![]);
    let slower = miner.block(&slow, 1, 90, vec![]);
    let fast = miner.block(genesis, 2, 1, vec![]);
    let faster = miner.block(&fast, 2, 1, vec![]);
    let mut importer = chain.importer().unwrap();
    add(&mut importer, &slow);
    add(&mut importer, &slower);
    add(&mut importer, &fast);
    assert_eq!(importer.head(), slower.id());
    add(&mut importer, &faster);
    assert_eq!(importer.head(), faster.id());
    assert_eq!(importer.finish().unwrap().blocks, 4);
    assert_eq!(chain.head_id(), faster.id());
    let state = chain.parts().storage.latest();
    assert!(state.account(&Address::repeat_byte(1)).unwrap().is_none());
    assert!(state.account(&Address::repeat_byte(2)).unwrap().is_some());
    assert_eq!(chain.parts().ledger.hash(1), Some(fast.hash()));
}

#[test]
fn ommers_are_checked_and_paid() {
    let spec = spec(u64::MAX);
    let (chain, mut miner) = (chain(&spec), Miner::new(&spec));
    let one = miner.block(spec.genesis(), 1, 10, vec![]);
    let lost = miner.block(spec.genesis(), 2, 20, vec![]);
    let mut importer = chain.importer().unwrap();
    add(&mut importer, &one);
    let brother = miner.block(&one, 3, 10, vec![one.header.clone()]);
    assert!(refused(&mut importer, &brother).contains("ancestor"));
    let wrong = Header { difficulty: U256::from(7), ..lost.header.clone() };
    let wrong = miner.block(&one, 3, 10, vec![wrong]);
    assert!(refused(&mut importer, &wrong).contains("difficulty"));
    let two = miner.block(&one, 3, 10, vec![lost.header.clone()]);
    add(&mut importer, &two);
    let again = miner.block(&two, 3, 10, vec![lost.header.clone()]);
    assert!(refused(&mut importer, &again).contains("twice"));
    importer.finish().unwrap();
    assert_eq!(chain.head_id(), two.id());
}

#[test]
fn proof_of_work_ends_at_the_terminal_difficulty_and_then_the_last_valid_block_is_the_head() {
    // The first mined block reaches it.
    let spec = spec(0x20000 + 0x20000);
    let (chain, mut miner) = (chain(&spec), Miner::new(&spec));
    let mut importer = chain.importer().unwrap();
    let early = miner.block(spec.genesis(), 1, 0, vec![]);
    assert!(refused(&mut importer, &early).contains("terminal total difficulty"));
    let last_mined = miner.block(spec.genesis(), 1, 10, vec![]);
    add(&mut importer, &last_mined);
    let late = miner.block(&last_mined, 1, 10, vec![]);
    assert!(refused(&mut importer, &late).contains("not zero after the merge"));
    let one = miner.block(&last_mined, 2, 0, vec![]);
    let other = Block::new(Header { extra_data: vec![1].into(), ..one.header.clone() }, one.body.clone());
    add(&mut importer, &one);
    add(&mut importer, &other);
    assert_eq!(importer.head(), other.id());
    let broken = Block::new(Header { state_root: B256::ZERO, ..one.header.clone() }, one.body.clone());
    assert!(refused(&mut importer, &broken).contains("state root"));
    importer.finish().unwrap();
    assert_eq!(chain.head_id(), other.id());
}

#[test]
fn what_is_committed_stays() {
    let spec = spec(u64::MAX);
    let (chain, mut miner) = (chain(&spec), Miner::new(&spec));
    let slow = miner.block(spec.genesis(), 1, 90, vec![]);
    let fast = miner.block(spec.genesis(), 2, 1, vec![]);
    let mut importer = chain.importer().unwrap();
    importer.add(&slow, 2).unwrap();
    assert_eq!(chain.head_id(), slow.id(), "no block to come can replace it");
    assert!(refused(&mut importer, &fast).contains("committed"));
    add(&mut importer, &slow);
    assert_eq!(importer.finish().unwrap().known, 1);
}

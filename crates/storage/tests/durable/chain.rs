//! A chain whose blocks do random things, a ledger that remembers them, a model to compare with.

use althing_chainspec::ChainSpec;
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_primitives::{
    Account, AccountChange, Address, B256, Block, BlockNumber, Body, Bytes, Changes, Changeset, Header, Log, LogData,
    Receipt, RecoveredBlock, Transaction, TxKind, TxType, U256,
    alloy::{Signature, logs_bloom},
    consensus::{SignableTransaction, TxEip1559},
    keccak256,
};
use althing_storage::{
    BlockSource, CheckpointMode, Discarded, Durable, Storage, StorageConfig,
    kv::{KvStore, MemoryStore},
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

pub(crate) type Model = BTreeMap<Address, (Account, BTreeMap<U256, U256>)>;

/// A committed block and what executing it gives.
#[derive(Clone)]
pub(crate) struct Executed {
    pub(crate) block: Arc<RecoveredBlock>,
    pub(crate) receipts: Arc<Vec<Receipt>>,
    pub(crate) changes: Changes,
}

/// The ledger: survives whatever happens to the state.
#[derive(Default)]
pub(crate) struct Ledger {
    pub(crate) genesis: Mutex<Option<Block>>,
    pub(crate) blocks: Mutex<Vec<Executed>>,
    pub(crate) changesets: Mutex<Vec<Changeset>>,
}

impl Ledger {
    fn block(&self, number: BlockNumber) -> Option<Block> {
        match number.checked_sub(1) {
            None => self.genesis.lock().unwrap().clone(),
            Some(index) => {
                self.blocks.lock().unwrap().get(index as usize).map(|executed| executed.block.block().clone())
            }
        }
    }

    /// Appends what was derived unless it is there already.
    fn put_derived(&self, number: BlockNumber, changeset: &Changeset) {
        let mut changesets = self.changesets.lock().unwrap();
        if changesets.len() as u64 == number - 1 {
            changesets.push(changeset.clone());
        }
        assert_eq!(&changesets[number as usize - 1], changeset, "replay derives the same");
    }
}

impl BlockSource for Ledger {
    fn header(&self, number: BlockNumber) -> Result<Option<(B256, Header)>, String> {
        Ok(self.block(number).map(|block| (block.hash(), block.header)))
    }

    fn hash(&self, number: BlockNumber) -> Option<B256> {
        self.block(number).map(|block| block.hash())
    }

    fn number(&self, hash: &B256) -> Option<BlockNumber> {
        let blocks = self.blocks.lock().unwrap();
        blocks.iter().find(|executed| executed.block.hash() == *hash).map(|executed| executed.block.number())
    }

    fn changeset(&self, number: BlockNumber) -> Result<Option<Changeset>, String> {
        Ok(self.changesets.lock().unwrap().get(number as usize - 1).cloned())
    }

    fn derived_height(&self) -> BlockNumber {
        self.changesets.lock().unwrap().len() as u64
    }

    fn sync_derived(&self) -> Result<(), String> {
        Ok(())
    }
}

/// A fixed sequence of random-looking numbers.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

pub(crate) struct Chain {
    pub(crate) spec: ChainSpec,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) storage: Storage,
    /// State after each height, the genesis first.
    pub(crate) models: Vec<Model>,
    random: Random,
}

/// A small memory window, so that most heights are answered from disk.
pub(crate) fn config() -> StorageConfig {
    StorageConfig { window_blocks: 4, window_entries: 100, proof_nodes: 100_000 }
}

pub(crate) fn keyring(spec: &ChainSpec) -> Arc<Keyring> {
    let secret = LedgerSecret::from_bytes([3; 32]);
    Arc::new(Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual))
}

pub(crate) fn open(
    spec: &ChainSpec,
    store: Arc<dyn KvStore>,
    ledger: &Arc<Ledger>,
    mode: CheckpointMode,
) -> (Storage, Option<Discarded>) {
    let durable = Durable { store, keyring: keyring(spec), source: ledger.clone(), mode };
    Storage::open(config(), spec, durable).unwrap()
}

impl Chain {
    pub(crate) fn new(seed: u64, store: &MemoryStore) -> Self {
        Self::on(seed, Arc::new(store.clone()), CheckpointMode::Inline)
    }

    pub(crate) fn on(seed: u64, store: Arc<dyn KvStore>, mode: CheckpointMode) -> Self {
        let spec = ChainSpec::dev();
        let ledger = Arc::new(Ledger::default());
        *ledger.genesis.lock().unwrap() = Some(spec.genesis().clone());
        let (storage, discarded) = open(&spec, store, &ledger, mode);
        assert_eq!(discarded, None);
        let genesis = spec.alloc().iter().map(|(address, account)| {
            let storage = account.storage.iter().map(|(slot, value)| (*slot, *value)).collect();
            (*address, (account.record(), storage))
        });
        let models = vec![genesis.collect()];
        Self { spec, ledger, storage, models, random: Random(seed) }
    }

    /// Executes and commits some random blocks.
    pub(crate) fn grow(&mut self, blocks: u64) {
        for _ in 0..blocks {
            let changes = self.changes();
            self.commit(changes, Bytes::new());
        }
    }

    /// Opens the state again as after a crash, on any store, and replays the ledger above it.
    pub(crate) fn restart(&mut self, store: Arc<dyn KvStore>) -> Option<Discarded> {
        let (storage, discarded) = open(&self.spec, store, &self.ledger, CheckpointMode::Inline);
        self.storage = storage;
        let above = self.storage.head().number as usize;
        let blocks = self.ledger.blocks.lock().unwrap().clone();
        for executed in &blocks[above..] {
            self.replay(executed);
        }
        discarded
    }

    fn replay(&self, executed: &Executed) {
        let block = &executed.block;
        let staged = self.storage.stage(block.header.parent_hash, block.number(), executed.changes.clone()).unwrap();
        assert_eq!(staged.state_root(), block.header.state_root, "root of block {}", block.number());
        self.storage.insert(staged, block.hash()).unwrap();
        let changeset = self.storage.commit(block.hash(), block, &executed.receipts).unwrap();
        self.ledger.put_derived(block.number(), &changeset);
    }

    pub(crate) fn commit(&mut self, changes: Changes, input: Bytes) {
        let parent = self.storage.head();
        let number = parent.number + 1;
        let receipts = Arc::new(self.receipts(&input));
        let transactions = (0..receipts.len() as u64).map(|index| transaction(number * 10 + index, &input)).collect();
        let staged = self.storage.stage(parent.hash, number, changes.clone()).unwrap();
        let header = Header {
            number,
            parent_hash: parent.hash,
            state_root: staged.state_root(),
            logs_bloom: logs_bloom(receipts.iter().flat_map(|receipt| &receipt.logs)),
            ..Header::default()
        };
        let block = Block::new(header, Body { transactions, ..Body::default() });
        let block = Arc::new(block.recover().unwrap());
        self.storage.insert(staged, block.hash()).unwrap();
        let executed = Executed { block: block.clone(), receipts: receipts.clone(), changes: changes.clone() };
        self.ledger.blocks.lock().unwrap().push(executed);
        let changeset = self.storage.commit(block.hash(), &block, &receipts).unwrap();
        self.ledger.put_derived(number, &changeset);
        self.models.push(apply(self.models.last().unwrap(), &changes));
    }

    fn receipts(&mut self, data: &Bytes) -> Vec<Receipt> {
        let count = self.random.below(3);
        let mut log = || {
            let topics = (0..self.random.below(4)).map(|_| B256::with_last_byte(self.random.below(3) as u8)).collect();
            let address = Address::with_last_byte(self.random.below(4) as u8);
            Log { address, data: LogData::new_unchecked(topics, data.clone()) }
        };
        let receipt =
            |logs| Receipt { tx_type: TxType::Eip1559, success: true, state_root: None, cumulative_gas_used: 1, logs };
        (0..count).map(|index| receipt((0..index + 1).map(|_| log()).collect())).collect()
    }

    /// Random changes: new accounts, genesis accounts, slots set and cleared, accounts destroyed
    /// and made again.
    fn changes(&mut self) -> Changes {
        let mut changes = Changes::default();
        let known: Vec<Address> = self.models[0].keys().copied().collect();
        for _ in 0..self.random.below(4) {
            let address = match self.random.below(3) {
                0 => known[self.random.below(known.len() as u64) as usize],
                _ => Address::with_last_byte(self.random.below(8) as u8 + 1),
            };
            let change = self.change(&mut changes);
            changes.accounts.insert(address, change);
        }
        changes
    }

    fn change(&mut self, changes: &mut Changes) -> AccountChange {
        let kind = self.random.below(8);
        if kind == 0 {
            return AccountChange { account: None, wiped: true, storage: Default::default() };
        }
        let mut account = Account {
            nonce: self.random.below(100),
            balance: U256::from(self.random.below(1000)),
            ..Account::default()
        };
        if kind == 1 {
            let code = Bytes::from(vec![0x60, self.random.below(256) as u8]);
            account.code_hash = keccak256(&code);
            changes.code.insert(account.code_hash, code);
        }
        account.nonce += 1;
        let slot = |random: &mut Random| (U256::from(random.below(5)), U256::from(random.below(3)));
        let storage = (0..self.random.below(4)).map(|_| slot(&mut self.random)).collect();
        AccountChange { account: Some(account), wiped: kind == 2, storage }
    }

    /// Every height reads as the model says.
    pub(crate) fn assert_reads(&self) {
        let head = self.storage.head().number;
        assert_eq!(head as usize, self.models.len() - 1);
        let mut everyone: Vec<Address> = self.models.iter().flat_map(|model| model.keys().copied()).collect();
        everyone.sort_unstable();
        everyone.dedup();
        for (model, number) in self.models.iter().zip(0..) {
            let view = self.storage.view_at(number).unwrap_or_else(|error| panic!("block {number}: {error}"));
            assert_eq!(Some(view.id().hash), self.ledger.hash(number));
            if number > 0 {
                let root = self.ledger.block(number).unwrap().header.state_root;
                assert_eq!(view.root_after(&Changes::default()).unwrap(), root, "block {number}");
            }
            for address in &everyone {
                let expected = model.get(address);
                assert_eq!(view.account(address).unwrap(), expected.map(|(account, _)| *account), "block {number}");
                for slot in (0..5).map(U256::from) {
                    let value = expected.and_then(|(_, slots)| slots.get(&slot)).copied().unwrap_or_default();
                    assert_eq!(view.storage(address, &slot).unwrap(), value, "block {number}");
                }
                let code = expected.map_or(Account::default().code_hash, |(account, _)| account.code_hash);
                view.code(&code).unwrap();
            }
        }
    }
}

fn apply(before: &Model, changes: &Changes) -> Model {
    let mut model = before.clone();
    for (address, change) in &changes.accounts {
        let Some(account) = change.account else {
            model.remove(address);
            continue;
        };
        let (record, slots) = model.entry(*address).or_default();
        *record = account;
        if change.wiped {
            slots.clear();
        }
        for (slot, value) in &change.storage {
            slots.insert(*slot, *value);
        }
        slots.retain(|_, value| !value.is_zero());
    }
    model
}

fn transaction(nonce: u64, input: &Bytes) -> Transaction {
    let to = TxKind::Call(Address::with_last_byte(0x20 + (nonce % 7) as u8));
    let tx = TxEip1559 { nonce, to, input: input.clone(), ..TxEip1559::default() };
    Transaction::Eip1559(tx.into_signed(Signature::test_signature()))
}

use althing_chainspec::{ChainSpec, DEV_MNEMONIC, Genesis};
use althing_evm::{BuildAttributes, BuildLimits, Executor, Rejection, TransactionSource};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, OpenOptions, encode_block, fs::MemFs};
use althing_primitives::{
    Address, B256, Block, Bytes, CommittedBlock, Extra, Receipt, RecoveredBlock, RecoveredTransaction,
    eips::eip7685::Requests,
};
use althing_rpc::{DevSigner, NodeStatus, RpcContext};
use althing_storage::{Storage, StorageConfig};
use althing_txpool::{BestTransactions, Origin, Pool, PoolConfig};
use std::{path::Path, sync::Arc};
use tokio::sync::broadcast;

/// A whole chain in memory.
pub(crate) struct Chain {
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) storage: Storage,
    pub(crate) pool: Pool,
    pub(crate) executor: Executor,
    ledger: Ledger,
    keyring: Arc<Keyring>,
}

impl Chain {
    pub(crate) fn new(genesis: Genesis) -> Self {
        let spec = Arc::new(genesis.into_spec().expect("a preset"));
        let secret = LedgerSecret::from_bytes([7; 32]);
        let keyring = Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual);
        let keyring = Arc::new(keyring);
        let (fs, path) = (Arc::new(MemFs::new()), Path::new("/ledger"));
        let options = OpenOptions::default();
        let (ledger, _) = Ledger::open(fs, path, keyring.clone(), spec.genesis(), options).expect("an empty folder");
        let storage = Storage::genesis(StorageConfig::default(), &spec).expect("the preset's state");
        let pool = Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header);
        let executor = Executor::new(spec.clone());
        Self { spec, storage, pool, executor, ledger, keyring }
    }

    /// A committed block of these transactions.
    pub(crate) fn mine(&self, transactions: Vec<Bytes>) -> Block {
        for taken in self.pool.submit(transactions, Origin::Local) {
            taken.expect("a transaction of ours");
        }
        let head = self.storage.head();
        let parent = self.ledger.block(head.number).expect("readable").expect("the head");
        let attributes = BuildAttributes {
            timestamp: parent.header.timestamp + 1,
            extra: Extra { view: head.number + 1, ..Extra::default() },
            beneficiary: Address::repeat_byte(0xbe),
            mix_hash: B256::repeat_byte(0x33),
            parent_beacon_block_root: B256::repeat_byte(0x44),
            gas_limit: parent.header.gas_limit,
        };
        let limits = BuildLimits { gas: u64::MAX, bytes: usize::MAX, deadline: &|| false };
        let mut source = Source(self.pool.best(parent.header.base_fee_per_gas.unwrap_or_default(), &[]));
        let state = self.storage.latest();
        let built = self.executor.build(&parent.header, &attributes, &state, &mut source, &limits).expect("builds");
        let mut header = built.header;
        let staged = self.storage.stage(head.hash, header.number, built.executed.changes).expect("on the head");
        header.state_root = staged.state_root();
        let block = Block::new(header, built.body);
        self.storage.insert(staged, block.hash()).expect("on the head");
        let executed = (Arc::new(built.executed.receipts), &built.executed.requests);
        self.commit(RecoveredBlock::new(block.clone(), built.senders), executed);
        block
    }

    fn commit(&self, block: RecoveredBlock, (receipts, requests): (Arc<Vec<Receipt>>, &Requests)) {
        let block = Arc::new(block);
        let encoded = encode_block(block.block(), &self.keyring).expect("fits");
        self.ledger.put_block(&encoded, &Arc::new(block.block().clone())).expect("the next block");
        self.ledger.sync().expect("memory does not fail");
        let changeset = self.storage.commit(block.hash(), &block, &receipts).expect("the next block");
        self.ledger.put_derived(&block, &receipts, &changeset, requests).expect("the next block");
        self.pool.on_commit(&CommittedBlock { block, receipts }, &changeset);
    }

    /// What a server answers from; the sender is to be kept.
    pub(crate) fn context(&self) -> (broadcast::Sender<Arc<CommittedBlock>>, RpcContext) {
        let (events, receiver) = broadcast::channel(1);
        let context = RpcContext {
            spec: self.spec.clone(),
            storage: self.storage.clone(),
            ledger: self.ledger.clone(),
            pool: self.pool.clone(),
            executor: self.executor.clone(),
            events: receiver,
            accounts: DevSigner::from_mnemonic(DEV_MNEMONIC, 10).ok(),
            status: Arc::new(NodeStatus::default),
            equivocations: Arc::new(Vec::new),
            now_ms: Arc::new(|| 1_800_000_000_000),
        };
        (events, context)
    }
}

/// What the pool offers, to the builder.
struct Source(BestTransactions);

impl TransactionSource for Source {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        self.0.next()
    }

    fn reject(&mut self, hash: &B256, _: Rejection) {
        self.0.reject(hash, althing_txpool::Rejection::Later);
    }
}

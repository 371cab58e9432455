//! A chain in memory with a server in front, and a client that sees exactly what goes over the wire.

use alloy_signer::SignerSync;
use alloy_signer_local::{MnemonicBuilder, PrivateKeySigner};
use althing_chainspec::{ChainSpec, DEV_MNEMONIC, FeeMode, Genesis};
use althing_evm::{BuildAttributes, BuildLimits, Executor, Rejection, TransactionSource};
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{Ledger, OpenOptions, encode_block, fs::MemFs};
use althing_primitives::{
    AccountChange, Address, B256, Block, Body as BlockBody, Bytes, Changes, CommittedBlock, Extra, RecoveredBlock,
    RecoveredTransaction, Transaction, TxKind, U256,
    consensus::{SignableTransaction, TxEip1559, TxLegacy},
    eips::{eip2718::Encodable2718, eip7685::Requests},
};
use althing_rpc::{DevSigner, Equivocation, NodeStatus, RpcConfig, RpcContext, RpcHandle, RpcServer};
use althing_storage::{Storage, StorageConfig};
use althing_txpool::{Pool, PoolConfig};
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::{Value, json};
use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::broadcast;

pub(crate) type Body = Full<bytes::Bytes>;

/// When the tests' clock starts, in milliseconds since 1970.
pub(crate) const START_MS: u64 = 1_800_000_000_000;

/// What the node of every rig saw, for its form: nothing is proven by it.
fn equivocation() -> Equivocation {
    Equivocation {
        public_key: B256::repeat_byte(1),
        first_message: [2].into(),
        first_signature: [3].into(),
        second_message: [4].into(),
        second_signature: [5].into(),
    }
}

pub(crate) struct Rig {
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) storage: Storage,
    pub(crate) ledger: Ledger,
    pub(crate) pool: Pool,
    pub(crate) executor: Executor,
    pub(crate) clock_ms: Arc<AtomicU64>,
    keyring: Arc<Keyring>,
    events: broadcast::Sender<Arc<CommittedBlock>>,
    pub(crate) server: RpcHandle,
    client: Client<HttpConnector, Body>,
}

/// A chain without a server.
pub(crate) struct Parts {
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) storage: Storage,
    pub(crate) ledger: Ledger,
    pub(crate) pool: Pool,
    pub(crate) executor: Executor,
    pub(crate) keyring: Arc<Keyring>,
}

impl Parts {
    pub(crate) fn new(genesis: Genesis) -> Self {
        let spec = Arc::new(genesis.into_spec().unwrap());
        let secret = LedgerSecret::from_bytes([7; 32]);
        let keyring =
            Arc::new(Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual));
        let fs = Arc::new(MemFs::new());
        let options = OpenOptions::default();
        let (ledger, _) = Ledger::open(fs, Path::new("/ledger"), keyring.clone(), spec.genesis(), options).unwrap();
        let storage = Storage::genesis(StorageConfig::default(), &spec).unwrap();
        let pool = Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &spec.genesis().header);
        let executor = Executor::new(spec.clone());
        Self { spec, storage, ledger, pool, executor, keyring }
    }

    /// Executes, stores and commits a block, as the node does.
    pub(crate) fn commit(&self, block: Block) -> Arc<CommittedBlock> {
        let block = Arc::new(block.recover().unwrap());
        let parent = self.storage.view(block.header.parent_hash).unwrap();
        let executed = self.executor.execute(&block, &parent).unwrap();
        let staged = self.storage.stage(block.header.parent_hash, block.number(), executed.changes).unwrap();
        assert_eq!(staged.state_root(), block.header.state_root, "state root of block {}", block.number());
        self.storage.insert(staged, block.hash()).unwrap();
        self.store(block, Arc::new(executed.receipts), &executed.requests)
    }

    fn store(
        &self,
        block: Arc<RecoveredBlock>,
        receipts: Arc<Vec<althing_primitives::Receipt>>,
        requests: &Requests,
    ) -> Arc<CommittedBlock> {
        let encoded = encode_block(block.block(), &self.keyring).unwrap();
        self.ledger.put_block(&encoded, &Arc::new(block.block().clone())).unwrap();
        self.ledger.sync().unwrap();
        let changeset = self.storage.commit(block.hash(), &block, &receipts).unwrap();
        self.ledger.put_derived(&block, &receipts, &changeset, requests).unwrap();
        let committed = Arc::new(CommittedBlock { block, receipts });
        self.pool.on_commit(&committed, &changeset);
        committed
    }
}

/// What the pool offers, to the builder.
struct Source(althing_txpool::BestTransactions);

impl TransactionSource for Source {
    fn next(&mut self) -> Option<Arc<RecoveredTransaction>> {
        self.0.next()
    }

    fn reject(&mut self, hash: &B256, _: Rejection) {
        self.0.reject(hash, althing_txpool::Rejection::Later);
    }
}

impl Rig {
    /// The development chain: no fees, ten funded accounts the server signs for.
    pub(crate) async fn dev() -> Self {
        Self::with(Genesis::dev(), |_| {}).await
    }

    /// The development chain with EIP-1559 fees.
    pub(crate) async fn with_fees() -> Self {
        Self::with(with_fees(), |_| {}).await
    }

    pub(crate) async fn with(genesis: Genesis, adjust: impl FnOnce(&mut RpcConfig)) -> Self {
        Self::serve(Parts::new(genesis), adjust).await
    }

    pub(crate) async fn serve(parts: Parts, adjust: impl FnOnce(&mut RpcConfig)) -> Self {
        let Parts { spec, storage, ledger, pool, executor, keyring } = parts;
        let mut config = RpcConfig::new(vec![SocketAddr::from(([127, 0, 0, 1], 0)).into()], "Althing/test");
        adjust(&mut config);
        let (events, receiver) = broadcast::channel(1024);
        let clock_ms = Arc::new(AtomicU64::new(START_MS));
        let clock = clock_ms.clone();
        let context = RpcContext {
            spec: spec.clone(),
            storage: storage.clone(),
            ledger: ledger.clone(),
            pool: pool.clone(),
            executor: executor.clone(),
            events: receiver,
            accounts: Some(DevSigner::from_mnemonic(DEV_MNEMONIC, 10).unwrap()),
            status: Arc::new(|| NodeStatus { peers: 3, syncing: None }),
            equivocations: Arc::new(|| vec![equivocation()]),
            now_ms: Arc::new(move || clock.load(Ordering::Relaxed)),
        };
        let server = RpcServer::start(config, context).await.unwrap();
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { spec, storage, ledger, pool, executor, clock_ms, keyring, events, server, client }
    }

    fn parts(&self) -> Parts {
        Parts {
            spec: self.spec.clone(),
            storage: self.storage.clone(),
            ledger: self.ledger.clone(),
            pool: self.pool.clone(),
            executor: self.executor.clone(),
            keyring: self.keyring.clone(),
        }
    }

    /// A block of what the pool offers, committed and announced.
    pub(crate) async fn mine(&self) -> Arc<CommittedBlock> {
        let committed = self.commit_unannounced();
        self.announce(committed.clone()).await;
        committed
    }

    pub(crate) async fn announce(&self, committed: Arc<CommittedBlock>) {
        let number = committed.block.number();
        self.events.send(committed).unwrap();
        while self.call("eth_blockNumber", json!([])).await != json!(format!("{number:#x}")) {
            tokio::task::yield_now().await;
        }
    }

    /// Commits a block that no subscriber hears of yet.
    pub(crate) fn commit_unannounced(&self) -> Arc<CommittedBlock> {
        let head = self.storage.head();
        let parent = self.ledger.block(head.number).unwrap().unwrap();
        let state = self.storage.latest();
        let terms = self.executor.terms(&state).unwrap();
        let attributes = BuildAttributes {
            timestamp: self.clock_ms.fetch_add(1000, Ordering::Relaxed) / 1000,
            extra: Extra { view: head.number + 1, ..Extra::default() },
            beneficiary: Address::repeat_byte(0xbe),
            mix_hash: B256::repeat_byte(0x33),
            parent_beacon_block_root: B256::repeat_byte(0x44),
            gas_limit: terms.gas_limit.unwrap_or(parent.header.gas_limit),
        };
        let limits = BuildLimits { gas: u64::MAX, bytes: usize::MAX, deadline: &|| false };
        let base_fee = parent.header.base_fee_per_gas.unwrap_or_default();
        let mut source = Source(self.pool.best(base_fee, &[]));
        let built = self.executor.build(&parent.header, &attributes, &state, &mut source, &limits).unwrap();
        let mut header = built.header;
        let staged = self.storage.stage(head.hash, header.number, built.executed.changes).unwrap();
        header.state_root = staged.state_root();
        let block = Block::new(header, built.body);
        self.storage.insert(staged, block.hash()).unwrap();
        let block = Arc::new(RecoveredBlock::new(block, built.senders));
        self.parts().store(block, Arc::new(built.executed.receipts), &built.executed.requests)
    }

    /// Commits a block in which a slot changed, as if by a vote.
    pub(crate) async fn write_slot(&self, contract: Address, slot: U256, value: U256) {
        let parent = self.ledger.block(self.storage.head().number).unwrap().unwrap();
        let account = self.storage.latest().account(&contract).unwrap();
        let change = AccountChange { account, storage: [(slot, value)].into_iter().collect(), ..Default::default() };
        let mut changes = Changes::default();
        changes.accounts.insert(contract, change);
        let number = parent.number() + 1;
        let staged = self.storage.stage(parent.hash(), number, changes).unwrap();
        let mut header = parent.header.clone();
        (header.number, header.parent_hash, header.state_root) = (number, parent.hash(), staged.state_root());
        header.timestamp = self.clock_ms.fetch_add(1000, Ordering::Relaxed) / 1000;
        let block = Block::new(header, BlockBody { withdrawals: Some(Default::default()), ..Default::default() });
        self.storage.insert(staged, block.hash()).unwrap();
        let block = Arc::new(RecoveredBlock::new(block, Vec::new()));
        let committed = self.parts().store(block, Arc::new(Vec::new()), &Requests::default());
        self.announce(committed).await;
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.addresses()[0]
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address())
    }

    /// A request of any kind.
    pub(crate) async fn send(&self, request: Request<Body>) -> (StatusCode, http::HeaderMap, String) {
        let (head, body) = self.client.request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
    }

    pub(crate) async fn post(&self, body: impl Into<String>) -> (StatusCode, String) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(self.url())
            .header("content-type", "application/json")
            .body(Full::from(body.into()))
            .unwrap();
        let (status, _, body) = self.send(request).await;
        (status, body)
    }

    /// One call, the whole answer.
    pub(crate) async fn answer(&self, method: &str, params: Value) -> Value {
        let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let (status, body) = self.post(request.to_string()).await;
        assert_eq!(status, StatusCode::OK, "{method}");
        serde_json::from_str(&body).unwrap()
    }

    /// One call's result.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let mut answer = self.answer(method, params).await;
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].take()
    }

    /// One call's error: code and message.
    pub(crate) async fn refused(&self, method: &str, params: Value) -> (i64, String) {
        let answer = self.answer(method, params).await;
        let error = answer.get("error").unwrap_or_else(|| panic!("{method}: {answer}"));
        (error["code"].as_i64().unwrap(), error["message"].as_str().unwrap().to_owned())
    }

    /// Sends a raw transaction.
    pub(crate) async fn submit(&self, tx: &Transaction) -> B256 {
        let hash = self.call("eth_sendRawTransaction", json!([raw(tx)])).await;
        assert_eq!(hash, json!(tx.tx_hash()));
        *tx.tx_hash()
    }

    /// Deploys code (its constructor) from an account; where it is then.
    pub(crate) async fn deploy(&self, account: u32, nonce: u64, constructor: impl Into<Bytes>) -> Address {
        let tx = eip1559(&self.spec, account, nonce, TxKind::Create, U256::ZERO, constructor.into());
        self.submit(&tx).await;
        self.mine().await;
        signer(account).address().create(nonce)
    }
}

/// The development genesis with EIP-1559 fees.
pub(crate) fn with_fees() -> Genesis {
    let mut genesis = Genesis::dev();
    genesis.althing.as_mut().unwrap().fee_mode = FeeMode::Eip1559;
    genesis.base_fee_per_gas = None;
    genesis
}

/// The published keys; deriving one takes milliseconds.
static SIGNERS: LazyLock<Vec<PrivateKeySigner>> =
    LazyLock::new(|| (0..10).map(|account| MnemonicBuilder::from_phrase_nth(DEV_MNEMONIC, account)).collect());

pub(crate) fn signer(account: u32) -> &'static PrivateKeySigner {
    &SIGNERS[account as usize]
}

pub(crate) fn address(account: u32) -> Address {
    signer(account).address()
}

pub(crate) fn raw(tx: &Transaction) -> Bytes {
    tx.encoded_2718().into()
}

/// A signed transfer of one ether.
pub(crate) fn transfer(spec: &ChainSpec, account: u32, nonce: u64, to: Address) -> Transaction {
    eip1559(spec, account, nonce, to.into(), U256::from(10).pow(U256::from(18)), Bytes::new())
}

pub(crate) fn eip1559(
    spec: &ChainSpec,
    account: u32,
    nonce: u64,
    to: TxKind,
    value: U256,
    input: Bytes,
) -> Transaction {
    with_gas(spec, account, nonce, TxEip1559 { to, value, input, gas_limit: 1_000_000, ..TxEip1559::default() })
}

/// A transaction of an account, at the tests' price.
pub(crate) fn with_gas(spec: &ChainSpec, account: u32, nonce: u64, tx: TxEip1559) -> Transaction {
    let tx = TxEip1559 {
        chain_id: spec.chain_id(),
        nonce,
        max_fee_per_gas: 20_000_000_000,
        max_priority_fee_per_gas: 1_500_000_000,
        ..tx
    };
    let signature = signer(account).sign_hash_sync(&tx.signature_hash()).unwrap();
    tx.into_signed(signature).into()
}

pub(crate) fn legacy(spec: &ChainSpec, account: u32, nonce: u64, to: Address) -> Transaction {
    let tx = TxLegacy {
        chain_id: Some(spec.chain_id()),
        nonce,
        gas_limit: 21_000,
        gas_price: 20_000_000_000,
        to: to.into(),
        value: U256::from(1),
        ..TxLegacy::default()
    };
    let signature = signer(account).sign_hash_sync(&tx.signature_hash()).unwrap();
    tx.into_signed(signature).into()
}

/// A constructor that deploys `runtime`.
pub(crate) fn constructor(runtime: &[u8]) -> Vec<u8> {
    // PUSH2 len, DUP1, PUSH1 12, PUSH1 0, CODECOPY, PUSH1 0, RETURN
    let length = u16::try_from(runtime.len()).unwrap().to_be_bytes();
    let mut code = vec![0x61, length[0], length[1], 0x80, 0x60, 0x0c, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3];
    code.extend(runtime);
    code
}

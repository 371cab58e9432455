use crate::registry::{Change, Registries, Registry};
use althing_consensus::{
    Application, ApplicationError, Committee, Event, Evidence, Pace, Peer, Slot, Timeouts, Verdict,
};
use althing_ledger::Ledger;
use althing_primitives::{
    B256, Block, BlockHash, Body, Bytes, EMPTY_OMMER_ROOT_HASH, EMPTY_ROOT_HASH, Extra, Header, Transaction,
    alloy::Signature,
    consensus::{SignableTransaction, TxLegacy, proofs::calculate_transaction_root},
    eips::eip2718::{Decodable2718, Encodable2718},
    keccak256,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{mpsc, watch};

/// The smallest chain: the state is a hash over everything included, and a [`Registry`].
///
/// Shows what consensus does by itself, thousands of blocks a second.
pub struct Toy {
    state: Mutex<State>,
    arrivals: watch::Sender<u64>,
    outgoing: mpsc::Sender<Vec<Bytes>>,
}

struct State {
    head: u64,
    registries: Registries,
    layers: BTreeMap<BlockHash, Layer>,
    pool: BTreeMap<B256, Transaction>,
    included: BTreeSet<B256>,
    chain: Vec<(BlockHash, B256)>,
    evidence: Vec<Evidence>,
}

#[derive(Clone)]
struct Layer {
    number: u64,
    parent: BlockHash,
    root: B256,
    registry: Arc<Registry>,
    transactions: Vec<B256>,
}

/// Most transactions of a toy block.
const BLOCK_TRANSACTIONS_MAX: usize = 64;

impl Toy {
    /// Opens the chain on its ledger and replays it.
    pub fn open(
        ledger: &Ledger,
        epoch_length: u64,
        registry: Arc<Registry>,
        outgoing: mpsc::Sender<Vec<Bytes>>,
    ) -> Self {
        let genesis = ledger.block(0).expect("an intact ledger").expect("a genesis");
        let state = State::new(&genesis, epoch_length, registry);
        let toy = Self { state: Mutex::new(state), arrivals: watch::Sender::new(0), outgoing };
        for number in 1..=ledger.contiguous_height() {
            let block = ledger.block(number).expect("an intact ledger").expect("no gap");
            assert_eq!(toy.execute(&block).expect("never broken"), Verdict::Valid, "replay of block {number}");
            toy.commit(&block).expect("never broken");
        }
        toy
    }

    /// The genesis block of every toy chain.
    pub fn genesis(time_s: u64) -> Block {
        let header = Header {
            timestamp: time_s,
            gas_limit: 30_000_000,
            base_fee_per_gas: Some(0),
            ommers_hash: EMPTY_OMMER_ROOT_HASH,
            transactions_root: EMPTY_ROOT_HASH,
            receipts_root: EMPTY_ROOT_HASH,
            withdrawals_root: Some(EMPTY_ROOT_HASH),
            blob_gas_used: Some(0),
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(B256::ZERO),
            ..Header::default()
        };
        Block::new(header, Body { withdrawals: Some(Default::default()), ..Body::default() })
    }

    /// A transaction unlike those with other numbers.
    pub fn transaction(number: u64) -> Bytes {
        let tx = TxLegacy { nonce: number, input: vec![7; 100].into(), ..TxLegacy::default() };
        Transaction::from(tx.into_signed(Signature::test_signature())).encoded_2718().into()
    }

    /// A transaction that changes the network.
    pub fn change(number: u64, change: &Change) -> Bytes {
        let tx = TxLegacy { nonce: number, input: change.encode().into(), ..TxLegacy::default() };
        Transaction::from(tx.into_signed(Signature::test_signature())).encoded_2718().into()
    }

    /// Follows arrivals, for [`althing_consensus::Signals`].
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.arrivals.subscribe()
    }

    /// Takes transactions from a client, and gossips them.
    pub fn submit(&self, transactions: Vec<Bytes>) {
        self.admit(&transactions);
        // A full queue loses gossip, as on a real node.
        let _ = self.outgoing.try_send(transactions);
    }

    /// Hash and state root of every committed block, the genesis first.
    pub fn chain(&self) -> Vec<(BlockHash, B256)> {
        self.lock().chain.clone()
    }

    /// The proofs of conflicting votes so far.
    pub fn evidence(&self) -> Vec<Evidence> {
        self.lock().evidence.clone()
    }

    fn admit(&self, transactions: &[Bytes]) {
        let mut state = self.lock();
        for raw in transactions {
            if let Ok(transaction) = Transaction::decode_2718(&mut raw.as_ref())
                && !state.included.contains(transaction.tx_hash())
            {
                state.pool.insert(*transaction.tx_hash(), transaction);
            }
        }
        drop(state);
        self.arrivals.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn new(genesis: &Block, epoch_length: u64, registry: Arc<Registry>) -> Self {
        let root = genesis.header.state_root;
        let layer = Layer { number: 0, parent: B256::ZERO, root, registry: registry.clone(), transactions: Vec::new() };
        Self {
            head: 0,
            registries: Registries::new(epoch_length, registry),
            layers: BTreeMap::from([(genesis.hash(), layer)]),
            pool: BTreeMap::new(),
            included: BTreeSet::new(),
            chain: vec![(genesis.hash(), root)],
            evidence: Vec::new(),
        }
    }

    /// Whether an unfinalized ancestor includes the transaction.
    fn included(&self, mut parent: BlockHash, transaction: &B256) -> bool {
        while let Some(layer) = self.layers.get(&parent).filter(|layer| layer.number > self.head) {
            if layer.transactions.contains(transaction) {
                return true;
            }
            parent = layer.parent;
        }
        false
    }

    fn ready(&self, parent: &BlockHash) -> impl Iterator<Item = &Transaction> {
        self.pool.iter().filter(move |(hash, _)| !self.included(*parent, hash)).map(|(_, transaction)| transaction)
    }

    fn insert(&mut self, block: &Block) {
        let registry = self.layers[&block.header.parent_hash].registry.after(block);
        let layer = Layer {
            registry,
            number: block.number(),
            parent: block.header.parent_hash,
            root: block.header.state_root,
            transactions: block.body.transactions.iter().map(|transaction| *transaction.tx_hash()).collect(),
        };
        self.layers.insert(block.hash(), layer);
    }
}

fn root(parent: B256, body: &Body) -> B256 {
    keccak256([parent, calculate_transaction_root(&body.transactions)].concat())
}

impl Application for Toy {
    fn build(&self, parent: &Arc<Block>, slot: &Slot) -> Result<Arc<Block>, ApplicationError> {
        let mut state = self.lock();
        let transactions = state.ready(&parent.hash()).take(BLOCK_TRANSACTIONS_MAX).cloned().collect();
        let body = Body { transactions, ommers: Vec::new(), withdrawals: Some(Default::default()) };
        let extra = Extra {
            epoch: slot.epoch,
            view: slot.view,
            parent_view: slot.parent_view,
            millis: (slot.time_ms % 1000) as u16,
        };
        let header = Header {
            parent_hash: parent.hash(),
            number: parent.number() + 1,
            timestamp: slot.time_ms / 1000,
            extra_data: extra.encode().to_vec().into(),
            parent_beacon_block_root: Some(slot.proposer.into()),
            state_root: root(parent.header.state_root, &body),
            transactions_root: calculate_transaction_root(&body.transactions),
            ..parent.header.clone()
        };
        let block = Arc::new(Block::new(header, body));
        state.insert(&block);
        Ok(block)
    }

    fn execute(&self, block: &Arc<Block>) -> Result<Verdict, ApplicationError> {
        let mut state = self.lock();
        let Some(parent) = state.layers.get(&block.header.parent_hash) else {
            return Err(ApplicationError("executed before its parent".to_owned()));
        };
        if root(parent.root, &block.body) != block.header.state_root {
            return Ok(Verdict::Invalid("state root".to_owned()));
        }
        state.insert(block);
        Ok(Verdict::Valid)
    }

    fn is_executed(&self, hash: &BlockHash) -> bool {
        self.lock().layers.contains_key(hash)
    }

    fn commit(&self, block: &Arc<Block>) -> Result<(), ApplicationError> {
        let mut state = self.lock();
        if block.number() <= state.head {
            return Ok(());
        }
        let last = state.chain.last().expect("a genesis").0;
        if block.number() != state.head + 1 || block.header.parent_hash != last {
            return Err(ApplicationError(format!("block {} does not follow the head", block.number())));
        }
        let Some(registry) = state.layers.get(&block.hash()).map(|layer| layer.registry.clone()) else {
            return Err(ApplicationError("committed before it was executed".to_owned()));
        };
        state.registries.commit(block.number(), registry);
        for transaction in &block.body.transactions {
            state.pool.remove(transaction.tx_hash());
            state.included.insert(*transaction.tx_hash());
        }
        state.head = block.number();
        state.chain.push((block.hash(), block.header.state_root));
        let (number, hash) = (block.number(), block.hash());
        state.layers.retain(|other, layer| layer.number > number || *other == hash);
        Ok(())
    }

    fn head(&self) -> u64 {
        self.lock().head
    }

    fn has_work(&self, parent: &BlockHash) -> bool {
        self.lock().ready(parent).next().is_some()
    }

    fn receive_transactions(&self, transactions: Vec<Bytes>) {
        self.admit(&transactions);
    }

    fn pace(&self, parent: &BlockHash) -> Option<Pace> {
        let state = self.lock();
        let layer = state.layers.get(parent)?;
        Some(layer.registry.pace(layer.number, state.registries.epoch_length()))
    }

    fn committee(&self, epoch: u64) -> Option<Committee> {
        let state = self.lock();
        state.registries.committee(epoch, state.head)
    }

    fn timeouts(&self, _: u64) -> Option<Timeouts> {
        Some(Timeouts::default())
    }

    fn peers(&self, epoch: u64) -> Vec<Peer> {
        let state = self.lock();
        state.registries.peers(epoch, state.head)
    }

    fn report(&self, event: Event) {
        if let Event::Equivocation(evidence) = event {
            self.lock().evidence.push(evidence);
        }
    }
}

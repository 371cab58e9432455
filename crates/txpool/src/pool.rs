use crate::{
    BestTransactions, Content, HeadState, Origin, PoolConfig, PoolError, PooledTransaction, Rules, Status,
    core::Core,
    debts::Debts,
    gossip::Gossip,
    head::HeadError,
    metrics::PoolMetrics,
    prepare::{Preparation, is_blob},
    senders::Senders,
    transaction::Prepared,
};
use althing_chainspec::ChainSpec;
use althing_governance::Terms;
use althing_primitives::{
    Address, B256, Block, BlockError, Bytes, Header, RecoveredBlock, RecoveredTransaction, Transaction, TransactionExt,
    consensus::transaction::SignerRecoverable, keccak256,
};
use parking_lot::{Mutex, RwLock};
use rayon::prelude::*;
use std::{fmt, sync::Arc};
use tokio::sync::{broadcast, mpsc, watch};

/// Below this many transactions a batch is prepared on the calling thread: waking others costs as
/// much as a recover.
const PARALLEL_MIN: usize = 4;
/// Transactions taken, or senders refreshed, before the lock is released once.
pub(crate) const LOCKED_MAX: usize = 256;
/// Batches of new hashes a slow subscriber may lag behind before it loses some.
const HASH_BATCHES: usize = 1024;

/// Who is asked whether a transaction may enter.
pub type Allows<'a> = dyn Fn(&RecoveredTransaction) -> Result<(), PoolError> + Sync + 'a;

/// The pool: cheap to clone, shared by all.
#[derive(Clone)]
pub struct Pool(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) core: Mutex<Core>,
    gossip: Mutex<Gossip>,
    senders: Senders,
    pub(crate) spec: Arc<ChainSpec>,
    pub(crate) head: Box<dyn HeadState>,
    /// Apart from the core, whose lock requests that only ask for terms need not wait for.
    pub(crate) rules: RwLock<Arc<Rules>>,
    pub(crate) arrivals: watch::Sender<u64>,
    hashes: broadcast::Sender<Arc<[B256]>>,
    pub(crate) metrics: PoolMetrics,
}

impl Pool {
    /// An empty pool over the state at the head (the node's storage), whose header is given.
    pub fn new(config: PoolConfig, spec: Arc<ChainSpec>, state: impl HeadState + 'static, head: &Header) -> Self {
        let rules = rules_after(&spec, head, &state);
        Self::with_rules(config, spec, state, rules)
    }

    pub(crate) fn with_rules(
        config: PoolConfig,
        spec: Arc<ChainSpec>,
        state: impl HeadState + 'static,
        rules: Rules,
    ) -> Self {
        Self(Arc::new(Inner {
            rules: RwLock::new(Arc::new(rules.clone())),
            core: Mutex::new(Core::new(config, rules)),
            gossip: Mutex::new(Gossip::new()),
            senders: Senders::default(),
            spec,
            head: Box::new(state),
            arrivals: watch::Sender::new(0),
            hashes: broadcast::Sender::new(HASH_BATCHES),
            metrics: PoolMetrics::default(),
        }))
    }

    /// Takes raw transactions (EIP-2718 bytes): decodes, checks and recovers them in parallel, then
    /// takes them in the order given. One answer each, the hash or why not. Blocks for about 50 µs
    /// a transaction and core.
    pub fn submit(&self, raw: Vec<Bytes>, origin: Origin) -> Vec<Result<B256, PoolError>> {
        self.submit_allowed(raw, origin, &|_| Ok(()))
    }

    /// As [`Self::submit`], but takes only what `allows` allows: it is asked, outside of the pool's lock and by this thread,
    /// about each transaction that is valid in itself and that its sender can pay for.
    pub fn submit_allowed(&self, raw: Vec<Bytes>, origin: Origin, allows: &Allows<'_>) -> Vec<Result<B256, PoolError>> {
        let prepared: Vec<_> = self.prepare(&raw).into_iter().map(|prepared| self.allowed(prepared?, allows)).collect();
        let mut batch = Arrived::default();
        let mut answers = Vec::with_capacity(raw.len());
        let mut waiting = prepared.into_iter().zip(raw).peekable();
        while waiting.peek().is_some() {
            let mut core = self.0.core.lock();
            for (prepared, raw) in waiting.by_ref().take(LOCKED_MAX) {
                let admitted = prepared.and_then(|prepared| core.admit(prepared, origin, &*self.0.head));
                answers.push(admitted.map(|admitted| {
                    let hash = admitted.transaction.hash();
                    batch.ready += admitted.became_ready as u64;
                    batch.taken.push((hash, raw));
                    hash
                }));
            }
        }
        self.announce(batch, origin);
        self.0.metrics.submitted(&answers);
        answers
    }

    /// Asks `allows`, unless the state refuses the transaction anyway: work that somebody can pay for.
    fn allowed(&self, prepared: Prepared, allows: &Allows<'_>) -> Result<Prepared, PoolError> {
        let tx = &prepared.transaction;
        match self.0.head.sender(&tx.signer()) {
            Ok(sender) if sender.nonce <= tx.nonce() && sender.balance >= tx.value() => {
                allows(tx)?;
                Ok(prepared)
            }
            _ => Ok(prepared),
        }
    }

    fn prepare(&self, raw: &[Bytes]) -> Vec<Result<Prepared, PoolError>> {
        let hashes: Vec<B256> = raw.iter().map(keccak256).collect();
        let (rules, tip_min, bytes_max, known) = self.with_core(|core| {
            let known: Vec<bool> = hashes.iter().map(|hash| core.get(hash).is_some()).collect();
            (core.rules.clone(), core.config.tip_min, core.config.limits.transaction_bytes, known)
        });
        let preparation = Preparation { rules: &rules, tip_min, bytes_max, senders: &self.0.senders };
        let prepare = |index: usize| match known[index] {
            true => Err(PoolError::AlreadyKnown),
            false => preparation.prepare(hashes[index], &raw[index]),
        };
        match raw.len() {
            0..PARALLEL_MIN => (0..raw.len()).map(prepare).collect(),
            _ => (0..raw.len()).into_par_iter().with_min_len(2).map(prepare).collect(),
        }
    }

    fn announce(&self, batch: Arrived, origin: Origin) {
        if batch.taken.is_empty() {
            return;
        }
        if batch.ready > 0 {
            self.0.arrivals.send_modify(|count| *count += batch.ready);
        }
        if self.0.hashes.receiver_count() > 0 {
            // Nobody listening any more is no error.
            let _ = self.0.hashes.send(batch.taken.iter().map(|(hash, _)| *hash).collect());
        }
        if origin == Origin::Local {
            // No peer of an imported chain's node asks for sidecars, and they would fill the queue.
            let taken: Vec<_> = batch.taken.into_iter().filter(|(_, raw)| !is_blob(raw)).collect();
            let (now_ms, max) = self.with_core(|core| (core.now_ms, core.config.limits.transactions));
            self.0.gossip.lock().send(taken, now_ms, max);
        }
    }

    /// Executable transactions, best first, without those that `ancestors` include (blocks the new
    /// one stands on that are not committed yet, so the pool does not know them). `base_fee` in wei
    /// per gas; not used in fee mode zero.
    pub fn best(&self, base_fee: u64, ancestors: &[Arc<RecoveredBlock>]) -> BestTransactions {
        BestTransactions::new(self.clone(), base_fee, ancestors, self.served(ancestors))
    }

    /// Moves the pool's time on, in milliseconds of whatever clock the caller owns: expires what
    /// waited too long, sends again what waits for a block. Called some ten times a second.
    pub fn on_tick(&self, now_ms: u64) {
        let mut gossip = self.0.gossip.lock();
        let mut core = self.0.core.lock();
        core.tick(now_ms);
        gossip.resend(&core);
    }

    /// The sender of a transaction that was seen lately, so that nobody recovers it again.
    pub fn sender_of(&self, hash: &B256) -> Option<Address> {
        self.0.senders.get(hash).or_else(|| self.get(hash).map(|tx| tx.sender()))
    }

    /// The senders of a block's transactions, in order: recovers, in parallel, only those that were
    /// not seen lately, and remembers them.
    ///
    /// # Errors
    /// [`BlockError::Signature`] with the index of a transaction whose signature is invalid.
    pub fn senders_of(&self, block: &Block) -> Result<Vec<Address>, BlockError> {
        let transactions = &block.body.transactions;
        let recover = |index: usize, tx: &Transaction| {
            let sender = tx.recover_signer_unchecked().map_err(|_| BlockError::Signature(index))?;
            self.0.senders.remember(*tx.tx_hash(), sender);
            Ok(sender)
        };
        let known: Vec<_> = transactions.iter().map(|tx| self.sender_of(tx.tx_hash())).collect();
        if let Some(senders) = known.iter().copied().collect() {
            return Ok(senders);
        }
        let sender = |index: usize| known[index].map_or_else(|| recover(index, &transactions[index]), Ok);
        (0..transactions.len()).into_par_iter().map(sender).collect()
    }

    /// Remembers senders recovered elsewhere (a block that came before its gossip).
    pub fn remember_sender(&self, hash: B256, sender: Address) {
        self.0.senders.remember(hash, sender);
    }

    /// A pooled transaction.
    pub fn get(&self, hash: &B256) -> Option<Arc<PooledTransaction>> {
        self.with_core(|core| core.get(hash).cloned())
    }

    /// Drops a transaction, for the builder; those behind it become queued.
    pub fn remove(&self, hash: &B256) {
        self.with_core(|core| {
            if let Some(tx) = core.get(hash).cloned() {
                core.remove(tx.sender(), tx.nonce());
            }
        });
    }

    /// The nonce an account's next transaction needs, its executable ones counted.
    ///
    /// # Errors
    /// The state cannot be read.
    pub fn pending_nonce(&self, address: &Address) -> Result<u64, HeadError> {
        let known = self.with_core(|core| core.accounts.get(address).map(|account| account.next_nonce()));
        match known {
            Some(nonce) => Ok(nonce),
            None => Ok(self.0.head.sender(address)?.nonce),
        }
    }

    /// What the members have agreed on, in force in the next block; `None` on a chain that does not govern itself.
    pub fn terms(&self) -> Option<Terms> {
        self.0.rules.read().terms
    }

    /// Whether the next block charges no fees.
    pub fn is_zero_fee(&self) -> bool {
        self.0.rules.read().zero_fee
    }

    /// How many transactions wait.
    pub fn status(&self) -> Status {
        self.with_core(|core| core.status())
    }

    /// All transactions by sender and nonce. Copies handles of up to 65,536 transactions.
    pub fn content(&self) -> Content {
        self.with_core(|core| core.content())
    }

    /// One sender's transactions.
    pub fn content_of(&self, sender: &Address) -> Content {
        self.with_core(|core| core.content_of(sender))
    }

    /// Whether nothing waits at all.
    pub fn is_empty(&self) -> bool {
        self.with_core(|core| core.len() == 0)
    }

    /// Whether something could be in a block with this base fee (wei per gas) on the head.
    pub fn has_pending(&self, base_fee: u64) -> bool {
        self.with_core(|core| {
            let enters = |tx: &Arc<PooledTransaction>| core.rules.zero_fee || tx.effective_tip(base_fee).is_some();
            core.ready.values().any(enters)
        })
    }

    /// Whether something could be in a block on top of `ancestors` (executed, not committed).
    pub fn has_pending_after(&self, base_fee: u64, ancestors: &[Arc<RecoveredBlock>]) -> bool {
        BestTransactions::new(self.clone(), base_fee, ancestors, Debts::default()).next().is_some()
    }

    /// Changes whenever transactions became executable; the number counts them.
    pub fn arrivals(&self) -> watch::Receiver<u64> {
        self.0.arrivals.subscribe()
    }

    /// Hashes of transactions as they are taken, in batches. A receiver that lags loses the oldest.
    pub fn pending_hashes(&self) -> broadcast::Receiver<Arc<[B256]>> {
        self.0.hashes.subscribe()
    }

    /// Batches of raw transactions for every validator; given to the first caller only.
    pub fn outgoing(&self) -> Option<mpsc::Receiver<Vec<Bytes>>> {
        self.0.gossip.lock().take_receiver()
    }

    pub(crate) fn with_core<T>(&self, visit: impl FnOnce(&mut Core) -> T) -> T {
        visit(&mut self.0.core.lock())
    }
}

/// What the block after `head` asks. Where the state cannot be read, the genesis speaks: blocks are checked anyway.
pub(crate) fn rules_after(spec: &ChainSpec, head: &Header, state: &dyn HeadState) -> Rules {
    let agreed = spec.governance().and_then(|_| state.terms().ok());
    Rules::after(spec, head, agreed.as_ref())
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Status { pending, queued } = self.status();
        f.debug_struct("Pool").field("pending", &pending).field("queued", &queued).finish()
    }
}

/// What a batch brought.
#[derive(Default)]
struct Arrived {
    ready: u64,
    taken: Vec<(B256, Bytes)>,
}

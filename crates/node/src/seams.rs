use crate::{Chain, Clock, Parts, ledger_source::LedgerSource};
use althing_chainspec::ChainSpec;
use althing_evm::Executor;
use althing_keys::Keyring;
use althing_ledger::{Dropped, Ledger, OpenOptions, fs::Fs};
use althing_primitives::Address;
use althing_storage::{CheckpointMode, Durable, Storage, StorageConfig, kv::KvStore};
use althing_txpool::{Pool, PoolConfig};
use eyre::{WrapErr, bail};
use std::{path::PathBuf, sync::Arc};
use tracing::{info, warn};

/// Everything of the outside a chain touches: the machine's in a node, in memory with faults in
/// the simulator.
pub struct Seams {
    /// File system of the ledger.
    pub fs: Arc<dyn Fs>,
    /// Folder of the ledger in it.
    pub ledger: PathBuf,
    /// How the ledger is opened, damage included.
    pub options: OpenOptions,
    /// Where the state's checkpoints go.
    pub store: Arc<dyn KvStore>,
    /// Who writes them.
    pub checkpoints: CheckpointMode,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Seams {
    /// Opens ledger and state and joins the parts into a chain. Not replayed yet.
    ///
    /// # Errors
    /// Ledger or state cannot be used.
    pub fn open(self, spec: Arc<ChainSpec>, keyring: Arc<Keyring>) -> eyre::Result<Chain> {
        let (ledger, recovery) =
            Ledger::open(self.fs.clone(), &self.ledger, keyring.clone(), spec.genesis(), self.options)
                .wrap_err_with(|| self.ledger.display().to_string())?;
        recovery.dropped.iter().for_each(report);
        let storage = self.open_storage(&spec, &keyring, &ledger)?;
        join(spec, keyring, ledger, storage, self.clock)
    }

    fn open_storage(&self, spec: &ChainSpec, keyring: &Arc<Keyring>, ledger: &Ledger) -> eyre::Result<Storage> {
        let source = Arc::new(LedgerSource(ledger.clone()));
        let durable = Durable { store: self.store.clone(), keyring: keyring.clone(), source, mode: self.checkpoints };
        let (storage, discarded) = Storage::open(StorageConfig::default(), spec, durable)?;
        if let Some(discarded) = discarded {
            warn!(reason = %discarded.reason, "discarded the state's checkpoint; it is rebuilt from the ledger");
        }
        Ok(storage)
    }
}

/// The operator is told of every byte that was cut.
fn report(dropped: &Dropped) {
    let Dropped { stream, segment, offset, bytes, damaged } = dropped;
    if *damaged {
        warn!(?stream, segment, offset, bytes, "cut a damaged record and what followed it from the ledger");
    } else {
        info!(?stream, segment, offset, bytes, "dropped an incomplete last record from the ledger");
    }
}

/// Joins the parts into a chain whose pool starts from the state's head.
fn join(
    spec: Arc<ChainSpec>,
    keyring: Arc<Keyring>,
    ledger: Ledger,
    storage: Storage,
    clock: Arc<dyn Clock>,
) -> eyre::Result<Chain> {
    let head = storage.head();
    let header = match ledger.block(head.number)? {
        Some(block) if block.hash() == head.hash => block.header.clone(),
        _ => bail!("the state is at block {}, which the ledger does not hold", head.number),
    };
    Ok(Chain::new(Parts {
        executor: Executor::new(spec.clone()),
        pool: Pool::new(PoolConfig::default(), spec.clone(), storage.clone(), &header),
        clock,
        beneficiary: Address::ZERO,
        spec,
        storage,
        ledger,
        keyring,
    }))
}

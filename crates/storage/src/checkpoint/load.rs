use crate::{
    BlockSource, StateError, Storage, StorageConfig,
    checkpoint::{
        fold::{LAST, decode_account, decode_last, decode_slot},
        vault::Vault,
    },
    kv::Table,
    loader::Loader,
};
use althing_chainspec::ChainSpec;
use althing_primitives::{Address, B256, BlockId, HashSet, Header, U256, keccak256};

/// Rows opened at a time.
const ROWS_AT_A_TIME: usize = 20_000;
/// `BLOCKHASH` reaches so many blocks back.
const HASHES: u64 = 256;

/// A checkpoint that was thrown away; the state is rebuilt from the ledger instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discarded {
    /// Why, for the log.
    pub reason: &'static str,
}

/// Why a checkpoint gives no state.
pub(crate) enum LoadError {
    /// It is not of this ledger, mixed up or altered: discard it.
    Useless(&'static str),
    /// The store or the ledger does not read.
    State(StateError),
}

impl From<StateError> for LoadError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

/// The state of the last checkpoint with its block and number; `None` if there is none yet.
///
/// The root is recomputed and compared with the header in the ledger.
pub(crate) fn load(
    vault: &Vault,
    source: &dyn BlockSource,
    spec: &ChainSpec,
    config: &StorageConfig,
) -> Result<Option<(Storage, BlockId, u32)>, LoadError> {
    let Ok(last) = vault.get(Table::Checkpoint, LAST) else { return Err(LoadError::Useless("it does not open")) };
    let Some(last) = last else { return Ok(None) };
    let (head, number) = decode_last(&last).ok_or(LoadError::Useless("its height does not read"))?;
    let header = header_of(source, head)?;
    if source.derived_height() < head.number {
        return Err(LoadError::Useless("the ledger lost changesets below it"));
    }
    let mut load = Load { vault, spec, loader: Loader::default() };
    load.accounts()?;
    load.code()?;
    load.slots()?;
    let first = head.number.saturating_sub(HASHES);
    let hashes: Vec<B256> = (first..=head.number).filter_map(|number| source.hash(number)).collect();
    let storage = load.loader.finish(config.clone(), head, header.state_root, hashes);
    let storage = storage.map_err(|_| LoadError::Useless("it has another state root than its block"))?;
    Ok(Some((storage, head, number)))
}

fn header_of(source: &dyn BlockSource, head: BlockId) -> Result<Header, LoadError> {
    match source.header(head.number).map_err(StateError::Durable)? {
        Some((hash, header)) if hash == head.hash => Ok(header),
        Some(_) => Err(LoadError::Useless("its block is not the ledger's")),
        None => Err(LoadError::Useless("its block is not in the ledger")),
    }
}

/// Rows over the genesis: a row replaces what the genesis has.
struct Load<'a> {
    vault: &'a Vault,
    spec: &'a ChainSpec,
    loader: Loader,
}

impl Load<'_> {
    fn accounts(&mut self) -> Result<(), LoadError> {
        let mut replaced = HashSet::<Address>::default();
        let (vault, spec) = (self.vault, self.spec);
        each_row(vault, Table::Accounts, |row| {
            let (address, account) = decode_account(row)?;
            if spec.alloc().contains_key(&address) {
                replaced.insert(address);
            }
            account.into_iter().for_each(|account| self.loader.account(address, account));
            Some(())
        })?;
        for (address, account) in spec.alloc().iter().filter(|(address, _)| !replaced.contains(*address)) {
            self.loader.account(*address, account.record());
        }
        Ok(())
    }

    fn code(&mut self) -> Result<(), LoadError> {
        for account in self.spec.alloc().values().filter(|account| !account.code.is_empty()) {
            self.loader.code(keccak256(&account.code), &account.code);
        }
        each_row(self.vault, Table::Code, |code| {
            let code = code.to_vec().into();
            self.loader.code(keccak256(&code), &code);
            Some(())
        })
    }

    fn slots(&mut self) -> Result<(), LoadError> {
        let mut replaced = HashSet::<(Address, U256)>::default();
        let (vault, spec) = (self.vault, self.spec);
        each_row(vault, Table::Slots, |row| {
            let (address, slot, value) = decode_slot(row)?;
            if spec.alloc().get(&address).is_some_and(|account| account.storage.contains_key(&slot)) {
                replaced.insert((address, slot));
            }
            if value.is_zero() { Some(()) } else { self.loader.slot(address, slot, value).ok() }
        })?;
        for (address, account) in spec.alloc() {
            for (slot, value) in account.storage.iter().filter(|(_, value)| !value.is_zero()) {
                if !replaced.contains(&(*address, *slot)) {
                    let loaded = self.loader.slot(*address, *slot, *value);
                    loaded.map_err(|_| LoadError::Useless("a slot has no account"))?;
                }
            }
        }
        Ok(())
    }
}

/// Opens every row of a table; one that does not open or read makes the checkpoint useless.
fn each_row(vault: &Vault, table: Table, mut row: impl FnMut(&[u8]) -> Option<()>) -> Result<(), LoadError> {
    let mut from = Vec::new();
    loop {
        let rows = vault.rows(table, &from, ROWS_AT_A_TIME, |_| true);
        let rows = rows.map_err(|_| LoadError::Useless("a row does not open"))?;
        for (_, value) in &rows {
            row(value).ok_or(LoadError::Useless("a row does not read"))?;
        }
        let Some((key, _)) = rows.last().filter(|_| rows.len() == ROWS_AT_A_TIME) else { return Ok(()) };
        from.clone_from(key);
        from.push(0);
    }
}

use crate::chain::{Chain, config, keyring, open};
use althing_chainspec::ChainSpec;
use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_primitives::{Account, AccountChange, Address, Bytes, Changes, U256};
use althing_storage::{
    CheckpointMode, Discarded, Durable, Storage,
    kv::{KvError, KvStore, MdbxStore, MemoryStore, Row, Table, Visit},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

#[test]
fn a_restart_resumes_from_the_checkpoint_and_replays_the_rest() {
    for seed in 0..8 {
        let store = MemoryStore::new();
        let mut chain = Chain::new(seed, &store);
        for blocks in [35, 1, 12] {
            chain.grow(blocks);
            let head = chain.storage.head();
            assert_eq!(chain.restart(Arc::new(store.clone())), None, "seed {seed}");
            assert_eq!(chain.storage.head(), head);
            assert!(chain.storage.checkpoint_height() + 20 > head.number, "seed {seed}");
            chain.assert_reads();
        }
    }
}

#[test]
fn a_crash_between_ledger_and_checkpoint_loses_nothing() {
    for seed in 0..8 {
        let store = MemoryStore::new();
        let mut chain = Chain::new(seed, &store);
        let mut disks = vec![store.copy()];
        for _ in 0..40 {
            chain.grow(1);
            disks.push(store.copy());
        }
        // The disk as it was at any moment, the ledger as it is now.
        for disk in disks {
            assert_eq!(chain.restart(Arc::new(disk)), None, "seed {seed}");
            assert_eq!(chain.storage.head().number, 40);
        }
        chain.assert_reads();
    }
}

#[test]
fn a_deleted_store_means_replay_from_the_genesis() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(1, &store);
    chain.grow(50);
    assert_eq!(chain.restart(Arc::new(MemoryStore::new())), None);
    chain.assert_reads();
}

#[test]
fn a_mixture_of_two_checkpoints_is_found_by_its_root_and_rebuilt() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(2, &store);
    chain.grow(25);
    let old = store.copy();
    chain.grow(40);
    let mut found = 0;
    for table in [Table::Accounts, Table::Slots] {
        let newer = store.dump(table);
        for (key, value) in old.dump(table).into_iter().filter(|row| !newer.contains(row)) {
            let mixed = store.copy();
            mixed.plant(table, key, value);
            let discarded = chain.restart(Arc::new(mixed.clone()));
            // A slot may come back whose account is gone: that has no root at all.
            let reasons = ["it has another state root than its block", "a row does not read"];
            assert!(discarded.is_none_or(|discarded| reasons.contains(&discarded.reason)), "{discarded:?}");
            found += u32::from(discarded.is_some());
            chain.assert_reads();
        }
    }
    assert!(found > 3, "values changed between the two");
}

#[test]
fn an_altered_row_is_found_and_everything_rebuilt() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(3, &store);
    chain.grow(45);
    for table in [Table::Checkpoint, Table::Salts, Table::Accounts, Table::Slots, Table::Code] {
        let altered = store.copy();
        let (key, mut value) = altered.dump(table).swap_remove(0);
        let last = value.len() - 1;
        value[last] ^= 1;
        altered.plant(table, key, value);
        let discarded = chain.restart(Arc::new(altered.clone()));
        assert!(discarded.is_some() || table == Table::Salts, "{table:?}");
        chain.assert_reads();
        chain.grow(12);
        assert!(chain.storage.checkpoint_height() > 45, "checkpoints go on");
        chain.restart(Arc::new(altered));
        chain.assert_reads();
    }
}

#[test]
fn rows_moved_to_another_key_do_not_open() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(4, &store);
    chain.grow(30);
    let rows = store.dump(Table::Accounts);
    store.plant(Table::Accounts, rows[0].0.clone(), rows[1].1.clone());
    assert_eq!(chain.restart(Arc::new(store)), Some(Discarded { reason: "a row does not open" }));
}

#[test]
fn a_checkpoint_above_what_the_ledger_holds_is_not_used() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(5, &store);
    chain.grow(30);
    let lost = Chain::new(5, &MemoryStore::new());
    let (storage, discarded) = open(&chain.spec, Arc::new(store.copy()), &lost.ledger, CheckpointMode::Inline);
    assert_eq!(discarded, Some(Discarded { reason: "its block is not in the ledger" }));
    assert_eq!(storage.head().number, 0);
    chain.ledger.changesets.lock().unwrap().truncate(5);
    let discarded = chain.restart(Arc::new(store));
    assert_eq!(discarded, Some(Discarded { reason: "the ledger lost changesets below it" }));
    chain.assert_reads();
}

#[test]
fn another_networks_checkpoint_is_not_used() {
    let store = MemoryStore::new();
    let mut chain = Chain::new(6, &store);
    chain.grow(30);
    let secret = LedgerSecret::from_bytes([4; 32]);
    let spec = &chain.spec;
    let keyring = Keyring::new(&secret, spec.chain_id(), spec.genesis().hash(), Assurance::InsecureVirtual);
    let source = chain.ledger.clone();
    let durable = Durable { store: Arc::new(store), keyring: Arc::new(keyring), source, mode: CheckpointMode::Inline };
    let (storage, discarded) = Storage::open(config(), spec, durable).unwrap();
    assert_eq!((storage.head().number, discarded), (0, Some(Discarded { reason: "it does not open" })));
}

#[allow(clippy::disallowed_methods, reason = "looks at what was written")]
fn files(dir: &Path) -> Vec<Vec<u8>> {
    std::fs::read_dir(dir).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap()).collect()
}

#[test]
fn mdbx_survives_restarts_deletion_and_older_files_and_holds_nothing_in_the_clear() {
    const MARKER: [u8; 32] = *b"a-marker-that-must-be-sealed!!!!";
    let dir = tempfile::tempdir().unwrap();
    let older = tempfile::tempdir().unwrap();
    let store = || Arc::new(MdbxStore::open(dir.path()).unwrap());
    let mut chain = Chain::on(7, store(), CheckpointMode::Inline);
    let address = Address::from_slice(&MARKER[..20]);
    let word = U256::from_be_bytes(MARKER);
    let account = Account { nonce: 1, ..Account::default() };
    let change = AccountChange { account: Some(account), storage: [(word, word)].into_iter().collect(), wiped: false };
    let changes = || Changes { accounts: [(address, change.clone())].into_iter().collect(), ..Changes::default() };
    chain.commit(changes(), Bytes::copy_from_slice(&MARKER));
    chain.grow(30);
    reset(&mut chain);
    for entry in std::fs::read_dir(dir.path()).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, older.path().join(path.file_name().unwrap())).unwrap();
    }
    chain.restart(store());
    assert!(chain.storage.checkpoint_height() > 10);
    chain.grow(30);
    for bytes in files(dir.path()) {
        let clear = bytes.windows(12).any(|window| window == &MARKER[..12]);
        assert!(!clear, "a marker is in the clear");
    }
    reset(&mut chain);
    for entry in std::fs::read_dir(older.path()).unwrap() {
        let path = entry.unwrap().path();
        std::fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
    }
    assert_eq!(chain.restart(store()), None, "an older checkpoint is brought up to date");
    chain.assert_reads();
    reset(&mut chain);
    std::fs::read_dir(dir.path()).unwrap().for_each(|entry| std::fs::remove_file(entry.unwrap().path()).unwrap());
    assert_eq!(chain.restart(store()), None);
    chain.assert_reads();
    assert_eq!(chain.storage.latest().storage(&address, &word).unwrap(), word);
}

/// Lets go of the store, as the end of a process does.
fn reset(chain: &mut Chain) {
    chain.storage = open(&chain.spec, Arc::new(MemoryStore::new()), &chain.ledger, CheckpointMode::Inline).0;
}

#[test]
fn the_background_thread_writes_what_is_left_when_it_ends() {
    let store = MemoryStore::new();
    let mut chain = Chain::on(8, Arc::new(store.clone()), CheckpointMode::Background);
    chain.grow(33);
    chain.assert_reads();
    reset(&mut chain);
    chain.restart(Arc::new(store));
    assert_eq!(chain.storage.checkpoint_height(), 33);
    chain.assert_reads();
}

/// A disk that is full for a while.
#[derive(Debug)]
struct Full {
    store: MemoryStore,
    full: AtomicBool,
}

impl KvStore for Full {
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>, KvError> {
        self.store.get(table, key)
    }

    fn scan(&self, table: Table, from: &[u8], visit: &mut Visit<'_>) -> Result<(), KvError> {
        self.store.scan(table, from, visit)
    }

    fn commit(&self, rows: &[Row]) -> Result<(), KvError> {
        if self.full.load(Ordering::Relaxed) {
            return Err(KvError::Store("no space left".to_owned()));
        }
        self.store.commit(rows)
    }

    fn clear(&self) -> Result<(), KvError> {
        self.store.clear()
    }
}

#[test]
fn a_full_disk_loses_nothing() {
    let store = Arc::new(Full { store: MemoryStore::new(), full: AtomicBool::new(true) });
    let mut chain = Chain::on(9, store.clone(), CheckpointMode::Inline);
    chain.grow(60);
    assert_eq!(chain.storage.checkpoint_height(), 0);
    chain.assert_reads();
    store.full.store(false, Ordering::Relaxed);
    chain.grow(2);
    assert!(chain.storage.checkpoint_height() >= 60);
    chain.assert_reads();
}

#[test]
fn a_new_chain_needs_no_checkpoint() {
    let spec = ChainSpec::dev();
    let chain = Chain::new(10, &MemoryStore::new());
    assert_eq!((chain.storage.checkpoint_height(), chain.storage.head()), (0, spec.genesis().id()));
    assert_eq!(keyring(&spec).chain_id(), spec.chain_id());
}

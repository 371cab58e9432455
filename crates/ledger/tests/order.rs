//! Puts in any order, certificates late or absent, and what a data folder refuses.

mod chain;

use althing_keys::{Assurance, Keyring, LedgerSecret};
use althing_ledger::{
    Ledger, LedgerError, OpenOptions,
    fs::{MemFs, RealFs},
};
use althing_primitives::{Bytes, Header};
use chain::{
    CHAIN_ID, DIR, MARKER, assert_holds, block, certificate, chain, fill, genesis, keyring, open, put, transaction,
};
use std::{path::Path, sync::Arc};

#[test]
fn blocks_arrive_in_any_order_and_gaps_are_known() {
    let blocks = chain(9);
    let fs = MemFs::new();
    let (mut ledger, _) = open(&fs).unwrap();
    for height in [7, 2, 9, 1, 8] {
        put(&ledger, &blocks[height]);
        put(&ledger, &blocks[height]);
    }
    ledger.sync().unwrap();
    for _ in 0..2 {
        assert_eq!((ledger.contiguous_height(), ledger.last_height()), (2, Some(9)));
        assert_eq!(ledger.missing_items(1, 3), [3, 4, 5]);
        assert_eq!(ledger.missing_items(1, 99), [3, 4, 5, 6]);
        assert_eq!(ledger.next_gap(1), (Some(2), Some(7)));
        assert_eq!(ledger.next_gap(4), (None, Some(7)));
        assert_eq!(ledger.next_gap(9), (Some(9), None));
        assert_eq!(ledger.block(5).unwrap(), None);
        drop(ledger);
        ledger = open(&fs).unwrap().0;
    }
    blocks.iter().for_each(|block| put(&ledger, block));
    assert_eq!(ledger.contiguous_height(), 9);
    assert_holds(&ledger, &blocks);
}

#[test]
fn another_block_at_a_height_is_a_conflict() {
    let blocks = chain(2);
    let (ledger, _) = open(&MemFs::new()).unwrap();
    put(&ledger, &blocks[1]);
    let other = Arc::new(block(&blocks[0], vec![transaction(99, Bytes::new())]));
    let encoded = althing_ledger::encode_block(&other, &keyring()).unwrap();
    assert!(matches!(ledger.put_block(&encoded, &other), Err(LedgerError::Conflict(1))));
    assert!(matches!(ledger.put_certificate(&certificate(&other)), Err(LedgerError::Conflict(1))));
}

#[test]
fn a_block_without_certificate_is_proven_by_the_nearest_later_one() {
    let blocks = chain(8);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    blocks[1..].iter().for_each(|block| put(&ledger, block));
    for height in [6, 3] {
        ledger.put_certificate(&certificate(&blocks[height])).unwrap();
    }
    ledger.sync().unwrap();
    drop(ledger);
    let (ledger, _) = open(&fs).unwrap();
    let own = ledger.certificate_from(3).unwrap().unwrap();
    assert_eq!((own.certificate, own.headers.len()), (certificate(&blocks[3]), 0));
    let later = ledger.certificate_from(4).unwrap().unwrap();
    assert_eq!(later.certificate, certificate(&blocks[6]));
    let headers: Vec<Header> = [5, 6].map(|height: usize| blocks[height].header.clone()).to_vec();
    assert_eq!(later.headers, headers);
    assert_eq!(ledger.certificate_from(7).unwrap(), None);
    assert_eq!(ledger.certificate(4).unwrap(), None);
    assert_eq!((ledger.last_certificate(), ledger.has_certificate(6)), (Some(6), true));
    assert_eq!(ledger.certificate_ranges_from(4), [(6, 6)]);
}

#[test]
fn nothing_is_written_in_the_clear() {
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    let next = Arc::new(block(&genesis(), vec![transaction(0, Bytes::copy_from_slice(&MARKER))]));
    fill(&ledger, &[next]);
    let changeset = ledger.changeset(1).unwrap().unwrap();
    assert!(changeset.accounts[0].storage[0].1.to_be_bytes::<32>().starts_with(&MARKER));
    for (path, bytes) in fs.dump() {
        assert!(!bytes.windows(12).any(|window| window == &MARKER[..12]), "{}", path.display());
    }
}

#[test]
fn a_folder_is_for_one_process_one_genesis_and_one_key() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().join("ledger");
    let open = |keyring: Arc<Keyring>, genesis: &_| {
        Ledger::open(Arc::new(RealFs), &at, keyring, genesis, OpenOptions::default())
    };
    let blocks = chain(4);
    let (ledger, _) = open(keyring(), &genesis()).unwrap();
    fill(&ledger, &blocks[1..]);
    let locked = open(keyring(), &genesis()).err().unwrap();
    assert_eq!(locked.to_string(), "data folder is locked by another process");
    drop(ledger);
    let other = chain::block(&genesis(), vec![]);
    let differs = open(chain::keyring_for(&other), &other).err().unwrap();
    assert!(differs.to_string().starts_with("genesis differs from the data folder"), "{differs}");
    let secret = LedgerSecret::from_bytes([1; 32]);
    let stranger = Arc::new(Keyring::new(&secret, CHAIN_ID, genesis().hash(), Assurance::InsecureVirtual));
    assert!(matches!(open(stranger, &genesis()), Err(LedgerError::WrongKey)));
    let (ledger, recovery) = open(keyring(), &genesis()).unwrap();
    assert!(recovery.dropped.is_empty());
    assert_holds(&ledger, &blocks);
}

#[test]
fn what_was_put_reads_back_without_the_cache() {
    let blocks = chain(5);
    let fs = MemFs::new();
    fill(&open(&fs).unwrap().0, &blocks[1..]);
    let (ledger, _) = open(&fs).unwrap();
    for block in &blocks[1..] {
        let (recovered, receipts, changeset) = chain::derived(block);
        let height = block.number();
        assert_eq!(ledger.header(height).unwrap().as_ref(), Some(&block.header));
        assert_eq!(ledger.recovered(height).unwrap().unwrap(), recovered);
        assert_eq!(ledger.receipts(height).unwrap().unwrap(), receipts);
        assert_eq!(ledger.changeset(height).unwrap().unwrap(), changeset);
        assert_eq!(ledger.senders(height).unwrap().unwrap(), recovered.senders());
    }
    assert_eq!(ledger.derived_height(), 5);
    assert!(Path::new(DIR).is_absolute());
}

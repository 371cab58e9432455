//! A block's EIP-7685 requests: read by anyone, authenticated for those who hold the key.

mod chain;

use althing_ledger::{
    LedgerError, PublicBlock, PublicLedger, Stream,
    fs::{Fs, MemFs},
};
use althing_primitives::{eips::eip7685::Requests, hex};
use chain::{DIR, MARKER, chain, derived, derived_path, fill, open, put, requests, truth};
use std::{path::Path, sync::Arc};

fn filled(length: u64) -> MemFs {
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    fill(&ledger, &chain(length)[1..]);
    ledger.sync_derived().unwrap();
    fs
}

fn public(fs: &MemFs) -> (PublicLedger, Vec<PublicBlock>) {
    let ledger = PublicLedger::open(Arc::new(fs.clone()), Path::new(DIR)).unwrap();
    let blocks = ledger.blocks().collect::<Result<_, _>>().unwrap();
    (ledger, blocks)
}

fn bytes(fs: &MemFs, path: &Path) -> Vec<u8> {
    fs.dump().into_iter().find(|(name, _)| name == path).unwrap().1
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn requests_of_every_block_are_read_with_and_without_a_key() {
    let fs = filled(5);
    let (public, blocks) = public(&fs);
    let (ledger, _) = open(&fs).unwrap();
    for block in &blocks {
        let expected = requests(block.header.number);
        assert_eq!(public.requests(block).unwrap(), expected);
        assert_eq!(ledger.requests(block.header.number).unwrap(), Some(expected));
    }
    assert_eq!(ledger.requests(6).unwrap(), None);
}

#[test]
fn only_requests_and_headers_are_in_the_clear() {
    let (truth, derived) = (bytes(&filled(3), &truth(0)), bytes(&filled(3), &derived_path(0)));
    assert!(contains(&derived, &requests(3)[0]));
    assert!(!contains(&derived, &MARKER));
    assert!(contains(&truth, chain(3)[3].header.transactions_root.as_slice()));
}

/// Alters a byte of the first requests record and mends its checksums, as a forger would.
fn forge(fs: &MemFs, at: usize) {
    let mut bytes = bytes(fs, &derived_path(0));
    let payload = u32::from_be_bytes(bytes[68..72].try_into().unwrap()) as usize;
    assert!(at < payload);
    bytes[128 + at] ^= 1;
    let crc = crc32fast::hash(&bytes[128..128 + payload]);
    bytes[120..124].copy_from_slice(&crc.to_be_bytes());
    let crc = crc32fast::hash(&bytes[64..124]);
    bytes[124..128].copy_from_slice(&crc.to_be_bytes());
    fs.open(&derived_path(0), false).unwrap().write_all_at(&bytes, 0).unwrap();
}

#[test]
fn forged_requests_are_refused_by_header_and_seal() {
    let whole = filled(1);
    let section = 5 + 1 + 42;
    for at in 0..section + 80 {
        let fs = whole.copy();
        forge(&fs, at);
        let (ledger, blocks) = public(&fs);
        let read = ledger.requests(&blocks[1]);
        if at < section {
            let Err(LedgerError::Damaged(damage)) = &read else { panic!("byte {at}: {read:?}") };
            assert_eq!((damage.stream, damage.last_good_height), (Stream::Derived, Some(0)));
        } else {
            assert_eq!(read.unwrap(), requests(1), "the seal is for those who hold the key");
        }
        assert!(matches!(open(&fs).unwrap().0.requests(1), Err(LedgerError::Damaged(_))), "byte {at}");
    }
}

#[test]
fn a_ledger_that_kept_no_requests_says_so_and_takes_them_when_replayed() {
    let blocks = chain(2);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    for block in &blocks[1..] {
        put(&ledger, block);
        let (recovered, receipts, changeset) = derived(block);
        ledger.put_derived(&recovered, &receipts, &changeset, &Requests::default()).unwrap();
    }
    assert_eq!(ledger.derived_height(), 2);
    assert_eq!((ledger.requests(1).unwrap(), ledger.requests(2).unwrap()), (None, Some(Requests::default())));
    let (before, records) = public(&fs);
    assert!(matches!(before.requests(&records[1]), Err(LedgerError::NoRequests(1))));
    assert_eq!(before.requests(&records[2]).unwrap(), Requests::default());
    blocks[1..].iter().for_each(|block| chain::put_derived(&ledger, block));
    assert_eq!(public(&fs).0.requests(&records[1]).unwrap(), requests(1));
}

#[test]
fn derived_records_cut_off_or_removed_leave_the_requests_before_readable() {
    let fs = filled(5);
    let length = bytes(&fs, &derived_path(0)).len() as u64;
    fs.open(&derived_path(0), false).unwrap().truncate(length / 3).unwrap();
    let (ledger, blocks) = public(&fs);
    let read: Vec<bool> = blocks.iter().map(|block| ledger.requests(block).is_ok()).collect();
    assert_eq!(read, [true, true, true, false, true, false]);
    assert!(matches!(ledger.requests(&blocks[3]), Err(LedgerError::NoRequests(3))));
    fs.remove(&derived_path(0)).unwrap();
    let (ledger, blocks) = public(&fs);
    assert!(matches!(ledger.requests(&blocks[1]), Err(LedgerError::NoRequests(1))));
}

#[test]
fn truth_that_was_cut_within_a_record_is_said_so() {
    let fs = filled(3);
    assert!(public(&fs).0.cut().is_none());
    let length = bytes(&fs, &truth(0)).len() as u64;
    fs.open(&truth(0), false).unwrap().truncate(length - 40).unwrap();
    let (ledger, blocks) = public(&fs);
    assert_eq!((blocks.len(), blocks[3].certificate.is_none()), (4, true));
    assert!(ledger.cut().is_some_and(|cut| cut.stream == Stream::Truth && !cut.damaged));
}

/// A derived segment as version 1 wrote it, for blocks 1 and 2; salts are random, so it is read only.
#[test]
fn derived_records_of_version_1_read() {
    let segment = hex::decode(include_str!("fixtures/derived_v1.hex").trim()).unwrap();
    let blocks = chain(2);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    blocks[1..].iter().for_each(|block| put(&ledger, block));
    ledger.sync().unwrap();
    drop(ledger);
    fs.open(&derived_path(0), false).unwrap().write_all_at(&segment, 0).unwrap();
    let (ledger, recovery) = open(&fs).unwrap();
    assert!(recovery.dropped.is_empty());
    assert_eq!(ledger.derived_height(), 2);
    for block in &blocks[1..] {
        let (height, (recovered, receipts, changeset)) = (block.number(), derived(block));
        assert_eq!(ledger.senders(height).unwrap().unwrap(), recovered.senders());
        assert_eq!(ledger.receipts(height).unwrap().unwrap(), receipts);
        assert_eq!(ledger.changeset(height).unwrap().unwrap(), changeset);
        assert_eq!(ledger.requests(height).unwrap().unwrap(), requests(height));
    }
}

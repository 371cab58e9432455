//! Damage to complete records: named and refused, cut off when healing, never read as a block.

mod chain;

use althing_ledger::{
    LedgerError, OpenMode, OpenOptions, PublicLedger, Stream,
    fs::{Fs, MemFs},
};
use chain::{DIR, assert_holds, chain, derived_path, fill, heal, open, open_with, truth};
use std::{path::Path, sync::Arc};

fn filled(length: u64) -> MemFs {
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    fill(&ledger, &chain(length)[1..]);
    ledger.sync_derived().unwrap();
    fs
}

fn length(fs: &MemFs, path: &Path) -> u64 {
    fs.open(path, false).unwrap().len().unwrap()
}

#[test]
fn a_flipped_bit_anywhere_in_truth_stops_the_node_and_names_the_place() {
    let blocks = chain(3);
    let fs = filled(3);
    for offset in 0..length(&fs, &truth(0)) {
        let fs = fs.copy();
        fs.flip_bit(&truth(0), offset, (offset % 8) as u8);
        match open(&fs).map(|_| ()) {
            Err(LedgerError::Damaged(damage)) => {
                assert_eq!((damage.stream, damage.segment.as_str()), (Stream::Truth, "00000000.seg"));
                assert!(damage.offset <= offset, "byte {offset}");
                let good = damage.last_good_height;
                let (healed, recovery) = heal(&fs).unwrap_or_else(|error| panic!("byte {offset}: {error}"));
                assert!(recovery.dropped.iter().any(|dropped| dropped.stream == Stream::Truth && dropped.damaged));
                assert_eq!(healed.contiguous_height(), good.unwrap_or(0), "byte {offset}");
                fill(&healed, &blocks[1..]);
                assert_holds(&healed, &blocks);
            }
            other => panic!("byte {offset}: {other:?}"),
        }
    }
}

#[test]
fn a_flipped_bit_in_derived_is_dropped() {
    let blocks = chain(3);
    let fs = filled(3);
    for offset in 0..length(&fs, &derived_path(0)) {
        let fs = fs.copy();
        fs.flip_bit(&derived_path(0), offset, 2);
        let (ledger, recovery) = open(&fs).unwrap_or_else(|error| panic!("byte {offset}: {error}"));
        assert_eq!(recovery.dropped.len(), 1);
        assert!(ledger.derived_height() < 3);
        fill(&ledger, &blocks[1..]);
        assert_eq!(ledger.derived_height(), 3);
    }
}

#[test]
fn a_message_names_segment_and_last_good_height() {
    let fs = filled(3);
    fs.flip_bit(&truth(0), length(&fs, &truth(0)) - 30, 0);
    let text = open(&fs).err().unwrap().to_string();
    assert!(text.contains("00000000.seg") && text.contains("last good height 3"), "{text}");
}

#[test]
fn damage_in_a_segment_that_is_not_checked_at_open_is_found_when_read() {
    let options = OpenOptions { segment_bytes: 1_500, checked_bytes: 0, ..OpenOptions::default() };
    let blocks = chain(9);
    let fs = MemFs::new();
    fill(&open_with(&fs, options).unwrap().0, &blocks[1..]);
    fs.flip_bit(&truth(0), 64 + 64 + 700, 1);
    let (ledger, _) = open_with(&fs, options).unwrap();
    let damaged = (0..=9).filter(|height| matches!(ledger.block(*height), Err(LedgerError::Damaged(_)))).count();
    let certificates = (0..=9).filter(|height| ledger.certificate(*height).is_err()).count();
    assert_eq!(damaged + certificates, 1);
    drop(ledger);
    let (ledger, _) = open_with(&fs, OpenOptions { mode: OpenMode::Heal, ..options }).unwrap();
    fill(&ledger, &blocks[1..]);
    assert_holds(&ledger, &blocks);
}

#[test]
fn a_record_with_a_forged_checksum_does_not_open() {
    let fs = filled(3);
    let file = fs.open(&truth(0), false).unwrap();
    let mut bytes = vec![0; file.len().unwrap() as usize];
    file.read_exact_at(&mut bytes, 0).unwrap();
    // Block 3 is the last record but one: alter its sealed section and mend both checksums.
    let start = bytes.windows(4).enumerate().filter(|(_, window)| window == b"AlRc").map(|(at, _)| at).nth(5).unwrap();
    let payload = u32::from_be_bytes(bytes[start + 4..start + 8].try_into().unwrap()) as usize;
    bytes[start + 64 + payload - 20] ^= 1;
    let crc = crc32fast::hash(&bytes[start + 64..start + 64 + payload]);
    bytes[start + 56..start + 60].copy_from_slice(&crc.to_be_bytes());
    let crc = crc32fast::hash(&bytes[start..start + 60]);
    bytes[start + 60..start + 64].copy_from_slice(&crc.to_be_bytes());
    file.write_all_at(&bytes, 0).unwrap();
    let error = open(&fs).err().unwrap();
    assert!(error.to_string().contains("does not open"), "{error}");
    let (healed, _) = heal(&fs).unwrap();
    assert_eq!(healed.contiguous_height(), 2);
}

#[test]
fn missing_and_swapped_segments_are_damage() {
    let options = OpenOptions { segment_bytes: 1_500, ..OpenOptions::default() };
    let fs = MemFs::new();
    fill(&open_with(&fs, options).unwrap().0, &chain(9)[1..]);
    let missing = fs.copy();
    missing.remove(&truth(1)).unwrap();
    assert!(
        matches!(open_with(&missing, options), Err(LedgerError::Damaged(damage)) if damage.what == "segment is missing")
    );
    let swapped = fs.copy();
    let (one, two) = (swapped.open(&truth(1), false).unwrap(), swapped.open(&truth(2), false).unwrap());
    let mut bytes = vec![0; two.len().unwrap() as usize];
    two.read_exact_at(&mut bytes, 0).unwrap();
    one.truncate(0).unwrap();
    one.write_all_at(&bytes, 0).unwrap();
    assert!(
        matches!(open_with(&swapped, options), Err(LedgerError::Damaged(damage)) if damage.what == "segment is out of place")
    );
}

#[test]
fn public_sections_are_verified_without_a_key() {
    let blocks = chain(5);
    let fs = filled(5);
    let public = PublicLedger::open(Arc::new(fs.clone()), Path::new(DIR)).unwrap();
    assert_eq!((public.chain_id(), public.genesis()), (chain::CHAIN_ID, blocks[0].hash()));
    let records: Vec<_> = public.blocks().collect::<Result<_, _>>().unwrap();
    assert_eq!(records.len(), 6);
    for (record, block) in records.iter().zip(&blocks) {
        assert_eq!((record.hash, &record.header), (block.hash(), &block.header));
        let expected = (block.number() > 0).then(|| chain::certificate(block));
        assert_eq!(record.certificate, expected);
    }
    fs.flip_bit(&truth(0), 400, 0);
    assert!(PublicLedger::open(Arc::new(fs), Path::new(DIR)).is_err());
}

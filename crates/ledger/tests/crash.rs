//! Power failures at every moment of a write: what was synced is there, the rest is dropped.

mod chain;

use althing_ledger::{
    OpenOptions, Stream,
    fs::{Crash, MemFs},
};
use chain::{assert_holds, certificate, chain, derived, fill, open, open_with, put, put_derived, truth};
use proptest::prelude::*;

/// A disk with `synced` blocks durable and one more written but not synced.
fn disk_with_unsynced_block(blocks: &[std::sync::Arc<althing_primitives::Block>]) -> MemFs {
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    let (last, before) = blocks.split_last().unwrap();
    fill(&ledger, &before[1..]);
    put(&ledger, last);
    ledger.put_certificate(&certificate(last)).unwrap();
    fs
}

#[test]
fn a_write_cut_at_any_byte_is_dropped_and_said_so() {
    let blocks = chain(4);
    let fs = disk_with_unsynced_block(&blocks);
    let whole = fs.dump().into_iter().find(|(path, _)| *path == truth(0)).unwrap().1.len() as u64;
    let synced = {
        let lost = fs.copy();
        lost.crash(Crash::LoseUnsynced);
        lost.dump().into_iter().find(|(path, _)| *path == truth(0)).unwrap().1.len() as u64
    };
    let mut held = 0;
    for kept in 0..=whole - synced {
        let fs = fs.copy();
        fs.crash(Crash::KeepBytes(kept));
        let (ledger, recovery) = open(&fs).unwrap_or_else(|error| panic!("{kept} bytes kept: {error}"));
        assert_holds(&ledger, &blocks[..4]);
        let dropped = recovery.dropped.iter().find(|dropped| dropped.stream == Stream::Truth);
        held += u64::from(ledger.hash(4).is_some());
        let at_record_end = kept == 0 || dropped.is_none();
        assert!(at_record_end || dropped.is_some_and(|dropped| !dropped.damaged && dropped.bytes > 0));
        fill(&ledger, &blocks[4..]);
        drop(ledger);
        let (ledger, recovery) = open(&fs).unwrap();
        assert!(recovery.dropped.is_empty(), "the first open repaired everything");
        assert_holds(&ledger, &blocks);
    }
    assert!(held > 0 && held < whole - synced, "both outcomes occur");
}

#[test]
fn sectors_that_were_never_written_are_no_damage() {
    let blocks = chain(4);
    let fs = disk_with_unsynced_block(&blocks);
    for seed in 0..500 {
        let fs = fs.copy();
        fs.crash(Crash::Sectors(seed));
        let (ledger, _) = open(&fs).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_holds(&ledger, &blocks[..4]);
    }
}

#[test]
fn a_crash_while_the_ledger_is_made_leaves_one_that_opens() {
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    drop(ledger);
    for path in [truth(0), chain::derived_path(0)] {
        for length in [0, 1, 63, 64, 65, 200] {
            let fs = fs.copy();
            let file = althing_ledger::fs::Fs::open(&fs, &path, false).unwrap();
            if file.len().unwrap() >= length {
                file.truncate(length).unwrap();
                let (ledger, _) = open(&fs).unwrap();
                assert_holds(&ledger, &chain(0));
            }
        }
    }
}

#[test]
fn rotation_survives_a_crash_at_any_moment() {
    let blocks = chain(12);
    let options = OpenOptions { segment_bytes: 2_000, ..OpenOptions::default() };
    for crash in [Crash::LoseUnsynced, Crash::KeepAll, Crash::KeepBytes(100), Crash::Sectors(5)] {
        let fs = MemFs::new();
        for height in 1..blocks.len() {
            let (ledger, _) = open_with(&fs, options).unwrap();
            fill(&ledger, &blocks[height..=height]);
            if let Some(next) = blocks.get(height + 1) {
                put(&ledger, next);
            }
            drop(ledger);
            fs.crash(crash);
            assert_holds(&open_with(&fs, options).unwrap().0, &blocks[..=height]);
        }
        assert!(fs.dump().iter().filter(|(path, _)| path.starts_with("/data/ledger/truth")).count() > 3);
    }
}

#[test]
fn a_failed_sync_stops_the_ledger() {
    let blocks = chain(3);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    put(&ledger, &blocks[1]);
    fs.fail_syncs();
    assert!(ledger.sync().is_err());
    assert!(ledger.sync().is_err(), "a later sync proves nothing about the lost pages");
    let encoded = althing_ledger::encode_block(&blocks[2], &chain::keyring()).unwrap();
    assert!(ledger.put_block(&encoded, &blocks[2]).is_err());
}

#[test]
fn one_sync_covers_every_put_before_it_and_none_is_made_for_nothing() {
    let blocks = chain(3);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    let before = fs.syncs();
    put(&ledger, &blocks[1]);
    ledger.put_certificate(&certificate(&blocks[1])).unwrap();
    let (first, second) = (ledger.start_sync(), ledger.start_sync());
    first.wait().unwrap();
    second.wait().unwrap();
    ledger.sync().unwrap();
    put_derived(&ledger, &blocks[1]);
    assert_eq!(fs.syncs() - before, 1);
}

#[test]
fn derived_that_was_lost_is_missed_and_put_again() {
    let blocks = chain(3);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    fill(&ledger, &blocks[1..]);
    drop(ledger);
    fs.crash(Crash::LoseUnsynced);
    let (ledger, _) = open(&fs).unwrap();
    assert_holds(&ledger, &blocks);
    assert_eq!((ledger.derived_height(), ledger.receipts(2).unwrap()), (0, None));
    assert_eq!(ledger.recovered(2).unwrap().unwrap().senders(), derived(&blocks[2]).0.senders());
    blocks[1..].iter().for_each(|block| put_derived(&ledger, block));
    assert_eq!(ledger.derived_height(), 3);
    assert_eq!(ledger.receipts(2).unwrap().unwrap(), derived(&blocks[2]).1);
}

#[test]
fn what_was_derived_from_a_lost_block_is_not_taken_for_its_successors() {
    let blocks = chain(2);
    let fs = MemFs::new();
    let (ledger, _) = open(&fs).unwrap();
    put(&ledger, &blocks[1]);
    ledger.sync().unwrap();
    put(&ledger, &blocks[2]);
    put_derived(&ledger, &blocks[2]);
    drop(ledger);
    // The derived file happened to reach the disk, the block did not.
    let derived_file = fs.dump().into_iter().find(|(path, _)| *path == chain::derived_path(0)).unwrap().1;
    fs.crash(Crash::LoseUnsynced);
    let file = althing_ledger::fs::Fs::open(&fs, &chain::derived_path(0), true).unwrap();
    file.write_all_at(&derived_file, 0).unwrap();
    let (ledger, _) = open(&fs).unwrap();
    assert_eq!((ledger.hash(2), ledger.receipts(2).unwrap()), (None, None));
    let other = std::sync::Arc::new(chain::block(&blocks[1], vec![chain::transaction(7, Default::default())]));
    put(&ledger, &other);
    put_derived(&ledger, &other);
    assert_eq!(ledger.receipts(2).unwrap().unwrap(), derived(&other).1);
    drop(ledger);
    assert_eq!(open(&fs).unwrap().0.receipts(2).unwrap().unwrap(), derived(&other).1);
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Put(usize),
    Certify(usize),
    Derive(usize),
    Sync,
    Crash(Crash),
}

fn step() -> impl Strategy<Value = Step> {
    let crash = prop_oneof![
        Just(Crash::LoseUnsynced),
        Just(Crash::KeepAll),
        (0u64..4000).prop_map(Crash::KeepBytes),
        any::<u64>().prop_map(Crash::Sectors),
    ];
    prop_oneof![
        6 => (1usize..10).prop_map(Step::Put),
        3 => (1usize..10).prop_map(Step::Certify),
        3 => (1usize..10).prop_map(Step::Derive),
        3 => Just(Step::Sync),
        2 => crash.prop_map(Step::Crash),
    ]
}

proptest! {
    #[test]
    fn what_was_synced_survives_any_history(steps in prop::collection::vec(step(), 1..60)) {
        let blocks = chain(9);
        let fs = MemFs::new();
        let options = OpenOptions { segment_bytes: 3_000, ..OpenOptions::default() };
        let (mut ledger, _) = open_with(&fs, options).unwrap();
        let (mut written, mut durable) = (vec![false; 10], vec![false; 10]);
        for step in steps {
            match step {
                Step::Put(height) => {
                    put(&ledger, &blocks[height]);
                    written[height] = true;
                }
                Step::Certify(height) => ledger.put_certificate(&certificate(&blocks[height])).unwrap(),
                Step::Derive(height) if written[height] => put_derived(&ledger, &blocks[height]),
                Step::Derive(_) => {}
                Step::Sync => {
                    ledger.sync().unwrap();
                    durable.clone_from(&written);
                }
                Step::Crash(crash) => {
                    drop(ledger);
                    fs.crash(crash);
                    ledger = open_with(&fs, options).unwrap().0;
                    for height in 1..10 {
                        let held = ledger.block(height as u64).unwrap();
                        prop_assert!(!durable[height] || held.is_some(), "block {height} was synced");
                        prop_assert!(held.is_none_or(|held| held == blocks[height]));
                        durable[height] = ledger.hash(height as u64).is_some();
                    }
                    written.clone_from(&durable);
                }
            }
        }
    }
}

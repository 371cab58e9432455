//! `althing governance replay` and `althing ledger verify`: governance from a copy of the ledger, without a key.

use crate::support::{Althing, Finished, run};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// Of the first published account, the member of a development chain.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// Kinds of records in a ledger.
const BLOCK: u8 = 1;
const CERTIFICATE: u8 = 2;
const REQUESTS: u8 = 6;

/// A chain that governed itself: its folder, and what `althing governance export` said at the end.
struct Governed {
    dir: tempfile::TempDir,
    export: Value,
}

/// One for all tests of this file.
fn governed() -> &'static Governed {
    static GOVERNED: OnceLock<Governed> = OnceLock::new();
    GOVERNED.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let mut node = Althing::dev(dir.path(), &[]);
        let url = format!("http://{}", node.rpc().0);
        let member = |words: &[&str]| {
            let done = run(&[&["member"], words, &["--rpc", &url, "--private-key", KEY]].concat());
            assert_eq!(done.code, Some(0), "{words:?}: {}", done.talk);
        };
        member(&["propose", "--call", "Parameters.setBlockTime", "700", "--description", "slower blocks"]);
        member(&["vote", "latest", "for", "--reason", "less noise"]);
        member(&["propose", "--call", "Parameters.setGasLimit", "60000000", "--description", "smaller blocks"]);
        member(&["vote", "latest", "against"]);
        let export = run(&["governance", "export", "--rpc", &url]);
        assert_eq!(export.code, Some(0), "{}", export.talk);
        assert_eq!(node.stop().code, Some(0));
        Governed { dir, export: serde_json::from_str(&export.output).unwrap() }
    })
}

fn replay(dir: &Path, more: &[&str]) -> Finished {
    run(&[&["governance", "replay", "--ledger", dir.to_str().unwrap()], more].concat())
}

fn replay_json(dir: &Path, more: &[&str]) -> Value {
    let replayed = replay(dir, &[&["--json"], more].concat());
    assert_eq!(replayed.code, Some(0), "{}", replayed.talk);
    serde_json::from_str(&replayed.output).unwrap()
}

/// The public files alone: genesis and ledger.
fn copy() -> tempfile::TempDir {
    let (from, to) = (governed().dir.path(), tempfile::tempdir().unwrap());
    fs::copy(from.join("genesis.json"), to.path().join("genesis.json")).unwrap();
    for stream in ["truth", "derived"] {
        let (from, to) = (from.join("ledger").join(stream), to.path().join("ledger").join(stream));
        fs::create_dir_all(&to).unwrap();
        for file in fs::read_dir(from).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
    to
}

#[test]
fn a_replay_finds_what_the_node_said() {
    let told = &governed().export;
    let dir = copy();
    let found = replay_json(dir.path(), &[]);
    for section in ["constitution", "members", "nodes", "access", "parameters", "recovery", "namedInEvents"] {
        assert_eq!(found["state"][section], told[section], "{section}");
    }
    assert_eq!(found["state"]["parameters"]["blockTime"], json!(700));
    let [accepted, refused] = found["proposals"].as_array().unwrap().as_slice() else { panic!("{found:#}") };
    assert_eq!(accepted["state"], json!("Executed"));
    assert_eq!((&refused["state"], &refused["against"]), (&told["proposals"][1]["state"], &json!("1")));
    assert_eq!(accepted["id"], told["proposals"][0]["id"]);
    assert_eq!(accepted["description"], "slower blocks");
    assert_eq!(accepted["calls"][0]["text"], "Parameters.setBlockTime(milliseconds: 700)");
    let ballot = &accepted["ballots"][0];
    assert_eq!(
        (&ballot["member"], &ballot["support"], &ballot["reason"]),
        (&json!(1), &json!("for"), &json!("less noise"))
    );
    assert!(ballot["time"].as_u64().is_some_and(|time| time > 1_700_000_000));
    let happened = |proposal: &Value| {
        let events = proposal["history"].as_array().unwrap().iter();
        events.map(|event| event["event"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(happened(accepted), ["ProposalCreated", "VoteCast", "ProposalExecuted"]);
    assert_eq!(happened(refused), ["ProposalCreated", "VoteCast"]);
}

#[test]
fn a_replay_reads_as_a_page_and_ends_where_it_is_told() {
    let dir = copy();
    let page = replay(dir.path(), &[]);
    assert_eq!(page.code, Some(0), "{}", page.talk);
    for expected in
        ["form a chain from the genesis", "Parameters.setBlockTime(milliseconds: 700)", "less noise", "Executed"]
    {
        assert!(page.output.contains(expected), "{expected}: {}", page.output);
    }
    let (ledger, genesis) = (dir.path().join("ledger"), dir.path().join("genesis.json"));
    let first = replay_json(&ledger, &["--genesis", genesis.to_str().unwrap(), "--at", "0"]);
    assert_eq!(first["proposals"], json!([]));
    assert_ne!(first["state"]["parameters"]["blockTime"], json!(700));
    let beyond = replay(dir.path(), &["--at", "100000"]);
    assert!(beyond.talk.contains("block 100000 is not proven: the ledger ends at block"), "{}", beyond.talk);
    let nothing = replay(&dir.path().join("ledger").join("truth"), &[]);
    assert!(nothing.talk.contains("holds no ledger"), "{}", nothing.talk);
    let verified = run(&["ledger", "verify", dir.path().to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "{}", verified.talk);
}

/// A segment of a ledger to tamper with.
struct Segment {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Where a record is: header, payload, filling.
#[derive(Clone, Copy, Debug)]
struct Place {
    start: usize,
    payload_bytes: usize,
    end: usize,
    kind: u8,
    height: u64,
}

impl Segment {
    fn of(dir: &Path, stream: &str) -> Self {
        let path = dir.join("ledger").join(stream).join("00000000.seg");
        let bytes = fs::read(&path).unwrap();
        Self { path, bytes }
    }

    fn records(&self) -> Vec<Place> {
        let mut found = Vec::new();
        let mut start = 64;
        while start + 64 <= self.bytes.len() {
            let payload_bytes = u32::from_be_bytes(self.bytes[start + 4..start + 8].try_into().unwrap()) as usize;
            let height = u64::from_be_bytes(self.bytes[start + 12..start + 20].try_into().unwrap());
            let end = start + 64 + payload_bytes.next_multiple_of(16);
            found.push(Place { start, payload_bytes, end, kind: self.bytes[start + 8], height });
            start = end;
        }
        found
    }

    fn find(&self, kind: u8, height: u64) -> Place {
        self.records().into_iter().find(|place| (place.kind, place.height) == (kind, height)).unwrap()
    }

    /// Flips a bit of a payload and mends the checksums, as a forger would.
    fn forge(mut self, place: Place, at: usize) {
        let Place { start, payload_bytes, .. } = place;
        self.bytes[start + 64 + at] ^= 1;
        let payload = crc32fast::hash(&self.bytes[start + 64..start + 64 + payload_bytes]);
        self.bytes[start + 56..start + 60].copy_from_slice(&payload.to_be_bytes());
        let header = crc32fast::hash(&self.bytes[start..start + 60]);
        self.bytes[start + 60..start + 64].copy_from_slice(&header.to_be_bytes());
        self.write();
    }

    fn drop_record(mut self, place: Place) {
        self.bytes.drain(place.start..place.end);
        self.write();
    }

    fn cut(mut self, bytes: usize) {
        self.bytes.truncate(self.bytes.len() - bytes);
        self.write();
    }

    fn write(self) {
        fs::write(self.path, self.bytes).unwrap();
    }
}

#[test]
fn whoever_tampers_with_a_ledger_is_told_at_which_block() {
    let whole = copy();
    let found = replay_json(whole.path(), &[]);
    let decided = found["proposals"][0]["history"][2]["block"].as_u64().unwrap();
    let before = decided - 1;
    let tail = Segment::of(whole.path(), "truth").records().pop().unwrap();
    let last = tail.height - u64::from(tail.kind == BLOCK);
    type Tamper = Box<dyn Fn(&Path)>;
    let cases: [(Tamper, String); 7] = [
        (
            Box::new(move |dir| {
                let derived = Segment::of(dir, "derived");
                let place = derived.find(REQUESTS, decided);
                derived.forge(place, 60);
            }),
            format!("requests are not the header's); last good height {before}"),
        ),
        (
            Box::new(move |dir| {
                let derived = Segment::of(dir, "derived");
                let place = derived.find(REQUESTS, decided);
                derived.drop_record(place);
            }),
            format!("block {decided} has requests"),
        ),
        (Box::new(|dir| fs::remove_dir_all(dir.join("ledger").join("derived")).unwrap()), "has requests".to_owned()),
        (
            Box::new(move |dir| {
                let truth = Segment::of(dir, "truth");
                let place = truth.find(CERTIFICATE, decided);
                truth.forge(place, place.payload_bytes - 1);
            }),
            format!("the certificate of block {decided} is not a quorum's"),
        ),
        (
            Box::new(move |dir| {
                let truth = Segment::of(dir, "truth");
                let place = truth.find(BLOCK, decided);
                truth.drop_record(place);
            }),
            format!("the ledger holds no block {decided}"),
        ),
        (
            Box::new(move |dir| {
                let truth = Segment::of(dir, "truth");
                let place = truth.find(BLOCK, decided);
                truth.forge(place, 50);
            }),
            format!("last good height {before}"),
        ),
        (
            Box::new(|dir| Segment::of(dir, "truth").cut(40)),
            format!("is cut off in segment 00000000.seg after block {last}"),
        ),
    ];
    for (tamper, expected) in cases {
        let dir = copy();
        tamper(dir.path());
        let refused = replay(dir.path(), &[]);
        assert_eq!(refused.code, Some(1), "{expected}: {}", refused.output);
        assert!(refused.talk.contains(&expected), "{expected}: {}", refused.talk);
    }
}

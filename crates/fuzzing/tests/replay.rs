//! Seeds, seeds with bytes changed, and past findings through the fuzzer's targets, so that these cannot rot.

#![allow(clippy::disallowed_methods, reason = "reads findings")]

use althing_fuzzing::{Seeds, TARGETS, dictionary};
use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};
use std::{fs, path::Path};

#[test]
fn every_target_takes_its_seeds_and_changed_ones() {
    let seeds = Seeds::own();
    let mut rng = StdRng::seed_from_u64(0);
    for (name, target) in TARGETS {
        for seed in &seeds.0[name] {
            target(seed);
            (0..50).for_each(|_| target(&changed(seed, &mut rng)));
        }
    }
}

/// A byte or some replaced, dropped or repeated.
fn changed(seed: &[u8], rng: &mut StdRng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.random_range(1..4) {
        let start = rng.random_range(0..bytes.len());
        let end = (start + rng.random_range(1..9)).min(bytes.len());
        match rng.random_range(0..3) {
            0 => rng.fill_bytes(&mut bytes[start..end]),
            1 if end - start < bytes.len() => drop(bytes.drain(start..end)),
            _ => bytes = [&bytes[..end], &bytes[start..]].concat(),
        }
    }
    bytes
}

#[test]
#[allow(clippy::print_stdout, reason = "the finding that fails must be known")]
fn past_findings_stay_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions");
    for (name, target) in TARGETS {
        for finding in fs::read_dir(folder.join(name)).expect("a folder a target") {
            let path = finding.expect("readable").path();
            println!("{}", path.display());
            target(&fs::read(path).expect("readable"));
        }
    }
}

#[test]
fn the_dictionary_names_the_methods() {
    let words = dictionary();
    for word in ["eth_call", "debug_traceCall", "ots_hasCode", "callTracer"] {
        assert!(words.iter().any(|it| it == word), "{word}");
    }
}

//! Writes what the fuzzer begins with: `seeds OUT [DATA]`. `OUT` gets a folder a target and a `dictionary`; `DATA` is
//! the folder of Ethereum's suites, whose requests, blocks, transactions and genesis files are taken too.

#![allow(clippy::disallowed_methods, reason = "reads fixtures and writes seeds")]

use althing_fuzzing::{Seeds, dictionary};
use althing_primitives::{Header, hex, rlp::Decodable};
use eyre::{OptionExt, Result, ensure};
use serde_json::Value;
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const RECORDINGS: [&str; 2] = ["rpc-compat-prague-genesis", "rpc-compat-ladder-prague"];

fn main() -> Result<()> {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let out = arguments.next().ok_or_eyre("seeds OUT [DATA]")?;
    let mut seeds = Seeds::own();
    if let Some(data) = arguments.next() {
        let scratch = out.join("unpacked");
        RECORDINGS.iter().try_for_each(|archive| recording(&mut seeds, &unpack(&data, archive, &scratch)?))?;
        transactions(&mut seeds, &unpack(&data, "ethereum-tests", &scratch)?.join("TransactionTests"))?;
        fs::remove_dir_all(scratch)?;
    }
    write(&seeds, &out)
}

fn unpack(data: &Path, archive: &str, into: &Path) -> Result<PathBuf> {
    fs::create_dir_all(into)?;
    let file = data.join(format!("{archive}.tar.zst"));
    let status = Command::new("tar").arg("--zstd").arg("-xf").arg(&file).arg("-C").arg(into).status()?;
    ensure!(status.success(), "cannot unpack {}", file.display());
    Ok(into.join(archive))
}

/// The requests, the chain's blocks and the genesis of a suite of execution-apis.
fn recording(seeds: &mut Seeds, folder: &Path) -> Result<()> {
    for file in files(folder, "io")? {
        let text = fs::read_to_string(file)?;
        let requests = text.lines().filter_map(|line| line.strip_prefix(">> "));
        add(seeds, "request", requests.map(|request| request.as_bytes().to_vec()));
    }
    for file in files(folder, "rlp")? {
        add(seeds, "block", items(&fs::read(file)?)?);
    }
    for file in files(folder, "json")?.iter().filter(|file| file.ends_with("genesis.json")) {
        add(seeds, "genesis", [fs::read(file)?]);
    }
    Ok(())
}

/// The blocks of a chain's file.
fn items(chain: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut rest = chain;
    let mut items = Vec::new();
    while !rest.is_empty() {
        let before = rest;
        let list = althing_primitives::rlp::Header::decode(&mut rest)?;
        rest = rest.get(list.payload_length..).ok_or_eyre("the last block is cut off")?;
        let item = &before[..before.len() - rest.len()];
        let mut header = althing_primitives::rlp::Header::decode_bytes(&mut &*item, true)?;
        Header::decode(&mut header)?;
        items.push(item.to_vec());
    }
    Ok(items)
}

fn transactions(seeds: &mut Seeds, folder: &Path) -> Result<()> {
    for file in files(folder, "json")? {
        let cases: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
        let bytes = cases.as_object().into_iter().flatten().filter_map(|(_, case)| case["txbytes"].as_str());
        add(seeds, "transaction", bytes.filter_map(|bytes| hex::decode(bytes).ok()));
    }
    Ok(())
}

fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => found.extend(files(&path, extension)?),
            false => found.extend(path.extension().is_some_and(|it| it == extension).then_some(path)),
        }
    }
    Ok(found)
}

fn add(seeds: &mut Seeds, target: &'static str, more: impl IntoIterator<Item = Vec<u8>>) {
    seeds.0.entry(target).or_default().extend(more);
}

fn write(seeds: &Seeds, out: &Path) -> Result<()> {
    for (target, seeds) in &seeds.0 {
        let folder = out.join(target);
        fs::create_dir_all(&folder)?;
        for (number, seed) in seeds.iter().enumerate() {
            fs::write(folder.join(format!("seed-{number:04}")), seed)?;
        }
    }
    let words = dictionary().iter().map(|word| format!("\"{word}\"\n")).collect::<String>();
    Ok(fs::write(out.join("dictionary"), words)?)
}

//! Genesis files of other clients load, and give the hash their chains have.

mod test_data;

use althing_chainspec::{ChainSpec, Genesis, Hardfork};
use althing_primitives::{Block, rlp::Decodable};
use std::path::Path;
use test_data::{files, unpack};

fn read(folder: &Path) -> (ChainSpec, Vec<u8>) {
    let genesis = &files(folder, "genesis.json")[0];
    let chain = &files(folder, "chain.rlp")[0];
    #[allow(clippy::disallowed_methods, reason = "third-party data")]
    let (json, chain) = (std::fs::read(genesis).unwrap(), std::fs::read(chain).unwrap());
    let genesis = Genesis::from_json(std::str::from_utf8(&json).unwrap()).unwrap();
    (genesis.into_spec().unwrap(), chain)
}

#[test]
fn prague_genesis_has_its_published_hash() {
    let Some(folder) = unpack("rpc-compat-prague-genesis.tar.zst") else { return };
    let (spec, chain) = read(folder.path());
    let hash = spec.genesis().hash().to_string();
    assert!(hash.starts_with("0x91aacf1b") && hash.ends_with("8e02"), "{hash}");
    assert_eq!(Block::decode(&mut &chain[..]).unwrap().header.parent_hash, spec.genesis().hash());
}

#[test]
fn ladder_genesis_is_the_parent_of_its_chain_and_every_fork_comes_in_turn() {
    let Some(folder) = unpack("rpc-compat-ladder-prague.tar.zst") else { return };
    let (spec, chain) = read(folder.path());
    let mut chain = &chain[..];
    let mut parent = spec.genesis().hash();
    let mut forks = vec![spec.forks().of(&spec.genesis().header)];
    while !chain.is_empty() {
        let block = Block::decode(&mut chain).unwrap();
        assert_eq!(block.header.parent_hash, parent);
        parent = block.hash();
        let fork = spec.forks().of(&block.header);
        if forks.last() != Some(&fork) {
            forks.push(fork);
        }
    }
    let expected = [
        Hardfork::Homestead,
        Hardfork::Tangerine,
        Hardfork::SpuriousDragon,
        Hardfork::Byzantium,
        Hardfork::Constantinople,
        Hardfork::Petersburg,
        Hardfork::Istanbul,
        Hardfork::MuirGlacier,
        Hardfork::Berlin,
        Hardfork::London,
        Hardfork::ArrowGlacier,
        Hardfork::GrayGlacier,
        Hardfork::Paris,
        Hardfork::Shanghai,
        Hardfork::Cancun,
        Hardfork::Prague,
    ];
    assert_eq!(forks, expected);
}

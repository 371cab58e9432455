use crate::chain::Chain;
use althing_chainspec::{Genesis, GenesisConfig};
use althing_primitives::{
    Block, Header,
    rlp::{self, Decodable},
};
use std::sync::LazyLock;

/// Bytes that are to be a block's RLP, as files and peers bring them: decoding is strict, and what decodes goes
/// through the header rules and, on two chains, the executor.
pub fn block(bytes: &[u8]) {
    let mut rest = bytes;
    let Ok(block) = Block::decode(&mut rest) else { return };
    let taken = &bytes[..bytes.len() - rest.len()];
    assert_eq!(rlp::encode(&block), taken, "a block has one encoding");
    if let Ok(extra) = block.extra() {
        assert_eq!(extra.encode()[..], block.header.extra_data, "so has its extraData");
    }
    let _ = (block.time_ms(), block.check_body());
    for chain in CHAINS.iter() {
        play(chain, &block);
    }
}

/// One with consensus and without fees, one that was imported.
static CHAINS: LazyLock<[Chain; 2]> = LazyLock::new(|| {
    let governed = Genesis { gas_limit: GOVERNED_GAS, ..Genesis::dev() };
    [Chain::new(governed), Chain::new(imported())]
});

/// A chain without consortium, every fork in force.
pub(crate) fn imported() -> Genesis {
    let config = GenesisConfig { chain_id: Some(1), ..GenesisConfig::all_forks() };
    Genesis { config, althing: None, ..Genesis::dev() }
}

/// As the block after the genesis: as it is, then with everything in its header that would end the play early mended.
fn play(chain: &Chain, block: &Block) {
    let genesis = &chain.spec.genesis().header;
    let (rules, state) = (chain.executor.header_rules(), chain.storage.latest());
    let terms = chain.executor.terms(&state).expect("the genesis state reads");
    let _ = chain.executor.validate_header(&block.header, genesis, rules, &terms);
    let mended = Header {
        parent_hash: chain.spec.genesis().hash(),
        number: 1,
        timestamp: block.header.timestamp.max(1),
        gas_limit: terms.gas_limit.unwrap_or(block.header.gas_limit.min(GAS_MAX)),
        difficulty: genesis.difficulty,
        base_fee_per_gas: genesis.base_fee_per_gas,
        ..block.header.clone()
    };
    let _ = chain.executor.validate_header(&mended, genesis, rules, &terms);
    if let Ok(recovered) = Block::new(mended, block.body.clone()).recover() {
        let _ = chain.executor.execute(&recovered, &state);
    }
}

/// The least that members may set.
const GOVERNED_GAS: u64 = 5_000_000;
/// Gas a block may burn here: some milliseconds.
const GAS_MAX: u64 = 1_000_000;

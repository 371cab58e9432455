use crate::{Executor, Terms, base_fee::next_base_fee};
use alloy_evm::EvmEnv;
use althing_chainspec::{ChainSpec, Hardfork};
use althing_primitives::{Address, B256, Header, U256};
use revm::{
    context::{BlockEnv, CfgEnv},
    context_interface::block::BlobExcessGasAndPrice,
    precompile::{PrecompileSpecId, Precompiles},
    primitives::hardfork::SpecId,
};

/// The EVM's name for the rules of a fork.
pub const fn spec_id(fork: Hardfork) -> SpecId {
    match fork {
        Hardfork::Frontier => SpecId::FRONTIER,
        Hardfork::Homestead | Hardfork::Dao => SpecId::HOMESTEAD,
        Hardfork::Tangerine => SpecId::TANGERINE,
        Hardfork::SpuriousDragon => SpecId::SPURIOUS_DRAGON,
        Hardfork::Byzantium => SpecId::BYZANTIUM,
        // Constantinople alone was never in force anywhere: EIP-1283 came out with Petersburg.
        Hardfork::Constantinople | Hardfork::Petersburg => SpecId::PETERSBURG,
        Hardfork::Istanbul | Hardfork::MuirGlacier => SpecId::ISTANBUL,
        Hardfork::Berlin => SpecId::BERLIN,
        Hardfork::London | Hardfork::ArrowGlacier | Hardfork::GrayGlacier => SpecId::LONDON,
        Hardfork::Paris => SpecId::MERGE,
        Hardfork::Shanghai => SpecId::SHANGHAI,
        Hardfork::Cancun => SpecId::CANCUN,
        Hardfork::Prague => SpecId::PRAGUE,
        _ => SpecId::OSAKA,
    }
}

/// Where precompiles are under the rules of a fork, ascending.
pub fn precompile_addresses(fork: Hardfork) -> Vec<Address> {
    let mut addresses: Vec<_> = precompiles(spec_id(fork)).addresses().copied().collect();
    addresses.sort_unstable();
    addresses
}

pub(crate) fn precompiles(spec: SpecId) -> &'static Precompiles {
    Precompiles::new(PrecompileSpecId::from_spec_id(spec))
}

/// The block that a simulation on top of another pretends to be in.
#[derive(Clone, Copy, Debug)]
pub struct NextBlock {
    /// Seconds since 1970.
    pub timestamp: u64,
    /// A random word: the coming block's own must not be readable before it is final.
    pub prevrandao: B256,
    /// Who would propose it.
    pub beneficiary: Address,
}

impl Executor {
    /// The EVM's view of a block under these terms: chain, fork, and what its opcodes read from the header.
    pub fn env(&self, header: &Header, terms: &Terms) -> EvmEnv {
        env(self.spec(), header, terms)
    }

    /// The EVM's view of the block after `parent`, under the terms in its state.
    pub fn next_env(&self, parent: &Header, next: NextBlock, terms: &Terms) -> EvmEnv {
        env(self.spec(), &self.next_header(parent, next, terms), terms)
    }

    /// A header that follows `parent` after the merge, as far as the EVM reads it.
    pub fn next_header(&self, parent: &Header, next: NextBlock, terms: &Terms) -> Header {
        next_header(self.spec(), parent, next, terms)
    }
}

fn next_header(chain: &ChainSpec, parent: &Header, next: NextBlock, terms: &Terms) -> Header {
    let NextBlock { timestamp, prevrandao, beneficiary } = next;
    let blob_params = terms.forks(chain).blob_params(timestamp);
    let base_fee = parent.base_fee_per_gas.unwrap_or_default();
    let excess_blob_gas = blob_params.map(|params| {
        let (excess, used) = (parent.excess_blob_gas.unwrap_or_default(), parent.blob_gas_used.unwrap_or_default());
        params.next_block_excess_blob_gas_osaka(excess, used, base_fee)
    });
    let mut header = Header {
        number: parent.number.saturating_add(1),
        timestamp,
        mix_hash: prevrandao,
        beneficiary,
        gas_limit: terms.gas_limit.unwrap_or(parent.gas_limit),
        excess_blob_gas,
        ..Default::default()
    };
    header.base_fee_per_gas = next_base_fee(chain, terms.fees, parent, &header);
    header
}

pub(crate) fn env(chain: &ChainSpec, header: &Header, terms: &Terms) -> EvmEnv {
    let forks = terms.forks(chain);
    let spec = spec_id(forks.of(header));
    let merged = spec.is_enabled_in(SpecId::MERGE);
    let blob_params = forks.blob_params(header.timestamp);
    let mut cfg = CfgEnv::new_with_spec(spec).with_chain_id(chain.chain_id());
    if let Some(params) = blob_params {
        cfg.set_max_blobs_per_tx(params.max_blobs_per_tx);
        cfg.blob_base_fee_update_fraction = u64::try_from(params.update_fraction).ok();
    }
    let blob = header.excess_blob_gas.zip(blob_params).map(|(excess_blob_gas, params)| BlobExcessGasAndPrice {
        excess_blob_gas,
        blob_gasprice: params.calc_blob_fee(excess_blob_gas),
    });
    let block = BlockEnv {
        number: U256::from(header.number),
        beneficiary: header.beneficiary,
        timestamp: U256::from(header.timestamp),
        gas_limit: header.gas_limit,
        basefee: header.base_fee_per_gas.unwrap_or_default(),
        difficulty: if merged { U256::ZERO } else { header.difficulty },
        prevrandao: merged.then_some(header.mix_hash),
        blob_excess_gas_and_price: blob,
        slot_num: 0,
    };
    let mut env = EvmEnv::new(cfg, block);
    terms.bind(&mut env);
    env
}

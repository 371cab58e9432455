use crate::{
    GenesisFile,
    launch::{Folder, NodeConfig, RpcSettings, Running, run_with},
};
use althing_chainspec::{DEV_VALIDATOR_SECRET, FeeMode, Genesis};
use althing_primitives::{Address, B256, b256};
use std::net::{Ipv4Addr, SocketAddr};

/// What a development chain is started with.
#[derive(Clone, Debug)]
pub struct DevConfig {
    /// Where it lives.
    pub folder: Folder,
    /// Whether transactions pay for gas; `None`: as the folder has it, zero for a new one.
    pub fee_mode: Option<FeeMode>,
    /// Target time between blocks in milliseconds; `None`: as the folder has it, 250 for a new one.
    pub block_time_ms: Option<u64>,
    /// Where JSON-RPC is served.
    pub rpc: RpcSettings,
    /// Where metrics are served.
    pub metrics: Option<SocketAddr>,
}

/// Runs a network of one validator, on the code path of any other, until it is told to stop.
///
/// # Errors
/// See [`crate::run`].
pub fn run_dev(config: DevConfig, ready: impl FnOnce(&Running) -> eyre::Result<()>) -> eyre::Result<()> {
    let genesis = genesis(&config)?;
    let node = NodeConfig {
        rpc: Some(config.rpc),
        metrics: config.metrics,
        peers: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        ..NodeConfig::new(config.folder)
    };
    run_with(node, genesis, Some(DEV_VALIDATOR_SECRET), ready)
}

/// The preset with what was asked for, or nothing where a folder has its own genesis and nothing
/// was asked for.
fn genesis(config: &DevConfig) -> eyre::Result<Option<(GenesisFile, String)>> {
    let asked = config.fee_mode.is_some() || config.block_time_ms.is_some();
    if !asked && config.folder.has_genesis() {
        return Ok(None);
    }
    let mut genesis = Genesis::dev();
    if let Some(section) = &mut genesis.althing {
        section.fee_mode = config.fee_mode.unwrap_or(section.fee_mode);
        section.block_time_ms = config.block_time_ms.unwrap_or(section.block_time_ms);
    }
    if config.fee_mode == Some(FeeMode::Eip1559) {
        genesis.base_fee_per_gas = None;
    }
    Ok(Some((GenesisFile::new(genesis)?, "these flags".to_owned())))
}

/// The ten published accounts, funded in every insecure preset, with their published keys.
pub const fn dev_accounts() -> [(Address, B256); 10] {
    let addresses = althing_chainspec::dev_accounts();
    let keys = [
        b256!("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"),
        b256!("0x59c6995e998f97a5a0044966f0945389dc9e86dae88c7a8412f4603b6b78690d"),
        b256!("0x5de4111afa1a4b94908f83103eb1f1706367c2e68ca870fc3fb9a804cdab365a"),
        b256!("0x7c852118294e51e653712a81e05800f419141751be58f605c371e15141b007a6"),
        b256!("0x47e179ec197488593b187f80a00eb0da91f1b9d0b13f8733639f19c30a34926a"),
        b256!("0x8b3a350cf5c34c9194ca85829a2df0ec3153be0318b5e2d3348e872092edffba"),
        b256!("0x92db14e403b83dfe3df233f83dfa3a0d7096f21ca9b0d6d6b8d88b2b4ec1564e"),
        b256!("0x4bbbf85ce3377467afe5d46f804f221813b2bb87f24d81f60f1fcdbf7cbf4356"),
        b256!("0xdbda1821b80551c9d65939329250298aa3472ba22feea921c0cf5d620ea67b97"),
        b256!("0x2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6"),
    ];
    let mut accounts = [(Address::ZERO, B256::ZERO); 10];
    let mut index = 0;
    while index < 10 {
        accounts[index] = (addresses[index], keys[index]);
        index += 1;
    }
    accounts
}

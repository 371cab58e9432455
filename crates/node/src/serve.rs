//! Starting the JSON-RPC server over a chain.

use crate::{Chain, EngineSettings, RpcSettings, engine::Engine, key_file};
use althing_chainspec::{ChainSpec, DEV_MNEMONIC};
use althing_consensus::Evidence;
use althing_primitives::{B256, hex};
use althing_rpc::{
    DevSigner, EngineHandle, EngineServer, Equivocation, JwtSecret, NodeStatus, RpcConfig, RpcContext, RpcHandle,
    RpcServer, SyncProgress,
};
use std::sync::Arc;

/// Blocks a node may be behind what is final elsewhere before `eth_syncing` says so.
const SYNCING_FROM: u64 = 8;

/// Starts the server; blocks committed from now on reach its subscribers.
pub(crate) async fn start(
    settings: &RpcSettings,
    chain: &Arc<Chain>,
    engine: Option<&Engine>,
) -> eyre::Result<RpcHandle> {
    let parts = chain.parts();
    let mut config = RpcConfig::new(settings.listen.clone(), client_version(&parts.spec));
    config.cors = settings.cors.clone();
    config.hosts = settings.hosts.clone();
    config.edition = settings.edition;
    let clock = parts.clock.clone();
    let context = RpcContext {
        spec: parts.spec.clone(),
        storage: parts.storage.clone(),
        ledger: parts.ledger.clone(),
        pool: parts.pool.clone(),
        executor: parts.executor.clone(),
        events: chain.subscribe(),
        accounts: signer(&parts.spec),
        status: status(chain, engine),
        equivocations: equivocations(chain),
        now_ms: Arc::new(move || clock.unix_ms()),
    };
    Ok(RpcServer::start(config, context).await?)
}

fn equivocations(chain: &Arc<Chain>) -> Arc<dyn Fn() -> Vec<Equivocation> + Send + Sync> {
    let chain = chain.clone();
    Arc::new(move || chain.evidence().into_iter().map(equivocation).collect())
}

fn equivocation(Evidence { validator, first, second }: Evidence) -> Equivocation {
    Equivocation {
        public_key: validator.into(),
        first_message: first.message,
        first_signature: first.signature,
        second_message: second.message,
        second_signature: second.signature,
    }
}

/// Starts the engine API; only blocks that are here are `VALID`.
pub(crate) async fn start_engine_api(settings: &EngineSettings, chain: &Arc<Chain>) -> eyre::Result<EngineHandle> {
    let secret = JwtSecret::from_hex(hex::encode(*key_file::read_or_create(&settings.secret)?))?;
    let (ledger, genesis) = (chain.parts().ledger.clone(), chain.parts().spec.genesis().hash());
    let known = move |hash: &B256| {
        *hash == genesis || ledger.number(hash).is_some_and(|number| ledger.hash(number) == Some(*hash))
    };
    Ok(EngineServer::start(settings.listen, secret, Arc::new(known)).await?)
}

/// `Althing/v0.1.0/linux-x86_64/rust`, marked where the network is insecure.
fn client_version(spec: &ChainSpec) -> String {
    let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
    let mark = if spec.is_insecure() { "/insecure-virtual" } else { "" };
    format!("Althing/v{}/{os}-{arch}/rust{mark}", env!("CARGO_PKG_VERSION"))
}

/// The published accounts sign only where the genesis is insecure and funds them.
fn signer(spec: &ChainSpec) -> Option<DevSigner> {
    let insecure = spec.consortium().is_some_and(|consortium| consortium.insecure);
    let funded = althing_chainspec::dev_accounts().iter().all(|address| spec.alloc().contains_key(address));
    (insecure && funded).then(|| DevSigner::from_mnemonic(DEV_MNEMONIC, 10)).and_then(Result::ok)
}

fn status(chain: &Arc<Chain>, engine: Option<&Engine>) -> Arc<dyn Fn() -> NodeStatus + Send + Sync> {
    let (chain, engine) = (chain.clone(), engine.map(Engine::watch));
    let starting_block = chain.head_id().number;
    Arc::new(move || {
        let Some(engine) = &engine else { return NodeStatus::default() };
        let status = engine.status();
        let (current_block, highest_block) = (chain.head_id().number, status.finalized);
        let behind = highest_block.saturating_sub(current_block) > SYNCING_FROM;
        let syncing = behind.then_some(SyncProgress { starting_block, current_block, highest_block });
        NodeStatus { peers: status.peers as u64, syncing }
    })
}

use crate::{
    DataFolder, GenesisFile, Lifetime, OpenChain,
    chain::Chain,
    engine::{self, Engine},
    genesis, serve, shutdown,
    status::{Health, Measured, Phase, Probe, StatusServer},
};
use althing_chainspec::ChainSpec;
use althing_ledger::OpenMode;
use althing_rpc::{Cors, Edition, EngineHandle, Listen, RpcHandle};
use eyre::{WrapErr, ensure};
use std::{fmt, net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};
use tracing::{error, info};

/// How often the pool is told the time: it expires and sends again at this pace.
const POOL_TICK: Duration = Duration::from_millis(100);

/// Where a node keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// In a folder.
    Disk(PathBuf),
    /// In memory: nothing is left when the process ends; the journals of one that was killed go
    /// with the next start.
    Memory,
}

impl Folder {
    /// Whether a genesis was kept there before.
    pub fn has_genesis(&self) -> bool {
        matches!(self, Self::Disk(root) if root.join("genesis.json").exists())
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Disk(root) => write!(f, "{}", root.display()),
            Self::Memory => write!(f, "in memory, nothing is kept"),
        }
    }
}

/// What a node does besides serving.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Follows the network; votes where the genesis names its key.
    #[default]
    Consensus,
    /// Nothing: it serves what is there.
    ServeOnly,
}

/// Where JSON-RPC is served, and to whom.
#[derive(Clone, Debug)]
pub struct RpcSettings {
    /// Ports for HTTP and WebSocket alike, at least one.
    pub listen: Vec<Listen>,
    /// Which web pages may read answers.
    pub cors: Cors,
    /// Host names besides localhost and IP addresses.
    pub hosts: Vec<String>,
    /// Which edition of geth's answers is given.
    pub edition: Edition,
}

/// Where the engine API's `forkchoiceUpdated` is served.
#[derive(Clone, Debug)]
pub struct EngineSettings {
    /// Address; port 0 takes a free one.
    pub listen: SocketAddr,
    /// File with the JWT secret, 64 hexadecimal digits; made where there is none.
    pub secret: PathBuf,
}

/// What a node is started with.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// Where it lives.
    pub folder: Folder,
    /// Genesis file; `None`: that of the folder.
    pub genesis: Option<PathBuf>,
    /// JSON-RPC, if served.
    pub rpc: Option<RpcSettings>,
    /// The engine API, if served: on a chain that makes no blocks only.
    pub engine: Option<EngineSettings>,
    /// Metrics, health and readiness, if served.
    pub metrics: Option<SocketAddr>,
    /// Where other nodes are accepted.
    pub peers: SocketAddr,
    /// What it does besides serving.
    pub role: Role,
    /// Whether a damaged ledger is cut and fetched again.
    pub heal: bool,
    /// Whose life bounds the process's.
    pub lifetime: Lifetime,
}

impl NodeConfig {
    /// A node that serves nothing yet.
    pub fn new(folder: Folder) -> Self {
        Self {
            folder,
            genesis: None,
            rpc: None,
            engine: None,
            metrics: None,
            peers: SocketAddr::from(([127, 0, 0, 1], 0)),
            role: Role::Consensus,
            heal: false,
            lifetime: Lifetime::Own,
        }
    }
}

/// Where a started node can be reached.
#[derive(Clone, Debug)]
pub struct Running {
    /// Chain id.
    pub chain_id: u64,
    /// JSON-RPC over HTTP and WebSocket, in the order asked for.
    pub rpc: Vec<SocketAddr>,
    /// The engine API.
    pub engine: Option<SocketAddr>,
    /// Metrics, health and readiness.
    pub metrics: Option<SocketAddr>,
}

/// Runs a node until it is told to stop, or a part of it fails. `ready` is called once, when
/// everything listens.
///
/// # Errors
/// One line that names what is wrong: a taken port, a locked folder, a differing genesis, damage.
pub fn run(config: NodeConfig, ready: impl FnOnce(&Running) -> eyre::Result<()>) -> eyre::Result<()> {
    let given = match &config.genesis {
        Some(path) => Some((GenesisFile::read(path)?, path.display().to_string())),
        None => None,
    };
    run_with(config, given, None, ready)
}

/// As [`run`], with a genesis and a node key that no file holds.
pub(crate) fn run_with(
    config: NodeConfig,
    genesis: Option<(GenesisFile, String)>,
    node_key: Option<[u8; 32]>,
    ready: impl FnOnce(&Running) -> eyre::Result<()>,
) -> eyre::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("node").build()?;
    let result = runtime.block_on(async {
        let node = Node::start(config, genesis, node_key).await?;
        let outcome = match ready(&node.running) {
            Ok(()) => node.until_stopped().await,
            Err(error) => Err(error),
        };
        node.stop().await.and(outcome)
    });
    // A blocking call that hangs must not hold up the end.
    runtime.shutdown_timeout(Duration::from_secs(5));
    result
}

/// A running node: every part in one place, ended in one order.
struct Node {
    running: Running,
    lifetime: Lifetime,
    health: Arc<Health>,
    open: OpenChain,
    engine: Option<Engine>,
    rpc: Option<RpcHandle>,
    _engine_api: Option<EngineHandle>,
    pool_clock: tokio::task::JoinHandle<()>,
    _status: Option<StatusServer>,
}

impl Node {
    async fn start(
        config: NodeConfig,
        genesis: Option<(GenesisFile, String)>,
        node_key: Option<[u8; 32]>,
    ) -> eyre::Result<Self> {
        let health = Arc::new(Health::default());
        let measured = config.metrics.map(|_| Measured::install()).transpose()?;
        let status = start_status(config.metrics, &health, measured.clone()).await?;
        let open = open(&config, genesis)?;
        let chain = open.chain().clone();
        replay(&chain, &health).await?;
        let pool_clock = tokio::spawn(keep_pool_time(chain.clone()));
        let engine = match config.role {
            Role::Consensus => engine::start(&open, config.peers, node_key).wrap_err("consensus")?,
            Role::ServeOnly => None,
        };
        observe(&health, &chain, engine.as_ref());
        if let (Some(measured), Some(engine)) = (measured, engine.as_ref().map(Engine::watch)) {
            measured.add_consensus(move || engine.metrics());
        }
        let rpc = match &config.rpc {
            Some(settings) => Some(serve::start(settings, &chain, engine.as_ref()).await?),
            None => None,
        };
        let engine_api = match (&config.engine, config.role) {
            (Some(settings), Role::ServeOnly) => Some(serve::start_engine_api(settings, &chain).await?),
            _ => None,
        };
        health.enter(Phase::Running);
        let running = Running {
            chain_id: chain.parts().spec.chain_id(),
            rpc: rpc.as_ref().map_or_else(Vec::new, |rpc| rpc.addresses().to_vec()),
            engine: engine_api.as_ref().map(EngineHandle::address),
            metrics: status.as_ref().map(StatusServer::address),
        };
        let lifetime = config.lifetime;
        Ok(Self { running, lifetime, health, open, engine, rpc, _engine_api: engine_api, pool_clock, _status: status })
    }

    /// Resolves when the node is told to stop, or with the reason why it cannot go on.
    async fn until_stopped(&self) -> eyre::Result<()> {
        tokio::select! {
            reason = shutdown::requested(self.lifetime) => {
                info!(reason = reason?, "stopping");
                self.health.enter(Phase::Stopping);
                Ok(())
            }
            failure = engine::failed(self.engine.as_ref()) => {
                error!(%failure, "consensus ended");
                self.health.enter(Phase::Failed);
                Err(eyre::eyre!("consensus ended: {failure}"))
            }
        }
    }

    /// Clients first, then consensus, then what both wrote to.
    async fn stop(self) -> eyre::Result<()> {
        if let Some(rpc) = self.rpc {
            rpc.stop().await;
        }
        self.pool_clock.abort();
        let (engine, open) = (self.engine, self.open);
        let head = tokio::task::spawn_blocking(move || {
            if let Some(engine) = engine {
                engine.shutdown();
            }
            open.close()
        })
        .await??;
        info!(height = head.number, "stopped");
        Ok(())
    }
}

async fn start_status(
    address: Option<SocketAddr>,
    health: &Arc<Health>,
    measured: Option<Arc<Measured>>,
) -> eyre::Result<Option<StatusServer>> {
    let (Some(address), Some(measured)) = (address, measured) else { return Ok(None) };
    Ok(Some(StatusServer::start(address, health.clone(), measured).await?))
}

fn open(config: &NodeConfig, genesis: Option<(GenesisFile, String)>) -> eyre::Result<OpenChain> {
    let Folder::Disk(root) = &config.folder else {
        let (genesis, _) = genesis.ok_or_else(|| eyre::eyre!("a chain in memory needs a genesis"))?;
        return OpenChain::in_memory(genesis.spec);
    };
    let folder = DataFolder::open(root)?;
    let spec = genesis::settle(&folder, genesis.as_ref().map(|(file, from)| (file.clone(), from.as_str())))?;
    let mode = mode(config, &spec)?;
    OpenChain::on_disk(folder, spec, mode)
}

/// A lone validator has nobody to fetch from, so its ledger is never cut.
fn mode(config: &NodeConfig, spec: &ChainSpec) -> eyre::Result<OpenMode> {
    let validators = spec.consortium().map_or(0, |consortium| consortium.validators.len());
    match config.heal {
        true => {
            ensure!(validators > 1, "--heal needs peers to fetch from, and this network has no other validator");
            Ok(OpenMode::Heal)
        }
        false => Ok(OpenMode::Strict),
    }
}

async fn replay(chain: &Arc<Chain>, health: &Health) -> eyre::Result<()> {
    health.enter(Phase::Replaying);
    let chain = chain.clone();
    tokio::task::spawn_blocking(move || chain.replay()).await??;
    Ok(())
}

/// Tells the pool the time until the task is aborted.
async fn keep_pool_time(chain: Arc<Chain>) {
    let mut ticks = tokio::time::interval(POOL_TICK);
    loop {
        ticks.tick().await;
        chain.parts().pool.on_tick(chain.parts().clock.unix_ms());
    }
}

fn observe(health: &Health, chain: &Arc<Chain>, engine: Option<&Engine>) {
    let (chain, engine) = (chain.clone(), engine.map(Engine::watch));
    health.observe(move || {
        let height = chain.head_id().number;
        let Some(engine) = &engine else { return Probe { height, finalized: height, ..Probe::default() } };
        let status = engine.status();
        Probe {
            height,
            finalized: status.finalized.max(height),
            peers: status.peers,
            quorum: status.quorum,
            validator: status.validator,
            clock_skew_ms: status.clock_skew_ms,
        }
    });
}

use super::TestnetConfig;
use crate::{DataFolder, GenesisFile, genesis, key_file};
use althing_chainspec::{Genesis, Validator};
use althing_consensus::SecretKey;
use althing_primitives::B256;
use eyre::{WrapErr, ensure, eyre};
use std::{
    fmt::Write,
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

/// Validators of a local network at most: more than this is no use on one machine.
const NODES_MAX: usize = 48;

/// Distance between the port ranges tried for a new network: more than its nodes.
const PEER_PORTS_STEP: u16 = 100;

/// A node's folder, ready to be started with its configuration file.
pub(super) struct Prepared {
    pub(super) name: String,
    pub(super) dir: PathBuf,
    pub(super) config: PathBuf,
    pub(super) peers: String,
}

/// Makes the network's genesis and keys where there are none, and every node's configuration.
pub(super) fn prepare(config: &TestnetConfig) -> eyre::Result<Vec<Prepared>> {
    fs::create_dir_all(&config.dir).wrap_err_with(|| config.dir.display().to_string())?;
    let dir = config.dir.canonicalize()?;
    let path = dir.join("genesis.json");
    let file = if path.exists() { GenesisFile::read(&path)? } else { create(config, &dir)? };
    let consortium = file.spec.consortium().ok_or_else(|| eyre!("{} names no validators", path.display()))?;
    if let Some(asked) = config.validators {
        let found = consortium.validators.len();
        ensure!(asked == found, "{} holds a network of {found} validators, not {asked}", dir.display());
    }
    let heal = consortium.validators.len() > 1;
    let validators = consortium.validators.iter().enumerate().map(|(index, node)| ("validator", index, node));
    let followers = consortium.followers.iter().enumerate().map(|(index, node)| ("follower", index, node));
    let nodes = validators.chain(followers).enumerate().map(|(offset, (kind, index, node))| {
        let dir = folder(&dir, kind, index);
        Ok(Prepared {
            name: format!("{kind} {index}"),
            config: configure(config, &dir, offset, node, heal)?,
            dir,
            peers: node.address.clone(),
        })
    });
    nodes.collect()
}

fn folder(dir: &Path, kind: &str, index: usize) -> PathBuf {
    dir.join(format!("{kind}-{index}"))
}

/// A new network: a key a node, one network key for all, and the genesis last, so that a crash
/// leaves no half-made network behind.
fn create(config: &TestnetConfig, dir: &Path) -> eyre::Result<GenesisFile> {
    let validators = config.validators.unwrap_or(4);
    ensure!((1..=NODES_MAX).contains(&validators), "a local network has 1 to {NODES_MAX} validators");
    ensure!(config.followers <= NODES_MAX, "a local network has at most {NODES_MAX} followers");
    let first_port = peer_ports(config.peer_port, validators + config.followers)?;
    let node = |kind: &str, index: usize, offset: usize| -> eyre::Result<Validator> {
        let folder = DataFolder::open(&folder(dir, kind, index))?;
        let seed = key_file::read_or_create(&folder.node_key())?;
        let port = port(first_port, offset)?;
        let public_key = B256::from(SecretKey::new(*seed).public_key());
        Ok(Validator { public_key, address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)).to_string(), member: None })
    };
    let keys = (0..validators).map(|index| node("validator", index, index)).collect::<eyre::Result<Vec<_>>>()?;
    let mut genesis = Genesis::testnet(keys);
    let section = genesis.althing.as_mut().ok_or_else(|| eyre!("the preset has a consortium"))?;
    let followers = (0..config.followers).map(|index| node("follower", index, validators + index));
    section.followers = followers.collect::<eyre::Result<_>>()?;
    section.fee_mode = config.fee_mode;
    section.block_time_ms = config.block_time_ms;
    let file = GenesisFile::new(genesis)?;
    distribute(config, dir, &file, validators)?;
    genesis::keep(&dir.join("genesis.json"), &file.text)?;
    Ok(file)
}

/// Every folder gets the genesis and the network key.
fn distribute(config: &TestnetConfig, dir: &Path, file: &GenesisFile, validators: usize) -> eyre::Result<()> {
    let mut network = key_file::FileSecret::default();
    rand::fill(network.as_mut_slice());
    let validators = (0..validators).map(|index| folder(dir, "validator", index));
    let followers = (0..config.followers).map(|index| folder(dir, "follower", index));
    for path in validators.chain(followers) {
        let folder = DataFolder::open(&path)?;
        match fs::remove_file(folder.network_key()) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => key_file::create(&folder.network_key(), &network)?,
        }
        genesis::keep(&folder.genesis(), &file.text)?;
    }
    Ok(())
}

/// Writes the node's configuration file; ports may change between runs, keys and genesis do not.
#[allow(clippy::disallowed_methods, reason = "configuration files are `node`'s surface")]
fn configure(config: &TestnetConfig, dir: &Path, offset: usize, node: &Validator, heal: bool) -> eyre::Result<PathBuf> {
    let path = dir.join("node.toml");
    let peer_port = node.address.rsplit_once(':').map_or("0", |(_, port)| port);
    let mut text = format!(
        "# althing node --config {path}\n\
         datadir = {datadir}\n\
         p2p.addr = \"127.0.0.1\"\n\
         p2p.port = {peer_port}\n\
         http.enabled = true\n\
         http.port = {http}\n\
         heal = {heal}\n",
        path = path.display(),
        datadir = toml::Value::String(dir.display().to_string()),
        http = port(config.http_port, offset)?,
    );
    if let Some(base) = config.metrics_port {
        let _ = writeln!(text, "metrics = \"127.0.0.1:{}\"", port(base, offset)?);
    }
    fs::write(&path, text).wrap_err_with(|| path.display().to_string())?;
    Ok(path)
}

/// The first of `count` free ports in a row: the one asked for, or one further up where another
/// network runs on those. Stays below the ports systems give to outgoing connections.
#[allow(clippy::disallowed_methods, reason = "only to see which ports are free")]
fn peer_ports(first: u16, count: usize) -> eyre::Result<u16> {
    let is_free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
    let all_free = |first: &u16| (0..count).all(|offset| port(*first, offset).is_ok_and(is_free));
    let candidates = (first..first.saturating_add(PEER_PORTS_STEP * 20)).step_by(usize::from(PEER_PORTS_STEP));
    candidates
        .into_iter()
        .find(all_free)
        .ok_or_else(|| eyre!("no free ports from {first} on; choose others with --p2p.port"))
}

/// Ports count up from the first; 0 stays 0.
fn port(first: u16, offset: usize) -> eyre::Result<u16> {
    if first == 0 {
        return Ok(0);
    }
    let port = u16::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
    port.ok_or_else(|| eyre!("ports from {first} on do not suffice"))
}

use super::{Althing, Finished, Rpc, process::signal};
use serde_json::Value;
use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU16, Ordering},
};

/// A local network.
pub(crate) struct Testnet {
    /// Folder of the network.
    pub(crate) dir: PathBuf,
    parent: Althing,
    nodes: Vec<(u32, Rpc)>,
    restarted: Vec<Althing>,
}

impl Testnet {
    /// Makes a network in `dir` with a changed `althing` section of its genesis, and returns the
    /// genesis. No block was made of it yet.
    pub(crate) fn prepare(dir: &Path, validators: usize, change: impl FnOnce(&mut Value)) -> Value {
        Self::start(dir, validators).stop();
        let mut genesis: Value = serde_json::from_slice(&fs::read(dir.join("genesis.json")).unwrap()).unwrap();
        change(&mut genesis["althing"]);
        let text = genesis.to_string();
        fs::write(dir.join("genesis.json"), &text).unwrap();
        for index in 0..validators {
            let folder = dir.join(format!("validator-{index}"));
            fs::write(folder.join("genesis.json"), &text).unwrap();
            for made in ["ledger", "state", "consensus"] {
                fs::remove_dir_all(folder.join(made)).unwrap();
            }
        }
        genesis
    }

    /// Starts the network in `dir`, making it where there is none.
    pub(crate) fn start(dir: &Path, validators: usize) -> Self {
        let count = u16::try_from(validators).unwrap();
        let (http, peers) = (free_ports(count).to_string(), free_ports(count).to_string());
        let number = validators.to_string();
        let path = dir.to_str().unwrap();
        let mut parent = Althing::start(&[
            "testnet",
            "--validators",
            &number,
            "--datadir",
            path,
            "--http.port",
            &http,
            "--p2p.port",
            &peers,
        ]);
        let nodes = (0..validators)
            .map(|index| {
                let rpc = Rpc(parent.address(&format!("validator {index}  http://")));
                let line = parent.output().lines().nth(index).unwrap().to_owned();
                let process = line.split("process ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
                (process, rpc)
            })
            .collect();
        Self { dir: dir.to_owned(), parent, nodes, restarted: Vec::new() }
    }

    /// Clients of all validators.
    pub(crate) fn rpcs(&self) -> Vec<Rpc> {
        self.nodes.iter().map(|(_, rpc)| *rpc).collect()
    }

    /// Folder of a validator.
    pub(crate) fn folder(&self, index: usize) -> PathBuf {
        self.dir.join(format!("validator-{index}"))
    }

    /// Kills a validator at once.
    pub(crate) fn kill(&self, index: usize) {
        signal("-KILL", self.nodes[index].0);
    }

    /// Starts a killed validator again, by itself.
    pub(crate) fn restart(&mut self, index: usize) {
        let config = self.folder(index).join("node.toml");
        let mut node = Althing::start(&["node", "--config", config.to_str().unwrap()]);
        self.nodes[index] = (node.id(), node.rpc());
        self.restarted.push(node);
    }

    /// Kills every process of the network at once.
    pub(crate) fn kill_all(self) {
        for (process, _) in &self.nodes {
            signal("-KILL", *process);
        }
        self.parent.kill();
    }

    /// Stops it in order.
    pub(crate) fn stop(self) -> Finished {
        for node in self.restarted {
            node.stop();
        }
        self.parent.stop()
    }

    /// Waits until every node has the same hash at a height, and returns it.
    pub(crate) fn agree(&self, height: u64) -> String {
        let hashes: Vec<_> =
            self.rpcs().iter().map(|rpc| rpc.block(height)["hash"].as_str().unwrap().to_owned()).collect();
        assert!(hashes.windows(2).all(|pair| pair[0] == pair[1]), "height {height}: {hashes:?}");
        hashes[0].clone()
    }
}

/// The first of `count` consecutive ports that are free, below those of outgoing connections, and
/// given to nobody else in this process.
pub(crate) fn free_ports(count: u16) -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let base = 10_000 + u16::try_from(std::process::id() % 180).unwrap() * 100;
    loop {
        let first = base + NEXT.fetch_add(count, Ordering::Relaxed) % 4_000;
        let free = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok();
        if (first..first + count).all(free) {
            return first;
        }
    }
}

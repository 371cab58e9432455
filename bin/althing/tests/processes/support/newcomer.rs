use super::{Althing, Finished, Rpc, Testnet, testnet::free_ports};
use althing_consensus_core::SecretKey;
use althing_primitives::{B256, hex};
use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
};

/// A node with a key that the genesis does not name.
pub(crate) struct Newcomer {
    seed: [u8; 32],
    port: u16,
    rpc: Rpc,
    node: Althing,
}

impl Newcomer {
    /// Starts it on the network's genesis and network key, with a key of its own from `seed`.
    pub(crate) fn start(network: &Testnet, seed: u8) -> Self {
        Self::start_at(network, seed, free_ports(1))
    }

    /// Stops it, and starts another with another key at its address.
    pub(crate) fn replaced(self, network: &Testnet, seed: u8) -> Self {
        let port = self.port;
        assert_eq!(self.stop().code, Some(0));
        Self::start_at(network, seed, port)
    }

    fn start_at(network: &Testnet, seed: u8, port: u16) -> Self {
        let (dir, seed) = (network.dir.join(format!("newcomer-{seed}")), [seed; 32]);
        fs::create_dir_all(&dir).unwrap();
        for file in ["genesis.json", "network.key"] {
            fs::copy(network.folder(0).join(file), dir.join(file)).unwrap();
        }
        let mut key = OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join("node.key")).unwrap();
        writeln!(key, "{}", hex::encode(seed)).unwrap();
        let (dir, text) = (dir.to_str().unwrap(), port.to_string());
        let rpc = ["--http", "--http.port", "0"];
        let peers = ["--p2p.addr", "127.0.0.1", "--p2p.port", &text];
        let mut node = Althing::start(&[&["node", "--datadir", dir][..], &rpc, &peers].concat());
        Self { seed, port, rpc: node.rpc(), node }
    }

    /// A client of it.
    pub(crate) const fn rpc(&self) -> Rpc {
        self.rpc
    }

    /// What the network knows it by.
    pub(crate) fn public_key(&self) -> B256 {
        SecretKey::new(self.seed).public_key().into()
    }

    /// Where others reach it.
    pub(crate) fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Stops it in order.
    pub(crate) fn stop(self) -> Finished {
        self.node.stop()
    }
}

use super::{Rpc, Wallet, until};
use althing_primitives::{Address, TxKind, address};
use serde_json::json;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Where every transfer of a load goes, with one wei.
pub(crate) const SINK: Address = address!("0x0000000000000000000000000000000000000b0b");

/// Transfers sent one after the other until stopped; failures are the killed node's.
pub(crate) struct Load {
    stop: Arc<AtomicBool>,
    sender: thread::JoinHandle<Vec<String>>,
}

impl Load {
    /// Starts sending to a node, from the first published account.
    pub(crate) fn start(rpc: Rpc) -> Self {
        Self::start_from(0, rpc)
    }

    /// Starts sending to a node, from a published account of its own.
    pub(crate) fn start_from(account: u32, rpc: Rpc) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let mut wallet = Wallet::published(account, &rpc);
        let sender = thread::spawn(move || {
            let mut sent = Vec::new();
            while !stopped.load(Ordering::Relaxed) {
                let raw = wallet.sign(TxKind::Call(SINK), 1, 21_000, Default::default());
                match rpc.call("eth_sendRawTransaction", json!([raw])) {
                    Ok(hash) => sent.push(hash.as_str().unwrap().to_owned()),
                    Err(_) => break,
                }
                let height = rpc.call("eth_blockNumber", json!([])).ok();
                until("the load to be seen", || {
                    let now = rpc.call("eth_blockNumber", json!([]));
                    (stopped.load(Ordering::Relaxed) || now.is_err() || now.ok() != height).then_some(())
                });
            }
            sent
        });
        Self { stop, sender }
    }

    /// Stops, and gives the hashes of what was sent.
    pub(crate) fn stop(self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        self.sender.join().unwrap()
    }
}

use crate::{althing, api::Api, debug, eth, methods::Methods, net, personal, rpc, txpool, web3};
use althing_primitives::CommittedBlock;
use jsonrpsee::RpcModule;
use std::sync::Arc;
use tokio::{sync::broadcast, task::JoinHandle};

/// Every method served.
pub(crate) fn methods(api: Arc<Api>) -> RpcModule<Api> {
    let signs = api.accounts.is_some();
    let mut methods = Methods::new(api);
    althing::register(&mut methods);
    debug::register(&mut methods);
    eth::register(&mut methods);
    net::register(&mut methods);
    rpc::register(&mut methods);
    txpool::register(&mut methods);
    web3::register(&mut methods);
    // Elsewhere these names are unknown: -32601, as libraries expect of a node without keys.
    if signs {
        eth::register_signing(&mut methods);
        personal::register(&mut methods);
    }
    methods.module
}

/// What runs beside the methods: following the chain.
pub(crate) fn tasks(api: &Arc<Api>, events: broadcast::Receiver<Arc<CommittedBlock>>) -> Vec<JoinHandle<()>> {
    let (chain, waiters) = (api.clone(), api.clone());
    let announced = api.chain.subscribe();
    vec![
        tokio::spawn(async move { waiters.waiters.follow(announced).await }),
        tokio::spawn(async move { chain.chain.follow(events).await }),
    ]
}

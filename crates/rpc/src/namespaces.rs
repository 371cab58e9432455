use crate::{
    althing,
    api::Api,
    debug, debug_ranges, eth,
    methods::{Methods, to_raw},
    net, ots, personal, testing, trace, txpool, web3,
};
use althing_primitives::CommittedBlock;
use jsonrpsee::{RpcModule, types::Params};
use std::{collections::BTreeMap, sync::Arc};
use tokio::{sync::broadcast, task::JoinHandle};

/// The methods of these namespaces, or of all, and `rpc_modules`, which names them.
pub(crate) fn methods(api: Arc<Api>, wanted: Option<&[String]>) -> RpcModule<Api> {
    let mut module = every_method(api);
    if let Some(wanted) = wanted {
        let unwanted: Vec<_> =
            module.method_names().filter(|name| !wanted.iter().any(|wanted| wanted == namespace(name))).collect();
        for name in unwanted {
            module.remove_method(name);
        }
    }
    let names = module.method_names().map(namespace).chain(["rpc"]);
    let modules: BTreeMap<_, _> = names.map(|name| (name, "1.0")).collect();
    let answer = move |_: Params<'_>, _: &Api, _: &_| to_raw(&modules);
    module.register_method("rpc_modules", answer).expect("method names are distinct");
    module
}

/// `eth` of `eth_call`.
fn namespace(method: &'static str) -> &'static str {
    method.split_once('_').map_or(method, |(namespace, _)| namespace)
}

fn every_method(api: Arc<Api>) -> RpcModule<Api> {
    let signs = api.accounts.is_some();
    let insecure = api.spec.is_insecure();
    let mut methods = Methods::new(api);
    althing::register(&mut methods);
    debug::register(&mut methods);
    debug_ranges::register(&mut methods);
    eth::register(&mut methods);
    net::register(&mut methods);
    ots::register(&mut methods);
    trace::register(&mut methods);
    txpool::register(&mut methods);
    web3::register(&mut methods);
    // Elsewhere these names are unknown: -32601, as libraries expect of a node without keys.
    if signs {
        eth::register_signing(&mut methods);
        personal::register(&mut methods);
    }
    // They run what the client names as if it were a proposer; nobody's network needs that.
    if insecure {
        testing::register(&mut methods);
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

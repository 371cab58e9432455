use crate::{
    althing,
    api::Api,
    debug, debug_ranges, eth,
    methods::{Methods, to_raw},
    net, openrpc, ots, personal, testing, trace, txpool, web3,
};
use althing_primitives::CommittedBlock;
use jsonrpsee::{RpcModule, types::Params};
use serde::Serialize;
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
    let names: Vec<_> = module.method_names().chain(["rpc_modules", "rpc_discover"]).collect();
    let modules: BTreeMap<_, _> = names.iter().map(|name| (namespace(name), "1.0")).collect();
    let described = openrpc::document(names);
    answer(&mut module, "rpc_modules", modules);
    answer(&mut module, "rpc_discover", described);
    module
}

/// A method that always answers the same.
fn answer<R: Serialize + Send + Sync + 'static>(module: &mut RpcModule<Api>, name: &'static str, result: R) {
    let method = move |_: Params<'_>, _: &Api, _: &_| to_raw(&result);
    module.register_method(name, method).expect("method names are distinct");
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

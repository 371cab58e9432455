use crate::{
    Listen, RpcConfig, RpcContext,
    api::Api,
    dispatch::{Dispatch, SEND_RAW},
    namespaces,
    raw_batch::RawBatches,
    transport::{Listener, Origins, Surface, serve},
};
use jsonrpsee::server::{
    BatchRequestConfig, IdProvider, PingConfig, Server, ServerConfig, ServerHandle, StopHandle,
    middleware::rpc::{RpcService, RpcServiceBuilder},
    stop_channel,
};
use std::{
    collections::HashSet,
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};
use thiserror::Error;
use tokio::{
    sync::{Semaphore, watch},
    task::JoinHandle,
};
use tower::Layer;

/// Why the server did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Another process has the port, or the address is none of this machine's.
    #[error("cannot serve JSON-RPC on {address}: {source}")]
    Listen {
        /// What was asked for.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The head of the chain is not readable.
    #[error("cannot serve JSON-RPC: the head of the chain is not readable")]
    Head,
}

/// The JSON-RPC server.
#[derive(Debug)]
pub struct RpcServer;

impl RpcServer {
    /// Binds the ports and serves until the handle is stopped or dropped. Call inside a tokio
    /// runtime; more than one thread keeps slow answers from holding up quick ones.
    ///
    /// # Errors
    /// A port cannot be bound, or the head is not readable.
    pub async fn start(config: RpcConfig, context: RpcContext) -> Result<RpcHandle, StartError> {
        let ports = bind(&config).await?;
        let addresses = ports.iter().map(|port| port.address).collect();
        let (api, events) = Api::new(config, context).map_err(|_| StartError::Head)?;
        let api = Arc::new(api);

        let (stop, stopped) = watch::channel(false);
        let mut tasks = namespaces::tasks(&api, events);
        let (methods_stop, methods_handle) = stop_channel();
        tasks.extend(
            ports.into_iter().map(|port| tokio::spawn(run(port, api.clone(), methods_stop.clone(), stopped.clone()))),
        );
        Ok(RpcHandle { addresses, stop, methods: methods_handle, tasks })
    }
}

/// A bound port and what it serves.
struct Port {
    listener: Listener,
    address: SocketAddr,
    namespaces: Option<Vec<String>>,
}

async fn bind(config: &RpcConfig) -> Result<Vec<Port>, StartError> {
    let permits = Arc::new(Semaphore::new(config.limits.connections));
    let mut ports = Vec::with_capacity(config.listen.len());
    for Listen { address, namespaces } in config.listen.iter().cloned() {
        let refused = |source| StartError::Listen { address, source };
        let listener = Listener::bind(address, &config.limits, permits.clone()).await.map_err(refused)?;
        let address = listener.address().map_err(refused)?;
        ports.push(Port { listener, address, namespaces });
    }
    Ok(ports)
}

/// Serves connections until stopped, each with a service of its own over the same methods.
async fn run(port: Port, api: Arc<Api>, methods_stop: StopHandle, stopped: watch::Receiver<bool>) {
    let module = namespaces::methods(api.clone(), port.namespaces.as_deref());
    let names: Arc<HashSet<_>> = Arc::new(module.method_names().collect());
    let takes_transactions = names.contains(SEND_RAW);
    let methods = jsonrpsee::Methods::from(module);
    let dispatched = api.clone();
    let dispatch = move |client: IpAddr| {
        let (api, names) = (dispatched.clone(), names.clone());
        move |inner: RpcService| Dispatch { inner, api: api.clone(), names: names.clone(), client }
    };
    let builder = Server::builder().set_config(server_config(&api.config)).to_service_builder();
    let origins = Origins::new(&api.config.cors, api.spec.is_insecure());
    let cors = origins.layer();
    let service = |client| {
        let builder = builder.clone().set_rpc_middleware(RpcServiceBuilder::new().layer_fn(dispatch(client)));
        let inner = builder.build(methods.clone(), methods_stop.clone());
        let service = RawBatches { inner, api: api.clone(), served: takes_transactions, client };
        cors.layer(Surface::new(service, &api.config, origins.clone()))
    };
    serve(port.listener, service, stopped).await;
}

fn server_config(config: &RpcConfig) -> ServerConfig {
    let limits = &config.limits;
    ServerConfig::builder()
        .max_request_body_size(limits.request_bytes)
        .max_response_body_size(limits.response_bytes)
        // Connections are counted where they are accepted.
        .max_connections(u32::MAX >> 4)
        .max_subscriptions_per_connection(limits.subscriptions)
        .set_message_buffer_capacity(limits.notifications)
        .set_batch_request_config(BatchRequestConfig::Limit(limits.batch_calls))
        .enable_ws_ping(PingConfig::new())
        .set_id_provider(RandomIds)
        .build()
}

/// Ids of subscriptions, as geth makes them: 16 random bytes.
#[derive(Clone, Copy, Debug)]
struct RandomIds;

impl IdProvider for RandomIds {
    fn next_id(&self) -> jsonrpsee::types::SubscriptionId<'static> {
        crate::filters::random_id().into()
    }
}

/// A running server; dropping it stops the server without waiting.
#[derive(Debug)]
pub struct RpcHandle {
    addresses: Vec<SocketAddr>,
    stop: watch::Sender<bool>,
    methods: ServerHandle,
    tasks: Vec<JoinHandle<()>>,
}

impl RpcHandle {
    /// Where it listens, in the order asked for, with the ports that were taken.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }

    /// Takes no new connections, lets running requests end and closes the rest.
    pub async fn stop(mut self) {
        self.signal();
        for task in self.tasks.drain(..) {
            task.abort();
            let _ = task.await;
        }
    }

    fn signal(&self) {
        let _ = self.stop.send(true);
        let _ = self.methods.stop();
    }
}

impl Drop for RpcHandle {
    fn drop(&mut self) {
        self.signal();
        for task in &self.tasks {
            task.abort();
        }
    }
}

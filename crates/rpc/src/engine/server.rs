use super::{authorization::Authorization, methods::methods};
use crate::StartError;
use alloy_rpc_types_engine::JwtSecret;
use althing_primitives::B256;
use jsonrpsee::server::{BatchRequestConfig, Server, ServerConfig, ServerHandle};
use std::{fmt, net::SocketAddr, sync::Arc};
use tower_http::validate_request::ValidateRequestHeaderLayer;

/// Whether a block hash is one of this chain's.
pub type Known = Arc<dyn Fn(&B256) -> bool + Send + Sync>;

/// One test tool asks, once.
const CONNECTIONS_MAX: u32 = 16;
/// Three hashes and the envelope fit many times.
const BODY_BYTES_MAX: u32 = 64 * 1024;

/// The engine API's server.
#[derive(Debug)]
pub struct EngineServer;

impl EngineServer {
    /// Binds the port and serves until the handle is dropped; `secret` signs the tokens of those who may ask.
    ///
    /// # Errors
    /// The port cannot be bound.
    pub async fn start(address: SocketAddr, secret: JwtSecret, known: Known) -> Result<EngineHandle, StartError> {
        let refused = |source| StartError::Listen { address, source };
        let config = ServerConfig::builder()
            .http_only()
            .max_connections(CONNECTIONS_MAX)
            .max_request_body_size(BODY_BYTES_MAX)
            .set_batch_request_config(BatchRequestConfig::Disabled)
            .build();
        let authorized = tower::ServiceBuilder::new().layer(ValidateRequestHeaderLayer::custom(Authorization(secret)));
        let builder = Server::builder().set_config(config).set_http_middleware(authorized);
        let server = builder.build(address).await.map_err(refused)?;
        let address = server.local_addr().map_err(refused)?;
        Ok(EngineHandle { address, server: server.start(methods(known)) })
    }
}

/// A running server; dropping it stops the server.
pub struct EngineHandle {
    address: SocketAddr,
    server: ServerHandle,
}

impl EngineHandle {
    /// Where it listens, with the port that was taken.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for EngineHandle {
    fn drop(&mut self) {
        let _ = self.server.stop();
    }
}

impl fmt::Debug for EngineHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EngineHandle").field("address", &self.address).finish_non_exhaustive()
    }
}

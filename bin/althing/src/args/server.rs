use althing_node::{Cors, RpcSettings};
use clap::Args;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// JSON-RPC, metrics.
#[derive(Clone, Debug, Args)]
pub(crate) struct ServerArgs {
    /// Address JSON-RPC listens on
    #[arg(long = "http.addr", value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    pub(crate) http_addr: IpAddr,
    /// Port JSON-RPC listens on, HTTP and WebSocket alike; 0 takes a free one
    #[arg(long = "http.port", value_name = "PORT", default_value_t = 8545)]
    pub(crate) http_port: u16,
    /// Origins whose web pages may read answers, separated by commas; `*` for any, empty for none
    /// [default: any where the genesis says `insecure`, else none]
    #[arg(long = "http.corsdomain", value_name = "ORIGINS")]
    corsdomain: Option<String>,
    /// Host names requests may be addressed to besides localhost and IP addresses, separated by
    /// commas; `*` for any (others are refused against DNS rebinding)
    #[arg(long = "http.vhosts", value_name = "NAMES")]
    vhosts: Option<String>,
    /// Serve Prometheus /metrics, /health (the process works) and /ready (it answers from current
    /// state and sees a quorum) on this address
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) metrics: Option<SocketAddr>,
}

impl ServerArgs {
    /// Where and to whom JSON-RPC is served.
    pub(crate) fn rpc(&self) -> RpcSettings {
        RpcSettings {
            listen: SocketAddr::new(self.http_addr, self.http_port),
            cors: self.corsdomain.as_deref().map_or(Cors::ByGenesis, cors),
            hosts: self.vhosts.as_deref().map_or_else(Vec::new, list),
        }
    }
}

fn cors(text: &str) -> Cors {
    match text.trim() {
        "" => Cors::Nobody,
        "*" => Cors::Anyone,
        text => Cors::Origins(list(text)),
    }
}

fn list(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

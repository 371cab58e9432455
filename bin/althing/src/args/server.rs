use super::edition::RpcEdition;
use althing_node::{Cors, Listen, RpcSettings};
use clap::Args;
use eyre::ensure;
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
    /// Namespaces served, separated by commas (`eth,net,web3`) [default: all]
    #[arg(long = "http.api", value_name = "NAMESPACES")]
    http_api: Option<String>,
    /// Address of a second port [default: that of --http.addr]
    #[arg(long = "ws.addr", value_name = "ADDR")]
    ws_addr: Option<IpAddr>,
    /// A second port, HTTP and WebSocket alike [default: the first one serves both]
    #[arg(long = "ws.port", value_name = "PORT")]
    ws_port: Option<u16>,
    /// Namespaces served on the second port [default: as --http.api]
    #[arg(long = "ws.api", value_name = "NAMESPACES")]
    ws_api: Option<String>,
    /// Origins whose web pages may read answers, separated by commas; `*` for any, empty for none
    /// [default: any where the genesis says `insecure`, else none]
    #[arg(long = "http.corsdomain", value_name = "ORIGINS")]
    corsdomain: Option<String>,
    /// Host names requests may be addressed to besides localhost and IP addresses, separated by
    /// commas; `*` for any (others are refused against DNS rebinding)
    #[arg(long = "http.vhosts", value_name = "NAMES")]
    vhosts: Option<String>,
    /// Answer as this edition of geth did, for suites recorded with it
    #[arg(long = "rpc.edition", value_enum, default_value_t, hide = true)]
    edition: RpcEdition,
    /// Serve Prometheus /metrics, /health (the process works) and /ready (it answers from current
    /// state and sees a quorum) on this address
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) metrics: Option<SocketAddr>,
}

impl ServerArgs {
    /// Where and to whom JSON-RPC is served.
    ///
    /// # Errors
    /// One port is to serve two lists of namespaces.
    pub(crate) fn rpc(&self) -> eyre::Result<RpcSettings> {
        let second = self.ws_addr.is_some() || self.ws_port.is_some() || self.ws_api.is_some();
        self.rpc_of(Transports { http: true, ws: second })
    }

    /// As [`Self::rpc`], for a command with `--http` and `--ws`.
    pub(crate) fn rpc_of(&self, transports: Transports) -> eyre::Result<RpcSettings> {
        let (http, ws) = (self.http(), self.ws());
        let one_port = http.address == ws.address;
        ensure!(
            !(transports.http && transports.ws && one_port && http.namespaces != ws.namespaces),
            "--http.api and --ws.api differ, but one port serves both; give --ws.port another port"
        );
        let ws = (transports.ws && !(transports.http && one_port)).then_some(ws);
        Ok(RpcSettings {
            listen: transports.http.then_some(http).into_iter().chain(ws).collect(),
            cors: self.corsdomain.as_deref().map_or(Cors::ByGenesis, cors),
            hosts: self.vhosts.as_deref().map_or_else(Vec::new, list),
            edition: self.edition.into(),
        })
    }

    fn http(&self) -> Listen {
        let address = SocketAddr::new(self.http_addr, self.http_port);
        Listen { address, namespaces: self.http_api.as_deref().map(list) }
    }

    fn ws(&self) -> Listen {
        let (ip, port) = (self.ws_addr.unwrap_or(self.http_addr), self.ws_port.unwrap_or(self.http_port));
        let namespaces = self.ws_api.as_deref().or(self.http_api.as_deref()).map(list);
        Listen { address: SocketAddr::new(ip, port), namespaces }
    }
}

/// Which of geth's two servers are asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transports {
    pub(crate) http: bool,
    pub(crate) ws: bool,
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        server: ServerArgs,
    }

    const BOTH: Transports = Transports { http: true, ws: true };

    fn listen(flags: &[&str], transports: Transports) -> eyre::Result<Vec<Listen>> {
        let line = Line::parse_from(["test"].iter().chain(flags));
        Ok(line.server.rpc_of(transports)?.listen)
    }

    #[test]
    fn one_port_serves_both_by_default() {
        let address = SocketAddr::from(([127, 0, 0, 1], 8545));
        assert_eq!(listen(&[], BOTH).unwrap(), [address.into()]);
        assert_eq!(listen(&[], Transports { http: false, ws: true }).unwrap(), [address.into()]);
    }

    #[test]
    fn a_second_port_has_namespaces_of_its_own() {
        let ports = listen(&["--http.api=eth,net", "--ws.port=8546", "--ws.api=eth"], BOTH).unwrap();
        assert_eq!(ports[0].namespaces, Some(vec!["eth".into(), "net".into()]));
        assert_eq!((ports[1].address.port(), ports[1].namespaces.clone()), (8546, Some(vec!["eth".into()])));
    }

    #[test]
    fn an_older_edition_is_asked_for_by_name() {
        let edition = |flags: &[&str]| Line::parse_from(["test"].iter().chain(flags)).server.rpc().unwrap().edition;
        assert_eq!(edition(&[]), althing_node::Edition::Current);
        assert_eq!(edition(&["--rpc.edition=geth-1.15"]), althing_node::Edition::Geth115);
    }

    #[test]
    fn one_port_cannot_serve_two_lists() {
        assert!(listen(&["--http.api=eth", "--ws.api=net"], BOTH).is_err());
    }
}

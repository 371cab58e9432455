use http::{HeaderMap, Uri, header};
use std::net::IpAddr;

/// Which `Host` a request may name.
///
/// A page of `evil.example` can have its name resolve to 127.0.0.1 and then talk to a node behind
/// the browser's back (DNS rebinding); the `Host` header still says `evil.example`. Names that
/// nobody can rebind pass: `localhost` and IP literals, and those the operator lists.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    any: bool,
    names: Vec<String>,
}

impl Hosts {
    pub(crate) fn new(names: &[String]) -> Self {
        Self {
            any: names.iter().any(|name| name == "*"),
            names: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
        }
    }

    /// Whether a request with this head may pass. One without a `Host` (HTTP/1.0) comes from no browser.
    pub(crate) fn allow(&self, uri: &Uri, headers: &HeaderMap) -> bool {
        if self.any {
            return true;
        }
        let named = headers.get(header::HOST).map(|value| value.to_str().ok());
        match named {
            Some(Some(host)) => self.allow_authority(host),
            Some(None) => false,
            None => uri.authority().is_none_or(|authority| self.allow_authority(authority.as_str())),
        }
    }

    fn allow_authority(&self, authority: &str) -> bool {
        let name = without_port(authority);
        let literal = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
        literal.parse::<IpAddr>().is_ok()
            || name.eq_ignore_ascii_case("localhost")
            || self.names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name))
    }
}

/// `host`, `host:port`, `[v6]` or `[v6]:port` without the port.
fn without_port(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => &authority[..colon],
        _ => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(hosts: &[&str], name: &str) -> bool {
        let hosts = Hosts::new(&hosts.iter().map(ToString::to_string).collect::<Vec<_>>());
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, name.parse().unwrap());
        hosts.allow(&Uri::from_static("/"), &headers)
    }

    #[test]
    fn names_that_cannot_be_rebound_pass() {
        for name in ["localhost", "LOCALHOST:8545", "127.0.0.1:8545", "[::1]:8545", "[::1]", "10.1.2.3"] {
            assert!(allowed(&[], name), "{name}");
        }
    }

    #[test]
    fn other_names_pass_only_where_listed() {
        assert!(!allowed(&[], "evil.example"));
        assert!(!allowed(&[], "localhost.evil.example:8545"));
        assert!(allowed(&["node.example"], "Node.Example:8545"));
        assert!(allowed(&["*"], "evil.example"));
    }

    #[test]
    fn a_request_without_host_passes() {
        assert!(Hosts::new(&[]).allow(&Uri::from_static("/"), &HeaderMap::new()));
    }
}

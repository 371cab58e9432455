use std::net::Ipv6Addr;

/// Bytes of a host name at most (RFC 1035, in text).
const HOST_BYTES_MAX: usize = 253;

/// Bytes of one of its labels at most.
const LABEL_BYTES_MAX: usize = 63;

/// Whether text is an address that a node can connect to: a host name of RFC 1123 or an IPv4 address, or an IPv6 address
/// in brackets, a colon, and a port that is not 0.
pub fn is_host_and_port(address: &str) -> bool {
    address.rsplit_once(':').is_some_and(|(host, port)| {
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let bracketed = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let known = bracketed.map_or_else(|| is_host_name(host), |host| host.parse::<Ipv6Addr>().is_ok());
        known && digits && port.parse::<u16>().is_ok_and(|port| port != 0)
    })
}

fn is_host_name(host: &str) -> bool {
    let is_label = |label: &str| {
        let plain = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=LABEL_BYTES_MAX).contains(&label.len()) && plain && !label.starts_with('-') && !label.ends_with('-')
    };
    host.len() <= HOST_BYTES_MAX && host.split('.').all(is_label)
}

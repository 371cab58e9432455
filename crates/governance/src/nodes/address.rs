/// Bytes of a host name at most (RFC 1035, in text).
const HOST_BYTES_MAX: usize = 253;

/// Whether text is `host:port`, visible ASCII, with a port that can be connected to.
pub fn is_host_and_port(address: &str) -> bool {
    address.rsplit_once(':').is_some_and(|(host, port)| {
        let visible = host.bytes().all(|byte| byte.is_ascii_graphic());
        let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        let length = (1..=HOST_BYTES_MAX).contains(&host.len());
        visible && length && digits && port.parse::<u16>().is_ok()
    })
}

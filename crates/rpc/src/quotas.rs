use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU64,
    time::Duration,
};
use tokio::time::Instant;

/// Clients that are remembered; those that asked for nothing lately are forgotten first. Some 100 bytes each.
const CLIENTS_MAX: usize = 16_384;
/// How much of its share a client may use at once: a page that loads asks for many things.
const BURST: Duration = Duration::from_secs(1);

/// How much each client asked for lately. A client is an address, in IPv6 a network of 64 bits.
#[derive(Debug, Default)]
pub(crate) struct Quotas {
    /// When what a client asked for will be worked off at the rate it has.
    clients: parking_lot::Mutex<HashMap<IpAddr, Instant>>,
}

impl Quotas {
    /// Counts a request; whether the client may still make it.
    pub(crate) fn take(&self, client: IpAddr, per_second: NonZeroU64, now: Instant) -> bool {
        let mut clients = self.clients.lock();
        if clients.len() >= CLIENTS_MAX {
            clients.retain(|_, busy_until| *busy_until > now);
        }
        if clients.len() >= CLIENTS_MAX {
            // More clients at once than any consortium has: nobody can be told apart any more.
            clients.clear();
        }
        let busy_until = clients.entry(network(client)).or_insert(now);
        let next = (*busy_until).max(now) + Duration::from_nanos(1_000_000_000 / per_second);
        let fits = next <= now + BURST;
        if fits {
            *busy_until = next;
        }
        fits
    }
}

fn network(client: IpAddr) -> IpAddr {
    match client.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(quotas: &Quotas, client: &str, now: Instant) -> bool {
        quotas.take(client.parse().unwrap(), NonZeroU64::new(10).unwrap(), now)
    }

    #[test]
    fn a_second_of_requests_at_once_then_as_many_as_agreed() {
        let (quotas, start) = (Quotas::default(), Instant::now());
        assert_eq!((0..50).filter(|_| take(&quotas, "10.0.0.1", start)).count(), 10);
        assert!(take(&quotas, "10.0.0.2", start), "another client");
        let later = |ms| start + Duration::from_millis(ms);
        assert!(!take(&quotas, "10.0.0.1", later(99)));
        assert!(take(&quotas, "10.0.0.1", later(100)));
        assert!(!take(&quotas, "10.0.0.1", later(150)));
        assert_eq!((0..1_000).filter(|n| take(&quotas, "10.0.0.1", later(200 + 10 * n))).count(), 100);
    }

    #[test]
    fn one_network_of_ipv6_is_one_client() {
        let (quotas, now) = (Quotas::default(), Instant::now());
        let taken = (0..50).filter(|n| take(&quotas, &format!("2001:db8::{n:x}"), now)).count();
        assert_eq!(taken, 10);
        assert!(take(&quotas, "2001:db8:0:1::1", now));
        assert!(take(&quotas, "::ffff:10.0.0.1", now));
        assert_eq!((0..50).filter(|_| take(&quotas, "10.0.0.1", now)).count(), 9, "the same address in IPv4");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (quotas, now) = (Quotas::default(), Instant::now());
        for n in 0..40_000_u32 {
            quotas.take(IpAddr::V4(n.into()), NonZeroU64::new(10).unwrap(), now);
        }
        assert!(quotas.clients.lock().len() <= CLIENTS_MAX);
    }
}

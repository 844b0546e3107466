//! Addresses: whom a request comes from, and which proxies are believed about it. Reads no header
//! of a peer that was not named as a proxy.

use std::{
    net::{IpAddr, Ipv4Addr},
    str::FromStr,
};

use axum::extract::Request;
use http::HeaderMap;

use crate::accept::Peer;

/// A block of addresses, written `10.0.0.0/8` or as one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    address: IpAddr,
    prefix_bits: u32,
}

impl Block {
    /// Whether the address lies in the block. An IPv4 address mapped into IPv6 counts as IPv4.
    #[must_use]
    pub fn holds(&self, address: IpAddr) -> bool {
        let (own, width) = bits(self.address);
        let (other, other_width) = bits(address.to_canonical());
        let shift = width - self.prefix_bits;
        width == other_width && (shift >= 128 || own >> shift == other >> shift)
    }
}

impl FromStr for Block {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not an address or a block such as 10.0.0.0/8");
        let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?.to_canonical();
        let (_, width) = bits(address);
        let prefix_bits = prefix.map_or(Ok(width), str::parse).map_err(|_| wrong())?;
        if prefix_bits > width {
            return Err(wrong());
        }
        Ok(Self { address, prefix_bits })
    }
}

fn bits(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

/// The address a request comes from, after the proxies that were named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

/// The client of a request that came through the accept loop.
#[must_use]
pub fn of_request(request: &Request, proxies: &[Block]) -> ClientAddress {
    let peer = request.extensions().get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    client_address(peer, request.headers(), proxies)
}

/// Whether an address is that of a proxy that was named.
#[must_use]
pub fn is_proxy(address: IpAddr, proxies: &[Block]) -> bool {
    proxies.iter().any(|block| block.holds(address))
}

/// Addresses that one client may have at will: an IPv4 address alone, or the 64 bits of an IPv6 network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V6(v6) => Self(IpAddr::V6((v6.to_bits() & !u128::from(u64::MAX)).into())),
            v4 @ IpAddr::V4(_) => Self(v4),
        }
    }
}

/// Finds the client: the peer itself, or, when the peer is a named proxy, the last address in
/// `X-Forwarded-For` that is not one. What a client wrote into that header stands further left and
/// is never reached.
#[must_use]
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &[Block]) -> ClientAddress {
    let mut client = peer.to_canonical();
    if !is_proxy(client, proxies) {
        return ClientAddress(client);
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for text in forwarded.iter().rev() {
        let Ok(address) = text.trim().parse::<IpAddr>() else { break };
        client = address.to_canonical();
        if !is_proxy(client, proxies) {
            break;
        }
    }
    ClientAddress(client)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn client(peer: &str, forwarded: &str, proxies: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        let proxies: Vec<Block> = proxies.iter().map(|block| block.parse().unwrap()).collect();
        client_address(peer.parse().unwrap(), &headers, &proxies).0.to_string()
    }

    #[test]
    fn a_forwarded_address_is_believed_from_a_named_proxy_only() {
        assert_eq!(client("203.0.113.9", "198.51.100.1", &[]), "203.0.113.9");
        assert_eq!(client("203.0.113.9", "198.51.100.1", &["10.0.0.0/8"]), "203.0.113.9");
        assert_eq!(client("10.1.2.3", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("::ffff:10.1.2.3", "198.51.100.1", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", "6.6.6.6, 198.51.100.1, 10.9.9.9", &["10.0.0.0/8"]), "198.51.100.1");
        assert_eq!(client("10.1.2.3", "6.6.6.6, nonsense", &["10.0.0.0/8"]), "10.1.2.3");
    }

    #[test]
    fn a_network_is_an_address_or_half_of_one() {
        let of = |address: &str| Network::of(address.parse().unwrap());
        assert_eq!(of("2001:db8::1"), of("2001:db8::ffff:0:0:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn blocks_hold_their_own_addresses() {
        let holds = |block: &str, address: &str| block.parse::<Block>().unwrap().holds(address.parse().unwrap());
        assert!(holds("0.0.0.0/0", "1.2.3.4"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:db8:1::1"));
        assert!(!holds("192.0.2.1", "192.0.2.2"));
        assert!("10.0.0.0/33".parse::<Block>().is_err());
    }
}

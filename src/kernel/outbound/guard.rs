//! Where requests of ours may go: to public addresses, by TLS, and nowhere else. Whoever registers an address chooses where this
//! server connects to; without this it would reach what only the server can reach.

use http::{Request, header};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

use super::Failure;

/// Ends of names that stand for something nearby, whatever a resolver says.
const NEARBY: [&str; 8] = ["localhost", "local", "internal", "lan", "home", "corp", "arpa", "onion"];

/// Why an address cannot be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfit {
    /// It cannot be read as an address.
    Unreadable,
    NotHttps,
    /// It names another port than 443.
    Port,
    /// It holds a name or a password, which everybody who may see the address would see.
    Credentials,
    /// It names no host of the public internet: a number, a single word, a name of the neighbourhood.
    Nearby,
}

/// An address that may be sent to, as far as it can be told before its name is looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As it is kept and shown.
    pub address: String,
    host: String,
    port: u16,
    /// Path and query.
    path: String,
    tls: bool,
}

impl Target {
    /// `local`: http://127.0.0.1 is let through, on any port, for trying things on one machine.
    pub(super) fn read(text: &str, local: bool) -> Result<Self, Unfit> {
        let url = Url::parse(text.trim()).map_err(|_| Unfit::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unfit::Credentials);
        }
        let own = url.host() == Some(Host::Ipv4(Ipv4Addr::LOCALHOST));
        if !(local && own && url.scheme() == "http") {
            public(&url)?;
        }
        let path = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Ok(Self {
            host: url.host_str().unwrap_or_default().trim_end_matches('.').to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
            tls: url.scheme() == "https",
            path,
            address: url.into(),
        })
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    pub(super) fn is_tls(&self) -> bool {
        self.tls
    }

    /// Where to connect to: what the name stands for now, if all of it is public. What is connected to is exactly what was
    /// looked at; nothing is looked up a second time.
    pub(super) async fn places(&self) -> Result<Vec<SocketAddr>, Failure> {
        if !self.tls {
            return Ok(vec![SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))]);
        }
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await;
        all_public(found.map_err(|_| Failure::UnknownHost)?.collect())
    }

    /// A request to it.
    ///
    /// # Errors
    /// A header that cannot be one.
    pub(super) fn request(&self, headers: &[(&str, String)], body: &str) -> http::Result<Request<String>> {
        let host = if self.tls { self.host.clone() } else { format!("{}:{}", self.host, self.port) };
        let mut request = Request::post(&self.path)
            .header(header::HOST, host)
            .header(header::USER_AGENT, concat!("Concert/", env!("CARGO_PKG_VERSION")))
            .header(header::CONNECTION, "close")
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.body(body.to_owned())
    }
}

fn public(url: &Url) -> Result<(), Unfit> {
    if url.scheme() != "https" {
        return Err(if url.has_host() { Unfit::NotHttps } else { Unfit::Unreadable });
    }
    if url.port_or_known_default() != Some(443) {
        return Err(Unfit::Port);
    }
    // numbers in all their spellings are read as numbers
    let Some(Host::Domain(name)) = url.host() else { return Err(Unfit::Nearby) };
    match name.trim_end_matches('.').rsplit_once('.') {
        Some((first, last)) if !first.is_empty() && !NEARBY.contains(&last) => Ok(()),
        _ => Err(Unfit::Nearby),
    }
}

/// One that is not public among them is reason enough: a name that stands for both is made to get past a guard.
fn all_public(found: Vec<SocketAddr>) -> Result<Vec<SocketAddr>, Failure> {
    if found.is_empty() {
        return Err(Failure::UnknownHost);
    }
    if found.iter().all(|at| is_public(at.ip())) { Ok(found) } else { Err(Failure::Refused) }
}

/// Whether an address is of the public internet, by IANA's registries of special-purpose addresses.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => public_v4(v4),
        IpAddr::V6(v6) => public_v6(v6),
    }
}

fn public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !matches!(
        (a, b, c),
        (0 | 10 | 127, ..)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18..=19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            // multicast, reserved, broadcast
            | (224..=255, ..)
    )
}

/// Global unicast alone: what carries an IPv4 address inside (mapped, NAT64, 6to4, Teredo) is refused whatever it carries.
fn public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let global = (0x2000..=0x3fff).contains(&a);
    let special = match a {
        0x2001 => b < 0x200 || b == 0xdb8,
        0x2002 => true,
        0x3fff => b < 0x1000,
        _ => false,
    };
    global && !special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_neighbourhood_are_not_public() {
        for hostile in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = hostile.parse().unwrap();
            assert!(!is_public(address), "{hostile}");
            let found = ["8.8.8.8".parse().unwrap(), address].map(|ip| SocketAddr::new(ip, 443));
            assert_eq!(all_public(found.to_vec()), Err(Failure::Refused), "{hostile} beside a public one");
        }
        for public in ["1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "193.0.0.1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        for public in ["2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450::1", "3ffe::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
        assert_eq!(all_public(Vec::new()), Err(Failure::UnknownHost));
    }

    #[test]
    fn hostile_addresses_are_refused_before_they_are_looked_up() {
        for (hostile, why) in [
            ("", Unfit::Unreadable),
            ("hooks.example.org", Unfit::Unreadable),
            ("/in/here", Unfit::Unreadable),
            ("https://", Unfit::Unreadable),
            ("https://a b.example.org/", Unfit::Unreadable),
            ("https://[::1", Unfit::Unreadable),
            ("javascript:alert(1)", Unfit::Unreadable),
            ("data:text/html,x", Unfit::Unreadable),
            ("http://hooks.example.org/", Unfit::NotHttps),
            ("http://127.0.0.1/", Unfit::NotHttps),
            ("ftp://hooks.example.org/", Unfit::NotHttps),
            ("file://hooks.example.org/etc/passwd", Unfit::NotHttps),
            ("gopher://hooks.example.org:443/", Unfit::NotHttps),
            ("https://hooks.example.org:8443/", Unfit::Port),
            ("https://hooks.example.org:22/", Unfit::Port),
            ("https://user@hooks.example.org/", Unfit::Credentials),
            ("https://user:word@hooks.example.org/", Unfit::Credentials),
            ("https://hooks.example.org@127.0.0.1/", Unfit::Credentials),
            ("https://127.0.0.1/", Unfit::Nearby),
            ("https://127.1/", Unfit::Nearby),
            ("https://2130706433/", Unfit::Nearby),
            ("https://0x7f000001/", Unfit::Nearby),
            ("https://0177.0.0.1/", Unfit::Nearby),
            ("https://\u{ff11}27.0.0.1/", Unfit::Nearby),
            ("https://8.8.8.8/", Unfit::Nearby),
            ("https://[::1]/", Unfit::Nearby),
            ("https://[::ffff:10.0.0.1]/", Unfit::Nearby),
            ("https://localhost/", Unfit::Nearby),
            ("https://LOCALHOST./", Unfit::Nearby),
            ("https://db/", Unfit::Nearby),
            ("https://printer.local/", Unfit::Nearby),
            ("https://metadata.google.internal/", Unfit::Nearby),
            ("https://a.localhost/", Unfit::Nearby),
        ] {
            for local in [false, true] {
                if local && hostile == "http://127.0.0.1/" {
                    continue;
                }
                assert_eq!(Target::read(hostile, local), Err(why), "{hostile} {local}");
            }
        }
        for fine in ["https://hooks.example.org/in?key=1", "https://hooks.example.org:443", "https://donor.example/x"] {
            assert!(Target::read(fine, false).is_ok(), "{fine}");
        }
        assert!(Target::read("http://127.0.0.1:4321/in", true).is_ok());
        for nearly in ["http://127.0.0.2:4321/in", "http://localhost:4321/in", "http://10.0.0.1/", "http://[::1]:1/"] {
            assert!(Target::read(nearly, true).is_err(), "{nearly}");
        }
    }

    #[test]
    fn nothing_in_an_address_adds_a_header() {
        let target = Target::read("https://hooks.example.org/a\r\nx-evil: 1?b=\r\nc d", false).unwrap();
        let request = target.request(&[("webhook-id", "1".to_owned())], "{}").unwrap();
        assert_eq!(request.uri(), "/ax-evil:%201?b=c%20d");
        assert_eq!(request.headers().len(), 5, "{request:?}");
        assert!(target.request(&[("webhook-id", "1\r\nx-evil: 1".to_owned())], "{}").is_err());
    }
}

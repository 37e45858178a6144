//! Requests that leave: one at a time, to an address that somebody has registered. Where they may go, `guard.rs` says. No
//! redirect is followed, and of the answer the status alone is read.

mod guard;

use http::Request;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::lists::closed_list;
pub use guard::{Target, Unfit};

/// How long one address of a name may take to answer, and all of a request.
const CONNECTS: Duration = Duration::from_secs(4);
const ENDS: Duration = Duration::from_secs(10);
/// The longest head of an answer.
const HEAD: usize = 16 * 1024;

closed_list! {
    /// Why no status came back.
    Failure {
        /// The name stands for an address that may not be sent to.
        Refused = "refused", "outbound-refused";
        UnknownHost = "unknown_host", "outbound-unknown-host";
        Unreachable = "unreachable", "outbound-unreachable";
        /// Its certificate does not hold, or it speaks no TLS.
        Unsafe = "unsafe", "outbound-unsafe";
        Slow = "slow", "outbound-slow";
        /// What came is no answer in HTTP.
        NoAnswer = "no_answer", "outbound-no-answer";
    }
}

/// Sends. Cheap to clone.
#[derive(Clone)]
pub struct Outbound(Arc<Means>);

struct Means {
    local: bool,
    /// Made when first needed: the certificates of the machine are read for it.
    tls: OnceLock<Option<TlsConnector>>,
}

impl Outbound {
    /// `local`: http://127.0.0.1 may be sent to as well, for trying things on one machine.
    pub fn new(local: bool) -> Self {
        Self(Arc::new(Means { local, tls: OnceLock::new() }))
    }

    /// An address as it was typed, if it may be sent to.
    ///
    /// # Errors
    /// Why it may not.
    pub fn target(&self, typed: &str) -> Result<Target, Unfit> {
        Target::read(typed, self.0.local)
    }

    /// Posts a text in JSON; answers the status, whatever it is.
    ///
    /// # Errors
    /// No status came back.
    pub async fn post(&self, address: &str, headers: &[(&str, String)], body: &str) -> Result<u16, Failure> {
        let target = self.target(address).map_err(|_| Failure::Refused)?;
        let request = target.request(headers, body).map_err(|_| Failure::Refused)?;
        match timeout(ENDS, self.exchange(&target, request)).await {
            Ok(answered) => answered,
            Err(_) => Err(Failure::Slow),
        }
    }

    async fn exchange(&self, target: &Target, request: Request<String>) -> Result<u16, Failure> {
        let stream = connect(target).await?;
        if !target.is_tls() {
            return answer(stream, request).await;
        }
        let name = ServerName::try_from(target.host().to_owned()).map_err(|_| Failure::Refused)?;
        let tls = self.0.tls.get_or_init(tls).as_ref().ok_or(Failure::Unsafe)?;
        let stream = tls.connect(name, stream).await.map_err(|_| Failure::Unsafe)?;
        answer(stream, request).await
    }
}

impl std::fmt::Debug for Outbound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outbound").field("local", &self.0.local).finish_non_exhaustive()
    }
}

/// TLS by the authorities that this machine trusts; none where it trusts none.
pub(super) fn tls() -> Option<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let (taken, _) = roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if taken == 0 {
        tracing::error!("this machine has no certificates of authorities: nothing leaves it by TLS");
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let versions = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    Some(TlsConnector::from(Arc::new(versions.with_root_certificates(roots).with_no_client_auth())))
}

/// The first that answers of what the name stands for.
async fn connect(target: &Target) -> Result<TcpStream, Failure> {
    let mut failure = Failure::Unreachable;
    for place in target.places().await? {
        match timeout(CONNECTS, TcpStream::connect(place)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(_)) => failure = Failure::Unreachable,
            Err(_) => failure = Failure::Slow,
        }
    }
    Err(failure)
}

async fn answer<S>(stream: S, request: Request<String>) -> Result<u16, Failure>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let shaken = http1::Builder::new().max_buf_size(HEAD).handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(|_| Failure::NoAnswer)?;
    let mut exchange = pin!(sender.send_request(request));
    let answered = tokio::select! {
        biased;
        answered = &mut exchange => answered,
        _ = connection => exchange.await,
    };
    Ok(answered.map_err(|_| Failure::NoAnswer)?.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// What is made of an answer, after which nothing more comes.
    async fn of(text: &'static str) -> Result<u16, Failure> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/in", listener.local_addr().unwrap());
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = [0; 4096];
            let read = stream.read(&mut asked).await.unwrap();
            assert!(asked[..read].starts_with(b"POST /in HTTP/1.1\r\n"));
            stream.write_all(text.as_bytes()).await.unwrap();
        });
        let answered = Outbound::new(true).post(&address, &[], "{}").await;
        answering.await.unwrap();
        answered
    }

    #[tokio::test]
    async fn the_status_alone_is_read() {
        assert_eq!(of("HTTP/1.1 204 No Content\r\n\r\n").await, Ok(204));
        assert_eq!(of("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\nbody").await, Ok(302));
        assert_eq!(of("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\npart").await, Ok(200));
        for wrong in ["", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nserver: x\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "\u{1}\u{2}"]
        {
            assert_eq!(of(wrong).await, Err(Failure::NoAnswer), "{wrong}");
        }
    }

    #[tokio::test]
    async fn what_listens_here_is_reached_in_tests_alone_and_an_endless_answer_ends() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/in", listener.local_addr().unwrap());
        assert_eq!(Outbound::new(false).post(&address, &[], "{}").await, Err(Failure::Refused));
        let endless = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            while stream.write_all(b"HTTP/1.1 200 OK\r\nx: y\r\n").await.is_ok() {}
        });
        assert_eq!(Outbound::new(true).post(&address, &[], "{}").await, Err(Failure::NoAnswer));
        endless.await.unwrap();
    }
}

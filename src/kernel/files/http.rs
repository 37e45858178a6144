//! How the store's library speaks to a bucket: by the HTTP and the TLS that the portal has already. The address is the operator's,
//! not one that somebody typed into a form, so that it may be of the neighbourhood.

use axum::body::Bytes;
use futures::future::BoxFuture;
use http::{HeaderValue, Method, Uri, header};
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody,
    HttpService,
};
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use url::Url;

use crate::kernel::outbound;

const CONNECTS: Duration = Duration::from_secs(5);
/// A part goes up and the head of an answer comes back within this; the answer's body takes as long as its reader does.
const ANSWERS: Duration = Duration::from_secs(60);

/// Makes clients of ours.
#[derive(Debug, Clone, Copy)]
pub struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(Client::default()))
    }
}

#[derive(Default)]
struct Client {
    /// Made when first needed: the certificates of the machine are read for it.
    tls: OnceLock<Option<TlsConnector>>,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

fn failed<E>(kind: HttpErrorKind) -> impl FnOnce(E) -> HttpError
where
    E: std::error::Error + Send + Sync + 'static,
{
    move |error| HttpError::new(kind, error)
}

fn because(kind: HttpErrorKind, why: &'static str) -> HttpError {
    HttpError::new(kind, std::io::Error::other(why))
}

impl HttpService for Client {
    // the trait is written with async_trait; this is what that makes of `async fn call(&self, …)`
    fn call<'life0, 'async_trait>(
        &'life0 self,
        request: HttpRequest,
    ) -> BoxFuture<'async_trait, Result<HttpResponse, HttpError>>
    where
        'life0: 'async_trait,
        Self: 'async_trait,
    {
        Box::pin(self.send(request))
    }
}

impl Client {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let url = Url::parse(&request.uri().to_string()).map_err(failed(HttpErrorKind::Unknown))?;
        prepare(&mut request, &url)?;
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        let stream = match timeout(CONNECTS, TcpStream::connect((host.as_str(), port))).await {
            Ok(stream) => stream.map_err(failed(HttpErrorKind::Connect))?,
            Err(_) => return Err(because(HttpErrorKind::Connect, "the bucket's service does not answer")),
        };
        if url.scheme() != "https" {
            return exchange(stream, request).await;
        }
        let tls = self.tls.get_or_init(outbound::tls).as_ref();
        let tls = tls.ok_or_else(|| because(HttpErrorKind::Unknown, "no certificates of authorities"))?;
        let name = ServerName::try_from(host).map_err(failed(HttpErrorKind::Unknown))?;
        let stream = match timeout(CONNECTS, tls.connect(name, stream)).await {
            Ok(stream) => stream.map_err(failed(HttpErrorKind::Connect))?,
            Err(_) => return Err(because(HttpErrorKind::Connect, "the bucket's service speaks no TLS")),
        };
        exchange(stream, request).await
    }
}

/// As a server wants it that is spoken to directly: the path alone, the host as it was signed, the length of what is sent.
fn prepare(request: &mut HttpRequest, url: &Url) -> Result<(), HttpError> {
    let name = url.host_str().unwrap_or_default();
    let host = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
    let host = HeaderValue::from_str(&host).map_err(failed(HttpErrorKind::Unknown))?;
    request.headers_mut().insert(header::HOST, host);
    request.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    if matches!(*request.method(), Method::PUT | Method::POST) {
        let length = HeaderValue::from(request.body().content_length());
        request.headers_mut().insert(header::CONTENT_LENGTH, length);
    }
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let path: Uri = path.parse().map_err(failed(HttpErrorKind::Unknown))?;
    *request.uri_mut() = path;
    Ok(())
}

async fn exchange<S>(stream: S, request: HttpRequest) -> Result<HttpResponse, HttpError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let shaken = http1::Builder::new().handshake::<_, HttpRequestBody>(TokioIo::new(stream)).await;
    let (mut sender, connection) = shaken.map_err(failed(HttpErrorKind::Connect))?;
    // it ends with the answer's body, or when nobody reads that any more
    tokio::spawn(connection);
    let answered = timeout(ANSWERS, sender.send_request(request)).await;
    let answered = answered.map_err(failed(HttpErrorKind::Timeout))?.map_err(failed(HttpErrorKind::Interrupted))?;
    let (parts, body) = answered.into_parts();
    Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(Answer(body))))
}

/// A body with the errors that the library wants.
struct Answer(Incoming);

impl Body for Answer {
    type Data = Bytes;
    type Error = HttpError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, HttpError>>> {
        let frame = ready!(Pin::new(&mut self.0).poll_frame(context));
        Poll::Ready(frame.map(|frame| frame.map_err(failed(HttpErrorKind::Interrupted))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.size_hint()
    }
}

//! The same things done with a folder and with a bucket, of which a small service stands here.

use super::*;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a bucket holds and was asked.
#[derive(Default)]
struct Held {
    objects: BTreeMap<String, Vec<u8>>,
    /// Uploads in parts, by their number.
    parts: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    asked: Vec<String>,
}
type Shared = Arc<Mutex<Held>>;

const BEGUN: &str = "<?xml version=\"1.0\"?><InitiateMultipartUploadResult><Bucket>files</Bucket><Key>k</Key>\
    <UploadId>u1</UploadId></InitiateMultipartUploadResult>";
const ENDED: &str = "<?xml version=\"1.0\"?><CompleteMultipartUploadResult><ETag>\"etag\"</ETag>\
    </CompleteMultipartUploadResult>";

fn answer(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::ETAG, "\"etag\"".parse().unwrap());
    response.headers_mut().insert(header::LAST_MODIFIED, "Tue, 24 Nov 2026 09:00:00 GMT".parse().unwrap());
    response
}

async fn service(State(held): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()).into_owned().collect();
    let signed = parts.headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let whose = signed.starts_with("AWS4-HMAC-SHA256 Credential=the-key/") && signed.contains("Signature=");
    if !whose || !parts.headers.contains_key("x-amz-date") || !parts.headers.contains_key("x-amz-content-sha256") {
        return answer(StatusCode::FORBIDDEN, "");
    }
    // what was signed for this host was sent to this host
    assert!(parts.headers[header::HOST].to_str().unwrap().starts_with("127.0.0.1:"));
    let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
    let sum = parts.headers["x-amz-content-sha256"].to_str().unwrap();
    assert_eq!(sum, hex::encode(Sha256::digest(&bytes)), "{} {}", parts.method, parts.uri);
    let path = parts.uri.path().to_owned();
    let mut held = held.lock().unwrap();
    held.asked.push(format!("{} {path}?{}", parts.method, parts.uri.query().unwrap_or_default()));
    match (parts.method, query.get("uploadId"), query.contains_key("uploads")) {
        (Method::POST, _, true) => {
            held.parts.insert("u1".to_owned(), BTreeMap::new());
            answer(StatusCode::OK, BEGUN)
        }
        (Method::PUT, Some(id), _) => {
            let number = query["partNumber"].parse().unwrap();
            held.parts.get_mut(id).unwrap().insert(number, bytes);
            answer(StatusCode::OK, "")
        }
        (Method::POST, Some(id), _) => {
            let whole = held.parts.remove(id).unwrap().into_values().flatten().collect();
            held.objects.insert(path, whole);
            answer(StatusCode::OK, ENDED)
        }
        (Method::DELETE, Some(id), _) => {
            held.parts.remove(id);
            answer(StatusCode::NO_CONTENT, "")
        }
        (Method::PUT, None, _) => {
            held.objects.insert(path, bytes);
            answer(StatusCode::OK, "")
        }
        (Method::GET, ..) => match held.objects.get(&path) {
            Some(found) => answer(StatusCode::OK, found.clone()),
            None => answer(StatusCode::NOT_FOUND, "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>"),
        },
        (Method::DELETE, ..) => {
            held.objects.remove(&path);
            answer(StatusCode::NO_CONTENT, "")
        }
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

async fn bucket(key: &str) -> (Files, Shared) {
    let held = Shared::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let site = Router::new().fallback(service).with_state(Arc::clone(&held));
    tokio::spawn(async move { axum::serve(listener, site).await.unwrap() });
    let secret = "the secret".to_owned().into();
    let place =
        Place::read("s3://files/of/concert", Some(&endpoint), "eu-central-1", Some(key), Some(&secret)).unwrap();
    (Files::open(Some(&place), 25 << 20).unwrap(), held)
}

fn key(n: u128) -> Key {
    Key { process: ProcessId(Uuid::from_u128(1)), id: Uuid::from_u128(n) }
}

async fn put(files: &Files, key: Key, bytes: &[u8]) {
    let mut coming = files.begin(key).unwrap();
    for part in bytes.chunks(700_001) {
        coming.write(Bytes::copy_from_slice(part)).await.unwrap();
    }
    coming.finish().await.unwrap();
}

async fn get(files: &Files, key: Key) -> Option<Vec<u8>> {
    let kept = files.fetch(key).await.unwrap()?;
    let bytes: Vec<u8> = kept.bytes.try_collect::<Vec<_>>().await.unwrap().concat();
    assert_eq!(kept.size, bytes.len() as u64);
    Some(bytes)
}

/// Small, large, broken off, gone.
async fn holds_what_it_is_given(files: &Files) {
    files.check().await.unwrap();
    assert!(files.are_ready().await);
    let large: Vec<u8> = (0..13 << 20u32).map(|n: u32| (n % 251) as u8).collect();
    put(files, key(1), b"small").await;
    put(files, key(2), &large).await;
    assert_eq!(get(files, key(1)).await.as_deref(), Some(b"small".as_slice()));
    assert!(get(files, key(2)).await.is_some_and(|got| got == large), "other bytes than were put there");
    let mut coming = files.begin(key(3)).unwrap();
    for part in large.chunks(1 << 20) {
        coming.write(Bytes::copy_from_slice(part)).await.unwrap();
    }
    coming.drop_it().await;
    assert!(get(files, key(3)).await.is_none(), "what broke off is there");
    for _ in 0..2 {
        files.remove(key(1)).await.unwrap();
        assert!(get(files, key(1)).await.is_none());
    }
    assert!(get(files, key(2)).await.is_some());
}

#[tokio::test]
async fn a_folder_holds_what_it_is_given() {
    use std::os::unix::fs::PermissionsExt;
    let folder = std::env::temp_dir().join(format!("concert-place-{}", random::id()));
    let files = Files::open(Some(&Place::Folder(folder.clone())), 25 << 20).unwrap();
    holds_what_it_is_given(&files).await;
    assert_eq!(std::fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_bucket_holds_what_it_is_given_and_every_request_is_signed() {
    let (files, held) = bucket("the-key").await;
    holds_what_it_is_given(&files).await;
    let held = held.lock().unwrap();
    assert!(held.parts.is_empty(), "an upload that was given up stays");
    assert!(held.asked.iter().any(|a| a.contains("partNumber=2")), "{:?}", held.asked);
    let (process, id) = (Uuid::from_u128(1), Uuid::from_u128(2));
    assert_eq!(held.objects.keys().collect::<Vec<_>>(), [&format!("/files/of/concert/{process}/{id}")]);
}

#[tokio::test]
async fn a_key_that_does_not_open_the_bucket_is_told_at_once_and_no_secret_with_it() {
    let (files, _) = bucket("another").await;
    let error = format!("{:#}", files.check().await.unwrap_err());
    assert!(error.contains("cannot be written to") && !error.contains("the secret"), "{error}");
    assert!(!files.are_ready().await);
    assert!(!format!("{files:?}").contains("secret"));
}

#[tokio::test]
async fn an_installation_without_a_place_keeps_nothing() {
    let files = Files::open(None, 1).unwrap();
    assert!(!files.are_kept() && files.begin(key(1)).is_err());
    files.check().await.unwrap();
}

#[test]
fn what_is_no_place_is_refused() {
    let secret = "s".to_owned().into();
    let read = |text: &str, endpoint: Option<&str>, key: Option<&str>| {
        Place::read(text, endpoint, "r", key, Some(&secret)).map(|p| format!("{p:?}"))
    };
    assert!(read("/var/lib/concert/files", None, None).unwrap().starts_with("Folder("));
    let whole = read("s3://files/a/b/", Some("https://storage.example/"), Some("k")).unwrap();
    assert!(whole.contains("\"a/b\"") && whole.contains("\"https://storage.example\""), "{whole}");
    assert!(!whole.contains("\"s\""), "{whole}");
    for (text, endpoint, key) in [
        ("s3://", None, Some("k")),
        ("s3://Files/x", None, Some("k")),
        ("s3://files", None, None),
        ("s3://files", Some("storage.example"), Some("k")),
        ("s3://files", Some("ftp://storage.example"), Some("k")),
        ("s3://files", Some("https://me:word@storage.example"), Some("k")),
        ("https://storage.example/files", None, Some("k")),
    ] {
        assert!(read(text, endpoint, key).is_err(), "{text} {endpoint:?}");
    }
    for secret in [None, Some(String::new().into()), Some(" ".to_owned().into())] {
        let refused = Place::read("s3://files", None, "r", Some("k"), secret.as_ref()).unwrap_err();
        assert!(refused.to_string().contains("CONCERT_FILES_S3_SECRET"), "{refused}");
    }
}

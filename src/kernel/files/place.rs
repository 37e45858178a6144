//! What the settings say of the place for files.

use anyhow::{Context, ensure};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, RetryConfig};
use secrecy::{ExposeSecret, SecretString};
use std::os::unix::fs::DirBuilderExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::http::Connector;

/// How often a request to a bucket is tried, and for how long: somebody waits for it.
const TRIES: usize = 3;
const TRIED_FOR: Duration = Duration::from_secs(30);

#[derive(Debug, Clone)]
pub enum Place {
    /// A folder that the portal has for itself. It is made where there is none.
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket of a service that speaks S3.
#[derive(Debug, Clone)]
pub struct Bucket {
    pub name: String,
    /// Where in it; empty: at its top.
    pub prefix: String,
    /// None: Amazon's own, by the region.
    pub endpoint: Option<String>,
    pub region: String,
    pub key: String,
    pub secret: SecretString,
}

impl Place {
    /// Reads `s3://bucket/prefix`, or a folder.
    ///
    /// # Errors
    /// It is none, or a bucket lacks what opens it.
    pub fn read(
        text: &str,
        endpoint: Option<&str>,
        region: &str,
        key: Option<&str>,
        secret: Option<&SecretString>,
    ) -> anyhow::Result<Self> {
        let Some(rest) = text.strip_prefix("s3://") else {
            ensure!(
                !text.contains("://"),
                "CONCERT_FILES is a folder or s3://bucket/prefix; other places are not known: {text}"
            );
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
        ensure!((3..=63).contains(&name.len()) && name.chars().all(plain), "{name:?} is no name of a bucket");
        let endpoint = endpoint.map(|e| e.trim_end_matches('/').to_owned()).filter(|e| !e.is_empty());
        if let Some(endpoint) = &endpoint {
            let url = url::Url::parse(endpoint).context("CONCERT_FILES_S3_ENDPOINT is no address")?;
            let fits = matches!(url.scheme(), "http" | "https") && url.has_host() && url.username().is_empty();
            ensure!(fits, "CONCERT_FILES_S3_ENDPOINT is no address of a service: http(s)://host, without a name");
        }
        let key = key.filter(|k| !k.is_empty());
        // set to nothing is not set: the service would answer that the signature is wrong
        let secret = secret.filter(|s| !s.expose_secret().trim().is_empty());
        Ok(Self::Bucket(Bucket {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint,
            region: region.to_owned(),
            key: key.context("a bucket needs CONCERT_FILES_S3_KEY and CONCERT_FILES_S3_SECRET")?.to_owned(),
            secret: secret.context("a bucket needs CONCERT_FILES_S3_KEY and CONCERT_FILES_S3_SECRET")?.clone(),
        }))
    }

    /// The folder, where it is one.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Bucket(_) => None,
        }
    }

    pub(super) fn open(&self) -> anyhow::Result<(Arc<dyn ObjectStore>, Path)> {
        match self {
            Self::Folder(folder) => {
                // what lies there is for the portal alone
                let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
                made.with_context(|| format!("the folder for files cannot be made: {}", folder.display()))?;
                let store = LocalFileSystem::new_with_prefix(folder)
                    .with_context(|| format!("the folder for files cannot be used: {}", folder.display()))?;
                Ok((Arc::new(store.with_fsync(true)), Path::default()))
            }
            Self::Bucket(bucket) => Ok((bucket.open()?, Path::parse(&bucket.prefix)?)),
        }
    }
}

impl Bucket {
    fn open(&self) -> anyhow::Result<Arc<dyn ObjectStore>> {
        let retry = RetryConfig { max_retries: TRIES, retry_timeout: TRIED_FOR, ..RetryConfig::default() };
        let mut builder = AmazonS3Builder::new()
            .with_http_connector(Connector)
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.key)
            .with_secret_access_key(self.secret.expose_secret())
            // one at a time: not every service that speaks S3 knows how to delete by a list
            .with_disable_bulk_delete(true)
            .with_retry(retry);
        if let Some(endpoint) = &self.endpoint {
            // the key and the bytes go without TLS where the operator has written so
            builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
        }
        let store = builder.build().context("the bucket's settings do not go together")?;
        Ok(Arc::new(store))
    }
}

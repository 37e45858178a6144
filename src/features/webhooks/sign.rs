//! Signatures as Standard Webhooks has them (<https://www.standardwebhooks.com>): an HMAC-SHA256 over id, time and body.

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::kernel::ids::WebhookId;
use crate::kernel::random;
use crate::kernel::secret::Secret;

/// What a hook's deliveries are signed with: shown once, otherwise kept sealed.
pub struct Key(Vec<u8>);

impl Key {
    pub fn new() -> Self {
        Self(random::bytes::<32>().to_vec())
    }

    /// As its receiver keeps it.
    pub fn shown(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    /// As it is stored: worthless to whoever reads the table, and in another hook's row.
    pub fn sealed(&self, secret: &Secret, hook: WebhookId) -> anyhow::Result<Vec<u8>> {
        secret.seal(&bound(hook), &self.0)
    }

    /// # Errors
    /// It was sealed with another secret of the installation, or for another hook.
    pub fn opened(secret: &Secret, hook: WebhookId, sealed: &[u8]) -> anyhow::Result<Self> {
        let opened = secret.unseal(&bound(hook), sealed).map(Self);
        opened.context("a webhook's secret cannot be opened: has the installation's secret been changed?")
    }

    /// One signature, with its version.
    pub fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        // HMAC takes a key of any length: the error cannot occur, and a signature that is none is refused
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

fn bound(hook: WebhookId) -> Vec<u8> {
    [b"webhook".as_slice(), hook.0.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard's own libraries.
    #[test]
    fn a_signature_is_that_of_the_standard() {
        let key = Key(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let signature = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_key_opens_for_its_own_hook_alone() {
        let secret = Secret::new("a secret of the tests, long enough to be one".to_owned().into()).unwrap();
        let other = Secret::new("another secret of the tests, as long as that".to_owned().into()).unwrap();
        let (hook, key) = (WebhookId(random::id()), Key::new());
        let sealed = key.sealed(&secret, hook).unwrap();
        assert_eq!(Key::opened(&secret, hook, &sealed).unwrap().shown(), key.shown());
        assert!(Key::opened(&secret, WebhookId(random::id()), &sealed).is_err());
        assert!(Key::opened(&other, hook, &sealed).is_err());
        assert!(Key::opened(&secret, hook, &[]).is_err());
        assert_eq!(key.shown().len(), 6 + 44);
    }
}

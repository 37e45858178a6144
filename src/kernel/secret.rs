//! The installation's secret: form tokens, keyed hashes, and the sealing of second-factor secrets.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Everything that is keyed with the installation's secret. Each use has a name of its own, so that a
/// value made for one use is worthless for another.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// # Errors
    /// Fewer than 32 characters: too easy to guess.
    pub fn new(text: SecretString) -> anyhow::Result<Self> {
        anyhow::ensure!(
            text.expose_secret().len() >= 32,
            "the installation's secret must have at least 32 characters; make one with: openssl rand -hex 32"
        );
        Ok(Self(text))
    }

    fn mac(&self, purpose: &str, value: &[u8]) -> Vec<u8> {
        // HMAC takes a key of any length: the error cannot occur, and an empty tag would match nothing
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()) else { return Vec::new() };
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(value);
        mac.finalize().into_bytes().to_vec()
    }

    /// The token that a form must bring back, made from the cookie that the browser holds.
    pub fn form_token(&self, cookie: &str) -> String {
        hex::encode(self.mac("form", cookie.as_bytes()))
    }

    pub fn form_token_matches(&self, cookie: &str, given: &str) -> bool {
        self.form_token(cookie).as_bytes().ct_eq(given.as_bytes()).into()
    }

    /// Stands for an address or an e-mail in the tables of limits, which hold no personal datum.
    pub fn blind(&self, kind: &str, value: &str) -> Vec<u8> {
        self.mac(kind, value.trim().to_lowercase().as_bytes())
    }

    /// A key for sealing secrets at rest.
    pub fn sealing_key(&self) -> [u8; 32] {
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(self.mac("seal", b"")) {
            *to = from;
        }
        key
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

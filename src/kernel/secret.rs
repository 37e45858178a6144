//! The installation's secret: form tokens, keyed hashes, and the sealing of second-factor secrets.

use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::random;

const NONCE: usize = 12;

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

    /// Sealed for a table: worthless to whoever reads it there, and beside anything but what it is `bound` to.
    ///
    /// # Errors
    /// It is too long to be a secret.
    pub fn seal(&self, bound: &[u8], plain: &[u8]) -> anyhow::Result<Vec<u8>> {
        let nonce = random::bytes::<NONCE>();
        let cipher = ChaCha20Poly1305::new(Key::from_slice(&self.sealing_key()));
        let sealed = cipher.encrypt(Nonce::from_slice(&nonce), Payload { msg: plain, aad: bound });
        let sealed = sealed.map_err(|_| anyhow::anyhow!("a secret cannot be sealed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Nothing where it was sealed with another secret of the installation, or bound to something else.
    pub fn unseal(&self, bound: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let cipher = ChaCha20Poly1305::new(Key::from_slice(&self.sealing_key()));
        cipher.decrypt(Nonce::from_slice(nonce), Payload { msg: sealed, aad: bound }).ok()
    }

    /// A key for sealing secrets at rest.
    fn sealing_key(&self) -> [u8; 32] {
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

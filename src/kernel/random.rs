//! The only source of randomness: ids and secret tokens.

#![expect(clippy::disallowed_methods, reason = "this file is the one that asks for randomness")]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// 256 random bits as 43 characters that are safe in a URL, a cookie and a form.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    pub fn new() -> Self {
        Self(URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>()))
    }

    /// A token as it came in. `None` unless it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == 43 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
            .then(|| Self(text.to_owned()))
    }

    /// What is stored in its place: whoever reads the table cannot sign in with it.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0.as_bytes()).to_vec()
    }

    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// A new id; the first part is the time, so rows of one time stand together in their index.
pub fn id() -> uuid::Uuid {
    uuid::Uuid::now_v7()
}

/// Random bytes for salts and codes.
pub fn bytes<const N: usize>() -> [u8; N] {
    rand::random()
}

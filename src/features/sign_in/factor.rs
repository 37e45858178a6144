//! The second factor: time-based codes (RFC 6238), recovery codes, and the sealing of the secret.

use anyhow::{Context, anyhow};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use totp_rs::{Builder, Totp};

use crate::kernel::ids::AccountId;
use crate::kernel::random;
use crate::kernel::secret::Secret;

/// 160 bits, as RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
const NONCE_BYTES: usize = 24;

/// # Errors
/// The secret is not of the right length.
pub fn totp(secret: &[u8], email: &str) -> anyhow::Result<Totp> {
    let builder = Builder::new()
        .with_secret(secret.to_vec())
        // a colon parts issuer and account in the address that the app reads
        .with_account_name(email.replace(':', " "))
        .with_issuer(Some("Concert"));
    builder.build().map_err(|e| anyhow!("the second factor cannot be used: {e:?}"))
}

/// The time step that a code belongs to, if it is right and later than the last one used.
pub fn step_of(totp: &Totp, code: &str, now: DateTime<Utc>, last: Option<i64>) -> Option<i64> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let step = totp.check(&digits, u64::try_from(now.timestamp()).ok()?)?;
    i64::try_from(step).ok().filter(|s| last.is_none_or(|l| *s > l))
}

/// Seals a secret for one account: moved to another row it does not open.
///
/// # Errors
/// None in practice; the cipher refuses only texts of absurd length.
pub fn seal(key: &Secret, account: AccountId, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new(&key.sealing_key().into());
    let nonce = random::bytes::<NONCE_BYTES>();
    let payload = Payload { msg: secret, aad: account.0.as_bytes() };
    let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| anyhow!("a secret was not sealed"))?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// # Errors
/// The installation's secret has changed, or the row was tampered with.
pub fn open(key: &Secret, account: AccountId, sealed: &[u8]) -> anyhow::Result<Vec<u8>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE_BYTES).context("a sealed secret is cut short")?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into()?;
    let cipher = XChaCha20Poly1305::new(&key.sealing_key().into());
    let payload = Payload { msg: sealed, aad: account.0.as_bytes() };
    cipher
        .decrypt(&XNonce::from(nonce), payload)
        .map_err(|_| anyhow!("a sealed secret does not open: has the installation's secret been changed?"))
}

/// Ten codes of 50 bits, in a form that is easily read and typed.
pub fn recovery_codes() -> Vec<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";
    (0..10)
        .map(|_| {
            let bytes = random::bytes::<10>();
            let text: String = bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect();
            let (first, second) = text.split_at(5);
            format!("{first}-{second}")
        })
        .collect()
}

/// What is stored of a recovery code; however it was spaced when typed.
pub fn recovery_hash(code: &str) -> Vec<u8> {
    let plain: String = code.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}

/// The picture that an app reads, as the path of an SVG of `size` by `size` units.
///
/// # Errors
/// The text is too long for one.
pub fn qr(text: &str) -> anyhow::Result<(i32, String)> {
    let code = qrcodegen::QrCode::encode_text(text, qrcodegen::QrCodeEcc::Medium)
        .map_err(|_| anyhow!("too long for a QR code"))?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                path.push_str(&format!("M{},{}h1v1h-1z", x + 4, y + 4));
            }
        }
    }
    Ok((code.size() + 8, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("a secret of the tests, long enough to be one".to_owned().into()).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_for_its_account_alone() {
        let (mine, other) = (AccountId(random::id()), AccountId(random::id()));
        let sealed = seal(&secret(), mine, b"twenty bytes, no less").unwrap();
        assert!(!sealed.windows(6).any(|w| w == b"twenty"));
        assert_eq!(open(&secret(), mine, &sealed).unwrap(), b"twenty bytes, no less");
        assert!(open(&secret(), other, &sealed).is_err());
        let changed = Secret::new("another secret, long enough to be one too".to_owned().into()).unwrap();
        assert!(open(&changed, mine, &sealed).is_err());
        assert!(open(&secret(), mine, &sealed[..10]).is_err());
    }

    #[test]
    fn a_code_works_once_and_for_its_time() {
        let totp = totp(&[7; SECRET_BYTES], "ada@ministry.example").unwrap();
        let now: DateTime<Utc> = "2026-11-24T09:00:00Z".parse().unwrap();
        let code = totp.generate(now.timestamp() as u64).to_string();
        let step = step_of(&totp, &code, now, None).unwrap();
        assert_eq!(step_of(&totp, &code, now, Some(step)), None);
        assert_eq!(step_of(&totp, &code, now + chrono::TimeDelta::minutes(5), None), None);
        assert_eq!(step_of(&totp, "12345", now, None), None);
        assert_eq!(step_of(&totp, "abcdef", now, None), None);
    }

    #[test]
    fn recovery_codes_differ_and_are_read_as_typed() {
        let codes = recovery_codes();
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(different.len(), 10);
        assert_eq!(recovery_hash("ABCDE fghjk"), recovery_hash("abcde-fghjk"));
    }
}

//! Passwords: Argon2id with OWASP's parameters, off the request threads, two at a time.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use std::sync::LazyLock;
use tokio::sync::Semaphore;

use crate::kernel::i18n::Message;

/// Each hash takes 19 MiB and a core for some 20 ms: more at once would starve the pages.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Verified in place of an account's hash where there is none, so that the time tells nothing.
static NOBODY: LazyLock<String> = LazyLock::new(|| {
    let random = hex::encode(crate::kernel::random::bytes::<16>());
    Argon2::default().hash_password(random.as_bytes()).map(|h| h.to_string()).unwrap_or_default()
});

/// # Errors
/// The hash could not be made.
pub async fn hash(password: String) -> anyhow::Result<String> {
    let _turn = TURNS.acquire().await?;
    tokio::task::spawn_blocking(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|h| h.to_string()).map_err(|e| anyhow::anyhow!("a password was not hashed: {e}"))
    })
    .await?
}

/// Whether the password is the account's; without an account the same work is done and the answer is no.
pub async fn verify(password: String, hash: Option<String>) -> anyhow::Result<bool> {
    let _turn = TURNS.acquire().await?;
    let known = hash.is_some();
    let matches = tokio::task::spawn_blocking(move || {
        let hash = hash.unwrap_or_else(|| NOBODY.clone());
        Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()
    })
    .await?;
    Ok(known && matches)
}

/// Of the passwords of twelve characters and more that lists of stolen ones begin with.
const COMMON: [&str; 24] = [
    "123456789012",
    "1234567890123",
    "123456123456",
    "111111111111",
    "000000000000",
    "123123123123",
    "qwertyuiopas",
    "qwertyuiop123",
    "qwerty123456",
    "1q2w3e4r5t6y",
    "abcdefghijkl",
    "password1234",
    "password12345",
    "passwordpassword",
    "iloveyou1234",
    "administrator",
    "welcome12345",
    "changeme1234",
    "letmein12345",
    "asdfghjkl123",
    "987654321098",
    "q1w2e3r4t5y6",
    "zaq12wsxcde3",
    "concertconcert",
];

/// Length and not being common is what makes a password hard to guess; rules of composition do not.
pub fn weakness(password: &str, email: &str) -> Option<Message> {
    let low = password.to_lowercase();
    if password.chars().count() < 12 {
        return Some(Message::new("password-short"));
    }
    if password.chars().count() > 200 {
        return Some(Message::new("field-too-long").with("most", 200));
    }
    let one_sign = low.chars().next().is_some_and(|first| low.chars().all(|c| c == first));
    if COMMON.contains(&low.as_str()) || one_sign {
        return Some(Message::new("password-common"));
    }
    let name = email.split('@').next().unwrap_or_default().to_lowercase();
    if low == email.to_lowercase() || (name.len() >= 6 && low.contains(&name)) {
        return Some(Message::new("password-address"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_passwords_are_told_why() {
        let key = |p: &str| weakness(p, "ada.norr@ministry.example").map(|m| m.key);
        assert_eq!(key("short"), Some("password-short"));
        assert_eq!(key("Password1234"), Some("password-common"));
        assert_eq!(key("žžžžžžžžžžžžž"), Some("password-common"));
        assert_eq!(key("my ada.norr password"), Some("password-address"));
        assert_eq!(key("five quiet border stones"), None);
    }

    #[tokio::test]
    async fn a_hash_fits_its_password_alone() {
        let made = hash("five quiet border stones".into()).await.unwrap();
        assert!(verify("five quiet border stones".into(), Some(made.clone())).await.unwrap());
        assert!(!verify("five quiet border stone".into(), Some(made)).await.unwrap());
        assert!(!verify("five quiet border stones".into(), None).await.unwrap());
    }
}

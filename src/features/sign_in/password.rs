//! Passwords: how they are kept, checked, and which ones are taken.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use std::time::Duration;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::kernel::error::Problem;
use crate::kernel::i18n::Message;
use crate::kernel::random;

/// Fewer characters are too easy to try out.
pub const LEAST: usize = 12;
/// More are a pasted page.
pub const MOST: usize = 200;

/// Each check takes 19 MiB and a core: two at a time leave the rest of the server its breath.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
/// Whoever waits longer than this is told to come back; a queue without end would be an attacker's to fill.
const PATIENCE: Duration = Duration::from_secs(10);

/// What OWASP advises for Argon2id: memory in KiB, passes, lanes.
const COST: (u32, u32, u32) = (19_456, 2, 1);

/// Nobody's password, at the same cost: it is checked where there is no account, which then takes the same time.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$Y29uY2VydC1ub2JvZHkuLg$uFZFzUfbFfS2qJJXa8tKk2h5vHVkAvX9PqHT1l0c9uI";

fn argon() -> anyhow::Result<Argon2<'static>> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(|e| anyhow::anyhow!("the cost of Argon2id: {e}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The same letters are the same password, however a keyboard puts their accents together (RFC 8265).
fn normal(password: &str) -> String {
    password.nfc().collect()
}

/// Off the request threads, two at a time. The permit goes along: a request that is given up does not free it early.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> anyhow::Result<T> + Send + 'static) -> Result<T, Problem> {
    let waited =
        tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await.map_err(|_| Problem::TooMany { minutes: 1 })?;
    let permit = waited.map_err(anyhow::Error::from)?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(permit);
        done
    });
    Ok(done.await.map_err(anyhow::Error::from)??)
}

/// What is stored of a password.
///
/// # Errors
/// Too many wait, or there is no memory.
pub async fn hash(password: &str) -> Result<String, Problem> {
    let password = normal(password);
    apart(move || {
        let hash = argon()?.hash_password_with_salt(password.as_bytes(), &random::bytes::<16>());
        Ok(hash.map_err(|e| anyhow::anyhow!("the password cannot be hashed: {e}"))?.to_string())
    })
    .await
}

/// Whether it is the password that was stored; never, and after the same time, where nothing is.
///
/// # Errors
/// Too many wait.
pub async fn verify(password: &str, stored: Option<&str>) -> Result<bool, Problem> {
    let password = normal(password);
    let there = stored.is_some();
    let stored = stored.unwrap_or(NOBODY).to_owned();
    apart(move || {
        let right = argon()?.verify_password(password.as_bytes(), stored.as_str()).is_ok();
        Ok(right && there)
    })
    .await
}

/// Whether it may be somebody's password. No rules of which characters: they make passwords worse.
///
/// # Errors
/// What is wrong with it.
pub fn check(password: &str, email: &str) -> Result<(), Message> {
    let password = normal(password);
    let length = password.chars().count();
    if length < LEAST {
        return Err(Message::new("password-too-short").with("least", LEAST));
    }
    if length > MOST {
        return Err(Message::new("field-too-long").with("most", MOST));
    }
    let low = password.to_lowercase();
    let email = email.trim().to_lowercase();
    let before_at = email.split('@').next().unwrap_or_default();
    if !email.is_empty() && (low.contains(&email) || low == before_at) {
        return Err(Message::new("password-is-address"));
    }
    let few = low.chars().collect::<std::collections::BTreeSet<_>>().len() < 3;
    if few || COMMON.lines().any(|line| line == low) {
        return Err(Message::new("password-common"));
    }
    Ok(())
}

/// The most common ones that are long enough to pass otherwise, in small letters.
const COMMON: &str = include_str!("common_passwords.txt");

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordHash;

    #[test]
    fn which_passwords_are_taken() {
        let email = "ada.norr@ministry.example";
        for good in ["a long way to go", "Љубичица у мраку", "zw9xk2pq7rt4", "ooooooooo oh well", "čšžčšž đak"]
        {
            let taken = check(good, email);
            assert_eq!(taken.is_ok(), good.chars().count() >= LEAST, "{good}: {taken:?}");
        }
        for (bad, key) in [
            ("short", "password-too-short"),
            ("elevenchars", "password-too-short"),
            ("Ada.Norr@Ministry.example", "password-is-address"),
            ("ada.norr@ministry.example1", "password-is-address"),
            ("Password1234", "password-common"),
            ("concert-demo", "password-common"),
            ("aaaaaaaaaaaaa", "password-common"),
        ] {
            assert_eq!(check(bad, email).unwrap_err().key, key, "{bad}");
        }
        assert_eq!(check(&"long ".repeat(50), email).unwrap_err().key, "field-too-long");
    }

    #[test]
    fn nobodys_hash_costs_what_everybodys_costs() {
        let nobody = PasswordHash::new(NOBODY).unwrap();
        assert_eq!(nobody.algorithm.as_str(), "argon2id");
        let params = Params::try_from(&nobody).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), COST);
    }

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let stored = hash("caf\u{e9} in the morning").await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("cafe\u{301} in the morning", Some(&stored)).await.unwrap());
        assert!(!verify("cafe in the morning", Some(&stored)).await.unwrap());
        assert!(!verify("anything", None).await.unwrap());
        assert!(!verify("anything", Some("not a hash")).await.unwrap());
    }
}

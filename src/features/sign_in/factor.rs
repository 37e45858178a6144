//! The second factor: a secret shared with a device, codes made from it, and recovery codes for when it is lost.

use anyhow::Context;
use chrono::{DateTime, Utc};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;
use totp_rs::{Builder, Totp};

use crate::kernel::ids::{AccountId, SessionId};
use crate::kernel::random;
use crate::kernel::secret::Secret;

/// How many recovery codes somebody gets.
pub const CODES: usize = 10;

/// A device's secret as it is shown once and otherwise kept sealed.
pub struct Shared(Vec<u8>);

impl Shared {
    pub fn new() -> Self {
        Self(random::bytes::<20>().to_vec())
    }

    /// In groups of four, to be typed where the picture cannot be read.
    pub fn spelled(&self) -> anyhow::Result<String> {
        let text = self.totp("", "")?.secret().to_base32();
        let letters: Vec<char> = text.chars().collect();
        Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join(" "))
    }

    fn totp(&self, email: &str, host: &str) -> anyhow::Result<Totp> {
        // a colon parts issuer from account in the address that the picture holds
        let plain = |text: &str| text.replace(':', " ");
        let issuer = if host.is_empty() { "Concert".to_owned() } else { format!("Concert {}", plain(host)) };
        let totp = Builder::new()
            .with_secret(self.0.clone())
            .with_account_name(plain(email))
            .with_issuer(Some(issuer))
            .build();
        totp.map_err(|e| anyhow::anyhow!("the second factor's secret: {e}"))
    }

    /// The picture that a device reads: the path of an SVG and the length of its side.
    ///
    /// # Errors
    /// The address is too long for a picture.
    pub fn picture(&self, email: &str, host: &str) -> anyhow::Result<Picture> {
        let url = self.totp(email, host)?.to_url().map_err(|e| anyhow::anyhow!("the address of the picture: {e}"))?;
        let code = QrCode::encode_text(&url, QrCodeEcc::Medium).context("the picture cannot be made")?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                write!(path, "M{x} {y}h1v1h-1z")?;
            }
        }
        Ok(Picture { path, side: code.size() })
    }

    /// The time step that a code belongs to; nothing where it is wrong or of another time. One step of 30 seconds
    /// before and after counts, for clocks that differ.
    pub fn step(&self, code: &str, now: DateTime<Utc>) -> anyhow::Result<Option<i64>> {
        let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
        Ok(self.totp("", "")?.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
    }

    /// As it is stored: worthless to whoever reads the table, and in another account's row.
    pub fn sealed(&self, secret: &Secret, account: AccountId) -> anyhow::Result<Vec<u8>> {
        secret.seal(account.0.as_bytes(), &self.0)
    }

    /// # Errors
    /// It was sealed with another secret of the installation, or for another account.
    pub fn opened(secret: &Secret, account: AccountId, sealed: &[u8]) -> anyhow::Result<Self> {
        let opened = secret.unseal(account.0.as_bytes(), sealed);
        opened.map(Self).context("a second factor cannot be opened: has the installation's secret been changed?")
    }

    /// As the form of setting up carries it until it is confirmed; of use in this session alone.
    pub fn pending(&self, secret: &Secret, session: SessionId) -> anyhow::Result<String> {
        Ok(hex::encode(secret.seal(&pending_in(session), &self.0)?))
    }

    /// Nothing where it is another session's, or not ours.
    pub fn from_pending(secret: &Secret, session: SessionId, given: &str) -> Option<Self> {
        secret.unseal(&pending_in(session), &hex::decode(given).ok()?).map(Self)
    }
}

fn pending_in(session: SessionId) -> Vec<u8> {
    [b"pending".as_slice(), session.0.as_bytes()].concat()
}

/// A picture of squares, each one unit long.
#[derive(Debug)]
pub struct Picture {
    pub path: String,
    pub side: i32,
}

/// What somebody typed as their code.
#[derive(Debug, PartialEq, Eq)]
pub enum Code {
    Device(String),
    Recovery(String),
}

impl Code {
    /// Spaces and hyphens are as people copy them. Six figures are a device's, eight a recovery code.
    pub fn parse(typed: &str) -> Option<Self> {
        let figures: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '\u{a0}' | '–')).collect();
        match figures.len() {
            _ if !figures.bytes().all(|b| b.is_ascii_digit()) => None,
            6 => Some(Self::Device(figures)),
            8 => Some(Self::Recovery(figures)),
            _ => None,
        }
    }
}

/// Fresh recovery codes, as they are shown: `1234-5678`.
pub fn recovery_codes() -> Vec<String> {
    let mut codes = std::collections::BTreeSet::new();
    while codes.len() < CODES {
        let number = u64::from_le_bytes(random::bytes::<8>()) % 100_000_000;
        codes.insert(number);
    }
    codes.into_iter().map(|n| format!("{:04}-{:04}", n / 10_000, n % 10_000)).collect()
}

/// What is stored of a recovery code: keyed, since eight figures alone could be tried out.
pub fn recovery_hash(secret: &Secret, account: AccountId, figures: &str) -> Vec<u8> {
    let figures: String = figures.chars().filter(char::is_ascii_digit).collect();
    secret.blind("recovery code", &format!("{account} {figures}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::random::id;

    fn secret() -> Secret {
        Secret::new("a secret of the tests, long enough to be one".to_owned().into()).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_for_its_account_and_with_its_key_alone() {
        let (shared, account) = (Shared::new(), AccountId(id()));
        let sealed = shared.sealed(&secret(), account).unwrap();
        assert_ne!(sealed, shared.sealed(&secret(), account).unwrap(), "the nonce is new each time");
        assert_eq!(Shared::opened(&secret(), account, &sealed).unwrap().0, shared.0);
        assert!(Shared::opened(&secret(), AccountId(id()), &sealed).is_err());
        let other = Secret::new("another secret of the tests, as long as the first".to_owned().into()).unwrap();
        assert!(Shared::opened(&other, account, &sealed).is_err());
        let mut broken = sealed.clone();
        broken[20] ^= 1;
        assert!(Shared::opened(&secret(), account, &broken).is_err());
        assert!(Shared::opened(&secret(), account, &[]).is_err());
    }

    #[test]
    fn what_a_form_carries_is_of_use_in_its_session_alone() {
        let (shared, session) = (Shared::new(), SessionId(id()));
        let pending = shared.pending(&secret(), session).unwrap();
        assert_eq!(Shared::from_pending(&secret(), session, &pending).unwrap().0, shared.0);
        assert!(Shared::from_pending(&secret(), SessionId(id()), &pending).is_none());
        for wrong in ["", "zz", "00", "č", &"00".repeat(48)] {
            assert!(Shared::from_pending(&secret(), session, wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_code_holds_for_its_time_and_one_step_beside() {
        let shared = Shared(b"12345678901234567890".to_vec());
        // RFC 6238, appendix B: 1111111109 s give 07081804 in eight figures, so 081804 in six
        let at = |s: i64| DateTime::from_timestamp(s, 0).unwrap();
        assert_eq!(shared.step("081804", at(1_111_111_109)).unwrap(), Some(37_037_036));
        assert_eq!(shared.step("081804", at(1_111_111_109 + 30)).unwrap(), Some(37_037_036));
        assert_eq!(shared.step("081804", at(1_111_111_109 + 90)).unwrap(), None);
        assert_eq!(shared.step("081805", at(1_111_111_109)).unwrap(), None);
        assert_eq!(shared.step("", at(1_111_111_109)).unwrap(), None);
        assert_eq!(shared.spelled().unwrap(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    }

    #[test]
    fn a_picture_is_made_for_any_address() {
        for email in [
            "ada@ministry.example",
            "o'neill+x@ministry.example",
            "\"a:b\"@ministry.example",
            &format!("{}@x.example", "a".repeat(240)),
        ] {
            let picture = Shared::new().picture(email, "concert.example").unwrap();
            assert!(picture.side >= 21 && picture.path.starts_with('M'), "{email}");
        }
    }

    #[test]
    fn codes_are_read_as_people_copy_them() {
        assert_eq!(Code::parse(" 123 456"), Some(Code::Device("123456".into())));
        assert_eq!(Code::parse("1234-5678"), Some(Code::Recovery("12345678".into())));
        for wrong in ["", "12345", "1234567", "123456789", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(Code::parse(wrong), None, "{wrong}");
        }
        let codes = recovery_codes();
        assert_eq!(codes.len(), CODES);
        assert!(codes.iter().all(|c| matches!(Code::parse(c), Some(Code::Recovery(_)))));
    }
}

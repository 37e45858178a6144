//! What a token is.

use chrono::{DateTime, NaiveDate, Utc};

use crate::kernel::ids::{MembershipId, TokenId};
use crate::kernel::lists::closed_list;
use crate::kernel::random::Token;

/// What every token begins with, so that one that was lost is recognised by who finds it, people and programs.
const BEGINNING: &str = "concert";

closed_list! {
    /// What it may do.
    Scope {
        Read = "read", "token-scope-read";
        Write = "write", "token-scope-write";
    }
}

closed_list! {
    /// Whose it is. One of an organisation is the focal point's to make; it carries no marks of theirs.
    Kind {
        Personal = "personal", "token-kind-personal";
        Organisation = "organisation", "token-kind-organisation";
    }
}

closed_list! {
    /// How long it lives.
    Life {
        Month = "30", "token-life-30";
        Quarter = "90", "token-life-90";
        Year = "365", "token-life-365";
    }
}

impl Kind {
    /// The Fluent key that says as whom it acts; `$of` is a membership's name.
    pub fn whose(self) -> &'static str {
        match self {
            Kind::Personal => "token-whose-personal",
            Kind::Organisation => "token-whose-organisation",
        }
    }
}

impl Life {
    pub fn days(self) -> i64 {
        match self {
            Life::Month => 30,
            Life::Quarter => 90,
            Life::Year => 365,
        }
    }
}

/// The text of a token, as its owner is shown it once.
pub fn text(slug: &str, secret: &Token) -> String {
    format!("{BEGINNING}_{slug}_{}", secret.expose())
}

/// By what a token is recognised in the list: its process and the beginning of its secret.
pub fn hint(secret: &Token) -> String {
    secret.expose().chars().take(6).collect()
}

/// The process and the secret that a text names. `None` for what has not the form of a token.
pub fn split(text: &str) -> Option<(&str, Token)> {
    // neither the beginning nor a process's address has an underscore; a secret may
    let (slug, secret) = text.strip_prefix(BEGINNING)?.strip_prefix('_')?.split_once('_')?;
    let good = (2..=31).contains(&slug.len())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    Some((slug, Token::parse(secret)?)).filter(|_| good)
}

/// A token in the list. What it opens is not among it.
#[derive(Debug)]
pub struct Line {
    pub id: TokenId,
    pub membership: MembershipId,
    pub kind: Kind,
    pub scope: Scope,
    pub name: String,
    pub hint: String,
    /// The member who made it; none of whom has left.
    pub member: Option<String>,
    /// The organisation or beneficiary of that member.
    pub of: Option<String>,
    pub mine: bool,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
    /// A member has ended it on its page.
    pub by_hand: bool,
    /// Its member is one still, and the focal point still where it is an organisation's.
    pub held: bool,
}

/// How a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Live,
    Revoked,
    /// With a new password, with a reset of the second factor, or where its member was made another organisation's.
    EndedWith,
    Expired,
    /// Its member is none any more.
    Ended,
}

impl Line {
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        match (self.revoked_at, self.expires_at <= now, self.held) {
            (Some(_), ..) if self.by_hand => Standing::Revoked,
            (Some(_), ..) => Standing::EndedWith,
            (None, true, _) => Standing::Expired,
            (None, false, false) => Standing::Ended,
            (None, false, true) => Standing::Live,
        }
    }
}

impl Standing {
    /// The Fluent key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Standing::Live => "token-live",
            Standing::Revoked => "token-revoked",
            Standing::EndedWith => "token-ended-with",
            Standing::Expired => "token-expired",
            Standing::Ended => "token-ended",
        }
    }
    pub fn badge(self) -> &'static str {
        match self {
            Standing::Live => "ok",
            Standing::Revoked | Standing::EndedWith | Standing::Expired | Standing::Ended => "",
        }
    }
}

/// Whose tokens somebody is shown besides their own.
#[derive(Debug, Default)]
pub struct Sight {
    /// All of the process.
    pub all: bool,
    pub organisations: Vec<uuid::Uuid>,
    pub beneficiaries: Vec<uuid::Uuid>,
    pub today: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_is_written_and_nothing_else_is() {
        for _ in 0..50 {
            let secret = Token::new();
            let text = text("iisg", &secret);
            let (slug, read) = split(&text).unwrap();
            assert_eq!((slug, read.expose()), ("iisg", secret.expose()));
            assert!(text.contains(&format!("_{}", hint(&secret))));
        }
        let secret = "x".repeat(43);
        for bad in [
            String::new(),
            "concert".into(),
            "concert_iisg".into(),
            "concert_iisg_".into(),
            format!("concert_iisg_{secret}x"),
            format!("concert__{secret}"),
            format!("concert_IISG_{secret}"),
            format!("concert_../etc_{secret}"),
            format!("other_iisg_{secret}"),
            format!("concertiisg_{secret}"),
            format!("concert_{}_{secret}", "a".repeat(32)),
            format!("concert_iisg_{}\0", "x".repeat(42)),
        ] {
            assert!(split(&bad).is_none(), "{bad}");
        }
    }
}

//! Naming members, organisations and beneficiaries in a remark: chosen from a list, or written with an "@".

use serde::Deserialize;
use uuid::Uuid;

use super::told::To;
use crate::kernel::ids::{BeneficiaryId, MembershipId, OrganisationId};

/// Somebody a remark can name, as the form has it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Nameable {
    /// `m:`, `o:` or `b:` and the id.
    pub value: String,
    pub name: String,
    /// Whose member; empty where that is nobody's, and of organisations and beneficiaries.
    pub of: String,
    pub short: Option<String>,
}

/// Somebody a remark names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mention {
    Member(MembershipId),
    Organisation(OrganisationId),
    Beneficiary(BeneficiaryId),
}

impl Mention {
    pub fn parse(value: &str) -> Option<Self> {
        let (kind, id) = value.split_once(':')?;
        let id: Uuid = id.parse().ok()?;
        match kind {
            "m" => Some(Mention::Member(MembershipId(id))),
            "o" => Some(Mention::Organisation(OrganisationId(id))),
            "b" => Some(Mention::Beneficiary(BeneficiaryId(id))),
            _ => None,
        }
    }

    pub fn id(&self) -> Uuid {
        match self {
            Mention::Member(id) => id.0,
            Mention::Organisation(id) => id.0,
            Mention::Beneficiary(id) => id.0,
        }
    }

    /// As notices address them.
    pub fn kind(&self) -> &'static str {
        match self {
            Mention::Member(_) => "members",
            Mention::Organisation(_) => "organisations",
            Mention::Beneficiary(_) => "beneficiaries",
        }
    }
}

/// Those named, as notices address them.
pub fn to(names: &[Mention]) -> To {
    let mut to = To::default();
    for name in names {
        match name {
            Mention::Member(id) => to.members.push(*id),
            Mention::Organisation(id) => to.organisations.push(*id),
            Mention::Beneficiary(id) => to.beneficiaries.push(*id),
        }
    }
    to
}

/// What came of looking for names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub names: Vec<Mention>,
    /// Names that several carry: the list has to be chosen from.
    pub ambiguous: Vec<String>,
}

/// Those chosen from the list and those written in the text: after an "@" that begins a word, the longest name that is
/// followed by the end of a word. An "@" with no name after it is just one.
pub fn find(text: &str, chosen: &[Mention], all: &[Nameable]) -> Found {
    let mut found = Found { names: chosen.to_vec(), ambiguous: Vec::new() };
    let low = text.to_lowercase();
    let mut before = None;
    for (at, c) in low.char_indices() {
        let begins = !before.is_some_and(char::is_alphanumeric);
        before = Some(c);
        if c != '@' || !begins {
            continue;
        }
        let Some(rest) = low.get(at + 1..) else { continue };
        let fits = |name: &str| {
            let name = name.to_lowercase();
            let after = rest.strip_prefix(&name).filter(|_| !name.is_empty())?;
            (!after.chars().next().is_some_and(char::is_alphanumeric)).then_some(name.len())
        };
        let hits: Vec<(usize, &Nameable)> =
            all.iter().filter_map(|n| Some((fits(&n.name).max(n.short.as_deref().and_then(fits))?, n))).collect();
        let Some(longest) = hits.iter().map(|(length, _)| *length).max() else { continue };
        let best: Vec<&Nameable> = hits.into_iter().filter(|(length, _)| *length == longest).map(|(_, n)| n).collect();
        let mentions: Vec<Mention> = best.iter().filter_map(|n| Mention::parse(&n.value)).collect();
        match mentions.as_slice() {
            [one] => found.names.push(*one),
            // one of them was chosen: that is who is meant
            several if several.iter().any(|m| chosen.contains(m)) => {}
            _ => found.ambiguous.extend(best.first().map(|n| n.name.clone())),
        }
    }
    found.names.sort_unstable();
    found.names.dedup();
    found.ambiguous.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nameable(kind: &str, n: u128, name: &str, short: Option<&str>) -> Nameable {
        Nameable {
            value: format!("{kind}:{}", Uuid::from_u128(n)),
            name: name.into(),
            of: String::new(),
            short: short.map(str::to_owned),
        }
    }

    fn all() -> Vec<Nameable> {
        vec![
            nameable("m", 1, "Ada Norr", None),
            nameable("m", 2, "Ada Norring", None),
            nameable("m", 3, "Olav Berg", None),
            nameable("m", 4, "Olav Berg", None),
            nameable("o", 5, "Norland Development Agency", Some("NDA")),
            nameable("b", 6, "Kosovo*", None),
            nameable("m", 7, "Đorđe Šarić", None),
        ]
    }

    fn named(text: &str) -> Vec<u128> {
        find(text, &[], &all()).names.iter().map(|m| m.id().as_u128()).collect()
    }

    #[test]
    fn names_are_found_where_an_at_stands_before_them() {
        assert_eq!(named("Please look, @Ada Norr."), [1]);
        assert_eq!(named("@ada norring and @NDA, too; @Kosovo* as well"), [2, 5, 6]);
        assert_eq!(named("@Đorđe Šarić: да"), [7]);
        assert_eq!(named("@Ada Norr @Ada Norr"), [1]);
    }

    #[test]
    fn an_at_is_not_always_a_name() {
        for text in
            ["ada@Ada Norr", "mail me at a@NDA", "@ Ada Norr", "@Nobody", "@NDAs", "@", "Ada Norr", "@Ada Norrx"]
        {
            assert_eq!(named(text), Vec::<u128>::new(), "{text}");
        }
    }

    #[test]
    fn of_two_with_one_name_nobody_is_guessed() {
        let found = find("@Olav Berg", &[], &all());
        assert_eq!(found, Found { names: vec![], ambiguous: vec!["Olav Berg".into()] });
        let chosen = Mention::Member(MembershipId(Uuid::from_u128(4)));
        assert_eq!(find("@Olav Berg", &[chosen], &all()), Found { names: vec![chosen], ambiguous: vec![] });
    }
}
